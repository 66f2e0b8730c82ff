--
-- report: kept summaries against the facts. What is kept less what the facts add up to must be nothing, to the
-- number of values of each scale. Each side is summed by itself, and above that they meet.
--

CREATE OR REPLACE VIEW @ledger@.summary_violation AS
SELECT 'summary_differs' AS violation, 'month_cell' AS relation, format('lead_source_id %s, month %s', coalesce(lead_source_id::text, 'NULL'), month) AS row_key,
       1::bigint AS facts, lead_source_id, month, format('SELECT lead_roi.rebuild_summaries(%L)', '@ledger@') AS mend
FROM (SELECT lead_source_id, month, facts, summary, media_summary, payments, revenue
      FROM @ledger@.kept_month
      UNION ALL
      SELECT lead_source_id, lead_roi.month_of(occurred_on), -count(*), nothing OPERATOR(lead_roi.-) lead_roi.roi_summary(amount, NULL::numeric, NULL, NULL, NULL),
             nothing OPERATOR(lead_roi.-) lead_roi.roi_summary(media_amount, NULL::numeric, NULL, NULL, NULL), 0, NULL
      FROM @ledger@.expense_fact CROSS JOIN lead_roi.make_roi_summary() AS nothing GROUP BY 1, 2, nothing
      UNION ALL
      SELECT lead_source_id, lead_roi.month_of(occurred_on), -count(*), lead_roi.make_roi_summary(visitors => -sum(visitors)::bigint), NULL, 0, NULL
      FROM @ledger@.visit_fact GROUP BY 1, 2
      UNION ALL
      SELECT lead_source_id, month, -facts, lead_roi.make_roi_summary(leads => -facts), lead_roi.make_roi_summary(leads => -facts), 0, NULL
      FROM (SELECT lead_source_id, lead_roi.month_of(occurred_on) AS month, count(*) AS facts FROM @ledger@.lead_fact GROUP BY 1, 2) AS lead
      UNION ALL
      SELECT lead_source_id, month, -facts, lead_roi.make_roi_summary(customers => -facts), lead_roi.make_roi_summary(customers => -facts), 0, NULL
      FROM (SELECT lead_source_id, lead_roi.month_of(converted_on) AS month, count(*) AS facts FROM @ledger@.lead_fact WHERE converted_on IS NOT NULL GROUP BY 1, 2) AS customer
      UNION ALL
      SELECT lead_source_id, lead_roi.month_of(occurred_on), 0, NULL, NULL, -count(*), nothing OPERATOR(lead_roi.-) lead_roi.roi_summary(NULL::numeric, amount, NULL, NULL, NULL)
      FROM @ledger@.payment_fact CROSS JOIN lead_roi.make_roi_summary() AS nothing GROUP BY 1, 2, nothing) AS part
GROUP BY lead_source_id, month
HAVING sum(facts) <> 0 OR sum(payments) <> 0 OR lead_roi.rollup(summary)::text <> '{}' OR lead_roi.rollup(media_summary)::text <> '{}' OR lead_roi.rollup(revenue)::text <> '{}'
UNION ALL
SELECT 'summary_differs', 'cohort_cell', format('lead_source_id %s, cohort_month %s, paid_month %s', coalesce(lead_source_id::text, 'NULL'), coalesce(cohort_month::text, 'NULL'), coalesce(paid_month::text, 'NULL')),
       1, lead_source_id, cohort_month, format('SELECT lead_roi.rebuild_summaries(%L)', '@ledger@')
FROM (SELECT lead_source_id, cohort_month, paid_month, payments, revenue
      FROM @ledger@.kept_cohort
      UNION ALL
      SELECT lead_source_id, lead_roi.month_of(converted_on), CASE WHEN converted_on IS NOT NULL THEN greatest(lead_roi.month_of(occurred_on), lead_roi.month_of(converted_on)) END,
             -count(*), nothing OPERATOR(lead_roi.-) lead_roi.roi_summary(NULL::numeric, amount, NULL, NULL, NULL)
      FROM @ledger@.payment_fact CROSS JOIN lead_roi.make_roi_summary() AS nothing GROUP BY 1, 2, 3, nothing) AS part
GROUP BY lead_source_id, cohort_month, paid_month
HAVING sum(payments) <> 0 OR lead_roi.rollup(revenue)::text <> '{}'
UNION ALL
SELECT 'summary_unsafe', relname::text COLLATE "default", reason, 1, NULL, NULL, format(mend, '@ledger@')
FROM pg_class
     CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE tgenabled <> 'D' AND (tgname IN ('keep_replicated', 'keep_truncated') OR tgenabled <> 'R')) AS enabled,
                                count(*) FILTER (WHERE tgname = 'keep_replicated' AND tgenabled = 'O' AND EXISTS (SELECT FROM pg_subscription_rel WHERE srrelid = tgrelid)) AS unheard, count(*) AS made
                         FROM pg_trigger
                         WHERE tgrelid = pg_class.oid AND tgname IN ('keep_inserted', 'keep_updated', 'keep_deleted', 'keep_truncated', 'keep_replicated')) AS trigger
     CROSS JOIN LATERAL (VALUES
         (relhassubclass OR relispartition OR EXISTS (SELECT FROM pg_inherits WHERE inhrelid = pg_class.oid), 'inherits, or is inherited from', 'SELECT lead_roi.keep_summaries(%L, false)'),
         (relforcerowsecurity, 'has policies that are forced', 'SELECT lead_roi.keep_summaries(%L, false)'),
         (made < 5, 'lacks a trigger', 'SELECT lead_roi.keep_summaries(%1$L, false), lead_roi.keep_summaries(%1$L, true)'),
         (enabled < made OR unheard > 0, 'has a trigger that is not enabled as it should be', 'SELECT lead_roi.upgrade_ledger(%L)')
     ) AS kind (found, reason, mend)
WHERE relnamespace = '@ledger@'::regnamespace AND relname IN ('expense', 'visit', 'lead', 'payment', 'lead_source_alias', 'exchange_rate') AND found;
