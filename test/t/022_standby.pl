# A session on a standby keeps what it has read of recalls, lots, rights and what has no
# container.  It notices what the primary changes as soon as that has been replayed, and
# not before its snapshot does.
use strict;
use warnings;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', 'autovacuum = off');
$primary->start;
$primary->safe_psql('postgres', q{
	CREATE EXTENSION serial;
	CREATE ROLE inspector LOGIN;
	SELECT serial.grant_access('inspector', 'reader');
	SELECT serial.create_pool('unit', 'sgtin', '09506000134352', length => 6);
	SELECT count(*) FROM serial.issue('unit', 3);
	SELECT serial.commission(ARRAY['(01)09506000134352(21)000001', '(01)09506000134352(21)000002']::serial.serial[], 'L1', '2099-12-31', 'plant');
	SELECT serial.pack('plain:case', ARRAY['(01)09506000134352(21)000001', '(01)09506000134352(21)000002']::serial.serial[]);
	SELECT serial.pack('plain:pallet', '{plain:case}')});
$primary->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'copy', has_streaming => 1);
$standby->start;

# --- One session on the standby ----------------------------------------------

my ($in, $out, $err) = ('', '', '');
my $session = IPC::Run::start([ 'psql', '-XAtq', '-d', $standby->connstr('postgres') . ' user=inspector' ],
	'<', \$in, '>', \$out, '2>', \$err, IPC::Run::timeout(180));

# The answer, or the error.
sub ask
{
	my ($query) = @_;
	($out, $err) = ('', '');
	$in .= "$query;\n\\echo answered\n";
	IPC::Run::pump($session) until $out =~ s/^answered\n//m;
	chomp $out;
	return $err =~ /ERROR:  (.*)/ ? $1 : $out;
}

my $question = q{
	SELECT v.verdict, serial.saleable('(01)09506000134352(21)000001'), w.place, w.outermost,
		(SELECT count(*) FROM serial.contents('plain:pallet'))
	FROM serial.verify('(01)09506000134352(21)000001') AS v, serial.where_is('(01)09506000134352(21)000001') AS w};

# What the session answers when the standby has replayed what the primary does.
sub is_after
{
	my ($change, $answer, $what) = @_;
	$primary->safe_psql('postgres', $change);
	$primary->wait_for_catchup($standby, 'replay', $primary->lsn('insert'));
	is(ask($question), $answer, $what);
	return;
}

is_after('SELECT 1', 'genuine|t|plant|plain:pallet|3', 'the standby answers');

# --- Recalls, lots and numbers -----------------------------------------------

is_after(q{SELECT serial.recall('09506000134352', '{L2}', 'glass')}, 'genuine|t|plant|plain:pallet|3', 'a recall of another lot');
is_after(q{SELECT serial.recall('09506000134352', '{L1}', 'glass')}, 'recalled|f|plant|plain:pallet|3', 'a recall');
is_after(q{SELECT serial.close_recall(max(recall)) FROM serial.recall}, 'genuine|t|plant|plain:pallet|3', '... that is closed');
is_after(q{SELECT serial.recall_items(ARRAY['(01)09506000134352(21)000001']::serial.serial[], 'glass')},
	'recalled|f|plant|plain:pallet|3', 'a recall of identifiers');
is_after(q{SELECT serial.close_recall(max(recall)) FROM serial.recall}, 'genuine|t|plant|plain:pallet|3', '... that is closed');
is_after(q{VACUUM FULL serial.recall; VACUUM serial.item, serial.aggregation}, 'genuine|t|plant|plain:pallet|3', 'tables that are written anew');
is_after(q{SELECT serial.set_lot_expiry('09506000134352', 'L1', '2020-01-31', 'plate')}, 'expired|f|plant|plain:pallet|3', 'another expiry of the lot');
is_after(q{SELECT serial.set_lot_expiry('09506000134352', 'L1', '2099-12-31', 'plate')}, 'genuine|t|plant|plain:pallet|3', '... and the first again');
is(ask(q{SELECT v.verdict FROM serial.verify('(01)09506000134352(21)000003') AS v}), 'not commissioned', 'a number that was issued');
is_after(q{SELECT serial.void(ARRAY['(01)09506000134352(21)000003']::serial.serial[], 'torn')}, 'genuine|t|plant|plain:pallet|3', 'a number that is declared void');
is(ask(q{SELECT v.verdict FROM serial.verify('(01)09506000134352(21)000003') AS v}), 'void', '... is void');

# --- Events and links of containers ------------------------------------------

is_after(q{SELECT serial.receive('{plain:pallet}', 'dock')}, 'genuine|t|dock|plain:pallet|3', 'the first event of a container');
is_after(q{SELECT serial.pack('plain:truck', '{plain:pallet}')}, 'genuine|t|dock|plain:truck|3', 'a container around the outermost');
is_after(q{SELECT serial.unpack('{plain:pallet}')}, 'genuine|t|dock|plain:pallet|3', '... that is taken away');
is_after(q{SELECT serial.quarantine('{plain:case}', 'damp')}, 'quarantined|f|dock|plain:pallet|3', 'a container that is quarantined');
is_after(q{SELECT serial.release_quarantine('{plain:case}')}, 'genuine|t|dock|plain:pallet|3', '... and released');
is_after(q{SELECT serial.unpack(ARRAY['(01)09506000134352(21)000002']::serial.serial[])}, 'genuine|t|dock|plain:pallet|2', 'contents that are unpacked');

# --- An older snapshot -------------------------------------------------------

is(ask("BEGIN ISOLATION LEVEL REPEATABLE READ; $question"), 'genuine|t|dock|plain:pallet|2', 'a transaction with one snapshot');
is_after(q{SELECT serial.recall('09506000134352', '{L1}', 'glass')}, 'genuine|t|dock|plain:pallet|2', '... sees no later recall');
is_after(q{SELECT serial.pack('plain:truck', '{plain:pallet}')}, 'genuine|t|dock|plain:pallet|2', '... nor another container');
is(ask("COMMIT; $question"), 'recalled|f|dock|plain:truck|2', 'the next one sees both');

# --- Rights ------------------------------------------------------------------

is_after(q{ALTER TABLE serial.recall ENABLE ROW LEVEL SECURITY}, 'genuine|t|dock|plain:truck|2', 'a policy that hides recalls');
is_after(q{ALTER TABLE serial.recall DISABLE ROW LEVEL SECURITY}, 'recalled|f|dock|plain:truck|2', '... and no policy');
is_after(q{REVOKE SELECT ON serial.recall FROM inspector}, 'permission denied for table recall', 'recalls that may not be read');
is_after(q{REVOKE SELECT ON serial.aggregation FROM inspector},
	q{permission denied to read the hierarchy: it takes access level "reader"}, 'links that may not be read');
is_after(q{SELECT serial.grant_access('inspector', 'reader')}, 'recalled|f|dock|plain:truck|2', '... and both again');

$in .= "\\q\n";
IPC::Run::finish($session);
$standby->stop;
$primary->stop;
done_testing();
