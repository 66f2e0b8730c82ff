-- Make a ledger for the sample company, and load it from the CSV files in this folder, as one would
-- load a CRM's export. Recurring expenses are only entered here; the worker posts them.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET datestyle = 'ISO';

CREATE EXTENSION lead_roi;
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'Europe/Vienna') AS ledger \gset
SET search_path = marketing;

BEGIN;

-- The exports as they are.
CREATE TEMPORARY TABLE exported_source (name text, category text, vendor text, medium text, message text,
    starts_on date, ends_on date, status text);
CREATE TEMPORARY TABLE exported_recurring_expense (source text, title text, amount numeric, starts_on date,
    ends_on date, every_months numeric, cost_type text);
CREATE TEMPORARY TABLE exported_amount_change (source text, title text, effective_on date, amount numeric);
CREATE TEMPORARY TABLE exported_expense (source text, title text, incurred_on date, amount numeric, cost_type text);
CREATE TEMPORARY TABLE exported_visit (source text, visited_on date, visitors bigint);
CREATE TEMPORARY TABLE exported_lead (id text, source text, created_on date, converted_on date, churned_on date);
CREATE TEMPORARY TABLE exported_payment (id text, lead_id text, paid_on date, amount numeric);

\copy exported_source FROM 'lead_sources.csv' (FORMAT csv, HEADER)
\copy exported_recurring_expense FROM 'recurring_expenses.csv' (FORMAT csv, HEADER)
\copy exported_amount_change FROM 'amount_changes.csv' (FORMAT csv, HEADER)
\copy exported_expense FROM 'expenses.csv' (FORMAT csv, HEADER)
\copy exported_visit FROM 'visits.csv' (FORMAT csv, HEADER)
\copy exported_lead FROM 'leads.csv' (FORMAT csv, HEADER)
\copy exported_payment FROM 'payments.csv' (FORMAT csv, HEADER)

-- Names become keys.
INSERT INTO lead_source (name, category, vendor, medium, message, starts_on, ends_on, active)
SELECT name, category, vendor, medium, message, starts_on, ends_on, status = 'Active'
FROM exported_source;

INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months, cost_type)
SELECT lead_source_id, title, amount, exported_recurring_expense.starts_on, exported_recurring_expense.ends_on, every_months, cost_type
FROM exported_recurring_expense JOIN lead_source ON lead_source.name = source;

INSERT INTO amount_change (recurring_expense_id, effective_on, amount)
SELECT recurring_expense_id, effective_on, exported_amount_change.amount
FROM exported_amount_change
     JOIN lead_source ON lead_source.name = source
     JOIN recurring_expense USING (lead_source_id, title);

INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, title)
SELECT lead_source_id, incurred_on, amount, cost_type, title
FROM exported_expense JOIN lead_source ON lead_source.name = source;

INSERT INTO visit (lead_source_id, visited_on, visitors)
SELECT lead_source_id, visited_on, visitors
FROM exported_visit JOIN lead_source ON lead_source.name = source;

-- external_id is the CRM's own key: loading tomorrow's export updates what is there already.
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on, external_id)
SELECT lead_source_id, created_on, converted_on, churned_on, id
FROM exported_lead LEFT JOIN lead_source ON lead_source.name = source
ORDER BY id
ON CONFLICT (external_id) DO UPDATE
    SET converted_on = excluded.converted_on, churned_on = excluded.churned_on;

INSERT INTO payment (lead_id, paid_on, amount, external_id)
SELECT lead.lead_id, paid_on, amount, id
FROM exported_payment LEFT JOIN lead ON lead.external_id = exported_payment.lead_id
ORDER BY id
ON CONFLICT (external_id) DO NOTHING;

COMMIT;

ANALYZE lead_source, recurring_expense, expense, visit, lead, payment;
