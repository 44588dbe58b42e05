# Random operations, late, at equal times, repeated, corrected and refused, against
# a model of the ledger that knows the contract only (LedgerModel.pm): after every
# few operations the present, the past, the containers and the verdicts of all items
# are what the fold of the accepted events says, and serial.check_state() is empty.
# In the end the accepted events are reported to a second ledger in a shuffled order,
# and what that one accepts to a third in order of time.  The order may decide what is
# refused: an event is refused if it contradicts what is known when it is reported.
# Each state is the fold of what was accepted.  What the third accepted is reported to
# both again, until both accept the same: then their answers are equal.
#
# SERIAL_MODEL_SEEDS is a list of seeds ("1-20", "3,7"), SERIAL_MODEL_OPERATIONS the
# number of operations of each.  A full run has 1-20 and 3000.  With SERIAL_MODEL_SHRINK=1
# a seed that fails shows the fewest statements after which the same answer differs.
use strict;
use warnings;
use List::Util qw(shuffle min);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use JSON::PP ();
use Test::More;
use LedgerModel;

my $operations = $ENV{SERIAL_MODEL_OPERATIONS} || 300;
my @seeds = map { /^(\d+)-(\d+)$/ ? ($1 .. $2) : $_ } split /,/, ($ENV{SERIAL_MODEL_SEEDS} || '1-3');
my $between = 150;	# operations between two comparisons

my $gtin = '09506000134352';

# 30 numbers of the pool are issued, 10 are leased, of which 5 are issued; the rest is
# issued later, or never.  Others have another GTIN, and are of no pool.
my @units = ((map { sprintf "(01)$gtin(21)%03d", $_ } 1 .. 44), map { "(01)00614141123452(21)U$_" } 1 .. 8);
my @cases = map { "plain:c$_" } 1 .. 10;
my @pallets = map { "plain:p$_" } 1 .. 4;
my @trucks = map { "plain:t$_" } 1 .. 2;
my @all = (@units, @cases, @pallets, @trucks);
my %parent_place = (zone1 => 'site', zone2 => 'site', bin11 => 'zone1', bin12 => 'zone1', bin21 => 'zone2', dock => 'depot');
my @places = (qw(site zone1 zone2 bin11 bin12 bin21 depot dock shop));
my $start = 1_709_251_200;	# 2024-03-01

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nlog_statement = none\ntimezone = 'UTC'\njit = off\n");
$node->start;

# --- Operations --------------------------------------------------------------

