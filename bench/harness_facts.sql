-- The facts that reports are measured with: :scale x 10,000,000, 0.1 % expenses, 70 % leads, 7 % customers, 23 % payments,
-- of 1,000 lead sources in 36 months.
SET lead_roi.testing_today = '2026-01-15';
SET work_mem = '256MB';

\echo
\echo Loading :scale x 10,000,000 facts
INSERT INTO lead_source (name, category) SELECT 'Source ' || n, 'Category ' || n % 20 FROM generate_series(1, 1000) AS n;
INSERT INTO recurring_expense (lead_source_id, title, amount, starts_on, cost_type)
SELECT 1 + n % 1000, 'fee', 1000 + n % 2000 * 0.17, date '2023-01-01' + n % 28, (ARRAY['media', 'agency', 'staff', 'tools'])[1 + n % 4]
FROM generate_series(1, greatest(1, (280 * :scale)::integer)) AS n;
INSERT INTO amount_change SELECT recurring_expense_id, '2024-06-15', amount + 10 FROM recurring_expense WHERE recurring_expense_id % 3 = 0;
SELECT post_due_expenses(as_of => '2025-12-31') \gset
UPDATE expense SET amount = amount + 1 WHERE expense_id % 7 = 0;
INSERT INTO visit SELECT source, (date '2023-01-01' + make_interval(months => month))::date, source * 7 % 500
FROM generate_series(1, 1000) AS source, generate_series(0, 35) AS month;
-- The foreign keys are right by construction; checking them takes longer than all else.
SET session_replication_role = replica;
INSERT INTO lead (lead_source_id, created_on, converted_on, churned_on)
SELECT nullif(floor(1001 * power((hashint4(n)::double precision + 2147483648) / 4294967296, 2))::integer, 0), created_on,
       CASE WHEN n % 10 = 0 THEN created_on + n % 60 END, CASE WHEN n % 20 = 0 THEN created_on + n % 60 + n % 700 END
FROM (SELECT n, date '2023-01-01' + (n::bigint * 7907 % 1036)::integer AS created_on FROM generate_series(1, (7000000 * :scale)::integer) AS n) AS numbered;
INSERT INTO payment (lead_id, paid_on, amount)
SELECT lead_id, least(converted_on + n / (SELECT count(converted_on) FROM lead)::integer * 61 + n % 30, date '2025-12-31'), n % 100000 * 0.13 - 500
FROM (SELECT n, 10 * (1 + n % greatest(1, (700000 * :scale)::integer)::bigint) AS lead_id FROM generate_series(0, (2300000 * :scale)::integer - 1) AS n) AS numbered
     JOIN lead USING (lead_id);
RESET session_replication_role;
VACUUM ANALYZE;
