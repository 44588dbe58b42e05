-- Hierarchy: every way to read it against its definition by recursive query,
-- on random forests with a past.

SET timezone = 'UTC';
DELETE FROM serial.aggregation;
DELETE FROM serial.aggregation_history;

-- A number from 0 to n - 1, the same on every server.
CREATE FUNCTION pick(seed text, n integer)
RETURNS integer
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT (('x' || substr(md5(seed), 1, 8))::bit(32)::bigint % n)::integer;
END;

CREATE FUNCTION item(shape text, i integer)
RETURNS serial.serial
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT format('(01)80614141123458(21)%s.%s', shape, i)::serial.serial;
END;

-- What is a item packed into at first?  In a deep forest a item shortly
-- before it, in a flat one into a few, in a random one into any.
CREATE FUNCTION container_of(shape text, i integer, seed text)
RETURNS serial.serial
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT item(shape, CASE shape
		WHEN 'deep' THEN greatest(i - 1 - pick(seed, 20), 0)
		WHEN 'flat' THEN CASE WHEN i < 10 THEN 0 ELSE pick(seed, 10) END
		ELSE pick(seed, i) END);
END;

-- One item after another is packed, a minute each; then it all is moved about,
-- and what would be a cycle is refused.
CREATE PROCEDURE plant(shape text, items integer, moves integer)
LANGUAGE plpgsql
AS $$
DECLARE
	at timestamptz := '2026-01-01 00:00+00';
	refused integer := 0;
	which serial.serial;
	seed text;
BEGIN
	FOR i IN 1 .. items - 1 LOOP
		at := at + interval '1 minute';
		PERFORM serial.pack(container_of(shape, i, shape || i), ARRAY[item(shape, i)], at);
	END LOOP;
	FOR n IN 1 .. moves LOOP
		at := at + interval '1 minute';
		seed := shape || ' ' || n;
		which := item(shape, pick(seed || ' which', items));
		BEGIN
			CASE pick(seed || ' what', 20)
				WHEN 0, 1 THEN PERFORM serial.unpack(ARRAY[which], at);
				WHEN 2 THEN PERFORM serial.unpack_all(which, at);
				ELSE PERFORM serial.pack(item(shape, pick(seed || ' where', items)), ARRAY[which], at, repack => true);
			END CASE;
		EXCEPTION WHEN check_violation THEN
			refused := refused + 1;
		END;
	END LOOP;
	RAISE NOTICE '%: % of % moves refused', shape, refused, moves;
END;
$$;
CALL plant('deep', 700, 300);
CALL plant('flat', 700, 300);
CALL plant('any', 700, 900);
SELECT count(*) FROM serial.aggregation;
SELECT count(*) FROM serial.aggregation_history;

-- What is asked about: items, and containers several at once, among them some
-- inside others, named twice, unknown and NULL.
CREATE TABLE everything AS
SELECT item(shape, i) AS id, shape, i
FROM (VALUES ('deep'), ('flat'), ('any')) AS s(shape), generate_series(0, 700) AS i;
CREATE TABLE many AS SELECT id FROM everything WHERE i < 12 OR i % 8 = 0;
CREATE TABLE few AS SELECT id FROM everything WHERE i < 6 OR i % 40 = 0;
CREATE INDEX ON many (id);
CREATE INDEX ON few (id);
CREATE TABLE several (n integer, ids serial.serial[]);
INSERT INTO several
SELECT n, array_agg(item(CASE pick(n || 's' || k, 3) WHEN 0 THEN 'deep' WHEN 1 THEN 'flat' ELSE 'any' END,
						  pick(n || 'i' || k, CASE WHEN k % 2 = 0 THEN 702 ELSE 20 END)))
FROM generate_series(1, 20) AS n, LATERAL generate_series(1, n) AS k
GROUP BY n;
INSERT INTO several VALUES
	(21, '{}'), (22, '{NULL}'), (23, ARRAY[NULL, item('any', 1), item('any', 1), NULL]),
	(24, ARRAY[[item('any', 1), item('flat', 2)], [item('deep', 3), NULL]]);

