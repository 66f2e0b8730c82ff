--
-- report: month by month, of all lead sources together too, and how far a month's costs are chance.
--

CREATE OR REPLACE VIEW @ledger@.monthly_roi AS
SELECT scope, name, lead_source_id, month,
       round(lead_roi.cost_per_lead(last_twelve), @unit_decimals@) AS usual_cost_per_lead,
       round(lead_roi.ratio(lead_roi.expense(summary), lead_roi.count_upper_limit(lead_roi.leads(summary))), @unit_decimals@) AS cost_per_lead_lower,
       round(lead_roi.ratio(lead_roi.expense(summary), lead_roi.count_lower_limit(lead_roi.leads(summary))), @unit_decimals@) AS cost_per_lead_upper,
       round(lead_roi.cost_per_customer(last_twelve), @unit_decimals@) AS usual_cost_per_customer,
       round(lead_roi.ratio(lead_roi.expense(summary), lead_roi.count_upper_limit(lead_roi.customers(summary))), @unit_decimals@) AS cost_per_customer_lower,
       round(lead_roi.ratio(lead_roi.expense(summary), lead_roi.count_lower_limit(lead_roi.customers(summary))), @unit_decimals@) AS cost_per_customer_upper,
       lead_roi.customers(summary) < 10 AS few_customers,
       lead_roi.cost_per_customer(last_twelve) >= lead_roi.ratio(lead_roi.expense(summary), lead_roi.count_upper_limit(lead_roi.customers(summary)))
           AND (lead_roi.cost_per_customer(last_twelve) <= lead_roi.ratio(lead_roi.expense(summary), lead_roi.count_lower_limit(lead_roi.customers(summary)))) IS NOT FALSE AS as_usual,
@figures@
FROM (SELECT *, lead_roi.rollup(summary) OVER (PARTITION BY scope, lead_source_id ORDER BY month
                                               RANGE BETWEEN interval '11 months' PRECEDING AND CURRENT ROW) AS last_twelve
      FROM (SELECT scope.scope, scope.name, scope.lead_source_id, month,
                   lead_roi.rollup(summary) AS summary, lead_roi.rollup(media_summary) AS media_summary
            FROM @ledger@.lead_source_monthly_summary AS part
                 LEFT JOIN @ledger@.counted_lead_source AS own USING (lead_source_id)
                 CROSS JOIN LATERAL (VALUES ('all', NULL, NULL::bigint, true), ('paid', NULL, NULL, coalesce(own.paid, false)),
                                            ('lead_source', coalesce(own.lead_source, '(unknown)'), part.lead_source_id, true)) AS scope (scope, name, lead_source_id, counts)
            WHERE counts AND month IS NOT NULL
            GROUP BY scope.scope, scope.name, scope.lead_source_id, month) AS monthly) AS part;

COMMENT ON VIEW @ledger@.monthly_roi IS
'What each calendar month has cost and brought, everything by its own date: of all lead sources together, of the paid ones, and of each; with the range in which chance alone moves a month''s costs. Months without activity have no row. Key: scope, lead_source_id, month.';
COMMENT ON COLUMN @ledger@.monthly_roi.scope IS 'What is counted together: all; paid: lead sources that have ever cost anything; lead_source';
COMMENT ON COLUMN @ledger@.monthly_roi.name IS 'Name of the lead source, or (unknown); NULL: all, or paid';
COMMENT ON COLUMN @ledger@.monthly_roi.lead_source_id IS 'The lead source; NULL: unknown, or of another scope';
COMMENT ON COLUMN @ledger@.monthly_roi.month IS 'First day of the calendar month';
COMMENT ON COLUMN @ledger@.monthly_roi.usual_cost_per_lead IS 'Expense per lead of the twelve months up to this one, in the ledger''s currency; NULL without leads, without recorded expense, or if it is negative';
COMMENT ON COLUMN @ledger@.monthly_roi.cost_per_lead_lower IS 'The month''s expense per lead if it had won as many leads as count_upper_limit() allows, in the ledger''s currency; NULL without recorded expense';
COMMENT ON COLUMN @ledger@.monthly_roi.cost_per_lead_upper IS 'The same with count_lower_limit(); also NULL without leads, since there is no upper bound';
COMMENT ON COLUMN @ledger@.monthly_roi.usual_cost_per_customer IS 'Expense per customer of the twelve months up to this one, in the ledger''s currency; NULL without customers, without recorded expense, or if it is negative';
COMMENT ON COLUMN @ledger@.monthly_roi.cost_per_customer_lower IS 'The month''s expense per customer if it had won as many customers as count_upper_limit() allows, in the ledger''s currency; NULL without recorded expense';
COMMENT ON COLUMN @ledger@.monthly_roi.cost_per_customer_upper IS 'The same with count_lower_limit(); also NULL without customers, since there is no upper bound';
COMMENT ON COLUMN @ledger@.monthly_roi.few_customers IS 'Whether the month won fewer than ten customers, so that chance moves its cost per customer by half or more';
COMMENT ON COLUMN @ledger@.monthly_roi.as_usual IS 'Whether usual_cost_per_customer lies between the two limits, so that chance explains the month''s; NULL without one of them';
