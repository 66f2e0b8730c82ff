/*
 * ratio.c
 *		Ratios of totals.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/fmgrprotos.h"

#include "money/ratio.h"

PG_FUNCTION_INFO_V1(lead_roi_ratio);

/*
 * May something be divided by this finite total? Not if it is 0 or negative.
 */
bool
lead_roi_is_divisor(Datum total)
{
	StoredNumeric numeric;

	lead_roi_read_numeric(total, &numeric);
	Assert(numeric.kind == KIND_FINITE);
	return !numeric.negative && numeric.ndigits > 0;
}

/*
 * ratio(numerator, denominator): one division, NULL where it isn't defined.
 */
Datum
lead_roi_ratio(PG_FUNCTION_ARGS)
{
	Datum		numerator = lead_roi_finite_argument(fcinfo, 0, "numerator");
	Datum		denominator = lead_roi_finite_argument(fcinfo, 1, "denominator");

	if (!lead_roi_is_divisor(denominator))
		PG_RETURN_NULL();
	return DirectFunctionCall2(numeric_div, numerator, denominator);
}
