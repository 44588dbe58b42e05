#!/usr/bin/perl
# Generates a day of scans in a warehouse, one line a scan, as cameras, handheld
# scanners, RFID portals and telephones deliver them:
#
#     perl demo/scans.pl > scans.txt
#
# Everybody gets the same file: chance is a small generator with a fixed seed.
# About three lines in a hundred are damaged.  A group separator (GS) is the
# byte 0x1D; the encoding is UTF-8.
use strict;
use warnings;

use constant GS => "\x1D";

# --- Published example keys ---------------------------------------------------
# None of these belongs to a real product.  The serial numbers are made up.

# GTIN of the examples in the GS1 Digital Link standard
my %item_a = (prefix => '9506000', gtin => '09506000134352');

# GTIN of the examples in GS1's barcode syntax dictionary and engine
my %item_b = (prefix => '9521234', gtin => '09521234543213');

# GTIN of a case in the GS1 Tag Data Standard; its first serial number is 6789
my %supplied_case = (prefix => '0614141', gtin => '80614141123458');

# SSCC 106141412345678908 of the GS1 Tag Data Standard: extension digit,
# company prefix 0614141, first serial reference
my ($sscc_extension, $sscc_prefix, $sscc_first) = ('1', '0614141', 234567890);

# GRAI 00614141123452400 of the GS1 Tag Data Standard: type with its check
# digit, and first serial number
my ($grai_prefix, $grai_type, $grai_check, $grai_first) = ('0614141', '12345', '2', 400);

# GIAI 061414112345400 of the GS1 Tag Data Standard
my ($giai_prefix, $giai_first) = ('0614141', 12345400);

# --- Chance -------------------------------------------------------------------

my $state = 20240613;

# A whole number from 0 to below $n, by a linear congruential generator modulo
# 2^32 (Numerical Recipes).  The high bits are the good ones.
sub chance {
  my ($n) = @_;
  $state = ($state * 1664525 + 1013904223) % 4294967296;
  return int($state / 4294967296 * $n);
}

sub one_of { return $_[chance(scalar @_)] }

sub text_of {
  my ($length, $characters) = @_;
  return join '', map { substr $characters, chance(length $characters), 1 } 1 .. $length;
}

# --- Items --------------------------------------------------------------------
# An item is its elements, pairs of application identifier and value, and its
# EPC URI.

# GS1 modulo 10: weights 3 and 1 by turns, from the right.
sub check_digit {
  my ($sum, $weight) = (0, 3);
  for my $digit (reverse split //, $_[0]) {
    $sum += $digit * $weight;
    $weight = 4 - $weight;
  }
  return (10 - $sum % 10) % 10;
}

