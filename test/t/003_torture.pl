# Sixteen clients issue numbers, one at a time and many at once, from pools and
# from leases, in transactions that commit and that roll back, while the server
# is killed again and again.  No number may be seen twice, and the database
# must know each that was ever seen.
#
# SERIAL_TORTURE_KILLS says how often the server is killed.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);
use Torture;

my $kills = $ENV{SERIAL_TORTURE_KILLS} || 4;
my $clients = 16;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;

# A kill loses what the server has not handed to the operating system, and that
# is the WAL in its buffers.  A WAL writer at work would leave little to lose.
$node->append_conf(
	'postgresql.conf', q{
	fsync = off
	max_connections = 40
	log_statement = none
	wal_writer_delay = 10s
	wal_buffers = 16MB
	checkpoint_timeout = 30s
});
$node->start;
$node->safe_psql(
	'postgres', q{
	CREATE EXTENSION serial;
	SELECT serial.create_pool('random', 'sgtin', '09506000134352', length => 20, alphabet => 'base32', random => true);
	SELECT serial.create_pool('sequential', 'sscc', '30614141');
	SELECT serial.lease('random', 100000000, 'line 1');
	SELECT serial.lease('sequential', 100000000, 'line 2');
});
my %lease = (random => 1, sequential => 2);

my $place = $node->basedir;
my $stop = "$place/stop";

# --- The clients -------------------------------------------------------------

# Numbers are printed with a label and the pool they must be of.  Only batches
# are on record, so only theirs can be "kept".
sub statement
{
	my ($label) = @_;
	my $pool = one_of('random', 'sequential');
	my $n = one_of(2, 5, 1 + int rand 50, 1 + int rand 300);
	my $single = one_of("serial.issue('$pool')", "serial.issue('$pool') FROM generate_series(1, 20)");
	my $batch = one_of(
		"s FROM serial.issue('$pool', $n, 'run') AS s",
		"s FROM serial.issue('$pool', $n, 'run') AS s",
		"s FROM serial.issue_lease($lease{$pool}, $n) AS s",
		"s FROM serial.issue_lease($lease{$pool}, 1) AS s",
		"s FROM serial.issue_lease(serial.lease('$pool', $n, 'line'), 1) AS s");
	return rand() < 0.4 ? "SELECT 'seen', '$pool', $single;\n" : "SELECT '$label', '$pool', $batch;\n";
}

# Within a transaction numbers are seen before it is known how it ends.
sub transaction
{
	my @body = map { statement('seen') } 1 .. 1 + rand 4;
	splice @body, rand @body, 0, "SAVEPOINT s;\n", statement('seen'), "ROLLBACK TO s;\n"
	  if rand() < 0.3;
	return ("BEGIN;\n", @body, one_of("COMMIT;\n", "ROLLBACK;\n"));
}

# Kinds of session: an ordinary one, whose batches are safe once it has printed
# their numbers; one whose commits flush no WAL; one that prints the first rows
# of a result while the server still makes the others.
sub script
{
	my ($kind) = @_;
	my $label = $kind == 0 ? 'kept' : 'seen';
	my @statements = ('', "SET synchronous_commit = off;\n", "\\set FETCH_COUNT 7\n")[$kind];
	foreach (1 .. 40)
	{
		push @statements, rand() < 0.3 ? transaction() : statement($label);
		push @statements, "SELECT pg_sleep(0.01) \\gset\n" if rand() < 0.3;
		push @statements, "CHECKPOINT;\n" if rand() < 0.002;
	}
	return join '', @statements;
}

sub size_of_all
{
	my ($what) = @_;
	my $size = 0;
	$size += $_ for map { -s } glob "$place/client_*.$what";
	return $size;
}

# --- The killing -------------------------------------------------------------

sub wait_for_progress
{
	my $size = size_of_all('seen');
	wait_until('clients saw numbers', sub { size_of_all('seen') > $size + 10_000 });
	return;
}

sub torture
{
	foreach my $kill (1 .. $kills)
	{
		wait_for_progress();
		sleep rand 1.5;
		kill_server($node);
		$node->start;
		note "killed $kill times, " . int(size_of_all('seen') / 1024) . ' kB of numbers seen'
		  if $kill % 10 == 0;
	}
	wait_for_progress();
	return;
}

