/*
 * ledger.h
 *		In:		the name of a ledger, recurring expenses with their price changes, a date to post up to.
 *		Out:	ledgers, made, found, upgraded and dropped; postings and expenses, one per recurring
 *				expense and calendar month.
 *		Promise: a ledger is its owner's: nothing in it is a member of the extension. Every due month
 *				is posted exactly once, whoever calls and whatever failed before.
 *
 * A ledger is a schema with an enum type "lead_roi_ledger", whose labels say what it is: 'version 1.0',
 * 'currency EUR' ('currency (unnamed)'), 'decimals 2', 'time zone Europe/Vienna', 'exchange rate days 10'. Labels are read
 * from the catalogue without running anybody's code, and they survive whatever a dump does. Nothing
 * remembers a ledger by its oid or its name beyond a call.
 */
#ifndef LEAD_ROI_LEDGER_H
#define LEAD_ROI_LEDGER_H

#include "commands/trigger.h"
#include "datatype/timestamp.h"
#include "fmgr.h"
#include "nodes/pg_list.h"
#include "utils/date.h"
#include "utils/relcache.h"

/* What a ledger is */
typedef struct Ledger
{
	Oid			schema;
	Oid			type;			/* lead_roi_ledger, of which it is known */
	Oid			type_owner;		/* another than the schema's: somebody else has planted it */
	Oid			owner;			/* of the schema */
	char		name[NAMEDATALEN];	/* of the schema, without quotes */
	char		version[NAMEDATALEN];
	char		currency[NAMEDATALEN];	/* empty: unnamed */
	int			decimals;		/* of amounts in its currency */
	char		time_zone[NAMEDATALEN];
	int			exchange_rate_days; /* how old a rate may be */
} Ledger;

/* Who acts: what has to be put back after acting for somebody else */
typedef struct ActingRole
{
	Oid			role;
	int			security_context;
	int			settings_level;
} ActingRole;

/* Where a run of batches stands in a ledger */
typedef struct PostingRun
{
	Oid			schema;			/* of the ledger, which may be renamed between two batches */
	DateADT		as_of;			/* bills are due up to this date */
	int32		batch_size;		/* rows that make a batch, about */
	DateADT		after_bill_on;	/* the last recurring expense passed: its next bill date */
	int64		after_recurring_expense;	/* ... and its key */
	int64		posting_run;	/* row of posting_run, or 0 as long as there is none */
	int64		posted;			/* rows posted so far */
	int64		failed;			/* recurring expenses that could not be posted so far */
} PostingRun;

/* billing_day.c: the clock */
extern void lead_roi_billing_day_init(void);
extern bool lead_roi_is_time_zone(const char *name);
extern DateADT lead_roi_date_at(TimestampTz at, const char *time_zone);
extern DateADT lead_roi_billing_date(TimestampTz at, const char *time_zone);
extern TimestampTz lead_roi_end_of_billing_day(TimestampTz at, const char *time_zone);

/* ledger.c: finding ledgers */
extern bool lead_roi_read_ledger(Oid type, Ledger *ledger);
extern bool lead_roi_find_ledger(Oid schema, Ledger *ledger);
extern bool lead_roi_is_made_by_owner(const Ledger *ledger);
extern List *lead_roi_list_ledgers(void);
extern char *lead_roi_parse_ledger_name(const char *text);
extern void lead_roi_require_type(Oid type, Ledger *ledger);
extern void lead_roi_require_ledger(const char *text, Ledger *ledger);
extern void lead_roi_ledger_argument(FunctionCallInfo fcinfo, Ledger *ledger);

/* version.c */
extern char *lead_roi_extension_version(void);
extern void lead_roi_require_extension_version(void);
extern void lead_roi_require_version(const Ledger *ledger);

/* making.c: acting as the owner of a ledger */
extern void lead_roi_act_as(Oid role, ActingRole *before);
extern void lead_roi_act_again_as(const ActingRole *before);
extern void lead_roi_act_as_owner(Oid schema, ActingRole *before);
extern void lead_roi_require_ledger_of_owner(FunctionCallInfo fcinfo, Ledger *ledger);

/* distributed.c: ledgers on Citus */
extern bool lead_roi_is_distributed(Oid table);
extern bool lead_roi_is_worker_node(void);
extern bool lead_roi_is_workers_copy(Relation relation);
extern void lead_roi_refuse_worker_node(const char *ledger);

/* triggers.c */
#define LEAD_ROI_EVENT_MASK (TRIGGER_EVENT_OPMASK | TRIGGER_EVENT_TIMINGMASK | TRIGGER_EVENT_ROW)
extern TriggerData *lead_roi_trigger_data(FunctionCallInfo fcinfo, const char *function, TriggerEvent mask, TriggerEvent expected);
extern int	lead_roi_trigger_column(TriggerData *trigger, const char *name, Oid type, const char *made_for);

/* batches.c: posting */
extern void lead_roi_batches_init(void);
extern void lead_roi_begin_run(PostingRun *run, Oid schema, DateADT as_of, int32 batch_size);
extern bool lead_roi_post_batch(PostingRun *run);
extern void lead_roi_record_failed_run(PostingRun *run, const char *sqlstate, const char *message);

#endif							/* LEAD_ROI_LEDGER_H */
