-- worker: what can be seen without one. test/tap has the rest.
SET datestyle = ISO;
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
SET search_path = public, marketing, lead_roi;

-- "make installcheck" meets servers with the launcher and without it; this database is listed in neither.
SELECT configured, last_run_at, next_due_on, overdue_expenses,
       alive = preloaded AND (launcher_pid IS NOT NULL) = preloaded AND (backend_type IS NOT NULL) = preloaded AS alive_if_preloaded,
       reason = CASE WHEN preloaded THEN 'this database is not listed in lead_roi.databases'
                     ELSE 'lead_roi is not in shared_preload_libraries, so nothing is posted but by post_due_expenses() and post_due_expenses_in_batches()'
                END AS reason_is_told
FROM worker_status, (SELECT current_setting('shared_preload_libraries') ~ 'lead_roi') AS server (preloaded);

INSERT INTO lead_source (name) VALUES ('Agency');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 100, '2024-01-31');
SET lead_roi.testing_today = '2024-03-01';
SELECT next_due_on, overdue_expenses FROM worker_status;
CALL post_due_expenses_in_batches();
SELECT last_run_at IS NOT NULL AS ran, last_run_posted, last_run_failed, next_due_on, overdue_expenses FROM worker_status;

-- A second ledger has its own row, and nothing was posted in it.
SELECT lead_roi.create_ledger('shop', time_zone => 'UTC');
SELECT last_run_at, last_run_posted, next_due_on, overdue_expenses FROM shop.worker_status;
CREATE TYPE colour AS ENUM ('red');
SELECT lead_roi.worker_state(NULL::colour);
SELECT (lead_roi.worker_state(NULL::shop.lead_roi_ledger)).preloaded = (current_setting('shared_preload_libraries') ~ 'lead_roi') AS as_it_is;

-- Settings of the worker are the server's.
SET lead_roi.databases = 'regression';
SELECT name, unit, context, min_val, max_val, boot_val FROM pg_settings WHERE name LIKE 'lead_roi.%' ORDER BY name;
SELECT name FROM pg_settings WHERE name LIKE 'lead_roi.%' AND (short_desc IS NULL OR extra_desc IS NULL);
