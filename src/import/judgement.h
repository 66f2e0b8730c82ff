/*
 * judgement.h
 *		In:		the values of a column, all of the file.
 *		Out:	how its numbers or dates are written, and then each value as a number or date.
 *		Promise: no value is read before all have been looked at. A column of which two readings are possible
 *				is never read: the caller learns of one line that has them.
 */
#ifndef LEAD_ROI_JUDGEMENT_H
#define LEAD_ROI_JUDGEMENT_H

#include "postgres.h"

#include "datatype/timestamp.h"
#include "utils/date.h"
#include "utils/numeric.h"

/* Longest value that is read as a number or date */
#define MAX_VALUE_BYTES 100

/* A value that shows something about its column, and its line */
typedef struct Witness
{
	int64		line;			/* 0: there is none */
	char		text[MAX_VALUE_BYTES + 1];
} Witness;

typedef enum ColumnJudgement
{
	JUDGED,
	JUDGED_AMBIGUOUS,			/* nothing in the column decides */
	JUDGED_CONTRADICTORY		/* values decide for different readings */
} ColumnJudgement;

/* Which of the two separators is the decimal one */
typedef enum DecimalSeparator
{
	DECIMAL_POINT,
	DECIMAL_COMMA,
	DECIMAL_SEPARATORS
} DecimalSeparator;

typedef struct NumberColumn
{
	Witness		vote[DECIMAL_SEPARATORS];	/* a value that can be read in this way alone */
	Witness		undecided;		/* a value that would be another number in the other way */
	DecimalSeparator decimal;
} NumberColumn;

/* In which order days, months and years are written */
typedef enum DayOrder
{
	ORDER_DMY,
	ORDER_MDY,
	ORDER_YMD,
	DATE_ORDERS
} DayOrder;

typedef struct DateColumn
{
	Witness		excludes[DATE_ORDERS];	/* a value that can't be read in this order */
	Witness		differs[DATE_ORDERS];	/* a value that is another day in the two other orders */
	Witness		no_serial;		/* a value that is no number of days as spreadsheets have it */
	DateADT		least[DATE_ORDERS];	/* the range of values that have several readings, in each order */
	DateADT		greatest[DATE_ORDERS];
	bool		is_ranged[DATE_ORDERS];
	DayOrder	order;
	bool		is_serial;		/* days since 30 December 1899 */
	bool		is_unreadable;	/* of a column that isn't needed */
} DateColumn;

typedef enum ValueState
{
	VALUE_READ,
	VALUE_ABSENT,				/* empty, "--" and the like */
	VALUE_WRONG
} ValueState;

/* numbers.c */
extern bool lead_roi_stands_for_nothing(const char *text);
extern void lead_roi_look_at_number(NumberColumn *column, const char *text, int64 line);
extern ColumnJudgement lead_roi_judge_numbers(NumberColumn *column, const NumberColumn *others, int count);
extern ValueState lead_roi_read_number(const NumberColumn *column, const char *text, int shift, Numeric *number, char currency[4]);

/* dates.c */
extern const char *const lead_roi_day_order_names[DATE_ORDERS];
extern char *lead_roi_iso_date(DateADT date);
extern void lead_roi_look_at_date(DateColumn *column, const char *text, int64 line);
extern ColumnJudgement lead_roi_judge_dates(DateColumn *column, DateADT from, DateADT through);
extern ValueState lead_roi_read_date(const DateColumn *column, const char *text, bool is_utc, const char *time_zone,
									 DateADT *date, Timestamp *moment);

#endif							/* LEAD_ROI_JUDGEMENT_H */
