-- Corrections: one identifier was recorded in place of another, in any role, at any level of
-- packing; and errors of events on which others depend.

CREATE DATABASE regress_serial_correct TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_correct
SET client_min_messages = warning;
CREATE EXTENSION serial;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

-- The last result of some commands, or the error; what they wrote is undone.  Afterwards the
-- rows of all items must be what their events say.
CREATE FUNCTION ask(commands text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	command text;
	answer text;
	details text;
	hint text;
BEGIN
	BEGIN
		FOREACH command IN ARRAY string_to_array(commands, ';') LOOP
			IF command ~* '^\s*select' THEN
				EXECUTE command INTO answer;
			ELSE
				EXECUTE command;
			END IF;
		END LOOP;
		RAISE EXCEPTION USING ERRCODE = 'UNDO1', MESSAGE = concat_ws(' | ', coalesce(answer, 'NULL'),
			(SELECT 'ROW IS NOT ITS EVENTS: ' || string_agg(concat_ws(' ', i.id, c.disposition, c.place, c.consignee, 'events', s.disposition, s.place, s.consignee), ', ' ORDER BY i.id)
			 FROM serial.item AS i LEFT JOIN LATERAL serial_internal.current_state(i.id) AS c ON true LEFT JOIN LATERAL serial_internal.state(i.id) AS s ON true
			 WHERE (c.disposition, c.since, c.place, c.consignee) IS DISTINCT FROM (s.disposition, s.since, s.place, s.consignee)),
			(SELECT 'ROW IS NOT ITS EVENTS: ' || string_agg(concat_ws(' ', c.id, c."column", c.stored, c.folded), ', ') FROM serial.check_state() AS c),
			(SELECT 'CHANGED: ' || string_agg(k.seal::text, ', ') FROM serial.check_seals() AS k));
	EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
		RETURN SQLERRM;
	WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS details = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
		RETURN concat_ws(' | ', 'ERROR ' || SQLSTATE || ': ' || SQLERRM, nullif(details, ''), nullif(hint, ''));
	END;
END $$;
-- verdict, disposition, place, outermost container
CREATE FUNCTION now_is(id serial.serial) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' ', v.verdict, v.disposition, v.known_place, v.known_lot, v.known_expiry, 'in ' || serial.container(id)) FROM serial.verify(id) AS v
$$;
CREATE FUNCTION traced(id serial.serial) RETURNS text LANGUAGE sql AS $$
	SELECT string_agg(concat_ws(' ', t.event, t.business_step, 'corrects ' || t.corrects, 'corrected by ' || t.correcting_event), ', ' ORDER BY t.event)
	FROM serial.trace(id) AS t
$$;

