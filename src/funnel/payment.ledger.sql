--
-- funnel: what customers pay.
--

CREATE TABLE @ledger@.payment (
    payment_id  bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT payment_pkey PRIMARY KEY,
    lead_id     bigint
        CONSTRAINT payment_lead_id_fkey REFERENCES @ledger@.lead,
    paid_on     date NOT NULL DEFAULT @today@
        CONSTRAINT payment_paid_on_between_1900_and_2200 CHECK (paid_on BETWEEN '1900-01-01' AND '2200-12-31'),
    amount      numeric NOT NULL
        CONSTRAINT payment_amount_below_1e30_to_20_decimals
        CHECK (abs(amount) < 1e30 AND scale(amount) <= 20),
    currency    text
        CONSTRAINT payment_currency_is_code CHECK (currency ~ '^[A-Z]{3}$'),
    lead_external_id text,
    external_id text
        CONSTRAINT payment_external_id_key UNIQUE,
    import_id   bigint
);

CREATE INDEX payment_lead_id_idx ON @ledger@.payment (lead_id);
CREATE INDEX payment_refund_idx ON @ledger@.payment (lead_id) WHERE amount < 0;
CREATE INDEX payment_month_idx ON @ledger@.payment (lead_roi.month_of(paid_on));
CREATE INDEX payment_lead_external_id_idx ON @ledger@.payment (lead_roi.record_key(lead_external_id)) WHERE lead_id IS NULL AND lead_external_id IS NOT NULL;
CREATE INDEX payment_currency_idx ON @ledger@.payment (currency, paid_on) WHERE currency IS NOT NULL;

COMMENT ON TABLE @ledger@.payment IS 'Payments of customers; a refund is a negative payment, dated when it is made.';
COMMENT ON COLUMN @ledger@.payment.payment_id IS 'Key, given by the database';
COMMENT ON COLUMN @ledger@.payment.lead_id IS 'Who paid; NULL: the lead with lead_external_id, if there is one';
COMMENT ON COLUMN @ledger@.payment.paid_on IS 'Date of the payment or refund';
COMMENT ON COLUMN @ledger@.payment.amount IS 'Amount, negative for a refund';
COMMENT ON COLUMN @ledger@.payment.currency IS 'Currency of the amount (ISO 4217); NULL: the ledger''s. Reports convert it at the rate of paid_on, see exchange_rate';
COMMENT ON COLUMN @ledger@.payment.lead_external_id IS 'Key of the payer in the system that the payment is imported from: where lead_id is NULL, reports look for the lead with that external_id, which may come later';
COMMENT ON COLUMN @ledger@.payment.external_id IS 'Key of the payment in the system it is imported from; makes imports repeatable with ON CONFLICT';
COMMENT ON COLUMN @ledger@.payment.import_id IS 'The file that added it, see import; NULL: none';
