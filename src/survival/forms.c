/*
 * forms.c
 *		A survival_curve as text, {tenure:churned+active,...}, and on the wire.
 *
 * Both forms come from anywhere, so both are checked in full. The text form is also how distributed
 * engines carry the state of an aggregate; it depends on no setting.
 */
#include "postgres.h"

#include "common/int.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "port/pg_bswap.h"
#include "utils/builtins.h"

#include "survival/survival_curve.h"

/* Version of the form on the wire: int8 version, int32 number of tenures, and for each int32 tenure, int64 churned, int64 active */
#define WIRE_VERSION 1
#define WIRE_ENTRY_SIZE (sizeof(int32) + 2 * sizeof(int64))

/* A place in a curve's text */
typedef struct CurveText
{
	const char *whole;
	const char *next;
} CurveText;

PG_FUNCTION_INFO_V1(lead_roi_survival_curve_in);
PG_FUNCTION_INFO_V1(lead_roi_survival_curve_out);
PG_FUNCTION_INFO_V1(lead_roi_survival_curve_recv);
PG_FUNCTION_INFO_V1(lead_roi_survival_curve_send);

/*
 * Refuse a text, saying why.
 */
static void
report_bad_text(const CurveText *text, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type survival_curve: \"%s\"", text->whole),
			 errdetail("%s", detail),
			 errhint("Write tenure:churned+active with ascending tenures, such as {30:2+0,365:1+40}.")));
}

/*
 * Refuse a binary value, saying why.
 */
static void
report_bad_binary(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid binary form of type survival_curve"),
			 errdetail("%s", detail)));
}

/*
 * Step over white space; the six characters are those of any locale.
 */
static void
skip_space(CurveText *text)
{
	while (*text->next != '\0' && strchr(" \t\n\r\v\f", *text->next) != NULL)
		text->next++;
}

/*
 * Step over a character if it comes next, and the white space around it.
 */
static bool
accept_character(CurveText *text, char character)
{
	skip_space(text);
	if (*text->next != character)
		return false;
	text->next++;
	skip_space(text);
	return true;
}

/*
 * Step over a character that must come next.
 */
static void
require_character(CurveText *text, char character)
{
	char		detail[64];

	if (accept_character(text, character))
		return;
	snprintf(detail, sizeof(detail), "Expected \"%c\" at character %d.", character,
			 (int) (text->next - text->whole) + 1);
	report_bad_text(text, detail);
}

/*
 * Read a whole number from 0 to the given maximum.
 */
static int64
read_count(CurveText *text, int64 maximum)
{
	char		detail[64];
	int64		count = 0;
	const char *first = text->next;

	while (*text->next >= '0' && *text->next <= '9')
	{
		if (pg_mul_s64_overflow(count, 10, &count) ||
			pg_add_s64_overflow(count, *text->next - '0', &count) || count > maximum)
			report_bad_text(text, "A number is out of range.");
		text->next++;
	}
	if (text->next == first)
	{
		snprintf(detail, sizeof(detail), "Expected a number at character %d.",
				 (int) (text->next - text->whole) + 1);
		report_bad_text(text, detail);
	}
	return count;
}

/*
 * survival_curve_in(text): read {tenure:churned+active,...}.
 */
Datum
lead_roi_survival_curve_in(PG_FUNCTION_ARGS)
{
	TenureCounts counts;
	CurveText	text;

	text.whole = PG_GETARG_CSTRING(0);
	text.next = text.whole;
	lead_roi_counts_init(&counts, 64);

	require_character(&text, '{');
	if (!accept_character(&text, '}'))
	{
		do
		{
			int32		tenure;
			int64		churned;
			int64		active;
			const char *problem;

			CHECK_FOR_INTERRUPTS();
			tenure = (int32) read_count(&text, PG_INT32_MAX);
			require_character(&text, ':');
			churned = read_count(&text, PG_INT64_MAX);
			require_character(&text, '+');
			active = read_count(&text, PG_INT64_MAX);
			problem = lead_roi_counts_append(&counts, tenure, churned, active);
			if (problem != NULL)
				report_bad_text(&text, problem);
		} while (accept_character(&text, ','));
		require_character(&text, '}');
	}
	if (*text.next != '\0')
		report_bad_text(&text, "There is something behind the closing brace.");
	PG_RETURN_SURVIVAL_CURVE(lead_roi_curve_compact(&counts));
}

/*
 * survival_curve_out(curve): write {tenure:churned+active,...}.
 */
Datum
lead_roi_survival_curve_out(PG_FUNCTION_ARGS)
{
	TenureCounts counts;
	StringInfoData text;
	int			i;

	lead_roi_curve_read(PG_GETARG_SURVIVAL_CURVE(0), &counts);
	initStringInfo(&text);
	appendStringInfoChar(&text, '{');
	for (i = 0; i < counts.length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		appendStringInfo(&text, "%s%d:" INT64_FORMAT "+" INT64_FORMAT, i == 0 ? "" : ",",
						 counts.entries[i].tenure, counts.entries[i].churned, counts.entries[i].active);
	}
	appendStringInfoChar(&text, '}');
	PG_RETURN_CSTRING(text.data);
}

/*
 * survival_curve_recv(message): read the wire form.
 */
Datum
lead_roi_survival_curve_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	TenureCounts counts;
	int32		length;

	if (message->len - message->cursor < (int) (1 + sizeof(int32)))
		report_bad_binary("It is too short.");
	if (pq_getmsgbyte(message) != WIRE_VERSION)
		report_bad_binary("Its version is unknown.");
	length = (int32) pq_getmsgint(message, sizeof(int32));
	if (length < 0 || (message->len - message->cursor) % WIRE_ENTRY_SIZE != 0 ||
		(message->len - message->cursor) / WIRE_ENTRY_SIZE != (Size) length)
		report_bad_binary("Its length does not fit its number of tenures.");

	lead_roi_counts_init(&counts, length);
	while (counts.length < length)
	{
		int32		tenure = (int32) pq_getmsgint(message, sizeof(int32));
		int64		churned = pq_getmsgint64(message);
		int64		active = pq_getmsgint64(message);
		const char *problem = lead_roi_counts_append(&counts, tenure, churned, active);

		CHECK_FOR_INTERRUPTS();
		if (problem != NULL)
			report_bad_binary(problem);
	}
	PG_RETURN_SURVIVAL_CURVE(lead_roi_curve_compact(&counts));
}

/*
 * survival_curve_send(curve): write the wire form.
 */
Datum
lead_roi_survival_curve_send(PG_FUNCTION_ARGS)
{
	TenureCounts counts;
	StringInfoData message;
	int			i;

	lead_roi_curve_read(PG_GETARG_SURVIVAL_CURVE(0), &counts);
	pq_begintypsend(&message);
	pq_sendint8(&message, WIRE_VERSION);
	pq_sendint32(&message, counts.length);
	for (i = 0; i < counts.length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint32(&message, counts.entries[i].tenure);
		pq_sendint64(&message, counts.entries[i].churned);
		pq_sendint64(&message, counts.entries[i].active);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
