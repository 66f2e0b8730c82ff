-- A ledger on Citus, coordinator and two workers on this machine, against the same ledger in a database of the coordinator
-- without Citus. Run by script/bench, which starts the servers, where LEAD_ROI_CITUS names a server with Citus.
\ir harness.sql
SELECT :scale * 0.14 AS scale \gset

\echo
\echo roi_summary() over :scale x 28,571,428 facts, not grouped (goal: at most 1.2 times built-in sums)
CREATE TABLE fact (source bigint, expense numeric(12,2), revenue numeric(12,2), visitors bigint, leads bigint, customers bigint);
SELECT create_distributed_table('fact', 'source') \gset
INSERT INTO fact SELECT n % 1000, n % 977 * 0.37, n % 997 * 0.13, n % 50, n % 2, n % 17 / 16 FROM generate_series(1, (28571428 * :scale)::integer) AS n;
ANALYZE fact;
SELECT * FROM compare(:rounds, ARRAY['built-in sums', 'roi_summary()', 'rollup() of roi_summary() by source'], ARRAY[
    'SELECT roi(make_roi_summary(sum(expense), sum(revenue), sum(visitors)::bigint, sum(leads)::bigint, sum(customers)::bigint)) FROM fact',
    'SELECT roi(roi_summary(expense, revenue, visitors, leads, customers)) FROM fact',
    'SELECT roi(rollup(s)) FROM (SELECT roi_summary(expense, revenue, visitors, leads, customers) AS s FROM fact GROUP BY source) AS grouped']);
DROP TABLE fact;

-- Milliseconds of each view, all of it and one lead source, as the median of some rounds; as many parallel workers as the
-- server takes by default.
\set timing_function 'CREATE FUNCTION bench.time_views(rounds integer) RETURNS jsonb LANGUAGE plpgsql SET max_parallel_workers_per_gather = 2 AS $$ DECLARE view text; condition text; started timestamptz; spent numeric[]; times jsonb := ''{}''; BEGIN FOREACH view IN ARRAY ''{lead_source_total, lead_source_roi, channel_roi, lead_source_monthly_roi, lead_source_cohort_revenue, lead_source_cohort_roi, lead_source_lifetime, lead_source_survival, reconciliation}''::text[] LOOP FOREACH condition IN ARRAY ARRAY['''', '' WHERE lead_source_id = 17''] LOOP CONTINUE WHEN view = ''channel_roi'' AND condition <> ''''; spent := ''{}''; FOR round IN 0 .. rounds LOOP started := clock_timestamp(); EXECUTE format(''SELECT * FROM marketing.%I%s'', view, condition); IF round > 0 THEN spent := spent || round(extract(epoch FROM clock_timestamp() - started) * 1000, 1); END IF; END LOOP; times := times || jsonb_build_object(view || condition, (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY t) FROM unnest(spent) AS t)); END LOOP; END LOOP; RETURN times; END $$'

\echo
\echo The same ledger with and without Citus
CREATE ROLE crm LOGIN;
CREATE DATABASE single;
\c single
\ir harness.sql
:timing_function;
CREATE SCHEMA marketing AUTHORIZATION crm;
SELECT create_ledger('marketing', time_zone => 'UTC') \gset
SET search_path = bench, marketing, lead_roi;
\ir harness_facts.sql
SELECT bench.time_views(3) AS single_times \gset
\c postgres
:timing_function;
SET client_min_messages = error;
CREATE SCHEMA marketing AUTHORIZATION crm;
SET search_path = bench, marketing, lead_roi;
SELECT create_ledger('marketing', time_zone => 'UTC') \gset
\ir harness_facts.sql
SELECT clock_timestamp() AS started \gset
SELECT distribute_ledger('marketing') \gset
SELECT round(extract(epoch FROM clock_timestamp() - :'started')::numeric, 1) AS "seconds to distribute";
VACUUM ANALYZE marketing.lead, marketing.payment, marketing.visit, marketing.expense;
SELECT bench.time_views(3) AS citus_times \gset
\echo Views (goal: at most 1.3 times the single node for all lead sources, 3 times for one)
SELECT key AS view, round(single.value::text::numeric, 1) AS single_ms, round(citus.value::text::numeric, 1) AS citus_ms,
       round(citus.value::text::numeric / single.value::text::numeric, 2) AS ratio
FROM jsonb_each(:'single_times') AS single JOIN jsonb_each(:'citus_times') AS citus USING (key) ORDER BY key;

\echo
\echo Posting (goal: at least 0.7 times the rows per second)
\set more 'INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on) SELECT 1 + n % 1000, ''more'', n, date ''2023-01-01'' + n % 31 FROM generate_series(1, 1000) AS n'
\c single
SET client_min_messages = error;
SET lead_roi.testing_today = '2025-12-31';
:more;
SELECT clock_timestamp() AS started \gset
SELECT lead_roi.post_due_expenses('marketing') AS posted \gset
SELECT round(:posted / extract(epoch FROM clock_timestamp() - :'started')) AS single_rate \gset
\c postgres
SET client_min_messages = error;
SET lead_roi.testing_today = '2025-12-31';
:more;
SELECT clock_timestamp() AS started \gset
SELECT lead_roi.post_due_expenses('marketing') AS posted \gset
SELECT :posted AS rows, :single_rate AS single_rows_per_second, round(:posted / extract(epoch FROM clock_timestamp() - :'started')) AS citus_rows_per_second,
       round(:posted / extract(epoch FROM clock_timestamp() - :'started') / :single_rate, 2) AS ratio;
