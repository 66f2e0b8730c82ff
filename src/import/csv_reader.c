/*
 * csv_reader.c
 *		Records of a CSV file: where they end is found here, and what is in them by the server's reader.
 *
 * A quote opens or closes wherever it stands, as in COPY, so where a record ends needs no more than a count of
 * quotes. The server's reader takes its input in blocks, ahead of the record that it returns: records wait in
 * a queue until it has come to them.
 */
#include "postgres.h"

#include "access/tupdesc.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/copy.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "import/csv_reader.h"

/* How many bytes may be looked through for the end of quotes that never close, beyond those of the file */
#define MAX_BYTES_IN_VAIN (64 * 1024 * 1024)

struct CsvReader
{
	FileText	text;
	char		delimiter;
	int			columns;
	int			next;			/* offset of what hasn't been looked at */
	int64		next_line;
	int64		in_vain;
	CsvRecord  *queue;			/* records that were found and not returned yet */
	int			room;			/* of the queue */
	int			queued;
	int			first;			/* of the queue: the next one to return */
	int			feeding;		/* of the queue: the one that is being fed */
	int			fed;			/* bytes of it that have been fed */
	CopyFromState copy;
	MemoryContext context;
};

/* Whose input the callback gives. The callback has no argument; this is set before each call that may lead to it. */
static CsvReader *reader_called = NULL;

/*
 * Find the end of a record by its quotes; a record on one line ends with it. False if it has none, or if what
 * takes it beyond its first line is a quote in the middle of a field, as in a message 5" long.
 */
static bool
find_end(const FileText *text, char delimiter, CsvRecord *record, int *first_line_length)
{
	const char *start = text->data + record->offset;
	const char *limit = text->data + Min((int64) text->length, (int64) record->offset + MAX_RECORD_BYTES);
	const char *at;
	bool		quoted = false;
	bool		in_middle = false;	/* where the last quote has opened */
	bool		swallows = false;

	record->fields = 1;
	record->lines = 1;
	*first_line_length = -1;
	for (at = start; at < limit; at++)
	{
		if (*at == '"')
		{
			quoted = !quoted;
			if (quoted && (at == start || at[-1] != '"'))
				in_middle = at > start && at[-1] != delimiter && at[-1] != ' ';
		}
		else if (*at == delimiter)
			record->fields += !quoted;
		else if (*at == '\n')
		{
			if (*first_line_length < 0)
				*first_line_length = (int) (at - start);
			if (!quoted)
				break;
			swallows |= in_middle;
			record->lines++;
		}
	}
	record->length = (int) (at - start);
	if (*first_line_length < 0)
		*first_line_length = record->length;
	return !quoted && !swallows && (at < limit || limit == text->data + text->length);
}

/*
 * Look at one line alone: how many fields it has. False if quotes are open at its end.
 */
bool
lead_roi_scan_line(const FileText *text, int offset, char delimiter, CsvRecord *record)
{
	const char *end = memchr(text->data + offset, '\n', text->length - offset);
	FileText	line = *text;
	int			length;

	line.length = end == NULL ? text->length : (int) (end - text->data);
	record->state = RECORD_READ;
	record->offset = offset;
	return find_end(&line, delimiter, record, &length);
}

/*
 * The length of the line at an offset, which may be longer than a record can be.
 */
static int
line_length(const FileText *text, int offset)
{
	const char *end = memchr(text->data + offset, '\n', text->length - offset);

	return end == NULL ? text->length - offset : (int) (end - (text->data + offset));
}

/*
 * A record whose quotes don't close, or close on another line with which it doesn't make a row: a quote that
 * means nothing. Its first line alone is taken for the record.
 */
static void
cut_after_first_line(CsvReader *reader, CsvRecord *record)
{
	reader->in_vain += record->length;
	if (reader->in_vain > MAX_BYTES_IN_VAIN)
		ereport(ERROR,
				(errcode(ERRCODE_BAD_COPY_FILE_FORMAT),
				 errmsg("the file has too many double quotes that are not closed"),
				 errdetail("The last of them is on line " INT64_FORMAT ".", record->line),
				 errhint("A double quote within a field is written twice, and the field put in double quotes.")));
	record->state = RECORD_UNCLOSED;
	record->length = line_length(&reader->text, record->offset);
	record->lines = 1;
}

/*
 * What a record can be, by the number of its fields.
 */
static RecordState
state_by_fields(const CsvReader *reader, const CsvRecord *record)
{
	if (record->fields == reader->columns)
		return RECORD_READ;
	if (record->fields * 2 > reader->columns)
		return record->fields > reader->columns ? RECORD_READ : RECORD_MISFIT;
	return reader->text.data[record->offset] == '#' ? RECORD_COMMENT : RECORD_SHORT;
}

