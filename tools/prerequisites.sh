#!/bin/bash
# Finds a PostgreSQL to build against and installs what is missing.
#
# Sourced, this file offers the function
#
#     prerequisites demo|test|style|majors
#
# which leaves the path of a usable pg_config in the variable PG_CONFIG.
# Run as a program it does the same and prints that path:
#
#     bash tools/prerequisites.sh test
#
# Set PG_CONFIG beforehand to choose a PostgreSQL yourself.

# Newest first: this is also the order in which we look for one.
supported_majors="18 17 16 15"

prerequisites_program=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/prerequisites.sh

say() { printf '%s\n' "$*"; }

complain() { printf '%s\n' "$*" >&2; }

# --- What is there -----------------------------------------------------------

major_of() {
    "$1" --version 2>/dev/null | sed -n 's/^PostgreSQL \([0-9]*\).*/\1/p'
}

is_supported() {
    case " $supported_majors " in *" $1 "*) return 0 ;; esac
    return 1
}

has_server() { [ -x "$("$1" --bindir)/postgres" ]; }

has_headers() {
    [ -f "$("$1" --includedir-server)/postgres.h" ] && [ -f "$("$1" --pgxs)" ]
}

debian_pg_config() { printf '/usr/lib/postgresql/%s/bin/pg_config' "$1"; }

debian_has_server() { [ -x "/usr/lib/postgresql/$1/bin/postgres" ]; }

debian_has_headers() {
    [ -x "$(debian_pg_config "$1")" ] && has_headers "$(debian_pg_config "$1")"
}

# The newest PostgreSQL that can be built against and run as it is.
complete_major() {
    local major
    for major in $supported_majors; do
        if debian_has_server "$major" && debian_has_headers "$major"; then
            say "$major"
            return 0
        fi
    done
    return 1
}

# The newest one of which at least a half is there.  A server counts for more
# than headers: completing it costs less.
half_installed_major() {
    local half major
    for half in debian_has_server debian_has_headers; do
        for major in $supported_majors; do
            if "$half" "$major"; then
                say "$major"
                return 0
            fi
        done
    done
    return 1
}

can_include() {
    if command -v gcc >/dev/null; then
        printf '#include <%s>\n' "$1" | gcc -E -x c - >/dev/null 2>&1
    else
        [ -f "/usr/include/$1" ]
    fi
}

# Debian's smallest installation has a perl without its standard library;
# Test::More is a part of that library, so it tells the two apart.
missing_tools() {
    local package
    command -v make >/dev/null || say make
    command -v gcc >/dev/null || say gcc
    can_include stdio.h || say libc6-dev
    can_include openssl/evp.h || say libssl-dev
    { command -v prove && perl -MTest::More -e 1; } >/dev/null 2>&1 || say perl
    if [ "$1" != demo ]; then
        perl -MIPC::Run -e 1 2>/dev/null || say libipc-run-perl
    fi
    if [ "$1" = style ] || [ "$1" = majors ]; then
        command -v pg_bsd_indent >/dev/null || say pg-bsd-indent
        command -v shellcheck >/dev/null || say shellcheck
    fi
    if [ "$1" = majors ]; then
        command -v debootstrap >/dev/null || say debootstrap
    fi
    if [ "$1" = package ]; then
        # dpkg-buildpackage demands the packages, not only what they bring
        for package in build-essential debhelper postgresql-server-dev-all; do
            [ -n "$(installed_version "$package")" ] || say "$package"
        done
    fi
}

# Whether somebody named a PostgreSQL by setting PG_CONFIG.
is_chosen() { [ -n "${PG_CONFIG:-}" ]; }

anything_missing() {
    [ -n "$(missing_tools "$1")" ] && return 0
    is_chosen && return 1
    ! complete_major >/dev/null
}

# --- A PostgreSQL chosen by PG_CONFIG ----------------------------------------

