-- Imports: 100,000 lines of Google Ads against COPY of the same lines into a table of texts, and against what no import
-- can do without, the INSERT of as many expenses that are ready; 1,000,000 leads.
\ir harness.sql
\ir harness_ledger.sql
SET work_mem = '256MB';

DROP TABLE IF EXISTS exported, lines_as_text, expenses_ready, leads_ready;
CREATE UNLOGGED TABLE lines_as_text (status text, campaign text, type text, currency text, day text, device text, impressions text, clicks text, cost text, conversions text);
CREATE UNLOGGED TABLE exported (name text, content bytea);
ALTER TABLE exported ALTER content SET STORAGE EXTERNAL;
-- 100 campaigns on 1,000 days; and 100 on 250 days by four devices, whose lines are added up.
INSERT INTO exported
SELECT name, convert_to(E'Campaign report\n"January 1, 2022 - December 31, 2024"\nCampaign status,Campaign,Campaign type,Currency code,Day,Device,Impr.,Clicks,Cost,Conversions\n'
       || string_agg(format('Enabled,"Campaign %s, DE",Search,EUR,%s,%s,"%s,%s",%s,%s.%s,0.50', n % 100, date '2022-01-01' + (n / 100 / devices)::integer, n / 100 % devices, n % 90 + 1, n % 900 + 100, n % 500, n % 3000, n % 90 + 10), E'\n' ORDER BY n)
       || E'\n', 'UTF8')
FROM (VALUES ('day', 1), ('device', 4)) AS layout (name, devices), generate_series(0, (100000 * :scale)::integer - 1) AS n
GROUP BY name, devices;
INSERT INTO exported
SELECT 'leads', convert_to(E'Record ID,First Name,Original Source,Original Source Drill-Down 1,Create Date,Became a Customer Date\n'
       || string_agg(format('%s,Ann %s,Paid Search,Campaign %s,%s 10:00,%s', n, n, n % 500, date '2023-01-01' + n % 365, CASE WHEN n % 5 = 0 THEN date '2024-01-01' + n % 31 END), E'\n' ORDER BY n), 'UTF8')
FROM generate_series(1, (1000000 * :scale)::integer) AS n;
SELECT current_setting('data_directory') || '/exported.csv' AS file \gset
SELECT lo_from_bytea(0, (SELECT convert_to(regexp_replace(convert_from(content, 'UTF8'), '^.*?\n.*?\n.*?\n', ''), 'UTF8') FROM exported WHERE name = 'day')) AS object \gset
SELECT lo_export(:object, :'file'), lo_unlink(:object) \gset

CREATE OR REPLACE FUNCTION bench.copy_lines(file text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE copied bigint;
BEGIN
    TRUNCATE bench.lines_as_text;
    EXECUTE format('COPY bench.lines_as_text FROM %L (FORMAT csv)', file);
    GET DIAGNOSTICS copied = ROW_COUNT;
    RETURN copied;
END
$$;
-- Load a file into an empty ledger, or again; the number of rows read.
CREATE OR REPLACE FUNCTION bench.load(wanted text, empty boolean) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE loaded bigint;
BEGIN
    IF empty THEN
        TRUNCATE marketing.expense, marketing.lead, marketing.payment, marketing.import, marketing.import_change, marketing.import_reject;
    END IF;
    SELECT rows_read INTO loaded FROM bench.exported, lead_roi.import_file('marketing', content, options => '{"create_sources": true}') WHERE name = wanted;
    RETURN loaded;
END
$$;
SELECT bench.load('day', true) \gset
CREATE TABLE expenses_ready AS SELECT * FROM marketing.expense ORDER BY expense_id;
CREATE OR REPLACE FUNCTION bench.insert_ready() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE inserted bigint;
BEGIN
    TRUNCATE marketing.expense, marketing.import, marketing.import_change, marketing.import_reject;
    INSERT INTO marketing.expense (lead_source_id, incurred_on, amount, currency, covers_from, covers_through, cost_type, title, notes, external_id, import_id)
    SELECT lead_source_id, incurred_on, amount, currency, covers_from, covers_through, cost_type, title, notes, external_id, import_id FROM bench.expenses_ready;
    GET DIAGNOSTICS inserted = ROW_COUNT;
    RETURN inserted;
END
$$;

\echo
\echo :scale x 100,000 lines of google_ads, against COPY into a table of texts (goal: 2.0)
SELECT * FROM compare(:rounds, ARRAY['COPY', 'INSERT of as many expenses that are ready', 'import_file(), as many new expenses', 'the same again', 'a quarter as many, lines added up'],
    ARRAY[format('SELECT bench.copy_lines(%L)', :'file'), 'SELECT bench.insert_ready()', $$SELECT bench.load('day', true)$$, $$SELECT bench.load('day', false)$$, $$SELECT bench.load('device', true)$$]);

SELECT bench.load('leads', true) \gset
CREATE TABLE leads_ready AS SELECT * FROM marketing.lead ORDER BY lead_id;
CREATE OR REPLACE FUNCTION bench.insert_ready_leads() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE inserted bigint;
BEGIN
    TRUNCATE marketing.lead, marketing.payment, marketing.import, marketing.import_change, marketing.import_reject;
    INSERT INTO marketing.lead (lead_source_id, traffic_source, created_on, converted_on, churned_on, external_id, import_id)
    SELECT lead_source_id, traffic_source, created_on, converted_on, churned_on, external_id, import_id FROM bench.leads_ready;
    GET DIAGNOSTICS inserted = ROW_COUNT;
    RETURN inserted;
END
$$;
\echo :scale x 1,000,000 leads, against the INSERT of as many that are ready, and again (goal: 30 s)
SELECT variant, median_ms, ratio
FROM compare(1, ARRAY['INSERT of as many leads that are ready', 'import_file(), new leads', 'again'],
             ARRAY['SELECT bench.insert_ready_leads()', $$SELECT bench.load('leads', true)$$, $$SELECT bench.load('leads', false)$$]);
