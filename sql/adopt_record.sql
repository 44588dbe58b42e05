-- Adopted tables whose changes are recorded as aggregation events.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
CREATE ROLE regress_serial_erp;
CREATE TABLE package (id integer PRIMARY KEY, code text, parent integer REFERENCES package (id));
CREATE INDEX ON package (code);
CREATE INDEX ON package (parent);
GRANT SELECT, INSERT, UPDATE, DELETE ON package TO regress_serial_erp;
CREATE VIEW recorded AS
SELECT e.event, e.action, e.business_step, e.parent, e.is_accepted AS accepted, e.attributes ->> 'cause' AS cause,
	   (SELECT array_agg(i.id ORDER BY i.id) FROM serial.event_item AS i WHERE i.event = e.event AND i.role = 'child') AS children
FROM serial.event AS e WHERE e.type = 'AggregationEvent';

SELECT serial.commission('{plain:a,plain:b,plain:c,plain:gone}', 'L', '2099-12-31', 'urn:x:plant', '2026-01-01') AS commissioned;
SELECT serial.decommission('{plain:gone}', 'destroyed', 'urn:x:plant', '2026-01-02') AS decommissioned;
INSERT INTO package VALUES (1, 'plain:box', NULL), (2, 'plain:case', 1), (3, 'plain:a', 2), (4, 'plain:b', 2), (5, 'plain:c', NULL);
-- what is there already is not recorded again
SELECT serial.pack('plain:box', '{plain:case}');

SELECT serial.adopt('package', 'code', 'parent', record => NULL);
SELECT serial.adopt('package', 'code', 'parent', record => true);
SELECT * FROM recorded ORDER BY event;
SELECT relation, on_error, record, rows, skipped, drift FROM serial.adopted;

-- Each statement records one event for each container.
SET SESSION AUTHORIZATION regress_serial_erp;
UPDATE package SET parent = 1 WHERE id IN (4, 5);                          -- one moves, one is packed
INSERT INTO package VALUES (6, 'plain:d', 2);                              -- of which nothing is known
UPDATE package SET code = 'plain:crate' WHERE id = 2;                      -- another number
DELETE FROM package WHERE id = 6;
UPDATE package SET code = code;
RESET SESSION AUTHORIZATION;
SELECT * FROM recorded WHERE event > 3 ORDER BY event;
SELECT recorded_by, actor, count(*) FROM serial.event GROUP BY 1, 2 ORDER BY 1;
SELECT t.action, t.business_step, t.parent FROM serial.trace('plain:b') AS t;
SELECT child, parent FROM serial.aggregation ORDER BY child;
SELECT outermost FROM serial.where_is('plain:b');

-- What the ledger refuses fails the statement, and nothing is recorded.
INSERT INTO package VALUES (7, 'plain:gone', 2);
SELECT count(*) FROM recorded;

-- What is written elsewhere is drift, and resync records what it moves.
SELECT serial.unpack('{plain:a}');
SELECT serial.pack('plain:other', '{plain:c}', repack => true);
SELECT drift FROM serial.adopted;
SELECT serial.resync('package');
SELECT * FROM recorded WHERE cause ~ 'resync' ORDER BY event;
SELECT drift FROM serial.adopted;
SELECT serial.resync('package');

-- An event that is declared an error unpacks; the table is drift then.
SELECT serial.declare_error((SELECT max(event) FROM recorded), 'did_not_occur') IS NOT NULL AS declared;
SELECT drift FROM serial.adopted;
SELECT serial.resync('package');

-- Nothing is recorded any more, and all stays.
SELECT serial.unadopt('package');
SELECT count(*) AS links FROM serial.aggregation;
SELECT count(*) AS events FROM recorded \gset
UPDATE package SET parent = NULL;
SELECT count(*) = :events AS no_event_more FROM recorded;

-- With errors skipped, what is illegal is kept as evidence with an alert, and not done.
UPDATE package SET parent = 1 WHERE id IN (2, 5);
INSERT INTO package VALUES (7, 'plain:gone', 1), (8, 'no identifier', 1);
SELECT serial.adopt('package', 'code', 'parent', on_error => 'skip', record => true);
SELECT serial.unadopt('package');
DELETE FROM serial.aggregation;
SELECT serial.adopt('package', 'code', 'parent', on_error => 'skip', record => true);
SELECT * FROM recorded ORDER BY event DESC LIMIT 1;
SELECT kind, id FROM serial.alert ORDER BY alert;
SELECT child, parent FROM serial.aggregation ORDER BY child;
SELECT rows, skipped, drift FROM serial.adopted;
DELETE FROM package WHERE id = 7;
UPDATE package SET parent = NULL WHERE id = 5;
UPDATE package SET parent = 1 WHERE id = 5;
SELECT child, parent FROM serial.aggregation ORDER BY child;
TRUNCATE package;
SELECT action, parent, accepted, cause, children FROM recorded ORDER BY event DESC LIMIT 3;
SELECT count(*) AS links FROM serial.aggregation;
SELECT * FROM serial.check_state();

\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_erp;
