-- cost_period: costs that are for a period, in parts month by month.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC');
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;
SET lead_roi.testing_today = '2024-06-15';
\pset null '-'

-- Whole calendar months are equal: 1,000.00 in 12 parts are 83.33, and the 4 cents that are left over go to the first four.
SELECT part_on, part FROM monthly_parts(1000, '2024-01-01', '2024-12-31', 2);
-- Else days count: 17 and 14 of 31; of 29 February days a leap year's 29. Within a month there is one part.
SELECT * FROM monthly_parts(310, '2024-01-15', '2024-02-14', 2);
SELECT * FROM monthly_parts(-61, '2024-01-31', '2024-03-31', 0);
SELECT * FROM monthly_parts(5.005, '2024-02-03', '2024-02-03', 2);
SELECT count(*), sum(part), min(part_on), max(part_on) FROM monthly_parts(100, '1900-01-01', '2200-12-31', 3);
SELECT * FROM monthly_parts(NULL, '2024-01-15', '2024-02-14', 2);
SELECT * FROM monthly_parts(1, '2024-02-15', '2024-02-14', 2);
SELECT * FROM monthly_parts(1, '2024-02-15', 'infinity', 2);
SELECT * FROM monthly_parts(1, '0001-01-01', '2024-02-14', 2);
SELECT * FROM monthly_parts('NaN', '2024-01-15', '2024-02-14', 2);

-- A yearly listing, paid on 10 January: by 15 June six parts count, 4 x 83.34 + 2 x 83.33 = 500.02, and 499.98 are prepaid. A fair that is booked with
-- a later date is not prepaid. A bill of July for May and June, 60.00 (30.00 each whole month), counts from 1 May and 1 June on.
INSERT INTO lead_source (name) VALUES ('Listing'), ('Fair'), ('Arrears'), ('Days');
INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, covers_from, covers_through, title) VALUES
    (1, '2024-01-10', 1000, 'media', '2024-01-01', '2024-12-31', 'listing'), (2, '2024-08-01', 500, 'media', NULL, NULL, 'stand'),
    (2, '2024-07-20', 60, 'staff', '2024-08-01', '2024-09-30', 'staff of the stand'), (3, '2024-07-05', 60, 'agency', '2024-05-01', '2024-06-30', 'arrears'),
    (4, '2024-02-14', 310, 'media', '2024-01-15', '2024-02-14', 'days');
SELECT lead_source, expense, not_yet_counted, prepaid, media_expense FROM lead_source_roi ORDER BY lead_source_id;
SELECT lead_source_id, month, expense FROM lead_source_monthly_roi WHERE lead_source_id IN (1, 3, 4) ORDER BY 1, 2;
SELECT lead_source_id, cohort_month, expense FROM lead_source_cohort_roi WHERE lead_source_id = 4 ORDER BY 1, 2;
SELECT occurred_on, expense FROM activity WHERE lead_source_id = 4 ORDER BY 1;
-- The books keep the one date: what is going to be paid is paid at once.
SELECT bill_on, title, amount FROM upcoming_expense ORDER BY 1;
-- counted + prepaid + future = the ledger: 500.02 + 60 + 310, 499.98, 560; 1930 in all.
SELECT (SELECT sum(amount) FROM expense_fact) AS counted, sum(amount) FILTER (WHERE prepaid) AS prepaid, sum(amount) FILTER (WHERE NOT prepaid) AS future,
       (SELECT sum(amount) FROM expense) AS ledger
FROM expense_ahead;
SELECT violation, relation, row_key FROM reconciliation;

-- On the first of July the part of July counts, without a write.
SET lead_roi.testing_today = '2024-06-30';
SELECT expense, prepaid FROM lead_source_roi WHERE lead_source_id = 1;
SET lead_roi.testing_today = '2024-07-01';
SELECT expense, prepaid FROM lead_source_roi WHERE lead_source_id = 1;

-- In another currency the whole is converted once, at the rate of its date, and then taken in parts: 100 at 0.9, of which 2 of 3 months count.
INSERT INTO exchange_rate VALUES ('USD', '2024-05-01', 0.9), ('USD', '2024-06-01', 0.5);
INSERT INTO expense (lead_source_id, incurred_on, amount, currency, covers_from, covers_through, title) VALUES (4, '2024-05-02', 100, 'USD', '2024-06-01', '2024-08-31', 'usd');
SELECT occurred_on, amount FROM expense_part WHERE incurred_on = '2024-05-02' ORDER BY 1;

-- Bills that cover the months until the next one: quarterly from 31 January, through 29 April, the day before the bill of 30 April. A yearly one of 2023
-- is for twelve whole months.
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, every_months, covers_period) VALUES
    (1, 'quarter', 91, '2024-01-31', 3, true), (1, 'year', 120, '2023-08-01', 12, true), (1, 'plain', 7, '2024-06-01', 12, false);
SELECT post_due_expenses();
SELECT title, incurred_on, covers_from, covers_through FROM expense WHERE recurring_expense_id IS NOT NULL ORDER BY 1, 2;
-- 91 days from 31 January through 30 April without the last: 1, 29, 31, 29 days of 90, of 91.00: 1.01 (1.0111), 29.32 (29.3222), 31.34 (31.3444), 29.32; one cent is
-- left over, which the part that lost most gets, 31.35.
SELECT occurred_on, amount FROM expense_part WHERE incurred_on = '2024-01-31' ORDER BY 1;

\set VERBOSITY terse
INSERT INTO expense (lead_source_id, amount, covers_from, title) VALUES (1, 1, '2024-01-01', 'x');
INSERT INTO expense (lead_source_id, amount, covers_from, covers_through, title) VALUES (1, 1, '2024-01-02', '2024-01-01', 'x');
INSERT INTO expense (lead_source_id, amount, covers_from, covers_through, title) VALUES (1, 1, '2024-01-02', 'infinity', 'x');

-- Expenses of the user's own may cover a period; where the columns say no period, the date counts.
CREATE TABLE own_expense (lead_source_id bigint, incurred_on date, amount numeric, cost_type text, covers_from date, covers_through date, title text);
INSERT INTO own_expense VALUES (1, '2024-01-10', 100, 'media', '2024-01-01', '2024-04-30', 'a'), (1, '2024-02-10', 7, 'media', '2024-03-01', NULL, 'b'), (1, '2024-02-10', 9, 'media', '2024-03-01', '2024-02-01', 'c'),
    (1, '2024-02-10', 11, 'media', '2024-03-01', 'infinity', 'd'), (1, NULL, 13, 'media', NULL, NULL, 'e');
GRANT SELECT ON own_expense TO pg_database_owner;
SELECT create_ledger('own', currency => 'EUR', time_zone => 'UTC', expenses => 'own_expense');
INSERT INTO own.lead_source (name) VALUES ('Listing');
SELECT month, expense FROM own.lead_source_monthly_roi ORDER BY 1;
