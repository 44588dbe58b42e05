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

\c :db
DROP DATABASE regress_serial_indexes;
