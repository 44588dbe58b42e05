# What the tests share that kill a server under its clients.
package Torture;

use strict;
use warnings;
use Exporter 'import';
use POSIX ();
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(one_of write_file start_psql wait_until go_on_until await_clients kill_server client_names storm amcheck_ok);

my $patience = 180;	# seconds

sub one_of { return $_[ rand @_ ]; }

sub write_file
{
	my ($file, $text) = @_;
	open my $fh, '>', $file or die "$file: $!";
	print $fh $text;
	close $fh or die "$file: $!";
	return;
}

# --- Clients -----------------------------------------------------------------

# psql's output goes straight into the file, so that nothing is lost between.
# When the server goes away psql may leave a line without its end.
sub run_psql
{
	my ($name, $connstr, $stop, $parent, $script) = @_;

	srand($$ ^ time);
	open STDOUT, '>>', "$name.seen" or die $!;
	open STDERR, '>>', "$name.errors" or die $!;
	until (-e $stop || getppid() != $parent)
	{
		write_file("$name.sql", $script->());
		next if system('psql', '-XAtq', '-d', $connstr, '-f', "$name.sql") == 0;
		syswrite STDOUT, "\n";
		sleep 0.1;
	}
	return;
}

# Starts a process that runs one script after another, each made by a function,
# until a file "stop" is there.  It writes files that begin with its name.
# _exit, because the end of the test belongs to the parent alone.
sub start_psql
{
	my ($name, $connstr, $stop, $script) = @_;
	my $parent = $$;
	my $pid = fork;

	die "fork: $!" unless defined $pid;
	return $pid if $pid != 0;
	eval { run_psql($name, $connstr, $stop, $parent, $script); 1 } or warn $@;
	POSIX::_exit(0);
}

# Returns false if some client had to be ended by force.
sub await_clients
{
	my @clients = @_;
	my $ended = 1;
	local $SIG{ALRM} = sub { $ended = 0; kill 'KILL', @clients; };
	alarm $patience;
	waitpid $_, 0 for @clients;
	alarm 0;
	return $ended;
}

# --- Killing -----------------------------------------------------------------

# The parent and the state of each process; not every system has /proc or ps.
sub processes
{
	my %processes;
	foreach (map { eval { slurp_file($_) } // () } glob '/proc/[0-9]*/stat')
	{
		$processes{$1} = { parent => $3, state => $2 } if /^(\d+) \(.*\) (\S) (\d+)/s;
	}
	return \%processes if %processes;
	foreach (`ps -A -o pid= -o ppid= -o state=`)
	{
		$processes{$1} = { parent => $2, state => $3 } if /(\d+)\s+(\d+)\s+(\S)/;
	}
	return \%processes;
}

sub wait_until
{
	my ($what, $is_true) = @_;
	my $end = time + $patience;
	until ($is_true->())
	{
		die "waited in vain until $what" if time > $end;
		sleep 0.02;
	}
	return;
}

# On a busy machine less happens in the same time: a storm goes on until enough has
# happened for its checks to mean something, but for at most a minute.
sub go_on_until
{
	my ($is_enough) = @_;
	my $end = time + 60;
	sleep 0.5 until $is_enough->() || time > $end;
	return;
}

# A process that nobody has waited for is dead, though its number is taken.
sub are_dead
{
	my $processes = processes();
	return !grep { $processes->{$_} && $processes->{$_}{state} ne 'Z' } @_;
}

# The postmaster is held first, so that it starts no process unseen.
sub kill_server
{
	my ($node) = @_;
	my $lock = $node->data_dir . '/postmaster.pid';
	my ($postmaster) = slurp_file($lock) =~ /^(\d+)/;

	kill 'STOP', $postmaster;
	my $processes = processes();
	my @children = grep { $processes->{$_}{parent} == $postmaster } keys %$processes;
	kill 'KILL', @children, $postmaster;
	$node->kill9;
	wait_until('the server was dead', sub { are_dead(@children, $postmaster) });

	# The next one would take an unwaited for postmaster for a living one.
	unlink $lock, $node->host . '/.s.PGSQL.' . $node->port . '.lock';
	return;
}

# --- Storms ------------------------------------------------------------------

# What the files of so many clients begin with.
sub client_names
{
	my ($node, $clients) = @_;
	return map { $node->basedir . "/client$_" } 1 .. $clients;
}

# Runs clients as start_psql does, for some seconds and until enough has happened, and kills the
# server under them twice or more.
sub storm
{
	my ($node, $names, $script, $seconds, $is_enough) = @_;
	my $stop = $node->basedir . '/stop';
	my @pids = map { start_psql($_, $node->connstr('postgres'), $stop, $script) } @$names;
	my $end = time + $seconds;
	my $kills = 0;

	while (time < $end || $kills < 2)
	{
		sleep 3;
		kill_server($node);
		$node->start;
		$kills++;
	}
	go_on_until($is_enough);
	write_file($stop, '');
	ok(await_clients(@pids), 'no client was left hanging');
	cmp_ok($kills, '>', 1, "the server was killed $kills times");
	return;
}

# --- What is left ------------------------------------------------------------

# Every table and every index is sound, and each row of a table is in its indexes.
sub amcheck_ok
{
	my ($node) = @_;

  SKIP:
	{
		skip 'this PostgreSQL comes without amcheck', 1
		  if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'}) == 0;
		$node->command_ok([qw(pg_amcheck --install-missing --heapallindexed --parent-check -d postgres)],
			'pg_amcheck finds nothing amiss');
	}
	return;
}

1;
