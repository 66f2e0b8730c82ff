/*
 * noop.c
 *		The floor for script/bench: the steps of aggregates that do nothing with their arguments.
 */
#include "postgres.h"

#include "fmgr.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(noop);

/*
 * Give the state back as it is.
 */
Datum
noop(PG_FUNCTION_ARGS)
{
	return PG_GETARG_DATUM(0);
}
