-- A ledger on Citus, coordinator and two workers on this machine, against the same ledger in a database of the coordinator
-- without Citus. Run by script/bench, which starts the servers, where LEAD_ROI_CITUS names a server with Citus.
\ir harness.sql
SELECT :scale * 0.14 AS scale \gset

CREATE TABLE fact (source bigint, expense numeric(12,2), revenue numeric(12,2), visitors bigint, leads bigint, customers bigint);
SELECT create_distributed_table('fact', 'source') \gset
INSERT INTO fact SELECT n % 1000, n % 977 * 0.37, n % 997 * 0.13, n % 50, n % 2, n % 17 / 16 FROM generate_series(1, (28571428 * :scale)::integer) AS n;
VACUUM ANALYZE fact;
-- The floor: an aggregate whose step does nothing, called through the wrapper of Citus.
CREATE FUNCTION noop(state roi_summary, numeric, numeric, bigint, bigint, bigint) RETURNS roi_summary LANGUAGE C IMMUTABLE PARALLEL SAFE AS :'noop', 'noop';
CREATE AGGREGATE noop(numeric, numeric, bigint, bigint, bigint)
    (SFUNC = noop, STYPE = roi_summary, INITCOND = '{}', COMBINEFUNC = lead_roi_internal.roi_summary_add, PARALLEL = SAFE);
\set sums 'sum(expense), sum(revenue), sum(visitors)::bigint, sum(leads)::bigint, sum(customers)::bigint'
\set columns 'expense, revenue, visitors, leads, customers'
\set forms 'SELECT * FROM compare(:rounds, ARRAY[''built-in sums'', ''roi_summary()'', ''rollup() of roi_summary() by source''], ARRAY[''SELECT roi(make_roi_summary(' :sums ')) FROM fact'', ''SELECT roi(roi_summary(' :columns ')) FROM fact'', ''SELECT roi(rollup(s)) FROM (SELECT roi_summary(' :columns ') AS s FROM fact GROUP BY source) AS grouped''])'

\echo
\echo roi_summary() over :scale x 28,571,428 facts, not grouped, without parallel workers (goal: at most 1.2 times built-in sums)
BEGIN;
SET LOCAL citus.propagate_set_commands = 'local';
SET LOCAL max_parallel_workers_per_gather = 0;
:forms;
SELECT * FROM compare(:rounds, ARRAY['built-in sums', 'aggregate that does nothing'],
                      ARRAY['SELECT (' || :'sums' || ') IS NOT NULL FROM fact', 'SELECT noop(' || :'columns' || ') IS NOT NULL FROM fact']);
COMMIT;
\echo The same where a shard may take parallel workers, as by default, which Citus can do for built-in aggregates alone
:forms;
DROP TABLE fact;

\echo
\echo The same ledger with and without Citus
CREATE ROLE crm LOGIN;
CREATE DATABASE single;
\c single
\ir citus_ledger.sql
\c postgres
\ir citus_ledger.sql
SELECT clock_timestamp() AS started \gset
SELECT distribute_ledger('marketing') \gset
SELECT round(extract(epoch FROM clock_timestamp() - :'started')::numeric, 1) AS "seconds to distribute";
VACUUM ANALYZE marketing.lead, marketing.payment, marketing.visit, marketing.expense;
\echo Views, five rounds in turn (goal: at most 1.3 times the single node for all lead sources, 3 times for one)
\set times []
\ir citus_views.sql
\ir citus_views.sql
\ir citus_views.sql
\ir citus_views.sql
\ir citus_views.sql
SELECT key AS view, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY single.value::numeric)::numeric) AS single_ms,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY citus.value::numeric)::numeric) AS citus_ms,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY citus.value::numeric / single.value::numeric)::numeric, 2) AS ratio
FROM jsonb_array_elements(:'times') AS round, jsonb_each_text(round -> 'single') AS single JOIN jsonb_each_text(round -> 'citus') AS citus USING (key)
GROUP BY key ORDER BY key;

\echo
\echo Posting 36,000 bills, in rows per second (goal: at least 0.7 times as many)
\set rates {}
\ir citus_posting.sql
\ir citus_posting.sql
\ir citus_posting.sql
SELECT variant, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY rate[n][place])::numeric) AS single, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY rate[n][place + 2])::numeric) AS citus,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY rate[n][place + 2] / rate[n][place])::numeric, 2) AS ratio
FROM (SELECT :'rates'::numeric[] AS rate) AS measured, generate_series(1, 3) AS n, (VALUES (1, 'posting'), (2, 'INSERT of as many ready expenses')) AS measure (place, variant)
GROUP BY variant, place ORDER BY place;
