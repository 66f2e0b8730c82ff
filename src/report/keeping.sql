--
-- keeping: summaries of a ledger are kept, folded and compared with the facts. All of it is done as the ledger's
-- owner; see cells.ledger.sql for what is stored, and change.ledger.sql for what is added to it.
--

CREATE FUNCTION keep_summaries(ledger text, "on" boolean) RETURNS void
LANGUAGE C VOLATILE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME', 'lead_roi_keep_summaries';

COMMENT ON FUNCTION keep_summaries(text, boolean) IS
'Keeps summaries of a ledger, so that reports read some ten thousand cells instead of all facts; or stops doing so. The figures stay the same to the last digit, at every moment. Every change of a fact is then logged within its own transaction; fold_summaries() or the worker adds the logs to the cells. After switching on, reports read the facts until the first fold. Waits for writers that are at work, and holds up others for the moment of the switch. Does nothing if the ledger already does, or already doesn''t, keep summaries.
0A000 for a ledger that reads relations of yours, whose views have their reader''s rights, whose tables have forced policies or children, or are distributed by Citus; 42P07 if an object of the schema is in the way; errors as upgrade_ledger().';

CREATE FUNCTION fold_summaries(ledger text DEFAULT current_ledger()) RETURNS bigint
LANGUAGE C VOLATILE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME', 'lead_roi_fold_summaries';

COMMENT ON FUNCTION fold_summaries(text) IS
'Adds to the kept summaries of a ledger what has changed since the last fold, and empties the logs; fills them if they are new or stale. Readers and writers go on; two folds run one after the other. Returns the number of rows taken from the logs. For members of the owner''s role; the worker calls it when some 5,000 rows are logged.
55000 if the ledger keeps no summaries; 25001 unless the transaction is READ COMMITTED; errors as upgrade_ledger().';

CREATE FUNCTION rebuild_summaries(ledger text DEFAULT current_ledger()) RETURNS void
LANGUAGE C VOLATILE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME', 'lead_roi_rebuild_summaries';

COMMENT ON FUNCTION rebuild_summaries(text) IS
'Makes the kept summaries of a ledger anew from the facts, as reconciliation asks for with "summary_differs". Readers and writers go on. Errors as fold_summaries().';

--
-- Triggers.
--

CREATE FUNCTION lead_roi_internal.log_changes() RETURNS trigger
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'lead_roi_log_changes';

COMMENT ON FUNCTION lead_roi_internal.log_changes() IS
'Internal: writes the rows that a statement made and unmade into the log of the table.';

CREATE FUNCTION lead_roi_internal.mark_summaries() RETURNS trigger
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'lead_roi_mark_summaries';

COMMENT ON FUNCTION lead_roi_internal.mark_summaries() IS
'Internal: notes in summary_state, as the trigger''s argument says, that cells are stale.';

--
-- What is done as the owner of the ledger.
--

CREATE FUNCTION lead_roi_internal.lock_keeping(ledger_schema text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_class JOIN lead_roi.ledger_relation() AS relation ON relation.name = relname
               WHERE relnamespace = ledger_schema::regnamespace AND relation.kept AND relowner <> current_user::regrole) THEN
        RAISE EXCEPTION 'kept summaries of ledger % belong to another role than the ledger', ledger_schema
            USING ERRCODE = 'insufficient_privilege', HINT = format('Give them back with ALTER TABLE ... OWNER TO %I.', current_user);
    END IF;
    EXECUTE lead_roi.in_ledger('LOCK TABLE @ledger@.summary_state IN SHARE UPDATE EXCLUSIVE MODE', ledger_schema);
END
$$;

COMMENT ON FUNCTION lead_roi_internal.lock_keeping(text) IS
'Internal: the first lock of whoever folds, upgrades or drops the summaries of a ledger of the caller''s; one at a time. 42501 if any of it belongs to another role.';

CREATE FUNCTION lead_roi_internal.check_keeping(ledger_schema text) RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    reason text;
    in_the_way text;
