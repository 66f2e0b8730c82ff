--
-- report: what looks like a mistake and need not be one.
--

-- Amounts are counted by their size, in quarters of a power of ten: what is far from the rest of its lead source has no
-- amount in the four quarters below it, so the next one is less than a tenth. Payments are many, so they are only
-- grouped where several systems have brought some.
CREATE OR REPLACE VIEW @ledger@.doubtful_fact AS
WITH size AS (
    SELECT 'expense' AS relation, lead_source_id, floor(4 * log(abs(amount)::double precision))::integer AS quarter,
           count(*) AS facts, min(abs(amount)) AS least, max(abs(amount)) AS greatest
    FROM @ledger@.expense_fact
    WHERE amount <> 0
    GROUP BY lead_source_id, quarter
    UNION ALL
    SELECT 'payment', lead_source_id, floor(4 * log(abs(amount)::double precision))::integer AS quarter, count(*), min(abs(amount)), max(abs(amount))
    FROM @ledger@.payment_fact
    WHERE amount <> 0
    GROUP BY lead_source_id, quarter
), sized AS (
    SELECT *, quarter - lag(quarter) OVER growing AS distance, lag(greatest) OVER growing AS next_amount,
           sum(facts) OVER (PARTITION BY relation, lead_source_id ORDER BY quarter DESC) AS facts_from_here,
           sum(facts) OVER (PARTITION BY relation, lead_source_id) AS all_facts
    FROM size
    WINDOW growing AS (PARTITION BY relation, lead_source_id ORDER BY quarter)
), dated AS (
    SELECT lead_source_id, month, lag(month) OVER passing AS month_before, lead(month) OVER passing AS month_after,
           count(*) OVER (PARTITION BY lead_source_id) AS months
    FROM @ledger@.lead_source_monthly_total
    WHERE month IS NOT NULL
    WINDOW passing AS (PARTITION BY lead_source_id ORDER BY month)
)
SELECT 'expense_repeated' AS doubt, 'expense' AS relation,
       format('incurred_on %s, amount %s, title %s', incurred_on, concat_ws(' ', trim_scale(amount), currency), min(title)) COLLATE "default" AS row_key, count(*) AS facts,
       'The same amount was spent on the same day for the same thing: perhaps it was loaded twice. Delete the extra row, and load with external_id' AS explanation,
       lead_source_id, lead_roi.month_of(incurred_on) AS month
FROM (SELECT lead_source_id, incurred_on, amount, nullif(currency, @currency@) AS currency, title COLLATE "C" AS title, external_id
      FROM @ledger@.expense
      WHERE recurring_expense_id IS NULL AND shared_from IS NULL AND amount <> 0) AS booked
GROUP BY lead_source_id, incurred_on, amount, currency, lead_roi.name_key(title)
HAVING count(*) > 1 AND count(DISTINCT external_id) < count(*)
UNION ALL
SELECT 'expense_of_two_systems', 'expense', format('incurred_on %s, amount %s, external_id %s', incurred_on, concat_ws(' ', trim_scale(amount), currency), concat_ws(', ', min(external_id), nullif(max(external_id), min(external_id)))) COLLATE "default", count(*),
       'Two systems have the same amount spent on the same day, perhaps the same cost. Load it from one of them', lead_source_id, lead_roi.month_of(incurred_on)
FROM (SELECT lead_source_id, incurred_on, amount, nullif(currency, @currency@) AS currency, external_id COLLATE "C" AS external_id, lead_roi_internal.key_system(external_id) COLLATE "C" AS system
      FROM @ledger@.expense
      WHERE recurring_expense_id IS NULL AND shared_from IS NULL AND amount <> 0) AS booked
GROUP BY lead_source_id, incurred_on, amount, currency
HAVING min(system) <> max(system)
UNION ALL
SELECT 'payment_of_two_systems', 'payment', format('paid_on %s, amount %s, external_id %s', paid_on, concat_ws(' ', trim_scale(amount), currency), keys) COLLATE "default", facts,
       'Two systems have the same amount from the same lead on the same day, perhaps the same payment. Load it from one of them', lead.lead_source_id, lead_roi.month_of(paid_on)
FROM (WITH paid AS NOT MATERIALIZED (
          SELECT lead_id, lead_external_id, paid_on, amount, nullif(currency, @currency@) AS currency, external_id COLLATE "C" AS external_id, lead_roi_internal.key_system(external_id) COLLATE "C" AS system
          FROM @ledger@.payment
          WHERE amount <> 0 AND num_nonnulls(lead_id, lead_external_id) > 0
      )
      SELECT lead_id, paid_on, amount, currency, count(*) AS facts, concat_ws(', ', min(external_id), nullif(max(external_id), min(external_id))) AS keys
      FROM paid
      WHERE (SELECT min(system) <> max(system) FROM paid)
      GROUP BY lead_id, CASE WHEN lead_id IS NULL THEN lead_external_id END, paid_on, amount, currency
      HAVING min(system) <> max(system)) AS twice
     LEFT JOIN @ledger@.lead USING (lead_id)
UNION ALL
SELECT 'amount_unusual', relation, format('amounts from %s on, where the next is %s', trim_scale(least), trim_scale(next_amount)), facts_from_here::bigint,
       'At least ten times any other amount of the lead source: perhaps the decimal point is misplaced. Correct the amount', lead_source_id, NULL
FROM sized
WHERE distance > 4 AND all_facts >= 10 AND facts_from_here <= greatest(1, all_facts / 100)
UNION ALL
SELECT 'date_unusual', 'lead_source_monthly_total', format('month %s', month), 1,
       'More than five years from everything else of the lead source: perhaps the year is wrong. Correct the date', lead_source_id, month
FROM dated
WHERE months >= 6 AND (lead_roi.months_between(month_before, month) > 60) IS NOT FALSE AND (lead_roi.months_between(month, month_after) > 60) IS NOT FALSE
UNION ALL
SELECT 'lead_source_spelling', 'lead_source', string_agg(format('lead_source_id %s: %s', lead_source_id, name), ', ' ORDER BY lead_source_id), count(*),
       'Names that differ only in characters other than letters and digits. Call merge_lead_sources() if they mean the same', min(lead_source_id), NULL
FROM @ledger@.lead_source
WHERE merged_into IS NULL
GROUP BY regexp_replace(name_key, '[^[:alnum:]]', '', 'g')
HAVING count(*) > 1;

COMMENT ON VIEW @ledger@.doubtful_fact IS
'What looks like a mistake and need not be one: the same expense twice, the same amount from two systems, amounts and dates far from the rest of their lead source, and lead sources that are spelled alike. Everything in it is counted. Reads all facts.';
COMMENT ON COLUMN @ledger@.doubtful_fact.doubt IS 'Kind of doubt, one word; key of the view together with relation, row_key and lead_source_id';
COMMENT ON COLUMN @ledger@.doubtful_fact.relation IS 'Table or view in which it was found';
COMMENT ON COLUMN @ledger@.doubtful_fact.row_key IS 'What to look for there: columns and values';
COMMENT ON COLUMN @ledger@.doubtful_fact.facts IS 'Number of rows concerned';
COMMENT ON COLUMN @ledger@.doubtful_fact.explanation IS 'Why it is doubtful, and what to do';
COMMENT ON COLUMN @ledger@.doubtful_fact.lead_source_id IS 'The lead source, of several the one with the smallest key; NULL: unknown';
COMMENT ON COLUMN @ledger@.doubtful_fact.month IS 'First day of the month of the facts; NULL: of no one month';
