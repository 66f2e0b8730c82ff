# Chroots of Debian's suites, made by debootstrap from the mirrors that apt uses on this machine. Sourced, not run;
# the script that sources it has the folder "$logs" for downloads and logs.

chroots=${LEAD_ROI_CHROOTS:-/var/cache/lead_roi/chroots}

# The user of the chroots has the name of a role in the tests, which must not matter.
user=anna

# Have what makes chroots, or say what there is instead.
require_chroots() {
    [ "$(id -u)" -eq 0 ] || fail "only root can make chroots; $1"
    require_packages debootstrap
}

# A mirror that has the suite, of those that apt asks on this machine.
mirror_of() {
    local mirror
    for mirror in $(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sort -u); do
        if /usr/lib/apt/apt-helper download-file "${mirror%/}/dists/$1/InRelease" "$logs/InRelease" >/dev/null 2>&1; then
            echo "$mirror"
            return 0
        fi
    done
    return 1
}

# Run a command in the chroot, with processes and mounts of its own, which end with it however it
# ends. The first process is a shell that stays, for it has to collect others' children.
in_chroot() {
    local folder=$1
    shift
    run_in_group unshare --mount --pid --fork --kill-child --ipc bash -c '
        set -e
        mount -t proc proc "$0/proc"
        mount -t tmpfs shm "$0/dev/shm"
        mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$0/dev/pts"
        mount -t tmpfs -o mode=1777 tmp "$0/tmp"
        status=0
        chroot "$0" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
            DEBIAN_FRONTEND=noninteractive "$@" || status=$?
        exit "$status"' "$folder" "$@"
}

# What the suite "experimental" adds to sid: the next PostgreSQL, if it has one.
add_experimental() {
    local folder=$1
    sed 's/ sid / experimental /' "$folder/etc/apt/sources.list" >"$folder/etc/apt/sources.list.d/experimental.list"
    in_chroot "$folder" bash -ec '
        apt-get update -q
        next=$(apt-cache search --names-only "^postgresql-[0-9]+$" | sed "s/postgresql-\([0-9]*\) .*/\1/" | sort -n | tail -n 1)
        printf "%s\n" "Package: src:postgresql-$next" "Pin: release a=experimental" "Pin-Priority: 990" >/etc/apt/preferences.d/postgresql
        apt-get install -q -y --no-install-recommends "postgresql-$next" "postgresql-server-dev-$next"'
}

# Make the chroot of a suite.
make_chroot() {
    local suite=$1 folder=$2 release=$1 mirror recipe=/usr/share/debootstrap/scripts/$1
    [ "$suite" != experimental ] || release=sid
    mirror=$(mirror_of "$suite") || { echo "no apt mirror has the suite $suite"; return 1; }
    # A debootstrap that is older than the suite makes it like sid.
    [ -e "$recipe" ] || recipe=/usr/share/debootstrap/scripts/sid
    rm -rf "$folder.new"
    mkdir -p "$chroots"
    run_in_group debootstrap --variant=minbase "$release" "$folder.new" "$mirror" "$recipe" || return 1
    printf '#!/bin/sh\nexit 101\n' >"$folder.new/usr/sbin/policy-rc.d"      # no server of the system's
    chmod 755 "$folder.new/usr/sbin/policy-rc.d"
    echo force-unsafe-io >"$folder.new/etc/dpkg/dpkg.cfg.d/unsafe-io"      # what is lost is made anew
    chroot "$folder.new" useradd -m "$user"
    use_network_of_host "$folder.new"
    [ "$suite" != experimental ] || add_experimental "$folder.new" || return 1
    mv "$folder.new" "$folder"
    touch "$folder/lead_roi_updated"
}

# The chroot reaches the network as this machine does.
use_network_of_host() {
    cp -L /etc/resolv.conf /etc/hosts "$1/etc"
    apt-config dump Acquire >"$1/etc/apt/apt.conf.d/90host"
}

# Have the chroot of a suite, not older than a day.
prepare_chroot() {
    local suite=$1 folder=$2
    [ -d "$folder" ] || make_chroot "$suite" "$folder" || return 1
    use_network_of_host "$folder"
    if [ -z "$(find "$folder/lead_roi_updated" -mtime -1)" ]; then
        # A suite that can't be brought up to date today is tested as it is.
        in_chroot "$folder" sh -c 'apt-get update -q && apt-get dist-upgrade -q -y --no-install-recommends' || return 0
        touch "$folder/lead_roi_updated"
    fi
}

# Have the chroot of a suite, telling how far it is, and bring a tree into it: the one of a COMMIT, or else the working tree.
bring_tree() {
    local suite=$1 commit=${2:-} folder=$chroots/$1 log=$logs/$1.log
    echo "Preparing $suite" >&2
    with_progress "$log" prepare_chroot "$suite" "$folder" || { tail -n 20 "$log" >&2; echo "there is no chroot of $suite" >&2; return 1; }
    if [ -n "$commit" ]; then
        git archive -o "$folder/lead_roi.tar" "$commit"
    else
        tar -c -f "$folder/lead_roi.tar" --exclude=.git -C "$root" .
    fi
}

# Run a command in the chroot of a suite, in /tmp/lead_roi, where the tree is that bring_tree() has brought.
run_in_tree() {
    local suite=$1
    shift
    in_chroot "$chroots/$suite" bash -ec '
        mkdir /tmp/lead_roi
        cd /tmp/lead_roi
        tar -x -f /lead_roi.tar
        "$@"' tree "$@"
}
