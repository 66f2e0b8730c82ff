-- All that the catalogues say of the extension's members and of every ledger, one fact a line: each row of each catalogue that is
-- about them, with names in the place of oids, its definition, its comment, what it depends on. Two databases that say the same have
-- the same extension and the same ledgers. For psql; what an oid means is read from the catalogue itself, so a property that a new
-- server has is compared, too.
SET search_path = '';
SET client_min_messages = error;

-- The extension, the schemas of ledgers, and whatever depends on them; without what the server makes and names by oid.
CREATE TEMP TABLE object AS
WITH RECURSIVE object (classid, objid) AS (
    SELECT 'pg_extension'::regclass::oid, oid FROM pg_extension WHERE extname = 'lead_roi'
    UNION
    SELECT 'pg_namespace'::regclass::oid, typnamespace FROM pg_type WHERE typname = 'lead_roi_ledger'
    UNION
    SELECT depend.classid, depend.objid FROM object JOIN pg_depend AS depend ON refclassid = object.classid AND refobjid = object.objid
)
SELECT classid, objid FROM object, pg_identify_object(classid, objid, 0)
WHERE schema IS DISTINCT FROM 'pg_toast' AND NOT EXISTS (SELECT FROM pg_trigger WHERE classid = 'pg_trigger'::regclass AND oid = objid AND tgisinternal);
CREATE UNIQUE INDEX ON object (classid, objid);
ANALYZE object;

CREATE FUNCTION pg_temp.name(class oid, object oid, part integer DEFAULT 0) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT type || ' ' || identity FROM pg_identify_object(class, object, part)
$$;

-- What an object does, as the server writes it.
CREATE FUNCTION pg_temp.definition(class regclass, object oid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE class
        WHEN 'pg_proc'::regclass THEN (SELECT pg_get_functiondef(oid) FROM pg_proc WHERE oid = object AND prokind <> 'a')
        WHEN 'pg_class'::regclass THEN (SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indexrelid = object)
        WHEN 'pg_rewrite'::regclass THEN pg_get_ruledef(object)
        WHEN 'pg_constraint'::regclass THEN pg_get_constraintdef(object)
        WHEN 'pg_trigger'::regclass THEN pg_get_triggerdef(object)
        WHEN 'pg_statistic_ext'::regclass THEN pg_get_statisticsobjdef(object)
        WHEN 'pg_attrdef'::regclass THEN (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE oid = object)
        WHEN 'pg_policy'::regclass THEN (SELECT format('%s, %s', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy WHERE oid = object)
    END
$$;

-- A column of a catalogue as text: names for oids. NULL for what differs without a meaning: the oid itself, where rows lie, what a
-- table that got a column later remembers of it, and trees, which the definition has.
CREATE FUNCTION pg_temp.column_text(catalogue regclass, name name, type regtype) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN name IN ('oid', 'relfilenode', 'relpages', 'reltuples', 'relallvisible', 'relallfrozen', 'relfrozenxid', 'relminmxid', 'reltoastrelid',
                      'indcheckxmin', 'atthasmissing', 'attmissingval') OR type = 'pg_node_tree'::regtype THEN NULL
        -- Some minor versions note there when a column was made.
        WHEN name = 'attoptions' THEN 'ARRAY(SELECT option FROM unnest(attoptions) AS option WHERE option NOT LIKE ''pg_attver=%'')::text'
        WHEN pktable IS NULL THEN format('%I::text', name)
        WHEN is_array THEN format('ARRAY(SELECT pg_temp.name(%L::regclass, one) FROM unnest(%I::oid[]) WITH ORDINALITY AS each (one, n) ORDER BY n)::text', pktable, name)
        ELSE format('pg_temp.name(%L::regclass, %I)', pktable, name) END
    FROM (VALUES (1)) AS always LEFT JOIN pg_get_catalog_foreign_keys() ON fktable = catalogue AND fkcols = ARRAY[name::text]
$$;

-- The rows of a catalogue that are about an object whose oid stands in a column of it.
CREATE FUNCTION pg_temp.row_facts(catalogue regclass, about regclass, key text) RETURNS SETOF text LANGUAGE plpgsql STABLE AS $$
DECLARE
    columns text := (SELECT string_agg(format('%L, %s', attname, pg_temp.column_text(attrelid, attname, atttypid)), ', ' ORDER BY attnum)
                     FROM pg_attribute WHERE attrelid = catalogue AND attnum > 0 AND pg_temp.column_text(attrelid, attname, atttypid) IS NOT NULL);
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT format(''%%s: %s %%s'', pg_temp.name(classid, objid), jsonb_build_object(%s)) FROM pg_temp.object JOIN %s AS catalogue ON %I = objid WHERE classid = %L::regclass%s',
        catalogue, columns, catalogue, key, about, CASE WHEN catalogue = 'pg_attribute'::regclass THEN ' AND attnum > 0' ELSE '' END);
END
$$;

SELECT replace(fact, e'\n', '\n')
FROM (
    SELECT pg_temp.row_facts(classid, classid, 'oid') FROM (SELECT DISTINCT classid::regclass FROM pg_temp.object) AS class
    UNION ALL
    SELECT pg_temp.row_facts(catalogue, about, key)
    FROM (VALUES ('pg_aggregate'::regclass, 'pg_proc'::regclass, 'aggfnoid'), ('pg_attribute', 'pg_class', 'attrelid'), ('pg_index', 'pg_class', 'indexrelid'),
                 ('pg_sequence', 'pg_class', 'seqrelid'), ('pg_enum', 'pg_type', 'enumtypid'), ('pg_range', 'pg_type', 'rngtypid')) AS part (catalogue, about, key)
    UNION ALL
    SELECT format('%s: definition %s', pg_temp.name(classid, objid), definition) FROM pg_temp.object, pg_temp.definition(classid, objid) WHERE definition IS NOT NULL
    UNION ALL
    SELECT format('%s: comment %s', pg_temp.name(classid, objid, objsubid), description) FROM pg_temp.object JOIN pg_description ON classoid = classid AND objoid = objid
    UNION ALL
    SELECT format('%s: granted at first %s', pg_temp.name(classid, objid, objsubid), initprivs) FROM pg_temp.object JOIN pg_init_privs ON classoid = classid AND objoid = objid
    UNION ALL
    SELECT format('%s: depends (%s) on %s', pg_temp.name(classid, objid, objsubid), deptype, pg_temp.name(refclassid, refobjid, refobjsubid))
    FROM pg_temp.object JOIN pg_depend USING (classid, objid)
) AS every (fact)
ORDER BY fact COLLATE "C";
