--
-- schedule: bill dates as pure date arithmetic.
--

CREATE FUNCTION lead_roi_internal.bill_dates_support(internal) RETURNS internal
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_bill_dates_support';

COMMENT ON FUNCTION lead_roi_internal.bill_dates_support(internal) IS
'Internal: gives the planner the number of rows of bill_dates().';

CREATE FUNCTION bill_dates(starts_on date, ends_on date, from_date date, through_date date,
                           every_months integer DEFAULT 1)
RETURNS SETOF date
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 36
SUPPORT lead_roi_internal.bill_dates_support
AS 'MODULE_PATHNAME', 'lead_roi_bill_dates';

COMMENT ON FUNCTION bill_dates(date, date, date, date, integer) IS
'The bill dates of a recurring expense from from_date through through_date, both included, in order.
Bill n is starts_on plus n times every_months months, counted from the start, on the start''s day or the last day of a shorter month (31 January, 29 February, 31 March).
The start is the first bill date; a bill date on ends_on is billed. NULL ends_on: open. NULL or -infinity from_date: from the start. NULL or infinity through_date: through ends_on.
Errors: starts_on infinite (22008), every_months below 1 (22023), ends_on and through_date both open (22023). NULL starts_on or every_months, or ends_on before starts_on: no rows.';

CREATE FUNCTION bill_count(starts_on date, ends_on date, from_date date, through_date date,
                           every_months integer DEFAULT 1)
RETURNS bigint
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_bill_count';

COMMENT ON FUNCTION bill_count(date, date, date, date, integer) IS
'How many bill dates bill_dates() returns for the same arguments, without listing them. Never NULL; errors as bill_dates().';

CREATE FUNCTION next_bill_date(starts_on date, ends_on date, after_date date,
                               every_months integer DEFAULT 1)
RETURNS date
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_next_bill_date';

COMMENT ON FUNCTION next_bill_date(date, date, date, integer) IS
'The first bill date of a recurring expense after after_date; NULL or -infinity after_date: its very first one.
NULL if there is none, or if starts_on or every_months is NULL. Errors as bill_dates(), and 22008 if an open recurring expense would bill past the last date there is.';

-- The planner inlines this into the calling query (a SET clause or STRICT would prevent it), so
-- that the bill dates stream through the plan instead of being stored and read back.
CREATE FUNCTION expand_recurring_expense(starts_on date, ends_on date, amount numeric,
                                         from_date date, through_date date,
                                         every_months integer DEFAULT 1)
RETURNS TABLE (bill_on date, bill_month date, amount numeric)
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 36
BEGIN ATOMIC
    SELECT bill.bill_on, month_of(bill.bill_on), finite_amount($3)
    FROM (SELECT bill_dates($1, $2, $4, $5, $6) AS bill_on) AS bill;
END;

COMMENT ON FUNCTION expand_recurring_expense(date, date, numeric, date, date, integer) IS
'The bills of a recurring expense from from_date through through_date: bill date, first day of its month, amount. Call it in FROM.
Dates, NULLs and errors as bill_dates(); the amount is in the currency it was given in, NaN and infinity are refused (22003).';

CREATE FUNCTION recurring_expense_total(starts_on date, ends_on date, amount numeric,
                                        from_date date, through_date date,
                                        every_months integer DEFAULT 1)
RETURNS numeric
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_recurring_expense_total';

COMMENT ON FUNCTION recurring_expense_total(date, date, numeric, date, date, integer) IS
'The sum of the bills of a recurring expense from from_date through through_date: amount times bill_count(), exact, without listing them. 0 if there are none, NULL if amount is NULL; errors as expand_recurring_expense().';

-- Inlined by the planner, so that it knows the number of months.
CREATE FUNCTION months_from(from_date date, through_date date) RETURNS SETOF date
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 36
BEGIN ATOMIC
    SELECT bill_dates(month_of($1), NULL, NULL, $2, 1);
END;

COMMENT ON FUNCTION months_from(date, date) IS
'The first days of the calendar months from that of from_date through that of through_date, in order; none if from_date is NULL or through_date is earlier. Call it in FROM. 22008 if from_date is infinite, 22023 if through_date is NULL or infinite.';

CREATE FUNCTION monthly_parts(amount numeric, covers_from date, covers_through date, decimals integer, OUT part_on date, OUT part numeric)
RETURNS SETOF record
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 12
AS 'MODULE_PATHNAME', 'lead_roi_monthly_parts';

COMMENT ON FUNCTION monthly_parts(numeric, date, date, integer) IS
'The parts of a cost that is for a period, one for each calendar month from that of covers_from through that of covers_through: the day from which the part counts, which is the first of the month or covers_from, and its amount. If the period consists of whole calendar months the parts are equal, else they go by days: 17/31 and 14/31 from 15 January to 14 February. They are made by allocate() and add up to the amount, to the given decimals (2 for cents). Call it in FROM. NULL gives no rows; 22023 if covers_through is before covers_from or more than 12000 months after it, 22008 for an infinite date, and errors as allocate().';
