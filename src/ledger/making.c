/*
 * making.c
 *		Ledgers are made, upgraded and dropped: as whom, and that nobody else has a hand in it.
 *
 * All of it is done as the owner of the ledger in a security-restricted operation, so that nothing
 * that the owner has planted runs with the rights of a superuser who calls. What is done is SQL, in
 * making.sql.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "kit/arguments.h"
#include "ledger/ledger.h"
#include "money/currency.h"

PG_FUNCTION_INFO_V1(lead_roi_create_ledger);
PG_FUNCTION_INFO_V1(lead_roi_upgrade_ledger);
PG_FUNCTION_INFO_V1(lead_roi_alter_ledger);
PG_FUNCTION_INFO_V1(lead_roi_drop_ledger);

/* The most days old that a rate may be allowed to be */
#define MAXIMUM_RATE_DAYS 3650

/* Characters that would have to be doubled where a name or a time zone is put into statements */
#define REFUSED_CHARACTERS "\"$'\\"

/*
 * Act as a role, in a security-restricted operation, with settings that end with it. An error ends it
 * too, as it ends the transaction or subtransaction.
 */
void
lead_roi_act_as(Oid role, ActingRole *before)
{
	GetUserIdAndSecContext(&before->role, &before->security_context);
	SetUserIdAndSecContext(role, before->security_context |
						   SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	before->settings_level = NewGUCNestLevel();
	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/*
 * Act again as before.
 */
void
lead_roi_act_again_as(const ActingRole *before)
{
	AtEOXact_GUC(false, before->settings_level);
	SetUserIdAndSecContext(before->role, before->security_context);
}

/*
 * A member of another extension would be dropped with it.
 */
static void
refuse_in_extension_script(const char *function)
{
	if (creating_extension)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s cannot be called by the script of an extension", function),
				 errdetail("The ledger would belong to that extension, and be dropped with it."),
				 errhint("Call it after CREATE EXTENSION.")));
}

/*
 * The text of an argument that must be given.
 */
static char *
text_argument(FunctionCallInfo fcinfo, int number, const char *name)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("argument \"%s\" must not be null", name)));
	return text_to_cstring(PG_GETARG_TEXT_PP(number));
}

/*
 * Refuse names of schemas that can't be a ledger's.
 */
static void
check_new_name(const char *name)
{
	if (name[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("name of a ledger must not be empty")));
	if (strpbrk(name, REFUSED_CHARACTERS) != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" cannot be the name of a ledger", name),
				 errdetail("The characters \" $ ' \\ are not allowed."),
				 errhint("Choose another name as \"ledger\".")));
	if (strcmp(name, "lead_roi") == 0 || strcmp(name, "lead_roi_internal") == 0 || strcmp(name, "information_schema") == 0 || IsReservedName(name))
		ereport(ERROR,
				(errcode(ERRCODE_RESERVED_NAME),
				 errmsg("\"%s\" cannot be the name of a ledger", name),
				 errdetail("The schema is reserved for other use."),
				 errhint("Choose another name as \"ledger\".")));
}

/*
 * The code of the new ledger's currency, or NULL if it isn't named, and its decimals.
 */
static char *
check_currency(FunctionCallInfo fcinfo, int number, int *decimals)
{
	char	   *currency;

	*decimals = DEFAULT_DECIMALS;
	if (PG_ARGISNULL(number))
		return NULL;
	currency = text_to_cstring(PG_GETARG_TEXT_PP(number));
	*decimals = lead_roi_decimals_of_currency(currency);
	if (*decimals < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("currency \"%s\" is not known", currency),
				 errdetail("It is not the code of a currency in ISO 4217."),
				 errhint("Pass three upper-case letters, such as EUR, as \"currency\", or leave it out.")));
	return currency;
}

/*
 * The time zone of a ledger. A label of an enum type holds its name.
 */
static char *
check_time_zone(FunctionCallInfo fcinfo, int number)
{
	char	   *time_zone = text_argument(fcinfo, number, "time_zone");

	if (!lead_roi_is_time_zone(time_zone) || strpbrk(time_zone, REFUSED_CHARACTERS) != NULL ||
		strlen(time_zone) > NAMEDATALEN - sizeof("time zone "))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time zone \"%s\" is not known", time_zone),
				 errhint("See the view pg_timezone_names for what can be passed as \"time_zone\".")));
	return time_zone;
}

/*
 * The owner of a schema, which somebody may have dropped since it was found.
 */
static Oid
schema_owner(Oid schema)
{
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(schema));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_SCHEMA),
				 errmsg("the schema of the ledger has been dropped")));
	owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	ReleaseSysCache(tuple);
	return owner;
}

/*
 * Act as the owner of a schema: who isn't a member of that role can't, and nothing is done as a
 * superuser.
 */
