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
'Makes a ledger: tables for lead sources, expenses, visits, leads and payments in a schema of yours, and the report views over them. Creates the schema if it isn''t there. Everything belongs to the schema''s owner, which is pg_database_owner if a superuser calls and the schema isn''t there yet, and is dumped like tables of your own. Returns the name as SQL writes it.
ledger: name of the schema; one with blanks or upper case needs double quotes: ''"North America"''. currency: code in ISO 4217, which decides the decimals; NULL: not named, two decimals. time_zone: where the ledger''s days begin and end.
leads, payments, expenses, visits: tables or views of your own that take the place of the ledger''s and are only read; leads and payments are given together. leads need the columns lead_id (of any type), lead_source_id, created_on, converted_on, churned_on, and may have traffic_source and external_id; payments lead_id, paid_on, amount, and may have currency, lead_external_id, external_id; expenses lead_source_id, incurred_on, amount, cost_type, and may have currency, covers_from, covers_through, title, external_id; visits lead_source_id, visited_on, visitors, with the meaning and units that these columns have in the ledger''s own tables. With expenses given there is nothing to post.
security_invoker: the views have their reader''s rights instead of their owner''s.
42710 if there is such a ledger, 42P07 if an object of the schema is in the way, 42501 if roles other than its owner may create objects in it; 42602, 42939, 22023 or 22004 for an invalid argument; 42703, 42804 or 42809 naming the relation and column that don''t fit; 55000 if the extension is of another version than the loaded library, as before ALTER EXTENSION UPDATE.';

CREATE FUNCTION upgrade_ledger(ledger text DEFAULT current_ledger()) RETURNS void
LANGUAGE C VOLATILE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME', 'lead_roi_upgrade_ledger';

COMMENT ON FUNCTION upgrade_ledger(text) IS
'Brings a ledger to the version of the extension. Keeps rows, grants, options of views, and your own columns, indexes and views; can be called again. 55000 if something of yours is in its way: the error names it, and nothing is changed; or if the extension is of another version than the loaded library, as before ALTER EXTENSION UPDATE.';

CREATE FUNCTION alter_ledger(ledger text, currency text DEFAULT NULL, time_zone text DEFAULT NULL, exchange_rate_days integer DEFAULT NULL) RETURNS void
LANGUAGE C VOLATILE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME', 'lead_roi_alter_ledger';

COMMENT ON FUNCTION alter_ledger(text, text, text, integer) IS
'Changes properties of a ledger; those that are left out stay as they are. currency: names the currency of a ledger that was made without one, while no amount in it names another (55000); amounts stay as they are. time_zone: where its days begin and end from now on. exchange_rate_days: how many days old an exchange rate may be to be applied, 0 to 3650; 10 by default.
22004 or 22023 for an invalid argument; errors as upgrade_ledger().';

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

CREATE FUNCTION ledger_relation(OUT name text, OUT kind text, OUT kept boolean) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT found[2], lower(found[1]), bool_and(kind IN ('kept-table', 'kept-view'))
    FROM lead_roi.ledger_part() WITH ORDINALITY AS part (part, kind, definition, part_number),
         regexp_matches(definition, '^CREATE (?:OR REPLACE )?(TABLE|VIEW) @ledger@\.(\w+)', 'gn') WITH ORDINALITY AS match (found, match_number)
    WHERE kind IN ('table', 'view', 'kept-table', 'kept-view')
    GROUP BY 1, 2
    ORDER BY min(part_number), min(match_number)
$$;

COMMENT ON FUNCTION ledger_relation() IS
'Internal: the tables and views of a ledger, in the order in which they are made; kept: it is there only where summaries are kept, see keep_summaries().';

