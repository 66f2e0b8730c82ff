--
-- Lifetime by lead source, as known today.
--

-- Customers are collected by themselves, before they meet their payments: one join of all took a third longer and more. On Citus they stay
-- on their shards, where the payments are.
CREATE OR REPLACE VIEW @ledger@.lead_source_lifetime AS
WITH customer AS @one_server@MATERIALIZED@citus@NOT MATERIALIZED@end@ (
    SELECT lead_roi_internal.counted_as(lead_source_id, @mergers@) AS lead_source_id, lead_id, converted_on,
           coalesce(churned_on, (SELECT @today@)) - converted_on AS tenure, churned_on IS NOT NULL AS churned
    FROM @ledger@.lead_fact
    WHERE converted_on IS NOT NULL
), customer_revenue AS (
    SELECT customer.lead_source_id, tenure, churned,
           coalesce(sum(amount), 0) AS revenue,
           coalesce(sum(amount) FILTER (WHERE occurred_on < customer.converted_on + 365), 0) AS revenue_365,
           coalesce(sum(amount) FILTER (WHERE occurred_on < customer.converted_on + 730), 0) AS revenue_730
    FROM customer LEFT JOIN @ledger@.payment_amount AS payment ON payment.lead_id = customer.lead_id AND occurred_on IS NOT NULL
    GROUP BY customer.lead_source_id, customer.lead_id, tenure, churned
), source_customer AS (
    SELECT lead_source_id, lead_roi.survival(tenure, churned) AS curve, sum(tenure) AS days,
           sum(revenue) AS revenue, count(*) AS customers,
           lead_roi.censored_lifetime_value(revenue_365, tenure, churned, 365) AS value_365,
           lead_roi.censored_lifetime_value(revenue_730, tenure, churned, 730) AS value_730
    FROM customer_revenue
    GROUP BY lead_source_id
), source_expense AS (
    SELECT @counted_as(lead_source_id)@ AS lead_source_id, sum(expense) AS expense
    FROM (SELECT lead_source_id, sum(amount) AS expense
          FROM @ledger@.expense_fact
          WHERE occurred_on IS NOT NULL
          GROUP BY lead_source_id) AS booked@merging@
    GROUP BY 1
), counted_source AS (
    SELECT lead_source_id, name, category
    FROM @ledger@.lead_source@merging@
    WHERE lead_source_id = @counted_as(lead_source_id)@
), figure AS (
    SELECT lead_source_id, days,
           lead_roi.make_roi_summary(expense, revenue, NULL, NULL, customers) AS summary,
           coalesce(counted_source.name, '(unknown)') AS lead_source,
           coalesce(counted_source.category, '(unknown)') AS category,
           coalesce(lead_roi.customers(curve), 0) AS customers,
           coalesce(lead_roi.active_customers(curve), 0) AS active_customers,
           coalesce(lead_roi.churned_customers(curve), 0) AS churned_customers,
           curve,
           CASE WHEN (value_365).complete > 1 THEN value_365 END AS value_365,
           CASE WHEN (value_730).complete > 1 THEN value_730 END AS value_730
    FROM source_customer
         FULL JOIN counted_source USING (lead_source_id)
         LEFT JOIN source_expense USING (lead_source_id)
)
SELECT lead_source_id, lead_source, category,
       CASE WHEN customers = 0 THEN 'no_customers'
            WHEN churned_customers = 0 THEN 'no_churn'
            WHEN lead_roi.restricted_mean_lifetime(curve, 365) IS NULL OR (value_365).value IS NULL THEN 'short_followup'
            ELSE 'ok' END AS status,
       customers, active_customers, churned_customers,
       round(lead_roi.median_lifetime(curve)::numeric, 1) AS median_lifetime_days,
       round(lead_roi.restricted_mean_lifetime(curve, 365)::numeric, 2) AS mean_days_in_365,
       round(lead_roi.restricted_mean_lifetime_std_error(curve, 365)::numeric, 2) AS mean_days_in_365_std_error,
       round(lead_roi.restricted_mean_lifetime(curve, 730)::numeric, 2) AS mean_days_in_730,
       round(lead_roi.restricted_mean_lifetime_std_error(curve, 730)::numeric, 2) AS mean_days_in_730_std_error,
       round(lead_roi.lifetime_value(summary), @decimals@) AS historic_ltv,
       round((value_365).value, @decimals@) AS ltv_365,
       round((value_365).std_error, @decimals@) AS ltv_365_std_error,
       round((value_730).value, @decimals@) AS ltv_730,
       round((value_730).std_error, @decimals@) AS ltv_730_std_error,
       round(lead_roi.cost_per_customer(summary), @unit_decimals@) AS cost_per_customer,
       round(lead_roi.ltv_to_cac((value_365).value, lead_roi.cost_per_customer(summary)), 4) AS ltv_365_to_cac,
       round(lead_roi.ltv_to_cac((value_730).value, lead_roi.cost_per_customer(summary)), 4) AS ltv_730_to_cac,
       round(lead_roi.payback_periods(lead_roi.cost_per_customer(summary), lead_roi.ratio(lead_roi.revenue(summary), days) * 365.25 / 12), 2) AS break_even_tenure_months
FROM figure;

