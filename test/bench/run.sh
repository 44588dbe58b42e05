#!/bin/bash
# Measures the extension against what PostgreSQL offers without it, both sides
# in one run, and prints the ratios.  On a private server that disappears.
#
#   ROWS   size of the tables of values (5000000)
#   ONLY   "value", "issue" or both (both)
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$root/tools/prerequisites.sh"
. "$root/tools/workshop.sh"

# shellcheck disable=SC2034 # for workshop.sh
extra_settings='shared_buffers = 1GB
max_wal_size = 16GB
checkpoint_timeout = 1h
autovacuum = off'

step() { printf -- '-- %s\n' "$*"; }

give_up() {
    complain
    complain "The bench stopped while $*."
    exit 1
}

run_sql() {
    inside psql -X -q -v ON_ERROR_STOP=1 -d bench "$@" >"$scratch/bench.log" ||
        give_up "measuring"
}

# Transactions a second of a script with so many clients.
rate() {
    inside pgbench -n -M prepared -c "$2" -j 2 -T "${PGBENCH_SECONDS:-3}" -f "$1" bench 2>/dev/null |
        sed -n 's/^tps = \([0-9.]*\).*without.*/\1/p'
}

# compare_rates WHAT AT_MOST CLIENTS OURS THEIRS: five pairs in turn; a ratio is
# time against time, so the rates are turned round.
compare_rates() {
    local what=$1 at_most=$2 clients=$3 pair ours theirs
    printf '%s\n' "$4" >"$scratch/ours.sql"
    printf '%s\n' "$5" >"$scratch/theirs.sql"
    chmod a+r "$scratch/ours.sql" "$scratch/theirs.sql"
    step "$what"
    for pair in 1 2 3 4 5; do
        ours=$(rate "$scratch/ours.sql" "$clients")
        theirs=$(rate "$scratch/theirs.sql" "$clients")
        printf '%s %s\n' "$ours" "$theirs"
    done >"$scratch/rates"
    while read -r ours theirs; do
        printf '%s\n' "INSERT INTO bench.pair VALUES (1000.0 / $ours, 1000.0 / $theirs);"
    done <"$scratch/rates" >"$scratch/pairs.sql"
    chmod a+r "$scratch/pairs.sql"
    run_sql -c 'DROP TABLE IF EXISTS bench.pair; CREATE TABLE bench.pair (a numeric, b numeric)' \
        -f "$scratch/pairs.sql" \
        -c "INSERT INTO bench.result (what, a_ms, b_ms, ratio, at_most)
            SELECT '$what', percentile_cont(0.5) WITHIN GROUP (ORDER BY a),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY b),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY a / b), $at_most FROM bench.pair"
}

bench_value() {
    step "The value"
    run_sql -v rows="${ROWS:-5000000}" -f test/bench/value.sql
}

bench_issue() {
    step "Issue"
    run_sql -f test/bench/issue.sql
    compare_rates 'serial.issue(pool), 1 client : nextval' 1.2 1 \
        "SELECT serial.issue('random');" "SELECT nextval('bench.plain');"
    compare_rates 'serial.issue(pool), 8 clients : nextval' 1.0 8 \
        "SELECT serial.issue('random');" "SELECT nextval('bench.plain');"
    # both sides look the identifier up in a small table first
    compare_rates 'origin : primary key look-up' 1.5 1 \
        '\set k random(1, 1000)
SELECT o.* FROM bench.asked AS a, serial.origin(a.id) AS o WHERE a.k = :k;' \
        '\set k random(1, 1000)
SELECT n.* FROM bench.asked AS a JOIN bench.known AS n ON n.id = a.id WHERE a.k = :k;'
}

step "Looking for what is needed"
prerequisites demo || give_up "looking for what is needed"

step "Building the extension in a scratch directory, without assertions"
open_workshop || give_up "making a scratch directory"
lay_out_server || give_up "laying out a private PostgreSQL"
# shellcheck disable=SC2119 # nothing of ours is for make
build_extension || give_up "building the extension"

step "Starting a database server of its own"
start_cluster || give_up "starting the database server"
inside createdb bench || give_up "creating the database"
inside psql -X -q -d bench -c 'CREATE EXTENSION serial' -f test/bench/harness.sql ||
    give_up "creating the extension"

for part in ${ONLY:-value issue}; do
    "bench_$part"
done

say
say "Milliseconds (sizes: megabytes), medians; the ratio is the median of pairs."
inside psql -X -d bench -P footer=off -c 'SELECT * FROM bench.report'
stop_cluster
