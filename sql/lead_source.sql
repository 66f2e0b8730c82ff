-- source: lead sources.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi;

INSERT INTO lead_source (name, category, vendor, medium, message)
VALUES ('Portal banner', 'Paid', 'Portal Ltd', 'Banner', 'Save time') RETURNING lead_source_id, active;
INSERT INTO lead_source (name) VALUES ('Word of mouth') RETURNING lead_source_id, category, active;

-- Refused, each by the constraint that says why.
\set VERBOSITY terse
INSERT INTO lead_source (name) VALUES ('Portal banner');
INSERT INTO lead_source (name) VALUES (' PORTAL  banner ');
INSERT INTO lead_source (name) VALUES ('');
INSERT INTO lead_source (name) VALUES (NULL);
INSERT INTO lead_source (name) VALUES ('(unknown)');
INSERT INTO lead_source (name, category) VALUES ('Fair', '(unknown)');
INSERT INTO lead_source (name, starts_on, ends_on) VALUES ('Fair', '2024-02-01', '2024-01-31');
INSERT INTO lead_source (name, ends_on) VALUES ('Fair', 'infinity');

-- A name is looked for by its key. What exports write where there is none is nobody's name: it says what to do.
\set VERBOSITY default
SELECT name, name_key FROM lead_source ORDER BY name;
SELECT lead_source_id FROM lead_source WHERE name_key = name_key('word of  MOUTH');
SELECT name_key(name) IS NULL AS says_none, array_agg(name ORDER BY name) FROM unnest(ARRAY[NULL, '', ' ', '-', ' --', 'N/A', '#N/A', '(not set)', 'Not Set', '(none)', 'None', 'NULL', 'undefined',
    'Unknown', '(unknown)', '---', 'N.A.', 'n. a.', '(not provided)', '(null)', 'nil', '(Blank)', 'NA', 'N.A', '--x', 'none of these', 'blank']) AS name GROUP BY 1 ORDER BY 1;
INSERT INTO lead_source (name) VALUES ('n/a');
INSERT INTO lead_source (name) VALUES ('unknown agency'), ('None Ltd');

-- Keys of Salesforce: of 18 characters whose last three fit, the first 15. Groups of five tell their upper case, the first
-- character with 1, the second with 2, up to 16: AbCdE is 1 + 4 + 16 = 21, V; upper case alone is 31, 5.
SELECT record_key('0035g00000AbCdEAAV'), record_key('0035g00000AbCdEaav'), record_key('0035g00000AbCdEAAW'), record_key('0035g00000AbCdE'),
       record_key('ABCDEABCDEABCDE555'), record_key('-035g00000AbCdEAAV'), record_key(''), record_key(NULL);
