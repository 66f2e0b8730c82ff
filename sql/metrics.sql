-- metrics: ratios of sums.
SET search_path = public, lead_roi;

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
