--
-- report: the ROI reports, by lead source, category, channel, month and cohort. They differ in their key alone:
-- the figures stand in figures.ledger.sql, and come last, so that one can be appended.
--

CREATE OR REPLACE VIEW @ledger@.lead_source_roi AS
SELECT lead_source_id,
       coalesce(lead_source.name, '(unknown)') AS lead_source, coalesce(lead_source.category, '(unknown)') AS category,
       lead_source.vendor, lead_source.medium, round(ahead, @decimals@) AS not_yet_counted, round(prepaid, @decimals@) AS prepaid,
@figures@
FROM @ledger@.lead_source_summary LEFT JOIN @ledger@.lead_source USING (lead_source_id);

COMMENT ON VIEW @ledger@.lead_source_roi IS
'What each lead source costs and brings back, over all time up to today: every expense, visit, lead and payment. One row per lead source, even without any booking, and one for facts whose lead source is unknown; totals equal the ledger''s. Key: lead_source_id.';

CREATE OR REPLACE VIEW @ledger@.lead_source_category_roi AS
SELECT category,
@figures@
FROM (SELECT coalesce(lead_source.category, '(unknown)') AS category,
             lead_roi.rollup(summary) AS summary, lead_roi.rollup(media_summary) AS media_summary
      FROM @ledger@.lead_source_summary LEFT JOIN @ledger@.lead_source USING (lead_source_id)
      GROUP BY 1) AS total;

COMMENT ON VIEW @ledger@.lead_source_category_roi IS
'What each category of lead sources costs and brings back, over all time. Each figure is the ratio of the category''s totals; totals equal the ledger''s. Key: category.';

CREATE OR REPLACE VIEW @ledger@.channel_roi AS
SELECT channel,
@figures@
FROM (SELECT channel, lead_roi.rollup(summary) AS summary, lead_roi.rollup(media_summary) AS media_summary
      FROM (SELECT coalesce(channel, '(no channel)') AS channel, summary, media_summary
            FROM @ledger@.lead_source_summary LEFT JOIN @ledger@.lead_source_channel USING (lead_source_id)
            WHERE lead_source_id IS NOT NULL
            UNION ALL
            SELECT CASE WHEN traffic_source IS NULL THEN '(no channel)' ELSE
@channel@ END,
                   summary, media_summary
            FROM (SELECT traffic_source, won AS summary, won AS media_summary
                  FROM (SELECT traffic_source, lead_roi.make_roi_summary(leads => count(*), customers => count(converted_on)) AS won
                        FROM @ledger@.lead_fact WHERE lead_source_id IS NULL GROUP BY traffic_source
                        UNION ALL
                        SELECT traffic_source, lead_roi.make_roi_summary(revenue => sum(amount))
                        FROM @ledger@.payment_fact WHERE lead_source_id IS NULL GROUP BY traffic_source) AS arrived
                  UNION ALL
                  SELECT NULL, lead_roi.make_roi_summary(expense => sum(amount)), lead_roi.make_roi_summary(expense => sum(media_amount))
                  FROM @ledger@.expense_fact WHERE lead_source_id IS NULL HAVING count(*) > 0
                  UNION ALL
                  SELECT NULL, lead_roi.make_roi_summary(visitors => sum(visitors)::bigint), NULL
                  FROM @ledger@.visit_fact WHERE lead_source_id IS NULL HAVING count(*) > 0) AS unattributed) AS part
      GROUP BY channel) AS total;

COMMENT ON VIEW @ledger@.channel_roi IS
'What each channel costs and brings back, over all time up to today. Facts of a lead source count in its channel, see lead_source_channel; leads without a lead source, and their payments, in that of the traffic source that they arrived with. Totals equal the ledger''s. Key: channel.';

-- Each month stands for itself and, with nothing in them, for the months up to the next one with
-- activity; not where somebody mistyped a year. Lead sources are gathered before they are joined, here and by
-- cohort: Citus sends a result that meets a table to every node with a copy of it, and the sums of months are many.
CREATE OR REPLACE VIEW @ledger@.lead_source_monthly_roi AS
SELECT lead_source_id, month, coalesce(lead_source.name, '(unknown)') AS lead_source,
       coalesce(lead_source.category, '(unknown)') AS category, vendor, lead_source.medium,
@figures@
FROM (SELECT lead_source_id, filled.month,
             CASE WHEN counted THEN summary ELSE nothing END AS summary,
             CASE WHEN counted THEN media_summary ELSE nothing END AS media_summary
      FROM (SELECT *, lead(month) OVER (PARTITION BY lead_source_id ORDER BY month) - 1 AS last_day
            FROM @ledger@.lead_source_monthly_summary) AS known
           CROSS JOIN lead_roi.make_roi_summary(NULL, NULL, NULL, NULL, NULL) AS nothing
           LEFT JOIN LATERAL lead_roi.months_from(known.month, CASE WHEN known.month < '1970-01-01' THEN known.month
                                                                    ELSE coalesce(last_day, known.month) END) AS filled (month) ON true
           CROSS JOIN LATERAL (SELECT filled.month IS NOT DISTINCT FROM known.month AS counted) AS gap) AS total
     LEFT JOIN (SELECT lead_source_id, name, category, vendor, medium FROM @ledger@.lead_source@gathered@) AS lead_source USING (lead_source_id);

