-- Plans that are made while tables are empty, or taken to be, look rows up by key when there are
-- many.  In a database of its own.

SELECT current_database() AS db \gset
CREATE DATABASE regress_serial_planned_size;
\c regress_serial_planned_size
SET timezone = 'UTC';
SET client_min_messages = warning;
CREATE EXTENSION serial;

-- A table with pages, in which VACUUM found no row
SELECT array_agg(('plain:old' || n)::serial.serial) AS old FROM generate_series(1, 500) AS n \gset
SELECT serial.commission(:'old', at => '2026-01-01') > 0 AS commissioned;
SELECT serial.aggregate('plain:old', :'old', at => '2026-01-02') > 0 AS packed;
SELECT serial.disaggregate('plain:old', NULL, at => '2026-01-03') > 0 AS unpacked;
VACUUM (TRUNCATE false) serial.aggregation;
ANALYZE;
SELECT reltuples, relpages > 0 AS has_pages FROM pg_class WHERE oid = 'serial.aggregation'::regclass;

EXPLAIN (COSTS OFF) SELECT a.parent FROM unnest('{plain:a,plain:b}'::serial.serial[]) AS t(id)
	LEFT JOIN LATERAL (SELECT a.parent FROM serial.aggregation AS a WHERE a.child = t.id OFFSET 0) AS a ON true;
-- A table of one's own is planned as it is.
CREATE TABLE aggregation (child serial.serial PRIMARY KEY, parent serial.serial);
INSERT INTO aggregation VALUES ('plain:a', 'plain:b');
ANALYZE aggregation;
EXPLAIN (COSTS OFF) SELECT FROM aggregation WHERE child = 'plain:a';
DROP TABLE aggregation;

-- Steps of 500 items that read more than 200 rows of links for each of them, dead rows included.
-- To compare each with each reads 500.
CREATE FUNCTION links_read() RETURNS bigint LANGUAGE sql VOLATILE AS $$
	SELECT sum(pg_stat_get_xact_tuples_returned(c.oid))::bigint FROM pg_class AS c
	WHERE c.relname ~ '^aggregation' AND c.relnamespace = 'serial'::regnamespace $$;
CREATE FUNCTION items(name text) RETURNS serial.serial[] LANGUAGE sql AS $$
	SELECT array_agg(format('plain:%s%s', name, n)::serial.serial) FROM generate_series(1, 500) AS n $$;
CREATE FUNCTION last_event() RETURNS bigint LANGUAGE sql STABLE AS $$ SELECT max(event) FROM serial.event $$;
CREATE FUNCTION read_by(step text, command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	before CONSTANT bigint := links_read();
	rows_an_item numeric;
BEGIN
	EXECUTE command;
	rows_an_item := (links_read() - before) / 500.0;
	RETURN CASE WHEN rows_an_item > 200 THEN format('%s: %s rows an item', step, rows_an_item) END;
END $$;
CREATE FUNCTION run(name text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT r.many FROM (VALUES
		(1, 'commission', 'SELECT serial.commission(items(%1$L), at => ''2026-02-01'')'),
		(2, 'pack', 'SELECT serial.aggregate(%2$L, items(%1$L), at => ''2026-02-02'')'),
		(3, 'undo packing', 'SELECT serial.declare_error(last_event(), ''did_not_occur'')'),
		(4, 'pack', 'SELECT serial.aggregate(%2$L, items(%1$L), at => ''2026-02-02'')'),
		(5, 'pack again', 'SELECT serial.aggregate(%2$L, items(%1$L), at => ''2026-02-02'')'),
		(6, 'dispense', 'SELECT serial.dispense(items(%1$L), ''shop'', at => ''2026-02-04'')'),
		(7, 'undo dispensing', 'SELECT serial.declare_error(last_event(), ''did_not_occur'')'),
		(8, 'unpack', 'SELECT serial.disaggregate(%2$L, items(%1$L), at => ''2026-02-05'')'),
		(9, 'undo unpacking', 'SELECT serial.declare_error(last_event(), ''did_not_occur'')'),
		(10, 'unpack all', 'SELECT serial.disaggregate(%2$L, NULL, at => ''2026-02-06'')')) AS c(n, step, command)
	CROSS JOIN LATERAL read_by(c.step, format(c.command, name, 'plain:' || name)) AS r(many)
	WHERE r.many IS NOT NULL $$;
BEGIN;
SELECT run('a');
SELECT run('b');
SELECT run('c');
SELECT run('d');
SELECT run('e');
SELECT run('f');
SELECT run('g');
COMMIT;
SELECT * FROM serial.check_state();

\c :db
DROP DATABASE regress_serial_planned_size;
