-- History: what was packed in what, and when.

SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

-- What was inside, as of a time: every item with its depth
CREATE FUNCTION was_in(container serial.serial, as_of timestamptz) RETURNS text LANGUAGE sql AS $$
SELECT string_agg(c.id || ' ' || c.depth, ', ' ORDER BY c.depth, c.id) FROM serial.contents(container, as_of) AS c
$$;
CREATE FUNCTION was_around(item serial.serial, as_of timestamptz) RETURNS text LANGUAGE sql AS $$
SELECT string_agg(c.id || ' ' || c.depth, ', ' ORDER BY c.depth) FROM serial.containers(item, as_of) AS c
$$;
CREATE VIEW links AS
SELECT child, parent, since, NULL AS until, is_container FROM serial.aggregation
UNION ALL
SELECT child, parent, since, until, is_container FROM serial.aggregation_history;
CREATE PROCEDURE begin_anew() LANGUAGE sql AS $$
DELETE FROM serial.aggregation;
DELETE FROM serial.aggregation_history;
$$;

-- ---------------------------------------------------------------------------
-- An interval: from since, up to but not including until
SELECT serial.pack('plain:P', '{plain:C}', '2026-01-01');
SELECT serial.pack('plain:C', '{plain:a,plain:b}', '2026-01-02');
SELECT serial.unpack('{plain:a}', '2026-01-03');
SELECT * FROM links ORDER BY child, since;
SELECT at, was_in('plain:P', at), was_around('plain:a', at),
	   serial.inside('plain:a', 'plain:P', at) AS a_in_p, serial.inside('plain:a', 'plain:C', at) AS a_in_c,
	   serial.inside('plain:C', 'plain:P', at) AS c_in_p, serial.inside('plain:P', 'plain:C', at) AS p_in_c
FROM unnest('{-infinity,2025-12-31 23:59:59.999999,2026-01-01,2026-01-01 23:59:59.999999,2026-01-02,2026-01-02 23:59:59.999999,2026-01-03,infinity}'::timestamptz[]) AS at;
SELECT count(*) FROM serial.contents('plain:P', '2026-01-02', max_depth => 1);
SELECT count(*) FROM serial.contents(NULL, '2026-01-02');
SELECT count(*) FROM serial.contents('plain:unknown', '2026-01-02');
SELECT count(*) FROM serial.containers(NULL, '2026-01-02');
SELECT serial.inside(NULL, 'plain:P', now()) AS item, serial.inside('plain:a', NULL, now()) AS container, serial.inside('plain:a', 'plain:P', NULL) AS at;
-- Unpacking again says that nothing was there.
SELECT serial.unpack('{plain:a}', '2026-01-04');
SELECT serial.unpack('{}', '2026-01-04');

-- Packing what is there already makes no new interval.  The earliest report counts.
SELECT serial.pack('plain:C', '{plain:b}'), serial.pack('plain:C', '{plain:b}', '2026-01-05'),
	   serial.pack('plain:C', '{plain:b}', '2026-01-01'), serial.pack('plain:C', '{plain:b}', '2026-01-05', repack => true);
SELECT * FROM links WHERE child = 'plain:b';

-- Moving closes one interval and begins another: one link, whatever is inside.
SELECT serial.pack('plain:Q', '{plain:C}', '2026-01-04', repack => true);
SELECT * FROM links ORDER BY child, since;
SELECT at, was_in('plain:P', at) AS p, was_in('plain:Q', at) AS q
FROM unnest('{2026-01-03 23:59:59.999999,2026-01-04}'::timestamptz[]) AS at;

-- An interval without length is not kept.
SELECT serial.pack('plain:R', '{plain:C}', '2026-01-04', repack => true);
SELECT serial.pack('plain:R', '{plain:z}', '2026-01-04');
SELECT serial.unpack('{plain:z}', '2026-01-04');
SELECT * FROM links WHERE child IN ('plain:C', 'plain:z') ORDER BY since;

