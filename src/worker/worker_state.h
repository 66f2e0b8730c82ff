/*
 * worker_state.h
 *		What is known of the worker in shared memory, of each listed database and each ledger in it. The
 *		key is the database with the schema of the ledger, InvalidOid for the database itself.
 */
#ifndef LEAD_ROI_WORKER_STATE_H
#define LEAD_ROI_WORKER_STATE_H

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"

#include "worker/outcome.h"

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
	TimestampTz retry_at;		/* left alone until then */
	char		error[ERROR_LENGTH];	/* message of the last error, or empty */
} CheckedState;

extern void lead_roi_request_worker_state(void);
extern void lead_roi_set_launcher(int pid);
extern void lead_roi_forget_databases_except(List *databases);
extern void lead_roi_forget_ledgers_except(Oid database, List *ledgers);
extern void lead_roi_try_all_again(void);
extern CheckOutcome lead_roi_begin_check(Oid database, Oid ledger, const char *name);
extern void lead_roi_set_outcome(Oid database, Oid ledger, CheckOutcome outcome);
extern void lead_roi_end_visit(Oid database);
extern void lead_roi_set_error(Oid database, Oid ledger, const char *message);
extern CheckOutcome lead_roi_get_outcome(Oid database, Oid ledger);
extern TimestampTz lead_roi_last_check(Oid database, Oid ledger, bool *had_trouble);
extern bool lead_roi_may_be_checked(Oid database, Oid ledger);
extern void lead_roi_set_end_of_day(Oid database, TimestampTz end);
extern TimestampTz lead_roi_next_end_of_day(TimestampTz after);
extern int	lead_roi_launcher_pid(void);
extern bool lead_roi_worker_is_set_up(void);
extern CheckedState lead_roi_known_state(Oid database, Oid ledger);
extern CheckedState *lead_roi_all_states(int *number);

#endif							/* LEAD_ROI_WORKER_STATE_H */
