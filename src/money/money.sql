--
-- money: what an amount is in its currency.
--

CREATE FUNCTION currency_decimals(currency text) RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_currency_decimals';

COMMENT ON FUNCTION currency_decimals(text) IS
'Decimals of the minor unit of a currency, by its code in ISO 4217: 2 for EUR, 0 for JPY, 3 for KWD. NULL for a code that ISO 4217 does not have; codes are upper case.';
