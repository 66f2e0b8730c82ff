--
-- The examples of docs/reference.md, in the order of the page. They run from top to bottom in one session whose day is
-- 30 June 2024, in a database with the extension and a new ledger "marketing" in EUR.
--
-- A "Section" is what a reader wants to do; the comment below it introduces it. An "Example of" names the objects that it
-- stands for, routines with (); they share a heading. Each public object needs one example, and each example shows its
-- result. Nothing may be printed that differs from run to run: no time, no process, no floating point unrounded.
--

-- Section: Compute figures from a table of your own
-- ROI, ROAS, cost per lead, cost per customer and lifetime value as aggregates over any table. No ledger is needed. More in [metrics.md](metrics.md).

-- Example of roi(), roas()
CREATE TABLE daily_ads (channel text, day date, spend numeric(12,2), revenue numeric(12,2), visitors bigint, signups bigint, customers bigint);
INSERT INTO daily_ads VALUES
    ('search', '2024-01-10', 1000, 1500, 500,  50, 5),    ('search', '2024-02-10', 1200, 1000, 600,  60, 4),
    ('fair',   '2024-01-20', 3000, NULL, NULL, 10, NULL), ('fair',   '2024-02-20', NULL, 8000, NULL, NULL, 8);

SELECT channel, round(roi(revenue, spend), 4) AS roi, round(roas(revenue, spend), 4) AS roas
FROM daily_ads GROUP BY channel ORDER BY channel;

-- Example of cost_per_lead(), cost_per_customer()
SELECT channel, round(cost_per_lead(spend, signups), 2) AS cost_per_lead,
       round(cost_per_customer(spend, customers), 2) AS cost_per_customer
FROM daily_ads GROUP BY channel ORDER BY channel;

-- Example of lifetime_value()
SELECT channel, round(lifetime_value(revenue, customers), 2) AS lifetime_value
FROM daily_ads GROUP BY channel ORDER BY channel;

-- Example of amount, fractional_count
SELECT roas(1::double precision, 0.1::double precision) AS exact, cost_per_lead(240, 12.5) AS per_conversion, cost_per_lead('1,234.56'::money::numeric, 10) AS of_money;

-- Example of count_lower_limit(), count_upper_limit()
-- Four customers for 1,000: 250 each, and by chance alone anything from 98 to 929.
SELECT round(1000 / count_upper_limit(4), 2) AS at_least, round(1000 / count_lower_limit(4), 2) AS at_most;

-- Section: Store summaries and roll them up
-- A summary holds the exact sums of many rows, and every figure can be computed from it. More in [metrics.md](metrics.md) and [scaling.md](scaling.md).

-- Example of roi_summary()
SELECT channel, roi_summary(spend, revenue, visitors, signups, customers)
FROM daily_ads GROUP BY channel ORDER BY channel;

-- Example of roi_summary
SELECT january + february AS both, january + february - january = february AS subtracted_again,
       february::jsonb -> 'profit' AS profit
FROM (VALUES (make_roi_summary(1000, 0, 400, 1, 0), make_roi_summary(1000, 3000, 350, 1, 2))) AS month (january, february);

-- Example of rollup()
SELECT rollup(s) AS all_channels, round(cost_per_lead(rollup(s)), 2) AS cost_per_lead
FROM (SELECT roi_summary(spend, revenue, visitors, signups, customers) AS s
      FROM daily_ads GROUP BY channel) AS by_channel;

-- Example of make_roi_summary()
SELECT make_roi_summary(6400, 7200, 1000, 4, 3) AS one_row, make_roi_summary(leads => 4) AS leads_alone;

-- Example of expense(), revenue(), profit(), visitors(), leads(), customers()
SELECT expense(s), revenue(s), profit(s), visitors(s), leads(s), customers(s)
FROM make_roi_summary(6400, 7200, 1000, 4, 3) AS s;

-- Example of cost_per_visitor(), visitor_to_lead_rate(), lead_to_customer_rate(), ltv_to_cac()
SELECT round(cost_per_visitor(s), 2) AS cost_per_visitor, round(visitor_to_lead_rate(s), 4) AS visitor_to_lead_rate,
       round(lead_to_customer_rate(s), 4) AS lead_to_customer_rate, round(ltv_to_cac(s), 4) AS ltv_to_cac,
       round(ltv_to_cac(2400, 1600), 4) AS of_two_numbers
FROM make_roi_summary(6400, 7200, 1000, 4, 3) AS s;

-- Section: Estimate how long customers stay
-- Survival curves account for customers who are still active. More in [lifetime.md](lifetime.md).

-- Example of survival()
SELECT plan, survival(started_on, ended_on, '2024-06-30')
FROM (VALUES ('monthly', date '2024-01-15', date '2024-05-20'), ('monthly', '2024-02-10', NULL), ('yearly', '2023-07-01', NULL))
         AS contract (plan, started_on, ended_on)
