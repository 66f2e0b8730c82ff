/*
 * record_key.c
 *		Keys of records in other systems. Salesforce shows the key of a record with 15 characters, in which
 *		case counts, or with 18, of which the last three tell the case of the others.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "source/record_key.h"

PG_FUNCTION_INFO_V1(lead_roi_record_key);
PG_FUNCTION_INFO_V1(lead_roi_key_system);

#define SHORT_LENGTH 15
#define LONG_LENGTH 18
#define GROUP_LENGTH 5			/* characters whose case one check character tells */

/*
 * The check character of five characters: which of them are upper case, as a number of five bits, the first one
 * the lowest. (Salesforce, "What are the differences between 15 and 18-character record IDs?")
 */
static char
check_character(const char *group)
{
	int			upper_case = 0;

	for (int i = 0; i < GROUP_LENGTH; i++)
	{
		if (group[i] >= 'A' && group[i] <= 'Z')
			upper_case |= 1 << i;
	}
	return "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[upper_case];
}

/*
 * Whether a text is a key of 18 characters: letters and digits, the last three of which fit the others.
 */
static bool
is_long_key(const char *key, int length)
{
	if (length != LONG_LENGTH)
		return false;
	for (int i = 0; i < SHORT_LENGTH; i++)
	{
		if (strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", pg_ascii_toupper((unsigned char) key[i])) == NULL || key[i] == '\0')
			return false;
	}
	for (int group = 0; group < SHORT_LENGTH / GROUP_LENGTH; group++)
	{
		if (pg_ascii_toupper((unsigned char) key[SHORT_LENGTH + group]) != check_character(key + group * GROUP_LENGTH))
			return false;
	}
	return true;
}

/*
 * record_key(external_id): the form of a key in which it is compared: one of 18 characters without the last three.
 */
Datum
lead_roi_record_key(PG_FUNCTION_ARGS)
{
	text	   *key = PG_GETARG_TEXT_PP(0);

	if (!is_long_key(VARDATA_ANY(key), (int) VARSIZE_ANY_EXHDR(key)))
		PG_RETURN_TEXT_P(key);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(VARDATA_ANY(key), SHORT_LENGTH));
}

/*
 * key_system(external_id): what stands before the first colon of a key, as import_file() puts there whose key it is;
 * empty for a key without one, and for NULL.
 */
Datum
lead_roi_key_system(PG_FUNCTION_ARGS)
{
	text	   *key;
	const char *colon;

	if (PG_ARGISNULL(0))
		PG_RETURN_TEXT_P(cstring_to_text_with_len("", 0));
	key = PG_GETARG_TEXT_PP(0);
	colon = memchr(VARDATA_ANY(key), ':', VARSIZE_ANY_EXHDR(key));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(VARDATA_ANY(key), colon == NULL ? 0 : (int) (colon - VARDATA_ANY(key))));
}
