# Sixteen clients pack, move and unpack a small population, now and late, in
# transactions of all kinds, while others compare every way to read it, and the
# server is killed again and again.  In the end one item is in one container
# at a time, nothing is or ever was inside itself, and every way to read
# tells what plain SQL reads from the tables.
#
# SERIAL_STORM_SECONDS says for how long.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);
use Torture;

my $seconds = $ENV{SERIAL_STORM_SECONDS} || 8;
my $kills = 1 + int $seconds / 4;
my $writers = 16;
my $readers = 2;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;

# With few buffers a session is often held up between an index and its table.
$node->append_conf(
	'postgresql.conf', q{
	fsync = off
	max_connections = 40
	log_statement = none
	log_line_prefix = '%e '
	log_error_verbosity = terse
	log_min_error_statement = panic
	deadlock_timeout = 20ms
	shared_buffers = 2MB
	autovacuum_naptime = 1s
	checkpoint_timeout = 30s
});
$node->start;

my $place = $node->basedir;
my $stop = "$place/stop";

# --- The population ----------------------------------------------------------

# What has once been a container remains marked as one, so that after a while
# nothing could be forgotten any more.  Hence a new generation every now and
# then, of which most of what happens is reported.
my $generations = 8 + int $seconds / 4;
my $began = time;
my %size = (top => 5, middle => 30, item => 200);

$node->safe_psql(
	'postgres', qq{
	CREATE EXTENSION serial;
	CREATE TABLE item (id serial.serial PRIMARY KEY);
	INSERT INTO item
	SELECT format('(01)80614141123458(21)%s.%s.%s', kind, g, i)::serial.serial
	FROM generate_series(1, $generations) AS g,
		(VALUES ('top', $size{top}), ('middle', $size{middle}), ('item', $size{item})) AS k(kind, size),
		generate_series(1, size) AS i;
	ANALYZE item;
});

sub generation
{
	my $now = 1 + int $generations * (time - $began) / $seconds;
	$now = $generations if $now > $generations;
	return rand() < 0.9 ? $now : 1 + int rand $now;
}

sub item
{
	my ($kind) = @_;
	return sprintf q('(01)80614141123458(21)%s.%d.%d'), $kind, generation(), 1 + rand $size{$kind};
}

sub container { return item(one_of('top', 'middle', 'middle', 'middle', 'item')); }

sub children
{
	my $n = one_of(1, 1, 1, 2, 3, 4, 20);
	my %children = map { item(one_of('middle', 'middle', 'item', 'item', 'item')) => 1 } 1 .. $n;
	return 'ARRAY[' . join(', ', keys %children) . ']';
}

# --- The writers -------------------------------------------------------------

# Most events are reported when they happen, or within a tenth of a second.
sub instant
{
	return one_of(
		'', '',
		', at => clock_timestamp()',
		', at => clock_timestamp()',
		sprintf(q(, at => now() - interval '%d ms'), rand 100),
		sprintf(q(, at => now() - interval '%d ms'), rand 10_000),
		q(, at => now() - interval '3 minutes'),
		q(, at => now() + interval '50 ms'));
}

sub statement
{
	return one_of(
		map({ sprintf 'serial.pack(%s, %s%s)', container(), children(), instant() } 1 .. 5),
		map({ sprintf 'serial.pack(%s, %s%s, repack => true)', container(), children(), instant() } 1 .. 5),
		sprintf('serial.unpack(%s%s)', children(), instant()),
		sprintf('serial.unpack(%s%s)', children(), instant()),
		sprintf('serial.unpack_all(%s%s)', container(), instant()));
}

sub call { return 'SELECT ' . statement() . ";\n"; }

sub savepoint
{
	return ("SAVEPOINT s;\n", call(), one_of("ROLLBACK TO s;\n", "RELEASE s;\n", "ROLLBACK TO s;\nRELEASE s;\n"));
}

sub transaction
{
	my @body = map { rand() < 0.2 ? savepoint() : call() } 1 .. 1 + rand 4;
	return ('BEGIN', one_of('', '', ' ISOLATION LEVEL REPEATABLE READ'), ";\n",
		@body, one_of("COMMIT;\n", "COMMIT;\n", "COMMIT;\n", "ROLLBACK;\n"));
}

sub writing
{
	return join '', map { rand() < 0.5 ? transaction() : call() } 1 .. 100;
}

# --- The readers -------------------------------------------------------------

# What is in a container by each of three ways, in one statement: by recursive
# query, by function, and by operator.  Nobody's way is shorter than another's
# for having been asked first.  A cycle would be found by being too deep.
my $too_deep = 2000;

