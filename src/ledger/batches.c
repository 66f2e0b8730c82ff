/*
 * batches.c
 *		Posting in batches, each in a transaction of its own. The procedure for schedulers and the
 *		worker both run through here; what a batch does is SQL, in post_batch().
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "ledger/ledger.h"

PG_FUNCTION_INFO_V1(lead_roi_post_due_expenses_in_batches);

/* lead_roi.batch_size: rows posted in one transaction, about */
static int	batch_size_setting = 10000;

/* lead_roi.run_retention: minutes that rows of worker_run are kept; -1: for ever */
static int	run_retention = 400 * 24 * 60;

/*
 * Define the settings of posting in batches.
 */
void
lead_roi_batches_init(void)
{
	DefineCustomIntVariable("lead_roi.batch_size",
							"Number of expenses that are posted in one transaction, about.",
							"For the worker and post_due_expenses_in_batches(). The bills of one "
							"recurring expense are never split.",
							&batch_size_setting,
							10000, 1, 1000000,
							PGC_SIGHUP,
							0,
							NULL, NULL, NULL);
	DefineCustomIntVariable("lead_roi.run_retention",
							"Time for which rows of the table worker_run are kept.",
							"-1 keeps them for ever.",
							&run_retention,
							400 * 24 * 60, -1, INT_MAX,
							PGC_SIGHUP,
							GUC_UNIT_MIN,
							NULL, NULL, NULL);
}

/*
 * Begin a run. A batch_size of 0 takes the setting's.
 */
void
lead_roi_begin_run(PostingRun *run, DateADT as_of, int32 batch_size)
{
	memset(run, 0, sizeof(PostingRun));
	run->as_of = as_of;
	run->batch_size = batch_size > 0 ? batch_size : batch_size_setting;
	run->after_bill_on = DATEVAL_NOBEGIN;
}

/*
 * The setting run_retention as an interval.
 */
static Interval *
retention_interval(void)
{
	Interval   *interval = palloc0(sizeof(Interval));

	interval->time = (TimeOffset) run_retention * USECS_PER_MINUTE;
	return interval;
}

/*
 * A column of the single row that the last query returned; 0 for NULL.
 */
static Datum
result_column(int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column, &isnull);

	return isnull ? (Datum) 0 : value;
}

/*
 * Run one batch in the current transaction; false if there was nothing left to do. The caller is
 * connected to SPI.
 */
bool
lead_roi_post_batch(PostingRun *run)
{
	Oid			types[] = {DATEOID, INT4OID, INTERVALOID, DATEOID, INT8OID, INT8OID};
	Datum		values[] = {
		DateADTGetDatum(run->as_of),
		Int32GetDatum(run->batch_size),
		IntervalPGetDatum(retention_interval()),
		DateADTGetDatum(run->after_bill_on),
		Int64GetDatum(run->after_agreement),
		Int64GetDatum(run->worker_run)
	};
	char		nulls[] = "      ";
	bool		finished;

	if (run_retention < 0)
		nulls[2] = 'n';
	if (run->worker_run == 0)
		nulls[5] = 'n';

	if (SPI_execute_with_args("SELECT after_bill_on, after_recurring_expense_id, worker_run_id, "
							  "posted, failed, finished "
							  "FROM lead_roi.post_batch($1, $2, $3, $4, $5, $6)",
							  lengthof(types), types, values, nulls, false, 0) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "lead_roi.post_batch() returned no row");

	finished = DatumGetBool(result_column(6));
	if (!finished)
	{
		run->after_bill_on = DatumGetDateADT(result_column(1));
		run->after_agreement = DatumGetInt64(result_column(2));
		run->worker_run = DatumGetInt64(result_column(3));
		run->posted += DatumGetInt64(result_column(4));
		run->failed += DatumGetInt64(result_column(5));
	}
	SPI_freetuptable(SPI_tuptable);
	return !finished;
}

/*
 * Record that a run ended with an error. The caller is connected to SPI.
 */
void
lead_roi_record_failed_run(PostingRun *run, const char *sqlstate, const char *message)
{
	Oid			types[] = {INT8OID, DATEOID, TEXTOID, TEXTOID, INTERVALOID};
	Datum		values[] = {
		Int64GetDatum(run->worker_run),
		DateADTGetDatum(run->as_of),
		CStringGetTextDatum(sqlstate),
		CStringGetTextDatum(message),
		IntervalPGetDatum(retention_interval())
	};
	char		nulls[] = "     ";

	if (run->worker_run == 0)
		nulls[0] = 'n';
	if (run_retention < 0)
		nulls[4] = 'n';
	SPI_execute_with_args("SELECT lead_roi.record_run($1, $2, 0::bigint, 0::bigint, $3, $4, $5)",
						  lengthof(types), types, values, nulls, false, 0);
}

/*
 * Refuse arguments that can't be meant.
 */
static void
check_arguments(bool as_of_is_null, DateADT as_of, bool batch_size_is_null, int32 batch_size)
{
	if (as_of_is_null || DATE_NOT_FINITE(as_of))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("date to post up to must be a finite date"),
				 errdetail("Argument \"as_of\" is %s.", as_of_is_null ? "NULL" : "infinite"),
				 errhint("Leave out \"as_of\" to post what is due today.")));
	if (!batch_size_is_null && batch_size < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of rows in a batch must be at least 1"),
				 errdetail("Argument \"batch_size\" is %d.", batch_size),
				 errhint("Leave out \"batch_size\" to take the setting \"lead_roi.batch_size\".")));
}

/*
 * post_due_expenses_in_batches(as_of, batch_size): post what is due and commit after each batch.
 */
Datum
lead_roi_post_due_expenses_in_batches(PG_FUNCTION_ARGS)
{
	DateADT		as_of = PG_ARGISNULL(0) ? 0 : PG_GETARG_DATEADT(0);
	int32		batch_size = PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1);
	PostingRun	run;

	check_arguments(PG_ARGISNULL(0), as_of, PG_ARGISNULL(1), batch_size);
	if (fcinfo->context == NULL || !IsA(fcinfo->context, CallContext) ||
		castNode(CallContext, fcinfo->context)->atomic)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
				 errmsg("post_due_expenses_in_batches() cannot run inside a transaction block"),
				 errdetail("It commits after each batch."),
				 errhint("Call it outside of BEGIN and COMMIT, or call post_due_expenses().")));

	SPI_connect_ext(SPI_OPT_NONATOMIC);
	lead_roi_begin_run(&run, as_of, batch_size);
	while (lead_roi_post_batch(&run))
		SPI_commit();
	SPI_finish();

	if (run.failed > 0)
		ereport(WARNING,
				(errmsg_plural("%lld recurring expense could not be posted",
							   "%lld recurring expenses could not be posted",
							   (unsigned long) run.failed, (long long) run.failed),
				 errhint("See the view \"overdue_expense\" for the errors.")));
	PG_RETURN_VOID();
}
