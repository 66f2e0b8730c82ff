--
-- The same views over relations of the user's own.
--
-- The extension's views are the template: their definitions are read back from the catalogue and
-- made anew in another schema, where names that the schema has too stand for the schema's own. So
-- the two can't differ, and calling the function again after an update of the extension brings
-- them up to date.
--

CREATE FUNCTION report_relation(relation regclass, stands_for text, columns text[]) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    house_table constant regclass := format('lead_roi.%I', stands_for);
    whole_numbers constant regtype[] := '{smallint, integer, bigint}';
    column_name text;
    house_type regtype;
    own record;
    accepted boolean;
    expressions text[];
BEGIN
    IF (SELECT relkind NOT IN ('r', 'p', 'v', 'm', 'f') FROM pg_class WHERE oid = relation) THEN
        RAISE EXCEPTION '% is not a table or view', relation
            USING ERRCODE = 'wrong_object_type';
    END IF;
    FOREACH column_name IN ARRAY columns LOOP
        SELECT atttypid INTO house_type FROM pg_attribute WHERE attrelid = house_table AND attname = column_name;

        WITH RECURSIVE own_type AS (
            SELECT format_type(atttypid, atttypmod) AS type_name, atttypid
            FROM pg_attribute
            WHERE attrelid = relation AND attname = column_name AND attnum > 0 AND NOT attisdropped
            UNION ALL
            SELECT type_name, typbasetype FROM own_type JOIN pg_type ON pg_type.oid = atttypid WHERE typtype = 'd'
        )
        SELECT type_name, atttypid::regtype AS base_type, typcategory INTO own
        FROM own_type JOIN pg_type ON pg_type.oid = atttypid
        WHERE typtype <> 'd';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'column "%" of relation % does not exist', column_name, relation
                USING ERRCODE = 'undefined_column',
                      DETAIL = format('Reports need the columns %s of it.', array_to_string(columns, ', ')),
                      HINT = 'Give a view that has them.';
        END IF;

        accepted := CASE
            WHEN column_name = 'lead_id' THEN true
            WHEN house_type = 'bigint'::regtype THEN own.base_type = ANY (whole_numbers)
            WHEN house_type = 'numeric'::regtype THEN own.base_type = ANY (whole_numbers || 'numeric'::regtype)
            WHEN house_type = 'date'::regtype THEN own.base_type = 'date'::regtype
            ELSE own.typcategory IN ('S', 'E')
        END;
        IF NOT accepted THEN
            RAISE EXCEPTION 'column "%" of relation % is of type %, not %', column_name, relation, own.type_name,
                            CASE WHEN house_type IN ('bigint'::regtype, 'numeric'::regtype, 'date'::regtype) THEN house_type ELSE 'text' END
                USING ERRCODE = 'datatype_mismatch',
                      HINT = CASE house_type
                          WHEN 'date'::regtype THEN 'Give a view that says which day it is, as in (paid_at AT TIME ZONE ''Europe/Vienna'')::date.'
                          WHEN 'numeric'::regtype THEN 'Give a view that casts it; floating-point numbers and money are not exact.'
                          ELSE 'Give a view that casts it.' END;
        END IF;

        -- A date that is infinite is none. Whole numbers are bigint, so that keys of two tables meet.
        expressions := expressions || format(
            CASE WHEN house_type = 'date'::regtype THEN 'CASE WHEN isfinite(%1$I) THEN %1$I::date END'
                 WHEN own.base_type = ANY (whole_numbers) AND house_type <> 'numeric'::regtype THEN '%1$I::bigint'
                 WHEN column_name = 'lead_id' THEN '%1$I'
                 WHEN house_type = 'numeric'::regtype THEN '%1$I::numeric'
                 ELSE '%1$I::text' END || ' AS %1$I', column_name);
    END LOOP;
    RETURN format('SELECT %s FROM %s', array_to_string(expressions, ', '), relation);
END
$$;

COMMENT ON FUNCTION report_relation(regclass, text, text[]) IS
'Internal: the query that makes a relation of the user''s stand for a table of lead_roi in reports; NULL without a relation. 42703, 42804 or 42809 if it can''t.';

CREATE FUNCTION create_report_views(target_schema name, leads regclass, payments regclass,
                                    expenses regclass DEFAULT 'lead_roi.expense', visits regclass DEFAULT NULL)
RETURNS SETOF text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- In an order in which each view follows those it reads. The ledger's views read the ledger's own tables.
    ledger_views constant text[] := '{agreement, overdue_expense, upcoming_expense, expense_variance}';
    report_views constant text[] := '{activity, lead_source_total, lead_source_acquisition, lead_source_monthly_total,
        lead_source_cohort_revenue, lead_source_roi, lead_source_category_roi, lead_source_monthly_roi,
        lead_source_cohort_roi, lead_source_cohort_curve, lead_source_lifetime, lead_source_survival, reconciliation}';
    stand_ins constant text[] := '{lead, payment, expense, visit}';
    own_names text[];
    own_name text;
    view_name text;
    definition text;
    column_name text;
    argument record;
