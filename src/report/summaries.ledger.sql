--
-- report: the facts summed where they lie, into summaries that the reports add up and take their figures
-- from. Each kind of fact is summed by itself before they meet, so that nothing is multiplied and little
-- is left to add up. Leads with a lead source of their own are summed by themselves, so that nothing is looked up
-- for them. Lead sources that are merged into another are counted as that one then: above the sums
-- of facts, where there are few rows left. A function says which one that is, not a join, so that a
-- condition on the lead source reaches the facts.
--
-- In each view "summary" has every expense, and "media_summary" in their place those for media and
-- agencies alone, without visitors.
--
-- Amounts of months and cohorts, of which there may be nearly as many as facts, are summed by roi_summary(), which keeps a tenth
-- of what sum() does for each; Citus splits sum() between nodes at less cost.
--
-- What is grouped by is worked out in a query that has a WITH clause, which the planner doesn't merge with the one that
-- groups. It would take every date for a group where months are grouped, and the hash table of so many groups is read
-- from memory, not from a cache. Conditions on lead source and month reach the tables through it, as without.
--
-- Citus runs a union by itself, writes its rows down, and reads them again for the query around it, unless the union refers to that
-- query. Where there are many rows, @unite@ and @united@ make it refer to a constant, which the planner of the coordinator folds.
-- It does the same to a query with a subquery among its columns, so there mergers are followed by a join after all.
--

CREATE OR REPLACE VIEW @ledger@.lead_source_summary AS
SELECT @counted_as(lead_source_id)@ AS lead_source_id,
       lead_roi.rollup(summary) AS summary, lead_roi.rollup(media_summary) AS media_summary, sum(ahead) AS ahead, sum(prepaid) AS prepaid
FROM (SELECT lead_source_id, lead_roi.make_roi_summary(expense => sum(amount)) AS summary,
             lead_roi.make_roi_summary(expense => sum(media_amount)) AS media_summary, NULL::numeric AS ahead, NULL::numeric AS prepaid
      FROM @ledger@.expense_fact GROUP BY lead_source_id
      UNION ALL
      SELECT lead_source_id, lead_roi.make_roi_summary(visitors => sum(visitors)::bigint), NULL, NULL, NULL
      FROM @ledger@.visit_fact GROUP BY lead_source_id
      UNION ALL
      SELECT lead_source_id, won, won, NULL, NULL
      FROM (SELECT own_lead_source_id AS lead_source_id, lead_roi.make_roi_summary(leads => count(*), customers => count(converted_on)) AS won
            FROM @ledger@.lead_fact WHERE own_lead_source_id IS NOT NULL GROUP BY own_lead_source_id
            UNION ALL
            SELECT lead_source_id, lead_roi.make_roi_summary(leads => count(*), customers => count(converted_on))
            FROM @ledger@.lead_fact WHERE own_lead_source_id IS NULL GROUP BY lead_source_id) AS lead
      UNION ALL
      SELECT lead_source_id, paid, paid, NULL, NULL
      FROM (SELECT lead_source_id, lead_roi.make_roi_summary(revenue => sum(amount)) AS paid
            FROM (WITH payment AS (SELECT lead_source_id, amount FROM @ledger@.payment_fact) SELECT * FROM payment) AS payment
            GROUP BY lead_source_id) AS payment
      UNION ALL
      SELECT lead_source_id, NULL, NULL, sum(amount), sum(amount) FILTER (WHERE prepaid)
      FROM @ledger@.expense_ahead GROUP BY lead_source_id
      UNION ALL
      SELECT lead_source_id, nothing, nothing, NULL, NULL
      FROM @ledger@.lead_source CROSS JOIN lead_roi.make_roi_summary() AS nothing) AS part@merging@
GROUP BY 1;

COMMENT ON VIEW @ledger@.lead_source_summary IS
'Internal: the summary of all that each lead source has cost and brought so far. Every lead source has a row.';
COMMENT ON COLUMN @ledger@.lead_source_summary.lead_source_id IS 'The lead source; key of the view; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_summary.summary IS 'Summary of its facts up to today';
COMMENT ON COLUMN @ledger@.lead_source_summary.media_summary IS 'The same with the expenses for media and agencies alone';
COMMENT ON COLUMN @ledger@.lead_source_summary.ahead IS 'Sum of what is booked and counts after today, in the ledger''s currency; NULL: nothing';
COMMENT ON COLUMN @ledger@.lead_source_summary.prepaid IS 'The part of it that belongs to costs incurred by today; NULL: nothing';

