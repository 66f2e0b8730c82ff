--
-- funnel: every fact a row of its own.
--

CREATE OR REPLACE VIEW @ledger@.activity (lead_source_id, occurred_on, expense, revenue, visitors, leads, customers, media_expense) AS
    SELECT lead_source_id, incurred_on, amount, NULL::numeric, NULL::bigint, NULL::bigint, NULL::bigint,
           lead_roi.media_expense(amount, cost_type)
    FROM @ledger@.expense
UNION ALL
    SELECT lead_source_id, visited_on, NULL, NULL, visitors, NULL, NULL, NULL
    FROM @ledger@.visit
UNION ALL
    SELECT lead_source_id, created_on, NULL, NULL, NULL, 1, NULL, NULL
    FROM @ledger@.lead
UNION ALL
    SELECT lead_source_id, converted_on, NULL, NULL, NULL, NULL, 1, NULL
    FROM @ledger@.lead
    WHERE converted_on IS NOT NULL
UNION ALL
    SELECT lead.lead_source_id, payment.paid_on, NULL, payment.amount, NULL, NULL, NULL, NULL
    FROM @ledger@.payment LEFT JOIN @ledger@.lead USING (lead_id);

COMMENT ON VIEW @ledger@.activity IS
'Every expense, visit, lead, conversion and payment as a row of its own, with its date and lead source; so sums and the aggregates roi(), cost_per_lead() and their like need no join that could multiply them.';
COMMENT ON COLUMN @ledger@.activity.lead_source_id IS 'The lead source; NULL: unknown';
COMMENT ON COLUMN @ledger@.activity.occurred_on IS 'Date of the fact: expense incurred, visit, lead created, lead converted, payment made';
COMMENT ON COLUMN @ledger@.activity.expense IS 'Amount of an expense, in the ledger''s currency; else NULL';
COMMENT ON COLUMN @ledger@.activity.revenue IS 'Amount of a payment, negative for a refund, in the ledger''s currency; else NULL';
COMMENT ON COLUMN @ledger@.activity.visitors IS 'Number of visitors; else NULL';
COMMENT ON COLUMN @ledger@.activity.leads IS '1 on the row that is a new lead; else NULL';
COMMENT ON COLUMN @ledger@.activity.customers IS '1 on the row that is a lead becoming a customer; else NULL';
COMMENT ON COLUMN @ledger@.activity.media_expense IS 'Amount of an expense for media or agency, in the ledger''s currency; else NULL';
