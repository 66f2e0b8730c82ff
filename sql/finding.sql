-- finding: each rule with what it finds and with what it must not find. Every one stands in a transaction of its own, so that others add nothing.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET lead_roi.testing_today = '2024-06-15';
SET search_path = public, marketing, lead_roi;
\pset null '-'

-- An empty ledger asks for nothing.
SELECT * FROM finding;

INSERT INTO lead_source (name) VALUES ('Planted'), ('Near'), ('Other'), ('Another'), ('Ended');
CREATE VIEW found AS SELECT position, severity, lead_source, finding, amount, since, measured, threshold, what FROM finding;

-- Spent without a lead: planted, 3 x 100 since a lead in February; near, two months since one in March; a lead this month; ended in January.
BEGIN;
INSERT INTO expense (lead_source_id, title, incurred_on, amount)
SELECT lead_source_id, 'media', month, 100
FROM (VALUES (1, '2024-03-01'::date, '2024-05-01'::date), (2, '2024-03-01', '2024-05-01'), (3, '2024-03-01', '2024-05-01'), (5, '2023-10-01', '2024-01-01')) AS spent (lead_source_id, from_month, through_month), months_from(from_month, through_month) AS month;
INSERT INTO lead (lead_source_id, created_on) VALUES (1, '2024-02-20'), (2, '2024-03-20'), (3, '2024-06-10');
SELECT * FROM found;
SELECT evidence FROM finding ORDER BY lead_source_id
\gexec
DELETE FROM lead WHERE lead_source_id = 1;
SELECT what FROM found;
ROLLBACK;

-- Cost per customer up: before, 100 customers for 1000, 10 each; by chance up to 1000 / 81.357 = 12.29. Planted: now 20 for 1000, which could be 1000 / 30.89 = 32.37
-- each with more luck; 1000 - 20 x 10 = 800 too much. Near: 20 for 300, which could be 9.71. Other: nobody for 300, which could be 300 / 3.67 = 81.79 each.
BEGIN;
INSERT INTO expense (lead_source_id, title, incurred_on, amount) VALUES (1, 'a', '2023-09-01', 1000), (1, 'b', '2024-04-01', 1000), (2, 'a', '2023-09-01', 1000), (2, 'b', '2024-04-01', 300),
    (3, 'a', '2023-09-01', 1000), (3, 'b', '2024-04-01', 300);
INSERT INTO lead (lead_source_id, created_on, converted_on)
SELECT lead_source_id, won_on, won_on
FROM (VALUES (1, '2023-09-02'::date, 100), (1, '2024-04-02', 20), (2, '2023-09-02', 100), (2, '2024-04-02', 20), (3, '2023-09-02', 100)) AS won (lead_source_id, won_on, customers), generate_series(1, customers);
SELECT * FROM found;
SELECT evidence FROM finding ORDER BY lead_source_id
\gexec
ROLLBACK;

-- Below break-even. Months that were paid back were so after one month. So those from 4 to 15 months before the last whole one, February 2023 to January 2024, should be back three months since.
-- Planted: 12 x 100 spent, 11 customers of them (none in January) have paid 30 each: 330 of 1200, 27.5 %. Near: they have paid 130 each, 1430. Ended: as planted, and nothing spent since.
BEGIN;
INSERT INTO expense (lead_source_id, title, incurred_on, amount)
SELECT lead_source_id, 'media', month, 100 FROM (VALUES (1, '2024-05-01'::date), (2, '2024-05-01'), (5, '2024-01-01')) AS spent (lead_source_id, through_month), months_from('2023-01-01', through_month) AS month;
INSERT INTO lead (lead_source_id, created_on, converted_on)
SELECT lead_source_id, month + 4, month + 4 FROM unnest(ARRAY[1, 2, 5]) AS lead_source_id, months_from('2023-01-01', '2023-12-01') AS month;
INSERT INTO payment (lead_id, paid_on, amount) SELECT lead_id, converted_on + 31, CASE WHEN lead_source_id = 2 THEN 130 ELSE 30 END FROM lead;
SELECT * FROM found WHERE finding = 'below_break_even';
SELECT evidence FROM finding WHERE finding = 'below_break_even'
\gexec
ROLLBACK;