# We never install over somebody's choice: it may not be a Debian package.
check_chosen() {
    if ! command -v "$PG_CONFIG" >/dev/null; then
        complain "PG_CONFIG is set to '$PG_CONFIG', but there is no such program."
        return 1
    fi
    PG_CONFIG=$(command -v "$PG_CONFIG")
    if ! is_supported "$(major_of "$PG_CONFIG")"; then
        complain "PG_CONFIG ($PG_CONFIG) belongs to '$("$PG_CONFIG" --version)'."
        complain "This extension works with PostgreSQL 15 to 18."
        return 1
    fi
    if ! has_server "$PG_CONFIG" || ! has_headers "$PG_CONFIG"; then
        complain "The PostgreSQL that PG_CONFIG ($PG_CONFIG) belongs to is incomplete."
        complain "Both its server and the header files for server extensions are needed."
        complain "Leave PG_CONFIG unset to let this program find or install one."
        return 1
    fi
}

# --- Installing --------------------------------------------------------------

# What `apt-get install` would bring, or else the newest that is on offer.
offered_major() {
    local major
    major=$(apt-cache depends postgresql 2>/dev/null |
        sed -n 's/^ *Depends: postgresql-\([0-9]*\)$/\1/p' | head -n 1)
    if is_supported "$major"; then
        say "$major"
        return 0
    fi
    for major in $supported_majors; do
        if [ -n "$(apt-cache madison "postgresql-$major" 2>/dev/null)" ]; then
            say "$major"
            return 0
        fi
    done
    return 1
}

installed_version() {
    dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$1" 2>/dev/null |
        sed -n 's/^installed //p'
}

is_on_offer() {
    apt-cache madison "$1" | awk -v version="$2" '$3 == version { found = 1 } END { exit !found }'
}

# Prints what to install to get package $1 next to package $2.  Minor releases
# may change the binary interface between server and extensions, so the two
# must be of one version; and the one that is there should stay as it is,
# because upgrading a server restarts the databases that run on it.
matching_package() {
    local wanted=$1 present=$2 version
    version=$(installed_version "$present")
    if [ -z "$version" ]; then
        say "$wanted"
    elif is_on_offer "$wanted" "$version"; then
        say "$wanted=$version"
    else
        complain "Version $version of $present is installed, but $wanted is no"
        complain "longer offered in that version.  Both are brought to the newest version;"
        complain "PostgreSQL servers of this version that run on this machine are restarted."
        say "$wanted" "$present"
    fi
}

missing_postgres() {
    local major
    is_chosen && return 0
    complete_major >/dev/null && return 0
    if ! major=$(half_installed_major) && ! major=$(offered_major); then
        complain "This system offers no PostgreSQL of the versions 15 to 18."
        return 1
    fi
    debian_has_server "$major" ||
        matching_package "postgresql-$major" "postgresql-server-dev-$major"
    debian_has_headers "$major" ||
        matching_package "postgresql-server-dev-$major" "postgresql-$major"
}

# Debian's server packages create a cluster named "main" and start it.  Nobody
# asked us for one, so we forbid it for the time of our own installation.
cluster_settings=/etc/postgresql-common/createcluster.d
cluster_veto=$cluster_settings/serial-no-main-cluster.conf
made_directories=()
packages=()

forbid_main_cluster() {
    local directory
    for directory in "${cluster_settings%/*}" "$cluster_settings"; do
        if [ ! -d "$directory" ]; then
            mkdir "$directory" || return 1
            made_directories=("$directory" "${made_directories[@]}")
        fi
    done
    say "create_main_cluster = false" >"$cluster_veto"
}

allow_main_cluster() {
    local directory
    rm -f "$cluster_veto"
    for directory in "${made_directories[@]}"; do
        # The package may have come to own the directory in the meantime.
        dpkg-query -S "$directory" >/dev/null 2>&1 ||
            rmdir --ignore-fail-on-non-empty "$directory"
    done
}

# 9<&-: services that a package starts must not inherit our lock.
quiet_apt() {
    "$@" >>"$apt_log" 2>&1 </dev/null 9<&-
}

get_packages() {
    quiet_apt "$@" -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 \
        -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold \
        install "${packages[@]}"
}

# Packages half unpacked would be a broken system.  So apt gets a session of its
# own where no Ctrl-C reaches it, and we stop only when it has finished.
install_downloaded() {
    local apt status interrupted=no
    trap 'interrupted=yes; say "Stopping as soon as the installation has finished ..."' INT TERM HUP
    get_packages setsid apt-get &
    apt=$!
    wait "$apt"
    status=$?
    while [ "$status" -gt 128 ] && kill -0 "$apt" 2>/dev/null; do
        wait "$apt"
        status=$?
    done
    [ "$interrupted" = no ] || exit 130
    return "$status"
}

