--
-- import: which files were loaded, what was wrong in them, and what is needed to undo that.
--

CREATE TABLE @ledger@.import (
    import_id    bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT import_pkey PRIMARY KEY,
    imported_at  timestamptz NOT NULL DEFAULT now(),
    imported_by  text NOT NULL DEFAULT session_user,
    format       text NOT NULL,
    kind         text NOT NULL
        CONSTRAINT import_kind_is_known CHECK (kind IN ('expense', 'visit', 'lead', 'payment')),
    options      jsonb NOT NULL,
    about        jsonb NOT NULL,
    rows_read    bigint,
    added        bigint,
    changed      bigint,
    unchanged    bigint,
    removed      bigint,
    rejected     bigint,
    skipped      bigint,
    first_date   date,
    last_date    date,
    total        numeric,
    total_in_file numeric,
    currency     text,
    undone_at    timestamptz
);

COMMENT ON TABLE @ledger@.import IS 'Files that import_file() has loaded, one row each.';
COMMENT ON COLUMN @ledger@.import.import_id IS 'Key, given by the database';
COMMENT ON COLUMN @ledger@.import.imported_at IS 'When it was loaded';
COMMENT ON COLUMN @ledger@.import.imported_by IS 'Role that was logged in';
COMMENT ON COLUMN @ledger@.import.format IS 'Format of the file, see lead_roi.import_format';
COMMENT ON COLUMN @ledger@.import.kind IS 'What its rows became: expense, visit, lead, payment';
COMMENT ON COLUMN @ledger@.import.options IS 'Options of the call';
COMMENT ON COLUMN @ledger@.import.about IS 'What was found out about the file: encoding, delimiter, header, how numbers and dates are written, warnings';
COMMENT ON COLUMN @ledger@.import.rows_read IS 'Rows of the file below its header, without lines that are no rows';
COMMENT ON COLUMN @ledger@.import.added IS 'Facts that it added';
COMMENT ON COLUMN @ledger@.import.changed IS 'Facts that it changed';
COMMENT ON COLUMN @ledger@.import.unchanged IS 'Facts that were there already as the file has them';
COMMENT ON COLUMN @ledger@.import.removed IS 'Facts that it removed: records that no longer count, and with the option "replace" rows that vanished';
COMMENT ON COLUMN @ledger@.import.rejected IS 'Rows that are in import_reject';
COMMENT ON COLUMN @ledger@.import.skipped IS 'Rows that hold no fact: totals, rows without a number, records that don''t count, older lines of the same record';
COMMENT ON COLUMN @ledger@.import.first_date IS 'Earliest date of its facts';
COMMENT ON COLUMN @ledger@.import.last_date IS 'Latest date of its facts';
COMMENT ON COLUMN @ledger@.import.total IS 'Sum of its amounts in the currency of the file, or number of visitors or leads';
COMMENT ON COLUMN @ledger@.import.total_in_file IS 'The sum that a line of totals in the file states; NULL: it has none';
COMMENT ON COLUMN @ledger@.import.currency IS 'Currency that the file names; NULL: none, or several';
COMMENT ON COLUMN @ledger@.import.undone_at IS 'When undo_import() undid it; NULL: it holds';

CREATE TABLE @ledger@.import_reject (
    import_reject_id bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT import_reject_pkey PRIMARY KEY,
    import_id   bigint NOT NULL
        CONSTRAINT import_reject_import_id_fkey REFERENCES @ledger@.import ON DELETE CASCADE,
    line_number bigint NOT NULL,
    line        text,
    column_name text,
    external_id text,
    sqlstate    text NOT NULL,
    message     text NOT NULL,
    hint        text
);

CREATE INDEX import_reject_import_id_idx ON @ledger@.import_reject (import_id);

COMMENT ON TABLE @ledger@.import_reject IS
'Rows of files that could not be loaded. Correct the line, or add what it lacks, and call retry_rejects().';
COMMENT ON COLUMN @ledger@.import_reject.import_reject_id IS 'Key, given by the database';
COMMENT ON COLUMN @ledger@.import_reject.import_id IS 'The file';
COMMENT ON COLUMN @ledger@.import_reject.line_number IS 'Line of the file on which the row begins';
COMMENT ON COLUMN @ledger@.import_reject.line IS 'The row. Columns that the format doesn''t take, and addresses, are replaced by ***, since they may be about persons, unless the option "keep_personal_data" was given; NULL: the row doesn''t fit the header, so its columns are not known';
COMMENT ON COLUMN @ledger@.import_reject.column_name IS 'Title of the column that is wrong; NULL: the row as a whole';
COMMENT ON COLUMN @ledger@.import_reject.external_id IS 'Key of the fact; NULL: it could not be read';
COMMENT ON COLUMN @ledger@.import_reject.sqlstate IS 'SQLSTATE of the error';
COMMENT ON COLUMN @ledger@.import_reject.message IS 'What is wrong';
COMMENT ON COLUMN @ledger@.import_reject.hint IS 'What mends it';

CREATE TABLE @ledger@.import_change (
    import_id bigint NOT NULL
        CONSTRAINT import_change_import_id_fkey REFERENCES @ledger@.import ON DELETE CASCADE,
    relation  text NOT NULL
        CONSTRAINT import_change_relation_is_known
        CHECK (relation IN ('expense', 'imported_visit', 'lead', 'payment', 'lead_source', 'lead_source_alias', 'lead_key')),
    row_key   text NOT NULL,
    before    jsonb,
    after     jsonb,
    kept      text,
    CONSTRAINT import_change_pkey PRIMARY KEY (import_id, relation, row_key)
);

