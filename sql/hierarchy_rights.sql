-- Rights to read the hierarchy and to write it

SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
CREATE ROLE regress_serial_nobody;
CREATE ROLE regress_serial_reader;
CREATE ROLE regress_serial_current;
CREATE ROLE regress_serial_column;
CREATE ROLE regress_serial_writer;
SELECT serial.grant_access('regress_serial_reader', 'reader'), serial.grant_access('regress_serial_writer', 'operator');
GRANT SELECT ON serial.aggregation TO regress_serial_current;
GRANT SELECT (child, parent) ON serial.aggregation TO regress_serial_column;

-- P holds C and the secret S; C was in Q before.
SELECT serial.pack('plain:C', array_agg(('plain:c' || i)::serial.serial), '2026-01-01') FROM generate_series(1, 200) AS i;
SELECT serial.pack('plain:S', array_agg(('plain:s' || i)::serial.serial), '2026-01-01') FROM generate_series(1, 100) AS i;
SELECT serial.pack('plain:Q', '{plain:C,plain:S}', '2026-01-02');
SELECT serial.pack('plain:P', '{plain:C,plain:S}', '2026-01-03', repack => true);
ANALYZE serial.aggregation;
CREATE TABLE item AS SELECT ('plain:' || l || i)::serial.serial AS id FROM unnest('{c,s,x,y,z}'::text[]) AS l, generate_series(1, 200) AS i;
CREATE TABLE heap AS SELECT id FROM item;
ALTER TABLE item ADD PRIMARY KEY (id);
ANALYZE item, heap;
CREATE VIEW inside_p AS SELECT id FROM item WHERE id <@ 'plain:P';
GRANT SELECT ON item, heap, inside_p TO PUBLIC;

