-- Calls of the extension's functions, and of its types' input, with the values of values.sql: test/fuzz/functions.pl. A function is called
-- from a PL/pgSQL function that is made for it: its plan is kept, so a call takes some microseconds.

-- What can be called. The statement has the texts of its values as %1$L, %2$L and so on; for a column of an aggregate that is the text of an array.
CREATE TABLE fuzz.callable (
    n integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    statement text NOT NULL,
    types oid[] NOT NULL,
    arguments text[],
    direct integer,             -- of an aggregate: arguments that are no columns
    may_write boolean NOT NULL,
    internal boolean NOT NULL,
    share numeric NOT NULL      -- how many calls, compared with the others
);

-- An expression for the argument of that number: what is drawn for it, cast to its type.
CREATE FUNCTION fuzz.cast_text(n bigint, type oid) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT format('%%%s$L::%s', n, CASE type WHEN 'anyenum'::regtype THEN 'marketing.lead_roi_ledger'::regtype WHEN 'anyelement'::regtype THEN 'bigint'::regtype
                                             WHEN 'anyarray'::regtype THEN 'bigint[]'::regtype ELSE type::regtype END)
$$;

-- Functions whose arguments SQL can give. One in C takes microseconds, one in SQL up to a millisecond, one that works on a ledger many, and one
-- that makes a ledger up to a second: that decides how often they are called.
CREATE VIEW fuzz.extension_function AS
SELECT p.oid, format('%I.%I', pronamespace::regnamespace, proname) AS called, prokind, provolatile = 'v' AS may_write, provariadic <> 0 AS is_variadic, proargtypes::oid[] AS types, proargnames[1:pronargs] AS arguments,
       obj_description(p.oid, 'pg_proc') LIKE 'Internal:%' OR pronamespace = 'lead_roi_internal'::regnamespace AS internal,
       CASE WHEN proname ~ '(ledger|ledgers|keeping|keep_summaries)$' THEN 0.0002 WHEN provolatile = 'v' OR proargnames && '{ledger,ledger_schema}' OR pronargs = 0 THEN 0.005
            WHEN lanname IN ('c', 'internal') THEN 1 ELSE 0.1 END AS share
FROM pg_proc AS p JOIN pg_language ON pg_language.oid = prolang JOIN pg_depend ON classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'lead_roi')
WHERE NOT proargtypes::oid[] && ARRAY['internal'::regtype, 'cstring'::regtype]::oid[]
      AND prorettype NOT IN ('internal'::regtype, 'trigger'::regtype, 'event_trigger'::regtype, 'cstring'::regtype);

INSERT INTO fuzz.callable (name, statement, types, arguments, may_write, internal, share)
SELECT oid::regprocedure::text, CASE prokind WHEN 'p' THEN format('CALL %s(%s)', called, given) ELSE format('SELECT %s(%s) AS result LIMIT 50', called, given) END,
       types, arguments, may_write, internal, share
FROM fuzz.extension_function,
     LATERAL (SELECT string_agg(CASE WHEN is_variadic AND n = cardinality(types) THEN 'VARIADIC ' ELSE '' END || fuzz.cast_text(n, type), ', ' ORDER BY n) AS given
              FROM unnest(types) WITH ORDINALITY AS argument (type, n)) AS arguments_given
WHERE prokind IN ('f', 'p') ORDER BY 1;

-- Aggregates, of up to six rows; those that can also in a frame that moves.
INSERT INTO fuzz.callable (name, statement, types, arguments, direct, may_write, internal, share)
SELECT oid::regprocedure::text || way, format('SELECT %s(%s) %s AS result FROM unnest(%s) AS given (%s)', called, CASE aggkind WHEN 'n' THEN casts ELSE given END,
                                       CASE WHEN way <> '' THEN 'OVER (ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)' WHEN aggkind <> 'n' THEN format('WITHIN GROUP (ORDER BY %s)', casts) END, texts, columns),
       types, arguments, aggnumdirectargs, false, internal, share / 2
