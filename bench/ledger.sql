-- Making a ledger, and an idle post_due_expenses() on 100,000 recurring expenses with ten years posted.
\ir harness.sql
\ir harness_ledger.sql

-- How long it takes to make a ledger, so many times, each in a transaction of its own.
CREATE OR REPLACE PROCEDURE time_making(ledgers integer) LANGUAGE plpgsql AS $$
DECLARE
    started timestamptz;
BEGIN
    DROP TABLE IF EXISTS making;
    CREATE TEMPORARY TABLE making (ms numeric);
    FOR n IN 1 .. ledgers LOOP
        started := clock_timestamp();
        PERFORM lead_roi.create_ledger('made', currency => 'EUR', time_zone => 'UTC');
        COMMIT;
        INSERT INTO making VALUES (extract(epoch FROM clock_timestamp() - started) * 1000);
        PERFORM lead_roi.drop_ledger('made');
        COMMIT;
    END LOOP;
END
$$;

\echo
\echo Making a ledger (goal: under 1 s, to which the ratio is)
CALL time_making(3 * :rounds);
SELECT 'create_ledger()' AS variant, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric, 1) AS median_ms, round(max(ms), 1) AS longest_ms,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric / 1000, 3) AS ratio
FROM making;

SET lead_roi.testing_today = '2024-12-31';
INSERT INTO lead_source (name) SELECT 'source ' || n FROM generate_series(1, 100) AS n;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on)
SELECT lead_source_id, 'fee ' || n, 100 + n % 900, date '2015-01-01' + n % 31
FROM generate_series(1, (100000 * :scale)::integer) AS n
     JOIN (SELECT lead_source_id, row_number() OVER () AS number FROM lead_source) AS source ON number = 1 + n % 100;
VACUUM ANALYZE lead_source, recurring_expense;

\echo
\echo Posting :scale x 100,000 recurring expenses x 120 months, foreign keys not checked to save time
SET session_replication_role = replica;
SELECT clock_timestamp() AS started \gset
SELECT post_due_expenses() AS posted \gset
SELECT :posted AS rows, round(extract(epoch FROM clock_timestamp() - :'started')::numeric, 1) AS seconds,
       round(:posted / extract(epoch FROM clock_timestamp() - :'started')) AS rows_per_second;
RESET session_replication_role;
VACUUM ANALYZE posting, expense, recurring_expense;

\echo An idle call (goal: under 0.3 ms)
SELECT * FROM compare(100, ARRAY['SELECT 0', 'post_due_expenses()'], ARRAY[
    $$SELECT 0::bigint AS post_due_expenses$$,
    $$SELECT post_due_expenses()$$]);
