--
-- report: what people read of a period: every figure, and how each has changed.
--

CREATE OR REPLACE VIEW @ledger@.period_roi AS
SELECT from_month, through_month, scope, name, lead_source_id, lead_sources, paid,
       round(100 * lead_roi.ratio(lead_roi.expense(summary), lead_roi.expense(total)), 4) AS expense_share_percent,
       round(100 * lead_roi.ratio(lead_roi.revenue(summary), lead_roi.revenue(total)), 4) AS revenue_share_percent,
       round(lead_roi.revenue(paid_summary), @decimals@) AS paid_revenue,
       round(lead_roi.profit(paid_summary), @decimals@) AS paid_profit,
       round(100 * lead_roi.roi(paid_summary), 4) AS paid_roi_percent,
       round(100 * lead_roi.roas(paid_summary), 4) AS paid_roas_percent,
       lead_roi.leads(paid_summary) AS paid_leads,
       round(lead_roi.cost_per_lead(paid_summary), @unit_decimals@) AS paid_cost_per_lead,
       lead_roi.customers(paid_summary) AS paid_customers,
       round(lead_roi.cost_per_customer(paid_summary), @unit_decimals@) AS paid_cost_per_customer,
@figures@
FROM (SELECT *, lead_roi.rollup(summary) FILTER (WHERE scope = 'all') OVER (PARTITION BY from_month, through_month) AS total
      FROM @ledger@.period_summary) AS part;

COMMENT ON VIEW @ledger@.period_roi IS
'What a period of calendar months has cost and brought, everything by its own date: of all lead sources together, of the paid ones, and of each category, channel and lead source. Ask with a condition on from_month and through_month, which may be any month from the ledger''s first one to that of today; see default_period. Every lead source has a row, and the lead sources add up to all. Key: from_month, through_month, scope, name, lead_source_id.';
COMMENT ON COLUMN @ledger@.period_roi.from_month IS 'First day of the first month of the period';
COMMENT ON COLUMN @ledger@.period_roi.through_month IS 'First day of the last month of the period';
COMMENT ON COLUMN @ledger@.period_roi.scope IS 'What is counted together: all; paid: lead sources that have ever cost anything; category; channel: see lead_source_channel; lead_source';
COMMENT ON COLUMN @ledger@.period_roi.name IS 'Name of the category, channel or lead source, or (unknown); NULL: all, or paid';
COMMENT ON COLUMN @ledger@.period_roi.lead_source_id IS 'The lead source; NULL: unknown, or of another scope';
COMMENT ON COLUMN @ledger@.period_roi.lead_sources IS 'Number of lead sources in it; (unknown) is none';
COMMENT ON COLUMN @ledger@.period_roi.paid IS 'Whether any of them has ever cost anything, by the expenses of all months up to today';
COMMENT ON COLUMN @ledger@.period_roi.expense_share_percent IS 'Its expense in percent of all expense of the period; NULL without one of them';
COMMENT ON COLUMN @ledger@.period_roi.revenue_share_percent IS 'Its revenue in percent of all revenue of the period; NULL if that is 0 or less';
COMMENT ON COLUMN @ledger@.period_roi.paid_revenue IS 'Revenue of its paid lead sources alone, in the ledger''s currency';
COMMENT ON COLUMN @ledger@.period_roi.paid_profit IS 'That less expense, in the ledger''s currency';
COMMENT ON COLUMN @ledger@.period_roi.paid_roi_percent IS 'Net return in percent of its paid lead sources alone; 0 is break-even; NULL without a positive expense';
COMMENT ON COLUMN @ledger@.period_roi.paid_roas_percent IS 'Gross return in percent of its paid lead sources alone; 100 is break-even; NULL without a positive expense';
COMMENT ON COLUMN @ledger@.period_roi.paid_leads IS 'Number of leads of its paid lead sources';
COMMENT ON COLUMN @ledger@.period_roi.paid_cost_per_lead IS 'Expense per lead of its paid lead sources, in the ledger''s currency; NULL without such leads or without recorded expense';
COMMENT ON COLUMN @ledger@.period_roi.paid_customers IS 'Number of customers of its paid lead sources';
COMMENT ON COLUMN @ledger@.period_roi.paid_cost_per_customer IS 'Expense per customer of its paid lead sources, in the ledger''s currency; NULL without such customers or without recorded expense';

CREATE OR REPLACE VIEW @ledger@.period_comparison AS
SELECT from_month, through_month, scope, name, lead_source_id, position, figure, unit,
       round(now, decimals) AS value, round(before, decimals) AS before_value, round(now - before, decimals) AS change,
       CASE WHEN unit <> 'percent' THEN round(100 * lead_roi.ratio(now - before, before), 4) END AS change_percent,
       round(year_before, decimals) AS year_before_value, round(now - year_before, decimals) AS year_change,
       CASE WHEN unit <> 'percent' THEN round(100 * lead_roi.ratio(now - year_before, year_before), 4) END AS year_change_percent,
       lead_sources, paid
