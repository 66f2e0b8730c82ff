-- import: from the file of an ad platform or a CRM to the facts of a ledger: again, corrected, undone, and what is wrong in it.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC');
SET search_path = marketing, lead_roi, public;
SET datestyle = 'ISO';

-- Load a text as a file; the figures of the result, and those of the ledger.
CREATE FUNCTION public.load(file text, options jsonb DEFAULT '{}', format text DEFAULT NULL,
    OUT id bigint, OUT read bigint, OUT added bigint, OUT changed bigint, OUT unchanged bigint, OUT removed bigint, OUT rejected bigint, OUT skipped bigint, OUT vanished bigint, OUT total numeric, OUT in_file numeric)
LANGUAGE sql AS $$
    SELECT import_id, rows_read, added, changed, unchanged, removed, rejected, skipped, vanished, total, total_in_file
    FROM lead_roi.import_file('marketing', convert_to($1, 'UTF8'), $3, $2)
$$;
CREATE FUNCTION public.state() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' | ', (SELECT coalesce(sum(amount), 0) || ' in ' || count(*) FROM marketing.expense), (SELECT coalesce(sum(amount), 0) || ' in ' || count(*) FROM marketing.payment),
                     (SELECT count(*) || ' leads, ' || count(converted_on) || ' customers' FROM marketing.lead), (SELECT coalesce(sum(visitors), 0) || ' in ' || count(*) FROM marketing.visit),
                     (SELECT count(*) || ' sources' FROM marketing.lead_source))
$$;

-- Nothing in it: nothing is loaded.
SELECT * FROM load(E'Campaign,Day,Cost\n');
SELECT state();

-- google_ads: two days of two campaigns, one without a cost, two lines of totals. 10.50 + 20 + 30 = 60.50.
\set google 'Campaign report\n"January 1, 2024 - January 31, 2024"\nStatus,Campaign,Currency code,Day,Cost\nEnabled,"Brand, DE",EUR,2024-01-02,10.50\nEnabled,"Brand, DE",EUR,2024-01-03,20.00\nPaused,Tools,EUR,2024-01-02,30.00\nPaused,Other, --,2024-01-03, --\nTotal: Campaigns, --,EUR, --,60.50\nTotal: Account, --,EUR, --,60.50\n'
-- What it would do: nothing is written.
SELECT line_number, verdict, external_id, lead_source, from_date, amount, currency, message FROM preview_file('marketing', convert_to(E:'google', 'UTF8'), options => '{"create_sources": true}');
SELECT state(), (SELECT count(*) FROM import);
-- Loaded: no lead source has the campaigns, and spend shows as unknown.
SELECT * FROM load(E:'google');
SELECT new_sources, warnings FROM import_file('marketing', convert_to(E:'google', 'UTF8'));
SELECT lead_source, expense FROM lead_source_roi ORDER BY 1;
-- With lead sources made: the facts find them. Again: nothing changes.
SELECT * FROM load(E:'google', '{"create_sources": true}');
SELECT * FROM load(E:'google', '{"create_sources": true}');
SELECT lead_source, category, expense FROM lead_source_roi ORDER BY 1;
SELECT pattern, name FROM lead_source_alias JOIN lead_source USING (lead_source_id) ORDER BY 1;
SELECT state();

-- Corrected: the 20.00 were 21.25, and so is the total. A day more that overlaps: only it is new. 60.50 + 1.25 + 5 = 66.75.
SELECT * FROM load(replace(replace(E:'google', '20.00', '21.25'), '60.50', '61.75'));
SELECT * FROM load(E'Campaign,Day,Cost\n"BRAND,  de",2024-01-03,21.25\n"Brand, DE",2024-01-04,5.00\n');
SELECT state();
-- By device there are several lines of a campaign and day: 2 + 3 = 5. A total that doesn't agree is told.
SELECT * FROM load(E'Campaign,Day,Device,Cost\n"Brand, DE",2024-01-04,Phone,2.00\n"Brand, DE",2024-01-04,Desk,3.00\nTotal: Account,,,6.00');
SELECT about -> 'warnings' FROM import ORDER BY import_id DESC LIMIT 1;
-- Rows that vanished from the file's own period are told, and removed if asked: Tools on 2 January, 30.00.
SELECT * FROM load(replace(replace(replace(E:'google', '20.00', '21.25'), E'Paused,Tools,EUR,2024-01-02,30.00\n', ''), '60.50', '31.75'));
SELECT * FROM load(replace(E:'google', E'Paused,Tools,EUR,2024-01-02,30.00\n', ''), '{"replace": true}');
SELECT incurred_on, amount, title FROM expense ORDER BY 1, 2;

