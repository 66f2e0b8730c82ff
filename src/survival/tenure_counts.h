/*
 * tenure_counts.h
 *		In:		how many customers left at a tenure, and how many were last seen at it.
 *		Out:	the list of them, ascending by tenure.
 *		Promise: a list has no tenure twice and none without customers, and its total fits an int64.
 */
#ifndef LEAD_ROI_TENURE_COUNTS_H
#define LEAD_ROI_TENURE_COUNTS_H

/* The customers with one tenure; at least one of the counts is positive */
typedef struct TenureCount
{
	int32		tenure;			/* whole periods from start to end, or to the day of counting */
	int64		churned;		/* how many left at this tenure */
	int64		active;			/* how many were still customers when last seen at it */
} TenureCount;

/* All counts of a curve, ascending by tenure; their total fits an int64 */
typedef struct TenureCounts
{
	int			length;
	int			room;
	int64		customers;
	TenureCount *entries;
} TenureCounts;

extern void lead_roi_counts_init(TenureCounts *counts, int room);
extern const char *lead_roi_counts_append(TenureCounts *counts, int32 tenure, int64 churned,
										  int64 active);

#endif							/* LEAD_ROI_TENURE_COUNTS_H */
