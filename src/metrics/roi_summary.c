/*
 * roi_summary.c
 *		How a roi_summary lies in memory and in tables.
 */
#include "postgres.h"

#include "fmgr.h"

#include "metrics/small_summary.h"

const char *const lead_roi_sum_names[SUMS] = {"expense", "revenue"};
const char *const lead_roi_count_names[COUNTS] = {"visitors", "leads", "customers"};

/*
 * Refuse a stored value that this library didn't write.
 */
static void
refuse_stored(const char *detail)
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
		refuse_stored("It has the wrong length.");
	return copy;
}

/*
 * The version of a plain summary.
 */
static int32
version_of(const RoiSummary *summary)
{
	return lead_roi_is_small(summary) ? lead_roi_small_note(&summary->small, VERSION_NOTE) : summary->large.version;
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
			refuse_stored("The counts by display scale are out of order.");
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
		refuse_stored("A total has the wrong length.");
	lead_roi_read_numeric(NumericGetDatum(sum->wide), &numeric);
	if (numeric.kind != KIND_FINITE || numeric.scale != sum->head.scale)
		refuse_stored("A total has the wrong scale.");
	for (i = 0; i < numeric.ndigits; i++)
		if (lead_roi_stored_digit(&numeric, i) >= DIGIT_BASE)
			refuse_stored("A total has digits out of range.");
	if (numeric.ndigits > 0 &&
		(lead_roi_stored_digit(&numeric, 0) == 0 || lead_roi_stored_digit(&numeric, numeric.ndigits - 1) == 0))
		refuse_stored("A total has zeros at an end.");
}

/*
 * Find what stands behind the sums of a large summary.
 */
