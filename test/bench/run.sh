#!/bin/bash
# Measures the extension against what PostgreSQL offers without it, both sides
# in one run, and prints the ratios.  On a private server that disappears.
#
#   ROWS      size of the tables of values (5000000)
#   PALLETS   of 1,960 items each, the smaller tree; the larger has ten times
#             as many (510)
#   ONLY      some of "value issue hierarchy seal capture" (all; the ledger is measured
#             on the trees of the hierarchy)
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

# What is measured now is measured in this database.
database=bench

run_sql() {
    inside psql -X -q -v ON_ERROR_STOP=1 -d "$database" "$@" >"$scratch/bench.log" ||
        give_up "measuring"
}

make_database() {
    inside createdb "$1" || give_up "creating the database"
    inside psql -X -q -d "$1" -c 'CREATE EXTENSION serial' -f test/bench/harness.sql ||
        give_up "creating the extension"
}

# Transactions a second of a script with so many clients.
rate() {
    inside pgbench -n -M prepared -c "$2" -j 2 -T "${PGBENCH_SECONDS:-3}" -f "$1" "$database" 2>/dev/null |
        sed -n 's/^tps = \([0-9.]*\).*without.*/\1/p'
}

# compare_rates WHAT AT_MOST CLIENTS OURS THEIRS: five pairs in turn; a ratio is
# time against time, so the rates are turned round.
compare_rates() {
    local what=$1 at_most=$2 clients=$3 ours theirs
    printf '%s\n' "$4" >"$scratch/ours.sql"
    printf '%s\n' "$5" >"$scratch/theirs.sql"
    chmod a+r "$scratch/ours.sql" "$scratch/theirs.sql"
    step "$what"
    for _ in 1 2 3 4 5; do
        ours=$(rate "$scratch/ours.sql" "$clients")
        theirs=$(rate "$scratch/theirs.sql" "$clients")
        printf '%s %s\n' "$ours" "$theirs"
    done >"$scratch/rates"
    awk '{ print 1000 / $1, 1000 / $2 }' "$scratch/rates" >"$scratch/pairs"
    note_pairs "$what" "$at_most"
}

# note_pairs WHAT AT_MOST: the medians of $scratch/pairs, lines of OURS THEIRS
note_pairs() {
    sed 's/^\(.*\) \(.*\)$/INSERT INTO bench.pair VALUES (\1, \2);/' "$scratch/pairs" >"$scratch/pairs.sql"
    chmod a+r "$scratch/pairs.sql"
    run_sql -c 'TRUNCATE bench.pair' \
        -f "$scratch/pairs.sql" \
        -c "INSERT INTO bench.result (what, a_ms, b_ms, ratio, at_most)
            SELECT '$1', percentile_cont(0.5) WITHIN GROUP (ORDER BY a),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY b),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY a / b), $2 FROM bench.pair"
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

# Writing, a transaction each.
compare_writes() {
    run_sql -f test/bench/hierarchy_write.sql
    local pallet='\set p random(101, 500)' carton='\set c random(4040, 16000)'
    local new_parent="('(8004)30614141P' || :p)::serial.serial"
    local case="('(01)80614141123458(21)' || :c)::serial.serial" big="'(8004)30614141BIG'::serial.serial"
    compare_rates 'repack a case of 48 : UPDATE of an adjacency table' 2 1 \
        "$pallet"$'\n'"$carton"$'\n'"SELECT serial.pack($new_parent, ARRAY[$case], repack => true);" \
        "$pallet"$'\n'"$carton"$'\n'"UPDATE bench.adjacency SET parent = $new_parent, since = now() WHERE child = $case;"
    compare_rates 'repack a container of 4,800 : the same' 2 1 \
        "$pallet"$'\n'"SELECT serial.pack($new_parent, ARRAY[$big], repack => true);" \
        "$pallet"$'\n'"UPDATE bench.adjacency SET parent = $new_parent, since = now() WHERE child = $big;"
    compare_rates 'pack 48 children : INSERT of 48 rows, two indexes' 2 1 \
        'SELECT serial.pack(c.carton, c.units) FROM bench.next_carton() AS c;' \
        'INSERT INTO bench.adjacency SELECT u, c.carton, now() FROM bench.next_carton() AS c, unnest(c.units) AS u;'
}

# The ledger, on a tree of the hierarchy.
compare_ledger() {
    run_sql -f test/bench/ledger.sql
    # a unit of the tree, spelled as a scanner would
    local unit='\set n random(2000, 800000)
\set s :n * 618033988747 % 999999999989'
    local id="('(01)09506000134352(21)' || lpad((:s)::text, 12, '0'))::serial.serial"
    compare_rates 'verify : primary-key SELECT' 1.5 1 \
        "$unit"$'\n'"SELECT v.* FROM serial.verify($id) AS v;" \
        "$unit"$'\n'"SELECT i.* FROM bench.item_copy AS i WHERE i.id = $id;"
    compare_shipping 'shipping of a pallet : INSERT of a row, three indexes'
    flush_to_disk on
    compare_shipping 'the same, each flushed to disk'
    flush_to_disk off
}

