/*
 * survival_curve.h
 *		In:		one customer after the other: a tenure, and whether the customer left at it.
 *		Out:	a survival_curve: for each distinct tenure, how many left and how many were still active.
 *		Promise: exact integers, so that merging is exact and every figure derived from a curve is
 *				the same to the last bit in whatever order, parts and processes it was counted.
 *
 * A curve is a varlena in one of several forms. The compact form is what users see and store. The
 * counting forms are the state of the aggregates and changed in place (see counting_form.h). Nothing
 * but its size tells the user which form a value has; every function reads all of them.
 */
#ifndef LEAD_ROI_SURVIVAL_CURVE_H
#define LEAD_ROI_SURVIVAL_CURVE_H

#include "fmgr.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* Changed when a form changes; old values must stay readable */
#define LEAD_ROI_CURVE_VERSION 1

typedef enum CurveForm
{
	CURVE_COMPACT,				/* ascending tenures and counts in as few bytes as they need */
	CURVE_HASHED,				/* counting: a hash table keyed by tenure */
	CURVE_DENSE,				/* counting: a pair of 32-bit counters for each tenure from 0 on */
	CURVE_DENSE_SHORT			/* the same with 16 bits */
} CurveForm;

/* What all forms begin with */
typedef struct SurvivalCurve
{
	int32		vl_len_;		/* varlena header */
	uint8		version;		/* LEAD_ROI_CURVE_VERSION */
	uint8		form;			/* a CurveForm */
} SurvivalCurve;

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

#define PG_GETARG_SURVIVAL_CURVE(n) ((SurvivalCurve *) PG_DETOAST_DATUM(PG_GETARG_DATUM(n)))
#define PG_RETURN_SURVIVAL_CURVE(x) PG_RETURN_POINTER(x)

extern void lead_roi_counts_init(TenureCounts *counts, int room);
extern const char *lead_roi_counts_append(TenureCounts *counts, int32 tenure, int64 churned,
										  int64 active);
extern void lead_roi_curve_read(const SurvivalCurve *curve, TenureCounts *counts);
extern SurvivalCurve *lead_roi_curve_compact(const TenureCounts *counts);

#endif							/* LEAD_ROI_SURVIVAL_CURVE_H */
