-- Ledger: genuine or not, where, since when, and where is the rest of the lot.

-- In a database of its own, where event 1 is the first.
CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

CREATE FUNCTION says(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
	details text;
BEGIN
	EXECUTE command INTO answer;
	RETURN coalesce(answer, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS details = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' | ', SQLSTATE || ' ' || SQLERRM, nullif(details, ''));
END $$;

-- ---------------------------------------------------------------------------
-- The story: a lot of six is made, packed in two boxes on a pallet, shipped,
-- received, and one of it dispensed.
INSERT INTO serial.place (place, name) VALUES
	('(414)9506000100012', 'Plant'), ('(414)9506000100029', 'Wholesaler'), ('(414)9506000100036', 'Pharmacy');
SELECT serial.create_pool('unit', 'sgtin', '09506000134352', 4);
SELECT array_agg(id ORDER BY id) AS units FROM serial.issue('unit', 6) AS id \gset
SELECT :'units';
SELECT serial.commission(:'units', 'A-1', '2099-12-31', '(414)9506000100012', '2026-01-01 08:00') AS event;
SELECT serial.aggregate('plain:BOX-1', (:'units'::serial.serial[])[1:3], '(414)9506000100012', '2026-01-01 09:00') AS event;
SELECT serial.aggregate('plain:BOX-2', (:'units'::serial.serial[])[4:6], '(414)9506000100012', '2026-01-01 09:00') AS event;
SELECT serial.aggregate('plain:PALLET', '{plain:BOX-1,plain:BOX-2}', '(414)9506000100012', '2026-01-01 10:00') AS event;
SELECT * FROM serial.on_hand('(414)9506000100012');
SELECT serial.ship('{plain:PALLET}', '(414)9506000100012', '(414)9506000100029', 'D-4711', '2026-01-02 08:00') AS event;
-- one row for the pallet, however much is in it
SELECT count(*) FROM serial.event_item WHERE event = 5;
SELECT * FROM serial.where_is((:'units'::serial.serial[])[1]);
SELECT serial.receive('{plain:PALLET}', '(414)9506000100029', '(414)9506000100012', 'R-4711', '2026-01-03 08:00') AS event;
SELECT * FROM serial.where_is((:'units'::serial.serial[])[1]);
SELECT * FROM serial.on_hand('(414)9506000100012');
SELECT * FROM serial.on_hand('(414)9506000100029');
SELECT serial.disaggregate('plain:PALLET', '{plain:BOX-1}', '(414)9506000100029', '2026-01-03 09:00') AS event;
SELECT serial.ship('{plain:BOX-1}', '(414)9506000100029', '(414)9506000100036', 'D-4712', '2026-01-04 08:00') AS event;
SELECT serial.receive('{plain:BOX-1}', '(414)9506000100036', '(414)9506000100029', 'R-4712', '2026-01-05 08:00') AS event;
SELECT serial.disaggregate('plain:BOX-1', (:'units'::serial.serial[])[1:1], '(414)9506000100036', '2026-01-05 09:00') AS event;
SELECT (serial.verify((:'units'::serial.serial[])[1]::text, 'A-1', '2099-12-31')).*;
SELECT serial.dispense((:'units'::serial.serial[])[1:1], '(414)9506000100036', '2026-01-06 10:00') AS event;
SELECT (serial.verify((:'units'::serial.serial[])[1]::text, 'A-1', '2099-12-31')).*;
-- the copy, in the same town and elsewhere
SELECT says(format('SELECT serial.dispense(%L)', (:'units'::serial.serial[])[1:1]));
SELECT serial.record('ObjectEvent', 'OBSERVE', (:'units'::serial.serial[])[1:1], 'dispensing', at => '2026-01-07 10:00',
	place => '(414)9506000100043', strict => false) AS event;
SELECT alert, kind, id, event, detail FROM serial.alert;
SELECT event, event_time, source_item, role, business_step, place, is_accepted FROM serial.trace((:'units'::serial.serial[])[1]);
-- what stayed in the box has not seen the unpacking
SELECT event, source_item, role, business_step, place FROM serial.trace((:'units'::serial.serial[])[2]);
SELECT place, items FROM serial.place CROSS JOIN LATERAL serial.on_hand(place.place, '09506000134352') ORDER BY place;
-- as of each morning
SELECT day, w.place, w.disposition, w.outermost, w.event
FROM generate_series('2026-01-01 07:00+00'::timestamptz, '2026-01-07 07:00+00', '1 day') AS day
LEFT JOIN LATERAL serial.where_is((:'units'::serial.serial[])[1], day) AS w ON true ORDER BY day;
SELECT day, p.name, h.items
FROM generate_series('2026-01-01 12:00+00'::timestamptz, '2026-01-07 12:00+00', '1 day') AS day
CROSS JOIN serial.place AS p CROSS JOIN LATERAL serial.on_hand(p.place, NULL, day) AS h ORDER BY day, p.name;

-- ---------------------------------------------------------------------------
-- The recall: every unit, wherever it is now.
SELECT r.* FROM serial.recalled(serial.recall('09506000134352', '{A-1}', 'Tablets crumble.')) AS r ORDER BY id;
SELECT key, lots, reason, recalled_by = session_user AS by_me, closed_at FROM serial.recall;
SELECT u.id, v.verdict, v.is_genuine, v.reason, v.recall FROM unnest(:'units'::serial.serial[]) AS u(id) CROSS JOIN LATERAL serial.verify(u.id) AS v ORDER BY u.id;
SELECT count(*) FROM unnest(:'units'::serial.serial[]) AS u(id) WHERE serial.saleable(u.id);
SELECT serial.close_recall(1);
SELECT says('SELECT serial.close_recall(1)'), says('SELECT serial.close_recall(99)'), says('SELECT serial.close_recall(NULL)');
SELECT count(*) FROM unnest(:'units'::serial.serial[]) AS u(id) WHERE serial.saleable(u.id);
SELECT says($$SELECT serial.recall('09506000134353', '{A}', 'x')$$), says($$SELECT serial.recall('950600013435', '{A}', 'x')$$),
	   says($$SELECT serial.recall('09506000134352', '{A,NULL}', 'x')$$), says($$SELECT serial.recall('09506000134352', '{}', 'x')$$),
	   says($$SELECT serial.recall('09506000134352', '{A}', NULL)$$);
SELECT says($$SELECT count(*) FROM serial.recalled(99)$$);
-- a lot named twice in one recall, and two recalls of one lot
SELECT count(*) FROM serial.recalled(serial.recall('09506000134352', '{A-1,A-1}', 'again'));
SELECT min(recall) FILTER (WHERE closed_at IS NULL) AS open FROM serial.recall \gset
SELECT serial.close_recall(:open);
SELECT count(*) FROM serial.recalled(NULL);

-- ---------------------------------------------------------------------------
-- Verdicts, each of them
SELECT serial.commission('{plain:good}', 'V', '2099-12-31', at => '2026-01-01') IS NOT NULL AS ok;
SELECT serial.commission('{plain:lotless}', at => '2026-01-01') IS NOT NULL AS ok;
SELECT serial.commission('{plain:expired}', 'V', '2020-12-31', at => '2020-01-01') IS NOT NULL AS ok;
SELECT serial.commission('{plain:today}', 'V', current_date, at => '2026-01-01') IS NOT NULL AS ok;
SELECT serial.commission('{plain:held,plain:damaged,plain:sold,plain:stolen,plain:destroyed,plain:inactive}', 'V', '2099-12-31', at => '2026-01-01') IS NOT NULL AS ok;
SELECT serial.quarantine('{plain:held}', 'seal broken', at => '2026-01-02') IS NOT NULL AS ok;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:damaged}', 'inspecting', 'damaged', '2026-01-02') IS NOT NULL AS ok;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:sold}', 'retail_selling', at => '2026-01-02') IS NOT NULL AS ok;
-- The hint leaves out what may be undone within ten days, of which eleven have passed.
SELECT serial.receive('{plain:sold}', 'x', at => '2026-01-12');
SELECT serial.receive('{plain:sold}', 'x', at => '2026-01-13');
SELECT serial.decommission('{plain:stolen}', 'stolen', at => '2026-01-02') IS NOT NULL AS ok;
SELECT serial.decommission('{plain:destroyed}', 'destroyed', at => '2026-01-02') IS NOT NULL AS ok;
SELECT serial.decommission('{plain:inactive}', 'exported', at => '2026-01-02') IS NOT NULL AS ok;
SELECT serial.commission('{plain:ingredient}', 'V', at => '2026-01-01') IS NOT NULL AS ok;
SELECT id AS issued FROM serial.issue('unit', 1) AS id \gset
SELECT q.id, v.verdict, v.is_genuine, v.is_alarming, v.reason
FROM (VALUES (1, 'plain:good', 'V', '2099-12-31'::date), (2, 'plain:good', NULL, NULL), (3, 'plain:good', 'W', '2099-12-31'), (4, 'plain:good', 'V', '2098-12-31'),
	(5, 'plain:good', 'v', NULL), (6, 'plain:lotless', NULL, NULL), (7, 'plain:lotless', 'V', NULL), (8, 'plain:lotless', NULL, '2099-12-31'),
	(9, 'plain:expired', NULL, NULL), (10, 'plain:expired', 'V', '2020-12-31'), (11, 'plain:today', NULL, NULL),
	(12, 'plain:held', NULL, NULL), (13, 'plain:damaged', NULL, NULL), (14, 'plain:sold', NULL, NULL), (15, 'plain:stolen', NULL, NULL),
	(16, 'plain:destroyed', NULL, NULL), (17, 'plain:inactive', NULL, NULL), (18, 'plain:nobody_knows', NULL, NULL),
	(19, :'issued', NULL, NULL), (20, '(01)09506000134352(21)9999', NULL, NULL), (21, '(01)09506000134353(21)1', NULL, NULL), (22, '', NULL, NULL),
	(23, 'https://id.gs1.org/01/09506000134352/21/9999', NULL, NULL)) AS q(n, id, lot, expiry)
