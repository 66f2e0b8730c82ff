/*
 * compact_form.c
 *		The compact form of a survival_curve, for users and for keeping.
 *
 * Compact: after the header, the number of tenures and then for each of them the difference to the
 * tenure before (to -1 for the first), churned and active, as base-128 numbers, low digits first.
 * Six years of days take 3 to 20 bytes per day.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "survival/compact_form.h"

/* Longest base-128 form of a 64-bit number */
#define LONGEST_NUMBER 10

typedef struct CompactCurve
{
	SurvivalCurve header;
	char		numbers[FLEXIBLE_ARRAY_MEMBER]; /* the base-128 numbers */
} CompactCurve;

/* A place in the numbers of a compact curve */
typedef struct NumberReader
{
	const char *next;
	const char *end;
} NumberReader;

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
	lead_roi_refuse_curve();
	return 0;
}

/*
 * All counts of a compact curve, ascending by tenure.
 */
void
lead_roi_compact_read(const SurvivalCurve *stored, TenureCounts *counts)
{
	const CompactCurve *curve = (const CompactCurve *) stored;
	NumberReader reader;
	int64		length;
	int64		tenure = -1;

	reader.next = curve->numbers;
	reader.end = (const char *) curve + VARSIZE(curve);
	length = read_number(&reader);
	if (length > (reader.end - reader.next) / 3)
		lead_roi_refuse_curve();
	lead_roi_counts_init(counts, (int) length);

	while (counts->length < length)
	{
		int64		difference = read_number(&reader);
		int64		churned = read_number(&reader);
		int64		active = read_number(&reader);

		CHECK_FOR_INTERRUPTS();
		if (difference > PG_INT32_MAX - tenure)
			lead_roi_refuse_curve();
		tenure += difference;
		if (lead_roi_counts_append(counts, (int32) tenure, churned, active) != NULL)
			lead_roi_refuse_curve();
	}
	if (reader.next != reader.end)
		lead_roi_refuse_curve();
}

/*
 * The compact curve of these counts.
 */
SurvivalCurve *
lead_roi_compact_make(const TenureCounts *counts)
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
	curve->header.version = LEAD_ROI_CURVE_VERSION;
	curve->header.form = CURVE_COMPACT;
	SET_VARSIZE(curve, place - (char *) curve);
	return repalloc(curve, VARSIZE(curve));
}
