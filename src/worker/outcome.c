/*
 * outcome.c
 *		What can be said of how a check ended.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "worker/outcome.h"

/* What can be said of an outcome. In "mend", @ledger@ and @owner@ stand for these, as SQL writes them. */
typedef struct OutcomeText
{
	bool		stands_aside;	/* until somebody does something: a warning, once, and a violation */
	const char *reason;			/* why nothing is posted; NULL: nothing keeps the worker */
	const char *mend;			/* what to do about it; NULL: nothing */
} OutcomeText;

static const OutcomeText texts[] = {
	[CHECK_NONE] = {false, "the worker has not checked this ledger yet", NULL},
	[CHECK_UNTRACKED] = {false,
		"results of checks of this ledger are not recorded, since the worker serves too many databases and ledgers",
	"Posting goes on. See the server log for errors, or take databases out of the setting \"lead_roi.databases\"."},
	[CHECK_DONE] = {false, NULL, NULL},
	[CHECK_MORE] = {false, NULL, NULL},
	[CHECK_BUSY] = {false,
		"another session holds a lock that the worker needs",
	"Wait: the worker tries again at the next check."},
	[CHECK_FAILED] = {false,
		"the last check ended with an error",
	"See the server log and posting_run; the worker tries again, after a longer time each time."},
	[CHECK_TOO_SLOW] = {false,
		"the last check took too long and was cancelled, as happens when a trigger hangs",
	"Find out what holds up posting, such as a trigger on the tables posting and expense; the worker tries again with fewer expenses "
	"at a time, after a longer time each time."},
	[CHECK_NO_SLOT] = {false,
		"no background worker could be started",
	"Increase the setting \"max_worker_processes\", which takes a restart."},
	[CHECK_NO_LAUNCHER] = {false,
		"the launcher found no worker slot when the server started, and is not started again before a restart",
	"Increase the setting \"max_worker_processes\" by 2 or more, and restart the server."},
	[CHECK_EXTENSION_ABSENT] = {false,
		"the extension was not there at the last check",
	"Run CREATE EXTENSION lead_roi, or take the database out of the setting \"lead_roi.databases\"."},
	[CHECK_EXTENSION_VERSION] = {true,
		"the extension and the loaded library are of different versions",
	"Run ALTER EXTENSION lead_roi UPDATE, or restart the server to load the new library."},
	[CHECK_LEDGER_VERSION] = {true,
		"the ledger and the extension are of different versions",
	"Run SELECT lead_roi.upgrade_ledger('@ledger@')."},
	[CHECK_SUPERUSER] = {true,
		"the ledger belongs to a superuser, and the worker posts as the owner and never as a superuser",
	"Run ALTER SCHEMA @ledger@ OWNER TO pg_database_owner, and the same for what is in it."},
	[CHECK_MIXED_OWNERS] = {true,
		"not all relations of the ledger belong to the owner of its schema",
	"Run ALTER TABLE ... OWNER TO @owner@ for those that don't."},
	[CHECK_SUBSCRIBED] = {true,
		"a subscription fills the ledger from another server, which does the posting",
	"Drop the subscription to have this server post; set the sequences of the tables first, as docs/operations.md says."},
	[CHECK_INCOMPLETE] = {true,
		"a key or trigger that keeps a month from being billed twice is missing, as happens while a dump is restored",
	"If no dump is being restored, recreate whichever of recurring_expense_pkey, posting_pkey, expense_posting_key and "
	"keep_postings is missing."},
	[CHECK_RESTORE] = {true,
		"there are recurring expenses or expenses whose sequence was never used, as happens while a dump is restored",
	"If no dump is being restored, run SELECT setval(pg_get_serial_sequence('@ledger@.recurring_expense', 'recurring_expense_id'), "
	"max(recurring_expense_id)) FROM @ledger@.recurring_expense, and the same for expense_id of @ledger@.expense."},
	[CHECK_CLOCK_JUMPED] = {true,
		"nothing has been posted for more than two months, or the server's clock is ahead",
	"If the server's date is right, as after a long downtime, run SELECT lead_roi.post_due_expenses('@ledger@'); else correct the clock."}
};

/*
 * Does the worker stand aside until somebody does something?
 */
bool
lead_roi_stands_aside(CheckOutcome outcome)
{
	return texts[outcome].stands_aside;
}

/*
 * Why nothing is posted, in words; NULL if nothing keeps the worker.
 */
char *
lead_roi_outcome_reason(CheckOutcome outcome)
{
	return texts[outcome].reason == NULL ? NULL : pstrdup(texts[outcome].reason);
}

/*
 * Append a text with a word in the place of a placeholder.
 */
static char *
replace_word(const char *text, const char *placeholder, const char *word)
{
	StringInfoData result;
	const char *found;

	initStringInfo(&result);
	while ((found = strstr(text, placeholder)) != NULL)
	{
		appendBinaryStringInfo(&result, text, found - text);
		appendStringInfoString(&result, word);
		text = found + strlen(placeholder);
	}
	appendStringInfoString(&result, text);
	return result.data;
}

/*
 * What to do about it, in words; NULL if there is nothing to do.
 */
char *
lead_roi_outcome_mend(CheckOutcome outcome, const char *ledger, const char *owner)
{
	if (texts[outcome].mend == NULL)
		return NULL;
	return replace_word(replace_word(texts[outcome].mend, "@ledger@", ledger), "@owner@", owner);
}
