/*
 * counting_form.c
 *		The forms of a survival_curve in which the aggregates count.
 *
 * A state begins hashed. Whenever it has to grow, its next form is chosen by what it holds: dense if
 * the tenures are so close together that this takes no more memory. A hashed one is a tenure_table.h.
 */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "survival/counting_form.h"
#include "survival/tenure_table.h"

/* The upper limit keeps a hashed curve below PostgreSQL's 1 GB */
#define LAST_TABLE_BITS 24

/* What a slot of it counts */
#define CHURNED 0
#define ACTIVE 1

/* A dense curve may take that many bytes per tenure with customers; a hashed one takes as much */
#define DENSE_ROOM 48

typedef struct HashedCurve
{
	SurvivalCurve header;
	int32		used;			/* slots with customers */
	int32		bits;			/* 2 ^ bits slots */
	TenureSlot	slots[FLEXIBLE_ARRAY_MEMBER];
} HashedCurve;

/*
 * The total of a curve doesn't fit an int64, which only merging absurd counts brings about.
 */
static void
report_too_many_customers(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("survival curve has too many customers"),
			 errdetail("The number of customers must fit a bigint.")));
}

/*
 * Order slots by tenure, for qsort.
 */
static int
compare_tenures(const void *left, const void *right)
{
	int32		left_tenure = ((const TenureSlot *) left)->tenure;
	int32		right_tenure = ((const TenureSlot *) right)->tenure;

	return (left_tenure > right_tenure) - (left_tenure < right_tenure);
}

/*
 * Append counts that can be wrong in one way only: too many.
 */
static void
append_counts(TenureCounts *counts, int32 tenure, int64 churned, int64 active)
{
	CHECK_FOR_INTERRUPTS();
	if (lead_roi_counts_append(counts, tenure, churned, active) != NULL)
		report_too_many_customers();
}

/*
 * Read a hashed curve: sort what its slots hold.
 */
static void
read_hashed(const HashedCurve *hashed, TenureCounts *counts)
{
	TenureSlot *sorted = MemoryContextAllocHuge(CurrentMemoryContext,
												(hashed->used + 1) * sizeof(TenureSlot));
	int			length = 0;
	int			i;

	for (i = 0; i < 1 << hashed->bits; i++)
		if (lead_roi_is_used(&hashed->slots[i]))
			sorted[length++] = hashed->slots[i];
	Assert(length == hashed->used);
	qsort(sorted, length, sizeof(TenureSlot), compare_tenures);

	lead_roi_counts_init(counts, length);
	for (i = 0; i < length; i++)
		append_counts(counts, sorted[i].tenure, sorted[i].counts[CHURNED], sorted[i].counts[ACTIVE]);
	pfree(sorted);
}

/*
 * Bytes of one counter in a dense form.
 */
static int
counter_size(CurveForm form)
{
	return form == CURVE_DENSE_BYTE ? sizeof(uint8) : form == CURVE_DENSE_SHORT ? sizeof(uint16) : sizeof(uint32);
}

/*
 * The largest count in a dense form.
 */
static int64
most_count(CurveForm form)
{
	return form == CURVE_DENSE_BYTE ? PG_UINT8_MAX : form == CURVE_DENSE_SHORT ? PG_UINT16_MAX : PG_UINT32_MAX;
}

/*
 * One of the counters of a dense curve.
 */
static uint32
get_counter(const DenseCurve *dense, Size i)
{
	switch (dense->header.form)
	{
		case CURVE_DENSE_BYTE:
			return dense->counters.byte[i];
		case CURVE_DENSE_SHORT:
			return dense->counters.narrow[i];
		default:
			return dense->counters.wide[i];
	}
}

/*
 * Set one of the counters of a dense curve to a number that fits.
 */
static void
set_counter(DenseCurve *dense, Size i, int64 number)
{
	switch (dense->header.form)
	{
		case CURVE_DENSE_BYTE:
			dense->counters.byte[i] = (uint8) number;
			break;
		case CURVE_DENSE_SHORT:
			dense->counters.narrow[i] = (uint16) number;
			break;
		default:
			dense->counters.wide[i] = (uint32) number;
	}
}

