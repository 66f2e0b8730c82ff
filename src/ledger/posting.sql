--
-- posting: from recurring expenses to postings and expenses, in the ledger that a caller names and
-- with the caller's rights there.
--

--
-- The bills of a recurring expense, each with the amount in force on its bill date. Forecasts and postings both
-- take theirs from here. It reads no table, so that a view that calls it needs no right of its
-- reader's but the one to read the view. Inlined by the planner, as expand_recurring_expense().
--
CREATE FUNCTION recurring_expense_bills(starts_on date, ends_on date, amount numeric,
                                        effective_on date[], new_amount numeric[],
                                        from_date date, through_date date,
                                        every_months integer DEFAULT 1)
RETURNS TABLE (bill_on date, bill_month date, amount numeric)
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 36
BEGIN ATOMIC
    SELECT bill.bill_on, bill.bill_month,
           coalesce(finite_amount(($5)[width_bucket(bill.bill_on, $4)]), bill.amount)
    FROM expand_recurring_expense($1, $2, $3, $6, $7, $8) AS bill;
END;

COMMENT ON FUNCTION recurring_expense_bills(date, date, numeric, date[], numeric[], date, date, integer) IS
'The bills of a recurring expense from from_date through through_date, each with the amount in force on its bill date: new_amount[n] from effective_on[n] on, amount before the first of them. effective_on is sorted; NULL: the amount never changes. Takes the columns of the view recurring_expense_terms of a ledger. Call it in FROM.
Dates, NULLs and errors as expand_recurring_expense().';


