--
-- report: bills added up: what is overdue and what is coming, and budget against actual.
--

CREATE OR REPLACE VIEW @ledger@.bill_total AS
SELECT state, scope.scope, scope.month, scope.lead_source_id, scope.lead_source, count(*) AS bills, sum(amount) AS amount,
       min(bill_on) AS first_bill_on, max(bill_on) AS last_bill_on, count(sqlstate) AS failed
FROM (SELECT 'overdue' AS state, bill_month, lead_source_id, lead_source, amount, bill_on, sqlstate FROM @ledger@.overdue_expense
      UNION ALL
      SELECT 'upcoming', bill_month, lead_source_id, lead_source, amount, bill_on, NULL FROM @ledger@.upcoming_expense) AS bill
     CROSS JOIN LATERAL (VALUES ('all', NULL::date, NULL::bigint, NULL), ('month', bill_month, NULL, NULL), ('lead_source', NULL, bill.lead_source_id, bill.lead_source)) AS scope (scope, month, lead_source_id, lead_source)
GROUP BY state, scope.scope, scope.month, scope.lead_source_id, scope.lead_source;

COMMENT ON VIEW @ledger@.bill_total IS
'What is due and not posted (overdue_expense), and what will be paid (upcoming_expense), added up: all, by month, and by lead source. Key: state, scope, month, lead_source_id.';
COMMENT ON COLUMN @ledger@.bill_total.state IS 'overdue or upcoming';
COMMENT ON COLUMN @ledger@.bill_total.scope IS 'What is added up: all; month; lead_source';
COMMENT ON COLUMN @ledger@.bill_total.month IS 'First day of the billed month; NULL: of another scope';
COMMENT ON COLUMN @ledger@.bill_total.lead_source_id IS 'The lead source; NULL: unknown, or of another scope';
COMMENT ON COLUMN @ledger@.bill_total.lead_source IS 'Name of the lead source, or (unknown); NULL: of another scope';
COMMENT ON COLUMN @ledger@.bill_total.bills IS 'Number of bills';
COMMENT ON COLUMN @ledger@.bill_total.amount IS 'Their sum, in the ledger''s currency; bills without an exchange rate are not in it';
COMMENT ON COLUMN @ledger@.bill_total.first_bill_on IS 'Date of the first of them';
COMMENT ON COLUMN @ledger@.bill_total.last_bill_on IS 'Date of the last of them';
COMMENT ON COLUMN @ledger@.bill_total.failed IS 'Number of overdue bills whose posting failed, see overdue_expense';

CREATE OR REPLACE VIEW @ledger@.period_variance AS
SELECT from_month, through_month, scope.scope, scope.lead_source_id, scope.lead_source, count(*) AS bills,
       count(*) FILTER (WHERE status <> 'as_budgeted') AS differing_bills,
       min(bill_month) FILTER (WHERE status <> 'as_budgeted') AS differing_since,
       sum(budget) AS budget, sum(actual) AS actual, sum(difference) AS difference,
       round(100 * lead_roi.ratio(sum(difference), sum(budget)), 4) AS difference_percent
FROM @ledger@.period JOIN @ledger@.expense_variance AS bill ON bill_month BETWEEN from_month AND through_month
     CROSS JOIN LATERAL (VALUES ('all', NULL::bigint, NULL), ('lead_source', bill.lead_source_id, bill.lead_source)) AS scope (scope, lead_source_id, lead_source)
GROUP BY from_month, through_month, scope.scope, scope.lead_source_id, scope.lead_source;

COMMENT ON VIEW @ledger@.period_variance IS
'Budget against actual of a period of calendar months: the bills of expense_variance added up, all and by lead source. Ask with a condition on from_month and through_month. Key: from_month, through_month, scope, lead_source_id.';
COMMENT ON COLUMN @ledger@.period_variance.from_month IS 'First day of the first month of the period';
COMMENT ON COLUMN @ledger@.period_variance.through_month IS 'First day of the last month of the period';
COMMENT ON COLUMN @ledger@.period_variance.scope IS 'What is added up: all; lead_source';
COMMENT ON COLUMN @ledger@.period_variance.lead_source_id IS 'The lead source; NULL: unknown, or of another scope';
COMMENT ON COLUMN @ledger@.period_variance.lead_source IS 'Name of the lead source, or (unknown); NULL: of another scope';
COMMENT ON COLUMN @ledger@.period_variance.bills IS 'Number of bills that were posted';
COMMENT ON COLUMN @ledger@.period_variance.differing_bills IS 'Number of them whose expense was edited, settled or deleted';
COMMENT ON COLUMN @ledger@.period_variance.differing_since IS 'First day of the first month with such a bill; NULL: none';
COMMENT ON COLUMN @ledger@.period_variance.budget IS 'Sum of the amounts that were posted, in the ledger''s currency';
COMMENT ON COLUMN @ledger@.period_variance.actual IS 'Sum of the amounts of their expenses now, in the ledger''s currency; NULL: all were deleted';
COMMENT ON COLUMN @ledger@.period_variance.difference IS 'Actual less budget, in the ledger''s currency; positive: more was paid';
COMMENT ON COLUMN @ledger@.period_variance.difference_percent IS 'Difference in percent of the budget; NULL for a budget of 0 or less';
