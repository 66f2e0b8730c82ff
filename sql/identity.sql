-- identity: which lead source a traffic source means, and lead sources that count as another.
SET lead_roi.testing_today = '2024-12-31';
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC');
SET search_path = marketing, lead_roi, public;

-- Nothing there: no alias, no merger, no channel, nothing unresolved.
SELECT resolve_lead_source('marketing', 'google / cpc');
SELECT (SELECT count(*) FROM merged_lead_source), (SELECT count(*) FROM lead_source_channel), (SELECT count(*) FROM channel_roi), (SELECT count(*) FROM unresolved_traffic);

INSERT INTO lead_source (name, category) VALUES ('Google Ads', 'Paid'), ('Northlight agency', 'Paid'), ('Spring campaign', 'Paid'), ('Newsletter', 'E-mail'), ('Trade fair', 'Events');
INSERT INTO lead_source_alias (pattern, valid_from, lead_source_id) VALUES
    ('google / cpc', DEFAULT, 1),
    ('google / cpc', '2024-07-01', 2),              -- the agency has taken over
    ('google / cpc / spring', '2024-03-01', 3),
    ('google / cpc / spring', '2024-06-01', NULL),  -- the campaign is over
    ('- / email', DEFAULT, 4),
    ('news / email / weekly / - / blue', DEFAULT, 4);

-- The most specific alias that holds on the day: before its first day and from the day it ends the next less specific one.
SELECT arrived_with, on_date, resolve_lead_source('marketing', arrived_with, on_date)
FROM (VALUES ('google / cpc'::traffic_source, date '2024-01-01'), ('google / cpc', '2024-06-30'), ('google / cpc', '2024-07-01'), ('google / cpc / other', '2024-07-01'), ('google', '2024-07-01'), ('google / cpcx', '2024-01-01'),
             ('GOOGLE / CPC / Spring', '2024-02-29'), ('google / cpc / spring', '2024-03-01'), ('google / cpc / spring / banner / red', '2024-05-31'), ('google / cpc / spring / banner / red', '2024-06-01'), ('google / cpc / spring', '2024-07-01'),
             ('google / cpc / spring-sale', '2024-04-01'), ('- / email / x', '2024-01-01'), ('other / email', '2024-01-01'), ('news / email / weekly / - / blue', '2024-01-01'), ('news / email / weekly / x / blue', '2024-01-01'),
             ('', '2024-01-01'), (NULL, '2024-01-01'), ('google / cpc', '1899-12-31')) AS arrived (arrived_with, on_date);
-- Today, where no day is given: the agency.
SELECT resolve_lead_source('marketing', 'google / cpc'), resolve_lead_source('marketing', 'google / cpc / spring');

-- Leads: their own lead source first. Two of the agency's, one of each other, one that nobody knows.
INSERT INTO lead (lead_source_id, traffic_source, created_on, converted_on) VALUES
    (5, 'google / cpc', '2024-01-10', '2024-02-01'),
    (NULL, 'google / cpc', '2024-01-10', '2024-02-01'),
    (NULL, 'google / cpc / spring', '2024-03-01', NULL),
    (NULL, 'google / cpc / spring', '2024-08-01', '2024-08-02'),
    (NULL, 'google / cpc / autumn', '2024-08-01', NULL),
    (NULL, '- / email', '2024-08-01', NULL),
    (NULL, 'northlight / referral', '2024-08-05', '2024-09-01'),
    (NULL, NULL, '2024-08-01', NULL);
INSERT INTO payment (lead_id, paid_on, amount) SELECT lead_id, '2024-10-01', 100 * lead_id FROM lead WHERE converted_on IS NOT NULL;
INSERT INTO expense (lead_source_id, incurred_on, amount, title) SELECT lead_source_id, '2024-01-31', 10 * lead_source_id, 'fee' FROM lead_source;
INSERT INTO visit (lead_source_id, visited_on, visitors) VALUES (1, '2024-01-01', 7), (4, '2024-01-01', 11);
SELECT lead_id, lead_source_id FROM lead_fact ORDER BY lead_id;
SELECT lead_source, expense, revenue, visitors, leads, customers FROM lead_source_roi ORDER BY lead_source_id;

