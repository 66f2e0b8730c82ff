/*
 * name_table.c
 *		The first line of each text, by the server's simple hash table, which keeps its entries side by side.
 */
#include "postgres.h"

#include "common/hashfn.h"

#include "import/name_table.h"

typedef struct NameEntry
{
	const char *name;			/* the key */
	int64		line;
	uint32		hash;
	char		status;
} NameEntry;

#define SH_PREFIX name
#define SH_ELEMENT_TYPE NameEntry
#define SH_KEY_TYPE const char *
#define SH_KEY name
#define SH_HASH_KEY(table, key) hash_bytes((const unsigned char *) (key), (int) strlen(key))
#define SH_EQUAL(table, a, b) (strcmp(a, b) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
/* The server's header has unused parameters of its own. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "lib/simplehash.h"
#pragma GCC diagnostic pop

/*
 * Make an empty table for about as many texts as are expected, in the current memory context.
 */
void
lead_roi_make_name_table(NameTable *table, int64 expected)
{
	table->context = CurrentMemoryContext;
	table->names = name_create(CurrentMemoryContext, (uint32) expected, NULL);
}

/*
 * The first line that has a text: this one, if none had it before.
 */
int64
lead_roi_first_line_of_name(NameTable *table, const char *name, int64 line)
{
	bool		found;
	NameEntry  *entry = name_insert(table->names, name, &found);

	if (!found)
	{
		entry->name = MemoryContextStrdup(table->context, name);
		entry->line = line;
	}
	return entry->line;
}
