-- Issue: sequential pools.
\set SHOW_CONTEXT never

SELECT serial.create_pool('unit', 'sgtin', '09506000134352');
SELECT serial.create_pool('pallet', 'sscc', '30614141');
SELECT serial.create_pool('asset', 'giai', '0614141', length => 5);
SELECT serial.create_pool('crate', 'grai', '00614141123452', length => 4);
SELECT serial.create_pool('bin', 'luhn', '42', length => 4, capacity => 3);
SELECT serial.create_pool('shelf', 'plain', 'SHELF-', length => 3);
SELECT name, scheme, prefix, length, capacity, issued, leased, remaining, guess_probability AS guess, state FROM serial.pools ORDER BY name;

-- One, and many
SELECT serial.issue('unit'), serial.issue('pallet'), serial.issue('asset');
SELECT serial.issue('crate'), serial.issue('bin'), serial.issue('shelf');
SELECT * FROM serial.issue('unit', 3);
SELECT count(*), count(DISTINCT v), min(v), max(v) FROM serial.issue('unit', 10000) AS v;
SELECT serial.issue('pallet', 2);

-- Burnt, not reused
BEGIN;
SELECT serial.issue('unit');
ROLLBACK;
SELECT serial.issue('unit');

-- As a column's default, row by row
CREATE TABLE made (id serial.serial(sgtin) PRIMARY KEY DEFAULT serial.issue('unit'), note text);
INSERT INTO made (note) VALUES ('a'), ('b');
COPY made (note) FROM stdin;
c
d
\.
SELECT * FROM made ORDER BY id;
DROP TABLE made;

-- The end of a pool
SELECT count(*) FROM serial.issue('bin', 2);
SELECT serial.issue('bin');
SELECT issued, remaining, state FROM serial.pools WHERE name = 'bin';

-- A closed pool issues nothing.
SELECT serial.close_pool('shelf');
SELECT serial.close_pool('nothing');
SELECT serial.issue('shelf');
SELECT state FROM serial.pools WHERE name = 'shelf';

-- Bad input, nothing consumed
SELECT serial.issue('nothing');
SELECT * FROM serial.issue('nothing', 3);
SELECT * FROM serial.issue('unit', 0);
SELECT * FROM serial.issue('unit', -1);
SELECT * FROM serial.issue('bin', 4);
SELECT serial.issue(NULL);
SELECT * FROM serial.issue(NULL, 3);
SELECT * FROM serial.issue('unit', NULL);
SELECT issued FROM serial.pools WHERE name = 'unit';
\set VERBOSITY terse
SELECT serial.create_pool('unit', 'sgtin', '80614141123458');
SELECT serial.create_pool(NULL, 'sgtin', '80614141123458');
SELECT serial.create_pool('', 'sgtin', '80614141123458');
SELECT serial.create_pool('x', 'nothing', '80614141123458');
SELECT serial.create_pool('x', 'sgtin', '80614141123457');
SELECT serial.create_pool('x', 'sgtin', '8061414112345');
SELECT serial.create_pool('x', 'sgtin', '80614141123458X');
SELECT serial.create_pool('x', 'sgtin', '80614141123458/A#');
SELECT serial.create_pool('x', 'sgtin', '80614141123458/' || repeat('A', 80));
SELECT serial.create_pool('x', 'sgtin', '80614141123458', length => 21);
SELECT serial.create_pool('x', 'sgtin', '80614141123458', length => 0);
SELECT serial.create_pool('x', 'sgtin', '80614141123458', length => -5);
SELECT serial.create_pool('x', 'sgtin', '80614141123458', length => 1000000);
SELECT serial.create_pool('x', 'sgtin', '80614141123458/ABC', length => 18);
SELECT serial.create_pool('x', 'sscc', '30614141', length => 8);
SELECT serial.create_pool('x', 'sscc', '306141411234567890');
SELECT serial.create_pool('x', 'sscc', '3061414A');
SELECT serial.create_pool('x', 'giai', 'ABC');
SELECT serial.create_pool('x', 'giai', '06', alphabet => 'alphanumeric');
SELECT serial.create_pool('x', 'cpi', '0614141PART', length => 6);
SELECT serial.create_pool('x', 'vin', '1M8GDM9AXKP', length => 6);
SELECT serial.create_pool('x', 'sscc', '40614141', alphabet => 'alphanumeric');
SELECT serial.create_pool('x', 'sgtin', '80614141123458', alphabet => 'A');
SELECT serial.create_pool('x', 'sgtin', '80614141123458', alphabet => 'ABCA');
SELECT serial.create_pool('x', 'sgtin', '80614141123458', alphabet => 'AB C');
SELECT serial.create_pool('x', 'sgtin', '80614141123458', alphabet => 'AB#');
SELECT serial.create_pool('x', 'sgtin', '80614141123458', alphabet => 'ABé');
SELECT serial.create_pool('x', 'sgtin', '80614141123458', alphabet => '');
SELECT serial.create_pool('x', 'sgtin', '80614141123458', alphabet => NULL);
SELECT serial.create_pool('x', 'sgtin', '80614141123458', capacity => 0);
SELECT serial.create_pool('x', 'sgtin', '80614141123458', length => 3, capacity => 1000);

