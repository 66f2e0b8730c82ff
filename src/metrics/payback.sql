--
-- When revenue has reached the expense.
--

CREATE FUNCTION lead_roi_internal.payback_age_accumulate(state internal, age integer, summary roi_summary) RETURNS internal
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_payback_age_accumulate';

COMMENT ON FUNCTION lead_roi_internal.payback_age_accumulate(internal, integer, roi_summary) IS 'Internal: step of payback_age().';

CREATE FUNCTION lead_roi_internal.payback_age_result(state internal) RETURNS integer
LANGUAGE C IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'lead_roi_payback_age_result';

COMMENT ON FUNCTION lead_roi_internal.payback_age_result(internal) IS 'Internal: last step of payback_age().';

CREATE AGGREGATE lead_roi_internal.payback_age(age integer, summary roi_summary) (
    SFUNC = lead_roi_internal.payback_age_accumulate, STYPE = internal, SSPACE = 1024, FINALFUNC = lead_roi_internal.payback_age_result, PARALLEL = SAFE
);

COMMENT ON AGGREGATE lead_roi_internal.payback_age(integer, roi_summary) IS
'Internal: the lowest age by which the revenue of all summaries of that age and of those before has reached their expense, exactly. Summaries whose age is NULL come before all others; summaries that are NULL are left out. NULL if there is no such age, and as long as the expense is not positive.';
