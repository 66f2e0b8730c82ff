-- conventions: what every object of the extension and of a ledger must keep to. Each query lists violations.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
SELECT lead_roi.keep_summaries('marketing', true);
SET search_path = pg_catalog;

CREATE VIEW public.member AS
SELECT classid, objid
FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
      AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'lead_roi');
-- Relations of the extension, and of a ledger.
CREATE VIEW public.relation AS
SELECT pg_class.* FROM public.member JOIN pg_class ON pg_class.oid = objid WHERE classid = 'pg_class'::regclass
UNION ALL
SELECT * FROM pg_class WHERE relnamespace = 'marketing'::regnamespace;
CREATE VIEW public.routine AS
SELECT pg_proc.* FROM public.member JOIN pg_proc ON pg_proc.oid = objid WHERE classid = 'pg_proc'::regclass;

-- The catalogue is not empty, so the checks below have something to look at.
SELECT (SELECT count(*) > 25 FROM public.relation WHERE relnamespace = 'marketing'::regnamespace AND relkind IN ('r', 'v')) AS relations, (SELECT count(*) > 5 FROM public.routine) AS routines;

-- Tables and views of a ledger without a comment.
SELECT relname AS "without comment" FROM public.relation
WHERE relnamespace = 'marketing'::regnamespace AND relkind IN ('r', 'v') AND obj_description(oid, 'pg_class') IS NULL;

-- Anything in a ledger that is a member of the extension, or not its owner's.
SELECT oid::regclass AS "member" FROM public.relation JOIN public.member ON (classid, objid) = ('pg_class'::regclass, oid)
WHERE relnamespace = 'marketing'::regnamespace;
SELECT oid::regclass AS "not the owner's" FROM public.relation
WHERE relnamespace = 'marketing'::regnamespace AND relowner <> (SELECT nspowner FROM pg_namespace WHERE nspname = 'marketing');

-- Columns of a ledger's tables that DROP EXTENSION CASCADE would drop, but for derived ones and traffic sources.
SELECT relname, attname AS "of a type of the extension"
FROM public.relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0 JOIN pg_type ON pg_type.oid = atttypid
WHERE relkind = 'r' AND typnamespace = 'lead_roi'::regnamespace AND attgenerated = '' AND typname NOT IN ('traffic_source', 'roi_summary');

-- Functions and operators in views of a ledger that are neither the server's nor the extension's.
SELECT relname, pg_describe_object(refclassid, refobjid, 0) AS "captured"
FROM public.relation JOIN pg_rewrite ON ev_class = relation.oid
     JOIN pg_depend ON classid = 'pg_rewrite'::regclass AND pg_depend.objid = pg_rewrite.oid
     LEFT JOIN pg_proc ON refclassid = 'pg_proc'::regclass AND pg_proc.oid = refobjid
     LEFT JOIN pg_operator ON refclassid = 'pg_operator'::regclass AND pg_operator.oid = refobjid
WHERE coalesce(pronamespace, oprnamespace) NOT IN ('pg_catalog'::regnamespace, 'lead_roi'::regnamespace, 'lead_roi_internal'::regnamespace);

-- Members without a comment (sequences and indexes belong to a table, row types and arrays to their relation or domain).
SELECT pg_describe_object(classid, objid, 0) AS "without comment"
FROM public.member
WHERE NOT EXISTS (SELECT FROM pg_description WHERE (pg_description.classoid, pg_description.objoid) = (member.classid, member.objid) AND objsubid = 0)
      AND NOT EXISTS (SELECT FROM pg_class WHERE pg_class.oid = objid AND classid = 'pg_class'::regclass AND relkind = 'S')
      AND NOT EXISTS (SELECT FROM pg_type WHERE pg_type.oid = objid AND classid = 'pg_type'::regclass
                      AND (typrelid <> 0 OR typelem <> 0));

-- Columns of tables and views without a comment.
SELECT relname, attname AS "without comment"
FROM public.relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0
WHERE relkind IN ('r', 'v', 'm') AND col_description(attrelid, attnum) IS NULL;

-- Triggers without a comment.
SELECT tgrelid::regclass, tgname AS "without comment"
FROM public.relation JOIN pg_trigger ON tgrelid = relation.oid
WHERE NOT tgisinternal AND obj_description(pg_trigger.oid, 'pg_trigger') IS NULL;

-- Functions that only read but are not marked for parallel plans (unsafe is the default, so the mark was forgotten).
SELECT oid::regprocedure AS "not marked" FROM public.routine
WHERE provolatile <> 'v' AND proparallel = 'u';
SELECT oid::regprocedure AS "volatile in a parallel plan" FROM public.routine
WHERE provolatile = 'v' AND proparallel <> 'u';

-- Aggregates for users without a combine function, or with a pseudo-type as state.
SELECT aggfnoid::regprocedure AS "not distributable"
FROM public.routine JOIN pg_aggregate ON aggfnoid = routine.oid
WHERE pronamespace <> 'lead_roi_internal'::regnamespace
      AND (aggcombinefn = 0 OR (SELECT typtype FROM pg_type WHERE pg_type.oid = aggtranstype) = 'p');

-- Functions whose names could be resolved in somebody's else schema: neither C, nor parsed when created, nor with a fixed path that ends in pg_temp.
SELECT routine.oid::regprocedure AS "without search_path"
FROM public.routine JOIN pg_language ON pg_language.oid = prolang
WHERE lanname NOT IN ('c', 'internal') AND prosqlbody IS NULL
      AND proname <> 'upgrade_ledgers'     -- commits, so it can't have settings of its own; its names are qualified
      AND NOT EXISTS (SELECT FROM unnest(proconfig) AS setting WHERE setting ~ '^search_path=.*pg_temp$');