COMMENT ON TABLE @ledger@.import_change IS
'What undo_import() needs beside the column import_id of facts: rows that an import changed or removed, as they were before, and what else it added.';
COMMENT ON COLUMN @ledger@.import_change.import_id IS 'The file';
COMMENT ON COLUMN @ledger@.import_change.relation IS 'Table of the row';
COMMENT ON COLUMN @ledger@.import_change.row_key IS 'Primary key of the row, as text';
COMMENT ON COLUMN @ledger@.import_change.before IS 'The row before the import; NULL: it wasn''t there';
COMMENT ON COLUMN @ledger@.import_change.after IS 'The row as the import has left it; NULL: it removed or added it';
COMMENT ON COLUMN @ledger@.import_change.kept IS 'Why undo_import() has left the row as it was then, such as an edit by hand; NULL: it was undone, or did not have to be';

CREATE TABLE @ledger@.lead_key (
    key              text
        CONSTRAINT lead_key_pkey PRIMARY KEY,
    lead_external_id text NOT NULL,
    import_id        bigint NOT NULL
);

CREATE INDEX lead_key_lead_external_id_idx ON @ledger@.lead_key (lead_external_id);

COMMENT ON TABLE @ledger@.lead_key IS
'Other keys by which files name a lead: ids of its contact or deal, ids that were merged into it, and a hash of its e-mail address. Addresses themselves are not stored.';
COMMENT ON COLUMN @ledger@.lead_key.key IS 'The key, such as salesforce:0065g00000AbCdE, or email: and the SHA-256 of the address in lower case';
COMMENT ON COLUMN @ledger@.lead_key.lead_external_id IS 'The lead''s external_id';
COMMENT ON COLUMN @ledger@.lead_key.import_id IS 'The file that added it';

CREATE TABLE @ledger@.imported_visit (
    external_id    text
        CONSTRAINT imported_visit_pkey PRIMARY KEY,
    lead_source_id bigint NOT NULL
        CONSTRAINT imported_visit_lead_source_id_fkey REFERENCES @ledger@.lead_source,
    visited_on     date NOT NULL
        CONSTRAINT imported_visit_visited_on_between_1900_and_2200 CHECK (visited_on BETWEEN '1900-01-01' AND '2200-12-31'),
    visitors       bigint NOT NULL
        CONSTRAINT imported_visit_visitors_from_0_to_1e12 CHECK (visitors BETWEEN 0 AND 1000000000000),
    import_id      bigint NOT NULL
);

CREATE INDEX imported_visit_lead_source_id_visited_on_idx ON @ledger@.imported_visit (lead_source_id, visited_on);

COMMENT ON TABLE @ledger@.imported_visit IS
'Visits as files have them, by traffic source and day; import_file() keeps their sums in visit.';
COMMENT ON COLUMN @ledger@.imported_visit.external_id IS 'Key of the row in files: system, account, source, medium, campaign, day';
COMMENT ON COLUMN @ledger@.imported_visit.lead_source_id IS 'The lead source';
COMMENT ON COLUMN @ledger@.imported_visit.visited_on IS 'Date of the visits';
COMMENT ON COLUMN @ledger@.imported_visit.visitors IS 'Number of visitors';
COMMENT ON COLUMN @ledger@.imported_visit.import_id IS 'The file that added it';

CREATE TABLE @ledger@.import_format (
    format   text
        CONSTRAINT import_format_pkey PRIMARY KEY,
    kind     text NOT NULL
        CONSTRAINT import_format_kind_is_known CHECK (kind IN ('expense', 'visit', 'lead', 'payment')),
    system   text
        CONSTRAINT import_format_system_has_no_number_sign CHECK (system !~ '[#:]'),
    platform text,
    source   text,
    medium   text
);

COMMENT ON TABLE @ledger@.import_format IS
'The ledger''s own formats of files, tried before those of lead_roi.import_format.';
COMMENT ON COLUMN @ledger@.import_format.format IS 'Name of the format';
COMMENT ON COLUMN @ledger@.import_format.kind IS 'What a row becomes: expense, visit, lead, payment';
COMMENT ON COLUMN @ledger@.import_format.system IS 'Whose keys the records have, which are put before them; NULL: keys are taken as they are';
COMMENT ON COLUMN @ledger@.import_format.platform IS 'Category and vendor of lead sources that are made; NULL: Other';
COMMENT ON COLUMN @ledger@.import_format.source IS 'Source of its clicks in traffic sources; NULL: it stands in the file';
COMMENT ON COLUMN @ledger@.import_format.medium IS 'Medium of its clicks in traffic sources; NULL: it stands in the file';

CREATE TABLE @ledger@.import_column (
    format   text
        CONSTRAINT import_column_format_fkey REFERENCES @ledger@.import_format ON UPDATE CASCADE ON DELETE CASCADE,
    field    text,
    names    text[] NOT NULL
        CONSTRAINT import_column_names_not_empty CHECK (cardinality(names) > 0),
    required boolean NOT NULL DEFAULT false,
    accepted text[],
    CONSTRAINT import_column_pkey PRIMARY KEY (format, field)
);

COMMENT ON TABLE @ledger@.import_column IS 'Columns of the ledger''s own formats, of the same form as lead_roi.import_column.';
COMMENT ON COLUMN @ledger@.import_column.format IS 'The format';
COMMENT ON COLUMN @ledger@.import_column.field IS 'What the column means, see lead_roi.import_column';
COMMENT ON COLUMN @ledger@.import_column.names IS 'Names of the column in files; the first one that a file has is taken';
COMMENT ON COLUMN @ledger@.import_column.required IS 'Whether a file must have the column to be of the format';
COMMENT ON COLUMN @ledger@.import_column.accepted IS 'Of status, captured and mode: values with which a row counts; NULL: any';
