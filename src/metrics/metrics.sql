--
-- metrics: one summary holds the sums; every figure is a ratio of them. Numerator and denominator
-- are summed exactly; one division comes last.
--

CREATE TYPE roi_summary;

CREATE FUNCTION lead_roi_internal.roi_summary_in(cstring) RETURNS roi_summary
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi_summary_in';

CREATE FUNCTION lead_roi_internal.roi_summary_out(roi_summary) RETURNS cstring
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi_summary_out';

CREATE FUNCTION lead_roi_internal.roi_summary_recv(internal) RETURNS roi_summary
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi_summary_recv';

CREATE FUNCTION lead_roi_internal.roi_summary_send(roi_summary) RETURNS bytea
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi_summary_send';

CREATE TYPE roi_summary (
    INPUT = lead_roi_internal.roi_summary_in, OUTPUT = lead_roi_internal.roi_summary_out,
    RECEIVE = lead_roi_internal.roi_summary_recv, SEND = lead_roi_internal.roi_summary_send,
    INTERNALLENGTH = VARIABLE, STORAGE = extended
);

COMMENT ON TYPE roi_summary IS
'The exact sums of expense, revenue, visitors, leads and customers of some rows: every figure can be computed from it. Summaries can be stored, added, subtracted and rolled up, so that the figure of a total is a ratio of totals.
As text: {expense:36000.50*9+3@0,revenue:33335.00*3,visitors:900,leads:220,customers:11}, which is 36000.50 from 9 amounts with two decimals and 3 with none, and so on; what is not recorded is left out.';
COMMENT ON FUNCTION lead_roi_internal.roi_summary_in(cstring) IS 'Internal: roi_summary from text; 22P02 if it can''t be read.';
COMMENT ON FUNCTION lead_roi_internal.roi_summary_out(roi_summary) IS 'Internal: roi_summary to text, lossless and independent of any setting.';
COMMENT ON FUNCTION lead_roi_internal.roi_summary_recv(internal) IS 'Internal: roi_summary from binary; 22P03 if it can''t be read.';
COMMENT ON FUNCTION lead_roi_internal.roi_summary_send(roi_summary) IS 'Internal: roi_summary to binary, with a version number.';

CREATE FUNCTION make_roi_summary(expense numeric DEFAULT NULL, revenue numeric DEFAULT NULL,
                                 visitors bigint DEFAULT NULL, leads bigint DEFAULT NULL, customers bigint DEFAULT NULL)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_make_roi_summary';

COMMENT ON FUNCTION make_roi_summary(numeric, numeric, bigint, bigint, bigint) IS
'A roi_summary of one row, which may be totals computed elsewhere. NULL or left out: not recorded, which for expense is not the same as 0. NaN and infinity are refused (22003).';

--
-- The figures of a summary.
--

CREATE FUNCTION expense(summary roi_summary) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_expense';

COMMENT ON FUNCTION expense(roi_summary) IS
'Sum of expense, in its currency, with the decimals that sum(expense) has. NULL if no expense is recorded, which is not the same as 0.';

CREATE FUNCTION revenue(summary roi_summary) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_revenue';

COMMENT ON FUNCTION revenue(roi_summary) IS
'Sum of revenue, in its currency, with the decimals that sum(revenue) has. 0 if none is recorded.';

CREATE FUNCTION profit(summary roi_summary) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_profit';

COMMENT ON FUNCTION profit(roi_summary) IS
'Revenue less expense, in their currency. What is not recorded counts as 0.';

CREATE FUNCTION visitors(summary roi_summary) RETURNS bigint
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_visitors';

COMMENT ON FUNCTION visitors(roi_summary) IS
'Number of visitors. 0 if none are recorded.';

CREATE FUNCTION leads(summary roi_summary) RETURNS bigint
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_leads';

COMMENT ON FUNCTION leads(roi_summary) IS
'Number of leads. 0 if none are recorded.';