GROUP BY plan ORDER BY plan;

-- Example of survival_curve
SELECT '{90:1+0,180:2+1,400:1+1,500:0+2}'::survival_curve AS curve;

-- Example of median_lifetime(), lifetime_quantile()
SELECT median_lifetime(curve), lifetime_quantile(curve, 0.25) AS first_quarter
FROM (VALUES ('{90:1+0,180:2+1,400:1+1,500:0+2}'::survival_curve)) AS example (curve);

-- Example of restricted_mean_lifetime(), restricted_mean_lifetime_std_error()
SELECT restricted_mean_lifetime(curve, 365), round(restricted_mean_lifetime_std_error(curve, 365)::numeric, 3) AS std_error,
       round(restricted_mean_lifetime(curve, 365, annual_discount => 0.10)::numeric, 3) AS at_present_value
FROM (VALUES ('{90:1+0,180:2+1,400:1+1,500:0+2}'::survival_curve)) AS example (curve);

-- Example of survival_at(), survival_interval()
SELECT survival_at(curve, 365), round(lower::numeric, 4) AS lower, round(upper::numeric, 4) AS upper
FROM (VALUES ('{90:1+0,180:2+1,400:1+1,500:0+2}'::survival_curve)) AS example (curve), survival_interval(curve, 365);

-- Example of survival_table()
SELECT tenure, at_risk, churned, censored, survival, round(std_error::numeric, 4) AS std_error
FROM survival_table('{90:1+0,180:2+1,400:1+1,500:0+2}');

-- Example of churn_rate(), mean_lifetime(), mean_lifetime_interval()
SELECT round(churn_rate(curve)::numeric, 6) AS churn_rate, mean_lifetime(curve),
       round(lower::numeric, 1) AS lower, round(upper::numeric, 1) AS upper
FROM (VALUES ('{90:1+0,180:2+1,400:1+1,500:0+2}'::survival_curve)) AS example (curve), mean_lifetime_interval(curve);

-- Example of survival_counts(), churned_customers(), active_customers()
SELECT counts.*, churned_customers(curve), active_customers(curve)
FROM (VALUES ('{90:1+0,180:2+1,400:1+1,500:0+2}'::survival_curve)) AS example (curve), survival_counts(curve) AS counts;

-- Section: Estimate what a customer is worth
-- From payments, while many customers are still active, or from assumptions. More in [lifetime.md](lifetime.md).

-- Example of censored_lifetime_value(), censored_value
SELECT round((estimate).value, 2) AS value, round((estimate).std_error, 2) AS std_error,
       (estimate).customers, (estimate).complete, round((estimate).naive_mean, 2) AS naive_mean
FROM (SELECT censored_lifetime_value(revenue, tenure, churned, 365) AS estimate
      FROM (VALUES (100, 90, true), (200, 180, true), (250, 200, false), (400, 365, false), (450, 365, false))
               AS customer (revenue, tenure, churned)) AS estimated;

-- Example of lifetime_value_curve(), lifetime_value_table()
SELECT age_period, eligible, round(revenue_per_customer, 2) AS revenue_per_customer, round(lifetime_value, 2) AS lifetime_value
FROM lifetime_value_table((
    SELECT lifetime_value_curve(age_period, revenue, followup_periods)
    FROM (VALUES (0, 100, 1), (1, 50, 1), (0, 80, 0)) AS period (age_period, revenue, followup_periods)));

-- Example of simple_lifetime_value(), retention_lifetime_value()
SELECT simple_lifetime_value(50, 24, 0.4) AS simple,
       round(retention_lifetime_value(20, 0.9, 0.01, 'immediate'), 2) AS with_retention;

-- Example of payback_periods(), ratio()
SELECT round(payback_periods(1600, 200, 0.5), 1) AS payback_periods, round(ratio(1600, 300), 4) AS ratio, ratio(1600, 0) AS undefined;

-- Section: Find out where a lead came from
-- From a landing URL, a referrer or utm tags to a traffic source and its channel. More in [sources.md](sources.md).

-- Example of traffic_source_from_url()
SELECT traffic_source_from_url('https://shop.example/?utm_source=Newsletter&utm_medium=Email&utm_campaign=Spring%20Sale') AS tagged,
       traffic_source_from_url('https://shop.example/?gclid=Cj0KCQ') AS click_id,
       traffic_source_from_url('https://shop.example/', 'https://www.google.co.uk/') AS referrer,
       traffic_source_from_url('https://shop.example/', 'https://help.shop.example/', own_hosts => '{shop.example}') AS own_host;

-- Example of traffic_source()
SELECT traffic_source('Google', 'CPC', campaign => 'Spring Sale'), traffic_source(source => '(not set)', medium => 'e-mail');

