--
-- Cohorts as they grow older.
--
-- A cohort's revenue rows are sorted by age and summed up; each then stands for the ages up to the
-- next one. The row of the month's cost and customers, at age -1, stands for those before the first.
--

CREATE VIEW lead_source_cohort_curve AS
SELECT lead_source_id, cohort_month, age.age_months::integer AS age_months,
       coalesce(lead_source.name, '(unknown)') AS lead_source,
       coalesce(lead_source.category, '(unknown)') AS category,
       curve.customers, curve.expense::numeric(18,2) AS expense,
       figure.revenue::numeric(18,2) AS revenue,
       ratio(figure.revenue, curve.customers)::numeric(18,2) AS revenue_per_customer,
       (100 * ratio(figure.revenue, curve.expense))::numeric(24,4) AS roas_percent
FROM (SELECT lead_source_id, cohort_month, age_months,
             first_value(customers) OVER cohort AS customers,
             first_value(expense) OVER cohort AS expense,
             first_value(known_age) OVER cohort AS known_age,
             first_value(last_age) OVER cohort AS last_age,
             coalesce(sum(revenue) OVER cohort, 0) AS revenue,
             lead(age_months) OVER cohort AS next_age
      FROM (SELECT lead_source_id, month AS cohort_month, -1 AS age_months, customers, expense, NULL::numeric AS revenue,
                   bill_count(month, NULL, NULL, billing_today()) - 2 AS known_age,
                   greatest(bill_count(min(month) OVER (PARTITION BY lead_source_id), NULL, NULL, billing_today()) - 2, 0) AS last_age
            FROM lead_source_acquisition
            WHERE month IS NOT NULL AND (customers > 0 OR expense IS NOT NULL)
            UNION ALL
            SELECT lead_source_id, cohort_month, age_months, NULL, NULL, revenue, NULL, NULL
            FROM lead_source_cohort_revenue
            WHERE cohort_month IS NOT NULL) AS part
      WINDOW cohort AS (PARTITION BY lead_source_id, cohort_month ORDER BY age_months)) AS curve
     CROSS JOIN LATERAL generate_series(greatest(curve.age_months, 0), least(curve.next_age - 1, curve.last_age)) AS age (age_months)
     CROSS JOIN LATERAL (SELECT CASE WHEN age.age_months <= curve.known_age THEN curve.revenue END AS revenue) AS figure
     LEFT JOIN lead_source USING (lead_source_id)
WHERE curve.age_months IS NOT NULL;     -- payments without a date, in relations of the user's own

COMMENT ON VIEW lead_source_cohort_curve IS
'How the revenue of the customers won in a calendar month grows with the cohort''s age, against what that month cost. For each lead source every cohort with customers or cost, at every age that the oldest of them has reached. Ages that a cohort has not reached by today (billing_today()) are NULL: only whole months count.';
COMMENT ON COLUMN lead_source_cohort_curve.lead_source_id IS 'The lead source; key of the view together with cohort_month and age_months; NULL: unknown';
COMMENT ON COLUMN lead_source_cohort_curve.cohort_month IS 'First day of the calendar month in which the customers were won';
COMMENT ON COLUMN lead_source_cohort_curve.age_months IS 'Age of the cohort in calendar months; 0 is the cohort''s own month';
COMMENT ON COLUMN lead_source_cohort_curve.lead_source IS 'Name of the lead source, or (unknown)';
COMMENT ON COLUMN lead_source_cohort_curve.category IS 'Category of the lead source, or (unknown)';
COMMENT ON COLUMN lead_source_cohort_curve.customers IS 'Number of customers won in the cohort''s month';
COMMENT ON COLUMN lead_source_cohort_curve.expense IS 'Expense of the cohort''s month, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN lead_source_cohort_curve.revenue IS 'What they have paid up to the end of the month of that age, less refunds, in the ledger''s currency; NULL where the cohort isn''t old enough';
COMMENT ON COLUMN lead_source_cohort_curve.revenue_per_customer IS 'Revenue per customer of the cohort, whether active or not, in the ledger''s currency; NULL without customers, or where the cohort isn''t old enough';
COMMENT ON COLUMN lead_source_cohort_curve.roas_percent IS 'Revenue in percent of the expense of the cohort''s month; 100 is break-even; NULL without a positive expense, or where the cohort isn''t old enough';
