# Sixteen clients record events of all kinds of the same few items: late ones,
# wrong ones, ones that contradict what is known, in transactions that commit and
# that roll back, while numbers are issued, leased, returned and declared void, lots
# get another expiry date, identifiers are corrected, seals are made and the server
# is killed.  Afterwards what
# serial.item says is what all events say, no item began or left twice, no number
# that is void or was never issued is genuine, seals hold, and everything that a
# client saw committed is there.
#
# SERIAL_STORM_SECONDS says how long (8).
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Torture;

my $seconds = $ENV{SERIAL_STORM_SECONDS} || 8;
my $clients = 16;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nmax_connections = 40\nlog_statement = none\ndeadlock_timeout = 100ms\nstatement_timeout = 60s\n");
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION serial;
	SELECT serial.commission('{plain:first}');
	SELECT serial.create_pool('storm', 'sgtin', '09506000134352', length => 6);
	SELECT serial.commission(ARRAY(SELECT serial.issue('storm', 3)), 'S1', '2030-12-31');
});

# --- The clients -------------------------------------------------------------

sub unit { return sprintf 'plain:u%d', 1 + int rand 60; }
sub box { return sprintf 'plain:b%d', 1 + int rand 8; }
sub pallet { return sprintf 'plain:p%d', 1 + int rand 3; }

sub items
{
	my ($n, $which) = @_;
	my %items = map { $which->() => 1 } 1 .. $n;
	return q['{] . join(',', keys %items) . q[}'::serial.serial[]];
}

# Numbers of the pool: most are issued, some are not.
sub number { return sprintf '(01)09506000134352(21)%06d', 1 + int rand 60; }

sub instant { return one_of('now()', 'now()', 'clock_timestamp()', sprintf q(now() - interval '%d ms'), rand 3000); }

sub statement
{
	my $some = one_of(items(1 + int rand 3, \&unit), items(1, \&unit), items(1, \&box), items(1, \&pallet));
	my $at = instant();
	my $place = sprintf q('place %d'), rand 4;
	my $strict = one_of('true', 'true', 'false');
	return one_of(
		"serial.commission($some, 'L1', '2030-12-31', $place, $at)",
		"serial.commission(" . items(2, \&unit) . ", 'L2', '2030-12-31', $place, $at)",
		"serial.aggregate('" . box() . "'::serial.serial, " . items(3, \&unit) . ", $place, $at)",
		"serial.aggregate('" . pallet() . "'::serial.serial, " . items(2, \&box) . ", $place, $at)",
		"serial.disaggregate('" . box() . "'::serial.serial, " . items(1, \&unit) . ", $place, $at)",
		"serial.record('AggregationEvent', 'DELETE', business_step => 'unpacking', parent => '" . one_of(box(), pallet()) . "', at => $at)",
		"serial.commission(" . items(2, \&number) . ", 'S1', '2030-12-31', $place, $at)",
		"serial.commission(ARRAY(SELECT serial.issue('storm', 2)), 'S2', NULL, $place, $at)",
		"serial.receive(" . items(2, \&number) . ", $place, at => $at)",
		"serial.correct_lot(" . items(1, \&number) . ", 'S2', NULL, 'typed wrong')",
		"serial.ship($some, $place, 'customer', at => $at)",
		"serial.receive($some, $place, at => $at)",
		"serial.dispense($some, $place, $at)",
		"serial.reinstate($some, $at)",
		"serial.quarantine($some, 'why not', $place, $at)",
		"serial.release_quarantine($some, at => $at)",
		"serial.decommission($some, " . one_of("'sample'", "'destroyed'", "'exported'") . ", $place, $at)",
		"serial.record('ObjectEvent', 'OBSERVE', $some, " . one_of("'dispensing'", "'stocking'", "'commissioning'") . ", place => $place, at => $at, strict => $strict)",
		"serial.declare_error((SELECT event FROM serial.event ORDER BY event DESC OFFSET " . int(rand 30) . " LIMIT 1), 'did_not_occur')");
}

# What changes numbers, lots or identifiers, and returns no event
sub other_statement
{
	return one_of(
		"serial.correct('" . unit() . "', '" . unit() . "', 'misread')",
		"serial.correct('" . box() . "', '" . box() . "', 'misread')",
		"serial.correct('" . number() . "', '" . unit() . "', 'misread')",
		"serial.void(" . items(2, \&number) . ", 'label torn')",
		"serial.lease('storm', 3, 'line')",
		"count(*) FROM serial.issue_lease(coalesce((SELECT max(lease) FROM serial.lease), 1), 1)",
		"serial.return_lease(coalesce((SELECT max(lease) FROM serial.lease), 1))",
		"serial.set_lot_expiry('09506000134352', 'S1', date '2030-12-31' + " . int(rand 30) . ", 'stability')");
}

# psql shows a row when its statement is committed.
sub script
{
	return "\\set VERBOSITY sqlstate\n" . join '', map {
		my $kind = rand;
		$kind < 0.15 ? "SELECT " . other_statement() . ";\n"
		  : $kind < 0.7 ? "SELECT 'kept ' || " . statement() . ";\n"
		  : $kind < 0.85 ? 'BEGIN' . one_of('', ' ISOLATION LEVEL REPEATABLE READ') . "; SELECT " . statement() . "; SELECT " . statement() . '; ' . one_of('COMMIT', 'ROLLBACK') . ";\n"
		  : $kind < 0.95 ? 'BEGIN; SAVEPOINT s; SELECT ' . statement() . '; ROLLBACK TO s; SELECT ' . statement() . "; COMMIT;\n"
		  : "SELECT serial.seal();\n"
	} 1 .. 20;
}

