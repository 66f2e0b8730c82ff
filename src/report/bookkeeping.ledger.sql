--
-- report: expenses looked at ahead and in hindsight. overdue_expense is the ledger room's.
--

-- OFFSET 0 keeps the search for a posting from becoming a join: the planner would take that to leave one
-- row, and collect the price changes anew for each bill.
CREATE OR REPLACE VIEW @ledger@.upcoming_expense AS
SELECT ahead.recurring_expense_id, ahead.bill_on, ahead.bill_month, ahead.lead_source_id,
       coalesce(lead_source.name, '(unknown)') AS lead_source, coalesce(lead_source.category, '(unknown)') AS category,
       ahead.title, ahead.cost_type, round(
@converted(ahead.amount, ahead.currency, ahead.bill_on)@, @decimals@) AS amount,
       ahead.expense_id, ahead.amount AS billed_amount, ahead.currency
FROM (SELECT terms.recurring_expense_id, bill.bill_on, bill.bill_month, terms.lead_source_id, terms.title, terms.cost_type,
             bill.amount, terms.currency, NULL::bigint AS expense_id
      FROM (SELECT @today@ AS today, (@today@ + interval '12 months')::date AS through_date) AS horizon
           CROSS JOIN @ledger@.recurring_expense_terms AS terms
           CROSS JOIN LATERAL lead_roi.recurring_expense_bills(
               terms.starts_on, terms.ends_on, terms.amount, terms.effective_on, terms.new_amount,
               greatest(terms.next_bill_on, today + 1), through_date, terms.every_months) AS bill
      WHERE terms.next_bill_on <= through_date
            AND NOT EXISTS (SELECT FROM @ledger@.posting
                            WHERE posting.recurring_expense_id = terms.recurring_expense_id
                                  AND posting.bill_month = bill.bill_month
                            OFFSET 0)
      UNION ALL
      SELECT recurring_expense_id, incurred_on, lead_roi.month_of(incurred_on), lead_source_id, title, cost_type, amount, currency, expense_id
      FROM @ledger@.expense
      WHERE incurred_on > (SELECT @today@)) AS ahead
     LEFT JOIN @ledger@.lead_source USING (lead_source_id);

COMMENT ON VIEW @ledger@.upcoming_expense IS
'What is going to be paid: bills of recurring expenses in the next 12 months that are not posted yet, each with the amount in force on its bill date, and expenses that are booked with a date after today. Bills that are due already are in overdue_expense.';
COMMENT ON COLUMN @ledger@.upcoming_expense.recurring_expense_id IS 'The recurring expense; NULL: a one-time expense. Key of the view together with bill_on and expense_id';
COMMENT ON COLUMN @ledger@.upcoming_expense.bill_on IS 'Bill date, or date of the expense, after today';
COMMENT ON COLUMN @ledger@.upcoming_expense.bill_month IS 'First day of that month';
COMMENT ON COLUMN @ledger@.upcoming_expense.lead_source_id IS 'The lead source';
COMMENT ON COLUMN @ledger@.upcoming_expense.lead_source IS 'Name of the lead source';
COMMENT ON COLUMN @ledger@.upcoming_expense.category IS 'Category of the lead source';
COMMENT ON COLUMN @ledger@.upcoming_expense.title IS 'What will be paid for';
COMMENT ON COLUMN @ledger@.upcoming_expense.cost_type IS 'Kind of cost: media, agency, staff, sales, tools, other';
COMMENT ON COLUMN @ledger@.upcoming_expense.amount IS 'Amount in force on the bill date, or of the expense, in the ledger''s currency; NULL: there is no exchange rate yet';
COMMENT ON COLUMN @ledger@.upcoming_expense.expense_id IS 'The expense that is booked; NULL: a bill that is not posted yet';
COMMENT ON COLUMN @ledger@.upcoming_expense.billed_amount IS 'The same amount in the currency that it is billed in';
COMMENT ON COLUMN @ledger@.upcoming_expense.currency IS 'That currency (ISO 4217); NULL: the ledger''s';

CREATE OR REPLACE VIEW @ledger@.expense_variance AS
SELECT posting.recurring_expense_id, posting.bill_month, posting.bill_on,
       lead_source.lead_source_id, coalesce(lead_source.name, '(unknown)') AS lead_source,
       coalesce(expense.title, recurring_expense.title) AS title,
       CASE WHEN expense.expense_id IS NULL THEN 'deleted'
            WHEN expense.amount <> posting.amount OR expense.currency IS DISTINCT FROM posting.currency THEN 'differs'
            ELSE 'as_budgeted' END AS status,
       round(budget, @decimals@) AS budget,
       round(actual, @decimals@) AS actual,
       round(CASE WHEN expense.expense_id IS NULL THEN 0 ELSE actual END - budget, @decimals@) AS difference,
       round(100 * lead_roi.ratio(CASE WHEN expense.expense_id IS NULL THEN 0 ELSE actual END - budget, budget), 4) AS difference_percent
FROM @ledger@.posting
     LEFT JOIN @ledger@.expense USING (recurring_expense_id, bill_month)
     LEFT JOIN @ledger@.recurring_expense USING (recurring_expense_id)
     CROSS JOIN LATERAL (SELECT
@converted(posting.amount, posting.currency, posting.bill_on)@ AS budget,
@converted(expense.amount, expense.currency, expense.incurred_on)@ AS actual) AS amount
     LEFT JOIN @ledger@.lead_source ON lead_source.lead_source_id = coalesce(expense.lead_source_id, recurring_expense.lead_source_id);

COMMENT ON VIEW @ledger@.expense_variance IS
'Budget against actual: each posted bill, with the amount that it was posted with and the one its expense has now. The differences add up to all actual amounts less all budgets.';
COMMENT ON COLUMN @ledger@.expense_variance.recurring_expense_id IS 'The recurring expense, which may since have been deleted; key of the view together with bill_month';
COMMENT ON COLUMN @ledger@.expense_variance.bill_month IS 'First day of the billed month';
COMMENT ON COLUMN @ledger@.expense_variance.bill_on IS 'Bill date';
COMMENT ON COLUMN @ledger@.expense_variance.lead_source_id IS 'The lead source of the expense, else of the recurring expense; NULL if both have been deleted';
COMMENT ON COLUMN @ledger@.expense_variance.lead_source IS 'Name of the lead source, or (unknown)';
COMMENT ON COLUMN @ledger@.expense_variance.title IS 'What was paid for; NULL if expense and recurring expense have been deleted';
COMMENT ON COLUMN @ledger@.expense_variance.status IS 'as_budgeted; differs: the expense has been edited; deleted: the expense has been deleted';
COMMENT ON COLUMN @ledger@.expense_variance.budget IS 'Amount that was posted, in the ledger''s currency at the rate of the bill date; NULL: there is no exchange rate';
COMMENT ON COLUMN @ledger@.expense_variance.actual IS 'Amount of the expense now, in the ledger''s currency at the rate of its date; NULL if it has been deleted, or there is no exchange rate';
COMMENT ON COLUMN @ledger@.expense_variance.difference IS 'Actual less budget, in the ledger''s currency; positive: more was paid. A deleted expense counts as 0';
COMMENT ON COLUMN @ledger@.expense_variance.difference_percent IS 'Difference in percent of the budget; NULL for a budget of 0 or less';
