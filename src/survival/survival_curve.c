/*
 * survival_curve.c
 *		The compact form of a survival_curve, for users and for keeping.
 *
 * Compact: after the header, the number of tenures and then for each of them the difference to the
 * tenure before (to -1 for the first), churned and active, as base-128 numbers, low digits first.
 * Six years of days take 3 to 20 bytes per day.
 */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "survival/counting_form.h"
#include "survival/survival_curve.h"

/* Longest base-128 form of a 64-bit number */
#define LONGEST_NUMBER 10

typedef struct CompactCurve
{
	int32		vl_len_;		/* varlena header */
	uint8		version;		/* LEAD_ROI_CURVE_VERSION */
	uint8		form;			/* a CurveForm */
	uint8		unused[2];
	char		numbers[FLEXIBLE_ARRAY_MEMBER]; /* the base-128 numbers */
} CompactCurve;

/* A place in the numbers of a compact curve */
typedef struct NumberReader
{
	const char *next;
	const char *end;
} NumberReader;

/*
 * Stored bytes that no version of this code has written.
 */
static void
report_corrupted(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DATA_CORRUPTED),
			 errmsg("stored survival curve is not readable"),
			 errdetail("Its version is unknown or its contents are damaged."),
			 errhint("Update the extension if a newer one wrote it; else count it again with survival().")));
}

/*
 * Begin an empty list of counts with room for that many.
 */
void
lead_roi_counts_init(TenureCounts *counts, int room)
{
	counts->length = 0;
	counts->room = Max(room, 1);
	counts->customers = 0;
	counts->entries = MemoryContextAllocHuge(CurrentMemoryContext,
											 counts->room * sizeof(TenureCount));
}

/*
 * Append the counts of a tenure; returns NULL, or what is wrong with them.
 */
const char *
lead_roi_counts_append(TenureCounts *counts, int32 tenure, int64 churned, int64 active)
{
	TenureCount *entry;
	int64		customers;

	if (tenure < 0)
		return "A tenure is negative.";
	if (counts->length > 0 && tenure <= counts->entries[counts->length - 1].tenure)
		return "Tenures must be ascending.";
	if (churned < 0 || active < 0)
		return "A number of customers is negative.";
	if (churned == 0 && active == 0)
		return "A tenure has no customers.";
	if (pg_add_s64_overflow(churned, active, &customers) ||
		pg_add_s64_overflow(counts->customers, customers, &counts->customers))
		return "The total number of customers is out of range.";

	if (counts->length == counts->room)
	{
		counts->room *= 2;
		counts->entries = repalloc_huge(counts->entries, counts->room * sizeof(TenureCount));
	}
	entry = &counts->entries[counts->length++];
	entry->tenure = tenure;
	entry->churned = churned;
	entry->active = active;
	return NULL;
}

/*
 * Write a number, low digits first; returns the place after it.
 */
static char *
write_number(char *place, uint64 number)
{
	while (number >= 0x80)
	{
		*place++ = (char) (number | 0x80);
		number >>= 7;
	}
	*place++ = (char) number;
	return place;
}

/*
 * Read a number and step behind it.
 */
static int64
read_number(NumberReader *reader)
{
	uint64		number = 0;
	int			shift;

	for (shift = 0; shift < 63 && reader->next < reader->end; shift += 7)
	{
		uint8		digit = (uint8) *reader->next++;

		number |= (uint64) (digit & 0x7F) << shift;
		if (digit < 0x80)
			return (int64) number;
	}
	report_corrupted();
	return 0;
}

/*
 * Read a compact curve. What is stored was checked when it came in; bytes that can't have come in
 * are reported, not trusted.
 */
static void
read_compact(const CompactCurve *curve, TenureCounts *counts)
{
	NumberReader reader;
	int64		length;
	int64		tenure = -1;

	reader.next = curve->numbers;
	reader.end = (const char *) curve + VARSIZE(curve);
	length = read_number(&reader);
	if (length > (reader.end - reader.next) / 3)
		report_corrupted();
	lead_roi_counts_init(counts, (int) length);

	while (counts->length < length)
	{
		int64		difference = read_number(&reader);
		int64		churned = read_number(&reader);
		int64		active = read_number(&reader);

		CHECK_FOR_INTERRUPTS();
		if (difference > PG_INT32_MAX - tenure)
			report_corrupted();
		tenure += difference;
		if (lead_roi_counts_append(counts, (int32) tenure, churned, active) != NULL)
			report_corrupted();
	}
	if (reader.next != reader.end)
		report_corrupted();
}

/*
 * All counts of a curve of either form, ascending by tenure.
 */
void
lead_roi_curve_read(const SurvivalCurve *curve, TenureCounts *counts)
{
	if (VARSIZE(curve) <= offsetof(CompactCurve, numbers) || curve->version != LEAD_ROI_CURVE_VERSION)
		report_corrupted();
	if (curve->form == CURVE_COMPACT)
		read_compact((const CompactCurve *) curve, counts);
	else
		lead_roi_counting_read(curve, counts);
}

/*
 * The compact curve of these counts.
 */
SurvivalCurve *
lead_roi_curve_compact(const TenureCounts *counts)
{
	Size		most = offsetof(CompactCurve, numbers) + LONGEST_NUMBER * (1 + 3 * (Size) counts->length);
	CompactCurve *curve = MemoryContextAllocExtended(CurrentMemoryContext, most,
													  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	char	   *place = write_number(curve->numbers, counts->length);
	int32		tenure_before = -1;
	int			i;

	for (i = 0; i < counts->length; i++)
	{
		const TenureCount *entry = &counts->entries[i];

		CHECK_FOR_INTERRUPTS();
		place = write_number(place, (uint64) ((int64) entry->tenure - tenure_before));
		place = write_number(place, (uint64) entry->churned);
		place = write_number(place, (uint64) entry->active);
		tenure_before = entry->tenure;
	}
	curve->version = LEAD_ROI_CURVE_VERSION;
	curve->form = CURVE_COMPACT;
	SET_VARSIZE(curve, place - (char *) curve);
	return repalloc(curve, VARSIZE(curve));
}
