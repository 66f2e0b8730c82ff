--
-- report: cohorts as they grow older.
--
-- Each age of a cohort at which something was paid has the running summary of cost, customers and
-- revenue so far, and stands for the ages up to the next one. The row of cost and customers, with age NULL,
-- stands for those before the first.
--

CREATE OR REPLACE VIEW @ledger@.lead_source_cohort_curve AS
SELECT lead_source_id, cohort_month, listed.age_months,
       coalesce(lead_source.name, '(unknown)') AS lead_source,
       coalesce(lead_source.category, '(unknown)') AS category,
       lead_roi.customers(so_far) AS customers,
       round(lead_roi.expense(so_far), @decimals@) AS expense,
       round(lead_roi.revenue(reached), @decimals@) AS revenue,
       round(lead_roi.lifetime_value(reached), @decimals@) AS revenue_per_customer,
       round(100 * lead_roi.roas(reached), 4) AS roas_percent
FROM (SELECT lead_source_id, cohort_month, lead_roi.rollup(summary) OVER cohort AS so_far,
             coalesce(age_months, 0) AS first_age,
             least(lead(age_months) OVER cohort - 1,
                   greatest(lead_roi.months_between(min(greatest(cohort_month, '1970-01-01')) OVER (PARTITION BY lead_source_id),
                                                    (SELECT @today@)) - 1, 0)) AS last_age
      FROM @ledger@.lead_source_cohort_summary
      WHERE cohort_month IS NOT NULL
            AND (age_months IS NOT NULL OR lead_roi.customers(summary) > 0 OR lead_roi.expense(summary) IS NOT NULL)
      WINDOW cohort AS (PARTITION BY lead_source_id, cohort_month ORDER BY age_months NULLS FIRST)) AS curve
     -- The planner knows better how many rows months_from() returns than of generate_series(), whose 1000
     -- each would have a small company's curves compiled.
     CROSS JOIN LATERAL lead_roi.months_from((cohort_month + make_interval(months => first_age))::date,
                                             (cohort_month + make_interval(months => last_age))::date) AS month
     CROSS JOIN LATERAL (SELECT lead_roi.months_between(cohort_month, month) AS age_months,
                                CASE WHEN month < lead_roi.month_of((SELECT @today@)) THEN so_far END AS reached) AS listed
     LEFT JOIN (SELECT lead_source_id, name, category FROM @ledger@.lead_source@gathered@) AS lead_source USING (lead_source_id);

COMMENT ON VIEW @ledger@.lead_source_cohort_curve IS
'How the revenue of the customers won in a calendar month grows with the cohort''s age, against what that month cost. One row for each cohort with customers or cost, and each age in months; ages run up to that of the lead source''s oldest cohort since 1970. What a cohort has not reached by today is NULL: only whole months count.';
COMMENT ON COLUMN @ledger@.lead_source_cohort_curve.lead_source_id IS 'The lead source; key of the view together with cohort_month and age_months; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_cohort_curve.cohort_month IS 'First day of the calendar month in which the customers were won';
COMMENT ON COLUMN @ledger@.lead_source_cohort_curve.age_months IS 'Age of the cohort in calendar months; 0 is the cohort''s own month';
COMMENT ON COLUMN @ledger@.lead_source_cohort_curve.lead_source IS 'Name of the lead source, or (unknown)';
COMMENT ON COLUMN @ledger@.lead_source_cohort_curve.category IS 'Category of the lead source, or (unknown)';
COMMENT ON COLUMN @ledger@.lead_source_cohort_curve.customers IS 'Number of customers won in the cohort''s month';
COMMENT ON COLUMN @ledger@.lead_source_cohort_curve.expense IS 'Expense of the cohort''s month, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN @ledger@.lead_source_cohort_curve.revenue IS 'What they have paid up to the end of the month of that age, less refunds, in the ledger''s currency; NULL where the cohort isn''t old enough';
COMMENT ON COLUMN @ledger@.lead_source_cohort_curve.revenue_per_customer IS 'Revenue per customer of the cohort, whether active or not, in the ledger''s currency; NULL without customers, or where the cohort isn''t old enough';
COMMENT ON COLUMN @ledger@.lead_source_cohort_curve.roas_percent IS 'Revenue in percent of the expense of the cohort''s month; 100 is break-even; NULL without a positive expense, or where the cohort isn''t old enough';
