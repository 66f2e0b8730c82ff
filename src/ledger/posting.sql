--
-- posting: from agreements to postings and expenses.
--

--
-- An agreement's bills, each with the amount in force on its bill date. Forecasts and postings both
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
'The bills of a recurring expense from from_date through through_date, each with the amount in force on its bill date: new_amount[n] from effective_on[n] on, amount before the first of them. effective_on is sorted; NULL: the amount never changes. Takes the columns of agreement. Call it in FROM.
Dates, NULLs and errors as expand_recurring_expense().';

CREATE VIEW agreement AS
SELECT recurring_expense_id, lead_source_id, title, amount, starts_on, ends_on, every_months, cost_type::text AS cost_type,
       posted_through, next_bill_on, change.effective_on, change.new_amount
FROM recurring_expense
     CROSS JOIN LATERAL (
         SELECT array_agg(amount_change.effective_on ORDER BY amount_change.effective_on) AS effective_on,
                array_agg(amount_change.amount ORDER BY amount_change.effective_on) AS new_amount
         FROM amount_change
         WHERE amount_change.recurring_expense_id = recurring_expense.recurring_expense_id) AS change;

COMMENT ON VIEW agreement IS
'Recurring expenses with their price changes, as recurring_expense_bills() takes them; what posting, overdue_expense and upcoming_expense read.';
COMMENT ON COLUMN agreement.recurring_expense_id IS 'The agreement; key of the view';
COMMENT ON COLUMN agreement.lead_source_id IS 'The lead source that the money is spent on';
COMMENT ON COLUMN agreement.title IS 'What is paid for';
COMMENT ON COLUMN agreement.amount IS 'Amount of one bill before the first price change, in the ledger''s currency';
COMMENT ON COLUMN agreement.starts_on IS 'First bill date';
COMMENT ON COLUMN agreement.ends_on IS 'Last day of the agreement; NULL: open';
COMMENT ON COLUMN agreement.every_months IS 'Months from one bill to the next';
COMMENT ON COLUMN agreement.cost_type IS 'Kind of cost';
COMMENT ON COLUMN agreement.posted_through IS 'Every bill date up to this one has its posting; NULL: not known';
COMMENT ON COLUMN agreement.next_bill_on IS 'The next bill date that post_due_expenses() has to look at; NULL if there is none left';
COMMENT ON COLUMN agreement.effective_on IS 'Dates of the price changes, sorted; NULL: none';
COMMENT ON COLUMN agreement.new_amount IS 'The amount from each of these dates on; NULL: none';

