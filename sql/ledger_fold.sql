-- The present is the fold of the past, in whatever order events are reported, and
-- serial.check_state() holds the rows of serial.item against it.
SET client_min_messages = warning;
CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
SET client_min_messages = warning;
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

-- ---------------------------------------------------------------------------
-- A row that a superuser falsified is found, column by column, and so is a row that is
-- gone.  A row that nothing but a lock made is no difference.
SELECT serial.commission('{plain:a,plain:b,plain:c}', 'L1', '2030-12-31', 'plant', '2026-01-01') AS commissioned,
	   serial.aggregate('plain:case', '{plain:a}', 'plant', '2026-01-02') AS packed,
	   serial.ship('{plain:case}', 'plant', 'wholesaler', at => '2026-01-03') AS shipped,
	   serial.quarantine('{plain:b}', 'cold', at => '2026-01-04') AS quarantined;
SELECT serial_internal.lock_items('{plain:unknown}');
SELECT * FROM serial.check_state();
BEGIN;
UPDATE serial.item SET place = 'elsewhere', disposition = 'dispensed' WHERE id = 'plain:b';
DELETE FROM serial.item WHERE id = 'plain:c';
UPDATE serial.item SET last_event = 1 WHERE id = 'plain:unknown';
SELECT * FROM serial.check_state();
ROLLBACK;

-- A caller who may not see all rows gets an error, not a list of what is hidden.
CREATE ROLE regress_serial_auditor;
SELECT serial.grant_access('regress_serial_auditor', 'reader');
\set VERBOSITY terse
SET ROLE regress_serial_auditor;
SELECT count(*) FROM serial.check_state();
RESET ROLE;
ALTER TABLE serial.event_item ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON serial.event_item TO regress_serial_auditor USING (id <> 'plain:b');
SET ROLE regress_serial_auditor;
SELECT count(*) FROM serial.check_state();
SELECT count(*) FROM serial.check_seals();
RESET ROLE;
DROP POLICY see ON serial.event_item;
ALTER TABLE serial.event_item DISABLE ROW LEVEL SECURITY;
SELECT serial.seal() AS seal;
ALTER TABLE serial.event ENABLE ROW LEVEL SECURITY;
SET ROLE regress_serial_auditor;
SELECT count(*) FROM serial.check_seals();
RESET ROLE;
ALTER TABLE serial.event DISABLE ROW LEVEL SECURITY;

-- ---------------------------------------------------------------------------
-- The earliest report of a packing counts, in whatever order the reports come: the box was
-- received at the hub between the two.
SELECT serial.commission('{plain:u1,plain:u2,plain:box1,plain:box2}', place => 'plant', at => '2026-02-01') > 0 AS commissioned,
	   serial.receive('{plain:box1,plain:box2}', 'hub', at => '2026-02-01 12:00') > 0 AS received;
SELECT serial.record('AggregationEvent', 'ADD', '{plain:u1}', 'packing', at => '2026-02-01 06:00', parent => 'plain:box1') > 0 AS early,
	   serial.record('AggregationEvent', 'ADD', '{plain:u1}', 'packing', at => '2026-02-02', parent => 'plain:box1') > 0 AS late;
SELECT serial.record('AggregationEvent', 'ADD', '{plain:u2}', 'packing', at => '2026-02-02', parent => 'plain:box2') > 0 AS late,
	   serial.record('AggregationEvent', 'ADD', '{plain:u2}', 'packing', at => '2026-02-01 06:00', parent => 'plain:box2') > 0 AS early;
SELECT a.child, a.since, w.place, w.since AS place_since, w.disposition
FROM serial.aggregation AS a CROSS JOIN LATERAL serial.where_is(a.child) AS w WHERE a.child IN ('plain:u1', 'plain:u2') ORDER BY a.child;
-- so it is when it has left the box before the earlier packing is reported
SELECT serial.commission('{plain:u3,plain:u4,plain:box3,plain:box4}', place => 'plant', at => '2026-02-01') > 0 AS commissioned,
	   serial.receive('{plain:box3,plain:box4}', 'hub', at => '2026-02-01 12:00') > 0 AS received;
