-- period: figures of a period of months, beside those before it; months and cohorts of all lead sources together; and what chance does to a count.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET lead_roi.testing_today = '2024-06-15';
SET search_path = public, marketing, lead_roi;
\pset null '-'

-- An empty ledger: the twelve months before this one, and nothing in them.
SELECT * FROM default_period;
SELECT count(*) FROM period_roi('2023-06-01', '2024-05-01');
SELECT count(*) FROM period_comparison('2023-06-01', '2024-05-01');
SELECT count(*) FROM monthly_roi;
SELECT count(*) FROM cohort_curve;
SELECT count(*) FROM bill_total;
SELECT count(*) FROM period_variance('2023-06-01', '2024-05-01');

-- The limits of a count against the exact ones, half the 0.025 and 0.975 quantiles of chi-squared with 2n and 2n + 2 degrees of freedom (from tables).
SELECT n, count_lower_limit(n) AS lower, abs(count_lower_limit(n) - exact_lower) < 0.02 AS lower_is_close,
       count_upper_limit(n) AS upper, abs(count_upper_limit(n) - exact_upper) < 0.04 AS upper_is_close
FROM (VALUES (0::bigint, 0, 3.6889), (1, 0.0253, 5.5716), (2, 0.2422, 7.2247), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904), (100, 81.3640, 121.6275)) AS exact (n, exact_lower, exact_upper);
SELECT count_lower_limit(NULL), count_upper_limit(NULL), count_lower_limit(-3), count_upper_limit(-3) = count_upper_limit(0) AS as_none,
       count_upper_limit(9223372036854775807) > 9223372036854775807 AS largest;

-- Ads cost 100 in January and February, 200 in March and April, 50 a year earlier; the fair 50 a year earlier alone; word of mouth nothing.
INSERT INTO lead_source (name, category) VALUES ('Ads', 'Paid'), ('Word of mouth', 'Free'), ('Fair', 'Paid');
INSERT INTO expense (lead_source_id, title, incurred_on, amount) VALUES
    (1, 'a', '2023-03-05', 50), (3, 'b', '2023-03-20', 50), (1, 'c', '2024-01-10', 100), (1, 'd', '2024-02-10', 100), (1, 'e', '2024-03-10', 200),
    (1, 'f', '2024-04-10', 200), (1, 'this month', '2024-06-01', 999);
INSERT INTO visit VALUES (1, '2024-03-10', 100), (1, '2024-04-10', 100);
INSERT INTO lead (lead_source_id, created_on, converted_on)
SELECT 1, created_on::date, CASE WHEN n <= customers THEN created_on::date END
FROM (VALUES ('2023-03-10', 1, 1), ('2024-01-10', 4, 1), ('2024-03-10', 5, 2), ('2024-04-10', 5, 2)) AS won (created_on, leads, customers), generate_series(1, leads) AS n;
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (2, '2024-03-01', '2024-03-02'), (2, '2024-03-02', NULL), (NULL, '2024-04-01', NULL);
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2023-04-05', 100), (2, '2024-01-20', 300), (6, '2024-03-20', 400), (11, '2024-04-20', 500), (16, '2024-03-20', 600), (18, '2024-04-20', 30);

-- The last whole month with anything in it is April: June isn't over.
SELECT * FROM default_period;

-- March and April: expense 200 + 200; revenue 400 + 500 + 600 + 30 = 1530; 5 + 5 + 2 + 1 = 13 leads; 2 + 2 + 1 = 5 customers.
-- Return 1130 / 400 = 282.5 %; 400 / 13 = 30.769231 a lead; 400 / 5 = 80 a customer. Paid lead sources alone (Ads, Fair): 900 for 400 is 125 %; 40 a lead; 100 a customer.
-- Shares of revenue: 900, 600, 30 of 1530.
SELECT scope, name, lead_sources, paid, expense, revenue, profit, roi_percent, paid_revenue, paid_profit, paid_roi_percent, paid_roas_percent, expense_share_percent, revenue_share_percent
FROM period_roi('2024-03-01', '2024-04-01') ORDER BY scope, expense DESC NULLS LAST, name;
SELECT scope, name, visitors, leads, cost_per_lead, customers, cost_per_customer, paid_leads, paid_cost_per_lead, paid_customers, paid_cost_per_customer, visitor_to_lead_percent, lead_to_customer_percent
FROM period_roi('2024-03-01', '2024-04-01') ORDER BY scope, expense DESC NULLS LAST, name;

-- Before, in January and February: 200 spent, 300 back, 4 leads, 1 customer. A year earlier: 100 spent (50 of them on the fair), 100 back, 1 lead and customer.
SELECT scope, figure, unit, value, before_value, change, change_percent, year_before_value, year_change, year_change_percent
FROM period_comparison('2024-03-01', '2024-04-01') WHERE scope IN ('all', 'paid') ORDER BY scope, position;

-- Figures of the two views are the same ones.
SELECT count(*) AS compared, count(*) FILTER (WHERE period_comparison.value IS DISTINCT FROM (to_jsonb(period_roi) ->> figure)::numeric) AS differing
FROM period_comparison('2024-03-31', '2024-04-01') JOIN period_roi('2024-03-15', '2024-04-30') USING (scope)
WHERE period_comparison.name IS NOT DISTINCT FROM period_roi.name;

-- What begins before the ledger is compared with nothing; nor has the first period anything before it.
SELECT figure, value, before_value, change, change_percent, year_before_value
FROM period_comparison('2023-03-01', '2023-04-01') WHERE scope = 'all' AND figure IN ('expense', 'revenue', 'roi_percent', 'customers');
SELECT DISTINCT from_month, before_from_month, before_through_month, year_before_from_month, year_before_through_month
FROM (VALUES ('2023-10-01'::date), ('2023-09-01'), ('2024-03-01')) AS asked (from_month), period_comparison(from_month, '2024-04-01') ORDER BY from_month;

