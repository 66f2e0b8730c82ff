-- Copies of the reports of the ledger "marketing" that go on reading the facts when summaries are kept, in schema
-- live; and live.difference, which has each row of a report, other than the internal ones, that isn't in the copy, or the
-- other way round, as text. One report is compared at a time: under valgrind, a query over all of them is planned for half an hour.
-- To be run before keep_summaries().
CREATE SCHEMA live;

DO $$
DECLARE
    reports constant text[] := '{lead_source_summary, lead_source_acquisition_summary, lead_source_monthly_summary, lead_source_cohort_payment_summary, lead_source_cohort_revenue,
        lead_source_cohort_summary, lead_source_payback_summary, lead_source_total, lead_source_acquisition, lead_source_monthly_total,
        lead_source_roi, lead_source_category_roi, channel_roi, lead_source_monthly_roi, lead_source_cohort_roi, lead_source_cohort_curve}';
    report text;
BEGIN
    PERFORM set_config('search_path', 'pg_catalog', true);
    FOREACH report IN ARRAY reports LOOP
        EXECUTE format('CREATE VIEW live.%I AS %s', report,
                       regexp_replace(pg_get_viewdef(format('marketing.%I', report)::regclass), 'marketing\.(' || array_to_string(reports, '|') || ')\M', 'live.\1', 'g'));
    END LOOP;
END
$$;

CREATE FUNCTION live.differences() RETURNS TABLE (report text, kept text, live text) LANGUAGE plpgsql STABLE AS $$
BEGIN
    FOR report IN SELECT viewname FROM pg_views WHERE schemaname = 'live' AND viewname NOT LIKE '%\_summary' AND viewname <> 'difference' ORDER BY viewname LOOP
        RETURN QUERY EXECUTE format('SELECT %1$L, kept, live FROM (SELECT r::text AS kept FROM marketing.%1$I AS r) AS k FULL JOIN (SELECT r::text AS live FROM live.%1$I AS r) AS l ON kept = live WHERE kept IS NULL OR live IS NULL', report);
    END LOOP;
END
$$;
CREATE VIEW live.difference AS SELECT * FROM live.differences();
