((SELECT everything FROM @ledger@.summary_staleness) OR (\1 AND (SELECT aliases FROM @ledger@.summary_staleness)) OR (\2 AND (SELECT rates FROM @ledger@.summary_staleness)))
