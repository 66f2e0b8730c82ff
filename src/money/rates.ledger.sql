(SELECT lead_roi_internal.exchange_rates(known.currency, known.valid_on, known.rate)
                                                        FROM @ledger@.exchange_rate AS known)
