/*
 * schedule.c
 *		The bill dates of a recurring expense as SQL functions.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "money/money.h"
#include "schedule/bill_calendar.h"

PG_FUNCTION_INFO_V1(lead_roi_bill_dates);
PG_FUNCTION_INFO_V1(lead_roi_bill_count);
PG_FUNCTION_INFO_V1(lead_roi_next_bill_date);
PG_FUNCTION_INFO_V1(lead_roi_recurring_expense_total);

/* Where bill_dates() stands between two calls */
typedef struct BillDatesState
{
	BillCalendar calendar;
	BillWindow	window;
} BillDatesState;

/*
 * Tell the user what is wrong with a schedule's arguments.
 */
static void
report_bill_problem(BillProblem problem, int32 every_months)
{
	switch (problem)
	{
		case BILL_PROBLEM_NONE:
			break;
		case BILL_PROBLEM_START_INFINITE:
			ereport(ERROR,
					(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
					 errmsg("start of a recurring expense must be a finite date"),
					 errdetail("Argument \"starts_on\" is infinite."),
					 errhint("Pass the first bill date as \"starts_on\".")));
			break;
		case BILL_PROBLEM_EVERY_MONTHS:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("months between two bills must be at least 1"),
					 errdetail("Argument \"every_months\" is %d.", every_months),
					 errhint("Pass 1 as \"every_months\" for a monthly expense, 12 for a yearly one.")));
			break;
		case BILL_PROBLEM_WINDOW_OPEN:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("bill dates of a recurring expense without end need a last date"),
					 errdetail("Both \"ends_on\" and \"through_date\" are open."),
					 errhint("Pass a date as \"through_date\".")));
			break;
	}
}

/*
 * A date argument, or the given open bound if it is NULL.
 */
static DateADT
date_argument(FunctionCallInfo fcinfo, int argument, DateADT open_bound)
{
	return PG_ARGISNULL(argument) ? open_bound : PG_GETARG_DATEADT(argument);
}

/*
 * Read starts_on and every_months, arguments by position; false if one of them is NULL.
 */
static bool
calendar_arguments(FunctionCallInfo fcinfo, int starts_on, int every_months,
				   BillCalendar *calendar)
{
	if (PG_ARGISNULL(starts_on) || PG_ARGISNULL(every_months))
		return false;
	report_bill_problem(lead_roi_bill_calendar(calendar, PG_GETARG_DATEADT(starts_on),
											   PG_GETARG_INT32(every_months)),
						PG_GETARG_INT32(every_months));
	return true;
}

/*
 * Read ends_on, from_date, through_date, three arguments in a row.
 */
static void
window_arguments(FunctionCallInfo fcinfo, int ends_on, int from_date, int through_date,
				 const BillCalendar *calendar, BillWindow *window)
{
	report_bill_problem(lead_roi_bill_window(window, calendar,
											 date_argument(fcinfo, ends_on, DATEVAL_NOEND),
											 date_argument(fcinfo, from_date, DATEVAL_NOBEGIN),
											 date_argument(fcinfo, through_date, DATEVAL_NOEND)),
						calendar->every_months);
}

/*
 * bill_dates(starts_on, ends_on, from_date, through_date, every_months): each bill date, in order.
 */
Datum
lead_roi_bill_dates(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;
	BillDatesState *state;
	DateADT		bill_date;

	if (SRF_IS_FIRSTCALL())
	{
		context = SRF_FIRSTCALL_INIT();
		state = MemoryContextAllocZero(context->multi_call_memory_ctx, sizeof(BillDatesState));
		if (calendar_arguments(fcinfo, 0, 4, &state->calendar))
			window_arguments(fcinfo, 1, 2, 3, &state->calendar, &state->window);
		context->user_fctx = state;
	}

	context = SRF_PERCALL_SETUP();
	state = context->user_fctx;
	if (state->window.first >= state->window.end ||
		!lead_roi_bill_date(&state->calendar, state->window.first++, &bill_date))
		SRF_RETURN_DONE(context);
	SRF_RETURN_NEXT(context, DateADTGetDatum(bill_date));
}

/*
 * bill_count(starts_on, ends_on, from_date, through_date, every_months): how many rows
 * bill_dates() returns for the same arguments.
 */
Datum
lead_roi_bill_count(PG_FUNCTION_ARGS)
{
	BillCalendar calendar;
	BillWindow	window;

	if (!calendar_arguments(fcinfo, 0, 4, &calendar))
		PG_RETURN_INT64(0);
	window_arguments(fcinfo, 1, 2, 3, &calendar, &window);
	PG_RETURN_INT64(window.end - window.first);
}

/*
 * next_bill_date(starts_on, ends_on, after_date, every_months): the first bill date after a date.
 */
Datum
lead_roi_next_bill_date(PG_FUNCTION_ARGS)
{
	BillCalendar calendar;
	DateADT		ends_on = date_argument(fcinfo, 1, DATEVAL_NOEND);
	DateADT		after_date = date_argument(fcinfo, 2, DATEVAL_NOBEGIN);
	DateADT		bill_date;

	if (!calendar_arguments(fcinfo, 0, 3, &calendar) || after_date >= ends_on)
		PG_RETURN_NULL();

	if (!lead_roi_bill_date(&calendar, lead_roi_bills_before(&calendar, after_date + 1), &bill_date))
	{
		if (!DATE_IS_NOEND(ends_on))
			PG_RETURN_NULL();
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("next bill date is out of range"),
				 errhint("Pass an end of the recurring expense as \"ends_on\".")));
	}
	if (bill_date > ends_on)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT(bill_date);
}

/*
 * recurring_expense_total(starts_on, ends_on, amount, from_date, through_date, every_months): the
 * sum of the bills in a window, as amount times number of bills.
 */
Datum
lead_roi_recurring_expense_total(PG_FUNCTION_ARGS)
{
	BillCalendar calendar;
	BillWindow	window = {0, 0};

	if (calendar_arguments(fcinfo, 0, 5, &calendar))
		window_arguments(fcinfo, 1, 3, 4, &calendar, &window);
	if (PG_ARGISNULL(2))
		PG_RETURN_NULL();

	lead_roi_require_finite(PG_GETARG_DATUM(2), "amount");
	return DirectFunctionCall2(numeric_mul, PG_GETARG_DATUM(2),
							   NumericGetDatum(int64_to_numeric(window.end - window.first)));
}
