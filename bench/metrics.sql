-- One summary against the plain SQL for the same figures: 10,000,000 facts, 0.1 % expenses,
-- 70 % leads, 7 % customers, 23 % payments, of 1,000 sources in 56 months.
--
-- "noop" names a library with a function that does nothing (script/bench builds bench/noop.c): the
-- floor under an aggregate. Without it that comparison is left out.
\ir harness.sql
-- What takes a second and differs by little is run more often.
SELECT 3 * :rounds AS short_rounds \gset
\if :{?noop}
\else
\set noop ''
\endif

\echo
\echo Loading :scale x 10,000,000 facts
DROP TABLE IF EXISTS fact, dense, monthly, stored, answer CASCADE;
CREATE TABLE fact AS
SELECT floor(1000 * power((hashint4(n)::double precision + 2147483648) / 4294967296, 2))::integer AS source,    -- skewed
       CASE WHEN kind = 0 THEN 'expense' WHEN kind <= 700 THEN 'lead' WHEN kind <= 770 THEN 'customer' ELSE 'payment' END AS kind,
       CASE WHEN kind = 0 THEN 1000 + n % 200000 * 0.17 END::numeric(12,2) AS expense,
       CASE WHEN kind BETWEEN 1 AND 700 THEN 1 END::bigint AS leads,
       CASE WHEN kind BETWEEN 701 AND 770 THEN 1 END::bigint AS customers,
       CASE WHEN kind > 770 THEN n % 100000 * 0.13 - 500 END::numeric(12,2) AS revenue,
       ((hashint4extended(n, 1) & 2147483647) % greatest(1, (1000000 * :scale)::bigint))::integer AS person,    -- rows of every kind
       (date '2020-01-01' + make_interval(months => n % 56))::date AS month
FROM (SELECT n, (n::bigint * 7907 % 1000)::integer AS kind FROM generate_series(1, (10000000 * :scale)::integer) AS n) AS numbered;
CREATE TABLE dense AS
SELECT n AS id, (n % 1000000 * 0.37 + 1)::numeric(12,2) AS revenue, (n % 77777 * 0.11 + 1)::numeric(12,2) AS expense
FROM generate_series(1, (10000000 * :scale)::integer) AS n;
CREATE TABLE monthly AS
SELECT source, month, roi_summary(expense, revenue, NULL, leads, customers) AS summary FROM fact GROUP BY source, month;
CREATE TABLE stored AS SELECT summary FROM monthly, generate_series(1, 30);
-- Rows whose commit isn't on disk yet can't be marked as visible to all.
CHECKPOINT;
VACUUM ANALYZE fact, dense, monthly, stored;

-- The four figures and the sums that a query computes them from, in the user's words and in ours.
CREATE OR REPLACE VIEW plain AS
SELECT round(sum(expense) / nullif(count(leads), 0), 6) AS cost_per_lead,
       round(sum(expense) / nullif(count(customers), 0), 6) AS cost_per_customer,
       round((sum(revenue) - sum(expense)) / nullif(sum(expense), 0), 6) AS roi,
       round(sum(revenue) / nullif(count(customers), 0), 6) AS lifetime_value
FROM fact;
CREATE OR REPLACE VIEW summarized AS
SELECT round(cost_per_lead(summary), 6) AS cost_per_lead, round(cost_per_customer(summary), 6) AS cost_per_customer,
       round(roi(summary), 6) AS roi, round(lifetime_value(summary), 6) AS lifetime_value
FROM (SELECT roi_summary(expense, revenue, NULL, leads, customers) AS summary FROM fact) AS one;
CREATE TABLE answer AS SELECT * FROM plain;

-- The same for groups: one line that all figures went into. What the figures are is checked before;
-- then they are counted, since rounding and adding them up would cost both sides as much as making them.
CREATE OR REPLACE FUNCTION grouped(key text, summarized boolean, checked boolean) RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT count(*)' || (SELECT string_agg(format(CASE WHEN checked THEN ', sum(round(%I, 6))' ELSE ', count(%I)' END || ' AS %1$I', figure), '')
                                        FROM unnest('{cost_per_lead, cost_per_customer, roi, lifetime_value}'::text[]) AS figure)
                  || ' FROM (' || CASE
        WHEN summarized THEN
            'SELECT cost_per_lead(summary), cost_per_customer(summary), roi(summary), lifetime_value(summary)
             FROM (SELECT roi_summary(expense, revenue, NULL, leads, customers) AS summary FROM fact GROUP BY %I) AS one'
        ELSE
            'SELECT sum(expense) / nullif(count(leads), 0) AS cost_per_lead,
                    sum(expense) / nullif(count(customers), 0) AS cost_per_customer,
                    (coalesce(sum(revenue), 0) - sum(expense)) / nullif(sum(expense), 0) AS roi,
                    coalesce(sum(revenue), 0) / nullif(count(customers), 0) AS lifetime_value
             FROM fact GROUP BY %I'
        END || ') AS figures', key)
