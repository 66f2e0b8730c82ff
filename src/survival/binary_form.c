/*
 * binary_form.c
 *		A survival_curve in binary protocol, and back: int8 version, int32 number of tenures, and for each
 *		int32 tenure, int64 churned, int64 active; all integers in network byte order.
 *
 * It comes from anywhere, so it is checked in full.
 */
#include "postgres.h"

#include "fmgr.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"

#include "kit/arguments.h"
#include "survival/compact_form.h"

#define BINARY_VERSION 1

/* The bytes of a tenure */
#define ENTRY_SIZE (sizeof(int32) + 2 * sizeof(int64))

PG_FUNCTION_INFO_V1(lead_roi_survival_curve_recv);
PG_FUNCTION_INFO_V1(lead_roi_survival_curve_send);

/*
 * Refuse a binary value, saying why.
 */
static void
refuse_received(const char *detail)
{
	lead_roi_refuse_binary("survival_curve", detail);
}

/*
 * survival_curve_recv(message): read the binary form.
 */
Datum
lead_roi_survival_curve_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	TenureCounts counts;
	int32		length;

	if (message->len - message->cursor < (int) (1 + sizeof(int32)))
		refuse_received("It is too short.");
	if (pq_getmsgbyte(message) != BINARY_VERSION)
		refuse_received("Its version is unknown.");
	length = (int32) pq_getmsgint(message, sizeof(int32));
	if (length < 0 || (message->len - message->cursor) % ENTRY_SIZE != 0 ||
		(message->len - message->cursor) / ENTRY_SIZE != (Size) length)
		refuse_received("Its length does not fit its number of tenures.");

	lead_roi_counts_init(&counts, length);
	while (counts.length < length)
	{
		int32		tenure = (int32) pq_getmsgint(message, sizeof(int32));
		int64		churned = pq_getmsgint64(message);
		int64		active = pq_getmsgint64(message);
		const char *problem = lead_roi_counts_append(&counts, tenure, churned, active);

		CHECK_FOR_INTERRUPTS();
		if (problem != NULL)
			refuse_received(problem);
	}
	PG_RETURN_SURVIVAL_CURVE(lead_roi_compact_make(&counts));
}

/*
 * survival_curve_send(curve): write the binary form.
 */
Datum
lead_roi_survival_curve_send(PG_FUNCTION_ARGS)
{
	TenureCounts counts;
	StringInfoData message;
	int			i;

	lead_roi_curve_read(PG_GETARG_SURVIVAL_CURVE(0), &counts);
	pq_begintypsend(&message);
	pq_sendint8(&message, BINARY_VERSION);
	pq_sendint32(&message, counts.length);
	for (i = 0; i < counts.length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		pq_sendint32(&message, counts.entries[i].tenure);
		pq_sendint64(&message, counts.entries[i].churned);
		pq_sendint64(&message, counts.entries[i].active);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
