#!/bin/bash
# Runs the tests of test/run.sh on several major versions of PostgreSQL, then those of
# test/upgrade.sh and test/package.sh:
#
#     MAJORS="15 17 18" bash test/majors.sh
#
# A major that is installed on this system is tested right here.  Any other one is tested
# on a Debian system of its own, in a chroot (see test/systems.sh); that needs root.
# PostgreSQL 16 is in no Debian suite, so it is tested only where it is installed.  What
# cannot be had is skipped, with the reason, and is not a failure.
#
# LANES of them run side by side, by default as many as there are processors; every line
# that one prints begins with its name.  MINUTES bounds the time that all may take (see
# test/deadline.sh).  TESTS chooses suites as in test/run.sh, "upgrade" and "package"
# among them.
#
# What failed is named once more at the end, and the last line says how many tests passed
# and how many failed in all.
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/tools/prerequisites.sh"
. "$root/tools/workshop.sh"
. "$root/test/deadline.sh"
. "$root/test/systems.sh"

lanes=${LANES:-$(nproc)}
results=       # the directory where each job leaves its results
copy=          # in a job, the directory with the sources inside of a chroot
declare -A job_of=()   # the jobs that are running, by their process
declare -A seconds=()  # and how long each took, by its name
grace=90       # how many seconds after the deadline jobs may take to end by themselves
queue=()

heading() { printf '\n==== %s ====\n' "$*"; }

# --- One major ---------------------------------------------------------------

# The way to the sources must be open to the ordinary user whom test/run.sh becomes.
copy_into() {
    copy=$(mktemp -d "$1/tmp/XXXXXX") &&
        chmod 755 "$copy" &&
        mkdir "$copy/source" &&
        copy_sources_to "$copy/source"
}

test_here() {
    DEADLINE=$deadline TESTS=$suites PG_CONFIG=$2 COUNTS_FILE=$results/$1 run bash "$root/test/run.sh"
}

# What depends on no major has been tested here already, or can be.
test_in_chroot() {
    local major=$1 inside=${copy#"$system"}
    run_in_chroot "$system" TMPDIR="$inside" COUNTS_FILE="$inside/counts" DEADLINE="$deadline" \
        PG_CONFIG="$(debian_pg_config "$major")" TESTS="${suites:-unit regress tap walks}" \
        TAP_FILES="${TAP_FILES:-}" PG_TEST_TIMEOUT_DEFAULT="${PG_TEST_TIMEOUT_DEFAULT:-}" \
        SERIAL_TORTURE_KILLS="${SERIAL_TORTURE_KILLS:-}" \
        SERIAL_STORM_SECONDS="${SERIAL_STORM_SECONDS:-}" \
        bash "$inside/source/test/run.sh"
}

# Prints the pg_config of major $1 if it is installed here.
find_installed() {
    if [ "$(major_of "$PG_CONFIG")" = "$1" ]; then
        say "$PG_CONFIG"
    elif debian_has_server "$1" && debian_has_headers "$1"; then
        debian_pg_config "$1"
    else
        return 1
    fi
}

test_major() {
    local major=$1 pg_config
    if pg_config=$(find_installed "$major"); then
        patience=20
        test_here "$major" "$pg_config"
    elif ! find_system_with "$major"; then
        skip "$major" "$why"
    elif ! copy_into "$system"; then
        skip "$major" "the sources could not be copied into its system"
    else
        say "Testing in the chroot $system."
        patience=20
        test_in_chroot "$major"
    fi
}

# --- Jobs --------------------------------------------------------------------

skip() {
    say "Skipped: $2."
    say "$2" >"$results/$1.skipped"
}

test_upgrade() { DEADLINE=$deadline COUNTS_FILE=$results/upgrade run bash "$root/test/upgrade.sh"; }

test_package() { DEADLINE=$deadline COUNTS_FILE=$results/package run bash "$root/test/package.sh"; }

run_job() {
    patience=20
    if ! fits 60; then
        skip "$1" "there was no time left"
        return
    fi
    case "$1" in
        upgrade | package) "test_$1" ;;
        *) test_major "$1" ;;
    esac
}

close_job() {
    local job=$1
    trap '' INT TERM HUP PIPE
    end_command
    [ -n "$copy" ] || return
    [ ! -e "$copy/counts" ] || cp "$copy/counts" "$results/$job"
    rm -rf --one-file-system "$copy"
}

