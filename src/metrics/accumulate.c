/*
 * accumulate.c
 *		Rows and summaries into a summary: the aggregates' steps, forward and back, and + and -.
 *
 * A step changes its first argument in place where that is an aggregate's state, which belongs to
 * the executor and is always plain; called in another way it changes a copy.
 */
#include "postgres.h"

#include "fmgr.h"

#include "metrics/roi_summary.h"

PG_FUNCTION_INFO_V1(lead_roi_roi_summary_accumulate);
PG_FUNCTION_INFO_V1(lead_roi_roi_summary_discard);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_lead_accumulate);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_lead_discard);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_customer_accumulate);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_customer_discard);
PG_FUNCTION_INFO_V1(lead_roi_lifetime_value_accumulate);
PG_FUNCTION_INFO_V1(lead_roi_lifetime_value_discard);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_lead_accumulate_fraction);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_lead_discard_fraction);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_customer_accumulate_fraction);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_customer_discard_fraction);
PG_FUNCTION_INFO_V1(lead_roi_lifetime_value_accumulate_fraction);
PG_FUNCTION_INFO_V1(lead_roi_lifetime_value_discard_fraction);
PG_FUNCTION_INFO_V1(lead_roi_roi_accumulate);
PG_FUNCTION_INFO_V1(lead_roi_roi_discard);
PG_FUNCTION_INFO_V1(lead_roi_make_roi_summary);
PG_FUNCTION_INFO_V1(lead_roi_roi_summary_add);
PG_FUNCTION_INFO_V1(lead_roi_roi_summary_subtract);

/*
 * The summary in the first argument, to be changed.
 */
static pg_attribute_always_inline RoiSummary *
summary_to_change(FunctionCallInfo fcinfo)
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
 * Change a sum by a value the long way.
 */
static pg_noinline RoiSummary *
merge_value(RoiSummary *summary, Amount amount, Datum value, const char *argument, Direction direction)
{
	OpenSum		change;

	lead_roi_open_value(&change, value, argument);
	return lead_roi_merge_amount(summary, amount, &change, direction);
}

/*
 * Change a sum by a small sum the long way.
 */
static pg_noinline RoiSummary *
merge_small_sum(RoiSummary *summary, Amount amount, SmallSum sum, Direction direction)
{
	OpenSum		change;

	lead_roi_open_small_sum(&change, &sum);
	return lead_roi_merge_amount(summary, amount, &change, direction);
}

/*
 * Change a sum by a small sum.
 */
static pg_attribute_always_inline RoiSummary *
change_amount_by_small_sum(RoiSummary *summary, Amount amount, const SmallSum *change, Direction direction)
{
	if (unlikely(lead_roi_is_small(summary)))
	{
		SmallSum	sum = lead_roi_small_sum(&summary->small, amount);

		if (likely(lead_roi_change_small_sum(&sum, change, direction) &&
				   lead_roi_set_small_sum(&summary->small, amount, &sum)))
			return summary;
	}
	else if (likely(lead_roi_change_sum(&summary->large.sums[amount], change, direction)))
		return summary;
	return merge_small_sum(summary, amount, *change, direction);
}

/*
 * Change a sum by a value.
 */
static pg_attribute_always_inline RoiSummary *
change_amount_by_value(RoiSummary *summary, Amount amount, Datum value, const char *argument, Direction direction)
{
	SmallSum	change;

	if (likely(lead_roi_read_small_value(value, &change)))
		return change_amount_by_small_sum(summary, amount, &change, direction);
	return merge_value(summary, amount, value, argument, direction);
}

/*
 * Add a value to a sum. Not inlined, for most facts have no amount.
 */
static pg_noinline RoiSummary *
add_value(RoiSummary *summary, Amount amount, Datum value, const char *argument)
{
	return change_amount_by_value(summary, amount, value, argument, ADD);
}

/*
 * Take a value away from a sum.
 */
static pg_noinline RoiSummary *
take_value_away(RoiSummary *summary, Amount amount, Datum value, const char *argument)
{
	return change_amount_by_value(summary, amount, value, argument, TAKE_AWAY);
}

/*
 * Change a sum by an argument, which has this name in an error. NULL changes nothing.
 */
static pg_attribute_always_inline RoiSummary *
change_amount_by_argument(FunctionCallInfo fcinfo, int argument, const char *name, RoiSummary *summary, Amount amount,
						  Direction direction)
{
	if (PG_ARGISNULL(argument))
		return summary;
	return direction == ADD ? add_value(summary, amount, PG_GETARG_DATUM(argument), name)
		: take_value_away(summary, amount, PG_GETARG_DATUM(argument), name);
}

/*
 * The same for an argument that has the name of the sum.
 */
static pg_attribute_always_inline RoiSummary *
change_amount(FunctionCallInfo fcinfo, int argument, RoiSummary *summary, Amount amount, Direction direction)
{
	return change_amount_by_argument(fcinfo, argument, lead_roi_amount_names[amount], summary, amount, direction);
}

/*
 * Change a count by a number.
 */
