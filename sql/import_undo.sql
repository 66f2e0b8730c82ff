-- import_undo: what becomes of edits by hand when a file is undone: columns that it left alone stay, and a row in which somebody has edited a column that it changed is kept.
SET client_min_messages = notice;
\set SHOW_CONTEXT never
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC') \g /dev/null
SET search_path = marketing, lead_roi, public;
SET datestyle = 'ISO';
CREATE FUNCTION public.load(file text, options jsonb DEFAULT '{}', OUT id bigint, OUT added bigint, OUT changed bigint, OUT removed bigint, OUT rejected bigint)
LANGUAGE sql AS $$ SELECT import_id, added, changed, removed, rejected FROM lead_roi.import_file('marketing', convert_to($1, 'UTF8'), NULL, $2) $$;
CREATE FUNCTION public.kept(import bigint) RETURNS TABLE (relation text, row_key text, kept text, before text)
LANGUAGE sql AS $$ SELECT relation, row_key, kept, coalesce(before ->> 'amount', before ->> 'converted_on', before ->> 'lead_external_id') FROM marketing.import_change WHERE import_id = $1 AND kept IS NOT NULL ORDER BY relation, row_key $$;

-- Five campaigns of one day, then 1.00 more of each but Five, which is gone.
SELECT * FROM load(E'Campaign,Day,Cost\nOne,2024-01-02,1.00\nTwo,2024-01-02,2.00\nThree,2024-01-02,3.00\nFour,2024-01-02,4.00\nFive,2024-01-02,5.00\n', '{"create_sources": true}');
SELECT * FROM load(E'Campaign,Day,Cost\nOne,2024-01-02,2.00\nTwo,2024-01-02,3.00\nThree,2024-01-02,4.00\nFour,2024-01-02,5.00\n', '{"replace": true}');
-- By hand: a note on One; another amount of Two; Three deleted; a row with the key of Five.
UPDATE expense SET notes = 'checked' WHERE title = 'One';
UPDATE expense SET amount = 2.50 WHERE title = 'Two';
DELETE FROM expense WHERE title = 'Three';
INSERT INTO expense (incurred_on, amount, title, external_id) VALUES ('2024-01-02', 5.55, 'Five by hand', 'google_ads::five:2024-01-02');
-- One and Four are as before, and One has its note. Two, Three and Five stay as they are now.
SELECT undo_import('marketing', 2);
SELECT title, amount, notes FROM expense ORDER BY title;
SELECT * FROM kept(2);
-- The first file: what it added goes, but for Four, which was shared since: 4.00, what takes it off, and two parts of 2.00.
SELECT count(*) FROM share_expense('marketing', (SELECT expense_id FROM expense WHERE title = 'Four'), ARRAY(SELECT lead_source_id FROM lead_source WHERE name IN ('One', 'Two') ORDER BY name));
SELECT undo_import('marketing', 1);
SELECT title, amount, shared_from IS NOT NULL AS shared FROM expense ORDER BY title, amount;
SELECT * FROM kept(1);
DELETE FROM expense;

-- Rejected rows that are loaded later change a row again: an edit between is an edit, too. 1 + 2 = 3, and 4 more.
SELECT * FROM load(E'Campaign,Device,Day,Cost\nOne,a,2024-01-02,1.00\nTwo,a,2024-01-02,5.00\n');
SELECT * FROM load(E'Campaign,Device,Day,Cost\nOne,a,2024-01-02,1.00\nOne,b,2024-01-02,2.00\nOne,c,2024-01-02,?\nTwo,a,2024-01-02,6.00\nTwo,b,2024-01-02,?\n', '{"max_rejected_percent": 100}');
UPDATE expense SET amount = amount + 10 WHERE title = 'One';
UPDATE import_reject SET line = replace(line, '?', '4.00');
SELECT * FROM retry_rejects('marketing', 4);
SELECT title, amount FROM expense ORDER BY title;
SELECT undo_import('marketing', 4);
SELECT title, amount FROM expense ORDER BY title;
SELECT undo_import('marketing', 3);
SELECT count(*) FROM expense;

-- Leads: the second file converts both, and merges 3 into 1. By hand, 2 has another conversion date. 3 comes back, and its payment.
SELECT * FROM load(E'Record ID,Original Source,Create Date,Became a Customer Date,Merged contact IDs\n1,Direct,2024-01-01,,\n2,Direct,2024-01-02,,\n3,Direct,2024-01-03,,\n');
INSERT INTO payment (lead_id, paid_on, amount) SELECT lead_id, '2024-02-01', 9.00 FROM lead WHERE external_id = 'hubspot:3';
SELECT * FROM load(E'Record ID,Original Source,Create Date,Became a Customer Date,Merged contact IDs\n1,Direct,2024-01-01,2024-02-01,3\n2,Direct,2024-01-02,2024-02-02,\n');
UPDATE lead SET converted_on = '2024-02-20' WHERE external_id = 'hubspot:2';
SELECT undo_import('marketing', 6);
SELECT external_id, converted_on, (SELECT sum(amount) FROM payment WHERE payment.lead_id = lead.lead_id) AS paid FROM lead ORDER BY 1;
SELECT relation, row_key = (SELECT lead_id::text FROM lead WHERE external_id = 'hubspot:2') AS is_second, kept FROM kept(6);