-- The links of each time; NULL stands for now.
CREATE TABLE instant (t timestamptz);
INSERT INTO instant VALUES
	(NULL), ('infinity'), ('-infinity'), ('2026-01-01 06:00'), ('2026-01-01 11:39'), ('2026-01-01 14:00:30'),
	('2026-01-01 17:00'), ('2026-01-02 02:39'), ('2030-01-01');
CREATE TABLE link AS
SELECT t, child, parent FROM instant, serial.aggregation
WHERE t IS NULL OR since <= t
UNION ALL
SELECT t, child, parent FROM instant, serial.aggregation_history
WHERE since <= t AND t < until;

-- Everything in everything: by this all the others are checked.
CREATE TABLE walk AS
WITH RECURSIVE walk AS (
	SELECT t, parent AS root, child AS id, parent AS container, 1 AS depth FROM link
	UNION ALL
	SELECT walk.t, root, child, parent, depth + 1
	FROM walk JOIN link ON parent = walk.id AND link.t IS NOT DISTINCT FROM walk.t)
SELECT * FROM walk;
CREATE INDEX ON walk (root);
CREATE INDEX ON walk (id);
ANALYZE;
SELECT t, count(*), max(depth) FROM walk GROUP BY t ORDER BY t NULLS FIRST;

-- What each function and operator should return, and how it is asked.  Of
-- operators, "index" says whether they are to use one.
CREATE TABLE claim (n serial, what text, definition text, query text, index boolean);
INSERT INTO claim (what, definition, query) VALUES
	('contents',
	 'SELECT t, root, w.id, container, depth FROM many JOIN walk AS w ON root = many.id',
	 'SELECT t, many.id, c.* FROM instant, many, serial.contents(many.id, t) AS c'),
	('contents to a depth',
	 'SELECT t, d, root, w.id, container, depth FROM generate_series(-1, 4) AS d, few JOIN walk AS w ON root = few.id WHERE depth <= d',
	 'SELECT t, d, few.id, c.* FROM instant, generate_series(-1, 4) AS d, few, serial.contents(few.id, t, d) AS c'),
	('containers',
	 'SELECT t, w.id, root, depth FROM many JOIN walk AS w USING (id)',
	 'SELECT t, many.id, c.* FROM instant, many, serial.containers(many.id, t) AS c'),
	('container',
	 'SELECT id, parent FROM everything LEFT JOIN (SELECT * FROM link WHERE t IS NULL) AS l ON child = id',
	 'SELECT id, serial.container(id) FROM everything'),
	('outermost',
	 'SELECT DISTINCT ON (e.id) e.id, coalesce(root, e.id) FROM everything AS e LEFT JOIN (SELECT * FROM walk WHERE t IS NULL) AS w USING (id) ORDER BY e.id, depth DESC',
	 'SELECT id, serial.outermost(id) FROM everything'),
	('inside',
	 'SELECT t, id, root FROM few JOIN walk AS w USING (id) WHERE t IS NOT NULL AND root IN (TABLE few)',
	 'SELECT t, i.id, c.id FROM instant, few AS i, few AS c WHERE serial.inside(i.id, c.id, t)'),
	('contents_array',
	 'SELECT root, w.id FROM many JOIN walk AS w ON root = many.id WHERE t IS NULL',
	 'SELECT id, unnest(serial_internal.contents_array(id)) FROM many'),
	('contents_array of several',
	 'SELECT DISTINCT n, w.id FROM several, unnest(ids) AS c JOIN walk AS w ON root = c WHERE t IS NULL',
	 'SELECT DISTINCT n, i FROM several, unnest(serial_internal.contents_array(ids)) AS i'),
	('containers_array',
	 'SELECT w.id, root, depth FROM many JOIN walk AS w USING (id) WHERE t IS NULL',
	 'SELECT id, c.* FROM many, unnest(serial_internal.containers_array(id)) WITH ORDINALITY AS c');
