-- Events: what EPCIS 2.0 lets them be, what words they take, what is legal, and
-- what becomes of those that were wrong.

-- In a database of its own, where event 1 is the first.
CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

-- What an item is now, and since when
CREATE FUNCTION now_is(id serial.serial) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(', ', coalesce(disposition, 'nothing'), 'at ' || place, 'in ' || nullif(outermost, id)::text)
	FROM serial.where_is(id)
$$;
-- What the command says: its value, or its error.
CREATE FUNCTION says(command text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
	message text;
	details text;
	hint text;
BEGIN
	EXECUTE command INTO answer;
	RETURN coalesce(answer, 'NULL');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, details = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(' | ', SQLSTATE || ' ' || message, nullif(details, ''), nullif(hint, ''));
END $$;
-- The same of serial.record, recorded and taken back again.
CREATE FUNCTION tried(arguments text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	answer := says(format('SELECT serial.record(%s)', arguments));
	RAISE EXCEPTION '%', CASE WHEN answer ~ '^[0-9]+$' THEN 'recorded' ELSE answer END USING ERRCODE = 'raise_exception';
EXCEPTION WHEN raise_exception THEN
	RETURN SQLERRM;
END $$;

-- ---------------------------------------------------------------------------
-- Types, actions, and what each must and must not have
SELECT arguments, tried(arguments) FROM unnest(ARRAY[
	$$'ObjectEvent', 'ADD', '{plain:a}'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}'$$,
	$$'ObjectEvent', 'DELETE', '{plain:a}'$$,
	$$'ObjectEvent', 'DELETE'$$,
	$$'ObjectEvent', 'OBSERVE'$$,
	$$'ObjectEvent', 'OBSERVE', NULL$$,
	$$'ObjectEvent', 'OBSERVE', quantities => '[{"epcClass": "urn:x:1", "quantity": 3}]'$$,
	$$'ObjectEvent', 'OBSERVE', attributes => '{"sensorElementList": []}', read_point => 'urn:x:dock'$$,
	$$'ObjectEvent', 'OBSERVE', attributes => '[{"sensorElementList": []}]', read_point => 'urn:x:dock'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}', attributes => '[1]'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}', attributes => '"warm"'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}', attributes => 'null'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}', parent => 'plain:p'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}', inputs => '{plain:b}'$$,
	$$'ObjectEvent', NULL, '{plain:a}'$$,
	$$'ObjectEvent', 'observe', '{plain:a}'$$,
	$$'objectEvent', 'OBSERVE', '{plain:a}'$$,
	$$NULL, 'OBSERVE', '{plain:a}'$$,
	$$'AggregationEvent', 'ADD', '{plain:a}', parent => 'plain:p'$$,
	$$'AggregationEvent', 'ADD', '{plain:a}'$$,
	$$'AggregationEvent', 'ADD', '{}', parent => 'plain:p'$$,
	$$'AggregationEvent', 'OBSERVE', '{plain:a}'$$,
	$$'AggregationEvent', 'DELETE', '{}', parent => 'plain:p'$$,
	$$'AggregationEvent', 'DELETE', '{}'$$,
	$$'AssociationEvent', 'ADD', '{plain:a}', parent => 'plain:p'$$,
	$$'AssociationEvent', 'OBSERVE', '{plain:a}'$$,
	$$'AssociationEvent', 'DELETE', '{}', parent => 'plain:p'$$,
	$$'TransactionEvent', 'ADD', '{plain:a}', business_transactions => '[{"type": "po", "bizTransaction": "urn:x:1"}]'$$,
	$$'TransactionEvent', 'DELETE', '{}', business_transactions => '[{"bizTransaction": "urn:x:1"}]'$$,
	$$'TransactionEvent', 'ADD', '{}', business_transactions => '[{"bizTransaction": "urn:x:1"}]'$$,
	$$'TransactionEvent', 'ADD', '{plain:a}'$$,
	$$'TransactionEvent', 'ADD', '{plain:a}', business_transactions => '[]'$$,
	$$'TransformationEvent', inputs => '{plain:a}', outputs => '{plain:b}'$$,
	$$'TransformationEvent', inputs => '{plain:a}'$$,
	$$'TransformationEvent', outputs => '{plain:b}'$$,
	$$'TransformationEvent', inputs => '{plain:a}', transformation => 'urn:x:t'$$,
	$$'TransformationEvent', transformation => 'urn:x:t'$$,
	$$'TransformationEvent'$$,
	$$'TransformationEvent', 'ADD', inputs => '{plain:a}', outputs => '{plain:b}'$$,
	$$'TransformationEvent', ids => '{plain:c}', inputs => '{plain:a}', outputs => '{plain:b}'$$,
	$$'TransformationEvent', inputs => '{plain:a}', outputs => '{plain:a}'$$,
	$$'ObjectEvent', 'ADD', '{plain:a}', lot => 'L', expiry => '2099-12-31'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}', lot => 'L'$$,
	$$'AggregationEvent', 'ADD', '{plain:a}', parent => 'plain:p', expiry => '2099-12-31'$$,
	$$'TransformationEvent', inputs => '{plain:a}', outputs => '{plain:b}', lot => 'L'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}', at => 'infinity'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}', at => NULL$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}', time_zone_offset => '+14:00'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}', time_zone_offset => '+14:30'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}', time_zone_offset => 'Z'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}', time_zone_offset => NULL$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a,NULL}'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a,plain:a}'$$,
	$$'AggregationEvent', 'ADD', '{plain:p}', parent => 'plain:p'$$,
	$$'ObjectEvent', 'OBSERVE', '{plain:a}', strict => NULL$$]) WITH ORDINALITY AS u(arguments, n) ORDER BY n;

-- Quantities: a class, and of it a positive amount, whole unless it has a unit.
SELECT q, tried(format($$'ObjectEvent', 'OBSERVE', quantities => %L$$, q)) FROM unnest(ARRAY[
	'[{"epcClass": "urn:x:1"}]',
	'[{"epcClass": "urn:x:1", "quantity": 2.5, "uom": "KGM"}]',
	'[{"epcClass": "urn:x:1", "quantity": 2.5}]',
	'[{"epcClass": "urn:x:1", "quantity": 0}]',
	'[{"epcClass": "urn:x:1", "quantity": "3"}]',
	'[{"epcClass": "urn:x:1", "uom": "KILOGRAMS", "quantity": 1}]',
	'[{"quantity": 3}]',
	'["urn:x:1"]',
	'{"epcClass": "urn:x:1"}',
	'[]']) WITH ORDINALITY AS u(q, n) ORDER BY n;

