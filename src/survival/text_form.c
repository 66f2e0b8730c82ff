/*
 * text_form.c
 *		A survival_curve as text, {tenure:churned+active,...}, and back.
 *
 * The text comes from anywhere, so it is checked in full. It is also how distributed engines carry the
 * state of an aggregate, of which a curve may have a thousand tenures; so what goes without saying is left
 * out: a tenure that is one more than the one before (which stands for the first if that is 0), and a number
 * of customers that is 0. It depends on no setting.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "kit/text_reader.h"
#include "survival/compact_form.h"

PG_FUNCTION_INFO_V1(lead_roi_survival_curve_in);
PG_FUNCTION_INFO_V1(lead_roi_survival_curve_out);

/*
 * The tenure of an entry that names none.
 */
static int64
tenure_after(const TenureCount *before)
{
	return before == NULL ? 0 : (int64) before->tenure + 1;
}

/*
 * Read a tenure and the colon behind it, if they come next. A number without a colon is read again, as customers.
 */
static bool
read_named_tenure(TextReader *reader, int64 *tenure)
{
	const char *start = reader->next;
	int64		number;

	if (!lead_roi_accept(reader, '+'))
	{
		if (!lead_roi_read_integer(reader, 0, PG_INT64_MAX, &number))
			return false;
		if (lead_roi_accept(reader, ':'))
		{
			*tenure = number;
			return true;
		}
	}
	reader->next = start;
	return true;
}

/*
 * Read what is known of one tenure: [tenure:][churned][+active].
 */
static bool
read_tenure(TextReader *reader, TenureCounts *counts)
{
	int64		tenure = tenure_after(counts->length == 0 ? NULL : &counts->entries[counts->length - 1]);
	int64		churned = 0;
	int64		active = 0;
	bool		has_active;
	const char *problem;

	if (!read_named_tenure(reader, &tenure))
		return false;
	if (tenure > PG_INT32_MAX)
		return lead_roi_refuse_text(reader, "A number is out of range.");
	has_active = lead_roi_accept(reader, '+');
	if (!has_active)
	{
		if (!lead_roi_read_integer(reader, 0, PG_INT64_MAX, &churned))
			return false;
		has_active = lead_roi_accept(reader, '+');
	}
	if (has_active && !lead_roi_read_integer(reader, 0, PG_INT64_MAX, &active))
		return false;
	problem = lead_roi_counts_append(counts, (int32) tenure, churned, active);
	return problem == NULL || lead_roi_refuse_text(reader, problem);
}

/*
 * Read a whole curve.
 */
static bool
read_curve(TextReader *reader, TenureCounts *counts)
{
	lead_roi_counts_init(counts, 64);
	if (!lead_roi_require(reader, '{'))
		return false;
	if (!lead_roi_accept(reader, '}'))
	{
		do
		{
			CHECK_FOR_INTERRUPTS();
			if (!read_tenure(reader, counts))
				return false;
		} while (lead_roi_accept(reader, ','));
		if (!lead_roi_require(reader, '}'))
			return false;
	}
	return lead_roi_require_end(reader);
}

/*
 * survival_curve_in(text): read {tenure:churned+active,...}, whatever of it is left out.
 */
Datum
lead_roi_survival_curve_in(PG_FUNCTION_ARGS)
{
	TextReader	reader;
	TenureCounts counts;

	lead_roi_begin_text(&reader, fcinfo, "survival_curve",
						"Write tenure:churned+active with ascending tenures, such as {30:2,365:1+40}.");
	if (!read_curve(&reader, &counts))
		PG_RETURN_NULL();
	PG_RETURN_SURVIVAL_CURVE(lead_roi_compact_make(&counts));
}

/*
 * Write the customers of one tenure, which comes after another or is the first.
 */
static void
write_tenure(StringInfo text, const TenureCount *entry, const TenureCount *before)
{
	if (before != NULL)
		appendStringInfoChar(text, ',');
	if (entry->tenure != tenure_after(before))
		appendStringInfo(text, "%d:", entry->tenure);
	if (entry->churned > 0)
		appendStringInfo(text, INT64_FORMAT, entry->churned);
	if (entry->active > 0)
		appendStringInfo(text, "+" INT64_FORMAT, entry->active);
}

/*
 * survival_curve_out(curve): write {tenure:churned+active,...}, without what goes without saying.
 */
Datum
lead_roi_survival_curve_out(PG_FUNCTION_ARGS)
{
	TenureCounts counts;
	StringInfoData text;
	int			i;

	lead_roi_curve_read(PG_GETARG_SURVIVAL_CURVE(0), &counts);
	initStringInfo(&text);
	appendStringInfoChar(&text, '{');
	for (i = 0; i < counts.length; i++)
	{
		CHECK_FOR_INTERRUPTS();
		write_tenure(&text, &counts.entries[i], i == 0 ? NULL : &counts.entries[i - 1]);
	}
	appendStringInfoChar(&text, '}');
	PG_RETURN_CSTRING(text.data);
}
