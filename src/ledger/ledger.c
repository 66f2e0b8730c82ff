/*
 * ledger.c
 *		The ledger's clock: which day it is for billing.
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

/* lead_roi.testing_today: a date to take for today's, or empty for the clock's */
static char *testing_today = NULL;

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
 * Read a date written as 2024-01-31; false if it isn't one.
 */
static bool
parse_iso_date(const char *text, DateADT *date)
{
	int			year;
	int			month;
	int			day;
	int			length = 0;

	if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &day, &length) != 3 || text[length] != '\0' ||
		year < 1 || month < 1 || month > MONTHS_PER_YEAR ||
		day < 1 || day > day_tab[isleap(year)][month - 1])
		return false;
	*date = date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
	return true;
}

/*
 * Accept only dates.
 */
static bool
check_testing_today(char **newval, void **extra pg_attribute_unused(),
					GucSource source pg_attribute_unused())
{
	DateADT		date;

	if (*newval == NULL || **newval == '\0' || parse_iso_date(*newval, &date))
		return true;

	GUC_check_errdetail("\"%s\" is not a date.", *newval);
	GUC_check_errhint("Write it as 2024-01-31, or set the empty string to follow the clock.");
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
							   "falls due, never how often it is posted. The worker takes it from "
							   "the server's configuration alone.",
							   &billing_timezone,
							   "",
							   PGC_USERSET,
							   0,
							   check_billing_timezone, NULL, NULL);
	DefineCustomStringVariable("lead_roi.testing_today",
							   "Date to take for today's, in tests.",
							   "Empty: the clock's date in the billing time zone.",
							   &testing_today,
							   "",
							   PGC_SUSET,
							   GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE,
							   check_testing_today, NULL, NULL);
	lead_roi_batches_init();
}

/*
 * The time zone in which billing days begin and end.
 */
static pg_tz *
current_billing_timezone(void)
{
	pg_tz	   *timezone = NULL;

	if (billing_timezone != NULL && *billing_timezone != '\0')
		timezone = find_timezone(billing_timezone);
	return timezone != NULL ? timezone : session_timezone;
}

/*
 * Break an instant down in the billing time zone.
 */
static void
billing_time(TimestampTz at, struct pg_tm *tm)
{
	fsec_t		fsec;
	int			offset;

	if (timestamp2tm(at, &offset, tm, &fsec, NULL, current_billing_timezone()) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("today's date cannot be told in the billing time zone"),
				 errhint("Check the setting \"lead_roi.billing_timezone\" and the system clock.")));
}

/*
 * The date of an instant in the billing time zone.
 */
DateADT
lead_roi_billing_date(TimestampTz at)
{
	struct pg_tm tm;
	DateADT		date;

	if (testing_today != NULL && parse_iso_date(testing_today, &date))
		return date;
	billing_time(at, &tm);
	return date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE;
}

/*
 * The instant at which the next day begins in the billing time zone.
 */
TimestampTz
lead_roi_end_of_billing_day(TimestampTz at)
{
	struct pg_tm tm;
	int			offset;
	TimestampTz end;

	billing_time(at, &tm);
	j2date(date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) + 1, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	offset = DetermineTimeZoneOffset(&tm, current_billing_timezone());
	if (tm2timestamp(&tm, 0, &offset, &end) != 0)
		end = at + USECS_PER_DAY;
	return end;
}

/*
 * billing_today(): the date in the billing time zone when the transaction began. The only place
 * where SQL reads the clock to decide what is due.
 */
Datum
lead_roi_billing_today(PG_FUNCTION_ARGS pg_attribute_unused())
{
	PG_RETURN_DATEADT(lead_roi_billing_date(GetCurrentTransactionStartTimestamp()));
}
