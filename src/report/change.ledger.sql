--
-- report: what has to be added to the cells to make them true. Each row is a fact made or unmade since the last
-- fold, by the logs; where cells are stale, the facts themselves in their place. Reports add these rows up above
-- the cells, and a fold adds them to the cells: what they are is said here once.
--
-- Facts whose day has not come have it in counts_from; else it is NULL.
--

CREATE OR REPLACE VIEW @ledger@.summary_staleness AS
SELECT everything, everything OR aliases AS aliases, everything OR rates AS rates
FROM (SELECT count(*) FILTER (WHERE state = 'filled' AND rule = @rule@ AND through <= (SELECT @today@)) <> 1
             OR count(*) FILTER (WHERE state = 'disturbed' OR through > (SELECT @today@) OR rule <> @rule@) > 0 AS everything,
             count(*) FILTER (WHERE state = 'alias') > 0 AS aliases, count(*) FILTER (WHERE state = 'rate') > 0 AS rates
      FROM @ledger@.summary_state) AS found;

COMMENT ON VIEW @ledger@.summary_staleness IS
'Internal: one row that says which cells of the kept summaries are stale, so that the facts are read in their place: all; those that hang on aliases; those that hang on exchange rates.';
COMMENT ON COLUMN @ledger@.summary_staleness.everything IS 'All cells';
COMMENT ON COLUMN @ledger@.summary_staleness.aliases IS 'Those by_alias';
COMMENT ON COLUMN @ledger@.summary_staleness.rates IS 'Those by_rate';

-- The facts in the place of stale cells, and the logs.
CREATE OR REPLACE VIEW @ledger@.expense_image AS
SELECT 1 AS sign, true AS is_fact, lead_source_id, incurred_on, amount, currency, covers_from, covers_through, cost_type
FROM @ledger@.expense WHERE (SELECT rates FROM @ledger@.summary_staleness)
UNION ALL
SELECT sign, false, lead_source_id, incurred_on, amount, currency, covers_from, covers_through, cost_type
FROM @ledger@.expense_log;

COMMENT ON VIEW @ledger@.expense_image IS 'Internal: expenses made and unmade since the last fold, and where cells are stale, all.';

-- What a lead was at the last fold and what it is now, if these differ. Whatever happened between cancels out: each
-- version of a row is made once and unmade once.
CREATE OR REPLACE VIEW @ledger@.lead_change AS
SELECT lead_id, lead_source_id, created_on, converted_on, traffic_source, sum(sign) AS sign
FROM @ledger@.lead_log
GROUP BY lead_id, lead_source_id, created_on, converted_on, traffic_source
HAVING sum(sign) <> 0;

COMMENT ON VIEW @ledger@.lead_change IS 'Internal: each lead that has changed since the last fold, as it was then (sign -1) and as it is now (sign 1).';

CREATE OR REPLACE VIEW @ledger@.lead_image AS
SELECT sign, is_fact, lead.lead_source_id IS NULL AND lead.traffic_source IS NOT NULL AS by_alias,
@lead_source_of_lead@ AS lead_source_id,
       created_on, converted_on
FROM (SELECT 1 AS sign, true AS is_fact, lead_source_id, created_on, converted_on, traffic_source
      FROM @ledger@.lead WHERE (SELECT aliases FROM @ledger@.summary_staleness)
      UNION ALL
      SELECT sign, false, lead_source_id, created_on, converted_on, traffic_source
      FROM @ledger@.lead_change) AS lead;

COMMENT ON VIEW @ledger@.lead_image IS 'Internal: leads made and unmade since the last fold, and where cells are stale, all; each with its lead source.';

-- Expenses, visits, leads and conversions by months.
CREATE OR REPLACE VIEW @ledger@.activity_change AS
SELECT lead_source_id, lead_roi.month_of(occurred_on) AS month, CASE WHEN occurred_on > (SELECT @today@) THEN occurred_on END AS counts_from, false AS by_alias, by_rate,
       sum(sign) AS facts,
       lead_roi.roi_summary(amount, NULL::numeric, NULL, NULL, NULL) FILTER (WHERE sign > 0)
       OPERATOR(lead_roi.-) lead_roi.roi_summary(amount, NULL::numeric, NULL, NULL, NULL) FILTER (WHERE sign < 0) AS summary,
       lead_roi.roi_summary(media_amount, NULL::numeric, NULL, NULL, NULL) FILTER (WHERE sign > 0)
       OPERATOR(lead_roi.-) lead_roi.roi_summary(media_amount, NULL::numeric, NULL, NULL, NULL) FILTER (WHERE sign < 0) AS media_summary
