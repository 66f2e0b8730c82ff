/*
 * triggers.c
 *		What the tables of a ledger keep to: bill dates that change are looked at again, postings are
 *		insert-only; and unposting, the one way round that.
 *
 * The functions read and write no table but the row at hand, so they need no rights.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "ledger/ledger.h"

PG_FUNCTION_INFO_V1(lead_roi_reopen_recurring_expense);
PG_FUNCTION_INFO_V1(lead_roi_keep_postings);
PG_FUNCTION_INFO_V1(lead_roi_unpost_expenses);
PG_FUNCTION_INFO_V1(lead_roi_record_removal);

/*
 * The schema whose postings may be removed by the next statement that does so, or InvalidOid. Set by
 * unpost_expenses() alone, and never beyond its end.
 */
static Oid	unposting_schema = InvalidOid;

/*
 * What a trigger function is called with. Refuses to be called by anything but a trigger whose event, as far
 * as the mask looks, is the expected one.
 */
TriggerData *
lead_roi_trigger_data(FunctionCallInfo fcinfo, const char *function, TriggerEvent mask, TriggerEvent expected)
{
	if (!CALLED_AS_TRIGGER(fcinfo) || (((TriggerData *) fcinfo->context)->tg_event & mask) != expected)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by the trigger that it is made for", function),
				 errhint("lead_roi.create_ledger() creates the trigger.")));
	return (TriggerData *) fcinfo->context;
}

/*
 * The number of a column of the table that a trigger function works on, which is made for a table of a ledger. An
 * error unless it is of the type.
 */
int
lead_roi_trigger_column(TriggerData *trigger, const char *name, Oid type, const char *made_for)
{
	TupleDesc	descriptor = RelationGetDescr(trigger->tg_relation);
	int			column = SPI_fnumber(descriptor, name);

	if (column <= 0 || SPI_gettypeid(descriptor, column) != type)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("table \"%s\" has no column \"%s\" of type %s",
						RelationGetRelationName(trigger->tg_relation), name, format_type_be(type)),
				 errhint("The trigger is made for the table \"%s\" of a ledger.", made_for)));
	return column;
}

/*
 * reopen_recurring_expense(): trigger before the update of a row; has all its bill dates looked at
 * again.
 */
Datum
lead_roi_reopen_recurring_expense(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = lead_roi_trigger_data(fcinfo, "reopen_recurring_expense", LEAD_ROI_EVENT_MASK,
												 TRIGGER_EVENT_UPDATE | TRIGGER_EVENT_BEFORE | TRIGGER_EVENT_ROW);
	TupleDesc	descriptor = RelationGetDescr(trigger->tg_relation);
	int			column = lead_roi_trigger_column(trigger, "posted_through", DATEOID, "recurring_expense");
	Datum		value = (Datum) 0;
	bool		isnull = true;

	PG_RETURN_POINTER(heap_modify_tuple_by_cols(trigger->tg_newtuple, descriptor, 1, &column, &value, &isnull));
}

/*
 * keep_postings(): trigger before a statement that changes or removes postings; refuses it, but for
 * the one of unpost_expenses().
 */
Datum
lead_roi_keep_postings(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = lead_roi_trigger_data(fcinfo, "keep_postings", TRIGGER_EVENT_TIMINGMASK | TRIGGER_EVENT_ROW,
												 TRIGGER_EVENT_BEFORE);

	if (TRIGGER_FIRED_BY_DELETE(trigger->tg_event) && OidIsValid(unposting_schema) &&
		RelationGetNamespace(trigger->tg_relation) == unposting_schema)
	{
		unposting_schema = InvalidOid;
		return PointerGetDatum(NULL);
	}
	/* On Citus the shard of the coordinator decides: what is truncated first is the table that has no rows of its own. */
	if (lead_roi_is_workers_copy(trigger->tg_relation) || lead_roi_is_distributed(RelationGetRelid(trigger->tg_relation)))
		return PointerGetDatum(NULL);
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("postings are insert-only"),
			 errdetail("%s of table \"%s\" would let a month be billed twice.",
					   TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? "UPDATE" :
					   TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? "DELETE" : "TRUNCATE",
					   RelationGetRelationName(trigger->tg_relation)),
			 errhint("Edit or delete the row of table \"expense\" instead; the posting keeps the budgeted amount. "
					 "lead_roi.unpost_expenses() removes postings that are dated ahead.")));
}

/*
 * Hand on the rows that the last query returned as those of the function.
 */
static void
return_rows(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	for (uint64 row = 0; row < SPI_processed; row++)
		tuplestore_puttuple(result->setResult, SPI_tuptable->vals[row]);
}

/*
 * unpost_expenses(ledger, after_date): remove postings that are dated after a day, today or later,
 * with their expenses. The work is SQL, in remove_postings().
 */
Datum
lead_roi_unpost_expenses(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID, DATEOID};
	Datum		values[] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)};
	char		nulls[] = "  ";
	Ledger		ledger;

	if (PG_ARGISNULL(1))
		nulls[1] = 'n';
	lead_roi_ledger_argument(fcinfo, &ledger);

	InitMaterializedSRF(fcinfo, 0);
	SPI_connect();
	PG_TRY();
	{
		unposting_schema = ledger.schema;
		if (SPI_execute_with_args("SELECT * FROM lead_roi.remove_postings($1, $2)",
								  lengthof(types), types, values, nulls, false, 0) != SPI_OK_SELECT)
			elog(ERROR, "remove_postings() returned no rows");
	}
	PG_FINALLY();
	{
		unposting_schema = InvalidOid;
	}
	PG_END_TRY();
	return_rows(fcinfo);
	SPI_finish();
	return (Datum) 0;
}

/*
 * record_removal(): trigger after the removal of a posted expense; notes it, with the rights of the table's owner, if
 * its posting stays.
 */
Datum
lead_roi_record_removal(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = lead_roi_trigger_data(fcinfo, "record_removal", LEAD_ROI_EVENT_MASK,
												 TRIGGER_EVENT_DELETE | TRIGGER_EVENT_ROW);
	static const char *const names[] = {"recurring_expense_id", "bill_month"};
	Oid			types[] = {INT8OID, DATEOID};
	Datum		values[lengthof(names)];
	char		nulls[] = "  ";
	bool		isnull;
	char	   *schema = get_namespace_name(RelationGetNamespace(trigger->tg_relation));
	ActingRole	before;

	for (int i = 0; i < (int) lengthof(names); i++)
	{
		values[i] = SPI_getbinval(trigger->tg_trigtuple, RelationGetDescr(trigger->tg_relation),
								  lead_roi_trigger_column(trigger, names[i], types[i], "expense"), &isnull);
		nulls[i] = isnull ? 'n' : ' ';
	}
	if (lead_roi_is_workers_copy(trigger->tg_relation))
		return PointerGetDatum(NULL);
	lead_roi_act_as(trigger->tg_relation->rd_rel->relowner, &before);
	SPI_connect();
	(void) SPI_execute_with_args(psprintf("INSERT INTO %s (recurring_expense_id, bill_month)"
										  " SELECT recurring_expense_id, bill_month FROM %s WHERE recurring_expense_id = $1 AND bill_month = $2"
										  " ON CONFLICT ON CONSTRAINT expense_removal_pkey DO UPDATE SET removed_at = excluded.removed_at, removed_by = excluded.removed_by",
										  quote_qualified_identifier(schema, "expense_removal"), quote_qualified_identifier(schema, "posting")),
								 lengthof(types), types, values, nulls, false, 0);
	SPI_finish();
	lead_roi_act_again_as(&before);
	return PointerGetDatum(NULL);
}
