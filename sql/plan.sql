-- Planning <@ and @>: index conditions, estimates, and what must not be done.

SET timezone = 'UTC';
SET jit = off;
SET max_parallel_workers_per_gather = 0;

-- 20 pallets of 10 cases of 20 units, packed from the inside out.
SELECT sum(serial.pack(c, u)) AS units
FROM (SELECT ('plain:C' || p || '.' || c)::serial.serial AS c,
			 array_agg(('plain:U' || p || '.' || c || '.' || u)::serial.serial) AS u
	  FROM generate_series(1, 20) AS p, generate_series(1, 10) AS c, generate_series(1, 20) AS u
	  GROUP BY p, c) AS cases;
SELECT sum(serial.pack(('plain:P' || p)::serial.serial, c)) AS cases
FROM (SELECT p, array_agg(('plain:C' || p || '.' || c)::serial.serial) AS c
	  FROM generate_series(1, 20) AS p, generate_series(1, 10) AS c GROUP BY p) AS pallets;
ANALYZE serial.aggregation;

-- Every pair of a container and what is inside, found without us.
CREATE TABLE truth AS
WITH RECURSIVE inside(container, id) AS (
	SELECT parent, child FROM serial.aggregation
	UNION ALL
	SELECT i.container, a.child FROM inside AS i JOIN serial.aggregation AS a ON a.parent = i.id)
SELECT * FROM inside;

-- All of them and as many that are in nothing
-- and in no order
CREATE TABLE item (tenant integer NOT NULL, id serial.serial PRIMARY KEY, n integer NOT NULL);
INSERT INTO item SELECT 1 + abs(n) % 4, id, n
FROM (SELECT child, row_number() OVER (ORDER BY child) FROM serial.aggregation
	  UNION ALL SELECT ('plain:L' || i)::serial.serial, -i FROM generate_series(1, 4200) AS i) AS items(id, n)
ORDER BY md5(id::text);
VACUUM ANALYZE item;