SELECT serial.record('AggregationEvent', 'ADD', '{plain:u3}', 'packing', at => '2026-02-01 06:00', parent => 'plain:box3') > 0 AS early,
	   serial.record('AggregationEvent', 'ADD', '{plain:u3}', 'packing', at => '2026-02-02', parent => 'plain:box3') > 0 AS late,
	   serial.disaggregate('plain:box3', '{plain:u3}', at => '2026-02-03') > 0 AS unpacked;
SELECT serial.record('AggregationEvent', 'ADD', '{plain:u4}', 'packing', at => '2026-02-02', parent => 'plain:box4') > 0 AS late,
	   serial.disaggregate('plain:box4', '{plain:u4}', at => '2026-02-03') > 0 AS unpacked,
	   serial.record('AggregationEvent', 'ADD', '{plain:u4}', 'packing', at => '2026-02-01 06:00', parent => 'plain:box4') > 0 AS early;
SELECT h.child, h.since, h.until, i.place, i.place_since, i.disposition
FROM serial.aggregation_history AS h JOIN serial.item AS i ON i.id = h.child WHERE h.child IN ('plain:u3', 'plain:u4') ORDER BY h.child;
SELECT * FROM serial.check_state();

-- ---------------------------------------------------------------------------
-- Of two equal packings, one undone leaves the other, whichever it is.
SELECT serial.commission('{plain:v,plain:crate}', at => '2026-02-01') > 0 AS commissioned;
SELECT serial.record('AggregationEvent', 'ADD', '{plain:v}', 'packing', at => '2026-02-02', parent => 'plain:crate') AS e1,
	   serial.record('AggregationEvent', 'ADD', '{plain:v}', 'packing', at => '2026-02-02', parent => 'plain:crate') AS e2 \gset
BEGIN;
SELECT serial.declare_error(:e2, 'did_not_occur') > 0 AS second_undone;
SELECT serial.container('plain:v');
SELECT serial.declare_error(:e1, 'did_not_occur') > 0 AS both_undone;
SELECT serial.container('plain:v');
SELECT * FROM serial.check_state();
ROLLBACK;
BEGIN;
SELECT serial.declare_error(:e1, 'did_not_occur') > 0 AS first_undone;
SELECT serial.container('plain:v');
SELECT serial.declare_error(:e2, 'did_not_occur') > 0 AS both_undone;
SELECT serial.container('plain:v');
ROLLBACK;
-- also after it has been unpacked; what would leave it unpacked twice cannot be undone
SELECT serial.disaggregate('plain:crate', '{plain:v}', at => '2026-02-03') > 0 AS unpacked;
SELECT serial.declare_error(:e1, 'did_not_occur') > 0 AS first_undone;
SELECT h.since, h.until FROM serial.aggregation_history AS h WHERE h.child = 'plain:v';
SELECT serial.declare_error(:e2, 'did_not_occur');
-- of two at different times, the later one counts without the earlier
SELECT serial.record('AggregationEvent', 'ADD', '{plain:v}', 'packing', at => '2026-02-06', parent => 'plain:crate') > 0 AS late,
	   serial.record('AggregationEvent', 'ADD', '{plain:v}', 'packing', at => '2026-02-05', parent => 'plain:crate') AS e3 \gset
SELECT a.since FROM serial.aggregation AS a WHERE a.child = 'plain:v';
SELECT serial.declare_error(:e3, 'did_not_occur') > 0 AS earlier_undone;
SELECT a.since FROM serial.aggregation AS a WHERE a.child = 'plain:v';
SELECT * FROM serial.check_state();

-- ---------------------------------------------------------------------------
-- Steps at one time count in the order in which they were recorded: those of a transaction
-- have its time by default.
SELECT serial.commission('{plain:w1,plain:w2,plain:w3,plain:w4,plain:pallet1,plain:pallet2,plain:pallet3,plain:pallet4}', place => 'plant') > 0 AS commissioned;
SELECT serial.aggregate('plain:pallet1', '{plain:w1}', 'plant') > 0 AS packed, serial.aggregate('plain:pallet3', '{plain:w3}', 'plant') > 0 AS packed;
BEGIN;
SELECT serial.receive('{plain:pallet1}', 'depot') > 0 AS received, serial.disaggregate('plain:pallet1', '{plain:w1}') > 0 AS unpacked;
COMMIT;
BEGIN;
SELECT serial.aggregate('plain:pallet2', '{plain:w2}', 'plant') > 0 AS packed, serial.ship('{plain:pallet2}', 'plant', 'buyer') > 0 AS shipped,
	   serial.receive('{plain:pallet2}', 'depot') > 0 AS received, serial.disaggregate('plain:pallet2', '{plain:w2}') > 0 AS unpacked;
