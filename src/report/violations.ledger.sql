--
-- report: what is wrong with the facts, one view for each kind of fact, which reads it once. The tables of a ledger refuse
-- most of it; relations given to create_ledger() may hold all of it. Each row is a violation, or a part of one, and
-- reconciliation adds them up and says what to do.
--

CREATE OR REPLACE VIEW @ledger@.expense_violation AS
SELECT violation, 'expense' AS relation, row_key, 1::bigint AS facts, lead_source_id, lead_roi.month_of(incurred_on) AS month, NULL::text AS mend
FROM (SELECT expense.lead_source_id, incurred_on, amount,
             lead_source.lead_source_id IS NULL AND (shared_from IS NULL OR expense.lead_source_id IS NOT NULL) AS is_nobodys,
             coalesce('expense_id ' || expense_id, format('lead_source_id %s, incurred_on %s', expense.lead_source_id, incurred_on)) AS own_key
      FROM @ledger@.expense LEFT JOIN @ledger@.lead_source USING (lead_source_id)
      WHERE lead_source.lead_source_id IS NULL OR (abs(amount) < 1e15) IS NOT TRUE
            OR (incurred_on BETWEEN '1970-01-01' AND (SELECT @today@) + 3653) IS NOT TRUE) AS odd
     CROSS JOIN LATERAL (VALUES
         ('lead_source_unknown', is_nobodys, coalesce('lead_source_id ' || lead_source_id, 'lead_source_id IS NULL')),
         ('amount_missing', amount IS NULL, own_key),
         ('amount_implausible', abs(amount) >= 1e15, own_key),
         ('date_missing', incurred_on IS NULL, format('lead_source_id %s', lead_source_id)),
         ('date_implausible', (incurred_on BETWEEN '1970-01-01' AND (SELECT @today@) + 3653) IS FALSE, format('lead_source_id %s, incurred_on %s', lead_source_id, incurred_on))
     ) AS kind (violation, found, row_key)
WHERE found;

CREATE OR REPLACE VIEW @ledger@.visit_violation AS
SELECT violation, 'visit' AS relation, row_key, 1::bigint AS facts, lead_source_id, lead_roi.month_of(visited_on) AS month, NULL::text AS mend
FROM (SELECT visit.lead_source_id, visited_on, visitors, lead_source.lead_source_id IS NULL AS is_nobodys
      FROM @ledger@.visit LEFT JOIN @ledger@.lead_source USING (lead_source_id)
      WHERE lead_source.lead_source_id IS NULL OR visitors IS NULL OR (visited_on BETWEEN '1970-01-01' AND (SELECT @today@)) IS NOT TRUE@gathered@) AS odd
     CROSS JOIN LATERAL (VALUES
         ('lead_source_unknown', is_nobodys, coalesce('lead_source_id ' || lead_source_id, 'lead_source_id IS NULL')),
         ('visitors_missing', visitors IS NULL, format('lead_source_id %s, visited_on %s', lead_source_id, visited_on)),
         (@date_violation(visited_on)@, (visited_on BETWEEN '1970-01-01' AND (SELECT @today@)) IS NOT TRUE, concat_ws(', ', format('lead_source_id %s', lead_source_id), 'visited_on ' || visited_on))
     ) AS kind (violation, found, row_key)
WHERE found;

