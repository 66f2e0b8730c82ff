/*
 * revenue_sums.c
 *		Exact sums of revenue by tenure.
 */
#include "postgres.h"

#include <math.h>

#include "common/int.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "money/money.h"
#include "money/wide_number.h"
#include "value/revenue_sums.h"

/* The upper limit keeps a state below PostgreSQL's 1 GB */
#define LAST_TABLE_BITS 21

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
 * The bytes of a slot, if an amount has so many words.
 */
static inline Size
slot_size(int words)
{
	return offsetof(RevenueSlot, words) + (SUM_WORDS(words) + SQUARE_WORDS(words)) * sizeof(uint64);
}

/*
 * The slots of a state; the loose sum stands before them.
 */
static inline uint64 *
slots_of(const RevenueSums *sums, int words)
{
	return (uint64 *) &sums->words[SUM_WORDS(words)];
}

/*
 * A state without rows; 0 digits for the usual room.
 */
RevenueSums *
lead_roi_sums_make(int bits, int integer_digits, int fraction_digits)
{
	int			integers = Max(integer_digits, FIRST_INTEGER_DIGITS);
	int			fractions = Max(fraction_digits, FIRST_FRACTION_DIGITS);
	int			words = words_for(integers + fractions);
	int			table_bits = Max(bits, FIRST_TABLE_BITS);
	Size		size = offsetof(RevenueSums, words) + SUM_WORDS(words) * sizeof(uint64) +
		(slot_size(words) << table_bits);
	RevenueSums *sums;

	if (table_bits > LAST_TABLE_BITS || !AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many distinct tenures to sum up revenue for"),
				 errdetail("Their sums would take more than 1 GB."),
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
static inline RevenueSlot *
find_slot(const RevenueSums *sums, int words, int32 tenure)
{
	return (RevenueSlot *) lead_roi_find_slot(slots_of(sums, words), slot_size(words), sums->bits, tenure);
}

/*
 * The used slots of a state, in the order in which they lie.
 */
static RevenueSlot **
used_slots(const RevenueSums *sums)
{
	int			words = lead_roi_sums_words(sums);
	char	   *slot = (char *) slots_of(sums, words);
	RevenueSlot **used = palloc(((Size) sums->used + 1) * sizeof(RevenueSlot *));
	int			n = 0;
	int			i;

	for (i = 0; i < 1 << sums->bits; i++, slot += slot_size(words))
		if (lead_roi_is_used((TenureSlot *) slot))
			used[n++] = (RevenueSlot *) slot;
	Assert(n == sums->used);
	return used;
}

/*
 * Order slots by tenure, for qsort.
 */
static int
compare_slots(const void *left, const void *right)
{
	int32		left_tenure = (*(RevenueSlot *const *) left)->head.tenure;
	int32		right_tenure = (*(RevenueSlot *const *) right)->head.tenure;

	return (left_tenure > right_tenure) - (left_tenure < right_tenure);
}

/*
 * The used slots of a state, ascending by tenure.
 */
RevenueSlot **
lead_roi_sums_sorted(const RevenueSums *sums)
{
	RevenueSlot **slots = used_slots(sums);

	qsort(slots, sums->used, sizeof(RevenueSlot *), compare_slots);
	return slots;
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
		lead_roi_wide_scale(target, target_length, DIGIT_BASE, 0);
	if (negative)
		lead_roi_wide_negate(target, target_length);
}

/*
 * A copy of a state with more slots or room for more digits.
 */
static RevenueSums *
reshape(const RevenueSums *sums, int bits, int integer_digits, int fraction_digits)
{
	RevenueSums *bigger = lead_roi_sums_make(bits, integer_digits, fraction_digits);
	int			words = lead_roi_sums_words(sums);
	int			more_words = lead_roi_sums_words(bigger);
	int			power = bigger->fraction_digits - sums->fraction_digits;
	RevenueSlot **slots = used_slots(sums);
	int			i;

	bigger->horizon = sums->horizon;
	bigger->used = sums->used;
	copy_scaled(bigger->words, SUM_WORDS(more_words), sums->words, SUM_WORDS(words), power, true);
	for (i = 0; i < sums->used; i++)
	{
		RevenueSlot *slot = find_slot(bigger, more_words, slots[i]->head.tenure);

		CHECK_FOR_INTERRUPTS();
		slot->head = slots[i]->head;
		copy_scaled(slot->words, SUM_WORDS(more_words), slots[i]->words, SUM_WORDS(words), power, true);
		copy_scaled(lead_roi_slot_squares(slot, more_words), SQUARE_WORDS(more_words),
					lead_roi_slot_squares(slots[i], words), SQUARE_WORDS(words), 2 * power, false);
	}
	pfree(slots);
	return bigger;
}

/*
 * A state with so many digits before and after the point, or more: the same, or a copy.
 */
static RevenueSums *
with_room_for(RevenueSums *sums, int integer_digits, int fraction_digits)
{
	int			integers = Max(integer_digits, sums->integer_digits);
	int			fractions = Max(fraction_digits, sums->fraction_digits);

	if (integers == sums->integer_digits && fractions == sums->fraction_digits)
		return sums;
	if (integers + fractions > LEAD_ROI_MOST_DIGITS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("revenue has too many digits"),
				 errdetail("Amounts may have %d decimal digits before and after the point together.",
						   DIGIT_DECIMALS * LEAD_ROI_MOST_DIGITS),
				 errhint("Pass round(revenue, 4) as \"revenue\".")));
	return reshape(sums, sums->bits, integers, fractions);
}

/*
 * Count in the slot of a tenure, making one if there is none, and give that slot.
 * Returns the state, or a bigger one in its place.
 */
RevenueSums *
lead_roi_sums_count(RevenueSums *sums, int32 tenure, SlotCount count, int64 number, RevenueSlot **slot)
{
	*slot = find_slot(sums, lead_roi_sums_words(sums), tenure);
	if (unlikely(number > 0 && !lead_roi_is_used(&(*slot)->head)))
	{
		if (sums->used >= lead_roi_most_used(sums->bits))
		{
			sums = reshape(sums, sums->bits + 1, sums->integer_digits, sums->fraction_digits);
			*slot = find_slot(sums, lead_roi_sums_words(sums), tenure);
		}
		sums->used++;
		(*slot)->head.tenure = tenure;
	}
	if (unlikely(pg_add_s64_overflow((*slot)->head.counts[count], number, &(*slot)->head.counts[count])))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("too many customers to sum up revenue for"),
				 errdetail("Their number must fit a bigint.")));
	return sums;
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
		lead_roi_wide_scale(number, words, DIGIT_BASE, digit_of(amount, power));
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
		number = number * DIGIT_BASE + digit_of(amount, power);
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
 * Add an amount of revenue at a tenure, and count somebody there: the slot has the amounts of those who
 * are counted as summed, the loose sum those of the others.
 * Returns the state, or a bigger one in its place.
 */
