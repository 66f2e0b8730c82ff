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
#include "access/relation.h"
#include "catalog/dependency.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "worker/worker.h"

/* A ledger in which nothing has been posted for more days than that looks as if the clock were ahead */
#define MOST_DAYS_BEHIND 62

/* What posting reads and writes in a ledger, and the index by which it finds what is due */
static const char *const posting_relations[] = {
	"lead_source", "recurring_expense", "recurring_expense_next_bill_on_idx", "amount_change", "recurring_expense_terms",
	"posting", "expense", "posting_failure", "posting_run"
};

/*
 * Log why the biller stands aside, unless the last check ended likewise or it isn't known how. Returns the
 * outcome. "Version" is the one that differs from the library's, else NULL.
 */
static CheckOutcome
stand_aside(CheckOutcome before, CheckOutcome now, const char *where, const char *version,
			const char *ledger, const char *owner)
{
	if (before != now && before != CHECK_UNTRACKED)
		ereport(WARNING,
				(errmsg("lead_roi posts nothing in %s: %s", where, lead_roi_outcome_reason(now)),
				 version != NULL ? errdetail("It is of version %s, the loaded library lead_roi of version %s.", version, LEAD_ROI_VERSION) : 0,
				 errhint("%s This message is not repeated.", lead_roi_outcome_mend(now, ledger, owner))));
	return now;
}

/*
 * May the biller work in this database? If not, "outcome" says what keeps it.
 */
bool
lead_roi_may_work_in_database(const BillerTask *task, CheckOutcome *outcome)
{
	char	   *version = lead_roi_extension_version();

	if (version != NULL && strcmp(version, LEAD_ROI_VERSION) == 0)
		return true;
	*outcome = version == NULL ? CHECK_EXTENSION_ABSENT :
		stand_aside(task->before, CHECK_EXTENSION_VERSION, psprintf("database \"%s\"", task->name), version, "", "");
	return false;
}

/*
 * Have what is read of every ledger read at once for all of them, into the server's cache of the
 * catalogue: a scan for each name is much cheaper than one for each name and ledger.
 */
void
lead_roi_read_ahead(void)
{
	for (int i = 0; i < (int) lengthof(posting_relations); i++)
		ReleaseSysCacheList(SearchSysCacheList1(RELNAMENSP, CStringGetDatum(posting_relations[i])));
}

/*
 * The owner of a relation of the ledger, InvalidOid if there is no such relation.
 */
static Oid
relation_owner(const Ledger *ledger, const char *name)
{
	HeapTuple	tuple = SearchSysCache2(RELNAMENSP, CStringGetDatum(name), ObjectIdGetDatum(ledger->schema));
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
	if (!lead_roi_is_made_by_owner(ledger))
		return false;
	for (int i = 0; i < (int) lengthof(posting_relations); i++)
	{
		Oid			owner = relation_owner(ledger, posting_relations[i]);

		if (OidIsValid(owner) && owner != ledger->owner)
			return false;
	}
	return true;
}

/*
 * Does a subscription bring the rows of this ledger from another server?
 */
static bool
is_subscribed(const Ledger *ledger)
{
	Oid			types[] = {OIDOID};
	Datum		values[] = {ObjectIdGetDatum(ledger->schema)};

	return SPI_execute_with_args("SELECT FROM pg_catalog.pg_subscription_rel JOIN pg_catalog.pg_class"
								 " ON pg_class.oid = srrelid WHERE relnamespace = $1"
								 " AND relname IN ('recurring_expense', 'posting', 'expense')",
								 lengthof(types), types, values, NULL, false, 1) == SPI_OK_SELECT && SPI_processed > 0;
}

/*
 * Are the keys and the trigger there that keep a month from being billed twice? A dump that is being
 * restored has them behind the rows.
 */
static bool
is_complete(const Ledger *ledger)
{
	static const char *const keys[] = {"recurring_expense_pkey", "posting_pkey", "expense_posting_key"};
	Oid			posting = get_relname_relid("posting", ledger->schema);

	for (int i = 0; i < (int) lengthof(keys); i++)
	{
		if (!OidIsValid(get_relname_relid(keys[i], ledger->schema)))
			return false;
	}
	return OidIsValid(posting) && OidIsValid(get_trigger_oid(posting, "keep_postings", true));
}

/*
 * The sequence of an identity column of the ledger; InvalidOid if there is none.
 */
static Oid
sequence_of(const Ledger *ledger, const char *table, const char *column)
{
	Oid			relation = get_relname_relid(table, ledger->schema);
	AttrNumber	number = OidIsValid(relation) ? get_attnum(relation, column) : InvalidAttrNumber;
	Oid			sequence = InvalidOid;

	if (number != InvalidAttrNumber)
	{
#if PG_VERSION_NUM >= 170000
		Relation	opened = relation_open(relation, AccessShareLock);

		sequence = getIdentitySequence(opened, number, true);
		relation_close(opened, NoLock);
#else
		sequence = getIdentitySequence(relation, number, true);
#endif
	}
	return sequence;
}

/*
 * Was the sequence of a table never used, as it is set last when a dump is restored? Asks a function of
 * the server's, so that nobody's code runs.
 */