COMMENT ON VIEW @ledger@.lead_source_lifetime IS
'How long the customers of each lead source stay and what one is worth, as known today; unbiased while many are still active. One row per lead source, and one for customers whose lead source is unknown. What can''t be estimated from the customers so far is NULL; status says why.';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.lead_source_id IS 'The lead source; key of the view; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.lead_source IS 'Name of the lead source, or (unknown)';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.category IS 'Category of the lead source, or (unknown)';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.status IS 'ok; no_customers; no_churn: nobody has left yet, so every estimate of the days that customers stay is the whole horizon, and says no more than that; short_followup: some customers are still active and nobody has been a customer for 365 days, or fewer than two have complete revenue';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.customers IS 'Number of customers: leads converted by today';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.active_customers IS 'Number of customers who have not left';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.churned_customers IS 'Number of customers who have left';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.median_lifetime_days IS 'Days after which half of the customers have left (Kaplan-Meier); NULL if half have not left yet';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.mean_days_in_365 IS 'Mean days that a customer stays within the first 365, as restricted_mean_lifetime() estimates it; NULL if some customers are still active and nobody has been a customer for 365 days';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.mean_days_in_365_std_error IS 'Standard error of mean_days_in_365, in days; NULL with it';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.mean_days_in_730 IS 'Mean days that a customer stays within the first 730, as restricted_mean_lifetime() estimates it; NULL if some customers are still active and nobody has been a customer for 730 days';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.mean_days_in_730_std_error IS 'Standard error of mean_days_in_730, in days; NULL with it';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.historic_ltv IS 'Revenue so far per customer, in the ledger''s currency: too low while customers are active; NULL without customers';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.ltv_365 IS 'Mean revenue of a customer in the first 365 days (Bang & Tsiatis), in the ledger''s currency; NULL if fewer than two customers have complete revenue, or some customers are still active and nobody has been a customer for 365 days';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.ltv_365_std_error IS 'Standard error of ltv_365, in the ledger''s currency; NULL with it';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.ltv_730 IS 'Mean revenue of a customer in the first 730 days (Bang & Tsiatis), in the ledger''s currency; NULL if fewer than two customers have complete revenue, or some customers are still active and nobody has been a customer for 730 days';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.ltv_730_std_error IS 'Standard error of ltv_730, in the ledger''s currency; NULL with it';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.cost_per_customer IS 'Expense up to today per customer (CAC), in the ledger''s currency; NULL without customers or without recorded expense';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.ltv_365_to_cac IS 'ltv_365 over cost per customer, as a ratio, 1 is break-even; NULL without one of them or with a cost of 0';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.ltv_730_to_cac IS 'ltv_730 over cost per customer, as a ratio, 1 is break-even; NULL without one of them or with a cost of 0';
COMMENT ON COLUMN @ledger@.lead_source_lifetime.break_even_tenure_months IS 'Months that a customer has to stay until the mean revenue per month of being a customer has paid for the cost per customer: an estimate from rates, not a date (lead_source_cohort_roi has the month in which the money was back); NULL without cost, days or revenue';

CREATE OR REPLACE VIEW @ledger@.lead_source_survival AS
SELECT lead_source_id, survival_table.tenure AS tenure_days,
       coalesce(lead_source.name, '(unknown)') AS lead_source,
       coalesce(lead_source.category, '(unknown)') AS category,
       survival_table.at_risk, survival_table.churned,
       round((100 * survival_table.survival)::numeric, 4) AS survival_percent,
       round((100 * survival_table.lower)::numeric, 4) AS survival_percent_lower,
       round((100 * survival_table.upper)::numeric, 4) AS survival_percent_upper
FROM (
@survival_curves@) AS source_customer
     CROSS JOIN LATERAL lead_roi.survival_table(curve)
     LEFT JOIN @ledger@.lead_source USING (lead_source_id);

COMMENT ON VIEW @ledger@.lead_source_survival IS
'The share of each lead source''s customers who stay longer than a number of days, as known today: the Kaplan-Meier curve, which is unbiased while many are still active. One row for each number of days at which somebody left or was last seen; before the first of them survival is 100 %.';
COMMENT ON COLUMN @ledger@.lead_source_survival.lead_source_id IS 'The lead source; key of the view together with tenure_days; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_survival.tenure_days IS 'Days since the customer was won';
COMMENT ON COLUMN @ledger@.lead_source_survival.lead_source IS 'Name of the lead source, or (unknown)';
COMMENT ON COLUMN @ledger@.lead_source_survival.category IS 'Category of the lead source, or (unknown)';
COMMENT ON COLUMN @ledger@.lead_source_survival.at_risk IS 'Number of customers seen for at least that many days';
COMMENT ON COLUMN @ledger@.lead_source_survival.churned IS 'Number of them who left after exactly that many days';
COMMENT ON COLUMN @ledger@.lead_source_survival.survival_percent IS 'Percent of customers who stay longer than that many days';
COMMENT ON COLUMN @ledger@.lead_source_survival.survival_percent_lower IS 'Lower 95 % confidence limit of survival_percent; NULL where it is 0';
COMMENT ON COLUMN @ledger@.lead_source_survival.survival_percent_upper IS 'Upper 95 % confidence limit of survival_percent; NULL where it is 0';
