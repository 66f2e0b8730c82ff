/*
 * figures.c
 *		What a summary tells: its totals, and ratios of them. Each rule about what is not known, 0 or
 *		negative stands here once; the aggregates and the views end here.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "metrics/roi_summary.h"
#include "money/ratio.h"

PG_FUNCTION_INFO_V1(lead_roi_expense);
PG_FUNCTION_INFO_V1(lead_roi_revenue);
PG_FUNCTION_INFO_V1(lead_roi_profit);
PG_FUNCTION_INFO_V1(lead_roi_visitors);
PG_FUNCTION_INFO_V1(lead_roi_leads);
PG_FUNCTION_INFO_V1(lead_roi_customers);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_visitor);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_lead);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_customer);
PG_FUNCTION_INFO_V1(lead_roi_cost_per_fraction);
PG_FUNCTION_INFO_V1(lead_roi_roi);
PG_FUNCTION_INFO_V1(lead_roi_roas);
PG_FUNCTION_INFO_V1(lead_roi_visitor_to_lead_rate);
PG_FUNCTION_INFO_V1(lead_roi_lead_to_customer_rate);
PG_FUNCTION_INFO_V1(lead_roi_lifetime_value);
PG_FUNCTION_INFO_V1(lead_roi_ltv_to_cac);
PG_FUNCTION_INFO_V1(lead_roi_roi_summary_eq);
PG_FUNCTION_INFO_V1(lead_roi_roi_summary_ne);
PG_FUNCTION_INFO_V1(lead_roi_roi_summary_hash);

/* One of the totals below */
typedef Numeric (*Total) (const OpenSummary *summary);

/*
 * The summary in the only argument.
 */
static void
open_argument(FunctionCallInfo fcinfo, OpenSummary *summary)
{
	lead_roi_open_summary(PG_GETARG_DATUM(0), summary);
}

/*
 * Is any expense recorded? None is not the same as an expense of 0.
 */
static bool
has_expense(const OpenSummary *summary)
{
	return lead_roi_sum_is_recorded(&summary->sums[EXPENSE].head);
}

/*
 * The expense; 0 if none is recorded, for which has_expense() is to be asked.
 */
static Numeric
total_expense(const OpenSummary *summary)
{
	return lead_roi_sum_total(&summary->sums[EXPENSE]);
}

/*
 * The revenue; 0 if none is recorded.
 */
static Numeric
total_revenue(const OpenSummary *summary)
{
	return lead_roi_sum_total(&summary->sums[REVENUE]);
}

/*
 * Revenue less expense, where what isn't recorded counts as 0.
 */
static Numeric
total_profit(const OpenSummary *summary)
{
	return DatumGetNumeric(DirectFunctionCall2(numeric_sub, NumericGetDatum(total_revenue(summary)),
											   NumericGetDatum(total_expense(summary))));
}

/*
 * The leads.
 */
static Numeric
total_leads(const OpenSummary *summary)
{
	return lead_roi_units_to_numeric(summary->counts[LEADS], 0);
}

/*
 * The customers.
 */
static Numeric
total_customers(const OpenSummary *summary)
{
	return lead_roi_units_to_numeric(summary->counts[CUSTOMERS], 0);
}

/*
 * A total per one of what is counted, in one division; NULL if that is 0 or negative.
 */
static Datum
per_count(FunctionCallInfo fcinfo, const OpenSummary *summary, Total dividend, CountIndex count)
{
	int64		divisor = summary->counts[count];

	if (!lead_roi_count_is_divisor(divisor))
		PG_RETURN_NULL();
	return DirectFunctionCall2(numeric_div, NumericGetDatum(dividend(summary)),
							   NumericGetDatum(lead_roi_units_to_numeric(divisor, 0)));
}

/*
 * A total per unit of expense, in one division; NULL if no expense is recorded or it is 0 or
 * negative.
 */
