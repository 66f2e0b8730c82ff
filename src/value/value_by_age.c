/*
 * value_by_age.c
 *		Revenue by age: what a customer has brought after each period, of those whose follow-up is
 *		long enough to tell.
 *
 * Because follow-up ends by the calendar, it is known for every customer, also for those who left: so
 * dividing by all who could have been seen at an age is right without a model. Dividing by all
 * customers is too low, by those still active too high.
 *
 * At each age the rows are counted, and the customers whose follow-up ends with it: if these don't fit
 * each other, some customer has no row for an age, or two.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/fmgrprotos.h"

#include "kit/arguments.h"
#include "kit/rows.h"
#include "value/revenue_sums.h"

/* What a slot counts: rows of an age, and customers whose follow-up ends with it */
#define ROWS SUMMED
#define LAST_SEEN UNSUMMED

/* Columns of lifetime_value_table() */
#define TABLE_COLUMNS 4

/* Where lifetime_value_table() stands between two calls */
typedef struct ValueTableState
{
	RevenueSums *sums;
	RevenueSlot **slots;
	int64	   *eligible;		/* customers for each slot */
	double		discount;
	double		value;			/* of the ages so far */
	int			next;
} ValueTableState;

PG_FUNCTION_INFO_V1(lead_roi_revenue_sums_add_period);
PG_FUNCTION_INFO_V1(lead_roi_lifetime_value_table);

/*
 * Refuse an age or a follow-up that can't be.
 */
static void
check_period(int32 age, int32 followup)
{
	if (age < 0 || followup < age)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("age of a customer must be from 0 through the end of the follow-up"),
				 errdetail("Argument \"age_period\" is %d, \"followup_periods\" is %d.", age, followup),
				 errhint("Leave out what happened after the day of counting.")));
}

/*
 * revenue_sums_add_period(state, age_period, revenue, followup_periods): count a customer's period.
 */
Datum
lead_roi_revenue_sums_add_period(PG_FUNCTION_ARGS)
{
	RevenueSums *sums;
	Datum		revenue;
	int32		age;
	int32		followup;
	RevenueSlot *slot;

	if (!AggCheckCallContext(fcinfo, NULL))
		lead_roi_refuse_call("lifetime_value_curve()");
	sums = PG_GETARG_REVENUE_SUMS(0);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(3))
		PG_RETURN_POINTER(sums);
	age = PG_GETARG_INT32(1);
	followup = PG_GETARG_INT32(3);
	check_period(age, followup);

	revenue = PG_ARGISNULL(2) ? NumericGetDatum(int64_to_numeric(0)) : PG_GETARG_DATUM(2);
	sums = lead_roi_sums_add(sums, revenue, age, ROWS);
	if (age == 0)
		sums = lead_roi_sums_count(sums, followup, LAST_SEEN, 1, &slot);
	PG_RETURN_POINTER(sums);
}

/*
 * The customers eligible at each age: those whose follow-up ends with it or later. There must be as
 * many rows, and no age may be missing.
 */
static int64 *
count_eligible(const RevenueSums *sums, RevenueSlot **slots)
{
	int64	   *eligible = palloc((sums->used + 1) * sizeof(int64));
	int			i;

	eligible[sums->used] = 0;
	for (i = sums->used - 1; i >= 0; i--)
	{
		const TenureSlot *age = &slots[i]->head;

		CHECK_FOR_INTERRUPTS();
		eligible[i] = eligible[i + 1] + age->counts[LAST_SEEN];
		if (age->tenure != i || age->counts[ROWS] != eligible[i])
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("customers must have one row for each age"),
					 errdetail("At age %d there are " INT64_FORMAT " rows for " INT64_FORMAT " customers.",
							   age->tenure, age->counts[ROWS], eligible[i]),
					 errhint("Join customers to generate_series(0, followup_periods), with revenue 0 where nothing was paid.")));
	}
	return eligible;
}

/*
 * Set lifetime_value_table() up for its first row.
 */
static ValueTableState *
begin_table(FunctionCallInfo fcinfo, FuncCallContext *context)
{
	MemoryContext caller = MemoryContextSwitchTo(context->multi_call_memory_ctx);
	ValueTableState *state = palloc0(sizeof(ValueTableState));

	state->sums = (RevenueSums *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0));
	state->discount = lead_roi_fraction_argument(fcinfo, 1, "discount", "0.01", "1 % a period");
	state->slots = lead_roi_sums_sorted(state->sums);
	state->eligible = count_eligible(state->sums, state->slots);
	context->tuple_desc = lead_roi_row_type(fcinfo);
	MemoryContextSwitchTo(caller);
	return state;
}

/*
 * lifetime_value_table(curve, discount): a row for each age.
 */
Datum
lead_roi_lifetime_value_table(PG_FUNCTION_ARGS)
{
	FuncCallContext *context;
	ValueTableState *state;
	Datum		values[TABLE_COLUMNS];
	bool		nulls[TABLE_COLUMNS] = {false};
	double		mean;
	int			age;

	if (SRF_IS_FIRSTCALL())
	{
		context = SRF_FIRSTCALL_INIT();
		context->user_fctx = begin_table(fcinfo, context);
	}
	context = SRF_PERCALL_SETUP();
	state = context->user_fctx;
	if (state->next >= state->sums->used)
		SRF_RETURN_DONE(context);

	age = state->next++;
	mean = lead_roi_sums_amount(state->sums, state->slots[age]->words) / (double) state->eligible[age];
	state->value += mean * exp(-age * log1p(state->discount));
	values[0] = Int32GetDatum(age);
	values[1] = Int64GetDatum(state->eligible[age]);
	values[2] = DirectFunctionCall1(float8_numeric, Float8GetDatum(mean));
	values[3] = DirectFunctionCall1(float8_numeric, Float8GetDatum(state->value));
	SRF_RETURN_NEXT(context, HeapTupleGetDatum(heap_form_tuple(context->tuple_desc, values, nulls)));
}
