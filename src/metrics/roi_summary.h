/*
 * roi_summary.h
 *		In:		expenses, revenue and counts of visitors, leads and customers, row by row or as totals.
 *		Out:	the type roi_summary, which holds their sums, and every figure that is a ratio of them.
 *		Promise: sums are exact, and a figure is one division of two of them; adding and taking away
 *				are exact inverses; rows may come in any order, from any number of workers or nodes.
 *
 * The type is the aggregates' state, and what is stored. It has two forms, told apart by length, and
 * each content has one of them:
 *
 *	- small, if both sums are (SmallSum), as those of a column numeric(12,2) are up to some 10 to the
 *	  power of 14: 64 bytes (61 in a table), changed in place, no allocation per row;
 *	- large: 96 bytes and more. Behind the sums stand, for each, the counts of its other scales (16
 *	  bytes each), and then, for each sum that is too large for 128 bits, its total as a numeric,
 *	  padded to 8 bytes.
 *
 * Changes that need another length make a new value.
 *
 * A value in a table may lie at any address, so it is read by copying; the state of a running
 * aggregate is always aligned and plain.
 */
#ifndef LEAD_ROI_ROI_SUMMARY_H
#define LEAD_ROI_ROI_SUMMARY_H

#include "fmgr.h"
#include "nodes/nodes.h"

#include "money/exact_sum.h"

/* What a stored value begins with. Later versions must go on reading this one. */
#define ROI_SUMMARY_VERSION 1

/* The sums and counts of a summary, in the order in which they are written */
typedef enum Amount
{
	EXPENSE,
	REVENUE
} Amount;

typedef enum Count
{
	VISITORS,
	LEADS,
	CUSTOMERS
} Count;

#define AMOUNTS 2
#define COUNTS 3

/* Their names: arguments, accessors, keys of the text form */
extern const char *const lead_roi_amount_names[AMOUNTS];
extern const char *const lead_roi_count_names[COUNTS];

typedef struct RoiSummary
{
	int32		vl_len_;		/* varlena header, not for direct use */
	int32		version;		/* ROI_SUMMARY_VERSION */
	int64		counts[COUNTS];
	/* then the sums, AMOUNTS times SmallSum or ExactSum, and what belongs to them */
} RoiSummary;

#define SMALL_SUMMARY_SIZE (sizeof(RoiSummary) + AMOUNTS * sizeof(SmallSum))
#define LARGE_SUMMARY_SIZE (sizeof(RoiSummary) + AMOUNTS * sizeof(ExactSum))

/* A summary with everything at hand */
typedef struct OpenSummary
{
	int64		counts[COUNTS];
	OpenSum		amounts[AMOUNTS];
} OpenSummary;

/*
 * Is a summary small, and plain? Its header says both at once.
 */
static inline bool
lead_roi_is_small(const RoiSummary *summary)
{
	RoiSummary	small;

	SET_VARSIZE(&small, SMALL_SUMMARY_SIZE);
	return summary->vl_len_ == small.vl_len_;
}

/*
 * The sums of a small summary.
 */
static inline SmallSum *
lead_roi_small_sums(RoiSummary *summary)
{
	return (SmallSum *) (summary + 1);
}

/*
 * The sums of a plain large summary.
 */
static inline ExactSum *
lead_roi_large_sums(RoiSummary *summary)
{
	return (ExactSum *) (summary + 1);
}

/*
 * Find the payload of a stored small summary, at any address; NULL if it isn't one as it lies.
 */
static inline const char *
lead_roi_find_small(Datum datum)
{
	const char *stored = DatumGetPointer(datum);
	int32		version;

	if (VARATT_IS_SHORT(stored) ? VARSIZE_SHORT(stored) != SMALL_SUMMARY_SIZE - VARHDRSZ + VARHDRSZ_SHORT
		: !lead_roi_is_small((const RoiSummary *) stored))
		return NULL;
	memcpy(&version, VARDATA_ANY(stored), sizeof(version));
	return version == ROI_SUMMARY_VERSION ? VARDATA_ANY(stored) : NULL;
}

/*
 * One of the counts in the payload of a stored summary.
 */
static inline int64
lead_roi_stored_count(const char *payload, Count count)
{
	int64		result;

	memcpy(&result, payload + offsetof(RoiSummary, counts) - VARHDRSZ + count * sizeof(int64), sizeof(result));
	return result;
}

/*
 * One of the sums in the payload of a stored small summary.
 */
static inline SmallSum
lead_roi_stored_small_sum(const char *payload, Amount amount)
{
	SmallSum	result;

	memcpy(&result, payload + sizeof(RoiSummary) - VARHDRSZ + amount * sizeof(SmallSum), sizeof(result));
	return result;
}

/*
 * The space that the wide total of a sum takes.
 */
static inline Size
lead_roi_wide_space(const ExactSum *sum)
{
	return MAXALIGN((Size) sum->wide_size);
}

/*
 * The size of a large summary with these sums.
 */
static inline Size
lead_roi_summary_size(const ExactSum *expense, const ExactSum *revenue)
{
	return LARGE_SUMMARY_SIZE + lead_roi_wide_space(expense) + lead_roi_wide_space(revenue) +
		((Size) expense->other_scales + revenue->other_scales) * sizeof(ScaleCount);
}

extern void lead_roi_refuse_stored(const char *detail);
extern void lead_roi_open_summary(Datum datum, OpenSummary *summary);
extern RoiSummary *lead_roi_close_summary(const OpenSummary *summary);
extern bool lead_roi_is_large(const RoiSummary *summary);
extern RoiSummary *lead_roi_own_summary(bool isnull, Datum datum);
extern RoiSummary *lead_roi_merge_amount(RoiSummary *summary, Amount amount, const OpenSum *change,
										 Direction direction);
extern void lead_roi_refuse_count(Count count);

/*
 * Change one of the counts of a summary.
 */
static inline void
lead_roi_change_count(RoiSummary *summary, Count count, int64 change, Direction direction)
{
	int64	   *total = &summary->counts[count];

	if (unlikely(direction == ADD ? pg_add_s64_overflow(*total, change, total)
				 : pg_sub_s64_overflow(*total, change, total)))
		lead_roi_refuse_count(count);
}

#endif							/* LEAD_ROI_ROI_SUMMARY_H */
