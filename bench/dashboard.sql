-- script/dashboard on 1,000 lead sources over ten years: the page alone, with a page for each lead source, and over a folder that has them.
\ir harness.sql
DROP SCHEMA IF EXISTS marketing CASCADE;
SELECT greatest(ceil(1000 * :scale), 10)::integer AS sources, 200 AS leads \gset
SET lead_roi.testing_today = '2020-12-10';
\ir harness_large_ledger.sql
SELECT format('ALTER DATABASE %I SET lead_roi.testing_today = ''2020-12-10''', current_database()) \gexec

\set connection 'host=' :HOST ' port=' :PORT ' user=' :USER ' dbname=' :DBNAME
\setenv ROUNDS :rounds
\setenv CONNECTION :connection
CREATE TEMPORARY TABLE dashboard_time (round integer, report text, ms numeric);
\copy dashboard_time FROM PROGRAM 'bench/dashboard_times.sh "$ROUNDS" "$CONNECTION"' (FORMAT csv)
SELECT format('ALTER DATABASE %I RESET lead_roi.testing_today', current_database()) \gexec

\echo
\echo script/dashboard on :sources lead sources over ten years (goal of 1,000 with all pages: 10,000 ms)
SELECT own.report, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY own.ms)::numeric) AS median_ms,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY own.ms / first.ms)::numeric, 3) AS ratio
FROM dashboard_time AS own JOIN dashboard_time AS first ON first.round = own.round AND first.report = 'page alone'
GROUP BY own.report
ORDER BY array_position(ARRAY['page alone', 'page for each lead source', 'over the same folder'], own.report);
