-- bookkeeping: recurring expenses ahead and in hindsight.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;
SET lead_roi.testing_today = '2024-01-31';
\pset null '-'
SELECT * FROM upcoming_expense;
SELECT * FROM expense_variance;

INSERT INTO lead_source (name, category) VALUES ('Agency', 'Paid'), ('Fair', 'Shows');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months, cost_type) VALUES
    (1, 'fee', 100, '2023-11-30', NULL, 3, 'agency'),        -- 30 Nov, 29 Feb, 30 May, 30 Aug, 30 Nov
    (2, 'stand', 50, '2024-01-31', '2024-03-31', 1, 'media'),  -- 31 Jan, 29 Feb, 31 Mar
    (2, 'over', 9, '2023-01-01', '2023-12-31', 6, 'staff'),  -- 1 Jan, 1 Jul
    (1, 'far', 7, '2025-02-01', NULL, 1, 'media');           -- after the horizon
INSERT INTO amount_change VALUES (1, '2024-05-30', 110), (1, '2024-09-01', 125.5);

-- Nothing is posted: what is due today or before is overdue, the rest upcoming, up to 31 January 2025.
SELECT recurring_expense_id, bill_on, amount, days_overdue FROM overdue_expense ORDER BY 1, 2;
SELECT * FROM upcoming_expense ORDER BY recurring_expense_id, bill_on;

-- Posting makes no difference to what is ahead. Where the clock was ahead when it posted, two bills of 100 and 50 are not
-- ahead any more but booked ahead, in addition to the four of 395.50.
SELECT post_due_expenses();
SELECT count(*), sum(amount) FROM upcoming_expense;
SET lead_roi.testing_today = '2024-02-29';
SELECT post_due_expenses();
SET lead_roi.testing_today = '2024-01-31';
SELECT count(*), sum(amount) FROM upcoming_expense;

-- A month is billed once. The bill of 10 January is posted, then the arrangement moved to the 20th: neither ahead nor due is
-- that of January again, but that of 20 February.
BEGIN;
SET LOCAL lead_roi.testing_today = '2024-01-10';
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on) VALUES (1, 'moved', 5, '2024-01-10', '2024-02-29');
SELECT post_due_expenses();
UPDATE recurring_expense SET starts_on = '2024-01-20' WHERE title = 'moved';
SELECT bill_on, amount, expense_id FROM upcoming_expense WHERE title = 'moved';
SET LOCAL lead_roi.testing_today = '2024-02-20';
SELECT bill_on, amount FROM overdue_expense WHERE title = 'moved';
ROLLBACK;

-- Budget 100 + 100 + 50 + 50 + 9 + 9 = 318. An actual bill of 112.34 in February, the January stand deleted: 318 + 12.34 - 50 = 280.34.
UPDATE expense SET amount = 112.34 WHERE recurring_expense_id = 1 AND bill_month = '2024-02-01';
DELETE FROM expense WHERE recurring_expense_id = 2 AND bill_month = '2024-01-01';
SELECT * FROM expense_variance ORDER BY recurring_expense_id, bill_month;
SELECT sum(budget) AS budget, sum(actual) AS actual, sum(difference) AS difference, (SELECT sum(amount) FROM expense) AS expenses FROM expense_variance;

-- Without its recurring expense a posting keeps what its expense knows.
DELETE FROM recurring_expense WHERE recurring_expense_id = 2;
SELECT * FROM expense_variance WHERE recurring_expense_id = 2 ORDER BY bill_month;

-- recurring_expense_bills() on its own: 10 to begin with, 20 from 1 March, 30 from 31 March.
SELECT * FROM recurring_expense_bills('2024-01-31', NULL, 10, '{2024-03-01, 2024-03-31}', '{20, 30}', NULL, '2024-04-30');
SELECT * FROM recurring_expense_bills('2024-01-31', NULL, 10, NULL, NULL, NULL, '2024-02-29');
SELECT * FROM recurring_expense_bills('2024-01-31', NULL, 10, '{2024-01-01}', '{NaN}', NULL, '2024-02-29');
