-- What a quality manager asks: history, shipped_to, stock, outstanding, suspects.
CREATE DATABASE regress_serial_history TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_history
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

-- A wrong name is an error in an empty ledger, too.
SELECT * FROM serial.shipped_to('0614141000013');

-- Two lots are made, packed and shipped to two parties.
SELECT serial.commission(ARRAY(SELECT format('(01)09506000134352(21)%s', n)::serial.serial FROM generate_series(1, 4) AS n),
	'LOT7', '2099-12-31', '9506000000015', at => '2026-01-01 08:00') > 0 AS lot_7,
	serial.commission('{(01)09506000134352(21)9}', 'LOT8', '2099-12-31', '9506000000015', at => '2026-01-01 09:00') > 0 AS lot_8;
SELECT serial.aggregate('(00)306141410000099970', '{(01)09506000134352(21)1,(01)09506000134352(21)2}', '9506000000015', at => '2026-01-02') > 0 AS packed;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(00)306141410000099970}', 'shipping', 'in_transit', at => '2026-01-03',
	read_point => '(414)9506000000015',
	business_transactions => '[{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9506000000015:4711"}]',
	sources => '[{"type": "owning_party", "source": "9506000000015"}]',
	destinations => '[{"type": "owning_party", "destination": "0614141000012"}]',
	attributes => '{"gs1ushc:dscsaTransactionStatement": {"gs1ushc:affirmTransactionStatement": true}}') > 0 AS shipped;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)9}', 'shipping', 'in_transit', at => '2026-01-04',
	destinations => '[{"type": "owning_party", "destination": "shop"}]') > 0 AS shipped_loose;

-- The transaction information and statement come with the container, only while the item is inside.
SELECT event_time, source_item, business_step, from_party, to_party, business_transactions, transaction_statement
FROM serial.history('(01)09506000134352(21)1');
SELECT business_step, to_party FROM serial.history('(01)09506000134352(21)9');
SELECT * FROM serial.history('plain:unknown');

-- What did a party get?  Through containers, as they were packed at the time.
SELECT id, gtin, lot, shipped, depth, event_time, from_place FROM serial.shipped_to('(417)0614141000012');
SELECT serial.disaggregate('(00)306141410000099970', NULL, '0614141000012', at => '2026-01-10') > 0 AS unpacked;
SELECT count(*) FROM serial.shipped_to('0614141000012');
SELECT count(*) FROM serial.shipped_to('0614141000012', '2026-01-03', '2026-01-04');
SELECT count(*) FROM serial.shipped_to('0614141000012', '2026-01-04');
-- A bound that is NULL is none.
SELECT count(*) FROM serial.shipped_to('0614141000012', NULL, NULL);
SELECT count(*) FROM serial.shipped_to('0614141000012', '2026-01-04', NULL);
SELECT count(*) FROM serial.shipped_to(NULL);
SELECT id FROM serial.shipped_to('shop');
SELECT serial.shipped_to('0614141000013');
-- A shipping that was declared in error did not happen.
SELECT serial.declare_error(max(event), 'did_not_occur') > 0 AS declared FROM serial.event WHERE business_step = 'shipping' AND event_time = '2026-01-04';
SELECT count(*) FROM serial.shipped_to('shop');
SELECT business_step, corrects IS NOT NULL AS declares, correcting_event IS NOT NULL AS is_wrong
FROM serial.history('(01)09506000134352(21)9');

-- Nor did one that was voided, of the container or of an item in it.
BEGIN;
SELECT serial.commission('{(01)09506000134352(21)V1,(01)09506000134352(21)V2}', 'LOT9', at => '2026-03-01') > 0 AS made,
	   serial.aggregate('plain:crate', '{(01)09506000134352(21)V1,(01)09506000134352(21)V2}', at => '2026-03-02') > 0 AS packed,
	   serial.ship('{plain:crate}', 'plant', 'shop', at => '2026-03-03') > 0 AS shipped;
