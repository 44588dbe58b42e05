#!/bin/bash
# Builds the Debian packages and, for each major version of PostgreSQL, installs its
# package, runs the regression tests with it, removes it and looks for what is left.
#
# All of that happens in an overlay of this system's files, which disappears with the
# namespace that it is mounted in: nothing is installed here.  That needs root and a
# kernel that allows it; otherwise the test is skipped, with the reason.  REGRESS chooses
# among the regression tests.
#
# The last line says how many tests passed and how many failed.
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/tools/prerequisites.sh"
. "$root/tools/workshop.sh"

passed=0
failed=0
stage=

# This takes the place of the trap that workshop.sh sets.
close_stage() { [ -z "$stage" ] || rm -rf --one-file-system "$stage"; }
trap close_stage EXIT

# Runs a script in a namespace where changes to this system's files go to memory.
in_overlay() {
    # shellcheck disable=SC2016 # the inner shell expands it
    unshare --mount --pid --ipc --fork --kill-child sh -e -c '
        stage=$1
        shift
        mount -t tmpfs -o mode=755 tmpfs "$stage/overlay"
        mkdir "$stage/overlay/upper" "$stage/overlay/work" "$stage/overlay/root"
        mount -t overlay overlay \
            -o "lowerdir=/,upperdir=$stage/overlay/upper,workdir=$stage/overlay/work" "$stage/overlay/root"
        cd "$stage/overlay/root"
        mount -t proc proc proc
        mount --rbind /dev dev
        mount -t tmpfs -o mode=1777 tmpfs tmp
        mount -t tmpfs -o mode=755 tmpfs run
        cp -a "$stage/source" "$stage/packages" tmp/
        exec chroot . /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LC_ALL=C.UTF-8 "$@"
    ' sh "$stage" "$@" </dev/null
}

find_obstacle() {
    if [ "$(id -u)" -ne 0 ]; then
        say "only root can install packages"
    elif ! command -v apt-get >/dev/null; then
        say "this system has no Debian packages"
    elif ! in_overlay true 2>/dev/null; then
        say "this system allows no overlay of its files"
    fi
}

# What runs in the overlay, for one major.
use_package() {
    cat <<'SCRIPT'
set -e
major=$1
traces() { find /usr /etc /var/lib/postgresql -path '*serial*' \( -path "*postgresql*$major*" -o -path '*-serial*' \) | sort; }
traces >/tmp/before
apt-get -q update
DEBIAN_FRONTEND=noninteractive apt-get -q -y install /tmp/packages/postgresql-"$major"-serial_*.deb
mkdir -p /run/postgresql
chown postgres: /run/postgresql
chown -R postgres: /tmp/source
cd /tmp/source
setpriv --reuid postgres --regid postgres --init-groups env HOME=/tmp NONROOT=1 \
    pg_virtualenv -v "$major" make -s installcheck PG_CONFIG=/usr/lib/postgresql/"$major"/bin/pg_config ${2:+REGRESS="$2" ISOLATION=}
dpkg --purge postgresql-"$major"-serial
traces | diff /tmp/before -
SCRIPT
}

test_package() {
    local major=$1
    use_package >"$stage/source/use_package.sh"
    if in_overlay sh /tmp/source/use_package.sh "$major" "${REGRESS:-}" >"$stage/log" 2>&1; then
        passed=$((passed + 1))
        say "ok - the package for PostgreSQL $major is installed, works, and is removed"
    else
        failed=$((failed + 1))
        complain "FAILED: the package for PostgreSQL $major"
        show_end_of "$stage/log" "what was printed about it" 60
    fi
}

test_all() {
    local package obstacle
    stage=$(mktemp -d) && chmod 755 "$stage" && mkdir "$stage/source" "$stage/overlay" "$stage/packages" || return 1
    obstacle=$(find_obstacle)
    if [ -n "$obstacle" ]; then
        say "skipped - the Debian packages, because $obstacle"
        return 0
    fi
    PACKAGES="$stage/packages" bash "$root/tools/package" || return 1
    (cd "$root" && list_sources | only_existing | tar --null --no-recursion -T - -cf - | tar -xf - -C "$stage/source") ||
        return 1
    for package in "$stage"/packages/postgresql-*-serial_*.deb; do
        package=${package##*/postgresql-}
        test_package "${package%%-*}"
    done
}

if ! test_all; then
    failed=$((failed + 1))
    complain "FAILED: the packages could not be built"
fi
say
say "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
