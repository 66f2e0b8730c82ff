/*
 * kaplan_meier.c
 *		The Kaplan-Meier estimate and what is read off it.
 *
 * With d customers leaving of n at risk, survival is the product of (n - d) / n over the tenures so
 * far (Kaplan & Meier 1958), and its relative variance the sum of d / (n (n - d)) (Greenwood 1926).
 * A customer who leaves at a tenure is still at risk when others are last seen at it.
 */
#include "postgres.h"

#include <float.h>
#include <math.h>

#include "miscadmin.h"

#include "survival/kaplan_meier.h"
#include "survival/quantiles.h"

/*
 * Estimate survival after each tenure.
 *
 * Between two tenures at which active customers drop out, the product telescopes to one division:
 * the customers left over those at the run's start. So half of the customers is exactly 0.5.
 */
void
lead_roi_estimate_survival(const TenureCounts *counts, SurvivalEstimate *estimate)
{
	int64		at_risk = counts->customers;
	int64		run_at_risk = at_risk;
	double		run_survival = 1;
	double		runs = 1;
	double		hazard_variance = 0;
	int			i;

	estimate->length = counts->length;
	estimate->steps = MemoryContextAllocHuge(CurrentMemoryContext,
											 Max(counts->length, 1) * sizeof(SurvivalStep));
	for (i = 0; i < counts->length; i++)
	{
		const TenureCount *entry = &counts->entries[i];
		SurvivalStep *step = &estimate->steps[i];
		int64		left = at_risk - entry->churned;

		CHECK_FOR_INTERRUPTS();
		step->tenure = entry->tenure;
		step->at_risk = at_risk;
		step->churned = entry->churned;
		step->active = entry->active;
		step->survival = run_survival * ((double) left / (double) run_at_risk);
		if (left > 0)
			hazard_variance += (double) entry->churned / ((double) at_risk * (double) left);
		step->hazard_variance = hazard_variance;
		step->rounding = 2 * runs * DBL_EPSILON;

		at_risk = left - entry->active;
		if (entry->active > 0)
		{
			run_survival = step->survival;
			run_at_risk = at_risk;
			runs++;
		}
	}
}

/*
 * The step that holds at a tenure, or NULL before the first one.
 */
const SurvivalStep *
lead_roi_step_at(const SurvivalEstimate *estimate, int32 tenure)
{
	int			low = 0;
	int			high = estimate->length;

	while (low < high)
	{
		int			middle = low + (high - low) / 2;

		if (estimate->steps[middle].tenure <= tenure)
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 ? NULL : &estimate->steps[low - 1];
}

/*
 * Does the curve tell anything about a tenure? Not without customers, and not beyond the longest
 * tenure if customers were left there: how long they stay nobody has seen.
 */
bool
lead_roi_is_followed(const SurvivalEstimate *estimate, int32 tenure)
{
	const SurvivalStep *last;

	if (estimate->length == 0)
		return false;
	last = &estimate->steps[estimate->length - 1];
	return tenure <= last->tenure || last->survival == 0;
}

/*
 * Confidence limits of survival; false where they are not defined: when nobody is left, and for
 * log-log before the first customer leaves.
 *
 * plain is survival +- z standard errors. log and log-log do the same to log(survival) and
 * log(-log(survival)), which keeps the limits above 0, or inside 0 to 1.
 */
bool
lead_roi_survival_limits(double survival, double hazard_variance, double level,
						 IntervalMethod method, double *lower, double *upper)
{
	double		reach = lead_roi_normal_quantile_upper((1 - level) / 2) * sqrt(hazard_variance);
	double		scaled_reach;

	if (survival == 0 || (method == INTERVAL_LOG_LOG && survival == 1))
		return false;

	switch (method)
	{
		case INTERVAL_PLAIN:
			*lower = Max(survival - survival * reach, 0);
			*upper = Min(survival + survival * reach, 1);
			break;
		case INTERVAL_LOG:
			*lower = survival * exp(-reach);
			*upper = Min(survival * exp(reach), 1);
			break;
		case INTERVAL_LOG_LOG:
			scaled_reach = reach / -log(survival);
			*lower = pow(survival, exp(scaled_reach));
			*upper = pow(survival, exp(-scaled_reach));
			break;
	}
	return true;
}

/*
 * The tenure at which survival falls to the given share or below; false if it doesn't. If it stays
 * at exactly that share until it falls further, the middle of that stretch.
 */
bool
lead_roi_survival_quantile(const SurvivalEstimate *estimate, double survival, double *tenure)
{
	int			i = 0;
	int			next;

	while (i < estimate->length &&
		   estimate->steps[i].survival > survival + estimate->steps[i].rounding)
		i++;
	if (i == estimate->length)
		return false;

	*tenure = estimate->steps[i].tenure;
	if (estimate->steps[i].survival < survival - estimate->steps[i].rounding)
		return true;
	for (next = i + 1; next < estimate->length; next++)
	{
		if (estimate->steps[next].churned > 0)
		{
			*tenure = (*tenure + estimate->steps[next].tenure) / 2;
			break;
		}
	}
	return true;
}

/*
 * The integral of exp(-rate u) over u from one tenure to a later one.
 */
static double
discounted_length(double from, double to, double rate)
{
	if (rate == 0)
		return to - from;
	return exp(-rate * from) * -expm1(-rate * (to - from)) / rate;
}

/*
 * The restricted mean lifetime: the integral of (discounted) survival from 0 to the horizon; and, if
 * asked for, its variance. Klein & Moeschberger 2003, 4.5: the sum of the squared integral from a
 * tenure to the horizon times d / (n (n - d)).
 */
double
lead_roi_restricted_mean(const SurvivalEstimate *estimate, int32 horizon, double discount_rate,
						 double *variance)
{
	double		area = 0;
	double		sum = 0;
	double		to = horizon;
	int			i;

	for (i = estimate->length - 1; i >= 0; i--)
	{
		const SurvivalStep *step = &estimate->steps[i];
		double		left = (double) (step->at_risk - step->churned);

		CHECK_FOR_INTERRUPTS();
		if (step->tenure >= horizon)
			continue;
		area += step->survival * discounted_length(step->tenure, to, discount_rate);
		to = step->tenure;
		if (left > 0)
			sum += area * area * ((double) step->churned / ((double) step->at_risk * left));
	}
	if (variance != NULL)
		*variance = sum;
	return area + discounted_length(0, to, discount_rate);
}
