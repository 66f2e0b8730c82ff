/*
 * state_table.c
 *		The table in shared memory: its rows, its lock, and the launcher's process.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "postmaster/bgworker_internals.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"

#include "worker/state_table.h"

/* Rows of the table */
#define MAX_CHECKED 2048

typedef struct WorkerState
{
	LWLock	   *lock;
	bool		has_launcher;	/* false: no worker slot was left for it when the server started */
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
 * Has the postmaster taken the launcher on? Where all of max_worker_processes are taken, it logs that and goes on.
 */
static bool
launcher_is_registered(void)
{
#if PG_VERSION_NUM >= 180000
	dlist_iter	each;

	dlist_foreach(each, &BackgroundWorkerList)
	{
		const RegisteredBgWorker *worker = dlist_container(RegisteredBgWorker, rw_lnode, each.cur);
#else
	slist_iter	each;

	slist_foreach(each, &BackgroundWorkerList)
	{
		const RegisteredBgWorker *worker = slist_container(RegisteredBgWorker, rw_lnode, each.cur);
#endif

		if (strcmp(worker->rw_worker.bgw_name, LEAD_ROI_LAUNCHER) == 0)
			return true;
	}
	return false;
}

/*
 * Create the table, or find the one that the postmaster has created.
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
		state->has_launcher = launcher_is_registered();
	}
	LWLockRelease(AddinShmemInitLock);
}

/*
 * Have the table created when the server starts.
 */
void
lead_roi_request_state_table(void)
{
	previous_shmem_request_hook = shmem_request_hook;
	shmem_request_hook = request_memory;
	previous_shmem_startup_hook = shmem_startup_hook;
	shmem_startup_hook = attach_memory;
}

/*
 * Is the worker set up in this server?
 */
bool
lead_roi_has_state_table(void)
{
	return state != NULL;
}

/*
 * Is there a launcher, or will it be started again? Doesn't change while the server runs.
 */
bool
lead_roi_has_launcher(void)
{
	return state->has_launcher;
}

/*
 * Lock all rows.
 */
void
lead_roi_lock_states(LWLockMode mode)
{
	LWLockAcquire(state->lock, mode);
}

/*
 * Unlock them.
 */
void
lead_roi_unlock_states(void)
{
	LWLockRelease(state->lock);
}

/*
 * The row of a database or a ledger; NULL if there is none.
 */
CheckedState *
lead_roi_find_state(Oid database, Oid ledger)
{
	for (int i = 0; i < MAX_CHECKED; i++)
	{
		if (state->checked[i].database == database && state->checked[i].ledger == ledger)
			return &state->checked[i];
	}
	return NULL;
}

/*
 * A free row; NULL if there is none.
 */
static CheckedState *
find_vacant_state(void)
{
	for (int i = 0; i < MAX_CHECKED; i++)
	{
		if (!OidIsValid(state->checked[i].database))
			return &state->checked[i];
	}
	return NULL;
}

/*
 * The row of a database or a ledger, which is added unless it is there; NULL if there is no room.
 */
CheckedState *
lead_roi_find_or_add_state(Oid database, Oid ledger)
{
	CheckedState *found = lead_roi_find_state(database, ledger);

	if (found == NULL && (found = find_vacant_state()) != NULL)
	{
		memset(found, 0, sizeof(CheckedState));
		found->database = database;
		found->ledger = ledger;
	}
	return found;
}

/*
 * The row in use that comes after this one, the first one for NULL; NULL behind the last.
 */
CheckedState *
lead_roi_next_state(CheckedState *after)
{
	for (int i = after == NULL ? 0 : after - state->checked + 1; i < MAX_CHECKED; i++)
	{
		if (OidIsValid(state->checked[i].database))
			return &state->checked[i];
	}
	return NULL;
}

/*
 * Remove a row.
 */
void
lead_roi_remove_state(CheckedState *removed)
{
	removed->database = InvalidOid;
}

/*
 * Is there no room for another row?
 */
bool
lead_roi_states_are_full(void)
{
	return find_vacant_state() == NULL;
}

/*
 * Note the launcher's process, or 0 when it ends.
 */
void
lead_roi_set_launcher(int pid)
{
	lead_roi_lock_states(LW_EXCLUSIVE);
	state->launcher_pid = pid;
	lead_roi_unlock_states();
}

/*
 * The launcher's process, 0 if there is none.
 */
int
lead_roi_launcher_pid(void)
{
	int			pid;

	lead_roi_lock_states(LW_SHARED);
	pid = state->launcher_pid;
	lead_roi_unlock_states();
	return pid;
}

/*
 * Copies of all rows.
 */
CheckedState *
lead_roi_all_states(int *number)
{
	CheckedState *copies = palloc(MAX_CHECKED * sizeof(CheckedState));

	*number = 0;
	lead_roi_lock_states(LW_SHARED);
	for (CheckedState *each = lead_roi_next_state(NULL); each != NULL; each = lead_roi_next_state(each))
		copies[(*number)++] = *each;
	lead_roi_unlock_states();
	return copies;
}
