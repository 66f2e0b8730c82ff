/*
 * row_keys.h
 *		In:		the names in a row: account, campaign, record, source, its dates.
 *		Out:	a key that is the same for the same row of every file, and the traffic source.
 *		Promise: the key doesn't depend on spelling, on other columns, or on what else is in the file.
 *
 * Of a record it is the system and its id: hubspot:101. Of a row of figures it is a series and a period,
 * google_ads:1234567890:21111111111:2024-01-01, where the series is a scope (system and account) and a campaign.
 */
#ifndef LEAD_ROI_ROW_KEYS_H
#define LEAD_ROI_ROW_KEYS_H

#include "source/traffic_source.h"
#include "utils/date.h"

/* Longest key: it must fit into an index */
#define MAX_KEY_BYTES 1000

/* Empty texts are absent */
typedef struct RowNames
{
	const char *kind;
	const char *system;			/* NULL: none */
	const char *account;
	const char *record_id;
	const char *campaign_id;
	const char *lead_source;
	const char *title;
	DateADT		from;			/* not finite: unknown */
	DateADT		through;
	const char *parts[TRAFFIC_PARTS];
} RowNames;

typedef struct RowKeys
{
	char	   *external_id;	/* NULL: there is none */
	char	   *series;			/* of rows of figures */
	char	   *scope;
	TrafficSource *traffic_source;	/* NULL: nothing is known */
} RowKeys;

extern void lead_roi_make_row_keys(const RowNames *names, RowKeys *keys);

#endif							/* LEAD_ROI_ROW_KEYS_H */