COMMIT;
-- unpacked first, or packed and unpacked without an event
BEGIN;
SELECT serial.disaggregate('plain:pallet3', '{plain:w3}') > 0 AS unpacked, serial.receive('{plain:pallet3}', 'depot') > 0 AS received;
COMMIT;
BEGIN;
SELECT serial.receive('{plain:pallet4}', 'nowhere') > 0 AS received, serial.pack('plain:pallet4', '{plain:w4}'),
	   serial.receive('{plain:pallet4}', 'depot') > 0 AS received, serial.unpack('{plain:w4}'), serial.receive('{plain:pallet4}', 'elsewhere') > 0 AS received;
COMMIT;
SELECT i.id, w.place, w.disposition, i.consignee, (SELECT string_agg(t.business_step, ', ' ORDER BY t.event) FROM serial.trace(i.id) AS t) AS steps
FROM serial.item AS i CROSS JOIN LATERAL serial.where_is(i.id) AS w WHERE i.id::text LIKE 'plain:w_' ORDER BY i.id;
-- as of that time, too
SELECT i.id, w.place, w.disposition FROM serial.item AS i CROSS JOIN LATERAL serial.where_is(i.id, i.last_time) AS w WHERE i.id::text LIKE 'plain:w_' ORDER BY i.id;
SELECT t.id FROM serial.items_at('depot', now()) AS t(id) WHERE t.id::text LIKE 'plain:w_' ORDER BY t.id;
SELECT * FROM serial.check_state();

-- ---------------------------------------------------------------------------
-- After many have left, a wrong receipt of the truck is undone for all of them: those that
-- left it inside a case and were dispensed from that, and those that left the case before.
SELECT serial.commission(ARRAY(SELECT ('plain:n' || n)::serial.serial FROM generate_series(1, 150) AS n) || '{plain:case2,plain:truck}'::serial.serial[],
						 place => 'plant', at => '2026-03-01') > 0 AS commissioned;
SELECT serial.aggregate('plain:case2', ARRAY(SELECT ('plain:n' || n)::serial.serial FROM generate_series(1, 150) AS n), 'plant', '2026-03-02') > 0 AS packed,
	   serial.aggregate('plain:truck', '{plain:case2}', 'plant', '2026-03-03') > 0 AS loaded;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:truck}', 'receiving', at => '2026-03-04', place => 'wrong place',
					 destinations => '[{"type": "owning_party", "destination": "wrong party"}]') AS wrong \gset
SELECT serial.disaggregate('plain:case2', ARRAY(SELECT ('plain:n' || n)::serial.serial FROM generate_series(1, 60) AS n), at => '2026-03-05') > 0 AS unpacked,
	   serial.disaggregate('plain:truck', '{plain:case2}', at => '2026-03-06') > 0 AS unloaded,
	   serial.dispense(ARRAY(SELECT ('plain:n' || n)::serial.serial FROM generate_series(30, 120) AS n), at => '2026-03-07') > 0 AS dispensed;
SELECT disposition, place, consignee, count(*) FROM serial.item WHERE id::text LIKE 'plain:n%' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SELECT serial.declare_error(:wrong, 'did_not_occur') > 0 AS undone;
SELECT disposition, place, consignee, count(*) FROM serial.item WHERE id::text LIKE 'plain:n%' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SELECT * FROM serial.check_state();
-- and a right one that is reported late reaches all of them
SELECT serial.receive('{plain:truck}', 'hub', at => '2026-03-04') > 0 AS received;
SELECT disposition, place, count(*) FROM serial.item WHERE id::text LIKE 'plain:n%' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT * FROM serial.check_state();

