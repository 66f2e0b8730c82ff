       coalesce(lead.lead_source_id,
                lead_roi_internal.find_alias(
                    @one_server@@aliases@@citus@looked_up.aliases@end@,
                    lead.traffic_source, coalesce(lead.created_on, 'infinity')))
