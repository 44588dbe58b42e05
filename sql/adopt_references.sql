-- Adopted tables whose columns refer to rows of other tables.

DELETE FROM serial.aggregation_history;
CREATE VIEW links AS SELECT child, parent FROM serial.aggregation;

CREATE ROLE regress_serial_other;
-- The shape of Odoo: a quant is a lot in a package.
CREATE TABLE stock_lot (id serial PRIMARY KEY, name varchar);
CREATE TABLE stock_package (id serial PRIMARY KEY, sscc varchar, name varchar);
CREATE TABLE stock_quant (
	id serial PRIMARY KEY, lot_id integer REFERENCES stock_lot (id) ON DELETE CASCADE,
	package_id integer REFERENCES stock_package (id) ON DELETE SET NULL ON UPDATE CASCADE, location text);
CREATE INDEX ON stock_lot (name);
CREATE INDEX ON stock_quant (lot_id);
CREATE INDEX ON stock_quant (package_id);
INSERT INTO stock_lot (name) VALUES ('(01)09506000134352(21)A'), ('(01)09506000134352(21)B'), ('(01)09506000134352(21)C');
INSERT INTO stock_package (sscc) VALUES ('(00)306141410000099994'), ('(00)306141410000099987');
INSERT INTO stock_quant (lot_id, package_id) VALUES (1, 1), (2, 1), (3, NULL);
CREATE VIEW should AS
	SELECT l.name::serial.serial AS child, p.sscc::serial.serial AS parent
	FROM stock_quant AS q JOIN stock_lot AS l ON l.id = q.lot_id JOIN stock_package AS p ON p.id = q.package_id
	WHERE serial.try_parse(l.name) IS NOT NULL AND serial.try_parse(p.sscc) IS NOT NULL;
CREATE FUNCTION in_step() RETURNS boolean LANGUAGE sql AS $$
	SELECT NOT EXISTS (TABLE links EXCEPT TABLE should) AND NOT EXISTS (TABLE should EXCEPT TABLE links)
$$;

-- A reference to another table is not a key of the table itself.
CREATE TABLE quant (id integer PRIMARY KEY, unit varchar, package_id integer REFERENCES stock_package (id));
INSERT INTO quant VALUES (1, '(01)09506000134352(21)A', 2), (2, '(01)09506000134352(21)B', NULL);
SELECT serial.adopt('quant', 'unit', 'package_id');
SELECT serial.adopt('stock_quant', 'lot_id', 'package_id');
SELECT serial.adopt('stock_quant', 'lot_id', 'package_id', id_from => 'stock_lot.name');
SELECT count(*) FROM links;
DROP TABLE quant;

SELECT serial.adopt('stock_quant', 'lot_id', 'package_id', id_from => 'stock_lot.name', parent_from => 'stock_package.sscc');
SELECT *, in_step() FROM links ORDER BY child;
SELECT relation, id_column, parent_column, id_from, parent_from, scheme, on_error, rows, skipped, drift FROM serial.adopted;
SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgfoid = 'serial_internal.sync_adopted'::regproc ORDER BY 1, 2;