-- Example of traffic_source
SELECT 'Google / CPC / Spring Sale'::traffic_source AS canonical, '- / e-mail'::traffic_source AS without_source, '"A / B test" / banner'::traffic_source AS quoted;

SELECT 'google / cpc'::traffic_source @> 'google / cpc / spring sale' AS contains, 'google'::traffic_source @> 'google-ads / cpc' AS another;

-- Example of source(), medium(), campaign(), content(), term()
SELECT source(t), medium(t), campaign(t), content(t), term(t) FROM traffic_source('google', 'cpc', 'spring', term => 'crm software') AS t;

-- Example of channel()
SELECT value AS traffic_source, channel(value)
FROM unnest('{google / cpc,google / organic,newsletter / email,direct,press / referral,press / referral / spring shopping}'::traffic_source[]) AS value;

SELECT channel('intranet.example / cpc'), channel('intranet.example / cpc', source_kind => 'search');

-- Example of source_kind()
SELECT source_kind('Google') AS name, source_kind('www.amazon.co.uk') AS host, source_kind('fb') AS word, source_kind('trade-fair') AS unknown;

-- Example of lead_roi.channel_rule
SELECT "position", channel, source_kind, medium FROM lead_roi.channel_rule WHERE channel LIKE 'Paid S%' ORDER BY "position";

-- Example of lead_roi.known_source
SELECT kind, count(*) > 0 AS known, min(pattern) FILTER (WHERE name IN ('gmail', 'chatgpt.com', 'paypal', 'qwant', 'tiktok', 'etsy', 'vimeo')) AS for_instance
FROM lead_roi.known_source WHERE kind IS NOT NULL GROUP BY kind ORDER BY kind;

-- Example of click_id
SELECT name, source, medium, paid, yields FROM click_id WHERE name IN ('gclid', 'fbclid', 'mc_cid') ORDER BY rank;

-- Example of name_key()
SELECT name_key(' Google  ADS ') AS key, name_key('N/A') AS of_none;

-- Example of record_key()
SELECT record_key('0035g00000AbCdEAAV') AS long_form, record_key('0035g00000AbCdE') AS short_form;

-- Section: Split amounts, convert currencies
-- More in [amounts.md](amounts.md).

-- Example of allocate()
SELECT allocate(1000.00, array_fill(1, ARRAY[12]), 2) AS months, allocate(1000.00, '{17,14}', 2) AS days, allocate(-100, '{1,0,1,1}', 0) AS negative, allocate(100.005, '{1,1,1}', 2) AS half_a_cent;

-- Example of monthly_parts()
SELECT * FROM monthly_parts(1000, '2024-01-15', '2024-03-31', 2);

-- Example of currency_decimals()
SELECT currency_decimals('EUR') AS euro, currency_decimals('JPY') AS yen, currency_decimals('XXL') AS unknown;

-- Example of ecb_exchange_rates()
SELECT * FROM ecb_exchange_rates(E'Date,USD,JPY,\n2024-06-28,1.25,160,\n2024-06-27,1.25,N/A,\n');

-- Example of finite_amount()
SELECT finite_amount(99.90);

-- Section: Compute bill dates and months
-- Pure date arithmetic on arguments; no table is read.

-- Example of bill_dates()
SELECT * FROM bill_dates('2024-01-31', NULL, NULL, '2024-05-31');

-- Example of bill_count()
SELECT bill_count('2024-01-31', NULL, '2024-02-01', '2024-12-31') AS monthly,
       bill_count('2024-01-31', NULL, '2024-02-01', '2024-12-31', every_months => 3) AS quarterly;

-- Example of next_bill_date()
SELECT next_bill_date('2024-01-31', NULL, NULL) AS first, next_bill_date('2024-01-31', NULL, '2024-01-31') AS second,
       next_bill_date('2024-01-31', '2024-12-31', '2024-12-31') AS after_the_last;

-- Example of expand_recurring_expense()
SELECT * FROM expand_recurring_expense('2024-01-31', NULL, 1000, '2024-02-01', '2024-04-30');

-- Example of recurring_expense_total()
SELECT recurring_expense_total('2024-01-31', NULL, 1000, '2024-01-01', '2024-12-31');

-- Example of month_of()
SELECT month_of('2024-02-29');

-- Example of months_between()
SELECT months_between('2024-01-31', '2024-02-01') AS next_month, months_between('2024-02-29', '2023-02-01') AS a_year_before;

-- Example of months_from()
SELECT * FROM months_from('2023-12-31', '2024-02-01');

-- Section: Make and manage a ledger
-- A ledger is a schema of yours with tables for facts and views over them. More in [design.md](design.md) and [operations.md](operations.md).

-- Example of create_ledger()
SELECT create_ledger('"North America"', currency => 'USD', time_zone => 'America/New_York');