static pg_attribute_always_inline RoiSummary *
change_count_by_number(RoiSummary *summary, Count count, int64 change, Direction direction)
{
	int64		number;

	if (unlikely(lead_roi_is_small(summary)))
	{
		if (likely(lead_roi_change_number(lead_roi_small_count(&summary->small, count), change, direction, &number) &&
				   lead_roi_set_small_count(&summary->small, count, number)))
			return summary;
		summary = lead_roi_enlarge(summary);
	}
	if (unlikely(!lead_roi_change_number(summary->large.counts[count], change, direction, &number)))
		lead_roi_refuse_count(count);
	summary->large.counts[count] = number;
	return summary;
}

/*
 * Change a count by an argument. NULL changes nothing.
 */
static pg_attribute_always_inline RoiSummary *
change_count(FunctionCallInfo fcinfo, int argument, RoiSummary *summary, Count count, Direction direction)
{
	if (PG_ARGISNULL(argument))
		return summary;
	return change_count_by_number(summary, count, PG_GETARG_INT64(argument), direction);
}

/*
 * Change a summary by five arguments: expense, revenue, visitors, leads, customers.
 */
static pg_attribute_always_inline Datum
change_all(FunctionCallInfo fcinfo, int first, RoiSummary *summary, Direction direction)
{
	summary = change_amount(fcinfo, first, summary, EXPENSE, direction);
	summary = change_amount(fcinfo, first + 1, summary, REVENUE, direction);
	summary = change_count(fcinfo, first + 2, summary, VISITORS, direction);
	summary = change_count(fcinfo, first + 3, summary, LEADS, direction);
	summary = change_count(fcinfo, first + 4, summary, CUSTOMERS, direction);
	PG_RETURN_POINTER(lead_roi_settle(summary));
}

/*
 * Change a summary by two arguments: an amount and a count.
 */
static pg_attribute_always_inline Datum
change_amount_and_count(FunctionCallInfo fcinfo, Amount amount, Count count, Direction direction)
{
	RoiSummary *summary = change_amount(fcinfo, 1, summary_to_change(fcinfo), amount, direction);

	PG_RETURN_POINTER(lead_roi_settle(change_count(fcinfo, 2, summary, count, direction)));
}

/*
 * Change a summary by two arguments: revenue and expense.
 */
static pg_attribute_always_inline Datum
change_amounts(FunctionCallInfo fcinfo, Direction direction)
{
	RoiSummary *summary = change_amount(fcinfo, 1, summary_to_change(fcinfo), REVENUE, direction);

	PG_RETURN_POINTER(lead_roi_settle(change_amount(fcinfo, 2, summary, EXPENSE, direction)));
}

/*
 * Change the state of a ratio by two arguments: an amount and a count with decimals. The one is kept
 * where a summary has its revenue, the other where it has its expense: the figures divide them so.
 */
static pg_attribute_always_inline Datum
change_ratio(FunctionCallInfo fcinfo, const char *amount, const char *count, Direction direction)
{
	RoiSummary *summary = change_amount_by_argument(fcinfo, 1, amount, summary_to_change(fcinfo), REVENUE, direction);

	PG_RETURN_POINTER(lead_roi_settle(change_amount_by_argument(fcinfo, 2, count, summary, EXPENSE, direction)));
}

/*
 * Change a summary by another one the long way.
 */
static pg_noinline RoiSummary *
merge_summary(RoiSummary *summary, Datum other, Direction direction)
{
	OpenSummary change;
	int			i;

	lead_roi_open_summary(other, &change);
	for (i = 0; i < COUNTS; i++)
		summary = change_count_by_number(summary, i, change.counts[i], direction);
	for (i = 0; i < AMOUNTS; i++)
		summary = lead_roi_merge_amount(summary, i, &change.amounts[i], direction);
	return summary;
}

/*
 * Change a sum by the one of a stored summary. Nothing recorded changes nothing.
 */
static pg_attribute_always_inline RoiSummary *
change_amount_by_stored(RoiSummary *summary, Amount amount, const SmallSummary *stored, Direction direction)
{
	SmallSum	change = lead_roi_small_sum(stored, amount);

	return change.values == 0 ? summary : change_amount_by_small_sum(summary, amount, &change, direction);
}

/*
 * Change a count by the one of a stored summary.
 */
static pg_attribute_always_inline RoiSummary *
change_count_by_stored(RoiSummary *summary, Count count, const SmallSummary *stored, Direction direction)
{
	return change_count_by_number(summary, count, lead_roi_small_count(stored, count), direction);
}

/*
 * Change the summary in the first argument by the one in the second.
 */
static pg_attribute_always_inline Datum
change_by_summary(FunctionCallInfo fcinfo, Direction direction)
{
	RoiSummary *summary = summary_to_change(fcinfo);
	SmallSummary change;

	if (unlikely(!lead_roi_copy_small(PG_GETARG_DATUM(1), &change)))
		PG_RETURN_POINTER(lead_roi_settle(merge_summary(summary, PG_GETARG_DATUM(1), direction)));
	summary = change_amount_by_stored(summary, EXPENSE, &change, direction);
	summary = change_amount_by_stored(summary, REVENUE, &change, direction);
	summary = change_count_by_stored(summary, VISITORS, &change, direction);
	summary = change_count_by_stored(summary, LEADS, &change, direction);
	summary = change_count_by_stored(summary, CUSTOMERS, &change, direction);
	PG_RETURN_POINTER(lead_roi_settle(summary));
}

