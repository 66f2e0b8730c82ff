--
-- money: what other currencies are worth in the ledger's.
--

CREATE TABLE @ledger@.exchange_rate (
    currency text NOT NULL
        CONSTRAINT exchange_rate_currency_is_code CHECK (currency ~ '^[A-Z]{3}$'),
    valid_on date NOT NULL
        CONSTRAINT exchange_rate_valid_on_between_1900_and_2200 CHECK (valid_on BETWEEN '1900-01-01' AND '2200-12-31'),
    rate     numeric NOT NULL
        CONSTRAINT exchange_rate_rate_greater_than_0_below_1e15 CHECK (rate > 0 AND rate < 1e15)
        CONSTRAINT exchange_rate_rate_to_20_decimals CHECK (scale(rate) <= 20),
    CONSTRAINT exchange_rate_pkey PRIMARY KEY (currency, valid_on)
);

COMMENT ON TABLE @ledger@.exchange_rate IS
'Exchange rates: what one unit of a currency was worth in the ledger''s currency. An amount is converted at the rate of its own date: the latest that is not after it and not older than the ledger''s exchange rate days. Correcting a rate corrects history.';
COMMENT ON COLUMN @ledger@.exchange_rate.currency IS 'The currency (ISO 4217)';
COMMENT ON COLUMN @ledger@.exchange_rate.valid_on IS 'The day of the rate';
COMMENT ON COLUMN @ledger@.exchange_rate.rate IS 'What one unit of it was worth, in units of the ledger''s currency';
