/*
 * exact_sum.h
 *		The exact sum of numeric amounts, as a fixed-point number of 128 bits.
 *
 * A sum remembers how many values it has of each display scale, so that it shows as many decimals
 * as PostgreSQL's sum() does, and that taking values away again restores what was there before.
 * ExactSum holds the highest of these scales; the others, if there are any, and a total that
 * doesn't fit into 128 bits stand behind it, wherever its owner keeps them (OpenSum has them at
 * hand). There is one form for every content:
 *
 *	- scale is the highest scale that values have, or more if the total needs more decimals than
 *	  that, which happens when something is taken away that was never in (values is then 0);
 *	- the total is in units of FRACTION_DIGITS(scale) digits after the point, if that fits;
 *	- a sum of nothing is all zeros.
 *
 * Nearly every sum is of values of one scale and fits into 64 bits: a SmallSum says the same in
 * half the space.
 */
#ifndef LEAD_ROI_EXACT_SUM_H
#define LEAD_ROI_EXACT_SUM_H

#include "common/int.h"

#include "money/money.h"

/* The number of values that have a display scale */
typedef struct ScaleCount
{
	int64		values;
	int64		scale;
} ScaleCount;

typedef struct ExactSum
{
	uint64		low;			/* the total, two's complement */
	int64		high;
	int64		values;			/* number of values of the scale below */
	uint16		scale;			/* display scale */
	uint16		other_scales;	/* number of further scales, each a ScaleCount */
	uint32		wide_size;		/* size of the total if it is a numeric, else 0 */
} ExactSum;

/* A sum of values of one scale whose total fits into 64 bits; or of nothing, then all zeros */
typedef struct SmallSum
{
	int64		units;			/* the total */
	uint32		values;			/* number of values */
	uint32		scale;			/* display scale */
} SmallSum;

/* A sum with everything that belongs to it */
typedef struct OpenSum
{
	ExactSum	head;
	ScaleCount *others;			/* highest scale first, no count of 0 */
	Numeric		wide;			/* the total if it doesn't fit, else NULL */
} OpenSum;

/* Rows are accumulated into a sum, or retracted from it: one rule for both */
typedef enum Direction
{
	ACCUMULATE = 1,
	RETRACT = -1
} Direction;

/*
 * The total of a sum that fits.
 */
static inline int128
lead_roi_sum_units(const ExactSum *sum)
{
	return (int128) (((uint128) (uint64) sum->high << 64) | sum->low);
}

/*
 * Set the total of a sum.
 */
static inline void
lead_roi_set_sum_units(ExactSum *sum, int128 units)
{
	sum->low = (uint64) units;
	sum->high = (int64) (units >> 64);
}

/*
 * Apply units to a total; false, and nothing done, if it leaves 128 bits.
 */
static inline bool
lead_roi_apply_units(ExactSum *sum, int128 units, Direction direction)
{
	int128		total = lead_roi_sum_units(sum);

	if (direction == ACCUMULATE ? __builtin_add_overflow(total, units, &total)
		: __builtin_sub_overflow(total, units, &total))
		return false;
	lead_roi_set_sum_units(sum, total);
	return true;
}

/*
 * Apply a number to another one; false if the result leaves its range.
 */
static inline bool
lead_roi_apply_number(int64 number, int64 part, Direction direction, int64 *result)
{
	return direction == ACCUMULATE ? !pg_add_s64_overflow(number, part, result)
		: !pg_sub_s64_overflow(number, part, result);
}

/*
 * Read an amount as the sum of one value the short way, which does for amounts below 10 to the
 * power of 12 or so; false if it takes the long way.
 */
static pg_attribute_always_inline bool
lead_roi_read_small_value(Datum amount, SmallSum *value)
{
	StoredNumeric numeric;
	int64		units;

	if (!lead_roi_read_in_place(amount, &numeric) || numeric.kind != KIND_FINITE ||
		!lead_roi_read_small_magnitude(&numeric, FRACTION_DIGITS(numeric.scale), &units))
		return false;

	value->units = numeric.negative ? -units : units;
	value->values = 1;
	value->scale = numeric.scale;
	return true;
}

/*
 * Apply a small sum to another in place; false, and nothing done, if that takes the long way: if the
 * scales differ, the total leaves 64 bits, or the number of values doesn't stay positive and in range.
 */
static pg_attribute_always_inline bool
lead_roi_apply_to_small_sum(SmallSum *sum, const SmallSum *part, Direction direction)
{
	int64		units;
	uint32		values;

	if (part->scale != sum->scale)
	{
		if (sum->values != 0 || direction != ACCUMULATE)
			return false;
		*sum = *part;
		return true;
	}
	if (direction == ACCUMULATE ? pg_add_u32_overflow(sum->values, part->values, &values)
		: pg_sub_u32_overflow(sum->values, part->values, &values) || values == 0)
		return false;
	if (!lead_roi_apply_number(sum->units, part->units, direction, &units))
		return false;
	sum->units = units;
	sum->values = values;
	return true;
}

/*
 * Apply a small sum to one of any size in place; false, and nothing done, if that takes the long way:
 * if the scales differ, the total leaves 128 bits, or the number of values doesn't stay positive and in
 * range.
 */
static pg_attribute_always_inline bool
lead_roi_apply_to_sum(ExactSum *sum, const SmallSum *part, Direction direction)
{
	int64		values;

	if (part->scale != sum->scale || sum->wide_size != 0 || sum->values <= 0)
		return false;
	if (!lead_roi_apply_number(sum->values, part->values, direction, &values) || values <= 0)
		return false;
	if (!lead_roi_apply_units(sum, part->units, direction))
		return false;
	sum->values = values;
	return true;
}

/*
 * A small sum with everything at hand.
 */
static inline void
lead_roi_open_small_sum(OpenSum *sum, const SmallSum *small)
{
	memset(sum, 0, sizeof(*sum));
	sum->head.values = small->values;
	sum->head.scale = small->scale;
	lead_roi_set_sum_units(&sum->head, small->units);
}

/*
 * Does a sum have any value, or a trace of one?
 */
static inline bool
lead_roi_sum_is_recorded(const ExactSum *sum)
{
	return sum->values != 0 || sum->other_scales != 0 || sum->wide_size != 0 ||
		sum->low != 0 || sum->high != 0;
}

extern bool lead_roi_make_small_sum(SmallSum *small, const ExactSum *sum);
extern void lead_roi_open_value(OpenSum *sum, Datum amount, const char *argument);
extern bool lead_roi_apply_in_place(ExactSum *sum, ScaleCount *others, const OpenSum *part, Direction direction);
extern void lead_roi_apply(OpenSum *sum, const OpenSum *part, Direction direction);
extern int	lead_roi_list_scales(const OpenSum *sum, ScaleCount *counts);
extern void lead_roi_restore_sum(OpenSum *sum, ScaleCount *counts, int ncounts, Numeric total);
extern Numeric lead_roi_sum_total(const OpenSum *sum);

#endif							/* LEAD_ROI_EXACT_SUM_H */
