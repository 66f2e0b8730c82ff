\set what random(1, 16)
\set then random(1, 16)
\set lead random(1, 20)
\set other random(1, 20)
\set source random(1, 5)
\set days random(0, 400)
\set more random(0, 400)
BEGIN;
SELECT stress.act_or_not(:what, :lead, :source, :days);
SELECT stress.act_or_not(:then, :other, :source, :more);
COMMIT;