-- Nothing ends before it began.
SELECT serial.unpack('{plain:b}', '2025-12-31 23:59:59.999999');
SELECT serial.unpack_all('plain:C', '2025-12-31');
SELECT serial.pack('plain:Q', '{plain:C}', '2026-01-03', repack => true);
SELECT count(*) FROM links;
SELECT serial.unpack_all('plain:C', '2026-01-01');
SELECT * FROM links WHERE child = 'plain:b';

-- Nobody is in two places at once, later reports included.
CALL begin_anew();
SELECT serial.pack('plain:A', '{plain:x}', '2026-01-02');
SELECT serial.unpack('{plain:x}', '2026-01-04');
SELECT serial.pack('plain:B', '{plain:x}', '2026-01-01');
SELECT serial.pack('plain:B', '{plain:x}', '2026-01-03');
SELECT serial.pack('plain:A', '{plain:x}', '2026-01-03 23:59:59.999999');
SELECT serial.pack('plain:B', '{plain:new,plain:x}', '2026-01-03', repack => true);
SELECT serial.pack('plain:B', '{plain:x}', '2026-01-04');
SELECT * FROM links ORDER BY since;

-- No cycle in the past either: A was in B during [1, 3).
CALL begin_anew();
SELECT serial.pack('plain:B', '{plain:A}', '2026-01-01');
SELECT serial.unpack('{plain:A}', '2026-01-03');
SELECT serial.pack('plain:A', '{plain:B}', '2026-01-02');
SELECT serial.pack('plain:A', '{plain:B}', '2026-01-02 23:59:59.999999');
SELECT serial.pack('plain:A', '{plain:B}', '2026-01-03');
SELECT was_in('plain:B', '2026-01-02 23:59:59.999999') AS b_before, was_in('plain:A', '2026-01-03') AS a_after;
-- ... not the long way round, through what was moved since,
CALL begin_anew();
SELECT serial.pack('plain:B', '{plain:A}', '2026-01-01');
SELECT serial.pack('plain:C', '{plain:B}', '2026-01-01');
SELECT serial.pack('plain:D', '{plain:B}', '2026-01-05', repack => true);
SELECT serial.pack('plain:E', '{plain:A}', '2026-01-08', repack => true);
SELECT serial.pack('plain:A', '{plain:C}', '2026-01-04');
SELECT serial.pack('plain:A', '{plain:D}', '2026-01-04');
SELECT serial.pack('plain:A', '{plain:C}', '2026-01-05');
SELECT serial.pack('plain:A', '{plain:D}', '2026-01-08');
SELECT at, was_in('plain:C', at) AS c, was_in('plain:A', at) AS a
FROM unnest('{2026-01-04 23:59:59.999999,2026-01-05,2026-01-08}'::timestamptz[]) AS at;
-- ... nor by moving.
SELECT serial.pack('plain:B', '{plain:E}', '2026-01-08');
SELECT serial.pack('plain:A', '{plain:B}', '2026-01-07', repack => true);
SELECT serial.pack('plain:A', '{plain:B}', '2026-01-09', repack => true);

-- ---------------------------------------------------------------------------
-- A container packed first and filled later,
CALL begin_anew();
SELECT serial.pack('plain:P', '{plain:C}', '2026-01-01');
SELECT serial.pack('plain:C', '{plain:a}', '2026-01-03');
-- or filled before, as is reported now;
SELECT serial.pack('plain:Q', '{plain:D}', '2026-01-03');
SELECT serial.pack('plain:D', '{plain:b}', '2026-01-02');
-- one that has been taken out before that is reported,
SELECT serial.pack('plain:R', '{plain:E}', '2026-01-01');
SELECT serial.unpack('{plain:E}', '2026-01-05');
SELECT serial.pack('plain:E', '{plain:c}', '2026-01-04');
-- or moved, twice;
SELECT serial.pack('plain:S', '{plain:F}', '2026-01-01');
SELECT serial.pack('plain:T', '{plain:F}', '2026-01-03', repack => true);
SELECT serial.pack('plain:U', '{plain:F}', '2026-01-05', repack => true);
SELECT serial.pack('plain:F', '{plain:d}', '2026-01-02');
-- one that is empty again when it is packed, and was not;
SELECT serial.pack('plain:G', '{plain:e}', '2026-01-01');
SELECT serial.unpack('{plain:e}', '2026-01-03');
SELECT serial.pack('plain:V', '{plain:G}', '2026-01-02');
-- and the past of one that is filled only after it was taken out.
SELECT serial.pack('plain:W', '{plain:H}', '2026-01-01');
SELECT serial.unpack('{plain:H}', '2026-01-02');
SELECT serial.pack('plain:H', '{plain:f}', '2026-01-02');
SELECT child, parent, since, until, is_container FROM links WHERE child::text ~ 'plain:[A-Z]' ORDER BY child, since;
SELECT o AS outermost, at::date, was_in(o, at)
FROM unnest('{plain:P,plain:Q,plain:R,plain:S,plain:T,plain:U,plain:V,plain:W}'::serial.serial[]) AS o,
	 generate_series('2026-01-01'::timestamptz, '2026-01-05', '1 day') AS at
