-- making: ledgers are made, found, and dropped.
SET lead_roi.testing_today = '2024-06-15';
SET search_path = public;
SET timezone = 'UTC';
\set SHOW_CONTEXT never

-- Without a ledger what computes works on any table; what needs a ledger says how to get one.
SELECT round(lead_roi.roi(revenue, spend), 2), lead_roi.cost_per_lead(spend, signups)::numeric(10,2)
FROM (VALUES (100, 150, 4), (100, 60, 6)) AS daily_ads (spend, revenue, signups);
TABLE lead_roi.ledger;
CREATE ROLE lead_roi_test_other;
SET ROLE lead_roi_test_other;
SELECT lead_roi.current_ledger();
SELECT lead_roi.post_due_expenses();
RESET ROLE;
SELECT lead_roi.post_due_expenses('marketing');
SELECT lead_roi.post_due_expenses('public');

-- The simple case needs no argument, and says what to do next.
SELECT lead_roi.create_ledger();
TABLE lead_roi.ledger;
SELECT lead_roi.current_ledger();
SELECT count(*) FROM marketing.lead_source_roi;
SELECT lead_roi.create_ledger();

-- Its days are those of its time zone, its amounts have its currency's decimals: 10 / 3 leads in yen and in dinars.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger('japan', 'JPY', 'Asia/Tokyo'), lead_roi.create_ledger('kuwait', 'KWD', 'Asia/Kuwait'),
       lead_roi.create_ledger('"North America"', 'USD', 'America/New_York');
