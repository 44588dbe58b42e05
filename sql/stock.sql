-- serial_internal.current_items_at finds the items of which serial_internal.current_state, asked one by one, says
-- that they are at a place: however they are nested, and in both ways that walks go.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SET jit = off;

-- units of a lot, by number
CREATE FUNCTION u(lot text, first integer, last integer) RETURNS serial.serial[] LANGUAGE sql AS $$
	SELECT array_agg(('(01)09506000134352(21)' || lot || lpad(n::text, 4, '0'))::serial.serial ORDER BY n) FROM generate_series(first, last) AS n
$$;

-- What is in nothing is where its own row says, also if no event was about it.
CREATE FUNCTION one_by_one(place text)
RETURNS TABLE (id serial.serial, disposition text, lot text, expiry date) LANGUAGE sql AS $$
	SELECT t.id, CASE WHEN serial.container(t.id) IS NULL THEN i.disposition ELSE p.disposition END, i.lot, i.expiry
	FROM (SELECT i.id FROM serial.item AS i UNION SELECT a.child FROM serial.aggregation AS a UNION SELECT a.parent FROM serial.aggregation AS a) AS t
	LEFT JOIN serial.item AS i ON i.id = t.id
	LEFT JOIN LATERAL serial_internal.current_state(t.id) AS p ON true
	WHERE CASE WHEN serial.container(t.id) IS NULL THEN i.place ELSE p.place END = one_by_one.place
$$;

-- How many items are at places, and how many answers are there in one way only.
CREATE FUNCTION compare(places text[]) RETURNS TABLE (direct_walk text, place text, items bigint, together_only bigint, one_by_one_only bigint)
LANGUAGE plpgsql AS $$
BEGIN
	FOREACH direct_walk IN ARRAY '{on,off}'::text[] LOOP
		PERFORM set_config('serial.enable_direct_walk', direct_walk, true);
		FOREACH place IN ARRAY places LOOP
			RETURN QUERY SELECT direct_walk, place, (SELECT count(*) FROM serial_internal.current_items_at(place)),
				(SELECT count(*) FROM (SELECT * FROM serial_internal.current_items_at(place) EXCEPT ALL SELECT * FROM one_by_one(place)) AS d),
				(SELECT count(*) FROM (SELECT * FROM one_by_one(place) EXCEPT ALL SELECT * FROM serial_internal.current_items_at(place)) AS d);
		END LOOP;
	END LOOP;
	PERFORM set_config('serial.enable_direct_walk', 'on', true);
END $$;

-- What is at a place: the first and the last of those that are alike, and how many.
CREATE FUNCTION answers(place text) RETURNS TABLE (first text, last text, items bigint, disposition text, lot text, expiry date) LANGUAGE sql AS $$
	SELECT min(p.id)::text, max(p.id)::text, count(*), p.disposition, p.lot, p.expiry
	FROM serial_internal.current_items_at(place) AS p GROUP BY 4, 5, 6 ORDER BY min(p.id)
$$;

-- ---------------------------------------------------------------------------
-- Loose items; of one no event tells
SELECT serial.commission(u('A', 1, 20), 'A', '2099-12-31', 'plant', '2026-01-01') IS NOT NULL AS ok,
	   serial.dispense(u('A', 3, 3), 'plant', '2026-01-02') IS NOT NULL AS ok,
	   serial.receive(u('A', 4, 5), 'depot', at => '2026-01-02') IS NOT NULL AS ok;
INSERT INTO serial.item (id, lot, place, disposition) VALUES ('plain:untold', 'N', 'plant', 'active');
SELECT * FROM answers('plant');
SELECT * FROM answers('depot');
SELECT * FROM compare('{plant,depot,nowhere}');
SELECT count(*) FROM serial_internal.current_items_at(NULL);

