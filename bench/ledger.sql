-- An idle post_due_expenses() on 100,000 agreements with ten years posted.
\ir harness.sql

DROP EXTENSION lead_roi CASCADE;
CREATE EXTENSION lead_roi;
INSERT INTO lead_source (name) SELECT 'source ' || n FROM generate_series(1, 100) AS n;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on)
SELECT lead_source_id, 'agreement ' || n, 100 + n % 900, date '2015-01-01' + n % 31
FROM generate_series(1, (100000 * :scale)::integer) AS n
     JOIN (SELECT lead_source_id, row_number() OVER () AS number FROM lead_source) AS source ON number = 1 + n % 100;
VACUUM ANALYZE lead_source, recurring_expense;

\echo
\echo Posting :scale x 100,000 agreements x 120 months, foreign keys not checked to save time
SET session_replication_role = replica;
SELECT clock_timestamp() AS started \gset
SELECT post_due_expenses('2024-12-31') AS posted \gset
SELECT :posted AS rows, round(extract(epoch FROM clock_timestamp() - :'started')::numeric, 1) AS seconds,
       round(:posted / extract(epoch FROM clock_timestamp() - :'started')) AS rows_per_second;
RESET session_replication_role;
VACUUM ANALYZE posting, expense, recurring_expense;

\echo An idle call (goal: under 2 ms)
SELECT * FROM compare(100, ARRAY['SELECT 0', 'post_due_expenses()'], ARRAY[
    $$SELECT 0::bigint AS post_due_expenses$$,
    $$SELECT post_due_expenses('2024-12-31')$$]);
