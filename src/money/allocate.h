/*
 * allocate.h
 *		In:		an amount and weights, known to be finite, the weights not negative and not all 0.
 *		Out:	the parts of the amount.
 *		Promise: the parts add up to the amount, exactly; who gets what is left over is decided by one rule
 *				for numbers of any size.
 *
 * A "cent" is what parts are whole numbers of: 10 to the power of minus decimals. Amount and weights are
 * whole numbers of 10000 to the power of minus so many digits.
 */
#ifndef LEAD_ROI_ALLOCATE_H
#define LEAD_ROI_ALLOCATE_H

#include "fmgr.h"

#include "money/stored_numeric.h"

typedef struct Allocation
{
	StoredNumeric amount;
	int			amount_scale;	/* decimals that the amount needs */
	int			amount_digits;	/* after the point; not fewer than a cent has */
	int			decimals;		/* of a cent */
	int			count;			/* of weights, and so of parts */
	const StoredNumeric *weights;
	int			weight_digits;	/* after the point; negative if all are multiples of 10000 */
	Datum	   *parts;
} Allocation;

/* A part's claim to what is left over */
typedef struct Claim
{
	uint128		remainder;		/* what rounding has taken from the part, unless that is a long number */
	int			position;
} Claim;

/* Remainders by position, if they are long numbers; else rows is NULL */
typedef struct LongRemainders
{
	const uint16 *rows;
	int			length;			/* of each row */
} LongRemainders;

/*
 * How many digits a cent has after the point, and how many of the last of them it is: 0.01 is 100 times
 * 0.0001.
 */
#define CENT_DIGITS(decimals) FRACTION_DIGITS(decimals)

static inline int
lead_roi_cent_multiple(int decimals)
{
	static const int multiple[] = {1, 10, 100, 1000};

	return multiple[CENT_DIGITS(decimals) * DIGIT_DECIMALS - decimals];
}

extern PGDLLEXPORT Datum lead_roi_allocate(PG_FUNCTION_ARGS);
extern void *lead_roi_allocation_space(int count, Size size);
extern void lead_roi_order_claims(Claim *claims, int count, const LongRemainders *remainders);
extern void lead_roi_allocate_long(const Allocation *allocation);

#endif							/* LEAD_ROI_ALLOCATE_H */