--
-- Post the bills of some recurring expenses, oldest first, at most max_rows. The one statement that
-- bills.
--
-- The caller has locked the recurring expenses by a statement of its own, so that this one sees their
-- latest state and that of their price changes: an edit comes wholly before a bill or wholly after.
--
-- With max_rows, the recurring expenses are the first max_rows by next_bill_on. The first missing bill
-- of one is never older than next_bill_on, so the oldest n bills lie within so many months of the last
-- one's that n recurring expenses times that many bills make n: no need to expand further.
--
-- The statement is planned anew for each call, as the schema may have been renamed or made anew. Joins
-- are to tables by their keys, never between two CTEs.
--
CREATE FUNCTION post_bills(ledger_schema text, recurring_expenses bigint[], as_of date, max_rows bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict error
DECLARE
    posted_rows bigint;
BEGIN
    EXECUTE lead_roi.in_ledger($statement$
        WITH terms AS (
            SELECT terms.*
            FROM unnest($1) AS chosen (recurring_expense_id)
                 JOIN @ledger@.recurring_expense_terms AS terms USING (recurring_expense_id)
        ),
        slice AS (
            SELECT max(next_bill_on)
                   + least($2 - max(next_bill_on),
                           31 * max(every_months)::numeric
                           * ceil($3::numeric / nullif(count(*), 0)))::integer AS through_date
            FROM terms
        ),
        bill AS MATERIALIZED (
            SELECT terms.recurring_expense_id, bill.bill_on, bill.bill_month, bill.amount, terms.currency
            FROM slice, terms,
                 lead_roi.recurring_expense_bills(
                     terms.starts_on, terms.ends_on, terms.amount, terms.effective_on, terms.new_amount,
                     terms.next_bill_on, slice.through_date, terms.every_months) AS bill
            ORDER BY bill.bill_on, terms.recurring_expense_id
            LIMIT $3
        ),
        posted AS (
            INSERT INTO @ledger@.posting (recurring_expense_id, bill_month, bill_on, amount, currency)
            SELECT recurring_expense_id, bill_month, bill_on, amount, currency
            FROM bill
            ON CONFLICT DO NOTHING
            RETURNING recurring_expense_id, bill_month, bill_on, amount, currency
        ),
        booked AS (
            INSERT INTO @ledger@.expense (lead_source_id, incurred_on, amount, currency, covers_from, covers_through, cost_type, title,
                                          recurring_expense_id, bill_month)
            SELECT recurring.lead_source_id, posted.bill_on, posted.amount, posted.currency,
                   CASE WHEN covers_period THEN posted.bill_on END,
                   CASE WHEN covers_period THEN lead_roi.next_bill_date(starts_on, NULL, posted.bill_on, every_months::integer) - 1 END,
                   recurring.cost_type, recurring.title, posted.recurring_expense_id, posted.bill_month
            FROM posted JOIN @ledger@.recurring_expense AS recurring USING (recurring_expense_id)
            ORDER BY posted.bill_on, posted.recurring_expense_id
        ),
        advanced AS (
            UPDATE @ledger@.recurring_expense
            SET posted_through = latest.bill_on
            FROM (SELECT recurring_expense_id, max(bill_on) AS bill_on
                  FROM bill
                  GROUP BY recurring_expense_id) AS latest
            WHERE recurring_expense.recurring_expense_id = latest.recurring_expense_id
        )
        SELECT count(*) FROM posted
        $statement$, ledger_schema)
    INTO posted_rows
    USING recurring_expenses, as_of, max_rows;

    EXECUTE lead_roi.in_ledger('DELETE FROM @ledger@.posting_failure WHERE recurring_expense_id = ANY ($1)', ledger_schema)
    USING recurring_expenses;
    RETURN posted_rows;
END
$$;

COMMENT ON FUNCTION post_bills(text, bigint[], date, bigint) IS
'Internal: posts the bills due of recurring expenses that the caller has locked, oldest first; returns how many were new.';

CREATE FUNCTION post_due_expenses(ledger text DEFAULT current_ledger(), as_of date DEFAULT NULL, max_rows bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict error
DECLARE
    ledger_schema text;
    through_date date;
    any_due boolean;
    recurring_expenses bigint[];
    total_rows bigint := 0;
BEGIN
    SELECT opened.ledger_schema, opened.through_date INTO ledger_schema, through_date
    FROM lead_roi_internal.open_ledger_for_writing(ledger, as_of) AS opened;
    IF max_rows < 1 THEN
        RAISE EXCEPTION 'number of rows to post must be at least 1'
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('Argument "max_rows" is %s.', max_rows),
                  HINT = 'Leave out "max_rows" to post everything that is due.';
    END IF;

    LOOP
        EXECUTE lead_roi.in_ledger('SELECT min(next_bill_on) <= $1 FROM @ledger@.recurring_expense', ledger_schema)
        INTO any_due USING through_date;
        EXIT WHEN any_due IS NOT TRUE OR total_rows >= max_rows;

        -- One caller at a time posts here; only who may write in the ledger can make another wait.
        EXECUTE lead_roi.in_ledger('LOCK TABLE @ledger@.posting_failure IN SHARE UPDATE EXCLUSIVE MODE', ledger_schema);
        EXECUTE lead_roi.in_ledger($statement$
            SELECT ARRAY(
                SELECT recurring_expense_id
                FROM @ledger@.recurring_expense
                WHERE next_bill_on <= $1
                ORDER BY next_bill_on, recurring_expense_id
                LIMIT $2
                FOR UPDATE)
            $statement$, ledger_schema)
        INTO recurring_expenses USING through_date, max_rows - total_rows;

        total_rows := total_rows + lead_roi.post_bills(ledger_schema, recurring_expenses, through_date, max_rows - total_rows);
    END LOOP;
    RETURN total_rows;
END
$$;

COMMENT ON FUNCTION post_due_expenses(text, date, bigint) IS
'Posts every bill date up to as_of whose month has no posting: oldest first, each dated on its own bill date, with the amount in force on it. Returns the number of expenses posted; a second call returns 0. Posts with the caller''s rights.
ledger: default current_ledger(). as_of: NULL: today in the ledger''s time zone; only what is due can be posted. max_rows: stop after that many rows; call again to continue. Concurrent callers wait for each other and post nothing twice. 22023 if as_of is infinite or after today, or max_rows below 1; 3F000 or 42704 if there is no such ledger; 55000 if it is of another version.';

--
-- One batch of a run: the next recurring expenses in the order of next_bill_on whose bills make about
-- batch_size rows. A run passes each of them once, so one that fails or is locked by somebody else is
-- left behind and the run still comes to an end. (post_due_expenses() waits for locks, stops at
-- errors, and may split the bills of one; so it chooses in its own way.)
--
CREATE FUNCTION post_batch(ledger_schema text, as_of date, batch_size integer, run_retention interval,
                           INOUT after_bill_on date, INOUT after_recurring_expense_id bigint,
                           INOUT posting_run_id bigint, OUT posted bigint, OUT failed bigint, OUT finished boolean)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict error
DECLARE
    recurring_expenses bigint[];
    recurring_expense bigint;
    lock_timeouts integer := 0;
    error_state text;
    error_message text;
BEGIN
    posted := 0;
    failed := 0;

    SELECT * INTO recurring_expenses, after_bill_on, after_recurring_expense_id
    FROM lead_roi.choose_batch(ledger_schema, as_of, batch_size, after_bill_on, after_recurring_expense_id) AS chosen;
    finished := recurring_expenses IS NULL;
    IF finished THEN
        RETURN;
    END IF;

    -- Where somebody has locked a whole table it is the run that has to wait, not the fault of a
    -- recurring expense. (Their own table is met below, outside of the part that blames them.)
    EXECUTE lead_roi.in_ledger('LOCK TABLE @ledger@.posting, @ledger@.expense, @ledger@.posting_failure IN ROW EXCLUSIVE MODE', ledger_schema);
    EXECUTE lead_roi.in_ledger($statement$
        SELECT ARRAY(
            SELECT recurring_expense_id
            FROM @ledger@.recurring_expense
            WHERE recurring_expense_id = ANY ($1) AND next_bill_on <= $2
            FOR UPDATE SKIP LOCKED)
        $statement$, ledger_schema)
    INTO recurring_expenses USING recurring_expenses, as_of;

    BEGIN
        posted := lead_roi.post_bills(ledger_schema, recurring_expenses, as_of);
    EXCEPTION
        WHEN transaction_rollback OR insufficient_resources OR operator_intervention OR system_error THEN
            RAISE;
        WHEN OTHERS THEN
            -- Somebody's constraint or trigger objects to one of them: post the others one by one.
            FOREACH recurring_expense IN ARRAY recurring_expenses LOOP
                BEGIN
                    posted := posted + lead_roi.post_bills(ledger_schema, ARRAY[recurring_expense], as_of);
                EXCEPTION
                    WHEN transaction_rollback OR insufficient_resources OR operator_intervention OR system_error THEN
                        RAISE;
                    WHEN OTHERS THEN
                        error_state := sqlstate;
                        error_message := sqlerrm;
                        failed := failed + 1;
                        PERFORM lead_roi.record_failure(ledger_schema, recurring_expense, error_state, error_message);
                        -- Where a whole table is locked, don't wait for it once for each of them.
                        lock_timeouts := lock_timeouts + (error_state = '55P03')::integer;
                        EXIT WHEN lock_timeouts = 3;
                END;
            END LOOP;
    END;

    IF posted > 0 OR failed > 0 THEN
        posting_run_id := lead_roi.record_run(ledger_schema, posting_run_id, as_of, posted, failed, error_state, error_message, run_retention);
    END IF;
END
$$;

COMMENT ON FUNCTION post_batch(text, date, integer, interval, date, bigint, bigint) IS
'Internal: one batch of post_due_expenses_in_batches() or the worker. Takes and returns where the run stands.';

CREATE FUNCTION choose_batch(ledger_schema text, as_of date, batch_size integer, after_bill_on date, after_recurring_expense_id bigint,
                             OUT recurring_expenses bigint[], OUT last_bill_on date, OUT last_recurring_expense_id bigint)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE lead_roi.in_ledger($statement$
        SELECT array_agg(due.recurring_expense_id),
               max(due.next_bill_on),
               (array_agg(due.recurring_expense_id ORDER BY due.next_bill_on DESC, due.recurring_expense_id DESC))[1]
        FROM (SELECT candidate.recurring_expense_id, candidate.next_bill_on,
                     sum(candidate.bills) OVER (ORDER BY candidate.next_bill_on, candidate.recurring_expense_id)
                     - candidate.bills AS bills_before
              FROM (SELECT recurring_expense.recurring_expense_id, recurring_expense.next_bill_on,
                           lead_roi.bill_count(starts_on, ends_on, next_bill_on, $1, every_months::integer) AS bills
                    FROM @ledger@.recurring_expense
                         LEFT JOIN @ledger@.posting_failure USING (recurring_expense_id)
                    WHERE next_bill_on <= $1
                          AND (next_bill_on, recurring_expense.recurring_expense_id) > ($3, $4)
                          AND (retry_at <= clock_timestamp()) IS NOT FALSE
                    ORDER BY next_bill_on, recurring_expense.recurring_expense_id
                    LIMIT $2) AS candidate) AS due
        WHERE bills_before < $2
        $statement$, ledger_schema)
    INTO recurring_expenses, last_bill_on, last_recurring_expense_id
    USING as_of, batch_size, after_bill_on, after_recurring_expense_id;
END
$$;

COMMENT ON FUNCTION choose_batch(text, date, integer, date, bigint) IS
'Internal: the recurring expenses that make the next batch, and the last of them; NULLs if there are none left.';

CREATE FUNCTION record_failure(ledger_schema text, recurring_expense bigint, error_state text, error_message text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE lead_roi.in_ledger($statement$
        INSERT INTO @ledger@.posting_failure AS failure (recurring_expense_id, attempts, failed_at, retry_at, sqlstate, message)
        VALUES ($1, 1, $2, $2 + '1 minute', $3, $4)
        ON CONFLICT ON CONSTRAINT posting_failure_pkey DO UPDATE
            SET attempts = failure.attempts + 1,
                failed_at = excluded.failed_at,
                retry_at = excluded.failed_at
                           + least(interval '1 minute' * power(2, least(failure.attempts, 6)), '1 hour'),
                sqlstate = excluded.sqlstate,
                message = excluded.message
        $statement$, ledger_schema)
    USING recurring_expense, clock_timestamp(), error_state, error_message;
END
$$;

COMMENT ON FUNCTION record_failure(text, bigint, text, text) IS
'Internal: notes that a recurring expense could not be posted, and when it is tried again.';

CREATE FUNCTION record_run(ledger_schema text, posting_run_id bigint, as_of date, posted bigint, failed bigint,
                           error_state text, error_message text, run_retention interval, unposted bigint DEFAULT 0)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    recorded_id bigint := posting_run_id;
BEGIN
    IF recorded_id IS NULL THEN
        EXECUTE lead_roi.in_ledger($statement$
            INSERT INTO @ledger@.posting_run (started_at, finished_at, as_of, posted, failed, sqlstate, message, unposted)
            VALUES (now(), clock_timestamp(), $1, $2, $3, $4, $5, $6)
            RETURNING posting_run_id
            $statement$, ledger_schema)
        INTO recorded_id USING as_of, posted, failed, error_state, error_message, unposted;
        EXECUTE lead_roi.in_ledger('DELETE FROM @ledger@.posting_run WHERE started_at < now() - $1', ledger_schema) USING run_retention;
    ELSE
        EXECUTE lead_roi.in_ledger($statement$
            UPDATE @ledger@.posting_run
            SET finished_at = clock_timestamp(), posted = posted + $2, failed = failed + $3,
                sqlstate = coalesce($4, sqlstate), message = coalesce($5, message)
            WHERE posting_run_id = $1
            $statement$, ledger_schema)
        USING recorded_id, posted, failed, error_state, error_message;
    END IF;
    RETURN recorded_id;
EXCEPTION
    -- What is posted counts more than the record of it.
    WHEN transaction_rollback OR insufficient_resources OR operator_intervention OR system_error THEN
        RAISE;
    WHEN OTHERS THEN
        RAISE WARNING 'run could not be recorded in table "posting_run"'
            USING ERRCODE = sqlstate, DETAIL = sqlerrm;
        RETURN posting_run_id;
END
$$;

COMMENT ON FUNCTION record_run(text, bigint, date, bigint, bigint, text, text, interval, bigint) IS
'Internal: begins or continues a row of posting_run and removes old ones. NULL retention: keep all.';

CREATE PROCEDURE post_due_expenses_in_batches(ledger text DEFAULT current_ledger(), as_of date DEFAULT NULL, batch_size integer DEFAULT NULL)
LANGUAGE C
AS 'MODULE_PATHNAME', 'lead_roi_post_due_expenses_in_batches';

COMMENT ON PROCEDURE post_due_expenses_in_batches(text, date, integer) IS
'Posts what post_due_expenses() posts, and commits after each batch of about batch_size rows (default: lead_roi.batch_size). For schedulers such as pg_cron, and for very large catch-ups. The worker does the same.
A recurring expense that can''t be posted is left out, stays in overdue_expense with its error, and is tried again later; one that somebody else has locked is left to the next call. Arguments and errors as post_due_expenses(); 22023 if batch_size is below 1; 2D000 inside a transaction block.';

--
-- Unposting: what a clock that was wrong has posted.
--

CREATE FUNCTION remove_postings(ledger text, after_date date,
                                OUT recurring_expense_id bigint, OUT bill_on date, OUT amount numeric, OUT removed boolean, OUT reason text)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ledger_schema text;
    today date;
    last_day date;
    any_ahead boolean;
    removed_rows bigint := 0;
BEGIN
    SELECT opened.ledger_schema, opened.today INTO ledger_schema, today FROM lead_roi_internal.open_ledger_for_writing(ledger, NULL) AS opened;
    last_day := coalesce(after_date, today);
    IF NOT isfinite(last_day) OR last_day < today THEN
        RAISE EXCEPTION 'only postings dated after today can be removed'
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('Argument "after_date" is %s; today is %s.', after_date, today),
                  HINT = 'Edit or delete the row of table "expense" instead; the posting keeps the budgeted amount.';
    END IF;

    EXECUTE lead_roi.in_ledger('SELECT EXISTS (SELECT FROM @ledger@.posting WHERE bill_on > $1)', ledger_schema)
    INTO any_ahead USING last_day;
    IF NOT any_ahead THEN
        RETURN;
    END IF;

    EXECUTE lead_roi.in_ledger('LOCK TABLE @ledger@.posting_failure IN SHARE UPDATE EXCLUSIVE MODE', ledger_schema);
    EXECUTE lead_roi.in_ledger($statement$
        SELECT FROM @ledger@.recurring_expense WHERE posted_through > $1 ORDER BY recurring_expense_id FOR UPDATE
        $statement$, ledger_schema)
    USING last_day;

    FOR recurring_expense_id, bill_on, amount, removed, reason IN EXECUTE lead_roi.in_ledger($statement$
        WITH ahead AS (
            SELECT posting.recurring_expense_id, posting.bill_month, posting.bill_on, posting.amount,
                   CASE WHEN expense.amount <> posting.amount
                             OR expense.expense_id IS NOT NULL AND expense.currency IS DISTINCT FROM posting.currency THEN 'the amount of the expense was edited'
                        WHEN expense.incurred_on <> posting.bill_on THEN 'the date of the expense was edited'
                        WHEN expense.notes IS NOT NULL THEN 'the expense has notes'
                        WHEN expense.external_id IS NOT NULL THEN 'the expense has the key of an imported one'
                        WHEN expense.shared_from IS NOT NULL THEN 'the expense is shared' END AS reason
            FROM @ledger@.posting LEFT JOIN @ledger@.expense USING (recurring_expense_id, bill_month)
            WHERE posting.bill_on > $1
        ),
        unbooked AS (
            DELETE FROM @ledger@.expense USING ahead
            WHERE (expense.recurring_expense_id, expense.bill_month) = (ahead.recurring_expense_id, ahead.bill_month)
                  AND ahead.reason IS NULL
        ),
        unposted AS (
            DELETE FROM @ledger@.posting USING ahead
            WHERE (posting.recurring_expense_id, posting.bill_month) = (ahead.recurring_expense_id, ahead.bill_month)
                  AND ahead.reason IS NULL
        ),
        looked_at_again AS (
            UPDATE @ledger@.recurring_expense
            SET posted_through = (SELECT max(posting.bill_on) FROM @ledger@.posting
                                  WHERE posting.recurring_expense_id = recurring_expense.recurring_expense_id AND posting.bill_on <= $1)
            WHERE posted_through > $1
        )
        SELECT ahead.recurring_expense_id, ahead.bill_on, ahead.amount, ahead.reason IS NULL, ahead.reason
        FROM ahead
        ORDER BY ahead.bill_on, ahead.recurring_expense_id
        $statement$, ledger_schema)
        USING last_day
    LOOP
        removed_rows := removed_rows + removed::integer;
        RETURN NEXT;
    END LOOP;

    IF removed_rows > 0 THEN
        PERFORM lead_roi.record_run(ledger_schema, NULL, last_day, 0, 0, NULL, NULL, NULL, removed_rows);
    END IF;
END
$$;

COMMENT ON FUNCTION remove_postings(text, date) IS
'Internal: what unpost_expenses() does; its statement passes the trigger of the table posting only when called by that.';

CREATE FUNCTION unpost_expenses(ledger text DEFAULT current_ledger(), after_date date DEFAULT NULL,
                                OUT recurring_expense_id bigint, OUT bill_on date, OUT amount numeric, OUT removed boolean, OUT reason text)
RETURNS SETOF record
LANGUAGE C VOLATILE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME', 'lead_roi_unpost_expenses';

COMMENT ON FUNCTION unpost_expenses(text, date) IS
'Removes the postings dated after after_date with their expenses, for example after the clock was wrong. They are posted again when they fall due. A posting whose expense was edited (another amount or date, notes, an external id) or is shared is kept. Returns a row for each posting after after_date: the recurring expense, bill date and amount, whether it was removed, and if not, the reason. The run is recorded in posting_run.
after_date: NULL: today in the ledger''s time zone; 22023 for an earlier day.';
