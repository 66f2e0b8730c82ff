/*
 * biller.c
 *		One visit to one database: connect, post what is due in each ledger, leave.
 *
 * The work is done with pinned settings, as the owner of the ledger, in a security-restricted operation,
 * where conditions.c finds nothing against it.
 *
 * A ledger keeps the others waiting for no longer than a turn, whatever its triggers do. A batch that takes
 * longer is cancelled. The next one has a tenth of its rows and twice the time, after the others have had
 * their turn and, from the second time on, after a while.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "ledger/ledger.h"
#include "worker/checks.h"
#include "worker/worker.h"

/* The turn of a ledger while others wait for theirs, and the time for a batch, at first */
#define TURN_MS (15 * 1000)

/* The visit of one ledger */
typedef struct LedgerVisit
{
	const BillerTask *task;
	const Ledger *ledger;
	CheckedState before;		/* how the last check ended */
	PostingRun	run;
	int			batch_ms;		/* time for a batch */
	TimestampTz leave_at;
} LedgerVisit;

/*
 * Become the owner of a ledger for what follows in this transaction.
 */
static void
become_owner(const Ledger *ledger, ActingRole *before)
{
	lead_roi_act_as(ledger->owner, before);
	/* Nothing can be deferred to the commit, which comes with other rights */
	SPI_execute("SET CONSTRAINTS ALL IMMEDIATE", false, 0);
}

/*
 * Post one batch in a transaction. Returns CHECK_MORE if there may be more to post, else how the check
 * of the ledger ends.
 */
static CheckOutcome
post_one_batch(LedgerVisit *visit)
{
	CheckOutcome outcome = CHECK_DONE;
	Ledger		ledger;
	ActingRole	acting;

	lead_roi_begin_work("SELECT lead_roi.post_batch()", visit->batch_ms);
	if (lead_roi_may_work_in_database(visit->task, &outcome) &&
		lead_roi_find_ledger(visit->run.schema, &ledger) && /* else it was dropped meanwhile */
		lead_roi_has_work(visit->task, &ledger, visit->before.outcome, visit->run.posting_run != 0, &outcome))
	{
		become_owner(&ledger, &acting);
		outcome = lead_roi_post_batch(&visit->run) ? CHECK_MORE : CHECK_DONE;
		/* What somebody's trigger has set doesn't outlive it */
		lead_roi_act_again_as(&acting);
	}
	lead_roi_end_work();
	return outcome;
}

/*
 * Post batch by batch until nothing is left, it is time to leave, or something keeps the biller.
 */
static CheckOutcome
post_batches(LedgerVisit *visit)
{
	CheckOutcome outcome;

	visit->run.as_of = lead_roi_billing_date(GetCurrentTimestamp(), visit->ledger->time_zone);
	do
		outcome = post_one_batch(visit);
	while (outcome == CHECK_MORE && GetCurrentTimestamp() < visit->leave_at);
	return outcome;
}

/*
 * Leave a trace of an error in posting_run.
 */
static void
record_failed_run(PostingRun *run, ErrorData *error)
{
	Ledger		ledger;
	ActingRole	acting;

	lead_roi_begin_work("SELECT lead_roi.record_run()", TURN_MS);
	if (lead_roi_find_ledger(run->schema, &ledger) && !superuser_arg(ledger.owner))
	{
		become_owner(&ledger, &acting);
		lead_roi_record_failed_run(run, unpack_sql_state(error->sqlerrcode), error->message);
		lead_roi_act_again_as(&acting);
	}
	lead_roi_end_work();
}

/*
 * Log an error and keep its message, for worker_status. "Where" is the end of "lead_roi biller failed
 * in".
 */
static void
report_error(Oid database, Oid ledger, const char *where, ErrorData *error)
{
	lead_roi_set_error(database, ledger, error->message);
	ereport(LOG,
			(errcode(error->sqlerrcode),
			 errmsg("lead_roi biller failed in %s: %s", where, error->message),
			 error->detail ? errdetail_internal("%s", error->detail) : 0,
			 error->hint ? errhint("%s", error->hint) : 0));
}

/*
 * Report the error that ended a run, and leave a trace of it in posting_run if that is possible.
 */
static void
record_failure(LedgerVisit *visit, ErrorData *error)
{
	MemoryContext context = CurrentMemoryContext;

	report_error(visit->task->database, visit->ledger->schema,
				 psprintf("ledger %s of database \"%s\"", quote_identifier(visit->ledger->name), visit->task->name), error);
	PG_TRY();
	{
		/* Without a date, the ledger's time zone doesn't exist, and its owner was not checked */
		if (!DATE_NOT_FINITE(visit->run.as_of))
			record_failed_run(&visit->run, error);
	}
	PG_CATCH();
	{
		FreeErrorData(lead_roi_recover(context));
	}
	PG_END_TRY();
}

/*
 * Was the ledger dropped while it was visited? Then an error is no failure.
 */
static bool
is_gone(const PostingRun *run)
{
	Ledger		ledger;
	bool		found;

	lead_roi_begin_work("SELECT * FROM lead_roi.ledger", TURN_MS);
	found = lead_roi_find_ledger(run->schema, &ledger);
	lead_roi_end_work();
	return !found;
}

/*
 * Is this the error of a batch that ran out of time? Says so in its message, which is that of a setting
 * that isn't meant.
 */
static bool
ran_out_of_time(LedgerVisit *visit, ErrorData *error)
{
	if (!lead_roi_ran_out_of_time(error))
		return false;
	error->message = psprintf("a batch was cancelled after %d seconds", visit->batch_ms / 1000);
	return true;
}

/*
 * Post what is due in a ledger, turning an error into an outcome.
 */
