--
-- import: expenses. Lines of one key are one expense: of a platform they are summed (a report by device has several
-- lines of one campaign and day); of other files the last line of a key counts, and lines without a key are told
-- apart by which they are of several equal ones.
--

CREATE FUNCTION lead_roi_internal.expense_facts_sql(summed boolean) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN summed THEN $sql$
fact AS (
    SELECT external_id, line_number, 1 + coalesce(more.lines, 0) AS lines, series, scope, found_id AS lead_source_id, label, day, through_day,
           CASE WHEN more.lines IS NULL THEN amount ELSE amount + more.added END AS amount,
           CASE WHEN currency IS DISTINCT FROM $6->>'currency' AND $6->>'currency' IS NOT NULL THEN currency END AS currency,
           more.lines IS NOT NULL AND (more.least_currency, more.greatest_currency) IS DISTINCT FROM (currency, currency) AS is_mixed,
           campaign AS title, 'media' AS cost_type, NULL::text AS notes, NULL::text AS line
    FROM resolved
         LEFT JOIN (SELECT key_line, count(*) AS lines, sum(amount) AS added, min(currency) AS least_currency, max(currency) AS greatest_currency
                    FROM odd WHERE is_row AND is_repeat GROUP BY key_line) AS more USING (key_line)
    WHERE is_repeat IS NOT TRUE
)
$sql$ ELSE $sql$
fact AS (
    SELECT external_id || CASE WHEN record_id IS NULL AND occurrence > 1 THEN '*' || occurrence ELSE '' END AS external_id,
           line_number, CASE WHEN record_id IS NULL THEN 1 ELSE occurrence END AS lines, series, NULL::text AS scope,
           found_id AS lead_source_id, label, day, through_day, amount,
           CASE WHEN currency IS DISTINCT FROM $6->>'currency' AND $6->>'currency' IS NOT NULL THEN currency END AS currency, false AS is_mixed,
           coalesce(title, label, 'Imported') AS title, coalesce(cost_type, 'media') AS cost_type, notes, line
    FROM (SELECT resolved.*, row_number() OVER (PARTITION BY external_id ORDER BY line_number) AS occurrence,
                 row_number() OVER (PARTITION BY external_id ORDER BY line_number DESC) AS from_last
          FROM resolved) AS numbered
    WHERE record_id IS NULL OR from_last = 1
)
$sql$ END;

COMMENT ON FUNCTION lead_roi_internal.expense_facts_sql(boolean) IS 'Internal: part of expense_plan_sql(): from lines to expenses.';

