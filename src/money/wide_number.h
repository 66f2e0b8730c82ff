/*
 * wide_number.h
 *		In:		whole numbers as rows of 64-bit words, lowest first; signed ones in two's complement.
 *		Out:	their exact sums and products.
 *		Promise: nothing is rounded, but by lead_roi_wide_double().
 */
#ifndef LEAD_ROI_WIDE_NUMBER_H
#define LEAD_ROI_WIDE_NUMBER_H

/*
 * The product of two words: returns the low word of it.
 */
static inline uint64
lead_roi_multiply_words(uint64 left, uint64 right, uint64 *high)
{
	uint128		product = (uint128) left * right;

	*high = (uint64) (product >> 64);
	return (uint64) product;
}

/*
 * Add a number that is not longer; "extension" (0, or all bits set) stands for its missing words.
 */
static inline void
lead_roi_wide_add(uint64 *number, int length, const uint64 *other, int other_length, uint64 extension)
{
	uint64		carry = 0;
	int			i;

	for (i = 0; i < length; i++)
	{
		uint64		word = i < other_length ? other[i] : extension;
		uint64		sum = number[i] + word;
		uint64		total = sum + carry;

		carry = (sum < word) | (total < sum);
		number[i] = total;
	}
}

/*
 * Change the sign.
 */
static inline void
lead_roi_wide_negate(uint64 *number, int length)
{
	uint64		carry = 1;
	int			i;

	for (i = 0; i < length; i++)
	{
		number[i] = ~number[i] + carry;
		carry = carry != 0 && number[i] == 0;
	}
}

/*
 * Is a signed number below 0?
 */
static inline bool
lead_roi_wide_is_negative(const uint64 *number, int length)
{
	return (number[length - 1] >> 63) != 0;
}

/*
 * Multiply an unsigned number by a word and add another, in place.
 */
static inline void
lead_roi_wide_scale(uint64 *number, int length, uint64 factor, uint64 carry)
{
	int			i;

	for (i = 0; i < length; i++)
	{
		uint64		high;
		uint64		low = lead_roi_multiply_words(number[i], factor, &high);

		number[i] = low + carry;
		carry = high + (number[i] < low);
	}
}

/*
 * The product of two unsigned numbers; it takes as many words as both.
 */
static inline void
lead_roi_wide_multiply(uint64 *product, const uint64 *left, int left_length,
					   const uint64 *right, int right_length)
{
	int			i;
	int			j;

	memset(product, 0, (left_length + right_length) * sizeof(uint64));
	for (i = 0; i < left_length; i++)
	{
		uint64		carry = 0;

		for (j = 0; j < right_length; j++)
		{
			uint64		high;
			uint64		low = lead_roi_multiply_words(left[i], right[j], &high);

			low += carry;
			high += low < carry;
			product[i + j] += low;
			carry = high + (product[i + j] < low);
		}
		product[i + right_length] = carry;
	}
}

/*
 * An unsigned number as a double.
 */
static inline double
lead_roi_wide_double(const uint64 *number, int length)
{
	double		value = 0;

	while (length-- > 0)
		value = value * 18446744073709551616.0 + (double) number[length];
	return value;
}

#endif							/* LEAD_ROI_WIDE_NUMBER_H */