sub reading_now
{
	my ($containers) = @_;
	return qq{
	WITH RECURSIVE asked AS MATERIALIZED ($containers),
	walked AS (
		SELECT c, a.child AS id, a.parent, 1 AS depth
		FROM asked JOIN serial.aggregation AS a ON a.parent = c
		UNION ALL
		SELECT c, a.child, a.parent, depth + 1
		FROM walked JOIN serial.aggregation AS a ON a.parent = walked.id WHERE depth < $too_deep),
	reported AS MATERIALIZED (
		SELECT c, f.id, f.container AS parent, f.depth FROM asked, serial.contents(c) AS f),
	filtered AS MATERIALIZED (
		SELECT c, t.id FROM asked JOIN item AS t ON t.id <@ c)
	SELECT 'now', count(*), (SELECT count(*) FROM walked),
		(SELECT count(*) FROM (TABLE walked EXCEPT ALL TABLE reported) AS x)
		+ (SELECT count(*) FROM (TABLE reported EXCEPT ALL TABLE walked) AS x)
		+ (SELECT count(*) FROM (SELECT c, id FROM walked EXCEPT ALL TABLE filtered) AS x)
		+ (SELECT count(*) FROM (TABLE filtered EXCEPT ALL SELECT c, id FROM walked) AS x)
	FROM asked;
	};
}

sub reading_then
{
	my ($containers, $instant) = @_;
	return qq{
	WITH RECURSIVE asked AS MATERIALIZED ($containers),
	instant(t) AS MATERIALIZED (SELECT $instant),
	link AS MATERIALIZED (
		SELECT child, parent FROM instant, serial.aggregation WHERE since <= t
		UNION ALL
		SELECT child, parent FROM instant, serial.aggregation_history WHERE since <= t AND t < until),
	walked AS (
		SELECT c, l.child AS id, l.parent, 1 AS depth
		FROM asked JOIN link AS l ON l.parent = c
		UNION ALL
		SELECT c, l.child, l.parent, depth + 1
		FROM walked JOIN link AS l ON l.parent = walked.id WHERE depth < $too_deep),
	reported AS MATERIALIZED (
		SELECT c, f.id, f.container AS parent, f.depth FROM asked, instant, serial.contents(c, as_of => t) AS f)
	SELECT 'then', count(*), (SELECT count(*) FROM walked),
		(SELECT count(*) FROM (TABLE walked EXCEPT ALL TABLE reported) AS x)
		+ (SELECT count(*) FROM (TABLE reported EXCEPT ALL TABLE walked) AS x)
	FROM asked;
	};
}

sub some_containers
{
	my $values = join ', ', map { '(' . container() . '::serial.serial)' } 1 .. 10;
	return "SELECT DISTINCT c FROM (VALUES $values) AS v(c)";
}

sub reading
{
	my $instant = sprintf "now() - interval '%d ms'", rand 3000;
	my @both = (reading_now(some_containers()), reading_then(some_containers(), $instant));
	return join '', @both, "BEGIN ISOLATION LEVEL REPEATABLE READ;\n", @both, @both, "COMMIT;\n";
}

# --- The storm ---------------------------------------------------------------

sub start_client
{
	my ($name, $script) = @_;
	return start_psql("$place/$name", $node->connstr('postgres'), $stop, $script);
}

sub rage
{
	foreach my $kill (1 .. $kills)
	{
		sleep $seconds / ($kills + 1) * (0.5 + rand);
		kill_server($node);
		$node->start;
	}
	sleep $began + $seconds - time if time < $began + $seconds;
	return;
}

# refused: in another container, inside itself, at another time; and what comes
# of doing it at once, and the rest of a transaction that has failed
my @expected = qw(22023 23505 23514 25P02 3B001 40001 40P01);

# How often the log has each SQLSTATE, and its lines with others than those.
sub errors
{
	my (%errors, @unexpected);
	foreach (split /^/, slurp_file($node->logfile))
	{
		next unless /^(\w{5}) ERROR: /;
		$errors{$1}++;
		push @unexpected, $_ unless grep { $1 eq $_ } @expected;
	}
	return (\%errors, \@unexpected);
}

# How many items the readers have compared, now and then, and how many differed.
sub readings
{
	my %read = map { $_ => { compared => 0, differ => 0 } } qw(now then);
	foreach (map { split /\n/, slurp_file($_) } glob "$place/reader_*.seen")
	{
		next unless /^(now|then)\|\d+\|(\d+)\|(\d+)$/;
		$read{$1}{compared} += $2;
		$read{$1}{differ} += $3;
	}
	return %read;
}

sub is_enough
{
	my %read = readings();
	my ($errors) = errors();
	return !grep({ $read{$_}{compared} <= 100 } keys %read)
	  && !grep({ !$errors->{$_} } @expected)
	  && $node->safe_psql('postgres', 'SELECT count(*) > 500 FROM serial.aggregation') eq 't';
}

$began = time;
my @running = (
	map({ start_client("writer_$_", \&writing) } 1 .. $writers),
	map({ start_client("reader_$_", \&reading) } 1 .. $readers));
my $survived = eval { rage(); go_on_until(\&is_enough); 1 } or diag $@;
write_file($stop, '');
my $ended = await_clients(@running);
ok($survived, "the server came back each of $kills times");
ok($ended, 'and no client was left hanging');

