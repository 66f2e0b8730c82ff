/*
 * known_source.h
 *		In:		the host of a referrer, or the source of a traffic source.
 *		Out:	what it is called, and of what kind it is: a search engine, a social network, ...
 *		Promise: hosts are compared by whole labels from the right, never by what they contain; the longest
 *				pattern wins.
 *
 * A pattern is a host and stands for every host below it, too: "facebook.com" for l.facebook.com. "*." in
 * front: for those below alone. {} at the end is any country, also as "co.uk" or "com.br". Of patterns of
 * one host the one with the longest path wins; a path ends between segments. A pattern without a dot is
 * no host but a word, as links are tagged with it.
 */
#ifndef LEAD_ROI_KNOWN_SOURCE_H
#define LEAD_ROI_KNOWN_SOURCE_H

typedef enum SourceKind
{
	KIND_UNKNOWN,
	KIND_SEARCH,
	KIND_SOCIAL,
	KIND_VIDEO,
	KIND_SHOPPING,
	KIND_EMAIL,
	KIND_AI_ASSISTANT,
	KIND_IGNORED				/* says nothing of where a lead came from, as a payment page */
} SourceKind;

/* A host that is known, and what it stands for */
typedef struct KnownSource
{
	const char *pattern;		/* host, perhaps with a path: "google.{}/imgres"; {} is any country */
	const char *name;			/* canonical: "google" */
	SourceKind	kind;
} KnownSource;

/* Both are NULL for what isn't known; a result has a name and a kind. */
extern const KnownSource *lead_roi_find_host(const char *host, int host_length, const char *path, int path_length);
extern const KnownSource *lead_roi_find_source(const char *source, int length);

extern SourceKind lead_roi_kind_of_source(const char *source, int length);
extern const char *lead_roi_kind_name(SourceKind kind);

#endif							/* LEAD_ROI_KNOWN_SOURCE_H */
