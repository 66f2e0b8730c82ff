--
-- metrics: what chance alone does to a count. Customers come in one by one, so a month that won 4 might as well have won
-- 2 or 8: a cost per customer moves by as much before anything has changed.
--

CREATE FUNCTION count_lower_limit(count bigint) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN count > 0
            THEN round(count * power(greatest(1 - 1 / (9.0 * count) - 1.96 / (3 * sqrt(count::numeric)), 0), 3), 6)
            ELSE 0 END;

COMMENT ON FUNCTION count_lower_limit(bigint) IS
'Lower 95 % confidence limit of the mean behind a count of things that happen independently of each other, such as customers won in a month; to six decimals. Byar''s approximation to the exact Poisson limit: n (1 - 1/(9n) - z/(3 sqrt n))^3 with z = 1.96 (Breslow and Day, Statistical Methods in Cancer Research II, 1987, p. 69), within 0.02 of it. 0 for a count of 0 or less; NULL gives NULL.';

CREATE FUNCTION count_upper_limit(count bigint) RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN round((greatest(count, 0) + 1.0)
             * power(1 - 1 / (9.0 * (greatest(count, 0) + 1.0)) + 1.96 / (3 * sqrt(greatest(count, 0) + 1.0)), 3), 6);

COMMENT ON FUNCTION count_upper_limit(bigint) IS
'Upper 95 % confidence limit of the mean behind a count, see count_lower_limit(): the same with n + 1 instead of n and + z, within 0.04 of the exact limit. 3.67 for a count of 0: a month that won nobody may win three on average. NULL gives NULL.';
