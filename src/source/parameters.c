/*
 * parameters.c
 *		The parameters of landing URLs, as people, programs and mailers write them.
 */
#include "postgres.h"

#include "source/canonical.h"
#include "source/parameters.h"
#include "source/url.h"

/* The longest name of a parameter that is looked at, as written */
#define MAX_KEY_LENGTH 48

/* What a parameter is: a part of the traffic source; or a click id, by its number */
#define NOT_OURS (-1)
#define FIRST_CLICK_ID TRAFFIC_PARTS

static inline char
to_lower(char character)
{
	return character >= 'A' && character <= 'Z' ? character + ('a' - 'A') : character;
}

/*
 * Whether a text begins with another one, which is in lower case, in any case.
 */
static inline bool
begins_with(const char *text, const char *end, const char *beginning)
{
	size_t		length = strlen(beginning);

	return (size_t) (end - text) >= length && (*text | 0x20) == *beginning && pg_strncasecmp(text, beginning, length) == 0;
}

/*
 * The canonical form of a text, until the next one is asked for; text NULL if it is absent.
 */
TextPiece
lead_roi_canonical_piece(Parameters *parameters, TextPiece text)
{
	StringInfo	canonical = &parameters->canonical;

	if (text.text == NULL)
		return text;
	resetStringInfo(canonical);
	lead_roi_append_canonical(canonical, text.text, text.length);
	if (canonical->len == 0 || lead_roi_is_absent(canonical->data, canonical->len))
		return (TextPiece) {NULL, 0};
	return (TextPiece) {canonical->data, canonical->len};
}

/*
 * What a parameter is by its name in lower case.
 */
static int
find_name(const char *name, int length)
{
	static const struct
	{
		const char *name;
		int			length;
	}			parts[TRAFFIC_PARTS] = {{"source", 6}, {"medium", 6}, {"campaign", 8}, {"content", 7}, {"term", 4}};
	int			click_id;

	if (length > 4 && memcmp(name, "utm_", 4) == 0)
	{
		for (int i = 0; i < TRAFFIC_PARTS; i++)
			if (length == parts[i].length + 4 && memcmp(name + 4, parts[i].name, parts[i].length) == 0)
				return i;
		return NOT_OURS;
	}
	click_id = lead_roi_find_click_id(name, length);
	return click_id < 0 ? NOT_OURS : FIRST_CLICK_ID + click_id;
}

/*
 * A name in lower case, without percent codes, blanks around it, and the brackets of an array; returns its
 * length.
 */
static int
read_odd_key(TextPiece key, char *name)
{
	int			begin = 0;
	int			end = lead_roi_decode(key, name);

	while (begin < end && name[begin] == ' ')
		begin++;
	for (int i = begin; i < end; i++)
	{
		if (name[i] == '[')
			end = i;
		else
			name[i] = to_lower(name[i]);
	}
	while (end > begin && name[end - 1] == ' ')
		end--;
	memmove(name, name + begin, end - begin);
	return end - begin;
}

/*
 * What a parameter is by its name as written.
 */
static int
find_key(TextPiece key)
{
	char		name[MAX_KEY_LENGTH];
	bool		plain = true;

	if (key.length == 0 || key.length > MAX_KEY_LENGTH)
		return NOT_OURS;
	for (int i = 0; i < key.length; i++)
	{
		name[i] = to_lower(key.text[i]);
		plain &= (name[i] >= 'a' && name[i] <= 'z') || name[i] == '_';
	}
	return find_name(name, plain ? key.length : read_odd_key(key, name));
}

/*
 * A value without percent codes; it is kept in the scratch if it had any.
 */
static TextPiece
decoded_value(Parameters *parameters, TextPiece value)
{
	TextPiece	decoded = value;

	if (memchr(value.text, '%', value.length) == NULL && memchr(value.text, '+', value.length) == NULL)
		return value;
	decoded.text = parameters->scratch;
	decoded.length = lead_roi_decode(value, parameters->scratch);
	parameters->scratch += decoded.length;
	return decoded;
}

/*
 * Note a value of a part. Of several the first counts that says something.
 */
static void
note_part(Parameters *parameters, int part, TextPiece value)
{
	if (parameters->settled[part])
		return;
	parameters->settled[part] = lead_roi_canonical_piece(parameters, parameters->parts[part]).text != NULL;
	if (parameters->settled[part])
		return;
	parameters->parts[part] = decoded_value(parameters, value);
}

/*
 * Note a click id that has a value. That of hsa_net is the name of a platform.
 */
static void
note_click_id(Parameters *parameters, int number, TextPiece value)
{
	uint64		bit = UINT64CONST(1) << number;

	if ((parameters->click_ids & bit) != 0)
		return;
	value = lead_roi_canonical_piece(parameters, decoded_value(parameters, value));
	if (value.text == NULL)
		return;
	if (lead_roi_click_id(number)->medium == MEDIUM_OF_VALUE)
	{
		parameters->network = lead_roi_find_source(value.text, value.length);
		if (parameters->network == NULL)
			return;
	}
	parameters->click_ids |= bit;
}

static void
note_parameter(Parameters *parameters, int what, TextPiece value)
{
	if (what == NOT_OURS || value.length == 0)
		return;
	if (what < FIRST_CLICK_ID)
		note_part(parameters, what, value);
	else
		note_click_id(parameters, what - FIRST_CLICK_ID, value);
}

/*
 * The end of a parameter's name: "=", or where another parameter begins.
 */
static const char *
end_of_key(const char *next, const char *end)
{
	while (next < end && *next != '=' && *next != '&' && *next != '?' && *next != '#')
		next++;
	return next;
}

/*
 * Whether a parameter of ours begins here.
 */
static bool
begins_parameter(const char *next, const char *end)
{
	const char *key_end = end_of_key(next, end - next > MAX_KEY_LENGTH ? next + MAX_KEY_LENGTH : end);

	return key_end < end && *key_end == '=' && find_key((TextPiece) {next, (int) (key_end - next)}) != NOT_OURS;
}

/*
 * The end of a value: "&", or a second "?" or "#" behind which a parameter of ours begins. That of a URL
 * in a value begins its own query.
 */
static const char *
end_of_value(const char *value, const char *end)
{
	const char *separator = memchr(value, '&', end - value);

	end = separator == NULL ? end : separator;
	if ((memchr(value, '?', end - value) == NULL && memchr(value, '#', end - value) == NULL) ||
		begins_with(value, end, "http://") || begins_with(value, end, "https://"))
		return end;
	for (const char *next = value; next < end; next++)
		if ((*next == '?' || *next == '#') && begins_parameter(next + 1, end))
			return next;
	return end;
}

/*
 * Note the parameters of a query or of a fragment. "&" may be written as in HTML, also more than once.
 */
void
lead_roi_note_parameters(Parameters *parameters, TextPiece text)
{
	const char *next = text.text;
	const char *end = next + text.length;

	while (next < end)
	{
		const char *key = next;

		next = end_of_key(next, end);
		if (next < end && *next == '=')
		{
			int			what = find_key((TextPiece) {key, (int) (next - key)});
			const char *value = next + 1;

			next = end_of_value(value, end);
			note_parameter(parameters, what, (TextPiece) {value, (int) (next - value)});
		}
		if (next < end)
			next++;
		while (begins_with(next, end, "amp;"))
			next += strlen("amp;");
	}
}
