--
-- funnel: visits, leads, customers, payments; and every fact of the house on one time line.
--

CREATE TABLE visit (
    lead_source_id bigint NOT NULL
        CONSTRAINT visit_lead_source_id_fkey REFERENCES lead_source,
    visited_on     date NOT NULL
        CONSTRAINT visit_visited_on_finite CHECK (isfinite(visited_on)),
    visitors       bigint NOT NULL
        CONSTRAINT visit_visitors_not_negative CHECK (visitors >= 0),
    CONSTRAINT visit_pkey PRIMARY KEY (lead_source_id, visited_on)
);

COMMENT ON TABLE visit IS 'Visits: how many visitors a lead source brought on a date.';
COMMENT ON COLUMN visit.lead_source_id IS 'The lead source they came from';
COMMENT ON COLUMN visit.visited_on IS 'Date of the visits, or the first day of the period that is counted';
COMMENT ON COLUMN visit.visitors IS 'Number of visitors';

SELECT pg_catalog.pg_extension_config_dump('visit', '');

CREATE TABLE lead (
    lead_id        bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT lead_pkey PRIMARY KEY,
    lead_source_id bigint
        CONSTRAINT lead_lead_source_id_fkey REFERENCES lead_source,
    created_on     date NOT NULL DEFAULT billing_today()
        CONSTRAINT lead_created_on_finite CHECK (isfinite(created_on)),
    converted_on   date
        CONSTRAINT lead_converted_on_finite CHECK (isfinite(converted_on)),
    churned_on     date
        CONSTRAINT lead_churned_on_finite CHECK (isfinite(churned_on)),
    external_id    text
        CONSTRAINT lead_external_id_key UNIQUE,
    CONSTRAINT lead_converted_on_not_before_created_on CHECK (converted_on >= created_on),
    CONSTRAINT lead_churned_on_not_before_converted_on
        CHECK (churned_on IS NULL OR (converted_on IS NOT NULL AND churned_on >= converted_on))
);

CREATE INDEX lead_lead_source_id_idx ON lead (lead_source_id);

COMMENT ON TABLE lead IS 'Leads; a customer is a lead with a conversion date.';
COMMENT ON COLUMN lead.lead_id IS 'Key, given by the database';
COMMENT ON COLUMN lead.lead_source_id IS 'The lead source that brought the lead; NULL: unknown';
COMMENT ON COLUMN lead.created_on IS 'Date on which the lead came in';
COMMENT ON COLUMN lead.converted_on IS 'Date on which the lead became a customer; NULL: not a customer';
COMMENT ON COLUMN lead.churned_on IS 'Date on which the customer left; NULL: still active';
COMMENT ON COLUMN lead.external_id IS 'Key of the lead in the system it is imported from; makes imports repeatable with ON CONFLICT';

SELECT pg_catalog.pg_extension_config_dump('lead', '');
SELECT pg_catalog.pg_extension_config_dump('lead_lead_id_seq', '');

CREATE TABLE payment (
    payment_id  bigint GENERATED ALWAYS AS IDENTITY
        CONSTRAINT payment_pkey PRIMARY KEY,
    lead_id     bigint
        CONSTRAINT payment_lead_id_fkey REFERENCES lead,
    paid_on     date NOT NULL DEFAULT billing_today()
        CONSTRAINT payment_paid_on_finite CHECK (isfinite(paid_on)),
    amount      numeric NOT NULL
        CONSTRAINT payment_amount_finite CHECK (abs(amount) < 'Infinity'),
    external_id text
        CONSTRAINT payment_external_id_key UNIQUE
);

CREATE INDEX payment_lead_id_idx ON payment (lead_id);

COMMENT ON TABLE payment IS 'Payments of customers; a refund is a negative payment, dated when it is made.';
COMMENT ON COLUMN payment.payment_id IS 'Key, given by the database';
COMMENT ON COLUMN payment.lead_id IS 'Who paid; NULL: unknown';
COMMENT ON COLUMN payment.paid_on IS 'Date of the payment or refund';
COMMENT ON COLUMN payment.amount IS 'Amount in the ledger''s currency; negative for a refund';
COMMENT ON COLUMN payment.external_id IS 'Key of the payment in the system it is imported from; makes imports repeatable with ON CONFLICT';

SELECT pg_catalog.pg_extension_config_dump('payment', '');
SELECT pg_catalog.pg_extension_config_dump('payment_payment_id_seq', '');

CREATE VIEW activity (lead_source_id, occurred_on, expense, revenue, visitors, leads, customers, media_expense) AS
    SELECT lead_source_id, incurred_on, amount, NULL::numeric, NULL::bigint, NULL::bigint, NULL::bigint,
           media_expense(amount, cost_type)
    FROM expense
UNION ALL
    SELECT lead_source_id, visited_on, NULL, NULL, visitors, NULL, NULL, NULL
    FROM visit
UNION ALL
    SELECT lead_source_id, created_on, NULL, NULL, NULL, 1, NULL, NULL
    FROM lead
UNION ALL
    SELECT lead_source_id, converted_on, NULL, NULL, NULL, NULL, 1, NULL
    FROM lead
    WHERE converted_on IS NOT NULL
UNION ALL
    SELECT lead.lead_source_id, payment.paid_on, NULL, payment.amount, NULL, NULL, NULL, NULL
    FROM payment LEFT JOIN lead USING (lead_id);

COMMENT ON VIEW activity IS
'Every expense, visit, lead, conversion and payment as a row of its own, with its date and lead source; so sums and the aggregates roi(), cost_per_lead() and their like need no join that could multiply them.';
COMMENT ON COLUMN activity.lead_source_id IS 'The lead source; NULL: unknown';
COMMENT ON COLUMN activity.occurred_on IS 'Date of the fact: expense incurred, visit, lead created, lead converted, payment made';
COMMENT ON COLUMN activity.expense IS 'Amount of an expense, in the ledger''s currency; else NULL';
COMMENT ON COLUMN activity.revenue IS 'Amount of a payment, negative for a refund, in the ledger''s currency; else NULL';
COMMENT ON COLUMN activity.visitors IS 'Number of visitors; else NULL';
COMMENT ON COLUMN activity.leads IS '1 on the row that is a new lead; else NULL';
COMMENT ON COLUMN activity.customers IS '1 on the row that is a lead becoming a customer; else NULL';
COMMENT ON COLUMN activity.media_expense IS 'Amount of an expense for media or agency, in the ledger''s currency; else NULL';
