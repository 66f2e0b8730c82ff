/*
 * compact_form.h
 *		In:		a list of counts, or the bytes of a compact curve.
 *		Out:	the other one.
 *		Promise: what is stored was checked when it came in; bytes that can't have come in are reported,
 *				not trusted.
 */
#ifndef LEAD_ROI_COMPACT_FORM_H
#define LEAD_ROI_COMPACT_FORM_H

#include "survival/survival_curve.h"

extern SurvivalCurve *lead_roi_compact_make(const TenureCounts *counts);
extern void lead_roi_compact_read(const SurvivalCurve *curve, TenureCounts *counts);

#endif							/* LEAD_ROI_COMPACT_FORM_H */
