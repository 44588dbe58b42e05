# A database with serials survives pg_dump, binary COPY, a crash, and a
# physical copy: the same values, the same links, and no number twice.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 1);
$node->start;

$node->safe_psql('postgres', 'CREATE DATABASE source');
$node->safe_psql(
	'source', q{
	CREATE EXTENSION serial;
	SELECT serial.create_pool('unit', 'sgtin', '09506000134352');
	SELECT serial.create_pool('pallet', 'sscc', '30614141');
	CREATE TABLE unit (id serial.serial(sgtin) PRIMARY KEY DEFAULT serial.issue('unit'), n int);
	INSERT INTO unit (n) SELECT generate_series(1, 1000);
	CREATE TABLE item (id serial.serial);
	INSERT INTO item VALUES ('(8003)00614141123452400'), ('(8004)06141419876'),
		('luhn:79927398713'), ('plain:LOC-0042'), ('(01)09506000134352(21)a\(B'), (NULL);
	SELECT serial.pack(serial.issue('pallet'), (SELECT array_agg(id) FROM unit));
	CREATE TABLE package (id int PRIMARY KEY, code text UNIQUE, parent int REFERENCES package (id));
	CREATE INDEX ON package (parent);
	INSERT INTO package VALUES (1, 'plain:ONE', NULL), (2, 'plain:TWO', 1), (3, 'plain:THREE', 1);
	SELECT serial.adopt('package', 'code', 'parent');
});

# History in the default partition, in one that was made, and in one that was
# detached
$node->safe_psql(
	'source', q{
	SET timezone = 'UTC';
	SELECT serial.pack('(00)302335678902000022', ARRAY['plain:A', 'plain:B', 'plain:C', 'plain:D'], '2021-01-01');
	SELECT serial.unpack(ARRAY['plain:A'::serial.serial], '2021-07-01');
	SELECT serial.unpack(ARRAY['plain:B'::serial.serial], '2022-07-01');
	SELECT serial.unpack(ARRAY['plain:C'::serial.serial], '2023-07-01');
	SELECT serial.partition_history('2022-01-01');
	SELECT serial.partition_history('2023-01-01');
	SELECT serial.detach_history('serial.aggregation_history_to_20220101');
});

my $everything = q{
	SELECT id, n FROM unit ORDER BY id;
	SELECT id FROM item ORDER BY id;
	SELECT child, parent FROM serial.aggregation ORDER BY child;
	SELECT tableoid::regclass, child, parent, since, until FROM serial.aggregation_history ORDER BY child;
	SELECT child, parent, since, until FROM serial.aggregation_history_to_20220101;
	SELECT id FROM serial.contents('(00)302335678902000022', '2021-03-01 00:00+00') ORDER BY id;
	SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'aggregation%' ORDER BY indexname;
	SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname LIKE 'aggregation_history_%' ORDER BY relname;
	SELECT name, issued, capacity, state FROM serial.pools ORDER BY name};
my $before = $node->safe_psql('source', $everything);
like( $before,
	qr/^serial.aggregation_history_to_20230101\|plain:B.*\nserial.aggregation_history_default\|plain:C.*\nplain:A\|.*\nplain:B\nplain:C\nplain:D\n/m,
	'history is in two partitions and a table');

# pg_dump | psql
my $dump = $node->basedir . '/dump.sql';
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('source') ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE copy');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('copy') ],
	'restore');
is($node->safe_psql('copy', $everything), $before, 'restored database is equal');
is( $node->safe_psql('copy', q{SELECT serial.issue('unit')}),
	'(01)09506000134352(21)000000001001',
	'a restored pool continues after its highest number');
my ($ret, $out, $err) = $node->psql('copy', q{SELECT serial.create_pool('again', 'sgtin', '09506000134352')});
like($err, qr/overlaps pool "unit"/, 'a restored pool keeps its space');
$node->safe_psql('copy', q{SELECT serial.create_pool('new', 'plain', 'N-')});
is($node->safe_psql('copy', q{SELECT serial.issue('new')}),
	'plain:N-000000000001', 'new pools can be made after a restore');
is( $node->safe_psql('copy', q{
		UPDATE package SET parent = 2 WHERE id = 3;
		SELECT serial.container('plain:THREE')}),
	'plain:TWO', 'a restored table that was adopted is followed');
($ret, $out, $err) = $node->psql('copy', q{SELECT serial.partition_history('2022-07-01')});
like($err, qr/history is already partitioned up to 2023-01-01 00:00:00\+00/, 'restored history knows its partitions');
$node->safe_psql('copy', q{SELECT serial.partition_history('2024-01-01 00:00+00')});
is( $node->safe_psql('copy', q{SELECT tableoid::regclass FROM serial.aggregation_history WHERE child = 'plain:C'}),
	'serial.aggregation_history_to_20240101',
	'... and is partitioned on');
($ret, $out, $err) = $node->psql('copy', 'DROP EXTENSION serial');
like($err, qr/^DETAIL:.*table serial\.aggregation_history_to_20220101 depends/ms,
	'a restored extension is not dropped with detached history unasked');
unlike($err, qr/aggregation_history_to_20230101/, '... but with its partitions');
$node->safe_psql('copy', 'DROP EXTENSION serial CASCADE');
is( $node->safe_psql('copy', q{SELECT count(*) FROM pg_class WHERE relname ~ '^(pool|aggregation)'}),
	'0',
	'a restored extension is dropped without traces');

