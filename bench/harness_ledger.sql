-- A new ledger, empty, in the schema marketing; the one that was there goes.
DROP SCHEMA IF EXISTS marketing CASCADE;
SELECT create_ledger(time_zone => 'UTC') \gset
SET search_path = bench, marketing, lead_roi;
