-- Numbers that an older system has issued, and what keeps numbers from coming
-- again.
\set SHOW_CONTEXT never

-- A pool that begins behind them
SELECT serial.create_pool('behind', 'sgtin', '09506000134369', length => 6, first => 5001);
SELECT serial.issue('behind'), (SELECT count(*) FROM serial.issue('behind', 10));
SELECT name, capacity, issued, remaining, state, reserved FROM serial.pools WHERE name = 'behind';
SELECT s, o.issued, o.state FROM unnest(ARRAY['(01)09506000134369(21)005000', '(01)09506000134369(21)005001',
	'(01)09506000134369(21)005012']::serial.serial[]) AS s, serial.origin(s) AS o;
SELECT serial.create_pool('two', 'plain', 'TWO', length => 2, first => 98);
SELECT serial.issue('two', 2);
SELECT serial.issue('two');
SELECT issued, remaining, state FROM serial.pools WHERE name = 'two';
SELECT serial.create_pool('some', 'plain', 'SOME', length => 2, first => 11, capacity => 20);
SELECT serial.create_pool('three', 'plain', 'SOME3', length => 1);
SELECT serial.create_pool('more', 'plain', 'SOME4', length => 1);
\set VERBOSITY terse
SELECT serial.create_pool('x', 'plain', 'NO', length => 2, first => 0);
SELECT serial.create_pool('x', 'plain', 'NO', length => 2, first => 100);
SELECT serial.create_pool('x', 'plain', 'NO', length => 2, first => NULL);
SELECT serial.create_pool('x', 'plain', 'NO', length => 2, first => 11, capacity => 90);
\set VERBOSITY default

-- Reserved numbers are passed over, one by one, many at once and by leases.
CREATE FUNCTION old(VARIADIC numbers int[]) RETURNS serial.serial[] LANGUAGE sql AS $$
	SELECT array_agg(('plain:OLD-' || lpad(n::text, 4, '0'))::serial.serial) FROM unnest(numbers) AS n
$$;
SELECT serial.create_pool('old', 'plain', 'OLD-', length => 4, capacity => 100);
SELECT serial.reserve('old', old(2, 3, 5, 9, 12, 13, 14, 60), 'old system');
SELECT serial.reserve('old', old(5, 6), 'again');
SELECT serial.reserve('old', old(5, 6), 'again');
SELECT first, last FROM serial.reserved ORDER BY first;
SELECT numbers, reference, reserved_by = session_user AS by_me FROM serial.reservation ORDER BY reservation;
SELECT issued, remaining, reserved FROM serial.pools WHERE name = 'old';
SELECT serial.issue('old') FROM generate_series(1, 2);
SELECT serial.issue('old', 3, 'four to ten');
SELECT ordinals FROM serial.batch WHERE reference = 'four to ten';
SELECT serial.batch_serials(batch) FROM serial.batch WHERE reference = 'four to ten';
SELECT serial.lease('old', 4, 'plant') AS lease \gset
SELECT ordinals FROM serial.lease WHERE lease = :lease;
SELECT serial_internal.lease_left(:lease);
SELECT serial.issue_lease(:lease, 3);
SELECT serial_internal.lease_left(:lease);
SELECT serial.lease_serials(:lease);
SELECT issued, leased, remaining, reserved FROM serial.pools WHERE name = 'old';
SELECT s, o.ordinal, o.issued, o.batch IS NOT NULL AS in_batch, o.reference, o.holder, o.state
FROM unnest(old(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 18, 19, 60, 61)) AS s, serial.origin(s) AS o;
SELECT max(serial.key(s)), count(*) FROM serial.issue('old', 81) AS s;
SELECT serial.issue('old');
SELECT issued, leased, remaining, state, reserved FROM serial.pools WHERE name = 'old';
-- They can be void, as others can.
SELECT serial.void(old(60), 'label stolen');
SELECT s, o.issued, o.state, o.reason, o.reference FROM unnest(old(60)) AS s, serial.origin(s) AS o;

-- What the pool has issued itself, or never could, is refused.
SELECT serial.reserve('old', old(20), 'x');
SELECT serial.reserve('old', old(200, 101), 'x');
SELECT serial.reserve('old', ARRAY['luhn:79927398713']::serial.serial[], 'x');
SELECT serial.reserve('nothing', old(20), 'x');
SELECT serial.reserve('old', NULL, 'x');
SELECT serial.reserve('old', ARRAY[NULL]::serial.serial[], 'x');
SELECT serial.reserve('old', '{}', 'x');
-- An array may have several dimensions.
SELECT serial.reserve('behind', '{{(01)09506000134369(21)000001,(01)09506000134369(21)000002},{(01)09506000134369(21)000002,(01)09506000134369(21)000004}}', 'table');
SELECT serial.void('{{(01)09506000134369(21)000001},{(01)09506000134369(21)000004}}', 'torn');
SELECT serial.void('{{(01)09506000134369(21)000002},{NULL}}', 'torn');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT serial.reserve('old', old(2), 'x');
ROLLBACK;