CROSS JOIN LATERAL serial.verify(q.id, q.lot, q.expiry) AS v ORDER BY q.n;
SELECT serial.verify(NULL::serial.serial) IS NULL AS null_of_null, serial.verify(NULL::text) IS NULL AS null_of_null, serial.saleable(NULL) IS NULL AS null_of_null;
SELECT serial.saleable('plain:good'), serial.saleable('plain:held'), serial.saleable('plain:nobody_knows');
-- each question can be kept, and what alarms is an alert
SELECT (serial.verify('plain:good', 'V', record => true, place => 'urn:x:till')).verdict, (serial.verify('plain:good', 'W', record => true, place => 'urn:x:till')).verdict,
	   (serial.verify('no code', record => true)).verdict, (serial.verify(NULL::text, record => true)).verdict;
SELECT asked, lot, expiry, verdict, place, verified_by = session_user AS by_me FROM serial.verification ORDER BY verification;
SELECT kind, id, detail FROM serial.alert WHERE kind LIKE 'verified%' ORDER BY alert;
-- in a query of one's own
SELECT w.id, (serial.verify(w.id)).verdict FROM (VALUES ('plain:good'::serial.serial), ('plain:held')) AS w(id) ORDER BY w.id;

-- ---------------------------------------------------------------------------
-- Persistent dispositions of a pallet, and of an item in it
SELECT serial.commission('{plain:m1,plain:m2,plain:m3}', 'M', '2099-12-31', 'urn:x:a', '2026-02-01') IS NOT NULL AS ok;
SELECT serial.aggregate('plain:mp', '{plain:m1,plain:m2}', 'urn:x:a', '2026-02-02') IS NOT NULL AS ok;
SELECT serial.quarantine('{plain:mp}', 'frost', at => '2026-02-03') IS NOT NULL AS ok;
CREATE VIEW verdicts AS SELECT string_agg(format('%s %s', right(u.id::text, 2), v.verdict), ', ' ORDER BY u.id) AS verdicts
FROM unnest('{plain:m1,plain:m2,plain:m3}'::serial.serial[]) AS u(id) CROSS JOIN LATERAL serial.verify(u.id) AS v;
TABLE verdicts;
-- packed later, so not held; and what is unpacked stays held
SELECT serial.aggregate('plain:mp', '{plain:m3}', 'urn:x:a', '2026-02-04') IS NOT NULL AS ok;
SELECT serial.disaggregate('plain:mp', '{plain:m1}', 'urn:x:a', '2026-02-05') IS NOT NULL AS ok;
TABLE verdicts;
-- shipped or not, and released: the pallet, then the item itself
SELECT serial.ship('{plain:mp}', 'urn:x:a', at => '2026-02-06') IS NOT NULL AS ok;
TABLE verdicts;
SELECT serial.release_quarantine('{plain:mp}', 'warm', '2026-02-07') IS NOT NULL AS ok;
TABLE verdicts;
SELECT serial.release_quarantine('{plain:m1}', 'warm', '2026-02-08') IS NOT NULL AS ok;
TABLE verdicts;
-- an item held for itself is not released with the pallet
SELECT serial.quarantine('{plain:m2}', 'torn', at => '2026-02-09') IS NOT NULL AS ok, serial.quarantine('{plain:mp}', 'frost', at => '2026-02-10') IS NOT NULL AS ok;
TABLE verdicts;
SELECT serial.release_quarantine('{plain:mp}', 'warm', '2026-02-11') IS NOT NULL AS ok;
TABLE verdicts;
SELECT serial.release_quarantine('{plain:m2}', 'sewn', '2026-02-12') IS NOT NULL AS ok;
TABLE verdicts;
-- dispensed out of the container, the container goes on
SELECT serial.dispense('{plain:m2}', 'urn:x:b', '2026-02-13') IS NOT NULL AS ok, serial.receive('{plain:mp}', 'urn:x:c', at => '2026-02-14') IS NOT NULL AS ok;
SELECT id, w.place, w.disposition, w.outermost FROM unnest('{plain:m1,plain:m2,plain:m3,plain:mp}'::serial.serial[]) AS u(id) CROSS JOIN LATERAL serial.where_is(u.id) AS w ORDER BY id;
-- unpacked without being recorded, items stay where their container was
SELECT serial.unpack('{plain:m3}', '2026-02-15');
SELECT serial.ship('{plain:mp}', 'urn:x:c', at => '2026-02-16') IS NOT NULL AS ok;
SELECT id, w.place, w.disposition, w.outermost FROM unnest('{plain:m2,plain:m3}'::serial.serial[]) AS u(id) CROSS JOIN LATERAL serial.where_is(u.id) AS w ORDER BY id;
-- late: the pallet was somewhere else while it still held what has left it
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:mp}', 'storing', at => '2026-02-14 12:00', place => 'urn:x:cellar') IS NOT NULL AS ok;
SELECT id, w.place FROM unnest('{plain:m1,plain:m2,plain:m3,plain:mp}'::serial.serial[]) AS u(id) CROSS JOIN LATERAL serial.where_is(u.id) AS w ORDER BY id;
SELECT w.place FROM serial.where_is('plain:m3', '2026-02-14 13:00') AS w;

