/*
 * censored_value.c
 *		The mean revenue of a customer up to a horizon when many are still active.
 *
 * Bang & Tsiatis 2000, the simple weighted estimator: only customers whose revenue up to the horizon
 * is complete count, because they left or were seen that long, and each stands for 1 / G others, where
 * G is the Kaplan-Meier curve of not having been cut off before. Pfeifer & Bang 2005 brought it to
 * customers. As in their and later programs, at equal tenures those cut off count as at risk with those
 * who leave, and G is taken after both.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "kit/arguments.h"
#include "kit/rows.h"
#include "money/stored_numeric.h"
#include "money/wide_number.h"
#include "survival/quantiles.h"
#include "survival/tenure.h"
#include "value/revenue_sums.h"

/* What a slot counts: customers with complete revenue, and customers still active at their last tenure */
#define COMPLETE SUMMED
#define ACTIVE UNSUMMED

/* Columns of the result */
#define VALUE_COLUMNS 7

/* Confidence level of the limits in the result: 95 % */
#define TAIL 0.025

/* The complete customers of one tenure, and the curves after it */
typedef struct ValueStep
{
	double		complete;
	double		active;
	double		mean;			/* mean revenue of the complete customers */
	double		spread;			/* sum of their squared differences from it */
	double		uncensored;		/* G: share not cut off through this tenure */
	double		survival;		/* share of customers who stay longer */
} ValueStep;

/* What is estimated from a state */
typedef struct ValueEstimate
{
	int64		customers;
	int64		complete;
	double		naive_mean;		/* mean revenue so far of all customers */
	bool		followed;		/* was somebody, or nobody any more, there at the horizon? */
	double		value;
	double		std_error;
} ValueEstimate;

PG_FUNCTION_INFO_V1(lead_roi_revenue_sums_add);
PG_FUNCTION_INFO_V1(lead_roi_revenue_sums_merge);
PG_FUNCTION_INFO_V1(lead_roi_censored_lifetime_value_finish);

/*
 * Refuse to change a state that isn't that of a running aggregate.
 */
static void
require_aggregate(FunctionCallInfo fcinfo)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		lead_roi_refuse_call("censored_lifetime_value()");
}

/*
 * Keep the horizon of the first row, and refuse another one.
 */
static void
require_horizon(RevenueSums *sums, int32 horizon)
{
	if (sums->horizon == NO_HORIZON)
		sums->horizon = horizon;
	if (sums->horizon != horizon)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("horizon must be the same in all rows"),
				 errdetail("Argument \"horizon\" is %d here and %d there.", sums->horizon, horizon),
				 errhint("Group by the horizon, or pass a constant as \"horizon\".")));
}

/*
 * revenue_sums_add(state, revenue, tenure, churned, horizon): count a customer.
 */
Datum
lead_roi_revenue_sums_add(PG_FUNCTION_ARGS)
{
	RevenueSums *sums;
	int32		tenure = lead_roi_tenure_argument(fcinfo, 2);
	int32		horizon = lead_roi_horizon_argument(fcinfo, 4);
	bool		complete = PG_GETARG_BOOL(3) || tenure >= horizon;

	require_aggregate(fcinfo);
	sums = PG_GETARG_REVENUE_SUMS(0);
	require_horizon(sums, horizon);
	PG_RETURN_POINTER(lead_roi_sums_add(sums, PG_GETARG_DATUM(1), Min(tenure, horizon), complete ? COMPLETE : ACTIVE));
}

/*
 * revenue_sums_merge(state, other): count all customers of another state.
 */
Datum
lead_roi_revenue_sums_merge(PG_FUNCTION_ARGS)
{
	RevenueSums *sums;
	RevenueSums *other = PG_GETARG_REVENUE_SUMS(1);

	require_aggregate(fcinfo);
	sums = PG_GETARG_REVENUE_SUMS(0);
	if (other->used == 0)
		PG_RETURN_POINTER(sums);
	require_horizon(sums, other->horizon);
	PG_RETURN_POINTER(lead_roi_sums_merge(sums, other));
}

/*
 * The sum of squared differences from the mean: (n * squares - sum ^ 2) / n, exact up to the division.
 */
static double
spread_in_currency(RevenueSlot *slot, int words, double unit)
{
	uint64		complete = (uint64) slot->head.counts[COMPLETE];
	uint64		sum[SUM_WORDS(LEAD_ROI_MOST_WORDS)];
	uint64		spread[2 * SUM_WORDS(LEAD_ROI_MOST_WORDS)];
	uint64		square[2 * SUM_WORDS(LEAD_ROI_MOST_WORDS)];
	int			length = 2 * SUM_WORDS(words);

	memcpy(sum, slot->words, SUM_WORDS(words) * sizeof(uint64));
	if (lead_roi_wide_is_negative(sum, SUM_WORDS(words)))
		lead_roi_wide_negate(sum, SUM_WORDS(words));
	lead_roi_wide_multiply(square, sum, SUM_WORDS(words), sum, SUM_WORDS(words));
	lead_roi_wide_multiply(spread, lead_roi_slot_squares(slot, words), SQUARE_WORDS(words), &complete, 1);
	lead_roi_wide_negate(square, length);
	lead_roi_wide_add(spread, length, square, length, 0);
	if (lead_roi_wide_is_negative(spread, length))
		return 0;				/* not from any amounts: a state that somebody made up */
	return lead_roi_wide_double(spread, length) / unit / unit / (double) complete;
}

