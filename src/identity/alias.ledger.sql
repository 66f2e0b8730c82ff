--
-- identity: which lead source a traffic source means, from when on.
--

CREATE TABLE @ledger@.lead_source_alias (
    pattern        lead_roi.traffic_source NOT NULL,
    valid_from     date NOT NULL DEFAULT '1900-01-01'
        CONSTRAINT lead_source_alias_valid_from_between_1900_and_2200 CHECK (valid_from BETWEEN '1900-01-01' AND '2200-12-31'),
    lead_source_id bigint
        CONSTRAINT lead_source_alias_lead_source_id_fkey REFERENCES @ledger@.lead_source,
    CONSTRAINT lead_source_alias_pkey PRIMARY KEY (pattern, valid_from)
);

CREATE INDEX lead_source_alias_lead_source_id_idx ON @ledger@.lead_source_alias (lead_source_id);

COMMENT ON TABLE @ledger@.lead_source_alias IS
'Which lead source a traffic source means. An alias applies to everything that its pattern contains, from valid_from until the next one of the same pattern. Of several that apply on the day of a lead, the most specific is taken. Leads with a lead source of their own keep it. Correcting an alias corrects history.';
COMMENT ON COLUMN @ledger@.lead_source_alias.pattern IS 'The traffic source, such as google / cpc for every campaign of it';
COMMENT ON COLUMN @ledger@.lead_source_alias.valid_from IS 'First day on which it applies; left out: from the beginning';
COMMENT ON COLUMN @ledger@.lead_source_alias.lead_source_id IS 'The lead source that it means; NULL: from that day on the pattern means none, and a less specific alias is taken';
