-- kit: reading of text, the same for every type.
SET search_path = public, lead_roi;

-- Can a text be read? From PostgreSQL 16 on this is asked without an error being raised and caught: an input function that raises one fails here.
CREATE FUNCTION is_valid(sample text, type text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    result boolean;
BEGIN
    IF current_setting('server_version_num')::integer >= 160000 THEN
        EXECUTE format('SELECT pg_input_is_valid(%L, %L)', sample, type) INTO result;
        RETURN result;
    END IF;
    EXECUTE format('SELECT %L::%s', sample, type);
    RETURN true;
EXCEPTION WHEN invalid_text_representation THEN
    IF current_setting('server_version_num')::integer >= 160000 THEN
        RAISE;
    END IF;
    RETURN false;
END
$$;
CREATE TABLE sample (type text, valid text[], invalid text[]);
INSERT INTO sample VALUES
    ('roi_summary', '{"{}", " { expense : 1.50 , leads:2 } ", "{expense:-1.00*2+-3@1+4@0,customers:-9223372036854775808}"}',
     ARRAY['', '{', '}', '{}}', '{expense}', '{expense:}', '{expense:-}', '{expense:.5}', '{expense:1.}', '{expense:1*}', '{expense:1*- 1}', '{expense:1.0+1}', '{expense:1.0+1@}', '{expense:1.0+1@1}', '{expense:1.0+0@0}',
           '{expense:1.0+1@99999999999999999999}', '{expense:1.0+1@0+1@0}', '{expense:1,}', '{,expense:1}', '{leads:9223372036854775808}', '{leads:-9223372036854775809}', '{leads:1,leads:1}', '{leads:+1}', '{unknown:1}', 'null',
           '{expense:' || repeat('1', 131073) || '}', '{expense:0.' || repeat('1', 16384) || '}', E'{expense:1}\u00e4']),
    ('survival_curve', E'{"{}", "\t{ 0 : 1 + 0 , 2147483647 : 0 + 9223372036854775806 }\n", "{1}", "{1:1}", " { 1 : + 1 , 2 , + 3 } "}',
     ARRAY['', '{', '{}}', '{1:}', '{+}', '{,1}', '{1:1:1}', '{0}', '{2147483647:1,1}', '{1:1+}', '{1:1+0,}', '{1:0+0}', '{2:1+0,1:1+0}', '{-1:1+0}', '{1:-1+2}', '{2147483648:1+0}', '{1:9223372036854775807+1}', '{1:99999999999999999999+1}', '{1.5:1+0}']),
    ('revenue_sums', '{""}', ARRAY['0', '00', 'x', '0x', '010', 'ff', '0100000000', '01000000000003000100000000000000000000000000000000']),
    ('traffic_source', ARRAY['', 'a', 'a / b / c / d / e', '"a / b" / "say ""x"""', '5" pipe', repeat('x', 512)],
     ARRAY['a / b / c / d / e / f', '"a', '"a"b', '"a" "b"', '"a" /b', '/ / / / / /']),
    ('amount', '{1, -0.10, 1e5, NaN, Infinity}', '{"", x, "1,5", "1 2"}'),
    ('fractional_count', '{1, -0.10, 1e5}', '{"", x, "1,5"}');
SELECT type, cardinality(valid) AS valid, cardinality(invalid) AS invalid,
       (SELECT array_agg(text) FROM unnest(valid) AS text WHERE NOT is_valid(text, type)) AS "valid ones refused",
       (SELECT array_agg(left(text, 40)) FROM unnest(invalid) AS text WHERE is_valid(text, type)) AS "invalid ones taken"
FROM sample ORDER BY type;

-- The message says where, counting characters, and shows the beginning of a long text, cut between characters.
SELECT E'{expense:1,\u00e4\u00f6\u00fc}'::roi_summary;
SELECT E' \u00e4'::survival_curve;
SELECT ('{' || repeat(E'\u00e4', 60))::survival_curve;
SELECT '012z'::revenue_sums;
SELECT (repeat('0', 100) || '1')::revenue_sums;
