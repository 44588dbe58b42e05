#!/bin/bash
# Moves databases with the extension from one major version of PostgreSQL to another by
# pg_upgrade: from each that MAJORS names (15, 17 and 18) to each later one.
#
#     bash test/upgrade.sh
#
# That happens on the Debian systems on which test/majors.sh tests the new version (see
# test/systems.sh); the old one is installed beside it, from the Debian suite that offers
# it, and disappears afterwards.  That needs root, and what cannot be had is skipped, with
# the reason.  Within one major, test/t/014_upgrade.pl does the same in every run.
#
# The last line says how many tests passed and how many failed.
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/tools/prerequisites.sh"
. "$root/tools/workshop.sh"
. "$root/test/deadline.sh"
. "$root/test/systems.sh"

upgrade_script() {
    cat <<'SCRIPT'
old=$1 new=$2 suite=$3
mirror=$(sed -n 's/^deb \([^ ]*\).*/\1/p' /etc/apt/sources.list | head -n 1)
echo "deb $mirror $suite main" >/etc/apt/sources.list.d/old.list
SCRIPT
    define_get
    cat <<'SCRIPT'
get "postgresql-$old"
# Installed, the headers would bring a compiler for just-in-time compilation.
cd /tmp
apt-get -q download "postgresql-server-dev-$old" || exit $unavailable
dpkg -x "postgresql-server-dev-${old}"_*.deb /
for major in "$old" "$new"; do
    cp -a /exchange/source "/tmp/source-$major"
    make -s -j2 -C "/tmp/source-$major" with_llvm=no COPT=-O0 PG_CONFIG="/usr/lib/postgresql/$major/bin/pg_config" install
done
mkdir /tmp/test
chown -R postgres: "/tmp/source-$new" /tmp/test
cd "/tmp/source-$new"
setpriv --reuid postgres --regid postgres --init-groups env HOME=/tmp/test PGUSER=postgres \
    PATH="/usr/lib/postgresql/$new/bin:/usr/bin:/bin" OLD_BINDIR="/usr/lib/postgresql/$old/bin" \
    bash test/tap.sh "/usr/lib/postgresql/$new/lib/pgxs/src/test" test/t/014_upgrade.pl 60
cat /tmp/test/014_upgrade.log
if reason=$(sed -n 's/.* skipped: //p' /tmp/test/014_upgrade.log) && [ -n "$reason" ]; then
    echo "$reason" >/exchange/why
    exit $unavailable
fi
read -r status seconds </tmp/test/014_upgrade.end
exit "$status"
SCRIPT
}

test_upgrade() {
    local old=$1 new=$2 suite
    suite=$(suites_that_offer "$old")
    if [ -z "$suite" ]; then
        say "skipped - pg_upgrade from $old to $new, because no Debian suite offers PostgreSQL $old"
    elif ! find_system_with "$new"; then
        say "skipped - pg_upgrade from $old to $new, because $why"
    else
        check_on_system "pg_upgrade from $old to $new" 120 /exchange/upgrade.sh "$old" "$new" "${suite%% *}"
    fi
}

test_upgrades() {
    local old new majors=${MAJORS:-15 17 18}
    upgrade_script >"$stage/exchange/upgrade.sh" || return 1
    for old in $majors; do
        for new in $majors; do
            [ "$old" -ge "$new" ] || test_upgrade "$old" "$new"
        done
    done
}

run_checks "pg_upgrade" test_upgrades
