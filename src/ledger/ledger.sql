--
-- ledger: agreements, the months they have been billed for, and every booked cost.
--

CREATE FUNCTION billing_today() RETURNS date
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_billing_today';

COMMENT ON FUNCTION billing_today() IS
'Today: the date in the time zone lead_roi.billing_timezone (empty: the session''s TimeZone) when the transaction began.';

CREATE DOMAIN cost_type AS text
    CONSTRAINT cost_type_known CHECK (VALUE IN ('media', 'agency', 'staff', 'sales', 'tools', 'other'));

COMMENT ON DOMAIN cost_type IS
'Kind of cost: media, agency, staff, sales, tools, other. Media and agency are what is paid outside; staff and sales are added for the fully loaded cost.';

--
-- The agreement. next_bill_on is the way to the work, derived from the row and never written: the
-- first bill date after posted_through, up to which every bill date is known to be posted. Deriving
-- it refuses what no schedule can be made of: an infinite starts_on, every_months below 1.
--
CREATE TABLE recurring_expense (
    recurring_expense_id bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT recurring_expense_pkey PRIMARY KEY,
    lead_source_id bigint NOT NULL
        CONSTRAINT recurring_expense_lead_source_id_fkey REFERENCES lead_source,
    title        text NOT NULL,
    amount       numeric NOT NULL
        CONSTRAINT recurring_expense_amount_finite CHECK (abs(amount) < 'Infinity'),
    starts_on    date NOT NULL
        CONSTRAINT recurring_expense_starts_on_not_before_1970 CHECK (starts_on >= '1970-01-01'),
    ends_on      date
        CONSTRAINT recurring_expense_ends_on_finite CHECK (isfinite(ends_on)),
    every_months integer NOT NULL DEFAULT 1,
    cost_type    cost_type NOT NULL DEFAULT 'media',
    notes        text,
    posted_through date,
    next_bill_on date GENERATED ALWAYS AS
        (next_bill_date(starts_on, ends_on, posted_through, every_months)) STORED,
    CONSTRAINT recurring_expense_ends_on_not_before_starts_on CHECK (ends_on >= starts_on)
);

CREATE INDEX recurring_expense_lead_source_id_idx ON recurring_expense (lead_source_id);
CREATE INDEX recurring_expense_next_bill_on_idx
    ON recurring_expense (next_bill_on, recurring_expense_id) WHERE next_bill_on IS NOT NULL;

COMMENT ON TABLE recurring_expense IS
'Recurring expenses: the agreement to pay an amount every so many months. An edit applies to bill dates not yet posted; deleting an agreement keeps its expenses.';
COMMENT ON COLUMN recurring_expense.recurring_expense_id IS 'Key, given by the database and never used again';
COMMENT ON COLUMN recurring_expense.lead_source_id IS 'The lead source that the money is spent on';
COMMENT ON COLUMN recurring_expense.title IS 'What is paid for; becomes the title of each expense';
COMMENT ON COLUMN recurring_expense.amount IS 'Amount of one bill, in the ledger''s currency, until the first row of amount_change takes effect';
COMMENT ON COLUMN recurring_expense.starts_on IS 'First bill date; may lie in the past. Later bills fall on its day of the month, or the last day of a shorter month';
COMMENT ON COLUMN recurring_expense.ends_on IS 'Last day of the agreement; a bill date on it is billed. NULL: open';
COMMENT ON COLUMN recurring_expense.every_months IS 'Months from one bill to the next: 1 monthly, 3 quarterly, 12 yearly';
COMMENT ON COLUMN recurring_expense.cost_type IS 'Kind of cost: media, agency, staff, sales, tools, other';
COMMENT ON COLUMN recurring_expense.notes IS 'Free text';
COMMENT ON COLUMN recurring_expense.posted_through IS
'Kept by post_due_expenses(): every bill date up to this one has its posting. NULL: not known, all will be looked at. Set it to NULL to have them looked at again';
COMMENT ON COLUMN recurring_expense.next_bill_on IS
'Derived: the next bill date that post_due_expenses() has to look at; NULL if there is none left';

SELECT pg_catalog.pg_extension_config_dump('recurring_expense', '');
SELECT pg_catalog.pg_extension_config_dump('recurring_expense_recurring_expense_id_seq', '');

CREATE FUNCTION recurring_expense_reopen() RETURNS trigger
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.posted_through := NULL;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION recurring_expense_reopen() IS
'Internal: after a change of its bill dates, has all months of an agreement looked at again.';

CREATE TRIGGER recurring_expense_reopen
    BEFORE UPDATE ON recurring_expense
    FOR EACH ROW
    WHEN (OLD.starts_on <> NEW.starts_on OR OLD.every_months <> NEW.every_months)
    EXECUTE FUNCTION recurring_expense_reopen();

COMMENT ON TRIGGER recurring_expense_reopen ON recurring_expense IS
'Has all months looked at again when the bill dates change';