sub epc_escaped {
  my ($text) = @_;
  $text =~ s{([^A-Za-z0-9!'()*+,.:;=_-])}{sprintf '%%%02X', ord $1}ge;
  return $text;
}

sub sgtin {
  my ($item, $number) = @_;
  my ($gtin, $prefix) = @$item{qw(gtin prefix)};
  my $reference = substr($gtin, 0, 1) . substr($gtin, 1 + length $prefix, 12 - length $prefix);
  return {
    elements => [['01', $gtin], ['21', $number]],
    epc => "urn:epc:id:sgtin:$prefix.$reference." . epc_escaped($number),
  };
}

sub sscc {
  my ($reference) = @_;
  my $digits = $sscc_extension . $sscc_prefix . $reference;
  return {
    elements => [['00', $digits . check_digit($digits)]],
    epc => "urn:epc:id:sscc:$sscc_prefix.$sscc_extension$reference",
  };
}

sub grai {
  my ($number) = @_;
  return {
    elements => [['8003', "0$grai_prefix$grai_type$grai_check$number"]],
    epc => "urn:epc:id:grai:$grai_prefix.$grai_type.$number",
  };
}

sub giai {
  my ($number) = @_;
  return {
    elements => [['8004', "$giai_prefix$number"]],
    epc => "urn:epc:id:giai:$giai_prefix.$number",
  };
}

# Calls $make until it has made $n different texts.
sub different {
  my ($n, $make) = @_;
  my (%seen, @made);
  while (@made < $n) {
    my $text = $make->();
    push @made, $text unless $seen{$text}++;
  }
  return @made;
}

# A line for medicines prints twelve digits that nobody can guess.
my @units_a = map { sgtin(\%item_a, $_) }
  different(250, sub { text_of(12, '0123456789') });

# Another one prints short texts without look-alikes, some after "S/".
my @units_b = map { sgtin(\%item_b, $_) }
  different(230, sub {
    return (chance(4) ? '' : 'S/') . text_of(8, '23456789ABCDEFGHJKMNPQRSTUVWXYZ');
  });

my @supplied_cases = map { sgtin(\%supplied_case, 6789 + $_) } 0 .. 23;
my @supplied_pallets = map { sscc($sscc_first + $_) } 0 .. 15;
my @crates = map { grai($grai_first + $_) } 0 .. 11;
my @lift_trucks = map { giai($giai_first + $_) } 0 .. 3;

# --- Spellings ----------------------------------------------------------------

# Values of these have a length that every reader knows; the others end at a
# GS, unless they come last.
my %has_known_length = map { $_ => 1 } qw(00 01);

sub raw {
  my ($symbology, @elements) = @_;
  my $line = $symbology;
  for my $i (0 .. $#elements) {
    my ($ai, $value) = @{ $elements[$i] };
    $line .= $ai . $value;
    $line .= GS if $i < $#elements && !$has_known_length{$ai};
  }
  return $line;
}

sub bracketed { return join '', map { "($_->[0])$_->[1]" } @_ }

sub link_escaped {
  my ($text) = @_;
  $text =~ s{([^A-Za-z0-9._~-])}{sprintf '%%%02X', ord $1}ge;
  return $text;
}

sub digital_link {
  my ($domain, @elements) = @_;
  return "https://$domain" . join '', map { "/$_->[0]/" . link_escaped($_->[1]) } @elements;
}

# With the lot in the path and the expiry date in the query, as printed on a
# pack for its buyer.
sub link_with_lot {
  my ($item) = @_;
  my ($key, $number) = @{ $item->{elements} };
  return digital_link('example.com', $key, ['10', 'LOT7'], $number) . '?17=271231';
}

my @unit_spellings = (
  # GS1 DataMatrix: the camera over the line, with and without a last GS, and
  # a printer that puts the serial number first
  sub { raw(']d2', @{ $_[0]{elements} }) },
  sub { raw(']d2', @{ $_[0]{elements} }) },
  sub { raw(']d2', @{ $_[0]{elements} }) . GS },
  sub { raw(']d2', reverse @{ $_[0]{elements} }) },
  # GS1 QR Code
  sub { raw(']Q3', @{ $_[0]{elements} }) },
  # a handheld scanner that has symbology identifiers switched off
  sub { raw('', @{ $_[0]{elements} }) },
  # typed, or read by character recognition from the printed line
  sub { bracketed(@{ $_[0]{elements} }) },
  # an RFID portal, which sees every tag more than once
  sub { $_[0]{epc} },
  sub { $_[0]{epc} },
  # a telephone
  sub { digital_link('id.gs1.org', @{ $_[0]{elements} }) },
  sub { link_with_lot($_[0]) },
);

my @container_spellings = (
  # GS1-128, the bar code of logistic labels
  sub { raw(']C1', @{ $_[0]{elements} }) },
  sub { raw(']C1', @{ $_[0]{elements} }) },
  sub { raw('', @{ $_[0]{elements} }) },
  sub { bracketed(@{ $_[0]{elements} }) },
  sub { $_[0]{epc} },
  sub { digital_link('id.gs1.org', @{ $_[0]{elements} }) },
);

# --- Damage -------------------------------------------------------------------
# Each takes a unit and gives a line that must be refused.

sub gtin_and_number {
  my ($unit) = @_;
  return map { $_->[1] } @{ $unit->{elements} };
}

sub wrong_check_digit {
  my ($gtin, $number) = gtin_and_number(@_);
  my $wrong = substr($gtin, 0, 13) . (substr($gtin, 13) + 1 + chance(9)) % 10;
  my @elements = (['01', $wrong], ['21', $number]);
  return one_of(raw(']d2', @elements), bracketed(@elements),
    digital_link('id.gs1.org', @elements));
}

sub truncated_gtin {
  my ($gtin, $number) = gtin_and_number(@_);
  my $cut = substr $gtin, 0, 9 + chance(5);
  return one_of("]d201$cut", bracketed(['01', $cut], ['21', $number]));
}

# A keyboard that was set to Russian: the letters look right.
sub cyrillic_letter {
  my ($gtin, $number) = gtin_and_number(@_);
  my %cyrillic = (
    A => "\x{410}", B => "\x{412}", C => "\x{421}", E => "\x{415}", H => "\x{41D}",
    K => "\x{41A}", M => "\x{41C}", P => "\x{420}", T => "\x{422}", X => "\x{425}",
  );
  return undef unless $number =~ s/([ABCEHKMPTX])/$cyrillic{$1}/;
  return bracketed(['01', $gtin], ['21', $number]);
}

# Read by character recognition: the letter l in place of the digit 1.
sub letter_for_digit {
  my ($gtin, $number) = gtin_and_number(@_);
  return one_of("(0l)$gtin(21)$number", "(01)$gtin(2l)$number");
}

# A reader that drops what it cannot print.
sub missing_separator {
  my ($gtin, $number) = gtin_and_number(@_);
  return "]d221${number}01$gtin";
}

# Somebody's program that touched the escape of a "/".  What follows it must not
# look like the rest of an escape: the line would be a good one of another unit.
sub broken_escape {
  my ($unit) = @_;
  my $line = one_of($unit->{epc}, digital_link('id.gs1.org', @{ $unit->{elements} }));
  my $broken = one_of('%2', '%');
  return undef unless $line =~ s/%2F(?![0-9A-F])/$broken/;
  return $line;
}

sub cut_off {
  my ($unit) = @_;
  (my $line = $unit->{epc}) =~ s/\.[^.]*\z//;
  return $line;
}

# Nothing found, or the bar code of the shop beside the intended one.
sub not_an_identifier {
  my ($gtin) = gtin_and_number(@_);
  return one_of('NOREAD', ']E0' . substr $gtin, 1);
}

my @damages = (
  \&wrong_check_digit, \&wrong_check_digit, \&wrong_check_digit,
  \&truncated_gtin, \&truncated_gtin,
  \&cyrillic_letter,
  \&letter_for_digit,
  \&missing_separator, \&missing_separator,
  \&broken_escape,
  \&cut_off,
  \&not_an_identifier, \&not_an_identifier,
);

# Not every unit can suffer every damage; then another one does.
sub damaged {
  my ($damage) = @_;
  my $line;
  $line = $damage->(one_of(@units_a, @units_b)) until defined $line;
  return $line;
}

# --- The day ------------------------------------------------------------------

my @scans;    # pairs of time and line

# The items arrive one after another, and each is read several times during
# the hour that follows.
sub day {
  my ($items, $spellings, $fewest, $most, $seconds_between) = @_;
  for my $i (0 .. $#$items) {
    for (1 .. $fewest + chance($most - $fewest + 1)) {
      my $time = $i * $seconds_between + chance(3600);
      push @scans, [$time, one_of(@$spellings)->($items->[$i])];
      push @scans, [$time, damaged(one_of(@damages))] unless chance(33);
    }
  }
}

day(\@units_a, \@unit_spellings, 4, 7, 60);
day(\@units_b, \@unit_spellings, 4, 7, 65);
day(\@supplied_cases, \@container_spellings, 3, 6, 600);
day(\@supplied_pallets, \@container_spellings, 3, 6, 900);
day(\@crates, \@container_spellings, 2, 5, 1200);
day(\@lift_trucks, \@container_spellings, 5, 9, 3000);

my @order = sort { $scans[$a][0] <=> $scans[$b][0] || $a <=> $b } 0 .. $#scans;

binmode STDOUT, ':encoding(UTF-8)';
print "$scans[$_][1]\n" for @order;
close STDOUT or die "The scans could not be written: $!\n";
