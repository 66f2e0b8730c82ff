--
-- funnel: the facts, one thin view for each kind. They are the one seam between the tables and the
-- reports: whatever a fact's amount or lead source is taken to be is said here and nowhere else.
--
-- Only what has happened by today is a fact: today is looked up once per query, by a subquery of its
-- own. A fact without a date, in relations of the user's own, counts.
--

-- A cost for a period is converted once, at the rate of the day on which it was incurred, and then taken in parts.
CREATE OR REPLACE VIEW @ledger@.expense_part AS
@expense_part(expense_id, @ledger@.expense)@;

COMMENT ON VIEW @ledger@.expense_part IS
'Expenses in the ledger''s currency. One for a period is split into parts, one for each calendar month. Without an exchange rate an expense for a period has no row, and any other no amount; see unconverted.';
COMMENT ON COLUMN @ledger@.expense_part.expense_id IS 'The expense; key of the view together with occurred_on';
COMMENT ON COLUMN @ledger@.expense_part.lead_source_id IS 'The lead source; NULL: unknown';
COMMENT ON COLUMN @ledger@.expense_part.incurred_on IS 'Date of the cost in the books; NULL: not known';
COMMENT ON COLUMN @ledger@.expense_part.occurred_on IS 'The day from which the part counts: incurred_on, or the first day of the period in its month';
COMMENT ON COLUMN @ledger@.expense_part.amount IS 'Amount of the part, in the ledger''s currency; NULL: there is no exchange rate';
COMMENT ON COLUMN @ledger@.expense_part.cost_type IS 'Kind of cost';

CREATE OR REPLACE VIEW @ledger@.expense_fact AS
SELECT lead_source_id, occurred_on, amount, lead_roi.media_expense(amount, cost_type) AS media_amount
FROM @ledger@.expense_part
WHERE (occurred_on <= (SELECT @today@)) IS NOT FALSE;

COMMENT ON VIEW @ledger@.expense_fact IS
'Expenses up to today, as reports count them: of those for a period, the parts that have begun.';
COMMENT ON COLUMN @ledger@.expense_fact.lead_source_id IS 'The lead source; NULL: unknown';
COMMENT ON COLUMN @ledger@.expense_fact.occurred_on IS 'Date of the cost, or day from which a part of it counts; NULL: not known';
COMMENT ON COLUMN @ledger@.expense_fact.amount IS 'Amount in the ledger''s currency; NULL: there is no exchange rate';
COMMENT ON COLUMN @ledger@.expense_fact.media_amount IS 'Amount of an expense for media or agency, in the ledger''s currency; else NULL';

CREATE OR REPLACE VIEW @ledger@.visit_fact AS
SELECT lead_source_id, visited_on AS occurred_on, visitors
FROM @ledger@.visit
WHERE (visited_on <= (SELECT @today@)) IS NOT FALSE;

COMMENT ON VIEW @ledger@.visit_fact IS
'Visits up to today, as reports count them.';
COMMENT ON COLUMN @ledger@.visit_fact.lead_source_id IS 'The lead source';
COMMENT ON COLUMN @ledger@.visit_fact.occurred_on IS 'Date of the visits; NULL: not known';
COMMENT ON COLUMN @ledger@.visit_fact.visitors IS 'Number of visitors';

CREATE OR REPLACE VIEW @ledger@.lead_origin AS
SELECT lead_id,
@lead_source_of_lead@ AS lead_source_id,
       traffic_source, created_on, converted_on, churned_on, lead_source_id AS own_lead_source_id
FROM @ledger@.lead@looked_up(@aliases@, NULL)@;

