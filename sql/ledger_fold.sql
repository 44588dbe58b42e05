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
SELECT serial.record('AggregationEvent', 'ADD', '{plain:z4}', 'packing', at => '2026-04-10', parent => 'plain:bag') > 0 AS packed,
	   serial.record('AggregationEvent', 'ADD', '{plain:z4}', 'packing', at => '2026-04-12', parent => 'plain:bag') > 0 AS packed_again;
SELECT serial.disaggregate('plain:bag', '{plain:z4}', at => '2026-04-11') > 0 AS unpacked;
SELECT h.child, h.parent, h.since, h.until FROM serial.aggregation_history AS h WHERE h.child IN ('plain:z3', 'plain:z4') ORDER BY h.child;
SELECT a.child, a.parent, a.since FROM serial.aggregation AS a WHERE a.child IN ('plain:z3', 'plain:z4');
SELECT * FROM serial.check_state();

-- ---------------------------------------------------------------------------
\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_auditor;
