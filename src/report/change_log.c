/*
 * change_log.c
 *		What statements do to facts is written into their logs, and what no log can say is noted, where
 *		summaries are kept.
 *
 * The log of a table has some of its columns, by name, and the column "sign". Rows go straight from the
 * transition tables into it, without a query: nobody needs a right to a log, and nothing of anybody's runs.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "ledger/ledger.h"
#include "report/keeping.h"

PG_FUNCTION_INFO_V1(lead_roi_log_changes);
PG_FUNCTION_INFO_V1(lead_roi_mark_summaries);

/* Rows that are written at a time */
#define BUFFERED_ROWS 500

/* A log while a statement's changes are written into it */
typedef struct ChangeLog
{
	Relation	log;
	AttrNumber *fact_columns;	/* of each column of the log: the column of the fact, or 0 for "sign" */
	TupleTableSlot *slots[BUFFERED_ROWS];
	int			made;			/* slots there are */
	int			filled;			/* ... and that hold a row to be written */
	MemoryContext writing;		/* what writing takes, until it is done */
} ChangeLog;

/*
 * Open a table of the kept summaries beside the table of a trigger, to write rows into it. It has to be as
 * keep_summaries() makes it: rows are written past whatever else there may be.
 */
static Relation
open_kept_table(TriggerData *trigger, const char *name)
{
	Relation	fact = trigger->tg_relation;
	Oid			oid = get_relname_relid(name, RelationGetNamespace(fact));
	Relation	kept;

	if (!OidIsValid(oid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"%s\" is missing beside table \"%s\"", name, RelationGetRelationName(fact)),
				 errhint("Call keep_summaries() to switch the summaries of the ledger off and on again.")));
	kept = table_open(oid, RowExclusiveLock);
	if (kept->rd_rel->relkind != RELKIND_RELATION || kept->rd_rel->relowner != fact->rd_rel->relowner ||
		kept->rd_rel->relhasindex)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" is not as keep_summaries() makes it", name),
				 errdetail("It must be a table without indexes, of the owner of table \"%s\".", RelationGetRelationName(fact)),
				 errhint("Drop its indexes and set its owner, or call keep_summaries() to switch the summaries of the ledger off and on again.")));
	return kept;
}

/*
 * The number of a column of a table of the kept summaries. An error unless it is of the type.
 */
static int
kept_column(Relation kept, const char *name, Oid type)
{
	int			column = SPI_fnumber(RelationGetDescr(kept), name);

	if (column <= 0 || SPI_gettypeid(RelationGetDescr(kept), column) != type)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" is not as keep_summaries() makes it", RelationGetRelationName(kept)),
				 errdetail("It must have a column \"%s\" of type %s.", name, format_type_be(type)),
				 errhint("Call keep_summaries() to switch the summaries of the ledger off and on again.")));
	return column;
}

/*
 * Open the log of a trigger's table.
 */
static void
open_log(TriggerData *trigger, ChangeLog *changes)
{
	TupleDesc	columns;

	changes->log = open_kept_table(trigger, psprintf("%s_log", RelationGetRelationName(trigger->tg_relation)));
	changes->made = changes->filled = 0;
	changes->writing = AllocSetContextCreate(CurrentMemoryContext, "rows of a log", ALLOCSET_DEFAULT_SIZES);
	(void) kept_column(changes->log, "sign", INT2OID);
	columns = RelationGetDescr(changes->log);
	changes->fact_columns = palloc0(columns->natts * sizeof(AttrNumber));
	for (int i = 0; i < columns->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(columns, i);

		if (!column->attisdropped && strcmp(NameStr(column->attname), "sign") != 0)
			changes->fact_columns[i] = lead_roi_trigger_column(trigger, NameStr(column->attname), column->atttypid,
															   RelationGetRelationName(trigger->tg_relation));
	}
}

/*
 * Write what is buffered.
 */
static void
flush_log(ChangeLog *changes)
{
	MemoryContext before = MemoryContextSwitchTo(changes->writing);

	if (changes->filled > 0)
		table_multi_insert(changes->log, changes->slots, changes->filled, GetCurrentCommandId(true), 0, NULL);
	MemoryContextSwitchTo(before);
	MemoryContextReset(changes->writing);
	for (int i = 0; i < changes->filled; i++)
		ExecClearTuple(changes->slots[i]);
	changes->filled = 0;
}

/*
 * Write what is left, and close.
 */
