-- An index is used only if it is what the extension made it.  Where it is not, walks
-- ask in SQL, and what cannot ask in SQL says what is missing.

SELECT current_database() AS db \gset
CREATE DATABASE regress_serial_indexes TEMPLATE template0;
\c regress_serial_indexes
SET client_min_messages = warning;
CREATE EXTENSION serial;
SELECT serial.pack('plain:case', '{plain:a,plain:b,plain:c}', '2026-01-01'), serial.pack('plain:pallet', '{plain:case}', '2026-01-01');
SELECT serial.commission('{plain:a}', at => '2026-01-01') > 0 AS begun;
CREATE FUNCTION look() RETURNS TABLE (now bigint, past bigint, up text, inside boolean, traced bigint, verdict text) LANGUAGE sql AS $$
	SELECT (SELECT count(*) FROM serial.contents('plain:pallet')), (SELECT count(*) FROM serial.contents('plain:pallet', '2026-01-02')),
		serial.outermost('plain:a')::text, serial.inside('plain:a', 'plain:pallet', '2026-01-02'),
		(SELECT count(*) FROM serial.trace('plain:a')), (serial.verify('plain:a')).verdict $$;
CREATE FUNCTION says(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	EXECUTE command;
	RETURN 'done';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' ' || detail;
END $$;
SELECT * FROM look();

-- one that is not valid, as CREATE INDEX CONCURRENTLY leaves behind if it fails
DROP INDEX serial.aggregation_parent_idx;
SELECT * FROM look();
INSERT INTO serial.aggregation (child, parent, since) VALUES ('plain:twin', 'plain:case', '2026-01-01');
CREATE FUNCTION fails(serial.serial) RETURNS serial.serial LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF $1 = 'plain:twin' THEN RAISE 'not this one'; END IF;
	RETURN $1;
END $$;
CREATE INDEX CONCURRENTLY aggregation_parent_idx ON serial.aggregation (parent, fails(child)) INCLUDE (is_container, since, since_event);
DELETE FROM serial.aggregation WHERE child = 'plain:twin';
SELECT indisvalid FROM pg_index WHERE indexrelid = 'serial.aggregation_parent_idx'::regclass;
SELECT * FROM look();
DROP INDEX serial.aggregation_parent_idx;
CREATE INDEX aggregation_parent_idx ON serial.aggregation (parent, child) INCLUDE (is_container, since, since_event);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'serial.aggregation_parent_idx'::regclass;
SELECT * FROM look();
SELECT says($$SELECT serial.pack('plain:pallet', '{plain:other}', '2026-01-03')$$);

-- others of that name: of other columns, of another order, of another kind, of a part
-- of the rows, of another table
DROP INDEX serial.aggregation_parent_idx;
CREATE INDEX aggregation_parent_idx ON serial.aggregation (child, parent) INCLUDE (is_container, since, since_event);
SELECT * FROM look();
DROP INDEX serial.aggregation_parent_idx;
CREATE INDEX aggregation_parent_idx ON serial.aggregation (parent DESC, child) INCLUDE (is_container, since, since_event);
SELECT * FROM look();
DROP INDEX serial.aggregation_parent_idx;
CREATE INDEX aggregation_parent_idx ON serial.aggregation USING hash (parent);
SELECT * FROM look();
DROP INDEX serial.aggregation_parent_idx;
CREATE INDEX aggregation_parent_idx ON serial.aggregation (parent, child) INCLUDE (is_container, since, since_event) WHERE is_container;
SELECT * FROM look();
SELECT says($$SELECT serial.pack('plain:pallet', '{plain:other}', '2026-01-03')$$);
DROP INDEX serial.aggregation_parent_idx;
CREATE INDEX aggregation_parent_idx ON serial.item (place, id);
SELECT * FROM look();
DROP INDEX serial.aggregation_parent_idx;

-- one of another name serves as well
CREATE INDEX by_parent ON serial.aggregation (parent, child) INCLUDE (is_container, since, since_event);
SELECT * FROM look();
SELECT says($$SELECT serial.pack('plain:pallet', '{plain:other}', '2026-01-03')$$);

-- the primary keys
ALTER TABLE serial.aggregation DROP CONSTRAINT aggregation_pkey;
SELECT * FROM look();
SELECT says($$SELECT serial.pack('plain:pallet', '{plain:more}', '2026-01-03')$$);
ALTER TABLE serial.aggregation ADD PRIMARY KEY (child);
ALTER TABLE serial.item DROP CONSTRAINT item_pkey;
SELECT * FROM look();
SELECT says($$SELECT serial.receive('{plain:a}', 'shop')$$);
ALTER TABLE serial.item ADD PRIMARY KEY (id);
SELECT says($$SELECT serial.receive('{plain:a}', 'shop')$$);

-- the index of a partition
SELECT format('event_item_%s', to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')) AS month, format('event_item_%s_pkey', to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')) AS month_pkey \gset
ALTER TABLE serial.:month DROP CONSTRAINT :"month_pkey";
SELECT * FROM look();

-- those that tell whether an event that is reported late may concern what has left since
CREATE FUNCTION prepare(n integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM serial.commission(ARRAY[format('plain:left%s', n), format('plain:voided%s', n)]::serial.serial[], place => 'plant', at => '2026-02-01');
	PERFORM serial.pack(format('plain:box%s', n)::serial.serial, ARRAY[format('plain:left%s', n), format('plain:voided%s', n)]::serial.serial[], '2026-02-02');
	PERFORM serial.ship(ARRAY[format('plain:box%s', n)]::serial.serial[], 'plant', 'customer', at => '2026-02-03');
	PERFORM serial.unpack(ARRAY[format('plain:left%s', n)]::serial.serial[], '2026-02-10');
	PERFORM serial.record('ObjectEvent', 'OBSERVE', ARRAY[format('plain:voided%s', n)]::serial.serial[], 'void_shipping', at => '2026-02-10');
END $$;
CREATE FUNCTION late(n integer) RETURNS TABLE (item text, disposition text, place text, outermost text) LANGUAGE sql VOLATILE AS $$
	SELECT serial.receive(ARRAY[format('plain:box%s', n)]::serial.serial[], 'dock', at => '2026-02-05');
	SELECT serial.ship(ARRAY[format('plain:box%s', n)]::serial.serial[], 'dock', 'other', at => '2026-02-07');
	SELECT i.id, w.disposition, w.place, w.outermost::text
	FROM unnest(ARRAY[format('plain:left%s', n), format('plain:voided%s', n)]) AS i(id), serial.where_is(i.id::serial.serial) AS w;
$$;
SELECT prepare(n) FROM generate_series(1, 3) AS g(n);
SELECT * FROM late(1);
SELECT format('event_%s_event_time_idx1', to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')) AS of_void_shipping \gset
DROP INDEX serial.:"of_void_shipping";
SELECT * FROM late(2);
DROP INDEX serial.aggregation_history_default_until_idx;
SELECT * FROM late(3);
SELECT * FROM serial.check_state();

\c :db
DROP DATABASE regress_serial_indexes;
