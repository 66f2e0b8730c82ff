/*
 * kaplan_meier.h
 *		In:		the counts of a survival_curve.
 *		Out:	the Kaplan-Meier estimate of the share of customers still there after each tenure.
 *		Promise: computed from exact integers in the order of tenure, so the same bits every time;
 *				nothing is said about tenures beyond the longest one while customers are left.
 */
#ifndef LEAD_ROI_KAPLAN_MEIER_H
#define LEAD_ROI_KAPLAN_MEIER_H

#include "survival/survival_curve.h"

/* The estimate from one distinct tenure to the next */
typedef struct SurvivalStep
{
	int32		tenure;
	int64		at_risk;		/* customers with this tenure or a longer one */
	int64		churned;
	int64		active;
	double		survival;		/* share of customers who stay longer than this tenure */
	double		hazard_variance;	/* Greenwood's sum: (standard error / survival) squared */
	double		rounding;		/* bound of the rounding error in survival */
} SurvivalStep;

/* The whole estimate; without customers it has no steps */
typedef struct SurvivalEstimate
{
	int			length;
	SurvivalStep *steps;
} SurvivalEstimate;

/* How confidence limits are formed; see lead_roi_survival_limits() */
typedef enum IntervalMethod
{
	INTERVAL_LOG,
	INTERVAL_LOG_LOG,
	INTERVAL_PLAIN
} IntervalMethod;

extern void lead_roi_estimate_survival(const TenureCounts *counts, SurvivalEstimate *estimate);
extern const SurvivalStep *lead_roi_step_at(const SurvivalEstimate *estimate, int32 tenure);
extern bool lead_roi_is_followed(const SurvivalEstimate *estimate, int32 tenure);
extern bool lead_roi_survival_limits(double survival, double hazard_variance, double level,
									 IntervalMethod method, double *lower, double *upper);
extern bool lead_roi_survival_quantile(const SurvivalEstimate *estimate, double survival,
									   double *tenure);
extern double lead_roi_restricted_mean(const SurvivalEstimate *estimate, int32 horizon,
									   double discount_rate, double *variance);

#endif							/* LEAD_ROI_KAPLAN_MEIER_H */
