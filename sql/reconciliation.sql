-- reconciliation: silent on sound data, and finds each kind of violation.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;
SET lead_roi.testing_today = '2024-06-15';
SELECT * FROM reconciliation;

INSERT INTO lead_source (name) VALUES ('Agency'), ('Banner');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 100, '2024-01-01'), (1, 'lists', 10, '2024-06-01');
INSERT INTO amount_change VALUES (1, '2024-03-01', 120);
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on) VALUES (1, '2024-01-02', '2024-01-03', '2024-02-01'), (NULL, '2024-06-15', NULL, NULL);
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2024-01-04', 10), (NULL, '2024-01-05', 5);
INSERT INTO visit VALUES (1, '2024-06-15', 3);
SELECT post_due_expenses();
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (2, '2025-01-01', 7, 'booked ahead');
-- A deleted expense, an edited one, a price change after the fact, a recurring expense moved forward: all sound.
DELETE FROM expense WHERE bill_month = '2024-02-01';
UPDATE expense SET amount = 1 WHERE bill_month = '2024-03-01';
INSERT INTO amount_change VALUES (1, '2024-02-01', 110);
UPDATE recurring_expense SET starts_on = '2024-05-15' WHERE recurring_expense_id = 1;
SELECT * FROM reconciliation;

-- What the tables of a ledger can hold: a bill not posted the day after (the one due today may wait), one marked as posted that isn't, a payment of a lead who is no customer, dates to come.
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, posted_through) VALUES (2, 'forgotten', 1, '2024-06-14', NULL), (2, 'skipped', 1, '2024-04-01', '2024-06-15'), (2, 'due today', 1, '2024-06-15', NULL);
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, '2024-06-16', '2024-06-17');
INSERT INTO payment (lead_id, paid_on, amount) VALUES (2, '2024-06-15', 1), (2, '2024-06-16', 2);
INSERT INTO visit VALUES (2, '2024-06-16', 1);
SELECT violation, relation, row_key, facts FROM reconciliation ORDER BY 1, 2, 3;
-- All are posted once the bills are looked at again: one, three and the one of today.
UPDATE recurring_expense SET posted_through = NULL;
SELECT post_due_expenses();
SELECT violation, relation, row_key, facts FROM reconciliation WHERE violation LIKE 'bill%';

-- What relations of one's own can hold: 2 x 50 for a lead given twice, and so on.
CREATE TABLE own_lead (lead_id text, lead_source_id integer, created_on date, converted_on date, churned_on date);
CREATE TABLE own_payment (lead_id text, paid_on date, amount numeric);
CREATE TABLE own_expense (lead_source_id integer, incurred_on date, amount numeric, cost_type text);
CREATE TABLE own_visit (lead_source_id integer, visited_on date, visitors integer);
GRANT SELECT ON own_lead, own_payment, own_expense, own_visit TO pg_database_owner;
SET client_min_messages = warning;
SELECT lead_roi.create_ledger('own_report', time_zone => 'UTC', leads => 'own_lead', payments => 'own_payment', expenses => 'own_expense', visits => 'own_visit');
SET search_path = own_report, public, lead_roi;
INSERT INTO lead_source (name) VALUES ('Agency'), ('Banner');
SELECT violation FROM reconciliation WHERE violation NOT LIKE 'bill%';
INSERT INTO own_lead VALUES ('twice', 1, '2024-01-01', '2024-01-01', NULL), ('twice', 2, '2024-01-01', '2024-01-01', NULL),
    ('early', 1, '2024-01-02', '2024-01-01', NULL), ('churned', 1, '2024-01-01', NULL, '2024-01-05'), ('undated', 1, 'infinity', NULL, 'infinity'),
    ('elsewhere', 99, '2024-01-01', NULL, NULL), (NULL, 1, '2024-01-01', NULL, NULL);
