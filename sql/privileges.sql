-- privileges: what a role may do that was granted nothing, a reader, and a bookkeeper who posts.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SET lead_roi.testing_today = '2024-04-30';

CREATE ROLE lead_roi_test_nobody;
CREATE ROLE lead_roi_test_reader;
CREATE ROLE lead_roi_test_bookkeeper;
INSERT INTO lead_source (name) VALUES ('Agency');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 100, '2024-01-15');

-- Figures over one's own data need no grant; a ledger does.
SET ROLE lead_roi_test_nobody;
SELECT count(*) FROM bill_dates('2024-01-31', NULL, NULL, '2024-12-31');
SELECT round(roi(1225, 1000), 3);
SELECT ledger, owner FROM lead_roi.ledger;
SELECT * FROM marketing.lead_source;
SELECT * FROM marketing.lead_source_roi;
SELECT lead_roi.post_due_expenses('marketing');
CALL lead_roi.post_due_expenses_in_batches('marketing');
SELECT lead_roi.unpost_expenses('marketing');
SELECT lead_roi.upgrade_ledger('marketing');
SELECT lead_roi.drop_ledger('marketing', true);
SELECT lead_roi.create_ledger('marketing');
-- A schema that he may not use is not on his search path, so no ledger is meant.
SELECT lead_roi.current_ledger();
RESET ROLE;

-- A reader of one view needs the schema, that view, and nothing else.
GRANT USAGE ON SCHEMA marketing TO lead_roi_test_reader;
GRANT SELECT ON lead_source_roi, overdue_expense, worker_status TO lead_roi_test_reader;
SET ROLE lead_roi_test_reader;
SET search_path = '';
SELECT lead_source, expense FROM marketing.lead_source_roi;
SELECT count(*) FROM marketing.overdue_expense;
SELECT overdue_expenses FROM marketing.worker_status;
SELECT * FROM marketing.expense;
RESET ROLE;
SET search_path = public, marketing, lead_roi;

-- A bookkeeper posts and edits expenses, and can't touch postings.
GRANT USAGE ON SCHEMA marketing TO lead_roi_test_bookkeeper;
GRANT SELECT, INSERT, UPDATE, DELETE ON lead_source, recurring_expense, amount_change, expense, posting_failure, posting_run TO lead_roi_test_bookkeeper;
GRANT SELECT ON recurring_expense_terms TO lead_roi_test_bookkeeper;
GRANT SELECT, INSERT ON posting TO lead_roi_test_bookkeeper;
SET ROLE lead_roi_test_bookkeeper;
SELECT current_ledger();
SELECT post_due_expenses(as_of => '2024-03-31');
UPDATE expense SET amount = 110 WHERE bill_month = '2024-02-01';
CALL post_due_expenses_in_batches(as_of => '2024-03-31');
DELETE FROM posting;
RESET ROLE;
SELECT sum(expense.amount) AS actual, sum(posting.amount) AS budget FROM posting JOIN expense USING (recurring_expense_id, bill_month);

-- A function or operator planted where an incautious search_path finds it first is not called.
CREATE SCHEMA planted;
CREATE FUNCTION planted.isfinite(date) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'planted'; END$$;
CREATE FUNCTION planted.bill_dates(date, date, date, date, integer) RETURNS SETOF date LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'planted'; END$$;
CREATE FUNCTION planted.add(numeric, numeric) RETURNS numeric LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'planted'; END$$;
CREATE OPERATOR planted.+ (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = planted.add);
SET search_path = planted, pg_catalog;
SELECT lead_roi.post_due_expenses('marketing', as_of => '2024-04-30'), lead_roi.roi(3, 2), (SELECT count(*) FROM marketing.lead_source_roi);
SELECT lead_roi.create_ledger('unplanted');
RESET search_path;
DROP SCHEMA planted CASCADE;

DROP OWNED BY lead_roi_test_nobody, lead_roi_test_reader, lead_roi_test_bookkeeper;
DROP ROLE lead_roi_test_nobody, lead_roi_test_reader, lead_roi_test_bookkeeper;
