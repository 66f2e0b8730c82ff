-- schedule: bill dates. Expected dates are counted by hand or computed by PostgreSQL's own
-- "date + n months", which is another implementation of the same rule.
SET search_path = public, lead_roi;
SET datestyle = ISO;

-- A schedule that starts on a 31st keeps to it, on the last day of shorter months.
SELECT string_agg(bill_on::text, ' ' ORDER BY bill_on) FROM bill_dates('2024-01-31', NULL, NULL, '2024-06-30') AS bill_on;

-- 29 February every 12 months: 2100 is no leap year, 2104 is.
SELECT string_agg(bill_on::text, ' ' ORDER BY bill_on) FROM bill_dates('2096-02-29', NULL, NULL, '2104-12-31', 12) AS bill_on;

-- The end date is billed if it is a bill date; the day before it isn't.
SELECT bill_count('2024-01-31', '2024-04-30', NULL, NULL) AS through_30_april,
       bill_count('2024-01-31', '2024-04-29', NULL, NULL) AS through_29_april;

-- One day at a time.
SELECT bill_count('2024-01-31', NULL, day::date, day::date), day::date
FROM generate_series(timestamp '2024-02-28', '2024-03-01', '1 day') AS day;

-- Rows of every column.
SELECT * FROM expand_recurring_expense('2023-11-30', NULL, 99.90, '2024-02-01', '2024-03-31');

-- Nothing to bill.
SELECT * FROM bill_dates('2024-01-31', '2024-01-30', NULL, NULL);
SELECT * FROM bill_dates('2024-01-31', NULL, NULL, '2024-01-30');
SELECT * FROM bill_dates('2024-01-31', NULL, '2024-03-01', '2024-02-29');
SELECT * FROM bill_dates(NULL, NULL, NULL, NULL);
SELECT * FROM bill_dates('2024-01-31', NULL, NULL, NULL, NULL);
SELECT * FROM expand_recurring_expense(NULL, NULL, NULL, NULL, NULL);
SELECT bill_count(NULL, NULL, NULL, NULL), bill_count('2024-01-31', '2024-01-30', NULL, NULL),
       recurring_expense_total('2024-01-31', '2024-01-30', 100, NULL, NULL) AS total,
       recurring_expense_total('2024-01-31', '2024-02-29', NULL, NULL, NULL) AS total_of_null;

-- An infinite bound is an open bound on its own side, and an empty window on the other.
SELECT bill_count('2024-01-31', 'infinity', '-infinity', '2024-03-31') AS three,
       bill_count('2024-01-31', '2024-03-31', NULL, 'infinity') AS three,
       bill_count('2024-01-31', NULL, 'infinity', '2024-03-31') AS none,
       bill_count('2024-01-31', NULL, NULL, '-infinity') AS none,
       bill_count('2024-01-31', '-infinity', NULL, NULL) AS none;

-- Clamp rule: every start day of January 2023 to December 2026, 48 bills each, against
-- PostgreSQL's own addition of months.
SELECT starts_on::date, n, bill_on
FROM generate_series(timestamp '2023-01-01', '2026-12-31', '1 day') AS starts_on,
     LATERAL (SELECT bill_on, row_number() OVER (ORDER BY bill_on) - 1 AS n
              FROM bill_dates(starts_on::date, NULL, NULL, (starts_on + interval '47 months')::date) AS bill_on) AS bill
WHERE bill_on IS DISTINCT FROM (starts_on::date + make_interval(months => n::integer))::date;

-- ... and that the 48 are all there.
SELECT starts_on::date
FROM generate_series(timestamp '2023-01-01', '2026-12-31', '1 day') AS starts_on
WHERE bill_count(starts_on::date, NULL, NULL, (starts_on + interval '47 months')::date) <> 48;

-- The rule in other words: the day is the start's or the month's last, whichever is earlier.
SELECT starts_on::date, bill_on
FROM generate_series(timestamp '2023-12-01', '2024-03-31', '1 day') AS starts_on,
     bill_dates(starts_on::date, NULL, NULL, '2104-12-31') AS bill_on
WHERE extract(day FROM bill_on)
      <> least(extract(day FROM starts_on),
               extract(day FROM date_trunc('month', bill_on) + interval '1 month - 1 day'));

