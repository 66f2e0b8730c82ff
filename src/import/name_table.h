/*
 * name_table.h
 *		In:		texts, many of them the same.
 *		Out:	a number for each, the same for the same text.
 *		Promise: two texts never have one number, whatever somebody makes of their hashes.
 */
#ifndef LEAD_ROI_NAME_TABLE_H
#define LEAD_ROI_NAME_TABLE_H

#include "postgres.h"

#include "utils/hsearch.h"

typedef struct NameTable
{
	HTAB	   *names;
	int			count;
	MemoryContext context;
} NameTable;

extern void lead_roi_make_name_table(NameTable *table);
extern int	lead_roi_number_of_name(NameTable *table, const char *name);

#endif							/* LEAD_ROI_NAME_TABLE_H */
