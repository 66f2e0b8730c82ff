#!/usr/bin/env bash
# Have eight clients insert payments of random leads of the ledger "marketing" one by one, in rounds with its logs and
# without; the server is that of psql's environment. Prints "round,variant,inserts per second" for each. Part of upkeep.sql.
#
#   bench/insert_rate.sh ROUNDS INSERTS LEADS       inserts are those of one client in one round
set -euo pipefail

insert="\\set lead random(1, $3)
INSERT INTO marketing.payment (lead_id, paid_on, amount) VALUES (:lead, '2025-12-30', 12.50);"
for round in $(seq "$1"); do
    for variant in 'not kept' kept; do
        [ "$variant" = kept ] && switch=ENABLE || switch=DISABLE
        psql -X -q -c "ALTER TABLE marketing.payment $switch TRIGGER keep_inserted"
        rate=$(pgbench -n -c 8 -j 2 -t "$2" -f - <<<"$insert" 2>/dev/null | sed -n 's/^tps = \([0-9.]*\) (without.*/\1/p')
        echo "$round,$variant,$rate"
    done
done
