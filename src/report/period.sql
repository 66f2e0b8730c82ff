--
-- report: a period of calendar months, beside the one before it and the same one a year earlier.
--
-- A view can't be handed two months, and one that has every period as rows would add up the ledger for each of them where
-- somebody reads it without a condition. So these are functions, with the caller's rights. Their queries are files
-- of their own, period_*.ledger.sql.
--

CREATE FUNCTION lead_roi_internal.period_query(query text, from_month date, through_month date, ledger text) RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    ledger_schema constant text := (lead_roi.open_ledger(ledger, NULL)).ledger_schema;
    parts constant jsonb := (SELECT jsonb_object_agg(part, definition) FROM lead_roi.ledger_part() WHERE part LIKE 'report/period_%');
BEGIN
    IF from_month IS NULL OR through_month IS NULL THEN
        RAISE EXCEPTION 'first and last month of a period must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Pass "from_month" and "through_month"; the view default_period has those of the last year.';
    ELSIF lead_roi.month_of(from_month) > lead_roi.month_of(through_month) THEN
        RAISE EXCEPTION 'the period ends before it begins'
            USING ERRCODE = 'invalid_parameter_value', DETAIL = format('from_month is %s, through_month is %s.', to_char(from_month, 'YYYY-MM-DD'), to_char(through_month, 'YYYY-MM-DD')),
                  HINT = 'Pass the earlier month as "from_month".';
    END IF;
    RETURN lead_roi.ledger_definition(replace(parts ->> ('report/' || query), '@period_summary@', parts ->> 'report/period_summary'), ledger_schema);
END
$$;

COMMENT ON FUNCTION lead_roi_internal.period_query(text, date, date, text) IS
'Internal: the query of a function of this file, for a ledger; $1 and $2 are the first days of its first and last month. 22004 without one of the months, 22023 if they come in the wrong order; else as open_ledger().';

CREATE FUNCTION period_roi(from_month date, through_month date, ledger text DEFAULT current_ledger())
RETURNS TABLE (scope text, name text, lead_source_id bigint, lead_sources bigint, paid boolean, expense_share_percent numeric,
              revenue_share_percent numeric, paid_revenue numeric, paid_profit numeric, paid_roi_percent numeric,
              paid_roas_percent numeric, paid_leads bigint, paid_cost_per_lead numeric, paid_customers bigint,
              paid_cost_per_customer numeric, expense numeric, revenue numeric, profit numeric, roi_percent numeric, roas_percent
              numeric, visitors bigint, cost_per_visitor numeric, leads bigint, cost_per_lead numeric, customers bigint,
              cost_per_customer numeric, visitor_to_lead_percent numeric, lead_to_customer_percent numeric, revenue_per_customer
              numeric, ltv_to_cac numeric, media_expense numeric, media_cost_per_lead numeric, media_cost_per_customer numeric,
              media_roi_percent numeric)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE lead_roi_internal.period_query('period_roi', from_month, through_month, ledger)
        USING lead_roi.month_of(from_month), lead_roi.month_of(through_month);
END
$$;

COMMENT ON FUNCTION period_roi(date, date, text) IS
'What a period of calendar months has cost and brought, everything by its own date: of all lead sources together, of the paid ones, and of each category, channel and lead source. Every lead source has a row, and together they are all; without lead sources and facts there are no rows. from_month, through_month: any day of its first and last month. ledger: as SQL writes its name. Reads the views default_period, counted_lead_source and lead_source_monthly_summary with the caller''s rights.
scope: what is counted together: all; paid: those of counted_lead_source that are paid; category; channel: see lead_source_channel; lead_source. name: of the category, channel or lead source, or (unknown); NULL: all, or paid. lead_sources: how many are in it; (unknown) is none. paid: whether any of them is a paid one. expense_share_percent, revenue_share_percent: of all expense and revenue of the period. paid_revenue to paid_cost_per_customer: figures of its paid lead sources alone. The other columns are those of lead_source_roi, with the same units and NULLs.
22004 without a month, 22023 if they come in the wrong order; errors as current_ledger().';

CREATE FUNCTION period_comparison(from_month date, through_month date, ledger text DEFAULT current_ledger())
RETURNS TABLE (scope text, name text, lead_source_id bigint, "position" integer, figure text, unit text, value numeric, before_value numeric,
              change numeric, change_percent numeric, year_before_value numeric, year_change numeric, year_change_percent numeric,
              lead_sources bigint, paid boolean, before_from_month date, before_through_month date, year_before_from_month date,
              year_before_through_month date)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE lead_roi_internal.period_query('period_comparison', from_month, through_month, ledger)
        USING lead_roi.month_of(from_month), lead_roi.month_of(through_month);
END
$$;

COMMENT ON FUNCTION period_comparison(date, date, text) IS
'How the figures of a period of calendar months have changed against as many months right before it, and against the same months a year earlier: a row for each figure of each row of period_roi(). Arguments and errors as there.
position: place of the figure among the others. figure: its name, a column of period_roi(). unit: amount, in the ledger''s currency; count; percent. value: in the period; before_value: in the period before; year_before_value: in the same months a year earlier; NULL where it is not defined, and before the ledger''s first month. change, year_change: value less that, of percentages in percentage points. change_percent, year_change_percent: in percent of that; NULL if it is 0 or less, and of percentages. before_from_month to year_before_through_month: the months that are compared with; NULL: the ledger begins later.';

CREATE FUNCTION period_variance(from_month date, through_month date, ledger text DEFAULT current_ledger())
RETURNS TABLE (scope text, lead_source_id bigint, lead_source text, bills bigint, differing_bills bigint, differing_since date, budget numeric,
              actual numeric, difference numeric, difference_percent numeric)
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY EXECUTE lead_roi_internal.period_query('period_variance', from_month, through_month, ledger)
        USING lead_roi.month_of(from_month), lead_roi.month_of(through_month);
END
$$;

COMMENT ON FUNCTION period_variance(date, date, text) IS
'Budget against actual of a period of calendar months: the bills of expense_variance added up, all and by lead source. Arguments and errors as for period_roi(); reads the view with the caller''s rights.
bills: how many were posted; differing_bills: of which the expense was edited, settled or deleted; differing_since: first day of the first month with such a bill. budget: what was posted; actual: what the expenses are now, NULL if all were deleted; difference: actual less budget; all in the ledger''s currency. difference_percent: in percent of the budget; NULL if that is 0 or less.';
