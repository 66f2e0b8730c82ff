/*
 * row_writer.c
 *		Rows of a file as rows of a query's result.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "import/row_writer.h"

/* How many names of lead sources, campaigns and the like a file has, roughly */
#define EXPECTED_NAMES 256

static const char *const other_columns[OTHER_COLUMNS] = {
	"line_number", "verdict", "is_row", "through_day", "traffic_source", "external_id", "series", "scope", "name_line", "key_line",
	"is_repeat", "sqlstate", "message", "hint", "column_name", "line", "about", "figures"
};

/*
 * The number of a result column; -1 if there is none of the name.
 */
static int
column_number(TupleDesc type, const char *name)
{
	for (int i = 0; i < type->natts; i++)
	{
		if (namestrcmp(&TupleDescAttr(type, i)->attname, name) == 0)
			return i;
	}
	return -1;
}

/*
 * Append a field as CSV has it.
 */
static void
append_csv(StringInfo line, const char *text)
{
	appendStringInfoChar(line, '"');
	for (; *text != '\0'; text++)
	{
		if (*text == '"')
			appendStringInfoChar(line, '"');
		appendStringInfoChar(line, *text);
	}
	appendStringInfoChar(line, '"');
}

/*
 * The line as it may be kept: of a file about persons only what the format takes, and no address.
 */
static const char *
line_to_keep(const RowWriter *writer, const StoredRow *row)
{
	const FileRows *rows = writer->rows;
	const char **texts;
	StringInfoData line;

	if (rows->options.keep_personal_data)
		return pnstrdup(rows->text.data + row->offset, Min(row->length, MAX_RECORD_BYTES));
	if (row->state != RECORD_READ)
		return NULL;
	texts = palloc0(sizeof(char *) * rows->header.columns);
	for (int field = 0; field < FIELDS; field++)
	{
		if (rows->header.fields[field].number >= 0 && field != FIELD_EMAIL)
			texts[rows->header.fields[field].number] = writer->texts[field];
	}
	initStringInfo(&line);
	for (int i = 0; i < rows->header.columns; i++)
	{
		if (i > 0)
			appendStringInfoChar(&line, rows->header.delimiter);
		append_csv(&line, texts[i] == NULL ? "***" : texts[i]);
	}
	return line.data;
}

/*
 * Lines that could not be read as rows.
 */
static void
reject_record(const RowWriter *writer, const StoredRow *row, Reject *rejected)
{
	if (row->state == RECORD_UNCLOSED)
		lead_roi_reject_row(rejected, ERRCODE_BAD_COPY_FILE_FORMAT, -1, "a double quote on the line is not closed",
			   "Within a field a double quote is written twice, and the field put in double quotes.");
	else if (row->state == RECORD_MISFIT)
		lead_roi_reject_row(rejected, ERRCODE_BAD_COPY_FILE_FORMAT, -1,
			   psprintf("the line has %d fields, and the header %d", row->fields, writer->rows->header.columns),
			   "A field that contains the delimiter is put in double quotes.");
	else if (row->state != RECORD_READ)
		lead_roi_leave_row_out(rejected, "no row", "the line isn't a row of a table");
}

/*
 * Add a row to the figures of the file.
 */
static void
count_row(RowWriter *writer, const Reject *rejected)
{
	if (rejected->verdict == NULL)
		lead_roi_count_row(&writer->figures, &writer->counted);
	else if (strcmp(rejected->verdict, "total") == 0 && writer->counted.amount != NULL)
		lead_roi_count_total(&writer->figures, writer->counted.amount);
	writer->figures.rows_read += rejected->verdict == NULL || strcmp(rejected->verdict, "no row") != 0;
}

/*
 * Write a row out.
 */
