/*
 * merging.c
 *		What the table of lead sources keeps to: no lead source is merged, by however many steps, into itself,
 *		and one that is in use isn't deleted.
 *
 * The triggers act as the owner of the table, as foreign keys do: who may change a lead source needs no
 * right to read all of them, or the facts.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/varlena.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "ledger/ledger.h"

/* Characters of a text that are compared, the most that Levenshtein's distance takes */
#define COMPARED_CHARACTERS 255

PG_FUNCTION_INFO_V1(lead_roi_refuse_merger);
PG_FUNCTION_INFO_V1(lead_roi_refuse_removal);
PG_FUNCTION_INFO_V1(lead_roi_similarity);

/*
 * A column of a row of lead sources. An error unless it is a bigint.
 */
static int64
bigint_column(TriggerData *trigger, HeapTuple row, const char *name, bool *isnull)
{
	int			column = lead_roi_trigger_column(trigger, name, INT8OID, "lead_source");

	return DatumGetInt64(SPI_getbinval(row, RelationGetDescr(trigger->tg_relation), column, isnull));
}

/*
 * Does a query with two numbers find a row among all that is committed by now? Whatever the isolation level,
 * as foreign keys look.
 */
static bool
finds_row(const char *query, int64 first, int64 second)
{
	Oid			types[] = {INT8OID, INT8OID};
	Datum		values[] = {Int64GetDatum(first), Int64GetDatum(second)};
	SPIPlanPtr	plan = SPI_prepare(query, lengthof(types), types);

	return plan != NULL &&
		SPI_execute_snapshot(plan, values, NULL, GetLatestSnapshot(), InvalidSnapshot, false, false, 1) == SPI_OK_SELECT &&
		SPI_processed > 0;
}

/*
 * The name of a table, as SQL writes it.
 */
static char *
qualified_name(Relation relation)
{
	return quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)), RelationGetRelationName(relation));
}

/*
 * Refuse to merge a lead source into one that isn't there, or that is merged into it.
 */
static void
check_merger(Relation relation, int64 lead_source, int64 merged_into)
{
	const char *name = qualified_name(relation);

	if (!finds_row(psprintf("SELECT FROM %s WHERE lead_source_id = $1 AND $2 IS NOT NULL", name), merged_into, lead_source))
		ereport(ERROR,
				(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
				 errmsg("lead source " INT64_FORMAT " cannot be merged into " INT64_FORMAT, lead_source, merged_into),
				 errdetail("There is no lead source " INT64_FORMAT ".", merged_into)));
	if (finds_row(psprintf("WITH RECURSIVE chain AS (SELECT $2 AS lead_source_id UNION"
						   " SELECT next.merged_into FROM chain JOIN %s AS next USING (lead_source_id) WHERE next.merged_into IS NOT NULL)"
						   " SELECT FROM chain WHERE lead_source_id = $1", name), lead_source, merged_into))
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("lead source " INT64_FORMAT " cannot be merged into " INT64_FORMAT, lead_source, merged_into),
				 errdetail("Lead source " INT64_FORMAT " is itself merged into " INT64_FORMAT ".", merged_into, lead_source),
				 errhint("Merge them the other way round, or call lead_roi.unmerge_lead_source() first.")));
}

/*
 * refuse_merger(): trigger before the update of a lead source that is merged; refuses a circle, and a
 * lead source that isn't there. Mergers wait for each other, so that two of them can't close a circle.
 */
Datum
lead_roi_refuse_merger(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = lead_roi_trigger_data(fcinfo, "refuse_merger", LEAD_ROI_EVENT_MASK,
												 TRIGGER_EVENT_UPDATE | TRIGGER_EVENT_BEFORE | TRIGGER_EVENT_ROW);
	bool		isnull;
	int64		lead_source = bigint_column(trigger, trigger->tg_newtuple, "lead_source_id", &isnull);
	int64		merged_into = bigint_column(trigger, trigger->tg_newtuple, "merged_into", &isnull);
	ActingRole	before;

	if (isnull)
		return PointerGetDatum(trigger->tg_newtuple);
	LockRelationOid(RelationGetRelid(trigger->tg_relation), ShareUpdateExclusiveLock);
	lead_roi_act_as(trigger->tg_relation->rd_rel->relowner, &before);
	SPI_connect();
	check_merger(trigger->tg_relation, lead_source, merged_into);
	SPI_finish();
	lead_roi_act_again_as(&before);
	return PointerGetDatum(trigger->tg_newtuple);
}

