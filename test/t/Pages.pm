# The links of pages of the documentation.
package Pages;

use strict;
use warnings;
use Exporter 'import';
use PostgreSQL::Test::Utils;

our @EXPORT_OK = qw(broken_links);

# The links of a page that lead to no file, or to no heading of a page.
sub broken_links
{
	my ($file) = @_;
	my ($directory) = $file =~ m{^(.*)/};
	my @broken;

	foreach my $link (slurp_file($file) =~ /\]\((?!https?:)([^)\s]+)\)/g)
	{
		my ($path, $anchor) = split /#/, $link, 2;
		my $target = $path eq '' ? $file : "$directory/$path";

		push @broken, $link
			unless -e $target && (!defined $anchor || grep { $_ eq $anchor } anchors($target));
	}
	return @broken;
}

# The names by which a link leads to the headings of a page.
sub anchors
{
	my ($file) = @_;

	return map { lc($_) =~ s/[^\w\- ]//gr =~ tr/ /-/r } slurp_file($file) =~ /^#+ (.*)$/mg;
}

1;
