/*
 * checks.h
 *		In:		that a check of a database or a ledger begins, and how it ends.
 *		Out:	how the check before ended, whether it may be tried again now, and with how much patience.
 *		Promise: what is known is lost at a restart, and that's fine: it decides what worker_status says, who
 *				comes first, and who is left alone for a while, and never what is posted.
 */
#ifndef LEAD_ROI_CHECKS_H
#define LEAD_ROI_CHECKS_H

#include "nodes/pg_list.h"

#include "worker/state_table.h"

extern CheckedState lead_roi_begin_check(Oid database, Oid ledger, const char *name);
extern void lead_roi_end_check(Oid database, Oid ledger, CheckOutcome outcome);
extern void lead_roi_end_visit(Oid database);
extern void lead_roi_set_error(Oid database, Oid ledger, const char *message);
extern void lead_roi_set_end_of_day(Oid database, TimestampTz end);
extern TimestampTz lead_roi_next_end_of_day(TimestampTz after);
extern CheckedState lead_roi_known_state(Oid database, Oid ledger);
extern bool lead_roi_had_trouble(const CheckedState *known);
extern bool lead_roi_may_be_checked(Oid database, Oid ledger);
extern bool lead_roi_may_be_folded(Oid database, Oid ledger, int *failures);
extern void lead_roi_end_fold(Oid database, Oid ledger, bool folded);
extern void lead_roi_try_all_again(void);
extern void lead_roi_forget_databases_except(List *databases);
extern void lead_roi_forget_ledgers_except(Oid database, List *ledgers);

#endif							/* LEAD_ROI_CHECKS_H */
