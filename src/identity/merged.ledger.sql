--
-- identity: lead sources that count as another.
--

CREATE OR REPLACE VIEW @ledger@.merged_lead_source AS
SELECT merged.lead_source_id, merged.counted_as
FROM (SELECT array_agg(lead_source_id) AS lead_source_ids, array_agg(merged_into) AS merged_into
      FROM @ledger@.lead_source
      WHERE merged_into IS NOT NULL) AS merger
     CROSS JOIN LATERAL lead_roi_internal.follow_mergers(merger.lead_source_ids, merger.merged_into) AS merged;

COMMENT ON VIEW @ledger@.merged_lead_source IS
'The lead sources that are merged into another, and the one that their facts count as in the end.';
COMMENT ON COLUMN @ledger@.merged_lead_source.lead_source_id IS 'The lead source that is merged; key of the view';
COMMENT ON COLUMN @ledger@.merged_lead_source.counted_as IS 'The lead source that its facts count as, which is merged into none';