BEGIN
    SELECT string_agg(format('"%s" %s', relname, CASE WHEN relkind <> 'r' THEN 'is a relation of yours' WHEN relhassubclass OR inherits THEN 'inherits, or is inherited from'
                                                      ELSE 'has policies that are forced' END), '; ' ORDER BY relname) INTO reason
    FROM pg_class CROSS JOIN LATERAL (SELECT relispartition OR EXISTS (SELECT FROM pg_inherits WHERE inhrelid = pg_class.oid)) AS child (inherits)
    WHERE relnamespace = ledger_schema::regnamespace AND relname IN ('expense', 'visit', 'lead', 'payment', 'lead_source_alias', 'exchange_rate')
          AND (relkind <> 'r' OR relhassubclass OR inherits OR relforcerowsecurity);
    IF reason IS NULL AND EXISTS (SELECT FROM pg_class WHERE relnamespace = ledger_schema::regnamespace AND relname = 'lead_source_summary'
                                                             AND array_to_string(reloptions, ',') ~ 'security_invoker=(true|on|1|yes)') THEN
        reason := 'its views have the rights of their readers (security_invoker)';
    ELSIF reason IS NULL AND lead_roi_internal.distribution_method(format('%s.lead', ledger_schema)::regclass) IS NOT NULL THEN
        reason := 'its tables are distributed by Citus';
    END IF;
    IF reason IS NOT NULL THEN
        RAISE EXCEPTION 'ledger % can''t keep summaries', ledger_schema
            USING ERRCODE = 'feature_not_supported', DETAIL = format('Reason: %s.', reason), HINT = 'Its reports go on reading the facts.';
    END IF;

    SELECT string_agg(relname, ', ' ORDER BY relname) INTO in_the_way
    FROM pg_class JOIN lead_roi.ledger_relation() AS relation ON relation.name = relname
    WHERE relnamespace = ledger_schema::regnamespace AND relation.kept;
    IF in_the_way IS NOT NULL THEN
        RAISE EXCEPTION 'schema % has objects with names of kept summaries', ledger_schema
            USING ERRCODE = 'duplicate_table', DETAIL = format('In the way: %s.', in_the_way), HINT = 'Rename or drop them.';
    END IF;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.check_keeping(text) IS
'Internal: refuses a ledger that can''t keep summaries (0A000) or has objects in the way (42P07).';

CREATE FUNCTION lead_roi_internal.keeping_trigger(ledger_schema text, OUT of_table regclass, OUT name text, OUT fires text, OUT is_right boolean) RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT tgrelid, tgname, fires, tgenabled = CASE fires WHEN '' THEN 'O' ELSE left(fires, 1) END
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
         CROSS JOIN LATERAL (SELECT CASE WHEN tgname IN ('keep_replicated', 'notice_subscription') THEN 'REPLICA' WHEN tgname = 'keep_truncated' THEN 'ALWAYS' ELSE '' END) AS right_for (fires)
    WHERE relnamespace = ledger_schema::regnamespace AND pronamespace = 'lead_roi_internal'::regnamespace AND proname IN ('log_changes', 'mark_summaries')
    ORDER BY tgrelid, tgname
$$;

COMMENT ON FUNCTION lead_roi_internal.keeping_trigger(text) IS
'Internal: the triggers that keep the summaries of a ledger; fires: REPLICA, ALWAYS or nothing, as ALTER TABLE ... ENABLE TRIGGER has it; is_right: whether it is set so.';

