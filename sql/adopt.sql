-- Adopted tables: hierarchies that an ERP keeps.

DELETE FROM serial.aggregation_history;
-- What the links and the tables say; the first must be the second.
CREATE VIEW links AS SELECT child, parent FROM serial.aggregation;
CREATE FUNCTION ended() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM serial.aggregation_history';

-- The shape of Tryton: parents are given by the rows' keys.
CREATE TABLE stock_package (id serial PRIMARY KEY, code varchar, note text, parent integer REFERENCES stock_package (id));
CREATE INDEX ON stock_package (code);
CREATE INDEX ON stock_package (parent);
INSERT INTO stock_package (id, code, parent) VALUES
	(1, '(00)306141410000099994', NULL),
	(2, '(01)80614141123458(21)1', 1),
	(3, '(01)80614141123458(21)2', 1),
	(4, 'urn:epc:id:sgtin:9506000.013435.A', 2),
	(5, NULL, 2),
	(6, '', 2);
CREATE VIEW should AS
	SELECT c.code::serial.serial AS child, p.code::serial.serial AS parent
	FROM stock_package AS c JOIN stock_package AS p ON p.id = c.parent
	WHERE c.code <> '' AND p.code <> '';
CREATE FUNCTION in_step() RETURNS boolean LANGUAGE sql AS $$
	SELECT NOT EXISTS (TABLE links EXCEPT ALL TABLE should) AND NOT EXISTS (TABLE should EXCEPT ALL TABLE links)
$$;
SELECT serial.adopt('stock_package', 'code', 'parent');
SELECT * FROM links ORDER BY child;
SELECT in_step();
\d stock_package

-- Every way to write it
INSERT INTO stock_package (id, code, parent) VALUES (8, '(01)09506000134352(21)C', 7), (7, '(01)80614141123458(21)3', 1);
SELECT serial.container('(01)09506000134352(21)C'), in_step();
UPDATE stock_package SET parent = 3 WHERE id = 4;                       -- a move
SELECT serial.container('(01)09506000134352(21)A'), in_step(), ended();
UPDATE stock_package SET parent = NULL WHERE id = 4;                    -- out
SELECT serial.container('(01)09506000134352(21)A'), in_step(), ended();
UPDATE stock_package SET code = '(01)09506000134352(21)B', parent = 2 WHERE id = 5;   -- a code comes later
SELECT serial.container('(01)09506000134352(21)B'), in_step();
UPDATE stock_package SET parent = CASE id WHEN 2 THEN 5 ELSE 1 END WHERE id IN (2, 5);   -- they change places
SELECT serial.container('(01)80614141123458(21)1'), serial.container('(01)09506000134352(21)B'), in_step();
UPDATE stock_package SET code = '(01)80614141123458(21)9' WHERE id = 7; -- its content comes along
SELECT serial.container('(01)09506000134352(21)C'), in_step();
UPDATE stock_package SET code = NULL WHERE id = 7;
SELECT serial.container('(01)09506000134352(21)C'), in_step();
UPDATE stock_package SET code = '(01)80614141123458(21)3' WHERE id = 7;
SELECT serial.container('(01)09506000134352(21)C'), in_step();
UPDATE stock_package AS a SET code = b.code FROM stock_package AS b     -- two change their codes
WHERE a.id IN (3, 7) AND b.id IN (3, 7) AND a.id <> b.id;
SELECT serial.container('(01)09506000134352(21)C'), in_step();
INSERT INTO stock_package (id, code, parent) VALUES (8, 'x', 1), (9, '(01)09506000134352(21)D', 3)
ON CONFLICT (id) DO UPDATE SET parent = excluded.parent;
SELECT serial.container('(01)09506000134352(21)C'), serial.container('(01)09506000134352(21)D'), in_step();
MERGE INTO stock_package AS t
USING (VALUES (8, 3), (9, 0), (10, 3)) AS s(id, parent) ON t.id = s.id
WHEN MATCHED AND s.parent = 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET parent = s.parent
WHEN NOT MATCHED THEN INSERT (id, code, parent) VALUES (s.id, '(01)09506000134352(21)E', s.parent);
SELECT serial.container('(01)09506000134352(21)C'), serial.container('(01)09506000134352(21)D'),
	   serial.container('(01)09506000134352(21)E'), in_step();