BEGIN
    FOR argument IN
        SELECT name FROM (VALUES ('target_schema', target_schema IS NULL), ('leads', leads IS NULL),
                                 ('payments', payments IS NULL), ('expenses', expenses IS NULL)) AS given (name, missing)
        WHERE missing
    LOOP
        RAISE EXCEPTION 'argument "%" must not be null', argument.name USING ERRCODE = 'null_value_not_allowed';
    END LOOP;
    IF target_schema = 'lead_roi' THEN
        RAISE EXCEPTION 'schema "lead_roi" has the reports of its own tables'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Choose another schema for target_schema.';
    END IF;
    IF to_regnamespace(quote_ident(target_schema)) IS NULL THEN
        RAISE EXCEPTION 'schema "%" does not exist', target_schema
            USING ERRCODE = 'invalid_schema_name', HINT = format('Run: CREATE SCHEMA %I', target_schema);
    END IF;
    FOR argument IN
        SELECT name, relation FROM (VALUES ('leads', leads), ('payments', payments), ('expenses', expenses), ('visits', visits)) AS given (name, relation)
             JOIN pg_class ON pg_class.oid = relation
        WHERE relnamespace = to_regnamespace(quote_ident(target_schema)) AND relname = ANY (stand_ins || ledger_views || report_views)
    LOOP
        RAISE EXCEPTION 'relation % given as % has the name of a view to be created', argument.relation, argument.name
            USING ERRCODE = 'duplicate_table', HINT = 'Choose another schema for target_schema.';
    END LOOP;

    FOREACH view_name IN ARRAY stand_ins || ledger_views || report_views LOOP
        definition := CASE view_name
            WHEN 'lead' THEN lead_roi.report_relation(leads, 'lead', '{lead_id, lead_source_id, created_on, converted_on, churned_on}')
            WHEN 'payment' THEN lead_roi.report_relation(payments, 'payment', '{lead_id, paid_on, amount}')
            WHEN 'expense' THEN lead_roi.report_relation(expenses, 'expense', '{lead_source_id, incurred_on, amount, cost_type}')
            WHEN 'visit' THEN coalesce(lead_roi.report_relation(visits, 'visit', '{lead_source_id, visited_on, visitors}'),
                                       'SELECT NULL::bigint AS lead_source_id, NULL::date AS visited_on, NULL::bigint AS visitors WHERE false')
            ELSE pg_get_viewdef(format('lead_roi.%I', view_name)::regclass)
        END;
        -- A function of the same name is followed by a parenthesis.
        IF view_name <> ALL (stand_ins) THEN
            own_names := ledger_views || CASE WHEN view_name <> ALL (ledger_views) THEN stand_ins || report_views END;
            FOREACH own_name IN ARRAY own_names LOOP
                definition := regexp_replace(definition, format('\mlead_roi\.%s\M(?!\()', own_name),
                                             replace(format('%I.%I', target_schema, own_name), '\', '\\'), 'g');
            END LOOP;
        END IF;

        EXECUTE format('CREATE OR REPLACE VIEW %I.%I WITH (security_invoker = true) AS %s', target_schema, view_name, definition);
        EXECUTE format('COMMENT ON VIEW %I.%I IS %L', target_schema, view_name,
                       obj_description(format('lead_roi.%I', view_name)::regclass, 'pg_class'));
        FOR column_name IN
            SELECT attname FROM pg_attribute WHERE attrelid = format('%I.%I', target_schema, view_name)::regclass AND attnum > 0
        LOOP
            EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', target_schema, view_name, column_name,
                           (SELECT col_description(attrelid, attnum) FROM pg_attribute
                            WHERE attrelid = format('lead_roi.%I', view_name)::regclass AND attname = column_name));
        END LOOP;
        RETURN NEXT view_name;

        IF view_name = 'payment' AND (SELECT count(DISTINCT atttypid) FROM pg_attribute
                                      WHERE attname = 'lead_id' AND attrelid IN (format('%I.lead', target_schema)::regclass,
                                                                                 format('%I.payment', target_schema)::regclass)) > 1 THEN
            RAISE EXCEPTION 'column "lead_id" of relation % is of another type than that of relation %', payments, leads
                USING ERRCODE = 'datatype_mismatch', HINT = 'Give a view that casts it.';
        END IF;
    END LOOP;
END
$$;

COMMENT ON FUNCTION create_report_views(name, regclass, regclass, regclass, regclass) IS
'Creates the views of lead_roi in target_schema over relations of your own: leads with lead_id, lead_source_id, created_on, converted_on, churned_on; payments with lead_id, paid_on, amount; expenses with lead_source_id, incurred_on, amount, cost_type; visits (NULL: none) with lead_source_id, visited_on, visitors. Returns their names.
Tables or views, with these meanings and units, see the columns of lead, payment, expense and visit; lead_source_id is that of lead_source. lead_id may be of any type. The views are yours, read with the rights of whoever reads them (security_invoker), and are dumped with your schema. Call it again after an update of the extension.
42703 or 42804 naming relation and column if one is missing or of another type; 22004, 22023, 3F000 or 42P07 for an argument that can''t be.';

REVOKE EXECUTE ON FUNCTION create_report_views(name, regclass, regclass, regclass, regclass) FROM PUBLIC;