static CheckOutcome
visit_ledger(LedgerVisit *visit)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;
	volatile	CheckOutcome outcome = CHECK_FAILED;

	PG_TRY();
	{
		outcome = post_batches(visit);
	}
	PG_CATCH();
	{
		error = lead_roi_recover(context);
	}
	PG_END_TRY();

	if (error == NULL)
		return outcome;
	if (error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE)
		return CHECK_BUSY;
	if (ran_out_of_time(visit, error))
		outcome = CHECK_TOO_SLOW;
	if (is_gone(&visit->run))
		return CHECK_DONE;
	record_failure(visit, error);
	return outcome;
}

/*
 * Have less done at a time, and more time for it, after each batch that ran out of time.
 */
static void
set_pace(LedgerVisit *visit)
{
	visit->batch_ms = TURN_MS;
	for (int i = 0; i < visit->before.timeouts && visit->batch_ms < VISIT_MS; i++)
		visit->batch_ms = Min(visit->batch_ms * 2, VISIT_MS);
	for (int i = 0; i < visit->before.timeouts && visit->run.batch_size > 1; i++)
		visit->run.batch_size = Max(visit->run.batch_size / 10, 1);
}

/*
 * Look after one ledger, and note how that goes. Returns how it ended.
 */
static CheckOutcome
check_ledger(const BillerTask *task, const Ledger *ledger, TimestampTz leave_at)
{
	LedgerVisit visit = {.task = task, .ledger = ledger, .leave_at = leave_at};
	CheckOutcome outcome;

	visit.before = lead_roi_begin_check(task->database, ledger->schema, ledger->name);
	lead_roi_begin_run(&visit.run, ledger->schema, DATEVAL_NOBEGIN, 0);
	set_pace(&visit);
	outcome = visit_ledger(&visit);
	if (visit.run.posted > 0 || visit.run.failed > 0)
		ereport(LOG,
				(errmsg("lead_roi biller posted %lld expenses in ledger %s of database \"%s\", and could not post %lld recurring expenses",
						(long long) visit.run.posted, quote_identifier(ledger->name), task->name, (long long) visit.run.failed),
				 visit.run.failed > 0 ? errhint("See the view \"overdue_expense\" for the errors.") : 0));
	lead_roi_end_check(task->database, ledger->schema, outcome);
	return outcome;
}

/*
 * List the ledgers of the database in the caller's memory; false if something keeps the biller, which
 * "outcome" says.
 */
static bool
list_ledgers(const BillerTask *task, List **ledgers, CheckOutcome *outcome)
{
	MemoryContext context = CurrentMemoryContext;
	List	   *schemas = NIL;
	ListCell   *cell;
	bool		may_work;

	lead_roi_begin_work("SELECT * FROM lead_roi.ledger", TURN_MS);
	may_work = lead_roi_may_work_in_database(task, outcome);
	MemoryContextSwitchTo(context);
	if (may_work)
	{
		*ledgers = lead_roi_list_ledgers();
		foreach(cell, *ledgers)
			schemas = lappend_oid(schemas, ((Ledger *) lfirst(cell))->schema);
		lead_roi_forget_ledgers_except(task->database, schemas);
		lead_roi_read_ahead();
	}
	lead_roi_end_work();
	MemoryContextSwitchTo(context);
	return may_work;
}

/*
 * List the ledgers, turning an error into an outcome.
 */
static bool
find_ledgers(const BillerTask *task, List **ledgers, CheckOutcome *outcome)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;
	volatile bool found = false;

	PG_TRY();
	{
		found = list_ledgers(task, ledgers, outcome);
	}
	PG_CATCH();
	{
		error = lead_roi_recover(context);
	}
	PG_END_TRY();

	if (error == NULL)
		return found;
	*outcome = CHECK_BUSY;
	if (error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE)
	{
		report_error(task->database, InvalidOid, psprintf("database \"%s\"", task->name), error);
		*outcome = CHECK_FAILED;
	}
	return false;
}

/*
 * Look after the ledgers of the database, until the visit gets long: who had no turn is first in the
 * next one.
 */
static CheckOutcome
visit_database(const BillerTask *task)
{
	TimestampTz leave_at = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), VISIT_MS);
	CheckOutcome outcome;
	List	   *ledgers;
	ListCell   *cell;
	bool		more = false;

	if (!find_ledgers(task, &ledgers, &outcome))
		return outcome;
	lead_roi_set_end_of_day(task->database, lead_roi_next_end_of_day_of(ledgers));
	ledgers = lead_roi_take_turns(task->database, ledgers);
	foreach(cell, ledgers)
	{
		TimestampTz now = GetCurrentTimestamp();
		TimestampTz turn_ends = lnext(ledgers, cell) == NULL ? leave_at : TimestampTzPlusMilliseconds(now, TURN_MS);

		if (now >= leave_at)
			return CHECK_MORE;
		more |= check_ledger(task, lfirst(cell), Min(turn_ends, leave_at)) == CHECK_MORE;
	}
	lead_roi_fold_ledgers(task, ledgers, leave_at);
	return more ? CHECK_MORE : CHECK_DONE;
}

/*
 * Main function of a biller.
 */
void
lead_roi_biller_main(Datum main_arg pg_attribute_unused())
{
	BillerTask	task;

	memcpy(&task, MyBgworkerEntry->bgw_extra, sizeof(task));
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	lead_roi_note_own_settings();
	BackgroundWorkerInitializeConnectionByOid(task.database, InvalidOid, 0);
	pgstat_report_appname("lead_roi biller");
	lead_roi_pin_settings(&task);

	lead_roi_end_check(task.database, InvalidOid, visit_database(&task));
	proc_exit(0);
}
