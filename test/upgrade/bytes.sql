-- For each base type of the extension a type "bytes_TYPE", whose text is the bytes of a value of that type as they lie in a row, in hex.
-- Casts take them as they are, both ways. For psql and a superuser.
SET client_min_messages = error;
SELECT format($$
    CREATE TYPE %1$I;
    CREATE FUNCTION %2$I(cstring) RETURNS %1$I LANGUAGE internal IMMUTABLE STRICT AS 'byteain';
    CREATE FUNCTION %3$I(%1$I) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'byteaout';
    CREATE TYPE %1$I (INPUT = %2$I, OUTPUT = %3$I, LIKE = %4$s);
    CREATE CAST (%4$s AS %1$I) WITHOUT FUNCTION;
    CREATE CAST (%1$I AS %4$s) WITHOUT FUNCTION$$,
    'bytes_' || typname, 'in_' || typname, 'out_' || typname, oid::regtype)
FROM pg_type WHERE typnamespace = 'lead_roi'::regnamespace AND typtype = 'b' AND typcategory <> 'A' ORDER BY typname \gexec
