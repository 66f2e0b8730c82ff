--
-- money: the numbers that aggregates take, whatever their type.
--
-- An aggregate over numeric has one over these types beside it. The parser takes the one over numeric
-- where the arguments are numeric; anything else has one way to an amount: an integer as it is, a
-- floating point number by its shortest decimal, a literal as numeric reads it. (An aggregate over
-- double precision in its place would be preferred by the parser for integers and literals, and cut
-- them to 15 digits.) Inside they are numerics.
--

CREATE TYPE amount;

CREATE FUNCTION lead_roi_internal.amount_in(cstring, oid, integer) RETURNS amount
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'numeric_in';
CREATE FUNCTION lead_roi_internal.amount_out(amount) RETURNS cstring
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'numeric_out';
CREATE FUNCTION lead_roi_internal.amount_recv(internal, oid, integer) RETURNS amount
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'numeric_recv';
CREATE FUNCTION lead_roi_internal.amount_send(amount) RETURNS bytea
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'numeric_send';

CREATE TYPE amount (
    INPUT = lead_roi_internal.amount_in, OUTPUT = lead_roi_internal.amount_out,
    RECEIVE = lead_roi_internal.amount_recv, SEND = lead_roi_internal.amount_send,
    LIKE = numeric, CATEGORY = 'N', PREFERRED = true
);

COMMENT ON TYPE amount IS
'An amount of money as roi(), cost_per_lead() and the other aggregates take it: numeric, integer, bigint, double precision or real, without a cast. A floating point number is its shortest decimal, so that 0.1 is 0.1, and everything is exact from there on. money needs a cast: spend::numeric. Do not use the type for columns. Its text form is that of numeric.';
COMMENT ON FUNCTION lead_roi_internal.amount_in(cstring, oid, integer) IS 'Internal: amount from text, as numeric.';
COMMENT ON FUNCTION lead_roi_internal.amount_out(amount) IS 'Internal: amount to text, as numeric.';
COMMENT ON FUNCTION lead_roi_internal.amount_recv(internal, oid, integer) IS 'Internal: amount from binary, as numeric.';
COMMENT ON FUNCTION lead_roi_internal.amount_send(amount) IS 'Internal: amount to binary, as numeric.';

CREATE FUNCTION lead_roi_internal.amount_of_smallint(value smallint) RETURNS amount
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'int2_numeric';
CREATE FUNCTION lead_roi_internal.amount_of_integer(value integer) RETURNS amount
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'int4_numeric';
CREATE FUNCTION lead_roi_internal.amount_of_bigint(value bigint) RETURNS amount
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'int8_numeric';
CREATE FUNCTION lead_roi_internal.amount_of_double(value double precision) RETURNS amount
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'lead_roi_amount_of_double';
CREATE FUNCTION lead_roi_internal.amount_of_real(value real) RETURNS amount
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'lead_roi_amount_of_real';

COMMENT ON FUNCTION lead_roi_internal.amount_of_smallint(smallint) IS 'Internal: smallint as an amount.';
COMMENT ON FUNCTION lead_roi_internal.amount_of_integer(integer) IS 'Internal: integer as an amount.';
COMMENT ON FUNCTION lead_roi_internal.amount_of_bigint(bigint) IS 'Internal: bigint as an amount.';
COMMENT ON FUNCTION lead_roi_internal.amount_of_double(double precision) IS 'Internal: double precision as an amount, by its shortest decimal.';
COMMENT ON FUNCTION lead_roi_internal.amount_of_real(real) IS 'Internal: real as an amount, by its shortest decimal.';

CREATE CAST (numeric AS amount) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (amount AS numeric) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE CAST (smallint AS amount) WITH FUNCTION lead_roi_internal.amount_of_smallint(smallint) AS IMPLICIT;
CREATE CAST (integer AS amount) WITH FUNCTION lead_roi_internal.amount_of_integer(integer) AS IMPLICIT;
CREATE CAST (bigint AS amount) WITH FUNCTION lead_roi_internal.amount_of_bigint(bigint) AS IMPLICIT;
CREATE CAST (double precision AS amount) WITH FUNCTION lead_roi_internal.amount_of_double(double precision) AS IMPLICIT;
CREATE CAST (real AS amount) WITH FUNCTION lead_roi_internal.amount_of_real(real) AS IMPLICIT;

