/*
 * text_reader.h
 *		In:		the text of a value, as a user or another server wrote it.
 *		Out:	its characters, words and whole numbers, one after the other.
 *		Promise: white space is passed over; the first mistake is reported with its place, softly where
 *				that is asked for, after which nothing more is to be read.
 *
 * "accept" passes over what may come next and says whether it came. "require" and "read" report when
 * what must come doesn't, and are false then.
 */
#ifndef LEAD_ROI_TEXT_READER_H
#define LEAD_ROI_TEXT_READER_H

#include "fmgr.h"
#include "nodes/nodes.h"

typedef struct TextReader
{
	const char *type;			/* whose input this is */
	const char *hint;			/* how to write it */
	const char *text;
	const char *next;			/* the place that was reached */
	Node	   *context;		/* of the input function: takes a soft error */
} TextReader;

extern void lead_roi_begin_text(TextReader *reader, FunctionCallInfo fcinfo, const char *type, const char *hint);
extern bool lead_roi_accept(TextReader *reader, char character);
extern bool lead_roi_accept_word(TextReader *reader, const char *word);
extern bool lead_roi_require(TextReader *reader, char character);
extern bool lead_roi_require_end(TextReader *reader);
extern bool lead_roi_read_integer(TextReader *reader, int64 minimum, int64 maximum, int64 *number);
extern void lead_roi_skip_space(TextReader *reader);
extern bool lead_roi_refuse_next(TextReader *reader, const char *expected);
extern bool lead_roi_refuse_text(TextReader *reader, const char *detail);

#endif							/* LEAD_ROI_TEXT_READER_H */
