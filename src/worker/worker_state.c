/*
 * worker_state.c
 *		What is known of the worker, in shared memory: the launcher's process and, for each listed
 *		database and each ledger in it, when it was checked last and how that ended. Lost at a restart,
 *		and that's fine: it decides what worker_status says, who comes first, and who is left alone for
 *		a while, and never what is posted.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/timestamp.h"

#include "worker/worker.h"
#include "worker/worker_state.h"

/* Databases and ledgers whose state is kept; more are served, without a state */
#define MAX_CHECKED 2048

/* Time for which what fails is left alone: after a second failure a minute, then twice as long, up to this */
#define MAX_BACKOFF_SECONDS 3600

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
 * Note that a check has begun. Returns how the one before ended, which worker_status tells until this
 * one has ended, too: a biller that waits for a lock would hide most of the time that it does.
 */
CheckOutcome
lead_roi_begin_check(Oid database, Oid ledger, const char *name)
{
	CheckOutcome before = CHECK_NONE;
	CheckedState *found;

	LWLockAcquire(state->lock, LW_EXCLUSIVE);
	found = find_state(database, ledger, true);
	if (found != NULL)
	{
		before = found->outcome;
		strlcpy(found->name, name, NAMEDATALEN);
		found->under_way = true;
		if (before == CHECK_NO_SLOT)
			found->outcome = CHECK_NONE;
	}
	LWLockRelease(state->lock);
	return before;
}

/*
 * Note how a check has ended. The caller holds the lock.
 */
static void
end_check(CheckedState *checked, CheckOutcome outcome)
{
	checked->outcome = outcome;
	checked->under_way = false;
	if (outcome != CHECK_NO_SLOT)
		checked->checked_at = GetCurrentTimestamp();
	if (outcome == CHECK_FAILED)
		count_failure(checked);
	else
	{
		checked->failures = 0;
		checked->error[0] = '\0';
	}
}

/*
 * Note how a check has ended.
 */
void
lead_roi_set_outcome(Oid database, Oid ledger, CheckOutcome outcome)
{
	CheckedState *found;

	LWLockAcquire(state->lock, LW_EXCLUSIVE);
	found = find_state(database, ledger, true);
	if (found != NULL)
		end_check(found, outcome);
	LWLockRelease(state->lock);
}

/*
 * The ledger of a database at which a biller died, noted as a failure; false if there is none. The
 * caller holds the lock.
 */
static bool
blame_ledger(Oid database)
{
	bool		found = false;

	for (int i = 0; i < MAX_CHECKED; i++)
	{
		CheckedState *checked = &state->checked[i];

		if (checked->database == database && OidIsValid(checked->ledger) && checked->under_way)
		{
			checked->error[0] = '\0';
			end_check(checked, CHECK_FAILED);
			found = true;
		}
	}
	return found;
}

/*
 * The biller of a database has left. If it could not say how its check ended it has died, which is a
 * failure of the ledger that it was at, so that the others are served without that one; else of the
 * database.
 */
void
lead_roi_end_visit(Oid database)
{
	CheckedState *found;

	LWLockAcquire(state->lock, LW_EXCLUSIVE);
	found = find_state(database, InvalidOid, false);
	if (found != NULL && found->under_way)
	{
		found->error[0] = '\0';
		end_check(found, blame_ledger(database) ? CHECK_MORE : CHECK_FAILED);
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
CheckedState
lead_roi_known_state(Oid database, Oid ledger)
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
	return lead_roi_known_state(database, ledger).outcome;
}

/*
 * When the last check ended, 0 if there was none, and whether it was of the kind that takes time:
 * failed, or waited for a lock in vain.
 */
TimestampTz
lead_roi_last_check(Oid database, Oid ledger, bool *had_trouble)
{
	CheckedState known = lead_roi_known_state(database, ledger);

	*had_trouble = known.outcome == CHECK_FAILED || known.outcome == CHECK_BUSY;
	return known.checked_at;
}

/*
 * May it be checked now, or is it left alone for a while? A time too far ahead comes from a clock
 * that has been set back since.
 */
bool
lead_roi_may_be_checked(Oid database, Oid ledger)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz retry_at = lead_roi_known_state(database, ledger).retry_at;

	return now >= retry_at || retry_at > TimestampTzPlusMilliseconds(now, MAX_BACKOFF_SECONDS * 1000L);
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
 * The launcher's process, 0 if there is none.
 */
int
lead_roi_launcher_pid(void)
{
	int			pid;

	LWLockAcquire(state->lock, LW_SHARED);
	pid = state->launcher_pid;
	LWLockRelease(state->lock);
	return pid;
}

/*
 * Is the worker set up in this server?
 */
bool
lead_roi_worker_is_set_up(void)
{
	return state != NULL;
}

/*
 * Copies of what is known of all databases and ledgers.
 */
CheckedState *
lead_roi_all_states(int *number)
{
	CheckedState *copies = palloc(MAX_CHECKED * sizeof(CheckedState));

	*number = 0;
	LWLockAcquire(state->lock, LW_SHARED);
	for (int i = 0; i < MAX_CHECKED; i++)
	{
		if (OidIsValid(state->checked[i].database))
			copies[(*number)++] = state->checked[i];
	}
	LWLockRelease(state->lock);
	return copies;
}
