          CASE WHEN \1 IS NULL THEN 'date_missing'
               WHEN \1 < '1970-01-01' OR \1 > (SELECT @today@) + 3653 THEN 'date_implausible'
               ELSE 'date_in_future' END
