/*
 * figures.c
 *		The figures of a survival_curve as SQL functions.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "kit/arguments.h"
#include "kit/rows.h"
#include "survival/kaplan_meier.h"
#include "survival/survival_curve.h"
#include "survival/tenure.h"

/* Tenures are days where a yearly discount comes in: the mean year of the Julian calendar */
#define DAYS_PER_YEAR 365.25

/* Columns of survival_table() */
#define TABLE_COLUMNS 8

/* Where survival_table() stands between two calls */
typedef struct SurvivalTableState
{
	SurvivalEstimate estimate;
	int			next;
	double		level;
	IntervalMethod method;
} SurvivalTableState;

PG_FUNCTION_INFO_V1(lead_roi_survival_at);
PG_FUNCTION_INFO_V1(lead_roi_survival_interval);
PG_FUNCTION_INFO_V1(lead_roi_survival_table);
PG_FUNCTION_INFO_V1(lead_roi_lifetime_quantile);
PG_FUNCTION_INFO_V1(lead_roi_restricted_mean_lifetime);
PG_FUNCTION_INFO_V1(lead_roi_restricted_mean_lifetime_std_error);

/*
 * Estimate survival from the curve that is the first argument.
 */
static void
estimate_argument(FunctionCallInfo fcinfo, SurvivalEstimate *estimate)
{
	TenureCounts counts;

	lead_roi_curve_read(PG_GETARG_SURVIVAL_CURVE(0), &counts);
	lead_roi_estimate_survival(&counts, estimate);
}

/*
 * A yearly discount argument as a rate per day: ln(1 + discount) / 365.25.
 */
static double
daily_rate_argument(FunctionCallInfo fcinfo, int argument)
{
	return log1p(lead_roi_fraction_argument(fcinfo, argument, "annual_discount", "0.10", "10 %")) / DAYS_PER_YEAR;
}

/*
 * An interval method argument by its name.
 */
static IntervalMethod
method_argument(FunctionCallInfo fcinfo, int argument)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(argument));

	if (strcmp(name, "log") == 0)
		return INTERVAL_LOG;
	if (strcmp(name, "log-log") == 0)
		return INTERVAL_LOG_LOG;
	if (strcmp(name, "plain") == 0)
		return INTERVAL_PLAIN;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("method of a confidence interval is unknown"),
			 errdetail("Argument \"method\" is \"%s\".", name),
			 errhint("Pass log, log-log or plain as \"method\".")));
	return INTERVAL_LOG;		/* keep the compiler quiet */
}

/*
 * survival_at(curve, tenure): the share of customers who stay longer.
 */
Datum
lead_roi_survival_at(PG_FUNCTION_ARGS)
{
	int32		tenure = lead_roi_tenure_argument(fcinfo, 1);
	SurvivalEstimate estimate;
	const SurvivalStep *step;

	estimate_argument(fcinfo, &estimate);
	if (!lead_roi_is_followed(&estimate, tenure))
		PG_RETURN_NULL();
	step = lead_roi_step_at(&estimate, tenure);
	PG_RETURN_FLOAT8(step == NULL ? 1.0 : step->survival);
}

/*
 * survival_interval(curve, tenure, level, method): confidence limits of survival_at().
 */
Datum
lead_roi_survival_interval(PG_FUNCTION_ARGS)
{
	int32		tenure = lead_roi_tenure_argument(fcinfo, 1);
	double		level = lead_roi_share_argument(fcinfo, 2, "level", "0.95", "95 %");
	IntervalMethod method = method_argument(fcinfo, 3);
	SurvivalEstimate estimate;
	const SurvivalStep *step;
	double		lower = 0;
	double		upper = 0;
	Datum		values[2];
	bool		nulls[2];

	estimate_argument(fcinfo, &estimate);
	step = lead_roi_step_at(&estimate, tenure);
	nulls[0] = nulls[1] = !lead_roi_is_followed(&estimate, tenure) ||
		!lead_roi_survival_limits(step == NULL ? 1.0 : step->survival,
								  step == NULL ? 0.0 : step->hazard_variance,
								  level, method, &lower, &upper);
	values[0] = Float8GetDatum(lower);
	values[1] = Float8GetDatum(upper);
	return lead_roi_form_row(fcinfo, values, nulls);
}

