/*
 * status.c
 *		What users can see of the worker: in one ledger, and in all databases of the server.
 */
#include "postgres.h"

#include "catalog/pg_authid.h"
#include "commands/dbcommands.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "kit/rows.h"
#include "worker/checks.h"
#include "worker/worker.h"

PG_FUNCTION_INFO_V1(lead_roi_worker_state);
PG_FUNCTION_INFO_V1(lead_roi_worker_checks);

/*
 * May the caller read the text of errors of a ledger?
 */
static bool
may_read_errors(const Ledger *ledger)
{
	return has_privs_of_role(GetUserId(), ROLE_PG_MONITOR) || has_privs_of_role(GetUserId(), ledger->owner);
}

/*
 * Why nothing is posted, in words; NULL if nothing keeps the worker. While the first check is under way
 * nothing is known yet.
 */
static char *
reason_for(const CheckedState *known, const Ledger *ledger)
{
	if (known->outcome == CHECK_NONE && known->under_way)
		return NULL;
	if (known->outcome == CHECK_FAILED && (known->error[0] == '\0' || !may_read_errors(ledger)))
		return psprintf("%s, see the server log", lead_roi_outcome_reason(CHECK_FAILED));
	if (known->outcome == CHECK_FAILED)
		return psprintf("%s: %s", lead_roi_outcome_reason(CHECK_FAILED), known->error);
	return lead_roi_outcome_reason(known->outcome);
}

/*
 * Is this database in lead_roi.databases?
 */
static bool
current_database_is_listed(void)
{
	char	   *name = get_database_name(MyDatabaseId);
	ListCell   *cell;

	foreach(cell, lead_roi_listed_databases())
	{
		if (name != NULL && strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/*
 * What is known of a ledger: what keeps the worker from all databases comes first, then what keeps the biller from this one.
 */
static CheckedState
state_of_ledger(const Ledger *ledger)
{
	CheckedState of_database = lead_roi_known_state(MyDatabaseId, InvalidOid);

	if (!lead_roi_has_launcher())
		return (CheckedState) {.outcome = CHECK_NO_LAUNCHER};
	return of_database.outcome >= CHECK_BUSY ? of_database : lead_roi_known_state(MyDatabaseId, ledger->schema);
}

/*
 * worker_state(ledger, OUT preloaded, has_launcher, listed, launcher_pid, checked_at, reason, mend, stands_aside,
 * library_version): what is known of the worker in the ledger whose type the argument has.
 */
Datum
lead_roi_worker_state(PG_FUNCTION_ARGS)
{
	Ledger		ledger;
	Datum		values[9] = {0};
	bool		nulls[9] = {false, false, false, true, true, true, true, false, false};

	lead_roi_require_type(get_fn_expr_argtype(fcinfo->flinfo, 0), &ledger);

	values[0] = BoolGetDatum(lead_roi_has_state_table());
	values[1] = BoolGetDatum(lead_roi_has_state_table() && lead_roi_has_launcher());
	values[2] = BoolGetDatum(current_database_is_listed());
	values[7] = BoolGetDatum(false);
	values[8] = CStringGetTextDatum(LEAD_ROI_VERSION);

	if (lead_roi_has_state_table())
	{
		CheckedState known = state_of_ledger(&ledger);
		int			pid = lead_roi_launcher_pid();

		values[3] = Int32GetDatum(pid);
		nulls[3] = pid == 0;
		values[4] = TimestampTzGetDatum(known.checked_at);
		nulls[4] = known.checked_at == 0;
		lead_roi_set_text(&values[5], &nulls[5], reason_for(&known, &ledger));
		lead_roi_set_text(&values[6], &nulls[6],
				 lead_roi_outcome_mend(known.outcome, quote_identifier(ledger.name),
									   quote_identifier(GetUserNameFromId(ledger.owner, false))));
		values[7] = BoolGetDatum(lead_roi_stands_aside(known.outcome));
	}
	PG_RETURN_DATUM(lead_roi_form_row(fcinfo, values, nulls));
}

/*
 * Add a row about a listed name, which no state is known of, or about a state.
 */
static void
add_check(ReturnSetInfo *result, const char *database, const char *problem, const CheckedState *known)
{
	Datum		values[8] = {0};
	bool		nulls[8] = {false, true, true, true, true, true, false, false};
	const char *ledger = known != NULL && OidIsValid(known->ledger) ? quote_identifier(known->name) : NULL;

	values[0] = CStringGetTextDatum(database);
	lead_roi_set_text(&values[1], &nulls[1], ledger);
	if (problem != NULL)
	{
		lead_roi_set_text(&values[2], &nulls[2], problem);
		lead_roi_set_text(&values[3], &nulls[3], "Correct the setting \"lead_roi.databases\" or the database.");
	}
	else if (known != NULL)
	{
		char	   *reason = lead_roi_outcome_reason(known->outcome);

		if (known->error[0] != '\0' && reason != NULL)
			reason = psprintf("%s: %s", reason, known->error);
		lead_roi_set_text(&values[2], &nulls[2], reason);
		lead_roi_set_text(&values[3], &nulls[3],
				 lead_roi_outcome_mend(known->outcome, ledger != NULL ? ledger : "", "the owner of the schema"));
		values[4] = TimestampTzGetDatum(known->checked_at);
		nulls[4] = known->checked_at == 0;
		values[5] = TimestampTzGetDatum(known->retry_at);
		nulls[5] = known->failures == 0 || known->retry_at == 0;
		values[6] = BoolGetDatum(known->under_way);
		values[7] = Int32GetDatum(known->failures);
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * Add the rows of a listed name: one of the database, and one of each of its ledgers.
 */
static void
add_checks_of_database(ReturnSetInfo *result, const char *name, const CheckedState *states, int number)
{
	Oid			database;
	const char *problem = lead_roi_look_up_database(name, &database);
	bool		found = false;

	for (int i = 0; i < number; i++)
	{
		if (problem == NULL && states[i].database == database)
		{
			add_check(result, name, NULL, &states[i]);
			found |= !OidIsValid(states[i].ledger);
		}
	}
	if (!found)
		add_check(result, name, problem, lead_roi_has_launcher() ? NULL : &(CheckedState) {.outcome = CHECK_NO_LAUNCHER});
}

/*
 * worker_checks(OUT database, ledger, reason, mend, last_check_at, retry_at, under_way, failures): what is
 * known of each listed database and each of its ledgers. For roles that monitor the server.
 */
Datum
lead_roi_worker_checks(PG_FUNCTION_ARGS)
{
	CheckedState *states;
	int			number;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	if (!lead_roi_has_state_table())
		return (Datum) 0;
	states = lead_roi_all_states(&number);
	foreach(cell, lead_roi_listed_databases())
		add_checks_of_database((ReturnSetInfo *) fcinfo->resultinfo, lfirst(cell), states, number);
	return (Datum) 0;
}
