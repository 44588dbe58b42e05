-- Retention: history in partitions, of which old ones can be detached.

\set SHOW_CONTEXT never
SET timezone = 'UTC';
DELETE FROM serial.aggregation_history;   -- of the tests before
\set pallet '(00)306141410000099994'
\set other '(00)306141410000099987'

-- Three cases change places in three years; what is inside them stays.
CREATE FUNCTION case_of(i integer) RETURNS serial.serial
RETURN ('(01)80614141123458(21)' || i)::serial.serial;
SELECT sum(serial.pack(case_of(i), ARRAY[('(01)09506000134352(21)' || i)::serial.serial], '2020-12-01')) AS units
FROM generate_series(1, 3) AS i;
SELECT serial.pack(:'pallet', ARRAY[case_of(1), case_of(2), case_of(3)], '2021-01-01');
SELECT serial.pack(:'other', ARRAY[case_of(1), case_of(2)], '2021-06-01', repack => true);
SELECT serial.pack(:'pallet', ARRAY[case_of(2)], '2022-01-01', repack => true);   -- ends with the year, to the time
SELECT serial.unpack(ARRAY[case_of(1)], '2022-06-01');
SELECT serial.pack(:'other', ARRAY[case_of(2), case_of(3)], '2023-06-01', repack => true);

-- All that can be known: contents and containers as of times on both sides of
-- every boundary, in both ways, and now.
CREATE FUNCTION known() RETURNS TABLE (direct text, at timestamptz, what text)
LANGUAGE plpgsql AS $$
DECLARE
	instants timestamptz[] := '{2021-03-01,2021-06-01,2021-12-31 23:59:59.999999,2022-01-01,2022-03-01,2022-07-01,2023-01-01,2023-07-01}';
BEGIN
	FOREACH direct IN ARRAY ARRAY['on', 'off'] LOOP
		PERFORM set_config('serial.enable_direct_walk', direct, true);
		FOREACH at IN ARRAY instants || NULL::timestamptz LOOP
			RETURN QUERY SELECT direct, at, format('%s in %s, %s', c.id, c.container, c.depth)
			FROM (VALUES (serial.parse('(00)306141410000099994')), ('(00)306141410000099987')) AS p(pallet),
				 serial.contents(pallet, at) AS c
			UNION ALL
			SELECT direct, at, format('%s around %s, %s', c.id, unit, c.depth)
			FROM (SELECT ('(01)09506000134352(21)' || i)::serial.serial FROM generate_series(1, 3) AS i) AS u(unit),
				 serial.containers(unit, at) AS c;
		END LOOP;
	END LOOP;
	PERFORM set_config('serial.enable_direct_walk', 'on', true);
END;
$$;
CREATE TABLE known_before AS SELECT * FROM known();
CREATE TABLE history_before AS SELECT * FROM serial.aggregation_history;
SELECT count(*) AS instants, sum(n) AS facts, bool_and(n % 2 = 0) AS both_ways
FROM (SELECT at, count(*) AS n FROM known_before GROUP BY at) AS k;

CREATE VIEW changed AS
SELECT (SELECT count(*) FROM (TABLE known_before EXCEPT ALL SELECT * FROM known()) AS lost) AS lost,
	   (SELECT count(*) FROM (SELECT * FROM known() EXCEPT ALL TABLE known_before) AS doubled) AS doubled,
	   (SELECT count(*) FROM (TABLE history_before EXCEPT ALL TABLE serial.aggregation_history) AS lost) AS rows_lost,
	   (SELECT count(*) FROM (TABLE serial.aggregation_history EXCEPT ALL TABLE history_before) AS doubled) AS rows_doubled;

-- Times that are none to cut at
SELECT serial.partition_history(NULL);
SELECT serial.partition_history('infinity');
SELECT serial.partition_history('-infinity');
SELECT serial.partition_history('4000-01-01');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT serial.partition_history('2022-01-01');
ROLLBACK;

-- Each interval goes where it ended; the time itself belongs to what follows.
SELECT serial.partition_history('2022-01-01');
SELECT serial.partition_history('2022-01-01');
SELECT serial.partition_history('2021-07-01');
SET timezone = 'Asia/Kolkata';
SET datestyle = 'SQL, DMY';
SELECT serial.partition_history('2022-06-01 12:30:00.5+05:30');
RESET datestyle;
SET timezone = 'UTC';
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
SELECT serial.partition_history('2023-01-01');
ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM PUBLIC;
SELECT c.oid::regclass AS partition, pg_get_expr(c.relpartbound, c.oid) AS bounds,
	   (SELECT count(*) FROM serial.aggregation_history AS h WHERE h.tableoid = c.oid) AS intervals,
	   obj_description(c.oid, 'pg_class') AS comment
