--
-- schedule: calendar months, as reports count them.
--

CREATE FUNCTION month_of(day date) RETURNS date
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_month_of';

COMMENT ON FUNCTION month_of(date) IS
'The first day of a date''s calendar month. NULL gives NULL; an infinite date is an error (22008).';

CREATE FUNCTION months_between(from_date date, to_date date) RETURNS integer
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_months_between';

COMMENT ON FUNCTION months_between(date, date) IS
'The number of calendar months from the month of from_date to that of to_date, whatever the days: 1 from 31 January to 1 February, negative if to_date lies in an earlier month. NULL gives NULL; an infinite date is an error (22008).';
