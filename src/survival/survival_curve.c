/*
 * survival_curve.c
 *		A curve of any form: which form it has is asked here.
 */
#include "postgres.h"

#include "survival/compact_form.h"
#include "survival/counting_form.h"

/*
 * Refuse stored bytes that no version of this code has written.
 */
void
lead_roi_refuse_curve(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("stored survival curve is not readable"),
			 errdetail("Its version is unknown or its contents are damaged."),
			 errhint("Update the extension if a newer one wrote it; else count it again with survival().")));
}

/*
 * All counts of a curve, ascending by tenure.
 */
void
lead_roi_curve_read(const SurvivalCurve *curve, TenureCounts *counts)
{
	if (VARSIZE(curve) <= sizeof(SurvivalCurve) || curve->version != LEAD_ROI_CURVE_VERSION)
		lead_roi_refuse_curve();
	if (curve->form == CURVE_COMPACT)
		lead_roi_compact_read(curve, counts);
	else
		lead_roi_counting_read(curve, counts);
}

/*
 * Add customers to the state of an aggregate. Returns the state, or a bigger one in its place: the
 * first one is '{}', which is compact.
 */
SurvivalCurve *
lead_roi_curve_add(SurvivalCurve *curve, int32 tenure, int64 churned, int64 active)
{
	TenureCounts counts;

	if (curve->form == CURVE_COMPACT)
	{
		lead_roi_curve_read(curve, &counts);
		curve = lead_roi_counting_make(&counts, tenure, CURVE_DENSE_BYTE);
		pfree(counts.entries);
	}
	return lead_roi_counting_add(curve, tenure, churned, active);
}

/*
 * The compact form of a curve, for users and for keeping.
 */
SurvivalCurve *
lead_roi_curve_compact(const SurvivalCurve *curve)
{
	TenureCounts counts;

	lead_roi_curve_read(curve, &counts);
	return lead_roi_compact_make(&counts);
}
