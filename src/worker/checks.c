/*
 * checks.c
 *		Checks of databases and ledgers: when each began, how it ended, and when it may be tried again.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/timestamp.h"

#include "worker/checks.h"

/* Time for which what fails is left alone: after a second failure a minute, then twice as long, up to this */
#define MAX_BACKOFF_SECONDS 3600

/*
 * Note that a check has begun. Returns what was known before, the outcome of which worker_status tells
 * until this check has ended, too: a biller that waits for a lock would hide most of the time that it does.
 */
CheckedState
lead_roi_begin_check(Oid database, Oid ledger, const char *name)
{
	CheckedState before = {.outcome = CHECK_UNTRACKED};
	CheckedState *found;

	lead_roi_lock_states(LW_EXCLUSIVE);
	found = lead_roi_find_or_add_state(database, ledger);
	if (found != NULL)
	{
		before = *found;
		strlcpy(found->name, name, NAMEDATALEN);
		found->under_way = true;
		if (found->outcome == CHECK_NO_SLOT)
			found->outcome = CHECK_NONE;
	}
	lead_roi_unlock_states();
	return before;
}

/*
 * When what has failed so many times in a row may be tried again: after the second time not for a while.
 */
static TimestampTz
next_try(int failures)
{
	long		seconds = failures > 1 ? Min(60L << Min(failures - 2, 10), MAX_BACKOFF_SECONDS) : 0;

	return TimestampTzPlusMilliseconds(GetCurrentTimestamp(), seconds * 1000);
}

/*
 * Note how a check has ended. The caller holds the lock.
 */
static void
note_end(CheckedState *checked, CheckOutcome outcome)
{
	checked->outcome = outcome;
	checked->under_way = false;
	if (outcome != CHECK_NO_SLOT)
		checked->checked_at = GetCurrentTimestamp();
	if (outcome == CHECK_TOO_SLOW)
		checked->timeouts++;
	else if (outcome == CHECK_DONE)
		checked->timeouts = 0;
	if (outcome == CHECK_FAILED || outcome == CHECK_TOO_SLOW)
		checked->retry_at = next_try(++checked->failures);
	else
	{
		checked->failures = 0;
		checked->error[0] = '\0';
	}
}

/*
 * Note how a check has ended.
 */
void
lead_roi_end_check(Oid database, Oid ledger, CheckOutcome outcome)
{
	CheckedState *found;

	lead_roi_lock_states(LW_EXCLUSIVE);
	found = lead_roi_find_or_add_state(database, ledger);
	if (found != NULL)
		note_end(found, outcome);
	lead_roi_unlock_states();
}

/*
 * The ledger of a database at which a biller died, noted as a failure; false if there is none. The
 * caller holds the lock.
 */
static bool
blame_ledger(Oid database)
{
	bool		found = false;

	for (CheckedState *each = lead_roi_next_state(NULL); each != NULL; each = lead_roi_next_state(each))
	{
		if (each->database == database && OidIsValid(each->ledger) && each->under_way)
		{
			each->error[0] = '\0';
			note_end(each, CHECK_FAILED);
			found = true;
		}
	}
	return found;
}

/*
 * The biller of a database has left. If it could not say how its check ended it has died, which is a
 * failure of the ledger that it was at, so that the others are served without that one; else of the
 * database.
 */
void
lead_roi_end_visit(Oid database)
{
	CheckedState *found;

	lead_roi_lock_states(LW_EXCLUSIVE);
	found = lead_roi_find_state(database, InvalidOid);
	if (found != NULL && found->under_way)
	{
		found->error[0] = '\0';
		note_end(found, blame_ledger(database) ? CHECK_MORE : CHECK_FAILED);
	}
	lead_roi_unlock_states();
}

/*
 * Keep the message of an error, for a role that can't write it to posting_run. Long ones are cut.
 */
void
lead_roi_set_error(Oid database, Oid ledger, const char *message)
{
	int			length = pg_mbcliplen(message, strlen(message), ERROR_LENGTH - 1);
	CheckedState *found;

	lead_roi_lock_states(LW_EXCLUSIVE);
	found = lead_roi_find_or_add_state(database, ledger);
	if (found != NULL)
	{
		memcpy(found->error, message, length);
		found->error[length] = '\0';
	}
	lead_roi_unlock_states();
}

/*
 * Note when a day ends next in one of the ledgers of a database.
 */
