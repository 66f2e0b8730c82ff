/*
 * revenue_sums.h
 *		In:		amounts of revenue, each at a tenure.
 *		Out:	for each distinct tenure two counts, the sum of revenue and the sum of its squares.
 *		Promise: exact, so the order of rows, the number of workers and the way the rows are split
 *				leave no trace; nothing is allocated per row.
 *
 * An amount is a whole number of 10000^-fraction_digits. A value with more digits than fit so far
 * makes the state reshape itself: words per amount, slots and scale only ever grow.
 */
#ifndef LEAD_ROI_REVENUE_SUMS_H
#define LEAD_ROI_REVENUE_SUMS_H

#include "fmgr.h"
#include "utils/numeric.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* Changed when the form of a state changes; within a major version of PostgreSQL states are not kept */
#define LEAD_ROI_SUMS_VERSION 1

/* An amount has at most that many base-10000 digits, 112 decimal ones, in that many words */
#define LEAD_ROI_MOST_DIGITS 28
#define LEAD_ROI_MOST_WORDS 6

/* The state of the aggregates: a varlena, with a hash table of slots keyed by tenure */
typedef struct RevenueSums
{
	int32		vl_len_;		/* varlena header */
	int32		version;		/* LEAD_ROI_SUMS_VERSION */
	int32		horizon;		/* of all rows so far; 0: no row yet, or none needed */
	int32		used;			/* slots in use */
	int32		bits;			/* 2 ^ bits slots */
	int16		integer_digits; /* base-10000 digits of an amount before the point, at most */
	int16		fraction_digits;	/* and after it */
	uint64		words[FLEXIBLE_ARRAY_MEMBER];	/* a slot for all amounts without a tenure, then the table */
} RevenueSums;

/* What the words of a slot are */
#define SLOT_TENURE 0
#define SLOT_COMPLETE 1			/* customers whose amounts are summed in this slot */
#define SLOT_ACTIVE 2			/* customers whose amounts are summed in the first slot only */
#define SLOT_SUM 3				/* signed, words + 1 of them, then the squares, 2 * words + 1 */
#define SLOT_SQUARE(words) (SLOT_SUM + (words) + 1)
#define SLOT_LENGTH(words) (SLOT_SUM + 3 * (words) + 2)

#define PG_GETARG_REVENUE_SUMS(n) ((RevenueSums *) PG_DETOAST_DATUM(PG_GETARG_DATUM(n)))

extern int	lead_roi_sums_words(const RevenueSums *sums);
extern RevenueSums *lead_roi_sums_make(int bits, int integer_digits, int fraction_digits);
extern RevenueSums *lead_roi_sums_reshape(const RevenueSums *sums, int bits, int integer_digits,
										  int fraction_digits);
extern void lead_roi_sums_report_customers(void);
extern RevenueSums *lead_roi_sums_find(RevenueSums *sums, int32 tenure, uint64 **slot);
extern RevenueSums *lead_roi_sums_add(RevenueSums *sums, Datum revenue, int32 tenure, int64 complete,
									  int64 active);
extern RevenueSums *lead_roi_sums_merge(RevenueSums *sums, const RevenueSums *other);
extern uint64 **lead_roi_sums_sorted(const RevenueSums *sums);
extern double lead_roi_sums_amount(const RevenueSums *sums, const uint64 *slot);
extern bool lead_roi_sums_count(uint64 *slot, int64 complete, int64 active);

#endif							/* LEAD_ROI_REVENUE_SUMS_H */