-- No lead is repeated where lead_id is a primary key, as in a ledger's own table: what is looked up once saves reading all.
CREATE OR REPLACE VIEW @ledger@.lead_violation AS
SELECT violation, 'lead' AS relation, row_key, 1::bigint AS facts, lead_source_id, lead_roi.month_of(created_on) AS month, NULL::text AS mend
FROM (SELECT lead_id, lead.lead_source_id, created_on, converted_on, churned_on,
             lead.lead_source_id IS NOT NULL AND lead_source.lead_source_id IS NULL AS is_nobodys
      FROM @ledger@.lead LEFT JOIN @ledger@.lead_source USING (lead_source_id)
      WHERE (lead.lead_source_id IS NOT NULL AND lead_source.lead_source_id IS NULL)
            OR (created_on BETWEEN '1970-01-01' AND (SELECT @today@)) IS NOT TRUE
            OR converted_on < created_on OR converted_on < '1970-01-01' OR converted_on > (SELECT @today@)
            OR (churned_on IS NOT NULL AND (churned_on >= converted_on) IS NOT TRUE)@gathered@) AS odd
     CROSS JOIN LATERAL (VALUES
         ('lead_source_unknown', is_nobodys, coalesce('lead_source_id ' || lead_source_id, 'lead_source_id IS NULL')),
         (@date_violation(created_on)@, (created_on BETWEEN '1970-01-01' AND (SELECT @today@)) IS NOT TRUE, concat_ws(', ', format('lead_id %s', lead_id), 'created_on ' || created_on)),
         (@date_violation(converted_on)@, (converted_on BETWEEN '1970-01-01' AND (SELECT @today@)) IS FALSE, format('lead_id %s, converted_on %s', lead_id, converted_on)),
         ('customer_before_lead', converted_on < created_on, format('lead_id %s', lead_id)),
         ('churned_before_customer', churned_on IS NOT NULL AND (churned_on >= converted_on) IS NOT TRUE, format('lead_id %s', lead_id))
     ) AS kind (violation, found, row_key)
WHERE found
UNION ALL
SELECT 'lead_repeated', 'lead', format('lead_id %s', lead_id), count(*), NULL, NULL, NULL
FROM @ledger@.lead
WHERE NOT (SELECT EXISTS (SELECT 1 FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attname = 'lead_id'
                          WHERE indrelid = '@ledger@.lead'::regclass AND indisprimary AND indisvalid AND indnkeyatts = 1 AND indkey[0] = attnum))
GROUP BY lead_id
HAVING count(*) > 1 OR lead_id IS NULL;

-- Payments one by one, and those that name a lead who isn't there. Then those of a lead in a month: read from the tables
-- and not from payment_fact, so that a condition on lead source or month reaches an index; a sound one meets its customer
-- and goes, and only for the others is the lead looked up, which the last join has to say. What a lead has paid in all is
-- summed for leads with a refund, and belongs to the month of the first one.
CREATE OR REPLACE VIEW @ledger@.payment_violation AS
SELECT violation, 'payment' AS relation, row_key, 1::bigint AS facts, NULL::bigint AS lead_source_id, lead_roi.month_of(paid_on) AS month, NULL::text AS mend
FROM (SELECT lead_id, paid_on, amount
      FROM @ledger@.payment
      WHERE (abs(amount) < 1e15) IS NOT TRUE OR (paid_on BETWEEN '1970-01-01' AND (SELECT @today@)) IS NOT TRUE@gathered@) AS odd
     CROSS JOIN LATERAL (VALUES
         ('amount_missing', amount IS NULL, format('lead_id %s, paid_on %s', lead_id, paid_on)),
         ('amount_implausible', abs(amount) >= 1e15, format('lead_id %s, paid_on %s', lead_id, paid_on)),
         (@date_violation(paid_on)@, (paid_on BETWEEN '1970-01-01' AND (SELECT @today@)) IS NOT TRUE, concat_ws(', ', format('lead_id %s', lead_id), 'paid_on ' || paid_on))
     ) AS kind (violation, found, row_key)
WHERE found
UNION ALL
SELECT 'payment_without_lead', 'payment', format('lead_external_id %s, sum %s', lead_external_id, string_agg(total, ' + ' ORDER BY currency NULLS FIRST)), sum(facts)::bigint, NULL, min(month), NULL
FROM (SELECT lead_external_id, count(*) AS facts, currency, concat_ws(' ', sum(amount), currency) AS total, lead_roi.month_of(min(paid_on)) AS month
      FROM @ledger@.payment
      WHERE lead_id IS NULL AND lead_external_id IS NOT NULL
            AND
@lead_of_payment@ IS NULL
      GROUP BY lead_external_id, currency) AS of_currency
