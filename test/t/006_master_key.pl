# Random pools whose keys are derived from a master key in a file: no dump, no
# copy, no log holds a secret, and with the file alone they go on elsewhere.
# Without it nothing is issued, and nothing consumed.
use strict;
use warnings;
use Digest::SHA qw(hmac_sha256 sha256_hex);
use File::Find ();
use MIME::Base64 qw(encode_base64);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $gtin = '09506000134352';
my $digits = '0123456789';
my ($old_master, $new_master) = (sha256_hex('old'), sha256_hex('new'));

my $node = PostgreSQL::Test::Cluster->new('main');
my $file = $node->basedir . '/master_keys';

# --- Keys, and how to find them ----------------------------------------------

sub write_keys
{
	unlink $file;
	open my $fh, '>', $file or die "$file: $!";
	print $fh map { "$_\n" } @_;
	close $fh or die "$file: $!";
	chmod 0600, $file or die "$file: $!";
	return;
}

# What the database does, done again: HKDF (RFC 5869) without salt, for one
# block.  A change to it would lose every pool that was made before.
sub derived_key
{
	my ($master, $description) = @_;
	my $extracted = hmac_sha256(pack('H*', $master), "\0" x 32);
	return hmac_sha256("$description\x01", $extracted);
}

my %secrets = (
	'the old master key' => pack('H*', $old_master),
	'the new master key' => pack('H*', $new_master),
	'the key of the old pool' => derived_key($old_master, "serial pool key 1|sgtin|$gtin/A|12|$digits"),
	'the key of the new pool' => derived_key($new_master, "serial pool key 1|sgtin|$gtin/B|12|$digits"));

# A quarter of a key is too much to show: be it as bytes, in hexadecimal of either
# case, in base64, or as bytea is escaped, once or as COPY does it again.
sub holds
{
	my ($text, $key) = @_;
	my $bytes = substr $key, 0, 8;
	my $escaped = join '', map { /[\\]/ ? '\\\\' : /[ -~]/ ? $_ : sprintf '\\%03o', ord } split //, $bytes;
	return 1 if index(lc $text, unpack 'H*', $bytes) >= 0;
	return scalar grep { index($text, $_) >= 0 } $bytes, $escaped,
	  $escaped =~ s/\\/\\\\/gr, substr(encode_base64($key, ''), 0, 10);
}

sub holds_no_secret
{
	my ($text, $name) = @_;
	is(join(', ', grep { holds($text, $secrets{$_}) } sort keys %secrets), '', $name);
	return;
}

sub all_files
{
	my ($folder) = @_;
	my @files;
	File::Find::find({ no_chdir => 1, wanted => sub { push @files, $_ if -f } }, $folder);
	return @files;
}

# --- A server that logs what it can ------------------------------------------

