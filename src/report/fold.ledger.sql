WITH month_cell_put AS (
    INSERT INTO @ledger@.month_cell AS cell (lead_source_id, month, counts_from, by_alias, by_rate, facts, summary, media_summary, payments, revenue)
    SELECT lead_source_id, month, counts_from, by_alias, by_rate, sum(facts), lead_roi.rollup(summary), lead_roi.rollup(media_summary), sum(payments), lead_roi.rollup(revenue)
    FROM (SELECT lead_source_id, month, counts_from, by_alias, by_rate, facts, summary, media_summary, 0 AS payments, NULL::lead_roi.roi_summary AS revenue
          FROM @ledger@.activity_change
          UNION ALL
          SELECT lead_source_id, month, counts_from, by_alias, by_rate, 0, NULL, NULL, payments, revenue
          FROM @ledger@.month_payment_change
          UNION ALL
          SELECT lead_source_id, month, counts_from, by_alias, by_rate, -facts, nothing OPERATOR(lead_roi.-) summary, nothing OPERATOR(lead_roi.-) media_summary,
                 -payments, nothing OPERATOR(lead_roi.-) revenue
          FROM @ledger@.month_cell CROSS JOIN lead_roi.make_roi_summary() AS nothing
          WHERE counts_from <= (SELECT @today@) OR
@stale(by_alias, by_rate)@
          UNION ALL
          SELECT lead_source_id, month, NULL, by_alias, by_rate, facts, summary, media_summary, payments, revenue
          FROM @ledger@.month_cell
          WHERE counts_from <= (SELECT @today@) AND NOT
@stale(by_alias, by_rate)@) AS part
    GROUP BY lead_source_id, month, counts_from, by_alias, by_rate
    HAVING sum(facts) <> 0 OR sum(payments) <> 0 OR (lead_roi.rollup(summary)::text, lead_roi.rollup(media_summary)::text, lead_roi.rollup(revenue)::text) <> ('{}', '{}', '{}')
    ORDER BY lead_source_id, month
    ON CONFLICT ON CONSTRAINT month_cell_key DO UPDATE
    SET facts = cell.facts + excluded.facts, payments = cell.payments + excluded.payments, summary = cell.summary OPERATOR(lead_roi.+) excluded.summary,
        media_summary = cell.media_summary OPERATOR(lead_roi.+) excluded.media_summary, revenue = cell.revenue OPERATOR(lead_roi.+) excluded.revenue
), cohort_cell_put AS (
    INSERT INTO @ledger@.cohort_cell AS cell (lead_source_id, cohort_month, paid_month, counts_from, by_alias, by_rate, payments, revenue)
    SELECT lead_source_id, cohort_month, paid_month, counts_from, by_alias, by_rate, sum(payments), lead_roi.rollup(revenue)
    FROM (SELECT lead_source_id, cohort_month, paid_month, counts_from, by_alias, by_rate, payments, revenue
          FROM @ledger@.cohort_payment_change
          UNION ALL
          SELECT lead_source_id, cohort_month, paid_month, counts_from, by_alias, by_rate, -payments, nothing OPERATOR(lead_roi.-) revenue
          FROM @ledger@.cohort_cell CROSS JOIN lead_roi.make_roi_summary() AS nothing
          WHERE counts_from <= (SELECT @today@) OR
@stale(by_alias, by_rate)@
          UNION ALL
          SELECT lead_source_id, cohort_month, paid_month, NULL, by_alias, by_rate, payments, revenue
          FROM @ledger@.cohort_cell
          WHERE counts_from <= (SELECT @today@) AND NOT
@stale(by_alias, by_rate)@) AS part
    GROUP BY lead_source_id, cohort_month, paid_month, counts_from, by_alias, by_rate
    HAVING sum(payments) <> 0 OR lead_roi.rollup(revenue)::text <> '{}'
    ORDER BY lead_source_id, cohort_month, paid_month
    ON CONFLICT ON CONSTRAINT cohort_cell_key DO UPDATE
    SET payments = cell.payments + excluded.payments, revenue = cell.revenue OPERATOR(lead_roi.+) excluded.revenue
), expense_taken AS (
    DELETE FROM @ledger@.expense_log RETURNING 1
), visit_taken AS (
    DELETE FROM @ledger@.visit_log RETURNING 1
), lead_taken AS (
    DELETE FROM @ledger@.lead_log RETURNING 1
), payment_taken AS (
    DELETE FROM @ledger@.payment_log RETURNING 1
), state_taken AS (
    DELETE FROM @ledger@.summary_state
), state_put AS (
    INSERT INTO @ledger@.summary_state (state, through, rule) VALUES ('filled', (SELECT @today@), @rule@)
)
SELECT (SELECT count(*) FROM expense_taken) + (SELECT count(*) FROM visit_taken) + (SELECT count(*) FROM lead_taken) + (SELECT count(*) FROM payment_taken)
