/*
 * exact_sum.c
 *		The long ways of an exact sum: what lead_roi_apply_to_small_sum() and lead_roi_apply_to_sum()
 *		can't do.
 *
 * lead_roi_apply_in_place() changes a sum where it stands, as long as its shape stays: the same scales,
 * 128 bits. lead_roi_apply() makes a sum of any shape. Both treat a value as a sum of one.
 */
#include "postgres.h"

#include "common/int.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "money/exact_sum.h"

/*
 * Make a sum small; false if it isn't.
 */
bool
lead_roi_make_small_sum(SmallSum *small, const ExactSum *sum)
{
	int128		units = lead_roi_sum_units(sum);

	if (sum->other_scales != 0 || sum->wide_size != 0 || units != (int64) units ||
		sum->values < 0 || sum->values > PG_UINT32_MAX ||
		(sum->values == 0 && (units != 0 || sum->scale != 0)))
		return false;
	small->units = (int64) units;
	small->values = sum->values;
	small->scale = sum->scale;
	return true;
}

/*
 * Make a sum of one value; refuse NaN and infinity.
 */
void
lead_roi_open_value(OpenSum *sum, Datum amount, const char *argument)
{
	StoredNumeric numeric;
	SmallSum	small;
	int128		units;

	if (lead_roi_read_small_value(amount, &small))
	{
		lead_roi_open_small_sum(sum, &small);
		return;
	}
	memset(sum, 0, sizeof(*sum));
	lead_roi_read_finite(amount, argument, &numeric);
	sum->head.values = 1;
	sum->head.scale = numeric.scale;
	if (lead_roi_numeric_to_units(&numeric, FRACTION_DIGITS(numeric.scale), &units))
		lead_roi_set_sum_units(&sum->head, units);
	else
	{
		sum->wide = DatumGetNumeric(amount);
		sum->head.wide_size = VARSIZE(sum->wide);
	}
}

/*
 * Units with more digits after the point; false if they don't fit.
 */
static bool
append_zeros(int128 *units, int digits)
{
	const int128 limit = (int128) (((uint128) 1 << 127) - 1) / DIGIT_BASE;

	for (; digits > 0 && *units != 0; digits--)
	{
		if (*units > limit || *units < -limit)
			return false;
		*units *= DIGIT_BASE;
	}
	return true;
}

/*
 * Where a sum counts the values of a scale; NULL if it doesn't yet.
 */
static int64 *
find_scale(ExactSum *sum, ScaleCount *others, int64 scale)
{
	int			i;

	if (scale == sum->scale)
		return &sum->values;
	for (i = 0; i < sum->other_scales; i++)
		if (others[i].scale == scale)
			return &others[i].values;
	return NULL;
}

/*
 * Apply a number of values to the count of their scale. False if the sum has no place for that count,
 * or if it would become 0 or leave its range. Only the answer is wanted unless "apply" is set.
 */
static bool
apply_scale(ExactSum *sum, ScaleCount *others, int64 scale, int64 values, Direction direction, bool apply)
{
	int64	   *count = find_scale(sum, others, scale);
	int64		result;

	if (count == NULL || !lead_roi_apply_number(*count, values, direction, &result) || result == 0)
		return false;
	if (apply)
		*count = result;
	return true;
}

/*
 * The same for every scale of another sum.
 */
static bool
apply_scales(ExactSum *sum, ScaleCount *others, const OpenSum *part, Direction direction, bool apply)
{
	int			i;

	if (part->head.values != 0 &&
		!apply_scale(sum, others, part->head.scale, part->head.values, direction, apply))
		return false;
	for (i = 0; i < part->head.other_scales; i++)
		if (!apply_scale(sum, others, part->others[i].scale, part->others[i].values, direction, apply))
			return false;
	return true;
}

/*
 * Apply a sum to another in place; false, and nothing done, if that would change the other's shape.
 */
