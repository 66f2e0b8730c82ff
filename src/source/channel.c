/*
 * channel.c
 *		The channel of a traffic source: Google's default channel groups, as far as source, medium and
 *		campaign decide them.
 *
 * The rules are one table, in the order of Google's text; the first of which all conditions hold gives the
 * channel. Questions are written twice, side by side: as the regular expression that the view channel_rule
 * shows, and in C. A test compares the two.
 */
#include "postgres.h"

#include "funcapi.h"
#include "lib/stringinfo.h"
#include "port/pg_bitutils.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/tuplestore.h"

#include "kit/rows.h"
#include "source/known_source.h"
#include "source/traffic_source.h"

PG_FUNCTION_INFO_V1(lead_roi_channel);
PG_FUNCTION_INFO_V1(lead_roi_channel_rules);

/* What is asked of a part, where an absent one is an empty text: to be one of some words, or a question */
typedef struct Condition
{
	TrafficPart part;
	const char *regular_expression;	/* of the question; NULL: one of the words */
	bool		(*holds) (const char *text, int length);
	const char *const *words;	/* up to NULL */
} Condition;

/* A rule, of which all conditions must hold; they are a set of their numbers */
typedef struct ChannelRule
{
	const char *channel;
	SourceKind	kind;			/* of the source; KIND_UNKNOWN: any */
	uint32		conditions;
} ChannelRule;

/*
 * The place of a word in a text; NULL if it isn't there.
 */
static const char *
find_word(const char *text, int length, const char *word)
{
	int			word_length = strlen(word);

	for (const char *place = text; place + word_length <= text + length; place++)
	{
		if (*place == *word && memcmp(place, word, word_length) == 0)
			return place;
	}
	return NULL;
}

/*
 * Is a medium paid?
 */
static bool
is_paid(const char *text, int length)
{
	return find_word(text, length, "cp") != NULL ||
		(length == 3 && memcmp(text, "ppc", 3) == 0) ||
		(length == 11 && memcmp(text, "retargeting", 11) == 0) ||
		(length >= 4 && memcmp(text, "paid", 4) == 0);
}

/*
 * Does a campaign name a shop? "shop" counts at the beginning and behind anything but the letters a to d and
 * f to z, so in eshop, but not in workshop.
 */
static bool
names_shop(const char *text, int length)
{
	const char *place = text;

	while ((place = find_word(place, text + length - place, "shop")) != NULL)
	{
		if (place == text || place[-1] < 'a' || place[-1] > 'z' || place[-1] == 'e')
			return true;
		place++;
	}
	return find_word(text, length, "shopping") != NULL;
}

/*
 * Is a medium that of notifications on mobile phones?
 */
static bool
is_push(const char *text, int length)
{
	return find_word(text, length, "mobile") != NULL || find_word(text, length, "notification") != NULL ||
		(length >= 4 && memcmp(text + length - 4, "push", 4) == 0);
}

/*
 * Does a campaign contain "cross-network"?
 */
static bool
names_cross_network(const char *text, int length)
{
	return find_word(text, length, "cross-network") != NULL;
}

/*
 * Does a medium contain "video"?
 */
static bool
names_video(const char *text, int length)
{
	return find_word(text, length, "video") != NULL;
}

/* The numbers of the conditions */
typedef enum ConditionNumber
{
	SOURCE_DIRECT,
	SOURCE_EMAIL,
	SOURCE_SMS,
	SOURCE_FIREBASE,
	MEDIUM_ABSENT,
	MEDIUM_PAID,
	MEDIUM_DISPLAY,
	MEDIUM_AI_ASSISTANT,
	MEDIUM_SOCIAL,
	MEDIUM_VIDEO,
	MEDIUM_ORGANIC,
	MEDIUM_REFERRAL,
	MEDIUM_EMAIL,
	MEDIUM_AFFILIATE,
	MEDIUM_AUDIO,
	MEDIUM_SMS,
	MEDIUM_PUSH,
	CAMPAIGN_CROSS_NETWORK,
	CAMPAIGN_SHOP
} ConditionNumber;

#define WORDS(...) ((const char *const []) {__VA_ARGS__, NULL})
#define EMAIL_WORDS WORDS("email", "e-mail", "e_mail", "e mail")