--
-- Post the bills of some agreements, oldest first, at most max_rows. The one statement that bills.
--
-- The caller has locked the agreements by a statement of its own, so that this one sees their latest
-- state and that of their price changes: an edit comes wholly before a bill or wholly after.
--
-- With max_rows, the agreements are the first max_rows by next_bill_on. An agreement's first missing
-- bill is never older than next_bill_on, so the oldest n bills lie within so many months of the last
-- agreement's that n agreements times that many bills make n: no need to expand further.
--
-- No plan here may turn bad when it is kept: joins are to tables by their keys, never between two
-- CTEs. Setting plan_cache_mode instead would have every foreign key check planned anew.
--
CREATE FUNCTION post_agreements(agreements bigint[], as_of date, max_rows bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict error
DECLARE
    posted_rows bigint;
BEGIN
    WITH agreement AS (
        SELECT agreement.*
        FROM unnest(agreements) AS chosen (recurring_expense_id)
             JOIN lead_roi.agreement USING (recurring_expense_id)
    ),
    slice AS (
        SELECT max(next_bill_on)
               + least(as_of - max(next_bill_on),
                       31 * max(every_months)::numeric
                       * ceil(max_rows::numeric / nullif(count(*), 0)))::integer AS through_date
        FROM agreement
    ),
    bill AS MATERIALIZED (
        SELECT agreement.recurring_expense_id, bill.bill_on, bill.bill_month, bill.amount
        FROM slice, agreement,
             lead_roi.recurring_expense_bills(
                 agreement.starts_on, agreement.ends_on, agreement.amount,
                 agreement.effective_on, agreement.new_amount,
                 agreement.next_bill_on, slice.through_date, agreement.every_months) AS bill
        ORDER BY bill.bill_on, agreement.recurring_expense_id
        LIMIT max_rows
    ),
    posted AS (
        INSERT INTO lead_roi.posting (recurring_expense_id, bill_month, bill_on, amount)
        SELECT recurring_expense_id, bill_month, bill_on, amount
        FROM bill
        ON CONFLICT DO NOTHING
        RETURNING recurring_expense_id, bill_month, bill_on, amount
    ),
    booked AS (
        INSERT INTO lead_roi.expense (lead_source_id, incurred_on, amount, cost_type, title,
                                      recurring_expense_id, bill_month)
        SELECT agreement.lead_source_id, posted.bill_on, posted.amount, agreement.cost_type,
               agreement.title, posted.recurring_expense_id, posted.bill_month
        FROM posted JOIN lead_roi.recurring_expense AS agreement USING (recurring_expense_id)
        ORDER BY posted.bill_on, posted.recurring_expense_id
    ),
    advanced AS (
        UPDATE lead_roi.recurring_expense
        SET posted_through = latest.bill_on
        FROM (SELECT recurring_expense_id, max(bill_on) AS bill_on
              FROM bill
              GROUP BY recurring_expense_id) AS latest
        WHERE recurring_expense.recurring_expense_id = latest.recurring_expense_id
    )
    SELECT count(*) INTO posted_rows FROM posted;

    DELETE FROM lead_roi.posting_failure WHERE recurring_expense_id = ANY (agreements);
    RETURN posted_rows;
END
$$;

COMMENT ON FUNCTION post_agreements(bigint[], date, bigint) IS
'Internal: posts the bills due of agreements that the caller has locked, oldest first; returns how many were new.';

REVOKE EXECUTE ON FUNCTION post_agreements(bigint[], date, bigint) FROM PUBLIC;

CREATE FUNCTION post_due_expenses(as_of date DEFAULT billing_today(), max_rows bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict error
DECLARE
    agreements bigint[];
    total_rows bigint := 0;
BEGIN
    IF as_of IS NULL OR NOT isfinite(as_of) THEN
        RAISE EXCEPTION 'date to post up to must be a finite date'
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('Argument "as_of" is %s.', coalesce(as_of::text, 'NULL')),
                  HINT = 'Leave out "as_of" to post what is due today.';
    END IF;
    IF max_rows < 1 THEN
        RAISE EXCEPTION 'number of rows to post must be at least 1'
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('Argument "max_rows" is %s.', max_rows),
                  HINT = 'Leave out "max_rows" to post everything that is due.';
    END IF;

    WHILE (total_rows < max_rows) IS NOT FALSE
          AND (SELECT min(next_bill_on) FROM lead_roi.recurring_expense) <= as_of
    LOOP
        PERFORM pg_advisory_xact_lock('lead_roi.posting'::regclass::oid::integer, 0);

        agreements := ARRAY(
            SELECT recurring_expense_id
            FROM lead_roi.recurring_expense
            WHERE next_bill_on <= as_of
            ORDER BY next_bill_on, recurring_expense_id
            LIMIT max_rows - total_rows
            FOR UPDATE);

        total_rows := total_rows + lead_roi.post_agreements(agreements, as_of, max_rows - total_rows);
    END LOOP;
    RETURN total_rows;
END
$$;

COMMENT ON FUNCTION post_due_expenses(date, bigint) IS
'Posts every bill date up to as_of whose month has no posting: oldest first, each dated on its own bill date, with the amount in force on it. Returns the number of expenses posted; a second call returns 0.
as_of: default today in the billing time zone; a later date posts ahead. max_rows: stop after so many; call again to go on. Callers at the same time wait for each other and post nothing twice. 22023 if as_of is NULL or infinite or max_rows below 1.';

REVOKE EXECUTE ON FUNCTION post_due_expenses(date, bigint) FROM PUBLIC;

--
-- One batch of a run: the next agreements in the order of next_bill_on whose bills make about
-- batch_size rows. A run passes each agreement once, so one that fails or is locked by somebody
-- else is left behind and the run still comes to an end.
--
CREATE FUNCTION post_batch(as_of date, batch_size integer, run_retention interval,
                           INOUT after_bill_on date, INOUT after_recurring_expense_id bigint,
                           INOUT worker_run_id bigint, OUT posted bigint, OUT failed bigint, OUT finished boolean)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict error
DECLARE
    agreements bigint[];
    agreement bigint;
    lock_timeouts integer := 0;
    error_state text;
    error_message text;
    error_at timestamptz;
BEGIN
    posted := 0;
    failed := 0;

    SELECT array_agg(due.recurring_expense_id),
           max(due.next_bill_on),
           (array_agg(due.recurring_expense_id ORDER BY due.next_bill_on DESC, due.recurring_expense_id DESC))[1]
    INTO agreements, after_bill_on, after_recurring_expense_id
    FROM (SELECT candidate.recurring_expense_id, candidate.next_bill_on,
                 sum(candidate.bills) OVER (ORDER BY candidate.next_bill_on, candidate.recurring_expense_id)
                 - candidate.bills AS bills_before
          FROM (SELECT recurring_expense.recurring_expense_id, recurring_expense.next_bill_on,
                       lead_roi.bill_count(starts_on, ends_on, next_bill_on, post_batch.as_of, every_months) AS bills
                FROM lead_roi.recurring_expense
                     LEFT JOIN lead_roi.posting_failure USING (recurring_expense_id)
                WHERE next_bill_on <= post_batch.as_of
                      AND (next_bill_on, recurring_expense.recurring_expense_id)
                          > (post_batch.after_bill_on, post_batch.after_recurring_expense_id)
                      AND (retry_at <= clock_timestamp()) IS NOT FALSE
                ORDER BY next_bill_on, recurring_expense.recurring_expense_id
                LIMIT batch_size) AS candidate) AS due
    WHERE bills_before < batch_size;

    finished := agreements IS NULL;
    IF finished THEN
        RETURN;
    END IF;

    -- Where somebody has locked a whole table it is the run that has to wait, not the fault of an
    -- agreement. (The table of agreements is met below, outside of the part that blames them.)
    LOCK TABLE lead_roi.posting, lead_roi.expense, lead_roi.posting_failure IN ROW EXCLUSIVE MODE;

    agreements := ARRAY(
        SELECT recurring_expense_id
        FROM lead_roi.recurring_expense
        WHERE recurring_expense_id = ANY (agreements) AND next_bill_on <= post_batch.as_of
        FOR UPDATE SKIP LOCKED);

    BEGIN
        posted := lead_roi.post_agreements(agreements, as_of, NULL::bigint);
    EXCEPTION
        WHEN transaction_rollback OR insufficient_resources OR operator_intervention OR system_error THEN
            RAISE;
        WHEN OTHERS THEN
            -- Somebody's constraint or trigger objects to one of them: post the others one by one.
            FOREACH agreement IN ARRAY agreements LOOP
                BEGIN
                    posted := posted + lead_roi.post_agreements(ARRAY[agreement], as_of, NULL::bigint);
                EXCEPTION
                    WHEN transaction_rollback OR insufficient_resources OR operator_intervention OR system_error THEN
                        RAISE;
                    WHEN OTHERS THEN
                        error_state := sqlstate;
                        error_message := sqlerrm;
                        error_at := clock_timestamp();
                        failed := failed + 1;
                        INSERT INTO lead_roi.posting_failure AS failure
                            (recurring_expense_id, attempts, failed_at, retry_at, sqlstate, message)
                        VALUES (agreement, 1, error_at, error_at + '1 minute', error_state, error_message)
                        ON CONFLICT ON CONSTRAINT posting_failure_pkey DO UPDATE
                            SET attempts = failure.attempts + 1,
                                failed_at = excluded.failed_at,
                                retry_at = excluded.failed_at
                                           + least(interval '1 minute' * power(2, least(failure.attempts, 6)), '1 hour'),
                                sqlstate = excluded.sqlstate,
                                message = excluded.message;
                        -- Where a whole table is locked, don't wait for it once for each agreement.
                        lock_timeouts := lock_timeouts + (error_state = '55P03')::integer;
                        EXIT WHEN lock_timeouts = 3;
                END;
            END LOOP;
    END;

    IF posted > 0 OR failed > 0 THEN
        worker_run_id := lead_roi.record_run(worker_run_id, as_of, posted, failed, error_state, error_message, run_retention);
    END IF;
END
$$;

COMMENT ON FUNCTION post_batch(date, integer, interval, date, bigint, bigint) IS
'Internal: one batch of post_due_expenses_in_batches() or the worker. Takes and returns where the run stands.';

REVOKE EXECUTE ON FUNCTION post_batch(date, integer, interval, date, bigint, bigint) FROM PUBLIC;

CREATE FUNCTION record_run(worker_run_id bigint, as_of date, posted bigint, failed bigint,
                           error_state text, error_message text, run_retention interval)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
BEGIN
    IF worker_run_id IS NULL THEN
        INSERT INTO lead_roi.worker_run AS run (started_at, finished_at, as_of, posted, failed, sqlstate, message)
        VALUES (now(), clock_timestamp(), as_of, posted, failed, error_state, error_message)
        RETURNING run.worker_run_id INTO worker_run_id;
        DELETE FROM lead_roi.worker_run AS run WHERE run.started_at < now() - run_retention;
    ELSE
        UPDATE lead_roi.worker_run AS run
        SET finished_at = clock_timestamp(), posted = run.posted + record_run.posted, failed = run.failed + record_run.failed,
            sqlstate = coalesce(error_state, run.sqlstate), message = coalesce(error_message, run.message)
        WHERE run.worker_run_id = record_run.worker_run_id;
    END IF;
    RETURN worker_run_id;
EXCEPTION
    -- What is posted counts more than the record of it.
    WHEN transaction_rollback OR insufficient_resources OR operator_intervention OR system_error THEN
        RAISE;
    WHEN OTHERS THEN
        RAISE WARNING 'run could not be recorded in table "worker_run"'
            USING ERRCODE = sqlstate, DETAIL = sqlerrm;
        RETURN worker_run_id;
END
$$;

COMMENT ON FUNCTION record_run(bigint, date, bigint, bigint, text, text, interval) IS
'Internal: begins or continues a row of worker_run and removes old ones. NULL retention: keep all.';

REVOKE EXECUTE ON FUNCTION record_run(bigint, date, bigint, bigint, text, text, interval) FROM PUBLIC;

CREATE PROCEDURE post_due_expenses_in_batches(as_of date DEFAULT billing_today(), batch_size integer DEFAULT NULL)
LANGUAGE C
AS 'MODULE_PATHNAME', 'lead_roi_post_due_expenses_in_batches';

COMMENT ON PROCEDURE post_due_expenses_in_batches(date, integer) IS
'Posts what post_due_expenses() posts, and commits after each batch of about batch_size rows (default: lead_roi.batch_size). For schedulers such as pg_cron, and for very large catch-ups. The worker does the same.
An agreement that can''t be posted is left out, stays in overdue_expense with its error, and is tried again later; one that somebody else has locked is left to the next call. 22023 if as_of is NULL or infinite or batch_size below 1; 2D000 inside a transaction block.';

REVOKE EXECUTE ON PROCEDURE post_due_expenses_in_batches(date, integer) FROM PUBLIC;

--
-- What is due and not posted. Shares the bills with posting, so it can't disagree with it.
--
CREATE VIEW overdue_expense AS
SELECT agreement.recurring_expense_id, bill.bill_on, bill.bill_month,
       agreement.lead_source_id, lead_source.name AS lead_source, agreement.title,
       bill.amount::numeric(18,2) AS amount,
       billing_today() - bill.bill_on AS days_overdue,
       coalesce(failure.attempts, 0) AS attempts, failure.failed_at, failure.retry_at,
       failure.sqlstate AS sqlstate, failure.message AS message
FROM agreement
     JOIN lead_source USING (lead_source_id)
     LEFT JOIN posting_failure AS failure USING (recurring_expense_id)
     CROSS JOIN LATERAL recurring_expense_bills(
         agreement.starts_on, agreement.ends_on, agreement.amount, agreement.effective_on, agreement.new_amount,
         agreement.next_bill_on, billing_today(), agreement.every_months) AS bill
WHERE agreement.next_bill_on <= billing_today()
      AND NOT EXISTS (SELECT FROM posting
                      WHERE posting.recurring_expense_id = agreement.recurring_expense_id
                            AND posting.bill_month = bill.bill_month);

COMMENT ON VIEW overdue_expense IS
'Bills that are due today and not posted, with the error if posting them has failed. Empty when all is well.';
COMMENT ON COLUMN overdue_expense.recurring_expense_id IS 'The agreement; key of the view together with bill_on';
COMMENT ON COLUMN overdue_expense.bill_on IS 'Bill date';
COMMENT ON COLUMN overdue_expense.bill_month IS 'First day of the month to be billed';
COMMENT ON COLUMN overdue_expense.lead_source_id IS 'The lead source';
COMMENT ON COLUMN overdue_expense.lead_source IS 'Name of the lead source';
COMMENT ON COLUMN overdue_expense.title IS 'What is paid for';
COMMENT ON COLUMN overdue_expense.amount IS 'Amount in force on the bill date, in the ledger''s currency';
COMMENT ON COLUMN overdue_expense.days_overdue IS 'Days since the bill date; 0 on the day itself';
COMMENT ON COLUMN overdue_expense.attempts IS 'How often in a row posting the agreement has failed; 0: not tried, or not failed';
COMMENT ON COLUMN overdue_expense.failed_at IS 'When it failed last';
COMMENT ON COLUMN overdue_expense.retry_at IS 'When it is tried again';
COMMENT ON COLUMN overdue_expense.sqlstate IS 'SQLSTATE of the error';
COMMENT ON COLUMN overdue_expense.message IS 'Message of the error';

