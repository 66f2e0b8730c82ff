-- The report views against the SQL that one would write by hand for the same result: 10,000,000
-- facts, 0.1 % expenses, 70 % leads, 7 % customers, 23 % payments, of 1,000 lead sources in 36 months.
--
-- Each query by hand gives the columns of the view, with the same NULLs, and is the fastest form that
-- was found: every table summed by itself first, one join, guarded divisions.
\ir harness.sql
\ir harness_ledger.sql
DROP SCHEMA IF EXISTS by_hand CASCADE;
\ir harness_facts.sql

-- What is paid and what comes back, by hand.
CREATE SCHEMA by_hand;
CREATE VIEW by_hand.source_total AS
SELECT coalesce(lead_source.name, '(unknown)') AS lead_source, coalesce(lead_source.category, '(unknown)') AS category,
       lead_source.vendor, lead_source.medium, total.*
FROM (SELECT lead_source_id, sum(expense) AS expense, sum(media) AS media, coalesce(sum(revenue), 0) AS revenue,
             coalesce(sum(visitors), 0)::bigint AS visitors, coalesce(sum(leads), 0)::bigint AS leads, coalesce(sum(customers), 0)::bigint AS customers
      FROM (SELECT lead_source_id, sum(amount) AS expense, sum(amount) FILTER (WHERE cost_type IN ('media', 'agency')) AS media,
                   NULL::numeric AS revenue, NULL::numeric AS visitors, NULL::bigint AS leads, NULL::bigint AS customers
            FROM expense GROUP BY lead_source_id
            UNION ALL SELECT lead_source_id, NULL, NULL, NULL, sum(visitors), NULL, NULL FROM visit GROUP BY lead_source_id
            UNION ALL SELECT lead_source_id, NULL, NULL, NULL, NULL, count(*), count(converted_on) FROM lead GROUP BY lead_source_id
            UNION ALL SELECT lead_source_id, NULL, NULL, sum(amount), NULL, NULL, NULL FROM payment LEFT JOIN lead USING (lead_id) GROUP BY lead_source_id
            UNION ALL SELECT lead_source_id, NULL, NULL, NULL, NULL, NULL, NULL FROM lead_source) AS part
      GROUP BY lead_source_id) AS total LEFT JOIN lead_source USING (lead_source_id);

CREATE VIEW by_hand.month_cost AS
SELECT lead_source_id, date_trunc('month', incurred_on)::date AS month, sum(amount) AS expense,
       sum(amount) FILTER (WHERE cost_type IN ('media', 'agency')) AS media, NULL::numeric AS visitors, NULL::bigint AS leads, NULL::bigint AS customers
FROM expense GROUP BY 1, 2
UNION ALL SELECT lead_source_id, date_trunc('month', visited_on)::date, NULL, NULL, sum(visitors), NULL, NULL FROM visit GROUP BY 1, 2
UNION ALL SELECT lead_source_id, month_of(created_on), NULL, NULL, NULL, count(*), NULL FROM lead GROUP BY 1, 2
UNION ALL SELECT lead_source_id, month_of(converted_on), NULL, NULL, NULL, NULL, count(*) FROM lead WHERE converted_on IS NOT NULL GROUP BY 1, 2;

CREATE VIEW by_hand.month_total AS
SELECT lead_source_id, month, sum(expense) AS expense, sum(media) AS media, sum(revenue) AS revenue,
       sum(visitors)::bigint AS visitors, sum(leads)::bigint AS leads, sum(customers)::bigint AS customers
FROM (SELECT *, NULL::numeric AS revenue FROM by_hand.month_cost
      UNION ALL
      SELECT lead_source_id, month_of(paid_on), NULL, NULL, NULL, NULL, NULL, sum(amount)
      FROM payment LEFT JOIN lead USING (lead_id) GROUP BY 1, 2) AS part
GROUP BY lead_source_id, month;

