-- The value: against uuid, and against its own text.

\if :{?rows}
\else
	\set rows 5000000
\endif
\echo Making :rows serials, uuids and texts ...
CREATE UNLOGGED TABLE bench.spelled AS
SELECT '(01)09506000134352(21)' || lpad((i::bigint * 7919 % 1000000000000)::text, 12, '0') AS s,
       md5(i::text)::uuid::text AS u
FROM generate_series(1, 500000) AS i;
CREATE UNLOGGED TABLE bench.item AS
SELECT ('(01)' || g || '(21)' || lpad(((i * 618970019642690) % 999999999989)::bigint::text, 12, '0'))::serial.serial AS s,
       gen_random_uuid() AS u
FROM (SELECT i, (ARRAY['09506000134352', '80614141123458', '09521234543213', '04006381333931'])[1 + (i % 4)::integer] AS g
      FROM generate_series(1::numeric, :rows) AS i) AS t;
VACUUM ANALYZE bench.spelled;
CREATE UNLOGGED TABLE bench.texts AS SELECT s::text AS t FROM bench.item;
VACUUM ANALYZE bench.item;
SELECT count(DISTINCT s) AS distinct_serials FROM bench.item;

SET max_parallel_workers_per_gather = 0;
SET max_parallel_maintenance_workers = 0;
SET jit = off;
SET work_mem = '1GB';
SET maintenance_work_mem = '1GB';

SELECT bench.compare('read an SGTIN from text : text::uuid', 0.5,
	'SELECT count(s::serial.serial) FROM bench.spelled',
	'SELECT count(u::uuid) FROM bench.spelled');
CREATE UNLOGGED TABLE bench.parsed AS SELECT s::serial.serial AS s, u::uuid AS u FROM bench.spelled;
VACUUM ANALYZE bench.parsed;
SELECT bench.compare('write an SGTIN as text : uuid::text', 1.0,
	'SELECT count(s::text) FROM bench.parsed',
	'SELECT count(u::text) FROM bench.parsed');

-- An import that keeps bad lines, 4 in 100, with the reasons (doc/reference/reading-and-writing.md)
CREATE UNLOGGED TABLE bench.line AS
SELECT CASE WHEN i % 50 = 0 THEN '(01)09506000134353(21)' || i
            WHEN i % 50 = 25 THEN '(01)09506000134352(21)é' || i
            ELSE '(01)09506000134352(21)' || lpad((i::bigint * 7919 % 1000000000000)::text, 12, '0') END AS raw
FROM generate_series(1, 100000) AS i;
VACUUM ANALYZE bench.line;
CREATE UNLOGGED TABLE bench.accepted (id serial.serial);
CREATE UNLOGGED TABLE bench.reject (raw text, message text, detail text);
SELECT bench.compare('import 100,000 lines with reasons of refusal : without', 1.5, $$
	TRUNCATE bench.accepted, bench.reject;
	WITH line AS MATERIALIZED (SELECT raw, serial.try_parse(raw) AS id FROM bench.line),
	     good AS (INSERT INTO bench.accepted SELECT id FROM line WHERE id IS NOT NULL)
	INSERT INTO bench.reject
	SELECT raw, d.message, d.detail FROM line, serial.diagnose(raw) AS d WHERE line.id IS NULL$$, $$
	TRUNCATE bench.accepted, bench.reject;
	WITH line AS MATERIALIZED (SELECT raw, serial.try_parse(raw) AS id FROM bench.line),
	     good AS (INSERT INTO bench.accepted SELECT id FROM line WHERE id IS NOT NULL)
	INSERT INTO bench.reject SELECT raw FROM line WHERE id IS NULL$$);

SELECT bench.compare('btree build : uuid, random order', 1.0,
	'DROP INDEX IF EXISTS bench.thing_s; CREATE INDEX thing_s ON bench.item (s)',
	'DROP INDEX IF EXISTS bench.thing_u; CREATE INDEX thing_u ON bench.item (u)', 3);
CREATE INDEX texts_t ON bench.texts (t);
SELECT bench.note('btree size, MB : text', 0.5,
	pg_relation_size('bench.thing_s') / 1e6, pg_relation_size('bench.texts_t') / 1e6);
SELECT bench.note('btree size, MB : uuid', 1.0,
	pg_relation_size('bench.thing_s') / 1e6, pg_relation_size('bench.thing_u') / 1e6);

CREATE UNLOGGED TABLE bench.probe AS
SELECT s, u FROM bench.item TABLESAMPLE SYSTEM (4) REPEATABLE (1) ORDER BY random() LIMIT 100000;
VACUUM ANALYZE bench.probe;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SELECT bench.compare('100,000 random point look-ups : uuid', 1.05,
	'SELECT count(*) FROM bench.probe AS p JOIN bench.item AS t ON t.s = p.s',
	'SELECT count(*) FROM bench.probe AS p JOIN bench.item AS t ON t.u = p.u');
RESET enable_hashjoin;
RESET enable_mergejoin;

-- A parameter of type varchar, as many drivers bind strings, and one of the type
CREATE FUNCTION bench.find_varchar() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	spelling varchar;
	found bigint := 0;
BEGIN
	FOR spelling IN SELECT s::text FROM bench.probe LIMIT 20000 LOOP
		found := found + (SELECT count(*) FROM bench.item WHERE s = spelling);
	END LOOP;
	RETURN found;
END;
$$;
CREATE FUNCTION bench.find_typed() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	id serial.serial;
	found bigint := 0;
BEGIN
	FOR id IN SELECT s::text FROM bench.probe LIMIT 20000 LOOP
		found := found + (SELECT count(*) FROM bench.item WHERE s = id);
	END LOOP;
	RETURN found;
END;
$$;
SELECT bench.compare('id = a varchar parameter : = a typed one', 1.2,
	'SELECT bench.find_varchar()', 'SELECT bench.find_typed()');

SET enable_sort = off;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
SELECT bench.compare('GROUP BY : uuid', 1.1,
	'SELECT count(*) FROM (SELECT s FROM bench.item GROUP BY s) AS g',
	'SELECT count(*) FROM (SELECT u FROM bench.item GROUP BY u) AS g', 3);
SET enable_mergejoin = off;
SET enable_nestloop = off;
SELECT bench.compare('hash join : uuid', 1.1,
	'SELECT count(*) FROM bench.item AS a JOIN bench.item AS b ON a.s = b.s',
	'SELECT count(*) FROM bench.item AS a JOIN bench.item AS b ON a.u = b.u', 3);
