--
-- funnel: what customers pay.
--

CREATE TABLE @ledger@.payment (
    payment_id  bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT payment_pkey PRIMARY KEY,
    lead_id     bigint
        CONSTRAINT payment_lead_id_fkey REFERENCES @ledger@.lead,
    paid_on     date NOT NULL DEFAULT @today@
        CONSTRAINT payment_paid_on_finite CHECK (isfinite(paid_on)),
    amount      numeric NOT NULL
        CONSTRAINT payment_amount_finite CHECK (abs(amount) < 'Infinity'),
    external_id text
        CONSTRAINT payment_external_id_key UNIQUE
);

CREATE INDEX payment_lead_id_idx ON @ledger@.payment (lead_id);

COMMENT ON TABLE @ledger@.payment IS 'Payments of customers; a refund is a negative payment, dated when it is made.';
COMMENT ON COLUMN @ledger@.payment.payment_id IS 'Key, given by the database';
COMMENT ON COLUMN @ledger@.payment.lead_id IS 'Who paid; NULL: unknown';
COMMENT ON COLUMN @ledger@.payment.paid_on IS 'Date of the payment or refund';
COMMENT ON COLUMN @ledger@.payment.amount IS 'Amount in the ledger''s currency; negative for a refund';
COMMENT ON COLUMN @ledger@.payment.external_id IS 'Key of the payment in the system it is imported from; makes imports repeatable with ON CONFLICT';
