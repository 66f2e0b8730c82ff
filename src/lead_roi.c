/*
 * lead_roi.c
 *		The front door: module magic and start-up.
 *
 * The house, one room per concept, in the order in which data walks through:
 *
 *	money		what counts as an amount; exact sums
 *	source		the lead sources
 *	schedule	the bill dates of a recurring expense
 *	ledger		agreements, postings, expenses; posting what is due
 *	worker		posts by itself: a launcher and its billers
 *	funnel		visits, leads, payments
 *	metrics		cost per lead, cost per customer, ROI, ROAS, lifetime value
 *	lifetime	how long customers stay, what one is worth while many are still active
 *	report		the views a BI tool reads
 *
 * A room includes only headers of rooms above it in this list.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/guc.h"

#include "ledger/ledger.h"
#include "money/money.h"
#include "worker/worker.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

/*
 * Start the rooms that have something to check or to set.
 */
void
_PG_init(void)
{
	lead_roi_money_init();
	lead_roi_ledger_init();
	lead_roi_worker_init();
	MarkGUCPrefixReserved("lead_roi");
}
