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

CREATE FUNCTION media_expense(amount numeric, cost_type text) RETURNS numeric
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN CASE WHEN cost_type IN ('media', 'agency') THEN amount END;

COMMENT ON FUNCTION media_expense(numeric, text) IS
'The amount if the cost type is one of what is paid outside, media or agency; else NULL.';

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

CREATE TABLE posting_failure (
    recurring_expense_id bigint
        CONSTRAINT posting_failure_pkey PRIMARY KEY
        CONSTRAINT posting_failure_recurring_expense_id_fkey REFERENCES recurring_expense ON DELETE CASCADE,
    attempts  integer NOT NULL,
    failed_at timestamptz NOT NULL,
    retry_at  timestamptz NOT NULL,
    sqlstate  text NOT NULL,
    message   text NOT NULL
);

COMMENT ON TABLE posting_failure IS
'Agreements that post_due_expenses_in_batches() or the worker could not post, with the error. A row goes when the agreement has been posted.';
COMMENT ON COLUMN posting_failure.recurring_expense_id IS 'The agreement';
COMMENT ON COLUMN posting_failure.attempts IS 'How often in a row it has failed';
COMMENT ON COLUMN posting_failure.failed_at IS 'When it failed last';
COMMENT ON COLUMN posting_failure.retry_at IS 'When it is tried again: after a minute, then twice as long each time, up to an hour. Delete the row to have it tried at once';
COMMENT ON COLUMN posting_failure.sqlstate IS 'SQLSTATE of the error';
COMMENT ON COLUMN posting_failure.message IS 'Message of the error';

SELECT pg_catalog.pg_extension_config_dump('posting_failure', '');

CREATE TABLE worker_run (
    worker_run_id bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT worker_run_pkey PRIMARY KEY,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    as_of       date NOT NULL,
    posted      bigint NOT NULL,
    failed      bigint NOT NULL,
    sqlstate    text,
    message     text
);

CREATE INDEX worker_run_started_at_idx ON worker_run (started_at);

COMMENT ON TABLE worker_run IS
'Runs of the worker and of post_due_expenses_in_batches() that posted or failed; a run that found nothing to do leaves no row. Rows older than lead_roi.run_retention are removed when a new one comes.';
COMMENT ON COLUMN worker_run.worker_run_id IS 'Key, given by the database';
COMMENT ON COLUMN worker_run.started_at IS 'Begin of the first batch that posted or failed';
COMMENT ON COLUMN worker_run.finished_at IS 'End of the last one so far';
COMMENT ON COLUMN worker_run.as_of IS 'Date up to which bills were due';
COMMENT ON COLUMN worker_run.posted IS 'Number of expenses posted';
COMMENT ON COLUMN worker_run.failed IS 'Number of agreements that could not be posted, see overdue_expense';
COMMENT ON COLUMN worker_run.sqlstate IS 'SQLSTATE of the last error; NULL: none';
COMMENT ON COLUMN worker_run.message IS 'Message of the last error; NULL: none';

SELECT pg_catalog.pg_extension_config_dump('worker_run', '');
SELECT pg_catalog.pg_extension_config_dump('worker_run_worker_run_id_seq', '');