SELECT ledger, currency, decimals, time_zone FROM lead_roi.ledger ORDER BY ledger COLLATE "C";
CREATE FUNCTION fill(ledger text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE replace('INSERT INTO @.lead_source (name) VALUES (''Agency''); INSERT INTO @.expense (lead_source_id, incurred_on, amount, title) VALUES (1, ''2024-01-01'', 10, ''fee'');
                     INSERT INTO @.lead (lead_source_id, created_on) SELECT 1, ''2024-01-01'' FROM generate_series(1, 3)', '@', ledger);
END
$$;
SELECT fill('japan'), fill('kuwait'), fill('"North America"');
SELECT japan.cost_per_lead AS japan, kuwait.cost_per_lead AS kuwait, america.cost_per_lead AS america
FROM japan.lead_source_roi AS japan, kuwait.lead_source_roi AS kuwait, "North America".lead_source_roi AS america;
-- Ledgers never see each other.
SELECT count(*) FROM marketing.lead_source;
SELECT lead_roi.currency_decimals('EUR'), lead_roi.currency_decimals('JPY'), lead_roi.currency_decimals('BHD'), lead_roi.currency_decimals('CLF'),
       lead_roi.currency_decimals('eur'), lead_roi.currency_decimals('XXX'), lead_roi.currency_decimals('EU');

-- Which ledger a call means that names none: the first on the search path, of schemas that exist; else the only one; else the caller has to say.
SELECT lead_roi.current_ledger();
SET search_path = nowhere, japan, kuwait;
SELECT lead_roi.current_ledger();
SET search_path = "North America";
SELECT lead_roi.current_ledger();
SELECT lead_roi.post_due_expenses();
SET search_path = '';
SELECT lead_roi.post_due_expenses();
SET search_path = public;

-- Names.
SELECT lead_roi.create_ledger('North America');
SELECT lead_roi.create_ledger('');
SELECT lead_roi.create_ledger('""');
SELECT lead_roi.create_ledger('a.b');
SELECT lead_roi.create_ledger('"a""b"');
SELECT lead_roi.create_ledger('"it''s"');
SELECT lead_roi.create_ledger('"$$"');
SELECT lead_roi.create_ledger('"a\b"');
SELECT lead_roi.create_ledger('lead_roi');
SELECT lead_roi.create_ledger('lead_roi_internal');
SELECT lead_roi.create_ledger('information_schema');
SELECT lead_roi.create_ledger('pg_ledger');
SELECT lead_roi.create_ledger(NULL);
SELECT lead_roi.create_ledger(repeat('x', 64));
SELECT length(lead_roi.create_ledger(repeat('x', 63)));
SELECT lead_roi.create_ledger('Upper');
SELECT lead_roi.drop_ledger(repeat('x', 63)), lead_roi.drop_ledger('upper');
DO $$ BEGIN EXECUTE 'DROP SCHEMA ' || repeat('x', 63); END $$;
DROP SCHEMA upper;
-- What the other arguments can't be.
SELECT lead_roi.create_ledger('failed', 'euro');
SELECT lead_roi.create_ledger('failed', 'eur');
SELECT lead_roi.create_ledger('failed', time_zone => 'Mars/Olympus');
SELECT lead_roi.create_ledger('failed', time_zone => '');
SELECT lead_roi.create_ledger('failed', time_zone => NULL);
SELECT count(*) FROM pg_namespace WHERE nspname = 'failed';

-- A schema that is there: a superuser's is refused, and one in which others may create objects, or with objects in the way.
CREATE SCHEMA own;
SELECT lead_roi.create_ledger('own');
ALTER SCHEMA own OWNER TO pg_database_owner;
GRANT CREATE ON SCHEMA own TO lead_roi_test_other, PUBLIC;
SELECT lead_roi.create_ledger('own');
REVOKE CREATE ON SCHEMA own FROM lead_roi_test_other, PUBLIC;
CREATE TABLE own.lead (id integer);
CREATE TYPE own.whole_months AS (x integer);
SELECT lead_roi.create_ledger('own');
DROP TABLE own.lead;
DROP TYPE own.whole_months;
CREATE TABLE own.contact (id integer);
SELECT lead_roi.create_ledger('own');
-- Dropped: not while there are rows, and not what is the user's own.
INSERT INTO own.lead_source (name) VALUES ('Agency');
SELECT lead_roi.drop_ledger('own');
CREATE VIEW own.mine AS SELECT lead_source FROM own.lead_source_roi;
SELECT lead_roi.drop_ledger('own', drop_rows => true);
DROP VIEW own.mine;
SELECT lead_roi.drop_ledger('own', drop_rows => true);
SELECT relname, relkind FROM pg_class WHERE relnamespace = 'own'::regnamespace;
SELECT count(*) FROM pg_type WHERE typnamespace = 'own'::regnamespace AND typtype IN ('e', 'd');
SELECT lead_roi.drop_ledger('own');
SELECT lead_roi.drop_ledger(NULL);

-- A role that may create schemas needs nobody to make its ledger, which is its own.
CREATE ROLE lead_roi_test_owner;
DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO lead_roi_test_owner', current_database()); END $$;
SET ROLE lead_roi_test_owner;
SELECT lead_roi.create_ledger('client');
SELECT lead_roi.current_ledger();
SELECT fill('client');
SELECT expense FROM client.lead_source_roi;
SELECT lead_roi.drop_ledger('japan', true);
SELECT lead_roi.upgrade_ledger('japan');
RESET ROLE;
SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'client'::regnamespace;
-- Upgrading acts as the owner, whoever calls; it can be repeated. All at once: not in a transaction block.
SELECT lead_roi.upgrade_ledger('client');
CALL lead_roi.upgrade_ledgers();
BEGIN;
CALL lead_roi.upgrade_ledgers();
ROLLBACK;
-- A ledger of another version is not posted in; its reports go on.
ALTER TYPE client.lead_roi_ledger RENAME VALUE 'version 1.0' TO 'version 0.9';
SELECT lead_roi.post_due_expenses('client');
CALL lead_roi.post_due_expenses_in_batches('client');
SELECT expense FROM client.lead_source_roi;
SELECT lead_roi.upgrade_ledger('client');
SELECT lead_roi.post_due_expenses('client');
SELECT version FROM lead_roi.ledger WHERE ledger = 'client';

-- The extension goes only when no ledger stands, or with CASCADE; then rows stay.
\set VERBOSITY terse
DROP EXTENSION lead_roi;
DROP EXTENSION lead_roi CASCADE;
SELECT amount FROM client.expense;

DROP OWNED BY lead_roi_test_owner, lead_roi_test_other CASCADE;
DROP ROLE lead_roi_test_owner, lead_roi_test_other;
