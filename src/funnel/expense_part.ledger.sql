SELECT \1, lead_source_id, incurred_on, incurred_on AS occurred_on,
@converted(amount, currency, incurred_on)@ AS amount,
       cost_type
FROM \2
WHERE (covers_from <= covers_through) IS NOT TRUE
UNION ALL
SELECT \1, lead_source_id, incurred_on, monthly.part_on, monthly.part, cost_type
FROM \2
     CROSS JOIN LATERAL lead_roi.monthly_parts(
@converted(amount, currency, incurred_on)@,
         covers_from, covers_through, @decimals@) AS monthly
WHERE covers_from <= covers_through
