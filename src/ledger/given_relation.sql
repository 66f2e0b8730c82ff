--
-- given_relation: tables and views of the user's that take the place of a ledger's own. Each is read through a
-- view that has the columns of the ledger's table, as bigint, numeric, date and text, and NULL where it can't be
-- computed with.
--

CREATE FUNCTION given_columns(stands_for text, OUT name text, OUT type regtype, OUT needed boolean) RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT name, type::regtype, needed
    FROM (VALUES
        ('lead', 'lead_id', NULL, true), ('lead', 'lead_source_id', 'bigint', true), ('lead', 'created_on', 'date', true),
        ('lead', 'converted_on', 'date', true), ('lead', 'churned_on', 'date', true),
        ('lead', 'traffic_source', 'lead_roi.traffic_source', false), ('lead', 'external_id', 'text', false),
        ('payment', 'lead_id', NULL, true), ('payment', 'paid_on', 'date', true), ('payment', 'amount', 'numeric', true),
        ('payment', 'currency', 'text', false), ('payment', 'lead_external_id', 'text', false), ('payment', 'external_id', 'text', false),
        ('expense', 'lead_source_id', 'bigint', true), ('expense', 'incurred_on', 'date', true), ('expense', 'amount', 'numeric', true),
        ('expense', 'cost_type', 'text', true), ('expense', 'currency', 'text', false), ('expense', 'covers_from', 'date', false),
        ('expense', 'covers_through', 'date', false), ('expense', 'title', 'text', false), ('expense', 'external_id', 'text', false),
        ('visit', 'lead_source_id', 'bigint', true), ('visit', 'visited_on', 'date', true), ('visit', 'visitors', 'bigint', true)
    ) AS given (relation, name, type, needed)
    WHERE relation = stands_for
$$;

COMMENT ON FUNCTION given_columns(text) IS
'Internal: the columns that a user''s relation must or may have to replace a table of a ledger. Type NULL: any.';

CREATE FUNCTION given_column(relation regclass, name text, type regtype) RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    whole_numbers constant regtype[] := '{smallint, integer, bigint}';
    own record;
    accepted boolean;