-- Undone, newest first: each state is back. A file whose rows a later one has changed waits for that.
SELECT undo_import('marketing', 4);
SELECT undo_import('marketing', max(import_id)) FROM import;
SELECT state();
SELECT count(undo_import('marketing', import_id)) FROM (SELECT import_id FROM import WHERE undone_at IS NULL AND import_id > 4 ORDER BY import_id DESC) AS newer;
SELECT state();
SELECT undo_import('marketing', 4), state();
SELECT lead_source_id, amount FROM expense ORDER BY 2;
SELECT undo_import('marketing', 3), undo_import('marketing', 2), state();
SELECT undo_import('marketing', 2);
SELECT undo_import('marketing', 999);
SELECT undo_import('marketing', NULL);
SELECT state(), (SELECT count(*) FROM import WHERE undone_at IS NULL), (SELECT count(*) FROM lead_source_alias);

-- Periods: without a day the row is the file's period. One that grows takes the place of the shorter one within; one that overlaps is refused.
\set month 'Campaign report\n"%s"\nCampaign,Cost\nSpring,%s\n'
SELECT * FROM load(format(E:'month', 'January 1, 2024 - January 15, 2024', '100.00'));
SELECT * FROM load(format(E:'month', 'January 1, 2024 - January 31, 2024', '210.00'));
SELECT * FROM load(format(E:'month', 'January 16, 2024 - February 15, 2024', '90.00'));
SELECT * FROM load(format(E:'month', 'January 16, 2024 - February 15, 2024', '90.00'), '{"max_rejected_percent": 100}');
SELECT amount, incurred_on, covers_from, covers_through, external_id FROM expense;
SELECT * FROM load(format(E:'month', 'January 16, 2024 - February 15, 2024', '90.00'), '{"replace": true}');
SELECT amount, covers_from, covers_through FROM expense;
TRUNCATE expense; DELETE FROM import; DELETE FROM lead_source;

-- The same spend under ids and under names of campaigns is one.
SELECT * FROM load(E'Campaign,Day,Cost\nSpring,2024-01-03,7.00\n');
SELECT * FROM load(E'Campaign,Campaign ID,Day,Cost\nSpring,77,2024-01-03,7.00\n');
SELECT * FROM load(E'Campaign,Day,Cost\nSpring,2024-01-03,7.50\n');
SELECT amount, external_id FROM expense;
-- Two accounts are two: the first takes the place of the row that named none. 7.00 and 8.00; their sum without an account can't be told apart.
SELECT * FROM load(E'Campaign,Customer ID,Day,Cost\nSpring,123-456-7890,2024-01-03,7.00\nSpring,999-456-7890,2024-01-03,8.00\n');
SELECT state();
SELECT * FROM load(E'Campaign,Day,Cost\nSpring,2024-01-03,15.00\n');
SELECT state();
TRUNCATE expense; DELETE FROM import;
-- One account with its id and without it is one: 7.00, and not 14.00. Another campaign of the day is another.
SELECT * FROM load(E'Campaign,Customer ID,Day,Cost\nSpring,123-456-7890,2024-01-03,7.00\n');
SELECT * FROM load(E'Campaign,Day,Cost\nSpring,2024-01-03,7.00\nSummer,2024-01-03,8.00\n');
SELECT * FROM load(E'Campaign,Campaign ID,Customer ID,Day,Cost\nSpring,77,123-456-7890,2024-01-03,7.00\n');
SELECT external_id, amount FROM expense ORDER BY 1;
TRUNCATE expense; DELETE FROM import;

-- Bad rows stop nothing: an amount, a date, a currency, a quote. They are kept, with the line.
SELECT * FROM load(E'Campaign,Day,Cost,Currency code,Contact\nA,2024-01-01,1.00,EUR,Ann\nA,2024-01-02,x,EUR,Bob\nA,soon,2.00,EUR,Cid\nA,2024-01-03,3.00,Euro,Dee\n"A,2024-01-04,4.00,EUR,Eve\nB,2024-01-01,5.00,EUR,Fay\n');
SELECT * FROM load(E'Campaign,Day,Cost,Currency code,Contact\nA,2024-01-01,1.00,EUR,Ann\nA,2024-01-02,x,EUR,Bob\nA,soon,2.00,EUR,Cid\nA,2024-01-03,3.00,Euro,Dee\n"A,2024-01-04,4.00,EUR,Eve\nB,2024-01-01,5.00,EUR,Fay\n', '{"max_rejected_percent": 70}');
SELECT line_number, line, column_name, external_id, sqlstate, message FROM import_reject ORDER BY line_number;
-- Corrected and tried again: what is still bad stays.
UPDATE import_reject SET line = replace(line, '"x"', '"6.00"') WHERE line_number = 3;
UPDATE import_reject SET line = replace(line, '"Euro"', '"EUR"') WHERE line_number = 5;
SELECT * FROM retry_rejects('marketing', (SELECT max(import_id) FROM import));
SELECT line_number, line, external_id, message FROM import_reject ORDER BY line_number;
SELECT incurred_on, title, amount FROM expense ORDER BY 1, 2;
SELECT added, rejected FROM import ORDER BY import_id DESC LIMIT 1;
-- It is all one import.
SELECT undo_import('marketing', max(import_id)), state() FROM import;
SELECT state(), (SELECT count(*) FROM import_reject);
SELECT * FROM retry_rejects('marketing', 999);