compare_shipping() {
    compare_rates "$1" 3 1 \
        "\\set p random(101, 500)
SELECT serial.ship(ARRAY[('(8004)30614141P' || :p)::serial.serial], 'plant', 'customer');" \
        "INSERT INTO bench.shipment VALUES (('(8004)30614141S' || nextval('bench.shipment_sequence'))::serial.serial, 'plant', now());"
}

# flush_to_disk on|off: as servers do that are not thrown away
flush_to_disk() {
    run_sql -c "ALTER SYSTEM SET fsync = $1" -c 'SELECT pg_reload_conf()' -c 'SELECT pg_sleep(1)'
}

bench_seal() {
    step "Sealing"
    make_database bench_seal
    database=bench_seal
    run_sql -f test/bench/seal.sql
    take_results bench_seal ''
    database=bench
}

bench_capture() {
    step "Capturing documents"
    make_database bench_capture
    database=bench_capture
    run_sql -f test/bench/truck.sql -f test/bench/capture.sql
    take_results bench_capture ''
    database=bench
}

# take_results DATABASE PREFIX: into the report, which is that of bench
take_results() {
    inside psql -X -q -At -d "$1" -c "
        SELECT format('INSERT INTO bench.result (what, a_ms, b_ms, ratio, at_most) VALUES (%L, %s, %s, %s, %s);',
                      '$2' || what, a_ms, b_ms, ratio, at_most)
        FROM bench.result ORDER BY n" >"$scratch/results.sql"
    chmod a+r "$scratch/results.sql"
    database=bench
    run_sql -f "$scratch/results.sql"
}

# Ten times the links, pair by pair.
compare_sizes() {
    local what=$1 statement=$2 small large
    step "$what"
    for _ in 1 2 3 4 5 6 7; do
        small=$(inside psql -X -q -At -d bench -c "SELECT bench.ms('$statement')" -c "SELECT bench.ms('$statement')" | tail -n 1)
        large=$(inside psql -X -q -At -d bench_large -c "SELECT bench.ms('$statement')" -c "SELECT bench.ms('$statement')" | tail -n 1)
        printf '%s %s\n' "$large" "$small"
    done >"$scratch/pairs"
    note_pairs "$what" 1.3
}

# The answers of questions.sql: how many times longer each takes with ten times the
# events, against how many times longer a look-up by key takes then.
compare_questions() {
    local name large small look_up_large look_up_small
    for name in $(inside psql -X -q -At -d bench -c "SELECT name FROM bench.question WHERE name <> 'lookup'"); do
        step "$name, ten times the events : growth of a primary-key look-up"
        for _ in 1 2 3 4 5; do
            large=$(ask bench_large "$name")
            small=$(ask bench "$name")
            look_up_large=$(ask bench_large lookup)
            look_up_small=$(ask bench lookup)
            printf '%s %s %s %s\n' "$large" "$small" "$look_up_large" "$look_up_small"
        done | awk '{ print $1 / $2, $3 / $4 }' >"$scratch/pairs"
        note_pairs "$name, ten times the events : growth of a primary-key look-up" 1.3
    done
}

# Milliseconds of a question, the second time that one session asks it.
ask() {
    inside psql -X -q -At -d "$1" -c "SELECT bench.ms('SELECT bench.ask_$2()')" \
        -c "SELECT bench.ms('SELECT bench.ask_$2()')" | tail -n 1
}

bench_hierarchy() {
    step "The hierarchy and the ledger, 1 million links"
    run_sql -v pallets="${PALLETS:-510}" -f test/bench/hierarchy.sql
    compare_writes
    compare_ledger
    run_sql -f test/bench/questions.sql
    run_sql -f test/bench/ledger_many.sql
    step "The hierarchy and the ledger, 10 million links (this takes some minutes)"
    make_database bench_large
    database=bench_large
    run_sql -v pallets="$((${PALLETS:-510} * 10))" -f test/bench/hierarchy.sql
    compare_writes
    compare_ledger
    run_sql -f test/bench/questions.sql
    take_results bench_large '10 M: '
    compare_sizes 'contents, ten times the links : once' 'SELECT bench.contents(100)'
    compare_sizes 'outermost, ten times the links : once' 'SELECT bench.outermost(3000)'
    compare_sizes 'verify, ten times the events : once' 'SELECT bench.verify(3000)'
    compare_sizes 'where_is, ten times the events : once' 'SELECT bench.where_is(3000)'
    compare_sizes 'trace, ten times the events : once' 'SELECT bench.trace(300)'
    compare_questions
}

step "Looking for what is needed"
prerequisites demo || give_up "looking for what is needed"

step "Building the extension in a scratch directory, without assertions"
open_workshop || give_up "making a scratch directory"
lay_out_server || give_up "laying out a private PostgreSQL"
# shellcheck disable=SC2119 # nothing of the extension is for make
build_extension || give_up "building the extension"

step "Starting a database server of its own"
start_cluster || give_up "starting the database server"
make_database bench

for part in ${ONLY:-value issue hierarchy seal capture}; do
    "bench_$part"
done

say
say "Milliseconds (sizes: megabytes), medians; the ratio is the median of pairs."
inside psql -X -d bench -P footer=off -c 'SELECT * FROM bench.report'
stop_cluster
