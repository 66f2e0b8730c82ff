/*
 * accumulate.c
 *		Rows and summaries into a summary and out of it again: the aggregates' steps, and + and -.
 *
 * A step changes its first argument in place where that is an aggregate's state, which belongs to
 * the executor and is always plain; called in another way it changes a copy.
 *
 * From a row to a sum: a step applies each of its arguments, NULL doing nothing. An amount is read where
 * it lies into a small sum of one value, and that is applied to the summary's sum, small or large, where
 * that lies. What doesn't fit goes the long way, through lead_roi_apply_sum(). Each of these is one
 * function for both directions, made twice by the compiler.
 */
#include "postgres.h"

#include "fmgr.h"

#include "metrics/small_summary.h"

PG_FUNCTION_INFO_V1(lead_roi_roi_summary_accumulate);
PG_FUNCTION_INFO_V1(lead_roi_roi_summary_retract);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_lead_accumulate);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_lead_retract);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_customer_accumulate);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_customer_retract);
PG_FUNCTION_INFO_V1(lead_roi_lifetime_value_accumulate);
PG_FUNCTION_INFO_V1(lead_roi_lifetime_value_retract);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_lead_accumulate_fraction);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_lead_retract_fraction);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_customer_accumulate_fraction);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_customer_retract_fraction);
PG_FUNCTION_INFO_V1(lead_roi_lifetime_value_accumulate_fraction);
PG_FUNCTION_INFO_V1(lead_roi_lifetime_value_retract_fraction);
PG_FUNCTION_INFO_V1(lead_roi_roi_accumulate);
PG_FUNCTION_INFO_V1(lead_roi_roi_retract);
PG_FUNCTION_INFO_V1(lead_roi_make_roi_summary);
PG_FUNCTION_INFO_V1(lead_roi_roi_summary_add);
PG_FUNCTION_INFO_V1(lead_roi_roi_summary_subtract);

/*
 * The summary in the first argument, to be changed.
 */
static pg_attribute_always_inline RoiSummary *
state_argument(FunctionCallInfo fcinfo)
{
	if (likely(fcinfo->context != NULL &&
			   (IsA(fcinfo->context, AggState) || IsA(fcinfo->context, WindowAggState)) && !PG_ARGISNULL(0)))
	{
		RoiSummary *state = (RoiSummary *) PG_GETARG_POINTER(0);

		if (likely(lead_roi_is_bare(state)) || lead_roi_is_small(state) || lead_roi_is_large(state))
			return state;
	}
	return lead_roi_own_summary(PG_ARGISNULL(0), PG_ARGISNULL(0) ? (Datum) 0 : PG_GETARG_DATUM(0));
}

/*
 * Apply an amount the long way; refuse NaN and infinity, naming the argument.
 */
static pg_noinline RoiSummary *
apply_any_amount(RoiSummary *summary, SumIndex sum, Datum amount, const char *argument, Direction direction)
{
	OpenSum		part;

	lead_roi_open_value(&part, amount, argument);
	return lead_roi_apply_sum(summary, sum, &part, direction);
}

/*
 * Apply a small sum the long way.
 */
static pg_noinline RoiSummary *
apply_any_small_sum(RoiSummary *summary, SumIndex sum, SmallSum small, Direction direction)
{
	OpenSum		part;

	lead_roi_open_small_sum(&part, &small);
	return lead_roi_apply_sum(summary, sum, &part, direction);
}

/*
 * Apply a small sum to one of the sums, where that lies.
 */
static pg_attribute_always_inline RoiSummary *
apply_small_sum(RoiSummary *summary, SumIndex index, const SmallSum *part, Direction direction)
{
	if (unlikely(lead_roi_is_small(summary)))
	{
		SmallSum	sum = lead_roi_small_sum(&summary->small, index);

		if (likely(lead_roi_apply_to_small_sum(&sum, part, direction) &&
				   lead_roi_set_small_sum(&summary->small, index, &sum)))
			return summary;
	}
	else if (likely(lead_roi_apply_to_sum(&summary->large.sums[index], part, direction)))
		return summary;
	return apply_any_small_sum(summary, index, *part, direction);
}

/*
 * Apply an amount to one of the sums.
 */
static pg_attribute_always_inline RoiSummary *
apply_amount(RoiSummary *summary, SumIndex sum, Datum amount, const char *argument, Direction direction)
{
	SmallSum	part;

	if (likely(lead_roi_read_small_value(amount, &part)))
		return apply_small_sum(summary, sum, &part, direction);
	return apply_any_amount(summary, sum, amount, argument, direction);
}

/*
 * Apply an amount forward. Not inlined: most facts have no amount, and shouldn't carry the code for one.
 */
static pg_noinline RoiSummary *
accumulate_amount(RoiSummary *summary, SumIndex sum, Datum amount, const char *argument)
{
	return apply_amount(summary, sum, amount, argument, ACCUMULATE);
}

/*
 * Apply an amount back.
 */
static pg_noinline RoiSummary *
retract_amount(RoiSummary *summary, SumIndex sum, Datum amount, const char *argument)
{
	return apply_amount(summary, sum, amount, argument, RETRACT);
}

