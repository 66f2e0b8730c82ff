-- lifetime: figures that are right while customers are still active.
SET search_path = public, lead_roi;
SET extra_float_digits = 0;
\pset null '-'
\getenv source_folder PG_ABS_SRCDIR
\if :{?source_folder}
\else
\set source_folder .
\endif

-- Eleven people of "aml", maintained (Miller 1981): times, + for those still there.
-- 9 13 13+ 18 23 28+ 31 34 45+ 48 161+. By hand: S(9) = 10/11, S(13) = 10/11 * 9/10 = 9/11, S(18) = 9/11 * 7/8 = 63/88,
-- S(23) = 63/88 * 6/7 = 54/88, S(31) = 54/88 * 4/5 = 0.4909: the median is 31.
CREATE TABLE person (tenure integer, churned boolean);
INSERT INTO person VALUES (9, true), (13, true), (13, false), (18, true), (23, true), (28, false),
    (31, true), (34, true), (45, false), (48, true), (161, false);
SELECT survival(tenure, churned) AS curve FROM person \gset
SELECT :'curve';
SELECT customers(:'curve'::survival_curve), churned_customers(:'curve'), active_customers(:'curve'), median_lifetime(:'curve');
SELECT tenure, survival_at(:'curve', tenure) = expected AS same
FROM (VALUES (0, 1::float8), (8, 1), (9, 10 / 11.0), (12, 10 / 11.0), (13, 9 / 11.0), (17, 9 / 11.0), (18, 9 / 11.0::float8 * (7 / 8.0::float8))) AS known (tenure, expected);
SELECT tenure, at_risk, churned, censored, round(survival::numeric, 4) AS survival FROM survival_table(:'curve');

-- The curve of the row order, and of its parts, is the same; NULLs are left out.
SELECT survival(tenure, churned ORDER BY tenure DESC)::text = :'curve' AS same FROM person;
SELECT rollup(curve)::text = :'curve' AS same
FROM (SELECT survival(tenure, churned) AS curve FROM person GROUP BY tenure % 3 UNION ALL SELECT NULL UNION ALL SELECT '{}') AS part;
SELECT survival(tenure, churned) FROM (VALUES (1, true), (NULL, true), (2, NULL)) AS person (tenure, churned);

-- Nobody, and nobody left.
SELECT survival(tenure, churned), customers(survival(tenure, churned)), median_lifetime(survival(tenure, churned)),
       survival_at(survival(tenure, churned), 0) FROM person WHERE false;
SELECT mean_lifetime('{}'), churn_rate('{}'), restricted_mean_lifetime('{}', 5), mean_lifetime_interval('{}'), survival_interval('{}', 0);
SELECT * FROM survival_table('{}');
SELECT mean_lifetime('{100:0+2}'), churn_rate('{100:0+2}'), median_lifetime('{100:0+2}'), survival_at('{100:0+2}', 100), survival_at('{100:0+2}', 101);
-- 2 * 200 / chi-square(0.975, 2 degrees of freedom) = 400 / (-2 ln 0.025) = 54.2170; nobody left, so there is no upper limit.
SELECT round(lower::numeric, 4) AS lower, upper FROM mean_lifetime_interval('{100:0+2}');
-- All left on the first day.
SELECT mean_lifetime('{0:3+0}'), churn_rate('{0:3+0}'), survival_at('{0:3+0}', 7), restricted_mean_lifetime('{0:3+0}', 7), median_lifetime('{0:3+0}'),
       restricted_mean_lifetime_std_error('{0:3+0}', 7);

-- Exactly one half: the middle of the flat stretch, or its start if nothing follows. 1/2 = 5/6 * 3/5; in between some are only last seen.
SELECT median_lifetime('{1:1+0,2:1+0,4:1+0,8:1+0}') AS "3 = (2+4)/2", median_lifetime('{3:1+0,5:0+1}') AS "3",
       median_lifetime('{10:1+0,20:2+0,30:0+1,40:1+0,50:1+0}') AS "30 = (20+40)/2", median_lifetime('{7:1+0,9:0+2}') AS "not reached";