-- ---------------------------------------------------------------------------
-- Nested: cases on a pallet in a container with a item beside them, of which only
-- the units were ever said to be anywhere; and units in units.
SELECT serial.commission(u('B', 1, 40), 'B', '2099-12-31', 'plant', '2026-01-01') IS NOT NULL AS ok;
SELECT serial.pack('plain:case-1', u('B', 1, 10), '2026-01-02'), serial.pack('plain:case-2', u('B', 11, 20), '2026-01-02'),
	   serial.pack('plain:pallet', '{plain:case-1,plain:case-2}', '2026-01-02'),
	   serial.pack('plain:container', u('B', 21, 21) || 'plain:pallet'::serial.serial, '2026-01-02'),
	   serial.pack((u('B', 22, 22))[1], u('B', 23, 25), '2026-01-02'), serial.pack((u('B', 23, 23))[1], u('B', 26, 27), '2026-01-02');
-- the units are at the plant, and what they are in is nowhere
SELECT * FROM answers('plant') WHERE lot = 'B' OR lot IS NULL;
SELECT serial.receive('{plain:container}', 'shop', at => '2026-01-03') IS NOT NULL AS ok;
SELECT serial.receive(u('B', 22, 22), 'shop', at => '2026-01-03') IS NOT NULL AS ok;
SELECT * FROM answers('shop');
SELECT * FROM answers('plant') WHERE lot = 'B' OR lot IS NULL;
SELECT * FROM compare('{plant,shop}');

-- ---------------------------------------------------------------------------
-- One of it was recorded to be elsewhere since, and so was a case with what is in it; and
-- a pallet that is stated to be where one of its cases already was.
SELECT serial.receive(u('B', 1, 1), 'fridge', at => '2026-01-04') IS NOT NULL AS ok,
	   serial.receive('{plain:case-2}', 'fridge', at => '2026-01-04') IS NOT NULL AS ok,
	   serial.receive(u('B', 12, 12), 'shop', at => '2026-01-05') IS NOT NULL AS ok;
SELECT * FROM answers('shop');
SELECT * FROM answers('fridge');
SELECT * FROM compare('{plant,shop,fridge}');
SELECT serial.receive('{plain:pallet}', 'fridge', at => '2026-01-06') IS NOT NULL AS ok;
SELECT * FROM answers('shop');
SELECT * FROM answers('fridge');
SELECT * FROM compare('{plant,shop,fridge}');

-- ---------------------------------------------------------------------------
-- Recorded to be here in a container that was recorded to be elsewhere before, and one that
-- was after.
SELECT serial.commission(u('C', 1, 20), 'C', '2099-12-31', 'plant', '2026-01-01') IS NOT NULL AS ok;
SELECT serial.pack('plain:before', u('C', 1, 5), '2026-01-02'), serial.pack('plain:after', u('C', 6, 10), '2026-01-02');
SELECT serial.receive('{plain:before}', 'elsewhere', at => '2026-01-03') IS NOT NULL AS ok,
	   serial.receive(u('C', 1, 2) || u('C', 6, 7), 'here', at => '2026-01-04') IS NOT NULL AS ok,
	   serial.receive('{plain:after}', 'elsewhere', at => '2026-01-05') IS NOT NULL AS ok;
SELECT * FROM answers('here');
SELECT * FROM answers('elsewhere');
SELECT * FROM compare('{here,elsewhere,plant}');

-- ---------------------------------------------------------------------------
-- What joined a container after that was recorded to be here is where it was before; so is
-- a case that joined a pallet, with what was in it.
SELECT serial.commission(u('D', 1, 20), 'D', '2099-12-31', 'plant', '2026-01-01') IS NOT NULL AS ok;
SELECT serial.pack('plain:joined', u('D', 1, 5), '2026-01-02'), serial.pack('plain:late-case', u('D', 6, 10), '2026-01-02');
SELECT serial.receive('{plain:joined}', 'dock', at => '2026-01-03') IS NOT NULL AS ok;
SELECT serial.pack('plain:joined', u('D', 11, 12) || 'plain:late-case'::serial.serial, '2026-01-04'),
	   serial.pack('plain:late-case', u('D', 13, 14), '2026-01-04');
