#!/bin/bash
# Runs one script of test/t, for test/run.sh:
#
#     bash test/tap.sh LIBRARY SCRIPT SECONDS
#
# LIBRARY is the directory of PostgreSQL's test library, and SECONDS how long the script
# usually takes.  In the home directory it leaves NAME.log with what was printed, and then
# NAME.end with the status and the seconds taken; the status of what there was no time for
# is "late".
set -u

library=$1 script=$2 seconds=$3
name=$(basename "$script" .pl)
. test/deadline.sh

# Different versions of the library look for their directories under different names.
run_script() {
    export TESTDIR=$HOME/$name
    export TESTDATADIR=$TESTDIR/tmp_check TESTLOGDIR=$TESTDIR/log
    export PG_REGRESS=$library/regress/pg_regress
    mkdir -p "$TESTDATADIR" "$TESTLOGDIR" &&
        exec "${bounded[@]}" prove -v -I "$library/perl" -I test/t "$script"
}

if fits "$seconds"; then
    bound "$seconds"
    SECONDS=0
    (run_script) >"$HOME/$name.log" 2>&1 &
    # timeout has a process group of its own, so what ends ours would not reach it
    trap 'kill "$!"' TERM
    wait "$!"
    result="$? $SECONDS"
else
    result="late 0"
fi
# under its name only when it is complete
printf '%s\n' "$result" >"$HOME/$name.part"
mv "$HOME/$name.part" "$HOME/$name.end"
