-- as_of_today: reports count what has happened by today in the ledger's time zone; what is ahead is shown as such, and counts when its day comes.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;
\pset null '-'
SET lead_roi.testing_today = '2024-06-15';

-- One fact of each kind today, and one tomorrow; a recurring expense of 7 on the 16th of each month until August; a booking three years ahead.
INSERT INTO lead_source (name) VALUES ('Fair');
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2024-06-15', 100, 'stand'), (1, '2024-06-16', 30, 'flyers'), (1, '2027-06-15', 5, 'deposit');
INSERT INTO visit VALUES (1, '2024-06-15', 40), (1, '2024-06-16', 2);
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on) VALUES (1, '2024-06-15', '2024-06-15', '2024-06-16'), (1, '2024-06-15', '2024-06-16', NULL), (1, '2024-06-16', '2024-06-16', NULL);
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2024-06-15', 150), (1, '2024-06-16', 60), (2, '2024-06-15', 10);
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on) VALUES (1, 'hall', 7, '2024-06-16', '2024-08-31');

CREATE VIEW reported AS
SELECT 'lead_source_roi' AS report, expense, revenue, visitors, leads, customers FROM lead_source_roi
UNION ALL SELECT 'lead_source_category_roi', expense, revenue, visitors, leads, customers FROM lead_source_category_roi
UNION ALL SELECT 'lead_source_monthly_roi', sum(expense), sum(revenue), sum(visitors), sum(leads), sum(customers) FROM lead_source_monthly_roi
UNION ALL SELECT 'lead_source_cohort_roi', sum(expense), sum(revenue), sum(visitors), sum(leads), sum(customers) FROM lead_source_cohort_roi
UNION ALL SELECT 'lead_source_total', expense, revenue, visitors, leads, customers FROM lead_source_total
UNION ALL SELECT 'activity', sum(expense), sum(revenue), sum(visitors), sum(leads), sum(customers) FROM activity;
-- 100 for 2 leads, one of whom is a customer today; 150 + 10 came back. 35 are booked ahead.
SELECT * FROM reported;
SELECT not_yet_counted FROM lead_source_roi;
SELECT bill_on, title, amount, expense_id IS NOT NULL AS booked FROM upcoming_expense ORDER BY bill_on, title;
SELECT active_customers, churned_customers FROM lead_source_lifetime;
SELECT violation, relation FROM reconciliation ORDER BY 1, 2;

-- Tomorrow it is there: 100 + 30, 40 + 2, 3 leads, all customers, one of whom has left; 150 + 60 + 10.
SET lead_roi.testing_today = '2024-06-16';
SELECT * FROM reported;
SELECT not_yet_counted FROM lead_source_roi;
SELECT post_due_expenses();
SELECT expense FROM lead_source_roi;
SELECT bill_on, title, amount, expense_id IS NOT NULL AS booked FROM upcoming_expense ORDER BY bill_on, title;
SELECT active_customers, churned_customers FROM lead_source_lifetime;
SELECT violation, relation FROM reconciliation ORDER BY 1, 2;

-- A figure that is appended to the list comes into the views of a ledger with rows and with views of the user's own on top.
CREATE VIEW own_report AS SELECT lead_source, roi_percent FROM lead_source_roi;
CREATE VIEW own_cohorts AS SELECT * FROM lead_source_cohort_roi;
ALTER VIEW lead_source_roi SET (security_barrier = true);
ALTER FUNCTION lead_roi.ledger_part() RENAME TO ledger_part_of_today;
CREATE FUNCTION lead_roi.ledger_part(OUT part text, OUT kind text, OUT definition text) RETURNS SETOF record LANGUAGE sql IMMUTABLE AS $$
    SELECT part, kind, CASE part WHEN 'report/figures' THEN definition || ', lead_roi.leads(summary) * 2 AS twice_the_leads' ELSE definition END FROM lead_roi.ledger_part_of_today()
$$;
SELECT upgrade_ledger();
SELECT twice_the_leads FROM lead_source_roi;
SELECT twice_the_leads FROM lead_source_category_roi;
SELECT sum(twice_the_leads) FROM lead_source_monthly_roi;
SELECT sum(twice_the_leads) FROM lead_source_cohort_roi;
SELECT lead_source, roi_percent FROM own_report;
SELECT count(*) FROM own_cohorts;
SELECT reloptions FROM pg_class WHERE oid = 'lead_source_roi'::regclass;
