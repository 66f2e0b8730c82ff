/*
 * format.h
 *		In:		formats as data: which columns a file may have, by what names, and what each means.
 *		Out:	the format and header of a file.
 *		Promise: a header is known by the names in it, in any order and with other columns between them; not by
 *				what stands below it. Of two formats that fit none is taken.
 */
#ifndef LEAD_ROI_FORMAT_H
#define LEAD_ROI_FORMAT_H

#include "import/csv_reader.h"
#include "import/json_values.h"

typedef enum FieldType
{
	FIELD_TEXT,
	FIELD_NUMBER,
	FIELD_DATE,
	FIELD_MOMENT,
	FIELD_CONDITION				/* the row counts only with certain values */
} FieldType;

/* What a column can mean. The columns of read_file() have this order. */
typedef enum ImportField
{
	FIELD_RECORD_ID,
	FIELD_ACCOUNT,
	FIELD_CAMPAIGN_ID,
	FIELD_CAMPAIGN,
	FIELD_SOURCE,
	FIELD_MEDIUM,
	FIELD_SOURCE_MEDIUM,
	FIELD_CONTENT,
	FIELD_TERM,
	FIELD_LANDING_URL,
	FIELD_REFERRER,
	FIELD_LEAD_SOURCE,
	FIELD_CURRENCY,
	FIELD_TITLE,
	FIELD_NOTES,
	FIELD_COST_TYPE,
	FIELD_LEAD_IDS,
	FIELD_CONTACT_ID,
	FIELD_OPPORTUNITY_ID,
	FIELD_MERGED_IDS,
	FIELD_MERGED_INTO,
	FIELD_RELATED_ID,
	FIELD_EMAIL,
	FIELD_STATUS,
	FIELD_CAPTURED,
	FIELD_MODE,
	FIELD_DAY,
	FIELD_WEEK,
	FIELD_MONTH,
	FIELD_PERIOD_FROM,
	FIELD_PERIOD_THROUGH,
	FIELD_CONVERTED_ON,
	FIELD_CHURNED_ON,
	FIELD_MODIFIED_AT,
	FIELD_AMOUNT,
	FIELD_AMOUNT_MICROS,
	FIELD_REFUNDED,
	FIELD_FEE,
	FIELD_VISITORS,
	FIELD_CONVERSIONS
} ImportField;

#define FIELDS (FIELD_CONVERSIONS + 1)

typedef struct FieldDescription
{
	const char *name;
	FieldType	type;
} FieldDescription;

extern const FieldDescription lead_roi_import_fields[FIELDS];

/* A column that a format knows */
typedef struct FormatColumn
{
	ImportField field;
	bool		required;
	char	   *title;			/* its first name, for people */
	int			names_count;
	char	  **names;			/* folded; the first that a file has is taken */
	int			accepted_count;
	char	  **accepted;		/* folded: values with which a row counts; of conditions */
} FormatColumn;

typedef struct ImportFormat
{
	char	   *name;
	char	   *kind;			/* expense, visit, lead, payment */
	char	   *system;			/* whose keys its records have; NULL: the ledger's */
	char	   *source;			/* of its clicks, for traffic sources; NULL: it stands in the file */
	char	   *medium;
	bool		own;			/* of the ledger, and so tried first */
	int			columns_count;
	FormatColumn *columns;
} ImportFormat;

/* Where a field stands in the file */
typedef struct MappedColumn
{
	int			number;			/* of the column; -1: the file doesn't have it */
	const FormatColumn *column;
	const char *title;			/* as the file has it */
	char		currency[4];	/* in brackets behind the title */
	bool		is_utc;			/* the title says so */
} MappedColumn;

typedef struct FoundHeader
{
	const ImportFormat *format;
	char		delimiter;
	int			offset;			/* of the header's line */
	int			end;			/* of what lies below it */
	int64		line;
	int			columns;
	char	  **titles;
	MappedColumn fields[FIELDS];
} FoundHeader;

/* The line that was most like a header, for whoever has to say what is missing */
typedef struct NearMiss
{
	const ImportFormat *format; /* NULL: no line was like one */
	const FormatColumn *missing;
	int			found;			/* required columns that the line has */
	int64		line;
} NearMiss;

/* format.c */
extern char *lead_roi_fold_name(const char *text);
extern ImportFormat *lead_roi_read_formats(JsonbContainer *array, int *count);

/* header.c */
extern bool lead_roi_find_header(const FileText *text, int offset, int64 line, const ImportFormat *formats, int count,
								 char delimiter, FoundHeader *header, NearMiss *nearest);
extern void lead_roi_refuse_headers(const NearMiss *nearest, const char *format);
extern int	lead_roi_skip_separator_line(const FileText *text, char *delimiter);

#endif							/* LEAD_ROI_FORMAT_H */
