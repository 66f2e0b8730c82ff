-- issues: a case for each mended defect.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi;
SET lead_roi.testing_today = '2024-02-10';

-- Who may read the view overdue_expense could not once something was overdue: the prices were looked up with the reader's own rights.
INSERT INTO lead_source (name) VALUES ('Agency');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 100, '2024-01-01');
INSERT INTO amount_change VALUES (1, '2024-02-01', 120);
GRANT USAGE ON SCHEMA marketing TO pg_monitor;
GRANT SELECT ON overdue_expense TO pg_monitor;
SET ROLE pg_monitor;
SELECT bill_on, amount FROM marketing.overdue_expense ORDER BY bill_on;
RESET ROLE;
