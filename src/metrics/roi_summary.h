/*
 * roi_summary.h
 *		In:		expenses, revenue and counts of visitors, leads and customers, row by row or as totals.
 *		Out:	the type roi_summary, which holds their sums, and every figure that is a ratio of them.
 *		Promise: sums are exact, and a figure is one division of two of them; adding and taking away
 *				are exact inverses; rows may come in any order, from any number of workers or nodes.
 *
 * The type is the aggregates' state, and what is stored. It begins with a part of fixed length,
 * which is all there is when the amounts of each sum have the same number of decimals, as those of
 * a column numeric(12,2) do: 96 bytes (93 in a table), changed in place, no allocation per row.
 * Behind it stand, for each sum, the counts of its other scales (16 bytes each), and then, for each
 * sum that is too large for 128 bits, its total as a numeric, padded to 8 bytes. Changes that need
 * another length make a new value.
 *
 * A value in a table may lie at any address, so it is read by copying (lead_roi_open_summary); the
 * state of a running aggregate is always aligned and plain.
 */
#ifndef LEAD_ROI_ROI_SUMMARY_H
#define LEAD_ROI_ROI_SUMMARY_H

#include "common/int.h"
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
	ExactSum	amounts[AMOUNTS];
	/* then for each sum its other scales, then for each sum its wide total */
} RoiSummary;

/* A summary with everything at hand */
typedef struct OpenSummary
{
	int64		counts[COUNTS];
	OpenSum		amounts[AMOUNTS];
} OpenSummary;

/*
 * Where a plain summary keeps the counts of other scales of one of its sums.
 */
static inline ScaleCount *
lead_roi_other_scales(RoiSummary *summary, Amount amount)
{
	ScaleCount *others = (ScaleCount *) (summary + 1);

	return amount == EXPENSE ? others : others + summary->amounts[EXPENSE].other_scales;
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
 * The size of a summary with these sums.
 */
static inline Size
lead_roi_summary_size(const ExactSum *expense, const ExactSum *revenue)
{
	return sizeof(RoiSummary) + lead_roi_wide_space(expense) + lead_roi_wide_space(revenue) +
		((Size) expense->other_scales + revenue->other_scales) * sizeof(ScaleCount);
}

extern void lead_roi_refuse_stored(const char *detail);
extern void lead_roi_open_summary(Datum datum, OpenSummary *summary);
extern RoiSummary *lead_roi_close_summary(const OpenSummary *summary);
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

/*
 * Copy the fixed part of a summary from wherever it lies, with the length of the whole in its
 * header. Returns what stands behind it.
 */
static inline const char *
lead_roi_read_fixed_part(Datum datum, RoiSummary *fixed)
{
	struct varlena *packed = (struct varlena *) DatumGetPointer(datum);
	const char *payload;
	Size		size;

	if (VARATT_IS_EXTENDED(packed) && (!VARATT_IS_SHORT(packed) || VARATT_IS_EXTERNAL(packed)))
		packed = PG_DETOAST_DATUM_PACKED(datum);
	payload = VARDATA_ANY(packed);
	size = VARSIZE_ANY_EXHDR(packed) + VARHDRSZ;
	if (size < sizeof(RoiSummary))
		lead_roi_refuse_stored("It is too short.");

	/* In two pieces, so that no 64-bit field is written in halves and then waited for. */
	memcpy(&fixed->version, payload, sizeof(fixed->version));
	memcpy(fixed->counts, payload + sizeof(fixed->version), sizeof(RoiSummary) - offsetof(RoiSummary, counts));
	SET_VARSIZE(fixed, size);

	if (fixed->version != ROI_SUMMARY_VERSION)
		lead_roi_refuse_stored("Its version is not known.");
	if (size != lead_roi_summary_size(&fixed->amounts[EXPENSE], &fixed->amounts[REVENUE]))
		lead_roi_refuse_stored("It has the wrong length.");
	if (fixed->amounts[EXPENSE].scale > MAXIMUM_SCALE || fixed->amounts[REVENUE].scale > MAXIMUM_SCALE)
		lead_roi_refuse_stored("A display scale is out of range.");
	return payload + sizeof(RoiSummary) - VARHDRSZ;
}

#endif							/* LEAD_ROI_ROI_SUMMARY_H */
