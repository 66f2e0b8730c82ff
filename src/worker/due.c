/*
 * due.c
 *		Is nothing due in a ledger? Most checks end with that answer, so it is read straight from the index
 *		of next bill dates, without a query that would have to be parsed and planned for each ledger.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/nbtree.h"
#include "access/relation.h"
#include "access/skey.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "worker/worker.h"

/*
 * Does an index have all rows in which a date column isn't NULL?
 */
static bool
holds_all_dates(Relation index, AttrNumber column)
{
	NullTest   *has_date = makeNode(NullTest);

	has_date->arg = (Expr *) makeVar(1, column, DATEOID, -1, InvalidOid, 0);
	has_date->nulltesttype = IS_NOT_NULL;
	has_date->location = -1;
	return predicate_implied_by(RelationGetIndexPredicate(index), list_make1(has_date), false);
}

/*
 * The column next_bill_on of a table, by which this index finds all of its rows that can be due; else
 * InvalidAttrNumber, as when the owner has an index of his own by that name, or tables that inherit.
 */
static AttrNumber
indexed_bill_date(Relation table, Relation index)
{
	AttrNumber	column;

	if (table->rd_rel->relkind != RELKIND_RELATION || table->rd_rel->relam != HEAP_TABLE_AM_OID ||
		table->rd_rel->relhassubclass ||
		index->rd_rel->relkind != RELKIND_INDEX || index->rd_rel->relam != BTREE_AM_OID ||
		index->rd_index->indrelid != RelationGetRelid(table) ||
		!index->rd_index->indisvalid || index->rd_index->indcheckxmin ||
		index_getprocid(index, 1, BTORDER_PROC) != F_DATE_CMP)
		return InvalidAttrNumber;

	column = index->rd_index->indkey.values[0];
	if (column > 0 && strcmp(NameStr(TupleDescAttr(RelationGetDescr(table), column - 1)->attname), "next_bill_on") == 0 &&
		holds_all_dates(index, column))
		return column;
	return InvalidAttrNumber;
}

/*
 * Has a table no row with a date up to this one in an indexed column?
 */
static bool
has_no_date_up_to(Relation table, Oid index, AttrNumber column, DateADT last)
{
	ScanKeyData key;
	SysScanDesc scan;
	bool		found;

	ScanKeyInit(&key, column, BTLessEqualStrategyNumber, F_DATE_LE, DateADTGetDatum(last));
	scan = systable_beginscan(table, index, true, GetActiveSnapshot(), 1, &key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	return !found;
}

/*
 * Open a relation of a ledger; NULL if it isn't there.
 */
static Relation
open_relation(const Ledger *ledger, const char *name)
{
	Oid			relation = get_relname_relid(name, ledger->schema);

	return OidIsValid(relation) ? try_relation_open(relation, AccessShareLock) : NULL;
}

/*
 * Does the index of next bill dates show that nothing is due? False also if that index can't tell. The
 * caller acts as the owner of the ledger.
 */
bool
lead_roi_index_shows_nothing_due(const Ledger *ledger, DateADT today)
{
	Relation	table = open_relation(ledger, "recurring_expense");
	Relation	index = table == NULL ? NULL : open_relation(ledger, "recurring_expense_next_bill_on_idx");
	AttrNumber	column = index == NULL ? InvalidAttrNumber : indexed_bill_date(table, index);
	bool		nothing = column != InvalidAttrNumber && has_no_date_up_to(table, RelationGetRelid(index), column, today);

	if (index != NULL)
		relation_close(index, AccessShareLock);
	if (table != NULL)
		relation_close(table, AccessShareLock);
	return nothing;
}
