-- lead_source_lifetime: what each lead source's customers are worth, as known today; and where nobody can know it.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi;
\pset null '-'
SELECT * FROM lead_source_lifetime;

INSERT INTO lead_source (name, category) VALUES ('Fair', 'Shows'), ('Young', 'Paid'), ('Loyal', 'Paid'), ('Nobody', 'Idle'), ('Free', 'Paid');
INSERT INTO expense (lead_source_id, incurred_on, amount, title) VALUES (1, ledger_today(NULL::lead_roi_ledger) - 800, 400, 'stand'), (2, ledger_today(NULL::lead_roi_ledger) - 10, 50, 'ads'),
    (4, ledger_today(NULL::lead_roi_ledger), 10, 'wasted'), (1, ledger_today(NULL::lead_roi_ledger) + 1, 1000000, 'not yet');

-- Fair: four customers, all 1,000 days ago; two left, after 200 and 600 days; two are active. 100 are paid on day 0, day 400 and day 700 by whoever is there.
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on, external_id)
SELECT 1, ledger_today(NULL::lead_roi_ledger) - 1000, ledger_today(NULL::lead_roi_ledger) - 1000, ledger_today(NULL::lead_roi_ledger) - 1000 + leaves, 'fair ' || n
FROM (VALUES (1, 200), (2, 600), (3, NULL), (4, NULL)) AS person (n, leaves);
INSERT INTO payment (lead_id, paid_on, amount)
SELECT lead_id, converted_on + day, 100 FROM lead, unnest(ARRAY[0, 400, 700]) AS day WHERE external_id LIKE 'fair%' AND (churned_on IS NULL OR converted_on + day <= churned_on);
-- Not counted: a lead who is no customer yet and one who will be, and a payment to come.
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES (1, ledger_today(NULL::lead_roi_ledger), NULL), (1, ledger_today(NULL::lead_roi_ledger), ledger_today(NULL::lead_roi_ledger) + 1);
INSERT INTO payment (lead_id, paid_on, amount) VALUES (1, ledger_today(NULL::lead_roi_ledger) + 1, 5000);
-- Young: one of three left, nobody was seen for a year. Loyal: nobody left. Without a source: one who left, one who will leave tomorrow.
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on) VALUES
    (2, ledger_today(NULL::lead_roi_ledger) - 30, ledger_today(NULL::lead_roi_ledger) - 30, ledger_today(NULL::lead_roi_ledger) - 20), (2, ledger_today(NULL::lead_roi_ledger) - 30, ledger_today(NULL::lead_roi_ledger) - 25, NULL), (2, ledger_today(NULL::lead_roi_ledger) - 30, ledger_today(NULL::lead_roi_ledger) - 5, NULL),
    (3, ledger_today(NULL::lead_roi_ledger) - 900, ledger_today(NULL::lead_roi_ledger) - 900, NULL), (3, ledger_today(NULL::lead_roi_ledger) - 900, ledger_today(NULL::lead_roi_ledger) - 800, NULL),
    (NULL, ledger_today(NULL::lead_roi_ledger) - 400, ledger_today(NULL::lead_roi_ledger) - 400, ledger_today(NULL::lead_roi_ledger) - 300), (NULL, ledger_today(NULL::lead_roi_ledger) - 400, ledger_today(NULL::lead_roi_ledger) - 400, ledger_today(NULL::lead_roi_ledger) + 1);
INSERT INTO payment (lead_id, paid_on, amount) SELECT lead_id, converted_on + 1, 60 FROM lead WHERE lead_source_id IN (2, 3) OR lead_source_id IS NULL;

-- Fair by hand, nobody is cut off before 730 days: S = 3/4 from 200 on, 1/2 from 600 on. Half have left at 600, and the next departure is not in sight: 600.
-- Mean days in 365: 200 + 165 * 3/4 = 323.75; in 730: 200 + 400 * 3/4 + 130 / 2 = 565. Their errors are those of the four values 200, 365, 365, 365
-- (mean 323.75: sqrt((123.75^2 + 3 * 41.25^2) / 4^2) = 35.72) and 200, 600, 730, 730 (sqrt((365^2 + 35^2 + 2 * 165^2) / 4^2) = 108.66).
-- Revenue: 100, 200, 300, 300: historic 900 / 4 = 225; in 365 days 100 each, without error; in 730 days 225, sqrt((125^2 + 25^2 + 2 * 75^2) / 4^2) = 41.46.
-- Cost 400 / 4 = 100; ratios 1 and 2.25; 900 in 200 + 600 + 2 * 1000 = 2,800 days are 9.7835 in a month of 30.4375 days: 10.22 months.
\x on
SELECT * FROM lead_source_lifetime WHERE lead_source = 'Fair';
\x off
SELECT lead_source, status, customers, active_customers, churned_customers, median_lifetime_days, mean_days_in_365, ltv_365, ltv_730, historic_ltv, cost_per_customer, payback_months
FROM lead_source_lifetime ORDER BY lead_source_id NULLS LAST;
-- Totals are the tables'.
SELECT sum(customers) = (SELECT count(*) FROM lead WHERE converted_on <= ledger_today(NULL::lead_roi_ledger)) AS customers FROM lead_source_lifetime;
