/*
 * floating.c
 *		Floating point numbers to numerics, by their shortest decimals.
 */
#include "postgres.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "money/floating.h"

PG_FUNCTION_INFO_V1(lead_roi_amount_of_double);
PG_FUNCTION_INFO_V1(lead_roi_amount_of_real);

/* Decimals of up to 15 digits that differ are never read as the same double */
#define FIFTEEN_DIGITS 1e15

/*
 * A numeric from its text.
 */
static Numeric
read_decimal(const char *text)
{
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text),
											   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/*
 * The numeric of so many 10000ths, with as few decimals as that takes.
 */
static Numeric
few_decimals(int64 units)
{
	int			scale = DIGIT_DECIMALS;
	int64		rest = units;

	while (scale > 0 && rest % 10 == 0)
	{
		rest /= 10;
		scale--;
	}
	return lead_roi_units_to_numeric(scale == 0 ? rest : units, scale);
}

/*
 * The shortest decimal of a double. Money mostly has up to four decimals and 15 digits: if such a
 * number is read as this double, it is the only one, and so the shortest.
 */
Numeric
lead_roi_double_to_numeric(double value)
{
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];
	double		units = rint(value * DIGIT_BASE);

	if (fabs(units) < FIFTEEN_DIGITS && units / DIGIT_BASE == value)
		return few_decimals((int64) units);
	if (isnan(value) || isinf(value))
		return DatumGetNumeric(DirectFunctionCall1(float8_numeric, Float8GetDatum(value)));
	double_to_shortest_decimal_buf(value, text);
	return read_decimal(text);
}

/*
 * amount_of_double(value): the cast of double precision.
 */
Datum
lead_roi_amount_of_double(PG_FUNCTION_ARGS)
{
	PG_RETURN_NUMERIC(lead_roi_double_to_numeric(PG_GETARG_FLOAT8(0)));
}

/*
 * amount_of_real(value): the cast of real, which has shorter decimals than the same number as a double.
 */
Datum
lead_roi_amount_of_real(PG_FUNCTION_ARGS)
{
	float4		value = PG_GETARG_FLOAT4(0);
	char		text[FLOAT_SHORTEST_DECIMAL_LEN];

	if (isnan(value) || isinf(value))
		PG_RETURN_NUMERIC(lead_roi_double_to_numeric(value));
	float_to_shortest_decimal_buf(value, text);
	PG_RETURN_NUMERIC(read_decimal(text));
}
