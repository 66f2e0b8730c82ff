/*
 * schedule_support.c
 *		Tells the planner how many rows bill_dates() will return.
 */
#include "postgres.h"

#include "fmgr.h"
#include "nodes/nodeFuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "utils/date.h"

#include "schedule/bill_calendar.h"

PG_FUNCTION_INFO_V1(lead_roi_bill_dates_support);

/* What the planner knows of one argument */
typedef struct KnownArgument
{
	bool		known;			/* the value is fixed for the whole query */
	bool		isnull;
	Datum		value;
} KnownArgument;

/*
 * Reduce an argument to a constant, if the planner may.
 */
static KnownArgument
known_argument(PlannerInfo *root, List *arguments, int position)
{
	KnownArgument argument = {false, false, 0};
	Node	   *node = estimate_expression_value(root, list_nth(arguments, position));

	if (IsA(node, Const))
	{
		argument.known = true;
		argument.isnull = ((Const *) node)->constisnull;
		argument.value = ((Const *) node)->constvalue;
	}
	return argument;
}

/*
 * A known date, or the open bound where it is NULL or not known.
 */
static DateADT
known_date(KnownArgument argument, DateADT open_bound)
{
	if (!argument.known || argument.isnull)
		return open_bound;
	return DatumGetDateADT(argument.value);
}

/*
 * Estimate the rows of a call: exactly, if everything is known that bounds it; the window's months
 * over every_months, if the start varies from row to row; else say nothing. Never an error: bad
 * arguments are the function's to report.
 */
static bool
estimate_rows(PlannerInfo *root, List *arguments, double *rows)
{
	KnownArgument starts_on = known_argument(root, arguments, 0);
	KnownArgument every_months = known_argument(root, arguments, 4);
	DateADT		ends_on = known_date(known_argument(root, arguments, 1), DATEVAL_NOEND);
	DateADT		from_date = known_date(known_argument(root, arguments, 2), DATEVAL_NOBEGIN);
	DateADT		through_date = known_date(known_argument(root, arguments, 3), DATEVAL_NOEND);
	DateADT		first_date = starts_on.known ? known_date(starts_on, DATEVAL_NOBEGIN) : from_date;
	BillCalendar calendar;
	BillWindow	window;

	if ((starts_on.known && starts_on.isnull) || (every_months.known && every_months.isnull))
		*rows = 0;
	else if (lead_roi_bill_calendar(&calendar, first_date,
									every_months.known ? DatumGetInt32(every_months.value) : 1) ||
			 lead_roi_bill_window(&window, &calendar, ends_on, from_date, through_date))
		return false;
	else
		*rows = window.end - window.first;
	return true;
}

/*
 * bill_dates_support(internal): planner support function of bill_dates().
 */
Datum
lead_roi_bill_dates_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (IsA(request, SupportRequestRows))
	{
		SupportRequestRows *rows_request = (SupportRequestRows *) request;

		if (is_funcclause(rows_request->node) &&
			estimate_rows(rows_request->root, ((FuncExpr *) rows_request->node)->args,
						  &rows_request->rows))
			PG_RETURN_POINTER(request);
	}
	PG_RETURN_POINTER(NULL);
}