--
-- The file's expenses beside those of the ledger with their keys, each judged by that; and other rows of the ledger in the
-- file's period, which have no line.
--
CREATE FUNCTION lead_roi_internal.expense_met_sql(partial boolean) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN replace(replace($sql$
beside AS (
    SELECT fact.*, @amount@ AS new_amount,
           CASE WHEN is_mixed THEN 'lines of one campaign and period have several currencies'
                WHEN @is_late@ THEN 'other lines of the campaign and period may have been loaded already'
                WHEN fact.cost_type NOT IN ('media', 'agency', 'staff', 'sales', 'tools', 'other')
                    THEN 'the cost type is not one of media, agency, staff, sales, tools, other' END AS message,
           loaded.expense_id, loaded.external_id AS old_external_id, loaded.lead_source_id AS old_lead_source_id, loaded.incurred_on AS old_day,
           coalesce(loaded.covers_through, loaded.incurred_on) AS old_through_day, loaded.amount AS old_amount, loaded.currency AS old_currency,
           loaded.title AS old_title, loaded.cost_type AS old_cost_type, loaded.notes AS old_notes
    FROM fact
         FULL JOIN (SELECT * FROM @ledger@.expense WHERE external_id IS NOT NULL AND starts_with(external_id, ($6->>'system') || ':') IS NOT FALSE) AS loaded
             ON loaded.external_id = fact.external_id
    WHERE line_number IS NOT NULL
          OR (loaded.import_id IS NOT NULL AND $6->>'system' IS NOT NULL AND NOT ($6->>'partial')::boolean
              AND loaded.incurred_on <= coalesce(($6->>'period_through')::date, (SELECT (figures->>'last_day')::date FROM file))
              AND coalesce(covers_through, incurred_on) >= coalesce(($6->>'period_from')::date, (SELECT (figures->>'first_day')::date FROM file)))
),
met AS MATERIALIZED (
    SELECT line_number,
           CASE WHEN line_number IS NULL THEN 'vanished'
                WHEN message IS NOT NULL THEN 'rejected'
                WHEN expense_id IS NULL THEN 'add'
                WHEN (old_lead_source_id, old_day, old_through_day, old_amount, old_currency, old_cost_type)
                     IS NOT DISTINCT FROM (coalesce(lead_source_id, old_lead_source_id), day, through_day, new_amount, currency, cost_type)
                     AND (title = old_title OR lead_roi_internal.canonical(title) = lead_roi_internal.canonical(old_title)) THEN 'same'
                ELSE 'change' END AS verdict,
           lines, coalesce(external_id, old_external_id) AS external_id, scope,
           CASE WHEN line_number IS NULL THEN left(old_external_id, CASE WHEN old_through_day = old_day THEN -11 ELSE -23 END) ELSE series END AS series,
           expense_id, coalesce(lead_source_id, old_lead_source_id) AS lead_source_id, coalesce(label, old_title) AS label,
           coalesce(day, old_day) AS day, coalesce(through_day, old_through_day) AS through_day, coalesce(new_amount, old_amount) AS amount,
           CASE WHEN line_number IS NULL THEN old_currency ELSE currency END AS currency, coalesce(title, old_title) AS title,
           coalesce(cost_type, old_cost_type) AS cost_type, coalesce(notes, old_notes) AS notes, message, line
    FROM beside
)
$sql$,
-- A rejected row that is loaded later adds to the other lines of its key, if it is known that these are loaded and
-- nothing has changed them since.
'@amount@', CASE WHEN partial THEN $sql$fact.amount + CASE WHEN $6->'partial_keys' ? fact.external_id THEN coalesce(loaded.amount, 0) ELSE 0 END$sql$ ELSE 'fact.amount' END),
'@is_late@', CASE WHEN partial THEN lead_roi_internal.is_late_sql('expense', 'expense_id') ELSE 'false' END);

COMMENT ON FUNCTION lead_roi_internal.expense_met_sql(boolean) IS
'Internal: the expenses of a file beside those of the ledger (met); partial: of rejected rows that are tried again.';

