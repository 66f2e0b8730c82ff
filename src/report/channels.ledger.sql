--
-- report: channels, and what arrives and is nobody's.
--

-- A lead source counts in one channel with all its facts, so that what was paid and what came back meet.
CREATE OR REPLACE VIEW @ledger@.lead_source_channel AS
SELECT lead_source.lead_source_id,
       coalesce(lead_source.channel,
                CASE WHEN min(alias.channel) < max(alias.channel) THEN '(several channels)' ELSE min(alias.channel) END,
                '(no channel)') AS channel
FROM @ledger@.lead_source
     LEFT JOIN (SELECT @counted_as(lead_source_id)@ AS lead_source_id,
@channel@ AS channel
                FROM (SELECT lead_source_id, pattern AS traffic_source FROM @ledger@.lead_source_alias) AS alias@merging@) AS alias USING (lead_source_id)@merging@
WHERE lead_source.lead_source_id = @counted_as(lead_source.lead_source_id)@
GROUP BY lead_source.lead_source_id, lead_source.channel;

COMMENT ON VIEW @ledger@.lead_source_channel IS
'The channel that each lead source counts in, with all its facts: the one entered in lead_source, else that of its aliases.';
COMMENT ON COLUMN @ledger@.lead_source_channel.lead_source_id IS 'The lead source, which is merged into no other; key of the view';
COMMENT ON COLUMN @ledger@.lead_source_channel.channel IS 'The channel; (several channels): its aliases are of different ones; (no channel): it has no alias. Enter one in lead_source.channel to decide it';

-- An alias is close only if its source is: all referrals and all e-mails share their medium. Where there are
-- aliases for other days, the new one begins when the traffic was first seen, and leaves what they resolve alone.
CREATE OR REPLACE VIEW @ledger@.unresolved_traffic AS
SELECT traffic_source::text AS traffic_source,
@channel@ AS channel,
       leads, customers, first_seen_on, last_seen_on, closest.name AS closest, round(100 * closest.likeness::numeric, 1) AS similarity_percent,
       closest.lead_source_id AS closest_lead_source_id,
       format('INSERT INTO %s.lead_source_alias (pattern, %slead_source_id) VALUES (%L, %s%s)%s', '@ledger@',
              CASE WHEN has_alias THEN 'valid_from, ' END, traffic_source,
              CASE WHEN has_alias THEN to_char(first_seen_on, '''YYYY-MM-DD'', ') END, coalesce(closest.lead_source_id::text, '...'),
              CASE WHEN has_alias THEN ' ON CONFLICT (pattern, valid_from) DO UPDATE SET lead_source_id = excluded.lead_source_id' END) AS mend
FROM (SELECT traffic_source, count(*) AS leads, count(converted_on) AS customers, min(occurred_on) AS first_seen_on, max(occurred_on) AS last_seen_on
      FROM @ledger@.lead_fact
      WHERE lead_source_id IS NULL AND traffic_source IS NOT NULL
      GROUP BY traffic_source) AS unresolved
     CROSS JOIN LATERAL (SELECT first_seen_on IS NOT NULL
                                AND EXISTS (SELECT FROM @ledger@.lead_source_alias WHERE pattern OPERATOR(lead_roi.@>) traffic_source)) AS other (has_alias)
     LEFT JOIN LATERAL (
         SELECT lead_source_id, name, likeness
         FROM (SELECT lead_source_id, pattern::text AS name, coalesce(lead_roi.source(pattern), '') AS source, valid_from
               FROM @ledger@.lead_source_alias WHERE lead_source_id IS NOT NULL
               UNION ALL
               SELECT lead_source_id, name, NULL, NULL FROM @ledger@.lead_source) AS candidate
              CROSS JOIN LATERAL lead_roi_internal.likeness(traffic_source, name)
         WHERE likeness > 0.4 AND (lead_roi_internal.similarity(coalesce(lead_roi.source(traffic_source), ''), source) > 0.6) IS NOT FALSE
         ORDER BY likeness DESC, name, valid_from > last_seen_on, valid_from DESC, lead_source_id LIMIT 1) AS closest ON true;

COMMENT ON VIEW @ledger@.unresolved_traffic IS
'What leads arrived with that no alias matches, with the alias or lead source whose name is closest. Leads count as (unknown) until somebody runs what "mend" says. Key: traffic_source.';
COMMENT ON COLUMN @ledger@.unresolved_traffic.traffic_source IS 'The traffic source, in its text form';
COMMENT ON COLUMN @ledger@.unresolved_traffic.channel IS 'Its channel';
COMMENT ON COLUMN @ledger@.unresolved_traffic.leads IS 'Number of leads that arrived with it';
COMMENT ON COLUMN @ledger@.unresolved_traffic.customers IS 'Number of them that became customers';
COMMENT ON COLUMN @ledger@.unresolved_traffic.first_seen_on IS 'Date of the first of these leads';
COMMENT ON COLUMN @ledger@.unresolved_traffic.last_seen_on IS 'Date of the last of these leads';
COMMENT ON COLUMN @ledger@.unresolved_traffic.closest IS 'Pattern of the alias, or name of the lead source, that is most like it; NULL: none is';
COMMENT ON COLUMN @ledger@.unresolved_traffic.similarity_percent IS 'How alike they are, by edit distance; 100: the same';
COMMENT ON COLUMN @ledger@.unresolved_traffic.closest_lead_source_id IS 'The lead source that the closest one means; NULL: none';
COMMENT ON COLUMN @ledger@.unresolved_traffic.mend IS 'Statement that gives the traffic source to the closest lead source, to be looked at before it is run';