WHERE was_in(o, at) IS NOT NULL ORDER BY o, at;

-- ---------------------------------------------------------------------------
-- Refused
CALL begin_anew();
SELECT serial.pack('plain:P', '{plain:a}', 'infinity');
SELECT serial.pack('plain:P', '{plain:a}', '-infinity');
SELECT serial.unpack('{plain:a}', 'infinity');
SELECT serial.unpack_all('plain:P', '-infinity');
SELECT serial.pack('plain:P', '{plain:a}', '0044-03-15 00:00+00 BC');
SELECT serial.unpack('{plain:a}', '10000-01-01 00:00+00');
SELECT serial.pack('plain:P', '{plain:a}', repack => NULL);
SELECT serial.unpack(NULL);
SELECT serial.unpack('{plain:a}', NULL);
SELECT serial.unpack('{plain:a,NULL}');
SELECT serial.unpack_all(NULL);
SELECT serial.unpack_all('plain:P', NULL);
SELECT count(*) FROM links;
-- Rows that our functions would not write
INSERT INTO serial.aggregation VALUES ('plain:a', 'plain:a', '2026-01-01');
INSERT INTO serial.aggregation_history VALUES ('plain:a', 'plain:P', '2026-01-02', '2026-01-02');

-- ---------------------------------------------------------------------------
-- Much at once
CREATE TEMP TABLE much AS SELECT array_agg(('plain:M' || i)::serial.serial) AS items FROM generate_series(1, 100000) AS i;
SELECT serial.pack('plain:P', items, '2026-01-01') FROM much;
SELECT serial.pack('plain:Q', items, '2026-01-02', repack => true) FROM much;
SELECT serial.unpack(items[:50000], '2026-01-03') FROM much;
SELECT serial.unpack_all('plain:Q', '2026-01-03');
SELECT parent, since, until, count(*) FROM links GROUP BY parent, since, until ORDER BY parent;
SELECT (SELECT count(*) FROM serial.contents('plain:P', '2026-01-01')) AS p,
	   (SELECT count(DISTINCT id) FROM serial.contents('plain:Q', '2026-01-02')) AS q,
	   (SELECT count(*) FROM serial.contents('plain:Q')) AS now;
DROP TABLE much;

-- Deep: a chain of 3,000 containers, up, down, and no cycle at its end
CALL begin_anew();
DO $$
BEGIN
	FOR i IN 1 .. 3000 LOOP
		PERFORM serial.pack(('plain:D' || i + 1)::serial.serial, ARRAY[('plain:D' || i)::serial.serial], '2026-01-01');
	END LOOP;
