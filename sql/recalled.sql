-- serial.recalled says of every item what serial.outermost and serial_internal.current_state say of
-- it alone: however items are mixed in containers, and in both ways that walks go.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

-- units of a lot, by number
CREATE FUNCTION u(lot text, first integer, last integer) RETURNS serial.serial[] LANGUAGE sql AS $$
	SELECT array_agg(('(01)09506000134352(21)' || lot || lpad(n::text, 4, '0'))::serial.serial ORDER BY n) FROM generate_series(first, last) AS n
$$;

CREATE FUNCTION one_by_one(number bigint)
RETURNS TABLE (id serial.serial, lot text, outermost serial.serial, place text, consignee text, disposition text) LANGUAGE sql AS $$
	SELECT i.id, i.lot, serial.outermost(i.id), p.place, p.consignee, p.disposition
	FROM serial.recall AS r JOIN serial.item AS i ON i.lot = ANY (r.lots) AND serial.gtin(i.id) = r.key
	LEFT JOIN LATERAL serial_internal.current_state(i.id) AS p ON true
	WHERE r.recall = number
$$;

-- How many items a recall finds, and how many answers are there in one way only.
CREATE FUNCTION compare(number bigint) RETURNS TABLE (direct_walk text, items bigint, together_only bigint, one_by_one_only bigint)
LANGUAGE plpgsql AS $$
BEGIN
	FOREACH direct_walk IN ARRAY '{on,off}'::text[] LOOP
		PERFORM set_config('serial.enable_direct_walk', direct_walk, true);
		RETURN QUERY SELECT direct_walk, (SELECT count(*) FROM serial.recalled(number)),
			(SELECT count(*) FROM (SELECT * FROM serial.recalled(number) EXCEPT ALL SELECT * FROM one_by_one(number)) AS d),
			(SELECT count(*) FROM (SELECT * FROM one_by_one(number) EXCEPT ALL SELECT * FROM serial.recalled(number)) AS d);
	END LOOP;
	PERFORM set_config('serial.enable_direct_walk', 'on', true);
END $$;

-- What a recall finds: the first of those with the same answer, and how many they are;
-- without the outermost container of what is in none.
CREATE FUNCTION answers(number bigint)
RETURNS TABLE (first text, items bigint, lot text, outermost serial.serial, place text, consignee text, disposition text) LANGUAGE sql AS $$
	SELECT min(r.id)::text, count(*), r.lot, CASE WHEN r.outermost <> r.id THEN r.outermost END, r.place, r.consignee, r.disposition
	FROM serial.recalled(number) AS r GROUP BY 3, 4, 5, 6, 7 ORDER BY min(r.id)
$$;

-- ---------------------------------------------------------------------------
-- Cases on pallets, of one lot and of two, and some loose
SELECT serial.commission(u('A', 1, 100), 'A', '2099-12-31', 'plant', '2026-01-01') IS NOT NULL AS ok,
	   serial.commission(u('B', 1, 100), 'B', '2099-12-31', 'plant', '2026-01-01') IS NOT NULL AS ok;
SELECT count(serial.aggregate(('plain:case-' || n)::serial.serial, u('A', n * 10 + 1, n * 10 + 10), 'plant', '2026-01-02')) AS cases FROM generate_series(0, 3) AS n;
SELECT count(serial.aggregate(('plain:case-' || n)::serial.serial, u('A', n * 10 + 1, n * 10 + 10) || u('B', n * 10 + 1, n * 10 + 10), 'plant', '2026-01-02')) AS cases
FROM generate_series(4, 5) AS n;
SELECT serial.aggregate('plain:pallet-1', '{plain:case-0,plain:case-1,plain:case-4}', 'plant', '2026-01-03') IS NOT NULL AS ok,
	   serial.aggregate('plain:pallet-2', '{plain:case-2,plain:case-5}', 'plant', '2026-01-03') IS NOT NULL AS ok;
