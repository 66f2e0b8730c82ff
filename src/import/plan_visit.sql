--
-- import: visits. Lines of one traffic source and day are summed. What files have is kept in imported_visit by
-- traffic source, and added up in visit by lead source.
--

CREATE FUNCTION lead_roi_internal.visit_plan_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
fact AS MATERIALIZED (
    SELECT external_id, min(line_number) AS line_number, count(*) AS lines, min(scope) AS scope, min(found_id) AS lead_source_id, min(label) AS label,
           day, max(through_day) AS through_day, sum(visitors) AS visitors, min(line) AS line
    FROM resolved
    GROUP BY external_id, day
),
step AS MATERIALIZED (
    SELECT fact.line_number,
           CASE WHEN fact.visitors NOT BETWEEN 0 AND 1e12 OR fact.visitors <> trunc(fact.visitors) THEN 'rejected'
                WHEN fact.lead_source_id IS NULL AND fact.label IS NULL THEN 'skipped'
                WHEN fact.lead_source_id IS NULL THEN 'unresolved'
                WHEN old.external_id IS NULL THEN 'add'
                WHEN (fact.lead_source_id, fact.day, fact.visitors) = (old.lead_source_id, old.visited_on, old.visitors) THEN 'same'
                ELSE 'change' END AS verdict,
           fact.lines, fact.external_id, fact.external_id AS row_id, fact.lead_source_id, fact.label, fact.day, fact.through_day, fact.visitors AS amount,
           CASE WHEN fact.visitors BETWEEN 0 AND 1e12 THEN 'P0002' ELSE '22003' END AS sqlstate,
           CASE WHEN fact.visitors NOT BETWEEN 0 AND 1e12 OR fact.visitors <> trunc(fact.visitors) THEN 'the number of visitors is no whole number from 0 to 1e12'
                WHEN fact.label IS NULL THEN 'the row names no lead source'
                ELSE 'no lead source has this traffic source' END AS message,
           'Insert an alias for it into lead_source_alias, or pass {"create_sources": true} as "options", and load the file again.' AS hint,
           NULL::text AS column_name, NULL::text AS line
    FROM fact LEFT JOIN @ledger@.imported_visit AS old USING (external_id)
    UNION ALL
    SELECT NULL, CASE WHEN ($6->>'replace')::boolean THEN 'remove' ELSE 'vanished' END, 0, old.external_id, old.external_id, old.lead_source_id,
           old.external_id, old.visited_on, old.visited_on, old.visitors, NULL, NULL, NULL, NULL, NULL
    FROM (SELECT min(day) AS from_day, max(through_day) AS through_day FROM fact) AS span, @ledger@.imported_visit AS old
    WHERE NOT ($6->>'partial')::boolean
          AND old.visited_on BETWEEN coalesce(($6->>'period_from')::date, span.from_day) AND coalesce(($6->>'period_through')::date, span.through_day)
          AND EXISTS (SELECT FROM (SELECT DISTINCT scope FROM fact) AS scopes WHERE starts_with(old.external_id, scopes.scope))
          AND NOT EXISTS (SELECT FROM fact WHERE fact.external_id = old.external_id)
    UNION ALL
    SELECT line_number, verdict, 1, external_id, NULL, NULL, label, day, through_day, visitors, sqlstate, message, hint, column_name, line
    FROM line
    WHERE verdict NOT IN ('row', 'file')
)
$sql$;

COMMENT ON FUNCTION lead_roi_internal.visit_plan_sql() IS
'Internal: what becomes of the visits of a file; as expense_plan_sql().';

CREATE FUNCTION lead_roi_internal.visit_load_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
kept AS (
    INSERT INTO @ledger@.import_change (import_id, relation, row_key, before)
    SELECT $7, 'imported_visit', old.external_id, to_jsonb(old)
    FROM step JOIN @ledger@.imported_visit AS old ON old.external_id = step.row_id
    WHERE verdict IN ('change', 'remove')
    ON CONFLICT DO NOTHING
),
added AS (
    INSERT INTO @ledger@.imported_visit (external_id, lead_source_id, visited_on, visitors, import_id)
    SELECT external_id, lead_source_id, day, amount::bigint, $7
    FROM step
    WHERE verdict = 'add'
),
changed AS (
    UPDATE @ledger@.imported_visit
    SET lead_source_id = step.lead_source_id, visited_on = step.day, visitors = step.amount::bigint
    FROM step
    WHERE imported_visit.external_id = step.row_id AND step.verdict = 'change'
),
removed AS (
    DELETE FROM @ledger@.imported_visit USING step WHERE imported_visit.external_id = step.row_id AND step.verdict = 'remove'
)
$sql$;

COMMENT ON FUNCTION lead_roi_internal.visit_load_sql() IS 'Internal: the changes of a file of visits.';
