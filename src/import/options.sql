--
-- import: what a call is told, and what it knows of its ledger.
--

CREATE FUNCTION lead_roi_internal.check_import_options(options jsonb) RETURNS void
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    allowed constant jsonb := '{
        "encoding": "string", "delimiter": "string", "decimal_separator": [".", ","], "date_order": ["dmy", "mdy", "ymd"],
        "currency": "string", "account": "string", "period_from": "string", "period_through": "string", "amount": ["gross", "net"],
        "create_sources": "boolean", "conversions_as_leads": "boolean", "replace": "boolean", "partial": "boolean", "keep_personal_data": "boolean", "max_rejected_percent": "number",
        "columns": "object", "statuses": "array", "own_hosts": "array"}';
    name text;
    value jsonb;
BEGIN
    IF jsonb_typeof(options) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION 'argument "options" must be a JSON object'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Write it as {"date_order": "dmy"}, or leave it out.';
    END IF;
    FOR name, value IN SELECT * FROM jsonb_each(options) LOOP
        IF NOT allowed ? name THEN
            RAISE EXCEPTION 'there is no option "%"', name
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = format('Options are %s.', (SELECT string_agg(key, ', ' ORDER BY key) FROM jsonb_object_keys(allowed) AS key));
        ELSIF (CASE WHEN jsonb_typeof(allowed -> name) = 'array' THEN NOT allowed -> name @> value OR jsonb_typeof(value) <> 'string'
                    ELSE allowed ->> name <> jsonb_typeof(value) END) THEN
            RAISE EXCEPTION 'option "%" can''t be %', name, value
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = CASE WHEN jsonb_typeof(allowed -> name) = 'array' THEN format('It is one of %s.', allowed -> name)
                                  ELSE format('Give a JSON %s.', allowed ->> name) END;
        END IF;
    END LOOP;
    IF options ? 'delimiter' AND (length(options ->> 'delimiter') <> 1 OR octet_length(options ->> 'delimiter') <> 1 OR options ->> 'delimiter' ~ '["\n\r\\]') THEN
        RAISE EXCEPTION 'option "delimiter" must be a single ASCII character'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave it out: it is recognized by the header.';
    ELSIF options ? 'currency' AND lead_roi.currency_decimals(upper(options ->> 'currency')) IS NULL THEN
        RAISE EXCEPTION 'option "currency" is not a code of ISO 4217: "%"', options ->> 'currency'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Pass three letters, such as EUR.';
    ELSIF options ? 'max_rejected_percent' AND (options ->> 'max_rejected_percent')::numeric NOT BETWEEN 0 AND 100 THEN
        RAISE EXCEPTION 'option "max_rejected_percent" must be between 0 and 100'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = format('It is %s.', options ->> 'max_rejected_percent');
    END IF;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.check_import_options(jsonb) IS
'Internal: refuses options of import_file() that don''t exist or have an invalid value (22023).';

CREATE FUNCTION lead_roi_internal.known_formats(ledger_schema text, wanted text, options jsonb) RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    formats jsonb;
BEGIN
    EXECUTE lead_roi.in_ledger($query$
        WITH known AS (
            SELECT true AS own, * FROM @ledger@.import_format
            UNION ALL
            SELECT false, format, kind, system, platform, source, medium FROM lead_roi.import_format AS shipped
            WHERE NOT EXISTS (SELECT FROM @ledger@.import_format AS own WHERE own.format = shipped.format)
        ),
        known_column AS (
            SELECT true AS own, format, field, names, required, accepted FROM @ledger@.import_column
            UNION ALL
            SELECT false, format, field, names, required, accepted FROM lead_roi.import_column
            UNION ALL
            SELECT known.own, known.format, given.key, ARRAY[given.value], false, NULL
            FROM known, jsonb_each_text($2 -> 'columns') AS given
            WHERE known.format = $1
                  AND NOT EXISTS (SELECT FROM lead_roi.import_column AS shipped WHERE NOT known.own AND (shipped.format, shipped.field) = ($1, given.key))
                  AND NOT EXISTS (SELECT FROM @ledger@.import_column AS own WHERE known.own AND (own.format, own.field) = ($1, given.key))
        )
        SELECT jsonb_agg(to_jsonb(known) || jsonb_build_object('columns', (
                   SELECT jsonb_agg(jsonb_build_object(
                              'field', field, 'required', required,
                              'names', CASE WHEN $2 -> 'columns' ? field THEN jsonb_build_array($2 -> 'columns' ->> field) ELSE to_jsonb(names) END,
                              'accepted', CASE WHEN field = 'status' AND $2 ? 'statuses' THEN $2 -> 'statuses' ELSE to_jsonb(accepted) END))
                   FROM known_column WHERE (known_column.own, known_column.format) = (known.own, known.format)))
                   ORDER BY known.own DESC, known.format)
        FROM known
        WHERE $1 IS NULL OR known.format = $1
        $query$, ledger_schema)
    INTO formats USING wanted, options;
    IF formats IS NULL THEN
        RAISE EXCEPTION 'there is no import format "%"', wanted
            USING ERRCODE = 'undefined_object',
                  HINT = format('The view lead_roi.import_format and the table %s.import_format list those there are. Leave out "format" to have it recognized.', ledger_schema);
    END IF;
    RETURN formats;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.known_formats(text, text, jsonb) IS
