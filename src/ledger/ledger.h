/*
 * ledger.h
 *		In:		agreements (recurring expenses) with their price changes, and a date to post up to.
 *		Out:	postings and expenses, one per agreement and calendar month.
 *		Promise: every due month is posted exactly once, whoever calls and whatever failed before.
 */
#ifndef LEAD_ROI_LEDGER_H
#define LEAD_ROI_LEDGER_H

#include "datatype/timestamp.h"
#include "utils/date.h"

/* Where a run of batches stands */
typedef struct PostingRun
{
	DateADT		as_of;			/* bills are due up to this date */
	int32		batch_size;		/* rows that make a batch, about */
	DateADT		after_bill_on;	/* the last agreement passed: its next bill date */
	int64		after_agreement;	/* ... and its key */
	int64		worker_run;		/* row of worker_run, or 0 as long as there is none */
	int64		posted;			/* rows posted so far */
	int64		failed;			/* agreements that could not be posted so far */
} PostingRun;

extern void lead_roi_ledger_init(void);
extern void lead_roi_batches_init(void);

extern DateADT lead_roi_billing_date(TimestampTz at);
extern TimestampTz lead_roi_end_of_billing_day(TimestampTz at);

extern void lead_roi_begin_run(PostingRun *run, DateADT as_of, int32 batch_size);
extern bool lead_roi_post_batch(PostingRun *run);
extern void lead_roi_record_failed_run(PostingRun *run, const char *sqlstate, const char *message);

#endif							/* LEAD_ROI_LEDGER_H */
