-- given_relations: a ledger over relations of the user's own.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;
SET lead_roi.testing_today = '2024-12-31';
\pset null '-'

-- Over the tables of another ledger its reports say what that ledger's own say.
INSERT INTO lead_source (name, category) SELECT 'Source ' || n, 'Category ' || n % 3 FROM generate_series(1, 7) AS n;
INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, title)
SELECT 1 + n % 6, date '2023-01-01' + n * 13, n * 1.23, (ARRAY['media', 'staff', 'agency'])[1 + n % 3], 'cost' FROM generate_series(1, 50) AS n;
INSERT INTO visit SELECT 1 + n % 5, date '2023-01-01' + n, n FROM generate_series(1, 60) AS n;
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on)
SELECT nullif(n % 7, 0), date '2023-01-01' + n, CASE WHEN n % 2 = 0 THEN date '2023-01-05' + n END, CASE WHEN n % 4 = 0 THEN date '2023-02-05' + 2 * n END
FROM generate_series(1, 200) AS n;
INSERT INTO payment (lead_id, paid_on, amount) SELECT 2 * n, date '2023-01-05' + 2 * n + n % 90, n * 3.21 - 20 FROM generate_series(1, 100) AS n;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 100, '2024-10-01'), (2, 'fee', 70, '2024-12-15');
SELECT post_due_expenses(as_of => '2024-11-30');
CREATE FUNCTION difference(other text) RETURNS TABLE (view_name text, rows bigint, differing bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOR view_name IN SELECT name FROM ledger_relation() WHERE kind = 'view' AND NOT kept ORDER BY 1 LOOP
        EXECUTE format('SELECT count(*), (SELECT count(*) FROM ((TABLE %2$s.%1$I EXCEPT ALL TABLE marketing.%1$I) UNION ALL (TABLE marketing.%1$I EXCEPT ALL TABLE %2$s.%1$I)) AS d)
                        FROM %2$s.%1$I', view_name, other) INTO rows, differing;
        RETURN NEXT;
    END LOOP;
END
$$;
-- The tables of a ledger are its owner's, so a ledger of the same owner may read them.
SELECT lead_roi.create_ledger('report', time_zone => 'UTC', leads => 'lead', payments => 'payment', expenses => 'expense', visits => 'visit', security_invoker => true);
INSERT INTO report.lead_source (name, category) SELECT name, category FROM marketing.lead_source ORDER BY lead_source_id;
-- Expenses are only read, so there are no recurring ones: no bills, due, overdue or ahead, and nothing to post. Findings name the ledger in their queries.
SELECT * FROM difference('report') WHERE differing > 0;
SELECT relname, relkind FROM pg_class WHERE relnamespace = 'report'::regnamespace AND relkind IN ('r', 'p') ORDER BY 1;
SELECT post_due_expenses('report'), (SELECT count(*) FROM unpost_expenses('report')) AS unposted;
CALL post_due_expenses_in_batches('report');
\set VERBOSITY terse
INSERT INTO report.recurring_expense (title) VALUES ('fee');
\set VERBOSITY default

-- All of it belongs to the owner of the schema; views have their reader's rights if that was asked for.
SELECT relnamespace::regnamespace, count(*) AS views, count(*) FILTER (WHERE reloptions = '{security_invoker=true}') AS invoker,
       count(*) FILTER (WHERE pg_get_userbyid(relowner) <> 'pg_database_owner') AS of_others,
       count(*) FILTER (WHERE EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')) AS of_the_extension
FROM pg_class WHERE relnamespace IN ('report'::regnamespace, 'marketing'::regnamespace) AND relkind = 'v' GROUP BY 1 ORDER BY 1;

-- Visits that aren't given are the ledger's own.
SELECT lead_roi.create_ledger('no_visits', time_zone => 'UTC', leads => 'lead', payments => 'payment');
INSERT INTO no_visits.lead_source (name) VALUES ('Source 1');
INSERT INTO no_visits.visit VALUES (1, '2024-01-01', 5);
INSERT INTO no_visits.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 100, '2024-11-01');
-- 5 visitors; bills of 1 November and 1 December; leads n from 1 to 200 with n % 7 = 1: 29.
SELECT post_due_expenses('no_visits');
SELECT lead_source, visitors, expense, leads FROM no_visits.lead_source_roi WHERE lead_source_id = 1;

-- A CRM's contacts: keys of any type, other column names behind a view, an infinite date for never, and no date at all.
CREATE SCHEMA crm;
CREATE DOMAIN crm.day AS date;
CREATE TYPE crm.kind AS ENUM ('media', 'staff');
CREATE TABLE crm.contact (id uuid, source text, entered timestamptz, won crm.day, lost date);
CREATE VIEW crm.contact_lead AS
SELECT id AS lead_id, lead_source_id::integer, (entered AT TIME ZONE 'UTC')::date AS created_on, won AS converted_on, lost AS churned_on
FROM crm.contact LEFT JOIN lead_source ON name = source;
CREATE TABLE crm.invoice (number text, lead_id uuid, paid_on date, amount numeric(10,2));
CREATE TABLE crm.cost (lead_source_id smallint, incurred_on date, amount integer, cost_type crm.kind);
-- The ledger's owner needs to read them.
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT lead_roi.create_ledger('"crm''s report"', leads => 'crm.contact_lead', payments => 'crm.invoice', expenses => 'crm.cost');
SELECT lead_roi.create_ledger('"CRM report"', time_zone => 'UTC', leads => 'crm.contact_lead', payments => 'crm.invoice', expenses => 'crm.cost');
GRANT USAGE ON SCHEMA crm TO pg_database_owner;
GRANT SELECT ON ALL TABLES IN SCHEMA crm TO pg_database_owner;
SELECT lead_roi.create_ledger('"CRM report"', time_zone => 'UTC', leads => 'crm.contact_lead', payments => 'crm.invoice', expenses => 'crm.cost');
INSERT INTO crm.contact VALUES
    ('00000000-0000-0000-0000-000000000001', 'Source 1', '2024-01-01 00:00Z', '2024-01-31', 'infinity'),
    ('00000000-0000-0000-0000-000000000002', 'Source 1', '2024-01-31 23:59Z', NULL, NULL),
    ('00000000-0000-0000-0000-000000000003', 'Nobody''s', NULL, NULL, NULL);
INSERT INTO crm.invoice VALUES ('a', '00000000-0000-0000-0000-000000000001', '2024-02-01', 99.5), ('b', '00000000-0000-0000-0000-000000000003', '2024-02-02', 0.5);
INSERT INTO crm.cost VALUES (1, '2024-01-10', 40, 'media'), (1, '2024-01-20', 10, 'staff');
SET search_path = "CRM report", lead_roi;
INSERT INTO lead_source (name) VALUES ('Source 1'), ('Source 2');
-- 50 for two leads and one customer, 40 of it media; 99.50 back: 99 % on all, 148.75 % on media.
SELECT lead_source, expense, revenue, roi_percent, leads, cost_per_lead, customers, media_expense, media_cost_per_lead, media_roi_percent
FROM lead_source_roi WHERE lead_source_id = 1 OR lead_source_id IS NULL ORDER BY lead_source_id;
SELECT lead_source, month, expense, revenue, leads FROM lead_source_monthly_roi ORDER BY lead_source_id, month;
SELECT lead_source, cohort_month, expense, revenue, payback_month FROM lead_source_cohort_roi ORDER BY lead_source_id, cohort_month;
SELECT lead_source, active_customers, churned_customers FROM lead_source_lifetime WHERE lead_source_id = 1;
SELECT violation, row_key FROM reconciliation ORDER BY 1, 2;
-- A column that is added to a relation given, or renamed, changes nothing.
ALTER TABLE crm.cost ADD COLUMN note text;
ALTER TABLE crm.cost RENAME COLUMN amount TO sum;
SELECT expense FROM lead_source_roi WHERE lead_source_id = 1;
ALTER TABLE crm.cost RENAME COLUMN sum TO amount;
SELECT upgrade_ledger();
SELECT expense FROM lead_source_roi WHERE lead_source_id = 1;
SET search_path = public, marketing, lead_roi;

-- What is missing or of another type is named, and nothing is left of what failed.
CREATE TABLE crm.lacking (lead_id uuid, lead_source_id integer, created_on date, converted_on date);
CREATE TABLE crm.other (lead_id bigint, paid_on timestamptz, amount numeric, lead_source_id text, created_on date, converted_on date, churned_on date, incurred_on date, cost_type integer);
CREATE TABLE crm.money (lead_id bigint, paid_on date, amount money);
GRANT SELECT ON ALL TABLES IN SCHEMA crm TO pg_database_owner;
SELECT create_ledger('failed', leads => 'crm.lacking', payments => 'crm.invoice');
SELECT create_ledger('failed', leads => 'crm.other', payments => 'crm.invoice');
SELECT create_ledger('failed', leads => 'crm.contact_lead', payments => 'crm.other');
SELECT create_ledger('failed', leads => 'crm.contact_lead', payments => 'crm.money');
SELECT create_ledger('failed', leads => 'crm.contact_lead', payments => 'marketing.payment');
SELECT create_ledger('failed', leads => 'crm.contact_lead', payments => 'crm.invoice', expenses => 'crm.other');
SELECT create_ledger('failed', leads => 'crm.contact_lead', payments => 'crm.invoice', visits => 'crm.cost');
SELECT create_ledger('failed', leads => 'lead_pkey', payments => 'crm.invoice');
SELECT create_ledger('failed', payments => 'crm.invoice');
SELECT create_ledger('failed', leads => 'crm.contact_lead');
SELECT count(*) FROM pg_namespace WHERE nspname = 'failed';

-- Leads may have what they arrived with, by which aliases of the ledger find their lead source: two of four here, one of them from June on.
CREATE TABLE crm.landed (lead_id bigint, lead_source_id bigint, created_on date, converted_on date, churned_on date, url text);
INSERT INTO crm.landed VALUES (1, NULL, '2024-05-31', NULL, NULL, 'https://e.example/?utm_source=Press&utm_medium=Link'), (2, NULL, '2024-06-01', '2024-06-02', NULL, 'https://e.example/?utm_source=press&utm_medium=link'),
    (3, NULL, NULL, NULL, NULL, 'https://e.example/?utm_source=press'), (4, NULL, '2024-06-01', NULL, NULL, NULL);
CREATE VIEW crm.landed_lead AS SELECT *, lead_roi.traffic_source_from_url(url) AS traffic_source FROM crm.landed;
CREATE VIEW crm.landed_text AS SELECT *, 'press / link' AS traffic_source FROM crm.landed;
CREATE TABLE crm.landed_payment (lead_id bigint, paid_on date, amount numeric);
INSERT INTO crm.landed_payment VALUES (2, '2024-06-03', 30);
GRANT SELECT ON ALL TABLES IN SCHEMA crm TO pg_database_owner;
SELECT create_ledger('failed', leads => 'crm.landed_text', payments => 'crm.landed_payment');
SELECT create_ledger('landed', leads => 'crm.landed_lead', payments => 'crm.landed_payment');
INSERT INTO landed.lead_source (name) VALUES ('Press');
INSERT INTO landed.lead_source_alias VALUES ('press / link', '2024-06-01', 1), ('press', '2024-06-01', 1);
SELECT lead_source, leads, customers, revenue FROM landed.lead_source_roi ORDER BY lead_source_id;
SELECT traffic_source, channel, leads FROM landed.unresolved_traffic;
