--
-- money: what an amount is in its currency; ratios of amounts.
--

CREATE FUNCTION currency_decimals(currency text) RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_currency_decimals';

COMMENT ON FUNCTION currency_decimals(text) IS
'Decimals of the minor unit of a currency, by its code in ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD. NULL for a code that ISO 4217 does not have; codes are upper case.';

CREATE FUNCTION finite_amount(amount numeric) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_finite_amount';

COMMENT ON FUNCTION finite_amount(numeric) IS
'The amount unchanged; an error (22003) if it is NaN or infinite. NULL gives NULL.';

CREATE FUNCTION ratio(numerator numeric, denominator numeric) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_ratio';

COMMENT ON FUNCTION ratio(numeric, numeric) IS
'A ratio of two totals: numerator / denominator; NULL if one of them is NULL or the denominator is 0 or negative. NaN and infinity are refused (22003).';
