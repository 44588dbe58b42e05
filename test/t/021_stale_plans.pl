# Recording many items costs the same for each of them, whatever the planner believes: plans
# are made while tables are nearly empty, and another session runs ANALYZE while only the
# transaction that has written most of the rows sees them.
#
# The cost is counted in blocks that are looked at, not in time.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my @sizes = (500, 4000);

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nautovacuum = off\n");
$node->start;

$node->safe_psql(
	'postgres', q{
	CREATE EXTENSION serial;
	CREATE FUNCTION items(name text, many integer) RETURNS serial.serial[] LANGUAGE sql AS $$
		SELECT array_agg(format('(01)09506000134352(21)%s%s', name, n)::serial.serial) FROM generate_series(1, many) AS n
	$$;
	CREATE FUNCTION blocks(command text) RETURNS bigint LANGUAGE plpgsql AS $$
	DECLARE
		plan jsonb;
	BEGIN
		EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ' || command INTO plan;
		plan := plan -> 0 -> 'Plan';
		RETURN (plan ->> 'Shared Hit Blocks')::bigint + (plan ->> 'Shared Read Blocks')::bigint;
	END $$});

# What is recorded of as many items each; what is late happened before what was recorded last.
# What has no name names the container only.
my @steps = (
	[ 'commissioning', q{serial.commission(items('%1$sl', %2$s), 'L', '2030-12-31', 'plant', '2026-01-01')} ],
	[ 'commissioning others', q{serial.commission(items('%1$sm', %2$s), 'L', '2030-12-31', 'plant', '2026-01-01')} ],
	[ 'packing', q{serial.aggregate('plain:%1$s', items('%1$sm', %2$s), 'plant', '2026-01-02')} ],
	[ '', q{serial.ship('{plain:%1$s}', 'plant', 'wholesaler', at => '2026-01-03')} ],
	[ '', q{serial.receive('{plain:%1$s}', 'depot', at => '2026-01-04')} ],
	[ 'in order', q{serial.receive(items('%1$sl', %2$s), 'depot', at => '2026-01-09')} ],
	[ 'late', q{serial.receive(items('%1$sl', %2$s), 'dock', at => '2026-01-08')} ],
	[ 'packing again', q{serial.aggregate('plain:%1$s', items('%1$sm', %2$s), 'plant', '2026-01-02')} ],
	[ 'dispensing inside', q{serial.dispense(items('%1$sm', %2$s), 'depot', at => '2026-01-10')} ],
	[ 'undoing', q{serial.declare_error((SELECT max(e.event) FROM serial.event AS e), 'did_not_occur')} ],
	[ 'unpacking', q{serial.disaggregate('plain:%1$s', items('%1$sm', %2$s), 'depot', '2026-01-11')} ],
	[ 'undoing the unpacking', q{serial.declare_error((SELECT max(e.event) FROM serial.event AS e), 'did_not_occur')} ]);

sub commands
{
	my ($wrap, $name, $many, $between) = @_;
	return join '', map { sprintf("SELECT $wrap;\n", sprintf $_->[1], $name, $many) . $between } @steps;
}

# Plans are kept after some executions.
my $analyze = "\\! psql -XAtqd postgres -c ANALYZE\n";
my $script = "\\o /dev/null\n" . join('', map { commands('%s', "few$_", 2, '') } 1 .. 6);
$script .= "\\o\n${analyze}BEGIN;\n" . join '', map { commands('blocks($$SELECT %s$$)', "many$_", $_, $analyze) } @sizes;
my @blocks = split /\n/, $node->safe_psql('postgres', "$script\nCOMMIT;\n");
is(scalar @blocks, @sizes * @steps, 'everything was recorded');
for my $i (0 .. $#steps)
{
	next if $steps[$i][0] eq '';
	my ($few, $many) = map { $blocks[ $_ * @steps + $i ] / $sizes[$_] } 0, 1;
	note(sprintf '%-22s %6.1f and %6.1f blocks an item', $steps[$i][0], $few, $many);
	cmp_ok($many, '<', 1.5 * $few, "$steps[$i][0] of many items costs no more for each");
}

done_testing();
