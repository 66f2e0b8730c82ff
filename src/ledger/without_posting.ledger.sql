--
-- ledger: what stands in for the tables of posting where the expenses are given: views without rows.
--

CREATE VIEW @ledger@.recurring_expense AS
SELECT NULL::bigint AS recurring_expense_id, NULL::bigint AS lead_source_id, NULL::text AS title, NULL::numeric AS amount, NULL::text AS currency,
       NULL::date AS starts_on, NULL::date AS ends_on, NULL::numeric AS every_months, false AS covers_period, NULL::text AS cost_type, NULL::text AS notes,
       NULL::date AS posted_through, NULL::date AS next_bill_on
WHERE false;

CREATE VIEW @ledger@.amount_change AS
SELECT NULL::bigint AS recurring_expense_id, NULL::date AS effective_on, NULL::numeric AS amount
WHERE false;

CREATE VIEW @ledger@.posting AS
SELECT NULL::bigint AS recurring_expense_id, NULL::date AS bill_month, NULL::date AS bill_on, NULL::numeric AS amount, NULL::text AS currency,
       NULL::timestamptz AS posted_at
WHERE false;

CREATE VIEW @ledger@.posting_failure AS
SELECT NULL::bigint AS recurring_expense_id, NULL::integer AS attempts, NULL::timestamptz AS failed_at, NULL::timestamptz AS retry_at,
       NULL::text AS sqlstate, NULL::text AS message
WHERE false;

CREATE VIEW @ledger@.posting_run AS
SELECT NULL::bigint AS posting_run_id, NULL::timestamptz AS started_at, NULL::timestamptz AS finished_at, NULL::text AS run_by,
       NULL::date AS as_of, NULL::bigint AS posted, NULL::bigint AS failed, NULL::bigint AS unposted, NULL::text AS sqlstate, NULL::text AS message
WHERE false;

CREATE VIEW @ledger@.expense_removal AS
SELECT NULL::bigint AS recurring_expense_id, NULL::date AS bill_month, NULL::timestamptz AS removed_at, NULL::text AS removed_by
WHERE false;
