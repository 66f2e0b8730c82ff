--
-- funnel: leads, and those of them who are customers.
--

CREATE TABLE @ledger@.lead (
    lead_id        bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT lead_pkey PRIMARY KEY,
    lead_source_id bigint
        CONSTRAINT lead_lead_source_id_fkey REFERENCES @ledger@.lead_source,
    created_on     date NOT NULL DEFAULT @today@
        CONSTRAINT lead_created_on_finite CHECK (isfinite(created_on)),
    converted_on   date
        CONSTRAINT lead_converted_on_finite CHECK (isfinite(converted_on)),
    churned_on     date
        CONSTRAINT lead_churned_on_finite CHECK (isfinite(churned_on)),
    external_id    text
        CONSTRAINT lead_external_id_key UNIQUE,
    CONSTRAINT lead_converted_on_not_before_created_on CHECK (converted_on >= created_on),
    CONSTRAINT lead_churned_on_not_before_converted_on
        CHECK (churned_on IS NULL OR (converted_on IS NOT NULL AND churned_on >= converted_on))
);

CREATE INDEX lead_lead_source_id_idx ON @ledger@.lead (lead_source_id);

COMMENT ON TABLE @ledger@.lead IS 'Leads; a customer is a lead with a conversion date.';
COMMENT ON COLUMN @ledger@.lead.lead_id IS 'Key, given by the database';
COMMENT ON COLUMN @ledger@.lead.lead_source_id IS 'The lead source that brought the lead; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead.created_on IS 'Date on which the lead came in';
COMMENT ON COLUMN @ledger@.lead.converted_on IS 'Date on which the lead became a customer; NULL: not a customer';
COMMENT ON COLUMN @ledger@.lead.churned_on IS 'Date on which the customer left; NULL: still active';
COMMENT ON COLUMN @ledger@.lead.external_id IS 'Key of the lead in the system it is imported from; makes imports repeatable with ON CONFLICT';
