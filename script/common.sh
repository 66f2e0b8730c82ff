# What script/demo, script/test and script/bench share: packages, building into a folder of their
# own, and a server of their own. Sourced, not run.
#
# Nothing is installed into the system's PostgreSQL: the built extension goes to a folder, and the
# server is told to look there. PostgreSQL refuses to run as root, so root hands over to the user
# postgres, and a server's folder belongs to whoever runs it.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
umask 022
export LC_ALL=C.UTF-8
unset MAKEFLAGS

# Print an error and stop.
fail() {
    echo "$(basename "$0"): $*" >&2
    exit 1
}

# Run a command as the user that may run a server, who need not be able to read this folder.
as_server_user() {
    if [ "$(id -u)" -eq 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

# Run a command in a folder that everybody can enter.
in_root_folder() {
    (cd / && "$@")
}

# Hand a folder over to the user that runs the server.
give_to_server_user() {
    if [ "$(id -u)" -eq 0 ]; then
        chown -R postgres: "$@"
    fi
}

# Install Debian packages that are missing: as root do it, else say how.
require_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "please install the equivalent of these Debian packages: ${missing[*]}"
    if [ "$(id -u)" -ne 0 ]; then
        fail "packages are missing; please run: sudo apt-get install --no-install-recommends ${missing[*]}"
    fi
    echo "Installing ${missing[*]}"
    {
        apt-get update -q
        DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
    } >"${TMPDIR:-/tmp}/lead_roi_apt.log" 2>&1 || {
        tail -n 20 "${TMPDIR:-/tmp}/lead_roi_apt.log" >&2
        fail "packages could not be installed"
    }
}

# Find PostgreSQL: PG_CONFIG where the caller names one, else Debian's, installing it if need be. The
# servers are the script's own, so the caller's settings of another one are forgotten.
require_postgresql() {
    unset PGHOST PGPORT PGUSER PGDATABASE PGOPTIONS PGSERVICE
    if [ -z "${PG_CONFIG:-}" ]; then
        require_packages make gcc libc6-dev postgresql-15 postgresql-server-dev-15 "$@"
        PG_CONFIG=/usr/lib/postgresql/15/bin/pg_config
    fi
    export PG_CONFIG
    PATH=$("$PG_CONFIG" --bindir):$PATH
    pgxs_folder=$("$PG_CONFIG" --pgxs)
    pgxs_folder=${pgxs_folder%/makefiles/pgxs.mk}
    postgresql_major=$("$PG_CONFIG" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
}

# Have Node.js: any that is there, else Debian's.
require_node() {
    command -v node >/dev/null || require_packages nodejs npm
    [ "$(node -p 'parseInt(process.versions.node) >= 18')" = true ] ||
        fail "Node.js 18 or later is needed; this is $(node --version)"
}

# Have the packages that the dashboard is made with, in the folder $dashboard_packages: one for each
# version of the lock file, in the user's cache, where they are put once.
require_dashboard_packages() {
    local cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/lead_roi new
    require_node
    dashboard_packages=$cache/dashboard_$(sha256sum dashboard/package-lock.json | cut -c 1-16)
    [ ! -d "$dashboard_packages" ] || return 0
    command -v npm >/dev/null || require_packages npm
    mkdir -p "$cache" 2>/dev/null && new=$(mktemp -d "$cache/new.XXXXXX") ||
        fail "the folder $cache can't be written; set XDG_CACHE_HOME to one that can"
    cp dashboard/package.json dashboard/package-lock.json "$new"
    (cd "$new" && npm ci --ignore-scripts --no-audit --no-fund) >"$new/npm.log" 2>&1 || {
        tail -n 20 "$new/npm.log" >&2
        rm -rf "$new"
        fail "npm could not install the packages of the dashboard"
    }
    mv -T "$new" "$dashboard_packages" 2>/dev/null || rm -rf "$new"     # another run was faster
}

# Build the extension in FOLDER/build with the given compiler options and install it in FOLDER/stage.
build_into() {
    local folder=$1 options=$2
    mkdir -p "$folder/build"
    cp -R Makefile README.md lead_roi.control src sql expected test demo bench docs dashboard script "$folder/build"
    [ ! -d upgrade ] || cp -R upgrade "$folder/build"
    make -s -j2 -C "$folder/build" with_llvm=no COPT="$options" DESTDIR="$folder/stage" install >"$folder/make.log" 2>&1 ||
        { cat "$folder/make.log" >&2; fail "the build failed"; }
}

# Settings that let a server find the extension installed in FOLDER/stage.
staged_settings() {
    local stage=$1/stage
    if [ "$postgresql_major" -ge 18 ]; then
        echo "extension_control_path = '$stage$("$PG_CONFIG" --sharedir):\$system'"
    else
        echo "extension_destdir = '$stage'"
    fi
    echo "dynamic_library_path = '$stage$("$PG_CONFIG" --pkglibdir):\$libdir'"
}

# Create and start a server in FOLDER/data, reached through a socket in FOLDER alone. Further
# settings come from standard input.
start_server() {
    local folder=$1
    mkdir -m 700 "$folder/data"
    give_to_server_user "$folder/data"
    in_root_folder as_server_user initdb -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    {
        staged_settings "$folder"
        echo "listen_addresses = ''"
        echo "unix_socket_directories = '$folder/data'"
        cat
    } >>"$folder/data/postgresql.conf"
    in_root_folder as_server_user pg_ctl -D "$folder/data" -l "$folder/data/server.log" -w start >/dev/null ||
        { tail -n 20 "$folder/data/server.log" >&2; fail "the server did not start"; }
}

# Stop the server in FOLDER/data if it runs.
stop_server() {
    local folder=$1
    if in_root_folder as_server_user pg_ctl -D "$folder/data" status >/dev/null 2>&1; then
        in_root_folder as_server_user pg_ctl -D "$folder/data" -m fast -w stop >/dev/null
    fi
}

# A folder $work for this run, which goes at the end, after the server in it if there is one.
make_work_folder() {
    work=$(mktemp -d "${TMPDIR:-/tmp}/lead_roi_$(basename "$0").XXXXXX")
    trap 'stop_server "$work"; rm -rf "$work"' EXIT
    chmod 755 "$work"
}

# Build with warnings as errors and assertions on, in a folder $work.
prepare_tests() {
    require_postgresql libipc-run-perl postgresql-15-cron perl locales \
        python3-psycopg python3-psycopg2 libpostgresql-jdbc-java default-jre-headless ecj
    make_work_folder
    build_into "$work" "-Wall -Wextra -Werror -DUSE_ASSERT_CHECKING"
    staged_settings "$work" >"$work/staged.conf"
    give_to_server_user "$work"
}

# Have what the tests of the dashboard need: a browser, and the packages at hand for the server's user.
prepare_dashboard_tests() {
    require_packages chromium fonts-dejavu-core
    require_dashboard_packages
    mkdir -p "$work/.cache/lead_roi"
    cp -R "$dashboard_packages" "$work/.cache/lead_roi"
    give_to_server_user "$work/.cache"
}

# Run a command in the folder of the build, with what PostgreSQL's Perl test modules need.
in_test_environment() {
    cd "$work/build"
    as_server_user env \
        TEMP_CONFIG="$work/staged.conf" TESTDIR="$work/build" \
        PG_REGRESS="$pgxs_folder/test/regress/pg_regress" \
        PG_ISOLATION_REGRESS="$pgxs_folder/test/isolation/pg_isolation_regress" \
        PERL5LIB="$pgxs_folder/test/perl:$work/build/test/tap" \
        PATH="$PATH" HOME="$work" XDG_CACHE_HOME="$work/.cache" \
        "$@"
}