-- ---------------------------------------------------------------------------
-- First expired, first out
SELECT serial.commission('{plain:x1}', 'X1', current_date + 20, 'urn:x:a', '2026-01-01') IS NOT NULL AS ok,
	   serial.commission('{plain:x2,plain:x3}', 'X2', current_date + 10, 'urn:x:a', '2026-01-01') IS NOT NULL AS ok,
	   serial.commission('{plain:x4}', 'X3', current_date + 10, 'urn:x:b', '2026-01-01') IS NOT NULL AS ok;
SELECT serial.dispense('{plain:x3}', at => '2026-01-02') IS NOT NULL AS ok;
SELECT id, expiry - current_date AS days, lot, place FROM serial.expiring('30 days', 'urn:x:a');
SELECT id, expiry - current_date AS days, lot, place FROM serial.expiring('15 days') WHERE lot LIKE 'X%';
SELECT count(*) FROM serial.expiring('9 days', 'urn:x:a');
SELECT count(*) FROM serial.expiring(NULL);

-- ---------------------------------------------------------------------------
-- What was made of what
SELECT serial.commission('{plain:flour,plain:water}', 'I', at => '2026-03-01') IS NOT NULL AS ok;
SELECT serial.record('TransformationEvent', inputs => '{plain:flour,plain:water}', outputs => '{plain:dough}', at => '2026-03-02') AS mixed \gset
SELECT serial.record('TransformationEvent', inputs => '{plain:dough}', outputs => '{plain:loaf1,plain:loaf2}', at => '2026-03-03', lot => 'BREAD', expiry => '2099-01-01', place => 'urn:x:bakery') IS NOT NULL AS baked;
SELECT id, depth FROM serial.made_from('plain:loaf1');
SELECT id, depth FROM serial.made_into('plain:flour');
SELECT count(*) FROM serial.made_from('plain:flour'), serial.made_into('plain:loaf1');
SELECT (serial.verify('plain:loaf1'::serial.serial)).verdict, (serial.verify('plain:dough'::serial.serial)).verdict;
SELECT id, lot, expiry, place, disposition FROM serial.item WHERE id IN ('plain:dough', 'plain:loaf1') ORDER BY id;
-- A mixing that was not takes the dough's ingredients away, not the loaves'.
SELECT serial.declare_error(:mixed, 'did_not_occur') IS NOT NULL AS ok;
SELECT id, depth FROM serial.made_from('plain:loaf1');
SELECT id, w.disposition FROM unnest('{plain:flour,plain:dough}'::serial.serial[]) AS u(id) CROSS JOIN LATERAL serial.where_is(u.id) AS w;

