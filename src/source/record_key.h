/*
 * record_key.h
 *		In:		a key of a record, as another system writes it.
 *		Out:	the form in which keys are compared.
 *		Promise: what isn't known to be written in two ways is kept.
 */
#ifndef LEAD_ROI_RECORD_KEY_H
#define LEAD_ROI_RECORD_KEY_H

#include "fmgr.h"

extern PGDLLEXPORT Datum lead_roi_record_key(PG_FUNCTION_ARGS);

#endif							/* LEAD_ROI_RECORD_KEY_H */
