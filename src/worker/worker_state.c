/*
 * worker_state.c
 *		What is known of the worker, in shared memory: the launcher's process and, for each listed
 *		database and each ledger in it, when it was checked last and how that ended. Lost at a restart, and that's fine:
 *		nothing is decided by it but what worker_status says.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "worker/worker.h"

PG_FUNCTION_INFO_V1(lead_roi_worker_state);

/* Databases and ledgers whose state is kept; more are served, without a state */
#define MAX_CHECKED 2048

/* Bytes that are kept of an error message */
#define ERROR_LENGTH 256

/* Time for which what fails is left alone: after a second failure a minute, then twice as long, up to this */
#define MAX_BACKOFF_SECONDS 3600

/* One listed database, or a ledger in it */
typedef struct CheckedState
{
	Oid			database;		/* InvalidOid: free */
	Oid			ledger;			/* schema; InvalidOid: the database itself */
	CheckOutcome outcome;
	TimestampTz checked_at;		/* end of the last check that came to an end; 0: none */
	TimestampTz end_of_day;		/* of a database: when a day ends next in one of its ledgers; 0: not known */
	int			failures;		/* in a row */
	TimestampTz retry_at;		/* left alone until then */
	char		error[ERROR_LENGTH];	/* message of the last error, or empty */
} CheckedState;

typedef struct WorkerState
{
	LWLock	   *lock;
	int			launcher_pid;	/* 0: not running */
	CheckedState checked[MAX_CHECKED];
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
 * The state of a database or a ledger, or a free one where "create" asks for it; NULL if there is
 * none. The caller holds the lock.
 */
static CheckedState *
find_state(Oid database, Oid ledger, bool create)
{
	CheckedState *vacant = NULL;

	for (int i = 0; i < MAX_CHECKED; i++)
	{
		CheckedState *checked = &state->checked[i];

		if (checked->database == database && checked->ledger == ledger)
			return checked;
		if (vacant == NULL && checked->database == InvalidOid)
			vacant = checked;
	}
	if (!create || vacant == NULL)
		return NULL;
	memset(vacant, 0, sizeof(CheckedState));
	vacant->database = database;
	vacant->ledger = ledger;
	return vacant;
}

/*
 * Forget the databases that are no longer listed or no longer exist, with their ledgers.
 */
void
lead_roi_forget_databases_except(List *databases)
{
	LWLockAcquire(state->lock, LW_EXCLUSIVE);
	for (int i = 0; i < MAX_CHECKED; i++)
	{
		if (!list_member_oid(databases, state->checked[i].database))
			state->checked[i].database = InvalidOid;
	}
	LWLockRelease(state->lock);
}

/*
 * Forget the ledgers of a database that no longer exist.
 */
void
lead_roi_forget_ledgers_except(Oid database, List *ledgers)
{
	LWLockAcquire(state->lock, LW_EXCLUSIVE);
	for (int i = 0; i < MAX_CHECKED; i++)
	{
		CheckedState *checked = &state->checked[i];

		if (checked->database == database && OidIsValid(checked->ledger) && !list_member_oid(ledgers, checked->ledger))
			checked->database = InvalidOid;
	}
	LWLockRelease(state->lock);
}

/*
 * Have what has failed tried again at the next check.
 */
void
lead_roi_try_all_again(void)
{
	LWLockAcquire(state->lock, LW_EXCLUSIVE);
	for (int i = 0; i < MAX_CHECKED; i++)
		state->checked[i].retry_at = 0;
	LWLockRelease(state->lock);
}

/*
 * Count a failure; after the second in a row leave the database or ledger alone for a while.
 */
static void
count_failure(CheckedState *checked)
{
	long		seconds = 0;

	checked->failures++;
	if (checked->failures > 1)
		seconds = Min(60L << Min(checked->failures - 2, 10), MAX_BACKOFF_SECONDS);
	checked->retry_at = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), seconds * 1000);
}

/*
 * Note how a check goes, or has ended.
 */
void
lead_roi_set_outcome(Oid database, Oid ledger, CheckOutcome outcome)
{
	CheckedState *found;

	LWLockAcquire(state->lock, LW_EXCLUSIVE);
	found = find_state(database, ledger, true);
	if (found != NULL)
	{
		found->outcome = outcome;
		if (outcome != CHECK_STARTED && outcome != CHECK_NO_SLOT)
			found->checked_at = GetCurrentTimestamp();
		if (outcome == CHECK_FAILED)
			count_failure(found);
		else if (outcome != CHECK_STARTED)
			found->failures = 0;
	}
	LWLockRelease(state->lock);
}

/*
 * Keep the message of an error, for a role that can't write it to posting_run. Long ones are cut.
 */
void
lead_roi_set_error(Oid database, Oid ledger, const char *message)
{
	int			length = pg_mbcliplen(message, strlen(message), ERROR_LENGTH - 1);
	CheckedState *found;

	LWLockAcquire(state->lock, LW_EXCLUSIVE);
	found = find_state(database, ledger, true);
	if (found != NULL)
	{
		memcpy(found->error, message, length);
		found->error[length] = '\0';
	}
	LWLockRelease(state->lock);
}

/*
 * A copy of what is known of a database or a ledger.
 */