-- Every lead is resolved as resolve_lead_source() has it, alone and among 400 aliases of every depth and day.
CREATE TABLE kept AS SELECT * FROM lead_source_alias;
INSERT INTO lead_source_alias
SELECT DISTINCT ON (1, 2) traffic_source('s' || n % 7, (ARRAY['m1', 'm2', NULL])[1 + n % 3], CASE WHEN n % 5 > 1 THEN 'c' || n % 4 END, CASE WHEN n % 11 > 6 THEN 'x' END, CASE WHEN n % 13 > 9 THEN 't' END),
       date '2024-01-01' + 30 * (n % 12), CASE WHEN n % 6 > 0 THEN 1 + n % 5 END
FROM generate_series(1, 400) AS n ON CONFLICT DO NOTHING;
INSERT INTO lead (traffic_source, created_on)
SELECT traffic_source('s' || n % 9, (ARRAY['m1', 'm2', 'm3', NULL])[1 + n % 4], CASE WHEN n % 7 > 1 THEN 'c' || n % 5 END, CASE WHEN n % 3 > 0 THEN 'x' END, CASE WHEN n % 2 > 0 THEN 't' END), date '2023-12-15' + n % 370
FROM generate_series(1, 1500) AS n;
-- By hand: of the aliases that contain the traffic source and hold on the day, the one with the most bytes.
SELECT count(*) > 500 AS resolved, count(DISTINCT lead_origin.lead_source_id) AS lead_sources,
       count(*) FILTER (WHERE lead_origin.lead_source_id IS DISTINCT FROM by_hand.lead_source_id) AS differ,
       count(*) FILTER (WHERE lead_origin.lead_source_id IS DISTINCT FROM resolve_lead_source('marketing', traffic_source, created_on)) AS differ_alone
FROM lead_origin LEFT JOIN LATERAL (
    SELECT lead_source_id
    FROM (SELECT pattern, lead_source_id, valid_from, lead(valid_from, 1, '2999-01-01') OVER (PARTITION BY pattern ORDER BY valid_from) AS next_from FROM lead_source_alias) AS alias
    WHERE pattern @> traffic_source AND created_on >= valid_from AND created_on < next_from AND lead_source_id IS NOT NULL
    ORDER BY length(pattern::text) DESC LIMIT 1) AS by_hand ON true
WHERE lead_id > 8;
DELETE FROM lead WHERE lead_id > 8;
TRUNCATE lead_source_alias;
INSERT INTO lead_source_alias SELECT * FROM kept;

-- Correcting an alias corrects history; without any, nothing is resolved.
BEGIN;
UPDATE lead_source_alias SET lead_source_id = 5 WHERE pattern = 'google / cpc' AND valid_from < '2024-01-01';
SELECT lead_source, leads, revenue FROM lead_source_roi ORDER BY lead_source_id;
DELETE FROM lead_source_alias;
SELECT lead_source, leads, revenue FROM lead_source_roi WHERE leads > 0 ORDER BY lead_source_id;
ROLLBACK;

-- What is unresolved, and what is closest; the statement mends it.
SELECT traffic_source, channel, leads, customers, first_seen_on, last_seen_on, closest, closest_lead_source_id, mend FROM unresolved_traffic;
SELECT mend FROM unresolved_traffic \gexec
SELECT count(*) FROM unresolved_traffic;
SELECT lead_source, leads, revenue FROM lead_source_roi WHERE lead_source_id = 2;

-- Channels: the aliases', one that was entered, and that of leads without a lead source. Totals equal the ledger's: 150, 1400, 18 and 8.
DELETE FROM lead_source_alias WHERE pattern = 'northlight / referral';
UPDATE lead_source SET channel = 'Events' WHERE name = 'Trade fair';
INSERT INTO lead_source (name) VALUES ('Radio');
SELECT lead_source.name, lead_source_channel.channel FROM lead_source_channel JOIN lead_source USING (lead_source_id) ORDER BY lead_source_id;
SELECT channel, expense, revenue, visitors, leads, customers, roi_percent FROM channel_roi ORDER BY channel;
SELECT sum(expense), sum(revenue), sum(visitors), sum(leads) FROM channel_roi;
INSERT INTO lead_source_alias (pattern, lead_source_id) VALUES ('facebook / social', 4);
SELECT channel, expense, leads FROM channel_roi WHERE channel ~ 'several|Email' ORDER BY channel;

