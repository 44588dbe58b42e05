-- The ledger, on the tree that hierarchy.sql has made: every unit of it issued by a
-- pool and commissioned, ten thousand an event.

SET client_min_messages = warning;

SELECT serial.create_pool('bench', 'sgtin', '09506000134352', length => 12);
SELECT setval(ordinals, first + capacity - 1) FROM serial.pool WHERE name = 'bench';
SELECT serial_internal.open_month(now());
CREATE TABLE bench.commissioning AS
SELECT b AS n, nextval('serial.event_sequence') AS event, now() AS record_time, '2026-02-01'::timestamptz + b * interval '1 second' AS event_time
FROM generate_series(0, (SELECT max(n) / 10000 FROM bench.unit)) AS b;
INSERT INTO serial.event (event, type, action, event_time, time_zone_offset, record_time, recorded_by, business_step, place, lot, is_accepted, digest)
SELECT event, 'ObjectEvent', 'ADD', event_time, '+00:00', record_time, 'bench', 'commissioning', 'urn:bench:plant', 'L' || n, true, sha256(event::text::bytea)
FROM bench.commissioning;
INSERT INTO serial.event_item (id, event_time, event, role, resulting_disposition, record_time)
SELECT u.id, c.event_time, c.event, 'item', 'active', c.record_time FROM bench.unit AS u JOIN bench.commissioning AS c ON c.n = u.n / 10000;
INSERT INTO serial.item (id, lot, expiry, disposition, since, place, place_since, first_event, commissioning_event, last_event)
SELECT u.id, 'L' || c.n || '-' || u.n % 2, '2030-12-31', 'active', c.event_time, 'urn:bench:plant', c.event_time, c.event, c.event, c.event
FROM bench.unit AS u JOIN bench.commissioning AS c ON c.n = u.n / 10000;
INSERT INTO serial.lot (gtin, lot, expiry)
SELECT '09506000134352', 'L' || c.n || '-' || i, '2030-12-31' FROM bench.commissioning AS c, generate_series(0, 1) AS i;
-- Of 100,000 more events, 29 are of one unit: so many that to read its thirty by
-- key is not to read them all.
CREATE TABLE bench.storing AS
SELECT n, CASE WHEN n % 3500 = 0 THEN 4321 ELSE 5000 + n * 31 % 80000 END AS unit_n, nextval('serial.event_sequence') AS event, now() AS record_time,
	   '2026-03-01'::timestamptz + n * interval '1 minute' AS event_time
FROM generate_series(0, 99999) AS n;
INSERT INTO serial.event (event, type, action, event_time, time_zone_offset, record_time, recorded_by, business_step, place, is_accepted, digest)
SELECT event, 'ObjectEvent', 'OBSERVE', event_time, '+00:00', record_time, 'bench', 'storing', 'urn:bench:shelf:' || n, true, sha256(event::text::bytea)
FROM bench.storing;
INSERT INTO serial.event_item (id, event_time, event, role, record_time)
SELECT u.id, s.event_time, s.event, 'item', s.record_time FROM bench.storing AS s JOIN bench.unit AS u ON u.n = s.unit_n;
VACUUM ANALYZE;

CREATE TABLE bench.thirty AS SELECT e.* FROM bench.unit AS u, serial.event_item AS i JOIN serial.event AS e ON e.event = i.event
WHERE u.n = 4321 AND i.id = u.id;
ALTER TABLE bench.thirty ADD PRIMARY KEY (event);

