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
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/tidbitmap.h"
#include "optimizer/optimizer.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
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
 * The table of recurring expenses of a ledger, unless it is another kind of relation, has tables that
 * inherit from it or is distributed, so that no index of its own has the rows; then InvalidOid.
 */
static Oid
plain_table(const Ledger *ledger)
{
	HeapTuple	tuple = SearchSysCache2(RELNAMENSP, CStringGetDatum("recurring_expense"), ObjectIdGetDatum(ledger->schema));
	Oid			table = InvalidOid;
	Form_pg_class form;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	form = (Form_pg_class) GETSTRUCT(tuple);
	if (form->relkind == RELKIND_RELATION && form->relam == HEAP_TABLE_AM_OID && !form->relhassubclass)
		table = form->oid;
	ReleaseSysCache(tuple);
	return lead_roi_is_distributed(table) ? InvalidOid : table;
}

/*
 * Does this index find all rows of the table that can be due? The owner may have one of his own by that name.
 */
static bool
finds_all_due(Relation index, Oid table)
{
	AttrNumber	column;

	if (index->rd_rel->relkind != RELKIND_INDEX || index->rd_rel->relam != BTREE_AM_OID ||
		index->rd_index->indrelid != table ||
		!index->rd_index->indisvalid || index->rd_index->indcheckxmin ||
		index_getprocid(index, 1, BTORDER_PROC) != F_DATE_CMP)
		return false;
	column = index->rd_index->indkey.values[0];
	return column > 0 && column == get_attnum(table, "next_bill_on") && holds_all_dates(index, column);
}

/*
 * Open the index of next bill dates; NULL if it isn't there or can't tell what is due.
 */
static Relation
open_index(const Ledger *ledger, Oid table)
{
	Oid			relation = get_relname_relid("recurring_expense_next_bill_on_idx", ledger->schema);
	Relation	index = OidIsValid(relation) ? try_relation_open(relation, AccessShareLock) : NULL;

	if (index != NULL && !finds_all_due(index, table))
	{
		relation_close(index, AccessShareLock);
		index = NULL;
	}
	return index;
}

/*
 * Does the index show by itself that no row has a date up to this one? False also if it has entries of rows
 * that are there no more.
 */
static bool
has_no_entry_up_to(const Ledger *ledger, Oid table, DateADT last)
{
	Relation	index = open_index(ledger, table);
	TIDBitmap  *entries;
	ScanKeyData key;
	IndexScanDesc scan;
	bool		found;

	if (index == NULL)
		return false;
	entries = tbm_create(work_mem * (Size) 1024, NULL);
	ScanKeyInit(&key, 1, BTLessEqualStrategyNumber, F_DATE_LE, DateADTGetDatum(last));
#if PG_VERSION_NUM >= 180000
	scan = index_beginscan_bitmap(index, GetActiveSnapshot(), NULL, 1);
#else
	scan = index_beginscan_bitmap(index, GetActiveSnapshot(), 1);
#endif
	index_rescan(scan, &key, 1, NULL, 0);
	found = index_getbitmap(scan, entries) > 0;
	index_endscan(scan);
	tbm_free(entries);
	relation_close(index, AccessShareLock);
	return !found;
}

/*
 * Do the index and the table show that no row has a date up to this one? The table is locked first, as
 * whoever drops or rewrites it locks it first, too.
 */
static bool
has_no_row_up_to(const Ledger *ledger, Oid table, DateADT last)
{
	Relation	opened = try_relation_open(table, AccessShareLock);
	Relation	index = opened == NULL ? NULL : open_index(ledger, table);
	bool		nothing = false;
	ScanKeyData key;
	SysScanDesc scan;

	if (index != NULL)
	{
		ScanKeyInit(&key, index->rd_index->indkey.values[0], BTLessEqualStrategyNumber, F_DATE_LE, DateADTGetDatum(last));
		scan = systable_beginscan(opened, RelationGetRelid(index), true, GetActiveSnapshot(), 1, &key);
		nothing = !HeapTupleIsValid(systable_getnext(scan));
		systable_endscan(scan);
		relation_close(index, AccessShareLock);
	}
	if (opened != NULL)
		relation_close(opened, AccessShareLock);
	return nothing;
}

/*
 * Does the index of next bill dates show that nothing is due? False also if that index can't tell. The
 * caller acts as the owner of the ledger. The index is asked alone first: it is the table that is dear to open.
 */
bool
lead_roi_index_shows_nothing_due(const Ledger *ledger, DateADT today)
{
	Oid			table = plain_table(ledger);

	return OidIsValid(table) && (has_no_entry_up_to(ledger, table, today) || has_no_row_up_to(ledger, table, today));
}
