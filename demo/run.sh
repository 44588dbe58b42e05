#!/bin/bash
# Shows the extension at work in a database of its own, which disappears
# afterwards.  With PSQL=1 you are left in that database to try the functions yourself.
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/tools/prerequisites.sh"
. "$root/tools/workshop.sh"

step() { printf -- '-- %s\n' "$*"; }

give_up() {
    complain
    complain "The demo stopped while $*."
    exit 1
}

# The variable "scans" passes the path of the scans to the script.
run_script() {
    inside perl demo/scans.pl >"$scratch/scans.txt" || give_up "generating the scans"
    if ! inside psql -X -q -d demo -v scans="$scratch/scans.txt" -f demo/demo.sql; then
        show_server_log
        give_up "running demo/demo.sql"
    fi
}

offer_psql() {
    if [ "${PSQL:-}" = 1 ]; then
        say
        step "Over to you: this is psql in the database of the demo; \\q leaves it"
        inside_interactively psql -X -d demo
    else
        say
        say "To try the functions yourself in this database:  make demo PSQL=1"
    fi
}

step "Looking for what is needed"
prerequisites demo || give_up "looking for what is needed"

step "Building the extension in a scratch directory"
open_workshop || give_up "making a scratch directory"
lay_out_server || give_up "laying out a private PostgreSQL"
# shellcheck disable=SC2119 # make gets no arguments of this script
build_extension || give_up "building the extension"

step "Starting a database server of its own (your own databases are not touched)"
start_cluster || give_up "starting the database server"
inside createdb demo || give_up "creating the database"

step "Running demo/demo.sql"
say
run_script
offer_psql

step "Stopping the server and removing everything again"
stop_cluster || give_up "stopping the database server"
