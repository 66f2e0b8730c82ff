--
-- ledger: every booked cost.
--

CREATE TABLE @ledger@.expense (
    expense_id     bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT expense_pkey PRIMARY KEY,
    lead_source_id bigint NOT NULL
        CONSTRAINT expense_lead_source_id_fkey REFERENCES @ledger@.lead_source,
    incurred_on    date NOT NULL DEFAULT @today@
        CONSTRAINT expense_incurred_on_finite CHECK (isfinite(incurred_on)),
    amount         numeric NOT NULL
        CONSTRAINT expense_amount_finite CHECK (abs(amount) < 'Infinity'),
    cost_type      text NOT NULL DEFAULT 'media'
        CONSTRAINT cost_type_is_media_agency_staff_sales_tools_or_other
        CHECK (cost_type IN ('media', 'agency', 'staff', 'sales', 'tools', 'other')),
    title          text NOT NULL,
    notes          text,
    recurring_expense_id bigint,
    bill_month     date,
    CONSTRAINT expense_posting_key UNIQUE (recurring_expense_id, bill_month),
    CONSTRAINT expense_posting_fkey FOREIGN KEY (recurring_expense_id, bill_month)
        REFERENCES @ledger@.posting MATCH FULL
);

CREATE INDEX expense_lead_source_id_incurred_on_idx ON @ledger@.expense (lead_source_id, incurred_on);

COMMENT ON TABLE @ledger@.expense IS
'Expenses: every booked cost of a lead source, on one date. One-time expenses are entered here; recurring ones are posted here, and may then be edited to the actual bill or deleted.';
COMMENT ON COLUMN @ledger@.expense.expense_id IS 'Key, given by the database';
COMMENT ON COLUMN @ledger@.expense.lead_source_id IS 'The lead source that the money was spent on';
COMMENT ON COLUMN @ledger@.expense.incurred_on IS 'Date of the cost; a posted expense has its bill date';
COMMENT ON COLUMN @ledger@.expense.amount IS 'Amount in the ledger''s currency; negative for a credit';
COMMENT ON COLUMN @ledger@.expense.cost_type IS 'Kind of cost: media, agency, staff, sales, tools, other; staff and sales make the fully loaded cost';
COMMENT ON COLUMN @ledger@.expense.title IS 'What was paid for';
COMMENT ON COLUMN @ledger@.expense.notes IS 'Free text';
COMMENT ON COLUMN @ledger@.expense.recurring_expense_id IS 'The recurring expense of a posted expense; NULL for a one-time expense';
COMMENT ON COLUMN @ledger@.expense.bill_month IS 'The billed month of a posted expense, as in posting; NULL for a one-time expense';
