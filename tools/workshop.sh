# shellcheck shell=bash
# A workshop: a scratch directory with a copy of the sources, a private
# PostgreSQL installation and a throw-away database cluster.  Everything in it
# disappears with it, and nothing outside of it is written to.
#
# To be sourced after prerequisites.sh, which says which PostgreSQL to use.
# The order of work is
#
#     open_workshop
#     lay_out_server
#     build_extension [VARIABLE=value ...]      (passed on to make)
#     start_cluster
#     inside psql ...
#     stop_cluster
#
# and closing it happens by itself when the script ends, however it ends: to
# this end, sourcing this file sets traps.

workshop_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scratch=      # the directory everything happens in
server_root=  # in it, the root of the private PostgreSQL
step_down=()  # how to become an ordinary user, empty if we are one
bounded=()    # what bounds the time of a command, empty if nothing does
running=      # process group of the command that is running now

show_end_of() {
    [ -s "$1" ] || return 0
    complain "The end of $2:"
    tail -n "${3:-40}" "$1" | sed 's/^/    /' >&2
}

# --- Opening -----------------------------------------------------------------

# PostgreSQL refuses to run as root, and so does its test driver.
choose_user() {
    local user
    [ "$(id -u)" -eq 0 ] || return 0
    user=nobody
    if id postgres >/dev/null 2>&1; then
        user=postgres
    fi
    if command -v setpriv >/dev/null; then
        step_down=(setpriv --reuid "$(id -u "$user")" --regid "$(id -g "$user")" --init-groups --)
    else
        step_down=(runuser -u "$user" --)
    fi
    say "You are root; everything from here on runs as the user '$user'."
}

# The directory itself stays ours, so that nobody can slip us something else in
# the place of our logs.  The ordinary user owns the directories in it.
furnish_scratch() {
    local directory
    chmod 711 "$1"
    for directory in home tmp socket source server data; do
        mkdir -m 700 "$1/$directory" || return 1
        if [ "${#step_down[@]}" -gt 0 ]; then
            chown "$("${step_down[@]}" id -u):$("${step_down[@]}" id -g)" "$1/$directory"
        fi
    done
    (cd / && "${step_down[@]}" test -w "$1/home")
}

# Sets scratch to a fresh directory under $1 if the ordinary user can work there.
# Set here and not printed: an interruption must find it known to be removed.
try_scratch() {
    # The path of a socket is limited to 107 bytes, and make knows no spaces.
    case "$1" in
        *[!A-Za-z0-9_./+-]*) return 1 ;;
    esac
    [ "${#1}" -le 40 ] || return 1
    scratch=$(mktemp -d "$1/serial.XXXXXX" 2>/dev/null) || return 1
    if furnish_scratch "$scratch"; then
        # Programs find themselves by their real path, so we want that one too.
        scratch=$(cd -P "$scratch" && pwd)
    else
        rm -rf "$scratch"
        scratch=
        return 1
    fi
}

make_scratch() {
    local base=${TMPDIR:-/tmp}
    if ! try_scratch "${base%/}" && ! try_scratch /tmp; then
        complain "No scratch directory can be made, neither in '$base' nor in /tmp."
        return 1
    fi
}

# The ordinary user gets nothing of our environment: a PGHOST or PGSERVICE
# would lead to somebody's real database, a MAKEFLAGS would confuse make.
furnish_environment() {
    server_root=$scratch/server
    server_bin=$server_root$("$PG_CONFIG" --bindir)
    # There is no network port.  The number only becomes part of the name of
    # the socket, and an odd one makes sure that we meet no other server.
    server_port=$((49152 + RANDOM % 16384))
    environment=(env -i
        PATH="$server_bin:$PATH"
        HOME="$scratch/home"
        TMPDIR="$scratch/tmp"
        TERM="${TERM:-dumb}"
        LANG=C.UTF-8
        LC_ALL=C.UTF-8
        PGHOST="$scratch/socket"
        PGPORT="$server_port"
        PGUSER=postgres
        PGDATABASE=postgres)
    if [ -n "${LD_LIBRARY_PATH:-}" ]; then
        environment+=(LD_LIBRARY_PATH="$LD_LIBRARY_PATH")
    fi
}

list_sources() {
    # Git refuses to work in a checkout of somebody else; then we take all.
    if [ -e .git ] && git ls-files -coz --exclude-standard 2>/dev/null; then
        return 0
    fi
    find . -name .git -prune -o \( -type f -o -type l \) -print0
}