-- ---------------------------------------------------------------------------
-- An item that ended while it was in a container left it then, though its unpacking was
-- reported first; without the end, it left it when it was unpacked.
SELECT serial.commission('{plain:x,plain:tray}', place => 'plant', at => '2026-04-01') > 0 AS commissioned,
	   serial.pack('plain:tray', '{plain:x}', '2026-04-02') AS packed, serial.unpack('{plain:x}', '2026-04-08') AS unpacked,
	   serial.receive('{plain:tray}', 'hub', at => '2026-04-06') > 0 AS received;
SELECT serial.dispense('{plain:x}', 'shop', '2026-04-04') AS dispensed \gset
SELECT h.since, h.until, i.place, i.disposition, (SELECT count(*) FROM serial.history('plain:x')) AS events
FROM serial.aggregation_history AS h JOIN serial.item AS i ON i.id = h.child WHERE h.child = 'plain:x';
SELECT * FROM serial.containers('plain:x', '2026-04-05');
SELECT * FROM serial.check_state();
SELECT serial.declare_error(:dispensed, 'did_not_occur') > 0 AS undone;
SELECT h.since, h.until, i.place, i.disposition, (SELECT count(*) FROM serial.history('plain:x')) AS events
FROM serial.aggregation_history AS h JOIN serial.item AS i ON i.id = h.child WHERE h.child = 'plain:x';
SELECT * FROM serial.check_state();

-- What ended by itself later leaves the container at that time, though the packing before that
-- is reported only now.
SELECT serial.commission('{plain:y}', place => 'plant', at => '2026-04-01') > 0 AS commissioned,
	   serial.decommission('{plain:y}', 'destroyed', at => '2026-04-04') > 0 AS destroyed;
SELECT serial.aggregate('plain:tray', '{plain:y}', at => '2026-04-02') > 0 AS packed;
SELECT h.since, h.until, serial.container('plain:y') FROM serial.aggregation_history AS h WHERE h.child = 'plain:y';
SELECT * FROM serial.check_state();

-- ---------------------------------------------------------------------------
-- An unpacking without children takes all out, and is an event of all of them.
SELECT serial.aggregate('plain:bag', '{plain:z1,plain:z2}', 'plant', '2026-04-02') > 0 AS packed, serial.aggregate('plain:sack', '{plain:bag}', 'plant', '2026-04-03') > 0 AS packed;
SELECT serial.record('AggregationEvent', 'DELETE', parent => 'plain:sack', business_step => 'unpacking', place => 'dock', at => '2026-04-04') > 0 AS unpacked;
SELECT i.id, w.place, (SELECT string_agg(t.business_step, ', ' ORDER BY t.event) FROM serial.trace(i.id) AS t) AS steps
FROM serial.item AS i CROSS JOIN LATERAL serial.where_is(i.id) AS w WHERE i.id IN ('plain:bag', 'plain:sack', 'plain:z1') ORDER BY i.id;
SELECT * FROM serial.check_state();

-- A packing before it that is reported late is undone by it, too; and a packing that was
-- known stands when an unpacking before it is reported late.
SELECT serial.aggregate('plain:sack', '{plain:z3}', at => '2026-04-03 12:00') > 0 AS packed;
SELECT serial.aggregate('plain:sack', ARRAY(SELECT format('plain:z3-%s', n)::serial.serial FROM generate_series(1, 120) AS n), at => '2026-04-03 12:00') > 0 AS packed_many;
SELECT serial.record('AggregationEvent', 'ADD', '{plain:z4}', 'packing', at => '2026-04-10', parent => 'plain:bag') > 0 AS packed,
	   serial.record('AggregationEvent', 'ADD', '{plain:z4}', 'packing', at => '2026-04-12', parent => 'plain:bag') > 0 AS packed_again;
SELECT serial.disaggregate('plain:bag', '{plain:z4}', at => '2026-04-11') > 0 AS unpacked;
SELECT h.child, h.parent, h.since, h.until FROM serial.aggregation_history AS h WHERE h.child IN ('plain:z3', 'plain:z4') ORDER BY h.child;
SELECT a.child, a.parent, a.since FROM serial.aggregation AS a WHERE a.child IN ('plain:z3', 'plain:z4');
SELECT * FROM serial.check_state();

