--
-- report: what keep_summaries() makes. Cells are the facts summed once; logs are what has changed since: each
-- row of a fact that was made, with sign 1, and each that was unmade, with sign -1, as it stood. A log says no
-- more than what its row says. Which lead a payment belongs to, and what an alias or an exchange rate makes of a
-- row, is looked up when the log is read or folded into the cells, in the snapshot of the reader; so a log is
-- right at every isolation level, and no writer waits for another one.
--
-- Cells whose facts hang on aliases (by_alias) or on exchange rates (by_rate) stand apart: summary_state says when
-- these have changed, and then the facts are read in the place of the cells until the next fold.
--

CREATE TABLE @ledger@.summary_state (
    state   text NOT NULL
        CONSTRAINT summary_state_is_filled_alias_rate_or_disturbed CHECK (state IN ('filled', 'alias', 'rate', 'disturbed')),
    through date,
    rule    text
);
COMMENT ON TABLE @ledger@.summary_state IS 'Whether the cells can be read. They can if there is exactly one row "filled" and its day is not after today';
COMMENT ON COLUMN @ledger@.summary_state.state IS 'filled: by the last fold; since then has changed: alias, lead_source_alias; rate, exchange_rate; disturbed, something that no log can say, such as TRUNCATE';
COMMENT ON COLUMN @ledger@.summary_state.rule IS 'What the ledger was at the last fold, as far as amounts hang on it: version, currency, decimals, days of rates. Cells made by another rule are stale';
COMMENT ON COLUMN @ledger@.summary_state.through IS 'The day of the last fold: what counts from a later day on has cells of its own';

CREATE TABLE @ledger@.month_cell (
    lead_source_id bigint,
    facts          bigint NOT NULL,
    payments       bigint NOT NULL,
    month          date NOT NULL,
    counts_from    date,
    by_alias       boolean NOT NULL,
    by_rate        boolean NOT NULL,
    summary        lead_roi.roi_summary NOT NULL,
    media_summary  lead_roi.roi_summary NOT NULL,
    revenue        lead_roi.roi_summary NOT NULL,
    CONSTRAINT month_cell_key UNIQUE NULLS NOT DISTINCT (lead_source_id, month, counts_from, by_alias, by_rate)
) WITH (fillfactor = 70);
COMMENT ON TABLE @ledger@.month_cell IS 'Summaries of the facts of each lead source and calendar month, each by its own date';
COMMENT ON COLUMN @ledger@.month_cell.lead_source_id IS 'The lead source, which may be merged into another; NULL: unknown';
COMMENT ON COLUMN @ledger@.month_cell.facts IS 'Number of expenses or parts of them, visits, leads and conversions';
COMMENT ON COLUMN @ledger@.month_cell.payments IS 'Number of payments';
COMMENT ON COLUMN @ledger@.month_cell.month IS 'First day of the month';
COMMENT ON COLUMN @ledger@.month_cell.counts_from IS 'Day on which they begin to count, later than that of the last fold; NULL: they count already';
COMMENT ON COLUMN @ledger@.month_cell.by_alias IS 'Of leads without a lead source of their own';
COMMENT ON COLUMN @ledger@.month_cell.by_rate IS 'Of amounts in another currency than the ledger''s';
COMMENT ON COLUMN @ledger@.month_cell.summary IS 'Their summary, without payments';
COMMENT ON COLUMN @ledger@.month_cell.media_summary IS 'The same with the expenses for media and agencies alone, without visitors';
COMMENT ON COLUMN @ledger@.month_cell.revenue IS 'Summary of the payments';

CREATE INDEX month_cell_counts_from_idx ON @ledger@.month_cell (counts_from) WHERE counts_from IS NOT NULL;

CREATE TABLE @ledger@.cohort_cell (
    lead_source_id bigint,
    payments       bigint NOT NULL,
    cohort_month   date,
    paid_month     date,
    counts_from    date,
    by_alias       boolean NOT NULL,
    by_rate        boolean NOT NULL,
    revenue        lead_roi.roi_summary NOT NULL,
    CONSTRAINT cohort_cell_key UNIQUE NULLS NOT DISTINCT (lead_source_id, cohort_month, paid_month, counts_from, by_alias, by_rate)
) WITH (fillfactor = 70);
COMMENT ON TABLE @ledger@.cohort_cell IS 'Summaries of what the customers that a lead source brought in each calendar month have paid in each month';
COMMENT ON COLUMN @ledger@.cohort_cell.lead_source_id IS 'The lead source, which may be merged into another; NULL: unknown';
COMMENT ON COLUMN @ledger@.cohort_cell.payments IS 'Number of payments';
COMMENT ON COLUMN @ledger@.cohort_cell.cohort_month IS 'First day of the month in which they became customers; NULL: payments of people who never became customers';
COMMENT ON COLUMN @ledger@.cohort_cell.paid_month IS 'First day of the month of the payments, not before cohort_month; NULL with it';
COMMENT ON COLUMN @ledger@.cohort_cell.counts_from IS 'Day on which they begin to count, later than that of the last fold; NULL: they count already';
COMMENT ON COLUMN @ledger@.cohort_cell.by_alias IS 'Of leads without a lead source of their own';
COMMENT ON COLUMN @ledger@.cohort_cell.by_rate IS 'Of amounts in another currency than the ledger''s';
COMMENT ON COLUMN @ledger@.cohort_cell.revenue IS 'Summary of the payments';

CREATE INDEX cohort_cell_counts_from_idx ON @ledger@.cohort_cell (counts_from) WHERE counts_from IS NOT NULL;