GROUP BY lead_external_id
UNION ALL
SELECT violation, 'payment', row_key, kind.facts, lead_source_id, month, NULL
FROM (SELECT lead_id, known_lead_id, lead_source_id, created_on, converted_on, lead_roi.month_of(paid_on) AS month,
             count(*) AS facts, min(paid_on) AS first_on, count(*) FILTER (WHERE paid_on < created_on) AS facts_before, sum(
@converted(amount, currency, paid_on)@) AS total
      FROM (SELECT payment.lead_id, lead.lead_id AS known_lead_id, lead.lead_source_id, lead.created_on, lead.converted_on, paid_on, amount, currency
            FROM @ledger@.payment
                 LEFT JOIN @ledger@.lead AS customer
                     ON customer.lead_id = payment.lead_id AND customer.converted_on IS NOT NULL AND (paid_on < customer.created_on) IS NOT TRUE
                 LEFT JOIN @ledger@.lead ON lead.lead_id = payment.lead_id AND customer.lead_id IS NULL
            WHERE payment.lead_id IS NOT NULL AND customer.lead_id IS NULL
            UNION ALL
            SELECT lead_id, lead_id, lead_source_id, created_on, converted_on, paid_on, amount, currency
            FROM @ledger@.keyed_payment JOIN @ledger@.lead USING (lead_id)
            WHERE converted_on IS NULL OR paid_on < created_on) AS payment
      WHERE (paid_on <= (SELECT @today@)) IS NOT FALSE
      GROUP BY lead_id, known_lead_id, lead_source_id, created_on, converted_on, lead_roi.month_of(paid_on)@gathered@) AS odd
     CROSS JOIN LATERAL (VALUES
         ('payment_without_lead', known_lead_id IS NULL, format('lead_id %s, sum %s', lead_id, total), facts),
         ('payment_without_customer', known_lead_id IS NOT NULL AND converted_on IS NULL, format('lead_id %s', lead_id), facts),
         ('payment_before_lead', facts_before > 0, format('lead_id %s, paid_on %s, created_on %s', lead_id, first_on, created_on), facts_before)
     ) AS kind (violation, found, row_key, facts)
WHERE found
UNION ALL
SELECT 'refund_exceeds_payments', 'payment', format('lead_id %s, sum %s', lead_id, total), facts, lead.lead_source_id, month, NULL
FROM (WITH refund AS NOT MATERIALIZED (
          SELECT lead_id, lead_roi.month_of(paid_on) AS month FROM @ledger@.payment WHERE amount < 0 AND lead_id IS NOT NULL
          UNION
          SELECT lead_id, lead_roi.month_of(paid_on) FROM @ledger@.keyed_payment WHERE amount < 0
      )
      SELECT lead_id, month, count(*) AS facts, sum(
@converted(amount, currency, paid_on)@) AS total
      FROM (SELECT lead_id, month, paid_on, amount, currency FROM refund JOIN @ledger@.payment USING (lead_id)
            UNION ALL
            SELECT lead_id, month, paid_on, amount, currency FROM refund JOIN @ledger@.keyed_payment USING (lead_id)) AS paid
      WHERE (paid_on <= (SELECT @today@)) IS NOT FALSE
      GROUP BY lead_id, month
      HAVING sum(
@converted(amount, currency, paid_on)@) < 0
             AND lead_roi.month_of(min(paid_on) FILTER (WHERE amount < 0)) = month) AS refunded
     LEFT JOIN @ledger@.lead USING (lead_id)
UNION ALL
SELECT 'exchange_rate_missing', relation, format('currency %s, from %s to %s, sum %s', currency, first_on, last_on, amount), facts, NULL, lead_roi.month_of(first_on),
       format('INSERT INTO %s.exchange_rate (currency, valid_on, rate) VALUES (%L, %L, ...)', '@ledger@', currency, first_on)
FROM @ledger@.unconverted;
