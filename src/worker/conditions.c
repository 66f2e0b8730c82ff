/*
 * conditions.c
 *		May a biller work in its database, and in a ledger there?
 *
 * What a biller does in a ledger it does as the ledger's owner, who may plant there whatever he
 * likes: it runs with his own rights. So a ledger of a superuser's is left alone, and one in which
 * other roles own tables or views, since their code would run with the owner's rights.
 *
 * Everything here is read from the catalogue, before the biller becomes anybody.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "worker/worker.h"

/*
 * Log why the biller stands aside, unless the last check ended likewise.
 */
static void
log_once(CheckOutcome before, CheckOutcome now, const char *where, const char *reason, const char *hint)
{
	if (before != now)
		ereport(WARNING,
				(errmsg("lead_roi posts nothing in %s: %s", where, reason),
				 errhint("%s This is not repeated.", hint)));
}

/*
 * The extension's version; NULL if it isn't there. It can't be dropped from here to the end of the
 * transaction.
 */
static char *
extension_version(void)
{
	Oid			extension = get_extension_oid("lead_roi", true);
	Oid			types[] = {OIDOID};
	Datum		values[] = {ObjectIdGetDatum(extension)};

	if (!OidIsValid(extension))
		return NULL;
	LockDatabaseObject(ExtensionRelationId, extension, 0, AccessShareLock);

	if (SPI_execute_with_args("SELECT extversion FROM pg_catalog.pg_extension WHERE oid = $1",
							  1, types, values, NULL, false, 1) != SPI_OK_SELECT || SPI_processed != 1)
		return NULL;			/* dropped while the lock was waited for */
	return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
}

/*
 * May the biller work in this database? Returns CHECK_STARTED if so, else what keeps it.
 */
CheckOutcome
lead_roi_check_extension(const BillerTask *task)
{
	char	   *version = extension_version();

	if (version == NULL)
		return CHECK_EXTENSION_ABSENT;
	if (strcmp(version, LEAD_ROI_VERSION) != 0)
	{
		log_once(task->before, CHECK_EXTENSION_VERSION, psprintf("database \"%s\"", task->name),
				 psprintf("the extension is version %s and the loaded library %s", version, LEAD_ROI_VERSION),
				 "Run ALTER EXTENSION lead_roi UPDATE, or restart the server to load the new library.");
		return CHECK_EXTENSION_VERSION;
	}
	return CHECK_STARTED;
}

/*
 * The owner of a relation, InvalidOid if there is none.
 */
static Oid
relation_owner(Oid relation)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relation));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/*
 * Do the type of the ledger and all relations that posting reads and writes belong to its owner?
 */
static bool
has_one_owner(const Ledger *ledger)
{
	static const char *const relations[] = {
		"lead_source", "recurring_expense", "amount_change", "recurring_expense_terms", "posting",
		"expense", "posting_failure", "posting_run"
	};

	if (!lead_roi_is_made_by_owner(ledger))
		return false;
	for (int i = 0; i < (int) lengthof(relations); i++)
	{
		Oid			owner = relation_owner(get_relname_relid(relations[i], ledger->schema));

		if (OidIsValid(owner) && owner != ledger->owner)
			return false;
	}
	return true;
}

/*
 * Which of the keys and the trigger that keep a month from being billed twice is missing? NULL: none. A
 * dump that is being restored has them behind the rows.
 */
static const char *
missing_part(const Ledger *ledger)
{
	static const char *const keys[] = {"recurring_expense_pkey", "posting_pkey", "expense_posting_key"};
	Oid			posting = get_relname_relid("posting", ledger->schema);

	for (int i = 0; i < (int) lengthof(keys); i++)
	{
		if (!OidIsValid(get_relname_relid(keys[i], ledger->schema)))
			return keys[i];
	}
	return OidIsValid(posting) && OidIsValid(get_trigger_oid(posting, "keep_postings", true)) ? NULL : "keep_postings";
}

/*
 * Was the sequence of the expenses never used, as it is set last when a dump is restored? Asks a
 * function of the server's, so that nobody's code runs.
 */