static const Condition conditions[] = {
	[SOURCE_DIRECT] = {PART_SOURCE, NULL, NULL, WORDS("direct")},
	[SOURCE_EMAIL] = {PART_SOURCE, NULL, NULL, EMAIL_WORDS},
	[SOURCE_SMS] = {PART_SOURCE, NULL, NULL, WORDS("sms")},
	[SOURCE_FIREBASE] = {PART_SOURCE, NULL, NULL, WORDS("firebase")},
	[MEDIUM_ABSENT] = {PART_MEDIUM, NULL, NULL, WORDS("")},
	[MEDIUM_PAID] = {PART_MEDIUM, "^(.*cp.*|ppc|retargeting|paid.*)$", is_paid, NULL},
	[MEDIUM_DISPLAY] = {PART_MEDIUM, NULL, NULL, WORDS("display", "banner", "expandable", "interstitial", "cpm")},
	[MEDIUM_AI_ASSISTANT] = {PART_MEDIUM, NULL, NULL, WORDS("ai-assistant")},
	[MEDIUM_SOCIAL] = {PART_MEDIUM, NULL, NULL, WORDS("social", "social-network", "social-media", "sm", "social network", "social media")},
	[MEDIUM_VIDEO] = {PART_MEDIUM, "video", names_video, NULL},
	[MEDIUM_ORGANIC] = {PART_MEDIUM, NULL, NULL, WORDS("organic")},
	[MEDIUM_REFERRAL] = {PART_MEDIUM, NULL, NULL, WORDS("referral", "app", "link")},
	[MEDIUM_EMAIL] = {PART_MEDIUM, NULL, NULL, EMAIL_WORDS},
	[MEDIUM_AFFILIATE] = {PART_MEDIUM, NULL, NULL, WORDS("affiliate")},
	[MEDIUM_AUDIO] = {PART_MEDIUM, NULL, NULL, WORDS("audio")},
	[MEDIUM_SMS] = {PART_MEDIUM, NULL, NULL, WORDS("sms")},
	[MEDIUM_PUSH] = {PART_MEDIUM, "push$|mobile|notification", is_push, NULL},
	[CAMPAIGN_CROSS_NETWORK] = {PART_CAMPAIGN, "cross-network", names_cross_network, NULL},
	[CAMPAIGN_SHOP] = {PART_CAMPAIGN, "^(.*(([^a-df-z]|^)shop|shopping).*)$", names_shop, NULL}
};

/* The channel where no rule holds */
#define UNASSIGNED "Unassigned"

/* The day of the text that the rules follow, support.google.com/analytics/answer/9756891 */
#define PUBLISHED_ON "2026-05-13"

/* The set of one condition */
#define SET_OF(number) ((uint32) 1 << (number))

/* In Google's order; AI Assistant before what its sources belong to as well */
static const ChannelRule rules[] = {
	{"Direct", KIND_UNKNOWN, SET_OF(SOURCE_DIRECT) | SET_OF(MEDIUM_ABSENT)},
	{"Cross-network", KIND_UNKNOWN, SET_OF(CAMPAIGN_CROSS_NETWORK)},
	{"Paid Shopping", KIND_SHOPPING, SET_OF(MEDIUM_PAID)},
	{"Paid Shopping", KIND_UNKNOWN, SET_OF(MEDIUM_PAID) | SET_OF(CAMPAIGN_SHOP)},
	{"Paid Search", KIND_SEARCH, SET_OF(MEDIUM_PAID)},
	{"Paid Social", KIND_SOCIAL, SET_OF(MEDIUM_PAID)},
	{"Paid Video", KIND_VIDEO, SET_OF(MEDIUM_PAID)},
	{"Display", KIND_UNKNOWN, SET_OF(MEDIUM_DISPLAY)},
	{"Paid Other", KIND_UNKNOWN, SET_OF(MEDIUM_PAID)},
	{"AI Assistant", KIND_UNKNOWN, SET_OF(MEDIUM_AI_ASSISTANT)},
	{"Organic Shopping", KIND_SHOPPING, 0},
	{"Organic Shopping", KIND_UNKNOWN, SET_OF(CAMPAIGN_SHOP)},
	{"Organic Social", KIND_SOCIAL, 0},
	{"Organic Social", KIND_UNKNOWN, SET_OF(MEDIUM_SOCIAL)},
	{"Organic Video", KIND_VIDEO, 0},
	{"Organic Video", KIND_UNKNOWN, SET_OF(MEDIUM_VIDEO)},
	{"Organic Search", KIND_SEARCH, 0},
	{"Organic Search", KIND_UNKNOWN, SET_OF(MEDIUM_ORGANIC)},
	{"Referral", KIND_UNKNOWN, SET_OF(MEDIUM_REFERRAL)},
	{"Email", KIND_UNKNOWN, SET_OF(SOURCE_EMAIL)},
	{"Email", KIND_UNKNOWN, SET_OF(MEDIUM_EMAIL)},
	{"Affiliates", KIND_UNKNOWN, SET_OF(MEDIUM_AFFILIATE)},
	{"Audio", KIND_UNKNOWN, SET_OF(MEDIUM_AUDIO)},
	{"SMS", KIND_UNKNOWN, SET_OF(SOURCE_SMS)},
	{"SMS", KIND_UNKNOWN, SET_OF(MEDIUM_SMS)},
	{"Mobile Push Notifications", KIND_UNKNOWN, SET_OF(MEDIUM_PUSH)},
	{"Mobile Push Notifications", KIND_UNKNOWN, SET_OF(SOURCE_FIREBASE)}
};

/*
 * Is a text one of some words?
 */
static bool
is_one_of(const char *const *words, TextPiece piece)
{
	char		first = piece.length > 0 ? piece.text[0] : '\0';

	for (; *words != NULL; words++)
	{
		if (**words == first && strlen(*words) == (size_t) piece.length && memcmp(*words, piece.text, piece.length) == 0)
			return true;
	}
	return false;
}

