/*
 * arguments.h
 *		In:		arguments of SQL functions.
 *		Out:	the same arguments, known to make sense; and rows as results.
 *		Promise: what is refused is refused with one message, whichever function it was passed to.
 */
#ifndef LEAD_ROI_ARGUMENTS_H
#define LEAD_ROI_ARGUMENTS_H

#include "fmgr.h"

extern int32 lead_roi_tenure_argument(FunctionCallInfo fcinfo, int argument);
extern double lead_roi_share_argument(FunctionCallInfo fcinfo, int argument, const char *name,
									  const char *example);
extern int32 lead_roi_horizon_argument(FunctionCallInfo fcinfo, int argument);
extern double lead_roi_discount_argument(FunctionCallInfo fcinfo, int argument);
extern Datum lead_roi_form_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls);

#endif							/* LEAD_ROI_ARGUMENTS_H */