RevenueSums *
lead_roi_sums_add(RevenueSums *sums, Datum revenue, int32 tenure, SlotCount count)
{
	StoredNumeric amount;
	RevenueSlot *slot;
	uint64	   *sum;
	uint64	   *square;
	int			fraction_digits;

	if (unlikely(!lead_roi_read_in_place(revenue, &amount) || amount.kind != KIND_FINITE))
		lead_roi_read_finite(revenue, "revenue", &amount);
	fraction_digits = amount.ndigits - 1 - amount.weight;
	if (unlikely(amount.ndigits > 0 &&
				 (amount.weight >= sums->integer_digits || fraction_digits > sums->fraction_digits)))
		sums = with_room_for(sums, amount.weight + 1, fraction_digits);

	sums = lead_roi_sums_count(sums, tenure, count, 1, &slot);
	sum = count == SUMMED ? slot->words : sums->words;
	square = count == SUMMED ? lead_roi_slot_squares(slot, lead_roi_sums_words(sums)) : NULL;
	if (likely(sums->integer_digits + sums->fraction_digits <= SHORT_DIGITS))
		add_short_amount(sums, &amount, sum, square);
	else
		add_amount(sums, &amount, sum, square);
	return sums;
}

/*
 * Add all counts and sums of another state. Returns the state, or a bigger one in its place.
 */
RevenueSums *
lead_roi_sums_merge(RevenueSums *sums, const RevenueSums *other)
{
	RevenueSlot **slots;
	int			words;
	int			i;

	sums = with_room_for(sums, other->integer_digits, other->fraction_digits);
	other = with_room_for((RevenueSums *) other, sums->integer_digits, sums->fraction_digits);

	words = lead_roi_sums_words(sums);
	slots = used_slots(other);
	for (i = 0; i < other->used; i++)
	{
		RevenueSlot *from = slots[i];
		RevenueSlot *slot;

		CHECK_FOR_INTERRUPTS();
		sums = lead_roi_sums_count(sums, from->head.tenure, SUMMED, from->head.counts[SUMMED], &slot);
		sums = lead_roi_sums_count(sums, from->head.tenure, UNSUMMED, from->head.counts[UNSUMMED], &slot);
		lead_roi_wide_add(slot->words, SUM_WORDS(words), from->words, SUM_WORDS(words), 0);
		lead_roi_wide_add(lead_roi_slot_squares(slot, words), SQUARE_WORDS(words),
						  lead_roi_slot_squares(from, words), SQUARE_WORDS(words), 0);
	}
	lead_roi_wide_add(sums->words, SUM_WORDS(words), other->words, SUM_WORDS(words), 0);
	pfree(slots);
	return sums;
}

/*
 * A sum of a state in units of currency.
 */
double
lead_roi_sums_amount(const RevenueSums *sums, const uint64 *sum)
{
	int			length = SUM_WORDS(lead_roi_sums_words(sums));
	uint64		number[SUM_WORDS(LEAD_ROI_MOST_WORDS)];
	bool		negative = lead_roi_wide_is_negative(sum, length);

	memcpy(number, sum, length * sizeof(uint64));
	if (negative)
		lead_roi_wide_negate(number, length);
	return (negative ? -1 : 1) * (lead_roi_wide_double(number, length) / pow(DIGIT_BASE, sums->fraction_digits));
}
