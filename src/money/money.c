/*
 * money.c
 *		What counts as an amount of money.
 */
#include "postgres.h"

#include "money/money.h"

/*
 * Refuse an amount that is NaN or infinite, naming the argument it came in.
 */
void
lead_roi_require_finite(Numeric amount, const char *argument)
{
	if (!numeric_is_nan(amount) && !numeric_is_inf(amount))
		return;

	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("amount of money must be a finite number"),
			 errdetail("Argument \"%s\" is %s.", argument,
					   numeric_is_nan(amount) ? "NaN" : "infinite"),
			 errhint("Leave the amount NULL when it is not known.")));
}
