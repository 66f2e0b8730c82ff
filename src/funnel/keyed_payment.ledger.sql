      UNION ALL
      SELECT lead_id, paid_on, amount, currency, false
      FROM @ledger@.keyed_payment