void
lead_roi_act_as_owner(Oid schema, ActingRole *before)
{
	Oid			owner = schema_owner(schema);
	const char *name = get_namespace_name(schema);

	if (!has_privs_of_role(GetUserId(), owner))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_SCHEMA, name);
	if (superuser_arg(owner))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("schema \"%s\" is owned by a superuser", name),
				 errdetail("What runs automatically in a ledger runs as its owner, and never as a superuser."),
				 errhint("Run ALTER SCHEMA %s OWNER TO pg_database_owner, or name another role.",
						 quote_identifier(name))));
	lead_roi_act_as(owner, before);
}

/*
 * Run a statement by SPI that can only succeed or raise an error of its own.
 */
static void
run(const char *statement, int arguments, Oid *types, Datum *values, const char *nulls)
{
	SPI_connect();
	if (SPI_execute_with_args(statement, arguments, types, values, nulls, false, 0) < 0)
		elog(ERROR, "statement could not be run: %s", statement);
	SPI_finish();
}

/*
 * Whose a new schema becomes: that of a superuser belongs to whoever owns the database.
 */
static Oid
new_owner(void)
{
	return superuser() ? ROLE_PG_DATABASE_OWNER : GetUserId();
}

/*
 * The schema of the new ledger, created if it isn't there.
 */
static Oid
provide_schema(const char *name)
{
	Oid			schema = get_namespace_oid(name, true);
	Ledger		ledger;

	if (OidIsValid(schema) && lead_roi_find_ledger(schema, &ledger))
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("ledger \"%s\" already exists", name),
				 errhint("Choose another name as \"ledger\".")));
	if (OidIsValid(schema))
		return schema;
	run(psprintf("CREATE SCHEMA %s AUTHORIZATION %s", quote_identifier(name),
				 quote_identifier(GetUserNameFromId(new_owner(), false))), 0, NULL, NULL, NULL);
	return get_namespace_oid(name, false);
}

/*
 * Say that a ledger is ready and what to do next; and whose it is, if somebody else had made the schema.
 */
static void
say_it_is_ready(const char *quoted, Oid owner)
{
	ereport(NOTICE,
			(errmsg("ledger %s is ready", quoted),
			 owner != new_owner() ?
			 errdetail("It belongs to role %s, as the schema did before.",
					   quote_identifier(GetUserNameFromId(owner, false))) : 0,
			 errhint("Enter what you pay for:  INSERT INTO %s.lead_source (name) VALUES ('Agency');\n"
					 "See what it brings back: SELECT * FROM %s.lead_source_roi;", quoted, quoted)));
}

/*
 * create_ledger(ledger, currency, time_zone, leads, payments, expenses, visits, security_invoker):
 * make a ledger. Returns its name.
 */
Datum
lead_roi_create_ledger(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID, TEXTOID, TEXTOID, INT4OID, TEXTOID, REGCLASSOID, REGCLASSOID, REGCLASSOID, REGCLASSOID, BOOLOID};
	Datum		values[lengthof(types)];
	char		nulls[lengthof(types) + 1] = "          ";
	char	   *name;
	char	   *currency;
	char	   *time_zone;
	int			decimals;
	const char *quoted;
	Oid			schema;
	ActingRole	before;

	refuse_in_extension_script("create_ledger()");
	lead_roi_require_extension_version();
	name = lead_roi_parse_ledger_name(text_argument(fcinfo, 0, "ledger"));
	check_new_name(name);
	currency = check_currency(fcinfo, 1, &decimals);
	time_zone = check_time_zone(fcinfo, 2);
	quoted = quote_identifier(name);

	values[0] = CStringGetTextDatum(quoted);
	values[1] = CStringGetTextDatum(LEAD_ROI_VERSION);
	values[2] = CStringGetTextDatum(currency != NULL ? currency : "");
	nulls[2] = currency != NULL ? ' ' : 'n';
	values[3] = Int32GetDatum(decimals);
	values[4] = CStringGetTextDatum(time_zone);
	for (int relation = 0; relation < 4; relation++)
	{
		values[5 + relation] = PG_GETARG_DATUM(3 + relation);
		nulls[5 + relation] = PG_ARGISNULL(3 + relation) ? 'n' : ' ';
	}
	values[9] = BoolGetDatum(!PG_ARGISNULL(7) && PG_GETARG_BOOL(7));

	schema = provide_schema(name);
	lead_roi_act_as_owner(schema, &before);
	run("SELECT lead_roi.make_ledger($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", lengthof(types), types, values, nulls);
	lead_roi_act_again_as(&before);

	say_it_is_ready(quoted, schema_owner(schema));
	PG_RETURN_TEXT_P(cstring_to_text(quoted));
}

/*
 * The ledger of an argument, to be changed as its owner. One that somebody else has planted in the
 * owner's schema is left alone.
 */