-- Example of ledger
SELECT ledger, version, currency, decimals, time_zone FROM ledger ORDER BY ledger;

-- Example of current_ledger()
SELECT current_ledger();

-- Example of alter_ledger()
SELECT alter_ledger('"North America"', exchange_rate_days => 5);

-- Example of upgrade_ledger(), upgrade_ledgers()
SELECT upgrade_ledger('marketing');

CALL upgrade_ledgers();

-- Example of drop_ledger()
SELECT drop_ledger('"North America"');

SELECT ledger FROM ledger;

-- Example of lead_roi_ledger
SELECT unnest(enum_range(NULL::marketing.lead_roi_ledger)) AS property;

-- Example of ledger_today(), billing_today()
SELECT ledger_today(NULL::marketing.lead_roi_ledger), billing_today('Asia/Tokyo');

-- Section: Record lead sources and expenses
-- What is paid for, and what it cost. Other currencies and costs for a period: [amounts.md](amounts.md).

-- Example of lead_source
INSERT INTO lead_source (name, category, vendor, medium)
VALUES ('Agency', 'Paid', 'Northlight', 'banner'), ('Fair', 'Trade show', NULL, 'stand'), ('Flyer', 'Print', NULL, 'letterbox');

SELECT lead_source_id, name, category, active FROM lead_source ORDER BY lead_source_id;

-- Example of expense
INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, title)
VALUES (2, '2022-09-20', 2500, 'media', 'Stand'), (2, '2022-09-20', 800, 'staff', 'Two people for a day'),
       (3, '2024-02-20', 400, 'media', 'Printing');

SELECT expense_id, lead_source_id, incurred_on, amount, cost_type, title FROM expense ORDER BY expense_id;

-- Example of exchange_rate
INSERT INTO exchange_rate (currency, valid_on, rate) VALUES ('USD', '2024-06-03', 0.92), ('USD', '2024-06-10', 0.93);

SELECT currency, valid_on, rate FROM exchange_rate ORDER BY valid_on;

-- Example of expense_part, unconverted
INSERT INTO expense (lead_source_id, incurred_on, amount, currency, covers_from, covers_through, title)
VALUES (2, '2024-06-12', 600, 'USD', '2024-05-01', '2024-07-31', 'Listing'), (2, '2024-06-12', 100, 'CHF', NULL, NULL, 'Flags');

SELECT occurred_on, amount FROM expense_part WHERE incurred_on = '2024-06-12' ORDER BY occurred_on;
SELECT relation, currency, facts, amount FROM unconverted;

-- Example of share_expense(), unshare_expense()
SELECT * FROM share_expense('marketing', expense_id => 3, lead_source_ids => '{1,2,3}');

SELECT expense_id, lead_source_id, amount, title, shared_from FROM expense WHERE shared_from = 3 ORDER BY expense_id;

SELECT unshare_expense('marketing', shared_from => 3);

-- Section: Bill what recurs
-- Recurring expenses, their posting, and budget against actual. More in [operations.md](operations.md).

-- Example of recurring_expense
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, cost_type)
VALUES (1, 'Agency fee', 1000, '2024-01-31', 'agency');

SELECT recurring_expense_id, title, amount, starts_on, ends_on, every_months, next_bill_on FROM recurring_expense;

-- Example of whole_months
SELECT 3::whole_months AS quarterly, 12::whole_months AS yearly;

-- Example of amount_change
INSERT INTO amount_change (recurring_expense_id, effective_on, amount) VALUES (1, '2024-05-01', 1200);

SELECT bill_on, amount FROM upcoming_expense ORDER BY bill_on LIMIT 1;

-- Example of upcoming_expense
SELECT bill_on, lead_source, title, amount FROM upcoming_expense ORDER BY bill_on LIMIT 3;

-- Example of post_due_expenses_in_batches()
CALL post_due_expenses_in_batches(as_of => '2024-02-29');

SELECT incurred_on, amount, title FROM expense WHERE recurring_expense_id = 1 ORDER BY incurred_on;

-- Example of posting_run
SELECT as_of, posted, failed, unposted FROM posting_run;

-- Example of posting_failure
-- A constraint of yours refuses the bill of March.
ALTER TABLE expense ADD CONSTRAINT march_is_closed CHECK (incurred_on <> '2024-03-31');
SET client_min_messages = error;      -- the call warns and goes on
CALL post_due_expenses_in_batches(as_of => '2024-03-31');
SET client_min_messages = warning;
ALTER TABLE expense DROP CONSTRAINT march_is_closed;

SELECT recurring_expense_id, attempts, sqlstate, message FROM posting_failure;

-- Example of overdue_expense
SELECT bill_on, lead_source, title, amount, days_overdue, attempts FROM overdue_expense ORDER BY bill_on;

-- Example of post_due_expenses()
SELECT post_due_expenses() AS posted, post_due_expenses() AS posted_again;

