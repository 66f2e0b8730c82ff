    SELECT scope.scope, scope.lead_source_id, scope.lead_source, count(*), count(*) FILTER (WHERE status <> 'as_budgeted'),
           min(bill_month) FILTER (WHERE status <> 'as_budgeted'), sum(budget), sum(actual), sum(difference),
           round(100 * lead_roi.ratio(sum(difference), sum(budget)), 4)
    FROM @ledger@.expense_variance AS bill
         CROSS JOIN LATERAL (VALUES ('all', NULL::bigint, NULL), ('lead_source', bill.lead_source_id, bill.lead_source)) AS scope (scope, lead_source_id, lead_source)
    WHERE bill_month BETWEEN $1 AND $2
    GROUP BY scope.scope, scope.lead_source_id, scope.lead_source
