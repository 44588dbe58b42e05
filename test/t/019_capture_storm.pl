# Sixteen clients capture documents whose events overlap, some with an eventID and some
# without one, in orders of their own, as a whole or event by event, while the server is
# killed.  Afterwards every event is there once, whichever documents it was in, what
# serial.item says is what all events say, a client finds all that it saw captured, and
# each document captured once more brings nothing.
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
my $documents = 120;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nmax_connections = 40\nlog_statement = none\ndeadlock_timeout = 100ms\nstatement_timeout = 60s\n");
$node->start;

# --- The documents -----------------------------------------------------------

# Of each of thirty cases: its commissioning and that of its six units, their packing, its
# shipping and receiving, the dispensing of a unit, and, where events have an eventID, the
# shipping declared in error.  Events of every second case have none, and are known by
# their hash.
$node->safe_psql('postgres', q{
	CREATE EXTENSION serial;
	CREATE TABLE event (n integer GENERATED ALWAYS AS IDENTITY, event jsonb);
	CREATE FUNCTION item(c integer, n integer) RETURNS text LANGUAGE sql AS
		$$ SELECT format('https://id.gs1.org/01/09506000134352/21/C%sU%s', c, n) $$;
	CREATE FUNCTION said(c integer, n integer, what jsonb) RETURNS jsonb LANGUAGE sql AS $$
		SELECT jsonb_build_object('eventTime', format('2026-03-01T%s:%s:00.000Z', 10 + n, 10 + c), 'eventTimeZoneOffset', '+00:00')
			|| CASE WHEN c % 2 = 0 THEN jsonb_build_object('eventID', format('urn:uuid:00000000-0000-4000-8000-0000000%s', 10000 + 10 * c + n)) ELSE '{}' END
			|| what $$;
	INSERT INTO event (event)
	SELECT said(c, e.n, e.what) FROM generate_series(1, 30) AS c
	CROSS JOIN LATERAL (VALUES
		(1, jsonb_build_object('type', 'ObjectEvent', 'action', 'ADD', 'bizStep', 'commissioning', 'disposition', 'active',
			'epcList', (SELECT jsonb_agg(item(c, u)) FROM generate_series(0, 6) AS u))),
		(2, jsonb_build_object('type', 'AggregationEvent', 'action', 'ADD', 'bizStep', 'packing', 'parentID', item(c, 0),
			'childEPCs', (SELECT jsonb_agg(item(c, u)) FROM generate_series(1, 6) AS u))),
		(3, jsonb_build_object('type', 'ObjectEvent', 'action', 'OBSERVE', 'bizStep', 'shipping', 'disposition', 'in_transit',
			'epcList', jsonb_build_array(item(c, 0)))),
		(4, jsonb_build_object('type', 'ObjectEvent', 'action', 'OBSERVE', 'bizStep', 'receiving', 'disposition', 'in_progress',
			'bizLocation', jsonb_build_object('id', 'https://id.gs1.org/414/9506000134352'), 'epcList', jsonb_build_array(item(c, 0)))),
		(5, jsonb_build_object('type', 'ObjectEvent', 'action', 'OBSERVE', 'bizStep', 'dispensing', 'disposition', 'dispensed',
			'epcList', jsonb_build_array(item(c, 1))))) AS e(n, what);
	INSERT INTO event (event)
	SELECT event || '{"errorDeclaration": {"declarationTime": "2026-03-02T00:00:00.000Z", "reason": "did_not_occur"}}' FROM event
	WHERE event ->> 'bizStep' = 'shipping' AND event ? 'eventID';
	CREATE FUNCTION document(seed double precision) RETURNS jsonb LANGUAGE sql AS $$
		SELECT setseed(seed);
		SELECT jsonb_build_object('@context', '["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]'::jsonb,
			'type', 'EPCISDocument', 'schemaVersion', '2.0', 'creationDate', '2026-03-05T00:00:00.000Z',
			'epcisBody', jsonb_build_object('eventList', (SELECT jsonb_agg(e.event) FROM (SELECT event FROM event ORDER BY random() LIMIT 12) AS e)))
	$$;
});
$node->safe_psql('postgres', "CREATE TABLE document AS SELECT d, document(d / $documents.0) AS content FROM generate_series(1, $documents) AS d");
my $events = $node->safe_psql('postgres', 'SELECT count(*) FROM event');

