/*
 * stored_numeric.h
 *		A numeric as PostgreSQL stores it, read where it lies and written without a detour
 *		through text.
 *
 * PostgreSQL keeps this format to itself, but it is what lies in every table, and so the same in
 * all supported versions: a 16-bit word with sign and display scale, the weight (in the same word
 * if both are small, else in the next one), and the digits to base 10000, highest first, without
 * leading or trailing zero digits. lead_roi_check_stored_numeric() refuses to start on a server
 * that does it in another way.
 *
 * The words may lie at odd addresses: a short value in a table has a header of one byte.
 */
#ifndef LEAD_ROI_STORED_NUMERIC_H
#define LEAD_ROI_STORED_NUMERIC_H

#include "utils/numeric.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#ifndef HAVE_INT128
#error "lead_roi needs a compiler with 128-bit integers"
#endif

/* One stored digit, and how many decimals it holds */
#define DIGIT_BASE 10000
#define DIGIT_DECIMALS 4

/* How many stored digits after the point a display scale needs */
#define FRACTION_DIGITS(scale) (((scale) + DIGIT_DECIMALS - 1) / DIGIT_DECIMALS)

/* The highest display scale that can be stored, and the most digits before the point */
#define MAXIMUM_SCALE 0x3FFF
#define MAXIMUM_INTEGER_DECIMALS 131072

/* The first word: which form it has, and what is in it */
#define FORM_MASK 0xC000
#define FORM_SHORT 0x8000
#define FORM_SPECIAL 0xC000
#define FORM_LONG_NEGATIVE 0x4000
#define SPECIAL_NAN 0xC000
#define SHORT_NEGATIVE 0x2000
#define SHORT_SCALE_SHIFT 7
#define SHORT_SCALE_MAX 0x3F
#define SHORT_WEIGHT_MASK 0x3F
#define SHORT_WEIGHT_NEGATIVE 0x40

typedef enum NumericKind
{
	KIND_FINITE,
	KIND_NAN,
	KIND_INFINITE
} NumericKind;

/* A numeric taken apart; the digits stay where they are */
typedef struct StoredNumeric
{
	NumericKind kind;			/* the rest is set for finite ones only */
	bool		negative;
	int			scale;			/* display scale: decimals shown */
	int			weight;			/* power of 10000 of the first digit */
	int			ndigits;
	const char *digits;
} StoredNumeric;

/*
 * The 16-bit word at any address.
 */
static inline uint16
lead_roi_stored_word(const char *address)
{
	uint16		word;

	memcpy(&word, address, sizeof(word));
	return word;
}

/*
 * Take apart what follows the varlena header of a numeric.
 */
static pg_attribute_always_inline void
lead_roi_read_payload(const char *payload, int size, StoredNumeric *numeric)
{
	uint16		first = lead_roi_stored_word(payload);
	int			header_words = 1;

	numeric->kind = KIND_FINITE;
	if ((first & FORM_MASK) == FORM_SHORT)
	{
		numeric->negative = (first & SHORT_NEGATIVE) != 0;
		numeric->scale = (first >> SHORT_SCALE_SHIFT) & SHORT_SCALE_MAX;
		numeric->weight = (first & SHORT_WEIGHT_MASK) - (first & SHORT_WEIGHT_NEGATIVE);
	}
	else
	{
		if ((first & FORM_MASK) == FORM_SPECIAL)
		{
			memset(numeric, 0, sizeof(*numeric));
			numeric->kind = first == SPECIAL_NAN ? KIND_NAN : KIND_INFINITE;
			return;
		}
		numeric->negative = (first & FORM_MASK) == FORM_LONG_NEGATIVE;
		numeric->scale = first & MAXIMUM_SCALE;
		numeric->weight = (int16) lead_roi_stored_word(payload + sizeof(uint16));
		header_words = 2;
	}
	numeric->ndigits = size / (int) sizeof(uint16) - header_words;
	numeric->digits = payload + header_words * sizeof(uint16);
}

/*
 * Take apart a numeric where it lies; false if it is compressed or stored elsewhere.
 */
static pg_attribute_always_inline bool
lead_roi_read_in_place(Datum amount, StoredNumeric *numeric)
{
	const char *datum = DatumGetPointer(amount);

	if (VARATT_IS_SHORT(datum) && !VARATT_IS_EXTERNAL(datum))
		lead_roi_read_payload(VARDATA_SHORT(datum),
							  (int) (VARSIZE_SHORT(datum) - VARHDRSZ_SHORT), numeric);
	else if (!VARATT_IS_EXTENDED(datum))
		lead_roi_read_payload(VARDATA(datum), (int) (VARSIZE(datum) - VARHDRSZ), numeric);
	else
		return false;
	return true;
}

/*
 * Digit number "position" of a numeric, 0 to 9999.
 */
static inline int
lead_roi_stored_digit(const StoredNumeric *numeric, int position)
{
	return lead_roi_stored_word(numeric->digits + position * sizeof(uint16));
}

/*
 * The magnitude of a finite numeric in units the short way, which does for those below 10 to the power
 * of 16; false if it takes the long way, or isn't a whole number of units.
 */
static pg_attribute_always_inline bool
lead_roi_read_small_magnitude(const StoredNumeric *numeric, int fraction_digits, int64 *magnitude)
{
	static const int64 power[] = {1, 10000, 100000000, INT64CONST(1000000000000), INT64CONST(10000000000000000)};
	int			zeros = fraction_digits + numeric->weight + 1 - numeric->ndigits;
	int64		units = 0;
	int			i;

	if (zeros < 0 || numeric->ndigits + zeros >= (int) lengthof(power))
		return false;
	for (i = 0; i < numeric->ndigits; i++)
		units = units * DIGIT_BASE + lead_roi_stored_digit(numeric, i);
	*magnitude = units * power[zeros];
	return true;
}

extern void lead_roi_read_numeric(Datum amount, StoredNumeric *numeric);
extern bool lead_roi_numeric_to_units(const StoredNumeric *numeric, int fraction_digits, int128 *units);
extern Numeric lead_roi_digits_to_numeric(bool negative, const uint16 *digits, int ndigits, int scale);
extern Numeric lead_roi_units_to_numeric(int128 units, int scale);
extern void lead_roi_check_stored_numeric(void);

#endif							/* LEAD_ROI_STORED_NUMERIC_H */