FROM pg_class AS c JOIN pg_inherits AS i ON i.inhrelid = c.oid
WHERE i.inhparent = 'serial.aggregation_history'::regclass ORDER BY c.oid;
SELECT * FROM changed;

-- Made like the default one, and for nobody in particular
SELECT indexdef FROM pg_indexes WHERE tablename = 'aggregation_history_to_20220101' ORDER BY 1;
SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = 'serial.aggregation_history_to_20220101'::regclass AND contype IN ('c', 'p') ORDER BY 1;
SELECT has_table_privilege('public', 'serial.aggregation_history_to_20230101', 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE') AS open_to_all;
SELECT a.attname FROM pg_attribute AS a
WHERE a.attrelid = 'serial.aggregation_history_to_20220101'::regclass AND a.attnum > 0
  AND col_description(a.attrelid, a.attnum) IS NULL;

-- What is reported late finds its partition.
SELECT serial.pack(:'pallet', ARRAY[('(01)09506000134352(21)late')::serial.serial], '2021-02-01');
SELECT serial.unpack(ARRAY[('(01)09506000134352(21)late')::serial.serial], '2021-03-01');
SELECT tableoid::regclass, since, until FROM serial.aggregation_history WHERE child = '(01)09506000134352(21)late';
SELECT serial.pack(:'other', ARRAY[('(01)09506000134352(21)late')::serial.serial], '2021-02-15');
DELETE FROM serial.aggregation_history WHERE child = '(01)09506000134352(21)late';

-- A container that was none then is marked in every partition.
SELECT serial.pack('(01)09506000134352(21)1', ARRAY[serial.parse('luhn:79927398713')], '2021-01-15');
SELECT serial.unpack(ARRAY[serial.parse('luhn:79927398713')], '2022-03-15');
SELECT * FROM serial.containers('luhn:79927398713', '2022-03-01');
SELECT id, depth FROM serial.contents(:'other', '2022-03-01') ORDER BY depth, id;
SELECT id, depth FROM serial.contents(:'pallet', '2021-03-01') WHERE depth > 2;
DELETE FROM serial.aggregation_history WHERE child = 'luhn:79927398713';

-- Detaching, by an admin who owns nothing
CREATE ROLE regress_serial_admin;
CREATE ROLE regress_serial_operator;
CREATE ROLE regress_serial_reader;
SELECT serial.grant_access('regress_serial_admin', 'admin');
SELECT serial.grant_access('regress_serial_operator', 'operator');
SELECT serial.grant_access('regress_serial_reader', 'reader');
SET ROLE regress_serial_operator;
SELECT serial.partition_history('2023-02-01');
SELECT serial.detach_history('serial.aggregation_history_to_20220101');
SET ROLE regress_serial_admin;
SELECT serial.partition_history('2023-02-01');
SELECT serial.detach_history(NULL);
SELECT serial.detach_history('serial.aggregation_history_default');
SELECT serial.detach_history('serial.aggregation_history');
SELECT serial.detach_history('serial.aggregation');
SELECT serial.detach_history('pg_class');
ALTER TABLE serial.aggregation_history DETACH PARTITION serial.aggregation_history_to_20220101;
SELECT serial.detach_history('serial.aggregation_history_to_20220101');
SELECT child, parent, since, until FROM serial.aggregation_history_to_20220101 ORDER BY child, until;
SELECT serial.detach_history('serial.aggregation_history_to_20220101');
RESET ROLE;
SELECT pg_get_userbyid(relowner) = current_user AS owned_by_the_extensions_owner,
	   relispartition, has_table_privilege('regress_serial_reader', oid, 'SELECT') AS readers_read,
	   has_table_privilege('regress_serial_admin', oid, 'INSERT, UPDATE, DELETE, TRUNCATE') AS admins_write,
	   has_table_privilege('public', oid, 'SELECT') AS all_read
FROM pg_class WHERE oid = 'serial.aggregation_history_to_20220101'::regclass;

-- Now, and since the first of January, all is as it was; before, only what
-- lasted beyond is known.
SELECT count(*) AS changed FROM (TABLE known_before EXCEPT ALL SELECT * FROM known()) AS d WHERE at IS NULL OR at >= '2022-01-01';
SELECT count(*) AS doubled FROM (SELECT * FROM known() EXCEPT ALL TABLE known_before) AS d;
SELECT at, what FROM (TABLE known_before EXCEPT ALL SELECT * FROM known()) AS d WHERE direct = 'on' ORDER BY at, what;
SELECT id, depth FROM serial.contents(:'pallet', '2021-03-01') ORDER BY depth, id;

-- Packing goes on, and what is reported late of that time is kept aside.
SELECT serial.pack(:'pallet', ARRAY[('(01)09506000134352(21)late')::serial.serial], '2021-02-01');
SELECT serial.unpack(ARRAY[('(01)09506000134352(21)late')::serial.serial], '2021-03-01');
SELECT tableoid::regclass, since, until FROM serial.aggregation_history WHERE child = '(01)09506000134352(21)late';
SELECT serial.inside('(01)09506000134352(21)late', :'pallet', '2021-02-15');

-- It stays there, since partitions go on where they were.
SELECT serial.partition_history('2023-03-01');
SELECT tableoid::regclass FROM serial.aggregation_history WHERE child = '(01)09506000134352(21)late';

-- Attached again by hand: not beside what was reported meanwhile
ALTER TABLE serial.aggregation_history ATTACH PARTITION serial.aggregation_history_to_20220101 FOR VALUES FROM (MINVALUE) TO ('2022-01-01');
WITH late AS (DELETE FROM serial.aggregation_history_default WHERE until < '2022-01-01' RETURNING *)
INSERT INTO serial.aggregation_history_to_20220101 SELECT * FROM late;
ALTER TABLE serial.aggregation_history ATTACH PARTITION serial.aggregation_history_to_20220101 FOR VALUES FROM (MINVALUE) TO ('2022-01-01');
SELECT serial.inside('(01)09506000134352(21)late', :'pallet', '2021-02-15');
DELETE FROM serial.aggregation_history WHERE child = '(01)09506000134352(21)late';
SELECT * FROM changed;

-- Or row by row, which asks for nothing; then its name is free again.
SELECT serial.detach_history('serial.aggregation_history_to_20220101');
INSERT INTO serial.aggregation_history TABLE serial.aggregation_history_to_20220101;
SELECT * FROM changed;
DROP TABLE serial.aggregation_history_to_20220101;

-- A partition without the indexes is not walked wrongly.
SET serial.enable_direct_walk = on;
CREATE TABLE bare (LIKE serial.aggregation_history INCLUDING ALL);
WITH old AS (DELETE FROM serial.aggregation_history_default WHERE until < '2022-01-01' RETURNING *)
INSERT INTO bare SELECT * FROM old;
ALTER TABLE serial.aggregation_history ATTACH PARTITION bare FOR VALUES FROM (MINVALUE) TO ('2022-01-01');
SELECT count(*) FROM serial.contents(:'pallet', '2021-03-01');
CREATE INDEX bare_decoy1 ON bare (parent);
CREATE INDEX bare_decoy2 ON bare (parent, until DESC) INCLUDE (child, is_container, since);
CREATE INDEX bare_decoy3 ON bare (parent, until) INCLUDE (child, is_container, since) WHERE is_container;
SELECT count(*) FROM serial.contents(:'pallet', '2021-03-01');
SELECT count(*) FROM serial.contents(:'pallet');
CREATE INDEX bare_real ON bare (parent, until) INCLUDE (child, is_container, since);
ALTER TABLE bare ADD PRIMARY KEY (child, until, until_event);
SELECT * FROM changed;
SELECT serial.detach_history('bare');
DROP TABLE bare;
RESET serial.enable_direct_walk;

-- The first and only partition detached: another may be made of its name when
-- that is free.  Where policies hide rows, nobody is given the table.
SELECT serial.detach_history('serial.aggregation_history_to_20220601_070000500000');
SELECT serial.detach_history('serial.aggregation_history_to_20230101');
SELECT serial.detach_history('serial.aggregation_history_to_20230201');
SELECT serial.detach_history('serial.aggregation_history_to_20230301');
SELECT serial.partition_history('2023-03-01');
DROP TABLE serial.aggregation_history_to_20220601_070000500000, serial.aggregation_history_to_20230101,
	serial.aggregation_history_to_20230201, serial.aggregation_history_to_20230301;
SELECT serial.partition_history('2023-03-01');
SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'aggregation_history_to_20230301';
ALTER TABLE serial.aggregation_history ENABLE ROW LEVEL SECURITY;
SELECT serial.detach_history('serial.aggregation_history_to_20230301');
SELECT has_table_privilege('regress_serial_admin', 'serial.aggregation_history_to_20230301', 'SELECT') AS admins_read;
ALTER TABLE serial.aggregation_history DISABLE ROW LEVEL SECURITY;
DROP TABLE serial.aggregation_history_to_20230301;

DROP OWNED BY regress_serial_admin, regress_serial_operator, regress_serial_reader;
DROP ROLE regress_serial_admin, regress_serial_operator, regress_serial_reader;
DROP VIEW changed;
DROP TABLE known_before, history_before;
DROP FUNCTION known, case_of;
DELETE FROM serial.aggregation;
DELETE FROM serial.aggregation_history;
RESET timezone;
\set SHOW_CONTEXT errors
