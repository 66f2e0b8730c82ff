-- Reports with a condition on the lead source, from facts or from kept summaries.
\echo Reports on one lead source, against those on all
SELECT view_name, compared.*
FROM unnest('{lead_source_roi, lead_source_monthly_roi, lead_source_cohort_roi, lead_source_lifetime}'::text[]) AS view_name,
     LATERAL bench.compare(:rounds, ARRAY['all lead sources', 'one lead source'],
                           ARRAY[format('SELECT count(report) > 0 FROM marketing.%I AS report', view_name),
                                 format('SELECT count(report) > 0 FROM marketing.%I AS report WHERE lead_source_id = 17', view_name)]) AS compared;
