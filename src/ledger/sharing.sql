--
-- sharing: an expense is shared by several lead sources; an imported expense settles a posted one. Both in
-- the ledger that a caller names and with the caller's rights there.
--
-- A shared expense keeps its row as it is, with its amount, its key and its posting. Behind it come one
-- expense that takes the amount off its lead source, and a part for each lead source that bears some of it. So
-- the expenses add up to what was paid whatever becomes of them, the next import by external_id meets the row
-- that it knows, and undoing it is to remove what was added.
--

CREATE FUNCTION lead_roi_internal.open_own_table(ledger text, table_name text) RETURNS text
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ledger_schema constant text := (lead_roi_internal.open_ledger_for_writing(ledger, NULL)).ledger_schema;
BEGIN
    IF lead_roi_internal.is_given(ledger_schema, table_name) THEN
        RAISE EXCEPTION 'relation "%" of ledger % only reads a table or view of yours', table_name, ledger_schema
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Change the rows there.';
    END IF;
    RETURN ledger_schema;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.open_own_table(text, text) IS
'Internal: the schema of a ledger whose rows are to be changed, as SQL writes it. 55000 where create_ledger() was given a relation in the place of the table; else as open_ledger_for_writing().';

CREATE FUNCTION lead_roi_internal.check_shares(ledger_schema text, lead_source_ids bigint[], weights numeric[]) RETURNS void
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    mistaken text;
BEGIN
    IF cardinality(lead_source_ids) = 0 OR cardinality(weights) <> cardinality(lead_source_ids) THEN
        RAISE EXCEPTION 'number of weights differs from number of lead sources'
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('Argument "lead_source_ids" has %s elements, "weights" %s.', cardinality(lead_source_ids), coalesce(cardinality(weights)::text, 'none')),
                  HINT = 'Leave out "weights" to share it equally.';
    END IF;

    SELECT string_agg(id::text, ', ' ORDER BY id) INTO mistaken
    FROM (SELECT id FROM unnest(lead_source_ids) AS id GROUP BY id HAVING count(*) > 1) AS repeated;
    IF mistaken IS NOT NULL THEN
        RAISE EXCEPTION 'a lead source can bear only one part of an expense'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = format('Repeated in argument "lead_source_ids": %s.', mistaken),
                  HINT = 'Name each lead source once, and add up its weights.';
    END IF;

    EXECUTE lead_roi.in_ledger($query$
        SELECT string_agg(coalesce(id::text, 'NULL'), ', ' ORDER BY id)
        FROM unnest($1) AS id
        WHERE NOT EXISTS (SELECT FROM @ledger@.lead_source WHERE lead_source_id = id)
        $query$, ledger_schema)
    INTO mistaken USING lead_source_ids;
    IF mistaken IS NOT NULL THEN
        RAISE EXCEPTION 'lead source does not exist'
            USING ERRCODE = 'no_data_found', DETAIL = format('In argument "lead_source_ids" and not in table %s.lead_source: %s.', ledger_schema, mistaken);
    END IF;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.check_shares(text, bigint[], numeric[]) IS
'Internal: refuses lead sources that an expense can''t be shared by: repeated, none or another number than weights (22023), or not there (P0002).';

CREATE FUNCTION lead_roi_internal.lock_expense(ledger_schema text, id bigint, argument text,
                                               OUT amount numeric, OUT currency text, OUT external_id text, OUT shared_from bigint,
                                               OUT recurring_expense_id bigint)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    found_id bigint;
BEGIN
    IF id IS NULL THEN
        RAISE EXCEPTION 'argument "%" must not be null', argument
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    EXECUTE lead_roi.in_ledger($query$
        SELECT expense_id, amount, currency, external_id, shared_from, recurring_expense_id
        FROM @ledger@.expense WHERE expense_id = $1 FOR UPDATE
        $query$, ledger_schema)
    INTO found_id, amount, currency, external_id, shared_from, recurring_expense_id USING id;
    IF found_id IS NULL THEN
        RAISE EXCEPTION 'expense % does not exist', id
            USING ERRCODE = 'no_data_found', DETAIL = format('Argument "%s" is not an expense_id of ledger %s.', argument, ledger_schema);
    END IF;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.lock_expense(text, bigint, text) IS
'Internal: what sharing and settling have to know of an expense, which stays locked until the end of the transaction. P0002 if it isn''t there, 22004 for NULL; the error names the argument.';

