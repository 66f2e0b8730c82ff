-- ledger: recurring expenses, postings, expenses. "ledger" lists what was posted, one line per bill.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SET lead_roi.testing_today = '2031-01-01';

CREATE VIEW ledger AS
SELECT recurring_expense.title, posting.bill_on, posting.amount AS budget,
       expense.incurred_on, expense.amount AS actual
FROM posting
     LEFT JOIN expense USING (recurring_expense_id, bill_month)
     LEFT JOIN recurring_expense USING (recurring_expense_id)
ORDER BY posting.bill_on, posting.recurring_expense_id;

-- Nothing is due in an empty ledger.
SELECT post_due_expenses(as_of => '2024-05-15');

INSERT INTO lead_source (name) VALUES ('Agency'), ('Banner') RETURNING lead_source_id, name;

-- A back-dated start posts every missed month, each on its own date; a second call nothing.
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on)
VALUES (1, 'fee', 3000, '2024-01-31') RETURNING next_bill_on;
SELECT post_due_expenses(as_of => '2024-05-15');
SELECT * FROM ledger;
SELECT post_due_expenses(as_of => '2024-05-15');
SELECT posted_through, next_bill_on FROM recurring_expense;

-- Not due one day before, due on the day.
SELECT post_due_expenses(as_of => '2024-05-30') AS "30 May", post_due_expenses(as_of => '2024-05-31') AS "31 May";

-- The actual bill came in higher: the edit survives later calls, the posting keeps the budget.
UPDATE expense SET amount = 3210.50 WHERE bill_month = '2024-02-01';
-- One bill was never paid: a deleted expense doesn't come back.
DELETE FROM expense WHERE bill_month = '2024-03-01';
SELECT post_due_expenses(as_of => '2024-05-31');
UPDATE recurring_expense SET posted_through = NULL;
SELECT post_due_expenses(as_of => '2024-05-31') AS looked_at_again;
SELECT * FROM ledger;

-- Moving the start from the 31st to the 1st and back bills no month twice.
UPDATE recurring_expense SET starts_on = '2024-01-01' RETURNING posted_through, next_bill_on;
SELECT post_due_expenses(as_of => '2024-05-31');
UPDATE recurring_expense SET starts_on = '2024-01-31';
SELECT post_due_expenses(as_of => '2024-05-31');

-- Moving it half a year back fills the gap: July to December 2023.
UPDATE recurring_expense SET starts_on = '2023-07-31';
SELECT post_due_expenses(as_of => '2024-05-31');
SELECT count(*), min(bill_on), max(bill_on) FROM posting;
-- Moving it on leaves what is posted.
UPDATE recurring_expense SET starts_on = '2024-03-31';
SELECT post_due_expenses(as_of => '2024-05-31'), (SELECT count(*) FROM posting);

-- From quarterly to monthly: the months between are due.
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months)
VALUES (2, 'quarterly', 90, '2024-01-15', '2024-07-15', 3);
SELECT post_due_expenses(as_of => '2024-06-01') AS "31 May is posted, so January and April";
UPDATE recurring_expense SET every_months = 1 WHERE title = 'quarterly';
SELECT post_due_expenses(as_of => '2024-06-01') AS "February, March, May";

-- The end date is included; after it nothing is left to look at.
SELECT post_due_expenses(as_of => '2024-07-14') AS "fee and quarterly of June", post_due_expenses(as_of => '2024-07-15') AS "on the end date";
SELECT title, next_bill_on FROM recurring_expense ORDER BY title;
-- Prolonged, it goes on.
UPDATE recurring_expense SET ends_on = '2024-08-15' WHERE title = 'quarterly' RETURNING next_bill_on;
SELECT post_due_expenses(as_of => '2024-08-30') AS "fee of July, banner of August";

-- Deleting a recurring expense keeps its expenses, and its postings.
DELETE FROM recurring_expense WHERE title = 'quarterly';
SELECT count(*), sum(amount) FROM expense WHERE title = 'quarterly';
SELECT count(*) FROM posting WHERE recurring_expense_id = 2;
DELETE FROM recurring_expense;

-- A price change in the middle of five missed months: two bills at 100, three at 120, as posting on
-- time gives; a change entered ahead waits for its day.
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES
    (1, 'late', 100, '2025-01-31'),
    (1, 'on time', 100, '2025-01-31');
