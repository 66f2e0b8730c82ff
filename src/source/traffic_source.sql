--
-- source: what a lead arrived with, as one value.
--

CREATE TYPE traffic_source;

CREATE FUNCTION lead_roi_internal.traffic_source_in(text cstring) RETURNS traffic_source
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_traffic_source_in';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_in(cstring) IS 'Internal: reads a traffic_source; what is malformed is refused (22P02), and a part that is too long (22001).';

CREATE FUNCTION lead_roi_internal.traffic_source_out(value traffic_source) RETURNS cstring
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_traffic_source_out';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_out(traffic_source) IS 'Internal: writes a traffic_source, independent of any setting.';

CREATE FUNCTION lead_roi_internal.traffic_source_recv(message internal) RETURNS traffic_source
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_traffic_source_recv';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_recv(internal) IS 'Internal: reads the binary form of a traffic_source; what is malformed is refused (22P03).';

CREATE FUNCTION lead_roi_internal.traffic_source_send(value traffic_source) RETURNS bytea
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_traffic_source_send';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_send(traffic_source) IS 'Internal: writes the binary form of a traffic_source, with a version number.';

CREATE TYPE traffic_source (
    INPUT = lead_roi_internal.traffic_source_in, OUTPUT = lead_roi_internal.traffic_source_out,
    RECEIVE = lead_roi_internal.traffic_source_recv, SEND = lead_roi_internal.traffic_source_send,
    INTERNALLENGTH = VARIABLE, STORAGE = extended
);

COMMENT ON TYPE traffic_source IS
'What a lead arrived with: source, medium, campaign, content, term. Parts are kept in canonical form (Unicode NFKC, case folded, blanks collapsed), so "Google" and "google" are one source; "(not set)", "(none)", "null" and the like are absent. Ordered by source, then medium and so on, by code points; no setting, locale or version of the server matters.
As text: google / cpc / spring-sale, with absent parts at the end left out and a hyphen for others. A part with a slash that stands alone, or with a double quote at its beginning, is in double quotes. A part has at most 512 bytes.';

CREATE FUNCTION traffic_source(source text, medium text DEFAULT NULL, campaign text DEFAULT NULL, content text DEFAULT NULL, term text DEFAULT NULL)
RETURNS traffic_source
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_traffic_source';

COMMENT ON FUNCTION traffic_source(text, text, text, text, text) IS
'Makes a traffic_source from its parts, which may be given as they arrived; NULL, an empty text and words that stand for nothing, such as "(not set)", are absent parts. Never NULL. 22001 if a part has more than 512 bytes in its canonical form.
traffic_source(''a / b''), with a literal as its only argument, is a cast from the text form.';

CREATE FUNCTION source(traffic_source traffic_source) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_source';

COMMENT ON FUNCTION source(traffic_source) IS 'The source of a traffic source, such as google; NULL if it is absent.';

CREATE FUNCTION medium(traffic_source traffic_source) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_medium';

COMMENT ON FUNCTION medium(traffic_source) IS 'The medium of a traffic source, such as cpc; NULL if it is absent.';

CREATE FUNCTION campaign(traffic_source traffic_source) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_campaign';

COMMENT ON FUNCTION campaign(traffic_source) IS 'The campaign of a traffic source; NULL if it is absent.';

CREATE FUNCTION content(traffic_source traffic_source) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_content';

COMMENT ON FUNCTION content(traffic_source) IS 'The content of a traffic source, which distinguishes the advertisements of a campaign; NULL if it is absent.';

CREATE FUNCTION term(traffic_source traffic_source) RETURNS text
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_term';

COMMENT ON FUNCTION term(traffic_source) IS 'The term of a traffic source, the keyword of a search; NULL if it is absent.';

--
-- Order: that of the bytes, so the server's functions for bytea serve.
--

CREATE FUNCTION lead_roi_internal.traffic_source_eq(a traffic_source, b traffic_source) RETURNS boolean
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
AS 'byteaeq';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_eq(traffic_source, traffic_source) IS 'Internal: are two traffic sources the same?';

