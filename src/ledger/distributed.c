/*
 * distributed.c
 *		Ledgers on Citus: which tables it has taken over, on which node this is, and who may distribute a
 *		ledger. What is done is SQL, in distributing.sql.
 *
 * Nothing of Citus is linked or required: what it knows of tables and nodes is read from its catalogue, if
 * that is there.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "ledger/ledger.h"

PG_FUNCTION_INFO_V1(lead_roi_distribution_method);
PG_FUNCTION_INFO_V1(lead_roi_distribute_ledger);

/* How Citus marks a table that all nodes have a copy of, in pg_dist_partition.repmodel */
#define REFERENCE_TABLE 't'

/* The node that others are added to, in pg_dist_local_group.groupid */
#define COORDINATOR_GROUP 0

/*
 * A table of the catalogue of Citus; InvalidOid where Citus isn't.
 */
static Oid
citus_table(const char *name)
{
	return get_relname_relid(name, PG_CATALOG_NAMESPACE);
}

/*
 * A column of the first row of a table of the catalogue of Citus, of that row which speaks of a relation unless
 * that is InvalidOid. False where there is none.
 */
static bool
read_citus_column(const char *table, Oid of_relation, const char *column, Datum *value)
{
	Oid			oid = citus_table(table);
	AttrNumber	number = OidIsValid(oid) ? get_attnum(oid, column) : InvalidAttrNumber;
	Relation	opened;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	bool		isnull = true;

	if (number == InvalidAttrNumber)
		return false;
	opened = table_open(oid, AccessShareLock);
	ScanKeyInit(&key, 1, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(of_relation));
	scan = systable_beginscan(opened, InvalidOid, false, NULL, OidIsValid(of_relation) ? 1 : 0, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		*value = heap_getattr(tuple, number, RelationGetDescr(opened), &isnull);	/* passed by value */
	systable_endscan(scan);
	table_close(opened, AccessShareLock);
	return !isnull;
}

/*
 * Has Citus taken this table over, so that its rows are in shards and none in itself?
 */
bool
lead_roi_is_distributed(Oid table)
{
	Datum		ignored;

	return OidIsValid(table) && read_citus_column("pg_dist_partition", table, "repmodel", &ignored);
}

/*
 * Is this another node of Citus than the coordinator?
 */
bool
lead_roi_is_worker_node(void)
{
	Datum		group;

	return read_citus_column("pg_dist_local_group", InvalidOid, "groupid", &group) && DatumGetInt32(group) != COORDINATOR_GROUP;
}

/*
 * Refuse to change a ledger from another node than the coordinator, where keys and locks are others.
 */
void
lead_roi_refuse_worker_node(const char *ledger)
{
	if (lead_roi_is_worker_node())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("ledger \"%s\" cannot be changed by a function on a worker node of Citus", ledger),
				 errhint("Call the function on the coordinator: SELECT nodename, nodeport FROM pg_dist_node WHERE groupid = 0 says which that is.")));
}

/*
 * Is this the copy that a worker node of Citus has of a table of all nodes? Whatever changes it changes the
 * coordinator's copy in the same transaction, where triggers decide and note.
 */
bool
lead_roi_is_workers_copy(Relation relation)
{
	char	   *name = pstrdup(RelationGetRelationName(relation));
	char	   *shard = strrchr(name, '_');
	Oid			table;
	Datum		model;

	if (shard == NULL || !lead_roi_is_worker_node())
		return false;
	*shard = '\0';				/* expense_102008 is a shard of expense */
	table = get_relname_relid(name, RelationGetNamespace(relation));
	return OidIsValid(table) && read_citus_column("pg_dist_partition", table, "repmodel", &model) &&
		DatumGetChar(model) == REFERENCE_TABLE;
}

/*
 * distribution_method(regclass): how Citus has distributed a table, "h" by the hash of a column; NULL if it has not.
 */
Datum
lead_roi_distribution_method(PG_FUNCTION_ARGS)
{
	Datum		method;

	if (!read_citus_column("pg_dist_partition", PG_GETARG_OID(0), "partmethod", &method))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len((char[]) {DatumGetChar(method)}, 1));
}

/*
 * distribute_ledger(ledger): have Citus take the tables of a ledger over.
 */
Datum
lead_roi_distribute_ledger(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID};
	Datum		values[lengthof(types)];
	Ledger		ledger;
	ActingRole	before;

	lead_roi_require_ledger_of_owner(fcinfo, &ledger);
	lead_roi_require_version(&ledger);
	values[0] = CStringGetTextDatum(quote_identifier(ledger.name));

	lead_roi_act_as_owner(ledger.schema, &before);
	SPI_connect();
	(void) SPI_execute_with_args("SELECT lead_roi_internal.distribute($1)", lengthof(types), types, values, NULL, false, 0);
	SPI_finish();
	lead_roi_act_again_as(&before);
	PG_RETURN_VOID();
}
