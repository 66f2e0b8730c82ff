-- The bench's stopwatch. Variants of a task run in turn, round after round in one session, so that
-- whatever else the machine does meets them all. A ratio is to the first variant in the same round,
-- and the median of the rounds' is given, as is the median of the times.
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;
SET jit = off;
SET max_parallel_workers_per_gather = 0;

CREATE EXTENSION IF NOT EXISTS lead_roi;
CREATE SCHEMA IF NOT EXISTS bench;
SET search_path = bench, lead_roi;

-- Run each query once to warm up and then "rounds" times in turn. Refuses to compare queries whose
-- results differ. A query returns one row.
CREATE OR REPLACE FUNCTION compare(rounds integer, variants text[], queries text[])
RETURNS TABLE (variant text, median_ms numeric, ratio numeric)
LANGUAGE plpgsql AS $$
DECLARE
    started timestamptz;
    result text;
    results text[];
BEGIN
    CREATE TEMPORARY TABLE timing (round integer, n integer, ms numeric) ON COMMIT DROP;
    FOR round IN 0 .. rounds LOOP
        FOR n IN 1 .. cardinality(queries) LOOP
            started := clock_timestamp();
            EXECUTE 'SELECT result::text FROM (' || queries[n] || ') AS result' INTO result;
            IF round = 0 THEN
                results[n] := result;
            ELSE
                INSERT INTO timing VALUES (round, n, extract(epoch FROM clock_timestamp() - started) * 1000);
            END IF;
        END LOOP;
    END LOOP;
    IF EXISTS (SELECT FROM unnest(results) AS other WHERE other IS DISTINCT FROM results[1]) THEN
        RAISE EXCEPTION 'the variants do not give the same result: %', results;
    END IF;
    RETURN QUERY
    SELECT variants[timed.n], round(percentile_cont(0.5) WITHIN GROUP (ORDER BY timed.ms)::numeric, 3),
           round(percentile_cont(0.5) WITHIN GROUP (ORDER BY timed.ms / first.ms)::numeric, 3)
    FROM timing AS timed JOIN timing AS first ON first.round = timed.round AND first.n = 1
    GROUP BY timed.n
    ORDER BY timed.n;
    DROP TABLE timing;
END
$$;
