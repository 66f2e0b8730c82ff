/*
 * aggregates.c
 *		The aggregates that count customers into a survival_curve.
 *
 * The state is a survival_curve that grows in place: SQL can't name the pointer, so a value that
 * somebody else can see is never changed. The functions below refuse to be called by hand.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "utils/date.h"

#include "kit/arguments.h"
#include "survival/counting_form.h"
#include "survival/survival_curve.h"
#include "survival/tenure.h"

PG_FUNCTION_INFO_V1(lead_roi_survival_add);
PG_FUNCTION_INFO_V1(lead_roi_survival_add_dates);
PG_FUNCTION_INFO_V1(lead_roi_survival_merge);
PG_FUNCTION_INFO_V1(lead_roi_survival_finish);

/*
 * The state of the running aggregate, which may be changed in place. In the state of a plain
 * aggregate, the case of almost every row, nothing has to be called to see that it is one.
 */
static inline SurvivalCurve *
state_argument(FunctionCallInfo fcinfo)
{
	bool		plain = fcinfo->context != NULL && IsA(fcinfo->context, AggState);
	SurvivalCurve *curve = (SurvivalCurve *) DatumGetPointer(PG_GETARG_DATUM(0));

	if (likely(plain && !VARATT_IS_EXTENDED(curve)))
		return curve;
	if (!AggCheckCallContext(fcinfo, NULL))
		lead_roi_refuse_call("survival() or rollup()");
	return PG_GETARG_SURVIVAL_CURVE(0);
}

/*
 * Count one customer. Returns the curve, or a bigger one in its place.
 */
static inline SurvivalCurve *
count_customer(SurvivalCurve *curve, int32 tenure, bool churned)
{
	if (likely(lead_roi_dense_count(curve, tenure, churned)))
		return curve;
	return lead_roi_curve_add(curve, tenure, churned ? 1 : 0, churned ? 0 : 1);
}

/*
 * survival_add(state, tenure, churned): count a customer.
 */
Datum
lead_roi_survival_add(PG_FUNCTION_ARGS)
{
	SurvivalCurve *curve = state_argument(fcinfo);
	int32		tenure = lead_roi_tenure_argument(fcinfo, 1);
	bool		churned = PG_GETARG_BOOL(2);

	PG_RETURN_SURVIVAL_CURVE(count_customer(curve, tenure, churned));
}

/*
 * Refuse an infinite start or day of counting, naming the argument.
 */
static void
require_finite_date(DateADT date, const char *argument)
{
	if (DATE_NOT_FINITE(date))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("tenure of a customer needs finite dates"),
				 errdetail("Argument \"%s\" is infinite.", argument),
				 errhint("Pass a finite date as \"%s\".", argument)));
}

/*
 * survival_add_dates(state, started_on, ended_on, as_of): count a customer as known on as_of, with
 * the tenure in days.
 */
Datum
lead_roi_survival_add_dates(PG_FUNCTION_ARGS)
{
	SurvivalCurve *curve = state_argument(fcinfo);
	DateADT		started_on;
	DateADT		ended_on;
	DateADT		as_of;
	bool		churned;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(3))
		PG_RETURN_SURVIVAL_CURVE(curve);
	started_on = PG_GETARG_DATEADT(1);
	ended_on = PG_ARGISNULL(2) ? DATEVAL_NOEND : PG_GETARG_DATEADT(2);
	as_of = PG_GETARG_DATEADT(3);
	require_finite_date(started_on, "started_on");
	require_finite_date(as_of, "as_of");
	if (ended_on < started_on)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("end of a customer's tenure must not precede its start"),
				 errdetail("Argument \"ended_on\" is before \"started_on\"."),
				 errhint("Pass NULL as \"ended_on\" for a customer who is still active.")));
	if (started_on > as_of)
		PG_RETURN_SURVIVAL_CURVE(curve);

	churned = ended_on <= as_of;
	PG_RETURN_SURVIVAL_CURVE(count_customer(curve, (churned ? ended_on : as_of) - started_on, churned));
}

/*
 * survival_merge(state, other): count all customers of another curve.
 */
Datum
lead_roi_survival_merge(PG_FUNCTION_ARGS)
{
	SurvivalCurve *curve = state_argument(fcinfo);
	TenureCounts counts;
	int			i;

	lead_roi_curve_read(PG_GETARG_SURVIVAL_CURVE(1), &counts);
	for (i = 0; i < counts.length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		curve = lead_roi_curve_add(curve, counts.entries[i].tenure, counts.entries[i].churned,
								   counts.entries[i].active);
	}
	PG_RETURN_SURVIVAL_CURVE(curve);
}

/*
 * survival_finish(state): the curve in its compact form.
 */
Datum
lead_roi_survival_finish(PG_FUNCTION_ARGS)
{
	PG_RETURN_SURVIVAL_CURVE(lead_roi_curve_compact(PG_GETARG_SURVIVAL_CURVE(0)));
}
