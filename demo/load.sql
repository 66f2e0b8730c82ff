-- Make a ledger for the sample company, and load it from the CSV files in this folder, as one would
-- load a CRM's export. Recurring expenses are only entered here; the worker posts them. To load the files again
-- changes nothing, and brings in what has been corrected in them.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET datestyle = 'ISO';

CREATE EXTENSION IF NOT EXISTS lead_roi;
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'Europe/Vienna')
WHERE NOT EXISTS (SELECT FROM lead_roi.ledger WHERE ledger = 'marketing') \g /dev/null
SET search_path = marketing;

BEGIN;

-- The exports as they are.
CREATE TEMPORARY TABLE exported_source (name text, category text, vendor text, medium text, message text,
    starts_on date, ends_on date, status text, channel text);
CREATE TEMPORARY TABLE exported_alias (pattern lead_roi.traffic_source, valid_from date, source text);
CREATE TEMPORARY TABLE exported_recurring_expense (source text, title text, amount numeric, starts_on date,
    ends_on date, every_months numeric, cost_type text);
CREATE TEMPORARY TABLE exported_amount_change (source text, title text, effective_on date, amount numeric);

\copy exported_source FROM 'lead_sources.csv' (FORMAT csv, HEADER)
\copy exported_alias FROM 'lead_source_aliases.csv' (FORMAT csv, HEADER)
\copy exported_recurring_expense FROM 'recurring_expenses.csv' (FORMAT csv, HEADER)
\copy exported_amount_change FROM 'amount_changes.csv' (FORMAT csv, HEADER)

-- Names become keys. They are compared as name_key() has them.
INSERT INTO lead_source (name, category, vendor, medium, message, starts_on, ends_on, active, channel)
SELECT name, category, vendor, medium, message, starts_on, ends_on, status = 'Active', channel
FROM exported_source
ON CONFLICT (name_key) DO UPDATE
    SET category = excluded.category, vendor = excluded.vendor, medium = excluded.medium, message = excluded.message,
        starts_on = excluded.starts_on, ends_on = excluded.ends_on, active = excluded.active, channel = excluded.channel;

-- A recurring expense is known by its lead source and title.
MERGE INTO recurring_expense
USING (SELECT lead_source_id, exported.*
       FROM exported_recurring_expense AS exported JOIN lead_source ON lead_source.name_key = lead_roi.name_key(source)) AS exported
ON recurring_expense.lead_source_id = exported.lead_source_id AND recurring_expense.title = exported.title
WHEN MATCHED THEN
    UPDATE SET amount = exported.amount, starts_on = exported.starts_on, ends_on = exported.ends_on, every_months = exported.every_months,
               cost_type = exported.cost_type
WHEN NOT MATCHED THEN
    INSERT (lead_source_id, title, amount, starts_on, ends_on, every_months, cost_type)
    VALUES (exported.lead_source_id, exported.title, exported.amount, exported.starts_on, exported.ends_on, exported.every_months, exported.cost_type);

INSERT INTO amount_change (recurring_expense_id, effective_on, amount)
SELECT recurring_expense_id, effective_on, exported_amount_change.amount
FROM exported_amount_change
     JOIN lead_source ON lead_source.name_key = lead_roi.name_key(source)
     JOIN recurring_expense USING (lead_source_id, title)
ON CONFLICT (recurring_expense_id, effective_on) DO UPDATE SET amount = excluded.amount;

-- Nobody assigns leads to lead sources: a lead keeps what it arrived with, and aliases say which lead source
-- that means, and since when. Links of the company's own sites are no referrers.
INSERT INTO lead_source_alias (pattern, valid_from, lead_source_id)
SELECT pattern, valid_from, lead_source_id
FROM exported_alias JOIN lead_source ON lead_source.name_key = lead_roi.name_key(source)
ON CONFLICT (pattern, valid_from) DO UPDATE SET lead_source_id = excluded.lead_source_id;

-- Of what kind the platforms are that lead_roi doesn't know, for channels.
INSERT INTO known_source (pattern, kind) VALUES ('quillmark', 'search'), ('chatterlane', 'social'), ('chatterlane.example', 'social')
ON CONFLICT (pattern) DO UPDATE SET kind = excluded.kind;

-- Facts are loaded by one line a file. "columns" says what this company calls those of the formats plain_expense
-- and so on; loading tomorrow's export updates what is there already.
\set content `base64 -w 0 expenses.csv`
SELECT added FROM lead_roi.import_file('marketing', decode(:'content', 'base64'), 'plain_expense',
    '{"columns": {"day": "Date Incurred"}}') \gset expenses_
\set content `base64 -w 0 visits.csv`
SELECT added FROM lead_roi.import_file('marketing', decode(:'content', 'base64'), 'plain_visit',
    '{"columns": {"day": "Date"}}') \gset visits_
\set content `base64 -w 0 leads.csv`
SELECT added FROM lead_roi.import_file('marketing', decode(:'content', 'base64'), 'plain_lead',
    '{"columns": {"record_id": "Id", "day": "Date Created", "converted_on": "Customer Since", "churned_on": "Cancelled On"}, "own_hosts": ["deskwell.example"]}') \gset leads_
\set content `base64 -w 0 payments.csv`
SELECT added FROM lead_roi.import_file('marketing', decode(:'content', 'base64'), 'plain_payment',
    '{"columns": {"record_id": "Id", "day": "Date"}}') \gset payments_

COMMIT;

ANALYZE lead_source, lead_source_alias, recurring_expense, expense, visit, lead, payment;
