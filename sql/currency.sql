-- currency: amounts in other currencies, converted at the rate of their own date, and nowhere mixed or guessed.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC');
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;
SET lead_roi.testing_today = '2024-06-30';
\pset null '-'

SELECT * FROM unconverted;
INSERT INTO lead_source (name) VALUES ('Fair'), ('Portal');
INSERT INTO exchange_rate VALUES ('USD', '2024-06-01', 0.9), ('USD', '2024-06-12', 0.95), ('JPY', '2024-06-01', 0.006), ('KWD', '2024-06-01', 3.0125);

-- The rate is the latest one that is not after the day and not more than 10 days older: 100 USD are 90.00 on the 1st and
-- the 11th, 95.00 on the 12th and the 22nd, and unknown on 31 May and from the 23rd on. 333 JPY are 1.998, rounded 2.00 for each
-- fact, so two are 4.00 and not 3.996; 1.500 KWD are 4.51875, 4.52. The ledger's own code needs no rate.
INSERT INTO expense (lead_source_id, incurred_on, amount, currency, title)
SELECT 1, day, 100, 'USD', 'stand' FROM unnest('{2024-05-31,2024-06-01,2024-06-11,2024-06-12,2024-06-22,2024-06-23}'::date[]) AS day;
SELECT incurred_on, amount FROM expense_part ORDER BY 1;
INSERT INTO expense (lead_source_id, incurred_on, amount, currency, title) VALUES (2, '2024-06-02', 333, 'JPY', 'a'), (2, '2024-06-02', 333, 'JPY', 'b'), (2, '2024-06-02', 1.5, 'KWD', 'c'),
    (2, '2024-06-02', 7.125, 'EUR', 'd'), (2, '2024-06-02', 1, NULL, 'e');
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, '2024-06-01', '2024-06-02'), (2, '2024-06-01', '2024-06-02');
INSERT INTO payment (lead_id, paid_on, amount, currency) VALUES (1, '2024-06-12', 1000, 'USD'), (1, '2024-06-13', -0.01, 'USD'), (2, '2024-06-20', 50, 'CHF'), (2, '2024-06-20', 25, NULL);

-- Fair: 90 + 90 + 95 + 95 = 370 and 950 - 0.0095, which is 0.01: 949.99. Portal: 2 + 2 + 4.52 + 7.125 + 1 = 16.645 and 25.
SELECT lead_source, expense, revenue FROM lead_source_roi ORDER BY 1;
SELECT lead_source, expense FROM lead_source_total ORDER BY 1;
SELECT sum(expense), sum(revenue) FROM lead_source_monthly_roi;
SELECT sum(expense), sum(revenue) FROM lead_source_cohort_roi;
SELECT sum(expense), sum(revenue), count(*) FILTER (WHERE expense IS NULL AND revenue IS NULL AND leads IS NULL AND customers IS NULL) AS facts_without_rate FROM activity;
SELECT * FROM unconverted ORDER BY 1, 2;

-- A correction of a rate restates history; a rate for what had none brings it in: 50 CHF at 1.04 are 52.00.
UPDATE exchange_rate SET rate = 1 WHERE (currency, valid_on) = ('USD', '2024-06-12');
INSERT INTO exchange_rate VALUES ('CHF', '2024-06-20', 1.04);
SELECT lead_source, expense, revenue FROM lead_source_roi ORDER BY 1;
SELECT * FROM unconverted ORDER BY 1, 2;
-- How old a rate may be is a property of the ledger: 31 May has none all the same, as the first is later.
SELECT alter_ledger('marketing', exchange_rate_days => 11);
SELECT exchange_rate_days FROM lead_roi.ledger;
SELECT relation, currency, facts, amount FROM unconverted ORDER BY 1, 2;
SELECT alter_ledger('marketing', exchange_rate_days => 0);
SELECT incurred_on, amount FROM expense_part WHERE lead_source_id = 1 ORDER BY 1;
SELECT alter_ledger('marketing', exchange_rate_days => 10);

-- A recurring expense is billed in its currency; a posting keeps it, and so does its expense, whatever becomes of the recurring one.
INSERT INTO recurring_expense (lead_source_id, title, amount, currency, starts_on) VALUES (1, 'fee', 200, 'USD', '2024-06-05');
SELECT bill_on, amount, billed_amount, currency FROM overdue_expense;
SELECT post_due_expenses();
UPDATE recurring_expense SET currency = 'CHF', amount = 150;
SELECT bill_on, amount, currency FROM posting;
SELECT incurred_on, amount, currency FROM expense WHERE title = 'fee';
SELECT bill_on, amount, billed_amount, currency FROM upcoming_expense ORDER BY 1 LIMIT 2;
-- The budget of 200 USD was 180.00; billed were 190 CHF, for which 5 June has no rate until one is known: 199.50.
UPDATE expense SET amount = 190, currency = 'CHF' WHERE title = 'fee';
SELECT status, budget, actual, difference, difference_percent FROM expense_variance;
INSERT INTO exchange_rate VALUES ('CHF', '2024-06-03', 1.05);
SELECT status, budget, actual, difference, difference_percent FROM expense_variance;
-- An expense whose currency was edited is kept when postings ahead are removed.
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'ahead', 5, '2024-07-02');
SET lead_roi.testing_today = '2024-07-15';
SELECT post_due_expenses() > 0 AS posted;
UPDATE expense SET currency = 'USD' WHERE title = 'ahead';
SET lead_roi.testing_today = '2024-06-30';
SELECT bill_on, amount, removed, reason FROM unpost_expenses();
-- What goes with its posting was not deleted by somebody.
SELECT count(*) FROM expense_removal;

