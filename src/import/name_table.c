/*
 * name_table.c
 *		Numbers for texts, by the server's hash table.
 */
#include "postgres.h"

#include "common/hashfn.h"

#include "import/name_table.h"

/* For how many names there is room at first */
#define FIRST_ROOM 256

typedef struct NameEntry
{
	const char *name;			/* the key */
	int			number;
} NameEntry;

/*
 * The hash of a name, given by the pointer to it.
 */
static uint32
hash_name(const void *key, Size size pg_attribute_unused())
{
	const char *name = *(const char *const *) key;

	return hash_bytes((const unsigned char *) name, (int) strlen(name));
}

/*
 * Are two names different?
 */
static int
compare_names(const void *a, const void *b, Size size pg_attribute_unused())
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/*
 * Make an empty table, in the current memory context.
 */
void
lead_roi_make_name_table(NameTable *table)
{
	HASHCTL		control = {
		.keysize = sizeof(const char *),
		.entrysize = sizeof(NameEntry),
		.hash = hash_name,
		.match = compare_names,
		.hcxt = CurrentMemoryContext
	};

	table->context = CurrentMemoryContext;
	table->count = 0;
	table->names = hash_create("names in a file", FIRST_ROOM, &control, HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

/*
 * The number of a name, a new one if it wasn't there.
 */
int
lead_roi_number_of_name(NameTable *table, const char *name)
{
	bool		found;
	NameEntry  *entry = hash_search(table->names, &name, HASH_ENTER, &found);

	if (!found)
	{
		entry->name = MemoryContextStrdup(table->context, name);
		entry->number = table->count++;
	}
	return entry->number;
}
