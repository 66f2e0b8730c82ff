-- issues: a case for each mended defect.
SET search_path = public, lead_roi;
SET lead_roi.testing_today = '2024-02-10';

-- Who may read the view overdue_expense could not once something was overdue: the prices were looked up with the reader's own rights.
INSERT INTO lead_source (name) VALUES ('Agency');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 100, '2024-01-01');
INSERT INTO amount_change VALUES (1, '2024-02-01', 120);
SET ROLE pg_monitor;
SELECT bill_on, amount FROM lead_roi.overdue_expense ORDER BY bill_on;
RESET ROLE;
