--
-- ledger: recurring expenses and their price changes.
--

-- A fraction is refused where it is entered, and not rounded.
CREATE DOMAIN @ledger@.whole_months AS numeric
    CONSTRAINT whole_number_of_months_from_1_to_1200 CHECK (VALUE BETWEEN 1 AND 1200 AND VALUE = trunc(VALUE));

COMMENT ON DOMAIN @ledger@.whole_months IS 'Whole number of months from 1 to 1200';

--
-- next_bill_on is the way to the work, derived from the row and never written: the first bill date
-- after posted_through, up to which every bill date is known to be posted.
--
CREATE TABLE @ledger@.recurring_expense (
    recurring_expense_id bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT recurring_expense_pkey PRIMARY KEY,
    lead_source_id bigint NOT NULL
        CONSTRAINT recurring_expense_lead_source_id_fkey REFERENCES @ledger@.lead_source,
    title        text NOT NULL,
    amount       numeric NOT NULL
        CONSTRAINT recurring_expense_amount_below_1e30_to_20_decimals
        CHECK (abs(amount) < 1e30 AND scale(amount) <= 20),
    currency     text
        CONSTRAINT recurring_expense_currency_is_code CHECK (currency ~ '^[A-Z]{3}$'),
    starts_on    date NOT NULL
        CONSTRAINT recurring_expense_starts_on_between_1970_and_2200 CHECK (starts_on BETWEEN '1970-01-01' AND '2200-12-31'),
    ends_on      date
        CONSTRAINT recurring_expense_ends_on_not_after_2200 CHECK (ends_on <= '2200-12-31'),
    every_months @ledger@.whole_months NOT NULL DEFAULT 1,
    covers_period boolean NOT NULL DEFAULT false,
    cost_type    text NOT NULL DEFAULT 'media'
        CONSTRAINT cost_type_is_media_agency_staff_sales_tools_or_other
        CHECK (cost_type IN ('media', 'agency', 'staff', 'sales', 'tools', 'other')),
    notes        text,
    posted_through date,
    next_bill_on date GENERATED ALWAYS AS
        (lead_roi.next_bill_date(starts_on, ends_on, posted_through, every_months::integer)) STORED,
    CONSTRAINT recurring_expense_ends_on_not_before_starts_on CHECK (ends_on >= starts_on)
);

CREATE INDEX recurring_expense_lead_source_id_idx ON @ledger@.recurring_expense (lead_source_id);
CREATE INDEX recurring_expense_next_bill_on_idx
    ON @ledger@.recurring_expense (next_bill_on, recurring_expense_id) WHERE next_bill_on IS NOT NULL;

COMMENT ON TABLE @ledger@.recurring_expense IS
'Recurring expenses: what falls due again and again, such as an agency''s monthly fee. An edit applies to bill dates that are not posted yet; deleting a recurring expense keeps its expenses.';
COMMENT ON COLUMN @ledger@.recurring_expense.recurring_expense_id IS 'Key, given by the database and never reused';
COMMENT ON COLUMN @ledger@.recurring_expense.lead_source_id IS 'The lead source that the money is spent on';
COMMENT ON COLUMN @ledger@.recurring_expense.title IS 'What is paid for; becomes the title of each expense';
COMMENT ON COLUMN @ledger@.recurring_expense.amount IS 'Amount of one bill, until the first row of amount_change takes effect';
COMMENT ON COLUMN @ledger@.recurring_expense.currency IS 'Currency of the amount and its changes (ISO 4217); NULL: the ledger''s';
COMMENT ON COLUMN @ledger@.recurring_expense.starts_on IS 'First bill date; may lie in the past. Later bills fall on its day of the month, or the last day of a shorter month';
COMMENT ON COLUMN @ledger@.recurring_expense.ends_on IS 'Last day of the arrangement; a bill date on it is billed. NULL: open';
COMMENT ON COLUMN @ledger@.recurring_expense.every_months IS 'Months from one bill to the next: 1 monthly, 3 quarterly, 12 yearly';
COMMENT ON COLUMN @ledger@.recurring_expense.covers_period IS 'Each bill is for the months until the next one, and reports take it in parts; false: for its bill date alone';
COMMENT ON COLUMN @ledger@.recurring_expense.cost_type IS 'Kind of cost: media, agency, staff, sales, tools, other';
COMMENT ON COLUMN @ledger@.recurring_expense.notes IS 'Free text';
COMMENT ON COLUMN @ledger@.recurring_expense.posted_through IS
'Kept by post_due_expenses(): every bill date up to this one has its posting. NULL: unknown, so every bill date is checked. Set it to NULL to force a recheck';
COMMENT ON COLUMN @ledger@.recurring_expense.next_bill_on IS
'Derived: the next bill date that post_due_expenses() has to look at; NULL if there is none left';

CREATE TRIGGER reopen_recurring_expense
    BEFORE UPDATE ON @ledger@.recurring_expense
    FOR EACH ROW
    WHEN (OLD.starts_on <> NEW.starts_on OR OLD.every_months <> NEW.every_months)
    EXECUTE FUNCTION lead_roi.reopen_recurring_expense();

COMMENT ON TRIGGER reopen_recurring_expense ON @ledger@.recurring_expense IS
'Forces a recheck of all months when the bill dates change';

CREATE TABLE @ledger@.amount_change (
    recurring_expense_id bigint NOT NULL
        CONSTRAINT amount_change_recurring_expense_id_fkey REFERENCES @ledger@.recurring_expense ON DELETE CASCADE,
    effective_on date NOT NULL
        CONSTRAINT amount_change_effective_on_between_1900_and_2200 CHECK (effective_on BETWEEN '1900-01-01' AND '2200-12-31'),
    amount       numeric NOT NULL
        CONSTRAINT amount_change_amount_below_1e30_to_20_decimals
        CHECK (abs(amount) < 1e30 AND scale(amount) <= 20),
    CONSTRAINT amount_change_pkey PRIMARY KEY (recurring_expense_id, effective_on)
);

COMMENT ON TABLE @ledger@.amount_change IS
'Price changes of recurring expenses, past or ahead. Each bill has the amount in force on its bill date, however late it is posted; what is posted stays as it is.';
COMMENT ON COLUMN @ledger@.amount_change.recurring_expense_id IS 'The recurring expense';
COMMENT ON COLUMN @ledger@.amount_change.effective_on IS 'Bill dates from this day on have the new amount';
COMMENT ON COLUMN @ledger@.amount_change.amount IS 'New amount of one bill, in the currency of the recurring expense';