-- Example of posting
SELECT recurring_expense_id, bill_month, bill_on, amount FROM posting ORDER BY bill_month;

-- Example of unpost_expenses()
-- For a while the clock is two months ahead.
SET lead_roi.testing_today = '2024-08-31';
SELECT post_due_expenses();
SET lead_roi.testing_today = '2024-06-30';

SELECT * FROM unpost_expenses();

-- Example of settle_expense()
INSERT INTO expense (lead_source_id, incurred_on, amount, title, external_id) VALUES (1, '2024-04-30', 980.50, 'Fee for April', 'INV-7');

SELECT posted.bill_month, settle_expense('marketing', posted.expense_id, imported.expense_id) = posted.expense_id AS posted_row_is_left
FROM expense AS posted, expense AS imported
WHERE posted.bill_month = '2024-04-01' AND imported.external_id = 'INV-7';

SELECT bill_month, title, budget, actual, difference FROM expense_variance WHERE status = 'differs';

-- Example of expense_variance
UPDATE expense SET amount = 1250, notes = 'actual bill' WHERE recurring_expense_id = 1 AND bill_month = '2024-06-01';

SELECT bill_month, title, status, budget, actual, difference, difference_percent
FROM expense_variance WHERE status <> 'as_budgeted';

-- Example of expense_removal
BEGIN;
DELETE FROM expense WHERE recurring_expense_id = 1 AND bill_month = '2024-05-01';
SELECT recurring_expense_id, bill_month FROM expense_removal;
ROLLBACK;

-- Example of recurring_expense_terms
SELECT recurring_expense_id, title, amount, effective_on, new_amount, next_bill_on FROM recurring_expense_terms;

-- Example of recurring_expense_bills()
SELECT title, bill.*
FROM recurring_expense_terms AS terms,
     recurring_expense_bills(starts_on, ends_on, terms.amount, effective_on, new_amount, '2024-04-01', '2024-05-31') AS bill;

-- Example of worker_status
SELECT configured, alive, next_due_on, overdue_expenses, reason FROM worker_status;

-- Example of worker_check
SELECT database, ledger, reason, mend FROM lead_roi.worker_check;

-- Section: Record visits, leads and payments
-- A customer is a lead with a conversion date; a refund is a negative payment.

-- Example of visit
INSERT INTO visit (lead_source_id, visited_on, visitors)
VALUES (1, '2024-01-31', 400), (1, '2024-02-29', 350), (1, '2024-05-31', 250);

SELECT lead_source_id, sum(visitors) AS visitors FROM visit GROUP BY lead_source_id;

-- Example of lead
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on, external_id)
VALUES (1, '2024-01-15', '2024-02-01', NULL, 'A1'), (1, '2024-02-10', '2024-02-20', '2024-05-20', 'A2'),
       (1, '2024-04-05', NULL, NULL, 'A3'), (1, '2024-05-05', '2024-05-10', NULL, 'A4'),
       (2, '2022-09-20', '2022-10-01', '2023-04-01', 'F1'), (2, '2022-09-20', '2022-10-15', NULL, 'F2'),
       (2, '2022-09-20', '2022-11-01', '2024-01-10', 'F3'), (2, '2022-09-20', NULL, NULL, 'F4'),
       (NULL, '2024-06-02', NULL, NULL, 'X1');
INSERT INTO lead (traffic_source, created_on, external_id)
VALUES ('northlight / qr-code', '2024-03-01', 'Q1'), ('southlight / qr-code', '2024-06-03', 'Q2');

SELECT lead_source_id, count(*) AS leads, count(converted_on) AS customers
FROM lead GROUP BY lead_source_id ORDER BY lead_source_id;

-- Example of payment
INSERT INTO payment (lead_id, paid_on, amount, external_id)
SELECT lead_id, paid_on::date, amount, lead.external_id || '-' || number
FROM (VALUES ('A1', 1, '2024-02-01', 3000), ('A1', 2, '2024-05-01', 1500), ('A2', 1, '2024-03-01', 900),
             ('A2', 2, '2024-04-02', -200), ('A4', 1, '2024-05-10', 2000), ('F1', 1, '2022-10-01', 1200),
             ('F2', 1, '2022-10-15', 1200), ('F2', 2, '2023-10-15', 1200), ('F3', 1, '2022-11-01', 1800))
         AS paid (external_id, number, paid_on, amount)
     JOIN lead USING (external_id);

SELECT count(*) AS payments, sum(amount) AS revenue FROM payment;

-- Example of assign_payments()
BEGIN;
INSERT INTO payment (paid_on, amount, lead_external_id) VALUES ('2024-06-10', 250, 'A7');
SELECT assign_payments() AS before_the_lead;
INSERT INTO lead (lead_source_id, created_on, external_id) VALUES (1, '2024-06-05', 'A7');
SELECT assign_payments() AS after_it;
ROLLBACK;

