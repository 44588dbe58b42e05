# ALTER EXTENSION serial UPDATE leads from version 0.1.0 to this one.  The catalogs are then
# those of a new installation, partitions made at run time included, and every row, number,
# right and seal is as before.
#
# test/upgrade/0.1.0.sql is a database of that version, as pg_dump wrote it.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my ($version) = slurp_file('serial.control') =~ /^default_version = '(.*)'/m;
my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "timezone = 'UTC'");
$node->start;

# The install script of 0.1.0, where functions that the library no longer has stand for
# themselves: nothing calls them.
my $extensions = $node->config_data('--sharedir') . '/extension';
my $install = slurp_file("$extensions/serial--$version.sql");
my %known = map { $_ => 1 } $install =~ /AS 'MODULE_PATHNAME', '(\w+)'/g, $install =~ /^CREATE FUNCTION \w+\.(\w+)\(/mg;
my $released = slurp_file('sql/upgrade/serial--0.1.0.sql');
$released =~ s/(AS 'MODULE_PATHNAME', ')(\w+)'/$1 . ($known{$2} ? $2 : 'serial_version') . "'"/ge;
unlink "$extensions/serial--0.1.0.sql";
append_to_file("$extensions/serial--0.1.0.sql", $released);
END { unlink "$extensions/serial--0.1.0.sql" if defined $extensions }

my $catalogs = slurp_file('test/upgrade/catalogs.sql');

# The lines of one text that another has not
sub missing_lines
{
	my ($lines, $other) = @_;
	my %there = map { $_ => 1 } split /\n/, $other;

	return join "\n", grep { !$there{$_} } split /\n/, $lines;
}

sub same_catalogs
{
	my ($database, $fresh, $name) = @_;
	my ($found, $expected) = map { $node->safe_psql($_, $catalogs) } $database, $fresh;

	is(missing_lines($found, $expected), '', $name);
	is(missing_lines($expected, $found), '', "$name: nothing is missing");
	return;
}

# A database of 0.1.0, whose type modifiers were stored as other numbers.
$node->safe_psql('postgres', "CREATE ROLE $_") foreach qw(web line chief other);
$node->safe_psql('postgres', 'CREATE DATABASE old');
$node->safe_psql('old', q{CREATE EXTENSION serial VERSION '0.1.0'});
$node->command_ok(
	[ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('old'), '-f', 'test/upgrade/0.1.0.sql' ],
	'a database of 0.1.0 is restored');
$node->safe_psql('old', q{
	UPDATE pg_attribute SET atttypmod = atttypmod - 512 WHERE atttypid = 'serial.serial'::regtype AND atttypmod > 512;
	GRANT SELECT ON serial.place TO other});

my ($status, $output, $error) = $node->psql('old', q{SELECT serial.issue('unit')});
like($error, qr/version 0\.1\.0 cannot be used with its library.*HINT:  Run ALTER EXTENSION serial UPDATE/s,
	'the library works with no other version');

# What would be lost, or stands in the way
foreach (
	[ 'CREATE TRIGGER mine BEFORE INSERT ON serial.item FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
		'DROP TRIGGER mine ON serial.item', qr/tables have additions.*trigger mine of serial\.item/s ],
	[ 'ALTER TABLE serial.place ADD COLUMN mine text', undef, qr/a column of serial\.place/ ],
	[ 'CREATE INDEX mine ON serial.item (attributes)', 'DROP INDEX serial.mine', qr/index serial\.mine of serial\.item/ ],
	[ 'CREATE INDEX mine ON serial.event_202001 (attributes)', 'DROP INDEX serial.mine', qr/an index of serial\.event_202001/ ],
	[ 'CREATE POLICY mine ON serial.event', 'DROP POLICY mine ON serial.event', qr/policy mine of serial\.event/ ],
	[ 'CREATE PUBLICATION mine FOR TABLE serial.place', 'DROP PUBLICATION mine', qr/publication mine of serial\.place/ ],
	[ 'CREATE VIEW mine AS SELECT count(*) FROM serial.event', 'DROP VIEW mine',
		qr/other objects depend on what the update replaces.*view public\.mine/s ],
	[ 'CREATE VIEW mine AS SELECT serial.saleable(id) FROM unit', 'DROP VIEW mine', qr/Dependent objects: view public\.mine\./ ])
{
	my ($addition, $removal, $refusal) = @$_;
	my $begin = defined $removal ? $addition : "BEGIN; $addition";

	($status, $output, $error) = $node->psql('old', "$begin; ALTER EXTENSION serial UPDATE");
	like($error, $refusal, "refused: $addition");
	$node->safe_psql('old', $removal) if defined $removal;
}
is($node->safe_psql('old', q{SELECT extversion FROM pg_extension WHERE extname = 'serial'}), '0.1.0', 'nothing has changed');

# Rows, by the names that their columns have afterwards
my @tables = (
	[ 'company_prefix' ], [ 'pool', '', 'number, name, scheme, prefix, length, alphabet, random, capacity, ordinals::text ~ name IS NULL, open, created_at, created_by' ],
	[ 'pool_key' ], [ 'batch' ], [ 'lease', '', 'lease, pool, ordinals, holder, expires_at, leased_at' ],
	[ 'voided' ], [ 'aggregation', '', 'child, parent, since, is_container' ],
	[ 'aggregation_history', '', 'child, parent, since, until, is_container' ],
	[ 'aggregation_history_to_20220101', '', 'child, parent, since, until, is_container' ],
	[ 'transition', 'WHERE NOT is_shipped', 'business_step, from_disposition, to_disposition, within, is_legal' ],
	[ 'place', '', 'place, name' ], [ 'lot' ], [ 'alert' ], [ 'verification' ], [ 'seal' ], [ 'detached_month' ], [ 'detached_event_id' ],
	[ 'recall', '', 'recall, KEY, lots, reason, recalled_at, recalled_by' ],
	[ 'event', '', 'event, type, event_time, record_time, recorded_by, place, parent, lot, attributes, is_accepted, digest' ],
	[ 'event_item', '', 'id, event_time, event, role, RESULT, record_time' ],
	[ 'item', '', 'id, lot, expiry, disposition, since, DECIDED, place, place_since, PLACED, first_event, last_event, MARKS, consignee, attributes' ]);
my %old_names = (KEY => 'gtin', RESULT => 'leaves', DECIDED => 'decided_by', PLACED => 'placed_by', MARKS => 'marks');
my %new_names = (KEY => 'key', RESULT => 'resulting_disposition', DECIDED => 'disposition_event', PLACED => 'place_event',
	MARKS => 'persistent_dispositions');

sub rows_of
{
	my (%names) = @_;

	return join ";\n", map {
		my ($table, $condition, $columns) = ($_->[0], $_->[1] // '', $_->[2] // '*');
		$columns =~ s/\b([A-Z]+)\b/$names{$1} ? "$names{$1} AS name_$1" : $1/ge;
		"SELECT '$table', t::text FROM (SELECT $columns FROM serial.$table $condition) AS t ORDER BY t::text";
	} @tables;
}

my $rows = $node->safe_psql('old', rows_of(%old_names));
my $sequences = q{
	SELECT relname, CASE WHEN relname ~ '^(pool|lease)_[0-9]' THEN (pg_sequence_last_value(oid)) END FROM pg_class
	WHERE relnamespace = 'serial'::regnamespace AND relkind = 'S' ORDER BY relname};

($status, $output, $error) = $node->psql('old', 'ALTER EXTENSION serial UPDATE');
is($status, 0, 'ALTER EXTENSION serial UPDATE') or diag $error;
like($error, qr/columns have type modifiers in the form of version 0\.1\.0.*unit\.id/s, '... which names columns with old type modifiers');
like($error, qr/rights on single functions or tables.*other/s, '... and roles that lost rights');

# What was dispensed in its box left it then.
$rows =~ s/^aggregation\|(\("\(01\)09506000134352\(21\)000000000151",plain:box,"[^"]*"),f\)$/aggregation_history|$1,"2020-02-03 00:00:00+00",f)/m;
sub sorted { return join "\n", sort split /\n/, shift; }
is(sorted($node->safe_psql('old', rows_of(%new_names))), sorted($rows), 'every row is there');

# The same pools, leases and partitions in a new database
$node->safe_psql('postgres', 'CREATE DATABASE fresh');
$node->safe_psql('fresh', q{
	CREATE EXTENSION serial;
	SELECT serial.grant_access('web', 'reader'), serial.grant_access('line', 'operator'), serial.grant_access('chief', 'admin');
	SELECT serial.create_pool('unit', 'sgtin', '09506000134352');
	SELECT serial.create_pool('random', 'sgtin', '00614141123452', random => true, length => 10);
	SELECT serial.create_pool('pallet', 'sscc', '30614141');
	SELECT serial.create_pool('unused', 'plain', 'U-');
	SELECT serial.lease('unit', 100, 'line 3'), serial.lease('unit', 50, 'line 4');
	SELECT serial_internal.open_month('2019-12-01'), serial_internal.open_month('2020-01-01'), serial_internal.open_month('2026-11-01');
	SELECT serial.detach_month('2019-12-01');
	SELECT serial.partition_history('2022-01-01');
	SELECT serial.partition_history('2023-01-01');
	SELECT serial.detach_history('serial.aggregation_history_to_20220101')});
same_catalogs('old', 'fresh', 'the catalogs are those of a new installation');

is($node->safe_psql('old', 'SELECT id FROM stored WHERE serial_internal.serial_hash_extended(id, 0) <> hash OR pg_column_size(id) <> bytes'),
	'', 'values are stored in the same bytes');
is($node->safe_psql('old', q{SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'unit'::regclass AND attname = 'id'}),
	'serial.serial(sgtin)', 'a column keeps its scheme');
($status, $output, $error) = $node->psql('old', q{INSERT INTO unit VALUES ('plain:X')});
like($error, qr/expected one of scheme "sgtin"/, '... which is enforced');
$node->safe_psql('old', q{DROP VIEW sorted; ALTER TABLE unit ALTER id TYPE serial.serial(sgtin); INSERT INTO unit (n) VALUES (31)});
is($node->safe_psql('old', q{SELECT max(id), max(atttypmod) > 512 FROM unit, pg_attribute WHERE attrelid = 'unit'::regclass}),
	'(01)09506000134352(21)000000000182|t', 'it can be altered, and its default goes on with the next number');
is($node->safe_psql('old', q{SELECT min(id), max(id) FROM serial.issue_lease(1, 2) AS id UNION ALL SELECT min(id), max(id) FROM serial.issue_lease(2, 1) AS id}),
	"(01)09506000134352(21)000000000004|(01)09506000134352(21)000000000005\n" .
	"(01)09506000134352(21)000000000101|(01)09506000134352(21)000000000101", 'leases go on');
is($node->safe_psql('old', q{SELECT serial.issue('unused'); SELECT state, ordinal FROM serial.origin((SELECT min(id) FROM product))}) =~ /^plain:U-0+1\nissued\|/ ? 1 : 0,
	1, 'pools and their keys are known');
is($node->safe_psql('old', 'SELECT seal, event, problem FROM serial.check_seals()'), '1|2|detached', 'seals of 0.1.0 hold');
is($node->safe_psql('old', q{SELECT serial.attach_month('2019-12-01'); SELECT count(*) FROM serial.check_seals()}), "\n0",
	'... with the month that was detached');
is($node->safe_psql('old', q{SELECT content ~ '"things"', leaf = encode(digest, 'hex') FROM serial.proof(4), serial.event WHERE event = 4}),
	't|t', '... and a proof is of the text as it was');
$node->safe_psql('old', q{
	SET session_replication_role = replica;
	UPDATE serial.event SET place = 'urn:x:elsewhere' WHERE event = 4});
is($node->safe_psql('old', q{SELECT event, problem FROM serial.check_seals()}), '4|changed', 'a change to what was recorded by 0.1.0 is found');
is($node->safe_psql('old', q{SELECT name FROM serial.pools ORDER BY name}), "pallet\nrandom\nunit\nunused", 'views answer');
is($node->safe_psql('old', q{UPDATE package SET parent = 2 WHERE id = 3; SELECT serial.container('plain:THREE'), relation, drift FROM serial.adopted}),
	'plain:TWO|package|0', 'an adopted table is followed');
is( $node->safe_psql('old', q{
		SELECT serial.unpack_all('plain:box'); SELECT serial.quarantine(ARRAY[max(id)], 'torn', 'urn:x:plant') IS NULL FROM unit WHERE n < 30;
		SELECT serial.seal()}), "19\nf\n3", 'packing, recording and sealing go on');
is($node->safe_psql('old', q{SELECT has_function_privilege('web', 'serial.trace(serial.serial)', 'EXECUTE'),
	has_function_privilege('line', 'serial.unpack_all(serial.serial, timestamptz)', 'EXECUTE'),
	has_function_privilege('line', 'serial.set_lot_expiry(text, text, date, text)', 'EXECUTE'),
	has_function_privilege('chief', 'serial.set_lot_expiry(text, text, date, text)', 'EXECUTE'),
	has_table_privilege('other', 'serial.place', 'SELECT')}), 't|t|f|t|f', 'roles have their levels of access');

# A dump has what roles were granted, although the script of the extension granted it.
my $dump = PostgreSQL::Test::Utils::tempdir() . '/dump.sql';
$node->command_ok([ 'pg_dump', '-d', $node->connstr('old'), '-f', $dump ], 'it can be dumped');
like(slurp_file($dump), qr/^GRANT SELECT ON TABLE serial\.event TO web;/m, '... with rights');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('restored'), '-f', $dump ], '... and restored');

# An owner who is no superuser
$node->safe_psql('postgres', 'CREATE ROLE owner LOGIN');
$node->safe_psql('postgres', "CREATE DATABASE $_ OWNER owner") foreach qw(owned owned_fresh);
my @as_owner = (extra_params => [ '-U', 'owner' ]);
$node->safe_psql('owned', q{CREATE EXTENSION serial VERSION '0.1.0'}, @as_owner);
$node->safe_psql('owned', 'ALTER EXTENSION serial UPDATE', @as_owner);
$node->safe_psql('owned_fresh', 'CREATE EXTENSION serial', @as_owner);
same_catalogs('owned', 'owned_fresh', 'an owner who is no superuser updates, too');
is($node->safe_psql('owned', q{SELECT serial.create_pool('a', 'plain', 'A-') IS NULL; SELECT serial.issue('a')}, @as_owner),
	"f\nplain:A-000000000001", '... and has his rights');

$node->safe_psql('old', 'DROP EXTENSION serial CASCADE');
is($node->safe_psql('old', q{SELECT count(*) FROM pg_proc WHERE probin ~ 'serial'}), '0', 'it can be dropped');

$node->stop;
done_testing();
