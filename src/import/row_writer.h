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
#include "import/file_figures.h"
#include "import/file_rows.h"
#include "import/name_table.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

/* Columns of the result besides the fields */
typedef enum OtherColumn
{
	OUT_LINE_NUMBER,
	OUT_VERDICT,
	OUT_IS_ROW,
	OUT_THROUGH_DAY,
	OUT_TRAFFIC_SOURCE,
	OUT_EXTERNAL_ID,
	OUT_SERIES,
	OUT_SCOPE,
	OUT_NAME_LINE,
	OUT_KEY_LINE,
	OUT_IS_REPEAT,
	OUT_SQLSTATE,
	OUT_MESSAGE,
	OUT_HINT,
	OUT_COLUMN_NAME,
	OUT_LINE,
	OUT_ABOUT,
	OUT_FIGURES,
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
	NameTable	keys;			/* of rows and records */
	FileFigures figures;
	const char *source;			/* of the row, as its medium */
	const char *medium;
	RowFigures	counted;		/* of the row: its number, currency and period */
	char		currency[4];	/* of the row; empty: none */
	char		written_currency[4];	/* that the amount says; "$" is that of many; empty: none */
	char		last_currency[4];	/* that was looked up; empty: none */
	const char *texts[FIELDS];	/* of the row; empty where there is none */
} RowWriter;

/* What is wrong with a row */
typedef struct Reject
{
	const char *verdict;
	int			sqlstate;
	const char *message;
	const char *hint;
	int			field;			/* -1: the row as a whole */
} Reject;

/*
 * Set a column of the row.
 */
static inline void
lead_roi_set_value(RowWriter *writer, int column, Datum value)
{
	if (column < 0)
		return;
	writer->values[column] = value;
	writer->nulls[column] = false;
}

/*
 * Set a column to a text; NULL or empty is no value.
 */
static inline void
lead_roi_set_row_text(RowWriter *writer, int column, const char *text)
{
	if (text != NULL && *text != '\0')
		lead_roi_set_value(writer, column, CStringGetTextDatum(text));
}

/*
 * Note what is wrong, unless something is already.
 */
static inline void
lead_roi_reject_row(Reject *rejected, int sqlstate, int field, const char *message, const char *hint)
{
	if (rejected->verdict == NULL)
		*rejected = (Reject) {"rejected", sqlstate, message, hint, field};
}

/*
 * Leave a row out without an error.
 */
static inline void
lead_roi_leave_row_out(Reject *rejected, const char *verdict, const char *message)
{
	if (rejected->verdict == NULL)
		*rejected = (Reject) {verdict, 0, message, NULL, -1};
}

/* row_fields.c */
extern void lead_roi_read_fields(RowWriter *writer, const StoredRow *row, Reject *rejected);

/* row_writer.c */
extern void lead_roi_begin_rows(RowWriter *writer, const FileRows *rows, TupleDesc type, Tuplestorestate *store);
extern void lead_roi_write_rows(RowWriter *writer);
extern void lead_roi_write_about_row(RowWriter *writer, Datum about);

#endif							/* LEAD_ROI_ROW_WRITER_H */
