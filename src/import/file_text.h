/*
 * file_text.h
 *		In:		the bytes of a file that somebody has exported.
 *		Out:	its text in the server's encoding, with "\n" at the end of lines.
 *		Promise: no zero byte, no byte order mark and nothing that isn't valid in the server's encoding is
 *				left. What isn't a text at all is refused by its name. Takes at most three times the file's size.
 */
#ifndef LEAD_ROI_FILE_TEXT_H
#define LEAD_ROI_FILE_TEXT_H

#include "postgres.h"

/* Longest file that is read at once; its text must fit into 1 GB */
#define MAX_FILE_BYTES (256 * 1024 * 1024)

typedef struct FileText
{
	const char *data;
	int			length;
	const char *encoding;		/* of the file, for people */
} FileText;

extern void lead_roi_decode_file(const unsigned char *bytes, Size length, const char *encoding, FileText *text);

#endif							/* LEAD_ROI_FILE_TEXT_H */
