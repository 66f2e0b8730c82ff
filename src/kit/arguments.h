/*
 * arguments.h
 *		In:		arguments of SQL functions.
 *		Out:	the same arguments, known to make sense; and rows as results.
 *		Promise: what is refused is refused with one message, whichever function it was passed to.
 */
#ifndef LEAD_ROI_ARGUMENTS_H
#define LEAD_ROI_ARGUMENTS_H

#include "fmgr.h"

/* Which discounts there are, in words: of numerics and of floating point numbers alike */
#define LEAD_ROI_DISCOUNT_RANGE "0 or greater and less than 1"

extern void lead_roi_report_negative_tenure(int32 tenure);
extern double lead_roi_share_argument(FunctionCallInfo fcinfo, int argument, const char *name,
									  const char *example, const char *meaning);
extern double lead_roi_discount_argument(FunctionCallInfo fcinfo, int argument, const char *name);
extern void lead_roi_report_range(const char *name, const char *range, const char *value,
								  const char *example, const char *meaning);
extern int32 lead_roi_horizon_argument(FunctionCallInfo fcinfo, int argument);
extern Datum lead_roi_form_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls);

/*
 * A tenure argument, which must not be negative.
 */
static inline int32
lead_roi_tenure_argument(FunctionCallInfo fcinfo, int argument)
{
	int32		tenure = PG_GETARG_INT32(argument);

	if (unlikely(tenure < 0))
		lead_roi_report_negative_tenure(tenure);
	return tenure;
}

#endif							/* LEAD_ROI_ARGUMENTS_H */