/*
 * A row into the state of roi_summary().
 */
Datum
lead_roi_roi_summary_accumulate(PG_FUNCTION_ARGS)
{
	return change_all(fcinfo, 1, summary_to_change(fcinfo), ADD);
}

/*
 * A row out of the state of roi_summary().
 */
Datum
lead_roi_roi_summary_discard(PG_FUNCTION_ARGS)
{
	return change_all(fcinfo, 1, summary_to_change(fcinfo), TAKE_AWAY);
}

/*
 * A row into the state of cost_per_lead().
 */
Datum
lead_roi_cost_per_lead_accumulate(PG_FUNCTION_ARGS)
{
	return change_amount_and_count(fcinfo, EXPENSE, LEADS, ADD);
}

/*
 * A row out of the state of cost_per_lead().
 */
Datum
lead_roi_cost_per_lead_discard(PG_FUNCTION_ARGS)
{
	return change_amount_and_count(fcinfo, EXPENSE, LEADS, TAKE_AWAY);
}

/*
 * A row into the state of cost_per_customer().
 */
Datum
lead_roi_cost_per_customer_accumulate(PG_FUNCTION_ARGS)
{
	return change_amount_and_count(fcinfo, EXPENSE, CUSTOMERS, ADD);
}

/*
 * A row out of the state of cost_per_customer().
 */
Datum
lead_roi_cost_per_customer_discard(PG_FUNCTION_ARGS)
{
	return change_amount_and_count(fcinfo, EXPENSE, CUSTOMERS, TAKE_AWAY);
}

/*
 * A row into the state of lifetime_value().
 */
Datum
lead_roi_lifetime_value_accumulate(PG_FUNCTION_ARGS)
{
	return change_amount_and_count(fcinfo, REVENUE, CUSTOMERS, ADD);
}

/*
 * A row out of the state of lifetime_value().
 */
Datum
lead_roi_lifetime_value_discard(PG_FUNCTION_ARGS)
{
	return change_amount_and_count(fcinfo, REVENUE, CUSTOMERS, TAKE_AWAY);
}

/*
 * A row with a count that has decimals into the state of cost_per_lead().
 */
Datum
lead_roi_cost_per_lead_accumulate_fraction(PG_FUNCTION_ARGS)
{
	return change_ratio(fcinfo, "expense", "leads", ADD);
}

/*
 * A row with a count that has decimals out of the state of cost_per_lead().
 */
Datum
lead_roi_cost_per_lead_discard_fraction(PG_FUNCTION_ARGS)
{
	return change_ratio(fcinfo, "expense", "leads", TAKE_AWAY);
}

/*
 * A row with a count that has decimals into the state of cost_per_customer().
 */
Datum
lead_roi_cost_per_customer_accumulate_fraction(PG_FUNCTION_ARGS)
{
	return change_ratio(fcinfo, "expense", "customers", ADD);
}

/*
 * A row with a count that has decimals out of the state of cost_per_customer().
 */
Datum
lead_roi_cost_per_customer_discard_fraction(PG_FUNCTION_ARGS)
{
	return change_ratio(fcinfo, "expense", "customers", TAKE_AWAY);
}

/*
 * A row with a count that has decimals into the state of lifetime_value().
 */
Datum
lead_roi_lifetime_value_accumulate_fraction(PG_FUNCTION_ARGS)
{
	return change_ratio(fcinfo, "revenue", "customers", ADD);
}

/*
 * A row with a count that has decimals out of the state of lifetime_value().
 */
Datum
lead_roi_lifetime_value_discard_fraction(PG_FUNCTION_ARGS)
{
	return change_ratio(fcinfo, "revenue", "customers", TAKE_AWAY);
}

/*
 * A row into the state of roi() and roas().
 */
Datum
lead_roi_roi_accumulate(PG_FUNCTION_ARGS)
{
	return change_amounts(fcinfo, ADD);
}

/*
 * A row out of the state of roi() and roas().
 */
Datum
lead_roi_roi_discard(PG_FUNCTION_ARGS)
{
	return change_amounts(fcinfo, TAKE_AWAY);
}

/*
 * make_roi_summary(expense, revenue, visitors, leads, customers): the summary of one row.
 */
Datum
lead_roi_make_roi_summary(PG_FUNCTION_ARGS)
{
	return change_all(fcinfo, 0, lead_roi_own_summary(true, (Datum) 0), ADD);
}

/*
 * roi_summary + roi_summary; the step of rollup(), and how the parts of parallel workers and of
 * nodes come together.
 */
Datum
lead_roi_roi_summary_add(PG_FUNCTION_ARGS)
{
	return change_by_summary(fcinfo, ADD);
}

/*
 * roi_summary - roi_summary; the step back of rollup().
 */
Datum
lead_roi_roi_summary_subtract(PG_FUNCTION_ARGS)
{
	return change_by_summary(fcinfo, TAKE_AWAY);
}