-- Tables and views that everybody may read or write.
SELECT relname AS "open to everybody", privilege_type
FROM public.relation, aclexplode(relacl) AS privilege
WHERE privilege.grantee = 0
      AND oid <> 'lead_roi.ledger'::regclass     -- says nothing but which ledgers there are
      AND oid NOT IN ('lead_roi.known_source'::regclass, 'lead_roi.click_id'::regclass, 'lead_roi.channel_rule'::regclass,
                      'lead_roi.import_format'::regclass, 'lead_roi.import_column'::regclass);   -- constants

-- Security definer functions.
SELECT oid::regprocedure AS "runs with the owner's rights" FROM public.routine WHERE prosecdef;

-- Insert triggers, which would fire again when a dump is restored.
SELECT tgrelid::regclass, tgname AS "fires on restore"
FROM public.relation JOIN pg_trigger ON tgrelid = relation.oid
WHERE NOT tgisinternal AND tgtype & 4 <> 0
      AND tgname !~ '^(keep|notice)_';              -- those of kept summaries, which are to notice a restore of rows

-- Tables without a primary key.
SELECT relname AS "without key" FROM public.relation
WHERE relkind = 'r' AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = relation.oid AND indisprimary)
      AND relname !~ '_(cell|log|state)$';          -- kept summaries: logs are only appended to, and keys of cells may be NULL

-- Foreign keys whose columns do not begin an index.
SELECT conname AS "without index"
FROM public.relation JOIN pg_constraint ON conrelid = relation.oid AND contype = 'f'
WHERE NOT EXISTS (SELECT FROM pg_index
                  WHERE indrelid = conrelid AND indpred IS NULL
                        AND (indkey::smallint[])[0:cardinality(conkey) - 1] @> conkey);

-- Constraints with a name given by the machine: they hold a number, or "check" and no reason.
SELECT conname AS "unreadable"
FROM public.relation JOIN pg_constraint ON conrelid = relation.oid
WHERE conname ~ '(\d$|_check$|not_null$)' AND contype <> 'n' AND conname !~ '(1970|2200|1e12|1e15)$';

-- Types of view columns that drivers and BI tools may not know.
SELECT relname, attname, format_type(atttypid, atttypmod) AS "type not for views"
FROM public.relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0
WHERE relkind IN ('v', 'm')
      AND atttypid NOT IN ('bigint'::regtype, 'integer'::regtype, 'numeric'::regtype, 'text'::regtype, 'date'::regtype,
                           'boolean'::regtype, 'timestamptz'::regtype)
      AND relname <> 'recurring_expense_terms'     -- input of recurring_expense_bills()
      AND attname <> 'traffic_source'              -- in the views of facts, for those of reports
      AND relname !~ '_(summary|change|move)$|^kept_' -- what the reports are made from
      AND relname <> 'import_column';              -- constants, lists of names

-- Columns of a type of varying width of meaning: money, float, interval, reg* (which stops pg_upgrade).
SELECT relname, attname, format_type(atttypid, atttypmod) AS "type not for tables"
FROM public.relation JOIN pg_attribute ON attrelid = relation.oid AND attnum > 0
WHERE relkind = 'r' AND (atttypid IN ('money'::regtype, 'real'::regtype, 'double precision'::regtype, 'interval'::regtype)
                         OR format_type(atttypid, NULL) LIKE 'reg%');

-- SQL name = C name less the prefix.
SELECT routine.oid::regprocedure AS "C name differs", prosrc
FROM public.routine JOIN pg_language ON pg_language.oid = prolang
WHERE lanname = 'c' AND prosrc <> 'lead_roi_' || proname;

-- What only the server calls, outside of the schema for it: functions of types, aggregates (but figures that users ask for, too), operators,
-- casts and planner. And what lies there and doesn't say so.
SELECT oid::regprocedure AS "called by the server alone" FROM public.routine
WHERE pronamespace <> 'lead_roi_internal'::regnamespace
      AND (oid IN (SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend]) FROM pg_type)
           OR oid IN (SELECT unnest(ARRAY[aggtransfn, aggcombinefn, aggmtransfn, aggminvtransfn]) FROM pg_aggregate)
           OR oid IN (SELECT oprcode FROM pg_operator) OR oid IN (SELECT castfunc FROM pg_cast) OR oid IN (SELECT amproc FROM pg_amproc)
           OR oid IN (SELECT prosupport FROM pg_proc));
SELECT oid::regprocedure AS "does not say that it is internal" FROM public.routine
WHERE pronamespace = 'lead_roi_internal'::regnamespace AND obj_description(oid, 'pg_proc') NOT LIKE 'Internal:%';

-- Schemas of the extension that not everybody may use.
SELECT nspname AS "closed" FROM public.member JOIN pg_namespace ON (classid, objid) = ('pg_namespace'::regclass, pg_namespace.oid)
WHERE NOT has_schema_privilege('pg_monitor', pg_namespace.oid, 'USAGE');

-- Nothing outside the extension's own schemas.
SELECT oid::regclass::text AS "elsewhere" FROM public.relation WHERE relnamespace NOT IN ('lead_roi'::regnamespace, 'marketing'::regnamespace)
UNION ALL
SELECT oid::regprocedure::text FROM public.routine WHERE pronamespace NOT IN ('lead_roi'::regnamespace, 'lead_roi_internal'::regnamespace);

DROP VIEW public.routine, public.relation, public.member;
