@one_server@
      -- Customers are counted by another lead source only where some are merged: of the two, the server runs one.
      SELECT lead_source_id, lead_roi.survival(converted_on, churned_on, (SELECT @today@)) AS curve
      FROM @ledger@.lead_fact
      WHERE converted_on IS NOT NULL AND NOT (SELECT EXISTS (SELECT FROM @ledger@.merged_lead_source))
      GROUP BY lead_source_id
      UNION ALL
      SELECT lead_roi_internal.counted_as(lead_source_id, @mergers@), lead_roi.survival(converted_on, churned_on, (SELECT @today@))
      FROM @ledger@.lead_fact
      WHERE converted_on IS NOT NULL AND (SELECT EXISTS (SELECT FROM @ledger@.merged_lead_source))
      GROUP BY 1
@citus@
      SELECT @counted_as(lead_source_id)@ AS lead_source_id, lead_roi.rollup(curve) AS curve
      FROM (SELECT lead_source_id, lead_roi.survival(converted_on, churned_on, (SELECT @today@)) AS curve
            FROM @ledger@.lead_fact
            WHERE converted_on IS NOT NULL
            GROUP BY lead_source_id) AS own@merging@
      GROUP BY 1
@end@