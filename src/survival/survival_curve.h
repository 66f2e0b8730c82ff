/*
 * survival_curve.h
 *		In:		one customer after the other: a tenure, and whether the customer left at it.
 *		Out:	a survival_curve: for each distinct tenure, how many left and how many were still active.
 *		Promise: exact integers, so that merging is exact and every figure derived from a curve is
 *				the same to the last bit in whatever order, parts and processes it was counted.
 *
 * A curve is a varlena in one of several forms. The compact form is what users see and store
 * (compact_form.h). The counting forms are the state of the aggregates and changed in place
 * (counting_form.h). Both are made from a list of counts, and read into one (tenure_counts.h). Nothing
 * but its size tells the user which form a value has; every function reads all of them.
 */
#ifndef LEAD_ROI_SURVIVAL_CURVE_H
#define LEAD_ROI_SURVIVAL_CURVE_H

#include "fmgr.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "survival/tenure_counts.h"

/* Changed when a form changes; old values must stay readable */
#define LEAD_ROI_CURVE_VERSION 1

typedef enum CurveForm
{
	CURVE_COMPACT,				/* ascending tenures and counts in as few bytes as they need */
	CURVE_HASHED,				/* counting: a hash table keyed by tenure */
	CURVE_DENSE,				/* counting: a pair of 32-bit counters for each tenure from 0 on */
	CURVE_DENSE_SHORT,			/* the same with 16 bits */
	CURVE_DENSE_BYTE			/* and with 8 */
} CurveForm;

/* What all forms begin with */
typedef struct SurvivalCurve
{
	int32		vl_len_;		/* varlena header */
	uint8		version;		/* LEAD_ROI_CURVE_VERSION */
	uint8		form;			/* a CurveForm */
	uint8		unused[2];
} SurvivalCurve;

#define PG_GETARG_SURVIVAL_CURVE(n) ((SurvivalCurve *) PG_DETOAST_DATUM(PG_GETARG_DATUM(n)))
#define PG_RETURN_SURVIVAL_CURVE(x) PG_RETURN_POINTER(x)

extern void lead_roi_refuse_curve(void);
extern void lead_roi_curve_read(const SurvivalCurve *curve, TenureCounts *counts);
extern SurvivalCurve *lead_roi_curve_add(SurvivalCurve *curve, int32 tenure, int64 churned, int64 active);
extern SurvivalCurve *lead_roi_curve_compact(const SurvivalCurve *curve);

#endif							/* LEAD_ROI_SURVIVAL_CURVE_H */
