-- metrics: ratios of sums.
SET search_path = public, lead_roi, lead_roi_internal;

-- Zero rows.
SELECT cost_per_lead(NULL, NULL), cost_per_customer(NULL, NULL), lifetime_value(NULL, NULL), roi(NULL, NULL), roas(NULL, NULL)
WHERE false;

-- 1,000 invested, 1,225 returned: net (1225 - 1000) / 1000, gross 1225 / 1000.
SELECT round(roi(revenue, expense), 6) AS roi, round(roas(revenue, expense), 6) AS roas
FROM (VALUES (1225, 1000)) AS fact (revenue, expense);

-- The same from one row per fact, in any order.
SELECT round(roi(revenue, expense), 6) AS roi
FROM (VALUES (NULL, 400), (1000, NULL), (NULL, 600), (225, NULL)) AS fact (revenue, expense);

-- The agency: 36,000 for 220 leads and 11 customers; 33,335 came back in the year, 132,077.66 in all.
-- 33335/36000 - 1 = -0.074028; 132077.66/36000 - 1 = 2.668824; 36000/220 = 163.6364; 36000/11 = 3272.7273.
SELECT round(roi(33335, 36000), 6) AS year, round(roi(132077.66, 36000), 6) AS lifetime, round(roas(132077.66, 36000), 6) AS gross,
       round(cost_per_lead(36000, 220), 4) AS cost_per_lead, round(cost_per_customer(36000, 11), 4) AS cost_per_customer,
       round(lifetime_value(132077.66, 11), 4) AS lifetime_value;

-- A ratio of sums, not a mean of ratios: 300 over 30 leads is 10, where the mean of 100 / 1 and 200 / 29 is 53.4.
SELECT round(cost_per_lead(expense, leads), 6) FROM (VALUES (100, 1), (200, 29)) AS fact (expense, leads);

-- What is not recorded, what is 0, what is negative.
SELECT label, round(cost_per_lead(expense, leads), 4) AS cost_per_lead, round(lifetime_value(revenue, leads), 4) AS lifetime_value,
       round(roi(revenue, expense), 4) AS roi, round(roas(revenue, expense), 4) AS roas
FROM (VALUES (1, 'nothing at all',      NULL::numeric, NULL::numeric, NULL::bigint),
             (2, 'expense not recorded', NULL, 100, 5),
             (3, 'expense of 0',         0, 100, 5),
             (4, 'negative expense',     -10, 100, 5),
             (5, 'no revenue',           50, NULL, 5),
             (6, 'refunds exceed',       50, -25, 5),
             (7, 'no leads',             50, 100, NULL),
             (8, '0 leads',              50, 100, 0)) AS fact (n, label, expense, revenue, leads)
GROUP BY n, label ORDER BY n;

-- FILTER, DISTINCT groups, and a moving window.
SELECT source, cost_per_lead(expense, leads) FILTER (WHERE month > 1) AS filtered,
       array_agg(round(window_cost, 2) ORDER BY month) AS rolling
FROM (SELECT source, month, expense, leads,
             cost_per_lead(expense, leads) OVER (PARTITION BY source ORDER BY month ROWS 1 PRECEDING) AS window_cost
      FROM (VALUES ('a', 1, 10, 1), ('a', 2, 20, 4), ('a', 3, 30, 1), ('b', 1, 5, 0)) AS fact (source, month, expense, leads)) AS windowed
GROUP BY source ORDER BY source;

-- Exact: a thousand times 0.1 is 100; in floating point it is 99.9999999999986.
SELECT roas(1, 0.1) = 10 AS exact, cost_per_lead(0.1, 1) = 0.1 AS exact FROM generate_series(1, 1000);

SELECT roi('NaN', 1);
SELECT roas(1, 'infinity');
SELECT cost_per_lead('-infinity', 1);

-- Parallel workers combine their parts to the same figures.
CREATE TABLE fact AS
SELECT n % 7 AS source, (n % 100)::numeric / 3 AS expense, (n % 13)::numeric AS revenue, (n % 2)::bigint AS leads
FROM generate_series(1, 20000) AS n;
CREATE FUNCTION all_figures() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(fact::text, ',' ORDER BY source))
    FROM (SELECT source, cost_per_lead(expense, leads), cost_per_customer(expense, leads), lifetime_value(revenue, leads),
                 roi(revenue, expense), roas(revenue, expense)
          FROM fact GROUP BY source) AS fact