CREATE FUNCTION lead_roi_internal.traffic_source_ne(a traffic_source, b traffic_source) RETURNS boolean
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
AS 'byteane';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_ne(traffic_source, traffic_source) IS 'Internal: are two traffic sources different?';

CREATE FUNCTION lead_roi_internal.traffic_source_lt(a traffic_source, b traffic_source) RETURNS boolean
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
AS 'bytealt';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_lt(traffic_source, traffic_source) IS 'Internal: does a traffic source come before another?';

CREATE FUNCTION lead_roi_internal.traffic_source_le(a traffic_source, b traffic_source) RETURNS boolean
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
AS 'byteale';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_le(traffic_source, traffic_source) IS 'Internal: does a traffic source come before another, or is it the same?';

CREATE FUNCTION lead_roi_internal.traffic_source_gt(a traffic_source, b traffic_source) RETURNS boolean
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
AS 'byteagt';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_gt(traffic_source, traffic_source) IS 'Internal: does a traffic source come after another?';

CREATE FUNCTION lead_roi_internal.traffic_source_ge(a traffic_source, b traffic_source) RETURNS boolean
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
AS 'byteage';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_ge(traffic_source, traffic_source) IS 'Internal: does a traffic source come after another, or is it the same?';

CREATE FUNCTION lead_roi_internal.traffic_source_cmp(a traffic_source, b traffic_source) RETURNS integer
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
AS 'byteacmp';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_cmp(traffic_source, traffic_source) IS 'Internal: order of two traffic sources, for btree.';

CREATE FUNCTION lead_roi_internal.traffic_source_sortsupport(internal) RETURNS void
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE
AS 'bytea_sortsupport';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_sortsupport(internal) IS 'Internal: quick order of traffic sources, for btree.';

CREATE FUNCTION lead_roi_internal.traffic_source_hash(value traffic_source) RETURNS integer
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE
AS 'hashvarlena';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_hash(traffic_source) IS 'Internal: hash value of a traffic source.';

CREATE FUNCTION lead_roi_internal.traffic_source_hash_extended(value traffic_source, seed bigint) RETURNS bigint
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE
AS 'hashvarlenaextended';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_hash_extended(traffic_source, bigint) IS 'Internal: 64-bit hash value of a traffic source.';

