/*
 * long_number.h
 *		In:		whole numbers of any size, as rows of digits to base 10000, lowest first: what numerics
 *				are stored as, but for the order.
 *		Out:	their exact sums, differences, products and quotients.
 *		Promise: nothing is rounded. Whoever calls sees to it that results fit into their rows.
 */
#ifndef LEAD_ROI_LONG_NUMBER_H
#define LEAD_ROI_LONG_NUMBER_H

#include "money/stored_numeric.h"

extern void lead_roi_long_read(uint16 *number, int length, const StoredNumeric *numeric, int fraction_digits);
extern void lead_roi_long_add(uint16 *number, int length, const uint16 *other, int other_length);
extern bool lead_roi_long_subtract(uint16 *number, int length, const uint16 *other, int other_length, int times);
extern void lead_roi_long_scale(uint16 *number, int length, int factor);
extern int	lead_roi_long_divide_by_digit(uint16 *number, int length, int divisor);
extern void lead_roi_long_multiply(uint16 *product, const uint16 *left, int left_length,
								   const uint16 *right, int right_length);
extern void lead_roi_long_divide(uint16 *quotient, uint16 *number, int length,
								 const uint16 *divisor, int divisor_length);

#endif							/* LEAD_ROI_LONG_NUMBER_H */
