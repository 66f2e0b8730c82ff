/*
 * name_table.c
 *		Numbers for texts, by a hash table with open addressing.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "utils/memutils.h"

#include "import/name_table.h"

#define FIRST_ROOM 256

/*
 * Make an empty table, in the current memory context.
 */
void
lead_roi_make_name_table(NameTable *table)
{
	table->context = CurrentMemoryContext;
	table->count = 0;
	table->room = FIRST_ROOM;
	table->names = palloc(sizeof(char *) * table->room);
	table->hashes = palloc(sizeof(uint32) * table->room);
	table->slots_count = table->room * 2;
	table->slots = palloc0(sizeof(int) * table->slots_count);
}

/*
 * The slot of a name, or the free one that it belongs into.
 */
static int
find_slot(const NameTable *table, const char *name, uint32 hash)
{
	int			slot = (int) (hash & (uint32) (table->slots_count - 1));

	while (table->slots[slot] != 0)
	{
		int			number = table->slots[slot] - 1;

		if (name != NULL && table->hashes[number] == hash && strcmp(table->names[number], name) == 0)
			break;
		slot = (slot + 1) & (table->slots_count - 1);
	}
	return slot;
}

/*
 * Make room for twice as many names.
 */
static void
grow(NameTable *table)
{
	table->room *= 2;
	table->names = repalloc_huge(table->names, sizeof(char *) * table->room);
	table->hashes = repalloc_huge(table->hashes, sizeof(uint32) * table->room);
	pfree(table->slots);
	table->slots_count = table->room * 2;
	table->slots = MemoryContextAllocHuge(table->context, sizeof(int) * table->slots_count);
	memset(table->slots, 0, sizeof(int) * table->slots_count);
	for (int i = 0; i < table->count; i++)
		table->slots[find_slot(table, NULL, table->hashes[i])] = i + 1;
}

/*
 * The number of a name, a new one if it wasn't there.
 */
int
lead_roi_number_of_name(NameTable *table, const char *name)
{
	uint32		hash = hash_bytes((const unsigned char *) name, (int) strlen(name));
	int			slot = find_slot(table, name, hash);

	if (table->slots[slot] != 0)
		return table->slots[slot] - 1;
	if (table->count == table->room)
	{
		grow(table);
		slot = find_slot(table, NULL, hash);
	}
	table->names[table->count] = MemoryContextStrdup(table->context, name);
	table->hashes[table->count] = hash;
	table->slots[slot] = ++table->count;
	return table->count - 1;
}
