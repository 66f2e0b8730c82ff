#!/usr/bin/env bash
# Print docs/reference.md as it should be, from the server that psql's variables (PGHOST ...) name. The
# database must be empty. Run it in the project's folder.
#
# page.sql prints a script; running that prints the page. The last step
# removes the empty lines that psql prints around an output, and the fence of an example without output.
set -euo pipefail

psql -X -q -f docs/reference/page.sql |
    psql -X -q |
    perl -0777 -pe 's/```text\n\n(.*?)\n*^```\n/```\n$1\n```\n/smg; s/^```\n\n```\n\n//mg; s/\n+\z/\n/'
