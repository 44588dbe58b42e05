-- Issue, in bulk: against nextval and gen_random_uuid.

SELECT serial.create_pool('random', 'sgtin', '09506000134376', random => true, guess_bound => 0.01);
SELECT serial.create_pool('base32', 'sgtin', '80614141123458', length => 20, alphabet => 'base32', random => true);
CREATE SEQUENCE bench.plain;
CREATE TABLE bench.made (id serial.serial(sgtin) PRIMARY KEY);

SET max_parallel_workers_per_gather = 0;
SET jit = off;

SELECT bench.compare('issue 1,000,000 random, 12 digits : nextval', 1.0,
	$$SELECT count(*) FROM serial.issue('random', 1000000)$$,
	$$SELECT count(nextval('bench.plain')) FROM generate_series(1, 1000000)$$);
SELECT bench.compare('issue 1,000,000 random, 12 digits : gen_random_uuid', 0.3,
	$$SELECT count(*) FROM serial.issue('random', 1000000)$$,
	$$SELECT count(gen_random_uuid()) FROM generate_series(1, 1000000)$$);
SELECT bench.compare('issue 1,000,000 random, 20 of base32 : nextval', 1.5,
	$$SELECT count(*) FROM serial.issue('base32', 1000000)$$,
	$$SELECT count(nextval('bench.plain')) FROM generate_series(1, 1000000)$$);
SELECT bench.compare('issuing : INSERT ... SELECT of it, indexed', 0.333,
	$$SELECT count(*) FROM serial.issue('random', 200000)$$,
	$$INSERT INTO bench.made SELECT * FROM serial.issue('random', 200000)$$);

-- What origin and a primary key are asked, by pgbench
CREATE TABLE bench.known (id serial.serial(sgtin) PRIMARY KEY, n bigint);
INSERT INTO bench.known SELECT v, n FROM serial.issue('random', 1000000) WITH ORDINALITY AS i(v, n);
CREATE TABLE bench.asked AS SELECT id, row_number() OVER () AS k FROM (SELECT id FROM bench.known ORDER BY random() LIMIT 1000) AS s;
ALTER TABLE bench.asked ADD PRIMARY KEY (k);
VACUUM ANALYZE bench.known;
