--
-- identity: lead sources that count as another.
--

-- UNION drops what comes again, so the search ends even in a circle, whose members count as themselves.
CREATE OR REPLACE VIEW @ledger@.merged_lead_source AS
WITH RECURSIVE chain AS (
    SELECT lead_source_id, merged_into AS counted_as
    FROM @ledger@.lead_source
    WHERE merged_into IS NOT NULL
    UNION
    SELECT chain.lead_source_id, next.merged_into
    FROM chain JOIN @ledger@.lead_source AS next ON next.lead_source_id = chain.counted_as
    WHERE next.merged_into IS NOT NULL
)
SELECT chain.lead_source_id, chain.counted_as
FROM chain JOIN @ledger@.lead_source AS last ON last.lead_source_id = chain.counted_as
WHERE last.merged_into IS NULL;

COMMENT ON VIEW @ledger@.merged_lead_source IS
'The lead sources that are merged into another, and the one that their facts count as in the end.';
COMMENT ON COLUMN @ledger@.merged_lead_source.lead_source_id IS 'The lead source that is merged; key of the view';
COMMENT ON COLUMN @ledger@.merged_lead_source.counted_as IS 'The lead source that its facts count as, which is merged into none';
