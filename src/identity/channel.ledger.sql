       (SELECT coalesce((SELECT rule.channel
                         FROM @ledger@.channel_rule AS rule
                         WHERE (rule.source_kind IS NULL OR rule.source_kind = own.kind)
                               AND (rule.source IS NULL OR coalesce(lead_roi.source(traffic_source), '') ~ rule.source)
                               AND (rule.medium IS NULL OR coalesce(lead_roi.medium(traffic_source), '') ~ rule.medium)
                               AND (rule.campaign IS NULL OR coalesce(lead_roi.campaign(traffic_source), '') ~ rule.campaign)
                         ORDER BY rule.position LIMIT 1),
                        lead_roi.channel(traffic_source, own.kind))
        FROM (SELECT coalesce((SELECT known_source.kind FROM @ledger@.known_source
                               WHERE known_source.pattern OPERATOR(lead_roi.@>) traffic_source ORDER BY known_source.pattern DESC LIMIT 1),
                              lead_roi.source_kind(lead_roi.source(traffic_source))) AS kind) AS own)
