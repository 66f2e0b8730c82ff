/*
 * biller.c
 *		One visit to one database: connect, post what is due, leave.
 *
 * Nothing that is set on the database or on a role may change what happens here, and nothing that a
 * lesser role has planted may run with the worker's rights. So every setting that matters is pinned,
 * the work is done as the worker role in a security-restricted operation, and where that role is a
 * superuser, code that belongs to anybody else makes the biller stand aside.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "commands/sequence.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/lmgr.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "ledger/ledger.h"
#include "worker/worker.h"

/* A batch that takes longer is cancelled */
#define BATCH_TIMEOUT_MS (5 * 60 * 1000)

/* After this time the biller leaves, to let other databases have their turn */
#define VISIT_MS (60 * 1000)

/* Settings that hold whatever the database or the role has been given */
static const char *const pinned_settings[][2] = {
	{"search_path", "pg_catalog, pg_temp"},
	{"session_replication_role", "origin"},
	{"default_transaction_isolation", "read committed"},
	{"default_transaction_read_only", "off"},
	{"default_transaction_deferrable", "off"},
	{"row_security", "off"},
	{"DateStyle", "ISO, YMD"},
	{"IntervalStyle", "postgres"},
	{"lock_timeout", "5s"},
	{"statement_timeout", "0"},
	{"idle_in_transaction_session_timeout", "0"},
	{"default_tablespace", ""},
	{"synchronize_seqscans", "on"},
#if PG_VERSION_NUM >= 170000
	{"transaction_timeout", "0"},
#endif
};

/*
 * Pin the settings.
 */
static void
pin_settings(void)
{
	for (int i = 0; i < (int) lengthof(pinned_settings); i++)
		SetConfigOption(pinned_settings[i][0], pinned_settings[i][1], PGC_SUSET, PGC_S_OVERRIDE);
}

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
 * Lock the tables that the worker writes, so that until the end of the transaction nobody can give
 * them another trigger, constraint or owner than those that the next statement sees.
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
	lock_written_tables();
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
 * May the biller work here, and as which role? Returns CHECK_STARTED if so, else what keeps it.
 */
static CheckOutcome
check_conditions(const BillerTask *task, Oid *role)
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

/*
 * Do one piece of work in a transaction, as the worker role and with a security-restricted
 * operation around it. Returns CHECK_STARTED if it was done, and what "work" returned in "more".
 */
static CheckOutcome
work_in_transaction(const BillerTask *task, const char *activity,
					bool (*work) (void *), void *argument, bool *more)
{
	CheckOutcome outcome;
	Oid			role;
	Oid			saved_user;
	int			saved_context;
	int			settings_level;

	CHECK_FOR_INTERRUPTS();
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	SPI_connect();
	pgstat_report_activity(STATE_RUNNING, activity);
	enable_timeout_after(STATEMENT_TIMEOUT, BATCH_TIMEOUT_MS);

	outcome = check_conditions(task, &role);
	if (outcome == CHECK_STARTED)
	{
		GetUserIdAndSecContext(&saved_user, &saved_context);
		SetUserIdAndSecContext(role, saved_context | SECURITY_RESTRICTED_OPERATION);
		settings_level = NewGUCNestLevel();
		/* Nothing can be deferred to the commit, which comes with other rights */
		SPI_execute("SET CONSTRAINTS ALL IMMEDIATE", false, 0);
		*more = work(argument);
		/* What somebody's trigger has set doesn't outlive it */
		AtEOXact_GUC(false, settings_level);
		SetUserIdAndSecContext(saved_user, saved_context);
	}

	disable_timeout(STATEMENT_TIMEOUT, false);
	SPI_finish();
	PopActiveSnapshot();
	CommitTransactionCommand();
	pgstat_report_stat(true);
	pgstat_report_activity(STATE_IDLE, NULL);
	return outcome;
}

/*
 * Piece of work: one batch.
 */
