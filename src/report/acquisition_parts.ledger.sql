      SELECT lead_source_id, lead_roi.month_of(occurred_on) AS month,
             lead_roi.roi_summary(amount, NULL, NULL, NULL, NULL) AS summary,
             lead_roi.roi_summary(media_amount, NULL, NULL, NULL, NULL) AS media_summary
      FROM @ledger@.expense_fact GROUP BY 1, 2
      UNION ALL
      SELECT lead_source_id, lead_roi.month_of(occurred_on), lead_roi.roi_summary(NULL::numeric, NULL, visitors, NULL, NULL), NULL
      FROM @ledger@.visit_fact GROUP BY 1, 2
      UNION ALL
      SELECT lead_source_id, month, won, won
      FROM (SELECT lead_source_id, month, lead_roi.make_roi_summary(leads => count(*)) AS won
            FROM (WITH lead AS (SELECT lead_source_id, lead_roi.month_of(occurred_on) AS month FROM @ledger@.lead_fact) SELECT * FROM lead) AS lead
            GROUP BY 1, 2) AS lead@united@
      UNION ALL
      SELECT lead_source_id, month, won, won
      FROM (SELECT lead_source_id, month, lead_roi.make_roi_summary(customers => count(*)) AS won
            FROM (WITH customer AS (SELECT lead_source_id, lead_roi.month_of(converted_on) AS month FROM @ledger@.lead_fact WHERE converted_on IS NOT NULL)
                  SELECT * FROM customer) AS customer
            GROUP BY 1, 2) AS customer
