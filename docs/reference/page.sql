--
-- What docs/reference.md says, from the catalogue of a database that has the extension and a new
-- ledger, and examples.sql. Prints a psql script that prints the page and runs the examples where
-- they stand; print.sh puts the two together. Run it in the project's folder.
--
-- Sections and their order are those of examples.sql. Objects whose comment begins with "Internal:" are
-- left out; a public one without an example is an error.
--
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS lead_roi;
LOAD 'lead_roi';      -- its settings
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC') AS ledger \gset
SET search_path = marketing, lead_roi;

\set examples `cat docs/reference/examples.sql`

--
-- What there is.
--

-- The members of the extension and the tables, views and types of the ledger that users are to know,
-- and the entry that each is part of: what belongs to a type (operators, casts and the functions
-- behind them) is part of the type's entry.
CREATE TEMPORARY TABLE page_object AS
WITH member AS (
    SELECT member.classid, member.objid, pg_description.description AS comment
    FROM pg_depend AS member
         JOIN pg_extension ON member.refclassid = 'pg_extension'::regclass AND refobjid = pg_extension.oid
         JOIN pg_description ON (classoid, pg_description.objoid, pg_description.objsubid) = (member.classid, member.objid, 0)
    WHERE extname = 'lead_roi' AND deptype = 'e'
          AND pg_description.description NOT LIKE 'Internal:%'
          AND member.classid NOT IN ('pg_opfamily'::regclass, 'pg_namespace'::regclass)
    UNION ALL
    SELECT classoid, objoid, description
    FROM (SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relnamespace = 'marketing'::regnamespace
          UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type WHERE typnamespace = 'marketing'::regnamespace) AS part (classoid, objoid)
         JOIN pg_description USING (classoid, objoid)
    WHERE objsubid = 0 AND description NOT LIKE 'Internal:%'
), behind (procedure, type) AS (
    SELECT oprcode::oid, oprleft FROM member JOIN pg_operator ON objid = pg_operator.oid AND classid = 'pg_operator'::regclass
    UNION
    SELECT castfunc, castsource FROM member JOIN pg_cast ON objid = pg_cast.oid AND classid = 'pg_cast'::regclass
)
SELECT member.*,
       CASE classid
           WHEN 'pg_class'::regclass THEN objid::regclass::text     -- with its schema where the ledger has one of the same name
           WHEN 'pg_proc'::regclass THEN coalesce((SELECT min(format_type(type, NULL)) FROM behind WHERE procedure = objid),
                                                  (SELECT proname || '()' FROM pg_proc WHERE oid = objid))
           WHEN 'pg_type'::regclass THEN format_type(objid, NULL)
           WHEN 'pg_operator'::regclass THEN (SELECT format_type(oprleft, NULL) FROM pg_operator WHERE oid = objid)
           WHEN 'pg_cast'::regclass THEN (SELECT format_type(castsource, NULL) FROM pg_cast WHERE oid = objid)
           WHEN 'pg_opclass'::regclass THEN (SELECT format_type(opcintype, NULL) FROM pg_opclass WHERE oid = objid)
       END AS entry
FROM member;

-- The sections: what a reader wants to do, what introduces it, and its examples.
CREATE TEMPORARY TABLE page_section AS
SELECT n AS section, split_part(text, E'\n', 1) AS purpose, substr(split_part(text, E'\n', 2), 4) AS introduction, text AS examples
FROM regexp_split_to_table(:'examples', E'\n-- Section: ') WITH ORDINALITY AS part (text, n)
WHERE n > 1;

-- The examples: each names the entries that it stands for, which share a heading.
CREATE TEMPORARY TABLE page_example AS
SELECT section, n AS position, split_part(text, E'\n', 1) AS names,
       string_to_array(split_part(text, E'\n', 1), ', ') AS entries,
       btrim(substr(text, strpos(text, E'\n')), E'\n') AS sql
FROM page_section, regexp_split_to_table(examples, E'\n-- Example of ') WITH ORDINALITY AS part (text, n)
WHERE n > 1;

-- Stop where the catalogue and the examples don't fit together.
DO $$
DECLARE
    mistakes text;
