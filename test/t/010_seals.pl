# Seals: whatever is changed behind the extension's back is found and named, and
# a proof can be checked by who has nothing but a published chain.
#
# The tree is that of RFC 6962 (Certificate Transparency); its root over the
# eight inputs below is that of the test vectors of
# github.com/google/certificate-transparency (merkletree/merkle_tree_test.cc).
use strict;
use warnings;
use Digest::SHA qw(sha256 sha256_hex);
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION serial');

sub sql { return $node->safe_psql('postgres', $_[0]); }

# Published vectors
my @inputs = ('', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f');
my @roots = (
	'6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
	'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
	'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
	'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
	'4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
	'76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
	'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
	'5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
for my $n (1 .. @inputs)
{
	my $entries = join '', map { unpack('H*', pack('q>', $_)) . sha256_hex("\0" . pack('H*', $inputs[ $_ - 1 ])) } 1 .. $n;
	is(sql("SELECT encode(serial.merkle_root('\\x$entries'), 'hex')"), $roots[ $n - 1 ], "published root of $n leaves");
}

# A ledger with two seals
sql(q{
	SELECT serial.commission(ARRAY(SELECT ('(01)09506000134352(21)A' || i)::serial.serial FROM generate_series(1, 5) AS i), 'LOT7', '2030-12-31', 'urn:x:plant');
	SELECT serial.aggregate('(00)306141410000099994', ARRAY['(01)09506000134352(21)A1', '(01)09506000134352(21)A2']::serial.serial[], 'urn:x:plant');
	SELECT serial.ship(ARRAY['(00)306141410000099994']::serial.serial[], 'urn:x:plant', 'urn:x:customer');
	SELECT serial.seal();
	SELECT serial.receive(ARRAY['(00)306141410000099994']::serial.serial[], 'urn:x:shop');
	SELECT serial.dispense(ARRAY['(01)09506000134352(21)A3']::serial.serial[], 'urn:x:plant', attributes => '{"till": "caf\u00e9"}');
	SELECT serial.seal();
});
is(sql('SELECT count(*), sum(events) FROM serial.seal'), '2|5', 'two seals close five events');
is(sql('SELECT count(*) FROM serial.check_seals()'), '0', 'nothing was changed');

# What an outsider does: no database, only the proof and the chain published
sub ascent
{
	my ($content, @path) = @_;
	my $hash = sha256("\0" . $content);
	for my $step (@path)
	{
		my ($side, $other) = (substr($step, 0, 1), pack('H*', substr($step, 1)));
		$hash = sha256("\1" . ($side eq 'L' ? $other . $hash : $hash . $other));
	}
	return $hash;
}

my @chains = split /\n/, sql(q{SELECT encode(chain, 'hex') FROM serial.seal ORDER BY seal});
my @events = split /\n/, sql('SELECT event FROM serial.event ORDER BY event');
for my $event (@events)
{
	my $proof = JSON::PP->new->utf8->decode(
		$node->safe_psql('postgres', "SELECT encode(convert_to(row_to_json(p)::text, 'UTF8'), 'escape') FROM serial.proof($event) AS p") =~
		  s/\\([0-7]{3})/chr(oct($1))/ger =~ s/\\\\/\\/gr);
	my $content = $proof->{content};
	utf8::encode($content);
	my $root = ascent($content, @{ $proof->{path} });
	is(unpack('H*', $root), $proof->{root}, "event $event: its content leads to the root");
	my $previous = defined $proof->{previous} ? pack('H*', $proof->{previous}) : '';
	is( sha256_hex("\2" . $previous . $root . pack('q>', $proof->{events})),
		$chains[ $proof->{seal} - 1 ], "event $event: ... and the root to the chain");
	isnt(unpack('H*', ascent($content . ' ', @{ $proof->{path} })), $proof->{root}, "event $event: other content does not");
}

# Tampering, by who may disable triggers
my $month = sql(q{SELECT to_char(now() AT TIME ZONE 'UTC', '_YYYYMM')});
sql("ALTER TABLE serial.$_ DISABLE TRIGGER ALL") for 'seal', "event$month", "event_item$month";

sub tamper
{
	my ($what, $statement, $expected) = @_;
	my $found = sql("BEGIN; $statement; SELECT coalesce(string_agg(concat_ws(' ', seal, event, problem), ', '), 'nothing') FROM serial.check_seals(); ROLLBACK;");
	is($found, $expected, $what);
}
my ($first, $second, $third, $fourth, $fifth) = @events;

tamper('a changed event is named', "UPDATE serial.event SET place = 'urn:x:elsewhere' WHERE event = $second", "1 $second changed");
tamper('... in whatever it is changed', "UPDATE serial.event SET recorded_by = 'somebody' WHERE event = $fourth", "2 $fourth changed");
tamper('... with its digest too',
	"UPDATE serial.event AS e SET place = 'urn:x:elsewhere' WHERE event = $second; "
	  . "UPDATE serial.event AS e SET digest = serial_internal.event_digest(e, serial_internal.event_items_text(event)) WHERE event = $second",
	"1 $second changed");
tamper('a changed attribute', qq{UPDATE serial.event SET attributes = '{"till": "cafe"}' WHERE event = $fifth}, "2 $fifth changed");
tamper('a removed event', "DELETE FROM serial.event WHERE event = $third", "1 $third removed");
tamper('a removed event with its items',
	"DELETE FROM serial.event WHERE event = $first; DELETE FROM serial.event_item WHERE event = $first", "1 $first removed");
tamper('a item taken from an event', "DELETE FROM serial.event_item WHERE event = $first AND id = '(01)09506000134352(21)A4'", "1 $first changed");
tamper('a item added to an event',
	"INSERT INTO serial.event_item SELECT 'plain:X', event_time, event, role, resulting_disposition, record_time FROM serial.event_item WHERE event = $third",
	"1 $third changed");
tamper('a item exchanged', "UPDATE serial.event_item SET id = 'plain:X' WHERE event = $fifth", "2 $fifth changed");
tamper('a role changed', "UPDATE serial.event_item SET resulting_disposition = 'active' WHERE event = $fifth", "2 $fifth changed");
tamper('an inserted event',
	"UPDATE serial.event_item SET event = 0 WHERE event = $second; UPDATE serial.event SET event = 0 WHERE event = $second",
	"1 0 inserted, 1 $second removed");
tamper('two events that changed places',
	"UPDATE serial.event SET event = -1 WHERE event = $second; UPDATE serial.event SET event = $second WHERE event = $third; UPDATE serial.event SET event = $third WHERE event = -1",
	"1 $second changed, 1 $third changed");
tamper('a seal with another root', q{UPDATE serial.seal SET root = sha256('x') WHERE seal = 1}, '1 the seal itself was changed');
tamper('a seal with other leaves',
	q{UPDATE serial.seal SET leaves = overlay(leaves PLACING sha256('x') FROM 9) WHERE seal = 2},
	"2 the seal itself was changed, 2 $fourth changed");
tamper('a seal made anew, that those after it do not know',
	q{UPDATE serial.seal SET root = sha256('x'), chain = serial_internal.seal_chain(previous, sha256('x'), events) WHERE seal = 1},
	'1 the seal itself was changed, 2 the seal itself was changed');
tamper('a seal removed', 'DELETE FROM serial.seal WHERE seal = 1',
	"2 the seal itself was changed, 2 $first inserted, 2 $second inserted, 2 $third inserted");
tamper('nothing', 'SELECT 1', "1\nnothing");

done_testing();