--
-- Where the keys aren't the end of it, since the ledger has rows that the file says something about otherwise (earlier):
-- rows for other periods of the same campaign, of which those within a longer one are replaced by it; rows that vanished
-- from the file's own period.
--
CREATE FUNCTION lead_roi_internal.expense_plan_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
earlier AS MATERIALIZED (
    SELECT met.*, starts_with(external_id, ($6->>'system') || '::') AS has_no_account,
           EXISTS (SELECT FROM (SELECT DISTINCT scope FROM met) AS scopes WHERE starts_with(met.external_id, scopes.scope)) AS is_in_scope
    FROM met
    WHERE line_number IS NULL
),
-- The same campaign for another period: only where one of both is longer than a day.
overlap AS (
    SELECT earlier.expense_id, met.line_number, met.day <= earlier.day AND met.through_day >= earlier.through_day AS is_within
    FROM earlier JOIN met USING (series)
    WHERE met.line_number IS NOT NULL AND (met.through_day > met.day OR earlier.through_day > earlier.day)
          AND met.day <= earlier.through_day AND met.through_day >= earlier.day
),
-- The same spend under another key: a file with ids of campaigns or accounts after one without, or the other way round.
twin AS (
    SELECT DISTINCT ON (expense_id) *
    FROM (SELECT DISTINCT ON (met.line_number) met.line_number, earlier.expense_id, earlier.lead_source_id, count(*) OVER (PARTITION BY met.line_number) AS matches
          FROM earlier JOIN met ON met.day = earlier.day AND met.through_day = earlier.through_day AND met.title = earlier.title
          WHERE met.line_number IS NOT NULL AND met.expense_id IS NULL
                AND CASE WHEN starts_with(earlier.series, met.scope)
                         THEN (earlier.series = met.scope || lead_roi_internal.canonical(met.title)) <> (met.series = met.scope || lead_roi_internal.canonical(met.title))
                         ELSE has_no_account <> (met.scope = ($6->>'system') || '::') END
          ORDER BY met.line_number, earlier.expense_id) AS matched
    ORDER BY expense_id, line_number
),
special AS MATERIALIZED (
    SELECT line_number, expense_id, lead_source_id,
           CASE WHEN clash.line_number IS NOT NULL THEN 'another period of the campaign is loaded that overlaps with this one'
                WHEN matches > 1 THEN 'several accounts or ids have the campaign and period, and the file doesn''t say which' END AS message
    FROM twin
         FULL JOIN (SELECT DISTINCT line_number FROM overlap WHERE NOT is_within AND NOT ($6->>'replace')::boolean) AS clash USING (line_number)
),
step AS NOT MATERIALIZED (
    SELECT line_number,
           CASE WHEN coalesce(met.message, special.message) IS NOT NULL THEN 'rejected'
                WHEN special.expense_id IS NOT NULL THEN 'change'
                ELSE verdict END AS verdict,
           lines, external_id, coalesce(met.expense_id, special.expense_id) AS row_id, coalesce(met.lead_source_id, special.lead_source_id) AS lead_source_id,
           label, day, through_day, amount, currency, title, cost_type, notes,
           CASE WHEN coalesce(met.message, special.message) IS NOT NULL THEN '22023' END AS sqlstate, coalesce(met.message, special.message) AS message,
           CASE WHEN starts_with(met.message, 'other lines') THEN 'Load the corrected file as a whole.'
                WHEN starts_with(special.message, 'several') THEN 'Name the account by the option "account", or export its column.'
                WHEN starts_with(special.message, 'another') THEN 'Undo the other import by undo_import(), or pass {"replace": true} as "options".' END AS hint,
           NULL::text AS column_name, line
    FROM met LEFT JOIN special USING (line_number)
    WHERE line_number IS NOT NULL
    UNION ALL
    SELECT NULL, CASE WHEN ($6->>'replace')::boolean OR EXISTS (SELECT FROM overlap WHERE overlap.expense_id = earlier.expense_id AND is_within) THEN 'remove'
                      ELSE 'vanished' END,
           0, external_id, expense_id, lead_source_id, label, day, through_day, amount, currency, title, cost_type, notes, NULL, NULL, NULL, NULL, NULL
    FROM earlier
    WHERE is_in_scope AND NOT EXISTS (SELECT FROM twin WHERE twin.expense_id = earlier.expense_id)
          AND (($6->>'replace')::boolean OR through_day = day OR EXISTS (SELECT FROM overlap WHERE overlap.expense_id = earlier.expense_id AND is_within)
               OR NOT EXISTS (SELECT FROM overlap WHERE overlap.expense_id = earlier.expense_id))
    UNION ALL
    SELECT line_number, verdict, 1, external_id, NULL, NULL, campaign, day, through_day, amount, currency, title, cost_type, NULL, sqlstate, message, hint, column_name, line
    FROM odd
    WHERE NOT is_row
)
$sql$;

COMMENT ON FUNCTION lead_roi_internal.expense_plan_sql() IS
'Internal: what becomes of the expenses of a file: step, with the verdicts add, change, same, remove, vanished, and those of lines that aren''t loaded.';

CREATE FUNCTION lead_roi_internal.expense_load_sql() RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN $sql$
added AS (
    INSERT INTO @ledger@.expense (lead_source_id, incurred_on, amount, currency, covers_from, covers_through, cost_type, title, notes, external_id, import_id)
    SELECT lead_source_id, day, amount, currency, CASE WHEN through_day > day THEN day END, CASE WHEN through_day > day THEN through_day END,
           cost_type, title, notes, external_id, $7
    FROM step
    WHERE verdict = 'add'
    ORDER BY external_id COLLATE "C", line_number
),
changed AS (
    UPDATE @ledger@.expense
    SET lead_source_id = step.lead_source_id, incurred_on = step.day, amount = step.amount, currency = step.currency,
        covers_from = CASE WHEN through_day > day THEN day END, covers_through = CASE WHEN through_day > day THEN through_day END,
        cost_type = step.cost_type, title = step.title, notes = coalesce(step.notes, expense.notes), external_id = step.external_id
    FROM rest AS step
    WHERE expense.expense_id = step.row_id AND step.verdict = 'change'
    RETURNING expense.expense_id, to_jsonb(expense) AS after
),
removed AS (
    DELETE FROM @ledger@.expense USING rest AS step WHERE expense.expense_id = step.row_id AND step.verdict = 'remove'
)$sql$ || lead_roi_internal.kept_sql('expense', 'expense_id', '');

COMMENT ON FUNCTION lead_roi_internal.expense_load_sql() IS 'Internal: the changes of a file of expenses.';