static Datum
per_expense(FunctionCallInfo fcinfo, const OpenSummary *summary, Total dividend)
{
	Datum		divisor;

	if (!has_expense(summary))
		PG_RETURN_NULL();
	divisor = NumericGetDatum(total_expense(summary));
	if (!lead_roi_is_divisor(divisor))
		PG_RETURN_NULL();
	return DirectFunctionCall2(numeric_div, NumericGetDatum(dividend(summary)), divisor);
}

/*
 * Is a cost known? Not if none is recorded, nor if more was credited than spent.
 */
static bool
is_cost(const OpenSum *sum)
{
	StoredNumeric numeric;

	if (!lead_roi_sum_is_recorded(&sum->head))
		return false;
	lead_roi_read_numeric(NumericGetDatum(lead_roi_sum_total(sum)), &numeric);
	return !numeric.negative;
}

/*
 * The expense of the summary in the only argument per one of what is counted; NULL if it isn't known.
 */
static Datum
cost_per(FunctionCallInfo fcinfo, CountIndex count)
{
	OpenSummary summary;

	open_argument(fcinfo, &summary);
	if (!is_cost(&summary.sums[EXPENSE]))
		PG_RETURN_NULL();
	return per_count(fcinfo, &summary, total_expense, count);
}

/*
 * One of the counts of the summary in the only argument.
 */
static Datum
total_count(FunctionCallInfo fcinfo, CountIndex count)
{
	OpenSummary summary;

	open_argument(fcinfo, &summary);
	PG_RETURN_INT64(summary.counts[count]);
}

/*
 * expense(roi_summary): sum of expenses; NULL if none is recorded.
 */
Datum
lead_roi_expense(PG_FUNCTION_ARGS)
{
	OpenSummary summary;

	open_argument(fcinfo, &summary);
	if (!has_expense(&summary))
		PG_RETURN_NULL();
	PG_RETURN_NUMERIC(total_expense(&summary));
}

/*
 * revenue(roi_summary): sum of revenue; 0 if none is recorded.
 */
Datum
lead_roi_revenue(PG_FUNCTION_ARGS)
{
	OpenSummary summary;

	open_argument(fcinfo, &summary);
	PG_RETURN_NUMERIC(total_revenue(&summary));
}

/*
 * profit(roi_summary): revenue less expense.
 */
Datum
lead_roi_profit(PG_FUNCTION_ARGS)
{
	OpenSummary summary;

	open_argument(fcinfo, &summary);
	PG_RETURN_NUMERIC(total_profit(&summary));
}

/*
 * visitors(roi_summary): number of visitors.
 */
Datum
lead_roi_visitors(PG_FUNCTION_ARGS)
{
	return total_count(fcinfo, VISITORS);
}

/*
 * leads(roi_summary): number of leads.
 */
Datum
lead_roi_leads(PG_FUNCTION_ARGS)
{
	return total_count(fcinfo, LEADS);
}

/*
 * customers(roi_summary): number of customers.
 */
Datum
lead_roi_customers(PG_FUNCTION_ARGS)
{
	return total_count(fcinfo, CUSTOMERS);
}

/*
 * cost_per_visitor(roi_summary): expense / visitors.
 */
Datum
lead_roi_cost_per_visitor(PG_FUNCTION_ARGS)
{
	return cost_per(fcinfo, VISITORS);
}

/*
 * cost_per_lead(roi_summary): expense / leads.
 */
Datum
lead_roi_cost_per_lead(PG_FUNCTION_ARGS)
{
	return cost_per(fcinfo, LEADS);
}

/*
 * cost_per_customer(roi_summary): expense / customers.
 */
Datum
lead_roi_cost_per_customer(PG_FUNCTION_ARGS)
{
	return cost_per(fcinfo, CUSTOMERS);
}

/*
 * cost_per_fraction(state): the cost in the place of revenue over the count in the place of expense.
 */
Datum
lead_roi_cost_per_fraction(PG_FUNCTION_ARGS)
{
	OpenSummary summary;

	open_argument(fcinfo, &summary);
	if (!is_cost(&summary.sums[REVENUE]))
		PG_RETURN_NULL();
	return per_expense(fcinfo, &summary, total_revenue);
}