SELECT * FROM answers('dock');
SELECT * FROM compare('{dock,plant}');
-- until something is stated of it again
SELECT serial.receive('{plain:joined}', 'dock', at => '2026-01-05') IS NOT NULL AS ok;
SELECT * FROM answers('dock');
SELECT * FROM compare('{dock,plant}');
-- which is not said of what comes into one of its cases later
SELECT serial.pack('plain:late-case', u('D', 15, 16), '2026-01-06');
SELECT * FROM answers('dock');
SELECT * FROM compare('{dock,plant}');

-- ---------------------------------------------------------------------------
-- What has left or ended stays where it did, by itself or with its container.
SELECT serial.commission(u('F', 1, 20), 'F', '2099-12-31', 'plant', '2026-01-01') IS NOT NULL AS ok,
	   serial.commission('{plain:final-case}', place => 'plant', at => '2026-01-01') IS NOT NULL AS ok;
SELECT serial.pack('plain:final-case', u('F', 1, 5), '2026-01-02'), serial.pack('plain:final-other', u('F', 6, 10), '2026-01-02'),
	   serial.pack('plain:final-pallet', '{plain:final-case,plain:final-other}', '2026-01-03');
SELECT serial.dispense(u('F', 6, 6), 'pharmacy', '2026-01-04') IS NOT NULL AS ok,
	   serial.decommission('{plain:final-case}', 'destroyed', 'oven', '2026-01-04') IS NOT NULL AS ok,
	   serial.receive('{plain:final-pallet}', 'ward', at => '2026-01-05') IS NOT NULL AS ok;
SELECT * FROM answers('pharmacy');
SELECT * FROM answers('oven');
SELECT * FROM answers('ward');
SELECT * FROM compare('{pharmacy,oven,ward,plant}');

-- ---------------------------------------------------------------------------
-- What is asked of it: stock, without what is on its way, has left or has ended, and
-- what expires, each item once.
SELECT serial.commission(u('G', 1, 6), 'G', '2026-06-30', 'yard', '2026-01-01') IS NOT NULL AS ok,
	   serial.commission(u('H', 1, 6), 'H', '2099-12-31', 'yard', '2026-01-01') IS NOT NULL AS ok;
SELECT serial.aggregate('plain:stock', u('G', 1, 3) || u('H', 1, 3), 'yard', '2026-01-02') IS NOT NULL AS ok,
	   serial.aggregate('(01)04006381333931(21)BOX', '{plain:stock}', 'yard', '2026-01-02') IS NOT NULL AS ok,
	   serial.dispense(u('G', 4, 4), 'yard', '2026-01-03') IS NOT NULL AS ok,
	   serial.ship(u('G', 5, 5), 'yard', 'shop', at => '2026-01-03') IS NOT NULL AS ok;
SELECT * FROM answers('yard');
SELECT * FROM compare('{yard}');
SELECT * FROM serial.items_at('yard') AS t ORDER BY t;
SELECT * FROM serial.on_hand('yard');
SELECT * FROM serial.on_hand('yard', '04006381333931');
SELECT * FROM serial.on_hand('yard', as_of => '2026-01-02 12:00');
SELECT * FROM serial.expiring('2026-07-01'::timestamp - now()::date, 'yard');

-- ---------------------------------------------------------------------------
-- The present is as the statement found it, and what the transaction has done is in it.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT serial.receive('{plain:stock}', 'attic', at => '2026-02-01') IS NOT NULL AS ok;
SELECT * FROM answers('attic');
SELECT * FROM compare('{attic,yard}');
DECLARE earlier CURSOR FOR SELECT count(*) FROM serial_internal.current_items_at('attic');
SELECT serial.receive('{plain:stock}', 'cellar', at => '2026-02-02') IS NOT NULL AS ok;
FETCH earlier;
SELECT count(*) FROM serial_internal.current_items_at('attic');
ROLLBACK;
SELECT * FROM answers('attic');

