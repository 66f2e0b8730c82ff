-- report: the period clock and the cohort clock.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;
SET lead_roi.testing_today = '2024-06-15';
\pset null '-'

-- An empty ledger.
SELECT * FROM lead_source_monthly_roi;
SELECT * FROM lead_source_cohort_roi;
SELECT * FROM lead_source_cohort_curve;

-- Fair: 120 in January, 100 of it media, and 60 in March. Lead 1 came in January and became a customer in it, lead 2 came in January
-- and became one in March; lead 3 never did. Lead 1 pays 50 in January and 70 in April and gets 30 back in May, lead 2 pays 10 in January and 100 in June.
INSERT INTO lead_source (name, category) VALUES ('Fair', 'Shows'), ('Banner', 'Paid'), ('Nothing', 'Paid');
INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, title) VALUES
    (1, '2024-01-03', 100, 'media', 'stand'), (1, '2024-01-31', 20, 'staff', 'travel'), (1, '2024-03-01', 60, 'agency', 'stand'),
    (2, '2024-02-29', 80, 'tools', 'no customer'), (2, '2024-04-01', 40, 'media', 'no customer');
INSERT INTO visit VALUES (1, '2024-01-01', 40);
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES
    (1, '2024-01-05', '2024-01-20'), (1, '2024-01-10', '2024-03-02'), (1, '2024-03-01', NULL),
    (NULL, '2024-02-01', '2024-02-02'), (NULL, '2024-04-01', NULL);
INSERT INTO payment (lead_id, paid_on, amount) VALUES
    (1, '2024-01-25', 50), (1, '2024-04-03', 70), (1, '2024-05-01', -30),
    (2, '2024-01-30', 10), (2, '2024-06-10', 100),     -- 10 paid in advance
    (4, '2024-02-03', 5), (5, '2024-04-04', 7), (NULL, '2024-04-04', 1.25);

-- The fair's months: January 50 + 10 in advance, (60 - 120) / 120 = -50 %; nothing in February; in March 60 spent, nothing paid;
-- April 70; May -30; June 100. The banner's 80 in February and 40 in April, March between them. Unknown: 5 in February, 8.25 in April.
SELECT lead_source, month, category, expense, revenue, profit, roi_percent, roas_percent, visitors, leads, cost_per_lead, customers, cost_per_customer, media_expense
FROM lead_source_monthly_roi ORDER BY lead_source_id NULLS LAST, month;

-- The cohorts. January: 120 spent, 2 leads, 1 customer, who has paid 50 + 70 - 30 = 90 (ROI -25 %), and had paid 120, the cost, by April.
-- March: 60 spent, 1 lead, 1 customer, who has paid 110 (83.33 %): by June. Both banners -100 %. Payments of nobody who is a customer: 7 + 1.25.
SELECT lead_source, cohort_month, expense, revenue, profit, roi_percent, roas_percent, leads, cost_per_lead, customers, cost_per_customer, media_expense, media_roi_percent, payback_month, payback_months
FROM lead_source_cohort_roi ORDER BY lead_source_id NULLS LAST, cohort_month;

-- In the middle of June, January's cohort is 4 whole months old after its own, March's 2, the banner's of February and April 3 and 1.
SELECT lead_source, cohort_month, age_months, customers, expense, revenue, revenue_per_customer, roas_percent
FROM lead_source_cohort_curve ORDER BY lead_source_id NULLS LAST, cohort_month, age_months;

-- June is over on the first of July; the cohort of July has then no whole month.
SET lead_roi.testing_today = '2024-07-01';
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (3, '2024-07-01', 5, 'new');
SELECT lead_source, cohort_month, age_months, revenue FROM lead_source_cohort_curve
WHERE age_months = 3 AND cohort_month = '2024-03-01' OR lead_source_id = 3;

-- Every report adds up to the tables.
SELECT total.report
FROM (SELECT 'tables' AS report, (SELECT sum(amount) FROM expense) AS expense, (SELECT sum(amount) FROM payment) AS revenue,
             (SELECT sum(visitors) FROM visit) AS visitors, (SELECT count(*) FROM lead) AS leads, (SELECT count(converted_on) FROM lead) AS customers,
             (SELECT sum(amount) FROM expense WHERE cost_type IN ('media', 'agency')) AS media_expense) AS tables,
     (SELECT 'lead_source_roi' AS report, sum(expense) AS expense, sum(revenue) AS revenue, sum(visitors) AS visitors, sum(leads) AS leads,
             sum(customers) AS customers, sum(media_expense) AS media_expense FROM lead_source_roi
      UNION ALL SELECT 'lead_source_category_roi', sum(expense), sum(revenue), sum(visitors), sum(leads), sum(customers), sum(media_expense) FROM lead_source_category_roi
      UNION ALL SELECT 'lead_source_monthly_roi', sum(expense), sum(revenue), sum(visitors), sum(leads), sum(customers), sum(media_expense) FROM lead_source_monthly_roi
      UNION ALL SELECT 'lead_source_cohort_roi', sum(expense), sum(revenue), sum(visitors), sum(leads), sum(customers), sum(media_expense) FROM lead_source_cohort_roi
      UNION ALL SELECT 'activity', sum(expense), sum(revenue), sum(visitors), sum(leads), sum(customers), sum(media_expense) FROM activity) AS total
WHERE (tables.expense, tables.revenue, tables.visitors, tables.leads, tables.customers, tables.media_expense)
      IS NOT DISTINCT FROM (total.expense, total.revenue, total.visitors, total.leads, total.customers, total.media_expense);
-- The curves end where the cohorts are, as all payments are older than a month.
SET lead_roi.testing_today = '2030-01-01';
SELECT (SELECT sum(revenue) FROM (SELECT DISTINCT ON (lead_source_id, cohort_month) revenue FROM lead_source_cohort_curve
                                  WHERE revenue IS NOT NULL ORDER BY lead_source_id, cohort_month, age_months DESC) AS oldest) AS curve,
       (SELECT sum(revenue) FROM lead_source_cohort_roi WHERE cohort_month IS NOT NULL) AS cohorts;

-- Keys are keys.
SELECT lead_source_id, month FROM lead_source_monthly_roi GROUP BY 1, 2 HAVING count(*) > 1;
SELECT lead_source_id, cohort_month FROM lead_source_cohort_roi GROUP BY 1, 2 HAVING count(*) > 1;
SELECT lead_source_id, cohort_month, age_months FROM lead_source_cohort_curve GROUP BY 1, 2, 3 HAVING count(*) > 1;

-- A mistyped year is no reason to list all months until then: one row each in 20201, in 202, and no more months of age.
SET lead_roi.testing_today = '2024-06-15';
DELETE FROM expense WHERE lead_source_id = 3;
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (3, '20201-05-01', 1, 'typed wrong'), (3, '0202-05-01', 2, 'typed wrong'), (3, '2024-03-01', 3, 'typed right');
SELECT count(*), min(month), max(month), sum(expense) AS expense, max(month) FILTER (WHERE expense IS NULL) AS last_empty_month
FROM lead_source_monthly_roi WHERE lead_source_id = 3;
SELECT count(*), max(age_months), 12 * (2024 - 1970) + 4 AS ages_since_1970 FROM lead_source_cohort_curve WHERE lead_source_id = 3 AND cohort_month < '2000-01-01';
SELECT violation, relation, row_key FROM reconciliation WHERE violation = 'date_implausible' ORDER BY 3;
