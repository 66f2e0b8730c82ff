/*
 * biller.c
 *		One visit to one database: connect, post what is due in each ledger, leave.
 *
 * Nothing that is set on the database or on a role may change what happens here. So every setting
 * that matters is pinned, and the work is done as the owner of the ledger, in a security-restricted
 * operation, where conditions.c finds nothing against it.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "ledger/ledger.h"
#include "worker/worker.h"

/* A batch that takes longer is cancelled */
#define BATCH_TIMEOUT_MS (5 * 60 * 1000)

/* After this time the biller leaves, to let other ledgers and databases have their turn */
#define VISIT_MS (60 * 1000)

/* Settings that hold whatever the database or the role has been given */
static const char *const pinned_settings[][2] = {
	{"role", "none"},
	{"search_path", "pg_catalog, pg_temp"},
	{"session_replication_role", "origin"},
	{"default_transaction_isolation", "read committed"},
	{"default_transaction_read_only", "off"},
	{"default_transaction_deferrable", "off"},
	{"row_security", "off"},
	{"DateStyle", "ISO, YMD"},
	{"IntervalStyle", "postgres"},
	{"lock_timeout", "5s"},
	{"statement_timeout", "0"},
	{"idle_in_transaction_session_timeout", "0"},
	{"default_tablespace", ""},
	{"synchronize_seqscans", "on"},
	{"exit_on_error", "off"},
	{"work_mem", "16MB"},
	{"plan_cache_mode", "auto"},
	{"enable_seqscan", "on"},
	{"enable_indexscan", "on"},
	{"enable_indexonlyscan", "on"},
	{"enable_bitmapscan", "on"},
	{"enable_nestloop", "on"},
	{"enable_hashjoin", "on"},
	{"enable_mergejoin", "on"},
	{"enable_sort", "on"},
	{"enable_hashagg", "on"},
	{"enable_material", "on"},
	{"seq_page_cost", "1"},
	{"random_page_cost", "4"},
	{"cpu_tuple_cost", "0.01"},
	{"cpu_index_tuple_cost", "0.005"},
	{"cpu_operator_cost", "0.0025"},
	{"jit", "off"},
#if PG_VERSION_NUM >= 170000
	{"transaction_timeout", "0"},
#endif
};

/*
 * Pin the settings.
 */
