/*
 * work.c
 *		A transaction of the biller with a time limit, and the way back after an error in one.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/snapmgr.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "worker/worker.h"

/*
 * Begin a transaction with SPI, and a time limit for it.
 */
void
lead_roi_begin_work(const char *activity, int milliseconds)
{
	CHECK_FOR_INTERRUPTS();
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	PushActiveSnapshot(GetTransactionSnapshot());
	SPI_connect();
	pgstat_report_activity(STATE_RUNNING, activity);
	enable_timeout_after(STATEMENT_TIMEOUT, milliseconds);
}

/*
 * Commit the transaction.
 */
void
lead_roi_end_work(void)
{
	disable_timeout(STATEMENT_TIMEOUT, false);
	SPI_finish();
	PopActiveSnapshot();
	CommitTransactionCommand();
	pgstat_report_stat(true);
	pgstat_report_activity(STATE_IDLE, NULL);
}

/*
 * After an error, back to where work can begin again. Returns the error.
 */
ErrorData *
lead_roi_recover(MemoryContext context)
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
 * Is this the error of work that ran out of the time that it was given? Its message is that of a setting that isn't meant.
 */
bool
lead_roi_ran_out_of_time(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_QUERY_CANCELED && GetCurrentTimestamp() >= get_timeout_finish_time(STATEMENT_TIMEOUT);
}