-- Section: Load files
-- Exports of ad platforms, CRMs and payment services. More in [import.md](import.md).

-- Example of preview_file()
SELECT create_ledger('imported', currency => 'EUR', time_zone => 'UTC');
CREATE TABLE export (name text, content bytea);
INSERT INTO export VALUES ('google_ads', convert_to(E'Campaign,Day,Cost\nSpring,2024-03-01,"1,204.50"\nSpring,2024-03-02,soon\n', 'UTF8')),
    ('hubspot_contacts', convert_to(E'Record ID,Email,Original Source,Create Date\n101,ann@example.com,Paid Search,2024-03-04 09:10\n', 'UTF8')),
    ('ga4_traffic', convert_to(E'Session source / medium,Date,Sessions\ngoogle / cpc,20240301,60\n', 'UTF8'));

SELECT line_number, verdict, from_date, amount, message
FROM preview_file('imported', (SELECT content FROM export WHERE name = 'google_ads'));

-- Example of import_file()
SELECT import_id, format, rows_read, added, rejected, total, new_sources
FROM import_file('imported', (SELECT content FROM export WHERE name = 'google_ads'), options => '{"create_sources": true, "max_rejected_percent": 50}');

SELECT added, unchanged FROM import_file('imported', (SELECT content FROM export WHERE name = 'google_ads'), options => '{"max_rejected_percent": 50}');

-- Example of import
SELECT import_id, format, kind, added, unchanged, rejected, total FROM imported.import;

-- Example of import_reject, retry_rejects()
SELECT line_number, line, column_name, message FROM imported.import_reject WHERE import_id = 1;

UPDATE imported.import_reject SET line = replace(line, 'soon', '12.00') WHERE import_id = 1;
SELECT * FROM retry_rejects('imported', 1);

-- Example of undo_import(), import_change
SELECT import_id, added FROM import_file('imported', (SELECT convert_to(replace(convert_from(content, 'UTF8'), '1,204.50', '999.00'), 'UTF8') FROM export WHERE name = 'google_ads'), options => '{"max_rejected_percent": 50}');
SELECT import_id, relation, row_key, before ->> 'amount' AS before, after ->> 'amount' AS after, kept FROM imported.import_change WHERE relation = 'expense';
SELECT undo_import('imported', 3);

-- Example of import_format, import_column
INSERT INTO imported.import_format (format, kind, system, platform, source, medium)
VALUES ('radio', 'expense', 'radio', 'Radio Wave', 'radio', 'audio');
INSERT INTO imported.import_column (format, field, names, required)
VALUES ('radio', 'campaign', '{Spot}', true), ('radio', 'day', '{Sendetag}', true), ('radio', 'amount', '{Netto}', true);

SELECT format, added, total FROM import_file('imported', convert_to(E'Spot;Sendetag;Netto\nMorning;31.01.2024;1.234,50\n', 'UTF8'), options => '{"create_sources": true}');

-- Example of lead_key
SELECT added FROM import_file('imported', (SELECT content FROM export WHERE name = 'hubspot_contacts'));
SELECT left(key, 20) AS key, lead_external_id FROM imported.lead_key;

-- Example of imported_visit
SELECT added FROM import_file('imported', (SELECT content FROM export WHERE name = 'ga4_traffic'), options => '{"create_sources": true}');
SELECT external_id, visited_on, visitors FROM imported.imported_visit;

-- Example of lead_roi.import_format
SELECT format, kind, system, standing FROM lead_roi.import_format ORDER BY kind, format;

-- Example of lead_roi.import_column
SELECT field, names, required, accepted FROM lead_roi.import_column WHERE format = 'pipedrive_deals' ORDER BY "position";

-- Section: Assign leads to lead sources
-- Aliases, mergers, and rules of your own for channels. More in [sources.md](sources.md).

-- Example of lead_source_alias
INSERT INTO lead_source_alias (pattern, valid_from, lead_source_id)
VALUES ('northlight', DEFAULT, 1), ('northlight / qr-code', DEFAULT, 3), ('northlight / qr-code', '2024-05-01', NULL);

SELECT pattern, valid_from, lead_source_id FROM lead_source_alias ORDER BY pattern, valid_from;

-- Example of resolve_lead_source()
SELECT resolve_lead_source('marketing', 'northlight / banner / spring') AS by_source, resolve_lead_source('marketing', 'northlight / qr-code', '2024-04-30') AS by_source_and_medium,
       resolve_lead_source('marketing', 'northlight / qr-code', '2024-05-01') AS since_may, resolve_lead_source('marketing', 'southlight') AS unknown;

-- Example of unresolved_traffic
SELECT traffic_source, channel, leads, first_seen_on, closest, similarity_percent, mend FROM unresolved_traffic;

