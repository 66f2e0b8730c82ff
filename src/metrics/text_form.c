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

#include <ctype.h>
#include <errno.h>

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "metrics/roi_summary.h"

PG_FUNCTION_INFO_V1(lead_roi_roi_summary_in);
PG_FUNCTION_INFO_V1(lead_roi_roi_summary_out);

/* From 16 on, an input function can report bad input without raising an error. */
#if PG_VERSION_NUM < 160000
#define ereturn(context, result, ...) ereport(ERROR, __VA_ARGS__)
#endif

/*
 * Pass over spaces, and the given character behind them; false if it isn't there.
 */
static bool
read_character(const char **text, char expected)
{
	while (**text == ' ')
		(*text)++;
	if (**text != expected)
		return false;
	(*text)++;
	return true;
}

/*
 * Pass over "name:"; false, and nothing passed over, if it isn't there.
 */
static bool
read_name(const char **text, const char *name, bool first)
{
	const char *next = *text;

	if (!first && !read_character(&next, ','))
		return false;
	while (*next == ' ')
		next++;
	if (strncmp(next, name, strlen(name)) != 0)
		return false;
	next += strlen(name);
	if (!read_character(&next, ':'))
		return false;
	*text = next;
	return true;
}

/*
 * Read a whole number; false if there is none or it is no bigint.
 */
static bool
read_integer(const char **text, int64 *number)
{
	const char *digits;
	char	   *end;

	while (**text == ' ')
		(*text)++;
	digits = **text == '-' ? *text + 1 : *text;
	if (!isdigit((unsigned char) *digits))
		return false;
	errno = 0;
	*number = strtoll(*text, &end, 10);
	*text = end;
	return errno == 0;
}

/*
 * Read a decimal number that a numeric can hold; NULL if there is none.
 */
static Numeric
read_decimal(const char **text, int *scale)
{
	const char *start;
	int			before;
	char	   *number;
	Datum		numeric;

	while (**text == ' ')
		(*text)++;
	start = *text;
	*text += **text == '-' ? 1 : 0;
	before = strspn(*text, "0123456789");
	*text += before;
	*scale = 0;
	if (**text == '.')
	{
		*scale = strspn(*text + 1, "0123456789");
		*text += 1 + *scale;
	}
	if (before < 1 || before > MAXIMUM_INTEGER_DECIMALS || *scale > MAXIMUM_SCALE || (*text)[-1] == '.')
		return NULL;

	number = pnstrdup(start, *text - start);
	numeric = DirectFunctionCall3(numeric_in, CStringGetDatum(number),
								  ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	return DatumGetNumeric(numeric);
}

/*
 * Read a sum; false if there is none.
 */
static bool
read_sum(const char **text, OpenSum *sum)
{
	ScaleCount *counts;
	ScaleCount	count = {1, 0};
	int			ncounts = 0;
	int			scale;
	int64		above;
	Numeric		total = read_decimal(text, &scale);

	if (total == NULL || (read_character(text, '*') && !read_integer(text, &count.values)))
		return false;
	count.scale = above = scale;
	counts = palloc((scale + 1) * sizeof(ScaleCount));	/* one for each scale at most */
	if (count.values != 0)
		counts[ncounts++] = count;

	while (read_character(text, '+'))
	{
		if (!read_integer(text, &count.values) || !read_character(text, '@') ||
			!read_integer(text, &count.scale) ||
			count.values == 0 || count.scale < 0 || count.scale >= above)
			return false;
		counts[ncounts++] = count;
		above = count.scale;
	}
	lead_roi_restore_sum(sum, counts, ncounts, total);
	return true;
}

/*
 * Read a whole summary. Returns NULL, or the name of what can't be read.
 */
static const char *
read_summary(const char *text, OpenSummary *summary)
{
	bool		first = true;
	int			i;

	memset(summary, 0, sizeof(*summary));
	if (!read_character(&text, '{'))
		return "{";
	for (i = 0; i < AMOUNTS; i++)
	{
		if (!read_name(&text, lead_roi_amount_names[i], first))
			continue;
		if (!read_sum(&text, &summary->amounts[i]))
			return lead_roi_amount_names[i];
		first = false;
	}
	for (i = 0; i < COUNTS; i++)
	{
		if (!read_name(&text, lead_roi_count_names[i], first))
			continue;
		if (!read_integer(&text, &summary->counts[i]))
			return lead_roi_count_names[i];
		first = false;
	}
	if (!read_character(&text, '}') || text[strspn(text, " ")] != '\0')
		return "}";
	return NULL;
}

/*
 * roi_summary from text.
 */
Datum
lead_roi_roi_summary_in(PG_FUNCTION_ARGS)
{
	const char *text = PG_GETARG_CSTRING(0);
	OpenSummary summary;
	const char *problem = read_summary(text, &summary);

	if (problem != NULL)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s: \"%s\"", "roi_summary", text),
				 errdetail("What should be \"%s\" cannot be read.", problem),
				 errhint("Write it as {expense:36000.50*12,revenue:33335.00*3,visitors:900,leads:220,customers:11}, "
						 "leaving out what is not recorded.")));
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
	for (i = 0; i < AMOUNTS; i++)
	{
		if (!lead_roi_sum_is_recorded(&summary.amounts[i].head))
			continue;
		write_name(&text, lead_roi_amount_names[i]);
		write_sum(&text, &summary.amounts[i]);
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
