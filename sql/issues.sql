-- issues: a case for each mended defect.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi, lead_roi_internal;
SET lead_roi.testing_today = '2024-02-10';

-- Who may read the view overdue_expense could not once something was overdue: the prices were looked up with the reader's own rights.
INSERT INTO lead_source (name) VALUES ('Agency');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 100, '2024-01-01');
INSERT INTO amount_change VALUES (1, '2024-02-01', 120);
GRANT USAGE ON SCHEMA marketing TO pg_monitor;
GRANT SELECT ON overdue_expense TO pg_monitor;
SET ROLE pg_monitor;
SELECT bill_on, amount FROM marketing.overdue_expense ORDER BY bill_on;
RESET ROLE;

-- What a command gives, or the SQLSTATE of its error.
CREATE FUNCTION outcome(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE command INTO result;
    RETURN coalesce(result, 'NULL');
EXCEPTION WHEN others THEN
    RETURN sqlstate;
END
$$;

-- The text of a summary with 64 MB of signs that begin a count asked for 1 GB of memory (XX000) before it was read.
SELECT outcome($$SELECT ('{expense:1' || repeat('@', 67108864) || '}')::roi_summary$$);

-- NaN and infinity came through the helpers that take two numbers.
SELECT command, outcome('SELECT ' || command)
FROM unnest(ARRAY[$$ratio('NaN', 1)$$, $$ratio(1, 'NaN')$$, $$ratio('Infinity', 1)$$, $$ratio(1, 'Infinity')$$, $$ratio('-Infinity', -1)$$, $$ratio(1, NULL)$$,
                  $$media_expense('NaN', 'media')$$, $$media_expense('-Infinity', 'agency')$$, $$media_expense(NULL, 'media')$$]) AS command;
SELECT ratio(1, 'NaN');

-- A percentage where a fraction is meant was taken for 50 times the revenue, or 1,000 % a year. -0.5, 0, 0.99 and a margin of 1 are fractions.
SELECT command, outcome(format('SELECT ' || command, 50)) AS "50", outcome(format('SELECT ' || command, 1)) AS "1",
       outcome(format('SELECT ' || command, 0.99)) IN ('22023', '22003') AS "0.99", outcome(format('SELECT ' || command, 0)) IN ('22023', '22003') AS "0",
       outcome(format('SELECT ' || command, -0.5)) AS "-0.5"
FROM unnest(ARRAY['simple_lifetime_value(100, 10, %s)', 'payback_periods(100, 10, %s)', $$round(retention_lifetime_value(1, 0.5, %s, 'arrears'), 4)$$,
                  $$round(restricted_mean_lifetime('{10:2+0}', 10, %s)::numeric, 4)$$, $$round(restricted_mean_lifetime_std_error('{10:2+0}', 10, %s)::numeric, 4)$$,
                  $$(SELECT count(*) FROM lifetime_value_table('', %s))$$]) AS command;
SELECT payback_periods(100, 10, 50);

-- The state of an aggregate held revenue of nobody: of no customer who left, or of none who is active. It is read where it says whose it is.
-- 01, horizon 5, digits 3 and 1, revenue of the active, one tenure: 1, customers who left, active customers, their revenue, its squares.
SELECT kind, outcome(format('SELECT (censored_lifetime_value_finish(%L)).customers', '01' || '00000005' || '0003' || '0001' || of_active || '00000001' || '00000001' || left_active || of_left))
FROM (VALUES ('of one who left',      repeat('0', 32), lpad('1', 16, '0') || lpad('0', 16, '0'), lpad('2710', 16, '0') || repeat('0', 16) || lpad('5f5e100', 16, '0') || repeat('0', 32)),
             ('of one who is active', lpad('2710', 16, '0') || repeat('0', 16), lpad('0', 16, '0') || lpad('1', 16, '0'), repeat('0', 80)),
             ('of nobody active',     lpad('2710', 16, '0') || repeat('0', 16), lpad('1', 16, '0') || lpad('0', 16, '0'), repeat('0', 80)),
             ('of nobody who left',   repeat('0', 32), lpad('0', 16, '0') || lpad('1', 16, '0'), lpad('2710', 16, '0') || repeat('0', 64)),
             ('squares of nobody',    repeat('0', 32), lpad('0', 16, '0') || lpad('1', 16, '0'), repeat('0', 32) || lpad('1', 16, '0') || repeat('0', 32))) AS state (kind, of_active, left_active, of_left);

-- What unresolved_traffic takes for closest: the alias in force and not the oldest one; none that is like it by its medium alone.
INSERT INTO lead_source (name) VALUES ('Old agency'), ('New agency');
INSERT INTO lead_source_alias SELECT 'searchlight / cpc', '2023-01-01', lead_source_id FROM lead_source WHERE name = 'Old agency';
INSERT INTO lead_source_alias SELECT 'searchlight / cpc', '2024-01-01', lead_source_id FROM lead_source WHERE name = 'New agency';
INSERT INTO lead_source_alias SELECT 'chatterlane.example / referral', '2023-01-01', lead_source_id FROM lead_source WHERE name = 'New agency';
INSERT INTO lead (traffic_source, created_on) VALUES ('serchlight / cpc', '2024-01-20'), ('compass.example / referral', '2024-01-20');
SELECT traffic_source, closest, name FROM unresolved_traffic LEFT JOIN lead_source ON lead_source_id = closest_lead_source_id ORDER BY 1;

-- Its statement did nothing for traffic of which an alias had ended, and gave earlier leads away.
UPDATE lead_source_alias SET lead_source_id = NULL WHERE valid_from = '2024-01-01';
INSERT INTO lead (traffic_source, created_on) VALUES ('searchlight / cpc', '2023-12-31'), ('searchlight / cpc', '2024-01-01'), ('searchlight / cpc', '2024-01-20'), ('searchlight / cpc / fair', '2023-12-31'), ('searchlight / cpc / fair', '2024-01-20');
SELECT traffic_source, first_seen_on, replace(mend, closest_lead_source_id::text || ')', 'ID)') AS mend FROM unresolved_traffic WHERE traffic_source ~ '^searchlight' ORDER BY 1;
SELECT replace(mend, closest_lead_source_id::text || ')', (SELECT max(lead_source_id) FROM lead_source) || ')') FROM unresolved_traffic WHERE traffic_source ~ '^searchlight' \gexec
SELECT traffic_source, created_on, name FROM lead_origin JOIN lead_source USING (lead_source_id) WHERE traffic_source <@ 'searchlight' ORDER BY 1, 2;

-- A line without a date, in a file that has a column of dates, was to be mended by an option that such a file has no use for.
SELECT rejected FROM import_file('marketing', convert_to(E'external_id,created_on\nA,2024-01-05\nB,\n', 'UTF8'), options => '{"max_rejected_percent": 50}');
SELECT hint FROM import_reject WHERE column_name = 'created_on';

-- Keys that are taken as they are don't say which rows a file should have: the option "replace" was taken, and removed nothing.
SELECT outcome($$SELECT removed FROM import_file('marketing', convert_to(E'external_id,created_on\nA,2024-01-05\n', 'UTF8'), options => '{"replace": true}')$$);
SELECT removed FROM import_file('marketing', convert_to(E'lead_source,visited_on,visitors\nOld agency,2024-01-05,7\nOld agency,2024-01-06,7\n', 'UTF8'), options => '{"replace": true}');
SELECT removed FROM import_file('marketing', convert_to(E'lead_source,visited_on,visitors\nOld agency,2024-01-06,7\n', 'UTF8'), options => '{"period_from": "2024-01-05", "replace": true}');
