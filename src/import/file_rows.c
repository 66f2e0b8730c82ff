/*
 * file_rows.c
 *		Collects the rows of a file, in memory: the texts of the fields that its format takes.
 */
#include "postgres.h"

#include "import/file_rows.h"
#include "miscadmin.h"

#define BLOCK_BYTES (1024 * 1024)

/* How many tables with the same columns a file may have */
#define MAX_TABLES 1000

/* How many lines that are no rows are kept, for people to look at */
#define KEPT_LINES_WITHOUT_ROW 1000

/* How a line of totals begins, canonical; a colon, a blank, the end or "of" follows */
static const char *const total_words[] = {
	"total", "gesamt", "summe", "insgesamt", "totaal", "totale", "totaux", "totales", "suma", "grand total", "grand totals",
	"\xD0\xB8\xD1\x82\xD0\xBE\xD0\xB3\xD0\xBE", "\xD0\xB2\xD1\x81\xD0\xB5\xD0\xB3\xD0\xBE",
	"\xE5\x90\x88\xE8\xA8\x88", "\xE7\xB7\x8F\xE8\xA8\x88"
};

/*
 * Does a first field say that its line has totals? "Total: Account" and "Total of 3 results" do, "Total
 * wellness" doesn't.
 */
static bool
begins_with_total(const char *field)
{
	/* Most begin with a digit or another letter. */
	if ((*field & 0x80) == 0 && (*field == '\0' || strchr("TtGgSsIi", *field) == NULL))
		return false;
	for (int i = 0; i < (int) lengthof(total_words); i++)
	{
		size_t		length = strlen(total_words[i]);
		const char *rest = field + length;

		if (pg_strncasecmp(field, total_words[i], length) != 0)
			continue;
		while (*rest == ' ' || *rest == '\xC2' || *rest == '\xA0' || *rest == '\xE2' || *rest == '\x80' || *rest == '\xAF')
			rest++;
		if (*rest == '\0' || *rest == ':' || *rest == '(' || pg_strncasecmp(rest, "of ", 3) == 0)
			return true;
	}
	return false;
}

/*
 * The text of a field of the file, without blanks at its ends; empty where there is none.
 */
static const char *
trimmed(const char *field, int *length)
{
	if (field == NULL)
		field = "";
	field += strspn(field, " \t\n");
	*length = (int) strlen(field);
	while (*length > 0 && strchr(" \t\n", field[*length - 1]) != NULL)
		(*length)--;
	return field;
}

/*
 * Is the key of a row of an ad platform empty? Such a row holds totals.
 */
static bool
lacks_key(const FoundHeader *header, char **fields)
{
	static const ImportField keys[] = {FIELD_CAMPAIGN, FIELD_CAMPAIGN_ID, FIELD_SOURCE_MEDIUM, FIELD_SOURCE};
	bool		has_key_column = false;

	if (strcmp(header->format->kind, "expense") != 0 && strcmp(header->format->kind, "visit") != 0)
		return false;
	if (header->fields[FIELD_LEAD_SOURCE].number >= 0)
		return false;
	for (int i = 0; i < (int) lengthof(keys); i++)
	{
		int			number = header->fields[keys[i]].number;

		has_key_column |= number >= 0;
		if (number >= 0 && fields[number] != NULL && !lead_roi_stands_for_nothing(fields[number]))
			return false;
	}
	return has_key_column;
}

/*
 * Room for a row with this many bytes of texts.
 */
static StoredRow *
add_row(FileRows *rows, Size size)
{
	Size		needed = MAXALIGN(sizeof(StoredRow) + size);
	StoredRow  *row;

	if (++rows->rows > MAX_ROWS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the file has more than %d rows", MAX_ROWS),
				 errhint("Use script/import, which cuts long files, or export shorter periods.")));
	if (rows->last == NULL || rows->last->size - rows->last->used < needed)
	{
		RowBlock   *block = palloc(offsetof(RowBlock, data) + Max(BLOCK_BYTES, needed));

		block->next = NULL;
		block->used = 0;
		block->size = Max(BLOCK_BYTES, needed);
		if (rows->last == NULL)
			rows->first = block;
		else
			rows->last->next = block;
		rows->last = block;
	}
	row = (StoredRow *) (rows->last->data + rows->last->used);
	rows->last->used += needed;
	row->size = (int) size;
	return row;
}

/*
 * Have the number and date columns look at a value.
 */
static void
look_at(FileRows *rows, int field, const char *text, int64 line)
{
	FieldType	type = lead_roi_import_fields[field].type;

	if (*text == '\0')
		return;
	if (type == FIELD_NUMBER)
		lead_roi_look_at_number(&rows->numbers[field], text, line);
	else if (type == FIELD_DATE || type == FIELD_MOMENT)
		lead_roi_look_at_date(&rows->dates[field], text, line);
}

/*
 * Keep the texts of a record's mapped fields.
 */
static StoredRow *
store_fields(FileRows *rows, char **fields, int64 line)
{
	const char *texts[FIELDS];
	int			lengths[FIELDS];
	Size		size = 0;
	StoredRow  *row;
	char	   *to;

	for (int field = 0; field < FIELDS; field++)
	{
		int			number = rows->header.fields[field].number;

		if (number < 0)
			continue;
		texts[field] = trimmed(fields[number], &lengths[field]);
		size += lengths[field] + 1;
	}
	row = add_row(rows, size);
	to = (char *) (row + 1);
	for (int field = 0; field < FIELDS; field++)
	{
		if (rows->header.fields[field].number < 0)
			continue;
		memcpy(to, texts[field], lengths[field]);
		to[lengths[field]] = '\0';
		look_at(rows, field, to, line);
		to += lengths[field] + 1;
	}
	return row;
}

