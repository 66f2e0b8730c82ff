/*
 * long_number.c
 *		Arithmetic with whole numbers of any size, digit by digit.
 *
 * Products of two digits, with what is carried, fit into 32 bits.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "money/long_number.h"

/*
 * A finite numeric's magnitude as a whole number of 10000 to the power of minus fraction_digits, which
 * may be negative.
 */
void
lead_roi_long_read(uint16 *number, int length, const StoredNumeric *numeric, int fraction_digits)
{
	int			highest = numeric->weight + fraction_digits;
	int			i;

	memset(number, 0, length * sizeof(uint16));
	if (numeric->ndigits == 0)
		return;
	Assert(highest < length && highest >= numeric->ndigits - 1);
	for (i = 0; i < numeric->ndigits; i++)
		number[highest - i] = lead_roi_stored_digit(numeric, i);
}

/*
 * Add a number that is not longer. What is carried out of the highest digit is dropped, and so undoes a
 * subtraction that went below 0.
 */
void
lead_roi_long_add(uint16 *number, int length, const uint16 *other, int other_length)
{
	int			carry = 0;
	int			i;

	for (i = 0; i < length && (i < other_length || carry != 0); i++)
	{
		int			sum = number[i] + (i < other_length ? other[i] : 0) + carry;

		carry = sum >= DIGIT_BASE;
		number[i] = sum - (carry ? DIGIT_BASE : 0);
	}
}

/*
 * Subtract a number that is not longer several times. False if the result is below 0; then it lacks
 * 10000 to the power of length.
 */
bool
lead_roi_long_subtract(uint16 *number, int length, const uint16 *other, int other_length, int times)
{
	uint32		borrow = 0;
	int			i;

	for (i = 0; i < length && (i < other_length || borrow != 0); i++)
	{
		uint32		part = (i < other_length ? other[i] * (uint32) times : 0) + borrow;
		int			digit = number[i] - (int) (part % DIGIT_BASE);

		borrow = part / DIGIT_BASE + (digit < 0);
		number[i] = digit + (digit < 0 ? DIGIT_BASE : 0);
	}
	return borrow == 0;
}

/*
 * Multiply by a number below 10000.
 */
void
lead_roi_long_scale(uint16 *number, int length, int factor)
{
	uint32		carry = 0;
	int			i;

	for (i = 0; i < length; i++)
	{
		carry += number[i] * (uint32) factor;
		number[i] = carry % DIGIT_BASE;
		carry /= DIGIT_BASE;
	}
	Assert(carry == 0);
}

/*
 * Divide by a number below 10000, in place; returns the remainder.
 */
int
lead_roi_long_divide_by_digit(uint16 *number, int length, int divisor)
{
	int			remainder = 0;

	while (length-- > 0)
	{
		remainder = remainder * DIGIT_BASE + number[length];
		number[length] = remainder / divisor;
		remainder %= divisor;
	}
	return remainder;
}

/*
 * The product of two numbers; it takes as many digits as both.
 */
void
lead_roi_long_multiply(uint16 *product, const uint16 *left, int left_length,
					   const uint16 *right, int right_length)
{
	int			i;
	int			j;

	memset(product, 0, (left_length + right_length) * sizeof(uint16));
	for (i = 0; i < left_length; i++)
	{
		uint32		carry = 0;

		CHECK_FOR_INTERRUPTS();
		if (left[i] == 0)
			continue;
		for (j = 0; j < right_length; j++)
		{
			carry += product[i + j] + left[i] * (uint32) right[j];
			product[i + j] = carry % DIGIT_BASE;
			carry /= DIGIT_BASE;
		}
		product[i + right_length] = carry;
	}
}

/*
 * One digit of a quotient, or one more than that: what the three highest digits of the number and the two
 * of the divisor say. Those two are at least 10000, and what they leave out is below 1, so that a quotient
 * of up to 10000 is too large by less than 1.
 */
static int
guess_digit(const uint16 *highest, const uint16 *divisor_highest)
{
	uint64		number = (highest[0] * (uint64) DIGIT_BASE + highest[-1]) * DIGIT_BASE + highest[-2];
	uint32		divisor = divisor_highest[0] * DIGIT_BASE + divisor_highest[-1];

	return (int) (number / divisor);
}

/*
 * Divide by long division; the remainder stays in the number's lowest digits. The divisor has at least
 * two digits, the highest of them not 0, and the number is longer, its highest digit 0.
 */
void
lead_roi_long_divide(uint16 *quotient, uint16 *number, int length,
					 const uint16 *divisor, int divisor_length)
{
	int			i;

	Assert(divisor_length >= 2 && divisor[divisor_length - 1] != 0);
	Assert(length > divisor_length && number[length - 1] == 0);
	for (i = length - divisor_length - 1; i >= 0; i--)
	{
		int			digit = guess_digit(&number[i + divisor_length], &divisor[divisor_length - 1]);

		CHECK_FOR_INTERRUPTS();
		if (digit != 0 &&
			!lead_roi_long_subtract(&number[i], divisor_length + 1, divisor, divisor_length, digit))
		{
			lead_roi_long_add(&number[i], divisor_length + 1, divisor, divisor_length);
			digit--;
		}
		quotient[i] = digit;
	}
}