-- What came into the container from another one later cannot have been packed into it before.
SELECT serial.aggregate('plain:bag1', '{plain:z5}', at => '2026-04-10') > 0 AS packed, serial.aggregate('plain:bag2', '{plain:z5}', at => '2026-04-12', repack => true) > 0 AS moved;
SELECT serial.aggregate('plain:bag2', '{plain:z5}', at => '2026-04-11');
SELECT serial.aggregate('plain:bag2', '{plain:z5}', at => '2026-04-11', repack => true);
SELECT serial.aggregate('plain:bag2', '{plain:z5}', at => '2026-04-09');
SELECT a.parent, a.since FROM serial.aggregation AS a WHERE a.child = 'plain:z5';

-- ---------------------------------------------------------------------------
-- What a step leaves depends on the disposition that it finds in the order of time, not on
-- what was known when it was recorded.  Shipping leaves what is damaged damaged:
SELECT serial.commission('{plain:r1,plain:r2}', place => 'plant', at => '2026-05-01') > 0 AS commissioned;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:r1}', 'inspecting', at => '2026-05-02', disposition => 'damaged') > 0 AS damaged,
	   serial.ship('{plain:r1}', 'plant', 'wholesaler', at => '2026-05-03') > 0 AS shipped;
SELECT serial.ship('{plain:r2}', 'plant', 'wholesaler', at => '2026-05-03') > 0 AS shipped,
	   serial.record('ObjectEvent', 'OBSERVE', '{plain:r2}', 'inspecting', at => '2026-05-02', disposition => 'damaged') > 0 AS damaged;
SELECT i.id, i.disposition, i.since, i.consignee FROM serial.item AS i WHERE i.id IN ('plain:r1', 'plain:r2') ORDER BY i.id;
-- without the damage, which did not occur, the shipping leaves it in transit
SELECT count(serial.declare_error(e.event, 'did_not_occur')) AS undone FROM serial.event AS e WHERE e.event_time = '2026-05-02' AND e.business_step = 'inspecting';
SELECT i.id, i.disposition, i.since, i.consignee FROM serial.item AS i WHERE i.id IN ('plain:r1', 'plain:r2') ORDER BY i.id;
SELECT * FROM serial.check_state();
-- so it is when the damage is that of a container two levels up, and of what has left it since
SELECT serial.commission('{plain:r3,plain:r4,plain:carton,plain:skid}', place => 'plant', at => '2026-05-01') > 0 AS commissioned;
SELECT serial.aggregate('plain:carton', '{plain:r3,plain:r4}', 'plant', '2026-05-02') > 0 AS packed, serial.aggregate('plain:skid', '{plain:carton}', 'plant', '2026-05-02') > 0 AS loaded;
SELECT serial.receive('{plain:r3,plain:r4}', 'dock', at => '2026-05-04') > 0 AS received,
	   serial.receive('{plain:carton}', 'dock', at => '2026-05-05') > 0 AS received, serial.disaggregate('plain:carton', '{plain:r4}', 'dock', '2026-05-06') > 0 AS unpacked;
SELECT i.id, w.disposition FROM serial.item AS i CROSS JOIN LATERAL serial.where_is(i.id) AS w WHERE i.id IN ('plain:r3', 'plain:r4', 'plain:carton') ORDER BY i.id;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:skid}', 'inspecting', at => '2026-05-03', disposition => 'damaged') AS damaged \gset
SELECT i.id, w.disposition FROM serial.item AS i CROSS JOIN LATERAL serial.where_is(i.id) AS w WHERE i.id IN ('plain:r3', 'plain:r4', 'plain:carton') ORDER BY i.id;
SELECT * FROM serial.check_state();
SELECT serial.declare_error(:damaged, 'did_not_occur') > 0 AS undone;
SELECT i.id, w.disposition FROM serial.item AS i CROSS JOIN LATERAL serial.where_is(i.id) AS w WHERE i.id IN ('plain:r3', 'plain:r4', 'plain:carton') ORDER BY i.id;
SELECT * FROM serial.check_state();
-- A late step is refused if a later one would not be legal after those between that stay.
SELECT serial.commission('{plain:r5}', place => 'plant', at => '2026-05-01') > 0 AS commissioned, serial.ship('{plain:r5}', 'plant', 'wholesaler', at => '2026-05-03') > 0 AS shipped,
	   serial.dispense('{plain:r5}', 'pharmacy', '2026-05-04') > 0 AS dispensed;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:r5}', 'inspecting', at => '2026-05-02', disposition => 'damaged');

