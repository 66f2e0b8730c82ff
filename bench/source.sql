-- Traffic sources: reading them from URLs and text, grouping by them, finding lead sources and channels.
-- 10,000,000 leads of some 11,000 traffic sources, 5,000 aliases of 1,000 lead sources.
\ir harness.sql
\ir harness_ledger.sql
SET work_mem = '256MB';

\echo
\echo Making :scale x 10,000,000 leads
INSERT INTO lead_source (name) SELECT 'Source ' || n FROM generate_series(1, 1000) AS n;
DROP TABLE IF EXISTS arrived, arrived_text, alias_text, landed, read_source, read_text;
-- Four of ten leads arrive by an advertisement of one of 5,000 campaigns, the others by 6,000 pages that nobody pays for.
CREATE UNLOGGED TABLE arrived AS
SELECT n AS id, date '2023-01-01' + (n::bigint * 7907 % 1036)::integer AS created_on,
       CASE WHEN n % 10 < 4 THEN traffic_source('platform-' || campaign % 12, (ARRAY['cpc', 'paid-social', 'display'])[1 + campaign % 3], 'campaign ' || campaign)
            ELSE traffic_source('site-' || campaign % 600 || '.example', 'referral', CASE WHEN campaign < 600 THEN 'page ' || campaign % 10 END) END AS traffic_source
FROM (SELECT n, (hashint4(n)::bigint + 2147483648) % 5000 AS campaign FROM generate_series(1, (10000000 * :scale)::integer) AS n) AS numbered;
CREATE UNLOGGED TABLE arrived_text AS SELECT id, created_on, traffic_source::text AS traffic_source FROM arrived;
INSERT INTO lead_source_alias (pattern, lead_source_id)
SELECT traffic_source('platform-' || campaign % 12, (ARRAY['cpc', 'paid-social', 'display'])[1 + campaign % 3], 'campaign ' || campaign), 1 + campaign % 1000
FROM generate_series(0, 4999) AS campaign;
INSERT INTO lead_source_alias (pattern, lead_source_id) SELECT traffic_source('platform-' || n), 1 + n FROM generate_series(0, 11) AS n;
-- What the join on one text column has: the values as they occur, so that it finds the same.
CREATE UNLOGGED TABLE alias_text AS SELECT pattern::text AS pattern, lead_source_id FROM lead_source_alias;
CREATE UNLOGGED TABLE landed AS
SELECT format('https://www.shop-%s.example/products/%s?utm_source=%s&utm_medium=%s&utm_campaign=Campaign+%s&gclid=Cj0KCQ%s', n % 50, n % 977, (ARRAY['Google', 'newsletter', 'Facebook', 'bing'])[1 + n % 4],
              (ARRAY['cpc', 'email', 'paid-social', 'CPC'])[1 + n % 4], n % 5000, md5(n::text)) AS url,
       CASE WHEN n % 3 = 0 THEN 'https://www.google.com/' WHEN n % 3 = 1 THEN 'https://l.facebook.com/l.php?u=x' END AS referrer
FROM generate_series(1, (1000000 * :scale)::integer) AS n;
CREATE UNLOGGED TABLE read_source (LIKE arrived);
CREATE UNLOGGED TABLE read_text (LIKE arrived_text);
VACUUM ANALYZE;

-- Copy a table to nowhere, and a file into a table; the number of rows.
CREATE OR REPLACE FUNCTION bench.copy_out(relation text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE copied bigint;
BEGIN
    EXECUTE format('COPY bench.%I (traffic_source) TO %L', relation, '/dev/null');
    GET DIAGNOSTICS copied = ROW_COUNT;
    RETURN copied;
END
$$;
CREATE OR REPLACE FUNCTION bench.copy_in(relation text, file text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE copied bigint;
BEGIN
    EXECUTE format('TRUNCATE bench.%I', relation);
    EXECUTE format('COPY bench.%I (traffic_source) FROM %L', relation, file);
    GET DIAGNOSTICS copied = ROW_COUNT;
    RETURN copied;
END
$$;
SELECT current_setting('data_directory') || '/traffic_sources.copy' AS copied_file \gset
COPY (SELECT traffic_source FROM bench.arrived_text LIMIT 2000000) TO :'copied_file';

\echo traffic_source_from_url(), against counting the URLs, in thousands a second (goal: 1000)
SELECT variant, median_ms, round((SELECT count(*) FROM landed) / median_ms) AS thousands_per_second
FROM compare(:rounds, ARRAY['count(url)', 'traffic_source_from_url(url, referrer)'],
    ARRAY['SELECT count(url) FROM bench.landed', 'SELECT count(traffic_source_from_url(url, referrer)) FROM bench.landed']);
\echo Text in: COPY of :scale x 2,000,000 rows from a file (goal: 2.0)
SELECT * FROM compare(:rounds, ARRAY['text', 'traffic_source'],
    ARRAY[format('SELECT bench.copy_in(%L, %L)', 'read_text', :'copied_file'), format('SELECT bench.copy_in(%L, %L)', 'read_source', :'copied_file')]);
\echo Text out: COPY of all rows to nowhere (goal: 2.0)
SELECT * FROM compare(:rounds, ARRAY['text', 'traffic_source'], ARRAY[$$SELECT bench.copy_out('arrived_text')$$, $$SELECT bench.copy_out('arrived')$$]);
\echo GROUP BY over all rows (goal: 1.05)
SELECT * FROM compare(:rounds, ARRAY['text', 'traffic_source'],
    ARRAY['SELECT count(*), sum(n) FROM (SELECT traffic_source, count(*) AS n FROM bench.arrived_text GROUP BY traffic_source) AS grouped',
          'SELECT count(*), sum(n) FROM (SELECT traffic_source, count(*) AS n FROM bench.arrived GROUP BY traffic_source) AS grouped']);
\echo channel(), against counting, in thousands a second (goal: 3000)
SELECT variant, median_ms, round((SELECT count(*) FROM arrived) / median_ms) AS thousands_per_second
FROM compare(:rounds, ARRAY['count(traffic_source)', 'channel(traffic_source)'],
    ARRAY['SELECT count(traffic_source) FROM bench.arrived', 'SELECT count(channel(traffic_source)) FROM bench.arrived']);

\echo Resolving :scale x 10,000,000 leads over 5,000 aliases, against a hash join on one text column (goal: 1.5)
SET session_replication_role = replica;
INSERT INTO lead (traffic_source, created_on) SELECT traffic_source, created_on FROM arrived;
RESET session_replication_role;
CREATE UNLOGGED TABLE lead_text AS SELECT lead_id, lead_source_id, traffic_source::text AS traffic_source, created_on, converted_on, churned_on, external_id FROM lead;
VACUUM ANALYZE lead, lead_text;
SELECT * FROM compare(:rounds, ARRAY['hash join on text', 'lead_origin'],
    ARRAY['SELECT count(lead_source_id) FROM (SELECT coalesce(lead_text.lead_source_id, alias_text.lead_source_id) AS lead_source_id FROM bench.lead_text LEFT JOIN bench.alias_text ON pattern = traffic_source) AS joined',
          $$SELECT count(lead_source_id) FROM (SELECT lead_source_id FROM marketing.lead_origin OFFSET 0) AS resolved$$]);
