--
-- import: conversions that an ad platform counts, as leads, where the option "conversions_as_leads" asks for them. A
-- campaign and day with 3 conversions are three leads with the keys google_ads::brand:2024-01-02#1 to #3: the same file
-- finds them again, and a corrected count adds or removes the last ones. Counts that aren't whole are rejected: a lead
-- can't be divided, and to round each day would make something else of the sum.
--

CREATE FUNCTION lead_roi_internal.conversion_plan_sql(partial boolean) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN replace(replace($sql$
counted AS MATERIALIZED (
    SELECT external_id, line_number, scope, label, day, own_id AS lead_source_id, traffic_source, 1 + coalesce(more.lines, 0) AS lines,
           conversions + coalesce(more.added, 0) AS conversions,
           CASE WHEN through_day > day THEN 'the row is for more than one day, and a lead has only one date'
                WHEN conversions + coalesce(more.added, 0) NOT BETWEEN 0 AND 100000 OR scale(trim_scale(conversions + coalesce(more.added, 0))) > 0
                    THEN 'the number of conversions is not a whole number from 0 to 100000'
                WHEN @is_late@ THEN 'other lines of the campaign and day may have been loaded already' END AS message
    FROM resolved
         LEFT JOIN (SELECT key_line, count(*) AS lines, sum(conversions) AS added FROM odd WHERE is_row AND is_repeat GROUP BY key_line) AS more USING (key_line)
    WHERE is_repeat IS NOT TRUE
),
fact AS (
    SELECT counted.*, external_id || '#' || number AS lead_key
    FROM counted CROSS JOIN LATERAL generate_series(1, conversions::bigint) AS number
    WHERE message IS NULL
),
span AS (
    SELECT (figures->>'first_day')::date AS from_day, (figures->>'last_day')::date AS through_day FROM file
),
-- Nobody is known by another key.
new_key AS (
    SELECT NULL::text AS key, NULL::text AS external_id WHERE false
),
met AS (
    SELECT line_number, lines, label, day, coalesce(fact.traffic_source, old.traffic_source) AS traffic_source, coalesce(lead_key, old.external_id) AS external_id,
           coalesce(fact.lead_source_id, old.lead_source_id) AS lead_source_id, old.lead_source_id AS old_lead_source_id,
           old.lead_id, old.created_on, old.converted_on, old.churned_on, old.is_fewer
    FROM fact
         FULL JOIN (SELECT lead.*, substring(external_id FROM '^(.*)#[0-9]+$') IN (SELECT external_id FROM counted WHERE message IS NULL) AS is_fewer
                    FROM @ledger@.lead
                    WHERE import_id IS NOT NULL AND starts_with(external_id, ($6->>'system') || ':') AND external_id ~ '#[0-9]+$') AS old
             ON old.external_id = fact.lead_key
    WHERE line_number IS NOT NULL
          OR (NOT @is_retried@
              AND (is_fewer OR (NOT ($6->>'partial')::boolean AND old.created_on BETWEEN (SELECT from_day FROM span) AND (SELECT through_day FROM span)
                                AND EXISTS (SELECT FROM (SELECT DISTINCT scope FROM counted) AS scopes WHERE starts_with(old.external_id, scopes.scope))
                                AND substring(old.external_id FROM '^(.*)#[0-9]+$') NOT IN (SELECT external_id FROM counted))))
),
step AS MATERIALIZED (
    SELECT line_number,
           CASE WHEN line_number IS NULL THEN CASE WHEN is_fewer OR ($6->>'replace')::boolean THEN 'remove' ELSE 'vanished' END
                WHEN lead_id IS NULL THEN 'add'
                WHEN lead_source_id IS NOT DISTINCT FROM old_lead_source_id THEN 'same'
                ELSE 'change' END AS verdict,
           CASE WHEN line_number IS NULL THEN 0 ELSE lines END AS lines, external_id, lead_id AS row_id, lead_source_id, label, coalesce(day, created_on) AS day, day AS through_day,
           CASE WHEN line_number IS NOT NULL THEN 1::numeric END AS amount, traffic_source, converted_on, churned_on,
           NULL::text AS winner, NULL::text AS sqlstate, NULL::text AS message, NULL::text AS hint, NULL::text AS column_name, NULL::text AS line
    FROM met
    UNION ALL
    SELECT line_number, CASE WHEN message IS NULL THEN 'skipped' ELSE 'rejected' END, lines, external_id, NULL, lead_source_id, label, day, day, NULL, traffic_source, NULL, NULL, NULL,
           CASE WHEN message IS NOT NULL THEN '22023' END, coalesce(message, 'the row has no conversions'),
           CASE WHEN starts_with(message, 'the row') THEN 'Export the report by day.'
                WHEN starts_with(message, 'the number') THEN 'Export conversions by a model of attribution that doesn''t divide them, such as last click.'
                WHEN message IS NOT NULL THEN 'Load the corrected file as a whole.' END, NULL, NULL
    FROM counted
    WHERE message IS NOT NULL OR conversions = 0
    UNION ALL
    SELECT line_number, verdict, 1, external_id, NULL, NULL, campaign, day, through_day, NULL, traffic_source, NULL, NULL, NULL, sqlstate, message, hint, column_name, line
    FROM odd
    WHERE NOT is_row
)
$sql$, '@is_late@', CASE WHEN partial THEN $sql$EXISTS (SELECT FROM @ledger@.lead WHERE lead.external_id = resolved.external_id || '#1')$sql$ ELSE 'false' END),
'@is_retried@', partial::text);

COMMENT ON FUNCTION lead_roi_internal.conversion_plan_sql(boolean) IS
'Internal: what becomes of the conversions of a file of an ad platform (partial: of rejected rows that are tried again); as expense_plan_sql(). The changes are those of lead_load_sql().';
