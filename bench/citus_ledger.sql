-- A ledger of :scale x 10,000,000 facts in this database, and the stopwatch for its views.
\ir harness.sql
SET client_min_messages = error;
CREATE SCHEMA marketing AUTHORIZATION crm;
SET search_path = bench, marketing, lead_roi;
SELECT create_ledger('marketing', time_zone => 'UTC') \gset
\ir harness_facts.sql

-- Milliseconds of each view, all of it and one lead source, warmed up by a run before. As many parallel workers as the server takes by default.
CREATE FUNCTION bench.time_views() RETURNS jsonb LANGUAGE plpgsql SET max_parallel_workers_per_gather = 2 AS $$
DECLARE
    view text;
    condition text;
    started timestamptz;
    times jsonb := '{}';
BEGIN
    FOREACH view IN ARRAY '{lead_source_total, lead_source_roi, channel_roi, lead_source_monthly_roi, lead_source_cohort_revenue,
                            lead_source_cohort_roi, lead_source_lifetime, lead_source_survival, reconciliation}'::text[] LOOP
        FOREACH condition IN ARRAY ARRAY['', ' WHERE lead_source_id = 17'] LOOP
            CONTINUE WHEN view = 'channel_roi' AND condition <> '';
            FOR run IN 1 .. 2 LOOP
                started := clock_timestamp();
                EXECUTE format('SELECT * FROM marketing.%I%s', view, condition);
                times := times || jsonb_build_object(view || condition, extract(epoch FROM clock_timestamp() - started) * 1000);
            END LOOP;
        END LOOP;
    END LOOP;
    RETURN times;
END
$$;

-- Rows per second of posting 36 months of 1,000 new recurring expenses, and of inserting as many ready expenses by hand.
CREATE FUNCTION bench.posting_rates() RETURNS numeric[] LANGUAGE plpgsql SET lead_roi.testing_today = '2025-12-31' AS $$
DECLARE
    started timestamptz;
    posted bigint;
    seconds numeric[];
BEGIN
    INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on)
    SELECT 1 + n % 1000, 'more', n, date '2023-01-01' + n % 31 FROM generate_series(1, 1000) AS n;
    started := clock_timestamp();
    posted := lead_roi.post_due_expenses('marketing');
    seconds[1] := extract(epoch FROM clock_timestamp() - started);
    started := clock_timestamp();
    INSERT INTO marketing.expense (lead_source_id, title, incurred_on, amount)
    SELECT 1 + n % 1000, 'by hand', date '2023-01-01' + (n % 1000)::integer, n FROM generate_series(1, posted) AS n;
    seconds[2] := extract(epoch FROM clock_timestamp() - started);
    RETURN ARRAY[posted / seconds[1], posted / seconds[2]];
END
$$;
