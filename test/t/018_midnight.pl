# Midnight of a new month: 16 sessions that have recorded before, and so know the partitions
# as they were, find none for the month, and record at the same time.  To fake it, the
# partitions of the month are dropped while all of them wait for a lock.
use strict;
use warnings;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $clients = 16;
my $rounds = 3;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nmax_connections = 40\n");
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION serial');

sub partitions
{
	return $node->safe_psql('postgres', q{
		SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ' ORDER BY c.relname)
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
		WHERE c.relname IN (to_char(now() AT TIME ZONE 'UTC', '"event_"YYYYMM'), to_char(now() AT TIME ZONE 'UTC', '"event_item_"YYYYMM'))});
}

# A session that sends commands, each in a transaction of its own.
sub start_session
{
	my @commands = @_;
	my ($out, $err) = ('', '');
	my $run = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'), map { ('-c', $_) } @commands ],
		'<', \undef, '>', \$out, '2>', \$err);
	return { run => $run, err => \$err };
}

sub is_waiting_query
{
	my ($n) = @_;
	return "SELECT count(*) = $n FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND objsubid = 1 AND NOT granted";
}

foreach my $round (1 .. $rounds)
{
	my $in = '';
	my ($out, $err) = ('', '');
	my $gate = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$err);
	$in .= "SELECT pg_advisory_lock(42), 'closed';\n";
	IPC::Run::pump($gate) until $out =~ /closed/;
	my @sessions = map {
		start_session("SELECT serial.commission('{plain:before-$round-$_}')", 'SELECT pg_advisory_lock_shared(42)',
			"SELECT serial.commission('{plain:after-$round-$_}')")
	} 1 .. $clients;
	ok($node->poll_query_until('postgres', is_waiting_query($clients)), "round $round: $clients sessions have recorded and wait");
	$node->safe_psql('postgres', 'DROP TABLE ' . partitions());
	is(partitions(), '', "round $round: the month has no partitions");
	$in .= "SELECT pg_advisory_unlock(42);\n\\q\n";
	IPC::Run::finish($gate);
	my @errors = grep { $_ ne '' } map { IPC::Run::finish($_->{run}); ${ $_->{err} } } @sessions;
	is(join('', @errors), '', "round $round: none fails");
	is($node->safe_psql('postgres', "SELECT count(*), count(DISTINCT i.event) FROM serial.event_item AS i WHERE i.id::text LIKE 'plain:after-$round-%'"),
		"$clients|$clients", "round $round: all have recorded");
}

done_testing();
