-- traffic_source: the type.
SET search_path = public, lead_roi;
SELECT * FROM (VALUES (traffic_source(NULL))) AS nothing (value) WHERE false;

-- A value with no part, in all spellings of nothing.
SELECT nothing, nothing::traffic_source AS value, nothing::traffic_source = traffic_source(NULL, '', '(not set)', '(none)', 'null') AS same
FROM unnest(ARRAY['', ' ', '-', '- / -', '(not set) / (none)', 'NULL', '/', '{keyword}', '__CAMPAIGN_NAME__', 'undefined / N/A']) AS nothing;

-- Parts are canonical, whatever way they come in: NFKC and folded, blanks collapsed, absent at the end left out, a hyphen before others.
SELECT text, text::traffic_source AS value, source(text::traffic_source), medium(text::traffic_source), campaign(text::traffic_source)
FROM unnest(ARRAY['google / cpc / spring-sale', ' Google/CPC ', 'GOOGLE / CPC', E'News\tLetter  Weekly / E-Mail', '- / email', '/ email', 'a / / c', 'a / - / c', 'a / (none)', '(Direct) / (none)',
                  U&'\FF27oogle / pr\030Cedplatne\0301', 'Straße / STRASSE']) AS text;
SELECT content(all_parts), term(all_parts), all_parts, content('a'::traffic_source), term('a'::traffic_source)
FROM traffic_source('A', 'B', 'C', 'D', 'E') AS all_parts;

-- A slash that stands alone parts; any other is a character. Such a slash in a part, and a quote at its beginning, is quoted. NFKC brings forth both:
-- U+FF0F a slash, U+FF02 a quote, U+2100 "a/c", U+00A8 a blank.
SELECT value, source(value), medium(value), value::text::traffic_source = value AS same
FROM (VALUES ('a/b / c/d'::traffic_source), ('a/ b / c /d'), ('"a / b" / c'), ('"say ""hi""" / x'), ('5" pipe / x'), ('"" / x'), ('"/" / "/ b"'), (traffic_source('/', 'a /')), (traffic_source('a / b', '"')),
             (traffic_source(U&'a \FF0F b', U&'\FF02c')), (traffic_source(U&'\2100', U&'\00A8x')), ('"(not set)" / "-"'), ('"A"'), (traffic_source('-', '--', '---'))) AS written (value);
-- All code points that NFKC turns into something with a slash, a quote or a blank, alone and between blanks.
SELECT count(*) > 30 AS many, count(*) FILTER (WHERE value::text::traffic_source <> value) AS changed_by_text
FROM generate_series(128, 65535) AS code, LATERAL (SELECT chr(code) AS letter) AS character,
     LATERAL (VALUES (traffic_source(letter, 'm')), (traffic_source('a ' || letter || ' b', letter)), (traffic_source(letter || 'x', NULL, letter || ' y'))) AS written (value)
WHERE code NOT BETWEEN 55296 AND 57343 AND normalize(letter, NFKC) ~ '[/" ]';

-- With a literal alone, the function is the cast; with a text it has one part.
SELECT traffic_source('a / b') AS cast, traffic_source('a / b'::text) AS call;

-- What can't be read, and what is too long: 512 bytes are not, also of letters with several; the limit holds for the canonical form.
SELECT 'a / b / c / d / e / f'::traffic_source;
\echo :LAST_ERROR_SQLSTATE
SELECT '"a / b'::traffic_source;
SELECT '"a"b / c'::traffic_source;
\echo :LAST_ERROR_SQLSTATE
SELECT '"a" "b"'::traffic_source;
SELECT length(source(traffic_source(repeat('x', 512)))), length(medium(traffic_source('s', repeat(U&'\00E4', 256)))), length(campaign(traffic_source('s', 'm', repeat(' ', 600) || 'c')));
SELECT traffic_source('s', NULL, repeat(U&'\00E4', 256) || 'x');
SELECT traffic_source('s', repeat(U&'\FDFA', 16));
SELECT traffic_source(repeat('x', 20000));
SELECT repeat('x', 513)::traffic_source;
\echo :LAST_ERROR_SQLSTATE

-- Bytes: those of the parts, a byte between two, and the header of four, or of one in a table.
CREATE TABLE stored AS SELECT traffic_source('google', 'cpc', 'spring') AS value UNION ALL SELECT traffic_source('google') UNION ALL SELECT traffic_source(NULL, NULL, 'x');
SELECT value, pg_column_size(value) FROM stored ORDER BY value;
-- Binary: version, number of parts, each with its length, -1 for an absent one.
SELECT lead_roi_internal.traffic_source_send('ab / - / c');

