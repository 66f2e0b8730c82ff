#!/bin/sh
# Run the SQL tests (sql/) and the isolation tests (test/isolation/) against a running server that has
# lead_roi installed, as a superuser, each test in a database of its own.
#
#   test/installcheck.sh RUNNERS [NAME ...]
#
# RUNNERS is the folder with PostgreSQL's regress/pg_regress and isolation/pg_isolation_regress; "make
# installcheck" knows it. psql's variables (PGHOST, PGPORT, PGUSER ...) say where the server is.
# Prints "ok NAME" or "not ok NAME" for each test, and the differences. They are kept in
# regression.diffs, and what the tests printed in results/, both in the current folder. Databases and
# roles called lead_roi_test_... are the tests' own and are dropped, before and afterwards.
set -eu

runners=$1
shift
source=$(cd "$(dirname "$0")/.." && pwd)
output=$(pwd)
maintenance=${PGDATABASE:-postgres}
unset PGDATABASE PGOPTIONS
failed=0
passed=0

sql() {
    psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

# What a test may have left on the server.
remove_traces() {
    PGOPTIONS='-c client_min_messages=warning' sql -d "$maintenance" <<END
DROP DATABASE IF EXISTS "$1" WITH (FORCE);
SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE rolname LIKE 'lead\\_roi\\_test\\_%' \\gexec
END
}

# A database in which a test prints the same whatever the server's locale and settings are. pg_regress
# sees to the client's.
make_database() {
    remove_traces "$1"
    sql -d "$maintenance" <<END
CREATE DATABASE "$1" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C';
ALTER DATABASE "$1" SET lc_messages = 'C';
ALTER DATABASE "$1" SET lc_monetary = 'C';
ALTER DATABASE "$1" SET lc_numeric = 'C';
ALTER DATABASE "$1" SET lc_time = 'C';
ALTER DATABASE "$1" SET bytea_output = 'hex';
ALTER DATABASE "$1" SET timezone_abbreviations = 'Default';
ALTER DATABASE "$1" SET extra_float_digits = 1;
ALTER DATABASE "$1" SET search_path = "\$user", public;
ALTER DATABASE "$1" SET default_transaction_isolation = 'read committed';
ALTER DATABASE "$1" SET default_transaction_read_only = off;
END
    sql -d "$1" -c 'CREATE EXTENSION lead_roi'
}

# Run a test with pg_regress or its sibling.
run_test() {
    runner=$1 input=$2 name=$3
    database=lead_roi_test_$name
    results=$output/results/$name
    rm -rf "$results"
    mkdir -p "$results"
    if make_database "$database" >"$results/log" 2>&1 &&
        "$runner" --bindir= --use-existing --inputdir="$input" --outputdir="$results" --dbname="$database" "$name" >>"$results/log" 2>&1
    then
        echo "ok $name"
        passed=$((passed + 1))
    else
        echo "not ok $name"
        failed=$((failed + 1))
        if [ -s "$results/regression.diffs" ]; then
            cat "$results/regression.diffs"
        else
            cat "$results/log"
        fi | tee -a "$output/regression.diffs"
    fi
    remove_traces "$database" >>"$results/log" 2>&1 || true
}

# Whether a test is among those to run.
is_chosen() {
    test=$1
    shift
    [ $# -gt 0 ] || return 0
    case " $* " in *" $test "*) return 0 ;; esac
    return 1
}

rm -f "$output/regression.diffs"
for file in "$source"/sql/*.sql; do
    name=$(basename "$file" .sql)
    if is_chosen "$name" "$@"; then
        run_test "$runners/regress/pg_regress" "$source" "$name"
    fi
done
for file in "$source"/test/isolation/specs/*.spec; do
    name=$(basename "$file" .spec)
    if is_chosen "$name" "$@"; then
        run_test "$runners/isolation/pg_isolation_regress" "$source/test/isolation" "$name"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
