/*
 * file_figures.c
 *		What the rows of a file add up to.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"

#include "import/file_figures.h"
#include "import/json_values.h"
#include "import/judgement.h"

/*
 * Begin to count, in the current memory context.
 */
void
lead_roi_begin_figures(FileFigures *figures)
{
	memset(figures, 0, sizeof(*figures));
	initStringInfo(&figures->totals);
	initStringInfo(&figures->currencies);
	figures->first = DATEVAL_NOEND;
	figures->last = DATEVAL_NOBEGIN;
	figures->context = CurrentMemoryContext;
}

/*
 * Add an amount to the total.
 */
static void
add_amount(FileFigures *figures, Numeric amount)
{
	MemoryContext before = MemoryContextSwitchTo(figures->context);
	Numeric		total = figures->total;

	figures->total = total == NULL ? DatumGetNumericCopy(NumericGetDatum(amount))
		: DatumGetNumeric(DirectFunctionCall2(numeric_add, NumericGetDatum(total), NumericGetDatum(amount)));
	if (total != NULL)
		pfree(total);
	MemoryContextSwitchTo(before);
}

/*
 * Note a currency, unless it is known; most rows have the one that is noted last.
 */
static void
note_currency(FileFigures *figures, const char *currency)
{
	StringInfo	known = &figures->currencies;

	if (known->len > 4 && strncmp(known->data + known->len - 4, currency, 3) == 0)
		return;
	if (strstr(known->data, currency) == NULL)
		appendStringInfo(known, "%s\"%s\"", known->len == 0 ? "" : ", ", currency);
}

/*
 * Count a row that can be loaded.
 */
void
lead_roi_count_row(FileFigures *figures, const RowFigures *row)
{
	if (row->amount != NULL)
		add_amount(figures, row->amount);
	if (row->currency[0] != '\0')
		note_currency(figures, row->currency);
	if (DATE_NOT_FINITE(row->from))
		return;
	figures->first = Min(figures->first, row->from);
	figures->last = Max(figures->last, row->through);
}

/*
 * Note a total that the file states.
 */
void
lead_roi_count_total(FileFigures *figures, Numeric amount)
{
	appendStringInfo(&figures->totals, "%s%s", figures->totals.len == 0 ? "" : ", ",
					 DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(amount))));
}

/*
 * The figures as jsonb.
 */
Datum
lead_roi_figures_json(const FileFigures *figures)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfo(&json, "{\"rows_read\": " INT64_FORMAT ", \"total_read\": %s, \"totals\": [%s], \"currencies\": [%s]", figures->rows_read,
					 figures->total == NULL ? "0" : DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(figures->total))),
					 figures->totals.data, figures->currencies.data);
	if (!DATE_NOT_FINITE(figures->first))
	{
		lead_roi_append_json_text(&json, "first_day", lead_roi_iso_date(figures->first));
		lead_roi_append_json_text(&json, "last_day", lead_roi_iso_date(figures->last));
	}
	appendStringInfoChar(&json, '}');
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data));
}
