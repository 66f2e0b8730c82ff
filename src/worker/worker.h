/*
 * worker.h
 *		In:		the list of databases to look after, and the clock.
 *		Out:	a call of posting in each of their ledgers, at every check and just after midnight.
 *		Promise: only an alarm clock. Whatever it does can be done by hand, it keeps no connection to
 *				any database, it acts as the owner of a ledger and never as a superuser, and whatever
 *				stops it, the next check makes up for it.
 *
 * The launcher is a static background worker that is connected to no database. At each check it
 * starts one biller after the other, a dynamic worker that connects to one database, posts what is
 * due in its ledgers and leaves. What both know of a database and of a ledger lies in shared memory,
 * for worker_status.
 */
#ifndef LEAD_ROI_WORKER_H
#define LEAD_ROI_WORKER_H

#include "ledger/ledger.h"
#include "nodes/pg_list.h"
#include "utils/date.h"

/* How a check of a database or a ledger ended, or why there was none */
typedef enum CheckOutcome
{
	CHECK_NONE,					/* not checked yet */
	CHECK_STARTED,				/* nothing keeps the biller, who goes on; never the end of a check */
	CHECK_DONE,					/* everything due was posted */
	CHECK_MORE,					/* left to let others have their turn */
	CHECK_BUSY,					/* somebody holds a lock that it needs */
	CHECK_FAILED,				/* ended with an error */
	CHECK_NO_SLOT,				/* no background worker could be started */
	CHECK_EXTENSION_ABSENT,
	CHECK_EXTENSION_VERSION,	/* the library is of another version than the extension */
	CHECK_LEDGER_VERSION,		/* the ledger is of another version than the extension */
	CHECK_SUPERUSER,			/* the ledger is a superuser's */
	CHECK_MIXED_OWNERS,			/* its relations are not all its owner's */
	CHECK_INCOMPLETE,			/* a key or trigger is missing that keeps a month from being billed twice */
	CHECK_RESTORE				/* it looks as if it were being restored */
} CheckOutcome;

/* What the launcher tells a biller, in bgw_extra */
typedef struct BillerTask
{
	Oid			database;
	CheckOutcome before;		/* how the last check ended, so that a reason is logged once */
	char		testing_today[32];	/* of the server, whatever the database has been given */
	char		name[NAMEDATALEN];	/* of the database, for the log */
} BillerTask;

/* worker.c */
extern char *lead_roi_databases;
extern int	lead_roi_naptime;
extern void lead_roi_worker_init(void);

/* launcher.c */
extern PGDLLEXPORT void lead_roi_launcher_main(Datum main_arg);
extern bool lead_roi_split_databases(char *setting, List **names);

/* biller.c */
extern PGDLLEXPORT void lead_roi_biller_main(Datum main_arg);

/* conditions.c */
extern CheckOutcome lead_roi_check_extension(const BillerTask *task);
extern CheckOutcome lead_roi_check_ledger(const BillerTask *task, const Ledger *ledger, CheckOutcome before);

/* worker_state.c: what is known of a database (ledger: InvalidOid) and of a ledger in it */
extern void lead_roi_request_worker_state(void);
extern void lead_roi_set_launcher(int pid);
extern void lead_roi_forget_databases_except(List *databases);
extern void lead_roi_forget_ledgers_except(Oid database, List *ledgers);
extern void lead_roi_try_all_again(void);
extern CheckOutcome lead_roi_begin_check(Oid database, Oid ledger);
extern void lead_roi_set_outcome(Oid database, Oid ledger, CheckOutcome outcome);
extern void lead_roi_end_visit(Oid database);
extern void lead_roi_set_error(Oid database, Oid ledger, const char *message);
extern CheckOutcome lead_roi_get_outcome(Oid database, Oid ledger);
extern TimestampTz lead_roi_last_check(Oid database, Oid ledger, bool *had_trouble);
extern bool lead_roi_may_be_checked(Oid database, Oid ledger);
extern void lead_roi_set_end_of_day(Oid database, TimestampTz end);
extern TimestampTz lead_roi_next_end_of_day(TimestampTz after);

#endif							/* LEAD_ROI_WORKER_H */
