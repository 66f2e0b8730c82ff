/*
 * ledger.h
 *		In:		agreements (recurring expenses) with their price changes, and a date to post up to.
 *		Out:	postings and expenses, one per agreement and calendar month.
 *		Promise: every due month is posted exactly once, whoever calls and whatever failed before.
 */
#ifndef LEAD_ROI_LEDGER_H
#define LEAD_ROI_LEDGER_H

extern void lead_roi_ledger_init(void);

#endif							/* LEAD_ROI_LEDGER_H */
