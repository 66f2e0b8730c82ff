/*
 * click_id.c
 *		The click ids that are known, the most telling first.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/tuplestore.h"

#include "kit/rows.h"
#include "source/click_id.h"

PG_FUNCTION_INFO_V1(lead_roi_click_ids);

/* An id that is made at each click on an ad */
#define AD(name, source, medium, ...) \
	{name, source, medium, true, YIELDS_TO_NOBODY, false, false, {__VA_ARGS__}}

/* A parameter of a service that sends mail for others, so that it names no source */
#define MAIL(name) \
	{name, NULL, "email", false, YIELDS_TO_NOBODY, false, false, {NULL}}

static const ClickId click_ids[] = {
	AD("gclid", "google", "cpc", "youtube", "gmail"),
	AD("gbraid", "google", "cpc", "youtube", "gmail"),
	AD("wbraid", "google", "cpc", "youtube", "gmail"),
	AD("dclid", "google", "display", "youtube", "dv360", "doubleclick"),
	AD("msclkid", "bing", "cpc", "yahoo", "duckduckgo", "ecosia", "microsoft"),
	AD("ttclid", "tiktok", "paid-social", NULL),
	AD("li_fat_id", "linkedin", "paid-social", NULL),
	AD("twclid", "twitter", "paid-social", NULL),
	{"epik", "pinterest", "paid-social", true, YIELDS_TO_ANY, false, false, {NULL}},
	AD("sccid", "snapchat", "paid-social", NULL),
	AD("rdt_cid", "reddit", "paid-social", NULL),
	AD("qclid", "quora", "cpc", NULL),
	{"yclid", "yandex", "cpc", true, YIELDS_TO_NOBODY, false, true, {"yahoo"}},
	AD("tblci", "taboola", "cpc", NULL),
	AD("dicbo", "outbrain", "cpc", NULL),
	AD("ob_click_id", "outbrain", "cpc", NULL),
	AD("obclid", "outbrain", "cpc", NULL),
	{"hsa_net", NULL, MEDIUM_OF_VALUE, true, YIELDS_TO_NOBODY, false, false, {NULL}},
	AD("irclickid", "impact", "affiliate", NULL),
	AD("irclid", "impact", "affiliate", NULL),
	AD("awc", "awin", "affiliate", NULL),
	AD("cjevent", "cj", "affiliate", NULL),
	AD("ransiteid", "rakuten", "affiliate", NULL),
	{"gad_source", "google", "cpc", true, YIELDS_TO_OTHERS, true, false, {"youtube", "gmail"}},
	{"gad_campaignid", "google", "cpc", true, YIELDS_TO_OTHERS, true, false, {"youtube", "gmail"}},
	{"fbclid", "facebook", "social", false, YIELDS_TO_OTHERS, false, true, {"instagram", "messenger", "threads", "whatsapp"}},
	{"igshid", "instagram", "social", false, YIELDS_TO_OTHERS, false, false, {NULL}},
	{"igsh", "instagram", "social", false, YIELDS_TO_OTHERS, false, false, {NULL}},
	{"_kx", "klaviyo", "email", false, YIELDS_TO_NOBODY, false, false, {NULL}},
	MAIL("mc_cid"),
	MAIL("mc_eid"),
	MAIL("_hsenc"),
	MAIL("_hsmi"),
	MAIL("mkt_tok"),
	MAIL("vero_id"),
	{"srsltid", "google", "organic", false, YIELDS_TO_OTHERS, false, false, {NULL}},
};

#define CLICK_IDS ((int) lengthof(click_ids))

StaticAssertDecl(lengthof(click_ids) <= 64, "the click ids of a URL are a set of 64 bits");

#define LONGEST_NAME 16

/* The first letters that click ids of a length have, as bits: most parameters are none. */
static uint32 first_letters[LONGEST_NAME + 1];

#define LETTER_BIT(letter) ((uint32) 1 << ((letter) & 31))

static void
note_first_letters(void)
{
	for (int i = 0; i < CLICK_IDS; i++)
	{
		const char *name = click_ids[i].name;

		first_letters[strlen(name)] |= LETTER_BIT(name[0]);
	}
}

/*
 * The number of a click id by its name in lower case, or -1.
 */
int
lead_roi_find_click_id(const char *name, int length)
{
	if (first_letters[5] == 0)
		note_first_letters();
	if (length < 1 || length > LONGEST_NAME || (first_letters[length] & LETTER_BIT(name[0])) == 0)
		return -1;
	for (int i = 0; i < CLICK_IDS; i++)
		if (click_ids[i].name[0] == name[0] && strncmp(click_ids[i].name, name, length) == 0 && click_ids[i].name[length] == '\0')
			return i;
	return -1;
}

/*
 * A click id by its number, from 0; NULL beyond the last.
 */
const ClickId *
lead_roi_click_id(int number)
{
	return number < CLICK_IDS ? &click_ids[number] : NULL;
}

/*
 * Whether a click id can be of a source: that it names, or that its platform also places links on.
 */
bool
lead_roi_click_id_is_of(const ClickId *click_id, const char *source, int length)
{
	const char *name = click_id->source;

	for (int i = 0; name != NULL; name = i < (int) lengthof(click_id->platforms) ? click_id->platforms[i++] : NULL)
		if (strncmp(name, source, length) == 0 && name[length] == '\0')
			return true;
	return false;
}

/*
 * click_ids(): the click ids in their order.
 */
Datum
lead_roi_click_ids(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int number = 0; number < CLICK_IDS; number++)
	{
		const ClickId *click_id = &click_ids[number];
		Datum		values[6] = {0};
		bool		nulls[6] = {false};

		lead_roi_set_text(&values[0], &nulls[0], click_id->name);
		lead_roi_set_text(&values[1], &nulls[1], click_id->source);
		lead_roi_set_text(&values[2], &nulls[2], click_id->medium);
		values[3] = BoolGetDatum(click_id->paid);
		values[4] = BoolGetDatum(click_id->yields_to != YIELDS_TO_NOBODY);
		values[5] = Int32GetDatum(number + 1);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