COPY stock_package (id, code, parent) FROM stdin;
11	(01)09506000134352(21)F	12
12	(01)80614141123458(21)12	1
\.
SELECT serial.container('(01)09506000134352(21)F'), in_step();
DELETE FROM stock_package WHERE id = 11;
SELECT serial.container('(01)09506000134352(21)F'), in_step();
-- an item leaves one row and comes back in another
WITH gone AS (DELETE FROM stock_package WHERE id = 10 RETURNING code)
INSERT INTO stock_package (id, code, parent) SELECT 13, code, 12 FROM gone;
SELECT serial.container('(01)09506000134352(21)E'), in_step();
-- more rows than plans are kept for
INSERT INTO stock_package (id, code, parent) SELECT 1000 + i, '(01)09506000134352(21)bulk' || i, 12 FROM generate_series(1, 200) AS i;
UPDATE stock_package SET parent = 3 WHERE id > 1000;
SELECT count(*), in_step() FROM links WHERE parent = serial.container('(01)09506000134352(21)bulk200');
DELETE FROM stock_package WHERE id > 1000;
SELECT in_step();

-- What changes nothing writes nothing, not even the row.
SELECT ended() AS ended_before, (SELECT max(xmin::text::bigint) FROM serial.aggregation) AS written_before \gset
UPDATE stock_package SET note = 'seen', code = code || '';
UPDATE stock_package SET code = '(01)09506000134352(21)A' WHERE id = 4; -- the same in another spelling
UPDATE stock_package SET parent = 1 WHERE false;
DELETE FROM stock_package WHERE false;
SELECT ended() = :ended_before AS no_history,
	   (SELECT max(xmin::text::bigint) FROM serial.aggregation) = :written_before AS no_write, in_step();

-- Keys change with their children, by ON UPDATE CASCADE; children go or stay
-- as their foreign key has it.
ALTER TABLE stock_package DROP CONSTRAINT stock_package_parent_fkey,
	ADD FOREIGN KEY (parent) REFERENCES stock_package (id) ON UPDATE CASCADE ON DELETE CASCADE;
UPDATE stock_package SET id = 112 WHERE id = 12;
SELECT serial.container('(01)09506000134352(21)E'), in_step();
DELETE FROM stock_package WHERE id = 112;
SELECT serial.container('(01)09506000134352(21)E'), in_step(), count(*) FROM stock_package WHERE id = 13;
INSERT INTO stock_package (id, code, parent) VALUES (12, '(01)80614141123458(21)12', 1), (13, '(01)09506000134352(21)E', 12), (14, '(01)09506000134352(21)F', 13);
DELETE FROM stock_package WHERE id = 12;    -- three levels
SELECT in_step(), count(*) FROM stock_package WHERE id >= 12;
INSERT INTO stock_package (id, code, parent) VALUES (12, '(01)80614141123458(21)12', 1), (13, '(01)09506000134352(21)E', 12);
ALTER TABLE stock_package DROP CONSTRAINT stock_package_parent_fkey,
	ADD FOREIGN KEY (parent) REFERENCES stock_package (id) ON DELETE SET NULL DEFERRABLE;
DELETE FROM stock_package WHERE id = 12;
SELECT serial.container('(01)09506000134352(21)E'), in_step(), count(*) FROM stock_package WHERE id = 13;
-- A parent that comes later, its foreign key being deferred
BEGIN;
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO stock_package (id, code, parent) VALUES (15, '(01)09506000134352(21)H', 16);
SELECT serial.container('(01)09506000134352(21)H');
INSERT INTO stock_package (id, code, parent) VALUES (16, '(01)80614141123458(21)16', 1);
SELECT serial.container('(01)09506000134352(21)H'), in_step();
COMMIT;
-- and another trigger that changes the row once more
CREATE FUNCTION moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	UPDATE stock_package SET parent = 16 WHERE id = NEW.id AND NEW.note = 'move on';
	RETURN NULL;
