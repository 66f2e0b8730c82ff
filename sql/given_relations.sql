-- create_report_views(): the reports over relations of the user's own.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;
SET lead_roi.testing_today = '2024-12-31';
\pset null '-'

-- Over the tables of the house they say what the house's own say.
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
CREATE SCHEMA report;
CREATE FUNCTION difference() RETURNS TABLE (view_name text, rows bigint, differing bigint) LANGUAGE plpgsql AS $$
BEGIN
    FOR view_name IN SELECT relname FROM pg_class WHERE relnamespace = 'report'::regnamespace AND relname NOT IN ('lead', 'payment', 'expense', 'visit') ORDER BY 1 LOOP
        EXECUTE format('SELECT count(*), (SELECT count(*) FROM ((TABLE report.%1$I EXCEPT ALL TABLE lead_roi.%1$I) UNION ALL (TABLE lead_roi.%1$I EXCEPT ALL TABLE report.%1$I)) AS d)
                        FROM report.%1$I', view_name) INTO rows, differing;
        RETURN NEXT;
    END LOOP;
END
$$;
SELECT count(*) FROM create_report_views('report', 'lead', 'payment', visits => 'visit');
SELECT * FROM difference();

-- They are ordinary views of the caller's, read with the reader's rights, which hang on no view of the extension, and have its comments.
SELECT count(*) AS views, count(*) FILTER (WHERE reloptions = '{security_invoker=true}') AS invoker,
       count(*) FILTER (WHERE EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')) AS of_the_extension
FROM pg_class WHERE relnamespace = 'report'::regnamespace;
SELECT DISTINCT pg_class.relname AS "hangs on", referenced.relname
FROM pg_depend JOIN pg_rewrite ON pg_rewrite.oid = objid AND classid = 'pg_rewrite'::regclass JOIN pg_class ON pg_class.oid = ev_class
     JOIN pg_class AS referenced ON referenced.oid = refobjid AND refclassid = 'pg_class'::regclass
WHERE pg_class.relnamespace = 'report'::regnamespace AND referenced.relnamespace = 'lead_roi'::regnamespace AND referenced.relkind = 'v';
SELECT relname, attname AS "without comment" FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
WHERE relnamespace = 'report'::regnamespace AND col_description(attrelid, attnum) IS NULL OR relnamespace = 'report'::regnamespace AND obj_description(pg_class.oid) IS NULL;

-- Again, as after an update of the extension, without visits this time.
SELECT count(*) FROM create_report_views('report', 'lead', 'payment');
SELECT view_name, differing FROM difference() WHERE differing > 0;
SELECT DISTINCT visitors FROM report.lead_source_roi;

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
CREATE SCHEMA "crm's ""\1"" report";
SELECT count(*) FROM create_report_views('crm''s "\1" report', 'crm.contact_lead', 'crm.invoice', 'crm.cost');
INSERT INTO crm.contact VALUES
    ('00000000-0000-0000-0000-000000000001', 'Source 1', '2024-01-01 00:00Z', '2024-01-31', 'infinity'),
    ('00000000-0000-0000-0000-000000000002', 'Source 1', '2024-01-31 23:59Z', NULL, NULL),
    ('00000000-0000-0000-0000-000000000003', 'Nobody''s', NULL, NULL, NULL);
INSERT INTO crm.invoice VALUES ('a', '00000000-0000-0000-0000-000000000001', '2024-02-01', 99.5), ('b', '00000000-0000-0000-0000-000000000003', '2024-02-02', 0.5);
INSERT INTO crm.cost VALUES (1, '2024-01-10', 40, 'media'), (1, '2024-01-20', 10, 'staff');
SET search_path = "crm's ""\1"" report";
-- 50 for two leads and one customer, 40 of it media; 99.50 back: 99 % on all, 148.75 % on media.
SELECT lead_source, expense, revenue, roi_percent, leads, cost_per_lead, customers, media_expense, media_cost_per_lead, media_roi_percent
FROM lead_source_roi WHERE lead_source_id = 1 OR lead_source_id IS NULL ORDER BY lead_source_id;
SELECT lead_source, month, expense, revenue, leads FROM lead_source_monthly_roi ORDER BY lead_source_id, month;
SELECT lead_source, cohort_month, expense, revenue, payback_month FROM lead_source_cohort_roi ORDER BY lead_source_id, cohort_month;
SELECT lead_source, active_customers, churned_customers FROM lead_source_lifetime WHERE lead_source_id = 1;
SELECT violation, row_key FROM reconciliation WHERE violation <> 'bill_overdue' ORDER BY 1, 2;
SET search_path = public, marketing, lead_roi;

-- What is missing or of another type is named.
CREATE TABLE crm.lacking (lead_id uuid, lead_source_id integer, created_on date, converted_on date);
CREATE TABLE crm.other (lead_id bigint, paid_on timestamptz, amount numeric, lead_source_id text, created_on date, converted_on date, churned_on date, incurred_on date, cost_type integer);
CREATE TABLE crm.money (lead_id bigint, paid_on date, amount money);
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT create_report_views('report', 'crm.lacking', 'crm.invoice');
SELECT create_report_views('report', 'crm.other', 'crm.invoice');
SELECT create_report_views('crm', 'crm.contact_lead', 'crm.other');
SELECT create_report_views('crm', 'crm.contact_lead', 'crm.money');
SELECT create_report_views('crm', 'crm.contact_lead', 'payment');
SELECT create_report_views('crm', 'crm.contact_lead', 'crm.invoice', 'crm.other');
SELECT create_report_views('crm', 'crm.contact_lead', 'crm.invoice', visits => 'crm.cost');
SELECT create_report_views('crm', 'lead_pkey', 'crm.invoice');
SELECT create_report_views(NULL, 'lead', 'payment');
SELECT create_report_views('report', NULL, 'payment');
SELECT create_report_views('report', 'lead', NULL);
SELECT create_report_views('report', 'lead', 'payment', NULL);
SELECT create_report_views('lead_roi', 'lead', 'payment');
SELECT create_report_views('nowhere', 'lead', 'payment');
SELECT create_report_views('report', 'report.lead', 'payment');
-- Nothing is left of what failed.
SELECT relname FROM pg_class WHERE relnamespace = 'crm'::regnamespace AND relkind = 'v';

-- A role that may use the function and its own schema makes views that it owns, and can't read more through them than otherwise.
CREATE ROLE lead_roi_test_analyst;
GRANT CREATE ON SCHEMA report TO lead_roi_test_analyst;
CREATE SCHEMA analyst AUTHORIZATION lead_roi_test_analyst;
SET ROLE lead_roi_test_analyst;
SELECT create_report_views('analyst', 'marketing.lead', 'marketing.payment');
RESET ROLE;
GRANT EXECUTE ON FUNCTION create_report_views TO lead_roi_test_analyst;
SET ROLE lead_roi_test_analyst;
SELECT count(*) FROM create_report_views('analyst', 'marketing.lead', 'marketing.payment');
SELECT count(*) FROM analyst.lead_source_roi;
SELECT count(*) FROM create_report_views('report', 'marketing.lead', 'marketing.payment');
RESET ROLE;
GRANT SELECT ON lead, payment, expense, lead_source TO lead_roi_test_analyst;
SET ROLE lead_roi_test_analyst;
SELECT count(*) FROM analyst.lead_source_roi;
RESET ROLE;
DROP OWNED BY lead_roi_test_analyst CASCADE;
DROP ROLE lead_roi_test_analyst;
