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
 *	- small: 32 bytes (29 in a table), if the counts are below 2 to the power of 24, and each sum is of
 *	  at most 65535 values of one scale and has a total of 48 bits (some 14,000,000,000 with up to four
 *	  decimals);
 *	- large: 96 bytes and more. Behind the sums stand, for each, the counts of its other scales (16
 *	  bytes each), and then, for each sum that is too large for 128 bits, its total as a numeric,
 *	  padded to 8 bytes.
 *
 * With many groups the time goes into cache misses, and memory comes in powers of 2, so the small form
 * is just what fits into 32 bytes. Both are changed in place, without an allocation per row.
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

/* A count or the total of a sum shares its word with a smaller number, in the word's lowest bits. */
typedef struct SmallSummary
{
	int32		vl_len_;		/* varlena header, not for direct use */
	uint32		counts[COUNTS]; /* 24 bits each, then 8: the version, the sums' display scales */
	int64		sums[AMOUNTS];	/* 48 bits each, then 16: how many values */
} SmallSummary;

typedef struct LargeSummary
{
	int32		vl_len_;		/* varlena header, not for direct use */
	int32		version;		/* ROI_SUMMARY_VERSION */
	int64		counts[COUNTS];
	ExactSum	sums[AMOUNTS];
	/* then what belongs to the sums */
} LargeSummary;

/* A plain summary of either form */
typedef union RoiSummary
{
	SmallSummary small;
	LargeSummary large;
} RoiSummary;

/* Which of the counts of a small summary has what beside it */
#define SMALL_VERSION VISITORS
#define SMALL_SCALE(amount) ((amount) == EXPENSE ? LEADS : CUSTOMERS)

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
	SmallSummary small;

	SET_VARSIZE(&small, sizeof(SmallSummary));
	return summary->small.vl_len_ == small.vl_len_;
}

/*
 * Is a summary large, and plain, with nothing behind its sums?
 */
static inline bool
lead_roi_is_bare(const RoiSummary *summary)
{
	LargeSummary bare;

	SET_VARSIZE(&bare, sizeof(LargeSummary));
	return summary->large.vl_len_ == bare.vl_len_;
}

/*
 * What shares a word with one of the counts of a small summary: the version, or a display scale.
 */
static inline uint8
lead_roi_small_note(const SmallSummary *summary, int position)
{
	return (uint8) summary->counts[position];
}

static inline void
lead_roi_set_small_note(SmallSummary *summary, int position, uint8 note)
{
	summary->counts[position] = (summary->counts[position] & ~(uint32) PG_UINT8_MAX) | note;
}

/*
 * One of the counts of a small summary.
 */
static inline int64
lead_roi_small_count(const SmallSummary *summary, Count count)
{
	return summary->counts[count] >> 8;
}

/*
 * Set one of the counts of a small summary; false, and nothing done, if it doesn't fit.
 */
static inline bool
lead_roi_set_small_count(SmallSummary *summary, Count count, int64 number)
{
	if (number < 0 || number > PG_UINT32_MAX >> 8)
		return false;
	summary->counts[count] = (uint32) number << 8 | (uint8) summary->counts[count];
	return true;
}

/*
 * One of the sums of a small summary.
 */
static inline SmallSum
lead_roi_small_sum(const SmallSummary *summary, Amount amount)
{
	SmallSum	sum;

	sum.units = summary->sums[amount] >> 16;
	sum.values = (uint16) summary->sums[amount];
	sum.scale = lead_roi_small_note(summary, SMALL_SCALE(amount));
	return sum;
}

/*
 * Set one of the sums of a small summary; false, and nothing done, if it doesn't fit.
 */
static inline bool
lead_roi_set_small_sum(SmallSummary *summary, Amount amount, const SmallSum *sum)
{
	int64		units = (int64) ((uint64) sum->units << 16);

	if (units >> 16 != sum->units || sum->values > PG_UINT16_MAX || sum->scale > PG_UINT8_MAX)
		return false;
	summary->sums[amount] = units | sum->values;
	if (lead_roi_small_note(summary, SMALL_SCALE(amount)) != sum->scale)
		lead_roi_set_small_note(summary, SMALL_SCALE(amount), sum->scale);
	return true;
}

/*
 * Copy the payload of a small summary from wherever it lies; false, and the copy is not to be used, if
 * it isn't one as it lies.
 */
static inline bool
lead_roi_copy_small(Datum datum, SmallSummary *copy)
{
	const char *stored = DatumGetPointer(datum);

	if (VARATT_IS_SHORT(stored) ? VARSIZE_SHORT(stored) != sizeof(SmallSummary) - VARHDRSZ + VARHDRSZ_SHORT
		: VARATT_IS_EXTENDED(stored) || VARSIZE(stored) != sizeof(SmallSummary))
		return false;
	memcpy(copy->counts, VARDATA_ANY(stored), sizeof(SmallSummary) - VARHDRSZ);
	return lead_roi_small_note(copy, SMALL_VERSION) == ROI_SUMMARY_VERSION;
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
	return sizeof(LargeSummary) + lead_roi_wide_space(expense) + lead_roi_wide_space(revenue) +
		((Size) expense->other_scales + revenue->other_scales) * sizeof(ScaleCount);
}

/*
 * Is a summary large, plain, and of the length that its sums say?
 */
static inline bool
lead_roi_is_large(const RoiSummary *summary)
{
	return !VARATT_IS_EXTENDED(summary) && VARSIZE(summary) >= sizeof(LargeSummary) &&
		VARSIZE(summary) == lead_roi_summary_size(&summary->large.sums[EXPENSE], &summary->large.sums[REVENUE]);
}

extern void lead_roi_refuse_stored(const char *detail);
extern void lead_roi_open_summary(Datum datum, OpenSummary *summary);
extern RoiSummary *lead_roi_close_summary(const OpenSummary *summary);
extern RoiSummary *lead_roi_own_summary(bool isnull, Datum datum);
extern RoiSummary *lead_roi_enlarge(RoiSummary *summary);
extern RoiSummary *lead_roi_shrink(RoiSummary *summary);
extern RoiSummary *lead_roi_merge_amount(RoiSummary *summary, Amount amount, const OpenSum *change,
										 Direction direction);
extern void lead_roi_refuse_count(Count count);

/*
 * The form that a changed summary's content has.
 */
static inline RoiSummary *
lead_roi_settle(RoiSummary *summary)
{
	if (likely(lead_roi_is_small(summary) ||
			   (uint64) summary->large.sums[REVENUE].values > PG_UINT16_MAX ||
			   (uint64) summary->large.sums[EXPENSE].values > PG_UINT16_MAX))
		return summary;
	return lead_roi_shrink(summary);
}

#endif							/* LEAD_ROI_ROI_SUMMARY_H */