void
lead_roi_require_ledger_of_owner(FunctionCallInfo fcinfo, Ledger *ledger)
{
	lead_roi_require_ledger(text_argument(fcinfo, 0, "ledger"), ledger);
	if (!lead_roi_is_made_by_owner(ledger))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("ledger \"%s\" was not made by the owner of its schema", ledger->name),
				 errdetail("The schema belongs to %s, and its type \"lead_roi_ledger\" to %s.",
						   quote_identifier(GetUserNameFromId(ledger->owner, false)),
						   quote_identifier(GetUserNameFromId(ledger->type_owner, false))),
				 errhint("If the ledger is what you take it for, run ALTER TYPE %s.lead_roi_ledger OWNER TO %s.",
						 quote_identifier(ledger->name), quote_identifier(GetUserNameFromId(ledger->owner, false)))));
	lead_roi_refuse_worker_node(ledger->name);
}

/*
 * upgrade_ledger(ledger): bring a ledger to the version of the extension.
 */
Datum
lead_roi_upgrade_ledger(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID, TEXTOID, TEXTOID};
	Datum		values[lengthof(types)];
	Ledger		ledger;
	ActingRole	before;

	refuse_in_extension_script("upgrade_ledger()");
	lead_roi_require_extension_version();
	lead_roi_require_ledger_of_owner(fcinfo, &ledger);
	values[0] = CStringGetTextDatum(quote_identifier(ledger.name));
	values[1] = CStringGetTextDatum(ledger.version);
	values[2] = CStringGetTextDatum(LEAD_ROI_VERSION);

	lead_roi_act_as_owner(ledger.schema, &before);
	run("SELECT lead_roi.renew_ledger($1, $2, $3, lead_roi_internal.keeps_summaries($1))", lengthof(types), types, values, NULL);
	lead_roi_act_again_as(&before);
	PG_RETURN_VOID();
}

/*
 * How many days old a rate may be, an argument that isn't NULL.
 */
static int
check_exchange_rate_days(FunctionCallInfo fcinfo, int number)
{
	int			days = PG_GETARG_INT32(number);

	if (days < 0 || days > MAXIMUM_RATE_DAYS)
		lead_roi_refuse_range("exchange_rate_days", psprintf("between 0 and %d", MAXIMUM_RATE_DAYS), psprintf("%d", days),
							  "10", "rates of weeks with holidays");
	return days;
}

/*
 * alter_ledger(ledger, currency, time_zone, exchange_rate_days): change what a ledger is.
 */
Datum
lead_roi_alter_ledger(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID, TEXTOID, INT4OID, TEXTOID, INT4OID};
	Datum		values[lengthof(types)] = {0};
	char		nulls[] = " nnnn";
	Ledger		ledger;
	int			decimals;
	ActingRole	before;

	refuse_in_extension_script("alter_ledger()");
	lead_roi_require_ledger_of_owner(fcinfo, &ledger);
	lead_roi_require_version(&ledger);
	values[0] = CStringGetTextDatum(quote_identifier(ledger.name));
	if (!PG_ARGISNULL(1))
	{
		values[1] = CStringGetTextDatum(check_currency(fcinfo, 1, &decimals));
		values[2] = Int32GetDatum(decimals);
		nulls[1] = nulls[2] = ' ';
	}
	if (!PG_ARGISNULL(2))
	{
		values[3] = CStringGetTextDatum(check_time_zone(fcinfo, 2));
		nulls[3] = ' ';
	}
	if (!PG_ARGISNULL(3))
	{
		values[4] = Int32GetDatum(check_exchange_rate_days(fcinfo, 3));
		nulls[4] = ' ';
	}

	lead_roi_act_as_owner(ledger.schema, &before);
	run("SELECT lead_roi.change_ledger($1, $2, $3, $4, $5)", lengthof(types), types, values, nulls);
	lead_roi_act_again_as(&before);
	PG_RETURN_VOID();
}

/*
 * drop_ledger(ledger, drop_rows): drop the tables and views of a ledger; the schema stays.
 */
Datum
lead_roi_drop_ledger(PG_FUNCTION_ARGS)
{
	Oid			types[] = {TEXTOID, BOOLOID};
	Datum		values[lengthof(types)];
	Ledger		ledger;
	ActingRole	before;

	lead_roi_require_ledger_of_owner(fcinfo, &ledger);
	values[0] = CStringGetTextDatum(quote_identifier(ledger.name));
	values[1] = BoolGetDatum(!PG_ARGISNULL(1) && PG_GETARG_BOOL(1));

	lead_roi_act_as_owner(ledger.schema, &before);
	run("SELECT lead_roi.remove_ledger($1, $2)", lengthof(types), types, values, NULL);
	lead_roi_act_again_as(&before);
	PG_RETURN_VOID();
}
