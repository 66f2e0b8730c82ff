
--
-- lifetime: how long customers stay and what they bring, also while many are still active.
--

CREATE TYPE survival_curve;

CREATE FUNCTION lead_roi_internal.survival_curve_in(text cstring) RETURNS survival_curve
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_survival_curve_in';

COMMENT ON FUNCTION lead_roi_internal.survival_curve_in(cstring) IS 'Internal: reads a survival_curve; what is malformed is refused (22P02).';

CREATE FUNCTION lead_roi_internal.survival_curve_out(curve survival_curve) RETURNS cstring
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_survival_curve_out';

COMMENT ON FUNCTION lead_roi_internal.survival_curve_out(survival_curve) IS 'Internal: writes a survival_curve.';

CREATE FUNCTION lead_roi_internal.survival_curve_recv(message internal) RETURNS survival_curve
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_survival_curve_recv';

COMMENT ON FUNCTION lead_roi_internal.survival_curve_recv(internal) IS 'Internal: reads the binary form of a survival_curve; what is malformed is refused (22P03).';

CREATE FUNCTION lead_roi_internal.survival_curve_send(curve survival_curve) RETURNS bytea
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_survival_curve_send';

COMMENT ON FUNCTION lead_roi_internal.survival_curve_send(survival_curve) IS 'Internal: writes the binary form of a survival_curve.';

CREATE TYPE survival_curve (
    INPUT = lead_roi_internal.survival_curve_in, OUTPUT = lead_roi_internal.survival_curve_out,
    RECEIVE = lead_roi_internal.survival_curve_recv, SEND = lead_roi_internal.survival_curve_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);

COMMENT ON TYPE survival_curve IS
'How long customers stay: for each distinct tenure, how many left at it and how many were still active when last seen. Exact counts; made by survival(), merged by rollup().
As text {tenure:churned+active,...} with ascending tenures, such as {30:2+0,365:1+40}.';

--
-- Counting
--

CREATE FUNCTION lead_roi_internal.survival_add(state survival_curve, tenure integer, churned boolean) RETURNS survival_curve
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_survival_add';

COMMENT ON FUNCTION lead_roi_internal.survival_add(survival_curve, integer, boolean) IS 'Internal: counts a customer for survival().';

CREATE FUNCTION lead_roi_internal.survival_add_dates(state survival_curve, started_on date, ended_on date, as_of date) RETURNS survival_curve
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_survival_add_dates';

COMMENT ON FUNCTION lead_roi_internal.survival_add_dates(survival_curve, date, date, date) IS 'Internal: counts a customer for survival().';

CREATE FUNCTION lead_roi_internal.survival_merge(state survival_curve, other survival_curve) RETURNS survival_curve
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_survival_merge';

COMMENT ON FUNCTION lead_roi_internal.survival_merge(survival_curve, survival_curve) IS 'Internal: counts all customers of another curve, for survival() and rollup().';

CREATE FUNCTION lead_roi_internal.survival_finish(state survival_curve) RETURNS survival_curve
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_survival_finish';

COMMENT ON FUNCTION lead_roi_internal.survival_finish(survival_curve) IS 'Internal: last step of survival() and rollup().';

CREATE AGGREGATE survival(tenure integer, churned boolean) (
    SFUNC = lead_roi_internal.survival_add, STYPE = survival_curve, SSPACE = 16384, INITCOND = '{}', COMBINEFUNC = lead_roi_internal.survival_merge,
    FINALFUNC = lead_roi_internal.survival_finish, PARALLEL = SAFE
);

COMMENT ON AGGREGATE survival(integer, boolean) IS
'Counts customers, one a row, into a survival_curve. tenure: whole periods (days, months ...) from the start to the end, or to the day of counting if the customer is still active; churned: did the customer leave.
A row with a NULL is left out; no rows give the curve {} without customers. A negative tenure is an error (22023).';