BEGIN
    WITH RECURSIVE own_type AS (
        SELECT format_type(atttypid, atttypmod) AS type_name, atttypid
        FROM pg_attribute
        WHERE attrelid = relation AND attname = given_column.name AND attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT type_name, typbasetype FROM own_type JOIN pg_type ON pg_type.oid = atttypid WHERE typtype = 'd'
    )
    SELECT type_name, atttypid::regtype AS base_type, typcategory INTO own
    FROM own_type JOIN pg_type ON pg_type.oid = atttypid
    WHERE typtype <> 'd';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;

    accepted := CASE type
        WHEN 'bigint'::regtype THEN own.base_type = ANY (whole_numbers)
        WHEN 'numeric'::regtype THEN own.base_type = ANY (whole_numbers || 'numeric'::regtype)
        WHEN 'text'::regtype THEN own.typcategory IN ('S', 'E')
        ELSE own.base_type = type
    END;
    IF NOT accepted THEN
        RAISE EXCEPTION 'column "%" of relation % is of type %, not %', name, relation, own.type_name, type
            USING ERRCODE = 'datatype_mismatch',
                  HINT = CASE type
                      WHEN 'date'::regtype THEN 'Give a view that says which day it is, as in (paid_at AT TIME ZONE ''Europe/Vienna'')::date.'
                      WHEN 'numeric'::regtype THEN 'Give a view that casts it; floating-point numbers and money are not exact.'
                      WHEN 'lead_roi.traffic_source'::regtype THEN 'Give a view that makes one, as in lead_roi.traffic_source(utm_source, utm_medium), or one that leaves the column out.'
                      ELSE 'Give a view that casts it.' END;
    END IF;

    -- What the ledger's own tables refuse counts as not known: an infinite date, and what can't be computed with.
    RETURN format(
        CASE WHEN type = 'date'::regtype THEN 'CASE WHEN %1$I BETWEEN ''1900-01-01'' AND ''2200-12-31'' THEN %1$I::date END'
             WHEN type = 'numeric'::regtype THEN 'CASE WHEN abs(%1$I::numeric) < 1e30 THEN CASE WHEN scale(%1$I::numeric) > 20 THEN round(%1$I::numeric, 20) ELSE %1$I::numeric END END'
             WHEN name = 'visitors' THEN 'CASE WHEN %1$I BETWEEN 0 AND 1000000000000 THEN %1$I::bigint END'
             WHEN name = 'currency' THEN 'nullif(%1$I::text, '''')'
             WHEN own.base_type = ANY (whole_numbers) THEN '%1$I::bigint'
             WHEN type = 'text'::regtype THEN '%1$I::text'
             ELSE '%1$I' END, name);
END
$$;

COMMENT ON FUNCTION given_column(regclass, text, regtype) IS
'Internal: the expression that reads a column of a user''s relation; whole numbers as bigint, so that keys of two tables meet. NULL if there is no such column, 42804 if it is of another type.';

CREATE FUNCTION given_relation(relation regclass, stands_for text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    namespace constant oid := (SELECT relnamespace FROM pg_class WHERE oid = relation);
    given record;
    expressions text[];
BEGIN
    IF (SELECT relkind NOT IN ('r', 'p', 'v', 'm', 'f') FROM pg_class WHERE oid = relation) THEN
        RAISE EXCEPTION '% is not a table or view', relation
            USING ERRCODE = 'wrong_object_type';
    END IF;
    IF NOT has_table_privilege(relation, 'SELECT') OR NOT has_schema_privilege(namespace, 'USAGE') THEN
        RAISE EXCEPTION 'role "%" may not read relation %', current_user, relation
            USING ERRCODE = 'insufficient_privilege',
                  DETAIL = 'The views of the ledger read it with the rights of the ledger''s owner.',
                  HINT = format('Run: GRANT USAGE ON SCHEMA %s TO %I; GRANT SELECT ON %s TO %2$I', namespace::regnamespace, current_user, relation);
    END IF;
    FOR given IN SELECT name, type, needed, lead_roi.given_column(relation, name, type) AS expression FROM lead_roi.given_columns(stands_for) LOOP
        IF given.expression IS NULL AND given.needed THEN
            RAISE EXCEPTION 'column "%" of relation % does not exist', given.name, relation
                USING ERRCODE = 'undefined_column',
                      DETAIL = format('Reports need the columns %s of it.',
                                      (SELECT string_agg(name, ', ') FROM lead_roi.given_columns(stands_for) WHERE needed)),
                      HINT = 'Give a view that has them.';
        END IF;
        expressions := expressions || format('%s AS %I', coalesce(given.expression, 'NULL::' || given.type), given.name);
    END LOOP;
    IF stands_for = 'expense' THEN
        expressions := expressions || '{NULL::bigint AS expense_id, NULL::bigint AS shared_from, NULL::bigint AS recurring_expense_id, NULL::date AS bill_month}'::text[];
    END IF;
    RETURN format('SELECT %s FROM %s', array_to_string(expressions, ', '), relation);
END
$$;

COMMENT ON FUNCTION given_relation(regclass, text) IS
'Internal: the query that reads a user''s relation in place of a table of a ledger; NULL without a relation. 42703, 42804, 42809 or 42501 if it can''t.';

CREATE FUNCTION lead_roi_internal.is_given(ledger_schema text, table_name text) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT relkind = 'v' FROM pg_class WHERE relnamespace = ledger_schema::regnamespace AND relname = table_name
$$;

COMMENT ON FUNCTION lead_roi_internal.is_given(text, text) IS
'Internal: whether a user''s relation takes the place of a table of a ledger. NULL if there is neither.';
