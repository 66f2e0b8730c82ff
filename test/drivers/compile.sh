#!/bin/sh
# Compile the reader for JDBC into a folder with the first compiler that can: not every ecj that is
# installed works.
#
#   test/drivers/compile.sh FOLDER
source=$(dirname "$0")/ReadViews.java
for compiler in "javac" "ecj -source 11 -target 11"; do
    command -v "${compiler%% *}" >/dev/null && $compiler -proc:none -encoding UTF-8 -d "$1" "$source" && exit 0
done
exit 1