-- The figures of a view's row, by hand, of the totals in a query.
CREATE OR REPLACE FUNCTION bench.figures(keys text, totals text, further text DEFAULT '') RETURNS text LANGUAGE sql AS $$
    SELECT format('SELECT %s, expense::numeric(18,2), revenue::numeric(18,2), (revenue - coalesce(expense, 0))::numeric(18,2) AS profit,
        (100 * (revenue - expense) / nullif(greatest(expense, 0), 0))::numeric(24,4) AS roi_percent,
        (100 * revenue / nullif(greatest(expense, 0), 0))::numeric(24,4) AS roas_percent,
        visitors, (expense / nullif(visitors, 0))::numeric(24,6) AS cost_per_visitor, leads, (expense / nullif(leads, 0))::numeric(24,6) AS cost_per_lead,
        customers, (expense / nullif(customers, 0))::numeric(24,6) AS cost_per_customer,
        (100.0 * leads / nullif(visitors, 0))::numeric(24,4) AS visitor_to_lead_percent, (100.0 * customers / nullif(leads, 0))::numeric(24,4) AS lead_to_customer_percent,
        (revenue / nullif(customers, 0))::numeric(18,2) AS revenue_per_customer,
        CASE WHEN customers > 0 THEN (revenue / nullif(greatest(expense, 0), 0))::numeric(24,4) END AS ltv_to_cac,
        media::numeric(18,2) AS media_expense, (media / nullif(leads, 0))::numeric(24,6) AS media_cost_per_lead, (media / nullif(customers, 0))::numeric(24,6) AS media_cost_per_customer,
        (100 * (revenue - media) / nullif(greatest(media, 0), 0))::numeric(24,4) AS media_roi_percent %s FROM (%s) AS total', keys, further, totals)
$$;

SELECT bench.figures('lead_source_id, lead_source, category, vendor, medium, NULL::numeric AS not_yet_counted, NULL::numeric AS prepaid', 'SELECT * FROM by_hand.source_total') AS source_figures,
       bench.figures('category', 'SELECT category, sum(expense) AS expense, sum(media) AS media, sum(revenue) AS revenue, sum(visitors)::bigint AS visitors,
                      sum(leads)::bigint AS leads, sum(customers)::bigint AS customers FROM by_hand.source_total GROUP BY category') AS category_figures,
       bench.figures('lead_source_id, month, lead_source, category, vendor, medium',
           'SELECT lead_source_id, filled.month, coalesce(name, ''(unknown)'') AS lead_source, coalesce(category, ''(unknown)'') AS category, vendor, medium,
                   CASE WHEN this THEN expense END AS expense, CASE WHEN this THEN media END AS media, coalesce(CASE WHEN this THEN revenue END, 0) AS revenue,
                   coalesce(CASE WHEN this THEN visitors END, 0) AS visitors, coalesce(CASE WHEN this THEN leads END, 0) AS leads, coalesce(CASE WHEN this THEN customers END, 0) AS customers
            FROM (SELECT *, lead(month) OVER (PARTITION BY lead_source_id ORDER BY month) AS next_month FROM by_hand.month_total) AS total
                 CROSS JOIN LATERAL (SELECT series::date AS month, series = total.month AS this
                                     FROM generate_series(total.month, coalesce(next_month - 1, total.month), interval ''1 month'') AS series) AS filled
                 LEFT JOIN lead_source USING (lead_source_id)') AS month_figures,
       bench.figures('lead_source_id, cohort_month, lead_source, category, vendor, medium',
           'WITH paid AS (
                SELECT lead_source_id, cohort_month, paid_month, sum(revenue) OVER (PARTITION BY lead_source_id, cohort_month ORDER BY paid_month) AS so_far, revenue
                FROM (SELECT lead_source_id, month_of(converted_on) AS cohort_month, CASE WHEN converted_on IS NOT NULL THEN month_of(greatest(paid_on, converted_on)) END AS paid_month,
                             sum(amount) AS revenue
                      FROM payment LEFT JOIN lead USING (lead_id) GROUP BY 1, 2, 3) AS part
            ), cohort AS (
                SELECT lead_source_id, month AS cohort_month, sum(expense) AS expense, sum(media) AS media, coalesce(sum(visitors), 0)::bigint AS visitors,
                       coalesce(sum(leads), 0)::bigint AS leads, coalesce(sum(customers), 0)::bigint AS customers
                FROM by_hand.month_cost GROUP BY lead_source_id, month
            )
            SELECT lead_source_id, cohort_month, coalesce(name, ''(unknown)'') AS lead_source, coalesce(category, ''(unknown)'') AS category, vendor, medium,
                   expense, media, coalesce(revenue, 0) AS revenue, coalesce(visitors, 0) AS visitors, coalesce(leads, 0) AS leads, coalesce(customers, 0) AS customers, payback_month
            FROM (SELECT nullif(source_key, -1) AS lead_source_id, cohort_month, max(expense) AS expense, max(media) AS media, max(visitors) AS visitors, max(leads) AS leads,
                         max(customers) AS customers, sum(paid.revenue) AS revenue, min(paid_month) FILTER (WHERE so_far >= expense AND expense > 0) AS payback_month
                  FROM (SELECT coalesce(lead_source_id, -1) AS source_key, * FROM cohort) AS cohort
                       FULL JOIN (SELECT coalesce(lead_source_id, -1) AS source_key, cohort_month, paid_month, so_far, revenue FROM paid) AS paid USING (source_key, cohort_month)
                  GROUP BY 1, 2) AS total LEFT JOIN lead_source USING (lead_source_id)',
           ', payback_month, (12 * (extract(year FROM payback_month) - extract(year FROM cohort_month)) + extract(month FROM payback_month) - extract(month FROM cohort_month))::integer AS payback_months') AS cohort_figures \gset

-- A query by hand becomes a view, and both are read the same way: all columns that are numbers are summed.
CREATE OR REPLACE FUNCTION bench.against_hand(rounds integer, view_name text, hand text)
RETURNS TABLE (variant text, median_ms numeric, ratio numeric) LANGUAGE plpgsql AS $$
DECLARE
    sums text;
BEGIN
    EXECUTE format('CREATE VIEW by_hand.%I AS %s', view_name, hand);
    SELECT string_agg(format('sum(%I) AS %1$I', attname), ', ' ORDER BY attnum) INTO sums
    FROM pg_attribute WHERE attrelid = format('marketing.%I', view_name)::regclass AND attnum > 0 AND atttypid IN ('integer'::regtype, 'bigint'::regtype, 'numeric'::regtype);
    RETURN QUERY SELECT * FROM bench.compare(rounds, ARRAY['by hand', view_name],
        ARRAY[format('SELECT count(*), %s FROM by_hand.%I', sums, view_name), format('SELECT count(*), %s FROM marketing.%I', sums, view_name)]);
END
$$;

\echo Lead sources (goal: 1.2)
SELECT * FROM bench.against_hand(:rounds, 'lead_source_roi', :'source_figures');
\echo Categories (goal: 1.2)
SELECT * FROM bench.against_hand(:rounds, 'lead_source_category_roi', :'category_figures');
\echo Months (goal: 1.2)
SELECT * FROM bench.against_hand(:rounds, 'lead_source_monthly_roi', :'month_figures');
\echo Cohorts (goal: 1.2)
SELECT * FROM bench.against_hand(:rounds, 'lead_source_cohort_roi', :'cohort_figures');

\echo Cohort curves (goal: 1.2)
SELECT * FROM bench.against_hand(:rounds, 'lead_source_cohort_curve', $$
    WITH today AS (
        SELECT 12 * extract(year FROM billing_today('UTC'))::integer + extract(month FROM billing_today('UTC'))::integer AS month
    ), cohort AS (
        SELECT coalesce(lead_source_id, -1) AS source_key, month AS cohort_month, sum(expense) AS expense, coalesce(sum(customers), 0)::bigint AS customers,
               12 * extract(year FROM month)::integer + extract(month FROM month)::integer AS month_number
        FROM by_hand.month_cost GROUP BY lead_source_id, month
        HAVING sum(customers) > 0 OR sum(expense) IS NOT NULL
    ), paid AS (
        SELECT coalesce(lead_source_id, -1) AS source_key, cohort_month,
               (12 * (extract(year FROM paid_month) - extract(year FROM cohort_month)) + extract(month FROM paid_month) - extract(month FROM cohort_month))::integer AS age_months, revenue
        FROM (SELECT lead_source_id, month_of(converted_on) AS cohort_month, month_of(greatest(paid_on, converted_on)) AS paid_month, sum(amount) AS revenue
              FROM payment JOIN lead USING (lead_id) WHERE converted_on IS NOT NULL GROUP BY 1, 2, 3) AS part
    ), grid AS (
        SELECT cohort.*, today.month, age_months
        FROM today, (SELECT *, min(month_number) OVER (PARTITION BY source_key) AS oldest FROM cohort) AS cohort
             CROSS JOIN LATERAL generate_series(0, greatest(today.month - oldest - 1, 0)) AS age_months
    )
    SELECT nullif(source_key, -1) AS lead_source_id, cohort_month, age_months, coalesce(name, '(unknown)') AS lead_source, coalesce(category, '(unknown)') AS category, customers,
           expense::numeric(18,2) AS expense, revenue::numeric(18,2) AS revenue, (revenue / nullif(customers, 0))::numeric(18,2) AS revenue_per_customer,
           (100 * revenue / nullif(greatest(expense, 0), 0))::numeric(24,4) AS roas_percent
    FROM (SELECT grid.*, CASE WHEN month_number + age_months < month
                              THEN coalesce(sum(paid.revenue) OVER (PARTITION BY source_key, cohort_month ORDER BY age_months), 0) END AS revenue
          FROM grid LEFT JOIN paid USING (source_key, cohort_month, age_months)) AS curve
         LEFT JOIN lead_source ON lead_source_id = source_key$$);
\echo Survival (goal: 1.2)
SELECT * FROM bench.against_hand(:rounds, 'lead_source_survival', $$
    WITH counted AS (
        SELECT lead_source_id, least(churned_on, billing_today('UTC')) - converted_on AS tenure_days, count(*) AS seen,
               count(*) FILTER (WHERE churned_on <= billing_today('UTC')) AS churned
        FROM lead WHERE converted_on <= billing_today('UTC') GROUP BY 1, 2
    ), at_risk AS (
        SELECT *, sum(seen) OVER (PARTITION BY lead_source_id ORDER BY tenure_days DESC)::bigint AS at_risk FROM counted
    ), curve AS (
        SELECT *, CASE WHEN min(at_risk - churned) OVER so_far > 0
                       THEN exp(sum(ln(((at_risk - churned)::double precision / at_risk + (at_risk = churned)::integer))) OVER so_far) ELSE 0 END AS survival,
               sqrt(sum(churned::double precision / nullif(at_risk::double precision * (at_risk - churned), 0)) OVER so_far) AS error
        FROM at_risk WINDOW so_far AS (PARTITION BY lead_source_id ORDER BY tenure_days)
    )
    SELECT lead_source_id, tenure_days, coalesce(name, '(unknown)') AS lead_source, coalesce(category, '(unknown)') AS category, at_risk, churned,
           (100 * survival)::numeric(7,4) AS survival_percent,
           CASE WHEN survival > 0 THEN (100 * survival * exp(-1.959963984540054 * error))::numeric(7,4) END AS survival_percent_lower,
           CASE WHEN survival > 0 THEN (100 * least(survival * exp(1.959963984540054 * error), 1))::numeric(7,4) END AS survival_percent_upper
    FROM curve LEFT JOIN lead_source USING (lead_source_id)$$);
\ir one_lead_source.sql
-- It reads each kind of fact several times: for the totals of three reports, for those of the tables, and for what is odd.
\echo Reconciliation of :scale x 10,000,000 facts, in seconds (goal: 30)
SELECT variant, round(median_ms / 1000, 1) AS seconds, median_ms < 30000 AS reached
FROM compare(:rounds, ARRAY['reconciliation'], ARRAY['SELECT count(*) FROM reconciliation']);

\echo :scale x 10,000 more recurring expenses, posted for 36 months
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months)
SELECT 1 + n % 1000, 'fee', n % 777 * 0.55, date '2023-01-01' + n % 31, CASE WHEN n % 5 = 0 THEN date '2026-01-01' + n % 400 END, 1 + n % 2
FROM generate_series(1, (10000 * :scale)::integer) AS n;
INSERT INTO amount_change SELECT recurring_expense_id, date '2025-01-01' + recurring_expense_id::integer % 700, amount + 10 FROM recurring_expense WHERE recurring_expense_id % 2 = 0 ON CONFLICT DO NOTHING;
SELECT post_due_expenses(as_of => '2025-12-31') \gset
DELETE FROM expense WHERE expense_id % 11 = 0 AND bill_month IS NOT NULL;
VACUUM ANALYZE;
\echo Forecast (goal: 1.2)
SELECT * FROM bench.against_hand(:rounds, 'upcoming_expense', $$
    SELECT recurring_expense_id, bill_on, date_trunc('month', bill_on)::date AS bill_month, lead_source_id, name AS lead_source, category, title, cost_type,
           billed_amount::numeric(18,2) AS amount, NULL::bigint AS expense_id, billed_amount, NULL::text AS currency
    FROM recurring_expense JOIN lead_source USING (lead_source_id),
         LATERAL (SELECT (recurring_expense.starts_on + make_interval(months => n * every_months::integer))::date AS bill_on
                  FROM generate_series((12 * extract(year FROM age(billing_today('UTC'), recurring_expense.starts_on))::integer
                                        + extract(month FROM age(billing_today('UTC'), recurring_expense.starts_on))::integer) / every_months::integer,
                                       (12 * extract(year FROM age(billing_today('UTC'), recurring_expense.starts_on))::integer
                                        + extract(month FROM age(billing_today('UTC'), recurring_expense.starts_on))::integer + 13) / every_months::integer) AS n) AS bill,
         LATERAL (SELECT coalesce((SELECT change.amount FROM amount_change AS change
                                   WHERE change.recurring_expense_id = recurring_expense.recurring_expense_id AND effective_on <= bill_on
                                   ORDER BY effective_on DESC LIMIT 1), recurring_expense.amount) AS billed_amount) AS price
    WHERE bill_on > billing_today('UTC') AND bill_on <= billing_today('UTC') + interval '12 months' AND (recurring_expense.ends_on IS NULL OR bill_on <= recurring_expense.ends_on)
          AND NOT EXISTS (SELECT FROM posting WHERE posting.recurring_expense_id = recurring_expense.recurring_expense_id AND bill_month = date_trunc('month', bill.bill_on)::date)$$);
\echo Budget against actual (goal: 1.2)
SELECT * FROM bench.against_hand(:rounds, 'expense_variance', $$
    SELECT posting.recurring_expense_id, posting.bill_month, posting.bill_on, lead_source.lead_source_id, coalesce(name, '(unknown)') AS lead_source, coalesce(expense.title, recurring.title) AS title,
           CASE WHEN expense_id IS NULL THEN 'deleted' WHEN expense.amount <> posting.amount THEN 'differs' ELSE 'as_budgeted' END AS status,
           posting.amount::numeric(18,2) AS budget, expense.amount::numeric(18,2) AS actual, (coalesce(expense.amount, 0) - posting.amount)::numeric(18,2) AS difference,
           (100 * (coalesce(expense.amount, 0) - posting.amount) / nullif(posting.amount, 0))::numeric(24,4) AS difference_percent
    FROM posting LEFT JOIN expense USING (recurring_expense_id, bill_month) LEFT JOIN recurring_expense AS recurring USING (recurring_expense_id)
         LEFT JOIN lead_source ON lead_source.lead_source_id = coalesce(expense.lead_source_id, recurring.lead_source_id)$$);

-- PostgreSQL up to 18 compiles queries just in time by default, if it estimates them to be expensive.
CREATE OR REPLACE FUNCTION bench.read_compiled(view_name text, compiled text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    rows bigint;
BEGIN
    PERFORM set_config('jit', compiled, true);
    EXECUTE format('SELECT count(report) FROM marketing.%I AS report', view_name) INTO rows;
    RETURN rows;
END
$$;

\echo Reports, compiled just in time
SELECT view_name, compared.*
FROM unnest('{lead_source_roi, lead_source_monthly_roi, lead_source_lifetime, lead_source_survival, reconciliation, finding}'::text[]) AS view_name,
     LATERAL bench.compare(:rounds, ARRAY['jit = off', 'jit = on'],
                           ARRAY[format('SELECT bench.read_compiled(%L, ''off'')', view_name), format('SELECT bench.read_compiled(%L, ''on'')', view_name)]) AS compared;