-- every_months 1 to 36: dates, count and total agree with an expansion that steps by hand.
WITH schedule AS (
    SELECT date '2019-01-29' + (k * 37) AS starts_on, every_months, 12.34 * k AS amount
    FROM generate_series(1, 36) AS every_months, generate_series(0, 10) AS k
), by_hand AS (
    SELECT starts_on, every_months, count(*) AS bills, min(bill_on) AS first, max(bill_on) AS last, sum(amount) AS total
    FROM schedule,
         LATERAL (SELECT (starts_on + make_interval(months => n * every_months))::date AS bill_on
                  FROM generate_series(0, 200) AS n) AS bill
    WHERE bill_on BETWEEN '2020-02-29' AND '2028-02-29'
    GROUP BY starts_on, every_months
)
SELECT schedule.*, by_hand.*
FROM schedule LEFT JOIN by_hand USING (starts_on, every_months),
     LATERAL (SELECT count(*) AS bills, min(bill_on) AS first, max(bill_on) AS last, sum(bill.amount) AS total
              FROM expand_recurring_expense(starts_on, NULL, schedule.amount, '2020-02-29', '2028-02-29', every_months) AS bill) AS ours
WHERE (ours.bills, ours.first, ours.last, ours.total) IS DISTINCT FROM (by_hand.bills, by_hand.first, by_hand.last, by_hand.total)
   OR ours.bills <> bill_count(starts_on, NULL, '2020-02-29', '2028-02-29', every_months)
   OR ours.total <> recurring_expense_total(starts_on, NULL, schedule.amount, '2020-02-29', '2028-02-29', every_months);

-- Window additivity: [a,c] holds what [a,b] and [b+1,c] hold, for every b.
SELECT starts_on, every_months, b
FROM (VALUES (date '2024-01-31', 1), ('2023-12-30', 2), ('2024-02-29', 12), ('2020-05-31', 7)) AS schedule (starts_on, every_months),
     generate_series(0, 800) AS k,
     LATERAL (SELECT date '2023-11-15' + k AS b) AS boundary
WHERE (SELECT array_agg(bill_on ORDER BY bill_on) FROM bill_dates(starts_on, NULL, '2023-11-15', '2026-02-28', every_months) AS bill_on)
      <> ARRAY(SELECT bill_on FROM bill_dates(starts_on, NULL, '2023-11-15', b, every_months) AS bill_on ORDER BY bill_on)
         || ARRAY(SELECT bill_on FROM bill_dates(starts_on, NULL, b + 1, '2026-02-28', every_months) AS bill_on ORDER BY bill_on);

-- next_bill_date() walks through the same dates.
WITH RECURSIVE walk AS (
    SELECT next_bill_date('2024-01-31', '2025-01-31', NULL) AS bill_on
    UNION ALL
    SELECT next_bill_date('2024-01-31', '2025-01-31', bill_on) FROM walk WHERE bill_on IS NOT NULL
)
SELECT count(bill_on), min(bill_on), max(bill_on),
       array_agg(bill_on ORDER BY bill_on) FILTER (WHERE bill_on IS NOT NULL)
       = ARRAY(SELECT * FROM bill_dates('2024-01-31', '2025-01-31', NULL, NULL)) AS same
FROM walk;

SELECT next_bill_date('2024-01-31', NULL, '2024-02-28') AS "29 February",
       next_bill_date('2024-01-31', NULL, '2024-02-29') AS "31 March",
       next_bill_date('2024-01-31', NULL, '-infinity') AS "the start",
       next_bill_date('2024-01-31', NULL, '2023-01-01', 3) AS "the start",
       next_bill_date('2024-01-31', NULL, 'infinity') AS none,
       next_bill_date('2024-01-31', '2024-02-28', '2024-01-31') AS none,
       next_bill_date(NULL, NULL, NULL) AS none;

-- The bounds of the date type: the first day there is, the last day there is, and all between.
SELECT bill_dates('4714-11-24 BC', NULL, NULL, '4713-02-01 BC');
SELECT bill_dates('5874897-10-31', 'infinity', NULL, '5874897-12-31');
SELECT bill_count('4714-11-24 BC', NULL, NULL, '5874897-12-31') = (5874897 + 4713) * 12 + 2 AS all_months;
SELECT bill_count('4714-11-24 BC', NULL, NULL, '5874897-12-31', 2147483647) AS one;
SELECT bill_dates('0001-12-31 BC', NULL, NULL, '0001-03-01');
SELECT next_bill_date('5874897-12-01', '5874897-12-31', '5874897-12-01') AS none;
SELECT next_bill_date('5874897-12-01', NULL, '5874897-12-01');
SELECT month_of('5874897-12-31'), month_of('4714-12-24 BC');
SELECT month_of('4714-11-24 BC');
SELECT month_of('infinity');

