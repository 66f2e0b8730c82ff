/*
 * landing_url.c
 *		What a lead arrived with, by the URL that it landed on and the one that it came from: what the link
 *		was tagged with, else the click id that a platform added, else the referrer.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "source/parameters.h"
#include "source/url.h"

PG_FUNCTION_INFO_V1(lead_roi_traffic_source_from_url);

/* Room for decoded values that needs no palloc */
#define SCRATCH_LENGTH 1024

/* Another site, which a lead came from */
typedef struct Referrer
{
	Host		host;
	const KnownSource *known;	/* NULL: any other site */
	bool		exists;
} Referrer;

static inline TextPiece
piece_of(const char *text)
{
	return (TextPiece) {text, (int) strlen(text)};
}

static inline TextPiece
piece_of_text(text *text)
{
	return (TextPiece) {VARDATA_ANY(text), (int) VARSIZE_ANY_EXHDR(text)};
}

/*
 * Whether a host is one of the user's own, which may be written as URLs; such as lie below them are, too.
 */
static bool
is_own_host(const Host *host, ArrayType *own_hosts)
{
	ArrayIterator iterator = array_create_iterator(own_hosts, 0, NULL);
	Datum		element;
	bool		missing;
	bool		found = false;

	while (!found && array_iterate(iterator, &element, &missing))
	{
		Host		own;
		TextPiece	entry;
		Url			url;

		if (missing)
			continue;
		entry = piece_of_text(DatumGetTextPP(element));
		lead_roi_split_url(entry, &url);
		lead_roi_read_host(url.scheme ? url.authority : entry, &own);
		found = lead_roi_host_is_within(host, &own);
	}
	array_free_iterator(iterator);
	return found;
}

/*
 * Whether a host is the machine itself, as when somebody develops a site.
 */
static bool
is_this_machine(const Host *host)
{
	static const Host names[] = {{9, "localhost"}, {9, "127.0.0.1"}, {5, "[::1]"}};

	for (int i = 0; i < (int) lengthof(names); i++)
		if (lead_roi_host_is_within(host, &names[i]))
			return true;
	return false;
}

/*
 * Read the referrer: which other site it is, if any.
 */
static void
read_referrer(TextPiece text, const Url *landing, ArrayType *own_hosts, Referrer *referrer)
{
	Url			url;
	Host		landed;

	referrer->exists = false;
	referrer->known = NULL;
	lead_roi_split_url(text, &url);
	lead_roi_read_host(url.authority, &referrer->host);
	if (referrer->host.length == 0)
		return;
	lead_roi_read_host(landing->authority, &landed);
	if (is_this_machine(&referrer->host) ||
		(referrer->host.length == landed.length && memcmp(referrer->host.text, landed.text, landed.length) == 0) ||
		(own_hosts != NULL && is_own_host(&referrer->host, own_hosts)))
		return;
	referrer->known = lead_roi_find_host(referrer->host.text, referrer->host.length, url.path.text, url.path.length);
	referrer->exists = referrer->known == NULL || referrer->known->kind != KIND_IGNORED;
}

/*
 * What a referrer is called.
 */
static TextPiece
referrer_name(const Referrer *referrer)
{
	return referrer->known != NULL ? piece_of(referrer->known->name) : (TextPiece) {referrer->host.text, referrer->host.length};
}

/*
 * The medium of a link on a known site.
 */
static const char *
medium_of_kind(SourceKind kind)
{
	switch (kind)
	{
		case KIND_SEARCH:
			return "organic";
		case KIND_SOCIAL:
			return "social";
		case KIND_EMAIL:
			return "email";
		case KIND_AI_ASSISTANT:
			return "ai-assistant";
		default:
			return "referral";
	}
}

/*
 * Whether a click id says something of a source that is given, which is canonical. A mail service's says
 * so of every source that isn't known as something else.
 */
static bool
fits_source(const ClickId *click_id, TextPiece source, const KnownSource *known)
{
	if (click_id->only_alone)
		return false;
	if (click_id->source == NULL)
		return known == NULL || known->kind == KIND_EMAIL;
	if (known != NULL)
		source = piece_of(known->name);
	return lead_roi_click_id_is_of(click_id, source.text, source.length);
}

/*
 * Whether a click id says more than the referrer does.
 */
static bool
fits_referrer(const ClickId *click_id, const Referrer *referrer)
{
	TextPiece	name;

	if (click_id->yields_to == YIELDS_TO_NOBODY || !referrer->exists)
		return true;
	name = referrer_name(referrer);
	return click_id->yields_to == YIELDS_TO_OTHERS && lead_roi_click_id_is_of(click_id, name.text, name.length);
}

/*
 * A click id of the landing URL, by its number; false if it isn't there. What hsa_net says is in its value.
 */
static bool
get_click_id(const Parameters *parameters, int number, ClickId *click_id)
{
	if ((parameters->click_ids >> number & 1) == 0)
		return false;
	*click_id = *lead_roi_click_id(number);
	if (click_id->medium == MEDIUM_OF_VALUE)
	{
		click_id->source = parameters->network->name;
		click_id->medium = parameters->network->kind == KIND_SOCIAL ? "paid-social" : "cpc";
	}
	return true;
}

