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
}, @as_owner);

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

# What a superuser's restore changes
my ($ret, $out, $err) = $node->psql('copy', q{SELECT serial.issue('unit')}, @as_owner);
like($err, qr/permission denied/, 'the extension in the copy belongs to the superuser');
$node->safe_psql('copy', q{
	SELECT serial.grant_access('"the owner"', 'admin');
	GRANT EXECUTE ON FUNCTION serial.grant_access(regrole, text) TO "the owner"});
$node->safe_psql('copy', q{SELECT serial.issue('unit'), serial.grant_access('"the owner"', 'reader')}, @as_owner);

# The owner writes no records, so that restoring is not his.
$node->safe_psql('postgres', 'CREATE DATABASE own OWNER "the owner"');
$node->command_fails_like(
	[ 'pg_restore', '-e', '-U', 'the owner', '-d', 'own', $dump ],
	qr/permission denied for/,
	'the owner cannot restore');

$node->stop;
done_testing();
