--
-- funnel: leads, and those of them who are customers.
--

-- traffic_source comes behind the dates: most reports read these alone, and the server looks for a column from the
-- first one on.
CREATE TABLE @ledger@.lead (
    lead_id        bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT lead_pkey PRIMARY KEY,
    lead_source_id bigint
        CONSTRAINT lead_lead_source_id_fkey REFERENCES @ledger@.lead_source,
    created_on     date NOT NULL DEFAULT @today@
        CONSTRAINT lead_created_on_between_1900_and_2200 CHECK (created_on BETWEEN '1900-01-01' AND '2200-12-31'),
    converted_on   date
        CONSTRAINT lead_converted_on_between_1900_and_2200 CHECK (converted_on BETWEEN '1900-01-01' AND '2200-12-31'),
    churned_on     date
        CONSTRAINT lead_churned_on_between_1900_and_2200 CHECK (churned_on BETWEEN '1900-01-01' AND '2200-12-31'),
    traffic_source lead_roi.traffic_source,
    external_id    text
        CONSTRAINT lead_external_id_key UNIQUE,
    import_id      bigint
);

CREATE INDEX lead_lead_source_id_idx ON @ledger@.lead (lead_source_id);
CREATE INDEX lead_month_idx ON @ledger@.lead (lead_roi.month_of(created_on));
CREATE INDEX lead_record_key_idx ON @ledger@.lead (lead_roi.record_key(external_id)) WHERE external_id IS NOT NULL;

COMMENT ON TABLE @ledger@.lead IS 'Leads; a customer is a lead with a conversion date.';
COMMENT ON COLUMN @ledger@.lead.lead_id IS 'Key, given by the database';
COMMENT ON COLUMN @ledger@.lead.lead_source_id IS 'The lead source that brought the lead; NULL: the one that its traffic source means, see lead_source_alias';
COMMENT ON COLUMN @ledger@.lead.created_on IS 'Date on which the lead came in';
COMMENT ON COLUMN @ledger@.lead.converted_on IS 'Date on which the lead became a customer; NULL: not a customer';
COMMENT ON COLUMN @ledger@.lead.churned_on IS 'Date on which the customer left; NULL: still active';
COMMENT ON COLUMN @ledger@.lead.traffic_source IS 'What the lead arrived with, such as google / cpc / spring-sale, see traffic_source_from_url(); NULL: not known';
COMMENT ON COLUMN @ledger@.lead.external_id IS 'Key of the lead in the system it is imported from; makes imports repeatable with ON CONFLICT';
COMMENT ON COLUMN @ledger@.lead.import_id IS 'The file that added it, see import; NULL: none';
