--
-- identity: the ledger's own rules for channels, tried before those of lead_roi.
--

CREATE TABLE @ledger@.known_source (
    pattern lead_roi.traffic_source
        CONSTRAINT known_source_pkey PRIMARY KEY,
    kind    text NOT NULL
        CONSTRAINT known_source_kind_is_known
        CHECK (kind IN ('search', 'social', 'video', 'shopping', 'email', 'ai assistant', 'other'))
);

COMMENT ON TABLE @ledger@.known_source IS
'The ledger''s own rules for the kind of a source, tried before lead_roi.known_source. Of several patterns that contain a traffic source, the most specific is taken.';
COMMENT ON COLUMN @ledger@.known_source.pattern IS 'The traffic source, mostly a source alone, such as intranet.example';
COMMENT ON COLUMN @ledger@.known_source.kind IS 'search, social, video, shopping, email, ai assistant; or other: none of these';

CREATE TABLE @ledger@.channel_rule (
    position    integer
        CONSTRAINT channel_rule_pkey PRIMARY KEY,
    channel     text NOT NULL
        CONSTRAINT channel_rule_channel_not_empty CHECK (channel <> ''),
    source_kind text
        CONSTRAINT channel_rule_source_kind_is_known
        CHECK (source_kind IN ('search', 'social', 'video', 'shopping', 'email', 'ai assistant')),
    source      text
        CONSTRAINT channel_rule_source_is_regular_expression CHECK (('' ~ source) IS NOT NULL OR source IS NULL),
    medium      text
        CONSTRAINT channel_rule_medium_is_regular_expression CHECK (('' ~ medium) IS NOT NULL OR medium IS NULL),
    campaign    text
        CONSTRAINT channel_rule_campaign_is_regular_expression CHECK (('' ~ campaign) IS NOT NULL OR campaign IS NULL),
    CONSTRAINT channel_rule_has_condition CHECK (num_nonnulls(source_kind, source, medium, campaign) > 0)
);

COMMENT ON TABLE @ledger@.channel_rule IS
'Rules of the ledger for channels, in the form of lead_roi.channel_rule and tried before these: the first rule by position whose conditions all hold gives the channel.';
COMMENT ON COLUMN @ledger@.channel_rule.position IS 'Order in which rules are tried; key';
COMMENT ON COLUMN @ledger@.channel_rule.channel IS 'The channel';
COMMENT ON COLUMN @ledger@.channel_rule.source_kind IS 'Kind that the source must be of, see known_source; NULL: any';
COMMENT ON COLUMN @ledger@.channel_rule.source IS 'Regular expression that the canonical source must match; NULL: any';
COMMENT ON COLUMN @ledger@.channel_rule.medium IS 'Regular expression that the canonical medium must match, where an absent one is an empty text; NULL: any';
COMMENT ON COLUMN @ledger@.channel_rule.campaign IS 'Regular expression that the canonical campaign must match; NULL: any';
