/*
 * punycode.h
 *		In:		a host with characters beyond ASCII, canonical, in UTF-8.
 *		Out:	the same host as the domain name system has it, each such label "xn--..." (RFC 3492).
 *		Promise: one host has one form, whichever way it was written.
 */
#ifndef LEAD_ROI_PUNYCODE_H
#define LEAD_ROI_PUNYCODE_H

#include "lib/stringinfo.h"

extern bool lead_roi_append_ascii_host(StringInfo result, const char *host, int length);

#endif							/* LEAD_ROI_PUNYCODE_H */
