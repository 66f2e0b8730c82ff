/*
 * soft_error.h
 *		In:		what is wrong with a value that came in.
 *		Out:	an error, or a note for whoever only asks whether the value can be read.
 *		Promise: input functions report what a user can write wrong in this way; on PostgreSQL 15, which
 *				knows no such notes, it is an error always.
 *
 * errsave(context, ...) reports and, where only a note is asked for, comes back.
 */
#ifndef LEAD_ROI_SOFT_ERROR_H
#define LEAD_ROI_SOFT_ERROR_H

#include "nodes/nodes.h"

#if PG_VERSION_NUM < 160000
#define errsave(context, ...) \
	do { (void) (context); ereport(ERROR, __VA_ARGS__); } while (0)
#endif

#endif							/* LEAD_ROI_SOFT_ERROR_H */