-- ---------------------------------------------------------------------------
-- Texts by which events and items are looked up fit into their indexes, also
-- where nothing in them repeats.
SELECT k.key, n.length, regexp_replace(says(format($$SELECT serial.record('ObjectEvent', 'ADD', '{plain:long_%s_%s}', 'commissioning', %s => %L) > 0$$,
	k.key, n.length, k.key, left('urn:x:' || t.text, n.length))), '[0-9a-f]{32,}', 'text') AS answer
FROM unnest('{place,lot,transformation,event_id}'::text[]) WITH ORDINALITY AS k(key, nr), unnest('{2000,2001}'::int[]) AS n(length),
	 (SELECT string_agg(md5(i::text), '' ORDER BY i) FROM generate_series(1, 70) AS i) AS t(text)
ORDER BY k.nr, n.length;

-- ---------------------------------------------------------------------------
-- Words: bare, as a web URI, as a URN; one's own as a URI.
SELECT kind, count(*) FROM serial.vocabulary GROUP BY kind ORDER BY kind COLLATE "C";
SELECT w, says(format('SELECT serial_internal.vocabulary_word(%L, %L)', kind, w)) FROM (VALUES
	('business_step', 'shipping'), ('business_step', 'https://ref.gs1.org/cbv/Bizstep-shipping'), ('business_step', 'https://ref.gs1.org/cbv/BizStep-shipping'),
	('business_step', 'urn:epcglobal:cbv:bizstep:shipping'), ('business_step', 'urn:x:step:polishing'),
	('business_step', 'https://example.com/polishing'), ('business_step', 'Shipping'), ('business_step', 'polishing'),
	('business_step', 'https://ref.gs1.org/cbv/BizStep-polishing'), ('business_step', 'urn:epcglobal:cbv:disp:shipping'),
	('business_step', ''), ('business_step', NULL), ('business_step', 'in_transit'),
	('disposition', 'https://ref.gs1.org/cbv/Disp-in_transit'), ('disposition', 'urn:epcglobal:cbv:disp:stolen'),
	('disposition', 'https://ref.gs1.org/cbv/BizStep-in_transit'),
	('business_transaction', 'urn:epcglobal:cbv:btt:po'), ('source_destination', 'https://ref.gs1.org/cbv/SDT-owning_party'),
	('error_reason', 'urn:epcglobal:cbv:er:did_not_occur'), ('error_reason', 'oops'),
	('business_step', 'cbv:BizStep-shipping'), ('disposition', 'cbv:Disp-in_transit'), ('business_transaction', 'cbv:BTT-po'),
	('source_destination', 'cbv:SDT-location'), ('error_reason', 'cbv:ER-incorrect_data'), ('business_step', 'cbv:Disp-in_transit'),
	('business_step', 'cbv:BizStep-polishing')) AS v(kind, w);
SELECT serial.record('TransactionEvent', 'ADD', '{plain:w}', 'https://ref.gs1.org/cbv/BizStep-inspecting',
	'urn:epcglobal:cbv:disp:conformant',
	business_transactions => '[{"type": "urn:epcglobal:cbv:btt:po", "bizTransaction": "urn:x:1"}, {"type": "urn:x:own", "bizTransaction": "urn:x:2"}, {"bizTransaction": "urn:x:3"}]',
	sources => '[{"type": "https://ref.gs1.org/cbv/SDT-location", "source": "urn:x:s"}]',
	destinations => '[{"type": "location", "destination": "urn:x:d"}]',
	persistent_disposition => '{"set": ["urn:epcglobal:cbv:disp:completeness_verified"], "unset": ["recalled"]}') AS event \gset
SELECT business_step, disposition, business_transactions, sources, destinations, persistent_disposition
FROM serial.event WHERE event = :event;
SELECT member, tried(format($$'ObjectEvent', 'OBSERVE', '{plain:a}', %s$$, member)) FROM unnest(ARRAY[
	$$business_transactions => '[{"type": "order", "bizTransaction": "urn:x:1"}]'$$,
	$$business_transactions => '{"type": "po"}'$$,
	$$business_transactions => '["po"]'$$,
	$$sources => '[{"source": "urn:x:s"}]'$$,
	$$destinations => '[{"type": "po", "destination": "urn:x:s"}]'$$,
	$$persistent_disposition => '{}'$$,
	$$persistent_disposition => '{"set": "recalled"}'$$,
	$$persistent_disposition => '{"set": ["bad"]}'$$,
	$$persistent_disposition => '{"add": ["recalled"]}'$$,
	$$persistent_disposition => '{"set": ["recalled"], "unset": ["recalled"]}'$$,
	$$persistent_disposition => '["recalled"]'$$,
	$$disposition => 'fine'$$]) WITH ORDINALITY AS u(member, n) ORDER BY n;

-- ---------------------------------------------------------------------------
-- An event_id that is known is the same event: nothing is recorded again.
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:id}', 'inspecting', event_id => 'urn:uuid:1') AS first \gset
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:id}', 'inspecting', event_id => 'urn:uuid:1') = :first AS same,
	   (SELECT count(*) FROM serial.event WHERE event_id = 'urn:uuid:1') AS events;

-- A hundred thousand in one call
SELECT serial.commission(array_agg(('plain:mass' || n)::serial.serial), 'MASS', '2099-12-31', 'urn:x:plant', '2026-01-01') > 0 AS event
FROM generate_series(1, 100000) AS n;
SELECT count(*), count(DISTINCT last_event), min(place), min(disposition) FROM serial.item WHERE lot = 'MASS';

