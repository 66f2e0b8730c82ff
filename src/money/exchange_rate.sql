--
-- exchange_rate: amounts of other currencies in the ledger's.
--

CREATE FUNCTION lead_roi_internal.exchange_rates_step(state internal, currency text, valid_on date, rate numeric) RETURNS internal
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_exchange_rates_step';

COMMENT ON FUNCTION lead_roi_internal.exchange_rates_step(internal, text, date, numeric) IS
'Internal: step of exchange_rates().';

CREATE FUNCTION lead_roi_internal.exchange_rates_result(state internal) RETURNS bytea
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_exchange_rates_result';

COMMENT ON FUNCTION lead_roi_internal.exchange_rates_result(internal) IS
'Internal: result of exchange_rates().';

CREATE AGGREGATE lead_roi_internal.exchange_rates(currency text, valid_on date, rate numeric) (
    SFUNC = lead_roi_internal.exchange_rates_step, STYPE = internal, FINALFUNC = lead_roi_internal.exchange_rates_result, PARALLEL = SAFE
);

COMMENT ON AGGREGATE lead_roi_internal.exchange_rates(text, date, numeric) IS
'Internal: the exchange rates of a ledger as one value, for convert(). NULL without a row; 22023 for a rate that is not greater than 0 or has more than 20 decimals.';

CREATE FUNCTION lead_roi_internal.convert(amount numeric, currency text, on_date date, rates bytea, days integer, decimals integer) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_convert';

COMMENT ON FUNCTION lead_roi_internal.convert(numeric, text, date, bytea, integer, integer) IS
'Internal: converts an amount into the ledger''s currency, rounded to the given decimals. The rate is the latest one that is not after the date and at most the given number of days older. NULL if there is no such rate.';

CREATE FUNCTION ecb_exchange_rates(content text, ledger_currency text DEFAULT 'EUR', OUT currency text, OUT valid_on date, OUT rate numeric)
RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE ROWS 10000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    codes constant text[] := regexp_split_to_array(substring(content FROM '^\W*(Date[^\r\n]*)'), '\s*,\s*');
    own_column constant integer := array_position(codes, ledger_currency);
BEGIN
    IF codes IS NULL THEN
        RAISE EXCEPTION 'argument "content" is not a file of reference rates of the European Central Bank'
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('It begins with "%s", and not with "Date".', left(content, 20)),
                  HINT = 'Pass the text of eurofxref-hist.csv or eurofxref.csv, unzipped.';
    ELSIF own_column IS NULL AND ledger_currency <> 'EUR' THEN
        RAISE EXCEPTION 'the file has no rates of currency "%"', ledger_currency
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Pass the currency of the ledger as "ledger_currency".';
    END IF;
    RETURN QUERY
        SELECT code, fields[1]::date, trim_scale(round(own / quote, 20))
        FROM (SELECT regexp_split_to_array(line, '\s*,\s*') AS fields
              FROM string_to_table(content, E'\n') AS line
              WHERE line ~ '^\d') AS day
             CROSS JOIN LATERAL (SELECT CASE WHEN own_column IS NULL THEN 1 ELSE lead_roi_internal.quote(fields[own_column]) END AS own) AS ledger
             CROSS JOIN LATERAL (SELECT code, lead_roi_internal.quote(field) AS quote FROM unnest(codes, fields) AS cell (code, field)
                                 UNION ALL SELECT 'EUR', 1) AS cell
        WHERE code ~ '^[A-Z]{3}$' AND code <> ledger_currency AND own / quote IS NOT NULL;
END
$$;

COMMENT ON FUNCTION ecb_exchange_rates(text, text) IS
'The rates in a file of the European Central Bank''s reference rates (eurofxref-hist.csv: a line per day, a column per currency), as rows of table exchange_rate. The bank says what a euro is worth in each currency; this says what each currency is worth in that of the ledger: 1 over the bank''s rate for a ledger in EUR, else the ratio of two of them, to 20 decimals. Days and currencies for which the file has no rate ("N/A") have no row. 22023 for another file, or a currency that it doesn''t have; NULL gives no rows.
The rates: https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip';

CREATE FUNCTION lead_roi_internal.quote(field text) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN field ~ '^\d+(\.\d+)?$' THEN nullif(field::numeric, 0) END;

COMMENT ON FUNCTION lead_roi_internal.quote(text) IS
'Internal: a rate as the European Central Bank''s file has it; NULL where it has none.';
