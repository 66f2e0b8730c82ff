/*
 * forms.c
 *		Sums of revenue in binary protocol, and as text the same in hexadecimal digits, which is how
 *		distributed engines carry the state of an aggregate.
 *
 * Binary: int8 version, int32 horizon, int16 integer digits, int16 fraction digits, the loose sum, int32
 * number of tenures, and for each one, ascending, int32 tenure, its two counts as int64, the sum and the
 * sum of squares; sums as 64-bit words, lowest first. No rows: nothing.
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "kit/arguments.h"
#include "kit/text_reader.h"
#include "value/revenue_sums.h"

/* The bytes before the loose sum */
#define HEADER_SIZE (1 + sizeof(int32) + 2 * sizeof(int16))

PG_FUNCTION_INFO_V1(lead_roi_revenue_sums_in);
PG_FUNCTION_INFO_V1(lead_roi_revenue_sums_out);
PG_FUNCTION_INFO_V1(lead_roi_revenue_sums_recv);
PG_FUNCTION_INFO_V1(lead_roi_revenue_sums_send);

/*
 * Read words of a number; are they all 0?
 */
static bool
read_words(StringInfo message, uint64 *words, int length)
{
	uint64		any = 0;
	int			i;

	for (i = 0; i < length; i++)
		any |= words[i] = (uint64) pq_getmsgint64(message);
	return any == 0;
}

/*
 * Read one tenure; returns NULL, or what is wrong. What has been read so far adds up to "before".
 */
static const char *
read_slot(StringInfo message, RevenueSums **sums, TenureSlot *before)
{
	int			words = lead_roi_sums_words(*sums);
	int32		tenure = (int32) pq_getmsgint(message, sizeof(int32));
	int64		summed = pq_getmsgint64(message);
	int64		unsummed = pq_getmsgint64(message);
	int64		customers = before->counts[SUMMED] + before->counts[UNSUMMED];
	RevenueSlot *slot;
	bool		is_zero;

	if (tenure <= before->tenure)
		return "Tenures must not be negative and must be ascending.";
	if (summed < 0 || unsummed < 0 || (summed == 0 && unsummed == 0) ||
		summed > PG_INT64_MAX - customers || unsummed > PG_INT64_MAX - customers - summed)
		return "A number of customers is out of range.";
	*sums = lead_roi_sums_count(*sums, tenure, SUMMED, summed, &slot);
	*sums = lead_roi_sums_count(*sums, tenure, UNSUMMED, unsummed, &slot);
	is_zero = read_words(message, slot->words, SUM_WORDS(words));
	is_zero &= read_words(message, lead_roi_slot_squares(slot, words), SQUARE_WORDS(words));
	if (summed == 0 && !is_zero)
		return "A total has no customers.";
	before->tenure = tenure;
	before->counts[SUMMED] += summed;
	before->counts[UNSUMMED] += unsummed;
	return NULL;
}

/*
 * Read the binary form, to the end of the message; returns NULL, or what is wrong.
 */
static const char *
read_sums(StringInfo message, RevenueSums **sums)
{
	TenureSlot	before = {-1, {0, 0}};
	int32		horizon;
	int			integer_digits;
	int			fraction_digits;
	int			words;
	Size		slot_size;
	int32		length;
	bool		is_zero;
	const char *problem;

	*sums = lead_roi_sums_make(0, 0, 0);
	if (message->len == message->cursor)
		return NULL;
	if (message->len - message->cursor < (int) HEADER_SIZE)
		return "It is too short.";
	if (pq_getmsgbyte(message) != LEAD_ROI_SUMS_VERSION)
		return "Its version is unknown.";
	horizon = (int32) pq_getmsgint(message, sizeof(int32));
	integer_digits = (int16) pq_getmsgint(message, sizeof(int16));
	fraction_digits = (int16) pq_getmsgint(message, sizeof(int16));
	if (horizon < 0 || integer_digits < (*sums)->integer_digits || fraction_digits < (*sums)->fraction_digits ||
		integer_digits > LEAD_ROI_MOST_DIGITS || fraction_digits > LEAD_ROI_MOST_DIGITS - integer_digits)
		return "A number in its header is out of range.";

	*sums = lead_roi_sums_make(0, integer_digits, fraction_digits);
	(*sums)->horizon = horizon;
	words = lead_roi_sums_words(*sums);
	if ((Size) (message->len - message->cursor) < SUM_WORDS(words) * sizeof(uint64) + sizeof(int32))
		return "It is too short.";
	is_zero = read_words(message, (*sums)->words, SUM_WORDS(words));
	length = (int32) pq_getmsgint(message, sizeof(int32));
	slot_size = sizeof(int32) + (2 + SUM_WORDS(words) + SQUARE_WORDS(words)) * sizeof(uint64);
	if (length < 0 || (message->len - message->cursor) % slot_size != 0 ||
		(message->len - message->cursor) / slot_size != (Size) length)
		return "Its length does not fit its number of tenures.";

	for (; length > 0; length--)
	{
		CHECK_FOR_INTERRUPTS();
		problem = read_slot(message, sums, &before);
		if (problem != NULL)
			return problem;
	}
	return is_zero || before.counts[UNSUMMED] > 0 ? NULL : "A total has no customers.";
}

