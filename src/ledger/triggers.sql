--
-- triggers: what the tables of a ledger keep to.
--

CREATE FUNCTION reopen_recurring_expense() RETURNS trigger
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'lead_roi_reopen_recurring_expense';

COMMENT ON FUNCTION reopen_recurring_expense() IS
'Internal: after a change of its bill dates, forces a recheck of all months of a recurring expense.';

CREATE FUNCTION keep_postings() RETURNS trigger
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'lead_roi_keep_postings';

COMMENT ON FUNCTION keep_postings() IS
'Internal: refuses to change or remove postings, but for unpost_expenses().';

CREATE FUNCTION record_removal() RETURNS trigger
LANGUAGE C VOLATILE
AS 'MODULE_PATHNAME', 'lead_roi_record_removal';

COMMENT ON FUNCTION record_removal() IS
'Internal: notes in the table expense_removal that a posted expense was deleted.';
