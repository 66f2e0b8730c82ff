/*
 * databases.c
 *		The databases that the setting lead_roi.databases lists: their names, and which can be served.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_database.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/relcache.h"
#include "utils/varlena.h"

#include "worker/worker.h"

/* A connection limit of this marks a database that a DROP DATABASE left half removed */
#define INVALID_DATABASE_LIMIT (-2)

/*
 * Split a list of database names, which is scribbled on; false if it is malformed.
 */
bool
lead_roi_split_databases(char *setting, List **names)
{
	return SplitGUCList(setting, ',', names);
}

/*
 * The names in the setting; NIL if it is empty or malformed.
 */
List *
lead_roi_listed_databases(void)
{
	List	   *names;

	return lead_roi_split_databases(pstrdup(lead_roi_databases ? lead_roi_databases : ""), &names) ? names : NIL;
}

/*
 * Look a database up. Returns why it can't be served, or NULL and its oid.
 */
const char *
lead_roi_look_up_database(const char *name, Oid *oid)
{
	Relation	relation = table_open(DatabaseRelationId, AccessShareLock);
	const char *problem = NULL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;

	*oid = InvalidOid;
	ScanKeyInit(&key, Anum_pg_database_datname, BTEqualStrategyNumber, F_NAMEEQ,
				CStringGetDatum(name));
	scan = systable_beginscan(relation, DatabaseNameIndexId, criticalSharedRelcachesBuilt, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (!HeapTupleIsValid(tuple))
		problem = "it does not exist";
	else
	{
		Form_pg_database form = (Form_pg_database) GETSTRUCT(tuple);

		if (form->datistemplate)
			problem = "it is a template";
		else if (!form->datallowconn)
			problem = "it does not allow connections";
		else if (form->datconnlimit == INVALID_DATABASE_LIMIT)
			problem = "a DROP DATABASE of it was interrupted";
		else
			*oid = form->oid;
	}
	systable_endscan(scan);
	table_close(relation, AccessShareLock);
	return problem;
}
