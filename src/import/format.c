/*
 * format.c
 *		Formats as they come from SQL, with names in the form in which they are compared.
 */
#include "postgres.h"

#include "import/format.h"
#include "source/canonical.h"

const FieldDescription lead_roi_import_fields[FIELDS] = {
	[FIELD_RECORD_ID] = {"record_id", FIELD_TEXT},
	[FIELD_ACCOUNT] = {"account", FIELD_TEXT},
	[FIELD_CAMPAIGN_ID] = {"campaign_id", FIELD_TEXT},
	[FIELD_CAMPAIGN] = {"campaign", FIELD_TEXT},
	[FIELD_SOURCE] = {"source", FIELD_TEXT},
	[FIELD_MEDIUM] = {"medium", FIELD_TEXT},
	[FIELD_SOURCE_MEDIUM] = {"source_medium", FIELD_TEXT},
	[FIELD_CONTENT] = {"content", FIELD_TEXT},
	[FIELD_TERM] = {"term", FIELD_TEXT},
	[FIELD_LANDING_URL] = {"landing_url", FIELD_TEXT},
	[FIELD_REFERRER] = {"referrer", FIELD_TEXT},
	[FIELD_LEAD_SOURCE] = {"lead_source", FIELD_TEXT},
	[FIELD_CURRENCY] = {"currency", FIELD_TEXT},
	[FIELD_TITLE] = {"title", FIELD_TEXT},
	[FIELD_NOTES] = {"notes", FIELD_TEXT},
	[FIELD_COST_TYPE] = {"cost_type", FIELD_TEXT},
	[FIELD_LEAD_IDS] = {"lead_ids", FIELD_TEXT},
	[FIELD_CONTACT_ID] = {"contact_id", FIELD_TEXT},
	[FIELD_OPPORTUNITY_ID] = {"opportunity_id", FIELD_TEXT},
	[FIELD_MERGED_IDS] = {"merged_ids", FIELD_TEXT},
	[FIELD_MERGED_INTO] = {"merged_into", FIELD_TEXT},
	[FIELD_RELATED_ID] = {"related_id", FIELD_TEXT},
	[FIELD_EMAIL] = {"email", FIELD_TEXT},
	[FIELD_STATUS] = {"status", FIELD_CONDITION},
	[FIELD_CAPTURED] = {"captured", FIELD_CONDITION},
	[FIELD_MODE] = {"mode", FIELD_CONDITION},
	[FIELD_DAY] = {"day", FIELD_DATE},
	[FIELD_WEEK] = {"week", FIELD_DATE},
	[FIELD_MONTH] = {"month", FIELD_DATE},
	[FIELD_PERIOD_FROM] = {"period_from", FIELD_DATE},
	[FIELD_PERIOD_THROUGH] = {"period_through", FIELD_DATE},
	[FIELD_CONVERTED_ON] = {"converted_on", FIELD_DATE},
	[FIELD_CHURNED_ON] = {"churned_on", FIELD_DATE},
	[FIELD_MODIFIED_AT] = {"modified_at", FIELD_MOMENT},
	[FIELD_AMOUNT] = {"amount", FIELD_NUMBER},
	[FIELD_AMOUNT_MICROS] = {"amount_micros", FIELD_NUMBER},
	[FIELD_REFUNDED] = {"refunded", FIELD_NUMBER},
	[FIELD_FEE] = {"fee", FIELD_NUMBER},
	[FIELD_VISITORS] = {"visitors", FIELD_NUMBER},
	[FIELD_CONVERSIONS] = {"conversions", FIELD_NUMBER}
};

/*
 * A name of a column, or a value of a condition, in the form in which it is compared: canonical, and without
 * blanks, dashes, underscores, points, colons and asterisks.
 */
char *
lead_roi_fold_name(const char *text)
{
	StringInfoData canonical;
	char	   *to;

	initStringInfo(&canonical);
	lead_roi_append_canonical(&canonical, text, (int) strlen(text));
	to = canonical.data;
	for (const char *from = canonical.data; *from != '\0'; from++)
	{
		if (strncmp(from, "\xE2\x80\x93", 3) == 0)	/* the dash that is longer */
			from += 2;
		else if (strchr(" -_.:*", *from) == NULL)
			*to++ = *from;
	}
	*to = '\0';
	return canonical.data;
}

/*
 * Texts of an array, folded.
 */
static char **
read_names(JsonbContainer *array, int *count)
{
	char	  **names;

	*count = lead_roi_json_length(array);
	names = palloc0(sizeof(char *) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		char	   *name = lead_roi_json_element_text(array, i);

		names[i] = lead_roi_fold_name(name == NULL ? "" : name);
	}
	return names;
}

/*
 * The field of a name; an error if there is none.
 */
static ImportField
find_field(const char *name, const char *format)
{
	for (int field = 0; field < FIELDS; field++)
	{
		if (name != NULL && strcmp(lead_roi_import_fields[field].name, name) == 0)
			return (ImportField) field;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("import format \"%s\" has a column with an unknown field: \"%s\"", format, name == NULL ? "" : name),
			 errhint("The column \"field\" of lead_roi.import_column shows the fields there are.")));
	return FIELDS;
}

/*
 * Is this a kind of fact that files have?
 */
static bool
is_kind(const char *kind)
{
	return kind != NULL && (strcmp(kind, "expense") == 0 || strcmp(kind, "visit") == 0 ||
							strcmp(kind, "lead") == 0 || strcmp(kind, "payment") == 0);
}

/*
 * One format.
 */
static void
read_format(JsonbContainer *object, ImportFormat *format)
{
	JsonbContainer *columns = lead_roi_json_child(object, "columns");

	format->name = lead_roi_json_text(object, "format");
	format->kind = lead_roi_json_text(object, "kind");
	format->system = lead_roi_json_text(object, "system");
	format->source = lead_roi_json_text(object, "source");
	format->medium = lead_roi_json_text(object, "medium");
	if (format->name == NULL || !is_kind(format->kind))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("import format \"%s\" is of no known kind", format->name == NULL ? "" : format->name),
				 errhint("Kinds are expense, visit, lead and payment.")));
	format->own = lead_roi_json_is_true(object, "own");
	format->columns_count = lead_roi_json_length(columns);
	format->columns = palloc0(sizeof(FormatColumn) * Max(format->columns_count, 1));
	for (int i = 0; i < format->columns_count; i++)
	{
		JsonbContainer *given = lead_roi_json_element(columns, i);
		FormatColumn *column = &format->columns[i];

		column->field = find_field(lead_roi_json_text(given, "field"), format->name);
		column->required = lead_roi_json_is_true(given, "required");
		column->title = lead_roi_json_element_text(lead_roi_json_child(given, "names"), 0);
		column->names = read_names(lead_roi_json_child(given, "names"), &column->names_count);
		column->accepted = read_names(lead_roi_json_child(given, "accepted"), &column->accepted_count);
	}
}

/*
 * All formats, in their order.
 */
ImportFormat *
lead_roi_read_formats(JsonbContainer *array, int *count)
{
	ImportFormat *formats;

	*count = lead_roi_json_length(array);
	formats = palloc0(sizeof(ImportFormat) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
		read_format(lead_roi_json_element(array, i), &formats[i]);
	return formats;
}
