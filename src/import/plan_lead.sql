--
-- import: leads. Of several lines of one record the one changed last counts. A record that was merged into another
-- (the file says so, or its e-mail address has passed to another record while it is gone) gives way to that.
--

CREATE FUNCTION lead_roi_internal.lead_records_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
latest AS MATERIALIZED (
    SELECT DISTINCT ON (external_id COLLATE "C") line_number, verdict, external_id, email, contact_id, opportunity_id, merged_ids, merged_into
    FROM line
    WHERE verdict IN ('row', 'withdrawn') AND external_id IS NOT NULL
    ORDER BY external_id COLLATE "C", modified_at DESC NULLS LAST, line_number DESC
),
other_key AS MATERIALIZED (
    SELECT 'email:' || encode(sha256(convert_to(lower(email), 'UTF8')), 'hex') AS key, external_id, line_number FROM latest WHERE email IS NOT NULL AND verdict = 'row'
    UNION ALL
    SELECT ($6->>'system') || ':' || lead_roi.record_key(contact_id), external_id, line_number
    FROM latest WHERE contact_id IS NOT NULL AND verdict = 'row'
    UNION ALL
    SELECT ($6->>'system') || ':' || lead_roi.record_key(opportunity_id), external_id, line_number
    FROM latest WHERE opportunity_id IS NOT NULL AND verdict = 'row'
    UNION ALL
    SELECT ($6->>'system') || ':' || lead_roi.record_key(trim(split_part(id, ':', 1))), external_id, line_number
    FROM latest, string_to_table(merged_ids, ';') AS id WHERE merged_ids IS NOT NULL AND verdict = 'row' AND trim(id) <> ''
    UNION ALL
    SELECT external_id, ($6->>'system') || ':' || lead_roi.record_key(merged_into), line_number
    FROM latest WHERE merged_into IS NOT NULL
),
-- One lead a key: of several the one that the file names last.
new_key AS MATERIALIZED (
    SELECT DISTINCT ON (other_key.key) other_key.key, other_key.external_id, known.lead_external_id AS before
    FROM other_key LEFT JOIN @ledger@.lead_key AS known USING (key)
    WHERE other_key.key <> other_key.external_id AND known.lead_external_id IS DISTINCT FROM other_key.external_id
    ORDER BY other_key.key, other_key.line_number DESC
),
span AS (
    SELECT min(day) AS from_day, max(day) AS through_day FROM line WHERE verdict = 'row'
),
loser AS MATERIALIZED (
    SELECT old.lead_id, old.external_id, new_key.external_id AS winner
    FROM new_key JOIN @ledger@.lead AS old ON old.external_id = new_key.key
    UNION
    SELECT old.lead_id, old.external_id, new_key.external_id
    FROM span, new_key JOIN @ledger@.lead AS old ON old.external_id = new_key.before
    WHERE NOT ($6->>'partial')::boolean AND starts_with(new_key.key, 'email:') AND old.created_on BETWEEN span.from_day AND span.through_day
          AND starts_with(old.external_id, ($6->>'system') || ':')
          AND NOT EXISTS (SELECT FROM latest WHERE latest.external_id = old.external_id)
)
$sql$;

COMMENT ON FUNCTION lead_roi_internal.lead_records_sql() IS
'Internal: the records of a file of leads (latest), other keys that name them (new_key), and leads that were merged into others (loser).';

