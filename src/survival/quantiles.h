/*
 * quantiles.h
 *		In:		a probability strictly between 0 and 1.
 *		Out:	the quantile of the normal or the chi-square distribution.
 *		Promise: a relative error below 1e-12, for the tails that confidence limits need.
 */
#ifndef LEAD_ROI_QUANTILES_H
#define LEAD_ROI_QUANTILES_H

extern double lead_roi_normal_quantile_upper(double tail);
extern double lead_roi_chi_square_quantile(double tail, bool upper, double degrees_of_freedom);

#endif							/* LEAD_ROI_QUANTILES_H */
