--
-- Recurring expenses looked at ahead and in hindsight. overdue_expense is the ledger's own.
--

CREATE VIEW upcoming_expense AS
SELECT agreement.recurring_expense_id, bill.bill_on, bill.bill_month,
       agreement.lead_source_id, lead_source.name AS lead_source, lead_source.category,
       agreement.title, agreement.cost_type,
       bill.amount::numeric(18,2) AS amount
FROM (SELECT billing_today() AS today, (billing_today() + interval '12 months')::date AS through_date) AS horizon
     CROSS JOIN agreement
     JOIN lead_source USING (lead_source_id)
     CROSS JOIN LATERAL recurring_expense_bills(
         agreement.starts_on, agreement.ends_on, agreement.amount, agreement.effective_on, agreement.new_amount,
         greatest(agreement.next_bill_on, today + 1), through_date, agreement.every_months) AS bill
WHERE agreement.next_bill_on <= through_date
      AND NOT EXISTS (SELECT FROM posting
                      WHERE posting.recurring_expense_id = agreement.recurring_expense_id
                            AND posting.bill_month = bill.bill_month);

COMMENT ON VIEW upcoming_expense IS
'Bills of recurring expenses in the next 12 months that are not posted yet, each with the amount in force on its bill date. Bills that are due already are in overdue_expense.';
COMMENT ON COLUMN upcoming_expense.recurring_expense_id IS 'The agreement; key of the view together with bill_on';
COMMENT ON COLUMN upcoming_expense.bill_on IS 'Bill date, after today (billing_today())';
COMMENT ON COLUMN upcoming_expense.bill_month IS 'First day of the month to be billed';
COMMENT ON COLUMN upcoming_expense.lead_source_id IS 'The lead source';
COMMENT ON COLUMN upcoming_expense.lead_source IS 'Name of the lead source';
COMMENT ON COLUMN upcoming_expense.category IS 'Category of the lead source';
COMMENT ON COLUMN upcoming_expense.title IS 'What will be paid for';
COMMENT ON COLUMN upcoming_expense.cost_type IS 'Kind of cost: media, agency, staff, sales, tools, other';
COMMENT ON COLUMN upcoming_expense.amount IS 'Amount in force on the bill date, in the ledger''s currency';

CREATE VIEW expense_variance AS
SELECT posting.recurring_expense_id, posting.bill_month, posting.bill_on,
       lead_source.lead_source_id, coalesce(lead_source.name, '(unknown)') AS lead_source,
       coalesce(expense.title, recurring_expense.title) AS title,
       CASE WHEN expense.expense_id IS NULL THEN 'deleted'
            WHEN expense.amount <> posting.amount THEN 'differs'
            ELSE 'as_budgeted' END AS status,
       posting.amount::numeric(18,2) AS budget,
       expense.amount::numeric(18,2) AS actual,
       (coalesce(expense.amount, 0) - posting.amount)::numeric(18,2) AS difference,
       (100 * ratio(coalesce(expense.amount, 0) - posting.amount, posting.amount))::numeric(24,4) AS difference_percent
FROM posting
     LEFT JOIN expense USING (recurring_expense_id, bill_month)
     LEFT JOIN recurring_expense USING (recurring_expense_id)
     LEFT JOIN lead_source ON lead_source.lead_source_id = coalesce(expense.lead_source_id, recurring_expense.lead_source_id);

COMMENT ON VIEW expense_variance IS
'Budget against actual: each posted bill, with the amount that it was posted with and the one its expense has now. The differences add up to all actual amounts less all budgets.';
COMMENT ON COLUMN expense_variance.recurring_expense_id IS 'The agreement, which may since have been deleted; key of the view together with bill_month';
COMMENT ON COLUMN expense_variance.bill_month IS 'First day of the billed month';
COMMENT ON COLUMN expense_variance.bill_on IS 'Bill date';
COMMENT ON COLUMN expense_variance.lead_source_id IS 'The lead source of the expense, else of the agreement; NULL if both have been deleted';
COMMENT ON COLUMN expense_variance.lead_source IS 'Name of the lead source, or (unknown)';
COMMENT ON COLUMN expense_variance.title IS 'What was paid for; NULL if expense and agreement have been deleted';
COMMENT ON COLUMN expense_variance.status IS 'as_budgeted; differs: the expense has been edited; deleted: the expense has been deleted';
COMMENT ON COLUMN expense_variance.budget IS 'Amount that was posted, in the ledger''s currency';
COMMENT ON COLUMN expense_variance.actual IS 'Amount of the expense now, in the ledger''s currency; NULL if it has been deleted';
COMMENT ON COLUMN expense_variance.difference IS 'Actual less budget, in the ledger''s currency; positive: more was paid. A deleted expense counts as 0';
COMMENT ON COLUMN expense_variance.difference_percent IS 'Difference in percent of the budget; NULL for a budget of 0 or less';
