--
-- report: what is wrong with bills, and whether reports add up to what the tables hold.
--

CREATE OR REPLACE VIEW @ledger@.bill_violation AS
SELECT 'bill_overdue' AS violation, 'recurring_expense' AS relation, format('recurring_expense_id %s, bill_on %s', recurring_expense_id, bill_on) AS row_key,
       1::bigint AS facts, lead_source_id, bill_month AS month, NULL::text AS mend
FROM @ledger@.overdue_expense
WHERE days_overdue > 0
UNION ALL
SELECT 'bill_skipped', 'recurring_expense', format('recurring_expense_id %s, bill_on %s', recurring_expense_id, bill.bill_on), 1, lead_source_id, bill.bill_month,
       format('UPDATE %s.recurring_expense SET posted_through = NULL WHERE recurring_expense_id = %s', '@ledger@', recurring_expense_id)
FROM @ledger@.recurring_expense_terms AS terms
     CROSS JOIN LATERAL lead_roi.recurring_expense_bills(
         terms.starts_on, terms.ends_on, terms.amount, terms.effective_on, terms.new_amount,
         NULL, terms.posted_through, terms.every_months) AS bill
WHERE terms.posted_through IS NOT NULL
      AND NOT EXISTS (SELECT FROM @ledger@.posting
                      WHERE posting.recurring_expense_id = terms.recurring_expense_id
                            AND posting.bill_month = bill.bill_month)
UNION ALL
SELECT 'expense_lost', 'posting', format('recurring_expense_id %s, bill_month %s, amount %s', posting.recurring_expense_id, posting.bill_month, posting.amount), 1, recurring_expense.lead_source_id, posting.bill_month, NULL
FROM @ledger@.posting
     LEFT JOIN @ledger@.recurring_expense USING (recurring_expense_id)
WHERE NOT EXISTS (SELECT FROM @ledger@.expense
                  WHERE (expense.recurring_expense_id, expense.bill_month) = (posting.recurring_expense_id, posting.bill_month))
      AND NOT EXISTS (SELECT FROM @ledger@.expense_removal AS removal
                      WHERE (removal.recurring_expense_id, removal.bill_month) = (posting.recurring_expense_id, posting.bill_month)
                            AND removal.removed_at >= posting.posted_at)
UNION ALL
SELECT 'amount_implausible', 'recurring_expense', format('recurring_expense_id %s', recurring_expense_id), 1, lead_source_id, NULL, NULL
FROM @ledger@.recurring_expense
WHERE abs(amount) >= 1e15
UNION ALL
SELECT 'amount_implausible', 'amount_change', format('recurring_expense_id %s, effective_on %s', recurring_expense_id, effective_on), 1, NULL, lead_roi.month_of(effective_on), NULL
FROM @ledger@.amount_change
WHERE abs(amount) >= 1e15
UNION ALL
SELECT 'budget_beside_actual', 'expense', format('expense_id %s, budget %s, beside expense_id %s, %s', budget.expense_id, budgeted, string_agg(actual.expense_id::text, ' + ' ORDER BY actual.expense_id), sum(spent)),
       count(*), budget.lead_source_id, budget.bill_month,
       CASE WHEN count(*) = 1 THEN format('SELECT lead_roi.settle_expense(%L, %s, %s)', '@ledger@', budget.expense_id, min(actual.expense_id))
            ELSE format('DELETE FROM %s.expense WHERE expense_id = %s', '@ledger@', budget.expense_id) END
FROM @ledger@.posting
     JOIN @ledger@.expense AS budget USING (recurring_expense_id, bill_month)
     -- The actual cost of a month may be dated before or after it, and say which month it is for.
     JOIN @ledger@.expense AS actual
         ON actual.lead_source_id = budget.lead_source_id AND actual.recurring_expense_id IS NULL
            AND actual.incurred_on BETWEEN (budget.bill_month - interval '2 months')::date AND (budget.bill_month + interval '3 months')::date
            AND lead_roi.month_of(coalesce(actual.covers_from, actual.incurred_on)) = budget.bill_month
     CROSS JOIN LATERAL (SELECT
@converted(budget.amount, budget.currency, budget.incurred_on)@ AS budgeted,
@converted(actual.amount, actual.currency, actual.incurred_on)@ AS spent) AS converted
     -- Alike is what has the title, or an imported expense of about the amount; else all imported ones together are compared, as of a platform that exports a row a day.
     CROSS JOIN LATERAL (SELECT actual.external_id IS NOT NULL AND actual.cost_type = budget.cost_type AS imported, abs(spent - budgeted) <= abs(budgeted) / 10 AS near,
                                (lead_roi.name_key(actual.title) = lead_roi.name_key(budget.title)) IS TRUE AS named) AS compared
     CROSS JOIN LATERAL (SELECT named OR imported AND near AS alike) AS found
WHERE budget.amount = posting.amount AND budget.currency IS NOT DISTINCT FROM posting.currency AND budget.external_id IS NULL AND budget.shared_from IS NULL
      AND actual.shared_from IS NULL AND (alike OR imported) AND budgeted IS NOT NULL AND spent IS NOT NULL
GROUP BY budget.expense_id, budgeted, budget.lead_source_id, budget.bill_month, alike
HAVING alike OR abs(sum(spent) - budgeted) <= abs(budgeted) / 10
UNION ALL
SELECT 'share_differs', 'expense', format('shared_from %s, amount %s, taken off %s, parts %s', shared_from, coalesce(paid::text, 'deleted'), -taken_off, parts), facts, lead_source_id, lead_roi.month_of(incurred_on),
       format('SELECT lead_roi.unshare_expense(%L, %s)', '@ledger@', shared_from)