-- Calendar months, whatever the days: against PostgreSQL's own years and months, over 20,000 pairs of dates.
SELECT months_between('2024-01-31', '2024-02-01') AS one, months_between('2024-02-01', '2024-01-31') AS minus_one, months_between('2024-01-01', '2024-01-31') AS none;
SELECT count(*) FROM (SELECT date '1900-01-01' + (n * 7919) % 110000 AS a, date '1900-01-01' + (n * 104729) % 110000 AS b FROM generate_series(1, 20000) AS n) AS pair
WHERE months_between(a, b) <> 12 * (extract(year FROM b) - extract(year FROM a)) + extract(month FROM b) - extract(month FROM a)
      OR month_of(a) <> date_trunc('month', a::timestamp)::date;
SELECT months_between('4714-11-24 BC', '5874897-12-31') = (5874897 + 4713) * 12 + 1 AS all_months;
SELECT months_between('infinity', '2024-01-01');
SELECT months_between(NULL, '2024-01-01') IS NULL AS unknown;
SELECT * FROM months_from('2023-11-30', '2024-02-01');
SELECT count(*) FROM months_from('2024-02-01', '2024-01-31') UNION ALL SELECT count(*) FROM months_from(NULL, '2024-01-31');
SELECT * FROM months_from('2024-02-01', NULL);

-- A window of a schedule costs the same however old the schedule is, so this ends at once.
SELECT bill_count('4714-11-24 BC', NULL, '2024-02-01', '2024-02-29');

-- Errors name the argument.
SELECT * FROM bill_dates('2024-01-31', NULL, NULL, NULL);
SELECT bill_count('2024-01-31', 'infinity', NULL, 'infinity');
SELECT * FROM bill_dates('infinity', NULL, NULL, '2024-01-31');
SELECT * FROM bill_dates('2024-01-31', NULL, NULL, '2024-12-31', 0);
SELECT next_bill_date('2024-01-31', NULL, NULL, -1);
SELECT recurring_expense_total('2024-01-31', NULL, 'NaN', NULL, '2024-12-31');
SELECT * FROM expand_recurring_expense('2024-01-31', NULL, '-infinity', NULL, '2024-12-31');

-- Exact to the last digit.
SELECT recurring_expense_total('2024-01-31', NULL, 0.000000000000000000001, NULL, '2024-03-31'),
       recurring_expense_total('2024-01-31', NULL, -3000, NULL, '2024-12-31');

-- LIMIT in the target list ends early: 1.2 million bills are not all made.
SELECT bill_dates('2000-01-01', '102000-01-01', NULL, NULL) LIMIT 2;

-- The planner knows how many rows come, and streams them.
CREATE FUNCTION planned(query text, OUT node text, OUT rows numeric) RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    plan := plan -> 0 -> 'Plan';
    WHILE plan IS NOT NULL LOOP
        node := plan ->> 'Node Type';
        rows := (plan ->> 'Plan Rows')::numeric;
        RETURN NEXT;
        plan := plan -> 'Plans' -> 0;
    END LOOP;
END
$$;
SELECT * FROM planned($$SELECT * FROM bill_dates('2024-01-31', NULL, NULL, '2025-12-31')$$);
SELECT * FROM planned($$SELECT * FROM bill_dates('2024-01-31', NULL, NULL, NULL)$$);
SELECT * FROM planned($$SELECT * FROM bill_dates('2024-01-31', '2024-01-30', NULL, NULL, 0)$$);
SELECT * FROM planned($$SELECT * FROM bill_dates(NULL, NULL, NULL, NULL)$$);
SELECT * FROM planned($$SELECT * FROM expand_recurring_expense('2024-01-31', NULL, 10, '2024-02-01', '2024-12-31', 2)$$);
-- ... also where the start differs from row to row: 10 schedules x 12 months.
SELECT rows FROM planned($$SELECT bill_dates(date '2020-01-31' + n, NULL, '2024-01-01', '2024-12-31') FROM generate_series(1, 10) AS n$$) LIMIT 1;
DROP FUNCTION planned;