COMMENT ON VIEW @ledger@.lead_source_monthly_roi IS
'What each lead source costs and brings back in each calendar month, on the period clock: every expense, visit, lead, conversion and payment by its own date. Customers'' payments of later months are in those months; lead_source_cohort_roi has them in the month that won the customers. Every month between a lead source''s first and last activity has a row, from 1970 on. Key: lead_source_id, month.';

CREATE OR REPLACE VIEW @ledger@.lead_source_cohort_roi AS
SELECT lead_source_id, cohort_month, coalesce(lead_source.name, '(unknown)') AS lead_source,
       coalesce(lead_source.category, '(unknown)') AS category, vendor, lead_source.medium,
       (cohort_month + make_interval(months => payback_months))::date AS payback_month, payback_months,
@figures@
FROM @ledger@.lead_source_payback_summary
     LEFT JOIN (SELECT lead_source_id, name, category, vendor, medium FROM @ledger@.lead_source@gathered@) AS lead_source USING (lead_source_id);

COMMENT ON VIEW @ledger@.lead_source_cohort_roi IS
'What each calendar month''s expense on a lead source has brought back so far, on the cohort clock: the month''s expense, visitors and leads, the customers won in it, and what these have paid since. Totals equal the ledger''s. Key: lead_source_id, cohort_month.';

-- What their columns mean, written once.
DO $comments$
DECLARE
    comments constant jsonb := $${
        "lead_source_id": "The lead source; NULL: unknown",
        "not_yet_counted": "Sum of what is booked and counts after today, in the ledger's currency, which nothing else in the row counts: expenses with a later date, and what is prepaid; NULL: nothing",
        "prepaid": "Sum of what has been paid for months after this one: the parts of costs for a period, incurred by today, that have not begun; in the ledger's currency, contained in not_yet_counted; NULL: nothing",
        "month": "First day of the calendar month",
        "cohort_month": "First day of the calendar month of the expenses and leads, in which the customers were won; NULL: payments of people who never became customers",
        "lead_source": "Name of the lead source, or (unknown)",
        "category": "Category of the lead source, or (unknown)",
        "channel": "The channel; (several channels): of lead sources with aliases of different ones; (no channel): of lead sources without alias, and of leads that arrived with nothing",
        "vendor": "Who is paid",
        "medium": "How the message travels",
        "expense": "Sum of expenses, in the ledger's currency; NULL: none recorded, which is not an expense of 0",
        "revenue": "Sum of payments less refunds, in the ledger's currency",
        "profit": "Revenue less expense, in the ledger's currency",
        "roi_percent": "Net return in percent: (revenue - expense) / expense; 0 is break-even; NULL without a positive expense",
        "roas_percent": "Gross return in percent: revenue / expense; 100 is break-even; NULL without a positive expense",
        "visitors": "Number of visitors",
        "cost_per_visitor": "Expense per visitor, in the ledger's currency; NULL without visitors, without recorded expense, or if it is negative",
        "leads": "Number of leads",
        "cost_per_lead": "Expense per lead, in the ledger's currency; NULL without leads, without recorded expense, or if it is negative",
        "customers": "Number of leads that became customers",
        "cost_per_customer": "Expense per customer (CAC), in the ledger's currency; NULL without customers, without recorded expense, or if it is negative",
        "visitor_to_lead_percent": "Leads per visitor in percent; NULL without visitors",
        "lead_to_customer_percent": "Customers per lead in percent; NULL without leads",
        "revenue_per_customer": "Revenue so far per customer (historic lifetime value), in the ledger's currency; NULL without customers",
        "ltv_to_cac": "Historic lifetime value over cost per customer, as a ratio; NULL without customers or a positive expense",
        "media_expense": "Sum of expenses for media and agencies, without staff, sales, tools and others, in the ledger's currency; NULL: none recorded",
        "media_cost_per_lead": "Media expense per lead, in the ledger's currency; NULL without leads, without recorded media expense, or if it is negative",
        "media_cost_per_customer": "Media expense per customer, in the ledger's currency; NULL without customers, without recorded media expense, or if it is negative",
        "media_roi_percent": "Net return on the media expense in percent: (revenue - media expense) / media expense; 0 is break-even; NULL without a positive media expense",
        "payback_month": "First day of the first month in which the revenue of the customers won reached the expense; NULL: not yet, or without a positive expense",
        "payback_months": "Calendar months from cohort_month to payback_month; 0 is the cohort's own month; NULL with payback_month"
    }$$;
    described record;
BEGIN
    FOR described IN
        SELECT relname, attname
        FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
        WHERE pg_class.oid IN ('@ledger@.lead_source_roi'::regclass, '@ledger@.lead_source_category_roi'::regclass, '@ledger@.channel_roi'::regclass,
                               '@ledger@.lead_source_monthly_roi'::regclass, '@ledger@.lead_source_cohort_roi'::regclass)
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I.%I IS %L', '@ledger@', described.relname, described.attname, comments ->> described.attname);
    END LOOP;
END
$comments$;

COMMENT ON COLUMN @ledger@.lead_source_cohort_roi.revenue IS 'What the customers won in the month have paid since, less refunds, in the ledger''s currency';
COMMENT ON COLUMN @ledger@.lead_source_cohort_roi.customers IS 'Number of leads, of this or an earlier month, that became customers in the month';
COMMENT ON COLUMN @ledger@.lead_source_monthly_roi.customers IS 'Number of leads, of this or an earlier month, that became customers in the month';
