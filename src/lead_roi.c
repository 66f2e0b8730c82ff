/*
 * lead_roi.c
 *		The front door: module magic and start-up.
 *
 * The rooms, one per concept. On the left what computes, on any table:
 *
 *	kit			what every type and function needs: arguments, result rows, reading of text
 *	money		what counts as an amount; exact sums and shares; currencies
 *	schedule	the bill dates of a recurring expense
 *	source		what a lead arrived with: source, medium, campaign; hosts, click ids, channels
 *	metrics		cost per lead, cost per customer, ROI, ROAS, lifetime value
 *	survival	how long customers stay, while many are still active
 *	value		what a customer brings in, while many are still active
 *
 * and on the right what a ledger is made of:
 *
 *	ledger		create_ledger(); lead sources, expenses; posting what is due
 *	identity	which lead source a traffic source means; lead sources that count as another
 *	funnel		visits, leads, payments
 *	import		files of ad platforms and CRMs
 *	report		the views a BI tool reads
 *	worker		posts automatically: a launcher and its billers
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
	lead_roi_billing_day_init();
	lead_roi_batches_init();
	lead_roi_worker_init();
	MarkGUCPrefixReserved("lead_roi");
}
