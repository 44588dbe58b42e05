#!/bin/bash
# Runs the tests of test/run.sh on several major versions of PostgreSQL:
#
#     MAJORS="15 17 18" bash test/majors.sh
#
# A major that is installed on this system is tested right here.  Any other one
# is tested in a chroot with the Debian suite that offers it; that needs root.
# PostgreSQL 16 is in no Debian suite, so it is tested only where it is installed.
# A major that cannot be had is skipped, with the reason, and is not a failure.
#
# Chroots are kept in /var/cache/serial (SERIAL_CACHE names another directory) and
# used again; remove that directory to have them made anew from what the suites
# offer by then.  Everything else disappears when the script ends, however it
# ends: what runs in a chroot has process and mount namespaces of its own, and
# the kernel ends both with their first process.
#
# The last line says how many tests passed and how many failed in all.
set -u

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/tools/prerequisites.sh"
. "$root/tools/workshop.sh"

cache=${SERIAL_CACHE:-/var/cache/serial}
copy=       # the directory with the sources, inside of a chroot
counts=     # the file in which test/run.sh leaves its counts
patience=0  # how many seconds a command gets to end by itself
passed=0
failed=0
summary=()
mirror=

heading() { printf '\n==== %s ====\n' "$*"; }

# --- Running -----------------------------------------------------------------

# Runs a command in a session of its own, so that we can be interrupted while
# we wait, and can then pass that on to the command.
run() {
    local status
    setsid "$@" </dev/null 9>&- &
    running=$!
    wait "$running"
    status=$?
    running=
    return "$status"
}

# Ends the command that is running now, and with unshare all that it started.
# test/run.sh gets some seconds, because it has servers to stop and files to remove.
end_command() {
    local attempt
    [ -n "$running" ] || return 0
    kill -TERM -- "-$running" 2>/dev/null
    for ((attempt = 0; attempt < patience * 10; attempt++)); do
        kill -0 "$running" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL -- "-$running" 2>/dev/null
}

remove_copy() {
    [ -z "$copy" ] || rm -rf --one-file-system "$copy"
    copy=
}

# This takes the place of the trap that workshop.sh sets.
close_majors() {
    trap '' INT TERM HUP PIPE
    end_command
    remove_copy
    rm -f "$counts"
}

# Runs a command with chroot $1 as its root, in namespaces of its own.
run_in_chroot() {
    local chroot=$1
    shift
    # shellcheck disable=SC2016 # the inner shell expands it
    run unshare --mount --pid --ipc --fork --kill-child sh -c '
        mount -t proc proc "$1/proc" &&
            mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm" || exit
        chroot=$1
        shift
        exec chroot "$chroot" "$@"' sh "$chroot" \
        /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
        TERM="${TERM:-dumb}" DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} "$@"
}

# --- Making a chroot ---------------------------------------------------------

# The Debian suites that offer a major, in the order in which they are tried.
suites_that_offer() {
    case "$1" in
        15) say bookworm ;;
        17) say trixie ;;
        18) say forky sid ;;
    esac
}

# The address of the Debian archive that apt uses on this system.
find_mirror() {
    # shellcheck disable=SC2016 # apt-get expands it
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 2>/dev/null |
        head -n 1
}

# A debootstrap that is older than the suite has no script of its name; sid's
# serves every suite that is newer.
bootstrap() {
    local suite=$1 directory=$2 scripts=/usr/share/debootstrap/scripts script=()
    [ -e "$scripts/$suite" ] || script=("$scripts/sid")
    run unshare --mount --pid --fork --kill-child \
        debootstrap --variant=minbase --include=ca-certificates "$suite" "$directory" "$mirror" "${script[@]}"
}

# The packages of major $2 and then whatever else the tests need.  No service
# may be started in a chroot, and the tests need no cluster of Debian's own.
furnish_chroot() {
    local chroot=$1 major=$2
    printf '#!/bin/sh\nexit 101\n' >"$chroot/usr/sbin/policy-rc.d" &&
        chmod 755 "$chroot/usr/sbin/policy-rc.d" &&
        mkdir -p "$chroot/etc/postgresql-common/createcluster.d" &&
        say 'create_main_cluster = false' >"$chroot/etc/postgresql-common/createcluster.d/none.conf" &&
        cp "$root/tools/prerequisites.sh" "$chroot/root/" &&
        run_in_chroot "$chroot" apt-get -q -y --no-install-recommends install \
            "postgresql-$major" "postgresql-server-dev-$major" &&
        run_in_chroot "$chroot" bash /root/prerequisites.sh test &&
        run_in_chroot "$chroot" apt-get clean
}

# A chroot gets its name only when it is complete.
make_chroot() {
    local chroot=$1 major=$2 suite=$3
    say "Making a chroot of Debian $suite with PostgreSQL $major in $chroot"
    say "(this takes a few minutes; it is kept and used again)"
    rm -rf --one-file-system "$chroot.part" &&
        bootstrap "$suite" "$chroot.part" >"$chroot.log" 2>&1 &&
        furnish_chroot "$chroot.part" "$major" >>"$chroot.log" 2>&1 &&
        mv "$chroot.part" "$chroot"
}