END $$;
CREATE TRIGGER moves_on AFTER INSERT ON stock_package FOR EACH ROW EXECUTE FUNCTION moves_on();
INSERT INTO stock_package (id, code, note, parent) VALUES (17, '(01)09506000134352(21)I', 'move on', 1);
SELECT serial.container('(01)09506000134352(21)I'), in_step();
DROP TRIGGER moves_on ON stock_package;

-- What cannot be fails the statement, and leaves nothing behind.
UPDATE stock_package SET parent = 15 WHERE id = 16;
UPDATE stock_package SET parent = 16 WHERE id = 16;
INSERT INTO stock_package (id, code, parent) VALUES (20, 'a pallet', 1);
UPDATE stock_package SET code = '(00)306141410000099993' WHERE id = 1;
INSERT INTO stock_package (id, code, parent) VALUES (20, '(01)09506000134352(21)A', 1);
SELECT in_step();
-- Rolled back, in part
BEGIN;
SAVEPOINT s;
UPDATE stock_package SET parent = 3 WHERE id = 15;
ROLLBACK TO s;
SELECT current_user = session_user AS myself, in_step();
SAVEPOINT s;
UPDATE stock_package SET parent = 15 WHERE id = 16;
ROLLBACK TO s;
SELECT current_user = session_user AS myself, in_step();
COMMIT;

-- What others pack: rows that say nothing of it leave it alone, rows that say
-- something have it so.
SELECT serial.pack('(00)306141410000099987', ARRAY['(01)09506000134352(21)J', '(01)09506000134352(21)K']);
INSERT INTO stock_package (id, code, parent) VALUES (21, '(01)09506000134352(21)J', NULL);
SELECT serial.container('(01)09506000134352(21)J');
UPDATE stock_package SET parent = 16 WHERE id = 21;
INSERT INTO stock_package (id, code, parent) VALUES (22, '(01)09506000134352(21)K', 16);
SELECT serial.container('(01)09506000134352(21)J'), serial.container('(01)09506000134352(21)K'), in_step();

-- Twice, releasing, and again
SELECT serial.adopt('stock_package', 'code', 'parent');
SELECT serial.unadopt('stock_package');
SELECT serial.unadopt('stock_package');
SELECT in_step();
SELECT serial.adopt('stock_package', 'code', 'parent');    -- all of it is there
-- A column that is renamed takes its trigger out of step: loudly.
ALTER TABLE stock_package RENAME code TO label;
UPDATE stock_package SET parent = NULL WHERE id = 22;
ALTER TABLE stock_package RENAME label TO code;
-- A table or schema that is renamed does not.
ALTER TABLE stock_package RENAME TO "Package";
UPDATE "Package" SET parent = NULL WHERE id = 22;
SELECT in_step();
ALTER TABLE "Package" RENAME TO stock_package;
TRUNCATE stock_package;
SELECT in_step(), count(*) FROM links;
DROP TABLE stock_package CASCADE;
DROP FUNCTION in_step;

