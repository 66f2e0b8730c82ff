--
-- value: what customers bring, also while many are still active.
--

--
-- Value under censoring
--

CREATE TYPE revenue_sums;

CREATE FUNCTION lead_roi_internal.revenue_sums_in(text cstring) RETURNS revenue_sums
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_revenue_sums_in';

COMMENT ON FUNCTION lead_roi_internal.revenue_sums_in(cstring) IS 'Internal: reads revenue_sums; what is malformed is refused (22P02).';

CREATE FUNCTION lead_roi_internal.revenue_sums_out(sums revenue_sums) RETURNS cstring
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_revenue_sums_out';

COMMENT ON FUNCTION lead_roi_internal.revenue_sums_out(revenue_sums) IS 'Internal: writes revenue_sums.';

CREATE FUNCTION lead_roi_internal.revenue_sums_recv(message internal) RETURNS revenue_sums
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_revenue_sums_recv';

COMMENT ON FUNCTION lead_roi_internal.revenue_sums_recv(internal) IS 'Internal: reads the binary form of revenue_sums; what is malformed is refused (22P03).';

CREATE FUNCTION lead_roi_internal.revenue_sums_send(sums revenue_sums) RETURNS bytea
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_revenue_sums_send';

COMMENT ON FUNCTION lead_roi_internal.revenue_sums_send(revenue_sums) IS 'Internal: writes the binary form of revenue_sums.';

CREATE TYPE revenue_sums (
    INPUT = lead_roi_internal.revenue_sums_in, OUTPUT = lead_roi_internal.revenue_sums_out,
    RECEIVE = lead_roi_internal.revenue_sums_recv, SEND = lead_roi_internal.revenue_sums_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);

COMMENT ON TYPE revenue_sums IS
'Internal: the state of censored_lifetime_value() and lifetime_value_curve(): exact sums of revenue by tenure.';

CREATE TYPE censored_value AS (
    value numeric,
    std_error numeric,
    lower numeric,
    upper numeric,
    customers bigint,
    complete bigint,
    naive_mean numeric
);

COMMENT ON TYPE censored_value IS
'Result of censored_lifetime_value(): value of a customer up to the horizon, its standard error and 95 % confidence limits; how many customers there were, how many of them with complete revenue (they left or were seen to the horizon), and naive_mean, the mean revenue so far of all of them, which is too low while customers are active. Money is in the currency of revenue.';

CREATE FUNCTION lead_roi_internal.revenue_sums_add(state revenue_sums, revenue numeric, tenure integer, churned boolean, horizon integer) RETURNS revenue_sums
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_revenue_sums_add';

COMMENT ON FUNCTION lead_roi_internal.revenue_sums_add(revenue_sums, numeric, integer, boolean, integer) IS 'Internal: counts a customer for censored_lifetime_value().';

CREATE FUNCTION lead_roi_internal.revenue_sums_merge(state revenue_sums, other revenue_sums) RETURNS revenue_sums
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_revenue_sums_merge';

COMMENT ON FUNCTION lead_roi_internal.revenue_sums_merge(revenue_sums, revenue_sums) IS 'Internal: counts all customers of another state.';

CREATE FUNCTION lead_roi_internal.censored_lifetime_value_finish(state revenue_sums) RETURNS censored_value
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_censored_lifetime_value_finish';

COMMENT ON FUNCTION lead_roi_internal.censored_lifetime_value_finish(revenue_sums) IS 'Internal: last step of censored_lifetime_value().';

CREATE AGGREGATE censored_lifetime_value(revenue numeric, tenure integer, churned boolean, horizon integer) (
    SFUNC = lead_roi_internal.revenue_sums_add, STYPE = revenue_sums, SSPACE = 65536, INITCOND = '', COMBINEFUNC = lead_roi_internal.revenue_sums_merge,
    FINALFUNC = lead_roi_internal.censored_lifetime_value_finish, PARALLEL = SAFE
);

COMMENT ON AGGREGATE censored_lifetime_value(numeric, integer, boolean, integer) IS
'The mean revenue of a customer in the first "horizon" periods, unbiased while many customers are active (Bang & Tsiatis 2000). A row is a customer: revenue up to min(tenure, horizon), tenure and churned as for survival(); horizon is the same in all rows.
Rows with a NULL are left out. value, std_error, lower and upper are NULL without customers, and if customers are still active at the longest tenure and it is below the horizon: nobody was observed that long.
Errors: negative tenure, horizon below 1 or not the same in all rows (22023); NaN or infinite revenue (22003); revenue of more than 112 digits (54000).';

