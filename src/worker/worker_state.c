/*
 * worker_state.c
 *		What is known of the worker, in shared memory: the launcher's process and, for each listed
 *		database, when it was checked last and how that ended. Lost at a restart, and that's fine:
 *		nothing is decided by it but what worker_status says.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "worker/worker.h"

PG_FUNCTION_INFO_V1(lead_roi_worker_state);

/* Databases whose state is kept; more can be listed and are served, without a state */
#define MAX_DATABASES 512

/* Bytes that are kept of an error message */
#define ERROR_LENGTH 256

/* One listed database */
typedef struct DatabaseState
{
	Oid			database;		/* InvalidOid: free */
	CheckOutcome outcome;
	TimestampTz checked_at;		/* end of the last check that came to an end; 0: none */
	char		error[ERROR_LENGTH];	/* message of the last error, or empty */
} DatabaseState;

typedef struct WorkerState
{
	LWLock	   *lock;
	int			launcher_pid;	/* 0: not running */
	DatabaseState databases[MAX_DATABASES];
} WorkerState;

/* Set in every process once the server has started with the library preloaded; else NULL */
static WorkerState *state = NULL;

static shmem_request_hook_type previous_shmem_request_hook = NULL;
static shmem_startup_hook_type previous_shmem_startup_hook = NULL;

/*
 * Ask for the memory.
 */
static void
request_memory(void)
{
	if (previous_shmem_request_hook)
		previous_shmem_request_hook();
	RequestAddinShmemSpace(sizeof(WorkerState));
	RequestNamedLWLockTranche("lead_roi", 1);
}

/*
 * Create the state, or find the one that the postmaster has created.
 */
static void
attach_memory(void)
{
	bool		found;

	if (previous_shmem_startup_hook)
		previous_shmem_startup_hook();

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	state = ShmemInitStruct("lead_roi", sizeof(WorkerState), &found);
	if (!found)
	{
		memset(state, 0, sizeof(WorkerState));
		state->lock = &GetNamedLWLockTranche("lead_roi")->lock;
	}
	LWLockRelease(AddinShmemInitLock);
}

/*
 * Have the state created when the server starts.
 */
void
lead_roi_request_worker_state(void)
{
	previous_shmem_request_hook = shmem_request_hook;
	shmem_request_hook = request_memory;
	previous_shmem_startup_hook = shmem_startup_hook;
	shmem_startup_hook = attach_memory;
}

/*
 * Note the launcher's process, or 0 when it ends.
 */
void
lead_roi_set_launcher(int pid)
{
	LWLockAcquire(state->lock, LW_EXCLUSIVE);
	state->launcher_pid = pid;
	LWLockRelease(state->lock);
}

/*
 * The state of a database, or a free one where "create" asks for it; NULL if there is none. The
 * caller holds the lock.
 */
static DatabaseState *
find_database(Oid database, bool create)
{
	DatabaseState *vacant = NULL;

	for (int i = 0; i < MAX_DATABASES; i++)
	{
		if (state->databases[i].database == database)
			return &state->databases[i];
		if (vacant == NULL && state->databases[i].database == InvalidOid)
			vacant = &state->databases[i];
	}
	if (!create || vacant == NULL)
		return NULL;
	memset(vacant, 0, sizeof(DatabaseState));
	vacant->database = database;
	return vacant;
}

/*
 * Forget the databases that are no longer listed or no longer exist.
 */
void
lead_roi_forget_databases_except(List *databases)
{
	LWLockAcquire(state->lock, LW_EXCLUSIVE);
	for (int i = 0; i < MAX_DATABASES; i++)
	{
		if (!list_member_oid(databases, state->databases[i].database))
			state->databases[i].database = InvalidOid;
	}
	LWLockRelease(state->lock);
}

/*
 * Note how a check of a database goes.
 */
void
lead_roi_set_outcome(Oid database, CheckOutcome outcome)
{
	DatabaseState *found;

	LWLockAcquire(state->lock, LW_EXCLUSIVE);
	found = find_database(database, true);
	if (found != NULL)
	{
		found->outcome = outcome;
		if (outcome != CHECK_STARTED && outcome != CHECK_NO_SLOT)
			found->checked_at = GetCurrentTimestamp();
	}
	LWLockRelease(state->lock);
}

