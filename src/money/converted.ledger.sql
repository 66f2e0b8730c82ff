       CASE WHEN \2 IS NULL OR \2 = @currency@ THEN \1
            ELSE lead_roi_internal.convert(\1, \2, \3, (SELECT lead_roi_internal.exchange_rates(known.currency, known.valid_on, known.rate)
                                                        FROM @ledger@.exchange_rate AS known), @exchange_rate_days@, @decimals@) END