-- How a query is done: its scans and conditions, without what differs between majors
CREATE FUNCTION how(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
		IF line ~ '(Scan|Join|Nested Loop|Sort|Cond:|Filter:|Update on|Delete on|Filter$)' THEN
			RETURN NEXT regexp_replace(line, '^ *(->  )?', '');
		END IF;
	END LOOP;
END $$;
-- How many rows the planner expects of it
CREATE FUNCTION expected(query text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
	plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
	RETURN (plan -> 0 -> 'Plan' ->> 'Plan Rows')::numeric;
END $$;
-- Does it return what is inside a container, and nothing else?
CREATE FUNCTION is_right(query text, VARIADIC containers serial.serial[]) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	found serial.serial[];
BEGIN
	EXECUTE 'SELECT array_agg(q.id ORDER BY q.id) FROM (' || query || ') AS q(id)' INTO found;
	RETURN found = (SELECT array_agg(t.id ORDER BY t.id) FROM (SELECT DISTINCT t.id FROM truth AS t
		WHERE t.container = ANY (containers)) AS t);
END $$;

-- ---------------------------------------------------------------------------
-- A constant, in each spelling.  An index condition, and no filter besides.
SELECT how($$SELECT id FROM item WHERE id <@ 'plain:P7'$$);
SELECT how($$SELECT n FROM item WHERE 'plain:P7' @> id$$);
SELECT how($$SELECT n FROM item WHERE id <@ '{plain:P7,plain:C8.1}'::serial.serial[]$$);
SELECT how($$SELECT n FROM item WHERE '{plain:P7,plain:C8.1}'::serial.serial[] @> id$$);
SELECT how($$SELECT n FROM item WHERE serial_internal.is_inside(id, 'plain:P7')$$);
SELECT how($$SELECT n FROM item WHERE serial_internal.has_inside('plain:P7', id)$$);
SELECT how($$SELECT n FROM item WHERE serial_internal.is_inside_any(id, '{plain:P7}')$$);
SELECT is_right($$SELECT id FROM item WHERE id <@ 'plain:P7'$$, 'plain:P7') AS op,
	   is_right($$SELECT id FROM item WHERE 'plain:P7' @> id$$, 'plain:P7') AS commuted,
	   is_right($$SELECT id FROM item WHERE id <@ '{plain:P7,NULL,plain:C8.1}'::serial.serial[]$$, 'plain:P7', 'plain:C8.1') AS any_of,
	   is_right($$SELECT id FROM item WHERE '{plain:P7,plain:C7.1}'::serial.serial[] @> id$$, 'plain:P7') AS overlapping,
	   is_right($$SELECT id FROM item WHERE serial_internal.is_inside(id, 'plain:P7')$$, 'plain:P7') AS call;
SELECT count(*), min(id), max(id) FROM item WHERE id <@ 'plain:C7.1';

-- NULL, unknown, empty, and what is in nothing
SELECT count(*) FROM item WHERE id <@ NULL::serial.serial;
SELECT count(*) FROM item WHERE id <@ NULL::serial.serial[];
SELECT count(*) FROM item WHERE id <@ '{}'::serial.serial[];
SELECT count(*) FROM item WHERE id <@ '{NULL}'::serial.serial[];
SELECT count(*) FROM item WHERE id <@ 'plain:nowhere';
SELECT count(*) FROM item WHERE id <@ 'plain:U1.1.1';
SELECT count(*) FROM item WHERE id <@ (SELECT 'plain:P7'::serial.serial WHERE false);

-- Order of the index, both ways
SELECT how($$SELECT id FROM item WHERE id <@ 'plain:C7.1' ORDER BY id DESC LIMIT 2$$);
SELECT id FROM item WHERE id <@ 'plain:C7.1' ORDER BY id LIMIT 2;
SELECT id FROM item WHERE id <@ 'plain:C7.1' ORDER BY id DESC LIMIT 2;

-- ---------------------------------------------------------------------------
-- The other direction: a column of containers
CREATE TABLE place (container serial.serial PRIMARY KEY, name text);
INSERT INTO place SELECT DISTINCT container, 'dock ' || container FROM truth;
INSERT INTO place SELECT ('plain:empty' || i)::serial.serial, 'yard' FROM generate_series(1, 2000) AS i;
VACUUM ANALYZE place;
SELECT how($$SELECT name FROM place WHERE container @> 'plain:U3.4.5'$$);
SELECT how($$SELECT name FROM place WHERE 'plain:U3.4.5' <@ container$$);
SELECT how($$SELECT name FROM place WHERE serial_internal.has_inside(container, 'plain:U3.4.5')$$);
SELECT name FROM place WHERE container @> 'plain:U3.4.5' ORDER BY name;
SELECT name FROM place WHERE 'plain:U3.4.5' <@ container ORDER BY name;
SELECT count(*) FROM place WHERE container @> 'plain:L1';
SELECT count(*) FROM place WHERE container @> NULL;

-- A column that is an array of containers takes no part in it.
CREATE TABLE shipment (containers serial.serial[]);
INSERT INTO shipment SELECT ARRAY[('plain:P' || p)::serial.serial, ('plain:P' || p + 1)::serial.serial]
FROM generate_series(1, 19, 2) AS p;
CREATE INDEX shipment_containers ON shipment (containers);
ANALYZE shipment;
SET enable_seqscan = off;
SELECT containers FROM shipment WHERE containers @> 'plain:U3.4.5';
SELECT containers FROM shipment WHERE 'plain:U4.4.5' <@ containers;
RESET enable_seqscan;
DROP TABLE shipment;

-- ---------------------------------------------------------------------------
-- Parameters
SET plan_cache_mode = force_generic_plan;
PREPARE inside (serial.serial) AS SELECT id FROM item WHERE id <@ $1;
PREPARE inside_any (serial.serial[]) AS SELECT id FROM item WHERE id <@ $1;
SELECT how($$EXECUTE inside('plain:P7')$$);
SELECT how($$EXECUTE inside_any('{plain:P7,plain:P8}')$$);
CREATE FUNCTION count_inside(c serial.serial) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT count(*) FROM item WHERE id <@ c);
END $$;
SELECT count_inside('plain:P7') AS p7, count_inside('plain:C8.1') AS c8_1, count_inside('plain:no') AS unknown, count_inside(NULL) AS null;

-- A kept plan sees what is packed after it was made, and rows too.
BEGIN;
EXECUTE inside('plain:C7.1.new');
SELECT serial.pack('plain:C7.1.new', '{plain:L1,plain:later}');
EXECUTE inside('plain:C7.1.new');
INSERT INTO item VALUES (1, 'plain:later', 0);
EXECUTE inside('plain:C7.1.new');
SELECT count_inside('plain:C7.1.new');
SAVEPOINT s;
SELECT serial.unpack('{plain:L1}');
EXECUTE inside('plain:C7.1.new');
ROLLBACK TO s;
EXECUTE inside('plain:C7.1.new');
-- A row of the same statement is not there yet.
WITH new AS (INSERT INTO item SELECT 1, id, 0 FROM serial.contents('plain:C9.9.none') RETURNING id)
SELECT count(*) FROM item WHERE id <@ 'plain:C7.1.new';
-- A cursor keeps what it saw.
DECLARE c CURSOR FOR SELECT id FROM item WHERE id <@ 'plain:C7.1.new' ORDER BY id;
DECLARE d CURSOR FOR SELECT id FROM item WHERE id <@ 'plain:C7.1.new' ORDER BY id;
FETCH 1 FROM c;
SELECT serial.unpack_all('plain:C7.1.new');
FETCH ALL FROM c;
FETCH ALL FROM d;
EXECUTE inside('plain:C7.1.new');
ROLLBACK;
DEALLOCATE inside;
DEALLOCATE inside_any;
RESET plan_cache_mode;

-- ---------------------------------------------------------------------------
-- Another table's column: once a row of it
CREATE TABLE stop (gate integer PRIMARY KEY, container serial.serial);
INSERT INTO stop VALUES (1, 'plain:P7'), (2, 'plain:C8.1'), (3, 'plain:no'), (4, NULL);
ANALYZE stop;
SELECT how($$SELECT s.gate, i.id FROM stop AS s JOIN item AS i ON i.id <@ s.container$$);
SELECT s.gate, count(*) FROM stop AS s JOIN item AS i ON i.id <@ s.container GROUP BY s.gate ORDER BY s.gate;
SELECT s.gate, count(*) FROM stop AS s JOIN item AS i ON s.container @> i.id GROUP BY s.gate ORDER BY s.gate;
SELECT s.gate, count(*) FROM stop AS s JOIN item AS i ON serial_internal.is_inside(i.id, s.container) GROUP BY s.gate ORDER BY s.gate;
SELECT s.gate, count(i.id) FROM stop AS s LEFT JOIN item AS i ON i.id <@ s.container GROUP BY s.gate ORDER BY s.gate;
SELECT how($$SELECT s.gate, x.n FROM stop AS s CROSS JOIN LATERAL (SELECT count(*) AS n FROM item AS i WHERE i.id <@ s.container) AS x$$);
SELECT s.gate, x.n FROM stop AS s CROSS JOIN LATERAL (SELECT count(*) AS n FROM item AS i WHERE i.id <@ s.container) AS x ORDER BY s.gate;
SELECT how($$SELECT gate FROM stop AS s WHERE EXISTS (SELECT FROM item AS i WHERE i.id <@ s.container)$$);
SELECT gate FROM stop AS s WHERE EXISTS (SELECT FROM item AS i WHERE i.id <@ s.container) ORDER BY gate;
SELECT gate FROM stop AS s WHERE NOT EXISTS (SELECT FROM item AS i WHERE i.id <@ s.container) ORDER BY gate;
SELECT count(*) FROM item WHERE id <@ ANY (SELECT container FROM stop);
SELECT count(*) FROM item WHERE id <@ (SELECT container FROM stop WHERE gate = 2);

-- Both from the same row, or from a function of chance: no condition on an index
CREATE TABLE pair (id serial.serial PRIMARY KEY, container serial.serial);
INSERT INTO pair SELECT id, container FROM truth WHERE container::text LIKE 'plain:P%';
INSERT INTO pair SELECT container, id FROM truth WHERE container::text LIKE 'plain:P%' AND id::text LIKE 'plain:C_.1';
ANALYZE pair;
CREATE FUNCTION any_pallet() RETURNS serial.serial LANGUAGE plpgsql VOLATILE AS $$BEGIN RETURN 'plain:P7'; END$$;
SET enable_seqscan = off;
SELECT count(*) FROM pair WHERE id <@ container;
SELECT count(*) FROM pair WHERE serial_internal.is_inside(id, container);
SELECT count(*) FROM pair WHERE serial_internal.has_inside(container, id);
SELECT count(*) FROM pair WHERE serial_internal.is_inside(id, any_pallet());
SELECT count(*) FROM how($$SELECT n FROM item WHERE serial_internal.is_inside(id, any_pallet())$$) AS line WHERE line LIKE 'Index Cond%';
RESET enable_seqscan;
DROP TABLE pair;

-- ---------------------------------------------------------------------------
-- Tables of other kinds.  Partitions, by hash and by range of the identifiers:
CREATE TABLE hashed (id serial.serial PRIMARY KEY, n integer) PARTITION BY HASH (id);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE ranged (id serial.serial PRIMARY KEY, n integer) PARTITION BY RANGE (id);
CREATE TABLE ranged_a PARTITION OF ranged FOR VALUES FROM (MINVALUE) TO ('plain:M');
CREATE TABLE ranged_b PARTITION OF ranged FOR VALUES FROM ('plain:M') TO (MAXVALUE);
INSERT INTO hashed SELECT id, n FROM item;
INSERT INTO ranged SELECT id, n FROM item;
VACUUM ANALYZE hashed;
VACUUM ANALYZE ranged;
SELECT how($$SELECT n FROM hashed WHERE id <@ 'plain:P7'$$);
SELECT how($$SELECT n FROM ranged WHERE id <@ 'plain:P7'$$);
SELECT is_right($$SELECT id FROM hashed WHERE id <@ 'plain:P7'$$, 'plain:P7') AS hashed,
	   is_right($$SELECT id FROM ranged WHERE id <@ 'plain:P7'$$, 'plain:P7') AS ranged,
	   is_right($$SELECT id FROM ranged WHERE 'plain:P7' @> id$$, 'plain:P7') AS commuted;
SELECT s.gate, count(*) FROM stop AS s JOIN hashed AS i ON i.id <@ s.container GROUP BY s.gate ORDER BY s.gate;

-- UPDATE and DELETE
SELECT how($$UPDATE item SET n = 0 WHERE id <@ 'plain:C7.1'$$);
SELECT how($$DELETE FROM item WHERE id <@ 'plain:C7.1'$$);
BEGIN;
WITH u AS (UPDATE item SET n = 0 WHERE id <@ 'plain:C7.1' RETURNING id) SELECT count(*) FROM u;
SELECT is_right('SELECT id FROM item WHERE n = 0', 'plain:C7.1');
WITH d AS (DELETE FROM item USING stop WHERE id <@ container AND gate = 1 RETURNING id) SELECT count(*) FROM d;
SELECT count(*) FROM item;
WITH d AS (DELETE FROM ranged WHERE id <@ 'plain:P1' RETURNING id) SELECT count(*) FROM d;
ROLLBACK;
DROP TABLE hashed, ranged;

-- A domain, and a column whose type names a scheme
CREATE DOMAIN good AS serial.serial;
CREATE TABLE goods (id good, sure serial.serial(plain));
INSERT INTO goods SELECT id, id FROM item;
CREATE INDEX ON goods (id);
CREATE INDEX ON goods (sure);
VACUUM ANALYZE goods;
SELECT how($$SELECT 1 FROM goods WHERE id <@ 'plain:P7'$$);
SELECT how($$SELECT 1 FROM goods WHERE sure <@ 'plain:P7'$$);
SELECT is_right($$SELECT id FROM goods WHERE id <@ 'plain:P7'$$, 'plain:P7') AS of_domain,
	   is_right($$SELECT id FROM goods WHERE sure <@ 'plain:P7'$$, 'plain:P7') AS of_scheme;
DROP TABLE goods;
DROP DOMAIN good;

-- ---------------------------------------------------------------------------
-- Trap 1.  Order of a column that is not the first: sorted whatever the plan.
CREATE TABLE line (tenant integer, id serial.serial, n integer, PRIMARY KEY (tenant, id));
INSERT INTO line SELECT t, id, n FROM item, generate_series(1, 4) AS t;
VACUUM ANALYZE line;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET enable_sort = off;
SELECT tenant, id FROM line WHERE tenant BETWEEN 1 AND 2 AND id <@ '{plain:C1.1,plain:C2.1}'::serial.serial[]
AND n % 10 = 0 ORDER BY tenant, id;
SELECT array_agg(tenant) FROM (SELECT tenant FROM line WHERE tenant BETWEEN 1 AND 2 AND id <@ 'plain:C7.1'
							   ORDER BY tenant, id LIMIT 25) AS l;
RESET enable_seqscan;
RESET enable_bitmapscan;
RESET enable_sort;
-- Without an order to keep, or with a constant before it, both columns serve.
SELECT how($$SELECT n FROM line WHERE tenant = 2 AND id <@ 'plain:C7.1'$$);
SELECT count(*) FROM line WHERE tenant = 2 AND id <@ 'plain:C7.1';
DROP TABLE line;

-- Trap 2.  Indexes that take no arrays, and those of our order that are no btree
CREATE TABLE other (id serial.serial, n integer);
INSERT INTO other SELECT id, n FROM item ORDER BY id;
CREATE INDEX other_hash ON other USING hash (id);
VACUUM ANALYZE other;
SET enable_seqscan = off;
SELECT how($$SELECT n FROM other WHERE id <@ 'plain:P7'$$);
SELECT is_right($$SELECT id FROM other WHERE id <@ 'plain:P7'$$, 'plain:P7') AS hash;
DROP INDEX other_hash;
CREATE INDEX other_brin ON other USING brin (id);
SELECT how($$SELECT n FROM other WHERE id <@ 'plain:P7'$$);
SELECT is_right($$SELECT id FROM other WHERE id <@ 'plain:P7'$$, 'plain:P7') AS brin;
DROP INDEX other_brin;
-- ... a btree of an operator family of its own: its own "="
CREATE OPERATOR === (FUNCTION = serial_internal.serial_eq, LEFTARG = serial.serial, RIGHTARG = serial.serial, COMMUTATOR = ===,
	RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE FUNCTION reverse_cmp(serial.serial, serial.serial) RETURNS integer LANGUAGE sql IMMUTABLE STRICT
AS $$SELECT serial_internal.serial_cmp($2, $1)$$;
CREATE OPERATOR FAMILY reverse_ops USING btree;
CREATE OPERATOR CLASS reverse_ops FOR TYPE serial.serial USING btree FAMILY reverse_ops AS
	OPERATOR 3 ===, FUNCTION 1 reverse_cmp(serial.serial, serial.serial);
CREATE INDEX other_reverse ON other (id reverse_ops);
SELECT how($$SELECT n FROM other WHERE id <@ 'plain:P7'$$);
SELECT is_right($$SELECT id FROM other WHERE id <@ 'plain:P7'$$, 'plain:P7') AS reverse;
DROP OPERATOR FAMILY reverse_ops USING btree CASCADE;
-- ... which may have none.  PostgreSQL itself plans no order over such an index;
-- OFFSET keeps that of is_right away.
CREATE OPERATOR FAMILY bare_ops USING btree;
CREATE OPERATOR CLASS bare_ops FOR TYPE serial.serial USING btree FAMILY bare_ops AS
	FUNCTION 1 serial_internal.serial_cmp(serial.serial, serial.serial);
CREATE INDEX other_bare ON other (id bare_ops);
SELECT is_right($$SELECT id FROM other WHERE id <@ 'plain:P7' OFFSET 0$$, 'plain:P7') AS bare;
DROP OPERATOR FAMILY bare_ops USING btree CASCADE;
RESET enable_seqscan;
DROP TABLE other;
DROP FUNCTION reverse_cmp;
DROP OPERATOR === (serial.serial, serial.serial);

-- Trap 3.  A bitmap scan filters once more, so the planner must know the price
-- of the operator; were it cheap, it would take the bitmap.  Right both ways.
SELECT how($$SELECT n FROM item WHERE id <@ 'plain:P7'$$);
BEGIN;
ALTER FUNCTION serial_internal.is_inside COST 1;
SELECT how($$SELECT n FROM item WHERE id <@ 'plain:P7'$$);
SET LOCAL enable_indexscan = off;
SET LOCAL enable_seqscan = off;
SELECT is_right($$SELECT id FROM item WHERE id <@ 'plain:P7' AND n % 1 = 0$$, 'plain:P7') AS bitmap,
	   is_right($$SELECT id FROM item WHERE id <@ 'plain:C7.1' OR id <@ 'plain:C8.1'$$, 'plain:C7.1', 'plain:C8.1') AS bitmap_or;
ROLLBACK;
SELECT proname FROM pg_proc
WHERE pronamespace IN ('serial'::regnamespace, 'serial_internal'::regnamespace) AND proname IN ('is_inside', 'is_inside_any', 'has_inside', 'any_has_inside')
AND procost < 1000;

-- Trap 4.  Row security on the items: ours is applied in the index, before it.
CREATE ROLE regress_serial_tenant;
SELECT serial.grant_access('regress_serial_tenant', 'reader');
GRANT SELECT ON item TO regress_serial_tenant;
CREATE POLICY own ON item USING (tenant = 1);
ALTER TABLE item ENABLE ROW LEVEL SECURITY;
CREATE VIEW guarded WITH (security_barrier) AS SELECT * FROM item WHERE n % 2 = 0;
GRANT SELECT ON guarded TO regress_serial_tenant;
SET ROLE regress_serial_tenant;
SELECT how($$SELECT n FROM item WHERE id <@ 'plain:P7'$$);
SELECT count(*) FROM item WHERE id <@ 'plain:P7';
SELECT how($$SELECT n FROM guarded WHERE id <@ 'plain:P7'$$);
RESET ROLE;
SELECT count(*) FROM item WHERE id <@ 'plain:P7' AND tenant = 1;
SELECT proname, proleakproof FROM pg_proc
WHERE pronamespace IN ('serial'::regnamespace, 'serial_internal'::regnamespace) AND proleakproof ORDER BY proname;
DROP VIEW guarded;
ALTER TABLE item DISABLE ROW LEVEL SECURITY;
DROP POLICY own ON item;

-- Trap 5.  <@ ANY (array) is not offered to us; <@ array is, as shown above.
SELECT how($$SELECT n FROM item WHERE id <@ ANY ('{plain:P7,plain:C8.1}'::serial.serial[])$$);
SELECT is_right($$SELECT id FROM item WHERE id <@ ANY ('{plain:P7,plain:C8.1}'::serial.serial[])$$, 'plain:P7', 'plain:C8.1');

-- Trap 6 is below, with the estimates.

-- Trap 8.  Without an index the operator stays, for it is quicker than an
-- array searched row by row.
SELECT how($$SELECT n FROM (SELECT id, n FROM item OFFSET 0) AS i WHERE id <@ 'plain:P7'$$);

-- Trap 9, estimates for who may not read, is in hierarchy_rights.

-- Trap 10.  Parallel workers, and no use as immutable
SELECT DISTINCT p.provolatile, p.proparallel FROM pg_proc AS p
WHERE p.pronamespace IN ('serial'::regnamespace, 'serial_internal'::regnamespace)
AND p.proname IN ('is_inside', 'is_inside_any', 'has_inside', 'any_has_inside', 'contents_array', 'containers_array', 'contents', 'containers', 'container', 'outermost', 'inside');
CREATE INDEX never ON item ((id <@ 'plain:P7'));
CREATE INDEX never ON item (n) WHERE id <@ 'plain:P7';
CREATE INDEX never ON item ((serial.container(id)));
CREATE TABLE never (id serial.serial, b boolean GENERATED ALWAYS AS (id <@ 'plain:P7') STORED);
BEGIN;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL min_parallel_index_scan_size = 0;
SELECT serial.pack('plain:C7.1', '{plain:L7}');
CREATE TABLE heap AS SELECT id FROM item;
ANALYZE heap;
SELECT how($$SELECT count(*) FROM heap WHERE id <@ 'plain:C7.1'$$);
SELECT count(*) FROM heap WHERE id <@ 'plain:C7.1';
SET LOCAL enable_bitmapscan = off;
SELECT how($$SELECT count(*) FROM item WHERE id <@ 'plain:C7.1'$$);
SELECT count(*) FROM item WHERE id <@ 'plain:C7.1';
ROLLBACK;

-- Trap 11.  Row by row: NOT, OR with anything else, joins that are no nested loop
SELECT how($$SELECT n FROM item WHERE NOT id <@ 'plain:P7'$$);
SELECT count(*) FROM item WHERE NOT id <@ 'plain:P7';
SELECT count(*) FROM item WHERE NOT id <@ NULL::serial.serial;
SELECT count(*) FROM item WHERE id <@ 'plain:P7' OR n = -1;
SELECT count(*) FROM item WHERE id <@ 'plain:P7' IS NOT TRUE;
SELECT count(*) FILTER (WHERE id <@ 'plain:P7') AS p7, count(*) FILTER (WHERE id <@ 'plain:P8') AS p8 FROM item;
SELECT count(*) FROM (SELECT id <@ container AS b FROM (SELECT id FROM item ORDER BY id OFFSET 0) AS i,
	(SELECT container FROM stop OFFSET 0) AS s) AS all_pairs WHERE b;

-- ---------------------------------------------------------------------------
-- Trap 7.  Estimates.  A role that may read all links has the planner look; that is done
-- in the indexes only.
SET serial.enable_direct_walk = on;
CREATE FUNCTION is_near(query text, truth numeric, factor numeric DEFAULT 2) RETURNS boolean LANGUAGE sql AS $$
SELECT expected(query) BETWEEN greatest(truth / factor, 1) AND greatest(truth * factor, 1)
$$;
CREATE TABLE heap AS SELECT id, n FROM item;
ANALYZE heap;
SELECT t, is_near(format('SELECT n FROM %s WHERE id <@ %L', t, 'plain:P7'), 210) AS pallet,
	   is_near(format('SELECT n FROM %s WHERE %L @> id', t, 'plain:C7.1'), 20) AS "case",
	   is_near(format('SELECT n FROM %s WHERE serial_internal.is_inside(id, %L)', t, 'plain:P7'), 210) AS call,
	   is_near(format('SELECT n FROM %s WHERE serial_internal.has_inside(%L, id)', t, 'plain:P7'), 210) AS commuted,
	   is_near(format('SELECT n FROM %s WHERE id <@ %L::serial.serial[]', t, '{plain:P7,plain:P8,plain:C9.1}'), 440) AS any_of,
	   is_near(format('SELECT n FROM %s WHERE id <@ %L', t, 'plain:no'), 1) AS unknown,
	   expected(format('SELECT n FROM %s WHERE id <@ NULL::serial.serial', t)) <= 1 AS null,
	   is_near(format('SELECT n FROM %s WHERE NOT id <@ %L', t, 'plain:P7'), 8190, 1.1) AS "not"
FROM unnest('{item,heap}'::text[]) AS t;
SELECT is_near($$SELECT * FROM serial.contents('plain:P7')$$, 210) AS contents,
	   is_near($$SELECT name FROM place WHERE container @> 'plain:U3.4.5'$$, 2, 4) AS containers;
-- What is not known yet is expected to be average: 2 x 4200 links / 220 parents.
SET plan_cache_mode = force_generic_plan;
PREPARE inside (serial.serial) AS SELECT id FROM item WHERE id <@ $1;
PREPARE inside_any (serial.serial[]) AS SELECT id FROM item WHERE id <@ $1;
PREPARE contents (serial.serial) AS SELECT id FROM serial.contents($1);
SELECT expected($$EXECUTE inside('plain:P7')$$) AS one, expected($$EXECUTE inside_any('{plain:P7}')$$) AS ten,
	   expected($$EXECUTE contents('plain:P7')$$) AS contents;
RESET plan_cache_mode;
SELECT is_near('SELECT FROM stop AS s JOIN item AS i ON i.id <@ s.container', 230, 4) AS "join",
	   is_near('SELECT FROM stop AS s JOIN heap AS i ON s.container @> i.id', 230, 4) AS commuted,
	   is_near('SELECT FROM stop AS s JOIN heap AS i ON serial_internal.is_inside(i.id, s.container)', 230, 4) AS call,
	   is_near('SELECT FROM place AS p JOIN item AS i ON i.id <@ p.container', 8200, 15) AS large;

-- Trap 6.  Of much, a little is looked at.
INSERT INTO serial.aggregation SELECT ('plain:S' || i)::serial.serial, 'plain:ship', now(), false FROM generate_series(1, 100000) AS i;
BEGIN;
SELECT pg_stat_get_xact_tuples_returned('serial.aggregation_parent_idx'::regclass) AS before \gset
SELECT expected($$SELECT n FROM heap WHERE id <@ 'plain:ship'$$) BETWEEN 1000 AND 8400 AS expected,
	   expected($$SELECT * FROM serial.contents('plain:ship')$$) BETWEEN 1000 AND 200000 AS contents;
SELECT pg_stat_get_xact_tuples_returned('serial.aggregation_parent_idx'::regclass) - :before BETWEEN 1 AND 20000 AS looked_at_few;
COMMIT;
DELETE FROM serial.aggregation WHERE parent = 'plain:ship';
RESET serial.enable_direct_walk;

-- ---------------------------------------------------------------------------
-- Asked row by row, the operator remembers: never too long.
CREATE FUNCTION truly_inside(item serial.serial, asked serial.serial[]) RETURNS boolean LANGUAGE sql AS $$
WITH RECURSIVE around(c) AS (
	SELECT parent FROM serial.aggregation WHERE child = item
	UNION ALL
	SELECT a.parent FROM around JOIN serial.aggregation AS a ON a.child = c)
SELECT EXISTS (SELECT FROM around WHERE c = ANY (asked))
$$;
-- An expression that is kept for the transaction, whoever calls
CREATE FUNCTION is_asked(item serial.serial, asked serial.serial[]) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	RETURN item <@ asked;
END $$;
CREATE PROCEDURE ask(rounds integer, what text) LANGUAGE plpgsql AS $$
DECLARE
	items CONSTANT serial.serial[] := '{plain:U1.1.1,plain:U1.1.2,plain:C1.1,plain:U2.1.1,plain:L1}';
	pallet serial.serial := 'plain:P1';
	item serial.serial;
	wrong integer := 0;
	inside integer := 0;
BEGIN
	FOR i IN 1 .. rounds LOOP
		FOREACH item IN ARRAY items LOOP
			IF item <@ pallet THEN
				inside := inside + 1;
			END IF;
			IF is_asked(item, ARRAY[pallet]) <> truly_inside(item, ARRAY[pallet]) THEN
				wrong := wrong + 1;
			END IF;
		END LOOP;
		IF i % 20 = 0 AND what = 'change' THEN
			IF i % 40 = 0 THEN
				PERFORM serial.pack('plain:P1', '{plain:C1.1}');
			ELSE
				PERFORM serial.unpack('{plain:C1.1}');
			END IF;
		ELSIF i % 20 = 0 AND what = 'roll back' THEN
			BEGIN
				PERFORM serial.pack('plain:C1.1', '{plain:U2.1.1}', repack => true);
				-- A later transaction id is gone already when this one goes.
				BEGIN
					PERFORM serial.unpack('{plain:U2.1.2}');
					RAISE EXCEPTION USING ERRCODE = 'division_by_zero';
				EXCEPTION WHEN division_by_zero THEN
					NULL;
				END;
				FOR j IN 1 .. 20 LOOP
					IF NOT is_asked('plain:U2.1.1', ARRAY[pallet]) THEN
						wrong := wrong + 1;
					END IF;
				END LOOP;
				RAISE EXCEPTION USING ERRCODE = 'division_by_zero';
			EXCEPTION WHEN division_by_zero THEN
				NULL;
			END;
		ELSIF i % 20 = 0 AND what = 'ask otherwise' THEN
			pallet := CASE pallet WHEN 'plain:P1' THEN 'plain:P2' ELSE 'plain:P1' END;
		END IF;
	END LOOP;
	RAISE NOTICE '%: % inside, % wrong', what, inside, wrong;
END $$;
CALL ask(100, 'nothing');
CALL ask(120, 'change');
CALL ask(100, 'roll back');
CALL ask(100, 'ask otherwise');
BEGIN;
CALL ask(40, 'change');
SAVEPOINT s;
CALL ask(20, 'change');
ROLLBACK TO s;
CALL ask(40, 'roll back');
ROLLBACK;

-- Neither for another role,
CREATE FUNCTION ask_as(role text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	inside boolean;
BEGIN
	FOR i IN 1 .. 50 LOOP
		IF i = 50 THEN
			EXECUTE format('SET LOCAL ROLE %I', role);
		END IF;
		inside := 'plain:U1.1.1'::serial.serial <@ 'plain:P1'::serial.serial;
	END LOOP;
	RETURN inside;
EXCEPTION WHEN insufficient_privilege THEN
	RETURN sqlerrm;
END $$;
CREATE ROLE regress_serial_stranger;
SELECT ask_as('regress_serial_tenant') AS reader;
SELECT ask_as('regress_serial_stranger') AS stranger;
-- nor where a policy of the links hangs on a setting
CREATE FUNCTION ask_under(tenants text[]) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
	tenant text;
	answers text := '';
BEGIN
	FOREACH tenant IN ARRAY tenants LOOP
		PERFORM set_config('serial_test.tenant', tenant, true);
		FOR i IN 1 .. 30 LOOP
			IF i = 30 THEN
				answers := answers || ('plain:U1.1.1'::serial.serial <@ 'plain:P1'::serial.serial)::text || ' ';
			ELSE
				PERFORM 'plain:U1.1.1'::serial.serial <@ 'plain:P1'::serial.serial;
			END IF;
		END LOOP;
	END LOOP;
	RETURN answers;
END $$;
CREATE POLICY own ON serial.aggregation USING (child::text LIKE '%1.1%' AND current_setting('serial_test.tenant', true) = 'a');
ALTER TABLE serial.aggregation ENABLE ROW LEVEL SECURITY;
SET ROLE regress_serial_tenant;
SELECT ask_under(ARRAY(SELECT CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END FROM generate_series(1, 20) AS i));
RESET ROLE;
ALTER TABLE serial.aggregation DISABLE ROW LEVEL SECURITY;
DROP POLICY own ON serial.aggregation;

REVOKE ALL ON item FROM regress_serial_tenant;
DROP OWNED BY regress_serial_tenant;
DROP ROLE regress_serial_tenant, regress_serial_stranger;
DROP TABLE item, heap, place, stop, truth;
DROP PROCEDURE ask;
DROP FUNCTION how, expected, is_right, is_near, count_inside, any_pallet, truly_inside, is_asked, ask_as, ask_under;
DELETE FROM serial.aggregation;
DELETE FROM serial.aggregation_history;