/*
 * Keep the message of an error, for a role that can't write it to worker_run. Long ones are cut.
 */
void
lead_roi_set_error(Oid database, const char *message)
{
	int			length = pg_mbcliplen(message, strlen(message), ERROR_LENGTH - 1);
	DatabaseState *found;

	LWLockAcquire(state->lock, LW_EXCLUSIVE);
	found = find_database(database, true);
	if (found != NULL)
	{
		memcpy(found->error, message, length);
		found->error[length] = '\0';
	}
	LWLockRelease(state->lock);
}

/*
 * How the last check of a database ended.
 */
CheckOutcome
lead_roi_get_outcome(Oid database)
{
	DatabaseState *found;
	CheckOutcome outcome = CHECK_NONE;

	LWLockAcquire(state->lock, LW_SHARED);
	found = find_database(database, false);
	if (found != NULL)
		outcome = found->outcome;
	LWLockRelease(state->lock);
	return outcome;
}

/*
 * An outcome in words, as far as it is a reason for not posting.
 */
static const char *
outcome_reason(const DatabaseState *known)
{
	switch (known->outcome)
	{
		case CHECK_NONE:
			return "the launcher has not checked this database yet";
		case CHECK_STARTED:
		case CHECK_DONE:
		case CHECK_MORE:
			return NULL;
		case CHECK_BUSY:
			return "another session holds a lock that the worker needs; it tries again at the next check";
		case CHECK_FAILED:
			return known->error[0] == '\0' ? "the last check ended with an error, see the server log" :
				psprintf("the last check ended with an error: %s", known->error);
		case CHECK_NO_SLOT:
			return "no background worker could be started, see max_worker_processes";
		case CHECK_EXTENSION_ABSENT:
			return "the extension was not there at the last check";
		case CHECK_EXTENSION_VERSION:
			return "the extension and the loaded library are of different versions";
		case CHECK_ROLE_MISSING:
			return "the role named by lead_roi.worker_role does not exist";
		case CHECK_FOREIGN_CODE:
			return "a table, or a function that a trigger or constraint calls, belongs to a role that is not a superuser and would get a superuser's rights; "
				"set lead_roi.worker_role to a role that has only the rights to post";
		case CHECK_RESTORE:
			return "recurring expenses are marked as posted, but no expense was ever entered, as while a dump is restored; "
				"if none is, call lead_roi.post_due_expenses() once by hand";
	}
	return NULL;
}

/*
 * Is this database in lead_roi.databases?
 */
static bool
current_database_is_listed(void)
{
	char	   *setting = pstrdup(lead_roi_databases ? lead_roi_databases : "");
	char	   *name = get_database_name(MyDatabaseId);
	List	   *names;
	ListCell   *cell;

	if (name == NULL || !lead_roi_split_databases(setting, &names))
		return false;
	foreach(cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/*
 * worker_state(OUT preloaded, listed, launcher_pid, checked_at, reason, library_version): what is
 * known of the worker in this database.
 */
Datum
lead_roi_worker_state(PG_FUNCTION_ARGS)
{
	Datum		values[6] = {0};
	bool		nulls[6] = {false, false, true, true, true, false};
	TupleDesc	descriptor;

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	values[0] = BoolGetDatum(state != NULL);
	values[1] = BoolGetDatum(current_database_is_listed());
	values[5] = CStringGetTextDatum(LEAD_ROI_VERSION);

	if (state != NULL)
	{
		DatabaseState known = {0};
		DatabaseState *found;
		int			launcher_pid;
		const char *reason;

		LWLockAcquire(state->lock, LW_SHARED);
		launcher_pid = state->launcher_pid;
		found = find_database(MyDatabaseId, false);
		if (found != NULL)
			known = *found;
		LWLockRelease(state->lock);

		reason = outcome_reason(&known);
		values[2] = Int32GetDatum(launcher_pid);
		nulls[2] = launcher_pid == 0;
		values[3] = TimestampTzGetDatum(known.checked_at);
		nulls[3] = known.checked_at == 0;
		if (reason != NULL)
			values[4] = CStringGetTextDatum(reason);
		nulls[4] = reason == NULL;
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}