-- A final disposition of a container further out masks a blocking one as long as it lasts: not for
-- what was returned since, nor when it is undone.
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:r8}', 'inspecting', at => '2026-05-01', disposition => 'non_conformant') > 0 AS blocked,
	   serial.aggregate('plain:crate8', '{plain:r8}', 'plant', '2026-05-02') > 0 AS packed, serial.aggregate('plain:truck8', '{plain:crate8}', 'plant', '2026-05-03') > 0 AS loaded,
	   serial.receive('{plain:truck8}', 'shop', at => '2026-05-04') > 0 AS received,
	   serial.record('ObjectEvent', 'OBSERVE', '{plain:truck8}', 'retail_selling', at => '2026-05-05') > 0 AS sold,
	   serial.record('ObjectEvent', 'OBSERVE', '{plain:crate8}', 'receiving', at => '2026-05-06', disposition => 'returned') > 0 AS returned;
SELECT w.disposition AS now, p.disposition AS folded FROM serial.where_is('plain:r8') AS w, serial.where_is('plain:r8', 'infinity') AS p;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:r9}', 'inspecting', at => '2026-05-01', disposition => 'damaged') > 0 AS blocked,
	   serial.aggregate('plain:crate9', '{plain:r9}', 'plant', '2026-05-02') > 0 AS packed, serial.receive('{plain:crate9}', 'shop', at => '2026-05-04') > 0 AS received,
	   serial.record('ObjectEvent', 'OBSERVE', '{plain:crate9}', 'retail_selling', at => '2026-05-05') > 0 AS sold;
SELECT w.disposition AS now, p.disposition AS folded FROM serial.where_is('plain:r9') AS w, serial.where_is('plain:r9', 'infinity') AS p;
SELECT serial.reinstate('{plain:crate9}', '2026-05-06') > 0 AS undone;
SELECT w.disposition AS now, p.disposition AS folded FROM serial.where_is('plain:r9') AS w, serial.where_is('plain:r9', 'infinity') AS p;

-- An item that was sold inside its container, as is reported late, is not returned by a receipt that
-- does not say so.
SELECT serial.commission('{plain:r10}', at => '2026-05-01') > 0 AS commissioned, serial.aggregate('plain:crate10', '{plain:r10}', 'plant', '2026-05-02') > 0 AS packed,
	   serial.receive('{plain:r10}', 'shop', at => '2026-05-04') > 0 AS received, serial.receive('{plain:crate10}', 'shop', at => '2026-05-02 12:00') > 0 AS received,
	   serial.record('ObjectEvent', 'OBSERVE', '{plain:crate10}', 'retail_selling', at => '2026-05-03') > 0 AS sold;
SELECT w.disposition AS now, p.disposition AS folded FROM serial.where_is('plain:r10') AS w, serial.where_is('plain:r10', 'infinity') AS p;
SELECT * FROM serial.check_state();

-- A transition of the users' own counts for what is recorded while it is in force.
INSERT INTO serial.transition (business_step, from_disposition, to_disposition) VALUES ('urn:x:step:polishing', 'active', 'conformant');
SELECT serial.commission('{plain:r6,plain:r7}', at => '2026-05-01') > 0 AS commissioned,
	   serial.record('ObjectEvent', 'OBSERVE', '{plain:r6}', 'urn:x:step:polishing', at => '2026-05-03') > 0 AS polished;