FROM (SELECT *, lead_roi.rollup(summary) FILTER (WHERE scope = 'all') OVER own_period AS total,
             lead_roi.rollup(before_summary) FILTER (WHERE scope = 'all') OVER own_period AS before_total,
             lead_roi.rollup(year_before_summary) FILTER (WHERE scope = 'all') OVER own_period AS year_before_total
      FROM @ledger@.period_summary
      WINDOW own_period AS (PARTITION BY from_month, through_month)) AS part
     CROSS JOIN LATERAL (VALUES
         (1, 'expense', 'amount', @decimals@, lead_roi.expense(summary), lead_roi.expense(before_summary), lead_roi.expense(year_before_summary)),
         (2, 'revenue', 'amount', @decimals@, lead_roi.revenue(summary), lead_roi.revenue(before_summary), lead_roi.revenue(year_before_summary)),
         (3, 'profit', 'amount', @decimals@, lead_roi.profit(summary), lead_roi.profit(before_summary), lead_roi.profit(year_before_summary)),
         (4, 'roi_percent', 'percent', 4, 100 * lead_roi.roi(summary), 100 * lead_roi.roi(before_summary), 100 * lead_roi.roi(year_before_summary)),
         (5, 'roas_percent', 'percent', 4, 100 * lead_roi.roas(summary), 100 * lead_roi.roas(before_summary), 100 * lead_roi.roas(year_before_summary)),
         (6, 'visitors', 'count', 0, lead_roi.visitors(summary), lead_roi.visitors(before_summary), lead_roi.visitors(year_before_summary)),
         (7, 'leads', 'count', 0, lead_roi.leads(summary), lead_roi.leads(before_summary), lead_roi.leads(year_before_summary)),
         (8, 'cost_per_lead', 'amount', @unit_decimals@, lead_roi.cost_per_lead(summary), lead_roi.cost_per_lead(before_summary), lead_roi.cost_per_lead(year_before_summary)),
         (9, 'customers', 'count', 0, lead_roi.customers(summary), lead_roi.customers(before_summary), lead_roi.customers(year_before_summary)),
         (10, 'cost_per_customer', 'amount', @unit_decimals@, lead_roi.cost_per_customer(summary), lead_roi.cost_per_customer(before_summary), lead_roi.cost_per_customer(year_before_summary)),
         (11, 'visitor_to_lead_percent', 'percent', 4, 100 * lead_roi.visitor_to_lead_rate(summary), 100 * lead_roi.visitor_to_lead_rate(before_summary), 100 * lead_roi.visitor_to_lead_rate(year_before_summary)),
         (12, 'lead_to_customer_percent', 'percent', 4, 100 * lead_roi.lead_to_customer_rate(summary), 100 * lead_roi.lead_to_customer_rate(before_summary), 100 * lead_roi.lead_to_customer_rate(year_before_summary)),
         (13, 'expense_share_percent', 'percent', 4, 100 * lead_roi.ratio(lead_roi.expense(summary), lead_roi.expense(total)), 100 * lead_roi.ratio(lead_roi.expense(before_summary), lead_roi.expense(before_total)), 100 * lead_roi.ratio(lead_roi.expense(year_before_summary), lead_roi.expense(year_before_total))),
         (14, 'revenue_share_percent', 'percent', 4, 100 * lead_roi.ratio(lead_roi.revenue(summary), lead_roi.revenue(total)), 100 * lead_roi.ratio(lead_roi.revenue(before_summary), lead_roi.revenue(before_total)), 100 * lead_roi.ratio(lead_roi.revenue(year_before_summary), lead_roi.revenue(year_before_total))),
         (15, 'paid_roi_percent', 'percent', 4, 100 * lead_roi.roi(paid_summary), 100 * lead_roi.roi(paid_before_summary), 100 * lead_roi.roi(paid_year_before_summary))
     ) AS figure (position, figure, unit, decimals, now, before, year_before);

COMMENT ON VIEW @ledger@.period_comparison IS
'How the figures of a period have changed against as many months right before it, and against the same months a year earlier. Ask with a condition on from_month and through_month. Key: from_month, through_month, scope, name, lead_source_id, figure.';
COMMENT ON COLUMN @ledger@.period_comparison.from_month IS 'First day of the first month of the period';
COMMENT ON COLUMN @ledger@.period_comparison.through_month IS 'First day of the last month of the period';
COMMENT ON COLUMN @ledger@.period_comparison.scope IS 'What is counted together: all, paid, category, channel, lead_source; see period_roi';
COMMENT ON COLUMN @ledger@.period_comparison.name IS 'Name of the category, channel or lead source, or (unknown); NULL: all, or paid';
COMMENT ON COLUMN @ledger@.period_comparison.lead_source_id IS 'The lead source; NULL: unknown, or of another scope';
COMMENT ON COLUMN @ledger@.period_comparison.position IS 'Place of the figure among the others';
COMMENT ON COLUMN @ledger@.period_comparison.figure IS 'The figure, by the name of its column in period_roi';
COMMENT ON COLUMN @ledger@.period_comparison.unit IS 'amount: in the ledger''s currency; count; percent';
COMMENT ON COLUMN @ledger@.period_comparison.value IS 'The figure in the period; NULL where it is not defined, see period_roi';
COMMENT ON COLUMN @ledger@.period_comparison.before_value IS 'The figure in the period before; NULL also where the ledger begins later';
COMMENT ON COLUMN @ledger@.period_comparison.change IS 'value less before_value, of a percentage in percentage points; NULL with one of them';
COMMENT ON COLUMN @ledger@.period_comparison.change_percent IS 'The change in percent of before_value; NULL where that is 0 or less, and of percentages';
COMMENT ON COLUMN @ledger@.period_comparison.year_before_value IS 'The figure in the same months a year earlier; NULL also where the ledger begins later';
COMMENT ON COLUMN @ledger@.period_comparison.year_change IS 'value less year_before_value, of a percentage in percentage points; NULL with one of them';
COMMENT ON COLUMN @ledger@.period_comparison.year_change_percent IS 'The change in percent of year_before_value; NULL where that is 0 or less, and of percentages';
COMMENT ON COLUMN @ledger@.period_comparison.lead_sources IS 'Number of lead sources in it; (unknown) is none';
COMMENT ON COLUMN @ledger@.period_comparison.paid IS 'Whether any of them has ever cost anything, see period_roi';
