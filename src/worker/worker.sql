--
-- worker: what the server's memory knows of it.
--

CREATE FUNCTION worker_state(ledger anyenum, OUT preloaded boolean, OUT listed boolean, OUT launcher_pid integer,
                             OUT checked_at timestamptz, OUT reason text, OUT library_version text)
LANGUAGE C VOLATILE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME', 'lead_roi_worker_state';

COMMENT ON FUNCTION worker_state(anyenum) IS
'Internal: what the server''s memory knows of the worker in the ledger whose type the argument has; see worker_status. The text of an error is for members of the ledger''s owner and of pg_monitor.';
