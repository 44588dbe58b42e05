# shellcheck shell=bash
# shellcheck disable=SC2154 # scratch and server_bin come from tools/workshop.sh
# A live test with Tryton as Debian packages it: its own client makes products, lots,
# packages and a shipment, in tables that are adopted.  Sourced by test/run.sh.
#
# The packages are installed where that is possible; elsewhere it is skipped by name.

tryton_packages="tryton-server tryton-modules-stock-lot tryton-modules-stock-package tryton-proteus python3-psycopg2"

# This module changes the table of packages when it is activated.  It may be missing.
tryton_shipping_package=tryton-modules-stock-package-shipping

# The python of Debian's packages, which need not be the first one in PATH.
tryton_python=/usr/bin/python3

tryton_is_there() {
    inside_scratch "$tryton_python" -W ignore -c \
        'import proteus, psycopg2, trytond.modules.stock_lot, trytond.modules.stock_package' >/dev/null 2>&1
}

tryton_has_shipping() {
    inside_scratch "$tryton_python" -W ignore -c 'import trytond.modules.stock_package_shipping' >/dev/null 2>&1
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 install "$@" </dev/null
}

install_tryton() {
    local packages
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        return 1
    fi
    read -ra packages <<<"$tryton_packages"
    apt_install "${packages[@]}" "$tryton_shipping_package" || apt_install "${packages[@]}"
}

# In the database $1:  in_tryton DATABASE COMMAND ...
in_tryton() {
    local database=$1
    shift
    inside_scratch env PGDATABASE="$database" TRYTOND_CONFIG="$scratch/home/trytond.conf" \
        TRYTONPASSFILE="$scratch/home/tryton_password" PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore "$@"
}

# trytond-admin creates the tables, or updates those that are there.
update_tryton() {
    in_tryton tryton "$tryton_python" /usr/bin/trytond-admin -c "$scratch/home/trytond.conf" -d tryton \
        --activate-dependencies -u stock_lot stock_package "$@"
}

create_tryton() {
    # shellcheck disable=SC2016 # the inner shell expands it
    inside_scratch sh -c 'printf "[database]\nuri = postgresql://\npath = %s\n" "$1" >"$1/trytond.conf" &&
        od -An -N16 -tx1 /dev/urandom | tr -d " \n" >"$1/tryton_password"' sh "$scratch/home" &&
        inside createdb tryton && update_tryton -p --email admin@example.com
}

# A dump, and a restore into another database, with psql as people do it.
restore_tryton() {
    inside createdb tryton_restored &&
        inside pg_dump -f "$scratch/home/tryton.sql" tryton &&
        inside psql -X -q -v ON_ERROR_STOP=1 -d tryton_restored -f "$scratch/home/tryton.sql"
}

run_tryton_scenario() {
    local database=$1 scenario=$2 log=$scratch/tryton_$2.log status
    in_tryton "$database" "$tryton_python" "$scratch/source/test/tryton/scenario.py" "$scenario" >"$log" 2>&1
    status=$?
    tally "tryton, $scenario" "$status" tap "$log" || show_tap_failures "$log"
}

run_tryton() {
    local before=$failed passed_before=$passed shipping=()
    if ! tryton_is_there && ! { install_tryton >"$scratch/install_tryton.log" 2>&1 && tryton_is_there; }; then
        say "skipped - Tryton, because its packages cannot be installed ($tryton_packages)"
        return
    fi
    if ! start_cluster; then
        count_failure "Tryton: there is no server to run it against"
        return
    fi
    check "trytond-admin creates the database" create_tryton
    run_tryton_scenario tryton ship
    if tryton_has_shipping; then
        shipping=(stock_package_shipping)
    else
        say "skipped - the module stock_package_shipping ($tryton_shipping_package)"
    fi
    check "trytond-admin updates the modules of adopted tables" update_tryton "${shipping[@]}"
    run_tryton_scenario tryton updated
    check "dump and restore" restore_tryton
    run_tryton_scenario tryton_restored restored
    stop_cluster || count_failure "the server could not be stopped properly"
    say "Tryton: $((passed - passed_before)) passed, $((failed - before)) failed"
}
