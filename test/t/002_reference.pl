# The pages of doc/reference mention every function, operator, type, table and view of
# schema serial, every setting, and every error that a function's comment mentions, and
# show each function with the arguments, defaults and result that it has.  They and
# README.md mention no function that does not exist.  The first example of README.md
# runs, and the samples of the reference give the output that is shown with them.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Pages qw(broken_links);
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

# Each function is shown with its signature, as psql's \df has it but for the longer names
# of types and the types of constants.
my %signature = map { signature(split /\t/) => 1 } split /\n/, $node->safe_psql(
	'postgres', q{
	SELECT concat_ws(E'\t', p.proname,
					 (SELECT string_agg(concat_ws(' ', quote_ident(p.proargnames[i]), format_type(p.proargtypes[i - 1], NULL),
												  'DEFAULT ' || pg_get_function_arg_default(p.oid, i)), ', ' ORDER BY i)
					  FROM generate_series(1, p.pronargs) AS i),
					 pg_get_function_result(p.oid))
	FROM pg_proc AS p
	WHERE p.pronamespace = 'serial'::regnamespace AND p.prokind = 'f' AND p.pronargs > 0});
my %shown = map { $_ => 1 } $reference =~ /^\*\*`(serial\.\w+\((?!\)).*?)`\*\*/mg;
is(join("\n", grep { !$shown{$_} } sort keys %signature), '', 'doc/reference shows the signatures of all functions');
is(join("\n", grep { !$signature{$_} } sort keys %shown), '', 'doc/reference shows no other signatures');

