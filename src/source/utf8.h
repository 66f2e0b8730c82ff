/*
 * utf8.h
 *		In:		bytes that should be UTF-8.
 *		Out:	the characters they stand for, and the reverse.
 *		Promise: never reads beyond the end. The server's own functions trust that text is valid, and differ
 *				among versions in their types.
 */
#ifndef LEAD_ROI_UTF8_H
#define LEAD_ROI_UTF8_H

#include "lib/stringinfo.h"

/* Stands for bytes that are no UTF-8 */
#define REPLACEMENT_CHARACTER 0xFFFD

#define MAX_UTF8_LENGTH 4

/*
 * The length that the first byte of a character announces; 0 if it is no first byte.
 */
static inline int
lead_roi_utf8_length(unsigned char byte)
{
	if (byte < 0x80)
		return 1;
	if (byte < 0xC0 || byte >= 0xF8)
		return 0;
	return byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/*
 * Read a character of UTF-8 and return its length. A byte that begins none, or one that is cut off, is
 * read as the replacement character: text of a database has none.
 */
static inline int
lead_roi_read_code(const unsigned char *text, Size left, uint32 *code)
{
	static const uint32 least[] = {0, 0, 0x80, 0x800, 0x10000};
	int			length = lead_roi_utf8_length(text[0]);
	uint32		value = length == 1 ? text[0] : text[0] & (0x7F >> length);
	bool		valid = length > 0 && left >= (Size) length;

	for (int at = 1; valid && at < length; at++)
	{
		valid = (text[at] & 0xC0) == 0x80;
		value = (value << 6) | (text[at] & 0x3F);
	}
	if (!valid || value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
	{
		*code = REPLACEMENT_CHARACTER;
		return 1;
	}
	*code = value;
	return length;
}

/*
 * Append a character as UTF-8.
 */
static inline void
lead_roi_write_code(StringInfo result, uint32 code)
{
	char	   *next;

	if (result->maxlen - result->len <= MAX_UTF8_LENGTH)
		enlargeStringInfo(result, MAX_UTF8_LENGTH);
	next = result->data + result->len;
	if (code < 0x80)
		*next++ = (char) code;
	else if (code < 0x800)
		*next++ = (char) (0xC0 | (code >> 6));
	else if (code < 0x10000)
	{
		*next++ = (char) (0xE0 | (code >> 12));
		*next++ = (char) (0x80 | ((code >> 6) & 0x3F));
	}
	else
	{
		*next++ = (char) (0xF0 | (code >> 18));
		*next++ = (char) (0x80 | ((code >> 12) & 0x3F));
		*next++ = (char) (0x80 | ((code >> 6) & 0x3F));
	}
	if (code >= 0x80)
		*next++ = (char) (0x80 | (code & 0x3F));
	result->len = (int) (next - result->data);
}

#endif							/* LEAD_ROI_UTF8_H */
