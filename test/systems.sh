# shellcheck shell=bash
# Debian systems that tests run on, each in a directory of /var/cache/serial (SERIAL_CACHE
# names another one).  They are made with debootstrap from the mirror that apt uses here,
# kept, and used again; remove the directory to have them made anew from what the suites
# offer by then.  All of that needs root.
#
# To be sourced after tools/workshop.sh and test/deadline.sh.  What runs on such a system
# has process and mount namespaces of its own, which the kernel ends with their first
# process.

cache=${SERIAL_CACHE:-/var/cache/serial}
patience=0      # how many seconds a command gets to end by itself
stage=          # what on_system shares with a system
unavailable=75  # the status of a script that lacks what it needs, or says in /exchange/why what

# --- Running -----------------------------------------------------------------

# Runs a command in a session of its own, so that we can be interrupted while
# we wait, and can then pass that on to the command.
run() {
    setsid "${bounded[@]}" "$@" </dev/null 9>&- &
    running=$!
    await_running
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

# Runs a command with the system in directory $1 as its root.
run_in_chroot() {
    local system=$1
    shift
    # shellcheck disable=SC2016 # the inner shell expands it
    run unshare --mount --pid --ipc --fork --kill-child sh -c '
        mount -t proc proc "$1/proc" &&
            mount -t tmpfs -o mode=1777 tmpfs "$1/dev/shm" || exit
        system=$1
        shift
        exec chroot "$system" "$@"' sh "$system" "${bare_environment[@]}" "$@"
}

bare_environment=(/usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8
    TERM="${TERM:-dumb}" DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"})

# The same, with changes to its files going to memory.  What it leaves in /exchange is in
# $stage/exchange afterwards.
on_system() {
    local system=$1
    shift
    # shellcheck disable=SC2016 # the inner shell expands it
    run unshare --mount --pid --ipc --fork --kill-child sh -e -c '
        system=$1 stage=$2 archives=$3
        shift 3
        mount -t tmpfs -o mode=755 tmpfs "$stage/overlay"
        mkdir "$stage/overlay/upper" "$stage/overlay/work" "$stage/overlay/root"
        mount -t overlay overlay \
            -o "lowerdir=$system,upperdir=$stage/overlay/upper,workdir=$stage/overlay/work" "$stage/overlay/root"
        cd "$stage/overlay/root"
        mount -t proc proc proc
        mount --rbind /dev dev
        mount -t tmpfs -o mode=1777 tmpfs tmp
        mkdir exchange
        mount --bind "$stage/exchange" exchange
        mount --bind "$archives" var/cache/apt/archives
        exec chroot . "$@"
    ' sh "$system" "$stage" "$cache/archives" "${bare_environment[@]}" "$@"
}

# Makes the directories that on_system needs, with the sources in $stage/exchange/source.
open_stage() {
    stage=$(mktemp -d) &&
        chmod 755 "$stage" &&
        mkdir -p "$stage/overlay" "$stage/exchange/source" "$cache/archives/partial" &&
        copy_sources_to "$stage/exchange/source"
}

# This takes the place of the trap that workshop.sh sets.
close_stage() {
    trap '' INT TERM HUP PIPE
    end_command
    [ -z "$stage" ] || rm -rf --one-file-system "$stage"
}

copy_sources_to() {
    (
        set -o pipefail
        # shellcheck disable=SC2154 # tools/workshop.sh sets it
        cd "$workshop_root" &&
            list_sources | only_existing | tar --null --no-recursion -T - -cf - | tar -xf - -C "$1"
    )
}

# The beginning of a script that runs on a system, which ends where packages cannot be had.
define_get() {
    cat <<SCRIPT
set -e
unavailable=$unavailable
# Where this fails, older lists may still do.
apt-get -q update || :
get() { apt-get -q -y --no-install-recommends install "\$@" || exit $unavailable; }
SCRIPT
}

# One test, which is passed if a script succeeds on the system in directory $system; it
# usually takes $2 seconds:  check_on_system NAME SECONDS SCRIPT [ARGUMENT ...]
check_on_system() {
    local name=$1 seconds=$2 status
    shift 2
    has_time_for "$seconds" "$name" || return 0
    rm -f "$stage/exchange/why"
    bound "$seconds"
    on_system "$system" sh "$@" >"$stage/log" 2>&1
    status=$?
    bounded=()
    if [ "$status" -eq 0 ]; then
        passed=$((passed + 1))
        say "ok - $name"
    elif [ "$status" -eq "$unavailable" ]; then
        say "skipped - $name, because $(cat "$stage/exchange/why" 2>/dev/null || say "packages could not be had")"
        show_end_of "$stage/log" "what was printed meanwhile" 15
    elif [ "$status" -eq 124 ] && is_over; then
        leave_out "the rest of $name"
    else
        count_failure "$name"
        show_end_of "$stage/log" "what was printed about it" 60
    fi
    save_results unfinished
}

# Runs a function that checks what $1 is about, and says what came of it.
run_checks() {
    local what=$1 function=$2
    trap close_stage EXIT
    why=$(find_obstacle)
    if [ -n "$why" ]; then
        say "skipped - $what, because $why"
    elif ! open_stage || ! "$function"; then
        count_failure "the test of $what could not be started"
    fi
    say
    conclude
}

# --- Making a system ---------------------------------------------------------

# The Debian suites that offer a major, in the order in which they are tried.
suites_that_offer() {
    case "$1" in
        15) say "bookworm" ;;
        17) say "trixie" ;;
        18) say "forky sid" ;;
    esac
}

