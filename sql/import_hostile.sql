-- import_hostile: files and callers that mean harm, and ledgers that can't be loaded into.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
SET datestyle = 'ISO';
SELECT lead_roi.create_ledger('"North America"', currency => 'USD', time_zone => 'UTC');

-- Names that would be statements, or more than an index holds. What can't be a key is rejected; what is too long for a traffic source is cut.
SELECT added, rejected FROM lead_roi.import_file('"North America"', convert_to(E'Campaign,Day,Cost\n"\'; DROP TABLE ""North America"".expense; --",2024-01-01,1.00\n$sql$;@ledger@;%s\\n,2024-01-01,2.00\n'
    || repeat('x', 600) || E',2024-01-01,3.00\n' || repeat('y', 1200) || E',2024-01-01,4.00\n', 'UTF8'), options => '{"create_sources": true, "max_rejected_percent": 30}');
SELECT left(title, 45) AS title, amount FROM "North America".expense ORDER BY amount;
SELECT left(name, 45) AS name, length(name) FROM "North America".lead_source ORDER BY lead_source_id;
SELECT length(lead_roi.campaign(pattern)) FROM "North America".lead_source_alias ORDER BY 1;
SELECT line_number, sqlstate, message FROM "North America".import_reject;
SELECT lead_roi.undo_import('"North America"', 1);
SELECT count(*) FROM "North America".lead_source;
-- A line of more than 1 MB is no row; neither are 10 MB of quotes. Numbers that no ledger holds.
SELECT verdict, count(*), min(message) FROM lead_roi.preview_file('"North America"', convert_to(E'Campaign,Day,Cost\n"' || repeat(E'a\n', 600000) || E'",2024-01-01,1.00\nB,2024-01-01,2.00\n', 'UTF8')) GROUP BY 1 ORDER BY 1;
SELECT * FROM lead_roi.preview_file('"North America"', convert_to(E'Campaign,Day,Cost\n' || repeat(E'A"B,2024-01-01,2.00\n', 200000), 'UTF8'), options => '{"max_rejected_percent": 100}') LIMIT 0;
SELECT verdict, message FROM lead_roi.preview_file('"North America"', convert_to(E'Campaign,Day,Cost\nA,2024-01-01,1' || repeat('0', 30) || E'\nB,2024-01-01,0.' || repeat('1', 25) || E'\n', 'UTF8'));
SELECT verdict, message FROM lead_roi.preview_file('"North America"', convert_to(E'Session source / medium,Date,Sessions\na / b,20240101,-1\nc / d,20240101,1.5\ne / f,20240101,1000000000001\n', 'UTF8'), options => '{"create_sources": true}');
-- Not a ledger, not a version; nothing.
SELECT * FROM lead_roi.import_file('nowhere', 'x');
SELECT * FROM lead_roi.import_file(NULL, 'x');
SELECT * FROM lead_roi.import_file('"North America"', NULL);
SELECT * FROM lead_roi.import_file('"North America"', 'x', options => NULL);

-- A caller's own operators and functions are not called, wherever they stand on his path.
CREATE SCHEMA planted;
CREATE FUNCTION planted.steal(text, text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'captured'; END $$;
CREATE OPERATOR planted.|| (FUNCTION = planted.steal, LEFTARG = text, RIGHTARG = text);
CREATE FUNCTION planted.lower(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'captured'; END $$;
CREATE FUNCTION planted.name_key(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'captured'; END $$;
SET search_path = planted, pg_catalog;
SELECT added FROM lead_roi.import_file('"North America"', pg_catalog.convert_to('Record ID,Email,Original Source,Create Date
1,a@example.com,Paid Search,2024-01-01 10:00
', 'UTF8'), options => '{"create_sources": true}');
RESET search_path;

-- With the caller's rights: who may not write loads nothing; who may only read may preview.
CREATE ROLE lead_roi_test_clerk;
GRANT USAGE ON SCHEMA "North America" TO lead_roi_test_clerk;
GRANT SELECT ON ALL TABLES IN SCHEMA "North America" TO lead_roi_test_clerk;
SET ROLE lead_roi_test_clerk;
SELECT verdict, amount FROM lead_roi.preview_file('"North America"', convert_to(E'Campaign,Day,Cost\nA,2024-01-01,1.00\n', 'UTF8'));
SELECT added FROM lead_roi.import_file('"North America"', convert_to(E'Campaign,Day,Cost\nA,2024-01-01,1.00\n', 'UTF8'));
RESET ROLE;
GRANT INSERT, UPDATE ON "North America".import TO lead_roi_test_clerk;
GRANT INSERT, UPDATE ON "North America".import_change TO lead_roi_test_clerk;
GRANT INSERT ON "North America".import_reject TO lead_roi_test_clerk;
GRANT INSERT, UPDATE, DELETE ON "North America".expense TO lead_roi_test_clerk;
SET ROLE lead_roi_test_clerk;
SELECT added FROM lead_roi.import_file('"North America"', convert_to(E'Campaign,Day,Cost\nA,2024-01-01,1.00\n', 'UTF8'));
SELECT added FROM lead_roi.import_file('"North America"', convert_to(E'Campaign,Day,Cost\nA,2024-01-01,1.00\n', 'UTF8'), options => '{"create_sources": true}');
RESET ROLE;
-- A preview writes nothing, in a transaction that can't.
BEGIN READ ONLY;
SELECT verdict, lead_source FROM lead_roi.preview_file('"North America"', convert_to(E'Campaign,Day,Cost\nA,2024-01-01,1.00\n', 'UTF8'), options => '{"create_sources": true}');
SELECT added FROM lead_roi.import_file('"North America"', convert_to(E'Campaign,Day,Cost\nA,2024-01-01,1.00\n', 'UTF8'));
ROLLBACK;

-- Relations that were given are only read, and their kind of file is refused; the others go on.
CREATE TABLE public.cost (lead_source_id bigint, incurred_on date, amount numeric, cost_type text);
GRANT SELECT ON public.cost TO pg_database_owner;
GRANT USAGE ON SCHEMA public TO pg_database_owner;
SELECT lead_roi.create_ledger('given', currency => 'EUR', time_zone => 'UTC', expenses => 'public.cost');
SELECT added FROM lead_roi.import_file('given', convert_to(E'Campaign,Day,Cost\nA,2024-01-01,1.00\n', 'UTF8'));
SELECT added FROM lead_roi.import_file('given', convert_to(E'external_id,created_on\na,2024-01-01\n', 'UTF8'));
SELECT lead_roi.undo_import('given', max(import_id)) FROM given.import;
