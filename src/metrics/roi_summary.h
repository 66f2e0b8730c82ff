/*
 * roi_summary.h
 *		In:		expenses, revenue and counts of visitors, leads and customers, row by row or as totals.
 *		Out:	the type roi_summary, which holds their sums, and every figure that is a ratio of them.
 *		Promise: sums are exact, and a figure is one division of two of them; accumulating and retracting
 *				are exact inverses; rows may come in any order, from any number of workers or nodes.
 *
 * The type is the aggregates' state, and what is stored. It has two forms, told apart by length, and
 * each content has one of them. With many groups the time goes into cache misses, and memory comes in
 * powers of 2, so the small form is just what fits into 32 bytes (29 in a table):
 *
 *		small	| length | visitors 24 : version 8 | leads 24 : expense's scale 8 | customers 24 : revenue's scale 8 |
 *				| expense's total 48 : values 16 | revenue's total 48 : values 16 |
 *
 * if the counts are below 2 to the power of 24, and each sum is of at most 65535 values of one scale and
 * has a total of 48 bits (some 14,000,000,000 with up to four decimals). Anything else is large, of 96
 * bytes and more:
 *
 *		large	| length | version 32 | visitors 64 | leads 64 | customers 64 |
 *				| expense: ExactSum | revenue: ExactSum |
 *				| expense's other scales, 16 bytes each | revenue's |
 *				| expense's total as a numeric, if it exceeds 128 bits, padded to 8 bytes | revenue's |
 *
 * Both are changed in place, without an allocation per row; a change that needs another length makes a
 * new value. A value in a table may lie at any address, so it is read by copying; the state of a running
 * aggregate is always aligned and plain.
 *
 * What a sixth member costs: the small form is full. A fourth count makes it 40 bytes, for which 64 are
 * allocated; a third sum makes it 48 and needs a fourth count to put its scale beside. The assertions in
 * small_summary.h say so. Either takes a version of its own, which open_stored() in roi_summary.c reads
 * beside this one, and so does the binary form. Else it touches the enum below, the names in
 * roi_summary.c, its accessors in figures.c, and the argument lists in SQL.
 */
#ifndef LEAD_ROI_ROI_SUMMARY_H
#define LEAD_ROI_ROI_SUMMARY_H

#include "fmgr.h"
#include "nodes/nodes.h"

#include "money/exact_sum.h"

/* What a stored value begins with. Later versions must go on reading this one. */
#define ROI_SUMMARY_VERSION 1

/* The sums and counts of a summary, in the order of arguments and of everything written */
typedef enum SumIndex
{
	EXPENSE,
	REVENUE
} SumIndex;

typedef enum CountIndex
{
	VISITORS,
	LEADS,
	CUSTOMERS
} CountIndex;

#define SUMS (REVENUE + 1)
#define COUNTS (CUSTOMERS + 1)

/* Their names: arguments, accessors, keys of the text form */
extern const char *const lead_roi_sum_names[SUMS];
extern const char *const lead_roi_count_names[COUNTS];

typedef struct SmallSummary
{
	int32		vl_len_;		/* varlena header, not for direct use */
	uint32		counts[COUNTS]; /* each with a note beside it: see small_summary.h */
	int64		sums[SUMS];		/* each with the number of its values */
} SmallSummary;

typedef struct LargeSummary
{
	int32		vl_len_;		/* varlena header, not for direct use */
	int32		version;		/* ROI_SUMMARY_VERSION */
	int64		counts[COUNTS];
	ExactSum	sums[SUMS];
	/* then what belongs to the sums */
} LargeSummary;

/* A plain summary of either form */
typedef union RoiSummary
{
	SmallSummary small;
	LargeSummary large;
} RoiSummary;

/* A summary with everything at hand */
typedef struct OpenSummary
{
	int64		counts[COUNTS];
	OpenSum		sums[SUMS];
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
 * The space that the wide total of a sum takes.
 */
static inline Size
lead_roi_wide_space(const ExactSum *sum)
{
	return MAXALIGN((Size) sum->wide_size);
}

/*
 * The space of what stands behind the sums for one of them.
 */
static inline Size
lead_roi_space_behind(const ExactSum *sum)
{
	return sum->other_scales * sizeof(ScaleCount) + lead_roi_wide_space(sum);
}

/*
 * Is a summary large, plain, and of the length that its sums say?
 */
static inline bool
lead_roi_is_large(const RoiSummary *summary)
{
	Size		size = sizeof(LargeSummary);
	int			i;

	if (VARATT_IS_EXTENDED(summary) || VARSIZE(summary) < sizeof(LargeSummary))
		return false;
	for (i = 0; i < SUMS; i++)
		size += lead_roi_space_behind(&summary->large.sums[i]);
	return VARSIZE(summary) == size;
}

extern void lead_roi_open_summary(Datum datum, OpenSummary *summary);
extern RoiSummary *lead_roi_close_summary(const OpenSummary *summary);
extern RoiSummary *lead_roi_own_summary(bool isnull, Datum datum);
extern RoiSummary *lead_roi_enlarge(RoiSummary *summary);
extern RoiSummary *lead_roi_shrink(RoiSummary *summary);
extern RoiSummary *lead_roi_apply_sum(RoiSummary *summary, SumIndex sum, const OpenSum *part,
									  Direction direction);
extern void lead_roi_refuse_count(CountIndex count);

/*
 * A summary that rows went into or left: small again, if it fits.
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
