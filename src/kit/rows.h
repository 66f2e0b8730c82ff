/*
 * rows.h
 *		In:		the values of a row.
 *		Out:	the row, of the type that the calling query expects.
 *		Promise: a function that returns rows says so when no row is accepted.
 */
#ifndef LEAD_ROI_ROWS_H
#define LEAD_ROI_ROWS_H

#include "access/tupdesc.h"
#include "fmgr.h"

extern TupleDesc lead_roi_row_type(FunctionCallInfo fcinfo);
extern void lead_roi_set_text(Datum *value, bool *isnull, const char *text);
extern Datum lead_roi_form_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls);

#endif							/* LEAD_ROI_ROWS_H */