FROM (SELECT shared_from, count(*) AS facts, sum(amount) FILTER (WHERE is_shared) AS paid, sum(amount) FILTER (WHERE NOT is_shared AND position = 1) AS taken_off,
             coalesce(sum(amount) FILTER (WHERE NOT is_shared AND position > 1), 0) AS parts, min(lead_source_id) FILTER (WHERE NOT is_shared AND position = 1) AS lead_source_id, min(incurred_on) AS incurred_on,
             count(*) FILTER (WHERE is_shared) AS shared, count(DISTINCT (currency, incurred_on, covers_from, covers_through)) AS kinds
      FROM (SELECT shared_from, amount, currency, incurred_on, covers_from, covers_through, lead_source_id, expense_id = shared_from AS is_shared, row_number() OVER (PARTITION BY shared_from, expense_id = shared_from ORDER BY expense_id) AS position
            FROM @ledger@.expense
            WHERE shared_from IS NOT NULL) AS row
      GROUP BY shared_from) AS share
WHERE shared = 0 OR paid IS DISTINCT FROM -taken_off OR parts IS DISTINCT FROM -taken_off OR kinds > 1
UNION ALL
SELECT 'worker_stands_aside', 'worker_status', reason, 1, NULL, NULL, mend
FROM lead_roi.worker_state(NULL::@ledger@.lead_roi_ledger)
WHERE listed AND stands_aside;

-- Every report adds up one of three clocks: all time, the months of costs and of those they won, and the months in which
-- customers have paid. Each fact is added up once by each clock that has it, which takes most of the time.
CREATE OR REPLACE VIEW @ledger@.total_violation AS
WITH booked AS (
    SELECT cost_type IN ('media', 'agency') AS is_media,
@converted(amount, currency, incurred_on)@ AS amount
    FROM @ledger@.expense
    UNION ALL
    SELECT cost_type IN ('media', 'agency'), -amount FROM @ledger@.expense_ahead
), table_total AS (
    SELECT 'expense' AS figure, sum(amount) AS total FROM booked
    UNION ALL SELECT 'media_expense', sum(amount) FROM booked WHERE is_media
    UNION ALL SELECT 'revenue', sum(
@converted(amount, currency, paid_on)@) FROM @ledger@.payment WHERE (paid_on <= (SELECT @today@)) IS NOT FALSE
    UNION ALL SELECT 'visitors', sum(visitors) FROM @ledger@.visit WHERE (visited_on <= (SELECT @today@)) IS NOT FALSE
    UNION ALL SELECT figure, total
              FROM (SELECT count(*) AS leads, count(*) FILTER (WHERE converted_on <= (SELECT @today@)) AS customers
                    FROM @ledger@.lead WHERE (created_on <= (SELECT @today@)) IS NOT FALSE) AS counted,
                   LATERAL (VALUES ('leads', leads), ('customers', customers)) AS total (figure, total)
), report_total AS (
    SELECT report, figure, total
    FROM (SELECT 'lead_source_total' AS report, sum(expense) AS expense, sum(media_expense) AS media_expense, sum(revenue) AS revenue,
                 sum(visitors) AS visitors, sum(leads) AS leads, sum(customers) AS customers
          FROM @ledger@.lead_source_total
          UNION ALL
          SELECT 'lead_source_acquisition', sum(expense), sum(media_expense), NULL, sum(visitors), sum(leads), sum(customers)
          FROM @ledger@.lead_source_acquisition) AS summed,
         LATERAL (VALUES ('expense', expense), ('media_expense', media_expense), ('revenue', revenue),
                         ('visitors', visitors), ('leads', leads), ('customers', customers)) AS figure (figure, total)
    WHERE (report, figure) <> ('lead_source_acquisition', 'revenue')
    UNION ALL
    SELECT 'lead_source_cohort_revenue', 'revenue', sum(revenue) FROM @ledger@.lead_source_cohort_revenue
)
SELECT 'total_differs' AS violation, report AS relation, format('%s %s, in the tables %s', figure, report_total.total, table_total.total) AS row_key,
       1::bigint AS facts, NULL::bigint AS lead_source_id, NULL::date AS month, NULL::text AS mend
FROM report_total JOIN table_total USING (figure)
WHERE coalesce(report_total.total, 0) <> coalesce(table_total.total, 0);

-- What the columns of all six views mean, written once.
DO $comments$
DECLARE
    comments constant jsonb := $${
        "violation": "Kind of violation, one word, see reconciliation",
        "relation": "Table or view in which it was found",
        "row_key": "What to look for there: columns and values",
        "facts": "Number of rows concerned",
        "lead_source_id": "Lead source that the rows name themselves; NULL: none",
        "month": "First day of the month of their date, of several the earliest; NULL: not known",
        "mend": "What to do in this case; NULL: what reconciliation says of the kind"
    }$$;
    of_what record;
    described text;
BEGIN
    FOR of_what IN SELECT * FROM jsonb_each_text('{"expense": "expenses", "visit": "visits", "lead": "leads", "payment": "payments and exchange rates", "bill": "bills and the worker", "total": "the totals of reports"}') AS kind (relation, facts) LOOP
        EXECUTE format('COMMENT ON VIEW %s.%I IS %L', '@ledger@', of_what.relation || '_violation',
                       format('Internal: what is wrong with %s, for reconciliation.', of_what.facts));
        FOR described IN SELECT jsonb_object_keys(comments) LOOP
            EXECUTE format('COMMENT ON COLUMN %s.%I.%I IS %L', '@ledger@', of_what.relation || '_violation', described, comments ->> described);
        END LOOP;
    END LOOP;
END
$comments$;
