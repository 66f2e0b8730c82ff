/*
 * counting_curve.h
 *		In:		the state of an aggregate, and one more customer.
 *		Out:	the state with that customer counted: the same memory, or a bigger copy.
 *		Promise: nothing is allocated per row; memory in proportion to the distinct tenures.
 *
 * The dense form, 8 bytes for each tenure from 0 to the longest, is for tenures such as days, of
 * which a good part occurs; 2,000 of them stay in the processor's first cache. The hashed form, 24
 * bytes for each slot, takes the rest: few customers, tenures in seconds, counts beyond 32 bits.
 */
#ifndef LEAD_ROI_COUNTING_CURVE_H
#define LEAD_ROI_COUNTING_CURVE_H

#include "lifetime/survival_curve.h"

/* Counters of a tenure in the dense form */
typedef struct DenseCount
{
	uint32		active;
	uint32		churned;
} DenseCount;

typedef struct DenseCurve
{
	SurvivalCurve header;
	int32		used;			/* tenures with customers */
	int32		length;			/* tenures from 0 to length - 1 have counters */
	DenseCount	counts[FLEXIBLE_ARRAY_MEMBER];
} DenseCurve;

extern SurvivalCurve *lead_roi_curve_add(SurvivalCurve *curve, int32 tenure, int64 churned,
										 int64 active);
extern void lead_roi_counting_read(const SurvivalCurve *curve, TenureCounts *counts);

/*
 * Count one customer. Returns the curve, or a bigger one in its place.
 */
static inline SurvivalCurve *
lead_roi_curve_count(SurvivalCurve *curve, int32 tenure, bool churned)
{
	DenseCurve *dense = (DenseCurve *) curve;

	if (likely(curve->form == CURVE_DENSE && tenure < dense->length))
	{
		DenseCount *count = &dense->counts[tenure];
		uint32	   *counter = churned ? &count->churned : &count->active;

		if (likely(*counter != 0 && *counter != PG_UINT32_MAX))
		{
			(*counter)++;
			return curve;
		}
	}
	return lead_roi_curve_add(curve, tenure, churned ? 1 : 0, churned ? 0 : 1);
}

#endif							/* LEAD_ROI_COUNTING_CURVE_H */
