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
    SELECT * FROM lead_roi_internal.read_file($1, $2, $3, $4, $5)
),
-- The few lines of which more is to be known than of others: no rows, repeated keys, new names, merged records.
odd AS MATERIALIZED (
    SELECT * FROM line WHERE is_row IS NOT TRUE OR is_repeat OR name_line = line_number OR merged_into IS NOT NULL
),
file AS MATERIALIZED (
    SELECT about, figures FROM odd WHERE verdict = 'file'
),
-- Of several lines of one record the one changed last counts, else the last.
superseded AS MATERIALIZED (
    SELECT *
    FROM (SELECT line.*, row_number() OVER (PARTITION BY key_line ORDER BY modified_at DESC NULLS LAST, line_number DESC) AS place
          FROM line WHERE key_line IN (SELECT key_line FROM odd WHERE is_repeat)) AS numbered
    WHERE place > 1
),
latest AS NOT MATERIALIZED (
    SELECT * FROM line WHERE key_line IS NOT NULL AND line_number NOT IN (SELECT line_number FROM superseded)
),
-- What a row is called: its lead source, campaign, or source and medium. A lead source has the name of a campaign,
-- unless it is another platform's.
called AS (
    SELECT name_line, is_lead_source, category,
           CASE WHEN is_lead_source THEN lead_source
                WHEN lead_roi.name_key(campaign) IS NOT NULL THEN campaign
                WHEN $6->>'source' IS NULL AND lead_roi.name_key(source) IS NOT NULL
                    THEN source || coalesce(' / ' || CASE WHEN lead_roi.name_key(medium) IS NOT NULL THEN medium END, '')
           END AS label
    FROM (SELECT name_line, lead_source, campaign, source, medium, coalesce(lead_roi.name_key(lead_source) IS NOT NULL, false) AS is_lead_source,
                 CASE WHEN $6->>'source' IS NULL AND lead_roi.name_key(source) IS NOT NULL AND coalesce(lead_source, campaign) IS NOT NULL THEN source END AS category
          FROM odd WHERE name_line = line_number) AS used
),
named AS MATERIALIZED (
    SELECT name_line, is_lead_source, called.category, label, lead_roi.name_key(label) AS label_key, coalesce(same.lead_source_id, qualified.lead_source_id) AS lead_source_id,
           EXISTS (SELECT FROM @ledger@.lead_source AS other WHERE other.name_key = lead_roi.name_key(label)) AS is_taken
    FROM called
         LEFT JOIN (SELECT lead_source_id, name_key FROM @ledger@.lead_source
                    WHERE $6->>'source' IS NULL OR vendor IS NULL OR lead_roi.name_key(vendor) = lead_roi.name_key($6->>'platform')) AS same
             ON same.name_key = lead_roi.name_key(label)
         LEFT JOIN @ledger@.lead_source AS qualified
             ON qualified.name_key = lead_roi.name_key(label || ' (' || CASE WHEN $6->>'source' IS NOT NULL THEN $6->>'platform' END || ')')
),
alias AS MATERIALIZED (
    SELECT lead_roi_internal.alias_map(array_agg(pattern), array_agg(valid_from), array_agg(lead_source_id)) AS map FROM @ledger@.lead_source_alias
),
unresolved AS (
    SELECT name_line, min(line_number) AS line_number
    FROM (SELECT name_line, line_number, traffic_source, day
          FROM line JOIN named USING (name_line)
          WHERE is_row AND lead_source_id IS NULL AND label IS NOT NULL OFFSET 0) AS unknown
    WHERE lead_roi_internal.find_alias((SELECT map FROM alias), traffic_source, day) IS NULL
    GROUP BY name_line
),
new_source AS (
    SELECT DISTINCT ON (label_key) label_key AS name_key, named.category,
           CASE WHEN is_taken THEN trim(label) || ' (' || ($6->>'platform') || ')' ELSE trim(label) END AS name,
           line.traffic_source
    FROM named JOIN unresolved USING (name_line) JOIN line ON line.line_number = unresolved.line_number
    ORDER BY label_key, label, unresolved.line_number
),
@inserted_source@made AS (
    @made@
),
resolved AS (
    SELECT line.*, label,
           CASE WHEN is_lead_source AND named_id IS NOT NULL THEN named_id
                ELSE coalesce(lead_roi_internal.find_alias((SELECT map FROM alias), line.traffic_source, line.day), named_id) END AS found_id,
           CASE WHEN is_lead_source OR lead_roi_internal.find_alias((SELECT map FROM alias), line.traffic_source, line.day) IS NULL THEN named_id END AS own_id
    FROM line
         JOIN (SELECT name_line, label, is_lead_source, coalesce(named.lead_source_id, made.lead_source_id) AS named_id
               FROM named LEFT JOIN made USING (label_key)) AS known USING (name_line)
    WHERE line.is_row
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

CREATE FUNCTION lead_roi_internal.keep_sql(import_id text, changes text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN format($sql$
    INSERT INTO @ledger@.import_change AS change (import_id, relation, row_key, before, after)
    SELECT DISTINCT ON (relation, row_key) %s, relation, row_key, before, after
    FROM (%s) AS changes (relation, row_key, before, after)
    ORDER BY relation, row_key
    -- Rejected rows may change a row again; where somebody has edited it between, it stays known as edited.
    ON CONFLICT (import_id, relation, row_key) DO UPDATE SET after = excluded.after
    WHERE change.after IS NOT DISTINCT FROM excluded.before$sql$, import_id, changes);

COMMENT ON FUNCTION lead_roi_internal.keep_sql(text, text) IS
'Internal: keeps what rows were before an import changes or removes them, and after, for undo_import(). changes: a query of relation, key as text, before and after.';

CREATE FUNCTION lead_roi_internal.kept_sql(relation text, key_column text, others text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN format($sql$,
kept AS (%s
)$sql$, lead_roi_internal.keep_sql('$7', format($sql$
        SELECT %1$L, old.%2$I::text, to_jsonb(old), changed.after
        FROM rest AS step JOIN @ledger@.%1$I AS old ON old.%2$I = step.row_id LEFT JOIN changed ON changed.%2$I = old.%2$I
        WHERE verdict IN ('change', 'remove')%3$s$sql$, relation, key_column, others)));

COMMENT ON FUNCTION lead_roi_internal.kept_sql(text, text, text) IS
'Internal: the end of the changes of a file: keep_sql() of what it changes (changed) or removes in a table. others: further queries for the same, which begin with UNION ALL.';

CREATE FUNCTION lead_roi_internal.is_late_sql(relation text, key_column text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN format($sql$loaded.%2$I IS NOT NULL
           AND (NOT $6->'retried_keys' ? fact.external_id OR loaded.import_id > $7
                OR EXISTS (SELECT FROM @ledger@.import_change AS later
                           WHERE later.import_id > $7 AND later.relation = %1$L AND later.row_key = loaded.%2$I::text))$sql$, relation, key_column);

COMMENT ON FUNCTION lead_roi_internal.is_late_sql(text, text) IS
'Internal: whether a rejected row that is loaded later comes too late to be added to the other lines of its key: it isn''t known that these are loaded and that nothing has changed them since.';