/*
 * Refuse to delete a lead source that another one is merged into, or that a table of the owner's refers to by
 * a foreign key that keeps it. Of tables of others, the foreign key itself says so.
 */
static void
check_uses(Relation relation, int64 lead_source)
{
	Oid			types[] = {OIDOID, OIDOID};
	Datum		values[] = {ObjectIdGetDatum(RelationGetRelid(relation)), ObjectIdGetDatum(relation->rd_rel->relowner)};
	SPITupleTable *uses;
	uint64		number;

	if (finds_row(psprintf("SELECT FROM %s WHERE merged_into = $1 AND $2 IS NOT NULL", qualified_name(relation)), lead_source, 0))
		ereport(ERROR,
				(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
				 errmsg("lead source " INT64_FORMAT " is in use", lead_source),
				 errdetail("Another lead source is merged into it."),
				 errhint("Delete that one first, or call lead_roi.unmerge_lead_source().")));
	(void) SPI_execute_with_args("SELECT relname, format('SELECT FROM %I.%I WHERE %I = $1 AND $2 IS NOT NULL', nspname, relname, attname)"
								 " FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid JOIN pg_namespace ON pg_namespace.oid = relnamespace"
								 " JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]"
								 " WHERE contype = 'f' AND confrelid = $1 AND conrelid <> $1 AND relowner = $2"
								 " AND confdeltype IN ('a', 'r') AND cardinality(conkey) = 1 ORDER BY relname",
								 lengthof(types), types, values, NULL, true, 0);
	uses = SPI_tuptable;
	number = SPI_processed;
	for (uint64 use = 0; use < number; use++)
	{
		if (finds_row(SPI_getvalue(uses->vals[use], uses->tupdesc, 2), lead_source, 0))
			ereport(ERROR,
					(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
					 errmsg("lead source " INT64_FORMAT " is in use", lead_source),
					 errdetail("Table \"%s\" has rows of it.", SPI_getvalue(uses->vals[use], uses->tupdesc, 1)),
					 errhint("To count its facts as those of another one, run SELECT lead_roi.merge_lead_sources('%s', " INT64_FORMAT ", ...). "
							 "To mark it as no longer in use, set its column \"active\" to false.",
							 quote_identifier(get_namespace_name(RelationGetNamespace(relation))), lead_source)));
	}
}

/*
 * refuse_removal(): trigger before the removal of a lead source; refuses it while the lead source is in use.
 * What comes into use at the same moment, the foreign keys refuse.
 */
Datum
lead_roi_refuse_removal(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = lead_roi_trigger_data(fcinfo, "refuse_removal", LEAD_ROI_EVENT_MASK,
												 TRIGGER_EVENT_DELETE | TRIGGER_EVENT_BEFORE | TRIGGER_EVENT_ROW);
	bool		isnull;
	int64		lead_source = bigint_column(trigger, trigger->tg_trigtuple, "lead_source_id", &isnull);
	ActingRole	before;

	lead_roi_act_as(trigger->tg_relation->rd_rel->relowner, &before);
	SPI_connect();
	check_uses(trigger->tg_relation, lead_source);
	SPI_finish();
	lead_roi_act_again_as(&before);
	return PointerGetDatum(trigger->tg_trigtuple);
}

/*
 * similarity(a, b): how alike two texts are, from 0 to 1.
 */
Datum
lead_roi_similarity(PG_FUNCTION_ARGS)
{
	text	   *a = PG_GETARG_TEXT_PP(0);
	text	   *b = PG_GETARG_TEXT_PP(1);
	int			a_bytes = pg_mbcharcliplen(VARDATA_ANY(a), VARSIZE_ANY_EXHDR(a), COMPARED_CHARACTERS);
	int			b_bytes = pg_mbcharcliplen(VARDATA_ANY(b), VARSIZE_ANY_EXHDR(b), COMPARED_CHARACTERS);
	int			longer = Max(pg_mbstrlen_with_len(VARDATA_ANY(a), a_bytes), pg_mbstrlen_with_len(VARDATA_ANY(b), b_bytes));

	if (longer == 0)
		PG_RETURN_FLOAT8(1);
	PG_RETURN_FLOAT8(1 - varstr_levenshtein(VARDATA_ANY(a), a_bytes, VARDATA_ANY(b), b_bytes, 1, 1, 1, false) / (double) longer);
}
