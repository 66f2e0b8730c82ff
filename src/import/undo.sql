--
-- import: undoing a file, and loading its rejected rows once what they missed is there.
--

--
-- Rows go back to what they were before, newest import first: one whose rows a later one has changed since is refused.
--
CREATE FUNCTION lead_roi_internal.check_undo(ledger_schema text, undone bigint) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    state record;
    later bigint;
BEGIN
    EXECUTE lead_roi.in_ledger('SELECT import_id, undone_at FROM @ledger@.import WHERE import_id = $1', ledger_schema) INTO state USING undone;
    IF state.import_id IS NULL THEN
        RAISE EXCEPTION 'import % does not exist', undone
            USING ERRCODE = 'no_data_found', HINT = format('SELECT * FROM %s.import lists the files that were loaded.', ledger_schema);
    ELSIF state.undone_at IS NOT NULL THEN
        RAISE EXCEPTION 'import % was already undone', undone
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'To restore what it added, load the file again.';
    END IF;
    EXECUTE lead_roi.in_ledger($query$
        SELECT min(import_id)
        FROM @ledger@.import_change AS later JOIN @ledger@.import USING (import_id)
        WHERE later.import_id > $1 AND undone_at IS NULL AND before IS NOT NULL
              AND ((before ->> 'import_id')::bigint = $1
                   OR EXISTS (SELECT FROM @ledger@.import_change AS own
                              WHERE own.import_id = $1 AND (own.relation, own.row_key) = (later.relation, later.row_key)))
        $query$, ledger_schema) INTO later USING undone;
    IF later IS NOT NULL THEN
        RAISE EXCEPTION 'import % has changed rows of import % since', later, undone
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('Undo that one first: SELECT lead_roi.undo_import(%L, %s).', ledger_schema, later);
    END IF;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.check_undo(text, bigint) IS
'Internal: refuses to undo an import that isn''t there (P0002), is undone, or was built upon (55000).';

--
-- Columns that an import changed are put back, others stay as they are now. A row of which somebody has edited one of
-- them since, or has deleted it, is kept as it is.
--
CREATE FUNCTION lead_roi_internal.undo_changes(ledger_schema text, undone bigint, relation text, key_column text, key_type text) RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    columns constant text := (SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
                              WHERE attrelid = (ledger_schema || '.' || relation)::regclass AND attnum > 0 AND NOT attisdropped
                                    AND attgenerated = '' AND attname <> key_column);
    undone_rows bigint;
BEGIN
    EXECUTE format($statement$
        WITH change AS (
            SELECT change.row_key, change.after, to_jsonb(now) AS now,
                   (SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(change.before) WHERE change.after -> key IS DISTINCT FROM value) AS changed
            FROM %1$s.import_change AS change LEFT JOIN %1$s.%2$I AS now ON now.%3$I = change.row_key::%4$s
            WHERE change.import_id = $1 AND change.relation = %2$L AND change.before IS NOT NULL AND change.after IS NOT NULL
        ), judged AS (
            SELECT row_key, now || changed AS restored,
                   CASE WHEN now IS NULL THEN 'it was deleted since'
                        WHEN EXISTS (SELECT FROM jsonb_object_keys(changed) AS key WHERE now -> key IS DISTINCT FROM after -> key) THEN 'it was edited since' END AS kept
            FROM change
        ), marked AS (
            UPDATE %1$s.import_change AS change SET kept = judged.kept FROM judged
            WHERE change.import_id = $1 AND change.relation = %2$L AND change.row_key = judged.row_key AND judged.kept IS NOT NULL
        )
        UPDATE %1$s.%2$I AS now SET (%5$s) = (SELECT %5$s FROM jsonb_populate_record(NULL::%1$s.%2$I, judged.restored))
        FROM judged
        WHERE now.%3$I = judged.row_key::%4$s AND judged.kept IS NULL
        $statement$, ledger_schema, relation, key_column, key_type, columns) USING undone;
    GET DIAGNOSTICS undone_rows = ROW_COUNT;
    RETURN undone_rows;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.undo_changes(text, bigint, text, text, text) IS
'Internal: puts back what an import has changed in a table, but for rows that were edited or deleted since, which are marked in import_change. Returns how many rows were put back.';

CREATE FUNCTION lead_roi_internal.undo_removals(ledger_schema text, undone bigint, relation text, key_column text, key_type text) RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    columns constant text := (SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
                              WHERE attrelid = (ledger_schema || '.' || relation)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '');
    undone_rows bigint;
