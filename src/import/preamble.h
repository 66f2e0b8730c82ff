/*
 * preamble.h
 *		In:		the lines above the header of a file.
 *		Out:	what they say about the rows: their period, how many there are, whether more are to come.
 *		Promise: a period that can be read in two ways isn't there.
 */
#ifndef LEAD_ROI_PREAMBLE_H
#define LEAD_ROI_PREAMBLE_H

#include "import/file_text.h"
#include "utils/date.h"

typedef struct Preamble
{
	DateADT		from;			/* not finite: no period is named */
	DateADT		through;
	int64		rows;			/* -1: not said */
	bool		incomplete;
} Preamble;

extern void lead_roi_read_preamble(const FileText *text, int from, int to, Preamble *preamble);

#endif							/* LEAD_ROI_PREAMBLE_H */
