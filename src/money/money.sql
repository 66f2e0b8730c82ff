--
-- money: what an amount is in its currency; parts of amounts; ratios of amounts.
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

CREATE FUNCTION allocate(amount numeric, weights numeric[], decimals integer) RETURNS numeric[]
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_allocate';

COMMENT ON FUNCTION allocate(numeric, numeric[], integer) IS
'Splits an amount by weights, into parts that add up to it exactly. The result is an array with the bounds of the weights. Each part is amount x weight / sum of weights, rounded towards 0 to the given decimals (2 for cents). The cents that are left over go, one each, to the parts that lost most by rounding; of equal ones the earlier comes first. A weight of 0 gets 0. The parts of a negative amount are those of its opposite with the other sign. If the amount has more decimals than that, one part has the rest of them, and the rounded parts still add up to the rounded amount. Exact for amounts and weights of any size. decimals is between 0 and 16383. NULL if an argument is NULL. Weights that are negative, NULL, none at all or all 0, and decimals out of range, are refused (22023), and so are NaN and infinity (22003). The method is that of the largest remainder, or Hamilton''s: Balinski and Young, Fair Representation (1982).';

CREATE FUNCTION ratio(numerator numeric, denominator numeric) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_ratio';

COMMENT ON FUNCTION ratio(numeric, numeric) IS
'A ratio of two totals: numerator / denominator; NULL if one of them is NULL or the denominator is 0 or negative. NaN and infinity are refused (22003).';