sub one_of { return $_[ rand @_ ]; }
sub some { my ($n, @from) = @_; return (shuffle(@from))[ 0 .. min($n, scalar @from) - 1 ]; }
sub quote { my ($text) = @_; return 'NULL' unless defined $text; $text =~ s/'/''/g; return "'$text'"; }
sub ids { return 'ARRAY[' . join(',', map { quote($_) } @_) . ']::serial.serial[]'; }
sub timestamp { return "to_timestamp($_[0])"; }

my @past;	# statements that may be repeated

# Time goes on with every other operation, so that equal times are common; with
# seeds that are even numbers, no two operations have the same time.
my $is_tied;

sub event_time
{
	my ($i) = @_;
	my $t = $start + 60 * int($i / 2) + 86400 * 4 * int($i / 200);
	my $dice = rand;
	$t -= $dice < 0.2 ? 60 * int rand 60 : $dice < 0.25 ? 60 * int rand 6000 : 0;
	return $is_tied ? $t : $t + $i / 10000;
}

sub operation
{
	my ($i) = @_;
	my $operation = new_operation($i);
	push @past, $operation unless $operation =~ /declare_error/;
	return $operation;
}

# What is no event: numbers are issued, leased ones returned, all declared void; and a
# lot expires at another time.
sub pool_operation
{
	return one_of(
		"count(*) FROM serial.issue('units', 1)", "count(*) FROM serial.issue_lease(1, 1)",
		'serial.void(' . ids(one_of(@units)) . ", 'label torn')",
		"count(*) FROM serial.set_lot_expiry('$gtin', 'L" . (1 + int rand 4) . "', '" . one_of('2024-03-05', '2024-06-30', '2999-12-31') . "', 'stability')",
		rand() < 0.2 ? 'serial.return_lease(1)' : "count(*) FROM serial.issue('units', 1)");
}

sub new_operation
{
	my ($i) = @_;
	my $level = one_of(0, 0, 0, 1, 1, 2, 3);
	my @class = (\@units, \@cases, \@pallets, \@trucks);
	my @ids = some(1 + int rand 4, @{ $class[$level] });
	push @ids, some(1, @{ $class[ min(3, $level + 1) ] }) if rand() < 0.05 && $level < 3;
	my $ids = ids(@ids);
	my $at = timestamp(event_time($i));
	my $place = quote(one_of(@places));
	my $maybe = one_of('NULL', $place);
	my $strict = one_of('true', 'true', 'false');
	my $container = quote(one_of(@{ $class[ min(3, $level + 1) ] }));
	# Everything that is unpacked is what is known to be inside.
	my $filled = "(SELECT parent FROM serial.aggregation WHERE parent = $container LIMIT 1)";
	my $dice = rand 100;
	my $record = sub { return "serial.record('ObjectEvent', 'OBSERVE', $ids, $_[0], at => $at, strict => $strict" . join('', map { ", $_" } @_[ 1 .. $#_ ]) . ')'; };
	my $lot = 1 + int rand 4;
	my $expiry = $lot == 4 ? "'2024-06-30'" : rand() < 0.1 ? "'2999-12-31'" : "coalesce((SELECT max(expiry) FROM serial.lot WHERE lot = 'L$lot'), '2999-12-31')";

	return one_of(@past[ -min(30, scalar @past) .. -1 ]) if $dice < 3 && @past && $is_tied;
	my @times = map { /to_timestamp\(([\d.]+)\)/ ? $1 : () } @past[ -min(40, scalar @past) .. -1 ];
	return 'serial.declare_error((SELECT event FROM serial.event WHERE event_time = to_timestamp(' . one_of(@times)
	  . ") ORDER BY event DESC LIMIT 1), 'did_not_occur')" if $dice < 10 && @times;
	return pool_operation() if $dice < 11.5;
	return "serial.declare_error((SELECT max(event) FROM serial.event WHERE business_step = 'urn:serial:step:correcting_lot' AND corrects IS NULL), 'incorrect_data')"
	  if $dice < 12.5 && rand() < 0.3;
	return "serial.correct_lot($ids, 'L$lot', " . one_of('NULL', $expiry) . ", 'typed wrong')" if $dice < 12.5;
	return "serial.correct(" . quote($ids[0]) . ', ' . quote(one_of(@{ $class[$level] })) . ", 'typed wrong')" if $dice < 13;
	return "serial.commission($ids, 'L$lot', $expiry, $maybe, $at)" if $dice < 17;
	return "serial.record('ObjectEvent', 'ADD', $ids, 'commissioning', at => $at, place => $maybe, lot => 'L$lot', expiry => $expiry, strict => $strict)" if $dice < 20;
	return "serial.aggregate($container, $ids, $maybe, $at, repack => " . one_of('true', 'false', 'false') . ')' if $dice < 32;
	return "serial.record('AggregationEvent', 'ADD', $ids, 'packing', at => $at, place => $maybe, parent => $container, strict => $strict)" if $dice < 36;
	return "serial.disaggregate((SELECT parent FROM serial.aggregation WHERE child = ($ids)[1]), ($ids)[1:1], $maybe, $at)" if $dice < 41;
	return "serial.disaggregate($filled, NULL, $maybe, $at)" if $dice < 42;
	return "serial.record('AggregationEvent', 'DELETE', ARRAY(SELECT child FROM serial.aggregation WHERE parent = $container), parent => $filled, business_step => 'unpacking', at => $at, strict => $strict)" if $dice < 43;
	return "serial.ship($ids, $maybe, " . quote(one_of('customer', 'wholesaler')) . ", at => $at)" if $dice < 50;
	return $record->("'departing'") if $dice < 51;
	return $record->("'void_shipping'") if $dice < 53;
	return "serial.receive($ids, $place, at => $at)" if $dice < 60;
	return $record->("'receiving'", "place => $place") if $dice < 62;
	return $record->("'stocking'", "place => $place") if $dice < 64;
	return $record->("'inspecting'", "place => $maybe", one_of(("disposition => 'damaged'") x 2, "disposition => 'conformant'", "disposition => 'non_conformant'", "attributes => '{}'")) if $dice < 72;
	return "serial.quarantine($ids, 'why not', $maybe, $at)" if $dice < 75;
	return "serial.release_quarantine($ids, at => $at)" if $dice < 79;
	return $record->("'inspecting'", q(persistent_disposition => '{"set": ["completeness_verified", "recalled"]}')) if $dice < 80;
	return $record->("'inspecting'", q(persistent_disposition => '{"unset": ["recalled"]}')) if $dice < 82;
	return "serial.dispense($ids, $maybe, $at)" if $dice < 86;
	return $record->("'dispensing'", "place => $maybe", one_of("disposition => 'partially_dispensed'", "read_point => $place")) if $dice < 88;
	return "serial.decommission($ids, " . one_of("'sample'", "'destroyed'", "'exported'", "'stolen'", "'withdrawn'") . ", $maybe, $at)" if $dice < 91;
	return "serial.reinstate($ids, $at)" if $dice < 95;
	return $record->("'retail_selling'", "place => $maybe") if $dice < 97;
	return $record->("'receiving'", "place => $place", "disposition => 'returned'") if $dice < 98;
	return "serial.record('TransactionEvent', 'ADD', $ids, at => $at, place => $maybe, business_transactions => '[{\"type\": \"po\", \"bizTransaction\": \"urn:x:1\"}]', strict => $strict)" if $dice < 98.5;
	return "serial.record('TransformationEvent', inputs => $ids, outputs => " . ids(one_of(@units)) . ", at => $at, lot => 'L$lot', expiry => $expiry, strict => $strict)";
}

# --- What the ledger holds ---------------------------------------------------

my $json = JSON::PP->new;

# Sends queries in one session and returns the lines of each.
sub query
{
	my ($db, @queries) = @_;
	my @answers = split /^--next--\n?/m, $node->safe_psql($db, join '', map { "$_;\n\\echo --next--\n" } @queries), -1;
	return map { [ split /\n/ ] } @answers[ 0 .. $#queries ];
}

sub events_query
{
	my ($after) = @_;
	return qq{
		SELECT json_build_object('n', e.event, 'event_id', e.event_id, 'type', e.type, 'action', e.action, 't', extract(epoch FROM e.event_time)::float8,
			'step', e.business_step, 'disposition', e.disposition, 'read_point', e.read_point, 'place', e.place, 'parent', e.parent, 'lot', e.lot,
			'expiry', e.expiry, 'persistent', e.persistent_disposition, 'destinations', e.destinations, 'sources', e.sources,
			'transactions', e.business_transactions, 'attributes', e.attributes,
			'corrects', e.corrects, 'reason', e.error_reason, 'is_accepted', e.is_accepted,
			'items', (SELECT json_agg(json_build_array(i.id::text, i.role) ORDER BY i.id, i.role) FROM serial.event_item AS i WHERE i.event = e.event))
		FROM serial.event AS e WHERE e.event > $after ORDER BY e.event};
}

sub events_of
{
	my @events = map { $json->decode($_) } @_;
	foreach my $event (@events)
	{
		$event->{items} //= [];
		($event->{consignee}) = map { $_->{destination} } grep { $_->{type} eq 'owning_party' } @{ $event->{destinations} // [] };
		$event->{is_accepted} = $event->{is_accepted} ? 1 : 0;
	}
	return @events;
}

sub text { return join '|', map { $_ // '' } @_; }

# The questions about all items: pairs of a question and a query, whose rows are
# arrays of the item and the answer.
sub questions
{
	my ($as_of) = @_;
	my $list = ids(@all);
	my $at = defined $as_of ? timestamp($as_of) : 'NULL';
	my $when = defined $as_of ? "$as_of" : 'now';
	my @past = (
		"where_is $when" => qq{
			SELECT json_build_array(i, w.place, extract(epoch FROM w.since)::float8, w.disposition, w.outermost, w.event)
			FROM unnest($list) AS i CROSS JOIN LATERAL serial.where_is(i, $at) AS w},
		"contents $when" => qq{
			SELECT json_build_array(i, (SELECT string_agg(c.id || ' in ' || c.container, ', ' ORDER BY c.id::text COLLATE "C") FROM serial.contents(i, $at) AS c))
			FROM unnest($list) AS i WHERE i::text LIKE 'plain%'},
		"items_at $when" => qq{
			SELECT json_build_array(p, (SELECT string_agg(t::text, ', ' ORDER BY t::text COLLATE "C") FROM serial.items_at(p, $at) AS t))
			FROM unnest(ARRAY[@{[join ',', map { quote($_) } @places]}]) AS p});
	return @past if defined $as_of;
	return (
		@past,
		'verify now' => qq{SELECT json_build_array(i, v.verdict, v.known_lot, v.known_expiry) FROM unnest($list) AS i CROSS JOIN LATERAL serial.verify(i) AS v},
		'on_hand now' => qq{
			SELECT json_build_array(p, (SELECT string_agg(concat_ws(' ', o.gtin, coalesce(o.lot, '-'), o.items), ', ' ORDER BY o.gtin, coalesce(o.lot, '-'))
				FROM serial.on_hand(p) AS o)) FROM unnest(ARRAY[@{[join ',', map { quote($_) } @places]}]) AS p},
		'packed now' => 'SELECT json_build_array(child, parent, extract(epoch FROM since)::float8) FROM serial.aggregation',
		'packed_before now' => q{
			SELECT json_build_array(child, string_agg(concat_ws(' ', parent, extract(epoch FROM since)::float8, extract(epoch FROM until)::float8), ', ' ORDER BY since, until))
			FROM serial.aggregation_history GROUP BY child},
		'consignee now' => qq{
			BEGIN;
			SELECT NULL WHERE serial.recall_items($list, 'asked') IS NULL;
			SELECT json_build_array(r.id, r.consignee, r.outermost, r.disposition, r.place, r.lot)
			FROM serial.recalled((SELECT max(recall) FROM serial.recall)) AS r});
}

sub model_answers
{
	my ($events, $lots, $origins, $as_of) = @_;
	my $fold = fold_events($events, $as_of);
	my $when = defined $as_of ? "$as_of" : 'now';
	my %answers;

	foreach my $id (@all)
	{
		my $item = $fold->{items}{$id} // {};
		my $state = $item->{disposition} // {};
		my $is_known = defined $item->{last_event};
		my @chain = container_chain($fold, $id);
		my $outermost = @chain ? $chain[-1] : $id;
		$answers{"where_is $when $id"} = text($item->{place}, $item->{place_since}, $state->{word}, $outermost, $item->{last_event}) if $is_known;
		$answers{"contents $when $id"} = text(join ', ', map { "$_ in $fold->{items}{$_}{parent}" } sort(descendants($fold, $id))) if $id =~ /^plain/;
		next if defined $as_of;
		my $lot = $id =~ /^\(01\)(\d+)/ && defined $item->{lot} ? "$1 $item->{lot}" : '';
		my $expiry = $lots->{$lot} // $item->{expiry};
		my $origin = $origins->{$id} // 'foreign';
		$answers{"verify now $id"} = text(verdict_of($fold, $id, '2026-06-01', $origin, $expiry), $is_known ? ($item->{lot}, $expiry) : ('', ''));
		push @{ $fold->{contradictions} }, "an event of $id was accepted, which was never issued" if $is_known && $origin =~ /^(not issued|leased|returned)$/;
		$answers{"packed now $id"} = text(@$item{qw(parent packed_since)}) if defined $item->{parent};
		$answers{"consignee now $id"} = text($item->{consignee}, $outermost, $state->{word}, $item->{place}, $item->{lot});
	}
	foreach my $place (@places)
	{
		my @there = grep {
			my $item = $fold->{items}{$_} // {};
			my $word = $item->{disposition} ? $item->{disposition}{word} : '';
			in_place_tree($item->{place}, $place, \%parent_place) && $word ne 'in_transit' && !LedgerModel::is_final($word)
		} sort @all;
		$answers{"items_at $when $place"} = text(join ', ', @there);
		next if defined $as_of;
		my %count;
		$count{$_}++ foreach map { /^\(01\)(\d+)/ ? "$1 " . ($fold->{items}{$_}{lot} // '-') : () } @there;
		$answers{"on_hand now $place"} = text(join ', ', map { "$_ $count{$_}" } sort keys %count);
	}
	return (\%answers, $fold) if defined $as_of;
	my %intervals;
	push @{ $intervals{ $_->[0] } }, "$_->[1] $_->[2] $_->[3]" foreach sort { $a->[2] <=> $b->[2] || $a->[3] <=> $b->[3] } @{ $fold->{intervals} };
	$answers{"packed_before now $_"} = join ', ', @{ $intervals{$_} } foreach keys %intervals;
	return (\%answers, $fold);
}

sub differences
{
	my ($got, $expected) = @_;
	my %questions = (%$got, %$expected);
	return map { "$_: got '" . ($got->{$_} // 'nothing') . "', expected '" . ($expected->{$_} // 'nothing') . "'" }
	  grep { ($got->{$_} // 'nothing') ne ($expected->{$_} // 'nothing') } sort keys %questions;
}

# Errors that say that an operation contradicts what is known.
my %expected_error = map { $_ => 1 } qw(55000 23505 23514 22023 2200H 42704 22004 21000);

# Sends operations, then reads what was recorded and asks all questions, all in one
# session; with $is_trial in a transaction that is rolled back.  Returns what
# differs, and what each operation returned.
sub run_operations
{
	my ($db, $events, $is_trial, $times, @statements) = @_;
	my @questions = map { [ $_, questions($_) ] } @$times, undef;
	my ($results, $recorded, $lots, $origins, $falsified, @answers) = query(
		$db,
		($is_trial ? 'BEGIN; ' : '') . join(";\n", map { 'SELECT attempt(' . quote($_) . ')' } @statements),
		events_query(@$events ? $events->[-1]{n} : 0),
		"SELECT json_build_array(gtin || ' ' || lot, expiry) FROM serial.lot",
		'SELECT json_build_array(i, o.state) FROM unnest(' . ids(@units) . ') AS i, serial.origin(i) AS o',
		'SELECT c FROM serial.check_state() AS c',
		map { my (undef, @q) = @$_; map { $q[ 2 * $_ + 1 ] } 0 .. $#q / 2 } @questions);
	my %lots = map { @{ $json->decode($_) } } @$lots;
	my %origins = map { @{ $json->decode($_) } } @$origins;
	my @found = grep { /^([0-9A-Z]{5}) / && !$expected_error{$1} } @$results;
	push @found, map { "check_state: got $_" } @$falsified;
	push @$events, events_of(@$recorded);
	my %got;
	foreach (@questions)
	{
		my ($as_of, @q) = @$_;
		my ($expected, $fold) = model_answers($events, \%lots, \%origins, $as_of);
		%got = ();
		while (my ($question) = splice @q, 0, 2)
		{
			foreach my $row (map { $json->decode($_) } @{ shift @answers }) { $got{"$question $row->[0]"} = text(@$row[ 1 .. $#$row ]); }
		}
		push @found, differences(\%got, $expected);
		push @found, map { "contradiction: $_" } @{ $fold->{contradictions} } unless defined $as_of;
	}
	return (\@found, $results, \%got);
}

$node->safe_psql('postgres', 'CREATE DATABASE empty_ledger');
$node->safe_psql('empty_ledger', q{
	CREATE EXTENSION serial;
	CREATE FUNCTION attempt(operation text) RETURNS text LANGUAGE plpgsql AS $$
	DECLARE
		event bigint;
	BEGIN
		EXECUTE 'SELECT ' || operation INTO event;
		RETURN 'recorded';
	EXCEPTION WHEN OTHERS THEN
		RETURN SQLSTATE || ' ' || SQLERRM;
	END $$});
$node->safe_psql('empty_ledger', q{
	SELECT serial.create_pool('units', 'sgtin', '09506000134352', length => 3);
	SELECT count(*) FROM serial.issue('units', 30);
	SELECT serial.lease('units', 10, 'line');
	SELECT count(*) FROM serial.issue_lease(1, 5)});
$node->safe_psql('empty_ledger', join ';',
	map { "INSERT INTO serial.place (place, parent) VALUES (" . quote($_) . ', ' . quote($parent_place{$_}) . ')' } @places);

sub new_ledger { my ($db) = @_; $node->safe_psql('postgres', "DROP DATABASE IF EXISTS $db;\nCREATE DATABASE $db TEMPLATE empty_ledger"); return; }

# Leaves out statements as long as an answer to the same question differs.
sub shrink
{
	my ($difference, @statements) = @_;
	my ($question) = $difference =~ /^(contradiction|[^:]*:?[^:]*): / or return '';
	my ($time) = $question =~ /^\w+ ([\d.]+)/;
	my $times = defined $time ? [$time] : [];
	for (my $size = int(@statements / 2) || 1; $size >= 1; $size = $size == 1 ? 0 : int(($size + 1) / 2))
	{
		for (my $from = 0; $from < @statements;)
		{
			my @fewer = @statements;
			splice @fewer, $from, $size;
			my ($found) = run_operations('empty_ledger', [], 1, $times, @fewer);
			if ($found && grep { /^\Q$question\E: / } @$found) { @statements = @fewer; }
			else { $from += $size; }
		}
	}
	my ($found) = run_operations('empty_ledger', [], 1, $times, @statements);
	return (join '', map { "SELECT $_;\n" } @statements) . join("\n", @$found);
}

# --- The same reports in another order ---------------------------------------

sub json_literal { return defined $_[0] ? quote($json->encode($_[0])) : 'NULL'; }

# The report of an event once more, under an eventID that tells which one it is.
sub report
{
	my ($event, $key) = @_;
	my $with_role = sub { my ($role) = @_; return ids(map { $_->[0] } grep { $_->[1] =~ $role } @{ $event->{items} }); };
	my %argument = (
		type => quote($event->{type}), action => quote($event->{action}), ids => $with_role->(qr/^(item|child)$/),
		inputs => $with_role->(qr/^input$/), outputs => $with_role->(qr/^output$/), business_step => quote($event->{step}),
		disposition => quote($event->{disposition}), at => timestamp($event->{t}), read_point => quote($event->{read_point}),
		place => quote($event->{place}), parent => quote($event->{parent}), lot => quote($event->{lot}), expiry => quote($event->{expiry}),
		business_transactions => json_literal($event->{transactions}), sources => json_literal($event->{sources}),
		destinations => json_literal($event->{destinations}), persistent_disposition => json_literal($event->{persistent}),
		event_id => quote("urn:x:$key"), strict => 'false');
	return 'serial.record(' . join(', ', map { "$_ => $argument{$_}" } sort keys %argument) . ')';
}

sub event_key { my ($event) = @_; return defined $event->{event_id} && $event->{event_id} =~ /^urn:x:(\d+)$/ ? $1 : $event->{n}; }

# The reports of accepted events, in the order given.  An event is declared in error
# some time after it was reported.
sub reports
{
	my (@events) = @_;
	my %error_of = map { $_->{corrects} => 1 } grep { defined $_->{corrects} } @events;
	my (@reports, @declarations);

	foreach my $event (grep { $_->{is_accepted} && !defined $_->{corrects} } @events)
	{
		my $key = event_key($event);
		push @reports, report($event, $key);
		push @declarations, "serial.declare_error((SELECT event FROM serial.event WHERE event_id = 'urn:x:$key' AND corrects IS NULL), 'did_not_occur')"
		  if $error_of{ $event->{n} };
		push @reports, splice @declarations, rand @declarations, 1 if @declarations && rand() < 0.5;
	}
	return (@reports, @declarations);
}

# The keys of the events that count.
sub accepted_keys { return join ' ', sort { $a <=> $b } map { event_key($_) } LedgerModel::events_that_count($_[0]); }

# Reports to a new ledger and compares it with the model.
sub report_again
{
	my ($db, $before, $after, @reports) = @_;
	my @events;
	new_ledger($db);
	my ($found, $results, $got) = run_operations($db, \@events, 0, [], @$before, @reports, @$after);
	my %key = map { $_->{n} => event_key($_) } @events;
	$got->{$_} =~ s/(\d+)$/$key{$1}/ foreach grep { /^where_is/ } keys %$got;
	return ($found, $got, \@events);
}

sub first_of { return @_[ 0 .. min(20, scalar @_) - 1 ]; }

foreach my $seed (@seeds)
{
	my $db = "seed$seed";
	my (@events, @found, @statements, %errors);
	srand $seed;
	$is_tied = $seed % 2;
	@past = ();
	new_ledger($db);
	for (my $done = 0; $done < $operations && !@found; $done += $between)
	{
		my @new = map { operation($_) } $done .. min($done + $between, $operations) - 1;
		my ($found, $results) = run_operations($db, \@events, 0, [ some(2, map { /to_timestamp\(([\d.]+)\)/ ? $1 : () } @new) ], @new);
		push @statements, map { $new[$_] } grep { $results->[$_] eq 'recorded' } 0 .. $#new;
		$errors{$_}++ foreach map { /^([0-9A-Z]{5}) / ? $1 : 'recorded' } @$results;
		push @found, @$found;
	}
	note "seed $seed: " . scalar(@events) . ' events, ' . join ', ', map { "$_: $errors{$_}" } sort keys %errors;
	is(join("\n", first_of(@found)), '', "seed $seed: every answer is that of the model");
	my @issue = grep { /issue/ } @statements;
	my @other = grep { /serial\.(void|return_lease|set_lot_expiry)/ } @statements;
	my $reported = \@events;
	foreach my $round (1 .. 4)
	{
		my ($shuffled, $answers, $accepted) = report_again("shuffled$seed", \@issue, \@other, reports(shuffle @$reported));
		my ($sorted, $answers_in_order, $accepted_in_order) =
		  report_again("sorted$seed", \@issue, \@other, reports(LedgerModel::events_that_count($accepted)));
		my ($left, $right) = map { accepted_keys($_) } $accepted, $accepted_in_order;
		is(join("\n", first_of(@$shuffled)), '', "seed $seed, shuffled: every answer is that of the model");
		is(join("\n", first_of(@$sorted)), '', "seed $seed, in order of time: every answer is that of the model");
		note sprintf 'seed %d: of %d events %d count after reports in a shuffled order, %d of these when reported in order of time', $seed,
		  map { my @counting = LedgerModel::events_that_count($_); scalar @counting } $reported, $accepted, $accepted_in_order;
		$reported = $accepted_in_order;
		next if $left ne $right;
		is(join("\n", first_of(differences($answers, $answers_in_order))), '', "seed $seed: the order of reporting does not matter");
		last;
	}
	diag shrink($found[0], @statements) if $ENV{SERIAL_MODEL_SHRINK} && @found;
}

done_testing();