BEGIN
    SELECT string_agg(mistake, E'\n' ORDER BY mistake) INTO mistakes
    FROM (SELECT 'no entry can be made for ' || pg_describe_object(classid, objid, 0)
          FROM page_object WHERE entry IS NULL
          UNION ALL
          SELECT format('no example of %s in docs/reference/examples.sql', entry)
          FROM page_object WHERE NOT EXISTS (SELECT FROM page_example WHERE entry = ANY (entries)) GROUP BY entry
          UNION ALL
          SELECT format('example of %s, which is not a public object', entry)
          FROM page_example, unnest(entries) AS entry WHERE entry NOT IN (SELECT entry FROM page_object)
          UNION ALL
          SELECT format('two examples of %s', entry)
          FROM page_example, unnest(entries) AS entry GROUP BY entry HAVING count(*) > 1
          UNION ALL
          SELECT format('section "%s" has no introduction', purpose)
          FROM page_section WHERE introduction = '') AS found (mistake);
    IF mistakes IS NOT NULL THEN
        RAISE EXCEPTION E'the reference cannot be made:\n%', mistakes;
    END IF;
END
$$;

--
-- How it is written.
--

CREATE FUNCTION pg_temp.code(text) RETURNS text LANGUAGE sql
RETURN '`' || $1 || '`';

-- A comment as Markdown: names, calls and literals as code, each line a paragraph.
CREATE FUNCTION pg_temp.prose(comment text) RETURNS text LANGUAGE sql
RETURN replace(regexp_replace(replace(comment, '<', '\<'),
    '(\{[^}]*\}|\mlead_roi\.[a-z_]+(?:\([^()]*\))?|\m[a-z][a-z0-9_]*\([^()]*\)|\m[a-z][a-z0-9]*(?:_[a-z0-9]+)+\M)', '`\1`', 'g'), E'\n', E'\n\n');

-- A type as people write it.
CREATE FUNCTION pg_temp.type_name(type oid, typmod integer) RETURNS text LANGUAGE sql
RETURN replace(format_type(type, typmod), 'timestamp with time zone', 'timestamptz');

-- A row of a table.
CREATE FUNCTION pg_temp.table_row(VARIADIC cells text[]) RETURNS text LANGUAGE sql
RETURN '| ' || array_to_string(ARRAY(SELECT replace(cell, '|', '\|') FROM unnest(cells) AS cell), ' | ') || ' |';

-- What a heading is called in a link.
CREATE FUNCTION pg_temp.anchor(heading text) RETURNS text LANGUAGE sql
RETURN '#' || replace(regexp_replace(lower(heading), '[^\w -]', '', 'g'), ' ', '-');

-- A routine with its arguments and what it gives: OUT arguments are part of the latter.
CREATE FUNCTION pg_temp.signature(routine oid) RETURNS text LANGUAGE sql AS $$
SELECT format('%s `%s(%s)`', CASE prokind WHEN 'a' THEN 'Aggregate' WHEN 'p' THEN 'Procedure' ELSE 'Function' END,
              proname, regexp_replace(arguments, ',? ?OUT .*', ''))
       || CASE WHEN prokind <> 'p'
               THEN ' → ' || pg_temp.code(coalesce('(' || replace(substring(arguments FROM 'OUT .*'), 'OUT ', '') || ')',
                                                   pg_get_function_result(oid))) ELSE '' END
FROM pg_proc, LATERAL (SELECT regexp_replace(pg_get_function_arguments(oid), '\mIN |::[a-z ]+(\[\])?', '', 'g')) AS list (arguments)
WHERE oid = routine
$$;

-- The columns of a table, view or composite type.
CREATE FUNCTION pg_temp.columns(relation oid) RETURNS text LANGUAGE sql AS $$
SELECT pg_temp.table_row('column', 'type', 'meaning') || E'\n' || pg_temp.table_row('---', '---', '---') || E'\n'
       || string_agg(pg_temp.table_row(
              pg_temp.code(attname),
              pg_temp.code(pg_temp.type_name(atttypid, atttypmod))
              || CASE WHEN attidentity <> '' THEN ', given by the database'
                      WHEN attgenerated <> '' THEN ', derived'
                      WHEN attnotnull THEN ', not null' ELSE '' END
              || coalesce(', default ' || pg_temp.code(regexp_replace(pg_get_expr(adbin, adrelid), '::[a-z ]+$', '')), ''),
              coalesce(replace(pg_temp.prose(col_description(attrelid, attnum)), E'\n\n', '<br>'), '')), E'\n' ORDER BY attnum)
