-- What kept summaries cost and bring: reports from cells against the same reports from facts, and writing with logs
-- against writing without.
\ir harness.sql
DROP SCHEMA IF EXISTS live, smaller CASCADE;
-- A ledger with a tenth of the facts, of as many lead sources and months.
SELECT :scale AS whole_scale, :scale / 10.0 AS scale \gset
\ir harness_ledger.sql
\ir harness_facts.sql
SELECT keep_summaries('marketing', true), fold_summaries('marketing') \gset
ALTER SCHEMA marketing RENAME TO smaller;
\set scale :whole_scale
\ir harness_ledger.sql
\ir harness_facts.sql
\ir ../test/live_reports.sql

-- All columns of a report that are numbers, summed.
CREATE OR REPLACE FUNCTION bench.sums(schema text, report text) RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT count(*), %s FROM %I.%I', string_agg(format('sum(%I) AS %1$I', attname), ', ' ORDER BY attnum), schema, report)
    FROM pg_attribute WHERE attrelid = format('marketing.%I', report)::regclass AND attnum > 0 AND atttypid IN ('integer'::regtype, 'bigint'::regtype, 'numeric'::regtype)
$$;
CREATE OR REPLACE FUNCTION bench.live_and_kept(rounds integer, report text)
RETURNS TABLE (variant text, median_ms numeric, ratio numeric) LANGUAGE sql AS $$
    SELECT * FROM bench.compare(rounds, ARRAY[report || ' live', report || ' kept'], ARRAY[bench.sums('live', report), bench.sums('marketing', report)])
$$;
-- The median of some runs of a query, in milliseconds.
CREATE OR REPLACE FUNCTION bench.median(rounds integer, query text) RETURNS numeric LANGUAGE sql AS $$
    SELECT median_ms FROM bench.compare(rounds, ARRAY['it'], ARRAY[query])
$$;

\echo
\echo Keeping summaries of :scale x 10,000,000 facts: milliseconds
SELECT clock_timestamp() AS started \gset
SELECT keep_summaries('marketing', true);
SELECT extract(milliseconds FROM clock_timestamp() - :'started')::integer AS switching_on, clock_timestamp() AS started \gset
SELECT fold_summaries('marketing') \gset
SELECT :switching_on AS switching_on, (1000 * extract(epoch FROM clock_timestamp() - :'started'))::integer AS first_fold,
       (SELECT count(*) FROM month_cell) AS month_cells, (SELECT count(*) FROM cohort_cell) AS cohort_cells,
       pg_size_pretty(pg_total_relation_size('month_cell') + pg_total_relation_size('cohort_cell')) AS size;
VACUUM ANALYZE month_cell, cohort_cell, expense_log, visit_log, lead_log, payment_log, summary_state;
VACUUM ANALYZE smaller.month_cell, smaller.cohort_cell, smaller.expense_log, smaller.visit_log, smaller.lead_log, smaller.payment_log, smaller.summary_state;

\echo Reports (goals: 0.01, 0.01, 0.033, 0.05)
SELECT * FROM bench.live_and_kept(:rounds, 'lead_source_roi');
SELECT * FROM bench.live_and_kept(:rounds, 'lead_source_category_roi');
SELECT * FROM bench.live_and_kept(:rounds, 'lead_source_monthly_roi');
SELECT * FROM bench.live_and_kept(:rounds, 'lead_source_cohort_roi');
\ir one_lead_source.sql

