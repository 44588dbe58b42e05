# A model of the ledger, written from the contract alone: the state of each item
# is the fold of the accepted events in the order of their times, and at one time
# in the order of recording.  It knows nothing of how the extension stores or
# computes a state.
package LedgerModel;

use strict;
use warnings;
use Exporter 'import';

our @EXPORT = qw(fold_events container_chain descendants verdict_of in_place_tree);

my %final = map { $_ => 1 } qw(dispensed retail_sold disposed inactive destroyed stolen);
my %blocking = map { $_ => 1 } qw(damaged expired mismatch_class mismatch_instance mismatch_quantity needs_replacement
  no_pedigree_match non_conformant non_sellable_other partially_dispensed recalled unavailable);
my %circulating = map { $_ => 1 } qw(active available completeness_inferred completeness_verified conformant container_closed
  container_open in_progress in_transit returned sellable_accessible sellable_not_accessible unknown);
my $reinstating = 'urn:serial:step:reinstating';

sub is_final { return defined $_[0] && $final{ $_[0] }; }
sub is_blocking { return defined $_[0] && $blocking{ $_[0] }; }

# --- What results from an event ----------------------------------------------

# The disposition that a step leaves where it finds one; undef where it stays, because the
# one found is blocking or, as is known only now, not legal for the step.  A step that ends
# an item ends it whatever it finds.
sub is_moved { my ($found) = @_; return $found eq 'none' || $circulating{$found}; }
my %results = (
	commissioning => sub { 'active' },
	encoding => sub { 'encoded' },
	reserving => sub { 'reserved' },
	(map { $_ => sub { is_moved($_[0]) ? 'in_transit' : undef } } qw(shipping consigning departing transporting)),
	void_shipping => sub { $_[0] eq 'in_transit' ? 'active' : undef },
	(map { $_ => sub { is_moved($_[0]) ? 'in_progress' : undef } } qw(receiving arriving accepting)),
	stocking => sub { $circulating{ $_[0] } ? 'sellable_accessible' : undef },
	dispensing => sub { 'dispensed' },
	retail_selling => sub { 'retail_sold' },
	decommissioning => sub { 'inactive' },
	sampling => sub { 'inactive' },
	destroying => sub { 'destroyed' },
	repairing => sub { undef },
	$reinstating => sub { $_[0] =~ /^(inactive|(partially_)?dispensed|retail_sold)$/ ? 'active' : undef },
);

