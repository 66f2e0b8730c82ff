-- Expanding 100,000 schedules x 36 months, and their totals.
\ir harness.sql

DROP TABLE IF EXISTS schedule;
CREATE TABLE schedule AS
SELECT starts_on, (starts_on + interval '35 months')::date AS ends_on, (100 + n % 900)::numeric(12,2) AS amount
FROM (SELECT n, date '2015-01-01' + (n * 7919) % 1461 AS starts_on
      FROM generate_series(1, (100000 * :scale)::integer) AS n) AS numbered;
VACUUM ANALYZE schedule;

-- Many schedules start on the same day; don't let the planner expand only one of them.
SET enable_memoize = off;

\echo
\echo Expanding :scale x 100,000 schedules x 36 months: bill date, month, amount (goal: 0.50)
SELECT * FROM compare(:rounds, ARRAY['by hand', 'expand_recurring_expense()'], ARRAY[
    $$SELECT count(bill_on), count(bill_month), count(bill.amount), max(bill_on), max(bill_month)
      FROM schedule,
           LATERAL (SELECT (starts_on + make_interval(months => n))::date AS bill_on,
                           date_trunc('month', starts_on + make_interval(months => n))::date AS bill_month,
                           schedule.amount
                    FROM generate_series(0, 35) AS n) AS bill$$,
    $$SELECT count(bill_on), count(bill_month), count(bill.amount), max(bill_on), max(bill_month)
      FROM schedule,
           expand_recurring_expense(starts_on, ends_on, schedule.amount, NULL, NULL) AS bill$$]);

\echo The bill dates alone
SELECT * FROM compare(:rounds, ARRAY['by hand', 'expand_recurring_expense()', 'bill_dates() in FROM', 'bill_dates() in the target list'], ARRAY[
    $$SELECT count(bill_on), max(bill_on)
      FROM schedule,
           LATERAL (SELECT (starts_on + make_interval(months => n))::date AS bill_on
                    FROM generate_series(0, 35) AS n) AS bill$$,
    $$SELECT count(bill_on), max(bill_on)
      FROM schedule, expand_recurring_expense(starts_on, ends_on, schedule.amount, NULL, NULL) AS bill$$,
    $$SELECT count(bill_on), max(bill_on)
      FROM schedule, bill_dates(starts_on, ends_on, NULL, NULL) AS bill_on$$,
    $$SELECT count(bill_on), max(bill_on)
      FROM (SELECT bill_dates(starts_on, ends_on, NULL, NULL) AS bill_on FROM schedule) AS bill$$]);

\echo Totals (goal: 0.10)
SELECT * FROM compare(:rounds, ARRAY['expand and sum', 'recurring_expense_total()'], ARRAY[
    $$SELECT sum(bill.amount)
      FROM schedule, expand_recurring_expense(starts_on, ends_on, schedule.amount, NULL, NULL) AS bill$$,
    $$SELECT sum(recurring_expense_total(starts_on, ends_on, schedule.amount, NULL, NULL)) FROM schedule$$]);