-- The ledger's own rules and known sources come first.
INSERT INTO channel_rule (position, channel, source, medium) VALUES (2, 'Partners', '^north', '^referral$'), (1, 'Print', NULL, '^print$');
INSERT INTO known_source VALUES ('northlight', 'video'), ('northlight / x', 'search');
SELECT channel FROM unresolved_traffic;
DELETE FROM channel_rule WHERE position = 2;
SELECT channel FROM unresolved_traffic;      -- a video source
UPDATE known_source SET kind = 'other' WHERE pattern = 'northlight';
SELECT channel FROM unresolved_traffic;
INSERT INTO channel_rule (position, channel, source_kind) VALUES (3, 'Our searches', 'search');
UPDATE lead SET traffic_source = 'northlight / x' WHERE lead_id = 7;
SELECT channel FROM unresolved_traffic;
\set VERBOSITY terse
INSERT INTO channel_rule (position, channel) VALUES (9, 'x');
INSERT INTO channel_rule (position, channel, medium) VALUES (9, 'x', '(');
INSERT INTO channel_rule (position, channel, source_kind) VALUES (9, 'x', 'searching');
INSERT INTO known_source VALUES ('a', 'searching');
INSERT INTO lead_source_alias VALUES ('a', '1899-12-31', 1);
INSERT INTO lead_source_alias (pattern, lead_source_id) VALUES ('Google / CPC', 3);
\set VERBOSITY default
DELETE FROM channel_rule;
DELETE FROM known_source;

--
-- Mergers: nothing moves, all is counted as the other.
--
CREATE TABLE before AS SELECT * FROM lead_source_roi;
CREATE VIEW total AS SELECT sum(expense) AS expense, sum(revenue) AS revenue, sum(visitors) AS visitors, sum(leads) AS leads, sum(customers) AS customers FROM lead_source_roi;
TABLE total;
SELECT merge_lead_sources('marketing', 1, 2);
SELECT lead_source_id, lead_source, expense, revenue, visitors, leads, customers FROM lead_source_roi ORDER BY lead_source_id;
TABLE total;
SELECT resolve_lead_source('marketing', 'google / cpc', '2024-01-01') AS counts_as;
-- In a chain, and together with what was booked since; every clock follows.
SELECT merge_lead_sources('marketing', 2, 3);
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2024-01-31', 1000, 'later');
TABLE merged_lead_source ORDER BY 1;
SELECT lead_source_id, expense, revenue, leads FROM lead_source_roi WHERE lead_source_id IN (1, 2, 3) ORDER BY 1;
SELECT lead_source_id, month, expense, revenue, leads, customers FROM lead_source_monthly_roi WHERE lead_source_id IN (1, 2, 3) AND (expense > 0 OR revenue > 0 OR leads > 0) ORDER BY 1, 2;
SELECT lead_source_id, cohort_month, expense, revenue, customers FROM lead_source_cohort_roi WHERE lead_source_id IN (1, 2, 3) ORDER BY 1, 2;
SELECT lead_source_id, cohort_month, age_months, revenue FROM lead_source_cohort_revenue WHERE lead_source_id IN (1, 2, 3) ORDER BY 1, 2, 3;
SELECT lead_source_id, customers, cost_per_customer FROM lead_source_lifetime WHERE lead_source_id IN (1, 2, 3) ORDER BY 1;
SELECT DISTINCT lead_source_id FROM lead_source_survival WHERE lead_source_id IN (1, 2, 3);
SELECT lead_source_id, channel FROM lead_source_channel WHERE lead_source_id IN (1, 2, 3);
SELECT count(*) AS violations FROM reconciliation;
-- A condition on the lead source reaches the leads, or the payments with their leads, wherever a report reads them; in the lifetimes, the customers.
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query;
END
$$;
SELECT report, count(*) FILTER (WHERE line ~ '(Seq|Index|Heap) Scan.* on lead( lead_\d+)?$') > 0 AS reads_leads,
       count(*) FILTER (WHERE line ~ '(Seq|Index|Heap) Scan.* on lead( lead_\d+)?$') = count(*) FILTER (WHERE line ~ 'Filter: .*counted_as\(.* = 3\)' AND line ~ 'created_on') AS of_one_lead_source
FROM unnest('{lead_source_total, lead_source_roi, lead_source_monthly_roi, lead_source_cohort_revenue, lead_source_cohort_roi}'::text[]) AS report,
     pg_temp.plan_of(format('SELECT * FROM %I WHERE lead_source_id = 3', report)) AS line
