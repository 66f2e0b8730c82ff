-- Summaries that are kept: the reports show the same, to the last digit, as those that read the facts.
\getenv source_folder PG_ABS_SRCDIR
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET jit = off;
SET lead_roi.testing_today = '2025-06-15';
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC');
\set ECHO none
\i :source_folder/test/live_reports.sql
\set ECHO all
SET search_path = marketing, lead_roi;

-- What is not kept is not folded.
SELECT fold_summaries('marketing');
SELECT rebuild_summaries('marketing');
SELECT keep_summaries('marketing', NULL);
SELECT keep_summaries('marketing', false);
SELECT keep_summaries('nowhere', true);

-- No facts at all. Before the first fold nothing is kept, and reports read the facts.
SET client_min_messages = notice;
SELECT keep_summaries('marketing', true);
SET client_min_messages = warning;
SELECT keep_summaries('marketing', true);
SELECT count(*) FROM lead_source_roi;
SELECT * FROM live.difference;
SELECT fold_summaries('marketing');
SELECT * FROM summary_state;
SELECT (SELECT count(*) FROM month_cell) AS months, (SELECT count(*) FROM cohort_cell) AS cohorts, (SELECT count(*) FROM lead_source_roi) AS reported;

-- By hand: 100.00 and 50.5 for Banner in May, 20.00 of it staff's (so media 130.5); 10 visitors; two leads, one of them
-- a customer in June, who paid 300.00 in June, of which 25.00 went back. In the logs first, then in cells.
INSERT INTO lead_source (name) VALUES ('Banner'), ('Fair');
INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, title) VALUES (1, '2025-05-03', 80.00, 'media', 'a'), (1, '2025-05-04', 20.00, 'staff', 'b'), (1, '2025-05-05', 50.5, 'agency', 'c');
INSERT INTO visit VALUES (1, '2025-05-03', 10);
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, '2025-05-10', '2025-06-01'), (1, '2025-05-11', NULL);
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2025-06-02', 300.00), (1, '2025-06-03', -25.00);
SELECT lead_source, expense, media_expense, visitors, leads, customers, revenue FROM lead_source_roi ORDER BY 1;
SELECT count(*) FROM month_cell;
SELECT (SELECT count(*) FROM expense_log) AS expenses, (SELECT count(*) FROM visit_log) AS visits, (SELECT count(*) FROM lead_log) AS leads, (SELECT count(*) FROM payment_log) AS payments;
SELECT * FROM live.difference;
SELECT fold_summaries('marketing');
SELECT month, facts, summary, media_summary, payments, revenue FROM month_cell ORDER BY month;
SELECT cohort_month, paid_month, payments, revenue FROM cohort_cell;
SELECT lead_source, expense, media_expense, visitors, leads, customers, revenue FROM lead_source_roi ORDER BY 1;
SELECT * FROM live.difference;

-- The lead comes from the fair after all, and became a customer in May: its payments go with it, before a fold and after it,
-- and those that came since.
UPDATE lead SET lead_source_id = 2, converted_on = '2025-05-20' WHERE lead_id = 1;
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2025-06-04', 1.125);
SELECT lead_source, cohort_month, customers, revenue FROM lead_source_cohort_roi WHERE revenue > 0;
SELECT * FROM live.difference;
SELECT fold_summaries('marketing');
SELECT lead_source_id, cohort_month, paid_month, payments, revenue FROM cohort_cell ORDER BY 1, 2, 3;
SELECT * FROM live.difference;

-- Each kind of statement, seen before a fold and after one. A statement that changes nothing a report reads leaves no trace.
CREATE PROCEDURE public.try(what text, statement text) LANGUAGE plpgsql AS $$
DECLARE
    logged constant text := 'SELECT (SELECT count(*) FROM marketing.expense_log) + (SELECT count(*) FROM marketing.visit_log) + (SELECT count(*) FROM marketing.lead_log) + (SELECT count(*) FROM marketing.payment_log)';
    rows bigint;
    found bigint;
    states text;