my @names = client_names($node, $clients);

# How often clients met each SQLSTATE, and the events that they saw committed
sub errors
{
	my %errors;
	$errors{$_}++ for join('', map { -e "$_.errors" ? slurp_file("$_.errors") : '' } @names) =~ /ERROR:  (\w{5})$/mg;
	return %errors;
}

sub kept { return map { $_ => 1 } map { slurp_file("$_.seen") =~ /^kept (\d+)$/mg } grep { -e "$_.seen" } @names; }

sub is_enough
{
	my %errors = errors();
	my %kept = kept();
	return $errors{55000} && $errors{23505} && keys %kept > 50
	  && $node->safe_psql('postgres', 'SELECT count(*) > 100 FROM serial.event') eq 't';
}

storm($node, \@names, \&script, $seconds, \&is_enough);

# --- What must hold ----------------------------------------------------------

my %errors = errors();
note join ', ', map { "$_: $errors{$_}" } sort keys %errors;
# 2200H: a lease of three numbers runs out
my %expected = map { $_ => 1 } qw(55000 23505 23514 22023 40001 40P01 25P02 3B001 42704 2200H);
is(join(' ', grep { !$expected{$_} } sort keys %errors), '', 'no error but those that the concurrent update explains');
ok($errors{$_}, "... of which $_ was one") for qw(55000 23505);

sub is_none { my ($query, $what) = @_; return is($node->safe_psql('postgres', "SELECT count(*) FROM ($query) AS q"), '0', $what); }
my $good = 'e.is_accepted AND e.corrects IS NULL AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)';

note $node->safe_psql('postgres', q{SELECT count(*) || ' events, ' || count(*) FILTER (WHERE NOT is_accepted) || ' not accepted, '
	|| count(corrects) || ' declarations, ' || count(DISTINCT record_time) FILTER (WHERE attributes ? 'correction') || ' of corrected identifiers, '
	|| (SELECT count(*) FROM serial.seal) || ' seals' FROM serial.event});
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM serial.event'), '>', 100, 'there were events');

is_none(q{
	SELECT FROM (SELECT DISTINCT id FROM serial.event_item) AS t
	LEFT JOIN LATERAL serial_internal.current_state(t.id) AS p ON true LEFT JOIN LATERAL serial_internal.state(t.id) AS s ON true
	WHERE (p.disposition, p.since, p.place, p.place_since, serial_internal.persistent_dispositions_set(p.persistent_dispositions), p.consignee)
		IS DISTINCT FROM (s.disposition, s.since, s.place, s.place_since, serial_internal.persistent_dispositions_set(s.persistent_dispositions), s.consignee)},
	'what the rows say is what the events say');
is_none(qq{
	SELECT i.id FROM serial.event_item AS i JOIN serial.event AS e USING (event)
	WHERE e.business_step = 'commissioning' AND $good GROUP BY i.id HAVING count(*) > 1}, 'nothing began twice');
is_none(qq{
	SELECT FROM (SELECT e.business_step, i.resulting_disposition, lag(i.resulting_disposition) OVER (PARTITION BY i.id ORDER BY i.event_time, i.event) AS before
				 FROM serial.event_item AS i JOIN serial.event AS e USING (event) WHERE i.resulting_disposition IS NOT NULL AND $good) AS s
	WHERE s.before IN ('dispensed', 'destroyed') AND s.business_step <> 'urn:serial:step:reinstating'}, 'nothing happened to what had left');
is_none(q{
	SELECT FROM serial.event AS e WHERE NOT e.is_accepted AND e.corrects IS NULL AND NOT EXISTS (SELECT FROM serial.alert AS a WHERE a.event = e.event)},
	'whatever was not accepted raised an alert');
is_none('SELECT FROM serial.check_state()', 'serial.check_state() finds no difference');
is_none(q{
	SELECT FROM (SELECT DISTINCT id FROM serial.event_item WHERE id::text LIKE '(01)09506000134352%') AS t, serial.origin(t.id) AS o, serial.verify(t.id) AS v
	WHERE o.state <> 'issued' AND (v.is_genuine OR NOT v.is_alarming)}, 'no number is genuine that is void or was never issued');
is_none(q{
	SELECT FROM serial.event_item AS i JOIN serial.event AS e USING (event), serial.origin(i.id) AS o
	WHERE o.state NOT IN ('issued', 'void', 'foreign') AND e.is_accepted}, 'no event was accepted of a number that was not issued');
is_none(q{
	SELECT FROM (SELECT l.gtin, l.lot, l.expiry, (SELECT c.new_expiry FROM serial.lot_change AS c WHERE (c.gtin, c.lot) = (l.gtin, l.lot) ORDER BY c.change DESC LIMIT 1) AS changed
				 FROM serial.lot AS l) AS q WHERE changed <> expiry}, 'a lot expires when its last change says');
is_none('SELECT FROM serial.check_seals()', 'seals hold');
is($node->safe_psql('postgres', q{
	SELECT (SELECT count(*) FROM serial.event WHERE event <= (SELECT max(last_event) FROM serial.seal))
		 - (SELECT sum(events) FROM serial.seal)}), '0', 'no event fell between two seals');
is_none(q{
	SELECT a.child FROM serial.aggregation AS a JOIN serial.aggregation_history AS h USING (child) WHERE h.until > a.since}, 'nothing was in two places');

my %kept = kept();
my %there = map { $_ => 1 } split /\n/, $node->safe_psql('postgres', 'SELECT event FROM serial.event');
cmp_ok(scalar keys %kept, '>', 50, 'clients saw events committed');
is(join(' ', grep { !$there{$_} } keys %kept), '', 'and each of them is there');

amcheck_ok($node);

done_testing();
