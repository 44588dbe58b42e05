# Consecutive numbers of random pools pass for random: character by character,
# and against the attacks that foretell the next number of weak generators.
# The same tests find out every weak generator they are shown.
use strict;
use warnings;
use List::Util qw(max sum);
use Math::BigInt;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $count = 20_000;
my $digits = '0123456789';
my $base32 = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

# Deviations are counted in standard deviations of a normal distribution, which
# by chance exceeds 6 twice in 10^9 times.  A run looks at 96 of them for the two
# pools together, so that a false alarm is to be expected in five million runs.
my $deviation_bound = 6;

# The share of numbers that an attack may foretell.  Of a space of 10^12, a
# right guess by chance is not to be expected in any run.
my $foretold_bound = 0.001;

# The linear complexity of n random bits is further than k from n/2 less than
# once in 4^k times: with 16, in four billion.
my $complexity_bound = 16;

# A sequence of numbers is a radix and a list of rows of character values.

# --- Is each character evenly distributed, and each pair of neighbours? ------

# Chi-square as a standard deviation (Wilson and Hilferty's cube root).
sub chi_square_deviation
{
	my ($cells, $counts) = @_;
	my $total = sum values %$counts;
	my $chi_square = sum(map { $_ * $_ } values %$counts) * $cells / $total - $total;
	my $spread = 2 / (9 * ($cells - 1));
	return abs(($chi_square / ($cells - 1))**(1 / 3) - (1 - $spread)) / sqrt $spread;
}

