--
-- report: the rules of finding, one SELECT each, three views by what they read. A rule looks at lead sources that money
-- went to in the last three whole months, since of others there is nothing to change; "recent" means these. It looks 36 months back; today is
-- called right in that condition, since one with a subquery stays above the sums.
--

-- Spent and nobody came; and a cost per customer that has risen by more than chance explains: the dearest that the
-- twelve months before can have been is less than the cheapest that the recent ones can be.
CREATE OR REPLACE VIEW @ledger@.spending_finding AS
WITH monthly AS (
    SELECT lead_source_id, month, summary, lead_roi.months_between(month, lead_roi.month_of((SELECT @today@))) AS months_ago,
           max(month) FILTER (WHERE lead_roi.leads(summary) > 0) OVER (PARTITION BY lead_source_id) AS last_lead_month
    FROM @ledger@.lead_source_acquisition_summary
    WHERE month >= (lead_roi.month_of(@today@) - interval '36 months')::date
), silent AS (
    SELECT lead_source_id, last_lead_month, count(*) AS months, min(month) AS since, lead_roi.expense(lead_roi.rollup(summary)) AS expense
    FROM monthly
    WHERE lead_roi.expense(summary) > 0 AND months_ago > 0 AND (month > last_lead_month) IS NOT FALSE
    GROUP BY lead_source_id, last_lead_month
    HAVING count(*) >= 3 AND min(months_ago) <= 3
), compared AS (
    SELECT lead_source_id, lead_roi.rollup(summary) FILTER (WHERE months_ago BETWEEN 1 AND 3) AS recent,
           lead_roi.rollup(summary) FILTER (WHERE months_ago BETWEEN 4 AND 15) AS before
    FROM monthly
    GROUP BY lead_source_id
)
SELECT 'expense_without_lead' AS finding, 'high' AS severity, lead_source_id, expense AS amount, since,
       months::numeric AS measured, 3::numeric AS threshold,
       format('spent %s in %s months and got no lead%s', lead_roi_internal.written_amount(expense, @decimals@), months,
              coalesce(' since ' || to_char(last_lead_month, 'FMMonth YYYY'), '')) AS what,
       format('SELECT month, expense, leads FROM %s.lead_source_monthly_roi WHERE lead_source_id = %s AND month >= %L ORDER BY month', '@ledger@', lead_source_id, to_char(since, 'YYYY-MM-DD')) AS evidence
FROM silent
UNION ALL
SELECT 'cost_per_customer_up', 'high', lead_source_id,
       lead_roi.expense(recent) - lead_roi.customers(recent) * lead_roi.cost_per_customer(before),
       (lead_roi.month_of((SELECT @today@)) - interval '3 months')::date,
       lead_roi.ratio(lead_roi.expense(recent), lead_roi.count_upper_limit(lead_roi.customers(recent))),
       lead_roi.ratio(lead_roi.expense(before), lead_roi.count_lower_limit(lead_roi.customers(before))),
       format('spent %s in the last 3 months and won %s; in the 12 months before a customer cost %s (customers: %s), by chance up to %s',
              lead_roi_internal.written_amount(lead_roi.expense(recent), @decimals@),
              CASE WHEN lead_roi.customers(recent) = 0 THEN 'nobody'
                   ELSE format('customers at %s each (%s)', lead_roi_internal.written_amount(lead_roi.cost_per_customer(recent), @decimals@), lead_roi.customers(recent)) END,
              lead_roi_internal.written_amount(lead_roi.cost_per_customer(before), @decimals@), lead_roi.customers(before),
              lead_roi_internal.written_amount(lead_roi.ratio(lead_roi.expense(before), lead_roi.count_lower_limit(lead_roi.customers(before))), @decimals@)),
       format('SELECT month, expense, customers, cost_per_customer FROM %s.lead_source_monthly_roi WHERE lead_source_id = %s AND month >= %L ORDER BY month', '@ledger@', lead_source_id,
              to_char(lead_roi.month_of((SELECT @today@)) - interval '15 months', 'YYYY-MM-DD'))