# Files that git knows but that have been deleted would stop tar.
only_existing() {
    local file
    while IFS= read -r -d '' file; do
        if [ -e "$file" ] || [ -L "$file" ]; then
            printf '%s\0' "$file"
        fi
    done
}

# A copy, because the checkout may be unreadable to the ordinary user, and
# because two runs must not build in the same place.
copy_sources() {
    (
        set -o pipefail
        cd "$workshop_root" &&
            list_sources | only_existing |
            tar --null --no-recursion --anchored \
                --exclude='results' --exclude='./results' \
                --exclude='test/unit/*_test' --exclude='./test/unit/*_test' \
                --no-anchored \
                --exclude='*.o' --exclude='*.so' --exclude='*.bc' --exclude='*.d' --exclude='.deps' \
                -T - -cf "$scratch/sources.tar"
    ) && inside_scratch tar -xf "$scratch/sources.tar" -C "$scratch/source"
}

open_workshop() {
    umask 022
    choose_user
    make_scratch || return 1
    furnish_environment
    if ! copy_sources; then
        complain "The sources could not be copied to $scratch."
        return 1
    fi
}

# --- Working -----------------------------------------------------------------

# Starts a command as the ordinary user in directory $1.  It gets a session of
# its own and we only wait for it: that way a Ctrl-C reaches us at once, and
# we can end the command together with all its children.
start_in() {
    local directory=$1
    shift
    (cd "$directory" && exec setsid "${bounded[@]}" "${step_down[@]}" "${environment[@]}" "$@") </dev/null 3>&- &
    running=$!
}

await_running() {
    local status
    wait "$running"
    status=$?
    running=
    return "$status"
}

run_in() {
    start_in "$@"
    await_running
}

inside_scratch() { run_in "$scratch" "$@"; }

inside() { run_in "$scratch/source" "$@"; }

# For a command that talks to the person at the terminal, who may well press
# Ctrl-C in it without wanting to end us: job control (set -m) makes the
# terminal send it to that command alone, and to neither us nor make.
inside_interactively() {
    local status
    [ ! -t 0 ] || set -m
    (cd "$scratch/source" && exec "${step_down[@]}" "${environment[@]}" "$@")
    status=$?
    set +m
    return "$status"
}

# --- A private PostgreSQL ----------------------------------------------------

# PostgreSQL finds its files relative to the real path of its own programs.  So
# real copies of the programs, with everything else linked into the same
# relative places, make an installation of its own, and the extension installed
# there is seen by nobody else.  On some systems the programs lie in /usr/bin
# among thousands of others; hence the names.
lay_out_server() {
    local bin share lib
    bin=$("$PG_CONFIG" --bindir)
    share=$("$PG_CONFIG" --sharedir)
    lib=$("$PG_CONFIG" --pkglibdir)
    # shellcheck disable=SC2016 # the inner shell expands it
    if ! inside_scratch sh -e -c '
        root=$1 bin=$2 share=$3 lib=$4
        mkdir -p "$root$bin" "$root$share" "$root$lib"
        for name in postgres postmaster initdb psql "pg_*" pgbench createdb \
            dropdb createuser dropuser clusterdb reindexdb vacuumdb; do
            for file in "$bin"/$name; do
                [ ! -e "$file" ] || cp -a "$file" "$root$bin/"
            done
        done
        cp -as "$share/." "$root$share"
        cp -as "$lib/." "$root$lib"
        # An extension of the same name may be installed on this machine.
        rm -rf "$root$lib/serial.so" "$root$lib/bitcode/serial" \
            "$root$lib/bitcode/serial.index.bc" "$root$share/extension/serial.control" \
            "$root$share/extension/serial--"*.sql
        ' sh "$server_root" "$bin" "$share" "$lib" >"$scratch/layout.log" 2>&1; then
        complain "The private PostgreSQL could not be laid out in $scratch."
        show_end_of "$scratch/layout.log" "the messages"
        return 1
    fi
    if ! inside_scratch "$server_bin/pg_config" --version >/dev/null 2>&1; then
        complain "Programs cannot be run from $scratch (is it mounted 'noexec'?)."
        complain "Set TMPDIR to a directory with a short name where they can."
        return 1
    fi
}

# with_llvm=no: the bitcode for just-in-time compilation needs clang, and
# without it everything works all the same.
make_extension() {
    inside make PG_CONFIG="$PG_CONFIG" with_llvm=no "$@"
}

