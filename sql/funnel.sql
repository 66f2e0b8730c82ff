-- funnel: visits, leads, payments, and activity, where each fact is one row.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;

SELECT count(*) FROM activity;

INSERT INTO lead_source (name) VALUES ('Fair');
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2024-01-01', 500, 'booth');
INSERT INTO visit VALUES (1, '2024-01-02', 40);
INSERT INTO lead (lead_source_id, created_on, converted_on, external_id) VALUES (1, '2024-01-03', '2024-01-05', 'A'), (NULL, '2024-01-04', NULL, 'B');
INSERT INTO payment (lead_id, paid_on, amount, external_id) VALUES (1, '2024-01-06', 900.50, 'P1'), (1, '2024-01-07', -100, 'P2'), (NULL, '2024-01-08', 7, 'P3');
SELECT * FROM activity ORDER BY occurred_on;

-- An import can be repeated.
INSERT INTO lead (lead_source_id, created_on, external_id) VALUES (1, '2024-01-03', 'A') ON CONFLICT (external_id) DO NOTHING;
INSERT INTO payment (lead_id, paid_on, amount, external_id) VALUES (1, '2024-01-06', 900.50, 'P1') ON CONFLICT (external_id) DO NOTHING;
SELECT sum(revenue), sum(leads), sum(customers) FROM activity;

-- A row entered without a date is of today.
INSERT INTO lead DEFAULT VALUES RETURNING created_on = ledger_today(NULL::lead_roi_ledger) AS today;

\set VERBOSITY terse
INSERT INTO visit VALUES (1, '2024-01-02', 1);
INSERT INTO visit VALUES (1, '2024-01-03', -1);
INSERT INTO lead (created_on) VALUES ('-infinity');
INSERT INTO payment (lead_id, amount) VALUES (1, 'NaN');
INSERT INTO payment (lead_id, amount) VALUES (99, 1);
DELETE FROM lead WHERE external_id = 'A';
INSERT INTO payment (amount, currency) VALUES (1, 'eur');
\set VERBOSITY default

-- Odd facts load: a customer before the lead, one who left before becoming one, and one who left without.
INSERT INTO lead (created_on, converted_on, churned_on) VALUES ('2024-01-02', '2024-01-01', NULL), ('2024-01-02', '2024-01-03', '2024-01-02'), ('2024-01-02', NULL, '2024-01-03');

-- A payment whose lead comes later is found by its key, whichever of its two forms that has; with both forms among the
-- leads, the one that is written alike.
INSERT INTO lead_source (name) VALUES ('Web'), ('Phone');
INSERT INTO payment (paid_on, amount, lead_external_id) VALUES ('2024-02-01', 30, '0035g00000AbCdEAAV'), ('2024-02-02', 4, '0035g00000AbCdE'), ('2024-02-03', 500, 'nobody');
SELECT lead_source_id, amount, lead_id IS NOT NULL AS found FROM payment_fact WHERE occurred_on > '2024-01-31' ORDER BY occurred_on;
INSERT INTO lead (lead_source_id, created_on, converted_on, external_id) VALUES (2, '2024-01-30', '2024-01-31', '0035g00000AbCdE');
SELECT lead_source_id, amount, converted_on FROM payment_fact WHERE occurred_on > '2024-01-31' ORDER BY occurred_on;
INSERT INTO lead (lead_source_id, created_on, external_id) VALUES (3, '2024-01-30', '0035g00000AbCdEAAV');
SELECT lead_source_id, amount FROM payment_fact WHERE occurred_on > '2024-01-31' ORDER BY occurred_on;
SELECT lead_source, revenue FROM lead_source_roi WHERE lead_source IN ('Web', 'Phone') ORDER BY 1;
-- A column that the user adds to leads is never taken for the payment's.
ALTER TABLE lead ADD COLUMN lead_external_id text DEFAULT 'nobody';
SELECT lead_source_id, amount FROM payment_fact WHERE occurred_on > '2024-01-31' ORDER BY occurred_on;
