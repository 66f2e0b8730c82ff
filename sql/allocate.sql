-- allocate: parts of an amount, which add up to it.
SET search_path = public, lead_roi;
\pset null '-'

-- A year in months: 100000 cents / 12 = 8333, rest 4. The four go to the first of equals: 4 x 83.34 + 8 x 83.33 = 333.36 + 666.64 = 1000.00.
SELECT allocate(1000.00, array_fill(1::numeric, ARRAY[12]), 2);

-- A third is 33.33 and 1/3 of a cent; two thirds of -100 are -66.666..., so rounded towards 0 -66.66, and that remainder is the larger one.
SELECT allocate(100.00, '{1,1,1}', 2) AS thirds, allocate(-100.00, '{1,1,1}', 2) AS negative, allocate(-100.00, '{1,2}', 2) AS two_thirds;

-- JPY has no decimals: 100 / 3 = 33, rest 1. KWD has three: 1000 / 3 = 333, rest 1.
SELECT allocate(100, '{1,1,1}', 0) AS yen, allocate(1, '{1,1,1}', 3) AS dinar;

-- 15 January to 14 February: 100000 x 17 / 31 = 54838 rest 22, 100000 x 14 / 31 = 45161 rest 9: the cent goes to January.
SELECT allocate(1000.00, '{17,14}', 2) AS days;
-- A leap year by days: 366 of them. 100000 x 31 / 366 = 8469 rest 346 (7 months), x 30 / 366 = 8196 rest 264 (4), x 29 / 366 = 7923 rest 182.
-- 100000 - 7 x 8469 - 4 x 8196 - 7923 = 10: the seven long months, then the first three of the four.
SELECT allocate(1000.00, '{31,29,31,30,31,30,31,31,30,31,30,31}', 2) AS days;

-- Weights with decimals, and of any unit: 0.5 : 1.25 : 0.25 is 2 : 5 : 1. 1001 cents: 250 rest 2 of 8, 625 rest 5, 125 rest 1.
SELECT allocate(10.01, '{0.5,1.25,0.25}', 2) AS decimals, allocate(10.01, '{5e-21,12.5e-21,2.5e-21}', 2) AS tiny, allocate(10.01, '{2e30,5e30,1e30}', 2) AS huge,
       allocate(10.01, '{2e200,5e200,1e200}', 2) AS huger;

-- A weight of 0 gets 0, also where cents are left over: 2 cents / 3.
SELECT allocate(0.02, '{0,1,0,1,0.00,1}', 2) AS zeros, allocate(0.01, '{0,0,1e-20}', 2) AS last, allocate(-9.99, '{7}', 2) AS one, allocate(0, '{1,2}', 2) AS nothing,
       allocate(0.01, '{1e-20,1e20}', 2) AS next_to_nothing;

-- Equal remainders go by position: 2 x 1 / 4 = 0.5, 2 x 2 / 4 = 1, 2 x 1 / 4 = 0.5. Larger ones first: 2 / 7, 4 / 7, 1 and 1 / 7 leave one for 4 / 7.
SELECT allocate(2, '{1,2,1}', 0) AS tie, allocate(2, '{1,2,4}', 0) AS larger, allocate(-2, '{1,2,4}', 0) AS mirrored;

-- The House of Representatives as Hamilton had it in 1792: 120 seats by the census of 1790, in the order Connecticut, Delaware, Georgia, Kentucky, Maryland,
-- Massachusetts, New Hampshire, New Jersey, New York, North Carolina, Pennsylvania, Rhode Island, South Carolina, Vermont, Virginia.
-- His bill says 8, 2, 2, 2, 9, 16, 5, 6, 11, 12, 14, 2, 7, 3, 21 (Balinski and Young, Fair Representation).
SELECT allocate(120, '{236841,55540,70835,68705,278514,475327,141822,179570,331589,353523,432879,68446,206236,85533,630560}', 0) AS seats;
-- "The Alabama paradox": 10 seats are 4, 4, 2, and 11 are 5, 5, 1 (10 x 6 / 14 = 4.286, 10 x 2 / 14 = 1.429; 11 x 6 / 14 = 4.714, 11 x 2 / 14 = 1.571).
SELECT allocate(10, '{6,6,2}', 0) AS ten, allocate(11, '{6,6,2}', 0) AS eleven;

