-- What drivers send: strings as text, varchar and char, and arrays of them.
CREATE TABLE unit (id serial.serial(sgtin) PRIMARY KEY, parent serial.serial, n int);
INSERT INTO unit SELECT ('(01)09506000134352(21)' || i)::serial.serial, NULL, i FROM generate_series(1, 2000) AS i;
ANALYZE unit;

-- Assignment from every string type; char without its padding.
PREPARE put(varchar, text, char(40), int) AS INSERT INTO unit VALUES ($1, $2, $4), ($3, $1, $4 + 1);
EXECUTE put('(01)09506000134352(21)a', '(00)306141410000099994', '(01)09506000134352(21)b', 3000);
SELECT * FROM unit WHERE n >= 3000 ORDER BY n;
UPDATE unit SET parent = v.parent
FROM (VALUES ('(01)09506000134352(21)a', '(00)306141410000099987'), ('(01)09506000134352(21)b', NULL)) AS v(id, parent)
WHERE unit.id = v.id;
SELECT id, parent FROM unit WHERE n >= 3000 ORDER BY n;
PREPARE bad(varchar) AS INSERT INTO unit VALUES ($1);
EXECUTE bad('(01)09506000134353(21)x');

-- Comparisons with text on either side are comparisons of identifiers.
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET plan_cache_mode = force_generic_plan;
PREPARE one(varchar) AS SELECT n FROM unit WHERE id = $1;
EXPLAIN (COSTS OFF) EXECUTE one('(01)09506000134352(21)7');
EXECUTE one('sgtin:09506000134352/7');
EXECUTE one('(01)09506000134352(21)none');
EXECUTE one('no identifier');
PREPARE other(text) AS SELECT n FROM unit WHERE $1 = id;
EXPLAIN (COSTS OFF) EXECUTE other('(01)09506000134352(21)7');
PREPARE padded(char(40)) AS SELECT n FROM unit WHERE id = $1;
EXECUTE padded('(01)09506000134352(21)7');
PREPARE between_two(text, varchar) AS SELECT count(*) FROM unit WHERE id >= $1 AND id < $2;
EXPLAIN (COSTS OFF) EXECUTE between_two('(01)09506000134352(21)10', '(01)09506000134352(21)11');
EXECUTE between_two('(01)09506000134352(21)10', '(01)09506000134352(21)11');
PREPARE array_of_text(text[]) AS SELECT n FROM unit WHERE id = ANY ($1) ORDER BY n;
EXPLAIN (COSTS OFF) EXECUTE array_of_text(ARRAY['(01)09506000134352(21)7']);
EXECUTE array_of_text(ARRAY['(01)09506000134352(21)12', 'sgtin:09506000134352/7', '(01)09506000134352(21)7', NULL]);
EXECUTE array_of_text(ARRAY['(01)09506000134352(21)7', '?']);
PREPARE array_of_varchar(varchar[]) AS SELECT n FROM unit WHERE id = ANY ($1) ORDER BY n;
EXECUTE array_of_varchar(ARRAY['(01)09506000134352(21)12', '(01)09506000134352(21)7']);
PREPARE list(text, text) AS SELECT n FROM unit WHERE id IN ($1, $2) ORDER BY n;
EXECUTE list('(01)09506000134352(21)12', '(01)09506000134352(21)7');
RESET plan_cache_mode;
SELECT n FROM unit WHERE id = ANY (ARRAY['(01)09506000134352(21)8', '(01)09506000134352(21)9']) ORDER BY n;
SELECT n FROM unit WHERE id > ANY (ARRAY['(01)09506000134352(21)b']::text[]);
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT n FROM unit WHERE id = ANY (ARRAY['(01)09506000134352(21)8', '(01)09506000134352(21)9']::text[]) ORDER BY n;

-- Every comparison, either way round, agrees with that of identifiers.
SELECT count(*) FILTER (WHERE (a.id < b.t) IS DISTINCT FROM (a.id < b.id)
	OR (a.id <= b.t) IS DISTINCT FROM (a.id <= b.id) OR (a.id = b.t) IS DISTINCT FROM (a.id = b.id)
	OR (a.id <> b.t) IS DISTINCT FROM (a.id <> b.id) OR (a.id >= b.t) IS DISTINCT FROM (a.id >= b.id)
	OR (a.id > b.t) IS DISTINCT FROM (a.id > b.id) OR (b.t < a.id) IS DISTINCT FROM (b.id < a.id)
	OR (b.t <= a.id) IS DISTINCT FROM (b.id <= a.id) OR (b.t = a.id) IS DISTINCT FROM (b.id = a.id)
	OR (b.t <> a.id) IS DISTINCT FROM (b.id <> a.id) OR (b.t >= a.id) IS DISTINCT FROM (b.id >= a.id)
	OR (b.t > a.id) IS DISTINCT FROM (b.id > a.id)) AS wrong, count(*) AS of
FROM (SELECT id FROM unit ORDER BY n DESC LIMIT 40) AS a, (SELECT id, id::text AS t FROM unit ORDER BY n DESC LIMIT 40) AS b;
SELECT count(*) FILTER (WHERE (a.id < ANY (ARRAY[b.t])) IS DISTINCT FROM (a.id < b.id)
	OR (a.id <= ANY (ARRAY[b.t])) IS DISTINCT FROM (a.id <= b.id) OR (a.id = ANY (ARRAY[b.t])) IS DISTINCT FROM (a.id = b.id)
	OR (a.id <> ANY (ARRAY[b.t])) IS DISTINCT FROM (a.id <> b.id) OR (a.id >= ANY (ARRAY[b.t])) IS DISTINCT FROM (a.id >= b.id)
	OR (a.id > ANY (ARRAY[b.t])) IS DISTINCT FROM (a.id > b.id) OR (b.t < ANY (ARRAY[a.id])) IS DISTINCT FROM (b.id < a.id)
	OR (b.t <= ANY (ARRAY[a.id])) IS DISTINCT FROM (b.id <= a.id) OR (b.t = ANY (ARRAY[a.id])) IS DISTINCT FROM (b.id = a.id)
	OR (b.t <> ANY (ARRAY[a.id])) IS DISTINCT FROM (b.id <> a.id) OR (b.t >= ANY (ARRAY[a.id])) IS DISTINCT FROM (b.id >= a.id)
	OR (b.t > ANY (ARRAY[a.id])) IS DISTINCT FROM (b.id > a.id)) AS wrong, count(*) AS of
