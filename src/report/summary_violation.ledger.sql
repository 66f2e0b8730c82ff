--
-- report: violations of kept summaries, of which there are none where none are kept.
--

-- It reads a table so that Citus takes it for a view like others, and not for one that every node has.
CREATE OR REPLACE VIEW @ledger@.summary_violation AS
SELECT NULL::text AS violation, NULL::text AS relation, NULL::text AS row_key, NULL::bigint AS facts, NULL::bigint AS lead_source_id, NULL::date AS month, NULL::text AS mend
FROM @ledger@.lead_source
WHERE false;

COMMENT ON VIEW @ledger@.summary_violation IS 'Internal: where kept summaries differ from the facts, for reconciliation; no row where summaries are not kept.';
COMMENT ON COLUMN @ledger@.summary_violation.violation IS 'Kind of violation, see reconciliation';
COMMENT ON COLUMN @ledger@.summary_violation.relation IS 'Table of cells, or of facts';
COMMENT ON COLUMN @ledger@.summary_violation.row_key IS 'Which cell';
COMMENT ON COLUMN @ledger@.summary_violation.facts IS 'Always 1';
COMMENT ON COLUMN @ledger@.summary_violation.lead_source_id IS 'The lead source of the cell; NULL: unknown';
COMMENT ON COLUMN @ledger@.summary_violation.month IS 'First day of the month of the cell, or of its cohort';
COMMENT ON COLUMN @ledger@.summary_violation.mend IS 'The statement that mends it';
