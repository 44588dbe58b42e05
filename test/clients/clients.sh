# shellcheck shell=bash
# shellcheck disable=SC2154 # scratch and server_bin come from tools/workshop.sh
# Programs that use the extension through common drivers, each in a database of
# its own.  Sourced by test/run.sh; they print TAP.
#
# What they need is installed where that is possible; a client whose driver
# cannot be had is skipped by name.

clients="psycopg3 sqlalchemy_orm odbc node_postgres Jdbc"

# The python of Debian's packages, which need not be the first one in PATH.
client_python=/usr/bin/python3
client_jar=/usr/share/java/postgresql.jar
client_secret=

client_packages() {
    case "$1" in
        psycopg3) say python3-psycopg ;;
        sqlalchemy_orm) say python3-sqlalchemy python3-psycopg2 ;;
        odbc) say odbc-postgresql python3-pyodbc ;;
        node_postgres) say nodejs node-pg ;;
        Jdbc) say default-jdk-headless libpostgresql-jdbc-java ;;
    esac
}

client_source() {
    (cd "$scratch/source/test/clients" && ls "$1".*)
}

# Where npm and Debian put modules.
client_modules() { say "$scratch/npm/node_modules:/usr/share/nodejs:/usr/lib/nodejs"; }

client_is_there() {
    case "$1" in
        psycopg3) inside_scratch "$client_python" -c 'import psycopg' ;;
        sqlalchemy_orm) inside_scratch "$client_python" -c 'import sqlalchemy, psycopg2' ;;
        odbc) inside_scratch "$client_python" -c 'import pyodbc; "PostgreSQL Unicode" in pyodbc.drivers() or exit(1)' ;;
        node_postgres) inside_scratch env NODE_PATH="$(client_modules)" node -e 'require("pg")' ;;
        Jdbc) [ -f "$client_jar" ] && command -v javac ;;
    esac >/dev/null 2>&1
}

install_client() {
    local packages
    if [ "$1" = node_postgres ] && command -v npm >/dev/null; then
        mkdir -p "$scratch/npm" &&
            npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$scratch/npm" pg@8 pg-copy-streams@6
        return
    fi
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        return 1
    fi
    read -ra packages <<<"$(client_packages "$1")"
    DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 apt-get -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 install "${packages[@]}" </dev/null
}

# JDBC and ODBC need a port, and a port needs a password.
open_client_port() {
    client_secret=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    inside psql -X -q -c "ALTER ROLE postgres PASSWORD '$client_secret'" \
        -c "ALTER SYSTEM SET listen_addresses = '127.0.0.1'" &&
        sed -i '/^host/s/trust$/scram-sha-256/' "$scratch/data/pg_hba.conf" &&
        stop_cluster &&
        inside_scratch "$server_bin/pg_ctl" -D "$scratch/data" -l "$scratch/home/server.log" -w -s start
}

run_client() {
    local client=$1 source log=$scratch/client_$1.log status command
    source=$(client_source "$client")
    case "$source" in
        *.py) command=("$client_python" "$source") ;;
        *.js) command=(env NODE_PATH="$(client_modules)" node "$source") ;;
        *.java) command=(java -cp "$client_jar" "$source") ;;
    esac
    inside createdb "$client" && inside psql -X -q -d "$client" -c 'CREATE EXTENSION serial' || return 1
    run_in "$scratch/source/test/clients" env PGHOST=127.0.0.1 PGDATABASE="$client" PGPASSWORD="$client_secret" \
        PYTHONDONTWRITEBYTECODE=1 "${command[@]}" >"$log" 2>&1
    status=$?
    tally "$client" "$status" tap "$log" || show_tap_failures "$log"
}

run_clients() {
    local client
    if ! start_cluster || ! open_client_port >"$scratch/port.log" 2>&1; then
        count_failure "clients: there is no server to run them against"
        return
    fi
    for client in $clients; do
        if client_is_there "$client" ||
            { install_client "$client" >"$scratch/install_$client.log" 2>&1 && client_is_there "$client"; }; then
            run_client "$client"
        else
            say "skipped - $client, because its driver cannot be installed ($(client_packages "$client" | tr '\n' ' '))"
        fi
    done
    stop_cluster || count_failure "the server could not be stopped properly"
}
