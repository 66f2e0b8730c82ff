/*
 * header.c
 *		Which line of a file is its header, and which format that makes it.
 *
 * The delimiter is the one with which the header fits. Nothing is counted: names of campaigns hold commas,
 * bars and quotes.
 */
#include "postgres.h"

#include "import/format.h"
#include "money/currency.h"

/* How many lines a header may stand below the beginning of the file, or of another table in it */
#define LINES_TO_HEADER 50

/* How many columns a header may have */
#define MAX_COLUMNS 2000

static const char delimiters[] = {',', ';', '\t', '|'};

/*
 * Is this the line "sep=;", by which Excel is told the delimiter? Returns where the next line begins.
 */
int
lead_roi_skip_separator_line(const FileText *text, char *delimiter)
{
	const char *line = text->data;

	if (text->length < 6 || pg_strncasecmp(line, "sep=", 4) != 0 || line[5] != '\n' || strchr("\"\n", line[4]) != NULL)
		return 0;
	*delimiter = line[4];
	return 6;
}

/*
 * Cut what stands in brackets at the end of a title and isn't part of the name: a currency, or the time zone.
 */
static char *
cut_brackets(const char *title, MappedColumn *column)
{
	char	   *cut = pstrdup(title);
	char	   *open;
	char	   *close;

	while ((open = strrchr(cut, '(')) != NULL && (close = strchr(open, ')')) != NULL && close[1 + strspn(close + 1, " ")] == '\0')
	{
		*close = '\0';
		if (lead_roi_decimals_of_currency(open + 1) >= 0)
			strlcpy(column->currency, open + 1, sizeof(column->currency));
		else if (pg_strcasecmp(open + 1, "utc") == 0 || pg_strcasecmp(open + 1, "in utc") == 0)
			column->is_utc = true;
		else
		{
			*close = ')';
			break;
		}
		*open = '\0';
	}
	return cut;
}

/*
 * The titles of a line, in all the forms that are needed.
 */
static void
read_titles(char **fields, int count, char **titles, char **folded, MappedColumn *columns)
{
	for (int i = 0; i < count; i++)
	{
		titles[i] = pstrdup(fields[i] == NULL ? "" : fields[i]);
		memset(&columns[i], 0, sizeof(MappedColumn));
		columns[i].number = i;
		columns[i].title = titles[i];
		folded[i] = lead_roi_fold_name(cut_brackets(titles[i], &columns[i]));
		if (strlen(folded[i]) > 3 && strcmp(folded[i] + strlen(folded[i]) - 3, "utc") == 0)
			columns[i].is_utc = true;
	}
}

/*
 * The first of a column's names that the file has, and where; -1 if it has none.
 */
static int
find_column(const FormatColumn *column, char **folded, int count)
{
	for (int name = 0; name < column->names_count; name++)
	{
		for (int i = 0; i < count; i++)
		{
			if (strcmp(column->names[name], folded[i]) == 0)
				return i;
		}
	}
	return -1;
}

/*
 * Does a line have all that a format requires? If so the fields are mapped; if not, remember how near it was.
 */
static bool
fits(const ImportFormat *format, char **folded, int count, const MappedColumn *columns, FoundHeader *header, NearMiss *nearest)
{
	const FormatColumn *missing = NULL;
	int			found = 0;

	for (int field = 0; field < FIELDS; field++)
		header->fields[field].number = -1;
	for (int i = 0; i < format->columns_count; i++)
	{
		const FormatColumn *column = &format->columns[i];
		int			number = find_column(column, folded, count);

		if (number >= 0)
		{
			header->fields[column->field] = columns[number];
			header->fields[column->field].column = column;
			found += column->required;
		}
		else if (column->required && missing == NULL)
			missing = column;
	}
	if (missing != NULL && found > nearest->found)
		*nearest = (NearMiss) {format, missing, found, header->line};
	return missing == NULL && found > 0;
}

/*
 * The format whose header this line is. Formats of the ledger go first; two that fit are an error.
 */
