--
-- report: what to act on. Doubt about figures comes before the amounts of its severity, which it makes doubtful; of many lead sources
-- nobody would find it behind them.
--

CREATE OR REPLACE VIEW @ledger@.finding AS
SELECT row_number() OVER (ORDER BY array_position(ARRAY['high', 'medium', 'opportunity'], severity), amount DESC NULLS FIRST, finding, lead_source_id, what) AS position,
       severity, lead_source_id, lead_source.name AS lead_source, finding, what, round(amount, @decimals@) AS amount, since,
       round(measured, 4) AS measured, round(threshold, 4) AS threshold, evidence
FROM (SELECT * FROM @ledger@.spending_finding
      UNION ALL SELECT * FROM @ledger@.return_finding
      UNION ALL SELECT * FROM @ledger@.bookkeeping_finding) AS found
     LEFT JOIN @ledger@.lead_source USING (lead_source_id);

COMMENT ON VIEW @ledger@.finding IS
'What needs a decision today, worst first: one row for each finding, a sentence about a lead source or about the data, with the numbers behind it and the query that shows them. Lead sources without expense in the last three whole months are left out, except for their bills and data. Reads everything, including reconciliation; meant to be read once a day. The rules:
expense_without_lead: expense in three or more months, one of them of the last three whole ones, and no lead since; looking 36 months back.
cost_per_customer_up: the last three whole months'' expense per customer is higher than that of the twelve months before by more than chance explains: even if they had won as many customers as count_upper_limit() allows, they would have cost more each than the others with count_lower_limit().
below_break_even: the cohorts (lead_source_cohort_roi) that are three to fourteen months older than the median payback together have a ROAS below 100 %. The median is that of all lead sources'' cohorts of the last 36 months, or 12 months if none has paid back.
value_below_cost, value_far_above_cost: five or more customers, and ltv_365_to_cac below 1, or above 5.
bill_overdue: bills in overdue_expense since yesterday or longer.
budget_missed: the bills of the last twelve whole months (expense_variance) differ from their budget by more than 10 %.
figures_in_doubt: rows in reconciliation.';
COMMENT ON COLUMN @ledger@.finding.position IS 'Place in the order in which to look at them: by severity; then those without an amount, since data in doubt make all amounts doubtful; then by amount, the largest first; key of the view';
COMMENT ON COLUMN @ledger@.finding.severity IS 'high: money is being lost, or figures can''t be trusted; medium: look into it; opportunity: there may be more to win';
COMMENT ON COLUMN @ledger@.finding.lead_source_id IS 'The lead source; NULL: unknown, or about the data of several';
COMMENT ON COLUMN @ledger@.finding.lead_source IS 'Name of the lead source; NULL with lead_source_id';
COMMENT ON COLUMN @ledger@.finding.finding IS 'The rule, one word';
COMMENT ON COLUMN @ledger@.finding.what IS 'What was found, in words with the numbers, amounts in the ledger''s currency; the lead source is the subject';
COMMENT ON COLUMN @ledger@.finding.amount IS 'The money that it is about, in the ledger''s currency: spent without a lead; paid above the former cost per customer; not yet back; all customers'' value less cost, without sign; due; actual less budget; NULL: not about money';
COMMENT ON COLUMN @ledger@.finding.since IS 'First day of the month with which it begins; NULL: of no one month';
COMMENT ON COLUMN @ledger@.finding.measured IS 'The number that the rule looks at: months with expense; least cost per customer by chance; ROAS in percent; LTV to CAC; bills; difference in percent of the budget; rows';
COMMENT ON COLUMN @ledger@.finding.threshold IS 'The number that it is compared with';
COMMENT ON COLUMN @ledger@.finding.evidence IS 'The query that shows the numbers';

-- What the columns of the views of its rules mean, and those of periods, months and cohorts that other reports have too.
DO $comments$
DECLARE
    described record;
BEGIN
    COMMENT ON VIEW @ledger@.spending_finding IS 'Internal: the rules of finding on spending, expense_without_lead and cost_per_customer_up.';
    COMMENT ON VIEW @ledger@.return_finding IS 'Internal: the rules of finding on return, below_break_even, value_below_cost and value_far_above_cost.';
    COMMENT ON VIEW @ledger@.bookkeeping_finding IS 'Internal: the rules of finding on bills and data, bill_overdue, budget_missed and figures_in_doubt.';
    FOR described IN
        SELECT own.attrelid::regclass::text AS relation, own.attname, col_description(original.attrelid, original.attnum) AS comment
        FROM (VALUES ('@ledger@.spending_finding'::regclass, '@ledger@.finding'::regclass), ('@ledger@.return_finding', '@ledger@.finding'), ('@ledger@.bookkeeping_finding', '@ledger@.finding'),
                     ('@ledger@.monthly_roi', '@ledger@.lead_source_roi'), ('@ledger@.cohort_roi', '@ledger@.lead_source_cohort_roi')) AS same (own, original)
             JOIN pg_attribute AS own ON own.attrelid = same.own AND own.attnum > 0
             JOIN pg_attribute AS original ON original.attrelid = same.original AND original.attname = own.attname
        WHERE col_description(own.attrelid, own.attnum) IS NULL
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', described.relation, described.attname, described.comment);
    END LOOP;
END
$comments$;