static bool
never_used(const Ledger *ledger, const char *table, const char *column)
{
	LOCAL_FCINFO(fcinfo, 1);
	Oid			sequence = sequence_of(ledger, table, column);

	if (!OidIsValid(sequence))
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
 * Does the ledger look as if it were being restored into tables that were there: rows, while their
 * sequence was never used? A dump sets the sequences last; what is posted in between would take the keys
 * of rows that are still to come. (That there are recurring expenses is known: something is due.)
 */
static bool
restore_seems_under_way(const Ledger *ledger)
{
	return never_used(ledger, "recurring_expense", "recurring_expense_id") ||
		(never_used(ledger, "expense", "expense_id") &&
		 owner_sees_row(ledger, psprintf("SELECT FROM %s.expense", quote_identifier(ledger->name))));
}

/*
 * Today in the ledger.
 */
static DateADT
today_of(const Ledger *ledger)
{
	return lead_roi_billing_date(GetCurrentTimestamp(), ledger->time_zone);
}

/*
 * Today in the ledger, as a literal.
 */
static const char *
today_literal(const Ledger *ledger)
{
	return psprintf("'%s'::date", DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(today_of(ledger)))));
}

/*
 * Is nothing due for this server? Asked before all that is dearer, because most checks end here. What Citus has
 * distributed is posted by the coordinator's biller.
 */
static bool
nothing_is_due(const Ledger *ledger)
{
	ActingRole	before;
	bool		nothing;

	if (lead_roi_is_worker_node())
		return true;
	lead_roi_act_as(ledger->owner, &before);
	nothing = lead_roi_index_shows_nothing_due(ledger, today_of(ledger));
	lead_roi_act_again_as(&before);
	return nothing ||
		!owner_sees_row(ledger, psprintf("SELECT WHERE (SELECT min(next_bill_on) FROM %s.recurring_expense) <= %s",
										 quote_identifier(ledger->name), today_literal(ledger)));
}

/*
 * Does it look as if the clock were far ahead? Then the bills of what was posted before are long overdue,
 * and none has been posted lately. One recurring expense alone says nothing: it may have been ended for a
 * while, or be one that can't be posted.
 */
static bool
clock_seems_ahead(const Ledger *ledger)
{
	const char *name = quote_identifier(ledger->name);
	const char *today = today_literal(ledger);

	return owner_sees_row(ledger, psprintf("SELECT WHERE EXISTS (SELECT FROM %s.recurring_expense LEFT JOIN %s.posting_failure USING (recurring_expense_id)"
										   " WHERE next_bill_on < %s - %d AND posted_through IS NOT NULL AND failed_at IS NULL)"
										   " AND NOT EXISTS (SELECT FROM %s.recurring_expense WHERE posted_through >= %s - %d)",
										   name, name, today, MOST_DAYS_BEHIND, name, today, MOST_DAYS_BEHIND));
}

/*
 * What keeps the biller from a ledger in which something is due; CHECK_NONE: nothing. A run that has begun
 * keeps to the date that it began with.
 */
static CheckOutcome
obstacle_to_posting(const Ledger *ledger, bool begun)
{
	if (is_subscribed(ledger))
		return CHECK_SUBSCRIBED;
	if (!is_complete(ledger))
		return CHECK_INCOMPLETE;
	if (restore_seems_under_way(ledger))
		return CHECK_RESTORE;
	if (!begun && clock_seems_ahead(ledger))
		return CHECK_CLOCK_JUMPED;
	return CHECK_NONE;
}

/*
 * What keeps the biller from a ledger whatever there is to do; CHECK_NONE: nothing.
 */
static CheckOutcome
obstacle_in_ledger(const Ledger *ledger)
{
	if (strcmp(ledger->version, LEAD_ROI_VERSION) != 0)
		return CHECK_LEDGER_VERSION;
	if (superuser_arg(ledger->owner))
		return CHECK_SUPERUSER;
	if (!has_one_owner(ledger))
		return CHECK_MIXED_OWNERS;
	return CHECK_NONE;
}

/*
 * May the biller work in this ledger at all? Why not is said where bills are posted.
 */
bool
lead_roi_may_work_in_ledger(const Ledger *ledger)
{
	return obstacle_in_ledger(ledger) == CHECK_NONE;
}

/*
 * Is there work in this ledger that the biller may do, be it that the run has begun already? If not,
 * "outcome" says how its check ends.
 */
bool
lead_roi_has_work(const BillerTask *task, const Ledger *ledger, CheckOutcome before, bool begun, CheckOutcome *outcome)
{
	const char *name = quote_identifier(ledger->name);
	CheckOutcome found = obstacle_in_ledger(ledger);

	if (found == CHECK_NONE)
		found = nothing_is_due(ledger) ? CHECK_DONE : obstacle_to_posting(ledger, begun);

	if (found == CHECK_NONE)
		return true;
	*outcome = found == CHECK_DONE ? CHECK_DONE :
		stand_aside(before, found, psprintf("ledger %s of database \"%s\"", name, task->name),
					found == CHECK_LEDGER_VERSION ? ledger->version : NULL,
					name, quote_identifier(GetUserNameFromId(ledger->owner, false)));
	return false;
}
