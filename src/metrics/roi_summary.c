/*
 * roi_summary.c
 *		How a roi_summary lies in memory and in tables.
 */
#include "postgres.h"

#include "fmgr.h"

#include "metrics/roi_summary.h"

StaticAssertDecl(SMALL_SUMMARY_SIZE == 64 && LARGE_SUMMARY_SIZE == 96, "a roi_summary has no gaps");

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
 * Fetch a value from wherever it lies; returns its payload, at any address, and its length with a
 * plain header.
 */
static const char *
fetch_payload(Datum datum, Size *size)
{
	struct varlena *packed = PG_DETOAST_DATUM_PACKED(datum);
	const char *payload = VARDATA_ANY(packed);
	int32		version;

	*size = VARSIZE_ANY_EXHDR(packed) + VARHDRSZ;
	if (*size != SMALL_SUMMARY_SIZE && *size < LARGE_SUMMARY_SIZE)
		lead_roi_refuse_stored("It has the wrong length.");
	memcpy(&version, payload, sizeof(version));
	if (version != ROI_SUMMARY_VERSION)
		lead_roi_refuse_stored("Its version is not known.");
	return payload;
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
 * Read the sums of a small summary.
 */
static void
open_small_sums(const char *payload, OpenSummary *summary)
{
	int			i;

	for (i = 0; i < AMOUNTS; i++)
	{
		SmallSum	small = lead_roi_stored_small_sum(payload, i);

		if (small.scale > (small.values == 0 ? 0 : MAXIMUM_SCALE))
			lead_roi_refuse_stored("A display scale is out of range.");
		if (small.values == 0 && small.units != 0)
			lead_roi_refuse_stored("A total has no values.");
		lead_roi_open_small_sum(&summary->amounts[i], &small);
	}
}

/*
 * Read the sums of a large summary.
 */
static void
open_large_sums(const char *payload, Size size, OpenSummary *summary)
{
	const char *sums = payload + sizeof(RoiSummary) - VARHDRSZ;
	int			i;

	memset(summary->amounts, 0, sizeof(summary->amounts));
	for (i = 0; i < AMOUNTS; i++)
	{
		ExactSum   *head = &summary->amounts[i].head;

		memcpy(head, sums + i * sizeof(ExactSum), sizeof(ExactSum));
		if (head->scale > MAXIMUM_SCALE)
			lead_roi_refuse_stored("A display scale is out of range.");
	}
	if (size != lead_roi_summary_size(&summary->amounts[EXPENSE].head, &summary->amounts[REVENUE].head))
		lead_roi_refuse_stored("It has the wrong length.");
	if (size > LARGE_SUMMARY_SIZE)
		open_rest(sums + AMOUNTS * sizeof(ExactSum), size - LARGE_SUMMARY_SIZE, summary);
}

/*
 * Read a summary from wherever it lies.
 */
void
lead_roi_open_summary(Datum datum, OpenSummary *summary)
{
	const char *payload = lead_roi_find_small(datum);
	Size		size = SMALL_SUMMARY_SIZE;
	int			i;

	if (payload == NULL)
		payload = fetch_payload(datum, &size);
	for (i = 0; i < COUNTS; i++)
		summary->counts[i] = lead_roi_stored_count(payload, i);
	if (size == SMALL_SUMMARY_SIZE)
		open_small_sums(payload, summary);
	else
		open_large_sums(payload, size, summary);
}

/*
 * Allocate a summary with nothing but its counts.
 */
static RoiSummary *
allocate_summary(Size size, const int64 *counts)
{
	RoiSummary *summary = palloc0(size);

	SET_VARSIZE(summary, size);
	summary->version = ROI_SUMMARY_VERSION;
	memcpy(summary->counts, counts, sizeof(summary->counts));
	return summary;
}

/*
 * Make a small summary; NULL if one of its sums isn't small.
 */
static RoiSummary *
make_small(const int64 *counts, const ExactSum *expense, const ExactSum *revenue)
{
	SmallSum	sums[AMOUNTS];
	RoiSummary *summary;

	if (!lead_roi_make_small_sum(&sums[EXPENSE], expense) || !lead_roi_make_small_sum(&sums[REVENUE], revenue))
		return NULL;
	summary = allocate_summary(SMALL_SUMMARY_SIZE, counts);
	memcpy(lead_roi_small_sums(summary), sums, sizeof(sums));
	return summary;
}

/*
 * Write the sums of a large summary, and what stands behind them.
 */
static void
write_large_sums(RoiSummary *closed, const OpenSummary *summary)
{
	char	   *rest = (char *) closed + LARGE_SUMMARY_SIZE;
	int			i;

	for (i = 0; i < AMOUNTS; i++)
	{
		Size		scales_size = summary->amounts[i].head.other_scales * sizeof(ScaleCount);

		lead_roi_large_sums(closed)[i] = summary->amounts[i].head;
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
}

/*
 * Write a summary in one piece, small if it can be.
 */
RoiSummary *
lead_roi_close_summary(const OpenSummary *summary)
{
	const ExactSum *expense = &summary->amounts[EXPENSE].head;
	const ExactSum *revenue = &summary->amounts[REVENUE].head;
	RoiSummary *closed = make_small(summary->counts, expense, revenue);

	if (closed == NULL)
	{
		closed = allocate_summary(lead_roi_summary_size(expense, revenue), summary->counts);
		write_large_sums(closed, summary);
	}
	return closed;
}

/*
 * Is a value a large summary, plain and of the length that its sums say?
 */
bool
lead_roi_is_large(const RoiSummary *summary)
{
	const ExactSum *sums = (const ExactSum *) (summary + 1);

	return !VARATT_IS_EXTENDED(summary) && VARSIZE(summary) >= LARGE_SUMMARY_SIZE &&
		VARSIZE(summary) == lead_roi_summary_size(&sums[EXPENSE], &sums[REVENUE]);
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
 * Change one sum of a large summary in place, as long as it stays large; NULL, and nothing done, if
 * the sum's shape doesn't allow it.
 */
static RoiSummary *
absorb_amount(RoiSummary *large, Amount amount, const OpenSum *change, Direction direction)
{
	ExactSum   *sums = lead_roi_large_sums(large);
	ScaleCount *others = (ScaleCount *) (sums + AMOUNTS);
	RoiSummary *small;

	if (amount == REVENUE)
		others += sums[EXPENSE].other_scales;
	if (!lead_roi_absorb(&sums[amount], others, change, direction))
		return NULL;
	small = make_small(large->counts, &sums[EXPENSE], &sums[REVENUE]);
	return small != NULL ? small : large;
}

/*
 * Change one sum of a plain summary by another sum, in place if it can be done.
 */
RoiSummary *
lead_roi_merge_amount(RoiSummary *summary, Amount amount, const OpenSum *change, Direction direction)
{
	RoiSummary *changed = NULL;
	OpenSummary open;

	if (!lead_roi_is_small(summary))
		changed = absorb_amount(summary, amount, change, direction);
	if (changed != NULL)
		return changed;

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
