/*
 * row_writer.c
 *		From the texts of a row to its fields.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "import/row_keys.h"
#include "import/row_writer.h"
#include "money/currency.h"

/* How many digits amounts in millionths are shifted */
#define MICROS_SHIFT 6

static const char *const other_columns[OTHER_COLUMNS] = {
	"line_number", "verdict", "through_day", "traffic_source", "external_id", "series", "scope", "name_id", "key_id", "is_repeat", "sqlstate", "message", "hint", "column_name", "line", "about"
};

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
 * Set a column of the row.
 */
static void
set_value(RowWriter *writer, int column, Datum value)
{
	if (column < 0)
		return;
	writer->values[column] = value;
	writer->nulls[column] = false;
}

/*
 * Set a column to a text; NULL or empty is no value.
 */
static void
set_text(RowWriter *writer, int column, const char *text)
{
	if (text != NULL && *text != '\0')
		set_value(writer, column, CStringGetTextDatum(text));
}

/*
 * The text of a field; empty if the file doesn't have it, or if it stands for nothing.
 */
static const char *
text_of(const RowWriter *writer, int field)
{
	if (writer->rows->header.fields[field].number < 0 || lead_roi_stands_for_nothing(writer->texts[field]))
		return "";
	return writer->texts[field];
}

/*
 * Note what is wrong, unless something is already.
 */
static void
reject(Reject *rejected, int sqlstate, int field, const char *message, const char *hint)
{
	if (rejected->verdict == NULL)
		*rejected = (Reject) {"rejected", sqlstate, message, hint, field};
}

/*
 * Leave a row out without an error.
 */
static void
leave_out(Reject *rejected, const char *verdict, const char *message)
{
	if (rejected->verdict == NULL)
		*rejected = (Reject) {verdict, 0, message, NULL, -1};
}

/*
 * Read the number of a field; false if it has none.
 */
static bool
read_number(RowWriter *writer, int field, Reject *rejected, Numeric *number)
{
	ValueState	state;
	char		currency[4] = "";

	if (writer->rows->header.fields[field].number < 0)
		return false;
	state = lead_roi_read_number(&writer->rows->numbers[field], writer->texts[field],
								 field == FIELD_AMOUNT_MICROS ? MICROS_SHIFT : 0, number, currency);
	if (field == FIELD_AMOUNT || field == FIELD_AMOUNT_MICROS)
		memcpy(writer->written_currency, currency, sizeof(currency));
	if (state == VALUE_WRONG)
		reject(rejected, ERRCODE_INVALID_TEXT_REPRESENTATION, field,
			   psprintf("\"%.*s\" is not a number of this column", MAX_VALUE_BYTES, writer->texts[field]),
			   "Correct the line in import_reject and call retry_rejects().");
	return state == VALUE_READ;
}

/*
 * Read the date of a field; false if it has none.
 */
static bool
read_date(RowWriter *writer, int field, Reject *rejected, DateADT *date, Timestamp *moment)
{
	const FileRows *rows = writer->rows;
	ValueState	state;

	if (rows->header.fields[field].number < 0 || rows->dates[field].is_unreadable || lead_roi_stands_for_nothing(writer->texts[field]))
		return false;
	state = lead_roi_read_date(&rows->dates[field], writer->texts[field], rows->header.fields[field].is_utc,
							   rows->options.time_zone, date, moment);
	if (state == VALUE_WRONG && field != FIELD_MODIFIED_AT)
		reject(rejected, ERRCODE_INVALID_DATETIME_FORMAT, field,
			   psprintf("\"%.*s\" is not a date of this column", MAX_VALUE_BYTES, writer->texts[field]),
			   "Correct the line in import_reject and call retry_rejects().");
	return state == VALUE_READ;
}

/*
 * The last day of the month of a date.
 */
static DateADT
end_of_month(DateADT date)
{
	int			year;
	int			month;
	int			day;

	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return date + day_tab[isleap(year)][month - 1] - day;
}

/*
 * The period of a row: one day, a week, a month, the period in its columns, or that of the whole file.
 */
