-- Values of every type of the extension that can be stored, and what indexes and generated columns keep of them, one a line, separated
-- by tabs: type, text form, binary form, bytes as they lie in a row, hash; and a function, its argument and its result in UTF-8 as hex.
-- For psql. script/freeze keeps what this prints; test/tap/063_frozen.pl reads it with every later version.
\pset fieldsep '\t'
\ir bytes.sql
SET client_min_messages = error;
SET search_path = lead_roi, lead_roi_internal, public;

-- Expressions, ordered within a type as an index on it is.
CREATE TABLE value (type regtype, n integer GENERATED ALWAYS AS IDENTITY, expression text);
INSERT INTO value (type, expression)
SELECT type::regtype, expression
FROM (VALUES
    ('amount', ARRAY['0', '-0.5', '1234.50', '1e30', '-12345678901234567890.123456789', '0.1::real', '1e-20::double precision']),
    ('fractional_count', ARRAY['0.0', '12.34', '9223372036854775808', '0.1::double precision']),
    ('traffic_source', ARRAY[$$traffic_source('(direct)', '(none)')$$, $$traffic_source('Acme', 'E-Mail')$$, $$traffic_source('acme', 'e-mail', '5 / 5')$$,
        $$traffic_source('google', 'cpc', 'Spring', 'Banner "A"', 'crm software')$$, $$traffic_source('newsletter', NULL, 'may')$$,
        format('traffic_source(%L, %L, %L)', repeat('s', 100), repeat('m', 100), repeat('c', 300)),
        $$traffic_source('ﬁnanz', 'Ünïcode', 'ÀÉ')$$,
        $$traffic_source_from_url('https://deskwell.example/?utm_source=Quillmark&utm_medium=cpc&utm_campaign=a%20b', NULL, '{deskwell.example}')$$]),
    ('roi_summary', ARRAY[$$make_roi_summary()$$, $$make_roi_summary(1.5, 2.25, 3, 4, 5)$$, $$make_roi_summary(1e60, -1e-45, 9223372036854775807, 0, 1)$$,
        $$make_roi_summary(NULL, 7, NULL, 1)$$, $$make_roi_summary(visitors => 10)$$, $$make_roi_summary(170141183460469231731687303715884105728, -0.01)$$,
        $$(SELECT roi_summary(1.05::numeric, n * 3.333, n, 1, 0) FROM generate_series(1, 40) AS n)$$,
        $$(SELECT roi_summary((10 ^ n)::numeric, -(10 ^ -n)::numeric, n, n, n) FROM generate_series(-9, 9, 3) AS n)$$,
        $$make_roi_summary(0.1, NULL, 1) - make_roi_summary(0.25, 9, 3, 2)$$]),
    ('survival_curve', ARRAY[$$'{}'$$, $$'{0:1+0}'$$, $$'{9:1+0,13:1+1,18:1+0,161:0+1}'$$, $$'{2147483647:9223372036854775806+1}'$$,
        $$(SELECT survival(n % 40, n % 3 = 0) FROM generate_series(1, 2000) AS n)$$,
        $$(SELECT survival(date '2020-01-01' + n, CASE WHEN n % 2 = 0 THEN date '2022-01-01' + n END, '2024-06-30') FROM generate_series(1, 20) AS n)$$]),
    ('revenue_sums', ARRAY[$$(SELECT lifetime_value_curve(0, 1.5, 0))$$, $$(SELECT lifetime_value_curve(n, n * -1e30, 9) FROM generate_series(0, 9) AS n)$$,
        $$(SELECT lifetime_value_curve(n % 12, n / 7.0, 11) FROM generate_series(0, 500) AS n)$$])
) AS given (type, expressions), unnest(expressions) AS expression;

-- The expression of a type's hash, if it has one.
CREATE FUNCTION hash_of(type regtype, expression text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT format('%s(%s)', amproc, expression) FROM pg_amproc JOIN pg_opclass ON opcfamily = amprocfamily
                     WHERE opcintype = type AND amprocnum = 1 AND opcmethod = (SELECT oid FROM pg_am WHERE amname = 'hash')), 'NULL')
$$;

SELECT format('SELECT %L, value::text, encode(%s(value), ''hex''), substr(value::%I::text, 3), %s FROM (SELECT (%s)::%s AS value) AS made',
              type, typsend, 'bytes_' || typname, hash_of(type, 'value'), expression, type)
FROM value JOIN pg_type ON pg_type.oid = type ORDER BY typname, n \gexec

-- What indexes and a generated column of every ledger are made with.
SELECT function, encode(convert_to(argument, 'UTF8'), 'hex'), encode(convert_to(result, 'UTF8'), 'hex')
FROM unnest(ARRAY['Agency', '  TRADE   show ', 'Straße ﬁn', 'Fünf % für dich', 'ÀÉÎ', 'ΣΊΣΥΦΟΣ', 'ｆｕｌｌ', U&'a\00ADb', '0035e00001AbCdE', '0035e00001AbCdEAAV', 'x-1']) WITH ORDINALITY AS given (argument, n),
     LATERAL (VALUES ('name_key', name_key(argument)), ('lead_source_key', lead_source_key(argument)), ('record_key', record_key(argument))) AS made (function, result)
ORDER BY function, n;