$$;
SET max_parallel_workers_per_gather = 0;
SELECT all_figures() AS serial \gset
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT roi(revenue, expense) FROM fact;
SELECT all_figures() = :'serial' AS same;
RESET max_parallel_workers_per_gather;

--
-- roi_summary
--
\pset null '-'

-- Zero rows: nothing is recorded, which is a summary, not NULL.
SELECT roi_summary(1, 1, 1, 1, 1), rollup(NULL::roi_summary) FROM generate_series(1, 0);
CREATE VIEW figures_of_nothing AS
SELECT expense(s), revenue(s), profit(s), visitors(s), leads(s), customers(s), cost_per_visitor(s), cost_per_lead(s), cost_per_customer(s),
       roi(s), roas(s), visitor_to_lead_rate(s), lead_to_customer_rate(s), lifetime_value(s), ltv_to_cac(s)
FROM (SELECT roi_summary(1, 1, 1, 1, 1) AS s FROM generate_series(1, 0)) AS one;
\x on
SELECT * FROM figures_of_nothing;

-- Every figure: 600 spent, 800 returned, 80 visitors, 4 leads, 2 customers.
-- 200/600 = 0.3333, 800/600 = 1.3333, 600/80 = 7.5, 600/4 = 150, 600/2 = 300, 4/80 = 0.05, 2/4 = 0.5, 800/2 = 400, 400/300 = 1.3333.
SELECT expense(s), revenue(s), profit(s), visitors(s), leads(s), customers(s), round(cost_per_visitor(s), 4) AS cost_per_visitor,
       round(cost_per_lead(s), 4) AS cost_per_lead, round(cost_per_customer(s), 4) AS cost_per_customer, round(roi(s), 4) AS roi,
       round(roas(s), 4) AS roas, round(visitor_to_lead_rate(s), 4) AS visitor_to_lead_rate,
       round(lead_to_customer_rate(s), 4) AS lead_to_customer_rate, round(lifetime_value(s), 4) AS lifetime_value, round(ltv_to_cac(s), 4) AS ltv_to_cac
FROM (SELECT roi_summary(expense, revenue, visitors, leads, customers) AS s
      FROM (VALUES (100, NULL, 30, 1, NULL), (200, 900, 50, 3, 1), (300, -100, NULL, NULL, 1)) AS fact (expense, revenue, visitors, leads, customers)) AS one;
\x off

-- What is not recorded, what is 0, what is negative.
SELECT label, expense(s), revenue(s), profit(s), round(cost_per_lead(s), 2) AS cost_per_lead, round(cost_per_customer(s), 2) AS cost_per_customer,
       round(roi(s), 2) AS roi, round(roas(s), 2) AS roas, round(lifetime_value(s), 2) AS lifetime_value, round(ltv_to_cac(s), 2) AS ltv_to_cac,
       round(visitor_to_lead_rate(s), 2) AS leads_per_visitor
FROM (VALUES (1, 'nothing at all',       make_roi_summary(NULL, NULL, NULL, NULL, NULL)),
             (2, 'expense not recorded', make_roi_summary(NULL, 100, 10, 5, 2)),
             (3, 'expense of 0',         make_roi_summary(0, 100, 10, 5, 2)),
             (4, 'negative expense',     make_roi_summary(-10, 100, 10, 5, 2)),
             (5, 'no revenue',           make_roi_summary(50, NULL, 10, 5, 2)),
             (6, 'refunds exceed',       make_roi_summary(50, -25, 10, 5, 2)),
             (7, 'no leads',             make_roi_summary(50, 100, 10, NULL, NULL)),
             (8, '0 leads, 0 visitors',  make_roi_summary(50, 100, 0, 0, 0)),
             (9, 'negative counts',      make_roi_summary(50, 100, -10, -5, -2)),
             (10, 'NULL',                NULL)) AS fact (n, label, s)
ORDER BY n;

-- The aggregates agree with the accessors of one summary of the same rows.
SELECT (cost_per_lead(expense, leads), cost_per_customer(expense, leads * 2), lifetime_value(revenue, leads * 2), roi(revenue, expense), roas(revenue, expense))
       = (cost_per_lead(s), cost_per_customer(s), lifetime_value(s), roi(s), roas(s)) AS same
