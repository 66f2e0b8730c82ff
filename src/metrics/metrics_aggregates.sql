--
-- The aggregates. Their state is a roi_summary, changed in place; parallel workers and nodes
-- combine theirs with roi_summary_add(); a moving window takes rows away again. roi() and roas() of
-- the same arguments share one state in a query. Each of them is made over numeric, which costs nothing
-- to read, and over amount, which any number becomes.
--

CREATE FUNCTION lead_roi_internal.roi_summary_accumulate(state roi_summary, expense amount, revenue amount, visitors bigint, leads bigint, customers bigint)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi_summary_accumulate';

COMMENT ON FUNCTION lead_roi_internal.roi_summary_accumulate(roi_summary, amount, amount, bigint, bigint, bigint) IS 'Internal: adds a row to the state of roi_summary().';

CREATE FUNCTION lead_roi_internal.roi_summary_retract(state roi_summary, expense amount, revenue amount, visitors bigint, leads bigint, customers bigint)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi_summary_retract';

COMMENT ON FUNCTION lead_roi_internal.roi_summary_retract(roi_summary, amount, amount, bigint, bigint, bigint) IS 'Internal: subtracts a row from the state of roi_summary().';

CREATE AGGREGATE roi_summary(expense numeric, revenue numeric, visitors bigint, leads bigint, customers bigint) (
    SFUNC = lead_roi_internal.roi_summary_accumulate, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.roi_summary_accumulate, MINVFUNC = lead_roi_internal.roi_summary_retract, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}',
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE roi_summary(numeric, numeric, bigint, bigint, bigint) IS
'All sums in one scan: expense, revenue, visitors, leads, customers. Figures are computed from the result by roi(), cost_per_lead() and so on. Counts are numbers, not ids: a row that is one lead passes 1.
NULLs are left out of the sums; without rows the result is an empty summary, never NULL. NaN, infinity, and counts beyond bigint are refused (22003).';

CREATE AGGREGATE roi_summary(expense amount, revenue amount, visitors bigint, leads bigint, customers bigint) (
    SFUNC = lead_roi_internal.roi_summary_accumulate, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.roi_summary_accumulate, MINVFUNC = lead_roi_internal.roi_summary_retract, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}',
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE roi_summary(amount, amount, bigint, bigint, bigint) IS
'roi_summary(numeric, numeric, bigint, bigint, bigint) for numbers of any type: integers, and double precision or real, which are taken as their shortest decimals, so that 0.1 is 0.1. Exact from there on. NaN and infinity are refused (22003).';

CREATE AGGREGATE rollup(summary roi_summary) (
    SFUNC = lead_roi_internal.roi_summary_add, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.roi_summary_add, MINVFUNC = lead_roi_internal.roi_summary_subtract, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}',
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(roi_summary) IS
'The summary of the rows of all summaries together: days to months, sources to categories. A figure of it is a ratio of totals, never a mean of ratios. NULLs are left out; without rows the result is an empty summary, never NULL.';

CREATE FUNCTION lead_roi_internal.cost_per_lead_accumulate(state roi_summary, expense amount, leads bigint)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_cost_per_lead_accumulate';

COMMENT ON FUNCTION lead_roi_internal.cost_per_lead_accumulate(roi_summary, amount, bigint) IS 'Internal: adds a row to the state of cost_per_lead().';

CREATE FUNCTION lead_roi_internal.cost_per_lead_retract(state roi_summary, expense amount, leads bigint)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_cost_per_lead_retract';

COMMENT ON FUNCTION lead_roi_internal.cost_per_lead_retract(roi_summary, amount, bigint) IS 'Internal: subtracts a row from the state of cost_per_lead().';

CREATE AGGREGATE cost_per_lead(expense numeric, leads bigint) (
    SFUNC = lead_roi_internal.cost_per_lead_accumulate, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', FINALFUNC = cost_per_lead,
    COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.cost_per_lead_accumulate, MINVFUNC = lead_roi_internal.cost_per_lead_retract, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}', MFINALFUNC = cost_per_lead,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE cost_per_lead(numeric, bigint) IS
'Cost per lead: sum of expense over sum of leads, in the currency of expense. The second argument is a number of leads, not a lead''s id: a row that is one lead passes 1.
NULL if no expense is recorded or there are no leads; 0 if the expense is 0, NULL if it is negative. NULLs are left out of the sums; NaN and infinity are refused (22003).';

