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
-- NaN: the reports refuse it, the reconciliation finds it.
INSERT INTO own_payment VALUES ('early', '2024-01-01', 'NaN');
SELECT sum(revenue) FROM lead_source_roi;
SELECT violation, relation, row_key, facts FROM reconciliation WHERE violation = 'amount_not_finite' ORDER BY 1, 2, 3;
