--
-- source: names and keys as other systems write them.
--

CREATE FUNCTION name_key(name text) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_name_key';

COMMENT ON FUNCTION name_key(text) IS
'The key by which names of lead sources are compared: names that differ only in case, in blanks or in the form of their characters (NFKC) have one key. NULL for NULL and for what exports write where there is none: an empty text, "-", "--", "N/A", "(not set)", "(none)", "null", "undefined", "unknown" and the like. The same on every server, by tables of Unicode 17.0.0; in databases of other encodings than UTF8 only ASCII is folded.';

CREATE FUNCTION record_key(external_id text) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_record_key';

COMMENT ON FUNCTION record_key(text) IS
'The form in which keys of other systems are compared. Salesforce writes the key of a record with 15 or 18 characters. If the last three of 18 characters are the check characters of the others, the result is the first 15. Any other key is unchanged; NULL gives NULL.';

CREATE FUNCTION lead_roi_internal.key_system(external_id text) RETURNS text
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_key_system';

COMMENT ON FUNCTION lead_roi_internal.key_system(text) IS
'Internal: whose key it is, which import_file() puts before the key and a colon; empty for a key without a colon, and for NULL.';

CREATE FUNCTION lead_roi_internal.lead_source_key(name text) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_lead_source_key';

COMMENT ON FUNCTION lead_roi_internal.lead_source_key(text) IS
'Internal: name_key() of the name of a lead source; 42939 for a name that says that there is none.';