END $$;
SELECT count(*), max(depth), count(DISTINCT id) FROM serial.contents('plain:D3001');
SELECT count(*), max(depth), count(DISTINCT id) FROM serial.containers('plain:D1');
SELECT count(*), max(depth) FROM serial.contents('plain:D3001', '2026-01-01');
SELECT count(*), max(depth) FROM serial.containers('plain:D1', '2026-01-01');
SELECT serial.outermost('plain:D1'), serial.inside('plain:D1', 'plain:D3001', '2026-01-01'), 'plain:D1'::serial.serial <@ 'plain:D3001'::serial.serial AS op;
SELECT serial.pack('plain:D1', '{plain:D3001}', '2026-01-01');
SELECT serial.pack('plain:D1', '{plain:D3001}');
SELECT serial.unpack('{plain:D1500}');
SELECT serial.pack('plain:D1', '{plain:D3001}');
SELECT serial.outermost('plain:D3000');
SELECT serial.outermost('plain:D1500');

-- ---------------------------------------------------------------------------
-- A cycle that somebody makes by hand is reported and hangs nothing.
CALL begin_anew();
SET statement_timeout = '20s';
SELECT serial.pack('plain:C', '{plain:B}', '2026-01-01'), serial.pack('plain:B', '{plain:A}', '2026-01-01'),
	   serial.pack('plain:A', '{plain:x}', '2026-01-01'), serial.pack('plain:O', '{plain:C}', '2026-01-01');
UPDATE serial.aggregation SET parent = 'plain:A' WHERE child = 'plain:C';
CREATE FUNCTION state_of(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE query;
	RETURN 'done';
EXCEPTION WHEN data_corrupted THEN
	RETURN sqlstate || ': ' || sqlerrm;
END $$;
SELECT query, state_of(query) FROM unnest(ARRAY[
	$$SELECT serial.contents('plain:A')$$,
	$$SELECT serial.contents('plain:A', '2026-01-02')$$,
	$$SELECT serial.containers('plain:A')$$,
	$$SELECT serial.containers('plain:x')$$,
	$$SELECT serial.containers('plain:x', '2026-01-02')$$,
	$$SELECT serial.outermost('plain:x')$$,
	$$SELECT serial.inside('plain:x', 'plain:no', now())$$,
	$$SELECT serial_internal.contents_array('plain:B'::serial.serial)$$,
	$$SELECT serial_internal.containers_array('plain:x')$$,
	$$SELECT 'plain:x'::serial.serial <@ 'plain:no'::serial.serial$$,
	$$SELECT '{plain:no}'::serial.serial[] @> 'plain:x'::serial.serial$$,
	$$SELECT serial.pack('plain:A', '{plain:new}')$$,
	$$SELECT serial.pack('plain:x', '{plain:new}')$$,
	$$SELECT serial.pack('plain:x', '{plain:O}', '2025-01-01')$$,
	$$SELECT serial.tree('plain:A')$$,
	$$SELECT serial.contents('plain:O')$$,
	$$SELECT serial.container('plain:x')$$]) AS query;
-- It can be undone.
SELECT serial.pack('plain:O', '{plain:C}', repack => true);
SELECT * FROM serial.contents('plain:O') ORDER BY depth;
RESET statement_timeout;

-- ---------------------------------------------------------------------------
-- One transaction, one view, under REPEATABLE READ too
CALL begin_anew();
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT serial.pack('plain:P', '{plain:C}', '2026-01-01'), serial.pack('plain:C', '{plain:a}', '2026-01-01');
SELECT was_in('plain:P', '2026-01-01');
SAVEPOINT s;
SELECT serial.pack('plain:Q', '{plain:C}', '2026-01-02', repack => true);
SELECT was_in('plain:P', '2026-01-01') AS p_then, was_in('plain:P', 'infinity') AS p_now, was_in('plain:Q', 'infinity') AS q_now;
ROLLBACK TO s;
SELECT was_in('plain:P', '2026-01-01') AS p_then, was_in('plain:P', 'infinity') AS p_now, was_in('plain:Q', 'infinity') AS q_now;
SELECT serial.unpack_all('plain:P', '2026-01-03'), serial.pack('plain:P', '{plain:C}', '2026-01-04');
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT was_in('plain:P', at) FROM unnest('{2026-01-02,2026-01-03,2026-01-04}'::timestamptz[]) AS at;
COMMIT;

CALL begin_anew();
DROP PROCEDURE begin_anew;
DROP VIEW links;
DROP FUNCTION was_in, was_around, state_of;
