/*
 * money.h
 *		In:		numeric amounts as users and tables give them.
 *		Out:	the same amounts, known to be finite; their exact sums (exact_sum.h).
 *		Promise: money is an exact decimal; NaN and infinity never get past here, and a sum is what
 *				PostgreSQL's sum(numeric) gives, digit for digit.
 */
#ifndef LEAD_ROI_MONEY_H
#define LEAD_ROI_MONEY_H

#include "fmgr.h"

#include "money/stored_numeric.h"

extern void lead_roi_money_init(void);
extern void lead_roi_require_finite(Datum amount, const char *argument);
extern Datum lead_roi_finite_argument(FunctionCallInfo fcinfo, int argument, const char *name);
extern void lead_roi_read_finite(Datum amount, const char *argument, StoredNumeric *numeric);

#endif							/* LEAD_ROI_MONEY_H */