CREATE AGGREGATE cost_per_lead(expense amount, leads bigint) (
    SFUNC = lead_roi_internal.cost_per_lead_accumulate, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', FINALFUNC = cost_per_lead,
    COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.cost_per_lead_accumulate, MINVFUNC = lead_roi_internal.cost_per_lead_retract, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}', MFINALFUNC = cost_per_lead,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE cost_per_lead(amount, bigint) IS
'cost_per_lead(numeric, bigint) for numbers of any type: integers, and double precision or real, which are taken as their shortest decimals, so that 0.1 is 0.1. Exact from there on. NaN and infinity are refused (22003).';

-- What such a count is divided by: the state is read as a ratio, see accumulate.c.
CREATE FUNCTION lead_roi_internal.cost_per_fraction(state roi_summary) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_cost_per_fraction';

COMMENT ON FUNCTION lead_roi_internal.cost_per_fraction(roi_summary) IS 'Internal: last step of cost_per_lead() and cost_per_customer() of counts with decimals.';

CREATE FUNCTION lead_roi_internal.cost_per_lead_accumulate_fraction(state roi_summary, expense amount, leads fractional_count)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_cost_per_lead_accumulate_fraction';

COMMENT ON FUNCTION lead_roi_internal.cost_per_lead_accumulate_fraction(roi_summary, amount, fractional_count) IS 'Internal: adds a row to the state of cost_per_lead() of a count with decimals.';

CREATE FUNCTION lead_roi_internal.cost_per_lead_retract_fraction(state roi_summary, expense amount, leads fractional_count)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_cost_per_lead_retract_fraction';

COMMENT ON FUNCTION lead_roi_internal.cost_per_lead_retract_fraction(roi_summary, amount, fractional_count) IS 'Internal: subtracts a row from the state of cost_per_lead() of a count with decimals.';

CREATE AGGREGATE cost_per_lead(expense amount, leads fractional_count) (
    SFUNC = lead_roi_internal.cost_per_lead_accumulate_fraction, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', FINALFUNC = lead_roi_internal.cost_per_fraction,
    COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.cost_per_lead_accumulate_fraction, MINVFUNC = lead_roi_internal.cost_per_lead_retract_fraction, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}', MFINALFUNC = lead_roi_internal.cost_per_fraction,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE cost_per_lead(amount, fractional_count) IS
'cost_per_lead(numeric, bigint) for counts with decimals, such as the 12.34 conversions of an ad platform, which are never rounded, and for amounts of any type. NaN and infinity are refused (22003).';

CREATE FUNCTION lead_roi_internal.cost_per_customer_accumulate(state roi_summary, expense amount, customers bigint)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_cost_per_customer_accumulate';

COMMENT ON FUNCTION lead_roi_internal.cost_per_customer_accumulate(roi_summary, amount, bigint) IS 'Internal: adds a row to the state of cost_per_customer().';

CREATE FUNCTION lead_roi_internal.cost_per_customer_retract(state roi_summary, expense amount, customers bigint)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_cost_per_customer_retract';

COMMENT ON FUNCTION lead_roi_internal.cost_per_customer_retract(roi_summary, amount, bigint) IS 'Internal: subtracts a row from the state of cost_per_customer().';

CREATE AGGREGATE cost_per_customer(expense numeric, customers bigint) (
    SFUNC = lead_roi_internal.cost_per_customer_accumulate, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', FINALFUNC = cost_per_customer,
    COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.cost_per_customer_accumulate, MINVFUNC = lead_roi_internal.cost_per_customer_retract, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}', MFINALFUNC = cost_per_customer,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE cost_per_customer(numeric, bigint) IS
'Cost per customer (CAC): sum of expense over sum of customers, in the currency of expense. The second argument is a number of customers, not a customer''s id: a row that is one customer passes 1.
NULL if no expense is recorded or there are no customers; 0 if the expense is 0, NULL if it is negative. NULLs are left out of the sums; NaN and infinity are refused (22003).';

