/*
 * text_form.c
 *		A survival_curve as text, {tenure:churned+active,...}, and back.
 *
 * The text comes from anywhere, so it is checked in full. It is also how distributed engines carry the
 * state of an aggregate; it depends on no setting.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "kit/text_reader.h"
#include "survival/compact_form.h"

PG_FUNCTION_INFO_V1(lead_roi_survival_curve_in);
PG_FUNCTION_INFO_V1(lead_roi_survival_curve_out);

/*
 * Read the customers of one tenure.
 */
static bool
read_tenure(TextReader *reader, TenureCounts *counts)
{
	int64		tenure;
	int64		churned;
	int64		active;
	const char *problem;

	if (!lead_roi_read_integer(reader, 0, PG_INT32_MAX, &tenure) || !lead_roi_require(reader, ':') ||
		!lead_roi_read_integer(reader, 0, PG_INT64_MAX, &churned) || !lead_roi_require(reader, '+') ||
		!lead_roi_read_integer(reader, 0, PG_INT64_MAX, &active))
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
 * survival_curve_in(text): read {tenure:churned+active,...}.
 */
Datum
lead_roi_survival_curve_in(PG_FUNCTION_ARGS)
{
	TextReader	reader;
	TenureCounts counts;

	lead_roi_begin_text(&reader, fcinfo, "survival_curve",
						"Write tenure:churned+active with ascending tenures, such as {30:2+0,365:1+40}.");
	if (!read_curve(&reader, &counts))
		PG_RETURN_NULL();
	PG_RETURN_SURVIVAL_CURVE(lead_roi_compact_make(&counts));
}

/*
 * survival_curve_out(curve): write {tenure:churned+active,...}.
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
		appendStringInfo(&text, "%s%d:" INT64_FORMAT "+" INT64_FORMAT, i == 0 ? "" : ",",
						 counts.entries[i].tenure, counts.entries[i].churned, counts.entries[i].active);
	}
	appendStringInfoChar(&text, '}');
	PG_RETURN_CSTRING(text.data);
}
