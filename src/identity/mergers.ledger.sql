(SELECT array_agg(ARRAY[lead_source_id, counted_as] ORDER BY lead_source_id) FROM @ledger@.merged_lead_source)