/*
 * The counts of a tenure in a dense curve.
 */
static TenureCount
get_dense(const DenseCurve *dense, int32 tenure)
{
	TenureCount count;

	count.tenure = tenure;
	count.active = get_counter(dense, 2 * (Size) tenure);
	count.churned = get_counter(dense, 2 * (Size) tenure + 1);
	return count;
}

/*
 * Store the counts of a tenure, which must fit, in a dense curve.
 */
static void
set_dense(DenseCurve *dense, const TenureCount *count)
{
	set_counter(dense, 2 * (Size) count->tenure, count->active);
	set_counter(dense, 2 * (Size) count->tenure + 1, count->churned);
}

/*
 * How many tenures of a dense curve have customers. Counted when they are read, which is once: a running
 * number would cost every customer a look at both counters.
 */
static int
used_tenures(const DenseCurve *dense)
{
	int			used = 0;
	int			i;

	for (i = 0; i < dense->length; i++)
	{
		TenureCount count = get_dense(dense, i);

		used += count.churned != 0 || count.active != 0 ? 1 : 0;
	}
	return used;
}

/*
 * Read a dense curve.
 */
static void
read_dense(const DenseCurve *dense, TenureCounts *counts)
{
	int			i;

	lead_roi_counts_init(counts, used_tenures(dense));
	for (i = 0; i < dense->length; i++)
	{
		TenureCount count = get_dense(dense, i);

		if (count.churned != 0 || count.active != 0)
			append_counts(counts, i, count.churned, count.active);
	}
}

/*
 * All counts of a counting curve, ascending by tenure.
 */
void
lead_roi_counting_read(const SurvivalCurve *curve, TenureCounts *counts)
{
	if (curve->form >= CURVE_DENSE)
		read_dense((const DenseCurve *) curve, counts);
	else
		read_hashed((const HashedCurve *) curve, counts);
}

/*
 * The slot of a tenure in a hashed curve.
 */
static TenureSlot *
find_slot(HashedCurve *hashed, int32 tenure)
{
	return lead_roi_find_slot(hashed->slots, sizeof(TenureSlot), hashed->bits, tenure);
}

/*
 * A zeroed counting curve.
 */
static void *
allocate_curve(Size size, CurveForm form)
{
	SurvivalCurve *curve = palloc0(size);

	SET_VARSIZE(curve, size);
	curve->version = LEAD_ROI_CURVE_VERSION;
	curve->form = form;
	return curve;
}

/*
 * A dense curve with these counts and counters for tenures below "length".
 */
static SurvivalCurve *
make_dense(const TenureCounts *counts, int32 length, CurveForm form)
{
	DenseCurve *dense = allocate_curve(offsetof(DenseCurve, counters) +
									   2 * (Size) length * counter_size(form), form);
	int			i;

	dense->length = length;
	for (i = 0; i < counts->length; i++)
		set_dense(dense, &counts->entries[i]);
	return &dense->header;
}

/*
 * A hashed curve with these counts and room for one more tenure.
 */
static SurvivalCurve *
make_hashed(const TenureCounts *counts)
{
	HashedCurve *hashed;
	int			bits = FIRST_TABLE_BITS;
	int			i;

	while (counts->length >= lead_roi_most_used(bits) && bits <= LAST_TABLE_BITS)
		bits++;
	if (bits > LAST_TABLE_BITS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("survival curve has too many distinct tenures"),
				 errdetail("There are more than %d of them.", counts->length),
				 errhint("Count \"tenure\" in longer periods, such as days.")));

	hashed = allocate_curve(offsetof(HashedCurve, slots) + (sizeof(TenureSlot) << bits), CURVE_HASHED);
	hashed->bits = bits;
	hashed->used = counts->length;
	for (i = 0; i < counts->length; i++)
	{
		const TenureCount *entry = &counts->entries[i];
		TenureSlot *slot = find_slot(hashed, entry->tenure);

		slot->tenure = entry->tenure;
		slot->counts[CHURNED] = entry->churned;
		slot->counts[ACTIVE] = entry->active;
	}
	return &hashed->header;
}

