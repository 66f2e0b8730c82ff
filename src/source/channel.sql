--
-- source: channels.
--

CREATE FUNCTION channel(traffic_source traffic_source) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_channel';

COMMENT ON FUNCTION channel(traffic_source) IS
'The channel of a traffic source, such as Paid Search: the default channel groups of Google Analytics 4 as far as source, medium and campaign decide them, by the first rule of the view channel_rule whose conditions all hold; Unassigned if none does. source_kind() says of what kind a source is.
Source: support.google.com/analytics/answer/9756891.';

CREATE FUNCTION channel(traffic_source traffic_source, source_kind text) RETURNS text
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_channel';

COMMENT ON FUNCTION channel(traffic_source, text) IS
'The channel of a traffic source whose source is of a kind that you know better: search, social, video, shopping, email or ai assistant; any other text: none of these; NULL: as source_kind() has it. NULL without a traffic source.';

CREATE FUNCTION lead_roi_internal.channel_rules(OUT "position" integer, OUT channel text, OUT source_kind text, OUT source text,
                                                OUT medium text, OUT campaign text, OUT as_published_on date)
RETURNS SETOF record
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 27
AS 'MODULE_PATHNAME', 'lead_roi_channel_rules';

COMMENT ON FUNCTION lead_roi_internal.channel_rules() IS 'Internal: the rules of channel(); see the view channel_rule.';

CREATE VIEW channel_rule AS
SELECT "position", channel, source_kind, source, medium, campaign, as_published_on FROM lead_roi_internal.channel_rules();

GRANT SELECT ON channel_rule TO PUBLIC;

COMMENT ON VIEW lead_roi.channel_rule IS
'The rules of channel(), in the order in which they are tried: the first one whose conditions all hold gives the channel. A ledger has rules of its own in its table channel_rule, tried before these.';
COMMENT ON COLUMN channel_rule."position" IS 'Order in which rules are tried; key of the view';
COMMENT ON COLUMN channel_rule.channel IS 'The channel';
COMMENT ON COLUMN channel_rule.source_kind IS 'Kind that the source must be of, see source_kind(); NULL: any';
COMMENT ON COLUMN channel_rule.source IS 'Regular expression that the canonical source must match; NULL: any';
COMMENT ON COLUMN channel_rule.medium IS 'Regular expression that the canonical medium must match, where an absent one is an empty text; NULL: any';
COMMENT ON COLUMN channel_rule.campaign IS 'Regular expression that the canonical campaign must match; NULL: any';
COMMENT ON COLUMN channel_rule.as_published_on IS 'Day of Google''s text that the rule follows';