static void
close_log(ChangeLog *changes)
{
	flush_log(changes);
	for (int i = 0; i < changes->made; i++)
		ExecDropSingleTupleTableSlot(changes->slots[i]);
	MemoryContextDelete(changes->writing);
	table_close(changes->log, NoLock);
}

/*
 * Log a row of the fact: made, sign 1, or unmade, sign -1.
 */
static void
log_row(ChangeLog *changes, TupleTableSlot *row, int16 sign)
{
	int			columns = RelationGetDescr(changes->log)->natts;
	TupleTableSlot *slot;

	if (changes->filled == BUFFERED_ROWS)
		flush_log(changes);
	if (changes->filled == changes->made)
		changes->slots[changes->made++] = table_slot_create(changes->log, NULL);
	slot = changes->slots[changes->filled++];
	ExecClearTuple(slot);
	for (int i = 0; i < columns; i++)
	{
		if (TupleDescAttr(RelationGetDescr(changes->log), i)->attisdropped)
			slot->tts_isnull[i] = true;
		else if (changes->fact_columns[i] == 0)
		{
			slot->tts_values[i] = Int16GetDatum(sign);
			slot->tts_isnull[i] = false;
		}
		else
			slot->tts_values[i] = slot_getattr(row, changes->fact_columns[i], &slot->tts_isnull[i]);
	}
	ExecStoreVirtualTuple(slot);
	ExecMaterializeSlot(slot);
}

/*
 * Do two rows of a table have the same value in a column? One that isn't said to be the same, and is, does no harm.
 */
static bool
is_same_value(TupleTableSlot *old_row, TupleTableSlot *new_row, AttrNumber number)
{
	Form_pg_attribute column = TupleDescAttr(old_row->tts_tupleDescriptor, number - 1);
	bool		old_is_null;
	bool		new_is_null;
	Datum		old_value = slot_getattr(old_row, number, &old_is_null);
	Datum		new_value = slot_getattr(new_row, number, &new_is_null);

	if (old_is_null || new_is_null)
		return old_is_null == new_is_null;
	return datumIsEqual(old_value, new_value, column->attbyval, column->attlen);
}

/*
 * Are two rows of the fact the same to the log? What is logged of both all the same cancels out when it is read.
 */
static bool
is_same_to_log(ChangeLog *changes, TupleTableSlot *old_row, TupleTableSlot *new_row)
{
	for (int i = 0; i < RelationGetDescr(changes->log)->natts; i++)
	{
		if (changes->fact_columns[i] != 0 && !is_same_value(old_row, new_row, changes->fact_columns[i]))
			return false;
	}
	return true;
}

/*
 * Log what became of a row: it was made, unmade, or changed. NULL: it was not there before, or is not any more.
 */
static void
log_change(ChangeLog *changes, TupleTableSlot *old_row, TupleTableSlot *new_row)
{
	if (old_row != NULL && new_row != NULL && is_same_to_log(changes, old_row, new_row))
		return;
	if (old_row != NULL)
		log_row(changes, old_row, -1);
	if (new_row != NULL)
		log_row(changes, new_row, 1);
}

/*
 * Begin to read a transition table, which other triggers may have read before. NULL if the trigger has none.
 */
static TupleTableSlot *
begin_transition(TriggerData *trigger, Tuplestorestate *rows)
{
	if (rows == NULL)
		return NULL;
	tuplestore_select_read_pointer(rows, tuplestore_alloc_read_pointer(rows, EXEC_FLAG_REWIND));
	tuplestore_rescan(rows);
	return MakeSingleTupleTableSlot(RelationGetDescr(trigger->tg_relation), &TTSOpsMinimalTuple);
}

/*
 * The next row of a transition table, or NULL.
 */
static TupleTableSlot *
next_transition(Tuplestorestate *rows, TupleTableSlot *slot)
{
	return slot != NULL && tuplestore_gettupleslot(rows, true, false, slot) ? slot : NULL;
}

/*
 * Log all that a statement did. An update has its rows in both tables in the same order, so that those which are the
 * same to the log are passed over; whether they are paired rightly matters to nothing else.
 */
static void
log_statement(TriggerData *trigger, ChangeLog *changes)
{
	TupleTableSlot *old_slot = begin_transition(trigger, trigger->tg_oldtable);
	TupleTableSlot *new_slot = begin_transition(trigger, trigger->tg_newtable);

	for (;;)
	{
		TupleTableSlot *old_row = next_transition(trigger->tg_oldtable, old_slot);
		TupleTableSlot *new_row = next_transition(trigger->tg_newtable, new_slot);

		if (old_row == NULL && new_row == NULL)
			break;
		CHECK_FOR_INTERRUPTS();
		log_change(changes, old_row, new_row);
	}
	if (old_slot != NULL)
		ExecDropSingleTupleTableSlot(old_slot);
	if (new_slot != NULL)
		ExecDropSingleTupleTableSlot(new_slot);
}

