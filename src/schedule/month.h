/*
 * month.h
 *		In:		dates.
 *		Out:	calendar months, as numbers to compute with and as their first days.
 *		Promise: every valid date has its month; nothing rounds, and nothing depends on a setting.
 */
#ifndef LEAD_ROI_MONTH_H
#define LEAD_ROI_MONTH_H

#include "utils/date.h"

extern int64 lead_roi_month_number(DateADT date, int *day);
extern int	lead_roi_clamped_day(int64 month_number, int day);
extern bool lead_roi_date_in_month(int64 month_number, int day, DateADT *date);
extern bool lead_roi_first_of_month(DateADT date, DateADT *first_of_month);

#endif							/* LEAD_ROI_MONTH_H */
