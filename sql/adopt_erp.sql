-- Adopted tables of the shapes that ERPs have: Odoo's and ERPNext's on PostgreSQL.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
CREATE VIEW links AS SELECT child, parent FROM serial.aggregation ORDER BY child;

-- ---------------------------------------------------------------------------
-- Odoo 17: a quant is a quantity of a product, and of a lot, in a package.  The name of
-- a lot is the bare serial number, and the GTIN is the barcode of the product, so a
-- trigger makes the identifier.  The name of a package is a bare SSCC.
CREATE TABLE product_product (id serial PRIMARY KEY, barcode varchar);
CREATE TABLE stock_lot (id serial PRIMARY KEY, name varchar NOT NULL, product_id integer NOT NULL REFERENCES product_product (id));
CREATE TABLE stock_quant_package (id serial PRIMARY KEY, name varchar);
CREATE TABLE stock_quant (
	id serial PRIMARY KEY, product_id integer NOT NULL REFERENCES product_product (id), location_id integer NOT NULL,
	lot_id integer REFERENCES stock_lot (id), package_id integer REFERENCES stock_quant_package (id), quantity numeric);
CREATE INDEX ON stock_quant (lot_id);
CREATE INDEX ON stock_quant (package_id);

ALTER TABLE stock_lot ADD COLUMN x_identifier serial.serial;
CREATE FUNCTION lot_identifier() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
	SELECT serial.try_parse(format('(01)%s(21)%s', lpad(p.barcode, 14, '0'), NEW.name)) INTO NEW.x_identifier
	FROM product_product AS p WHERE p.id = NEW.product_id;
	RETURN NEW;
END $$;
CREATE TRIGGER lot_identifier BEFORE INSERT OR UPDATE OF name, product_id ON stock_lot FOR EACH ROW EXECUTE FUNCTION lot_identifier();
CREATE INDEX ON stock_lot (x_identifier);
ALTER TABLE stock_quant_package ADD COLUMN x_sscc varchar GENERATED ALWAYS AS (CASE WHEN name ~ '^[0-9]{18}$' THEN '(00)' || name END) STORED;

INSERT INTO product_product (barcode) VALUES ('9506000134352'), (NULL);
INSERT INTO stock_lot (name, product_id) VALUES ('SN1', 1), ('SN2', 1), ('LOT-7', 2);
INSERT INTO stock_quant_package (name) VALUES ('306141410000099994'), ('306141410000099987'), ('PACK0000001');
INSERT INTO stock_quant (product_id, location_id, lot_id, package_id, quantity) VALUES
	(1, 8, 1, 1, 1), (1, 8, 2, 1, 1), (2, 8, 3, 1, 50), (1, 8, NULL, 1, 12);
SELECT serial.adopt('stock_quant', 'lot_id', 'package_id', id_from => 'stock_lot.x_identifier',
					parent_from => 'stock_quant_package.x_sscc', on_error => 'skip', record => true);
TABLE links;

-- Odoo moves a lot in two steps: the quantity of the new quant rises first, and the old
-- one, which is empty then, is deleted afterwards.
INSERT INTO stock_quant (product_id, location_id, lot_id, package_id, quantity) VALUES (1, 8, 1, 2, 1);
UPDATE stock_quant SET quantity = 0 WHERE lot_id = 1 AND package_id = 1;
SELECT * FROM serial.adopted_skipped('stock_quant');
DELETE FROM stock_quant WHERE quantity = 0;
TABLE links;
SELECT * FROM serial.adopted_skipped('stock_quant');
-- a package without an SSCC, and one that gets it later
UPDATE stock_quant SET package_id = 3 WHERE lot_id = 2;
TABLE links;
UPDATE stock_quant_package SET name = '306141410000099970' WHERE id = 3;
TABLE links;
-- a serial number that was misspelt
UPDATE stock_lot SET name = 'SN3' WHERE id = 2;
TABLE links;
SELECT event, action, parent, attributes ->> 'cause' AS cause FROM serial.changes();
SELECT relation, id_from, parent_from, on_error, record, rows, skipped, drift FROM serial.adopted;
SELECT serial.unadopt('stock_quant');
DELETE FROM serial.aggregation;

-- Odoo 19: packages in packages, by reference, beside the quants in them.
CREATE TABLE stock_package (
	id serial PRIMARY KEY, name varchar, parent_package_id integer REFERENCES stock_package (id) ON DELETE SET NULL,
	sscc varchar GENERATED ALWAYS AS (CASE WHEN name ~ '^[0-9]{18}$' THEN '(00)' || name END) STORED);
