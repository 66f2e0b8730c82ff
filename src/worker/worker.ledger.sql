--
-- worker: whether it is alive and, if nothing is posted, why.
--

CREATE OR REPLACE VIEW @ledger@.worker_status AS
SELECT state.listed AS configured,
       state.launcher_pid IS NOT NULL AS alive,
       state.launcher_pid,
       CASE WHEN state.launcher_pid IS NOT NULL THEN 'lead_roi launcher' END AS backend_type,
       state.checked_at AS last_check_at,
       run.finished_at AS last_run_at,
       run.posted AS last_run_posted,
       run.failed AS last_run_failed,
       (SELECT min(next_bill_on) FROM @ledger@.recurring_expense) AS next_due_on,
       (SELECT count(*) FROM @ledger@.overdue_expense) AS overdue_expenses,
       CASE
           WHEN NOT state.preloaded THEN
               'lead_roi is not in shared_preload_libraries, so nothing is posted but by post_due_expenses() and post_due_expenses_in_batches()'
           WHEN pg_is_in_recovery() THEN 'the server is in recovery; posting starts when it is promoted'
           WHEN NOT state.listed THEN 'this database is not listed in lead_roi.databases'
           WHEN state.launcher_pid IS NULL AND state.has_launcher THEN 'the launcher is not running; it is started again after a few seconds'
           WHEN extension.extversion <> state.library_version THEN
               format('the extension is version %s and the loaded library %s: run ALTER EXTENSION lead_roi UPDATE, or restart the server',
                      extension.extversion, state.library_version)
           ELSE state.reason
       END AS reason,
       CASE WHEN state.listed THEN state.mend END AS mend
FROM lead_roi.worker_state(NULL::@ledger@.lead_roi_ledger) AS state
     JOIN pg_extension AS extension ON extension.extname = 'lead_roi'
     LEFT JOIN (SELECT * FROM @ledger@.posting_run WHERE unposted = 0 ORDER BY started_at DESC, posting_run_id DESC LIMIT 1) AS run ON true;

COMMENT ON VIEW @ledger@.worker_status IS
'One row: whether the worker is alive, when it last checked this ledger, what is overdue, and why nothing is posted.';
COMMENT ON COLUMN @ledger@.worker_status.configured IS 'This database is listed in lead_roi.databases';
COMMENT ON COLUMN @ledger@.worker_status.alive IS 'The launcher is running';
COMMENT ON COLUMN @ledger@.worker_status.launcher_pid IS 'Its process id, as in pg_stat_activity';
COMMENT ON COLUMN @ledger@.worker_status.backend_type IS 'Its backend_type in pg_stat_activity';
COMMENT ON COLUMN @ledger@.worker_status.last_check_at IS 'End of the last check of this ledger since the server started; NULL: none';
COMMENT ON COLUMN @ledger@.worker_status.last_run_at IS 'End of the last run that posted or failed, see posting_run';
COMMENT ON COLUMN @ledger@.worker_status.last_run_posted IS 'Number of expenses it posted';
COMMENT ON COLUMN @ledger@.worker_status.last_run_failed IS 'Number of recurring expenses it could not post';
COMMENT ON COLUMN @ledger@.worker_status.next_due_on IS 'The next bill date that has to be looked at; in the past if something is overdue';
COMMENT ON COLUMN @ledger@.worker_status.overdue_expenses IS 'Number of bills due and not posted, see overdue_expense';
COMMENT ON COLUMN @ledger@.worker_status.reason IS 'Why the worker posts nothing, in words; NULL: nothing prevents it';
COMMENT ON COLUMN @ledger@.worker_status.mend IS 'What to do about the reason; NULL: nothing';
