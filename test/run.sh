#!/bin/bash
# Builds the extension and runs all its tests:
#
#     style     the layout of the sources, the order of the modules, the words
#     build     a build in another directory, and what the library exports
#     unit      small C programs that test single functions (test/unit)
#     regress   SQL scripts and concurrent sessions against a server of our own
#               (sql, expected, specs)
#     tap       perl scripts that start servers themselves (test/t)
#     walks     those of the regression tests that walk the hierarchy, with every
#               walk in SQL
#     clients   programs that use common drivers (test/clients), as far as
#               these can be installed
#     tryton    Tryton with adopted tables (test/tryton), if it can be installed
#
# The environment variable TESTS chooses some of them: TESTS="unit tap".
# TAP_FILES chooses among the scripts of test/t, and shows what they note; JOBS of
# them run at a time, by default as many as there are processors.
# MINUTES bounds the time that all may take (see test/deadline.sh).
# With KEEP=1 the scratch directory with all logs is left for inspection.
# What failed is named once more at the end, and the last line says how many tests passed
# and how many failed.  Where COUNTS_FILE
# names a file, the results go there instead, for test/majors.sh to add up.
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/tools/prerequisites.sh"
. "$root/tools/workshop.sh"
. "$root/test/deadline.sh"
. "$root/test/clients/clients.sh"
. "$root/test/tryton/tryton.sh"

suites=${TESTS:-style build unit regress tap walks clients tryton}
jobs=${JOBS:-$(nproc)}

# Strict: every warning is an error, and PostgreSQL's assertions are active.
strict=('COPT=-Werror -DUSE_ASSERT_CHECKING' UNIT_CFLAGS=-Werror)

is_built=no
took=  # how many seconds the run took that is tallied next, if that is known

heading() { printf '\n== %s ==\n' "$*"; }

# --- Time --------------------------------------------------------------------

# How many seconds each part usually takes on two processors.
usual_seconds() {
    case "$1" in
        style | unit) say 20 ;;
        build) say 60 ;;
        regress) say 120 ;;
        isolation) say 100 ;;
        walks) say 40 ;;
        concurrent_walks) say 80 ;;
        clients | tryton) say 90 ;;
        *) say 20 ;;
    esac
}

# Runs a part of a suite, which is called $2 where there is no time for it:
#     in_time PART NAME COMMAND ...
in_time() {
    local seconds name=$2
    seconds=$(usual_seconds "$1")
    shift 2
    has_time_for "$seconds" "$name" || return 0
    bound "$seconds"
    "$@"
    bounded=()
}

# Takes note of a command that has been stopped before its end.  Status 1 means that
# something was wrong with it.
count_stopped() {
    if is_over; then
        signal_our_processes QUIT
        leave_out "the rest of $1"
    else
        count_failure "$1 was stopped, because it took far longer than usual"
        return 1
    fi
}

# --- Reading results ---------------------------------------------------------

# Each of these prints: passed, failed, skipped, and how many were planned.

# The numbered results of TAP.  A test marked TODO is expected to fail.
count_tap() {
    awk '
        /^Bail out!/                        { bad++; planned++ }
        /^1\.\.[0-9]+/                      { planned += substr($1, 4) }
        !/^(not )?ok [0-9-]/                { next }
        /# *[Ss][Kk][Ii][Pp]/               { skipped++; next }
        /# *[Tt][Oo][Dd][Oo]/               { good++; next }
        /^ok/                               { good++; next }
                                            { bad++ }
        END { print good + 0, bad + 0, skipped + 0, planned + 0 }' "$1"
}

# pg_regress prints "test name ... ok" before PostgreSQL 16 and TAP since.
count_regress() {
    awk '
        /^(test|    ) *[^ ]+ +\.\.\. ok/     { good++; next }
        /^(test|    ) *[^ ]+ +\.\.\. FAILED/ { bad++; next }
        /^ok [0-9]+ +[-+] /                 { good++; next }
        /^not ok [0-9]+ +[-+] /             { bad++; next }
        END { print good + 0, bad + 0, 0, good + bad }' "$1"
}