CREATE FUNCTION lead_roi_internal.enable_keeping(ledger_schema text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    trigger record;
BEGIN
    PERFORM lead_roi_internal.lock_keeping(ledger_schema);
    IF NOT EXISTS (SELECT FROM lead_roi_internal.keeping_trigger(ledger_schema) WHERE NOT is_right) THEN
        RETURN;
    END IF;
    EXECUTE (SELECT format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', string_agg(DISTINCT of_table::text, ', ')) FROM lead_roi_internal.keeping_trigger(ledger_schema));
    FOR trigger IN SELECT * FROM lead_roi_internal.keeping_trigger(ledger_schema) WHERE NOT is_right LOOP
        EXECUTE format('ALTER TABLE %s ENABLE %s TRIGGER %I', trigger.of_table, trigger.fires, trigger.name);
    END LOOP;
    EXECUTE lead_roi.in_ledger('INSERT INTO @ledger@.summary_state (state) VALUES (''disturbed'')', ledger_schema);
END
$$;

COMMENT ON FUNCTION lead_roi_internal.enable_keeping(text) IS
'Internal: enables the triggers that keep the summaries of a ledger of the caller''s as they are to be, where a restore or somebody has set them otherwise, and has the summaries made anew then.';

CREATE FUNCTION lead_roi_internal.start_keeping(ledger_schema text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    part record;
    version constant text := (lead_roi.ledger_properties(format('%s.lead_roi_ledger', ledger_schema)::regtype)).version;
BEGIN
    PERFORM lead_roi_internal.check_keeping(ledger_schema);
    -- All at once, as triggers need it: writers that are at work end first.
    EXECUTE lead_roi.in_ledger('LOCK TABLE @ledger@.lead_source_alias, @ledger@.exchange_rate, @ledger@.expense, @ledger@.visit, @ledger@.lead, @ledger@.payment IN SHARE ROW EXCLUSIVE MODE', ledger_schema);
    FOR part IN SELECT definition FROM lead_roi.ledger_part() WHERE kind = 'kept-table' LOOP
        EXECUTE lead_roi.ledger_definition(part.definition, ledger_schema);
    END LOOP;
    -- That they are empty is known to the planner from now on; else it expects so much of them that it compiles reports.
    EXECUTE lead_roi.in_ledger('ANALYZE @ledger@.summary_state, @ledger@.month_cell, @ledger@.cohort_cell, @ledger@.expense_log, @ledger@.visit_log, @ledger@.lead_log, @ledger@.payment_log', ledger_schema);
    PERFORM lead_roi.renew_ledger(ledger_schema, version, version, true);
END
$$;

COMMENT ON FUNCTION lead_roi_internal.start_keeping(text) IS
'Internal: makes what keeps the summaries of a ledger of the caller''s, empty; see keep_summaries().';

CREATE FUNCTION lead_roi_internal.stop_keeping(ledger_schema text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    version constant text := (lead_roi.ledger_properties(format('%s.lead_roi_ledger', ledger_schema)::regtype)).version;
    trigger record;
BEGIN
    PERFORM lead_roi_internal.lock_keeping(ledger_schema);
    FOR trigger IN SELECT * FROM lead_roi_internal.keeping_trigger(ledger_schema) LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', trigger.name, trigger.of_table);
    END LOOP;
    PERFORM lead_roi.renew_ledger(ledger_schema, version, version, false);
    EXECUTE (SELECT 'DROP VIEW ' || string_agg(format('%s.%I', ledger_schema, name), ', ') FROM lead_roi.ledger_relation() WHERE kept AND kind = 'view');
    EXECUTE (SELECT 'DROP TABLE ' || string_agg(format('%s.%I', ledger_schema, name), ', ') FROM lead_roi.ledger_relation() WHERE kept AND kind = 'table');
END
$$;

COMMENT ON FUNCTION lead_roi_internal.stop_keeping(text) IS
'Internal: takes away what keeps the summaries of a ledger of the caller''s, and lets its reports read the facts; see keep_summaries().';

CREATE FUNCTION lead_roi_internal.switch_keeping(ledger_schema text, "on" boolean) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF "on" = lead_roi_internal.keeps_summaries(ledger_schema) THEN
        RETURN;
    ELSIF "on" THEN
        PERFORM lead_roi_internal.start_keeping(ledger_schema);
        RAISE NOTICE 'ledger % keeps summaries from the first fold on', ledger_schema
            USING HINT = format('The worker folds at its next visit; or run SELECT lead_roi.fold_summaries(%L).', ledger_schema);
    ELSE
        PERFORM lead_roi_internal.stop_keeping(ledger_schema);
    END IF;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.switch_keeping(text, boolean) IS
'Internal: keep_summaries() in a ledger of the caller''s.';

-- One statement, so that all that it counts, takes from the logs and says in summary_state is of one snapshot: a row of
-- a log is visible exactly if the row of the fact is that it speaks of.
CREATE FUNCTION lead_roi_internal.fold(ledger_schema text, rebuild boolean) RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    folded bigint;
    was_stale boolean;
BEGIN
    IF NOT lead_roi_internal.keeps_summaries(ledger_schema) THEN
        RAISE EXCEPTION 'ledger % keeps no summaries', ledger_schema
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = format('See keep_summaries(); SELECT lead_roi.keep_summaries(%L, true) makes them.', ledger_schema);
    ELSIF pg_trigger_depth() > 0 THEN
        RAISE EXCEPTION 'summaries can''t be folded by a trigger'
            USING ERRCODE = 'object_in_use', DETAIL = 'The statement that fired it may not have logged yet what it has changed.';
    ELSIF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'summaries are folded in a transaction that is READ COMMITTED'
            USING ERRCODE = 'active_sql_transaction', DETAIL = format('This one is %s: it doesn''t see what has been logged since it began.', upper(current_setting('transaction_isolation')));
    END IF;
    -- One fold at a time. A second one would add what the first has added, from a snapshot taken before.
    PERFORM lead_roi_internal.lock_keeping(ledger_schema);
    IF rebuild THEN
        EXECUTE lead_roi.in_ledger('INSERT INTO @ledger@.summary_state (state) VALUES (''disturbed'')', ledger_schema);
    END IF;
    EXECUTE lead_roi.in_ledger('SELECT everything FROM @ledger@.summary_staleness', ledger_schema) INTO was_stale;
    EXECUTE lead_roi.ledger_definition((SELECT definition FROM lead_roi.ledger_part() WHERE part = 'report/fold'), ledger_schema) INTO folded;
    -- What counts by now has been added to the cell that counts.
    EXECUTE lead_roi.ledger_definition('DELETE FROM @ledger@.month_cell WHERE counts_from <= @today@; DELETE FROM @ledger@.cohort_cell WHERE counts_from <= @today@', ledger_schema);
    IF was_stale THEN
        EXECUTE lead_roi.in_ledger('DELETE FROM @ledger@.month_cell WHERE facts = 0 AND payments = 0 AND summary::text = ''{}'' AND media_summary::text = ''{}'' AND revenue::text = ''{}'';
                                    DELETE FROM @ledger@.cohort_cell WHERE payments = 0 AND revenue::text = ''{}'';
                                    ANALYZE @ledger@.month_cell, @ledger@.cohort_cell', ledger_schema);
    END IF;
    RETURN folded;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.fold(text, boolean) IS
'Internal: fold_summaries(), or with rebuild rebuild_summaries(), in a ledger of the caller''s.';

CREATE FUNCTION lead_roi_internal.fold_if_due(ledger_schema text) RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    is_due boolean;
BEGIN
    IF NOT lead_roi_internal.keeps_summaries(ledger_schema) THEN
        RETURN NULL;
    END IF;
    PERFORM lead_roi_internal.lock_keeping(ledger_schema);
    EXECUTE lead_roi.in_ledger($query$
        SELECT everything OR aliases OR rates
               OR (SELECT count(*) FROM (SELECT FROM @ledger@.payment_log UNION ALL SELECT FROM @ledger@.lead_log UNION ALL SELECT FROM @ledger@.expense_log
                                         UNION ALL SELECT FROM @ledger@.visit_log LIMIT 5000) AS logged) = 5000
        FROM @ledger@.summary_staleness
        WHERE NOT EXISTS (SELECT FROM pg_subscription_rel WHERE srrelid = '@ledger@.month_cell'::regclass)
        $query$, ledger_schema) INTO is_due;
    RETURN CASE WHEN is_due THEN lead_roi.fold_summaries(ledger_schema) END;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.fold_if_due(text) IS
'Internal: folds if cells are stale or 5,000 rows are logged, unless a subscription writes the cells; NULL if not. The worker calls it.';
