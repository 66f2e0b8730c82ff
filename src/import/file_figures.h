/*
 * file_figures.h
 *		In:		rows of a file, one by one, as they were read.
 *		Out:	what they add up to: rows, total, dates, currencies, and the totals that the file itself states.
 *		Promise: sums are exact. Only rows that can be loaded are summed.
 */
#ifndef LEAD_ROI_FILE_FIGURES_H
#define LEAD_ROI_FILE_FIGURES_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/date.h"
#include "utils/numeric.h"

typedef struct FileFigures
{
	int64		rows_read;		/* all but lines that are no rows */
	Numeric		total;			/* NULL: there was no number */
	StringInfoData totals;		/* that lines of totals state, as JSON has them, in their order */
	StringInfoData currencies;	/* each once, as JSON has them */
	DateADT		first;
	DateADT		last;
	MemoryContext context;
} FileFigures;

/* What counts of a row */
typedef struct RowFigures
{
	Numeric		amount;			/* or visitors; NULL: none */
	const char *currency;		/* empty: none */
	DateADT		from;			/* not finite: unknown */
	DateADT		through;
} RowFigures;

extern void lead_roi_begin_figures(FileFigures *figures);
extern void lead_roi_count_row(FileFigures *figures, const RowFigures *row);
extern void lead_roi_count_total(FileFigures *figures, Numeric amount);
extern Datum lead_roi_figures_json(const FileFigures *figures);

#endif							/* LEAD_ROI_FILE_FIGURES_H */
