# A ledger survives pg_dump, physical and logical replication: every question is
# answered as before, seals hold, and recording goes on.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 'logical');
$node->start;
$node->safe_psql('postgres', 'CREATE DATABASE source');

# Months of 2020 are made by moving events there, as only a superuser can.
$node->safe_psql(
	'source', q{
	SET timezone = 'UTC';
	CREATE EXTENSION serial;
	CREATE ROLE reader;
	SELECT serial.grant_access('reader', 'reader');
	SELECT serial.create_pool('unit', 'sgtin', '09506000134352');
	INSERT INTO serial.place (place, name) VALUES ('urn:x:plant', 'Plant');
	INSERT INTO serial.transition (business_step, from_disposition, to_disposition) VALUES ('urn:x:polishing', 'active', 'conformant');
	CREATE TABLE unit AS SELECT id FROM serial.issue('unit', 20) AS id;
	SELECT serial.commission(array_agg(id), 'A-1', '2099-12-31', 'urn:x:plant', '2020-01-01') FROM unit;
	SELECT serial.aggregate('plain:box', array_agg(id), 'urn:x:plant', '2020-01-02') FROM unit;
	SELECT serial.ship('{plain:box}', 'urn:x:plant', 'urn:x:shop', 'D-1', '2020-02-01');
	SELECT serial.receive('{plain:box}', 'urn:x:shop', at => '2020-02-02');
	SELECT serial.record('ObjectEvent', 'ADD', '{plain:old}', 'commissioning', at => '2020-01-01', event_id => 'urn:x:event:old');
	SELECT serial_internal.open_month('2020-01-01'), serial_internal.open_month('2020-02-01');
	SET session_replication_role = replica;
	UPDATE serial.event SET record_time = event_time WHERE event IN (3, 5);
	UPDATE serial.event_item SET record_time = event_time WHERE event IN (3, 5);
	UPDATE serial.event AS e SET digest = serial_internal.event_digest(e, serial_internal.event_items_text(e.event)) WHERE event IN (3, 5);
	RESET session_replication_role;
	SELECT serial.seal();
	SELECT serial.dispense(ARRAY[min(id)], 'urn:x:shop', '2020-02-03') FROM unit;
	SELECT serial.record('ObjectEvent', 'OBSERVE', ARRAY[min(id)], 'dispensing', at => '2020-02-04', strict => false) FROM unit;
	SELECT serial.recall('09506000134352', '{A-1}', 'test');
	SELECT serial.verify('no code', record => true);
	SELECT serial.seal();
	SELECT serial.quarantine('{plain:old}', 'torn', at => '2020-02-05'), serial.commission('{plain:good}', 'G', '2099-12-31');
	SELECT serial.detach_month('2020-01-01');
});

my $everything = q{
	SET client_min_messages = error;
	SELECT u.id, v.*, w.*, (SELECT string_agg(t.event || ' ' || t.business_step, ', ' ORDER BY t.event_time, t.event) FROM serial.trace(u.id) AS t)
	FROM (SELECT id FROM unit UNION ALL SELECT unnest('{plain:box,plain:old,plain:good,plain:unknown}'::serial.serial[])) AS u
	CROSS JOIN LATERAL serial.verify(u.id) AS v LEFT JOIN LATERAL serial.where_is(u.id) AS w ON true ORDER BY u.id;
	SELECT * FROM serial.on_hand('urn:x:shop');
	SELECT * FROM serial.on_hand('urn:x:shop', NULL, '2020-02-02 12:00+00');
	SELECT * FROM serial.recalled(1) ORDER BY id;
	SELECT * FROM serial.check_seals();
	SELECT count(*) FROM generate_series(1, 9) AS n CROSS JOIN LATERAL serial.proof(n) AS p;
	SELECT alert, kind, detail FROM serial.alert ORDER BY alert;
	SELECT asked, verdict FROM serial.verification;
	SELECT month, events FROM serial.detached_month;
	SELECT event_id, event, serial_internal.known_event(event_id) FROM serial.detached_event_id;
	SELECT business_step FROM serial.transition WHERE NOT is_shipped;
	SELECT place, name FROM serial.place;
	SELECT has_table_privilege('reader', 'serial.event', 'SELECT'), has_function_privilege('reader', 'serial.verify(serial.serial, text, date)', 'EXECUTE');
	SELECT relname, pg_get_expr(relpartbound, oid) FROM pg_class WHERE relkind = 'r' AND relname ~ '^event_' ORDER BY relname;
	SELECT indexdef FROM pg_indexes WHERE tablename ~ '^event' ORDER BY indexdef;
	SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgrelid::regclass::text ~ '^serial.(event|seal|alert)' ORDER BY tgrelid::regclass::text, tgname};
