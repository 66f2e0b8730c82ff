--
-- making: a ledger is made, upgraded and dropped. ledger_part(), at the end of the install script,
-- has the parts that a ledger is made of: the files *.ledger.sql, in order.
--

CREATE FUNCTION create_ledger(ledger text DEFAULT 'marketing', currency text DEFAULT NULL, time_zone text DEFAULT current_setting('TimeZone'),
                              leads regclass DEFAULT NULL, payments regclass DEFAULT NULL, expenses regclass DEFAULT NULL,
                              visits regclass DEFAULT NULL, security_invoker boolean DEFAULT false)
RETURNS text
LANGUAGE C VOLATILE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME', 'lead_roi_create_ledger';

COMMENT ON FUNCTION create_ledger(text, text, text, regclass, regclass, regclass, regclass, boolean) IS
'Makes a ledger: tables for lead sources, expenses, visits, leads and payments in a schema of yours, and the report views over them. Creates the schema if it isn''t there. Everything belongs to the schema''s owner, in a superuser''s case to pg_database_owner, and is dumped like tables of your own. Returns the name as SQL writes it.
ledger: name of the schema; one with blanks or upper case needs double quotes: ''"North America"''. currency: code in ISO 4217, which decides the decimals; NULL: not named, two decimals. time_zone: where the ledger''s days begin and end.
leads, payments, expenses, visits: tables or views of your own that take the place of the ledger''s and are only read; leads and payments are given together. leads need the columns lead_id (of any type), lead_source_id, created_on, converted_on, churned_on, and may have traffic_source; payments lead_id, paid_on, amount; expenses lead_source_id, incurred_on, amount, cost_type; visits lead_source_id, visited_on, visitors, with the meaning and units that these columns have in the ledger''s own tables. With expenses given there is nothing to post.
security_invoker: the views have their reader''s rights in place of their owner''s.
42710 if there is such a ledger, 42P07 if an object of the schema is in the way, 42501 if others than its owner may create objects in it; 42602, 42939, 22023 or 22004 for an argument that can''t be; 42703, 42804 or 42809 naming the relation and column that don''t fit.';

CREATE FUNCTION upgrade_ledger(ledger text DEFAULT current_ledger()) RETURNS void
LANGUAGE C VOLATILE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME', 'lead_roi_upgrade_ledger';

COMMENT ON FUNCTION upgrade_ledger(text) IS
'Brings a ledger to the version of the extension. Keeps rows, grants, options of views, and your own columns, indexes and views; can be called again. 55000 if something of yours is in its way: the error names it, and nothing is changed.';

CREATE FUNCTION drop_ledger(ledger text, drop_rows boolean DEFAULT false) RETURNS void
LANGUAGE C VOLATILE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME', 'lead_roi_drop_ledger';

COMMENT ON FUNCTION drop_ledger(text, boolean) IS
'Drops the tables and views that create_ledger() has made; the schema stays, with what you have put in it. 55000 if a table has rows, unless drop_rows is true; 2BP01 if something of yours depends on a table or view.';

CREATE PROCEDURE upgrade_ledgers()
LANGUAGE plpgsql
AS $$
DECLARE
    name pg_catalog.text;   -- the caller's search path is in force, as a SET would forbid the COMMIT
    what pg_catalog.text;
BEGIN
    FOR name IN SELECT pg_catalog.quote_ident(ledger.ledger) FROM lead_roi.ledger
                WHERE pg_catalog.pg_has_role(ledger.owner, 'USAGE') ORDER BY 1
    LOOP
        BEGIN
            PERFORM lead_roi.upgrade_ledger(name);
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS what = PG_EXCEPTION_DETAIL;
            RAISE WARNING 'ledger % could not be upgraded: %', name, sqlerrm USING ERRCODE = sqlstate, DETAIL = what;
        END;
        COMMIT;
    END LOOP;
END
$$;

COMMENT ON PROCEDURE upgrade_ledgers() IS
'Upgrades every ledger whose owner the caller is a member of, and commits after each. One that can''t be upgraded gets a warning and is left as it is. 2D000 inside a transaction block.';

--
-- What create_ledger(), upgrade_ledger() and drop_ledger() do as the owner of the ledger.
--

