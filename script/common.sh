# What the scripts share: packages, a PostgreSQL of their own with the extension built into it, and
# servers of their own. Sourced, not run.
#
# Nothing is installed into the system's PostgreSQL: the extension goes into a private copy of it, in
# which programs are copies and all else is a link. That serves every PostgreSQL of any origin alike.
# PostgreSQL refuses to run as root, so root hands over to the user postgres, and a server's folder
# belongs to whoever runs it.

# "--help" prints the comment at the top of the script that sources this one.
case "${1:-}" in
-h | --help)
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
    exit ;;
esac

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
umask 022
export LC_ALL=C.UTF-8
unset MAKEFLAGS
PATH=$PATH:/usr/sbin:/sbin      # where runuser is; "su" leaves it out

# The oldest PostgreSQL that lead_roi is written for.
oldest_major=15

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

# Run a command with its output in a file LOG, and tell every five seconds (or progress_seconds) how far
# it is: the last line there (or the last like progress_pattern). That goes to standard error, so that
# it is seen when the output is read by a program.
with_progress() {
    local log=$1 started=$SECONDS next=$((SECONDS + ${progress_seconds:-5})) ticker status=0 line
    shift
    (
        while sleep 1 && kill -0 $$; do
            [ $SECONDS -ge "$next" ] || continue
            next=$((next + ${progress_seconds:-5}))
            line=$(grep -a -e "${progress_pattern:-.}" "$log" | tail -n 1 | tr '\r\t' '  ' | cut -c 1-100)
            printf '  %3d s  %s\n' $((SECONDS - started)) "${line:-still at work}" >&3
        done
    ) 3>&2 </dev/null >/dev/null 2>&1 &
    ticker=$!
    "$@" >"$log" 2>&1 </dev/null || status=$?
    kill "$ticker"
    wait "$ticker" 2>/dev/null || true
    return "$status"
}

# Whether a Debian package is installed.
is_installed() {
    dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'
}

# Bring apt's lists up to date, once.
update_package_lists() {
    [ -z "${package_lists_are_new:-}" ] || return 0
    local log
    log=$(mktemp)
    echo "Updating the list of packages" >&2
    with_progress "$log" apt-get update -q || { tail -n 20 "$log" >&2; rm "$log"; fail "the list of packages could not be updated"; }
    rm "$log"
    package_lists_are_new=yes
}

# Whether the distribution has a package. A machine may have no list of packages yet.
is_available() {
    is_installed "$1" || apt-cache show "$1" >/dev/null 2>&1 && return 0
    [ "$(id -u)" -eq 0 ] || return 1
    update_package_lists
    apt-cache show "$1" >/dev/null 2>&1
}

# Install Debian packages that are missing: as root do it, else say how. On other systems what they
# bring has to be there.
require_packages() {
    local missing=() package log size
    if ! command -v dpkg-query >/dev/null; then
        for package in make perl; do
            command -v "$package" >/dev/null || fail "please install $package"
        done
        return 0
    fi
    for package in "$@"; do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        fail "packages are missing; please run: ${install_command:-sudo apt-get install --no-install-recommends ${missing[*]}}"
    fi
    update_package_lists
    size=$(apt-get install --assume-no --no-install-recommends "${missing[@]}" 2>/dev/null |
        sed -n 's/^Need to get \(.*\) of archives.*/\1 to fetch/p; s/^After this operation, \(.* of additional disk space\).*/\1/p' |
        paste -s -d ',' | sed 's/,/, /g') || true
    echo "Installing ${missing[*]}${size:+ ($size)}" >&2
    log=$(mktemp)
    with_progress "$log" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" || {
        tail -n 20 "$log" >&2
        rm "$log"
        fail "packages could not be installed"
    }
    rm "$log"
}

# The major version of the PostgreSQL that a pg_config belongs to.
major_of() {
    "$1" --version | sed -n '1s/^PostgreSQL \([0-9]*\).*/\1/p'
}

# Whether a pg_config belongs to a PostgreSQL that is new enough, runs servers and builds extensions.
is_complete() {
    local major
    [ -x "$1" ] || return 1
    major=$(major_of "$1")
    [ "${major:-0}" -ge $oldest_major ] &&
        [ -x "$("$1" --bindir)/initdb" ] && [ -e "$("$1" --pgxs)" ] && [ -e "$("$1" --includedir-server)/postgres.h" ]
}

# The major version that the package "postgresql" of this distribution brings.
distribution_major() {
    apt-cache depends --important postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9]*\)$/\1/p' | sort -n | tail -n 1
}