FROM fact, (SELECT roi_summary(expense, revenue, 1, leads, leads * 2) AS s FROM fact) AS one
GROUP BY s;

-- What a row doesn't have is left out of make_roi_summary(): each argument stands for its own member, and none for nothing.
SELECT make_roi_summary() AS nothing, make_roi_summary(expense => 5) AS expense, make_roi_summary(revenue => 5) AS revenue,
       make_roi_summary(visitors => 5) AS visitors, make_roi_summary(leads => 5) AS leads, make_roi_summary(customers => 5) AS customers;
-- Text: what is not recorded or 0 is left out; 0 recorded as expense stays. 5.5 + 0.25 + 3 is 8.75, one amount with two decimals, one with one, one with none.
SELECT make_roi_summary(NULL, NULL, 0, NULL, NULL) AS nothing, make_roi_summary(0, 0.00, 0, 1, 0) AS zeros,
       roi_summary(expense, 1.10, 2, 0, -1) AS decimals
FROM (VALUES (5.5), (0.25), (3), (NULL)) AS fact (expense);
SELECT ' { expense : -1.50 * 2 + 3 @ 0 , leads:-7 } '::roi_summary AS spaced, '{expense:7,revenue:0.5*0,customers:0}'::roi_summary AS put_straight;

-- Lossless: beyond 128 bits, and the smallest and largest of everything.
SELECT s, s::text::roi_summary::text = s::text AS same_text, record_image_eq(ROW(s), ROW(s::text::roi_summary)) AS same_bits
FROM (VALUES (make_roi_summary(170141183460469231731687303715884105727, -170141183460469231731687303715884105728, 9223372036854775807, -9223372036854775808, 0)),
             (make_roi_summary(170141183460469231731687303715884105728, -170141183460469231731687303715884105729, 1, 1, 1)),
             (make_roi_summary(17014118346046923173168730371588410.5728, 1e-40, 1, 1, 1)),
             (make_roi_summary(1e40 + 0.1, -1e40, 1, 1, 1) + make_roi_summary(0.001, 1e40, 1, 1, 1))) AS fact (s);

-- Small and large: 2 to the power of 47 units of 0.0001 is one too many for 48 bits, 65,536 values one too many for 16, 2 to the power of
-- 24 one too many for a count, and there are no negative counts; 255 is the last scale. A sum grows and shrinks at once, on its own and in
-- a window.
SELECT s + t AS sum, pg_column_size(s) AS small, pg_column_size(s + t) AS large, record_image_eq(ROW(s + t - t), ROW(s)) AS same_bits
FROM (VALUES ('{expense:14073748835.5327}'::roi_summary, '{expense:0.0001}'::roi_summary),
             ('{revenue:-14073748835.5328,leads:1}', '{revenue:-0.0001,leads:1}'),
             ('{expense:5*65535}', '{expense:1}'),
             ('{revenue:1,visitors:16777215}', '{visitors:1}'),
             ('{leads:16777215}', '{leads:1}'),
             ('{expense:1,customers:0}', '{customers:-1}')) AS fact (s, t);
SELECT pg_column_size(make_roi_summary(NULL, round(0, 255), 0, 0, 0)) AS small, pg_column_size(make_roi_summary(NULL, round(0, 256), 0, 0, 0)) AS large;
SELECT n, s, pg_column_size(s) AS size
FROM (SELECT n, roi_summary(expense, NULL, NULL, leads, NULL) OVER (ORDER BY n ROWS 1 PRECEDING) AS s
      FROM (VALUES (1, 14073748835.5327, 1), (2, 1.0000, 16777214), (3, -2.0000, 3), (4, 14073748835.5327, -4), (5, 0.0000, 4)) AS fact (n, expense, leads)) AS windowed;

-- A sum beyond 128 bits goes on row by row: 2 to the power of 127, and 3.
SELECT roi_summary(expense, NULL, NULL, NULL, NULL) FROM (VALUES (170141183460469231731687303715884105728), (1), (2)) AS fact (expense);