FROM compared
WHERE lead_roi.ratio(lead_roi.expense(recent), lead_roi.count_upper_limit(lead_roi.customers(recent)))
      > lead_roi.ratio(lead_roi.expense(before), lead_roi.count_lower_limit(lead_roi.customers(before)));

-- Months that are three older than the one in which half of all months that paid back had done so, and together are below
-- break-even, one year of them; and what a customer brings in the first year against what one costs.
CREATE OR REPLACE VIEW @ledger@.return_finding AS
WITH cohort AS MATERIALIZED (
    SELECT lead_source_id, cohort_month, payback_months, expense, revenue,
           lead_roi.months_between(cohort_month, lead_roi.month_of((SELECT @today@))) AS months_ago
    FROM @ledger@.lead_source_cohort_roi
    WHERE cohort_month >= (lead_roi.month_of(@today@) - interval '36 months')::date AND expense > 0
), usual AS (
    SELECT count(*) AS cohorts, coalesce(percentile_disc(0.5) WITHIN GROUP (ORDER BY payback_months), 12) AS months
    FROM cohort
    WHERE payback_months IS NOT NULL
), recent AS (
    SELECT DISTINCT lead_source_id FROM cohort WHERE months_ago BETWEEN 1 AND 3
), late AS (
    SELECT lead_source_id, usual.months, usual.cohorts, sum(expense) AS expense, sum(revenue) AS revenue, 100 * lead_roi.roas(revenue, expense) AS roas_percent,
           count(*) AS all_months, count(*) FILTER (WHERE payback_months IS NULL) AS months_below, min(cohort_month) FILTER (WHERE payback_months IS NULL) AS since, min(cohort_month) AS from_month, max(cohort_month) AS through_month
    FROM cohort CROSS JOIN usual
    WHERE months_ago - 1 BETWEEN usual.months + 3 AND usual.months + 14
    GROUP BY lead_source_id, usual.months, usual.cohorts
)
SELECT 'below_break_even' AS finding, 'high' AS severity, late.lead_source_id, late.expense - late.revenue AS amount, since,
       roas_percent AS measured, 100::numeric AS threshold,
       format('the money of %s to %s should be back, and %s of %s is (%s %%); months below break-even: %s of %s; usual payback in months: %s',
              to_char(from_month, 'FMMonth YYYY'), to_char(through_month, 'FMMonth YYYY'),
              lead_roi_internal.written_amount(late.revenue, @decimals@), lead_roi_internal.written_amount(late.expense, @decimals@), round(roas_percent, 1), months_below, all_months, late.months) AS what,
       format('SELECT cohort_month, expense, revenue, payback_months FROM %s.lead_source_cohort_roi WHERE lead_source_id %s AND cohort_month BETWEEN %L AND %L ORDER BY cohort_month', '@ledger@',
              coalesce('= ' || late.lead_source_id, 'IS NULL'), to_char(from_month, 'YYYY-MM-DD'), to_char(through_month, 'YYYY-MM-DD')) AS evidence
FROM late JOIN recent ON recent.lead_source_id IS NOT DISTINCT FROM late.lead_source_id
WHERE roas_percent < 100
UNION ALL
SELECT CASE WHEN ltv_365_to_cac < 1 THEN 'value_below_cost' ELSE 'value_far_above_cost' END, CASE WHEN ltv_365_to_cac < 1 THEN 'high' ELSE 'opportunity' END,
       lead_source_id, customers * abs(ltv_365 - cost_per_customer), NULL, ltv_365_to_cac, CASE WHEN ltv_365_to_cac < 1 THEN 1 ELSE 5 END,
       format('a customer brings %s in the first year (standard error %s, %s customers) and costs %s: a ratio of %s%s',
              lead_roi_internal.written_amount(ltv_365, @decimals@), coalesce(lead_roi_internal.written_amount(ltv_365_std_error, @decimals@), 'unknown'), customers,
              lead_roi_internal.written_amount(cost_per_customer, @decimals@), round(ltv_365_to_cac, 2),
              CASE WHEN ltv_365_to_cac < 1 THEN '' ELSE '. There may be more of them to win: spend more, and watch the cost of the next ones' END),
       format('SELECT customers, ltv_365, ltv_365_std_error, cost_per_customer, ltv_365_to_cac FROM %s.lead_source_lifetime WHERE lead_source_id %s', '@ledger@', coalesce('= ' || lead_source_id, 'IS NULL'))
