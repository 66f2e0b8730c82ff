/*
 * forms.c
 *		Merging and reading sums of revenue; their form on the wire, and as text the same in
 *		hexadecimal digits, which is how distributed engines carry it.
 *
 * On the wire: int8 version, int32 horizon, int16 integer digits, int16 fraction digits, the sum of the
 * first slot, int32 number of tenures, and for each one, ascending, int32 tenure, int64 complete,
 * int64 active, the sum and the sum of squares; sums as 64-bit words, lowest first. No rows: nothing.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "money/wide_number.h"
#include "value/revenue_sums.h"

PG_FUNCTION_INFO_V1(lead_roi_revenue_sums_in);
PG_FUNCTION_INFO_V1(lead_roi_revenue_sums_out);
PG_FUNCTION_INFO_V1(lead_roi_revenue_sums_recv);
PG_FUNCTION_INFO_V1(lead_roi_revenue_sums_send);

/*
 * Order slots by tenure, for qsort.
 */
static int
compare_slots(const void *left, const void *right)
{
	uint64		left_tenure = (*(uint64 *const *) left)[SLOT_TENURE];
	uint64		right_tenure = (*(uint64 *const *) right)[SLOT_TENURE];

	return (left_tenure > right_tenure) - (left_tenure < right_tenure);
}

/*
 * The used slots of a state, ascending by tenure.
 */
uint64	  **
lead_roi_sums_sorted(const RevenueSums *sums)
{
	int			length = SLOT_LENGTH(lead_roi_sums_words(sums));
	uint64	  **sorted = palloc(((Size) sums->used + 1) * sizeof(uint64 *));
	int			n = 0;
	Size		i;

	for (i = 1; i <= (Size) 1 << sums->bits; i++)
	{
		uint64	   *slot = (uint64 *) &sums->words[length * i];

		if (slot[SLOT_COMPLETE] != 0 || slot[SLOT_ACTIVE] != 0)
			sorted[n++] = slot;
	}
	Assert(n == sums->used);
	qsort(sorted, n, sizeof(uint64 *), compare_slots);
	return sorted;
}

/*
 * Add all counts and sums of another state. Returns the state, or a bigger one in its place.
 */
RevenueSums *
lead_roi_sums_merge(RevenueSums *sums, const RevenueSums *other)
{
	int			integer_digits = Max(sums->integer_digits, other->integer_digits);
	int			fraction_digits = Max(sums->fraction_digits, other->fraction_digits);
	uint64	  **slots;
	int			words;
	int			i;

	if (integer_digits + fraction_digits > LEAD_ROI_MOST_DIGITS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("revenue has too many digits"),
				 errhint("Pass round(revenue, 4) as \"revenue\".")));
	if (sums->integer_digits < integer_digits || sums->fraction_digits < fraction_digits)
		sums = lead_roi_sums_reshape(sums, sums->bits, integer_digits, fraction_digits);
	if (other->integer_digits < integer_digits || other->fraction_digits < fraction_digits)
		other = lead_roi_sums_reshape(other, other->bits, integer_digits, fraction_digits);

	words = lead_roi_sums_words(sums);
	slots = lead_roi_sums_sorted(other);
	for (i = 0; i < other->used; i++)
	{
		uint64	   *slot;

		CHECK_FOR_INTERRUPTS();
		sums = lead_roi_sums_find(sums, (int32) slots[i][SLOT_TENURE], &slot);
		if (!lead_roi_sums_count(slot, (int64) slots[i][SLOT_COMPLETE], (int64) slots[i][SLOT_ACTIVE]))
			lead_roi_sums_report_customers();
		lead_roi_wide_add(slot + SLOT_SUM, words + 1, slots[i] + SLOT_SUM, words + 1, 0);
		lead_roi_wide_add(slot + SLOT_SQUARE(words), 2 * words + 1,
						  slots[i] + SLOT_SQUARE(words), 2 * words + 1, 0);
	}
	lead_roi_wide_add(sums->words + SLOT_SUM, words + 1, other->words + SLOT_SUM, words + 1, 0);
	pfree(slots);
	return sums;
}

/*
 * The sum of a slot in units of currency.
 */
