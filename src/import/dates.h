/*
 * dates.h
 *		In:		a date as somebody has written it.
 *		Out:	its parts: which numbers stand where, the name of a month, a time, a zone.
 *		Promise: nothing is decided here of which number is the day.
 */
#ifndef LEAD_ROI_DATES_H
#define LEAD_ROI_DATES_H

#include "postgres.h"

typedef enum DateForm
{
	DATE_FIXED,					/* there is one reading */
	DATE_NUMBERS,				/* three numbers, of which the order isn't known */
	DATE_SERIAL					/* days since 30 December 1899 */
} DateForm;

typedef struct WrittenDate
{
	DateForm	form;
	int			numbers[3];		/* fixed: year, month, day; serial: the first */
	bool		year_may_be_first;	/* of numbers */
	bool		has_time;
	int			seconds;		/* of the day */
	bool		has_zone;
	int			zone;			/* seconds east of UTC */
} WrittenDate;

extern bool lead_roi_take_date_apart(const char *text, WrittenDate *date);

#endif							/* LEAD_ROI_DATES_H */
