-- import_conversions: conversions that an ad platform counts, as leads, by an option: repeatable, corrected, undone, and what can't be a lead.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC');
SET search_path = marketing, lead_roi, public;
SET datestyle = 'ISO';
CREATE FUNCTION public.load(file text, options jsonb DEFAULT '{}', OUT id bigint, OUT read bigint, OUT added bigint, OUT changed bigint, OUT unchanged bigint, OUT removed bigint, OUT rejected bigint, OUT skipped bigint, OUT vanished bigint, OUT total numeric, OUT in_file numeric)
LANGUAGE sql AS $$
    SELECT import_id, rows_read, added, changed, unchanged, removed, rejected, skipped, vanished, total, total_in_file
    FROM lead_roi.import_file('marketing', convert_to($1, 'UTF8'), NULL, '{"create_sources": true, "conversions_as_leads": true}' || $2)
$$;
CREATE FUNCTION public.leads() RETURNS TABLE (key text, days text, leads bigint) LANGUAGE sql AS $$
    SELECT regexp_replace(external_id, ':[^:]*$', ''), string_agg(DISTINCT created_on::text, ' '), count(*) FROM marketing.lead GROUP BY 1 ORDER BY 1
$$;

-- No row, no lead.
SELECT * FROM load(E'Campaign,Day,Cost,Conversions\n');
-- Brand has 2 + 1 on the 2nd, by device, and 1 on the 3rd; Tools 2; Other none. 3 + 1 + 2 = 6, as the file says.
\set google 'Campaign,Device,Day,Cost,Conversions\nBrand,Phone,2024-01-02,10.00,2.00\nBrand,Desk,2024-01-02,5.00,1\nBrand,Phone,2024-01-03,4.00,1.00\nTools,Phone,2024-01-02,8.00,2.00\nOther,Phone,2024-01-02,1.00,0.00\nTotal: Account,,,28.00,6.00\n'
SELECT line_number, verdict, external_id, lead_source, from_date, amount, lines, message FROM preview_file('marketing', convert_to(E:'google', 'UTF8'), options => '{"conversions_as_leads": true}');
SELECT * FROM load(E:'google');
SELECT * FROM leads();
SELECT * FROM load(E:'google');
-- Without the option it is cost: 28.00, and the leads stay. 28 / 6 = 4.6667 for a lead; Brand 19 / 4 = 4.75, Tools 8 / 2 = 4.
SELECT added, total FROM import_file('marketing', convert_to(E:'google', 'UTF8'));
SELECT lead_source, expense, leads, cost_per_lead FROM lead_source_roi ORDER BY 1;

-- Corrected: Brand has 2 less on the 2nd, one more on the 3rd. Tools isn't there: told, and removed if asked.
\set later 'Campaign,Day,Cost,Conversions\nBrand,2024-01-02,15.00,1\nBrand,2024-01-03,4.00,2\n'
SELECT * FROM load(E:'later');
SELECT * FROM leads();
SELECT * FROM load(E:'later', '{"replace": true}');
SELECT * FROM leads();
-- Another account, and another day, are nobody else's business.
SELECT * FROM load(E'Campaign,Account,Day,Cost,Conversions\nBrand,123,2024-01-02,15.00,1\n', '{"replace": true}');
SELECT * FROM load(E'Campaign,Day,Cost,Conversions\nBrand,2024-01-04,15.00,1\n', '{"replace": true}');
SELECT * FROM leads();
-- Undone, newest first: 3 + 1 + 2 leads again; then none.
SELECT count(undo_import('marketing', import_id)) FROM (SELECT import_id FROM import WHERE undone_at IS NULL AND import_id > 4 ORDER BY import_id DESC) AS newer;
SELECT * FROM leads();
SELECT undo_import('marketing', 3), undo_import('marketing', 2);
SELECT count(*) FROM lead;

-- What can't be a lead: parts of one, more than 100,000 of a day, periods. It is corrected, and loaded; once.
SELECT * FROM load(E'Campaign,Day,Cost,Conversions\nA,2024-01-02,1.00,1.50\nB,2024-01-02,1.00,100001\nC,2024-01-02,1.00,-1\nD,2024-01-02,1.00,1\n', '{"max_rejected_percent": 100}');
SELECT line_number, external_id, message, hint FROM import_reject ORDER BY 1;
UPDATE import_reject SET line = replace(line, '1.50', '2.00');
SELECT * FROM retry_rejects('marketing', (SELECT max(import_id) FROM import));
SELECT * FROM leads();
SELECT * FROM load(E'Campaign,Week,Cost,Conversions\nA,2024-01-01,1.00,1\n', '{"max_rejected_percent": 100}');
SELECT message, hint FROM import_reject ORDER BY import_reject_id DESC LIMIT 1;

-- Files without such a column, or of records.
SELECT load(E'Campaign,Day,Cost\nA,2024-01-02,1.00\n');
SELECT load(E'Record ID,Original Source,Create Date\n1,Direct,2024-01-01\n');
SELECT added FROM import_file('marketing', convert_to(E'Campaign name,Day,Amount spent,Results\nSpring,2024-01-02,1.00,2\n', 'UTF8'), 'meta_ads', '{"conversions_as_leads": true, "columns": {"conversions": "Results"}}');
-- A column of conversions that could be read in two ways bothers nobody who doesn't ask for it.
SELECT total FROM import_file('marketing', convert_to(E'Campaign,Day,Cost,Conversions\nA,2024-02-02,1.00,"1,234"\n', 'UTF8'));
