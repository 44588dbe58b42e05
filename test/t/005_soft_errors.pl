# From PostgreSQL 16 on an input function may decline without an error:
# pg_input_is_valid asks, and from 17 on COPY can pass over bad lines.  Other
# items that later majors have are looked at here, too.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('soft');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION serial');
my $version = $node->safe_psql('postgres', q{SELECT current_setting('server_version_num')::int / 10000});

# What holds everywhere: try_parse
is( $node->safe_psql('postgres', q{SELECT serial.try_parse('luhn:79927398710') IS NULL}),
	't', 'try_parse declines on every version');

SKIP:
{
	skip 'soft errors came with PostgreSQL 16', 5 if $version < 16;
	my %valid = (
		q{'(01)09506000134352(21)A1', 'serial.serial'} => 't',
		q{'(01)09506000134353(21)A1', 'serial.serial'} => 'f',
		q{'(01)09506000134352(21)A1', 'serial.serial(sgtin)'} => 't',
		q{'(01)09506000134352(21)A1', 'serial.serial(sscc)'} => 'f');
	foreach my $arguments (sort keys %valid)
	{
		is($node->safe_psql('postgres', "SELECT pg_input_is_valid($arguments)"),
			$valid{$arguments}, "pg_input_is_valid($arguments)");
	}
	is( $node->safe_psql(
			'postgres', q{
			SELECT message, detail, sql_error_code
			FROM pg_input_error_info('(01)09506000134353(21)A1', 'serial.serial')}),
		'"(01)09506000134353(21)A1" has a wrong check digit|Position 18: found "3", expected "2".|22P02',
		'pg_input_error_info tells what an error would');
}

SKIP:
{
	skip 'COPY ... ON_ERROR came with PostgreSQL 17', 1 if $version < 17;
	my $file = $node->basedir . '/scans';
	append_to_file($file, "(00)302335678902000022\n(00)302335678902000023\nnonsense\n(01)09506000134352(21)A1\n");
	$node->safe_psql('postgres', qq{
		CREATE TABLE pallet (id serial.serial(sscc));
		COPY pallet FROM '$file' WITH (ON_ERROR ignore)});
	is($node->safe_psql('postgres', 'SELECT id FROM pallet'),
		'(00)302335678902000022', 'COPY passes over what cannot be read, or is of another scheme');
}

SKIP:
{
	skip 'skip scans came with PostgreSQL 18', 1 if $version < 18;
	$node->safe_psql('postgres', q{
		CREATE TABLE stock (id serial.serial, place int);
		INSERT INTO stock SELECT ('plain:' || i % 5)::serial.serial, i FROM generate_series(1, 20000) AS i;
		CREATE INDEX ON stock (id, place);
		VACUUM ANALYZE stock});
	like($node->safe_psql('postgres', q{
			SET enable_seqscan = off;
			SET enable_bitmapscan = off;
			EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) SELECT * FROM stock WHERE place = 4711}),
		qr/Index Searches: (?:[2-9]|1\d)\b/, 'an index that begins with serials is skipped through');
}

SKIP:
{
	skip 'virtual columns came with PostgreSQL 18', 2 if $version < 18;
	$node->safe_psql('postgres', q{
		CREATE TABLE computed (code text, label text GENERATED ALWAYS AS (lower(code)), up text)});
	foreach my $columns (q{'label', 'up'}, q{'code', 'label'})
	{
		my (undef, undef, $error) = $node->psql('postgres', "SELECT serial.adopt('computed', $columns)");
		like($error, qr/column "label" of table "computed" is a virtual generated column/,
			"a virtual column is refused by serial.adopt as one of $columns");
	}
}

$node->stop;
done_testing();
