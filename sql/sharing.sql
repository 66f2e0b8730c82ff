-- sharing: an expense shared by several lead sources, and one that is settled by an imported one.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;
SET lead_roi.testing_today = '2024-02-10';
\pset null '-'
\set SHOW_CONTEXT never

-- An agency takes 300 for two campaigns that cost 100 and 200: by spend they bear 100 and 200, so 200 and 400 in all.
INSERT INTO lead_source (name, vendor) VALUES ('Search A', 'Google'), ('Search B', 'Google'), ('Fair', NULL);
INSERT INTO expense (lead_source_id, incurred_on, amount, title, cost_type, external_id, notes) VALUES
    (1, '2024-01-05', 100, 'clicks', 'media', NULL, NULL), (2, '2024-01-05', 200, 'clicks', 'media', NULL, NULL), (NULL, '2024-01-31', 300, 'fee for all', 'agency', 'F1', 'by contract');
CREATE TABLE before AS SELECT * FROM expense;
SELECT * FROM share_expense('marketing', 3, '{1,2}', '{100,200}');
SELECT expense_id, lead_source_id, incurred_on, amount, cost_type, title, notes, external_id, shared_from FROM expense ORDER BY expense_id;
SELECT lead_source, expense, not_yet_counted FROM lead_source_roi ORDER BY lead_source;
SELECT violation, row_key FROM reconciliation;

-- Once, and not its parts. What can't be shared, and by whom not.
SELECT share_expense('marketing', 3, '{1,2}');
SELECT share_expense('marketing', 5, '{1,2}');
SELECT share_expense('marketing', 1, '{1,2,3,2,1}');
SELECT share_expense('marketing', 1, '{1,2}', '{1,2,3}');
SELECT share_expense('marketing', 1, '{}');
SELECT share_expense('marketing', 1, '{1,2}', '{1,-2}');
SELECT share_expense('marketing', 1, '{1,2}', '{0,0}');
SELECT share_expense('marketing', 1, '{1,9,NULL,8}');
SELECT share_expense('marketing', 99, '{1,2}');
SELECT share_expense('marketing', NULL, '{1,2}');
SELECT share_expense('marketing', 1, NULL);
SELECT unshare_expense('marketing', 1);
SELECT unshare_expense('marketing', NULL);
SELECT settle_expense('marketing', 1, 2);

-- The next import knows the row: the cost is 330 and not 630, and what has come is its own lead source's until it is shared
-- anew. Edited parts would be lost.
INSERT INTO expense (lead_source_id, incurred_on, amount, title, cost_type, external_id) VALUES (NULL, '2024-01-31', 330, 'fee for all', 'agency', 'F1')
ON CONFLICT (external_id) DO UPDATE SET amount = excluded.amount;
SELECT lead_source, expense FROM lead_source_roi ORDER BY lead_source;
UPDATE expense SET amount = amount + 10 WHERE shared_from = 3 AND lead_source_id = 1;
SELECT unshare_expense('marketing', 3);
UPDATE expense SET currency = 'USD' WHERE shared_from = 3 AND lead_source_id = 1;
SELECT unshare_expense('marketing', 3);
UPDATE expense SET currency = NULL, amount = amount - 10 WHERE shared_from = 3 AND lead_source_id = 1;
SELECT unshare_expense('marketing', 3);
SELECT * FROM share_expense('marketing', 3, '{1,2}', '{100,200}');
SELECT lead_source, expense FROM lead_source_roi ORDER BY lead_source;

-- Undone it is as it was, also if a lead source has been merged since; and of one that was deleted the parts can be removed.
SELECT merge_lead_sources('marketing', 2, 1);
SELECT unshare_expense('marketing', 3);
SELECT unmerge_lead_source('marketing', 2);
UPDATE expense SET amount = 300 WHERE expense_id = 3;
(TABLE before EXCEPT TABLE expense) UNION ALL (TABLE expense EXCEPT TABLE before);
BEGIN;
SELECT share_expense('marketing', 3, '{3}');
DELETE FROM expense WHERE expense_id = 3;
SELECT unshare_expense('marketing', 3);
SELECT count(*) FROM expense;
ROLLBACK;