CREATE FUNCTION lead_roi_internal.refuse_shared(ledger_schema text, id bigint, shared_from bigint) RETURNS void
LANGUAGE plpgsql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF shared_from IS NOT NULL THEN
        RAISE EXCEPTION USING
            MESSAGE = CASE WHEN id = shared_from THEN format('expense %s is already shared', id) ELSE format('expense %s is a part of expense %s, which is shared', id, shared_from) END,
            ERRCODE = 'object_not_in_prerequisite_state',
            HINT = format('Run SELECT lead_roi.unshare_expense(%L, %s) first.', ledger_schema, shared_from);
    END IF;
END
$$;

COMMENT ON FUNCTION lead_roi_internal.refuse_shared(text, bigint, bigint) IS
'Internal: refuses an expense that is shared, or a part of one that is (55000).';

CREATE FUNCTION share_expense(ledger text, expense_id bigint, lead_source_ids bigint[], weights numeric[] DEFAULT NULL,
                              OUT lead_source_id bigint, OUT amount numeric)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ledger_schema constant text := lead_roi_internal.open_own_table(ledger, 'expense');
    property constant record := lead_roi.ledger_properties(format('%s.lead_roi_ledger', ledger_schema)::regtype);
    shared constant record := lead_roi_internal.lock_expense(ledger_schema, expense_id, 'expense_id');
    parts numeric[];
BEGIN
    IF lead_source_ids IS NULL THEN
        RAISE EXCEPTION 'argument "lead_source_ids" must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM lead_roi_internal.refuse_shared(ledger_schema, expense_id, shared.shared_from);
    PERFORM lead_roi_internal.check_shares(ledger_schema, lead_source_ids, weights);
    parts := lead_roi.allocate(shared.amount, coalesce(weights, array_fill(1::numeric, ARRAY[cardinality(lead_source_ids)])),
                               coalesce(lead_roi.currency_decimals(shared.currency), property.decimals));

    -- The row itself says that it is shared: of two callers at the same time the second fails, at every isolation level.
    EXECUTE lead_roi.in_ledger('UPDATE @ledger@.expense SET shared_from = expense_id WHERE expense_id = $1', ledger_schema) USING expense_id;
    EXECUTE lead_roi.in_ledger($statement$
        INSERT INTO @ledger@.expense (lead_source_id, incurred_on, amount, currency, covers_from, covers_through, cost_type, title, shared_from)
        SELECT CASE WHEN part.position = 1 THEN shared.lead_source_id ELSE part.lead_source_id END, shared.incurred_on, part.amount, shared.currency, shared.covers_from, shared.covers_through,
               shared.cost_type, shared.title, shared.expense_id
        FROM @ledger@.expense AS shared
             CROSS JOIN unnest(0::bigint || $2, -$4 || $3) WITH ORDINALITY AS part (lead_source_id, amount, position)
        WHERE shared.expense_id = $1
        ORDER BY part.position
        $statement$, ledger_schema)
    USING expense_id, lead_source_ids, parts, shared.amount;
    RETURN QUERY SELECT * FROM unnest(lead_source_ids, parts);
END
$$;

COMMENT ON FUNCTION share_expense(text, bigint, bigint[], numeric[]) IS
'Shares an expense among several lead sources, such as an agency''s fee for all campaigns: reports count its parts in its place. Returns the parts, one for each of lead_source_ids in their order, which add up to the amount, by allocate() in decimals of its currency. The expense keeps its row, its key and its posting; a second one takes its amount off its lead source, and each part is an expense of its own; all of them have its id in shared_from. Edit the amount of the shared expense if the bill changes, as an import by external_id does. The difference counts for its own lead source until you call unshare_expense() and share it again.
weights: one for each lead source, such as what it has cost; NULL: equal. 55000 if the expense is already shared or a part of one, or if the expenses are a relation of yours; P0002 if the expense or a lead source isn''t there; 22023 for repeated lead sources or weights that don''t fit, 22004 for NULL.';

CREATE FUNCTION unshare_expense(ledger text, shared_from bigint) RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ledger_schema constant text := lead_roi_internal.open_own_table(ledger, 'expense');
    parts bigint;
    currencies bigint;
    difference numeric;
