/*
 * ledger.c
 *		Which schemas are ledgers, what they are, and which one a caller means.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/varlena.h"

#include "kit/rows.h"
#include "ledger/ledger.h"

PG_FUNCTION_INFO_V1(lead_roi_current_ledger);
PG_FUNCTION_INFO_V1(lead_roi_open_ledger);
PG_FUNCTION_INFO_V1(lead_roi_open_ledger_for_writing);
PG_FUNCTION_INFO_V1(lead_roi_ledger_properties);

/* Name of the type by which a schema is known as a ledger */
#define LEDGER_TYPE "lead_roi_ledger"

/* What stands in the place of the code while the currency isn't named */
#define UNNAMED_CURRENCY "(unnamed)"

/* How old a rate may be where no label says it */
#define DEFAULT_RATE_DAYS 10

/*
 * Take a property in if the label of the ledger's type begins with its name.
 */
static void
read_property(const char *label, const char *name, char *value)
{
	size_t		length = strlen(name);

	if (strncmp(label, name, length) == 0)
		strlcpy(value, label + length, NAMEDATALEN);
}

/*
 * Read the labels of a type of a ledger. False if it isn't an enum type with a version: somebody's
 * own type of that name.
 */
static bool
read_labels(Oid type, Ledger *ledger)
{
	CatCList   *labels = SearchSysCacheList1(ENUMTYPOIDNAME, ObjectIdGetDatum(type));
	char		decimals[NAMEDATALEN] = "";
	char		days[NAMEDATALEN] = "";

	for (int i = 0; i < labels->n_members; i++)
	{
		Form_pg_enum form = (Form_pg_enum) GETSTRUCT(&labels->members[i]->tuple);
		const char *label = NameStr(form->enumlabel);

		read_property(label, "version ", ledger->version);
		read_property(label, "currency ", ledger->currency);
		read_property(label, "decimals ", decimals);
		read_property(label, "time zone ", ledger->time_zone);
		read_property(label, "exchange rate days ", days);
	}
	ReleaseCatCacheList(labels);

	if (strcmp(ledger->currency, UNNAMED_CURRENCY) == 0)
		ledger->currency[0] = '\0';
	ledger->decimals = atoi(decimals);
	ledger->exchange_rate_days = days[0] != '\0' ? atoi(days) : DEFAULT_RATE_DAYS;
	return ledger->version[0] != '\0' && decimals[0] != '\0' && ledger->time_zone[0] != '\0';
}

/*
 * What the ledger is whose type this is; false if it isn't one.
 */
bool
lead_roi_read_ledger(Oid type, Ledger *ledger)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	bool		found;

	memset(ledger, 0, sizeof(Ledger));
	if (!HeapTupleIsValid(tuple))
		return false;
	ledger->type = type;
	ledger->type_owner = ((Form_pg_type) GETSTRUCT(tuple))->typowner;
	ledger->schema = ((Form_pg_type) GETSTRUCT(tuple))->typnamespace;
	found = strcmp(NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname), LEDGER_TYPE) == 0 &&
		((Form_pg_type) GETSTRUCT(tuple))->typtype == TYPTYPE_ENUM;
	ReleaseSysCache(tuple);
	if (!found || !read_labels(type, ledger))
		return false;

	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(ledger->schema));
	if (!HeapTupleIsValid(tuple))
		return false;
	ledger->owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	strlcpy(ledger->name, NameStr(((Form_pg_namespace) GETSTRUCT(tuple))->nspname), NAMEDATALEN);
	ReleaseSysCache(tuple);
	return true;
}

/*
 * What the ledger is whose type this is. An error if it isn't one.
 */
void
lead_roi_require_type(Oid type, Ledger *ledger)
{
	if (!OidIsValid(type) || !lead_roi_read_ledger(type, ledger))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the type of a ledger is required"),
				 OidIsValid(type) ? errdetail("Argument \"ledger\" is of type %s.", format_type_be(type)) : 0,
				 errhint("Pass NULL::marketing.lead_roi_ledger, with the schema of the ledger.")));
}

/*
 * The ledger in a schema; false if there is none.
 */
bool
lead_roi_find_ledger(Oid schema, Ledger *ledger)
{
	Oid			type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid,
									   CStringGetDatum(LEDGER_TYPE), ObjectIdGetDatum(schema));

	return OidIsValid(type) && lead_roi_read_ledger(type, ledger);
}

/*
 * Did whoever owns the schema make the type that says it is a ledger? Where others may create
 * objects in a schema, anybody can.
 */
bool
lead_roi_is_made_by_owner(const Ledger *ledger)
{
	return ledger->type_owner == ledger->owner;
}

/*
 * Sort ledgers by name.
 */
static int
compare_names(const ListCell *a, const ListCell *b)
{
	return strcmp(((Ledger *) lfirst(a))->name, ((Ledger *) lfirst(b))->name);
}

/*
 * All ledgers of the database, by name.
 */
