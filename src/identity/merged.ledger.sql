--
-- identity: lead sources that count as another.
--

-- What is merged is looked up by subqueries of their own: Citus takes a join with the one row of both arrays for thousands of rows.
CREATE OR REPLACE VIEW @ledger@.merged_lead_source AS
SELECT merged.lead_source_id, merged.counted_as
FROM lead_roi_internal.follow_mergers(
         (SELECT array_agg(lead_source_id ORDER BY lead_source_id) FROM @ledger@.lead_source WHERE merged_into IS NOT NULL),
         (SELECT array_agg(merged_into ORDER BY lead_source_id) FROM @ledger@.lead_source WHERE merged_into IS NOT NULL)) AS merged;

COMMENT ON VIEW @ledger@.merged_lead_source IS
'The lead sources that are merged into another, and the one that their facts count as in the end.';
COMMENT ON COLUMN @ledger@.merged_lead_source.lead_source_id IS 'The lead source that is merged; key of the view';
COMMENT ON COLUMN @ledger@.merged_lead_source.counted_as IS 'The lead source that its facts count as, which is merged into none';