static void
open_rest(RoiSummary *large, OpenSummary *summary)
{
	char	   *rest = (char *) (&large->large + 1);
	int			i;

	for (i = 0; i < SUMS; i++)
	{
		summary->sums[i].others = (ScaleCount *) rest;
		rest += summary->sums[i].head.other_scales * sizeof(ScaleCount);
		check_scales(&summary->sums[i]);
	}
	for (i = 0; i < SUMS; i++)
	{
		if (summary->sums[i].head.wide_size == 0)
			continue;
		summary->sums[i].wide = (Numeric) rest;
		rest += lead_roi_wide_space(&summary->sums[i].head);
		check_wide(&summary->sums[i]);
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
	for (i = 0; i < SUMS; i++)
	{
		SmallSum	sum = lead_roi_small_sum(small, i);

		if (sum.values == 0 && (sum.units != 0 || sum.scale != 0))
			refuse_stored("A total has no values.");
		lead_roi_open_small_sum(&summary->sums[i], &sum);
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
	for (i = 0; i < SUMS; i++)
	{
		summary->sums[i].head = large->large.sums[i];
		if (large->large.sums[i].scale > MAXIMUM_SCALE)
			refuse_stored("A display scale is out of range.");
	}
	if (!lead_roi_is_large(large))
		refuse_stored("It has the wrong length.");
	if (!lead_roi_is_bare(large))
		open_rest(large, summary);
}

/*
 * Read a plain summary of any version that was ever written.
 */
static void
open_stored(RoiSummary *stored, OpenSummary *summary)
{
	switch (version_of(stored))
	{
		case ROI_SUMMARY_VERSION:
			if (lead_roi_is_small(stored))
				open_small(&stored->small, summary);
			else
				open_large(stored, summary);
			break;
		default:
			refuse_stored("Its version is not known.");
	}
}

/*
 * Read a summary from wherever it lies: the usual ones without allocating a copy.
 */
void
lead_roi_open_summary(Datum datum, OpenSummary *summary)
{
	const struct varlena *stored = (const struct varlena *) DatumGetPointer(datum);
	SmallSummary small;
	RoiSummary	bare;

	if (lead_roi_copy_small(datum, &small))
		open_small(&small, summary);
	else if (!VARATT_IS_EXTENDED(stored) && VARSIZE(stored) == sizeof(LargeSummary))
	{
		memcpy(&bare, stored, sizeof(LargeSummary));
		open_stored(&bare, summary);
	}
	else
		open_stored(fetch_copy(datum), summary);
}

/*
 * Make a small summary; NULL if something doesn't fit. The sums lie one "stride" apart.
 */
static RoiSummary *
make_small(const int64 *counts, const ExactSum *sums, Size stride)
{
	SmallSummary small = {0};
	RoiSummary *summary;
	int			i;

	for (i = 0; i < SUMS; i++)
	{
		SmallSum	sum;

		if (!lead_roi_make_small_sum(&sum, (const ExactSum *) ((const char *) sums + i * stride)) ||
			!lead_roi_set_small_sum(&small, i, &sum))
			return NULL;
	}
	for (i = 0; i < COUNTS; i++)
		if (!lead_roi_set_small_count(&small, i, counts[i]))
			return NULL;

	SET_VARSIZE(&small, sizeof(small));
	lead_roi_set_small_note(&small, VERSION_NOTE, ROI_SUMMARY_VERSION);
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
	Size		size = sizeof(LargeSummary);
	RoiSummary *large;
	char	   *rest;
	int			i;

	for (i = 0; i < SUMS; i++)
		size += lead_roi_space_behind(&summary->sums[i].head);
	large = palloc0(size);
	SET_VARSIZE(large, size);
	large->large.version = ROI_SUMMARY_VERSION;
	memcpy(large->large.counts, summary->counts, sizeof(summary->counts));

	rest = (char *) (&large->large + 1);
	for (i = 0; i < SUMS; i++)
	{
		Size		scales_size = summary->sums[i].head.other_scales * sizeof(ScaleCount);

		large->large.sums[i] = summary->sums[i].head;
		if (scales_size > 0)
			memcpy(rest, summary->sums[i].others, scales_size);
		rest += scales_size;
	}
	for (i = 0; i < SUMS; i++)
	{
		if (summary->sums[i].wide != NULL)
			memcpy(rest, summary->sums[i].wide, summary->sums[i].head.wide_size);
		rest += lead_roi_wide_space(&summary->sums[i].head);
	}
	return large;
}

/*
 * Write a summary in one piece, small if it can be.
 */
RoiSummary *
lead_roi_close_summary(const OpenSummary *summary)
{
	RoiSummary *small = make_small(summary->counts, &summary->sums[0].head, sizeof(OpenSum));

	return small != NULL ? small : make_large(summary);
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
	RoiSummary *small = make_small(summary->large.counts, summary->large.sums, sizeof(ExactSum));

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
 * Apply a sum to one of a plain summary, in place if it can be done.
 */
RoiSummary *
lead_roi_apply_sum(RoiSummary *summary, SumIndex sum, const OpenSum *part, Direction direction)
{
	OpenSummary open;

	if (lead_roi_is_large(summary))
	{
		ExactSum   *sums = summary->large.sums;
		ScaleCount *others = (ScaleCount *) (&summary->large + 1);
		int			i;

		for (i = 0; i < (int) sum; i++)
			others += sums[i].other_scales;
		if (lead_roi_apply_in_place(&sums[sum], others, part, direction))
			return summary;
	}
	lead_roi_open_summary(PointerGetDatum(summary), &open);
	lead_roi_apply(&open.sums[sum], part, direction);
	return lead_roi_close_summary(&open);
}

/*
 * Report a count that would leave the range of bigint.
 */
void
lead_roi_refuse_count(CountIndex count)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("total of \"%s\" is out of range", lead_roi_count_names[count]),
			 errdetail("The total does not fit into a bigint."),
			 errhint("\"%s\" is a number, not an id: a row that is one passes 1.",
					 lead_roi_count_names[count])));
}
