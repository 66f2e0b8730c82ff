--
-- worker: what the server's memory knows of it.
--

CREATE FUNCTION worker_state(ledger anyenum, OUT preloaded boolean, OUT has_launcher boolean, OUT listed boolean, OUT launcher_pid integer,
                             OUT checked_at timestamptz, OUT reason text, OUT mend text, OUT stands_aside boolean, OUT library_version text)
LANGUAGE C VOLATILE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME', 'lead_roi_worker_state';

COMMENT ON FUNCTION worker_state(anyenum) IS
'Internal: what the server''s memory knows of the worker in the ledger whose type the argument has; see worker_status. The text of an error is for members of the ledger''s owner and of pg_monitor.';

CREATE FUNCTION worker_checks(OUT database text, OUT ledger text, OUT reason text, OUT mend text, OUT last_check_at timestamptz,
                              OUT retry_at timestamptz, OUT under_way boolean, OUT failures integer)
RETURNS SETOF record
LANGUAGE C VOLATILE STRICT
AS 'MODULE_PATHNAME', 'lead_roi_worker_checks';

COMMENT ON FUNCTION worker_checks() IS
'Internal: what the server''s memory knows of each listed database and its ledgers; see the view worker_check.';

CREATE VIEW worker_check AS
SELECT database, ledger, reason, mend, last_check_at, retry_at, under_way, failures FROM worker_checks();

COMMENT ON VIEW worker_check IS
'What the worker knows about the databases in lead_roi.databases: a row for each, even for one that doesn''t exist, and one for each of its ledgers. For roles that monitor the server; worker_status shows the same for one ledger.';
COMMENT ON COLUMN worker_check.database IS 'Name of the database; key of the view together with ledger';
COMMENT ON COLUMN worker_check.ledger IS 'Name of the ledger when it was checked last; NULL: the row is about the database';
COMMENT ON COLUMN worker_check.reason IS 'Why nothing is posted, in words; NULL: nothing prevents it';
COMMENT ON COLUMN worker_check.mend IS 'What to do about it; NULL: nothing';
COMMENT ON COLUMN worker_check.last_check_at IS 'End of the last check since the server started; NULL: none';
COMMENT ON COLUMN worker_check.retry_at IS 'After failures: when it is tried again; NULL: at the next check';
COMMENT ON COLUMN worker_check.under_way IS 'A check is under way';
COMMENT ON COLUMN worker_check.failures IS 'Number of checks in a row that have failed';

REVOKE EXECUTE ON FUNCTION worker_checks() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION worker_checks() TO pg_monitor;
GRANT SELECT ON worker_check TO pg_monitor;