/*
 * The steps of a state, ascending by tenure, and the figures that need no estimate.
 */
static ValueStep *
make_steps(const RevenueSums *sums, ValueEstimate *estimate)
{
	int			words = lead_roi_sums_words(sums);
	double		unit = pow(DIGIT_BASE, sums->fraction_digits);
	RevenueSlot **slots = lead_roi_sums_sorted(sums);
	ValueStep  *steps = palloc(Max(sums->used, 1) * sizeof(ValueStep));
	double		revenue = lead_roi_sums_amount(sums, sums->words);
	int			i;

	memset(estimate, 0, sizeof(ValueEstimate));
	for (i = 0; i < sums->used; i++)
	{
		const int64 *counts = slots[i]->head.counts;
		double		sum = lead_roi_sums_amount(sums, slots[i]->words);

		CHECK_FOR_INTERRUPTS();
		revenue += sum;
		estimate->complete += counts[COMPLETE];
		estimate->customers += counts[COMPLETE] + counts[ACTIVE];
		steps[i].complete = (double) counts[COMPLETE];
		steps[i].active = (double) counts[ACTIVE];
		steps[i].mean = steps[i].complete > 0 ? sum / steps[i].complete : 0;
		steps[i].spread = steps[i].complete > 0 ? spread_in_currency(slots[i], words, unit) : 0;
	}
	if (sums->used > 0)
	{
		estimate->naive_mean = revenue / (double) estimate->customers;
		estimate->followed = slots[sums->used - 1]->head.counts[ACTIVE] == 0;
	}
	return steps;
}

/*
 * Fill in both Kaplan-Meier curves, and the mean value.
 */
static void
estimate_value(ValueStep *steps, int length, ValueEstimate *estimate)
{
	double		at_risk = (double) estimate->customers;
	double		uncensored = 1;
	double		survival = 1;
	double		sum = 0;
	int			i;

	for (i = 0; i < length; i++)
	{
		ValueStep  *step = &steps[i];

		uncensored *= (at_risk - step->active) / at_risk;
		survival *= (at_risk - step->complete) / at_risk;
		at_risk -= step->complete + step->active;
		step->uncensored = uncensored;
		step->survival = survival;
		if (step->complete > 0)
			sum += step->complete * step->mean / uncensored;
	}
	estimate->value = sum / (double) estimate->customers;
}

/*
 * Fill in the standard error: the spread of the complete customers, and for each customer cut off the
 * spread of those who stayed as long, all weighted by 1 / G. Going from the longest tenure down, the
 * weight, mean and spread of those who stayed are kept up to date (Chan, Golub & LeVeque 1983), which
 * squares and subtracts nothing large.
 */
static void
estimate_error(const ValueStep *steps, int length, ValueEstimate *estimate)
{
	double		customers = (double) estimate->customers;
	double		variance = 0;
	double		weight = 0;
	double		mean = 0;
	double		spread = 0;
	int			i;

	for (i = length - 1; i >= 0; i--)
	{
		const ValueStep *step = &steps[i];
		double		difference = step->mean - mean;

		if (step->complete > 0)
		{
			double		added = step->complete / step->uncensored;
			double		from_value = step->mean - estimate->value;

			spread += step->spread / step->uncensored + difference * difference * weight * added / (weight + added);
			mean += difference * added / (weight + added);
			weight += added;
			variance += (step->spread + step->complete * from_value * from_value) / step->uncensored;
		}
		if (step->active > 0)
		{
			double		share = weight / (customers * step->survival);

			variance += step->active / (step->uncensored * step->uncensored) *
				(share * (spread / weight) + share * (1 - share) * mean * mean);
		}
	}
	estimate->std_error = sqrt(Max(variance, 0)) / customers;
}

/*
 * An amount of money, or a standard error of it, as numeric.
 */
static Datum
numeric_datum(double value)
{
	return DirectFunctionCall1(float8_numeric, Float8GetDatum(value));
}

/*
 * censored_lifetime_value_finish(state): the figures as a censored_value.
 */
Datum
lead_roi_censored_lifetime_value_finish(PG_FUNCTION_ARGS)
{
	RevenueSums *sums = PG_GETARG_REVENUE_SUMS(0);
	ValueEstimate estimate;
	ValueStep  *steps = make_steps(sums, &estimate);
	Datum		values[VALUE_COLUMNS] = {0};
	bool		nulls[VALUE_COLUMNS] = {false};

	values[4] = Int64GetDatum(estimate.customers);
	values[5] = Int64GetDatum(estimate.complete);
	nulls[6] = estimate.customers == 0;
	if (!nulls[6])
		values[6] = numeric_datum(estimate.naive_mean);
	nulls[0] = nulls[1] = nulls[2] = nulls[3] = !estimate.followed;
	if (estimate.followed)
	{
		double		reach;

		estimate_value(steps, sums->used, &estimate);
		estimate_error(steps, sums->used, &estimate);
		reach = lead_roi_normal_quantile_upper(TAIL) * estimate.std_error;
		values[0] = numeric_datum(estimate.value);
		values[1] = numeric_datum(estimate.std_error);
		values[2] = numeric_datum(estimate.value - reach);
		values[3] = numeric_datum(estimate.value + reach);
	}
	return lead_roi_form_row(fcinfo, values, nulls);
}
