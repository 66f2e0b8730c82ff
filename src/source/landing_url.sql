--
-- source: what a lead arrived with, by URLs.
--

CREATE FUNCTION traffic_source_from_url(landing_url text, referrer text DEFAULT NULL, own_hosts text[] DEFAULT NULL) RETURNS traffic_source
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_traffic_source_from_url';

COMMENT ON FUNCTION traffic_source_from_url(text, text, text[]) IS
'What a lead arrived with: from the URL that it landed on, and the referrer, the URL that it came from. What the link is tagged with (utm_source, utm_medium, utm_campaign, utm_content, utm_term) counts first; then a click id of an ad platform (view click_id), which fills what is missing, unless it is of another platform than utm_source; then the referrer (view known_source): a search engine is organic, a social network social, any other site its host / referral. Without any of these the source is direct.
The landing URL''s own host does not count as a referrer, nor do own_hosts and the hosts below them. A value that is too long for a part is cut. Whatever the texts are, there is no error; NULL if both URLs are NULL. docs/sources.md has every rule.';
