# Runs the samples of a page: the blocks of SQL, each in a session of its own, and
# compares their output with the block that follows, if there is one.
package Samples;

use strict;
use warnings;
use Exporter 'import';
use Test::More;

our @EXPORT_OK = qw(database_for_samples samples_run);

# A database in which output does not depend on the machine.
sub database_for_samples
{
	my ($node, $database) = @_;

	$node->safe_psql('postgres', qq{CREATE DATABASE $database ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0});
	$node->safe_psql('postgres', qq{ALTER DATABASE $database SET timezone = 'UTC'});
	return;
}

# Errors and warnings may be shown before or after the rows.  Results of functions that
# return void need not be shown, and digests differ, since they cover times of recording.
sub plain
{
	my ($output) = @_;

	$output =~ s/^ \w+ *\n-+\n *\n\(1 row\)\n*//mg;
	$output =~ s/\b[LR]?[0-9a-f]{11,12}\b/digest/g;
	$output =~ s/\s+\z//;
	return $output;
}

# Returns how many samples there were.
sub samples_run
{
	my ($node, $database, $name, $page) = @_;
	my $samples = 0;

	while ($page =~ /^```sql\n(.*?)^```\n(?:\n*```\n(.*?)^```\n)?/msg)
	{
		my ($sql, $shown) = ($1, plain($2 // ''));
		my ($title) = $sql =~ /^(.*)/;
		my (undef, $rows, $complaints) =
			$node->psql($database, "\\pset format aligned\n\\pset tuples_only off\n\\set SHOW_CONTEXT never\n$sql", on_error_stop => 0);
		$complaints =~ s/^psql:<stdin>:\d+: //mg;
		my @outputs = grep { $_ ne '' } plain($complaints), plain($rows);
		my ($same) = grep { $_ eq $shown } join("\n", @outputs), join("\n\n", reverse @outputs);
		is($same // join("\n", @outputs), $shown, "$name shows the output of $title");
		$samples++;
	}
	return $samples;
}

1;
