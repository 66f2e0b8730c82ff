--
-- report: bills added up: what is overdue and what is coming.
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
