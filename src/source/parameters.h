/*
 * parameters.h
 *		In:		the query of a landing URL, then its fragment.
 *		Out:	what they say of the traffic source: values of utm_source and so on, and which click ids there
 *				are.
 *		Promise: names count in any spelling that browsers, mailers and forms make of them; values without
 *				meaning, such as a macro that was never filled in, don't count.
 */
#ifndef LEAD_ROI_PARAMETERS_H
#define LEAD_ROI_PARAMETERS_H

#include "lib/stringinfo.h"

#include "source/click_id.h"
#include "source/known_source.h"
#include "source/traffic_source.h"

typedef struct Parameters
{
	TextPiece	parts[TRAFFIC_PARTS];	/* without percent codes, not yet canonical */
	bool		settled[TRAFFIC_PARTS]; /* known not to be absent */
	uint64		click_ids;		/* the set of their numbers */
	const KnownSource *network; /* value of hsa_net */
	char	   *scratch;		/* takes decoded values: as much as the URL is long */
	StringInfoData canonical;	/* takes one canonical text at a time */
} Parameters;

extern void lead_roi_note_parameters(Parameters *parameters, TextPiece text);
extern TextPiece lead_roi_canonical_piece(Parameters *parameters, TextPiece text);

#endif							/* LEAD_ROI_PARAMETERS_H */