-- ---------------------------------------------------------------------------
-- Row security: who does not see a link, or a row, is reported accordingly.
CREATE ROLE regress_serial_north;
SELECT serial.grant_access('regress_serial_north', 'reader');
CREATE POLICY north ON serial.aggregation TO regress_serial_north USING (parent <> 'plain:case-1');
CREATE POLICY north ON serial.item TO regress_serial_north USING (id <> 'plain:pallet' AND id <> '(01)09506000134352(21)B0021');
SELECT * FROM answers('shop');
SELECT * FROM answers('fridge');
ALTER TABLE serial.aggregation ENABLE ROW LEVEL SECURITY;
SET ROLE regress_serial_north;
SELECT * FROM answers('shop');
SELECT * FROM answers('fridge');
SELECT * FROM compare('{plant,shop,fridge}');
RESET ROLE;
ALTER TABLE serial.item ENABLE ROW LEVEL SECURITY;
SET ROLE regress_serial_north;
SELECT * FROM answers('shop');
SELECT * FROM answers('fridge');
SELECT * FROM compare('{plant,shop,fridge}');
RESET ROLE;
ALTER TABLE serial.aggregation DISABLE ROW LEVEL SECURITY;
SET ROLE regress_serial_north;
SELECT * FROM answers('shop');
SELECT * FROM answers('fridge');
SELECT * FROM compare('{plant,shop,fridge}');
RESET ROLE;
ALTER TABLE serial.item DISABLE ROW LEVEL SECURITY;
\set SHOW_CONTEXT never
REVOKE SELECT ON serial.aggregation FROM regress_serial_north;
SET ROLE regress_serial_north;
SELECT count(*) FROM serial_internal.current_items_at('plant');
RESET ROLE;
GRANT SELECT ON serial.aggregation TO regress_serial_north;
REVOKE SELECT ON serial.item FROM regress_serial_north;
SET ROLE regress_serial_north;
SELECT count(*) FROM serial_internal.current_items_at('plant');
\set SHOW_CONTEXT errors
RESET ROLE;

-- ---------------------------------------------------------------------------
-- Stock is what serial.where_is says of every item, one by one: of a tree in which 100 units and 20 containers were
-- packed, moved, unpacked, shipped, blocked and ended at random, now and at times of the past.
CREATE FUNCTION stock_one_by_one(as_of timestamptz DEFAULT NULL)
RETURNS TABLE (place text, gtin text, lot text, items bigint) LANGUAGE sql AS $$
	SELECT w.place, serial.gtin(t.id), (SELECT i.lot FROM serial.item AS i WHERE i.id = t.id), count(*)
	FROM (SELECT i.id FROM serial.item AS i UNION SELECT a.child FROM serial.aggregation AS a
		  UNION SELECT h.child FROM serial.aggregation_history AS h) AS t
	CROSS JOIN LATERAL serial.where_is(t.id, as_of) AS w
	WHERE w.place IS NOT NULL AND serial.gtin(t.id) IS NOT NULL
	  AND coalesce(w.disposition, '') NOT IN ('in_transit', 'dispensed', 'destroyed')
	GROUP BY 1, 2, 3
$$;

CREATE FUNCTION stock_place_by_place(places text[], as_of timestamptz DEFAULT NULL)
RETURNS TABLE (place text, gtin text, lot text, items bigint) LANGUAGE sql AS $$
	SELECT p.place, h.gtin, h.lot, h.items
	FROM unnest(places) AS p(place) CROSS JOIN LATERAL serial.on_hand(p.place, as_of => stock_place_by_place.as_of) AS h
$$;

