/*
 * counted_as.c
 *		The lead source that the facts of another one count as, found at once.
 *
 * That is a join with the lead sources that are merged, of which there are few or none: a query collects
 * them once, and asks for each fact.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/array.h"

PG_FUNCTION_INFO_V1(lead_roi_counted_as);

/* A lead source that is merged, and the one that it counts as: a row of the array */
typedef struct Merger
{
	int64		lead_source_id;
	int64		counted_as;
} Merger;

/*
 * Order of the array.
 */
static int
compare_mergers(const void *a, const void *b)
{
	int64		left = ((const Merger *) a)->lead_source_id;
	int64		right = ((const Merger *) b)->lead_source_id;

	return left < right ? -1 : left > right;
}

/*
 * counted_as(lead_source_id, mergers): the lead source that the facts of one count as.
 */
Datum
lead_roi_counted_as(PG_FUNCTION_ARGS)
{
	Merger		key;
	const Merger *found;
	ArrayType  *mergers;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	key.lead_source_id = PG_GETARG_INT64(0);
	if (PG_ARGISNULL(1))
		PG_RETURN_INT64(key.lead_source_id);
	mergers = PG_GETARG_ARRAYTYPE_P(1);
	if (ARR_NDIM(mergers) != 2 || ARR_DIMS(mergers)[1] != 2 || ARR_HASNULL(mergers))
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("mergers must be an array of pairs without nulls"),
				 errhint("Pass array_agg(ARRAY[lead_source_id, counted_as] ORDER BY lead_source_id) of merged_lead_source.")));

	found = bsearch(&key, (char *) mergers + ARR_OVERHEAD_NONULLS(2), ARR_DIMS(mergers)[0], sizeof(Merger), compare_mergers);
	PG_RETURN_INT64(found != NULL ? found->counted_as : key.lead_source_id);
}