SELECT lifetime_quantile('{1:1+0,2:1+0,4:1+0,8:1+0}', 0.25) AS "1.5", lifetime_quantile('{1:1+0,2:1+0,4:1+0,8:1+0}', 0.2) AS "1",
       lifetime_quantile('{1:1+0,2:1+0,4:1+0,8:1+0}', 0.9) AS "8";

-- Beyond the longest tenure nothing is known while customers are left, and everything when all have gone.
SELECT survival_at(:'curve', 161) IS NOT NULL AS known, survival_at(:'curve', 162) AS unknown, restricted_mean_lifetime(:'curve', 162) AS unknown,
       restricted_mean_lifetime_std_error(:'curve', 162) AS unknown, survival_interval(:'curve', 162) AS unknown;
SELECT survival_at('{1:2+0}', 1000000), restricted_mean_lifetime('{1:2+0}', 1000000);

-- Discounted: with 10 % a year, staying for sure through day 730 is worth (1 - 1.1^-(730/365.25)) / (ln 1.1 / 365.25) days.
SELECT abs(restricted_mean_lifetime('{730:0+5}', 730, 0.10) - (1 - power(1.1, -730 / 365.25)) / (ln(1.1) / 365.25)) < 1e-9 AS same,
       restricted_mean_lifetime('{730:0+5}', 730) AS undiscounted;

-- From dates, as known on 2024-06-30: left on the day, left later, never left, not started yet, unknown start.
CREATE TABLE contract (started_on date, ended_on date);
INSERT INTO contract VALUES ('2024-06-01', '2024-06-30'), ('2024-06-01', '2024-07-01'), ('2024-06-01', NULL), ('2024-06-01', 'infinity'),
    ('2024-06-30', '2024-06-30'), ('2024-07-01', NULL), (NULL, '2024-01-01'), ('2024-03-01', '2024-03-02');
SELECT survival(started_on, ended_on, '2024-06-30') FROM contract;
SELECT survival(started_on, ended_on, '2024-07-01') FROM contract;
SELECT survival(started_on, ended_on, NULL) FROM contract;
SELECT survival('4714-11-24 BC', NULL, '5874897-12-31');

