# pg_upgrade moves a database that has nothing but the extension, and one with pools,
# links and a ledger, to a new cluster: every question is answered as before, no number
# comes twice, and recording goes on.  OLD_BINDIR names the programs of another major
# version, with the extension, from which to come.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $new = PostgreSQL::Test::Cluster->new('new');
my $new_bindir = $new->config_data('--bindir');
my $old_bindir = $ENV{OLD_BINDIR} || $new_bindir;
my $old = PostgreSQL::Test::Cluster->new('old');

# Both clusters must have been made alike; since 18 initdb turns checksums on.
my @initdb = ('-A', 'trust', '-N', '--no-locale', '-E', 'UTF8', '-U', 'postgres');
my $configuration = sprintf "unix_socket_directories = '%s'\nlisten_addresses = ''\nfsync = off\n", $old->host;

sub make_cluster
{
	my ($node, $bindir) = @_;
	my @options = `'$bindir/initdb' --help` =~ /--no-data-checksums/ ? ('--no-data-checksums') : ();

	mkdir $node->basedir;
	system_or_bail("$bindir/initdb", '-D', $node->data_dir, @initdb, @options);
	append_to_file($node->data_dir . '/postgresql.conf', $configuration . 'port = ' . $node->port . "\n");
}

sub control
{
	my ($node, $bindir, @command) = @_;

	system_or_bail("$bindir/pg_ctl", '-w', '-s', '-D', $node->data_dir, '-l', $node->basedir . '/server.log', @command);
}

sub upgrade_command
{
	my ($from, $to) = @_;

	return (
		"$new_bindir/pg_upgrade", '-b', $old_bindir, '-B', $new_bindir, '-d', $from->data_dir, '-D', $to->data_dir,
		'-p', $from->port, '-P', $to->port, '-U', 'postgres', '-s', $from->host);
}

# A minor release of an old major may be newer than all of the new one, and write what that
# one does not know.
sub can_upgrade_anything
{
	my ($from, $to) = map { PostgreSQL::Test::Cluster->new($_) } qw(plain_old plain_new);

	make_cluster($from, $old_bindir);
	make_cluster($to, $new_bindir);
	control($from, $old_bindir, 'start');
	$from->safe_psql('postgres', 'CREATE TABLE plain (n int)');
	control($from, $old_bindir, 'stop');
	chdir $to->basedir;
	return run_log([ upgrade_command($from, $to) ]);
}

plan(skip_all => 'pg_upgrade between these releases fails for a plain table, too')
  if $old_bindir ne $new_bindir && !can_upgrade_anything();

my $make = q{
	SET timezone = 'UTC';
	CREATE EXTENSION serial;
	CREATE ROLE web;
	CREATE ROLE line;
	SELECT serial.grant_access('web', 'reader'), serial.grant_access('line', 'operator');
	INSERT INTO serial.company_prefix VALUES ('9506', 7);
	SELECT serial.create_pool('unit', 'sgtin', '09506000134352');
	SELECT serial.create_pool('random', 'sgtin', '00614141123452', random => true, length => 10);
	SELECT serial.create_pool('pallet', 'sscc', '30614141');
	SELECT serial.lease('unit', 100, 'line 3');
	CREATE TABLE unit (id serial.serial(sgtin) PRIMARY KEY DEFAULT serial.issue('unit'), n int);
	CREATE INDEX ON unit USING hash (id);
	INSERT INTO unit (n) SELECT generate_series(1, 200);
	CREATE VIEW sorted AS SELECT DISTINCT id FROM unit ORDER BY id;
	CREATE TABLE product (id serial.serial) PARTITION BY RANGE (id);
	CREATE TABLE product_default PARTITION OF product DEFAULT;
	INSERT INTO product SELECT serial.issue('random', 20);
	SELECT serial.void(ARRAY[serial.issue('unit')], 'misprint');
	CREATE TABLE package (id int PRIMARY KEY, code text UNIQUE, parent int REFERENCES package (id));
	CREATE INDEX ON package (parent);
	INSERT INTO package VALUES (1, 'plain:ONE', NULL), (2, 'plain:TWO', 1), (3, 'plain:THREE', 1);
	SELECT serial.adopt('package', 'code', 'parent');
	SELECT serial.pack('(00)302335678902000022', ARRAY['plain:A', 'plain:B', 'plain:C'], '2021-01-01');
	SELECT serial.unpack(ARRAY['plain:A'::serial.serial], '2021-07-01');
	SELECT serial.unpack(ARRAY['plain:B'::serial.serial], '2022-07-01');
	SELECT serial.partition_history('2022-01-01');
	SELECT serial.partition_history('2023-01-01');
	SELECT serial.detach_history('serial.aggregation_history_to_20220101');
	INSERT INTO serial.place (place, name) VALUES ('urn:x:plant', 'Plant');
	INSERT INTO serial.transition (business_step, from_disposition, to_disposition)
	VALUES ('urn:x:polishing', 'active', 'conformant');
	SELECT serial.commission(array_agg(id), 'A-1', '2099-12-31', 'urn:x:plant', '2020-01-01') FROM unit;
	SELECT serial.record('ObjectEvent', 'ADD', '{plain:old}', 'commissioning', at => '2019-12-01', event_id => 'urn:x:old');
	SELECT serial_internal.open_month('2020-01-01'), serial_internal.open_month('2019-12-01');
	SET session_replication_role = replica;
	UPDATE serial.event SET record_time = event_time;
	UPDATE serial.event_item SET record_time = event_time;
	UPDATE serial.event AS e SET digest = serial_internal.event_digest(e, serial_internal.event_items_text(e.event));
	RESET session_replication_role;
	SELECT serial.aggregate('plain:box', array_agg(id), 'urn:x:plant', '2020-01-02') FROM (SELECT id FROM unit LIMIT 20) AS u;
	SELECT serial.ship('{plain:box}', 'urn:x:plant', 'urn:x:shop', 'D-1', '2020-02-01');
	SELECT serial.receive('{plain:box}', 'urn:x:shop', at => '2020-02-02');
	SELECT serial.seal();
	SELECT serial.dispense(ARRAY[min(id)], 'urn:x:shop', '2020-02-03') FROM unit;
	SELECT serial.record('ObjectEvent', 'OBSERVE', ARRAY[min(id)], 'dispensing', at => '2020-02-04', strict => false) FROM unit;
	SELECT serial.record('TransformationEvent', NULL, NULL, 'creating_class_instance', at => '2020-02-05',
		inputs => ARRAY[max(id)], outputs => '{plain:made}') FROM unit;
	SELECT serial.recall('09506000134352', '{A-1}', 'test');
	SELECT serial.seal();
	SELECT serial.detach_month('2019-12-01');
};