CREATE OPERATOR = (
    LEFTARG = traffic_source, RIGHTARG = traffic_source, FUNCTION = lead_roi_internal.traffic_source_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
CREATE OPERATOR <> (
    LEFTARG = traffic_source, RIGHTARG = traffic_source, FUNCTION = lead_roi_internal.traffic_source_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);
CREATE OPERATOR < (
    LEFTARG = traffic_source, RIGHTARG = traffic_source, FUNCTION = lead_roi_internal.traffic_source_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
CREATE OPERATOR <= (
    LEFTARG = traffic_source, RIGHTARG = traffic_source, FUNCTION = lead_roi_internal.traffic_source_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
CREATE OPERATOR > (
    LEFTARG = traffic_source, RIGHTARG = traffic_source, FUNCTION = lead_roi_internal.traffic_source_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
CREATE OPERATOR >= (
    LEFTARG = traffic_source, RIGHTARG = traffic_source, FUNCTION = lead_roi_internal.traffic_source_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel
);

COMMENT ON OPERATOR = (traffic_source, traffic_source) IS 'Are two traffic sources the same?';
COMMENT ON OPERATOR <> (traffic_source, traffic_source) IS 'Are two traffic sources different?';
COMMENT ON OPERATOR < (traffic_source, traffic_source) IS 'Does a traffic source come before another?';
COMMENT ON OPERATOR <= (traffic_source, traffic_source) IS 'Does a traffic source come before another, or is it the same?';
COMMENT ON OPERATOR > (traffic_source, traffic_source) IS 'Does a traffic source come after another?';
COMMENT ON OPERATOR >= (traffic_source, traffic_source) IS 'Does a traffic source come after another, or is it the same?';

CREATE OPERATOR CLASS traffic_source_ops DEFAULT FOR TYPE traffic_source USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 lead_roi_internal.traffic_source_cmp(traffic_source, traffic_source),
    FUNCTION 2 lead_roi_internal.traffic_source_sortsupport(internal),
    FUNCTION 4 btequalimage(oid);

CREATE OPERATOR CLASS traffic_source_ops DEFAULT FOR TYPE traffic_source USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 lead_roi_internal.traffic_source_hash(traffic_source),
    FUNCTION 2 lead_roi_internal.traffic_source_hash_extended(traffic_source, bigint);

CREATE OPERATOR CLASS traffic_source_minmax_ops DEFAULT FOR TYPE traffic_source USING brin AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 brin_minmax_opcinfo(internal),
    FUNCTION 2 brin_minmax_add_value(internal, internal, internal, internal),
    FUNCTION 3 brin_minmax_consistent(internal, internal, internal),
    FUNCTION 4 brin_minmax_union(internal, internal, internal);

COMMENT ON OPERATOR CLASS traffic_source_ops USING btree IS 'Order of traffic sources, for indexes, sorting and merging; such an index also supports @> and <@.';
COMMENT ON OPERATOR CLASS traffic_source_ops USING hash IS 'Hash values of traffic sources, for grouping and joins.';
COMMENT ON OPERATOR CLASS traffic_source_minmax_ops USING brin IS 'Smallest and greatest traffic source of each range of pages.';
COMMENT ON OPERATOR FAMILY traffic_source_ops USING btree IS 'Order of traffic sources.';
COMMENT ON OPERATOR FAMILY traffic_source_ops USING hash IS 'Hash values of traffic sources.';
COMMENT ON OPERATOR FAMILY traffic_source_minmax_ops USING brin IS 'Ranges of traffic sources.';

--
-- A traffic source contains all that begin with its parts.
--

CREATE FUNCTION lead_roi_internal.traffic_source_contains_support(internal) RETURNS internal
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_traffic_source_contains_support';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_contains_support(internal) IS 'Internal: planner support of @>.';

CREATE FUNCTION lead_roi_internal.traffic_source_contained_support(internal) RETURNS internal
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_traffic_source_contained_support';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_contained_support(internal) IS 'Internal: planner support of <@.';

CREATE FUNCTION lead_roi_internal.traffic_source_contains(pattern traffic_source, value traffic_source) RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT lead_roi_internal.traffic_source_contains_support
AS 'MODULE_PATHNAME', 'lead_roi_traffic_source_contains';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_contains(traffic_source, traffic_source) IS 'Internal: the operator @>.';

CREATE FUNCTION lead_roi_internal.traffic_source_contained(value traffic_source, pattern traffic_source) RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE SUPPORT lead_roi_internal.traffic_source_contained_support
AS 'MODULE_PATHNAME', 'lead_roi_traffic_source_contained';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_contained(traffic_source, traffic_source) IS 'Internal: the operator <@.';

CREATE FUNCTION lead_roi_internal.traffic_source_beginnings(value traffic_source) RETURNS traffic_source[]
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_traffic_source_beginnings';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_beginnings(traffic_source) IS 'Internal: all traffic sources that contain one.';

CREATE FUNCTION lead_roi_internal.traffic_source_end(pattern traffic_source) RETURNS traffic_source
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_traffic_source_end';

COMMENT ON FUNCTION lead_roi_internal.traffic_source_end(traffic_source) IS 'Internal: the first traffic source behind all that one contains.';

CREATE OPERATOR @> (
    LEFTARG = traffic_source, RIGHTARG = traffic_source, FUNCTION = lead_roi_internal.traffic_source_contains,
    COMMUTATOR = <@, RESTRICT = contsel, JOIN = contjoinsel
);
CREATE OPERATOR <@ (
    LEFTARG = traffic_source, RIGHTARG = traffic_source, FUNCTION = lead_roi_internal.traffic_source_contained,
    COMMUTATOR = @>, RESTRICT = contsel, JOIN = contjoinsel
);

COMMENT ON OPERATOR @> (traffic_source, traffic_source) IS
'Does a traffic source contain another, as google / cpc contains google / cpc / spring-sale? What has the same parts, and perhaps more behind them, is contained; an empty one contains all. A btree index on either side supports it.';
COMMENT ON OPERATOR <@ (traffic_source, traffic_source) IS
'Is a traffic source contained in another, as google / cpc / spring-sale is in google / cpc?';