bool
lead_roi_apply_in_place(ExactSum *sum, ScaleCount *others, const OpenSum *part, Direction direction)
{
	int128		units = lead_roi_sum_units(&part->head);

	if (!lead_roi_sum_is_recorded(&part->head))
		return true;
	if (part->head.wide_size != 0)
		return false;
	if (!lead_roi_sum_is_recorded(sum))
	{
		if (direction != ACCUMULATE || part->head.other_scales != 0)
			return false;
		*sum = part->head;
		return true;
	}

	if (sum->wide_size != 0 || sum->values == 0 || part->head.scale > sum->scale ||
		!append_zeros(&units, FRACTION_DIGITS(sum->scale) - FRACTION_DIGITS(part->head.scale)) ||
		!apply_scales(sum, others, part, direction, false) ||
		!lead_roi_apply_units(sum, units, direction))
		return false;
	apply_scales(sum, others, part, direction, true);
	return true;
}

/*
 * List the values of a sum by scale, highest first; returns how many scales there are, which is at
 * most one more than other_scales.
 */
int
lead_roi_list_scales(const OpenSum *sum, ScaleCount *counts)
{
	int			n = 0;

	if (sum->head.values != 0)
	{
		counts[n].scale = sum->head.scale;
		counts[n++].values = sum->head.values;
	}
	if (sum->head.other_scales > 0)
		memcpy(&counts[n], sum->others, sum->head.other_scales * sizeof(ScaleCount));
	return n + sum->head.other_scales;
}

/*
 * The values by scale of one sum with those of another applied; scales without values are left out.
 */
static int
merge_scales(const OpenSum *sum, const OpenSum *part, Direction direction, ScaleCount **counts)
{
	ScaleCount *left = palloc((sum->head.other_scales + 1) * sizeof(ScaleCount));
	ScaleCount *right = palloc((part->head.other_scales + 1) * sizeof(ScaleCount));
	int			nleft = lead_roi_list_scales(sum, left);
	int			nright = lead_roi_list_scales(part, right);
	int			n = 0;
	int			l = 0;
	int			r = 0;

	*counts = palloc((nleft + nright + 1) * sizeof(ScaleCount));
	while (l < nleft || r < nright)
	{
		ScaleCount	count = {0, 0};

		count.scale = Max(l < nleft ? left[l].scale : 0, r < nright ? right[r].scale : 0);
		if (l < nleft && left[l].scale == count.scale)
			count.values = left[l++].values;
		if (r < nright && right[r].scale == count.scale &&
			!lead_roi_apply_number(count.values, right[r++].values, direction, &count.values))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("number of summed amounts is out of range"),
					 errdetail("A sum cannot have more amounts than a bigint can count.")));
		if (count.values != 0)
			(*counts)[n++] = count;
	}
	return n;
}

/*
 * Fix a sum's display scale, and with it which of its counts stands at its head.
 */
static void
set_scales(OpenSum *sum, int scale, ScaleCount *counts, int ncounts)
{
	bool		has_values = ncounts > 0 && counts[0].scale == scale;

	sum->head.scale = scale;
	sum->head.values = has_values ? counts[0].values : 0;
	sum->head.other_scales = has_values ? ncounts - 1 : ncounts;
	sum->others = has_values ? counts + 1 : counts;
}

/*
 * Make a sum of its counts and its total, in units of so many digits after the point: no more
 * decimals than its values have, unless the total needs them.
 */
static void
settle_units(OpenSum *sum, ScaleCount *counts, int ncounts, int128 units, int fraction_digits)
{
	int			highest = ncounts > 0 ? (int) counts[0].scale : 0;
	int			scale;
	int			power = 10;

	for (; fraction_digits > FRACTION_DIGITS(highest) && units % DIGIT_BASE == 0; fraction_digits--)
		units /= DIGIT_BASE;
	for (scale = fraction_digits * DIGIT_DECIMALS; scale > highest && units % power == 0; scale--)
		power *= 10;

	memset(sum, 0, sizeof(*sum));
	set_scales(sum, Max(scale, highest), counts, ncounts);
	lead_roi_set_sum_units(&sum->head, units);
}