my $questions = q{
	SET client_min_messages = error;
	SELECT u.id, n, serial.container(u.id), (serial.origin(u.id)).*, v.verdict, v.disposition, w.*,
		(SELECT string_agg(t.event || ' ' || t.business_step, ', ' ORDER BY t.event_time, t.event) FROM serial.trace(u.id) AS t)
	FROM unit AS u CROSS JOIN LATERAL serial.verify(u.id) AS v LEFT JOIN LATERAL serial.where_is(u.id) AS w ON true ORDER BY u.id;
	SELECT count(*) FROM sorted;
	SELECT tableoid::regclass, id, (serial.origin(id)).* FROM product ORDER BY id;
	SELECT tableoid::regclass, child, parent, since, until FROM serial.aggregation_history ORDER BY child;
	SELECT child, parent, since, until FROM serial.aggregation_history_to_20220101;
	SELECT id FROM serial.contents('(00)302335678902000022', '2021-03-01 00:00+00') ORDER BY id;
	SELECT name, issued, capacity, state FROM serial.pools ORDER BY name;
	SELECT * FROM serial.lease;
	SELECT * FROM serial.batch ORDER BY 1;
	SELECT * FROM serial.voided;
	SELECT * FROM serial.on_hand('urn:x:shop');
	SELECT id FROM serial.items_at('urn:x:plant', '2020-01-01 12:00+00') AS id ORDER BY id;
	SELECT * FROM serial.expiring('100 years') ORDER BY id;
	SELECT * FROM serial.made_from('plain:made');
	SELECT * FROM serial.recalled(1) ORDER BY id;
	SELECT * FROM serial.check_seals();
	SELECT alert, kind, detail FROM serial.alert ORDER BY alert;
	SELECT month, events FROM serial.detached_month;
	SELECT event_id, event, serial_internal.known_event(event_id) FROM serial.detached_event_id;
	SELECT business_step FROM serial.transition WHERE NOT is_shipped;
	SELECT serial.epc_uri('(01)09506000134352(21)1');
	SELECT c.oid::regclass, nullif(c.relacl, acldefault('r', c.relowner)) FROM pg_class AS c
	WHERE c.relnamespace IN ('serial'::regnamespace, 'serial_internal'::regnamespace) ORDER BY c.relname};

