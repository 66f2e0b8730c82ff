/*
 * launcher.c
 *		The alarm clock: wakes up at every check and just after midnight, and has a biller look
 *		after each listed database, one after the other.
 *
 * It asks at each check what is missing and remembers nothing that matters: after a crash, a
 * failover or a month of downtime the next check is like any other. It is connected to no database,
 * so DROP DATABASE, RENAME and CREATE DATABASE TEMPLATE never wait for it.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#if PG_VERSION_NUM >= 170000
#include "utils/wait_event.h"
#endif

#include "ledger/ledger.h"
#include "worker/checks.h"
#include "worker/worker.h"

/* A biller that takes longer is terminated; it leaves by itself before, unless somebody's code defies being cancelled */
#define BILLER_DEADLINE_MS (3 * 60 * 1000)

/* A name in lead_roi.databases, and what the launcher has seen of it */
typedef struct ListedDatabase
{
	char	   *name;
	Oid			oid;			/* InvalidOid: can't be served now */
	const char *problem;		/* why not, if it has been logged; else NULL */
	bool		no_slot;		/* want of a worker slot has been logged */
} ListedDatabase;

/*
 * What is known of a name already, or an empty entry.
 */
static ListedDatabase
known_database(List *databases, const char *name)
{
	ListedDatabase unknown = {0};
	ListCell   *cell;

	foreach(cell, databases)
	{
		if (strcmp(((ListedDatabase *) lfirst(cell))->name, name) == 0)
			return *(ListedDatabase *) lfirst(cell);
	}
	return unknown;
}

/*
 * The names in the setting, as new entries in the current memory context, with what was known of
 * them. Whatever was to be left alone for a while is tried at once.
 */
static List *
list_databases(List *known)
{
	List	   *databases = NIL;
	ListCell   *cell;

	lead_roi_try_all_again();
	foreach(cell, lead_roi_listed_databases())
	{
		ListedDatabase *database = palloc(sizeof(ListedDatabase));

		*database = known_database(known, lfirst(cell));
		database->name = pstrdup(lfirst(cell));
		databases = lappend(databases, database);
	}
	return databases;
}

/*
 * Look all listed databases up, warning once of each that can't be served, and forget what is
 * known of others.
 */
static void
look_up_databases(List *databases)
{
	MemoryContext context = CurrentMemoryContext;
	List	   *oids = NIL;
	ListCell   *cell;

	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	foreach(cell, databases)
	{
		ListedDatabase *database = lfirst(cell);
		const char *problem = lead_roi_look_up_database(database->name, &database->oid);

		if (problem != NULL && problem != database->problem)
			ereport(WARNING,
					(errmsg("lead_roi launcher skips database \"%s\": %s", database->name, problem),
					 errhint("Correct the setting \"lead_roi.databases\" or the database; this message is "
							 "not repeated.")));
		database->problem = problem;
		if (OidIsValid(database->oid))
			oids = lappend_oid(oids, database->oid);
	}
	lead_roi_forget_databases_except(oids);
	PopActiveSnapshot();
	CommitTransactionCommand();
	MemoryContextSwitchTo(context);
}

/*
 * Wait for the latch, which is set by signals, and take in what has happened. Ends the process
 * when the server stops.
 */
static void
sleep_on_latch(long milliseconds)
{
#if PG_VERSION_NUM >= 170000
	static uint32 wait_event = 0;	/* given once per process */

	if (wait_event == 0)
		wait_event = WaitEventExtensionNew("LeadRoiLauncherMain");
#else
	uint32		wait_event = PG_WAIT_EXTENSION;
#endif

	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, milliseconds, wait_event);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}

/*
 * Start a biller for a database; NULL if there is no slot for it.
 */