-- In random pools any number of the space may have been issued.
SELECT serial.create_pool('dice', 'sgtin', '09506000134376', length => 6, random => true, guess_bound => 1, capacity => 500000);
SELECT serial.reserve('dice', ARRAY(SELECT ('(01)09506000134376(21)' || lpad((n * 3)::text, 6, '0'))::serial.serial FROM generate_series(0, 9999) AS n), 'every third');
SELECT count(*), count(*) FILTER (WHERE serial.number(s)::int % 3 = 0 AND serial.number(s)::int < 30000) AS reserved,
	   count(DISTINCT s) FROM serial.issue('dice', 50000) AS s;
SELECT issued, capacity - issued - remaining BETWEEN 4700 AND 5300 AS half_of_them_ahead, reserved, guess_probability
FROM serial.pools WHERE name = 'dice';
SELECT state IN ('issued', 'not issued') AS known, count(*), count(*) FILTER (WHERE reserved) AS reserved,
	   bool_and(state = 'issued') FILTER (WHERE reserved) AS issued
FROM serial_internal.origin_states(ARRAY(
	SELECT ('(01)09506000134376(21)' || lpad(n::text, 6, '0'))::serial.serial FROM generate_series(0, 49999) AS n))
GROUP BY 1;
-- ... also where the space is larger than bigint.
SELECT serial.create_pool('vast', 'sgtin', '09506000134383', length => 20, alphabet => 'base32', random => true);
SELECT serial.reserve('vast', ARRAY['(01)09506000134383(21)ABCDEFGHJKLMNPQRSTUV', '(01)09506000134383(21)22222222222222222222']::serial.serial[], 'vast');
SELECT s, o.ordinal, o.issued, o.state, o.reference
FROM unnest(ARRAY['(01)09506000134383(21)ABCDEFGHJKLMNPQRSTUV', '(01)09506000134383(21)22222222222222222222',
	'(01)09506000134383(21)22222222222222222223']::serial.serial[]) AS s, serial.origin(s) AS o;
SELECT serial.void(ARRAY['(01)09506000134383(21)ABCDEFGHJKLMNPQRSTUV']::serial.serial[], 'torn');
SELECT state, reason FROM serial.origin('(01)09506000134383(21)ABCDEFGHJKLMNPQRSTUV');

-- A check character outside base32 is passed over.
SELECT serial.create_pool('coded', 'mod37_36', 'AB', length => 6, alphabet => 'base32', random => true);
SELECT count(*), count(DISTINCT s), bool_and(serial.key(s) ~ '^AB[23456789ABCDEFGHJKLMNPQRSTUVWXYZ]{7}$') AS in_alphabet
FROM serial.issue('coded', 1000) AS s;
SELECT bool_and(serial.key(serial.issue('coded')) ~ '^AB[2-9A-HJ-NP-Z]{7}$') AS in_alphabet FROM generate_series(1, 50);
SELECT serial.lease('coded', 100, 'line') AS lease \gset
SELECT serial_internal.lease_left(:lease);
SELECT count(*), bool_and((serial.origin(s)).issued) AS issued FROM serial.issue_lease(:lease, 60) AS s;
SELECT serial_internal.lease_left(:lease);
SELECT count(*), bool_and(serial.key(s) ~ '^AB[2-9A-HJ-NP-Z]{7}$') AS in_alphabet FROM serial.lease_serials(:lease) AS s;

-- Nothing deletes or changes a row that keeps numbers from being issued again.
\set VERBOSITY terse
DELETE FROM serial.pool;
TRUNCATE serial.pool RESTART IDENTITY CASCADE;
UPDATE serial.pool SET prefix = 'x' WHERE name = 'old';
UPDATE serial.pool SET ordinals = 'serial.batch_seq' WHERE name = 'old';
UPDATE serial.pool SET master_key = '\x00' WHERE name = 'dice';
DELETE FROM serial.pool_key;
UPDATE serial.pool_key SET key = decode(repeat('00', 32), 'hex');
TRUNCATE serial.pool_key;
DELETE FROM serial.reserved;
SET session_replication_role = replica;
DELETE FROM serial.pool;
RESET session_replication_role;
\set VERBOSITY default
UPDATE serial.pool SET name = 'renamed' WHERE name = 'two';
SELECT count(*) FROM serial.pools WHERE name = 'renamed';

-- The sequences tell nobody without a right how far pools and leases have come.
CREATE ROLE regress_serial_stranger;
SET ROLE regress_serial_stranger;
SELECT DISTINCT start_value, min_value, max_value, last_value FROM pg_sequences
WHERE schemaname = 'serial' AND sequencename ~ '^(pool|lease)_\d+_seq$';
RESET ROLE;
-- Nor do members of pg_read_all_data read keys.
GRANT pg_read_all_data TO regress_serial_stranger;
SELECT count(*) > 0 AS keys FROM serial.pool_key;
SET ROLE regress_serial_stranger;
SELECT count(*) AS keys FROM serial.pool_key;
RESET ROLE;
DROP ROLE regress_serial_stranger;
DROP FUNCTION old;

-- Ordinals end where bigint does.
SELECT serial.create_pool('end', 'sgtin', '04006381333931', length => 20, first => 9223372036854775801);
SELECT serial.issue('end', 2);
SELECT serial.issue_lease(serial.lease('end', 3, 'plant 5'), 3);
SELECT serial.issue('end');
SELECT capacity, issued, leased, remaining, state FROM serial.pools WHERE name = 'end';
SELECT serial.issue('end');
SELECT count(*) FROM serial.batch_serials((SELECT max(batch) FROM serial.batch WHERE lease IS NULL));