GROUP BY report ORDER BY report;
SELECT count(*) AS of_one_lead_source FROM pg_temp.plan_of('SELECT * FROM lead_source_lifetime WHERE lead_source_id = 3') AS line WHERE line ~ ' Filter: \(lead_source_id = 3\)';
-- Undone, with what was booked meanwhile where it was booked.
SELECT unmerge_lead_source('marketing', 2), unmerge_lead_source('marketing', 1);
SELECT lead_source_id, expense FROM lead_source_roi WHERE lead_source_id IN (1, 2, 3) ORDER BY 1;
DELETE FROM expense WHERE title = 'later';
SELECT count(*) AS differ FROM (TABLE lead_source_roi EXCEPT TABLE before) AS row;

-- What can't be: into itself, in a circle of any length, also by hand, twice; what isn't there.
\set SHOW_CONTEXT never
SELECT merge_lead_sources('marketing', 1, 1);
\echo :LAST_ERROR_SQLSTATE
SELECT merge_lead_sources('marketing', 1, 2), merge_lead_sources('marketing', 2, 3);
SELECT merge_lead_sources('marketing', 3, 1);
\echo :LAST_ERROR_SQLSTATE
UPDATE lead_source SET merged_into = 1 WHERE lead_source_id = 2;
\echo :LAST_ERROR_SQLSTATE
UPDATE lead_source SET merged_into = lead_source_id WHERE lead_source_id = 5;
\echo :LAST_ERROR_SQLSTATE
SELECT merge_lead_sources('marketing', 1, 4);
\echo :LAST_ERROR_SQLSTATE
SELECT merge_lead_sources('marketing', 4, 99);
\echo :LAST_ERROR_SQLSTATE
SELECT merge_lead_sources('marketing', NULL, 4);
\echo :LAST_ERROR_SQLSTATE
SELECT unmerge_lead_source('marketing', 4);
\echo :LAST_ERROR_SQLSTATE
SELECT unmerge_lead_source('marketing', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT merge_lead_sources('nowhere', 1, 2);
\echo :LAST_ERROR_SQLSTATE
DELETE FROM lead_source WHERE name = 'Trade fair';
\echo :LAST_ERROR_SQLSTATE
-- A circle that came about all the same, as with triggers switched off: its members count as themselves, and nothing hangs.
SET session_replication_role = replica;
UPDATE lead_source SET merged_into = 1 WHERE lead_source_id = 3;
RESET session_replication_role;
TABLE merged_lead_source;
SELECT sum(leads) FROM lead_source_roi;
SELECT merge_lead_sources('marketing', 4, 1);
UPDATE lead_source SET merged_into = NULL;
-- One that nothing refers to can go; with the facts of the others, they can, too.
DELETE FROM lead_source WHERE name = 'Radio';
DELETE FROM payment;
DELETE FROM lead;
DELETE FROM expense;
DELETE FROM visit;
DELETE FROM lead_source_alias;
SELECT merge_lead_sources('marketing', 1, 2);
DELETE FROM lead_source WHERE lead_source_id = 2;
DELETE FROM lead_source WHERE lead_source_id = 1;
UPDATE lead_source SET merged_into = 99 WHERE lead_source_id = 2;
DELETE FROM lead_source;

-- Everybody who may change lead sources may merge them, without a right on facts; who may not, can't.
RESET client_min_messages;
CREATE ROLE lead_roi_test_bookkeeper;
GRANT USAGE ON SCHEMA marketing TO lead_roi_test_bookkeeper;
GRANT SELECT, INSERT, UPDATE, DELETE ON lead_source TO lead_roi_test_bookkeeper;
INSERT INTO lead_source (name) VALUES ('a'), ('b'), ('c');
INSERT INTO expense (lead_source_id, incurred_on, amount, title) SELECT max(lead_source_id), '2024-01-01', 1, 'fee' FROM lead_source;
SET ROLE lead_roi_test_bookkeeper;
SELECT merge_lead_sources('marketing', 7, 8);
\set VERBOSITY terse
DELETE FROM marketing.lead_source WHERE name = 'c';
SELECT resolve_lead_source('marketing', 'a');
RESET ROLE;
REVOKE UPDATE ON lead_source FROM lead_roi_test_bookkeeper;
SET ROLE lead_roi_test_bookkeeper;
SELECT unmerge_lead_source('marketing', 7);
RESET ROLE;

-- A map that isn't one.
SELECT lead_roi_internal.find_alias('', 'a', '2024-01-01');
SELECT lead_roi_internal.find_alias('\x6c616d31', 'a', '2024-01-01');
SELECT lead_roi_internal.alias_map('{a}', '{}', '{}');
