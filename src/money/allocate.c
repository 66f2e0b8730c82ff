/*
 * allocate.c
 *		Parts of an amount by weights, which add up to it: the method of the largest remainder.
 *
 * Each part is the amount times its weight by the sum of weights, rounded towards 0 to whole cents. The
 * cents that are left over go one each to the parts that rounding has taken most from. What the amount
 * has beyond cents goes to the next of them. (Alexander Hamilton, 1792; M. L. Balinski and H. P. Young,
 * Fair Representation, 1982.)
 *
 * Everything is whole numbers: here those of 128 bits, in allocate_long.c those that take more.
 */
#include "postgres.h"

#include <limits.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "kit/arguments.h"
#include "money/allocate.h"
#include "money/money.h"

PG_FUNCTION_INFO_V1(lead_roi_allocate);

/* Whole numbers that fit */
typedef struct ShortAllocation
{
	uint128		amount;
	uint128		cent;
	uint128		total;			/* of weights */
	uint128		divisor;		/* total times a cent */
	uint128    *weights;
	uint128    *cents;			/* of each part */
} ShortAllocation;

/*
 * Who comes first when cents are handed out? The larger remainder; of equal ones, the earlier part.
 */
static inline int
compare_claims(const Claim *left, const Claim *right, const LongRemainders *remainders)
{
	if (left->remainder != right->remainder)
		return left->remainder > right->remainder ? -1 : 1;
	if (remainders->rows != NULL)
	{
		const uint16 *left_row = remainders->rows + (Size) left->position * remainders->length;
		const uint16 *right_row = remainders->rows + (Size) right->position * remainders->length;

		for (int i = remainders->length - 1; i >= 0; i--)
			if (left_row[i] != right_row[i])
				return left_row[i] > right_row[i] ? -1 : 1;
	}
	return left->position < right->position ? -1 : left->position > right->position;
}

#define ST_SORT sort_claims
#define ST_ELEMENT_TYPE Claim
#define ST_COMPARE(left, right, remainders) compare_claims(left, right, remainders)
#define ST_COMPARE_ARG_TYPE const LongRemainders
#define ST_CHECK_FOR_INTERRUPTS
#define ST_SCOPE static
#define ST_DEFINE
#include "lib/sort_template.h"

/*
 * Put claims into the order in which they are met.
 */
void
lead_roi_order_claims(Claim *claims, int count, const LongRemainders *remainders)
{
	sort_claims(claims, count, remainders);
}

/*
 * Space for something of each part, however many there are.
 */
void *
lead_roi_allocation_space(int count, Size size)
{
	return palloc_extended(Max(count, 1) * size, MCXT_ALLOC_HUGE);
}

/*
 * A magnitude in units, as far as they stay below 2 to the power of 127; false if not.
 */
static bool
read_magnitude(const StoredNumeric *numeric, int fraction_digits, uint128 *magnitude)
{
	StoredNumeric positive = *numeric;
	int64		small;
	int128		units;

	if (lead_roi_read_small_magnitude(numeric, fraction_digits, &small))
	{
		*magnitude = small;
		return true;
	}
	positive.negative = false;
	if (!lead_roi_numeric_to_units(&positive, fraction_digits, &units))
		return false;
	*magnitude = (uint128) units;
	return true;
}

/*
 * Read weights and their sum; false if they don't fit.
 */
static bool
read_weights(const Allocation *allocation, ShortAllocation *work)
{
	work->weights = lead_roi_allocation_space(allocation->count, sizeof(uint128));
	work->total = 0;
	for (int i = 0; i < allocation->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!read_magnitude(&allocation->weights[i], allocation->weight_digits, &work->weights[i]) ||
			__builtin_add_overflow(work->total, work->weights[i], &work->total))
			return false;
	}
	return true;
}

/*
 * A cent in the whole numbers that the amount is of; false if it doesn't fit.
 */
static bool
read_cent(const Allocation *allocation, ShortAllocation *work)
{
	work->cent = lead_roi_cent_multiple(allocation->decimals);
	for (int i = CENT_DIGITS(allocation->decimals); i < allocation->amount_digits; i++)
		if (__builtin_mul_overflow(work->cent, (uint128) DIGIT_BASE, &work->cent))
			return false;
	return true;
}

/*
 * Read all numbers; false if one doesn't fit, or what is computed with it. No weight is more than the
 * total, so no product of the amount and a weight is more than the one that is tried here.
 */
static bool
open_short(const Allocation *allocation, ShortAllocation *work)
{
	uint128		product;

	return read_magnitude(&allocation->amount, allocation->amount_digits, &work->amount) &&
		read_cent(allocation, work) && read_weights(allocation, work) &&
		!__builtin_mul_overflow(work->amount, work->total, &product) &&
		!__builtin_mul_overflow(work->total, work->cent, &work->divisor);
}

/*
 * Divide, in 64 bits where they do.
 */
static inline uint128
divide(uint128 number, uint128 divisor, uint128 *remainder)
{
	uint128		quotient;

	if ((uint64) (number >> 64) == 0 && (uint64) (divisor >> 64) == 0)
	{
		*remainder = (uint64) number % (uint64) divisor;
		return (uint64) number / (uint64) divisor;
	}
	quotient = number / divisor;
	*remainder = number - quotient * divisor;
	return quotient;
}

/*
 * Round all parts towards 0. Returns how many cents are left over, and what the amount has beyond them.
 */
