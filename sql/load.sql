-- load: the recipe of docs/loading.md on exports that are odd and that are corrected later. 042_documents.pl
-- sees to it that what runs here is what the page says.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC');
RESET client_min_messages;
SET search_path = marketing, lead_roi;
SET datestyle = ISO;
SET lead_roi.testing_today = '2024-04-30';
\pset null '-'
\set SHOW_CONTEXT never

CREATE TEMPORARY TABLE exported_lead (line bigint GENERATED ALWAYS AS IDENTITY, id text, source text, landing_url text, referrer text, created_on date, converted_on date, churned_on date);
CREATE TEMPORARY TABLE exported_payment (line bigint GENERATED ALWAYS AS IDENTITY, id text, lead_id text, paid_on date, amount numeric);
CREATE TEMPORARY TABLE exported_expense (line bigint GENERATED ALWAYS AS IDENTITY, source text, title text, incurred_on date, amount numeric, cost_type text);
CREATE TEMPORARY TABLE exported_visit (line bigint GENERATED ALWAYS AS IDENTITY, source text, visited_on date, visitors bigint);

-- A payment of several leads, such as "102;106", is split among them, here with two decimals.
CREATE TEMPORARY VIEW exported_part AS
SELECT DISTINCT ON (key) key, paid_on, part.amount, record_key(trim(part.lead_id)) AS lead_id
FROM exported_payment
     CROSS JOIN LATERAL coalesce(string_to_array(exported_payment.lead_id, ';'), ARRAY[NULL]) AS lead_ids
     CROSS JOIN LATERAL unnest(lead_ids, allocate(exported_payment.amount, array_fill(1, ARRAY[cardinality(lead_ids)]), 2))
         WITH ORDINALITY AS part (lead_id, amount, position)
     CROSS JOIN LATERAL concat_ws(':', id, nullif(position, 1)) AS key
ORDER BY key, line DESC;

CREATE PROCEDURE public.load_export() LANGUAGE sql AS $recipe$
-- Each new name becomes a lead source. Names that differ only in case and blanks are the same; "N/A" and the like count as no name.
INSERT INTO lead_source (name)
SELECT DISTINCT ON (name_key(source)) source
FROM (SELECT source, line FROM exported_expense UNION ALL SELECT source, line FROM exported_lead UNION ALL SELECT source, line FROM exported_visit) AS named
WHERE name_key(source) IS NOT NULL
ORDER BY name_key(source), line
ON CONFLICT (name_key) DO NOTHING;

-- The key is that of the other system, in a uniform form. A row without a key gets one made from its contents.
UPDATE exported_lead SET id = record_key(nullif(id, ''));
UPDATE exported_payment SET id = record_key(nullif(id, ''));
UPDATE exported_lead SET id = concat_ws(' / ', 'without key', source, to_char(created_on, 'YYYY-MM-DD'), position)
FROM (SELECT line, row_number() OVER (PARTITION BY source, created_on ORDER BY line) AS position FROM exported_lead WHERE id IS NULL) AS alike
WHERE alike.line = exported_lead.line;
UPDATE exported_payment SET id = concat_ws(' / ', 'without key', lead_id, to_char(paid_on, 'YYYY-MM-DD'), position)
FROM (SELECT line, row_number() OVER (PARTITION BY lead_id, paid_on ORDER BY line) AS position FROM exported_payment WHERE id IS NULL) AS alike
WHERE alike.line = exported_payment.line;

-- If a lead is in the file twice, the last row counts. Your own hosts don't count as referrers.
INSERT INTO lead (lead_source_id, traffic_source, created_on, converted_on, churned_on, external_id)
SELECT DISTINCT ON (id) lead_source_id, traffic_source_from_url(landing_url, referrer, '{deskwell.example}'), created_on, converted_on, churned_on, id
FROM exported_lead LEFT JOIN lead_source ON lead_source.name_key = name_key(source)
ORDER BY id, line DESC
ON CONFLICT (external_id) DO UPDATE
    SET lead_source_id = excluded.lead_source_id, traffic_source = excluded.traffic_source, created_on = excluded.created_on,
        converted_on = excluded.converted_on, churned_on = excluded.churned_on;

