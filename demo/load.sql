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
    starts_on date, ends_on date, status text, channel text);
CREATE TEMPORARY TABLE exported_alias (pattern lead_roi.traffic_source, valid_from date, source text);
CREATE TEMPORARY TABLE exported_recurring_expense (source text, title text, amount numeric, starts_on date,
    ends_on date, every_months numeric, cost_type text);
CREATE TEMPORARY TABLE exported_amount_change (source text, title text, effective_on date, amount numeric);
CREATE TEMPORARY TABLE exported_expense (source text, title text, incurred_on date, amount numeric, cost_type text);
CREATE TEMPORARY TABLE exported_visit (source text, visited_on date, visitors bigint);
CREATE TEMPORARY TABLE exported_lead (id text, landing_url text, referrer text, created_on date, converted_on date, churned_on date);
CREATE TEMPORARY TABLE exported_payment (id text, lead_id text, paid_on date, amount numeric);

\copy exported_source FROM 'lead_sources.csv' (FORMAT csv, HEADER)
\copy exported_alias FROM 'lead_source_aliases.csv' (FORMAT csv, HEADER)
\copy exported_recurring_expense FROM 'recurring_expenses.csv' (FORMAT csv, HEADER)
\copy exported_amount_change FROM 'amount_changes.csv' (FORMAT csv, HEADER)
\copy exported_expense FROM 'expenses.csv' (FORMAT csv, HEADER)
\copy exported_visit FROM 'visits.csv' (FORMAT csv, HEADER)
\copy exported_lead FROM 'leads.csv' (FORMAT csv, HEADER)
\copy exported_payment FROM 'payments.csv' (FORMAT csv, HEADER)

-- Names become keys.
INSERT INTO lead_source (name, category, vendor, medium, message, starts_on, ends_on, active, channel)
SELECT name, category, vendor, medium, message, starts_on, ends_on, status = 'Active', channel
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

-- Nobody assigns leads to lead sources: a lead keeps what it arrived with, and aliases say which lead source
-- that means, and since when. Links of the company's own sites are no referrers.
INSERT INTO lead_source_alias (pattern, valid_from, lead_source_id)
SELECT pattern, valid_from, lead_source_id
FROM exported_alias JOIN lead_source ON lead_source.name = source;

-- Of what kind the platforms are that lead_roi doesn't know, for channels.
INSERT INTO known_source (pattern, kind) VALUES ('quillmark', 'search'), ('chatterlane', 'social'), ('chatterlane.example', 'social');

-- external_id is the CRM's own key: loading tomorrow's export updates what is there already.
INSERT INTO lead (traffic_source, created_on, converted_on, churned_on, external_id)
SELECT lead_roi.traffic_source_from_url(landing_url, referrer, '{deskwell.example}'), created_on, converted_on, churned_on, id
FROM exported_lead
ORDER BY id
ON CONFLICT (external_id) DO UPDATE
    SET converted_on = excluded.converted_on, churned_on = excluded.churned_on;

INSERT INTO payment (lead_id, paid_on, amount, external_id)
SELECT lead.lead_id, paid_on, amount, id
FROM exported_payment LEFT JOIN lead ON lead.external_id = exported_payment.lead_id
ORDER BY id
ON CONFLICT (external_id) DO NOTHING;

COMMIT;

ANALYZE lead_source, lead_source_alias, recurring_expense, expense, visit, lead, payment;