-- An amount with more decimals: they go to the next in order. Half a cent by halves: nobody has lost more than the first. 10000.5 cents by thirds:
-- 3333 and 1/2 each, one cent is left for the first, and half a cent for the second. 10000.5 by 1 : 3: 2500 and 0.125, 7500 and 0.375. By 1 : 0 : 2 of -5.5 cents:
-- 1 and 0.8333, 3 and 0.6667: one cent to the first, half a cent to the third.
SELECT allocate(0.005, '{1,1}', 2) AS halves, allocate(100.005, '{1,1,1}', 2) AS thirds, allocate(100.0050, '{1,3}', 2) AS quarters, allocate(-0.055, '{1,0,2}', 2) AS negative,
       allocate(0.3, '{1,1}', 0) AS below_one, allocate(1000.0000, '{1,1}', 2) AS only_zeros;

-- Beyond 64 and beyond 128 bits: 1e30 / 3 = 333333333333333333333333333333.33, rest a cent; the same for 1e60.
SELECT allocate(1e30, '{1,1,1}', 2);
SELECT allocate(-1e60, '{1,1,1}', 2);
SELECT allocate(1e60, '{1,0,2}', 0);
SELECT allocate(1e40 + 0.00005, '{1,1}', 4) AS rest;
-- A cent in the units of the amount, 10^36, times the weight, 2^92, is 0 in the lowest 128 bits.
SELECT allocate(1e-36, '{4951760157141521099596496896}', 0) AS rest;
-- A digit of long division is guessed from the highest ones: 9000.9999 x 1.00009999 / 1.0000 = 9001.8999, one too many for 9000. One weight has it all.
SELECT allocate(9000999999990000e40 + 3, ARRAY[100009999e40 + 1], 0) AS guessed;
-- As many digits as numeric can hold, before and after the point: the share of the first is 7e131071 x 1e-16383 / (1e131071 + 1e-16383), a little less
-- than 7e-16383. Rounded it is 6 units of the last decimal, by which it has lost more than the other, whose share is that little above 7e131071 - 7e-16383.
SELECT allocate(7e131071, '{1e-16383,1e131071}', 16383) = ARRAY[7e-16383, 7e131071 - 7e-16383] AS both_ends;
SELECT allocate(1e131071, '{1}', 0) = ARRAY[1e131071] AS one, allocate(1e-16383, '{1e131071,2e131071}', 16383) = ARRAY[0, 1e-16383] AS two, allocate(1e-16383, '{1,2}', 0) = ARRAY[0, 1e-16383] AS rest;

-- Bounds are those of the weights; several dimensions are gone through as they are stored.
SELECT allocate(0.01, '[5:6]={1,1}', 2) AS bounds, allocate(100.00, '{{1,1},{1,0}}', 2) AS table;
-- All parts have the decimals asked for.
SELECT allocate(12, '{1,2}', 0) AS none, allocate(12, '{1,2}', 6) AS six, allocate(12.340, '{1}', 2) AS two;

-- NULL for an argument gives NULL.
SELECT allocate(NULL, '{1}', 2), allocate(1, NULL, 2), allocate(1, '{1}', NULL);