-- One item, from its beginning to the counter.
SELECT ask($$SELECT serial.commission('{(01)04006381333931(21)E1}', 'LX', '2099-12-31', 'W1', '2026-01-01');SELECT serial.ship('{(01)04006381333931(21)E1}', 'W1', 'X', at => '2026-01-02');SELECT serial.receive('{(01)04006381333931(21)E1}', 'X1', at => '2026-01-03');SELECT serial.correct('(01)04006381333931(21)E1', '(01)04006381333931(21)F1', 'I read E for F') || ' events, ' || now_is('(01)04006381333931(21)F1') || ', ' || now_is('(01)04006381333931(21)E1')$$);
SELECT ask($$SELECT serial.commission('{(01)04006381333931(21)E1}', 'LX', '2099-12-31', 'W1', '2026-01-01');SELECT serial.receive('{(01)04006381333931(21)E1}', 'X1', at => '2026-01-03');SELECT serial.correct('(01)04006381333931(21)E1', '(01)04006381333931(21)F1', 'I read E for F');SELECT traced('(01)04006381333931(21)E1') || ' | ' || traced('(01)04006381333931(21)F1')$$);
SELECT ask($$SELECT serial.commission('{plain:u}');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT string_agg(concat_ws(' ', event, corrects, error_reason, attributes), ', ' ORDER BY event) FROM serial.event$$);
-- A wrong trade item: its lot is entered for the right one.
SELECT ask($$SELECT serial.commission('{(01)04006381333955(21)O1}', 'L9', '2099-12-31', 'W1');SELECT serial.correct('(01)04006381333955(21)O1', '(01)04006381333931(21)O1', 'wrong item number');SELECT now_is('(01)04006381333931(21)O1') || ', ' || now_is('(01)04006381333955(21)O1') || ', ' || string_agg(gtin || ' ' || lot || ' ' || expiry, ', ' ORDER BY gtin) FROM serial.lot$$);
SELECT ask($$SELECT serial.commission('{(01)04006381333931(21)O2}', 'L9', '2098-12-31', 'W1');SELECT serial.commission('{(01)04006381333955(21)O1}', 'L9', '2099-12-31', 'W1');SELECT serial.correct('(01)04006381333955(21)O1', '(01)04006381333931(21)O1', 'wrong item number')$$);
SELECT ask($$SELECT serial.commission('{plain:O1}', 'melt 7', '2099-12-31', 'W1');SELECT serial.correct('plain:O1', '(01)04006381333931(21)O1', 'wrong item number')$$);
-- An expiry date that was changed since is not the one of the event.
SELECT ask($$SELECT serial.commission('{(01)04006381333931(21)E1}', 'LX', '2098-12-31', 'W1');SELECT serial.set_lot_expiry('04006381333931', 'LX', '2099-12-31', 'stability data');SELECT serial.correct('(01)04006381333931(21)E1', '(01)04006381333931(21)F1', 'typed wrong');SELECT now_is('(01)04006381333931(21)F1')$$);

-- Of the items of an event, the wrong one alone changes.
SELECT ask($$SELECT serial.commission('{plain:a,plain:b,plain:wrong}', 'L', '2099-12-31', 'W1', '2026-01-01');SELECT serial.ship('{plain:a}', 'W1', 'X', at => '2026-01-02');SELECT serial.dispense('{plain:b}', 'W1', at => '2026-01-02');SELECT serial.receive('{plain:a,plain:wrong}', 'X1', at => '2026-01-03');SELECT serial.correct('plain:wrong', 'plain:right', 'typed wrong');SELECT string_agg(id || ' ' || now_is(id), ', ' ORDER BY id) FROM serial.item$$);
SELECT ask($$SELECT serial.commission('{plain:a,plain:wrong}', 'L', '2099-12-31', 'W1', '2026-01-01');SELECT serial.recall_items('{plain:a}', 'odd noise');SELECT serial.dispense('{plain:wrong}', 'W1');SELECT serial.correct('plain:wrong', 'plain:right', 'typed wrong');SELECT string_agg(id || ' ' || now_is(id), ', ' ORDER BY id) FROM serial.item$$);
-- Events of one time keep their order.
SELECT ask($$SELECT serial.commission('{plain:a,plain:wrong}', place => 'W1');SELECT serial.ship('{plain:a}', 'W1', 'X');SELECT serial.aggregate('plain:box', '{plain:a,plain:wrong}', 'X1');SELECT serial.receive('{plain:box}', 'X2');SELECT serial.correct('plain:wrong', 'plain:right', 'typed wrong');SELECT string_agg(id || ' ' || now_is(id), ', ' ORDER BY id) FROM serial.item$$);