CREATE AGGREGATE cost_per_customer(expense amount, customers bigint) (
    SFUNC = lead_roi_internal.cost_per_customer_accumulate, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', FINALFUNC = cost_per_customer,
    COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.cost_per_customer_accumulate, MINVFUNC = lead_roi_internal.cost_per_customer_retract, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}', MFINALFUNC = cost_per_customer,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE cost_per_customer(amount, bigint) IS
'cost_per_customer(numeric, bigint) for numbers of any type: integers, and double precision or real, which are taken as their shortest decimals, so that 0.1 is 0.1. Exact from there on. NaN and infinity are refused (22003).';

CREATE FUNCTION lead_roi_internal.cost_per_customer_accumulate_fraction(state roi_summary, expense amount, customers fractional_count)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_cost_per_customer_accumulate_fraction';

COMMENT ON FUNCTION lead_roi_internal.cost_per_customer_accumulate_fraction(roi_summary, amount, fractional_count) IS 'Internal: adds a row to the state of cost_per_customer() of a count with decimals.';

CREATE FUNCTION lead_roi_internal.cost_per_customer_retract_fraction(state roi_summary, expense amount, customers fractional_count)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_cost_per_customer_retract_fraction';

COMMENT ON FUNCTION lead_roi_internal.cost_per_customer_retract_fraction(roi_summary, amount, fractional_count) IS 'Internal: subtracts a row from the state of cost_per_customer() of a count with decimals.';

CREATE AGGREGATE cost_per_customer(expense amount, customers fractional_count) (
    SFUNC = lead_roi_internal.cost_per_customer_accumulate_fraction, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', FINALFUNC = lead_roi_internal.cost_per_fraction,
    COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.cost_per_customer_accumulate_fraction, MINVFUNC = lead_roi_internal.cost_per_customer_retract_fraction, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}', MFINALFUNC = lead_roi_internal.cost_per_fraction,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE cost_per_customer(amount, fractional_count) IS
'cost_per_customer(numeric, bigint) for counts with decimals, such as the 12.34 conversions of an ad platform, which are never rounded, and for amounts of any type. NaN and infinity are refused (22003).';

CREATE FUNCTION lead_roi_internal.lifetime_value_accumulate(state roi_summary, revenue amount, customers bigint)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_lifetime_value_accumulate';

COMMENT ON FUNCTION lead_roi_internal.lifetime_value_accumulate(roi_summary, amount, bigint) IS 'Internal: adds a row to the state of lifetime_value().';

CREATE FUNCTION lead_roi_internal.lifetime_value_retract(state roi_summary, revenue amount, customers bigint)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_lifetime_value_retract';

COMMENT ON FUNCTION lead_roi_internal.lifetime_value_retract(roi_summary, amount, bigint) IS 'Internal: subtracts a row from the state of lifetime_value().';

CREATE AGGREGATE lifetime_value(revenue numeric, customers bigint) (
    SFUNC = lead_roi_internal.lifetime_value_accumulate, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', FINALFUNC = lifetime_value,
    COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.lifetime_value_accumulate, MINVFUNC = lead_roi_internal.lifetime_value_retract, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}', MFINALFUNC = lifetime_value,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE lifetime_value(numeric, bigint) IS
'Historic lifetime value: revenue so far per customer, sum of revenue over sum of customers, in the currency of revenue. The second argument is a number of customers, not a customer''s id.
NULL if there are no customers; 0 if they have paid nothing. NULLs are left out of the sums; NaN and infinity are refused (22003).';

CREATE AGGREGATE lifetime_value(revenue amount, customers bigint) (
    SFUNC = lead_roi_internal.lifetime_value_accumulate, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', FINALFUNC = lifetime_value,
    COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.lifetime_value_accumulate, MINVFUNC = lead_roi_internal.lifetime_value_retract, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}', MFINALFUNC = lifetime_value,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE lifetime_value(amount, bigint) IS
'lifetime_value(numeric, bigint) for numbers of any type: integers, and double precision or real, which are taken as their shortest decimals, so that 0.1 is 0.1. Exact from there on. NaN and infinity are refused (22003).';

CREATE FUNCTION lead_roi_internal.lifetime_value_accumulate_fraction(state roi_summary, revenue amount, customers fractional_count)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_lifetime_value_accumulate_fraction';

COMMENT ON FUNCTION lead_roi_internal.lifetime_value_accumulate_fraction(roi_summary, amount, fractional_count) IS 'Internal: adds a row to the state of lifetime_value() of a count with decimals.';