/*
 * May these counts and a tenure go into a dense form? They must fit its counters, and it must not
 * take much more memory than the hashed form.
 */
static bool
fits_dense(const TenureCounts *counts, int64 longest, CurveForm form)
{
	int			i;

	if (counts->length < lead_roi_most_used(FIRST_TABLE_BITS) ||
		longest > (int64) MaxAllocSize / 16 ||
		2 * longest * counter_size(form) >= (int64) counts->length * DENSE_ROOM)
		return false;
	for (i = 0; i < counts->length; i++)
		if (counts->entries[i].churned > most_count(form) || counts->entries[i].active > most_count(form))
			return false;
	return true;
}

/*
 * The counting curve with these counts and a place for one more tenure, in the given form at the
 * smallest. Growing by half keeps the number of copies small.
 */
SurvivalCurve *
lead_roi_counting_make(const TenureCounts *counts, int32 tenure, CurveForm smallest)
{
	int64		longest = tenure;
	int			form;

	if (counts->length > 0)
		longest = Max(longest, counts->entries[counts->length - 1].tenure);
	for (form = smallest; form >= CURVE_DENSE; form--)
		if (fits_dense(counts, longest, form))
			return make_dense(counts, (int32) (longest + 1 + longest / 2), form);
	return make_hashed(counts);
}

/*
 * The counting curve to go on with when a tenure has no place in this one.
 */
static SurvivalCurve *
make_room(const SurvivalCurve *curve, int32 tenure, CurveForm smallest)
{
	TenureCounts counts;
	SurvivalCurve *bigger;

	lead_roi_counting_read(curve, &counts);
	bigger = lead_roi_counting_make(&counts, tenure, smallest);
	pfree(counts.entries);
	return bigger;
}

/*
 * Add customers to a dense curve that has counters for the tenure; false if they would overflow.
 */
static bool
add_dense(DenseCurve *dense, int32 tenure, int64 churned, int64 active)
{
	TenureCount count = get_dense(dense, tenure);
	int64		most = most_count(dense->header.form);

	if (churned > most - count.churned || active > most - count.active)
		return false;
	count.churned += churned;
	count.active += active;
	set_dense(dense, &count);
	return true;
}

/*
 * Add customers to a hashed curve; false if there is no slot left for a new tenure.
 */
static bool
add_hashed(HashedCurve *hashed, int32 tenure, int64 churned, int64 active)
{
	TenureSlot *slot = find_slot(hashed, tenure);

	if (!lead_roi_is_used(slot))
	{
		if (hashed->used >= lead_roi_most_used(hashed->bits))
			return false;
		slot->tenure = tenure;
		hashed->used++;
	}
	if (pg_add_s64_overflow(slot->counts[CHURNED], churned, &slot->counts[CHURNED]) ||
		pg_add_s64_overflow(slot->counts[ACTIVE], active, &slot->counts[ACTIVE]))
		report_too_many_customers();
	return true;
}

/*
 * Add customers to a counting curve in place. Returns the curve, or a bigger one in its place.
 */
SurvivalCurve *
lead_roi_counting_add(SurvivalCurve *curve, int32 tenure, int64 churned, int64 active)
{
	CurveForm	smallest = CURVE_DENSE_BYTE;

	Assert(tenure >= 0 && churned >= 0 && active >= 0 && (churned > 0 || active > 0));
	for (;;)
	{
		if (curve->form == CURVE_HASHED &&
			add_hashed((HashedCurve *) curve, tenure, churned, active))
			return curve;
		if (curve->form >= CURVE_DENSE && tenure < ((DenseCurve *) curve)->length)
		{
			if (add_dense((DenseCurve *) curve, tenure, churned, active))
				return curve;
			smallest = curve->form - 1;
		}
		curve = make_room(curve, tenure, smallest);
	}
}