CREATE FUNCTION customers(summary roi_summary) RETURNS bigint
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_customers';

COMMENT ON FUNCTION customers(roi_summary) IS
'Number of customers. 0 if none are recorded.';

CREATE FUNCTION cost_per_visitor(summary roi_summary) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_cost_per_visitor';

COMMENT ON FUNCTION cost_per_visitor(roi_summary) IS
'Expense per visitor, in the currency of expense. NULL without visitors or without recorded expense; 0 if the expense is 0, NULL if it is negative.';

CREATE FUNCTION cost_per_lead(summary roi_summary) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_cost_per_lead';

COMMENT ON FUNCTION cost_per_lead(roi_summary) IS
'Expense per lead, in the currency of expense. NULL without leads or without recorded expense; 0 if the expense is 0, NULL if it is negative.';

CREATE FUNCTION cost_per_customer(summary roi_summary) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_cost_per_customer';

COMMENT ON FUNCTION cost_per_customer(roi_summary) IS
'Expense per customer (CAC), in the currency of expense. NULL without customers or without recorded expense; 0 if the expense is 0, NULL if it is negative.';

CREATE FUNCTION roi(summary roi_summary) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi';

COMMENT ON FUNCTION roi(roi_summary) IS
'Return on investment, net: (revenue - expense) / expense; 0 is break-even. NULL if no expense is recorded or its sum is 0 or negative; revenue not recorded counts as 0. Gross: roas().';

CREATE FUNCTION roas(summary roi_summary) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roas';

COMMENT ON FUNCTION roas(roi_summary) IS
'Return on ad spend, gross: revenue / expense; 1 (100 %) is break-even. NULL if no expense is recorded or its sum is 0 or negative; revenue not recorded counts as 0. Net: roi().';

CREATE FUNCTION visitor_to_lead_rate(summary roi_summary) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_visitor_to_lead_rate';

COMMENT ON FUNCTION visitor_to_lead_rate(roi_summary) IS
'Leads per visitor: 0.05 means that 5 % of the visitors became leads. NULL without visitors.';

CREATE FUNCTION lead_to_customer_rate(summary roi_summary) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_lead_to_customer_rate';

COMMENT ON FUNCTION lead_to_customer_rate(roi_summary) IS
'Customers per lead: 0.05 means that 5 % of the leads became customers. NULL without leads.';

CREATE FUNCTION lifetime_value(summary roi_summary) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_lifetime_value';

COMMENT ON FUNCTION lifetime_value(roi_summary) IS
'Historic lifetime value: revenue so far per customer, in the currency of revenue. NULL without customers; 0 if they have paid nothing.';

CREATE FUNCTION ltv_to_cac(summary roi_summary) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_ltv_to_cac';

COMMENT ON FUNCTION ltv_to_cac(roi_summary) IS
'Historic lifetime value over cost per customer, as a ratio. NULL without customers, or if no expense is recorded or its sum is 0 or negative.';

CREATE FUNCTION lead_roi_internal.roi_summary_to_jsonb(summary roi_summary) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN jsonb_build_object(
    'expense', expense(summary), 'revenue', revenue(summary), 'profit', profit(summary),
    'visitors', visitors(summary), 'leads', leads(summary), 'customers', customers(summary),
    'cost_per_visitor', cost_per_visitor(summary), 'cost_per_lead', cost_per_lead(summary),
    'cost_per_customer', cost_per_customer(summary), 'roi', roi(summary), 'roas', roas(summary),
    'visitor_to_lead_rate', visitor_to_lead_rate(summary), 'lead_to_customer_rate', lead_to_customer_rate(summary),
    'lifetime_value', lifetime_value(summary), 'ltv_to_cac', ltv_to_cac(summary));

COMMENT ON FUNCTION lead_roi_internal.roi_summary_to_jsonb(roi_summary) IS
'Internal: every figure of a summary as a JSON object, with the functions'' names as keys and null where they give NULL.';

