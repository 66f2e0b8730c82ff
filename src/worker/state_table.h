/*
 * state_table.h
 *		The table in shared memory that has a row for each listed database and each ledger in it. The key is
 *		the database with the schema of the ledger, InvalidOid for the database itself.
 *
 * It has room for a fixed number of rows. Databases and ledgers beyond that are served like all others,
 * but nothing is known of how their checks ended: the outcome CHECK_UNTRACKED says so.
 */
#ifndef LEAD_ROI_STATE_TABLE_H
#define LEAD_ROI_STATE_TABLE_H

#include "datatype/timestamp.h"
#include "storage/lwlock.h"

#include "worker/outcome.h"

/* The name of the launcher's process */
#define LEAD_ROI_LAUNCHER "lead_roi launcher"

/* Bytes that are kept of an error message */
#define ERROR_LENGTH 256

/* One listed database, or a ledger in it */
typedef struct CheckedState
{
	Oid			database;		/* InvalidOid: free */
	Oid			ledger;			/* schema; InvalidOid: the database itself */
	char		name[NAMEDATALEN];	/* of the ledger, when it was checked last */
	CheckOutcome outcome;		/* of the last check that came to an end */
	bool		under_way;		/* a biller is at it, or died at it */
	TimestampTz checked_at;		/* end of the last check that came to an end; 0: none */
	TimestampTz end_of_day;		/* of a database: when a day ends next in one of its ledgers; 0: not known */
	int			failures;		/* in a row */
	int			timeouts;		/* batches that ran out of time since all was posted last */
	TimestampTz retry_at;		/* left alone until then */
	int			fold_failures;	/* of folding its summaries, in a row */
	TimestampTz fold_at;		/* not folded until then */
	char		error[ERROR_LENGTH];	/* message of the last error, or empty */
} CheckedState;

extern void lead_roi_request_state_table(void);
extern bool lead_roi_has_state_table(void);
extern bool lead_roi_has_launcher(void);
extern void lead_roi_lock_states(LWLockMode mode);
extern void lead_roi_unlock_states(void);

/* The caller of these holds the lock */
extern CheckedState *lead_roi_find_state(Oid database, Oid ledger);
extern CheckedState *lead_roi_find_or_add_state(Oid database, Oid ledger);
extern CheckedState *lead_roi_next_state(CheckedState *state);
extern void lead_roi_remove_state(CheckedState *state);
extern bool lead_roi_states_are_full(void);

/* These take it themselves */
extern void lead_roi_set_launcher(int pid);
extern int	lead_roi_launcher_pid(void);
extern CheckedState *lead_roi_all_states(int *number);

#endif							/* LEAD_ROI_STATE_TABLE_H */