-- ---------------------------------------------------------------------------
-- What is legal: a life in strict steps
SELECT serial.commission('{plain:t1}', 'T', '2099-12-31', 'urn:x:plant', '2026-01-01') AS commissioned \gset
SELECT says($$SELECT serial.commission('{plain:t1}', at => '2026-01-02')$$);
SELECT says($$SELECT serial.dispense('{plain:never_seen}', at => '2026-01-02')$$);
SELECT says($$SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:t1}', 'void_shipping', at => '2026-01-02')$$);
SELECT serial.ship('{plain:t1}', 'urn:x:plant', 'urn:x:shop', 'D-1', '2026-01-03') > 0 AS shipped;
SELECT now_is('plain:t1');
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:t1}', 'void_shipping', at => '2026-01-04') > 0 AS voided;
SELECT now_is('plain:t1');
SELECT serial.receive('{plain:t1}', 'urn:x:shop', 'urn:x:plant', 'R-1', '2026-01-05') > 0 AS received;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:t1}', 'stocking', at => '2026-01-06', place => 'urn:x:shelf') > 0 AS stocked;
SELECT now_is('plain:t1');
SELECT serial.dispense('{plain:t1}', 'urn:x:shop', '2026-01-07') AS dispensed \gset
SELECT now_is('plain:t1');
SELECT says($$SELECT serial.dispense('{plain:t1}', 'urn:x:shop', '2026-01-08')$$) = format(
	'55000 dispensing of "plain:t1" is not legal: seen after dispensed | It is dispensed since 2026-01-07 00:00:00+00, by event %s. | Legal now: urn:serial:step:reinstating.', :dispensed) AS says_what;
SELECT says($$SELECT serial.ship('{plain:t1}', at => '2026-01-08')$$) ~ '^55000 shipping of "plain:t1" is not legal: seen after dispensed' AS refused;

-- Undoing: within ten days, to the microsecond, and by the one who did it.
SELECT says($$SELECT serial.reinstate('{plain:t1}', '2026-01-17 00:00:00.000001+00')$$);
CREATE ROLE regress_serial_other;
SELECT serial.grant_access('regress_serial_other', 'operator');
SET SESSION AUTHORIZATION regress_serial_other;
SELECT says($$SELECT serial.reinstate('{plain:t1}', '2026-01-09')$$);
RESET SESSION AUTHORIZATION;
SET ROLE regress_serial_other;
SELECT serial.reinstate('{plain:t1}', '2026-01-17') > 0 AS reinstated;
RESET ROLE;
SELECT now_is('plain:t1');
SELECT recorded_by = session_user AS by_session_user FROM serial.trace('plain:t1') WHERE business_step LIKE 'urn:serial:%';
-- Each reason to decommission, and whether it can be undone
SELECT serial.commission(array_agg(('plain:d' || n)::serial.serial), 'D', '2099-12-31', at => '2026-01-01') > 0 AS event FROM generate_series(1, 8) AS n;
SELECT reason, now_is(id) AS is_now, says(format('SELECT serial.reinstate(%L, %L) > 0', ARRAY[id], '2026-01-11')) AS reinstated, now_is(id) AS is_then
FROM (SELECT n, reason, ('plain:d' || n)::serial.serial AS id, serial.decommission(ARRAY['plain:d' || n]::serial.serial[], reason, 'urn:x:shop', '2026-01-02')
	  FROM unnest('{exported,sample,free sample,locked,checked out,withdrawn,destroyed,stolen}'::text[]) WITH ORDINALITY AS u(reason, n) ORDER BY n OFFSET 0) AS d ORDER BY n;
SELECT says($$SELECT serial.decommission('{plain:d1}', 'boredom')$$);
SELECT says($$SELECT serial.decommission('{plain:d1}', NULL)$$);
-- What is expired or recalled stays out.
SELECT serial.commission('{plain:old,(01)09506000134352(21)RC1}', 'OLD', '2026-01-05', at => '2026-01-01') > 0 AS event;
SELECT serial.dispense('{plain:old,(01)09506000134352(21)RC1}', at => '2026-01-02') > 0 AS event;
SELECT says($$SELECT serial.reinstate('{plain:old}', '2026-01-06')$$);
SELECT says($$SELECT serial.reinstate('{plain:old}', '2026-01-05 23:00+00') > 0$$);
SELECT serial.recall('09506000134352', '{OLD}', 'test') AS recall \gset
SELECT says($$SELECT serial.reinstate('{(01)09506000134352(21)RC1}', '2026-01-03')$$);
SELECT serial.close_recall(:recall);
SELECT says($$SELECT serial.reinstate('{(01)09506000134352(21)RC1}', '2026-01-03') > 0$$);

-- Nothing is half done: the good one of two stays as it was.
SELECT serial.commission('{plain:h1,plain:h2}', at => '2026-01-01') > 0 AS event;
SELECT serial.dispense('{plain:h2}', at => '2026-01-02') > 0 AS event;
SELECT says($$SELECT serial.dispense('{plain:h1,plain:h2}', at => '2026-01-03')$$) ~ 'plain:h2' AS names_the_bad_one;
SELECT now_is('plain:h1'), (SELECT count(*) FROM serial.alert WHERE id IN ('plain:h1', 'plain:h2')) AS alerts;

-- One's own steps and transitions
INSERT INTO serial.transition (business_step, from_disposition, to_disposition) VALUES ('urn:x:step:polishing', 'active', 'conformant');
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:h1}', 'urn:x:step:polishing', at => '2026-01-03') > 0 AS polished;
SELECT now_is('plain:h1');
SELECT says($$SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:h1}', 'urn:x:step:polishing', at => '2026-01-04')$$);
-- in words of any form, but not in words without a vocabulary
INSERT INTO serial.transition (business_step, from_disposition, to_disposition)
VALUES ('https://ref.gs1.org/cbv/BizStep-repairing', 'urn:epcglobal:cbv:disp:damaged', 'https://example.com/disp/mended'), ('urn:epcglobal:cbv:bizstep:repairing', 'none', NULL)
RETURNING business_step, from_disposition, to_disposition;
SELECT says(format('INSERT INTO serial.transition (business_step, from_disposition, to_disposition) VALUES (%L, %L, %L)', step, before, after))
FROM (VALUES ('repair', 'damaged', 'active'), ('repairing', 'broken', 'active'), ('repairing', 'damaged', 'fine')) AS v(step, before, after);
SELECT says($$UPDATE serial.transition SET to_disposition = 'good' WHERE business_step = 'repairing' AND NOT is_shipped$$);
DELETE FROM serial.transition WHERE NOT is_shipped;

