-- Hierarchy: links that are damaged or lie elsewhere, and walks where nobody
-- expects them.

SET timezone = 'UTC';
DELETE FROM serial.aggregation;
DELETE FROM serial.aggregation_history;
CREATE FUNCTION item(name text)
RETURNS serial.serial
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT ('(01)80614141123458(21)' || name)::serial.serial;
END;

-- A cycle in the tables, as no function of the extension makes it: who meets it is reported.
INSERT INTO serial.aggregation
SELECT item(child), item(parent), '2026-01-01', true
FROM (VALUES ('a', 'b'), ('b', 'c'), ('c', 'd'), ('d', 'b')) AS v(child, parent);
SET statement_timeout = '20s';
SELECT serial.pack(item('a'), ARRAY[item('x')]);
SELECT serial.pack(item('c'), ARRAY[item('x')]);
SELECT count(*) FROM serial.contents(item('c'));
SELECT count(*) FROM serial.containers(item('a'));
SELECT count(*) FROM serial_internal.containment(item('a'));
SELECT count(*) FROM serial_internal.containment(item('b'));
SELECT count(*) FROM serial.where_is(item('a'));
SELECT item('a') <@ item('x');
SET serial.enable_direct_walk = off;
SELECT count(*) FROM serial.contents(item('c'));
SELECT count(*) FROM serial.containers(item('a'));
SELECT count(*) FROM serial_internal.containment(item('a'));
SELECT count(*) FROM serial.where_is(item('a'));
RESET serial.enable_direct_walk;
RESET statement_timeout;
DELETE FROM serial.aggregation;

-- Partitions of partitions of history are read and written as any.
CREATE TABLE year PARTITION OF serial.aggregation_history
	FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY RANGE (until);
CREATE TABLE spring PARTITION OF year FOR VALUES FROM ('2020-01-01') TO ('2020-07-01');
CREATE TABLE autumn PARTITION OF year DEFAULT;
ALTER TABLE year ADD PRIMARY KEY (child, until, until_event);
CREATE INDEX ON year (parent, until) INCLUDE (child, is_container, since);
SELECT serial.pack(item('a'), ARRAY[item('x')], '2020-03-01');
SELECT serial.pack(item('b'), ARRAY[item('x')], '2020-05-01', repack => true);
SELECT serial.pack(item('c'), ARRAY[item('x')], '2020-10-01', repack => true);
SELECT serial.unpack(ARRAY[item('x')], '2021-02-01');
SELECT tableoid::regclass, parent, until FROM serial.aggregation_history ORDER BY until;
SELECT month, serial.inside(item('x'), item('a'), month) AS in_a, serial.inside(item('x'), item('b'), month) AS in_b,
	   (SELECT container FROM serial.contents(item('c'), month)) AS in_c
FROM generate_series(timestamptz '2020-03-15', '2021-03-15', '3 months') AS month;
SELECT serial.pack(item('d'), ARRAY[item('x')], '2020-04-01');
SELECT serial.pack(item('x'), ARRAY[item('a')], '2020-04-01');
SELECT serial.unpack(ARRAY[item('a')], '2026-01-01');
DELETE FROM serial.aggregation_history;
DROP TABLE year;

-- Rows in a table of another kind are walked in SQL, and nothing can be packed.
CREATE TABLE elsewhere () INHERITS (serial.aggregation);
INSERT INTO elsewhere VALUES (item('x'), item('a'), '2026-01-01');
SELECT * FROM serial.contents(item('a'));
SELECT serial.pack(item('b'), ARRAY[item('y')]);
DROP TABLE elsewhere;   -- leaves no trace
SELECT serial.pack(item('b'), ARRAY[item('y')]);

-- Arrays of more than one dimension, and too long for a row
SELECT serial.pack(item('a'), ARRAY[[item('1'), item('2')], [item('3'), item('4')]]);
SELECT serial.unpack(ARRAY[[item('1')], [item('2')]]);
CREATE TABLE delivery (id integer, pallets serial.serial[]);
INSERT INTO delivery SELECT 1, array_agg(item('p' || i)) || item('a') FROM generate_series(1, 10000) AS i;
SELECT count(*) FROM delivery WHERE item('4') <@ pallets AND NOT pallets @> item('2');
SELECT i, item(i::text) <@ pallets AS delivered FROM generate_series(1, 4) AS i, delivery;
SELECT cardinality(serial_internal.contents_array(pallets)) FROM delivery;
DROP TABLE delivery;

-- What a cursor has begun to tell, it tells to the end; and a function that
-- returns rows may be left before it.
BEGIN;
DECLARE walk CURSOR FOR SELECT id FROM serial.contents(item('a')) ORDER BY id;
DECLARE ascent CURSOR FOR SELECT serial.container(item(i::text)) FROM generate_series(3, 4) AS i;
FETCH ascent;
SELECT serial.unpack_all(item('a'));
FETCH ALL walk;
FETCH ALL ascent;
ROLLBACK;
SELECT (serial.contents(item('a'))).depth FROM generate_series(1, 2) LIMIT 3;

-- What is remembered is forgotten when links change, when their change is
-- undone, and when somebody else asks; all asking is done in one place.
CREATE FUNCTION say_yes(times integer)
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
	yes integer := 0;