/*
 * Are the fields beyond the header's columns empty? Programs write delimiters at the ends of lines.
 */
static bool
has_empty_rest(char **fields, int count, int columns)
{
	int			length;

	for (int i = columns; i < count; i++)
	{
		trimmed(fields[i], &length);
		if (length > 0)
			return false;
	}
	return true;
}

/*
 * Keep a record as a row.
 */
static void
store_record(FileRows *rows, CsvRecord *record, char **fields)
{
	StoredRow  *row;
	int			length;

	if (record->state == RECORD_READ && !has_empty_rest(fields, record->fields, rows->header.columns))
		record->state = RECORD_MISFIT;
	if (record->state == RECORD_SHORT || record->state == RECORD_COMMENT)
	{
		if (rows->passed_over++ >= KEPT_LINES_WITHOUT_ROW)
			return;
	}
	row = record->state == RECORD_READ ? store_fields(rows, fields, record->line) : add_row(rows, 0);
	row->state = record->state;
	row->offset = record->offset;
	row->length = record->length;
	row->fields = record->fields;
	row->line = record->line;
	row->is_total = record->state == RECORD_READ &&
		(begins_with_total(trimmed(fields[0], &length)) || lacks_key(&rows->header, fields));
}

/*
 * Leave out columns that others make superfluous, so that nobody has to decide how they are to be read.
 */
static void
leave_out_columns(FileRows *rows)
{
	MappedColumn *fields = rows->header.fields;

	if (fields[FIELD_DAY].number >= 0)
		fields[FIELD_WEEK].number = fields[FIELD_MONTH].number = -1;
	if (fields[FIELD_DAY].number >= 0 || fields[FIELD_WEEK].number >= 0 || fields[FIELD_MONTH].number >= 0)
		fields[FIELD_PERIOD_FROM].number = fields[FIELD_PERIOD_THROUGH].number = -1;
	if (fields[FIELD_AMOUNT].number >= 0)
		fields[FIELD_AMOUNT_MICROS].number = -1;
	if (rows->options.conversions)
		fields[FIELD_AMOUNT].number = fields[FIELD_AMOUNT_MICROS].number = -1;
	else
		fields[FIELD_CONVERSIONS].number = -1;
	if (!rows->options.net)
		fields[FIELD_FEE].number = -1;
}

/*
 * Read one table of the file; returns where it ends, which is the end of the file or a line that begins with
 * "#" below rows.
 */
static int
collect_table(FileRows *rows, int64 *line)
{
	CsvReader  *reader = lead_roi_open_csv(&rows->text, rows->header.end, rows->header.line + 1, rows->header.delimiter, rows->header.columns);
	CsvRecord	record;
	char	  **fields;
	int			end = rows->text.length;

	while (lead_roi_next_record(reader, &record, &fields))
	{
		if (record.state == RECORD_COMMENT)
		{
			end = record.offset;
			*line = record.line;
			break;
		}
		store_record(rows, &record, fields);
	}
	lead_roi_close_csv(reader);
	return end;
}

/*
 * Find the header of the file, and what the lines above it say.
 */
void
lead_roi_find_first_header(FileRows *rows, const ImportFormat *formats, int count, const char *format)
{
	NearMiss	nearest = {0};
	int			offset = lead_roi_skip_separator_line(&rows->text, &rows->options.delimiter);

	rows->preamble.rows = -1;
	rows->preamble.from = DATEVAL_NOBEGIN;
	rows->preamble.through = DATEVAL_NOEND;
	if (!lead_roi_find_header(&rows->text, offset, offset > 0 ? 2 : 1, formats, count, rows->options.delimiter, &rows->header, &nearest))
		lead_roi_refuse_headers(&nearest, format);
	rows->header_length = rows->header.end - rows->header.offset;
	leave_out_columns(rows);
	lead_roi_read_preamble(&rows->text, offset, rows->header.offset, &rows->preamble);
	if (DATE_NOT_FINITE(rows->options.from))
	{
		rows->options.from = rows->preamble.from;
		rows->options.through = rows->preamble.through;
	}
}

/*
 * Has a table further down the same columns?
 */
static bool
has_same_columns(const FoundHeader *header, const FoundHeader *next)
{
	for (int field = 0; field < FIELDS; field++)
	{
		if (header->fields[field].number >= 0 && next->fields[field].number != header->fields[field].number)
			return false;
	}
	return next->columns == header->columns;
}

/*
 * Collect the rows of all tables that have the same columns.
 */
void
lead_roi_collect_rows(FileRows *rows)
{
	NearMiss	nearest = {0};
	int64		line;
	int			offset = collect_table(rows, &line);
	FoundHeader next;

	for (int tables = 1; offset < rows->text.length && tables < MAX_TABLES; tables++)
	{
		if (!lead_roi_find_header(&rows->text, offset, line, rows->header.format, 1, rows->header.delimiter, &next, &nearest))
			break;
		if (!has_same_columns(&rows->header, &next))
		{
			rows->other_table = next.line;
			break;
		}
		rows->header.end = next.end;
		rows->header.line = next.line;
		offset = collect_table(rows, &line);
	}
}
