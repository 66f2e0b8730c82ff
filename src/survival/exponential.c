/*
 * exponential.c
 *		Totals of a survival_curve, and the figures that assume a constant churn rate.
 *
 * Every customer counts with the time that was seen, whether it ended or not: the rate is departures
 * per period of exposure, the mean lifetime its inverse. These are the maximum likelihood estimates of
 * an exponential lifetime under right-censoring (Epstein & Sobel 1953).
 */
#include "postgres.h"

#include "miscadmin.h"

#include "kit/arguments.h"
#include "kit/rows.h"
#include "survival/quantiles.h"
#include "survival/survival_curve.h"

/* How many customers left and are active, and the sum of all tenures, exposure_high * 2^32 + exposure_low */
typedef struct CurveTotals
{
	int64		churned;
	int64		active;
	uint64		exposure_high;
	uint64		exposure_low;
} CurveTotals;

PG_FUNCTION_INFO_V1(lead_roi_survival_counts);
PG_FUNCTION_INFO_V1(lead_roi_mean_lifetime);
PG_FUNCTION_INFO_V1(lead_roi_churn_rate);
PG_FUNCTION_INFO_V1(lead_roi_mean_lifetime_interval);

/*
 * Sum up a curve; returns the sum of all tenures, rounded once. The sum is kept in two halves,
 * because tenure times customers can exceed 64 bits.
 */
static double
sum_counts(const TenureCounts *counts, CurveTotals *totals)
{
	int			i;

	memset(totals, 0, sizeof(CurveTotals));
	for (i = 0; i < counts->length; i++)
	{
		const TenureCount *entry = &counts->entries[i];
		uint64		customers = (uint64) entry->churned + (uint64) entry->active;

		CHECK_FOR_INTERRUPTS();
		totals->churned += entry->churned;
		totals->active += entry->active;
		totals->exposure_low += (uint64) entry->tenure * (customers & 0xFFFFFFFF);
		totals->exposure_high += (uint64) entry->tenure * (customers >> 32) + (totals->exposure_low >> 32);
		totals->exposure_low &= 0xFFFFFFFF;
	}
	return (double) totals->exposure_high * 4294967296.0 + (double) totals->exposure_low;
}

/*
 * Sum up the curve that is the first argument; returns the sum of all tenures.
 */
static double
totals_argument(FunctionCallInfo fcinfo, CurveTotals *totals)
{
	TenureCounts counts;

	lead_roi_curve_read(PG_GETARG_SURVIVAL_CURVE(0), &counts);
	return sum_counts(&counts, totals);
}

/*
 * survival_counts(curve): customers, churned and active.
 */
Datum
lead_roi_survival_counts(PG_FUNCTION_ARGS)
{
	CurveTotals totals;
	Datum		values[3];
	bool		nulls[3] = {false, false, false};

	totals_argument(fcinfo, &totals);
	values[0] = Int64GetDatum(totals.churned + totals.active);
	values[1] = Int64GetDatum(totals.churned);
	values[2] = Int64GetDatum(totals.active);
	return lead_roi_form_row(fcinfo, values, nulls);
}

/*
 * mean_lifetime(curve): exponential estimate, the sum of all tenures per customer who left.
 */
Datum
lead_roi_mean_lifetime(PG_FUNCTION_ARGS)
{
	CurveTotals totals;
	double		exposure = totals_argument(fcinfo, &totals);

	if (totals.churned == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(exposure / (double) totals.churned);
}

/*
 * churn_rate(curve): exponential estimate, customers who left per period that one was there.
 */
Datum
lead_roi_churn_rate(PG_FUNCTION_ARGS)
{
	CurveTotals totals;
	double		exposure = totals_argument(fcinfo, &totals);

	if (exposure == 0)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((double) totals.churned / exposure);
}

/*
 * mean_lifetime_interval(curve, level): twice the sum of tenures, divided by the mean lifetime, has a
 * chi-square distribution with twice as many degrees of freedom as customers left (and 2 more for the
 * lower limit, as the watching ended by the calendar and not with a departure).
 */
Datum
lead_roi_mean_lifetime_interval(PG_FUNCTION_ARGS)
{
	double		level = lead_roi_share_argument(fcinfo, 1, "level", "0.95", "95 %");
	double		tail = (1 - level) / 2;
	CurveTotals totals;
	double		exposure = totals_argument(fcinfo, &totals);
	double		churned = (double) totals.churned;
	Datum		values[2] = {0, 0};
	bool		nulls[2];

	nulls[0] = totals.churned + totals.active == 0;
	nulls[1] = totals.churned == 0;
	if (!nulls[0])
		values[0] = Float8GetDatum(2 * exposure / lead_roi_chi_square_quantile(tail, true, 2 * churned + 2));
	if (!nulls[1])
		values[1] = Float8GetDatum(2 * exposure / lead_roi_chi_square_quantile(tail, false, 2 * churned));
	return lead_roi_form_row(fcinfo, values, nulls);
}