-- One line of several of a campaign and day is bad: 1 + 2, and the 4 come later. Once another file has the row, the old line is refused.
SELECT * FROM load(E'Campaign,Day,Device,Cost\nA,2024-01-01,p,1.00\nA,2024-01-01,q,2.00\nA,2024-01-01,r,4.x\n', '{"max_rejected_percent": 50}');
UPDATE import_reject SET line = replace(line, '4.x', '4.00');
SELECT * FROM retry_rejects('marketing', (SELECT max(import_id) FROM import)), (SELECT 1) AS x;
SELECT amount FROM expense;
SELECT * FROM load(E'Campaign,Day,Device,Cost\nA,2024-01-01,p,1.00\nA,2024-01-01,q,2.00\nA,2024-01-01,r,4.x\n', '{"max_rejected_percent": 50}');
SELECT * FROM load(E'Campaign,Day,Device,Cost\nA,2024-01-01,p,1.00\nA,2024-01-01,q,2.00\nA,2024-01-01,r,4.00\n');
UPDATE import_reject SET line = replace(line, '4.x', '4.00');
SELECT * FROM retry_rejects('marketing', (SELECT max(import_id) - 1 FROM import));
SELECT amount FROM expense;
SELECT message, hint FROM import_reject;
TRUNCATE expense; DELETE FROM import;

-- Currencies: of the column, of the title, of the option; of two in one campaign and day neither.
SELECT * FROM load(E'Campaign name,Day,Amount spent (USD)\nA,2024-01-01,1.00\n');
SELECT * FROM load(E'Campaign,Day,Cost\nB,2024-01-01,$1.00\n');
SELECT * FROM load(E'Campaign,Day,Cost\nB,2024-01-01,$1.00\n', '{"currency": "usd"}');
SELECT * FROM load(E'Campaign,Day,Device,Cost,Currency code\nC,2024-01-01,a,1.00,USD\nC,2024-01-01,b,1.00,EUR\nD,2024-01-01,b,1.00,EUR\n', '{"max_rejected_percent": 70}');
SELECT title, amount, currency FROM expense ORDER BY 1;
SELECT message FROM import_reject ORDER BY 1;
TRUNCATE expense; DELETE FROM import;
-- A ledger without a currency takes files in one.
SELECT create_ledger('unnamed', time_zone => 'UTC');
SELECT added FROM import_file('unnamed', convert_to(E'Campaign,Day,Cost,Currency code\nA,2024-01-01,1.00,EUR', 'UTF8'));
SELECT added FROM import_file('unnamed', convert_to(E'Campaign,Day,Cost,Currency code\nA,2024-01-02,1.00,EUR', 'UTF8'));
SELECT added FROM import_file('unnamed', convert_to(E'Campaign,Day,Cost,Currency code\nA,2024-01-03,1.00,USD', 'UTF8'));
SELECT added FROM import_file('unnamed', convert_to(E'Campaign,Day,Cost,Currency code\nA,2024-01-03,1.00,EUR\nB,2024-01-03,1.00,USD', 'UTF8'));

