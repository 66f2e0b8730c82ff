/*
 * row_fields.c
 *		From the texts of a row to its fields: dates, numbers, currency, source, keys; or what is wrong with them.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "import/row_keys.h"
#include "import/row_writer.h"
#include "money/currency.h"
#include "schedule/month.h"

/* How many digits amounts in millionths are shifted */
#define MICROS_SHIFT 6

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
		lead_roi_reject_row(rejected, ERRCODE_INVALID_TEXT_REPRESENTATION, field,
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
		lead_roi_reject_row(rejected, ERRCODE_INVALID_DATETIME_FORMAT, field,
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
	int			day;

	(void) lead_roi_date_in_month(lead_roi_month_number(date, &day), 31, &date);
	return date;
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
		lead_roi_reject_row(rejected, ERRCODE_NULL_VALUE_NOT_ALLOWED, FIELD_DAY, "the row has no date",
							rows->header.fields[FIELD_DAY].number >= 0 ? "Enter the date into the line in import_reject and call retry_rejects()." :
							"Export the report by day; or pass {\"period_from\": \"2024-01-01\", \"period_through\": \"2024-01-31\"} as \"options\" for all rows.");
		return;
	}
	if (through < from)
		lead_roi_reject_row(rejected, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, FIELD_PERIOD_THROUGH, "the period ends before it begins", NULL);
	if (rows->preamble.from > from || rows->preamble.through < from)
		lead_roi_reject_row(rejected, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, FIELD_DAY, "the date is outside the period that the file names", NULL);
	lead_roi_set_value(writer, writer->field_at[FIELD_DAY], DateADTGetDatum(from));
	lead_roi_set_value(writer, writer->other_at[OUT_THROUGH_DAY], DateADTGetDatum(through));
	writer->counted.from = from;
	writer->counted.through = through;
}

/*
 * Numbers of the row. Without the number that its kind is about there is nothing to load.
 */
static void
set_numbers(RowWriter *writer, Reject *rejected)
{
	static const ImportField numbers[] = {FIELD_AMOUNT, FIELD_AMOUNT_MICROS, FIELD_REFUNDED, FIELD_FEE, FIELD_VISITORS, FIELD_CONVERSIONS};
	const char *kind = writer->rows->header.format->kind;
	bool		has_number = strcmp(kind, "lead") == 0;

	for (int i = 0; i < (int) lengthof(numbers); i++)
	{
		int			field = numbers[i];
		Numeric		number;

		if (!read_number(writer, field, rejected, &number))
			continue;
		lead_roi_set_value(writer, writer->field_at[field == FIELD_AMOUNT_MICROS ? FIELD_AMOUNT : field], NumericGetDatum(number));
		if (field == FIELD_REFUNDED || field == FIELD_FEE || (field == FIELD_VISITORS) != (strcmp(kind, "visit") == 0))
			continue;
		writer->counted.amount = number;
		has_number = true;
	}
	if (!has_number)
		lead_roi_leave_row_out(rejected, strcmp(kind, "payment") == 0 ? "withdrawn" : "skipped", "the row has no amount or number");
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
		lead_roi_reject_row(rejected, ERRCODE_INVALID_PARAMETER_VALUE, FIELD_CURRENCY, psprintf("\"%.*s\" is not the code of a currency", 20, text),
			   "Codes are those of ISO 4217, such as EUR.");
		return;
	}
	if (is_sign ? known != NULL && !is_dollar(*text == '\0' ? known : code)
		: writer->written_currency[0] != '\0' && strcmp(writer->written_currency, code) != 0)
		lead_roi_reject_row(rejected, ERRCODE_INVALID_PARAMETER_VALUE, FIELD_AMOUNT,
			   psprintf("the amount is in %s, and the file or ledger in %s", writer->written_currency, *text == '\0' ? known : code),
			   "Name the currency of the file as option \"currency\".");
	if (*text != '\0')
		lead_roi_set_row_text(writer, writer->field_at[FIELD_CURRENCY], code);
	memcpy(writer->currency, code, sizeof(code));
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
 * Source and medium: those of the platform, which all rows have, or of the file, which may have them in one column:
 * google / cpc.
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
	if (format->source == NULL)
		lead_roi_set_row_text(writer, writer->field_at[FIELD_SOURCE], writer->source);
	if (format->medium == NULL)
		lead_roi_set_row_text(writer, writer->field_at[FIELD_MEDIUM], writer->medium);
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
			lead_roi_set_row_text(writer, writer->field_at[field], text_of(writer, field));
	}
	set_source_and_medium(writer);
}