-- ---------------------------------------------------------------------------
-- Not strict: kept as evidence, with an alert, and nothing changes.
CREATE TEMP TABLE before AS SELECT max(alert) AS alert FROM serial.alert;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:h1,plain:h2}', 'dispensing', at => '2026-02-01', place => 'urn:x:far', strict => false) AS copy \gset
SELECT is_accepted FROM serial.event WHERE event = :copy;
SELECT now_is('plain:h1'), now_is('plain:h2');
SELECT serial.record('ObjectEvent', 'ADD', '{plain:h1}', 'commissioning', at => '2026-02-02', strict => false) > 0 AS twice;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:stranger}', 'dispensing', at => '2026-02-02', strict => false) > 0 AS stranger;
SELECT serial.record('AggregationEvent', 'DELETE', '{plain:h1}', 'unpacking', at => '2026-02-02', parent => 'plain:box', strict => false) > 0 AS not_in_it;
SELECT says($$SELECT serial.record('AggregationEvent', 'ADD', '{plain:h1}', 'packing', parent => 'plain:h1', strict => false)$$);
SELECT serial.container('plain:h1');
SELECT kind, id, detail FROM serial.alert WHERE alert > coalesce((SELECT alert FROM before), 0) ORDER BY alert;
SELECT event = :copy AS is_the_copy, is_accepted, business_step FROM serial.trace('plain:h2') ORDER BY event_time;
-- Strict says the same as an error.
SELECT says($$SELECT serial.disaggregate('plain:box', '{plain:h1}', NULL, '2026-02-03')$$);
SELECT says($$SELECT serial.aggregate('plain:h1', '{plain:h1}', NULL, '2026-02-03')$$);

-- An alert is acknowledged once, by name and time, and never deleted.
SELECT min(alert) AS alert FROM serial.alert WHERE alert > coalesce((SELECT alert FROM before), 0) \gset
SELECT serial.acknowledge(:alert, 'called the shop');
SELECT acknowledged_by = session_user AS by_me, acknowledged_at >= raised_at AS later, note FROM serial.alert WHERE alert = :alert;
SELECT says(format('SELECT serial.acknowledge(%s)', :alert)) ~ '^42704 alert \d+ does not exist or has been acknowledged' AS once;
SELECT says('SELECT serial.acknowledge(-1)');
SELECT says('SELECT serial.acknowledge(NULL)');
SELECT says('DELETE FROM serial.alert');
SELECT says('TRUNCATE serial.alert');
SELECT says(format($$UPDATE serial.alert SET detail = 'nothing to see' WHERE alert = %s RETURNING 1$$, :alert));
SELECT says(format($$UPDATE serial.alert SET acknowledged_at = NULL WHERE alert = %s RETURNING 1$$, :alert));

-- A number that its pool has not issued
SELECT serial.create_pool('ledger', 'sgtin', '09506000134369');
SELECT serial.issue('ledger') AS issued \gset
SELECT says(format('SELECT serial.commission(ARRAY[%L]::serial.serial[]) > 0', :'issued'));
SELECT says($$SELECT serial.commission('{(01)09506000134369(21)000000000099}')$$);
SELECT serial.record('ObjectEvent', 'ADD', '{(01)09506000134369(21)000000000099}', 'commissioning', strict => false) > 0 AS kept;
SELECT kind, detail FROM serial.alert WHERE id = '(01)09506000134369(21)000000000099';

-- Two distant places within too short a time
INSERT INTO serial.place (place, name, latitude, longitude) VALUES
	('urn:x:vienna', 'Vienna', 48.2, 16.37), ('urn:x:lisbon', 'Lisbon', 38.72, -9.14), ('urn:x:next_door', 'Vienna too', 48.2, 16.371);
SELECT round(serial_internal.distance_km(a, b)) AS km FROM serial.place AS a, serial.place AS b WHERE a.place = 'urn:x:vienna' AND b.place = 'urn:x:lisbon';
SELECT serial.commission('{plain:v}', place => 'urn:x:vienna', at => '2026-01-01 00:00+00') > 0 AS event;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:v}', 'inspecting', at => '2026-01-01 00:00:01+00', place => 'urn:x:next_door') > 0 AS near;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:v}', 'inspecting', at => '2026-01-01 03:00+00', place => 'urn:x:lisbon') > 0 AS by_plane;
SELECT count(*) FROM serial.alert WHERE id = 'plain:v';
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:v}', 'inspecting', at => '2026-01-01 04:00+00', place => 'urn:x:vienna') > 0 AS by_rocket;
SELECT kind, detail FROM serial.alert WHERE id = 'plain:v';
-- What a pallet carries has travelled with it.
SELECT serial.aggregate('plain:vp', '{plain:v}', 'urn:x:vienna', '2026-01-02') > 0 AS event;
SELECT serial.ship('{plain:vp}', 'urn:x:vienna', at => '2026-01-02') > 0 AS event;
SELECT serial.receive('{plain:vp}', 'urn:x:lisbon', at => '2026-01-03') > 0 AS event;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:v}', 'inspecting', at => '2026-01-03 00:10+00', read_point => 'urn:x:vienna') > 0 AS event;
SELECT detail FROM serial.alert WHERE id = 'plain:v' ORDER BY alert;

-- ---------------------------------------------------------------------------
-- Late: what happened before what is known
SELECT serial.commission('{plain:l1}', place => 'urn:x:plant', at => '2026-03-01') > 0 AS event;
SELECT serial.receive('{plain:l1}', 'urn:x:shop', at => '2026-03-10') AS received \gset
SELECT serial.ship('{plain:l1}', 'urn:x:plant', at => '2026-03-05') > 0 AS late;
SELECT now_is('plain:l1');
SELECT at, w.disposition, w.place FROM unnest('{2026-02-01,2026-03-02,2026-03-06,2026-03-11}'::timestamptz[]) AS at
LEFT JOIN LATERAL serial.where_is('plain:l1', at) AS w ON true ORDER BY at;
-- Late, and contradicted by what is known: nobody receives what was dispensed.
SELECT says($$SELECT serial.dispense('{plain:l1}', at => '2026-03-07')$$) = format(
	'55000 dispensing of "plain:l1" is not legal: contradicted | Event %s came later and would not have been legal. | With strict => false, serial.record keeps it as evidence.', :received) AS refused;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:l1}', 'dispensing', at => '2026-03-07', strict => false) > 0 AS kept;
SELECT now_is('plain:l1'), (SELECT string_agg(kind, ', ') FROM serial.alert WHERE id = 'plain:l1') AS alerts;
-- Before it began; but what began may be reported late.
SELECT says($$SELECT serial.ship('{plain:l1}', at => '2026-02-01') > 0$$);
SELECT serial.receive('{plain:l2}', 'urn:x:shop', at => '2026-03-10') > 0 AS received;
SELECT verdict FROM serial.verify('plain:l2'::serial.serial);
SELECT serial.commission('{plain:l2}', 'L2', '2099-12-31', 'urn:x:plant', '2026-03-01') > 0 AS late;
SELECT now_is('plain:l2'), verdict, known_lot FROM serial.verify('plain:l2'::serial.serial);
SELECT says($$SELECT serial.commission('{plain:l2}', 'L2', at => '2026-02-01')$$);
SELECT says($$SELECT serial.commission('{plain:l2}', 'L2', at => '2026-03-11')$$) ~ 'commissioned twice' AS refused;

