-- Citizenship: order, indexes, joins, partitions, statistics.

-- Order: scheme, key, number; digits before letters, shorter before longer.
SELECT v FROM unnest(ARRAY[
	'plain:a', '(00)302335678902000022', '(01)09506000134352',
	'(01)09506000134352(21)10', '(01)09506000134352(21)1', '(01)09506000134352(21)01',
	'(01)09506000134352(21)9', '(01)09506000134352(21)A', '(01)09506000134352(21)a',
	'(01)80614141123458(21)1']::serial.serial[]) AS v
ORDER BY v;
SELECT a < b AS lt, a <= b AS le, a = b AS eq, a <> b AS ne, a >= b AS ge, a > b AS gt
FROM (VALUES ('(01)09506000134352(21)1'::serial.serial, '(01)09506000134352(21)2'::serial.serial),
             ('(01)09506000134352(21)2', '(01)09506000134352(21)2'),
             ('(01)09506000134352(21)3', '(01)09506000134352(21)2')) AS p(a, b);
SELECT min(v), max(v) FROM unnest(ARRAY['luhn:79927398713', '(00)302335678902000022', NULL]::serial.serial[]) AS v;

-- A population: three GTINs, numbers of digits, capitals and ASCII
CREATE TABLE unit AS
SELECT ('(01)' || g || '(21)' || CASE i % 3 WHEN 0 THEN lpad(i::text, 12, '0')
                                            WHEN 1 THEN 'AB' || i
                                            ELSE 'ab' || i END)::serial.serial AS id, i AS n
FROM unnest(ARRAY['09506000134352', '80614141123458', '09521234543213']) AS g,
     generate_series(1, 5000) AS i;
ANALYZE unit;

-- Sorting agrees with comparing, abbreviated or not.
SELECT count(*) FROM (SELECT id, lag(id) OVER (ORDER BY id) AS previous FROM unit) AS s
WHERE NOT previous < id;
-- ... also when one key fills the sort and others lie on both sides of it
SELECT count(*) FROM (
	SELECT v, lag(v) OVER (ORDER BY v) AS previous
	FROM (SELECT id FROM unit WHERE id > '(01)80614141123458(21)ab4'
	      UNION ALL VALUES ('(00)302335678902000022'::serial.serial), ('(01)09506000134352'), ('plain:z'), ('(8004)06141419876')
	      UNION ALL SELECT id FROM unit) AS u(v)) AS s
WHERE previous > v;

CREATE UNIQUE INDEX unit_id ON unit (id);
INSERT INTO unit SELECT id FROM unit LIMIT 1;
SELECT amname, bool_and(amvalidate(opc.oid)) AS valid
FROM pg_opclass AS opc JOIN pg_am AS am ON am.oid = opc.opcmethod
WHERE opc.opcnamespace = 'serial'::regnamespace GROUP BY amname ORDER BY amname;

SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT n FROM unit WHERE id = 'urn:epc:id:sgtin:9506000.013435.AB4';
SELECT n FROM unit WHERE id = 'urn:epc:id:sgtin:9506000.013435.AB4';
EXPLAIN (COSTS OFF) SELECT n FROM unit WHERE id IN ('(01)09506000134352(21)AB4', '(01)09506000134352(21)AB7');
EXPLAIN (COSTS OFF) SELECT n FROM unit WHERE id > '(01)80614141123458(21)ab4998' ORDER BY id;
SELECT id FROM unit WHERE id > '(01)80614141123458(21)ab995' ORDER BY id;
RESET enable_seqscan;
RESET enable_bitmapscan;

