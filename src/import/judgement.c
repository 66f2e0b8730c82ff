/*
 * judgement.c
 *		How the numbers and dates of a file are written, or why it is refused.
 */
#include "postgres.h"

#include "common/string.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

#include "import/file_rows.h"

/*
 * Another way to read a value, for people.
 */
static char *
number_reading(const char *text, DecimalSeparator decimal)
{
	NumberColumn column = {.decimal = decimal};
	Numeric		number;
	char		currency[4];

	if (lead_roi_read_number(&column, text, 0, &number, currency) != VALUE_READ)
		return pstrdup("no number");
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
}

/*
 * The same of a date.
 */
static char *
date_reading(const char *text, DayOrder order)
{
	DateColumn	column = {.order = order};
	DateADT		date;
	Timestamp	moment;

	if (lead_roi_read_date(&column, text, false, NULL, &date, &moment) != VALUE_READ)
		return pstrdup("no date");
	return lead_roi_iso_date(date);
}

/*
 * Does the header look like one of a file with decimal commas? No more than a hint: the reader of a file may have
 * set one language for names and another for numbers.
 */
static bool
suggests_comma(const FoundHeader *header)
{
	if (header->delimiter == ';')
		return true;
	for (int field = 0; field < FIELDS; field++)
	{
		if (header->fields[field].number >= 0 && !pg_is_ascii(header->fields[field].title))
			return true;
	}
	return false;
}

/*
 * Refuse a column of numbers that can be read in two ways.
 */
static void
refuse_numbers(const FoundHeader *header, const MappedColumn *mapped, const NumberColumn *column, ColumnJudgement judgement)
{
	const Witness *witness = &column->undecided;

	if (judgement == JUDGED_AMBIGUOUS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("the numbers in column \"%s\" can be read in two ways", mapped->title),
				 errdetail("\"%s\" on line " INT64_FORMAT " is %s or %s, and no other line decides which.", witness->text, witness->line,
						   number_reading(witness->text, DECIMAL_POINT), number_reading(witness->text, DECIMAL_COMMA)),
				 errhint("Pass {\"decimal_separator\": \".\"} as \"options\" for the first, {\"decimal_separator\": \",\"} for the second.%s",
						 suggests_comma(header) ? " The header suggests the second." : "")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("the numbers in column \"%s\" are written in two ways", mapped->title),
			 errdetail("\"%s\" on line " INT64_FORMAT " has a decimal point, \"%s\" on line " INT64_FORMAT " a decimal comma.",
					   column->vote[DECIMAL_POINT].text, column->vote[DECIMAL_POINT].line,
					   column->vote[DECIMAL_COMMA].text, column->vote[DECIMAL_COMMA].line),
			 errhint("Export the file anew; or pass {\"decimal_separator\": \".\"} or {\"decimal_separator\": \",\"} as \"options\", and the rows of the other kind are rejected.")));
}

/*
 * Refuse a column of dates that can be read in two ways, showing one value in both.
 */
static void
refuse_ambiguous_dates(const MappedColumn *mapped, const DateColumn *column)
{
	for (int order = 0; order < DATE_ORDERS; order++)
	{
		const Witness *witness = &column->differs[order];
		int			one = (order + 1) % DATE_ORDERS;
		int			other = (order + 2) % DATE_ORDERS;

		if (witness->line == 0 || column->excludes[one].line != 0 || column->excludes[other].line != 0)
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("the dates in column \"%s\" can be read in two ways", mapped->title),
				 errdetail("\"%s\" on line " INT64_FORMAT " is %s or %s, and no other line decides which.", witness->text, witness->line,
						   date_reading(witness->text, one), date_reading(witness->text, other)),
				 errhint("Pass {\"date_order\": \"%s\"} as \"options\" for the first, {\"date_order\": \"%s\"} for the second.",
						 lead_roi_day_order_names[one], lead_roi_day_order_names[other])));
	}
}

/*
 * Refuse a column of dates that are written in two ways.
 */
static void
refuse_dates(const MappedColumn *mapped, const DateColumn *column, ColumnJudgement judgement)
{
	if (judgement == JUDGED_AMBIGUOUS)
		refuse_ambiguous_dates(mapped, column);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
			 errmsg("the dates in column \"%s\" are written in two ways", mapped->title),
			 errdetail("\"%s\" on line " INT64_FORMAT " can't be day, month, year; \"%s\" on line " INT64_FORMAT " can't be month, day, year.",
					   column->excludes[ORDER_DMY].text, column->excludes[ORDER_DMY].line,
					   column->excludes[ORDER_MDY].text, column->excludes[ORDER_MDY].line),
			 errhint("Export the file anew; or pass {\"date_order\": \"dmy\"} or {\"date_order\": \"mdy\"} as \"options\", and the rows of the other kind are rejected.")));
}

/*
 * Decide a column of numbers.
 */
static void
judge_numbers(FileRows *rows, int field)
{
	NumberColumn *column = &rows->numbers[field];
	ColumnJudgement judgement;

	if (rows->options.decimal_separator != NULL)
	{
		column->decimal = rows->options.decimal_separator[0] == ',' ? DECIMAL_COMMA : DECIMAL_POINT;
		return;
	}
	judgement = lead_roi_judge_numbers(column, rows->numbers, FIELDS);
	if (judgement != JUDGED)
		refuse_numbers(&rows->header, &rows->header.fields[field], column, judgement);
}

/*
 * Decide a column of dates. That of the last change decides nothing but which of two lines is newer: if it
 * can't be read it is left out.
 */
static void
judge_dates(FileRows *rows, int field)
{
	DateColumn *column = &rows->dates[field];
	ColumnJudgement judgement;

	if (rows->options.date_order != NULL)
	{
		column->is_serial = column->no_serial.line == 0;
		column->order = rows->options.date_order[0] == 'd' ? ORDER_DMY : rows->options.date_order[0] == 'm' ? ORDER_MDY : ORDER_YMD;
		return;
	}
	judgement = lead_roi_judge_dates(column, rows->preamble.from, rows->preamble.through);
	if (judgement != JUDGED && field == FIELD_MODIFIED_AT)
		column->is_unreadable = true;
	else if (judgement != JUDGED)
		refuse_dates(&rows->header.fields[field], column, judgement);
}

/*
 * Decide how each column of numbers and dates is written.
 */
void
lead_roi_judge_columns(FileRows *rows)
{
	for (int field = 0; field < FIELDS; field++)
	{
		FieldType	type = lead_roi_import_fields[field].type;

		if (rows->header.fields[field].number < 0)
			continue;
		if (type == FIELD_NUMBER)
			judge_numbers(rows, field);
		else if (type == FIELD_DATE || type == FIELD_MOMENT)
			judge_dates(rows, field);
	}
}
