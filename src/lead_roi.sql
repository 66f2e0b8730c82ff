\echo Use "CREATE EXTENSION lead_roi" to load this file. \quit

COMMENT ON SCHEMA lead_roi IS
'What each lead source costs and brings back: the expense ledger, recurring expenses, leads, payments, and the figures and views over them.';

-- Everybody may name the objects; what may be read or run is granted object by object.
GRANT USAGE ON SCHEMA lead_roi TO PUBLIC;