BEGIN
	FOR i IN 1 .. times LOOP
		yes := yes + ('(01)80614141123458(21)4' <@ '(01)80614141123458(21)z'::serial.serial)::integer;
	END LOOP;
	RETURN yes;
END;
$$;
CREATE ROLE regress_serial_tenant;
BEGIN ISOLATION LEVEL REPEATABLE READ;   -- with one snapshot for all
DO $$
BEGIN
	RAISE NOTICE 'before: % of 20', say_yes(20);
	BEGIN
		PERFORM serial.pack(item('z'), ARRAY[item('a')]);
		RAISE NOTICE 'packed: % of 20', say_yes(20);
		RAISE SQLSTATE 'UNDO1';
	EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
		RAISE NOTICE 'undone: % of 20', say_yes(20);
	END;
	PERFORM serial.pack(item('z'), ARRAY[item('a')]);
	RAISE NOTICE 'packed: % of 20', say_yes(20);
	PERFORM serial.unpack(ARRAY[item('a')], now() + interval '1 minute');
	RAISE NOTICE 'unpacked: % of 20', say_yes(20);
	SET LOCAL ROLE regress_serial_tenant;
	PERFORM say_yes(1);
END;
$$;
ROLLBACK;
DROP FUNCTION say_yes;

-- Under row security nothing is remembered, for a policy may hang on anything.
GRANT SELECT ON serial.aggregation TO regress_serial_tenant;
ALTER TABLE serial.aggregation ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON serial.aggregation USING (current_setting('regress.tenant') = '1');
SET ROLE regress_serial_tenant;
DO $$
DECLARE
	seen integer[] := '{0, 0}';
BEGIN
	FOR i IN 0 .. 79 LOOP
		PERFORM set_config('regress.tenant', (i / 40 + 1)::text, true);
		seen[i / 40 + 1] := seen[i / 40 + 1] + (item('4') <@ item('a'))::integer;
	END LOOP;
	RAISE NOTICE 'seen by each tenant: %', seen;
END;
$$;
RESET ROLE;
DROP POLICY tenant ON serial.aggregation;
ALTER TABLE serial.aggregation DISABLE ROW LEVEL SECURITY;

-- Rights are asked for when a plan is used, not when it is made.
CREATE TABLE unit AS SELECT item(i::text) AS id FROM generate_series(1, 4) AS i;
CREATE INDEX ON unit (id);
GRANT SELECT ON unit TO PUBLIC;
SET plan_cache_mode = force_generic_plan;
PREPARE inside AS SELECT count(*) FROM unit WHERE id <@ $1;
EXECUTE inside (item('a'));
SET ROLE regress_serial_tenant;
EXECUTE inside (item('a'));
RESET ROLE;
REVOKE SELECT ON serial.aggregation FROM regress_serial_tenant;
SET ROLE regress_serial_tenant;
EXECUTE inside (item('a'));
RESET ROLE;
DEALLOCATE inside;
RESET plan_cache_mode;
DROP ROLE regress_serial_tenant;

-- Workers walk as well as their leader.
ALTER TABLE unit SET (parallel_workers = 2);
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM unit WHERE id <@ '(01)80614141123458(21)a'::serial.serial;
SELECT count(*) FROM unit WHERE id <@ '(01)80614141123458(21)a'::serial.serial;
SET serial.enable_direct_walk = off;
SELECT count(*) FROM unit WHERE id <@ '(01)80614141123458(21)a'::serial.serial;
RESET ALL;

-- A trigger walks to what its statement has not changed yet.
CREATE TABLE reported (inside bigint, outermost serial.serial);
CREATE FUNCTION tell()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
	INSERT INTO public.reported SELECT count(*), serial.outermost(NEW.child) FROM serial.contents(NEW.parent);
	RETURN NEW;
END;
$$;
CREATE TRIGGER tell BEFORE INSERT OR UPDATE ON serial.aggregation FOR EACH ROW EXECUTE FUNCTION tell();
SELECT serial.pack(item('b'), ARRAY[item('a')]);
TABLE reported;
DROP TRIGGER tell ON serial.aggregation;
DROP FUNCTION tell;
DROP TABLE reported, unit;
DROP FUNCTION item;
DELETE FROM serial.aggregation;
DELETE FROM serial.aggregation_history;

-- The extension goes and comes again under a session that has plans of it.
SELECT current_database() AS here \gset
CREATE DATABASE regress_serial_again;
\c regress_serial_again
CREATE EXTENSION serial;
SET serial.enable_direct_walk = off;
SELECT serial.pack('(01)80614141123458(21)a', ARRAY['(01)80614141123458(21)x']);
SELECT * FROM serial.contents('(01)80614141123458(21)a');
DROP EXTENSION serial;
CREATE EXTENSION serial;
SELECT serial.pack('(01)80614141123458(21)a', ARRAY['(01)80614141123458(21)x']);
SELECT serial.pack('(01)80614141123458(21)b', ARRAY['(01)80614141123458(21)x'], repack => true);
SELECT * FROM serial.contents('(01)80614141123458(21)b');
SELECT * FROM serial.containers('(01)80614141123458(21)x', '2020-01-01');
SELECT serial.unpack_all('(01)80614141123458(21)b');
\c :here
DROP DATABASE regress_serial_again;