$$;

-- Compare both ways for groups.
CREATE OR REPLACE FUNCTION compare_grouped(rounds integer, key text)
RETURNS TABLE (variant text, median_ms numeric, ratio numeric) LANGUAGE plpgsql AS $$
DECLARE
    variants constant text[] := '{plain SQL, roi_summary()}';
BEGIN
    PERFORM compare(0, variants, ARRAY[grouped(key, false, true), grouped(key, true, true)]);
    RETURN QUERY SELECT * FROM compare(rounds, variants, ARRAY[grouped(key, false, false), grouped(key, true, false)]);
END
$$;

-- The memory that the hash table of a grouped query takes, in MB.
CREATE OR REPLACE FUNCTION peak_memory(query text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) ' || query INTO plan;
    RETURN round((regexp_match(plan::text, '"Peak Memory Usage": (\d+)'))[1]::numeric / 1024, 1);
END
$$;

\echo Cost per lead, cost per customer, ROI and lifetime value in one scan (goal: 0.82)
SELECT * FROM compare(:short_rounds, ARRAY['plain SQL', 'roi_summary()'], ARRAY['SELECT * FROM plain', 'SELECT * FROM summarized']);

SELECT :'noop' <> '' AS has_noop \gset
\if :has_noop
CREATE OR REPLACE FUNCTION noop(state roi_summary, numeric, numeric, bigint, bigint, bigint) RETURNS roi_summary
LANGUAGE C IMMUTABLE PARALLEL SAFE AS :'noop', 'noop';
CREATE OR REPLACE AGGREGATE noop(numeric, numeric, bigint, bigint, bigint)
    (SFUNC = noop, STYPE = roi_summary, INITCOND = '{}', COMBINEFUNC = lead_roi_internal.roi_summary_add, PARALLEL = SAFE);
CREATE OR REPLACE VIEW nothing AS
SELECT answer.* FROM bench.answer, (SELECT noop(expense, revenue, NULL, leads, customers) AS summary FROM fact) AS one
WHERE summary IS NOT NULL;
\echo The same against an aggregate whose step does nothing (goal: 1.08)
SELECT * FROM compare(:short_rounds, ARRAY['do nothing', 'roi_summary()'], ARRAY['SELECT * FROM nothing', 'SELECT * FROM summarized']);
\endif

\echo ROI of two columns without NULLs (goal: 0.66)
SELECT * FROM compare(:rounds, ARRAY['two sums', 'roi()'], ARRAY[
    'SELECT round((sum(revenue) - sum(expense)) / nullif(sum(expense), 0), 6) AS roi FROM dense',
    'SELECT round(roi(revenue, expense), 6) AS roi FROM dense']);

\echo The four figures of 1,000 sources (goal: 0.90)
SELECT * FROM compare_grouped(:rounds, 'source');

\echo Of :scale x 1,000,000 persons (goals: 0.70; memory 0.6)
SET work_mem = '8GB';
SELECT * FROM compare_grouped(:rounds, 'person');
SELECT plain_mb, summary_mb, round(summary_mb / plain_mb, 2) AS ratio
FROM peak_memory(grouped('person', false, false)) AS plain_mb, peak_memory(grouped('person', true, false)) AS summary_mb;
RESET work_mem;

\echo The four figures of 1,000 sources from monthly summaries, against the facts (goal: 0.0125)
SELECT * FROM compare(:rounds, ARRAY['plain SQL over facts', 'rollup() of summaries'], ARRAY[grouped('source', false, true),
    $$SELECT count(*), sum(round(cost_per_lead(summary), 6)) AS cost_per_lead, sum(round(cost_per_customer(summary), 6)) AS cost_per_customer,
             sum(round(roi(summary), 6)) AS roi, sum(round(lifetime_value(summary), 6)) AS lifetime_value
      FROM (SELECT rollup(summary) AS summary FROM monthly GROUP BY source) AS one$$]);

