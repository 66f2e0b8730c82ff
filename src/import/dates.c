/*
 * dates.c
 *		In which order a column writes day, month and year: every value of the file takes away the orders in
 *		which it is no date, and one must be left.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "import/dates.h"
#include "import/judgement.h"
#include "ledger/ledger.h"

/* Years that a date of business can have */
#define FIRST_YEAR 1990
#define LAST_YEAR 2100

/* The day from which spreadsheets count, and the range of such numbers that are taken for dates: 1970 to 2100 */
#define SERIAL_EPOCH_YEAR 1899
#define FIRST_SERIAL 25569
#define LAST_SERIAL 73415

/* The orders as the option "date_order" has them */
const char *const lead_roi_day_order_names[DATE_ORDERS] = {"dmy", "mdy", "ymd"};

/*
 * A finite date as ISO has it.
 */
char *
lead_roi_iso_date(DateADT date)
{
	char	   *text = palloc(MAXDATELEN + 1);
	struct pg_tm tm;

	j2date(date + POSTGRES_EPOCH_JDATE, &tm.tm_year, &tm.tm_mon, &tm.tm_mday);
	EncodeDateOnly(&tm, USE_ISO_DATES, text);
	return text;
}

/*
 * Keep a value as a witness, if there is none yet.
 */
static void
testify(Witness *witness, const char *text, int64 line)
{
	if (witness->line != 0)
		return;
	witness->line = line;
	strlcpy(witness->text, text, sizeof(witness->text));
}

/*
 * The date of a year, month and day; false if there is none.
 */
static bool
make_date(int year, int month, int day, DateADT *date)
{
	if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > MONTHS_PER_YEAR ||
		day < 1 || day > day_tab[isleap(year)][month - 1])
		return false;
	*date = date2j(year, month, day) - POSTGRES_EPOCH_JDATE;
	return true;
}

/*
 * Three numbers read in an order; false if that is no date.
 */
static bool
read_in_order(const WrittenDate *written, DayOrder order, DateADT *date)
{
	const int  *numbers = written->numbers;

	if (order == ORDER_DMY)
		return make_date(numbers[2], numbers[1], numbers[0], date);
	if (order == ORDER_MDY)
		return make_date(numbers[2], numbers[0], numbers[1], date);
	return written->year_may_be_first && make_date(2000 + numbers[0], numbers[1], numbers[2] % 100, date);
}

/*
 * Widen the range of dates that a column has in an order.
 */
static void
widen(DateColumn *column, DayOrder order, DateADT date)
{
	column->least[order] = column->is_ranged[order] ? Min(column->least[order], date) : date;
	column->greatest[order] = column->is_ranged[order] ? Max(column->greatest[order], date) : date;
	column->is_ranged[order] = true;
}

/*
 * Take what a value says about its column.
 */
void
lead_roi_look_at_date(DateColumn *column, const char *text, int64 line)
{
	WrittenDate written;
	DateADT		dates[DATE_ORDERS];
	bool		valid[DATE_ORDERS];

	if (strlen(text) > MAX_VALUE_BYTES || !lead_roi_take_date_apart(text, &written) || written.form == DATE_SERIAL)
		return;
	if (written.form == DATE_FIXED)
	{
		testify(&column->no_serial, text, line);
		return;
	}
	for (int order = 0; order < DATE_ORDERS; order++)
		valid[order] = read_in_order(&written, (DayOrder) order, &dates[order]);
	if (!valid[ORDER_DMY] && !valid[ORDER_MDY] && !valid[ORDER_YMD])
		return;
	testify(&column->no_serial, text, line);
	for (int order = 0; order < DATE_ORDERS; order++)
	{
		int			one = (order + 1) % DATE_ORDERS;
		int			other = (order + 2) % DATE_ORDERS;

		if (!valid[order])
			testify(&column->excludes[order], text, line);
		else
			widen(column, (DayOrder) order, dates[order]);
		if (valid[one] && valid[other] && dates[one] != dates[other])
			testify(&column->differs[order], text, line);
	}
}

/*
 * Decide which order a column has. Where its values don't, the range that the file names may.
 */
ColumnJudgement
lead_roi_judge_dates(DateColumn *column, DateADT from, DateADT through)
{
	bool		possible[DATE_ORDERS];
	bool		in_range[DATE_ORDERS];
	int			orders = 0;
	int			ranged = 0;

	column->is_serial = column->no_serial.line == 0;
	for (int order = DATE_ORDERS - 1; order >= 0; order--)
	{
		possible[order] = column->excludes[order].line == 0;
		in_range[order] = possible[order] && column->least[order] >= from && column->greatest[order] <= through;
		orders += possible[order];
		ranged += in_range[order];
		if (possible[order])
			column->order = (DayOrder) order;
	}
	if (orders == 0)
		return JUDGED_CONTRADICTORY;
	for (int order = 0; order < DATE_ORDERS; order++)
	{
		int			one = (order + 1) % DATE_ORDERS;
		int			other = (order + 2) % DATE_ORDERS;

		if (column->differs[order].line == 0 || !possible[one] || !possible[other])
			continue;
		if (DATE_NOT_FINITE(from) || ranged != 1)
			return JUDGED_AMBIGUOUS;
		column->order = in_range[ORDER_DMY] ? ORDER_DMY : in_range[ORDER_MDY] ? ORDER_MDY : ORDER_YMD;
	}
	return JUDGED;
}

/*
 * Read a value: its day in a time zone, and its moment. A time without a zone is the ledger's, unless the
 * column is of UTC.
 */
ValueState
lead_roi_read_date(const DateColumn *column, const char *text, bool is_utc, const char *time_zone,
				   DateADT *date, Timestamp *moment)
{
	WrittenDate written;
	bool		valid;

	if (strlen(text) > MAX_VALUE_BYTES || !lead_roi_take_date_apart(text, &written))
		return VALUE_WRONG;
	if (written.form == DATE_SERIAL)
	{
		valid = column->is_serial && written.numbers[0] >= FIRST_SERIAL && written.numbers[0] <= LAST_SERIAL;
		*date = date2j(SERIAL_EPOCH_YEAR, 12, 30) + written.numbers[0] - POSTGRES_EPOCH_JDATE;
	}
	else if (written.form == DATE_FIXED)
		valid = make_date(written.numbers[0], written.numbers[1], written.numbers[2], date);
	else
		valid = read_in_order(&written, column->order, date);
	if (!valid)
		return VALUE_WRONG;

	*moment = *date * USECS_PER_DAY + written.seconds * USECS_PER_SEC - written.zone * USECS_PER_SEC;
	if (time_zone != NULL && (written.has_zone || (is_utc && written.has_time)))
		*date = lead_roi_date_at(*moment, time_zone);
	return VALUE_READ;
}
