#!/usr/bin/env bash
# Have script/dashboard report on the ledger that a connection string names, in rounds. Prints "round,report,milliseconds" for the page alone, for a
# folder with a page for each lead source, and for writing over that folder. Part of dashboard.sql.
#
#   bench/dashboard_times.sh ROUNDS CONNECTION
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
now() { date +%s%3N; }
for round in $(seq "$1"); do
    rm -rf "$folder/report"
    for report in 'page alone' 'page for each lead source' 'over the same folder'; do
        started=$(now)
        if [ "$report" = 'page alone' ]; then
            script/dashboard "$2" >"$folder/index.html"
        else
            script/dashboard --directory "$folder/report" "$2"
        fi
        echo "$round,$report,$(($(now) - started))"
    done
done