sub signature
{
	my ($name, $arguments, $result) = @_;

	s/timestamp with time zone/timestamptz/g foreach $arguments, $result;
	$arguments =~ s/('|NULL)::\w[\w. ]*(?:\[\])?(?=,|\z)/$1/g;
	$arguments =~ s/\x1D/\\x1D/ and $arguments =~ s/'\\x1D'/E'\\x1D'/;
	$result =~ s/^TABLE\(/table (/;
	$result =~ s/^SETOF /setof /;
	return "serial.$name($arguments) \xe2\x86\x92 $result";
}

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

# The samples give the output shown with them, in databases in which the samples of some
# pages follow each other; samples without output run.
my %pages = (
	changes => [qw(changes.md)],
	epc => [qw(epc.md)],
	hierarchy => [qw(hierarchy.md adopted-tables.md)],
	interchange => [qw(interchange.md)],
	ledger => [qw(recording.md alerts-and-verdicts.md questions.md recalls.md seals.md rights.md)],
	pools => [qw(pools.md)],
	reading => [qw(schemes.md reading-and-writing.md scans.md)],
	retention => [qw(operate.md)],
	type => [qw(type.md)]);
my %has_samples_run = map { $_ => 1 } map { @$_ } values %pages;
is(join(' ', grep { $page{$_} =~ /^```sql$/m && !$has_samples_run{$_} } sort keys %page), '', 'the samples of all pages run');
foreach my $database (sort keys %pages)
{
	my $samples = 0;

	database_for_samples($node, $database);
	$node->safe_psql($database, 'CREATE EXTENSION serial');
	$samples += samples_run($node, $database, "doc/reference/$_", $page{$_}) foreach @{ $pages{$database} };
	cmp_ok($samples, '>', 0, "the pages on the $database have samples");
}

# The rows of a table, with the words of the first column and the example in the last.
sub table_below
{
	my ($page, $header) = @_;
	my ($table) = $page{$page} =~ /^\Q$header\E\n\|[-|]+\n((?:\|.*\n)+)/m;
	my @rows;

	foreach my $line (split /\n/, $table // '')
	{
		my @cells = map { s/^\s+|\s+\z//gr } split /\|/, $line =~ s/^\||\|\z//gr;
		my ($example) = $cells[-1] =~ /\A`(.*)`\z/;
		push @rows, { words => [ $cells[0] =~ /`([^`]+)`/g ], cells => \@cells, example => $example };
	}
	return @rows;
}

# Every verdict, alert, condition and window that the code knows is in a table, and each
# example of these gives what its row says.
my $sources = join "\n", map { slurp_file($_) } glob("$root/src/ledger/*/*.c"), glob("$root/src/ledger/*/*.sql");
my @final = split /\n/, $node->safe_psql('postgres', q{SELECT d FROM serial_internal.dispositions('left') AS d UNION ALL SELECT d FROM serial_internal.dispositions('ended') AS d});
my %table = (
	verdict => [ table_below('alerts-and-verdicts.md', '| verdict | when | alarms | example |') ],
	alert => [ table_below('alerts-and-verdicts.md', '| kind | raised by | example |') ],
	condition => [ table_below('recording.md', '| condition | when it is so | rows of the extension that have it | example |') ],
	window => [ table_below('recording.md', '| step | accepts | window | example of a refusal |') ]);
my @conditions = split /\n/, $node->safe_psql('postgres', 'SELECT unnest(serial_internal.transition_conditions())');
my %words = (
	verdict => [ $sources =~ /\bdecide\(verdict, "([^"]+)"/g, @final ],
	alert => [
		$sources =~ /\badd_(?:violation|warning)\(item, "([^"]+)"/g, $sources =~ /->violation = "([^"]+)"/g,
		$sources =~ /\braise_alert\(["']([^"']+?) ?["']/g,
		map { s/_/ /gr } grep { !/^(?:not_returned|never_seen|not_shipped)\z/ } @conditions ],
	condition => \@conditions,
	window => [ split /\n/, $node->safe_psql('postgres', 'SELECT DISTINCT business_step FROM serial.transition WHERE within IS NOT NULL OR same_actor OR same_place') ]);
$node->safe_psql('postgres', q{CREATE DATABASE examples});
$node->safe_psql('examples', q{CREATE EXTENSION serial; SELECT serial.create_pool('shown', 'plain', 'SHOWN-', length => 2)});
$node->safe_psql('examples', q{SELECT serial.issue('shown')});
foreach my $kind (sort keys %table)
{
	my %has = map { $_ => 1 } map { @{ $_->{words} } } @{ $table{$kind} };

	cmp_ok(scalar @{ $words{$kind} }, '>', 0, "the code knows words of kind $kind");
	is(join(', ', grep { !$has{$_} } @{ $words{$kind} }), '', "the table of kind $kind has all of them");
	foreach my $row (@{ $table{$kind} })
	{
		my $name = "$kind $row->{words}[0]";
		ok($row->{example}, "$name has an example") or next;
		my $question = $kind eq 'verdict' ? '' : q{; SELECT string_agg(kind, ', ') FROM serial.alert};
		my ($status, $answer, $complaint) = $node->psql('examples', "BEGIN;\n$row->{example}$question", on_error_stop => 1);
		my $last = (split /\n/, $answer)[-1] // '';
		my ($code) = $kind eq 'condition' ? map { s/_/ /gr } @{ $row->{words} }[0] : ();

		if ($kind eq 'window')
		{
			like($complaint, qr/reinstating of .* is not legal.*(?:within|Only)/s, "$name is refused in its example");
		}
		elsif ($kind eq 'condition')
		{
			my $expected = $code =~ /^(?:not returned|never seen|not shipped)\z/ ? qr/illegal step|seen after/ : qr/\b\Q$code\E\b/;
			like($last, $expected, "the example of $name raises its alert") or diag($complaint);
		}
		else
		{
			my $expected = join '|', map { quotemeta } @{ $row->{words} };
			like($last, qr/(?:^|, )(?:$expected)/, "the example of $name gives it") or diag($complaint);
		}
	}
	# the columns of windows are those of serial.transition
	if ($kind eq 'window')
	{
		my @accepted = map { $_->{cells}[1] =~ /`([^`]+)`/g } @{ $table{window} };
		is(join(' ', sort @accepted), join(' ', split /\n/, $node->safe_psql('postgres', q{
			SELECT from_disposition FROM serial.transition WHERE within IS NOT NULL OR same_actor OR same_place ORDER BY from_disposition COLLATE "C"})),
			'the table of windows has all dispositions');
	}
}

# The other way: no function is mentioned that is not there.
my %exists = map { $_ => 1 } @functions, @internal_functions;
my %text = ('README.md' => $readme, map { ("doc/reference/$_" => $page{$_}) } keys %page);
foreach my $name (sort keys %text)
{
	my %mentioned = map { $_ => 1 } $text{$name} =~ /\b(serial(?:_internal)?\.\w+)\(/g;
	is(join(' ', grep { !$exists{$_} } sort keys %mentioned), '', "$name mentions no function that is not there");
}

# The index lists every function once, and every link to a page or a heading leads somewhere.
is(join("\n", $page{'README.md'} =~ /^\| `(serial\.\w+)\(\)` \|/mg), join("\n", sort @functions), 'the index lists all functions in order');
my $examples = join "\n", $reference =~ /^```\w*\n(.*?)^```/msg;
is(join("\n", grep { index($examples, "$_(") < 0 } sort @functions), '', 'every function has an example');
foreach my $file (map({ "doc/reference/$_" } sort keys %page), qw(README.md CONTRIBUTING.md doc/architecture.md))
{
	is(join(' ', broken_links("$root/$file")), '', "the links of $file lead somewhere");
}

$node->stop;
done_testing();