sub positions { return 0 .. $#{ $_[0]{rows}[0] }; }

sub character_deviation
{
	my ($sequence, $position) = @_;
	my %counts;
	$counts{ $_->[$position] }++ for @{ $sequence->{rows} };
	return chi_square_deviation($sequence->{radix}, \%counts);
}

# The character at the same place in two numbers that follow one another; pairs
# do not overlap, because they must be independent.
sub pair_deviation
{
	my ($sequence, $position) = @_;
	my $rows = $sequence->{rows};
	my %counts;
	for (my $i = 0; $i + 1 < @$rows; $i += 2)
	{
		$counts{"$rows->[$i][$position] $rows->[ $i + 1 ][$position]"}++;
	}
	return chi_square_deviation($sequence->{radix}**2, \%counts);
}

# --- Does one number tell the next? ------------------------------------------

# Numbers as integers, in two halves when they are too large for one.
sub integers
{
	my ($sequence) = @_;
	my ($radix, $rows) = @$sequence{qw(radix rows)};
	my $length = @{ $rows->[0] };
	my $size = $length > 12 ? $length / 2 : $length;
	my @parts;
	for (my $from = 0; $from < $length; $from += $size)
	{
		my @values;
		foreach my $row (@$rows)
		{
			my $value = 0;
			$value = $value * $radix + $_ for @$row[ $from .. $from + $size - 1 ];
			push @values, $value;
		}
		push @parts, { values => \@values, space => $radix**$size };
	}
	return @parts;
}

# The next is the last plus the most common difference.
sub foretold_by_difference
{
	my ($part) = @_;
	my ($values, $space) = @$part{qw(values space)};
	my %seen;
	$seen{ ($values->[$_] - $values->[ $_ - 1 ]) % $space }++ for 1 .. $#$values;
	return max(values %seen) / $#$values;
}

# The modulus of a linear congruence divides d[n] d[n+2] - d[n+1]^2, if d are
# the differences between numbers.
sub modulus_of
{
	my ($part, @differences) = @_;
	my $modulus = Math::BigInt->new(0);
	foreach my $i (0 .. $#differences - 2)
	{
		my ($first, $second, $third) = map { Math::BigInt->new($_) } @differences[ $i .. $i + 2 ];
		$modulus = Math::BigInt::bgcd($modulus, $first * $third - $second * $second);
	}
	return $modulus->is_zero ? Math::BigInt->new($part->{space}) : $modulus;
}

# The next is a times the last plus c: modulus, a and c are found from some
# numbers and tried on others.
sub foretold_by_congruence
{
	my ($part) = @_;
	my @values = @{ $part->{values} }[ 0 .. 239 ];
	my @differences = map { $values[ $_ + 1 ] - $values[$_] } 0 .. 38;
	my $modulus = modulus_of($part, @differences);
	my ($i) = grep { Math::BigInt::bgcd($differences[$_], $modulus)->is_one } 0 .. $#differences - 1;
	return 0 if $modulus->is_one || !defined $i;

	my $factor = Math::BigInt->new($differences[$i])->bmodinv($modulus) * $differences[ $i + 1 ] % $modulus;
	my $addend = ($values[1] - $factor * $values[0]) % $modulus;
	return (grep { ($factor * $values[ $_ - 1 ] + $addend) % $modulus == $values[$_] } 40 .. 239) / 200;
}

# Berlekamp and Massey's shortest shift register that makes a sequence of bits:
# its length, and its taps from the latest bit on.  Bits are characters of a
# string, for the sake of Perl's operators on strings.
sub shift_register
{
	my ($bits) = @_;
	my ($length, $taps) = (0, '1');
	my ($before, $age) = ('1', 1);
	foreach my $n (0 .. length($bits) - 1)
	{
		if (next_bit($taps, substr($bits, 0, $n + 1)) == 0)
		{
			$age++;
			next;
		}
		my $old = $taps;
		$taps = add($taps, '0' x $age . $before);
		if (2 * $length > $n)
		{
			$age++;
			next;
		}
		($length, $before, $age) = ($n + 1 - $length, $old, 1);
	}
	return ($length, $taps);
}

sub add
{
	my @strings = @_;
	my $size = max(map { length } @strings);
	$_ .= '0' x ($size - length) foreach @strings;
	return ($strings[0] ^ $strings[1]) =~ tr/\0\1/01/r;
}

# The sum of the bits, the last first, that have a tap.
sub next_bit
{
	my ($taps, $bits) = @_;
	my $tapped = $taps & reverse $bits;
	return ($tapped =~ tr/1//) % 2;
}

# The lowest bits of a character: the register found from the first half of
# them, and how well it foretells the second.
sub attack_with_register
{
	my ($sequence, $position) = @_;
	my $half = 400;
	my $bits = join '', map { $_->[$position] % 2 } @{ $sequence->{rows} }[ 0 .. 2 * $half - 1 ];
	my ($length, $taps) = shift_register(substr $bits, 0, $half);
	my $right = grep { next_bit($taps, substr $bits, 0, $_ + 1) == 0 } $half .. 2 * $half - 1;
	return {
		complexity => abs($length - $half / 2),
		deviation => abs($right - $half / 2) / sqrt($half / 4)
	};
}

# What is wrong with a sequence of numbers; nothing, if it passes for random.
sub weaknesses
{
	my ($sequence) = @_;
	my @positions = positions($sequence);
	my @parts = integers($sequence);
	my @registers = map { attack_with_register($sequence, $_) } @positions;
	my %found = (
		characters => max(map { character_deviation($sequence, $_) } @positions) / $deviation_bound,
		pairs => max(map { pair_deviation($sequence, $_) } @positions) / $deviation_bound,
		difference => max(map { foretold_by_difference($_) } @parts) / $foretold_bound,
		congruence => max(map { foretold_by_congruence($_) } @parts) / $foretold_bound,
		complexity => max(map { $_->{complexity} } @registers) / $complexity_bound,
		register => max(map { $_->{deviation} } @registers) / $deviation_bound);
	note join ', ', map { sprintf '%s %.2f', $_, $found{$_} } sort keys %found;
	return join ' ', grep { $found{$_} > 1 } sort keys %found;
}

# --- Weak generators ---------------------------------------------------------

sub twelve_digits
{
	return { radix => 10, rows => [ map { [ split //, sprintf '%012d', $_ ] } @_ ] };
}

sub counter { return twelve_digits(1 .. $count); }

# Each digit of a counter exchanged for another.
sub substitution
{
	return twelve_digits(map { sprintf('%012d', $_) =~ tr/0-9/7294061853/r } 1 .. $count);
}

# Every ordinal times a number without common factor with the space.
sub multiplication
{
	my @numbers = (0);
	push @numbers, ($numbers[-1] + 618_033_988_749) % 10**12 while @numbers < $count;
	return twelve_digits(@numbers);
}

# A linear congruence with a prime modulus is even in every character.
sub congruence
{
	my ($number, @numbers) = (Math::BigInt->new(271_828_182_845));
	while (@numbers < $count)
	{
		push @numbers, $number->numify;
		$number = ($number * 577_215_664_901 + 161_803_398_874) % 999_999_999_989;
	}
	return twelve_digits(@numbers);
}

# A shift register of 100 bits, of which every number gets 100 new ones.
sub feedback_register
{
	my @bits = map { $_ * $_ % 101 % 2 } 1 .. 100;
	push @bits, $bits[-100] ^ $bits[-37] while @bits < 100 * $count;
	my @rows;
	while (my @hundred = splice @bits, 0, 100)
	{
		push @rows, [ map { oct '0b' . join '', @hundred[ 5 * $_ .. 5 * $_ + 4 ] } 0 .. 19 ];
	}
	return { radix => 32, rows => \@rows };
}

like(weaknesses(counter()), qr/characters.* difference .*pairs/, 'a counter is found out');
like(weaknesses(substitution()), qr/characters.*pairs/, 'so is a counter with other digits');
like(weaknesses(multiplication()), qr/difference/, 'and one that is multiplied');
is(weaknesses(congruence()), 'congruence', 'a linear congruence is found out by the attack on it');
is(weaknesses(feedback_register()), 'complexity register', 'so is a shift register');

# --- The pools ---------------------------------------------------------------

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->start;
$node->safe_psql(
	'postgres', q{
	CREATE EXTENSION serial;
	SELECT serial.create_pool('digits', 'sgtin', '09506000134352', random => true);
	SELECT serial.create_pool('base32', 'sgtin', '04006381333931', length => 20, alphabet => 'base32', random => true);
});

sub issued
{
	my ($pool, $alphabet) = @_;
	my %value = map { substr($alphabet, $_, 1) => $_ } 0 .. length($alphabet) - 1;
	my @numbers = split /\n/,
	  $node->safe_psql('postgres', "SELECT serial.number(s) FROM serial.issue('$pool', $count) AS s");
	return { radix => length $alphabet, rows => [ map { [ map { $value{$_} } split // ] } @numbers ] };
}

my $decimal = issued('digits', $digits);
is(scalar @{ $decimal->{rows} }, $count, 'numbers of twelve digits');
is(weaknesses($decimal), '', 'pass for random');
my $letters = issued('base32', $base32);
is(scalar @{ $letters->{rows} }, $count, 'numbers of twenty characters');
is(weaknesses($letters), '', 'pass for random');

$node->stop;
done_testing();