/*
 * Apply a number to one of the counts, where that lies.
 */
static pg_attribute_always_inline RoiSummary *
apply_number(RoiSummary *summary, CountIndex count, int64 part, Direction direction)
{
	int64		number;

	if (unlikely(lead_roi_is_small(summary)))
	{
		if (likely(lead_roi_apply_number(lead_roi_small_count(&summary->small, count), part, direction, &number) &&
				   lead_roi_set_small_count(&summary->small, count, number)))
			return summary;
		summary = lead_roi_enlarge(summary);
	}
	if (unlikely(!lead_roi_apply_number(summary->large.counts[count], part, direction, &number)))
		lead_roi_refuse_count(count);
	summary->large.counts[count] = number;
	return summary;
}

/*
 * Apply an argument to one of the sums; it has this name in an error. NULL does nothing.
 */
static pg_attribute_always_inline RoiSummary *
apply_sum_argument(FunctionCallInfo fcinfo, int argument, const char *name, RoiSummary *summary, SumIndex sum,
				   Direction direction)
{
	if (PG_ARGISNULL(argument))
		return summary;
	return direction == ACCUMULATE ? accumulate_amount(summary, sum, PG_GETARG_DATUM(argument), name)
		: retract_amount(summary, sum, PG_GETARG_DATUM(argument), name);
}

/*
 * Apply an argument to one of the counts. NULL does nothing.
 */
static pg_attribute_always_inline RoiSummary *
apply_count_argument(FunctionCallInfo fcinfo, int argument, RoiSummary *summary, CountIndex count,
					 Direction direction)
{
	if (PG_ARGISNULL(argument))
		return summary;
	return apply_number(summary, count, PG_GETARG_INT64(argument), direction);
}

/*
 * Apply an argument to each sum and count, in their order.
 */
static pg_attribute_always_inline Datum
apply_row(FunctionCallInfo fcinfo, int first, RoiSummary *summary, Direction direction)
{
	int			i;

#pragma GCC unroll 8
	for (i = 0; i < SUMS; i++)
		summary = apply_sum_argument(fcinfo, first + i, lead_roi_sum_names[i], summary, i, direction);
#pragma GCC unroll 8
	for (i = 0; i < COUNTS; i++)
		summary = apply_count_argument(fcinfo, first + SUMS + i, summary, i, direction);
	PG_RETURN_POINTER(lead_roi_settle(summary));
}

/*
 * Apply two arguments: an amount and a count.
 */
static pg_attribute_always_inline Datum
apply_sum_and_count(FunctionCallInfo fcinfo, SumIndex sum, CountIndex count, Direction direction)
{
	RoiSummary *summary = state_argument(fcinfo);

	summary = apply_sum_argument(fcinfo, 1, lead_roi_sum_names[sum], summary, sum, direction);
	summary = apply_count_argument(fcinfo, 2, summary, count, direction);
	PG_RETURN_POINTER(lead_roi_settle(summary));
}

/*
 * Apply two amounts, of which the first is divided by the second: revenue by expense, or whatever takes
 * their place. A count with decimals is kept as an expense, and what it divides as revenue.
 */
static pg_attribute_always_inline Datum
apply_ratio(FunctionCallInfo fcinfo, const char *dividend, const char *divisor, Direction direction)
{
	RoiSummary *summary = state_argument(fcinfo);

	summary = apply_sum_argument(fcinfo, 1, dividend, summary, REVENUE, direction);
	summary = apply_sum_argument(fcinfo, 2, divisor, summary, EXPENSE, direction);
	PG_RETURN_POINTER(lead_roi_settle(summary));
}

/*
 * Apply another summary the long way.
 */
static pg_noinline RoiSummary *
apply_any_summary(RoiSummary *summary, Datum other, Direction direction)
{
	OpenSummary part;
	int			i;

	lead_roi_open_summary(other, &part);
	for (i = 0; i < COUNTS; i++)
		summary = apply_number(summary, i, part.counts[i], direction);
	for (i = 0; i < SUMS; i++)
		summary = lead_roi_apply_sum(summary, i, &part.sums[i], direction);
	return summary;
}

/*
 * Apply the summary in the second argument to the one in the first.
 */
static pg_attribute_always_inline Datum
apply_summary(FunctionCallInfo fcinfo, Direction direction)
{
	RoiSummary *summary = state_argument(fcinfo);
	SmallSummary part;
	int			i;

	if (unlikely(!lead_roi_copy_small(PG_GETARG_DATUM(1), &part)))
		PG_RETURN_POINTER(lead_roi_settle(apply_any_summary(summary, PG_GETARG_DATUM(1), direction)));
#pragma GCC unroll 8
	for (i = 0; i < SUMS; i++)
	{
		SmallSum	sum = lead_roi_small_sum(&part, i);

		if (sum.values != 0)
			summary = apply_small_sum(summary, i, &sum, direction);
	}
#pragma GCC unroll 8
	for (i = 0; i < COUNTS; i++)
		summary = apply_number(summary, i, lead_roi_small_count(&part, i), direction);
	PG_RETURN_POINTER(lead_roi_settle(summary));
}

