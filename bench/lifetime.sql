-- Counting customers into survival curves, and the value of a customer under censoring.
\ir harness.sql

DROP TABLE IF EXISTS customer;
CREATE TABLE customer AS
SELECT (n % 1000)::integer AS lead_source_id,
       (hashint8(n) & 2147483647) % 2000 AS tenure,
       hashint8(-n) % 5 > 0 AS churned,
       (((hashint8(n + 7) & 2147483647) % 1000000) / 100.0)::numeric(12,2) AS revenue
FROM generate_series(1, (10000000 * :scale)::bigint) AS n;
VACUUM ANALYZE customer;

\echo
\echo :scale x 10,000,000 customers with 2,000 tenures: survival() (goal: ratio up to 2.0)
SELECT * FROM compare(:rounds, ARRAY['count(tenure)', 'survival(tenure, churned)'], ARRAY[
    $$SELECT count(tenure) AS customers FROM customer$$,
    $$SELECT customers(survival(tenure, churned)) FROM customer$$]);

\echo In 1,000 groups (goal: ratio up to 2.0)
SELECT * FROM compare(:rounds, ARRAY['count(tenure)', 'survival(tenure, churned)'], ARRAY[
    $$SELECT sum(customers) FROM (SELECT count(tenure) AS customers FROM customer GROUP BY lead_source_id) AS part$$,
    $$SELECT sum(customers(curve)) FROM (SELECT survival(tenure, churned) AS curve FROM customer GROUP BY lead_source_id) AS part$$]);

\echo Bytes of a stored curve of 2,200 days and 1,000,000 customers, uncompressed (goal: under 64 kB)
SELECT pg_column_size(survival(n % 2200, n % 3 = 0)) AS bytes, round(pg_column_size(survival(n % 2200, n % 3 = 0)) / 65536.0, 3) AS ratio
FROM generate_series(1, 1000000) AS n;

\echo censored_lifetime_value() (goal: ratio up to 3.0)
SELECT * FROM compare(:rounds, ARRAY['sum(revenue)', 'censored_lifetime_value(...)'], ARRAY[
    $$SELECT sum(revenue) > 0 AS positive FROM customer$$,
    $$SELECT (censored_lifetime_value(revenue, tenure, churned, 365)).value > 0 AS positive FROM customer$$]);

\echo In 1,000 groups (goal: ratio up to 3.0)
SELECT * FROM compare(:rounds, ARRAY['sum(revenue)', 'censored_lifetime_value(...)'], ARRAY[
    $$SELECT count(*) FROM (SELECT sum(revenue) > 0 AS positive FROM customer GROUP BY lead_source_id) AS part WHERE positive$$,
    $$SELECT count(*) FROM (SELECT (censored_lifetime_value(revenue, tenure, churned, 365)).value > 0 AS positive FROM customer GROUP BY lead_source_id) AS part WHERE positive$$]);
