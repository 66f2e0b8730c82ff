--
-- import: a file is loaded by one statement, in the caller's transaction and with the caller's rights.
--

CREATE FUNCTION lead_roi_internal.import_statement(kind text, summed boolean, create_sources boolean, preview boolean, partial boolean) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN concat_ws(', ', lead_roi_internal.import_lines_sql(create_sources, preview),
    CASE kind WHEN 'expense' THEN lead_roi_internal.expense_facts_sql(summed)
              WHEN 'lead' THEN lead_roi_internal.lead_records_sql()
              WHEN 'payment' THEN lead_roi_internal.payment_parts_sql() END,
    CASE kind WHEN 'expense' THEN concat_ws(', ', lead_roi_internal.expense_met_sql(partial), lead_roi_internal.expense_plan_sql())
              WHEN 'visit' THEN lead_roi_internal.visit_plan_sql()
              WHEN 'lead' THEN lead_roi_internal.lead_plan_sql()
              WHEN 'payment' THEN lead_roi_internal.payment_plan_sql()
              WHEN 'conversion' THEN lead_roi_internal.conversion_plan_sql(partial) END,
    CASE WHEN preview THEN NULL
         ELSE 'rest AS MATERIALIZED (SELECT * FROM step WHERE verdict NOT IN (''add'', ''same''))' END,
    CASE WHEN preview THEN NULL
         WHEN kind = 'expense' THEN lead_roi_internal.expense_load_sql()
         WHEN kind = 'visit' THEN lead_roi_internal.visit_load_sql()
         WHEN kind IN ('lead', 'conversion') THEN lead_roi_internal.lead_load_sql()
         WHEN kind = 'payment' THEN lead_roi_internal.payment_load_sql() END,
    CASE WHEN NOT preview THEN $sql$
rejected AS (
    INSERT INTO @ledger@.import_reject (import_id, line_number, line, column_name, external_id, sqlstate, message, hint)
    SELECT $7, coalesce(line.line_number, step.line_number), coalesce(step.line, line.line), step.column_name, step.external_id,
           step.sqlstate, step.message, step.hint
    FROM rest AS step LEFT JOIN line ON step.line IS NULL AND line.is_row AND line.external_id = step.external_id
    WHERE step.verdict IN ('rejected', 'unresolved')
)
SELECT (SELECT figures FROM file) || jsonb_build_object(
    'added', coalesce(sum(facts) FILTER (WHERE verdict = 'add'), 0),
    'changed', coalesce(sum(facts) FILTER (WHERE verdict = 'change'), 0),
    'unchanged', coalesce(sum(facts) FILTER (WHERE verdict = 'same'), 0),
    'removed', coalesce(sum(facts) FILTER (WHERE verdict = 'remove'), 0),
    'vanished', coalesce(sum(facts) FILTER (WHERE verdict = 'vanished'), 0),
    'rejected', coalesce(sum(lines) FILTER (WHERE verdict IN ('rejected', 'unresolved')), 0),
    'bad', coalesce(sum(lines) FILTER (WHERE verdict = 'rejected'), 0),
    'skipped', coalesce(sum(lines) FILTER (WHERE verdict IN ('skipped', 'total', 'withdrawn')), 0),
    'first_date', min(from_day) FILTER (WHERE verdict IN ('add', 'change', 'same')),
    'last_date', max(through_day) FILTER (WHERE verdict IN ('add', 'change', 'same')),
    'total', coalesce(sum(amount) FILTER (WHERE verdict IN ('add', 'change', 'same')), 0),
    'new_sources', (SELECT coalesce(jsonb_agg(name ORDER BY name), '[]') FROM (SELECT name FROM new_source ORDER BY name LIMIT 100) AS shown),
    'partial_keys', (SELECT coalesce(jsonb_agg(DISTINCT external_id), '[]')
                     FROM odd AS bad
                     WHERE verdict = 'rejected' AND EXISTS (SELECT FROM line AS good WHERE good.is_row AND good.external_id = bad.external_id)),
    'examples', (SELECT string_agg(format('Line %s: %s.', line_number, message), E'\n' ORDER BY line_number)
                 FROM (SELECT line_number, message FROM rest WHERE verdict = 'rejected' ORDER BY line_number LIMIT 3) AS shown),
    'about', (SELECT about FROM file))
FROM (SELECT verdict, count(*) AS facts, sum(lines) AS lines, min(day) AS from_day, max(through_day) AS through_day, sum(amount) AS amount
      FROM step GROUP BY verdict) AS counted
$sql$ END);

COMMENT ON FUNCTION lead_roi_internal.import_statement(text, boolean, boolean, boolean, boolean) IS
'Internal: the statement that loads a file of a kind, or for a preview its beginning, without changes. summed: lines of a key are added up; partial: the file has rejected rows that are tried again.';

