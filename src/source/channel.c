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
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/tuplestore.h"

#include "source/known_source.h"
#include "source/traffic_source.h"

PG_FUNCTION_INFO_V1(lead_roi_channel);
PG_FUNCTION_INFO_V1(lead_roi_channel_rules);

/* What is asked of a part, where an absent one is an empty text: to be one of some words, or a question */
typedef struct Condition
{
	int			number;			/* of the condition, from 0 */
	const char *regular_expression;	/* of the question; NULL: one of the words */
	bool		(*holds) (const char *text, int length);
	const char *const *words;	/* up to NULL */
} Condition;

/* A rule, of which all conditions must hold */
typedef struct ChannelRule
{
	const char *channel;
	SourceKind	kind;			/* of the source; KIND_UNKNOWN: any */
	const Condition *source;	/* NULL: any */
	const Condition *medium;
	const Condition *campaign;
} ChannelRule;

/* A part of the traffic source, and which conditions have been looked at, since rules share them */
typedef struct AskedPart
{
	TextPiece	text;
	uint32		asked;
	uint32		held;
} AskedPart;

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

/* A condition to be one of some words */
#define ONE_OF(name, number, ...) \
static const char *const words_of_##name[] = {__VA_ARGS__, NULL}; \
static const Condition name = {number, NULL, NULL, words_of_##name};

/* A condition to contain a word */
#define CONTAINS(name, number, word) \
static bool contains_##name(const char *text, int length) { return find_word(text, length, word) != NULL; } \
static const Condition name = {number, word, contains_##name, NULL};

ONE_OF(direct, 0, "direct")
ONE_OF(absent, 1, "")
ONE_OF(display, 2, "display", "banner", "expandable", "interstitial", "cpm")
ONE_OF(social, 3, "social", "social-network", "social-media", "sm", "social network", "social media")
ONE_OF(organic, 4, "organic")
ONE_OF(referral, 5, "referral", "app", "link")
ONE_OF(email, 6, "email", "e-mail", "e_mail", "e mail")
ONE_OF(affiliate, 7, "affiliate")
ONE_OF(audio, 8, "audio")
ONE_OF(sms, 9, "sms")
ONE_OF(firebase, 10, "firebase")
ONE_OF(ai_assistant, 11, "ai-assistant")
CONTAINS(cross_network, 12, "cross-network")
CONTAINS(video, 13, "video")

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

static const Condition paid = {14, "^(.*cp.*|ppc|retargeting|paid.*)$", is_paid, NULL};

/*
 * Does a campaign name a shop? "shop" counts at the beginning and behind anything but the letters a to d and
 * f to z, so in eshop, but not in workshop.
 */
static bool
names_shop(const char *text, int length)
{
	const char *place = text;

	if (find_word(text, length, "shopping") != NULL)
		return true;
	while ((place = find_word(place, text + length - place, "shop")) != NULL)
	{
		if (place == text || place[-1] < 'a' || place[-1] > 'z' || place[-1] == 'e')
			return true;
		place++;
	}
	return false;
}

static const Condition shop = {15, "^(.*(([^a-df-z]|^)shop|shopping).*)$", names_shop, NULL};

/*
 * Is a medium that of notifications on mobile phones?
 */
static bool
is_push(const char *text, int length)
{
	return find_word(text, length, "mobile") != NULL || find_word(text, length, "notification") != NULL ||
		(length >= 4 && memcmp(text + length - 4, "push", 4) == 0);
}

static const Condition push = {16, "push$|mobile|notification", is_push, NULL};

/* The channel where no rule holds */
#define UNASSIGNED "Unassigned"

/* The day of the text that the rules follow, support.google.com/analytics/answer/9756891 */
#define PUBLISHED_ON "2026-05-13"

/* In Google's order; AI Assistant before what its sources belong to as well */
static const ChannelRule rules[] = {
	{"Direct", KIND_UNKNOWN, &direct, &absent, NULL},
	{"Cross-network", KIND_UNKNOWN, NULL, NULL, &cross_network},
	{"Paid Shopping", KIND_SHOPPING, NULL, &paid, NULL},
	{"Paid Shopping", KIND_UNKNOWN, NULL, &paid, &shop},
	{"Paid Search", KIND_SEARCH, NULL, &paid, NULL},
	{"Paid Social", KIND_SOCIAL, NULL, &paid, NULL},
	{"Paid Video", KIND_VIDEO, NULL, &paid, NULL},
	{"Display", KIND_UNKNOWN, NULL, &display, NULL},
	{"Paid Other", KIND_UNKNOWN, NULL, &paid, NULL},
	{"AI Assistant", KIND_UNKNOWN, NULL, &ai_assistant, NULL},
	{"Organic Shopping", KIND_SHOPPING, NULL, NULL, NULL},
	{"Organic Shopping", KIND_UNKNOWN, NULL, NULL, &shop},
	{"Organic Social", KIND_SOCIAL, NULL, NULL, NULL},
	{"Organic Social", KIND_UNKNOWN, NULL, &social, NULL},
	{"Organic Video", KIND_VIDEO, NULL, NULL, NULL},
	{"Organic Video", KIND_UNKNOWN, NULL, &video, NULL},
	{"Organic Search", KIND_SEARCH, NULL, NULL, NULL},
	{"Organic Search", KIND_UNKNOWN, NULL, &organic, NULL},
	{"Referral", KIND_UNKNOWN, NULL, &referral, NULL},
	{"Email", KIND_UNKNOWN, &email, NULL, NULL},
	{"Email", KIND_UNKNOWN, NULL, &email, NULL},
	{"Affiliates", KIND_UNKNOWN, NULL, &affiliate, NULL},
	{"Audio", KIND_UNKNOWN, NULL, &audio, NULL},
	{"SMS", KIND_UNKNOWN, &sms, NULL, NULL},
	{"SMS", KIND_UNKNOWN, NULL, &sms, NULL},
	{"Mobile Push Notifications", KIND_UNKNOWN, NULL, &push, NULL},
	{"Mobile Push Notifications", KIND_UNKNOWN, &firebase, NULL, NULL}
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
 * Does a condition hold?
 */
static bool
holds(const Condition *condition, AskedPart *part)
{
	uint32		bit;

	if (condition == NULL)
		return true;
	bit = 1U << condition->number;
	if ((part->asked & bit) == 0)
	{
		part->asked |= bit;
		if (condition->words != NULL ? is_one_of(condition->words, part->text) : condition->holds(part->text.text, part->text.length))
			part->held |= bit;
	}
	return (part->held & bit) != 0;
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
 * The channel of a traffic source. The kind of its source, if that isn't known, is looked up when a rule asks
 * for it.
 */
static const char *
channel_of(const TrafficSource *value, bool kind_known, SourceKind kind)
{
	TextPiece	pieces[TRAFFIC_PARTS];
	AskedPart	parts[PART_CAMPAIGN + 1] = {0};

	lead_roi_split_traffic_source(value, pieces);
	for (TrafficPart part = PART_SOURCE; part <= PART_CAMPAIGN; part++)
	{
		parts[part].text.text = pieces[part].text != NULL ? pieces[part].text : "";
		parts[part].text.length = pieces[part].length;
	}

	for (int i = 0; i < (int) lengthof(rules); i++)
	{
		const ChannelRule *rule = &rules[i];

		if (!holds(rule->source, &parts[PART_SOURCE]) || !holds(rule->medium, &parts[PART_MEDIUM]) ||
			!holds(rule->campaign, &parts[PART_CAMPAIGN]))
			continue;
		if (rule->kind != KIND_UNKNOWN && !kind_known)
		{
			kind = lead_roi_kind_of_source(parts[PART_SOURCE].text.text, parts[PART_SOURCE].text.length);
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
 * What a condition asks, as a regular expression; NULL for none.
 */
static const char *
regular_expression(const Condition *condition)
{
	StringInfoData text;

	if (condition == NULL || condition->words == NULL)
		return condition == NULL ? NULL : condition->regular_expression;
	initStringInfo(&text);
	for (const char *const *word = condition->words; *word != NULL; word++)
		appendStringInfo(&text, "%s%s", word == condition->words ? "^(" : "|", *word);
	appendStringInfoString(&text, ")$");
	return text.data;
}

/*
 * Set a column to a text, NULL for none.
 */
static void
set_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	if (text != NULL)
		values[column] = CStringGetTextDatum(text);
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
		set_text(values, nulls, 1, rule->channel);
		set_text(values, nulls, 2, rule->kind != KIND_UNKNOWN ? lead_roi_kind_name(rule->kind) : NULL);
		set_text(values, nulls, 3, regular_expression(rule->source));
		set_text(values, nulls, 4, regular_expression(rule->medium));
		set_text(values, nulls, 5, regular_expression(rule->campaign));
		values[6] = DirectFunctionCall1(date_in, CStringGetDatum(PUBLISHED_ON));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
