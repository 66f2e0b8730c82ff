/*
 * name_table.h
 *		In:		texts, many of them the same, each with the line on which it stands.
 *		Out:	for each the first line that has it.
 *		Promise: two texts are never taken for one, whatever somebody makes of their hashes.
 */
#ifndef LEAD_ROI_NAME_TABLE_H
#define LEAD_ROI_NAME_TABLE_H

#include "postgres.h"

struct name_hash;

typedef struct NameTable
{
	struct name_hash *names;
	MemoryContext context;
} NameTable;

extern void lead_roi_make_name_table(NameTable *table, int64 expected);
extern int64 lead_roi_first_line_of_name(NameTable *table, const char *name, int64 line);

#endif							/* LEAD_ROI_NAME_TABLE_H */