/*
 * Find the next record and put it into the queue; false at the end. Empty lines are passed over.
 */
static bool
find_record(CsvReader *reader)
{
	CsvRecord	record;
	int			first_line_length;
	bool		closed;

	while (reader->next < reader->text.length && reader->text.data[reader->next] == '\n')
	{
		reader->next++;
		reader->next_line++;
	}
	if (reader->next >= reader->text.length)
		return false;
	CHECK_FOR_INTERRUPTS();

	record.offset = reader->next;
	record.line = reader->next_line;
	closed = find_end(&reader->text, reader->delimiter, &record, &first_line_length);
	record.state = state_by_fields(reader, &record);
	if (!closed || (record.lines > 1 && record.fields != reader->columns))
		cut_after_first_line(reader, &record);
	reader->next = Min(reader->text.length, record.offset + record.length + 1);
	reader->next_line += record.lines;

	if (reader->first == reader->queued)
		reader->first = reader->feeding = reader->queued = 0;
	if (reader->queued == reader->room)
	{
		reader->room *= 2;
		reader->queue = repalloc_huge(reader->queue, sizeof(CsvRecord) * reader->room);
	}
	reader->queue[reader->queued++] = record;
	return true;
}

/*
 * Give the server's reader the next bytes of records that it can read.
 */
static int
feed(void *out, int minread, int maxread)
{
	CsvReader  *reader = reader_called;
	int			written = 0;

	while (written < maxread)
	{
		CsvRecord  *record;
		int			part;

		if (reader->feeding == reader->queued && (written >= minread || !find_record(reader)))
			break;
		record = &reader->queue[reader->feeding];
		if (record->state != RECORD_READ)
		{
			reader->feeding++;
			continue;
		}
		part = Min(maxread - written, record->length - reader->fed);
		memcpy((char *) out + written, reader->text.data + record->offset + reader->fed, part);
		written += part;
		reader->fed += part;
		if (reader->fed == record->length && written < maxread)
		{
			((char *) out)[written++] = '\n';
			reader->fed = 0;
			reader->feeding++;
		}
	}
	return written;
}

/*
 * A relation of one column that is nowhere but in memory: the server's reader wants one, though it reads
 * fields that are no columns.
 */
static Relation
make_relation(void)
{
	Relation	relation = palloc0(sizeof(RelationData));

	relation->rd_rel = palloc0(sizeof(FormData_pg_class));
	namestrcpy(&relation->rd_rel->relname, "import_file");
	relation->rd_rel->relkind = RELKIND_RELATION;
	relation->rd_att = CreateTemplateTupleDesc(1);
	TupleDescInitEntry(relation->rd_att, 1, "line", TEXTOID, -1, 0);
#if PG_VERSION_NUM >= 190000
	TupleDescFinalize(relation->rd_att);
#endif
	return relation;
}

/*
 * Begin to read records.
 */
CsvReader *
lead_roi_open_csv(const FileText *text, int offset, int64 line, char delimiter, int columns)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "records of a file", ALLOCSET_DEFAULT_SIZES);
	MemoryContext before = MemoryContextSwitchTo(context);
	CsvReader  *reader = palloc0(sizeof(CsvReader));
	List	   *options;

	reader->text = *text;
	reader->delimiter = delimiter;
	reader->columns = columns;
	reader->next = offset;
	reader->next_line = line;
	reader->room = 64;
	reader->queue = palloc(sizeof(CsvRecord) * reader->room);
	reader->context = context;
	options = list_make3(makeDefElem("format", (Node *) makeString("csv"), -1),
						 makeDefElem("delimiter", (Node *) makeString(psprintf("%c", delimiter)), -1),
						 makeDefElem("encoding", (Node *) makeString(pstrdup(GetDatabaseEncodingName())), -1));
	reader_called = reader;
	reader->copy = BeginCopyFrom(NULL, make_relation(), NULL, NULL, false, feed, NIL, options);
	MemoryContextSwitchTo(before);
	return reader;
}

/*
 * The next record, with its fields if they could be read: NULL is an empty one. They are valid until the next
 * call. False at the end.
 */
bool
lead_roi_next_record(CsvReader *reader, CsvRecord *record, char ***fields)
{
	int			count;

	*fields = NULL;
	if (reader->first == reader->queued && !find_record(reader))
		return false;
	*record = reader->queue[reader->first];
	if (record->state == RECORD_READ)
	{
		reader_called = reader;
		if (!NextCopyFromRawFields(reader->copy, fields, &count) || count != record->fields)
			elog(ERROR, "the server's CSV reader has lost its place");
	}
	reader->first++;
	return true;
}

/*
 * End reading.
 */
void
lead_roi_close_csv(CsvReader *reader)
{
	EndCopyFrom(reader->copy);
	MemoryContextDelete(reader->context);
}