static CheckedState
known_state(Oid database, Oid ledger)
{
	CheckedState known = {0};
	CheckedState *found;

	LWLockAcquire(state->lock, LW_SHARED);
	found = find_state(database, ledger, false);
	if (found != NULL)
		known = *found;
	LWLockRelease(state->lock);
	return known;
}

/*
 * How the last check ended.
 */
CheckOutcome
lead_roi_get_outcome(Oid database, Oid ledger)
{
	return known_state(database, ledger).outcome;
}

/*
 * May it be checked now, or is it left alone for a while?
 */
bool
lead_roi_may_be_checked(Oid database, Oid ledger)
{
	return GetCurrentTimestamp() >= known_state(database, ledger).retry_at;
}

/*
 * Note when a day ends next in one of the ledgers of a database.
 */
void
lead_roi_set_end_of_day(Oid database, TimestampTz end)
{
	CheckedState *found;

	LWLockAcquire(state->lock, LW_EXCLUSIVE);
	found = find_state(database, InvalidOid, true);
	if (found != NULL)
		found->end_of_day = end;
	LWLockRelease(state->lock);
}

/*
 * When a day ends next in any ledger after an instant; 0 if that isn't known.
 */
TimestampTz
lead_roi_next_end_of_day(TimestampTz after)
{
	TimestampTz next = 0;

	LWLockAcquire(state->lock, LW_SHARED);
	for (int i = 0; i < MAX_CHECKED; i++)
	{
		CheckedState *checked = &state->checked[i];

		if (OidIsValid(checked->database) && checked->end_of_day > after && (next == 0 || checked->end_of_day < next))
			next = checked->end_of_day;
	}
	LWLockRelease(state->lock);
	return next;
}

/*
 * May the caller read the text of errors of a ledger?
 */
static bool
may_read_errors(const Ledger *ledger)
{
	return has_privs_of_role(GetUserId(), ROLE_PG_MONITOR) || has_privs_of_role(GetUserId(), ledger->owner);
}

/*
 * An outcome in words, as far as it is a reason for not posting.
 */
static const char *
outcome_reason(const CheckedState *known, bool with_error)
{
	switch (known->outcome)
	{
		case CHECK_NONE:
			return "the worker has not checked this ledger yet";
		case CHECK_STARTED:
		case CHECK_DONE:
		case CHECK_MORE:
			return NULL;
		case CHECK_BUSY:
			return "another session holds a lock that the worker needs; it tries again at the next check";
		case CHECK_FAILED:
			return known->error[0] == '\0' || !with_error ? "the last check ended with an error, see the server log" :
				psprintf("the last check ended with an error: %s", known->error);
		case CHECK_NO_SLOT:
			return "no background worker could be started, see max_worker_processes";
		case CHECK_EXTENSION_ABSENT:
			return "the extension was not there at the last check";
		case CHECK_EXTENSION_VERSION:
			return "the extension and the loaded library are of different versions";
		case CHECK_LEDGER_VERSION:
			return "the ledger and the extension are of different versions; call lead_roi.upgrade_ledger()";
		case CHECK_SUPERUSER:
			return "the ledger belongs to a superuser, and the worker posts as the owner and never as a superuser; "
				"change the owner of the schema and of what is in it, to pg_database_owner for one";
		case CHECK_MIXED_OWNERS:
			return "not all relations of the ledger belong to the owner of its schema; change their owner";
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
 * Why nothing is posted in a ledger, as far as the state says; NULL if nothing keeps it. What keeps
 * the biller from the database comes first.
 */
static const char *
reason_for(const Ledger *ledger, CheckedState *known)
{
	CheckedState of_database = known_state(MyDatabaseId, InvalidOid);
	const char *reason = NULL;

	*known = known_state(MyDatabaseId, ledger->schema);
	if (of_database.outcome >= CHECK_BUSY)
		reason = outcome_reason(&of_database, may_read_errors(ledger));
	return reason != NULL ? reason : outcome_reason(known, may_read_errors(ledger));
}

/*
 * worker_state(ledger, OUT preloaded, listed, launcher_pid, checked_at, reason, library_version): what
 * is known of the worker in the ledger whose type the argument has.
 */
Datum
lead_roi_worker_state(PG_FUNCTION_ARGS)
{
	Ledger		ledger;
	Datum		values[6] = {0};
	bool		nulls[6] = {false, false, true, true, true, false};
	TupleDesc	descriptor;

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	lead_roi_require_type(get_fn_expr_argtype(fcinfo->flinfo, 0), &ledger);

	values[0] = BoolGetDatum(state != NULL);
	values[1] = BoolGetDatum(current_database_is_listed());
	values[5] = CStringGetTextDatum(LEAD_ROI_VERSION);

	if (state != NULL)
	{
		CheckedState known;
		const char *reason = reason_for(&ledger, &known);

		values[2] = Int32GetDatum(state->launcher_pid);
		nulls[2] = state->launcher_pid == 0;
		values[3] = TimestampTzGetDatum(known.checked_at);
		nulls[3] = known.checked_at == 0;
		if (reason != NULL)
			values[4] = CStringGetTextDatum(reason);
		nulls[4] = reason == NULL;
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}
