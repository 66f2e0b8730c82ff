--
-- What is wrong with the data, if anything, and what to do about it.
--

CREATE OR REPLACE VIEW @ledger@.reconciliation AS
SELECT violation, relation, row_key, sum(facts)::bigint AS facts, explanation, coalesce(min(found.mend), kind.mend) AS mend, lead_source_id, month
FROM (SELECT * FROM @ledger@.total_violation
      UNION ALL SELECT * FROM @ledger@.expense_violation
      UNION ALL SELECT * FROM @ledger@.visit_violation
      UNION ALL SELECT * FROM @ledger@.lead_violation
      UNION ALL SELECT * FROM @ledger@.payment_violation
      UNION ALL SELECT * FROM @ledger@.bill_violation
      UNION ALL SELECT * FROM @ledger@.summary_violation) AS found
     JOIN (VALUES
    ('total_differs', 'A report does not add up to what the tables hold.', 'See the other violations for why'),
    ('lead_source_unknown', 'lead_source_id is missing, or not in table "lead_source": counted as (unknown).', 'Enter the lead source'),
    ('amount_missing', 'The amount is missing, or not a number that can be computed with (NaN, infinite, 1e30 or more): counted in nothing.', 'Correct the amount'),
    ('amount_implausible', 'The amount is 1e15 or more, probably a typing error: counted.', 'Correct the amount'),
    ('visitors_missing', 'The number of visitors is missing, negative or more than 1e12: not counted.', 'Correct the number'),
    ('date_missing', 'The date is missing, infinite, or not between 1900 and 2200: counted in totals, and in no month.', 'Correct the date'),
    ('date_implausible', 'The date lies before 1970 or more than ten years ahead, a typing error.', 'Correct the date'),
    ('date_in_future', 'The date lies after today, probably a typing error: not counted before that day.', 'Correct the date'),
    ('exchange_rate_missing', 'No exchange rate applies to amounts in another currency: counted in nothing.', 'Enter the rates, see exchange_rate'),
    ('lead_repeated', 'lead_id is missing or given to several leads, so their payments count several times.', 'Give a view with one row for each lead'),
    ('customer_before_lead', 'The lead became a customer before it came in.', 'Correct one of the dates'),
    ('churned_before_customer', 'The customer left before becoming one, and counts as having left on the day of the conversion; or the lead left without having become a customer.', 'Correct one of the dates'),
    ('payment_without_lead', 'The payer is not among the leads: counted as (unknown).', 'Load the lead, or correct its key'),
    ('payment_without_customer', 'The lead has paid but was never converted: counted in no cohort.', 'Enter the date on which the lead became a customer'),
    ('payment_before_lead', 'A lead paid before it came in, perhaps a former customer who has come back: counted as what the lead source brought.', 'Correct created_on, or book the payments to the earlier lead'),
    ('refund_exceeds_payments', 'More was paid back to the lead than the lead has paid.', 'Load the missing payments, or correct the refund'),
    ('bill_overdue', 'The bill should have been posted.', 'See overdue_expense'),
    ('bill_skipped', 'The bill is marked as posted and has no posting.', 'Set posted_through of the recurring expense to NULL'),
    ('expense_lost', 'The bill was posted, and its expense is gone without having been deleted: a restore may have left it out.', 'Insert the expense again, with recurring_expense_id and bill_month'),
    ('budget_beside_actual', 'A posted bill and an expense of the same month seem to be the same cost: both are counted.', 'Call settle_expense() to make one of them'),
    ('share_differs', 'A shared expense was edited or deleted, or its parts no longer add up to it: the difference counts where it was booked.', 'Call unshare_expense(), then share_expense() again'),
    ('summary_differs', 'A kept summary differs from the sum of the facts, so reports differ from the tables.', 'Call rebuild_summaries()'),
    ('summary_unsafe', 'Summaries are kept of a table whose changes they can''t follow: reports may differ from the table.', 'Call upgrade_ledger(), which enables triggers, or keep_summaries() to switch the summaries off'),
    ('worker_stands_aside', 'The worker posts nothing in this ledger.', 'Do what "mend" in worker_status says')
) AS kind (violation, explanation, mend) USING (violation)
GROUP BY violation, relation, row_key, explanation, kind.mend, lead_source_id, month;

COMMENT ON VIEW @ledger@.reconciliation IS
'What is wrong with the data: one row for each violation, none if the data is sound. Reports against tables, facts against lead sources, leads against payments, amounts against exchange rates, postings against the bill dates. What only looks like a mistake is in doubtful_fact. Reads everything, unless a condition on lead_source_id or month limits it; meant for an occasional check.';
COMMENT ON COLUMN @ledger@.reconciliation.violation IS 'Kind of violation, one word; key of the view together with relation, row_key, lead_source_id and month';
COMMENT ON COLUMN @ledger@.reconciliation.relation IS 'Table or view in which it was found';
COMMENT ON COLUMN @ledger@.reconciliation.row_key IS 'What to look for there: columns and values';
COMMENT ON COLUMN @ledger@.reconciliation.facts IS 'Number of rows concerned';
COMMENT ON COLUMN @ledger@.reconciliation.explanation IS 'What the violation means for the reports';
COMMENT ON COLUMN @ledger@.reconciliation.mend IS 'What to do: the statement that mends it, or in words';
COMMENT ON COLUMN @ledger@.reconciliation.lead_source_id IS 'Lead source that the rows name themselves; NULL: none';
COMMENT ON COLUMN @ledger@.reconciliation.month IS 'First day of the month of their date, of several the earliest; NULL: not known, or of no one month';