SELECT serial.ship('{plain:pallet-1}', 'plant', 'shop', at => '2026-01-04') IS NOT NULL AS ok;
SELECT serial.recall('09506000134352', '{A}', 'test') AS a, serial.recall('09506000134352', '{A,B}', 'test') AS ab \gset
SELECT * FROM answers(:a);
SELECT * FROM answers(:ab);
SELECT * FROM compare(:a) UNION ALL SELECT * FROM compare(:ab);

-- ---------------------------------------------------------------------------
-- Deeper, and not all as deep: two units beside a case, a pallet in a container,
-- and units that hold units of the same lot.
SELECT serial.commission(u('D', 1, 40), 'D', '2099-12-31', 'plant', '2026-01-01') IS NOT NULL AS ok;
SELECT serial.aggregate('plain:deep-case', u('D', 1, 10), 'plant', '2026-01-02') IS NOT NULL AS ok,
	   serial.aggregate('plain:deep-pallet', u('D', 11, 12) || 'plain:deep-case'::serial.serial, 'plant', '2026-01-02') IS NOT NULL AS ok,
	   serial.aggregate('plain:deep-container', u('D', 13, 13) || 'plain:deep-pallet'::serial.serial, 'harbour', '2026-01-03') IS NOT NULL AS ok,
	   serial.aggregate((u('D', 14, 14))[1], u('D', 15, 20), 'plant', '2026-01-02') IS NOT NULL AS ok,
	   serial.aggregate((u('D', 15, 15))[1], u('D', 21, 22), 'plant', '2026-01-02') IS NOT NULL AS ok;
SELECT serial.recall('09506000134352', '{D}', 'test') AS d \gset
SELECT * FROM answers(:d);
SELECT * FROM compare(:d);

-- ---------------------------------------------------------------------------
-- Items that came later into a container: what was recorded of it before is not of them.
-- Nor is what was recorded of the pallet before the case came onto it.
SELECT serial.commission(u('L', 1, 30), 'L', '2099-12-31', 'plant', '2026-01-01') IS NOT NULL AS ok;
SELECT serial.aggregate('plain:late-case', u('L', 1, 5), 'plant', '2026-01-02') IS NOT NULL AS ok,
	   serial.aggregate('plain:late-other', u('L', 6, 10), 'plant', '2026-01-02') IS NOT NULL AS ok,
	   serial.aggregate('plain:late-pallet', '{plain:late-other}', 'plant', '2026-01-03') IS NOT NULL AS ok;
SELECT serial.receive('{plain:late-case}', 'depot', at => '2026-01-05') IS NOT NULL AS ok,
	   serial.ship('{plain:late-pallet}', 'depot', 'shop', at => '2026-01-06') IS NOT NULL AS ok;
-- packed, without an event that would say where
SELECT serial.pack('plain:late-case', u('L', 11, 12), '2026-01-07'), serial.pack('plain:late-other', u('L', 13, 14), '2026-01-07'),
	   serial.pack('plain:late-pallet', '{plain:late-case}', '2026-01-08');
SELECT serial.recall('09506000134352', '{L}', 'test') AS l \gset
SELECT * FROM answers(:l);
SELECT * FROM compare(:l);

-- ---------------------------------------------------------------------------
-- What has left or ended stays so, by itself or with its container.
SELECT serial.commission(u('F', 1, 30), 'F', '2099-12-31', 'plant', '2026-01-01') IS NOT NULL AS ok;
SELECT serial.commission('{plain:final-case}', place => 'plant', at => '2026-01-01') IS NOT NULL AS ok,
	   serial.aggregate('plain:final-case', u('F', 1, 5), 'plant', '2026-01-02') IS NOT NULL AS ok,
	   serial.aggregate('plain:final-other', u('F', 6, 10), 'plant', '2026-01-02') IS NOT NULL AS ok,
	   serial.aggregate('plain:final-pallet', '{plain:final-case,plain:final-other}', 'plant', '2026-01-03') IS NOT NULL AS ok;
SELECT serial.dispense(u('F', 6, 6), 'shop', '2026-01-04') IS NOT NULL AS ok,
	   serial.decommission('{plain:final-case}', 'destroyed', 'oven', '2026-01-04') IS NOT NULL AS ok;
