/*
 * conditions.c
 *		May a biller work in its database, and as which role?
 *
 * Nothing that a lesser role has planted may run with the worker's rights: where the worker role is
 * a superuser, code that belongs to anybody else makes the biller stand aside.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/fmgrprotos.h"
#include "utils/syscache.h"

#include "worker/worker.h"

/*
 * Log why the biller stands aside, unless the last check of this database ended likewise.
 */
static void
log_once(const BillerTask *task, CheckOutcome now, const char *reason, const char *hint)
{
	if (task->before != now)
		ereport(WARNING,
				(errmsg("lead_roi posts nothing in database \"%s\": %s", task->name, reason),
				 errhint("%s This is not repeated.", hint)));
}

/*
 * The extension's version and owner; false if it isn't there. It can't be dropped from here to the
 * end of the transaction.
 */
static bool
look_up_extension(char **version, Oid *owner)
{
	Oid			extension = get_extension_oid("lead_roi", true);
	Oid			types[] = {OIDOID};
	Datum		values[] = {ObjectIdGetDatum(extension)};
	bool		isnull;

	if (!OidIsValid(extension))
		return false;
	LockDatabaseObject(ExtensionRelationId, extension, 0, AccessShareLock);

	if (SPI_execute_with_args("SELECT extversion, extowner FROM pg_catalog.pg_extension WHERE oid = $1",
							  1, types, values, NULL, false, 1) != SPI_OK_SELECT || SPI_processed != 1)
		return false;			/* dropped while the lock was waited for */
	*version = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	*owner = DatumGetObjectId(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull));
	return true;
}

/*
 * Is nothing due? Asked before all that is dearer, because most checks end here. The table must be a
 * plain one of a superuser's, so that reading it runs nobody's code; else the answer is no.
 */
static bool
nothing_is_due(const BillerTask *task)
{
	Oid			relation = RangeVarGetRelid(makeRangeVar("lead_roi", "recurring_expense", -1),
											AccessShareLock, false);
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid			types[] = {DATEOID};
	Datum		values[] = {DateADTGetDatum(task->as_of)};
	bool		safe;

	if (!HeapTupleIsValid(tuple))
		return false;
	safe = ((Form_pg_class) GETSTRUCT(tuple))->relkind == RELKIND_RELATION &&
		superuser_arg(((Form_pg_class) GETSTRUCT(tuple))->relowner);
	ReleaseSysCache(tuple);

	return safe &&
		SPI_execute_with_args("SELECT WHERE (SELECT min(next_bill_on) FROM lead_roi.recurring_expense) <= $1",
							  1, types, values, NULL, false, 1) == SPI_OK_SELECT &&
		SPI_processed == 0;
}

/*
 * Lock the tables that the worker writes, so that until the end of the transaction nobody can give
 * them another trigger, constraint or owner than those that the next statement sees; and so that a
 * table that somebody has locked keeps the biller waiting here, and not in the middle of its work.
 */
static void
lock_written_tables(void)
{
	static char *const tables[] = {"recurring_expense", "posting", "expense", "posting_failure", "worker_run"};

	for (int i = 0; i < (int) lengthof(tables); i++)
		(void) RangeVarGetRelid(makeRangeVar("lead_roi", tables[i], -1), RowExclusiveLock, false);
}

/*
 * Could a lesser role's code run with a superuser's rights? Whoever has the right TRIGGER on a
 * table, easily given away by GRANT ALL for one, can have any function called by a trigger or by
 * its condition; a table's owner has many more ways. SECURITY DEFINER is no excuse: its owner can
 * take it away at any moment, even from within the trigger.
 *
 * The query lists what the written tables and their columns, triggers, constraints, defaults and
 * indexes refer to, as far as it isn't a superuser's.
 */
