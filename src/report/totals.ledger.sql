--
-- report: totals, exact and unrounded, for further sums. Views are API: columns are only ever appended.
--

CREATE OR REPLACE VIEW @ledger@.lead_source_total AS
SELECT lead_source_id,
       coalesce(lead_source.name, '(unknown)') AS lead_source,
       coalesce(lead_source.category, '(unknown)') AS category,
       lead_source.vendor, lead_source.medium,
       lead_roi.expense(summary) AS expense, lead_roi.revenue(summary) AS revenue,
       lead_roi.visitors(summary) AS visitors, lead_roi.leads(summary) AS leads, lead_roi.customers(summary) AS customers,
       lead_roi.expense(media_summary) AS media_expense
FROM @ledger@.lead_source_summary LEFT JOIN @ledger@.lead_source USING (lead_source_id);

COMMENT ON VIEW @ledger@.lead_source_total IS
'What each lead source has cost and brought so far, exact and unrounded, for further sums. Every lead source has a row; facts without one are the row (unknown).';
COMMENT ON COLUMN @ledger@.lead_source_total.lead_source_id IS 'The lead source; key of the view; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_total.lead_source IS 'Name of the lead source, or (unknown)';
COMMENT ON COLUMN @ledger@.lead_source_total.category IS 'Category of the lead source, or (unknown)';
COMMENT ON COLUMN @ledger@.lead_source_total.vendor IS 'Who is paid';
COMMENT ON COLUMN @ledger@.lead_source_total.medium IS 'How the message travels';
COMMENT ON COLUMN @ledger@.lead_source_total.expense IS 'Sum of expenses, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN @ledger@.lead_source_total.revenue IS 'Sum of payments less refunds, in the ledger''s currency';
COMMENT ON COLUMN @ledger@.lead_source_total.visitors IS 'Number of visitors';
COMMENT ON COLUMN @ledger@.lead_source_total.leads IS 'Number of leads';
COMMENT ON COLUMN @ledger@.lead_source_total.customers IS 'Number of customers';
COMMENT ON COLUMN @ledger@.lead_source_total.media_expense IS 'Sum of expenses for media and agencies, in the ledger''s currency; NULL: none recorded';

CREATE OR REPLACE VIEW @ledger@.lead_source_acquisition AS
SELECT lead_source_id, month, lead_roi.expense(summary) AS expense, lead_roi.expense(media_summary) AS media_expense,
       lead_roi.visitors(summary) AS visitors, lead_roi.leads(summary) AS leads, lead_roi.customers(summary) AS customers
FROM @ledger@.lead_source_acquisition_summary;

COMMENT ON VIEW @ledger@.lead_source_acquisition IS
'What was spent on each lead source in each calendar month and whom that month won, exact and unrounded, for further sums. Months without any of it have no row.';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.lead_source_id IS 'The lead source; key of the view together with month; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.month IS 'First day of the calendar month';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.expense IS 'Sum of the month''s expenses, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.media_expense IS 'Sum of the month''s expenses for media and agencies, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.visitors IS 'Number of visitors in the month';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.leads IS 'Number of new leads in the month';
COMMENT ON COLUMN @ledger@.lead_source_acquisition.customers IS 'Number of leads that became customers in the month';

CREATE OR REPLACE VIEW @ledger@.lead_source_monthly_total AS
SELECT lead_source_id, month, lead_roi.expense(summary) AS expense, lead_roi.revenue(summary) AS revenue,
       lead_roi.visitors(summary) AS visitors, lead_roi.leads(summary) AS leads, lead_roi.customers(summary) AS customers,
       lead_roi.expense(media_summary) AS media_expense
FROM @ledger@.lead_source_monthly_summary;

COMMENT ON VIEW @ledger@.lead_source_monthly_total IS
'What each lead source has cost and brought in each calendar month, everything by its own date, exact and unrounded, for further sums. Months without activity have no row.';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.lead_source_id IS 'The lead source; key of the view together with month; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.month IS 'First day of the calendar month';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.expense IS 'Sum of the month''s expenses, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.revenue IS 'Sum of the month''s payments less refunds, in the ledger''s currency';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.visitors IS 'Number of visitors in the month';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.leads IS 'Number of new leads in the month';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.customers IS 'Number of leads that became customers in the month';
COMMENT ON COLUMN @ledger@.lead_source_monthly_total.media_expense IS 'Sum of the month''s expenses for media and agencies, in the ledger''s currency; NULL: none recorded';
