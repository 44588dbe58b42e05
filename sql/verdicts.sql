-- Verdicts of serial.verify: where the number comes from decides first, then what is
-- printed, then the state, then what is known of the beginning.

CREATE DATABASE regress_serial_verdicts TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_verdicts
SET client_min_messages = warning;
CREATE EXTENSION serial;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

-- Numbers of events depend on the queries before.
CREATE FUNCTION without_numbers(answer text) RETURNS text
	RETURN regexp_replace(answer, '\m([Ee]vent) [0-9]+', '\1 %', 'g');

-- The last result of some commands, or the error; what they wrote is undone.
CREATE FUNCTION ask(commands text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	command text;
	answer text;
	details text;
BEGIN
	BEGIN
		FOREACH command IN ARRAY string_to_array(commands, ';') LOOP
			IF command ~* '^\s*select' THEN
				EXECUTE command INTO answer;
			ELSE
				EXECUTE command;
			END IF;
		END LOOP;
		RAISE EXCEPTION USING ERRCODE = 'UNDO1', MESSAGE = coalesce(answer, 'NULL');
	EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
		RETURN without_numbers(SQLERRM);
	WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS details = PG_EXCEPTION_DETAIL;
		RETURN without_numbers(concat_ws(' | ', 'ERROR ' || SQLSTATE || ': ' || SQLERRM, nullif(details, '')));
	END;
END $$;

-- Reports from practice.
-- verify passes over the lot in the link, or does not take a whole scan
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)E1'],'LX','2027-12-31','W1');SELECT verdict FROM serial.verify('https://example.com/01/04006381333931/10/WRONG/21/E1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)E1'],'LX','2027-12-31','W1');SELECT verdict FROM serial.verify(E'010400638133393121E1\x1D1727123110LX')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)E1'],'LX','2027-12-31','W1');SELECT verdict FROM serial.verify('(01)04006381333931(21)E1(10)LX(17)271231')$$);
SELECT ask($$SELECT serial.verify('(01)04006381333931(21)E1(10)LX(17)271231', 'LY')$$);
SELECT ask($$SELECT serial.verify('(01)04006381333931(21)E1(10)LX(17)271231', 'LX', '2027-12-30')$$);
SELECT ask($$SELECT v.verdict FROM serial.verify('no code', 'x', '2020-01-01', record => true) AS v$$);
-- a wrong case, or O for 0, of an identifier that is known
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)E1'],'LX','2027-12-31','W1');SELECT verdict || ': ' || reason FROM serial.verify('(01)04006381333931(21)e1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)E01'],'LX','2027-12-31','W1');SELECT verdict || ': ' || reason FROM serial.verify('(01)04006381333931(21)EO1')$$);
-- no lot known: not a wrong lot, and not genuine
SELECT ask($$SELECT serial.receive(ARRAY['(01)00300450449108(21)S2'],'PHARM');SELECT (v.verdict, v.is_genuine, v.is_authentic, v.is_saleable, v.is_alarming) FROM serial.verify('(01)00300450449108(21)S2','L7','2099-12-31') AS v$$);
SELECT ask($$SELECT serial.receive(ARRAY['(01)00300450449108(21)S2'],'PHARM');SELECT (serial.saleable('(01)00300450449108(21)S2'), serial.saleable('(01)00300450449108(21)S2', confirmed => false))$$);
-- but what is printed counts where nothing is known
SELECT ask($$SELECT serial.receive(ARRAY['(01)00300450449108(21)S2'],'PHARM');SELECT verdict FROM serial.verify('(01)00300450449108(21)S2','L7','2020-12-31')$$);
-- the expiry of the lot
SELECT ask($$INSERT INTO serial.lot(gtin,lot,expiry) VALUES ('04006381333931','OLD','2020-01-31');SELECT serial.commission(ARRAY['(01)04006381333931(21)OLD1'],'OLD',NULL,'W1');SELECT verdict FROM serial.verify('(01)04006381333931(21)OLD1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)EXT1'],'EXT','2026-06-30','W1');UPDATE serial.lot SET expiry='2099-06-30' WHERE lot='EXT';SELECT verdict FROM serial.verify('(01)04006381333931(21)EXT1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)EXT1'],'EXT','2026-06-30','W1');SELECT serial.set_lot_expiry('4006381333931','EXT','2099-06-30','stability data');SELECT verdict FROM serial.verify('(01)04006381333931(21)EXT1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)EXT1'],'EXT','2026-06-30','W1');SELECT serial.set_lot_expiry('4006381333931','EXT','2099-06-30','stability data');UPDATE serial.lot SET expiry = '2098-01-01';SELECT string_agg(concat_ws(' ', gtin, lot, old_expiry, new_expiry, coalesce(reason, 'NULL'), changed_by = session_user), ', ' ORDER BY change) FROM serial.lot_change$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)EXT1'],'EXT',NULL,'W1');SELECT serial.set_lot_expiry('4006381333931','EXT','2099-06-30','certificate came');SELECT serial.set_lot_expiry('4006381333931','EXT','2099-06-30','again');SELECT string_agg(concat_ws(' ', coalesce(c.old_expiry::text, 'none'), c.new_expiry, c.reason, c.changed_by = session_user), ',') FROM serial.lot_change AS c$$);
SELECT d.expiry, ask(format($$INSERT INTO serial.lot (gtin, lot, expiry, produced_on) VALUES ('4006381333931', 'LP', '2099-06-30', '2026-02-01');SELECT serial.set_lot_expiry('4006381333931', 'LP', %L, 'typed');SELECT l.expiry FROM serial.lot AS l$$, d.expiry))
FROM unnest('{2026-01-31,2026-02-01}'::date[]) AS d(expiry);
-- Of an item whose lot is not known, what is printed must agree with what is known of the printed lot.
SELECT e.printed, ask(format($$INSERT INTO serial.lot (gtin, lot, expiry) VALUES ('4006381333931', 'LP', '2060-06-30'), ('4006381333931', 'LN', NULL);SELECT serial.commission('{(01)04006381333931(21)P1}');SELECT concat_ws(' ', v.verdict, v.is_authentic, v.reason) FROM serial.verify('(01)04006381333931(21)P1' || %L) AS v$$, e.printed)) AS answer
FROM unnest('{(10)LP(17)600630,(10)LP(17)600531,(10)LP(17)200131,(10)LN(17)600531,(10)LX(17)200131,(17)600531}'::text[]) WITH ORDINALITY AS e(printed, n) ORDER BY e.n;
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)X1'],'EXT','2099-06-30','W1');SELECT serial.commission(ARRAY['(01)04006381333931(21)X2'],'EXT','2099-07-31','W1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)X1'],'EXT','2099-06-30','W1');SELECT serial.record('ObjectEvent','ADD',ARRAY['(01)04006381333931(21)X2'],'commissioning',lot=>'EXT',expiry=>'2099-07-31',strict=>false);SELECT (a.kind, a.id, a.detail) FROM serial.alert AS a$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)X1'],'EXT',NULL,'W1');SELECT serial.commission(ARRAY['(01)04006381333931(21)X2'],'EXT','2020-07-31','W1');SELECT verdict FROM serial.verify('(01)04006381333931(21)X1')$$);
-- the text of a lot
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)W1'],' LOT9','2029-01-31','W1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)W5'],'','2029-01-31','W1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)W5'],repeat('L', 21),'2029-01-31','W1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:W5'],'melt 7','2099-01-31','W1');SELECT verdict FROM serial.verify('plain:W5', 'melt 7')$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:W5'],'melt ','2029-01-31','W1')$$);
SELECT ask($$INSERT INTO serial.lot (gtin, lot) VALUES ('4006381333931', 'A'), ('96385074', 'B');SELECT string_agg(gtin || ' ' || lot, ', ') FROM serial.lot$$);
SELECT ask($$INSERT INTO serial.lot (gtin, lot) VALUES ('4006381333932', 'A')$$);
SELECT ask($$INSERT INTO serial.lot (gtin, lot) VALUES ('4006381333931', 'A B')$$);