FROM (SELECT sign, is_fact, (currency <> @currency@) IS TRUE AS by_rate, lead_source_id, occurred_on, amount, lead_roi.media_expense(amount, cost_type) AS media_amount
      FROM (
@expense_part(sign, is_fact, currency, @ledger@.expense_image)@
           ) AS part) AS expense
WHERE is_fact =
@stale(false, by_rate)@
GROUP BY 1, 2, 3, 5
UNION ALL
SELECT lead_source_id, lead_roi.month_of(visited_on), CASE WHEN visited_on > (SELECT @today@) THEN visited_on END, false, false,
       sum(sign), lead_roi.make_roi_summary(visitors => sum(sign * visitors)::bigint), NULL
FROM (SELECT 1 AS sign, lead_source_id, visited_on, visitors FROM @ledger@.visit WHERE (SELECT everything FROM @ledger@.summary_staleness)
      UNION ALL
      SELECT sign, lead_source_id, visited_on, visitors FROM @ledger@.visit_log WHERE NOT (SELECT everything FROM @ledger@.summary_staleness)) AS visit
GROUP BY 1, 2, 3
UNION ALL
SELECT lead_source_id, month, counts_from, by_alias, false, facts, lead_roi.make_roi_summary(leads => facts), lead_roi.make_roi_summary(leads => facts)
FROM (SELECT lead_source_id, lead_roi.month_of(created_on) AS month, CASE WHEN created_on > (SELECT @today@) THEN created_on END AS counts_from, by_alias, sum(sign)::bigint AS facts
      FROM @ledger@.lead_image
      WHERE is_fact =
@stale(by_alias, false)@
      GROUP BY 1, 2, 3, 4) AS lead
UNION ALL
SELECT lead_source_id, month, counts_from, by_alias, false, facts, lead_roi.make_roi_summary(customers => facts), lead_roi.make_roi_summary(customers => facts)
FROM (SELECT lead_source_id, lead_roi.month_of(converted_on) AS month,
             CASE WHEN greatest(created_on, converted_on) > (SELECT @today@) THEN greatest(created_on, converted_on) END AS counts_from, by_alias, sum(sign)::bigint AS facts
      FROM @ledger@.lead_image
      WHERE converted_on IS NOT NULL AND is_fact =
@stale(by_alias, false)@
      GROUP BY 1, 2, 3, 4) AS customer;

COMMENT ON VIEW @ledger@.activity_change IS 'Internal: what has to be added to the summaries of expenses, visits, leads and conversions in the cells.';

CREATE OR REPLACE VIEW @ledger@.lead_move AS
SELECT lead_id, before.lead_source_id AS from_lead_source_id, before.traffic_source AS from_traffic_source, before.created_on AS from_created_on, before.converted_on AS from_converted_on,
       after.lead_source_id AS to_lead_source_id, after.traffic_source AS to_traffic_source, after.created_on AS to_created_on, after.converted_on AS to_converted_on
FROM (SELECT lead_id, lead_source_id, created_on, converted_on, traffic_source FROM @ledger@.lead_change WHERE sign < 0) AS before
     FULL JOIN (SELECT lead_id, lead_source_id, created_on, converted_on, traffic_source FROM @ledger@.lead_change WHERE sign > 0) AS after USING (lead_id)
WHERE (before.lead_source_id = after.lead_source_id AND before.converted_on IS NOT DISTINCT FROM after.converted_on) IS NOT TRUE;

COMMENT ON VIEW @ledger@.lead_move IS 'Internal: leads whose payments belong elsewhere than at the last fold: where they stood then and where they stand now. NULLs: the lead was not there, or is not there any more.';

-- A payment goes where its lead stood at the last fold; if the lead has changed since, what is there of it then goes
-- from there to where the lead stands now. A lead that wasn't there, or isn't any more, stands with the unknown.
-- All parts have a sign of the same type, or each would be copied once more to give it that.
CREATE OR REPLACE VIEW @ledger@.payment_change AS
SELECT
@lead_source_of_lead@ AS lead_source_id,
       by_alias, by_rate, converted_on, paid_on, amount, sign::integer
