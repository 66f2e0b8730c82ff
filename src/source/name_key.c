/*
 * name_key.c
 *		Names of lead sources as they are compared, and those that say that there is none.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#include "source/canonical.h"

PG_FUNCTION_INFO_V1(lead_roi_name_key);
PG_FUNCTION_INFO_V1(lead_roi_lead_source_key);

/* What exports write where there is no name, in canonical form */
static const char *const names_of_none[] = {
	"", "-", "--", "---", "\xE2\x80\x93", "\xE2\x80\x94", "n/a", "n.a.", "n. a.", "#n/a", "(not set)", "not set", "(not provided)",
	"(none)", "none", "(null)", "null", "nil", "(blank)", "undefined", "(unknown)", "unknown"
};

/*
 * The name as it is compared, or NULL if it says that there is none.
 */
static text *
name_key(const text *name)
{
	StringInfoData key;

	initStringInfo(&key);
	lead_roi_append_canonical(&key, VARDATA_ANY(name), (int) VARSIZE_ANY_EXHDR(name));
	for (int i = 0; i < (int) lengthof(names_of_none); i++)
	{
		if (strcmp(key.data, names_of_none[i]) == 0)
			return NULL;
	}
	return cstring_to_text_with_len(key.data, key.len);
}

/*
 * name_key(name): the name as it is compared, NULL if it says that there is none.
 */
Datum
lead_roi_name_key(PG_FUNCTION_ARGS)
{
	text	   *key = name_key(PG_GETARG_TEXT_PP(0));

	if (key == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(key);
}

/*
 * lead_source_key(name): the same for the name of a lead source, which must say something.
 */
Datum
lead_roi_lead_source_key(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(0);
	text	   *key = name_key(name);

	if (key == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_RESERVED_NAME),
				 errmsg("\"%s\" cannot be the name of a lead source", text_to_cstring(name)),
				 errdetail("Exports write it where there is no name."),
				 errhint("Leave \"lead_source_id\" NULL where the lead source isn't known: reports count it as (unknown). "
						 "Files are joined by lead_source.name_key = lead_roi.name_key(...), which is NULL for such names.")));
	PG_RETURN_TEXT_P(key);
}