CREATE FUNCTION lead_roi_internal.lifetime_value_retract_fraction(state roi_summary, revenue amount, customers fractional_count)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_lifetime_value_retract_fraction';

COMMENT ON FUNCTION lead_roi_internal.lifetime_value_retract_fraction(roi_summary, amount, fractional_count) IS 'Internal: subtracts a row from the state of lifetime_value() of a count with decimals.';

CREATE AGGREGATE lifetime_value(revenue amount, customers fractional_count) (
    SFUNC = lead_roi_internal.lifetime_value_accumulate_fraction, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', FINALFUNC = roas,
    COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.lifetime_value_accumulate_fraction, MINVFUNC = lead_roi_internal.lifetime_value_retract_fraction, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}', MFINALFUNC = roas,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE lifetime_value(amount, fractional_count) IS
'lifetime_value(numeric, bigint) for counts with decimals, such as the 12.34 conversions of an ad platform, which are never rounded, and for amounts of any type. NaN and infinity are refused (22003).';

CREATE FUNCTION lead_roi_internal.roi_accumulate(state roi_summary, revenue amount, expense amount)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi_accumulate';

COMMENT ON FUNCTION lead_roi_internal.roi_accumulate(roi_summary, amount, amount) IS 'Internal: adds a row to the state of roi() and roas().';

CREATE FUNCTION lead_roi_internal.roi_retract(state roi_summary, revenue amount, expense amount)
RETURNS roi_summary
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_roi_retract';

COMMENT ON FUNCTION lead_roi_internal.roi_retract(roi_summary, amount, amount) IS 'Internal: subtracts a row from the state of roi() and roas().';

CREATE AGGREGATE roi(revenue numeric, expense numeric) (
    SFUNC = lead_roi_internal.roi_accumulate, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', FINALFUNC = roi,
    COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.roi_accumulate, MINVFUNC = lead_roi_internal.roi_retract, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}', MFINALFUNC = roi,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE roi(numeric, numeric) IS
'Return on investment, net: (sum of revenue - sum of expense) / sum of expense. 0 is break-even, 0.225 means 22.5 % more came back than was spent, -1 that nothing did.
NULL if no expense is recorded or its total is 0 or negative; revenue missing counts as 0. NaN and infinity are refused (22003). Gross: roas().';

CREATE AGGREGATE roi(revenue amount, expense amount) (
    SFUNC = lead_roi_internal.roi_accumulate, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', FINALFUNC = roi,
    COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.roi_accumulate, MINVFUNC = lead_roi_internal.roi_retract, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}', MFINALFUNC = roi,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE roi(amount, amount) IS
'roi(numeric, numeric) for numbers of any type: integers, and double precision or real, which are taken as their shortest decimals, so that 0.1 is 0.1. Exact from there on. NaN and infinity are refused (22003).';

CREATE AGGREGATE roas(revenue numeric, expense numeric) (
    SFUNC = lead_roi_internal.roi_accumulate, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', FINALFUNC = roas,
    COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.roi_accumulate, MINVFUNC = lead_roi_internal.roi_retract, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}', MFINALFUNC = roas,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE roas(numeric, numeric) IS
'Return on ad spend, gross: sum of revenue / sum of expense. 1 (100 %) is break-even.
NULL if no expense is recorded or its total is 0 or negative; revenue missing counts as 0. NaN and infinity are refused (22003). Net: roi().';

CREATE AGGREGATE roas(revenue amount, expense amount) (
    SFUNC = lead_roi_internal.roi_accumulate, STYPE = roi_summary, SSPACE = 64, INITCOND = '{}', FINALFUNC = roas,
    COMBINEFUNC = lead_roi_internal.roi_summary_add,
    MSFUNC = lead_roi_internal.roi_accumulate, MINVFUNC = lead_roi_internal.roi_retract, MSTYPE = roi_summary, MSSPACE = 64, MINITCOND = '{}', MFINALFUNC = roas,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE roas(amount, amount) IS
'roas(numeric, numeric) for numbers of any type: integers, and double precision or real, which are taken as their shortest decimals, so that 0.1 is 0.1. Exact from there on. NaN and infinity are refused (22003).';