# The address of the Debian archive that apt uses here.
find_mirror() {
    # shellcheck disable=SC2016 # apt-get expands it
    apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 2>/dev/null |
        head -n 1
}

# Prints why nothing can run on a system of its own here, or nothing.
find_obstacle() {
    if [ "$(id -u)" -ne 0 ]; then
        say "only root can use a chroot"
    elif ! unshare --mount --pid --ipc --fork sh -c 'mount -t tmpfs tmpfs /mnt' 2>/dev/null; then
        say "this system allows no namespaces or mounts for a chroot"
    elif ! mkdir -p "$cache/archives/partial" 2>/dev/null; then
        say "$cache cannot be made"
    fi
}

# A debootstrap that is older than the suite has no script of its name; sid's
# serves every suite that is newer.
bootstrap() {
    local suite=$1 directory=$2 scripts=/usr/share/debootstrap/scripts script=()
    [ -e "$scripts/$suite" ] || script=("$scripts/sid")
    run unshare --mount --pid --fork --kill-child \
        debootstrap --variant=minbase --include=ca-certificates "$suite" "$directory" "$mirror" "${script[@]}"
}

# No service may be started in a chroot, and the tests need no cluster of Debian's own.
keep_quiet() {
    local system=$1
    printf '#!/bin/sh\nexit 101\n' >"$system/usr/sbin/policy-rc.d" &&
        chmod 755 "$system/usr/sbin/policy-rc.d" &&
        mkdir -p "$system/etc/postgresql-common/createcluster.d" &&
        say 'create_main_cluster = false' >"$system/etc/postgresql-common/createcluster.d/none.conf"
}

# The packages of major $2 and then whatever else the tests need.
furnish() {
    local system=$1 major=$2
    cp "$workshop_root/tools/prerequisites.sh" "$system/root/" &&
        run_in_chroot "$system" apt-get -q -y --no-install-recommends install \
            "postgresql-$major" "postgresql-server-dev-$major" &&
        run_in_chroot "$system" bash /root/prerequisites.sh test &&
        run_in_chroot "$system" apt-get clean
}

# A system gets its name only when it is complete.
make_system() {
    local suite=$1 major=$2
    say "Making a system of Debian $suite${major:+ with PostgreSQL $major} in $system"
    say "(this takes a few minutes; it is kept and used again)"
    rm -rf --one-file-system "$system.part" &&
        bootstrap "$suite" "$system.part" >"$system.log" 2>&1 &&
        keep_quiet "$system.part" &&
        { [ -z "$major" ] || furnish "$system.part" "$major" >>"$system.log" 2>&1; } &&
        mv "$system.part" "$system"
}

# Makes it if there is everything for that, or sets why to the reason why it cannot be made.
try_to_make_system() {
    local suite=$1 mirror
    if ! fits 240; then
        why="there is no time to make a system of Debian $suite"
        return 1
    fi
    (prerequisites majors) >/dev/null
    mirror=$(find_mirror)
    if [ -z "$mirror" ]; then
        apt-get -q update >/dev/null 2>&1
        mirror=$(find_mirror)
    fi
    if ! command -v debootstrap >/dev/null; then
        why="there is no debootstrap to make a system of Debian $suite"
        return 1
    elif [ -z "$mirror" ]; then
        why="apt is not set up for a Debian archive here"
        return 1
    fi
    bound 240
    make_system "$@" && bounded=() && return 0
    bounded=()
    why="a system of Debian $suite could not be made"
    show_end_of "$system.log" "what was printed meanwhile" 15
    rm -rf --one-file-system "$system.part"
    return 1
}

# Sets system to the directory of one of suite $1 with PostgreSQL $2, or with none where
# that is empty; or else why to the reason why there is none.  Another run may be making
# the same one.
find_system() {
    local status
    why=$(find_obstacle)
    [ -z "$why" ] || return 1
    system=$cache/$1${2:+-$2}
    exec 9>"$system.lock"
    flock 9
    [ -d "$system" ] || try_to_make_system "$1" "$2"
    status=$?
    exec 9>&-
    return "$status"
}

# The same, whatever the suite that offers the major.
find_system_with() {
    local suite
    why="no Debian suite offers it"
    for suite in $(suites_that_offer "$1"); do
        ! find_system "$suite" "$1" || return 0
    done
    return 1
}