INSERT INTO own_payment VALUES ('twice', '2024-01-01', 50), ('nobody', '2024-01-01', 3), ('nobody', '2024-01-02', 4), ('churned', '2024-01-01', 1), ('early', NULL, 6);
INSERT INTO own_expense VALUES (98, '2024-01-01', 10, 'media'), (NULL, NULL, 11, 'staff'), (1, '2024-01-01', NULL, NULL);
INSERT INTO own_visit VALUES (97, '2024-01-01', 10), (1, NULL, 11), (1, '2024-01-01', -1), (1, '2024-01-02', NULL);
SELECT violation, relation, row_key, facts FROM reconciliation WHERE violation NOT LIKE 'bill%' ORDER BY 1, 2, 3;
-- Nothing is lost but what is counted twice: 50 + 64 of payments, 21 of expenses.
SELECT sum(expense) AS expense, sum(revenue) AS revenue, sum(leads) AS leads, sum(visitors) AS visitors FROM lead_source_roi;
SELECT sum(expense) AS expense, sum(revenue) AS revenue, sum(leads) AS leads, sum(visitors) AS visitors FROM lead_source_monthly_roi;
SELECT sum(expense) AS expense, sum(revenue) AS revenue, sum(leads) AS leads, sum(visitors) AS visitors FROM lead_source_cohort_roi;
-- A payment without a date grows no curve: early's cohort has paid nothing that is dated.
SELECT age_months, customers, revenue FROM lead_source_cohort_curve WHERE lead_source_id = 2 OR lead_source_id = 1 AND age_months IN (0, 4) ORDER BY lead_source_id, age_months;
-- NaN: the reports leave it out, the reconciliation finds it.
INSERT INTO own_payment VALUES ('early', '2024-01-01', 'NaN');
SELECT sum(revenue) FROM lead_source_roi;
SELECT violation, relation, row_key, facts FROM reconciliation WHERE violation = 'amount_missing' ORDER BY 1, 2, 3;

-- Each of the following is planted once, beside the same without a mistake.
SELECT lead_roi.create_ledger('planted', currency => 'EUR', time_zone => 'UTC');
SET search_path = planted, public, lead_roi;
INSERT INTO lead_source (name) VALUES ('Fair'), ('Portal');
INSERT INTO exchange_rate VALUES ('USD', '2024-03-01', 0.9);
INSERT INTO expense (lead_source_id, incurred_on, amount, currency, title, covers_from, covers_through)
VALUES (1, '2024-03-02', 10, 'USD', 'rate known', NULL, NULL), (1, '2024-03-02', 120, NULL, 'a year', '2024-03-01', '2025-02-28'), (1, '2024-07-01', 20, 'CHF', 'not yet', NULL, NULL);
INSERT INTO lead (lead_source_id, created_on, converted_on, external_id) VALUES (1, '2024-03-01', '2024-03-02', 'A'), (1, '2024-03-01', '2024-03-02', 'B');
INSERT INTO payment (lead_id, lead_external_id, paid_on, amount) VALUES (1, NULL, '2024-03-01', 50), (1, NULL, '2024-03-03', -50), (NULL, 'B', '2024-03-02', 70);
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on) VALUES (2, 'Search ads', 500, '2024-03-01', '2024-04-30'), (2, 'Fee', 80, '2024-05-01', '2024-05-31');
SELECT post_due_expenses();
-- Another title, another month, another lead source: not the bill's actual. A deleted expense is not lost.
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (2, '2024-03-31', 471.20, 'Banner'), (2, '2024-02-29', 471.20, 'Search ads'), (1, '2024-03-31', 471.20, 'Search ads');
DELETE FROM expense WHERE title = 'Fee';
SELECT violation, row_key FROM reconciliation;
SELECT count(*) AS removed FROM expense_removal;

-- Two CHF payments of 20 and 5 without a rate, and one whose lead nobody knows, in two currencies.
INSERT INTO payment (lead_id, lead_external_id, paid_on, amount, currency) VALUES (1, NULL, '2024-03-04', 20, 'CHF'), (1, NULL, '2024-03-05', 5, 'CHF'),
    (NULL, 'gone', '2024-03-02', 7, NULL), (NULL, 'gone', '2024-03-02', 3, NULL), (NULL, 'gone', '2024-03-02', 1, 'USD');
-- An old customer who comes again, a refund of more than was paid.
INSERT INTO payment (lead_id, paid_on, amount) VALUES (2, '2022-03-01', 5000), (1, '2024-03-06', -1);
-- The March bill comes as an export: as the same title in another spelling. That of April comes twice, and once more by its amount, 10 % off.
INSERT INTO expense (lead_source_id, incurred_on, amount, title, external_id) VALUES (2, '2024-03-31', 471.20, 'search  ADS', NULL), (2, '2024-04-05', 300, 'Search ads', NULL), (2, '2024-04-06', 150, 'Search ads', NULL), (2, '2024-04-30', 450, 'Clicks', 'X1');
INSERT INTO expense (incurred_on, amount, title) VALUES ('2024-03-07', 9, 'nobody''s');
SELECT violation, relation, row_key, facts, mend, lead_source_id, month FROM reconciliation ORDER BY 1, 2, 3;
-- An expense that is lost without having been deleted.
SET session_replication_role = replica;
DELETE FROM expense WHERE bill_month = '2024-03-01';
RESET session_replication_role;
SELECT row_key, lead_source_id, month FROM reconciliation WHERE violation = 'expense_lost';
-- A condition on a lead source or month leaves the totals alone.
SELECT violation FROM reconciliation WHERE lead_source_id = 2 AND month = '2024-03-01';
-- How many rows of facts a query reads; NULL if none.
CREATE FUNCTION public.rows_read(query text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, SUMMARY OFF, FORMAT JSON) ' || query INTO plan;
    RETURN (SELECT sum(((node ->> 'Actual Rows')::numeric + coalesce((node ->> 'Rows Removed by Filter')::numeric, 0)) * (node ->> 'Actual Loops')::numeric)
            FROM jsonb_path_query(plan, 'strict $.** ? (@."Relation Name" like_regex "^(expense|visit|lead|payment)$")') AS node);
