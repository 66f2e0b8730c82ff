/*
 * folding.c
 *		The biller folds the summaries of ledgers that keep them, after all ledgers have had their bills posted.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "ledger/ledger.h"
#include "worker/checks.h"
#include "worker/worker.h"

/* What the log and pg_stat_activity call it */
#define FOLDING "SELECT lead_roi.fold_summaries()"

/* A fold that has failed gets twice the time, this often: 16 minutes at last */
#define MAX_DOUBLINGS 4

/*
 * The ledgers that keep summaries, in the caller's memory.
 */
static List *
keeping_ledgers(List *ledgers)
{
	MemoryContext context = CurrentMemoryContext;
	List	   *keeping = NIL;
	ListCell   *cell;

	lead_roi_begin_work(FOLDING, VISIT_MS);
	MemoryContextSwitchTo(context);
	foreach(cell, ledgers)
	{
		Ledger	   *ledger = lfirst(cell);

		if (OidIsValid(get_relname_relid("summary_state", ledger->schema)))
			keeping = lappend(keeping, ledger);
	}
	lead_roi_end_work();
	MemoryContextSwitchTo(context);
	return keeping;
}

/*
 * Fold what a ledger has logged, if that is enough, in a transaction as its owner. Whatever keeps the biller from
 * posting there keeps it from this.
 */
static void
fold_ledger(const BillerTask *task, const Ledger *listed, int milliseconds)
{
	CheckOutcome outcome;
	Ledger		ledger;
	ActingRole	acting;
	Oid			types[] = {TEXTOID};
	Datum		values[1];

	lead_roi_begin_work(FOLDING, milliseconds);
	if (lead_roi_may_work_in_database(task, &outcome) && lead_roi_find_ledger(listed->schema, &ledger) &&
		lead_roi_may_work_in_ledger(&ledger))
	{
		lead_roi_act_as(ledger.owner, &acting);
		values[0] = CStringGetTextDatum(quote_identifier(ledger.name));
		(void) SPI_execute_with_args("SELECT lead_roi_internal.fold_if_due($1)", lengthof(types), types, values, NULL, false, 0);
		lead_roi_act_again_as(&acting);
	}
	lead_roi_end_work();
}

/*
 * Log an error of a fold, in words of its own where the time was up: the message names a setting that isn't meant.
 */
static void
report_failed_fold(const BillerTask *task, const Ledger *ledger, ErrorData *error, int milliseconds)
{
	const char *message = error->message;

	if (lead_roi_ran_out_of_time(error))
		message = psprintf("it was cancelled after %d seconds", milliseconds / 1000);
	ereport(LOG,
			(errcode(error->sqlerrcode),
			 errmsg("lead_roi biller could not fold the summaries of ledger %s of database \"%s\": %s",
					quote_identifier(ledger->name), task->name, message),
			 errhint("Reports stay correct. To fold without a time limit, run SELECT lead_roi.fold_summaries(%s) there.",
					 quote_literal_cstr(quote_identifier(ledger->name)))));
}

/*
 * Fold a ledger, unless it is left alone for a while. An error is the ledger's own; a lock that somebody holds is none.
 */
static void
try_to_fold(const BillerTask *task, const Ledger *ledger)
{
	MemoryContext context = CurrentMemoryContext;
	volatile bool folded = true;
	int			failures,
				milliseconds;

	if (!lead_roi_may_be_folded(task->database, ledger->schema, &failures))
		return;
	milliseconds = VISIT_MS << Min(failures, MAX_DOUBLINGS);
	PG_TRY();
	{
		fold_ledger(task, ledger, milliseconds);
	}
	PG_CATCH();
	{
		ErrorData  *error = lead_roi_recover(context);

		folded = error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE;
		if (!folded)
			report_failed_fold(task, ledger, error, milliseconds);
		FreeErrorData(error);
	}
	PG_END_TRY();
	lead_roi_end_fold(task->database, ledger->schema, folded);
}

/*
 * Fold the summaries of ledgers that keep them, as long as there is time. Each minute another one is first, so that one
 * that takes all the time doesn't keep the others from it.
 */
void
lead_roi_fold_ledgers(const BillerTask *task, List *ledgers, TimestampTz leave_at)
{
	List	   *keeping = keeping_ledgers(ledgers);
	int			count = list_length(keeping);
	int			first = count > 0 ? (int) (GetCurrentTimestamp() / USECS_PER_MINUTE % count) : 0;

	for (int i = 0; i < count && GetCurrentTimestamp() < leave_at; i++)
		try_to_fold(task, list_nth(keeping, (first + i) % count));
}
