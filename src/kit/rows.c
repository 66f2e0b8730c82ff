/*
 * rows.c
 *		Rows as results of SQL functions.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "kit/rows.h"

/*
 * The row type of the function's result.
 */
TupleDesc
lead_roi_row_type(FunctionCallInfo fcinfo)
{
	TupleDesc	type;

	if (get_call_result_type(fcinfo, NULL, &type) != TYPEFUNC_COMPOSITE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("function returning rows called where rows are not accepted"),
				 errhint("Call it in FROM.")));
	return BlessTupleDesc(type);
}

/*
 * A text as a value of a row, NULL for none.
 */
void
lead_roi_set_text(Datum *value, bool *isnull, const char *text)
{
	*isnull = text == NULL;
	if (text != NULL)
		*value = CStringGetTextDatum(text);
}

/*
 * A row as the function's result.
 */
Datum
lead_roi_form_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	return HeapTupleGetDatum(heap_form_tuple(lead_roi_row_type(fcinfo), values, nulls));
}