CREATE TABLE amount_change (
    recurring_expense_id bigint NOT NULL
        CONSTRAINT amount_change_recurring_expense_id_fkey REFERENCES recurring_expense ON DELETE CASCADE,
    effective_on date NOT NULL
        CONSTRAINT amount_change_effective_on_finite CHECK (isfinite(effective_on)),
    amount       numeric NOT NULL
        CONSTRAINT amount_change_amount_finite CHECK (abs(amount) < 'Infinity'),
    CONSTRAINT amount_change_pkey PRIMARY KEY (recurring_expense_id, effective_on)
);

COMMENT ON TABLE amount_change IS
'Price changes of recurring expenses, past or ahead. Each bill has the amount in force on its bill date, however late it is posted; what is posted stays as it is.';
COMMENT ON COLUMN amount_change.recurring_expense_id IS 'The agreement';
COMMENT ON COLUMN amount_change.effective_on IS 'Bill dates from this day on have the new amount';
COMMENT ON COLUMN amount_change.amount IS 'New amount of one bill, in the ledger''s currency';

SELECT pg_catalog.pg_extension_config_dump('amount_change', '');

--
-- The posting. Its key is what makes billing exact, so nothing refers it back to the agreement: it
-- outlives the agreement, and an identity column never gives the same agreement again.
--
CREATE TABLE posting (
    recurring_expense_id bigint NOT NULL,
    bill_month date NOT NULL
        CONSTRAINT posting_bill_month_is_first_of_month CHECK (bill_month = bill_month(bill_on)),
    bill_on    date NOT NULL,
    amount     numeric NOT NULL
        CONSTRAINT posting_amount_finite CHECK (abs(amount) < 'Infinity'),
    posted_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT posting_pkey PRIMARY KEY (recurring_expense_id, bill_month)
);

COMMENT ON TABLE posting IS
'Postings: the record that an agreement''s month has been billed. Insert-only; written by post_due_expenses(). It stays when its expense or its agreement is deleted.';
COMMENT ON COLUMN posting.recurring_expense_id IS 'The agreement, which may since have been deleted';
COMMENT ON COLUMN posting.bill_month IS 'First day of the month that has been billed';
COMMENT ON COLUMN posting.bill_on IS 'Bill date, in that month';
COMMENT ON COLUMN posting.amount IS 'Budgeted amount in force on the bill date, in the ledger''s currency';
COMMENT ON COLUMN posting.posted_at IS 'When it was posted, which may be long after the bill date';

SELECT pg_catalog.pg_extension_config_dump('posting', '');

CREATE FUNCTION posting_is_insert_only() RETURNS trigger
LANGUAGE plpgsql VOLATILE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION 'postings are insert-only'
        USING ERRCODE = 'object_not_in_prerequisite_state',
              DETAIL = pg_catalog.format('%s of table "posting" would let a month be billed twice.', TG_OP),
              HINT = 'Edit or delete the row of table "expense" instead; the posting keeps the budgeted amount.';
END
$$;

COMMENT ON FUNCTION posting_is_insert_only() IS 'Internal: refuses to change or remove postings.';

CREATE TRIGGER posting_is_insert_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON posting
    FOR EACH STATEMENT
    EXECUTE FUNCTION posting_is_insert_only();

COMMENT ON TRIGGER posting_is_insert_only ON posting IS 'Refuses to change or remove postings';

CREATE TABLE expense (
    expense_id     bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT expense_pkey PRIMARY KEY,
    lead_source_id bigint NOT NULL
        CONSTRAINT expense_lead_source_id_fkey REFERENCES lead_source,
    incurred_on    date NOT NULL DEFAULT billing_today()
        CONSTRAINT expense_incurred_on_finite CHECK (isfinite(incurred_on)),
    amount         numeric NOT NULL
        CONSTRAINT expense_amount_finite CHECK (abs(amount) < 'Infinity'),
    cost_type      cost_type NOT NULL DEFAULT 'media',
    title          text NOT NULL,
    notes          text,
    recurring_expense_id bigint,
    bill_month     date,
    CONSTRAINT expense_posting_key UNIQUE (recurring_expense_id, bill_month),
    CONSTRAINT expense_posting_fkey FOREIGN KEY (recurring_expense_id, bill_month)
        REFERENCES posting MATCH FULL
);

CREATE INDEX expense_lead_source_id_incurred_on_idx ON expense (lead_source_id, incurred_on);