INSERT INTO amount_change SELECT recurring_expense_id, change.effective_on, change.amount
FROM recurring_expense, (VALUES (date '2025-03-15', 120), ('2025-06-30', 150)) AS change (effective_on, amount);
UPDATE recurring_expense SET starts_on = '2026-01-31' WHERE title = 'late';
SELECT day, post_due_expenses(as_of => day) FROM unnest('{2025-01-31,2025-02-28,2025-03-31,2025-04-30}'::date[]) AS day;
UPDATE recurring_expense SET starts_on = '2025-01-31' WHERE title = 'late';
SELECT post_due_expenses(as_of => '2025-05-31') AS "five late, one on time";
SELECT title, string_agg(amount::text, ' ' ORDER BY incurred_on) FROM expense WHERE title IN ('late', 'on time') GROUP BY title ORDER BY title;
-- A change on the bill date itself counts.
SELECT post_due_expenses(as_of => '2025-06-30') AS both;
SELECT amount FROM posting WHERE bill_on = '2025-06-30';
DELETE FROM recurring_expense;

-- max_rows stops and resumes, oldest first: three recurring expenses, 12 + 9 + 2 = 23 bills.
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months) VALUES
    (1, 'monthly', 10, '2026-01-10', NULL, 1),
    (2, 'ended', 20, '2026-02-05', '2026-10-31', 1),
    (2, 'half-yearly', 60, '2026-03-31', NULL, 6);
CREATE TABLE batch (batch integer, bill_on date, recurring_expense_id bigint);
DO $$
DECLARE
    posted bigint;
    batch integer := 0;
BEGIN
    LOOP
        posted := lead_roi.post_due_expenses(as_of => '2026-12-31', max_rows => 4);
        EXIT WHEN posted = 0;
        batch := batch + 1;
        INSERT INTO public.batch SELECT batch, bill_on, posting.recurring_expense_id
        FROM marketing.posting
        WHERE bill_on >= '2026-01-01'
              AND NOT EXISTS (SELECT FROM public.batch AS earlier
                              WHERE (earlier.recurring_expense_id, earlier.bill_on) = (posting.recurring_expense_id, posting.bill_on));
    END LOOP;
END
$$;
SELECT batch, count(*), min(bill_on), max(bill_on) FROM batch GROUP BY batch ORDER BY batch;
-- ... each batch wholly before the next.
SELECT * FROM batch AS earlier, batch AS later WHERE earlier.batch < later.batch AND earlier.bill_on > later.bill_on;
-- One large batch and one of exactly the rest.
UPDATE recurring_expense SET ends_on = NULL WHERE title = 'ended';
SELECT post_due_expenses(as_of => '2027-12-31', max_rows => 1000000000000000000) AS "2 + 12 + 12 + 2";
SELECT post_due_expenses(as_of => '2028-01-31', max_rows => 2) AS two, post_due_expenses(as_of => '2028-01-31', max_rows => 2) AS none;
-- Months posted before don't count: looked at again, two new recurring expenses, three rows.
UPDATE recurring_expense SET posted_through = NULL;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on) VALUES
    (1, 'new', 1, '2028-01-01', '2028-01-31'), (1, 'newer', 1, '2027-12-01', '2028-01-31');
SELECT post_due_expenses(as_of => '2028-01-31', max_rows => 2) AS two, post_due_expenses(as_of => '2028-01-31', max_rows => 2) AS one, post_due_expenses(as_of => '2028-01-31', max_rows => 2) AS none;

-- Every expense of a recurring expense is its posting's, and the months posted are the months due.
SELECT * FROM expense LEFT JOIN posting USING (recurring_expense_id, bill_month)
WHERE expense.recurring_expense_id IS NOT NULL AND (posting.bill_on, posting.amount) IS DISTINCT FROM (incurred_on, expense.amount)
      AND expense.amount <> 3210.50;
SELECT recurring_expense_id, bill_on
FROM recurring_expense, bill_dates(starts_on, ends_on, NULL, '2028-01-31', every_months::integer) AS bill_on
EXCEPT SELECT recurring_expense_id, bill_on FROM posting;