-- Payments first: shares of those who bought together add up. 100.00 by three is 33.34 and twice 33.33. A deal that isn't won is none.
\set deals 'Record ID,Deal Name,Deal Stage,Close Date,Amount,Associated Contact IDs\n9001,Ash,Closed won,2024-01-20 00:00,100.00,101;102;103\n9002,Birch,Closed lost,2024-01-21 00:00,50.00,104\n9003,Cedar,Closed won,2024-01-22 00:00,"1,900.00",104\n9004,Dale,Closed won,2024-01-22 00:00,,104\n'
SELECT * FROM load(E:'deals');
SELECT external_id, amount, lead_id, lead_external_id FROM payment ORDER BY 1;
-- Their leads: an alias gives one its lead source, a name another; the third has none. Of two lines of one record the one changed last counts.
INSERT INTO lead_source (name) VALUES ('Spring');
INSERT INTO lead_source_alias (pattern, lead_source_id) SELECT 'paid search', lead_source_id FROM lead_source;
\set contacts 'Record ID,First Name,Email,Original Source,Original Source Drill-Down 1,Create Date,Became a Customer Date,Last Modified Date\n101,Ann,Ann@example.com,PAID_SEARCH,Brand,2024-01-04 09:10,2024-01-20 00:00,2024-02-01 10:00\n102,Bob,bob@example.com,Paid Social, spring ,2024-01-05 23:40,,2024-02-01 10:00\n103,Cid,,,,2024-01-06 11:00,,2024-02-01 10:00\n103,Cid,,,,2024-01-06 11:00,2024-01-25 00:00,2024-02-02 10:00\n104,Dee,dee@example.com,Referral,,2024-01-07 11:00,2023-12-31 00:00,2024-02-01 10:00\n'
SELECT * FROM load(E:'contacts');
SELECT external_id, lead_source_id IS NOT NULL AS own, traffic_source, created_on, converted_on FROM lead ORDER BY 1;
SELECT lead_source, leads, customers, revenue FROM lead_source_roi ORDER BY 1;
-- Again, both: nothing changes.
SELECT * FROM load(E:'contacts');
SELECT * FROM load(E:'deals');
-- No address is stored, in no table of the ledger; a hash tells them apart.
SELECT left(key, 14), lead_external_id FROM lead_key ORDER BY 2;
SELECT 'email:' || encode(sha256('ann@example.com'), 'hex') = key FROM lead_key WHERE lead_external_id = 'hubspot:101';
SELECT count(*) FROM (SELECT to_jsonb(import)::text AS t FROM import UNION ALL SELECT to_jsonb(lead)::text FROM lead UNION ALL SELECT to_jsonb(import_change)::text FROM import_change UNION ALL SELECT to_jsonb(import_reject)::text FROM import_reject) AS stored WHERE t ~* 'ann@|bob@|Dee';
-- Corrected: the deal is won by two alone, another is lost after all. 100.00 in 2 parts, and the 1,900.00 go.
SELECT * FROM load(replace(replace(E:'deals', ';103', ''), E'Closed won,2024-01-22 00:00,"1,900.00"', E'Closed lost,2024-01-22 00:00,"1,900.00"'));
SELECT external_id, amount FROM payment ORDER BY 1;
SELECT undo_import('marketing', max(import_id)) FROM import;
SELECT external_id, amount FROM payment ORDER BY 1;
-- A lead source that somebody has given a lead stays; what the file says of it changes.
UPDATE lead SET lead_source_id = (SELECT lead_source_id FROM lead_source WHERE name = 'Spring') WHERE external_id = 'hubspot:103';
SELECT * FROM load(replace(E:'contacts', '2024-01-25', '2024-01-26'));
SELECT external_id, lead_source_id IS NOT NULL AS own, converted_on FROM lead WHERE external_id = 'hubspot:103';
-- A file without the column says nothing of customers.
SELECT * FROM load(E'Record ID,Original Source,Create Date\n101,Paid Search,2024-01-04 09:10\n');
SELECT converted_on FROM lead WHERE external_id = 'hubspot:101';

-- Merged there: 102 is gone, and 101 has its id. 105 has the address of 104, which is gone. Payments follow.
SELECT * FROM load(E'Record ID,Email,Original Source,Create Date,Became a Customer Date,Merged contact IDs\n101,ann@example.com,Paid Search,2024-01-04 09:10,2024-01-20 00:00,102\n103,,,2024-01-06 11:00,2024-01-26 00:00,\n105,DEE@example.com,Referral,2024-01-07 11:00,2023-12-31 00:00,\n106,eve@example.com,Referral,2024-01-09 11:00,,\n');
SELECT external_id FROM lead ORDER BY 1;
SELECT payment.external_id, amount, lead.external_id AS lead, lead_external_id FROM payment LEFT JOIN lead USING (lead_id) ORDER BY 1;
SELECT * FROM load(E:'deals');
SELECT sum(revenue), sum(leads), sum(customers) FROM lead_source_roi;
SELECT undo_import('marketing', max(import_id)) FROM import;
SELECT undo_import('marketing', max(import_id)) FROM import WHERE undone_at IS NULL;
SELECT external_id FROM lead ORDER BY 1;
SELECT external_id, lead_external_id FROM payment ORDER BY 1;
-- Leads that a file is without though their dates are in it are told, and removed if asked. Their payments wait for them.
SELECT * FROM load(E'Record ID,Original Source,Create Date\n101,Paid Search,2024-01-04 09:10\n104,Referral,2024-01-07 11:00\n');
SELECT * FROM load(E'Record ID,Original Source,Create Date\n101,Paid Search,2024-01-04 09:10\n104,Referral,2024-01-07 11:00\n', '{"replace": true}');
SELECT state();
SELECT undo_import('marketing', max(import_id)) FROM import;
SELECT state();