# What ends items leaves none in circulation, whatever the event says.
sub named_disposition
{
	my ($event) = @_;
	my $ends = ($event->{step} // '') =~ /^(dispensing|retail_selling|decommissioning|destroying)$/
	  || ($event->{type} eq 'ObjectEvent' && $event->{action} eq 'DELETE');

	return $ends && ($circulating{ $event->{disposition} // '' } || ($event->{disposition} // '') =~ /^(encoded|reserved)$/)
	  ? undef
	  : $event->{disposition};
}

# Reinstating, and the return of what was sold; and what begins, for which only its own events count.
sub leads_out
{
	my ($event, $role, $found) = @_;
	my $step = $event->{step} // '';

	return 0 if $role eq 'output' || $role eq 'input';
	return 1 if $event->{type} eq 'ObjectEvent' && $step =~ /^(commissioning|encoding|reserving)$/;
	return $found =~ /^(inactive|dispensed|retail_sold)$/ if $step eq $reinstating;
	return $found eq 'retail_sold' && $step =~ /^(receiving|arriving|accepting)$/ && ($event->{disposition} // '') eq 'returned';
}

# A final disposition stays, unless the step leads out of it or ends the item again.
sub resulting_disposition
{
	my ($event, $role, $found) = @_;
	my $result = stated_disposition($event, $role, $found);

	return is_final($found) && !is_final($result) && !leads_out($event, $role, $found) ? undef : $result;
}

sub stated_disposition
{
	my ($event, $role, $found) = @_;
	my $step = $event->{step} // '';
	my $named = named_disposition($event);

	return $named if defined $named;
	return undef if $role eq 'parent';
	return ended_by_action($event, $found, $results{$step}->($found // 'none')) if $results{$step};
	return 'inactive' if $role eq 'input';
	return 'active' if $role eq 'output';
	return undef unless $event->{type} eq 'ObjectEvent';
	return $event->{action} eq 'ADD' ? 'active' : $event->{action} eq 'DELETE' ? 'inactive' : undef;
}

# DELETE ends an item that its step would leave in circulation, or as it was.
sub ended_by_action
{
	my ($event, $found, $result) = @_;

	return $result unless $event->{type} eq 'ObjectEvent' && $event->{action} eq 'DELETE' && !is_final($found);
	return !defined $result || $circulating{$result} || $result =~ /^(encoded|reserved)$/ ? 'inactive' : $result;
}

sub begins
{
	my ($event, $role) = @_;
	return $role eq 'output'
	  || ($event->{type} eq 'ObjectEvent' && $event->{action} eq 'ADD' && ($event->{step} // '') !~ /^(encoding|reserving)$/
		&& ($event->{disposition} // '') !~ /^(encoded|reserved)$/);
}

# --- The hierarchy -----------------------------------------------------------

sub container_chain
{
	my ($fold, $id) = @_;
	my @chain;
	for (my $at = $fold->{items}{$id}{parent}; defined $at; $at = $fold->{items}{$at}{parent})
	{
		push @chain, $at;
		die "cycle at $at" if @chain > 100;
	}
	return @chain;
}

sub descendants
{
	my ($fold, $id) = @_;
	return map { ($_, descendants($fold, $_)) } sort keys %{ $fold->{items}{$id}{children} };
}

sub pack_item
{
	my ($fold, $event, $child, $parent) = @_;
	my $item = $fold->{items}{$child};

	if (defined $item->{parent})
	{
		push @{ $fold->{contradictions} }, "event $event->{n} packs $child into $parent, which is in $item->{parent}"
		  if $item->{parent} ne $parent;
		return;
	}
	if ($child eq $parent || grep { $_ eq $child } container_chain($fold, $parent))
	{
		push @{ $fold->{contradictions} }, "event $event->{n} packs $child into $parent, which is inside it";
		return;
	}
	$item->{parent} = $parent;
	$item->{packed_since} = $event->{t};
	$item->{packed_by} = $event->{n};
	$fold->{items}{$parent}{children}{$child} = 1;
	return;
}

# An item that leaves its container is no longer reached by what was recorded of
# the containers around: it keeps what it had from them until something is
# recorded of itself, or of what it is still inside.  An interval without length in
# time may hold events of that time, and is kept, too.
sub unpack_item
{
	my ($fold, $event, $child) = @_;
	my $item = $fold->{items}{$child};
	my %left = map { $_ => 1 } container_chain($fold, $child);

	delete $fold->{items}{ $item->{parent} }{children}{$child};
	push @{ $fold->{intervals} }, [ $child, $item->{parent}, $item->{packed_since}, $event->{t} ]
	  if $event->{n} != $item->{packed_by};
	delete @$item{qw(parent packed_since packed_by)};
	foreach my $id ($child, descendants($fold, $child))
	{
		my $inside = $fold->{items}{$id};
		delete @{ $_->{sources} }{ keys %left } foreach grep { defined } $inside->{disposition}, $inside->{disposition} && @{ $inside->{disposition} }{qw(beneath before)}, @{ $inside->{shipments} // [] }, map { @$_ } values %{ $inside->{persistent} };
	}
	return;
}

# --- States ------------------------------------------------------------------

# Does an event of the item $origin change what this state came from?  It does if
# it is the item itself or a container that the state came through.
sub may_change { my ($state, $origin) = @_; return exists $state->{sources}{$origin}; }

sub merge_persistent
{
	my ($item, $event, $origin, $sources) = @_;
	my $change = $event->{persistent} or return;

	foreach my $word (@{ $change->{unset} // [] })
	{
		@{ $item->{persistent}{$word} } = grep { !may_change($_, $origin) } @{ $item->{persistent}{$word} // [] };
	}
	foreach my $word (@{ $change->{set} // [] })
	{
		push @{ $item->{persistent}{$word} }, { sources => {%$sources} };
	}
	return;
}

# CBV: void_shipping declares that objects of the prior outbound shipment were not
# shipped.  So it undoes the last shipment of what it names, in all that was inside, and
# leaves the party of the one before.  A departure of what is on its way already is part of
# the shipment that it is on.
sub merge_shipment
{
	my ($item, $event, $origin, $sources) = @_;
	my $shipments = $item->{shipments} //= [];
	my $step = $event->{step} // '';

	my $departs = $step =~ /^(shipping|consigning|departing|transporting)$/;

	push @$shipments, { consignee => $event->{consignee}, sources => {%$sources} }
	  if $step eq 'shipping' || defined $event->{consignee} || ($departs && !$item->{is_under_way});
	$item->{is_under_way} = $departs || ($item->{is_under_way} && $step !~ /^(void_shipping|receiving|arriving|accepting)$/ && !defined $event->{place});
	if ($step eq 'void_shipping')
	{
		my ($last) = grep { may_change($shipments->[$_], $origin) } reverse 0 .. $#$shipments;
		splice @$shipments, $last, 1 if defined $last;
	}
	($item->{consignee}) = map { $_->{consignee} } grep { defined $_->{consignee} } reverse @$shipments;
	return;
}

# The disposition that an event leaves.  A blocking one outlasts the final one of a container
# further out, and keeps what is not final from its contents: there, that only undoes what is.
sub disposition_after
{
	my ($event, $origin, $state, $result, $sources, $is_kept_off) = @_;
	my $beneath = $state && ($blocking{ $state->{word} } ? $state : $state->{beneath});
	my $before = $state && $final{ $state->{word} } ? $state->{before} : $state;

	undef $beneath if $beneath && may_change($beneath, $origin);
	return $beneath if $beneath && !$final{$result};
	return $before if $is_kept_off;
	return { word => $result, t => $event->{t}, n => $event->{n}, sources => $sources, beneath => $beneath, before => $before };
}

# Applies an event of $origin to the item $id, and to all inside that the event
# does not name itself.  $path holds the items from the origin down to this one.
sub apply_event
{
	my ($fold, $event, $id, $path, $result, $named, $is_kept_off) = @_;
	my $item = $fold->{items}{$id};
	my $origin = $path->[0];
	my $state = $item->{disposition};
	my $is_own = @$path == 1;
	my $sources = { map { $_ => 1 } @$path };

	unless ($is_own)
	{
		undef $result if $state && $final{ $state->{word} } && !may_change($state, $origin) && !$fold->{undone}{"$id $state->{n}"};
		undef $result if defined $result && $state && $blocking{ $state->{word} } && !may_change($state, $origin) && !$final{$result};
	}
	if (defined $result)
	{
		if ($state && $final{ $state->{word} } && !$final{$result} && !$fold->{undone}{"$id $state->{n}"})
		{
			$fold->{undone}{"$id $state->{n}"} = 1;
			$fold->{again} = 1;
		}
		my $after = disposition_after($event, $origin, $state, $result, $sources, $is_kept_off && !$final{$result});
		$is_kept_off ||= $after && $blocking{ $after->{word} } && !exists $after->{sources}{$origin};
		$item->{disposition} = $after;
	}
	@$item{qw(place place_since)} = ($event->{place}, $event->{t}) if defined $event->{place};
	merge_persistent($item, $event, $origin, $sources);
	merge_shipment($item, $event, $origin, $sources);
	$item->{last_event} = $event->{n};
	foreach my $child (sort keys %{ $item->{children} })
	{
		apply_event($fold, $event, $child, [ @$path, $child ], $result, $named, $is_kept_off) unless $named->{$child};
	}
	return;
}

# What exists keeps its lot, until a correction changes it: of what was accepted, the last correction and
# all that begins the item afterwards name one lot.
sub check_lot
{
	my ($item, $event, $id, $role) = @_;
	my $corrects = ($event->{step} // '') eq 'urn:serial:step:correcting_lot';

	return unless $corrects || begins($event, $role);
	delete @$item{qw(lot_given lot_contradicted)} if $corrects;
	$item->{lot_contradicted} //= "event $event->{n} begins $id, which is of lot $item->{lot_given}, with lot $event->{lot}"
	  if defined $item->{lot_given} && $item->{lot_given} ne $event->{lot};
	$item->{lot_given} //= $event->{lot};
	return;
}

# A correction of the lot leaves the expiry date unless it has one.
sub merge_lot
{
	my ($item, $event) = @_;
	$item->{lot} = $event->{lot};
	$item->{expiry} = $event->{expiry} if defined $event->{expiry} || ($event->{step} // '') ne 'urn:serial:step:correcting_lot';
	return;
}

sub fold_event
{
	my ($fold, $event) = @_;
	my $items = $fold->{items};
	my %named = map { $_->[0] => $_->[1] } @{ $event->{items} };
	my %result;

	# Without children, unpacking is about all that is in the container.
	if ($event->{type} eq 'AggregationEvent' && $event->{action} eq 'DELETE' && keys %named == 1)
	{
		$named{$_} = 'child' foreach keys %{ $items->{ $event->{parent} }{children} };
	}

	foreach my $id (keys %named)
	{
		my $found = $items->{$id}{disposition};
		$result{$id} = resulting_disposition($event, $named{$id}, $found && $found->{word});
		$items->{$id}{begins} = 1 if begins($event, $named{$id});
		next unless defined $event->{lot} && $named{$id} =~ /^(item|output)$/;
		check_lot($items->{$id}, $event, $id, $named{$id});
		merge_lot($items->{$id}, $event);
	}
	apply_event($fold, $event, $_, [$_], $result{$_}, \%named) foreach sort keys %named;
	foreach my $id (sort keys %named)
	{
		my $parent = $items->{$id}{parent};
		if ($event->{type} eq 'AggregationEvent' && $named{$id} eq 'child')
		{
			pack_item($fold, $event, $id, $event->{parent}) if $event->{action} eq 'ADD';
			if ($event->{action} eq 'DELETE')
			{
				if (defined $parent && $parent eq $event->{parent}) { unpack_item($fold, $event, $id); }
				else { push @{ $fold->{contradictions} }, "event $event->{n} unpacks $id from $event->{parent}, which is in " . ($parent // 'nothing'); }
			}
		}
		elsif (is_final($result{$id}) && defined $parent && !exists $named{$parent}) { unpack_item($fold, $event, $id); }
	}
	return;
}

# The events in order, without those that do not count.
sub events_that_count
{
	my ($events, $as_of) = @_;
	my %wrong = map { $_->{corrects} => 1 } grep { defined $_->{corrects} } @$events;
	return sort { $a->{t} <=> $b->{t} || $a->{n} <=> $b->{n} }
	  grep { $_->{is_accepted} && !defined $_->{corrects} && !$wrong{ $_->{n} } && (!defined $as_of || $_->{t} <= $as_of) } @$events;
}

# What holds after a transferred or terminal disposition that was undone later is
# known only in the end; then all is folded once more.
sub fold_events
{
	my ($events, $as_of) = @_;
	my @events = events_that_count($events, $as_of);
	my %undone;
	my $fold;

	do
	{
		$fold = { items => {}, undone => \%undone, intervals => [], contradictions => [] };
		fold_event($fold, $_) foreach @events;
	} while ($fold->{again});
	push @{ $fold->{contradictions} }, map { $_->{lot_contradicted} // () } values %{ $fold->{items} } unless defined $as_of;
	return $fold;
}

# --- Answers -----------------------------------------------------------------

# Where a number comes from is asked first.  $origin is the state that serial.origin
# gives for the number, $expiry the date of its lot, or else its own.
sub verdict_of
{
	my ($fold, $id, $today, $origin, $expiry) = @_;
	my $item = $fold->{items}{$id};
	my $word = $item->{disposition} && $item->{disposition}{word};
	my %persistent = map { $_ => 1 } grep { @{ $item->{persistent}{$_} } } keys %{ $item->{persistent} // {} };

	return 'void' if $origin eq 'void';
	return 'never issued' if $origin =~ /^(not issued|leased|returned|expired)$/;
	return 'not commissioned' if !$item->{begins} && ($origin eq 'issued' || (defined $word && $word =~ /^(encoded|reserved)$/));
	return 'unknown' unless defined $item->{last_event};
	return $word if is_final($word);
	return 'recalled' if $persistent{recalled} || (defined $word && $word eq 'recalled');
	return 'quarantined' if grep { $blocking{$_} } keys %persistent;
	return 'partially_dispensed' if defined $word && $word eq 'partially_dispensed';
	return 'blocked' if is_blocking($word);
	return 'expired' if defined $expiry && $expiry lt $today;
	return $item->{begins} ? 'genuine' : 'unconfirmed';
}

sub in_place_tree
{
	my ($place, $root, $parents) = @_;
	for (; defined $place; $place = $parents->{$place}) { return 1 if $place eq $root; }
	return 0;
}

1;