INSERT INTO claim (what, definition, query, index)
SELECT what, definition, query, index
FROM (VALUES
	('item <@ container',
	 'SELECT w.id, root FROM many JOIN walk AS w USING (id) WHERE t IS NULL AND root IN (TABLE few)',
	 'SELECT i.id, c.id FROM (TABLE few OFFSET 0) AS c JOIN many AS i ON i.id <@ c.id'),
	('container @> item',
	 'SELECT w.id, root FROM many JOIN walk AS w USING (id) WHERE t IS NULL AND root IN (TABLE few)',
	 'SELECT i.id, c.id FROM (TABLE few OFFSET 0) AS c JOIN many AS i ON c.id @> i.id'),
	('item <@ indexed container',
	 'SELECT w.id, root FROM few JOIN walk AS w USING (id) WHERE t IS NULL AND root IN (TABLE few)',
	 'SELECT i.id, c.id FROM (TABLE few OFFSET 0) AS i JOIN few AS c ON i.id <@ c.id'),
	('indexed container @> item',
	 'SELECT w.id, root FROM few JOIN walk AS w USING (id) WHERE t IS NULL AND root IN (TABLE few)',
	 'SELECT i.id, c.id FROM (TABLE few OFFSET 0) AS i JOIN few AS c ON c.id @> i.id'),
	('item <@ containers',
	 'SELECT DISTINCT n, w.id FROM several, unnest(ids) AS c JOIN walk AS w ON root = c JOIN many USING (id) WHERE t IS NULL',
	 'SELECT n, i.id FROM several JOIN many AS i ON i.id <@ ids'),
	('containers @> item',
	 'SELECT DISTINCT n, w.id FROM several, unnest(ids) AS c JOIN walk AS w ON root = c JOIN many USING (id) WHERE t IS NULL',
	 'SELECT n, i.id FROM several JOIN many AS i ON ids @> i.id')) AS v(what, definition, query),
	(VALUES (true), (false)) AS w(index);

-- Lets the planner use an index, or not.
CREATE FUNCTION use_index(wanted boolean)
RETURNS void
LANGUAGE sql
BEGIN ATOMIC
	SELECT set_config('enable_indexscan', wanted::text, true), set_config('enable_indexonlyscan', wanted::text, true),
		set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', (NOT wanted)::text, true);
END;

-- Has the plan of a query an index condition that is one of the extension?
CREATE FUNCTION uses_index(query text)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
		IF line ~ 'Index Cond: \(id = ANY \(.*(contents|containers)_array\(' THEN
			RETURN true;
		END IF;
	END LOOP;
	RETURN false;
END;
$$;

-- How many rows there should be, and how many are missing or should not be
CREATE FUNCTION differences()
RETURNS TABLE (what text, index boolean, compared bigint, differences bigint)
LANGUAGE plpgsql
AS $$
DECLARE
	claim record;
BEGIN
	FOR claim IN SELECT * FROM claim AS c ORDER BY c.n LOOP
		what := claim.what;
		PERFORM use_index(claim.index) WHERE claim.index IS NOT NULL;
		index := CASE WHEN claim.index IS NOT NULL THEN uses_index(claim.query) END;
		EXECUTE format($q$
			WITH expected AS MATERIALIZED (%s), got AS MATERIALIZED (%s)
			SELECT (SELECT count(*) FROM expected),
				(SELECT count(*) FROM (TABLE expected EXCEPT ALL TABLE got) AS missing)
				+ (SELECT count(*) FROM (TABLE got EXCEPT ALL TABLE expected) AS wrong)$q$,
			claim.definition, claim.query) INTO compared, differences;
		RETURN NEXT;
	END LOOP;
END;
$$;

-- By the indexes, of which pages are not known to be visible to all, and then
-- are; and in SQL
SELECT * FROM differences();
VACUUM serial.aggregation, serial.aggregation_history;
SELECT * FROM differences();
SET serial.enable_direct_walk = off;
SELECT * FROM differences();
RESET serial.enable_direct_walk;

DROP TABLE everything, many, few, several, instant, link, walk, claim;
DROP FUNCTION pick, item, container_of, use_index, uses_index, differences;
DROP PROCEDURE plant;
DELETE FROM serial.aggregation;
DELETE FROM serial.aggregation_history;
