-- Two ledgers to call functions of, and hostile values of each type, drawn from a seeded generator: test/fuzz/functions.pl. The
-- ledgers have a row or two of everything, so that calls get far.
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

-- Values of each type that somebody would not think of, as texts; NULL is drawn besides.
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
    ('lead_roi.revenue_sums', ARRAY[(SELECT lead_roi.lifetime_value_curve(0, 1.5, 0))::text, (SELECT lead_roi.lifetime_value_curve(n, n * -1e30, 9) FROM generate_series(0, 9) AS n)::text])
) AS values (type, literals), unnest(literals) AS literal
UNION ALL
SELECT own.type, literal FROM (VALUES ('lead_roi.amount'::regtype), ('lead_roi.fractional_count')) AS own (type), fuzz.value WHERE value.type = 'numeric'::regtype;

-- The same as one row for each type, to draw from.
CREATE TABLE fuzz.literals AS SELECT type, array_agg(literal ORDER BY literal COLLATE "C") AS literals FROM fuzz.value GROUP BY type;
CREATE UNIQUE INDEX ON fuzz.literals (type);

CREATE FUNCTION fuzz.pick(texts text[]) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT texts[1 + floor(random() * cardinality(texts))::integer]
$$;

-- Text that is broken in a place or two.
CREATE FUNCTION fuzz.mutated(sound text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT overlay(sound PLACING fuzz.pick('{"","0","-","+",":",",","{","}","/","@","\"","e9","99999999999999999999","\\",ü}') FROM 1 + floor(random() * length(sound))::integer FOR floor(random() * 3)::integer)
$$;

-- Bytes with some changed, removed, added, or said again.
CREATE FUNCTION fuzz.mutated_bytes(sound bytea) RETURNS bytea LANGUAGE sql VOLATILE AS $$
    SELECT CASE floor(random() * 4) WHEN 0 THEN overlay(sound PLACING substring(sound FROM 1 + floor(random() * length(sound))::integer FOR 8) FROM place FOR 8)
                                    ELSE overlay(sound PLACING fuzz.pick('{\\x,\\x00,\\xff,\\x7f,\\x80,\\x01,\\xc3,\\x7fffffff}')::bytea FROM place FOR floor(random() * 3)::integer) END
    FROM (SELECT 1 + floor(random() * (length(sound) + 1))::integer AS place) AS wound
$$;

-- A value of a type as text. Arrays have up to four elements, sometimes in two dimensions.
CREATE FUNCTION fuzz.drawn(wanted oid) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    type pg_type;
    chosen text;
BEGIN
    IF random() < 0.08 THEN
        RETURN NULL;
    END IF;
    SELECT * INTO type FROM pg_type WHERE oid = wanted;
    IF type.typcategory = 'A' THEN
        chosen := ARRAY(SELECT fuzz.drawn(type.typelem) FROM generate_series(1, floor(random() * 5)::integer));
        RETURN CASE WHEN random() < 0.1 AND chosen <> '{}' THEN format('{%1$s,%1$s}', chosen) ELSE chosen END;
    ELSIF type.typtype = 'e' THEN
        RETURN (SELECT enumlabel FROM pg_enum WHERE enumtypid = type.oid ORDER BY random() LIMIT 1);
    ELSIF type.typtype = 'd' THEN
        RETURN fuzz.drawn(type.typbasetype);
    END IF;
    SELECT literals[1 + floor(random() * cardinality(literals))::integer] INTO chosen FROM fuzz.literals WHERE literals.type = type.oid;
    -- A division of numbers with so many digits takes a thousand times as long.
    IF chosen ~ '^-?1e-?1\d{4,}$' AND random() < 0.98 THEN
        chosen := left(chosen, 5);
    ELSIF type.oid IN ('integer'::regtype, 'bigint'::regtype) AND random() < 0.3 THEN
        chosen := floor(random() * 100)::integer;
    ELSIF type.oid = 'date'::regtype AND random() < 0.5 THEN
        chosen := date '2023-01-01' + floor(random() * 800)::integer;
    ELSIF type.oid IN ('numeric'::regtype, 'lead_roi.amount'::regtype) AND random() < 0.4 THEN
        chosen := trunc((random() * 2000 - 500)::numeric, floor(random() * 4)::integer);
    ELSIF random() < 0.15 AND (type.typcategory IN ('S', 'U')) THEN
        chosen := fuzz.mutated(chosen);
    END IF;
    RETURN chosen;
END
$$;

-- The same for an argument of that name: what names a ledger, its schema or the content of a file is mostly sound.
CREATE FUNCTION fuzz.argument(wanted oid, argument text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN random() < 0.3 AND argument IS DISTINCT FROM 'as_of' THEN fuzz.drawn(wanted)
                WHEN wanted = 'text'::regtype AND argument IN ('ledger', 'ledger_schema') THEN fuzz.pick('{marketing,marketing,kept}')
                WHEN wanted IN ('integer'::regtype, 'bigint'::regtype) AND argument LIKE '%\_id' THEN (1 + floor(random() * 8))::text
                -- To post until the end of time takes as long, and can be cancelled.
                WHEN wanted = 'date'::regtype AND argument IN ('as_of', 'through') THEN (date '2023-01-01' + floor(random() * 800)::integer)::text
                WHEN wanted = 'bytea'::regtype AND argument = 'content' THEN convert_to(fuzz.mutated(fuzz.pick(ARRAY[
                     E'Campaign,Day,Cost,Currency code\nBrand,2024-01-04,12.00,EUR\nTools,2024-01-05,"1,208.00",EUR\n', E'lead_source,amount,incurred_on\nFair,12,2024-01-04\n',
                     E'Session source / medium;Date;Sessions\ngoogle / cpc;20240105;1950\n', E'id,Amount,Currency,Created (UTC),Status,Amount Refunded\nch_1,12.00,eur,2024-01-04 10:00,Paid,1.00\n'])), fuzz.pick('{UTF8,LATIN1,WIN1252}'))::text
                ELSE fuzz.drawn(wanted) END
$$;

-- A broken text, or broken binary form, of a value of that type.
CREATE FUNCTION fuzz.mutant(wanted regtype, is_binary boolean) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    mutant text := fuzz.pick((SELECT literals FROM fuzz.literals WHERE type = wanted));
BEGIN
    IF is_binary THEN
        EXECUTE format('SELECT %s(%L::%s)', (SELECT typsend FROM pg_type WHERE oid = wanted), mutant, wanted) INTO mutant;
    END IF;
    FOR wound IN 1 .. 1 + floor(random() * 3) LOOP
        mutant := CASE WHEN is_binary THEN fuzz.mutated_bytes(mutant::bytea)::text ELSE fuzz.mutated(mutant) END;
    END LOOP;
    RETURN mutant;
END
$$;
