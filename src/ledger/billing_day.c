/*
 * billing_day.c
 *		The clock: which day it is in the time zone of a ledger.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "ledger/ledger.h"

PG_FUNCTION_INFO_V1(lead_roi_billing_today);
PG_FUNCTION_INFO_V1(lead_roi_ledger_today);

/* lead_roi.testing_today: a date to take for today's, or empty for the clock's */
static char *testing_today = NULL;

/*
 * The named time zone, or NULL if there is none that can be computed with.
 */
static pg_tz *
find_time_zone(const char *name)
{
	pg_tz	   *time_zone = pg_tzset(name);

	return time_zone != NULL && pg_tz_acceptable(time_zone) ? time_zone : NULL;
}

/*
 * Is there a time zone of this name that can be computed with?
 */
bool
lead_roi_is_time_zone(const char *name)
{
	return find_time_zone(name) != NULL;
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
	GUC_check_errhint("Write it like 2024-01-31, or set the empty string to follow the clock.");
	return false;
}

/*
 * Define the setting of the clock.
 */
void
lead_roi_billing_day_init(void)
{
	DefineCustomStringVariable("lead_roi.testing_today",
							   "Date that tests use as today's.",
							   "Empty: the clock's date in the ledger's time zone.",
							   &testing_today,
							   "",
							   PGC_SUSET,
							   GUC_NO_SHOW_ALL | GUC_NOT_IN_SAMPLE,
							   check_testing_today, NULL, NULL);
}

/*
 * Break an instant down in a time zone.
 */
static void
local_time(TimestampTz at, pg_tz *time_zone, struct pg_tm *tm)
{
	fsec_t		fsec;
	int			offset;

	if (timestamp2tm(at, &offset, tm, &fsec, NULL, time_zone) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("today's date cannot be determined"),
				 errhint("Check the system clock.")));
}

/*
 * The named time zone. One that an update of the server's time zone data has removed is an error.
 */
static pg_tz *
require_time_zone(const char *name)
{
	pg_tz	   *time_zone = find_time_zone(name);

	if (time_zone == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" does not exist", name),
				 errhint("See the view pg_timezone_names for the names of time zones.")));
	return time_zone;
}

/*
 * The date of an instant in a time zone.
 */
DateADT
lead_roi_date_at(TimestampTz at, const char *time_zone)
{
	struct pg_tm tm;

	local_time(at, require_time_zone(time_zone), &tm);
	return date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) - POSTGRES_EPOCH_JDATE;
}

/*
 * The date that counts as an instant's for bills: that of a test, if one is set.
 */
DateADT
lead_roi_billing_date(TimestampTz at, const char *time_zone)
{
	DateADT		date;

	if (testing_today != NULL && parse_iso_date(testing_today, &date))
		return date;
	return lead_roi_date_at(at, time_zone);
}

/*
 * The instant at which the next day begins in a time zone.
 */
TimestampTz
lead_roi_end_of_billing_day(TimestampTz at, const char *time_zone)
{
	pg_tz	   *zone = require_time_zone(time_zone);
	struct pg_tm tm;
	int			offset;
	TimestampTz end;

	local_time(at, zone, &tm);
	j2date(date2j(tm.tm_year, tm.tm_mon, tm.tm_mday) + 1, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	offset = DetermineTimeZoneOffset(&tm, zone);
	if (tm2timestamp(&tm, 0, &offset, &end) != 0)
		end = at + USECS_PER_DAY;
	return end;
}

/*
 * billing_today(time_zone): the date in a time zone when the transaction began. It and ledger_today()
 * are the only places where SQL reads the clock to decide what is due.
 */
Datum
lead_roi_billing_today(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATEADT(lead_roi_billing_date(GetCurrentTransactionStartTimestamp(),
											text_to_cstring(PG_GETARG_TEXT_PP(0))));
}

/*
 * ledger_today(ledger): today in the time zone of the ledger whose type the argument has. The
 * argument's value is NULL; only its type counts. Views call it for each of their rows, so the ledger
 * is looked up once in a query.
 */
Datum
lead_roi_ledger_today(PG_FUNCTION_ARGS)
{
	Ledger	   *ledger = fcinfo->flinfo->fn_extra;

	if (ledger == NULL)
	{
		ledger = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(Ledger));
		lead_roi_require_type(get_fn_expr_argtype(fcinfo->flinfo, 0), ledger);
		fcinfo->flinfo->fn_extra = ledger;
	}
	PG_RETURN_DATEADT(lead_roi_billing_date(GetCurrentTransactionStartTimestamp(), ledger->time_zone));
}
