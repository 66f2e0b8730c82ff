/*
 * row_keys.c
 *		Keys of rows. Rows of figures (expenses, visits) have a series and a period, records have an id.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "import/judgement.h"
#include "import/row_keys.h"
#include "source/canonical.h"
#include "source/record_key.h"

/* Separates a record's key from the number of a part of it, see plans.sql */
#define PART_SEPARATOR '#'

/*
 * Append an id without blanks and without the brackets that programs put around numbers for spreadsheets.
 */
static void
append_id(StringInfo key, const char *id)
{
	for (; *id != '\0'; id++)
	{
		if (strchr(" []", *id) == NULL)
			appendStringInfoChar(key, *id == PART_SEPARATOR ? '~' : *id);
	}
}

/*
 * Append an id of an account: 123-456-7890 is 1234567890.
 */
static void
append_account(StringInfo key, const char *account)
{
	int			start = key->len;
	char	   *to;

	lead_roi_append_canonical(key, account, (int) strlen(account));
	to = key->data + start;
	for (const char *from = to; *from != '\0'; from++)
	{
		if (strchr(" -[]", *from) == NULL)
			*to++ = *from;
	}
	*to = '\0';
	key->len = (int) (to - key->data);
}

/*
 * The key of a record: the ledger's own as it is, others behind the name of their system.
 */
static char *
record_key(const RowNames *names)
{
	StringInfoData key;

	if (names->system == NULL)
		return pstrdup(names->record_id);
	initStringInfo(&key);
	appendStringInfoString(&key, names->system);
	appendStringInfoChar(&key, ':');
	append_id(&key, TextDatumGetCString(DirectFunctionCall1(lead_roi_record_key, CStringGetTextDatum(names->record_id))));
	return key.data;
}

/*
 * Append what the figures of a row are about: the campaign by its id, else by names.
 */
static void
append_subject(StringInfo key, const RowNames *names)
{
	const char *subjects[] = {names->lead_source, names->title, names->parts[PART_SOURCE], names->parts[PART_MEDIUM], names->parts[PART_CAMPAIGN]};
	bool		is_platform = names->system != NULL && strcmp(names->kind, "expense") == 0;

	if (names->campaign_id[0] != '\0')
	{
		append_id(key, names->campaign_id);
		return;
	}
	for (int i = is_platform ? 4 : 0; i < (int) lengthof(subjects); i++)
	{
		lead_roi_append_canonical(key, subjects[i], (int) strlen(subjects[i]));
		if (!is_platform)
			appendStringInfoChar(key, '/');
	}
}

/*
 * The keys of a row of figures.
 */
static void
make_period_key(const RowNames *names, RowKeys *keys)
{
	StringInfoData key;

	initStringInfo(&key);
	appendStringInfoString(&key, names->system == NULL ? "plain" : names->system);
	appendStringInfoChar(&key, ':');
	append_account(&key, names->account);
	appendStringInfoChar(&key, ':');
	keys->scope = pnstrdup(key.data, key.len);
	append_subject(&key, names);
	keys->series = pnstrdup(key.data, key.len);
	if (DATE_NOT_FINITE(names->from))
		return;
	appendStringInfoChar(&key, ':');
	appendStringInfoString(&key, lead_roi_iso_date(names->from));
	if (names->through != names->from)
	{
		appendStringInfoString(&key, "..");
		appendStringInfoString(&key, lead_roi_iso_date(names->through));
	}
	keys->external_id = key.data;
}

/*
 * The traffic source of a row; too long parts are cut.
 */
static TrafficSource *
make_traffic_source(const RowNames *names)
{
	TextPiece	parts[TRAFFIC_PARTS];
	TrafficSource *value;

	for (TrafficPart part = PART_SOURCE; part < TRAFFIC_PARTS; part++)
	{
		parts[part].length = (int) strlen(names->parts[part]);
		parts[part].text = parts[part].length == 0 ? NULL : names->parts[part];
	}
	value = lead_roi_make_traffic_source(parts, LONG_PART_CUT, NULL);
	return VARSIZE_ANY_EXHDR(value) == 0 ? NULL : value;
}

/*
 * All keys of a row.
 */
void
lead_roi_make_row_keys(const RowNames *names, RowKeys *keys)
{
	memset(keys, 0, sizeof(*keys));
	if (names->record_id[0] != '\0')
		keys->external_id = record_key(names);
	else if (strcmp(names->kind, "expense") == 0 || strcmp(names->kind, "visit") == 0)
		make_period_key(names, keys);
	keys->traffic_source = make_traffic_source(names);
}
