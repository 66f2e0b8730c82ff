       CASE WHEN \2 IS NULL OR \2 = @currency@ THEN \1
            ELSE lead_roi_internal.convert(\1, \2, \3, \4, @exchange_rate_days@, @decimals@) END
