/*
 * cost_period.c
 *		A cost that is for a period, in parts month by month.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/numeric.h"
#include "utils/tuplestore.h"

#include "kit/arguments.h"
#include "money/allocate.h"
#include "schedule/month.h"

PG_FUNCTION_INFO_V1(lead_roi_monthly_parts);

/* The longest period, in calendar months: a thousand years */
#define MAXIMUM_MONTHS 12000

/* The calendar months that a period touches */
typedef struct CostPeriod
{
	DateADT		from;
	DateADT		through;
	int64		first_month;	/* its number, see month.h */
	int			months;
} CostPeriod;

/*
 * Read the period from two arguments.
 */
static void
read_period(FunctionCallInfo fcinfo, int argument, CostPeriod *period)
{
	int			day;

	period->from = PG_GETARG_DATEADT(argument);
	period->through = PG_GETARG_DATEADT(argument + 1);
	if (DATE_NOT_FINITE(period->from) || DATE_NOT_FINITE(period->through))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("period of a cost must be finite"),
				 errhint("Pass the first day of the period as \"covers_from\" and the last one as \"covers_through\".")));
	period->first_month = lead_roi_month_number(period->from, &day);
	period->months = (int) (lead_roi_month_number(period->through, &day) - period->first_month + 1);
	if (period->through < period->from || period->months > MAXIMUM_MONTHS)
		lead_roi_refuse_range("covers_through", psprintf("a day not before \"covers_from\", within %d months", MAXIMUM_MONTHS),
							  DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(period->through))),
							  "'2024-12-31'", "a year that begins on 2024-01-01");
}

/*
 * The first day of a month of the period, or of the period in it.
 */
static DateADT
part_begins(const CostPeriod *period, int month)
{
	DateADT		first_of_month = period->from;

	if (month > 0)
		(void) lead_roi_date_in_month(period->first_month + month, 1, &first_of_month);
	return first_of_month;
}

/*
 * The last day of the period in one of its months.
 */
static DateADT
part_ends(const CostPeriod *period, int month)
{
	return month < period->months - 1 ? part_begins(period, month + 1) - 1 : period->through;
}

/*
 * Does the period consist of whole calendar months?
 */
static bool
is_of_whole_months(const CostPeriod *period)
{
	DateADT		day;
	DateADT		end;

	return lead_roi_first_of_month(period->from, &day) && day == period->from &&
		lead_roi_date_in_month(period->first_month + period->months - 1, 31, &end) && end == period->through;
}

/*
 * The weights of the months: equal if all are whole, else their days.
 */
static Datum
month_weights(const CostPeriod *period)
{
	Datum	   *weights = palloc(period->months * sizeof(Datum));
	bool		whole_months = is_of_whole_months(period);

	for (int month = 0; month < period->months; month++)
	{
		int64		days = part_ends(period, month) - part_begins(period, month) + 1;

		weights[month] = NumericGetDatum(int64_to_numeric(whole_months ? 1 : days));
	}
	return PointerGetDatum(construct_array(weights, period->months, NUMERICOID, -1, false, TYPALIGN_INT));
}

/*
 * monthly_parts(amount, covers_from, covers_through, decimals): the parts of a cost that is for a period, as rows of
 * the day from which each counts and its amount.
 */
Datum
lead_roi_monthly_parts(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	CostPeriod	period;
	Datum	   *parts;
	int			count;

	read_period(fcinfo, 1, &period);
	deconstruct_array(DatumGetArrayTypeP(DirectFunctionCall3(lead_roi_allocate, PG_GETARG_DATUM(0), month_weights(&period), PG_GETARG_DATUM(3))),
					  NUMERICOID, -1, false, TYPALIGN_INT, &parts, NULL, &count);
	InitMaterializedSRF(fcinfo, 0);
	for (int month = 0; month < count; month++)
	{
		Datum		values[] = {DateADTGetDatum(part_begins(&period, month)), parts[month]};
		bool		nulls[] = {false, false};

		CHECK_FOR_INTERRUPTS();
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