# --- What happened meanwhile -------------------------------------------------

my $panics = grep { /PANIC|TRAP|terminated by signal|invalid page|leak/ } split /^/, slurp_file($node->logfile);
is($panics, 0, 'nothing was amiss in its log');
my ($errors, $unexpected) = errors();
is(join('', splice @$unexpected, 0, 10), '', 'clients met the errors only that they should');
is(join(' ', grep { !$errors->{$_} } @expected), '', 'and each of these');
note join ', ', map { "$errors->{$_} times $_" } sort keys %$errors;

my %read = readings();
foreach my $when (sort keys %read)
{
	is($read{$when}{differ}, 0, "all ways to read $when agreed at every instant");
	cmp_ok($read{$when}{compared}, '>', 100, "of $read{$when}{compared} items");
}

# --- What is left ------------------------------------------------------------

# From here on the tables are read by plain SQL, from a copy with indexes that
# are of another kind than ours.
$node->safe_psql(
	'postgres', q{
	CREATE UNLOGGED TABLE link AS
	SELECT child::text AS child, parent::text AS parent, since, 'infinity' AS until, is_container
	FROM serial.aggregation
	UNION ALL
	SELECT child::text, parent::text, since, until, is_container FROM serial.aggregation_history;
	CREATE INDEX ON link (child, since);
	CREATE INDEX ON link (parent, since);
	ANALYZE link;
});
note $node->safe_psql(
	'postgres', q{
	SELECT format('%s links and %s in history; containers: %s of %s children',
		count(*) FILTER (WHERE until = 'infinity'), count(*) FILTER (WHERE until < 'infinity'),
		count(DISTINCT child) FILTER (WHERE is_container), count(DISTINCT child))
	FROM link});

# Counts rows, and shows some of them when there should be none.
sub none
{
	my ($query, $name) = @_;
	my $rows = $node->safe_psql('postgres', "SET jit = off; $query");
	my @rows = split /\n/, $rows;
	is(scalar @rows, 0, $name) or diag join "\n", grep { defined } @rows[ 0 .. 9 ];
	return;
}

none(q{
	SELECT child, since, until FROM link
	WHERE until = 'infinity' AND child IN
		(SELECT child FROM link WHERE until = 'infinity' GROUP BY child HAVING count(*) > 1)},
	'everything is in one container');
none('SELECT * FROM link WHERE since >= until', 'every stay has a length');
none(q{
	SELECT * FROM (
		SELECT child, since, until, lead(since) OVER (PARTITION BY child ORDER BY since, until) AS next
		FROM link) AS l
	WHERE next < until},
	'and nothing ever was in two containers at one instant');

# A cycle begins when one of its links does, so it is enough to ascend then.
none(qq{
	WITH RECURSIVE ascent AS (
		SELECT child AS bottom, since AS t, child, parent, 1 AS height FROM link
		UNION ALL
		SELECT bottom, t, up.child, up.parent, height + 1
		FROM ascent, LATERAL (
			SELECT l.child, l.parent, l.until FROM link AS l
			WHERE l.child = ascent.parent AND l.since <= t ORDER BY l.since DESC LIMIT 1) AS up
		WHERE t < up.until AND ascent.parent <> bottom AND height < $too_deep)
	SELECT * FROM ascent WHERE parent = bottom OR height = $too_deep},
	'nothing is or ever was inside itself');
none(q{
	SELECT l.child, l.since, l.until FROM link AS l
	WHERE NOT l.is_container AND EXISTS (
		SELECT FROM link AS k
		WHERE k.parent = l.child AND k.since < l.until AND l.since < k.until)},
	'what had something in it says so');

sub read_once
{
	my ($query) = @_;
	return $node->safe_psql('postgres', "SET jit = off; $query");
}

my $all = 'SELECT id AS c FROM item';
my ($items, $differ) = (split /\|/, read_once(reading_now($all)))[ 2, 3 ];
is($differ, 0, 'all three ways to read agree about every container');
cmp_ok($items, '>', 500, "of $items items");

my $instants = $node->safe_psql(
	'postgres', q{
	SELECT format('timestamptz %L', t)
	FROM (SELECT CASE WHEN random() < 0.5 THEN since ELSE until END AS t FROM link ORDER BY random() LIMIT 200) AS r
	WHERE t < 'infinity' LIMIT 50});
my $then = 0;
my @differ;
foreach my $instant (split /\n/, $instants)
{
	my ($items, $differ) = (split /\|/, read_once(reading_then($all, $instant)))[ 2, 3 ];
	$then += $items;
	push @differ, $instant if $differ > 0;
}
is(join("\n", splice @differ, 0, 10), '', "both ways to read the past agree at 50 instants");
cmp_ok($then, '>', 500, "of $then items");

amcheck_ok($node);
$node->stop;
done_testing();
