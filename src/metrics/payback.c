/*
 * payback.c
 *		The age at which revenue has reached the expense: the aggregate payback_age().
 *
 * The state is a list of the summaries with their ages, as they came. Rows of a group come in no order, and to
 * have them sorted, group by group, costs more than all else that is done with them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/datum.h"
#include "utils/fmgrprotos.h"

#include "kit/arguments.h"
#include "metrics/roi_summary.h"
#include "money/ratio.h"

PG_FUNCTION_INFO_V1(lead_roi_payback_age_accumulate);
PG_FUNCTION_INFO_V1(lead_roi_payback_age_result);

/* The age of what has none, which comes before all others */
#define NO_AGE PG_INT64_MIN

/* A summary of an age */
typedef struct AgedSummary
{
	int64		age;
	Datum		summary;
} AgedSummary;

/* The state */
typedef struct Aging
{
	int64		filled;
	int64		allocated;
	bool		in_order;		/* of age */
	AgedSummary *parts;
} Aging;

/*
 * A state of nothing, in the memory of the aggregate.
 */
static Aging *
make_aging(void)
{
	Aging	   *aging = palloc0(sizeof(Aging));

	aging->allocated = 8;
	aging->in_order = true;
	aging->parts = palloc(aging->allocated * sizeof(AgedSummary));
	return aging;
}

/*
 * Keep a summary of an age, in the memory of the aggregate.
 */
static void
keep_part(Aging *aging, int64 age, Datum summary)
{
	AgedSummary *part;

	if (aging->filled == aging->allocated)
	{
		aging->allocated *= 2;
		aging->parts = repalloc_huge(aging->parts, aging->allocated * sizeof(AgedSummary));
	}
	part = &aging->parts[aging->filled];
	part->age = age;
	part->summary = datumCopy(summary, false, -1);
	aging->in_order = aging->in_order && (aging->filled == 0 || part[-1].age <= age);
	aging->filled++;
}

/*
 * payback_age_accumulate(state, age, summary): keep a summary for the result. NULL does nothing.
 */
Datum
lead_roi_payback_age_accumulate(PG_FUNCTION_ARGS)
{
	Aging	   *aging = PG_ARGISNULL(0) ? NULL : (Aging *) PG_GETARG_POINTER(0);
	MemoryContext aggregate;
	MemoryContext before;

	if (!AggCheckCallContext(fcinfo, &aggregate))
		lead_roi_refuse_call("payback_age()");
	before = MemoryContextSwitchTo(aggregate);
	if (aging == NULL)
		aging = make_aging();
	if (!PG_ARGISNULL(2))
		keep_part(aging, PG_ARGISNULL(1) ? NO_AGE : PG_GETARG_INT32(1), PG_GETARG_DATUM(2));
	MemoryContextSwitchTo(before);
	PG_RETURN_POINTER(aging);
}

/*
 * Compare two summaries by age, for qsort().
 */
static int
compare_ages(const void *left, const void *right)
{
	int64		left_age = ((const AgedSummary *) left)->age;
	int64		right_age = ((const AgedSummary *) right)->age;

	return (left_age > right_age) - (left_age < right_age);
}

/*
 * Add a sum to another, in place if it can be done.
 */
static void
add_sum(OpenSum *sum, const OpenSum *part)
{
	if (!lead_roi_apply_in_place(&sum->head, sum->others, part, ACCUMULATE))
		lead_roi_apply(sum, part, ACCUMULATE);
}

/*
 * Has revenue reached an expense that is more than 0?
 */
static bool
is_paid_back(const OpenSum *expense, const OpenSum *revenue)
{
	Datum		spent;

	if (expense->wide == NULL && revenue->wide == NULL && FRACTION_DIGITS(expense->head.scale) == FRACTION_DIGITS(revenue->head.scale))
		return lead_roi_sum_units(&expense->head) > 0 && lead_roi_sum_units(&revenue->head) >= lead_roi_sum_units(&expense->head);
	spent = NumericGetDatum(lead_roi_sum_total(expense));
	return lead_roi_is_divisor(spent) &&
		DatumGetBool(DirectFunctionCall2(numeric_ge, NumericGetDatum(lead_roi_sum_total(revenue)), spent));
}

/*
 * payback_age_result(state): the first age by which, all summaries of it and of earlier ages together, revenue has
 * reached the expense. What has no age comes before; NULL if there is no such age.
 */
Datum
lead_roi_payback_age_result(PG_FUNCTION_ARGS)
{
	Aging	   *aging = PG_ARGISNULL(0) ? NULL : (Aging *) PG_GETARG_POINTER(0);
	OpenSummary so_far;

	if (!AggCheckCallContext(fcinfo, NULL))
		lead_roi_refuse_call("payback_age()");
	if (aging == NULL)
		PG_RETURN_NULL();
	if (!aging->in_order)
		qsort(aging->parts, aging->filled, sizeof(AgedSummary), compare_ages);
	aging->in_order = true;
	memset(&so_far, 0, sizeof(so_far));
	for (int64 i = 0; i < aging->filled; i++)
	{
		OpenSummary part;
		int64		age = aging->parts[i].age;

		CHECK_FOR_INTERRUPTS();
		lead_roi_open_summary(aging->parts[i].summary, &part);
		for (int sum = 0; sum < SUMS; sum++)
			add_sum(&so_far.sums[sum], &part.sums[sum]);
		if (age != NO_AGE && (i + 1 == aging->filled || aging->parts[i + 1].age != age) &&
			is_paid_back(&so_far.sums[EXPENSE], &so_far.sums[REVENUE]))
			PG_RETURN_INT32((int32) age);
	}
	PG_RETURN_NULL();
}
