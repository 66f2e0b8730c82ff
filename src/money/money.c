/*
 * money.c
 *		What counts as an amount of money.
 */
#include "postgres.h"

#include "money/money.h"

PG_FUNCTION_INFO_V1(lead_roi_finite_amount);

/*
 * Make sure that amounts can be read on this server.
 */
void
lead_roi_money_init(void)
{
	lead_roi_check_stored_numeric();
}

/*
 * Take apart an amount; refuse NaN and infinity, naming the argument it came in.
 */
void
lead_roi_read_finite(Datum amount, const char *argument, StoredNumeric *numeric)
{
	lead_roi_read_numeric(amount, numeric);
	if (numeric->kind == KIND_FINITE)
		return;

	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("argument \"%s\" must be a finite number", argument),
			 errdetail("It is %s.", numeric->kind == KIND_NAN ? "NaN" : "infinite"),
			 errhint("Pass NULL as \"%s\" when it is not known.", argument)));
}

/*
 * Refuse an amount that is NaN or infinite, naming the argument it came in.
 */
void
lead_roi_require_finite(Datum amount, const char *argument)
{
	StoredNumeric numeric;

	lead_roi_read_finite(amount, argument, &numeric);
}

/*
 * A numeric argument of an SQL function, which must be finite.
 */
Datum
lead_roi_finite_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	Datum		amount = NumericGetDatum(PG_GETARG_NUMERIC(argument));

	lead_roi_require_finite(amount, name);
	return amount;
}

/*
 * finite_amount(amount): the amount as it came, or an error if it is NaN or infinite.
 */
Datum
lead_roi_finite_amount(PG_FUNCTION_ARGS)
{
	lead_roi_require_finite(PG_GETARG_DATUM(0), "amount");
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}