CREATE CAST (roi_summary AS jsonb) WITH FUNCTION lead_roi_internal.roi_summary_to_jsonb(roi_summary);

COMMENT ON CAST (roi_summary AS jsonb) IS 'Every figure of a summary as a JSON object, which cannot be read back.';

--
-- Operators.
--

CREATE FUNCTION lead_roi_internal.roi_summary_add(a roi_summary, b roi_summary) RETURNS roi_summary
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi_summary_add';

COMMENT ON FUNCTION lead_roi_internal.roi_summary_add(roi_summary, roi_summary) IS
'Internal: the summary of the rows of two summaries together; + calls it, and so do the aggregates.';

CREATE OPERATOR + (LEFTARG = roi_summary, RIGHTARG = roi_summary, FUNCTION = lead_roi_internal.roi_summary_add, COMMUTATOR = +);

COMMENT ON OPERATOR + (roi_summary, roi_summary) IS 'The summary of the rows of two summaries together. NULL if one of them is; rollup() leaves NULLs out.';

CREATE FUNCTION lead_roi_internal.roi_summary_subtract(a roi_summary, b roi_summary) RETURNS roi_summary
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi_summary_subtract';

COMMENT ON FUNCTION lead_roi_internal.roi_summary_subtract(roi_summary, roi_summary) IS
'Internal: a summary less the rows of another; - calls it, and so do the aggregates in moving windows.';

CREATE OPERATOR - (LEFTARG = roi_summary, RIGHTARG = roi_summary, FUNCTION = lead_roi_internal.roi_summary_subtract);

COMMENT ON OPERATOR - (roi_summary, roi_summary) IS 'A summary less the rows of another one that went into it: a + b - b is a, to the last decimal. Sums and counts may become negative.';

CREATE FUNCTION lead_roi_internal.roi_summary_eq(a roi_summary, b roi_summary) RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi_summary_eq';

COMMENT ON FUNCTION lead_roi_internal.roi_summary_eq(roi_summary, roi_summary) IS 'Internal: do two summaries give the same figures? = calls it.';

CREATE FUNCTION lead_roi_internal.roi_summary_ne(a roi_summary, b roi_summary) RETURNS boolean
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi_summary_ne';

COMMENT ON FUNCTION lead_roi_internal.roi_summary_ne(roi_summary, roi_summary) IS 'Internal: do two summaries differ in a figure? <> calls it.';

CREATE OPERATOR = (
    LEFTARG = roi_summary, RIGHTARG = roi_summary, FUNCTION = lead_roi_internal.roi_summary_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES
);

COMMENT ON OPERATOR = (roi_summary, roi_summary) IS
'Do two summaries give the same figures? 5.00 and 5 are the same, however many rows they come from. An expense of 0 and no recorded expense are not.';

CREATE OPERATOR <> (
    LEFTARG = roi_summary, RIGHTARG = roi_summary, FUNCTION = lead_roi_internal.roi_summary_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel
);

COMMENT ON OPERATOR <> (roi_summary, roi_summary) IS 'Do two summaries differ in a figure?';

CREATE FUNCTION lead_roi_internal.roi_summary_hash(summary roi_summary) RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi_summary_hash';

COMMENT ON FUNCTION lead_roi_internal.roi_summary_hash(roi_summary) IS 'Internal: hash of a summary''s figures, for GROUP BY, DISTINCT and hash joins.';

CREATE OPERATOR CLASS roi_summary_ops DEFAULT FOR TYPE roi_summary USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 lead_roi_internal.roi_summary_hash(roi_summary);

COMMENT ON OPERATOR FAMILY roi_summary_ops USING hash IS 'Equality of summaries';
COMMENT ON OPERATOR CLASS roi_summary_ops USING hash IS 'Equality of summaries: DISTINCT, GROUP BY, UNION, hash joins and hash indexes';