-- What is no period.
\set SHOW_CONTEXT never
SELECT * FROM period_roi('2024-04-01', '2024-03-31');
SELECT * FROM period_comparison(NULL, '2024-03-31');
SELECT * FROM period_variance('2024-04-01', '2024-04-01', 'gone');

-- All months of the ledger are what lead_source_total has, but for this month.
SELECT expense = (SELECT sum(expense) - 999 FROM lead_source_total) AS expense, revenue = (SELECT sum(revenue) FROM lead_source_total) AS revenue,
       leads = (SELECT sum(leads) FROM lead_source_total) AS leads, customers = (SELECT sum(customers) FROM lead_source_total) AS customers
FROM period_roi('2023-03-01', '2024-05-01') WHERE scope = 'all';

-- A month of its own: paid ones won 2 customers for 200 in March, so that one may have cost 200 / 7.220981 to 200 / 0.224613; in the twelve months up to it 400 / 3.
SELECT scope, month, cost_per_customer, usual_cost_per_customer, cost_per_customer_lower, cost_per_customer_upper, few_customers, as_usual, usual_cost_per_lead, cost_per_lead_lower, cost_per_lead_upper
FROM monthly_roi WHERE scope IN ('all', 'paid') AND month >= '2024-02-01' ORDER BY scope, month;
SELECT count(*) AS lead_source_months, count(*) FILTER (WHERE monthly_roi.expense IS DISTINCT FROM own.expense OR monthly_roi.leads <> own.leads OR monthly_roi.revenue <> own.revenue) AS differing
FROM monthly_roi JOIN lead_source_monthly_roi AS own ON own.lead_source_id IS NOT DISTINCT FROM monthly_roi.lead_source_id AND own.month = monthly_roi.month
WHERE scope = 'lead_source';

-- Cohorts of all: March's three customers paid 400 + 600 in March, for 200; January's paid 300 for 100; that of a year earlier paid 100 a month later, for 100.
SELECT cohort_month, payback_months, payback_month, expense, revenue, customers, roas_percent FROM cohort_roi ORDER BY cohort_month;
SELECT cohort_month, age_months, customers, expense, revenue, revenue_per_customer, roas_percent, payback_months FROM cohort_curve WHERE cohort_month <> '2023-03-01' OR age_months < 3 ORDER BY 1, 2;

-- Merged into another, a lead source is counted as it, and has no row of its own.
BEGIN;
UPDATE lead_source SET merged_into = 1 WHERE name = 'Fair';
SELECT name, year_before_value FROM period_comparison('2024-03-01', '2024-04-01') WHERE scope = 'lead_source' AND figure = 'expense' ORDER BY name;
SELECT lead_source, paid FROM counted_lead_source ORDER BY lead_source;
ROLLBACK;

-- A lead source that got all its money back has cost nothing, and is not paid.
BEGIN;
INSERT INTO expense (lead_source_id, title, incurred_on, amount) VALUES (3, 'credit note', '2023-05-05', -50);
SELECT lead_source, paid FROM counted_lead_source ORDER BY lead_source;
ROLLBACK;

-- Bills: 100 a month from 20 April, posted through May; 300 a month from 1 June, not posted and due. The bill of May was in fact 130: of 200 budgeted, 30 more.
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (3, 'stand', 100, '2024-04-20');
SELECT post_due_expenses('marketing');
UPDATE expense SET amount = 130 WHERE bill_month = '2024-05-01';
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on) VALUES (1, 'agency', 300, '2024-06-01', '2024-07-31');
SELECT state, scope, month, lead_source, bills, amount, first_bill_on, last_bill_on, failed FROM bill_total WHERE scope <> 'month' OR month <= '2024-08-01' ORDER BY state, scope, month, lead_source;
SELECT scope, lead_source, bills, differing_bills, differing_since, budget, actual, difference, difference_percent
FROM period_variance('2024-04-01', '2024-05-01') ORDER BY scope;
SELECT scope, bills, budget, actual, difference FROM period_variance('2024-04-01', '2024-04-01') WHERE scope = 'all';

-- How many customers stay: of Ads' six customers two were won 98 days ago and one 463; nobody left. Of two of the fair's one left after 40 days and one is there after 100.
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on) VALUES (3, '2024-01-01', '2024-01-01', '2024-02-10'), (3, '2024-03-07', '2024-03-07', NULL);
SELECT lead_source, days, survival_percent, customers FROM lead_source_retention WHERE lead_source IN ('Ads', 'Fair') ORDER BY lead_source, days;

-- Somebody who may read views asks with rights of his own; of those without, nothing.
CREATE ROLE lead_roi_test_reader;
GRANT USAGE ON SCHEMA marketing TO lead_roi_test_reader;
SET ROLE lead_roi_test_reader;
SELECT count(*) FROM period_variance('2024-04-01', '2024-05-01', 'marketing');
RESET ROLE;
GRANT SELECT ON expense_variance, default_period, counted_lead_source, lead_source_monthly_summary TO lead_roi_test_reader;
SET ROLE lead_roi_test_reader;
SELECT count(*) FROM period_variance('2024-04-01', '2024-05-01', 'marketing');
SELECT count(*) FROM period_roi('2024-04-01', '2024-05-01', 'marketing');
SELECT count(*) FROM period_comparison('2024-04-01', '2024-05-01', 'marketing');
RESET ROLE;