INSERT INTO payment (paid_on, amount, lead_external_id, external_id)
SELECT paid_on, amount, lead_id, key FROM exported_part
ON CONFLICT (external_id) DO UPDATE
    SET paid_on = excluded.paid_on, amount = excluded.amount, lead_external_id = excluded.lead_external_id,
        lead_id = CASE WHEN payment.lead_external_id = excluded.lead_external_id THEN payment.lead_id END;

-- Ad platforms restate costs and give them no key, so the key is made from what stays the same.
INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, title, external_id)
SELECT lead_source_id, incurred_on, sum(amount), coalesce(min(cost_type), 'media'), title, concat_ws(' / ', 'ads', name_key(source), title, to_char(incurred_on, 'YYYY-MM-DD'))
FROM exported_expense LEFT JOIN lead_source ON lead_source.name_key = name_key(source)
GROUP BY lead_source_id, name_key(source), title, incurred_on
ON CONFLICT (external_id) DO UPDATE SET amount = excluded.amount, cost_type = excluded.cost_type;

INSERT INTO visit (lead_source_id, visited_on, visitors)
SELECT lead_source_id, visited_on, sum(visitors)
FROM exported_visit JOIN lead_source ON lead_source.name_key = name_key(source)
GROUP BY lead_source_id, visited_on
ON CONFLICT (lead_source_id, visited_on) DO UPDATE SET visitors = excluded.visitors;
$recipe$;

CREATE PROCEDURE public.take_away_what_is_gone() LANGUAGE sql AS $recipe$
DELETE FROM payment WHERE external_id NOT IN (SELECT key FROM exported_part) AND EXISTS (SELECT FROM exported_payment);

-- Payments of a deleted lead stay without a lead until an export assigns them.
WITH gone AS (
    DELETE FROM lead WHERE external_id NOT IN (SELECT id FROM exported_lead) AND EXISTS (SELECT FROM exported_lead)
    RETURNING lead_id, external_id
)
UPDATE payment SET lead_id = NULL, lead_external_id = coalesce(lead_external_id, gone.external_id)
FROM gone WHERE payment.lead_id = gone.lead_id;
$recipe$;

-- Everything in the ledger, to see whether a load changed it.
CREATE VIEW public.everything AS
SELECT 'lead_source' AS relation, lead_source::text AS row_text FROM lead_source UNION ALL SELECT 'lead', lead::text FROM lead UNION ALL SELECT 'payment', payment::text FROM payment
UNION ALL SELECT 'expense', expense::text FROM expense UNION ALL SELECT 'visit', visit::text FROM visit;
CREATE TABLE public.before (relation text, row_text text);

-- Empty files change nothing.
CALL public.load_export();
CALL public.take_away_what_is_gone();
SELECT assign_payments(), (SELECT count(*) FROM public.everything) AS rows;

-- The platform restates the last weeks: 1,204.50 becomes 1,199.00, so 1,199.00 + 980.00 = 2,179.00 in two rows, and not 4,363.50 in
-- four. Two rows of one day and title are one cost. The same for visits: 7 of one day become 9.
BEGIN;
INSERT INTO exported_expense (source, title, incurred_on, amount, cost_type) VALUES
    ('Search ads', 'Clicks', '2024-01-02', 1200.00, 'media'), ('search ads', 'Clicks', '2024-01-02', 4.50, 'media'), ('Search ads', 'Clicks', '2024-01-03', 980.00, NULL);
INSERT INTO exported_visit (source, visited_on, visitors) VALUES ('Search ads', '2024-01-02', 4), ('SEARCH ADS', '2024-01-02', 3);
CALL public.load_export();
SELECT expense, visitors FROM lead_source_roi;
UPDATE exported_expense SET amount = 1194.50 WHERE amount = 1200;
UPDATE exported_visit SET visitors = 6 WHERE visitors = 4;
SET LOCAL datestyle = German;
CALL public.load_export();
SELECT expense, visitors, (SELECT count(*) FROM expense) AS expenses FROM lead_source_roi;
-- A cost that somebody has shared stays so, and what has changed is seen in its own lead source: 1,100.00 - 1,199.00 + 980.00 = 881.00.
INSERT INTO lead_source (name) VALUES ('Fair');
SELECT amount FROM share_expense('marketing', (SELECT expense_id FROM expense WHERE amount = 1199), ARRAY(SELECT lead_source_id FROM lead_source WHERE name = 'Fair'));
UPDATE exported_expense SET amount = 1095.50 WHERE amount = 1194.50;
CALL public.load_export();
SELECT lead_source, expense FROM lead_source_roi ORDER BY 1;
ROLLBACK;

