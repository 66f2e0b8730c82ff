/*
 * arguments.c
 *		Checks of arguments that several functions take.
 */
#include "postgres.h"

#include "kit/arguments.h"

/*
 * Refuse an argument that is out of range: name it, say its value, and what to pass for a meaning.
 */
void
lead_roi_refuse_range(const char *name, const char *range, const char *value,
					  const char *example, const char *meaning)
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
		lead_roi_refuse_range(name, "greater than 0 and less than 1", psprintf("%g", share), example, meaning);
	return share;
}

/*
 * A fraction from 0 to less than 1, such as a discount: 10 % is 0.10, and 10 is a mistake.
 */
double
lead_roi_fraction_argument(FunctionCallInfo fcinfo, int argument, const char *name, const char *example,
						   const char *meaning)
{
	double		fraction = PG_GETARG_FLOAT8(argument);

	if (!(fraction >= 0 && fraction < 1))
		lead_roi_refuse_range(name, LEAD_ROI_FRACTION_RANGE, psprintf("%g", fraction), example, meaning);
	return fraction;
}

/*
 * Refuse to be called by hand: a step of aggregates that changes its first argument in place.
 */
void
lead_roi_refuse_call(const char *aggregates)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("this function is a step of %s", aggregates),
			 errdetail("It changes its first argument in place."),
			 errhint("Call %s.", aggregates)));
}

/*
 * Refuse the binary form of a value, saying why.
 */
void
lead_roi_refuse_binary(const char *type, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary form of type %s", type),
			 errdetail_internal("%s", detail),
			 errhint("Send what %s_send() gives, or use the text form.", type)));
}
