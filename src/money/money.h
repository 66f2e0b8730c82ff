/*
 * money.h
 *		In:		numeric amounts as users and tables give them.
 *		Out:	the same amounts, known to be finite.
 *		Promise: money is an exact decimal; NaN and infinity never get past here.
 */
#ifndef LEAD_ROI_MONEY_H
#define LEAD_ROI_MONEY_H

#include "utils/numeric.h"

extern void lead_roi_require_finite(Numeric amount, const char *argument);

#endif							/* LEAD_ROI_MONEY_H */
