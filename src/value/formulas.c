/*
 * formulas.c
 *		Lifetime value by formula, from figures that are known or assumed. Exact decimals; one division,
 *		last.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "kit/arguments.h"
#include "money/ratio.h"

PG_FUNCTION_INFO_V1(lead_roi_simple_lifetime_value);
PG_FUNCTION_INFO_V1(lead_roi_payback_periods);
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
 * Refuse a numeric argument that is out of range.
 */
static void
refuse_range(const char *name, const char *range, Datum value, const char *example, const char *meaning)
{
	lead_roi_refuse_range(name, range, DatumGetCString(DirectFunctionCall1(numeric_out, value)), example, meaning);
}

/*
 * A share of revenue, the whole at most. Whoever means 50 % passes 0.5: 50 would make every figure
 * wrong by a factor of 100.
 */
static Datum
margin_argument(FunctionCallInfo fcinfo, int argument)
{
	Datum		margin = lead_roi_finite_argument(fcinfo, argument, "margin");

	if (is_less(margin, -1) || is_greater(margin, 1))
		refuse_range("margin", "between -1 and 1", margin, "0.5", "50 %");
	return margin;
}

/*
 * A discount per period.
 */
static Datum
discount_argument(FunctionCallInfo fcinfo, int argument)
{
	Datum		discount = lead_roi_finite_argument(fcinfo, argument, "discount");

	if (is_less(discount, 0) || !is_less(discount, 1))
		refuse_range("discount", LEAD_ROI_FRACTION_RANGE, discount, "0.01", "1 %");
	return discount;
}

/*
 * simple_lifetime_value(revenue_per_period, periods, margin): their product.
 */
Datum
lead_roi_simple_lifetime_value(PG_FUNCTION_ARGS)
{
	Datum		revenue = lead_roi_finite_argument(fcinfo, 0, "revenue_per_period");
	Datum		periods = lead_roi_finite_argument(fcinfo, 1, "periods");
	Datum		margin = margin_argument(fcinfo, 2);

	if (is_less(periods, 0))
		refuse_range("periods", "0 or greater", periods, "26", "26 months");
	return calculate(numeric_mul, calculate(numeric_mul, revenue, periods), margin);
}

/*
 * payback_periods(cac, revenue_per_period, margin): the cost over what a period brings.
 */
Datum
lead_roi_payback_periods(PG_FUNCTION_ARGS)
{
	Datum		cac = lead_roi_finite_argument(fcinfo, 0, "cac");
	Datum		revenue = lead_roi_finite_argument(fcinfo, 1, "revenue_per_period");
	Datum		per_period = calculate(numeric_mul, revenue, margin_argument(fcinfo, 2));

	if (!lead_roi_is_divisor(per_period))
		PG_RETURN_NULL();
	return calculate(numeric_div, cac, per_period);
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
	Datum		margin = lead_roi_finite_argument(fcinfo, 0, "margin");
	Datum		retention = lead_roi_finite_argument(fcinfo, 1, "retention");
	Datum		discount = discount_argument(fcinfo, 2);
	Datum		growth;
	Datum		factor;
	Datum		denominator;

	if (is_less(retention, 0) || is_greater(retention, 1))
		refuse_range("retention", "between 0 and 1", retention, "0.96", "96 %");

	growth = calculate(numeric_add, discount, NumericGetDatum(int64_to_numeric(1)));
	factor = timing_factor(text_to_cstring(PG_GETARG_TEXT_PP(3)), retention, growth);
	denominator = calculate(numeric_sub, growth, retention);
	if (!lead_roi_is_divisor(denominator))
		PG_RETURN_NULL();
	return calculate(numeric_div, calculate(numeric_mul, margin, factor), denominator);
}