# A process of its own for each job, with traps of its own.
start_job() {
    local job=$1
    seconds[$job]=$EPOCHSECONDS
    (
        trap 'close_job "$job"' EXIT
        trap 'interrupted 143' TERM
        run_job "$job"
    ) > >(sed -u "s/^/$job | /") 2>&1 &
    job_of[$!]=$job
}

# Takes those off the list that have ended.
collect_jobs() {
    local process job
    for process in "${!job_of[@]}"; do
        kill -0 "$process" 2>/dev/null && continue
        job=${job_of[$process]}
        seconds[$job]=$((EPOCHSECONDS - seconds[$job]))
        unset "job_of[$process]"
    done
}

end_jobs() {
    local attempt
    [ "${#job_of[@]}" -gt 0 ] || return 0
    kill -TERM "${!job_of[@]}" 2>/dev/null
    for ((attempt = 0; attempt < 40; attempt++)); do
        collect_jobs
        [ "${#job_of[@]}" -gt 0 ] || return 0
        sleep 1
    done
    kill -KILL "${!job_of[@]}" 2>/dev/null
}

# Waits until fewer than $1 jobs are running.  They end in time by themselves, unless
# something hangs that nothing else bounds.
await_jobs() {
    while collect_jobs; [ "${#job_of[@]}" -ge "$1" ]; do
        if [ -n "$deadline" ] && [ "$EPOCHSECONDS" -gt $((deadline + grace)) ]; then
            end_jobs
        fi
        sleep 1
    done
}

run_jobs() {
    local job
    for job in "$@"; do
        await_jobs "$lanes"
        start_job "$job"
    done
    await_jobs 1
    # What the last one printed may still be on its way.
    sleep 1
}

# This takes the place of the trap that workshop.sh sets.
close_majors() {
    trap '' INT TERM HUP PIPE
    end_jobs
    rm -rf "$results"
}

# --- Results -----------------------------------------------------------------

name_of() {
    case "$1" in
        upgrade) say "pg_upgrade from major to major" ;;
        package) say "Debian packages" ;;
        *) say "PostgreSQL $1" ;;
    esac
}

# Adds up what job $1 has left.
report() {
    local job=$1 name remark good=0 bad=0 state=unfinished left=()
    name=$(name_of "$job")
    if [ -e "$results/$job.skipped" ]; then
        say "$name: skipped, because $(cat "$results/$job.skipped")"
        return
    fi
    if [ -s "$results/$job" ]; then
        { read -r good bad state && mapfile -t left; } <"$results/$job"
    fi
    if [ "$state" = unfinished ] && is_over; then
        left+=("not run for lack of time - what had not ended when time was over")
    elif [ "$state" = unfinished ]; then
        bad=$((bad + 1))
        left+=("FAILED: it ended before all was counted")
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
    say "$name: $good tests have passed and $bad have failed, in ${seconds[$job]} seconds"
    for remark in "${left[@]}"; do
        say "$name: $remark"
    done
}

# --- The course of events ----------------------------------------------------

# Sets queue to the jobs that MAJORS and TESTS ask for, and suites to those of test/run.sh.
choose_jobs() {
    local suite
    suites=
    for suite in ${TESTS:-upgrade package}; do
        case "$suite" in
            upgrade | package) queue+=("$suite") ;;
            *) suites+="$suite " ;;
        esac
    done
    if [ -z "${TESTS:-}" ] || [ -n "$suites" ]; then
        # shellcheck disable=SC2206 # a list of words
        queue=($MAJORS "${queue[@]}")
    fi
}

test_all() {
    local major
    for major in $MAJORS; do
        if ! is_supported "$major"; then
            complain "This extension works with PostgreSQL 15 to 18, and not with '$major'."
            return 1
        fi
    done
    prerequisites test || return 1
    results=$(mktemp -d) || return 1
    choose_jobs
    run_jobs "${queue[@]}"
}

trap close_majors EXIT
: "${MAJORS:?names the major versions, as in MAJORS='15 17 18'}"
if ! test_all; then
    count_failure "the tests could not be started"
fi
heading "Results"
for job in "${queue[@]}"; do report "$job"; done
say
say "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
