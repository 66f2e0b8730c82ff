/*
 * canonical.h
 *		In:		a text as it arrived, in the server's encoding.
 *		Out:	its canonical form: two texts that people take for the same word have the same one.
 *		Promise: the same on every server, version and locale, and canonical again when it is made canonical
 *				once more. Texts are equal exactly if their bytes are.
 *
 * In UTF-8: NFKD, full case folding, NFKC, which is Unicode's NFKC_Casefold, by tables of our own that follow
 * one version of Unicode for good; without characters that can't be seen; each run of blanks is one space,
 * and there is none at either end. In other encodings letters of ASCII alone are
 * folded, and other bytes are kept.
 */
#ifndef LEAD_ROI_CANONICAL_H
#define LEAD_ROI_CANONICAL_H

#include "lib/stringinfo.h"

/* The version of Unicode that the tables follow */
#define LEAD_ROI_UNICODE_VERSION "17.0.0"

extern void lead_roi_append_canonical(StringInfo result, const char *text, int length);

#endif							/* LEAD_ROI_CANONICAL_H */
