# The pages of doc/reference mention every function, operator, type, table and view of
# schema serial, every setting, and every error that a function's comment mentions.  They
# and README.md mention no function that does not exist.  The first example of README.md
# runs, and the samples of the reference give the output that is shown with them.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Samples qw(database_for_samples samples_run);
use Test::More;

my $root = $FindBin::RealBin . '/../..';
my %page = map { $_ => slurp_file("$root/doc/reference/$_") } map { m{([^/]+)\z} } glob "$root/doc/reference/*.md";
my $reference = join "\n", map { $page{$_} } sort keys %page;
my $readme = slurp_file("$root/README.md");

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;

# README.md, its first block of SQL
my ($first) = $readme =~ /^```sql\n(.*?)^```$/ms;
like($first, qr/CREATE EXTENSION serial;/, 'README.md begins with an example');
$node->safe_psql('postgres', 'CREATE DATABASE readme');
my ($status, $out, $err) = $node->psql('readme', $first, on_error_stop => 1);
is($status, 0, 'the first example of README.md runs') or diag($err);
is($err, '', '... without a complaint');

# The members of the extension in schema serial.  Sequences and the objects of
# schema serial_internal are not for users, and need not be mentioned.
$node->safe_psql('postgres', 'CREATE EXTENSION serial');

sub members
{
	my ($catalog, $columns, $condition) = @_;
	return split /\n/, $node->safe_psql(
		'postgres', qq{
		SELECT DISTINCT $columns
		FROM $catalog AS o
		JOIN pg_depend AS d ON d.classid = '$catalog'::regclass AND d.objid = o.oid AND d.deptype = 'e'
		JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
		WHERE e.extname = 'serial' AND $condition
		ORDER BY 1});
}

sub mentions_all
{
	my ($what, @texts) = @_;
	my @missing = grep { index($reference, $_) < 0 } @texts;

	cmp_ok(scalar @texts, '>', 0, "there are $what");
	is("@missing", '', "doc/reference mentions all $what");
}

my @functions =
	members('pg_proc', "'serial.' || o.proname", q{o.prokind = 'f' AND o.pronamespace = 'serial'::regnamespace});
my @internal_functions =
	members('pg_proc', "'serial_internal.' || o.proname", q{o.pronamespace = 'serial_internal'::regnamespace});
my @relations = members('pg_class', 'o.oid::regclass',
	q{o.relkind IN ('r', 'p', 'v', 'm', 'f') AND o.relnamespace = 'serial'::regnamespace});

mentions_all('functions', map { "`$_(" } @functions);
mentions_all('aggregates',
	members('pg_proc', q{o.proname || '(' || oidvectortypes(o.proargtypes) || ')'}, q{o.prokind = 'a'}));
# Those with text follow from those of identifiers.
mentions_all('operators',
	map { "`$_`" } members('pg_operator', q{concat_ws(' ', o.oprleft::regtype, o.oprname, o.oprright::regtype)},
		q{'text'::regtype NOT IN (o.oprleft, o.oprright)}));
mentions_all('operator classes',
	map { "`$_`" } members('pg_opclass', q{o.opcnamespace::regnamespace || '.' || o.opcname}, 'true'));
mentions_all('types', members('pg_type', 'o.oid::regtype',
		q{o.typrelid = 0 AND o.typelem = 0 AND o.typnamespace = 'serial'::regnamespace}));
mentions_all('tables and views', map { "## $_\n" } @relations);

mentions_all('settings', split /\n/, $node->safe_psql(
		'postgres', q{LOAD 'serial'; SELECT name FROM pg_settings WHERE name LIKE 'serial.%'}));

# The section of a table or view has all of its columns.
foreach my $relation (@relations)
{
	my ($section) = $page{'tables.md'} =~ /^## \Q$relation\E\n(.*?)(?=^#|\z)/ms;
	my @missing = grep { index($section // '', "`$_`") < 0 } split /\n/, $node->safe_psql(
		'postgres', qq{
		SELECT attname FROM pg_attribute
		WHERE attrelid = '$relation'::regclass AND attnum > 0 AND NOT attisdropped
		ORDER BY attnum});
	is("@missing", '', "doc/reference mentions all columns of $relation");
}

# The table of errors has every code that the comment of a function mentions.
my @errors = split /\n/, $node->safe_psql(
	'postgres', q{
	SELECT DISTINCT (regexp_matches(substring(obj_description(p.oid, 'pg_proc') FROM '; errors? .*'), '\m[\dFX][\dA-Z]\d[\dA-Z]{2}\M', 'g'))[1]
	FROM pg_proc AS p
	WHERE p.pronamespace IN ('serial'::regnamespace, 'serial_internal'::regnamespace)
	ORDER BY 1});
cmp_ok(scalar @errors, '>', 0, 'functions say which errors they have');
is(join(' ', grep { index($page{'errors.md'}, "| $_ |") < 0 } @errors), '', 'doc/reference explains all of them');

# The samples of some pages give the output shown with them, in the order of the pages,
# in one database; samples without output run.
my %pages = (
	changes => [qw(changes.md)],
	hierarchy => [qw(hierarchy.md adopted-tables.md)],
	ledger => [qw(recording.md alerts-and-verdicts.md questions.md recalls.md seals.md)]);
foreach my $database (sort keys %pages)
{
	my $samples = 0;

	database_for_samples($node, $database);
	$node->safe_psql($database, 'CREATE EXTENSION serial');
	$samples += samples_run($node, $database, "doc/reference/$_", $page{$_}) foreach @{ $pages{$database} };
	cmp_ok($samples, '>', 0, "the pages on the $database have samples");
}

# The other way: no function is mentioned that is not there.
my %exists = map { $_ => 1 } @functions, @internal_functions;
my %text = ('README.md' => $readme, map { ("doc/reference/$_" => $page{$_}) } keys %page);
foreach my $name (sort keys %text)
{
	my %mentioned = map { $_ => 1 } $text{$name} =~ /\b(serial(?:_internal)?\.\w+)\(/g;
	is(join(' ', grep { !$exists{$_} } sort keys %mentioned), '', "$name mentions no function that is not there");
}

# The index names every function, and every link to a page or a heading leads somewhere.
is(join(' ', grep { index($page{'README.md'}, "`$_()`") < 0 } @functions), '', 'the index names all functions');
my %heading;
foreach my $name (keys %page)
{
	foreach my $title ($page{$name} =~ /^#+ (.*)$/mg)
	{
		my $anchor = lc $title;
		$anchor =~ s/[^\w\- ]//g;
		$anchor =~ tr/ /-/;
		$heading{"$name#$anchor"} = 1;
	}
}
foreach my $name (sort keys %page)
{
	my @broken;
	while ($page{$name} =~ /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)
	{
		my ($to, $anchor) = ($1 eq '' ? $name : $1, $2);
		push @broken, "$to#" . ($anchor // '')
			if defined $anchor && exists $page{$to} ? !$heading{"$to#$anchor"} : !-e "$root/doc/reference/$to";
	}
	is("@broken", '', "the links of doc/reference/$name lead somewhere");
}

$node->stop;
done_testing();
