#!/bin/bash
# Builds the Debian packages on bare Debian systems, and uses them on others that are as
# bare: installs a package, creates the extension, runs the regression tests as autopkgtest
# does, removes the package and looks for what is left.
#
#     bash test/package.sh
#
# The systems are a bare Debian 12 for PostgreSQL 15, and those on which test/majors.sh
# tests PostgreSQL 17 and 18; MAJORS chooses among them.  They are never changed: what
# happens on one disappears (see test/systems.sh).  That needs root, and what
# cannot be had is skipped, with the reason.
# REGRESS names a single regression test to run instead of all.
#
# The last line says how many tests passed and how many failed.
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/tools/prerequisites.sh"
. "$root/tools/workshop.sh"
. "$root/test/deadline.sh"
. "$root/test/systems.sh"

build_script() {
    define_get
    cat <<'SCRIPT'
get make
cp -a /exchange/source /tmp/source
cd /tmp/source
bash tools/prerequisites.sh package || exit $unavailable
PACKAGES=/exchange/packages make -s package
SCRIPT
}

# For one major.  Only the package, and what it depends on, is installed from here.
use_script() {
    define_get
    cat <<'SCRIPT'
major=$1 regress=$2
package=postgresql-$major-serial
traces() {
    find / -xdev \( -path /proc -o -path /exchange -o -path /tmp -o -path /var/cache \) -prune -o \
        \( -ipath "*serial*$major*" -o -ipath "*$major*serial*" -o -ipath "*$package*" \) -print | sort
}
get make "postgresql-$major" postgresql-server-dev-all libipc-run-perl
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

# Sets system.  Debian 12 is tested bare, as users have it.
find_system_for() {
    case "$1" in
        15) find_system bookworm "" ;;
        *) find_system_with "$1" ;;
    esac
}

test_package() {
    local major=$1 package
    if ! find_system_for "$major"; then
        say "skipped - the package for PostgreSQL $major, because $why"
        return
    fi
    rm -rf "$stage/exchange/packages"
    check_on_system "make package on a system that offers PostgreSQL $major" 120 /exchange/build.sh
    for package in "$stage"/exchange/packages/postgresql-*-serial_*.deb; do
        [ -e "$package" ] || continue
        major=${package##*/postgresql-}
        major=${major%%-*}
        check_on_system "the package for PostgreSQL $major is installed, works, and is removed" \
            300 /exchange/use.sh "$major" "${REGRESS:-}"
    done
}

test_packages() {
    local major
    build_script >"$stage/exchange/build.sh" && use_script >"$stage/exchange/use.sh" || return 1
    for major in ${MAJORS:-15 17 18}; do
        test_package "$major"
    done
}

run_checks "the Debian packages" test_packages