List *
lead_roi_list_ledgers(void)
{
	CatCList   *types = SearchSysCacheList1(TYPENAMENSP, CStringGetDatum(LEDGER_TYPE));
	List	   *ledgers = NIL;

	for (int i = 0; i < types->n_members; i++)
	{
		Ledger	   *ledger = palloc(sizeof(Ledger));

		if (lead_roi_read_ledger(((Form_pg_type) GETSTRUCT(&types->members[i]->tuple))->oid, ledger))
			ledgers = lappend(ledgers, ledger);
	}
	ReleaseCatCacheList(types);
	list_sort(ledgers, compare_names);
	return ledgers;
}

/*
 * The name of a schema as written by a user, with double quotes where SQL needs them. An error
 * unless it is one name.
 */
char *
lead_roi_parse_ledger_name(const char *text)
{
	char	   *copy = pstrdup(text);
	size_t		longest = NAMEDATALEN - 1 + (text[0] == '"' ? 2 : 0);
	List	   *names;

	if (!SplitIdentifierString(copy, '.', &names) || list_length(names) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" is not the name of a ledger", text),
				 errdetail("A ledger has the name of its schema, written as SQL writes a name."),
				 errhint("Put double quotes around a name with blanks or upper-case letters: '\"North America\"'.")));
	if (strlen(text) > longest)
		ereport(ERROR,
				(errcode(ERRCODE_NAME_TOO_LONG),
				 errmsg("name of a ledger is too long"),
				 errdetail("\"%s\" has more than %d bytes.", text, NAMEDATALEN - 1)));
	return linitial(names);
}

/*
 * The ledger of this name. An error if there is none.
 */
void
lead_roi_require_ledger(const char *text, Ledger *ledger)
{
	char	   *name = lead_roi_parse_ledger_name(text);
	Oid			schema = get_namespace_oid(name, true);

	if (!OidIsValid(schema))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("ledger \"%s\" does not exist", name),
				 errhint("Call lead_roi.create_ledger() to make one. The view lead_roi.ledger lists those there are.")));
	if (!lead_roi_find_ledger(schema, ledger))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("schema \"%s\" is not a ledger", name),
				 errdetail("It has no type \"%s\".", LEDGER_TYPE),
				 errhint("The view lead_roi.ledger lists the ledgers there are.")));
}

/*
 * The ledger that the first argument names, which a call can leave out. An error if there is none.
 */
void
lead_roi_ledger_argument(FunctionCallInfo fcinfo, Ledger *ledger)
{
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"ledger\" must not be null"),
				 errhint("Leave it out to take the current ledger.")));
	lead_roi_require_ledger(text_to_cstring(PG_GETARG_TEXT_PP(0)), ledger);
}

/*
 * Is the ledger the caller's own? A superuser counts as a member of the owner of the database, for
 * whom his ledgers are made, and of nobody else: who administers a role can make him a member of it.
 */
static bool
is_own(const Ledger *ledger)
{
	if (superuser())
		return ledger->owner == ROLE_PG_DATABASE_OWNER || ledger->owner == GetUserId();
	return is_member_of_role_nosuper(GetUserId(), ledger->owner);
}

/*
 * May the caller name what lies in a schema? Others are no part of the search path.
 */
static bool
may_use_schema(Oid schema)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(NamespaceRelationId, schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK;
#else
	return pg_namespace_aclcheck(schema, GetUserId(), ACL_USAGE) == ACLCHECK_OK;
#endif
}

/*
 * The ledger in the schema of a name on the search path; false if there is none that the caller can
 * mean. Of "$user" he doesn't know it: whoever may make schemas can make one of that name.
 */
static bool
find_on_path(const char *name, Ledger *ledger)
{
	bool		of_user = strcmp(name, "$user") == 0;
	Oid			schema = get_namespace_oid(of_user ? GetUserNameFromId(GetUserId(), false) : name, true);

	return OidIsValid(schema) && may_use_schema(schema) && lead_roi_find_ledger(schema, ledger) &&
		lead_roi_is_made_by_owner(ledger) && (!of_user || is_own(ledger));
}

/*
 * The first ledger on the search path; false if there is none.
 */
static bool
first_on_search_path(Ledger *ledger)
{
	List	   *names;
	ListCell   *cell;

	if (!SplitIdentifierString(pstrdup(namespace_search_path), ',', &names))
		return false;
	foreach(cell, names)
	{
		if (find_on_path(lfirst(cell), ledger))
			return true;
	}
	return false;
}

/*
 * Say which ledgers there are to choose from.
 */
static char *
ledger_names(List *ledgers)
{
	StringInfoData names;
	ListCell   *cell;

	initStringInfo(&names);
	foreach(cell, ledgers)
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "",
						 quote_identifier(((Ledger *) lfirst(cell))->name));
	return names.data;
}

/*
 * The only ledger that is the caller's own. An error unless there is one.
 */
