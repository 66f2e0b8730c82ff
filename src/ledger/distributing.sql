--
-- distributing: a ledger whose leads and payments are more than one machine bears, on Citus. Its books become tables of
-- which every node has a copy; leads and payments are distributed by lead_id, so that they meet on their node, and
-- visits by lead source. What is read of Citus is read by name, so that nothing of it is needed elsewhere.
--

CREATE FUNCTION lead_roi_internal.distribution_method(relation regclass) RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_distribution_method';

COMMENT ON FUNCTION lead_roi_internal.distribution_method(regclass) IS
'Internal: how Citus has distributed a table: h, by the hash of a column; n, whole, on one node or on all; NULL: it has not.';

CREATE FUNCTION lead_roi_internal.is_distributed(ledger_schema text) RETURNS boolean
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
RETURN coalesce(lead_roi_internal.distribution_method(to_regclass(ledger_schema || '.lead')) = 'h', false);

COMMENT ON FUNCTION lead_roi_internal.is_distributed(text) IS
'Internal: whether distribute_ledger() has distributed the leads of a ledger. False for one that Citus has placed whole on one node.';

-- Citus runs a subquery by itself and puts what it returned in its place, as a function that the planner takes for volatile: so a view with
-- one among its columns is not merged with the query around it, computes all columns for every row, and lets no condition on such a column through.
-- A function that is called with them in FROM is not in the way, if it is LATERAL and says that it returns one row.
CREATE FUNCTION lead_roi_internal.looked_up(INOUT today date, INOUT aliases bytea, INOUT rates bytea) RETURNS SETOF record
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 1
SET search_path = pg_catalog, pg_temp
AS 'SELECT today, aliases, rates';

COMMENT ON FUNCTION lead_roi_internal.looked_up(date, bytea, bytea) IS
'Internal: what a query on a distributed ledger looks up once: today, the aliases as alias_map() returns them, and the exchange rates as exchange_rates() does. Returns its arguments.';

CREATE FUNCTION distribute_ledger(ledger text) RETURNS void
LANGUAGE C VOLATILE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME', 'lead_roi_distribute_ledger';

COMMENT ON FUNCTION distribute_ledger(text) IS
'Distributes the tables of a ledger over the nodes of Citus, in one transaction, on the coordinator: leads and payments by lead_id, visits by lead source; every node gets a copy of lead sources, aliases, rules, exchange rates and everything about expenses; files and runs stay on the coordinator. Reports show the same figures as before on every node. Functions that change the ledger, such as posting and imports, are called on the coordinator. Locks the tables until it ends.
From then on every payment has a lead_id, and the unique keys of payments have it as a second column; the one on external_id of leads becomes a plain index, so only imports keep it unique.
55000 without Citus, on a worker node, or where the coordinator is not among the nodes; if the ledger is already distributed, keeps summaries, has payments without a lead, triggers of yours, or an owner that may not log in: the error says what to do. 0A000 for a ledger that reads relations of yours. Errors as upgrade_ledger().';

CREATE FUNCTION lead_roi_internal.check_citus() RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    knows_itself boolean;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        RAISE EXCEPTION 'Citus is not installed in this database'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'A ledger is distributed over the nodes of Citus: run CREATE EXTENSION citus on each, see docs/scaling.md.';
    END IF;
    EXECUTE 'SELECT EXISTS (SELECT FROM pg_dist_node WHERE groupid = 0)' INTO knows_itself;
    IF NOT knows_itself THEN
        RAISE EXCEPTION 'the coordinator is not among the nodes of Citus'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'It needs a copy of the books of the ledger, as other nodes do.',
                  HINT = 'Run SELECT citus_set_coordinator_host(''the name by which other nodes reach this one''), then call again.';
    END IF;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.check_citus() IS
'Internal: refuses a database in which nothing can be distributed (55000).';

CREATE FUNCTION lead_roi_internal.check_distributing(ledger_schema text) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found text;
    payments bigint;
BEGIN
    PERFORM lead_roi_internal.check_citus();
    SELECT string_agg(relname, ', ' ORDER BY relname) INTO found
    FROM pg_class WHERE relnamespace = ledger_schema::regnamespace AND relname IN ('expense', 'visit', 'lead', 'payment') AND relkind <> 'r';
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'ledger % reads relations of yours, which can''t be distributed', ledger_schema
            USING ERRCODE = 'feature_not_supported', DETAIL = format('Not tables of the ledger: %s.', found),
                  HINT = 'Make another ledger, and load it by import_file() or INSERT.';
    ELSIF lead_roi_internal.distribution_method(format('%s.lead', ledger_schema)::regclass) IS NOT NULL THEN
        RAISE EXCEPTION 'ledger % is already distributed', ledger_schema
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'The view citus_tables lists its tables.';
    ELSIF lead_roi_internal.keeps_summaries(ledger_schema) THEN
        RAISE EXCEPTION 'ledger % keeps summaries, which can''t be distributed', ledger_schema
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = format('Run SELECT lead_roi.keep_summaries(%L, false) first.', ledger_schema);
    ELSIF NOT (SELECT rolcanlogin FROM pg_roles WHERE rolname = current_user) THEN
        RAISE EXCEPTION 'ledger % belongs to role %, which may not log in', ledger_schema, quote_ident(current_user)
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = 'Citus connects to other nodes as the owner of the tables.',
                  HINT = 'Give the schema and what is in it to a role that may, by ALTER SCHEMA, TABLE, VIEW, DOMAIN and TYPE ... OWNER TO.';
    END IF;

    SELECT string_agg(format('%s on %s', quote_ident(tgname), tgrelid::regclass), ', ' ORDER BY tgrelid::regclass::text, tgname) INTO found
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE relnamespace = ledger_schema::regnamespace AND NOT tgisinternal AND pronamespace NOT IN ('lead_roi'::regnamespace, 'lead_roi_internal'::regnamespace);
    IF found IS NOT NULL THEN
        RAISE EXCEPTION 'tables of ledger % have triggers of yours', ledger_schema
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = format('Citus would run them on every copy of a row: %s.', found),
                  HINT = 'Drop them, or do their work elsewhere.';
    END IF;

    EXECUTE lead_roi.in_ledger('SELECT count(*) FROM @ledger@.payment WHERE lead_id IS NULL', ledger_schema) INTO payments;
    IF payments > 0 THEN
        RAISE EXCEPTION 'ledger % has payments without a lead', ledger_schema
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = format('There are %s, and payments are distributed by their leads.', payments),
                  HINT = format('Run SELECT lead_roi.assign_payments(%L). SELECT * FROM %s.payment WHERE lead_id IS NULL lists what is left: load the leads, or give these payments a lead.', ledger_schema, ledger_schema);
    END IF;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.check_distributing(text) IS
