-- Draws docs/pictures/survival_curve.svg from survival_table(): the made-up subscribers of
-- test/reference, their survival curve with 95 % limits.
--
--   psql -X -A -t -q -o docs/pictures/survival_curve.svg -f docs/pictures/survival_curve.sql
SET search_path = lead_roi, public;
SET extra_float_digits = 0;
CREATE TEMPORARY TABLE subscriber (tenure integer, status integer, revenue numeric);
\copy subscriber FROM 'test/reference/subscribers.csv' (FORMAT csv, HEADER)
WITH curve AS (
    SELECT survival(tenure, status = 1) AS curve FROM subscriber
), point AS (
    SELECT 0 AS tenure, 1::double precision AS survival, 1::double precision AS lower, 1::double precision AS upper
    UNION ALL
    SELECT tenure, survival, lower, upper FROM curve, survival_table(curve) WHERE churned > 0 AND tenure BETWEEN 1 AND 1000
), step AS (
    SELECT round(60 + 0.6 * tenure) AS x, coalesce(lead(round(60 + 0.6 * tenure)) OVER (ORDER BY tenure), 660) AS next_x,
           round((340 - 300 * survival)::numeric, 1) AS y, round((340 - 300 * lower)::numeric, 1) AS low, round((340 - 300 * upper)::numeric, 1) AS high
    FROM point
)
SELECT concat_ws(E'\n',
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 390" font-family="sans-serif" font-size="13">',
    '<title>Survival curve of 400 subscribers</title>',
    '<rect width="700" height="390" fill="#ffffff"/>',
    (SELECT string_agg(format('<path d="M60 %s H660" stroke="#dddddd"/><text x="52" y="%s" text-anchor="end">%s %%</text>', 340 - 3 * share, 344 - 3 * share, share), E'\n' ORDER BY share)
     FROM generate_series(0, 100, 25) AS share),
    (SELECT string_agg(format('<text x="%s" y="358" text-anchor="middle">%s</text>', 60 + 0.6 * day, day), E'\n' ORDER BY day)
     FROM generate_series(0, 1000, 250) AS day),
    '<text x="360" y="380" text-anchor="middle">days since a customer''s start</text>',
    (SELECT format('<path d="M60 40 %s %s Z" fill="#bcd6ee"/>', string_agg(format('V%s H%s', high, next_x), ' ' ORDER BY x),
                   string_agg(format('V%s H%s', low, x), ' ' ORDER BY x DESC)) FROM step),
    (SELECT format('<path d="M60 40 %s" fill="none" stroke="#1f5d99" stroke-width="2"/>', string_agg(format('V%s H%s', y, next_x), ' ' ORDER BY x)) FROM step),
    (SELECT format('<path d="M60 190 H%1$s V340" fill="none" stroke="#b03a2e" stroke-dasharray="5 4"/><text x="%2$s" y="330" fill="#b03a2e">median %3$s days</text>',
                   60 + 0.6 * median, 66 + 0.6 * median, median) FROM curve, median_lifetime(curve) AS median),
    '<text x="330" y="70">share of customers still there, with 95 % limits</text>',
    '</svg>');
