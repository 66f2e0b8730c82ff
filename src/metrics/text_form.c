/*
 * text_form.c
 *		A summary as text, and back.
 *
 *		{expense:36000.50*9+3@0,revenue:33335.00*3,visitors:900,leads:220,customers:11}
 *
 * Expense is 36000.50, the sum of 9 amounts with as many decimals as that shows, and 3 amounts with
 * none; "*1" is left out, and so is whatever isn't recorded or is 0. One content has one text, and
 * no setting changes it.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "kit/text_reader.h"
#include "metrics/roi_summary.h"

PG_FUNCTION_INFO_V1(lead_roi_roi_summary_in);
PG_FUNCTION_INFO_V1(lead_roi_roi_summary_out);

/*
 * Read the digits that come next; returns how many there are.
 */
static int
pass_digits(TextReader *reader)
{
	size_t		digits = strspn(reader->next, "0123456789");

	reader->next += digits;
	return (int) digits;
}

/*
 * Read a decimal number that a numeric can hold, and how many decimals it has.
 */
static bool
read_decimal(TextReader *reader, Numeric *number, int *scale)
{
	const char *start;
	int			before;

	lead_roi_skip_space(reader);
	start = reader->next;
	reader->next += *start == '-' ? 1 : 0;
	before = pass_digits(reader);
	if (before < 1)
		return lead_roi_refuse_next(reader, "an amount");
	*scale = 0;
	if (*reader->next == '.')
	{
		reader->next++;
		*scale = pass_digits(reader);
		if (*scale < 1)
			return lead_roi_refuse_next(reader, "decimals");
	}
	if (before > MAXIMUM_INTEGER_DECIMALS || *scale > MAXIMUM_SCALE)
		return lead_roi_refuse_text(reader, "An amount has too many digits.");

	*number = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(pnstrdup(start, reader->next - start)),
												  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	return true;
}

/*
 * Read a sum: its total, and how many values there are of its scale and of lower ones.
 */
static bool
read_sum(TextReader *reader, OpenSum *sum)
{
	ScaleCount *counts;
	ScaleCount	count = {1, 0};
	int			ncounts = 0;
	int			scale = 0;
	int64		above;
	Numeric		total = NULL;

	if (!read_decimal(reader, &total, &scale) ||
		(lead_roi_accept(reader, '*') && !lead_roi_read_integer(reader, PG_INT64_MIN, PG_INT64_MAX, &count.values)))
		return false;
	count.scale = above = scale;
	counts = palloc((scale + 1) * sizeof(ScaleCount));	/* one for each scale at most */
	if (count.values != 0)
		counts[ncounts++] = count;

	while (lead_roi_accept(reader, '+'))
	{
		if (!lead_roi_read_integer(reader, PG_INT64_MIN, PG_INT64_MAX, &count.values) ||
			!lead_roi_require(reader, '@') ||
			!lead_roi_read_integer(reader, 0, MAXIMUM_SCALE, &count.scale))
			return false;
		if (count.values == 0 || count.scale >= above)
			return lead_roi_refuse_text(reader, "Amounts with fewer decimals must be counted in descending order.");
		counts[ncounts++] = count;
		above = count.scale;
	}
	lead_roi_restore_sum(sum, counts, ncounts, total);
	return true;
}

/*
 * Pass over the name of a member, if it is the next; all but the first have a comma before it.
 */
static bool
accept_member(TextReader *reader, const char *name, bool *first)
{
	const char *start = reader->next;

	if ((*first || lead_roi_accept(reader, ',')) && lead_roi_accept_word(reader, name) && lead_roi_accept(reader, ':'))
	{
		*first = false;
		return true;
	}
	reader->next = start;
	return false;
}

/*
 * Read a whole summary.
 */
static bool
read_summary(TextReader *reader, OpenSummary *summary)
{
	bool		first = true;
	int			i;

	memset(summary, 0, sizeof(*summary));
	if (!lead_roi_require(reader, '{'))
		return false;
	for (i = 0; i < SUMS; i++)
		if (accept_member(reader, lead_roi_sum_names[i], &first) && !read_sum(reader, &summary->sums[i]))
			return false;
	for (i = 0; i < COUNTS; i++)
		if (accept_member(reader, lead_roi_count_names[i], &first) &&
			!lead_roi_read_integer(reader, PG_INT64_MIN, PG_INT64_MAX, &summary->counts[i]))
			return false;
	return lead_roi_require(reader, '}') && lead_roi_require_end(reader);
}

/*
 * roi_summary from text.
 */
Datum
lead_roi_roi_summary_in(PG_FUNCTION_ARGS)
{
	TextReader	reader;
	OpenSummary summary;

	lead_roi_begin_text(&reader, fcinfo, "roi_summary",
						"Write it as {expense:36000.50*12,revenue:33335.00*3,visitors:900,leads:220,customers:11}, "
						"in this order, leaving out what is not recorded.");
	if (!read_summary(&reader, &summary))
		PG_RETURN_NULL();
	PG_RETURN_POINTER(lead_roi_close_summary(&summary));
}

/*
 * Write a sum: its total, and its values by scale.
 */
static void
write_sum(StringInfo text, const OpenSum *sum)
{
	int			i;

	appendStringInfoString(text, DatumGetCString(DirectFunctionCall1(numeric_out,
																	 NumericGetDatum(lead_roi_sum_total(sum)))));
	if (sum->head.values != 1)
		appendStringInfo(text, "*" INT64_FORMAT, sum->head.values);
	for (i = 0; i < sum->head.other_scales; i++)
		appendStringInfo(text, "+" INT64_FORMAT "@" INT64_FORMAT, sum->others[i].values, sum->others[i].scale);
}

/*
 * Begin a field, with a comma if it isn't the first.
 */
static void
write_name(StringInfo text, const char *name)
{
	appendStringInfo(text, "%s%s:", text->len > 1 ? "," : "", name);
}

/*
 * roi_summary to text.
 */
Datum
lead_roi_roi_summary_out(PG_FUNCTION_ARGS)
{
	OpenSummary summary;
	StringInfoData text;
	int			i;

	lead_roi_open_summary(PG_GETARG_DATUM(0), &summary);
	initStringInfo(&text);
	appendStringInfoChar(&text, '{');
	for (i = 0; i < SUMS; i++)
	{
		if (!lead_roi_sum_is_recorded(&summary.sums[i].head))
			continue;
		write_name(&text, lead_roi_sum_names[i]);
		write_sum(&text, &summary.sums[i]);
	}
	for (i = 0; i < COUNTS; i++)
	{
		if (summary.counts[i] == 0)
			continue;
		write_name(&text, lead_roi_count_names[i]);
		appendStringInfo(&text, INT64_FORMAT, summary.counts[i]);
	}
	appendStringInfoChar(&text, '}');
	PG_RETURN_CSTRING(text.data);
}