END
$$;
SELECT rows_read('SELECT * FROM total_violation') > 0 AS everything, rows_read('SELECT * FROM total_violation WHERE lead_source_id = 2') IS NULL AS nothing;

-- What somebody has damaged behind the views: parts no longer add up.
CREATE OR REPLACE VIEW expense_part AS SELECT expense_id, lead_source_id, incurred_on, incurred_on AS occurred_on, amount, cost_type FROM expense WHERE covers_from IS NULL AND currency IS NULL;
SELECT relation, split_part(row_key, ' ', 1) AS figure FROM reconciliation WHERE violation = 'total_differs' ORDER BY 1, 2;
SELECT upgrade_ledger('planted');

-- Who may delete expenses needs no right on what the trigger writes.
CREATE ROLE lead_roi_test_bookkeeper;
GRANT USAGE ON SCHEMA planted TO lead_roi_test_bookkeeper;
GRANT SELECT, DELETE ON expense TO lead_roi_test_bookkeeper;
SET ROLE lead_roi_test_bookkeeper;
DELETE FROM planted.expense WHERE bill_month = '2024-04-01';
RESET ROLE;
SELECT bill_month, removed_by = session_user AS by_me FROM expense_removal ORDER BY 1;

-- What only looks like a mistake: nothing so far but what was planted above, and then one of each kind.
SELECT lead_roi.create_ledger('doubted', time_zone => 'UTC');
SET search_path = doubted, public, lead_roi;
SELECT * FROM doubtful_fact;
INSERT INTO lead_source (name) VALUES ('Google Ads'), ('Bing Ads'), ('Fair');
INSERT INTO expense (lead_source_id, incurred_on, amount, title, external_id)
SELECT source, date '2024-01-01' + n, 100 + 37 * n, 'clicks', NULL FROM generate_series(1, 2) AS source, generate_series(0, 23) AS n;
-- Rows that a platform tells apart are not the same; nor is an amount of 0, or another day.
INSERT INTO expense (lead_source_id, incurred_on, amount, title, external_id) VALUES (3, '2024-01-01', 5, 'stand', 'a'), (3, '2024-01-01', 5, 'stand', 'b'), (3, '2024-01-02', 0, 'free', NULL), (3, '2024-01-02', 0, 'free', NULL), (3, '2024-01-03', 5, 'stand', NULL);
INSERT INTO visit SELECT 3, (date '2024-01-01' + make_interval(months => n))::date, 10 FROM generate_series(0, 4) AS n;
SELECT doubt, row_key FROM doubtful_fact;
INSERT INTO lead_source (name) VALUES ('Google-Ads');
INSERT INTO expense (lead_source_id, incurred_on, amount, title, external_id) VALUES (3, '2024-01-03', 5.00, 'stand', 'c'), (1, '2024-02-01', 120450, 'clicks', NULL), (2, '2024-02-01', 1300, 'clicks', NULL);
INSERT INTO visit VALUES (3, '2014-01-05', 10);
SELECT doubt, relation, row_key, facts, lead_source_id, month FROM doubtful_fact ORDER BY 1;

-- The same cost in another spelling and with the ledger's currency by name, and by two systems. A deal and its charge, of a lead and of one
-- whose key alone is known; two charges of one system are two payments.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger('twice', currency => 'EUR', time_zone => 'UTC');
SET search_path = twice, public, lead_roi;
INSERT INTO lead_source (name) VALUES ('Search ads');
INSERT INTO lead (lead_source_id, created_on, converted_on, external_id) VALUES (1, '2024-01-01', '2024-01-02', 'hubspot:1');
INSERT INTO expense (lead_source_id, incurred_on, amount, currency, title, external_id) VALUES
    (1, '2024-01-01', 5, NULL, 'Clicks', NULL), (1, '2024-01-01', 5, 'EUR', 'clicks ', 'sheet 1'), (1, '2024-01-02', 7.10, NULL, 'Brand', 'google_ads::brand:2024-01-02'), (1, '2024-01-02', 7.1, NULL, 'Google, January', NULL),
    (1, '2024-01-03', 9, NULL, 'Brand', 'google_ads::brand:2024-01-03'), (1, '2024-01-03', 9, NULL, 'Generic', 'google_ads::generic:2024-01-03'), (1, '2024-01-04', 9, NULL, 'flyer', NULL), (1, '2024-01-04', 9, NULL, 'stand', 'sheet 2');