BEGIN
    EXECUTE statement;
    EXECUTE logged INTO rows;
    SELECT string_agg(state, ', ' ORDER BY state) INTO states FROM marketing.summary_state WHERE state <> 'filled';
    SELECT count(*) INTO found FROM live.difference;
    PERFORM lead_roi.fold_summaries('marketing');
    RAISE INFO '%: % logged%; % differences, % after a fold, % violations', what, rows, coalesce(', ' || states, ''), found, (SELECT count(*) FROM live.difference), (SELECT count(*) FROM marketing.summary_violation);
END
$$;
CALL public.try('nothing', 'SELECT');
CALL public.try('notes of an expense', $$UPDATE expense SET notes = 'x', external_id = expense_id$$);
CALL public.try('a lead that churns', $$UPDATE lead SET churned_on = '2025-06-10' WHERE lead_id = 1$$);
CALL public.try('amount and type of an expense', $$UPDATE expense SET amount = amount + 1, cost_type = 'staff' WHERE expense_id = 1$$);
CALL public.try('an expense to nobody', $$UPDATE expense SET lead_source_id = NULL WHERE expense_id = 2$$);
CALL public.try('a yearly expense', $$INSERT INTO expense (lead_source_id, incurred_on, amount, covers_from, covers_through, title) VALUES (2, '2025-02-01', 1000.00, '2025-01-01', '2025-12-31', 'licence')$$);
CALL public.try('a shorter period', $$UPDATE expense SET covers_through = '2025-07-31' WHERE title = 'licence'$$);
CALL public.try('removal of expenses', $$DELETE FROM expense WHERE expense_id = 3$$);
CALL public.try('visits, new and known', $$INSERT INTO visit VALUES (1, '2025-05-03', 12), (2, '2025-05-03', 0) ON CONFLICT (lead_source_id, visited_on) DO UPDATE SET visitors = excluded.visitors$$);
CALL public.try('the same visits again', $$INSERT INTO visit VALUES (1, '2025-05-03', 12) ON CONFLICT (lead_source_id, visited_on) DO UPDATE SET visitors = excluded.visitors$$);
CALL public.try('merge of visits', $$MERGE INTO visit USING (VALUES (1, date '2025-05-03', 3), (1, '2025-05-04', 4)) AS new (id, day, visitors) ON lead_source_id = id AND visited_on = day
    WHEN MATCHED THEN UPDATE SET visitors = new.visitors WHEN NOT MATCHED THEN INSERT VALUES (id, day, new.visitors)$$);
CALL public.try('leads and payments in one statement', $$WITH won AS (UPDATE lead SET converted_on = '2025-06-11' WHERE lead_id = 2 RETURNING lead_id) INSERT INTO payment (lead_id, paid_on, amount) SELECT lead_id, '2025-06-12', 7 FROM won$$);
CALL public.try('a payment to another lead', $$UPDATE payment SET lead_id = 2 WHERE payment_id = 1$$);
CALL public.try('payments to nobody', $$UPDATE payment SET lead_id = NULL WHERE lead_id = 1$$);
CALL public.try('a lead that is gone', $$DELETE FROM lead WHERE lead_id = 1$$);
CALL public.try('changes taken back', $$DO 'BEGIN UPDATE marketing.lead SET lead_source_id = 1; DELETE FROM marketing.payment; RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END'$$);
CALL public.try('a change and back', $$UPDATE lead SET lead_source_id = 2, converted_on = NULL WHERE lead_id = 2; UPDATE lead SET lead_source_id = 1, converted_on = '2025-06-11' WHERE lead_id = 2$$);
CALL public.try('another key of a lead', $$UPDATE payment SET lead_id = NULL; UPDATE lead SET lead_id = DEFAULT$$);

-- Payments that name a lead by its key are found anew each time; assigned, they are logged.
CALL public.try('a payment before its lead', $$INSERT INTO payment (paid_on, amount, lead_external_id) VALUES ('2025-06-01', 40, 'K'), ('2025-06-01', 2.50, NULL)$$);
CALL public.try('its lead', $$INSERT INTO lead (lead_source_id, created_on, converted_on, external_id) VALUES (1, '2025-05-30', '2025-05-31', 'K')$$);
CALL public.try('its key', $$UPDATE lead SET external_id = 'L' WHERE external_id = 'K'; INSERT INTO payment (paid_on, amount, lead_external_id) VALUES ('2025-06-02', 1, 'L')$$);
CALL public.try('assignment', $$SELECT assign_payments('marketing')$$);

