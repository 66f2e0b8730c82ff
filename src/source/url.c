/*
 * url.c
 *		URLs as they are found in logs, forms and exports: taken apart, their hosts and values read.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "source/canonical.h"
#include "source/punycode.h"
#include "source/url.h"

/* The longest user, host and port that is looked at */
#define MAX_AUTHORITY_LENGTH 1024

static inline bool
is_letter(char character)
{
	return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

static inline bool
is_digit(char character)
{
	return character >= '0' && character <= '9';
}

/*
 * Whether a character that is no letter can stand in a scheme.
 */
static inline bool
is_of_scheme(char character)
{
	return is_digit(character) || character == '+' || character == '-' || character == '.';
}

/*
 * The first place of a character in a piece, or the piece's end.
 */
static const char *
find_or_end(TextPiece piece, char character)
{
	const char *place = piece.length > 0 ? memchr(piece.text, character, piece.length) : NULL;

	return place == NULL ? piece.text + piece.length : place;
}

/*
 * Cut a piece in two at a place; what is before it is the result, and the character there is dropped.
 */
static TextPiece
cut_at(TextPiece *piece, const char *place)
{
	TextPiece	before = {piece->text, (int) (place - piece->text)};
	int			dropped = Min(before.length + 1, piece->length);

	piece->text += dropped;
	piece->length -= dropped;
	return before;
}

/*
 * Blanks and control characters at the ends belong to no URL.
 */
static TextPiece
trim(TextPiece text)
{
	while (text.length > 0 && (unsigned char) text.text[0] <= ' ')
		text.text++, text.length--;
	while (text.length > 0 && (unsigned char) text.text[text.length - 1] <= ' ')
		text.length--;
	return text;
}

/*
 * The length of a scheme with its colon that is followed by "//"; 0 if there is none.
 */
static int
scheme_length(TextPiece text)
{
	int			i = 0;

	while (i < text.length && (is_letter(text.text[i]) || (i > 0 && is_of_scheme(text.text[i]))))
		i++;
	if (text.length - i >= 3 && memcmp(text.text + i, "://", 3) == 0 && i > 0)
		return i + 1;
	return 0;
}

/*
 * Whether a scheme is one whose hosts people come from.
 */
static bool
is_known_scheme(const char *scheme, int length)
{
	static const struct
	{
		const char *name;
		int			length;
	}			schemes[] = {{"https:", 6}, {"http:", 5}, {"android-app:", 12}, {"ios-app:", 8}};

	for (int i = 0; i < (int) lengthof(schemes); i++)
		if (schemes[i].length == length && (scheme[0] | 0x20) == schemes[i].name[0] && pg_strncasecmp(schemes[i].name, scheme, length) == 0)
			return true;
	return length == 0;
}

/*
 * Take a URL apart. The fragment begins at the first "#", the query at the first "?" before it.
 */
void
lead_roi_split_url(TextPiece text, Url *url)
{
	bool		known;
	int			scheme;
	int			end = 0;

	url->fragment = trim(text);
	url->query = cut_at(&url->fragment, find_or_end(url->fragment, '#'));
	url->path = cut_at(&url->query, find_or_end(url->query, '?'));

	scheme = scheme_length(url->path);
	known = is_known_scheme(url->path.text, scheme);
	url->path.text += scheme;
	url->path.length -= scheme;
	url->scheme = url->path.length >= 2 && memcmp(url->path.text, "//", 2) == 0;
	if (url->scheme)
	{
		url->path.text += 2;
		url->path.length -= 2;
	}

	while (end < url->path.length && url->path.text[end] != '/' && url->path.text[end] != '\\')
		end++;
	url->authority = (TextPiece) {url->path.text, known ? end : 0};
	url->path.text += end;
	url->path.length -= end;

	/* Without a scheme it can be a host, but not somebody's address at one. */
	if (!url->scheme && (memchr(url->authority.text, '.', url->authority.length) == NULL ||
						 memchr(url->authority.text, '@', url->authority.length) != NULL))
		url->authority.length = 0;
}

/*
 * The value of a hexadecimal digit, or -1.
 */
static inline int
hex_digit(char character)
{
	if (is_digit(character))
		return character - '0';
	if ((character | 0x20) >= 'a' && (character | 0x20) <= 'f')
		return (character | 0x20) - 'a' + 10;
	return -1;
}

/*
 * The byte that a percent code at this place stands for, or -1 if there is none.
 */
static int
coded_byte(TextPiece text, int place)
{
	int			high;
	int			low;

	if (place + 2 >= text.length || text.text[place] != '%')
		return -1;
	high = hex_digit(text.text[place + 1]);
	low = hex_digit(text.text[place + 2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/*
 * Read the character whose percent codes begin at this place; returns the number of its bytes, 0 if they
 * make no character of the server's encoding. Percent codes are those of UTF-8.
 */
static int
coded_character(TextPiece text, int place, unsigned char bytes[MAX_MULTIBYTE_CHAR_LEN])
{
	int			byte = coded_byte(text, place);
	int			length;

	if (byte < 0)
		return 0;
	bytes[0] = (unsigned char) byte;
	if (byte < 0x80)
		return 1;
	if (GetDatabaseEncoding() != PG_UTF8)
		return 0;

	length = pg_utf_mblen(bytes);
	for (int i = 1; i < length; i++)
	{
		byte = coded_byte(text, place + 3 * i);
		if (byte < 0)
			return 0;
		bytes[i] = (unsigned char) byte;
	}
	return pg_utf8_islegal(bytes, length) ? length : 0;
}

/*
 * Resolve percent codes, once, and "+" for a blank; what isn't well formed stays as it is. The result is no
 * text yet, since it may hold zero bytes; a canonical text doesn't. It takes no more room than the text that
 * was decoded; returns its length.
 */
int
lead_roi_decode(TextPiece text, char *result)
{
	unsigned char bytes[MAX_MULTIBYTE_CHAR_LEN];
	int			used = 0;

	for (int i = 0; i < text.length;)
	{
		int			length = text.text[i] == '%' ? coded_character(text, i, bytes) : 0;

		if (length == 0)
		{
			result[used++] = text.text[i] == '+' ? ' ' : text.text[i];
			i++;
			continue;
		}
		i += 3 * length;
		memcpy(result + used, bytes, length);
		used += length;
	}
	return used;
}

/*
 * Take the user in front of a host away, and the port behind it.
 */
static TextPiece
without_user_and_port(TextPiece authority)
{
	TextPiece	host = authority;
	int			digits = 0;
	const char *at;

	while (host.length > 0 && (at = memchr(host.text, '@', host.length)) != NULL)
		cut_at(&host, at);
	while (digits < host.length && is_digit(host.text[host.length - 1 - digits]))
		digits++;
	if (digits < host.length && host.text[host.length - 1 - digits] == ':')
		host.length -= digits + 1;
	return host;
}

/*
 * The lower case of a character that a host can have in the domain name system or is seen to have, and 0
 * for any other.
 */
static inline char
host_character(char character)
{
	if ((character >= 'a' && character <= 'z') || is_digit(character) || character == '.' || character == '-' || character == '_')
		return character;
	return character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : '\0';
}

/*
 * Take a text for a host if it can be one.
 */
static void
take_host(const char *text, int length, Host *host)
{
	bool		address = length > 2 && text[0] == '[' && text[length - 1] == ']';

	if (length > MAX_HOST_LENGTH)
		return;
	for (int i = 0; i < length; i++)
	{
		host->text[i] = host_character(text[i]);
		if (host->text[i] != '\0')
			continue;
		if (!address || (text[i] != ':' && i > 0 && i < length - 1))
			return;
		host->text[i] = text[i];
	}
	while (length > 0 && host->text[length - 1] == '.')
		length--;
	if (length > 4 && memcmp(host->text, "www.", 4) == 0)
	{
		length -= 4;
		memmove(host->text, host->text + 4, length);
	}
	host->length = length > 0 && host->text[0] != '.' ? length : 0;
}

/*
 * Write a host beyond ASCII as the domain name system does; a host that can't be is empty then.
 */
static void
encode_host(StringInfo host)
{
	StringInfoData canonical;

	if (GetDatabaseEncoding() != PG_UTF8)
		return;
	initStringInfo(&canonical);
	lead_roi_append_canonical(&canonical, host->data, host->len);
	resetStringInfo(host);
	if (!lead_roi_append_ascii_host(host, canonical.data, canonical.len))
		resetStringInfo(host);
	pfree(canonical.data);
}

/*
 * A host that has percent codes or characters beyond ASCII, in the form that others have.
 */
static void
read_odd_host(TextPiece text, Host *host)
{
	StringInfoData plain;
	bool		ascii = true;

	initStringInfo(&plain);
	enlargeStringInfo(&plain, text.length);
	plain.len = lead_roi_decode(text, plain.data);
	plain.data[plain.len] = '\0';
	for (int i = 0; i < plain.len; i++)
		ascii &= !IS_HIGHBIT_SET(plain.data[i]);
	if (!ascii)
		encode_host(&plain);
	take_host(plain.data, plain.len, host);
	pfree(plain.data);
}

/*
 * Read the host of an authority; its length is 0 if there is none.
 */
void
lead_roi_read_host(TextPiece authority, Host *host)
{
	TextPiece	text;
	bool		plain = true;

	host->length = 0;
	if (authority.length > MAX_AUTHORITY_LENGTH)
		return;
	text = without_user_and_port(authority);
	for (int i = 0; i < text.length; i++)
		plain &= !IS_HIGHBIT_SET(text.text[i]) && text.text[i] != '%';

	if (plain)
		take_host(text.text, text.length, host);
	else
		read_odd_host(text, host);
}

/*
 * Whether a host is another one or lies below it, by whole labels.
 */
bool
lead_roi_host_is_within(const Host *host, const Host *outer)
{
	int			below = host->length - outer->length;

	return outer->length > 0 && below >= 0 && memcmp(host->text + below, outer->text, outer->length) == 0 &&
		(below == 0 || host->text[below - 1] == '.');
}
