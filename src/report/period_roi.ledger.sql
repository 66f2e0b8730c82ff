@period_summary@
    SELECT scope, name, lead_source_id, lead_sources, paid, expense_share_percent, revenue_share_percent,
           paid_revenue, paid_profit, paid_roi_percent, paid_roas_percent, paid_leads, paid_cost_per_lead, paid_customers, paid_cost_per_customer,
           expense, revenue, profit, roi_percent, roas_percent, visitors, cost_per_visitor, leads, cost_per_lead, customers,
           cost_per_customer, visitor_to_lead_percent, lead_to_customer_percent, revenue_per_customer, ltv_to_cac, media_expense, media_cost_per_lead, media_cost_per_customer, media_roi_percent
    FROM (SELECT scope, name, lead_source_id, lead_sources, paid,
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
          FROM period_summary) AS part
