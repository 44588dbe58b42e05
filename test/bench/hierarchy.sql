-- The hierarchy: so many pallets of 40 cases of 48 units, against recursive
-- queries, ltree and plain scans on the same tree.

SET client_min_messages = warning;

CREATE TABLE bench.pallet AS
SELECT n, ('(8004)30614141P' || n)::serial.serial AS id FROM generate_series(1, :pallets) AS n;
CREATE TABLE bench.carton AS
SELECT p.n * 40 + c AS n, p.id AS pallet, ('(01)80614141123458(21)' || p.n * 40 + c)::serial.serial AS id
FROM bench.pallet AS p, generate_series(0, 39) AS c;
-- serials of units jump about, as issued ones do
CREATE TABLE bench.unit AS
SELECT c.n * 48 + u AS n, c.id AS carton, c.n AS carton_n,
       ('(01)09506000134352(21)' || lpad(((c.n * 48 + u) * 618033988747 % 999999999989)::text, 12, '0'))::serial.serial AS id
FROM bench.carton AS c, generate_series(0, 47) AS u;

INSERT INTO serial.aggregation (child, parent, since, is_container)
SELECT id, pallet, '2026-01-01', true FROM bench.carton;
INSERT INTO serial.aggregation (child, parent, since)
SELECT id, carton, '2026-01-01' FROM bench.unit;

CREATE TABLE bench.adjacency AS SELECT child, parent, since FROM serial.aggregation;
ALTER TABLE bench.adjacency ADD PRIMARY KEY (child);
CREATE INDEX ON bench.adjacency (parent);

CREATE EXTENSION ltree;
CREATE TABLE bench.path AS
SELECT id, ('P' || (n / 40) || '.C' || n)::ltree AS path FROM bench.carton
UNION ALL
SELECT id, ('P' || (carton_n / 40) || '.C' || carton_n || '.U' || n)::ltree FROM bench.unit;
CREATE INDEX ON bench.path USING gist (path);

CREATE UNIQUE INDEX ON bench.unit (id) INCLUDE (n);
CREATE INDEX ON bench.unit (n);
CREATE INDEX ON bench.pallet (n);
VACUUM ANALYZE;

-- What is timed runs in loops, over pallets that hierarchy_write.sql leaves alone, as
-- prepared statements of an application would.

CREATE FUNCTION bench.contents(times integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE p serial.serial; found bigint;
BEGIN
	FOR i IN 1 .. times LOOP
		p := ('(8004)30614141P' || 1 + i * 7 % 99)::serial.serial;
		SELECT count(*) INTO found FROM serial.contents(p);
		ASSERT found = 1960;
	END LOOP;
END $$;

CREATE FUNCTION bench.contents_then(times integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE p serial.serial; found bigint;
BEGIN
	FOR i IN 1 .. times LOOP
		p := ('(8004)30614141P' || 1 + i * 7 % 99)::serial.serial;
		SELECT count(*) INTO found FROM serial.contents(p, as_of => '2026-03-01');
		ASSERT found = 1960;
	END LOOP;
END $$;

CREATE FUNCTION bench.contents_recursive(times integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE p serial.serial; found bigint;
BEGIN
	FOR i IN 1 .. times LOOP
		p := ('(8004)30614141P' || 1 + i * 7 % 99)::serial.serial;
		WITH RECURSIVE below(id, container, depth) AS (
			SELECT a.child, a.parent, 1 FROM serial.aggregation AS a WHERE a.parent = p
			UNION ALL
			SELECT a.child, a.parent, b.depth + 1 FROM below AS b JOIN serial.aggregation AS a ON a.parent = b.id)
		SELECT count(*) INTO found FROM below;
		ASSERT found = 1960;
	END LOOP;
END $$;

CREATE FUNCTION bench.contents_ltree(times integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE p ltree; found bigint;
BEGIN
	FOR i IN 1 .. times LOOP
		p := ('P' || 1 + i * 7 % 99)::ltree;
		SELECT count(*) INTO found FROM bench.path WHERE path <@ p;
		ASSERT found = 1960;
	END LOOP;
END $$;

CREATE FUNCTION bench.plain_scan(times integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE p serial.serial; found bigint;
BEGIN
	FOR i IN 1 .. times LOOP
		p := ('(01)80614141123458(21)' || 1000 + i)::serial.serial;
		SELECT count(*) INTO found
		FROM (SELECT parent, child FROM serial.aggregation WHERE parent >= p ORDER BY parent LIMIT 1960) AS rows;
		ASSERT found = 1960;
	END LOOP;
END $$;

-- Units from all over the tree, so that to find them is not timed
CREATE TABLE bench.some_units AS
SELECT array_agg(u.id ORDER BY i) AS ids FROM generate_series(1, 3000) AS i JOIN bench.unit AS u ON u.n = 2000 + i * 31 % 800000;

CREATE FUNCTION bench.outermost(times integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE units serial.serial[] := (SELECT ids FROM bench.some_units); u serial.serial; top serial.serial;
BEGIN
	FOR i IN 1 .. times LOOP
		u := units[i];
		top := serial.outermost(u);
		ASSERT top IS NOT NULL;
	END LOOP;
END $$;

CREATE FUNCTION bench.outermost_recursive(times integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE units serial.serial[] := (SELECT ids FROM bench.some_units); u serial.serial; top serial.serial;
BEGIN
	FOR i IN 1 .. times LOOP
		u := units[i];
		WITH RECURSIVE above(id, depth) AS (
			SELECT a.parent, 1 FROM serial.aggregation AS a WHERE a.child = u
			UNION ALL
			SELECT a.parent, b.depth + 1 FROM above AS b JOIN serial.aggregation AS a ON a.child = b.id)
		SELECT id INTO top FROM above ORDER BY depth DESC LIMIT 1;
		ASSERT top IS NOT NULL;
	END LOOP;
END $$;

SELECT bench.compare('contents of a pallet of 1,960 : WITH RECURSIVE', 0.12,
	'SELECT bench.contents(100)', 'SELECT bench.contents_recursive(100)');
SELECT bench.compare('contents of a pallet : ltree with GiST', 0.7,
	'SELECT bench.contents(100)', 'SELECT bench.contents_ltree(100)');
SELECT bench.compare('contents of a pallet : index-only scan of as many rows', 3,
	'SELECT bench.contents(100)', 'SELECT bench.plain_scan(100)');
SELECT bench.compare('contents of a pallet as of : now', 1.5,
	'SELECT bench.contents_then(100)', 'SELECT bench.contents(100)');
SELECT bench.compare('outermost container of a unit : WITH RECURSIVE', 0.5,
	'SELECT bench.outermost(3000)', 'SELECT bench.outermost_recursive(3000)');

SELECT format('SELECT count(*) FROM bench.unit WHERE id = ANY (%L)', serial_internal.contents_array(id)) AS literal,
       format('SELECT count(*) FROM bench.unit WHERE id <@ %L', id) AS operator
FROM bench.pallet WHERE n = 123 \gset
SELECT bench.compare('count of units <@ pallet : = ANY (literal array)', 1.3, :'operator', :'literal', 15);

-- Row by row: the filter alone, less what the scan takes
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
SELECT bench.ms(:'operator') AS warm, bench.ms('SELECT count(*) FROM bench.unit WHERE n IS NOT NULL') AS plain \gset
SELECT bench.note('<@ in a filter, microseconds a row', 3,
	((bench.ms(:'operator') - :plain) * 1000 / (SELECT count(*) FROM bench.unit))::numeric, 1);