UPDATE serial.transition SET to_disposition = 'available' WHERE business_step = 'urn:x:step:polishing';
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:r7}', 'urn:x:step:polishing', at => '2026-05-03') > 0 AS polished;
DELETE FROM serial.transition WHERE business_step = 'urn:x:step:polishing';
SELECT count(*) AS former, bool_and(since < until) AS is_ordered FROM serial.former_transition;
-- a late event has the rows computed anew
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:r6,plain:r7}', 'inspecting', place => 'bench', at => '2026-05-02') > 0 AS late;
SELECT i.id, i.disposition, i.place FROM serial.item AS i WHERE i.id IN ('plain:r6', 'plain:r7') ORDER BY i.id;
SELECT * FROM serial.check_state();

-- ---------------------------------------------------------------------------
-- A void_shipping undoes the last shipping of what it names: what was packed later had no part
-- in the one before, and has not that consignee.
SELECT serial.ship('{plain:lorry}', NULL, 'first', at => '2026-06-01') > 0 AS shipped, serial.receive('{plain:lorry}', 'hub', at => '2026-06-02') > 0 AS received,
	   serial.ship('{plain:lorry}', NULL, 'second', at => '2026-06-03') > 0 AS shipped, serial.aggregate('plain:lorry', '{plain:q1}', NULL, '2026-06-04') > 0 AS packed,
	   serial.record('ObjectEvent', 'OBSERVE', '{plain:lorry}', 'void_shipping', at => '2026-06-05') > 0 AS undone;
SELECT serial.recall_items('{plain:lorry,plain:q1}', 'consignees') AS recall \gset
SELECT r.id, r.consignee FROM serial.recalled(:recall) AS r ORDER BY r.id;
SELECT serial.ship('{plain:lorry}', NULL, 'third', at => '2026-06-06') > 0 AS shipped;
SELECT r.id, r.consignee FROM serial.recalled(:recall) AS r ORDER BY r.id;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:q1}', 'void_shipping', at => '2026-06-07') > 0 AS left_behind;
SELECT r.id, r.consignee FROM serial.recalled(:recall) AS r ORDER BY r.id;
SELECT c.* FROM serial.recall_consignees(:recall) AS c;
SELECT * FROM serial.check_state();

-- ---------------------------------------------------------------------------
-- What blocks a container two levels up reaches the unit, whether the packings, the block or the
-- commissioning is reported last: damaged, recalled and quarantined.
CREATE PROCEDURE report(name text, block text, sequence integer[]) LANGUAGE plpgsql AS $$
DECLARE
	unit serial.serial := format('plain:%s-unit', name);
	inner_box serial.serial := format('plain:%s-inner', name);
	outer_box serial.serial := format('plain:%s-outer', name);
	report integer;
BEGIN
	FOREACH report IN ARRAY sequence LOOP
		CASE report
			WHEN 1 THEN PERFORM serial.commission(ARRAY[unit], 'L', '2099-12-31', 'plant', '2026-07-01');
			WHEN 2 THEN PERFORM serial.aggregate(inner_box, ARRAY[unit], at => '2026-07-02');
			WHEN 3 THEN PERFORM serial.aggregate(outer_box, ARRAY[inner_box], at => '2026-07-03');
			WHEN 4 THEN PERFORM serial.record('ObjectEvent', 'OBSERVE', ARRAY[outer_box], 'inspecting', at => '2026-07-04',
				disposition => CASE block WHEN 'damaged' THEN block END,
				persistent_disposition => CASE block WHEN 'recalled' THEN '{"set": ["recalled"]}' WHEN 'quarantined' THEN '{"set": ["unavailable"]}' END::jsonb);
			ELSE PERFORM serial.receive(ARRAY[unit], 'shop', at => '2026-07-05');
		END CASE;
	END LOOP;
END $$;
DO $$
DECLARE
	block text;
BEGIN
	FOREACH block IN ARRAY '{damaged,recalled,quarantined}'::text[] LOOP
		CALL report(block || '1', block, '{1,2,3,4,5}');
		CALL report(block || '2', block, '{4,3,2,1,5}');
		CALL report(block || '3', block, '{1,5,4,2,3}');
		CALL report(block || '4', block, '{1,3,5,2,4}');
	END LOOP;
END $$;
SELECT i.id, v.verdict, serial.saleable(i.id), w.disposition, w.place
FROM serial.item AS i CROSS JOIN LATERAL serial.verify(i.id) AS v CROSS JOIN LATERAL serial.where_is(i.id) AS w
WHERE i.id::text LIKE '%-unit' ORDER BY i.id;
SELECT * FROM serial.check_state();

