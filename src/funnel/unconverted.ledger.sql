--
-- funnel: amounts that no exchange rate applies to.
--

CREATE OR REPLACE VIEW @ledger@.unconverted AS
SELECT relation, currency, count(*) AS facts, sum(amount) AS amount, min(occurred_on) AS first_on, max(occurred_on) AS last_on
FROM (SELECT 'expense' AS relation, currency, amount, incurred_on AS occurred_on,
@converted(amount, currency, incurred_on)@ AS converted
      FROM @ledger@.expense
      WHERE currency IS NOT NULL
      UNION ALL
      SELECT 'payment', currency, amount, paid_on,
@converted(amount, currency, paid_on)@
      FROM @ledger@.payment
      WHERE currency IS NOT NULL) AS fact
WHERE amount IS NOT NULL AND converted IS NULL AND (occurred_on <= (SELECT @today@)) IS NOT FALSE
GROUP BY relation, currency;

COMMENT ON VIEW @ledger@.unconverted IS
'Expenses and payments up to today in other currencies for whose date there is no exchange rate, by currency. No report includes them in a sum. Empty when there are none. Key: relation, currency.';
COMMENT ON COLUMN @ledger@.unconverted.relation IS 'Table of the facts: expense or payment';
COMMENT ON COLUMN @ledger@.unconverted.currency IS 'Their currency';
COMMENT ON COLUMN @ledger@.unconverted.facts IS 'Number of facts';
COMMENT ON COLUMN @ledger@.unconverted.amount IS 'Sum of their amounts, in that currency';
COMMENT ON COLUMN @ledger@.unconverted.first_on IS 'Date of the first of them, from about which a rate is needed';
COMMENT ON COLUMN @ledger@.unconverted.last_on IS 'Date of the last of them';
