/*
 * text_reader.c
 *		Reading of values that are written as text.
 */
#include "postgres.h"

#include "common/int.h"
#include "mb/pg_wchar.h"

#include "kit/soft_error.h"
#include "kit/text_reader.h"

/* How much of a text an error message shows */
#define EXCERPT_BYTES 100

/*
 * Begin to read the first argument of an input function.
 */
void
lead_roi_begin_text(TextReader *reader, FunctionCallInfo fcinfo, const char *type, const char *hint)
{
	reader->type = type;
	reader->hint = hint;
	reader->text = PG_GETARG_CSTRING(0);
	reader->next = reader->text;
	reader->context = fcinfo->context;
}

/*
 * Report that the text can't be read, and why; always false. A long text is shown by its beginning.
 */
bool
lead_roi_refuse_text(TextReader *reader, const char *detail)
{
	size_t		length = strlen(reader->text);
	int			shown = pg_mbcliplen(reader->text, (int) Min(length, EXCERPT_BYTES), EXCERPT_BYTES);

	errsave(reader->context,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%.*s%s\"", reader->type, shown, reader->text,
					(size_t) shown < length ? "..." : ""),
			 errdetail_internal("%s", detail),
			 errhint("%s", reader->hint)));
	return false;
}

/*
 * Report that something else comes next than must come; always false.
 */
bool
lead_roi_refuse_next(TextReader *reader, const char *expected)
{
	int			passed = pg_mbstrlen_with_len(reader->text, (int) (reader->next - reader->text));

	return lead_roi_refuse_text(reader, psprintf("Expected %s at character %d.", expected, passed + 1));
}

/*
 * Pass over white space; the six characters are those of any locale.
 */
void
lead_roi_skip_space(TextReader *reader)
{
	reader->next += strspn(reader->next, " \t\n\r\v\f");
}

/*
 * Pass over a character if it comes next.
 */
bool
lead_roi_accept(TextReader *reader, char character)
{
	lead_roi_skip_space(reader);
	if (*reader->next != character)
		return false;
	reader->next++;
	return true;
}

/*
 * Pass over a word if it comes next.
 */
bool
lead_roi_accept_word(TextReader *reader, const char *word)
{
	size_t		length = strlen(word);

	lead_roi_skip_space(reader);
	if (strncmp(reader->next, word, length) != 0)
		return false;
	reader->next += length;
	return true;
}

/*
 * Pass over a character that must come next.
 */
bool
lead_roi_require(TextReader *reader, char character)
{
	char		expected[] = {'"', character, '"', '\0'};

	return lead_roi_accept(reader, character) || lead_roi_refuse_next(reader, expected);
}

/*
 * Make sure that nothing but white space is left.
 */
bool
lead_roi_require_end(TextReader *reader)
{
	lead_roi_skip_space(reader);
	return *reader->next == '\0' || lead_roi_refuse_next(reader, "the end");
}

/*
 * Read a whole number of the given range.
 */
bool
lead_roi_read_integer(TextReader *reader, int64 minimum, int64 maximum, int64 *number)
{
	bool		negative;
	const char *first;

	lead_roi_skip_space(reader);
	negative = minimum < 0 && *reader->next == '-';
	reader->next += negative ? 1 : 0;

	/* Downwards, since there is one more number below 0 than above. */
	*number = 0;
	for (first = reader->next; *reader->next >= '0' && *reader->next <= '9'; reader->next++)
		if (pg_mul_s64_overflow(*number, 10, number) || pg_sub_s64_overflow(*number, *reader->next - '0', number))
			return lead_roi_refuse_text(reader, "A number is out of range.");
	if (reader->next == first)
		return lead_roi_refuse_next(reader, "a number");
	if (!negative && pg_sub_s64_overflow(0, *number, number))
		return lead_roi_refuse_text(reader, "A number is out of range.");
	return (*number >= minimum && *number <= maximum) || lead_roi_refuse_text(reader, "A number is out of range.");
}