my $before = $node->safe_psql('source', $everything);
like($before, qr/^[^|]*\|dispensed\|/m, 'a unit is dispensed');
like($before, qr/^[^|]*\|quarantined\|/m, 'another is held');
like($before, qr/^1\|5\|detached$/m, 'an event is detached');
unlike($before, qr/(changed|removed|inserted)$/m, '... and all else is sealed');

# What a ledger does after it was restored or promoted.
sub goes_on
{
	my ($server, $db, $what) = @_;
	my $next = $server->safe_psql($db, q{SELECT max(event) + 1 FROM serial.event});
	is($server->safe_psql($db, q{SELECT serial.receive('{plain:box}', 'urn:x:plant', at => '2020-03-01')}),
		$next, "$what numbers events on");
	is($server->safe_psql($db, q{SELECT serial.seal()}), '3', '... and seals on');
	is( $server->safe_psql($db, q{
			SELECT s.previous = p.chain FROM serial.seal AS s, serial.seal AS p WHERE s.seal = 3 AND p.seal = 2}),
		't', '... chained to the seal before');
	is($server->safe_psql($db, q{SELECT seal, event, problem FROM serial.check_seals()}), '1|5|detached', '... all of which hold');
	my ($ret, $out, $err) = $server->psql($db, q{SELECT serial.dispense(ARRAY[min(id)]) FROM unit});
	like($err, qr/is not legal: seen after dispensed/, '... and the copy is refused');
	like($server->safe_psql($db, q{SELECT serial_internal.raise_alert('x', NULL, NULL, 'x')}), qr/^\d+$/, '... alerts are numbered on');
	($ret, $out, $err) = $server->psql($db, q{DELETE FROM serial.event_202002});
	like($err, qr/nothing in serial.event is ever changed/, '... a partition refuses to be changed');
	($ret, $out, $err) = $server->psql($db, q{TRUNCATE serial.event_202001});
	like($err, qr/nothing in serial.event is ever changed/, '... and what is detached');
	$server->safe_psql($db, q{SELECT serial.attach_month('2020-01-01')});
	is($server->safe_psql($db, q{SELECT count(*) FROM serial.check_seals()}), '0', '... a month is taken back');
	is($server->safe_psql($db, q{SELECT string_agg(business_step, ',') FROM serial.trace('plain:old')}),
		'commissioning,holding', '... with its events');
	return;
}

# pg_dump | psql, and a custom archive in parallel
my $dump = $node->basedir . '/dump.sql';
$node->command_ok([ 'pg_dump', '-f', $dump, $node->connstr('source') ], 'pg_dump');
$node->safe_psql('postgres', 'CREATE DATABASE copy');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('copy') ], 'restore');
is($node->safe_psql('copy', $everything), $before, 'a restored ledger answers as before');
goes_on($node, 'copy', 'a restored ledger');

my $archive = $node->basedir . '/dump.custom';
$node->command_ok([ 'pg_dump', '-Fc', '-f', $archive, $node->connstr('source') ], 'pg_dump -Fc');
$node->safe_psql('postgres', 'CREATE DATABASE archive');
$node->command_ok([ 'pg_restore', '-j2', '-e', '-d', $node->connstr('archive'), $archive ], 'pg_restore -j');
is($node->safe_psql('archive', $everything), $before, 'a ledger from an archive answers as before');
goes_on($node, 'archive', 'a ledger from an archive');
$node->safe_psql('archive', q{SELECT serial.detach_month('2020-01-01')});
my ($ret, $out, $err) = $node->psql('archive', 'DROP EXTENSION serial');
like($err, qr/serial\.event_202001/, 'a ledger is not dropped with a detached month unasked');

# A standby answers, and is the ledger when it is promoted.
$node->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
is($standby->safe_psql('source', $everything), $before, 'a standby answers as the primary');
is($standby->safe_psql('source', q{SELECT id FROM serial.item WHERE lot IN ('A-1', 'G') AND serial.saleable(id)}), 'plain:good', '... in a condition');
is( $standby->safe_psql('source', q{SELECT v.verdict FROM serial.verify('(01)09506000134352(21)999999999999') AS v}),
	'never issued', '... of numbers that were never issued');
($ret, $out, $err) = $standby->psql('source', q{SELECT serial.verify('no code', record => true)});
like($err, qr/read-only transaction|during recovery/, '... and records nothing');
($ret, $out, $err) = $standby->psql('source', q{SELECT serial.seal()});
like($err, qr/cannot seal events on a standby server/, '... and seals nothing');
($ret, $out, $err) = $standby->psql('source', q{SELECT serial.commission('{plain:new}')});
like($err, qr/cannot record events on a standby server/, '... takes no event');
($ret, $out, $err) = $standby->psql('source', q{SELECT serial.pack('plain:box', '{plain:new}')});
like($err, qr/cannot pack on a standby server/, '... and packs nothing');
$standby->promote;
is($standby->safe_psql('source', $everything), $before, 'a promoted standby answers as before');
$standby->safe_psql('source', q{SELECT serial.receive('{plain:box}', 'urn:x:shop', at => '2020-02-20')});
is($standby->safe_psql('source', q{SELECT serial.seal()}), '3', '... and seals on');
$standby->stop;