-- Roles: child, container, whole and part, input and output.
SELECT ask($$SELECT serial.commission('{plain:a,plain:wrong,plain:box}', place => 'W1', at => '2026-01-01');SELECT serial.aggregate('plain:box', '{plain:a,plain:wrong}', 'W1', '2026-01-02');SELECT serial.ship('{plain:box}', 'W1', 'X', at => '2026-01-03');SELECT serial.receive('{plain:box}', 'X1', at => '2026-01-04');SELECT serial.disaggregate('plain:box', '{plain:a}', 'X1', '2026-01-05');SELECT serial.correct('plain:wrong', 'plain:right', 'typed wrong');SELECT string_agg(id || ' ' || now_is(id), ', ' ORDER BY id) || ' | ' || (SELECT string_agg(id::text, ', ' ORDER BY id) FROM serial.contents('plain:box', '2026-01-03')) FROM serial.item$$);
SELECT ask($$SELECT serial.commission('{plain:a,plain:b,plain:wrong}', place => 'W1', at => '2026-01-01');SELECT serial.aggregate('plain:wrong', '{plain:a,plain:b}', 'W1', '2026-01-02');SELECT serial.ship('{plain:wrong}', 'W1', 'X', at => '2026-01-03');SELECT serial.receive('{plain:wrong}', 'X1', at => '2026-01-04');SELECT serial.disaggregate('plain:wrong', '{plain:a}', 'X1', '2026-01-05');SELECT serial.correct('plain:wrong', 'plain:right', 'typed wrong');SELECT string_agg(id || ' ' || now_is(id), ', ' ORDER BY id) || ' | ' || (SELECT string_agg(id::text, ', ' ORDER BY id) FROM serial.contents('plain:right', '2026-01-03')) FROM serial.item$$);
SELECT ask($$SELECT serial.commission('{plain:a,plain:wrong,plain:truck}', place => 'W1', at => '2026-01-01');SELECT serial.aggregate('plain:wrong', '{plain:a}', 'W1', '2026-01-02');SELECT serial.aggregate('plain:truck', '{plain:wrong}', 'W1', '2026-01-03');SELECT serial.ship('{plain:truck}', 'W1', 'X', at => '2026-01-04');SELECT serial.correct('plain:wrong', 'plain:right', 'typed wrong');SELECT string_agg(id || ' ' || now_is(id), ', ' ORDER BY id) || ' | ' || (SELECT string_agg(id::text, ', ' ORDER BY id) FROM serial.contents('plain:truck')) FROM serial.item$$);
SELECT ask($$SELECT serial.commission('{plain:wrong,plain:box}');SELECT serial.pack('plain:box', '{plain:wrong}');SELECT serial.correct('plain:wrong', 'plain:right', 'typed wrong');SELECT now_is('plain:right') || ', ' || now_is('plain:wrong')$$);
SELECT ask($$SELECT serial.pack('plain:box', '{plain:wrong}');SELECT serial.correct('plain:wrong', 'plain:right', 'packed only');SELECT serial.container('plain:right')$$);
SELECT ask($$SELECT serial.commission('{plain:flour,plain:wrong}', at => '2026-01-01');SELECT serial.record('TransformationEvent', inputs => '{plain:flour,plain:wrong}', outputs => '{plain:cake}', at => '2026-01-02');SELECT serial.correct('plain:wrong', 'plain:right', 'typed wrong');SELECT string_agg(id::text, ', ' ORDER BY id) || ' | ' || now_is('plain:right') || ', ' || now_is('plain:wrong') FROM serial.made_from('plain:cake')$$);
SELECT ask($$SELECT serial.commission('{plain:flour}', at => '2026-01-01');SELECT serial.record('TransformationEvent', inputs => '{plain:flour}', outputs => '{plain:cake,plain:wrong}', at => '2026-01-02');SELECT serial.ship('{plain:wrong}', 'W1', 'X');SELECT serial.correct('plain:wrong', 'plain:right', 'typed wrong');SELECT string_agg(id::text, ', ' ORDER BY id) || ' | ' || now_is('plain:right') || ', ' || now_is('plain:wrong') || ', ' || now_is('plain:cake') FROM serial.made_into('plain:flour')$$);
SELECT ask($$SELECT serial.commission('{plain:engine,plain:wrong}', at => '2026-01-01');SELECT serial.record('AssociationEvent', 'ADD', '{plain:engine}', 'assembling', parent => 'plain:wrong', at => '2026-01-02');SELECT serial.correct('plain:wrong', 'plain:right', 'typed wrong');SELECT string_agg(concat_ws(' ', event, parent, corrects), ', ' ORDER BY event) FROM serial.event WHERE type = 'AssociationEvent'$$);
-- Quarantine, and what was ended inside.
SELECT ask($$SELECT serial.commission('{plain:a,plain:wrong}', at => '2026-01-01');SELECT serial.aggregate('plain:wrong', '{plain:a}', 'W1', '2026-01-02');SELECT serial.quarantine('{plain:wrong}', 'wet', 'W1', '2026-01-03');SELECT serial.correct('plain:wrong', 'plain:right', 'typed wrong');SELECT string_agg(id || ' ' || now_is(id), ', ' ORDER BY id) FROM serial.item$$);
SELECT ask($$SELECT serial.commission('{plain:a,plain:wrong}', at => '2026-01-01');SELECT serial.aggregate('plain:wrong', '{plain:a}', 'W1', '2026-01-02');SELECT serial.receive('{plain:wrong}', 'W2', at => '2026-01-03');SELECT serial.dispense('{plain:a}', at => '2026-01-04');SELECT serial.correct('plain:wrong', 'plain:right', 'typed wrong');SELECT string_agg(id || ' ' || now_is(id), ', ' ORDER BY id) FROM serial.item$$);

