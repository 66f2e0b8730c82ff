/*
 * revenue_sums.c
 *		Exact sums of revenue by tenure.
 */
#include "postgres.h"

#include "common/int.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "money/money.h"
#include "money/wide_number.h"
#include "value/revenue_sums.h"

/* Slots as powers of two; the upper limit keeps a state below PostgreSQL's 1 GB */
#define FIRST_BITS 4
#define LAST_BITS 21

/* Room that every state begins with: amounts below 10^12 with four decimals */
#define FIRST_INTEGER_DIGITS 3
#define FIRST_FRACTION_DIGITS 1

/* Amounts of that many base-10000 digits are below 2^63 */
#define SHORT_DIGITS 4

/*
 * Words of an amount with so many base-10000 digits: 13.29 bits each and one for the sign.
 */
static int
words_for(int digits)
{
	return (digits * 1329 + 100 + 6399) / 6400;
}

/*
 * Words of an amount in this state.
 */
int
lead_roi_sums_words(const RevenueSums *sums)
{
	return words_for(sums->integer_digits + sums->fraction_digits);
}

/*
 * A state without rows; 0 digits for the usual room.
 */
RevenueSums *
lead_roi_sums_make(int bits, int integer_digits, int fraction_digits)
{
	int			integers = Max(integer_digits, FIRST_INTEGER_DIGITS);
	int			fractions = Max(fraction_digits, FIRST_FRACTION_DIGITS);
	int			table_bits = Max(bits, FIRST_BITS);
	Size		length = SLOT_LENGTH(words_for(integers + fractions)) * (((Size) 1 << table_bits) + 1);
	Size		size = offsetof(RevenueSums, words) + length * sizeof(uint64);
	RevenueSums *sums;

	if (table_bits > LAST_BITS || !AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many distinct tenures to sum up revenue for"),
				 errhint("Count tenures in longer periods, such as days.")));
	sums = palloc0(size);
	SET_VARSIZE(sums, size);
	sums->version = LEAD_ROI_SUMS_VERSION;
	sums->bits = table_bits;
	sums->integer_digits = (int16) integers;
	sums->fraction_digits = (int16) fractions;
	return sums;
}

/*
 * The slot of a tenure: the one that holds it, or the free one where it belongs.
 */
static inline uint64 *
probe(RevenueSums *sums, int words, int32 tenure)
{
	uint32		mask = (1U << sums->bits) - 1;
	uint32		i = ((uint32) tenure * 2654435769U) >> (32 - sums->bits);
	uint64	   *slot = &sums->words[SLOT_LENGTH(words) * (Size) (i + 1)];

	while (slot[SLOT_TENURE] != (uint64) tenure &&
		   (slot[SLOT_COMPLETE] != 0 || slot[SLOT_ACTIVE] != 0))
	{
		i = (i + 1) & mask;
		slot = &sums->words[SLOT_LENGTH(words) * (Size) (i + 1)];
	}
	return slot;
}

/*
 * Copy an amount's sum or sum of squares into more words, times 10000 ^ power.
 */
static void
copy_scaled(uint64 *target, int target_length, const uint64 *source, int source_length, int power,
			bool is_signed)
{
	bool		negative = is_signed && lead_roi_wide_is_negative(source, source_length);
	int			i;

	for (i = 0; i < target_length; i++)
		target[i] = i < source_length ? source[i] : (negative ? ~UINT64CONST(0) : 0);
	if (negative)
		lead_roi_wide_negate(target, target_length);
	for (i = 0; i < power; i++)
		lead_roi_wide_scale(target, target_length, 10000, 0);
	if (negative)
		lead_roi_wide_negate(target, target_length);
}

/*
 * Copy a slot into one of a state with as much room for digits, or more.
 */
