/*
 * bill_calendar.h
 *		In:		what is agreed for a recurring expense: first bill date, end, months between bills.
 *		Out:	its bill dates, one by one or counted, inside any window of dates.
 *		Promise: pure date arithmetic, no clock, no table; a window's cost doesn't depend on the
 *				schedule's age, and adjoining windows never lose or repeat a bill date.
 *
 * Bill n (0, 1, 2 ...) falls in the month n * every_months after the start's month, on the start's
 * day or on the last day of a month that is too short for it: 31 January, 29 February, 31 March.
 *
 * An open bound is an infinite date here: DATE_NOBEGIN on the left, DATE_NOEND on the right.
 */
#ifndef LEAD_ROI_BILL_CALENDAR_H
#define LEAD_ROI_BILL_CALENDAR_H

#include "utils/date.h"

/* A recurring expense's rule for its bill dates */
typedef struct BillCalendar
{
	DateADT		starts_on;		/* the first bill date */
	int32		every_months;	/* months from one bill to the next, at least 1 */
	int64		start_month;	/* its number, see month.h */
	int			start_day;		/* day of the month that every bill date aims at, 1 to 31 */
} BillCalendar;

/* A run of bills by their numbers: first, first + 1, ... end - 1 */
typedef struct BillWindow
{
	int64		first;
	int64		end;
} BillWindow;

/* What can be wrong with the arguments that describe a calendar and a window */
typedef enum BillProblem
{
	BILL_PROBLEM_NONE,
	BILL_PROBLEM_START_INFINITE,
	BILL_PROBLEM_EVERY_MONTHS,
	BILL_PROBLEM_WINDOW_OPEN
} BillProblem;

extern BillProblem lead_roi_bill_calendar(BillCalendar *calendar,
										  DateADT starts_on, int32 every_months);
extern BillProblem lead_roi_bill_window(BillWindow *window, const BillCalendar *calendar,
										DateADT ends_on, DateADT from_date, DateADT through_date);
extern int64 lead_roi_bills_before(const BillCalendar *calendar, DateADT date);
extern bool lead_roi_bill_date(const BillCalendar *calendar, int64 n, DateADT *bill_date);

#endif							/* LEAD_ROI_BILL_CALENDAR_H */
