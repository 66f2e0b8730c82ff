#!/bin/sh
# Write the function ledger_part(), which has the parts that a ledger is made of, from the files named.
#
#   parts.sh KIND FILE ... KIND FILE ...
#
# KIND is table (made once), stand-in, view (made anew by each upgrade) or columns (what views
# include, such as @figures@, and queries that functions run). A part has the name of its room and file: ledger/expense.
set -eu

cat <<'END'

CREATE FUNCTION ledger_part(OUT part text, OUT kind text, OUT definition text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $parts$
VALUES
END
separator=
for word; do
    case $word in
    *.ledger.sql)
        room=$(basename "$(dirname "$word")")
        printf "%s('%s/%s', '%s', \$part\$\n" "$separator" "$room" "$(basename "$word" .ledger.sql)" "$kind"
        cat "$word"
        printf '$part$)'
        separator=',
' ;;
    *)
        kind=$word ;;
    esac
done
cat <<'END'

$parts$;

COMMENT ON FUNCTION ledger_part() IS
'Internal: the parts of a ledger in order, the files *.ledger.sql of the source.';
END
