/*
 * biller.c
 *		One visit to one database: connect, post what is due, leave.
 *
 * Nothing that is set on the database or on a role may change what happens here. So every setting
 * that matters is pinned, and the work is done as the worker role, in a security-restricted
 * operation, where conditions.c finds nothing against it.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
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
	{"role", "none"},
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

	outcome = lead_roi_check_conditions(task, &role);
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