/*
 * Does a condition hold of the parts of a traffic source?
 */
static bool
holds(const Condition *condition, const TextPiece parts[TRAFFIC_PARTS])
{
	TextPiece	part = parts[condition->part];

	return condition->words != NULL ? is_one_of(condition->words, part) : condition->holds(part.text, part.length);
}

/*
 * The kind of a name, as known_source has it; "other" and all other names are no kind that a rule asks for.
 */
static SourceKind
kind_of_name(const text *name)
{
	for (SourceKind kind = KIND_SEARCH; kind <= KIND_AI_ASSISTANT; kind++)
	{
		const char *known = lead_roi_kind_name(kind);

		if (VARSIZE_ANY_EXHDR(name) == strlen(known) && memcmp(VARDATA_ANY(name), known, strlen(known)) == 0)
			return kind;
	}
	return KIND_UNKNOWN;
}

/*
 * Do all conditions of a rule hold? What has been found of a condition is kept, since rules share them.
 */
static bool
all_hold(uint32 required, const TextPiece parts[TRAFFIC_PARTS], uint32 *held, uint32 *failed)
{
	while ((required & ~*held) != 0 && (required & *failed) == 0)
	{
		int			number = pg_rightmost_one_pos32(required & ~*held);

		if (holds(&conditions[number], parts))
			*held |= SET_OF(number);
		else
			*failed |= SET_OF(number);
	}
	return (required & *failed) == 0;
}

/*
 * The channel of a traffic source. The kind of its source, if that isn't known, is looked up when a rule asks
 * for it.
 */
static const char *
channel_of(const TrafficSource *value, bool kind_known, SourceKind kind)
{
	TextPiece	parts[TRAFFIC_PARTS];
	uint32		held = 0;
	uint32		failed = 0;

	lead_roi_split_traffic_source(value, parts);
	for (int part = 0; part < TRAFFIC_PARTS; part++)
		parts[part].text = parts[part].text != NULL ? parts[part].text : "";
	for (const ChannelRule *rule = rules; rule < rules + lengthof(rules); rule++)
	{
		if ((rule->conditions & failed) != 0 || !all_hold(rule->conditions, parts, &held, &failed))
			continue;
		if (rule->kind != KIND_UNKNOWN && !kind_known)
		{
			kind = lead_roi_kind_of_source(parts[PART_SOURCE].text, parts[PART_SOURCE].length);
			kind_known = true;
		}
		if (rule->kind == KIND_UNKNOWN || rule->kind == kind)
			return rule->channel;
	}
	return UNASSIGNED;
}

/*
 * channel(traffic_source), channel(traffic_source, source_kind): the channel; NULL without a traffic source.
 */
Datum
lead_roi_channel(PG_FUNCTION_ARGS)
{
	bool		kind_known = PG_NARGS() > 1 && !PG_ARGISNULL(1);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(channel_of(PG_GETARG_TRAFFIC_SOURCE(0), kind_known,
												kind_known ? kind_of_name(PG_GETARG_TEXT_PP(1)) : KIND_UNKNOWN)));
}

/*
 * What a rule asks of a part, as a regular expression; NULL for nothing.
 */
static const char *
regular_expression(const ChannelRule *rule, TrafficPart part)
{
	for (int number = 0; number < (int) lengthof(conditions); number++)
	{
		const Condition *condition = &conditions[number];
		StringInfoData text;

		if ((rule->conditions & SET_OF(number)) == 0 || condition->part != part)
			continue;
		if (condition->words == NULL)
			return condition->regular_expression;
		initStringInfo(&text);
		for (const char *const *word = condition->words; *word != NULL; word++)
			appendStringInfo(&text, "%s%s", word == condition->words ? "^(" : "|", *word);
		appendStringInfoString(&text, ")$");
		return text.data;
	}
	return NULL;
}

/*
 * channel_rules(OUT position, channel, source_kind, source, medium, campaign, as_published_on): the rules.
 */
Datum
lead_roi_channel_rules(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < (int) lengthof(rules); i++)
	{
		const ChannelRule *rule = &rules[i];
		Datum		values[7] = {0};
		bool		nulls[7] = {false};

		values[0] = Int32GetDatum(i + 1);
		lead_roi_set_text(&values[1], &nulls[1], rule->channel);
		lead_roi_set_text(&values[2], &nulls[2], rule->kind != KIND_UNKNOWN ? lead_roi_kind_name(rule->kind) : NULL);
		lead_roi_set_text(&values[3], &nulls[3], regular_expression(rule, PART_SOURCE));
		lead_roi_set_text(&values[4], &nulls[4], regular_expression(rule, PART_MEDIUM));
		lead_roi_set_text(&values[5], &nulls[5], regular_expression(rule, PART_CAMPAIGN));
		values[6] = DirectFunctionCall1(date_in, CStringGetDatum(PUBLISHED_ON));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