-- A lead that comes and goes with its payment under a deferred key; one whose key changes along.
ALTER TABLE payment DROP CONSTRAINT payment_lead_id_fkey,
    ADD CONSTRAINT payment_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES lead ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
BEGIN;
CALL public.try('a payment whose lead follows', $$INSERT INTO payment (lead_id, paid_on, amount) VALUES (1000, '2025-06-05', 9.99)$$);
CALL public.try('the lead that follows', $$INSERT INTO lead (lead_id, lead_source_id, created_on, converted_on) OVERRIDING SYSTEM VALUE VALUES (1000, 2, '2025-04-01', '2025-04-02')$$);
COMMIT;
CALL public.try('another key, along with payments', $$UPDATE lead SET lead_id = DEFAULT WHERE lead_id = 1000$$);
CALL public.try('a lead with its payments', $$DELETE FROM lead WHERE created_on = '2025-04-01'$$);

-- What no row knows by itself. Aliases and rates are told apart from what doesn't hang on them.
CALL public.try('leads by traffic source', $$INSERT INTO lead (traffic_source, created_on, converted_on) VALUES ('google / cpc / a', '2025-03-01', '2025-03-02'), ('bing / cpc', '2025-03-03', '2025-03-04'), (NULL, '2025-03-05', NULL)$$);
CALL public.try('their payments', $$INSERT INTO payment (lead_id, paid_on, amount) SELECT lead_id, '2025-04-01', 11 FROM lead WHERE lead_source_id IS NULL$$);
CALL public.try('an alias', $$INSERT INTO lead_source_alias (pattern, lead_source_id) VALUES ('google / cpc', 2)$$);
CALL public.try('an alias from a day on', $$INSERT INTO lead_source_alias VALUES ('google / cpc', '2025-03-01', 1), ('bing', '2025-01-01', 2)$$);
CALL public.try('no alias changed', $$UPDATE lead_source_alias SET lead_source_id = 1 WHERE pattern = 'yahoo'$$);
CALL public.try('aliases gone', $$DELETE FROM lead_source_alias WHERE valid_from = '2025-03-01'$$);
CALL public.try('an own lead source, an alias and a payment at once', $$UPDATE lead SET lead_source_id = 1 WHERE traffic_source = 'bing / cpc'; DELETE FROM lead_source_alias; INSERT INTO payment (lead_id, paid_on, amount) SELECT lead_id, '2025-04-02', 12 FROM lead WHERE traffic_source IS NOT NULL$$);
CALL public.try('amounts in another currency', $$INSERT INTO expense (lead_source_id, incurred_on, amount, currency, title) VALUES (1, '2025-05-02', 10, 'USD', 'd'); INSERT INTO payment (lead_id, paid_on, amount, currency) SELECT max(lead_id), '2025-05-03', 100, unnest('{USD, EUR}'::text[]) FROM lead$$);
CALL public.try('rates', $$INSERT INTO exchange_rate VALUES ('USD', '2025-05-01', 0.9)$$);
CALL public.try('a corrected rate', $$UPDATE exchange_rate SET rate = 0.8888$$);
CALL public.try('a merged lead source', $$UPDATE lead_source SET merged_into = 1 WHERE lead_source_id = 2$$);
CALL public.try('and back', $$UPDATE lead_source SET merged_into = NULL$$);