-- Example of lead_origin
SELECT lead_id, lead_source_id, traffic_source, created_on FROM lead_origin WHERE traffic_source IS NOT NULL ORDER BY lead_id;

-- Example of merge_lead_sources(), merged_lead_source, unmerge_lead_source()
SELECT merge_lead_sources('marketing', from_id => 3, into_id => 1);
SELECT * FROM merged_lead_source;
SELECT unmerge_lead_source('marketing', 3);

-- Example of known_source
INSERT INTO known_source VALUES ('intranet.example', 'search');

SELECT channel('intranet.example / cpc') AS by_shipped_rules, channel('intranet.example / cpc', source_kind => (SELECT kind FROM known_source WHERE pattern = 'intranet.example')) AS by_this_row;

-- Example of channel_rule
INSERT INTO channel_rule (position, channel, medium) VALUES (1, 'Print', '^(print|qr-code)$');

SELECT traffic_source, channel FROM unresolved_traffic;

-- Example of lead_source_channel
SELECT name, lead_source_channel.channel FROM lead_source_channel JOIN lead_source USING (lead_source_id) ORDER BY name;

-- Section: Read what a lead source costs and earns
-- Over all time, by month, by cohort, by channel. More in [reports.md](reports.md).

-- Example of lead_source_roi
SELECT lead_source, expense, revenue, roi_percent, roas_percent, leads, cost_per_lead, customers, cost_per_customer
FROM lead_source_roi ORDER BY lead_source;

-- Example of lead_source_category_roi
SELECT category, expense, revenue, profit, roi_percent, leads, customers
FROM lead_source_category_roi ORDER BY category;

-- Example of channel_roi
SELECT channel, expense, revenue, roi_percent, leads, cost_per_lead, customers FROM channel_roi ORDER BY channel;

-- Example of lead_source_monthly_roi
SELECT month, expense, revenue, roi_percent, leads, customers
FROM lead_source_monthly_roi WHERE lead_source = 'Agency' ORDER BY month;

-- Example of lead_source_cohort_roi
SELECT cohort_month, expense, customers, revenue, roi_percent, payback_month, payback_months
FROM lead_source_cohort_roi WHERE lead_source = 'Agency' ORDER BY cohort_month;

-- Example of lead_source_cohort_curve
SELECT cohort_month, age_months, customers, expense, revenue, roas_percent
FROM lead_source_cohort_curve WHERE lead_source = 'Agency' AND customers > 0 ORDER BY cohort_month, age_months;

-- Example of monthly_roi
SELECT month, expense, customers, cost_per_customer, cost_per_customer_lower, cost_per_customer_upper, few_customers
FROM monthly_roi WHERE scope = 'all' AND month >= '2024-03-01' ORDER BY month;

-- Example of cohort_roi
SELECT cohort_month, customers, expense, revenue, roas_percent, payback_months FROM cohort_roi ORDER BY cohort_month DESC LIMIT 3;

-- Example of cohort_curve
SELECT cohort_month, age_months, revenue, roas_percent FROM cohort_curve WHERE cohort_month = '2024-03-01' ORDER BY age_months;

-- Example of lead_source_lifetime
SELECT lead_source, status, customers, median_lifetime_days, mean_days_in_365, historic_ltv, ltv_365, ltv_365_to_cac
FROM lead_source_lifetime ORDER BY lead_source;

-- Example of lead_source_survival
SELECT lead_source, tenure_days, at_risk, churned, survival_percent
FROM lead_source_survival WHERE lead_source = 'Fair' ORDER BY tenure_days;

-- Example of lead_source_retention
SELECT lead_source, days, survival_percent, customers FROM lead_source_retention WHERE lead_source = 'Fair' ORDER BY days;

-- Section: Compare periods and find what needs a decision
-- What the [dashboard](dashboard.md) shows.

-- Example of period_roi()
SELECT scope, name, expense, revenue, roi_percent, paid_roi_percent, expense_share_percent, revenue_share_percent
FROM period_roi('2024-03-01', '2024-05-31') WHERE scope IN ('all', 'paid', 'lead_source')
ORDER BY scope, expense DESC NULLS LAST, name;

-- Example of period_comparison()
SELECT figure, value, before_value, change, change_percent, before_from_month
FROM period_comparison('2024-03-01', '2024-05-31') WHERE scope = 'all' AND figure IN ('expense', 'leads', 'cost_per_lead', 'roi_percent')
ORDER BY position;

-- Example of period_variance()
SELECT scope, lead_source, bills, budget, actual, difference FROM period_variance('2024-03-01', '2024-06-30') ORDER BY scope, lead_source;

-- Example of default_period
SELECT * FROM default_period;

-- Example of bill_total
SELECT state, bills, amount, first_bill_on, last_bill_on FROM bill_total WHERE scope = 'all' ORDER BY state;