-- Another shape: parents are given by their identifiers, here without the
-- brackets of their scheme.
CREATE TABLE hu (sscc char(20) PRIMARY KEY, "Outer" varchar(18));
INSERT INTO hu VALUES ('306141410000099987', '306141410000099994'), ('306141410000099970', '');
SELECT serial.adopt('hu', 'sscc', 'Outer', 'sscc');
SELECT * FROM links ORDER BY child;
SELECT encode(tgargs, 'escape') AS arguments FROM pg_trigger WHERE tgrelid = 'hu'::regclass AND tgname = 'serial_sync_insert';
INSERT INTO hu VALUES ('306141410000099994', '306141410000099963');
UPDATE hu SET "Outer" = '306141410000099987' WHERE sscc = '306141410000099970';
UPDATE hu SET "Outer" = NULL WHERE sscc = '306141410000099987';
UPDATE hu SET sscc = '306141410000099956' WHERE sscc = '306141410000099994';
SELECT * FROM links ORDER BY child;
UPDATE hu SET "Outer" = '30614141000009994' WHERE sscc = '306141410000099987';
TRUNCATE hu;
SELECT count(*) FROM links;
DROP TABLE hu;

-- Identifiers of the type itself, and a domain over it
CREATE DOMAIN item AS serial.serial;
CREATE TABLE packed (item serial.serial(sgtin) NOT NULL, box item, UNIQUE (item));
INSERT INTO packed VALUES ('(01)09506000134352(21)A', '(00)306141410000099994');
SELECT serial.adopt('packed', 'item', 'box', 'sgtin');
SELECT serial.adopt('packed', 'item', 'box');
UPDATE packed SET box = '(00)306141410000099987';
INSERT INTO packed VALUES ('(01)09506000134352(21)B', NULL), ('(01)09506000134352(21)C', '(01)09506000134352(21)A');
SELECT * FROM links ORDER BY child;
DELETE FROM packed;
SELECT count(*) FROM links;
DROP TABLE packed;

-- Keys without a foreign key, of other types
CREATE TABLE box (uid uuid PRIMARY KEY, epc text, "in" uuid);
INSERT INTO box VALUES ('00000000-0000-0000-0000-000000000001', '(00)306141410000099994', NULL),
	('00000000-0000-0000-0000-000000000002', '(00)306141410000099987', '00000000-0000-0000-0000-000000000001'),
	('00000000-0000-0000-0000-000000000003', '(00)306141410000099970', '00000000-0000-0000-0000-00000000000f');
SELECT serial.adopt('box', 'epc', 'in');
INSERT INTO box VALUES ('00000000-0000-0000-0000-00000000000f', '(00)306141410000099963', NULL);
SELECT * FROM links ORDER BY child;
DROP TABLE box;
SELECT serial.unpack((SELECT array_agg(child) FROM links));
-- a foreign key to a column that is no primary key, and of another type
CREATE TABLE node (n bigint UNIQUE, name text, up integer REFERENCES node (n));
CREATE INDEX ON node (name);
CREATE INDEX ON node (up);
SELECT serial.adopt('node', 'name', 'up');
INSERT INTO node VALUES (1, '(00)306141410000099994', NULL), (2, '(00)306141410000099987', 1);
SELECT * FROM links ORDER BY child;
DELETE FROM node;
DROP TABLE node;
-- a foreign key to the identifiers themselves
CREATE TABLE node (id integer PRIMARY KEY, name text UNIQUE, up text REFERENCES node (name) ON UPDATE CASCADE);
SELECT serial.adopt('node', 'name', 'up');
INSERT INTO node VALUES (1, '(00)306141410000099994', NULL), (2, '(00)306141410000099987', '(00)306141410000099994');
UPDATE node SET name = '(00)306141410000099970' WHERE id = 1;
SELECT * FROM links ORDER BY child;
DELETE FROM node WHERE id = 2;
DROP TABLE node;

-- Partitioned tables
CREATE TABLE part (n integer, code text, up text, PRIMARY KEY (n, code)) PARTITION BY LIST (n);
CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
CREATE TABLE part_2 PARTITION OF part FOR VALUES IN (2);
CREATE INDEX ON part (code);
INSERT INTO part VALUES (1, '(00)306141410000099987', '(00)306141410000099994');
SELECT serial.adopt('part_1', 'code', 'up');
SELECT serial.adopt('part', 'code', 'up');
INSERT INTO part VALUES (2, '(00)306141410000099970', '(00)306141410000099994');
UPDATE part SET n = 3 - n, up = '(00)306141410000099963';
SELECT * FROM links ORDER BY child;
TRUNCATE part;
SELECT count(*) FROM links;
DROP TABLE part;