--
-- Value by age
--

CREATE FUNCTION lead_roi_internal.revenue_sums_add_period(state revenue_sums, age_period integer, revenue numeric, followup_periods integer) RETURNS revenue_sums
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_revenue_sums_add_period';

COMMENT ON FUNCTION lead_roi_internal.revenue_sums_add_period(revenue_sums, integer, numeric, integer) IS 'Internal: counts a customer''s period for lifetime_value_curve().';

CREATE AGGREGATE lifetime_value_curve(age_period integer, revenue numeric, followup_periods integer) (
    SFUNC = lead_roi_internal.revenue_sums_add_period, STYPE = revenue_sums, SSPACE = 4096, INITCOND = '', COMBINEFUNC = lead_roi_internal.revenue_sums_merge,
    PARALLEL = SAFE
);

COMMENT ON AGGREGATE lifetime_value_curve(integer, numeric, integer) IS
'Revenue by age of the customer, to be read with lifetime_value_table(). A row is one period of one customer: age_period counts whole periods since the start, from 0; revenue is what the customer paid in it (NULL counts as 0); followup_periods is the last age the customer could have been seen at, whether the customer left or not.
Every customer has a row for each age from 0 through followup_periods. A row without age_period or followup_periods is left out. Errors: an age below 0 or beyond the follow-up (22023), NaN or infinite revenue (22003).';

CREATE FUNCTION lifetime_value_table(curve revenue_sums, discount double precision DEFAULT 0)
RETURNS TABLE (age_period integer, eligible bigint, revenue_per_customer numeric, lifetime_value numeric)
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 36
AS 'MODULE_PATHNAME', 'lead_roi_lifetime_value_table';

COMMENT ON FUNCTION lifetime_value_table(revenue_sums, double precision) IS
'The result of lifetime_value_curve() as a table, a row for each age: how many customers could have been seen at that age, their mean revenue at it, and the sum of the means so far, each discounted by 1 / (1 + discount) ^ age: the lifetime value up to that age. In the currency of revenue; call it in FROM.
Errors (22023): a customer has no row, or several, for an age; discount not from 0 to less than 1.';

--
-- Value by formula
--

CREATE FUNCTION simple_lifetime_value(revenue_per_period numeric, periods numeric, margin numeric DEFAULT 1) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_simple_lifetime_value';

COMMENT ON FUNCTION simple_lifetime_value(numeric, numeric, numeric) IS
'Revenue per period x periods x margin (a share of revenue: 0.5 is 50 %), exact. As periods, pass restricted_mean_lifetime(): the mean tenure of those who left is too short while customers are active.
A NULL gives NULL. Errors: NaN or infinity (22003), negative periods, margin not between -1 and 1 (22023).';

CREATE FUNCTION retention_lifetime_value(margin numeric, retention numeric, discount numeric, timing text) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_retention_lifetime_value';

COMMENT ON FUNCTION retention_lifetime_value(numeric, numeric, numeric, text) IS
'Present value of a customer who pays margin per period and stays from one to the next with probability retention (0 to 1), at a discount per period (0.01 is 1 %; less than 1). timing: immediate, first payment on joining, margin (1 + d) / (1 + d - r); deferred, first payment on the first renewal, margin r / (1 + d - r); arrears, a payment at the end of each period begun, margin / (1 + d - r).
NULL if unbounded (retention 1 and discount 0), or if an argument is NULL. Errors: NaN or infinity (22003), retention, discount or timing out of range (22023).';

CREATE FUNCTION ltv_to_cac(ltv numeric, cac numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN ratio(finite_amount(ltv), finite_amount(cac));

COMMENT ON FUNCTION ltv_to_cac(numeric, numeric) IS
'Lifetime value over cost per customer, as a ratio; 1 is break-even. NULL if an argument is NULL, or cac is 0 or negative; NaN and infinity are refused (22003).';

CREATE FUNCTION payback_periods(cac numeric, revenue_per_period numeric, margin numeric DEFAULT 1) RETURNS numeric
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_payback_periods';

COMMENT ON FUNCTION payback_periods(numeric, numeric, numeric) IS
'Periods until a customer has paid back the cost: cac / (revenue per period x margin). margin is a share of revenue: 0.5 is 50 %. NULL if an argument is NULL, or a period brings 0 or less. Errors: NaN or infinity (22003), margin not between -1 and 1 (22023).';
