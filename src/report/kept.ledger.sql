--
-- report: the views per clock where summaries are kept. They have the rows and columns of those in
-- summaries.ledger.sql, which these replace, and read cells and changes in the place of facts.
--

-- Payments that name a lead by its key alone are found anew each time, by an index: the lead may come at any moment.
CREATE OR REPLACE VIEW @ledger@.unassigned_payment AS
SELECT
@lead_source_of_lead@ AS lead_source_id,
       lead.converted_on, payment.paid_on, payment.amount
FROM (SELECT lead_id, paid_on,
@converted(amount, currency, paid_on)@ AS amount
      FROM @ledger@.keyed_payment
      WHERE paid_on <= (SELECT @today@)) AS payment
     LEFT JOIN @ledger@.lead USING (lead_id);

COMMENT ON VIEW @ledger@.unassigned_payment IS 'Internal: payments up to today that name their lead by lead_external_id alone, which no cell counts.';

-- What no cell counts, one by one: to sum it by itself before it meets the cells would cost more than to add it to them.
CREATE OR REPLACE VIEW @ledger@.kept_payment AS
SELECT lead_source_id, lead_roi.month_of(paid_on) AS month, cohort_month,
       CASE WHEN cohort_month IS NOT NULL THEN greatest(lead_roi.month_of(paid_on), cohort_month) END AS paid_month, sign::bigint AS payments,
       CASE WHEN sign > 0 THEN lead_roi.make_roi_summary(revenue => amount)
            ELSE lead_roi.make_roi_summary() OPERATOR(lead_roi.-) lead_roi.make_roi_summary(revenue => amount) END AS revenue
FROM (SELECT lead_source_id, paid_on, amount, sign, CASE WHEN converted_on <= (SELECT @today@) THEN lead_roi.month_of(converted_on) END AS cohort_month
      FROM (SELECT lead_source_id, converted_on, paid_on, amount, sign
            FROM @ledger@.payment_change
            WHERE paid_on <= (SELECT @today@)
            UNION ALL
            SELECT lead_source_id, converted_on, paid_on, amount, 1
            FROM @ledger@.unassigned_payment) AS part) AS payment;

COMMENT ON VIEW @ledger@.kept_payment IS 'Internal: payments up to today that have to be added to the cells or, with payments -1, taken from them.';

-- Where payments don't count, they are left out by "facts IS NOT NULL", and then nothing is looked up for them.
CREATE OR REPLACE VIEW @ledger@.kept_month AS
SELECT lead_source_id, month, facts, summary, media_summary, payments, revenue
FROM @ledger@.month_cell
WHERE (counts_from IS NULL OR counts_from <= (SELECT @today@)) AND NOT
@stale(by_alias, by_rate)@
UNION ALL
SELECT lead_source_id, month, facts, summary, media_summary, 0::bigint, NULL::lead_roi.roi_summary
FROM @ledger@.activity_change
WHERE counts_from IS NULL
UNION ALL
SELECT lead_source_id, month, NULL::bigint, NULL::lead_roi.roi_summary, NULL::lead_roi.roi_summary, payments, revenue
FROM @ledger@.kept_payment;

COMMENT ON VIEW @ledger@.kept_month IS 'Internal: summaries of the facts up to today of each lead source and calendar month, by their own dates; several rows for each.';

CREATE OR REPLACE VIEW @ledger@.kept_cohort AS
SELECT lead_source_id, cohort_month, paid_month, payments, revenue
FROM @ledger@.cohort_cell
WHERE (counts_from IS NULL OR counts_from <= (SELECT @today@)) AND NOT
@stale(by_alias, by_rate)@
UNION ALL
SELECT lead_source_id, cohort_month, paid_month, payments, revenue
FROM @ledger@.kept_payment;

COMMENT ON VIEW @ledger@.kept_cohort IS 'Internal: summaries of the payments up to today of the customers of each lead source and month, by the month of the payment; several rows for each.';

-- What the columns of views of cells and changes mean, written once.
DO $comments$
DECLARE
    comments constant jsonb := $${
        "sign": "1: the row was made; -1: it was unmade",
        "is_fact": "Read from the facts, in the place of stale cells; else from the logs",
        "lead_id": "The lead",
        "lead_source_id": "The lead source, which may be merged into another; NULL: unknown",
        "created_on": "Date on which the lead came in",
        "converted_on": "Date on which the lead became a customer; NULL: not a customer",
        "traffic_source": "What the lead arrived with; NULL: not known",
        "from_lead_source_id": "Its own lead source at the last fold",
        "from_traffic_source": "Its traffic source at the last fold",
        "from_created_on": "Its date at the last fold",
        "from_converted_on": "Its conversion at the last fold",
        "to_lead_source_id": "Its own lead source now",
        "to_traffic_source": "Its traffic source now",
        "to_created_on": "Its date now",
        "to_converted_on": "Its conversion now",
        "incurred_on": "Date of the expense",
        "covers_from": "First day of the period of the expense; NULL: none",
        "covers_through": "Last day of the period of the expense; NULL: none",
        "cost_type": "Kind of cost",
        "paid_on": "Date of the payment",
        "amount": "Amount",
        "currency": "Currency of the amount; NULL: the ledger's",
        "month": "First day of the calendar month of the facts",
        "cohort_month": "First day of the month in which the payer became a customer; NULL: not a customer",
        "paid_month": "First day of the month of the payments, not before cohort_month; NULL with it",
        "counts_from": "Day, later than today, from which they count; NULL: they count already",
        "by_alias": "Of leads without a lead source of their own",
        "by_rate": "Of amounts in another currency than the ledger's",
        "facts": "Number of expenses or parts of them, visits, leads and conversions made, less those unmade; NULL: of payments",
        "payments": "Number of payments made, less those unmade",
        "summary": "Summary of them, without payments",
        "media_summary": "The same with the expenses for media and agencies alone, without visitors",
        "revenue": "Summary of the payments"
    }$$;
    described record;
