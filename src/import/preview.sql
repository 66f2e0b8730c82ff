--
-- import: what a file would do, without doing it.
--

CREATE FUNCTION preview_file(ledger text, content bytea, format text DEFAULT NULL, options jsonb DEFAULT '{}',
    OUT line_number bigint, OUT verdict text, OUT external_id text, OUT lead_source text, OUT from_date date, OUT through_date date,
    OUT amount numeric, OUT currency text, OUT lines bigint, OUT column_name text, OUT message text, OUT hint text, OUT fields jsonb)
RETURNS SETOF record
LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED ROWS 1000
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT * FROM lead_roi_internal.preview_file($1, $2, $3, $4)
$$;

COMMENT ON FUNCTION preview_file(text, bytea, text, jsonb) IS
'What import_file() would do with a file; writes nothing. Arguments as there.
verdict: add, change, same (is there already), remove, vanished (was loaded and is not in the file), rejected, unresolved (no lead source), skipped (no fact), total (a line of totals), withdrawn (a record that doesn''t count), no row (a line above, between or below the rows). external_id is the key by which the row is known again; lead_source the lead source it finds or makes; amount that in the file''s currency, or visitors; lines how many lines of the file it is the sum of; fields what the line says.
Errors as import_file().';

CREATE FUNCTION lead_roi_internal.preview_file(ledger text, file bytea, wanted text, options jsonb)
RETURNS TABLE (line_number bigint, verdict text, external_id text, lead_source text, from_date date, through_date date, amount numeric,
               currency text, lines bigint, column_name text, message text, hint text, fields jsonb)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
SET enable_sort = off
SET jit = off
AS $$
DECLARE
    ledger_schema constant text := (lead_roi.open_ledger(ledger, NULL)).ledger_schema;
    context constant jsonb := lead_roi_internal.import_context(ledger_schema, file, wanted, options, false);
    created constant boolean := coalesce((options ->> 'create_sources')::boolean, false);
BEGIN
    PERFORM lead_roi_internal.refuse_files(ledger_schema);
    RETURN QUERY EXECUTE lead_roi.in_ledger(
        lead_roi_internal.import_statement(context ->> 'plan', context ->> 'system' IS NOT NULL, created, true, false) || $query$
        SELECT step.line_number, step.verdict, step.external_id, coalesce(lead_source.name, new_source.name), step.day, step.through_day, step.amount,
               written.currency, step.lines, step.column_name, step.message, step.hint,
               jsonb_strip_nulls(to_jsonb(written) - '{line_number,verdict,is_row,external_id,email,line,series,scope,name_line,key_line,is_repeat,sqlstate,message,hint,column_name,about,figures}'::text[])
        FROM step
             LEFT JOIN line AS written USING (line_number)
             LEFT JOIN (SELECT line_number, found_id FROM resolved) AS resolved USING (line_number)
             LEFT JOIN @ledger@.lead_source ON lead_source.lead_source_id = resolved.found_id
             LEFT JOIN made ON made.lead_source_id = resolved.found_id
             LEFT JOIN new_source ON new_source.name_key = made.label_key
        ORDER BY step.line_number, step.external_id
        $query$, ledger_schema)
    USING file, context -> 'formats', context -> 'read_options', context ->> 'format', context ->> 'time_zone', context, NULL::bigint,
          ARRAY(SELECT jsonb_array_elements_text(context -> 'own_hosts'));
END
$$;

COMMENT ON FUNCTION lead_roi_internal.preview_file(text, bytea, text, jsonb) IS 'Internal: what preview_file() does.';