INSERT INTO payment (lead_id, lead_external_id, paid_on, amount, external_id) VALUES (1, NULL, '2024-02-01', 100, 'hubspot:9001'), (1, NULL, '2024-02-01', 100, 'stripe:ch_1'),
    (NULL, 'stripe:cus_2', '2024-02-02', 100, 'stripe:ch_2'), (NULL, 'stripe:cus_2', '2024-02-02', 100, '17'), (1, NULL, '2024-02-03', 100, 'stripe:ch_3'), (1, NULL, '2024-02-03', 100, 'stripe:ch_4'), (NULL, NULL, '2024-02-04', 100, 'stripe:ch_5'), (NULL, NULL, '2024-02-04', 100, NULL);
SELECT doubt, row_key, facts, lead_source_id, month FROM doubtful_fact ORDER BY 1, 2;
RESET client_min_messages;

-- A condition on lead source or month reads what it is about: of 100 leads a lead source, 500 a month, as many payments and a refund
-- of every 2,000th lead, who is one of lead source 200. All of it is more than 100,000 rows.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger('reached', time_zone => 'UTC');
SET search_path = reached, public, lead_roi;
INSERT INTO lead_source (name) SELECT 'Source ' || n FROM generate_series(1, 200) AS n;
INSERT INTO lead (lead_source_id, created_on, converted_on)
SELECT 1 + n % 200, day, day
FROM generate_series(0, 19999) AS n, LATERAL (SELECT (date '2021-01-01' + make_interval(months => n / 500))::date) AS created (day);
INSERT INTO payment (lead_id, paid_on, amount) SELECT lead_id, created_on, CASE WHEN lead_id % 2000 = 0 THEN -1 ELSE 1 END FROM lead;
INSERT INTO visit SELECT lead_source_id, created_on, count(*) FROM lead GROUP BY 1, 2;
INSERT INTO expense (lead_source_id, incurred_on, amount, title) SELECT lead_source_id, created_on, 1, 'ad' FROM lead GROUP BY 1, 2;
ANALYZE lead_source, lead, payment, visit, expense;
SET enable_seqscan = off;
SELECT rows_read('SELECT * FROM reconciliation') > 100000 AS everything,
       rows_read('SELECT * FROM reconciliation WHERE lead_source_id = 200') < 2000 AS lead_source,
       rows_read($$SELECT * FROM reconciliation WHERE month = '2021-04-01'$$) < 5000 AS month,
       rows_read($$SELECT * FROM reconciliation WHERE month BETWEEN '2021-04-01' AND '2021-05-01'$$) < 10000 AS months,
       rows_read($$SELECT * FROM reconciliation WHERE lead_source_id = 200 AND month = '2021-04-01'$$) < 2000 AS lead_source_and_month;
-- Of reports, those by month that neither fill months nor go on from one to the next: 500 leads, payments and leads of these, and the
-- 20,000 leads among whom customers are looked for.
SELECT rows_read('SELECT * FROM lead_source_monthly_total') > 80000 AS everything,
       rows_read($$SELECT * FROM lead_source_monthly_total WHERE month = '2021-04-01'$$) < 23000 AS month;
SELECT violation, count(*), count(*) FILTER (WHERE month = '2021-04-01') AS in_april FROM reconciliation WHERE lead_source_id = 200 GROUP BY 1;
SELECT row_key FROM reconciliation WHERE month = '2021-04-01';
RESET enable_seqscan;

-- Payments of one lead, who is no customer, some by lead_id and some by key: 10 in April, before the lead came in, 5 in May, -20 in June.
INSERT INTO lead (lead_source_id, created_on, external_id) VALUES (1, '2021-05-05', 'K') RETURNING lead_id;
INSERT INTO payment (lead_id, lead_external_id, paid_on, amount) VALUES (NULL, 'K', '2021-04-30', 10), (20001, NULL, '2021-05-06', 5), (NULL, 'K', '2021-06-01', -20);
SELECT violation, row_key, facts, month FROM reconciliation WHERE lead_source_id = 1 ORDER BY 1, 4;
SELECT violation, row_key, facts FROM reconciliation WHERE lead_source_id = 1 AND month = '2021-06-01' ORDER BY 1;
-- Without its primary key, as after a restore that has failed, the table can hold a lead twice.
BEGIN;
ALTER TABLE lead DROP CONSTRAINT lead_pkey CASCADE;
INSERT INTO lead (lead_id, created_on) OVERRIDING SYSTEM VALUE VALUES (20001, '2021-05-05');
SELECT violation, row_key, facts FROM reconciliation WHERE violation = 'lead_repeated';
ROLLBACK;
RESET client_min_messages;
