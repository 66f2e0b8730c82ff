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
    -- There every payment has its lead, see distribute_ledger().
    IF lead_roi_internal.is_distributed(ledger_schema) THEN
        RETURN 0;
    END IF;
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
'Stores lead_id in payments that name their lead by lead_external_id, once that lead has been loaded. Returns the number of payments. Reports find the lead either way, but faster where lead_id is stored, so call it after a load. A payment whose lead is not there yet stays as it is. Keys are compared by record_key(); if both forms of a key belong to leads, the lead whose key is written the same way is taken.
0 in a ledger that is distributed, where every payment has a lead_id. 55000 if the payments are a relation of yours.';
