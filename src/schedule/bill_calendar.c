/*
 * bill_calendar.c
 *		Bill dates as arithmetic on month numbers.
 *
 * Nothing here walks from the start of a schedule: a date is turned into the number of bills
 * before it, and a bill's number into its date, both in constant time. Counting the bills before
 * a date is the one primitive; a window holds the difference of two such counts, which is why
 * adjoining windows add up.
 */
#include "postgres.h"

#include "utils/datetime.h"

#include "schedule/bill_calendar.h"

/*
 * Month 0 is January of this year before the common era (counting a year 0), early enough that
 * the month of every valid date is a positive number.
 */
#define MONTH_ZERO_YEAR 4800

/* The months that hold the first and the last valid date, 4714-11 BC and 5874897-12 */
#define FIRST_FULL_MONTH ((int64) (MONTH_ZERO_YEAR - 4713) * MONTHS_PER_YEAR + 11)
#define LAST_MONTH ((int64) (MONTH_ZERO_YEAR + JULIAN_MAXYEAR) * MONTHS_PER_YEAR - 1)

/*
 * Split a finite date into its month number and its day of the month.
 */
static int64
month_of(DateADT date, int *day)
{
	int			year;
	int			month;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, day);
	return (int64) (year + MONTH_ZERO_YEAR) * MONTHS_PER_YEAR + (month - 1);
}

/*
 * The day on which a bill aiming at the given day falls in a month: that day or the month's last.
 */
static int
clamped_day(int64 month_number, int day)
{
	int			year = (int) (month_number / MONTHS_PER_YEAR) - MONTH_ZERO_YEAR;
	int			month = (int) (month_number % MONTHS_PER_YEAR);

	return Min(day, day_tab[isleap(year)][month]);
}

/*
 * The date of a day in a month, both valid.
 */
static DateADT
date_in_month(int64 month_number, int day)
{
	int			year = (int) (month_number / MONTHS_PER_YEAR) - MONTH_ZERO_YEAR;
	int			month = (int) (month_number % MONTHS_PER_YEAR) + 1;

	return date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
}

/*
 * Take in an agreement's first bill date and its months between bills.
 */
BillProblem
lead_roi_bill_calendar(BillCalendar *calendar, DateADT starts_on, int32 every_months)
{
	if (DATE_NOT_FINITE(starts_on))
		return BILL_PROBLEM_START_INFINITE;
	if (every_months < 1)
		return BILL_PROBLEM_EVERY_MONTHS;

	calendar->starts_on = starts_on;
	calendar->every_months = every_months;
	calendar->start_month = month_of(starts_on, &calendar->start_day);
	return BILL_PROBLEM_NONE;
}

/*
 * How many bill dates lie before a date (or before DATE_NOBEGIN: none). Not for DATE_NOEND.
 */
int64
lead_roi_bills_before(const BillCalendar *calendar, DateADT date)
{
	int			day;
	int64		month;
	int64		elapsed;
	int64		n;

	Assert(!DATE_IS_NOEND(date));

	if (date <= calendar->starts_on)
		return 0;

	month = month_of(date, &day);
	elapsed = month - calendar->start_month;
	n = elapsed / calendar->every_months;

	/* Bills 0 to n - 1 fall in earlier months; bill n does too, or in this one on some day. */
	if (n * calendar->every_months < elapsed ||
		clamped_day(month, calendar->start_day) < day)
		n++;
	return n;
}

/*
 * The bills of a window closed on both sides, cut at the agreement's end.
 */
BillProblem
lead_roi_bill_window(BillWindow *window, const BillCalendar *calendar,
					 DateADT ends_on, DateADT from_date, DateADT through_date)
{
	DateADT		last_date = Min(ends_on, through_date);

	if (DATE_IS_NOEND(last_date))
		return BILL_PROBLEM_WINDOW_OPEN;

	window->first = 0;
	window->end = 0;
	if (from_date <= last_date)
	{
		window->first = lead_roi_bills_before(calendar, from_date);
		window->end = lead_roi_bills_before(calendar, last_date + 1);
	}
	return BILL_PROBLEM_NONE;
}

/*
 * The date of bill n; false if it lies past the last date there is.
 */
bool
lead_roi_bill_date(const BillCalendar *calendar, int64 n, DateADT *bill_date)
{
	int64		month = calendar->start_month + n * calendar->every_months;

	if (month > LAST_MONTH)
		return false;
	*bill_date = date_in_month(month, clamped_day(month, calendar->start_day));
	return true;
}

/*
 * The first day of a finite date's month; false if that lies before the first date there is.
 */
bool
lead_roi_first_of_month(DateADT date, DateADT *first_of_month)
{
	int			day;
	int64		month = month_of(date, &day);

	if (month < FIRST_FULL_MONTH)
		return false;
	*first_of_month = date - (day - 1);
	return true;
}
