/*
 * row_writer.h
 *		In:		rows of a file as they are kept.
 *		Out:	rows of a query's result: fields of their types, a verdict, and what is wrong.
 *		Promise: a row that can't be read is a row all the same. What a format doesn't take never leaves this
 *				room, unless the user asks for it.
 */
#ifndef LEAD_ROI_ROW_WRITER_H
#define LEAD_ROI_ROW_WRITER_H

#include "access/tupdesc.h"
#include "import/file_rows.h"
#include "import/name_table.h"
#include "utils/tuplestore.h"

/* Columns of the result besides the fields */
typedef enum OtherColumn
{
	OUT_LINE_NUMBER,
	OUT_VERDICT,
	OUT_THROUGH_DAY,
	OUT_TRAFFIC_SOURCE,
	OUT_EXTERNAL_ID,
	OUT_SERIES,
	OUT_SCOPE,
	OUT_NAME_ID,
	OUT_KEY_ID,
	OUT_IS_REPEAT,
	OUT_SQLSTATE,
	OUT_MESSAGE,
	OUT_HINT,
	OUT_COLUMN_NAME,
	OUT_LINE,
	OUT_ABOUT,
	OTHER_COLUMNS
} OtherColumn;

/* A row on its way out */
typedef struct RowWriter
{
	const FileRows *rows;
	TupleDesc	type;
	Tuplestorestate *store;
	int			field_at[FIELDS];	/* number of the result's column; -1: it has none */
	int			other_at[OTHER_COLUMNS];
	Datum	   *values;
	bool	   *nulls;
	NameTable	names;			/* of lead sources, campaigns, sources and media together */
	NameTable	keys;			/* of rows of figures */
	const char *source;			/* of the row, as its medium */
	const char *medium;
	DateADT		from;			/* its period; not finite: unknown */
	DateADT		through;
	char		written_currency[4];	/* that the amount says; "$" is that of many; empty: none */
	char		last_currency[4];	/* that was looked up; empty: none */
	const char *texts[FIELDS];	/* of the row; empty where there is none */
} RowWriter;

extern void lead_roi_begin_rows(RowWriter *writer, const FileRows *rows, TupleDesc type, Tuplestorestate *store);
extern void lead_roi_write_about_row(RowWriter *writer, Datum about);
extern void lead_roi_write_rows(RowWriter *writer);

#endif							/* LEAD_ROI_ROW_WRITER_H */