CREATE AGGREGATE survival(started_on date, ended_on date, as_of date) (
    SFUNC = lead_roi_internal.survival_add_dates, STYPE = survival_curve, SSPACE = 16384, INITCOND = '{}', COMBINEFUNC = lead_roi_internal.survival_merge,
    FINALFUNC = lead_roi_internal.survival_finish, PARALLEL = SAFE
);

COMMENT ON AGGREGATE survival(date, date, date) IS
'Counts customers, one a row, as known on as_of, into a survival_curve of tenures in days. ended_on NULL or after as_of: still active on as_of. A customer who started after as_of is not counted, nor is a row without started_on or as_of; no rows give the curve {}.
Errors: ended_on before started_on (22023), started_on or as_of infinite (22008).';

CREATE AGGREGATE rollup(curve survival_curve) (
    SFUNC = lead_roi_internal.survival_merge, STYPE = survival_curve, SSPACE = 16384, INITCOND = '{}', COMBINEFUNC = lead_roi_internal.survival_merge,
    FINALFUNC = lead_roi_internal.survival_finish, PARALLEL = SAFE
);

COMMENT ON AGGREGATE rollup(survival_curve) IS
'Merges survival curves into the one that counting all their customers at once gives. A NULL is left out; no rows give the curve {}.
Error: more customers than a bigint holds (22003).';

--
-- Reading
--

CREATE FUNCTION survival_counts(curve survival_curve, OUT customers bigint, OUT churned bigint, OUT active bigint)
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_survival_counts';

COMMENT ON FUNCTION survival_counts(survival_curve) IS
'How many customers a curve counts: all of them, those who left, those who were still active. NULL gives NULL.';

CREATE FUNCTION customers(curve survival_curve) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (survival_counts(curve)).customers;

COMMENT ON FUNCTION customers(survival_curve) IS 'How many customers a curve counts. NULL gives NULL.';

CREATE FUNCTION churned_customers(curve survival_curve) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (survival_counts(curve)).churned;

COMMENT ON FUNCTION churned_customers(survival_curve) IS 'How many of a curve''s customers left. NULL gives NULL.';

CREATE FUNCTION active_customers(curve survival_curve) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (survival_counts(curve)).active;

COMMENT ON FUNCTION active_customers(survival_curve) IS 'How many of a curve''s customers were still active. NULL gives NULL.';

CREATE FUNCTION survival_at(curve survival_curve, tenure integer) RETURNS double precision
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_survival_at';

COMMENT ON FUNCTION survival_at(survival_curve, integer) IS
'The share of customers who stay longer than tenure, 0 to 1 (Kaplan & Meier 1958); customers still active count for as long as they were seen.
NULL without customers, and beyond the longest tenure if customers were left there: nobody was watched that long. A negative tenure is an error (22023).';

CREATE FUNCTION survival_interval(curve survival_curve, tenure integer, level double precision DEFAULT 0.95,
                                  method text DEFAULT 'log', OUT lower double precision, OUT upper double precision)
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_survival_interval';

COMMENT ON FUNCTION survival_interval(survival_curve, integer, double precision, text) IS
'Confidence limits of survival_at() at a tenure, from Greenwood''s standard error. method: log, log-log (stays between 0 and 1; better with few departures) or plain; limits are cut to 0 and 1.
NULLs where survival_at() is NULL or 0, and for log-log before the first departure. Errors (22023): level not between 0 and 1, unknown method, negative tenure.';

CREATE FUNCTION survival_table(curve survival_curve, level double precision DEFAULT 0.95, method text DEFAULT 'log')
RETURNS TABLE (tenure integer, at_risk bigint, churned bigint, censored bigint,
               survival double precision, std_error double precision, lower double precision, upper double precision)
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000
AS 'MODULE_PATHNAME', 'lead_roi_survival_table';