-- Each of the three tables is written.
UPDATE stock_quant SET package_id = 2 WHERE lot_id = 1;                    -- a move
SELECT *, in_step() FROM links ORDER BY child;
UPDATE stock_quant SET package_id = 2 WHERE lot_id = 3;
UPDATE stock_package SET sscc = '(00)306141410000099970' WHERE id = 2;     -- a package gets another label
SELECT *, in_step() FROM links ORDER BY child;
UPDATE stock_lot SET name = '(01)09506000134352(21)D' WHERE id = 2;        -- and a lot another number
SELECT *, in_step() FROM links ORDER BY child;
UPDATE stock_lot AS a SET name = b.name FROM stock_lot AS b                -- two change their numbers
WHERE a.id IN (1, 2) AND b.id IN (1, 2) AND a.id <> b.id;
SELECT *, in_step() FROM links ORDER BY child;
UPDATE stock_package SET sscc = NULL WHERE id = 1;                         -- no label any more
SELECT *, in_step() FROM links ORDER BY child;
UPDATE stock_package SET sscc = '(00)306141410000099994' WHERE id = 1;
SELECT in_step();
UPDATE stock_package SET name = 'big';
UPDATE stock_lot SET name = name;
SELECT count(*) AS ended FROM serial.aggregation_history;
UPDATE stock_package SET id = 12 WHERE id = 2;                             -- ON UPDATE CASCADE
SELECT in_step();
UPDATE stock_package SET id = 2 WHERE id = 12;
UPDATE stock_quant SET package_id = NULL WHERE lot_id = 3;
SELECT *, in_step() FROM links ORDER BY child;
DELETE FROM stock_package WHERE id = 1;                                    -- ON DELETE SET NULL
SELECT *, in_step() FROM links ORDER BY child;
INSERT INTO stock_lot (id, name) VALUES (4, NULL);
INSERT INTO stock_quant (lot_id, package_id) VALUES (4, 2);
SELECT in_step();
UPDATE stock_lot SET name = '(01)09506000134352(21)E' WHERE id = 4;        -- the number comes later
SELECT *, in_step() FROM links ORDER BY child;
DELETE FROM stock_lot WHERE id = 4;                                        -- ON DELETE CASCADE
SELECT *, in_step() FROM links ORDER BY child;

-- A number that no row refers to does not matter.
SELECT serial.pack('(00)306141410000099956', ARRAY['(01)09506000134352(21)other']);
INSERT INTO stock_lot (id, name) VALUES (5, '(01)09506000134352(21)other');
UPDATE stock_lot SET name = '(01)09506000134352(21)F' WHERE id = 5;
SELECT serial.container('(01)09506000134352(21)other');
SELECT serial.unpack('{(01)09506000134352(21)other}');

-- A lot may have several quants, if they name one package at most.
INSERT INTO stock_quant (lot_id, package_id, location) VALUES (2, NULL, 'scrap'), (3, 2, 'a');
SELECT in_step();
INSERT INTO stock_package (id, sscc) VALUES (3, '(00)306141410000099963');
INSERT INTO stock_quant (lot_id, package_id, location) VALUES (3, 3, 'b');
DELETE FROM stock_quant WHERE location IS NOT NULL;
SELECT in_step();

-- What is written elsewhere is drift; resync undoes it.
SELECT serial.pack('(00)306141410000099963', ARRAY['(01)09506000134352(21)D'], repack => true);
SELECT rows, skipped, drift FROM serial.adopted;
SELECT serial.resync('stock_quant');
SELECT rows, skipped, drift, in_step() FROM serial.adopted;
SELECT serial.resync('stock_quant');

-- Invalid numbers fail the statement,
UPDATE stock_lot SET name = 'LOT 2' WHERE id = 1;
-- or are skipped and listed.
SELECT serial.unadopt('stock_quant');
SELECT count(*) FROM pg_trigger WHERE tgfoid = 'serial_internal.sync_adopted'::regproc;
SELECT * FROM serial.adopted;
SELECT serial.adopt('stock_quant', 'lot_id', 'package_id', on_error => 'skip',
					id_from => 'public.stock_lot.name', parent_from => 'stock_package.sscc');
