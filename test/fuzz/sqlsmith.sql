-- What sqlsmith needs so that most of its queries run: script/fuzz sqlsmith. It is run in a throwaway database with the ledgers of
-- test/upgrade/ledgers.sql.

-- It doesn't quote names, so one schema that needs quotes spoils every query that its tables or views are in.
SELECT format('ALTER SCHEMA %I RENAME TO %I', ledger, translate(lower(ledger), ' ', '_')) FROM lead_roi.ledger WHERE quote_ident(ledger) <> ledger \gexec

-- It writes operators without a schema. It takes back whatever it has changed.
CREATE ROLE smith LOGIN;
GRANT USAGE ON SCHEMA lead_roi_internal TO smith;
ALTER ROLE smith SET search_path = pg_catalog, lead_roi;
ALTER ROLE smith SET statement_timeout = '2s';
SELECT format('GRANT USAGE ON SCHEMA %1$I TO smith; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %1$I TO smith', ledger) FROM lead_roi.ledger \gexec

-- It doesn't know the pseudo-types of ranges, and calls what the role may not: three of four errors on plain tables, too. It passes by
-- functions that return "internal". The server itself raises XX000 for some values of type unknown, SELECT coalesce(NULL::unknown, NULL::unknown)::unknown,
-- and some precisions of intervals, SELECT pg_catalog.intervaltypmodout(60).
SELECT pg_stat_reset();
SET allow_system_table_mods = on;
UPDATE pg_proc SET prorettype = 'internal'::regtype
WHERE pronamespace = 'pg_catalog'::regnamespace AND (NOT has_function_privilege('smith', oid, 'EXECUTE') OR oid = ANY ('{"pg_catalog.interval(interval, integer)", pg_catalog.intervaltypmodout(integer)}'::regprocedure[])
      OR proargtypes::oid[] && '{anyrange,anymultirange,anyenum,anycompatiblerange,anycompatiblemultirange,cstring,unknown}'::regtype[]::oid[] AND oid NOT IN (SELECT oprcode FROM pg_operator));
DELETE FROM pg_operator WHERE ARRAY[oprleft, oprright] && '{anyrange,anymultirange}'::regtype[]::oid[];
