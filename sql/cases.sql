-- cases: what people who do this job have reported of other tools, as small inputs with the right value. Exports that are odd are in load,
-- shared costs and budgets beside actual costs in sharing, parallel restores in test/tap/003_dump_restore.pl.
SET client_min_messages = warning;
CREATE FUNCTION new_ledger(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lead_roi.create_ledger(name, currency => 'EUR', time_zone => 'UTC');
    PERFORM set_config('search_path', format('public, %I, lead_roi', name), false);
END
$$;
SET datestyle = ISO;
SET lead_roi.testing_today = '2024-06-15';
\pset null '-'
\set VERBOSITY terse

-- A fraction of months is refused, and not rounded to something else.
SELECT new_ledger('fractions');
INSERT INTO lead_source (name) VALUES ('Radio');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months) VALUES (1, 'twice a month', 250, '2024-01-01', '2024-03-31', 0.5);
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on, every_months) VALUES (1, 'every six weeks', 250, '2024-01-01', '2024-03-31', 1.5);

-- 1,000 for a year's listing are a twelfth a month, 83.33 or 83.34, and 1,000.00 in all; as an expense and as a recurring one.
SELECT new_ledger('spread');
SET lead_roi.testing_today = '2024-12-31';
INSERT INTO lead_source (name) VALUES ('Directory'), ('Portal');
INSERT INTO expense (lead_source_id, incurred_on, amount, covers_from, covers_through, title) VALUES (1, '2024-01-08', 1000, '2024-01-01', '2024-12-31', 'listing');
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, every_months, covers_period) VALUES (2, 'listing', 1000, '2024-01-01', 12, true);
SELECT post_due_expenses();
SELECT lead_source, count(*) AS months, min(expense), max(expense), sum(expense) FROM lead_source_monthly_roi GROUP BY lead_source ORDER BY lead_source;
SET lead_roi.testing_today = '2024-06-15';

-- Clicks below a cent: 2.374294 / 1619 = 0.0014665..., 1.25 / 500 = 0.0025. Native is dearer than Push.
SELECT new_ledger('clicks');
INSERT INTO lead_source (name) VALUES ('Push'), ('Native');
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2024-05-03', 2.374294, 'clicks'), (2, '2024-05-03', 1.25, 'clicks');
INSERT INTO visit VALUES (1, '2024-05-03', 1619), (2, '2024-05-03', 500);
SELECT lead_source, visitors, cost_per_visitor FROM lead_source_roi ORDER BY cost_per_visitor;

-- A table as an ad connector leaves it, in double precision and with fractions of conversions: (3000.5 + 1500) / 2184.5 - 1 = 1.0601968...,
-- 2184.5 / 22 = 99.2954545...; 1204.5 / 12.34 = 97.609400..., 980 / 9.66 = 101.449275...
CREATE TABLE ad_stats (campaign text, cost double precision, conversions double precision, conversions_value double precision);
INSERT INTO ad_stats VALUES ('a', 1204.50, 12.34, 3000.5), ('b', 980, 9.66, 1500);
SELECT round(roi(conversions_value, cost), 6) AS roi, round(cost_per_lead(cost, conversions), 6) AS cost_per_lead FROM ad_stats;
SELECT campaign, round(cost_per_lead(cost, conversions), 4) FROM ad_stats GROUP BY campaign ORDER BY campaign;

-- An old customer, who paid 5,000 in 2022, is a lead of a campaign of 2024: reconciliation says so.
SELECT new_ledger('old_customer');
INSERT INTO lead_source (name) VALUES ('Spring campaign');
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2024-01-01', 100, 'ads');
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, '2024-01-01', '2024-01-02');
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2022-03-01', 5000);
SELECT violation, row_key, lead_source_id FROM reconciliation;

-- Next year's fair is booked today: the ROI of today is 10 on 1, 900 %, and 5,000 are ahead.
SELECT new_ledger('ahead');
INSERT INTO lead_source (name) VALUES ('Fair');
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, '2024-05-06', 1, 'flyer'), (1, '2025-04-11', 5000, 'stand of next year');
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, '2024-05-16', '2024-05-26');
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, '2024-06-05', 10);
SELECT expense, revenue, roi_percent, not_yet_counted, prepaid FROM lead_source_roi;
SELECT bill_on, title, amount FROM upcoming_expense;
SELECT count(*) FROM reconciliation;

-- A monthly budget of 500 and the actual cost in other forms than one expense of the month: January's in the ledger's own currency by name,
-- February's a row a day, 29 x 16.50 = 478.50, March's an invoice of 2 April for March, April's 540 dollars at 0.90 = 486.00. May's is 51
-- off, more than a tenth, and 500 without a rate are counted nowhere.
SELECT new_ledger('budgets');
INSERT INTO lead_source (name) VALUES ('Search ads');
INSERT INTO exchange_rate VALUES ('USD', '2024-04-28', 0.9);
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, ends_on) VALUES (1, 'Budget', 500, '2024-01-31', '2024-05-31');
SELECT post_due_expenses();
INSERT INTO expense (lead_source_id, incurred_on, amount, currency, covers_from, covers_through, title, external_id) VALUES
    (1, '2024-01-02', 490, 'EUR', NULL, NULL, 'clicks', 'jan'), (1, '2024-04-02', 480, NULL, '2024-03-01', '2024-03-31', 'clicks', 'mar'), (1, '2024-04-30', 540, 'USD', NULL, NULL, 'clicks', 'apr'),
    (1, '2024-05-31', 449, NULL, NULL, NULL, 'clicks', 'may'), (1, '2024-05-31', 500, 'CHF', NULL, NULL, 'Budget', 'chf');
INSERT INTO expense (lead_source_id, incurred_on, amount, title, external_id) SELECT 1, date '2024-02-01' + n, 16.50, 'clicks', 'feb ' || n FROM generate_series(0, 28) AS n;
SELECT month, facts, split_part(row_key, ' ', 4) AS budget, substring(row_key FROM '[^ ]+$') AS actual, mend FROM reconciliation WHERE violation = 'budget_beside_actual' ORDER BY month;