BEGIN
    EXECUTE format($statement$
        WITH change AS (
            SELECT row_key, before FROM %1$s.import_change
            WHERE import_id = $1 AND relation = %2$L AND before IS NOT NULL AND after IS NULL
        ), inserted AS (
            INSERT INTO %1$s.%2$I (%5$s) OVERRIDING SYSTEM VALUE
            SELECT %5$s FROM change, jsonb_populate_record(NULL::%1$s.%2$I, before)
            ON CONFLICT DO NOTHING
            RETURNING %3$I
        ), marked AS (
            UPDATE %1$s.import_change AS marked SET kept = 'another row has its key'
            FROM change
            WHERE marked.import_id = $1 AND marked.relation = %2$L AND marked.row_key = change.row_key
                  AND change.row_key::%4$s NOT IN (SELECT %3$I FROM inserted)
        )
        SELECT count(*) FROM inserted
        $statement$, ledger_schema, relation, key_column, key_type, columns) INTO undone_rows USING undone;
    RETURN undone_rows;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.undo_removals(text, bigint, text, text, text) IS
'Internal: puts back what an import has removed from a table, unless another row has its key by now, which is marked in import_change. Returns how many rows were put back.';

CREATE FUNCTION lead_roi_internal.undo_additions(ledger_schema text, undone bigint, relation text, key_column text) RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    undone_rows bigint;
BEGIN
    IF relation = 'lead' THEN
        EXECUTE lead_roi.in_ledger($statement$
            UPDATE @ledger@.payment SET lead_id = NULL, lead_external_id = coalesce(lead_external_id, lead.external_id)
            FROM @ledger@.lead WHERE lead.lead_id = payment.lead_id AND lead.import_id = $1
            $statement$, ledger_schema) USING undone;
    ELSIF relation = 'expense' THEN
        EXECUTE lead_roi.in_ledger($statement$
            INSERT INTO @ledger@.import_change (import_id, relation, row_key, kept)
            SELECT $1, 'expense', expense_id::text, CASE WHEN shared_from IS NOT NULL THEN 'it is shared' ELSE 'it has a posting' END
            FROM @ledger@.expense WHERE import_id = $1 AND (shared_from IS NOT NULL OR recurring_expense_id IS NOT NULL)
            ON CONFLICT (import_id, relation, row_key) DO UPDATE SET kept = excluded.kept
            $statement$, ledger_schema) USING undone;
    END IF;
    EXECUTE format($statement$
        DELETE FROM %1$s.%2$I AS added WHERE import_id = $1
               AND NOT EXISTS (SELECT FROM %1$s.import_change AS change
                               WHERE change.import_id = $1 AND change.relation = %2$L AND change.row_key = added.%3$I::text AND kept IS NOT NULL)
        $statement$, ledger_schema, relation, key_column) USING undone;
    GET DIAGNOSTICS undone_rows = ROW_COUNT;
    RETURN undone_rows;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.undo_additions(text, bigint, text, text) IS
'Internal: removes what an import has added to a table, but for expenses that were shared or tied to a posting since, which are marked in import_change. Returns how many rows that were.';