# Sets chroot to one that has major $1, or why to the reason why there is none.
# Another run may be making the same one.
find_chroot() {
    local major=$1 suite
    why=
    for suite in $(suites_that_offer "$major"); do
        chroot=$cache/$suite-$major
        exec 9>"$cache/$suite-$major.lock"
        flock 9
        if [ -d "$chroot" ] || make_chroot "$chroot" "$major" "$suite"; then
            exec 9>&-
            return 0
        fi
        exec 9>&-
        why="its chroot could not be made from Debian $suite"
        show_end_of "$chroot.log" "what was printed meanwhile" 15
        rm -rf --one-file-system "$chroot.part"
    done
    return 1
}

# --- Testing -----------------------------------------------------------------

skip() {
    say "PostgreSQL $1 is skipped: $2."
    summary+=("PostgreSQL $1: skipped, $2")
}

# Adds up what test/run.sh has left in the file $1 about major $2.
add_counts() {
    local file=$1 major=$2 good=0 bad=0
    if ! read -r good bad 2>/dev/null <"$file"; then
        bad=1
        complain "FAILED: the tests of PostgreSQL $major ended before they were counted"
    fi
    passed=$((passed + good))
    failed=$((failed + bad))
    summary+=("PostgreSQL $major: $good tests have passed and $bad have failed, in $SECONDS seconds")
}

test_here() {
    : >"$counts"
    PG_CONFIG=$2 COUNTS_FILE=$counts run bash "$root/test/run.sh"
    add_counts "$counts" "$1"
}

# The way to the sources must be open to the ordinary user whom test/run.sh becomes.
copy_into() {
    copy=$(mktemp -d "$1/tmp/XXXXXX") &&
        chmod 755 "$copy" &&
        mkdir "$copy/source" &&
        (
            set -o pipefail
            cd "$root" &&
                list_sources | only_existing | tar --null --no-recursion -T - -cf - |
                tar -xf - -C "$copy/source"
        )
}

# What depends on no major has been tested here already, or can be.
test_in_chroot() {
    local major=$1 inside
    if ! copy_into "$chroot"; then
        skip "$major" "the sources could not be copied into its chroot"
        return
    fi
    inside=${copy#"$chroot"}
    run_in_chroot "$chroot" TMPDIR="$inside" COUNTS_FILE="$inside/counts" \
        PG_CONFIG="$(debian_pg_config "$major")" TESTS="${TESTS:-unit regress tap}" \
        TAP_FILES="${TAP_FILES:-}" PG_TEST_TIMEOUT_DEFAULT="${PG_TEST_TIMEOUT_DEFAULT:-}" \
        SERIAL_TORTURE_KILLS="${SERIAL_TORTURE_KILLS:-}" \
        SERIAL_STORM_SECONDS="${SERIAL_STORM_SECONDS:-}" \
        bash "$inside/source/test/run.sh"
    add_counts "$copy/counts" "$major"
    remove_copy
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

# Prints why no chroot can be made for major $1, or nothing.
find_obstacle() {
    if [ -z "$(suites_that_offer "$1")" ]; then
        say "no Debian suite offers it"
    elif [ "$(id -u)" -ne 0 ]; then
        say "it is not installed, and a chroot with it can be made only by root"
    elif ! unshare --mount --pid --ipc --fork true 2>/dev/null; then
        say "it is not installed, and this system allows no namespaces for a chroot"
    elif ! command -v debootstrap >/dev/null; then
        say "it is not installed, and there is no debootstrap to make a chroot with it"
    elif [ -z "$mirror" ]; then
        say "it is not installed, and apt is not set up for a Debian archive here"
    fi
}

test_major() {
    local major=$1 pg_config obstacle
    heading "PostgreSQL $major"
    SECONDS=0
    if pg_config=$(find_installed "$major"); then
        patience=20
        test_here "$major" "$pg_config"
        return
    fi
    obstacle=$(find_obstacle "$major")
    if [ -n "$obstacle" ]; then
        skip "$major" "$obstacle"
        return
    fi
    patience=0
    if ! find_chroot "$major"; then
        skip "$major" "$why"
        return
    fi
    say "Testing in the chroot $chroot."
    patience=20
    test_in_chroot "$major"
}

# Installs debootstrap if a chroot is going to be needed.
get_ready() {
    local major
    prerequisites test || return 1
    counts=$(mktemp) || return 1
    [ "$(id -u)" -eq 0 ] || return 0
    for major in $MAJORS; do
        if ! find_installed "$major" >/dev/null; then
            (prerequisites majors)
            mkdir -p "$cache" || return 1
            mirror=$(find_mirror)
            if [ -z "$mirror" ]; then
                apt-get -q update >/dev/null 2>&1
                mirror=$(find_mirror)
            fi
            return 0
        fi
    done
}

test_all() {
    local major
    for major in $MAJORS; do
        if ! is_supported "$major"; then
            complain "This extension works with PostgreSQL 15 to 18, and not with '$major'."
            return 1
        fi
    done
    get_ready || return 1
    for major in $MAJORS; do
        test_major "$major"
    done
}

trap close_majors EXIT
: "${MAJORS:?names the major versions, as in MAJORS='15 17 18'}"
if ! test_all; then
    failed=$((failed + 1))
    complain "FAILED: the tests could not be started"
fi
heading "Results"
[ "${#summary[@]}" -eq 0 ] || printf '%s\n' "${summary[@]}"
say
say "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