UPDATE stock_lot SET name = 'LOT 2' WHERE id = 1;
SELECT *, in_step() FROM links ORDER BY child;
INSERT INTO stock_quant (lot_id, package_id, location) VALUES (1, 3, 'c'), (3, 3, 'c'), (3, 2, 'c');
SELECT * FROM serial.adopted_skipped('stock_quant') ORDER BY id, parent;
UPDATE stock_package SET sscc = 'box' WHERE id = 3;
SELECT * FROM serial.adopted_skipped('stock_quant') ORDER BY id, parent;
SELECT rows, skipped, drift FROM serial.adopted;
-- what serial.pack refuses is a warning
UPDATE stock_package SET sscc = '(01)09506000134352(21)A' WHERE id = 2;
UPDATE stock_quant SET package_id = 2 WHERE lot_id = 2;
SELECT rows, skipped, drift FROM serial.adopted;
UPDATE stock_package SET sscc = '(00)306141410000099970' WHERE id = 2;
DELETE FROM stock_quant WHERE location = 'c';
-- An error of another kind is one of the statement, and undoes what came before it in the block.
CREATE FUNCTION refuse_link() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no links today'; END $$;
CREATE TRIGGER refuse_link BEFORE INSERT OR UPDATE OR DELETE ON serial.aggregation FOR EACH ROW EXECUTE FUNCTION refuse_link();
DO $$
BEGIN
	BEGIN
		INSERT INTO stock_lot VALUES (99, '(01)09506000134352(21)Z');
		INSERT INTO stock_quant (lot_id, package_id, location) VALUES (99, 2, 'd');
	EXCEPTION WHEN raise_exception THEN
		RAISE NOTICE 'caught: %', sqlerrm;
	END;
	RAISE NOTICE '% lots left of the block', (SELECT count(*) FROM stock_lot WHERE id = 99);
END;
$$;
DROP TRIGGER refuse_link ON serial.aggregation;
DROP FUNCTION refuse_link;
UPDATE stock_lot SET name = '(01)09506000134352(21)A' WHERE id = 1;
SELECT serial.resync('stock_quant'), in_step();
SELECT rows, skipped, drift FROM serial.adopted;

-- Rows of tables that are emptied
TRUNCATE stock_lot, stock_package, stock_quant;
SELECT count(*) FROM links;

-- An adopted table that was renamed or dropped moves nothing any more, with a warning.
ALTER TABLE stock_quant RENAME TO stock_quant_old;
INSERT INTO stock_lot (id, name) VALUES (1, '(01)09506000134352(21)A');
INSERT INTO stock_quant_old (lot_id) VALUES (1);
ALTER TABLE stock_quant_old RENAME package_id TO package;
ALTER TABLE stock_package OWNER TO regress_serial_other;
SELECT serial.unadopt('stock_quant_old');
SELECT count(*) FROM pg_trigger WHERE tgfoid = 'serial_internal.sync_adopted'::regproc;

-- One's own WMS: units of one table in boxes of another, without a foreign key
CREATE TABLE box (no bigint PRIMARY KEY, code serial.serial(sscc));
CREATE TABLE unit (id serial.serial(sgtin) PRIMARY KEY, box integer);
CREATE INDEX ON unit (box);
INSERT INTO box VALUES (7, '(00)306141410000099994');
INSERT INTO unit VALUES ('(01)09506000134352(21)A', 7), ('(01)09506000134352(21)B', 8);
SELECT serial.adopt('unit', 'id', 'box', parent_from => 'box.code');
INSERT INTO box VALUES (8, '(00)306141410000099987');
SELECT * FROM links ORDER BY child;
DELETE FROM box WHERE no = 7;
SELECT * FROM links ORDER BY child;

-- What cannot be
SELECT serial.adopt(0, 'id', 'box');
SELECT serial.unadopt(0);
SELECT serial.resync(0);
SELECT serial.adopted_skipped(0);
SELECT serial.resync('box');
SELECT serial.adopted_skipped('box');
SELECT serial.resync(NULL);
SELECT serial.adopt('box', 'code', 'no', on_error => 'ignore');
SELECT serial.adopt('box', 'code', 'no', parent_from => 'unit');
SELECT serial.adopt('box', 'code', 'no', parent_from => 'unit.nothing');
SELECT serial.adopt('box', 'code', 'no', parent_from => 'nothing.id');
SELECT serial.adopt('box', 'code', 'no', parent_from => 'unit.id');
ALTER TABLE box OWNER TO regress_serial_other;
INSERT INTO unit VALUES ('(01)09506000134352(21)C', 8);
SELECT serial.unadopt('unit');
SELECT serial.adopt('unit', 'id', 'box', parent_from => 'box.code');
DROP TABLE unit, box;
DROP VIEW should CASCADE;
DROP TABLE stock_quant_old, stock_lot, stock_package;
DROP VIEW links;
DROP ROLE regress_serial_other;
DELETE FROM serial.aggregation;
DELETE FROM serial.aggregation_history;