COMMENT ON TABLE expense IS
'Expenses: every booked cost of a lead source, on one date. One-time expenses are entered here; recurring ones are posted here, and may then be edited to the actual bill or deleted.';
COMMENT ON COLUMN expense.expense_id IS 'Key, given by the database';
COMMENT ON COLUMN expense.lead_source_id IS 'The lead source that the money was spent on';
COMMENT ON COLUMN expense.incurred_on IS 'Date of the cost; a posted expense has its bill date';
COMMENT ON COLUMN expense.amount IS 'Amount in the ledger''s currency; negative for a credit';
COMMENT ON COLUMN expense.cost_type IS 'Kind of cost: media, agency, staff, sales, tools, other; staff and sales make the fully loaded cost';
COMMENT ON COLUMN expense.title IS 'What was paid for';
COMMENT ON COLUMN expense.notes IS 'Free text';
COMMENT ON COLUMN expense.recurring_expense_id IS 'The agreement of a posted expense; NULL for a one-time expense';
COMMENT ON COLUMN expense.bill_month IS 'The billed month of a posted expense, as in posting; NULL for a one-time expense';

SELECT pg_catalog.pg_extension_config_dump('expense', '');
SELECT pg_catalog.pg_extension_config_dump('expense_expense_id_seq', '');

--
-- The bills of one agreement, each with the amount in force on its bill date. Forecasts and
-- postings both take theirs from here. Inlined by the planner, as expand_recurring_expense().
--
CREATE FUNCTION recurring_expense_bills(recurring_expense_id bigint, starts_on date, ends_on date,
                                        amount numeric, from_date date, through_date date,
                                        every_months integer)
RETURNS TABLE (bill_on date, bill_month date, amount numeric)
LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 36
BEGIN ATOMIC
    SELECT bill.bill_on, bill.bill_month,
           coalesce((SELECT change.amount
                     FROM amount_change AS change
                     WHERE change.recurring_expense_id = $1 AND change.effective_on <= bill.bill_on
                     ORDER BY change.effective_on DESC
                     LIMIT 1),
                    bill.amount)
    FROM expand_recurring_expense($2, $3, $4, $5, $6, $7) AS bill;
END;

COMMENT ON FUNCTION recurring_expense_bills(bigint, date, date, numeric, date, date, integer) IS
'The bills of a stored agreement from from_date through through_date, each with the amount in force on its bill date (amount_change, else the given amount). Takes the columns of recurring_expense; dates, NULLs and errors as expand_recurring_expense().';

--
-- Posting goes slice by slice: the agreements that have waited longest, their oldest bills.
--
-- An agreement's first missing bill is never older than next_bill_on. So the oldest n bills belong
-- to the first n agreements by next_bill_on, and lie within so many months of the last of those
-- that n agreements times that many bills make n.
--
-- The agreements are locked by a statement of their own, so that the one that posts sees their
-- latest state and that of their price changes: an edit comes wholly before a bill or wholly after.
--
CREATE FUNCTION post_due_expenses(as_of date DEFAULT billing_today(), max_rows bigint DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
AS $$
DECLARE
    agreements bigint[];
    slice_rows bigint;
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
          AND EXISTS (SELECT FROM lead_roi.recurring_expense WHERE next_bill_on <= as_of)
    LOOP
        PERFORM pg_advisory_xact_lock('lead_roi.posting'::regclass::oid::integer, 0);

        agreements := ARRAY(
            SELECT recurring_expense_id
            FROM lead_roi.recurring_expense
            WHERE next_bill_on <= as_of
            ORDER BY next_bill_on, recurring_expense_id
            LIMIT max_rows - total_rows
            FOR UPDATE);

        WITH agreement AS (
            SELECT recurring_expense.*
            FROM unnest(agreements) AS chosen (recurring_expense_id)
                 JOIN lead_roi.recurring_expense USING (recurring_expense_id)
        ),
        slice AS (
            SELECT max(next_bill_on)
                   + least(as_of - max(next_bill_on),
                           31 * max(every_months)::numeric
                           * ceil((max_rows - total_rows)::numeric / count(*)))::integer AS through_date
            FROM agreement
        ),
        bill AS MATERIALIZED (
            SELECT agreement.recurring_expense_id, bill.bill_on, bill.bill_month, bill.amount
            FROM slice, agreement,
                 lead_roi.recurring_expense_bills(
                     agreement.recurring_expense_id, agreement.starts_on, agreement.ends_on,
                     agreement.amount, agreement.next_bill_on, slice.through_date,
                     agreement.every_months) AS bill
            ORDER BY bill.bill_on, agreement.recurring_expense_id
            LIMIT max_rows - total_rows
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
            FROM posted JOIN agreement USING (recurring_expense_id)
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
        SELECT count(*) INTO slice_rows FROM posted;

        total_rows := total_rows + slice_rows;
    END LOOP;
    RETURN total_rows;
END
$$;

COMMENT ON FUNCTION post_due_expenses(date, bigint) IS
'Posts every bill date up to as_of whose month has no posting: oldest first, each dated on its own bill date, with the amount in force on it. Returns the number of expenses posted; a second call returns 0.
as_of: default today in the billing time zone; a later date posts ahead. max_rows: stop after so many; call again to go on. Callers at the same time wait for each other and post nothing twice. 22023 if as_of is NULL or infinite or max_rows below 1.';

REVOKE EXECUTE ON FUNCTION post_due_expenses(date, bigint) FROM PUBLIC;

