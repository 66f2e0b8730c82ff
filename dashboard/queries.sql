-- What the report reads: each query stands under a line with its name, and reads views alone.
-- To try one in psql, set the ledger first: \set ledger marketing
--
-- Amounts and percentages come as exact decimals; every ratio is one of totals, taken by lead_roi.

-- @edition
SELECT current_database() AS database, ledger, currency, lead_roi.ledger_today(NULL:::"ledger".lead_roi_ledger)::text AS today
FROM lead_roi.ledger
WHERE ledger = :'ledger';

-- @total
SELECT lead_roi.expense(summary) AS expense,
       lead_roi.revenue(summary) AS revenue,
       lead_roi.profit(summary) AS profit,
       100 * lead_roi.roi(summary) AS roi_percent,
       100 * lead_roi.roas(summary) AS roas_percent,
       coalesce(lead_roi.leads(summary), 0) AS leads,
       lead_roi.cost_per_lead(summary) AS cost_per_lead,
       coalesce(lead_roi.customers(summary), 0) AS customers,
       lead_roi.cost_per_customer(summary) AS cost_per_customer,
       lead_roi.lifetime_value(summary) AS revenue_per_customer,
       lead_roi.ltv_to_cac(summary) AS ltv_to_cac
FROM (SELECT lead_roi.roi_summary(expense, revenue, visitors, leads, customers) AS summary
      FROM :"ledger".lead_source_total) AS total;

-- @sources
SELECT lead_source_id, lead_source, category, expense, revenue, profit, roi_percent, roas_percent,
       visitors, leads, cost_per_lead, customers, cost_per_customer, revenue_per_customer, ltv_to_cac
FROM :"ledger".lead_source_roi
ORDER BY expense DESC NULLS LAST, revenue DESC, lead_source, lead_source_id;

-- @categories
SELECT category, expense, revenue, profit, roi_percent, roas_percent,
       leads, cost_per_lead, customers, cost_per_customer, revenue_per_customer
FROM :"ledger".lead_source_category_roi
ORDER BY expense DESC NULLS LAST, revenue DESC, category;

-- @channels
SELECT channel, expense, revenue, profit, roi_percent, roas_percent,
       leads, cost_per_lead, customers, cost_per_customer, revenue_per_customer
FROM :"ledger".channel_roi
ORDER BY expense DESC NULLS LAST, revenue DESC, channel;

-- @unresolved
-- As many as the page lists, and how many there are.
SELECT traffic_source, channel, leads, customers, first_seen_on::text AS first_seen_on, last_seen_on::text AS last_seen_on,
       closest, similarity_percent, mend,
       count(*) OVER () AS all_traffic_sources, sum(leads) OVER () AS all_leads, sum(customers) OVER () AS all_customers
FROM :"ledger".unresolved_traffic
ORDER BY leads DESC, customers DESC, traffic_source
LIMIT 20;

-- @months
SELECT month::text AS month, sum(expense) AS expense, coalesce(sum(revenue), 0) AS revenue,
       coalesce(sum(revenue), 0) - coalesce(sum(expense), 0) AS profit,
       100 * lead_roi.roi(revenue, expense) AS roi_percent,
       100 * lead_roi.roas(revenue, expense) AS roas_percent
FROM :"ledger".lead_source_monthly_total
WHERE month IS NOT NULL
GROUP BY month
HAVING sum(expense) IS NOT NULL OR sum(revenue) <> 0
ORDER BY month;

-- @cohorts
SELECT cohort_month::text AS cohort_month, sum(customers) AS customers, sum(expense) AS expense,
       sum(revenue) AS revenue, 100 * lead_roi.roas(revenue, expense) AS roas_percent
FROM :"ledger".lead_source_cohort_roi
WHERE cohort_month IS NOT NULL
GROUP BY cohort_month
HAVING sum(customers) > 0 OR sum(expense) IS NOT NULL
ORDER BY cohort_month;

-- @cohort_ages
SELECT cohort_month::text AS cohort_month, age_months,
       100 * lead_roi.roas(revenue, expense) AS roas_percent
FROM :"ledger".lead_source_cohort_curve
WHERE revenue IS NOT NULL
GROUP BY cohort_month, age_months
ORDER BY cohort_month, age_months;

-- @lifetimes
SELECT lead_source_id, lead_source, status, customers, active_customers, churned_customers,
       median_lifetime_days, ltv_365, ltv_365_to_cac
FROM :"ledger".lead_source_lifetime
ORDER BY customers DESC, lead_source, lead_source_id;

-- @survivals
-- The lead sources with most customers, as many as a chart can show.
SELECT chosen.lead_source_id, tenure_days, survival_percent, survival_percent_lower, survival_percent_upper
FROM (SELECT lead_source_id, customers, lead_source
      FROM :"ledger".lead_source_lifetime
      WHERE customers > 0
      ORDER BY customers DESC, lead_source, lead_source_id
      LIMIT 8) AS chosen
     JOIN :"ledger".lead_source_survival AS survival
     ON survival.lead_source_id IS NOT DISTINCT FROM chosen.lead_source_id
ORDER BY customers DESC, chosen.lead_source, chosen.lead_source_id, tenure_days;

-- @upcoming_months
SELECT bill_month::text AS month, count(*) AS bills, sum(amount) AS amount
FROM :"ledger".upcoming_expense
GROUP BY bill_month
ORDER BY bill_month;

-- @upcoming_sources
SELECT lead_source_id, lead_source, count(*) AS bills, min(bill_on)::text AS next_bill_on, sum(amount) AS amount
FROM :"ledger".upcoming_expense
GROUP BY lead_source_id, lead_source
ORDER BY amount DESC, lead_source, lead_source_id;

-- @overdue
SELECT count(*) AS bills, sum(amount) AS amount, min(bill_on)::text AS oldest_bill_on, count(sqlstate) AS failed
FROM :"ledger".overdue_expense;
