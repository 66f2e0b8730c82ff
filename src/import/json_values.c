/*
 * json_values.c
 *		Formats and options come as jsonb, and what was found out about a file goes out as it.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"

#include "import/json_values.h"

/*
 * A value as text: a string as it is, a number or a truth value as JSON writes it.
 */
static char *
scalar_text(const JsonbValue *value)
{
	if (value == NULL)
		return NULL;
	if (value->type == jbvString)
		return pnstrdup(value->val.string.val, value->val.string.len);
	if (value->type == jbvNumeric)
		return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
	if (value->type == jbvBool)
		return pstrdup(value->val.boolean ? "true" : "false");
	return NULL;
}

/*
 * The text under a key.
 */
char *
lead_roi_json_text(JsonbContainer *object, const char *key)
{
	JsonbValue	value;

	if (object == NULL || !JsonContainerIsObject(object))
		return NULL;
	return scalar_text(getKeyJsonValueFromContainer(object, key, (int) strlen(key), &value));
}

/*
 * Whether the value under a key is true.
 */
bool
lead_roi_json_is_true(JsonbContainer *object, const char *key)
{
	char	   *text = lead_roi_json_text(object, key);

	return text != NULL && strcmp(text, "true") == 0;
}

/*
 * The array or object under a key.
 */
JsonbContainer *
lead_roi_json_child(JsonbContainer *object, const char *key)
{
	JsonbValue	value;

	if (object == NULL || !JsonContainerIsObject(object) ||
		getKeyJsonValueFromContainer(object, key, (int) strlen(key), &value) == NULL || value.type != jbvBinary)
		return NULL;
	return value.val.binary.data;
}

/*
 * How many elements an array has; 0 if it is none.
 */
int
lead_roi_json_length(JsonbContainer *array)
{
	return array == NULL || !JsonContainerIsArray(array) ? 0 : (int) JsonContainerSize(array);
}

/*
 * An array or object in an array.
 */
JsonbContainer *
lead_roi_json_element(JsonbContainer *array, int number)
{
	JsonbValue *value = number < lead_roi_json_length(array) ? getIthJsonbValueFromContainer(array, number) : NULL;

	return value == NULL || value->type != jbvBinary ? NULL : value->val.binary.data;
}

/*
 * A text in an array.
 */
char *
lead_roi_json_element_text(JsonbContainer *array, int number)
{
	return number < lead_roi_json_length(array) ? scalar_text(getIthJsonbValueFromContainer(array, number)) : NULL;
}

/*
 * Append a key and a text to an object that is being written; nothing if there is no text.
 */
void
lead_roi_append_json_text(StringInfo json, const char *key, const char *text)
{
	if (text == NULL)
		return;
	if (json->len > 0 && json->data[json->len - 1] != '{')
		appendStringInfoString(json, ", ");
	escape_json(json, key);
	appendStringInfoString(json, ": ");
	escape_json(json, text);
}