-- ---------------------------------------------------------------------------
-- Nothing, NULL, empty
SELECT count(*) FROM serial.trace('plain:nothing'), serial.where_is('plain:nothing'), serial.made_from('plain:nothing');
SELECT (SELECT count(*) FROM serial.trace(NULL)) AS trace, (SELECT count(*) FROM serial.where_is(NULL)) AS where_is, (SELECT count(*) FROM serial.on_hand(NULL)) AS on_hand,
	   (SELECT count(*) FROM serial.made_from(NULL)) AS made_from, (SELECT count(*) FROM serial.where_is('plain:good', '-infinity')) AS long_ago,
	   (SELECT count(*) FROM serial.where_is('plain:good', 'infinity')) AS ever, (SELECT count(*) FROM serial.on_hand('urn:x:nowhere')) AS nowhere;
SELECT command, says('SELECT serial.' || command) FROM unnest(ARRAY[
	$$commission('{}')$$, $$commission(NULL)$$, $$commission('{NULL}')$$, $$commission('{plain:n,plain:n}')$$, $$commission('{plain:n}', at => NULL)$$,
	$$ship('{}')$$, $$receive('{}', 'urn:x:a')$$, $$receive('{plain:good}', NULL)$$, $$dispense(NULL)$$, $$decommission('{}', 'exported')$$,
	$$reinstate('{}')$$, $$quarantine('{}', 'x')$$, $$release_quarantine('{}')$$,
	$$aggregate('plain:n', '{}')$$, $$aggregate('plain:n', '{plain:good}', repack => NULL)$$, $$aggregate(NULL, '{plain:good}')$$, $$aggregate('plain:n', NULL)$$,
	$$disaggregate('plain:n', '{}')$$, $$disaggregate('plain:n', NULL)$$, $$disaggregate(NULL, '{plain:good}')$$]) WITH ORDINALITY AS u(command, n) ORDER BY n;

