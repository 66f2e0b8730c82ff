/*
 * allocate_long.c
 *		The method of allocate.c with whole numbers of any size.
 *
 * Dividends and divisor have one digit 0 below, so that the divisor has the two that lead_roi_long_divide()
 * wants; that changes no quotient, and all remainders alike.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "money/allocate.h"
#include "money/long_number.h"

/* A sum of as many weights as there are integers has at most so many digits more than each */
#define SUM_DIGITS 3

/* Rows of digits, and how long they are */
typedef struct LongAllocation
{
	const Allocation *allocation;
	int			shift;			/* digits that the amount has below those of a cent */
	int			amount_length;
	uint16	   *amount;
	int			weight_length;
	uint16	   *weight;			/* the one at hand */
	int			divisor_length;
	uint16	   *divisor;		/* sum of weights times a cent */
	int			number_length;
	uint16	   *number;			/* dividend */
	int			part_length;	/* one digit more than a quotient has */
	uint16	   *parts;			/* a row for each part, in cents */
	uint16	   *remainders;		/* the same, of divisor_length */
} LongAllocation;

/*
 * A row of zeros.
 */
static uint16 *
make_row(int length)
{
	return palloc0(length * sizeof(uint16));
}

/*
 * Read the amount.
 */
static void
open_amount(LongAllocation *work)
{
	const Allocation *allocation = work->allocation;

	work->shift = allocation->amount_digits - CENT_DIGITS(allocation->decimals);
	work->amount_length = Max(allocation->amount.weight + 1 + allocation->amount_digits, work->shift + 1);
	work->amount = make_row(work->amount_length);
	lead_roi_long_read(work->amount, work->amount_length, &allocation->amount, allocation->amount_digits);
}

/*
 * Read the weight at a position.
 */
static void
read_weight(LongAllocation *work, int position)
{
	CHECK_FOR_INTERRUPTS();
	lead_roi_long_read(work->weight, work->weight_length, &work->allocation->weights[position],
					   work->allocation->weight_digits);
}

/*
 * The divisor of all parts: the sum of weights times a cent.
 */
static void
make_divisor(LongAllocation *work)
{
	const Allocation *allocation = work->allocation;
	int			highest = 0;
	int			i;

	for (i = 0; i < allocation->count; i++)
		if (allocation->weights[i].ndigits > 0)
			highest = Max(highest, allocation->weights[i].weight + allocation->weight_digits);
	work->weight_length = highest + 1 + SUM_DIGITS;
	work->weight = make_row(work->weight_length);
	work->divisor_length = 1 + work->shift + work->weight_length + 1;
	work->divisor = make_row(work->divisor_length);
	for (i = 0; i < allocation->count; i++)
	{
		read_weight(work, i);
		lead_roi_long_add(work->divisor + 1 + work->shift, work->weight_length + 1, work->weight, work->weight_length);
	}
	lead_roi_long_scale(work->divisor, work->divisor_length, lead_roi_cent_multiple(allocation->decimals));
	while (work->divisor[work->divisor_length - 1] == 0)
		work->divisor_length--;
}

/*
 * Make room for the dividend, the parts and the remainders.
 */
static void
make_rows(LongAllocation *work)
{
	int			count = work->allocation->count;

	/* The digit 0 below, the product, and a digit 0 above */
	work->number_length = Max(1 + work->amount_length + work->weight_length + 1, work->divisor_length + 1);
	work->number = make_row(work->number_length);
	work->part_length = work->number_length - work->divisor_length + 1;
	work->parts = lead_roi_allocation_space(count, work->part_length * sizeof(uint16));
	work->remainders = lead_roi_allocation_space(count, work->divisor_length * sizeof(uint16));
}

/*
 * The row of a part.
 */
static uint16 *
part_row(LongAllocation *work, int position)
{
	return work->parts + (Size) position * work->part_length;
}

/*
 * Round a part towards 0, and keep what that takes from it.
 */
static void
round_part(LongAllocation *work, int position)
{
	uint16	   *part = part_row(work, position);

	read_weight(work, position);
	memset(work->number, 0, work->number_length * sizeof(uint16));
	lead_roi_long_multiply(work->number + 1, work->amount, work->amount_length, work->weight, work->weight_length);
	part[work->part_length - 1] = 0;
	lead_roi_long_divide(part, work->number, work->number_length, work->divisor, work->divisor_length);
	memcpy(work->remainders + (Size) position * work->divisor_length, work->number, work->divisor_length * sizeof(uint16));
}

/*
 * Round all parts. Returns how many cents are left over; the amount becomes what it has beyond cents.
 */
static int
round_parts(LongAllocation *work, Claim *claims)
{
	int			length = work->amount_length - work->shift;
	uint16	   *left = make_row(length);
	uint16		one_digit;
	int			number = 0;

	memcpy(left, work->amount + work->shift, length * sizeof(uint16));
	one_digit = lead_roi_long_divide_by_digit(left, length, lead_roi_cent_multiple(work->allocation->decimals));
	for (int i = 0; i < work->allocation->count; i++)
	{
		round_part(work, i);
		lead_roi_long_subtract(left, length, part_row(work, i), work->part_length, 1);
		claims[i].remainder = 0;
		claims[i].position = i;
	}
	memset(work->amount + work->shift, 0, length * sizeof(uint16));
	work->amount[work->shift] = one_digit;
	while (length-- > 0)
		number = number * DIGIT_BASE + left[length];
	return number;
}

/*
 * Is there anything beyond cents?
 */
static bool
has_rest(const LongAllocation *work)
{
	for (int i = 0; i <= work->shift; i++)
		if (work->amount[i] != 0)
			return true;
	return false;
}

/*
 * The numeric of a part, and of what it gets beyond cents.
 */
static Datum
make_part(LongAllocation *work, int position, bool with_rest)
{
	const Allocation *allocation = work->allocation;
	uint16	   *part = part_row(work, position);
	int			length = work->part_length;
	int			scale = allocation->decimals;

	CHECK_FOR_INTERRUPTS();
	lead_roi_long_scale(part, length, lead_roi_cent_multiple(allocation->decimals));
	if (with_rest)
	{
		uint16	   *whole = make_row(length + work->shift);

		memcpy(whole + work->shift, part, length * sizeof(uint16));
		part = whole;
		length += work->shift;
		lead_roi_long_add(part, length, work->amount, work->shift + 1);
		scale = allocation->amount_scale;
	}
	return NumericGetDatum(lead_roi_digits_to_numeric(allocation->amount.negative, part, length, scale));
}

/*
 * Allocate numbers of any size.
 */
void
lead_roi_allocate_long(const Allocation *allocation)
{
	const uint16 one = 1;
	LongAllocation work = {.allocation = allocation};
	Claim	   *claims = lead_roi_allocation_space(allocation->count, sizeof(Claim));
	LongRemainders remainders;
	int			with_rest = -1;
	int			left;
	int			i;

	open_amount(&work);
	make_divisor(&work);
	make_rows(&work);
	left = round_parts(&work, claims);
	remainders.rows = work.remainders;
	remainders.length = work.divisor_length;
	lead_roi_order_claims(claims, allocation->count, &remainders);

	for (i = 0; i < left; i++)
		lead_roi_long_add(part_row(&work, claims[i].position), work.part_length, &one, 1);
	if (has_rest(&work))
		with_rest = claims[left].position;
	for (i = 0; i < allocation->count; i++)
		allocation->parts[i] = make_part(&work, i, i == with_rest);
}