-- Joins and grouping.  Two tables, for PostgreSQL 18 removes a join of one with itself.
CREATE TABLE seen AS SELECT id FROM unit WHERE n <= 1000;
CREATE UNIQUE INDEX seen_id ON seen (id);
ANALYZE seen;
SET enable_nestloop = off;
SET enable_mergejoin = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM unit JOIN seen USING (id);
SELECT count(*) FROM unit JOIN seen USING (id);
SET enable_mergejoin = on;
SET enable_hashjoin = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM unit JOIN seen USING (id);
SELECT count(*) FROM unit JOIN seen USING (id);
RESET enable_nestloop;
RESET enable_mergejoin;
RESET enable_hashjoin;
SET enable_sort = off;
EXPLAIN (COSTS OFF) SELECT id, count(*) FROM unit GROUP BY id;
RESET enable_sort;

-- Hash index
CREATE INDEX unit_hash ON unit USING hash (id);
DROP INDEX unit_id;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT n FROM unit WHERE id = '(01)09506000134352(21)AB4';
SELECT n FROM unit WHERE id = '(01)09506000134352(21)AB4';
RESET enable_seqscan;

-- The extended hash with seed 0 agrees with the plain one.
SELECT count(*) FROM unit
WHERE serial_internal.serial_hash(id)::bigint & 4294967295 <> serial_internal.serial_hash_extended(id, 0) & 4294967295
   OR serial_internal.serial_hash_extended(id, 0) = serial_internal.serial_hash_extended(id, 1);

-- Duplicates share their index entry.
CREATE TABLE many AS SELECT '(01)09506000134352'::serial.serial AS id FROM generate_series(1, 20000);
CREATE INDEX many_deduplicated ON many (id);
CREATE INDEX many_not ON many (id) WITH (deduplicate_items = off);
SELECT pg_relation_size('many_deduplicated') * 2 < pg_relation_size('many_not') AS deduplicated;

-- Partitions by hash and by range
CREATE TABLE by_hash (id serial.serial(sgtin) PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE by_hash_0 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_hash_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO by_hash SELECT id FROM unit;
SELECT count(*) BETWEEN 7000 AND 8000 AS even FROM by_hash_0;
EXPLAIN (COSTS OFF) SELECT * FROM by_hash WHERE id = '(01)09506000134352(21)AB4';
CREATE TABLE by_range (id serial.serial) PARTITION BY RANGE (id);
CREATE TABLE by_range_low PARTITION OF by_range FOR VALUES FROM (MINVALUE) TO ('(01)09521234543213(21)1');
CREATE TABLE by_range_high PARTITION OF by_range FOR VALUES FROM ('(01)09521234543213(21)1') TO (MAXVALUE);
INSERT INTO by_range SELECT id FROM unit;
SELECT tableoid::regclass, serial.gtin(id), count(*) FROM by_range GROUP BY 1, 2 ORDER BY 1, 2;

-- Statistics are gathered: a histogram, no common values
SELECT n_distinct, histogram_bounds IS NOT NULL AS histogram
FROM pg_stats WHERE tablename = 'unit' AND attname = 'id';

-- BRIN, on a table that is stored in order
CREATE TABLE ordered AS SELECT id, n FROM unit ORDER BY id;
CREATE INDEX ordered_id ON ordered USING brin (id) WITH (pages_per_range = 1);
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT n FROM ordered WHERE id = '(01)09506000134352(21)AB4';
SELECT n FROM ordered WHERE id = '(01)09506000134352(21)AB4';
SELECT count(*) FROM ordered WHERE id BETWEEN '(01)09506000134352(21)AB4' AND '(01)09506000134352(21)AB7';
RESET enable_seqscan;
DROP TABLE ordered;

-- Arrays of values in GIN
CREATE TABLE shipment (n integer, ids serial.serial[]);
INSERT INTO shipment SELECT n / 10, array_agg(id) FROM unit GROUP BY n / 10;
CREATE INDEX shipment_ids ON shipment USING gin (ids);
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT n FROM shipment WHERE ids @> ARRAY['(01)09506000134352(21)AB4']::serial.serial[];
SELECT n FROM shipment WHERE ids @> ARRAY['(01)09506000134352(21)AB4']::serial.serial[];
RESET enable_seqscan;
DROP TABLE unit, seen, many, by_hash, by_range, shipment;
