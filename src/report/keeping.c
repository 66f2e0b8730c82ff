/*
 * keeping.c
 *		Summaries of a ledger are switched on and off, folded and made anew, as the owner of the ledger. What
 *		is done is SQL, in keeping.sql.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "kit/arguments.h"
#include "ledger/ledger.h"
#include "report/keeping.h"

PG_FUNCTION_INFO_V1(lead_roi_keep_summaries);
PG_FUNCTION_INFO_V1(lead_roi_fold_summaries);
PG_FUNCTION_INFO_V1(lead_roi_rebuild_summaries);

/*
 * The schema whose cells a fold is writing, or InvalidOid. Set by what folds alone, and never beyond its end.
 */
static Oid	folding_schema = InvalidOid;

/*
 * Is what is written into the kept summaries of a schema the work of a fold?
 */
bool
lead_roi_is_folding(Oid schema)
{
	return OidIsValid(folding_schema) && folding_schema == schema;
}

/*
 * The ledger of the first argument, or the current one.
 */
static void
require_ledger(FunctionCallInfo fcinfo, Ledger *ledger)
{
	lead_roi_require_ledger_of_owner(fcinfo, ledger);
	lead_roi_require_version(ledger);
}

/*
 * Run an internal function of a ledger with a flag as its second argument, as the owner of the ledger; returns
 * what it returns, if that is a bigint.
 */
static int64
run_as_owner(const Ledger *ledger, const char *statement, bool flag)
{
	Oid			types[] = {TEXTOID, BOOLOID};
	Datum		values[] = {CStringGetTextDatum(quote_identifier(ledger->name)), BoolGetDatum(flag)};
	ActingRole	before;
	int64		result = 0;
	bool		isnull;

	lead_roi_act_as_owner(ledger->schema, &before);
	SPI_connect();
	if (SPI_execute_with_args(statement, lengthof(types), types, values, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "statement could not be run: %s", statement);
	if (SPI_gettypeid(SPI_tuptable->tupdesc, 1) == INT8OID)
		result = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	SPI_finish();
	lead_roi_act_again_as(&before);
	return result;
}

/*
 * keep_summaries(ledger, on): switch the kept summaries of a ledger on or off.
 */
Datum
lead_roi_keep_summaries(PG_FUNCTION_ARGS)
{
	Ledger		ledger;

	require_ledger(fcinfo, &ledger);
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"on\" must not be NULL"),
				 errhint("Pass true to keep summaries, or false.")));
	(void) run_as_owner(&ledger, "SELECT lead_roi_internal.switch_keeping($1, $2)", PG_GETARG_BOOL(1));
	PG_RETURN_VOID();
}

/*
 * Refuse to fold in the middle of a statement: one that has changed a table has not logged it yet.
 */
static void
refuse_in_statement(const Ledger *ledger)
{
	static const char *const tables[] = {"expense", "visit", "lead", "payment", "lead_source_alias", "exchange_rate"};

	for (int i = 0; i < (int) lengthof(tables); i++)
	{
		Oid			oid = get_relname_relid(tables[i], ledger->schema);
		Relation	table = OidIsValid(oid) ? try_relation_open(oid, AccessShareLock) : NULL;

		if (table != NULL && table->rd_refcnt > 1)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_IN_USE),
					 errmsg("summaries can't be folded while a statement of this session works on table \"%s\"", tables[i]),
					 errhint("Fold in a statement of its own.")));
		if (table != NULL)
			relation_close(table, NoLock);
	}
}

/*
 * Fold the logs of a ledger into its cells; or, with rebuild, make the cells anew. Returns the number of rows taken
 * from the logs.
 */
static int64
fold(const Ledger *ledger, bool rebuild)
{
	int64		folded;

	refuse_in_statement(ledger);
	PG_TRY();
	{
		folding_schema = ledger->schema;
		folded = run_as_owner(ledger, "SELECT lead_roi_internal.fold($1, $2)", rebuild);
	}
	PG_FINALLY();
	{
		folding_schema = InvalidOid;
	}
	PG_END_TRY();
	return folded;
}

/*
 * fold_summaries(ledger)
 */
Datum
lead_roi_fold_summaries(PG_FUNCTION_ARGS)
{
	Ledger		ledger;

	require_ledger(fcinfo, &ledger);
	PG_RETURN_INT64(fold(&ledger, false));
}

/*
 * rebuild_summaries(ledger)
 */
Datum
lead_roi_rebuild_summaries(PG_FUNCTION_ARGS)
{
	Ledger		ledger;

	require_ledger(fcinfo, &ledger);
	(void) fold(&ledger, true);
	PG_RETURN_VOID();
}
