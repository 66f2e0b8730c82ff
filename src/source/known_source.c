/*
 * known_source.c
 *		The sources that are known by their hosts and names: our own, and those of known_hosts.h.
 *
 * A host is looked up in one pass from its last character to its first: at the beginning of each label,
 * what was passed by then is looked up by its hash.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "kit/rows.h"
#include "source/canonical.h"
#include "source/known_hosts.h"
#include "source/known_source.h"
#include "source/own_sources.h"

PG_FUNCTION_INFO_V1(lead_roi_source_kind);
PG_FUNCTION_INFO_V1(lead_roi_known_sources);

#define OWN_SOURCES ((int) lengthof(own_sources))
#define SOURCES (OWN_SOURCES + (int) lengthof(known_hosts))

/* Slots of a hash table: a power of two, more than twice as many as can be taken */
#define SLOTS 4096

#define HASH_OF_NOTHING 2166136261u

/* A key of a hash table; those of hosts are followed by a path in the pattern */
typedef struct Key
{
	const KnownSource *source;
	const char *text;
	uint16		length;
	uint16		path_length;
	bool		below;			/* for the hosts below alone */
} Key;

/* A hash table with open addressing; slots hold the number of a key plus 1 */
typedef struct KeyTable
{
	Key			keys[SOURCES * 2];
	uint16		slots[SLOTS];
	int			used;
} KeyTable;

StaticAssertDecl(SLOTS > SOURCES * 2 * 3 / 2, "the table of known sources is too full");

static KeyTable hosts;
static KeyTable words;			/* names, and patterns that are no hosts */

/* The end of a host as one is looked up: as it stands, or with {} for the country */
typedef struct HostEnd
{
	uint32		hash;
	int			literal_end;	/* where {} begins, or the host's length */
	bool		exists;
} HostEnd;

/* The best match of a host so far */
typedef struct HostMatch
{
	const KnownSource *source;
	int			rank;
	int			path_length;
} HostMatch;

/*
 * Take one more character into a hash, going to the left.
 */
static inline uint32
hash_step(uint32 hash, char character)
{
	return (hash ^ (unsigned char) character) * 16777619u;
}

static uint32
hash_of(const char *text, int length)
{
	uint32		hash = HASH_OF_NOTHING;

	while (length > 0)
		hash = hash_step(hash, text[--length]);
	return hash;
}

static inline uint32
first_slot(uint32 hash)
{
	return (hash ^ (hash >> 15)) % SLOTS;
}

static inline uint32
next_slot(uint32 slot)
{
	return (slot + 1) % SLOTS;
}

/*
 * Add a key; among equal ones the first that was added is found first.
 */
static void
add_key(KeyTable *table, Key key)
{
	uint32		slot = first_slot(hash_of(key.text, key.length));

	while (table->slots[slot] != 0)
		slot = next_slot(slot);
	table->keys[table->used] = key;
	table->slots[slot] = ++table->used;
}

/*
 * Whether a pattern is a host: words as people tag links with have no dot.
 */
static bool
is_host(const KnownSource *source)
{
	return strchr(source->pattern, '.') != NULL;
}

/*
 * Add the host of a pattern.
 */
static void
add_host(const KnownSource *source)
{
	bool		below = strncmp(source->pattern, "*.", 2) == 0;
	const char *host = source->pattern + (below ? 2 : 0);
	int			length = (int) strcspn(host, "/");

	add_key(&hosts, (Key) {source, host, length, (int) strlen(host + length), below});
}

static const KnownSource *
source_of_number(int number)
{
	return number < OWN_SOURCES ? &own_sources[number] : &known_hosts[number - OWN_SOURCES];
}

/*
 * Fill the tables at first use. Our own sources come first, and words before names.
 */
static void
fill_tables(void)
{
	for (int i = 0; i < SOURCES; i++)
	{
		const KnownSource *source = source_of_number(i);

		if (is_host(source))
			add_host(source);
		else
			add_key(&words, (Key) {source, source->pattern, (int) strlen(source->pattern), 0, false});
	}
	for (int i = 0; i < SOURCES; i++)
	{
		const KnownSource *source = source_of_number(i);

		if (source->name != NULL)
			add_key(&words, (Key) {source, source->name, (int) strlen(source->name), 0, false});
	}
}

/*
 * Whether a host ends here with a country: two letters, perhaps below one of the names that countries
 * give to their second level.
 */
static bool
is_country(const char *end, int length)
{
	static const char *const second_levels[] = {"com", "co", "org", "net", "edu", "it"};

	if (length == 2)
		return end[0] >= 'a' && end[0] <= 'z' && end[1] >= 'a' && end[1] <= 'z';
	for (int i = 0; i < (int) lengthof(second_levels); i++)
	{
		int			level_length = (int) strlen(second_levels[i]);

		if (length == level_length + 3 && memcmp(end, second_levels[i], level_length) == 0)
			return end[level_length] == '.' && is_country(end + level_length + 1, 2);
	}
	return false;
}

/*
 * Whether a path begins with that of a pattern, up to the end of a segment.
 */
static bool
path_matches(const char *path, int path_length, const Key *key)
{
	return key->path_length == 0 ||
		(path_length >= key->path_length && memcmp(path, key->text + key->length, key->path_length) == 0 &&
		 (path_length == key->path_length || path[key->path_length] == '/'));
}

/*
 * Whether a pattern is the part of a host that begins here.
 */
