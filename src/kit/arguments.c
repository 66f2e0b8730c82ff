/*
 * arguments.c
 *		Checks of arguments that several functions take.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"

#include "kit/arguments.h"

/*
 * Refuse a negative tenure.
 */
void
lead_roi_report_negative_tenure(int32 tenure)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("tenure must not be negative"),
			 errdetail("Argument \"tenure\" is %d.", tenure),
			 errhint("Pass the whole periods since a customer's start as \"tenure\".")));
}

/*
 * Refuse an argument that is out of range: name it, say its value, and what to pass for a meaning.
 */
void
lead_roi_report_range(const char *name, const char *range, const char *value, const char *example, const char *meaning)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("argument \"%s\" must be %s", name, range),
			 errdetail("It is %s.", value),
			 errhint("Pass, for instance, %s as \"%s\" for %s.", example, name, meaning)));
}

/*
 * A share strictly between 0 and 1, such as a confidence level.
 */
double
lead_roi_share_argument(FunctionCallInfo fcinfo, int argument, const char *name, const char *example,
						const char *meaning)
{
	double		share = PG_GETARG_FLOAT8(argument);

	if (!(share > 0 && share < 1))
		lead_roi_report_range(name, "greater than 0 and less than 1", psprintf("%g", share), example, meaning);
	return share;
}

/*
 * A discount. Whoever means 10 % passes 0.10: 10 would be 1,000 %.
 */
double
lead_roi_discount_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	double		discount = PG_GETARG_FLOAT8(argument);

	if (!(discount >= 0 && discount < 1))
		lead_roi_report_range(name, LEAD_ROI_DISCOUNT_RANGE, psprintf("%g", discount), "0.10", "10 %");
	return discount;
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
