--
-- report: the views that people and BI tools read. Views are API: columns are only ever appended.
--
-- First the totals, exact and unrounded. Each table is summed by itself before they meet, so that
-- nothing is multiplied and little is left to add up; a condition on the lead source reaches every
-- table.
--

CREATE OR REPLACE VIEW @ledger@.lead_source_total AS
SELECT lead_source_id,
       coalesce(lead_source.name, '(unknown)') AS lead_source,
       coalesce(lead_source.category, '(unknown)') AS category,
       lead_source.vendor, lead_source.medium,
       total.expense, total.revenue, total.visitors, total.leads, total.customers, total.media_expense
FROM (SELECT lead_source_id, sum(expense) AS expense, sum(revenue) AS revenue,
             coalesce(sum(visitors), 0)::bigint AS visitors, coalesce(sum(leads), 0)::bigint AS leads,
             coalesce(sum(customers), 0)::bigint AS customers, sum(media_expense) AS media_expense
      FROM (SELECT lead_source_id, sum(amount) AS expense, sum(lead_roi.media_expense(amount, cost_type)) AS media_expense,
                   NULL::numeric AS revenue, NULL::numeric AS visitors, NULL::bigint AS leads, NULL::bigint AS customers
            FROM @ledger@.expense GROUP BY lead_source_id
            UNION ALL
            SELECT lead_source_id, NULL, NULL, NULL, sum(visitors), NULL, NULL
            FROM @ledger@.visit GROUP BY lead_source_id
            UNION ALL
            SELECT lead_source_id, NULL, NULL, NULL, NULL, count(*), count(converted_on)
            FROM @ledger@.lead GROUP BY lead_source_id
            UNION ALL
            SELECT lead.lead_source_id, NULL, NULL, sum(payment.amount), NULL, NULL, NULL
            FROM @ledger@.payment LEFT JOIN @ledger@.lead USING (lead_id) GROUP BY lead.lead_source_id
            UNION ALL
            SELECT lead_source_id, NULL, NULL, NULL, NULL, NULL, NULL
            FROM @ledger@.lead_source) AS part
      GROUP BY lead_source_id) AS total
     LEFT JOIN @ledger@.lead_source USING (lead_source_id);

COMMENT ON VIEW @ledger@.lead_source_total IS
'What each lead source has cost and brought so far, exact and unrounded, for further sums. Every lead source has a row; facts without one are the row (unknown).';
COMMENT ON COLUMN @ledger@.lead_source_total.lead_source_id IS 'The lead source; key of the view; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_total.lead_source IS 'Name of the lead source, or (unknown)';
COMMENT ON COLUMN @ledger@.lead_source_total.category IS 'Category of the lead source, or (unknown)';
COMMENT ON COLUMN @ledger@.lead_source_total.vendor IS 'Who is paid';
COMMENT ON COLUMN @ledger@.lead_source_total.medium IS 'How the message travels';
COMMENT ON COLUMN @ledger@.lead_source_total.expense IS 'Sum of expenses, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN @ledger@.lead_source_total.revenue IS 'Sum of payments less refunds, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN @ledger@.lead_source_total.visitors IS 'Number of visitors';
COMMENT ON COLUMN @ledger@.lead_source_total.leads IS 'Number of leads';
COMMENT ON COLUMN @ledger@.lead_source_total.customers IS 'Number of customers';
COMMENT ON COLUMN @ledger@.lead_source_total.media_expense IS 'Sum of expenses for media and agencies, in the ledger''s currency; NULL: none recorded';

CREATE OR REPLACE VIEW @ledger@.lead_source_acquisition AS
SELECT lead_source_id, month, sum(expense) AS expense, sum(media_expense) AS media_expense,
       coalesce(sum(visitors), 0)::bigint AS visitors, coalesce(sum(leads), 0)::bigint AS leads,
       coalesce(sum(customers), 0)::bigint AS customers
FROM (SELECT lead_source_id, lead_roi.bill_month(incurred_on) AS month, sum(amount) AS expense,
             sum(lead_roi.media_expense(amount, cost_type)) AS media_expense,
             NULL::numeric AS visitors, NULL::bigint AS leads, NULL::bigint AS customers
      FROM @ledger@.expense GROUP BY lead_source_id, lead_roi.bill_month(incurred_on)
      UNION ALL
      SELECT lead_source_id, lead_roi.bill_month(visited_on), NULL, NULL, sum(visitors), NULL, NULL
      FROM @ledger@.visit GROUP BY lead_source_id, lead_roi.bill_month(visited_on)
      UNION ALL
      SELECT lead_source_id, lead_roi.bill_month(created_on), NULL, NULL, NULL, count(*), NULL
      FROM @ledger@.lead GROUP BY lead_source_id, lead_roi.bill_month(created_on)
      UNION ALL
      SELECT lead_source_id, lead_roi.bill_month(converted_on), NULL, NULL, NULL, NULL, count(*)
      FROM @ledger@.lead WHERE converted_on IS NOT NULL GROUP BY lead_source_id, lead_roi.bill_month(converted_on)) AS part
