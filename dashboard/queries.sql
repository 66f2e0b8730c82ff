-- What the report reads: each query stands under a line with its name, and reads views alone; none adds up or divides.
-- To try one in psql, set the ledger and the period first: \set ledger marketing, \set from 2019-12-01, \set through 2020-11-01,
-- \set written_ledger marketing (as SQL writes the name)
--
-- (directory): read for pages of lead sources only.

-- @edition
SELECT current_database() AS database, ledger.ledger, ledger.currency, ledger.decimals, lead_roi.ledger_today(NULL:::"ledger".lead_roi_ledger)::text AS today,
       (SELECT extversion FROM pg_extension WHERE extname = 'lead_roi') AS version,
       from_month::text AS from_month, through_month::text AS through_month, first_month::text AS first_month
FROM lead_roi.ledger CROSS JOIN :"ledger".default_period
WHERE ledger.ledger = :'ledger';

-- @findings
SELECT position, severity, lead_source_id, lead_source, finding, what, amount, since::text AS since, measured, threshold, evidence
FROM :"ledger".finding
ORDER BY position;

-- @comparisons
SELECT scope, name, lead_source_id, lead_sources, paid, figure, unit, value, before_value, change, change_percent, year_before_value, year_change, year_change_percent,
       before_from_month::text AS before_from_month, before_through_month::text AS before_through_month,
       year_before_from_month::text AS year_before_from_month, year_before_through_month::text AS year_before_through_month
FROM lead_roi.period_comparison(:'from', :'through', :'written_ledger')
ORDER BY scope, name, lead_source_id, position;

-- @months
SELECT scope, lead_source_id, month::text AS month, expense, revenue, profit, roi_percent, roas_percent, leads, cost_per_lead, cost_per_lead_lower,
       cost_per_lead_upper, usual_cost_per_lead, customers, cost_per_customer, cost_per_customer_lower, cost_per_customer_upper,
       usual_cost_per_customer, few_customers
FROM :"ledger".monthly_roi
WHERE scope IN ('all', 'paid') OR :'directory' AND month BETWEEN date :'through' - interval '35 months' AND :'through'
ORDER BY scope, lead_source_id, month;

-- @cohorts
SELECT cohort_month::text AS month, age_months, customers, expense, revenue, roas_percent, payback_months
FROM :"ledger".cohort_curve
WHERE cohort_month BETWEEN date :'through' - interval '23 months' AND :'through'
ORDER BY cohort_month, age_months;

-- @lifetimes
SELECT lead_source_id, lead_source, status, customers, active_customers, churned_customers, median_lifetime_days, mean_days_in_365,
       ltv_365, ltv_365_std_error, cost_per_customer, ltv_365_to_cac, break_even_tenure_months
FROM :"ledger".lead_source_lifetime
ORDER BY lead_source, lead_source_id;

-- @retention
SELECT lead_source_id, lead_source, days, survival_percent
FROM :"ledger".lead_source_retention
ORDER BY lead_source, lead_source_id, days;

-- @survivals
SELECT lead_source_id, tenure_days, survival_percent, survival_percent_lower, survival_percent_upper
FROM :"ledger".lead_source_survival
ORDER BY lead_source_id, tenure_days;

-- @bills
SELECT state, scope, month::text AS month, lead_source_id, lead_source, bills, amount, first_bill_on::text AS first_bill_on, last_bill_on::text AS last_bill_on, failed
FROM :"ledger".bill_total
ORDER BY state, scope, month, amount DESC NULLS LAST, lead_source, lead_source_id;

-- @variances
SELECT scope, lead_source_id, lead_source, bills, differing_bills, budget, actual, difference, difference_percent
FROM lead_roi.period_variance(:'from', :'through', :'written_ledger')
ORDER BY scope, actual DESC NULLS LAST, lead_source, lead_source_id;

-- @unresolved
SELECT traffic_source, channel, leads, customers, first_seen_on::text AS first_seen_on, last_seen_on::text AS last_seen_on,
       closest, similarity_percent, mend
FROM :"ledger".unresolved_traffic
ORDER BY leads DESC, customers DESC, traffic_source;

-- @source_cohorts (directory)
SELECT lead_source_id, cohort_month::text AS month, customers, expense, revenue, roas_percent, payback_months
FROM :"ledger".lead_source_cohort_roi
WHERE cohort_month BETWEEN date :'through' - interval '23 months' AND :'through' AND (customers > 0 OR expense IS NOT NULL)
ORDER BY lead_source, lead_source_id, cohort_month;

-- @source_bills (directory)
SELECT lead_source_id, 'overdue' AS state, bill_on::text AS bill_on, title, amount, message
FROM :"ledger".overdue_expense
UNION ALL
SELECT lead_source_id, 'upcoming', bill_on::text, title, amount, NULL
FROM :"ledger".upcoming_expense
ORDER BY 1, 2, 3, 4;

-- @source_variances (directory)
SELECT lead_source_id, bill_on::text AS bill_on, title, status, budget, actual, difference, difference_percent
FROM :"ledger".expense_variance
WHERE bill_month BETWEEN :'from' AND :'through'
ORDER BY lead_source_id, bill_on, title;