-- ---------------------------------------------------------------------------
-- Sealing
SELECT serial.seal();
SELECT seal, last_event = (SELECT max(event) FROM serial.event) AS all_sealed, events = (SELECT count(*) FROM serial.event) AS all_counted,
	   length(root), length(chain), previous, sealed_by = session_user AS by_me FROM serial.seal;
SELECT serial.seal() AS nothing_new;
SELECT serial.dispense('{plain:good}', 'urn:x:b') IS NOT NULL AS ok;
SELECT count(*) AS not_sealed_yet FROM serial.proof((SELECT max(event) FROM serial.event));
SELECT serial.seal();
SELECT s.events, s.previous = f.chain AS chained FROM serial.seal AS s, serial.seal AS f WHERE s.seal = 2 AND f.seal = 1;
-- A seal ends with the last event that it has capacity for.
SELECT serial_internal.seal_horizon(0, 9, 9) AS "all", serial_internal.seal_horizon(0, 1000000, 3)
	= (SELECT max(e.event) FROM (SELECT n.event FROM serial.event AS n ORDER BY n.event LIMIT 3) AS e) AS "three",
	serial_internal.seal_horizon((SELECT max(event) - 1 FROM serial.event), 1000000, 3) AS the_last;
SELECT * FROM serial.check_seals();
SELECT count(*) FROM serial.event AS e CROSS JOIN LATERAL serial.proof(e.event) AS p WHERE p.leaf = encode(e.digest, 'hex');
SELECT count(*) = (SELECT count(*) FROM serial.event) AS all_proved FROM serial.event AS e CROSS JOIN LATERAL serial.proof(e.event) AS p;
-- The text is the same whether an event was recorded or declared an error, and in the proof; it names items and actor.
SELECT bool_and(e.digest = serial_internal.event_digest(e, serial_internal.event_items_text(e.event))) AS digests_agree,
	   bool_and(p.content = serial_internal.event_content(e, serial_internal.event_items_text(e.event))) AS contents_agree,
	   bool_and(p.content::jsonb::text = p.content) AS are_as_jsonb, count(*) FILTER (WHERE e.corrects IS NOT NULL) > 0 AS with_errors_declared