-- Of one event that makes an item of the container that it is in, what it says of the item counts.
SELECT serial.commission('{plain:m1,plain:m2}', place => 'plant', at => '2026-07-01') > 0 AS commissioned, serial.aggregate('plain:m2', '{plain:m1}', at => '2026-07-02') > 0 AS packed,
	   serial.record('TransformationEvent', inputs => '{plain:m2}', outputs => '{plain:m1}', at => '2026-07-03') > 0 AS transformed;
SELECT n.disposition AS now, f.disposition AS folded FROM serial.where_is('plain:m1') AS n, serial.where_is('plain:m1', 'infinity') AS f;

-- What ended with its container stays destroyed also after it has left it; but where the truck is into
-- which it is loaded later, there it is, and so is what was packed into it.
SELECT serial.commission('{plain:s,plain:box14,plain:truck14}', place => 'plant', at => '2026-07-01') > 0 AS commissioned,
	   serial.aggregate('plain:truck14', '{plain:box14}', 'plant', '2026-07-02') > 0 AS loaded, serial.decommission('{plain:truck14}', 'destroyed', 'plant', '2026-07-03') > 0 AS destroyed;
SELECT serial.unpack('{plain:box14}', '2026-07-04') AS unpacked;
SELECT serial.aggregate('plain:box14', '{plain:s}', 'plant', '2026-07-05');
SELECT serial.pack('plain:box14', '{plain:s}', '2026-07-05') AS packed, serial.pack('plain:truck15', '{plain:box14}', '2026-07-06') AS loaded,
	   serial.receive('{plain:truck15}', 'hub', at => '2026-07-07') > 0 AS received;
SELECT i.id, n.disposition, n.place, f.disposition, f.place
FROM unnest('{plain:box14,plain:s}'::serial.serial[]) AS i(id) CROSS JOIN LATERAL serial.where_is(i.id) AS n CROSS JOIN LATERAL serial.where_is(i.id, 'infinity') AS f;
SELECT * FROM serial.check_state();

-- What blocks a container that took it along from another one keeps later events of the containers around it from
-- what was packed into it meanwhile.  Reinstating a container undoes for that, too, what ended with a container further out.
SELECT serial.commission('{plain:t16,plain:p16,plain:q16,plain:c16}', place => 'plant', at => '2026-07-01') > 0 AS commissioned,
	   serial.aggregate('plain:p16', '{plain:c16}', 'plant', '2026-07-02') > 0 AS packed, serial.aggregate('plain:t16', '{plain:p16,plain:q16}', 'plant', '2026-07-03') > 0 AS loaded,
	   serial.record('ObjectEvent', 'OBSERVE', '{plain:t16}', 'inspecting', at => '2026-07-04', disposition => 'non_conformant') > 0 AS inspected,
	   serial.aggregate('plain:q16', '{plain:c16}', 'plant', '2026-07-05', repack => true) > 0 AS packed_again,
	   serial.aggregate('plain:c16', '{plain:u16}', 'plant', '2026-07-06') > 0 AS packed_later,
	   serial.record('TransformationEvent', inputs => '{plain:t16}', outputs => '{plain:o16}', at => '2026-07-07') > 0 AS transformed;
SELECT i.id, n.disposition AS now, f.disposition AS folded
FROM unnest('{plain:q16,plain:c16,plain:u16}'::serial.serial[]) AS i(id) CROSS JOIN LATERAL serial.where_is(i.id) AS n CROSS JOIN LATERAL serial.where_is(i.id, 'infinity') AS f;
SELECT serial.reinstate('{plain:q16}', '2026-07-08') > 0 AS reinstated;
SELECT i.id, n.disposition AS now, f.disposition AS folded
FROM unnest('{plain:q16,plain:c16,plain:u16}'::serial.serial[]) AS i(id) CROSS JOIN LATERAL serial.where_is(i.id) AS n CROSS JOIN LATERAL serial.where_is(i.id, 'infinity') AS f;
SELECT * FROM serial.check_state();

-- ---------------------------------------------------------------------------
\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_auditor;
