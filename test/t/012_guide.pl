# The scripts of the guides run, each page in a database of its own, and give the output
# that is shown with them.  The pages mention no function that does not exist, and their
# links lead to files and headings.
use strict;
use warnings;
use FindBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Pages qw(broken_links);
use Samples qw(database_for_samples samples_run);
use Test::More;

my $guides = $FindBin::RealBin . '/../../doc/guide';
my %page = map { $_ => slurp_file("$guides/$_") } map { m{([^/]+)\z} } glob "$guides/*.md";

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION serial');
my %exists = map { $_ => 1 } split /\n/, $node->safe_psql(
	'postgres', q{
	SELECT DISTINCT 'serial.' || proname FROM pg_proc WHERE pronamespace = 'serial'::regnamespace});

foreach my $name (sort keys %page)
{
	my ($database) = $name =~ /(\w+)/;

	if ($page{$name} =~ /^```sql$/m)
	{
		database_for_samples($node, "guide_$database");
		samples_run($node, "guide_$database", "doc/guide/$name", $page{$name});
	}
	my %mentioned = map { $_ => 1 } $page{$name} =~ /\b(serial\.\w+)\(/g;
	is(join(' ', grep { !$exists{$_} } sort keys %mentioned), '', "doc/guide/$name mentions no function that does not exist");
	is(join(' ', broken_links("$guides/$name")), '', "the links of doc/guide/$name lead somewhere");
	is(index($page{'README.md'}, "($name)") >= 0 || $name eq 'README.md', 1, "doc/guide/README.md lists $name");
}

$node->stop;
done_testing();
