             (SELECT known.lead_id FROM @ledger@.lead AS known
              WHERE lead_roi.record_key(known.external_id) = lead_roi.record_key(payment.lead_external_id)
              ORDER BY known.external_id <> payment.lead_external_id, known.external_id LIMIT 1)
