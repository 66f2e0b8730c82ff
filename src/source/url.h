/*
 * url.h
 *		In:		a text that should be a URL.
 *		Out:	its host, path, query and fragment; hosts in one form; texts without percent codes.
 *		Promise: no error, whatever the text; time grows with its length and no faster.
 *
 * Lengths of 0 say that something isn't there.
 */
#ifndef LEAD_ROI_URL_H
#define LEAD_ROI_URL_H

#include "source/traffic_source.h"

typedef struct Url
{
	TextPiece	authority;		/* user, host and port as written; none of a scheme that isn't the web's or an app's */
	bool		scheme;			/* whether there was one: without, most texts are no URLs */
	TextPiece	path;
	TextPiece	query;			/* without "?" */
	TextPiece	fragment;		/* without "#" */
} Url;

/* The longest host of the domain name system */
#define MAX_HOST_LENGTH 253

/* A host in lower case without user, port, "www." and final dots; beyond ASCII as "xn--..." */
typedef struct Host
{
	int			length;
	char		text[MAX_HOST_LENGTH + 1];
} Host;

extern void lead_roi_split_url(TextPiece text, Url *url);
extern void lead_roi_read_host(TextPiece authority, Host *host);
extern bool lead_roi_host_is_within(const Host *host, const Host *outer);
extern int	lead_roi_decode(TextPiece text, char *result);

#endif							/* LEAD_ROI_URL_H */