write_keys($old_master);
$node->init(allows_streaming => 1);
$node->append_conf(
	'postgresql.conf', qq{
	serial.master_key_file = '$file'
	log_statement = all
	log_min_duration_statement = 0
	log_min_messages = debug1
	log_error_verbosity = verbose
	log_parameter_max_length_on_error = -1
});
$node->start;
my $has_statistics = $node->safe_psql('postgres',
	q{SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_stat_statements'});
if ($has_statistics)
{
	$node->append_conf('postgresql.conf',
		"shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track = all");
	$node->restart;
	$node->safe_psql('postgres', 'CREATE EXTENSION pg_stat_statements');
}

sub sql { return $node->safe_psql(@_); }

sub errors_of
{
	my ($database, $query) = @_;
	my (undef, undef, $errors) = $node->psql($database, "\\set VERBOSITY verbose\n$query");
	return $errors;
}

sql('postgres', 'CREATE DATABASE derived');
sql('derived', qq{
	CREATE EXTENSION serial;
	SELECT serial.create_pool('old', 'sgtin', '$gtin/A', random => true);
	SELECT serial.lease('old', 1000, 'line 1');
	CREATE TABLE unit AS SELECT id, n FROM serial.issue('old', 1000, 'run') WITH ORDINALITY AS u(id, n)});

# What is known of the numbers that were issued: the same wherever they are.
my $origins = q{SELECT n, id, o.pool, o.ordinal, o.state, o.reference FROM unit, serial.origin(id) AS o ORDER BY n};
my $known = sql('derived', $origins);
is(scalar(() = $known =~ /\|old\|\d+\|issued\|run$/mg), 1000, 'a pool with a derived key knows its numbers');
is(sql('derived', 'SELECT count(*) FROM serial.pool_key'), '0', 'its key is in no table');

my $next = q{SELECT id, o.ordinal, id IN (SELECT id FROM unit)
	FROM serial.issue('old') AS id, serial.origin(id) AS o};

# --- Dumps -------------------------------------------------------------------

sub dump_of
{
	my ($database, @options) = @_;
	my $dump = $node->basedir . '/dump';
	$node->command_ok([ 'pg_dump', @options, '-f', $dump, $node->connstr($database) ],
		"pg_dump @options of the database $database");
	return $dump;
}

# That a search finds nothing proves something if there is one that finds.
sql('postgres', 'CREATE DATABASE stored');
sql('stored', qq{
	CREATE EXTENSION serial;
	SET serial.master_key_file = '';
	SELECT serial.create_pool('stored', 'sgtin', '$gtin', random => true);
	SELECT serial.issue('stored', 10)});
my $stored_key = pack 'H*', sql('stored', q{SELECT encode(key, 'hex') FROM serial.pool_key});
is(length $stored_key, 32, 'without a master key the key is in a table');
ok(holds(slurp_file(dump_of('stored')), $stored_key), 'and is found in the dump');

my $dump = dump_of('derived', '-Fc', '-Z0');
holds_no_secret(slurp_file($dump), 'an archive holds no secret');
$dump = dump_of('derived', '--inserts');
holds_no_secret(slurp_file($dump), 'a dump of INSERTs holds no secret');
$dump = dump_of('derived');
holds_no_secret(slurp_file($dump), 'a dump holds no secret');
unlike(slurp_file($dump), qr/[0-9a-f]{64}/i, 'and nothing of the size of a key');
unlike(slurp_file($dump), qr/^COPY serial\.pool_key .*;\n(?!\\\.)/m, 'its table of keys is empty');

sql('postgres', 'CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $dump, $node->connstr('restored') ],
	'restore');
is(sql('restored', $origins), $known, 'restored, the pool knows its numbers');
like(sql('restored', $next), qr/\|2001\|f$/, 'and continues after them');

# --- A physical copy ---------------------------------------------------------

# The server's log, which is searched below, is no part of the backup.
$node->backup('copy');
my %found;
foreach my $name (all_files($node->backup_dir . '/copy'))
{
	my $content = slurp_file($name);
	$found{$_}++ foreach grep { holds($content, $secrets{$_}) } keys %secrets;
	$found{'the stored key'}++ if holds($content, $stored_key);
}
is(join(', ', sort keys %found), 'the stored key', 'a base backup holds no secret but the stored key');

my $replica = PostgreSQL::Test::Cluster->new('replica');
$replica->init_from_backup($node, 'copy', has_streaming => 1);
$replica->start;
my $highest = sql('derived', q{SELECT max(o.ordinal) FROM serial.issue('old', 500) AS id, serial.origin(id) AS o});
$node->wait_for_catchup($replica, 'replay', $node->lsn('insert'));
is($replica->safe_psql('derived', $origins), $known, 'a standby knows the numbers');
$replica->promote;
$replica->poll_query_until('derived', 'SELECT NOT pg_is_in_recovery()');
my ($ordinal, $again) = $replica->safe_psql('derived', $next) =~ /\|(\d+)\|(\w)$/;
cmp_ok($ordinal, '>', $highest, 'promoted, it continues after the highest number');
is($again, 'f', 'with a new one');
my $replica_log = slurp_file($replica->logfile);
$replica->stop;

# --- Without the key ---------------------------------------------------------

my $state = q{
	SELECT serial_internal.pool_allocated(1), serial_internal.lease_left(1), (SELECT count(*) FROM serial.batch),
		(SELECT count(*) FROM serial.lease)};

# Whoever has not the key cannot even use numbers up.
sub issues_nothing
{
	my ($setting, $name) = @_;
	my $before = sql('derived', $state);
	foreach my $call (
		"serial.issue('old')",
		"serial.issue('old', 10)",
		'serial.issue_lease(1, 10)',
		"serial.lease('old', 10, 'line 2')",
		"serial.origin('(01)$gtin(21)A000000000001')")
	{
		like(errors_of('derived', "$setting SELECT $call"), qr/ERROR:  F0000: /, "$name: $call");
	}
	is(sql('derived', $state), $before, "$name: nothing is consumed");
	return;
}

issues_nothing("SET serial.master_key_file = '';", 'no file');
write_keys($new_master);
issues_nothing('', 'another key');
write_keys('# none yet', '');
issues_nothing('', 'no key');
like(errors_of('derived', "SELECT serial.create_pool('x', 'sgtin', '$gtin/X', random => true)"),
	qr/F0000: .* contains no key/, 'no key: no new pool');
unlink $file;
issues_nothing('', 'the file is gone');

# The file is the server's alone, and only superusers learn where it is.
sub is_no_file
{
	my ($what, $expected) = @_;
	my $errors = errors_of('derived', "SELECT serial.issue('old')");
	like($errors, qr/F0000: +serial\.master_key_file $expected/, "$what is refused");
	like($errors, qr/DETAIL:  The file is "\Q$file\E"/, '... with its path to a superuser');
	$errors = errors_of('derived', "SET SESSION AUTHORIZATION issuer; SELECT serial.issue('old')");
	like($errors, qr/F0000: +serial\.master_key_file $expected/, '... to others too');
	unlike($errors, qr/\Q$file\E/, '... without its path');
	return;
}

sql('derived', "CREATE ROLE issuer; SELECT serial.grant_access('issuer', 'operator')");
write_keys($old_master);
foreach my $mode (0640, 0604, 0602, 0700)
{
	chmod $mode, $file or die "$file: $!";
	is_no_file(sprintf('mode %o', $mode), 'has too many permissions');
}
rename $file, "$file.real" or die "$file: $!";
chmod 0600, "$file.real" or die "$file: $!";
symlink "$file.real", $file or die "$file: $!";
is_no_file('a symbolic link', 'is not a regular file');
unlink $file;
system('mkfifo', '-m', '600', $file) == 0 or die "$file: mkfifo failed";
is_no_file('a pipe', 'is not a regular file');
unlink $file;
mkdir $file or die "$file: $!";
is_no_file('a directory', 'is not a regular file');
rmdir $file or die "$file: $!";
rename "$file.real", $file or die "$file: $!";
chmod 0400, $file or die "$file: $!";
is(sql('derived', $origins), $known, 'mode 400 is enough');

# --- Files -------------------------------------------------------------------

sub is_refused
{
	my ($what, @lines) = @_;
	write_keys(@lines);
	my $errors = errors_of('derived', "SELECT serial.issue('old')");
	like($errors, qr/F0000: +line 2 of serial\.master_key_file is not a master key/, "$what is refused");
	unlike($errors, qr/[0-9a-f]{16}|zzzz/i, 'and not shown');
	return;
}

is_refused('a line of 61 digits', $old_master, substr($new_master, 0, 61));
is_refused('a line of 63 digits and a letter', $old_master, substr($new_master, 0, 63) . 'z');
is_refused('a line of 65 digits', $old_master, $new_master . '0');
is_refused('a line of two keys', $old_master, "$new_master $old_master");
is_refused('a line of words', '# ' . 'a comment of any length ' x 50, 'zzzz zzzz');

write_keys('# ours, ' . 'and ' x 100, '', '  ' . uc($old_master) . "\t# last year's\r");
is(sql('derived', $origins), $known, 'comments, blanks and capitals are read over');

# --- Rotation ----------------------------------------------------------------

write_keys($new_master, $old_master);
is(sql('derived', $origins), $known, 'with a new key before the old, the pool is the same');
like(sql('derived', $next), qr/\|2501\|f$/, 'and continues');
sql('derived', "SELECT serial.create_pool('new', 'sgtin', '$gtin/B', random => true)");
is(sql('derived', 'SELECT count(DISTINCT master_key) FROM serial.pool'), '2', 'a new pool has the new key');
my $number = sql('derived', q{SELECT serial.number(serial.issue('new'))});
write_keys($new_master);
like(errors_of('derived', "SELECT serial.issue('old')"), qr/F0000/, 'without the old key only the old pool is lost');
is(sql('derived', qq{SELECT ordinal, state FROM serial.origin('(01)$gtin(21)$number')}), '1|issued', 'not the new one');

# --- What was logged ---------------------------------------------------------

my $log = slurp_file($node->logfile) . $replica_log;
like($log, qr/serial\.create_pool\('new'/, 'statements were logged');
holds_no_secret($log, 'the log holds no secret');
ok(!holds($log, $stored_key), 'not even the stored key');
SKIP:
{
	skip 'there is no pg_stat_statements', 3 unless $has_statistics;
	my $statements = sql('postgres', 'SELECT query FROM pg_stat_statements');
	like($statements, qr/serial\.create_pool/, 'statistics of statements were kept');
	holds_no_secret($statements, 'and hold no secret');
	ok(!holds($statements, $stored_key), 'not even the stored key');
}

# Last, because it puts keys into the log: it was the right ones that were not
# found anywhere.
sub first_number
{
	my ($pool, $key, $prefix) = @_;
	my $hex = unpack 'H*', $key;
	return sql('derived', qq{
		SELECT serial_internal.ff1_encrypt('\\x$hex', 'serial pool key 1|sgtin|$prefix|12|$digits', '$digits', '000000000001')
			= substr(serial.number(s), 2)
		FROM serial.pool AS p, serial_internal.pool_serials(p.number, 1, 1) AS s WHERE p.name = '$pool'});
}

write_keys($new_master, $old_master);
is(first_number('old', $secrets{'the key of the old pool'}, "$gtin/A"), 't', 'keys are derived as documented: old');
is(first_number('new', $secrets{'the key of the new pool'}, "$gtin/B"), 't', 'keys are derived as documented: new');

$node->stop;
done_testing();