-- The next day's export: a lead source was corrected (L1 from Web to Fair), a lead merged away (L3), a payment corrected (P2 from 500 to
-- 450), the lead who made P1 has come (L9); one lead has no key. Then Web has 2 leads (L2, L9), 2 customers and 1,000 + 450 of
-- revenue, Fair 2 leads (L1 and the one without a key).
BEGIN;
INSERT INTO exported_lead (id, source, created_on) VALUES
    ('L1', 'Web', '2024-01-05'), ('L2', 'Web', '2024-01-06'), ('L3', 'Web', '2024-01-07'), (NULL, 'Fair', '2024-01-08');
INSERT INTO exported_payment (id, lead_id, paid_on, amount) VALUES ('P1', 'L9', '2024-02-01', 1000), ('P2', 'L2', '2024-02-02', 500), ('P3', 'L3', '2024-02-03', 20);
CALL public.load_export();
CALL public.take_away_what_is_gone();
SELECT assign_payments();
SELECT lead_source, leads, customers, revenue FROM lead_source_roi ORDER BY 1;
-- The same file again, in which the key is missing again, changes nothing.
INSERT INTO public.before TABLE public.everything;
UPDATE exported_lead SET id = '' WHERE source = 'Fair';
CALL public.load_export();
CALL public.take_away_what_is_gone();
SELECT assign_payments();
(TABLE public.before EXCEPT TABLE public.everything) UNION ALL (TABLE public.everything EXCEPT TABLE public.before);
-- Corrected. P3 is now of the lead that L3 was merged into, L2: 20 more.
DELETE FROM exported_lead WHERE id = 'L3';
UPDATE exported_lead SET source = 'Fair' WHERE id = 'L1';
UPDATE exported_lead SET converted_on = '2024-02-02' WHERE id = 'L2';
INSERT INTO exported_lead (id, source, created_on, converted_on) VALUES ('L9', 'Web', '2024-01-09', '2024-02-01');
UPDATE exported_payment SET amount = 450 WHERE id = 'P2';
UPDATE exported_payment SET lead_id = 'L2' WHERE id = 'P3';
CALL public.load_export();
CALL public.take_away_what_is_gone();
SELECT assign_payments();
SELECT lead_source, leads, customers, revenue FROM lead_source_roi ORDER BY 1;
SELECT violation, row_key FROM reconciliation;
-- A lead that is gone while the payments say nothing of it: they are unknown, and found again with the lead.
DELETE FROM exported_lead WHERE id = 'L2';
CALL public.take_away_what_is_gone();
SELECT external_id, lead_id, lead_external_id FROM payment WHERE lead_id IS NULL ORDER BY 1;
SELECT lead_source, revenue FROM lead_source_roi WHERE revenue > 0 ORDER BY 1;
INSERT INTO exported_lead (id, source, created_on) VALUES ('L2', 'Web', '2024-01-06');
CALL public.load_export();
SELECT assign_payments();
-- A payment that is gone.
DELETE FROM exported_payment WHERE id = 'P1';
CALL public.take_away_what_is_gone();
SELECT external_id FROM payment ORDER BY 1;
ROLLBACK;

-- Two leads without a key on one day are two; so are payments. Loaded twice they still are.
BEGIN;
INSERT INTO exported_lead (source, created_on) VALUES ('Fair', '2024-01-08'), ('Fair', '2024-01-08');
INSERT INTO exported_payment (lead_id, paid_on, amount) VALUES ('L1', '2024-01-08', 5), ('L1', '2024-01-08', 5);
CALL public.load_export();
UPDATE exported_lead SET id = NULL;
UPDATE exported_payment SET id = NULL;
CALL public.load_export();
SELECT (SELECT count(*) FROM lead) AS leads, (SELECT count(*) FROM payment) AS payments;
ROLLBACK;

-- A contact is twice in one export: one lead 105, and the last row counts, so a customer of two leads. A payment is, too: 40.
BEGIN;
INSERT INTO exported_lead (id, source, created_on, converted_on) VALUES
    ('104', 'Paid social', '2024-01-15', NULL), ('105', 'Paid social', '2024-01-16', NULL), ('105', 'Paid social', '2024-01-16', '2024-02-02');
