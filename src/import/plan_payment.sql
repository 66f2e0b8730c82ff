--
-- import: payments. A record may be several of them: shares of those who bought together, which add up to its amount,
-- and what was refunded. The parts of hubspot:9006 are hubspot:9006, hubspot:9006#2 and so on, and hubspot:9006#refund.
--

CREATE FUNCTION lead_roi_internal.payment_parts_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
record AS MATERIALIZED (
    SELECT line_number, is_row, external_id, day, lead_ids, amount - CASE WHEN $6->>'amount' = 'net' THEN coalesce(fee, 0) ELSE 0 END AS amount,
           coalesce(refunded, 0) AS refunded, 'email:' || encode(sha256(convert_to(lower(email), 'UTF8')), 'hex') AS email_key,
           CASE WHEN currency IS DISTINCT FROM $6->>'currency' AND $6->>'currency' IS NOT NULL THEN currency END AS currency,
           coalesce(lead_roi.currency_decimals(coalesce(currency, $6->>'currency')), 2) AS decimals
    FROM latest
),
part AS MATERIALIZED (
    SELECT record.line_number, record.external_id AS record, record.day, record.currency, record.email_key,
           record.external_id || CASE WHEN share.position > 1 THEN '#' || share.position ELSE '' END AS external_id,
           CASE WHEN cardinality(buyer.ids) > 1 THEN (lead_roi.allocate(record.amount, array_fill(1::numeric, ARRAY[cardinality(buyer.ids)]), record.decimals))[share.position]
                ELSE record.amount END AS amount,
           nullif(share.id, '') AS buyer
    FROM record
         CROSS JOIN LATERAL (SELECT ARRAY(SELECT DISTINCT ON (trim(id) COLLATE "C") trim(id) FROM regexp_split_to_table(lead_ids, '[;,]') AS id WHERE trim(id) <> '') AS ids) AS buyer
         CROSS JOIN LATERAL unnest(CASE WHEN cardinality(buyer.ids) > 0 THEN buyer.ids ELSE ARRAY[''] END) WITH ORDINALITY AS share (id, position)
    WHERE record.is_row AND record.amount <> 0
    UNION ALL
    SELECT line_number, external_id, day, currency, email_key, external_id || '#refund', -refunded,
           nullif(trim(split_part(translate(lead_ids, ',', ';'), ';', 1)), '')
    FROM record
    WHERE is_row AND refunded <> 0
),
-- Who paid: the lead with the id in the file, or one that is known by this id, the address or the deal; else whoever
-- will come with one of these.
payer AS (
    SELECT part.*, given.key AS given_key, lead.lead_id AS given_lead
    FROM part
         CROSS JOIN LATERAL (SELECT CASE WHEN $6->>'system' IS NULL THEN buyer
                                         ELSE ($6->>'system') || ':' || lead_roi.record_key(buyer) END AS key) AS given
         LEFT JOIN @ledger@.lead ON lead.external_id = given.key
),
target AS MATERIALIZED (
    SELECT payer.line_number, payer.record, payer.day, payer.currency, payer.external_id, payer.amount,
           CASE WHEN given_lead IS NOT NULL THEN given_key
                ELSE coalesce(by_id.lead_external_id, by_email.lead_external_id, by_deal.lead_external_id, email_key, given_key,
                              CASE WHEN $6->>'system' = 'salesforce' THEN record END) END AS lead_external_id
    FROM payer
         LEFT JOIN @ledger@.lead_key AS by_id ON by_id.key = given_key
         LEFT JOIN @ledger@.lead_key AS by_email ON by_email.key = email_key
         LEFT JOIN @ledger@.lead_key AS by_deal ON by_deal.key = record AND $6->>'system' = 'salesforce'
)
$sql$;

COMMENT ON FUNCTION lead_roi_internal.payment_parts_sql() IS 'Internal: the records of a file of payments (record), and the payments that they are (target).';