-- Pools whose numbers could meet are refused ...
SELECT serial.create_pool('x', 'sgtin', '09506000134352');
SELECT serial.create_pool('x', 'sgtin', '09506000134352/');
SELECT serial.create_pool('x', 'sgtin', '09506000134352/1', length => 11);
SELECT serial.create_pool('x', 'sscc', '3');
SELECT serial.create_pool('x', 'sscc', '306141419');
-- ... a closed pool's too
SELECT serial.create_pool('x', 'plain', 'SHELF-', length => 3);
\set VERBOSITY default
-- ... and those that cannot are not.
SELECT serial.create_pool('other length', 'sgtin', '09506000134352', length => 11);
SELECT serial.create_pool('other letter', 'sgtin', '09506000134352/A', length => 11);
SELECT serial.create_pool('other scheme', 'lgtin', '09506000134352');
SELECT serial.create_pool('low range', 'giai', '061414', length => 6, capacity => 99999);
SELECT serial.create_pool('high range', 'giai', '0614142', length => 5);
SELECT serial.create_pool('x', 'giai', '06141400', length => 4);

-- Other alphabets count in theirs.
SELECT serial.create_pool('letters', 'plain', 'L-', length => 3, alphabet => 'ABC');
SELECT string_agg(serial.key(v), ' ') FROM serial.issue('letters', 26) AS v;
SELECT serial.create_pool('x', 'plain', 'L-B', length => 2, alphabet => 'BCD');
SELECT serial.create_pool('digits', 'plain', 'L-', length => 3);
SELECT serial.create_pool('other letters', 'plain', 'L-D', length => 2, alphabet => 'ABC');
SELECT serial.create_pool('x', 'plain', 'L-', length => 3, alphabet => 'CDEF');

-- Batches: one row each, and the numbers again from it
SELECT count(*) FROM serial.issue('digits', 20, 'order 4711');
SELECT b.pool = p.number AS pool, b.ordinals, b.lease, b.reference, b.issued_by = session_user AS by_me
FROM serial.batch AS b JOIN serial.pool AS p ON p.number = b.pool
WHERE p.name = 'digits' ORDER BY b.batch;
SELECT min(v), max(v), count(*) FROM serial.batch AS b, serial.batch_serials(b.batch) AS v WHERE b.reference = 'order 4711';
SELECT serial.batch_serials(1000000);

-- Each has a sequence of its own.
SELECT name, ordinals FROM serial.pool ORDER BY number LIMIT 3;

-- Prefixes with and without what stands between key and number are the same.
SELECT serial.create_pool('parts', 'cpi', '0614141PART/1', length => 3);
SELECT serial.create_pool('x', 'cpi', '0614141PART/11', length => 2);
SELECT serial.create_pool('cage', 'usdod', 'CAGEY.1', length => 3);
SELECT serial.create_pool('x', 'usdod', 'CAGEY.1', length => 3);
SELECT serial_internal.pool_prefix('cpi', '0614141PART'), serial_internal.pool_prefix('usdod', 'CAGEY'), serial_internal.pool_prefix('adi', 'CAGEY.P.'), serial_internal.pool_prefix('sscc', '3');

-- Number 0 of a pool behind another is one that only some pools never issue.
SELECT serial.create_pool('up to 100', 'plain', 'Q-', length => 3, capacity => 100);
SELECT serial.create_pool('x', 'plain', 'Q-1', length => 2, alphabet => '1023456789');
SELECT serial.create_pool('from 101', 'plain', 'Q-1', length => 2);
SELECT serial.create_pool('up to 1000000', 'plain', 'R-', length => 7, capacity => 1000000);
SELECT serial.create_pool('x', 'plain', 'R-1', length => 6, random => true, guess_bound => 1);

-- A VIN's check digit stands among what is issued.
SELECT serial.create_pool('x', 'vin', '1M8GDM9AX', length => 8);
SELECT serial.create_pool('german', 'vin', 'WVWZZZ1JZ', length => 8);
SELECT bool_and(serial.try_parse(v::text) = v) FROM serial.issue('german', 1000) AS v;

-- What could be forgotten is not issued.
BEGIN;
SELECT serial.create_pool('x', 'plain', 'forgotten-');
SELECT serial.issue('x');
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT serial.create_pool('x', 'plain', 'forgotten-');
ROLLBACK;

-- A snapshot from before does not outlive its transaction in what is kept.
SELECT serial.create_pool('kept', 'plain', 'KEPT-');
SELECT serial.issue('kept');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) > 0 AS snapshot FROM serial.pool;
SELECT serial.close_pool('kept');
SELECT serial.issue('kept');
ROLLBACK;
SELECT serial.issue('kept');

-- A trigger on the batches that makes the pools be read again
CREATE FUNCTION touch_pools() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE serial.pool SET open = open WHERE name = 'kept';
	PERFORM serial.origin('plain:KEPT-000000000001');
	RETURN NULL;
END $$;
CREATE TRIGGER touch_pools AFTER INSERT ON serial.batch FOR EACH ROW EXECUTE FUNCTION touch_pools();
SELECT serial.issue('kept', 3);
DROP TRIGGER touch_pools ON serial.batch;
DROP FUNCTION touch_pools;

-- The state of a sequence is read of sequences only.
SELECT serial_internal.last_allocated('serial.pool', 1, 10);
SELECT serial_internal.last_allocated(0, 1, 10);