# The same through a custom archive, in parallel
my $archive = $node->basedir . '/dump.custom';
$node->command_ok([ 'pg_dump', '-Fc', '-f', $archive, $node->connstr('source') ], 'pg_dump -Fc');
$node->safe_psql('postgres', 'CREATE DATABASE archive');
$node->command_ok([ 'pg_restore', '-j2', '-d', $node->connstr('archive'), $archive ], 'pg_restore -j');
is($node->safe_psql('archive', $everything), $before, 'database from archive is equal');
is( $node->safe_psql('archive', q{
		DELETE FROM package WHERE id = 3;
		SELECT count(*) FROM serial.aggregation WHERE parent = 'plain:ONE'}),
	'1', 'an adopted table from an archive is followed');

# Binary COPY, out and in
my $binary = $node->basedir . '/unit.bin';
$node->safe_psql('source', qq{
	COPY (SELECT id FROM unit UNION ALL SELECT id FROM item) TO '$binary' WITH (FORMAT binary);
	CREATE TABLE back (id serial.serial);
	COPY back FROM '$binary' WITH (FORMAT binary)});
is( $node->safe_psql('source', q{
		SELECT count(*) FROM (SELECT id FROM back EXCEPT ALL (SELECT id FROM unit UNION ALL SELECT id FROM item)) AS d}),
	'0',
	'binary COPY gives back what it took');
is($node->safe_psql('source', q{SELECT count(*) FROM back}), '1006', 'all of it');

# Hostile binary input is refused, byte by byte
my $header = "PGCOPY\n\377\r\n\0" . pack('NN', 0, 0);
my %hostile = (
	'an unknown format version' => "\x02\x06\x00\x6b\x69\x45\x12\x63\x55\xc2",
	'an unknown scheme' => "\x01\xff\x00",
	'nothing' => '',
	'a version and nothing else' => "\x01",
	'a key cut short' => "\x01\x06\x00\x6b\x69",
	'a key too large' => "\x01\x06\xff\xff\xff\xff\xff\xff\xff\xff",
	'a byte too many' => "\x01\x06\x00\x6b\x69\x45\x12\x63\x55\xc2\x00",
	'a serial not in its narrowest form' => "\x01\x02\x00\xdd\x54\x2d\x16\x7b\x07\x62\x64",
	'a serial with a space' => "\x01\x02\x00\xdd\x54\x2d\x16\x7b\x07\x40\x40",
	'a serial too long' => "\x01\x02\x00\xdd\x54\x2d\x16\x7b\x04" . ("\x11" x 11));
foreach my $what (sort keys %hostile)
{
	my $file = $node->basedir . '/hostile.bin';
	open my $fh, '>:raw', $file or die $!;
	print $fh $header . pack('nN', 1, length $hostile{$what}) . $hostile{$what} . pack('n', 65535);
	close $fh;
	($ret, $out, $err) = $node->psql('source', "COPY back FROM '$file' WITH (FORMAT binary)");
	like($err, qr/invalid binary representation|unsupported version|no data left|insufficient data/,
		"binary input of $what is refused");
}

# A crash burns numbers, it does not bring them back.
my $highest = $node->safe_psql('source', q{SELECT max(id) FROM serial.issue('unit', 500) AS id});
$node->stop('immediate');
$node->start;
is( $node->safe_psql('source', qq{SELECT serial.issue('unit') > '$highest'}),
	't',
	'after a crash, numbers continue');

# A physical copy, promoted, continues too.
$node->backup('copy');
my $replica = PostgreSQL::Test::Cluster->new('replica');
$replica->init_from_backup($node, 'copy', has_streaming => 1);
$replica->start;
$highest = $node->safe_psql('source', q{SELECT max(id) FROM serial.issue('unit', 500) AS id});
$node->wait_for_catchup($replica, 'replay', $node->lsn('insert'));
($ret, $out, $err) = $replica->psql('source', q{SELECT serial.issue('unit')});
like($err, qr/cannot issue numbers on a standby server/,
	'a standby issues nothing');
($ret, $out, $err) = $replica->psql('source', q{SELECT serial.lease_serials(1)});
like($err, qr/cannot issue numbers on a standby server/, '... and exports no lease');
is($replica->safe_psql('source', q{SELECT count(*) FROM unit WHERE id <@ serial.outermost(id)}),
	'1000', 'a standby answers');
$replica->promote;
is( $replica->safe_psql('source', qq{SELECT serial.issue('unit') > '$highest'}),
	't',
	'a promoted standby continues after the highest number');

# Databases of other encodings
foreach my $encoding ('LATIN1', 'SQL_ASCII', 'EUC_JP')
{
	my $db = lc "db_$encoding";
	$node->safe_psql('postgres', "CREATE DATABASE $db ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
	my $tree = $node->safe_psql($db, q{
		CREATE EXTENSION serial;
		SELECT serial.pack('(00)306141410000099994', ARRAY['luhn:79927398713', 'plain:A']) \gset
		SELECT serial.tree('(00)306141410000099994')});
	is($tree, "sscc 306141410000099994   [2 inside]\n|- luhn 79927398713\n`- plain A", "works in $encoding");
	# An error shows whole characters, so that a client can read it.
	my (undef, undef, $refused) = $node->psql($db,
		"SET client_encoding = 'UTF8';\nSELECT serial.scan('010950600013435\xC3\xA9221A1B2')");
	like($refused, qr/Position 16: found .* expected a digit in AI \(01\)/, "refuses other letters in $encoding");
}

$replica->stop;
$node->stop;
done_testing();
