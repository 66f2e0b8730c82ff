-- privileges: what a role may do that was granted nothing, and a bookkeeper who posts.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;

CREATE ROLE lead_roi_test_nobody;
CREATE ROLE lead_roi_test_bookkeeper;
INSERT INTO lead_source (name) VALUES ('Agency');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'fee', 100, '2024-01-15');

-- Figures over one's own data need no grant; the tables and posting do.
SET ROLE lead_roi_test_nobody;
SELECT count(*) FROM bill_dates('2024-01-31', NULL, NULL, '2024-12-31');
SELECT round(roi(1225, 1000), 3);
SELECT ledger_today(NULL::lead_roi_ledger) IS NOT NULL AS today;
SELECT * FROM lead_source;
SELECT * FROM lead_source_roi;
SELECT post_due_expenses();
CALL post_due_expenses_in_batches();
SELECT * FROM worker_status;
RESET ROLE;

-- A bookkeeper posts and edits expenses, and can't touch postings.
GRANT SELECT, INSERT, UPDATE, DELETE ON lead_source, recurring_expense, amount_change, expense, posting_failure, posting_run TO lead_roi_test_bookkeeper;
GRANT SELECT ON agreement TO lead_roi_test_bookkeeper;
GRANT SELECT, INSERT ON posting TO lead_roi_test_bookkeeper;
GRANT EXECUTE ON ALL ROUTINES IN SCHEMA lead_roi TO lead_roi_test_bookkeeper;
SET ROLE lead_roi_test_bookkeeper;
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
SELECT lead_roi.post_due_expenses(as_of => '2024-04-30'), lead_roi.roi(3, 2), (SELECT count(*) FROM marketing.lead_source_roi);
RESET search_path;
DROP SCHEMA planted CASCADE;

DROP OWNED BY lead_roi_test_nobody, lead_roi_test_bookkeeper;
DROP ROLE lead_roi_test_nobody, lead_roi_test_bookkeeper;
