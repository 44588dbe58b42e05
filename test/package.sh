#!/bin/bash
# Builds the Debian packages on bare Debian systems, and uses them on others that are as
# bare: installs a package, creates the extension, runs the regression tests as autopkgtest
# does, removes the package and looks for what is left.
#
#     bash test/package.sh
#
# The systems are Debian 12, with PostgreSQL 15, and those that test/majors.sh has made for
# PostgreSQL 17 and 18, where they are there; SUITES chooses among bookworm, trixie and forky.
# They are kept in /var/cache/serial (SERIAL_CACHE names another directory) and never
# changed: what happens in one goes to an overlay, which disappears with the namespace that
# it is mounted in.  That needs root; otherwise the test is skipped, with the reason.
# REGRESS names a single regression test to run instead of all.
#
# The last line says how many tests passed and how many failed.  Where COUNTS_FILE names a
# file, the two numbers go there instead.
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/tools/prerequisites.sh"
. "$root/tools/workshop.sh"

cache=${SERIAL_CACHE:-/var/cache/serial}
passed=0
failed=0
stage=

# This takes the place of the trap that workshop.sh sets.
close_stage() { [ -z "$stage" ] || rm -rf --one-file-system "$stage"; }
trap close_stage EXIT

# Runs a script on the system in directory $1, in a namespace where changes to its files go
# to memory.  What it leaves in /exchange is in $stage/exchange afterwards.
on_system() {
    local system=$1
    shift
    # shellcheck disable=SC2016 # the inner shell expands it
    unshare --mount --pid --ipc --fork --kill-child sh -e -c '
        system=$1 stage=$2 archives=$3
        shift 3
        mount -t tmpfs -o mode=755 tmpfs "$stage/overlay"
        mkdir "$stage/overlay/upper" "$stage/overlay/work" "$stage/overlay/root"
        mount -t overlay overlay \
            -o "lowerdir=$system,upperdir=$stage/overlay/upper,workdir=$stage/overlay/work" "$stage/overlay/root"
        cd "$stage/overlay/root"
        mount -t proc proc proc
        mount --rbind /dev dev
        mount -t tmpfs -o mode=1777 tmpfs tmp
        mkdir exchange
        mount --bind "$stage/exchange" exchange
        mount --bind "$archives" var/cache/apt/archives
        # No service is started, and no cluster of Debian is made.
        printf "#!/bin/sh\nexit 101\n" >usr/sbin/policy-rc.d
        chmod 755 usr/sbin/policy-rc.d
        mkdir -p etc/postgresql-common/createcluster.d
        echo "create_main_cluster = false" >etc/postgresql-common/createcluster.d/none.conf
        exec chroot . /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
            DEBIAN_FRONTEND=noninteractive "$@"
    ' sh "$system" "$stage" "$cache/archives" "$@" </dev/null
}

find_obstacle() {
    if [ "$(id -u)" -ne 0 ]; then
        say "only root can install packages"
    elif ! command -v debootstrap >/dev/null; then
        say "there is no debootstrap"
    fi
}

# --- What runs on a system ---------------------------------------------------

build_script() {
    cat <<'SCRIPT'
set -e
apt-get -q update
cp -a /exchange/source /tmp/source
cd /tmp/source
apt-get -q -y --no-install-recommends install make
PACKAGES=/exchange/packages make -s package
SCRIPT
}

# For one major.  Only the package, and what it depends on, is installed from here.
use_script() {
    cat <<'SCRIPT'
set -e
major=$1 regress=$2
package=postgresql-$major-serial
traces() { find / -xdev \( -path /proc -o -path /exchange -o -path /tmp -o -path /var/cache \) -prune -o -ipath "*serial*$major*" -print -o -ipath "*$major*serial*" -print -o -ipath "*$package*" -print | sort; }
apt-get -q update
apt-get -q -y --no-install-recommends install make "postgresql-$major" "postgresql-server-dev-$major" libipc-run-perl
traces >/tmp/before
apt-get -q -y --no-install-recommends install "$(ls /exchange/packages/${package}_*.deb)"
dpkg -L "$package"
cp -a /exchange/source /tmp/source
mkdir -p /run/postgresql
chown postgres: /run/postgresql
chown -R postgres: /tmp/source
cd /tmp/source
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups env HOME=/tmp NONROOT=1 "$@"; }
as_postgres pg_virtualenv -v "$major" psql -X -v ON_ERROR_STOP=1 \
    -c 'CREATE EXTENSION serial' -c "SELECT serial.parse('(01)09506000134352(21)A1B2'), serial.version()"