static void
copy_slot(uint64 *target, const RevenueSums *to, const uint64 *source, const RevenueSums *from)
{
	int			to_words = lead_roi_sums_words(to);
	int			from_words = lead_roi_sums_words(from);
	int			power = to->fraction_digits - from->fraction_digits;

	memcpy(target, source, SLOT_SUM * sizeof(uint64));
	copy_scaled(target + SLOT_SUM, to_words + 1, source + SLOT_SUM, from_words + 1, power, true);
	copy_scaled(target + SLOT_SQUARE(to_words), 2 * to_words + 1,
				source + SLOT_SQUARE(from_words), 2 * from_words + 1, 2 * power, false);
}

/*
 * A copy of a state with more slots or room for more digits.
 */
RevenueSums *
lead_roi_sums_reshape(const RevenueSums *sums, int bits, int integer_digits, int fraction_digits)
{
	RevenueSums *bigger = lead_roi_sums_make(bits, integer_digits, fraction_digits);
	int			words = lead_roi_sums_words(sums);
	int			bigger_words = lead_roi_sums_words(bigger);
	Size		i;

	bigger->horizon = sums->horizon;
	bigger->used = sums->used;
	copy_slot(bigger->words, bigger, sums->words, sums);
	for (i = 1; i <= (Size) 1 << sums->bits; i++)
	{
		const uint64 *slot = &sums->words[SLOT_LENGTH(words) * i];

		CHECK_FOR_INTERRUPTS();
		if (slot[SLOT_COMPLETE] != 0 || slot[SLOT_ACTIVE] != 0)
			copy_slot(probe(bigger, bigger_words, (int32) slot[SLOT_TENURE]), bigger, slot, sums);
	}
	return bigger;
}

/*
 * Find the slot of a tenure, making one if there is none; the caller has to count somebody in it.
 * Returns the state, or a bigger one in its place.
 */
RevenueSums *
lead_roi_sums_find(RevenueSums *sums, int32 tenure, uint64 **slot)
{
	*slot = probe(sums, lead_roi_sums_words(sums), tenure);
	if (likely((*slot)[SLOT_COMPLETE] != 0 || (*slot)[SLOT_ACTIVE] != 0))
		return sums;

	if (sums->used >= (3 << sums->bits) / 4)
	{
		sums = lead_roi_sums_reshape(sums, sums->bits + 1, sums->integer_digits, sums->fraction_digits);
		*slot = probe(sums, lead_roi_sums_words(sums), tenure);
	}
	sums->used++;
	(*slot)[SLOT_TENURE] = (uint64) tenure;
	return sums;
}

/*
 * A slot has more customers than an int64 holds, which only merging absurd counts brings about.
 */
void
lead_roi_sums_report_customers(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("too many customers to sum up revenue for"),
			 errdetail("Their number must fit a bigint.")));
}

/*
 * Count customers in a slot; false if there would be too many.
 */
bool
lead_roi_sums_count(uint64 *slot, int64 complete, int64 active)
{
	int64		all_complete;
	int64		all_active;

	if (pg_add_s64_overflow((int64) slot[SLOT_COMPLETE], complete, &all_complete) ||
		pg_add_s64_overflow((int64) slot[SLOT_ACTIVE], active, &all_active))
		return false;
	slot[SLOT_COMPLETE] = (uint64) all_complete;
	slot[SLOT_ACTIVE] = (uint64) all_active;
	return true;
}

/*
 * The base-10000 digit that stands for 10000 ^ power.
 */
static inline uint64
digit_of(const StoredNumeric *amount, int power)
{
	int			i = amount->weight - power;

	if (i < 0 || i >= amount->ndigits)
		return 0;
	return (uint64) lead_roi_stored_digit(amount, i);
}

/*
 * The state with room for the digits of an amount.
 */
