--
-- funnel: visitors.
--

CREATE TABLE @ledger@.visit (
    lead_source_id bigint NOT NULL
        CONSTRAINT visit_lead_source_id_fkey REFERENCES @ledger@.lead_source,
    visited_on     date NOT NULL
        CONSTRAINT visit_visited_on_between_1900_and_2200 CHECK (visited_on BETWEEN '1900-01-01' AND '2200-12-31'),
    visitors       bigint NOT NULL
        CONSTRAINT visit_visitors_from_0_to_1e12 CHECK (visitors BETWEEN 0 AND 1000000000000),
    CONSTRAINT visit_pkey PRIMARY KEY (lead_source_id, visited_on)
);

CREATE INDEX visit_month_idx ON @ledger@.visit (lead_roi.month_of(visited_on));

COMMENT ON TABLE @ledger@.visit IS 'Visits: how many visitors a lead source brought on a date.';
COMMENT ON COLUMN @ledger@.visit.lead_source_id IS 'The lead source they came from';
COMMENT ON COLUMN @ledger@.visit.visited_on IS 'Date of the visits, or the first day of the period that is counted';
COMMENT ON COLUMN @ledger@.visit.visitors IS 'Number of visitors';
