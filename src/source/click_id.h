/*
 * click_id.h
 *		In:		the name of a URL's parameter.
 *		Out:	the ad platform or mail service that adds such a parameter to links, and what it says.
 *		Promise: a click id says no more than that the platform made the link.
 *
 * What a click id means beside a source and a referrer is decided in landing_url.c.
 */
#ifndef LEAD_ROI_CLICK_ID_H
#define LEAD_ROI_CLICK_ID_H

#include "source/traffic_source.h"

/* Which referrer counts more than a click id */
typedef enum YieldsTo
{
	YIELDS_TO_NOBODY,			/* the id is made at the click */
	YIELDS_TO_OTHERS,			/* it stays on links that people copy: a referrer of another platform */
	YIELDS_TO_ANY
} YieldsTo;

/* The medium of hsa_net, whose value names the platform */
#define MEDIUM_OF_VALUE NULL

typedef struct ClickId
{
	const char *name;			/* of the parameter, in lower case */
	const char *source;			/* NULL: the id doesn't name one */
	const char *medium;
	bool		paid;			/* only paid clicks carry it */
	YieldsTo	yields_to;
	bool		only_alone;		/* says nothing of a source that is given */
	bool		by_referrer;	/* of several platforms: the referrer says which */
	const char *platforms[5];	/* names of known sources that it may belong to, besides "source" */
} ClickId;

extern int	lead_roi_find_click_id(const char *name, int length);
extern const ClickId *lead_roi_click_id(int number);
extern bool lead_roi_click_id_is_of(const ClickId *click_id, const char *source, int length);

#endif							/* LEAD_ROI_CLICK_ID_H */