-- Rows that cannot be taken over are all named, or the first ten.
CREATE TABLE bad (id integer PRIMARY KEY, code text, parent integer);
INSERT INTO bad VALUES (1, '(00)306141410000099994', NULL), (2, '(00)306141410000099993', 1);
SELECT serial.adopt('bad', 'code', 'parent');
INSERT INTO bad SELECT 2 + i, 'x' || i, 1 FROM generate_series(1, 11) AS i;
SELECT serial.adopt('bad', 'code', 'parent');
SELECT count(*) FROM bad WHERE code <> '' AND serial.try_parse(code) IS NULL;    -- the hint
UPDATE bad SET code = CASE WHEN id % 2 = 0 THEN '(01)09506000134352(21)A' ELSE 'urn:epc:id:sgtin:9506000.013435.B' END;
SELECT serial.adopt('bad', 'code', 'parent');
SELECT serial.parse(code), count(*) FROM bad WHERE code <> '' GROUP BY 1 HAVING count(*) > 1 ORDER BY 1;   -- the hint
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'bad'::regclass;
DROP TABLE bad;
CREATE TABLE bad (code text, parent text);
INSERT INTO bad VALUES ('306141410000099994', NULL), ('306141410000099987', '306141410000099995'), ('1', ''), (NULL, 'x'), ('', 'x');
SELECT serial.adopt('bad', 'code', 'parent', 'sscc');
SELECT code, parent FROM bad
WHERE code <> '' AND (serial.try_parse('sscc:' || code) IS NULL OR parent <> '' AND serial.try_parse('sscc:' || parent) IS NULL);   -- the hint
DELETE FROM bad WHERE code = '1' OR parent = 'x';
-- in another container already, and in its own content
UPDATE bad SET parent = '306141410000099994' WHERE code = '306141410000099987';
SELECT serial.pack('(00)306141410000099970', ARRAY['(00)306141410000099987']);
SELECT serial.adopt('bad', 'code', 'parent', 'sscc');
SELECT serial.unpack(ARRAY['(00)306141410000099987']);
UPDATE bad SET parent = '306141410000099987' WHERE code = '306141410000099994';
SELECT serial.adopt('bad', 'code', 'parent', 'sscc');
SELECT count(*) FROM links;

-- What cannot be adopted
SELECT serial.adopt('bad', 'code', 'mother');
SELECT serial.adopt('bad', 'ctid', 'parent');
SELECT serial.adopt('bad', 'code', 'code');
SELECT serial.adopt('bad', 'code', 'parent', 'pallet');
SELECT serial.adopt(NULL, 'code', 'parent');
SELECT serial.adopt('bad', NULL, 'parent');
SELECT serial.unadopt(NULL);
ALTER TABLE bad ADD n integer, ADD i serial.serial;
SELECT serial.adopt('bad', 'n', 'parent');
SELECT serial.adopt('bad', 'code', 'n');
SELECT serial.adopt('bad', 'code', 'i');
DROP TABLE bad;
CREATE TABLE bad (k numeric PRIMARY KEY, code text, parent integer REFERENCES bad (k));
SELECT serial.adopt('bad', 'code', 'parent');
DROP TABLE bad;
CREATE VIEW odd AS SELECT ''::text AS code, ''::text AS parent;
SELECT serial.adopt('odd', 'code', 'parent');
DROP VIEW odd;
CREATE TEMP TABLE odd (code text, parent text);
SELECT serial.adopt('odd', 'code', 'parent');
DROP TABLE odd;
CREATE UNLOGGED TABLE odd (code text, parent text);
SELECT serial.adopt('odd', 'code', 'parent');
DROP TABLE odd;
-- nor can the trigger be put to another use
CREATE TABLE odd (code text, parent text);
CREATE TRIGGER t BEFORE INSERT ON odd FOR EACH ROW EXECUTE FUNCTION serial_internal.sync_adopted('code', 'parent', '', '');
INSERT INTO odd VALUES ('(00)306141410000099987', '(00)306141410000099994');
DROP TRIGGER t ON odd;
CREATE TRIGGER t AFTER INSERT ON odd FOR EACH STATEMENT EXECUTE FUNCTION serial_internal.sync_adopted('code', 'parent', '', '');
INSERT INTO odd VALUES ('(00)306141410000099987', '(00)306141410000099994');
DROP TRIGGER t ON odd;
CREATE TRIGGER t AFTER INSERT ON odd REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION serial_internal.sync_adopted('code', 'parent');
INSERT INTO odd VALUES ('(00)306141410000099987', '(00)306141410000099994');
DROP TABLE odd;

