-- Calls of the extension's functions with hostile values, drawn from a seeded generator: test/fuzz/functions.pl.
-- Each call is taken back. fuzz.calls() returns those that failed as no call may. The ledgers have a row or two of
-- everything, so that calls get far.
CREATE EXTENSION lead_roi;
SET lead_roi.testing_today = '2024-06-30';
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC');
SELECT lead_roi.create_ledger('kept', currency => 'JPY', time_zone => 'Asia/Tokyo');
SELECT format($$
    INSERT INTO %1$I.lead_source (name) VALUES ('Fair'), ('Search'), ('Agency');
    INSERT INTO %1$I.lead_source_alias (pattern, lead_source_id) VALUES ('google / cpc', 2);
    INSERT INTO %1$I.recurring_expense (lead_source_id, title, amount, starts_on) VALUES (3, 'fee', 100, '2024-01-31');
    INSERT INTO %1$I.expense (lead_source_id, incurred_on, amount, title, cost_type) VALUES (1, '2024-02-01', 500, 'stand', 'media'), (2, '2024-03-01', 20, 'ads', 'media');
    INSERT INTO %1$I.visit VALUES (2, '2024-03-01', 100);
    INSERT INTO %1$I.lead (lead_source_id, created_on, converted_on) VALUES (1, '2024-02-01', '2024-02-20'), (2, '2024-03-01', NULL);
    INSERT INTO %1$I.payment (lead_id, paid_on, amount) VALUES (1, '2024-02-21', 700);
    SELECT lead_roi.post_due_expenses(%1$L, '2024-04-30');
    SELECT lead_roi.import_file(%1$L, convert_to(E'lead_source,amount,incurred_on,external_id\nFair,1.50,2024-01-04,x\nFair,bad,2024-01-05,y\n', 'UTF8'), 'plain_expense', '{"max_rejected_percent":90}')
$$, name) FROM unnest('{marketing,kept}'::text[]) AS name \gexec
SELECT lead_roi.keep_summaries('kept', true);
SELECT lead_roi.fold_summaries('kept');

CREATE SCHEMA fuzz;

