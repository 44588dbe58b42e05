# Looks after a write see every link, also one that somebody else is updating.
#
# A long transaction keeps dead versions of a link in its index, so that between
# the index and the rows there is time for another update.  What is updated is
# what packing into a item updates: that its link says it is a container.
use strict;
use warnings;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init;
$node->append_conf('postgresql.conf', "fsync = off\nsynchronous_commit = off\n");
$node->start;

$node->safe_psql(
	'postgres', q{
	CREATE EXTENSION serial;
	SELECT serial.pack('(01)80614141123458(21)top', '{(01)80614141123458(21)middle}', '2026-01-05 08:00+00');
	SELECT serial.pack('(01)80614141123458(21)middle', '{(01)80614141123458(21)case}', '2026-01-05 08:00+00');
	CREATE TABLE attempt (packed boolean);

	CREATE PROCEDURE mark(seconds integer) LANGUAGE plpgsql AS $$
	DECLARE
		ends timestamptz := clock_timestamp() + make_interval(secs => seconds);
	BEGIN
		WHILE clock_timestamp() < ends LOOP
			UPDATE serial.aggregation SET is_container = NOT is_container
			WHERE child = '(01)80614141123458(21)case';
			COMMIT;
		END LOOP;
	END;
	$$;

	CREATE FUNCTION attempt() RETURNS boolean LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM serial.pack('(01)80614141123458(21)case', '{(01)80614141123458(21)top}', '2026-01-05 09:00+00');
		-- as if it had not been
		PERFORM serial.unpack('{(01)80614141123458(21)top}', '2026-01-05 09:00+00');
		RETURN true;
	EXCEPTION WHEN check_violation THEN
		RETURN false;
	END;
	$$;

	CREATE PROCEDURE pack(seconds integer) LANGUAGE plpgsql AS $$
	DECLARE
		ends timestamptz := clock_timestamp() + make_interval(secs => seconds);
	BEGIN
		WHILE clock_timestamp() < ends LOOP
			INSERT INTO attempt SELECT attempt();
			COMMIT;
		END LOOP;
	END;
	$$;
});

sub start_psql
{
	return IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres'),
		map { ('-c', $_) } @_ ], '>', \my $out);
}

my $reader = start_psql('BEGIN ISOLATION LEVEL REPEATABLE READ', 'SELECT 1', 'SELECT pg_sleep(7)');
$node->poll_query_until('postgres',
	q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(7)'});
my $marker = start_psql('CALL mark(5)');
$node->safe_psql('postgres', 'CALL pack(5)');
ok($marker->finish, 'links were marked meanwhile');
$reader->finish;

cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM attempt'),
	'>', 100, 'a container was packed into its own content again and again');
is($node->safe_psql('postgres', 'SELECT count(*) FROM attempt WHERE packed'),
	'0', 'and never was');

done_testing();