SAVEPOINT shipped;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)V1}', 'void_shipping', at => '2026-03-04') > 0 AS voided;
SELECT id, depth FROM serial.shipped_to('shop') ORDER BY depth, id;
ROLLBACK TO shipped;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:crate}', 'void_shipping', at => '2026-03-04') > 0 AS voided;
SELECT count(*) FROM serial.shipped_to('shop');
-- Shipped again: what was undone stays undone.
SELECT serial.ship('{plain:crate}', 'plant', 'shop', at => '2026-03-05') > 0 AS shipped;
SELECT id, depth, event_time FROM serial.shipped_to('shop') ORDER BY depth, id;
ROLLBACK;

-- Packed, shipped, received and unpacked, and another item packed, at one time: what was inside when it was shipped counts.
BEGIN;
SELECT serial.commission('{(01)09506000134352(21)T1,(01)09506000134352(21)T2,(01)09506000134352(21)T3}', 'LOT9') > 0 AS made,
	   serial.aggregate('plain:case', '{(01)09506000134352(21)T1}') > 0 AS packed,
	   serial.aggregate('plain:truck', '{plain:case,(01)09506000134352(21)T2}') > 0 AS loaded,
	   serial.ship('{plain:truck}', 'plant', 'shop') > 0 AS shipped,
	   serial.receive('{plain:truck}', 'shop') > 0 AS received,
	   serial.disaggregate('plain:truck', NULL, 'shop') > 0 AS unloaded,
	   serial.disaggregate('plain:case', NULL, 'shop') > 0 AS unpacked,
	   serial.aggregate('plain:truck', '{(01)09506000134352(21)T3}') > 0 AS loaded_again;
SELECT id, shipped, depth FROM serial.shipped_to('shop') ORDER BY depth, id;
SELECT serial.recall('09506000134352', '{LOT9}', 'one time') AS recall \gset
SELECT consignee, items FROM serial.recall_consignees(:recall);
ROLLBACK;

-- Consigned is shipped, and a lot that is shipped as such is of its own lot.
BEGIN;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(10)LOT9}', 'consigning',
	destinations => '[{"type": "owning_party", "destination": "shop"}]') > 0 AS consigned;
SELECT id, gtin, lot FROM serial.shipped_to('shop');
ROLLBACK;

-- A lot of which only quantities are recorded is recorded, in every spelling of its class, as input and as output.
BEGIN;
SELECT serial.record('ObjectEvent', 'OBSERVE', business_step => 'shipping', quantities => '[{"epcClass": "urn:epc:class:lgtin:9506000.013435.Q1", "quantity": 5}, {"epcClass": "urn:epc:idpat:sgtin:9506000.013435.*", "quantity": 1}]') > 0 AS shipped,
	serial.record('TransformationEvent', input_quantities => '[{"epcClass": "https://example.com/01/09506000134352/10/Q2", "quantity": 5, "uom": "KGM"}]',
	quantities => '[{"epcClass": "(01)09506000134352(10)Q3", "quantity": 4}]') > 0 AS made;
SELECT serial.recall('09506000134352', '{Q1,Q2,Q3,Q4}', 'counted only') AS recall \gset
SELECT count(*) FROM serial.recalled(:recall);
ROLLBACK;

-- A shipping may name who comes to possess the items, or only where they go, and no owner.
BEGIN;
SELECT serial.commission('{(01)09506000134352(21)P1,(01)09506000134352(21)P2,(01)09506000134352(21)P3}', 'LOT9', place => 'plant', at => '2026-03-01') > 0 AS made;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)P1}', 'shipping', at => '2026-03-02',
	destinations => '[{"type": "location", "destination": "shop dock"}, {"type": "possessing_party", "destination": "shop"}]') > 0 AS to_possessor,
	serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)P2}', 'shipping', at => '2026-03-02',
	destinations => '[{"type": "urn:epcglobal:cbv:sdt:location", "destination": "depot"}]') > 0 AS to_place,
	serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)P3}', 'shipping', at => '2026-03-02',
	destinations => '[{"type": "possessing_party", "destination": "carrier"}, {"type": "owning_party", "destination": "shop"}, {"type": "location", "destination": "shop dock"}]') > 0 AS to_owner;
