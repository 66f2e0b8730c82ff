/*
 * traffic_source.c
 *		What a lead arrived with, as one value: made from its parts, and taken apart.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "kit/soft_error.h"
#include "source/canonical.h"
#include "source/traffic_source.h"

/* Bytes of a part that are looked at; what makes a longer one short enough is nobody's campaign */
#define MAX_RAW_LENGTH 16384

static const char *const part_names[TRAFFIC_PARTS] = {"source", "medium", "campaign", "content", "term"};

PG_FUNCTION_INFO_V1(lead_roi_traffic_source);
PG_FUNCTION_INFO_V1(lead_roi_source);
PG_FUNCTION_INFO_V1(lead_roi_medium);
PG_FUNCTION_INFO_V1(lead_roi_campaign);
PG_FUNCTION_INFO_V1(lead_roi_content);
PG_FUNCTION_INFO_V1(lead_roi_term);

/*
 * Is a canonical text a word that exports write for nothing?
 */
static bool
is_word_for_nothing(const char *canonical, int length)
{
	static const char *const words[] = {
		"-", "--", "(none)", "(not provided)", "(not set)", "(null)", "n/a", "none", "null", "undefined"
	};

	for (int i = 0; i < (int) lengthof(words); i++)
		if (words[i][0] == canonical[0] && strlen(words[i]) == (size_t) length && memcmp(words[i], canonical, length) == 0)
			return true;
	return false;
}

/*
 * Does a canonical text stand for nothing: is it empty, a word for that, or the name of a placeholder that an
 * ad platform should have filled in, {keyword} or __CAMPAIGN_NAME__?
 */
bool
lead_roi_is_absent(const char *canonical, int length)
{
	if (length == 0)
		return true;
	switch (canonical[0])
	{
		case '-':
		case '(':
		case 'n':
		case 'u':
			return is_word_for_nothing(canonical, length);
		case '{':
			return canonical[length - 1] == '}';
		case '_':
			return length > 4 && memcmp(canonical, "__", 2) == 0 && memcmp(canonical + length - 2, "__", 2) == 0;
		default:
			return false;
	}
}

/*
 * Cut a text at the last whole character within a limit.
 */
static int
cut(const char *text, int length, int limit)
{
	return length <= limit ? length : pg_mbcliplen(text, length, limit);
}

/*
 * Refuse a part that is too long; always false.
 */
static bool
refuse_long_part(TrafficPart part, Node *context)
{
	errsave(context,
			(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
			 errmsg("%s of a traffic source is too long", part_names[part]),
			 errdetail("It may have %d bytes in its canonical form.", MAX_PART_LENGTH),
			 errhint("Cut it, for instance by left(..., 100).")));
	return false;
}

/*
 * Append a part in its canonical form, and nothing if it is absent. False if it is refused.
 */
static bool
append_part(StringInfo bytes, TrafficPart part, TextPiece piece, LongPart long_part, Node *context)
{
	int			begin = bytes->len;
	int			length;

	if (piece.text == NULL)
		return true;
	if (piece.length > MAX_RAW_LENGTH && long_part == LONG_PART_REFUSED)
		return refuse_long_part(part, context);
	lead_roi_append_canonical(bytes, piece.text, cut(piece.text, piece.length, MAX_RAW_LENGTH));

	length = bytes->len - begin;
	if (length > MAX_PART_LENGTH && long_part == LONG_PART_REFUSED)
		return refuse_long_part(part, context);
	length = cut(bytes->data + begin, length, MAX_PART_LENGTH);
	if (length > 0 && bytes->data[begin + length - 1] == ' ')
		length--;
	if (lead_roi_is_absent(bytes->data + begin, length))
		length = 0;
	if (part == PART_SOURCE && length == strlen("(direct)") && memcmp(bytes->data + begin, "(direct)", length) == 0)
	{
		length = strlen("direct");
		memcpy(bytes->data + begin, "direct", length);
	}
	bytes->len = begin + length;
	return true;
}

/*
 * Make a traffic source of its parts. NULL if a part is refused by a soft error.
 */
TrafficSource *
lead_roi_make_traffic_source(const TextPiece parts[TRAFFIC_PARTS], LongPart long_part, Node *context)
{
	StringInfoData bytes;
	int			end = VARHDRSZ;

	initStringInfo(&bytes);
	bytes.len = VARHDRSZ;
	for (TrafficPart part = PART_SOURCE; part < TRAFFIC_PARTS; part++)
	{
		int			begin;

		if (part != PART_SOURCE)
			appendStringInfoChar(&bytes, SEPARATOR);
		begin = bytes.len;
		if (!append_part(&bytes, part, parts[part], long_part, context))
			return NULL;
		if (bytes.len > begin)
			end = bytes.len;
	}
	SET_VARSIZE(bytes.data, end);
	return (TrafficSource *) bytes.data;
}

/*
 * Take a traffic source apart. The parts lie within the value.
 */
void
lead_roi_split_traffic_source(const TrafficSource *value, TextPiece parts[TRAFFIC_PARTS])
{
	const char *next = VARDATA_ANY(value);
	const char *end = next + VARSIZE_ANY_EXHDR(value);

	for (TrafficPart part = PART_SOURCE; part < TRAFFIC_PARTS; part++)
	{
		const char *separator = next < end ? memchr(next, SEPARATOR, end - next) : NULL;
		const char *part_end = separator != NULL ? separator : end;

		parts[part].text = part_end > next ? next : NULL;
		parts[part].length = part_end - next;
		next = separator != NULL ? separator + 1 : end;
	}
}

/*
 * traffic_source(source, medium, campaign, content, term): make a traffic source of its parts.
 */
Datum
lead_roi_traffic_source(PG_FUNCTION_ARGS)
{
	TextPiece	parts[TRAFFIC_PARTS] = {0};

	for (int part = 0; part < TRAFFIC_PARTS; part++)
	{
		if (!PG_ARGISNULL(part))
		{
			text	   *argument = PG_GETARG_TEXT_PP(part);

			parts[part].text = VARDATA_ANY(argument);
			parts[part].length = VARSIZE_ANY_EXHDR(argument);
		}
	}
	PG_RETURN_TRAFFIC_SOURCE(lead_roi_make_traffic_source(parts, LONG_PART_REFUSED, NULL));
}

/*
 * One part of the first argument, as a result; NULL if it is absent.
 */
static Datum
return_part(FunctionCallInfo fcinfo, TrafficPart part)
{
	TextPiece	parts[TRAFFIC_PARTS];

	lead_roi_split_traffic_source(PG_GETARG_TRAFFIC_SOURCE(0), parts);
	if (parts[part].text == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(parts[part].text, parts[part].length));
}

/*
 * source(traffic_source)
 */
Datum
lead_roi_source(PG_FUNCTION_ARGS)
{
	return return_part(fcinfo, PART_SOURCE);
}

/*
 * medium(traffic_source)
 */
Datum
lead_roi_medium(PG_FUNCTION_ARGS)
{
	return return_part(fcinfo, PART_MEDIUM);
}

/*
 * campaign(traffic_source)
 */
Datum
lead_roi_campaign(PG_FUNCTION_ARGS)
{
	return return_part(fcinfo, PART_CAMPAIGN);
}

/*
 * content(traffic_source)
 */
Datum
lead_roi_content(PG_FUNCTION_ARGS)
{
	return return_part(fcinfo, PART_CONTENT);
}

/*
 * term(traffic_source)
 */
Datum
lead_roi_term(PG_FUNCTION_ARGS)
{
	return return_part(fcinfo, PART_TERM);
}