-- Text that is none.
SELECT ''::roi_summary;
SELECT '{expense:NaN}'::roi_summary;
SELECT '{expense:1e5}'::roi_summary;
SELECT '{expense:1.}'::roi_summary;
SELECT '{expense:1*9223372036854775808}'::roi_summary;
SELECT '{expense:1.00+1@2}'::roi_summary;
SELECT '{expense:1.00+0@1}'::roi_summary;
SELECT '{expense:1.00+1@-1}'::roi_summary;
SELECT '{leads:1,visitors:1}'::roi_summary;
SELECT '{leads:1.5}'::roi_summary;
SELECT '{leads:99999999999999999999}'::roi_summary;
SELECT '{expense:1} x'::roi_summary;

-- Errors name the argument.
SELECT roi_summary('NaN', 1, 1, 1, 1);
SELECT roi_summary(1, '-infinity', 1, 1, 1);
SELECT make_roi_summary(1, 'NaN', 1, 1, 1);
SELECT roi_summary(1, 1, 1, leads, 1) FROM (VALUES (9223372036854775807), (1)) AS fact (leads);
SELECT make_roi_summary(1, 1, 1, 1, -9223372036854775808) - make_roi_summary(1, 1, 1, 1, 1);
SELECT '{expense:1*9223372036854775807}'::roi_summary + '{expense:1}';

-- Operators: 5.00 and 5 give the same figures, 0 and nothing recorded don't. A sum less a part is the rest, with its decimals.
SELECT make_roi_summary(5, NULL, 1, 2, 3) = make_roi_summary(5.00, 0, 1, 2, 3) AS equal,
       make_roi_summary(0, 0, 1, 2, 3) = make_roi_summary(NULL, 0, 1, 2, 3) AS recorded,
       make_roi_summary(5, NULL, 1, 2, 3) <> make_roi_summary(5, NULL, 1, 2, 4) AS other_count,
       make_roi_summary(5, 1, 1, 2, 3) <> make_roi_summary(5, 2, 1, 2, 3) AS other_revenue;
SELECT s + t AS sum, s + t - t AS first, s + t - s AS second, t - (s + t) + s AS nothing
FROM (SELECT make_roi_summary(5, 1.5, 1, 2, 3) AS s, make_roi_summary(0.25, NULL, 10, 20, 30) AS t) AS two;
SELECT count(*) FROM (SELECT DISTINCT s FROM (VALUES (make_roi_summary(5, 1, 1, 2, 3)), (make_roi_summary(5.0, 1.00, 1, 2, 3)), (make_roi_summary(6, 1, 1, 2, 3))) AS fact (s)) AS different;
SELECT s, count(*) FROM (VALUES (make_roi_summary(5, NULL, 1, 2, 3)), (make_roi_summary(5.0, 0, 1, 2, 3))) AS fact (s) GROUP BY s;

-- A total row is a ratio of totals. 300 for 30 leads is 10; the mean of 100 and 6.8966 would be 53.45.
SELECT source, round(cost_per_lead(summary), 4) AS cost_per_lead
FROM (SELECT source, rollup(day) AS summary
      FROM (VALUES ('a', make_roi_summary(100, NULL, NULL, 1, NULL)), ('b', make_roi_summary(150, NULL, NULL, 20, NULL)), ('b', NULL),
                   ('b', make_roi_summary(50, NULL, NULL, 9, NULL))) AS daily (source, day)
      GROUP BY ROLLUP (source)) AS rolled
ORDER BY source NULLS LAST;

-- Stored, read back, merged; and a table's value is not changed by functions that change their state in place.
CREATE TABLE stored AS SELECT source, n % 2 AS half, roi_summary(expense, revenue, 1, leads, NULL) AS summary
FROM (SELECT *, row_number() OVER () AS n FROM fact) AS numbered GROUP BY source, n % 2;
-- Amounts of five scales make it so long that it is stored with the header that an aggregate's state has.
INSERT INTO stored SELECT 99, 0, roi_summary(amount, amount, 1, 1, 1) FROM (VALUES (1), (1.5), (1.25), (1.125), (1.0625)) AS long (amount);
SELECT count(*) AS differing
FROM (SELECT source, rollup(summary) AS summary FROM stored GROUP BY source) AS merged
     JOIN (SELECT source, roi_summary(expense, revenue, 1, leads, NULL) AS summary FROM fact GROUP BY source) AS whole USING (source)
