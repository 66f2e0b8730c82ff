--
-- metrics: figures that are ratios of sums. Numerator and denominator are summed exactly; one
-- division comes last.
--

CREATE FUNCTION ratio(numerator numeric, denominator numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN denominator > 0 THEN numerator / denominator END;

COMMENT ON FUNCTION ratio(numeric, numeric) IS
'A ratio of two totals: numerator / denominator; NULL if one of them is NULL or the denominator is 0 or negative.';

CREATE FUNCTION net_return(revenue numeric, expense numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN ratio(coalesce(revenue, 0) - expense, expense);

COMMENT ON FUNCTION net_return(numeric, numeric) IS
'Net return of two totals: (revenue - expense) / expense; 0 is break-even. NULL revenue counts as 0. NULL if expense is NULL, 0 or negative.';

CREATE FUNCTION gross_return(revenue numeric, expense numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN ratio(coalesce(revenue, 0), expense);

COMMENT ON FUNCTION gross_return(numeric, numeric) IS
'Gross return of two totals: revenue / expense; 1 is break-even. NULL revenue counts as 0. NULL if expense is NULL, 0 or negative.';

CREATE FUNCTION revenue_per_unit(revenue numeric, units numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN ratio(coalesce(revenue, 0), units);

COMMENT ON FUNCTION revenue_per_unit(numeric, numeric) IS
'Revenue of one customer, from two totals: revenue / units. NULL revenue counts as 0. NULL if units is NULL, 0 or negative.';

--
-- The state of the aggregates: {sum of the first argument, sum of the second}, NULL for a sum
-- without a value, because no expense recorded is not an expense of 0.
--

CREATE FUNCTION sums_add(sums numeric[], first numeric, second numeric) RETURNS numeric[]
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN ARRAY[CASE WHEN first IS NULL THEN sums[1] ELSE coalesce(sums[1], 0) + finite_amount(first) END,
             CASE WHEN second IS NULL THEN sums[2] ELSE coalesce(sums[2], 0) + finite_amount(second) END];

COMMENT ON FUNCTION sums_add(numeric[], numeric, numeric) IS 'Internal: adds two values to two sums.';

CREATE FUNCTION sums_add(sums numeric[], first numeric, second bigint) RETURNS numeric[]
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN sums_add(sums, first, second::numeric);

COMMENT ON FUNCTION sums_add(numeric[], numeric, bigint) IS 'Internal: adds a value and a count to two sums.';

CREATE FUNCTION sums_combine(sums numeric[], other numeric[]) RETURNS numeric[]
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN sums_add(sums, other[1], other[2]);

COMMENT ON FUNCTION sums_combine(numeric[], numeric[]) IS 'Internal: adds two pairs of sums.';

CREATE FUNCTION net_return_of_sums(sums numeric[]) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN net_return(sums[1], sums[2]);

COMMENT ON FUNCTION net_return_of_sums(numeric[]) IS 'Internal: last step of roi().';

CREATE FUNCTION gross_return_of_sums(sums numeric[]) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN gross_return(sums[1], sums[2]);

COMMENT ON FUNCTION gross_return_of_sums(numeric[]) IS 'Internal: last step of roas().';

CREATE FUNCTION ratio_of_sums(sums numeric[]) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ratio(sums[1], sums[2]);

COMMENT ON FUNCTION ratio_of_sums(numeric[]) IS 'Internal: last step of cost_per_lead() and cost_per_customer().';

CREATE FUNCTION revenue_per_unit_of_sums(sums numeric[]) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN revenue_per_unit(sums[1], sums[2]);

COMMENT ON FUNCTION revenue_per_unit_of_sums(numeric[]) IS 'Internal: last step of lifetime_value().';

CREATE AGGREGATE cost_per_lead(expense numeric, leads bigint) (
    SFUNC = sums_add, STYPE = numeric[], INITCOND = '{NULL,NULL}', COMBINEFUNC = sums_combine,
    FINALFUNC = ratio_of_sums, PARALLEL = SAFE
);

COMMENT ON AGGREGATE cost_per_lead(numeric, bigint) IS
'Cost per lead: sum of expense over sum of leads, in the currency of expense. The second argument is a number of leads, not a lead''s id: a row that is one lead passes 1.
NULL if no expense is recorded or there are no leads; 0 if the expense is 0. NULLs are left out of the sums; NaN and infinity are refused (22003).';

CREATE AGGREGATE cost_per_customer(expense numeric, customers bigint) (
    SFUNC = sums_add, STYPE = numeric[], INITCOND = '{NULL,NULL}', COMBINEFUNC = sums_combine,
    FINALFUNC = ratio_of_sums, PARALLEL = SAFE
);

COMMENT ON AGGREGATE cost_per_customer(numeric, bigint) IS
'Cost per customer (CAC): sum of expense over sum of customers, in the currency of expense. The second argument is a number of customers, not a customer''s id: a row that is one customer passes 1.
NULL if no expense is recorded or there are no customers; 0 if the expense is 0. NULLs are left out of the sums; NaN and infinity are refused (22003).';

CREATE AGGREGATE lifetime_value(revenue numeric, customers bigint) (
    SFUNC = sums_add, STYPE = numeric[], INITCOND = '{NULL,NULL}', COMBINEFUNC = sums_combine,
    FINALFUNC = revenue_per_unit_of_sums, PARALLEL = SAFE
);

COMMENT ON AGGREGATE lifetime_value(numeric, bigint) IS
'Historic lifetime value: revenue so far per customer, sum of revenue over sum of customers, in the currency of revenue. The second argument is a number of customers, not a customer''s id.
NULL if there are no customers; 0 if they have paid nothing. NULLs are left out of the sums; NaN and infinity are refused (22003).';

CREATE AGGREGATE roi(revenue numeric, expense numeric) (
    SFUNC = sums_add, STYPE = numeric[], INITCOND = '{NULL,NULL}', COMBINEFUNC = sums_combine,
    FINALFUNC = net_return_of_sums, PARALLEL = SAFE
);

COMMENT ON AGGREGATE roi(numeric, numeric) IS
'Return on investment, net: (sum of revenue - sum of expense) / sum of expense. 0 is break-even, 0.225 means 22.5 % more came back than was spent, -1 that nothing did.
NULL if no expense is recorded or its total is 0 or negative; revenue missing counts as 0. NaN and infinity are refused (22003). Gross: roas().';

CREATE AGGREGATE roas(revenue numeric, expense numeric) (
    SFUNC = sums_add, STYPE = numeric[], INITCOND = '{NULL,NULL}', COMBINEFUNC = sums_combine,
    FINALFUNC = gross_return_of_sums, PARALLEL = SAFE
);

COMMENT ON AGGREGATE roas(numeric, numeric) IS
'Return on ad spend, gross: sum of revenue / sum of expense. 1 (100 %) is break-even.
NULL if no expense is recorded or its total is 0 or negative; revenue missing counts as 0. NaN and infinity are refused (22003). Net: roi().';