FROM fuzz.extension_function JOIN pg_aggregate ON aggfnoid = oid, unnest('{""," in a moving frame"}'::text[]) AS way,
     LATERAL (SELECT string_agg(format('%%%s$L::text[]', n), ', ' ORDER BY n) FILTER (WHERE n > aggnumdirectargs) AS texts, string_agg('c' || n, ', ' ORDER BY n) FILTER (WHERE n > aggnumdirectargs) AS columns,
                     string_agg(replace(fuzz.cast_text(n, type), format('%%%s$L', n), 'c' || n), ', ' ORDER BY n) FILTER (WHERE n > aggnumdirectargs) AS casts,
                     string_agg(fuzz.cast_text(n, type), ', ' ORDER BY n) FILTER (WHERE n <= aggnumdirectargs) AS given
              FROM unnest(types) WITH ORDINALITY AS argument (type, n)) AS texts_given
WHERE way = '' OR aggkind = 'n' ORDER BY 1;

-- Whatever input has read can be written, and is the same when it is read again.
CREATE FUNCTION fuzz.written(value anyelement) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    again value%TYPE;
BEGIN
    EXECUTE format('SELECT %L::%s', value::text, pg_typeof(value)) INTO again;
    IF again::text IS DISTINCT FROM value::text THEN
        RAISE data_corrupted USING MESSAGE = format('%s is %s when it is read again', value, again);
    END IF;
    RETURN value;
END
$$;

-- The value that a type's binary input makes of some bytes. COPY writes them as they are, and reads them as that type.
CREATE FUNCTION fuzz.received(bytes bytea, type regtype) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    file text := current_setting('fuzz.folder') || '/' || pg_backend_pid();
    value text;
BEGIN
    EXECUTE format('COPY (SELECT %L::bytea) TO %L (FORMAT binary)', bytes, file);
    EXECUTE format('COPY fuzz.%I FROM %L (FORMAT binary)', type::text, file);
    EXECUTE format('DELETE FROM fuzz.%I RETURNING fuzz.written(value)', type::text) INTO value;
    RETURN value;
END
$$;

CREATE VIEW fuzz.type AS
SELECT oid::regtype AS type, oid::regtype::text AS name FROM pg_type WHERE typnamespace = 'lead_roi'::regnamespace AND typtype = 'b' AND typcategory <> 'A';
SELECT format('CREATE TABLE fuzz.%I (value %s)', name, type) FROM fuzz.type \gexec
INSERT INTO fuzz.callable (name, statement, types, arguments, may_write, internal, share)
SELECT kind || ' of ' || name, CASE kind WHEN 'text' THEN format('SELECT fuzz.written(%%1$L::%s) AS result', type) ELSE format('SELECT fuzz.received(%%1$L::bytea, %L::regtype) AS result', name) END,
       ARRAY[type], ARRAY['a ' || kind || ' mutant'], kind = 'binary', false, CASE kind WHEN 'text' THEN 4 ELSE 1 END
FROM fuzz.type, unnest('{text,binary}'::text[]) AS kind ORDER BY 1;

-- So many values for an argument. A column has up to six, as the text of an array.
CREATE FUNCTION fuzz.pool(number integer, wanted oid, argument text, is_column boolean) RETURNS text[] LANGUAGE sql VOLATILE AS $$
    SELECT array_agg(CASE WHEN argument LIKE 'a % mutant' THEN fuzz.mutant(wanted, argument = 'a binary mutant')
                          WHEN is_column THEN ARRAY(SELECT fuzz.argument(wanted, argument) FROM generate_series(1, n - n + floor(random() * 6)::integer))::text
                          ELSE fuzz.argument(wanted, argument) END)
    FROM generate_series(1, number) AS n
$$;

-- Whether no call may end so: with an internal error, or an error for which the caller can't be to blame, as bad syntax.
CREATE FUNCTION fuzz.is_failure(state text, message text, internal boolean) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT state LIKE 'XX%' OR state = 'P0004' OR (NOT internal AND (state IN ('42601', '42883', '42804', '53200') OR message LIKE 'query returned %'))
$$;