static bool
host_matches(const char *host, const HostEnd *end, int host_length, int begin, const Key *key)
{
	int			literal = end->literal_end - begin;
	int			country = end->literal_end < host_length ? 2 : 0;

	return key->length == literal + country && memcmp(key->text, host + begin, literal) == 0 &&
		memcmp(key->text + literal, "{}", country) == 0 && !(key->below && begin == 0);
}

/*
 * Look up the part of a host that begins here, and keep what matches better than what was found before:
 * the longer host, of one host that for hosts below it, then the longer path.
 */
static void
look_up(const char *host, int host_length, const char *path, int path_length, int begin, const HostEnd *end,
		HostMatch *match)
{
	for (uint32 slot = first_slot(end->hash); hosts.slots[slot] != 0; slot = next_slot(slot))
	{
		const Key  *key = &hosts.keys[hosts.slots[slot] - 1];
		int			rank = 2 * (host_length - begin) + (key->below ? 1 : 0);

		if ((rank > match->rank || (rank == match->rank && key->path_length > match->path_length)) &&
			host_matches(host, end, host_length, begin, key) && path_matches(path, path_length, key))
			*match = (HostMatch) {key->source, rank, key->path_length};
	}
}

/*
 * Find the pattern of a host, which is in lower case, and of a path, which begins with "/" or is empty.
 */
const KnownSource *
lead_roi_find_host(const char *host, int host_length, const char *path, int path_length)
{
	HostEnd		ends[3] = {{HASH_OF_NOTHING, 0, true}};
	int			labels = 0;
	HostMatch	match = {NULL, -1, -1};

	if (hosts.used == 0)
		fill_tables();
	if (host_length > 4 && memcmp(host, "www.", 4) == 0)
	{
		host += 4;
		host_length -= 4;
	}
	ends[0].literal_end = host_length;

	for (int begin = host_length - 1; begin >= 0; begin--)
	{
		for (int i = 0; i < (int) lengthof(ends); i++)
			if (ends[i].exists)
				ends[i].hash = hash_step(ends[i].hash, host[begin]);
		if (begin > 0 && host[begin - 1] != '.')
			continue;

		for (int i = 0; labels > 0 && i < (int) lengthof(ends); i++)
			if (ends[i].exists && ends[i].literal_end > begin)
				look_up(host, host_length, path, path_length, begin, &ends[i], &match);
		labels++;
		if (labels < (int) lengthof(ends) && is_country(host + begin, host_length - begin))
			ends[labels] = (HostEnd) {hash_of("{}", 2), begin, true};
	}
	return match.source != NULL && match.source->kind != KIND_UNKNOWN ? match.source : NULL;
}

/*
 * Find what a source is, which is canonical: a word, a name or a host, perhaps with a path.
 */
const KnownSource *
lead_roi_find_source(const char *source, int length)
{
	const char *path = memchr(source, '/', length);
	int			host_length = path == NULL ? length : (int) (path - source);

	if (hosts.used == 0)
		fill_tables();
	for (uint32 slot = first_slot(hash_of(source, length)); words.slots[slot] != 0; slot = next_slot(slot))
	{
		const Key  *key = &words.keys[words.slots[slot] - 1];

		if (key->length == length && memcmp(key->text, source, length) == 0)
			return key->source->kind != KIND_UNKNOWN ? key->source : NULL;
	}
	return lead_roi_find_host(source, host_length, source + host_length, length - host_length);
}

/*
 * The kind of a source, which is canonical.
 */
SourceKind
lead_roi_kind_of_source(const char *source, int length)
{
	const KnownSource *known = lead_roi_find_source(source, length);

	return known == NULL ? KIND_UNKNOWN : known->kind;
}

/*
 * A kind in words; NULL for what isn't known.
 */
const char *
lead_roi_kind_name(SourceKind kind)
{
	static const char *const names[] = {
		[KIND_SEARCH] = "search",
		[KIND_SOCIAL] = "social",
		[KIND_VIDEO] = "video",
		[KIND_SHOPPING] = "shopping",
		[KIND_EMAIL] = "email",
		[KIND_AI_ASSISTANT] = "ai assistant",
		[KIND_IGNORED] = "ignore"
	};

	return names[kind];
}

/*
 * source_kind(source): of what kind a source is, NULL for one that isn't known.
 */
Datum
lead_roi_source_kind(PG_FUNCTION_ARGS)
{
	text	   *source = PG_GETARG_TEXT_PP(0);
	StringInfoData canonical;
	const char *kind;

	initStringInfo(&canonical);
	lead_roi_append_canonical(&canonical, VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source));
	kind = lead_roi_kind_name(lead_roi_kind_of_source(canonical.data, canonical.len));
	if (kind == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(kind));
}

/*
 * Whether a source of known_hosts.h gives way to one of our own with the same pattern.
 */
static bool
is_replaced(int number)
{
	for (int i = 0; number >= OWN_SOURCES && i < OWN_SOURCES; i++)
		if (strcmp(own_sources[i].pattern, source_of_number(number)->pattern) == 0)
			return true;
	return false;
}

/*
 * known_sources(): the patterns, with names and kinds.
 */
Datum
lead_roi_known_sources(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int number = 0; number < SOURCES; number++)
	{
		const KnownSource *source = source_of_number(number);
		Datum		values[3] = {0};
		bool		nulls[3];

		if (is_replaced(number))
			continue;
		lead_roi_set_text(&values[0], &nulls[0], source->pattern);
		lead_roi_set_text(&values[1], &nulls[1], source->name);
		lead_roi_set_text(&values[2], &nulls[2], lead_roi_kind_name(source->kind));
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
