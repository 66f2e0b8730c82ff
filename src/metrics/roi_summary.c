/*
 * roi_summary.c
 *		How a roi_summary lies in memory and in tables.
 */
#include "postgres.h"

#include "fmgr.h"

#include "metrics/roi_summary.h"

StaticAssertDecl(sizeof(RoiSummary) == 96, "the fixed part of a roi_summary has no gaps");

const char *const lead_roi_amount_names[AMOUNTS] = {"expense", "revenue"};
const char *const lead_roi_count_names[COUNTS] = {"visitors", "leads", "customers"};

/*
 * Refuse a stored value that this library didn't write.
 */
void
lead_roi_refuse_stored(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid stored roi_summary"),
			 errdetail_internal("%s", detail),
			 errhint("The value was written by another version of lead_roi, or its storage is damaged.")));
}

/*
 * Refuse a sum whose scales are out of order.
 */
static void
check_scales(const OpenSum *sum)
{
	int64		above = sum->head.scale;
	int			i;

	for (i = 0; i < sum->head.other_scales; i++)
	{
		if (sum->others[i].scale < 0 || sum->others[i].scale >= above || sum->others[i].values == 0)
			lead_roi_refuse_stored("The counts by display scale are out of order.");
		above = sum->others[i].scale;
	}
}

/*
 * Refuse a wide total that isn't a plain finite numeric of the size and scale it should have.
 */
static void
check_wide(const OpenSum *sum)
{
	StoredNumeric numeric;
	int			i;

	if (sum->head.wide_size < VARHDRSZ + 2 * sizeof(uint16) || sum->head.wide_size % sizeof(uint16) != 0 ||
		VARATT_IS_EXTENDED(sum->wide) || VARSIZE(sum->wide) != sum->head.wide_size)
		lead_roi_refuse_stored("A total has the wrong length.");
	lead_roi_read_numeric(NumericGetDatum(sum->wide), &numeric);
	if (numeric.kind != KIND_FINITE || numeric.scale != sum->head.scale)
		lead_roi_refuse_stored("A total has the wrong scale.");
	for (i = 0; i < numeric.ndigits; i++)
		if (lead_roi_stored_digit(&numeric, i) >= DIGIT_BASE)
			lead_roi_refuse_stored("A total has digits out of range.");
}

/*
 * Find what stands behind the fixed part of a summary.
 */
static void
open_rest(const char *rest, Size size, OpenSummary *summary)
{
	char	   *copy = palloc(size);
	int			i;

	memcpy(copy, rest, size);
	for (i = 0; i < AMOUNTS; i++)
	{
		summary->amounts[i].others = (ScaleCount *) copy;
		copy += summary->amounts[i].head.other_scales * sizeof(ScaleCount);
		check_scales(&summary->amounts[i]);
	}
	for (i = 0; i < AMOUNTS; i++)
	{
		if (summary->amounts[i].head.wide_size == 0)
			continue;
		summary->amounts[i].wide = (Numeric) copy;
		copy += lead_roi_wide_space(&summary->amounts[i].head);
		check_wide(&summary->amounts[i]);
	}
}

/*
 * Read a summary from wherever it lies.
 */
void
lead_roi_open_summary(Datum datum, OpenSummary *summary)
{
	RoiSummary	fixed;
	const char *rest = lead_roi_read_fixed_part(datum, &fixed);
	int			i;

	memcpy(summary->counts, fixed.counts, sizeof(fixed.counts));
	for (i = 0; i < AMOUNTS; i++)
	{
		summary->amounts[i].head = fixed.amounts[i];
		summary->amounts[i].others = NULL;
		summary->amounts[i].wide = NULL;
	}
	if (VARSIZE(&fixed) > sizeof(RoiSummary))
		open_rest(rest, VARSIZE(&fixed) - sizeof(RoiSummary), summary);
}

/*
 * Write a summary in one piece.
 */
RoiSummary *
lead_roi_close_summary(const OpenSummary *summary)
{
	Size		size = lead_roi_summary_size(&summary->amounts[EXPENSE].head, &summary->amounts[REVENUE].head);
	RoiSummary *closed = palloc0(size);
	char	   *rest = (char *) (closed + 1);
	int			i;

	SET_VARSIZE(closed, size);
	closed->version = ROI_SUMMARY_VERSION;
	memcpy(closed->counts, summary->counts, sizeof(closed->counts));
	for (i = 0; i < AMOUNTS; i++)
	{
		Size		scales_size = summary->amounts[i].head.other_scales * sizeof(ScaleCount);

		closed->amounts[i] = summary->amounts[i].head;
		if (scales_size > 0)
			memcpy(rest, summary->amounts[i].others, scales_size);
		rest += scales_size;
	}
	for (i = 0; i < AMOUNTS; i++)
	{
		if (summary->amounts[i].wide != NULL)
			memcpy(rest, summary->amounts[i].wide, summary->amounts[i].head.wide_size);
		rest += lead_roi_wide_space(&summary->amounts[i].head);
	}
	return closed;
}

/*
 * A plain copy of a summary that the caller may change; an empty one for NULL.
 */
RoiSummary *
lead_roi_own_summary(bool isnull, Datum datum)
{
	OpenSummary summary;

	memset(&summary, 0, sizeof(summary));
	if (!isnull)
		lead_roi_open_summary(datum, &summary);
	return lead_roi_close_summary(&summary);
}

/*
 * Change one sum of a plain summary by another sum, in place if its shape allows it.
 */
RoiSummary *
lead_roi_merge_amount(RoiSummary *summary, Amount amount, const OpenSum *change, Direction direction)
{
	OpenSummary open;

	if (lead_roi_absorb(&summary->amounts[amount], lead_roi_other_scales(summary, amount), change, direction))
		return summary;

	lead_roi_open_summary(PointerGetDatum(summary), &open);
	lead_roi_merge(&open.amounts[amount], change, direction);
	return lead_roi_close_summary(&open);
}

/*
 * Report a count that would leave the range of bigint.
 */
void
lead_roi_refuse_count(Count count)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("total of \"%s\" is out of range", lead_roi_count_names[count]),
			 errdetail("The total does not fit into a bigint."),
			 errhint("\"%s\" is a number, not an id: a row that is one passes 1.",
					 lead_roi_count_names[count])));
}
