--
-- report: how fast a month pays back, all lead sources together, and how many customers stay.
--

CREATE OR REPLACE VIEW @ledger@.cohort_summary AS
SELECT cohort_month, age_months, summary, media_summary,
       lead_roi.rollup(summary) OVER (PARTITION BY cohort_month ORDER BY age_months NULLS FIRST) AS so_far
FROM (SELECT cohort_month, age_months, lead_roi.rollup(summary) AS summary, lead_roi.rollup(media_summary) AS media_summary
      FROM @ledger@.lead_source_cohort_summary
      WHERE cohort_month IS NOT NULL
      GROUP BY cohort_month, age_months) AS aging;

COMMENT ON VIEW @ledger@.cohort_summary IS
'Internal: the summary of what each calendar month cost and whom it won, and summaries of what these customers have paid, by the months since, of all lead sources together.';
COMMENT ON COLUMN @ledger@.cohort_summary.cohort_month IS 'First day of the calendar month of the cost, in which the customers were won';
COMMENT ON COLUMN @ledger@.cohort_summary.age_months IS 'Calendar months from the cohort''s month to that of the payments; NULL: the row of cost and customers';
COMMENT ON COLUMN @ledger@.cohort_summary.summary IS 'Summary of the facts';
COMMENT ON COLUMN @ledger@.cohort_summary.media_summary IS 'The same with the expenses for media and agencies alone';
COMMENT ON COLUMN @ledger@.cohort_summary.so_far IS 'Summary of cost, customers and all that they have paid up to that age';

CREATE OR REPLACE VIEW @ledger@.cohort_roi AS
SELECT cohort_month, (cohort_month + make_interval(months => payback_months))::date AS payback_month, payback_months,
@figures@
FROM (SELECT cohort_month, lead_roi.rollup(summary) AS summary, lead_roi.rollup(media_summary) AS media_summary,
             lead_roi_internal.payback_age(age_months, summary) AS payback_months
      FROM @ledger@.cohort_summary
      GROUP BY cohort_month) AS total;

COMMENT ON VIEW @ledger@.cohort_roi IS
'What each calendar month''s expense on all lead sources has brought back so far: lead_source_cohort_roi of all of them together. Key: cohort_month.';
COMMENT ON COLUMN @ledger@.cohort_roi.cohort_month IS 'First day of the calendar month of the expenses and leads, in which the customers were won';
COMMENT ON COLUMN @ledger@.cohort_roi.payback_month IS 'First day of the first month in which the revenue of the customers won reached the expense; NULL: not yet, or without a positive expense';
COMMENT ON COLUMN @ledger@.cohort_roi.payback_months IS 'Calendar months from cohort_month to payback_month; 0 is the cohort''s own month; NULL with payback_month';

-- As in lead_source_cohort_curve: each age at which something was paid stands for those up to the next one.
CREATE OR REPLACE VIEW @ledger@.cohort_curve AS
SELECT cohort_month, lead_roi.months_between(cohort_month, listed.month) AS age_months, lead_roi.customers(so_far) AS customers,
       round(lead_roi.expense(so_far), @decimals@) AS expense, round(lead_roi.revenue(so_far), @decimals@) AS revenue,
       round(lead_roi.lifetime_value(so_far), @decimals@) AS revenue_per_customer, round(100 * lead_roi.roas(so_far), 4) AS roas_percent,
       payback_months
FROM (SELECT cohort_month, so_far, coalesce(age_months, 0) AS first_age,
             lead_roi_internal.payback_age(age_months, summary) OVER (PARTITION BY cohort_month) AS payback_months,
             lead(age_months) OVER (PARTITION BY cohort_month ORDER BY age_months NULLS FIRST) - 1 AS last_age
      FROM @ledger@.cohort_summary
      WHERE cohort_month >= '1970-01-01'
            AND (age_months IS NOT NULL OR lead_roi.customers(summary) > 0 OR lead_roi.expense(summary) IS NOT NULL)) AS curve
     CROSS JOIN LATERAL lead_roi.months_from(
         (cohort_month + make_interval(months => first_age))::date,
         least((cohort_month + make_interval(months => last_age))::date, (lead_roi.month_of((SELECT @today@)) - interval '1 month')::date)) AS listed (month);

COMMENT ON VIEW @ledger@.cohort_curve IS
'How the revenue of the customers won in a calendar month grows with the cohort''s age, against what all lead sources cost in that month. Each cohort since 1970 has a row for each age that it has reached by today: only whole months count. Key: cohort_month, age_months.';
COMMENT ON COLUMN @ledger@.cohort_curve.cohort_month IS 'First day of the calendar month in which the customers were won';
COMMENT ON COLUMN @ledger@.cohort_curve.age_months IS 'Age of the cohort in calendar months; 0 is the cohort''s own month';
COMMENT ON COLUMN @ledger@.cohort_curve.customers IS 'Number of customers won in the cohort''s month';
COMMENT ON COLUMN @ledger@.cohort_curve.expense IS 'Expense of the cohort''s month, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN @ledger@.cohort_curve.revenue IS 'What they have paid up to the end of the month of that age, less refunds, in the ledger''s currency';
COMMENT ON COLUMN @ledger@.cohort_curve.revenue_per_customer IS 'That per customer of the cohort, whether active or not, in the ledger''s currency; NULL without customers';
COMMENT ON COLUMN @ledger@.cohort_curve.roas_percent IS 'Revenue in percent of the expense of the cohort''s month; 100 is break-even; NULL without a positive expense';
COMMENT ON COLUMN @ledger@.cohort_curve.payback_months IS 'Calendar months until the revenue reached the expense, as in cohort_roi, the same at every age; NULL: not yet, or without a positive expense';

CREATE OR REPLACE VIEW @ledger@.lead_source_retention AS
SELECT lead_source_id, coalesce(lead_source.name, '(unknown)') AS lead_source, coalesce(lead_source.category, '(unknown)') AS category, days,
       round((100 * lead_roi.survival_at(curve, days))::numeric, 4) AS survival_percent, lead_roi.customers(curve) AS customers
FROM (
@survival_curves@) AS source_customer
     CROSS JOIN (VALUES (30), (90), (180), (365), (730)) AS horizon (days)
     LEFT JOIN @ledger@.lead_source USING (lead_source_id);

COMMENT ON VIEW @ledger@.lead_source_retention IS
'The share of each lead source''s customers who stay longer than 30, 90, 180, 365 and 730 days: lead_source_survival at these. Key: lead_source_id, days.';
COMMENT ON COLUMN @ledger@.lead_source_retention.lead_source_id IS 'The lead source; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_retention.lead_source IS 'Name of the lead source, or (unknown)';
COMMENT ON COLUMN @ledger@.lead_source_retention.category IS 'Category of the lead source, or (unknown)';
COMMENT ON COLUMN @ledger@.lead_source_retention.days IS 'Days since the customer was won';
COMMENT ON COLUMN @ledger@.lead_source_retention.survival_percent IS 'Percent of customers who stay longer than that; NULL: some customers are still active, and nobody has been a customer for that long';
COMMENT ON COLUMN @ledger@.lead_source_retention.customers IS 'Number of customers at the start';
