-- Hierarchy: pack, walk, unpack.

\set pallet '(00)306141410000099994'
\set other '(00)306141410000099987'
\set case1 '(01)80614141123458(21)1'
\set case2 '(01)80614141123458(21)2'

-- What people type: plain literals, array literals, psql variables
SELECT serial.pack(:'pallet', ARRAY[:'case1', :'case2'], '2026-01-05 08:00+00');
SELECT serial.pack('(01)80614141123458(21)1', '{(01)09506000134352(21)A,(01)09506000134352(21)B,(01)09506000134352(21)C}');
SELECT serial.pack('(01)80614141123458(21)2', (SELECT array_agg(('(01)09506000134352(21)' || i)::serial.serial) FROM generate_series(1, 8) AS i));
SELECT child, parent, since AT TIME ZONE 'UTC' AS since FROM serial.aggregation WHERE parent = :'pallet' ORDER BY child;

-- Packing what is there is no error and writes nothing.
SELECT serial.pack(:'pallet', ARRAY[:'case1', :'case2']);
SELECT count(*) FROM serial.aggregation WHERE since = '2026-01-05 08:00+00';
SELECT serial.pack(:'pallet', '{}');

-- Walks
SELECT * FROM serial.contents(:'pallet') ORDER BY depth, id;
SELECT * FROM serial.contents(:'pallet', max_depth => 1) ORDER BY id;
SELECT count(*) FROM serial.contents(:'pallet', max_depth => 0);
SELECT count(*) FROM serial.contents('(01)09506000134352(21)A');
SELECT count(*) FROM serial.contents(NULL);
SELECT * FROM serial.containers('(01)09506000134352(21)A');
SELECT * FROM serial.containers(:'pallet');
SELECT serial.container('(01)09506000134352(21)A'), serial.container(:'pallet'), serial.container(NULL);
SELECT serial.outermost('(01)09506000134352(21)A'), serial.outermost(:'pallet'), serial.outermost(NULL);

-- Operators
CREATE TABLE unit (id serial.serial(sgtin) PRIMARY KEY);
INSERT INTO unit SELECT id FROM serial.contents(:'pallet');
INSERT INTO unit VALUES ('(01)09506000134352(21)loose');
SELECT count(*) FROM unit WHERE id <@ :'pallet';
SELECT count(*) FROM unit WHERE :'case2' @> id;
SELECT count(*) FROM unit WHERE id <@ ARRAY[:'case1', :'case2'];
SELECT count(*) FROM unit WHERE ARRAY[:'case1', :'case2']::serial.serial[] @> id;
SELECT count(*) FROM unit WHERE NOT id <@ :'pallet';
SELECT :'pallet'::serial.serial <@ :'pallet' AS itself, NULL <@ :'pallet'::serial.serial AS unknown;
DROP TABLE unit;

-- A picture
SELECT * FROM serial.tree(:'pallet');
SELECT * FROM serial.tree(:'pallet', 1);
SELECT * FROM serial.tree('(01)09506000134352(21)A');
SELECT * FROM serial.tree(NULL);

-- Refused, and nothing left behind
SELECT count(*) AS links FROM serial.aggregation \gset
SELECT serial.pack(:'pallet', ARRAY[:'pallet']);
SELECT serial.pack(:'case1', ARRAY['(01)09506000134352(21)new', :'pallet']);
SELECT serial.pack('(01)09506000134352(21)A', ARRAY[:'pallet']);
SELECT serial.pack(:'other', ARRAY['(01)09506000134352(21)new', :'case1']);
SELECT serial.pack(:'other', ARRAY['(01)09506000134352(21)new', '(01)09506000134352(21)new']);
SELECT serial.pack(:'other', ARRAY['(01)09506000134352(21)new', NULL]);
SELECT serial.pack(:'other', ARRAY['(01)09506000134352(21)new', '(01)09506000134353(21)new']);
SELECT serial.pack(NULL, ARRAY['(01)09506000134352(21)new']);
SELECT serial.pack(:'other', NULL);
SELECT serial.pack(:'other', ARRAY['(01)09506000134352(21)new'], NULL);
SELECT count(*) = :links AS untouched FROM serial.aggregation;

-- Moving takes a word.
SELECT serial.pack(:'other', ARRAY[:'case1'], repack => true);
SELECT serial.container(:'case1'), serial.outermost('(01)09506000134352(21)A');
SELECT serial.pack('(01)09506000134352(21)A', ARRAY[:'other'], repack => true);
SELECT serial.pack('(01)09506000134352(21)A', ARRAY[:'pallet'], repack => true);
SELECT serial.outermost(:'case2');
SELECT serial.pack(:'case2', ARRAY[:'other'], repack => true);   -- would close the cycle

-- Unpacking
SELECT serial.unpack(ARRAY[:'pallet', '(01)09506000134352(21)never packed']);
SELECT serial.unpack(ARRAY[:'pallet', '(01)09506000134352(21)never']);
SELECT serial.unpack_all(:'case2');
SELECT serial.unpack_all(:'case2');
SELECT * FROM serial.tree(:'pallet');
SELECT * FROM serial.tree(:'other');

-- Written through the functions only
CREATE ROLE regress_serial_writer;
SET ROLE regress_serial_writer;
INSERT INTO serial.aggregation VALUES ('(01)09506000134352(21)x', '(01)09506000134352(21)y', now());
SELECT count(*) FROM serial.contents('(00)306141410000099994');
SELECT '(01)09506000134352(21)A' <@ '(00)306141410000099994'::serial.serial;
RESET ROLE;
DROP ROLE regress_serial_writer;
DELETE FROM serial.aggregation;