# --- The clients -------------------------------------------------------------

# psql shows a row when its statement is committed.
sub script
{
	return "\\set VERBOSITY sqlstate\n" . join '', map {
		my $document = 1 + int rand $documents;
		my $capture = "SELECT 'kept ' || r.event || ' ' || r.status FROM document AS d, serial.capture(d.content, '" . one_of('rollback', 'proceed', 'proceed') . "') AS r WHERE d.d = $document AND r.event IS NOT NULL";
		one_of("$capture;\n", "$capture;\n", "BEGIN; SAVEPOINT s; SELECT count(*) FROM ($capture) AS q; ROLLBACK TO s; SELECT count(*) FROM ($capture) AS q; " . one_of('COMMIT', 'ROLLBACK') . ";\n")
	} 1 .. 10;
}

my @names = client_names($node, $clients);

sub seen { return map { slurp_file("$_.seen") } grep { -e "$_.seen" } @names; }
sub errors { return join('', map { slurp_file("$_.errors") } grep { -e "$_.errors" } @names) =~ /ERROR:  (\w{5})$/mg; }

storm($node, \@names, \&script, $seconds, sub { return $node->safe_psql('postgres', 'SELECT count(*) FROM serial.event') >= $events; });

# --- What must hold ----------------------------------------------------------

# 40P01: two documents that name the same items in another order
my %expected = map { $_ => 1 } qw(40P01 40001);
is(join(' ', grep { !$expected{$_} } errors()), '', 'no error but those that clients are to try again');

sub is_none { my ($query, $what) = @_; return is($node->safe_psql('postgres', "SELECT count(*) FROM ($query) AS q"), '0', $what); }

my %kept = map { $_ => 1 } map { /^kept (\d+) /mg } seen();
my %there = map { $_ => 1 } split /\n/, $node->safe_psql('postgres', 'SELECT event FROM serial.event');
cmp_ok(scalar keys %kept, '>', 50, 'clients saw ' . keys(%kept) . ' events captured');
is(join(' ', grep { !$there{$_} } keys %kept), '', 'and each of them is there');

# Whatever no client captured comes now, and then nothing does.
my $all = q{SELECT r.status FROM document AS d, serial.capture(d.content, 'proceed') AS r};
note $node->safe_psql('postgres', "SELECT status, count(*) FROM ($all) AS r GROUP BY 1 ORDER BY 1");
is($node->safe_psql('postgres', "SELECT DISTINCT status FROM ($all) AS r"), 'duplicate', 'a document that is captured again brings nothing');
is($node->safe_psql('postgres', 'SELECT count(*) FROM serial.event'),
	$node->safe_psql('postgres', q{SELECT count(DISTINCT e.value) FROM document, jsonb_array_elements(content #> '{epcisBody,eventList}') AS e}),
	'every event of the documents is there once');
is_none(q{SELECT hash FROM serial.captured_event WHERE status <> 'declared' GROUP BY hash HAVING count(*) > 1}, 'no hash is there twice');
is_none(q{SELECT event_id FROM serial.captured_event WHERE status <> 'declared' GROUP BY event_id HAVING count(*) > 1}, 'no eventID is there twice');
is_none('SELECT FROM serial.check_state()', 'serial.check_state() finds no difference');
is_none(q{SELECT FROM serial.event AS e WHERE e.corrects IS NULL AND NOT e.is_accepted
	AND NOT EXISTS (SELECT FROM serial.alert AS a WHERE a.event = e.event) AND NOT EXISTS (SELECT FROM serial.event AS w WHERE w.corrects = e.event)},
	'whatever was not accepted raised an alert, or is declared in error');
is_none(q{SELECT FROM serial.aggregation AS a JOIN serial.aggregation_history AS h USING (child) WHERE h.until > a.since}, 'nothing was in two places');

amcheck_ok($node);

done_testing();
