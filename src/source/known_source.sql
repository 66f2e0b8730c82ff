--
-- source: the sources that are known, and of what kind they are.
--

CREATE FUNCTION source_kind(source text) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_source_kind';

COMMENT ON FUNCTION source_kind(text) IS
'The kind of a traffic source''s source: search, social, video, shopping, email, ai assistant, or ignore for what says nothing of where a lead came from, such as a payment page. The source is a name ("google", "fb") or a host ("www.google.de"), in any spelling that makes the same traffic source.
NULL for a source that is not known, and for NULL. The view known_source lists what is known.';

CREATE FUNCTION lead_roi_internal.known_sources(OUT pattern text, OUT name text, OUT kind text) RETURNS SETOF record
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000
AS 'MODULE_PATHNAME', 'lead_roi_known_sources';

COMMENT ON FUNCTION lead_roi_internal.known_sources() IS 'Internal: the rows of the view known_source.';

CREATE VIEW known_source AS
SELECT pattern, name, kind FROM lead_roi_internal.known_sources();

GRANT SELECT ON known_source TO PUBLIC;

COMMENT ON VIEW lead_roi.known_source IS
'The sources that the extension knows: hosts of referrers, and words that links are tagged with. Part of this version of the extension and the same everywhere; docs/sources.md says where they come from.';
COMMENT ON COLUMN lead_roi.known_source.pattern IS
'A host, which also stands for the hosts below it ("facebook.com" for l.facebook.com); with "*." only for the hosts below it; {} at the end is any country ("de", "co.uk"). A path may follow, which stands for everything below it. Without a dot it is a word ("fb"). The longest pattern wins; key of the view';
COMMENT ON COLUMN lead_roi.known_source.name IS 'What the source is called in a traffic source; NULL: by its host or word, like any other';
COMMENT ON COLUMN lead_roi.known_source.kind IS 'search, social, video, shopping, email, ai assistant, ignore; NULL: not of the kind that the pattern would otherwise be part of';
