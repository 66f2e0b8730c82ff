/*
 * json_values.h
 *		In:		a jsonb value.
 *		Out:	what is in it, as C has it.
 *		Promise: what isn't there, or is of another type, is NULL.
 */
#ifndef LEAD_ROI_JSON_VALUES_H
#define LEAD_ROI_JSON_VALUES_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/jsonb.h"

extern char *lead_roi_json_text(JsonbContainer *object, const char *key);
extern bool lead_roi_json_is_true(JsonbContainer *object, const char *key);
extern JsonbContainer *lead_roi_json_child(JsonbContainer *object, const char *key);
extern int	lead_roi_json_length(JsonbContainer *array);
extern JsonbContainer *lead_roi_json_element(JsonbContainer *array, int number);
extern char *lead_roi_json_element_text(JsonbContainer *array, int number);
extern void lead_roi_append_json_text(StringInfo json, const char *key, const char *text);

#endif							/* LEAD_ROI_JSON_VALUES_H */