COMMENT ON CAST (numeric AS amount) IS 'Internal: the same number.';
COMMENT ON CAST (amount AS numeric) IS 'The same number.';
COMMENT ON CAST (smallint AS amount) IS 'Internal: the same number.';
COMMENT ON CAST (integer AS amount) IS 'Internal: the same number.';
COMMENT ON CAST (bigint AS amount) IS 'Internal: the same number.';
COMMENT ON CAST (double precision AS amount) IS 'Internal: the shortest decimal that is read as the number.';
COMMENT ON CAST (real AS amount) IS 'Internal: the shortest decimal that is read as the number.';

-- Integers don't become one: they go where a bigint is counted.
CREATE TYPE fractional_count;

CREATE FUNCTION lead_roi_internal.fractional_count_in(cstring, oid, integer) RETURNS fractional_count
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'numeric_in';
CREATE FUNCTION lead_roi_internal.fractional_count_out(fractional_count) RETURNS cstring
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'numeric_out';
CREATE FUNCTION lead_roi_internal.fractional_count_recv(internal, oid, integer) RETURNS fractional_count
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'numeric_recv';
CREATE FUNCTION lead_roi_internal.fractional_count_send(fractional_count) RETURNS bytea
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'numeric_send';

CREATE TYPE fractional_count (
    INPUT = lead_roi_internal.fractional_count_in, OUTPUT = lead_roi_internal.fractional_count_out,
    RECEIVE = lead_roi_internal.fractional_count_recv, SEND = lead_roi_internal.fractional_count_send,
    LIKE = numeric, CATEGORY = 'N', PREFERRED = true
);

COMMENT ON TYPE fractional_count IS
'A number of leads or customers with decimals, such as the 12.34 conversions of an ad platform, as cost_per_lead(), cost_per_customer() and lifetime_value() take it: numeric, double precision or real, without a cast. It is never rounded; a floating point number is its shortest decimal. Do not use the type for columns. Its text form is that of numeric.';
COMMENT ON FUNCTION lead_roi_internal.fractional_count_in(cstring, oid, integer) IS 'Internal: fractional_count from text, as numeric.';
COMMENT ON FUNCTION lead_roi_internal.fractional_count_out(fractional_count) IS 'Internal: fractional_count to text, as numeric.';
COMMENT ON FUNCTION lead_roi_internal.fractional_count_recv(internal, oid, integer) IS 'Internal: fractional_count from binary, as numeric.';
COMMENT ON FUNCTION lead_roi_internal.fractional_count_send(fractional_count) IS 'Internal: fractional_count to binary, as numeric.';

CREATE CAST (numeric AS fractional_count) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (fractional_count AS numeric) WITHOUT FUNCTION AS ASSIGNMENT;
CREATE CAST (amount AS fractional_count) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (double precision AS fractional_count) WITH FUNCTION lead_roi_internal.amount_of_double(double precision) AS IMPLICIT;
CREATE CAST (real AS fractional_count) WITH FUNCTION lead_roi_internal.amount_of_real(real) AS IMPLICIT;

COMMENT ON CAST (numeric AS fractional_count) IS 'Internal: the same number.';
COMMENT ON CAST (fractional_count AS numeric) IS 'The same number.';
COMMENT ON CAST (amount AS fractional_count) IS 'Internal: the same number.';
COMMENT ON CAST (double precision AS fractional_count) IS 'Internal: the shortest decimal that is read as the number.';
COMMENT ON CAST (real AS fractional_count) IS 'Internal: the shortest decimal that is read as the number.';

CREATE FUNCTION lead_roi_internal.written_amount(amount numeric, decimals integer) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (SELECT CASE WHEN rounded < 0 THEN '-' ELSE '' END
               || reverse(regexp_replace(reverse(split_part(abs(rounded)::text, '.', 1)), '(\d{3})(?=\d)', '\1,', 'g'))
               || coalesce('.' || nullif(split_part(rounded::text, '.', 2), ''), '')
        FROM (SELECT round(amount, decimals)) AS figure (rounded));

COMMENT ON FUNCTION lead_roi_internal.written_amount(numeric, integer) IS
'Internal: an amount for a sentence, rounded to the given decimals, with its digits in groups of three: 1,234,567.80.';