'Internal: the formats that a file may have in a ledger, its own first; 42704 if there is none of the wanted name.';

--
-- What the statements of an import are told about file, format and ledger.
--
CREATE FUNCTION lead_roi_internal.import_context(ledger_schema text, file bytea, wanted text, options jsonb, partial boolean) RETURNS jsonb
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    formats jsonb;
    about jsonb;
    chosen jsonb;
    conversions constant boolean := coalesce((options ->> 'conversions_as_leads')::boolean, false);
    ledger record;
BEGIN
    IF file IS NULL THEN
        RAISE EXCEPTION 'argument "content" must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Pass the bytes of the file.';
    END IF;
    PERFORM lead_roi_internal.check_import_options(options);
    formats := lead_roi_internal.known_formats(ledger_schema, wanted, options);
    about := lead_roi_internal.recognize_file(file, formats, options, coalesce(wanted, ''));
    chosen := (SELECT element FROM jsonb_array_elements(formats) AS element WHERE element ->> 'format' = about ->> 'format' LIMIT 1);
    IF conversions THEN
        IF chosen ->> 'kind' <> 'expense' OR NOT about -> 'fields' ? 'conversions' OR chosen ->> 'system' IS NULL THEN
            RAISE EXCEPTION 'the file has no column of conversions'
                USING ERRCODE = 'bad_copy_file_format',
                      DETAIL = format('It is of format "%s".', about ->> 'format'),
                      HINT = 'Leave out the option "conversions_as_leads", or export the column; option "columns" gives its name, as in {"columns": {"conversions": "Results"}}, together with the format.';
        END IF;
        chosen := chosen || '{"kind": "lead"}';
        about := about || '{"kind": "lead"}';
    END IF;
    IF (options ->> 'replace')::boolean AND chosen ->> 'system' IS NULL AND chosen ->> 'kind' <> 'visit' THEN
        RAISE EXCEPTION 'option "replace" needs a format that says whose records the file has'
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('Format "%s" takes keys as they are, so rows that are missing in the file cannot be distinguished from rows that came with other files.', about ->> 'format'),
                  HINT = 'Leave out the option and delete by external_id what is gone; or give a format of your own a system in table "import_format".';
    END IF;
    SELECT * INTO ledger FROM lead_roi.ledger AS known WHERE known.ledger = (parse_ident(ledger_schema))[1];
    IF lead_roi_internal.is_given(ledger_schema, chosen ->> 'kind') THEN
        RAISE EXCEPTION 'ledger % only reads its relation "%"', ledger_schema, chosen ->> 'kind'
            USING ERRCODE = 'wrong_object_type',
                  DETAIL = 'It was given to create_ledger() and belongs to somebody else.',
                  HINT = format('Load format "%s" into the tables behind it, or into a ledger with tables of its own.', about ->> 'format');
    END IF;
    RETURN chosen - 'columns' || about || jsonb_build_object(
        'plan', CASE WHEN conversions THEN 'conversion' ELSE about ->> 'kind' END,
        'formats', jsonb_build_array(CASE WHEN conversions THEN chosen || '{"kind": "expense"}' ELSE chosen END), 'currency', ledger.currency, 'time_zone', ledger.time_zone, 'partial', partial OR coalesce((options ->> 'partial')::boolean, false), 'retried_keys', '[]'::jsonb, 'partial_keys', '[]'::jsonb,
        'replace', coalesce(options -> 'replace', 'false'), 'amount', coalesce(options ->> 'amount', 'gross'),
        'own_hosts', coalesce(options -> 'own_hosts', '[]'),
        'read_options', options || jsonb_build_object('ledger_currency', ledger.currency, 'keep_lines', conversions OR about ->> 'kind' = 'visit' OR (about ->> 'kind' = 'expense' AND chosen ->> 'system' IS NULL)));
END
$$;

COMMENT ON FUNCTION lead_roi_internal.import_context(text, bytea, text, jsonb, boolean) IS
'Internal: what the statements of an import need to know: the format and its columns, what the header says, the ledger''s currency and time zone, options. 42809 if the ledger was given the relation that the file would go into.';