FROM serial.event AS e CROSS JOIN LATERAL serial.proof(e.event) AS p;
SELECT p.content::jsonb ->> 'format' AS format, p.content::jsonb -> 'items' AS items, p.content::jsonb -> 'actor' AS actor
FROM serial.event AS e CROSS JOIN LATERAL serial.proof(e.event) AS p WHERE e.corrects IS NOT NULL ORDER BY e.event LIMIT 1;
SELECT content::jsonb ->> 'business_step' AS business_step, content::jsonb -> 'items' AS items, cardinality(path) > 0 AS has_path FROM serial.proof(5);
-- whatever the settings of the session
SET timezone = 'Asia/Kolkata';
SET datestyle = 'German';
SET extra_float_digits = 0;
SET bytea_output = 'escape';
SELECT * FROM serial.check_seals();
RESET bytea_output;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT says('SELECT serial.seal()');
ROLLBACK;
SELECT says('DELETE FROM serial.seal'), says('UPDATE serial.seal SET events = 0'), says('TRUNCATE serial.seal');
-- tampering by one who may disable triggers
BEGIN;
SET LOCAL session_replication_role = replica;
UPDATE serial.event SET place = 'urn:x:elsewhere' WHERE event = 6;
DELETE FROM serial.event WHERE event = 7;
DELETE FROM serial.event_item WHERE event = 8;
UPDATE serial.event_item SET resulting_disposition = 'active' WHERE event = 11 AND role = 'item';
INSERT INTO serial.event SELECT (jsonb_populate_record(e, '{"event": 0}')).* FROM serial.event AS e WHERE event = 9;
SELECT * FROM serial.check_seals();
SELECT (SELECT p.leaf FROM serial.proof(6) AS p) <> encode(digest, 'hex') AS proof_differs FROM serial.event WHERE event = 6;
ROLLBACK;
BEGIN;
SET LOCAL session_replication_role = replica;
DELETE FROM serial.seal WHERE seal = 1;
SELECT seal, event, problem FROM serial.check_seals() WHERE event IS NULL;
ROLLBACK;