/*
 * The first row that has the key of this one, and whether that is another.
 */
static void
set_key_line(RowWriter *writer, const char *external_id, int64 line)
{
	int64		first = lead_roi_first_line_of_name(&writer->keys, external_id, line);

	lead_roi_set_value(writer, writer->other_at[OUT_KEY_LINE], Int64GetDatum(first));
	lead_roi_set_value(writer, writer->other_at[OUT_IS_REPEAT], BoolGetDatum(first != line));
}

/*
 * The first row that has the names of this one, of which most have those of a row before.
 */
static void
set_name_line(RowWriter *writer, const RowNames *names, int64 line)
{
	const char *const called[] = {names->lead_source, names->parts[PART_CAMPAIGN], names->parts[PART_SOURCE], names->parts[PART_MEDIUM]};
	StringInfoData all_names;

	initStringInfo(&all_names);
	for (int i = 0; i < (int) lengthof(called); i++)
	{
		appendStringInfoString(&all_names, called[i]);
		appendStringInfoChar(&all_names, SEPARATOR);
	}
	lead_roi_set_value(writer, writer->other_at[OUT_NAME_LINE], Int64GetDatum(lead_roi_first_line_of_name(&writer->names, all_names.data, line)));
}

/*
 * What makes the row the same row in another file, and what it came from.
 */
static void
set_keys(RowWriter *writer, int64 line, Reject *rejected)
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
		.from = writer->counted.from,
		.through = writer->counted.through,
		.parts = {writer->source, writer->medium, text_of(writer, FIELD_CAMPAIGN), text_of(writer, FIELD_CONTENT), text_of(writer, FIELD_TERM)}
	};
	bool		is_record = strcmp(format->kind, "lead") == 0 || strcmp(format->kind, "payment") == 0;
	RowKeys		keys;

	lead_roi_make_row_keys(&names, &keys);
	if (keys.traffic_source != NULL)
		lead_roi_set_value(writer, writer->other_at[OUT_TRAFFIC_SOURCE], PointerGetDatum(keys.traffic_source));
	if (keys.external_id != NULL && strlen(keys.external_id) > MAX_KEY_BYTES)
		lead_roi_reject_row(rejected, ERRCODE_STRING_DATA_RIGHT_TRUNCATION, -1, "the names that make the key of the row are too long", NULL);
	else
	{
		lead_roi_set_row_text(writer, writer->other_at[OUT_EXTERNAL_ID], keys.external_id);
		lead_roi_set_row_text(writer, writer->other_at[OUT_SERIES], keys.series);
		lead_roi_set_row_text(writer, writer->other_at[OUT_SCOPE], keys.scope);
	}
	if (keys.external_id == NULL && is_record)
		lead_roi_reject_row(rejected, ERRCODE_NULL_VALUE_NOT_ALLOWED, FIELD_RECORD_ID, "the row has no key", NULL);
	if (rejected->verdict == NULL)
		set_name_line(writer, &names, line);
	if (keys.external_id != NULL && (rejected->verdict == NULL || (is_record && strcmp(rejected->verdict, "withdrawn") == 0)))
		set_key_line(writer, keys.external_id, line);
}

/*
 * Read all fields of a row.
 */
void
lead_roi_read_fields(RowWriter *writer, const StoredRow *row, Reject *rejected)
{
	static const ImportField dates[] = {FIELD_CONVERTED_ON, FIELD_CHURNED_ON};
	DateADT		date;
	Timestamp	moment;

	writer->counted = (RowFigures) {.currency = writer->currency, .from = DATEVAL_NOBEGIN, .through = DATEVAL_NOBEGIN};
	writer->currency[0] = writer->written_currency[0] = '\0';
	set_texts(writer);
	if (row->is_total)
		lead_roi_leave_row_out(rejected, "total", "the line has totals");
	else if (!is_accepted(writer))
		lead_roi_leave_row_out(rejected, "withdrawn", "the status says that the row doesn't count");
	set_numbers(writer, rejected);
	set_currency(writer, rejected);
	set_period(writer, rejected);
	for (int i = 0; i < (int) lengthof(dates); i++)
	{
		if (read_date(writer, dates[i], rejected, &date, &moment))
			lead_roi_set_value(writer, writer->field_at[dates[i]], DateADTGetDatum(date));
	}
	if (read_date(writer, FIELD_MODIFIED_AT, rejected, &date, &moment))
		lead_roi_set_value(writer, writer->field_at[FIELD_MODIFIED_AT], TimestampGetDatum(moment));
	if (!row->is_total)
		set_keys(writer, row->line, rejected);
}