\echo Merging stored summaries (goal: 25 ns each over count(*))
CREATE TEMPORARY TABLE merged AS
SELECT * FROM compare(:rounds, ARRAY['count(*)', 'rollup()'], ARRAY[
    'SELECT count(*) > 0 AS leads FROM stored',
    'SELECT leads(rollup(summary)) > 0 AS leads FROM stored']);
SELECT merged.*, round((median_ms - min(median_ms) OVER ()) * 1000000 / (SELECT count(*) FROM stored), 1) AS ns_each FROM merged;

\echo A moving window of 30 rows (goal: 1.0)
SELECT * FROM compare(:rounds, ARRAY['sum(revenue)', 'revenue(roi_summary())'], ARRAY[
    'SELECT sum(revenue) FROM (SELECT sum(revenue) OVER (ORDER BY id ROWS 29 PRECEDING) AS revenue FROM dense WHERE id <= 1000000) AS windowed',
    'SELECT sum(revenue) FROM (SELECT revenue(roi_summary(NULL, revenue, NULL, NULL, NULL) OVER (ORDER BY id ROWS 29 PRECEDING)) AS revenue FROM dense WHERE id <= 1000000) AS windowed']);
SELECT * FROM compare(:rounds, ARRAY['two sums', 'roi()'], ARRAY[
    'SELECT sum((revenue - expense) / nullif(expense, 0)) FROM (SELECT sum(revenue) OVER ordered AS revenue, sum(expense) OVER ordered AS expense FROM dense WHERE id <= 1000000 WINDOW ordered AS (ORDER BY id ROWS 29 PRECEDING)) AS windowed',
    'SELECT sum(roi) FROM (SELECT roi(revenue, expense) OVER (ORDER BY id ROWS 29 PRECEDING) FROM dense WHERE id <= 1000000) AS windowed']);

\echo A running window (goal: 1.0)
SELECT * FROM compare(:rounds, ARRAY['sum(revenue)', 'revenue(roi_summary())'], ARRAY[
    'SELECT sum(revenue) FROM (SELECT sum(revenue) OVER (ORDER BY id) AS revenue FROM dense WHERE id <= 1000000) AS windowed',
    'SELECT sum(revenue) FROM (SELECT revenue(roi_summary(NULL, revenue, NULL, NULL, NULL) OVER (ORDER BY id)) AS revenue FROM dense WHERE id <= 1000000) AS windowed']);
SELECT * FROM compare(:rounds, ARRAY['two sums', 'roi()'], ARRAY[
    'SELECT sum((revenue - expense) / nullif(expense, 0)) FROM (SELECT sum(revenue) OVER ordered AS revenue, sum(expense) OVER ordered AS expense FROM dense WHERE id <= 1000000 WINDOW ordered AS (ORDER BY id)) AS windowed',
    'SELECT sum(roi) FROM (SELECT roi(revenue, expense) OVER (ORDER BY id) FROM dense WHERE id <= 1000000) AS windowed']);

-- A query into a table, which a function runs to its end and so, unlike any other, in parallel. The
-- workers do it all; the process that started them waits, so that two workers are two processes.
CREATE OR REPLACE FUNCTION with_workers(workers integer, query text) RETURNS text
LANGUAGE plpgsql
SET parallel_setup_cost = 0 SET min_parallel_table_scan_size = 0 SET parallel_leader_participation = off
AS $$
DECLARE
    result text;
BEGIN
    PERFORM set_config('max_parallel_workers_per_gather', workers::text, true);
    EXECUTE 'CREATE TEMPORARY TABLE outcome AS ' || query;
    SELECT outcome::text INTO result FROM outcome;
    DROP TABLE outcome;
    RETURN result;
END
$$;

\echo Two parallel workers (goal: 0.54, a speed-up of 1.85)
SELECT * FROM compare(:short_rounds, ARRAY['one process', 'two workers'], ARRAY[
    $$SELECT with_workers(0, 'SELECT * FROM summarized') AS result$$,
    $$SELECT with_workers(2, 'SELECT * FROM summarized') AS result$$]);
\if :has_noop
\echo What two workers gain on this machine if the step does nothing
SELECT * FROM compare(:short_rounds, ARRAY['one process', 'two workers'], ARRAY[
    $$SELECT with_workers(0, 'SELECT * FROM nothing') AS result$$,
    $$SELECT with_workers(2, 'SELECT * FROM nothing') AS result$$]);
\endif