INSERT INTO exported_payment (id, lead_id, paid_on, amount) VALUES ('1', '105', '2024-02-02', 30), ('1', '105', '2024-02-02', 40);
CALL public.load_export();
SELECT assign_payments();
SELECT leads, customers, revenue FROM lead_source_roi;
ROLLBACK;

-- A contact became a customer before the CRM entered it: all three are loaded, and the violation names it.
BEGIN;
INSERT INTO exported_lead (id, source, created_on, converted_on) VALUES
    ('101', 'Paid search', '2024-01-04', NULL), ('102', 'Paid search', '2024-01-05', '2024-01-20'), ('104', 'Paid search', '2024-01-07', '2023-06-30');
CALL public.load_export();
SELECT leads, customers FROM lead_source_roi;
SELECT violation, external_id FROM reconciliation JOIN lead ON row_key ~ ('^lead_id ' || lead_id) ORDER BY 1;
ROLLBACK;

-- "Google Ads", "google ads" and "Google  Ads " are one lead source: cost 1,000, 4 leads, 2 customers, so 250.00 and 500.00 each; revenue
-- 1,800, ROI 80 %. "N/A" and the like are none.
BEGIN;
INSERT INTO exported_expense (source, title, incurred_on, amount) VALUES ('Google Ads', 'ads', '2024-01-10', 1000);
INSERT INTO exported_lead (id, source, created_on, converted_on) VALUES
    ('1', 'Google Ads', '2024-01-10', NULL), ('2', 'google ads', '2024-01-10', '2024-01-20'), ('3', 'google ads', '2024-01-11', '2024-01-21'), ('4', 'Google  Ads ', '2024-01-12', NULL),
    ('5', 'N/A', '2024-01-12', NULL), ('6', '(not set)', '2024-01-12', NULL), ('7', '', '2024-01-12', NULL), ('8', ' --', '2024-01-12', NULL);
INSERT INTO exported_payment (id, lead_id, paid_on, amount) VALUES ('1', '2', '2024-01-25', 900), ('2', '3', '2024-01-25', 900);
CALL public.load_export();
SELECT assign_payments();
SELECT lead_source, expense, revenue, roi_percent, leads, cost_per_lead, customers, cost_per_customer FROM lead_source_roi ORDER BY lead_source;
ROLLBACK;

-- A deal names two contacts of two lead sources: 600.00 in all, 300.00 each. 100.01 of three are 33.34 + 33.34 + 33.33. Later it is one's alone.
BEGIN;
INSERT INTO exported_lead (id, source, created_on, converted_on) VALUES ('102', 'Search', '2024-01-05', '2024-01-20'), ('106', 'Social', '2024-01-18', '2024-02-02');
INSERT INTO exported_payment (id, lead_id, paid_on, amount) VALUES ('9006', '102; 106', '2024-02-11', 600), ('9007', '102;106;102', '2024-02-12', 100.01);
CALL public.load_export();
SELECT assign_payments();
SELECT external_id, lead_external_id, amount FROM payment ORDER BY 1;
SELECT lead_source, revenue FROM lead_source_roi ORDER BY 1;
UPDATE exported_payment SET lead_id = '106' WHERE id = '9006';
CALL public.load_export();
CALL public.take_away_what_is_gone();
SELECT assign_payments();
SELECT lead_source, revenue FROM lead_source_roi ORDER BY 1;
ROLLBACK;

-- Salesforce writes a key with 15 or 18 characters: it is one lead, whichever form comes first, and a payment of it. The lead of 500 is still to come.
BEGIN;
INSERT INTO exported_lead (id, source, created_on) VALUES ('0035g00000AbCdEAAV', 'Web', '2024-01-05');
INSERT INTO exported_payment (id, lead_id, paid_on, amount) VALUES ('1', '0035g00000AbCdE', '2024-02-01', 30), ('2', '0035g00000AbCdEAAV', '2024-02-02', 4), ('3', 'nobody', '2024-02-03', 500);
CALL public.load_export();
UPDATE exported_lead SET id = '0035g00000AbCdE', converted_on = '2024-01-31';
CALL public.load_export();
SELECT assign_payments() AS assigned, assign_payments() AS again;
SELECT external_id, converted_on, (SELECT sum(amount) FROM payment WHERE payment.lead_id = lead.lead_id) AS paid FROM lead;
ROLLBACK;