-- ---------------------------------------------------------------------------
-- What was made of what, further on.  An event that was not accepted or is
-- declared wrong leads nowhere, not to what is right behind it either.
SELECT serial.record('TransformationEvent', inputs => '{plain:grain}', outputs => '{plain:flour2}', at => '2026-03-01') > 0 AS ok,
	   serial.record('TransformationEvent', inputs => '{plain:dough2}', outputs => '{plain:loaf4}', at => '2026-03-03') > 0 AS ok;
SELECT serial.record('TransformationEvent', inputs => '{plain:flour2}', outputs => '{plain:dough2}', at => '2026-03-02') AS mixed \gset
SELECT id, depth FROM serial.made_from('plain:loaf4');
SELECT serial.declare_error(:mixed, 'did_not_occur') > 0 AS ok;
SELECT id, depth FROM serial.made_from('plain:loaf4');
SELECT id, depth FROM serial.made_into('plain:grain');
SELECT serial.record('TransformationEvent', inputs => '{plain:dough2}', outputs => '{plain:loaf5}', at => '2026-03-04', strict => false) AS kept \gset
SELECT is_accepted FROM serial.event WHERE event = :kept;
SELECT id, depth FROM serial.made_into('plain:dough2');
SELECT count(*) FROM serial.made_from('plain:loaf5');
-- One transformation in three events: whatever went in may be in whatever came out.
SELECT serial.record('TransformationEvent', inputs => '{plain:milk}', transformation => 'urn:x:vat:1', at => '2026-03-04') > 0 AS ok,
	   serial.record('TransformationEvent', outputs => '{plain:cheese1}', transformation => 'urn:x:vat:1', at => '2026-03-05') > 0 AS ok,
	   serial.record('TransformationEvent', inputs => '{plain:rennet}', outputs => '{plain:cheese2}', transformation => 'urn:x:vat:1', at => '2026-03-06') > 0 AS ok,
	   serial.record('TransformationEvent', inputs => '{plain:whey}', outputs => '{plain:ricotta}', transformation => 'urn:x:vat:2', at => '2026-03-06') > 0 AS ok;
SELECT m.id, m.depth, e.event_time FROM serial.made_from('plain:cheese1') AS m JOIN serial.event AS e USING (event) ORDER BY m.id;
SELECT m.id, m.depth, e.event_time FROM serial.made_into('plain:milk') AS m JOIN serial.event AS e USING (event) ORDER BY m.id;
-- An item that is found by two ways is returned once, at its nearest.
SELECT serial.record('TransformationEvent', inputs => '{plain:cheese1,plain:cheese2}', outputs => '{plain:fondue}', at => '2026-03-07') > 0 AS ok;
SELECT id, depth FROM serial.made_from('plain:fondue');
-- A mould is used, reinstated, recast from what was made with it, and used again:
-- the first use knows nothing of that, and the walk comes to an end.
SELECT serial.record('TransformationEvent', inputs => '{plain:mould}', outputs => '{plain:cast1}', at => '2026-03-08') > 0 AS ok,
	   serial.reinstate('{plain:mould}', '2026-03-09') > 0 AS ok,
	   serial.record('TransformationEvent', inputs => '{plain:cast1,plain:clay}', outputs => '{plain:mould}', at => '2026-03-10') > 0 AS ok,
	   serial.record('TransformationEvent', inputs => '{plain:mould}', outputs => '{plain:cast2}', at => '2026-03-11') > 0 AS ok;
