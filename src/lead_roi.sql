\echo Use "CREATE EXTENSION lead_roi" to load this file. \quit

-- The schema is a member of the extension: nobody else can own it, or plant anything in it before.
CREATE SCHEMA lead_roi;

COMMENT ON SCHEMA lead_roi IS
'What each lead source costs and brings back: types, functions and aggregates for any table. Ledgers lie in schemas of their own; create_ledger() makes one.';

-- Everybody may use what computes. What a function reads or writes in a ledger takes the caller's rights there.
GRANT USAGE ON SCHEMA lead_roi TO PUBLIC;

SET LOCAL search_path = lead_roi, pg_temp;