'Internal: refuses a ledger that can''t be distributed, with what to do about it; see distribute_ledger().';

CREATE FUNCTION lead_roi_internal.refuse_files(ledger_schema text) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF lead_roi_internal.distribution_method(to_regclass(ledger_schema || '.lead_source')) IS NOT NULL THEN
        RAISE EXCEPTION 'ledger % is distributed and cannot load files itself', ledger_schema
            USING ERRCODE = 'feature_not_supported', DETAIL = 'Loading a file compares and changes all kinds of its rows in one statement, which Citus can''t run.',
                  HINT = 'Load the file into a ledger beside it on the coordinator, and move the rows by INSERT ... SELECT, as docs/scaling.md shows.';
    END IF;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.refuse_files(text) IS
'Internal: refuses a ledger that Citus has distributed, into which no file can be loaded (0A000).';

CREATE FUNCTION lead_roi_internal.open_ledger_for_files(ledger text) RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ledger_schema constant text := (lead_roi_internal.open_ledger_for_writing(ledger, NULL)).ledger_schema;
BEGIN
    PERFORM lead_roi_internal.refuse_files(ledger_schema);
    RETURN ledger_schema;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.open_ledger_for_files(text) IS
'Internal: the schema of a ledger that files are loaded into, as SQL writes it. Errors as refuse_files() and open_ledger_for_writing().';

--
-- A table that is distributed is empty itself. Its old rows are taken out at once: TRUNCATE of what others refer to
-- meets only tables that are distributed, too, when all are.
--
CREATE FUNCTION lead_roi_internal.distribute(ledger_schema text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- In this order, as the foreign keys between them ask for.
    books constant text[] := '{known_source, channel_rule, exchange_rate, lead_source, lead_source_alias, recurring_expense, amount_change, posting, posting_failure, expense, imported_visit}';
    facts constant text[] := '{lead, payment, visit}';
    version constant text := (lead_roi.ledger_properties(format('%s.lead_roi_ledger', ledger_schema)::regtype)).version;
    name text;
BEGIN
    -- Writers that are at work end first.
    EXECUTE (SELECT format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', string_agg(format('%s.%I', ledger_schema, listed.name), ', ')) FROM unnest(books || facts) AS listed (name));
    PERFORM lead_roi_internal.check_distributing(ledger_schema);
    EXECUTE lead_roi.in_ledger($statement$
        ALTER TABLE @ledger@.lead DROP CONSTRAINT lead_external_id_key;
        CREATE INDEX lead_external_id_idx ON @ledger@.lead (external_id) WHERE external_id IS NOT NULL;
        ALTER TABLE @ledger@.payment ALTER lead_id SET NOT NULL,
            DROP CONSTRAINT payment_pkey, ADD CONSTRAINT payment_pkey PRIMARY KEY (payment_id, lead_id),
            DROP CONSTRAINT payment_external_id_key, ADD CONSTRAINT payment_external_id_key UNIQUE (external_id, lead_id);
        $statement$, ledger_schema);

    -- Triggers and foreign keys of the books are fit for copies; Citus can't know that.
    SET LOCAL citus.enable_unsafe_triggers = on;
    SET LOCAL citus.enable_local_reference_table_foreign_keys = off;
    SET LOCAL citus.multi_shard_modify_mode = 'sequential';
    SET LOCAL client_min_messages = warning;
    FOREACH name IN ARRAY books LOOP
        EXECUTE 'SELECT create_reference_table($1)' USING format('%s.%I', ledger_schema, name)::regclass;
    END LOOP;
    EXECUTE 'SELECT create_distributed_table($1, ''lead_id'')' USING format('%s.lead', ledger_schema)::regclass;
    EXECUTE 'SELECT create_distributed_table($1, ''lead_id'', colocate_with => $2)' USING format('%s.payment', ledger_schema)::regclass, format('%s.lead', ledger_schema);
    EXECUTE 'SELECT create_distributed_table($1, ''lead_source_id'', colocate_with => ''none'')' USING format('%s.visit', ledger_schema)::regclass;
    FOREACH name IN ARRAY books || facts LOOP
        EXECUTE 'SELECT truncate_local_data_after_distributing_table($1)' USING format('%s.%I', ledger_schema, name)::regclass;
    END LOOP;
    PERFORM lead_roi.renew_ledger(ledger_schema, version, version, false);
END
$$;

COMMENT ON FUNCTION lead_roi_internal.distribute(text) IS
'Internal: distribute_ledger() in the caller''s ledger.';
