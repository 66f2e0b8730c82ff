-- distributing: what of a ledger on Citus can be seen without it; test/tap/071_citus.pl has the rest.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC');
SET search_path = marketing, lead_roi, public;
SET datestyle = ISO;

-- Refused in one line: there is no Citus, no ledger, no name.
SELECT distribute_ledger('marketing');
SELECT distribute_ledger('nowhere');
SELECT distribute_ledger(NULL);
SELECT lead_roi_internal.is_distributed('marketing'), lead_roi_internal.distribution_method('lead');

-- Citus reads whole views, and evaluates on a shard what isn't in a subquery of its own: today stands in one, but where books or sums are read.
SELECT relname AS "asks for the day in each row"
FROM pg_class, pg_get_viewdef(oid) AS definition
WHERE relnamespace = 'marketing'::regnamespace AND relkind = 'v'
      AND regexp_count(definition, 'ledger_today\(') > regexp_count(definition, '\( SELECT (lead_roi\.)?ledger_today\(')
ORDER BY 1;
-- It refuses a query with a recursive one anywhere in it.
SELECT relname AS "recursive" FROM pg_class WHERE relnamespace = 'marketing'::regnamespace AND relkind = 'v' AND pg_get_viewdef(oid) ~ 'RECURSIVE' ORDER BY 1;

-- Mergers: 1 into 2 into 3; 5 and 6 in a circle count as themselves; nothing, none.
SELECT * FROM lead_roi_internal.follow_mergers('{{1,2},{2,3},{5,6},{6,5}}') ORDER BY 1;
SELECT * FROM lead_roi_internal.follow_mergers('{}');
SELECT * FROM lead_roi_internal.follow_mergers(NULL);
-- What counts as what: 1, 2 and -7 as 3, the greatest as 1; 3, the least and unknown as themselves.
SELECT lead_source_id, lead_roi_internal.counted_as(lead_source_id, '{{-7,3},{1,3},{2,3},{9223372036854775807,1}}')
FROM unnest('{1,2,3,NULL,-7,9223372036854775807,-9223372036854775808}'::bigint[]) AS asked (lead_source_id);
SELECT lead_roi_internal.counted_as(1, NULL), lead_roi_internal.counted_as(NULL, '{{1,2}}'), lead_roi_internal.counted_as(NULL, NULL);
-- Anything but pairs is refused, also an array without any, which array_agg() doesn't return.
SELECT lead_roi_internal.counted_as(1, '{}');
\echo :LAST_ERROR_SQLSTATE
SELECT lead_roi_internal.counted_as(1, '{1,2}');
SELECT lead_roi_internal.counted_as(1, '{{1,2,3}}');
SELECT lead_roi_internal.counted_as(1, '{{1,NULL}}');
SELECT lead_roi_internal.counted_as(1, '{{{1,2}}}');

-- The views of a ledger that is distributed differ in this: a payment has its lead, and odd rows are gathered first.
CREATE FUNCTION public.filled(definition text) RETURNS text LANGUAGE sql RETURN lead_roi.ledger_definition(definition, 'marketing');
SELECT public.filled('SELECT 1@gathered@') AS alone, public.filled('@lead_of_payment@') ~ 'record_key' AS by_key;
-- What is written twice is taken once, and no part of a ledger keeps a mark of it.
\set written_twice 'SELECT public.filled(''a @one_server@b@citus@c@end@ d@one_server@ e@citus@@end@ f'') AS filled'
\set marks_left 'SELECT part FROM ledger_part(), public.filled(definition) AS filled WHERE kind <> ''columns'' AND filled ~ ''@\\w+@'''
:written_twice;
:marks_left;
ALTER FUNCTION lead_roi_internal.is_distributed(text) RENAME TO is_distributed_by_citus;
CREATE FUNCTION lead_roi_internal.is_distributed(text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN true;
SELECT public.filled('SELECT 1@gathered@') AS distributed, public.filled('@lead_of_payment@') AS own_lead;
:written_twice;
:marks_left;
-- No view of leads or payments has a subquery among its columns then: Citus would compute them all, for every row.
\set computed 'SELECT relname AS "computes every column" FROM pg_class, substring(pg_get_viewdef(oid) FROM ''^(.*?)\\n   FROM'') AS columns WHERE oid IN (''lead_origin''::regclass, ''lead_fact''::regclass, ''payment_amount''::regclass, ''payment_fact''::regclass) AND columns ~ ''SELECT.*SELECT'' ORDER BY 1'
:computed;
-- So made, they show the same: 8 for the lead; a visit far ahead, which is told of.
SELECT upgrade_ledger('marketing');
:computed;
INSERT INTO lead_source (name) VALUES ('Fair');
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, '2024-01-01', '2024-01-02');
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2024-01-03', 8);
INSERT INTO visit VALUES (1, '2199-01-01', 5);
SELECT lead_source, revenue, visitors, leads, customers FROM lead_source_roi;
SELECT cohort_month, revenue, leads, customers FROM lead_source_cohort_roi;
SELECT violation, relation, row_key FROM reconciliation;
SELECT assign_payments('marketing');
