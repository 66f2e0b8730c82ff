-- Empty the ledger of catch_up.sql, in a session of its own, and start the clock.
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