CREATE FUNCTION lead_roi_internal.check_loaded(ledger_schema text, this_import bigint, context jsonb, options jsonb, counted jsonb) RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    currencies constant text[] := ARRAY(SELECT jsonb_array_elements_text(counted -> 'currencies'));
    other text;
BEGIN
    IF (counted ->> 'bad')::numeric * 100 > coalesce((options ->> 'max_rejected_percent')::numeric, 20) * (counted ->> 'rows_read')::numeric THEN
        RAISE EXCEPTION '% of % rows of the file can''t be loaded', counted ->> 'bad', counted ->> 'rows_read'
            USING ERRCODE = 'bad_copy_file_format',
                  DETAIL = counted ->> 'examples',
                  HINT = 'Nothing was changed. If the others are right, pass {"max_rejected_percent": 100} as "options".';
    END IF;
    IF context ->> 'currency' IS NULL AND cardinality(currencies) > 0 THEN
        EXECUTE lead_roi.in_ledger('SELECT currency FROM @ledger@.import WHERE import_id <> $1 AND undone_at IS NULL AND currency <> ALL ($2) LIMIT 1', ledger_schema)
        INTO other USING this_import, currencies;
        IF cardinality(currencies) > 1 OR other IS NOT NULL THEN
            RAISE EXCEPTION 'the file is in %, and the ledger names no currency', array_to_string(currencies, ' and ')
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      DETAIL = CASE WHEN other IS NOT NULL THEN format('Another file was in %s.', other) ELSE 'Amounts of several currencies can''t be added up.' END,
                      HINT = format('Name its currency first: SELECT lead_roi.alter_ledger(%L, currency => %L).', ledger_schema, currencies[1]);
        END IF;
    END IF;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.check_loaded(text, bigint, jsonb, jsonb, jsonb) IS
'Internal: refuses a file of which too many rows are bad (22P04), or whose currency the ledger cannot distinguish from others (55000).';

