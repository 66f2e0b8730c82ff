/*
 * settings.c
 *		Settings of the worker, and settings of the server that a biller takes from nobody.
 *
 * Nothing that is set on a database or a role may change what a biller does. So every setting that
 * changes its results, its plans or whether it survives stands in one table with the value it works with.
 */
#include "postgres.h"

#include "catalog/pg_authid.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "worker/worker.h"

/* lead_roi.databases: names of the databases to look after, separated by commas */
char	   *lead_roi_databases = NULL;

/* lead_roi.naptime: seconds between two checks */
int			lead_roi_naptime = 60;

/* Settings that hold whatever the database or the role has been given; NULL: as the server's configuration has them */
static const char *const pinned_settings[][2] = {
	{"role", "none"},
	{"search_path", "pg_catalog, pg_temp"},
	{"session_replication_role", "origin"},
	{"default_transaction_isolation", "read committed"},
	{"default_transaction_read_only", "off"},
	{"default_transaction_deferrable", "off"},
	{"row_security", "off"},
	{"DateStyle", "ISO, YMD"},
	{"IntervalStyle", "postgres"},
	{"lock_timeout", "5s"},
	{"statement_timeout", "0"},
	{"idle_in_transaction_session_timeout", "0"},
	{"default_tablespace", ""},
	{"synchronize_seqscans", "on"},
	{"exit_on_error", "off"},
	{"restrict_nonsystem_relation_kind", ""},
	{"work_mem", "16MB"},
	{"hash_mem_multiplier", "2"},
	{"plan_cache_mode", "auto"},
	{"enable_seqscan", "on"},
	{"enable_indexscan", "on"},
	{"enable_indexonlyscan", "on"},
	{"enable_bitmapscan", "on"},
	{"enable_nestloop", "on"},
	{"enable_hashjoin", "on"},
	{"enable_mergejoin", "on"},
	{"enable_sort", "on"},
	{"enable_hashagg", "on"},
	{"enable_material", "on"},
	{"enable_memoize", "on"},
	{"enable_incremental_sort", "on"},
	{"enable_tidscan", "on"},
	{"seq_page_cost", "1"},
	{"random_page_cost", "4"},
	{"cpu_tuple_cost", "0.01"},
	{"cpu_index_tuple_cost", "0.005"},
	{"cpu_operator_cost", "0.0025"},
	{"jit", "off"},
	{"max_parallel_workers_per_gather", "0"},
	{"from_collapse_limit", "8"},
	{"join_collapse_limit", "8"},
	{"geqo_threshold", "12"},
	{"constraint_exclusion", "partition"},
	{"cursor_tuple_fraction", "0.1"},
	{"transaction_timeout", "0"},
	{"dynamic_library_path", NULL},
	{"max_stack_depth", NULL},
	{"temp_file_limit", NULL},
	{"synchronous_commit", NULL},
};

/* What the server's configuration has, where pinned_settings says NULL */
static char *own_settings[lengthof(pinned_settings)];

/*
 * Note what the server's configuration has. Called before this process, a biller, is connected to a
 * database, which may change it.
 */
void
lead_roi_note_own_settings(void)
{
	for (int i = 0; i < (int) lengthof(pinned_settings); i++)
	{
		if (pinned_settings[i][1] == NULL)
			own_settings[i] = MemoryContextStrdup(TopMemoryContext, GetConfigOption(pinned_settings[i][0], false, false));
	}
}

/*
 * Pin the settings of this process, a biller, and who it is. A setting that this release of the server
 * doesn't have can't have been set.
 */
void
lead_roi_pin_settings(const BillerTask *task)
{
	SetSessionAuthorization(BOOTSTRAP_SUPERUSERID, true);
	for (int i = 0; i < (int) lengthof(pinned_settings); i++)
	{
		if (GetConfigOption(pinned_settings[i][0], true, false) != NULL)
			SetConfigOption(pinned_settings[i][0], pinned_settings[i][1] != NULL ? pinned_settings[i][1] : own_settings[i],
							PGC_SUSET, PGC_S_OVERRIDE);
	}
	SetConfigOption("lead_roi.testing_today", task->testing_today, PGC_SUSET, PGC_S_OVERRIDE);
}

/*
 * Accept only a list of names.
 */
static bool
check_databases(char **newval, void **extra pg_attribute_unused(),
				GucSource source pg_attribute_unused())
{
	char	   *copy;
	List	   *names;
	bool		valid;

	if (*newval == NULL)
		return true;

	copy = pstrdup(*newval);
	valid = lead_roi_split_databases(copy, &names);
	list_free(names);
	pfree(copy);
	if (!valid)
	{
		GUC_check_errdetail("The list of names is not valid.");
		GUC_check_errhint("Separate names by commas; put double quotes around a name with a comma or a space.");
	}
	return valid;
}

/*
 * Define the worker's settings.
 */
void
lead_roi_worker_settings_init(void)
{
	DefineCustomStringVariable("lead_roi.databases",
							   "Databases in which the worker posts recurring expenses.",
							   "Names separated by commas, spelled as in pg_database. "
							   "Empty: none.",
							   &lead_roi_databases,
							   "",
							   PGC_SIGHUP,
							   GUC_LIST_INPUT,
							   check_databases, NULL, NULL);
	DefineCustomIntVariable("lead_roi.naptime",
							"Time between two checks of the worker.",
							"It also checks just after midnight in the time zone of each ledger, and when "
							"the configuration is reloaded.",
							&lead_roi_naptime,
							60, 1, 86400,
							PGC_SIGHUP,
							GUC_UNIT_S,
							NULL, NULL, NULL);
}
