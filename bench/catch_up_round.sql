-- One round of catch_up.sql: post by hand, in batches, and in batches in a ledger that keeps summaries.
\ir catch_up_round_start.sql
WITH posted AS (
    INSERT INTO posting (recurring_expense_id, bill_month, bill_on, amount)
    SELECT recurring_expense_id, date_trunc('month', bill_on)::date, bill_on, amount
    FROM (SELECT recurring_expense_id, amount, (starts_on + make_interval(months => n))::date AS bill_on
          FROM recurring_expense, generate_series(0, 99) AS n) AS bill
    ON CONFLICT DO NOTHING
    RETURNING *
)
INSERT INTO expense (lead_source_id, incurred_on, amount, cost_type, title, recurring_expense_id, bill_month)
SELECT lead_source_id, bill_on, posted.amount, cost_type, title, recurring_expense_id, bill_month
FROM posted JOIN recurring_expense USING (recurring_expense_id);
INSERT INTO catch_up
SELECT 'by hand', (SELECT count(*) FROM expense), extract(epoch FROM clock_timestamp() - :'started'), private_memory_kb();

\ir catch_up_round_start.sql
CALL post_due_expenses_in_batches();
INSERT INTO catch_up
SELECT 'in batches', (SELECT count(*) FROM expense), extract(epoch FROM clock_timestamp() - :'started'), private_memory_kb();

SELECT keep_summaries('marketing', true) \gset
SELECT fold_summaries('marketing') \gset
\ir catch_up_round_start.sql
CALL post_due_expenses_in_batches();
INSERT INTO catch_up
SELECT 'in batches, kept', (SELECT count(*) FROM expense), extract(epoch FROM clock_timestamp() - :'started'), private_memory_kb();
SELECT keep_summaries('marketing', false) \gset
