-- What a bookkeeper does after the bills have been posted.
\set ON_ERROR_STOP on
SET search_path = marketing;

-- The search engine's bill of November 2019 came in higher than the budget. The expense takes the
-- actual amount; the posting keeps the budgeted one.
UPDATE expense
SET amount = 1523.40, notes = 'actual bill'
FROM lead_source
WHERE lead_source.lead_source_id = expense.lead_source_id
      AND lead_source.name = 'Search ads' AND bill_month = '2019-11-01';