-- Only an admin who owns the table may adopt it.
CREATE ROLE regress_serial_erp;
CREATE ROLE regress_serial_clerk;
CREATE ROLE regress_serial_admin;
SELECT serial.grant_access('regress_serial_admin', 'admin');
CREATE SCHEMA erp AUTHORIZATION regress_serial_erp;
GRANT USAGE ON SCHEMA erp TO regress_serial_clerk, regress_serial_admin;
SET ROLE regress_serial_erp;
CREATE TABLE erp.package (id integer PRIMARY KEY, code text UNIQUE, parent integer REFERENCES erp.package (id));
CREATE INDEX ON erp.package (parent);
INSERT INTO erp.package VALUES (1, '(00)306141410000099994', NULL), (2, '(00)306141410000099987', 1);
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON erp.package TO regress_serial_clerk;
SELECT serial.adopt('erp.package', 'code', 'parent');
SET ROLE regress_serial_admin;
SELECT serial.adopt('erp.package', 'code', 'parent');
RESET ROLE;
GRANT regress_serial_erp TO regress_serial_admin;
SET ROLE regress_serial_admin;
SELECT serial.adopt('erp.package', 'code', 'parent');
RESET ROLE;
REVOKE regress_serial_erp FROM regress_serial_admin;
SET ROLE regress_serial_admin;
SELECT serial.unadopt('erp.package');

-- A role that writes the table has no right on the links, and needs none.
SET SESSION AUTHORIZATION regress_serial_clerk;
INSERT INTO erp.package VALUES (3, '(00)306141410000099970', 2);
UPDATE erp.package SET parent = 1 WHERE id = 3;
SELECT current_user;
SELECT serial.container('(00)306141410000099970');
SELECT serial.pack('(00)306141410000099994', ARRAY['(00)306141410000099963']);
UPDATE serial.aggregation SET since = now();
CREATE TEMP TABLE mine (code text, parent text);
CREATE TRIGGER t AFTER INSERT ON mine REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION serial_internal.sync_adopted('code', 'parent', '', '');
RESET SESSION AUTHORIZATION;
DROP TABLE mine;
SELECT * FROM links ORDER BY child;

