--
-- report: the views that people and BI tools read. Views are API: columns are only ever appended.
--

CREATE VIEW lead_source_total AS
SELECT lead_source_id,
       coalesce(lead_source.name, '(unknown)') AS lead_source,
       coalesce(lead_source.category, '(unknown)') AS category,
       lead_source.vendor, lead_source.medium,
       total.expense, total.revenue, total.visitors, total.leads, total.customers
FROM (SELECT lead_source_id, sum(expense) AS expense, sum(revenue) AS revenue,
             sum(visitors)::bigint AS visitors, sum(leads)::bigint AS leads,
             sum(customers)::bigint AS customers
      FROM activity
      GROUP BY lead_source_id) AS total
     FULL JOIN lead_source USING (lead_source_id);

COMMENT ON VIEW lead_source_total IS
'What each lead source has cost and brought so far, exact and unrounded, for further sums. Every lead source has a row; facts without one are the row (unknown).';
COMMENT ON COLUMN lead_source_total.lead_source_id IS 'The lead source; key of the view; NULL: unknown';
COMMENT ON COLUMN lead_source_total.lead_source IS 'Name of the lead source, or (unknown)';
COMMENT ON COLUMN lead_source_total.category IS 'Category of the lead source, or (unknown)';
COMMENT ON COLUMN lead_source_total.vendor IS 'Who is paid';
COMMENT ON COLUMN lead_source_total.medium IS 'How the message travels';
COMMENT ON COLUMN lead_source_total.expense IS 'Sum of expenses, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN lead_source_total.revenue IS 'Sum of payments less refunds, in the ledger''s currency; NULL: none recorded';
COMMENT ON COLUMN lead_source_total.visitors IS 'Number of visitors; NULL: none recorded';
COMMENT ON COLUMN lead_source_total.leads IS 'Number of leads; NULL: none';
COMMENT ON COLUMN lead_source_total.customers IS 'Number of customers; NULL: none';

-- The ROI reports differ in their key alone: the figures and what is said of them are written once.
DO $template$
DECLARE
    figures constant text := $$
        expense(summary)::numeric(18,2) AS expense,
        revenue(summary)::numeric(18,2) AS revenue,
        profit(summary)::numeric(18,2) AS profit,
        (100 * roi(summary))::numeric(24,4) AS roi_percent,
        (100 * roas(summary))::numeric(24,4) AS roas_percent,
        visitors(summary) AS visitors,
        cost_per_visitor(summary)::numeric(18,2) AS cost_per_visitor,
        leads(summary) AS leads,
        cost_per_lead(summary)::numeric(18,2) AS cost_per_lead,
        customers(summary) AS customers,
        cost_per_customer(summary)::numeric(18,2) AS cost_per_customer,
        (100 * visitor_to_lead_rate(summary))::numeric(24,4) AS visitor_to_lead_percent,
        (100 * lead_to_customer_rate(summary))::numeric(24,4) AS lead_to_customer_percent,
        lifetime_value(summary)::numeric(18,2) AS revenue_per_customer,
        ltv_to_cac(summary)::numeric(24,4) AS ltv_to_cac
    $$;
    comments constant jsonb := $${
        "lead_source_id": "The lead source; key of the view; NULL: unknown",
        "lead_source": "Name of the lead source, or (unknown)",
        "category": "Category of the lead source, or (unknown)",
        "vendor": "Who is paid",
        "medium": "How the message travels",
        "expense": "Sum of expenses, in the ledger's currency; NULL: none recorded, which is not an expense of 0",
        "revenue": "Sum of payments less refunds, in the ledger's currency",
        "profit": "Revenue less expense, in the ledger's currency",
        "roi_percent": "Net return in percent: (revenue - expense) / expense; 0 is break-even; NULL without a positive expense",
        "roas_percent": "Gross return in percent: revenue / expense; 100 is break-even; NULL without a positive expense",
        "visitors": "Number of visitors",
        "cost_per_visitor": "Expense per visitor, in the ledger's currency; NULL without visitors or without recorded expense",
        "leads": "Number of leads",
        "cost_per_lead": "Expense per lead, in the ledger's currency; NULL without leads or without recorded expense",
        "customers": "Number of leads that became customers",
        "cost_per_customer": "Expense per customer (CAC), in the ledger's currency; NULL without customers or without recorded expense",
        "visitor_to_lead_percent": "Leads per visitor in percent; NULL without visitors",
        "lead_to_customer_percent": "Customers per lead in percent; NULL without leads",
        "revenue_per_customer": "Revenue so far per customer (historic lifetime value), in the ledger's currency; NULL without customers",
        "ltv_to_cac": "Historic lifetime value over cost per customer, as a ratio; NULL without customers or a positive expense"
    }$$;
    view_name text;
    column_name text;
BEGIN
    EXECUTE 'CREATE VIEW lead_source_roi AS SELECT lead_source_id, lead_source, category, vendor, medium, '
            || figures
            || ' FROM (SELECT *, make_roi_summary(expense, revenue, visitors, leads, customers) AS summary'
               '       FROM lead_source_total) AS total';
    EXECUTE 'CREATE VIEW lead_source_category_roi AS SELECT category, ' || figures
            || ' FROM (SELECT category, rollup(make_roi_summary(expense, revenue, visitors, leads, customers)) AS summary'
               '       FROM lead_source_total GROUP BY category) AS total';

    FOR view_name, column_name IN
        SELECT attrelid::regclass, attname FROM pg_attribute
        WHERE attrelid IN ('lead_source_roi'::regclass, 'lead_source_category_roi'::regclass)
    LOOP
        EXECUTE format('COMMENT ON COLUMN %s.%I IS %L', view_name, column_name, comments ->> column_name);
    END LOOP;
END
$template$;

COMMENT ON VIEW lead_source_roi IS
'What each lead source costs and brings back, over all time: every expense, visit, lead and payment by its own date. One row per lead source, also without any booking, and one for facts whose lead source is unknown; totals equal the ledger''s.';
COMMENT ON VIEW lead_source_category_roi IS
'What each category of lead sources costs and brings back, over all time. Each figure is the ratio of the category''s totals; totals equal the ledger''s.';
