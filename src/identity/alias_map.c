/*
 * alias_map.c
 *		All aliases of a ledger as one value, in which the lead source of a traffic source is found at once.
 *
 * That is a hash join with up to five conditions, of which the most specific that holds is wanted: a query
 * makes the map once, and asks it for each lead. The map is a bytea, so that parallel workers get it like
 * any other value:
 *
 *		MapHeader
 *		int32 slots[number of slots]	place of the first pattern of a chain, 0: none
 *		for each pattern
 *			MapPattern, its bytes, and for each alias of it, in order of its first day, a MapAlias
 *
 * Nothing in it is aligned. It may have come from anywhere, so whatever is read from it is checked to lie
 * within it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/array.h"
#include "utils/date.h"

#include "source/traffic_source.h"

PG_FUNCTION_INFO_V1(lead_roi_alias_map);
PG_FUNCTION_INFO_V1(lead_roi_find_alias);

/* What a map begins with */
#define MAP_MAGIC 0x6c616d31

typedef struct MapHeader
{
	uint32		magic;
	uint32		slots;			/* a power of 2 */
	uint32		parts;			/* bit n: there are patterns of n parts */
} MapHeader;

/* A pattern, followed by its bytes and its aliases */
typedef struct MapPattern
{
	uint32		hash;
	int32		next;			/* place of the next pattern of the chain, 0: none */
	int32		length;			/* of its bytes */
	int32		aliases;
} MapPattern;

/* What a pattern means from a day on */
typedef struct MapAlias
{
	DateADT		valid_from;
	int32		ends;			/* not 0: it means nothing */
	int64		lead_source_id;
} MapAlias;

/* A row of the table of aliases */
typedef struct AliasRow
{
	const TrafficSource *pattern;
	MapAlias	alias;
} AliasRow;

/*
 * Order of rows: by pattern, then by their first day.
 */
static int
compare_rows(const void *a, const void *b)
{
	const AliasRow *left = a;
	const AliasRow *right = b;
	int			left_length = VARSIZE_ANY_EXHDR(left->pattern);
	int			right_length = VARSIZE_ANY_EXHDR(right->pattern);
	int			order = memcmp(VARDATA_ANY(left->pattern), VARDATA_ANY(right->pattern), Min(left_length, right_length));

	if (order != 0)
		return order;
	if (left_length != right_length)
		return left_length < right_length ? -1 : 1;
	if (left->alias.valid_from != right->alias.valid_from)
		return left->alias.valid_from < right->alias.valid_from ? -1 : 1;
	return 0;
}

/*
 * Do two rows have the same pattern?
 */
static bool
same_pattern(const AliasRow *a, const AliasRow *b)
{
	int			length = VARSIZE_ANY_EXHDR(a->pattern);

	return VARSIZE_ANY_EXHDR(b->pattern) == (Size) length && memcmp(VARDATA_ANY(a->pattern), VARDATA_ANY(b->pattern), length) == 0;
}

/*
 * The number of parts of a pattern, counted to its last one.
 */
static int
number_of_parts(const TrafficSource *pattern)
{
	int			lengths[TRAFFIC_PARTS + 1];
	int			parts = TRAFFIC_PARTS;

	lead_roi_traffic_source_lengths(pattern, lengths);
	while (lengths[parts] < 0)
		parts--;
	return parts;
}

/*
 * The rows of the table of aliases, from arrays of its columns, sorted. Rows without a pattern or a day are
 * left out; there are none in a table.
 */
static AliasRow *
read_rows(FunctionCallInfo fcinfo, int *number)
{
	Datum	   *values[3];
	bool	   *nulls[3];
	int			lengths[3];
	AliasRow   *rows;

	for (int column = 0; column < 3; column++)
	{
		ArrayType  *array = PG_GETARG_ARRAYTYPE_P(column);
		Oid			element = ARR_ELEMTYPE(array);

		deconstruct_array(array, element, column == 0 ? -1 : column == 1 ? (int) sizeof(DateADT) : (int) sizeof(int64),
						  column == 1 || (column == 2 && FLOAT8PASSBYVAL), column == 2 ? TYPALIGN_DOUBLE : TYPALIGN_INT,
						  &values[column], &nulls[column], &lengths[column]);
	}
	if (lengths[0] != lengths[1] || lengths[0] != lengths[2])
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("arrays must have the same number of elements"),
				 errhint("Pass array_agg() of the columns pattern, valid_from and lead_source_id of a table of aliases.")));

	rows = palloc(Max(lengths[0], 1) * sizeof(AliasRow));
	*number = 0;
	for (int i = 0; i < lengths[0]; i++)
	{
		if (nulls[0][i] || nulls[1][i])
			continue;
		rows[*number].pattern = (TrafficSource *) PG_DETOAST_DATUM_PACKED(values[0][i]);
		rows[*number].alias.valid_from = DatumGetDateADT(values[1][i]);
		rows[*number].alias.ends = nulls[2][i];
		rows[*number].alias.lead_source_id = nulls[2][i] ? 0 : DatumGetInt64(values[2][i]);
		(*number)++;
	}
	qsort(rows, *number, sizeof(AliasRow), compare_rows);
	return rows;
}

/*
 * Append a pattern with its aliases, "number" rows, and put it at the head of its chain.
 */
