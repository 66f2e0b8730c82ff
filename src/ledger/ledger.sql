--
-- ledger: which schemas are ledgers, which one a call means, and which day it is there.
--

CREATE FUNCTION billing_today(time_zone text) RETURNS date
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_billing_today';

COMMENT ON FUNCTION billing_today(text) IS
'Today: the date in a time zone when the transaction began. 22023 if there is no such time zone; NULL gives NULL.';

CREATE FUNCTION ledger_today(ledger anyenum) RETURNS date
LANGUAGE C STABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_ledger_today';

COMMENT ON FUNCTION ledger_today(anyenum) IS
'Today in a ledger: the date in its time zone when the transaction began. The argument is a NULL of the ledger''s type, as in ledger_today(NULL::marketing.lead_roi_ledger), and follows the ledger when its schema is renamed. 42804 for another type.';

CREATE FUNCTION ledger_properties(ledger_type oid, OUT version text, OUT currency text, OUT decimals integer, OUT time_zone text, OUT exchange_rate_days integer)
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_ledger_properties';

COMMENT ON FUNCTION ledger_properties(oid) IS
'Internal: the properties of the ledger that a type lead_roi_ledger belongs to; NULLs for another type. See the view ledger.';

CREATE VIEW ledger AS
SELECT pg_namespace.nspname::text AS ledger, pg_get_userbyid(pg_namespace.nspowner)::text AS owner,
       property.version, property.currency, property.decimals, property.time_zone, property.exchange_rate_days
FROM pg_type
     JOIN pg_namespace ON pg_namespace.oid = pg_type.typnamespace
     CROSS JOIN LATERAL ledger_properties(pg_type.oid) AS property
WHERE pg_type.typname = 'lead_roi_ledger' AND property.version IS NOT NULL;

GRANT SELECT ON ledger TO PUBLIC;

COMMENT ON VIEW ledger IS
'The ledgers of this database: the schemas in which create_ledger() has made one.';
COMMENT ON COLUMN ledger.ledger IS 'Name of the schema; key of the view';
COMMENT ON COLUMN ledger.owner IS 'Role that owns the ledger, and as which the worker posts';
COMMENT ON COLUMN ledger.version IS 'Version of lead_roi that the ledger was made by or upgraded to';
COMMENT ON COLUMN ledger.currency IS 'Currency of its amounts (ISO 4217); NULL: not named';
COMMENT ON COLUMN ledger.decimals IS 'Decimals of amounts in its views';
COMMENT ON COLUMN ledger.time_zone IS 'Time zone in which its days begin and end';
COMMENT ON COLUMN ledger.exchange_rate_days IS 'How many days old an exchange rate may be to be applied';

CREATE FUNCTION current_ledger() RETURNS text
LANGUAGE C STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_current_ledger';

COMMENT ON FUNCTION current_ledger() IS
'The ledger used when a call names none: the first one on the search path; else the only one whose owner the caller is a member of (for a superuser: one that belongs to pg_database_owner or to that superuser). As SQL writes the name, with double quotes where they are needed.
42704 if there is none, 42P08 if there are several; the error lists them.';

CREATE FUNCTION open_ledger(ledger text, as_of date, OUT ledger_schema text, OUT today date, OUT through_date date)
LANGUAGE C STABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_open_ledger';

COMMENT ON FUNCTION open_ledger(text, date) IS
'Internal: the schema of a ledger as SQL writes it, today there, and the day up to which bills are due, as_of or today. Refuses a ledger of another version (55000), and an as_of that is infinite or after today (22023).';

CREATE FUNCTION lead_roi_internal.open_ledger_for_writing(ledger text, as_of date, OUT ledger_schema text, OUT today date, OUT through_date date)
LANGUAGE C VOLATILE CALLED ON NULL INPUT
AS 'MODULE_PATHNAME', 'lead_roi_open_ledger_for_writing';

COMMENT ON FUNCTION lead_roi_internal.open_ledger_for_writing(text, date) IS
'Internal: open_ledger() for functions that write; refuses a standby and a read-only transaction (25006).';

CREATE FUNCTION in_ledger(statement text, ledger_schema text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(statement, '@ledger@', ledger_schema);

COMMENT ON FUNCTION in_ledger(text, text) IS
'Internal: a statement with the schema of a ledger in the place of @ledger@.';

CREATE FUNCTION media_expense(amount numeric, cost_type text) RETURNS numeric
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN CASE WHEN cost_type IN ('media', 'agency') THEN finite_amount(amount) END;

COMMENT ON FUNCTION media_expense(numeric, text) IS
'The amount if the cost type is media or agency, which are paid to others; else NULL. NaN and infinity are refused (22003).';
