--
-- import: from the file that a platform exports to the facts of a ledger. First what is in the file.
--

CREATE FUNCTION lead_roi_internal.recognize_file(file bytea, formats jsonb, options jsonb, format text) RETURNS jsonb
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_recognize_file';

COMMENT ON FUNCTION lead_roi_internal.recognize_file(bytea, jsonb, jsonb, text) IS
'Internal: what is found out about a file by its header: format, kind, fields and so on. format is an empty text for any. Errors as read_file().';

CREATE FUNCTION lead_roi_internal.read_file(file bytea, formats jsonb, options jsonb, format text, time_zone text,
    OUT line_number bigint, OUT verdict text, OUT is_row boolean,
    OUT record_id text, OUT account text, OUT campaign_id text, OUT campaign text, OUT source text, OUT medium text,
    OUT content text, OUT term text, OUT landing_url text, OUT referrer text, OUT lead_source text, OUT currency text, OUT title text,
    OUT notes text, OUT cost_type text, OUT lead_ids text, OUT contact_id text, OUT opportunity_id text,
    OUT merged_ids text, OUT merged_into text, OUT related_id text, OUT email text,
    OUT day date, OUT through_day date, OUT traffic_source lead_roi.traffic_source, OUT external_id text, OUT series text, OUT scope text, OUT name_line bigint, OUT key_line bigint, OUT is_repeat boolean,
    OUT converted_on date, OUT churned_on date, OUT modified_at timestamp,
    OUT amount numeric, OUT refunded numeric, OUT fee numeric, OUT visitors numeric, OUT conversions numeric,
    OUT sqlstate text, OUT message text, OUT hint text, OUT column_name text, OUT line text, OUT about jsonb, OUT figures jsonb)
RETURNS SETOF record
LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 100000
AS 'MODULE_PATHNAME', 'lead_roi_read_file';

COMMENT ON FUNCTION lead_roi_internal.read_file(bytea, jsonb, jsonb, text, text) IS
'Internal: the lines of a file. verdict is row (is_row), rejected, withdrawn (the record is there and doesn''t count), total, skipped; or file, on line 0, where "about" says what was found out about the file and "figures" what its rows add up to. name_line is the first row with the same lead source, campaign, source and medium; key_line the first row with the same external_id, of records also a withdrawn one: all but that have is_repeat. Numbers and dates are judged by all lines before the first is read. Errors of class 22 for a file that can''t be read or can be read in two ways.';
