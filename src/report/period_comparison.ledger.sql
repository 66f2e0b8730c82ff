@period_summary@
    SELECT scope, name, lead_source_id, position, figure, unit,
           round(now, decimals), round(before, decimals), round(now - before, decimals),
           CASE WHEN unit <> 'percent' THEN round(100 * lead_roi.ratio(now - before, before), 4) END,
           round(year_before, decimals), round(now - year_before, decimals),
           CASE WHEN unit <> 'percent' THEN round(100 * lead_roi.ratio(now - year_before, year_before), 4) END,
           lead_sources, paid, before_from_month, before_through_month, year_before_from_month, year_before_through_month
    FROM period_summary CROSS JOIN period
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
         ) AS figure (position, figure, unit, decimals, now, before, year_before)
