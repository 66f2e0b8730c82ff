--
-- ledger: recurring expenses as bills are made from them, and the bills that are due and not posted.
--

CREATE OR REPLACE VIEW @ledger@.recurring_expense_terms AS
SELECT recurring_expense_id, lead_source_id, title, amount, currency, starts_on, ends_on, every_months::integer AS every_months, cost_type,
       posted_through, next_bill_on, change.effective_on, change.new_amount
FROM @ledger@.recurring_expense
     CROSS JOIN LATERAL (
         SELECT array_agg(amount_change.effective_on ORDER BY amount_change.effective_on) AS effective_on,
                array_agg(amount_change.amount ORDER BY amount_change.effective_on) AS new_amount
         FROM @ledger@.amount_change
         WHERE amount_change.recurring_expense_id = recurring_expense.recurring_expense_id) AS change;

COMMENT ON VIEW @ledger@.recurring_expense_terms IS
'Recurring expenses with their price changes, as lead_roi.recurring_expense_bills() takes them; what posting, overdue_expense and upcoming_expense read.';
COMMENT ON COLUMN @ledger@.recurring_expense_terms.recurring_expense_id IS 'The recurring expense; key of the view';
COMMENT ON COLUMN @ledger@.recurring_expense_terms.lead_source_id IS 'The lead source that the money is spent on';
COMMENT ON COLUMN @ledger@.recurring_expense_terms.title IS 'What is paid for';
COMMENT ON COLUMN @ledger@.recurring_expense_terms.amount IS 'Amount of one bill before the first price change';
COMMENT ON COLUMN @ledger@.recurring_expense_terms.currency IS 'Currency of the amounts (ISO 4217); NULL: the ledger''s';
COMMENT ON COLUMN @ledger@.recurring_expense_terms.starts_on IS 'First bill date';
COMMENT ON COLUMN @ledger@.recurring_expense_terms.ends_on IS 'Last day of the arrangement; NULL: open';
COMMENT ON COLUMN @ledger@.recurring_expense_terms.every_months IS 'Months from one bill to the next';
COMMENT ON COLUMN @ledger@.recurring_expense_terms.cost_type IS 'Kind of cost';
COMMENT ON COLUMN @ledger@.recurring_expense_terms.posted_through IS 'Every bill date up to this one has its posting; NULL: not known';
COMMENT ON COLUMN @ledger@.recurring_expense_terms.next_bill_on IS 'The next bill date that post_due_expenses() has to look at; NULL if there is none left';
COMMENT ON COLUMN @ledger@.recurring_expense_terms.effective_on IS 'Dates of the price changes, sorted; NULL: none';
COMMENT ON COLUMN @ledger@.recurring_expense_terms.new_amount IS 'The amount from each of these dates on; NULL: none';

--
-- What is due and not posted. Shares the bills with posting, so it can't disagree with it.
--
CREATE OR REPLACE VIEW @ledger@.overdue_expense AS
SELECT terms.recurring_expense_id, bill.bill_on, bill.bill_month,
       terms.lead_source_id, lead_source.name AS lead_source, terms.title,
       round(
@converted(bill.amount, terms.currency, bill.bill_on)@, @decimals@) AS amount,
       @today@ - bill.bill_on AS days_overdue,
       coalesce(failure.attempts, 0) AS attempts, failure.failed_at, failure.retry_at,
       failure.sqlstate AS sqlstate, failure.message AS message,
       bill.amount AS billed_amount, terms.currency
FROM @ledger@.recurring_expense_terms AS terms
     JOIN @ledger@.lead_source USING (lead_source_id)
     LEFT JOIN @ledger@.posting_failure AS failure USING (recurring_expense_id)
     CROSS JOIN LATERAL lead_roi.recurring_expense_bills(
         terms.starts_on, terms.ends_on, terms.amount, terms.effective_on, terms.new_amount,
         terms.next_bill_on, @today@, terms.every_months) AS bill
WHERE terms.next_bill_on <= @today@
      AND NOT EXISTS (SELECT FROM @ledger@.posting
                      WHERE posting.recurring_expense_id = terms.recurring_expense_id
                            AND posting.bill_month = bill.bill_month);

COMMENT ON VIEW @ledger@.overdue_expense IS
'Bills that are due today and not posted, with the error if posting them has failed. Empty when all is well.';
COMMENT ON COLUMN @ledger@.overdue_expense.recurring_expense_id IS 'The recurring expense; key of the view together with bill_on';
COMMENT ON COLUMN @ledger@.overdue_expense.bill_on IS 'Bill date';
COMMENT ON COLUMN @ledger@.overdue_expense.bill_month IS 'First day of the month to be billed';
COMMENT ON COLUMN @ledger@.overdue_expense.lead_source_id IS 'The lead source';
COMMENT ON COLUMN @ledger@.overdue_expense.lead_source IS 'Name of the lead source';
COMMENT ON COLUMN @ledger@.overdue_expense.title IS 'What is paid for';
COMMENT ON COLUMN @ledger@.overdue_expense.amount IS 'Amount in force on the bill date, in the ledger''s currency; NULL: there is no exchange rate';
COMMENT ON COLUMN @ledger@.overdue_expense.days_overdue IS 'Days since the bill date; 0 on the day itself';
COMMENT ON COLUMN @ledger@.overdue_expense.attempts IS 'How often in a row posting the recurring expense has failed; 0: not tried, or not failed';
COMMENT ON COLUMN @ledger@.overdue_expense.failed_at IS 'When it failed last';
COMMENT ON COLUMN @ledger@.overdue_expense.retry_at IS 'When it is tried again';
COMMENT ON COLUMN @ledger@.overdue_expense.sqlstate IS 'SQLSTATE of the error';
COMMENT ON COLUMN @ledger@.overdue_expense.message IS 'Message of the error';
COMMENT ON COLUMN @ledger@.overdue_expense.billed_amount IS 'Amount in force on the bill date, in the currency of the recurring expense';
COMMENT ON COLUMN @ledger@.overdue_expense.currency IS 'That currency (ISO 4217); NULL: the ledger''s';