-- ---------------------------------------------------------------------------
-- Errors, of each type of event.  What they did is undone.
SELECT serial.commission('{plain:e1,plain:e2}', 'E', '2099-12-31', 'urn:x:plant', '2026-04-01') AS born \gset
SELECT serial.ship('{plain:e1}', 'urn:x:plant', at => '2026-04-02') AS shipped \gset
SELECT serial.receive('{plain:e1}', 'urn:x:shop', at => '2026-04-03') AS received \gset
SELECT serial.declare_error(:received, 'did_not_occur') AS declared \gset
SELECT now_is('plain:e1');
SELECT corrects = :received AS corrects_it, error_reason, recorded_by = session_user AS by_me, type, business_step, event_time
FROM serial.event WHERE event = :declared;
SELECT business_step, corrects IS NOT NULL AS is_declaration, correcting_event IS NOT NULL AS is_wrong FROM serial.trace('plain:e1') ORDER BY event_time, event;
SELECT says(format('SELECT serial.declare_error(%s, %L)', :received, 'did_not_occur')) ~ '^55000 event \d+ has been declared wrong already' AS once;
SELECT says(format('SELECT serial.declare_error(%s, %L)', :declared, 'did_not_occur')) ~ '^55000 event \d+ cannot be declared an error \| It declares that event \d+ is an error.' AS no_way_back;
SELECT says(format('SELECT serial.declare_error(%s, %L, %L)', :shipped, 'did_not_occur', '[1]'));
SELECT says(format('SELECT serial.declare_error(%s, %L)', :shipped, 'whim'));
SELECT says(format('SELECT serial.declare_error(%s, NULL) > 0', :shipped));
SELECT says('SELECT serial.declare_error(-1, ''did_not_occur'')');
SELECT says('SELECT serial.declare_error(NULL, ''did_not_occur'')');
-- Not while something depends on it
SELECT serial.dispense('{plain:e2}', at => '2026-04-02') AS dispensed \gset
SELECT says(format('SELECT serial.declare_error(%s, %L)', :born, 'did_not_occur')) = format(
	'55000 event %s cannot be undone: event %s depends on it | Declare event %s wrong first.', :born, :dispensed, :dispensed) AS says_what;
SELECT serial.declare_error(:dispensed, 'incorrect_data', '{"correctiveEventIDs": ["urn:uuid:2"]}') > 0 AS declared;
SELECT now_is('plain:e2');
SELECT says($$SELECT serial.receive('{plain:e2}', 'urn:x:plant', at => '2026-04-05') > 0$$);
-- What was never commissioned is unknown again.
SELECT serial.commission('{plain:e3}', 'E', '2099-12-31', 'urn:x:plant', '2026-04-01') AS born \gset
SELECT serial.declare_error(:born, 'did_not_occur') > 0 AS declared;
SELECT now_is('plain:e3'), verdict, known_lot, known_expiry FROM serial.verify('plain:e3'::serial.serial);
SELECT says($$SELECT serial.commission('{plain:e3}', 'E', at => '2026-04-02') > 0$$);
-- Packed in error
SELECT serial.aggregate('plain:ebox', '{plain:e1,plain:e2}', 'urn:x:plant', '2026-04-10') AS packed \gset
SELECT now_is('plain:e1'), count(*) FROM serial.contents('plain:ebox');
SELECT serial.declare_error(:packed, 'did_not_occur') > 0 AS declared;
SELECT now_is('plain:e1'), (SELECT count(*) FROM serial.contents('plain:ebox')) AS inside,
	   (SELECT count(*) FROM serial.contents('plain:ebox', '2026-04-11')) AS then;
-- Unpacked in error
SELECT serial.aggregate('plain:ebox', '{plain:e1,plain:e2}', 'urn:x:plant', '2026-04-12') AS packed \gset
SELECT serial.disaggregate('plain:ebox', '{plain:e1}', 'urn:x:plant', '2026-04-13') AS unpacked \gset
SELECT says(format('SELECT serial.declare_error(%s, %L)', :packed, 'did_not_occur')) ~ '^55000 event \d+ cannot be undone \| "plain:e1" has been packed or unpacked since' AS refused;
SELECT serial.declare_error(:unpacked, 'did_not_occur') > 0 AS declared;
SELECT id, depth FROM serial.contents('plain:ebox') ORDER BY id;
SELECT since FROM serial.aggregation WHERE child = 'plain:e1';
SELECT serial.record('AggregationEvent', 'DELETE', '{}', 'unpacking', at => '2026-04-14', parent => 'plain:ebox') AS all_unpacked \gset
SELECT count(*) FROM serial.contents('plain:ebox');
SELECT serial.declare_error(:all_unpacked, 'did_not_occur') > 0 AS declared;
SELECT count(*) FROM serial.contents('plain:ebox');
SELECT serial.declare_error(:packed, 'did_not_occur') > 0 AS declared;
SELECT count(*) FROM serial.contents('plain:ebox');
-- Unpacked in error, and packed elsewhere since
SELECT serial.aggregate('plain:ebox', '{plain:e1}', 'urn:x:plant', '2026-04-15') > 0 AS packed;
SELECT serial.disaggregate('plain:ebox', '{plain:e1}', 'urn:x:plant', '2026-04-16') AS unpacked \gset
SELECT serial.aggregate('plain:ebox2', '{plain:e1}', 'urn:x:plant', '2026-04-17') > 0 AS packed;
SELECT says(format('SELECT serial.declare_error(%s, %L)', :unpacked, 'did_not_occur')) ~ '"plain:e1" has been packed or unpacked since' AS refused;
-- Observed together, associated, in a transaction: nothing to undo but what it said.
SELECT serial.record('AggregationEvent', 'OBSERVE', '{plain:e1}', 'inspecting', 'damaged', '2026-04-18', parent => 'plain:ebox2') AS observed \gset
SELECT serial.record('AssociationEvent', 'ADD', '{plain:sensor}', 'installing', at => '2026-04-18', parent => 'plain:ebox2', place => 'urn:x:lab') AS associated \gset
SELECT serial.record('TransactionEvent', 'ADD', '{plain:e1}', 'inspecting', 'non_conformant', '2026-04-19', business_transactions => '[{"bizTransaction": "urn:x:1"}]') AS transacted \gset
SELECT now_is('plain:e1'), now_is('plain:sensor'), serial.container('plain:sensor') AS associated_is_not_packed;
SELECT serial.declare_error(:transacted, 'did_not_occur') > 0 AS declared;
SELECT now_is('plain:e1');
SELECT serial.declare_error(:observed, 'did_not_occur') > 0 AS declared, serial.declare_error(:associated, 'did_not_occur') > 0 AS declared_too;
SELECT now_is('plain:e1'), now_is('plain:sensor');
-- Made in error
SELECT serial.record('TransformationEvent', inputs => '{plain:e1}', outputs => '{plain:e9}', business_step => 'commissioning', at => '2026-04-20', lot => 'E9') AS made \gset
SELECT now_is('plain:e1'), now_is('plain:e9'), (SELECT id FROM serial.made_from('plain:e9')) AS made_from, (SELECT id FROM serial.made_into('plain:e1')) AS made_into;
SELECT serial.declare_error(:made, 'did_not_occur') > 0 AS declared;
SELECT now_is('plain:e1'), now_is('plain:e9'), (SELECT id FROM serial.made_from('plain:e9')) AS made_from, (SELECT id FROM serial.made_into('plain:e1')) AS made_into;
-- What was not accepted has changed nothing, and undoing it does not either.
SELECT serial.record('ObjectEvent', 'ADD', '{plain:e2}', 'commissioning', at => '2026-05-01', strict => false) AS kept \gset
SELECT now_is('plain:e2');
SELECT serial.declare_error(:kept, 'did_not_occur') > 0 AS declared;
SELECT now_is('plain:e2');
-- An event_id that was declared wrong is not the name of a new event.
SELECT serial.declare_error(:first, 'did_not_occur') > 0 AS declared;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:id}', 'inspecting', event_id => 'urn:uuid:1') = :first AS same;