# Choose a PostgreSQL: what PG_CONFIG names, else the newest that is installed, else the
# distribution's. Sets PG_CONFIG, postgresql_major, and the packages that are to bring it, once.
choose_postgresql() {
    [ -z "${postgresql_major:-}" ] || return 0
    local candidate
    local advice="Set PG_CONFIG to the pg_config of PostgreSQL $oldest_major or later, with its server and development files. \
Debian 12, 13 and sid bring one."
    postgresql_packages=()
    if [ -n "${PG_CONFIG:-}" ]; then
        candidate=$(command -v "$PG_CONFIG") || fail "PG_CONFIG is $PG_CONFIG, which is not a program. $advice"
        PG_CONFIG=$candidate
        is_complete "$PG_CONFIG" ||
            fail "PG_CONFIG is $PG_CONFIG, which is too old, or finds no initdb or no files for building extensions. $advice"
        postgresql_major=$(major_of "$PG_CONFIG")
        return 0
    fi
    for candidate in $(printf '%s\n' /usr/lib/postgresql/*/bin/pg_config | sort -t / -k 5,5nr) $(command -v pg_config); do
        if is_complete "$candidate"; then
            PG_CONFIG=$candidate
            postgresql_major=$(major_of "$candidate")
            return 0
        fi
    done
    command -v apt-get >/dev/null || fail "no PostgreSQL was found. $advice"
    [ -n "$(distribution_major)" ] || [ "$(id -u)" -ne 0 ] || update_package_lists
    postgresql_major=$(distribution_major)
    [ -n "$postgresql_major" ] ||
        fail "no PostgreSQL was found, nor the distribution's package. Run: sudo apt-get update. $advice"
    [ "$postgresql_major" -ge $oldest_major ] || fail "this distribution's PostgreSQL is $postgresql_major. $advice"
    PG_CONFIG=/usr/lib/postgresql/$postgresql_major/bin/pg_config
    postgresql_packages=("postgresql-$postgresql_major" "postgresql-server-dev-$postgresql_major")
}

# Have a PostgreSQL, what builds extensions, and these packages. The servers are the script's own, so
# the caller's settings of another one are forgotten.
require_postgresql() {
    unset PGHOST PGPORT PGUSER PGDATABASE PGOPTIONS PGSERVICE
    choose_postgresql
    require_packages make gcc libc6-dev "${postgresql_packages[@]}" "$@"
    PATH=$("$PG_CONFIG" --bindir):$PATH
    export PG_CONFIG
}

# Have Node.js: any that is there, else Debian's.
require_node() {
    command -v node >/dev/null || require_packages nodejs
    command -v node >/dev/null || fail "please install Node.js 18 or later, and npm"
    [ "$(node -p 'parseInt(process.versions.node) >= 18')" = true ] ||
        fail "Node.js 18 or later is needed; this is $(node --version)"
}

# Have the Node.js packages of a FOLDER of this project, which its lock file names, in the folder $node_packages: one
# for each version of the lock file, in the user's cache, where they are put once.
require_node_packages() {
    local folder=$1 what=$2 cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/lead_roi new
    require_node
    node_packages=$cache/$(basename "$folder")_$(sha256sum "$folder/package-lock.json" | cut -c 1-16)
    [ ! -d "$node_packages" ] || return 0
    command -v npm >/dev/null || require_packages npm
    mkdir -p "$cache" 2>/dev/null && new=$(mktemp -d "$cache/new.XXXXXX") ||
        fail "the folder $cache can't be written; set XDG_CACHE_HOME to one that can"
    cp "$folder/package.json" "$folder/package-lock.json" "$new"
    echo "Fetching the packages of $what" >&2
    (cd "$new" && with_progress "$new/npm.log" npm ci --ignore-scripts --no-audit --no-fund) || {
        tail -n 20 "$new/npm.log" >&2
        rm -rf "$new"
        fail "npm could not install the packages of $what"
    }
    mv -T "$new" "$node_packages" 2>/dev/null || rm -rf "$new"     # another run was faster
}

# Have the packages that the dashboard is made with, in the folder $dashboard_packages.
require_dashboard_packages() {
    require_node_packages dashboard "the dashboard"
    dashboard_packages=$node_packages
}

# Make a private copy of the PostgreSQL in FOLDER/postgresql, and let PG_CONFIG and PATH name it.
# PostgreSQL's programs find all else by where they are themselves, so they are copied; the rest is
# linked, but for an installed lead_roi.
copy_postgresql() {
    local folder=$1 original=$PG_CONFIG bin kind from to
    bin=$("$original" --bindir)
    mkdir -p "$folder/postgresql$bin"
    cp -L "$bin"/{pg_*,postgres,initdb,psql,createdb,dropdb,createuser,dropuser,vacuumdb} "$folder/postgresql$bin"
    PG_CONFIG=$folder/postgresql$bin/pg_config
    for kind in sharedir pkglibdir includedir pkgincludedir includedir-server; do
        from=$("$original" --$kind)
        to=$("$PG_CONFIG" --$kind)
        [ ! -e "$to" ] || continue
        mkdir -p "$(dirname "$to")"
        case $kind in
        sharedir | pkglibdir) cp -Rs "$from" "$to" ;;
        *) ln -s "$from" "$to" ;;
        esac
    done
    rm -f "$("$PG_CONFIG" --pkglibdir)"/lead_roi.so "$("$PG_CONFIG" --sharedir)"/extension/lead_roi{.control,--*.sql}
    export PG_CONFIG PATH="$folder/postgresql$bin:$PATH"
}

# Build the extension in FOLDER/build with the given compiler options, for and into a copy of the
# PostgreSQL in FOLDER/postgresql. Where this folder is such a build itself, its objects are used again.
build_into() {
    local folder=$1 options=$2 version
    copy_postgresql "$folder"
    version=$("$PG_CONFIG" --version)
    mkdir -p "$folder/build"
    cp -R --preserve=timestamps Makefile META.json CHANGELOG.md README.md LICENSE lead_roi.control debian src sql expected test demo bench docs dashboard script "$folder/build"
    [ ! -d upgrade ] || cp -R upgrade "$folder/build"
    [ "$(cat built_with 2>/dev/null)" = "$version $options" ] || find "$folder/build" -name '*.o' -delete
    echo "Building lead_roi for $version" >&2
    with_progress "$folder/make.log" make -s -j2 -C "$folder/build" with_llvm=no COPT="$options" install ||
        { cat "$folder/make.log" >&2; fail "the build failed"; }
    echo "$version $options" >"$folder/build/built_with"
}

# Create and start a server in FOLDER/data, reached through a socket in FOLDER alone. Further
# settings come from standard input.
start_server() {
    local folder=$1
    mkdir -m 700 "$folder/data"
    give_to_server_user "$folder/data"
    in_root_folder as_server_user initdb -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
    {
        echo "listen_addresses = ''"
        echo "unix_socket_directories = '$folder/data'"
        cat
    } >>"$folder/data/postgresql.conf"
    resume_server "$folder"
}

# Start the server in FOLDER/data, which is not running.
resume_server() {
    local folder=$1
    in_root_folder as_server_user pg_ctl -D "$folder/data" -l "$folder/data/server.log" -w start >/dev/null ||
        { tail -n 20 "$folder/data/server.log" >&2; fail "the server did not start"; }
}

# Whether the server in FOLDER/data runs.
server_runs() {
    in_root_folder as_server_user pg_ctl -D "$1/data" status >/dev/null 2>&1
}

# Stop every server whose data is somewhere in FOLDER.
stop_servers() {
    local folder=$1 mode=$2 pid_file
    [ -d "$folder" ] || return 0
    find "$folder" -name postmaster.pid 2>/dev/null | while read -r pid_file; do
        in_root_folder as_server_user pg_ctl -D "$(dirname "$pid_file")" -m "$mode" -w stop >/dev/null 2>&1 </dev/null || true
    done
}

# End what run_in_group() has started, if it is still at work.
end_group() {
    [ -n "${running_group:-}" ] || return 0
    kill -TERM -- "-$running_group" 2>/dev/null || true
    local tries
    for tries in $(seq 50); do
        kill -0 -- "-$running_group" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL -- "-$running_group" 2>/dev/null || true
}

# Run a command as a group of processes of its own, which an interruption of this script ends at once.
run_in_group() {
    local status=0
    set -m
    "$@" </dev/null &
    running_group=$!
    set +m
    wait "$running_group" || status=$?
    running_group=
    return "$status"
}

# A folder $work for this run, which goes at the end, also at an untimely one, with every server in it.
make_work_folder() {
    work=$(mktemp -d "${TMPDIR:-/tmp}/lead_roi_$(basename "$0").XXXXXX")
    trap 'end_group; stop_servers "$work" immediate; rm -rf "$work"' EXIT
    stop_when_interrupted
    chmod 755 "$work"
}

# Have interruptions end the script by its own exit, with the usual exit codes.
stop_when_interrupted() {
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# Have what tests need: with a PostgreSQL of Debian's its pg_cron, too, where there is one.
require_tests() {
    local packages=(perl libipc-run-perl locales)
    choose_postgresql
    if [[ $PG_CONFIG == /usr/lib/postgresql/* ]] && is_available "postgresql-$postgresql_major-cron"; then
        packages+=("postgresql-$postgresql_major-cron")
    fi
    require_postgresql "${packages[@]}"
    [ -e "$(test_modules)/PostgreSQL/Test/Cluster.pm" ] ||
        fail "$PG_CONFIG has no Perl modules for tests in $(test_modules); build PostgreSQL with --enable-tap-tests"
}

# The folder of PostgreSQL's Perl modules for tests.
test_modules() {
    local pgxs
    pgxs=$("$PG_CONFIG" --pgxs)
    echo "${pgxs%/makefiles/pgxs.mk}/test/perl"
}

# Build with warnings as errors and assertions on, in a folder $work.
test_options="-Wall -Wextra -Werror -DUSE_ASSERT_CHECKING"
prepare_tests() {
    make_work_folder
    build_into "$work" "$test_options"
    give_to_server_user "$work"
}

# Build with the given compiler options for a copy of the server with Citus whose pg_config LEAD_ROI_CITUS names, too, and
# let LEAD_ROI_CITUS_COPY name that copy's.
prepare_citus() {
    local candidate options=$1
    candidate=$(command -v "$LEAD_ROI_CITUS") || fail "LEAD_ROI_CITUS is $LEAD_ROI_CITUS, which is no program"
    [ -e "$("$candidate" --pkglibdir)/citus.so" ] || fail "LEAD_ROI_CITUS is $LEAD_ROI_CITUS, whose server has no Citus"
    mkdir "$work/citus"
    (
        PG_CONFIG=$candidate
        build_into "$work/citus" "$options"
        echo "$PG_CONFIG" >"$work/citus/pg_config"
    )
    LEAD_ROI_CITUS_COPY=$(cat "$work/citus/pg_config")
    export LEAD_ROI_CITUS_COPY
    give_to_server_user "$work/citus"
}

# Have what reads the views through other programs: Python and a Java that can compile. Debian's ecj
# lacks a part of itself in some releases, so what counts is that it compiles.
require_drivers() {
    local classes
    require_packages python3-psycopg python3-psycopg2 libpostgresql-jdbc-java default-jre-headless ecj
    classes=$(mktemp -d)
    test/drivers/compile.sh "$classes" >/dev/null 2>&1 || {
        require_packages default-jdk-headless
        test/drivers/compile.sh "$classes" || fail "test/drivers/ReadViews.java can't be compiled"
    }
    rm -r "$classes"
}

# Have what the tests of the dashboard need.
require_browser() {
    require_packages chromium fonts-dejavu-core
    require_node_packages test/axe "the tests of the dashboard"
    axe_packages=$node_packages
    require_dashboard_packages
}

# Let the server's user find the packages of the dashboard.
share_dashboard_packages() {
    mkdir -p "$work/.cache/lead_roi"
    cp -R "$dashboard_packages" "$axe_packages" "$work/.cache/lead_roi"
    export AXE_CORE=$work/.cache/lead_roi/$(basename "$axe_packages")/node_modules/axe-core/axe.min.js
    give_to_server_user "$work/.cache"
}

# Run a command in the folder of the build, with what PostgreSQL's Perl test modules need.
in_test_environment() {
    local pgxs
    pgxs=$("$PG_CONFIG" --pgxs)
    pgxs=${pgxs%/makefiles/pgxs.mk}
    cd "$work/build"
    # TESTDIR is for PostgreSQL 15, the two below it are for later ones.
    run_in_group as_server_user env \
        TESTDIR="$work/build" \
        TESTDATADIR="$work/build/tmp_check" TESTLOGDIR="$work/build/tmp_check/log" \
        PG_REGRESS="$pgxs/test/regress/pg_regress" \
        PG_ISOLATION_REGRESS="$pgxs/test/isolation/pg_isolation_regress" \
        PERL5LIB="$(test_modules):$work/build/test/tap" \
        PATH="$PATH" HOME="$work" XDG_CACHE_HOME="$work/.cache" \
        "$@"
}
