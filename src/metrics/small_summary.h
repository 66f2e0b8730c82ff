/*
 * small_summary.h
 *		In:		the small form of a roi_summary.
 *		Out:	its counts and sums, read and set where they lie.
 *		Promise: what doesn't fit is refused, and then nothing is done.
 *
 * A count takes the upper 24 bits of its word. The 8 bits below it are a note that has nothing to do with
 * it: the version beside the first, the display scale of a sum beside each of the others. A sum's total
 * takes the upper 48 bits of its word, the number of its values the 16 below.
 */
#ifndef LEAD_ROI_SMALL_SUMMARY_H
#define LEAD_ROI_SMALL_SUMMARY_H

#include "metrics/roi_summary.h"

#define NOTE_BITS 8
#define VALUE_BITS 16

/* Beside which of the counts a note is */
#define VERSION_NOTE 0
#define SCALE_NOTE(sum) ((sum) + 1)

StaticAssertDecl(COUNTS == SUMS + 1,
				 "a small roi_summary has a note for its version and for each scale, one beside each count");
StaticAssertDecl(sizeof(SmallSummary) == 32 && sizeof(LargeSummary) == 96,
				 "a roi_summary has no gaps, and a small one no room for a further member");

/*
 * The note beside one of the counts.
 */
static inline uint8
lead_roi_small_note(const SmallSummary *summary, int position)
{
	return (uint8) summary->counts[position];
}

/*
 * Set the note beside one of the counts.
 */
static inline void
lead_roi_set_small_note(SmallSummary *summary, int position, uint8 note)
{
	summary->counts[position] = (summary->counts[position] & ~(uint32) PG_UINT8_MAX) | note;
}

/*
 * One of the counts.
 */
static inline int64
lead_roi_small_count(const SmallSummary *summary, CountIndex count)
{
	return summary->counts[count] >> NOTE_BITS;
}

/*
 * Set one of the counts; false if it doesn't fit.
 */
static inline bool
lead_roi_set_small_count(SmallSummary *summary, CountIndex count, int64 number)
{
	if (number < 0 || number > PG_UINT32_MAX >> NOTE_BITS)
		return false;
	summary->counts[count] = (uint32) number << NOTE_BITS | (uint8) summary->counts[count];
	return true;
}

/*
 * One of the sums.
 */
static inline SmallSum
lead_roi_small_sum(const SmallSummary *summary, SumIndex index)
{
	SmallSum	sum;

	sum.units = summary->sums[index] >> VALUE_BITS;
	sum.values = (uint16) summary->sums[index];
	sum.scale = lead_roi_small_note(summary, SCALE_NOTE(index));
	return sum;
}

/*
 * Set one of the sums; false if it doesn't fit.
 */
static inline bool
lead_roi_set_small_sum(SmallSummary *summary, SumIndex index, const SmallSum *sum)
{
	int64		units = (int64) ((uint64) sum->units << VALUE_BITS);

	if (units >> VALUE_BITS != sum->units || sum->values > PG_UINT16_MAX || sum->scale > PG_UINT8_MAX)
		return false;
	summary->sums[index] = units | sum->values;
	if (lead_roi_small_note(summary, SCALE_NOTE(index)) != sum->scale)
		lead_roi_set_small_note(summary, SCALE_NOTE(index), sum->scale);
	return true;
}

/*
 * Copy a small summary of this version from wherever it lies; false, and the copy is not to be used, if
 * what lies there is something else.
 */
static inline bool
lead_roi_copy_small(Datum datum, SmallSummary *copy)
{
	const char *stored = DatumGetPointer(datum);

	if (VARATT_IS_SHORT(stored) ? VARSIZE_SHORT(stored) != sizeof(SmallSummary) - VARHDRSZ + VARHDRSZ_SHORT
		: VARATT_IS_EXTENDED(stored) || VARSIZE(stored) != sizeof(SmallSummary))
		return false;
	memcpy(copy->counts, VARDATA_ANY(stored), sizeof(SmallSummary) - VARHDRSZ);
	return lead_roi_small_note(copy, VERSION_NOTE) == ROI_SUMMARY_VERSION;
}

#endif							/* LEAD_ROI_SMALL_SUMMARY_H */