static RevenueSums *
make_room_for_digits(RevenueSums *sums, int integer_digits, int fraction_digits)
{
	int			integers = Max(integer_digits, sums->integer_digits);
	int			fractions = Max(fraction_digits, sums->fraction_digits);

	if (integers + fractions > LEAD_ROI_MOST_DIGITS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("revenue has too many digits"),
				 errdetail("Amounts may have %d decimal digits before and after the point together.",
						   4 * LEAD_ROI_MOST_DIGITS),
				 errhint("Pass round(revenue, 4) as \"revenue\".")));
	return lead_roi_sums_reshape(sums, sums->bits, integers, fractions);
}

/*
 * Add an amount to a sum and its square to a sum of squares.
 */
static void
add_amount(const RevenueSums *sums, const StoredNumeric *amount, uint64 *sum, uint64 *square)
{
	int			words = lead_roi_sums_words(sums);
	uint64		number[LEAD_ROI_MOST_WORDS] = {0};
	uint64		product[2 * LEAD_ROI_MOST_WORDS];
	int			power;

	for (power = Min(amount->weight, sums->integer_digits); power >= -sums->fraction_digits; power--)
		lead_roi_wide_scale(number, words, 10000, digit_of(amount, power));
	if (square != NULL)
	{
		lead_roi_wide_multiply(product, number, words, number, words);
		lead_roi_wide_add(square, 2 * words + 1, product, 2 * words, 0);
	}
	if (amount->negative)
		lead_roi_wide_negate(number, words);
	lead_roi_wide_add(sum, words + 1, number, words,
					  lead_roi_wide_is_negative(number, words) ? ~UINT64CONST(0) : 0);
}

/*
 * The same for an amount of one word, by far the most frequent case.
 */
static inline void
add_short_amount(const RevenueSums *sums, const StoredNumeric *amount, uint64 *sum, uint64 *square)
{
	uint64		number = 0;
	uint64		extension = 0;
	uint64		low;
	uint64		high;
	int			power;

	for (power = amount->weight; power >= -sums->fraction_digits; power--)
		number = number * 10000 + digit_of(amount, power);
	if (square != NULL)
	{
		low = lead_roi_multiply_words(number, number, &high);
		square[0] += low;
		high += square[0] < low;	/* below 2^107, so this can't overflow */
		square[1] += high;
		square[2] += square[1] < high;
	}
	if (amount->negative && number != 0)
	{
		number = -number;
		extension = ~UINT64CONST(0);
	}
	sum[0] += number;
	sum[1] += extension + (sum[0] < number);
}

/*
 * Add an amount of revenue at a tenure, and count customers there: complete ones, with whose amounts
 * the slot's sums are, or active ones, whose amounts are summed in the first slot.
 * Returns the state, or a bigger one in its place.
 */
RevenueSums *
lead_roi_sums_add(RevenueSums *sums, Datum revenue, int32 tenure, int64 complete, int64 active)
{
	StoredNumeric amount;
	uint64	   *slot;
	uint64	   *sum;
	uint64	   *square;
	int			fraction_digits;

	if (unlikely(!lead_roi_read_in_place(revenue, &amount) || amount.kind != KIND_FINITE))
		lead_roi_read_finite(revenue, "revenue", &amount);
	fraction_digits = amount.ndigits - 1 - amount.weight;
	if (unlikely(amount.ndigits > 0 &&
				 (amount.weight >= sums->integer_digits || fraction_digits > sums->fraction_digits)))
		sums = make_room_for_digits(sums, amount.weight + 1, fraction_digits);

	sums = lead_roi_sums_find(sums, tenure, &slot);
	if (unlikely(!lead_roi_sums_count(slot, complete, active)))
		lead_roi_sums_report_customers();
	sum = (complete > 0 ? slot : sums->words) + SLOT_SUM;
	square = complete > 0 ? slot + SLOT_SQUARE(lead_roi_sums_words(sums)) : NULL;
	if (likely(sums->integer_digits + sums->fraction_digits <= SHORT_DIGITS))
		add_short_amount(sums, &amount, sum, square);
	else
		add_amount(sums, &amount, sum, square);
	return sums;
}