static BackgroundWorkerHandle *
start_biller(ListedDatabase *database, CheckOutcome before)
{
	BackgroundWorker worker = {0};
	BackgroundWorkerHandle *handle;
	BillerTask	task = {0};

	task.database = database->oid;
	task.before = before;
	strlcpy(task.name, database->name, sizeof(task.name));
	strlcpy(task.testing_today, GetConfigOption("lead_roi.testing_today", false, false), sizeof(task.testing_today));
	StaticAssertStmt(sizeof(task) <= sizeof(worker.bgw_extra), "what a biller is told is too long");
	memcpy(worker.bgw_extra, &task, sizeof(task));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
#ifdef BGWORKER_INTERRUPTIBLE
	worker.bgw_flags |= BGWORKER_INTERRUPTIBLE;
#endif
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	worker.bgw_notify_pid = MyProcPid;
	strlcpy(worker.bgw_library_name, "lead_roi", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "lead_roi_biller_main", sizeof(worker.bgw_function_name));
	snprintf(worker.bgw_name, sizeof(worker.bgw_name), "lead_roi biller for %s", database->name);
	strlcpy(worker.bgw_type, "lead_roi biller", sizeof(worker.bgw_type));
	return RegisterDynamicBackgroundWorker(&worker, &handle) ? handle : NULL;
}

/*
 * Wait until a biller has left, and end it when it is much too late.
 */
static void
wait_for_biller(BackgroundWorkerHandle *handle)
{
	TimestampTz deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), BILLER_DEADLINE_MS);
	pid_t		pid;

	while (GetBackgroundWorkerPid(handle, &pid) != BGWH_STOPPED)
	{
		if (GetCurrentTimestamp() >= deadline)
			TerminateBackgroundWorker(handle);
		sleep_on_latch(1000);
	}
}

/*
 * Have one database looked after; true if there is more to do in it.
 */
static bool
check_database(ListedDatabase *database)
{
	BackgroundWorkerHandle *handle;

	if (!OidIsValid(database->oid) || !lead_roi_may_be_checked(database->oid, InvalidOid))
		return false;

	handle = start_biller(database, lead_roi_begin_check(database->oid, InvalidOid, "").outcome);
	if (handle == NULL)
	{
		if (!database->no_slot)
			ereport(LOG,
					(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
					 errmsg("lead_roi launcher found no free worker slot for database \"%s\"", database->name),
					 errhint("Increase the setting \"max_worker_processes\"; each check tries again, "
							 "and this message is not repeated until a slot has been free.")));
		database->no_slot = true;
		lead_roi_end_check(database->oid, InvalidOid, CHECK_NO_SLOT);
		return false;
	}
	database->no_slot = false;
	wait_for_biller(handle);
	pfree(handle);

	lead_roi_end_visit(database->oid);
	return lead_roi_known_state(database->oid, InvalidOid).outcome == CHECK_MORE;
}

/*
 * Check all listed databases; true if there is more to do.
 */
static bool
check_databases(List *databases)
{
	bool		more = false;
	ListCell   *cell;

	if (databases == NIL)
		return false;
	look_up_databases(databases);
	foreach(cell, databases)
	{
		more |= check_database(lfirst(cell));
		if (ConfigReloadPending)
			return true;
	}
	return more;
}

/*
 * Milliseconds until the next check: the nap, or until a day is over in one of the ledgers.
 */
static long
time_to_sleep(void)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz end_of_day = lead_roi_next_end_of_day(now);

	if (end_of_day == 0)
		return lead_roi_naptime * 1000L;
	return Min(lead_roi_naptime * 1000L, TimestampDifferenceMilliseconds(now, end_of_day) + 1);
}

/*
 * Forget the launcher's process when it ends.
 */
static void
on_launcher_exit(int code pg_attribute_unused(), Datum argument pg_attribute_unused())
{
	lead_roi_set_launcher(0);
}

/*
 * Main function of the launcher. Leaves only by being terminated, with an exit code that brings it
 * back.
 */
void
lead_roi_launcher_main(Datum main_arg pg_attribute_unused())
{
	MemoryContext context;
	List	   *databases;

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	pgstat_report_appname("lead_roi launcher");

	before_shmem_exit(on_launcher_exit, 0);
	lead_roi_set_launcher(MyProcPid);
	ereport(LOG, (errmsg("lead_roi launcher started")));

	context = AllocSetContextCreate(TopMemoryContext, "lead_roi launcher", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	databases = list_databases(NIL);

	for (;;)
	{
		if (ConfigReloadPending)
		{
			MemoryContext previous = context;

			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
			context = AllocSetContextCreate(TopMemoryContext, "lead_roi launcher", ALLOCSET_DEFAULT_SIZES);
			MemoryContextSwitchTo(context);
			databases = list_databases(databases);
			MemoryContextDelete(previous);
		}
		if (!check_databases(databases))
			sleep_on_latch(time_to_sleep());
	}
}
