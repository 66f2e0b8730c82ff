    WITH period AS (
        SELECT from_month, through_month,
               CASE WHEN before_from >= first_month THEN before_from END AS before_from_month,
               CASE WHEN before_from >= first_month THEN (from_month - interval '1 month')::date END AS before_through_month,
               CASE WHEN year_before_from >= first_month THEN year_before_from END AS year_before_from_month,
               CASE WHEN year_before_from >= first_month THEN (through_month - interval '1 year')::date END AS year_before_through_month
        FROM (SELECT first_month, $1 AS from_month, $2 AS through_month,
                     ($1 - make_interval(months => lead_roi.months_between($1, $2) + 1))::date AS before_from, ($1 - interval '1 year')::date AS year_before_from
              FROM @ledger@.default_period) AS asked
    ), source_summary AS (
        SELECT lead_source_id,
               lead_roi.rollup(summary) FILTER (WHERE month BETWEEN $1 AND $2) AS summary,
               lead_roi.rollup(media_summary) FILTER (WHERE month BETWEEN $1 AND $2) AS media_summary,
               lead_roi.rollup(summary) FILTER (WHERE month BETWEEN before_from_month AND before_through_month) AS before_summary,
               lead_roi.rollup(summary) FILTER (WHERE month BETWEEN year_before_from_month AND year_before_through_month) AS year_before_summary
        FROM period
             CROSS JOIN (SELECT lead_source_id, month, summary, media_summary
                         FROM @ledger@.lead_source_monthly_summary
                         WHERE month BETWEEN least(($1 - make_interval(months => lead_roi.months_between($1, $2) + 1))::date, ($1 - interval '1 year')::date) AND $2
                         UNION ALL
                         SELECT lead_source_id, NULL, NULL, NULL FROM @ledger@.counted_lead_source) AS listed
        GROUP BY lead_source_id
    ), own AS (
        SELECT lead_source_id, counted.lead_source AS name, counted.category, counted.channel, coalesce(counted.paid, false) AS paid,
               coalesce(summary, nothing) AS summary, coalesce(media_summary, nothing) AS media_summary,
               CASE WHEN before_from_month IS NOT NULL THEN coalesce(before_summary, nothing) END AS before_summary,
               CASE WHEN year_before_from_month IS NOT NULL THEN coalesce(year_before_summary, nothing) END AS year_before_summary
        FROM source_summary CROSS JOIN period CROSS JOIN lead_roi.make_roi_summary() AS nothing
             LEFT JOIN @ledger@.counted_lead_source AS counted USING (lead_source_id)
    ), scoped AS (
        SELECT scope.scope, scope.name, scope.lead_source_id, count(own.lead_source_id) AS lead_sources, bool_or(paid) AS paid,
               lead_roi.rollup(summary) AS summary, lead_roi.rollup(media_summary) AS media_summary,
               CASE WHEN count(before_summary) > 0 THEN lead_roi.rollup(before_summary) END AS before_summary,
               CASE WHEN count(year_before_summary) > 0 THEN lead_roi.rollup(year_before_summary) END AS year_before_summary,
               coalesce(lead_roi.rollup(summary) FILTER (WHERE paid), lead_roi.make_roi_summary()) AS paid_summary,
               lead_roi.rollup(before_summary) FILTER (WHERE paid) AS paid_before_summary,
               lead_roi.rollup(year_before_summary) FILTER (WHERE paid) AS paid_year_before_summary
        FROM own
             CROSS JOIN LATERAL (VALUES ('all', NULL, NULL::bigint, true), ('paid', NULL, NULL, paid),
                                        ('category', coalesce(own.category, '(unknown)'), NULL, true),
                                        ('channel', coalesce(own.channel, '(unknown)'), NULL, true),
                                        ('lead_source', coalesce(own.name, '(unknown)'), own.lead_source_id, true)) AS scope (scope, name, lead_source_id, counts)
        WHERE counts
        GROUP BY scope.scope, scope.name, scope.lead_source_id
    ), period_summary AS (
        SELECT *, lead_roi.rollup(summary) FILTER (WHERE scope = 'all') OVER () AS total,
               lead_roi.rollup(before_summary) FILTER (WHERE scope = 'all') OVER () AS before_total,
               lead_roi.rollup(year_before_summary) FILTER (WHERE scope = 'all') OVER () AS year_before_total
        FROM scoped
    )
