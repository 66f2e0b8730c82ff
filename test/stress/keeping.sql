-- What twelve writers do at once to a ledger that keeps summaries: test/tap/045_kept_summaries.pl. Few leads and lead
-- sources, so that they meet. stress.act() does one thing; some are taken back in a savepoint, some run into an error.
CREATE EXTENSION lead_roi;
SELECT lead_roi.create_ledger(currency => 'EUR', time_zone => 'UTC');
SET search_path = marketing, lead_roi;
INSERT INTO lead_source (name) SELECT 'source ' || n FROM generate_series(1, 5) AS n;
INSERT INTO lead_source_alias (pattern, lead_source_id) VALUES ('google', 2);
INSERT INTO exchange_rate VALUES ('USD', '2024-01-01', 0.9);
INSERT INTO lead (lead_source_id, created_on, converted_on, traffic_source)
SELECT nullif(n % 6, 0), date '2024-01-01' + n, CASE WHEN n % 3 = 0 THEN date '2024-02-01' + n END, CASE WHEN n % 2 = 0 THEN 'google / cpc'::traffic_source END FROM generate_series(1, 20) AS n;
INSERT INTO payment (lead_id, paid_on, amount) SELECT 1 + n % 20, date '2024-02-01' + n, n / 4.0 FROM generate_series(1, 200) AS n;
ALTER TABLE payment DROP CONSTRAINT payment_lead_id_fkey, ADD CONSTRAINT payment_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES lead ON DELETE CASCADE;
\i test/live_reports.sql
SELECT keep_summaries('marketing', true);
SELECT fold_summaries('marketing');

CREATE SCHEMA stress;
CREATE FUNCTION stress.act(what integer, a_lead bigint, a_source bigint, days integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    day constant date := date '2024-01-01' + days;
BEGIN
    CASE what
    WHEN 1, 2, 3 THEN INSERT INTO marketing.payment (lead_id, paid_on, amount, currency) VALUES (a_lead, day, days / 8.0, CASE WHEN days % 4 = 0 THEN 'USD' END);
    WHEN 4 THEN UPDATE marketing.payment SET amount = amount + 1, paid_on = day WHERE payment_id = (SELECT min(payment_id) FROM marketing.payment WHERE lead_id = a_lead);
    WHEN 5 THEN DELETE FROM marketing.payment WHERE payment_id = (SELECT max(payment_id) FROM marketing.payment WHERE lead_id = a_lead);
    WHEN 6 THEN UPDATE marketing.payment SET lead_id = 1 + a_lead % 20 WHERE payment_id = (SELECT max(payment_id) FROM marketing.payment WHERE lead_id = a_lead);
    WHEN 7, 8 THEN UPDATE marketing.lead SET lead_source_id = nullif(a_source, 5) WHERE lead_id = a_lead;
    WHEN 9 THEN UPDATE marketing.lead SET converted_on = CASE WHEN days % 5 > 0 THEN day END, created_on = day - 10 WHERE lead_id = a_lead;
    WHEN 10 THEN DELETE FROM marketing.lead WHERE lead_id = a_lead AND days % 4 = 0;
    WHEN 11 THEN INSERT INTO marketing.lead (lead_id, lead_source_id, created_on, converted_on, traffic_source) OVERRIDING SYSTEM VALUE
                 VALUES (a_lead, nullif(a_source, 5), day, day, 'google / cpc') ON CONFLICT (lead_id) DO UPDATE SET lead_source_id = excluded.lead_source_id;
    WHEN 12 THEN WITH won AS (UPDATE marketing.lead SET converted_on = day WHERE lead_id = a_lead RETURNING lead_id)
                 INSERT INTO marketing.payment (lead_id, paid_on, amount) SELECT lead_id, day, 3.33 FROM won;
    WHEN 13 THEN INSERT INTO marketing.expense (lead_source_id, incurred_on, amount, title, covers_from, covers_through)
                 VALUES (a_source, day, days, 'e', CASE WHEN days % 3 = 0 THEN day END, CASE WHEN days % 3 = 0 THEN day + 90 END);
    WHEN 14 THEN INSERT INTO marketing.visit VALUES (a_source, day, days) ON CONFLICT (lead_source_id, visited_on) DO UPDATE SET visitors = excluded.visitors;
    WHEN 15 THEN UPDATE marketing.lead_source_alias SET lead_source_id = a_source WHERE days % 10 = 0;
    ELSE UPDATE marketing.exchange_rate SET rate = 1 + days / 1000.0 WHERE days % 10 = 0;
    END CASE;
END
$$;

CREATE FUNCTION stress.act_or_not(what integer, a_lead bigint, a_source bigint, days integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM stress.act(what, a_lead, a_source, days);
    IF days % 7 = 0 THEN
        RAISE division_by_zero;
    END IF;
EXCEPTION WHEN division_by_zero OR foreign_key_violation OR unique_violation THEN
    NULL;
END
$$;