CREATE TABLE @ledger@.expense_log (
    lead_source_id bigint,
    incurred_on    date,
    covers_from    date,
    covers_through date,
    amount         numeric,
    currency       text,
    cost_type      text,
    sign           smallint
);
COMMENT ON TABLE @ledger@.expense_log IS 'Rows of expense made (sign 1) and unmade (sign -1) since the last fold';

CREATE TABLE @ledger@.visit_log (
    lead_source_id bigint,
    visitors       bigint,
    visited_on     date,
    sign           smallint
);
COMMENT ON TABLE @ledger@.visit_log IS 'Rows of visit made (sign 1) and unmade (sign -1) since the last fold';

CREATE TABLE @ledger@.lead_log (
    lead_id        bigint,
    lead_source_id bigint,
    created_on     date,
    converted_on   date,
    sign           smallint,
    traffic_source lead_roi.traffic_source
);
COMMENT ON TABLE @ledger@.lead_log IS 'Rows of lead made (sign 1) and unmade (sign -1) since the last fold';

CREATE TABLE @ledger@.payment_log (
    lead_id        bigint,
    paid_on        date,
    sign           smallint,
    amount         numeric,
    currency       text,
    lead_external_id text
);
COMMENT ON TABLE @ledger@.payment_log IS 'Rows of payment made (sign 1) and unmade (sign -1) since the last fold';

-- Logs are emptied again and again, so their dead rows are not left to lie; a publication of all tables has to be
-- able to name the rows that go.
DO $logs$
DECLARE
    kept text;
    fact text;
    change text;
    made record;
BEGIN
    FOREACH kept IN ARRAY '{summary_state, month_cell, cohort_cell, expense_log, visit_log, lead_log, payment_log}'::text[] LOOP
        EXECUTE format('ALTER TABLE @ledger@.%I REPLICA IDENTITY FULL', kept);
        EXECUTE format('ALTER TABLE @ledger@.%I SET (autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 1000)', kept);
        -- Whoever else writes here brings what the logs of this ledger know nothing of: a restore, a subscription.
        EXECUTE (SELECT coalesce(string_agg(format('COMMENT ON COLUMN @ledger@.%I.%I IS %L', kept, attname, CASE attname WHEN 'sign' THEN '1: the row was made; -1: it was unmade' ELSE 'As in the table whose rows are logged' END), '; '), 'SELECT')
                 FROM pg_attribute WHERE attrelid = format('@ledger@.%I', kept)::regclass AND attnum > 0 AND col_description(attrelid, attnum) IS NULL);
        EXECUTE format('CREATE TRIGGER notice_others BEFORE INSERT ON @ledger@.%I FOR EACH STATEMENT EXECUTE FUNCTION lead_roi_internal.mark_summaries(%L)', kept, 'disturbed');
        EXECUTE format('CREATE TRIGGER notice_subscription AFTER INSERT OR UPDATE ON @ledger@.%I FOR EACH ROW EXECUTE FUNCTION lead_roi_internal.mark_summaries(%L)', kept, 'disturbed');
    END LOOP;

    FOR fact, change IN VALUES
        ('expense', 'log_changes()'), ('visit', 'log_changes()'), ('lead', 'log_changes()'), ('payment', 'log_changes()'),
        ('lead_source_alias', 'mark_summaries(''alias'')'), ('exchange_rate', 'mark_summaries(''rate'')')
    LOOP
        EXECUTE format('CREATE TRIGGER keep_inserted AFTER INSERT ON @ledger@.%I REFERENCING NEW TABLE AS new_row FOR EACH STATEMENT EXECUTE FUNCTION lead_roi_internal.%s', fact, change);
        EXECUTE format('CREATE TRIGGER keep_updated AFTER UPDATE ON @ledger@.%I REFERENCING OLD TABLE AS old_row NEW TABLE AS new_row FOR EACH STATEMENT EXECUTE FUNCTION lead_roi_internal.%s', fact, change);
        EXECUTE format('CREATE TRIGGER keep_deleted AFTER DELETE ON @ledger@.%I REFERENCING OLD TABLE AS old_row FOR EACH STATEMENT EXECUTE FUNCTION lead_roi_internal.%s', fact, change);
        EXECUTE format('CREATE TRIGGER keep_truncated AFTER TRUNCATE ON @ledger@.%I FOR EACH STATEMENT EXECUTE FUNCTION lead_roi_internal.mark_summaries(%L)', fact, 'disturbed');
        -- What logical replication applies fires these alone.
        EXECUTE format('CREATE TRIGGER keep_replicated AFTER INSERT OR UPDATE OR DELETE ON @ledger@.%I FOR EACH ROW EXECUTE FUNCTION lead_roi_internal.%s', fact, change);
    END LOOP;
    FOR made IN SELECT * FROM lead_roi_internal.keeping_trigger('@ledger@') LOOP
        EXECUTE format('COMMENT ON TRIGGER %I ON %s IS %L', made.name, made.of_table,
                       CASE made.name WHEN 'notice_others' THEN 'Notes that somebody else than a fold has written here'
                                      WHEN 'notice_subscription' THEN 'Notes that a subscription has written here'
                                      WHEN 'keep_truncated' THEN 'Notes that the kept summaries have to be made anew'
                                      WHEN 'keep_replicated' THEN 'Keeps the summaries true to what a subscription applies'
                                      ELSE 'Keeps the summaries true to this table' END);
    END LOOP;
END
$logs$;
