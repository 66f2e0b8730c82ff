(SELECT lead_roi_internal.alias_map(array_agg(pattern), array_agg(valid_from), array_agg(alias.lead_source_id))
                     FROM @ledger@.lead_source_alias AS alias)
