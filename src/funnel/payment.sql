--
-- funnel: payments find their leads. Which lead a payment means is said in lead_of_payment.ledger.sql, for the
-- reports and for what is stored here.
--

CREATE FUNCTION assign_payments(ledger text DEFAULT current_ledger()) RETURNS bigint
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ledger_schema constant text := lead_roi_internal.open_own_table(ledger, 'payment');
    assigned bigint;
BEGIN
    EXECUTE lead_roi.ledger_definition($statement$
        UPDATE @ledger@.payment
        SET lead_id = found.lead_id
        FROM (SELECT payment_id,
@lead_of_payment@ AS lead_id
              FROM @ledger@.payment
              WHERE lead_id IS NULL AND lead_external_id IS NOT NULL) AS found
        WHERE payment.payment_id = found.payment_id AND found.lead_id IS NOT NULL AND payment.lead_id IS NULL
        $statement$, ledger_schema);
    GET DIAGNOSTICS assigned = ROW_COUNT;
    RETURN assigned;
END
$$;

COMMENT ON FUNCTION assign_payments(text) IS
'Stores lead_id of the payments that name their lead by lead_external_id and whose lead is there by now; returns how many. Call it after a load: reports find the lead of such a payment by themselves, and more quickly where it is stored. A payment whose lead isn''t there stays as it is. Keys are compared by record_key(); of two leads with the forms of one key, the one that is written alike is taken.
55000 if the payments are a relation of yours.';
