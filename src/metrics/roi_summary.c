/*
 * roi_summary.c
 *		How a roi_summary lies in memory and in tables.
 */
#include "postgres.h"

#include "fmgr.h"

#include "metrics/roi_summary.h"

StaticAssertDecl(sizeof(SmallSummary) == 32 && sizeof(LargeSummary) == 96, "a roi_summary has no gaps");

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
 * Fetch a value from wherever it lies, as a plain copy.
 */
static RoiSummary *
fetch_copy(Datum datum)
{
	RoiSummary *copy = (RoiSummary *) PG_DETOAST_DATUM_COPY(datum);
	Size		size = VARSIZE(copy);

	if (size != sizeof(SmallSummary) && size < sizeof(LargeSummary))
		lead_roi_refuse_stored("It has the wrong length.");
	return copy;
}

/*
 * Refuse a plain summary of another version.
 */
static void
check_version(const RoiSummary *summary)
{
	if (lead_roi_is_small(summary) ? lead_roi_small_note(&summary->small, SMALL_VERSION) != ROI_SUMMARY_VERSION
		: summary->large.version != ROI_SUMMARY_VERSION)
		lead_roi_refuse_stored("Its version is not known.");
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
 * Find what stands behind the sums of a large summary.
 */
static void
open_rest(RoiSummary *large, OpenSummary *summary)
{
	char	   *rest = (char *) (&large->large + 1);
	int			i;

	for (i = 0; i < AMOUNTS; i++)
	{
		summary->amounts[i].others = (ScaleCount *) rest;
		rest += summary->amounts[i].head.other_scales * sizeof(ScaleCount);
		check_scales(&summary->amounts[i]);
	}
	for (i = 0; i < AMOUNTS; i++)
	{
		if (summary->amounts[i].head.wide_size == 0)
			continue;
		summary->amounts[i].wide = (Numeric) rest;
		rest += lead_roi_wide_space(&summary->amounts[i].head);
		check_wide(&summary->amounts[i]);
	}
}

/*
 * Read a small summary.
 */
static void
open_small(const SmallSummary *small, OpenSummary *summary)
{
	int			i;

	for (i = 0; i < COUNTS; i++)
		summary->counts[i] = lead_roi_small_count(small, i);
	for (i = 0; i < AMOUNTS; i++)
	{
		SmallSum	sum = lead_roi_small_sum(small, i);

		if (sum.values == 0 && (sum.units != 0 || sum.scale != 0))
			lead_roi_refuse_stored("A total has no values.");
		lead_roi_open_small_sum(&summary->amounts[i], &sum);
	}
}

/*
 * Read a large summary. What stands behind its sums is used where it stands.
 */
static void
open_large(RoiSummary *large, OpenSummary *summary)
{
	int			i;

	memset(summary, 0, sizeof(*summary));
	memcpy(summary->counts, large->large.counts, sizeof(summary->counts));
	for (i = 0; i < AMOUNTS; i++)
	{
		summary->amounts[i].head = large->large.sums[i];
		if (large->large.sums[i].scale > MAXIMUM_SCALE)
			lead_roi_refuse_stored("A display scale is out of range.");
	}
	if (!lead_roi_is_large(large))
		lead_roi_refuse_stored("It has the wrong length.");
	if (!lead_roi_is_bare(large))
		open_rest(large, summary);
}

/*
 * Read a summary from wherever it lies.
 */
void
lead_roi_open_summary(Datum datum, OpenSummary *summary)
{
	const struct varlena *stored = (const struct varlena *) DatumGetPointer(datum);
	SmallSummary small;
	RoiSummary	bare;
	RoiSummary *copy = &bare;

	if (lead_roi_copy_small(datum, &small))
	{
		open_small(&small, summary);
		return;
	}
	if (!VARATT_IS_EXTENDED(stored) && VARSIZE(stored) == sizeof(LargeSummary))
		memcpy(&bare, stored, sizeof(LargeSummary));
	else
		copy = fetch_copy(datum);
	check_version(copy);
	if (lead_roi_is_small(copy))
		open_small(&copy->small, summary);
	else
		open_large(copy, summary);
}

/*
 * Make a small summary; NULL if something doesn't fit.
 */
static RoiSummary *
make_small(const int64 *counts, const ExactSum *expense, const ExactSum *revenue)
{
	SmallSum	sums[AMOUNTS];
	SmallSummary small = {0};
	RoiSummary *summary;
	int			i;

	if (!lead_roi_make_small_sum(&sums[EXPENSE], expense) || !lead_roi_make_small_sum(&sums[REVENUE], revenue))
		return NULL;
	for (i = 0; i < COUNTS; i++)
		if (!lead_roi_set_small_count(&small, i, counts[i]))
			return NULL;
	for (i = 0; i < AMOUNTS; i++)
		if (!lead_roi_set_small_sum(&small, i, &sums[i]))
			return NULL;

	SET_VARSIZE(&small, sizeof(small));
	lead_roi_set_small_note(&small, SMALL_VERSION, ROI_SUMMARY_VERSION);
	summary = palloc(sizeof(small));
	summary->small = small;
	return summary;
}

/*
 * Make a large summary, whatever its content.
 */
static RoiSummary *
make_large(const OpenSummary *summary)
{
	Size		size = lead_roi_summary_size(&summary->amounts[EXPENSE].head, &summary->amounts[REVENUE].head);
	RoiSummary *large = palloc0(size);
	char	   *rest = (char *) (&large->large + 1);
	int			i;

	SET_VARSIZE(large, size);
	large->large.version = ROI_SUMMARY_VERSION;
	memcpy(large->large.counts, summary->counts, sizeof(summary->counts));
	for (i = 0; i < AMOUNTS; i++)
	{
		Size		scales_size = summary->amounts[i].head.other_scales * sizeof(ScaleCount);

		large->large.sums[i] = summary->amounts[i].head;
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
	return large;
}

/*
 * Write a summary in one piece, small if it can be.
 */
RoiSummary *
lead_roi_close_summary(const OpenSummary *summary)
{
	RoiSummary *closed = make_small(summary->counts, &summary->amounts[EXPENSE].head, &summary->amounts[REVENUE].head);

	return closed != NULL ? closed : make_large(summary);
}

/*
 * A large summary with the content of a plain small one, for changes that don't fit into that.
 */
RoiSummary *
lead_roi_enlarge(RoiSummary *summary)
{
	OpenSummary open;

	lead_roi_open_summary(PointerGetDatum(summary), &open);
	return make_large(&open);
}

/*
 * A small summary with the content of a plain large one; the large one itself if it has to be.
 */
RoiSummary *
lead_roi_shrink(RoiSummary *summary)
{
	RoiSummary *small = make_small(summary->large.counts, &summary->large.sums[EXPENSE], &summary->large.sums[REVENUE]);

	return small != NULL ? small : summary;
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
 * Change one sum of a plain summary by another sum, in place if it can be done.
 */
RoiSummary *
lead_roi_merge_amount(RoiSummary *summary, Amount amount, const OpenSum *change, Direction direction)
{
	OpenSummary open;

	if (lead_roi_is_large(summary))
	{
		ExactSum   *sums = summary->large.sums;
		ScaleCount *others = (ScaleCount *) (&summary->large + 1);

		if (amount == REVENUE)
			others += sums[EXPENSE].other_scales;
		if (lead_roi_absorb(&sums[amount], others, change, direction))
			return summary;
	}
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
