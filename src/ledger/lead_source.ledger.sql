--
-- ledger: where leads come from and what is paid for.
--

-- Triggers see to it that merged_into is a lead source: a foreign key of a table to itself is more than a dump of
-- data alone bears.
CREATE TABLE @ledger@.lead_source (
    lead_source_id bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT lead_source_pkey PRIMARY KEY,
    name        text NOT NULL,
    category    text NOT NULL DEFAULT 'Other'
        CONSTRAINT lead_source_category_not_empty CHECK (category <> '')
        CONSTRAINT lead_source_category_not_reserved CHECK (category <> '(unknown)'),
    vendor      text,
    medium      text,
    message     text,
    description text,
    starts_on   date
        CONSTRAINT lead_source_starts_on_finite CHECK (isfinite(starts_on)),
    ends_on     date
        CONSTRAINT lead_source_ends_on_finite CHECK (isfinite(ends_on)),
    active      boolean NOT NULL DEFAULT true,
    created_at  timestamptz NOT NULL DEFAULT now(),
    channel     text
        CONSTRAINT lead_source_channel_not_empty CHECK (channel <> ''),
    merged_into bigint
        CONSTRAINT lead_source_merged_into_another CHECK (merged_into <> lead_source_id),
    name_key    text GENERATED ALWAYS AS (lead_roi_internal.lead_source_key(name)) STORED
        CONSTRAINT lead_source_name_key UNIQUE,
    CONSTRAINT lead_source_ends_on_not_before_starts_on CHECK (ends_on >= starts_on)
);

CREATE INDEX lead_source_merged_into_idx ON @ledger@.lead_source (merged_into);

COMMENT ON TABLE @ledger@.lead_source IS
'Lead sources: where leads come from and what is paid for. category > vendor > medium > message.';
COMMENT ON COLUMN @ledger@.lead_source.lead_source_id IS 'Key, given by the database';
COMMENT ON COLUMN @ledger@.lead_source.name IS 'Name; no two differ in case, blanks or the form of their characters alone';
COMMENT ON COLUMN @ledger@.lead_source.name_key IS 'Derived: the name as names are compared, see name_key(), by which files are joined';
COMMENT ON COLUMN @ledger@.lead_source.category IS 'Group of lead sources in reports, such as Trade show or Paid; default Other';
COMMENT ON COLUMN @ledger@.lead_source.vendor IS 'Who is paid: publisher, agency, organiser';
COMMENT ON COLUMN @ledger@.lead_source.medium IS 'How the message travels: banner, e-mail, radio';
COMMENT ON COLUMN @ledger@.lead_source.message IS 'What is said: headline, offer, creative';
COMMENT ON COLUMN @ledger@.lead_source.description IS 'Free text';
COMMENT ON COLUMN @ledger@.lead_source.starts_on IS 'First day of the lead source, for information; bills follow recurring_expense';
COMMENT ON COLUMN @ledger@.lead_source.ends_on IS 'Last day of the lead source, for information; NULL: open';
COMMENT ON COLUMN @ledger@.lead_source.active IS 'Still in use; inactive lead sources stay in every report';
COMMENT ON COLUMN @ledger@.lead_source.created_at IS 'When the row was entered';
COMMENT ON COLUMN @ledger@.lead_source.channel IS 'Channel that its facts count in; NULL: that of its aliases, see lead_source_channel';
COMMENT ON COLUMN @ledger@.lead_source.merged_into IS 'The lead source that its facts count as, in turn; NULL: as itself. See merge_lead_sources()';

CREATE TRIGGER refuse_merger
    BEFORE UPDATE OF merged_into ON @ledger@.lead_source
    FOR EACH ROW WHEN (NEW.merged_into IS NOT NULL)
    EXECUTE FUNCTION lead_roi.refuse_merger();

COMMENT ON TRIGGER refuse_merger ON @ledger@.lead_source IS 'Refuses to merge a lead source into none, or into one that is merged into it';

CREATE TRIGGER refuse_removal
    BEFORE DELETE ON @ledger@.lead_source
    FOR EACH ROW
    EXECUTE FUNCTION lead_roi.refuse_removal();

COMMENT ON TRIGGER refuse_removal ON @ledger@.lead_source IS 'Says what to do instead of deleting a lead source that is in use';
