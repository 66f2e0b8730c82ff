--
-- metrics: what chance alone does to a count. Customers come in one by one, so a month that won 4 might as well have won
-- 2 or 8: a cost per customer moves by as much before anything has changed.
--

-- Written so that the planner can put them in place of their calls, of which a month's row has eight.
CREATE FUNCTION lead_roi_internal.count_limit(count double precision, z double precision) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN round((count * (1 - 1 / (9 * count) + z / (3 * sqrt(count))) ^ 3)::numeric, 6);

COMMENT ON FUNCTION lead_roi_internal.count_limit(double precision, double precision) IS
'Internal: Byar''s approximation to a confidence limit of the mean behind a positive count, to six decimals or 15 digits; z is that of the normal distribution.';

CREATE FUNCTION count_lower_limit(count bigint) RETURNS numeric
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN CASE WHEN count > 0 THEN lead_roi_internal.count_limit(count, -1.96) WHEN count <= 0 THEN 0 END;

COMMENT ON FUNCTION count_lower_limit(bigint) IS
'Lower 95 % confidence limit of the mean behind a count of things that happen independently of each other, such as customers won in a month; to six decimals, or 15 digits. Byar''s approximation to the exact Poisson limit: n (1 - 1/(9n) - z/(3 sqrt n))^3 with z = 1.96 (Breslow and Day, Statistical Methods in Cancer Research II, 1987, p. 69), within 0.02 of it. 0 for a count of 0 or less; NULL gives NULL.';

CREATE FUNCTION count_upper_limit(count bigint) RETURNS numeric
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN CASE WHEN count > 0 THEN lead_roi_internal.count_limit(count::double precision + 1, 1.96) WHEN count <= 0 THEN lead_roi_internal.count_limit(1, 1.96) END;

COMMENT ON FUNCTION count_upper_limit(bigint) IS
'Upper 95 % confidence limit of the mean behind a count, see count_lower_limit(): the same with n + 1 instead of n and + z, within 0.04 of the exact limit. 3.67 for a count of 0: a month without a customer may still win three on average. NULL gives NULL.';