SELECT of, id, depth FROM unnest('{plain:cast1,plain:cast2}'::serial.serial[]) AS o(of) CROSS JOIN LATERAL serial.made_from(o.of) ORDER BY of, depth, id;
SELECT of, id, depth FROM unnest('{plain:clay,plain:mould}'::serial.serial[]) AS o(of) CROSS JOIN LATERAL serial.made_into(o.of) ORDER BY of, depth, id;
-- A tank that is topped up every day: no walk is cut short.  Written past
-- serial.record, for speed.
INSERT INTO serial.event (event, type, event_time, time_zone_offset, record_time, recorded_by, is_accepted, digest)
SELECT 10000 + n, 'TransformationEvent', '2026-04-01'::timestamptz + n * interval '1 day', '+00:00', now(), session_user, true, ''
FROM generate_series(1, 1100) AS n;
INSERT INTO serial.event_item (id, event_time, event, role, resulting_disposition, record_time)
SELECT ('plain:tank' || e.event - 10000 + r.n)::serial.serial, e.event_time, e.event, r.role, r.resulting_disposition, e.record_time
FROM serial.event AS e CROSS JOIN (VALUES (0, 'input', 'inactive'), (1, 'output', 'active')) AS r(n, role, resulting_disposition) WHERE e.event > 10000;
SELECT count(*), max(depth) FROM serial.made_from('plain:tank1101');
SELECT count(*), max(depth) FROM serial.made_into('plain:tank1');

-- What expires first is read from its index, in its order, and not sorted.
CREATE FUNCTION plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	RETURN QUERY EXECUTE 'EXPLAIN (COSTS OFF) ' || query;
END $$;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT bool_or(p ~ 'item_expiry_idx') AS by_index, bool_or(p ~ 'Sort') AS is_sorted
FROM plan_of($$SELECT * FROM serial.expiring('30 days') LIMIT 10$$) AS p;
RESET enable_seqscan;
RESET enable_bitmapscan;
-- What has left or ended is not in it, nor in the answer.
SELECT i.disposition, bool_or(e.id IS NOT NULL) AS expires
FROM serial.item AS i LEFT JOIN serial.expiring('1000 years') AS e USING (id) WHERE i.expiry IS NOT NULL GROUP BY 1 ORDER BY 1;
SELECT (SELECT count(*) FROM serial.expiring('1000 years', NULL)) - (SELECT count(*) FROM serial.expiring('1000 years')) AS null_is_anywhere;

-- A container that is emptied, and items that go from one container into another.
SELECT serial.commission('{plain:r1,plain:r2,plain:r3}', place => 'urn:x:a', at => '2026-02-01') IS NOT NULL AS ok,
	   serial.aggregate('plain:old', '{plain:r1,plain:r2}', 'urn:x:a', '2026-02-02') IS NOT NULL AS ok,
	   serial.aggregate('plain:older', '{plain:r3}', 'urn:x:a', '2026-02-02') IS NOT NULL AS ok;
SELECT says($$SELECT serial.aggregate('plain:new', '{plain:r1}', 'urn:x:b', '2026-02-03')$$);
SELECT serial.aggregate('plain:new', '{plain:r1,plain:r2,plain:r3}', 'urn:x:b', '2026-02-03', repack => true) AS packed \gset
SELECT e.action, e.parent, string_agg(i.id::text, ' ' ORDER BY i.id) AS children, e.event = :packed AS is_returned
FROM serial.event AS e JOIN serial.event_item AS i ON i.event = e.event AND i.role = 'child'
WHERE e.event_time = '2026-02-03' AND e.type = 'AggregationEvent' AND e.place = 'urn:x:b' GROUP BY e.event, e.action, e.parent ORDER BY e.event;
SELECT c.id, serial.container(c.id), c.container AS before FROM serial.contents('plain:old', as_of => '2026-02-02') AS c ORDER BY c.id;
SELECT serial.disaggregate('plain:new', NULL, 'urn:x:c', '2026-02-04') IS NOT NULL AS emptied;
SELECT count(*) AS left_inside FROM serial.contents('plain:new');
SELECT source_item, role, place FROM serial.trace('plain:r3') WHERE event_time = '2026-02-04';
SELECT (serial.where_is('plain:r3')).place;

\c :db
DROP DATABASE regress_serial_ledger;