FROM (SELECT id FROM unit ORDER BY n DESC LIMIT 40) AS a, (SELECT id, id::text AS t FROM unit ORDER BY n DESC LIMIT 40) AS b;

-- Joins with a staging table hash and look up.
CREATE TABLE staging (code text, n int);
INSERT INTO staging SELECT id::text, n FROM unit WHERE n % 2 = 0;
ANALYZE staging;
EXPLAIN (COSTS OFF) SELECT count(*) FROM unit JOIN staging ON unit.id = staging.code;
SELECT count(*) FROM unit JOIN staging ON unit.id = staging.code;
SELECT count(*) FROM staging AS s WHERE NOT EXISTS (SELECT FROM unit WHERE unit.id = s.code);
EXPLAIN (COSTS OFF) SELECT * FROM staging AS s JOIN unit ON s.code = unit.id WHERE s.n = 4;

-- Untyped literals are identifiers, as before.
SELECT pg_typeof(p.t), count(*) FROM unit, (SELECT '(01)09506000134352(21)7'::serial.serial AS t) AS p
WHERE id = '(01)09506000134352(21)7' AND '(01)09506000134352(21)7' = id AND id <> '(01)09506000134352(21)8'
	AND id < '(01)09506000134352(21)8' AND id <= '(01)09506000134352(21)8' AND id >= '(01)09506000134352(21)6'
	AND id > '(01)09506000134352(21)6' AND '(01)09506000134352(21)6' < id AND id IN ('(01)09506000134352(21)7', '(01)09506000134352(21)8')
	AND id = ANY ('{(01)09506000134352(21)7}') AND id BETWEEN '(01)09506000134352(21)6' AND '(01)09506000134352(21)8'
	AND id IS DISTINCT FROM '(01)09506000134352(21)8' AND nullif(id, '(01)09506000134352(21)8') IS NOT NULL
	AND coalesce(id, '(01)09506000134352(21)8') = p.t AND (id, n) = ('(01)09506000134352(21)7', 7)
	AND (SELECT id) = '(01)09506000134352(21)7' AND CASE id WHEN '(01)09506000134352(21)7' THEN true END
GROUP BY 1;
SELECT id <@ '(00)306141410000099994' AS below, '(00)306141410000099994' @> id AS above,
	id <@ ARRAY['(00)306141410000099994'] AS array_of
FROM unit WHERE n = 7;
-- The comparisons of strings with literals stay comparisons of strings.
SELECT 'x'::text = 'x' AS t, 'x'::varchar = 'x' AS v, 'x '::char(3) = 'x' AS c, 'x'::name = 'x' AS n, 'x' = 'x' AS u,
	'x'::varchar < 'y' AS l, 'a'::text IN ('a', 'b') AS i, 'x'::varchar = 'x'::text AS vt, 'x'::text = 'x'::char(2) AS tc;
SELECT ARRAY[1, 2] <@ ARRAY[1, 2, 3] AS arrays, '{1}'::int[] <@ '{1,2}' AS literal, int4range(1, 3) @> 2 AS range,
	'{"a":1}'::jsonb @> '{"a":1}' AS jsonb, ARRAY['a'] <@ ARRAY['a', 'b'] AS texts;

-- Inside a container given as text, by the index.
SELECT serial.pack('(00)306141410000099994', ARRAY['(01)09506000134352(21)7', '(01)09506000134352(21)8']);
PREPARE inside(varchar) AS SELECT n FROM unit WHERE id <@ $1 ORDER BY n;
EXECUTE inside('(00)306141410000099994');
SET enable_seqscan = off;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE inside('(00)306141410000099994');
EXECUTE inside('(00)306141410000099994');
RESET plan_cache_mode;
RESET enable_seqscan;
SELECT n FROM unit WHERE '(00)306141410000099994'::text @> id ORDER BY n;
SELECT '(01)09506000134352(21)7'::text <@ serial.parse('(00)306141410000099994') AS below,
	serial.parse('(00)306141410000099994') @> '(01)09506000134352(21)7'::varchar AS above;
PREPARE inside_any(varchar[]) AS SELECT n FROM unit WHERE id <@ $1 ORDER BY n;
EXECUTE inside_any(ARRAY['(00)306141410000099994', '(00)306141410000099987']);
PREPARE pack_text(varchar, varchar[]) AS SELECT serial.pack($1::serial.serial, $2);
EXECUTE pack_text('(00)306141410000099987', ARRAY['(01)09506000134352(21)9']);

-- The operator family is complete.
SELECT amvalidate(oid) FROM pg_opclass WHERE opcnamespace = 'serial'::regnamespace ORDER BY oid;

SELECT serial.unpack_all('(00)306141410000099994') + serial.unpack_all('(00)306141410000099987') AS unpacked;
-- Drivers that take a type modifier for a length see one that fits.
SELECT min(atttypmod) - 4 >= 129 AS fits, min(format_type(atttypid, atttypmod)) AS type
FROM pg_attribute WHERE attrelid = 'unit'::regclass AND attname = 'id';
DROP TABLE unit, staging;
