      -- Customers are counted by another lead source only where some are merged: of the two, the server runs one;
      -- on Citus, which can't plan such conditions, always the second.
      SELECT lead_source_id, lead_roi.survival(converted_on, churned_on, (SELECT @today@)) AS curve
      FROM @ledger@.lead_fact
      WHERE converted_on IS NOT NULL AND @nothing_merged@
      GROUP BY lead_source_id
      UNION ALL
      SELECT coalesce(counted_as, lead_source_id), lead_roi.survival(converted_on, churned_on, (SELECT @today@))
      FROM @ledger@.lead_fact LEFT JOIN @ledger@.merged_lead_source USING (lead_source_id)
      WHERE converted_on IS NOT NULL AND @something_merged@
      GROUP BY 1