FROM @ledger@.lead_source_lifetime JOIN recent USING (lead_source_id)
WHERE customers >= 5 AND (ltv_365_to_cac < 1 OR ltv_365_to_cac > 5);

-- Bills that are due and not posted, bills that were far from their budget, and what reconciliation says.
CREATE OR REPLACE VIEW @ledger@.bookkeeping_finding AS
SELECT 'bill_overdue' AS finding, 'high' AS severity, lead_source_id, sum(amount) AS amount, min(bill_month) AS since,
       count(*)::numeric AS measured, 0::numeric AS threshold,
       format('bills that are due and not posted: %s, %s in all, the oldest of %s%s. They make expense too low and return too high',
              count(*), coalesce(lead_roi_internal.written_amount(sum(amount), @decimals@), 'an unknown amount'), to_char(min(bill_on), 'YYYY-MM-DD'),
              CASE WHEN count(sqlstate) > 0 THEN format('; posting has failed: %s', count(sqlstate)) ELSE '' END) AS what,
       format('SELECT * FROM %s.overdue_expense WHERE lead_source_id = %s ORDER BY bill_on', '@ledger@', lead_source_id) AS evidence
FROM @ledger@.overdue_expense
WHERE days_overdue > 0
GROUP BY lead_source_id
UNION ALL
SELECT 'budget_missed', 'medium', lead_source_id, difference, differing_since, difference_percent, 10 * sign(difference),
       format('%s was budgeted in the last 12 months and %s was paid, %s %% %s; bills that differ: %s of %s',
              lead_roi_internal.written_amount(budget, @decimals@), lead_roi_internal.written_amount(coalesce(actual, 0), @decimals@),
              round(abs(difference_percent), 1), CASE WHEN difference > 0 THEN 'more' ELSE 'less' END, differing_bills, bills),
       format('SELECT * FROM %s.expense_variance WHERE lead_source_id %s AND bill_month >= %L ORDER BY bill_month', '@ledger@', coalesce('= ' || lead_source_id, 'IS NULL'), to_char(from_month, 'YYYY-MM-DD'))
FROM (SELECT lead_source_id, from_month, count(*) AS bills, count(*) FILTER (WHERE status <> 'as_budgeted') AS differing_bills,
             min(bill_month) FILTER (WHERE status <> 'as_budgeted') AS differing_since, sum(budget) AS budget, sum(actual) AS actual, sum(difference) AS difference,
             100 * lead_roi.ratio(sum(difference), sum(budget)) AS difference_percent
      FROM (SELECT lead_roi.month_of(@today@) AS this_month, (lead_roi.month_of(@today@) - interval '12 months')::date AS from_month) AS clock
           JOIN @ledger@.expense_variance ON bill_month >= from_month AND bill_month < this_month
      GROUP BY lead_source_id, from_month) AS bill
WHERE abs(difference_percent) > 10
UNION ALL
SELECT 'figures_in_doubt', CASE WHEN violation IN ('total_differs', 'exchange_rate_missing', 'lead_repeated', 'expense_lost', 'worker_stands_aside') THEN 'high' ELSE 'medium' END,
       CASE WHEN count(DISTINCT lead_source_id) = 1 AND count(lead_source_id) = count(*) THEN min(lead_source_id) END, NULL, min(month), sum(facts), 0,
       format('%s in %s, rows: %s. %s', replace(violation, '_', ' '), relation, sum(facts), rtrim(explanation, '.')),
       format('SELECT * FROM %s.reconciliation WHERE violation = %L AND relation = %L', '@ledger@', violation, relation)
FROM @ledger@.reconciliation
WHERE violation <> 'bill_overdue'
GROUP BY violation, relation, explanation;