double
lead_roi_sums_amount(const RevenueSums *sums, const uint64 *slot)
{
	int			length = lead_roi_sums_words(sums) + 1;
	uint64		number[LEAD_ROI_MOST_WORDS + 1];
	bool		negative = lead_roi_wide_is_negative(slot + SLOT_SUM, length);

	memcpy(number, slot + SLOT_SUM, length * sizeof(uint64));
	if (negative)
		lead_roi_wide_negate(number, length);
	return (negative ? -1 : 1) * (lead_roi_wide_double(number, length) / pow(10000, sums->fraction_digits));
}

/*
 * Refuse a binary or a text value, saying why.
 */
static void
report_bad_sums(bool text, const char *detail)
{
	ereport(ERROR,
			(errcode(text ? ERRCODE_INVALID_TEXT_REPRESENTATION : ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg(text ? "invalid input syntax for type revenue_sums" : "invalid binary form of type revenue_sums"),
			 errdetail("%s", detail)));
}

/*
 * Read words of a number.
 */
static void
read_words(StringInfo message, uint64 *words, int length)
{
	int			i;

	for (i = 0; i < length; i++)
		words[i] = (uint64) pq_getmsgint64(message);
}

/*
 * Are all words of a number 0?
 */
static bool
is_zero(const uint64 *words, int length)
{
	int			i;

	for (i = 0; i < length; i++)
		if (words[i] != 0)
			return false;
	return true;
}

/*
 * Read the tenures of a state whose size is already known to fit; returns NULL, or what is wrong.
 */
static const char *
read_slots(StringInfo message, RevenueSums **sums, int32 length)
{
	int			words = lead_roi_sums_words(*sums);
	int64		tenure_before = -1;
	int64		customers = 0;
	int64		all_active = 0;
	int			i;

	for (i = 0; i < length; i++)
	{
		int32		tenure = (int32) pq_getmsgint(message, sizeof(int32));
		int64		complete = pq_getmsgint64(message);
		int64		active = pq_getmsgint64(message);
		uint64	   *slot;

		CHECK_FOR_INTERRUPTS();
		if (tenure <= tenure_before)
			return "Tenures must not be negative and must be ascending.";
		if (complete < 0 || active < 0 || (complete == 0 && active == 0) ||
			complete > PG_INT64_MAX - customers || active > PG_INT64_MAX - customers - complete)
			return "A number of customers is out of range.";
		*sums = lead_roi_sums_find(*sums, tenure, &slot);
		lead_roi_sums_count(slot, complete, active);
		read_words(message, slot + SLOT_SUM, words + 1);
		read_words(message, slot + SLOT_SQUARE(words), 2 * words + 1);
		if (complete == 0 && !is_zero(slot + SLOT_SUM, SLOT_LENGTH(words) - SLOT_SUM))
			return "A total has no customers.";
		tenure_before = tenure;
		customers += complete + active;
		all_active += active;
	}
	if (all_active == 0 && !is_zero((*sums)->words + SLOT_SUM, words + 1))
		return "A total has no customers.";
	return NULL;
}

/*
 * Read the wire form, to the end of the message.
 */
static RevenueSums *
read_sums(StringInfo message, bool text)
{
	RevenueSums *sums;
	int32		horizon;
	int			integer_digits;
	int			fraction_digits;
	int32		length;
	Size		slot_size;
	const char *problem;

	if (message->len == message->cursor)
		return lead_roi_sums_make(0, 0, 0);
	if (message->len - message->cursor < 9)
		report_bad_sums(text, "It is too short.");
	if (pq_getmsgbyte(message) != LEAD_ROI_SUMS_VERSION)
		report_bad_sums(text, "Its version is unknown.");
	horizon = (int32) pq_getmsgint(message, sizeof(int32));
	integer_digits = (int16) pq_getmsgint(message, sizeof(int16));
	fraction_digits = (int16) pq_getmsgint(message, sizeof(int16));
	if (horizon < 0 || integer_digits < 0 || fraction_digits < 0 ||
		integer_digits > LEAD_ROI_MOST_DIGITS || fraction_digits > LEAD_ROI_MOST_DIGITS - integer_digits)
		report_bad_sums(text, "A number in its header is out of range.");

	sums = lead_roi_sums_make(0, integer_digits, fraction_digits);
	if (sums->integer_digits != integer_digits || sums->fraction_digits != fraction_digits)
		report_bad_sums(text, "A number in its header is out of range.");
	slot_size = sizeof(int32) + (SLOT_LENGTH(lead_roi_sums_words(sums)) - 1) * sizeof(uint64);
	if ((Size) (message->len - message->cursor) < (lead_roi_sums_words(sums) + 1) * sizeof(uint64) + sizeof(int32))
		report_bad_sums(text, "It is too short.");
	sums->horizon = horizon;
	read_words(message, sums->words + SLOT_SUM, lead_roi_sums_words(sums) + 1);
	length = (int32) pq_getmsgint(message, sizeof(int32));
	if (length < 0 || (message->len - message->cursor) % slot_size != 0 ||
		(message->len - message->cursor) / slot_size != (Size) length)
		report_bad_sums(text, "Its length does not fit its number of tenures.");
	problem = read_slots(message, &sums, length);
	if (problem != NULL)
		report_bad_sums(text, problem);
	return sums;
}

/*
 * Write the wire form.
 */
static void
write_sums(StringInfo message, const RevenueSums *sums)
{
	int			words = lead_roi_sums_words(sums);
	uint64	  **slots = lead_roi_sums_sorted(sums);
	int			i;
	int			j;

	if (sums->used == 0)
		return;
	pq_sendint8(message, LEAD_ROI_SUMS_VERSION);
	pq_sendint32(message, sums->horizon);
	pq_sendint16(message, sums->integer_digits);
	pq_sendint16(message, sums->fraction_digits);
	for (j = 0; j <= words; j++)
		pq_sendint64(message, sums->words[SLOT_SUM + j]);
	pq_sendint32(message, sums->used);
	for (i = 0; i < sums->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint32(message, (uint32) slots[i][SLOT_TENURE]);
		for (j = SLOT_COMPLETE; j < SLOT_LENGTH(words); j++)
			pq_sendint64(message, slots[i][j]);
	}
	pfree(slots);
}

/*
 * revenue_sums_in(text): read the wire form in hexadecimal digits.
 */
Datum
lead_roi_revenue_sums_in(PG_FUNCTION_ARGS)
{
	const char *text = PG_GETARG_CSTRING(0);
	StringInfoData message;
	const char *digits = "0123456789abcdef";
	Size		length = strlen(text);
	Size		i;

	initStringInfo(&message);
	if (length % 2 != 0)
		report_bad_sums(true, "The number of hexadecimal digits is odd.");
	for (i = 0; i < length; i += 2)
	{
		const char *high = strchr(digits, text[i]);
		const char *low = strchr(digits, text[i + 1]);

		if (high == NULL || low == NULL)
			report_bad_sums(true, "There is something else than the digits 0 to 9 and a to f.");
		appendStringInfoChar(&message, (char) ((high - digits) << 4 | (low - digits)));
	}
	PG_RETURN_POINTER(read_sums(&message, true));
}

/*
 * revenue_sums_out(sums): write the wire form in hexadecimal digits.
 */
Datum
lead_roi_revenue_sums_out(PG_FUNCTION_ARGS)
{
	StringInfoData message;
	char	   *text;

	initStringInfo(&message);
	write_sums(&message, PG_GETARG_REVENUE_SUMS(0));
	text = palloc(2 * (Size) message.len + 1);
	text[hex_encode(message.data, message.len, text)] = '\0';
	PG_RETURN_CSTRING(text);
}

/*
 * revenue_sums_recv(message): read the wire form.
 */
Datum
lead_roi_revenue_sums_recv(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(read_sums((StringInfo) PG_GETARG_POINTER(0), false));
}

/*
 * revenue_sums_send(sums): write the wire form.
 */
Datum
lead_roi_revenue_sums_send(PG_FUNCTION_ARGS)
{
	StringInfoData message;

	pq_begintypsend(&message);
	write_sums(&message, PG_GETARG_REVENUE_SUMS(0));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