GROUP BY lead_source_id, month;

COMMENT ON VIEW @ledger@.lead_source_acquisition IS
'What was spent on each lead source in each calendar month and whom that month won, exact and unrounded, for further sums. Months without any of it have no row.';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.lead_source_id IS 'The lead source; key of the view together with month; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.month IS 'First day of the calendar month';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.expense IS 'Sum of the month''s expenses, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.media_expense IS 'Sum of the month''s expenses for media and agencies, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.visitors IS 'Number of visitors in the month';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.leads IS 'Number of leads that came in in the month';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.customers IS 'Number of leads that became customers in the month';

CREATE OR REPLACE VIEW @ledger@.lead_source_monthly_total AS
SELECT lead_source_id, month, sum(expense) AS expense, sum(revenue) AS revenue,
       coalesce(sum(visitors), 0)::bigint AS visitors, coalesce(sum(leads), 0)::bigint AS leads,
       coalesce(sum(customers), 0)::bigint AS customers, sum(media_expense) AS media_expense
FROM (SELECT lead_source_id, month, expense, media_expense, NULL::numeric AS revenue, visitors, leads, customers
      FROM @ledger@.lead_source_acquisition
      UNION ALL
      SELECT lead.lead_source_id, lead_roi.bill_month(payment.paid_on), NULL, NULL, sum(payment.amount), NULL, NULL, NULL
      FROM @ledger@.payment LEFT JOIN @ledger@.lead USING (lead_id) GROUP BY lead.lead_source_id, lead_roi.bill_month(payment.paid_on)) AS part
GROUP BY lead_source_id, month;

COMMENT ON VIEW @ledger@.lead_source_monthly_total IS
'What each lead source has cost and brought in each calendar month, everything by its own date, exact and unrounded, for further sums. Months without activity have no row.';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.lead_source_id IS 'The lead source; key of the view together with month; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.month IS 'First day of the calendar month';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.expense IS 'Sum of the month''s expenses, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.revenue IS 'Sum of the month''s payments less refunds, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.visitors IS 'Number of visitors in the month';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.leads IS 'Number of leads that came in in the month';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.customers IS 'Number of leads that became customers in the month';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.media_expense IS 'Sum of the month''s expenses for media and agencies, in the ledger''s currency; NULL: none recorded';

CREATE OR REPLACE VIEW @ledger@.lead_source_cohort_revenue AS
SELECT lead_source_id, cohort_month,
       CASE WHEN paid_month IS NOT NULL THEN lead_roi.bill_count(cohort_month, NULL, NULL, paid_month) - 1 END AS age_months,
       paid_month, revenue
FROM (SELECT lead.lead_source_id, lead_roi.bill_month(lead.converted_on) AS cohort_month,
             CASE WHEN lead.converted_on IS NOT NULL AND payment.paid_on IS NOT NULL
                  THEN greatest(lead_roi.bill_month(payment.paid_on), lead_roi.bill_month(lead.converted_on)) END AS paid_month,
             sum(payment.amount) AS revenue
      FROM @ledger@.payment LEFT JOIN @ledger@.lead USING (lead_id)
      GROUP BY 1, 2, 3) AS part;

COMMENT ON VIEW @ledger@.lead_source_cohort_revenue IS
'What the customers won in each calendar month have paid, by the months since, exact and unrounded, for further sums. Together the rows are all payments.';
COMMENT ON COLUMN @ledger@.lead_source_cohort_revenue.lead_source_id IS 'The lead source; key of the view together with cohort_month and age_months; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_cohort_revenue.cohort_month IS 'First day of the calendar month in which the customers were won; NULL: payments of nobody who became a customer';
COMMENT ON COLUMN @ledger@.lead_source_cohort_revenue.age_months IS 'Calendar months from the cohort''s month to that of the payments; 0 also for what was paid before; NULL with cohort_month';
COMMENT ON COLUMN @ledger@.lead_source_cohort_revenue.paid_month IS 'First day of the month of that age; NULL with cohort_month';
COMMENT ON COLUMN @ledger@.lead_source_cohort_revenue.revenue IS 'Sum of payments less refunds, in the ledger''s currency';
