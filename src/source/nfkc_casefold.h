/*
 * nfkc_casefold.h
 *		In:		a text in UTF-8.
 *		Out:	NFKC of the full case folding of its NFKD, without default-ignorable characters and controls;
 *				each run of blanks is one space, and there is none at either end.
 *		Promise: linear in the text's length, whatever it is; never reads beyond it. Bytes that are no UTF-8
 *				become U+FFFD. The form of a form is itself.
 */
#ifndef LEAD_ROI_NFKC_CASEFOLD_H
#define LEAD_ROI_NFKC_CASEFOLD_H

#include "lib/stringinfo.h"

extern void lead_roi_append_nfkc_casefold(StringInfo result, const unsigned char *text, Size length);

#endif							/* LEAD_ROI_NFKC_CASEFOLD_H */
