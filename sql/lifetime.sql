-- lifetime: figures that are right while customers are still active.
SET search_path = public, lead_roi, lead_roi_internal;
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
-- 15/16 * 8/9 * 3/5 and 14/18 * 9/10 * 5/7 are one half; in floating point they are 0.49999999999999994 and 0.5000000000000001.
SELECT median_lifetime('{1:1+3,2:0+3,3:1+3,4:2+2,14:1+0}') AS "9 = (4+14)/2", median_lifetime('{1:4+4,2:1+2,3:2+4,13:1+0}') AS "8 = (3+13)/2";

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
-- What goes without saying is left out: a tenure one more than the one before, or 0 where it is the first, and 0 customers.
SELECT '{0:2+0,1:0+3,2:1+4,9:1+0,10:1+0,11:0+1,12:0+5}'::survival_curve AS curve, '{2,+3,1+4,9:1,10:1,11:+1,+5}'::survival_curve::text = '{0:2+0,1:0+3,2:1+4,9:1+0,10:1+0,11:0+1,12:0+5}'::survival_curve::text AS same;
SELECT tenure, at_risk, churned, censored FROM survival_table('{2,+3,9:1}');
-- A curve of many steps: 500 of "1", 500 of "+1", 999 commas and two braces are 2,501 bytes.
SELECT length(survival(n, n % 2 = 0)::text) AS length, survival(n, n % 2 = 0)::text::survival_curve::text = survival(n, n % 2 = 0)::text AS same FROM generate_series(0, 999) AS n;
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
FROM unnest(ARRAY['', '{', '{}x', '{1:}', '{+}', '{,1}', '{1,}', '{1:1:1}', '{0}', '{1:2,+0}', '{1+1+1}', '{2147483647:1,1}', '{1:1+}', '{1:1+0,}', '{1:0+0}', '{1:1+0,1:1+0}', '{2:1+0,1:1+0}', '{-1:1+0}', '{1:-1+2}',
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
       = (SELECT ('{' || string_agg(tenure || ':' || churned || '+' || active, ',' ORDER BY tenure) || '}')::survival_curve::text FROM counted) AS same;
-- Counters of 8 bits are full, or run over, for those who left and for those who are active: so many of each at each of 20 tenures.
SELECT times, string_agg(DISTINCT step.churned || '+' || censored, ' ') AS "times + times"
FROM (SELECT times, survival(n % 20, n % 40 < 20) AS curve FROM unnest(ARRAY[1, 254, 255, 256, 257]) AS times, generate_series(0, 40 * times - 1) AS n GROUP BY times) AS counted,
     survival_table(curve) AS step
GROUP BY times ORDER BY times;
-- Counters of 16 bits run over: 1,000,000 customers over 13 tenures are 76,923 or 76,924 each.
SELECT min(churned), max(churned), sum(churned) FROM (SELECT survival(n % 13, true) AS curve FROM generate_series(1, 1000000) AS n) AS whole, survival_table(curve);
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

-- Bang-Tsiatis against R, customer by customer; see test/reference/survival.R. Relative 1e-9 is more than asked for.
CREATE TABLE subscriber (tenure integer, status integer, revenue numeric);
CREATE TABLE reference_value (horizon integer, value double precision, std_error double precision, customers bigint, complete bigint, naive_mean double precision);
\set file :source_folder '/test/reference/subscribers.csv'
COPY subscriber FROM :'file' (FORMAT csv, HEADER);
\set file :source_folder '/test/reference/censored_value.csv'
COPY reference_value FROM :'file' (FORMAT csv, HEADER);
SELECT horizon, abs(ours.value / reference_value.value - 1) < 1e-9 AS value, abs(ours.std_error / reference_value.std_error - 1) < 1e-9 AS std_error,
       abs((ours.upper - ours.lower) / ours.std_error / (2 * 1.959963984540054) - 1) < 1e-9 AS limits,
       ours.customers = reference_value.customers AS customers, ours.complete = reference_value.complete AS complete,
       abs(ours.naive_mean / reference_value.naive_mean - 1) < 1e-9 AS naive_mean
FROM reference_value, LATERAL (SELECT (censored_lifetime_value(revenue, tenure, status = 1, horizon)).* FROM subscriber) AS ours
ORDER BY horizon;

-- By hand: 4 customers, horizon 10. One left at 2 having paid 20, one is active at 5 (50), one left at 8 (80), one was seen beyond (100).
-- G: 1 until 5, then 2/3; value = (20 + (80 + 100) / (2/3)) / 4 = 72.5; complete 3, naive (20 + 50 + 80 + 100) / 4 = 62.5.
SELECT value, customers, complete, naive_mean
FROM (SELECT (censored_lifetime_value(revenue, tenure, churned, 10)).* FROM (VALUES (20, 2, true), (50, 5, false), (80, 8, true), (100, 12, false)) AS person (revenue, tenure, churned)) AS estimate;
-- Everybody complete: the mean, and the standard error of a mean, sqrt(((10-20)^2 + (30-20)^2) / 2^2) = 7.07107. All the same: no error at all.
SELECT value, round(std_error, 5) AS std_error, naive_mean FROM (SELECT (censored_lifetime_value(revenue, 5, true, 10)).* FROM (VALUES (10), (30)) AS person (revenue)) AS estimate;
SELECT value, std_error FROM (SELECT (censored_lifetime_value(1234567.89, n, n % 2 = 0, 50)).* FROM generate_series(1, 100) AS n) AS estimate;
-- Nobody; nobody seen to the horizon; NULLs left out.
SELECT (censored_lifetime_value(1, 1, true, 1)).* WHERE false;
SELECT (censored_lifetime_value(revenue, tenure, churned, 10)).* FROM (VALUES (10, 5, false), (6, 3, true), (NULL, 20, true), (5, NULL, true), (5, 5, NULL)) AS person (revenue, tenure, churned);
SELECT (censored_lifetime_value(1, -1, true, 10)).value;
SELECT (censored_lifetime_value('NaN', 1, true, 10)).value;
SELECT (censored_lifetime_value('-Infinity', 1, true, 10)).value;
SELECT (censored_lifetime_value(1, 1, true, 0)).value;
SELECT (censored_lifetime_value(1, 1, true, n)).value FROM generate_series(5, 6) AS n;
SELECT (censored_lifetime_value(1e120, 1, true, 5)).value;
SELECT revenue_sums_add('', 1, 1, true, 1);
SELECT revenue_sums_merge('', '');

-- Sums are exact: what cancels leaves nothing behind; negative and wide amounts, added in any order, give the same bits.
CREATE TABLE amount (n integer, revenue numeric, tenure integer, churned boolean);
INSERT INTO amount SELECT n, CASE n % 5 WHEN 0 THEN 1e20 WHEN 1 THEN -1e20 WHEN 2 THEN 0.000000001 * n WHEN 3 THEN -n / 7.0 ELSE 0 END, n % 40, n % 3 = 0 FROM generate_series(1, 2000) AS n;
CREATE FUNCTION value_bits(estimate censored_value) RETURNS text LANGUAGE sql RETURN (estimate).value || ' ' || (estimate).std_error || ' ' || (estimate).naive_mean;
SET max_parallel_workers_per_gather = 0;
SELECT value_bits(censored_lifetime_value(revenue, tenure, churned, 39)) AS bits FROM amount \gset
SELECT value_bits(censored_lifetime_value(revenue, tenure, churned, 39 ORDER BY n DESC)) = :'bits' AS same FROM amount;
SELECT value_bits(censored_lifetime_value(revenue, tenure, churned, 39 ORDER BY abs(revenue))) = :'bits' AS same FROM amount;
SELECT value_bits(censored_lifetime_value(revenue, tenure, churned, 39 ORDER BY hashint4(n))) = :'bits' AS same FROM amount;
SELECT (censored_lifetime_value(revenue, 5, true, 39)).value FROM (VALUES (1e25), (0.0001), (-1e25), (2.9999)) AS amount (revenue);
-- The mean when everybody is complete is the one that numeric gives.
SELECT (censored_lifetime_value(revenue, 39, churned, 39)).value = avg(revenue)::double precision::numeric AS same FROM amount;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT censored_lifetime_value(revenue, tenure, churned, 39) FROM amount;
SELECT value_bits(censored_lifetime_value(revenue, tenure, churned, 39)) = :'bits' AS same FROM amount;
RESET max_parallel_workers_per_gather;
-- The state as text, as distributed engines carry it.
SELECT lifetime_value_curve(0, 1.5, 0)::text AS state \gset
SELECT :'state'::revenue_sums::text = :'state' AS same, ''::revenue_sums::text = '' AS empty;
SELECT outcome, count(*)
FROM (SELECT overlay(:'state' PLACING digit FROM place) AS sample
      FROM generate_series(1, length(:'state')) AS place, unnest(ARRAY['8', 'f', 'x']) AS digit
      UNION ALL SELECT left(:'state', n) FROM generate_series(1, length(:'state') - 1) AS n) AS mutation,
     outcome(format('SELECT count(censored_lifetime_value_finish(%L))', sample))
GROUP BY outcome ORDER BY outcome;
-- Squares beyond 64 bits, negative amounts: the standard error of complete customers is sqrt(var_pop / n), which numeric has exactly.
SELECT label, abs((estimate).std_error / sqrt(variance / n) - 1) < 1e-12 AS std_error, abs((estimate).value / mean - 1) < 1e-14 AS value
FROM (SELECT label, censored_lifetime_value(revenue, 5, true, 5) AS estimate, var_pop(revenue) AS variance, avg(revenue) AS mean, count(*) AS n
      FROM (SELECT 'large', 999999999999 - n * 0.0001 FROM generate_series(1, 1000) AS n
            UNION ALL SELECT 'negative', -1234567890.0 * n FROM generate_series(1, 100) AS n
            UNION ALL SELECT 'wide', -1e30 * n + 1e-12 FROM generate_series(1, 100) AS n
            UNION ALL SELECT 'finer as it goes on', n + CASE WHEN n > 50 THEN 0.123456789 ELSE 0 END FROM generate_series(1, 100) AS n) AS amount (label, revenue)
      GROUP BY label) AS figure
ORDER BY label;

-- Value by age: three customers, followed 2, 1 and 0 periods. Age 0: (10 + 20 + 30) / 3 = 20; age 1: (10 + 0) / 2 = 5; age 2: 4 / 1.
-- Discounted by 10 %: 20, 20 + 5 / 1.1 = 24.5455, + 4 / 1.21 = 27.8512.
CREATE TABLE period (customer integer, age integer, revenue numeric, followup integer);
INSERT INTO period VALUES (1, 0, 10, 2), (1, 1, 10, 2), (1, 2, 4, 2), (2, 0, 20, 1), (2, 1, NULL, 1), (3, 0, 30, 0);
SELECT point.* FROM (SELECT lifetime_value_curve(age, revenue, followup) AS curve FROM period) AS whole, lifetime_value_table(curve) AS point;
SELECT age_period, round(lifetime_value, 4) AS lifetime_value FROM (SELECT lifetime_value_curve(age, revenue, followup) AS curve FROM period) AS whole, lifetime_value_table(curve, 0.1);
SELECT count(*) FROM lifetime_value_table('');
-- A customer who has no row for a period without payment would go unnoticed: refused.
SELECT point.* FROM (SELECT lifetime_value_curve(age, revenue, followup) AS curve FROM period WHERE revenue > 0) AS whole, lifetime_value_table(curve) AS point;
SELECT lifetime_value_curve(2, 1, 1);
SELECT * FROM lifetime_value_table('', 'NaN');

-- Formulas. 461.81 x 26 months x 11 customers; research: 461.81, retention 25/26, 1 %: 9,624.71 / 9,162.90 / 9,529.41, undiscounted 12,007.06.
SELECT simple_lifetime_value(461.81, 26) AS "12007.06", simple_lifetime_value(461.81, 26) * 11 AS "132077.66", simple_lifetime_value(100, 10, 0.25) AS "250.00";
SELECT timing, round(retention_lifetime_value(461.81, 25 / 26.0, 0.01, timing), 2) AS value, round(retention_lifetime_value(461.81, 25 / 26.0, 0, timing), 2) AS undiscounted
FROM unnest(ARRAY['immediate', 'deferred', 'arrears']) AS timing;
-- Gupta & Lehmann's margin multiples: 2.5, 4.5, 1.667, 1.154.
SELECT round(retention_lifetime_value(1, .8, .12, 'deferred'), 3), round(retention_lifetime_value(1, .9, .10, 'deferred'), 3),
       round(retention_lifetime_value(1, .7, .12, 'deferred'), 3), round(retention_lifetime_value(1, .6, .12, 'deferred'), 3);
SELECT retention_lifetime_value(1, 1, 0, 'immediate') AS unbounded, retention_lifetime_value(NULL, 1, 1, 'arrears') AS unknown;
-- 132077.66 / 36000 = 3.6688; 36000 / 11 / 461.81 = 7.087 months.
SELECT round(ltv_to_cac(132077.66, 36000), 4), round(payback_periods(36000 / 11.0, 461.81), 3), ltv_to_cac(1, 0) AS undefined, payback_periods(1, 1, 0) AS never;
SELECT simple_lifetime_value(1, -1);
SELECT simple_lifetime_value('NaN', 1);
SELECT retention_lifetime_value(1, 1.01, 0, 'immediate');
SELECT retention_lifetime_value(1, 0.9, -1, 'immediate');
SELECT retention_lifetime_value(1, 0.9, 0, 'late');
SELECT ltv_to_cac('Infinity', 1);
SELECT payback_periods('NaN', 1);