static Ledger *
only_own_ledger(void)
{
	List	   *own = NIL;
	ListCell   *cell;

	foreach(cell, lead_roi_list_ledgers())
	{
		if (is_own(lfirst(cell)) && lead_roi_is_made_by_owner(lfirst(cell)))
			own = lappend(own, lfirst(cell));
	}
	if (own == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("no ledger is on the search path, and none belongs to role \"%s\"",
						GetUserNameFromId(GetUserId(), false)),
				 errhint("Name the ledger in the call, or SET search_path. SELECT lead_roi.create_ledger() makes one.")));
	if (list_length(own) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_AMBIGUOUS_PARAMETER),
				 errmsg("there is more than one ledger, and none is on the search path"),
				 errdetail("Ledgers of yours: %s.", ledger_names(own)),
				 errhint("Name the ledger in the call, or SET search_path.")));
	return linitial(own);
}

/*
 * current_ledger(): the ledger that is taken where a call names none.
 */
Datum
lead_roi_current_ledger(PG_FUNCTION_ARGS pg_attribute_unused())
{
	Ledger		ledger;

	if (!first_on_search_path(&ledger))
		ledger = *only_own_ledger();
	PG_RETURN_TEXT_P(cstring_to_text(quote_identifier(ledger.name)));
}

/*
 * The name of a ledger as SQL has it, today there, and the day up to which bills are due.
 */
static Datum
open_ledger(FunctionCallInfo fcinfo)
{
	Ledger		ledger;
	DateADT		today;
	DateADT		as_of;
	Datum		values[3];
	bool		nulls[3] = {false};

	lead_roi_ledger_argument(fcinfo, &ledger);
	if (!may_use_schema(ledger.schema))
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_SCHEMA, ledger.name);
	lead_roi_require_version(&ledger);
	today = lead_roi_billing_date(GetCurrentTransactionStartTimestamp(), ledger.time_zone);
	as_of = PG_ARGISNULL(1) ? today : PG_GETARG_DATEADT(1);

	if (DATE_NOT_FINITE(as_of))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("date to post up to must be a finite date"),
				 errdetail("Argument \"as_of\" is infinite."),
				 errhint("Leave out \"as_of\" to post what is due today.")));
	if (as_of > today)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("bills that are not due yet cannot be posted"),
				 errdetail("Argument \"as_of\" is %s; today is %s in time zone \"%s\".",
						   DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(as_of))),
						   DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(today))),
						   ledger.time_zone),
				 errhint("Leave out \"as_of\" to post what is due today. The view \"upcoming_expense\" lists the bills ahead.")));

	values[0] = CStringGetTextDatum(quote_identifier(ledger.name));
	values[1] = DateADTGetDatum(today);
	values[2] = DateADTGetDatum(as_of);
	PG_RETURN_DATUM(lead_roi_form_row(fcinfo, values, nulls));
}

/*
 * open_ledger(ledger, as_of, OUT ledger_schema, OUT today, OUT through_date)
 */
Datum
lead_roi_open_ledger(PG_FUNCTION_ARGS)
{
	return open_ledger(fcinfo);
}

/*
 * open_ledger_for_writing(), with the same arguments: refuses where nothing can be written, before a
 * statement of ours does that the caller doesn't know.
 */
Datum
lead_roi_open_ledger_for_writing(PG_FUNCTION_ARGS)
{
	Ledger		ledger;

	if (RecoveryInProgress())
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("nothing can be written on a standby"),
				 errhint("Call the function on the primary.")));
	if (XactReadOnly)
		ereport(ERROR,
				(errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
				 errmsg("nothing can be written in a read-only transaction"),
				 errhint("Call the function in a transaction that begins with BEGIN READ WRITE.")));
	if (lead_roi_is_worker_node())
	{
		lead_roi_ledger_argument(fcinfo, &ledger);
		lead_roi_refuse_worker_node(ledger.name);
	}
	return open_ledger(fcinfo);
}

/*
 * ledger_properties(type, OUT version, OUT currency, OUT decimals, OUT time_zone, OUT exchange_rate_days): what
 * the ledger is whose type this is; NULL if it isn't one.
 */
Datum
lead_roi_ledger_properties(PG_FUNCTION_ARGS)
{
	Ledger		ledger;
	Datum		values[5];
	bool		nulls[5] = {false};

	if (!lead_roi_read_ledger(PG_GETARG_OID(0), &ledger))
		PG_RETURN_NULL();
	values[0] = CStringGetTextDatum(ledger.version);
	values[1] = CStringGetTextDatum(ledger.currency);
	nulls[1] = ledger.currency[0] == '\0';
	values[2] = Int32GetDatum(ledger.decimals);
	values[3] = CStringGetTextDatum(ledger.time_zone);
	values[4] = Int32GetDatum(ledger.exchange_rate_days);
	PG_RETURN_DATUM(lead_roi_form_row(fcinfo, values, nulls));
}
