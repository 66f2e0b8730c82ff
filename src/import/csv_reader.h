/*
 * csv_reader.h
 *		In:		the text of a file from the header of a table on, its delimiter, and how many columns it has.
 *		Out:	its records: where each lies in the text, on which line it begins, and its fields, read by
 *				the server's own CSV reader, which COPY uses.
 *		Promise: a quote that never closes, or that swallows other lines, costs the line it stands on and no
 *				other. Time grows with the length of the text, whatever is in it.
 *
 * The server's reader is given only what it can read without an error: whole records that have a number of
 * fields that can be theirs.
 */
#ifndef LEAD_ROI_CSV_READER_H
#define LEAD_ROI_CSV_READER_H

#include "import/file_text.h"

/* Longest record, in bytes */
#define MAX_RECORD_BYTES (1024 * 1024)

typedef enum RecordState
{
	RECORD_READ,				/* its fields are there */
	RECORD_SHORT,				/* less than half the fields: no row of the table */
	RECORD_COMMENT,				/* the same, and begins with "#" */
	RECORD_UNCLOSED,			/* a quote that isn't closed */
	RECORD_MISFIT				/* another number of fields than there are columns */
} RecordState;

typedef struct CsvRecord
{
	RecordState state;
	int			offset;			/* in the text */
	int			length;			/* without the end of its last line */
	int64		line;			/* the number of its first line in the file */
	int			lines;			/* how many it takes */
	int			fields;			/* how many it has */
} CsvRecord;

typedef struct CsvReader CsvReader;

extern CsvReader *lead_roi_open_csv(const FileText *text, int offset, int64 line, char delimiter, int columns);
extern bool lead_roi_next_record(CsvReader *reader, CsvRecord *record, char ***fields);
extern void lead_roi_close_csv(CsvReader *reader);
extern bool lead_roi_scan_line(const FileText *text, int offset, char delimiter, CsvRecord *record);

#endif							/* LEAD_ROI_CSV_READER_H */
