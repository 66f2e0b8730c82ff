-- What each lead source of the sample company costs and brings back.
\set ON_ERROR_STOP on
\pset footer off
\pset null '-'
SET search_path = marketing, lead_roi;

\echo
\echo 'Runs of the worker: it found the back-dated recurring expenses and posted each missed month'
SELECT as_of, posted, failed FROM posting_run ORDER BY posting_run_id;

\echo 'Lead sources over all time, by ROI (ROI: 0 is break-even; ROAS: 100 is break-even; CPL: cost per lead;'
\echo 'CAC: cost per customer; LTV: what a customer has brought)'
SELECT lead_source, expense, revenue,
       round(roi_percent, 1) AS "ROI %", round(roas_percent, 1) AS "ROAS %",
       leads, round(cost_per_lead, 2) AS "CPL", customers, round(cost_per_customer, 2) AS "CAC",
       round(ltv_to_cac, 2) AS "LTV:CAC"
FROM lead_source_roi
ORDER BY roi_percent DESC NULLS LAST, revenue DESC;

\echo 'Categories, by profit'
SELECT category, expense, revenue, profit, round(roi_percent, 1) AS roi_percent,
       leads, round(cost_per_lead, 2) AS cost_per_lead, customers, round(cost_per_customer, 2) AS cost_per_customer
FROM lead_source_category_roi
ORDER BY profit DESC;

\echo 'Channels, by profit: those of the traffic sources with which the leads arrived'
SELECT channel, expense, revenue, profit, round(roi_percent, 1) AS "ROI %",
       leads, round(cost_per_lead, 2) AS "CPL", customers, round(cost_per_customer, 2) AS "CAC"
FROM channel_roi
ORDER BY profit DESC;

\echo 'What leads arrived with that no alias matches; where a known name is similar, with the statement that assigns them'
SELECT traffic_source, leads, first_seen_on, last_seen_on, closest, round(similarity_percent) AS "alike %"
FROM unresolved_traffic
ORDER BY leads DESC, traffic_source;

SELECT mend FROM unresolved_traffic WHERE closest IS NOT NULL;

\echo 'The Northlight agency, 3,000 a month in 2018: a loss in that year, a gain over its customers'' lifetime'
SELECT CASE WHEN year.until = 'infinity' THEN 'lifetime' ELSE '2018' END AS period,
       sum(expense)::numeric(18,2) AS expense, sum(revenue)::numeric(18,2) AS revenue,
       round(100 * roi(revenue, expense), 1) AS roi_percent,
       round(100 * roas(revenue, expense), 1) AS roas_percent,
       round(cost_per_lead(expense, leads), 2) AS cost_per_lead,
       round(cost_per_customer(expense, customers), 2) AS cost_per_customer
FROM activity
     JOIN lead_source USING (lead_source_id)
     JOIN (VALUES (date '2018-12-31'), ('infinity')) AS year (until) ON occurred_on <= until
WHERE lead_source.name = 'Northlight agency'
GROUP BY year.until
ORDER BY year.until;

\echo 'Its cohorts: what each month of 2018 cost, whom it won, and what they have paid since'
SELECT cohort_month, expense, leads, customers, round(cost_per_customer, 2) AS cost_per_customer, revenue, round(roi_percent, 1) AS roi_percent, payback_month
FROM lead_source_cohort_roi
WHERE lead_source = 'Northlight agency' AND cohort_month < '2019-01-01'
ORDER BY cohort_month;

\echo 'Where the bills differ from the budget'
SELECT lead_source, title, bill_on, budget, actual, difference
FROM expense_variance
WHERE status <> 'as_budgeted';

\echo 'The bills of the next 12 months'
SELECT lead_source, title, count(*) AS bills, min(bill_on) AS first, max(bill_on) AS last, sum(amount) AS amount
FROM upcoming_expense
GROUP BY lead_source, title
ORDER BY amount DESC;

\echo 'What is wrong with the data (nothing)'
SELECT violation, relation, row_key FROM reconciliation;