-- Payments by address, before their lead and after it; a refund in part, a payment that failed, a test.
\set stripe 'id,Created date (UTC),Amount,Amount Refunded,Currency,Captured,Fee,Mode,Status,Customer Email\nch_1,2024-01-20 10:12:44,1900.00,0.00,eur,true,28.75,Live,Paid,ann@example.com\nch_2,2024-01-21 00:30:00,800.00,200.00,eur,true,12.25,Live,Paid,zoe@example.com\nch_3,2024-01-21 08:00:00,50.00,0.00,eur,false,0.00,Live,Failed,ann@example.com\nch_4,2024-01-21 08:00:00,60.00,0.00,eur,true,0.00,Test,Paid,ann@example.com\n'
SELECT * FROM load(E:'stripe');
SELECT external_id, amount, (SELECT external_id FROM lead WHERE lead.lead_id = payment.lead_id) AS lead, left(lead_external_id, 12) FROM payment WHERE external_id LIKE 'stripe%' ORDER BY 1;
SELECT * FROM load(E'Record ID,Email,Original Source,Create Date\n107,zoe@example.com,Referral,2024-03-07 11:00\n');
SELECT external_id, amount, lead_external_id FROM payment WHERE external_id LIKE 'stripe:ch_2%' ORDER BY 1;
SELECT * FROM load(E:'stripe');
-- Net of fees: 1900 - 28.75 and 800 - 12.25, less the 200 refunded.
SELECT * FROM load(E:'stripe', '{"amount": "net"}');
-- Deleting the lead by undoing its file leaves the payments waiting.
SELECT undo_import('marketing', max(import_id)) FROM import;
SELECT undo_import('marketing', max(import_id)) FROM import WHERE undone_at IS NULL AND kind = 'lead';
SELECT external_id, amount, left(lead_external_id, 12) FROM payment WHERE external_id LIKE 'stripe:ch_2%' ORDER BY 1;

-- Visits: summed by traffic source and day, and in visit by lead source. 60 + 40 = 100.
\set ga '# Traffic\n# Start date: 20240101\n# End date: 20240131\nSession source / medium,Landing page,Date,Sessions\n,,,190\ngoogle / cpc,/a,20240102,60\ngoogle / cpc,/b,20240102,40\nbing / cpc,/b,20240102,5\nfacebook / paid,/a,20240116,50\n(not set),/a,20240116,20\nnews / email,/a,20240117,15\n'
INSERT INTO lead_source_alias (pattern, lead_source_id) SELECT pattern, lead_source_id FROM lead_source, unnest('{google / cpc,bing / cpc,facebook}'::traffic_source[]) AS pattern WHERE name = 'Spring';
SELECT * FROM load(E:'ga');
SELECT visited_on, visitors FROM visit ORDER BY 1;
SELECT line_number, line, sqlstate, message FROM import_reject ORDER BY 1;
SELECT * FROM load(E:'ga');
-- An alias for what nobody knew: 15 on the 17th.
INSERT INTO lead_source_alias (pattern, lead_source_id) SELECT 'news', lead_source_id FROM lead_source WHERE name = 'Spring';
SELECT * FROM retry_rejects('marketing', (SELECT max(import_id) FROM import));
SELECT visited_on, visitors FROM visit ORDER BY 1;
SELECT * FROM load(replace(replace(E:'ga', '20240102,40', '20240102,45'), E'facebook / paid,/a,20240116,50\n', ''), '{"replace": true}');
SELECT visited_on, visitors FROM visit ORDER BY 1;
SELECT undo_import('marketing', max(import_id)) FROM import;
SELECT visited_on, visitors FROM visit ORDER BY 1;
SELECT count(undo_import('marketing', import_id)) FROM (SELECT import_id FROM import WHERE undone_at IS NULL AND kind = 'visit' ORDER BY import_id DESC) AS newer;
SELECT count(*) FROM visit;