/*
 * A row of survival_table().
 */
static Datum
table_row(FuncCallContext *context, SurvivalTableState *state, const SurvivalStep *step)
{
	Datum		values[TABLE_COLUMNS];
	bool		nulls[TABLE_COLUMNS] = {false};
	double		lower = 0;
	double		upper = 0;

	nulls[5] = step->survival == 0;
	nulls[6] = nulls[7] = !lead_roi_survival_limits(step->survival, step->hazard_variance,
													state->level, state->method, &lower, &upper);
	values[0] = Int32GetDatum(step->tenure);
	values[1] = Int64GetDatum(step->at_risk);
	values[2] = Int64GetDatum(step->churned);
	values[3] = Int64GetDatum(step->active);
	values[4] = Float8GetDatum(step->survival);
	values[5] = Float8GetDatum(step->survival * sqrt(step->hazard_variance));
	values[6] = Float8GetDatum(lower);
	values[7] = Float8GetDatum(upper);
	return HeapTupleGetDatum(heap_form_tuple(context->tuple_desc, values, nulls));
}

/*
 * Set survival_table() up for its first row.
 */
static void
begin_table(FunctionCallInfo fcinfo, FuncCallContext *context)
{
	MemoryContext caller = MemoryContextSwitchTo(context->multi_call_memory_ctx);
	SurvivalTableState *state = palloc0(sizeof(SurvivalTableState));

	state->level = lead_roi_share_argument(fcinfo, 1, "level", "0.95", "95 %");
	state->method = method_argument(fcinfo, 2);
	estimate_argument(fcinfo, &state->estimate);
	context->tuple_desc = lead_roi_row_type(fcinfo);
	context->user_fctx = state;
	MemoryContextSwitchTo(caller);
}

/*
 * survival_table(curve, level, method): a row for each distinct tenure.
 */
Datum
lead_roi_survival_table(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;
	SurvivalTableState *state;

	if (SRF_IS_FIRSTCALL())
	{
		context = SRF_FIRSTCALL_INIT();
		begin_table(fcinfo, context);
	}
	context = SRF_PERCALL_SETUP();
	state = context->user_fctx;
	if (state->next >= state->estimate.length)
		SRF_RETURN_DONE(context);
	SRF_RETURN_NEXT(context, table_row(context, state, &state->estimate.steps[state->next++]));
}

/*
 * lifetime_quantile(curve, share): the tenure at which that share of the customers has left.
 */
Datum
lead_roi_lifetime_quantile(PG_FUNCTION_ARGS)
{
	double		share = lead_roi_share_argument(fcinfo, 1, "share", "0.25", "a quarter of the customers");
	SurvivalEstimate estimate;
	double		tenure;

	estimate_argument(fcinfo, &estimate);
	if (!lead_roi_survival_quantile(&estimate, 1 - share, &tenure))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(tenure);
}

/*
 * restricted_mean_lifetime(curve, horizon, annual_discount): the mean of the tenure up to the horizon.
 */
Datum
lead_roi_restricted_mean_lifetime(PG_FUNCTION_ARGS)
{
	int32		horizon = lead_roi_horizon_argument(fcinfo, 1);
	double		rate = daily_rate_argument(fcinfo, 2);
	SurvivalEstimate estimate;

	estimate_argument(fcinfo, &estimate);
	if (!lead_roi_is_followed(&estimate, horizon))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(lead_roi_restricted_mean(&estimate, horizon, rate, NULL));
}

/*
 * restricted_mean_lifetime_std_error(curve, horizon, annual_discount).
 */
Datum
lead_roi_restricted_mean_lifetime_std_error(PG_FUNCTION_ARGS)
{
	int32		horizon = lead_roi_horizon_argument(fcinfo, 1);
	double		rate = daily_rate_argument(fcinfo, 2);
	SurvivalEstimate estimate;
	double		variance;

	estimate_argument(fcinfo, &estimate);
	if (!lead_roi_is_followed(&estimate, horizon))
		PG_RETURN_NULL();
	lead_roi_restricted_mean(&estimate, horizon, rate, &variance);
	PG_RETURN_FLOAT8(sqrt(variance));
}