CREATE INDEX ON stock_package (sscc);
CREATE INDEX ON stock_package (parent_package_id);
ALTER TABLE stock_quant DROP CONSTRAINT stock_quant_package_id_fkey;
INSERT INTO stock_package (name, parent_package_id) VALUES ('306141410000099994', NULL), ('306141410000099987', 1), ('306141410000099970', 1);
ALTER TABLE stock_quant ADD FOREIGN KEY (package_id) REFERENCES stock_package (id);
SELECT serial.adopt('stock_package', 'sscc', 'parent_package_id', on_error => 'skip');
SELECT serial.adopt('stock_quant', 'lot_id', 'package_id', id_from => 'stock_lot.x_identifier', parent_from => 'stock_package.sscc', on_error => 'skip');
SELECT * FROM serial.tree('(00)306141410000099994');
DELETE FROM stock_quant WHERE package_id = 2;
DELETE FROM stock_package WHERE id = 2;
UPDATE stock_package SET parent_package_id = NULL WHERE id = 3;
TABLE links;
SELECT serial.unadopt('stock_quant'), serial.unadopt('stock_package');
DROP TABLE stock_quant, stock_lot, stock_quant_package, stock_package, product_product;
DELETE FROM serial.aggregation;

-- ---------------------------------------------------------------------------
-- ERPNext: tables have blanks in their names, all keys are names, and there is no
-- foreign key.  "Serial No" refers to a handling unit, which is a tree of its own.
CREATE TABLE "tabHandling Unit" (
	name varchar(140) PRIMARY KEY, docstatus smallint NOT NULL DEFAULT 0, parent_handling_unit varchar(140), lft bigint, rgt bigint,
	sscc varchar(140), identifier varchar(140) GENERATED ALWAYS AS ('(00)' || nullif(sscc, '')) STORED);
CREATE TABLE "tabSerial No" (
	name varchar(140) PRIMARY KEY, docstatus smallint NOT NULL DEFAULT 0, serial_no varchar(140), item_code varchar(140),
	warehouse varchar(140), handling_unit varchar(140));
CREATE INDEX ON "tabHandling Unit" (identifier);
CREATE INDEX ON "tabHandling Unit" (parent_handling_unit);
CREATE INDEX ON "tabSerial No" (handling_unit);
INSERT INTO "tabHandling Unit" (name, parent_handling_unit, sscc) VALUES
	('HU-0001', '', '306141410000099994'), ('HU-0002', 'HU-0001', '306141410000099987'), ('HU-0003', 'HU-0001', NULL);
INSERT INTO "tabSerial No" (name, handling_unit) VALUES
	('(01)09506000134352(21)1', 'HU-0002'), ('(01)09506000134352(21)2', 'HU-0003'), ('(01)09506000134352(21)3', ''), ('SN-OLD-7', 'HU-0002');
SELECT serial.adopt('"tabHandling Unit"', 'identifier', 'parent_handling_unit', parent_from => '"tabHandling Unit".identifier');
SELECT serial.adopt('"tabSerial No"', 'name', 'handling_unit', parent_from => '"tabHandling Unit".identifier', on_error => 'skip');
SELECT * FROM serial.adopted_skipped('"tabSerial No"');
SELECT * FROM serial.tree('(00)306141410000099994');
UPDATE "tabSerial No" SET handling_unit = 'HU-0001' WHERE name = '(01)09506000134352(21)3';
UPDATE "tabHandling Unit" SET lft = 1, rgt = 6 WHERE name = 'HU-0001';
UPDATE "tabHandling Unit" SET sscc = '306141410000099970' WHERE name = 'HU-0003';
TABLE links;
-- Renaming a document writes its own table first, and then those that refer to it.
UPDATE "tabHandling Unit" SET name = 'HU-0009' WHERE name = 'HU-0002';
UPDATE "tabSerial No" SET handling_unit = 'HU-0009' WHERE handling_unit = 'HU-0002';
TABLE links;
DELETE FROM "tabSerial No" WHERE name = '(01)09506000134352(21)1';
DELETE FROM "tabHandling Unit" WHERE name = 'HU-0009';
TABLE links;
SELECT relation, id_from, parent_from, rows, skipped, drift FROM serial.adopted ORDER BY relation::text;

\c :db
DROP DATABASE regress_serial_ledger;