CREATE FUNCTION lead_roi_internal.import_warnings(counted jsonb, total_in_file numeric, created boolean) RETURNS text[]
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN array_remove(ARRAY[
    CASE WHEN total_in_file <> (counted ->> 'total_read')::numeric
         THEN format('the file states a total of %s, and its rows add up to %s', total_in_file, counted ->> 'total_read') END,
    CASE WHEN (counted #>> '{about,rows}')::bigint <> (counted ->> 'rows_read')::bigint - jsonb_array_length(counted -> 'totals')
         THEN format('the file says that it has %s rows, and has %s', counted #>> '{about,rows}', counted ->> 'rows_read') END,
    CASE WHEN counted #>> '{about,encoding}' = 'UTF-8, encoded twice' THEN 'the file was encoded in UTF-8 twice, which was undone' END,
    CASE WHEN counted -> 'about' ? 'incomplete' THEN 'the file says that its data may be incomplete' END,
    CASE WHEN counted -> 'about' ? 'other_table'
         THEN format('another table begins on line %s of the file, which was not read', counted #>> '{about,other_table}') END,
    CASE WHEN (counted ->> 'vanished')::bigint > 0
         THEN format('%s rows that were loaded before are not in the file; {"replace": true} removes such rows', counted ->> 'vanished') END,
    CASE WHEN jsonb_array_length(counted -> 'new_sources') > 0 AND NOT created
         THEN format('no lead source is known for: %s', (SELECT string_agg(name, ', ') FROM jsonb_array_elements_text(counted -> 'new_sources') AS name)) END], NULL);

COMMENT ON FUNCTION lead_roi_internal.import_warnings(jsonb, numeric, boolean) IS
'Internal: warnings about a file that was loaded.';

--
-- What follows from a file for rows that it doesn't name itself.
--

CREATE FUNCTION lead_roi_internal.tie_waiting_payments(ledger_schema text, this_import bigint) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE lead_roi.in_ledger($statement$
        WITH waiting AS (
            SELECT payment.payment_id, to_jsonb(payment) AS before, known.lead_external_id
            FROM @ledger@.payment JOIN @ledger@.lead_key AS known ON known.key = payment.lead_external_id
            WHERE payment.lead_id IS NULL AND payment.lead_external_id IS NOT NULL
        ), changed AS (
            UPDATE @ledger@.payment SET lead_external_id = waiting.lead_external_id
            FROM waiting WHERE payment.payment_id = waiting.payment_id
            RETURNING payment.payment_id, before, to_jsonb(payment) AS after
        )$statement$ || lead_roi_internal.keep_sql('$1', 'SELECT ''payment'', payment_id::text, before, after FROM changed'), ledger_schema) USING this_import;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.tie_waiting_payments(text, bigint) IS
'Internal: after a file of leads, has payments that waited for one of them under another of its keys name it by external_id.';

CREATE FUNCTION lead_roi_internal.touched_visits(ledger_schema text, this_import bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    touched jsonb;
BEGIN
    EXECUTE lead_roi.in_ledger($query$
        SELECT jsonb_agg(jsonb_build_object('lead_source_id', lead_source_id, 'visited_on', visited_on))
        FROM (SELECT lead_source_id, visited_on FROM @ledger@.imported_visit WHERE import_id = $1
              UNION
              SELECT now.lead_source_id, now.visited_on
              FROM @ledger@.import_change AS change JOIN @ledger@.imported_visit AS now ON now.external_id = change.row_key
              WHERE change.import_id = $1 AND change.relation = 'imported_visit'
              UNION
              SELECT (before ->> 'lead_source_id')::bigint, (before ->> 'visited_on')::date
              FROM @ledger@.import_change WHERE import_id = $1 AND relation = 'imported_visit') AS touched
        $query$, ledger_schema) INTO touched USING this_import;
    RETURN coalesce(touched, '[]');
END
$$;

COMMENT ON FUNCTION lead_roi_internal.touched_visits(text, bigint) IS
'Internal: lead sources and days of which an import has added, changed or removed visits.';

CREATE FUNCTION lead_roi_internal.sum_visits(ledger_schema text, touched jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    EXECUTE lead_roi.in_ledger($statement$
        WITH summed AS (
            SELECT touched.lead_source_id, touched.visited_on, sum(visitors) AS visitors
            FROM jsonb_to_recordset($1) AS touched (lead_source_id bigint, visited_on date)
                 LEFT JOIN @ledger@.imported_visit USING (lead_source_id, visited_on)
            GROUP BY touched.lead_source_id, touched.visited_on
        ), removed AS (
            DELETE FROM @ledger@.visit USING summed
            WHERE (visit.lead_source_id, visit.visited_on) = (summed.lead_source_id, summed.visited_on) AND summed.visitors IS NULL
        )
        INSERT INTO @ledger@.visit AS visit (lead_source_id, visited_on, visitors)
        SELECT lead_source_id, visited_on, visitors FROM summed WHERE visitors IS NOT NULL
        ON CONFLICT (lead_source_id, visited_on) DO UPDATE SET visitors = excluded.visitors
        WHERE visit.visitors <> excluded.visitors
        $statement$, ledger_schema) USING touched;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.sum_visits(text, jsonb) IS
'Internal: brings the table visit up to date for some lead sources and days, by what imported_visit has.';

--
-- Load a file, as a new import or as part of one that is there (retry_rejects()).
--
-- The server can't know how many rows a file has, and joins that suit a few never end with many: they are hashed.
CREATE FUNCTION lead_roi_internal.load_file(ledger_schema text, file bytea, wanted text, options jsonb, retried bigint, retried_keys jsonb, partial_keys jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
SET enable_sort = off
SET jit = off
AS $$
DECLARE
    context jsonb;
    this_import bigint := retried;
    created constant boolean := coalesce((options ->> 'create_sources')::boolean, false);
    counted jsonb;
    total_in_file numeric;
    warnings text[];
    warning text;
BEGIN
    context := lead_roi_internal.import_context(ledger_schema, file, wanted, options, retried IS NOT NULL)
        || jsonb_build_object('retried_keys', retried_keys, 'partial_keys', partial_keys);
    -- One import at a time in a ledger; reports and other writers go on.
    EXECUTE lead_roi.in_ledger('LOCK TABLE @ledger@.import IN SHARE UPDATE EXCLUSIVE MODE', ledger_schema);
    IF retried IS NULL THEN
        EXECUTE lead_roi.in_ledger('INSERT INTO @ledger@.import (format, kind, options, about) VALUES ($1, $2, $3, $4) RETURNING import_id', ledger_schema)
        INTO this_import USING context ->> 'format', context ->> 'kind', options, '{}'::jsonb;
    END IF;

    EXECUTE lead_roi.in_ledger(lead_roi_internal.import_statement(context ->> 'plan', context ->> 'system' IS NOT NULL, created, false, retried IS NOT NULL), ledger_schema)
    INTO counted
    USING file, context -> 'formats', context -> 'read_options', context ->> 'format', context ->> 'time_zone', context, this_import,
          ARRAY(SELECT jsonb_array_elements_text(context -> 'own_hosts'));
    IF retried IS NULL THEN
        PERFORM lead_roi_internal.check_loaded(ledger_schema, this_import, context, options, counted);
    END IF;
    IF context ->> 'kind' = 'lead' THEN
        PERFORM lead_roi_internal.tie_waiting_payments(ledger_schema, this_import);
    ELSIF context ->> 'kind' = 'visit' THEN
        PERFORM lead_roi_internal.sum_visits(ledger_schema, lead_roi_internal.touched_visits(ledger_schema, this_import));
    END IF;

    SELECT coalesce(max(stated::numeric) FILTER (WHERE stated::numeric = (counted ->> 'total_read')::numeric), (array_agg(stated::numeric ORDER BY position DESC))[1])
    INTO total_in_file
    FROM jsonb_array_elements_text(counted -> 'totals') WITH ORDINALITY AS totals (stated, position);
    warnings := lead_roi_internal.import_warnings(counted, total_in_file, created);
    FOREACH warning IN ARRAY warnings LOOP
        RAISE NOTICE '%', warning;
    END LOOP;
    RETURN counted || jsonb_build_object('import_id', this_import, 'format', context ->> 'format', 'total_in_file', total_in_file, 'warnings', warnings,
        'currency', CASE WHEN jsonb_array_length(counted -> 'currencies') = 1 THEN counted #> '{currencies,0}' END);
END
$$;

COMMENT ON FUNCTION lead_roi_internal.load_file(text, bytea, text, jsonb, bigint, jsonb, jsonb) IS
'Internal: loads a file; see import_file(). retried: the import whose rejected rows the file has, with the keys that are known of these, and those of which other lines are loaded; NULL for a new one.';

CREATE FUNCTION lead_roi_internal.import_file(ledger text, file bytea, wanted text, options jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ledger_schema constant text := lead_roi_internal.open_ledger_for_files(ledger);
    loaded constant jsonb := lead_roi_internal.load_file(ledger_schema, file, wanted, options, NULL, '[]', '[]');
BEGIN
    EXECUTE lead_roi.in_ledger($statement$
        UPDATE @ledger@.import
        SET (rows_read, added, changed, unchanged, removed, rejected, skipped, first_date, last_date, total, total_in_file, currency) =
            (SELECT rows_read, added, changed, unchanged, removed, rejected, skipped, first_date, last_date, total, total_in_file, currency
             FROM jsonb_populate_record(NULL::@ledger@.import, $2)),
            about = $2 -> 'about' || jsonb_build_object('warnings', $2 -> 'warnings', 'partial_keys', $2 -> 'partial_keys')
        WHERE import_id = $1
        $statement$, ledger_schema) USING (loaded ->> 'import_id')::bigint, loaded;
    RETURN loaded;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.import_file(text, bytea, text, jsonb) IS 'Internal: what import_file() does.';

CREATE FUNCTION import_file(ledger text, content bytea, format text DEFAULT NULL, options jsonb DEFAULT '{}',
    OUT import_id bigint, OUT format text, OUT rows_read bigint, OUT added bigint, OUT changed bigint, OUT unchanged bigint, OUT rejected bigint,
    OUT skipped bigint, OUT first_date date, OUT last_date date, OUT total numeric, OUT total_in_file numeric,
    OUT removed bigint, OUT vanished bigint, OUT new_sources text[], OUT warnings text[])
LANGUAGE sql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT result.* FROM lead_roi_internal.import_file($1, $2, $3, $4) AS loaded,
           jsonb_to_record(loaded) AS result (import_id bigint, format text, rows_read bigint, added bigint, changed bigint, unchanged bigint,
               rejected bigint, skipped bigint, first_date date, last_date date, total numeric, total_in_file numeric,
               removed bigint, vanished bigint, new_sources text[], warnings text[])
$$;

COMMENT ON FUNCTION import_file(text, bytea, text, jsonb) IS
'Loads a file that an ad platform, a CRM or a payment service exports. Encoding, delimiter, header, lines of totals, and how numbers and dates are written are recognized; a column that can be read in two ways is refused. Loading the same file again changes nothing; a corrected file corrects what was loaded. It all happens in one transaction.
ledger: the ledger. content: the bytes of the file, at most 256 MB. format: a name of lead_roi.import_format or of the ledger''s own table import_format; NULL: recognized by the header. options: a JSON object, see docs/import.md.
rows_read counts rows of the file; added, changed, unchanged and removed facts; rejected rows are in import_reject; skipped rows hold no fact. total is the sum of amounts in the file''s currency, or of visitors or leads, and total_in_file what the file itself states. vanished facts were loaded before and are not in the file, though their dates are; new_sources has no lead source yet.
22P04, 22007, 22P02 or 42P08 for a file that can''t be read, or can be read in two ways; 22P04 if more than max_rejected_percent of the rows are bad; 22023 for options; 42809 for a relation that the ledger only reads.';