void
lead_roi_set_end_of_day(Oid database, TimestampTz end)
{
	CheckedState *found;

	lead_roi_lock_states(LW_EXCLUSIVE);
	found = lead_roi_find_or_add_state(database, InvalidOid);
	if (found != NULL)
		found->end_of_day = end;
	lead_roi_unlock_states();
}

/*
 * When a day ends next in any ledger after an instant; 0 if that isn't known.
 */
TimestampTz
lead_roi_next_end_of_day(TimestampTz after)
{
	TimestampTz next = 0;

	lead_roi_lock_states(LW_SHARED);
	for (CheckedState *each = lead_roi_next_state(NULL); each != NULL; each = lead_roi_next_state(each))
	{
		if (each->end_of_day > after && (next == 0 || each->end_of_day < next))
			next = each->end_of_day;
	}
	lead_roi_unlock_states();
	return next;
}

/*
 * A copy of what is known of a database or a ledger.
 */
CheckedState
lead_roi_known_state(Oid database, Oid ledger)
{
	CheckedState known = {0};
	CheckedState *found;

	lead_roi_lock_states(LW_SHARED);
	found = lead_roi_find_state(database, ledger);
	if (found != NULL)
		known = *found;
	else if (lead_roi_states_are_full())
		known.outcome = CHECK_UNTRACKED;
	lead_roi_unlock_states();
	return known;
}

/*
 * May it take long again: did the last check fail or wait for a lock in vain, or has a batch run out of time
 * since all was posted last?
 */
bool
lead_roi_had_trouble(const CheckedState *known)
{
	return known->outcome == CHECK_FAILED || known->outcome == CHECK_BUSY || known->timeouts > 0;
}

/*
 * Has this time come? One too far ahead comes from a clock that has been set back since.
 */
static bool
has_come(TimestampTz try_at)
{
	TimestampTz now = GetCurrentTimestamp();

	return now >= try_at || try_at > TimestampTzPlusMilliseconds(now, MAX_BACKOFF_SECONDS * 1000L);
}

/*
 * May it be checked now, or is it left alone for a while?
 */
bool
lead_roi_may_be_checked(Oid database, Oid ledger)
{
	return has_come(lead_roi_known_state(database, ledger).retry_at);
}

/*
 * May the summaries of a ledger be folded now? Then "failures" says how often that has failed in a row.
 */
bool
lead_roi_may_be_folded(Oid database, Oid ledger, int *failures)
{
	CheckedState known = lead_roi_known_state(database, ledger);

	*failures = known.fold_failures;
	return has_come(known.fold_at);
}

/*
 * Note whether the summaries of a ledger could be folded.
 */
void
lead_roi_end_fold(Oid database, Oid ledger, bool folded)
{
	CheckedState *found;

	lead_roi_lock_states(LW_EXCLUSIVE);
	found = lead_roi_find_state(database, ledger);
	if (found != NULL)
	{
		found->fold_failures = folded ? 0 : found->fold_failures + 1;
		found->fold_at = next_try(found->fold_failures);
	}
	lead_roi_unlock_states();
}

/*
 * Have what has failed tried again at the next check.
 */
void
lead_roi_try_all_again(void)
{
	lead_roi_lock_states(LW_EXCLUSIVE);
	for (CheckedState *each = lead_roi_next_state(NULL); each != NULL; each = lead_roi_next_state(each))
		each->retry_at = each->fold_at = 0;
	lead_roi_unlock_states();
}

/*
 * Forget the databases that are no longer listed or no longer exist, with their ledgers.
 */
void
lead_roi_forget_databases_except(List *databases)
{
	lead_roi_lock_states(LW_EXCLUSIVE);
	for (CheckedState *each = lead_roi_next_state(NULL); each != NULL; each = lead_roi_next_state(each))
	{
		if (!list_member_oid(databases, each->database))
			lead_roi_remove_state(each);
	}
	lead_roi_unlock_states();
}

/*
 * Forget the ledgers of a database that no longer exist.
 */
void
lead_roi_forget_ledgers_except(Oid database, List *ledgers)
{
	lead_roi_lock_states(LW_EXCLUSIVE);
	for (CheckedState *each = lead_roi_next_state(NULL); each != NULL; each = lead_roi_next_state(each))
	{
		if (each->database == database && OidIsValid(each->ledger) && !list_member_oid(ledgers, each->ledger))
			lead_roi_remove_state(each);
	}
	lead_roi_unlock_states();
}
