/*
 * exchange_rate.c
 *		All exchange rates of a ledger as one value, in which the rate in force on a day is found at once.
 *
 * A query makes the value once, where it meets the first amount in another currency, and asks it for each. It is a
 * bytea, so that parallel workers get it like any other value: a StoredRate for each row, sorted. It may have
 * come from anywhere, but whatever its bytes are, they are rates and days.
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "kit/arguments.h"
#include "money/currency.h"
#include "money/money.h"

PG_FUNCTION_INFO_V1(lead_roi_exchange_rates_step);
PG_FUNCTION_INFO_V1(lead_roi_exchange_rates_result);
PG_FUNCTION_INFO_V1(lead_roi_convert);

/* Decimals that a rate may have, as in table exchange_rate */
#define RATE_DECIMALS 20

/* A rate: units of the ledger's currency for one unit of another, from a day on */
typedef struct StoredRate
{
	int128		units;			/* the rate, in units of its last decimal */
	uint32		currency;		/* its code as a number */
	DateADT		valid_on;
} StoredRate;

/* Rates as they come in */
typedef struct RateList
{
	StoredRate *rates;
	int64		count;
	int64		space;
} RateList;

/*
 * The code of a currency as a number; 0 for a text that can't be one.
 */
static uint32
currency_number(const text *currency)
{
	const char *code = VARDATA_ANY(currency);
	uint32		number = 0;

	if (VARSIZE_ANY_EXHDR(currency) != CURRENCY_CODE_LENGTH)
		return 0;
	for (int i = 0; i < CURRENCY_CODE_LENGTH; i++)
		number = number << 8 | (unsigned char) code[i];
	return number;
}

/*
 * Read a rate; an error unless table exchange_rate could hold it.
 */
static void
read_rate(Datum value, StoredRate *rate)
{
	StoredNumeric numeric;

	lead_roi_read_finite(value, "rate", &numeric);
	if (numeric.negative || numeric.ndigits == 0 || numeric.scale > RATE_DECIMALS ||
		!lead_roi_numeric_to_units(&numeric, FRACTION_DIGITS(RATE_DECIMALS), &rate->units))
		lead_roi_refuse_range("rate", "greater than 0, with up to 20 decimals",
							  DatumGetCString(DirectFunctionCall1(numeric_out, value)), "1.0825", "that much for one unit");
}

/*
 * Order of rates: by currency, then by day.
 */
static int
compare_rates(const void *a, const void *b)
{
	const StoredRate *left = a;
	const StoredRate *right = b;

	if (left->currency != right->currency)
		return left->currency < right->currency ? -1 : 1;
	if (left->valid_on != right->valid_on)
		return left->valid_on < right->valid_on ? -1 : 1;
	return 0;
}

/*
 * The list with room for one more rate, in the memory of the aggregate.
 */
static RateList *
with_room(RateList *list, MemoryContext context)
{
	if (list == NULL)
	{
		list = MemoryContextAllocZero(context, sizeof(RateList));
		list->space = 64;
		list->rates = MemoryContextAlloc(context, list->space * sizeof(StoredRate));
	}
	else if (list->count == list->space)
	{
		list->space *= 2;
		list->rates = repalloc_huge(list->rates, list->space * sizeof(StoredRate));
	}
	return list;
}

/*
 * Step of exchange_rates(currency, valid_on, rate). Rows with a NULL are left out.
 */
Datum
lead_roi_exchange_rates_step(PG_FUNCTION_ARGS)
{
	RateList   *list = PG_ARGISNULL(0) ? NULL : (RateList *) PG_GETARG_POINTER(0);
	MemoryContext context;
	StoredRate *rate;

	if (!AggCheckCallContext(fcinfo, &context))
		lead_roi_refuse_call("exchange_rates()");
	list = with_room(list, context);
	if (!PG_ARGISNULL(1) && !PG_ARGISNULL(2) && !PG_ARGISNULL(3))
	{
		rate = &list->rates[list->count];
		memset(rate, 0, sizeof(StoredRate));
		rate->currency = currency_number(PG_GETARG_TEXT_PP(1));
		rate->valid_on = PG_GETARG_DATEADT(2);
		read_rate(PG_GETARG_DATUM(3), rate);
		list->count++;
	}
	PG_RETURN_POINTER(list);
}

/*
 * Result of exchange_rates(): the rates, sorted, as one value; NULL without any row.
 */
Datum
lead_roi_exchange_rates_result(PG_FUNCTION_ARGS)
{
	RateList   *list = PG_ARGISNULL(0) ? NULL : (RateList *) PG_GETARG_POINTER(0);
	Size		size;
	bytea	   *result;

	if (list == NULL)
		PG_RETURN_NULL();
	qsort(list->rates, list->count, sizeof(StoredRate), compare_rates);
	size = list->count * sizeof(StoredRate);
	if (!AllocSizeIsValid(VARHDRSZ + size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many exchange rates"),
				 errdetail("There are %lld.", (long long) list->count),
				 errhint("Delete rows of table \"exchange_rate\" for currencies that the ledger has no amounts in.")));
	result = palloc(VARHDRSZ + size);
	SET_VARSIZE(result, VARHDRSZ + size);
	memcpy(VARDATA(result), list->rates, size);
	PG_RETURN_BYTEA_P(result);
}

/*
 * Read the rate number "position" of a value.
 */
static inline void
rate_at(const char *rates, int64 position, StoredRate *rate)
{
	memcpy(rate, rates + position * sizeof(StoredRate), sizeof(StoredRate));
}

/*
 * The last rate of a currency that is not after a day, and at most so many days older; false if there is none.
 */
static bool
find_rate(const bytea *rates, uint32 currency, DateADT day, int days, StoredRate *found)
{
	StoredRate	wanted = {.currency = currency,.valid_on = day};
	int64		low = 0;
	int64		high = VARSIZE_ANY_EXHDR(rates) / sizeof(StoredRate);

	while (low < high)			/* the first rate that comes after the wanted one */
	{
		int64		middle = low + (high - low) / 2;

		rate_at(VARDATA_ANY(rates), middle, found);
		if (compare_rates(found, &wanted) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return false;
	rate_at(VARDATA_ANY(rates), low - 1, found);
	return found->currency == currency && day - (int64) found->valid_on <= days;
}

/*
 * convert(amount, currency, on_date, rates, days, decimals): an amount in the ledger's currency, rounded to its
 * decimals; NULL without a rate.
 */
Datum
lead_roi_convert(PG_FUNCTION_ARGS)
{
	Datum		amount = lead_roi_finite_argument(fcinfo, 0, "amount");
	StoredRate	rate;
	Numeric		factor;

	if (!find_rate(PG_GETARG_BYTEA_PP(3), currency_number(PG_GETARG_TEXT_PP(1)), PG_GETARG_DATEADT(2), PG_GETARG_INT32(4), &rate))
		PG_RETURN_NULL();
	factor = lead_roi_units_to_numeric(rate.units, RATE_DECIMALS);
	PG_RETURN_DATUM(DirectFunctionCall2(numeric_round, DirectFunctionCall2(numeric_mul, amount, NumericGetDatum(factor)),
										Int32GetDatum(PG_GETARG_INT32(5))));
}
