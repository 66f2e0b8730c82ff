/*
 * stored_numeric.c
 *		Stored numerics to and from whole numbers of 128 bits.
 *
 * "Units" are whole numbers of 10000 to the power of minus fraction_digits; the lowest stored
 * digit of a value with display scale s is at most FRACTION_DIGITS(s) places after the point.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "money/stored_numeric.h"

/* 2 to the power of 127 has 39 decimals, which is 10 digits to base 10000 */
#define MAXIMUM_UNIT_DIGITS 10

/* Digits are taken off a 128-bit number four at a time */
#define CHUNK_DIGITS 4
#define CHUNK_BASE UINT64CONST(10000000000000000)

/*
 * Take apart any numeric. What is compressed or stored elsewhere is fetched first.
 */
void
lead_roi_read_numeric(Datum amount, StoredNumeric *numeric)
{
	if (!lead_roi_read_in_place(amount, numeric))
		lead_roi_read_in_place(NumericGetDatum(DatumGetNumeric(amount)), numeric);
}

/*
 * A finite numeric in units; false if it doesn't fit.
 */
bool
lead_roi_numeric_to_units(const StoredNumeric *numeric, int fraction_digits, int128 *units)
{
	uint128		limit = ((uint128) 1 << 127) - (numeric->negative ? 0 : 1);
	uint128		magnitude = 0;
	int			places = fraction_digits + numeric->weight + 1;
	int			i;

	if (numeric->ndigits > 0 && places < numeric->ndigits)
		return false;
	for (i = 0; numeric->ndigits > 0 && i < places; i++)
	{
		int			digit = i < numeric->ndigits ? lead_roi_stored_digit(numeric, i) : 0;

		if (magnitude > (limit - digit) / DIGIT_BASE)
			return false;
		magnitude = magnitude * DIGIT_BASE + digit;
	}
	*units = (int128) (numeric->negative ? -magnitude : magnitude);
	return true;
}

/*
 * Split a magnitude into digits, lowest first; returns how many there are.
 */
static int
split_into_digits(uint128 magnitude, uint16 *digits)
{
	uint64		rest;
	int			ndigits = 0;
	int			i;

	while ((uint64) (magnitude >> 64) != 0)
	{
		rest = (uint64) (magnitude % CHUNK_BASE);
		magnitude /= CHUNK_BASE;
		for (i = 0; i < CHUNK_DIGITS; i++)
		{
			digits[ndigits++] = rest % DIGIT_BASE;
			rest /= DIGIT_BASE;
		}
	}
	for (rest = (uint64) magnitude; rest != 0; rest /= DIGIT_BASE)
		digits[ndigits++] = rest % DIGIT_BASE;
	return ndigits;
}

/*
 * Allocate a numeric with everything but its digits, and tell where those go.
 */
static Numeric
allocate_numeric(bool negative, int scale, int weight, int ndigits, char **digits)
{
	uint16		header[2];
	int			header_words;
	Size		header_size;
	Size		size;
	char	   *numeric;

	if (scale <= SHORT_SCALE_MAX && weight >= -SHORT_WEIGHT_NEGATIVE && weight <= SHORT_WEIGHT_MASK)
	{
		header[0] = FORM_SHORT | (negative ? SHORT_NEGATIVE : 0) | (scale << SHORT_SCALE_SHIFT)
			| (weight < 0 ? SHORT_WEIGHT_NEGATIVE : 0) | (weight & SHORT_WEIGHT_MASK);
		header_words = 1;
	}
	else
	{
		header[0] = (negative ? FORM_LONG_NEGATIVE : 0) | scale;
		header[1] = (uint16) weight;
		header_words = 2;
	}
	header_size = VARHDRSZ + header_words * sizeof(uint16);
	size = header_size + ndigits * sizeof(uint16);
	numeric = palloc(size);
	SET_VARSIZE(numeric, size);
	memcpy(numeric + VARHDRSZ, header, header_words * sizeof(uint16));
	*digits = numeric + header_size;
	return (Numeric) numeric;
}

/*
 * The numeric of a row of digits, lowest first, with the given display scale; FRACTION_DIGITS(scale)
 * of them are after the point.
 */