SELECT serial.recall('09506000134352', '{LOT9}', 'whose?') AS recall \gset
SELECT id, consignee FROM serial.recalled(:recall) ORDER BY id;
SELECT id, consignee FROM serial.outstanding(:recall) ORDER BY id;
SELECT consignee, items FROM serial.recall_consignees(:recall);
SELECT p.party, s.id FROM unnest('{shop,shop dock,depot,carrier}'::text[]) AS p(party), serial.shipped_to(p.party) AS s ORDER BY 1, 2;
SELECT to_party FROM serial.history('(01)09506000134352(21)P1') WHERE business_step = 'shipping';
SELECT to_party FROM serial.history('(01)09506000134352(21)P3') WHERE business_step = 'shipping';
-- A receiving that names the owner ships nothing.
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)P3}', 'receiving', at => '2026-03-05', place => 'shop',
	destinations => '[{"type": "owning_party", "destination": "shop"}]') > 0 AS received,
	serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)P2}', 'accepting', at => '2026-03-06', place => 'buyer',
	destinations => '[{"type": "owning_party", "destination": "buyer"}]') > 0 AS accepted;
SELECT * FROM serial.recall_consignees(:recall);
-- On the way carriers and hubs change, and the consignee does not.
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)P1}', 'departing', at => '2026-03-03',
	destinations => '[{"type": "location", "destination": "hub"}, {"type": "possessing_party", "destination": "carrier"}]') > 0 AS departed;
SELECT id, consignee FROM serial.item WHERE id = '(01)09506000134352(21)P1';
SELECT * FROM serial.check_state();
-- Shipped to two parties: only parties of one kind contradict each other.
SAVEPOINT shipped;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)P1}', 'shipping', at => '2026-03-04',
	destinations => '[{"type": "possessing_party", "destination": "other shop"}]');
ROLLBACK TO shipped;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)P1}', 'shipping', at => '2026-03-02 12:00',
	destinations => '[{"type": "possessing_party", "destination": "other shop"}]');
ROLLBACK TO shipped;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)P1}', 'shipping', at => '2026-03-04',
	destinations => '[{"type": "owning_party", "destination": "chain"}]') > 0 AS owner_named;
SELECT consignee FROM serial.item WHERE id = '(01)09506000134352(21)P1';
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)P1}', 'void_shipping', at => '2026-03-05') > 0 AS voided;
SELECT consignee FROM serial.item WHERE id = '(01)09506000134352(21)P1';
SELECT * FROM serial.check_state();
ROLLBACK;

-- Stock of all places is that of each place.
SELECT * FROM serial.stock();
SELECT * FROM serial.stock('2026-01-02 12:00');
SELECT * FROM serial.stock() EXCEPT SELECT '9506000000015', h.gtin, h.lot, h.items FROM serial.on_hand('9506000000015', exactly => true) AS h;

-- A recall is outstanding until each item is dispensed, ended or returned.
SELECT serial.recall('09506000134352', '{LOT7}', 'stability failure') AS recall \gset
SELECT id, lot FROM serial.outstanding(:recall) ORDER BY id;
SELECT serial.decommission('{(01)09506000134352(21)3}', 'destroyed', at => '2026-02-01') > 0 AS destroyed;
SELECT id, lot FROM serial.outstanding(:recall) ORDER BY id;

-- Items with open alerts
SELECT id, kinds, alerts, age >= '0' AS has_age FROM serial.suspects();
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134352(21)3}', 'receiving', 'in_progress', at => '2026-02-02', strict => false) > 0 AS kept;
SELECT id, kinds, alerts, age >= '0' AS has_age, disposition FROM serial.suspects();
SELECT serial.acknowledge(alert, 'known') FROM serial.alert WHERE acknowledged_at IS NULL;
SELECT count(*) FROM serial.suspects();

\c :db
DROP DATABASE regress_serial_history;
