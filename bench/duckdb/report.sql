-- lead_source_roi beside DuckDB's query for the same result, over the same facts in its own tables. Part of upkeep.sql;
-- script/bench has put DuckDB into the folder $LEAD_ROI_DUCKDB.
SELECT current_setting('data_directory') AS folder \gset
\setenv FACTS :folder
\setenv ROUNDS :rounds
SELECT format('COPY marketing.%I (%s) TO %L (FORMAT csv)', fact, columns, :'folder' || '/' || fact || '.csv')
FROM (VALUES ('expense', 'lead_source_id, amount, cost_type'), ('visit', 'lead_source_id, visitors'),
             ('lead', 'lead_id, lead_source_id, converted_on'), ('payment', 'lead_id, amount')) AS exported (fact, columns) \gexec
\set measured `NODE_PATH="$LEAD_ROI_DUCKDB/node_modules" node bench/duckdb/totals.js "$FACTS" "$ROUNDS"`
SELECT split_part(:'measured', ' ', 1)::numeric AS duckdb_ms, split_part(:'measured', ' ', 2) AS duckdb_sums,
       concat_ws('|', count(*), sum(expense), sum(revenue), sum(leads), sum(customers)) AS sums
FROM lead_source_roi \gset
SELECT 1 / (:'sums' = :'duckdb_sums')::integer AS they_are_equal \gset

\echo lead_source_roi from cells beside DuckDB over the facts, two threads (goal: 0.25)
SELECT variant, round(ms, 3) AS median_ms, round(ms / :duckdb_ms, 3) AS ratio
FROM (VALUES ('DuckDB', :duckdb_ms), ('lead_source_roi kept', bench.median(:rounds, 'SELECT count(report) FROM marketing.lead_source_roi AS report'))) AS measured (variant, ms);
