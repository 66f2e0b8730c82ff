-- A visit of the worker's to a database with 100 idle ledgers, from the start of the biller's process to its
-- end by the server's log, beside a visit to a database without a ledger.
\set ON_ERROR_STOP on
\pset footer off
SET client_min_messages = warning;

SELECT current_database() AS caller \gset
CREATE DATABASE no_ledger;
CREATE DATABASE idle_ledgers;

\connect no_ledger
CREATE EXTENSION lead_roi;
VACUUM ANALYZE;

\connect idle_ledgers
SET client_min_messages = warning;
SET lead_roi.testing_today = '2024-03-31';
CREATE EXTENSION lead_roi;
SELECT format('SELECT FROM lead_roi.create_ledger(%1$L, time_zone => ''UTC'');
INSERT INTO %1$s.lead_source (name) VALUES (''source'');
INSERT INTO %1$s.recurring_expense (lead_source_id, title, amount, starts_on) SELECT 1, ''fee'', n, ''2024-03-15'' FROM generate_series(1, 10) AS n;
SELECT FROM lead_roi.post_due_expenses(%1$L)', 'ledger_' || n)
FROM generate_series(1, ceil(100 * :scale)::integer) AS n \gexec
VACUUM ANALYZE;

-- The visits that a server's log tells of, in milliseconds.
\connect :caller
SET client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS bench;
CREATE OR REPLACE FUNCTION bench.worker_visits(server_log text) RETURNS TABLE (database text, ms numeric) LANGUAGE sql AS $$
    WITH event AS (
        SELECT event[1]::timestamptz AS at, event[2] AS kind, event[3] AS database
        FROM regexp_split_to_table(pg_read_file(server_log), '\n') AS line,
             regexp_match(line, '^(\S+ \S+ \S+) .* (starting|unregistering) background worker (?:process )?"lead_roi biller for (\w+)"') AS event
    ), visit AS (
        SELECT event.*, lead(at) OVER (PARTITION BY database ORDER BY at, kind DESC) AS ended_at FROM event
    )
    SELECT database, extract(epoch FROM ended_at - at) * 1000 FROM visit WHERE kind = 'starting' AND ended_at IS NOT NULL
$$;

-- Wait until there were so many of them to the ledgers, without a look at the log meanwhile.
CREATE OR REPLACE PROCEDURE bench.wait_for_worker_visits(server_log text, visits integer) LANGUAGE plpgsql AS $$
BEGIN
    WHILE (SELECT count(*) FROM bench.worker_visits(server_log) WHERE database = 'idle_ledgers') < visits LOOP
        PERFORM pg_sleep(visits);
    END LOOP;
END
$$;

ALTER SYSTEM SET lead_roi.testing_today = '2024-03-31';
ALTER SYSTEM SET lead_roi.databases = no_ledger, idle_ledgers;
ALTER SYSTEM SET lead_roi.naptime = '1s';
ALTER SYSTEM SET log_min_messages = debug1;
SELECT pg_reload_conf() \g /dev/null
CALL bench.wait_for_worker_visits(:'server_log', 3 * :rounds);
ALTER SYSTEM RESET lead_roi.testing_today;
ALTER SYSTEM RESET lead_roi.databases;
ALTER SYSTEM RESET lead_roi.naptime;
ALTER SYSTEM RESET log_min_messages;
SELECT pg_reload_conf() \g /dev/null

\echo
\echo A visit of the worker to :scale x 100 idle ledgers (goal: 50 ms)
WITH median AS (
    SELECT database, percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)::numeric AS ms FROM bench.worker_visits(:'server_log') GROUP BY database
)
SELECT median.database, round(median.ms) AS median_ms, round(median.ms / first.ms, 3) AS ratio
FROM median, median AS first
WHERE first.database = 'no_ledger'
ORDER BY median.database DESC;

DROP DATABASE no_ledger WITH (FORCE);
DROP DATABASE idle_ledgers WITH (FORCE);