-- What lies ahead counts from its day on, without a write: an expense of the 20th, a conversion of the 22nd of a lead who has paid
-- before, payments of the 25th, a lead of the 27th: 3 + 3 more of revenue from the 25th on. On 1 May, the payments of 1 and 2 April are
-- there alone, 3 x 11 + 2 x 12. On an earlier day than that of the last fold the facts are read.
CALL public.try('facts ahead', $$INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2025-06-20', 5, 'e'); INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (2, '2025-06-01', '2025-06-22'), (2, '2025-06-27', '2025-06-27');
    INSERT INTO payment (lead_id, paid_on, amount) SELECT lead_id, day, 3 FROM lead, (VALUES (date '2025-06-10'), ('2025-06-25')) AS paid (day) WHERE converted_on > '2025-06-15'$$);
CREATE PROCEDURE public.days(days date[]) LANGUAGE plpgsql AS $$
DECLARE
    day date;
BEGIN
    FOREACH day IN ARRAY days LOOP
        PERFORM set_config('lead_roi.testing_today', to_char(day, 'YYYY-MM-DD'), false);
        RAISE INFO '%: % differences, stale: %, revenue %, customers %', day, (SELECT count(*) FROM live.difference), (SELECT everything FROM marketing.summary_staleness),
            (SELECT sum(revenue) FROM marketing.lead_source_total), (SELECT sum(customers) FROM marketing.lead_source_cohort_roi WHERE cohort_month = '2025-06-01');
    END LOOP;
END
$$;
CALL public.days('{2025-06-15, 2025-06-20, 2025-06-21, 2025-06-22, 2025-06-25, 2025-06-26, 2025-06-27, 2025-07-01, 2026-01-01, 2025-06-14, 2025-05-01}');
SET lead_roi.testing_today = '2025-06-23';
CALL public.try('a fold on a later day', 'SELECT');
SELECT count(counts_from) AS ahead, min(counts_from) FROM month_cell;
CALL public.days('{2025-06-23, 2025-06-25, 2025-06-27, 2025-06-15}');
CALL public.try('a fold on an earlier day', $$DELETE FROM expense WHERE title = 'e'$$);

-- What no log can say.
CALL public.try('truncated', 'TRUNCATE visit');
CALL public.try('rows as of a restore', $$INSERT INTO payment_log (lead_id, paid_on, sign, amount) VALUES (2, '2025-05-05', 1, 1000)$$);
CALL public.try('cells as of a restore', $$INSERT INTO month_cell SELECT 7, 1, 1, '2025-01-01', NULL, false, false, '{expense:1.00}', '{expense:1.00}', '{}'$$);
CALL public.try('a state as of a restore', $$INSERT INTO summary_state VALUES ('filled', '2025-06-15')$$);
CALL public.try('no state', 'TRUNCATE summary_state');
SELECT rebuild_summaries('marketing');
SELECT * FROM live.difference;
SELECT count(*) FROM month_cell WHERE facts = 0 AND payments = 0;

-- What is planted by hand is found, by the cell, and mended.
UPDATE month_cell SET summary = summary + make_roi_summary(expense => 0.01) WHERE lead_source_id = 1 AND month = '2025-05-01' AND NOT by_rate;
UPDATE cohort_cell SET payments = payments + 1 WHERE cohort_month IS NULL AND lead_source_id = 2;
-- An expense is in every report but the one on payments.
SELECT DISTINCT report FROM live.difference ORDER BY report;
SELECT violation, relation, row_key, explanation, mend FROM reconciliation WHERE violation LIKE 'summary%' ORDER BY relation;
SELECT rebuild_summaries('marketing');
SELECT count(*) FROM summary_violation;
ALTER TABLE payment DISABLE TRIGGER ALL;
SELECT relation, row_key, mend FROM reconciliation WHERE violation = 'summary_unsafe';
-- As a restore leaves them: nothing is logged twice.
ALTER TABLE payment ENABLE TRIGGER ALL;
CALL public.try('a payment, all triggers enabled', $$INSERT INTO payment (paid_on, amount) VALUES ('2025-06-01', 0.10)$$);
SELECT relation, row_key, mend FROM reconciliation WHERE violation = 'summary_unsafe';
SELECT upgrade_ledger('marketing');
SELECT count(*) FROM summary_violation;