WHERE NOT record_image_eq(ROW(merged.summary), ROW(whole.summary));
SELECT md5(string_agg(summary::text, ',' ORDER BY source, half)) AS before FROM stored \gset
SELECT count(roi_summary_add(summary, summary)), count(roi_summary_subtract(summary, summary)), count(roi_summary_accumulate(summary, 1, 1, 1, 1, 1)) FROM stored;
CREATE AGGREGATE first_plus_rest(roi_summary) (SFUNC = roi_summary_add, STYPE = roi_summary);
SELECT source, first_plus_rest(summary) = rollup(summary) AS same FROM stored GROUP BY source ORDER BY source LIMIT 2;
SELECT md5(string_agg(summary::text, ',' ORDER BY source, half)) = :'before' AS unchanged FROM stored;
DROP AGGREGATE first_plus_rest(roi_summary);

-- A summary of amounts of every length is stored and read back, compressed if need be.
CREATE TABLE long_amount AS SELECT repeat('1', n * 500)::numeric / 10 ^ (n * 10)::numeric AS amount FROM generate_series(1, 12) AS n;
CREATE TABLE long_summary AS SELECT roi_summary(amount, -amount, 1, 1, 1) AS summary FROM long_amount;
SELECT expense(summary)::text = (SELECT sum(amount)::text FROM long_amount) AS expense, revenue(summary) = -expense(summary) AS revenue,
       record_image_eq(ROW(summary), ROW(summary::text::roi_summary)) AS same_bits, pg_column_size(summary) < 3500 AS compressed
FROM long_summary;

-- Casts.
SELECT jsonb_pretty(make_roi_summary(600.00, NULL, NULL, 4, 2)::jsonb);
SELECT make_roi_summary(NULL, NULL, NULL, NULL, NULL)::jsonb -> 'expense' AS expense, NULL::roi_summary::jsonb;

-- Partition-wise, in parallel, hashed and sorted: the same.
CREATE TABLE parted (LIKE fact) PARTITION BY LIST (source);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES IN (0, 1, 2);
CREATE TABLE parted_1 PARTITION OF parted DEFAULT;
INSERT INTO parted SELECT * FROM fact;
ANALYZE parted;
CREATE FUNCTION all_summaries() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(summary::text, ',' ORDER BY source))
    FROM (SELECT source, roi_summary(expense, revenue, 1, leads, leads) AS summary FROM parted GROUP BY source) AS grouped
$$;
SELECT all_summaries() AS serial \gset
SET enable_partitionwise_aggregate = on;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT roi_summary(expense, revenue, 1, leads, leads) FROM parted;
SELECT all_summaries() = :'serial' AS same;
SET max_parallel_workers_per_gather = 0;
SELECT all_summaries() = :'serial' AS same;
SET enable_hashagg = off;
SELECT all_summaries() = :'serial' AS same;
RESET enable_hashagg;
RESET enable_partitionwise_aggregate;

-- Many groups that spill to disk.
SET work_mem = '64kB';
SELECT count(*) AS groups, sum(leads(summary)) AS leads
FROM (SELECT roi_summary(n, n, 1, 1, 1) AS summary FROM generate_series(1, 30000) AS n GROUP BY n % 10000) AS grouped
WHERE expense(summary) IS NOT NULL;
RESET work_mem;

-- Windows: rows leave again. Empty frames, frames that lose their only expense, and decimals that come and go.
CREATE TABLE daily AS
SELECT n, CASE WHEN n % 9 = 0 THEN n::numeric(12, 2) WHEN n % 9 = 4 THEN (n % 5)::numeric / 8 END AS expense,
       CASE WHEN n % 4 = 0 THEN -n::numeric / 3 END AS revenue, n % 3 AS leads
