-- payback: the age at which revenue has reached the expense.
SET client_min_messages = warning;
SET search_path = lead_roi;

-- Without rows, and without anything that has an age.
SELECT lead_roi_internal.payback_age(1, NULL) FROM generate_series(1, 0) AS row;
SELECT lead_roi_internal.payback_age(NULL, make_roi_summary(100, 200));
SELECT lead_roi_internal.payback_age(1, NULL);

-- Each case is one cost and some payments, "age:amount"; the cost has no age. Rows come in this order.
CREATE FUNCTION pg_temp.payback_age(cost numeric, VARIADIC payments text[]) RETURNS integer LANGUAGE sql
RETURN (SELECT lead_roi_internal.payback_age(age, summary)
        FROM (SELECT split_part(payment, ':', 1)::integer AS age, make_roi_summary(revenue => split_part(payment, ':', 2)::numeric) AS summary
              FROM unnest(payments) AS payment
              UNION ALL
              SELECT NULL, make_roi_summary(expense => cost)) AS part);

SELECT pg_temp.payback_age(100, '0:40', '2:60') AS reached,              -- 40, then 40 + 60 = 100
       pg_temp.payback_age(100, '2:60', '0:40') AS in_another_order,
       pg_temp.payback_age(100, '0:40', '2:59.99') AS a_cent_short,
       pg_temp.payback_age(100, '-1:40', '-2:60') AS before_its_own_month,
       pg_temp.payback_age(100, '0:100', '1:-50') AS refunded_later,
       pg_temp.payback_age(100, '0:150', '3:50', '0:-100') AS refunded_at_once,   -- 150 - 100 = 50, then 50 + 50
       pg_temp.payback_age(100, '9:1', '8:1', '7:1', '6:1', '5:1', '4:1', '3:1', '2:1', '1:93', '0:1') AS ten_ages;   -- 1 + 93 + 6 x 1 = 100 at age 7

-- An expense that isn't recorded, is 0, or is a credit, can't be reached.
SELECT pg_temp.payback_age(NULL, '0:1') AS not_recorded, pg_temp.payback_age(0, '0:1') AS nothing, pg_temp.payback_age(-1, '0:1') AS credit;

-- An expense that comes later doesn't count before.
SELECT lead_roi_internal.payback_age(age, make_roi_summary(expense, revenue))
FROM (VALUES (1, 100, NULL), (0, NULL, 20), (NULL, 10, NULL)) AS part (age, expense, revenue);

-- Exact: with other decimals on the two sides, and beyond what fits into 128 bits. There the rounded ratio is 1 too early.
SELECT pg_temp.payback_age(100.00, '0:99.99999999', '1:0.00000001') AS decimals,
       pg_temp.payback_age(1e40, '4:1e40') AS wide, pg_temp.payback_age(1e40, '4:9999999999999999999999999999999999999999', '5:1') AS wide_less_one,
       roas(make_roi_summary(1e40, 9999999999999999999999999999999999999999));

-- Against the running ratio, in groups that are hashed and in groups that are sorted.
CREATE TEMPORARY TABLE part AS
SELECT n % 200 AS cohort, nullif(n * 7919 % 31, 0) - 1 AS age,
       CASE WHEN n * 7919 % 31 = 0 THEN make_roi_summary(expense => 40 + n % 90) ELSE make_roi_summary(revenue => n * 7907 % 1001 / 100.0 - 1) END AS summary
FROM generate_series(1, 6200) AS n;
CREATE TEMPORARY VIEW by_ratio AS
SELECT cohort, min(age) FILTER (WHERE roas(so_far) >= 1) AS age
FROM (SELECT cohort, age, rollup(summary) OVER (PARTITION BY cohort ORDER BY age NULLS FIRST) AS so_far FROM part) AS aging
GROUP BY cohort;
CREATE TEMPORARY VIEW by_aggregate AS SELECT cohort, lead_roi_internal.payback_age(age, summary) AS age FROM part GROUP BY cohort;
CREATE TEMPORARY VIEW differing AS
SELECT count(by_ratio.age) AS paid_back, count(*) - count(by_ratio.age) AS not_yet, count(*) FILTER (WHERE by_ratio.age IS DISTINCT FROM by_aggregate.age) AS differing
FROM by_ratio JOIN by_aggregate USING (cohort);
SET enable_sort = off;
SELECT * FROM differing;
RESET enable_sort;
SET enable_hashagg = off;
SELECT * FROM differing;
RESET enable_hashagg;
SELECT count(*) AS rows, count(*) FILTER (WHERE windowed.age = by_aggregate.age) AS same
FROM (SELECT lead_roi_internal.payback_age(age, summary) OVER (PARTITION BY cohort) AS age FROM part WHERE cohort = 7) AS windowed, by_aggregate
WHERE by_aggregate.cohort = 7;
