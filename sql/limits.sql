-- limits: no row breaks a report, for whoever may enter one: it is refused where it is entered, or every view goes on.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;
SET lead_roi.testing_today = '2024-06-15';
\set SHOW_CONTEXT never
\set VERBOSITY terse

-- Reads every column of every view of a ledger; lists those that fail.
CREATE FUNCTION failing(ledger text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    view_name text;
BEGIN
    FOR view_name IN SELECT name FROM lead_roi.ledger_relation() WHERE kind = 'view' AND NOT kept ORDER BY 1 LOOP
        BEGIN
            EXECUTE format('SELECT count(v::text) FROM %s.%I AS v', ledger, view_name);
        EXCEPTION WHEN OTHERS THEN
            RETURN NEXT view_name || ': ' || sqlerrm;
        END;
    END LOOP;
END
$$;
INSERT INTO lead_source (name) VALUES ('Agency'), ('Banner');
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, '2024-01-01', '2024-01-02');
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2024-01-03', 150);
SELECT failing('marketing');

-- An amount of 17 digits, and one below every decimal: accepted, and pointed at.
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2024-01-01', 12345678901234567.00, 'typed wrong'), (2, '2024-01-01', 1e-18, 'too little');
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2024-01-03', 1e29);
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'too much', 1e17, '2024-06-01');
SELECT failing('marketing');
SELECT lead_source, expense, revenue, roi_percent FROM lead_source_roi ORDER BY lead_source_id;
SELECT violation, relation, row_key FROM reconciliation WHERE violation LIKE 'amount%' ORDER BY 2;
SELECT post_due_expenses();
SELECT failing('marketing');
-- What can't be computed with is refused, by a constraint that says what can.
INSERT INTO expense (lead_source_id, amount, title) VALUES (1, 1e30, 'more');
INSERT INTO payment (amount) VALUES (-1e30);
INSERT INTO payment (amount) VALUES ('Infinity');
INSERT INTO payment (amount) VALUES (1e-21);
INSERT INTO amount_change VALUES (1, '2024-01-01', 'NaN');
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '4714-11-24 BC', 1, 'typed wrong');
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '20201-05-01', 1, 'typed wrong');
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '0202-05-01', 1, 'typed wrong');
INSERT INTO lead (created_on) VALUES ('4714-11-24 BC');
INSERT INTO lead (created_on, converted_on) VALUES ('2024-01-01', '294277-01-01');
INSERT INTO lead (created_on, converted_on, churned_on) VALUES ('2024-01-01', '2024-01-01', 'infinity');
INSERT INTO payment (paid_on, amount) VALUES ('-infinity', 1);
INSERT INTO visit VALUES (1, '4714-11-24 BC', 1);
INSERT INTO visit VALUES (1, '2024-01-01', 9223372036854775807);
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'late', 1, '2201-01-01');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on) VALUES (1, 'late', 1, '2024-01-01', '5874897-12-31');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, every_months) VALUES (1, 'never', 1, '2024-01-01', 120000000);
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, every_months) VALUES (1, 'never', 1, '2024-01-01', 1e20);
INSERT INTO amount_change VALUES (1, '5874897-12-31', 1);
-- The limits themselves are fine.
INSERT INTO visit VALUES (1, '1900-01-01', 1000000000000), (2, '1900-01-01', 1000000000000), (1, '2200-12-31', 1000000000000);
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '1900-01-01', 9e29, 'early'), (1, '2200-12-31', -9e29, 'late');
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on) VALUES (1, '1900-01-01', '1900-01-01', '2200-12-31'), (1, '2200-12-31', '2200-12-31', '2200-12-31');
INSERT INTO payment (lead_id, paid_on, amount) SELECT max(lead_id), '2200-12-31', 1e-20 FROM lead;
SELECT failing('marketing');
SET lead_roi.testing_today = '2201-01-01';
SELECT failing('marketing');
SET lead_roi.testing_today = '2024-06-15';

-- Relations of the user's own may hold all of it: what can't be computed with counts as not known, and is a violation.
CREATE TABLE own_lead (lead_id text, lead_source_id bigint, created_on date, converted_on date, churned_on date);
CREATE TABLE own_payment (lead_id text, paid_on date, amount numeric);
CREATE TABLE own_expense (lead_source_id bigint, incurred_on date, amount numeric, cost_type text);
CREATE TABLE own_visit (lead_source_id bigint, visited_on date, visitors bigint);
GRANT SELECT ON own_lead, own_payment, own_expense, own_visit TO pg_database_owner;
SELECT lead_roi.create_ledger('own', time_zone => 'UTC', leads => 'own_lead', payments => 'own_payment', expenses => 'own_expense', visits => 'own_visit');
INSERT INTO own.lead_source (name) VALUES ('Agency');
INSERT INTO own_lead VALUES ('A', 1, '2024-01-01', '2024-01-02', NULL);
INSERT INTO own_payment VALUES ('A', '2024-01-03', 150);
INSERT INTO own_expense VALUES (1, '2024-01-01', 100, 'media');
SELECT failing('own');
INSERT INTO own_lead VALUES ('B', 1, '4714-11-24 BC', '4714-11-24 BC', '4714-11-24 BC'), ('C', 1, '5874897-12-31', '5874897-12-31', '5874897-12-31'),
    ('D', 1, 'infinity', '-infinity', 'infinity'), ('E', 1, '2024-05-01', '2024-04-01', '2024-03-01'), ('E', 9223372036854775807, NULL, NULL, NULL), (NULL, NULL, NULL, '2024-01-01', NULL);
INSERT INTO own_payment VALUES ('A', '4714-11-24 BC', 1), ('A', 'infinity', 1), ('A', '2024-02-01', 'NaN'), ('A', '2024-02-01', '-Infinity'), ('A', '2024-02-01', 1e40), ('A', '2024-02-01', 1e20),
    ('E', '2024-02-01', 1), (NULL, NULL, NULL), ('Z', '2024-02-01', 1e-300);
INSERT INTO own_expense VALUES (1, '4714-11-24 BC', 1, 'media'), (1, '294277-01-01', 1, 'media'), (1, '2024-01-01', 'NaN', 'media'), (1, '2024-01-01', 1e131071, 'media'), (1, '2024-01-01', 1e-18, NULL), (NULL, NULL, NULL, '');
INSERT INTO own_visit VALUES (1, '2024-01-01', 9223372036854775807), (1, '2024-01-02', 9223372036854775807), (1, '2024-01-03', -1), (1, '-infinity', 1), (NULL, NULL, NULL);
SELECT failing('own');
-- Counted are 100 of the agency's own, 1 + 1 without a date that can be, and the 1e-18.
SELECT lead_source, expense, roi_percent IS NOT NULL AS roi, visitors, leads, customers FROM own.lead_source_roi ORDER BY lead_source_id;
-- Of E's two rows the payment is before one and of no customer by the other.
SELECT violation, relation, sum(facts) AS facts FROM own.reconciliation GROUP BY 1, 2 ORDER BY 1, 2;
