--
-- source: parameters by which ad platforms and mail services mark links.
--

CREATE FUNCTION lead_roi_internal.click_ids(OUT name text, OUT source text, OUT medium text, OUT paid boolean, OUT yields boolean, OUT rank integer) RETURNS SETOF record
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 40
AS 'MODULE_PATHNAME', 'lead_roi_click_ids';

COMMENT ON FUNCTION lead_roi_internal.click_ids() IS 'Internal: the rows of the view click_id.';

CREATE VIEW click_id AS
SELECT name, source, medium, paid, yields, rank FROM lead_roi_internal.click_ids();

GRANT SELECT ON click_id TO PUBLIC;

COMMENT ON VIEW click_id IS
'The click ids that traffic_source_from_url() knows: parameters that ad platforms and mail services add to links. Part of this version of the extension and the same everywhere; docs/sources.md says where they come from.';
COMMENT ON COLUMN click_id.name IS 'Name of the parameter in lower case; its case in a URL doesn''t matter; key of the view';
COMMENT ON COLUMN click_id.source IS 'Source of a link without utm_source; NULL: the id names none (the value of hsa_net does)';
COMMENT ON COLUMN click_id.medium IS 'Medium of a link without utm_medium; NULL (hsa_net): paid-social for a social network, else cpc';
COMMENT ON COLUMN click_id.paid IS 'Whether only paid clicks carry it';
COMMENT ON COLUMN click_id.yields IS 'Whether a referrer of another source counts more, since the id stays on links that people copy';
COMMENT ON COLUMN click_id.rank IS 'Of several ids in a URL the one with the lowest rank counts';
