/*
 * read_file.c
 *		read_file(): the lines of a file as rows of a query, each with its fields or what is wrong with it.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "import/row_writer.h"

PG_FUNCTION_INFO_V1(lead_roi_recognize_file);
PG_FUNCTION_INFO_V1(lead_roi_read_file);

/*
 * A date as JSON has it; NULL if it isn't finite.
 */
static char *
date_text(DateADT date)
{
	return DATE_NOT_FINITE(date) ? NULL : lead_roi_iso_date(date);
}

/*
 * What was found out about the file.
 */
static Datum
about_file(const FileRows *rows)
{
	const FoundHeader *header = &rows->header;
	StringInfoData json;
	char		delimiter[2] = {header->delimiter, '\0'};
	int			amount = rows->options.conversions ? FIELD_CONVERSIONS : header->fields[FIELD_AMOUNT].number >= 0 ? FIELD_AMOUNT : FIELD_VISITORS;

	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	lead_roi_append_json_text(&json, "format", header->format->name);
	lead_roi_append_json_text(&json, "kind", header->format->kind);
	lead_roi_append_json_text(&json, "system", header->format->system);
	lead_roi_append_json_text(&json, "encoding", rows->text.encoding);
	lead_roi_append_json_text(&json, "delimiter", delimiter);
	lead_roi_append_json_text(&json, "header", pnstrdup(rows->text.data + header->offset, rows->header_length));
	lead_roi_append_json_text(&json, "header_line", psprintf(INT64_FORMAT, header->line));
	lead_roi_append_json_text(&json, "period_from", date_text(rows->options.from));
	lead_roi_append_json_text(&json, "period_through", date_text(rows->options.through));
	if (header->fields[amount].number >= 0)
		lead_roi_append_json_text(&json, "decimal_separator", rows->numbers[amount].decimal == DECIMAL_COMMA ? "," : ".");
	for (int field = FIELD_DAY; field <= FIELD_CHURNED_ON; field++)
		if (header->fields[field].number >= 0 && strstr(json.data, "\"date_order\"") == NULL && !rows->dates[field].is_serial)
			lead_roi_append_json_text(&json, "date_order", lead_roi_day_order_names[rows->dates[field].order]);
	if (rows->preamble.rows >= 0)
		lead_roi_append_json_text(&json, "rows", psprintf(INT64_FORMAT, rows->preamble.rows));
	if (rows->preamble.incomplete)
		lead_roi_append_json_text(&json, "incomplete", "true");
	if (rows->other_table > 0)
		lead_roi_append_json_text(&json, "other_table", psprintf(INT64_FORMAT, rows->other_table));
	lead_roi_append_json_text(&json, "passed_over", psprintf(INT64_FORMAT, rows->passed_over));
	appendStringInfoString(&json, ", \"fields\": [");
	for (int field = 0; field < FIELDS; field++)
	{
		if (header->fields[field].number < 0)
			continue;
		appendStringInfoString(&json, json.data[json.len - 1] == '[' ? "" : ", ");
		escape_json(&json, lead_roi_import_fields[field].name);
	}
	appendStringInfoString(&json, "]}");

	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data));
}

/*
 * A date among the options; not finite if there is none.
 */
static DateADT
date_option(JsonbContainer *options, const char *key, DateADT otherwise)
{
	char	   *text = lead_roi_json_text(options, key);
	DateColumn	column = {.order = ORDER_YMD};
	DateADT		date;
	Timestamp	moment;

	if (text == NULL)
		return otherwise;
	if (lead_roi_read_date(&column, text, false, NULL, &date, &moment) != VALUE_READ)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("option \"%s\" is not a date: \"%s\"", key, text),
				 errhint("Write it like 2024-01-31.")));
	return date;
}

/*
 * The options, which SQL has checked, as C has them.
 */
static void
read_options(JsonbContainer *given, FileOptions *options)
{
	char	   *delimiter = lead_roi_json_text(given, "delimiter");
	char	   *amount = lead_roi_json_text(given, "amount");

	options->encoding = lead_roi_json_text(given, "encoding");
	options->delimiter = delimiter == NULL ? '\0' : delimiter[0];
	options->decimal_separator = lead_roi_json_text(given, "decimal_separator");
	options->date_order = lead_roi_json_text(given, "date_order");
	options->account = lead_roi_json_text(given, "account");
	options->currency = lead_roi_json_text(given, "currency");
	options->ledger_currency = lead_roi_json_text(given, "ledger_currency");
	options->net = amount != NULL && strcmp(amount, "net") == 0;
	options->conversions = lead_roi_json_is_true(given, "conversions_as_leads");
	options->keep_personal_data = lead_roi_json_is_true(given, "keep_personal_data");
	options->keep_lines = lead_roi_json_is_true(given, "keep_lines");
	options->from = date_option(given, "period_from", DATEVAL_NOBEGIN);
	options->through = date_option(given, "period_through", options->from);
}

/*
 * What a call was given: the file's text, the user's options and the formats it may have.
 */
static FileRows *
read_arguments(FunctionCallInfo fcinfo, ImportFormat **formats, int *count)
{
	bytea	   *file = PG_GETARG_BYTEA_PP(0);
	FileRows   *rows = palloc0(sizeof(FileRows));

	*formats = lead_roi_read_formats(&PG_GETARG_JSONB_P(1)->root, count);
	read_options(&PG_GETARG_JSONB_P(2)->root, &rows->options);
	lead_roi_decode_file((const unsigned char *) VARDATA_ANY(file), VARSIZE_ANY_EXHDR(file), rows->options.encoding, &rows->text);
	return rows;
}

/*
 * recognize_file(file, formats, options, format): what is found out about a file by its header.
 */
Datum
lead_roi_recognize_file(PG_FUNCTION_ARGS)
{
	ImportFormat *formats;
	int			count;
	FileRows   *rows = read_arguments(fcinfo, &formats, &count);

	lead_roi_find_first_header(rows, formats, count, text_to_cstring(PG_GETARG_TEXT_PP(3)));
	PG_RETURN_DATUM(about_file(rows));
}

/*
 * read_file(file, formats, options, format, time_zone): the lines of a file, and on line 0 what was found out
 * about it.
 */
Datum
lead_roi_read_file(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "a file", ALLOCSET_DEFAULT_SIZES);
	MemoryContext before;
	FileRows   *rows;
	RowWriter	writer;
	ImportFormat *formats;
	int			count;

	InitMaterializedSRF(fcinfo, 0);
	before = MemoryContextSwitchTo(context);
	rows = read_arguments(fcinfo, &formats, &count);
	rows->options.time_zone = text_to_cstring(PG_GETARG_TEXT_PP(4));
	lead_roi_find_first_header(rows, formats, count, text_to_cstring(PG_GETARG_TEXT_PP(3)));
	lead_roi_collect_rows(rows);
	lead_roi_judge_columns(rows);
	lead_roi_begin_rows(&writer, rows, result->setDesc, result->setResult);
	lead_roi_write_rows(&writer);
	lead_roi_write_about_row(&writer, about_file(rows));
	MemoryContextSwitchTo(before);
	MemoryContextDelete(context);
	return (Datum) 0;
}