CREATE FUNCTION lead_roi_internal.lead_plan_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
fact AS MATERIALIZED (
    SELECT resolved.line_number, resolved.external_id, own_id AS lead_source_id, label, day AS created_on, converted_on, churned_on,
           CASE WHEN resolved.landing_url IS NULL AND resolved.referrer IS NULL THEN resolved.traffic_source
                ELSE coalesce(resolved.traffic_source, lead_roi.traffic_source_from_url(resolved.landing_url, resolved.referrer, $8)) END AS traffic_source
    FROM resolved JOIN latest USING (line_number)
    WHERE latest.verdict = 'row' AND latest.merged_into IS NULL
),
target AS (
    SELECT fact.line_number, fact.external_id, fact.label, old.lead_id AS row_id, fact.created_on,
           coalesce(fact.lead_source_id, old.lead_source_id) AS lead_source_id,
           CASE WHEN fact.traffic_source IS NULL OR (NOT $6->'fields' ? 'campaign' AND fact.traffic_source OPERATOR(lead_roi.@>) old.traffic_source) THEN old.traffic_source
                ELSE fact.traffic_source END AS traffic_source,
           CASE WHEN $6->'fields' ? 'converted_on' THEN fact.converted_on ELSE old.converted_on END AS converted_on,
           CASE WHEN $6->'fields' ? 'churned_on' THEN fact.churned_on ELSE old.churned_on END AS churned_on,
           (old.lead_id, old.created_on, old.converted_on, old.churned_on, old.lead_source_id, old.traffic_source) AS before
    FROM fact LEFT JOIN @ledger@.lead AS old ON old.external_id = fact.external_id
),
step AS MATERIALIZED (
    SELECT line_number,
           CASE WHEN row_id IS NULL THEN 'add'
                WHEN before IS NOT DISTINCT FROM (row_id, created_on, converted_on, churned_on, lead_source_id, traffic_source) THEN 'same'
                ELSE 'change' END AS verdict,
           1::bigint AS lines, external_id, row_id, lead_source_id, label, created_on AS day, created_on AS through_day, 1::numeric AS amount, traffic_source, converted_on, churned_on,
           NULL::text AS winner, NULL::text AS sqlstate, NULL::text AS message, NULL::text AS hint, NULL::text AS column_name, NULL::text AS line
    FROM target
    UNION ALL
    SELECT NULL, 'remove', 0, external_id, lead_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, winner, NULL, 'merged into ' || winner, NULL, NULL, NULL
    FROM loser
    UNION ALL
    SELECT latest.line_number, 'remove', 0, old.external_id, old.lead_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'deleted there', NULL, NULL, NULL
    FROM latest JOIN @ledger@.lead AS old USING (external_id)
    WHERE latest.verdict = 'withdrawn' AND latest.merged_into IS NULL
    UNION ALL
    SELECT NULL, CASE WHEN ($6->>'replace')::boolean THEN 'remove' ELSE 'vanished' END, 0, old.external_id, old.lead_id, old.lead_source_id, NULL,
           old.created_on, NULL, NULL, old.traffic_source, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM span, @ledger@.lead AS old
    WHERE NOT ($6->>'partial')::boolean AND old.import_id IS NOT NULL AND starts_with(old.external_id, ($6->>'system') || ':')
          AND old.created_on BETWEEN span.from_day AND span.through_day
          AND NOT EXISTS (SELECT FROM latest WHERE latest.external_id = old.external_id)
          AND NOT EXISTS (SELECT FROM loser WHERE loser.lead_id = old.lead_id)
    UNION ALL
    SELECT line_number, CASE WHEN verdict IN ('row', 'withdrawn') THEN 'skipped' ELSE verdict END, 1, external_id, NULL, NULL, campaign, day, NULL, NULL, traffic_source,
           NULL, NULL, NULL, sqlstate, CASE WHEN verdict = 'row' THEN 'another line has the record as it was changed last' ELSE message END, hint, column_name, line
    FROM line
    WHERE verdict <> 'file' AND NOT (verdict = 'row' AND EXISTS (SELECT FROM fact WHERE fact.line_number = line.line_number))
)
$sql$;

COMMENT ON FUNCTION lead_roi_internal.lead_plan_sql() IS
'Internal: what becomes of the leads of a file; as expense_plan_sql(). $8: hosts of one''s own. Columns that the file doesn''t have are kept, and so is a lead source that somebody has given a lead.';

CREATE FUNCTION lead_roi_internal.lead_load_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN lead_roi_internal.kept_sql('lead', 'lead_id', $sql$
    UNION ALL
    SELECT $7, 'payment', payment.payment_id::text, to_jsonb(payment)
    FROM step JOIN @ledger@.payment ON payment.lead_id = step.row_id
    WHERE verdict = 'remove'
    UNION ALL
    SELECT $7, 'lead_key', known.key, to_jsonb(known)
    FROM new_key JOIN @ledger@.lead_key AS known USING (key)$sql$) || $sql$,
added AS (
    INSERT INTO @ledger@.lead (lead_source_id, created_on, converted_on, churned_on, traffic_source, external_id, import_id)
    SELECT lead_source_id, day, converted_on, churned_on, traffic_source, external_id, $7
    FROM step
    WHERE verdict = 'add'
    ORDER BY line_number
),
changed AS (
    UPDATE @ledger@.lead
    SET lead_source_id = step.lead_source_id, created_on = step.day, converted_on = step.converted_on, churned_on = step.churned_on,
        traffic_source = step.traffic_source
    FROM step
    WHERE lead.lead_id = step.row_id AND step.verdict = 'change'
),
moved AS (
    UPDATE @ledger@.payment
    SET lead_id = winner.lead_id, lead_external_id = coalesce(step.winner, step.external_id)
    FROM step LEFT JOIN @ledger@.lead AS winner ON winner.external_id = step.winner
    WHERE payment.lead_id = step.row_id AND step.verdict = 'remove'
),
removed AS (
    DELETE FROM @ledger@.lead USING step WHERE lead.lead_id = step.row_id AND step.verdict = 'remove'
),
known AS (
    INSERT INTO @ledger@.lead_key AS known (key, lead_external_id, import_id)
    SELECT key, external_id, $7 FROM new_key
    ON CONFLICT (key) DO UPDATE SET lead_external_id = excluded.lead_external_id
)
$sql$;

COMMENT ON FUNCTION lead_roi_internal.lead_load_sql() IS 'Internal: the changes of a file of leads.';