-- In batches: the same bills, each recurring expense whole. A constraint of the user's that one recurring expense
-- breaks keeps back that one alone, with its error: of 10 recurring expenses x 12 months,
-- 9 x 12 = 108 are posted.
DELETE FROM recurring_expense;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on)
SELECT 1, 'batch ' || n, n, '2029-01-31', '2029-12-31' FROM generate_series(1, 10) AS n;
ALTER TABLE expense ADD CONSTRAINT no_seven CHECK (amount <> 7);
CALL post_due_expenses_in_batches(as_of => '2029-12-31', batch_size => 30);
SELECT title, attempts, retry_at - failed_at AS retried_after, sqlstate, message
FROM posting_failure JOIN recurring_expense USING (recurring_expense_id);
SELECT posted, failed, sqlstate, message, as_of FROM posting_run;
SELECT count(*) FROM posting WHERE bill_on >= '2029-01-01';
-- Not tried again before its time; then longer each time, up to an hour.
CALL post_due_expenses_in_batches(as_of => '2029-12-31', batch_size => 30);
SELECT attempts FROM posting_failure;
UPDATE posting_failure SET retry_at = '-infinity';
CALL post_due_expenses_in_batches(as_of => '2029-12-31', batch_size => 30);
SELECT attempts, retry_at - failed_at AS retried_after FROM posting_failure;
UPDATE posting_failure SET retry_at = '-infinity', attempts = 1000000;
CALL post_due_expenses_in_batches(as_of => '2029-12-31', batch_size => 30);
SELECT attempts, retry_at - failed_at AS retried_after FROM posting_failure;
-- The function tells the error; once the reason is gone, the failure is too.
SELECT post_due_expenses(as_of => '2029-12-31');
ALTER TABLE expense DROP CONSTRAINT no_seven;
SELECT post_due_expenses(as_of => '2029-12-31');
SELECT count(*) FROM posting_failure;
SELECT posted, failed FROM posting_run ORDER BY posting_run_id;
-- A run that finds nothing leaves no row; nor does the history matter to posting.
CALL post_due_expenses_in_batches(as_of => '2029-12-31');
SELECT count(*) FROM posting_run;
ALTER TABLE posting_run ADD CONSTRAINT broken CHECK (as_of < '2030-01-01');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'unrecorded', 1, '2030-01-31');
CALL post_due_expenses_in_batches(as_of => '2030-01-31');
SELECT count(*) FROM expense WHERE title = 'unrecorded';
ALTER TABLE posting_run DROP CONSTRAINT broken;
BEGIN;
CALL post_due_expenses_in_batches(as_of => '2029-12-31');
ROLLBACK;
CALL post_due_expenses_in_batches(as_of => '-infinity');
CALL post_due_expenses_in_batches(as_of => '2029-12-31', batch_size => 0);

-- What is due and not posted, with the amount in force and the error: two months of "behind".
DELETE FROM recurring_expense;
SET lead_roi.testing_today = '2030-03-01';
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'behind', 100, '2029-12-31');
INSERT INTO amount_change SELECT recurring_expense_id, '2030-02-01', 110 FROM recurring_expense;
SELECT post_due_expenses(as_of => '2029-12-31');
ALTER TABLE expense ADD CONSTRAINT none CHECK (title <> 'behind') NOT VALID;
CALL post_due_expenses_in_batches();
SELECT bill_on, bill_month, lead_source, title, amount, days_overdue, attempts, sqlstate, message FROM overdue_expense ORDER BY bill_on;
ALTER TABLE expense DROP CONSTRAINT none;
SELECT post_due_expenses();
SELECT count(*) FROM overdue_expense;
SET lead_roi.testing_today = '2030-02-29';
SET lead_roi.testing_today = '2031-01-01';

-- Postings are insert-only.
UPDATE posting SET amount = 0;
DELETE FROM posting;
TRUNCATE posting CASCADE;

-- Arguments.
SELECT post_due_expenses(NULL);
SELECT post_due_expenses(as_of => 'infinity');
SELECT post_due_expenses(as_of => '2028-01-31', max_rows => 0);