-- What a subscription applies is logged by row.
SET session_replication_role = replica;
CALL public.try('applied payments', $$INSERT INTO payment (paid_on, amount) VALUES ('2025-06-01', 1), ('2025-06-02', 2)$$);
CALL public.try('applied changes', $$UPDATE payment SET amount = amount + 1 WHERE amount < 3; UPDATE payment SET external_id = payment_id; DELETE FROM payment WHERE amount < 2$$);
CALL public.try('an applied alias', $$INSERT INTO lead_source_alias (pattern, lead_source_id) VALUES ('google', 1)$$);
CALL public.try('applied cells', $$UPDATE month_cell SET payments = payments + 1; INSERT INTO lead_log (lead_id, sign, created_on) VALUES (1, 1, '2025-01-01')$$);
CALL public.try('applied truncation', 'TRUNCATE visit');
RESET session_replication_role;

-- What is not the same as it was, though written again, makes nothing stale.
CALL public.try('the same aliases and rates again', $$UPDATE lead_source_alias SET lead_source_id = lead_source_id; INSERT INTO exchange_rate SELECT * FROM exchange_rate ON CONFLICT (currency, valid_on) DO UPDATE SET rate = excluded.rate$$);
DROP TRIGGER keep_deleted ON visit;
ALTER TABLE expense ENABLE REPLICA TRIGGER keep_updated;
CREATE TABLE public.all_payments (LIKE payment);
ALTER TABLE payment INHERIT public.all_payments;
SELECT relation, row_key, mend FROM reconciliation WHERE violation = 'summary_unsafe' ORDER BY 1, 2;
ALTER TABLE payment NO INHERIT public.all_payments;
SELECT keep_summaries('marketing', false), keep_summaries('marketing', true);
SELECT fold_summaries('marketing');
SELECT count(*) FROM summary_violation;

-- Nobody folds in the middle of a statement, which may not have logged yet what it has changed.
CREATE FUNCTION public.fold_too_early() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM lead_roi.fold_summaries('marketing'); RETURN NULL; END $$;
CREATE TRIGGER a_first AFTER INSERT ON payment FOR EACH STATEMENT EXECUTE FUNCTION public.fold_too_early();
INSERT INTO payment (paid_on, amount) VALUES ('2025-06-09', 1);
DROP TRIGGER a_first ON payment;
WITH paid AS (INSERT INTO payment (paid_on, amount) VALUES ('2025-06-09', 1) RETURNING payment_id) SELECT fold_summaries('marketing') FROM paid;
SELECT count(*) FROM summary_violation;

-- A bookkeeper enters payments, and has no right to the logs and cells.
CREATE ROLE lead_roi_test_entering;
GRANT USAGE ON SCHEMA marketing TO lead_roi_test_entering;
GRANT INSERT ON payment TO lead_roi_test_entering;
SELECT max(lead_id) AS a_lead FROM lead \gset
GRANT SELECT ON lead_source_roi TO lead_roi_test_entering;
SET ROLE lead_roi_test_entering;
INSERT INTO marketing.payment (lead_id, paid_on, amount) VALUES (:a_lead, '2025-06-09', 500);
SELECT sum(revenue) FROM marketing.lead_source_roi;
SELECT count(*) FROM marketing.payment_log;
SELECT count(*) FROM marketing.month_cell;
INSERT INTO marketing.payment_log VALUES (2, '2025-06-09', 1, 500);
SELECT lead_roi.fold_summaries('marketing');
RESET ROLE;
SELECT count(*) FROM payment_log;
SELECT * FROM live.difference;