CREATE FUNCTION ledger_relation(OUT name text, OUT kind text, OUT part text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT found[2], lower(found[1]), part
    FROM lead_roi.ledger_part(), regexp_matches(definition, '^CREATE (?:OR REPLACE )?(TABLE|VIEW) @ledger@\.(\w+)', 'gn') AS found
    WHERE kind IN ('table', 'view')
$$;

COMMENT ON FUNCTION ledger_relation() IS
'Internal: the tables and views of a ledger, and the part that creates each.';

CREATE FUNCTION ledger_definition(definition text, ledger_schema text, decimals integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT lead_roi.in_ledger(replace(replace(replace(replace(replace(replace(
               ledger_definition.definition,
               '@figures@', (SELECT figures.definition FROM lead_roi.ledger_part() AS figures WHERE figures.part = 'report/figures')),
               '@lead_source_of_lead@', (SELECT origin.definition FROM lead_roi.ledger_part() AS origin WHERE origin.part = 'identity/lead_source')),
               '@channel@', (SELECT channel.definition FROM lead_roi.ledger_part() AS channel WHERE channel.part = 'identity/channel')),
               '@decimals@', decimals::text),
               '@unit_decimals@', (decimals + 4)::text),
               '@today@', 'lead_roi.ledger_today(NULL::@ledger@.lead_roi_ledger)'), ledger_schema)
$$;

COMMENT ON FUNCTION ledger_definition(text, text, integer) IS
'Internal: the statements of a part of a ledger, with what stands for @ledger@ (its schema), @decimals@ (of amounts), @unit_decimals@ (of costs per unit, four more), @today@, and @figures@, @lead_source_of_lead@ and @channel@ (expressions of files of their own) filled in.';

CREATE FUNCTION given_relation(relation regclass, stands_for text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    whole_numbers constant regtype[] := '{smallint, integer, bigint}';
    required record;
    own record;
    accepted boolean;
    expressions text[];
    namespace constant oid := (SELECT relnamespace FROM pg_class WHERE oid = relation);
    columns constant text := CASE stands_for
        WHEN 'lead' THEN 'lead_id, lead_source_id, created_on, converted_on, churned_on'
        WHEN 'payment' THEN 'lead_id, paid_on, amount'
        WHEN 'expense' THEN 'lead_source_id, incurred_on, amount, cost_type'
        WHEN 'visit' THEN 'lead_source_id, visited_on, visitors' END;
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
    FOR required IN
        SELECT name, CASE WHEN name = 'lead_id' THEN NULL
                          WHEN name IN ('lead_source_id', 'visitors') THEN 'bigint'
                          WHEN name = 'amount' THEN 'numeric'
                          WHEN name = 'cost_type' THEN 'text'
                          ELSE 'date' END::regtype AS type
        FROM unnest(string_to_array(columns, ', ')) AS name
    LOOP
        WITH RECURSIVE own_type AS (
            SELECT format_type(atttypid, atttypmod) AS type_name, atttypid
            FROM pg_attribute
            WHERE attrelid = relation AND attname = required.name AND attnum > 0 AND NOT attisdropped
            UNION ALL
            SELECT type_name, typbasetype FROM own_type JOIN pg_type ON pg_type.oid = atttypid WHERE typtype = 'd'
        )
        SELECT type_name, atttypid::regtype AS base_type, typcategory INTO own
        FROM own_type JOIN pg_type ON pg_type.oid = atttypid
        WHERE typtype <> 'd';
        IF NOT FOUND THEN
            RAISE EXCEPTION 'column "%" of relation % does not exist', required.name, relation
                USING ERRCODE = 'undefined_column',
                      DETAIL = format('Reports need the columns %s of it.', columns),
                      HINT = 'Give a view that has them.';
        END IF;

        accepted := CASE required.type
            WHEN 'bigint'::regtype THEN own.base_type = ANY (whole_numbers)
            WHEN 'numeric'::regtype THEN own.base_type = ANY (whole_numbers || 'numeric'::regtype)
            WHEN 'date'::regtype THEN own.base_type = 'date'::regtype
            WHEN 'text'::regtype THEN own.typcategory IN ('S', 'E')
            ELSE true
        END;
        IF NOT accepted THEN
            RAISE EXCEPTION 'column "%" of relation % is of type %, not %', required.name, relation, own.type_name, required.type
                USING ERRCODE = 'datatype_mismatch',
                      HINT = CASE required.type
                          WHEN 'date'::regtype THEN 'Give a view that says which day it is, as in (paid_at AT TIME ZONE ''Europe/Vienna'')::date.'
                          WHEN 'numeric'::regtype THEN 'Give a view that casts it; floating-point numbers and money are not exact.'
                          ELSE 'Give a view that casts it.' END;
        END IF;

        -- What the ledger's own tables refuse counts as not known: an infinite date, and what can't be computed
        -- with. Whole numbers are bigint, so that keys of two tables meet.
        expressions := expressions || format(
            CASE WHEN required.type = 'date'::regtype THEN 'CASE WHEN %1$I BETWEEN ''1900-01-01'' AND ''2200-12-31'' THEN %1$I::date END'
                 WHEN required.type = 'numeric'::regtype THEN 'CASE WHEN abs(%1$I::numeric) < 1e30 THEN CASE WHEN scale(%1$I::numeric) > 20 THEN round(%1$I::numeric, 20) ELSE %1$I::numeric END END'
                 WHEN required.name = 'visitors' THEN 'CASE WHEN %1$I BETWEEN 0 AND 1000000000000 THEN %1$I::bigint END'
                 WHEN own.base_type = ANY (whole_numbers) THEN '%1$I::bigint'
                 WHEN required.type IS NULL THEN '%1$I'
                 ELSE '%1$I::text' END || ' AS %1$I', required.name);
    END LOOP;
    IF stands_for = 'lead' THEN
        SELECT format_type(atttypid, atttypmod) AS type_name, atttypid INTO own
        FROM pg_attribute WHERE attrelid = relation AND attname = 'traffic_source' AND attnum > 0 AND NOT attisdropped;
        IF own.atttypid <> 'lead_roi.traffic_source'::regtype THEN
            RAISE EXCEPTION 'column "traffic_source" of relation % is of type %, not lead_roi.traffic_source', relation, own.type_name
                USING ERRCODE = 'datatype_mismatch',
                      HINT = 'Give a view that makes one, as in lead_roi.traffic_source(utm_source, utm_medium), or one that leaves the column out.';
        END IF;
        expressions := expressions || CASE WHEN own.atttypid IS NULL THEN 'NULL::lead_roi.traffic_source AS traffic_source' ELSE 'traffic_source' END;
    ELSIF stands_for = 'expense' THEN
        expressions := expressions || '{NULL::bigint AS expense_id, NULL::text AS title, NULL::bigint AS recurring_expense_id, NULL::date AS bill_month}'::text[];
    END IF;
    RETURN format('SELECT %s FROM %s', array_to_string(expressions, ', '), relation);
END
$$;

COMMENT ON FUNCTION given_relation(regclass, text) IS
'Internal: the query by which a relation of the user''s takes the place of a table of a ledger; NULL without a relation. 42703, 42804, 42809 or 42501 if it can''t.';

CREATE FUNCTION check_ledger_schema(ledger_schema text) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    namespace constant regnamespace := ledger_schema;
    others text;
    in_the_way text;
BEGIN
    SELECT string_agg(DISTINCT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END, ', ')
    INTO others
    FROM pg_namespace, aclexplode(nspacl) AS privilege
    WHERE pg_namespace.oid = namespace AND privilege_type = 'CREATE' AND grantee <> nspowner;
    IF others IS NOT NULL THEN
        RAISE EXCEPTION 'others than its owner may create objects in schema %', ledger_schema
            USING ERRCODE = 'insufficient_privilege',
                  DETAIL = 'What they create there could be taken for a part of the ledger.',
                  HINT = format('Choose another name as "ledger", or run: REVOKE CREATE ON SCHEMA %s FROM %s', ledger_schema, others);
    END IF;

    SELECT string_agg(name, ', ' ORDER BY name) INTO in_the_way
    FROM (SELECT relname::text FROM pg_class WHERE relnamespace = namespace
          UNION SELECT typname FROM pg_type WHERE typnamespace = namespace) AS present (name)
    WHERE name IN (SELECT relation.name FROM lead_roi.ledger_relation() AS relation)
          OR name IN ('lead_roi_ledger', 'whole_months');
    IF in_the_way IS NOT NULL THEN
        RAISE EXCEPTION 'schema % has objects with names of a ledger', ledger_schema
            USING ERRCODE = 'duplicate_table',
                  DETAIL = format('In the way: %s.', in_the_way),
                  HINT = 'Choose another name as "ledger", or rename them.';
    END IF;
END
$$;

COMMENT ON FUNCTION check_ledger_schema(text) IS
'Internal: refuses a schema in which others may create objects (42501) or which has objects with names of a ledger (42P07).';

CREATE FUNCTION make_ledger(ledger_schema text, version text, currency text, decimals integer, time_zone text,
                            leads regclass, payments regclass, expenses regclass, visits regclass, security_invoker boolean)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    given jsonb;
    part record;
    relation_name text;
BEGIN
    IF (leads IS NULL) <> (payments IS NULL) THEN
        RAISE EXCEPTION 'leads and payments must be given together'
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('Argument "%s" is missing.', CASE WHEN leads IS NULL THEN 'leads' ELSE 'payments' END);
    END IF;
    PERFORM lead_roi.check_ledger_schema(ledger_schema);
    given := jsonb_strip_nulls(jsonb_build_object(
        'lead', lead_roi.given_relation(leads, 'lead'), 'payment', lead_roi.given_relation(payments, 'payment'),
        'expense', lead_roi.given_relation(expenses, 'expense'), 'visit', lead_roi.given_relation(visits, 'visit')));

    EXECUTE format('CREATE TYPE %s.lead_roi_ledger AS ENUM (%L, %L, %L, %L)', ledger_schema, 'version ' || version,
                   'currency ' || coalesce(currency, '(unnamed)'), 'decimals ' || decimals, 'time zone ' || time_zone);
    EXECUTE format('COMMENT ON TYPE %s.lead_roi_ledger IS %L', ledger_schema,
                   'Makes this schema a ledger of lead_roi; its labels say what it is');
    FOR part IN SELECT * FROM lead_roi.ledger_part() WHERE kind <> 'columns' LOOP
        relation_name := split_part(part.part, '/', 2);
        -- With expenses given there is nothing to post: views without rows stand in for the tables of posting.
        CONTINUE WHEN CASE WHEN relation_name IN ('recurring_expense', 'posting') THEN given ? 'expense'
                           WHEN part.kind = 'stand-in' THEN NOT given ? 'expense' END;
        EXECUTE CASE
            WHEN given ? relation_name THEN format('CREATE VIEW %s.%I AS %s', ledger_schema, relation_name, given ->> relation_name)
            ELSE lead_roi.ledger_definition(part.definition, ledger_schema, decimals) END;
        IF relation_name = 'payment' THEN
            PERFORM lead_roi.check_lead_id_type(ledger_schema, leads, payments);
        END IF;
    END LOOP;

    IF security_invoker THEN
        FOR relation_name IN SELECT relname FROM pg_class WHERE relnamespace = ledger_schema::regnamespace AND relkind = 'v' LOOP
            EXECUTE format('ALTER VIEW %s.%I SET (security_invoker = true)', ledger_schema, relation_name);
        END LOOP;
    END IF;
END
$$;

COMMENT ON FUNCTION make_ledger(text, text, text, integer, text, regclass, regclass, regclass, regclass, boolean) IS
'Internal: makes a ledger in a schema of the caller''s; see create_ledger().';

CREATE FUNCTION check_lead_id_type(ledger_schema text, leads regclass, payments regclass) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF (SELECT count(DISTINCT atttypid) FROM pg_attribute
        WHERE attname = 'lead_id' AND attrelid IN (format('%s.lead', ledger_schema)::regclass, format('%s.payment', ledger_schema)::regclass)) > 1 THEN
        RAISE EXCEPTION 'column "lead_id" of relation % is of another type than that of relation %', payments, leads
            USING ERRCODE = 'datatype_mismatch', HINT = 'Give a view that casts it.';
    END IF;
END
$$;

COMMENT ON FUNCTION check_lead_id_type(text, regclass, regclass) IS
'Internal: refuses leads and payments whose keys are of different types (42804).';

CREATE FUNCTION renew_ledger(ledger_schema text, old_version text, new_version text, decimals integer) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    own_views constant text[] := ARRAY(SELECT name FROM lead_roi.ledger_relation() WHERE kind = 'view');
    invoker boolean;
    kept_options jsonb;
    view_name text;
    definition text;
    foreign_names text[];
    in_the_way text[];
BEGIN
    -- One upgrade at a time; readers and writers go on.
    EXECUTE lead_roi.in_ledger('LOCK TABLE @ledger@.lead_source IN SHARE UPDATE EXCLUSIVE MODE', ledger_schema);

    SELECT jsonb_object_agg(relname, array_to_string(reloptions, ', ')),
           bool_and(coalesce(array_to_string(reloptions, ', ') ~ 'security_invoker=(true|on|1|yes)', false)),
           array_agg(relname::text) FILTER (WHERE foreign_to IS NOT NULL),
           array_agg(format('%I: %s', relname, foreign_to) ORDER BY relname) FILTER (WHERE foreign_to IS NOT NULL)
    INTO kept_options, invoker, foreign_names, in_the_way
    FROM pg_class, pg_get_userbyid(relowner) AS owner,
         LATERAL (SELECT CASE WHEN relkind <> 'v' THEN 'is not a view'
                              WHEN owner <> current_user THEN format('belongs to role "%s"; run ALTER VIEW %s.%I OWNER TO %I', owner, ledger_schema, relname, current_user) END) AS reason (foreign_to)
    WHERE relnamespace = ledger_schema::regnamespace AND relname = ANY (own_views);

    -- Each view by itself, so that all that is in the way is named and not the first alone. An error of
    -- another kind may follow from it.
    FOR view_name, definition IN
        SELECT substring(one_view FROM 'VIEW @ledger@\.(\w+)'), lead_roi.ledger_definition(one_view, ledger_schema, decimals)
        FROM lead_roi.ledger_part() AS part, regexp_split_to_table(part.definition, '(?=^CREATE OR REPLACE VIEW )', 'n') AS one_view
        WHERE kind = 'view' AND one_view LIKE 'CREATE%'
    LOOP
        CONTINUE WHEN view_name = ANY (foreign_names);
        BEGIN
            EXECUTE definition;
        EXCEPTION
            WHEN invalid_table_definition OR wrong_object_type OR duplicate_object OR duplicate_table OR duplicate_column THEN
                in_the_way := in_the_way || format('%I: %s', view_name, sqlerrm);
            WHEN OTHERS THEN
                IF in_the_way IS NULL THEN
                    RAISE;
                END IF;
        END;
    END LOOP;
    IF in_the_way IS NOT NULL THEN
        RAISE EXCEPTION 'objects of yours are in the way of the upgrade of ledger %', ledger_schema
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = array_to_string(in_the_way, E'\n'),
                  HINT = 'Rename or drop them, and call upgrade_ledger() again; nothing has been changed.';
    END IF;

    FOREACH view_name IN ARRAY own_views LOOP
        IF coalesce(kept_options ->> view_name, CASE WHEN invoker AND NOT kept_options ? view_name THEN 'security_invoker = true' END) IS NOT NULL THEN
            EXECUTE format('ALTER VIEW %s.%I SET (%s)', ledger_schema, view_name, coalesce(kept_options ->> view_name, 'security_invoker = true'));
        END IF;
    END LOOP;
    IF old_version <> new_version THEN
        EXECUTE format('ALTER TYPE %s.lead_roi_ledger RENAME VALUE %L TO %L', ledger_schema, 'version ' || old_version, 'version ' || new_version);
    END IF;
END
$$;

COMMENT ON FUNCTION renew_ledger(text, text, text, integer) IS
'Internal: makes the views of a ledger of the caller''s anew; see upgrade_ledger().';

CREATE FUNCTION remove_ledger(ledger_schema text, drop_rows boolean) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    own_tables constant regclass[] := ARRAY(
        SELECT pg_class.oid FROM pg_class JOIN lead_roi.ledger_relation() AS relation ON relation.name = relname
        WHERE relnamespace = ledger_schema::regnamespace AND relation.kind = 'table' AND relkind IN ('r', 'p'));
    own_views constant regclass[] := ARRAY(
        SELECT pg_class.oid FROM pg_class JOIN lead_roi.ledger_relation() AS relation ON relation.name = relname
        WHERE relnamespace = ledger_schema::regnamespace AND relkind = 'v');
    own_table regclass;
    has_rows boolean;
BEGIN
    -- Whoever posts begins with this table: wait for him here, with no lock that he may need.
    EXECUTE lead_roi.in_ledger('LOCK TABLE @ledger@.recurring_expense', ledger_schema);
    FOREACH own_table IN ARRAY own_tables LOOP
        EXECUTE format('LOCK TABLE %s', own_table);
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', own_table) INTO has_rows;
        IF has_rows AND NOT drop_rows THEN
            RAISE EXCEPTION 'table % has rows', own_table
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      DETAIL = format('Dropping ledger %s deletes them.', ledger_schema),
                      HINT = 'Save what you need, and pass drop_rows => true.';
        END IF;
    END LOOP;

    EXECUTE format('DROP VIEW %s', array_to_string(own_views, ', '));
    EXECUTE format('DROP TABLE %s', array_to_string(own_tables, ', '));
    EXECUTE lead_roi.in_ledger('DROP DOMAIN IF EXISTS @ledger@.whole_months; DROP TYPE @ledger@.lead_roi_ledger', ledger_schema);
END
$$;

COMMENT ON FUNCTION remove_ledger(text, boolean) IS
'Internal: drops the tables and views of a ledger of the caller''s; see drop_ledger().';