static bool
no_expense_was_entered(const Ledger *ledger)
{
	LOCAL_FCINFO(fcinfo, 1);
	Oid			sequence = get_relname_relid("expense_expense_id_seq", ledger->schema);

	if (!OidIsValid(sequence) || get_rel_relkind(sequence) != RELKIND_SEQUENCE)
		return false;
	InitFunctionCallInfoData(*fcinfo, NULL, 1, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = ObjectIdGetDatum(sequence);
	fcinfo->args[0].isnull = false;
	(void) pg_sequence_last_value(fcinfo);
	return fcinfo->isnull;
}

/*
 * Does this query, run as the owner of the ledger, return a row?
 */
static bool
owner_sees_row(const Ledger *ledger, const char *query)
{
	ActingRole	before;
	bool		found;

	lead_roi_act_as(ledger->owner, &before);
	found = SPI_execute(query, false, 1) == SPI_OK_SELECT && SPI_processed > 0;
	lead_roi_act_again_as(&before);
	return found;
}

/*
 * Does the ledger look as if it were being restored: recurring expenses are marked as posted, but no
 * expense was ever entered? A dump has the recurring expenses first; an expense posted in between
 * would take the key of one that is still to come.
 */
static bool
restore_seems_under_way(const Ledger *ledger)
{
	return no_expense_was_entered(ledger) &&
		owner_sees_row(ledger, psprintf("SELECT FROM %s.recurring_expense WHERE posted_through IS NOT NULL",
										quote_identifier(ledger->name)));
}

/*
 * Is nothing due? Asked before all that is dearer, because most checks end here.
 */
static bool
nothing_is_due(const Ledger *ledger)
{
	DateADT		today = lead_roi_billing_date(GetCurrentTimestamp(), ledger->time_zone);

	return !owner_sees_row(ledger, psprintf("SELECT WHERE (SELECT min(next_bill_on) FROM %s.recurring_expense) <= '%s'::date",
											quote_identifier(ledger->name),
											DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(today)))));
}

/*
 * May the biller work in this ledger? Returns CHECK_STARTED if so, CHECK_DONE if there is nothing to
 * do, else what keeps it.
 */
CheckOutcome
lead_roi_check_ledger(const BillerTask *task, const Ledger *ledger, CheckOutcome before)
{
	const char *name = quote_identifier(ledger->name);
	const char *where = psprintf("ledger %s of database \"%s\"", name, task->name);
	const char *missing;

	if (strcmp(ledger->version, LEAD_ROI_VERSION) != 0)
	{
		log_once(before, CHECK_LEDGER_VERSION, where,
				 psprintf("it is of version %s and the extension of version %s", ledger->version, LEAD_ROI_VERSION),
				 psprintf("Run SELECT lead_roi.upgrade_ledger('%s').", name));
		return CHECK_LEDGER_VERSION;
	}
	if (superuser_arg(ledger->owner))
	{
		log_once(before, CHECK_SUPERUSER, where, "it belongs to a superuser",
				 psprintf("Run ALTER SCHEMA %s OWNER TO pg_database_owner, and the same for what is in it.", name));
		return CHECK_SUPERUSER;
	}
	if (!has_one_owner(ledger))
	{
		log_once(before, CHECK_MIXED_OWNERS, where, "not all of its tables and views belong to the owner of the schema",
				 psprintf("Run ALTER TABLE ... OWNER TO %s for those that don't.",
						  quote_identifier(GetUserNameFromId(ledger->owner, false))));
		return CHECK_MIXED_OWNERS;
	}
	if (nothing_is_due(ledger))
		return CHECK_DONE;
	missing = missing_part(ledger);
	if (missing != NULL)
	{
		log_once(before, CHECK_INCOMPLETE, where,
				 psprintf("\"%s\" is missing, which keeps a month from being billed twice, as while a dump is restored", missing),
				 "If no dump is being restored, create it again.");
		return CHECK_INCOMPLETE;
	}
	if (restore_seems_under_way(ledger))
	{
		log_once(before, CHECK_RESTORE, where,
				 "recurring expenses are marked as posted, but no expense was ever entered, as while a dump is restored",
				 psprintf("If no dump is being restored, call lead_roi.post_due_expenses('%s') once by hand.", name));
		return CHECK_RESTORE;
	}
	return CHECK_STARTED;
}
