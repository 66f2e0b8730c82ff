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

#include "schedule/bill_calendar.h"
#include "schedule/month.h"

/*
 * Take in the first bill date and the months between bills.
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
	calendar->start_month = lead_roi_month_number(starts_on, &calendar->start_day);
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

	month = lead_roi_month_number(date, &day);
	elapsed = month - calendar->start_month;
	n = elapsed / calendar->every_months;

	/* Bills 0 to n - 1 fall in earlier months; bill n does too, or in this one on some day. */
	if (n * calendar->every_months < elapsed ||
		lead_roi_clamped_day(month, calendar->start_day) < day)
		n++;
	return n;
}

/*
 * The bills of a window closed on both sides, cut at the end of the recurring expense.
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

	return lead_roi_date_in_month(month, calendar->start_day, bill_date);
}
