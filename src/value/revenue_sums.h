/*
 * revenue_sums.h
 *		In:		amounts of revenue, each at a tenure or an age.
 *		Out:	for each distinct one two counts, the sum of revenue and the sum of its squares.
 *		Promise: exact, so the order of rows, the number of workers and the way the rows are split
 *				leave no trace; nothing is allocated per row.
 *
 * The state of two aggregates. They share how amounts are summed; what is counted is theirs:
 *
 *		counts of a slot				SUMMED (their amounts are here)		UNSUMMED
 *		censored_lifetime_value()		customers whose revenue is			customers still active; their
 *										complete							amounts are in the loose sum
 *		lifetime_value_curve()			rows of an age						customers whose follow-up ends
 *																			with it, who have no amount
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

#include "survival/tenure_table.h"

/* Changed when the form of a state changes; within a major version of PostgreSQL states are not kept */
#define LEAD_ROI_SUMS_VERSION 1

/* An amount has at most that many base-10000 digits, 112 decimal ones, in that many words */
#define LEAD_ROI_MOST_DIGITS 28
#define LEAD_ROI_MOST_WORDS 6

/* No row has said a horizon; by age there is none */
#define NO_HORIZON 0

/* The state: a varlena. Its words are the loose sum, and then the slots */
typedef struct RevenueSums
{
	int32		vl_len_;		/* varlena header */
	int32		version;		/* LEAD_ROI_SUMS_VERSION */
	int32		horizon;		/* of all rows so far, or NO_HORIZON */
	int32		used;			/* slots in use */
	int32		bits;			/* 2 ^ bits slots */
	int16		integer_digits; /* base-10000 digits of an amount before the point, at most */
	int16		fraction_digits;	/* and after it */
	uint64		words[FLEXIBLE_ARRAY_MEMBER];
} RevenueSums;

/* Which of the counts of a slot */
typedef enum SlotCount
{
	SUMMED,						/* those whose amounts are summed in the slot */
	UNSUMMED
} SlotCount;

/* A tenure or an age, and what was added at it */
typedef struct RevenueSlot
{
	TenureSlot	head;
	uint64		words[FLEXIBLE_ARRAY_MEMBER];	/* the sum, signed, then the sum of squares */
} RevenueSlot;

/* The words of a sum and of a sum of squares, if an amount has so many */
#define SUM_WORDS(words) ((words) + 1)
#define SQUARE_WORDS(words) (2 * (words) + 1)

#define PG_GETARG_REVENUE_SUMS(n) ((RevenueSums *) PG_DETOAST_DATUM(PG_GETARG_DATUM(n)))

extern int	lead_roi_sums_words(const RevenueSums *sums);
extern RevenueSums *lead_roi_sums_make(int bits, int integer_digits, int fraction_digits);
extern RevenueSums *lead_roi_sums_add(RevenueSums *sums, Datum revenue, int32 tenure, SlotCount count);
extern RevenueSums *lead_roi_sums_count(RevenueSums *sums, int32 tenure, SlotCount count, int64 number,
										RevenueSlot **slot);
extern RevenueSums *lead_roi_sums_merge(RevenueSums *sums, const RevenueSums *other);
extern RevenueSlot **lead_roi_sums_sorted(const RevenueSums *sums);
extern double lead_roi_sums_amount(const RevenueSums *sums, const uint64 *sum);

/*
 * The sum of squares of a slot.
 */
static inline uint64 *
lead_roi_slot_squares(RevenueSlot *slot, int words)
{
	return slot->words + SUM_WORDS(words);
}

#endif							/* LEAD_ROI_REVENUE_SUMS_H */