static void
write_row(RowWriter *writer, const StoredRow *row)
{
	Reject		rejected = {.field = -1};
	const char *text = (const char *) (row + 1);

	memset(writer->nulls, true, writer->type->natts);
	for (int field = 0; field < FIELDS; field++)
	{
		writer->texts[field] = "";
		if (row->state != RECORD_READ || writer->rows->header.fields[field].number < 0)
			continue;
		writer->texts[field] = text;
		text += strlen(text) + 1;
	}
	reject_record(writer, row, &rejected);
	if (row->state == RECORD_READ)
		lead_roi_read_fields(writer, row, &rejected);
	count_row(writer, &rejected);

	lead_roi_set_value(writer, writer->other_at[OUT_LINE_NUMBER], Int64GetDatum(row->line));
	lead_roi_set_row_text(writer, writer->other_at[OUT_VERDICT], rejected.verdict == NULL ? "row" : rejected.verdict);
	lead_roi_set_value(writer, writer->other_at[OUT_IS_ROW], BoolGetDatum(rejected.verdict == NULL));
	lead_roi_set_row_text(writer, writer->other_at[OUT_MESSAGE], rejected.message);
	if (rejected.sqlstate != 0 || (rejected.verdict == NULL && writer->rows->options.keep_lines))
		lead_roi_set_row_text(writer, writer->other_at[OUT_LINE], line_to_keep(writer, row));
	if (rejected.sqlstate != 0)
	{
		lead_roi_set_row_text(writer, writer->other_at[OUT_SQLSTATE], unpack_sql_state(rejected.sqlstate));
		lead_roi_set_row_text(writer, writer->other_at[OUT_HINT], rejected.hint);
		if (rejected.field >= 0 && writer->rows->header.fields[rejected.field].number >= 0)
			lead_roi_set_row_text(writer, writer->other_at[OUT_COLUMN_NAME], writer->rows->header.fields[rejected.field].title);
	}
	tuplestore_putvalues(writer->store, writer->type, writer->values, writer->nulls);
}

/*
 * Begin to write rows of a type.
 */
void
lead_roi_begin_rows(RowWriter *writer, const FileRows *rows, TupleDesc type, Tuplestorestate *store)
{
	writer->rows = rows;
	writer->type = type;
	writer->store = store;
	lead_roi_make_name_table(&writer->names, EXPECTED_NAMES);
	lead_roi_make_name_table(&writer->keys, rows->rows);
	lead_roi_begin_figures(&writer->figures);
	writer->last_currency[0] = '\0';
	writer->values = palloc0(sizeof(Datum) * type->natts);
	writer->nulls = palloc(sizeof(bool) * type->natts);
	for (int field = 0; field < FIELDS; field++)
		writer->field_at[field] = column_number(type, lead_roi_import_fields[field].name);
	for (int i = 0; i < OTHER_COLUMNS; i++)
		writer->other_at[i] = column_number(type, other_columns[i]);
}

/*
 * Write all rows out.
 */
void
lead_roi_write_rows(RowWriter *writer)
{
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext, "a row of a file", ALLOCSET_DEFAULT_SIZES);
	MemoryContext before = MemoryContextSwitchTo(row_context);

	for (RowBlock *block = writer->rows->first; block != NULL; block = block->next)
	{
		for (Size at = 0; at < block->used;)
		{
			StoredRow  *row = (StoredRow *) (block->data + at);

			CHECK_FOR_INTERRUPTS();
			write_row(writer, row);
			MemoryContextReset(row_context);
			at += MAXALIGN(sizeof(StoredRow) + row->size);
		}
	}
	MemoryContextSwitchTo(before);
	MemoryContextDelete(row_context);
}

/*
 * Write the row about the file itself, which has line 0, when all others are written.
 */
void
lead_roi_write_about_row(RowWriter *writer, Datum about)
{
	memset(writer->nulls, true, writer->type->natts);
	lead_roi_set_value(writer, writer->other_at[OUT_LINE_NUMBER], Int64GetDatum(0));
	lead_roi_set_row_text(writer, writer->other_at[OUT_VERDICT], "file");
	lead_roi_set_value(writer, writer->other_at[OUT_ABOUT], about);
	lead_roi_set_value(writer, writer->other_at[OUT_FIGURES], lead_roi_figures_json(&writer->figures));
	tuplestore_putvalues(writer->store, writer->type, writer->values, writer->nulls);
}