install_packages() {
    say "Installing ${packages[*]}"
    say "(this can take a few minutes)"
    forbid_main_cluster || return 1
    if ! get_packages apt-get --download-only || ! install_downloaded; then
        complain "Installing failed.  The end of what apt-get said:"
        tail -n 30 "$apt_log" >&2
        return 1
    fi
}

clean_up_installation() {
    allow_main_cluster
    rm -f "$apt_log"
}

# Runs as root, in a process of its own.
install_as_root() {
    local postgres
    # We read what apt-cache prints, which otherwise may be in any language.
    export LC_ALL=C DEBIAN_FRONTEND=noninteractive
    # Where the tool needrestart is installed, apt would use it to restart
    # services, among them perhaps somebody's database.
    export NEEDRESTART_SUSPEND=1
    umask 022
    # Two runs at once would get into each other's way.  The directory serves
    # as a lock because it is always there and only root can hold it for long.
    exec 9</var/lib/dpkg
    if ! flock -n 9; then
        say "Another run is installing packages; waiting for it ..."
        flock 9
    fi
    anything_missing "$1" || return 0
    apt_log=$(mktemp) || return 1
    trap clean_up_installation EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    # A Ctrl-C may also end the program that reads our messages.
    trap : PIPE
    say "Fetching the list of packages ..."
    # If this fails, older lists may still do; installing will tell.
    quiet_apt apt-get -q update
    postgres=$(missing_postgres) || return 1
    # shellcheck disable=SC2206,SC2207 # lists of words
    packages=($postgres $(missing_tools "$1"))
    install_packages
}

explain_by_hand() {
    complain "Something is missing that is needed to go on.  Please install:"
    complain "  - PostgreSQL 15, 16, 17 or 18: its server, and its header files for server"
    complain "    extensions (on Debian: postgresql-15 and postgresql-server-dev-15)"
    complain "  - the header files of OpenSSL (libssl-dev), gcc, make and perl"
    if [ "$1" != demo ]; then
        complain "  - for the tests, the perl module IPC::Run (libipc-run-perl)"
    fi
    complain "If they are there already, set PG_CONFIG to the full path of pg_config."
}

install_missing() {
    if ! command -v apt-get >/dev/null; then
        complain "This system has no apt-get, so nothing can be installed from here."
        explain_by_hand "$1"
        return 1
    fi
    say "Something that is needed is not installed yet."
    if [ "$(id -u)" -eq 0 ]; then
        bash "$prerequisites_program" --install "$1" "${PG_CONFIG:-}"
    elif command -v sudo >/dev/null; then
        say "Installing it needs root; sudo may ask for your password."
        sudo bash "$prerequisites_program" --install "$1" "${PG_CONFIG:-}"
    else
        complain "Installing it needs root, and there is no sudo here."
        complain "Run this once as root:  bash $prerequisites_program $1"
        explain_by_hand "$1"
        return 1
    fi
}

# --- The way in --------------------------------------------------------------

prerequisites() {
    local purpose=$1 major
    if is_chosen; then
        check_chosen || return 1
    fi
    if anything_missing "$purpose"; then
        install_missing "$purpose" || return 1
        hash -r
        if anything_missing "$purpose"; then
            complain "Packages were installed, but something is still missing."
            explain_by_hand "$purpose"
            return 1
        fi
    fi
    if ! is_chosen; then
        major=$(complete_major)
        PG_CONFIG=$(debian_pg_config "$major")
    fi
    say "Using $("$PG_CONFIG" --version) ($PG_CONFIG)"
}

run_as_program() {
    case "${1:-}" in
        demo | test | style | majors | package) prerequisites "$1" ;;
        --install)
            # An argument, because sudo does not hand on the environment.
            PG_CONFIG=${3:-}
            install_as_root "$2"
            ;;
        *)
            complain "usage: bash tools/prerequisites.sh demo|test|style|majors|package"
            return 2
            ;;
    esac
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    run_as_program "$@"
    exit
fi
