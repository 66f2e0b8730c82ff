/*
 * ratio.h
 *		In:		two totals.
 *		Out:	one of them divided by the other.
 *		Promise: a ratio is defined over a divisor greater than 0 and over no other; every figure of
 *				every room asks here.
 */
#ifndef LEAD_ROI_RATIO_H
#define LEAD_ROI_RATIO_H

#include "money/money.h"

extern bool lead_roi_is_divisor(Datum total);

/*
 * The same for a count.
 */
static inline bool
lead_roi_count_is_divisor(int64 count)
{
	return count > 0;
}

#endif							/* LEAD_ROI_RATIO_H */