/*
 * Take the medium of a source that is given from the first click id that is of that source.
 */
static void
fill_medium(Parameters *parameters, TextPiece source)
{
	const KnownSource *known = lead_roi_find_source(source.text, source.length);
	ClickId		click_id;

	for (int i = 0; parameters->click_ids >> i != 0; i++)
		if (get_click_id(parameters, i, &click_id) && fits_source(&click_id, source, known))
		{
			parameters->parts[PART_MEDIUM] = piece_of(click_id.medium);
			return;
		}
	/* Assistants tag the links that they give, and send no referrer. */
	if (known != NULL && known->kind == KIND_AI_ASSISTANT)
		parameters->parts[PART_MEDIUM] = piece_of(medium_of_kind(known->kind));
}

/*
 * Set the source, and the medium unless the link has one.
 */
static void
set_source(Parameters *parameters, TextPiece source, const char *medium)
{
	parameters->parts[PART_SOURCE] = source;
	if (parameters->parts[PART_MEDIUM].text == NULL)
		parameters->parts[PART_MEDIUM] = piece_of(medium);
}

/*
 * Take the source from the first click id that the referrer doesn't speak against; false if there is none.
 * A mail service's names no source: then it is the reader's mailbox, if that is the referrer.
 */
static bool
take_click_id(Parameters *parameters, const Referrer *referrer)
{
	TextPiece	name = referrer->exists ? referrer_name(referrer) : piece_of("");
	ClickId		click_id;

	for (int i = 0; parameters->click_ids >> i != 0; i++)
	{
		if (!get_click_id(parameters, i, &click_id) || !fits_referrer(&click_id, referrer))
			continue;
		if (click_id.source == NULL)
			set_source(parameters, referrer->known != NULL && referrer->known->kind == KIND_EMAIL ? name : (TextPiece) {NULL, 0},
					   click_id.medium);
		else if (click_id.by_referrer && lead_roi_click_id_is_of(&click_id, name.text, name.length))
			set_source(parameters, name, click_id.medium);
		else
			set_source(parameters, piece_of(click_id.source), click_id.medium);
		return true;
	}
	return false;
}

/*
 * Find the source of a link that isn't tagged with one. What is tagged otherwise isn't direct.
 */
static void
find_source(Parameters *parameters, const Referrer *referrer)
{
	bool		tagged = false;

	parameters->parts[PART_SOURCE] = (TextPiece) {NULL, 0};
	if (take_click_id(parameters, referrer))
		return;
	if (referrer->exists)
	{
		set_source(parameters, referrer_name(referrer), medium_of_kind(referrer->known != NULL ? referrer->known->kind : KIND_UNKNOWN));
		return;
	}
	for (int i = 0; i < TRAFFIC_PARTS; i++)
		tagged |= lead_roi_canonical_piece(parameters, parameters->parts[i]).text != NULL;
	if (!tagged)
		parameters->parts[PART_SOURCE] = piece_of("direct");
}

/*
 * Find the traffic source of a visit. The query says more than the fragment.
 */
static TrafficSource *
traffic_source_of(TextPiece landing_url, TextPiece referrer_url, ArrayType *own_hosts)
{
	char		scratch[SCRATCH_LENGTH];
	Parameters	parameters = {0};
	Url			landing;
	TextPiece	source;

	initStringInfo(&parameters.canonical);
	parameters.scratch = landing_url.length <= SCRATCH_LENGTH ? scratch : palloc(landing_url.length);
	lead_roi_split_url(landing_url, &landing);
	lead_roi_note_parameters(&parameters, landing.query);
	lead_roi_note_parameters(&parameters, landing.fragment);

	if (lead_roi_canonical_piece(&parameters, parameters.parts[PART_MEDIUM]).text == NULL)
		parameters.parts[PART_MEDIUM] = (TextPiece) {NULL, 0};
	source = lead_roi_canonical_piece(&parameters, parameters.parts[PART_SOURCE]);
	if (source.text == NULL)
	{
		Referrer	referrer;

		read_referrer(referrer_url, &landing, own_hosts, &referrer);
		find_source(&parameters, &referrer);
		return lead_roi_make_traffic_source(parameters.parts, LONG_PART_CUT, NULL);
	}
	if (parameters.parts[PART_MEDIUM].text == NULL)
		fill_medium(&parameters, source);
	return lead_roi_make_traffic_source(parameters.parts, LONG_PART_CUT, NULL);
}

/*
 * traffic_source_from_url(landing_url, referrer, own_hosts): what a lead arrived with; NULL if neither URL
 * is there.
 */
Datum
lead_roi_traffic_source_from_url(PG_FUNCTION_ARGS)
{
	TextPiece	landing_url = PG_ARGISNULL(0) ? piece_of("") : piece_of_text(PG_GETARG_TEXT_PP(0));
	TextPiece	referrer = PG_ARGISNULL(1) ? piece_of("") : piece_of_text(PG_GETARG_TEXT_PP(1));

	if (PG_ARGISNULL(0) && PG_ARGISNULL(1))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(traffic_source_of(landing_url, referrer, PG_ARGISNULL(2) ? NULL : PG_GETARG_ARRAYTYPE_P(2)));
}
