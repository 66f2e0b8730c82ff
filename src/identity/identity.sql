--
-- identity: which lead source a traffic source means, and which lead source another one counts as. Nothing is
-- written into facts: aliases and mergers are followed when reports are read, so correcting one corrects
-- history, and undoing one leaves no trace.
--

CREATE FUNCTION lead_roi_internal.alias_map(patterns traffic_source[], valid_from date[], lead_source_ids bigint[]) RETURNS bytea
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_alias_map';

COMMENT ON FUNCTION lead_roi_internal.alias_map(traffic_source[], date[], bigint[]) IS
'Internal: the aliases of a ledger as one value, from the columns of its table lead_source_alias; for find_alias().';

CREATE FUNCTION lead_roi_internal.find_alias(aliases bytea, traffic_source traffic_source, on_date date) RETURNS bigint
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_find_alias';

COMMENT ON FUNCTION lead_roi_internal.find_alias(bytea, traffic_source, date) IS
'Internal: the lead source that a traffic source means on a date, by the most specific alias that holds then; NULL if there is none. 22P03 unless the aliases come from alias_map().';

CREATE FUNCTION resolve_lead_source(ledger text, traffic_source traffic_source, on_date date DEFAULT NULL) RETURNS bigint
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    opened constant record := lead_roi.open_ledger(ledger, NULL);
    found bigint;
BEGIN
    EXECUTE lead_roi.in_ledger($query$
        SELECT coalesce(counted_as, lead_source_id)
        FROM (SELECT lead_roi_internal.find_alias(
                         lead_roi_internal.alias_map(array_agg(pattern), array_agg(valid_from), array_agg(alias.lead_source_id)), $1, $2) AS lead_source_id
              FROM @ledger@.lead_source_alias AS alias
              WHERE pattern OPERATOR(lead_roi.@>) $1) AS meant
             LEFT JOIN @ledger@.merged_lead_source USING (lead_source_id)
        $query$, opened.ledger_schema)
    INTO found USING traffic_source, coalesce(on_date, opened.today);
    RETURN found;
END
$$;

COMMENT ON FUNCTION resolve_lead_source(text, traffic_source, date) IS
'The lead source that a traffic source means in a ledger on a date, today if left out: that of the most specific alias in force then; if it is merged, the one that it counts as. NULL if there is none, or without a traffic source. Reports find it for all leads at once.';

-- UNION drops what comes again, so the search ends even in a circle, whose members count as themselves. It is a function,
-- and not a part of the view, as Citus refuses every query in which it meets a recursive one.
CREATE FUNCTION lead_roi_internal.follow_mergers(mergers bigint[], OUT lead_source_id bigint, OUT counted_as bigint) RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 10
SET search_path = pg_catalog, pg_temp
AS $$
    WITH RECURSIVE merger AS (
        SELECT $1[n][1] AS lead_source_id, $1[n][2] AS merged_into
        FROM generate_subscripts($1, 1) AS n
    ), chain AS (
        SELECT lead_source_id, merged_into AS counted_as
        FROM merger
        UNION
        SELECT chain.lead_source_id, next.merged_into
        FROM chain JOIN merger AS next ON next.lead_source_id = chain.counted_as
    )
    SELECT chain.lead_source_id, chain.counted_as
    FROM chain
    WHERE NOT EXISTS (SELECT FROM merger WHERE merger.lead_source_id = chain.counted_as)
$$;

COMMENT ON FUNCTION lead_roi_internal.follow_mergers(bigint[]) IS
'Internal: merged lead sources, and the one that each counts as in the end. Argument: pairs of a merged one and what it is merged into; NULL: none.';

CREATE FUNCTION lead_roi_internal.counted_as(lead_source_id bigint, mergers bigint[]) RETURNS bigint
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_counted_as';

COMMENT ON FUNCTION lead_roi_internal.counted_as(bigint, bigint[]) IS
'Internal: the lead source that the facts of one count as: the one that it is merged into in the end, or itself; NULL: unknown. Argument: pairs from merged_lead_source, ordered by lead_source_id; NULL: none is merged. 2202E unless they are pairs without nulls.';

CREATE FUNCTION merge_lead_sources(ledger text, from_id bigint, into_id bigint) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ledger_schema constant text := (lead_roi_internal.open_ledger_for_writing(ledger, NULL)).ledger_schema;
    names text[];
    merged_into bigint;
