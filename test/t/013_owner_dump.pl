# The owner of a trusted extension, who is no superuser, dumps the database; a superuser
# restores it.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', q{
	CREATE ROLE "the owner" LOGIN;
	CREATE ROLE "next owner" LOGIN;
	CREATE ROLE line LOGIN;
	CREATE ROLE till LOGIN;
	CREATE DATABASE source OWNER "the owner"});
my @as_owner = (extra_params => [ '-U', 'the owner' ]);

$node->safe_psql('source', q{
	SET timezone = 'UTC';
	CREATE EXTENSION serial;
	SELECT serial.create_pool('unit', 'sgtin', '09506000134352');
	SELECT serial.create_pool('random', 'plain', 'R-', random => true);
	SELECT serial.lease('unit', 100, 'line 3');
	SELECT serial.issue('unit', 10), serial.issue('random', 10), serial.issue_lease(1, 10);
	SELECT serial.pack('plain:BOX', ARRAY['plain:A', 'plain:B'], '2021-01-01');
	SELECT serial.unpack(ARRAY['plain:A'::serial.serial], '2021-07-01');
	SELECT serial.partition_history('2022-01-01');
	SELECT serial.partition_history('2023-01-01');
	SELECT serial.detach_history('serial.aggregation_history_to_20220101');
	INSERT INTO serial.place (place) VALUES ('urn:x:plant');
	SELECT serial.commission('{plain:A}', 'L', '2099-12-31', 'urn:x:plant');
	SELECT serial.recall('09506000134352', '{L}', 'test');
	SELECT serial.verify('no code', record => true);
	SELECT serial.seal();
	SELECT serial.grant_access('line', 'operator'), serial.grant_access('till', 'verifier');
}, @as_owner);

# What a role may call, of all functions of the extension.
my $rights = q{
	SELECT r.rolname, p.oid::regprocedure FROM pg_roles AS r, pg_proc AS p
	WHERE r.rolname IN ('line', 'till') AND p.pronamespace IN ('serial'::regnamespace, 'serial_internal'::regnamespace)
	  AND has_function_privilege(r.rolname, p.oid, 'EXECUTE')
	ORDER BY 1, p.oid::regprocedure::text};
my $rights_before = $node->safe_psql('source', $rights);

my $questions = q{
	SELECT name, issued, capacity, state FROM serial.pools ORDER BY name;
	SELECT lease, holder, serial_internal.lease_left(lease) FROM serial.lease;
	SELECT child, parent FROM serial.aggregation;
	SELECT child, parent, since, until FROM serial.aggregation_history_to_20220101;
	SELECT disposition, place FROM serial.where_is('plain:A');
	SELECT count(*) FROM serial.check_seals();
	SELECT count(*) FROM serial.verification, serial.recall, serial.seal};
my $before = $node->safe_psql('source', $questions, @as_owner);

my $dump = $node->basedir . '/dump';
$node->command_ok([ 'pg_dump', '-U', 'the owner', '-Fc', '-f', $dump, 'source' ], 'the owner dumps');
my ($issued, $random, $lease) = split /\|/, $node->safe_psql('source', q{
	SELECT serial.issue('unit'), serial.issue('random'), l FROM serial.issue_lease(1, 1) AS l});

$node->safe_psql('postgres', 'CREATE DATABASE copy OWNER "the owner"');
$node->command_ok([ 'pg_restore', '-e', '-d', 'copy', $dump ], 'a superuser restores');
is($node->safe_psql('copy', $questions), $before, 'the copy answers as the original');
is( $node->safe_psql('copy', q{SELECT serial.issue('unit'), serial.issue('random'), l FROM serial.issue_lease(1, 1) AS l}),
	"$issued|$random|$lease", 'sequences and keys are restored');

is($node->safe_psql('copy', $rights), $rights_before, 'grants are restored');
is($node->safe_psql('copy', q{SELECT serial.issue('unit') IS NOT NULL}, extra_params => [ '-U', 'line' ]), 't', 'an operator issues in the copy');

# What a superuser's restore changes: the extension is the superuser's, but the owner of
# the database may still grant.
my ($ret, $out, $err) = $node->psql('copy', q{SELECT serial.issue('unit')}, @as_owner);
like($err, qr/permission denied/, 'the extension in the copy belongs to the superuser');
$node->safe_psql('copy', q{SELECT serial.grant_access('"the owner"', 'admin')}, @as_owner);
$node->safe_psql('copy', q{SELECT serial.issue('unit'), serial.grant_access('till', 'reader')}, @as_owner);
is($node->safe_psql('copy', q{SELECT count(*) FROM serial.recall}, extra_params => [ '-U', 'till' ]), 1, 'what the owner granted counts');

# Another owner of the database
$node->safe_psql('postgres', 'CREATE DATABASE inherited OWNER "next owner"');
$node->command_ok([ 'pg_restore', '-e', '--no-owner', '-d', 'inherited', $dump ], 'a superuser restores for another owner');
is($node->safe_psql('inherited', $rights), $rights_before, '... with its grants');
$node->safe_psql('inherited', q{SELECT serial.grant_access('till', 'admin')}, extra_params => [ '-U', 'next owner' ]);
is($node->safe_psql('inherited', q{SELECT serial.close_recall(1)}, extra_params => [ '-U', 'till' ]), '', 'the next owner grants');
($ret, $out, $err) = $node->psql('inherited', q{SELECT serial.grant_access('line', 'admin')}, @as_owner);
like($err, qr/only the owner of the extension or of the database/, 'the former owner does not');
$node->safe_psql('postgres', 'ALTER DATABASE inherited OWNER TO "the owner"');
$node->safe_psql('inherited', q{SELECT serial.grant_access('line', 'admin')}, @as_owner);

# The owner writes no records, so that restoring is not his.
$node->safe_psql('postgres', 'CREATE DATABASE own OWNER "the owner"');
$node->command_fails_like(
	[ 'pg_restore', '-e', '-U', 'the owner', '-d', 'own', $dump ],
	qr/permission denied for/,
	'the owner cannot restore');

$node->stop;
done_testing();
