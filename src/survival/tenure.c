/*
 * tenure.c
 *		What is said about tenures and horizons that can't be.
 */
#include "postgres.h"

#include "survival/tenure.h"

/*
 * Refuse a negative tenure.
 */
void
lead_roi_refuse_tenure(int32 tenure)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("tenure must not be negative"),
			 errdetail("Argument \"tenure\" is %d.", tenure),
			 errhint("Pass the whole periods since a customer's start as \"tenure\".")));
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