-- Refused by a constraint that says why.
\set VERBOSITY terse
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'typing error', 10, '0026-01-01');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'no start', 10, 'infinity');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on) VALUES (1, 'ends first', 10, '2026-01-02', '2026-01-01');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on) VALUES (1, 'no end', 10, '2026-01-02', 'infinity');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'no number', 'NaN', '2026-01-01');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'too much', 'infinity', '2026-01-01');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, every_months) VALUES (1, 'never', 1, '2026-01-01', 0);
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, cost_type) VALUES (1, 'kind', 1, '2026-01-01', 'beer');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (99, 'nobody', 1, '2026-01-01');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, next_bill_on) VALUES (1, 'derived', 1, '2026-01-01', '2026-02-01');
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2026-01-01', 'NaN', 'no number');
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, 'infinity', 1, 'no date');
INSERT INTO expense (lead_source_id, amount, title, recurring_expense_id, bill_month) VALUES (1, 1, 'not posted', 1, '1999-01-01');
INSERT INTO expense (lead_source_id, amount, title, recurring_expense_id) VALUES (1, 1, 'half a posting', 1);
INSERT INTO amount_change VALUES ((SELECT max(recurring_expense_id) FROM recurring_expense), '2026-01-01', 'NaN');
INSERT INTO posting VALUES (1, '2026-01-02', '2026-01-02', 1);
DELETE FROM lead_source WHERE name = 'Agency';
\set VERBOSITY default

-- What a clock that was wrong has posted ahead is taken back, but for what somebody has worked on. Seven bills
-- from November to May: of the five after December one is deleted, and the last three are edited.
DELETE FROM recurring_expense;
SET lead_roi.testing_today = '2030-06-01';
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'clock', 10, '2029-11-30');
SELECT post_due_expenses();
DELETE FROM expense WHERE title = 'clock' AND bill_month = '2030-01-01';
UPDATE expense SET amount = 11 WHERE title = 'clock' AND bill_month = '2030-03-01';
UPDATE expense SET incurred_on = '2030-04-29' WHERE title = 'clock' AND bill_month = '2030-04-01';
UPDATE expense SET notes = 'paid in cash' WHERE title = 'clock' AND bill_month = '2030-05-01';
SET lead_roi.testing_today = '2029-12-31';
SELECT bill_on, amount, removed, reason FROM unpost_expenses() JOIN recurring_expense USING (recurring_expense_id, amount) ORDER BY bill_on;
SELECT posted_through, next_bill_on FROM recurring_expense;
SELECT bill_on FROM posting JOIN recurring_expense USING (recurring_expense_id) ORDER BY bill_on;
-- Two of it, and three of the tests above: January and February of "behind", January of "unrecorded".
SELECT posted, failed, unposted, as_of, run_by = session_user AS by_me FROM posting_run ORDER BY posting_run_id DESC LIMIT 1;
SELECT unpost_expenses(after_date => '2029-12-30');
SELECT unpost_expenses(after_date => 'infinity');
SELECT unpost_expenses(NULL);
-- They are posted again when they fall due: January and February, and no other.
SET lead_roi.testing_today = '2030-06-01';
SELECT post_due_expenses();
SELECT count(*) FROM reconciliation WHERE violation LIKE 'bill%';
-- Not due yet.
SELECT post_due_expenses(as_of => '2030-06-02');
CALL post_due_expenses_in_batches(as_of => '2062-11-26');
RESET lead_roi.testing_today;

-- Today is the date in the ledger's time zone. The two zones are 25 hours apart, so their dates always
-- differ, by one day or two.
SET timezone = 'Pacific/Kiritimati';
SELECT lead_roi.create_ledger('far_west', time_zone => 'Pacific/Pago_Pago');
SELECT ledger_today(NULL::far_west.lead_roi_ledger) < current_date AS earlier, current_date - ledger_today(NULL::far_west.lead_roi_ledger) <= 2 AS not_much,
       ledger_today(NULL::far_west.lead_roi_ledger) = (now() AT TIME ZONE 'Pacific/Pago_Pago')::date AS same,
       billing_today('Pacific/Pago_Pago') = ledger_today(NULL::far_west.lead_roi_ledger) AS of_its_name,
       billing_today('Pacific/Kiritimati') = current_date AS follows_timezone;
SELECT billing_today('Moon/Sea_of_Tranquility');
CREATE TYPE mood AS ENUM ('version 1.0');
SELECT ledger_today(NULL::mood);
SELECT lead_roi.create_ledger('moon', time_zone => 'Moon/Sea_of_Tranquility');
SET lead_roi.billing_timezon = 'UTC';
RESET timezone;

-- By default post what is due today: a daily sum is due on its first day.
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on) VALUES (1, 'starts today', 5, ledger_today(NULL::lead_roi_ledger));
SELECT post_due_expenses() > 0 AS posted, post_due_expenses() AS none;
SELECT amount, incurred_on = ledger_today(NULL::lead_roi_ledger) AS today FROM expense WHERE title = 'starts today';
