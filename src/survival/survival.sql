--
-- survival: how long customers stay, also while many are still active.
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
As text {tenure:churned+active,...} with ascending tenures, such as {30:2,365:1+40}; a tenure that is one more than the one before is left out with its colon (and 0 where it is the first), and so are 0 customers: {30:2,+3} has 3 active ones at tenure 31.';

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
'Counts customers, one a row, into a survival_curve. tenure: whole periods (days, months ...) from the start to the end, or to the day of counting if the customer is still active; churned: whether the customer has left.
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
'Merges survival curves into the one that counting all their customers at once gives. NULLs are left out; no rows give the curve {}.
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
NULL without customers, and beyond the longest tenure if customers were still active there: nobody was observed that long. A negative tenure is an error (22023).';

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
'The tenure at which that share of the customers has left, in the curve''s periods. If survival stays at exactly the remaining share for a while, the middle of that stretch.
NULL if fewer have left so far. A share that is not between 0 and 1 is an error (22023).';

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
NULL without customers, and if customers are still active at the longest tenure and it is below the horizon: nobody was observed that long. Errors (22023): horizon below 1, discount not from 0 to less than 1.';

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
NULL if nobody left. Churn usually falls with tenure; restricted_mean_lifetime() does not assume a constant rate.';

CREATE FUNCTION churn_rate(curve survival_curve) RETURNS double precision
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_churn_rate';

COMMENT ON FUNCTION churn_rate(survival_curve) IS
'Churn per customer and period: the number of customers who left over the sum of all tenures; 1 / mean_lifetime(). 0 if nobody left; NULL if all tenures are 0 or there are no customers.';

CREATE FUNCTION mean_lifetime_interval(curve survival_curve, level double precision DEFAULT 0.95,
                                       OUT lower double precision, OUT upper double precision)
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_mean_lifetime_interval';

COMMENT ON FUNCTION mean_lifetime_interval(survival_curve, double precision) IS
'Confidence limits of mean_lifetime(), from the chi-square distribution. If nobody left, there is a lower limit and the upper one is NULL: unbounded. NULLs without customers. A level not between 0 and 1 is an error (22023).';
