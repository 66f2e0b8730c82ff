--
-- Cohorts as they grow older.
--
-- A cohort's revenue rows are sorted by month and summed up; each then stands for the months up to the
-- next one. The row of cost and customers, a day before the cohort's month, stands for those before
-- the first. bill_dates() lists the months: the planner knows better what it returns than of
-- generate_series(), whose 1000 rows each would have a small company's curves compiled.
--

CREATE OR REPLACE VIEW @ledger@.lead_source_cohort_curve AS
SELECT lead_source_id, cohort_month, reached.age_months,
       coalesce(lead_source.name, '(unknown)') AS lead_source,
       coalesce(lead_source.category, '(unknown)') AS category,
       curve.customers, round(curve.expense, @decimals@) AS expense,
       round(reached.revenue, @decimals@) AS revenue,
       round(lead_roi.ratio(reached.revenue, curve.customers), @decimals@) AS revenue_per_customer,
       round(100 * lead_roi.ratio(reached.revenue, curve.expense), 4) AS roas_percent
FROM (SELECT lead_source_id, cohort_month, paid_month,
             first_value(customers) OVER cohort AS customers,
             first_value(expense) OVER cohort AS expense,
             first_value(last_month) OVER cohort AS last_month,
             coalesce(sum(revenue) OVER cohort, 0) AS revenue,
             lead(paid_month) OVER cohort AS next_month
      FROM (SELECT lead_source_id, month AS cohort_month, month - 1 AS paid_month, customers, expense, NULL::numeric AS revenue,
                   (month + make_interval(months => greatest(lead_roi.bill_count(min(greatest(month, '1970-01-01')) OVER (PARTITION BY lead_source_id),
                                                                        NULL, NULL, @today@)::integer - 2, 0)))::date AS last_month
            FROM @ledger@.lead_source_acquisition
            WHERE month IS NOT NULL AND (customers > 0 OR expense IS NOT NULL)
            UNION ALL
            SELECT lead_source_id, cohort_month, paid_month, NULL, NULL, revenue, NULL
            FROM @ledger@.lead_source_cohort_revenue
            WHERE cohort_month IS NOT NULL) AS part
      WINDOW cohort AS (PARTITION BY lead_source_id, cohort_month ORDER BY paid_month)) AS curve
     CROSS JOIN LATERAL lead_roi.bill_dates(curve.cohort_month, NULL, curve.paid_month, least(curve.next_month - 1, curve.last_month)) AS listed (month)
     CROSS JOIN LATERAL (SELECT (lead_roi.bill_count(curve.cohort_month, NULL, NULL, listed.month) - 1)::integer AS age_months,
                                CASE WHEN listed.month < lead_roi.bill_month(@today@) THEN curve.revenue END AS revenue) AS reached
     LEFT JOIN @ledger@.lead_source USING (lead_source_id)
WHERE curve.paid_month IS NOT NULL;     -- payments without a date, in relations of the user's own

COMMENT ON VIEW @ledger@.lead_source_cohort_curve IS
'How the revenue of the customers won in a calendar month grows with the cohort''s age, against what that month cost. For each lead source every cohort with customers or cost, at every age that the oldest of them, not older than 1970, has reached. Ages that a cohort has not reached by today are NULL: only whole months count.';
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