BEGIN
    IF from_id IS NULL OR into_id IS NULL THEN
        RAISE EXCEPTION 'argument "%" must not be null', CASE WHEN from_id IS NULL THEN 'from_id' ELSE 'into_id' END
            USING ERRCODE = 'null_value_not_allowed';
    ELSIF from_id = into_id THEN
        RAISE EXCEPTION 'a lead source cannot be merged into itself'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = format('Arguments "from_id" and "into_id" are both %s.', from_id);
    END IF;

    EXECUTE lead_roi.in_ledger('SELECT array_agg(name ORDER BY position), max(merged_into) FILTER (WHERE lead_source_id = $1)
                                FROM (SELECT * FROM @ledger@.lead_source WHERE lead_source_id IN ($1, $2) ORDER BY lead_source_id FOR UPDATE) AS locked
                                     JOIN unnest(ARRAY[$1, $2]) WITH ORDINALITY AS argument (lead_source_id, position) USING (lead_source_id)', ledger_schema)
    INTO names, merged_into USING from_id, into_id;
    IF cardinality(names) IS DISTINCT FROM 2 THEN
        RAISE EXCEPTION 'lead source does not exist'
            USING ERRCODE = 'no_data_found', DETAIL = format('One of the arguments "from_id" (%s) and "into_id" (%s) is not a lead_source_id of ledger %s.', from_id, into_id, ledger_schema);
    ELSIF merged_into IS NOT NULL THEN
        RAISE EXCEPTION 'lead source "%" is already merged', names[1]
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = format('It counts as lead source %s.', merged_into),
                  HINT = format('Run SELECT lead_roi.unmerge_lead_source(%L, %s) first.', ledger_schema, from_id);
    END IF;
    EXECUTE lead_roi.in_ledger('UPDATE @ledger@.lead_source SET merged_into = $2 WHERE lead_source_id = $1', ledger_schema) USING from_id, into_id;
END
$$;

COMMENT ON FUNCTION merge_lead_sources(text, bigint, bigint) IS
'Merges a lead source into another: from now on reports count its facts, including later ones, as those of the other. Facts keep their own lead source, so unmerge_lead_source() undoes it without a trace.
55000 if it is already merged, 23514 if the other one is merged into it; 22004, 22023 or P0002 for arguments that aren''t two lead sources of the ledger.';

CREATE FUNCTION unmerge_lead_source(ledger text, lead_source_id bigint) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ledger_schema constant text := (lead_roi_internal.open_ledger_for_writing(ledger, NULL)).ledger_schema;
    undone bigint;
BEGIN
    IF lead_source_id IS NULL THEN
        RAISE EXCEPTION 'argument "lead_source_id" must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    EXECUTE lead_roi.in_ledger('UPDATE @ledger@.lead_source SET merged_into = NULL WHERE lead_source_id = $1 AND merged_into IS NOT NULL', ledger_schema) USING lead_source_id;
    GET DIAGNOSTICS undone = ROW_COUNT;
    IF undone = 0 THEN
        RAISE EXCEPTION 'lead source % is not merged', lead_source_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('SELECT * FROM %s.merged_lead_source lists those that are.', ledger_schema);
    END IF;
END
$$;

COMMENT ON FUNCTION unmerge_lead_source(text, bigint) IS
'Makes a lead source count as itself again, with all facts that were booked to it, before and since it was merged. 55000 if it isn''t merged, 22004 for NULL.';

CREATE FUNCTION refuse_merger() RETURNS trigger
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'lead_roi_refuse_merger';

COMMENT ON FUNCTION refuse_merger() IS
'Internal: refuses to merge a lead source into one that doesn''t exist, or that is merged into it.';

CREATE FUNCTION refuse_removal() RETURNS trigger
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'lead_roi_refuse_removal';

COMMENT ON FUNCTION refuse_removal() IS
'Internal: refuses to delete a lead source that is in use, and says what to do instead.';

CREATE FUNCTION lead_roi_internal.similarity(a text, b text) RETURNS double precision
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_similarity';

COMMENT ON FUNCTION lead_roi_internal.similarity(text, text) IS
'Internal: how alike two texts are, from 0 to 1, by their edit distance (Levenshtein); of long ones the first 255 characters.';

-- Such that the planner can inline it: neither strict nor with a function that is only stable, as concat_ws().
CREATE FUNCTION lead_roi_internal.likeness(traffic_source traffic_source, name text) RETURNS double precision
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN greatest(lead_roi_internal.similarity(traffic_source::text, lead_roi_internal.canonical(name)),
                lead_roi_internal.similarity(source(traffic_source), lead_roi_internal.canonical(name)),
                lead_roi_internal.similarity(coalesce(source(traffic_source) || ' / ' || medium(traffic_source), medium(traffic_source)), lead_roi_internal.canonical(name)),
                lead_roi_internal.similarity(campaign(traffic_source), lead_roi_internal.canonical(name)));

COMMENT ON FUNCTION lead_roi_internal.likeness(traffic_source, text) IS
'Internal: how alike a traffic source and the name of an alias or lead source are, from 0 to 1: as a whole, by its source, by source and medium, or by its campaign.';