static int
round_parts(const Allocation *allocation, ShortAllocation *work, Claim *claims, uint128 *rest)
{
	uint128		left = divide(work->amount, work->cent, rest);

	for (int i = 0; i < allocation->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		work->cents[i] = divide(work->amount * work->weights[i], work->divisor, &claims[i].remainder);
		claims[i].position = i;
		left -= work->cents[i];
	}
	Assert(left < (uint128) allocation->count);
	return (int) left;
}

/*
 * A part of so many units, which has the sign of the amount.
 */
static Datum
make_part(const Allocation *allocation, uint128 units, int scale)
{
	int128		magnitude = (int128) units;

	return NumericGetDatum(lead_roi_units_to_numeric(allocation->amount.negative ? -magnitude : magnitude, scale));
}

/*
 * Allocate if all numbers fit into 128 bits; false if they don't.
 */
static bool
allocate_short(const Allocation *allocation)
{
	const LongRemainders none = {NULL, 0};
	int			multiple = lead_roi_cent_multiple(allocation->decimals);
	ShortAllocation work;
	Claim	   *claims;
	uint128		rest;
	int			left;
	int			i;

	if (!open_short(allocation, &work))
		return false;
	work.cents = work.weights;	/* each takes the place of its weight */
	claims = lead_roi_allocation_space(allocation->count, sizeof(Claim));
	left = round_parts(allocation, &work, claims, &rest);
	if (left > 0 || rest > 0)
		lead_roi_order_claims(claims, allocation->count, &none);

	for (i = 0; i < left; i++)
		work.cents[claims[i].position]++;
	for (i = 0; i < allocation->count; i++)
		allocation->parts[i] = make_part(allocation, work.cents[i] * multiple, allocation->decimals);
	if (rest > 0)
	{
		i = claims[left].position;
		allocation->parts[i] = make_part(allocation, work.cents[i] * work.cent + rest, allocation->amount_scale);
	}
	return true;
}

/*
 * How many digits after the point a number takes; negative if it is a multiple of 10000.
 */
static int
digits_after_point(const StoredNumeric *numeric)
{
	return numeric->ndigits - 1 - numeric->weight;
}

/*
 * Refuse weights, saying what is wrong.
 */
static void
refuse_weights(const char *range, const char *value)
{
	lead_roi_refuse_range("weights", range, value, "'{1,0,1}'", "two equal parts and a part of 0 between them");
}

/*
 * Take apart an array of weights; refuse what can't be a weight, and weights that are all 0.
 */
static void
open_weights(Allocation *allocation, ArrayType *array)
{
	StoredNumeric *weights;
	Datum	   *datums;
	bool	   *nulls;

	deconstruct_array(array, NUMERICOID, -1, false, TYPALIGN_INT, &datums, &nulls, &allocation->count);
	if (allocation->count == 0)
		refuse_weights("an array of at least one weight", "empty");

	weights = lead_roi_allocation_space(allocation->count, sizeof(StoredNumeric));
	allocation->weights = weights;
	allocation->parts = datums; /* a weight is read where it lies, in the array */
	allocation->weight_digits = INT_MIN;
	for (int i = 0; i < allocation->count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (nulls[i])
			refuse_weights("0 or greater", psprintf("NULL at position %d", i + 1));
		lead_roi_read_finite(datums[i], "weights", &weights[i]);
		if (weights[i].negative)
			refuse_weights("0 or greater",
						   psprintf("%s at position %d",
									DatumGetCString(DirectFunctionCall1(numeric_out, datums[i])), i + 1));
		if (weights[i].ndigits > 0)
			allocation->weight_digits = Max(allocation->weight_digits, digits_after_point(&weights[i]));
	}
	if (allocation->weight_digits == INT_MIN)
		refuse_weights("greater than 0 in sum", "0");
}

/*
 * Take apart an amount, and see how many decimals the parts have.
 */
static void
open_amount(Allocation *allocation, Datum amount, int decimals)
{
	lead_roi_read_finite(amount, "amount", &allocation->amount);
	if (decimals < 0 || decimals > MAXIMUM_SCALE)
		lead_roi_refuse_range("decimals", psprintf("between 0 and %d", MAXIMUM_SCALE), psprintf("%d", decimals), "2", "cents");
	allocation->decimals = decimals;
	allocation->amount_digits = CENT_DIGITS(decimals);
	if (allocation->amount.ndigits > 0)
		allocation->amount_digits = Max(allocation->amount_digits, digits_after_point(&allocation->amount));
	allocation->amount_scale = DatumGetInt32(DirectFunctionCall1(numeric_min_scale, amount));
}

/*
 * allocate(amount, weights, decimals): the amount in parts by weights, an array of the same bounds.
 */
Datum
lead_roi_allocate(PG_FUNCTION_ARGS)
{
	Numeric		amount = PG_GETARG_NUMERIC(0);
	ArrayType  *weights = PG_GETARG_ARRAYTYPE_P(1);
	Allocation	allocation;

	open_amount(&allocation, NumericGetDatum(amount), PG_GETARG_INT32(2));
	open_weights(&allocation, weights);
	if (!allocate_short(&allocation))
		lead_roi_allocate_long(&allocation);
	PG_RETURN_ARRAYTYPE_P(construct_md_array(allocation.parts, NULL, ARR_NDIM(weights), ARR_DIMS(weights), ARR_LBOUND(weights),
											 NUMERICOID, -1, false, TYPALIGN_INT));
}