-- Are there enough answers, and how many of them are given in one way only?
CREATE FUNCTION compare_stock(places text[], as_of timestamptz DEFAULT NULL)
RETURNS TABLE (direct_walk text, enough boolean, stock_only bigint, on_hand_only bigint, not_in_stock bigint, not_on_hand bigint)
LANGUAGE plpgsql AS $$
BEGIN
	FOREACH direct_walk IN ARRAY '{on,off}'::text[] LOOP
		PERFORM set_config('serial.enable_direct_walk', direct_walk, true);
		RETURN QUERY
		WITH a AS MATERIALIZED (SELECT * FROM stock_one_by_one(as_of) AS o WHERE o.place = ANY (places)),
			 b AS MATERIALIZED (SELECT * FROM serial.stock(as_of) AS s WHERE s.place = ANY (places)),
			 c AS MATERIALIZED (SELECT * FROM stock_place_by_place(places, as_of))
		SELECT direct_walk, (SELECT count(*) > 5 FROM a),
			(SELECT count(*) FROM (TABLE b EXCEPT ALL TABLE a) AS d), (SELECT count(*) FROM (TABLE c EXCEPT ALL TABLE a) AS d),
			(SELECT count(*) FROM (TABLE a EXCEPT ALL TABLE b) AS d), (SELECT count(*) FROM (TABLE a EXCEPT ALL TABLE c) AS d);
	END LOOP;
	PERFORM set_config('serial.enable_direct_walk', 'on', true);
END $$;

-- a unit or, with a probability, a container
CREATE FUNCTION random_item(container_share float8) RETURNS serial.serial LANGUAGE sql VOLATILE AS $$
	SELECT CASE WHEN random() < container_share THEN ('(01)04006381333931(21)T' || floor(random() * 20))::serial.serial
				ELSE (u('T', 1, 100))[1 + floor(random() * 100)::integer] END