-- The period clock, without revenue: what a month cost, and whom it won.
CREATE OR REPLACE VIEW @ledger@.lead_source_acquisition_summary AS
SELECT @counted_as(lead_source_id)@ AS lead_source_id, month, lead_roi.rollup(summary) AS summary, lead_roi.rollup(media_summary) AS media_summary
FROM @unite@(
@acquisition_parts@) AS part@merging@
GROUP BY 1, 2;

COMMENT ON VIEW @ledger@.lead_source_acquisition_summary IS
'Internal: the summary of each calendar month''s expenses, visitors, leads and conversions of a lead source, by their own dates.';
COMMENT ON COLUMN @ledger@.lead_source_acquisition_summary.lead_source_id IS 'The lead source; key of the view together with month; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_acquisition_summary.month IS 'First day of the calendar month; NULL: facts without a date';
COMMENT ON COLUMN @ledger@.lead_source_acquisition_summary.summary IS 'Summary of the month''s facts, without payments';
COMMENT ON COLUMN @ledger@.lead_source_acquisition_summary.media_summary IS 'The same with the expenses for media and agencies alone';

-- The period clock: everything by its own date.
CREATE OR REPLACE VIEW @ledger@.lead_source_monthly_summary AS
SELECT @counted_as(lead_source_id)@ AS lead_source_id, month, lead_roi.rollup(summary) AS summary, lead_roi.rollup(media_summary) AS media_summary
FROM @unite@(
@acquisition_parts@
      UNION ALL
      SELECT lead_source_id, month, paid, paid
      FROM (SELECT lead_source_id, month, @one_server@lead_roi.roi_summary(NULL, amount, NULL, NULL, NULL)@citus@lead_roi.make_roi_summary(revenue => sum(amount))@end@ AS paid
            FROM (WITH payment AS (SELECT lead_source_id, lead_roi.month_of(occurred_on) AS month, amount FROM @ledger@.payment_fact) SELECT * FROM payment) AS payment
            GROUP BY 1, 2) AS payment) AS part@merging@
GROUP BY 1, 2;

COMMENT ON VIEW @ledger@.lead_source_monthly_summary IS
'Internal: the summary of each calendar month''s facts of a lead source, everything by its own date.';
COMMENT ON COLUMN @ledger@.lead_source_monthly_summary.lead_source_id IS 'The lead source; key of the view together with month; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_monthly_summary.month IS 'First day of the calendar month; NULL: facts without a date';
COMMENT ON COLUMN @ledger@.lead_source_monthly_summary.summary IS 'Summary of the month''s facts';
COMMENT ON COLUMN @ledger@.lead_source_monthly_summary.media_summary IS 'The same with the expenses for media and agencies alone';

-- Mergers are followed before the sums here, which are nearly as many as the payments.
CREATE OR REPLACE VIEW @ledger@.lead_source_cohort_payment_summary AS
SELECT lead_source_id, cohort_month, lead_roi.months_between(cohort_month, paid_month) AS age_months, paid_month, summary
FROM (SELECT lead_source_id, cohort_month, paid_month, @one_server@lead_roi.roi_summary(NULL, amount, NULL, NULL, NULL)@citus@lead_roi.make_roi_summary(revenue => sum(amount))@end@ AS summary
      FROM (WITH payment AS (SELECT lead_roi_internal.counted_as(lead_source_id, @mergers@) AS lead_source_id, lead_roi.month_of(converted_on) AS cohort_month, amount,
                                    CASE WHEN converted_on IS NOT NULL AND occurred_on IS NOT NULL THEN lead_roi.month_of(greatest(occurred_on, converted_on)) END AS paid_month
                             FROM @ledger@.payment_fact)
            SELECT * FROM payment) AS payment
      GROUP BY 1, 2, 3) AS payment;

COMMENT ON VIEW @ledger@.lead_source_cohort_payment_summary IS
'Internal: what the customers won in each calendar month have paid, by the months since.';
COMMENT ON COLUMN @ledger@.lead_source_cohort_payment_summary.lead_source_id IS 'The lead source; key of the view together with cohort_month and age_months; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_cohort_payment_summary.cohort_month IS 'First day of the calendar month in which the customers were won; NULL: payments of people who never became customers';
COMMENT ON COLUMN @ledger@.lead_source_cohort_payment_summary.age_months IS 'Calendar months from the cohort''s month to that of the payments; 0 also for what was paid before; NULL with cohort_month';
COMMENT ON COLUMN @ledger@.lead_source_cohort_payment_summary.paid_month IS 'First day of the month of that age; NULL with cohort_month';
COMMENT ON COLUMN @ledger@.lead_source_cohort_payment_summary.summary IS 'Summary of the payments';

