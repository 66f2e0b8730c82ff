/*
 * ledger.c
 *		The ledger's clock: which day it is for billing. The rest of the room is SQL.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "pgtime.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "ledger/ledger.h"

PG_FUNCTION_INFO_V1(lead_roi_billing_today);

/* lead_roi.billing_timezone: name of a time zone, or empty for the session's TimeZone */
static char *billing_timezone = NULL;

/*
 * The named time zone, or NULL if there is none that can be computed with.
 */
static pg_tz *
find_timezone(const char *name)
{
	pg_tz	   *timezone = pg_tzset(name);

	return timezone != NULL && pg_tz_acceptable(timezone) ? timezone : NULL;
}

/*
 * Accept only time zones that exist.
 */
static bool
check_billing_timezone(char **newval, void **extra pg_attribute_unused(),
					   GucSource source pg_attribute_unused())
{
	if (*newval == NULL || **newval == '\0' || find_timezone(*newval) != NULL)
		return true;

	GUC_check_errdetail("Time zone \"%s\" does not exist.", *newval);
	GUC_check_errhint("See the view pg_timezone_names for the names that can be set, "
					  "or set the empty string to follow TimeZone.");
	return false;
}

/*
 * Define the ledger's settings.
 */
void
lead_roi_ledger_init(void)
{
	DefineCustomStringVariable("lead_roi.billing_timezone",
							   "Time zone in which a billing day begins and ends.",
							   "Empty: the session's TimeZone. It decides on which day a bill "
							   "falls due, never how often it is posted.",
							   &billing_timezone,
							   "",
							   PGC_USERSET,
							   0,
							   check_billing_timezone, NULL, NULL);
}

/*
 * billing_today(): the date in the billing time zone when the transaction began. The only place
 * where lead_roi reads the clock to decide what is due.
 */
Datum
lead_roi_billing_today(PG_FUNCTION_ARGS pg_attribute_unused())
{
	pg_tz	   *timezone = session_timezone;
	struct pg_tm tm;
	fsec_t		fsec;
	int			offset;

	if (billing_timezone != NULL && *billing_timezone != '\0')
		timezone = find_timezone(billing_timezone);

	if (timezone == NULL ||
		timestamp2tm(GetCurrentTransactionStartTimestamp(), &offset, &tm, &fsec, NULL, timezone) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("today's date cannot be told in the billing time zone"),
				 errhint("Check the setting lead_roi.billing_timezone and the system clock.")));
	PG_RETURN_DATEADT(date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE);
}
