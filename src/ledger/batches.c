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
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "ledger/ledger.h"

PG_FUNCTION_INFO_V1(lead_roi_post_due_expenses_in_batches);

/* lead_roi.batch_size: rows posted in one transaction, about */
static int	batch_size_setting = 10000;

/* lead_roi.run_retention: minutes that rows of posting_run are kept; -1: for ever */
static int	run_retention = 400 * 24 * 60;

/*
 * Define the settings of posting in batches.
 */
void
lead_roi_batches_init(void)
{
	DefineCustomIntVariable("lead_roi.batch_size",
							"Approximate number of expenses posted in one transaction.",
							"For the worker and post_due_expenses_in_batches(). The bills of one "
							"recurring expense are never split.",
							&batch_size_setting,
							10000, 1, 1000000,
							PGC_SIGHUP,
							0,
							NULL, NULL, NULL);
	DefineCustomIntVariable("lead_roi.run_retention",
							"How long rows of the tables posting_run are kept.",
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
lead_roi_begin_run(PostingRun *run, Oid schema, DateADT as_of, int32 batch_size)
{
	memset(run, 0, sizeof(PostingRun));
	run->schema = schema;
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
 * The name of the ledger as SQL has it, which may have changed since the last batch.
 */
static Datum
ledger_name(PostingRun *run)
{
	char	   *name = get_namespace_name(run->schema);

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("the ledger has been dropped")));
	return CStringGetTextDatum(quote_identifier(name));
}

/*
 * Run one batch in the current transaction; false if there was nothing left to do. The caller is
 * connected to SPI.
 */
bool
lead_roi_post_batch(PostingRun *run)
{
	Oid			types[] = {TEXTOID, DATEOID, INT4OID, INTERVALOID, DATEOID, INT8OID, INT8OID};
	Datum		values[] = {
		ledger_name(run),
		DateADTGetDatum(run->as_of),
		Int32GetDatum(run->batch_size),
		IntervalPGetDatum(retention_interval()),
		DateADTGetDatum(run->after_bill_on),
		Int64GetDatum(run->after_recurring_expense),
		Int64GetDatum(run->posting_run)
	};
	char		nulls[] = "       ";
	bool		finished;

	if (run_retention < 0)
		nulls[3] = 'n';
	if (run->posting_run == 0)
		nulls[6] = 'n';

	if (SPI_execute_with_args("SELECT after_bill_on, after_recurring_expense_id, posting_run_id, "
							  "posted, failed, finished "
							  "FROM lead_roi.post_batch($1, $2, $3, $4, $5, $6, $7)",
							  lengthof(types), types, values, nulls, false, 0) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "lead_roi.post_batch() returned no row");

	finished = DatumGetBool(result_column(6));
	if (!finished)
	{
		run->after_bill_on = DatumGetDateADT(result_column(1));
		run->after_recurring_expense = DatumGetInt64(result_column(2));
		run->posting_run = DatumGetInt64(result_column(3));
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
	Oid			types[] = {TEXTOID, INT8OID, DATEOID, TEXTOID, TEXTOID, INTERVALOID};
	Datum		values[] = {
		ledger_name(run),
		Int64GetDatum(run->posting_run),
		DateADTGetDatum(run->as_of),
		CStringGetTextDatum(sqlstate),
		CStringGetTextDatum(message),
		IntervalPGetDatum(retention_interval())
	};
	char		nulls[] = "      ";

	if (run->posting_run == 0)
		nulls[1] = 'n';
	if (run_retention < 0)
		nulls[5] = 'n';
	SPI_execute_with_args("SELECT lead_roi.record_run($1, $2, $3, 0::bigint, 0::bigint, $4, $5, $6)",
						  lengthof(types), types, values, nulls, false, 0);
}

/*
 * Open a ledger for posting: its schema, and the day up to which bills are due. The caller is
 * connected to SPI. What is said of the arguments is said by open_ledger_for_writing().
 */
static Oid
open_ledger(FunctionCallInfo fcinfo, DateADT *through_date)
{
	Oid			types[] = {TEXTOID, DATEOID};
	Datum		values[] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1)};
	char		nulls[] = {PG_ARGISNULL(0) ? 'n' : ' ', PG_ARGISNULL(1) ? 'n' : ' ', '\0'};
	Oid			schema;

	if (SPI_execute_with_args("SELECT ledger_schema::pg_catalog.regnamespace::pg_catalog.oid, through_date "
							  "FROM lead_roi_internal.open_ledger_for_writing($1, $2)",
							  lengthof(types), types, values, nulls, true, 0) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "lead_roi_internal.open_ledger_for_writing() returned no row");
	schema = DatumGetObjectId(result_column(1));
	*through_date = DatumGetDateADT(result_column(2));
	SPI_freetuptable(SPI_tuptable);
	return schema;
}

/*
 * post_due_expenses_in_batches(ledger, as_of, batch_size): post what is due and commit after each
 * batch.
 */
Datum
lead_roi_post_due_expenses_in_batches(PG_FUNCTION_ARGS)
{
	int32		batch_size = PG_ARGISNULL(2) ? 0 : PG_GETARG_INT32(2);
	Oid			schema;
	DateADT		through_date;
	PostingRun	run;

	if (!PG_ARGISNULL(2) && batch_size < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of rows in a batch must be at least 1"),
				 errdetail("Argument \"batch_size\" is %d.", batch_size),
				 errhint("Leave out \"batch_size\" to take the setting \"lead_roi.batch_size\".")));
	if (fcinfo->context == NULL || !IsA(fcinfo->context, CallContext) ||
		castNode(CallContext, fcinfo->context)->atomic)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_TERMINATION),
				 errmsg("post_due_expenses_in_batches() cannot run inside a transaction block"),
				 errdetail("It commits after each batch."),
				 errhint("Call it outside of BEGIN and COMMIT, or call post_due_expenses().")));

	SPI_connect_ext(SPI_OPT_NONATOMIC);
	schema = open_ledger(fcinfo, &through_date);
	lead_roi_begin_run(&run, schema, through_date, batch_size);
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