COMMENT ON FUNCTION survival_table(survival_curve, double precision, text) IS
'A curve as a table, a row for each distinct tenure: customers with at least this tenure, how many left at it, how many were last seen at it still active, the share who stay longer, its standard error (Greenwood 1926) and confidence limits as survival_interval().
Standard error and limits are NULL where survival is 0. A curve without customers gives no rows. Call it in FROM.';

CREATE FUNCTION lifetime_quantile(curve survival_curve, share double precision) RETURNS double precision
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_lifetime_quantile';

COMMENT ON FUNCTION lifetime_quantile(survival_curve, double precision) IS
'The tenure at which that share of the customers has left; the middle of the stretch if survival stays at exactly the remaining share until it falls further. In the curve''s periods.
NULL if so many have not left yet. A share not between 0 and 1 is an error (22023).';

CREATE FUNCTION median_lifetime(curve survival_curve) RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lifetime_quantile(curve, 0.5::double precision);

COMMENT ON FUNCTION median_lifetime(survival_curve) IS
'The tenure at which half of the customers have left: lifetime_quantile(curve, 0.5). NULL if half have not left yet.';

CREATE FUNCTION restricted_mean_lifetime(curve survival_curve, horizon integer, annual_discount double precision DEFAULT 0)
RETURNS double precision
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_restricted_mean_lifetime';

COMMENT ON FUNCTION restricted_mean_lifetime(survival_curve, integer, double precision) IS
'The mean number of periods that a customer stays within the first "horizon" ones: the area under the survival curve. With annual_discount (0.10 is 10 % a year; tenures must be days) each period is worth its present value.
NULL without customers, and if customers are left at the longest tenure and it is below the horizon: nobody was watched that long. Errors (22023): horizon below 1, discount not from 0 to less than 1.';

CREATE FUNCTION restricted_mean_lifetime_std_error(curve survival_curve, horizon integer, annual_discount double precision DEFAULT 0)
RETURNS double precision
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_restricted_mean_lifetime_std_error';

COMMENT ON FUNCTION restricted_mean_lifetime_std_error(survival_curve, integer, double precision) IS
'The standard error of restricted_mean_lifetime() (Klein & Moeschberger 2003). NULLs and errors as there.';

CREATE FUNCTION mean_lifetime(curve survival_curve) RETURNS double precision
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_mean_lifetime';

COMMENT ON FUNCTION mean_lifetime(survival_curve) IS
'The mean lifetime if the churn rate is the same at every tenure: the sum of all tenures over the customers who left, in the curve''s periods.
NULL if nobody left. Churn mostly falls with tenure; restricted_mean_lifetime() assumes nothing of the kind.';

CREATE FUNCTION churn_rate(curve survival_curve) RETURNS double precision
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_churn_rate';

COMMENT ON FUNCTION churn_rate(survival_curve) IS
'Customers who left per period and customer: the customers who left over the sum of all tenures; 1 / mean_lifetime(). 0 if nobody left; NULL if all tenures are 0 or there are no customers.';

CREATE FUNCTION mean_lifetime_interval(curve survival_curve, level double precision DEFAULT 0.95,
                                       OUT lower double precision, OUT upper double precision)
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_mean_lifetime_interval';

COMMENT ON FUNCTION mean_lifetime_interval(survival_curve, double precision) IS
'Confidence limits of mean_lifetime(), from the chi-square distribution. If nobody left, there is a lower limit and the upper one is NULL: unbounded. NULLs without customers. A level not between 0 and 1 is an error (22023).';

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
'The mean revenue of a customer in the first "horizon" periods, right also while many customers are active (Bang & Tsiatis 2000). A row is a customer: revenue up to min(tenure, horizon), tenure and churned as for survival(); horizon is the same in all rows.
Rows with a NULL are left out. value, std_error, lower and upper are NULL without customers, and if customers are left at the longest tenure and it is below the horizon: nobody was watched that long.
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
'Revenue per period x periods x margin (a share of revenue: 0.5 is 50 %), exact. Periods must come from somewhere: the mean tenure of those who left is too short while customers are active; restricted_mean_lifetime() isn''t.
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
