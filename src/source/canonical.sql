--
-- source: what a lead arrived with. First the form in which its words are compared.
--

CREATE FUNCTION lead_roi_internal.canonical(text) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_canonical';

COMMENT ON FUNCTION lead_roi_internal.canonical(text) IS
'Internal: the canonical form of a text, by tables of Unicode 17.0.0 on every server: NFKD, full case folding, NFKC, without characters that can''t be seen, each run of blanks one space and none at the ends. In databases of other encodings than UTF8 only ASCII is folded, and other bytes are kept.';
