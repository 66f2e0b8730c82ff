/*
 * counting_form.h
 *		In:		the state of an aggregate, and one more customer.
 *		Out:	the state with that customer counted: the same memory, or a bigger copy.
 *		Promise: nothing is allocated per row; memory in proportion to the distinct tenures.
 *
 * The dense forms, 4 or 8 bytes for each tenure from 0 to the longest, are for tenures such as days, of
 * which a good part occurs; they keep many groups in the processor's caches. The hashed form, 24 bytes
 * for each slot, takes the rest: few customers, tenures in seconds, counts beyond 32 bits.
 */
#ifndef LEAD_ROI_COUNTING_FORM_H
#define LEAD_ROI_COUNTING_FORM_H

#include "survival/survival_curve.h"

typedef struct DenseCurve
{
	SurvivalCurve header;
	int32		used;			/* tenures with customers */
	int32		length;			/* tenures from 0 to length - 1 have counters */
	union						/* for each tenure: active, churned */
	{
		uint16		narrow[2];
		uint32		wide[2];
	}			counters;		/* of the first tenure; the others follow */
} DenseCurve;

extern SurvivalCurve *lead_roi_counting_make(const TenureCounts *counts, int32 tenure, CurveForm smallest);
extern SurvivalCurve *lead_roi_counting_add(SurvivalCurve *curve, int32 tenure, int64 churned, int64 active);
extern void lead_roi_counting_read(const SurvivalCurve *curve, TenureCounts *counts);

/*
 * Count one customer in a dense curve where others were counted before, which is almost every one;
 * false, and nothing done, if that isn't so.
 */
static inline bool
lead_roi_dense_count(SurvivalCurve *curve, int32 tenure, bool churned)
{
	DenseCurve *dense = (DenseCurve *) curve;
	Size		i = 2 * (Size) tenure + (churned ? 1 : 0);

	if (unlikely(curve->form < CURVE_DENSE || tenure >= dense->length))
		return false;
	if (curve->form == CURVE_DENSE_SHORT)
	{
		uint16	   *narrow = dense->counters.narrow + i;

		if (unlikely(*narrow == 0 || *narrow == PG_UINT16_MAX))
			return false;
		(*narrow)++;
	}
	else
	{
		uint32	   *wide = dense->counters.wide + i;

		if (unlikely(*wide == 0 || *wide == PG_UINT32_MAX))
			return false;
		(*wide)++;
	}
	return true;
}

#endif							/* LEAD_ROI_COUNTING_FORM_H */