SELECT serial.receive('{plain:final-pallet}', 'depot', at => '2026-01-05') IS NOT NULL AS ok;
SELECT serial.recall('09506000134352', '{F}', 'test') AS f \gset
SELECT * FROM answers(:f);
SELECT * FROM compare(:f);

-- ---------------------------------------------------------------------------
-- One of the extension behind 5,000 others, every third of 5,000, 2,000 behind 3,000 others;
-- and many crates with one of the extension in each.
SELECT serial.commission(u('G', 1, 4100), 'G', '2099-12-31', 'plant', '2026-01-01') IS NOT NULL AS ok;
SELECT serial.pack('plain:haystack', u('F', 1001, 6000) || u('G', 1, 1), '2026-01-02'),
	   serial.pack('plain:spread', (SELECT array_agg(s ORDER BY s) FROM (
			SELECT ('(01)09506000134352(21)G' || lpad((n / 3 + 2)::text, 4, '0') || CASE n % 3 WHEN 0 THEN '' ELSE 'x' || n END)::serial.serial AS s
			FROM generate_series(0, 4999) AS n) AS x WHERE s <> (u('G', 1, 1))[1]), '2026-01-02'),
	   serial.pack('plain:end', u('E', 1, 3000) || u('G', 2001, 4000), '2026-01-02'),
	   (SELECT sum(serial.pack(('plain:crate-' || n)::serial.serial, u('C', n * 100, n * 100 + 70) || u('G', 4000 + n, 4000 + n), '2026-01-02')) FROM generate_series(1, 50) AS n) AS crates;
SELECT serial.receive('{plain:haystack,plain:spread}', 'depot', at => '2026-01-05') IS NOT NULL AS ok,
	   serial.receive('{plain:end,plain:crate-7}', 'barn', at => '2026-01-05') IS NOT NULL AS ok;
SELECT serial.recall('09506000134352', '{G}', 'test') AS g \gset
SELECT * FROM answers(:g) WHERE items > 1 OR outermost IN ('plain:haystack', 'plain:crate-1', 'plain:crate-7');
SELECT * FROM compare(:g);
-- the same where the index alone tells
VACUUM serial.aggregation;
SELECT * FROM compare(:g);

-- ---------------------------------------------------------------------------
-- Items that no event was about, and a lot of which there is nothing
INSERT INTO serial.item (id, lot, place, disposition) SELECT id, 'N', 'said by nobody', 'active' FROM unnest(u('N', 1, 3)) AS id;
SELECT serial.pack('plain:known-case', u('N', 1, 2), '2026-01-02');
SELECT serial.receive('{plain:known-case}', 'depot', at => '2026-01-05') IS NOT NULL AS ok;
SELECT serial.recall('09506000134352', '{N,nothing}', 'test') AS n, serial.recall('09506000134352', '{nothing}', 'test') AS nothing \gset
SELECT * FROM answers(:n);
SELECT * FROM compare(:n) UNION ALL SELECT * FROM compare(:nothing);
SELECT * FROM serial.recalled(NULL);

-- ---------------------------------------------------------------------------
-- What this transaction has done counts, also in the same statement, until it is
-- taken back.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT serial.aggregate('plain:mine', '{plain:pallet-2,plain:late-pallet}', 'yard', '2026-02-01') IS NOT NULL AS ok;
SELECT outermost, place, count(*) FROM serial.recalled(serial.recall('09506000134352', '{A,L}', 'mine')) GROUP BY 1, 2 HAVING count(*) > 5 ORDER BY 1, 2;
SELECT * FROM compare((SELECT max(recall) FROM serial.recall));
ROLLBACK;
SELECT outermost, place, count(*) FROM serial.recalled(:a) GROUP BY 1, 2 HAVING count(*) > 5 ORDER BY 1, 2;