COMMENT ON VIEW @ledger@.lead_origin IS
'Every lead with the lead source that brought it: its own, else the one that its traffic source means by the aliases in force on the day it came in.';
COMMENT ON COLUMN @ledger@.lead_origin.lead_id IS 'The lead';
COMMENT ON COLUMN @ledger@.lead_origin.lead_source_id IS 'The lead source, which may since have been merged into another; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_origin.traffic_source IS 'What the lead arrived with; NULL: not known';
COMMENT ON COLUMN @ledger@.lead_origin.created_on IS 'Date on which the lead came in; NULL: not known, for which the last aliases are taken';
COMMENT ON COLUMN @ledger@.lead_origin.converted_on IS 'Date on which the lead became a customer; NULL: not a customer';
COMMENT ON COLUMN @ledger@.lead_origin.churned_on IS 'Date on which the customer left; NULL: still active';
COMMENT ON COLUMN @ledger@.lead_origin.own_lead_source_id IS 'The lead''s own lead source; NULL: it has none, and an alias may have given it one';

CREATE OR REPLACE VIEW @ledger@.lead_fact AS
SELECT lead_id,
@lead_source_of_lead@ AS lead_source_id,
       created_on AS occurred_on,
       CASE WHEN converted_on <= @day@ THEN converted_on END AS converted_on,
       CASE WHEN churned_on <= @day@ THEN greatest(churned_on, converted_on) END AS churned_on,
       traffic_source, lead_source_id AS own_lead_source_id
FROM @ledger@.lead@looked_up(@aliases@, NULL)@
WHERE (created_on <= @day@) IS NOT FALSE;

COMMENT ON VIEW @ledger@.lead_fact IS
'Leads up to today, as reports count them: who has become a customer by today, and who has left.';
COMMENT ON COLUMN @ledger@.lead_fact.lead_id IS 'The lead';
COMMENT ON COLUMN @ledger@.lead_fact.lead_source_id IS 'The lead source, see lead_origin; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_fact.occurred_on IS 'Date on which the lead came in; NULL: not known';
COMMENT ON COLUMN @ledger@.lead_fact.converted_on IS 'Date on which the lead became a customer; NULL: not a customer by today';
COMMENT ON COLUMN @ledger@.lead_fact.churned_on IS 'Date on which the customer left, not earlier than the conversion; NULL: not by today';
COMMENT ON COLUMN @ledger@.lead_fact.traffic_source IS 'What the lead arrived with; NULL: not known';
COMMENT ON COLUMN @ledger@.lead_fact.own_lead_source_id IS 'The lead''s own lead source, see lead_origin; NULL: it has none';

CREATE OR REPLACE VIEW @ledger@.keyed_payment AS
SELECT
@lead_of_payment@ AS lead_id,
       paid_on, amount, currency
FROM @ledger@.payment
WHERE lead_id IS NULL AND lead_external_id IS NOT NULL;

COMMENT ON VIEW @ledger@.keyed_payment IS
'Internal: payments that name their lead by lead_external_id alone, each with the lead that has that key.';
COMMENT ON COLUMN @ledger@.keyed_payment.lead_id IS 'The lead; NULL: there is none with that key';
COMMENT ON COLUMN @ledger@.keyed_payment.paid_on IS 'Date of the payment or refund';
COMMENT ON COLUMN @ledger@.keyed_payment.amount IS 'Amount, negative for a refund';
COMMENT ON COLUMN @ledger@.keyed_payment.currency IS 'Currency of the amount; NULL: the ledger''s';

-- A payment that names its lead by external_id alone finds it here, whichever came first. The first branch has no
-- condition of its own, so that it is read like the table itself.
CREATE OR REPLACE VIEW @ledger@.payment_amount AS
SELECT lead_id, paid_on AS occurred_on,
@converted(amount, currency, paid_on, @one_server@@rates@@citus@looked_up.rates@end@)@ AS amount
FROM (SELECT lead_id, paid_on, amount, currency, lead_id IS NULL AND lead_external_id IS NOT NULL AS is_found_by_key
      FROM @ledger@.payment
@keyed_payment@) AS payment@looked_up(NULL, @rates@)@
WHERE NOT is_found_by_key AND (paid_on <= @day@) IS NOT FALSE;

