-- Merkle trees of RFC 6962, as a seal has them.

-- The test vectors of Certificate Transparency: eight entries, and the roots of
-- the trees over the first of them, over the first two, and so on (from
-- testonly/constants.go in transparency-dev/merkle)
CREATE TEMP TABLE entry AS
SELECT n, int8send(n) || sha256('\x00'::bytea || decode(content, 'hex')) AS entry, root
FROM (VALUES
	(1, '', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'),
	(2, '00', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'),
	(3, '10', 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'),
	(4, '2021', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'),
	(5, '3031', '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'),
	(6, '40414243', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'),
	(7, '5051525354555657', 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'),
	(8, '606162636465666768696a6b6c6d6e6f', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
) AS v(n, content, root);
CREATE TEMP TABLE tree AS
SELECT e.n, (SELECT string_agg(f.entry, ''::bytea ORDER BY f.n) FROM entry AS f WHERE f.n <= e.n) AS leaves, decode(e.root, 'hex') AS root FROM entry AS e;
SELECT n, serial.merkle_root(leaves) = root AS is_root FROM tree ORDER BY n;

-- Their inclusion proofs, which name no side: of the first and the sixth of
-- eight, the third of three, the second of five
SELECT n, event, bool_and(substr(step, 2) = published) AS are_the_published, string_agg(left(step, 1), '' ORDER BY i) AS sides
FROM (VALUES
	(8, 1, '{96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7,5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e,6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4}'::text[]),
	(8, 6, '{bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b,ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0,d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7}'),
	(3, 3, '{fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125}'),
	(5, 2, '{6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d,5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e,bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b}')
) AS v(n, event, proof)
JOIN tree USING (n)
CROSS JOIN LATERAL unnest(serial.merkle_path(leaves, event), proof) WITH ORDINALITY AS s(step, published, i)
GROUP BY n, event ORDER BY n, event;

-- Every leaf of every tree of up to 70 leaves: the steps lead to the root, and no
-- other leaf's do.
CREATE FUNCTION ascent(leaf bytea, path text[]) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
	node bytea := leaf;
	step text;
BEGIN
	FOREACH step IN ARRAY path LOOP
		node := sha256('\x01'::bytea || CASE left(step, 1) WHEN 'L' THEN decode(substr(step, 2), 'hex') || node ELSE node || decode(substr(step, 2), 'hex') END);
	END LOOP;
	RETURN node;
END $$;
CREATE TEMP TABLE many AS
SELECT n, (SELECT string_agg(int8send(i * 10) || sha256(int8send(i)), ''::bytea ORDER BY i) FROM generate_series(1, n) AS i) AS leaves FROM generate_series(1, 70) AS n;
SELECT count(*) AS ascended,
	count(*) FILTER (WHERE ascent(sha256(int8send(i)), serial.merkle_path(leaves, i * 10)) = serial.merkle_root(leaves)) AS to_the_root,
	count(*) FILTER (WHERE ascent(sha256(int8send(i + 1)), serial.merkle_path(leaves, i * 10)) = serial.merkle_root(leaves)) AS from_another,
	max(cardinality(serial.merkle_path(leaves, i * 10))) AS longest
FROM many CROSS JOIN LATERAL generate_series(1, n) AS i;

-- Entries read back
SELECT n, count(*), bool_and(l.event = 10 * l.i AND l.digest = sha256(int8send(l.i))) AS same
FROM many CROSS JOIN LATERAL serial_internal.seal_leaves(leaves) WITH ORDINALITY AS l(event, digest, i) WHERE n IN (1, 2, 70) GROUP BY n ORDER BY n;

-- Of nothing, of what is not there, and of no entries
SELECT serial.merkle_root('') IS NULL AS no_root, serial.merkle_path('', 1) IS NULL AS no_path, (SELECT count(*) FROM serial_internal.seal_leaves('')) AS leaves,
	serial.merkle_path(leaves, 15) IS NULL AS not_there, cardinality(serial.merkle_path(leaves, 10)) AS alone FROM many WHERE n = 1;
SELECT serial.merkle_root('\x00');
SELECT serial.merkle_path(substr(leaves, 2), 10) FROM many WHERE n = 2;
SELECT * FROM serial_internal.seal_leaves(repeat('x', 41)::bytea);

-- The root and a path of a large tree are found by one call each, which can be interrupted.
CREATE TEMP TABLE large AS
SELECT string_agg(int8send(i) || sha256(int8send(i)), ''::bytea) AS leaves FROM generate_series(1, 500000) AS i;
SELECT clock_timestamp() AS began \gset
SELECT serial.merkle_root(leaves) IS NOT NULL AS has_root FROM large;
SELECT clock_timestamp() - :'began'::timestamptz AS whole, clock_timestamp() AS began \gset
SET statement_timeout = '10ms';
SELECT serial.merkle_root(leaves) IS NOT NULL AS has_root FROM large;
RESET statement_timeout;
SELECT clock_timestamp() - :'began'::timestamptz < :'whole'::interval / 2 AS at_once, clock_timestamp() AS began \gset
SET statement_timeout = '10ms';
SELECT serial.merkle_path(leaves, 1) IS NOT NULL AS has_path FROM large;
RESET statement_timeout;
SELECT :'at_once' AS root, clock_timestamp() - :'began'::timestamptz < :'whole'::interval / 2 AS path;

DROP TABLE entry, tree, many, large;
DROP FUNCTION ascent;
