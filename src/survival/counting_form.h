/*
 * counting_form.h
 *		In:		the state of an aggregate, and one more customer.
 *		Out:	the state with that customer counted: the same memory, or a bigger copy.
 *		Promise: nothing is allocated per row; memory in proportion to the distinct tenures.
 *
 * The dense forms, 2, 4 or 8 bytes for each tenure from 0 to the longest, are for tenures such as days, of
 * which a good part occurs. With many groups the time goes into cache misses, so a state begins with the
 * narrowest one and gets a wider one when a counter is full. The hashed form, 24 bytes
 * for each slot, takes the rest: few customers, tenures in seconds, counts beyond 32 bits.
 */
#ifndef LEAD_ROI_COUNTING_FORM_H
#define LEAD_ROI_COUNTING_FORM_H

#include "survival/survival_curve.h"

typedef struct DenseCurve
{
	SurvivalCurve header;
	int32		length;			/* tenures from 0 to length - 1 have counters */
	union						/* for each tenure: active, churned */
	{
		uint8		byte[2];
		uint16		narrow[2];
		uint32		wide[2];
	}			counters;		/* of the first tenure; the others follow */
} DenseCurve;

extern SurvivalCurve *lead_roi_counting_make(const TenureCounts *counts, int32 tenure, CurveForm smallest);
extern SurvivalCurve *lead_roi_counting_add(SurvivalCurve *curve, int32 tenure, int64 churned, int64 active);
extern void lead_roi_counting_read(const SurvivalCurve *curve, TenureCounts *counts);

/*
 * Count one customer in a dense curve that has a counter for it; false, and nothing done, if it hasn't.
 */
static inline bool
lead_roi_dense_count(SurvivalCurve *curve, int32 tenure, bool churned)
{
	DenseCurve *dense = (DenseCurve *) curve;
	Size		i = 2 * (Size) tenure + (churned ? 1 : 0);

	if (unlikely(curve->form < CURVE_DENSE || tenure >= dense->length))
		return false;
	if (curve->form == CURVE_DENSE_BYTE)
	{
		uint8	   *counter = dense->counters.byte + i;

		return likely(*counter != PG_UINT8_MAX) && ++*counter;
	}
	if (curve->form == CURVE_DENSE_SHORT)
	{
		uint16	   *counter = dense->counters.narrow + i;

		return likely(*counter != PG_UINT16_MAX) && ++*counter;
	}
	else
	{
		uint32	   *counter = dense->counters.wide + i;

		return likely(*counter != PG_UINT32_MAX) && ++*counter;
	}
}

#endif							/* LEAD_ROI_COUNTING_FORM_H */
