/*
 * tenure_counts.c
 *		The list that all forms of a survival_curve are read into and made from.
 */
#include "postgres.h"

#include "common/int.h"
#include "utils/memutils.h"

#include "survival/tenure_counts.h"

/*
 * Begin an empty list of counts with room for that many.
 */
void
lead_roi_counts_init(TenureCounts *counts, int room)
{
	counts->length = 0;
	counts->room = Max(room, 1);
	counts->customers = 0;
	counts->entries = MemoryContextAllocHuge(CurrentMemoryContext,
											 counts->room * sizeof(TenureCount));
}

/*
 * Append the counts of a tenure; returns NULL, or what is wrong with them.
 */
const char *
lead_roi_counts_append(TenureCounts *counts, int32 tenure, int64 churned, int64 active)
{
	TenureCount *entry;
	int64		customers;

	if (tenure < 0)
		return "A tenure is negative.";
	if (counts->length > 0 && tenure <= counts->entries[counts->length - 1].tenure)
		return "Tenures must be ascending.";
	if (churned < 0 || active < 0)
		return "A number of customers is negative.";
	if (churned == 0 && active == 0)
		return "A tenure has no customers.";
	if (pg_add_s64_overflow(churned, active, &customers) ||
		pg_add_s64_overflow(counts->customers, customers, &counts->customers))
		return "The total number of customers is out of range.";

	if (counts->length == counts->room)
	{
		counts->room *= 2;
		counts->entries = repalloc_huge(counts->entries, counts->room * sizeof(TenureCount));
	}
	entry = &counts->entries[counts->length++];
	entry->tenure = tenure;
	entry->churned = churned;
	entry->active = active;
	return NULL;
}