/*
 * Write words of a number.
 */
static void
write_words(StringInfo message, const uint64 *words, int length)
{
	int			i;

	for (i = 0; i < length; i++)
		pq_sendint64(message, words[i]);
}

/*
 * Write the binary form.
 */
static void
write_sums(StringInfo message, const RevenueSums *sums)
{
	int			words = lead_roi_sums_words(sums);
	RevenueSlot **slots = lead_roi_sums_sorted(sums);
	int			i;

	if (sums->used == 0)
		return;
	pq_sendint8(message, LEAD_ROI_SUMS_VERSION);
	pq_sendint32(message, sums->horizon);
	pq_sendint16(message, sums->integer_digits);
	pq_sendint16(message, sums->fraction_digits);
	write_words(message, sums->words, SUM_WORDS(words));
	pq_sendint32(message, sums->used);
	for (i = 0; i < sums->used; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint32(message, (uint32) slots[i]->head.tenure);
		pq_sendint64(message, slots[i]->head.counts[SUMMED]);
		pq_sendint64(message, slots[i]->head.counts[UNSUMMED]);
		write_words(message, slots[i]->words, SUM_WORDS(words));
		write_words(message, lead_roi_slot_squares(slots[i], words), SQUARE_WORDS(words));
	}
	pfree(slots);
}

/*
 * Read hexadecimal digits, to the end of the text.
 */
static bool
read_hexadecimal(TextReader *reader, StringInfo message)
{
	static const char digits[] = "0123456789abcdef";

	while (*reader->next != '\0')
	{
		const char *high = strchr(digits, reader->next[0]);
		const char *low = reader->next[1] == '\0' ? NULL : strchr(digits, reader->next[1]);

		if (high == NULL || low == NULL)
			return lead_roi_refuse_next(reader, "two of the digits 0 to 9 and a to f");
		appendStringInfoChar(message, (char) ((high - digits) << 4 | (low - digits)));
		reader->next += 2;
	}
	return true;
}

/*
 * revenue_sums_in(text): read the binary form in hexadecimal digits.
 */
Datum
lead_roi_revenue_sums_in(PG_FUNCTION_ARGS)
{
	TextReader	reader;
	StringInfoData message;
	RevenueSums *sums;
	const char *problem;

	lead_roi_begin_text(&reader, fcinfo, "revenue_sums", "Use what the aggregate gives.");
	initStringInfo(&message);
	if (!read_hexadecimal(&reader, &message))
		PG_RETURN_NULL();
	problem = read_sums(&message, &sums);
	if (problem != NULL && !lead_roi_refuse_text(&reader, problem))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(sums);
}

/*
 * revenue_sums_out(sums): write the binary form in hexadecimal digits.
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
 * revenue_sums_recv(message): read the binary form.
 */
Datum
lead_roi_revenue_sums_recv(PG_FUNCTION_ARGS)
{
	RevenueSums *sums;
	const char *problem = read_sums((StringInfo) PG_GETARG_POINTER(0), &sums);

	if (problem != NULL)
		lead_roi_refuse_binary("revenue_sums", problem);
	PG_RETURN_POINTER(sums);
}

/*
 * revenue_sums_send(sums): write the binary form.
 */
Datum
lead_roi_revenue_sums_send(PG_FUNCTION_ARGS)
{
	StringInfoData message;

	pq_begintypsend(&message);
	write_sums(&message, PG_GETARG_REVENUE_SUMS(0));
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
