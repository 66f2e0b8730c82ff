--
-- identity: lead sources that count as another.
--

-- The mergers are looked up by a subquery inside the call: Citus takes a join with the one row that has them for thousands of rows.
CREATE OR REPLACE VIEW @ledger@.merged_lead_source AS
SELECT merged.lead_source_id, merged.counted_as
FROM lead_roi_internal.follow_mergers(
         (SELECT array_agg(ARRAY[lead_source_id, merged_into]) FROM @ledger@.lead_source WHERE merged_into IS NOT NULL)) AS merged;

COMMENT ON VIEW @ledger@.merged_lead_source IS
'The lead sources that are merged into another, and the one that their facts count as in the end.';
COMMENT ON COLUMN @ledger@.merged_lead_source.lead_source_id IS 'The lead source that is merged; key of the view';
COMMENT ON COLUMN @ledger@.merged_lead_source.counted_as IS 'The lead source that its facts count as, which is merged into none';