CREATE FUNCTION lead_roi_internal.payment_plan_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
earlier AS MATERIALIZED (
    SELECT payment.*, CASE WHEN $6->>'system' IS NULL THEN external_id ELSE split_part(external_id, '#', 1) END AS record
    FROM @ledger@.payment
    WHERE external_id IS NOT NULL AND ($6->>'system' IS NULL OR starts_with(external_id, ($6->>'system') || ':'))
),
step AS MATERIALIZED (
    SELECT target.line_number,
           CASE WHEN old.payment_id IS NULL THEN 'add'
                WHEN (old.lead_external_id, old.paid_on, old.amount, old.currency) IS NOT DISTINCT FROM (target.lead_external_id, target.day, target.amount, target.currency) THEN 'same'
                ELSE 'change' END AS verdict,
           1::bigint AS lines, target.external_id, old.payment_id AS row_id, target.lead_external_id, lead.lead_id, target.day, target.day AS through_day, target.amount,
           target.currency, NULL::text AS sqlstate, NULL::text AS message, NULL::text AS hint, NULL::text AS column_name, NULL::text AS line
    FROM target
         LEFT JOIN earlier AS old ON old.external_id = target.external_id
         LEFT JOIN @ledger@.lead ON lead.external_id = target.lead_external_id
    UNION ALL
    SELECT NULL, CASE WHEN record.external_id IS NOT NULL OR ($6->>'replace')::boolean THEN 'remove' ELSE 'vanished' END, 0, old.external_id, old.payment_id,
           old.lead_external_id, old.lead_id, old.paid_on, old.paid_on, old.amount, old.currency, NULL, NULL, NULL, NULL, NULL
    FROM (SELECT (figures->>'first_day')::date AS from_day, (figures->>'last_day')::date AS through_day FROM file) AS span, earlier AS old
         LEFT JOIN record ON record.external_id = old.record
    WHERE NOT EXISTS (SELECT FROM target WHERE target.external_id = old.external_id)
          AND (record.external_id IS NOT NULL
               OR ($6->>'system' IS NOT NULL AND NOT ($6->>'partial')::boolean AND old.import_id IS NOT NULL AND old.paid_on BETWEEN span.from_day AND span.through_day))
    UNION ALL
    SELECT line_number, CASE WHEN is_row OR verdict = 'withdrawn' THEN 'skipped' ELSE verdict END, 1, external_id, NULL, NULL, NULL, day, day, amount, currency,
           sqlstate, CASE WHEN is_row THEN 'another line has the same record' ELSE message END, hint, column_name, line
    FROM line
    WHERE NOT is_row OR (is_row AND line_number NOT IN (SELECT line_number FROM target))
)
$sql$;

COMMENT ON FUNCTION lead_roi_internal.payment_plan_sql() IS
'Internal: what becomes of the payments of a file; as expense_plan_sql(). Parts that a record no longer has are removed.';

CREATE FUNCTION lead_roi_internal.payment_load_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
added AS (
    INSERT INTO @ledger@.payment (lead_id, lead_external_id, paid_on, amount, currency, external_id, import_id)
    SELECT lead_id, lead_external_id, day, amount, currency, external_id, $7
    FROM step
    WHERE verdict = 'add'
    ORDER BY line_number, external_id
),
changed AS (
    UPDATE @ledger@.payment
    SET lead_id = step.lead_id, lead_external_id = step.lead_external_id, paid_on = step.day, amount = step.amount, currency = step.currency
    FROM rest AS step
    WHERE payment.payment_id = step.row_id AND step.verdict = 'change'
    RETURNING payment.payment_id, to_jsonb(payment) AS after
),
removed AS (
    DELETE FROM @ledger@.payment USING rest AS step WHERE payment.payment_id = step.row_id AND step.verdict = 'remove'
)$sql$ || lead_roi_internal.kept_sql('payment', 'payment_id', '');

COMMENT ON FUNCTION lead_roi_internal.payment_load_sql() IS 'Internal: the changes of a file of payments.';