BEGIN
    FOR described IN
        SELECT relname, attname
        FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
        WHERE relnamespace = '@ledger@'::regnamespace
              AND relname IN ('expense_image', 'lead_change', 'lead_image', 'lead_move', 'activity_change', 'payment_change', 'month_payment_change', 'cohort_payment_change',
                              'unassigned_payment', 'kept_payment', 'kept_month', 'kept_cohort')
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I.%I IS %L', '@ledger@', described.relname, described.attname, comments ->> described.attname);
    END LOOP;
END
$comments$;

-- A key that nothing sorts has the rows grouped by hashing. The planner would sort them: it expects, and so gives no
-- thought to anything else, that all facts are read in the place of stale cells.
CREATE OR REPLACE VIEW @ledger@.lead_source_summary AS
SELECT @counted_as(lead_source_id)@ AS lead_source_id,
       lead_roi.rollup(summary) AS summary, lead_roi.rollup(media_summary) AS media_summary, sum(ahead) AS ahead, sum(prepaid) AS prepaid
FROM (SELECT lead_source_id, lead_roi.rollup(summary) OPERATOR(lead_roi.+) lead_roi.rollup(revenue) AS summary,
             lead_roi.rollup(media_summary) OPERATOR(lead_roi.+) lead_roi.rollup(revenue) AS media_summary, NULL::numeric AS ahead, NULL::numeric AS prepaid
      FROM @ledger@.kept_month GROUP BY lead_source_id, (SELECT '0'::xid) HAVING sum(facts) <> 0 OR sum(payments) <> 0
      UNION ALL
      SELECT lead_source_id, NULL, NULL, sum(amount), sum(amount) FILTER (WHERE prepaid)
      FROM @ledger@.expense_ahead GROUP BY lead_source_id
      UNION ALL
      SELECT lead_source_id, nothing, nothing, NULL, NULL
      FROM @ledger@.lead_source CROSS JOIN lead_roi.make_roi_summary() AS nothing) AS part
GROUP BY 1;

CREATE OR REPLACE VIEW @ledger@.lead_source_acquisition_summary AS
SELECT @counted_as(lead_source_id)@ AS lead_source_id, month, lead_roi.rollup(summary) AS summary, lead_roi.rollup(media_summary) AS media_summary
FROM (SELECT lead_source_id, month, facts, summary, media_summary FROM @ledger@.kept_month WHERE facts IS NOT NULL) AS part
GROUP BY 1, 2
HAVING sum(facts) <> 0;

-- A key that nothing hashes has the rows sorted, as reports on months need them.
CREATE OR REPLACE VIEW @ledger@.lead_source_monthly_summary AS
SELECT @counted_as(lead_source_id)@ AS lead_source_id, month,
       lead_roi.rollup(summary) OPERATOR(lead_roi.+) lead_roi.rollup(revenue) AS summary, lead_roi.rollup(media_summary) OPERATOR(lead_roi.+) lead_roi.rollup(revenue) AS media_summary
FROM (SELECT lead_source_id, month, facts, summary, media_summary, payments, revenue FROM @ledger@.kept_month) AS part
GROUP BY 1, 2, (SELECT B'0')
HAVING sum(facts) <> 0 OR sum(payments) <> 0;

CREATE OR REPLACE VIEW @ledger@.lead_source_cohort_payment_summary AS
SELECT lead_source_id, cohort_month, lead_roi.months_between(cohort_month, paid_month) AS age_months, paid_month, summary
FROM (SELECT @counted_as(lead_source_id)@ AS lead_source_id, cohort_month, paid_month, lead_roi.rollup(revenue) AS summary
      FROM @ledger@.kept_cohort
      GROUP BY 1, cohort_month, paid_month
      HAVING sum(payments) <> 0) AS payment;

-- Payments have no media summary of their own, so a payment's summary is added up once. Months and ages whose facts have cancelled out change nothing.
CREATE OR REPLACE VIEW @ledger@.lead_source_payback_summary AS
SELECT @counted_as(lead_source_id)@ AS lead_source_id, cohort_month,
       lead_roi.rollup(summary) OPERATOR(lead_roi.+) lead_roi.rollup(revenue) AS summary, lead_roi.rollup(media_summary) OPERATOR(lead_roi.+) lead_roi.rollup(revenue) AS media_summary,
       lead_roi_internal.payback_age(age_months, coalesce(revenue, summary)) AS payback_months
FROM (SELECT lead_source_id, month AS cohort_month, NULL::integer AS age_months, facts, summary, media_summary, NULL::lead_roi.roi_summary AS revenue
      FROM @ledger@.kept_month
      WHERE facts IS NOT NULL
      UNION ALL
      SELECT lead_source_id, cohort_month, lead_roi.months_between(cohort_month, paid_month), payments, NULL, NULL, revenue
      FROM @ledger@.kept_cohort) AS part
GROUP BY 1, 2
HAVING sum(facts) <> 0;