-- Equally, in the decimals of the currency: 33.34 + 33.33 + 33.33, and 334 + 333 + 333 yen. A credit; a part of 0; the lead source itself.
INSERT INTO expense (lead_source_id, incurred_on, amount, currency, title) VALUES (1, '2024-01-05', 100, NULL, 'euro'), (1, '2024-01-05', 1000, 'JPY', 'yen'), (1, '2024-01-05', -0.05, NULL, 'credit');
SELECT title, array_agg(part.amount) FROM expense, share_expense('marketing', expense_id, '{3,1,2}') AS part WHERE title IN ('euro', 'yen') GROUP BY title;
SELECT title, array_agg(part.amount) FROM expense, share_expense('marketing', expense_id, '{3,1,2}', '{0,1,1}') AS part WHERE title = 'credit' GROUP BY title;
SELECT title, currency, sum(amount), count(*) FROM expense WHERE shared_from IS NOT NULL GROUP BY 1, 2 ORDER BY 1;

-- A cost for a period counts in the same months, shared or not: 1,200 for a year are 100 a month, 50 for each; the fair bears 33.34 of "euro", too.
INSERT INTO expense (lead_source_id, incurred_on, amount, covers_from, covers_through, title) VALUES (3, '2024-01-01', 1200, '2024-01-01', '2024-12-31', 'licence');
BEGIN;
SELECT share_expense('marketing', expense_id, '{1,3}') FROM expense WHERE title = 'licence';
SELECT month, lead_source, expense FROM lead_source_monthly_roi JOIN lead_source USING (lead_source_id) WHERE month >= '2024-01-01' AND name = 'Fair' ORDER BY month;
SELECT lead_source, prepaid FROM lead_source_roi WHERE prepaid <> 0 ORDER BY 1;
ROLLBACK;

-- A posted expense: the budget is compared with all of it, and it isn't unposted.
SET lead_roi.testing_today = '2024-03-10';
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (3, 'agency', 500, '2024-01-01');
SELECT post_due_expenses();
CREATE VIEW bill AS SELECT bill_month, expense_id FROM expense WHERE recurring_expense_id = 1;
SELECT share_expense('marketing', expense_id, '{1,2}', '{2,1}') FROM bill WHERE bill_month >= '2024-02-01';
SELECT bill_month, lead_source, status, budget, actual, difference FROM expense_variance ORDER BY bill_month;
UPDATE expense SET amount = 450 WHERE expense_id = (SELECT expense_id FROM bill WHERE bill_month = '2024-02-01');
UPDATE expense SET amount = amount + 1 WHERE lead_source_id = 1 AND shared_from = (SELECT expense_id FROM bill WHERE bill_month = '2024-03-01');
SELECT bill_month, lead_source, status, budget, actual, difference FROM expense_variance ORDER BY bill_month;
UPDATE expense SET amount = amount - 1 WHERE lead_source_id = 1 AND shared_from = (SELECT expense_id FROM bill WHERE bill_month = '2024-03-01');
SET lead_roi.testing_today = '2024-02-10';
SELECT bill_on, removed, reason FROM unpost_expenses();
SELECT unshare_expense('marketing', expense_id) FROM bill WHERE bill_month = '2024-03-01';
SELECT bill_on, removed, reason FROM unpost_expenses();
SELECT unshare_expense('marketing', expense_id) FROM bill WHERE bill_month = '2024-02-01';

-- A monthly budget of 500 and the actual spend of 471.20 as an export: 471.20 and not 971.20. The next export updates the same row.
DELETE FROM expense;
DELETE FROM recurring_expense;
SET lead_roi.testing_today = '2024-03-31';
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, cost_type, covers_period) VALUES (1, 'Search budget', 500, '2024-03-01', '2024-03-31', 'agency', true);
SELECT post_due_expenses();
INSERT INTO expense (lead_source_id, incurred_on, amount, title, external_id, notes) VALUES (2, '2024-03-31', 471.20, 'Search ads', 'G-3', 'invoice 17');
SELECT lead_source, month, expense FROM lead_source_monthly_roi WHERE expense > 0;
SELECT settle_expense('marketing', posted.expense_id, imported.expense_id) = posted.expense_id AS posted_is_left
FROM expense AS posted, expense AS imported WHERE posted.bill_month IS NOT NULL AND imported.external_id = 'G-3';
SELECT lead_source, month, expense FROM lead_source_monthly_roi WHERE expense > 0;
INSERT INTO expense (lead_source_id, incurred_on, amount, title, external_id) VALUES (2, '2024-03-31', 480, 'Search ads', 'G-3')
ON CONFLICT (external_id) DO UPDATE SET amount = excluded.amount;
SELECT lead_source_id, incurred_on, amount, covers_from, covers_through, cost_type, title, notes, external_id, bill_month FROM expense;
SELECT lead_source, title, status, budget, actual, difference FROM expense_variance WHERE bill_month = '2024-03-01' AND recurring_expense_id = (SELECT max(recurring_expense_id) FROM recurring_expense);
SELECT post_due_expenses();