static bool
has_foreign_code(void)
{
	/* Not read-only: with a snapshot that is younger than the locks */
	return SPI_execute("WITH written AS ("
					   " SELECT oid, relowner FROM pg_class WHERE relnamespace = 'lead_roi'::regnamespace"
					   " AND relname IN ('recurring_expense', 'posting', 'expense', 'posting_failure', 'worker_run')"
					   "), part (classid, objid) AS ("
					   " SELECT 'pg_class'::regclass, oid FROM written"
					   " UNION ALL SELECT 'pg_trigger'::regclass, oid FROM pg_trigger"
					   "  WHERE tgrelid IN (SELECT oid FROM written) AND tgenabled <> 'D'"
					   " UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint"
					   "  WHERE conrelid IN (SELECT oid FROM written)"
					   " UNION ALL SELECT 'pg_attrdef'::regclass, oid FROM pg_attrdef"
					   "  WHERE adrelid IN (SELECT oid FROM written)"
					   " UNION ALL SELECT 'pg_class'::regclass, indexrelid FROM pg_index"
					   "  WHERE indrelid IN (SELECT oid FROM written)"
					   "), used AS ("
					   " SELECT refclassid, refobjid FROM part JOIN pg_depend USING (classid, objid)"
					   " UNION ALL SELECT classid, objid FROM pg_depend"
					   "  WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass"
					   "   AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'lead_roi')"
					   "), owner (oid) AS ("
					   " SELECT relowner FROM written"
					   " UNION SELECT proowner FROM used JOIN pg_proc ON oid = refobjid"
					   "  WHERE refclassid = 'pg_proc'::regclass"
					   " UNION SELECT proowner FROM used JOIN pg_operator ON pg_operator.oid = refobjid"
					   "  JOIN pg_proc ON pg_proc.oid = oprcode WHERE refclassid = 'pg_operator'::regclass"
					   " UNION SELECT typowner FROM used JOIN pg_type ON oid = refobjid"
					   "  WHERE refclassid = 'pg_type'::regclass"
					   ") SELECT FROM owner JOIN pg_roles USING (oid) WHERE NOT rolsuper",
					   false, 1) == SPI_OK_SELECT && SPI_processed > 0;
}

/*
 * Does the ledger look as if it were being restored: agreements are marked as posted, but no
 * expense was ever entered? A dump has the agreements first, and sets the sequence of the expenses
 * last; an expense posted in between would take the key of one that is still to come. Reads the
 * sequence by a function of the server's, so that nobody's code can run.
 */
static bool
restore_seems_under_way(Oid role)
{
	LOCAL_FCINFO(fcinfo, 1);
	Oid			sequence = RangeVarGetRelid(makeRangeVar("lead_roi", "expense_expense_id_seq", -1), NoLock, false);
	Oid			saved_user;
	int			saved_context;
	bool		marked;

	InitFunctionCallInfoData(*fcinfo, NULL, 1, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = ObjectIdGetDatum(sequence);
	fcinfo->args[0].isnull = false;
	(void) pg_sequence_last_value(fcinfo);
	if (!fcinfo->isnull)
		return false;

	GetUserIdAndSecContext(&saved_user, &saved_context);
	SetUserIdAndSecContext(role, saved_context | SECURITY_RESTRICTED_OPERATION);
	marked = SPI_execute("SELECT FROM lead_roi.recurring_expense WHERE posted_through IS NOT NULL",
						 false, 1) == SPI_OK_SELECT && SPI_processed > 0;
	SetUserIdAndSecContext(saved_user, saved_context);
	return marked;
}

/*
 * May the biller work here, and as which role? Returns CHECK_STARTED if so, CHECK_DONE if
 * there is nothing to do, else what keeps it.
 */
CheckOutcome
lead_roi_check_conditions(const BillerTask *task, Oid *role)
{
	char	   *version;

	if (!look_up_extension(&version, role))
		return CHECK_EXTENSION_ABSENT;

	if (strcmp(version, LEAD_ROI_VERSION) != 0)
	{
		log_once(task, CHECK_EXTENSION_VERSION,
				 psprintf("the extension is version %s and the loaded library %s", version, LEAD_ROI_VERSION),
				 "Run ALTER EXTENSION lead_roi UPDATE, or restart the server to load the new library.");
		return CHECK_EXTENSION_VERSION;
	}
	if (lead_roi_worker_role != NULL && *lead_roi_worker_role != '\0')
		*role = get_role_oid(lead_roi_worker_role, true);
	if (!OidIsValid(*role))
	{
		log_once(task, CHECK_ROLE_MISSING,
				 psprintf("role \"%s\" does not exist", lead_roi_worker_role),
				 "Correct the setting \"lead_roi.worker_role\".");
		return CHECK_ROLE_MISSING;
	}
	if (nothing_is_due(task))
		return CHECK_DONE;

	lock_written_tables();
	if (superuser_arg(*role) && has_foreign_code())
	{
		log_once(task, CHECK_FOREIGN_CODE,
				 "a table, or a function that a trigger or constraint calls, belongs to a role that is not a superuser and would get a superuser's rights",
				 "Set \"lead_roi.worker_role\" to a role that has only the rights to post.");
		return CHECK_FOREIGN_CODE;
	}
	if (restore_seems_under_way(*role))
	{
		log_once(task, CHECK_RESTORE,
				 "recurring expenses are marked as posted, but no expense was ever entered, as while a dump is restored",
				 "If no dump is being restored, call lead_roi.post_due_expenses() once by hand.");
		return CHECK_RESTORE;
	}
	return CHECK_STARTED;
}
