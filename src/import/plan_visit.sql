--
-- import: visits. Lines of one traffic source and day are summed. What files have is kept in imported_visit by
-- traffic source, and added up in visit by lead source.
--

CREATE FUNCTION lead_roi_internal.visit_plan_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
fact AS MATERIALIZED (
    SELECT external_id, line_number, 1 + coalesce(more.lines, 0) AS lines, scope, found_id AS lead_source_id, label, day, through_day,
           visitors + coalesce(more.added, 0) AS visitors
    FROM resolved
         LEFT JOIN (SELECT key_line, count(*) AS lines, sum(visitors) AS added
                    FROM odd WHERE is_row AND is_repeat GROUP BY key_line) AS more USING (key_line)
    WHERE NOT is_repeat
),
-- As for expenses: a rejected row that is loaded later.
target AS (
    SELECT fact.external_id, line_number, lines, scope, fact.lead_source_id, label, day, through_day,
           fact.visitors + CASE WHEN $6->'partial_keys' ? fact.external_id THEN coalesce(loaded.visitors, 0) ELSE 0 END AS visitors,
           $sql$ || lead_roi_internal.is_late_sql('imported_visit', 'external_id') || $sql$ AS is_late
    FROM fact LEFT JOIN @ledger@.imported_visit AS loaded ON ($6->>'partial')::boolean AND loaded.external_id = fact.external_id
),
judged AS (
    SELECT target.*, old.external_id AS row_id, old.lead_source_id AS old_lead_source_id, old.visited_on, old.visitors AS old_visitors,
           CASE WHEN is_late THEN 'other lines of the traffic source and day may have been loaded already'
                WHEN target.visitors NOT BETWEEN 0 AND 1e12 OR target.visitors <> trunc(target.visitors) THEN 'the number of visitors is not a whole number from 0 to 1e12'
                WHEN target.lead_source_id IS NULL AND target.label IS NOT NULL THEN 'no lead source has this traffic source' END AS message
    FROM target LEFT JOIN @ledger@.imported_visit AS old USING (external_id)
),
step AS MATERIALIZED (
    SELECT line_number,
           CASE WHEN message LIKE 'no lead source%' THEN 'unresolved'
                WHEN message IS NOT NULL THEN 'rejected'
                WHEN lead_source_id IS NULL THEN 'skipped'
                WHEN row_id IS NULL THEN 'add'
                WHEN (lead_source_id, day, visitors) = (old_lead_source_id, visited_on, old_visitors) THEN 'same'
                ELSE 'change' END AS verdict,
           lines, external_id, coalesce(row_id, external_id) AS row_id, lead_source_id, label, day, through_day, visitors AS amount,
           CASE WHEN message LIKE 'no lead source%' THEN 'P0002' WHEN message IS NOT NULL THEN '22003' END AS sqlstate,
           CASE WHEN lead_source_id IS NULL AND message IS NULL THEN 'the row names no lead source' ELSE message END AS message,
           CASE WHEN is_late THEN 'Load the corrected file as a whole.'
                WHEN message LIKE 'no lead source%'
                    THEN 'Insert an alias for it into lead_source_alias and call retry_rejects(), or pass {"create_sources": true} as "options".' END AS hint,
           NULL::text AS column_name, NULL::text AS line
    FROM judged
    UNION ALL
    SELECT NULL, CASE WHEN ($6->>'replace')::boolean THEN 'remove' ELSE 'vanished' END, 0, old.external_id, old.external_id, old.lead_source_id,
           old.external_id, old.visited_on, old.visited_on, old.visitors, NULL, NULL, NULL, NULL, NULL
    FROM (SELECT min(day) AS from_day, max(through_day) AS through_day FROM fact) AS span, @ledger@.imported_visit AS old
    WHERE NOT ($6->>'partial')::boolean
          AND old.visited_on BETWEEN coalesce(($6->>'period_from')::date, span.from_day) AND coalesce(($6->>'period_through')::date, span.through_day)
          AND EXISTS (SELECT FROM (SELECT DISTINCT scope FROM fact) AS scopes WHERE starts_with(old.external_id, scopes.scope))
          AND NOT EXISTS (SELECT FROM fact WHERE fact.external_id = old.external_id)
    UNION ALL
    SELECT line_number, verdict, 1, external_id, NULL, NULL, campaign, day, through_day, visitors, sqlstate, message, hint, column_name, line
    FROM odd
    WHERE NOT is_row
)
$sql$;

COMMENT ON FUNCTION lead_roi_internal.visit_plan_sql() IS
'Internal: what becomes of the visits of a file; as expense_plan_sql().';

CREATE FUNCTION lead_roi_internal.visit_load_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
added AS (
    INSERT INTO @ledger@.imported_visit (external_id, lead_source_id, visited_on, visitors, import_id)
    SELECT external_id, lead_source_id, day, amount::bigint, $7
    FROM step
    WHERE verdict = 'add'
),
changed AS (
    UPDATE @ledger@.imported_visit
    SET lead_source_id = step.lead_source_id, visited_on = step.day, visitors = step.amount::bigint
    FROM rest AS step
    WHERE imported_visit.external_id = step.row_id AND step.verdict = 'change'
    RETURNING imported_visit.external_id, to_jsonb(imported_visit) AS after
),
removed AS (
    DELETE FROM @ledger@.imported_visit USING rest AS step WHERE imported_visit.external_id = step.row_id AND step.verdict = 'remove'
)$sql$ || lead_roi_internal.kept_sql('imported_visit', 'external_id', '');

COMMENT ON FUNCTION lead_roi_internal.visit_load_sql() IS 'Internal: the changes of a file of visits.';