COMMENT ON VIEW @ledger@.payment_amount IS
'Internal: payments up to today in the ledger''s currency, for reports that don''t ask where the payer came from.';
COMMENT ON COLUMN @ledger@.payment_amount.lead_id IS 'Who paid, found by lead_external_id where lead_id isn''t stored; NULL: unknown';
COMMENT ON COLUMN @ledger@.payment_amount.occurred_on IS 'Date of the payment or refund; NULL: not known';
COMMENT ON COLUMN @ledger@.payment_amount.amount IS 'Amount in the ledger''s currency, negative for a refund; NULL: there is no exchange rate';

-- Where only the payment counts, the planner leaves the lead out. The lead source is found above the join, for leads that
-- have paid; of lead_origin it would be found for all. On Citus every payment has a lead, and a join without rows of its
-- own needs none of the plans that it can't make; but there the planner can't leave the lead out.
CREATE OR REPLACE VIEW @ledger@.payment_fact AS
SELECT payment.lead_id,
@lead_source_of_lead@ AS lead_source_id,
       payment.occurred_on, payment.amount,
       CASE WHEN lead.converted_on <= @day@ THEN lead.converted_on END AS converted_on,
       lead.traffic_source
FROM @ledger@.payment_amount AS payment @one_server@LEFT JOIN@citus@JOIN@end@ @ledger@.lead USING (lead_id)@looked_up(@aliases@, NULL)@;

COMMENT ON VIEW @ledger@.payment_fact IS
'Payments up to today, as reports count them, each with the lead source and the conversion date of the lead that paid.';
COMMENT ON COLUMN @ledger@.payment_fact.lead_id IS 'Who paid, found by lead_external_id where lead_id isn''t stored; NULL: unknown';
COMMENT ON COLUMN @ledger@.payment_fact.lead_source_id IS 'The lead source of the payer, see lead_origin; NULL: unknown';
COMMENT ON COLUMN @ledger@.payment_fact.occurred_on IS 'Date of the payment or refund; NULL: not known';
COMMENT ON COLUMN @ledger@.payment_fact.amount IS 'Amount in the ledger''s currency, negative for a refund; NULL: there is no exchange rate';
COMMENT ON COLUMN @ledger@.payment_fact.converted_on IS 'Date on which the payer became a customer; NULL: not a customer by today';
COMMENT ON COLUMN @ledger@.payment_fact.traffic_source IS 'What the payer arrived with; NULL: not known';

-- What no report counts yet, for those that say so.
CREATE OR REPLACE VIEW @ledger@.expense_ahead AS
SELECT expense_id, lead_source_id, incurred_on, occurred_on, amount, cost_type, (incurred_on > (SELECT @today@)) IS NOT TRUE AS prepaid
FROM @ledger@.expense_part
WHERE occurred_on > (SELECT @today@);

COMMENT ON VIEW @ledger@.expense_ahead IS
'What is booked and counts after today: expenses with a later date, and of expenses for a period the parts that have not begun.';
COMMENT ON COLUMN @ledger@.expense_ahead.expense_id IS 'The expense; key of the view together with occurred_on';
COMMENT ON COLUMN @ledger@.expense_ahead.lead_source_id IS 'The lead source; NULL: unknown';
COMMENT ON COLUMN @ledger@.expense_ahead.incurred_on IS 'Date of the cost in the books';
COMMENT ON COLUMN @ledger@.expense_ahead.occurred_on IS 'The day from which it counts';
COMMENT ON COLUMN @ledger@.expense_ahead.amount IS 'Amount in the ledger''s currency; NULL: there is no exchange rate';
COMMENT ON COLUMN @ledger@.expense_ahead.cost_type IS 'Kind of cost';
COMMENT ON COLUMN @ledger@.expense_ahead.prepaid IS 'A part of a cost that was incurred by today; false: of one with a later date';
