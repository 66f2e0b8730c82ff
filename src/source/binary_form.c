/*
 * binary_form.c
 *		A traffic_source in binary protocol, and back: int8 version, int8 number of parts, and for each part
 *		an int32 length (-1: absent) and its text in the client's encoding; integers in network byte order.
 *
 * It comes from anywhere, perhaps from a server that follows another version of Unicode: parts are made
 * canonical as they are in text.
 */
#include "postgres.h"

#include "libpq/pqformat.h"

#include "kit/arguments.h"
#include "source/traffic_source.h"

#define BINARY_VERSION 1

PG_FUNCTION_INFO_V1(lead_roi_traffic_source_recv);
PG_FUNCTION_INFO_V1(lead_roi_traffic_source_send);

/*
 * Refuse a binary value, saying why.
 */
static void
refuse_received(const char *detail)
{
	lead_roi_refuse_binary("traffic_source", detail);
}

/*
 * Read a part.
 */
static TextPiece
receive_part(StringInfo message)
{
	TextPiece	piece = {NULL, 0};
	int32		length;

	if (message->len - message->cursor < (int) sizeof(int32))
		refuse_received("It is too short.");
	length = (int32) pq_getmsgint(message, sizeof(int32));
	if (length < -1 || length > message->len - message->cursor)
		refuse_received("The length of a part is not that of what follows.");
	if (length >= 0)
		piece.text = pq_getmsgtext(message, length, &piece.length);
	return piece;
}

/*
 * traffic_source_recv(message): read the binary form.
 */
Datum
lead_roi_traffic_source_recv(PG_FUNCTION_ARGS)
{
	StringInfo	message = (StringInfo) PG_GETARG_POINTER(0);
	TextPiece	parts[TRAFFIC_PARTS] = {0};
	int			number;

	if (message->len - message->cursor < 2)
		refuse_received("It is too short.");
	if (pq_getmsgbyte(message) != BINARY_VERSION)
		refuse_received("Its version is unknown.");
	number = pq_getmsgbyte(message);
	if (number > TRAFFIC_PARTS)
		refuse_received("It has more than five parts.");
	for (int part = 0; part < number; part++)
		parts[part] = receive_part(message);
	if (message->cursor < message->len)
		refuse_received("It is longer than its parts.");
	PG_RETURN_TRAFFIC_SOURCE(lead_roi_make_traffic_source(parts, LONG_PART_REFUSED, NULL));
}

/*
 * traffic_source_send(value): write the binary form.
 */
Datum
lead_roi_traffic_source_send(PG_FUNCTION_ARGS)
{
	TextPiece	parts[TRAFFIC_PARTS];
	StringInfoData message;
	int			number = TRAFFIC_PARTS;

	lead_roi_split_traffic_source(PG_GETARG_TRAFFIC_SOURCE(0), parts);
	while (number > 0 && parts[number - 1].text == NULL)
		number--;
	pq_begintypsend(&message);
	pq_sendint8(&message, BINARY_VERSION);
	pq_sendint8(&message, number);
	for (int part = 0; part < number; part++)
	{
		if (parts[part].text == NULL)
			pq_sendint32(&message, -1);
		else
			pq_sendcountedtext(&message, parts[part].text, parts[part].length
#if PG_VERSION_NUM < 170000
							   ,false
#endif
				);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&message));
}
