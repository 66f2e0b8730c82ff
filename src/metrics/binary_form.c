/*
 * binary_form.c
 *		A summary in binary protocol, and back. All integers are in network byte order:
 *
 *		int8	version, 1
 *		for expense, then revenue:
 *			int8	recorded: 0 or 1; if 1,
 *			int16	number of scales
 *			for each, highest first: int16 scale, int64 number of values
 *			int32	length of what follows
 *			bytes	the total as numeric sends itself
 *		int64	visitors, leads, customers
 */
#include "postgres.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "kit/arguments.h"
#include "metrics/roi_summary.h"

PG_FUNCTION_INFO_V1(lead_roi_roi_summary_recv);
PG_FUNCTION_INFO_V1(lead_roi_roi_summary_send);

#define BINARY_VERSION 1

/* The bytes of a scale, and of a numeric before its digits */
#define SCALE_SIZE ((int) (sizeof(int16) + sizeof(int64)))
#define NUMERIC_HEADER_SIZE 8

/*
 * Refuse what was received.
 */
static void
refuse_received(const char *detail)
{
	lead_roi_refuse_binary("roi_summary", detail);
}

/*
 * Make sure that so many bytes are there.
 */
static void
require_bytes(StringInfo message, int64 size)
{
	if (message->len - message->cursor < size)
		refuse_received("It ends too early.");
}

/*
 * Receive a total. Its length is checked against its number of digits before numeric reads it.
 */
static Numeric
receive_total(StringInfo message)
{
	int			size;
	int			end;
	uint16		ndigits;
	Numeric		total;
	StoredNumeric numeric;

	require_bytes(message, sizeof(int32));
	size = pq_getmsgint(message, sizeof(int32));
	if (size < NUMERIC_HEADER_SIZE)
		refuse_received("A total has the wrong length.");
	require_bytes(message, size);
	end = message->cursor + size;

	memcpy(&ndigits, message->data + message->cursor, sizeof(ndigits));
	if (size != NUMERIC_HEADER_SIZE + pg_ntoh16(ndigits) * (int) sizeof(int16))
		refuse_received("A total has the wrong number of digits.");
	total = DatumGetNumeric(DirectFunctionCall3(numeric_recv, PointerGetDatum(message),
												ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	lead_roi_read_numeric(NumericGetDatum(total), &numeric);
	if (numeric.kind != KIND_FINITE || message->cursor != end)
		refuse_received("A total is not a finite number.");
	return total;
}

/*
 * Receive a sum that is recorded.
 */
static void
receive_sum(StringInfo message, OpenSum *sum)
{
	int			ncounts;
	ScaleCount *counts;
	Numeric		total;
	StoredNumeric numeric;
	int			i;

	require_bytes(message, sizeof(int16));
	ncounts = pq_getmsgint(message, sizeof(int16));
	require_bytes(message, (int64) ncounts * SCALE_SIZE);
	counts = palloc((ncounts + 1) * sizeof(ScaleCount));
	for (i = 0; i < ncounts; i++)
	{
		counts[i].scale = pq_getmsgint(message, sizeof(int16));
		counts[i].values = pq_getmsgint64(message);
		if (counts[i].values == 0 || counts[i].scale > (i > 0 ? counts[i - 1].scale - 1 : MAXIMUM_SCALE))
			refuse_received("The counts by display scale are out of order.");
	}

	total = receive_total(message);
	lead_roi_restore_sum(sum, counts, ncounts, total);
	lead_roi_read_numeric(NumericGetDatum(total), &numeric);
	if (!lead_roi_sum_is_recorded(&sum->head) || sum->head.scale != numeric.scale)
		refuse_received("A total has another display scale than its values.");
}

/*
 * roi_summary from binary.
 */
Datum
lead_roi_roi_summary_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	OpenSummary summary;
	int			i;

	memset(&summary, 0, sizeof(summary));
	require_bytes(message, 1);
	if (pq_getmsgbyte(message) != BINARY_VERSION)
		refuse_received("Its version is not known.");
	for (i = 0; i < SUMS; i++)
	{
		int			recorded;

		require_bytes(message, 1);
		recorded = pq_getmsgbyte(message);
		if (recorded > 1)
			refuse_received("The flag that says whether a sum is recorded is neither 0 nor 1.");
		if (recorded == 1)
			receive_sum(message, &summary.sums[i]);
	}
	require_bytes(message, COUNTS * sizeof(int64));
	for (i = 0; i < COUNTS; i++)
		summary.counts[i] = pq_getmsgint64(message);
	PG_RETURN_POINTER(lead_roi_close_summary(&summary));
}

/*
 * Send a sum that is recorded.
 */
static void
send_sum(StringInfo message, const OpenSum *sum)
{
	ScaleCount *counts = palloc((sum->head.other_scales + 1) * sizeof(ScaleCount));
	int			ncounts = lead_roi_list_scales(sum, counts);
	bytea	   *total = DatumGetByteaPP(DirectFunctionCall1(numeric_send,
															NumericGetDatum(lead_roi_sum_total(sum))));
	int			i;

	pq_sendint16(message, ncounts);
	for (i = 0; i < ncounts; i++)
	{
		pq_sendint16(message, counts[i].scale);
		pq_sendint64(message, counts[i].values);
	}
	pq_sendint32(message, VARSIZE_ANY_EXHDR(total));
	pq_sendbytes(message, VARDATA_ANY(total), VARSIZE_ANY_EXHDR(total));
}

/*
 * roi_summary to binary.
 */
Datum
lead_roi_roi_summary_send(PG_FUNCTION_ARGS)
{
	OpenSummary summary;
	StringInfoData message;
	int			i;

	lead_roi_open_summary(PG_GETARG_DATUM(0), &summary);
	pq_begintypsend(&message);
	pq_sendint8(&message, BINARY_VERSION);
	for (i = 0; i < SUMS; i++)
	{
		bool		recorded = lead_roi_sum_is_recorded(&summary.sums[i].head);

		pq_sendint8(&message, recorded);
		if (recorded)
			send_sum(&message, &summary.sums[i]);
	}
	for (i = 0; i < COUNTS; i++)
		pq_sendint64(&message, summary.counts[i]);
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
