/*
 * tenure_table.h
 *		In:		an array of slots, and a tenure.
 *		Out:	the slot of the tenure: the one that holds it, or the free one where it belongs.
 *		Promise: for slots of any length that begin as below, in memory that whoever owns them moves.
 *
 * Open addressing with linear probing, at most three quarters full; none is ever taken out.
 */
#ifndef LEAD_ROI_TENURE_TABLE_H
#define LEAD_ROI_TENURE_TABLE_H

/* Slots as powers of two */
#define FIRST_TABLE_BITS 4

/* What a slot begins with: two counts of customers, whose meaning is its owner's. Without any it is free. */
typedef struct TenureSlot
{
	int32		tenure;
	int64		counts[2];
} TenureSlot;

/*
 * Does a slot hold a tenure?
 */
static inline bool
lead_roi_is_used(const TenureSlot *slot)
{
	return slot->counts[0] != 0 || slot->counts[1] != 0;
}

/*
 * How many slots may be used before a table has to grow.
 */
static inline int
lead_roi_most_used(int bits)
{
	return (3 << bits) / 4;
}

/*
 * The slot of a tenure. Multiplying by 2^32 / golden ratio spreads tenures that share a divisor, as
 * seconds of whole days do.
 */
static inline TenureSlot *
lead_roi_find_slot(void *slots, Size slot_size, int bits, int32 tenure)
{
	uint32		mask = (1U << bits) - 1;
	uint32		i = ((uint32) tenure * 2654435769U) >> (32 - bits);
	TenureSlot *slot = (TenureSlot *) ((char *) slots + i * slot_size);

	while (slot->tenure != tenure && lead_roi_is_used(slot))
	{
		i = (i + 1) & mask;
		slot = (TenureSlot *) ((char *) slots + i * slot_size);
	}
	return slot;
}

#endif							/* LEAD_ROI_TENURE_TABLE_H */