-- Pools: a number that was not issued, or is void, is genuine for nobody.
SELECT serial.create_pool('fin','sgtin','07612345678900',length=>10,random=>true);
SELECT serial.create_pool('vx','sgtin','05000112637922',length=>6);
SELECT count(*) FROM serial.issue('vx',9,'v');
SELECT serial.lease('vx',10,'CMO2') AS lease;
CREATE TABLE returned AS SELECT serial.lease('vx',2,'CMO3') AS lease;
SELECT serial.return_lease(lease) FROM returned;
SELECT serial.void(ARRAY['(01)05000112637922(21)000006'],'labels stolen');
SELECT id, v.verdict, v.reason, v.is_alarming FROM unnest('{(01)07612345678900(21)1234567890,(01)05000112637922(21)000005,(01)05000112637922(21)000006,
	(01)05000112637922(21)000019,(01)05000112637922(21)000021,(01)05000112637922(21)000900}'::serial.serial[]) AS id CROSS JOIN LATERAL serial.verify(id) AS v;
SELECT ask($$SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['(01)07612345678900(21)1234567890'],'receiving',place=>'W1',strict=>false);SELECT verdict FROM serial.verify('(01)07612345678900(21)1234567890')$$);
SELECT ask($$SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['(01)05000112637922(21)000019'],'accepting',place=>'W1',strict=>false);SELECT verdict FROM serial.verify('(01)05000112637922(21)000019')$$);
SELECT ask($$SELECT serial.receive(ARRAY['(01)05000112637922(21)000005'],'W1');SELECT verdict FROM serial.verify('(01)05000112637922(21)000005')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)05000112637922(21)000004'],'L1','2099-01-31','W1');SELECT serial.void(ARRAY['(01)05000112637922(21)000004'],'labels stolen');SELECT (v.verdict, v.is_authentic, v.is_alarming) FROM serial.verify('(01)05000112637922(21)000004') AS v$$);
SELECT ask($$SELECT serial.record('ObjectEvent','ADD',ARRAY['plain:enc'],'encoding');SELECT verdict FROM serial.verify('plain:enc')$$);
SELECT ask($$SELECT serial.record('ObjectEvent','ADD',ARRAY['plain:enc'],'encoding');SELECT serial.commission(ARRAY['plain:enc']);SELECT verdict FROM serial.verify('plain:enc')$$);
SELECT ask($$SELECT serial.record('ObjectEvent','ADD',ARRAY['plain:enc'],'reserving');SELECT verdict FROM serial.verify('plain:enc')$$);
-- made by a transformation, reported late
SELECT ask($$SELECT serial.receive(ARRAY['plain:loaf'], 'shop');SELECT serial.record('TransformationEvent',inputs=>'{plain:flour}',outputs=>'{plain:loaf}',at=>now() - interval '1 day');SELECT verdict FROM serial.verify('plain:loaf')$$);
-- packed into a true case, and never mentioned otherwise
SELECT ask($$SELECT serial.commission(ARRAY['plain:case']);SELECT serial.aggregate('plain:case', '{plain:stranger}', 'W1');SELECT verdict FROM serial.verify('plain:stranger')$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:case']);SELECT serial.pack('plain:case', '{plain:stranger}');SELECT verdict FROM serial.verify('plain:stranger')$$);

-- Blocking dispositions stay until an event is about the item itself.
SELECT ask($$SELECT serial.commission('{plain:u,plain:c}', place => 'W1');SELECT serial.aggregate('plain:c', '{plain:u}', 'W1');SELECT serial.decommission('{plain:u}','withdrawn');SELECT serial.ship('{plain:c}', 'W1', 'X');SELECT verdict FROM serial.verify('plain:u')$$);
SELECT ask($$SELECT serial.commission('{plain:u,plain:c}', place => 'W1');SELECT serial.aggregate('plain:c', '{plain:u}', 'W1');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','damaged');SELECT serial.ship('{plain:c}', 'W1', 'X');SELECT serial.disaggregate('plain:c', '{plain:u}', 'Y');SELECT serial.receive('{plain:c}', 'Y');SELECT v.verdict || ' ' || v.disposition || ' ' || (s.disposition IS NOT DISTINCT FROM v.disposition) FROM serial.verify('plain:u') AS v, serial_internal.state('plain:u') AS s$$);
SELECT ask($$SELECT serial.commission('{plain:u,plain:c}', place => 'W1');SELECT serial.aggregate('plain:c', '{plain:u}', 'W1');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','damaged');SELECT serial.ship('{plain:c}', 'W1', 'X');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','active');SELECT verdict FROM serial.verify('plain:u')$$);
-- only words that block block
SELECT ask($$SELECT serial.commission('{plain:u}');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting',persistent_disposition => '{"set":["completeness_verified"]}');SELECT verdict FROM serial.verify('plain:u')$$);
SELECT ask($$SELECT serial.commission('{plain:u}');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting',persistent_disposition => '{"set":["recalled"]}');SELECT verdict FROM serial.verify('plain:u')$$);
SELECT ask($$SELECT serial.commission('{plain:u}');SELECT serial.quarantine('{plain:u}','odd');SELECT verdict FROM serial.verify('plain:u')$$);
-- the day of expiry, in any session
SELECT ask($$SELECT serial.commission('{plain:u}', 'L', serial_internal.day_of(now()));SET LOCAL timezone = 'Pacific/Kiritimati';SELECT verdict FROM serial.verify('plain:u')$$);
SELECT ask($$SELECT serial.commission('{plain:u}', 'L', serial_internal.day_of(now()) - 1);SET LOCAL timezone = 'Pacific/Midway';SELECT verdict FROM serial.verify('plain:u')$$);
SELECT ask($$SET serial.time_zone = 'Nowhere/Atlantis'$$);
-- void_shipping takes the consignee back
SELECT ask($$SELECT serial.commission('{plain:u,plain:c}', place => 'W1');SELECT serial.aggregate('plain:c', '{plain:u}', 'W1');SELECT serial.ship('{plain:c}', 'W1', 'X');SELECT serial.record('ObjectEvent','OBSERVE','{plain:c}','void_shipping');SELECT coalesce(string_agg(consignee, ','), 'nobody') FROM serial_internal.current_state('plain:u')$$);
SELECT ask($$SELECT serial.commission('{plain:u,plain:c}', place => 'W1');SELECT serial.ship('{plain:u}', 'W1', 'X');SELECT serial.receive('{plain:u}', 'W2');SELECT serial.ship('{plain:u}', 'W2', 'Y');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','void_shipping');SELECT s.consignee || ' ' || t.consignee FROM serial_internal.current_state('plain:u') AS s, serial_internal.state('plain:u') AS t$$);

-- A lot typed wrong at commissioning, found after shipping.
SELECT ask($$SELECT serial.commission('{(01)04006381333931(21)E1}', 'LOTX', '2098-12-31', 'W1');SELECT serial.ship('{(01)04006381333931(21)E1}', 'W1', 'X');SELECT serial.correct_lot('{(01)04006381333931(21)E1}', 'LOTY', '2099-12-31', 'typed wrong');SELECT concat_ws(' ', v.verdict, v.known_lot, v.known_expiry, v.disposition, (SELECT string_agg(lot || ' ' || expiry, ', ' ORDER BY lot) FROM serial.lot)) FROM serial.verify('(01)04006381333931(21)E1') AS v$$);
SELECT ask($$SELECT serial.commission('{(01)04006381333931(21)E1,(01)04006381333931(21)E2}', 'LOTX', '2098-12-31', 'W1');SELECT serial.dispense('{(01)04006381333931(21)E1}', 'X');SELECT serial.correct_lot('{(01)04006381333931(21)E1}', 'LOTY', NULL, 'typed wrong');SELECT serial.recall('04006381333931', '{LOTY}', 'r');SELECT string_agg(id || ' ' || disposition, ', ') FROM serial.recalled((SELECT max(recall) FROM serial.recall))$$);
SELECT ask($$SELECT serial.correct_lot('{(01)04006381333931(21)E1}', 'LOTY', NULL, 'typed wrong')$$);
SELECT ask($$SELECT serial.commission('{plain:u}', 'L1', '2098-12-31');SELECT serial.correct_lot('{plain:u}', 'L2', NULL, 'typed wrong');SELECT serial.declare_error((SELECT max(event) FROM serial.event), 'incorrect_data');SELECT known_lot || ' ' || known_expiry FROM serial.verify('plain:u')$$);
-- An expiry date typed wrong is that of the whole lot.
BEGIN;
SELECT serial.commission('{(01)04006381333931(21)E1}', 'LOTX', '2098-12-31') > 0 AS made;
SELECT serial.correct_lot('{(01)04006381333931(21)E1}', 'LOTX', '2099-12-31', 'typed wrong');
ROLLBACK;
-- An LGTIN is of its own lot.
SELECT ask($$SELECT serial.commission('{(01)04006381333931(10)LOTX}', 'LOTY')$$);
SELECT ask($$SELECT serial.commission('{(01)04006381333931(10)LOTX}', 'LOTX', '2098-12-31');SELECT serial.correct_lot('{(01)04006381333931(10)LOTX}', 'LOTY', NULL, 'typed wrong')$$);
SELECT ask($$SELECT serial.commission('{(01)04006381333931(10)LOTX}', 'LOTX', '2098-12-31');SELECT string_agg(concat_ws(' ', e.id, e.lot, v.verdict), ', ') FROM serial.expiring('100 years') AS e, LATERAL serial.verify(e.id) AS v WHERE serial.scheme(e.id) = 'lgtin'$$);
SELECT ask($$SELECT serial.record('TransformationEvent', inputs => '{plain:drum}', outputs => '{(01)04006381333931(10)LOTX}', lot => 'LOTY')$$);
-- What begins as an LGTIN has the lot and the expiry date that other items of the lot have.
SELECT ask($$SELECT serial.commission('{(01)04006381333931(10)LOTX}', NULL, '2020-01-31');SELECT serial.commission('{(01)04006381333931(21)E1}', 'LOTX');SELECT verdict || ' ' || known_expiry FROM serial.verify('(01)04006381333931(21)E1')$$);
SELECT ask($$SELECT serial.commission('{(01)04006381333931(21)E1}', 'LOTX', '2098-12-31');SELECT serial.commission('{(01)04006381333931(10)LOTX,(01)04006381333931(10)LOTY}', NULL, '2099-12-31')$$);
SELECT ask($$SELECT serial.commission('{(01)04006381333931(10)LOTX,(01)04006381333931(10)LOTY}', NULL, '2099-12-31');SELECT string_agg(lot || ' ' || expiry, ', ' ORDER BY lot) FROM serial.lot$$);
-- The label of a pallet tells the lot and the expiry date of what is on it.
SELECT ask($$SELECT serial.commission('{(00)306141410000099970}', 'PALLET-1', '2098-12-31');SELECT string_agg(v.verdict, ', ') FROM unnest('{(00)306141410000099970(02)04006381333931(37)10(10)LOTX,(00)306141410000099970(02)04006381333931(37)10(17)200131}'::text[]) AS s(scanned), serial.verify(s.scanned) AS v$$);
-- Where it was asked is one place in every spelling; a wrong one is kept as it came.
SELECT ask($$SELECT string_agg((serial.verify('(01)04006381333931(21)E1', record => true, place => p.place)).verdict, ', ') FROM unnest('{9506000000015,(414)9506000000015,https://id.gs1.org/414/9506000000015,9506000000016,till 7}'::text[]) AS p(place);SELECT string_agg(place, ', ' ORDER BY verification) FROM serial.verification$$);
-- Forms send an empty text where no lot is printed.
SELECT ask($$SELECT serial.commission('{(01)04006381333931(21)E1}', 'LOTX');SELECT concat_ws(', ', (SELECT verdict FROM serial.verify('(01)04006381333931(21)E1', '')), (SELECT verdict FROM serial.verify(serial.parse('(01)04006381333931(21)E1'), '')), (SELECT verdict FROM serial.verify('(01)04006381333931(10)LOTX(21)E1', '')))$$);
-- What expires is found by the expiry date of the lot.
SELECT ask($$SELECT serial.commission('{(01)04006381333931(21)E1}', 'LOTX', '2098-12-31', 'W1');SELECT serial.commission('{(01)04006381333931(21)E2}', 'LOTZ', NULL, 'W1');SELECT serial.commission('{plain:x}', NULL, serial_internal.day_of(now()) + 5, 'W1');INSERT INTO serial.lot (gtin, lot, expiry) VALUES ('04006381333931', 'LOTW', serial_internal.day_of(now()) + 7);SELECT serial.receive('{(01)04006381333931(10)LOTW}', 'W1');SELECT serial.set_lot_expiry('04006381333931', 'LOTX', serial_internal.day_of(now()) + 3, 'x');SELECT (SELECT string_agg(concat_ws(' ', id, expiry - serial_internal.day_of(now()), lot), ', ' ORDER BY expiry) FROM serial.expiring('10 days')) || ' | ' || (SELECT count(*) FROM serial.expiring('4 days', 'W1')) || ' | ' || (SELECT string_agg(concat_ws(' ', lot, items), ', ' ORDER BY lot) FROM serial.on_hand('W1'))$$);

-- Recalls.
SELECT ask($$SELECT serial.receive('{(01)09506000134352(10)LOT9}', 'shop');SELECT serial.recall('9506000134352','{LOT9}', 'x') AS r;SELECT (SELECT verdict FROM serial.verify('(01)09506000134352(10)LOT9')) || ' ' || (SELECT string_agg(id || ' ' || lot, ',') FROM serial.recalled((SELECT max(recall) FROM serial.recall)))$$);
SELECT ask($$SELECT serial.commission('{plain:a,plain:b,plain:box}');SELECT serial.aggregate('plain:box', '{plain:a}', 'W1');SELECT serial.recall_items('{plain:a,plain:never}', 'odd noise');SELECT string_agg(id || ' ' || v.verdict, ', ') FROM unnest('{plain:a,plain:b,plain:box,plain:never}'::serial.serial[]) AS id, LATERAL serial.verify(id) AS v$$);
-- a box that was empty when it was packed into a pallet
SELECT ask($$SELECT serial.commission('{plain:a,plain:box,plain:pallet}');SELECT serial.aggregate('plain:pallet', '{plain:box}', 'W1');SELECT serial.recall_items('{plain:a}', 'odd noise');CREATE TEMPORARY TABLE before AS SELECT verdict FROM serial.verify('plain:box');SELECT serial.aggregate('plain:box', '{plain:a}', 'W1');SELECT (SELECT verdict FROM before) || ', ' || string_agg(id || ' ' || v.verdict, ', ') FROM unnest('{plain:box,plain:pallet}'::serial.serial[]) AS id, LATERAL serial.verify(id) AS v$$);
SELECT ask($$SELECT serial.commission('{(01)04006381333931(21)0007,(01)04006381333931(21)0010,(01)04006381333931(21)0011,(01)04006381333931(21)10,(01)04006381333931(21)00105}');SELECT serial.recall_range('(01)04006381333931(21)0005', '(01)04006381333931(21)0010', 'odd noise');SELECT string_agg(i.id || ' ' || v.verdict, ', ' ORDER BY i.id) || ' | ' || (SELECT string_agg(serial.number(r.id), ', ') FROM serial.recalled((SELECT max(recall) FROM serial.recall)) AS r) FROM serial.item AS i, LATERAL serial.verify(i.id) AS v$$);
SELECT ask($$SELECT serial.recall(repeat('x', 2001), '{L1}', 'odd noise')$$);
SELECT ask($$SELECT serial.recall_range('(01)04006381333931(21)5', '(01)04006381333931(21)10', 'odd noise')$$);
SELECT ask($$SELECT serial.commission('{plain:w1,plain:w2}', 'melt 7');SELECT serial.recall('w1','{melt 7}', 'cracks');SELECT string_agg(id || ' ' || v.verdict, ', ') FROM unnest('{plain:w1,plain:w2}'::serial.serial[]) AS id, LATERAL serial.verify(id) AS v$$);
SELECT ask($$SELECT serial.recall('04006381333931','{NEVER}', 'x') > 0$$);
-- the key of a part begins as an application identifier does: (401), (8010)
SELECT k.key, ask(format($$SELECT serial.commission('{(8010)4012345AB-7(8011)33}', 'C7');SELECT serial.recall(%L, '{C7}', 'cracks');SELECT verdict FROM serial.verify('(8010)4012345AB-7(8011)33')$$, k.key))
FROM unnest('{4012345AB-7,(8010)4012345AB-7,80104012345AB-7,(8010)4012345AB-7(8011)1}'::text[]) WITH ORDINALITY AS k(key, n) ORDER BY k.n;
-- a GTIN in any spelling; what is spelled as one, or as another identifier, must be one, or the recall would cover nothing
SELECT k.key, ask(format($$SELECT serial.commission('{(01)04006381333931(21)R1}', 'LOTR');SELECT serial.recall(%L, '{LOTR}', 'x');SELECT verdict FROM serial.verify('(01)04006381333931(21)R1')$$, k.key))
FROM unnest('{4006381333931,04006381333931,(01)04006381333931,(01)04006381333931(21)R1,gtin:4006381333931,https://id.gs1.org/01/04006381333931,urn:epc:idpat:sgtin:4006381.033393.*,
	4006381333932,(01)04006381333932,gtin:4006381333932,https://id.gs1.org/01/04006381333932,urn:epc:idpat:sgtin:4006381.03339.*," 4006381333931","4006381333931 ",""}'::text[]) WITH ORDINALITY AS k(key, n) ORDER BY k.n;
SELECT ask($$SELECT serial.commission('{plain:u1,plain:u2,plain:c}', 'm1', place => 'W1');SELECT serial.aggregate('plain:c', '{plain:u1,plain:u2}', 'W1');SELECT serial.ship('{plain:c}', 'W1', 'X', at => now());SELECT serial.receive('{plain:c}', 'X1', at => now());SELECT serial.disaggregate('plain:c', '{plain:u1}', 'X1');SELECT serial.ship('{plain:u1}', 'X1', 'Y');SELECT serial.recall_items('{plain:u1,plain:u2}', 'r');SELECT (SELECT string_agg(consignee || ' ' || items, ', ') FROM serial.recall_consignees((SELECT max(recall) FROM serial.recall))) || ' | ' || (SELECT string_agg(container || ' ' || items || ' ' || coalesce(place, '-') || ' ' || is_outermost, ', ') FROM serial.recall_containers((SELECT max(recall) FROM serial.recall)))$$);

-- An opened pack is not sold again, but it is moved, ended, and dispensed to the last part.
SELECT ask($$SELECT serial.commission('{plain:u}', place => 'W1');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','dispensing','partially_dispensed', place => 'W1');SELECT concat_ws(' ', v.verdict, v.is_saleable, v.is_alarming, v.is_authentic, serial.saleable('plain:u')) FROM serial.verify('plain:u') AS v$$);
SELECT s.command, split_part(ask(format($$SELECT serial.commission('{plain:u,plain:c}', place => 'W1');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','dispensing','partially_dispensed', place => 'W1');%s;SELECT concat_ws(' ', v.verdict, v.disposition, v.known_place) FROM serial.verify('plain:u') AS v$$, s.command)), ' | ', 1) AS answer
FROM unnest(ARRAY[$$SELECT serial.ship('{plain:u}', 'W1', 'ward');SELECT serial.receive('{plain:u}', 'ward')$$, $$SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','stocking')$$,
	$$SELECT serial.aggregate('plain:c', '{plain:u}', 'W1');SELECT serial.ship('{plain:c}', 'W1', 'ward');SELECT serial.receive('{plain:c}', 'ward')$$, $$SELECT serial.dispense('{plain:u}', 'W1')$$,
	$$SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','retail_selling')$$, $$SELECT serial.decommission('{plain:u}', 'destroyed')$$, $$SELECT serial.decommission('{plain:u}', 'stolen')$$,
	$$SELECT serial.decommission('{plain:u}', 'sample')$$, $$SELECT serial.reinstate('{plain:u}')$$]) WITH ORDINALITY AS s(command, n) ORDER BY s.n;
-- Labels that were encoded or reserved, and spoiled or stolen before anything bore them.
SELECT s.step, r.reason, split_part(ask(format($$SELECT serial.record('ObjectEvent','ADD','{plain:u}',%L);SELECT serial.decommission('{plain:u}', %L);SELECT verdict FROM serial.verify('plain:u')$$, s.step, r.reason)), ' | ', 1) AS answer
FROM unnest('{encoding,reserving}'::text[]) AS s(step), unnest('{destroyed,stolen,withdrawn,locked,sample}'::text[]) AS r(reason);
-- What is damaged can be shipped: once, and so that void_shipping undoes it.
SELECT ask($$SELECT serial.commission('{plain:u}', place => 'W1');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','damaged');SELECT serial.ship('{plain:u}', 'W1', 'X');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','void_shipping');SELECT concat_ws(' ', disposition, place, coalesce(consignee, '-'), (SELECT count(*) FROM serial.shipped_to('X'))) FROM serial.item$$);
SELECT split_part(ask($$SELECT serial.commission('{plain:u}', place => 'W1');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','damaged');SELECT serial.ship('{plain:u}', 'W1', 'X');SELECT serial.ship('{plain:u}', 'W1', 'Y')$$), ' | ', 1) AS answer;
SELECT ask($$SELECT serial.commission('{plain:u}', place => 'W1');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','damaged');SELECT serial.ship('{plain:u}', 'W1', 'X');SELECT serial.receive('{plain:u}', 'X');SELECT serial.ship('{plain:u}', 'X', 'Y');SELECT consignee FROM serial.item$$);
SELECT split_part(ask($$SELECT serial.commission('{plain:u}', place => 'W1');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','damaged');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','void_shipping')$$), ' | ', 1) AS answer;
SELECT split_part(ask($$SELECT serial.commission('{plain:u}', place => 'W1');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','damaged');SELECT serial.ship('{plain:u}', 'W1', 'X');SELECT serial.receive('{plain:u}', 'X');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','void_shipping')$$), ' | ', 1) AS answer;
-- A buyer of what is on its way may sell it on: the goods go from the first seller to the last buyer.
SELECT s.sender, split_part(ask(format($$SELECT serial.commission('{plain:u}', place => 'W1');SELECT serial.ship('{plain:u}', 'W1', 'X');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','shipping', sources => '[{"type": "owning_party", "source": "%s"}]', destinations => '[{"type": "owning_party", "destination": "Y"}]');SELECT consignee || ' ' || (SELECT count(*) FROM serial.alert) FROM serial.item$$, s.sender)), ' | ', 1) AS answer
FROM unnest('{X,W1}'::text[]) AS s(sender);
-- in any order of reporting
SELECT ask($$SELECT serial.commission('{plain:u}', place => 'W1', at => '2026-01-01');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','shipping', at => '2026-01-03', sources => '[{"type": "owning_party", "source": "X"}]', destinations => '[{"type": "owning_party", "destination": "Y"}]');SELECT serial.ship('{plain:u}', 'W1', 'X', at => '2026-01-02');SELECT consignee || ' ' || (SELECT count(*) FROM serial.alert) FROM serial.item$$);
-- void_shipping undoes a departure without a consignee, and not the shipping before, whose consignee has the goods;
-- but a departure that belongs to a shipping goes with that.
SELECT s.step, ask(format($$SELECT serial.commission('{plain:u}', place => 'W1');SELECT serial.ship('{plain:u}', 'W1', 'X');SELECT serial.receive('{plain:u}', 'X');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}',%L, read_point => 'X');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','void_shipping');SELECT serial.recall_items('{plain:u}', 'r');SELECT concat_ws(' ', (SELECT string_agg(r.consignee, ',') FROM serial.recalled((SELECT max(recall) FROM serial.recall)) AS r), (SELECT string_agg(c.consignee, ',') FROM serial.recall_consignees((SELECT max(recall) FROM serial.recall)) AS c), (SELECT count(*) FROM serial.shipped_to('X')), (SELECT count(*) FROM serial.check_state()))$$, s.step))
FROM unnest('{consigning,departing,transporting}'::text[]) AS s(step);
SELECT ask($$SELECT serial.commission('{plain:u}', place => 'W1');SELECT serial.ship('{plain:u}', 'W1', 'X');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','departing', read_point => 'W1');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','void_shipping');SELECT coalesce(consignee, 'nobody') FROM serial.item$$);

-- What happens to a container happens to its contents: a guard looks into it.
SELECT c.condition, ask(format($$SELECT serial.commission('{plain:u}', 'L1', '%s', 'W1');SELECT serial.commission('{plain:c,plain:p}', place => 'W1');SELECT serial.aggregate('plain:c', '{plain:u}', 'W1');SELECT serial.aggregate('plain:p', '{plain:c}', 'W1');%s;SELECT serial.dispense('{plain:p}', 'W1') > 0$$, c.expiry, c.command))
FROM (VALUES (1, 'recalled', '2099-01-31', $$SELECT serial.recall_items('{plain:u}', 'odd noise')$$), (2, 'marked as recalled', '2099-01-31', $$SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','holding',persistent_disposition => '{"set":["recalled"]}')$$),
	(3, 'quarantined', '2099-01-31', $$SELECT serial.quarantine('{plain:u}', 'too warm')$$), (4, 'expired', '2020-01-31', $$SELECT 1$$), (6, 'withdrawn', '2099-01-31', $$SELECT serial.decommission('{plain:u}', 'withdrawn')$$), (7, 'out of date', '2099-01-31', $$SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','expired')$$),
	(8, 'opened', '2099-01-31', $$SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','dispensing','partially_dispensed')$$), (5, 'nothing', '2099-01-31', $$SELECT serial.quarantine('{plain:u}', 'too warm');SELECT serial.disaggregate('plain:c', '{plain:u}', 'W1')$$)) AS c(n, condition, expiry, command) ORDER BY c.n;
-- what is not saleable for a persistent disposition is not dispensed, nor a container with it
SELECT w.word, i.id, ask(format($$SELECT serial.commission('{plain:u,plain:c}');SELECT serial.aggregate('plain:c', '{plain:u}');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting',persistent_disposition => '{"set":["%s"]}');SELECT serial.dispense('{%s}') > 0$$, w.word, i.id))
FROM unnest('{stolen,destroyed,damaged,completeness_verified}'::text[]) WITH ORDINALITY AS w(word, n), unnest('{plain:u,plain:c}'::serial.serial[]) AS i(id) ORDER BY w.n, i.id DESC;
-- as it was at the time of a late event
SELECT t.at, ask(format($$SELECT serial.commission('{plain:u,plain:c}', place => 'W1', at => '2026-01-01');SELECT serial.aggregate('plain:c', '{plain:u}', 'W1', '2026-01-02');SELECT serial.decommission('{plain:u}', 'withdrawn', at => '2026-01-03');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','conformant', at => '2026-01-05');SELECT serial.dispense('{plain:c}', 'W1', %L) > 0$$, t.at))
FROM unnest('{2026-01-04,2026-01-06}'::date[]) AS t(at);
SELECT ask($$INSERT INTO serial.transition (business_step, from_disposition, to_disposition, conditions) VALUES ('shipping', 'active', 'in_transit', '{recalled}');SELECT serial.commission('{plain:u,plain:c}', 'L1', place => 'W1');SELECT serial.aggregate('plain:c', '{plain:u}', 'W1');SELECT serial.recall_items('{plain:u}', 'odd noise');SELECT serial.record('ObjectEvent','OBSERVE','{plain:c}','shipping',strict=>false);SELECT (a.kind, a.id, a.detail) FROM serial.alert AS a$$);
-- Listing a lot or a trade item recalls none of its items.
SELECT serial.recall_items('{plain:w,(01)04006381333931(10)LOTX,(01)04006381333931}', 'odd noise') > 0 AS recalled;
SELECT serial.recall_range('(01)04006381333931(10)LOT1', '(01)04006381333931(10)LOT3', 'odd noise') > 0 AS recalled;
-- What a step must not take, a transformation must not consume.
SELECT ask($$INSERT INTO serial.transition (business_step, from_disposition, conditions) VALUES ('repackaging', 'active', '{recalled}'), ('repackaging', 'none', '{}');SELECT serial.commission('{plain:u,plain:v}', 'L1');SELECT serial.recall_items('{plain:u}', 'odd noise');SELECT serial.record('TransformationEvent', business_step => 'repackaging', inputs => '{plain:u,plain:v}', outputs => '{plain:w}')$$);
-- What has left a place does not expire there.
SELECT ask($$SELECT serial.commission('{plain:u}', 'L1', serial_internal.day_of(now()), 'W1');SELECT serial.ship('{plain:u}', 'W1', 'X');SELECT concat_ws(' ', (SELECT count(*) FROM serial.expiring('1 day', 'W1')), (SELECT count(*) FROM serial.expiring('1 day')))$$);

-- A final disposition is left only by a step whose transition leads out of it: no other event makes the item genuine
-- again, whatever disposition it names, and in whatever role it names the item.
SELECT f.step, s.n, split_part(ask(format($$SELECT serial.commission('{plain:u,plain:x}', at => '2026-01-01');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}',%L, %L, at => '2026-01-10');SELECT serial.record(%s, strict => false);SELECT concat_ws(' ', v.verdict, (SELECT string_agg(a.kind, ',') FROM serial.alert AS a), (SELECT count(*) FROM serial.check_state())) FROM serial.verify('plain:u') AS v$$, f.step, f.disposition, s.arguments)), ' | ', 1) AS answer
FROM (VALUES ('decommissioning', 'stolen'), ('retail_selling', NULL)) AS f(step, disposition), unnest(ARRAY[
	$$'ObjectEvent','OBSERVE','{plain:u}','urn:serial:step:correcting_lot','active'$$, $$'ObjectEvent','OBSERVE','{plain:u}','repairing','available'$$,
	$$'ObjectEvent','OBSERVE','{plain:u}','receiving','returned'$$,
	$$'AggregationEvent','OBSERVE','{plain:x}',disposition => 'active',parent => 'plain:u'$$, $$'AggregationEvent','DELETE',disposition => 'active',parent => 'plain:u'$$,
	$$'AggregationEvent','OBSERVE','{plain:x}',parent => 'plain:u'$$, $$'AggregationEvent','OBSERVE','{plain:x}','receiving','returned',parent => 'plain:u'$$,
	$$'AssociationEvent','DELETE',disposition => 'active',parent => 'plain:u'$$,
	$$'TransactionEvent','OBSERVE','{plain:x}',disposition => 'active',parent => 'plain:u',business_transactions => '[{"bizTransaction": "urn:x:1"}]'$$,
	$$'TransformationEvent',business_step => 'urn:serial:step:correcting_lot',inputs => '{plain:x}',outputs => '{plain:u}'$$,
	$$'TransformationEvent',business_step => 'repairing',inputs => '{plain:x}',outputs => '{plain:u}'$$]) WITH ORDINALITY AS s(arguments, n) ORDER BY f.step, s.n;
-- in any order of reporting: what the event found is known only now
SELECT d.disposition, ask(format($$SELECT serial.commission('{plain:u,plain:c}', at => '2026-01-01');SELECT serial.aggregate('plain:c', '{plain:u}', at => '2026-01-02');SELECT serial.disaggregate('plain:c', '{plain:u}', at => '2026-01-20');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','receiving',%L,at => '2026-01-21');SELECT serial.dispense('{plain:c}', at => '2026-01-10');SELECT v.verdict || ' ' || (SELECT count(*) FROM serial.check_state()) FROM serial.verify('plain:u') AS v$$, d.disposition))
FROM (VALUES (NULL), ('in_progress'), ('destroyed')) AS d(disposition);
SELECT split_part(ask($$SELECT serial.commission('{plain:u,plain:x}', at => '2026-01-01');SELECT serial.record('AggregationEvent','OBSERVE','{plain:x}',disposition => 'active',parent => 'plain:u',at => '2026-01-11');SELECT serial.dispense('{plain:u}', at => '2026-01-10')$$), ' | ', 1) AS answer;
-- a transformation consumes what it consumes, whatever its step demands of other items
SELECT ask($$SELECT serial.record('TransformationEvent',business_step => 'commissioning',inputs => '{plain:x}',outputs => '{plain:u}',at => '2026-01-11');SELECT serial.receive('{plain:x}', 'W1', at => '2026-01-10') > 0$$);
-- What ends an item leaves it in no circulating disposition, though the event names one.
SELECT s.arguments, split_part(ask(format($$SELECT serial.commission('{plain:u}', at => '2026-01-01');SELECT serial.record(%s);SELECT concat_ws(' ', v.verdict, (SELECT count(*) FROM serial.check_state())) FROM serial.verify('plain:u') AS v$$, s.arguments)), ' | ', 1) AS answer
FROM unnest(ARRAY[
	$$'ObjectEvent','OBSERVE','{plain:u}','dispensing','active'$$, $$'ObjectEvent','DELETE','{plain:u}','retail_selling','sellable_accessible'$$,
	$$'ObjectEvent','OBSERVE','{plain:u}','decommissioning','in_progress'$$, $$'ObjectEvent','OBSERVE','{plain:u}','destroying','unknown'$$,
	$$'ObjectEvent','DELETE','{plain:u}',NULL,'active'$$, $$'ObjectEvent','OBSERVE','{plain:u}','dispensing','encoded'$$, $$'ObjectEvent','DELETE','{plain:u}','inspecting','damaged'$$,
	$$'ObjectEvent','OBSERVE','{plain:u}','sampling','conformant'$$, $$'ObjectEvent','OBSERVE','{plain:u}','decommissioning','recalled'$$,
	$$'ObjectEvent','DELETE','{plain:u}','shipping','in_transit'$$, $$'ObjectEvent','DELETE','{plain:u}','receiving'$$,
	$$'ObjectEvent','DELETE','{plain:u}','stocking'$$, $$'ObjectEvent','DELETE','{plain:u}','repairing'$$]) WITH ORDINALITY AS s(arguments, n) ORDER BY s.n;
-- nor in the blocking one that it had; a final one stays
SELECT s.arguments, ask(format($$SELECT serial.record('ObjectEvent','ADD','{plain:u}','commissioning',at => '2026-01-01');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}',%s,at => '2026-01-02');SELECT serial.record(%s);SELECT concat_ws(' ', v.verdict, (SELECT count(*) FROM serial.check_state())) FROM serial.verify('plain:u') AS v$$, s.before, s.arguments)) AS answer
FROM (VALUES (1, $$'inspecting','damaged'$$, $$'ObjectEvent','DELETE','{plain:u}','shipping'$$), (2, $$'inspecting','damaged'$$, $$'ObjectEvent','OBSERVE','{plain:u}','shipping'$$),
	(3, $$'retail_selling'$$, $$'ObjectEvent','DELETE','{plain:u}','repairing'$$)) AS s(n, before, arguments) ORDER BY s.n;
-- What was withdrawn, or was found expired, does not come back by being locked and reinstated.
SELECT s.n, ask(format($$SELECT serial.commission('{plain:u,plain:c}');%s;SELECT concat_ws(' ', v.verdict, (SELECT string_agg(a.kind || ': ' || a.detail, ',') FROM serial.alert AS a)) FROM serial.verify('plain:u') AS v$$, s.commands)) AS answer
FROM unnest(ARRAY[
	$$SELECT serial.decommission('{plain:u}','locked');SELECT serial.reinstate('{plain:u}')$$,
	$$SELECT serial.decommission('{plain:u}','withdrawn');SELECT serial.decommission('{plain:u}','locked');SELECT serial.reinstate('{plain:u}')$$,
	$$SELECT serial.decommission('{plain:u}','withdrawn');SELECT serial.decommission('{plain:u}','locked');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','urn:serial:step:reinstating',strict => false)$$,
	$$SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','expired');SELECT serial.decommission('{plain:u}','sample');SELECT serial.reinstate('{plain:u}')$$,
	$$SELECT serial.aggregate('plain:c','{plain:u}');SELECT serial.decommission('{plain:c}','withdrawn');SELECT serial.decommission('{plain:c}','locked');SELECT serial.reinstate('{plain:u}')$$,
	$$SELECT serial.aggregate('plain:c','{plain:u}');SELECT serial.decommission('{plain:c}','withdrawn');SELECT serial.decommission('{plain:c}','locked');SELECT serial.reinstate('{plain:c}')$$,
	$$SELECT serial.aggregate('plain:c','{plain:u}');SELECT serial.decommission('{plain:c}','withdrawn');SELECT serial.decommission('{plain:u}','locked');SELECT serial.reinstate('{plain:u}')$$,
	$$SELECT serial.dispense('{plain:u}');SELECT serial.reinstate('{plain:u}');SELECT serial.decommission('{plain:u}','locked');SELECT serial.reinstate('{plain:u}')$$]) WITH ORDINALITY AS s(commands, n) ORDER BY s.n;

-- An identifier that was only encoded or reserved is no item, whatever step names that.
SELECT s.step, d.disposition, split_part(ask(format($$SELECT serial.record('ObjectEvent','ADD','{plain:u}',%L,%L);SELECT concat_ws(' ', v.verdict, v.is_saleable, (SELECT count(*) FROM serial.check_state())) FROM serial.verify('plain:u') AS v$$, s.step, d.disposition)), ' | ', 1) AS answer
FROM unnest('{commissioning,encoding,NULL}'::text[]) WITH ORDINALITY AS s(step, n), unnest('{encoded,reserved,NULL}'::text[]) WITH ORDINALITY AS d(disposition, n) ORDER BY s.n, d.n;

-- What exists keeps its lot, and so stays in the recalls of that, whatever comes first; the step that corrects lots changes it.
SELECT n, split_part(ask(format($$SELECT %s;SELECT concat_ws(' ', v.verdict, v.known_lot, (SELECT string_agg(a.kind || ': ' || a.detail, ',') FROM serial.alert AS a), (SELECT count(*) FROM serial.check_state())) FROM serial.verify('plain:u') AS v$$, s.steps)), ' | ', 1) AS answer
FROM unnest(ARRAY[
	$$serial.commission('{plain:u}', 'L1', at => '2026-01-01');SELECT serial.record('ObjectEvent','ADD','{plain:u}',lot => 'L2', at => '2026-01-02')$$,
	$$serial.commission('{plain:u}', 'L1', at => '2026-01-01');SELECT serial.record('ObjectEvent','ADD','{plain:u}',lot => 'L2', at => '2026-01-02', strict => false)$$,
	$$serial.commission('{plain:u}', 'L1', at => '2026-01-01');SELECT serial.record('ObjectEvent','ADD','{plain:u}','receiving',lot => 'L2', at => '2025-12-31', strict => false)$$,
	$$serial.commission('{plain:u}', 'L1', at => '2026-01-01');SELECT serial.record('ObjectEvent','ADD','{plain:u}','receiving',lot => 'L1', at => '2026-01-02', strict => false)$$,
	$$serial.commission('{plain:u}', at => '2026-01-01');SELECT serial.record('ObjectEvent','ADD','{plain:u}','receiving',lot => 'L1', at => '2026-01-02')$$,
	$$serial.record('ObjectEvent','ADD','{plain:u}','encoding',lot => 'L1', at => '2026-01-01');SELECT serial.commission('{plain:u}', 'L2', at => '2026-01-02')$$,
	$$serial.commission('{plain:u}', 'L1', at => '2026-01-01');SELECT serial.declare_error((SELECT max(event) FROM serial.event), 'incorrect_data');SELECT serial.record('ObjectEvent','ADD','{plain:u}',lot => 'L2', at => '2026-01-02')$$,
	$$serial.commission('{plain:u}', 'L1', at => '2026-01-01');SELECT serial.correct_lot('{plain:u}', 'L2', NULL, 'misread')$$]) WITH ORDINALITY AS s(steps, n) ORDER BY s.n;

-- What a transformation makes begins with it: it is not made anew of another lot, however late that is reported.
SELECT n, split_part(ask(format($$SELECT %s;SELECT concat_ws(' ', v.verdict, v.known_lot, v.known_expiry, (SELECT string_agg(a.kind || ': ' || a.detail, ',' ORDER BY a.alert) FROM serial.alert AS a), (SELECT count(*) FROM serial.check_state())) FROM serial.verify('plain:u') AS v$$,
	replace(s.steps, 'MADE', $$serial.record('TransformationEvent',inputs => '{plain:x}',outputs => '{plain:u}',lot => 'L2',at => '2026-01-02'$$))), ' | ', 1) AS answer
FROM unnest(ARRAY[
	$$serial.commission('{plain:u}', 'L1', at => '2026-01-01');SELECT MADE)$$,
	$$serial.commission('{plain:u}', 'L1', at => '2026-01-01');SELECT MADE, strict => false)$$,
	$$serial.record('ObjectEvent','ADD','{plain:u}',lot => 'L1', at => '2026-01-03');SELECT MADE, strict => false)$$,
	$$serial.commission('{plain:u}', 'L1', at => '2026-01-03');SELECT MADE, strict => false)$$,
	$$MADE);SELECT serial.record('ObjectEvent','ADD','{plain:u}','commissioning',lot => 'L1', at => '2026-01-01', strict => false)$$,
	$$MADE);SELECT serial.record('ObjectEvent','ADD','{plain:u}','commissioning',lot => 'L1', at => '2026-01-03', strict => false)$$,
	$$serial.commission('{plain:u}', 'L2', at => '2026-01-01');SELECT MADE)$$,
	$$serial.commission('{plain:u}', at => '2026-01-01');SELECT MADE)$$,
	$$serial.receive('{plain:u}', 'W1', at => '2026-01-01');SELECT MADE)$$,
	$$serial.record('ObjectEvent','ADD','{plain:u}','encoding',lot => 'L1', at => '2026-01-01');SELECT MADE)$$,
	$$serial.commission('{plain:x}', 'L1', at => '2026-01-01');SELECT MADE)$$,
	$$MADE, transformation => 'urn:x:t');SELECT serial.record('TransformationEvent',outputs => '{plain:u,plain:v}',lot => 'L2', at => '2026-01-03', transformation => 'urn:x:t')$$,
	$$MADE, transformation => 'urn:x:t');SELECT serial.record('TransformationEvent',outputs => '{plain:u,plain:v}',lot => 'L3', at => '2026-01-03', transformation => 'urn:x:t', strict => false)$$,
	$$serial.record('TransformationEvent',outputs => '{plain:u,(01)09506000134352(10)L2}',at => '2026-01-01', transformation => 'urn:x:t');SELECT serial.record('TransformationEvent',inputs => '{plain:x}',outputs => '{plain:u,(01)09506000134352(10)L2}',lot => 'L2', at => '2026-01-02', transformation => 'urn:x:t')$$,
	$$MADE);SELECT serial.declare_error((SELECT max(event) FROM serial.event), 'incorrect_data');SELECT serial.commission('{plain:u}', 'L1', at => '2026-01-01')$$,
	$$serial.commission('{plain:u}', 'L1', at => '2026-01-01');SELECT serial.declare_error((SELECT max(event) FROM serial.event), 'incorrect_data');SELECT MADE)$$,
	$$serial.commission('{plain:u}', 'L1', at => '2026-01-01');SELECT MADE, strict => false);SELECT serial.correct_lot('{plain:u}', 'L2', NULL, 'misread')$$,
	$$serial.commission('{plain:w}', at => '2026-01-03');SELECT serial.commission('{plain:u}', 'L1', at => '2026-01-01');SELECT serial.record('TransformationEvent',inputs => '{plain:x}',outputs => '{plain:w}',lot => 'L2',at => '2026-01-04');SELECT serial.correct('plain:w', 'plain:u', 'misread')$$]) WITH ORDINALITY AS s(steps, n) ORDER BY s.n;
-- In one document, what happened first counts.
SELECT ask($$SELECT count(*) FROM serial.capture('{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z", "epcisBody": {"eventList": [
	{"type": "TransformationEvent", "eventTime": "2026-01-02T00:00:00Z", "eventTimeZoneOffset": "+00:00", "inputEPCList": ["urn:epc:id:sgtin:9506000.013435.8"], "outputEPCList": ["urn:epc:id:sgtin:9506000.013435.9"], "ilmd": {"cbvmda:lotNumber": "L2"}},
	{"type": "ObjectEvent", "eventTime": "2026-01-01T00:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD", "bizStep": "commissioning", "epcList": ["urn:epc:id:sgtin:9506000.013435.9"], "ilmd": {"cbvmda:lotNumber": "L1"}}]}}');
	SELECT concat_ws(' ', v.known_lot, a.kind, a.detail, a.id, (SELECT count(*) FROM serial.check_state())) FROM serial.verify('(01)09506000134352(21)9') AS v CROSS JOIN serial.alert AS a$$) AS answer;

-- What exists keeps an expiry date that no lot of a GTIN has, or else it could be sold after that.
SELECT n, split_part(ask(format($$SELECT %s;SELECT concat_ws(' ', v.verdict, v.known_lot, v.known_expiry, (SELECT string_agg(a.kind || ': ' || a.detail, ',') FROM serial.alert AS a), (SELECT count(*) FROM serial.check_state())) FROM serial.verify(%L) AS v$$, s.steps, s.id)), ' | ', 1) AS answer
FROM (VALUES
	(1, 'plain:u', $$serial.commission('{plain:u}', 'L1', '2020-01-01', at => '2019-01-01');SELECT serial.record('ObjectEvent','ADD','{plain:u}',expiry => '2040-01-01', strict => false)$$),
	(2, 'plain:u', $$serial.commission('{plain:u}', 'L1', '2020-01-01', at => '2019-01-01');SELECT serial.record('TransformationEvent',inputs => '{plain:x}',outputs => '{plain:u}',lot => 'L1', expiry => '2040-01-01', strict => false)$$),
	(3, 'plain:u', $$serial.commission('{plain:u}', 'L1', '2020-01-01', at => '2019-01-01');SELECT serial.record('ObjectEvent','ADD','{plain:u}',lot => 'L1', expiry => '2020-01-01')$$),
	(4, 'plain:u', $$serial.commission('{plain:u}', 'L1', at => '2019-01-01');SELECT serial.record('ObjectEvent','ADD','{plain:u}',expiry => '2020-01-01')$$),
	(5, 'plain:u', $$serial.commission('{plain:u}', 'L1', '2020-01-01', at => '2019-01-01');SELECT serial.correct_lot('{plain:u}', 'L1', '2040-01-01', 'misread')$$),
	(6, '(01)09506000134352(21)9', $$serial.commission('{(01)09506000134352(21)9}', NULL, '2020-01-01', at => '2019-01-01');SELECT serial.record('ObjectEvent','ADD','{(01)09506000134352(21)9}',lot => 'L1',expiry => '2040-01-01', strict => false)$$),
	(7, '(01)09506000134352(21)9', $$serial.commission('{(01)09506000134352(21)9}', 'L1', '2020-01-01', at => '2019-01-01');SELECT serial.set_lot_expiry('09506000134352', 'L1', '2040-01-01', 'stability');SELECT serial.record('ObjectEvent','ADD','{(01)09506000134352(21)9}',lot => 'L1',expiry => '2040-01-01')$$)) AS s(n, id, steps) ORDER BY s.n;

-- What was withdrawn, or was found expired, is not reinstated, if that is reported late, too: the report is contradicted, and never accepted in silence.
SELECT s.n, split_part(ask(format($$SELECT serial.commission('{plain:u,plain:c}', at => now() - interval '9 days');%s;SELECT concat_ws(' ', v.verdict, (SELECT string_agg(a.kind || ' ' || a.id, ',') FROM serial.alert AS a), (SELECT count(*) FROM serial.check_state())) FROM serial.verify('plain:u') AS v$$, s.commands)), ' | ', 1) AS answer
FROM (SELECT r.n, replace(r.commands, 'LOCKED', $$SELECT serial.decommission('{plain:u}','locked', at => now() - interval '6 days');SELECT serial.reinstate('{plain:u}', now() - interval '5 days')$$) AS commands
	FROM unnest(ARRAY[
	$$LOCKED;SELECT serial.decommission('{plain:u}','withdrawn', at => now() - interval '7 days')$$,
	$$LOCKED;SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','decommissioning','recalled', now() - interval '7 days', strict => false)$$,
	$$LOCKED;SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','expired', now() - interval '7 days', strict => false)$$,
	$$LOCKED;SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','damaged', now() - interval '7 days', strict => false)$$,
	$$LOCKED;SELECT serial.decommission('{plain:u}','locked', at => now() - interval '4 days');SELECT serial.reinstate('{plain:u}', now() - interval '3 days');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','recalled', now() - interval '4 days 12 hours', strict => false)$$,
	$$LOCKED;SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting','recalled', now() - interval '4 days', strict => false)$$,
	$$SELECT serial.decommission('{plain:u}','locked', at => now() - interval '6 days');SELECT serial.decommission('{plain:u}','withdrawn', at => now() - interval '7 days');SELECT serial.decommission('{plain:u}','destroyed', at => now() - interval '5 days')$$,
	$$SELECT serial.aggregate('plain:c','{plain:u}', at => now() - interval '8 days');SELECT serial.decommission('{plain:c}','locked', at => now() - interval '6 days');SELECT serial.reinstate('{plain:c}', now() - interval '5 days');SELECT serial.record('ObjectEvent','OBSERVE','{plain:c}','inspecting','recalled', now() - interval '7 days', strict => false)$$]) WITH ORDINALITY AS r(commands, n)) AS s ORDER BY s.n;

-- A verdict of a container names withdrawn contents, under a recall or not.
SELECT s.n, ask(format($$SELECT serial.commission('{plain:u,plain:c,plain:p}');SELECT serial.aggregate('plain:c','{plain:u}');SELECT serial.aggregate('plain:p','{plain:c}');%s;SELECT concat_ws(' ', v.verdict, v.is_saleable, v.reason, serial.saleable('plain:p')) FROM serial.verify('plain:p') AS v$$, s.commands)) AS answer
FROM unnest(ARRAY[
	$$SELECT$$,
	$$SELECT serial.decommission('{plain:u}','withdrawn')$$,
	$$SELECT serial.record('ObjectEvent','OBSERVE','{plain:c}','inspecting',persistent_disposition => '{"set": ["recalled"]}')$$,
	$$SELECT serial.recall_items('{plain:u}','odd noise');SELECT serial.decommission('{plain:u}','withdrawn');SELECT serial.close_recall(max(recall)) FROM serial.recall$$,
	$$SELECT serial.decommission('{plain:u}','withdrawn');SELECT serial.decommission('{plain:u}','destroyed')$$,
	$$SELECT serial.quarantine('{plain:u}','too warm')$$]) WITH ORDINALITY AS s(commands, n) ORDER BY s.n;

-- What was never issued, or is void, is not handed over in a container either.
SELECT FROM serial.create_pool('contents', 'plain', 'CONTENT-', length => 2);
SELECT count(*) FROM serial.issue('contents', 3);
SELECT s.n, ask(format($$SELECT serial.commission('{plain:CONTENT-01,plain:CONTENT-02,plain:c,plain:p}');SELECT serial.aggregate('plain:c','{plain:CONTENT-01,plain:CONTENT-02}');SELECT serial.aggregate('plain:p','{plain:c}');%s;SELECT concat_ws(' ', (SELECT i.disposition FROM serial.item AS i WHERE i.id = 'plain:p'), (SELECT string_agg(concat_ws(' ', a.kind, a.id, a.detail), ',') FROM serial.alert AS a), (SELECT count(*) FROM serial.check_state()))$$, s.commands)) AS answer
FROM unnest(ARRAY[
	$$SELECT serial.dispense('{plain:p}')$$,
	$$SELECT serial.void('{plain:CONTENT-01}','stolen labels');SELECT serial.dispense('{plain:p}')$$,
	$$SELECT serial.void('{plain:CONTENT-01}','stolen labels');SELECT serial.record('ObjectEvent','OBSERVE','{plain:p}','retail_selling',strict => false)$$,
	$$SELECT serial.void('{plain:CONTENT-01}','stolen labels');SELECT serial.record('ObjectEvent','OBSERVE','{plain:p}','retail_selling')$$,
	$$SELECT serial.void('{plain:CONTENT-01}','stolen labels');SELECT serial.decommission('{plain:p}','destroyed')$$,
	$$SELECT serial.void('{plain:CONTENT-01}','stolen labels');SELECT serial.ship('{plain:p}','W1','A')$$,
	$$SELECT serial.void('{plain:CONTENT-01}','stolen labels');SELECT serial.decommission('{plain:CONTENT-01}','destroyed');SELECT serial.dispense('{plain:p}')$$,
	$$SELECT serial.pack('plain:c','{plain:CONTENT-03}');SELECT serial.dispense('{plain:p}')$$,
	$$SELECT serial.pack('plain:c','{plain:CONTENT-77}');SELECT serial.dispense('{plain:p}')$$]) WITH ORDINALITY AS s(commands, n) ORDER BY s.n;

-- What has a lot by a correction keeps it against a beginning that is dated after that.
SELECT s.n, split_part(ask(format($$SELECT serial.receive('{plain:u}', 'W1', at => now() - interval '3 days');SELECT serial.correct_lot('{plain:u}', 'L1', NULL, 'label read');SELECT %s;SELECT concat_ws(' ', v.verdict, v.known_lot, (SELECT string_agg(a.kind || ': ' || a.detail, ',') FROM serial.alert AS a), (SELECT count(*) FROM serial.check_state())) FROM serial.verify('plain:u') AS v$$, s.step)), ' | ', 1) AS answer
FROM unnest(ARRAY[
	$$serial.record('ObjectEvent','ADD','{plain:u}',lot => 'L2')$$,
	$$serial.record('ObjectEvent','ADD','{plain:u}',lot => 'L2', strict => false)$$,
	$$serial.record('ObjectEvent','ADD','{plain:u}',lot => 'L1')$$,
	$$serial.record('ObjectEvent','ADD','{plain:u}')$$,
	$$serial.record('ObjectEvent','ADD','{plain:u}','commissioning',lot => 'L2', at => now() - interval '4 days')$$,
	$$serial.record('TransformationEvent',inputs => '{plain:x}',outputs => '{plain:u}',lot => 'L2', strict => false)$$]) WITH ORDINALITY AS s(step, n) ORDER BY s.n;

-- A scan with two expiry dates contradicts itself, whichever of them is known.
SELECT s.n, ask(format($$SELECT serial.commission('{(01)09506000134352(21)X1}', 'L1', '2047-12-31');SELECT concat_ws(' ', v.verdict, v.is_alarming, v.reason) FROM serial.verify(%L) AS v$$, s.scan)) AS answer
FROM unnest('{(01)09506000134352(21)X1(17)471231,(01)09506000134352(21)X1(7003)4712311200,(01)09506000134352(21)X1(7003)4712301200,(01)09506000134352(21)X1(17)471231(7003)4712311200,(01)09506000134352(21)X1(17)471200(7003)4712311200,(01)09506000134352(21)X1(17)471231(7003)4712301200,(01)09506000134352(21)X1(17)471230(7003)4712311200,(01)09506000134352(21)X1(7003)4712301200(17)471231,https://example.com/01/09506000134352/21/X1?17=471231&7003=4712301200,(01)09506000134352(21)X1(15)471130(17)471231}'::text[]) WITH ORDINALITY AS s(scan, n) ORDER BY s.n;

-- The hint says how to correct a lot.
DO $$
DECLARE
	hint text;
BEGIN
	PERFORM serial.commission('{plain:u}', 'L1');
	PERFORM serial.record('ObjectEvent', 'ADD', '{plain:u}', lot => 'L2');
EXCEPTION WHEN object_not_in_prerequisite_state THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RAISE NOTICE '%', hint;
END $$;

\c :db
DROP DATABASE regress_serial_verdicts;