static void
append_pattern(StringInfo map, const AliasRow *rows, int number)
{
	MapHeader	header;
	MapPattern	pattern;
	int32		place = map->len;
	Size		slot;

	memcpy(&header, map->data + VARHDRSZ, sizeof(header));
	pattern.length = VARSIZE_ANY_EXHDR(rows->pattern);
	pattern.hash = hash_bytes((const unsigned char *) VARDATA_ANY(rows->pattern), pattern.length);
	pattern.aliases = number;
	slot = VARHDRSZ + sizeof(MapHeader) + (pattern.hash & (header.slots - 1)) * sizeof(int32);
	memcpy(&pattern.next, map->data + slot, sizeof(int32));
	memcpy(map->data + slot, &place, sizeof(int32));
	header.parts |= 1U << number_of_parts(rows->pattern);
	memcpy(map->data + VARHDRSZ, &header, sizeof(header));

	appendBinaryStringInfo(map, (const char *) &pattern, sizeof(pattern));
	appendBinaryStringInfo(map, VARDATA_ANY(rows->pattern), pattern.length);
	for (int i = 0; i < number; i++)
		appendBinaryStringInfo(map, (const char *) &rows[i].alias, sizeof(MapAlias));
}

/*
 * alias_map(patterns, valid_from, lead_source_ids): the aliases of a ledger as one value.
 */
Datum
lead_roi_alias_map(PG_FUNCTION_ARGS)
{
	MapHeader	header = {MAP_MAGIC, 16, 0};
	StringInfoData map;
	int			number;
	AliasRow   *rows = read_rows(fcinfo, &number);
	int			first = 0;

	header.slots = pg_nextpower2_32(Max(2 * number, 16));
	initStringInfo(&map);
	enlargeStringInfo(&map, VARHDRSZ + sizeof(header) + header.slots * sizeof(int32));
	map.len = VARHDRSZ;
	appendBinaryStringInfo(&map, (const char *) &header, sizeof(header));
	memset(map.data + map.len, 0, header.slots * sizeof(int32));
	map.len += header.slots * sizeof(int32);

	for (int i = 1; i <= number; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i == number || !same_pattern(&rows[first], &rows[i]))
		{
			append_pattern(&map, &rows[first], i - first);
			first = i;
		}
	}
	SET_VARSIZE(map.data, map.len);
	PG_RETURN_BYTEA_P((bytea *) map.data);
}

/*
 * Refuse what isn't a map.
 */
static void
refuse_map(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid map of aliases"),
			 errhint("Pass what alias_map() returns.")));
}

/*
 * Read from a map, given as its bytes.
 */
static void
read_map(const char *map, int length, int64 place, void *target, Size size)
{
	if (place < 0 || place > length - (int64) size)
		refuse_map();
	memcpy(target, map + place, size);
}

/*
 * What a pattern means on a day: the last of its aliases that begins by then. False if it means nothing.
 */
static bool
find_by_day(const char *map, int length, int64 place, int number, DateADT day, int64 *lead_source_id)
{
	for (int i = number - 1; i >= 0; i--)
	{
		MapAlias	alias;

		read_map(map, length, place + i * (int64) sizeof(MapAlias), &alias, sizeof(alias));
		if (alias.valid_from <= day)
		{
			*lead_source_id = alias.lead_source_id;
			return !alias.ends;
		}
	}
	return false;
}

/*
 * What the pattern with these bytes means on a day; false if there is none, or it means nothing.
 */
static bool
find_pattern(const char *map, int length, const MapHeader *header, const char *bytes, int bytes_length,
			 DateADT day, int64 *lead_source_id)
{
	uint32		hash = hash_bytes((const unsigned char *) bytes, bytes_length);
	int32		place;
	MapPattern	pattern;

	read_map(map, length, sizeof(MapHeader) + (hash & (header->slots - 1)) * (int64) sizeof(int32), &place, sizeof(place));
	for (; place != 0; place = pattern.next)
	{
		int64		begin = place - VARHDRSZ;	/* places count from the beginning of the value */

		read_map(map, length, begin, &pattern, sizeof(pattern));
		begin += sizeof(pattern);
		if (pattern.next >= place || pattern.length < 0 || pattern.aliases < 0 || begin + pattern.length > length)
			refuse_map();
		if (pattern.hash == hash && pattern.length == bytes_length && memcmp(map + begin, bytes, bytes_length) == 0)
			return find_by_day(map, length, begin + pattern.length, pattern.aliases, day, lead_source_id);
	}
	return false;
}

/*
 * find_alias(map, traffic_source, on_date): the lead source that a traffic source means; NULL if none.
 */
Datum
lead_roi_find_alias(PG_FUNCTION_ARGS)
{
	bytea	   *map = PG_GETARG_BYTEA_PP(0);
	TrafficSource *value = PG_GETARG_TRAFFIC_SOURCE(1);
	MapHeader	header;
	int			lengths[TRAFFIC_PARTS + 1];
	int64		lead_source_id;

	read_map(VARDATA_ANY(map), VARSIZE_ANY_EXHDR(map), 0, &header, sizeof(header));
	if (header.magic != MAP_MAGIC || header.slots == 0 || (header.slots & (header.slots - 1)) != 0)
		refuse_map();

	lead_roi_traffic_source_lengths(value, lengths);
	for (int parts = TRAFFIC_PARTS; parts >= 0; parts--)
	{
		if (lengths[parts] >= 0 && (header.parts & (1U << parts)) != 0 &&
			find_pattern(VARDATA_ANY(map), VARSIZE_ANY_EXHDR(map), &header, VARDATA_ANY(value), lengths[parts],
						 PG_GETARG_DATEADT(2), &lead_source_id))
			PG_RETURN_INT64(lead_source_id);
	}
	PG_RETURN_NULL();
}
