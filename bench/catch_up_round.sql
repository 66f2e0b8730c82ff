-- One round of catch_up.sql: empty the ledger, post by hand, empty it, post in batches.
\connect -reuse-previous=on
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET search_path = bench, marketing, lead_roi;
SET lead_roi.testing_today = '2023-04-30';
SET jit = off;
SET max_parallel_workers_per_gather = 0;

SET session_replication_role = replica;
TRUNCATE expense, posting, posting_run;
UPDATE recurring_expense SET posted_through = NULL;
RESET session_replication_role;
VACUUM ANALYZE recurring_expense, posting, expense;
CHECKPOINT;

SELECT clock_timestamp() AS started \gset
WITH posted AS (
    INSERT INTO posting (recurring_expense_id, bill_month, bill_on, amount)
    SELECT recurring_expense_id, date_trunc('month', bill_on)::date, bill_on, amount
    FROM (SELECT recurring_expense_id, amount, (starts_on + make_interval(months => n))::date AS bill_on
          FROM recurring_expense, generate_series(0, 99) AS n) AS bill
    ON CONFLICT DO NOTHING
    RETURNING *
)
INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, title, recurring_expense_id, bill_month)
SELECT lead_source_id, bill_on, posted.amount, cost_type, title, recurring_expense_id, bill_month
FROM posted JOIN recurring_expense USING (recurring_expense_id);
INSERT INTO catch_up
SELECT 'by hand', (SELECT count(*) FROM expense), extract(epoch FROM clock_timestamp() - :'started'), private_memory_kb();

\connect -reuse-previous=on
SET client_min_messages = warning;
SET search_path = bench, marketing, lead_roi;
SET lead_roi.testing_today = '2023-04-30';
SET jit = off;
SET session_replication_role = replica;
TRUNCATE expense, posting, posting_run;
UPDATE recurring_expense SET posted_through = NULL;
RESET session_replication_role;
VACUUM ANALYZE recurring_expense, posting, expense;
CHECKPOINT;

SELECT clock_timestamp() AS started \gset
CALL post_due_expenses_in_batches();
INSERT INTO catch_up
SELECT 'in batches', (SELECT count(*) FROM expense), extract(epoch FROM clock_timestamp() - :'started'), private_memory_kb();
