/*
 * file_rows.h
 *		In:		the text of a file, the formats it may have, and the user's options.
 *		Out:	its rows, each with the fields that its format takes, and what was found out about the file.
 *		Promise: every line of the file has been looked at before the first number or date is read.
 */
#ifndef LEAD_ROI_FILE_ROWS_H
#define LEAD_ROI_FILE_ROWS_H

#include "import/format.h"
#include "import/judgement.h"
#include "import/preamble.h"

/* How many rows a file may have, which are kept in memory */
#define MAX_ROWS 10000000

typedef struct FileOptions
{
	char	   *encoding;		/* NULL: recognized, as all that follows */
	char		delimiter;
	char	   *decimal_separator;
	char	   *date_order;
	char	   *currency;
	char	   *ledger_currency;
	char	   *account;
	bool		net;			/* fees are taken off amounts */
	bool		conversions;	/* conversions are read and not amounts */
	bool		keep_personal_data;
	bool		keep_lines;		/* of all rows, not of rejected ones alone */
	DateADT		from;			/* period of rows without dates of their own */
	DateADT		through;
	char	   *time_zone;
} FileOptions;

/* A row as it is kept; the texts of mapped fields follow, in their order, each with a zero at its end */
typedef struct StoredRow
{
	RecordState state;
	bool		is_total;
	int			offset;
	int			length;
	int			fields;
	int			size;			/* bytes of texts that follow */
	int64		line;
} StoredRow;

/* Rows lie one behind the other in blocks */
typedef struct RowBlock
{
	struct RowBlock *next;
	Size		used;
	Size		size;
	char		data[FLEXIBLE_ARRAY_MEMBER];
} RowBlock;

typedef struct FileRows
{
	FileText	text;
	FileOptions options;
	FoundHeader header;
	int			header_length;
	Preamble	preamble;
	int64		other_table;	/* line of a table below that has other columns and isn't read; 0: none */
	RowBlock   *first;
	RowBlock   *last;
	int64		rows;
	int64		passed_over;	/* lines that are no rows, and that aren't kept */
	NumberColumn numbers[FIELDS];
	DateColumn	dates[FIELDS];
} FileRows;

extern void lead_roi_find_first_header(FileRows *rows, const ImportFormat *formats, int count, const char *format);
extern void lead_roi_collect_rows(FileRows *rows);
extern void lead_roi_judge_columns(FileRows *rows);

#endif							/* LEAD_ROI_FILE_ROWS_H */
