-- A ledger of each kind, with a row or two of everything, as somebody has who has worked with one for half a year. For psql, as of
-- 30 June 2024. What is in "kept" is small enough to work its figures out by hand: test/tap/063_frozen.pl.
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS lead_roi;

-- Facts of every kind, all in it.
SELECT lead_roi.create_ledger('marketing', 'EUR', 'Europe/Vienna');
SET search_path = marketing, lead_roi;
INSERT INTO lead_source (name, category, vendor, medium, message, description, starts_on, ends_on, active)
VALUES ('Agency', 'Paid', 'Acme', 'e-mail', 'Free trial', E'It''s "free"\\\n\tfor now', '2024-01-01', NULL, true),
       ('Trade show', 'Events', NULL, 'booth', NULL, NULL, '2024-03-01', '2024-03-04', false),
       ('Fünf % für dich', 'Paid', 'Ö', 'banner', '', NULL, NULL, NULL, true),
       ('Agency (old)', 'Paid', NULL, NULL, NULL, NULL, NULL, NULL, false);
UPDATE lead_source SET channel = 'Events' WHERE lead_source_id = 2;
SELECT merge_lead_sources('marketing', 4, 1);
INSERT INTO lead_source_alias (pattern, valid_from, lead_source_id)
VALUES ('acme / e-mail', DEFAULT, 1), ('acme / e-mail / "5 / 5" / fünf', '2024-02-01', 3), ('acme / e-mail', '2024-05-01', NULL), ('old / referral', DEFAULT, 4);
INSERT INTO channel_rule (position, channel, source, medium) VALUES (10, 'Letters', '^acme$', 'mail');
INSERT INTO known_source VALUES ('acme', 'email');
INSERT INTO exchange_rate VALUES ('USD', '2024-01-01', 0.9), ('USD', '2024-03-01', 0.92), ('JPY', '2024-06-01', 0.006);
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months, cost_type, notes)
VALUES (1, 'open', 10, '2024-01-31', NULL, 1, 'media', NULL),
       (2, 'ended', 20, '2024-02-29', '2024-05-31', 1, 'staff', 'until May'),
       (3, 'ahead', 30, '2030-01-01', NULL, 3, 'tools', NULL),
       (1, 'cancelled', 7.125, '2024-01-10', NULL, 1, 'other', NULL);
INSERT INTO amount_change VALUES (1, '2024-04-01', 12.50), (1, '2024-07-01', 15);
CALL post_due_expenses_in_batches();
DELETE FROM recurring_expense WHERE title = 'cancelled';
DELETE FROM expense WHERE (recurring_expense_id, bill_month) = (1, '2024-04-01');
UPDATE expense SET amount = 11.005, notes = 'as billed', cost_type = 'agency' WHERE (recurring_expense_id, bill_month) = (1, '2024-06-01');
INSERT INTO expense (lead_source_id, incurred_on, amount, currency, covers_from, covers_through, cost_type, title, external_id)
VALUES (3, '2024-01-15', 1200, NULL, '2024-01-15', '2024-12-31', 'tools', 'licence', 'L-1'),
       (2, '2024-03-02', 99.99, 'USD', NULL, NULL, 'media', 'flyers', NULL),
       (3, '2024-02-01', 5, 'CHF', NULL, NULL, 'media', 'without a rate', NULL),
       (NULL, '2024-02-02', 45.5, NULL, NULL, NULL, 'other', 'of nobody', NULL);
INSERT INTO visit SELECT 1 + n % 3, date '2024-01-01' + n, n * 10 FROM generate_series(0, 30) AS n;
INSERT INTO lead (lead_source_id, traffic_source, created_on, converted_on, churned_on, external_id)
SELECT nullif(n % 4, 0), (CASE n % 3 WHEN 0 THEN 'acme / e-mail' WHEN 1 THEN 'acme / e-mail / "5 / 5" / fünf' END)::traffic_source,
       date '2024-01-01' + n, CASE WHEN n % 3 = 0 THEN date '2024-01-02' + n * 2 END, CASE WHEN n % 9 = 0 THEN date '2024-02-10' + n * 3 END, 'L' || n
FROM generate_series(1, 40) AS n;
INSERT INTO payment (lead_id, paid_on, amount, currency, external_id)
SELECT n * 3, date '2024-01-05' + n * 7, n * 12.34, CASE WHEN n % 4 = 0 THEN 'USD' END, 'P' || n FROM generate_series(1, 12) AS n;
INSERT INTO payment (lead_external_id, paid_on, amount) VALUES ('L39', '2024-06-01', 50), ('nobody', '2024-06-02', -5);

-- Views with their reader's rights, in another currency.
SELECT lead_roi.create_ledger('"North America"', 'JPY', 'Asia/Tokyo', security_invoker => true);
SET search_path = "North America", lead_roi;
INSERT INTO lead_source (name) VALUES ('Radio');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'spot', 1000, '2024-02-10');
CALL post_due_expenses_in_batches();
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, '2024-03-01', '2024-03-02');
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2024-03-03', 5000);

-- Over relations of the customer's own.
CREATE SCHEMA crm;
CREATE TABLE crm.client (lead_id text PRIMARY KEY, lead_source_id integer, created_on date, converted_on date, churned_on date);
INSERT INTO crm.client VALUES ('a', 1, '2024-01-01', '2024-01-02', NULL), ('b', NULL, '2024-01-03', NULL, 'infinity');
CREATE TABLE crm.receipt (lead_id text, paid_on date, amount integer);
INSERT INTO crm.receipt VALUES ('a', '2024-02-02', 70), ('c', '2024-02-03', 7);
GRANT USAGE ON SCHEMA crm TO pg_database_owner;
GRANT SELECT ON ALL TABLES IN SCHEMA crm TO pg_database_owner;
SELECT lead_roi.create_ledger('webshop', leads => 'crm.client', payments => 'crm.receipt');
INSERT INTO webshop.lead_source (name) VALUES ('Shop');

-- With kept summaries, some of them folded and some in its logs, and a file that was imported.
SELECT lead_roi.create_ledger('kept', 'EUR', 'UTC');
SET search_path = kept, lead_roi;
INSERT INTO lead_source (name, category) VALUES ('Fair', 'Events'), ('Search', 'Paid');
INSERT INTO exchange_rate VALUES ('USD', '2024-02-25', 0.9);
INSERT INTO expense (lead_source_id, incurred_on, amount, currency, title, cost_type)
VALUES (1, '2024-02-01', 500, NULL, 'stand', 'media'), (2, '2024-03-01', 20, 'USD', 'ads', 'media');
INSERT INTO visit VALUES (2, '2024-03-01', 100);
INSERT INTO lead (lead_source_id, traffic_source, created_on, converted_on)
VALUES (1, NULL, '2024-02-01', '2024-02-20'), (2, 'google / cpc', '2024-03-01', NULL), (2, 'bing / cpc / spring', '2024-03-02', '2024-03-05');
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2024-02-21', 700);
SELECT keep_summaries('kept', true), fold_summaries('kept');
INSERT INTO payment (lead_id, paid_on, amount) VALUES (3, '2024-03-21', 99.5), (3, '2024-04-21', -9.5);
SELECT import_file('kept', convert_to(E'lead_source,amount,incurred_on,external_id\nFair,1.50,2024-01-04,x\nFair,bad,2024-01-05,y\n', 'UTF8'),
                   'plain_expense', '{"max_rejected_percent": 90}');