-- Of two leads with the forms of one key, entered by hand, the one that is written alike is taken, as in reports.
BEGIN;
INSERT INTO lead (created_on, external_id) VALUES ('2024-01-01', '0035g00000AbCdEAAV'), ('2024-01-01', '0035g00000AbCdE');
INSERT INTO payment (paid_on, amount, lead_external_id) VALUES ('2024-02-01', 30, '0035g00000AbCdEAAV'), ('2024-02-02', 4, '0035g00000AbCdE');
CREATE TABLE public.reported AS SELECT amount, lead_id FROM payment_fact;
SELECT assign_payments();
SELECT amount, lead.external_id, reported.lead_id = payment.lead_id AS as_reported FROM payment JOIN public.reported USING (amount) JOIN lead ON lead.lead_id = payment.lead_id ORDER BY 1;
ROLLBACK;

\set VERBOSITY terse
-- A kind of cost that isn't one is refused with the list of them, in every table that has one.
INSERT INTO lead_source (name) VALUES ('Keys');
INSERT INTO expense (amount, title, cost_type) VALUES (1, 'x', 'beer');
INSERT INTO recurring_expense (lead_source_id, amount, title, starts_on, cost_type) SELECT lead_source_id, 1, 'x', '2024-01-01', 'beer' FROM lead_source;
SELECT attrelid::regclass AS relation, conname FROM pg_attribute LEFT JOIN pg_constraint ON conrelid = attrelid AND conkey = ARRAY[attnum] AND contype = 'c'
WHERE attname = 'cost_type' AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'marketing'::regnamespace AND relkind = 'r') ORDER BY 1;

\set VERBOSITY default
-- Keys of one's own, in the way that docs/operations.md has: what comes next follows on, and no key is given twice, also where the last one is gone.
INSERT INTO lead (created_on) VALUES ('2024-01-30'), ('2024-01-30');
DELETE FROM lead WHERE lead_id = (SELECT max(lead_id) FROM lead);
CREATE TABLE public.last_key AS SELECT max(lead_id) + 1 AS deleted FROM lead;
INSERT INTO lead (lead_id, created_on) VALUES (4711, '2024-01-31');
DO $$
DECLARE
    key record;
BEGIN
    FOR key IN
        SELECT attrelid::regclass AS ledger_table, attname AS column_name
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'marketing'::regnamespace AND relkind = 'r' AND attidentity <> ''
    LOOP
        EXECUTE format('SELECT setval(sequence, greatest(max(%I), pg_sequence_last_value(sequence)))
                        FROM %s, CAST(pg_get_serial_sequence(%L, %L) AS regclass) AS sequence GROUP BY sequence',
                       key.column_name, key.ledger_table, key.ledger_table, key.column_name);
    END LOOP;
END
$$;
SELECT nextval(pg_get_serial_sequence('lead', 'lead_id')) - deleted AS next_to_deleted FROM public.last_key;
INSERT INTO lead (lead_id, created_on) OVERRIDING SYSTEM VALUE VALUES (4711, '2024-01-31');
DO $$
DECLARE
    key record;
BEGIN
    FOR key IN
        SELECT attrelid::regclass AS ledger_table, attname AS column_name
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'marketing'::regnamespace AND relkind = 'r' AND attidentity <> ''
    LOOP
        EXECUTE format('SELECT setval(sequence, greatest(max(%I), pg_sequence_last_value(sequence)))
                        FROM %s, CAST(pg_get_serial_sequence(%L, %L) AS regclass) AS sequence GROUP BY sequence',
                       key.column_name, key.ledger_table, key.ledger_table, key.column_name);
    END LOOP;
END
$$;
INSERT INTO lead (created_on) VALUES ('2024-02-01') RETURNING lead_id;
INSERT INTO expense (amount, title) VALUES (1, 'first') RETURNING expense_id;

-- Payments of one's own are assigned where they are.
CREATE TABLE public.own_lead (lead_id bigint, lead_source_id bigint, created_on date, converted_on date, churned_on date);
CREATE TABLE public.own_payment (lead_id bigint, paid_on date, amount numeric);
GRANT SELECT ON public.own_lead, public.own_payment TO pg_database_owner;
SET client_min_messages = warning;
SELECT create_ledger('report', leads => 'public.own_lead', payments => 'public.own_payment');
RESET client_min_messages;
SELECT assign_payments('report');
BEGIN READ ONLY;
SELECT assign_payments('marketing');
ROLLBACK;