-- The right one is known: one scan was misread.
SELECT ask($$SELECT serial.commission('{plain:right}', 'L', '2099-12-31', 'W1', '2026-01-01');SELECT serial.ship('{plain:right}', 'W1', 'X', at => '2026-01-02');SELECT serial.receive('{plain:wrong}', 'X1', at => '2026-01-03');SELECT serial.dispense('{plain:right}', 'X1', at => '2026-01-04');SELECT serial.correct('plain:wrong', 'plain:right', 'smudged');SELECT now_is('plain:right') || ', ' || now_is('plain:wrong') || ' | ' || traced('plain:right')$$);
SELECT ask($$SELECT serial.commission('{plain:right,plain:wrong}');SELECT serial.correct('plain:wrong', 'plain:right', 'scanned twice')$$);
SELECT ask($$SELECT serial.commission('{plain:right}', at => '2026-01-01');SELECT serial.commission('{plain:wrong}', at => '2026-01-01');SELECT serial.correct('plain:wrong', 'plain:right', 'commissioned twice')$$);
SELECT ask($$SELECT serial.commission('{plain:right}', at => '2026-01-01');SELECT serial.dispense('{plain:right}', at => '2026-01-02');SELECT serial.receive('{plain:wrong}', 'X1', at => '2026-01-03');SELECT serial.correct('plain:wrong', 'plain:right', 'dispensed before')$$);
SELECT ask($$SELECT serial.commission('{plain:right}', at => '2026-01-01');SELECT serial.receive('{plain:right}', 'W2', at => '2026-01-03');SELECT serial.receive('{plain:wrong}', 'W1', at => '2026-01-01 06:00+00');SELECT serial.decommission('{plain:wrong}', 'stolen', at => '2026-01-02');SELECT serial.correct('plain:wrong', 'plain:right', 'stolen before it was received')$$);
SELECT ask($$SELECT serial.commission('{plain:right}', at => '2026-01-01');SELECT serial.aggregate('plain:box1', '{plain:right}', 'W1', '2026-01-02');SELECT serial.aggregate('plain:box2', '{plain:wrong}', 'W1', '2026-01-03');SELECT serial.correct('plain:wrong', 'plain:right', 'in two boxes')$$);
SELECT ask($$SELECT serial.commission('{plain:right}', at => '2026-01-01');SELECT serial.aggregate('plain:box1', '{plain:right}', 'W1', '2026-01-02');SELECT serial.disaggregate('plain:box1', '{plain:right}', 'W1', '2026-01-03');SELECT serial.aggregate('plain:box2', '{plain:wrong}', 'W1', '2026-01-04');SELECT serial.correct('plain:wrong', 'plain:right', 'one box after the other');SELECT now_is('plain:right') || ', ' || (SELECT string_agg(container || ' ' || depth, ', ') FROM serial.containers('plain:right', '2026-01-02 06:00+00') AS c(container, depth))$$);
SELECT ask($$SELECT serial.aggregate('plain:right', '{plain:wrong}', 'W1', '2026-01-02');SELECT serial.correct('plain:wrong', 'plain:right', 'one in the other')$$);
SELECT ask($$SELECT serial.aggregate('plain:right', '{plain:a}', 'W1', '2026-01-02');SELECT serial.aggregate('plain:a', '{plain:wrong}', 'W1', '2026-01-02');SELECT serial.correct('plain:wrong', 'plain:right', 'one in the other')$$);
SELECT ask($$SELECT serial.aggregate('plain:right', '{plain:a}', 'W1', '2026-01-02');SELECT serial.aggregate('plain:wrong', '{plain:b}', 'W1', '2026-01-02');SELECT serial.aggregate('plain:truck', '{plain:right}', 'W1', '2026-01-03');SELECT serial.correct('plain:wrong', 'plain:right', 'two labels on one box');SELECT string_agg(id::text, ', ' ORDER BY id) FROM serial.contents('plain:truck')$$);