FROM (SELECT sign, is_fact, lead_source_id, lead_source_id IS NULL AND traffic_source IS NOT NULL AS by_alias, traffic_source, created_on, converted_on, paid_on,
             (currency <> @currency@) IS TRUE AS by_rate,
@converted(amount, currency, paid_on)@ AS amount
      FROM (SELECT 1::smallint AS sign, true AS is_fact, lead.lead_source_id, lead.traffic_source, lead.created_on, lead.converted_on, payment.paid_on, payment.amount, payment.currency
            FROM @ledger@.payment LEFT JOIN @ledger@.lead USING (lead_id)
            WHERE (SELECT aliases OR rates FROM @ledger@.summary_staleness) AND (lead_id IS NOT NULL OR payment.lead_external_id IS NULL)
            UNION ALL
            SELECT payment.sign, false, CASE WHEN moved.lead_id IS NULL THEN lead.lead_source_id ELSE moved.from_lead_source_id END,
                   CASE WHEN moved.lead_id IS NULL THEN lead.traffic_source ELSE moved.from_traffic_source END,
                   CASE WHEN moved.lead_id IS NULL THEN lead.created_on ELSE moved.from_created_on END,
                   CASE WHEN moved.lead_id IS NULL THEN lead.converted_on ELSE moved.from_converted_on END,
                   payment.paid_on, payment.amount, payment.currency
            FROM @ledger@.payment_log AS payment
                 LEFT JOIN @ledger@.lead_move AS moved USING (lead_id)
                 LEFT JOIN LATERAL (SELECT lead_source_id, traffic_source, created_on, converted_on FROM @ledger@.lead WHERE lead.lead_id = payment.lead_id OFFSET 0) AS lead ON moved.lead_id IS NULL
            WHERE payment.lead_id IS NOT NULL OR payment.lead_external_id IS NULL
            UNION ALL
            SELECT stand.sign, false, stand.lead_source_id, stand.traffic_source, stand.created_on, stand.converted_on, payment.paid_on, payment.amount, payment.currency
            FROM @ledger@.lead_move AS moved
                 CROSS JOIN LATERAL (SELECT paid_on, amount, currency FROM @ledger@.payment WHERE payment.lead_id = moved.lead_id OFFSET 0) AS payment
                 CROSS JOIN LATERAL (VALUES ((-1)::smallint, from_lead_source_id, from_traffic_source, from_created_on, from_converted_on),
                                            (1::smallint, to_lead_source_id, to_traffic_source, to_created_on, to_converted_on)
                     ) AS stand (sign, lead_source_id, traffic_source, created_on, converted_on)) AS payment) AS lead
WHERE is_fact =
@stale(by_alias, by_rate)@;

COMMENT ON VIEW @ledger@.payment_change IS 'Internal: payments that have to be added to the cells or, with sign -1, taken from them.';

CREATE OR REPLACE VIEW @ledger@.month_payment_change AS
SELECT lead_source_id, lead_roi.month_of(paid_on) AS month, CASE WHEN paid_on > (SELECT @today@) THEN paid_on END AS counts_from, by_alias, by_rate, sum(sign) AS payments,
       lead_roi.roi_summary(NULL::numeric, amount, NULL, NULL, NULL) FILTER (WHERE sign > 0)
       OPERATOR(lead_roi.-) lead_roi.roi_summary(NULL::numeric, amount, NULL, NULL, NULL) FILTER (WHERE sign < 0) AS revenue
FROM @ledger@.payment_change
GROUP BY 1, 2, 3, 4, 5;

COMMENT ON VIEW @ledger@.month_payment_change IS 'Internal: what has to be added to the summaries of payments in month_cell.';

-- Until the day on which a lead becomes a customer, if that lies ahead, its payments are nobody's cohort's.
CREATE OR REPLACE VIEW @ledger@.cohort_payment_change AS
SELECT lead_source_id, cohort_month, paid_month, CASE WHEN begins_on > (SELECT @today@) THEN begins_on END AS counts_from, by_alias, by_rate, sum(sign) AS payments,
       lead_roi.roi_summary(NULL::numeric, amount, NULL, NULL, NULL) FILTER (WHERE sign > 0)
       OPERATOR(lead_roi.-) lead_roi.roi_summary(NULL::numeric, amount, NULL, NULL, NULL) FILTER (WHERE sign < 0) AS revenue
FROM (SELECT lead_source_id, CASE WHEN place = 1 THEN lead_roi.month_of(converted_on) END AS cohort_month,
             CASE WHEN place = 1 AND converted_on IS NOT NULL THEN greatest(lead_roi.month_of(paid_on), lead_roi.month_of(converted_on)) END AS paid_month,
             CASE place WHEN 1 THEN greatest(paid_on, converted_on) WHEN 2 THEN paid_on ELSE converted_on END AS begins_on,
             by_alias, by_rate, amount, CASE WHEN place = 3 THEN -sign ELSE sign END AS sign
      FROM @ledger@.payment_change
           JOIN (VALUES (1), (2), (3)) AS part (place) ON place = 1 OR (converted_on > (SELECT @today@) AND converted_on > paid_on)) AS placed
GROUP BY 1, 2, 3, 4, 5, 6;

COMMENT ON VIEW @ledger@.cohort_payment_change IS 'Internal: what has to be added to the summaries of payments in cohort_cell.';
