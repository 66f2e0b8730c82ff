/*
 * arguments.c
 *		Checks of arguments that several functions take.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "funcapi.h"

#include "lifetime/arguments.h"

/* Tenures are days where a yearly discount comes in: the mean year of the Julian calendar */
#define DAYS_PER_YEAR 365.25

/*
 * A tenure argument, which must not be negative.
 */
int32
lead_roi_tenure_argument(FunctionCallInfo fcinfo, int argument)
{
	int32		tenure = PG_GETARG_INT32(argument);

	if (tenure < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("tenure must not be negative"),
				 errdetail("Argument \"tenure\" is %d.", tenure),
				 errhint("Pass the whole periods since a customer's start as \"tenure\".")));
	return tenure;
}

/*
 * A share strictly between 0 and 1, such as a confidence level.
 */
double
lead_roi_share_argument(FunctionCallInfo fcinfo, int argument, const char *name, const char *example)
{
	double		share = PG_GETARG_FLOAT8(argument);

	if (!(share > 0 && share < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("argument \"%s\" must be greater than 0 and less than 1", name),
				 errdetail("It is %g.", share),
				 errhint("Pass, for instance, %s as \"%s\".", example, name)));
	return share;
}

/*
 * A horizon argument, which must be at least 1.
 */
int32
lead_roi_horizon_argument(FunctionCallInfo fcinfo, int argument)
{
	int32		horizon = PG_GETARG_INT32(argument);

	if (horizon < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("horizon must be at least 1"),
				 errdetail("Argument \"horizon\" is %d.", horizon),
				 errhint("Pass the number of periods to look at as \"horizon\", such as 365 days.")));
	return horizon;
}

/*
 * A yearly discount argument as a rate per day: ln(1 + discount) / 365.25.
 */
double
lead_roi_discount_argument(FunctionCallInfo fcinfo, int argument)
{
	double		discount = PG_GETARG_FLOAT8(argument);

	if (!(discount >= 0) || isinf(discount))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("discount must be a finite number, 0 or greater"),
				 errdetail("Argument \"annual_discount\" is %g.", discount),
				 errhint("Pass 0.10 as \"annual_discount\" for 10 %% a year.")));
	return log1p(discount) / DAYS_PER_YEAR;
}

/*
 * A row of the function's result type.
 */
Datum
lead_roi_form_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	TupleDesc	description;

	if (get_call_result_type(fcinfo, NULL, &description) != TYPEFUNC_COMPOSITE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("function returning a row called where a row is not accepted")));
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(description), values, nulls));
}