-- The text and the binary form.
SELECT ' { 30 : 2 + 0 , 365 : 1 + 40 } '::survival_curve, '{}'::survival_curve, '{0:9223372036854775807+0}'::survival_curve, '{2147483647:1+0}'::survival_curve;
-- Every malformed text is refused with 22P02.
CREATE FUNCTION outcome(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE command INTO result;
    RETURN result;
EXCEPTION WHEN OTHERS THEN
    RETURN sqlstate;
END
$$;
SELECT outcome, count(*)
FROM unnest(ARRAY['', '{', '{}x', '{1}', '{1:1}', '{1:1+}', '{1:1+0,}', '{1:0+0}', '{1:1+0,1:1+0}', '{2:1+0,1:1+0}', '{-1:1+0}', '{1:-1+2}',
                  '{2147483648:1+0}', '{1:9223372036854775808+0}', '{1:9223372036854775807+1}', '{1:9223372036854775807+0,2:1+0}',
                  '{1.5:1+0}', '{1:1+0', '{1:1+0}}', '{99999999999999999999999:1+0}']) AS sample, outcome(format('SELECT %L::survival_curve', sample))
GROUP BY outcome;
SELECT '{1:1+0,0:5+5}'::survival_curve;
SELECT '{1:1-0}'::survival_curve;

-- Errors.
SELECT survival(-1, true);
SELECT survival(date '2024-01-02', '2024-01-01', '2024-12-31');
SELECT survival(date '-infinity', NULL, '2024-12-31');
SELECT survival(date '2024-01-02', NULL, 'infinity');
SELECT survival_at('{1:1+0}', -1);
SELECT survival_interval('{1:1+0}', 1, 1);
SELECT survival_interval('{1:1+0}', 1, 'NaN');
SELECT survival_interval('{1:1+0}', 1, 0.95, 'logit');
SELECT lifetime_quantile('{1:1+0}', 0);
SELECT restricted_mean_lifetime('{1:1+0}', 0);
SELECT restricted_mean_lifetime('{1:1+0}', 1, -0.1);
SELECT restricted_mean_lifetime('{1:1+0}', 1, 'NaN');
SELECT survival_add('{}', 1, true);
SELECT survival_merge('{}', '{}');
SELECT rollup(curve) FROM (VALUES ('{1:9223372036854775807+0}'::survival_curve), ('{2:1+0}')) AS part (curve);
SELECT rollup(curve) FROM (VALUES ('{1:9223372036854775807+0}'::survival_curve), ('{1:1+0}')) AS part (curve);

-- Counts beyond 32 bits, and a state that changes its form several times: days, then one far away, then seconds.
SELECT rollup(curve) FROM (VALUES ('{1:4294967295+4294967295}'::survival_curve), ('{1:1+1}'), ('{1:0+1}')) AS part (curve);
WITH sample AS (
    SELECT n % 500 AS tenure, n % 3 = 0 AS churned FROM generate_series(1, 5000) AS n
    UNION ALL SELECT 2147483647, true
    UNION ALL SELECT n * 86400, false FROM generate_series(1, 5000) AS n
), counted AS (
    SELECT tenure, count(*) FILTER (WHERE churned) AS churned, count(*) FILTER (WHERE NOT churned) AS active FROM sample GROUP BY tenure
)
SELECT (SELECT survival(tenure, churned)::text FROM sample)
       = (SELECT '{' || string_agg(tenure || ':' || churned || '+' || active, ',' ORDER BY tenure) || '}' FROM counted) AS same;
-- A dense state whose counters run over is merged on in 64 bits.
WITH dense AS (SELECT survival(n % 100, n % 2 = 0) AS curve FROM generate_series(1, 1000) AS n)
SELECT customers(rollup(curve)) = 1000 + 100 * 4294967295 AS same
FROM (SELECT curve FROM dense
      UNION ALL SELECT ('{' || string_agg(n || ':4294967295+0', ',' ORDER BY n) || '}')::survival_curve FROM generate_series(0, 99) AS n) AS part;

-- R's package survival: relative 1e-9. See test/reference/survival.R.
CREATE TABLE reference_curve (name text, curve survival_curve);
CREATE TABLE reference_figure (name text, figure text, argument integer, value double precision);
\set file :source_folder '/test/reference/curves.csv'
COPY reference_curve FROM :'file' (FORMAT csv, HEADER);
\set file :source_folder '/test/reference/survival.csv'
COPY reference_figure FROM :'file' (FORMAT csv, HEADER);
CREATE VIEW our_figure AS
WITH reference AS (SELECT name, curve, split_part(figure, ' ', 1) AS kind, split_part(figure, ' ', 2) AS method,
                          nullif(split_part(figure, ' ', 3), '')::double precision AS level, figure, argument, value
                   FROM reference_figure JOIN reference_curve USING (name))
SELECT name, figure, argument, value,
       CASE kind
           WHEN 'survival' THEN survival_at(curve, argument)
           WHEN 'std_error' THEN (SELECT std_error FROM survival_table(curve) AS step WHERE tenure = argument)
           WHEN 'lower' THEN (survival_interval(curve, argument, level, method)).lower
           WHEN 'upper' THEN (survival_interval(curve, argument, level, method)).upper
           WHEN 'median' THEN median_lifetime(curve)
           WHEN 'restricted_mean' THEN restricted_mean_lifetime(curve, argument)
           WHEN 'restricted_mean_std_error' THEN restricted_mean_lifetime_std_error(curve, argument)
           WHEN 'mean_lifetime' THEN mean_lifetime(curve)
           WHEN 'churn_rate' THEN churn_rate(curve)
           WHEN 'mean_lower' THEN (mean_lifetime_interval(curve)).lower
           WHEN 'mean_upper' THEN (mean_lifetime_interval(curve)).upper
       END AS ours
FROM reference;
SELECT name, count(*) > 100 AS enough FROM our_figure GROUP BY name ORDER BY name;
SELECT * FROM our_figure
WHERE value IS DISTINCT FROM ours AND NOT coalesce(abs(ours - value) <= 1e-9 * abs(value), false) LIMIT 20;

-- The table has the limits that survival_interval() gives.
SELECT DISTINCT method FROM reference_curve, unnest(ARRAY['log', 'log-log', 'plain']) AS method,
     survival_table(curve, 0.9, method) AS step, survival_interval(curve, tenure, 0.9, method) AS limits
WHERE (step.lower, step.upper) IS DISTINCT FROM (limits.lower, limits.upper);

-- The same bits in any row order, with workers, over partitions, from parts rolled up; also after a trip through text and the binary form.
CREATE TABLE customer (n integer, part integer, tenure integer, churned boolean);
CREATE TABLE partitioned_customer (LIKE customer) PARTITION BY HASH (n);
CREATE TABLE partitioned_customer_0 PARTITION OF partitioned_customer FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE partitioned_customer_1 PARTITION OF partitioned_customer FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO customer SELECT n, n % 7, (hashint4(n) & 65535) % (1 + n % 1500), hashint4(-n) % 3 = 0 FROM generate_series(1, 30000) AS n;
INSERT INTO partitioned_customer SELECT * FROM customer;
CREATE FUNCTION curve_bits(curve survival_curve) RETURNS text LANGUAGE sql AS $$
    SELECT md5(concat_ws(' ', survival_curve_send(curve), float8send(median_lifetime(curve)), float8send(restricted_mean_lifetime(curve, 1400, 0.1)),
                         float8send(restricted_mean_lifetime_std_error(curve, 1400)), float8send(mean_lifetime(curve)),
                         (SELECT string_agg(float8send(survival) || '' || float8send(std_error), '') FROM survival_table(curve))))
$$;
SET max_parallel_workers_per_gather = 0;
SELECT curve_bits(survival(tenure, churned)) AS bits FROM customer \gset
SELECT curve_bits(survival(tenure, churned ORDER BY hashint4(n + 5))) = :'bits' AS same FROM customer;
SELECT curve_bits(rollup(curve)) = :'bits' AS same FROM (SELECT survival(tenure, churned) AS curve FROM customer GROUP BY part) AS part;
SELECT curve_bits(rollup(curve)) = :'bits' AS same FROM (SELECT survival(tenure, churned)::text::survival_curve AS curve FROM customer GROUP BY n % 1000) AS part;
SELECT curve_bits(curve) = :'bits' AS same FROM (SELECT survival(tenure, churned) AS curve, count(*) OVER () FROM customer) AS whole;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_partitionwise_aggregate = on;
EXPLAIN (COSTS OFF) SELECT survival(tenure, churned) FROM customer;
SELECT curve_bits(survival(tenure, churned)) = :'bits' AS same FROM customer;
SELECT curve_bits(survival(tenure, churned)) = :'bits' AS same FROM partitioned_customer;
SELECT curve_bits(rollup(curve)) = :'bits' AS same FROM (SELECT survival(tenure, churned) AS curve FROM partitioned_customer GROUP BY n % 3) AS part;
RESET max_parallel_workers_per_gather;
RESET enable_partitionwise_aggregate;
-- A running curve: each row's result is that of the rows so far.
SELECT DISTINCT running::text = (SELECT survival(tenure, churned)::text FROM customer AS earlier WHERE earlier.n <= windowed.n) AS same
FROM (SELECT n, survival(tenure, churned) OVER (ORDER BY n) AS running FROM customer WHERE n <= 300) AS windowed;

-- Six years of days take little room, stored.
CREATE TABLE stored (curve survival_curve);
ALTER TABLE stored ALTER curve SET STORAGE EXTERNAL;
INSERT INTO stored SELECT survival(n % 2200, n % 2 = 0) FROM generate_series(1, 100000) AS n;
SELECT pg_column_size(curve) < 16000 AS small, customers(curve) FROM stored;
