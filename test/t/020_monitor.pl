# The queries for postgres_exporter run with the level reader and return the columns that
# their metrics name, with labels of text and numbers that an exporter can read.
use strict;
use warnings;
use CPAN::Meta::YAML;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $file = $FindBin::RealBin . '/../../doc/guide/postgres_exporter.yml';
my $queries = CPAN::Meta::YAML->read_string(slurp_file($file))->[0];

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

# Something of everything that is watched
$node->safe_psql('postgres', q{
	CREATE EXTENSION serial;
	CREATE ROLE monitor LOGIN;
	SELECT serial.grant_access('monitor', 'reader');
	SELECT serial.create_pool('units', 'sgtin', '09506000134352', length => 12, random => true),
		   serial.create_pool('boxes', 'sscc', '39506000');
	SELECT count(*) FROM serial.issue('units', 10);
	SELECT serial.issue('boxes');
	SELECT serial.commission(ARRAY['plain:a', 'plain:b'], at => now() - interval '2 hours');
	SELECT serial.decommission(ARRAY['plain:a'], 'destroyed', at => now() - interval '1 hour');
	SELECT serial.record('ObjectEvent', 'OBSERVE', ARRAY['plain:a'], 'dispensing', strict => false);
	SELECT serial.pack('plain:box', ARRAY['plain:b'], now() - interval '3 days');
	SELECT serial.unpack(ARRAY['plain:b'], now() - interval '2 days');
	CREATE TABLE package (id integer PRIMARY KEY, code text, parent integer REFERENCES package (id));
	INSERT INTO package VALUES (1, 'plain:box', NULL), (2, 'plain:b', 1), (3, 'no identifier', 1);
	SELECT serial.adopt('package', 'code', 'parent', on_error => 'skip');
	SELECT serial.unpack(ARRAY['plain:b']);
	SET session_replication_role = replica;
	SELECT serial_internal.open_month('2020-01-01 00:00+00');
	RESET session_replication_role;
	SELECT serial.detach_month('2020-01-01');
});

# Of each metric the value, or the values by label, as an exporter gets them
my %value;
foreach my $name (sort keys %$queries)
{
	my ($query, $metrics) = @{ $queries->{$name} }{qw(query metrics)};
	my %usage = map { my ($column) = keys %$_; $column => $_->{$column}{usage} } @$metrics;
	my @described = grep { ($_->{ (keys %$_)[0] }{description} // '') ne '' } @$metrics;
	my $rows = $node->safe_psql(
		'postgres', "SELECT coalesce(json_agg(r), '[]') FROM ($query) AS r", connstr => $node->connstr('postgres') . ' user=monitor');
	my @rows = $rows =~ /\{(.*?)\}/g;

	cmp_ok(scalar @rows, '>', 0, "the query of $name returns rows to a reader");
	is(scalar @described, scalar @$metrics, "the metrics of $name are described");
	foreach my $row (@rows)
	{
		my %column = $row =~ /"(\w+)":("[^"]*"|[^,]*)/g;
		my ($label) = map { $column{$_} =~ tr/"//dr } grep { $usage{$_} eq 'LABEL' } map { keys %$_ } @$metrics;

		is(join(' ', sort keys %column), join(' ', sort keys %usage), "a row of $name has the columns that the metrics name");
		foreach my $column (sort keys %usage)
		{
			my $form = $usage{$column} eq 'LABEL' ? qr/^"/ : qr/^-?\d/;
			like($column{$column}, $form, "$column of $name is of the kind $usage{$column}");
			$value{ join '.', $name, defined $label ? $label : (), $column } = $column{$column};
		}
	}
}

is($value{'serial_pool.units.issued'}, 10, 'numbers issued by a pool');
cmp_ok($value{'serial_pool.units.guess_probability'}, '>', 0, 'the probability to guess one of them');
is($value{'serial_alert.illegal step.open'} // $value{'serial_alert.seen after destroyed.open'}, 1, 'an open alert');
is($value{'serial_unsealed.events'}, 3, 'events that are not sealed');
cmp_ok($value{'serial_unpartitioned_history.oldest_seconds'}, '>', 100_000, 'age of the history that is not partitioned');
is($value{'serial_adopted.package.skipped'}, 1, 'rows that are skipped');
is($value{'serial_adopted.package.drift'}, 1, 'rows that have drifted');
is($value{'serial_detached.months'}, 1, 'months that are detached');

$node->safe_psql('postgres', 'SELECT serial.seal(); SELECT serial.acknowledge(alert, $$seen$$) FROM serial.alert; SELECT serial.resync($$package$$)');
is($node->safe_psql('postgres', 'SELECT events, oldest IS NULL, age IS NULL FROM serial.unsealed_events'), '0|t|t', 'all events are sealed');
is($node->safe_psql('postgres', 'SELECT count(*) FROM serial.open_alerts'), 0, 'all alerts are acknowledged');
is($node->safe_psql('postgres', 'SELECT drift FROM serial.adopted'), 0, 'nothing has drifted');

$node->stop;
done_testing();
