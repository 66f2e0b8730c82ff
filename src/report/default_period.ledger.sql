--
-- report: which period reports are on, and which lead sources they count.
--

-- Each kind of fact by itself, so that no row of them meets another; the first and the last month of visits and leads each
-- in a query of its own, which the server answers from the ends of an index.
CREATE OR REPLACE VIEW @ledger@.default_period AS
SELECT (through_month - interval '11 months')::date AS from_month, through_month, first_month
FROM (SELECT min(first_month) AS first_month, coalesce(max(last_month), (lead_roi.month_of((SELECT @today@)) - interval '1 month')::date) AS through_month
      FROM (SELECT min(lead_roi.month_of(occurred_on)), NULL::date FROM @ledger@.visit_fact WHERE lead_roi.month_of(occurred_on) >= '1970-01-01'
            UNION ALL SELECT NULL, max(lead_roi.month_of(occurred_on)) FROM @ledger@.visit_fact WHERE lead_roi.month_of(occurred_on) < lead_roi.month_of((SELECT @today@))
            UNION ALL SELECT min(lead_roi.month_of(occurred_on)), NULL FROM @ledger@.lead_fact WHERE lead_roi.month_of(occurred_on) >= '1970-01-01'
            UNION ALL SELECT NULL, max(lead_roi.month_of(occurred_on)) FROM @ledger@.lead_fact WHERE lead_roi.month_of(occurred_on) < lead_roi.month_of((SELECT @today@))
            UNION ALL SELECT lead_roi.month_of(min(occurred_on) FILTER (WHERE occurred_on >= '1970-01-01')), lead_roi.month_of(max(occurred_on) FILTER (WHERE occurred_on < lead_roi.month_of((SELECT @today@)))) FROM @ledger@.expense_fact
            UNION ALL SELECT lead_roi.month_of(min(converted_on) FILTER (WHERE converted_on >= '1970-01-01')), lead_roi.month_of(max(converted_on) FILTER (WHERE converted_on < lead_roi.month_of((SELECT @today@)))) FROM @ledger@.lead_fact WHERE converted_on IS NOT NULL
            UNION ALL SELECT lead_roi.month_of(min(occurred_on) FILTER (WHERE occurred_on >= '1970-01-01')), lead_roi.month_of(max(occurred_on) FILTER (WHERE occurred_on < lead_roi.month_of((SELECT @today@)))) FROM @ledger@.payment_amount) AS kind (first_month, last_month)) AS known;

COMMENT ON VIEW @ledger@.default_period IS
'The period that reports cover by default: the twelve whole months up to the last one with an expense, visit, lead, conversion or payment. The current month isn''t over, so it isn''t among them. One row.';
COMMENT ON COLUMN @ledger@.default_period.from_month IS 'First day of its first month';
COMMENT ON COLUMN @ledger@.default_period.through_month IS 'First day of its last month; in a ledger without facts the month before today''s';
COMMENT ON COLUMN @ledger@.default_period.first_month IS 'First day of the first month since 1970 in which anything is recorded; NULL: nothing is';

-- What a lead source brings is free where it has never cost anything; that it is paid holds for all its months.
CREATE OR REPLACE VIEW @ledger@.counted_lead_source AS
SELECT lead_source_id, lead_source.name AS lead_source, lead_source.category, own.channel, coalesce(cost.expense > 0, false) AS paid
FROM @ledger@.lead_source
     JOIN @ledger@.lead_source_channel AS own USING (lead_source_id)
     LEFT JOIN (SELECT @counted_as(lead_source_id)@ AS lead_source_id, sum(expense) AS expense
                FROM (SELECT lead_source_id, sum(amount) AS expense FROM @ledger@.expense_fact GROUP BY lead_source_id) AS booked@merging@
                GROUP BY 1) AS cost USING (lead_source_id);

COMMENT ON VIEW @ledger@.counted_lead_source IS
'The lead sources that have a row in reports, which are those merged into no other, and whether they are paid for. What an unpaid one brings back has no cost to be compared with; nor have facts without a lead source.';
COMMENT ON COLUMN @ledger@.counted_lead_source.lead_source_id IS 'The lead source; key of the view';
COMMENT ON COLUMN @ledger@.counted_lead_source.lead_source IS 'Name of the lead source';
COMMENT ON COLUMN @ledger@.counted_lead_source.category IS 'Category of the lead source; NULL: none';
COMMENT ON COLUMN @ledger@.counted_lead_source.channel IS 'The channel that it counts in, see lead_source_channel';
COMMENT ON COLUMN @ledger@.counted_lead_source.paid IS 'Whether its expenses up to today add up to more than 0';