static void
pin_settings(const BillerTask *task)
{
	for (int i = 0; i < (int) lengthof(pinned_settings); i++)
		SetConfigOption(pinned_settings[i][0], pinned_settings[i][1], PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("lead_roi.testing_today", task->testing_today, PGC_SUSET, PGC_S_OVERRIDE);
}

/*
 * Begin a transaction with SPI, and a time limit for it.
 */
static void
begin_work(const char *activity)
{
	CHECK_FOR_INTERRUPTS();
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	SPI_connect();
	pgstat_report_activity(STATE_RUNNING, activity);
	enable_timeout_after(STATEMENT_TIMEOUT, BATCH_TIMEOUT_MS);
}

/*
 * Commit the transaction.
 */
static void
end_work(void)
{
	disable_timeout(STATEMENT_TIMEOUT, false);
	SPI_finish();
	PopActiveSnapshot();
	CommitTransactionCommand();
	pgstat_report_stat(true);
	pgstat_report_activity(STATE_IDLE, NULL);
}

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
post_one_batch(const BillerTask *task, PostingRun *run, CheckOutcome before)
{
	CheckOutcome outcome;
	Ledger		ledger;
	ActingRole	acting;

	begin_work("SELECT lead_roi.post_batch()");
	outcome = lead_roi_check_extension(task);
	if (outcome == CHECK_STARTED)
		outcome = lead_roi_find_ledger(run->schema, &ledger) ? lead_roi_check_ledger(task, &ledger, before) :
			CHECK_DONE;			/* it was dropped meanwhile */
	if (outcome == CHECK_STARTED)
	{
		become_owner(&ledger, &acting);
		outcome = lead_roi_post_batch(run) ? CHECK_MORE : CHECK_DONE;
		/* What somebody's trigger has set doesn't outlive it */
		lead_roi_act_again_as(&acting);
	}
	end_work();
	return outcome;
}

/*
 * Post batch by batch until nothing is left, it is time to leave, or something keeps the biller.
 */
static CheckOutcome
post_batches(const BillerTask *task, const Ledger *ledger, PostingRun *run, CheckOutcome before, TimestampTz leave_at)
{
	CheckOutcome outcome;

	run->as_of = lead_roi_billing_date(GetCurrentTimestamp(), ledger->time_zone);
	do
		outcome = post_one_batch(task, run, before);
	while (outcome == CHECK_MORE && GetCurrentTimestamp() < leave_at);
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

	begin_work("SELECT lead_roi.record_run()");
	if (lead_roi_find_ledger(run->schema, &ledger) && !superuser_arg(ledger.owner))
	{
		become_owner(&ledger, &acting);
		lead_roi_record_failed_run(run, unpack_sql_state(error->sqlerrcode), error->message);
		lead_roi_act_again_as(&acting);
	}
	end_work();
}

/*
 * After an error, back to where work can begin again. Returns the error.
 */
static ErrorData *
recover(MemoryContext context)
{
	ErrorData  *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	FlushErrorState();
	disable_all_timeouts(false);
	AbortCurrentTransaction();
	MemoryContextSwitchTo(context);
	return error;
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
record_failure(const BillerTask *task, const Ledger *ledger, PostingRun *run, ErrorData *error)
{
	MemoryContext context = CurrentMemoryContext;

	report_error(task->database, ledger->schema,
				 psprintf("ledger %s of database \"%s\"", quote_identifier(ledger->name), task->name), error);
	PG_TRY();
	{
		/* Without a date, the ledger's time zone doesn't exist, and its owner was not checked */
		if (!DATE_NOT_FINITE(run->as_of))
			record_failed_run(run, error);
	}
	PG_CATCH();
	{
		FreeErrorData(recover(context));
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

	begin_work("SELECT * FROM lead_roi.ledger");
	found = lead_roi_find_ledger(run->schema, &ledger);
	end_work();
	return !found;
}

/*
 * Post what is due in a ledger, turning an error into an outcome.
 */
static CheckOutcome
visit_ledger(const BillerTask *task, const Ledger *ledger, PostingRun *run, CheckOutcome before, TimestampTz leave_at)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;
	volatile	CheckOutcome outcome = CHECK_FAILED;

	PG_TRY();
	{
		outcome = post_batches(task, ledger, run, before, leave_at);
	}
	PG_CATCH();
	{
		error = recover(context);
	}
	PG_END_TRY();

	if (error == NULL)
		return outcome;
	if (error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE)
		return CHECK_BUSY;
	if (is_gone(run))
		return CHECK_DONE;
	record_failure(task, ledger, run, error);
	return CHECK_FAILED;
}

/*
 * Look after one ledger, and note how that goes. Returns how it ended.
 */
static CheckOutcome
check_ledger(const BillerTask *task, const Ledger *ledger, TimestampTz leave_at)
{
	CheckOutcome before;
	CheckOutcome outcome;
	PostingRun	run;

	if (!lead_roi_may_be_checked(task->database, ledger->schema))
		return CHECK_NONE;
	before = lead_roi_begin_check(task->database, ledger->schema);
	lead_roi_begin_run(&run, ledger->schema, DATEVAL_NOBEGIN, 0);
	outcome = visit_ledger(task, ledger, &run, before, leave_at);
	if (run.posted > 0 || run.failed > 0)
		ereport(LOG,
				(errmsg("lead_roi biller posted %lld expenses in ledger %s of database \"%s\", and could not post %lld recurring expenses",
						(long long) run.posted, quote_identifier(ledger->name), task->name, (long long) run.failed),
				 run.failed > 0 ? errhint("See the view \"overdue_expense\" for the errors.") : 0));
	lead_roi_set_outcome(task->database, ledger->schema, outcome);
	return outcome;
}

/*
 * The ledgers of the database, in the caller's memory; NIL if something keeps the biller, which
 * "outcome" says.
 */
static List *
list_ledgers(const BillerTask *task, CheckOutcome *outcome)
{
	MemoryContext context = CurrentMemoryContext;
	List	   *ledgers = NIL;
	List	   *schemas = NIL;
	ListCell   *cell;

	begin_work("SELECT * FROM lead_roi.ledger");
	*outcome = lead_roi_check_extension(task);
	MemoryContextSwitchTo(context);
	if (*outcome == CHECK_STARTED)
	{
		ledgers = lead_roi_list_ledgers();
		foreach(cell, ledgers)
			schemas = lappend_oid(schemas, ((Ledger *) lfirst(cell))->schema);
		lead_roi_forget_ledgers_except(task->database, schemas);
	}
	end_work();
	MemoryContextSwitchTo(context);
	return ledgers;
}

/*
 * List the ledgers, turning an error into an outcome.
 */
static List *
find_ledgers(const BillerTask *task, CheckOutcome *outcome)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;
	List	   *volatile ledgers = NIL;

	PG_TRY();
	{
		ledgers = list_ledgers(task, outcome);
	}
	PG_CATCH();
	{
		error = recover(context);
	}
	PG_END_TRY();

	if (error == NULL)
		return ledgers;
	*outcome = CHECK_BUSY;
	if (error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE)
	{
		report_error(task->database, InvalidOid, psprintf("database \"%s\"", task->name), error);
		*outcome = CHECK_FAILED;
	}
	return NIL;
}

/*
 * When a day ends next in one of the ledgers; 0 without ledgers. One whose time zone no longer exists
 * fails when it is its turn, and doesn't keep the others.
 */
static TimestampTz
next_end_of_day(List *ledgers)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz next = 0;
	ListCell   *cell;

	foreach(cell, ledgers)
	{
		const Ledger *ledger = lfirst(cell);
		TimestampTz end;

		if (!lead_roi_is_time_zone(ledger->time_zone))
			continue;
		end = lead_roi_end_of_billing_day(now, ledger->time_zone);
		if (next == 0 || end < next)
			next = end;
	}
	return next;
}