-- ---------------------------------------------------------------------------
-- A link that is reported late, not by an event: the container's events since
-- then count for what had ended before the report, and what had left since.
SELECT serial.commission('{plain:k1,plain:k2,plain:k3}', place => 'urn:x:plant', at => '2026-06-01 00:00+00') > 0 AS event;
SELECT serial.pack('plain:kcase', '{plain:k2,plain:k3}', '2026-06-01 01:00+00');
SELECT serial.receive('{plain:kbox}', 'urn:x:dock', at => '2026-06-02 00:00+00') > 0 AS event;
SELECT serial.dispense('{plain:k1,plain:k2}', at => '2026-06-03 00:00+00') > 0 AS event;
SELECT serial.unpack('{plain:k3}', '2026-06-03 01:00+00');
SELECT now_is(id), place_since FROM unnest('{plain:k1,plain:k2,plain:k3}'::serial.serial[]) AS u(id), serial_internal.current_state(id) ORDER BY id;
SELECT serial.pack('plain:kbox', '{plain:k1,plain:kcase}', '2026-06-01 12:00+00');
SELECT u.id, p.place AS present, s.place AS state, p.place_since = s.place_since AS same_since, p.disposition = s.disposition AS same_disposition
FROM unnest('{plain:k1,plain:k2,plain:k3}'::serial.serial[]) AS u(id), serial_internal.current_state(u.id) AS p, serial_internal.state(u.id) AS s ORDER BY u.id;
-- It is taken out late too, and those events count no more.
SELECT serial.unpack('{plain:k1,plain:kcase}', '2026-06-01 18:00+00');
SELECT u.id, p.place AS present, s.place AS state, p.place_since = s.place_since AS same_since, p.disposition = s.disposition AS same_disposition
FROM unnest('{plain:k1,plain:k2,plain:k3}'::serial.serial[]) AS u(id), serial_internal.current_state(u.id) AS p, serial_internal.state(u.id) AS s ORDER BY u.id;

-- ---------------------------------------------------------------------------
-- A container that was emptied, without its content being named: declared wrong,
-- all is in it again, and learns of it again.
CREATE FUNCTION agree(ids serial.serial[]) RETURNS TABLE (id serial.serial, present text, state text) LANGUAGE sql AS $$
	SELECT u.id, concat_ws(', ', p.disposition, p.place, serial_internal.persistent_dispositions_set(p.persistent_dispositions)), concat_ws(', ', s.disposition, s.place, serial_internal.persistent_dispositions_set(s.persistent_dispositions))
	FROM unnest(ids) AS u(id), serial_internal.current_state(u.id) AS p, serial_internal.state(u.id) AS s ORDER BY u.id
$$;
SELECT serial.commission('{plain:m1,plain:m2}', place => 'urn:x:plant', at => '2026-06-01 00:00+00') > 0 AS event;
SELECT serial.aggregate('plain:mbox', '{plain:m1,plain:m2}', 'urn:x:plant', '2026-06-01 01:00+00') > 0 AS event;
SELECT serial.aggregate('plain:mpallet', '{plain:mbox}', 'urn:x:plant', '2026-06-01 02:00+00') > 0 AS event;
SELECT serial.receive('{plain:mpallet}', 'urn:x:dock', at => '2026-06-02 00:00+00') > 0 AS event;
SELECT serial.record('AggregationEvent', 'DELETE', parent => 'plain:mbox', business_step => 'unpacking', at => '2026-06-03 00:00+00') AS emptied \gset
SELECT serial.receive('{plain:mpallet}', 'urn:x:shelf', at => '2026-06-04 00:00+00') > 0 AS event;
SELECT * FROM agree('{plain:m1,plain:mbox}');
SELECT serial.declare_error(:emptied, 'did_not_occur') > 0 AS declared;
SELECT * FROM agree('{plain:m1,plain:mbox}');
-- It is emptied late, after one has left what it contained.
SELECT serial.disaggregate('plain:mbox', '{plain:m2}', 'urn:x:shelf', '2026-06-05 00:00+00') > 0 AS event;
SELECT * FROM agree('{plain:m1,plain:m2}');
SELECT serial.record('AggregationEvent', 'DELETE', parent => 'plain:mpallet', business_step => 'unpacking', at => '2026-06-01 12:00+00') > 0 AS emptied;
SELECT * FROM agree('{plain:m1,plain:m2,plain:mbox}');

