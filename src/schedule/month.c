/*
 * month.c
 *		Calendar months as numbers, and the SQL functions that reports count months with.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/datetime.h"

#include "schedule/month.h"

PG_FUNCTION_INFO_V1(lead_roi_month_of);
PG_FUNCTION_INFO_V1(lead_roi_months_between);

/*
 * Month 0 is January of this year before the common era (counting a year 0), early enough that
 * the month of every valid date is a positive number.
 */
#define MONTH_ZERO_YEAR 4800

/* The months that hold the first and the last valid date, 4714-11 BC and 5874897-12 */
#define FIRST_FULL_MONTH ((int64) (MONTH_ZERO_YEAR - 4713) * MONTHS_PER_YEAR + 11)
#define LAST_MONTH ((int64) (MONTH_ZERO_YEAR + JULIAN_MAXYEAR) * MONTHS_PER_YEAR - 1)

/*
 * Split a finite date into the number of its month and its day of the month.
 */
int64
lead_roi_month_number(DateADT date, int *day)
{
	int			year;
	int			month;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, day);
	return (int64) (year + MONTH_ZERO_YEAR) * MONTHS_PER_YEAR + (month - 1);
}

/*
 * The given day of a month, or the month's last day if it is too short for that.
 */
int
lead_roi_clamped_day(int64 month_number, int day)
{
	int			year = (int) (month_number / MONTHS_PER_YEAR) - MONTH_ZERO_YEAR;
	int			month = (int) (month_number % MONTHS_PER_YEAR);

	return Min(day, day_tab[isleap(year)][month]);
}

/*
 * The date of a day in a month, clamped; false if the month lies past the last date there is.
 */
bool
lead_roi_date_in_month(int64 month_number, int day, DateADT *date)
{
	int			year = (int) (month_number / MONTHS_PER_YEAR) - MONTH_ZERO_YEAR;
	int			month = (int) (month_number % MONTHS_PER_YEAR) + 1;

	if (month_number > LAST_MONTH)
		return false;
	*date = date2j(year, month, lead_roi_clamped_day(month_number, day)) - POSTGRES_EPOCH_JDATE;
	return true;
}

/*
 * The first day of a finite date's month; false if that lies before the first date there is.
 */
bool
lead_roi_first_of_month(DateADT date, DateADT *first_of_month)
{
	int			day;
	int64		month = lead_roi_month_number(date, &day);

	if (month < FIRST_FULL_MONTH)
		return false;
	*first_of_month = date - (day - 1);
	return true;
}

/*
 * Refuse a date that has no month that can be computed with.
 */
static void
report_out_of_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
			 errmsg("month is out of range"),
			 errdetail("The first day of the month must be a finite date.")));
}

/*
 * month_of(day): the first day of a date's month.
 */
Datum
lead_roi_month_of(PG_FUNCTION_ARGS)
{
	DateADT		date = PG_GETARG_DATEADT(0);
	DateADT		month = 0;

	if (DATE_NOT_FINITE(date) || !lead_roi_first_of_month(date, &month))
		report_out_of_range();
	PG_RETURN_DATEADT(month);
}

/*
 * months_between(from_date, to_date): the number of calendar months from the month of one date to that
 * of another.
 */
Datum
lead_roi_months_between(PG_FUNCTION_ARGS)
{
	DateADT		from_date = PG_GETARG_DATEADT(0);
	DateADT		to_date = PG_GETARG_DATEADT(1);
	int			day;

	if (DATE_NOT_FINITE(from_date) || DATE_NOT_FINITE(to_date))
		report_out_of_range();
	PG_RETURN_INT32((int32) (lead_roi_month_number(to_date, &day) - lead_roi_month_number(from_date, &day)));
}
