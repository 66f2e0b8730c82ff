--
-- import: what becomes of the lines of a file, as texts of statements: import_file() executes them with their changes,
-- preview_file() without. Each begins with the lines and their lead sources. Parameters: $1 file, $2 formats,
-- $3 options, $4 name of the format, $5 time zone, $6 context (what the file, its format and the ledger are), $7 import_id.
--

CREATE FUNCTION lead_roi_internal.import_lines_sql(create_sources boolean, preview boolean) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN replace(replace($sql$
WITH line AS MATERIALIZED (
    SELECT read.*,
           CASE WHEN lead_roi.name_key(lead_source) IS NOT NULL THEN lead_source
                WHEN lead_roi.name_key(campaign) IS NOT NULL THEN campaign
                WHEN $6->>'source' IS NULL AND lead_roi.name_key(source) IS NOT NULL
                    THEN source || coalesce(' / ' || CASE WHEN lead_roi.name_key(medium) IS NOT NULL THEN medium END, '')
           END AS label
    FROM lead_roi_internal.read_file($1, $2, $3, $4, $5) AS read
),
-- A lead source has the name of a campaign: unless it is another platform's.
named AS MATERIALIZED (
    SELECT label, lead_roi.name_key(label) AS name_key, coalesce(same.lead_source_id, qualified.lead_source_id) AS lead_source_id,
           EXISTS (SELECT FROM @ledger@.lead_source AS other WHERE other.name_key = lead_roi.name_key(label)) AS is_taken, used.category
    FROM (SELECT label, min(CASE WHEN $6->>'source' IS NULL AND lead_roi.name_key(source) IS NOT NULL AND source <> label THEN source END) AS category
          FROM line WHERE verdict = 'row' AND label IS NOT NULL GROUP BY label) AS used
         LEFT JOIN @ledger@.lead_source AS same
             ON same.name_key = lead_roi.name_key(label)
                AND ($6->>'source' IS NULL OR same.vendor IS NULL OR lead_roi.name_key(same.vendor) = lead_roi.name_key($6->>'platform'))
         LEFT JOIN @ledger@.lead_source AS qualified
             ON $6->>'source' IS NOT NULL AND qualified.name_key = lead_roi.name_key(label || ' (' || ($6->>'platform') || ')')
),
sought AS (
    SELECT line.*, named.name_key AS label_key,
           CASE WHEN line.label = line.lead_source THEN named.lead_source_id END AS named_id,
           lead_roi_internal.find_alias(
               (SELECT lead_roi_internal.alias_map(array_agg(pattern), array_agg(valid_from), array_agg(lead_source_id)) FROM @ledger@.lead_source_alias),
               line.traffic_source, line.day) AS alias_id,
           CASE WHEN line.label IS DISTINCT FROM line.lead_source THEN named.lead_source_id END AS campaign_id_of_name
    FROM line LEFT JOIN named USING (label)
    WHERE line.verdict = 'row'
),
new_source AS (
    SELECT DISTINCT ON (named.name_key) named.name_key, named.category,
           CASE WHEN is_taken THEN trim(label) || ' (' || ($6->>'platform') || ')' ELSE trim(label) END AS name,
           sought.traffic_source
    FROM sought JOIN named USING (label)
    WHERE coalesce(named_id, alias_id, campaign_id_of_name) IS NULL
    ORDER BY named.name_key, label, sought.line_number
),
@inserted_source@made AS (
    @made@
),
resolved AS (
    SELECT sought.*, coalesce(named_id, alias_id, campaign_id_of_name, made.lead_source_id) AS found_id,
           coalesce(named_id, CASE WHEN alias_id IS NULL THEN coalesce(campaign_id_of_name, made.lead_source_id) END) AS own_id
    FROM sought LEFT JOIN made ON made.label_key = sought.label_key
)
$sql$, '@made@', CASE
    WHEN NOT create_sources THEN 'SELECT NULL::bigint AS lead_source_id, NULL::text AS label_key WHERE false'
    WHEN preview THEN 'SELECT -row_number() OVER (ORDER BY name_key) AS lead_source_id, name_key AS label_key FROM new_source'
    ELSE 'SELECT inserted.lead_source_id, new_source.name_key AS label_key FROM new_source JOIN inserted_source AS inserted USING (name)' END),
    '@inserted_source@', CASE WHEN create_sources AND NOT preview THEN $sql$inserted_source AS (
    INSERT INTO @ledger@.lead_source (name, category, vendor)
    SELECT name, coalesce(CASE WHEN $6->>'source' IS NOT NULL THEN $6->>'platform' END, category, 'Other'),
           CASE WHEN $6->>'source' IS NOT NULL THEN $6->>'platform' END
    FROM new_source
    RETURNING lead_source_id, name
),
inserted_alias AS (
    INSERT INTO @ledger@.lead_source_alias (pattern, lead_source_id)
    SELECT new_source.traffic_source, inserted_source.lead_source_id
    FROM new_source JOIN inserted_source USING (name)
    WHERE $6->>'source' IS NOT NULL AND new_source.traffic_source IS NOT NULL
    ON CONFLICT DO NOTHING
    RETURNING pattern, valid_from
),
kept_source AS (
    INSERT INTO @ledger@.import_change (import_id, relation, row_key)
    SELECT $7, 'lead_source', lead_source_id::text FROM inserted_source
    UNION ALL
    SELECT $7, 'lead_source_alias', pattern::text || E'\n' || to_char(valid_from, 'YYYY-MM-DD') FROM inserted_alias
),
$sql$ ELSE '' END);

COMMENT ON FUNCTION lead_roi_internal.import_lines_sql(boolean, boolean) IS
'Internal: the beginning of a statement that imports a file: its lines (line), and those that are rows with their lead sources (resolved: found_id by name, alias or campaign; own_id without what an alias gives). New lead sources are made, or only imagined for a preview, with ids below 0.';