static void
set_period(RowWriter *writer, Reject *rejected)
{
	const FileRows *rows = writer->rows;
	DateADT		from;
	DateADT		through;
	Timestamp	moment;

	if (read_date(writer, FIELD_DAY, rejected, &from, &moment))
		through = from;
	else if (read_date(writer, FIELD_WEEK, rejected, &from, &moment))
		through = from + 6;
	else if (read_date(writer, FIELD_MONTH, rejected, &from, &moment))
		through = end_of_month(from);
	else if (read_date(writer, FIELD_PERIOD_FROM, rejected, &from, &moment))
	{
		through = from;
		read_date(writer, FIELD_PERIOD_THROUGH, rejected, &through, &moment);
	}
	else if (rows->header.fields[FIELD_DAY].number < 0 && !DATE_NOT_FINITE(rows->options.from))
	{
		from = rows->options.from;
		through = rows->options.through;
	}
	else
	{
		reject(rejected, ERRCODE_NULL_VALUE_NOT_ALLOWED, FIELD_DAY, "the row has no date",
			   "Export the report by day; or pass {\"period_from\": \"2024-01-01\", \"period_through\": \"2024-01-31\"} as \"options\" for all rows.");
		return;
	}
	if (through < from)
		reject(rejected, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, FIELD_PERIOD_THROUGH, "the period ends before it begins", NULL);
	if (rows->preamble.from > from || rows->preamble.through < from)
		reject(rejected, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, FIELD_DAY, "the date is outside the period that the file names", NULL);
	set_value(writer, writer->field_at[FIELD_DAY], DateADTGetDatum(from));
	set_value(writer, writer->other_at[OUT_THROUGH_DAY], DateADTGetDatum(through));
	writer->from = from;
	writer->through = through;
}

/*
 * Numbers of the row. Without the number that its kind is about there is nothing to load.
 */
static void
set_numbers(RowWriter *writer, Reject *rejected)
{
	static const ImportField numbers[] = {FIELD_AMOUNT, FIELD_AMOUNT_MICROS, FIELD_REFUNDED, FIELD_FEE, FIELD_VISITORS};
	const char *kind = writer->rows->header.format->kind;
	bool		has_number = strcmp(kind, "lead") == 0;

	for (int i = 0; i < (int) lengthof(numbers); i++)
	{
		int			field = numbers[i];
		Numeric		number;

		if (!read_number(writer, field, rejected, &number))
			continue;
		set_value(writer, writer->field_at[field == FIELD_AMOUNT_MICROS ? FIELD_AMOUNT : field], NumericGetDatum(number));
		has_number |= (field == FIELD_VISITORS) == (strcmp(kind, "visit") == 0);
	}
	if (!has_number)
		leave_out(rejected, strcmp(kind, "payment") == 0 ? "withdrawn" : "skipped", "the row has no amount or number");
}

/*
 * Is this a currency that people write as "$"?
 */
static bool
is_dollar(const char *currency)
{
	static const char *const dollars[] = {
		"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "BRL", "UYU", "BSD", "BBD", "BZD", "JMD", "TTD", "FJD", "NAD", "XCD"
	};

	for (int i = 0; i < (int) lengthof(dollars); i++)
		if (strcmp(currency, dollars[i]) == 0)
			return true;
	return false;
}

/*
 * The code that a text is, in upper case; false if it is none.
 */
static bool
read_currency_code(RowWriter *writer, const char *text, char code[4])
{
	strlcpy(code, text, 4);
	for (int i = 0; code[i] != '\0'; i++)
		code[i] = (char) pg_ascii_toupper((unsigned char) code[i]);
	if (strcmp(code, writer->last_currency) != 0 && (strlen(text) != 3 || lead_roi_decimals_of_currency(code) < 0))
		return false;
	memcpy(writer->last_currency, code, sizeof(writer->last_currency));
	return strlen(text) == 3;
}

/*
 * The currency of the row: of its column, of the title of the amount, the option's, or what the amount says.
 * One that the amount contradicts isn't taken.
 */
static void
set_currency(RowWriter *writer, Reject *rejected)
{
	const FileRows *rows = writer->rows;
	const MappedColumn *amount = &rows->header.fields[FIELD_AMOUNT];
	const char *text = text_of(writer, FIELD_CURRENCY);
	bool		is_sign = writer->written_currency[0] == '$';
	const char *known;
	char		code[4] = "";

	if (*text == '\0' && amount->number >= 0)
		text = amount->currency;
	if (*text == '\0' && rows->options.currency != NULL)
		text = rows->options.currency;
	if (*text == '\0' && !is_sign)
		text = writer->written_currency;
	known = *text == '\0' ? rows->options.ledger_currency : text;
	if (*text != '\0' && !read_currency_code(writer, text, code))
	{
		reject(rejected, ERRCODE_INVALID_PARAMETER_VALUE, FIELD_CURRENCY, psprintf("\"%.*s\" is not the code of a currency", 20, text),
			   "Codes are those of ISO 4217, such as EUR.");
		return;
	}
	if (is_sign ? known != NULL && !is_dollar(*text == '\0' ? known : code)
		: writer->written_currency[0] != '\0' && strcmp(writer->written_currency, code) != 0)
		reject(rejected, ERRCODE_INVALID_PARAMETER_VALUE, FIELD_AMOUNT,
			   psprintf("the amount is in %s, and the file or ledger in %s", writer->written_currency, *text == '\0' ? known : code),
			   "Name the currency of the file as option \"currency\".");
	if (*text != '\0')
		set_text(writer, writer->field_at[FIELD_CURRENCY], code);
}

