# Row security where the owner of the extension is no superuser.  The tables of a trusted
# extension are the superuser's who created the cluster, so policies are the superuser's,
# too, and apply to the owner as to every other role; what operators write passes them.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', q{
	CREATE ROLE owner LOGIN;
	CREATE ROLE north LOGIN;
	CREATE ROLE line LOGIN;
	CREATE DATABASE goods OWNER owner});

sub answer
{
	my ($role, $query) = @_;
	return $node->safe_psql('goods', $query, extra_params => [ '-U', $role ]);
}

sub refusal
{
	my ($role, $query) = @_;
	my ($ret, $out, $err) = $node->psql('goods', "\\set VERBOSITY verbose\n$query", extra_params => [ '-U', $role ]);
	return $err =~ /ERROR:  (.*)/ ? $1 : "no error: $out";
}

answer('owner', q{
	CREATE EXTENSION serial;
	SELECT serial.grant_access('north', 'reader'), serial.grant_access('line', 'operator');
	SELECT serial.commission('{plain:a, plain:b}', place => 'north', at => '2026-01-01');
	SELECT serial.commission('{plain:c}', place => 'south', at => '2026-01-01');
	SELECT serial.pack('plain:A', '{plain:a, plain:b}', '2026-01-02');
	SELECT serial.pack('plain:C', '{plain:c}', '2026-01-02')});
like(refusal('owner', 'ALTER TABLE serial.item ENABLE ROW LEVEL SECURITY'), qr/^42501: /, 'policies are not for the owner to make');
$node->safe_psql('goods', q{
	CREATE POLICY north ON serial.aggregation TO north USING (parent <> 'plain:C');
	CREATE POLICY north ON serial.event TO north USING (place = 'north');
	CREATE POLICY north ON serial.item TO north USING (place = 'north');
	ALTER TABLE serial.aggregation ENABLE ROW LEVEL SECURITY;
	ALTER TABLE serial.event ENABLE ROW LEVEL SECURITY;
	ALTER TABLE serial.item ENABLE ROW LEVEL SECURITY});

# --- Questions ---------------------------------------------------------------

my $questions = q{
	SELECT count(*) FROM serial.contents('plain:A');
	SELECT count(*) FROM serial.contents('plain:C');
	SELECT 'plain:c'::serial.serial <@ 'plain:C';
	SELECT serial.container('plain:c');
	SELECT (serial.where_is('plain:a')).place, (serial.where_is('plain:c')).place;
	SELECT count(*) FROM serial.trace('plain:a');
	SELECT count(*) FROM serial.trace('plain:c');
	SELECT is_genuine FROM serial.verify('plain:c'::serial.serial)};
is(answer('postgres', $questions), "2\n1\nt\nplain:C\nnorth|south\n1\n1\nt", 'a superuser sees all');
is(answer('north', $questions), "2\n0\nf\n\nnorth|\n1\n0\nf", 'a reader sees what the policies show');
is(answer('owner', $questions), "0\n0\nf\n\n0\n0\nf", 'the owner sees nothing without a policy');
like(refusal('north', 'SET row_security = off; ' . q{SELECT count(*) FROM serial.contents('plain:C')}),
	qr/^42501: /, '... or gets an error instead, with row_security off');
like(refusal($_, 'SELECT count(*) FROM serial.check_state()'), qr/^42501: /, "a check of everything is refused to $_") for qw(north owner);
$node->command_fails_like([ 'pg_dump', '-U', 'owner', '-f', $node->basedir . '/dump', 'goods' ],
	qr/row-level security/, 'and so is a dump that would lack rows');

# --- Writing -----------------------------------------------------------------

is( answer('line', q{
		SELECT serial.receive('{plain:c}', 'north', at => '2026-01-03') IS NOT NULL;
		SELECT serial.unpack('{plain:c}', '2026-01-03');
		SELECT serial.pack('plain:A', '{plain:c}', '2026-01-04')}),
	"t\n1\n1", 'an operator without a policy records and packs');
is(answer('north', $questions), "3\n0\nf\nplain:A\nnorth|north\n1\n1\nt", 'of which the reader sees what there is now');
like(refusal('line', q{SELECT serial.pack('plain:D', '{plain:c}', '2026-01-05')}), qr/^23505: .*plain:c/,
	'an operator learns what is packed elsewhere, though no policy shows it');
is(answer('postgres', 'SELECT count(*) FROM serial.check_state()'), '0', 'rows and events agree');

# --- A policy for the owner --------------------------------------------------

$node->safe_psql('goods', join ';', map { "CREATE POLICY owner ON serial.$_ TO owner USING (true)" } qw(aggregation event item));
is(answer('owner', $questions), answer('postgres', $questions), 'with policies that show everything the owner sees all');

$node->stop;
done_testing();