-- A hostile owner: the table is read with his rights, and none of his code runs
-- with more than those of who calls it.
SET SESSION AUTHORIZATION regress_serial_erp;
CREATE TABLE erp.log (who name, what text);
GRANT INSERT ON erp.log TO public;
CREATE FUNCTION erp.logged(what text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO erp.log VALUES (current_user, what);
	RETURN true;
END $$;
ALTER TABLE erp.package ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY trap ON erp.package USING (erp.logged('policy')) WITH CHECK (erp.logged('check'));
CREATE FUNCTION erp.trap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM erp.logged('trigger');
	RETURN NEW;
END $$;
CREATE TRIGGER trap BEFORE UPDATE ON erp.package FOR EACH ROW EXECUTE FUNCTION erp.trap();
CREATE DOMAIN erp.code AS text CHECK (erp.logged('domain'));
ALTER TABLE erp.package ALTER code TYPE erp.code;
-- operators that his search_path finds first
CREATE FUNCTION erp.eq(integer, integer) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM erp.logged('operator');
	RETURN $1 OPERATOR(pg_catalog.=) $2;
END $$;
CREATE OPERATOR erp.= (FUNCTION = erp.eq, LEFTARG = integer, RIGHTARG = integer);
CREATE FUNCTION erp.eq(text, text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM erp.logged('operator');
	RETURN $1 OPERATOR(pg_catalog.=) $2;
END $$;
CREATE OPERATOR erp.= (FUNCTION = erp.eq, LEFTARG = text, RIGHTARG = text);
TRUNCATE erp.log;
SET SESSION AUTHORIZATION regress_serial_clerk;
CREATE TEMP TABLE serial_new (id integer, code text, parent integer);   -- nor are the rows others
SET search_path = erp, pg_catalog;
INSERT INTO erp.package VALUES (4, '(00)306141410000099963', 3);
UPDATE erp.package SET parent = 2, code = '(00)306141410000099956' WHERE code LIKE '%63';
RESET search_path;
RESET SESSION AUTHORIZATION;
SELECT DISTINCT who, what FROM erp.log ORDER BY who, what;
SELECT * FROM links ORDER BY child;
TRUNCATE erp.log;
-- adopting runs nothing of his as the superuser who does it
SELECT serial.unadopt('erp.package');
SELECT serial.adopt('erp.package', 'code', 'parent');
SELECT DISTINCT who, what FROM erp.log ORDER BY who, what;
-- what is read as the owner is what the owner can read
SET SESSION AUTHORIZATION regress_serial_erp;
REVOKE SELECT ON erp.package FROM regress_serial_erp;
SET SESSION AUTHORIZATION regress_serial_clerk;
\set VERBOSITY terse
INSERT INTO erp.package VALUES (5, '(00)306141410000099949', NULL);
\set VERBOSITY default
SET SESSION AUTHORIZATION regress_serial_erp;
GRANT SELECT ON erp.package TO regress_serial_erp;
-- a type of his own, with a cast of his own
CREATE TYPE erp.enum AS ENUM ('(00)306141410000099949');
CREATE FUNCTION erp.enum_text(erp.enum) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM erp.logged('cast');
	RETURN '(00)306141410000099949';
END $$;
CREATE CAST (erp.enum AS text) WITH FUNCTION erp.enum_text(erp.enum) AS IMPLICIT;
ALTER TABLE erp.package ALTER code TYPE erp.enum USING NULL;
INSERT INTO erp.package VALUES (6, '(00)306141410000099949', 1);
RESET SESSION AUTHORIZATION;
SELECT DISTINCT who, what FROM erp.log ORDER BY who, what;

SELECT serial.unpack((SELECT array_agg(child) FROM links));
SET client_min_messages = warning;
DROP SCHEMA erp CASCADE;
RESET client_min_messages;
DROP OWNED BY regress_serial_erp, regress_serial_clerk, regress_serial_admin;
DROP ROLE regress_serial_erp, regress_serial_clerk, regress_serial_admin;

-- Under one snapshot for all of a transaction
CREATE TABLE one (code text PRIMARY KEY, up text);
SELECT serial.adopt('one', 'code', 'up');
BEGIN ISOLATION LEVEL REPEATABLE READ;
INSERT INTO one VALUES ('(00)306141410000099987', '(00)306141410000099994');
UPDATE one SET up = '(00)306141410000099970';
SELECT * FROM links;
COMMIT;
SELECT * FROM links;
-- DROP EXTENSION says what is adopted.
\set VERBOSITY terse
DROP EXTENSION serial;
\set VERBOSITY default
DELETE FROM one;
DROP TABLE one;
SELECT count(*) FROM links;
DROP VIEW links;
DROP FUNCTION ended, moves_on;
DROP DOMAIN item;
