/*
 * worker.c
 *		Registration of the worker when the server starts.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "postmaster/bgworker.h"

#include "worker/state_table.h"
#include "worker/worker.h"

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
	strlcpy(worker.bgw_name, LEAD_ROI_LAUNCHER, sizeof(worker.bgw_name));
	strlcpy(worker.bgw_type, LEAD_ROI_LAUNCHER, sizeof(worker.bgw_type));
	RegisterBackgroundWorker(&worker);
}

/*
 * Set up the worker. Without shared_preload_libraries there are only its settings. While
 * pg_upgrade runs there is no worker either: it would get in the way of DROP DATABASE.
 */
void
lead_roi_worker_init(void)
{
	lead_roi_worker_settings_init();

	if (!process_shared_preload_libraries_in_progress || IsBinaryUpgrade)
		return;
	lead_roi_request_state_table();
	register_launcher();
}