-- The right one must have been issued, and not be void.
SELECT serial.create_pool('numbers', 'sgtin', '09506000134352', length => 6);
SELECT count(*) FROM serial.issue('numbers', 3);
SELECT serial.void(ARRAY['(01)09506000134352(21)000003'], 'label stolen');
SELECT ask($$SELECT serial.commission('{(01)09506000134352(21)000001}');SELECT serial.correct('(01)09506000134352(21)000001', '(01)09506000134352(21)000777', 'typed wrong')$$);
SELECT ask($$SELECT serial.commission('{(01)09506000134352(21)000001}');SELECT serial.correct('(01)09506000134352(21)000001', '(01)09506000134352(21)000003', 'typed wrong')$$);
SELECT ask($$SELECT serial.commission('{(01)09506000134352(21)000001}');SELECT serial.correct('(01)09506000134352(21)000001', '(01)09506000134352(21)000002', 'typed wrong');SELECT now_is('(01)09506000134352(21)000001') || ', ' || now_is('(01)09506000134352(21)000002')$$);
-- What was kept as evidence counts for the right one, if it is legal.
SELECT ask($$SELECT serial.commission('{(01)09506000134352(21)000001}', at => '2026-01-01');SELECT serial.receive('{(01)09506000134352(21)000771}', 'X1', at => '2026-01-02');SELECT serial.correct('(01)09506000134352(21)000771', '(01)09506000134352(21)000001', 'typed wrong');SELECT now_is('(01)09506000134352(21)000001') || ', ' || now_is('(01)09506000134352(21)000771') || ' | ' || string_agg(concat_ws(' ', event, is_accepted, corrects), ', ' ORDER BY event) FROM serial.event$$);