-- Example of finding
SELECT position, severity, coalesce(lead_source, '(data)') AS lead_source, finding, amount, what FROM finding ORDER BY position;

-- Section: Check the data
-- More in [reports.md](reports.md#reconciliation).

-- Example of reconciliation
-- A ledger over tables of a shop, one of whose payments belongs to no known lead. A superuser's ledger
-- belongs to the owner of the database, who has to be able to read them.
CREATE SCHEMA shop;
CREATE TABLE shop.buyer (lead_id text, lead_source_id bigint, created_on date, converted_on date, churned_on date);
CREATE TABLE shop.invoice (lead_id text, paid_on date, amount numeric(10,2));
GRANT USAGE ON SCHEMA shop TO pg_database_owner;
GRANT SELECT ON shop.buyer, shop.invoice TO pg_database_owner;

SELECT create_ledger('shop_report', currency => 'EUR', time_zone => 'UTC', leads => 'shop.buyer', payments => 'shop.invoice');

INSERT INTO shop_report.lead_source (name) VALUES ('Agency');
INSERT INTO shop.buyer VALUES ('b1', 1, '2024-03-01', '2024-03-02', NULL);
INSERT INTO shop.invoice VALUES ('b1', '2024-03-02', 9675.00), ('b9', '2024-04-01', 10.00);

SELECT violation, relation, row_key, facts, explanation, mend FROM shop_report.reconciliation;

-- Example of doubtful_fact
BEGIN;
INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, title) VALUES (3, '2024-02-20', 400, 'media', 'Printing');
SELECT doubt, relation, row_key, facts FROM doubtful_fact ORDER BY doubt, row_key;
ROLLBACK;

-- Section: Build reports of your own
-- Facts one by one, and exact sums to divide. More in [reports.md](reports.md#how-they-are-made).

-- Example of lead_source_total
SELECT lead_source, expense, revenue, leads, customers, media_expense FROM lead_source_total ORDER BY lead_source;

-- Example of lead_source_monthly_total
SELECT lead_source_id, sum(expense) AS expense, sum(revenue) AS revenue
FROM lead_source_monthly_total WHERE month >= '2024-01-01' GROUP BY lead_source_id ORDER BY lead_source_id;

-- Example of lead_source_acquisition
SELECT month, expense, visitors, leads, customers FROM lead_source_acquisition WHERE lead_source_id = 1 ORDER BY month;

-- Example of lead_source_cohort_revenue
SELECT cohort_month, age_months, revenue FROM lead_source_cohort_revenue WHERE lead_source_id = 1 ORDER BY cohort_month, age_months;

-- Example of expense_fact
SELECT * FROM expense_fact WHERE lead_source_id = 1 AND occurred_on >= '2024-06-01' ORDER BY occurred_on;

-- Example of visit_fact
SELECT lead_source_id, sum(visitors) AS visitors FROM visit_fact GROUP BY lead_source_id ORDER BY lead_source_id;

-- Example of lead_fact
SELECT lead_source_id, count(*) AS leads, count(converted_on) AS customers FROM lead_fact GROUP BY lead_source_id ORDER BY lead_source_id;

-- Example of payment_fact
SELECT lead_source_id, sum(amount) AS revenue FROM payment_fact GROUP BY lead_source_id ORDER BY lead_source_id;

-- Example of activity
SELECT * FROM activity WHERE lead_source_id = 1 AND occurred_on BETWEEN '2024-02-01' AND '2024-02-29' ORDER BY occurred_on;

-- Example of expense_ahead
SELECT lead_source_id, incurred_on, occurred_on, amount, prepaid FROM expense_ahead ORDER BY occurred_on;

-- Example of counted_lead_source
SELECT lead_source, category, channel, paid FROM counted_lead_source ORDER BY lead_source;

-- Example of media_expense()
SELECT cost_type, sum(amount) AS expense, sum(media_expense(amount, cost_type)) AS media_expense
FROM expense GROUP BY cost_type ORDER BY cost_type;

-- Section: Keep reports fast
-- Kept summaries on one server, or a ledger on the nodes of Citus. More in [reports.md](reports.md#at-constant-cost) and [scaling.md](scaling.md).

-- Example of keep_summaries(), fold_summaries(), rebuild_summaries()
SELECT keep_summaries('marketing', true);
SELECT fold_summaries('marketing');
SELECT lead_source, expense, revenue, roi_percent FROM lead_source_roi ORDER BY lead_source_id LIMIT 2;
SELECT rebuild_summaries('marketing');

SELECT keep_summaries('marketing', false);

-- Example of distribute_ledger()
-- The condition leaves out the call where Citus is not installed, as here.
SELECT distribute_ledger('marketing') FROM pg_extension WHERE extname = 'citus';