CREATE FUNCTION bench.trace(times integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE item serial.serial := (SELECT id FROM bench.unit WHERE n = 4321); found bigint;
BEGIN
	FOR i IN 1 .. times LOOP
		SELECT count(t.place) INTO found FROM serial.trace(item) AS t;
		ASSERT found = 30;
	END LOOP;
END $$;

CREATE FUNCTION bench.thirty_rows(times integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE keys bigint[] := (SELECT array_agg(event) FROM bench.thirty); found bigint;
BEGIN
	FOR i IN 1 .. times LOOP
		SELECT count(e.place) INTO found FROM serial.event AS e WHERE e.event = ANY (keys);
		ASSERT found = 30;
	END LOOP;
END $$;

CREATE FUNCTION bench.where_is(times integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE units serial.serial[] := (SELECT ids FROM bench.some_units); u serial.serial; at text;
BEGIN
	FOR i IN 1 .. times LOOP
		u := units[i];
		SELECT w.place INTO at FROM serial.where_is(u) AS w;
		ASSERT at IS NOT NULL;
	END LOOP;
END $$;

CREATE FUNCTION bench.verify(times integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE units serial.serial[] := (SELECT ids FROM bench.some_units); u serial.serial; v text;
BEGIN
	FOR i IN 1 .. times LOOP
		u := units[i];
		SELECT w.verdict INTO v FROM serial.verify(u) AS w;
		ASSERT v IN ('genuine', 'recalled');    -- ledger.sql and questions.sql have recalled lots
	END LOOP;
END $$;

SELECT bench.compare('trace of a unit with 30 events : reading 30 rows by key', 2,
	'SELECT bench.trace(300)', 'SELECT bench.thirty_rows(300)');

SELECT serial.recall('09506000134352', '{L20-1}', 'bench') AS recall \gset
SELECT bench.compare('recall of 5,000 units : upward recursive query', 0.1,
	format('SELECT count(outermost) FROM serial.recalled(%s)', :recall),
	$$WITH RECURSIVE up(id, top, depth) AS (
		SELECT i.id, i.id, 0 FROM serial.item AS i WHERE i.lot = 'L20-1'
		UNION ALL
		SELECT u.id, a.parent, u.depth + 1 FROM up AS u JOIN serial.aggregation AS a ON a.child = u.top)
	SELECT count(top) FROM (SELECT DISTINCT ON (id) id, top FROM up ORDER BY id, depth DESC) AS o$$);

-- Commissioning: the same rows into a table with the columns and indexes of
-- serial.item.
CREATE TABLE bench.item_copy (LIKE serial.item INCLUDING ALL);
INSERT INTO bench.item_copy SELECT * FROM serial.item;
VACUUM ANALYZE bench.item_copy;
CREATE SEQUENCE bench.lot_sequence;
CREATE FUNCTION bench.fresh(lot bigint) RETURNS serial.serial[] LANGUAGE sql AS $$
	SELECT array_agg(('(01)09506000134352(21)F' || lot || 'N' || n)::serial.serial) FROM generate_series(1, 100000) AS n
$$;
CREATE TABLE bench.fresh_lot AS SELECT n, bench.fresh(n) AS ids FROM generate_series(1, 16) AS n;
CREATE FUNCTION bench.commission() RETURNS void LANGUAGE plpgsql AS $$
DECLARE lot bigint := nextval('bench.lot_sequence');
BEGIN
	PERFORM serial.commission(f.ids, 'F' || lot, '2030-12-31', 'urn:bench:plant') FROM bench.fresh_lot AS f WHERE f.n = lot;
END $$;
CREATE SEQUENCE bench.row_sequence;
CREATE FUNCTION bench.insert_items() RETURNS void LANGUAGE plpgsql AS $$
DECLARE lot bigint := nextval('bench.row_sequence');
BEGIN
	INSERT INTO bench.item_copy (id, lot, expiry, disposition, since, place, place_since, first_event, last_event)
	SELECT i, 'F' || lot, '2030-12-31', 'active', now(), 'urn:bench:plant', now(), 1, 1
	FROM bench.fresh_lot AS f, unnest(f.ids) AS i WHERE f.n = lot;
END $$;
SELECT bench.compare('commissioning 100,000 : INSERT of as many rows', 3,
	'SELECT bench.commission()', 'SELECT bench.insert_items()', 5);

-- For pgbench.  Both sides read from memory: what was written first may have
-- left it, while the other side's table has just been made.
CREATE EXTENSION pg_prewarm;
SELECT sum(pg_prewarm(c.oid, 'read')) AS pages
FROM pg_class AS c LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
WHERE coalesce(i.indrelid, c.oid) IN ('serial.item'::regclass, 'serial.aggregation'::regclass, 'bench.item_copy'::regclass, 'bench.unit'::regclass);
CREATE TABLE bench.shipment (id serial.serial PRIMARY KEY, place text, shipped_at timestamptz);
CREATE INDEX ON bench.shipment (place);
CREATE INDEX ON bench.shipment (shipped_at);
CREATE SEQUENCE bench.shipment_sequence;