# Logical replication, through the root: what is detached stays where it is.
my $subscriber = PostgreSQL::Test::Cluster->new('subscriber');
$subscriber->init;
$subscriber->start;
$subscriber->safe_psql('postgres', 'CREATE DATABASE source');
$subscriber->safe_psql(
	'source', q{
	CREATE EXTENSION serial;
	CREATE ROLE reader;
	SELECT serial.grant_access('reader', 'reader');
	SELECT serial_internal.open_month('2020-02-01'), serial_internal.open_month(now())});
$node->safe_psql('source', q{
	SELECT serial.attach_month('2020-01-01');
	CREATE PUBLICATION ledger FOR TABLE serial.event, serial.event_item, serial.item, serial.lot, serial.place, serial.alert,
		serial.recall, serial.verification, serial.seal, serial.aggregation, serial.aggregation_history WITH (publish_via_partition_root = true)});
$subscriber->safe_psql('source', q{SELECT serial_internal.open_month('2020-01-01')});
my $connstr = $node->connstr . ' dbname=source';
$subscriber->safe_psql('source', qq{CREATE SUBSCRIPTION ledger CONNECTION '$connstr' PUBLICATION ledger});
$subscriber->wait_for_subscription_sync($node, 'ledger', 'source');
my $ledger = q{
	SELECT id, disposition, place, persistent_dispositions FROM serial.item ORDER BY id;
	SELECT event, business_step, place, digest FROM serial.event ORDER BY event;
	SELECT * FROM serial.check_seals();
	SELECT i.id, w.*, (SELECT string_agg(t.event::text, ',') FROM serial.trace(i.id) AS t) FROM serial.item AS i CROSS JOIN LATERAL serial.where_is(i.id) AS w ORDER BY i.id;
	SELECT * FROM serial.recalled(1) ORDER BY id;
	SELECT alert, kind FROM serial.alert ORDER BY alert};
is($subscriber->safe_psql('source', $ledger), $node->safe_psql('source', $ledger), 'a subscriber has the ledger');
$node->safe_psql('source', q{
	SELECT serial.disaggregate('plain:box', ARRAY[max(id)], 'urn:x:shop', '2020-03-01') FROM serial.contents('plain:box');
	SELECT serial.record('ObjectEvent', 'ADD', '{plain:old}', 'commissioning', strict => false);
	SELECT serial.declare_error(4, 'did_not_occur');
	SELECT serial.acknowledge(1, 'seen');
	SELECT serial.seal()});
$node->wait_for_catchup('ledger');
is($subscriber->safe_psql('source', $ledger), $node->safe_psql('source', $ledger), '... and follows it');
is($subscriber->safe_psql('source', q{SELECT count(*) FROM serial.check_seals()}), '0', '... with seals that hold');
is($subscriber->safe_psql('source', q{SELECT acknowledged_by IS NOT NULL FROM serial.alert WHERE alert = 1}), 't', '... and alerts acknowledged');
($ret, $out, $err) = $subscriber->psql('source', q{SELECT serial.commission('{plain:new}')});
like($err, qr/cannot record events on a logical subscriber\nDETAIL:.*"serial.event"/, '... and refuses to record');
($ret, $out, $err) = $subscriber->psql('source', q{SELECT serial.pack('plain:box', '{plain:new}')});
like($err, qr/cannot pack on a logical subscriber/, '... to pack');
($ret, $out, $err) = $subscriber->psql('source', q{SELECT serial.seal()});
like($err, qr/cannot seal events on a logical subscriber/, '... and to seal');
$subscriber->safe_psql('source', q{SELECT serial.create_pool('own', 'plain', 'OWN-')});
is($subscriber->safe_psql('source', q{SELECT serial.issue('own')}), 'plain:OWN-000000000001', '... but not to issue from its own pools');
$node->safe_psql('source', 'ALTER PUBLICATION ledger ADD TABLE serial.pool');
$subscriber->safe_psql('source', 'ALTER SUBSCRIPTION ledger REFRESH PUBLICATION WITH (copy_data = false)');
($ret, $out, $err) = $subscriber->psql('source', q{SELECT serial.issue('own')});
like($err, qr/cannot issue numbers on a logical subscriber/, '... unless these are replicated');

$subscriber->stop;
$node->stop;
done_testing();
