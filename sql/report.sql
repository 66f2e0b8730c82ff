-- report: totals that no join multiplies.
SET client_min_messages = warning;
SELECT lead_roi.create_ledger(time_zone => 'UTC');
RESET client_min_messages;
SET search_path = public, marketing, lead_roi;
\pset null '-'

-- An empty ledger.
SELECT * FROM lead_source_roi;
SELECT * FROM lead_source_category_roi;

-- Three expenses x four leads x several payments on one source: 600 spent, half of it on media and agency, 4 leads, 2 customers, 900 - 100 returned.
-- On the fair's media expense of 300: 75 per lead, 150 per customer, ROI (800 - 300) / 300 = 166.67 %.
INSERT INTO lead_source (name, category, vendor, medium) VALUES
    ('Fair', 'Shows', 'Hall Ltd', 'Booth'), ('Banner', 'Paid', NULL, NULL), ('Free', 'Paid', NULL, NULL), ('Nothing', 'Idle', NULL, NULL);
INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, title) VALUES
    (1, '2024-01-01', 100, 'agency', 'a'), (1, '2024-01-02', 200, 'media', 'b'), (1, '2024-01-03', 300, 'staff', 'c'),
    (2, '2024-01-01', 250, 'media', 'no lead came');
INSERT INTO visit VALUES (1, '2024-01-01', 30), (1, '2024-01-02', 50), (3, '2024-01-01', 10);
INSERT INTO lead (lead_source_id, created_on, converted_on) VALUES
    (1, '2024-01-01', '2024-01-10'), (1, '2024-01-02', '2024-01-11'), (1, '2024-01-03', NULL), (1, '2024-01-04', NULL),
    (3, '2024-01-01', '2024-01-02'), (NULL, '2024-01-01', '2024-02-01'), (NULL, '2024-01-02', NULL);
INSERT INTO payment (lead_id, paid_on, amount) VALUES
    (1, '2024-02-01', 300), (1, '2024-03-01', 300), (2, '2024-02-01', 300), (2, '2024-02-02', -100),
    (5, '2024-02-01', 77.77), (6, '2024-02-01', 10), (NULL, '2024-02-01', 1.005);

\x on
SELECT * FROM lead_source_roi ORDER BY lead_source_id NULLS LAST;
SELECT * FROM lead_source_category_roi ORDER BY category;
\x off

-- The grand totals are the tables'.
SELECT (SELECT sum(expense) FROM lead_source_total) = (SELECT sum(amount) FROM expense) AS expense,
       (SELECT sum(revenue) FROM lead_source_total) = (SELECT sum(amount) FROM payment) AS revenue,
       (SELECT sum(leads) FROM lead_source_roi) = (SELECT count(*) FROM lead) AS leads,
       (SELECT sum(customers) FROM lead_source_roi) = (SELECT count(converted_on) FROM lead) AS customers,
       (SELECT sum(visitors) FROM lead_source_roi) = (SELECT sum(visitors) FROM visit) AS visitors,
       (SELECT sum(expense) FROM lead_source_roi) = (SELECT sum(amount) FROM expense) AS expense,
       (SELECT sum(expense) FROM lead_source_category_roi) = (SELECT sum(amount) FROM expense) AS expense,
       (SELECT sum(leads) FROM lead_source_category_roi) = (SELECT count(*) FROM lead) AS leads;

-- The aggregates over activity agree with the view.
SELECT lead_source
FROM (SELECT lead_source_id, roi(revenue, expense) AS roi, cost_per_lead(expense, leads) AS cost_per_lead,
             lifetime_value(revenue, customers) AS lifetime_value
      FROM activity GROUP BY lead_source_id) AS figures
     JOIN lead_source_roi ON lead_source_roi.lead_source_id IS NOT DISTINCT FROM figures.lead_source_id
WHERE (round(100 * roi, 4), round(figures.cost_per_lead, 2), round(lifetime_value, 2))
      IS DISTINCT FROM (roi_percent, lead_source_roi.cost_per_lead, revenue_per_customer);