if [ -n "$regress" ]; then
    as_postgres pg_buildext -m "REGRESS=$regress ISOLATION=" installcheck .
else
    as_postgres sh debian/tests/installcheck
fi
apt-get -q -y purge "$package"
traces | diff /tmp/before -
SCRIPT
}

# --- Systems -----------------------------------------------------------------

# Sets system to the directory of a suite, or why to the reason why there is none.
find_system() {
    local suite=$1 mirror
    case "$suite" in
        trixie) system=$cache/trixie-17 ;;
        forky) system=$cache/forky-18 ;;
        *) system=$cache/$suite ;;
    esac
    [ ! -d "$system" ] || return 0
    if [ "$system" != "$cache/$suite" ]; then
        why="test/majors.sh has made no system of it yet"
        return 1
    fi
    say "Making a system of Debian $suite in $system"
    # shellcheck disable=SC2016 # apt-get expands it
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 2>/dev/null | head -n 1)
    rm -rf --one-file-system "$system.part"
    if ! unshare --mount --pid --fork --kill-child \
        debootstrap --variant=minbase --include=ca-certificates "$suite" "$system.part" "$mirror" >"$system.log" 2>&1 ||
        ! mv "$system.part" "$system"; then
        why="it could not be made"
        show_end_of "$system.log" "what was printed meanwhile" 15
        return 1
    fi
}

# One test:  check NAME COMMAND ...
check() {
    local name=$1
    shift
    if "$@" >"$stage/log" 2>&1; then
        passed=$((passed + 1))
        say "ok - $name"
    else
        failed=$((failed + 1))
        complain "FAILED: $name"
        show_end_of "$stage/log" "what was printed about it" 60
    fi
}

test_suite() {
    local suite=$1 package major
    if ! find_system "$suite"; then
        say "skipped - Debian $suite, because $why"
        return 0
    fi
    rm -rf "$stage/exchange/packages"
    check "make package on Debian $suite" on_system "$system" sh /exchange/build.sh
    for package in "$stage"/exchange/packages/postgresql-*-serial_*.deb; do
        [ -e "$package" ] || continue
        major=${package##*/postgresql-}
        major=${major%%-*}
        check "the package for PostgreSQL $major on Debian $suite is installed, works, and is removed" \
            on_system "$system" sh /exchange/use.sh "$major" "${REGRESS:-}"
    done
}

test_all() {
    local suite obstacle
    obstacle=$(find_obstacle)
    if [ -n "$obstacle" ]; then
        say "skipped - the Debian packages, because $obstacle"
        return 0
    fi
    stage=$(mktemp -d) && chmod 755 "$stage" && mkdir -p "$stage/overlay" "$stage/exchange/source" "$cache/archives/partial" || return 1
    build_script >"$stage/exchange/build.sh" && use_script >"$stage/exchange/use.sh" || return 1
    (cd "$root" && list_sources | only_existing | tar --null --no-recursion -T - -cf - | tar -xf - -C "$stage/exchange/source") ||
        return 1
    for suite in ${SUITES:-bookworm trixie forky}; do
        test_suite "$suite"
    done
}

if ! test_all; then
    failed=$((failed + 1))
    complain "FAILED: the test of the packages could not be started"
fi
say
if [ -n "${COUNTS_FILE:-}" ]; then
    say "$passed $failed" >"$COUNTS_FILE"
else
    say "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ]