static bool
post_one_batch(void *argument)
{
	return lead_roi_post_batch(argument);
}

/*
 * Post batch by batch until nothing is left, the visit gets long, or something keeps the biller.
 */
static CheckOutcome
post_batches(const BillerTask *task, PostingRun *run)
{
	TimestampTz leave_at = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), VISIT_MS);
	CheckOutcome outcome;
	bool		more = false;

	do
	{
		outcome = work_in_transaction(task, "SELECT lead_roi.post_batch()", post_one_batch, run, &more);
		if (outcome != CHECK_STARTED)
			return outcome;
		if (more && GetCurrentTimestamp() >= leave_at)
			return CHECK_MORE;
	} while (more);
	return CHECK_DONE;
}

/* What record_failure() hands to its piece of work */
typedef struct FailedRun
{
	PostingRun *run;
	ErrorData  *error;
} FailedRun;

/*
 * Piece of work: a row of worker_run.
 */
static bool
record_run(void *argument)
{
	FailedRun  *failed = argument;

	lead_roi_record_failed_run(failed->run, unpack_sql_state(failed->error->sqlerrcode),
							   failed->error->message);
	return false;
}

/*
 * After an error, back to where work can begin again. Returns the error.
 */
static ErrorData *
recover(MemoryContext context)
{
	ErrorData  *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	FlushErrorState();
	disable_all_timeouts(false);
	AbortCurrentTransaction();
	MemoryContextSwitchTo(context);
	return error;
}

/*
 * Log the error that ended a run, and leave a trace of it in worker_run if that is possible.
 */
static void
record_failure(const BillerTask *task, PostingRun *run, ErrorData *error)
{
	MemoryContext context = CurrentMemoryContext;
	FailedRun	failed = {run, error};
	bool		more;

	lead_roi_set_error(task->database, error->message);

	ereport(LOG,
			(errcode(error->sqlerrcode),
			 errmsg("lead_roi biller failed in database \"%s\": %s", task->name, error->message),
			 error->detail ? errdetail_internal("%s", error->detail) : 0,
			 error->hint ? errhint("%s", error->hint) : 0));
	PG_TRY();
	{
		work_in_transaction(task, "SELECT lead_roi.record_run()", record_run, &failed, &more);
	}
	PG_CATCH();
	{
		FreeErrorData(recover(context));
	}
	PG_END_TRY();
}

/*
 * Post what is due, turning an error into an outcome.
 */
static CheckOutcome
visit(const BillerTask *task, PostingRun *run)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;
	volatile	CheckOutcome outcome = CHECK_FAILED;

	PG_TRY();
	{
		outcome = post_batches(task, run);
	}
	PG_CATCH();
	{
		error = recover(context);
	}
	PG_END_TRY();

	if (error == NULL)
		return outcome;
	if (error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE)
		return CHECK_BUSY;
	record_failure(task, run, error);
	return CHECK_FAILED;
}

/*
 * Main function of a biller.
 */
void
lead_roi_biller_main(Datum main_arg pg_attribute_unused())
{
	BillerTask	task;
	PostingRun	run;
	CheckOutcome outcome;

	memcpy(&task, MyBgworkerEntry->bgw_extra, sizeof(task));
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(task.database, InvalidOid, 0);
	pgstat_report_appname("lead_roi biller");
	pin_settings();

	lead_roi_begin_run(&run, task.as_of, 0);
	outcome = visit(&task, &run);
	if (run.posted > 0 || run.failed > 0)
		ereport(LOG,
				(errmsg("lead_roi biller posted %lld expenses in database \"%s\", and could not post %lld recurring expenses",
						(long long) run.posted, task.name, (long long) run.failed),
				 run.failed > 0 ? errhint("See the view \"overdue_expense\" for the errors.") : 0));
	lead_roi_set_outcome(task.database, outcome);
	proc_exit(0);
}