-- The reference rates of the European Central Bank, which say what a euro is worth: 1 / 1.25 = 0.8, 1 / 160 = 0.00625. In dollars a euro is 1.25 and
-- a yen 1.25 / 160 = 0.0078125. What isn't quoted has no row.
SELECT * FROM ecb_exchange_rates(E'Date,USD,JPY,CYP,\n2024-06-14,1.25,160,N/A,\n2024-06-13,1.2,N/A,,\n') ORDER BY 2, 1;
SELECT * FROM ecb_exchange_rates(E'Date, USD, JPY, \r\n14 June 2024, 1.25, 160, \r\n', 'USD') ORDER BY 2, 1;
SELECT * FROM ecb_exchange_rates(NULL);
SELECT * FROM ecb_exchange_rates('Day,USD');
SELECT * FROM ecb_exchange_rates('Date,USD', 'XYZ');
INSERT INTO exchange_rate SELECT * FROM ecb_exchange_rates(E'Date,USD,\n2024-06-12,1.25,\n') ON CONFLICT (currency, valid_on) DO UPDATE SET rate = excluded.rate;
SELECT rate FROM exchange_rate WHERE (currency, valid_on) = ('USD', '2024-06-12');

-- What is no rate and no currency is refused by a constraint that says so.
\set VERBOSITY terse
INSERT INTO exchange_rate VALUES ('USD', '2024-01-01', 0);
INSERT INTO exchange_rate VALUES ('USD', '2024-01-01', 'NaN');
INSERT INTO exchange_rate VALUES ('usd', '2024-01-01', 1);
INSERT INTO expense (lead_source_id, amount, currency, title) VALUES (1, 1, 'Euro', 'x');
\set VERBOSITY default

-- A ledger made without a currency gets its name, while no amount names another.
SELECT create_ledger('unnamed', time_zone => 'UTC');
INSERT INTO unnamed.lead_source (name) VALUES ('Fair');
INSERT INTO unnamed.expense (lead_source_id, incurred_on, amount, currency, title) VALUES (1, '2024-06-01', 100, 'JPY', 'x'), (1, '2024-06-01', 3, NULL, 'x');
INSERT INTO unnamed.exchange_rate VALUES ('JPY', '2024-06-01', 2);
SELECT expense FROM unnamed.lead_source_roi;
\set SHOW_CONTEXT never
SELECT alter_ledger('unnamed', currency => 'JPY');
UPDATE unnamed.expense SET currency = NULL;
SELECT alter_ledger('unnamed', currency => 'JPY', time_zone => 'Asia/Tokyo');
SELECT currency, decimals, time_zone FROM lead_roi.ledger WHERE ledger = 'unnamed';
SELECT expense FROM unnamed.lead_source_roi;
SELECT alter_ledger('unnamed', currency => 'JPY');
SELECT alter_ledger('unnamed', currency => 'EUR');
SELECT alter_ledger('unnamed', currency => 'yen');
SELECT alter_ledger('unnamed', time_zone => 'Mars');
SELECT alter_ledger('unnamed', exchange_rate_days => -1);

-- Relations of the user's own may have a currency: 10 USD at 0.8, in EUR; without the column all is the ledger's own.
CREATE TABLE own_lead (lead_id text, lead_source_id bigint, created_on date, converted_on date, churned_on date);
CREATE TABLE own_payment (lead_id text, paid_on date, amount numeric, currency varchar(3));
INSERT INTO own_lead VALUES ('a', 1, '2024-06-01', '2024-06-01', NULL);
INSERT INTO own_payment VALUES ('a', '2024-06-12', 10, 'USD'), ('a', '2024-06-12', 1, ''), ('a', '2024-06-12', 2, NULL), ('a', NULL, 5, 'USD'), ('a', '2024-06-12', 7, 'XXX');
GRANT SELECT ON own_lead, own_payment TO pg_database_owner;
SELECT create_ledger('own', currency => 'EUR', time_zone => 'UTC', leads => 'own_lead', payments => 'own_payment');
INSERT INTO own.lead_source (name) VALUES ('Fair');
INSERT INTO own.exchange_rate VALUES ('USD', '2024-06-12', 0.8);
SELECT revenue FROM own.lead_source_roi;
SELECT * FROM own.unconverted ORDER BY 1, 2;

-- The value that a query makes of the rates: none of no rows, and nothing that is not from it does harm.
SELECT lead_roi_internal.exchange_rates(currency, valid_on, rate) FROM exchange_rate WHERE false;
SELECT lead_roi_internal.convert(100, 'USD', '2024-06-12', NULL, 10, 2), lead_roi_internal.convert(100, 'USD', '2024-06-12', '\x', 10, 2),
       lead_roi_internal.convert(100, 'USD', '2024-06-12', '\x0102030405', 10, 2), lead_roi_internal.convert(100, 'US', '2024-06-12', lead_roi_internal.exchange_rates('USD', '2024-06-12', 2), 10, 2),
       lead_roi_internal.convert(100, 'USD', 'infinity', lead_roi_internal.exchange_rates('USD', '2024-06-12', 2), 10, 2);
SELECT lead_roi_internal.exchange_rates('USD', '2024-06-12', 'NaN');
SELECT lead_roi_internal.exchange_rates('USD', '2024-06-12', -1);
