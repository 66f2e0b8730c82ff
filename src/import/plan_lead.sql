--
-- import: leads. A record that was merged into another (the file says so, or its e-mail address has passed to another
-- record while it is gone) gives way to that.
--

CREATE FUNCTION lead_roi_internal.lead_records_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
-- Records with other keys, and those that are gone.
keyed AS MATERIALIZED (
    SELECT line_number, is_row, external_id, email, contact_id, opportunity_id, merged_ids, merged_into
    FROM latest
    WHERE $6->'fields' ?| ARRAY['email', 'contact_id', 'opportunity_id', 'merged_ids', 'merged_into']
          AND num_nonnulls(email, contact_id, opportunity_id, merged_ids, merged_into) > 0
),
gone AS MATERIALIZED (
    SELECT line_number, external_id, merged_into
    FROM odd
    WHERE key_line IS NOT NULL AND (NOT is_row OR merged_into IS NOT NULL) AND line_number NOT IN (SELECT line_number FROM superseded)
),
other_key AS MATERIALIZED (
    SELECT 'email:' || encode(sha256(convert_to(lower(email), 'UTF8')), 'hex') AS key, external_id, line_number FROM keyed WHERE email IS NOT NULL AND is_row
    UNION ALL
    SELECT ($6->>'system') || ':' || lead_roi.record_key(contact_id), external_id, line_number
    FROM keyed WHERE contact_id IS NOT NULL AND is_row
    UNION ALL
    SELECT ($6->>'system') || ':' || lead_roi.record_key(opportunity_id), external_id, line_number
    FROM keyed WHERE opportunity_id IS NOT NULL AND is_row
    UNION ALL
    SELECT ($6->>'system') || ':' || lead_roi.record_key(trim(split_part(id, ':', 1))), external_id, line_number
    FROM keyed, string_to_table(merged_ids, ';') AS id WHERE merged_ids IS NOT NULL AND is_row AND trim(id) <> ''
    UNION ALL
    SELECT external_id, ($6->>'system') || ':' || lead_roi.record_key(merged_into), line_number
    FROM keyed WHERE merged_into IS NOT NULL
),
-- One lead a key: of several the one that the file names last.
new_key AS MATERIALIZED (
    SELECT DISTINCT ON (other_key.key) other_key.key, other_key.external_id, known.lead_external_id AS before
    FROM other_key LEFT JOIN @ledger@.lead_key AS known USING (key)
    WHERE other_key.key <> other_key.external_id AND known.lead_external_id IS DISTINCT FROM other_key.external_id
    ORDER BY other_key.key, other_key.line_number DESC
),
span AS (
    SELECT (figures->>'first_day')::date AS from_day, (figures->>'last_day')::date AS through_day FROM file
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
'Internal: records of a file of leads that don''t count or gave way to others (gone), other keys that name them (new_key), and leads that were merged into others (loser).';

CREATE FUNCTION lead_roi_internal.lead_plan_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
fact AS (
    SELECT line_number, external_id, own_id AS lead_source_id, label, day, converted_on, churned_on,
           CASE WHEN landing_url IS NULL AND referrer IS NULL THEN traffic_source
                ELSE coalesce(traffic_source, lead_roi.traffic_source_from_url(landing_url, referrer, $8)) END AS traffic_source
    FROM resolved
    WHERE merged_into IS NULL AND line_number NOT IN (SELECT line_number FROM superseded)
),
-- The file's leads beside those of the ledger.
met AS (
    SELECT line_number, coalesce(fact.external_id, old.external_id) AS external_id, label, old.lead_id AS row_id, day, old.created_on AS old_day,
           coalesce(fact.lead_source_id, old.lead_source_id) AS lead_source_id, old.lead_source_id AS old_lead_source_id,
           CASE WHEN fact.traffic_source IS NULL OR (NOT $6->'fields' ? 'campaign' AND fact.traffic_source OPERATOR(lead_roi.@>) old.traffic_source) THEN old.traffic_source
                ELSE fact.traffic_source END AS traffic_source, old.traffic_source AS old_traffic_source,
           CASE WHEN $6->'fields' ? 'converted_on' THEN fact.converted_on ELSE old.converted_on END AS converted_on, old.converted_on AS old_converted_on,
           CASE WHEN $6->'fields' ? 'churned_on' THEN fact.churned_on ELSE old.churned_on END AS churned_on, old.churned_on AS old_churned_on
    FROM fact FULL JOIN (SELECT * FROM @ledger@.lead WHERE external_id IS NOT NULL) AS old ON old.external_id = fact.external_id
    WHERE line_number IS NOT NULL
          OR (old.import_id IS NOT NULL AND NOT ($6->>'partial')::boolean AND starts_with(old.external_id, ($6->>'system') || ':')
              AND old.created_on BETWEEN (SELECT from_day FROM span) AND (SELECT through_day FROM span)
              AND old.external_id NOT IN (SELECT external_id FROM gone) AND old.lead_id NOT IN (SELECT lead_id FROM loser))
),
step AS MATERIALIZED (
    SELECT line_number,
           CASE WHEN line_number IS NULL THEN CASE WHEN ($6->>'replace')::boolean THEN 'remove' ELSE 'vanished' END
                WHEN row_id IS NULL THEN 'add'
                WHEN (day, converted_on, churned_on, lead_source_id) IS NOT DISTINCT FROM (old_day, old_converted_on, old_churned_on, old_lead_source_id)
                     AND (traffic_source OPERATOR(lead_roi.=) old_traffic_source OR num_nulls(traffic_source, old_traffic_source) = 2) THEN 'same'
                ELSE 'change' END AS verdict,
           CASE WHEN line_number IS NULL THEN 0 ELSE 1 END::bigint AS lines, external_id, row_id, lead_source_id, label, coalesce(day, old_day) AS day, day AS through_day,
           CASE WHEN line_number IS NOT NULL THEN 1::numeric END AS amount, traffic_source, converted_on, churned_on,
           NULL::text AS winner, NULL::text AS sqlstate, NULL::text AS message, NULL::text AS hint, NULL::text AS column_name, NULL::text AS line
    FROM met
    UNION ALL
    SELECT NULL, 'remove', 0, external_id, lead_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, winner, NULL, 'merged into ' || winner, NULL, NULL, NULL
    FROM loser
    UNION ALL
    SELECT gone.line_number, 'remove', 0, old.external_id, old.lead_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'deleted there', NULL, NULL, NULL
    FROM gone JOIN @ledger@.lead AS old USING (external_id)
    WHERE gone.merged_into IS NULL
    UNION ALL
    SELECT line_number, CASE verdict WHEN 'withdrawn' THEN 'skipped' ELSE verdict END, 1, external_id, NULL, NULL, campaign, day, NULL, NULL, traffic_source,
           NULL, NULL, NULL, sqlstate, message, hint, column_name, line
    FROM odd
    WHERE NOT is_row
    UNION ALL
    SELECT line_number, 'skipped', 1, external_id, NULL, NULL, campaign, day, NULL, NULL, traffic_source,
           NULL, NULL, NULL, NULL, 'another line has the record as it was changed last', NULL, NULL, NULL
    FROM superseded
    WHERE is_row AND merged_into IS NULL
    UNION ALL
    SELECT line_number, 'skipped', 1, external_id, NULL, NULL, campaign, day, NULL, NULL, traffic_source,
           NULL, NULL, NULL, NULL, 'the record was merged into ' || merged_into, NULL, NULL, NULL
    FROM odd
    WHERE is_row AND merged_into IS NOT NULL
)
$sql$;

COMMENT ON FUNCTION lead_roi_internal.lead_plan_sql() IS
'Internal: what becomes of the leads of a file; as expense_plan_sql(). $8: the user''s own hosts. Columns that the file doesn''t have are kept, and so is a lead source that somebody has assigned to a lead.';

CREATE FUNCTION lead_roi_internal.lead_load_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
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
    FROM rest AS step
    WHERE lead.lead_id = step.row_id AND step.verdict = 'change'
    RETURNING lead.lead_id, to_jsonb(lead) AS after
),
moved AS (
    UPDATE @ledger@.payment
    SET lead_id = winner.lead_id, lead_external_id = coalesce(step.winner, step.external_id)
    FROM rest AS step LEFT JOIN @ledger@.lead AS winner ON winner.external_id = step.winner
    WHERE payment.lead_id = step.row_id AND step.verdict = 'remove'
    RETURNING payment.payment_id, to_jsonb(payment) AS after
),
removed AS (
    DELETE FROM @ledger@.lead USING rest AS step WHERE lead.lead_id = step.row_id AND step.verdict = 'remove'
),
known AS (
    INSERT INTO @ledger@.lead_key AS known (key, lead_external_id, import_id)
    SELECT key, external_id, $7 FROM new_key
    ON CONFLICT (key) DO UPDATE SET lead_external_id = excluded.lead_external_id
    RETURNING known.key, to_jsonb(known) AS after
)$sql$ || lead_roi_internal.kept_sql('lead', 'lead_id', $sql$
        UNION ALL
        SELECT 'payment', payment.payment_id::text, to_jsonb(payment), moved.after
        FROM rest AS step JOIN @ledger@.payment ON payment.lead_id = step.row_id LEFT JOIN moved ON moved.payment_id = payment.payment_id
        WHERE verdict = 'remove'
        UNION ALL
        SELECT 'lead_key', old.key, to_jsonb(old), known.after
        FROM new_key JOIN @ledger@.lead_key AS old USING (key) LEFT JOIN known ON known.key = old.key$sql$);

COMMENT ON FUNCTION lead_roi_internal.lead_load_sql() IS 'Internal: the changes of a file of leads.';
