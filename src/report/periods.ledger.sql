--
-- report: a period of calendar months, beside the one before it and the same one a year earlier.
--
-- A view can't be handed two months, but it can have them as columns: every period that begins and ends within the
-- ledger's months is a row of "period", made without reading anything, and a condition on from_month and through_month
-- leaves one of them before the facts are added up.
--

CREATE OR REPLACE VIEW @ledger@.default_period AS
SELECT (through_month - interval '11 months')::date AS from_month, through_month, first_month
FROM (SELECT lead_roi.month_of(min(occurred_on) FILTER (WHERE occurred_on >= '1970-01-01')) AS first_month,
             coalesce(lead_roi.month_of(max(occurred_on) FILTER (WHERE occurred_on < lead_roi.month_of((SELECT @today@)))),
                      (lead_roi.month_of((SELECT @today@)) - interval '1 month')::date) AS through_month
      FROM @ledger@.activity) AS known;

COMMENT ON VIEW @ledger@.default_period IS
'The period that reports are on unless another is asked for: the twelve whole months up to the last one with an expense, visit, lead, conversion or payment. The month of today isn''t over, and so isn''t among them. One row.';
COMMENT ON COLUMN @ledger@.default_period.from_month IS 'First day of its first month';
COMMENT ON COLUMN @ledger@.default_period.through_month IS 'First day of its last month; in a ledger without facts the month before today''s';
COMMENT ON COLUMN @ledger@.default_period.first_month IS 'First day of the first month since 1970 in which anything is recorded; NULL: nothing is';

CREATE OR REPLACE VIEW @ledger@.period AS
SELECT first.month AS from_month, last.month AS through_month,
       lead_roi.months_between(first.month, last.month) + 1 AS months,
       CASE WHEN before_from >= first_month THEN before_from END AS before_from_month,
       CASE WHEN before_from >= first_month THEN (first.month - interval '1 month')::date END AS before_through_month,
       CASE WHEN year_before_from >= first_month THEN year_before_from END AS year_before_from_month,
       CASE WHEN year_before_from >= first_month THEN (last.month - interval '1 year')::date END AS year_before_through_month
FROM @ledger@.default_period
     CROSS JOIN LATERAL lead_roi.months_from(least(first_month, from_month), (SELECT @today@)) AS first (month)
     CROSS JOIN LATERAL lead_roi.months_from(first.month, (SELECT @today@)) AS last (month)
     CROSS JOIN LATERAL (SELECT (first.month - make_interval(months => lead_roi.months_between(first.month, last.month) + 1))::date,
                                (first.month - interval '1 year')::date) AS earlier (before_from, year_before_from);

COMMENT ON VIEW @ledger@.period IS
'Every period of calendar months from the ledger''s first one to that of today, each with the periods it is compared with: as many months right before it, and the same months a year earlier. Ask with a condition on from_month and through_month. Key: from_month, through_month.';
COMMENT ON COLUMN @ledger@.period.from_month IS 'First day of its first month';
COMMENT ON COLUMN @ledger@.period.through_month IS 'First day of its last month';
COMMENT ON COLUMN @ledger@.period.months IS 'Number of months';
COMMENT ON COLUMN @ledger@.period.before_from_month IS 'First day of the first month of the period before; NULL: the ledger begins later, so there is nothing to compare with';
COMMENT ON COLUMN @ledger@.period.before_through_month IS 'First day of the last month of the period before; NULL with before_from_month';
COMMENT ON COLUMN @ledger@.period.year_before_from_month IS 'First day of the first of the same months a year earlier; NULL: the ledger begins later';
COMMENT ON COLUMN @ledger@.period.year_before_through_month IS 'First day of the last of them; NULL with year_before_from_month';

-- What a lead source brings is free where it has never cost anything; that it is paid holds for all its months.
CREATE OR REPLACE VIEW @ledger@.paid_lead_source AS
SELECT lead_source_id
FROM (SELECT coalesce(counted_as, lead_source_id) AS lead_source_id, sum(expense) AS expense
      FROM (SELECT lead_source_id, sum(amount) AS expense FROM @ledger@.expense_fact GROUP BY lead_source_id) AS booked
           LEFT JOIN @ledger@.merged_lead_source USING (lead_source_id)
      GROUP BY 1) AS cost
WHERE expense > 0 AND lead_source_id IS NOT NULL;

COMMENT ON VIEW @ledger@.paid_lead_source IS
'The lead sources that are paid for: whose expenses up to today add up to more than 0. Of the others, what comes back has no cost to be compared with; nor has what is of no lead source.';
COMMENT ON COLUMN @ledger@.paid_lead_source.lead_source_id IS 'The lead source; key of the view';

-- Each lead source has a row in each period, also without any fact in it. The condition on the month stands inside of the
-- subquery, from where the planner takes it to the facts.
CREATE OR REPLACE VIEW @ledger@.lead_source_period_summary AS
SELECT part.lead_source_id, from_month, through_month, paid.lead_source_id IS NOT NULL AS paid,
       coalesce(part.summary, lead_roi.make_roi_summary()) AS summary, coalesce(part.media_summary, lead_roi.make_roi_summary()) AS media_summary,
       CASE WHEN before_from_month IS NOT NULL THEN coalesce(part.before_summary, lead_roi.make_roi_summary()) END AS before_summary,
       CASE WHEN year_before_from_month IS NOT NULL THEN coalesce(part.year_before_summary, lead_roi.make_roi_summary()) END AS year_before_summary
