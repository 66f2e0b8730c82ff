--
-- What is wrong with the data, if anything. The tables of a ledger refuse most of it; relations
-- given to create_ledger() may hold all of it.
--

CREATE OR REPLACE VIEW @ledger@.reconciliation AS
WITH dated AS (
    SELECT 'expense' AS relation, format('lead_source_id %s', lead_source_id) AS row_key, 'incurred_on' AS date_name,
           incurred_on AS occurred_on, true AS may_lie_ahead
    FROM @ledger@.expense
    UNION ALL SELECT 'visit', format('lead_source_id %s', lead_source_id), 'visited_on', visited_on, false FROM @ledger@.visit
    UNION ALL SELECT 'lead', format('lead_id %s', lead_id), 'created_on', created_on, false FROM @ledger@.lead
    UNION ALL SELECT 'lead', format('lead_id %s', lead_id), 'converted_on', converted_on, false FROM @ledger@.lead WHERE converted_on IS NOT NULL
    UNION ALL SELECT 'payment', format('lead_id %s', lead_id), 'paid_on', paid_on, false FROM @ledger@.payment
), sourced AS (
    SELECT 'expense' AS relation, lead_source_id, count(*) AS facts FROM @ledger@.expense GROUP BY lead_source_id
    UNION ALL SELECT 'visit', lead_source_id, count(*) FROM @ledger@.visit GROUP BY lead_source_id
    UNION ALL SELECT 'lead', lead_source_id, count(*) FROM @ledger@.lead WHERE lead_source_id IS NOT NULL GROUP BY lead_source_id
), booked AS (
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
    UNION ALL SELECT 'leads', count(*) FROM @ledger@.lead WHERE (created_on <= (SELECT @today@)) IS NOT FALSE
    UNION ALL SELECT 'customers', count(*) FROM @ledger@.lead WHERE (created_on <= (SELECT @today@)) IS NOT FALSE AND converted_on <= (SELECT @today@)
), report_total AS (
    SELECT report, figure, total
    FROM (SELECT 'lead_source_total' AS report, sum(expense) AS expense, sum(media_expense) AS media_expense, sum(revenue) AS revenue,
                 sum(visitors) AS visitors, sum(leads) AS leads, sum(customers) AS customers
          FROM @ledger@.lead_source_total
          UNION ALL
          SELECT 'lead_source_monthly_total', sum(expense), sum(media_expense), sum(revenue), sum(visitors), sum(leads), sum(customers)
          FROM @ledger@.lead_source_monthly_total) AS summed,
         LATERAL (VALUES ('expense', expense), ('media_expense', media_expense), ('revenue', revenue),
                         ('visitors', visitors), ('leads', leads), ('customers', customers)) AS figure (figure, total)
    UNION ALL
    SELECT 'lead_source_cohort_revenue', 'revenue', sum(revenue) FROM @ledger@.lead_source_cohort_revenue
), found AS (
    SELECT 'total_differs' AS violation, report AS relation,
           format('%s %s, in the tables %s', figure, report_total.total, table_total.total) AS row_key, 1 AS facts
    FROM report_total JOIN table_total USING (figure)
    WHERE coalesce(report_total.total, 0) <> coalesce(table_total.total, 0)
    UNION ALL
    SELECT 'lead_source_unknown', relation, format('lead_source_id %s', lead_source_id), facts
    FROM sourced LEFT JOIN @ledger@.lead_source USING (lead_source_id)
    WHERE lead_source.lead_source_id IS NULL
    UNION ALL
    SELECT CASE WHEN amount IS NULL THEN 'amount_missing' ELSE 'amount_implausible' END, 'expense',
           format('lead_source_id %s, incurred_on %s', lead_source_id, incurred_on), 1
    FROM @ledger@.expense
    WHERE (abs(amount) < 1e15) IS NOT TRUE
    UNION ALL
    SELECT CASE WHEN amount IS NULL THEN 'amount_missing' ELSE 'amount_implausible' END, 'payment',
           format('lead_id %s, paid_on %s', lead_id, paid_on), 1
    FROM @ledger@.payment
    WHERE (abs(amount) < 1e15) IS NOT TRUE
    UNION ALL
    SELECT 'amount_implausible', 'recurring_expense', format('recurring_expense_id %s', recurring_expense_id), 1
    FROM @ledger@.recurring_expense
    WHERE abs(amount) >= 1e15
    UNION ALL
    SELECT 'amount_implausible', 'amount_change', format('recurring_expense_id %s, effective_on %s', recurring_expense_id, effective_on), 1
    FROM @ledger@.amount_change
    WHERE abs(amount) >= 1e15
    UNION ALL
    SELECT 'visitors_missing', 'visit', format('lead_source_id %s, visited_on %s', lead_source_id, visited_on), 1
    FROM @ledger@.visit
    WHERE visitors IS NULL
    UNION ALL
    SELECT CASE WHEN occurred_on IS NULL THEN 'date_missing'
                WHEN occurred_on < '1970-01-01' OR occurred_on > (SELECT @today@) + 3653 THEN 'date_implausible'
                ELSE 'date_in_future' END,
           relation, concat_ws(', ', row_key, date_name || ' ' || occurred_on), 1
    FROM dated
    WHERE occurred_on IS NULL OR occurred_on < '1970-01-01'
          OR occurred_on > CASE WHEN may_lie_ahead THEN (SELECT @today@) + 3653 ELSE (SELECT @today@) END
    UNION ALL
    SELECT 'lead_repeated', 'lead', format('lead_id %s', lead_id), count(*)
    FROM @ledger@.lead
    GROUP BY lead_id
    HAVING count(*) > 1 OR lead_id IS NULL
    UNION ALL
    SELECT 'customer_before_lead', 'lead', format('lead_id %s', lead_id), 1
    FROM @ledger@.lead
    WHERE converted_on < created_on
    UNION ALL
    SELECT 'churned_before_customer', 'lead', format('lead_id %s', lead_id), 1
    FROM @ledger@.lead
    WHERE churned_on IS NOT NULL AND (churned_on >= converted_on) IS NOT TRUE
    UNION ALL
    SELECT CASE WHEN lead.lead_id IS NULL THEN 'payment_without_lead' ELSE 'payment_without_customer' END,
           'payment', format('lead_id %s', lead_id), payment.facts
    FROM (SELECT lead_id, count(*) AS facts FROM @ledger@.payment WHERE lead_id IS NOT NULL GROUP BY lead_id) AS payment
         LEFT JOIN @ledger@.lead USING (lead_id)
    WHERE lead.converted_on IS NULL
    UNION ALL
    SELECT 'bill_overdue', 'recurring_expense', format('recurring_expense_id %s, bill_on %s', recurring_expense_id, bill_on), 1
    FROM @ledger@.overdue_expense
    WHERE days_overdue > 0
    UNION ALL
    SELECT 'worker_stands_aside', 'worker_status', reason, 1
    FROM lead_roi.worker_state(NULL::@ledger@.lead_roi_ledger)
    WHERE listed AND stands_aside
    UNION ALL
    SELECT 'bill_skipped', 'recurring_expense', format('recurring_expense_id %s, bill_on %s', recurring_expense_id, bill.bill_on), 1
    FROM @ledger@.recurring_expense_terms AS terms
         CROSS JOIN LATERAL lead_roi.recurring_expense_bills(
             terms.starts_on, terms.ends_on, terms.amount, terms.effective_on, terms.new_amount,
             NULL, terms.posted_through, terms.every_months) AS bill
    WHERE terms.posted_through IS NOT NULL
          AND NOT EXISTS (SELECT FROM @ledger@.posting
                          WHERE posting.recurring_expense_id = terms.recurring_expense_id
                                AND posting.bill_month = bill.bill_month)
)
SELECT violation, relation, row_key, sum(facts)::bigint AS facts, explanation
FROM found JOIN (VALUES
    ('total_differs', 'A report adds up to something else than the tables do; see the other violations for why'),
    ('lead_source_unknown', 'lead_source_id is not in table "lead_source": counted as (unknown)'),
    ('amount_missing', 'The amount is missing, or not a number that can be computed with (NaN, infinite, 1e30 or more): counted in nothing'),
    ('amount_implausible', 'The amount is a thousand million million or more, probably a typing error: counted'),
    ('visitors_missing', 'The number of visitors is missing, negative or more than 1e12: not counted'),
    ('date_missing', 'The date is missing, infinite, or not between 1900 and 2200: counted in totals, and in no month'),
    ('date_implausible', 'The date lies before 1970 or more than ten years ahead, a typing error'),
    ('date_in_future', 'The date lies after today, probably a typing error: not counted before that day'),
    ('lead_repeated', 'lead_id is missing or given to several leads, so their payments count several times'),
    ('customer_before_lead', 'The lead became a customer before it came in'),
    ('churned_before_customer', 'The customer left before becoming one, which counts as a customer who left on the same day; or without having been one'),
    ('payment_without_lead', 'lead_id is not among the leads: counted as (unknown)'),
    ('payment_without_customer', 'The lead has paid and is no customer: counted in no cohort'),
    ('bill_overdue', 'The bill should have been posted; see overdue_expense'),
    ('worker_stands_aside', 'The worker posts nothing in this ledger until somebody does what "mend" in worker_status says'),
    ('bill_skipped', 'The bill is marked as posted and has no posting. Set posted_through of the recurring expense to NULL to have it posted')
) AS kind (violation, explanation) USING (violation)
GROUP BY violation, relation, row_key, explanation;

COMMENT ON VIEW @ledger@.reconciliation IS
'What is wrong with the data: each row a violation, none on sound data. Reports against tables, facts against lead sources, leads against payments, postings against the bill dates. Reads everything; meant for a check now and then.';
COMMENT ON COLUMN @ledger@.reconciliation.violation IS 'Kind of violation, one word; key of the view together with relation and row_key';
COMMENT ON COLUMN @ledger@.reconciliation.relation IS 'Table or view in which it was found';
COMMENT ON COLUMN @ledger@.reconciliation.row_key IS 'What to look for there: columns and values';
COMMENT ON COLUMN @ledger@.reconciliation.facts IS 'Number of rows concerned';
COMMENT ON COLUMN @ledger@.reconciliation.explanation IS 'What the violation means for the reports, or what to do';
