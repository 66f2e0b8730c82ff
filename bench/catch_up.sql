-- A catch-up of 1,000,000 bills: post_due_expenses_in_batches() against one hand-written statement
-- into the same tables, with the same keys, indexes, foreign keys and guard against duplicates.
\ir harness.sql
\ir harness_ledger.sql

SET lead_roi.testing_today = '2023-04-30';
INSERT INTO lead_source (name) SELECT 'source ' || n FROM generate_series(1, 100) AS n;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on)
SELECT (SELECT min(lead_source_id) FROM lead_source) + n % 100, 'fee ' || n, 100 + n % 900,
       date '2015-01-01' + n % 31
FROM generate_series(1, (10000 * :scale)::integer) AS n;
VACUUM ANALYZE lead_source, recurring_expense;

DROP TABLE IF EXISTS catch_up;
CREATE TABLE catch_up (variant text, rows bigint, seconds numeric, private_memory_kb bigint);

-- Memory of this process that it doesn't share.
CREATE OR REPLACE FUNCTION private_memory_kb() RETURNS bigint LANGUAGE sql AS $$
    SELECT substring(pg_read_file('/proc/self/status') FROM 'RssAnon:\s*(\d+)')::bigint
$$;

\echo
\echo Posting :scale x 1,000,000 bills that are due, three rounds (goals: 0.80 of the rows per second; 0.75 where summaries are kept)
\ir catch_up_round.sql
\ir catch_up_round.sql
\ir catch_up_round.sql

WITH median AS (
    SELECT variant, percentile_cont(0.5) WITHIN GROUP (ORDER BY rows / seconds)::numeric AS rows_per_second,
           max(private_memory_kb) AS private_memory_kb
    FROM catch_up GROUP BY variant
)
SELECT median.variant, round(median.rows_per_second) AS rows_per_second,
       round(median.rows_per_second / by_hand.rows_per_second, 3) AS ratio, median.private_memory_kb
FROM median, median AS by_hand
WHERE by_hand.variant = 'by hand'
ORDER BY median.variant;