build_extension() {
    if ! make_extension -s -j "$(nproc)" "$@" all >"$scratch/build.log" 2>&1; then
        complain "The extension could not be built."
        show_end_of "$scratch/build.log" "what make and the compiler said"
        return 1
    fi
    if ! make_extension -s "$@" DESTDIR="$server_root" install >"$scratch/install.log" 2>&1; then
        complain "The extension could not be installed into the private PostgreSQL."
        show_end_of "$scratch/install.log" "what make said"
        return 1
    fi
}

# The user is called postgres whoever we are, so that outputs are comparable.
# Durability is of no use to a cluster that is thrown away.  Whoever needs more
# settings puts them into extra_settings.
#
# A suite that ran before may have left its cluster, stopped.
create_cluster() {
    inside_scratch find "$scratch/data" -mindepth 1 -delete || return 1
    inside_scratch "$server_bin/initdb" -D "$scratch/data" -U postgres -A trust \
        -N --no-locale -E UTF8 >"$scratch/initdb.log" 2>&1 || return 1
    cat >>"$scratch/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$scratch/socket'
port = $server_port
fsync = off
${extra_settings:-}
END
}

start_cluster() {
    if ! create_cluster; then
        complain "The throw-away database cluster could not be created."
        show_end_of "$scratch/initdb.log" "what initdb said"
        return 1
    fi
    if ! inside_scratch "$server_bin/pg_ctl" -D "$scratch/data" -l "$scratch/home/server.log" \
        -w -s start >"$scratch/start.log" 2>&1; then
        complain "The database server did not start."
        show_end_of "$scratch/start.log" "what pg_ctl said"
        show_server_log
        return 1
    fi
}

stop_cluster() {
    [ -f "$scratch/data/postmaster.pid" ] || return 0
    inside_scratch "$server_bin/pg_ctl" -D "$scratch/data" -m fast -w -s stop
}

show_server_log() { show_end_of "$scratch/home/server.log" "the server's log" 20; }

# --- Closing -----------------------------------------------------------------

# Everything started from the private tree is ours, and nothing else is.  The
# ordinary user has to ask: in a container root may not look at others' /proc.
our_processes() {
    [ -n "$server_root" ] || return 0
    (cd / && "${step_down[@]}" find /proc -mindepth 2 -maxdepth 2 \
        -path '/proc/[0-9]*/exe' -lname "$server_root/*" 2>/dev/null) | cut -d / -f 3
}

# Sends signal $1 and waits five seconds at most for all of them to be gone.
signal_our_processes() {
    local pids attempt
    for ((attempt = 0; attempt < 50; attempt++)); do
        pids=$(our_processes)
        [ -n "$pids" ] || return 0
        if [ "$attempt" -eq 0 ]; then
            # shellcheck disable=SC2086 # a list of words
            kill -s "$1" $pids 2>/dev/null
        fi
        sleep 0.1
    done
    return 1
}

end_running_command() {
    local attempt
    [ -n "$running" ] || return 0
    kill -TERM -- "-$running" 2>/dev/null
    for ((attempt = 0; attempt < 30; attempt++)); do
        kill -0 -- "-$running" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL -- "-$running" 2>/dev/null
}

interrupted() {
    complain "Interrupted; cleaning up ..." 2>&3
    exit "$1"
}

close_workshop() {
    # A second, impatient Ctrl-C must not leave a server behind.
    trap '' INT TERM HUP PIPE
    end_running_command
    [ -n "$scratch" ] || return 0
    # QUIT is how PostgreSQL is reported to stop immediately; it then still gives
    # back its shared memory, which it cannot after KILL.
    signal_our_processes QUIT || signal_our_processes KILL
    cd /
    if [ "${KEEP:-}" != 1 ] && ! rm -rf "$scratch" 2>/dev/null; then
        # A test may have been interrupted that takes write permissions away.
        chmod -R u+w "$scratch"
        rm -rf "$scratch"
    fi
}

# The way to the person at the terminal, also while the messages of a command
# go into a log.
exec 3>&2

# From the start, since without it bash may overlook a Ctrl-C that comes while
# it waits for some other program.
trap close_workshop EXIT
trap 'interrupted 130' INT
trap 'interrupted 143' TERM
trap 'interrupted 129' HUP
trap 'exit 141' PIPE # nobody reads what we say any more