CREATE FUNCTION lead_roi_internal.undo_facts(ledger_schema text, undone bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    undone_rows bigint := 0;
    relation text;
    key_column text;
    key_type text;
BEGIN
    -- Leads before payments: those that were moved come back with their leads, before the leads go that they were moved to.
    -- Only tables of the ledger's own.
    FOR relation, key_column, key_type IN
        SELECT fact.relation, fact.key_column, fact.key_type
        FROM (VALUES (1, 'expense', 'expense_id', 'bigint'), (2, 'imported_visit', 'external_id', 'text'), (3, 'lead', 'lead_id', 'bigint'),
                     (4, 'payment', 'payment_id', 'bigint'), (5, 'lead_key', 'key', 'text')) AS fact (position, relation, key_column, key_type)
        WHERE NOT lead_roi_internal.is_given(ledger_schema, fact.relation)
        ORDER BY fact.position
    LOOP
        undone_rows := undone_rows + lead_roi_internal.undo_removals(ledger_schema, undone, relation, key_column, key_type)
            + lead_roi_internal.undo_changes(ledger_schema, undone, relation, key_column, key_type);
    END LOOP;
    SELECT undone_rows + coalesce(sum(lead_roi_internal.undo_additions(ledger_schema, undone, fact.relation, fact.key_column)), 0) INTO undone_rows
    FROM (VALUES ('expense', 'expense_id'), ('imported_visit', 'external_id'), ('payment', 'payment_id'), ('lead', 'lead_id'), ('lead_key', 'key')) AS fact (relation, key_column)
    WHERE NOT lead_roi_internal.is_given(ledger_schema, fact.relation);
    RETURN undone_rows;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.undo_facts(text, bigint) IS
'Internal: undoes an import in all tables of facts. Returns how many rows were put back or removed.';

CREATE FUNCTION lead_roi_internal.undo_sources(ledger_schema text, undone bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    source bigint;
    kept bigint := 0;
BEGIN
    EXECUTE lead_roi.in_ledger($statement$
        DELETE FROM @ledger@.lead_source_alias AS alias USING @ledger@.import_change AS change
        WHERE change.import_id = $1 AND change.relation = 'lead_source_alias'
              AND change.row_key = alias.pattern::text || E'\n' || to_char(alias.valid_from, 'YYYY-MM-DD')
        $statement$, ledger_schema) USING undone;
    FOR source IN EXECUTE lead_roi.in_ledger('SELECT row_key::bigint FROM @ledger@.import_change WHERE import_id = $1 AND relation = ''lead_source''', ledger_schema) USING undone
    LOOP
        BEGIN
            EXECUTE lead_roi.in_ledger('DELETE FROM @ledger@.lead_source WHERE lead_source_id = $1', ledger_schema) USING source;
        EXCEPTION WHEN foreign_key_violation OR restrict_violation OR object_not_in_prerequisite_state THEN
            kept := kept + 1;
        END;
    END LOOP;
    RETURN kept;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.undo_sources(text, bigint) IS
'Internal: removes the lead sources and aliases that an import has made, but for those that are in use by now; returns how many are.';

CREATE FUNCTION undo_import(ledger text, import_id bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ledger_schema constant text := lead_roi_internal.open_ledger_for_files(ledger);
    undone_rows bigint;
    touched jsonb;
    kept bigint;
BEGIN
    IF import_id IS NULL THEN
        RAISE EXCEPTION 'argument "import_id" must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    EXECUTE lead_roi.in_ledger('LOCK TABLE @ledger@.import IN SHARE UPDATE EXCLUSIVE MODE', ledger_schema);
    PERFORM lead_roi_internal.check_undo(ledger_schema, import_id);
    touched := lead_roi_internal.touched_visits(ledger_schema, import_id);
    undone_rows := lead_roi_internal.undo_facts(ledger_schema, import_id);
    PERFORM lead_roi_internal.sum_visits(ledger_schema, touched) WHERE touched <> '[]';
    kept := lead_roi_internal.undo_sources(ledger_schema, import_id);
    IF kept > 0 THEN
        RAISE NOTICE '% lead sources that it made are in use, and were kept', kept;
    END IF;
    EXECUTE lead_roi.in_ledger('SELECT count(*) FROM @ledger@.import_change AS change WHERE change.import_id = $1 AND change.kept IS NOT NULL', ledger_schema) INTO kept USING import_id;
    IF kept > 0 THEN
        RAISE NOTICE '% rows that somebody has edited since were kept as they are', kept
            USING HINT = format('SELECT * FROM %s.import_change WHERE import_id = %s AND kept IS NOT NULL shows what they were.', ledger_schema, import_id);
    END IF;
    EXECUTE lead_roi.in_ledger('DELETE FROM @ledger@.import_reject AS reject WHERE reject.import_id = $1', ledger_schema) USING import_id;
    EXECUTE lead_roi.in_ledger('UPDATE @ledger@.import AS import SET undone_at = now() WHERE import.import_id = $1', ledger_schema) USING import_id;
    RETURN undone_rows;
END
$$;

COMMENT ON FUNCTION undo_import(text, bigint) IS
'Undoes a file that import_file() has loaded: what it added is removed, what it changed or removed is restored. Lead sources that it made stay if they are in use. Returns the number of rows that were removed or put back.
Edits by hand are not lost: of a row that it changed, columns that it left alone stay as they are now; a row in which somebody has edited a column that it changed, or has deleted it, is kept as it is, and so is an expense that was shared or tied to a posting. import_change says which and why in its column "kept". All other rows that it added are removed, even if they were edited.
55000 if it was already undone, or if a later import has changed its rows: undo that one first; P0002 if there is no such import; 22004 for NULL.';

--
-- Rejected rows are a file again: the header and their lines, read as the whole file was.
--
CREATE FUNCTION lead_roi_internal.rejects_as_file(ledger_schema text, retried bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    given jsonb;
BEGIN
    EXECUTE lead_roi.in_ledger($query$
        SELECT jsonb_build_object(
                   'format', import.format, 'partial_keys', coalesce(import.about -> 'partial_keys', '[]'),
                   'options', import.options - 'replace' || '{"encoding": "UTF8"}' || jsonb_strip_nulls(jsonb_build_object(
                       'delimiter', about -> 'delimiter', 'decimal_separator', about -> 'decimal_separator', 'date_order', about -> 'date_order',
                       'period_from', about -> 'period_from', 'period_through', about -> 'period_through')),
                   'rejects', coalesce((
                       SELECT jsonb_agg(to_jsonb(reject) || jsonb_build_object('retried_line', 1 + length(import.about ->> 'header') - length(replace(import.about ->> 'header', E'\n', '')) + lines_before)
                                        ORDER BY import_reject_id)
                       FROM (SELECT *, coalesce(sum(1 + length(line) - length(replace(line, E'\n', ''))) OVER (ORDER BY import_reject_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS lines_before
                             FROM @ledger@.import_reject WHERE import_id = $1 AND line IS NOT NULL) AS reject), '[]'),
                   'file', (import.about ->> 'header') || (SELECT string_agg(line, E'\n' ORDER BY import_reject_id)
                                                           FROM @ledger@.import_reject WHERE import_id = $1 AND line IS NOT NULL))
        FROM @ledger@.import AS import
        WHERE import.import_id = $1 AND undone_at IS NULL
        $query$, ledger_schema) INTO given USING retried;
    IF given IS NULL THEN
        RAISE EXCEPTION 'import % does not exist, or was undone', retried
            USING ERRCODE = 'no_data_found', HINT = format('SELECT * FROM %s.import lists the files that were loaded.', ledger_schema);
    END IF;
    RETURN given;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.rejects_as_file(text, bigint) IS
'Internal: the rejected rows of an import that can be read, as a file, with the format and options that make it read as it was. P0002 if there is no such import.';

CREATE FUNCTION lead_roi_internal.retry_rejects(ledger text, retried bigint) RETURNS jsonb
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ledger_schema constant text := lead_roi_internal.open_ledger_for_files(ledger);
    given jsonb;
    loaded jsonb := '{"added": 0, "changed": 0, "unchanged": 0, "removed": 0, "rejected": 0}';
BEGIN
    IF retried IS NULL THEN
        RAISE EXCEPTION 'argument "import_id" must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    EXECUTE lead_roi.in_ledger('LOCK TABLE @ledger@.import IN SHARE UPDATE EXCLUSIVE MODE', ledger_schema);
    given := lead_roi_internal.rejects_as_file(ledger_schema, retried);
    IF given ->> 'file' IS NOT NULL THEN
        EXECUTE lead_roi.in_ledger('DELETE FROM @ledger@.import_reject WHERE import_id = $1 AND line IS NOT NULL', ledger_schema) USING retried;
        loaded := lead_roi_internal.load_file(ledger_schema, convert_to(given ->> 'file', 'UTF8'), given ->> 'format', given -> 'options', retried,
            (SELECT coalesce(jsonb_agg(reject -> 'external_id'), '[]') FROM jsonb_array_elements(given -> 'rejects') AS reject WHERE reject ->> 'external_id' IS NOT NULL),
            given -> 'partial_keys');
    END IF;
    -- Rows that are rejected again are what they were.
    EXECUTE lead_roi.in_ledger($statement$
        WITH old AS (
            SELECT * FROM jsonb_to_recordset($2) AS old (import_reject_id bigint, line_number bigint, line text, external_id text, retried_line bigint)
        )
        UPDATE @ledger@.import_reject AS now
        SET line_number = old.line_number, line = coalesce(now.line, old.line), external_id = coalesce(old.external_id, now.external_id)
        FROM old
        WHERE now.import_id = $1 AND now.line_number = old.retried_line AND now.import_reject_id > (SELECT max(import_reject_id) FROM old)
        $statement$, ledger_schema) USING retried, given -> 'rejects';
    EXECUTE lead_roi.in_ledger($statement$
        UPDATE @ledger@.import
        SET added = added + ($2 ->> 'added')::bigint, changed = changed + ($2 ->> 'changed')::bigint, unchanged = unchanged + ($2 ->> 'unchanged')::bigint,
            removed = removed + ($2 ->> 'removed')::bigint, rejected = (SELECT count(*) FROM @ledger@.import_reject WHERE import_id = $1),
            about = about || jsonb_build_object('partial_keys', (about -> 'partial_keys') || coalesce($2 -> 'partial_keys', '[]'))
        WHERE import_id = $1
        $statement$, ledger_schema) USING retried, loaded;
    RETURN loaded;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.retry_rejects(text, bigint) IS 'Internal: what retry_rejects() does.';

CREATE FUNCTION retry_rejects(ledger text, import_id bigint, OUT added bigint, OUT changed bigint, OUT unchanged bigint, OUT rejected bigint)
LANGUAGE sql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT result.* FROM lead_roi_internal.retry_rejects($1, $2) AS loaded,
           jsonb_to_record(loaded) AS result (added bigint, changed bigint, unchanged bigint, rejected bigint)
$$;

COMMENT ON FUNCTION retry_rejects(text, bigint) IS
'Loads the rejected rows of an import again, after what they lacked was added (an alias, a lead source), or their lines in import_reject were corrected. They become part of that import. Rows that are still bad stay in import_reject; rows without a line can''t be loaded again. Where other lines of a campaign and day may have been loaded since, the row is refused: load the corrected file.
P0002 if there is no such import, 22004 for NULL.';
