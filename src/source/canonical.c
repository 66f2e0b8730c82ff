/*
 * canonical.c
 *		Canonical forms of texts: ASCII at once, and all else through nfkc_casefold.c.
 */
#include "postgres.h"

#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "source/canonical.h"
#include "source/nfkc_casefold.h"

PG_FUNCTION_INFO_V1(lead_roi_canonical);

/*
 * Append a text that is ASCII; false, with nothing appended, if it isn't. Where bytes of other characters
 * are to be kept they may come, too: every encoding of a server has 128 and above in all bytes of those.
 */
static bool
append_ascii(StringInfo result, const char *text, int length, bool keep_others)
{
	char	   *start;
	char	   *end;

	enlargeStringInfo(result, length);
	start = end = result->data + result->len;
	for (int at = 0; at < length; at++)
	{
		unsigned char byte = (unsigned char) text[at];

		if (byte > ' ' && byte < 0x7F)
			*end++ = (char) (byte >= 'A' && byte <= 'Z' ? byte + ('a' - 'A') : byte);
		else if (byte >= 0x80 && !keep_others)
			return false;
		else if (byte >= 0x80)
			*end++ = (char) byte;
		else if ((byte == ' ' || (byte >= '\t' && byte <= '\r')) && end > start && end[-1] != ' ')
			*end++ = ' ';
	}
	if (end > start && end[-1] == ' ')
		end--;
	*end = '\0';
	result->len = (int) (end - result->data);
	return true;
}

/*
 * Append the canonical form of a text.
 */
void
lead_roi_append_canonical(StringInfo result, const char *text, int length)
{
	bool		is_utf8 = GetDatabaseEncoding() == PG_UTF8;

	if (!append_ascii(result, text, length, !is_utf8))
		lead_roi_append_nfkc_casefold(result, (const unsigned char *) text, (Size) length);
}

/*
 * canonical(text): the canonical form of a text.
 */
Datum
lead_roi_canonical(PG_FUNCTION_ARGS)
{
	text	   *original = PG_GETARG_TEXT_PP(0);
	StringInfoData result;

	initStringInfo(&result);
	lead_roi_append_canonical(&result, VARDATA_ANY(original), (int) VARSIZE_ANY_EXHDR(original));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(result.data, result.len));
}
