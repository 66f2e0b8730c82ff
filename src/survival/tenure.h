/*
 * tenure.h
 *		In:		arguments that count periods since a customer's start.
 *		Out:	the same arguments, known to make sense.
 *		Promise: a mistake is refused with one message, whichever function it was made with.
 */
#ifndef LEAD_ROI_TENURE_H
#define LEAD_ROI_TENURE_H

#include "fmgr.h"

extern void lead_roi_refuse_tenure(int32 tenure);
extern int32 lead_roi_horizon_argument(FunctionCallInfo fcinfo, int argument);

/*
 * A tenure argument, which must not be negative.
 */
static inline int32
lead_roi_tenure_argument(FunctionCallInfo fcinfo, int argument)
{
	int32		tenure = PG_GETARG_INT32(argument);

	if (unlikely(tenure < 0))
		lead_roi_refuse_tenure(tenure);
	return tenure;
}

#endif							/* LEAD_ROI_TENURE_H */
