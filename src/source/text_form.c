/*
 * text_form.c
 *		A traffic_source as text, google / cpc / spring-sale, and back.
 *
 * A slash that stands alone, with a blank or an end on either side, parts what is before it from what
 * comes after; any other slash is a character like any other. A part with such a slash of its own, or with
 * a double quote at its beginning, is put in double quotes, and those in it are doubled. An absent part
 * before others is a hyphen. The text is split before its parts are made canonical, since that can bring
 * forth slashes, quotes and blanks.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "kit/text_reader.h"
#include "source/traffic_source.h"

PG_FUNCTION_INFO_V1(lead_roi_traffic_source_in);
PG_FUNCTION_INFO_V1(lead_roi_traffic_source_out);

/*
 * Is this a blank, or the end of the text?
 */
static bool
is_blank_or_end(char character)
{
	return character == '\0' || strchr(" \t\n\r\v\f", character) != NULL;
}

/*
 * Does a slash that stands alone begin here? What is before is a blank or the beginning of the text.
 */
static bool
is_separator(const char *next)
{
	return next[0] == '/' && is_blank_or_end(next[1]);
}

/*
 * Read a part in double quotes, after the first of them. False if the last is missing.
 */
static bool
read_quoted(TextReader *reader, TextPiece *piece)
{
	StringInfoData unquoted;
	const char *quote;

	initStringInfo(&unquoted);
	for (; (quote = strchr(reader->next, '"')) != NULL; reader->next = quote + 2)
	{
		/* Two quotes are one of the part's own. */
		appendBinaryStringInfo(&unquoted, reader->next, quote - reader->next + (quote[1] == '"' ? 1 : 0));
		if (quote[1] != '"')
			break;
	}
	if (quote == NULL)
		return lead_roi_refuse_text(reader, "A part in double quotes does not end.");
	reader->next = quote + 1;
	piece->text = unquoted.data;
	piece->length = unquoted.len;
	if (!is_blank_or_end(*reader->next))
		return lead_roi_refuse_next(reader, "a blank");
	return true;
}

/*
 * Read a part without quotes, up to a slash that stands alone.
 */
static void
read_plain(TextReader *reader, TextPiece *piece)
{
	const char *begin = reader->next;

	while (*reader->next != '\0' && !(is_separator(reader->next) && (reader->next == begin || is_blank_or_end(reader->next[-1]))))
		reader->next++;
	piece->text = begin;
	piece->length = reader->next - begin;
}

/*
 * Read the parts; those that aren't there are absent.
 */
static bool
read_parts(TextReader *reader, TextPiece parts[TRAFFIC_PARTS])
{
	for (int part = 0; part < TRAFFIC_PARTS; part++)
	{
		if (!lead_roi_accept(reader, '"'))
			read_plain(reader, &parts[part]);
		else if (!read_quoted(reader, &parts[part]))
			return false;
		lead_roi_skip_space(reader);
		if (*reader->next == '\0')
			return true;
		if (!is_separator(reader->next))
			return lead_roi_refuse_next(reader, "\"/\" or the end");
		reader->next++;
	}
	return lead_roi_refuse_text(reader, "There are more than five parts.");
}

/*
 * traffic_source_in(text): read source / medium / campaign / content / term.
 */
Datum
lead_roi_traffic_source_in(PG_FUNCTION_ARGS)
{
	TextReader	reader;
	TextPiece	parts[TRAFFIC_PARTS] = {0};
	TrafficSource *value;

	lead_roi_begin_text(&reader, fcinfo, "traffic_source",
						"Write source / medium / campaign / content / term, with double quotes around a part that has a slash "
						"standing alone; those at the end may be left out.");
	if (!read_parts(&reader, parts))
		PG_RETURN_NULL();
	value = lead_roi_make_traffic_source(parts, LONG_PART_REFUSED, fcinfo->context);
	if (value == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TRAFFIC_SOURCE(value);
}

/*
 * Would a part be taken for something else without quotes?
 */
static bool
needs_quotes(TextPiece piece)
{
	if (piece.text[0] == '"')
		return true;
	for (int i = 0; i < piece.length; i++)
	{
		if (piece.text[i] == '/' && (i == 0 || piece.text[i - 1] == ' ') && (i == piece.length - 1 || piece.text[i + 1] == ' '))
			return true;
	}
	return false;
}

/*
 * Append a part, in quotes where it needs them.
 */
static void
append_part(StringInfo text, TextPiece piece)
{
	if (piece.text == NULL)
		appendStringInfoChar(text, '-');
	else if (!needs_quotes(piece))
		appendBinaryStringInfo(text, piece.text, piece.length);
	else
	{
		appendStringInfoChar(text, '"');
		for (int i = 0; i < piece.length; i++)
		{
			if (piece.text[i] == '"')
				appendStringInfoChar(text, '"');
			appendStringInfoChar(text, piece.text[i]);
		}
		appendStringInfoChar(text, '"');
	}
}

/*
 * traffic_source_out(value): write source / medium / campaign / content / term, without absent parts at the
 * end.
 */
Datum
lead_roi_traffic_source_out(PG_FUNCTION_ARGS)
{
	TextPiece	parts[TRAFFIC_PARTS];
	StringInfoData text;
	int			last = TRAFFIC_PARTS - 1;

	lead_roi_split_traffic_source(PG_GETARG_TRAFFIC_SOURCE(0), parts);
	while (last > 0 && parts[last].text == NULL)
		last--;
	initStringInfo(&text);
	for (int part = 0; part <= last; part++)
	{
		if (part > 0)
			appendBinaryStringInfo(&text, " / ", 3);
		append_part(&text, parts[part]);
	}
	PG_RETURN_CSTRING(text.data);
}