Numeric
lead_roi_digits_to_numeric(bool negative, const uint16 *digits, int ndigits, int scale)
{
	int			lowest = 0;
	int			weight = 0;
	int			i;
	char	   *target;
	Numeric		numeric;

	while (ndigits > 0 && digits[ndigits - 1] == 0)
		ndigits--;
	while (lowest < ndigits && digits[lowest] == 0)
		lowest++;
	if (ndigits > 0)
		weight = ndigits - 1 - FRACTION_DIGITS(scale);

	numeric = allocate_numeric(negative && ndigits > 0, scale, weight, ndigits - lowest, &target);
	for (i = ndigits - 1; i >= lowest; i--, target += sizeof(uint16))
		memcpy(target, &digits[i], sizeof(uint16));
	return numeric;
}

/*
 * The numeric of so many units, with the given display scale; the units are of
 * FRACTION_DIGITS(scale) digits after the point.
 */
Numeric
lead_roi_units_to_numeric(int128 units, int scale)
{
	bool		negative = units < 0;
	uint16		digits[MAXIMUM_UNIT_DIGITS + CHUNK_DIGITS];
	int			ndigits = split_into_digits(negative ? -(uint128) units : (uint128) units, digits);

	return lead_roi_digits_to_numeric(negative, digits, ndigits, scale);
}

/*
 * Is this number read as expected, and written as it came?
 */
static bool
is_stored_as_expected(const char *text, int weight, int ndigits, int scale)
{
	Datum		datum = DirectFunctionCall3(numeric_in, CStringGetDatum(text),
											ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	StoredNumeric numeric;
	Numeric		written;
	int128		units;

	lead_roi_read_numeric(datum, &numeric);
	if (numeric.kind != KIND_FINITE || numeric.negative != (text[0] == '-') ||
		numeric.weight != weight || numeric.ndigits != ndigits || numeric.scale != scale)
		return false;

	/* Those too wide for 128 bits are there for their headers; their first digit is 1. */
	if (!lead_roi_numeric_to_units(&numeric, FRACTION_DIGITS(scale), &units))
		return lead_roi_stored_digit(&numeric, 0) == 1;
	written = lead_roi_units_to_numeric(units, scale);
	return VARSIZE(written) == VARSIZE(DatumGetPointer(datum)) &&
		memcmp(written, DatumGetPointer(datum), VARSIZE(written)) == 0;
}

/*
 * Is this special value recognized?
 */
static bool
is_special_as_expected(const char *text, NumericKind kind)
{
	Datum		datum = DirectFunctionCall3(numeric_in, CStringGetDatum(text),
											ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	StoredNumeric numeric;

	lead_roi_read_numeric(datum, &numeric);
	return numeric.kind == kind;
}

/*
 * Refuse to work with a server that stores numerics in another way than this file knows. Short
 * and long headers, both signs, special values; digit by digit where the value is not just 1.
 */
void
lead_roi_check_stored_numeric(void)
{
	char		thousand_zeros[1002];

	memset(thousand_zeros, '0', 1001);
	thousand_zeros[0] = '1';
	thousand_zeros[1001] = '\0';

	if (is_stored_as_expected("0", 0, 0, 0) &&
		is_stored_as_expected("0.00", 0, 0, 2) &&
		is_stored_as_expected("10000", 1, 1, 0) &&
		is_stored_as_expected("-1234567.89", 1, 3, 2) &&
		is_stored_as_expected("-0.00000001", -2, 1, 8) &&
		is_stored_as_expected("170141183460469231731687303715884105727", 9, 10, 0) &&
		is_stored_as_expected("1.5000000000000000000000000000000000000000000000000000000000000000", 0, 2, 64) &&
		is_stored_as_expected(thousand_zeros, 250, 1, 0) &&
		is_special_as_expected("NaN", KIND_NAN) &&
		is_special_as_expected("Infinity", KIND_INFINITE) &&
		is_special_as_expected("-Infinity", KIND_INFINITE))
		return;

	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("lead_roi does not know how this server stores numeric values"),
			 errdetail("It was built for PostgreSQL %s; a value written and read back differed.", PG_VERSION),
			 errhint("Install a release of lead_roi that supports this PostgreSQL version.")));
}