-- What is refused.
CREATE FUNCTION refusal(amount numeric, weights numeric[], decimals integer, OUT code text, OUT message text, OUT detail text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM allocate(amount, weights, decimals);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END
$$;
SELECT amount, weights, decimals, refusal.*
FROM (VALUES (1, 1::numeric, '{}'::numeric[], 2), (2, 1, '{1,NULL}', 2), (3, 1, '{1,1,-0.50}', 2), (4, 1, '{0,0.00}', 2), (5, 1, '{1,NaN}', 2), (6, 1, '{Infinity}', 2), (7, 1, '{-Infinity}', 2),
             (8, 'NaN', '{1}', 2), (9, 'Infinity', '{1}', 2), (10, '-Infinity', '{1}', 2), (11, 1, '{1}', -1), (12, 1, '{1}', 16384), (13, 0, '{0}', 2), (14, 0, '{1,-1}', 2)) AS argument (n, amount, weights, decimals),
     refusal(amount, weights, decimals)
ORDER BY n;

-- A million weights. 1 to 1000 a thousand times each are 500,500,000; 5,005,000.07 are 500,500,007 cents: 1 to 1000 cents each, and the 7 to the largest remainders,
-- 1000 x 7 / 500,500,000, the first of them.
CREATE TABLE many AS SELECT array_agg((n - 1) % 1000 + 1::numeric ORDER BY n) AS weights FROM generate_series(1, 1000000) AS n;
SELECT count(*), sum(part), count(*) FILTER (WHERE part <> weight / 100) AS more, max(n) FILTER (WHERE part <> weight / 100) AS last
FROM many, LATERAL (SELECT allocate(5005000.07, weights, 2) AS parts OFFSET 0) AS allocated, unnest(parts, weights) WITH ORDINALITY AS allocation (part, weight, n);
-- Beyond 128 bits, too: 5.005e50 by 1 to 1000 a hundred times each, 50,050,000, is 1e43 times the weight; and 7 units as before.
SELECT count(*), sum(part), count(*) FILTER (WHERE part % 1e43 <> 0) AS more, max(n) FILTER (WHERE part % 1e43 <> 0) AS last
FROM many, LATERAL (SELECT allocate(5.005e50 + 7, weights[1:100000], 0) AS parts OFFSET 0) AS allocated, unnest(parts) WITH ORDINALITY AS allocation (part, n);
-- It can be cancelled: 131,000 digits times 131,000 digits, for each of a hundred parts.
SET statement_timeout = '300ms';
SELECT cardinality(allocate(digits, array_fill(digits, ARRAY[100]), 0)) FROM (SELECT repeat('7', 131000)::numeric AS digits) AS long;
RESET statement_timeout;

--
-- Random amounts and weights: money, beyond 64 bits, beyond 128 bits; weights with ties and zeros.
--
SELECT setseed(0.17) \gset
CREATE TABLE sample AS
SELECT n, size, decimals, round((CASE WHEN random() < 0.4 THEN -1 ELSE 1 END) * random()::numeric * random()::numeric * 10::numeric ^ (random() * magnitude)::integer,
                                (decimals * CASE WHEN random() < 0.6 THEN 1 ELSE random() * 2 END + CASE WHEN random() < 0.1 THEN 9 ELSE 0 END)::integer) AS amount
FROM generate_series(1, 6000) AS n,
     LATERAL (SELECT CASE n % 3 WHEN 0 THEN 9 WHEN 1 THEN 25 ELSE 60 END AS magnitude, 1 + (random() * random() * 24)::integer AS size, (random() * 6)::integer + CASE WHEN n % 17 = 0 THEN 20 ELSE 0 END AS decimals) AS chance;
CREATE TABLE sample_weight AS
SELECT n, position, CASE WHEN position > 1 AND random() < 0.15 THEN 0
                         WHEN n % 4 < 2 THEN 1 + (random() * 3)::integer
                         ELSE round(random()::numeric * random()::numeric * 10::numeric ^ (random() * CASE WHEN n % 5 = 0 THEN 30 ELSE 6 END)::integer, (random() * CASE WHEN n % 7 = 0 THEN 25 ELSE 3 END)::integer)
                              + CASE WHEN position = 1 THEN 0.5 ELSE 0 END END AS weight
FROM sample, generate_series(1, size) AS position;
CREATE TABLE allocated AS
SELECT sample.*, weights, allocate(amount, weights, decimals) AS parts
FROM sample JOIN (SELECT n, array_agg(weight ORDER BY position) AS weights FROM sample_weight GROUP BY n) AS weighted USING (n);
CREATE VIEW allocated_part AS
SELECT n, decimals, amount, position, weight, part, sum(weight) OVER (PARTITION BY n) AS total
FROM allocated, unnest(weights, parts) WITH ORDINALITY AS allocation (weight, part, position);
SELECT count(*), count(*) FILTER (WHERE amount < 0) > 500 AS negative, count(*) FILTER (WHERE scale(trim_scale(amount)) > decimals) > 500 AS finer,
       count(*) FILTER (WHERE abs(amount) > 1e38) > 500 AS long FROM allocated;

-- The parts add up to the amount; so do the parts rounded to the amount rounded, and all but one have the decimals asked for.
SELECT n, amount, weights, parts FROM allocated
WHERE amount IS DISTINCT FROM (SELECT sum(part) FROM unnest(parts) AS part) LIMIT 3;
SELECT n, amount, weights, parts FROM allocated
WHERE round(amount, decimals) IS DISTINCT FROM (SELECT sum(round(part, decimals)) FROM unnest(parts) AS part) LIMIT 3;
SELECT n, amount, weights, parts FROM allocated
WHERE (SELECT array_agg(scale(part)) FROM unnest(parts) AS part WHERE scale(part) <> decimals)
      IS DISTINCT FROM CASE WHEN scale(trim_scale(amount)) > decimals THEN ARRAY[scale(trim_scale(amount))] END LIMIT 3;
-- Each part is off its exact share, amount x weight / total, by less than a cent; it has the amount's sign; a weight of 0 gets 0.
SELECT * FROM allocated_part WHERE abs(part * total - amount * weight) >= total / 10::numeric ^ decimals OR sign(part) * sign(amount) < 0 OR (weight = 0 AND part <> 0) LIMIT 3;
-- Equal weights: an earlier one never gets less.
SELECT * FROM (SELECT *, lead(part) OVER (PARTITION BY n, weight ORDER BY position) AS later FROM allocated_part) AS paired WHERE abs(later) > abs(part) LIMIT 3;
-- The opposite amount has the opposite parts.
SELECT n, amount, weights, parts FROM allocated
WHERE allocate(-amount, weights, decimals) IS DISTINCT FROM (SELECT array_agg(-part ORDER BY position) FROM unnest(parts) WITH ORDINALITY AS allocation (part, position)) LIMIT 3;
-- Weights times a number are the same weights, but take another way of computing: products beyond 64 bits (3^40), sums beyond 128 (3^120).
SELECT power, count(*) AS differ FROM allocated, unnest('{13,40,120}'::integer[]) AS power
WHERE parts::text <> allocate(amount, (SELECT array_agg(weight * 3::numeric ^ power ORDER BY position) FROM unnest(weights) WITH ORDINALITY AS weighted (weight, position)), decimals)::text
GROUP BY power;
-- Ten thousand times the amount in units ten thousand times as large.
SELECT n, amount, weights, parts FROM allocated
WHERE decimals >= 4 AND allocate(amount * 10000, weights, decimals - 4) IS DISTINCT FROM (SELECT array_agg(part * 10000 ORDER BY position) FROM unnest(parts) WITH ORDINALITY AS allocation (part, position)) LIMIT 3;

-- The same by SQL: shares in whole cents and their remainders, which row_number() ranks.
WITH share AS (
    SELECT *, trunc(abs(amount), decimals) * 10::numeric ^ decimals AS cents, abs(amount) - trunc(abs(amount), decimals) AS rest,
           div(abs(amount) * 10::numeric ^ decimals * weight, total) AS share, mod(abs(amount) * 10::numeric ^ decimals * weight, total) AS remainder
    FROM allocated_part
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY n ORDER BY remainder DESC, position) AS rank, cents - sum(share) OVER (PARTITION BY n) AS left_over FROM share
)
SELECT count(*) AS parts, count(*) FILTER (WHERE part * 10::numeric ^ decimals <> sign(amount) * (share + CASE WHEN rank <= left_over THEN 1 WHEN rank = left_over + 1 THEN rest * 10::numeric ^ decimals ELSE 0 END)) AS differ,
       count(*) FILTER (WHERE rank <= left_over) > 5000 AS had_a_cent, count(*) FILTER (WHERE rank = left_over + 1 AND rest > 0) > 500 AS had_the_rest
FROM ranked;
