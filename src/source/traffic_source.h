/*
 * traffic_source.h
 *		In:		what a lead arrived with: source, medium, campaign, content, term, as texts.
 *		Out:	one compact value, canonical, that can be compared, hashed and ordered by its bytes.
 *		Promise: no setting, locale or version of the server matters. What is missing, or stands for nothing
 *				("(not set)", "null", ...), is absent.
 *
 * The bytes of a value are its parts in order, with SEPARATOR between them, which no canonical text
 * contains; absent parts at the end are left out with their separators. So values sort by source, then
 * medium and so on, and what lies below a value follows it at once.
 */
#ifndef LEAD_ROI_TRAFFIC_SOURCE_H
#define LEAD_ROI_TRAFFIC_SOURCE_H

#include "fmgr.h"
#include "nodes/nodes.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

typedef enum TrafficPart
{
	PART_SOURCE,
	PART_MEDIUM,
	PART_CAMPAIGN,
	PART_CONTENT,
	PART_TERM
} TrafficPart;

#define TRAFFIC_PARTS (PART_TERM + 1)

/* Longest canonical text of a part, in bytes: a value of five such parts still fits into an index */
#define MAX_PART_LENGTH 512

#define SEPARATOR '\x01'

/* A value, with the header of any varlena; its bytes aren't aligned and don't end with a zero */
typedef struct varlena TrafficSource;

#define PG_GETARG_TRAFFIC_SOURCE(n) ((TrafficSource *) PG_GETARG_VARLENA_PP(n))
#define PG_RETURN_TRAFFIC_SOURCE(value) PG_RETURN_POINTER(value)

/* A piece of text within another; text NULL: absent */
typedef struct TextPiece
{
	const char *text;
	int			length;
} TextPiece;

/* What becomes of a part that is too long */
typedef enum LongPart
{
	LONG_PART_REFUSED,			/* an error */
	LONG_PART_CUT				/* cut at the last whole character */
} LongPart;

/* traffic_source.c */
extern TrafficSource *lead_roi_make_traffic_source(const TextPiece parts[TRAFFIC_PARTS], LongPart long_part, Node *context);
extern bool lead_roi_is_absent(const char *canonical, int length);
extern void lead_roi_split_traffic_source(const TrafficSource *value, TextPiece parts[TRAFFIC_PARTS]);

/* contains.c */
extern void lead_roi_traffic_source_lengths(const TrafficSource *value, int lengths[TRAFFIC_PARTS + 1]);

#endif							/* LEAD_ROI_TRAFFIC_SOURCE_H */