/*
 * A row into the state of roi_summary().
 */
Datum
lead_roi_roi_summary_accumulate(PG_FUNCTION_ARGS)
{
	return apply_row(fcinfo, 1, state_argument(fcinfo), ACCUMULATE);
}

/*
 * A row out of the state of roi_summary().
 */
Datum
lead_roi_roi_summary_retract(PG_FUNCTION_ARGS)
{
	return apply_row(fcinfo, 1, state_argument(fcinfo), RETRACT);
}

/*
 * A row into the state of cost_per_lead().
 */
Datum
lead_roi_cost_per_lead_accumulate(PG_FUNCTION_ARGS)
{
	return apply_sum_and_count(fcinfo, EXPENSE, LEADS, ACCUMULATE);
}

/*
 * A row out of the state of cost_per_lead().
 */
Datum
lead_roi_cost_per_lead_retract(PG_FUNCTION_ARGS)
{
	return apply_sum_and_count(fcinfo, EXPENSE, LEADS, RETRACT);
}

/*
 * A row into the state of cost_per_customer().
 */
Datum
lead_roi_cost_per_customer_accumulate(PG_FUNCTION_ARGS)
{
	return apply_sum_and_count(fcinfo, EXPENSE, CUSTOMERS, ACCUMULATE);
}

/*
 * A row out of the state of cost_per_customer().
 */
Datum
lead_roi_cost_per_customer_retract(PG_FUNCTION_ARGS)
{
	return apply_sum_and_count(fcinfo, EXPENSE, CUSTOMERS, RETRACT);
}

/*
 * A row into the state of lifetime_value().
 */
Datum
lead_roi_lifetime_value_accumulate(PG_FUNCTION_ARGS)
{
	return apply_sum_and_count(fcinfo, REVENUE, CUSTOMERS, ACCUMULATE);
}

/*
 * A row out of the state of lifetime_value().
 */
Datum
lead_roi_lifetime_value_retract(PG_FUNCTION_ARGS)
{
	return apply_sum_and_count(fcinfo, REVENUE, CUSTOMERS, RETRACT);
}

/*
 * A row with a count that has decimals into the state of cost_per_lead().
 */
Datum
lead_roi_cost_per_lead_accumulate_fraction(PG_FUNCTION_ARGS)
{
	return apply_ratio(fcinfo, "expense", "leads", ACCUMULATE);
}

/*
 * A row with a count that has decimals out of the state of cost_per_lead().
 */
Datum
lead_roi_cost_per_lead_retract_fraction(PG_FUNCTION_ARGS)
{
	return apply_ratio(fcinfo, "expense", "leads", RETRACT);
}

/*
 * A row with a count that has decimals into the state of cost_per_customer().
 */
Datum
lead_roi_cost_per_customer_accumulate_fraction(PG_FUNCTION_ARGS)
{
	return apply_ratio(fcinfo, "expense", "customers", ACCUMULATE);
}

/*
 * A row with a count that has decimals out of the state of cost_per_customer().
 */
Datum
lead_roi_cost_per_customer_retract_fraction(PG_FUNCTION_ARGS)
{
	return apply_ratio(fcinfo, "expense", "customers", RETRACT);
}

/*
 * A row with a count that has decimals into the state of lifetime_value().
 */
Datum
lead_roi_lifetime_value_accumulate_fraction(PG_FUNCTION_ARGS)
{
	return apply_ratio(fcinfo, "revenue", "customers", ACCUMULATE);
}

/*
 * A row with a count that has decimals out of the state of lifetime_value().
 */
Datum
lead_roi_lifetime_value_retract_fraction(PG_FUNCTION_ARGS)
{
	return apply_ratio(fcinfo, "revenue", "customers", RETRACT);
}

/*
 * A row into the state of roi() and roas().
 */
Datum
lead_roi_roi_accumulate(PG_FUNCTION_ARGS)
{
	return apply_ratio(fcinfo, lead_roi_sum_names[REVENUE], lead_roi_sum_names[EXPENSE], ACCUMULATE);
}

/*
 * A row out of the state of roi() and roas().
 */
Datum
lead_roi_roi_retract(PG_FUNCTION_ARGS)
{
	return apply_ratio(fcinfo, lead_roi_sum_names[REVENUE], lead_roi_sum_names[EXPENSE], RETRACT);
}

/*
 * make_roi_summary(expense, revenue, visitors, leads, customers): the summary of one row.
 */
Datum
lead_roi_make_roi_summary(PG_FUNCTION_ARGS)
{
	return apply_row(fcinfo, 0, lead_roi_own_summary(true, (Datum) 0), ACCUMULATE);
}

/*
 * roi_summary + roi_summary; the step of rollup(), and how the parts of parallel workers and of
 * nodes come together.
 */
Datum
lead_roi_roi_summary_add(PG_FUNCTION_ARGS)
{
	return apply_summary(fcinfo, ACCUMULATE);
}

/*
 * roi_summary - roi_summary; the step back of rollup().
 */
Datum
lead_roi_roi_summary_subtract(PG_FUNCTION_ARGS)
{
	return apply_summary(fcinfo, RETRACT);
}