FROM pg_attribute LEFT JOIN pg_attrdef ON attrelid = adrelid AND attnum = adnum AND attgenerated = ''
WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped
$$;

-- What a type's entry says beyond its comment: its parts, and what can be done with it.
CREATE FUNCTION pg_temp.type_details(type oid) RETURNS text LANGUAGE sql AS $$
SELECT nullif(concat_ws(E'\n\n',
    (SELECT pg_temp.columns(typrelid) FROM pg_type WHERE oid = type AND typtype = 'c'),
    (SELECT format('A domain over `%s`.', format_type(typbasetype, typtypmod)) FROM pg_type WHERE oid = type AND typtype = 'd'),
    (SELECT pg_temp.table_row('operator', 'result', 'meaning') || E'\n' || pg_temp.table_row('---', '---', '---') || E'\n'
            || string_agg(pg_temp.table_row(pg_temp.code(form), pg_temp.code(result), comment), E'\n' ORDER BY kind, form)
     FROM (SELECT 1, format('%s %s %s', format_type(oprleft, NULL), oprname, format_type(oprright, NULL)),
                  format_type(oprresult, NULL), pg_temp.prose(comment)
           FROM page_object JOIN pg_operator ON objid = pg_operator.oid AND classid = 'pg_operator'::regclass
           WHERE oprleft = type
           UNION ALL
           SELECT 2, format('%s::%s', format_type(castsource, NULL), format_type(casttarget, NULL)),
                  format_type(casttarget, NULL), pg_temp.prose(comment)
           FROM page_object JOIN pg_cast ON objid = pg_cast.oid AND classid = 'pg_cast'::regclass
           WHERE castsource = type) AS usage (kind, form, result, comment)
     HAVING count(*) > 0),
    (SELECT string_agg(format('Operator class `%s` (%s): %s.', opcname, amname, rtrim(pg_temp.prose(comment), '.')), E'\n\n' ORDER BY opcname)
     FROM page_object JOIN pg_opclass ON objid = pg_opclass.oid AND classid = 'pg_opclass'::regclass
          JOIN pg_am ON pg_am.oid = opcmethod
     WHERE opcintype = type)), '')
$$;

-- An object of an entry. What belongs to a type is described with the type.
CREATE FUNCTION pg_temp.description(object page_object) RETURNS text LANGUAGE sql AS $$
SELECT CASE
    WHEN object.classid = 'pg_class'::regclass
        THEN pg_temp.prose(object.comment) || E'\n\n' || pg_temp.columns(object.objid)
    WHEN object.classid = 'pg_type'::regclass
        THEN concat_ws(E'\n\n', pg_temp.prose(object.comment), pg_temp.type_details(object.objid))
    WHEN object.classid = 'pg_proc'::regclass AND object.entry LIKE '%()'
        THEN pg_temp.signature(object.objid) || E'\n\n' || pg_temp.prose(object.comment)
    END
$$;

-- The entries under their headings, one for each example.
CREATE TEMPORARY TABLE page_entry AS
SELECT section, page_example.position, sql, entries, heading,
       string_agg(pg_temp.description(page_object), E'\n\n'
                  ORDER BY array_position(entries, entry), page_object.classid = 'pg_proc'::regclass, page_object.objid) AS description
FROM page_example
     JOIN page_object ON entry = ANY (entries)
     JOIN (SELECT names, string_agg(concat(kind, pg_temp.code(name)), ', ' ORDER BY n) AS heading
           FROM page_example, unnest(entries) WITH ORDINALITY AS entry (name, n),
                LATERAL (SELECT (SELECT CASE WHEN relkind IN ('v', 'm') THEN 'View ' ELSE 'Table ' END
                                 FROM page_object JOIN pg_class ON objid = pg_class.oid AND classid = 'pg_class'::regclass
                                 WHERE entry = name
                                 UNION ALL
                                 SELECT CASE typtype WHEN 'd' THEN 'Domain ' ELSE 'Type ' END
                                 FROM page_object JOIN pg_type ON objid = pg_type.oid AND classid = 'pg_type'::regclass
                                 WHERE entry = name)) AS title (kind)
           GROUP BY names) AS headed USING (names)
GROUP BY section, page_example.position, sql, entries, heading;

DO $$
DECLARE
    anchor text;