FROM @ledger@.period
     CROSS JOIN LATERAL (
         SELECT lead_source_id,
                lead_roi.rollup(summary) FILTER (WHERE month BETWEEN from_month AND through_month) AS summary,
                lead_roi.rollup(media_summary) FILTER (WHERE month BETWEEN from_month AND through_month) AS media_summary,
                lead_roi.rollup(summary) FILTER (WHERE month BETWEEN before_from_month AND before_through_month) AS before_summary,
                lead_roi.rollup(summary) FILTER (WHERE month BETWEEN year_before_from_month AND year_before_through_month) AS year_before_summary
         FROM (SELECT lead_source_id, month, summary, media_summary
               FROM @ledger@.lead_source_monthly_summary
               WHERE month BETWEEN least(from_month, before_from_month, year_before_from_month) AND through_month
               UNION ALL
               SELECT lead_source_id, NULL, NULL, NULL
               FROM @ledger@.lead_source
               WHERE NOT EXISTS (SELECT FROM @ledger@.merged_lead_source AS merged WHERE merged.lead_source_id = lead_source.lead_source_id)) AS listed
         GROUP BY lead_source_id) AS part
     LEFT JOIN @ledger@.paid_lead_source AS paid USING (lead_source_id);

COMMENT ON VIEW @ledger@.lead_source_period_summary IS
'Internal: the summary of what each lead source has cost and brought in each period, and in the periods it is compared with.';
COMMENT ON COLUMN @ledger@.lead_source_period_summary.lead_source_id IS 'The lead source; key of the view together with from_month and through_month; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_period_summary.from_month IS 'First day of the first month of the period';
COMMENT ON COLUMN @ledger@.lead_source_period_summary.through_month IS 'First day of the last month of the period';
COMMENT ON COLUMN @ledger@.lead_source_period_summary.paid IS 'Whether the lead source is paid for, see paid_lead_source';
COMMENT ON COLUMN @ledger@.lead_source_period_summary.summary IS 'Summary of its facts in the period';
COMMENT ON COLUMN @ledger@.lead_source_period_summary.media_summary IS 'The same with the expenses for media and agencies alone';
COMMENT ON COLUMN @ledger@.lead_source_period_summary.before_summary IS 'Summary of its facts in the period before; NULL: there is none';
COMMENT ON COLUMN @ledger@.lead_source_period_summary.year_before_summary IS 'Summary of its facts in the same months a year earlier; NULL: there are none';

-- A lead source counts in up to five rows: its own, all, the paid ones, its category, its channel.
CREATE OR REPLACE VIEW @ledger@.period_summary AS
SELECT from_month, through_month, scope.scope, scope.name, scope.lead_source_id,
       count(part.lead_source_id) AS lead_sources, bool_or(paid) AS paid,
       lead_roi.rollup(summary) AS summary, lead_roi.rollup(media_summary) AS media_summary,
       coalesce(lead_roi.rollup(summary) FILTER (WHERE paid), lead_roi.make_roi_summary()) AS paid_summary,
       lead_roi.rollup(before_summary) AS before_summary, lead_roi.rollup(year_before_summary) AS year_before_summary,
       lead_roi.rollup(before_summary) FILTER (WHERE paid) AS paid_before_summary, lead_roi.rollup(year_before_summary) FILTER (WHERE paid) AS paid_year_before_summary
FROM @ledger@.lead_source_period_summary AS part
     LEFT JOIN @ledger@.lead_source USING (lead_source_id)
     LEFT JOIN @ledger@.lead_source_channel AS own USING (lead_source_id)
     CROSS JOIN LATERAL (VALUES ('all', NULL, NULL::bigint, true), ('paid', NULL, NULL, paid),
                                ('category', coalesce(lead_source.category, '(unknown)'), NULL, true),
                                ('channel', coalesce(own.channel, '(unknown)'), NULL, true),
                                ('lead_source', coalesce(lead_source.name, '(unknown)'), part.lead_source_id, true)) AS scope (scope, name, lead_source_id, counts)
WHERE counts
GROUP BY from_month, through_month, scope.scope, scope.name, scope.lead_source_id;

COMMENT ON VIEW @ledger@.period_summary IS
'Internal: the summaries that period_roi and period_comparison take their figures from.';
COMMENT ON COLUMN @ledger@.period_summary.from_month IS 'First day of the first month of the period';
COMMENT ON COLUMN @ledger@.period_summary.through_month IS 'First day of the last month of the period';
COMMENT ON COLUMN @ledger@.period_summary.scope IS 'What is counted together, see period_roi';
COMMENT ON COLUMN @ledger@.period_summary.name IS 'Name of the category, channel or lead source; else NULL';
COMMENT ON COLUMN @ledger@.period_summary.lead_source_id IS 'The lead source; NULL: unknown, or of another scope';
COMMENT ON COLUMN @ledger@.period_summary.lead_sources IS 'Number of lead sources in it, without (unknown)';
COMMENT ON COLUMN @ledger@.period_summary.paid IS 'Whether any of them is paid for';
COMMENT ON COLUMN @ledger@.period_summary.summary IS 'Summary of the facts in the period';
COMMENT ON COLUMN @ledger@.period_summary.media_summary IS 'The same with the expenses for media and agencies alone';
COMMENT ON COLUMN @ledger@.period_summary.paid_summary IS 'Summary of the facts of lead sources that are paid for';
COMMENT ON COLUMN @ledger@.period_summary.before_summary IS 'Summary of the facts in the period before; NULL: there is none';
COMMENT ON COLUMN @ledger@.period_summary.year_before_summary IS 'Summary of the facts in the same months a year earlier; NULL: there are none';
COMMENT ON COLUMN @ledger@.period_summary.paid_before_summary IS 'The part of before_summary that is of lead sources that are paid for; NULL: there is none';
COMMENT ON COLUMN @ledger@.period_summary.paid_year_before_summary IS 'The part of year_before_summary that is of lead sources that are paid for; NULL: there is none';
