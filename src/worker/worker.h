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
#include "worker/outcome.h"
#include "nodes/pg_list.h"
#include "utils/date.h"

/* What the launcher tells a biller, in bgw_extra */
typedef struct BillerTask
{
	Oid			database;
	CheckOutcome before;		/* how the last check ended, so that a reason is logged once */
	char		testing_today[32];	/* of the server, whatever the database has been given */
	char		name[NAMEDATALEN];	/* of the database, for the log */
} BillerTask;

/* After this time the biller leaves, to let other databases have their turn; only folds that need it get more */
#define VISIT_MS (60 * 1000)

/* worker.c */
extern void lead_roi_worker_init(void);

/* settings.c */
extern char *lead_roi_databases;
extern int	lead_roi_naptime;
extern void lead_roi_worker_settings_init(void);
extern void lead_roi_note_own_settings(void);
extern void lead_roi_pin_settings(const BillerTask *task);

/* launcher.c */
extern PGDLLEXPORT void lead_roi_launcher_main(Datum main_arg);

/* biller.c */
extern PGDLLEXPORT void lead_roi_biller_main(Datum main_arg);

/* turns.c */
extern List *lead_roi_take_turns(Oid database, List *ledgers);
extern TimestampTz lead_roi_next_end_of_day_of(List *ledgers);

/* work.c */
extern void lead_roi_begin_work(const char *activity, int milliseconds);
extern void lead_roi_end_work(void);
extern ErrorData *lead_roi_recover(MemoryContext context);
extern bool lead_roi_ran_out_of_time(const ErrorData *error);

/* folding.c */
extern void lead_roi_fold_ledgers(const BillerTask *task, List *ledgers, TimestampTz leave_at);

/* due.c */
extern bool lead_roi_index_shows_nothing_due(const Ledger *ledger, DateADT today);

/* conditions.c */
extern void lead_roi_read_ahead(void);
extern bool lead_roi_may_work_in_database(const BillerTask *task, CheckOutcome *outcome);
extern bool lead_roi_has_work(const BillerTask *task, const Ledger *ledger, CheckOutcome before, bool begun,
							  CheckOutcome *outcome);
extern bool lead_roi_may_work_in_ledger(const Ledger *ledger);

/* databases.c */
extern bool lead_roi_split_databases(char *setting, List **names);
extern List *lead_roi_listed_databases(void);
extern const char *lead_roi_look_up_database(const char *name, Oid *oid);

#endif							/* LEAD_ROI_WORKER_H */