-- What isn't as it was made is refused with the way out.
CREATE INDEX log_index ON payment_log (lead_id);
INSERT INTO payment (paid_on, amount) VALUES ('2025-06-09', 1);
DROP INDEX log_index;
CREATE TABLE public.stranger (paid_on date);
CREATE TRIGGER odd AFTER INSERT ON public.stranger FOR EACH ROW EXECUTE FUNCTION lead_roi_internal.log_changes();
INSERT INTO public.stranger VALUES ('2025-06-09');
CREATE TRIGGER odd_before BEFORE INSERT ON public.stranger FOR EACH ROW EXECUTE FUNCTION lead_roi_internal.log_changes();
INSERT INTO public.stranger VALUES ('2025-06-09');
DROP TRIGGER odd_before ON public.stranger;
DROP TRIGGER odd ON public.stranger;
CREATE TRIGGER odd AFTER INSERT ON public.stranger FOR EACH ROW EXECUTE FUNCTION lead_roi_internal.mark_summaries();
INSERT INTO public.stranger VALUES ('2025-06-09');
DROP TRIGGER odd ON public.stranger;
CREATE TABLE public.stranger_log (paid_on date, sign text);
CREATE TRIGGER odd AFTER INSERT ON public.stranger FOR EACH ROW EXECUTE FUNCTION lead_roi_internal.log_changes();
CREATE TRIGGER odd_statement AFTER INSERT ON public.stranger REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION lead_roi_internal.log_changes();
INSERT INTO public.stranger VALUES ('2025-06-09');
DROP TRIGGER odd_statement ON public.stranger;
CREATE TABLE public.summary_state (state bigint);
CREATE TRIGGER odd_statement AFTER INSERT ON public.stranger FOR EACH STATEMENT EXECUTE FUNCTION lead_roi_internal.mark_summaries('x');
INSERT INTO public.stranger VALUES ('2025-06-09');
DROP TABLE public.summary_state;
CREATE TABLE public.summary_state (a text, b text, state text, c bigint);
INSERT INTO public.stranger VALUES ('2025-06-09');
TABLE public.summary_state;
SELECT lead_roi_internal.log_changes();
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT fold_summaries('marketing');
ROLLBACK;

-- An upgrade keeps what is kept, and has it made anew; so has another rule for rates.
SELECT fold_summaries('marketing');
SELECT upgrade_ledger('marketing');
SELECT everything FROM summary_staleness;
SELECT fold_summaries('marketing');
SELECT everything FROM summary_staleness;
SELECT alter_ledger('marketing', exchange_rate_days => 0);
SELECT everything FROM summary_staleness;
SELECT sum(revenue) FROM lead_source_total;
SELECT keep_summaries('marketing', false);
SELECT sum(revenue) FROM lead_source_total;

-- Nothing is left of it.
SELECT relname FROM pg_class WHERE relnamespace = 'marketing'::regnamespace AND relname ~ '_(cell|log|change|state|staleness|image|move)$|^kept_|^unassigned' ORDER BY 1;
SELECT tgname FROM pg_trigger WHERE tgrelid = 'marketing.payment'::regclass AND NOT tgisinternal;
SELECT keep_summaries('marketing', true);
SELECT drop_ledger('marketing');
DROP SCHEMA live CASCADE;
SELECT drop_ledger('marketing', drop_rows => true);
SELECT count(*) FROM pg_class WHERE relnamespace = 'marketing'::regnamespace;

-- What can't keep summaries.
SELECT create_ledger('invoker', security_invoker => true);
SELECT keep_summaries('invoker', true);
CREATE TABLE public.page_view (lead_source_id bigint, visited_on date, visitors bigint);
GRANT SELECT ON public.page_view TO pg_database_owner;
GRANT USAGE ON SCHEMA public TO pg_database_owner;
SELECT create_ledger('given', visits => 'public.page_view');
SELECT keep_summaries('given', true);
SELECT create_ledger('guarded');
ALTER TABLE guarded.lead FORCE ROW LEVEL SECURITY;
CREATE TABLE guarded.more_visits () INHERITS (guarded.visit);
SELECT keep_summaries('guarded', true);
SELECT create_ledger('taken');
CREATE TABLE taken.month_cell ();
CREATE ROLE lead_roi_test_eve;
CREATE TABLE taken.summary_state ();
ALTER TABLE taken.summary_state OWNER TO lead_roi_test_eve;
SELECT lead_roi_internal.fold_if_due('taken') IS NULL AS passed_by;
SELECT upgrade_ledger('taken');
SELECT keep_summaries('taken', true);
SELECT drop_ledger('taken');
SELECT count(*) FROM pg_class WHERE relnamespace = 'taken'::regnamespace;