-- What comes back after it has left the container in which it was dispensed has
-- learnt of the container again.
SELECT serial.commission('{plain:n1}', place => 'urn:x:plant', at => '2026-06-01 00:00+00') > 0 AS event;
SELECT serial.aggregate('plain:nbox', '{plain:n1}', 'urn:x:plant', '2026-06-01 01:00+00') > 0 AS event;
SELECT serial.quarantine('{plain:nbox}', 'why not', at => '2026-06-01 02:00+00') > 0 AS event;
SELECT says($$SELECT serial.dispense('{plain:n1}', 'urn:x:shop', at => '2026-06-02 00:00+00')$$);
SELECT serial.decommission('{plain:n1}', 'exported', 'urn:x:shop', at => '2026-06-02 00:00+00') > 0 AS event;
SELECT serial.release_quarantine('{plain:nbox}', at => '2026-06-02 01:00+00') > 0 AS event;
SELECT serial.receive('{plain:nbox}', 'urn:x:dock', at => '2026-06-02 02:00+00') > 0 AS event;
SELECT serial.unpack('{plain:n1}', '2026-06-02 03:00+00');
SELECT * FROM agree('{plain:n1}');
SELECT serial.reinstate('{plain:n1}', '2026-06-03 00:00+00') > 0 AS event;
SELECT * FROM agree('{plain:n1}');

-- What is in a container that has left stays so with it, whatever happens to
-- the pallet around; when the container comes back, all has learnt of the pallet.
SELECT serial.commission('{plain:q1,plain:q2,plain:qbox,plain:qpallet}', place => 'urn:x:plant', at => '2026-06-01 00:00+00') > 0 AS event;
SELECT serial.aggregate('plain:qbox', '{plain:q1,plain:q2}', 'urn:x:plant', '2026-06-01 01:00+00') > 0 AS event;
SELECT serial.aggregate('plain:qpallet', '{plain:qbox}', 'urn:x:plant', '2026-06-01 02:00+00') > 0 AS event;
SELECT serial.receive('{plain:qpallet}', 'urn:x:dock', at => '2026-06-02 00:00+00') > 0 AS event;
SELECT serial.decommission('{plain:qbox}', 'exported', at => '2026-06-03 00:00+00') > 0 AS event;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:qpallet}', 'stocking', place => 'urn:x:shelf', at => '2026-06-04 00:00+00') > 0 AS event;
SELECT * FROM agree('{plain:q1,plain:qbox,plain:qpallet}');
SELECT serial.record('ObjectEvent', 'DELETE', '{plain:q2}', 'destroying', 'destroyed', '2026-06-04 01:00+00') > 0 AS event;
SELECT * FROM agree('{plain:q2}');
BEGIN;
SELECT serial.unpack('{plain:qbox}', '2026-06-05 00:00+00');
SELECT * FROM agree('{plain:q1,plain:q2,plain:qbox}');
ROLLBACK;
SELECT serial.reinstate('{plain:qbox}', '2026-06-06 00:00+00') AS reinstated \gset
SELECT * FROM agree('{plain:q1,plain:q2,plain:qbox}');
SELECT serial.declare_error(:reinstated, 'did_not_occur') > 0 AS declared;
SELECT * FROM agree('{plain:q1,plain:q2,plain:qbox}');

-- What has left or ended with its container stays so when it is taken out, and
-- in another container too, also what is in that; until it comes back itself.
SELECT serial.commission('{plain:z1,plain:z2,plain:zbox,plain:zpallet,plain:zother,plain:zlast}', place => 'urn:x:plant', at => '2026-06-01 00:00+00') > 0 AS event;
SELECT serial.pack('plain:zbox', '{plain:z1,plain:z2}', '2026-06-01 01:00+00');
SELECT serial.pack('plain:zpallet', '{plain:zbox}', '2026-06-01 02:00+00');
SELECT serial.decommission('{plain:zpallet}', 'exported', at => '2026-06-02 00:00+00') > 0 AS event;
SELECT serial.pack('plain:zother', '{plain:zbox}', '2026-06-03 00:00+00', true);
SELECT serial.receive('{plain:zother}', 'urn:x:dock', at => '2026-06-04 00:00+00') > 0 AS event;
SELECT serial.unpack('{plain:z2}', '2026-06-05 00:00+00');
SELECT serial.pack('plain:zlast', '{plain:z2}', '2026-06-05 00:00+00');
SELECT serial.receive('{plain:zlast}', 'urn:x:shelf', at => '2026-06-06 00:00+00') > 0 AS event;
SELECT * FROM agree('{plain:z1,plain:z2,plain:zbox}');
SELECT serial.unpack('{plain:z2,plain:zbox}', '2026-06-07 00:00+00');
SELECT * FROM agree('{plain:z1,plain:z2,plain:zbox}');
SELECT serial.reinstate('{plain:zbox}', '2026-06-08 00:00+00') > 0 AS event;
SELECT * FROM agree('{plain:z1,plain:z2,plain:zbox}');

-- Known before it begins, and begun late: the row says the last of it.
SELECT serial.receive('{plain:o1}', 'urn:x:dock', at => '2026-06-02 00:00+00') > 0 AS event;
SELECT says($$SELECT serial.commission('{plain:o1}', place => 'urn:x:plant', at => '2026-06-01 00:00+00') > 0$$);
SELECT * FROM agree('{plain:o1}');
SELECT serial.quarantine('{plain:o2}', 'why not', 'urn:x:dock', at => '2026-06-02 00:00+00') > 0 AS event;
SELECT says($$SELECT serial.commission('{plain:o2}', place => 'urn:x:plant', at => '2026-06-01 00:00+00') > 0$$);
SELECT * FROM agree('{plain:o2}');

-- Quantities have no identifiers: a container from which only some are taken is
-- not emptied of what has.
SELECT serial.pack('plain:rbox', '{plain:r1,plain:r2}');
SELECT serial.record('AggregationEvent', 'ADD', NULL, 'packing', parent => 'plain:rbox', quantities => '[{"epcClass": "urn:x:tablet", "quantity": 3}]') > 0 AS event;
SET serial.clock_tolerance = '1000000d';
SELECT serial.record('AggregationEvent', 'DELETE', NULL, 'unpacking', at => '2999-06-01', parent => 'plain:rbox',
	quantities => '[{"epcClass": "urn:x:tablet", "quantity": 3}]') AS taken \gset