-- ---------------------------------------------------------------------------
-- Row security: who does not see a link, or a row, is reported accordingly.
CREATE ROLE regress_serial_north;
SELECT serial.grant_access('regress_serial_north', 'reader');
CREATE POLICY north ON serial.aggregation TO regress_serial_north USING (parent <> 'plain:pallet-1');
CREATE POLICY north ON serial.item TO regress_serial_north USING (id <> 'plain:pallet-1' AND id <> '(01)09506000134352(21)A0001');
ALTER TABLE serial.aggregation ENABLE ROW LEVEL SECURITY;
SET ROLE regress_serial_north;
SELECT * FROM answers(:a);
SELECT * FROM compare(:a);
RESET ROLE;
ALTER TABLE serial.item ENABLE ROW LEVEL SECURITY;
SET ROLE regress_serial_north;
SELECT * FROM answers(:a);
SELECT * FROM compare(:a);
RESET ROLE;
ALTER TABLE serial.aggregation DISABLE ROW LEVEL SECURITY;
SET ROLE regress_serial_north;
SELECT * FROM answers(:a);
SELECT * FROM compare(:a);
RESET ROLE;
ALTER TABLE serial.item DISABLE ROW LEVEL SECURITY;
REVOKE SELECT ON serial.aggregation FROM regress_serial_north;
SET ROLE regress_serial_north;
\set SHOW_CONTEXT never
SELECT count(*) FROM serial.recalled(:a);
\set SHOW_CONTEXT errors
RESET ROLE;

-- ---------------------------------------------------------------------------
-- To a number that is mistyped, or whose recall row security hides, no question answers that
-- nothing is to be found.
CREATE FUNCTION says(question text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE 'SELECT count(*) FROM ' || question INTO answer;
	RETURN answer;
EXCEPTION WHEN OTHERS THEN
	RETURN concat_ws(' ', SQLSTATE, SQLERRM);
END $$;
CREATE VIEW asked AS
	SELECT format(q.question, n.number) AS question, says(format(q.question, n.number)) AS answer
	FROM (VALUES ('999'), ('NULL'), ('1')) AS n(number),
		 unnest('{serial.recalled(%s),serial.outstanding(%s),serial.recall_consignees(%s),serial.recall_containers(%s)}'::text[]) WITH ORDINALITY AS q(question, nr)
	ORDER BY n.number DESC, q.nr;
TABLE asked;
\set SHOW_CONTEXT never
SELECT serial.close_recall(999);
-- A closed recall is one, and so is one of the same statement.
BEGIN;
SELECT serial.recall_items('{plain:nothing}', 'test') AS recall \gset
SELECT serial.close_recall(:recall);
SELECT r.* FROM serial.recalled(:recall) AS r;
SELECT count(*) FROM serial.recalled(serial.recall_items('{plain:nothing}', 'test'));
SELECT count(*) FROM serial.recall_consignees(serial.recall_items('{plain:nothing}', 'test'));
SELECT count(*) FROM serial.recall_containers(serial.recall_items('{plain:nothing}', 'test'));
SELECT count(*) FROM serial.outstanding(serial.recall_items('{plain:nothing}', 'test'));
ALTER TABLE serial.recall ENABLE ROW LEVEL SECURITY;
SET ROLE regress_serial_north;
SELECT r.* FROM serial.recalled(1) AS r;
ROLLBACK;
\set SHOW_CONTEXT errors

-- ---------------------------------------------------------------------------
-- A cycle that somebody makes by hand is reported and hangs nothing; what is not in it
-- is found.
SET statement_timeout = '20s';
INSERT INTO serial.aggregation (child, parent, since, is_container) VALUES
	('plain:pallet-1', 'plain:r1', '2026-03-01', true), ('plain:r1', 'plain:r2', '2026-03-01', true), ('plain:r2', 'plain:r1', '2026-03-01', true);
SELECT count(*) FROM serial.recalled(:a);
SET serial.enable_direct_walk = off;
SELECT count(*) FROM serial.recalled(:a);
SELECT count(*) FROM serial.recalled(:d);
RESET serial.enable_direct_walk;
SELECT count(*) FROM serial.recalled(:d);

DROP OWNED BY regress_serial_north;
\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_north;