-- Values of each type that somebody would not think of, as literals; NULL is drawn besides.
CREATE TABLE fuzz.value (type regtype, literal text);
INSERT INTO fuzz.value
SELECT type::regtype, literal
FROM (VALUES
    ('bigint', '{0,1,-1,2,12,31,100,2147483647,2147483648,-2147483649,9223372036854775807,-9223372036854775808}'::text[]),
    ('integer', '{0,1,-1,2,3,12,31,1000,65536,2147483647,-2147483648}'),
    ('smallint', '{0,1,-1,12,32767,-32768}'),
    ('numeric', '{0,1,-1,0.005,-0.005,1e-16383,1e131071,-1e131071,9.99e30,NaN,Infinity,-Infinity,12345678901234567890.123456789,0.00000000000000000000}'),
    ('double precision', '{0,-0,1,-1,1e308,-1e308,5e-324,NaN,Infinity,-Infinity,0.1,1e15,4503599627370497.5}'),
    ('real', '{0,1,-1,3.4e38,1e-45,NaN,Infinity}'),
    ('boolean', '{t,f}'),
    ('date', '{2024-01-31,2024-02-29,1970-01-01,2000-01-01,infinity,-infinity,4713-01-01 BC,5874897-12-31,0001-01-01,2023-12-31}'),
    ('timestamp', '{2024-01-31 23:59:59.999999,infinity,-infinity,4713-01-01 BC,294276-12-31}'),
    ('timestamptz', '{2024-01-31 23:59:59.999999+00,infinity,-infinity,4713-01-02 BC,294276-12-30}'),
    ('interval', '{1 day,-1 day,178000000 years,-178000000 years,1 mon -30 days,0}'),
    ('name', '{marketing,"","a''b",pg_catalog}'),
    ('oid', '{0,1,1259,4294967295}'),
    ('regclass', '{0,pg_class,1,4294967295,marketing.lead,marketing.lead_source_roi}'),
    ('regtype', '{0,text,1,4294967295,marketing.lead_roi_ledger}'),
    ('regprocedure', '{0,now(),4294967295}'),
    ('jsonb', ARRAY['{}', 'null', '[]', '0', '"x"', '{"a":null}', '{"create_sources":true}', '{"date_order":"mdy","x":1e999}', '[[[[[[]]]]]]', '{"columns":{"amount":"Cost"}}']),
    ('json', ARRAY['{}', 'null', '[[]]']),
    ('bytea', ARRAY['', '\x00', '\xff', '\xefbbbf', '\xfffe6100', 'Campaign,Day,Cost' || chr(10) || 'a,2024-01-01,1', '"', '\x2c2c2c0a2c2c2c']),
    ('text', ARRAY['', ' ', 'marketing', '"marketing"', 'a', '$$', '''', '"', '\', '%s%n', '{}', '{0:1+0}', '{', '(', 'EUR', 'UTC', 'Europe/Vienna', 'google / cpc', 'https://a.example/?utm_source=x&gclid=1',
        'http://[::1', '//', 'https://xn--a', '%', '%zz%00', repeat('a', 300), repeat(chr(252), 100), repeat('(', 2000), chr(1), U&'\+01F600', U&'\0130', U&'\FB01', '@ledger@', '12 / 3', '(direct) / (none)',
        'expense', 'lead', 'mdy', '0001-01-01', '1e400', '-', '1.204,50', 'SELECT 1', 'x; DROP SCHEMA fuzz', 'pg_catalog', 'null', E'a\nb', E'\t', 'media'])
) AS values (type, literals), unnest(literals) AS literal;

-- Values of the extension's own types: some that are sound, and texts that may not be.
INSERT INTO fuzz.value
SELECT type::regtype, literal
FROM (VALUES
    ('lead_roi.roi_summary', ARRAY['{}', (SELECT lead_roi.make_roi_summary(1.5, 2.25, 3, 4, 5))::text, (SELECT lead_roi.make_roi_summary(1e30, -1e30, 9223372036854775807, 0, 1))::text,
        (SELECT lead_roi.make_roi_summary() OPERATOR(lead_roi.-) lead_roi.make_roi_summary(0.1, NULL, 1))::text]),
    ('lead_roi.survival_curve', ARRAY['{}', '{0:1+0}', '{9:1+0,13:1+1,18:1+0,161:0+1}', '{2147483647:9223372036854775806+1}']),
    ('lead_roi.traffic_source', ARRAY['a / b', '(direct) / (none)', '', 'google / cpc / spring', repeat('x', 200) || ' / y']),
    ('lead_roi.revenue_sums', ARRAY[]::text[])
) AS values (type, literals), unnest(literals) AS literal;

-- The same as one row for each type, to draw from.
CREATE TABLE fuzz.literals AS SELECT type, array_agg(literal ORDER BY literal COLLATE "C") AS literals FROM fuzz.value GROUP BY type;
CREATE UNIQUE INDEX ON fuzz.literals (type);

CREATE FUNCTION fuzz.pick(texts text[]) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT texts[1 + floor(random() * cardinality(texts))::integer]
$$;

-- Text that is broken in a place or two.
CREATE FUNCTION fuzz.mutated(sound text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT overlay(sound PLACING fuzz.pick('{"","0","-","+",":",",","{","}","/","e9","99999999999999999999","\\",ü}') FROM 1 + floor(random() * length(sound))::integer FOR floor(random() * 3)::integer)
$$;

-- A literal of a type, with its cast. Arrays have up to four elements, sometimes in two dimensions.
CREATE FUNCTION fuzz.literal(wanted oid) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    type pg_type;
    chosen text;
BEGIN
    SELECT * INTO type FROM pg_type WHERE oid = CASE WHEN wanted IN ('anyelement'::regtype, 'anycompatible'::regtype, '"any"'::regtype) THEN 'bigint'::regtype
                                                     WHEN wanted IN ('anyarray'::regtype, 'anycompatiblearray'::regtype) THEN 'bigint[]'::regtype ELSE wanted END;
    IF random() < 0.08 THEN
        RETURN format('NULL::%s', type.oid::regtype);
    ELSIF type.typcategory = 'A' THEN
        SELECT 'ARRAY[' || string_agg(fuzz.literal(type.typelem), ', ') || ']' INTO chosen FROM generate_series(1, floor(random() * 5)::integer);
        RETURN format(CASE WHEN random() < 0.1 AND chosen IS NOT NULL THEN 'ARRAY[%1$s, %1$s]::%2$s' ELSE '%s::%s' END, coalesce(chosen, quote_literal('{}')), type.oid::regtype);
    ELSIF type.typtype = 'e' THEN
        RETURN (SELECT format('%L::%s', enumlabel, type.oid::regtype) FROM pg_enum WHERE enumtypid = type.oid ORDER BY random() LIMIT 1);
    ELSIF type.typtype = 'd' THEN
        RETURN fuzz.literal(type.typbasetype) || '::' || type.oid::regtype;
    END IF;
    SELECT literals[1 + floor(random() * cardinality(literals))::integer] INTO chosen FROM fuzz.literals WHERE literals.type = type.oid;
    IF chosen IS NULL THEN
        RETURN format('NULL::%s', type.oid::regtype);
    ELSIF type.oid IN ('integer'::regtype, 'bigint'::regtype) AND random() < 0.3 THEN
        chosen := floor(random() * 100)::integer;
    ELSIF type.oid = 'date'::regtype AND random() < 0.5 THEN
        chosen := date '2023-01-01' + floor(random() * 800)::integer;
    ELSIF type.oid = 'numeric'::regtype AND random() < 0.4 THEN
        chosen := trunc((random() * 2000 - 500)::numeric, floor(random() * 4)::integer);
    ELSIF random() < 0.15 AND (type.typcategory IN ('S', 'U')) THEN
        chosen := fuzz.mutated(chosen);
    END IF;
    RETURN format('%L::%s', chosen, type.oid::regtype);
END
$$;

-- The same for an argument of that name: what names a ledger, its schema or the content of a file is mostly sound.
CREATE FUNCTION fuzz.argument(wanted oid, argument text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN random() < 0.3 AND argument IS DISTINCT FROM 'as_of' THEN fuzz.literal(wanted)
                WHEN wanted = 'text'::regtype AND argument IN ('ledger', 'ledger_schema') THEN fuzz.pick('{''marketing'',''marketing'',''kept''}')
                WHEN wanted IN ('integer'::regtype, 'bigint'::regtype) AND argument LIKE '%\_id' THEN format('%s::%s', 1 + floor(random() * 8), wanted::regtype)
                WHEN wanted = 'anyenum'::regtype THEN fuzz.pick('{NULL::marketing.lead_roi_ledger,NULL::kept.lead_roi_ledger}')
                -- To post until the end of time takes as long, and can be cancelled.
                WHEN wanted = 'date'::regtype AND argument IN ('as_of', 'through') THEN format('%L::date', date '2023-01-01' + floor(random() * 800)::integer)
                WHEN wanted = 'bytea'::regtype AND argument = 'content' THEN format('convert_to(%L, %L)', fuzz.mutated(fuzz.pick(ARRAY[
                     E'Campaign,Day,Cost,Currency code\nBrand,2024-01-04,12.00,EUR\nTools,2024-01-05,"1,208.00",EUR\n', E'lead_source,amount,incurred_on\nFair,12,2024-01-04\n',
                     E'Session source / medium;Date;Sessions\ngoogle / cpc;20240105;1950\n', E'id,Amount,Currency,Created (UTC),Status,Amount Refunded\nch_1,12.00,eur,2024-01-04 10:00,Paid,1.00\n'])), fuzz.pick('{UTF8,LATIN1,WIN1252}'))
                ELSE fuzz.literal(wanted) END
$$;

-- What can be called: functions, aggregates and procedures of the extension whose arguments SQL can give.
CREATE TABLE fuzz.callable AS
SELECT row_number() OVER (ORDER BY p.oid::regprocedure::text) AS n, p.oid, p.oid::regprocedure::text AS name, format('%I.%I', pronamespace::regnamespace, proname) AS called,
       prokind, provariadic <> 0 AS variadic, proargtypes::oid[] AS types, proargnames[1:pronargs] AS arguments, coalesce(aggkind, 'n') AS aggkind, coalesce(aggnumdirectargs, 0) AS direct,
       obj_description(p.oid, 'pg_proc') LIKE 'Internal:%' OR pronamespace = 'lead_roi_internal'::regnamespace AS internal,
       -- What works on a ledger takes a thousand times as long as what computes, and is called less often; least what makes one.
       CASE WHEN p.provolatile <> 'v' AND NOT coalesce(proargnames && '{ledger,ledger_schema}', false) AND p.pronargs > 0 THEN 1.0 WHEN p.proname ~ '(ledger|ledgers|keeping|keep_summaries)$' THEN 0.02 ELSE 0.1 END AS frequency
FROM pg_proc AS p JOIN pg_depend ON classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'lead_roi')
     LEFT JOIN pg_aggregate ON aggfnoid = p.oid
WHERE NOT proargtypes::oid[] && ARRAY['internal'::regtype, 'cstring'::regtype]::oid[]
      AND prorettype NOT IN ('internal'::regtype, 'trigger'::regtype, 'event_trigger'::regtype, 'cstring'::regtype);

-- A call of one of them.
CREATE FUNCTION fuzz.call(function fuzz.callable) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    arguments text[] := ARRAY(SELECT fuzz.argument(type, function.arguments[n]) FROM unnest(function.types) WITH ORDINALITY AS argument (type, n) ORDER BY n);
    columns text;
    result text;
BEGIN
    IF function.prokind = 'a' THEN
        -- The literals, and others like them, in up to six rows.
        SELECT string_agg('(' || coalesce(row_values, '1') || ')', ', ') INTO columns
        FROM (SELECT (SELECT string_agg(CASE WHEN i = 0 THEN arguments[n] ELSE fuzz.literal(type) END, ', ' ORDER BY n) FROM unnest(function.types) WITH ORDINALITY AS argument (type, n) WHERE n > function.direct) AS row_values
              FROM generate_series(0, floor(random() * 6)::integer) AS i) AS given;
        RETURN format('SELECT %s(%s) %s AS result FROM (VALUES %s) AS given (%s)%s', function.called,
                      CASE WHEN function.aggkind = 'n' THEN (SELECT string_agg('c' || n, ', ' ORDER BY n) FROM generate_series(1, cardinality(function.types)) AS n)
                           ELSE array_to_string(arguments[1:function.direct], ', ') END,
                      CASE WHEN function.aggkind <> 'n' THEN 'WITHIN GROUP (ORDER BY c1)' ELSE '' END, columns,
                      coalesce((SELECT string_agg('c' || n, ', ' ORDER BY n) FROM generate_series(1, cardinality(function.types) - function.direct) AS n), 'c'),
                      CASE WHEN random() < 0.1 THEN ' WHERE false' ELSE '' END);
    ELSIF function.variadic THEN
        arguments[cardinality(arguments)] := 'VARIADIC ' || arguments[cardinality(arguments)];
    END IF;
    result := format('%s(%s)', function.called, array_to_string(arguments, ', '));
    RETURN CASE WHEN function.prokind = 'p' THEN 'CALL ' || result ELSE format('SELECT %s AS result LIMIT 50', result) END;
END
$$;

-- Makes so many calls of any function. Returns those that end in an internal error, those for whose error the caller
-- can't be to blame, as bad syntax, and, as slow, those that take more than two seconds; the rest is counted by its SQLSTATE, 00000 for success.
CREATE TABLE fuzz.ended (name text, state text, times bigint, PRIMARY KEY (name, state));
CREATE FUNCTION fuzz.calls(number integer, seed double precision) RETURNS SETOF text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    functions fuzz.callable[] := ARRAY(SELECT callable FROM fuzz.callable ORDER BY n);
    function fuzz.callable;
    call text;
    state text;
    message text;
    started timestamptz;
    made integer := 0;
    ended jsonb := '{}';
    key text;
BEGIN
    PERFORM setseed(seed);
    WHILE made < number LOOP
        function := functions[1 + floor(random() * cardinality(functions))::integer];
        CONTINUE WHEN random() >= function.frequency;
        made := made + 1;
        call := fuzz.call(function);
        started := clock_timestamp();
        BEGIN
            IF function.prokind = 'p' THEN
                EXECUTE call;
            ELSE
                EXECUTE format('SELECT count(made::text) FROM (%s) AS made', call);
            END IF;
            RAISE SQLSTATE 'ZZ000';
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
        END;
        IF state LIKE 'XX%' OR state = 'P0004' OR (NOT function.internal AND (state IN ('42601', '42883', '42804', '53200') OR message LIKE 'query returned %')) THEN
            RETURN NEXT format('%s %s: %s', state, message, call);
        ELSIF clock_timestamp() > started + interval '2 s' THEN
            RETURN NEXT 'slow: ' || call;
        END IF;
        key := function.name || ' ' || replace(state, 'ZZ000', '00000');
        ended := jsonb_set(ended, ARRAY[key], to_jsonb(coalesce((ended ->> key)::bigint, 0) + 1));
    END LOOP;
    INSERT INTO fuzz.ended AS known SELECT left(each.key, -6), right(each.key, 5), each.value::bigint FROM jsonb_each_text(ended) AS each
    ON CONFLICT ON CONSTRAINT ended_pkey DO UPDATE SET times = known.times + excluded.times;
END
$$;
