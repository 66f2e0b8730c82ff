/*
 * floating.h
 *		In:		floating point numbers.
 *		Out:	the decimals that they stand for, as numerics.
 *		Promise: of all decimals that are read as the number, the shortest: 0.1 is 0.1. No setting
 *				changes it; NaN and infinity stay what they are.
 */
#ifndef LEAD_ROI_FLOATING_H
#define LEAD_ROI_FLOATING_H

#include "money/stored_numeric.h"

extern Numeric lead_roi_double_to_numeric(double value);

#endif							/* LEAD_ROI_FLOATING_H */
