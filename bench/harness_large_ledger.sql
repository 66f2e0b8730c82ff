-- A ledger of ten years, 2011 to 2020, with so many lead sources, each with so many leads: "sources", "leads". Of ten lead sources
-- nine have an expense in each month, and three of them a bill since 2020; each has visits, and every fifth lead is a customer who pays six times.
CREATE EXTENSION IF NOT EXISTS lead_roi;
SELECT lead_roi.create_ledger(time_zone => 'UTC') \g /dev/null
INSERT INTO marketing.lead_source (name, category) SELECT 'Lead source ' || n, 'Category ' || n % 20 FROM generate_series(1, :sources) AS n;
INSERT INTO marketing.expense (lead_source_id, title, incurred_on, amount)
SELECT n, 'Media', (date '2011-01-05' + make_interval(months => month))::date, 100 + (n * 37 + month * 11) % 900
FROM generate_series(1, :sources) AS n, generate_series(0, 119) AS month WHERE n % 10 <> 0;
INSERT INTO marketing.visit (lead_source_id, visited_on, visitors)
SELECT n, (date '2011-01-09' + make_interval(months => month))::date, 50 + (n * 7 + month) % 200
FROM generate_series(1, :sources) AS n, generate_series(0, 119) AS month;
INSERT INTO marketing.lead (lead_source_id, created_on, converted_on, churned_on)
SELECT n, created_on, CASE WHEN lead % 5 = 0 THEN created_on + 10 END, CASE WHEN lead % 15 = 0 THEN created_on + 10 + (lead * 7 + n) % 700 END
FROM generate_series(1, :sources) AS n, generate_series(1, :leads) AS lead, LATERAL (SELECT date '2011-01-01' + (n * 7 + lead * 23) % 3600 AS created_on) AS day;
INSERT INTO marketing.payment (lead_id, paid_on, amount)
SELECT lead_id, converted_on + 30 * payment, (lead_source_id * 17 + payment * 3) % 900 FROM marketing.lead, generate_series(0, 5) AS payment WHERE converted_on IS NOT NULL;
INSERT INTO marketing.recurring_expense (lead_source_id, title, amount, starts_on)
SELECT n, 'Fee', n * 10, date '2020-01-01' + n % 28 FROM generate_series(1, :sources) AS n WHERE n % 10 IN (1, 2, 3);
SELECT lead_roi.post_due_expenses() \g /dev/null
INSERT INTO marketing.lead_source_alias (pattern, lead_source_id) VALUES ('google / cpc', 1);
VACUUM ANALYZE;