-- What is no correction.
SELECT ask($$SELECT serial.correct('plain:u', 'plain:u', 'typed wrong')$$);
SELECT ask($$SELECT serial.correct('plain:u', 'plain:v', 'typed wrong')$$);
SELECT ask($$SELECT serial.correct('plain:u', NULL, 'typed wrong')$$);
SELECT ask($$SELECT serial.correct('plain:u', 'plain:v', NULL)$$);
SELECT ask($$SELECT serial.commission('{plain:u}');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong')$$);
-- There and back again.
SELECT ask($$SELECT serial.commission('{plain:u,plain:box}', at => '2026-01-01');SELECT serial.aggregate('plain:box', '{plain:u}', 'W1', '2026-01-02');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT serial.correct('plain:v', 'plain:u', 'it was right');SELECT now_is('plain:u') || ', ' || now_is('plain:v')$$);
-- A report of the wrong event that is repeated is not recorded again.
SELECT ask($$SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:u}', 'receiving', place => 'X', event_id => 'urn:x:1');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:u}', 'receiving', place => 'X', event_id => 'urn:x:1') || ' ' || count(*) FROM serial.event$$);
-- Sealed events stay.
SELECT ask($$SELECT serial.commission('{plain:u}');SELECT serial.seal();SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT serial.seal();SELECT now_is('plain:v') || ', ' || count(*) FROM serial.proof((SELECT max(event) FROM serial.event))$$);
-- A later correction of the right one, and an error of a new event.
SELECT ask($$SELECT serial.commission('{plain:u}', at => '2026-01-01');SELECT serial.ship('{plain:u}', 'W1', 'X', at => '2026-01-02');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT serial.declare_error(max(event), 'did_not_occur') FROM serial.event WHERE business_step = 'shipping' AND corrects IS NULL;SELECT now_is('plain:v')$$);
-- Links that were written since would not be seen.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT ask($$SELECT serial.commission('{plain:u}');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong')$$);
COMMIT;

-- An error of a beginning on which others depend is refused.
SELECT ask($$SELECT serial.commission('{plain:u}', at => '2026-01-01');SELECT serial.receive('{plain:u}', 'X', at => '2026-01-02');SELECT serial.declare_error(min(event), 'incorrect_data') FROM serial.event$$);
SELECT ask($$SELECT serial.commission('{plain:u}', at => '2026-01-01');SELECT serial.record('ObjectEvent', 'OBSERVE', '{plain:u}', at => '2026-01-02');SELECT serial.declare_error(min(event), 'incorrect_data') FROM serial.event$$);
SELECT ask($$SELECT serial.commission('{plain:u}', at => '2026-01-01');SELECT serial.aggregate('plain:box', '{plain:u}', 'X', at => '2026-01-02');SELECT serial.declare_error(min(event), 'incorrect_data') FROM serial.event$$);
SELECT ask($$SELECT serial.commission('{plain:u}', at => '2026-01-01');SELECT serial.pack('plain:box', '{plain:u}', '2026-01-02');SELECT serial.declare_error(min(event), 'incorrect_data') FROM serial.event$$);
SELECT ask($$SELECT serial.commission('{plain:u}', at => '2026-01-01');SELECT serial.pack('plain:u', '{plain:content}', '2026-01-02');SELECT serial.unpack('{plain:content}', '2026-01-03');SELECT serial.declare_error(min(event), 'incorrect_data') FROM serial.event$$);
SELECT ask($$SELECT serial.commission('{plain:u}', at => '2026-01-01');SELECT serial.record('TransformationEvent', inputs => '{plain:u}', outputs => '{plain:cake}', at => '2026-01-02');SELECT serial.declare_error(min(event), 'incorrect_data') FROM serial.event$$);
SELECT ask($$SELECT serial.commission('{plain:u,plain:other}', at => '2026-01-01');SELECT serial.dispense('{plain:other}', at => '2026-01-02');SELECT serial.declare_error(min(event), 'incorrect_data') FROM serial.event$$);
SELECT ask($$SELECT serial.commission('{plain:u}', at => '2026-01-01');SELECT serial.dispense('{plain:u}', at => '2026-01-02');SELECT serial.declare_error(max(event), 'did_not_occur') FROM serial.event;SELECT serial.declare_error(min(event), 'did_not_occur') FROM serial.event;SELECT now_is('plain:u')$$);

-- The right one leaves the container that it is in when its wrong identifier was dispensed.
SELECT ask($$SELECT serial.aggregate('plain:box', '{plain:v}', 'W1', '2026-01-02');SELECT serial.receive('{plain:u}', 'W1', at => '2026-01-03');SELECT serial.dispense('{plain:u}', at => '2026-01-04');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT concat_ws(' | ', now_is('plain:v'), (SELECT string_agg(concat_ws(' ', l.child, l.parent, l.since::date, l.until::date), ', ') FROM serial_internal.links_of('{plain:v}', true) AS l), (SELECT count(*) FROM serial.check_state()))$$);
-- So it does if its unpacking was reported since, and is back if the dispensing is undone.
SELECT ask($$SELECT serial.aggregate('plain:box', '{plain:v}', 'W1', '2026-01-02');SELECT serial.receive('{plain:u}', 'W1', at => '2026-01-03');SELECT serial.dispense('{plain:u}', at => '2026-01-04');SELECT serial.unpack('{plain:v}', '2026-01-06');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT concat_ws(' | ', now_is('plain:v'), (SELECT string_agg(concat_ws(' ', l.child, l.parent, l.since::date, l.until::date), ', ') FROM serial_internal.links_of('{plain:v}', true) AS l), (SELECT count(*) FROM serial.check_state()))$$);
SELECT ask($$SELECT serial.aggregate('plain:box', '{plain:v}', 'W1', '2026-01-02');SELECT serial.receive('{plain:u}', 'W1', at => '2026-01-03');SELECT serial.dispense('{plain:u}', at => '2026-01-04');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT serial.declare_error(max(event), 'did_not_occur') FROM serial.event WHERE business_step = 'dispensing' AND corrects IS NULL;SELECT concat_ws(' | ', now_is('plain:v'), (SELECT string_agg(concat_ws(' ', l.child, l.parent, l.since::date, l.until::date), ', ') FROM serial_internal.links_of('{plain:v}', true) AS l), (SELECT count(*) FROM serial.check_state()))$$);
-- After its end it cannot have been packed; what ends together with its container stays there.
SELECT ask($$SELECT serial.receive('{plain:u}', 'W1', at => '2026-01-01');SELECT serial.dispense('{plain:u}', at => '2026-01-01');SELECT serial.aggregate('plain:box', '{plain:v}', 'W1', '2026-01-02');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT concat_ws(' | ', now_is('plain:v'), (SELECT string_agg(concat_ws(' ', l.child, l.parent, l.since::date, l.until::date), ', ') FROM serial_internal.links_of('{plain:v}', true) AS l), (SELECT count(*) FROM serial.check_state()))$$);
SELECT ask($$SELECT serial.aggregate('plain:box', '{plain:v}', 'W1', '2026-01-02');SELECT serial.receive('{plain:u}', 'W1', at => '2026-01-03');SELECT serial.decommission('{plain:box,plain:u}', 'destroyed', at => '2026-01-04');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT concat_ws(' | ', now_is('plain:v'), (SELECT string_agg(concat_ws(' ', l.child, l.parent, l.since::date, l.until::date), ', ') FROM serial_internal.links_of('{plain:v}', true) AS l), (SELECT count(*) FROM serial.check_state()))$$);
-- So does the wrong one where the right one was recorded to end, and either may be packed anew afterwards.
SELECT ask($$SELECT serial.commission('{plain:v}', at => '2026-01-01');SELECT serial.aggregate('plain:box1', '{plain:u}', 'W1', '2026-01-02');SELECT serial.dispense('{plain:v}', 'W1', '2026-01-03');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT concat_ws(' | ', now_is('plain:v'), (SELECT string_agg(concat_ws(' ', l.child, l.parent, l.since::date, l.until::date), ', ') FROM serial_internal.links_of('{plain:v}', true) AS l), (SELECT count(*) FROM serial.check_state()))$$);
SELECT ask($$SELECT serial.commission('{plain:v}', at => '2026-01-01');SELECT serial.aggregate('plain:box1', '{plain:u}', 'W1', '2026-01-02');SELECT serial.decommission('{plain:v}', 'exported', 'W1', '2026-01-03');SELECT serial.reinstate('{plain:v}', '2026-01-04');SELECT serial.aggregate('plain:box2', '{plain:v}', 'W1', '2026-01-05');SELECT serial.dispense('{plain:v}', 'W1', '2026-01-06');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT concat_ws(' | ', now_is('plain:v'), (SELECT string_agg(concat_ws(' ', l.child, l.parent, l.since::date, l.until::date), ', ') FROM serial_internal.links_of('{plain:v}', true) AS l), (SELECT count(*) FROM serial.check_state()))$$);
SELECT ask($$SELECT serial.commission('{plain:v}', at => '2026-01-01');SELECT serial.aggregate('plain:box1', '{plain:v}', 'W1', '2026-01-02');SELECT serial.receive('{plain:u}', 'W1', at => '2026-01-02 12:00+00');SELECT serial.decommission('{plain:u}', 'exported', 'W1', '2026-01-03');SELECT serial.reinstate('{plain:u}', '2026-01-04');SELECT serial.aggregate('plain:box2', '{plain:u}', 'W1', '2026-01-05');SELECT serial.dispense('{plain:u}', 'W1', '2026-01-06');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT concat_ws(' | ', now_is('plain:v'), (SELECT string_agg(concat_ws(' ', l.child, l.parent, l.since::date, l.until::date), ', ') FROM serial_internal.links_of('{plain:v}', true) AS l), (SELECT count(*) FROM serial.check_state()))$$);
SELECT ask($$SELECT serial.commission('{plain:u}', at => '2026-01-01');SELECT serial.aggregate('plain:box1', '{plain:u}', 'W1', '2026-01-02');SELECT serial.decommission('{plain:u}', 'exported', 'W1', '2026-01-03');SELECT serial.reinstate('{plain:u}', '2026-01-04');SELECT serial.aggregate('plain:box2', '{plain:u}', 'W1', '2026-01-05');SELECT serial.dispense('{plain:u}', 'W1', '2026-01-06');SELECT serial.correct('plain:u', 'plain:v', 'typed wrong');SELECT concat_ws(' | ', now_is('plain:v'), (SELECT string_agg(concat_ws(' ', l.child, l.parent, l.since::date, l.until::date), ', ') FROM serial_internal.links_of('{plain:v}', true) AS l), (SELECT count(*) FROM serial.check_state()))$$);

-- A correction of a lot with which another beginning agrees: without it the item would leave its lot silently.
SELECT s.n, ask(format($q$SELECT serial.commission('{plain:u}', 'L1', at => '2026-01-01');SELECT serial.correct_lot('{plain:u}', 'L2', NULL, 'misread');SELECT %s;SELECT serial.declare_error(min(event) + 1, 'incorrect_data') FROM serial.event;SELECT now_is('plain:u')$q$, s.step)) AS answer
FROM (VALUES
	(1, $$serial.record('TransformationEvent', inputs => '{plain:x}', outputs => '{plain:u}', lot => 'L2')$$),
	(2, $$serial.record('ObjectEvent', 'ADD', '{plain:u}', lot => 'L2', at => '2026-01-02')$$),
	(3, $$serial.record('TransformationEvent', inputs => '{plain:u}', outputs => '{plain:y}', lot => 'L3')$$),
	(4, $$serial.record('ObjectEvent', 'ADD', '{plain:u}', lot => 'L2', at => '2026-01-02');SELECT serial.correct_lot('{plain:u}', 'L3', NULL, 'misread')$$),
	(5, $$serial.record('ObjectEvent', 'OBSERVE', '{plain:u}', 'stocking', place => 'W1')$$)) AS s(n, step) ORDER BY s.n;

\c :db
DROP DATABASE regress_serial_correct;