BEGIN
    SELECT pg_temp.anchor(heading) INTO anchor
    FROM (SELECT heading FROM page_entry UNION ALL SELECT purpose FROM page_section) AS headed (heading)
    GROUP BY 1 HAVING count(*) > 1;
    IF FOUND THEN
        RAISE EXCEPTION 'two headings of the reference have the same anchor, "%"', anchor;
    END IF;
END
$$;

-- The settings, as the server would show them if nobody had set them.
CREATE FUNCTION pg_temp.settings() RETURNS text LANGUAGE sql AS $$
SELECT string_agg(pg_temp.table_row(
           pg_temp.code(name),
           coalesce(pg_temp.code(nullif(current_setting(name), '')), 'empty'),
           coalesce(min_val || ' to ' || max_val || coalesce(' ' || unit, ''), ''),
           CASE context WHEN 'user' THEN 'in a session' WHEN 'sighup' THEN 'reload' WHEN 'postmaster' THEN 'restart' ELSE context END,
           concat_ws(' ', short_desc, pg_temp.prose(extra_desc))), E'\n' ORDER BY name)
FROM (SELECT name, unit, context, short_desc, extra_desc,
             CASE WHEN vartype IN ('integer', 'real') THEN min_val END AS min_val,
             CASE WHEN vartype IN ('integer', 'real') THEN max_val END AS max_val
      FROM pg_settings
      WHERE name LIKE 'lead\_roi.%') AS setting
$$;

-- A psql command that prints a text and an empty line.
CREATE FUNCTION pg_temp.echo(text) RETURNS text LANGUAGE sql
RETURN '\echo ''' || replace(replace(replace($1, '\', '\\'), '''', ''''''), E'\n', '\n') || '\n''';

--
-- The page.
--
SELECT $page$\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET timezone = 'UTC';
SET datestyle = ISO;
SET lead_roi.testing_today = '2024-06-30';
SET search_path = marketing, lead_roi, public;
$page$;

SELECT pg_temp.echo($page$# Reference

Every public function, aggregate, procedure, type and setting of the extension, and every table and view of a
ledger, under what you want to do. `\d+` and `\df+` in psql show the same comments. `script/reference` makes this page
from the catalogue of a database with a new ledger, `docs/reference/examples.sql`, and what the examples print.

Tables, views and the types `whole_months` and `lead_roi_ledger` are in the schema of each ledger, here
`marketing`; everything else, with the view `ledger`, is in the schema `lead_roi`. An argument with
`DEFAULT` may be left out. A code such as 22023 is the SQLSTATE of an error. The examples run from top to
bottom in one session on 30 June 2024, which starts with

```sql
CREATE EXTENSION lead_roi;
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC');
SET search_path = marketing, lead_roi, public;
```

## Contents$page$);

SELECT pg_temp.echo(string_agg(format('- [%s](%s): %s', purpose, pg_temp.anchor(purpose), links), E'\n' ORDER BY section)
       || E'\n- [Settings](#settings)')
FROM (SELECT section, purpose,
             string_agg(format('[%s](%s)', pg_temp.code(name), pg_temp.anchor(heading)), ', '
                        ORDER BY page_entry.position, n) AS links
      FROM page_entry JOIN page_section USING (section), unnest(entries) WITH ORDINALITY AS entry (name, n)
      GROUP BY section, purpose) AS contents;

-- A section, its entries, and each one's example: shown, run, and enclosed by the fences of an output.
SELECT line
FROM (SELECT section, 0 AS entry_position, 0 AS line_number, pg_temp.echo(format(E'## %s\n\n%s', purpose, introduction)) AS line
      FROM page_section
      UNION ALL
      SELECT section, page_entry.position, line_number, line
      FROM page_entry,
           unnest(ARRAY[pg_temp.echo(format(E'### %s\n\n%s\n\n```sql\n%s\n```\n\n```text', heading, description, page_entry.sql)),
                        page_entry.sql,
                        pg_temp.echo('```')]) WITH ORDINALITY AS part (line, line_number)) AS page
ORDER BY section, entry_position, line_number;

SELECT pg_temp.echo(E'## Settings\n\n'
    || pg_temp.table_row('setting', 'default', 'range', 'takes effect', 'meaning') || E'\n'
    || pg_temp.table_row('---', '---', '---', '---', '---') || E'\n' || pg_temp.settings()
    || E'\n\nHow they are used: [operations.md](operations.md).');