-- Value against cost: 6 customers for 660, 110 each. Planted: each paid 50 in the first year, 0.4545 of that, 6 x 60 too little. Other: 600, 5.4545 times, 6 x 490 more. Near: 300.
-- Another: as planted, with 4 customers. Ended: as planted, and nothing was spent since.
BEGIN;
INSERT INTO lead (lead_source_id, created_on, converted_on)
SELECT lead_source_id, '2023-01-05', '2023-01-05' FROM (VALUES (1, 6), (2, 6), (3, 6), (4, 4), (5, 6)) AS won (lead_source_id, customers), generate_series(1, customers);
INSERT INTO payment (lead_id, paid_on, amount) SELECT lead_id, '2023-02-01', CASE lead_source_id WHEN 2 THEN 300 WHEN 3 THEN 600 ELSE 50 END FROM lead;
INSERT INTO expense (lead_source_id, title, incurred_on, amount)
SELECT n, 'media', spent_on, amount FROM generate_series(1, 5) AS n, (VALUES ('2023-01-01'::date, 600), ('2024-04-01', 60)) AS spent (spent_on, amount) WHERE n < 5 OR amount = 600;
SELECT * FROM found WHERE finding LIKE 'value%';
SELECT evidence FROM finding WHERE finding LIKE 'value%' ORDER BY evidence
\gexec
ROLLBACK;

-- Overdue: three bills of 250 since April; near, one that is due today.
BEGIN;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'agency', 250, '2024-04-10'), (2, 'tool', 250, '2024-06-15');
SELECT * FROM found;
ROLLBACK;

-- Budget: five bills of 100 from January to May. Planted: May was 180, 80 of 500 more, 16 %; other: May was deleted, 20 % less; near: May was 140, 8 %.
BEGIN;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) SELECT n, 'fee', 100, '2024-01-05' FROM generate_series(1, 3) AS n;
SELECT post_due_expenses('marketing');
UPDATE expense SET amount = CASE lead_source_id WHEN 1 THEN 180 ELSE 140 END WHERE bill_month = '2024-05-01' AND lead_source_id < 3;
DELETE FROM expense WHERE bill_month = '2024-05-01' AND lead_source_id = 3;
SELECT * FROM found WHERE finding = 'budget_missed';
SELECT evidence FROM finding WHERE finding = 'budget_missed' AND lead_source = 'Planted'
\gexec
ROLLBACK;

-- Doubt: a payment of somebody who is no customer; and without it none.
BEGIN;
INSERT INTO lead (lead_source_id, created_on) VALUES (1, '2024-06-01');
SELECT * FROM found;
INSERT INTO payment (lead_id, paid_on, amount) SELECT lead_id, '2024-06-02', 10 FROM lead;
SELECT * FROM found;
ROLLBACK;

-- Worst first: by severity, then what makes all amounts doubtful, then by amount. Amounts are written with their digits in groups.
BEGIN;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'small', 1, '2024-06-01'), (2, 'large', 1234567.5, '2024-06-01');
INSERT INTO payment (paid_on, amount) VALUES ('2024-06-01', 5);
INSERT INTO expense (lead_source_id, title, amount, currency, incurred_on) VALUES (2, 'fair', 10, 'JPY', '2024-06-03');
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, '2024-06-02', '2024-06-01');
SELECT position, severity, lead_source, finding, amount, what FROM found;
ROLLBACK;
SELECT lead_roi_internal.written_amount(amount, decimals) FROM (VALUES (0, 2), (-1234.005, 2), (999.999, 2), (1234567, 0), (12345678901234567890.5, 1), (0.004, 2), (-0.004, 2)) AS written (amount, decimals);
DROP VIEW found;