/*
 * A source as people write it: PAID_SEARCH, as programs name it, is PAID SEARCH.
 */
static const char *
spoken(const char *source)
{
	char	   *words;

	if (strchr(source, '_') == NULL || source[strspn(source, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")] != '\0')
		return source;
	words = pstrdup(source);
	for (char *at = words; *at != '\0'; at++)
		if (*at == '_')
			*at = ' ';
	return words;
}

/*
 * Source and medium: those of the platform, or of the file, which may have them in one column: google / cpc.
 */
static void
set_source_and_medium(RowWriter *writer)
{
	const ImportFormat *format = writer->rows->header.format;
	const char *both = text_of(writer, FIELD_SOURCE_MEDIUM);
	const char *slash = strstr(both, " / ");

	writer->source = format->source != NULL ? format->source : spoken(text_of(writer, FIELD_SOURCE));
	writer->medium = format->medium != NULL ? format->medium : text_of(writer, FIELD_MEDIUM);
	if (slash != NULL)
	{
		writer->source = pnstrdup(both, slash - both);
		writer->medium = slash + 3;
	}
	else if (*both != '\0')
		writer->source = both;
	set_text(writer, writer->field_at[FIELD_SOURCE], writer->source);
	set_text(writer, writer->field_at[FIELD_MEDIUM], writer->medium);
}

/*
 * Does the row count, by its status and the like?
 */
static bool
is_accepted(const RowWriter *writer)
{
	static const ImportField conditions[] = {FIELD_STATUS, FIELD_CAPTURED, FIELD_MODE};

	for (int i = 0; i < (int) lengthof(conditions); i++)
	{
		const MappedColumn *mapped = &writer->rows->header.fields[conditions[i]];
		bool		accepted = false;
		char	   *folded;

		if (mapped->number < 0 || mapped->column->accepted_count == 0)
			continue;
		folded = lead_roi_fold_name(writer->texts[conditions[i]]);
		for (int value = 0; value < mapped->column->accepted_count; value++)
			accepted |= strcmp(folded, mapped->column->accepted[value]) == 0;
		if (!accepted)
			return false;
	}
	return true;
}

/*
 * The fields that are texts, as they are. Campaigns that stand for nothing are none.
 */
static void
set_texts(RowWriter *writer)
{
	for (int field = 0; field < FIELDS; field++)
	{
		if (lead_roi_import_fields[field].type == FIELD_TEXT && field != FIELD_CURRENCY)
			set_text(writer, writer->field_at[field], text_of(writer, field));
	}
	set_source_and_medium(writer);
}

/*
 * Number the key of a row that has figures, and say whether another row of the file had it before.
 */
static void
set_key_number(RowWriter *writer, const char *external_id)
{
	int			known = writer->keys.count;
	int			number = lead_roi_number_of_name(&writer->keys, external_id);

	set_value(writer, writer->other_at[OUT_KEY_ID], Int32GetDatum(number));
	set_value(writer, writer->other_at[OUT_IS_REPEAT], BoolGetDatum(number < known));
}

/*
 * What makes the row the same row in another file, and what it came from.
 */
static void
set_keys(RowWriter *writer, Reject *rejected)
{
	const ImportFormat *format = writer->rows->header.format;
	const RowNames names = {
		.kind = format->kind,
		.system = format->system,
		.account = text_of(writer, FIELD_ACCOUNT)[0] != '\0' || writer->rows->options.account == NULL
		? text_of(writer, FIELD_ACCOUNT) : writer->rows->options.account,
		.record_id = text_of(writer, FIELD_RECORD_ID),
		.campaign_id = text_of(writer, FIELD_CAMPAIGN_ID),
		.lead_source = text_of(writer, FIELD_LEAD_SOURCE),
		.title = text_of(writer, FIELD_TITLE),
		.from = writer->from,
		.through = writer->through,
		.parts = {writer->source, writer->medium, text_of(writer, FIELD_CAMPAIGN), text_of(writer, FIELD_CONTENT), text_of(writer, FIELD_TERM)}
	};
	const char *const called[] = {names.lead_source, names.parts[PART_CAMPAIGN], writer->source, writer->medium};
	RowKeys		keys;
	StringInfoData all_names;

	initStringInfo(&all_names);
	for (int i = 0; i < (int) lengthof(called); i++)
	{
		appendStringInfoString(&all_names, called[i]);
		appendStringInfoChar(&all_names, SEPARATOR);
	}
	set_value(writer, writer->other_at[OUT_NAME_ID], Int32GetDatum(lead_roi_number_of_name(&writer->names, all_names.data)));
	lead_roi_make_row_keys(&names, &keys);
	if (keys.traffic_source != NULL)
		set_value(writer, writer->other_at[OUT_TRAFFIC_SOURCE], PointerGetDatum(keys.traffic_source));
	if (keys.external_id != NULL && strlen(keys.external_id) > MAX_KEY_BYTES)
		reject(rejected, ERRCODE_STRING_DATA_RIGHT_TRUNCATION, -1, "the names that make the key of the row are too long", NULL);
	else
	{
		set_text(writer, writer->other_at[OUT_EXTERNAL_ID], keys.external_id);
		set_text(writer, writer->other_at[OUT_SERIES], keys.series);
		set_text(writer, writer->other_at[OUT_SCOPE], keys.scope);
	}
	if (keys.series != NULL && rejected->verdict == NULL)
		set_key_number(writer, keys.external_id);
	if (keys.external_id == NULL && format->kind[0] != 'e' && format->kind[0] != 'v')
		reject(rejected, ERRCODE_NULL_VALUE_NOT_ALLOWED, FIELD_RECORD_ID, "the row has no key", NULL);
}

/*
 * Read all fields of a row.
 */
static void
read_fields(RowWriter *writer, const StoredRow *row, Reject *rejected)
{
	static const ImportField dates[] = {FIELD_CONVERTED_ON, FIELD_CHURNED_ON};
	DateADT		date;
	Timestamp	moment;

	writer->from = writer->through = DATEVAL_NOBEGIN;
	writer->written_currency[0] = '\0';
	set_texts(writer);
	if (row->is_total)
		leave_out(rejected, "total", "the line has totals");
	else if (!is_accepted(writer))
		leave_out(rejected, "withdrawn", "the status says that the row doesn't count");
	set_numbers(writer, rejected);
	set_currency(writer, rejected);
	set_period(writer, rejected);
	for (int i = 0; i < (int) lengthof(dates); i++)
	{
		if (read_date(writer, dates[i], rejected, &date, &moment))
			set_value(writer, writer->field_at[dates[i]], DateADTGetDatum(date));
	}
	if (read_date(writer, FIELD_MODIFIED_AT, rejected, &date, &moment))
		set_value(writer, writer->field_at[FIELD_MODIFIED_AT], TimestampGetDatum(moment));
	if (!row->is_total)
		set_keys(writer, rejected);
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
		reject(rejected, ERRCODE_BAD_COPY_FILE_FORMAT, -1, "a double quote on the line is not closed",
			   "Within a field a double quote is written twice, and the field put in double quotes.");
	else if (row->state == RECORD_MISFIT)
		reject(rejected, ERRCODE_BAD_COPY_FILE_FORMAT, -1,
			   psprintf("the line has %d fields, and the header %d", row->fields, writer->rows->header.columns),
			   "A field that contains the delimiter is put in double quotes.");
	else if (row->state != RECORD_READ)
		leave_out(rejected, "no row", "the line is no row of the table");
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
		read_fields(writer, row, &rejected);

	set_value(writer, writer->other_at[OUT_LINE_NUMBER], Int64GetDatum(row->line));
	set_text(writer, writer->other_at[OUT_VERDICT], rejected.verdict == NULL ? "row" : rejected.verdict);
	set_text(writer, writer->other_at[OUT_MESSAGE], rejected.message);
	if (rejected.sqlstate != 0 || (rejected.verdict == NULL && writer->rows->options.keep_lines))
		set_text(writer, writer->other_at[OUT_LINE], line_to_keep(writer, row));
	if (rejected.sqlstate != 0)
	{
		set_text(writer, writer->other_at[OUT_SQLSTATE], unpack_sql_state(rejected.sqlstate));
		set_text(writer, writer->other_at[OUT_HINT], rejected.hint);
		if (rejected.field >= 0 && writer->rows->header.fields[rejected.field].number >= 0)
			set_text(writer, writer->other_at[OUT_COLUMN_NAME], writer->rows->header.fields[rejected.field].title);
	}
	tuplestore_putvalues(writer->store, writer->type, writer->values, writer->nulls);
}

/*
 * Write the row about the file itself, which has line 0.
 */
void
lead_roi_write_about_row(RowWriter *writer, Datum about)
{
	memset(writer->nulls, true, writer->type->natts);
	set_value(writer, writer->other_at[OUT_LINE_NUMBER], Int64GetDatum(0));
	set_text(writer, writer->other_at[OUT_VERDICT], "file");
	set_value(writer, writer->other_at[OUT_ABOUT], about);
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
	lead_roi_make_name_table(&writer->names);
	lead_roi_make_name_table(&writer->keys);
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