# Takes note of the tests that failed in the log $2 of $1.
remark_failures() {
    local test
    while read -r test; do
        remarks+=("FAILED: $1, $test")
    done < <(sed -nE '/# *[Tt][Oo][Dd][Oo]/d
        s/ +[0-9]+ ms$//
        s/^not ok [0-9]+ *[-+]? *//p
        s/^(test|    ) *([^ ]+) +\.\.\. FAILED.*/\2/p' "$2")
}

# Adds up one run, whose log count_tap or count_regress can read:
#     tally NAME STATUS tap|regress LOG
# Status 124 means that timeout has stopped it.
# Status 1 of tally means that something was wrong with it.
tally() {
    local name=$1 status=$2 log=$4 good bad skipped planned
    read -r good bad skipped planned <<<"$("count_$3" "$log")"
    passed=$((passed + good))
    failed=$((failed + bad))
    say "$name: $good passed, $bad failed$([ "$skipped" -eq 0 ] || say ", $skipped skipped")${took:+, $took s}"
    save_results unfinished
    if [ "$bad" -gt 0 ]; then
        remark_failures "$name" "$log"
        save_results unfinished
        return 1
    elif [ "$status" -eq 124 ]; then
        count_stopped "$name"
        return
    elif [ "$status" -ne 0 ]; then
        count_failure "$name ended with an error (status $status)"
        return 1
    elif [ "$planned" -ne $((good + bad + skipped)) ]; then
        count_failure "$name planned $planned tests but ran $((good + bad + skipped))"
        return 1
    elif [ $((good + skipped)) -eq 0 ] && [ "$planned" -eq 0 ]; then
        count_failure "$name ran no test at all"
        return 1
    fi
}

# The failures with what is stated about each, or else how it all ended.
show_tap_failures() {
    if grep -q '^not ok' "$1"; then
        complain "What failed:"
        grep -A 12 '^not ok' "$1" | grep -v '^ok' | head -n 100 | sed 's/^/    /' >&2
    else
        show_end_of "$1" "what it said"
    fi
}

# --- The suites --------------------------------------------------------------

# One test, which is passed if the command succeeds:  check NAME COMMAND ...
check() {
    local name=$1 log=$scratch/check.log
    shift
    if "$@" >"$log" 2>&1; then
        passed=$((passed + 1))
        say "ok - $name"
    elif is_over; then
        leave_out "$name"
    else
        count_failure "$name"
        show_end_of "$log" "what was printed about it" 60
    fi
    save_results unfinished
}

# The same, where the tool that it needs may be missing.
check_with() {
    local tool=$1
    shift
    if command -v "$tool" >/dev/null; then
        check "$@"
    else
        say "skipped - $1, because there is no $tool"
    fi
}

run_style() {
    check_with pg_bsd_indent "layout of the C sources" inside tools/indent --check
    check "order of the modules" inside tools/check-layers
    check "words" inside tools/check-language
    check "width of the SQL parts" inside tools/check-width
    check "one version" inside tools/check-version
    check_with shellcheck "shell scripts" inside tools/check-scripts
}

# make as above, in the directory $elsewhere with the sources that nobody may write to.
make_elsewhere() {
    run_in "$elsewhere" make -s -j "$(nproc)" -f "$pristine/Makefile" PG_CONFIG="$PG_CONFIG" \
        with_llvm=no COPT=-O0 "$@"
}

same_scripts() {
    local script
    for script in "$scratch"/source/serial--*.sql; do
        cmp "$elsewhere/${script##*/}" "$script" || return 1
    done
}

# What the dynamic linker sees besides the entry points of SQL functions, each of
# which has a companion that describes it.
only_entry_points() {
    local others
    others=$(nm -D --defined-only "$scratch/source/serial.so" | awk '
        { name[$3] }
        END {
            for (n in name)
                if (n !~ /^(Pg_magic_func|_PG_init|pg_finfo_.*)$/ && !("pg_finfo_" n in name))
                    print n
        }')
    [ -z "$others" ] || { say "These are exported, too:" "$others"; return 1; }
}

# tar compares what it has packed with what is there now.
sources_unchanged() {
    local changed
    changed=$(cd "$scratch/source" && tar -df "$scratch/sources.tar" 2>&1 |
        grep -vE 'Mod time differs|Uid differs|Gid differs|Mode differs')
    [ -z "$changed" ] || { say "$changed"; return 1; }
}

run_build() {
    check "nothing is exported but entry points" only_entry_points
    check "the build has not changed the sources" sources_unchanged
    pristine=$scratch/home/pristine
    elsewhere=$scratch/home/elsewhere
    inside_scratch mkdir "$pristine" "$elsewhere"
    inside_scratch tar -xf "$scratch/sources.tar" -C "$pristine"
    inside_scratch chmod -R a-w "$pristine"
    check "build in another directory" make_elsewhere all
    check "the same install and update scripts there" same_scripts
    check "unit tests there" make_elsewhere check-unit
    check "installation from there" make_elsewhere DESTDIR="$elsewhere/installed" install
    inside_scratch chmod -R u+w "$pristine"
    inside_scratch rm -rf "$pristine" "$elsewhere"
}

run_unit() {
    local log=$scratch/unit.log status
    make_extension -s "${strict[@]}" check-unit >"$log" 2>&1
    status=$?
    tally "unit tests" "$status" tap "$log" || show_tap_failures "$log"
}

find_differences() { find "$scratch/source" -name regression.diffs -size +0; }

show_differences() {
    local diffs
    diffs=$(find_differences)
    if [ -n "$diffs" ]; then
        complain "How the outputs differ from what was expected (first 200 lines):"
        # shellcheck disable=SC2086 # a list of names, none with a space
        cat $diffs | head -n 200 >&2
    else
        show_end_of "$1" "what it said"
        show_server_log
    fi
    show_crashes
}

# A crash of the server shows in the outputs only as a lost connection.
show_crashes() {
    local crashes
    crashes=$(grep -E -A 1 '^TRAP: | PANIC: |was terminated by signal' "$scratch/home/server.log" | head -n 40)
    if [ -n "$crashes" ]; then
        complain "The server crashed.  From its log:"
        complain "$crashes"
    fi
}

# Runs one half of `make installcheck` by emptying the variable of the other:
# together, the second half would not run after a failure in the first.
# What follows is passed on to make.
run_installcheck() {
    local name=$1 log=$2 without=$3 status
    shift 3
    # What is left of the first half is not the second's.
    find_differences | xargs -r rm -f
    SECONDS=0
    make_extension PG_CONFIG="$server_bin/pg_config" TAP_TESTS= "$without=" \
        "$@" installcheck >"$log" 2>&1
    status=$?
    took=$SECONDS
    # Not every version of the extension needs tests with concurrent sessions.
    if [ "$without" = REGRESS ] && [ "$status" -eq 0 ] &&
        ! grep -q 'isolation install-check' "$log"; then
        return 0
    fi
    grep -E '^(test|    ) *[^ ]+ +\.\.\. |^(not )?ok [0-9]' "$log"
    tally "$name" "$status" regress "$log" || show_differences "$log"
    took=
}

run_regress() {
    if ! start_cluster; then
        count_failure "regression tests: there is no server to run them against"
        return
    fi
    in_time regress "regression tests" \
        run_installcheck "regression tests" "$scratch/regress.log" ISOLATION
    in_time isolation "tests with concurrent sessions" \
        run_installcheck "tests with concurrent sessions" "$scratch/isolation.log" REGRESS
    stop_cluster || count_failure "the server could not be stopped properly"
}

run_walks() {
    if ! start_cluster; then
        count_failure "regression tests in SQL: there is no server to run them against"
        return
    fi
    in_time walks "regression tests in SQL" \
        run_installcheck "regression tests in SQL" "$scratch/regress_sql.log" ISOLATION WALKS=sql
    in_time concurrent_walks "tests with concurrent sessions in SQL" \
        run_installcheck "tests with concurrent sessions in SQL" "$scratch/isolation_sql.log" REGRESS WALKS=sql
    stop_cluster || count_failure "the server could not be stopped properly"
}

# PostgreSQL's test library diverts what a script says about its failures.
show_tap_script_failures() {
    local diverted
    show_tap_failures "$1"
    diverted=$(find "$2" -name 'regress_log_*' | head -n 1)
    [ -z "$diverted" ] || show_end_of "$diverted" "the script's own log" 30
}

# The scripts to run, those first that would be missed most if time ran out.
list_tap_scripts() {
    local script first="001 014 016 003 007 011 005 010"
    if [ -n "${TAP_FILES:-}" ]; then
        # shellcheck disable=SC2086 # a list of words
        basename -a $TAP_FILES
        return
    fi
    (
        cd "$scratch/source/test/t" || exit
        for script in $first; do ls "$script"_*.pl; done
        ls ./*.pl
    ) | sed 's,^\./,,' | awk '!seen[$0]++'
}

# Tallies the scripts that have ended since.
tally_tap_scripts() {
    local name status log
    for name in "${!awaited[@]}"; do
        [ -e "$scratch/home/$name.end" ] || continue
        unset "awaited[$name]"
        read -r status took <"$scratch/home/$name.end"
        log=$scratch/home/$name.log
        if [ "$status" = late ]; then
            leave_out "$name"
            continue
        fi
        [ -z "${TAP_FILES:-}" ] || sed -n 's/^# //p' "$log"
        tally "$name" "$status" tap "$log" || show_tap_script_failures "$log" "$scratch/home/$name"
    done
    took=
}

# Several at a time: they spend much of their time waiting for a server to start or stop.
run_tap_scripts() {
    local script
    local -A awaited=()
    for script in "$@"; do
        awaited[${script%.pl}]=yes
        say "test/t/$script $(usual_seconds "${script%%_*}")"
    done >"$scratch/scripts"
    start_in "$scratch/source" env DEADLINE="$deadline" \
        PG_TEST_TIMEOUT_DEFAULT="${PG_TEST_TIMEOUT_DEFAULT:-180}" \
        SERIAL_TORTURE_KILLS="${SERIAL_TORTURE_KILLS:-}" \
        SERIAL_STORM_SECONDS="${SERIAL_STORM_SECONDS:-}" \
        SERIAL_MODEL_SEEDS="${SERIAL_MODEL_SEEDS:-}" SERIAL_MODEL_OPERATIONS="${SERIAL_MODEL_OPERATIONS:-}" \
        SERIAL_MODEL_SHRINK="${SERIAL_MODEL_SHRINK:-}" \
        xargs -a "$scratch/scripts" -P "$jobs" -n 2 bash test/tap.sh "$library"
    while kill -0 "$running" 2>/dev/null; do
        tally_tap_scripts
        sleep 0.2
    done
    await_running
    tally_tap_scripts
    for script in "${!awaited[@]}"; do
        count_failure "$script has left no result"
    done
}

run_tap() {
    local script scripts library
    library=$(dirname "$("$PG_CONFIG" --pgxs)")/../test
    if [ ! -f "$library/perl/PostgreSQL/Test/Cluster.pm" ]; then
        count_failure "this PostgreSQL comes without its test library (PostgreSQL::Test::Cluster)"
        return
    fi
    mapfile -t scripts <<<"$(list_tap_scripts)"
    for script in "${scripts[@]}"; do
        if [ ! -f "$scratch/source/test/t/$script" ]; then
            count_failure "there is no perl test script test/t/$script"
            return
        fi
    done
    run_tap_scripts "${scripts[@]}"
}

# --- The course of events ----------------------------------------------------

check_names() {
    local suite
    for suite in $suites; do
        case "$suite" in
            style | build | unit | regress | tap | walks | clients | tryton) ;;
            *)
                complain "There is no test suite '$suite'; there are:" \
                    "style, build, unit, regress, tap, walks, clients, tryton."
                return 1
                ;;
        esac
    done
}

build() {
    heading "Building, with every warning taken as an error"
    bound "$(usual_seconds build)"
    if lay_out_server && build_extension "${strict[@]}"; then
        is_built=yes
        say "Built and installed into a private PostgreSQL."
    elif is_over; then
        leave_out "the build"
    else
        count_failure "the build"
    fi
    bounded=()
}

run_suite() {
    if is_over; then
        leave_out "the suite $1"
        return
    fi
    case "$1" in
        style) heading "Style" ;;
        build) heading "Builds" ;;
        unit) heading "Unit tests" ;;
        regress) heading "Regression tests" ;;
        tap) heading "Tests that start servers themselves" ;;
        walks) heading "Regression tests of the hierarchy once more, with every walk in SQL" ;;
        clients) heading "Clients" ;;
        tryton) heading "Tryton" ;;
    esac
    case "$1" in
        # their parts are measured one by one
        regress | tap | walks) run_if_built "$1" ;;
        *) in_time "$1" "the suite $1" run_if_built "$1" ;;
    esac
    save_results unfinished
}

# Some suites are of the sources alone, programs of their own, or another build.
run_if_built() {
    case "$1/$is_built" in
        style/* | unit/* | */yes) "run_$1" ;;
        *) count_failure "not run, because the extension could not be built" ;;
    esac
}

check_that_nothing_is_left() {
    local left
    left=$(our_processes)
    if [ -n "$left" ]; then
        # shellcheck disable=SC2086 # a list of words
        count_failure "some server was left running (and is stopped now): processes" $left
    fi
}

run_all() {
    local suite
    check_names || return 1
    heading "Looking for what is needed"
    prerequisites test || return 1
    case " $suites " in
        *" style "*) bash "$root/tools/prerequisites.sh" style | grep -v '^Using' ;;
    esac
    heading "Making a private copy of the sources"
    open_workshop || return 1
    build
    for suite in $suites; do
        run_suite "$suite"
    done
    check_that_nothing_is_left
}

run_all || count_failure "the tests could not be started"
say
if [ "${KEEP:-}" = 1 ] && [ -n "$scratch" ]; then
    say "Everything is kept in $scratch; remove it when you are done."
fi
conclude && [ "$passed" -gt 0 ]
