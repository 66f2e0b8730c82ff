--
-- ledger: every booked cost.
--

CREATE TABLE @ledger@.expense (
    expense_id     bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT expense_pkey PRIMARY KEY,
    lead_source_id bigint
        CONSTRAINT expense_lead_source_id_fkey REFERENCES @ledger@.lead_source,
    incurred_on    date NOT NULL DEFAULT @today@
        CONSTRAINT expense_incurred_on_between_1900_and_2200 CHECK (incurred_on BETWEEN '1900-01-01' AND '2200-12-31'),
    amount         numeric NOT NULL
        CONSTRAINT expense_amount_below_1e30_to_20_decimals
        CHECK (abs(amount) < 1e30 AND scale(amount) <= 20),
    currency       text
        CONSTRAINT expense_currency_is_code CHECK (currency ~ '^[A-Z]{3}$'),
    covers_from    date
        CONSTRAINT expense_covers_from_between_1900_and_2200 CHECK (covers_from BETWEEN '1900-01-01' AND '2200-12-31'),
    covers_through date
        CONSTRAINT expense_covers_through_between_1900_and_2200 CHECK (covers_through BETWEEN '1900-01-01' AND '2200-12-31'),
    cost_type      text NOT NULL DEFAULT 'media'
        CONSTRAINT cost_type_is_media_agency_staff_sales_tools_or_other
        CHECK (cost_type IN ('media', 'agency', 'staff', 'sales', 'tools', 'other')),
    title          text NOT NULL,
    notes          text,
    external_id    text
        CONSTRAINT expense_external_id_key UNIQUE,
    shared_from    bigint,
    import_id      bigint,
    recurring_expense_id bigint,
    bill_month     date,
    CONSTRAINT expense_covers_from_not_after_covers_through CHECK (covers_from <= covers_through),
    CONSTRAINT expense_covers_from_and_covers_through_together CHECK ((covers_from IS NULL) = (covers_through IS NULL)),
    CONSTRAINT expense_posting_key UNIQUE (recurring_expense_id, bill_month),
    CONSTRAINT expense_posting_fkey FOREIGN KEY (recurring_expense_id, bill_month)
        REFERENCES @ledger@.posting MATCH FULL
);

CREATE INDEX expense_lead_source_id_incurred_on_idx ON @ledger@.expense (lead_source_id, incurred_on);
CREATE INDEX expense_month_idx ON @ledger@.expense (lead_roi.month_of(incurred_on));
CREATE INDEX expense_covers_from_idx ON @ledger@.expense (covers_from) WHERE covers_from IS NOT NULL;
CREATE INDEX expense_currency_idx ON @ledger@.expense (currency, incurred_on) WHERE currency IS NOT NULL;
CREATE INDEX expense_shared_from_idx ON @ledger@.expense (shared_from) WHERE shared_from IS NOT NULL;

COMMENT ON TABLE @ledger@.expense IS
'Expenses: every booked cost of a lead source, on one date. One-time expenses are entered here; recurring ones are posted here, and may then be edited to the actual bill or deleted.';
COMMENT ON COLUMN @ledger@.expense.expense_id IS 'Key, given by the database';
COMMENT ON COLUMN @ledger@.expense.lead_source_id IS 'The lead source that the money was spent on; NULL: unknown';
COMMENT ON COLUMN @ledger@.expense.incurred_on IS 'Date of the cost; a posted expense has its bill date';
COMMENT ON COLUMN @ledger@.expense.amount IS 'Amount, negative for a credit';
COMMENT ON COLUMN @ledger@.expense.currency IS 'Currency of the amount (ISO 4217); NULL: the ledger''s. Reports convert it at the rate of incurred_on, see exchange_rate';
COMMENT ON COLUMN @ledger@.expense.covers_from IS 'First day of the period that the cost is for, such as a yearly licence; reports take it in parts, month by month. NULL: the cost is that of incurred_on alone';
COMMENT ON COLUMN @ledger@.expense.covers_through IS 'Last day of that period; NULL with covers_from';
COMMENT ON COLUMN @ledger@.expense.cost_type IS 'Kind of cost: media, agency, staff, sales, tools, other; media and agency are the media expense, all of them the fully loaded cost';
COMMENT ON COLUMN @ledger@.expense.title IS 'What was paid for';
COMMENT ON COLUMN @ledger@.expense.notes IS 'Free text';
COMMENT ON COLUMN @ledger@.expense.external_id IS 'Key of the expense in the system it is imported from; makes imports repeatable with ON CONFLICT';
COMMENT ON COLUMN @ledger@.expense.shared_from IS 'The expense that is shared, see share_expense(): in its own row, in the one that takes its amount off its lead source, and in its parts. NULL: not shared';
COMMENT ON COLUMN @ledger@.expense.import_id IS 'The file that added it, see import; NULL: none';
COMMENT ON COLUMN @ledger@.expense.recurring_expense_id IS 'The recurring expense of a posted expense; NULL for a one-time expense';
COMMENT ON COLUMN @ledger@.expense.bill_month IS 'The billed month of a posted expense, as in posting; NULL for a one-time expense';

-- What somebody has deleted is told from what is lost.
CREATE TABLE @ledger@.expense_removal (
    recurring_expense_id bigint NOT NULL,
    bill_month date NOT NULL,
    removed_at timestamptz NOT NULL DEFAULT now(),
    removed_by text NOT NULL DEFAULT session_user,
    CONSTRAINT expense_removal_pkey PRIMARY KEY (recurring_expense_id, bill_month)
);

COMMENT ON TABLE @ledger@.expense_removal IS
'Posted expenses that somebody has deleted, with the last deletion of each. Their postings stay, so the expenses do not come back. Written by a trigger of expense.';
COMMENT ON COLUMN @ledger@.expense_removal.recurring_expense_id IS 'The recurring expense of the deleted expense';
COMMENT ON COLUMN @ledger@.expense_removal.bill_month IS 'The month that it was billed for';
COMMENT ON COLUMN @ledger@.expense_removal.removed_at IS 'When it was deleted';
COMMENT ON COLUMN @ledger@.expense_removal.removed_by IS 'Role that was logged in';

CREATE TRIGGER record_removal
    AFTER DELETE ON @ledger@.expense
    FOR EACH ROW WHEN (OLD.recurring_expense_id IS NOT NULL)
    EXECUTE FUNCTION lead_roi.record_removal();

COMMENT ON TRIGGER record_removal ON @ledger@.expense IS 'Notes in expense_removal that a posted expense was deleted';
