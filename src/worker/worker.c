/*
 * worker.c
 *		Settings of the worker, and its registration when the server starts.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "postmaster/bgworker.h"
#include "utils/guc.h"

#include "worker/worker.h"

/* lead_roi.databases: names of the databases to look after, separated by commas */
char	   *lead_roi_databases = NULL;

/* lead_roi.naptime: seconds between two checks */
int			lead_roi_naptime = 60;

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
static void
define_settings(void)
{
	DefineCustomStringVariable("lead_roi.databases",
							   "Databases in which the worker posts recurring expenses.",
							   "Names separated by commas, upper and lower case as in pg_database. "
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

/*
 * Have the launcher started as soon as the database can be written to. It comes back after an
 * error or pg_terminate_backend(), because it never exits with code 0.
 */
static void
register_launcher(void)
{
	BackgroundWorker worker = {0};

	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = 5;
	strlcpy(worker.bgw_library_name, "lead_roi", sizeof(worker.bgw_library_name));
	strlcpy(worker.bgw_function_name, "lead_roi_launcher_main", sizeof(worker.bgw_function_name));
	strlcpy(worker.bgw_name, "lead_roi launcher", sizeof(worker.bgw_name));
	strlcpy(worker.bgw_type, "lead_roi launcher", sizeof(worker.bgw_type));
	RegisterBackgroundWorker(&worker);
}

/*
 * Set up the worker. Without shared_preload_libraries there are only its settings. While
 * pg_upgrade runs there is no worker either: it would get in the way of DROP DATABASE.
 */
void
lead_roi_worker_init(void)
{
	define_settings();

	if (!process_shared_preload_libraries_in_progress || IsBinaryUpgrade)
		return;
	lead_roi_request_worker_state();
	register_launcher();
}