FROM generate_series(1, 300) AS n;
CREATE FUNCTION window_differences(frame text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    differing bigint;
BEGIN
    EXECUTE format($query$
        SELECT count(*)
        FROM (SELECT n, roi_summary(expense, revenue, 1, leads, leads) OVER frame AS summary,
                     cost_per_lead(expense, leads) OVER frame AS cost_per_lead,
                     cost_per_customer(expense, leads) OVER frame AS cost_per_customer,
                     lifetime_value(revenue, leads) OVER frame AS lifetime_value,
                     roi(revenue, expense) OVER frame AS roi, roas(revenue, expense) OVER frame AS roas,
                     rollup(make_roi_summary(expense, revenue, 1, leads, leads)) OVER frame AS rolled_up,
                     array_agg(n) OVER frame AS members
              FROM daily WINDOW frame AS (ORDER BY n %s)) AS windowed,
             LATERAL (SELECT roi_summary(expense, revenue, 1, leads, leads) AS summary FROM daily WHERE daily.n = ANY (members)) AS again
        WHERE NOT record_image_eq(ROW(windowed.summary), ROW(again.summary))
              OR NOT record_image_eq(ROW(windowed.rolled_up), ROW(again.summary))
              OR (windowed.cost_per_lead::text, windowed.cost_per_customer::text, windowed.lifetime_value::text, windowed.roi::text, windowed.roas::text)
                 IS DISTINCT FROM (cost_per_lead(again.summary)::text, cost_per_customer(again.summary)::text, lifetime_value(again.summary)::text,
                                   roi(again.summary)::text, roas(again.summary)::text)
        $query$, frame) INTO differing;
    RETURN differing;
END
$$;
SELECT frame, window_differences(frame)
FROM (VALUES ('ROWS 29 PRECEDING'), ('ROWS UNBOUNDED PRECEDING'), ('ROWS BETWEEN 3 FOLLOWING AND 4 FOLLOWING'),
             ('ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW'), ('RANGE BETWEEN 5 PRECEDING AND 2 PRECEDING')) AS tried (frame);

-- ratio(): a quarter; not defined over 0, a credit or what is not known.
SELECT round(ratio(1, 4), 2) AS quarter, ratio(1, 0) IS NULL AS over_nothing, ratio(1, -2) IS NULL AS over_credit, ratio(NULL, 4) IS NULL AS of_unknown, ratio(1, NULL) IS NULL AS over_unknown;

-- Numbers of any type, in every pair: the figure is that of the numerics that their texts are, digit for digit. A literal or an integer is
-- not cut to the 15 digits of a double; a double or a real is its shortest decimal; a count is never rounded. Beside a numeric, a literal count
-- is a bigint.
CREATE TABLE typed AS
SELECT n::smallint AS small, n AS whole, 9007199254740993 + n AS big, n * 0.0100 - 1 AS exact, (n * 0.1)::real AS single, n * 0.1::double precision AS double
FROM generate_series(1, 30) AS n;
INSERT INTO typed VALUES (NULL, NULL, NULL, NULL, NULL, NULL), (-3, 0, 5, 1e-20, 1e-20, 1e20), (1, 1, 1, 12345678901234567890.12, 16777216, 0.1::double precision + 0.2::double precision);
CREATE FUNCTION call_differences(OUT calls bigint, OUT differing text[], OUT refused text[]) LANGUAGE plpgsql AS $$
DECLARE
    argument text[] := '{small, whole, big, exact, single, double, "NULL", 7, 0.25, 9007199254740993, "''7''", "''12345678901234567.89''", "exact::numeric(30, 1)", "5::smallint"}';
    first text;
    second text;
    figure text;
    given text;
    expected text;
BEGIN
    calls := 0;
    FOR first, second, figure IN SELECT x, y, z FROM unnest(argument) AS x, unnest(argument) AS y, unnest('{roi, roas, revenue, lifetime_value, cost_per_lead, cost_per_customer}'::text[]) AS z LOOP
        calls := calls + 1;
        BEGIN
            EXECUTE format(CASE figure WHEN 'revenue' THEN 'SELECT revenue(roi_summary(%2$s, %1$s, NULL, 1, whole)) FROM typed' ELSE 'SELECT %3$s(%1$s, %2$s) FROM typed' END,
                           first, second, figure) INTO given;
        EXCEPTION WHEN invalid_text_representation THEN
            refused := refused || format('%s(%s, %s)', figure, first, second);
            CONTINUE;
        END;
        EXECUTE format('SELECT ' || CASE figure
                WHEN 'roi' THEN 'CASE WHEN sum(y) > 0 THEN (coalesce(sum(x), 0) - sum(y)) / sum(y) END'
                WHEN 'roas' THEN 'CASE WHEN sum(y) > 0 THEN coalesce(sum(x), 0) / sum(y) END'
                WHEN 'revenue' THEN 'coalesce(sum(x), 0)'
                WHEN 'lifetime_value' THEN 'CASE WHEN sum(y) > 0 THEN coalesce(sum(x), 0) / sum(y) END'
                ELSE 'CASE WHEN sum(x) >= 0 AND sum(y) > 0 THEN sum(x) / sum(y) END' END
            || ' FROM (SELECT (%s)::text::numeric AS x, (%s)::text::numeric AS y FROM typed) AS one', first, second) INTO expected;
        IF given IS DISTINCT FROM expected THEN
            differing := differing || format('%s(%s, %s): %s, not %s', figure, first, second, given, expected);
        END IF;
    END LOOP;
END
$$;
SELECT calls, differing FROM call_differences();
SELECT unnest(refused) AS refused FROM call_differences();

-- A hundred times 0.1 are 10, and 12.34 + 0.16 conversions are 12.5.
SELECT roas(1::double precision, 0.1::double precision) AS ten, cost_per_lead(12.5::double precision, conversions) AS one, cost_per_customer(12.5, conversions::numeric) AS one
FROM (SELECT CASE n WHEN 1 THEN 12.34 WHEN 2 THEN 0.16 END::double precision * 100 AS conversions FROM generate_series(1, 100) AS n) AS row;
-- What is not recorded, 0 or negative is as with whole counts.
SELECT label, cost_per_lead(expense, leads), lifetime_value(expense, leads)
FROM (VALUES (1, 'nothing',           NULL::double precision, NULL::double precision),
             (2, 'no cost recorded',  NULL, 2.5),
             (3, 'cost of 0',         0, 2.5),
             (4, 'negative cost',     -10, 2.5),
             (5, 'no count recorded', 10, NULL),
             (6, 'count of 0',        10, 0),
             (7, 'negative count',    10, -2.5)) AS fact (n, label, expense, leads)
GROUP BY n, label ORDER BY n;
SELECT roi('NaN'::double precision, 1);
SELECT roi_summary(1, '-Infinity'::real, 1, 1, 1);
SELECT cost_per_lead(1, 'Infinity'::double precision);
SELECT lifetime_value('NaN'::real, 1.5);
\set VERBOSITY terse
SELECT cost_per_lead(1::money, 1);
\set VERBOSITY default
SELECT cost_per_lead(1234.56::money::numeric, 1);

-- Parallel workers and moving windows.
CREATE TABLE measured AS SELECT source, (n % 1000) / 8.0::double precision AS spend, (n % 13) * 1.1::double precision AS revenue, (n % 3) * 0.37::double precision AS conversions
FROM (SELECT *, row_number() OVER () AS n FROM fact) AS numbered;
CREATE FUNCTION measured_figures(type text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('SELECT md5(string_agg(figure::text, '','' ORDER BY source)) FROM (SELECT source, roi(revenue%1$s, spend%1$s), roas(revenue%1$s, spend%1$s), cost_per_lead(spend%1$s, conversions%1$s),
        cost_per_customer(spend%1$s, conversions%1$s), lifetime_value(revenue%1$s, conversions%1$s), roi_summary(spend%1$s, revenue%1$s, 1, 1, NULL) FROM measured GROUP BY source) AS figure', type) INTO result;
    RETURN result;
END
$$;
SET max_parallel_workers_per_gather = 0;
SELECT measured_figures('::text::numeric') AS exact \gset
SELECT measured_figures('') = :'exact' AS same;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT cost_per_lead(spend, conversions) FROM measured;
SELECT measured_figures('') = :'exact' AS same;
RESET max_parallel_workers_per_gather;
SELECT count(*) AS frames, count(*) FILTER (WHERE cost_per_lead::text IS DISTINCT FROM CASE WHEN conversions > 0 THEN (spend / conversions)::text END
                                            OR lifetime_value::text IS DISTINCT FROM CASE WHEN conversions > 0 THEN (spend / conversions)::text END) AS differing
FROM (SELECT cost_per_lead(spend, conversions) OVER frame, lifetime_value(spend, conversions) OVER frame, sum(spend::text::numeric) OVER frame AS spend, sum(conversions::text::numeric) OVER frame AS conversions
      FROM measured WINDOW frame AS (PARTITION BY source ORDER BY spend, revenue, conversions ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING)) AS windowed;

-- A view keeps which of the aggregates it asks.
CREATE VIEW kept AS SELECT roi(NULL, '1.5') AS literals, roi(whole, 2) AS integers, cost_per_lead(double, NULL) AS nothing, cost_per_lead(double, exact) AS doubles FROM typed;
SELECT replace(pg_get_viewdef('kept'), 'typed.', '') AS definition;
