--
-- ledger: which bills are posted, which could not be, and the runs that posted them.
--

-- The key is what makes billing exact. Nothing refers it back to the recurring expense: the posting
-- outlives that, and an identity column never gives the same key again.
CREATE TABLE @ledger@.posting (
    recurring_expense_id bigint NOT NULL,
    bill_month date NOT NULL
        CONSTRAINT posting_bill_month_is_first_of_month CHECK (bill_month = date_trunc('month', bill_on::timestamp)::date),
    bill_on    date NOT NULL,
    amount     numeric NOT NULL
        CONSTRAINT posting_amount_below_1e30_to_20_decimals
        CHECK (abs(amount) < 1e30 AND scale(amount) <= 20),
    currency   text
        CONSTRAINT posting_currency_is_code CHECK (currency ~ '^[A-Z]{3}$'),
    posted_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT posting_pkey PRIMARY KEY (recurring_expense_id, bill_month)
);

COMMENT ON TABLE @ledger@.posting IS
'Postings: the record that a month of a recurring expense has been billed. Insert-only; written by post_due_expenses(). A posting stays when its expense or its recurring expense is deleted.';
COMMENT ON COLUMN @ledger@.posting.recurring_expense_id IS 'The recurring expense, which may since have been deleted';
COMMENT ON COLUMN @ledger@.posting.bill_month IS 'First day of the month that has been billed';
COMMENT ON COLUMN @ledger@.posting.bill_on IS 'Bill date, in that month';
COMMENT ON COLUMN @ledger@.posting.amount IS 'Budgeted amount in force on the bill date';
COMMENT ON COLUMN @ledger@.posting.currency IS 'Currency of the amount when it was posted (ISO 4217); NULL: the ledger''s';
COMMENT ON COLUMN @ledger@.posting.posted_at IS 'When it was posted, which may be long after the bill date';

CREATE TRIGGER keep_postings
    BEFORE UPDATE OR DELETE OR TRUNCATE ON @ledger@.posting
    FOR EACH STATEMENT
    EXECUTE FUNCTION lead_roi.keep_postings();

COMMENT ON TRIGGER keep_postings ON @ledger@.posting IS 'Refuses to change or remove postings';

CREATE TABLE @ledger@.posting_failure (
    recurring_expense_id bigint
        CONSTRAINT posting_failure_pkey PRIMARY KEY
        CONSTRAINT posting_failure_recurring_expense_id_fkey REFERENCES @ledger@.recurring_expense ON DELETE CASCADE,
    attempts  integer NOT NULL,
    failed_at timestamptz NOT NULL,
    retry_at  timestamptz NOT NULL,
    sqlstate  text NOT NULL,
    message   text NOT NULL
);

COMMENT ON TABLE @ledger@.posting_failure IS
'Recurring expenses that post_due_expenses_in_batches() or the worker could not post, with the error. The row is deleted once the recurring expense has been posted.';
COMMENT ON COLUMN @ledger@.posting_failure.recurring_expense_id IS 'The recurring expense';
COMMENT ON COLUMN @ledger@.posting_failure.attempts IS 'How often in a row it has failed';
COMMENT ON COLUMN @ledger@.posting_failure.failed_at IS 'When it failed last';
COMMENT ON COLUMN @ledger@.posting_failure.retry_at IS 'When it is tried again: after a minute, then twice as long each time, up to an hour. Delete the row to have it tried at once';
COMMENT ON COLUMN @ledger@.posting_failure.sqlstate IS 'SQLSTATE of the error';
COMMENT ON COLUMN @ledger@.posting_failure.message IS 'Message of the error';

CREATE TABLE @ledger@.posting_run (
    posting_run_id bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT posting_run_pkey PRIMARY KEY,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    run_by      text NOT NULL DEFAULT session_user,
    as_of       date NOT NULL,
    posted      bigint NOT NULL,
    failed      bigint NOT NULL,
    unposted    bigint NOT NULL DEFAULT 0,
    sqlstate    text,
    message     text
);

CREATE INDEX posting_run_started_at_idx ON @ledger@.posting_run (started_at);

COMMENT ON TABLE @ledger@.posting_run IS
'Runs of the worker and of post_due_expenses_in_batches() that posted or failed, and of unpost_expenses() that removed something; a run that found nothing to do leaves no row. Rows older than lead_roi.run_retention are removed when a new one comes.';
COMMENT ON COLUMN @ledger@.posting_run.posting_run_id IS 'Key, given by the database';
COMMENT ON COLUMN @ledger@.posting_run.started_at IS 'Start of the first batch that posted or failed';
COMMENT ON COLUMN @ledger@.posting_run.finished_at IS 'End of the last one so far';
COMMENT ON COLUMN @ledger@.posting_run.run_by IS 'Role that was logged in; the worker''s is that of the server''s first superuser';
COMMENT ON COLUMN @ledger@.posting_run.as_of IS 'Date up to which bills were due; of unpost_expenses(): date after which postings were removed';
COMMENT ON COLUMN @ledger@.posting_run.posted IS 'Number of expenses posted';
COMMENT ON COLUMN @ledger@.posting_run.failed IS 'Number of recurring expenses that could not be posted, see overdue_expense';
COMMENT ON COLUMN @ledger@.posting_run.unposted IS 'Number of postings removed by unpost_expenses()';
COMMENT ON COLUMN @ledger@.posting_run.sqlstate IS 'SQLSTATE of the last error; NULL: none';
COMMENT ON COLUMN @ledger@.posting_run.message IS 'Message of the last error; NULL: none';