/* A ledger, and what decides when it is its turn */
typedef struct Turn
{
	const Ledger *ledger;
	bool		had_trouble;	/* the last check failed or waited for a lock */
	TimestampTz last_check;
} Turn;

/*
 * Whoever may take long again comes last, and of the others first whoever has waited longest.
 */
static int
compare_turns(const void *a, const void *b)
{
	const Turn *left = a;
	const Turn *right = b;

	if (left->had_trouble != right->had_trouble)
		return left->had_trouble ? 1 : -1;
	if (left->last_check != right->last_check)
		return left->last_check > right->last_check ? 1 : -1;
	return strcmp(left->ledger->name, right->ledger->name);
}

/*
 * The ledgers in the order in which they have their turn.
 */
static Turn *
take_turns(const BillerTask *task, List *ledgers)
{
	Turn	   *turns = palloc(Max(list_length(ledgers), 1) * sizeof(Turn));
	ListCell   *cell;

	foreach(cell, ledgers)
	{
		Turn	   *turn = &turns[foreach_current_index(cell)];

		turn->ledger = lfirst(cell);
		turn->last_check = lead_roi_last_check(task->database, turn->ledger->schema, &turn->had_trouble);
	}
	qsort(turns, list_length(ledgers), sizeof(Turn), compare_turns);
	return turns;
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
	List	   *ledgers = find_ledgers(task, &outcome);
	Turn	   *turns;
	bool		more = false;

	if (outcome != CHECK_STARTED)
		return outcome;
	lead_roi_set_end_of_day(task->database, next_end_of_day(ledgers));
	turns = take_turns(task, ledgers);
	for (int i = 0; i < list_length(ledgers); i++)
	{
		if (GetCurrentTimestamp() >= leave_at)
			return CHECK_MORE;
		more |= check_ledger(task, turns[i].ledger, leave_at) == CHECK_MORE;
	}
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
	BackgroundWorkerInitializeConnectionByOid(task.database, InvalidOid, 0);
	pgstat_report_appname("lead_roi biller");
	pin_settings(&task);

	lead_roi_set_outcome(task.database, InvalidOid, visit_database(&task));
	proc_exit(0);
}