# What the extension consists of.  Parsed bodies and expressions come back with other
# parentheses than they went.  Types of rows and arrays are members from 17 on.
my $members = q{
	WITH member AS (
		SELECT d.classid, d.objid FROM pg_depend AS d
		LEFT JOIN pg_type AS t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
		LEFT JOIN pg_class AS r ON r.oid = t.typrelid
		WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
		  AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'serial')
		  AND (t.typcategory = 'A') IS NOT TRUE AND (r.relkind <> 'c') IS NOT TRUE)
	SELECT object, detail FROM (
		SELECT pg_describe_object(classid, objid, 0) AS object, obj_description(objid, classid::regclass::name) AS detail FROM member
		UNION ALL
		SELECT p.oid::regprocedure::text, concat_ws(' ', (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(coalesce(p.proacl, acldefault('f', p.proowner))) AS a), p.prosupport, p.proconfig, p.prosecdef, p.provolatile,
			p.proparallel, p.proisstrict, p.proleakproof, p.procost, p.prorows, pg_get_function_arguments(p.oid), p.prosrc)
		FROM pg_proc AS p JOIN member ON objid = p.oid AND classid = 'pg_proc'::regclass
		UNION ALL
		SELECT c.oid::regclass::text, concat_ws(' ', c.relacl, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
			CASE WHEN a.attnotnull THEN 'NOT NULL' END, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
		FROM pg_class AS c JOIN member ON objid = c.oid AND classid = 'pg_class'::regclass
		JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
		LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
		UNION ALL
		SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
		FROM pg_index JOIN member ON objid = indrelid AND classid = 'pg_class'::regclass
		UNION ALL
		SELECT conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
		FROM pg_constraint JOIN member ON objid = conrelid AND classid = 'pg_class'::regclass WHERE contype <> 'n'
		UNION ALL
		SELECT tgrelid::regclass::text, translate(pg_get_triggerdef(oid), '()', '')
		FROM pg_trigger JOIN member ON objid = tgrelid AND classid = 'pg_class'::regclass WHERE NOT tgisinternal) AS t
	ORDER BY object COLLATE "C", detail COLLATE "C"};

# The rows of one answer that another has not
sub missing_rows
{
	my ($answer, $other) = @_;
	my %there = map { $_ => 1 } split /\n/, $other;

	return join "\n", grep { !$there{$_} } split /\n/, $answer;
}

sub same_rows
{
	my ($answer, $expected, $name) = @_;

	# 17 added the right to maintain a table
	s/arwdDxtm\//arwdDxt\//g foreach $answer, $expected;
	is(missing_rows($answer, $expected), '', $name);
	is(missing_rows($expected, $answer), '', "$name: nothing is missing");
	return;
}

make_cluster($old, $old_bindir);
make_cluster($new, $new_bindir);
control($old, $old_bindir, 'start');
$old->safe_psql('postgres', 'CREATE DATABASE bare');
$old->safe_psql('bare', 'CREATE EXTENSION serial');
$old->safe_psql('postgres', 'CREATE DATABASE filled');
$old->safe_psql('filled', $make);
my $bare_before = $old->safe_psql('bare', $members);
my $filled_before = $old->safe_psql('filled', $members);
my $highest = $old->safe_psql('filled', q{SELECT max(id) FROM serial.issue('unit', 3) AS id});
my $lease = $old->safe_psql('filled', q{SELECT max(id) FROM serial.issue_lease(1, 3) AS id});
my $before = $old->safe_psql('filled', $questions);
control($old, $old_bindir, 'stop');

chdir $new->basedir;
command_ok([ upgrade_command($old, $new) ], 'pg_upgrade');
control($new, $new_bindir, 'start');

same_rows($new->safe_psql('bare', $members), $bare_before, 'the extension consists of the same objects');
same_rows($new->safe_psql('filled', $members), $filled_before, '... with partitions made since');
is( $new->safe_psql('bare', q{SELECT serial.create_pool('a', 'plain', 'A-') IS NULL; SELECT serial.issue('a')}),
	"f\nplain:A-000000000001", 'a bare extension works');
same_rows($new->safe_psql('filled', $questions), $before, 'every question is answered as before');
is($new->safe_psql('filled', qq{SELECT serial.issue('unit') > '$highest', (SELECT min(id) FROM serial.issue_lease(1, 1) AS id) > '$lease'}),
	't|t', 'numbers continue');
is( $new->safe_psql('filled', q{
		SELECT serial.unpack_all('plain:box');
		SELECT serial.quarantine('{plain:made}', 'torn', 'urn:x:plant') IS NULL;
		UPDATE package SET parent = 2 WHERE id = 3;
		SELECT serial.container('plain:THREE'), serial.seal() IS NULL;
		SELECT serial.attach_month('2019-12-01'); SELECT count(*) FROM serial.check_seals()}),
	"19\nf\nplain:TWO|f\n\n0", 'packing, recording, following and sealing go on');

$new->safe_psql('filled', 'DROP TABLE serial.aggregation_history_to_20220101; DROP EXTENSION serial CASCADE');
is($new->safe_psql('filled', q{SELECT count(*) FROM pg_proc WHERE probin ~ 'serial'}), '0', 'it can be dropped');

control($new, $new_bindir, 'stop');
done_testing();