static const ImportFormat *
find_format(const ImportFormat *formats, int count, char **folded, int columns_count, const MappedColumn *columns,
			FoundHeader *header, NearMiss *nearest)
{
	const ImportFormat *found = NULL;

	for (int i = 0; i < count; i++)
	{
		FoundHeader tried = *header;

		if (found != NULL && found->own && !formats[i].own)
			continue;
		if (!fits(&formats[i], folded, columns_count, columns, &tried, nearest))
			continue;
		if (found != NULL)
			ereport(ERROR,
					(errcode(ERRCODE_AMBIGUOUS_PARAMETER),
					 errmsg("the header of the file fits two formats: \"%s\" and \"%s\"", found->name, formats[i].name),
					 errdetail("The header is on line " INT64_FORMAT ".", header->line),
					 errhint("Pass one of them as \"format\".")));
		found = &formats[i];
		*header = tried;
	}
	return found;
}

/*
 * Is this line a header, if its fields are delimited in this way?
 */
static bool
try_line(const FileText *text, const ImportFormat *formats, int count, char delimiter, FoundHeader *header, NearMiss *nearest)
{
	CsvRecord	record;
	FileText	line = *text;
	CsvReader  *reader;
	char	  **fields;
	char	  **folded;
	MappedColumn *columns;

	if (!lead_roi_scan_line(text, header->offset, delimiter, &record) || record.fields < 2 || record.fields > MAX_COLUMNS)
		return false;
	line.length = record.offset + record.length;
	header->delimiter = delimiter;
	header->columns = record.fields;
	header->titles = palloc(sizeof(char *) * record.fields);
	folded = palloc(sizeof(char *) * record.fields);
	columns = palloc(sizeof(MappedColumn) * record.fields);
	reader = lead_roi_open_csv(&line, record.offset, header->line, delimiter, record.fields);
	if (lead_roi_next_record(reader, &record, &fields) && fields != NULL)
		read_titles(fields, record.fields, header->titles, folded, columns);
	else
		record.fields = 0;
	lead_roi_close_csv(reader);
	header->end = Min(text->length, line.length + 1);
	header->format = record.fields == 0 ? NULL :
		find_format(formats, count, folded, record.fields, columns, header, nearest);
	return header->format != NULL;
}

/*
 * Find the header at or below an offset; false if there is none. A delimiter that isn't 0 is the only one.
 */
bool
lead_roi_find_header(const FileText *text, int offset, int64 line, const ImportFormat *formats, int count,
					 char delimiter, FoundHeader *header, NearMiss *nearest)
{
	for (int lines = 0; lines < LINES_TO_HEADER && offset < text->length; lines++, line++)
	{
		const char *end = memchr(text->data + offset, '\n', text->length - offset);

		header->offset = offset;
		header->line = line;
		for (int i = 0; i < (int) lengthof(delimiters) && (delimiter == '\0' || i == 0); i++)
		{
			if (try_line(text, formats, count, delimiter == '\0' ? delimiters[i] : delimiter, header, nearest))
				return true;
		}
		offset = end == NULL ? text->length : (int) (end - text->data) + 1;
	}
	return false;
}

/*
 * Refuse a file without a header, saying what comes nearest to one.
 */
void
lead_roi_refuse_headers(const NearMiss *nearest, const char *format)
{
	ereport(ERROR,
			(errcode(ERRCODE_BAD_COPY_FILE_FORMAT),
			 format[0] == '\0' ? errmsg("no line of the file is the header of a known format")
			 : errmsg("no line of the file is a header of format \"%s\"", format),
			 nearest->format != NULL
			 ? errdetail("Line " INT64_FORMAT " comes nearest: format \"%s\" also needs the column \"%s\".", nearest->line,
						 nearest->format->name, nearest->missing->title == NULL ? "" : nearest->missing->title)
			 : errdetail("None of the first %d lines has column names of one.", LINES_TO_HEADER),
			 errhint("The view lead_roi.import_column lists the names of columns. Option \"columns\" gives others, as in {\"columns\": {\"amount\": \"Net cost\"}}.")));
}
