/*
 * arguments.h
 *		In:		arguments of SQL functions.
 *		Out:	the same arguments, known to make sense.
 *		Promise: a mistake is refused with one message, whichever function it was made with.
 */
#ifndef LEAD_ROI_ARGUMENTS_H
#define LEAD_ROI_ARGUMENTS_H

#include "fmgr.h"

/* Which fractions there are, in words: numerics and floating point numbers alike */
#define LEAD_ROI_FRACTION_RANGE "0 or greater and less than 1"

extern void lead_roi_refuse_range(const char *name, const char *range, const char *value,
								  const char *example, const char *meaning);
extern double lead_roi_share_argument(FunctionCallInfo fcinfo, int argument, const char *name,
									  const char *example, const char *meaning);
extern double lead_roi_fraction_argument(FunctionCallInfo fcinfo, int argument, const char *name,
										 const char *example, const char *meaning);
extern void lead_roi_refuse_call(const char *aggregates);
extern void lead_roi_refuse_binary(const char *type, const char *detail);

#endif							/* LEAD_ROI_ARGUMENTS_H */
