/*
 * value_formulas.c
 *		Lifetime value by formula, from figures that are known or assumed. Exact decimals; one division,
 *		last.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "money/money.h"

PG_FUNCTION_INFO_V1(lead_roi_simple_lifetime_value);
PG_FUNCTION_INFO_V1(lead_roi_retention_lifetime_value);

/*
 * The sum, difference, product or quotient of two numerics.
 */
static Datum
calculate(PGFunction operation, Datum left, Datum right)
{
	return DirectFunctionCall2(operation, left, right);
}

/*
 * Is a numeric less than a whole number?
 */
static bool
is_less(Datum left, int64 right)
{
	return DatumGetBool(calculate(numeric_lt, left, NumericGetDatum(int64_to_numeric(right))));
}

/*
 * Is a numeric greater than a whole number?
 */
static bool
is_greater(Datum left, int64 right)
{
	return DatumGetBool(calculate(numeric_gt, left, NumericGetDatum(int64_to_numeric(right))));
}

/*
 * A numeric argument, which must be finite.
 */
static Datum
finite_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	Numeric		number = PG_GETARG_NUMERIC(argument);

	lead_roi_require_finite(NumericGetDatum(number), name);
	return NumericGetDatum(number);
}

/*
 * Refuse an argument that is out of range.
 */
static void
report_out_of_range(const char *name, const char *range, Datum value, const char *example)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("argument \"%s\" must be %s", name, range),
			 errdetail("It is %s.", DatumGetCString(DirectFunctionCall1(numeric_out, value))),
			 errhint("Pass, for instance, %s as \"%s\".", example, name)));
}

/*
 * simple_lifetime_value(revenue_per_period, periods, margin): their product.
 */
Datum
lead_roi_simple_lifetime_value(PG_FUNCTION_ARGS)
{
	Datum		revenue = finite_argument(fcinfo, 0, "revenue_per_period");
	Datum		periods = finite_argument(fcinfo, 1, "periods");
	Datum		margin = finite_argument(fcinfo, 2, "margin");

	if (is_less(periods, 0))
		report_out_of_range("periods", "0 or greater", periods, "26");
	return calculate(numeric_mul, calculate(numeric_mul, revenue, periods), margin);
}

/*
 * The factor of margin / (1 + discount - retention) for a timing of payments.
 */
static Datum
timing_factor(const char *timing, Datum retention, Datum growth)
{
	if (strcmp(timing, "immediate") == 0)
		return growth;
	if (strcmp(timing, "deferred") == 0)
		return retention;
	if (strcmp(timing, "arrears") == 0)
		return NumericGetDatum(int64_to_numeric(1));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("timing of payments is unknown"),
			 errdetail("Argument \"timing\" is \"%s\".", timing),
			 errhint("Pass immediate (first payment on joining), deferred (first payment on the first renewal) "
					 "or arrears (a payment at the end of each period begun) as \"timing\".")));
	return (Datum) 0;			/* keep the compiler quiet */
}

/*
 * retention_lifetime_value(margin, retention, discount, timing): the sum of a geometric series.
 */
Datum
lead_roi_retention_lifetime_value(PG_FUNCTION_ARGS)
{
	Datum		margin = finite_argument(fcinfo, 0, "margin");
	Datum		retention = finite_argument(fcinfo, 1, "retention");
	Datum		discount = finite_argument(fcinfo, 2, "discount");
	Datum		growth;
	Datum		factor;
	Datum		denominator;

	if (is_less(retention, 0) || is_greater(retention, 1))
		report_out_of_range("retention", "between 0 and 1", retention, "0.96");
	if (is_less(discount, 0))
		report_out_of_range("discount", "0 or greater", discount, "0.01");

	growth = calculate(numeric_add, discount, NumericGetDatum(int64_to_numeric(1)));
	factor = timing_factor(text_to_cstring(PG_GETARG_TEXT_PP(3)), retention, growth);
	denominator = calculate(numeric_sub, growth, retention);
	if (!is_greater(denominator, 0))
		PG_RETURN_NULL();
	return calculate(numeric_div, calculate(numeric_mul, margin, factor), denominator);
}