/*
 * The same for a total of any size. It becomes a fixed-point number if it fits.
 */
static void
settle_wide(OpenSum *sum, ScaleCount *counts, int ncounts, Numeric total)
{
	int			scale = DatumGetInt32(DirectFunctionCall1(numeric_min_scale, NumericGetDatum(total)));
	StoredNumeric numeric;
	int128		units;

	if (ncounts > 0)
		scale = Max(scale, (int) counts[0].scale);
	lead_roi_read_numeric(NumericGetDatum(total), &numeric);
	if (lead_roi_numeric_to_units(&numeric, FRACTION_DIGITS(scale), &units))
	{
		settle_units(sum, counts, ncounts, units, FRACTION_DIGITS(scale));
		return;
	}

	/* Adding a zero shows as many decimals as that zero has. */
	if (numeric.scale != scale)
		total = DatumGetNumeric(DirectFunctionCall2(numeric_add,
													DirectFunctionCall1(numeric_trim_scale, NumericGetDatum(total)),
													NumericGetDatum(lead_roi_units_to_numeric(0, scale))));
	memset(sum, 0, sizeof(*sum));
	set_scales(sum, scale, counts, ncounts);
	sum->wide = total;
	sum->head.wide_size = VARSIZE(total);
}

/*
 * The units of one sum with those of another applied, in as many digits after the point as the finer of
 * them has; false if that doesn't fit.
 */
static bool
merge_units(const OpenSum *sum, const OpenSum *part, Direction direction, int fraction_digits, int128 *units)
{
	ExactSum	total = sum->head;
	int128		left = lead_roi_sum_units(&sum->head);
	int128		right = lead_roi_sum_units(&part->head);

	if (sum->wide != NULL || part->wide != NULL ||
		!append_zeros(&left, fraction_digits - FRACTION_DIGITS(sum->head.scale)) ||
		!append_zeros(&right, fraction_digits - FRACTION_DIGITS(part->head.scale)))
		return false;
	lead_roi_set_sum_units(&total, left);
	if (!lead_roi_apply_units(&total, right, direction))
		return false;
	*units = lead_roi_sum_units(&total);
	return true;
}

/*
 * Apply a sum to another, whatever their shapes.
 */
void
lead_roi_apply(OpenSum *sum, const OpenSum *part, Direction direction)
{
	int			fraction_digits = FRACTION_DIGITS(Max(sum->head.scale, part->head.scale));
	ScaleCount *counts;
	int			ncounts = merge_scales(sum, part, direction, &counts);
	int128		units;
	Numeric		total;

	if (merge_units(sum, part, direction, fraction_digits, &units))
	{
		settle_units(sum, counts, ncounts, units, fraction_digits);
		return;
	}
	total = DatumGetNumeric(DirectFunctionCall2(direction == ACCUMULATE ? numeric_add : numeric_sub,
												NumericGetDatum(lead_roi_sum_total(sum)),
												NumericGetDatum(lead_roi_sum_total(part))));
	settle_wide(sum, counts, ncounts, total);
}

/*
 * Make a sum of a finite total and the number of its values by scale, highest scale first.
 */
void
lead_roi_restore_sum(OpenSum *sum, ScaleCount *counts, int ncounts, Numeric total)
{
	settle_wide(sum, counts, ncounts, total);
}

/*
 * The total of a sum as PostgreSQL's sum() shows it; 0 for a sum of nothing.
 */
Numeric
lead_roi_sum_total(const OpenSum *sum)
{
	if (sum->wide != NULL)
		return sum->wide;
	return lead_roi_units_to_numeric(lead_roi_sum_units(&sum->head), sum->head.scale);
}