/*
 * Is it for this trigger to act? What a subscription applies fires triggers for rows alone, so there are those for
 * statements and those for rows. Which of them fire, others may set: ENABLE TRIGGER ALL, as restores do.
 */
static bool
is_in_charge(TriggerData *trigger)
{
	return TRIGGER_FIRED_BY_TRUNCATE(trigger->tg_event) ||
		(TRIGGER_FIRED_FOR_ROW(trigger->tg_event) != 0) == (SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA);
}

/*
 * log_changes(): trigger after a statement, with its transition tables, or after a row of what is replicated; writes
 * the changes into the log of the table.
 */
Datum
lead_roi_log_changes(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = lead_roi_trigger_data(fcinfo, "log_changes", TRIGGER_EVENT_TIMINGMASK, TRIGGER_EVENT_AFTER);
	ChangeLog	changes;

	if (!is_in_charge(trigger))
		return PointerGetDatum(NULL);
	open_log(trigger, &changes);
	if (!TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		log_statement(trigger, &changes);
	else if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
		log_change(&changes, trigger->tg_trigslot, trigger->tg_newslot);
	else if (TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
		log_change(&changes, trigger->tg_trigslot, NULL);
	else
		log_change(&changes, NULL, trigger->tg_trigslot);
	close_log(&changes);
	return PointerGetDatum(NULL);
}

/*
 * Are two rows of a table the same?
 */
static bool
is_same_row(TupleDesc columns, TupleTableSlot *old_row, TupleTableSlot *new_row)
{
	for (int i = 0; i < columns->natts; i++)
	{
		if (!TupleDescAttr(columns, i)->attisdropped && !is_same_value(old_row, new_row, i + 1))
			return false;
	}
	return true;
}

/*
 * Did the statement of a trigger change nothing? Not known without transition tables. A load that writes again what
 * is there updates each row to what it was.
 */
static bool
changed_nothing(TriggerData *trigger)
{
	TupleTableSlot *old_slot = begin_transition(trigger, trigger->tg_oldtable);
	TupleTableSlot *new_slot = begin_transition(trigger, trigger->tg_newtable);
	TupleTableSlot *old_row;
	TupleTableSlot *new_row;

	if (old_slot == NULL && new_slot == NULL)
		return false;
	do
	{
		CHECK_FOR_INTERRUPTS();
		old_row = next_transition(trigger->tg_oldtable, old_slot);
		new_row = next_transition(trigger->tg_newtable, new_slot);
	} while (old_row != NULL && new_row != NULL && is_same_row(RelationGetDescr(trigger->tg_relation), old_row, new_row));
	if (old_slot != NULL)
		ExecDropSingleTupleTableSlot(old_slot);
	if (new_slot != NULL)
		ExecDropSingleTupleTableSlot(new_slot);
	return old_row == NULL && new_row == NULL;
}

/*
 * mark_summaries(): trigger that notes in summary_state what its argument says; not for what a fold writes.
 */
Datum
lead_roi_mark_summaries(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = lead_roi_trigger_data(fcinfo, "mark_summaries", 0, 0);
	Relation	state;
	TupleTableSlot *slot;
	int			column;

	if (trigger->tg_trigger->tgnargs != 1)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called by the trigger that it is made for", "mark_summaries"),
				 errhint("lead_roi.keep_summaries() creates the trigger.")));
	if (!is_in_charge(trigger) || lead_roi_is_folding(RelationGetNamespace(trigger->tg_relation)) || changed_nothing(trigger))
		return PointerGetDatum(NULL);

	state = open_kept_table(trigger, "summary_state");
	column = kept_column(state, "state", TEXTOID);
	slot = table_slot_create(state, NULL);
	ExecStoreAllNullTuple(slot);
	slot->tts_values[column - 1] = CStringGetTextDatum(trigger->tg_trigger->tgargs[0]);
	slot->tts_isnull[column - 1] = false;
	table_tuple_insert(state, slot, GetCurrentCommandId(true), 0, NULL);
	ExecDropSingleTupleTableSlot(slot);
	table_close(state, NoLock);
	return PointerGetDatum(NULL);
}