sub start_client
{
	my ($number) = @_;
	return start_psql("$place/client_$number", $node->connstr('postgres'), $stop,
		sub { script($number % 3) });
}

my @running = map { start_client($_) } 1 .. $clients;
my $survived = eval { torture(); 1 } or diag $@;
write_file($stop, '');
my $ended = await_clients(@running);
ok($survived, "the server came back each of $kills times");
ok($ended, 'and no client was left hanging');

# --- What was seen -----------------------------------------------------------

my $log = slurp_file($node->logfile);
my $recoveries = () = $log =~ /database system was not properly shut down/g;
is($recoveries, $kills, 'each time from a crash');
unlike($log, qr/PANIC|TRAP|invalid page/, 'and found nothing amiss');

# Sessions of clients have a name in the log, unlike those of the server itself.
my @errors = $log =~ /^.*\] \S+ ERROR:  .*$/mg;
is(join("\n", splice @errors, 0, 10), '', 'clients met no error');
is(scalar(grep { -s } glob "$place/client_*.seen"), $clients, 'every client saw numbers');

$node->safe_psql('postgres', 'CREATE UNLOGGED TABLE seen (label text, pool text, id text COLLATE "C")');
write_file("$place/seen", join '', map { grep { /\S/ } split /^/, slurp_file($_) } glob "$place/client_*.seen");
$node->safe_psql('postgres', "COPY seen FROM '$place/seen' (DELIMITER '|')");
$node->safe_psql(
	'postgres', q{
	CREATE UNLOGGED TABLE known AS
	SELECT seen.id, seen.label, seen.pool AS expected, o.*
	FROM seen, serial.origin(id::serial.serial) AS o});

# Counts rows, and shows some of them when there should be none.
sub none
{
	my ($query, $name) = @_;
	my $rows = $node->safe_psql('postgres', $query);
	my @rows = split /\n/, $rows;
	is(scalar @rows, 0, $name) or diag join "\n", grep { defined } @rows[ 0 .. 9 ];
	return;
}

none('SELECT id, count(*), array_agg(label) FROM seen GROUP BY id HAVING count(*) > 1',
	'no number was seen twice');
none(q{SELECT id, pool, state FROM known WHERE state <> 'issued' OR NOT issued OR pool IS DISTINCT FROM expected},
	'every number seen is known as issued, by the right pool');
none(q{
	SELECT k.id, k.ordinal, d FROM known AS k
	JOIN serial.pool AS p ON p.name = k.pool, serial_internal.pool_allocated(p.number) AS d
	WHERE k.ordinal NOT BETWEEN 1 AND d},
	'none is beyond what the pool says it has allocated');
none(q{SELECT pool, ordinal, count(*) FROM known GROUP BY pool, ordinal HAVING count(*) > 1},
	'no ordinal is behind two of them');
none(q{SELECT id FROM known WHERE label = 'kept' AND batch IS NULL},
	'the batch of every number is on record that was seen after its commit');

none(q{
	SELECT * FROM (
		SELECT pool, batch, lower(r) AS first, lag(upper(r)) OVER (PARTITION BY pool ORDER BY lower(r)) AS before
		FROM serial.batch, unnest(ordinals) AS r) AS b
	WHERE first < before},
	'batches do not overlap');
none(q{
	SELECT * FROM (
		SELECT pool, lease, lower(ordinals) AS first, lag(upper(ordinals)) OVER (PARTITION BY pool ORDER BY lower(ordinals)) AS before
		FROM serial.lease) AS l
	WHERE first < before},
	'nor do leases');
none(q{
	SELECT b.batch, l.lease FROM serial.batch AS b
	JOIN serial.lease AS l ON l.pool = b.pool AND b.ordinals && l.ordinals
	WHERE b.lease IS DISTINCT FROM l.lease OR NOT b.ordinals <@ l.ordinals},
	'and batches of leases lie within them');

note $node->safe_psql(
	'postgres', qq{
	SELECT format('%s kills, %s numbers seen, %s duplicates; %s batches, %s leases', $kills,
		count(*), count(*) - count(DISTINCT id),
		(SELECT count(*) FROM serial.batch), (SELECT count(*) FROM serial.lease))
	FROM seen});
amcheck_ok($node);
$node->stop;
done_testing();
