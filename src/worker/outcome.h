/*
 * outcome.h
 *		How a check of a database or a ledger ended, and what can be said of it: each outcome is one row
 *		of one table, in outcome.c, from which the log, worker_status and reconciliation take their words.
 */
#ifndef LEAD_ROI_OUTCOME_H
#define LEAD_ROI_OUTCOME_H

/* How a check ended, or why there was none */
typedef enum CheckOutcome
{
	CHECK_NONE,					/* not checked yet */
	CHECK_UNTRACKED,			/* no room to note how checks end */
	CHECK_DONE,					/* everything due was posted */
	CHECK_MORE,					/* left to let others have their turn */
	CHECK_BUSY,					/* somebody holds a lock that it needs */
	CHECK_FAILED,				/* ended with an error */
	CHECK_TOO_SLOW,				/* cancelled, because it took too long */
	CHECK_NO_SLOT,				/* no background worker could be started */
	CHECK_NO_LAUNCHER,			/* there is no launcher, and will be none until the server is restarted */
	CHECK_EXTENSION_ABSENT,
	CHECK_EXTENSION_VERSION,	/* the library is of another version than the extension */
	CHECK_LEDGER_VERSION,		/* the ledger is of another version than the extension */
	CHECK_SUPERUSER,			/* the ledger is a superuser's */
	CHECK_MIXED_OWNERS,			/* its relations are not all its owner's */
	CHECK_SUBSCRIBED,			/* its rows come from another server, which bills */
	CHECK_INCOMPLETE,			/* a key or trigger is missing that keeps a month from being billed twice */
	CHECK_RESTORE,				/* it looks as if it were being restored */
	CHECK_CLOCK_JUMPED			/* it looks as if the clock were far ahead */
} CheckOutcome;

extern bool lead_roi_stands_aside(CheckOutcome outcome);
extern char *lead_roi_outcome_reason(CheckOutcome outcome);
extern char *lead_roi_outcome_mend(CheckOutcome outcome, const char *ledger, const char *owner);

#endif							/* LEAD_ROI_OUTCOME_H */