CREATE OR REPLACE VIEW @ledger@.lead_source_cohort_revenue AS
SELECT lead_source_id, cohort_month, age_months, paid_month, lead_roi.revenue(summary) AS revenue
FROM @ledger@.lead_source_cohort_payment_summary;

COMMENT ON VIEW @ledger@.lead_source_cohort_revenue IS
'What the customers won in each calendar month have paid, by the months since, exact and unrounded, for further sums. Together the rows are all payments.';
COMMENT ON COLUMN @ledger@.lead_source_cohort_revenue.lead_source_id IS 'The lead source; key of the view together with cohort_month and age_months; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_cohort_revenue.cohort_month IS 'First day of the calendar month in which the customers were won; NULL: payments of people who never became customers';
COMMENT ON COLUMN @ledger@.lead_source_cohort_revenue.age_months IS 'Calendar months from the cohort''s month to that of the payments; 0 also for what was paid before; NULL with cohort_month';
COMMENT ON COLUMN @ledger@.lead_source_cohort_revenue.paid_month IS 'First day of the month of that age; NULL with cohort_month';
COMMENT ON COLUMN @ledger@.lead_source_cohort_revenue.revenue IS 'Sum of payments less refunds, in the ledger''s currency';

-- The cohort clock: what a month cost and whom it won, with age NULL, and what these have paid at each age.
CREATE OR REPLACE VIEW @ledger@.lead_source_cohort_summary AS
SELECT lead_source_id, cohort_month, age_months, summary, media_summary
FROM @unite@(
      SELECT lead_source_id, month AS cohort_month, NULL::integer AS age_months, summary, media_summary
      FROM @ledger@.lead_source_acquisition_summary
      UNION ALL
      SELECT lead_source_id, cohort_month, age_months, summary, summary
      FROM @ledger@.lead_source_cohort_payment_summary@united@) AS part;

COMMENT ON VIEW @ledger@.lead_source_cohort_summary IS
'Internal: the summary of what each calendar month cost and whom it won, and the summary of what these customers have paid, by the months since.';
COMMENT ON COLUMN @ledger@.lead_source_cohort_summary.lead_source_id IS 'The lead source; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_cohort_summary.cohort_month IS 'First day of the calendar month of the cost, in which the customers were won; NULL: payments of people who never became customers';
COMMENT ON COLUMN @ledger@.lead_source_cohort_summary.age_months IS 'Calendar months from the cohort''s month to that of the payments; NULL: the row of cost and customers, or payments without a date';
COMMENT ON COLUMN @ledger@.lead_source_cohort_summary.summary IS 'Summary of the facts';
COMMENT ON COLUMN @ledger@.lead_source_cohort_summary.media_summary IS 'The same with the expenses for media and agencies alone';

-- What a cohort comes to, and when it paid back: the month's cost comes before the revenue of any age, so each age sees what it has to reach.
CREATE OR REPLACE VIEW @ledger@.lead_source_payback_summary AS
SELECT lead_source_id, cohort_month, lead_roi.rollup(summary) AS summary, lead_roi.rollup(media_summary) AS media_summary,
       lead_roi_internal.payback_age(age_months, summary) AS payback_months
FROM @ledger@.lead_source_cohort_summary
GROUP BY lead_source_id, cohort_month;

COMMENT ON VIEW @ledger@.lead_source_payback_summary IS
'Internal: the summary of what each calendar month cost, whom it won and what these customers have paid, and when that reached the cost.';
COMMENT ON COLUMN @ledger@.lead_source_payback_summary.lead_source_id IS 'The lead source; key of the view together with cohort_month; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_payback_summary.cohort_month IS 'First day of the calendar month of the cost, in which the customers were won; NULL: payments of people who never became customers';
COMMENT ON COLUMN @ledger@.lead_source_payback_summary.summary IS 'Summary of the facts';
COMMENT ON COLUMN @ledger@.lead_source_payback_summary.media_summary IS 'The same with the expenses for media and agencies alone';
COMMENT ON COLUMN @ledger@.lead_source_payback_summary.payback_months IS 'Calendar months from cohort_month to the first in which the revenue so far reached the expense; NULL: not yet, or without a positive expense';