-- Whatever a report of either ledger comes to, the answer is the same.
CREATE OR REPLACE FUNCTION bench.growth(rounds integer, report text) RETURNS TABLE (variant text, median_ms numeric, ratio numeric) LANGUAGE sql AS $$
    SELECT * FROM bench.compare(rounds, ARRAY[report || ' of a tenth', report || ' of all'],
                                ARRAY(SELECT format('SELECT summed::text <> '''' AS is_there FROM (%s) AS summed', bench.sums(schema, report)) FROM unnest('{smaller, marketing}'::text[]) AS schema))
$$;
\echo Growth from :scale x 1,000,000 to :scale x 10,000,000 facts (goal of the first: 1.2)
SELECT * FROM bench.growth(:rounds, 'lead_source_roi');
SELECT * FROM bench.growth(:rounds, 'lead_source_monthly_roi');
SELECT * FROM bench.growth(:rounds, 'lead_source_cohort_roi');

\set duckdb `echo "$LEAD_ROI_DUCKDB"`
SELECT :'duckdb' <> '' AS has_duckdb \gset
\if :has_duckdb
\ir duckdb/report.sql
\endif

-- The lead of each payment that isn't folded is looked up by its key, at one place or another in a table that no cache of
-- the processor holds. That alone is measured, too. Each kind is compared with
-- the report just before, since a fold leaves cells and logs in another state.
\echo Microseconds that each unfolded row adds to lead_source_roi (goal: 3), and what looking up its lead takes by hand
SELECT bench.median(3 * :rounds, bench.sums('marketing', 'lead_source_roi')) AS folded \gset
INSERT INTO payment (lead_id, paid_on, amount) SELECT 10 * (1 + n * 7 % (SELECT count(*) / 10 FROM lead)), '2025-12-30', n FROM generate_series(1, 10000) AS n;
SELECT round(1000 * (bench.median(3 * :rounds, bench.sums('marketing', 'lead_source_roi')) - :folded) / 10000, 2) AS payment,
       round(1000 * bench.median(:rounds, 'SELECT count(*), sum(lead_source_id), max(converted_on)
                                           FROM payment_log LEFT JOIN LATERAL (SELECT lead_source_id, converted_on FROM lead WHERE lead.lead_id = payment_log.lead_id OFFSET 0) AS lead ON true') / 10000, 2) AS lead_by_hand;
SELECT fold_summaries('marketing') \gset
VACUUM month_cell, cohort_cell, expense_log, visit_log, lead_log, payment_log;
SELECT bench.median(3 * :rounds, bench.sums('marketing', 'lead_source_roi')) AS folded \gset
INSERT INTO lead (lead_source_id, created_on) SELECT 1 + n % 1000, '2025-12-30' FROM generate_series(1, 10000) AS n;
SELECT round(1000 * (bench.median(3 * :rounds, bench.sums('marketing', 'lead_source_roi')) - :folded) / 10000, 2) AS lead;
SELECT fold_summaries('marketing') \gset
VACUUM month_cell, cohort_cell, expense_log, visit_log, lead_log, payment_log;
SELECT bench.median(3 * :rounds, bench.sums('marketing', 'lead_source_roi')) AS folded \gset
INSERT INTO expense (lead_source_id, incurred_on, amount, title) SELECT 1 + n % 1000, '2025-12-30', n, 'e' FROM generate_series(1, 10000) AS n;
SELECT round(1000 * (bench.median(3 * :rounds, bench.sums('marketing', 'lead_source_roi')) - :folded) / 10000, 2) AS expense;
SELECT fold_summaries('marketing') \gset

-- The same statement with the triggers and without, each taken back.
CREATE OR REPLACE FUNCTION bench.with_logs(rounds integer, statement text, repetitions integer DEFAULT 1)
RETURNS TABLE (variant text, median_ms numeric, ratio numeric) LANGUAGE plpgsql AS $$
DECLARE
    started timestamptz;
    milliseconds text;
BEGIN
    CREATE TEMPORARY TABLE took (round integer, kept boolean, ms numeric) ON COMMIT DROP;
    FOR round IN 0 .. rounds LOOP
        FOR kept IN 0 .. 1 LOOP
            BEGIN
                EXECUTE format('ALTER TABLE marketing.payment %s TRIGGER keep_inserted; ALTER TABLE marketing.lead %1$s TRIGGER keep_updated; ALTER TABLE marketing.expense %1$s TRIGGER keep_inserted',
                               CASE kept WHEN 1 THEN 'ENABLE' ELSE 'DISABLE' END);
                started := clock_timestamp();
                FOR repetition IN 1 .. repetitions LOOP
                    EXECUTE statement;
                END LOOP;
                RAISE division_by_zero USING DETAIL = 1000 * extract(epoch FROM clock_timestamp() - started);
            EXCEPTION WHEN division_by_zero THEN
                GET STACKED DIAGNOSTICS milliseconds = PG_EXCEPTION_DETAIL;
                INSERT INTO took SELECT round, kept = 1, milliseconds::numeric WHERE round > 0;
            END;
        END LOOP;
    END LOOP;
    RETURN QUERY
    SELECT CASE WHEN one.kept THEN 'kept' ELSE 'not kept' END, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY one.ms)::numeric, 3),
           round(percentile_cont(0.5) WITHIN GROUP (ORDER BY one.ms / first.ms)::numeric, 3)
    FROM took AS one JOIN took AS first ON first.round = one.round AND NOT first.kept
    GROUP BY one.kept ORDER BY one.kept;
    DROP TABLE took;
END
$$;

\echo COPY of :scale x 1,000,000 payments (goal: 1.2)
SELECT current_setting('data_directory') || '/payments.copy' AS file, (1000000 * :scale)::integer AS payments \gset
SELECT format('COPY (SELECT 1 + n::bigint * 7919 %% (SELECT max(lead_id) FROM marketing.lead), date ''2025-01-01'' + n %% 365, n %% 100000 * 0.13 FROM generate_series(1, %s) AS n) TO %L', :payments, :'file') AS copy_out,
       format('COPY marketing.payment (lead_id, paid_on, amount) FROM %L', :'file') AS copy_in \gset
:copy_out;
SELECT * FROM bench.with_logs(3, :'copy_in');
\echo Updating the lead source of a lead with 13 payments, 200 times (goal: 1.3)
SELECT lead_id AS busy FROM payment GROUP BY lead_id ORDER BY abs(count(*) - 13), lead_id LIMIT 1 \gset
SELECT * FROM bench.with_logs(:rounds, format('UPDATE marketing.lead SET lead_source_id = 1 + lead_source_id %% 1000 WHERE lead_id = %s', :busy), 200);
\echo Inserting a payment, 200 times
SELECT * FROM bench.with_logs(:rounds, format('INSERT INTO marketing.payment (lead_id, paid_on, amount) VALUES (%s, ''2025-12-30'', 12.50)', :busy), 200);

\echo Rate at which eight clients insert payments one by one (goal: 0.85)
\setenv PGHOST :HOST
\setenv PGPORT :PORT
\setenv PGUSER :USER
\setenv PGDATABASE :DBNAME
SELECT greatest(5, (5000 * :scale)::integer) AS inserts, max(lead_id) AS leads FROM lead \gset
\setenv INSERTS :inserts
\setenv LEADS :leads
\set rates `bench/insert_rate.sh 5 "$INSERTS" "$LEADS"`
WITH measured AS (
    SELECT line[1]::integer AS round, line[2] AS variant, line[3]::numeric AS rate
    FROM regexp_split_to_table(:'rates', '\n') WITH ORDINALITY AS rates (text, n), string_to_array(text, ',') AS line
)
SELECT one.variant, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY one.rate)::numeric) AS per_second,
       round(percentile_cont(0.5) WITHIN GROUP (ORDER BY one.rate / first.rate)::numeric, 3) AS ratio
FROM measured AS one JOIN measured AS first USING (round)
WHERE first.variant = 'not kept'
GROUP BY one.variant ORDER BY one.variant DESC;