-- The first value that a query returns to a role, or its error
CREATE FUNCTION answer(role text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE format('SET LOCAL ROLE %I', role);
	EXECUTE query INTO answer;
	RESET ROLE;
	RETURN answer;
EXCEPTION WHEN OTHERS THEN
	RETURN sqlstate || ': ' || sqlerrm;
END $$;

CREATE TABLE question (n integer GENERATED ALWAYS AS IDENTITY, query text);
INSERT INTO question (query) VALUES
	($$SELECT count(*) FROM item WHERE id <@ 'plain:P'$$),
	($$SELECT count(*) FROM heap WHERE id <@ 'plain:P'$$),
	($$SELECT count(*) FROM heap WHERE 'plain:P' @> id$$),
	($$SELECT count(*) FROM heap WHERE id <@ '{plain:P}'::serial.serial[]$$),
	($$SELECT count(*) FROM inside_p$$),
	($$SELECT 'plain:c1'::serial.serial <@ 'plain:P'$$),
	($$SELECT count(*) FROM serial.contents('plain:P')$$),
	($$SELECT count(*) FROM serial.containers('plain:c1')$$),
	($$SELECT serial.container('plain:c1')$$),
	($$SELECT serial.outermost('plain:c1')$$),
	($$SELECT cardinality(serial_internal.contents_array('plain:P'::serial.serial))$$),
	($$SELECT cardinality(serial_internal.contents_array('{plain:P}'::serial.serial[]))$$),
	($$SELECT serial_internal.containers_array('plain:c1')$$),
	($$SELECT serial.tree('plain:P', 1)$$),
	($$SELECT count(*) FROM serial.contents('plain:Q', '2026-01-02')$$),
	($$SELECT count(*) FROM serial.containers('plain:c1', '2026-01-02')$$),
	($$SELECT serial.inside('plain:c1', 'plain:Q', '2026-01-02')$$);

-- ---------------------------------------------------------------------------
-- Without the right to read, every question gets the same error, whatever there is.
SELECT query, answer('regress_serial_nobody', query) FROM question ORDER BY n;
SELECT count(*) AS questions, count(*) FILTER (WHERE
	answer('regress_serial_nobody', query) =
	answer('regress_serial_nobody', regexp_replace(query, 'plain:(P|Q|c1)', 'plain:unknown', 'g'))) AS answered_alike
FROM question;
-- EXPLAIN expects the same of each container, or fails.
SELECT query, answer('regress_serial_nobody', query) = answer('regress_serial_nobody', replace(query, 'plain:P', 'plain:unknown')) AS same,
	   answer('regress_serial_nobody', query) ~ '^42501: permission denied' AS refused
FROM unnest(ARRAY[
	$$EXPLAIN SELECT FROM item WHERE id <@ 'plain:P'$$,
	$$EXPLAIN SELECT FROM heap WHERE id <@ 'plain:P'$$,
	$$EXPLAIN SELECT FROM heap WHERE 'plain:P' @> id$$,
	$$EXPLAIN SELECT FROM heap WHERE id <@ '{plain:P}'::serial.serial[]$$,
	$$EXPLAIN SELECT FROM heap WHERE serial_internal.is_inside(id, 'plain:P')$$,
	$$EXPLAIN SELECT FROM heap WHERE serial_internal.is_inside_any(id, '{plain:P}')$$,
	$$EXPLAIN SELECT FROM serial.contents('plain:P')$$]) AS query;

-- A reader may know all of it.
SELECT query, answer('regress_serial_reader', query) FROM question ORDER BY n;
-- The right to read the present, but not the past
SELECT query, answer('regress_serial_current', query) FROM question ORDER BY n;
-- Columns child and parent are enough to ascend, since nothing else is read.
SELECT query, answer('regress_serial_column', query) FROM question ORDER BY n;
SELECT answer('regress_serial_column', $$EXPLAIN SELECT FROM heap WHERE id <@ 'plain:P'$$) =
	   answer('regress_serial_column', $$EXPLAIN SELECT FROM heap WHERE id <@ 'plain:unknown'$$) AS same;

-- ---------------------------------------------------------------------------
-- Writing takes the grant, and our functions.
SELECT role, query, answer('regress_serial_' || role, query)
FROM unnest('{nobody,reader,writer}'::text[]) AS role, unnest(ARRAY[
	$$SELECT serial.pack('plain:P', '{plain:C}')$$,
	$$SELECT serial.unpack('{plain:never}')$$,
	$$SELECT serial.unpack_all('plain:never')$$,
	$$INSERT INTO serial.aggregation VALUES ('plain:x', 'plain:y', now()) RETURNING child$$,
	$$UPDATE serial.aggregation SET parent = 'plain:y' RETURNING child$$,
	$$DELETE FROM serial.aggregation RETURNING child$$,
	$$INSERT INTO serial.aggregation_history VALUES ('plain:x', 'plain:y', '2026-01-01', '2026-01-02') RETURNING child$$,
	$$UPDATE serial.aggregation_history SET parent = 'plain:y' RETURNING child$$,
	$$DELETE FROM serial.aggregation_history_default RETURNING child$$,
	$$SELECT child FROM serial.aggregation FOR UPDATE$$]) AS query
ORDER BY role, query COLLATE "C";
-- A writer reads too.
SELECT answer('regress_serial_writer', $$SELECT count(*) FROM serial.contents('plain:P')$$);

-- ---------------------------------------------------------------------------
-- Row security: who may not see S sees nothing that hangs on its link.
CREATE FUNCTION by_hand(container serial.serial) RETURNS SETOF serial.serial LANGUAGE sql STABLE AS $$
WITH RECURSIVE inside(id) AS (
	SELECT child FROM serial.aggregation WHERE parent = container
	UNION ALL
	SELECT a.child FROM inside JOIN serial.aggregation AS a ON a.parent = id)
SELECT id FROM inside
$$;
CREATE FUNCTION by_hand_then(container serial.serial, at timestamptz) RETURNS SETOF serial.serial LANGUAGE sql STABLE AS $$
WITH RECURSIVE link AS (
	SELECT child, parent FROM serial.aggregation WHERE since <= at
	UNION ALL
	SELECT child, parent FROM serial.aggregation_history WHERE since <= at AND at < until),
inside(id) AS (
	SELECT child FROM link WHERE parent = container
	UNION ALL
	SELECT a.child FROM inside JOIN link AS a ON a.parent = id)
SELECT id FROM inside
$$;
INSERT INTO question (query) VALUES
	($$SELECT serial.outermost('plain:s1')$$),
	($$SELECT serial.outermost('plain:S')$$),
	($$SELECT count(*) FROM serial.contents('plain:S')$$),
	($$SELECT 'plain:s1'::serial.serial <@ 'plain:P'$$),
	($$SELECT 'plain:s1'::serial.serial <@ 'plain:S'$$),
	($$SELECT serial.inside('plain:s1', 'plain:Q', '2026-01-02')$$),
	($$SELECT count(*) FROM serial.contents('plain:P') AS c JOIN by_hand('plain:P') AS h(id) USING (id)$$),
	($$SELECT count(*) FROM by_hand('plain:P')$$),
	($$SELECT count(*) FROM item WHERE id IN (SELECT by_hand('plain:P'))$$),
	($$SELECT count(*) FROM serial.contents('plain:Q', '2026-01-02') AS c JOIN by_hand_then('plain:Q', '2026-01-02') AS h(id) USING (id)$$),
	($$SELECT count(*) FROM by_hand_then('plain:Q', '2026-01-02')$$);
CREATE POLICY no_secret ON serial.aggregation TO regress_serial_reader USING (child <> 'plain:S');
ALTER TABLE serial.aggregation ENABLE ROW LEVEL SECURITY;
SELECT query, answer('regress_serial_reader', query) FROM question ORDER BY n;
-- Nothing shines through in what the planner expects.
SELECT answer('regress_serial_reader', $$EXPLAIN SELECT FROM heap WHERE id <@ 'plain:S'$$) =
	   answer('regress_serial_reader', $$EXPLAIN SELECT FROM heap WHERE id <@ 'plain:unknown'$$) AS same;
-- Without any policy for it, a role sees no links.
SELECT answer('regress_serial_current', $$SELECT count(*) FROM serial.contents('plain:P')$$),
	   answer('regress_serial_current', $$SELECT serial.outermost('plain:c1')$$);
-- A session that asks for an error instead of a part gets it.
SET row_security = off;
SELECT query, answer('regress_serial_reader', query) FROM question WHERE n IN (1, 6, 7, 10) ORDER BY n;
RESET row_security;
-- Operators write what is, whatever they see of it.
SELECT answer('regress_serial_writer', $$SELECT count(*) FROM serial.contents('plain:P')$$),
	   answer('regress_serial_writer', $$SELECT serial.pack('plain:P', '{plain:C,plain:S}')$$);
-- The past has policies of its own.
CREATE POLICY no_past ON serial.aggregation_history TO regress_serial_reader USING (child <> 'plain:C');
ALTER TABLE serial.aggregation_history ENABLE ROW LEVEL SECURITY;
SELECT query, answer('regress_serial_reader', query) FROM question WHERE query LIKE '%2026%' ORDER BY n;
ALTER TABLE serial.aggregation DISABLE ROW LEVEL SECURITY;
SELECT query, answer('regress_serial_reader', query) FROM question WHERE query LIKE '%2026%' ORDER BY n;
SELECT answer('regress_serial_reader', $$SELECT count(*) FROM serial.contents('plain:P')$$);
ALTER TABLE serial.aggregation_history DISABLE ROW LEVEL SECURITY;
DROP POLICY no_secret ON serial.aggregation;
DROP POLICY no_past ON serial.aggregation_history;

-- ---------------------------------------------------------------------------
-- Names that somebody has put before ours.  Each of these shouts if called.
CREATE SCHEMA hostile;
GRANT USAGE ON SCHEMA hostile TO PUBLIC;
DO $$
DECLARE
	s record;
BEGIN
	FOR s IN SELECT * FROM (VALUES
		('shout(serial.serial, serial.serial)', 'boolean'), ('shout(timestamptz, timestamptz)', 'boolean'),
		('shout(integer, integer)', 'boolean'), ('shout(bigint, bigint)', 'boolean'),
		('unnest(serial.serial[])', 'SETOF serial.serial'), ('now()', 'timestamptz'), ('aggregation(text)', 'boolean'),
		('serial_eq(serial.serial, serial.serial)', 'boolean')) AS f(signature, type)
	LOOP
		EXECUTE format('CREATE FUNCTION hostile.%s RETURNS %s LANGUAGE plpgsql AS $f$BEGIN RAISE EXCEPTION ''caught''; END$f$',
			s.signature, s.type);
	END LOOP;
	FOR s IN SELECT t, o FROM unnest('{serial.serial,timestamptz,integer,bigint}'::text[]) AS t, unnest('{=,<>,<,<=,>,>=,<@,@>}'::text[]) AS o LOOP
		EXECUTE format('CREATE OPERATOR hostile.%s (FUNCTION = hostile.shout, LEFTARG = %s, RIGHTARG = %s)', s.o, s.t, s.t);
	END LOOP;
END $$;
CREATE TABLE hostile.aggregation (child serial.serial, parent serial.serial, since timestamptz, is_container boolean);
CREATE TABLE hostile.aggregation_history (LIKE serial.aggregation_history);
-- In a new session, so that every plan is made under this path.
\c -
SET timezone = 'UTC';
CREATE TEMP TABLE aggregation (child serial.serial, parent serial.serial, since timestamptz, is_container boolean);
CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'caught'; END$$;
SET search_path = pg_temp, hostile, pg_catalog, public;
SELECT 'plain:a'::serial.serial = 'plain:b'::serial.serial;
SET serial.enable_direct_walk = off;
SELECT count(*) FROM serial.contents('plain:P');
SELECT count(*) FROM serial.contents('plain:Q', '2026-01-02');
SELECT * FROM serial.containers('plain:c1');
SELECT * FROM serial.containers('plain:c1', '2026-01-02');
SELECT serial.outermost('plain:c1'), serial.container('plain:c1'), serial.inside('plain:c1', 'plain:Q', '2026-01-02');
SELECT serial_internal.is_inside('plain:c1', 'plain:P'), cardinality(serial_internal.contents_array('plain:P'::serial.serial));
SELECT count(*) FROM item WHERE id OPERATOR(pg_catalog.<@) 'plain:P'::serial.serial;
RESET serial.enable_direct_walk;
SELECT count(*) FROM serial.contents('plain:P');
SELECT count(*) FROM item WHERE id OPERATOR(pg_catalog.<@) 'plain:P'::serial.serial;
SET ROLE regress_serial_writer;
SELECT serial.pack('plain:T', '{plain:t1,plain:t2}', '2026-01-01');
SELECT serial.pack('plain:U', '{plain:T}', '2026-01-02');
SELECT serial.pack('plain:V', '{plain:T}', '2026-01-03', repack => true);
SELECT serial.pack('plain:t1', '{plain:V}', '2026-01-03');
SELECT serial.unpack('{plain:t1}', '2026-01-04'), serial.unpack_all('plain:T', '2026-01-04');
RESET ROLE;
\c -
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
SELECT child, parent, since, NULL AS until, is_container FROM serial.aggregation WHERE child IN ('plain:T', 'plain:t1', 'plain:t2')
UNION ALL
SELECT child, parent, since, until, is_container FROM serial.aggregation_history WHERE child IN ('plain:T', 'plain:t1', 'plain:t2')
ORDER BY child, since;
SET client_min_messages = warning;
DROP SCHEMA hostile CASCADE;
RESET client_min_messages;

-- ---------------------------------------------------------------------------
-- Links that are more than one heap: asked in SQL, which sees them all
BEGIN;
CREATE TABLE elsewhere () INHERITS (serial.aggregation);
INSERT INTO elsewhere VALUES ('plain:far', 'plain:c1', '2026-01-01', false);
UPDATE serial.aggregation SET is_container = true WHERE child = 'plain:c1';
SELECT serial.outermost('plain:far'), 'plain:far'::serial.serial <@ 'plain:P' AS op, serial.inside('plain:far', 'plain:Q', '2026-01-02');
SELECT count(*) FROM serial.contents('plain:P');
SELECT * FROM serial.contents('plain:C') WHERE depth = 2;
SELECT count(*) FROM item WHERE id <@ 'plain:P';
EXPLAIN (COSTS OFF) SELECT FROM item WHERE id <@ 'plain:P';
ROLLBACK;
-- A foreign table is not passed over.
BEGIN;
CREATE FOREIGN DATA WRAPPER regress_serial_wrapper;
CREATE SERVER regress_serial_server FOREIGN DATA WRAPPER regress_serial_wrapper;
CREATE FOREIGN TABLE far_away () INHERITS (serial.aggregation) SERVER regress_serial_server;
\set SHOW_CONTEXT never
SELECT serial.outermost('plain:c1');
\set SHOW_CONTEXT errors
ROLLBACK;
-- Partitions of partitions
BEGIN;
CREATE TABLE past PARTITION OF serial.aggregation_history FOR VALUES FROM ('2026-02-01') TO ('2026-03-01') PARTITION BY RANGE (until);
CREATE TABLE past_a PARTITION OF past FOR VALUES FROM ('2026-02-01') TO ('2026-02-10');
CREATE TABLE past_b PARTITION OF past FOR VALUES FROM ('2026-02-10') TO ('2026-03-01');
ALTER TABLE past_a ADD PRIMARY KEY (child, until, until_event);
ALTER TABLE past_b ADD PRIMARY KEY (child, until, until_event);
CREATE INDEX ON past_a (parent, until) INCLUDE (child, is_container, since);
CREATE INDEX ON past_b (parent, until) INCLUDE (child, is_container, since);
SELECT serial.pack('plain:Q', '{plain:C}', '2026-02-05', repack => true);
SELECT serial.pack('plain:P', '{plain:C}', '2026-02-15', repack => true);
SELECT serial.pack('plain:c2', '{plain:late}', '2026-01-15');
SELECT tableoid::regclass, child, parent, until, is_container FROM serial.aggregation_history WHERE child = 'plain:C' ORDER BY until;
SELECT at, serial.outermost('plain:c1') AS now, (SELECT string_agg(id::text, ' ' ORDER BY depth) FROM serial.containers('plain:c1', at)) AS "then",
	   (SELECT count(*) FROM serial.contents('plain:Q', at)) AS q, (SELECT count(*) FROM serial.contents('plain:P', at)) AS p
FROM unnest('{2026-01-02,2026-01-03,2026-02-05,2026-02-15}'::timestamptz[]) AS at;
-- Nobody who may not see the whole sees a part.
SELECT answer('regress_serial_current', $$SELECT count(*) FROM serial.contents('plain:Q', '2026-02-05')$$);
ROLLBACK;

DROP VIEW inside_p;
DROP TABLE item, heap, question;
DROP FUNCTION answer, by_hand, by_hand_then;
DELETE FROM serial.aggregation;
DELETE FROM serial.aggregation_history;
DROP OWNED BY regress_serial_nobody, regress_serial_reader, regress_serial_current, regress_serial_column, regress_serial_writer;
DROP ROLE regress_serial_nobody, regress_serial_reader, regress_serial_current, regress_serial_column, regress_serial_writer;