/*
 * roi(roi_summary): net, (revenue - expense) / expense.
 */
Datum
lead_roi_roi(PG_FUNCTION_ARGS)
{
	OpenSummary summary;

	open_argument(fcinfo, &summary);
	return per_expense(fcinfo, &summary, total_profit);
}

/*
 * roas(roi_summary): gross, revenue / expense.
 */
Datum
lead_roi_roas(PG_FUNCTION_ARGS)
{
	OpenSummary summary;

	open_argument(fcinfo, &summary);
	return per_expense(fcinfo, &summary, total_revenue);
}

/*
 * visitor_to_lead_rate(roi_summary): leads / visitors.
 */
Datum
lead_roi_visitor_to_lead_rate(PG_FUNCTION_ARGS)
{
	OpenSummary summary;

	open_argument(fcinfo, &summary);
	return per_count(fcinfo, &summary, total_leads, VISITORS);
}

/*
 * lead_to_customer_rate(roi_summary): customers / leads.
 */
Datum
lead_roi_lead_to_customer_rate(PG_FUNCTION_ARGS)
{
	OpenSummary summary;

	open_argument(fcinfo, &summary);
	return per_count(fcinfo, &summary, total_customers, LEADS);
}

/*
 * lifetime_value(roi_summary): revenue / customers.
 */
Datum
lead_roi_lifetime_value(PG_FUNCTION_ARGS)
{
	OpenSummary summary;

	open_argument(fcinfo, &summary);
	return per_count(fcinfo, &summary, total_revenue, CUSTOMERS);
}

/*
 * ltv_to_cac(roi_summary): (revenue / customers) / (expense / customers), which is revenue /
 * expense in one division where there are customers.
 */
Datum
lead_roi_ltv_to_cac(PG_FUNCTION_ARGS)
{
	OpenSummary summary;

	open_argument(fcinfo, &summary);
	if (!lead_roi_count_is_divisor(summary.counts[CUSTOMERS]))
		PG_RETURN_NULL();
	return per_expense(fcinfo, &summary, total_revenue);
}

/*
 * Do two summaries give the same figures? How many amounts a sum is made of, and how many decimals
 * it shows, makes no difference; whether an expense is recorded does.
 */
static bool
same_figures(FunctionCallInfo fcinfo)
{
	OpenSummary left;
	OpenSummary right;
	int			i;

	lead_roi_open_summary(PG_GETARG_DATUM(0), &left);
	lead_roi_open_summary(PG_GETARG_DATUM(1), &right);
	if (memcmp(left.counts, right.counts, sizeof(left.counts)) != 0 || has_expense(&left) != has_expense(&right))
		return false;
	for (i = 0; i < SUMS; i++)
		if (!DatumGetBool(DirectFunctionCall2(numeric_eq,
											  NumericGetDatum(lead_roi_sum_total(&left.sums[i])),
											  NumericGetDatum(lead_roi_sum_total(&right.sums[i])))))
			return false;
	return true;
}

/*
 * roi_summary = roi_summary
 */
Datum
lead_roi_roi_summary_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(same_figures(fcinfo));
}

/*
 * roi_summary <> roi_summary
 */
Datum
lead_roi_roi_summary_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!same_figures(fcinfo));
}

/*
 * The hash of what = compares.
 */
Datum
lead_roi_roi_summary_hash(PG_FUNCTION_ARGS)
{
	OpenSummary summary;
	uint32		hash;
	int			i;

	open_argument(fcinfo, &summary);
	hash = DatumGetUInt32(hash_any((unsigned char *) summary.counts, sizeof(summary.counts)));
	for (i = 0; i < SUMS; i++)
		hash = hash_combine(hash, DatumGetUInt32(DirectFunctionCall1(hash_numeric,
																	 NumericGetDatum(lead_roi_sum_total(&summary.sums[i])))));
	PG_RETURN_UINT32(hash);
}