-- How often calls ended in a state; 00000 is success.
CREATE TABLE fuzz.ended (name text, state text, times bigint, PRIMARY KEY (name, state));
CREATE FUNCTION fuzz.count_ended(called text, states jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO fuzz.ended AS known SELECT called, each.key, each.value::bigint FROM jsonb_each_text(states) AS each
    ON CONFLICT ON CONSTRAINT ended_pkey DO UPDATE SET times = known.times + excluded.times
$$;

-- Make a function fuzz.calls_N(number, seed, traced) that makes so many calls of one function, and takes each back that may write. It returns
-- statements that failed, and, as slow, those that took more than two seconds; the rest is counted. statement_timeout ends it with the call that it
-- cancels. If traced, each statement is told before it is made.
CREATE FUNCTION fuzz.make_caller(function fuzz.callable) RETURNS void LANGUAGE plpgsql AS $make$
DECLARE
    width integer := cardinality(function.types);
    pools text := (SELECT string_agg(format('pool_%s := fuzz.pool(kept, %s, %L, %L);', n, type, function.arguments[n], (n > function.direct) IS TRUE), E'\n    ' ORDER BY n) FROM unnest(function.types) WITH ORDINALITY AS argument (type, n));
    names text := (SELECT string_agg(format('pool_%s text[];', n), ' ') FROM generate_series(1, width) AS n);
    picks text := (SELECT string_agg(format('pool_%s[1 + floor(random() * kept)::integer]', n), ', ' ORDER BY n) FROM generate_series(1, width) AS n);
    planned text := function.statement;
BEGIN
    FOR n IN 1 .. width LOOP
        planned := replace(planned, format('%%%s$L', n), format('drawn[%s]', n));
    END LOOP;
    EXECUTE format($function$
CREATE FUNCTION fuzz.calls_%1$s(number integer, seed double precision, traced boolean) RETURNS SETOF text LANGUAGE plpgsql AS $body$
DECLARE
    kept integer := %2$s;
    %10$s
    drawn text[];
    state text;
    message text;
    started timestamptz;
    states jsonb := '{}';
BEGIN
    PERFORM setseed(seed);
    %3$s
    FOR made IN 1 .. number LOOP
        drawn := ARRAY[%4$s]::text[];
        IF traced THEN
            RAISE NOTICE '%%', format(%5$L, VARIADIC drawn);
        END IF;
        state := '00000';
        started := clock_timestamp();
        BEGIN
            %6$s
            IF %7$L THEN
                RAISE SQLSTATE 'ZZ000';
            END IF;
        EXCEPTION WHEN query_canceled OR assert_failure OR OTHERS THEN
            GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
            state := replace(state, 'ZZ000', '00000');
            IF fuzz.is_failure(state, message, %8$L) THEN
                RETURN NEXT format('%%s %%s: %%s', state, message, format(%5$L, VARIADIC drawn));
            END IF;
        END;
        states := states || jsonb_build_object(state, coalesce((states ->> state)::bigint, 0) + 1);
        IF clock_timestamp() > started + interval '2 s' THEN
            RETURN NEXT 'slow: ' || format(%5$L, VARIADIC drawn);
        END IF;
        EXIT WHEN state = '57014';
    END LOOP;
    PERFORM fuzz.count_ended(%9$L, states);
END
$body$
$function$, function.n, CASE WHEN function.name ~ '^(text|binary) of ' THEN 'number' ELSE 'least(number, 40)' END, pools, picks, function.statement,
        CASE WHEN function.statement LIKE 'CALL %' THEN format('EXECUTE format(%L, VARIADIC drawn);', function.statement)
             ELSE format(E'IF random() < 0.05 THEN\n                EXECUTE format(%L, VARIADIC drawn);\n            ELSE\n                PERFORM count(answer::text) FROM (%s) AS answer;\n            END IF;',
                         format('SELECT count(answer::text) FROM (%s) AS answer', function.statement), planned) END,
        function.may_write, function.internal, function.name, names);
END
$make$;
SELECT count(fuzz.make_caller(callable)) FROM fuzz.callable;