-- What settles nothing.
INSERT INTO expense (lead_source_id, amount, title) VALUES (1, 5, 'other');
CREATE VIEW known AS SELECT max(expense_id) FILTER (WHERE bill_month IS NOT NULL) AS posted, max(expense_id) FILTER (WHERE title = 'other') AS other FROM expense;
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
SELECT arguments, outcome(format('SELECT settle_expense(''marketing'', %s) FROM known', arguments))
FROM unnest('{"posted, other", "other, posted", "posted, posted", "posted, 0", "0, other", "posted, NULL", "NULL, other"}'::text[]) AS arguments;
SELECT outcome('SELECT share_expense(''marketing'', other, ''{1,2}'') FROM known'), outcome('SELECT settle_expense(''marketing'', posted, other) FROM known'), outcome('SELECT settle_expense(''marketing'', other, posted) FROM known');

-- Where nothing can be written the functions say so before any statement of theirs fails.
BEGIN READ ONLY;
SELECT post_due_expenses();
ROLLBACK;
BEGIN READ ONLY;
SELECT command, outcome(command)
FROM unnest(ARRAY[$$SELECT unpost_expenses('marketing')$$, $$SELECT share_expense('marketing', 1, '{1}')$$, $$SELECT unshare_expense('marketing', 1)$$, $$SELECT settle_expense('marketing', 1, 2)$$,
                  $$SELECT merge_lead_sources('marketing', 2, 1)$$, $$SELECT unmerge_lead_source('marketing', 2)$$, $$SELECT resolve_lead_source('marketing', 'google')$$]) AS command;
ROLLBACK;
SET default_transaction_read_only = on;
CALL post_due_expenses_in_batches('marketing');
RESET default_transaction_read_only;

-- Expenses of one's own are shared where they are.
CREATE TABLE own_expense (lead_source_id bigint, incurred_on date, amount numeric, cost_type text);
GRANT SELECT ON own_expense TO pg_database_owner;
SET client_min_messages = warning;
SELECT create_ledger('report', expenses => 'own_expense');
RESET client_min_messages;
SELECT share_expense('report', 1, '{1}');
SELECT command, outcome(command) FROM unnest(ARRAY[$$SELECT unshare_expense('report', 1)$$, $$SELECT settle_expense('report', 1, 2)$$]) AS command;

-- With the caller's rights: who may not write there shares nothing.
CREATE ROLE lead_roi_test_reader;
GRANT USAGE ON SCHEMA marketing TO lead_roi_test_reader;
GRANT SELECT ON expense, lead_source TO lead_roi_test_reader;
SET ROLE lead_roi_test_reader;
SELECT lead_roi.share_expense('marketing', 1, '{1}');
RESET ROLE;

-- What no longer agrees with its parts is a violation, and none before: the amount is corrected by an import, a part is edited, the shared one is deleted.
SELECT create_ledger('edited', time_zone => 'UTC');
INSERT INTO edited.lead_source (name) VALUES ('Search A'), ('Search B');
INSERT INTO edited.expense (lead_source_id, incurred_on, amount, title) SELECT NULL, '2024-01-31', 300, 'fee ' || n FROM generate_series(1, 4) AS n;
SELECT count(*) FROM generate_series(1, 4) AS n, share_expense('edited', n, '{1,2}', '{1,2}');
SELECT violation, row_key FROM edited.reconciliation;
UPDATE edited.expense SET amount = 330 WHERE expense_id = 1;
UPDATE edited.expense SET amount = amount - 1 WHERE shared_from = 2 AND lead_source_id = 2;
DELETE FROM edited.expense WHERE expense_id = 3;
SELECT violation, row_key, facts, mend FROM edited.reconciliation ORDER BY row_key;