CREATE FUNCTION ledger_definition(definition text, ledger_schema text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    property constant record := lead_roi.ledger_properties(format('%s.lead_roi_ledger', ledger_schema)::regtype);
    columns constant jsonb := (SELECT jsonb_object_agg(columns.part, columns.definition) FROM lead_roi.ledger_part() AS columns WHERE kind = 'columns');
    distributed constant boolean := lead_roi_internal.is_distributed(ledger_schema);
    filled text := definition;
    placeholder text;
    value text;
BEGIN
    filled := replace(filled, '@figures@', columns ->> 'report/figures');
    filled := replace(filled, '@survival_curves@', columns ->> 'report/survival_curves');
    filled := replace(filled, '@acquisition_parts@', columns ->> 'report/acquisition_parts');
    filled := replace(filled, '@lead_source_of_lead@', columns ->> 'identity/lead_source');
    filled := replace(filled, '@channel@', columns ->> 'identity/channel');
    filled := regexp_replace(filled, '@counted_as\(([\w.]+)\)@', CASE WHEN distributed THEN 'coalesce(counted_as, \1)' ELSE 'lead_roi_internal.counted_as(\1, @mergers@)' END, 'g');
    filled := replace(filled, '@merging@', CASE WHEN distributed THEN ' LEFT JOIN @ledger@.merged_lead_source USING (lead_source_id)' ELSE '' END);
    filled := regexp_replace(filled, '@looked_up\(([@\w]+), ([@\w]+)\)@', CASE WHEN distributed THEN columns ->> 'funnel/looked_up' ELSE '' END, 'g');
    filled := replace(filled, '@day@', CASE WHEN distributed THEN 'looked_up.today' ELSE '(SELECT @today@)' END);
    filled := regexp_replace(filled, '@one_server@(.*?)@citus@(.*?)@end@', CASE WHEN distributed THEN '\2' ELSE '\1' END, 'g');
    filled := replace(filled, '@lead_of_payment@', CASE WHEN distributed THEN 'payment.lead_id' ELSE columns ->> 'funnel/lead_of_payment' END);
    filled := replace(filled, '@keyed_payment@', CASE WHEN distributed THEN '' ELSE columns ->> 'funnel/keyed_payment' END);
    filled := replace(filled, '@unite@', CASE WHEN distributed THEN '(VALUES (true)) AS united (here) CROSS JOIN LATERAL ' ELSE '' END);
    filled := replace(filled, '@united@', CASE WHEN distributed THEN ' WHERE united.here' ELSE '' END);
    filled := replace(filled, '@gathered@', CASE WHEN distributed THEN ' OFFSET 0' ELSE '' END);
    filled := regexp_replace(filled, '@expense_part\(([^()]+), ([@.\w]+)\)@', columns ->> 'funnel/expense_part', 'g');
    filled := regexp_replace(filled, '@converted\(([\w.]+), ([\w.]+), ([\w.]+)\)@', '@converted(\1, \2, \3, @rates@)@', 'g');
    filled := regexp_replace(filled, '@converted\(([\w.]+), ([\w.]+), ([\w.]+), ([@.\w]+)\)@', columns ->> 'money/converted', 'g');
    filled := replace(filled, '@aliases@', columns ->> 'identity/aliases');
    filled := replace(filled, '@mergers@', columns ->> 'identity/mergers');
    filled := replace(filled, '@rates@', columns ->> 'money/rates');
    filled := regexp_replace(filled, '@stale\((\w+), (\w+)\)@', columns ->> 'report/stale', 'g');
    filled := regexp_replace(filled, '@date_violation\((\w+)\)@', columns ->> 'report/date_violation', 'g');
    FOR placeholder, value IN VALUES
        ('@today@', 'lead_roi.ledger_today(NULL::@ledger@.lead_roi_ledger)'),
        ('@currency@', quote_literal(coalesce(property.currency, ''))),
        ('@exchange_rate_days@', property.exchange_rate_days::text),
        ('@rule@', quote_literal(format('version %s, currency %s, decimals %s, exchange rate days %s', property.version, property.currency, property.decimals, property.exchange_rate_days))),
        ('@decimals@', property.decimals::text),
        ('@unit_decimals@', (property.decimals + 4)::text),
        ('@ledger@', ledger_schema)
    LOOP
        filled := replace(filled, placeholder, value);
    END LOOP;
    RETURN filled;
END
$$;

COMMENT ON FUNCTION ledger_definition(text, text) IS
'Internal: the statements of a part of a ledger whose type has been made, with what stands for @ledger@ (its schema), @today@, @currency@ (its code, empty: not named), @exchange_rate_days@, @rule@ (these together, as a literal), @decimals@ (of amounts) and @unit_decimals@ (of costs per unit, four more); and @figures@, @survival_curves@, @acquisition_parts@, @lead_source_of_lead@, @channel@, @lead_of_payment@, @keyed_payment@, @aliases@, @mergers@, @rates@, @looked_up(aliases, rates)@ (joins what a query looks up once, on Citus, see looked_up()), @day@ (today, from there), @counted_as(lead_source_id)@ and @merging@, after what it is selected from (counted_as() with @mergers@; on Citus a join, as Citus runs a query with a subquery among its columns by itself), @unite@ and @united@ (before a union that Citus is not to run by itself, and at the end of one of its queries), @gathered@ (ends a query that Citus is to run by itself), @expense_part(columns, relation)@, @converted(amount, currency, date)@ (a fourth argument: the rates), @date_violation(date)@ and @stale(by_alias, by_rate)@ (texts of files of their own) filled in. Of @one_server@ ... @citus@ ... @end@ the second part is taken where Citus has distributed the leads, else the first.';

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
        RAISE EXCEPTION 'roles other than its owner may create objects in schema %', ledger_schema
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

    EXECUTE format('CREATE TYPE %s.lead_roi_ledger AS ENUM (%L, %L, %L, %L, %L)', ledger_schema, 'version ' || version,
                   'currency ' || coalesce(currency, '(unnamed)'), 'decimals ' || decimals, 'time zone ' || time_zone, 'exchange rate days 10');
    EXECUTE format('COMMENT ON TYPE %s.lead_roi_ledger IS %L', ledger_schema,
                   'Makes this schema a ledger of lead_roi; its labels say what it is');
    FOR part IN SELECT * FROM lead_roi.ledger_part() WHERE kind IN ('table', 'stand-in', 'view') LOOP
        relation_name := split_part(part.part, '/', 2);
        -- With expenses given there is nothing to post: views without rows stand in for the tables of posting.
        CONTINUE WHEN CASE WHEN relation_name IN ('recurring_expense', 'posting') THEN given ? 'expense'
                           WHEN part.kind = 'stand-in' THEN NOT given ? 'expense' END;
        EXECUTE CASE
            WHEN given ? relation_name THEN format('CREATE VIEW %s.%I AS %s', ledger_schema, relation_name, given ->> relation_name)
            ELSE lead_roi.ledger_definition(part.definition, ledger_schema) END;
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
'Internal: makes a ledger in the caller''s schema; see create_ledger().';

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

CREATE FUNCTION lead_roi_internal.keeps_summaries(ledger_schema text) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN EXISTS (SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
               WHERE relnamespace = ledger_schema::regnamespace AND relname = 'summary_state' AND relkind = 'r' AND relowner = nspowner);

COMMENT ON FUNCTION lead_roi_internal.keeps_summaries(text) IS
'Internal: whether a ledger keeps summaries. A table of that name that belongs to somebody else doesn''t count.';

CREATE FUNCTION renew_ledger(ledger_schema text, old_version text, new_version text, keeps_summaries boolean) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    own_views constant text[] := ARRAY(SELECT name FROM lead_roi.ledger_relation() WHERE kind = 'view' AND (keeps_summaries OR NOT kept));
    invoker boolean;
    kept_options jsonb;
    view_name text;
    definition text;
    foreign_names text[];
    in_the_way text[];
BEGIN
    -- One upgrade at a time; readers and writers go on.
    EXECUTE lead_roi.in_ledger('LOCK TABLE @ledger@.lead_source IN SHARE UPDATE EXCLUSIVE MODE', ledger_schema);
    -- Before the views, which say by which version's rule summaries must have been made.
    IF old_version <> new_version THEN
        EXECUTE format('ALTER TYPE %s.lead_roi_ledger RENAME VALUE %L TO %L', ledger_schema, 'version ' || old_version, 'version ' || new_version);
    END IF;
    IF keeps_summaries THEN
        PERFORM lead_roi_internal.enable_keeping(ledger_schema);
    END IF;

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
        SELECT substring(one_view FROM 'VIEW @ledger@\.(\w+)'), lead_roi.ledger_definition(one_view, ledger_schema)
        FROM lead_roi.ledger_part() AS part, regexp_split_to_table(part.definition, '(?=^CREATE OR REPLACE VIEW )', 'n') AS one_view
        WHERE (kind = 'view' OR kind = 'kept-view' AND keeps_summaries) AND one_view LIKE 'CREATE%'
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
END
$$;

COMMENT ON FUNCTION renew_ledger(text, text, text, boolean) IS
'Internal: recreates the views of the caller''s ledger, reading kept summaries or facts; see upgrade_ledger() and keep_summaries().';

CREATE FUNCTION change_ledger(ledger_schema text, currency text, decimals integer, time_zone text, exchange_rate_days integer) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    property constant record := lead_roi.ledger_properties(format('%s.lead_roi_ledger', ledger_schema)::regtype);
    foreign_amounts bigint;
    old_label text;
    new_label text;
BEGIN
    IF currency <> property.currency THEN
        RAISE EXCEPTION 'ledger % is kept in %', ledger_schema, property.currency
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Make another ledger for another currency.';
    ELSIF currency IS NOT NULL AND property.currency IS NULL THEN
        EXECUTE lead_roi.in_ledger($query$
            SELECT (SELECT count(currency) FROM @ledger@.expense) + (SELECT count(currency) FROM @ledger@.payment)
                   + (SELECT count(currency) FROM @ledger@.recurring_expense) + (SELECT count(currency) FROM @ledger@.posting)
            $query$, ledger_schema) INTO foreign_amounts;
        IF foreign_amounts > 0 THEN
            RAISE EXCEPTION 'amounts in ledger % already name a currency', ledger_schema
                USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = format('There are %s, in the columns "currency".', foreign_amounts),
                      HINT = 'Set these columns to NULL where the amount is in the currency of the ledger.';
        END IF;
    END IF;

    FOR old_label, new_label IN VALUES
        ('currency ' || coalesce(property.currency, '(unnamed)'), 'currency ' || currency),
        ('decimals ' || property.decimals, 'decimals ' || decimals),
        ('time zone ' || property.time_zone, 'time zone ' || time_zone),
        ('exchange rate days ' || property.exchange_rate_days, 'exchange rate days ' || exchange_rate_days)
    LOOP
        IF new_label <> old_label THEN
            EXECUTE format('ALTER TYPE %s.lead_roi_ledger RENAME VALUE %L TO %L', ledger_schema, old_label, new_label);
        END IF;
    END LOOP;
    PERFORM lead_roi.renew_ledger(ledger_schema, property.version, property.version, lead_roi_internal.keeps_summaries(ledger_schema));
END
$$;

COMMENT ON FUNCTION change_ledger(text, text, integer, text, integer) IS
'Internal: changes those properties of the caller''s ledger that are not NULL, and its views accordingly; see alter_ledger().';

CREATE FUNCTION remove_ledger(ledger_schema text, drop_rows boolean) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    own_tables constant regclass[] := ARRAY(
        SELECT pg_class.oid FROM pg_class JOIN lead_roi.ledger_relation() AS relation ON relation.name = relname
        WHERE relnamespace = ledger_schema::regnamespace AND relation.kind = 'table' AND NOT relation.kept AND relkind IN ('r', 'p'));
    own_views constant regclass[] := ARRAY(
        SELECT pg_class.oid FROM pg_class JOIN lead_roi.ledger_relation() AS relation ON relation.name = relname
        WHERE relnamespace = ledger_schema::regnamespace AND NOT relation.kept AND relkind = 'v');
    own_table regclass;
    has_rows boolean;
BEGIN
    -- Whoever posts begins with this table: wait for him here, with no lock that he may need.
    EXECUTE lead_roi.in_ledger('LOCK TABLE @ledger@.recurring_expense', ledger_schema);
    IF lead_roi_internal.keeps_summaries(ledger_schema) THEN
        PERFORM lead_roi_internal.lock_keeping(ledger_schema);
    END IF;
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

    IF lead_roi_internal.keeps_summaries(ledger_schema) THEN
        PERFORM lead_roi_internal.stop_keeping(ledger_schema);
    END IF;
    EXECUTE format('DROP VIEW %s', array_to_string(own_views, ', '));
    EXECUTE format('DROP TABLE %s', array_to_string(own_tables, ', '));
    EXECUTE lead_roi.in_ledger('DROP DOMAIN IF EXISTS @ledger@.whole_months; DROP TYPE @ledger@.lead_roi_ledger', ledger_schema);
END
$$;

COMMENT ON FUNCTION remove_ledger(text, boolean) IS
'Internal: drops the tables and views of the caller''s ledger; see drop_ledger().';