SELECT id FROM serial.contents('plain:rbox') ORDER BY id;
-- Nor is it filled again when that was wrong.
SELECT serial.unpack('{plain:r1}', '2999-06-01');
SELECT serial.declare_error(:taken, 'did_not_occur') > 0 AS declared;
SELECT id FROM serial.contents('plain:rbox') ORDER BY id;

-- What begins in a container only to be destroyed keeps what was recorded of that.
SELECT serial.pack('plain:wbox', '{plain:w1}', '2026-06-01');
SELECT serial.receive('{plain:wbox}', 'urn:x:dock', at => '2026-06-02 00:00+00') > 0 AS event;
SELECT serial.record('ObjectEvent', 'ADD', '{plain:w1}', 'commissioning', 'destroyed', '2026-06-03 00:00+00') > 0 AS event;
SELECT * FROM agree('{plain:w1}');

-- Timestamps have years of four digits.
SELECT year, says(format('SELECT serial.record(%L, %L, %L, %L, at => %L) > 0', 'ObjectEvent', 'OBSERVE', '{plain:v1}', 'inspecting', year))
FROM unnest('{0001-01-01 00:00+00 BC,0001-01-01 00:00+00,9999-12-31 23:59:59.999999+00,10000-01-01 00:00+00}'::text[]) AS y(year);

-- A column that the seal does not know is refused, and nothing is written.
BEGIN;
ALTER TABLE serial.event ADD COLUMN remark text;
SELECT says($$SELECT serial.commission('{plain:s1}', place => 'urn:x:plant')$$);
ROLLBACK;
BEGIN;
ALTER TABLE serial.event ALTER error_reason TYPE varchar;
SELECT says($$SELECT serial.commission('{plain:s1}', place => 'urn:x:plant')$$);
ROLLBACK;
SELECT serial.commission('{plain:s1}', place => 'urn:x:plant') > 0 AS event;

-- ---------------------------------------------------------------------------
-- Every row of serial.item is what the events say.
SELECT i.id, i.disposition, s.disposition, i.place, s.place
FROM serial.item AS i LEFT JOIN LATERAL serial_internal.state(i.id, 'infinity', true) AS s ON true
WHERE i.lot IS DISTINCT FROM 'MASS' AND (i.disposition, i.since, i.place, i.place_since, i.persistent_dispositions) IS DISTINCT FROM (s.disposition, s.since, s.place, s.place_since, s.persistent_dispositions);

SELECT says('UPDATE serial.event SET place = NULL');
SELECT says('DELETE FROM serial.event_item');
SELECT says('TRUNCATE serial.event');

-- ---------------------------------------------------------------------------
-- An eventID is a URI, as it is in documents, and so is a word of one's own.
SELECT e.event_id, tried(format($$'ObjectEvent', 'OBSERVE', '{plain:id}', 'inspecting', event_id => %L$$, e.event_id))
FROM unnest(ARRAY['my id', '4711', 'urn:', ':x', '4:x', 'urn:x:a b', 'urn:x:<a>', ' urn:x:a', '', 'own_prefix:a', 'urn:x:ä']) WITH ORDINALITY AS e(event_id, n) ORDER BY n;
SELECT tried($$'ObjectEvent', 'OBSERVE', '{plain:id}', 'urn:x:a b'$$);

-- An eventID that is known with other content is an error, whatever differs; who sends an event again may leave its time to the default.
SELECT serial.record('ObjectEvent', 'ADD', '{plain:again}', 'commissioning', at => '2026-01-01', lot => 'L1', expiry => '2099-12-31', destinations => '[{"type": "location", "destination": "X"}]', attributes => '{"n": 1}', event_id => 'urn:uuid:again') > 0 AS recorded;
SELECT o.other, tried(format($$'ObjectEvent', 'ADD', '{plain:again}', 'commissioning', at => %s, lot => %L, expiry => %L, destinations => %L, attributes => %L, time_zone_offset => %L, event_id => 'urn:uuid:again'$$,
	CASE o.other WHEN 'time' THEN '''2026-01-02''' WHEN 'default time' THEN 'now()' ELSE '''2026-01-01''' END, CASE o.other WHEN 'lot' THEN 'L2' ELSE 'L1' END,
	CASE o.other WHEN 'expiry' THEN '2099-11-30' ELSE '2099-12-31' END, format('[{"type": "location", "destination": "%s"}]', CASE o.other WHEN 'destination' THEN 'Y' ELSE 'X' END),
	CASE o.other WHEN 'attributes' THEN '{"n": 2}' ELSE '{"n": 1}' END, CASE o.other WHEN 'offset' THEN '+01:00' ELSE '+00:00' END)) ~ '^23505 event "urn:uuid:again" is known with other content \| It was recorded as event \d+\.$' AS is_other
FROM unnest('{nothing,default time,time,lot,expiry,destination,attributes,offset}'::text[]) WITH ORDINALITY AS o(other, n) ORDER BY o.n;
SELECT serial.record('AggregationEvent', 'OBSERVE', '{plain:ab}', parent => 'plain:aa', event_id => 'urn:uuid:roles') > 0 AS recorded;
SELECT tried($$'AggregationEvent', 'OBSERVE', '{plain:aa}', parent => 'plain:ab', event_id => 'urn:uuid:roles'$$) ~ '^23505' AS is_other;

-- Everything is what was in the container at the time: what was packed later stays, and what has been taken out is not taken out twice.
SELECT serial.commission('{plain:tote,plain:in1,plain:in2}', at => '2026-05-01') > 0 AS made, serial.aggregate('plain:tote', '{plain:in1}', at => '2026-05-02') > 0 AS packed,
	   serial.aggregate('plain:tote', '{plain:in2}', at => '2026-05-06') > 0 AS packed_later;
SELECT serial.disaggregate('plain:tote', NULL, 'urn:x:dock', '2026-05-04') > 0 AS emptied;
SELECT now_is('plain:in1'), now_is('plain:in2');
SELECT says($$SELECT serial.disaggregate('plain:tote', NULL, 'urn:x:dock', '2026-05-03')$$);
SELECT serial.disaggregate('plain:tote', NULL, 'urn:x:dock') > 0 AS emptied;
SELECT now_is('plain:in2'), (SELECT count(*) FROM serial.check_state()) AS wrong_rows;

DROP OWNED BY regress_serial_other;
DROP ROLE regress_serial_other;
\c :db
DROP DATABASE regress_serial_ledger;
