--
-- funnel: the facts, one thin view for each kind. They are the one seam between the tables and the
-- reports: whatever a fact's amount or lead source is taken to be is said here and nowhere else.
--
-- Only what has happened by today is a fact: today is looked up once per query, by a subquery of its
-- own. A fact without a date, in relations of the user's own, counts.
--

CREATE OR REPLACE VIEW @ledger@.expense_fact AS
SELECT lead_source_id, incurred_on AS occurred_on, amount, lead_roi.media_expense(amount, cost_type) AS media_amount
FROM @ledger@.expense
WHERE (incurred_on <= (SELECT @today@)) IS NOT FALSE;

COMMENT ON VIEW @ledger@.expense_fact IS
'Expenses up to today, as reports count them.';
COMMENT ON COLUMN @ledger@.expense_fact.lead_source_id IS 'The lead source';
COMMENT ON COLUMN @ledger@.expense_fact.occurred_on IS 'Date of the cost; NULL: not known';
COMMENT ON COLUMN @ledger@.expense_fact.amount IS 'Amount in the ledger''s currency';
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
FROM @ledger@.lead;

COMMENT ON VIEW @ledger@.lead_origin IS
'Every lead with the lead source that brought it: its own, else the one that its traffic source means, by the aliases that hold on the day on which it came in.';
COMMENT ON COLUMN @ledger@.lead_origin.lead_id IS 'The lead';
COMMENT ON COLUMN @ledger@.lead_origin.lead_source_id IS 'The lead source, which may since have been merged into another; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_origin.traffic_source IS 'What the lead arrived with; NULL: not known';
COMMENT ON COLUMN @ledger@.lead_origin.created_on IS 'Date on which the lead came in; NULL: not known, for which the last aliases are taken';
COMMENT ON COLUMN @ledger@.lead_origin.converted_on IS 'Date on which the lead became a customer; NULL: not a customer';
COMMENT ON COLUMN @ledger@.lead_origin.churned_on IS 'Date on which the customer left; NULL: still active';
COMMENT ON COLUMN @ledger@.lead_origin.own_lead_source_id IS 'The lead''s own lead source; NULL: it has none, and an alias may have given it one';

CREATE OR REPLACE VIEW @ledger@.lead_fact AS
SELECT lead_id, lead_source_id, created_on AS occurred_on,
       CASE WHEN converted_on <= (SELECT @today@) THEN converted_on END AS converted_on,
       CASE WHEN churned_on <= (SELECT @today@) THEN greatest(churned_on, converted_on) END AS churned_on,
       traffic_source, own_lead_source_id
FROM @ledger@.lead_origin
WHERE (created_on <= (SELECT @today@)) IS NOT FALSE;

COMMENT ON VIEW @ledger@.lead_fact IS
'Leads up to today, as reports count them: who has become a customer by today, and who has left.';
COMMENT ON COLUMN @ledger@.lead_fact.lead_id IS 'The lead';
COMMENT ON COLUMN @ledger@.lead_fact.lead_source_id IS 'The lead source, see lead_origin; NULL: unknown';
COMMENT ON COLUMN @ledger@.lead_fact.occurred_on IS 'Date on which the lead came in; NULL: not known';
COMMENT ON COLUMN @ledger@.lead_fact.converted_on IS 'Date on which the lead became a customer; NULL: not a customer by today';
COMMENT ON COLUMN @ledger@.lead_fact.churned_on IS 'Date on which the customer left, not earlier than the conversion; NULL: not by today';
COMMENT ON COLUMN @ledger@.lead_fact.traffic_source IS 'What the lead arrived with; NULL: not known';
COMMENT ON COLUMN @ledger@.lead_fact.own_lead_source_id IS 'The lead''s own lead source, see lead_origin; NULL: it has none';

-- Where only the payment counts, the planner leaves the lead out. The lead source is found above the join, for
-- leads that have paid; of lead_origin it would be found for all.
CREATE OR REPLACE VIEW @ledger@.payment_fact AS
SELECT payment.lead_id,
@lead_source_of_lead@ AS lead_source_id,
       payment.paid_on AS occurred_on, payment.amount,
       CASE WHEN lead.converted_on <= (SELECT @today@) THEN lead.converted_on END AS converted_on,
       lead.traffic_source
FROM @ledger@.payment LEFT JOIN @ledger@.lead USING (lead_id)
WHERE (payment.paid_on <= (SELECT @today@)) IS NOT FALSE;

COMMENT ON VIEW @ledger@.payment_fact IS
'Payments up to today, as reports count them, each with the lead source and the conversion date of who paid.';
COMMENT ON COLUMN @ledger@.payment_fact.lead_id IS 'Who paid; NULL: unknown';
COMMENT ON COLUMN @ledger@.payment_fact.lead_source_id IS 'The lead source of who paid, see lead_origin; NULL: unknown';
COMMENT ON COLUMN @ledger@.payment_fact.occurred_on IS 'Date of the payment or refund; NULL: not known';
COMMENT ON COLUMN @ledger@.payment_fact.amount IS 'Amount in the ledger''s currency; negative for a refund';
COMMENT ON COLUMN @ledger@.payment_fact.converted_on IS 'Date on which who paid became a customer; NULL: not a customer by today';
COMMENT ON COLUMN @ledger@.payment_fact.traffic_source IS 'What who paid arrived with; NULL: not known';

-- What is booked ahead, for the reports that say so.
CREATE OR REPLACE VIEW @ledger@.expense_ahead AS
SELECT expense_id, recurring_expense_id, lead_source_id, incurred_on, amount, title, cost_type
FROM @ledger@.expense
WHERE incurred_on > (SELECT @today@);

COMMENT ON VIEW @ledger@.expense_ahead IS
'Expenses that are booked with a date after today: no report counts them yet.';
COMMENT ON COLUMN @ledger@.expense_ahead.expense_id IS 'The expense';
COMMENT ON COLUMN @ledger@.expense_ahead.recurring_expense_id IS 'The recurring expense of a posted expense; NULL for a one-time expense';
COMMENT ON COLUMN @ledger@.expense_ahead.lead_source_id IS 'The lead source';
COMMENT ON COLUMN @ledger@.expense_ahead.incurred_on IS 'Date of the cost';
COMMENT ON COLUMN @ledger@.expense_ahead.amount IS 'Amount in the ledger''s currency';
COMMENT ON COLUMN @ledger@.expense_ahead.title IS 'What is paid for';
COMMENT ON COLUMN @ledger@.expense_ahead.cost_type IS 'Kind of cost';
