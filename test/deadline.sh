# shellcheck shell=bash
# The time that tests may take, and what came of them.  To be sourced after
# tools/prerequisites.sh.
#
# MINUTES says how many minutes a run may take, and DEADLINE by when it must have ended,
# in seconds since 1970; with neither, it may take as long as it needs.  Nothing starts
# that would probably not end in time, and what has been started is stopped when time is
# over.  What is left out counts neither as passed nor as failed, but is named.

deadline=${DEADLINE:-}
if [ -z "$deadline" ] && [ -n "${MINUTES:-}" ]; then
    deadline=$((EPOCHSECONDS + 60 * MINUTES))
fi
passed=0
failed=0
remarks=()  # what is printed once more at the end: what failed, and what there was no time for

count_failure() {
    failed=$((failed + 1))
    remarks+=("FAILED: $*")
    complain "FAILED: $*"
}

leave_out() {
    remarks+=("not run for lack of time - $1")
    say "not run for lack of time - $1"
}

is_over() { [ -n "$deadline" ] && [ "$EPOCHSECONDS" -ge "$deadline" ]; }

# Whether there is time for what usually takes $1 seconds.
fits() { [ -z "$deadline" ] || [ $((EPOCHSECONDS + $1)) -le "$deadline" ]; }

# The same, where $2 is left out otherwise.
has_time_for() {
    fits "$1" && return 0
    leave_out "$2"
    return 1
}

# Sets bounded to what stops commands of something that usually takes $1 seconds: when time
# is over, or earlier if one hangs.
bound() {
    local end=$((EPOCHSECONDS + 60 + 10 * $1))
    bounded=()
    [ -n "$deadline" ] || return 0
    [ "$end" -le "$deadline" ] || end=$deadline
    # shellcheck disable=SC2016,SC2034 # the inner shell expands it; other files use it
    bounded=(sh -c 'left=$(($1 - $(date +%s)))
        shift
        [ "$left" -gt 0 ] || exit 124
        exec timeout -k 20 "$left" "$@"' sh "$end")
}

# Leaves the results so far for test/majors.sh: the numbers, whether they are the last,
# and the remarks, one a line.
save_results() {
    [ -z "${COUNTS_FILE:-}" ] || printf '%s\n' "$passed $failed $1" "${remarks[@]}" >"$COUNTS_FILE"
}

# The end of a run.  Status 1 means that something has failed.
conclude() {
    save_results complete
    if [ -z "${COUNTS_FILE:-}" ]; then
        [ "${#remarks[@]}" -eq 0 ] || say "${remarks[@]}"
        say "$passed passed, $failed failed"
    fi
    [ "$failed" -eq 0 ]
}