BEGIN
    IF shared_from IS NULL THEN
        RAISE EXCEPTION 'argument "shared_from" must not be null'
            USING ERRCODE = 'null_value_not_allowed';
    END IF;
    EXECUTE lead_roi.in_ledger($query$
        SELECT count(*), count(DISTINCT coalesce(currency, '')) FILTER (WHERE expense_id <> $1), coalesce(sum(amount) FILTER (WHERE expense_id <> $1), 0)
        FROM (SELECT * FROM @ledger@.expense WHERE shared_from = $1 ORDER BY expense_id FOR UPDATE) AS locked
        $query$, ledger_schema)
    INTO parts, currencies, difference USING shared_from;
    IF parts = 0 THEN
        RAISE EXCEPTION 'expense % is not shared', shared_from
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('SELECT * FROM %s.expense WHERE shared_from = expense_id lists those that are.', ledger_schema);
    ELSIF currencies > 1 OR difference <> 0 THEN
        RAISE EXCEPTION 'the parts of expense % do not add up to what was shared', shared_from
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = CASE WHEN currencies > 1 THEN 'They have different currencies.' ELSE format('They were edited, and differ by %s.', difference) END,
                  HINT = format('Edit the amount of expense %s instead. If you don''t need the parts: DELETE FROM %s.expense WHERE shared_from = %1$s AND expense_id <> %1$s; then call again.', shared_from, ledger_schema);
    END IF;
    EXECUTE lead_roi.in_ledger('DELETE FROM @ledger@.expense WHERE shared_from = $1 AND expense_id <> $1', ledger_schema) USING shared_from;
    EXECUTE lead_roi.in_ledger('UPDATE @ledger@.expense SET shared_from = NULL WHERE expense_id = $1', ledger_schema) USING shared_from;
END
$$;

COMMENT ON FUNCTION unshare_expense(text, bigint) IS
'Removes the parts of a shared expense, which counts for its own lead source again, with its current amount. shared_from: its expense_id. Works even if the expense was deleted and only its parts are left. 55000 if it isn''t shared, if parts were edited so that they don''t add up any more, or if the expenses are a relation of yours; 22004 for NULL.';

CREATE FUNCTION settle_expense(ledger text, posted_expense_id bigint, imported_expense_id bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ledger_schema constant text := lead_roi_internal.open_own_table(ledger, 'expense');
    posted constant record := lead_roi_internal.lock_expense(ledger_schema, posted_expense_id, 'posted_expense_id');
    imported constant record := lead_roi_internal.lock_expense(ledger_schema, imported_expense_id, 'imported_expense_id');
BEGIN
    PERFORM lead_roi_internal.refuse_shared(ledger_schema, posted_expense_id, posted.shared_from);
    PERFORM lead_roi_internal.refuse_shared(ledger_schema, imported_expense_id, imported.shared_from);
    IF posted.recurring_expense_id IS NULL OR imported.recurring_expense_id IS NOT NULL THEN
        RAISE EXCEPTION 'a posted expense can only be settled by one that is not posted'
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = CASE WHEN posted.recurring_expense_id IS NULL THEN format('Expense %s, argument "posted_expense_id", has no posting.', posted_expense_id)
                                ELSE format('Expense %s, argument "imported_expense_id", has a posting of its own.', imported_expense_id) END;
    ELSIF posted.external_id IS NOT NULL THEN
        RAISE EXCEPTION 'expense % is already settled', posted_expense_id
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = format('It has the key "%s" of an imported expense.', posted.external_id);
    END IF;

    EXECUTE lead_roi.in_ledger($statement$
        WITH imported AS (
            DELETE FROM @ledger@.expense WHERE expense_id = $2
            RETURNING *
        )
        UPDATE @ledger@.expense
        SET lead_source_id = coalesce(imported.lead_source_id, expense.lead_source_id),
            incurred_on = imported.incurred_on,
            amount = imported.amount,
            currency = imported.currency,
            covers_from = coalesce(imported.covers_from, expense.covers_from),
            covers_through = coalesce(imported.covers_through, expense.covers_through),
            title = imported.title,
            notes = nullif(coalesce(expense.notes || E'\n' || imported.notes, expense.notes, imported.notes), ''),
            external_id = imported.external_id
        FROM imported
        WHERE expense.expense_id = $1
        $statement$, ledger_schema)
    USING posted_expense_id, imported_expense_id;
    RETURN posted_expense_id;
END
$$;

COMMENT ON FUNCTION settle_expense(text, bigint, bigint) IS
'Ties an imported expense to the posted one whose bill it is, so that budget and actual aren''t both counted. Of the two rows the posted one is left, with its posting, cost type and notes, and with the amount, currency, date, title, lead source and external_id of the imported one: the next import updates it, and expense_variance shows the budget against it. Returns its expense_id.
It can''t be undone by a call. Set amount, currency and incurred_on as in table posting and external_id to NULL, and load the import again. 22023 unless the first is posted and the second isn''t; 55000 if the first is already settled, if one of them is shared, or if the expenses are a relation of yours; P0002 if one isn''t there, 22004 for NULL.';