-- Order: by source, then medium and so on; what lies below comes at once. By code points, whatever the collation.
SELECT value FROM unnest('{google / cpc / b,google-ads,google / cpc,Google,google2,google / cpc / a,-,- / email,google / organic,google ads,äpfel,zeta}'::traffic_source[]) AS value ORDER BY value;
SELECT a < b AS lt, a <= b AS le, a = b AS eq, a >= b AS ge, a > b AS gt, a <> b AS ne
FROM (VALUES ('a'::traffic_source, 'a / b'::traffic_source), ('a / b', 'a / b'), ('b', 'a / z')) AS pair (a, b);

-- Grouping, distinct, joins and unique indexes.
SELECT value, count(*) FROM unnest('{Google / CPC,google / cpc,google,GOOGLE}'::traffic_source[]) AS value GROUP BY value ORDER BY value;
CREATE TABLE visited (id integer, arrived_with traffic_source);
INSERT INTO visited SELECT n, traffic_source('Source ' || n % 20, (ARRAY['cpc', 'email', NULL])[1 + n % 3], CASE WHEN n % 7 < 4 THEN 'c' || n % 50 END) FROM generate_series(1, 6000) AS n;
CREATE INDEX visited_btree ON visited (arrived_with);
ANALYZE visited;
CREATE UNIQUE INDEX ON stored (value);
INSERT INTO stored VALUES ('GOOGLE / CPC / Spring');
SET enable_hashjoin = off;
SET enable_nestloop = off;
SELECT count(*) FROM visited JOIN (SELECT DISTINCT arrived_with FROM visited) AS once USING (arrived_with);
SET enable_mergejoin = off;
SET enable_hashjoin = on;
SELECT count(*) FROM visited JOIN (SELECT DISTINCT arrived_with FROM visited) AS once USING (arrived_with);
RESET enable_hashjoin;
RESET enable_mergejoin;
RESET enable_nestloop;

-- @>: the same parts, and perhaps more behind them.
SELECT pattern, value, pattern @> value AS contains, value <@ pattern AS contained
FROM (VALUES ('google / cpc'::traffic_source, 'google / cpc / x'::traffic_source), ('google / cpc', 'google / cpc'), ('google / cpc', 'google'), ('google / cpc', 'google / cpcx'), ('google', 'google-ads / cpc'),
             ('', 'google'), ('', ''), ('- / email', 'a / email'), ('- / email', '- / email / x'), ('a / - / c', 'a / b / c'), ('a', 'a / - / c')) AS pair (pattern, value);

-- A btree index answers it exactly, from either side. The planner's rows are left out of the plans.
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM visited WHERE arrived_with <@ 'Source 7 / cpc';
EXPLAIN (COSTS OFF) SELECT id FROM visited WHERE 'source 7' @> arrived_with;
EXPLAIN (COSTS OFF) SELECT id FROM visited WHERE arrived_with @> 'Source 7 / cpc / c2';
EXPLAIN (COSTS OFF) SELECT count(*) FROM (VALUES ('source 7'::traffic_source), ('')) AS pattern (pattern) JOIN visited ON pattern @> arrived_with;
CREATE TABLE compared AS
SELECT pattern, (SELECT count(*) FROM visited WHERE pattern @> arrived_with) AS below, (SELECT count(*) FROM visited WHERE arrived_with @> pattern) AS above
FROM unnest('{source 7,source 7 / cpc,source 7 / - / c27,"",-,source,source 77,source 1,source 1 / email / c1 / x,- / cpc}'::traffic_source[]) AS pattern;
SET enable_seqscan = on;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SELECT pattern, below, below = (SELECT count(*) FROM visited WHERE pattern @> arrived_with) AS as_without_index,
       above, above = (SELECT count(*) FROM visited WHERE arrived_with @> pattern) AS as_without_index
FROM compared ORDER BY pattern;
RESET enable_indexscan;
RESET enable_indexonlyscan;
RESET enable_bitmapscan;

-- The pattern as a parameter, as prepared statements have it; and hash and brin indexes.
SET plan_cache_mode = force_generic_plan;
INSERT INTO visited VALUES (0, traffic_source(repeat(U&'\+10FFFF', 128)));     -- nothing comes later
PREPARE below(traffic_source) AS SELECT count(*) FROM visited WHERE arrived_with <@ $1;
EXECUTE below('source 7');
EXECUTE below('');
RESET plan_cache_mode;
DROP INDEX visited_btree;
CREATE INDEX visited_hash ON visited USING hash (arrived_with);
SET enable_seqscan = off;
SELECT count(*) FROM visited WHERE arrived_with = 'Source 7 / CPC / c27';
SELECT count(*) FROM visited WHERE arrived_with <@ 'source 7';
DROP INDEX visited_hash;
CREATE INDEX visited_brin ON visited USING brin (arrived_with);
SELECT count(*) FROM visited WHERE arrived_with = 'Source 7 / CPC / c27';
RESET enable_seqscan;