$$;
CREATE FUNCTION random_step(n integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	-- most steps are reported in order, some late
	at timestamptz := timestamptz '2026-03-01' + (n - floor(random() ^ 4 * 100)) * interval '1 hour';
	items serial.serial[] := ARRAY(SELECT DISTINCT random_item(0.3) FROM generate_series(1, 1 + floor(random() * 8)::integer));
	place text := 'random ' || floor(random() * 12);
BEGIN
	CASE floor(random() * 10)::integer
		WHEN 0, 1, 2, 3 THEN PERFORM serial.pack(random_item(1), items, at, repack => true);
		WHEN 4 THEN PERFORM serial.unpack(items, at);
		WHEN 5 THEN PERFORM serial.ship(items[1:1], place, 'shop', at => at);
		WHEN 6 THEN PERFORM serial.record('ObjectEvent', 'OBSERVE', items, 'holding', place => place, at => at);
		WHEN 7 THEN IF random() < 0.3 THEN PERFORM serial.decommission(items[1:1], 'destroyed', place, at); END IF;
		ELSE PERFORM serial.receive(items, place, at => at);
	END CASE;
EXCEPTION WHEN others THEN    -- what is not legal
	IF SQLSTATE LIKE 'XX%' THEN
		RAISE;
	END IF;
END $$;
SELECT setseed(0.25);
SELECT serial.commission(u('T', 1, 100), 'T', '2099-12-31', 'random 0', '2026-02-01') IS NOT NULL AS ok;
SELECT count(random_step(n)) FROM generate_series(1, 200) AS n;
SELECT count(*) > 50 AS nested, count(*) FILTER (WHERE c.depth > 2) > 10 AS deeply_nested
FROM serial.item AS i CROSS JOIN LATERAL serial.containers(i.id) AS c WHERE i.lot = 'T';
SELECT array_agg('random ' || n) AS places FROM generate_series(0, 11) AS n \gset
SELECT * FROM compare_stock(:'places');
SELECT * FROM compare_stock(:'places', '2026-03-03');
SELECT * FROM compare_stock(:'places', '2026-03-07');
-- ---------------------------------------------------------------------------
-- More than is asked for at once: 12,000 loose, and 12,000 in 300 cases on a pallet
SELECT count(serial.pack(('plain:many-' || n)::serial.serial, u('M' || n || 'x', 1, 40), '2026-01-02')) AS cases FROM generate_series(1, 300) AS n;
SELECT serial.pack('plain:many', (SELECT array_agg(('plain:many-' || n)::serial.serial) FROM generate_series(1, 300) AS n), '2026-01-02');
INSERT INTO serial.item (id, lot, place, disposition) SELECT id, 'L', 'plain', 'active' FROM unnest(u('K', 1, 6000) || u('L', 1, 6000)) AS id;
SELECT serial.receive('{plain:many}', 'plain', at => '2026-01-03') IS NOT NULL AS ok;
SELECT * FROM answers('plain');
SELECT * FROM compare('{plain}');

-- with little memory, which is less than the containers need
SET work_mem = '64kB';
SELECT * FROM answers('plain');
SELECT * FROM serial.on_hand('plain') WHERE lot IN ('K', 'L');
RESET work_mem;

-- ---------------------------------------------------------------------------
-- Rows that were written many times: what a scan remembers of dead ones outlives
-- what is forgotten between two items.
SELECT serial.commission(u('Z', 1, 300), 'Zanzibar', '2099-12-31', 'plant', '2026-01-01') IS NOT NULL AS ok;
SELECT serial.pack('plain:cupboard', u('Z', 1, 300), '2026-01-02');
SELECT count(serial.receive(u('Z', 1, 300), CASE n % 2 WHEN 0 THEN 'cellar' ELSE 'kitchen' END, at => timestamptz '2026-01-03' + n * interval '1 hour'))
FROM generate_series(1, 6) AS n;
SELECT serial.receive('{plain:cupboard}', 'attic', at => '2026-01-04') IS NOT NULL AS ok;
SELECT * FROM answers('attic');
SELECT * FROM compare('{attic,cellar,kitchen}');

-- Received and unpacked at one time, at each level: the contents are in the stock of the past.
BEGIN;
SELECT serial.commission('{(01)09506000134352(21)S1}', 'S', place => 'plant', at => '2026-01-01') > 0 AS made;
SELECT serial.pack('plain:s-case', '{(01)09506000134352(21)S1}', '2026-01-02'), serial.pack('plain:s-truck', '{plain:s-case}', '2026-01-02');
SELECT serial.receive('{plain:s-truck}', 'ramp', at => '2026-01-05') > 0 AS received;
SELECT serial.unpack('{plain:s-case}', '2026-01-05'), serial.unpack('{(01)09506000134352(21)S1}', '2026-01-05');
SELECT i.id FROM serial.items_at('ramp') AS i(id) ORDER BY i.id;
SELECT i.id FROM serial.items_at('ramp', '2026-01-06') AS i(id) ORDER BY i.id;
SELECT * FROM serial.on_hand('ramp', as_of => '2026-01-06');
SELECT * FROM serial.stock('2026-01-06') WHERE place = 'ramp';
ROLLBACK;

-- ---------------------------------------------------------------------------
-- A cycle that somebody makes by hand is reported and hangs nothing: above what was recorded
-- to be here, and through it.  What is not in it is found.
SET statement_timeout = '20s';
INSERT INTO serial.aggregation (child, parent, since, is_container) VALUES
	('plain:container', 'plain:r1', '2026-03-01', true), ('plain:r1', 'plain:r2', '2026-03-01', true), ('plain:r2', 'plain:r1', '2026-03-01', true);
INSERT INTO serial.item (id, place) VALUES ('plain:r2', 'cycle');
SELECT count(*) FROM serial_internal.current_items_at('shop');
SELECT count(*) FROM serial_internal.current_items_at('cycle');
SELECT count(*) FROM serial_internal.current_items_at('yard');
SET serial.enable_direct_walk = off;
SELECT count(*) FROM serial_internal.current_items_at('shop');
SELECT count(*) FROM serial_internal.current_items_at('cycle');
SELECT count(*) FROM serial_internal.current_items_at('yard');
RESET serial.enable_direct_walk;

DROP OWNED BY regress_serial_north;
\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_north;
