-- Cases that people who do this work have reported, restated with made-up data, and wrong
-- answers that an independent model has found, with neighbours of each.

CREATE DATABASE regress_serial_reported TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_reported
SET client_min_messages = warning;
CREATE EXTENSION serial;
RESET client_min_messages;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';

-- The last result of some commands, or the error; what they wrote is undone.  Alerts follow.
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
		RAISE EXCEPTION USING ERRCODE = 'UNDO1', MESSAGE = concat_ws(' | ', coalesce(answer, 'NULL'),
			(SELECT 'alerts: ' || string_agg(concat_ws(' ', a.kind, a.id), ', ' ORDER BY a.alert) FROM serial.alert AS a));
	EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
		RETURN SQLERRM;
	WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS details = PG_EXCEPTION_DETAIL;
		-- times of recording differ
		RETURN concat_ws(' | ', 'ERROR ' || SQLSTATE || ': ' || SQLERRM,
						 nullif(regexp_replace(details, '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+[+-]\d\d', '...', 'g'), ''));
	END;
END $$;

-- F1: a number never issued is genuine after an event.
SELECT serial.create_pool('fin', 'sgtin', '07612345678900', length => 10, random => true);
SELECT serial.create_pool('vx', 'sgtin', '05000112637922', length => 6);
SELECT count(*) FROM serial.issue('vx', 9, 'v');
SELECT serial.void(ARRAY['(01)05000112637922(21)000006'], 'labels stolen');
SELECT serial.lease('vx', 10, 'CMO2') > 0 AS leased;
SELECT ask($$SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['(01)07612345678900(21)1234567890'],'receiving',place=>'W1');SELECT verdict FROM serial.verify('(01)07612345678900(21)1234567890')$$);
SELECT ask($$SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['(01)07612345678900(21)1234567890'],'accepting',place=>'W1');SELECT verdict FROM serial.verify('(01)07612345678900(21)1234567890')$$);
SELECT ask($$SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['(01)07612345678900(21)1234567890'],'inspecting',place=>'W1');SELECT verdict FROM serial.verify('(01)07612345678900(21)1234567890')$$);
SELECT ask($$SELECT serial.commission('{plain:BOX}');SELECT serial.aggregate('plain:BOX','{(01)07612345678900(21)1234567890}','W1');SELECT verdict FROM serial.verify('(01)07612345678900(21)1234567890')$$);
SELECT ask($$SELECT serial.commission('{plain:BOX}');SELECT serial.pack('plain:BOX','{(01)07612345678900(21)1234567890}');SELECT serial.receive('{plain:BOX}','W1');SELECT verdict FROM serial.verify('(01)07612345678900(21)1234567890')$$);
SELECT ask($$SELECT serial.record('TransformationEvent',inputs=>'{plain:flour}',outputs=>'{(01)07612345678900(21)1234567890}',strict=>false);SELECT verdict FROM serial.verify('(01)07612345678900(21)1234567890')$$);
SELECT ask($$SELECT serial.receive('{(01)07612345678900(21)1234567890}','W1','maker',at=>'2026-01-02');SELECT serial.record('ObjectEvent','ADD','{(01)07612345678900(21)1234567890}','commissioning',at=>'2026-01-01',strict=>false);SELECT (v.verdict, v.is_genuine, v.is_authentic, v.is_saleable, v.is_alarming, serial.saleable('(01)07612345678900(21)1234567890', confirmed => false)) FROM serial.verify('(01)07612345678900(21)1234567890') AS v$$);
-- F1: issued, never commissioned, received.
SELECT ask($$SELECT serial.receive(ARRAY['(01)05000112637922(21)000005'],'W1');SELECT verdict FROM serial.verify('(01)05000112637922(21)000005')$$);
SELECT ask($$SELECT serial.receive(ARRAY['(01)05000112637922(21)000005'],'W1');SELECT serial.ship(ARRAY['(01)05000112637922(21)000005'],'W1','C1');SELECT verdict FROM serial.verify('(01)05000112637922(21)000005')$$);
-- F1: a number still in a lease, received.
SELECT ask($$SELECT serial.receive(ARRAY['(01)05000112637922(21)000015'],'W1');SELECT verdict FROM serial.verify('(01)05000112637922(21)000015')$$);
SELECT ask($$SELECT serial.return_lease(max(lease)) FROM serial.lease;SELECT serial.receive(ARRAY['(01)05000112637922(21)000015'],'W1');SELECT verdict FROM serial.verify('(01)05000112637922(21)000015')$$);
SELECT ask($$SELECT serial.issue_lease(max(lease), 1, 'x') FROM serial.lease;SELECT serial.receive(ARRAY['(01)05000112637922(21)000010'],'W1');SELECT verdict FROM serial.verify('(01)05000112637922(21)000010')$$);
-- F2: a void number verifies as genuine.
SELECT ask($$SELECT serial.commission(ARRAY['(01)05000112637922(21)000006'],'L1','2029-01-31','W1');SELECT verdict FROM serial.verify('(01)05000112637922(21)000006')$$);
SELECT ask($$SELECT serial.record('ObjectEvent','ADD',ARRAY['(01)05000112637922(21)000006'],'commissioning',strict=>false);SELECT verdict FROM serial.verify('(01)05000112637922(21)000006')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)05000112637922(21)000004']);SELECT serial.void(ARRAY['(01)05000112637922(21)000004'],'labels stolen');SELECT serial.ship(ARRAY['(01)05000112637922(21)000004'],'W1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)05000112637922(21)000004']);SELECT serial.void(ARRAY['(01)05000112637922(21)000004'],'labels stolen');SELECT serial.decommission(ARRAY['(01)05000112637922(21)000004'],'destroyed');SELECT (v.verdict, v.disposition, serial.saleable('(01)05000112637922(21)000004')) FROM serial.verify('(01)05000112637922(21)000004') AS v$$);
-- F3: the expiry date of the lot.
SELECT ask($$INSERT INTO serial.lot(gtin,lot,expiry) VALUES ('04006381333931','OLD','2020-01-31');SELECT serial.commission(ARRAY['(01)04006381333931(21)OLD1'],'OLD',NULL,'W1');SELECT verdict FROM serial.verify('(01)04006381333931(21)OLD1')$$);
SELECT ask($$INSERT INTO serial.lot(gtin,lot,expiry) VALUES ('4006381333931','OLD','2020-01-31');SELECT serial.commission(ARRAY['(01)04006381333931(21)OLD1'],'OLD',NULL,'W1');SELECT serial.dispense(ARRAY['(01)04006381333931(21)OLD1'])$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)EXT1'],'EXT','2026-06-30','W1');UPDATE serial.lot SET expiry='2099-06-30' WHERE lot='EXT';SELECT verdict FROM serial.verify('(01)04006381333931(21)EXT1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)EXT1'],'EXT','2026-06-30','W1');SELECT serial.set_lot_expiry('4006381333931','EXT','2099-06-30','stability data');SELECT verdict FROM serial.verify('(01)04006381333931(21)EXT1','EXT','2099-06-30')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)EXT1'],'EXT','2099-06-30','W1');SELECT serial.set_lot_expiry('4006381333931','EXT','2020-06-30','stability data');SELECT verdict || ' ' || serial.saleable('(01)04006381333931(21)EXT1') || ' ' || (SELECT count(*) FROM serial.expiring('1 day')) FROM serial.verify('(01)04006381333931(21)EXT1')$$);
-- F3: the lot of the item is not known, that on the pack is.
SELECT ask($$INSERT INTO serial.lot(gtin,lot,expiry) VALUES ('04006381333931','OLD','2020-01-31');SELECT serial.receive('{(01)04006381333931(21)OLD1}','W1');SELECT verdict FROM serial.verify('(01)04006381333931(21)OLD1(10)OLD')$$);
SELECT ask($$INSERT INTO serial.lot(gtin,lot,expiry) VALUES ('04006381333931','OLD','2020-01-31');SELECT serial.commission('{(01)04006381333931(21)OLD1}');SELECT (verdict, is_saleable, known_expiry) FROM serial.verify('(01)04006381333931(21)OLD1', 'OLD', '2099-01-31')$$);
SELECT ask($$INSERT INTO serial.lot(gtin,lot,expiry) VALUES ('04006381333931','OLD','2020-01-31');SELECT serial.commission('{(01)04006381333931(21)OLD1}');SELECT verdict FROM serial.verify('(01)04006381333931(21)OLD1', 'NEW')$$);
-- F4: verify passes over the lot in the link; a whole scan.
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)E1'],'LX','2099-12-31','W1');SELECT verdict FROM serial.verify('https://example.com/01/04006381333931/10/WRONG/21/E1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)E1'],'LX','2099-12-31','W1');SELECT verdict FROM serial.verify('https://example.com/01/04006381333931/21/E1?10=WRONG')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)E1'],'LX','2027-12-31','W1');SELECT verdict FROM serial.verify(E'010400638133393121E1\x1D1727123110LX')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)E1'],'LX','2027-12-31','W1');SELECT verdict FROM serial.verify(E']d2010400638133393121E1\x1D1727123010LX')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)E1'],'LX','2027-12-31','W1');SELECT verdict FROM serial.verify('https://id.gs1.org/01/04006381333931/10/LX/21/E1?17=271231')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)E1'],'LX','2027-12-31','W1');SELECT verdict FROM serial.verify('(01)04006381333931(21)E1', lot => 'lx')$$);
-- F4: the lot stands in a link as early versions of the standard wrote it.
SELECT u.link, ask(format($$SELECT serial.commission('{(01)04006381333931(21)E1}','LX','2099-12-31','W1');SELECT verdict FROM serial.verify(%L)$$, u.link))
FROM unnest('{https://example.com/gtin/04006381333931/lot/WRONG/ser/E1,https://example.com/01/4006381333931/10/WRONG/21/E1,
			  Https://example.com/01/04006381333931/10/WRONG/21/E1,https://example.com/gtin/4006381333931/lot/LX/ser/E1}'::text[]) AS u(link);
-- F4, F13: why a scan is not well formed.
SELECT u.scanned, v.reason
FROM (VALUES ('01108573260055401722081110A2021121092220084115197'), ('(01)04006381333932(21)A(17)271231'), ('(01)04006381333931(21)A(17)271331'),
			 (']d2010400638133393121A|17271231'), ('https://example.com/01/04006381333931/21/A?17=271331'), ('-03752865')) AS u(scanned),
	 serial.verify(u.scanned) AS v;
-- F5: lots that no bar code can carry.
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)W1'],' LOT9','2029-01-31','W1');SELECT serial.recall('04006381333931',ARRAY['LOT9'],'x');SELECT verdict FROM serial.verify('(01)04006381333931(21)W1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)W5'],'','2029-01-31','W1');SELECT lot IS NULL FROM serial.item WHERE id='(01)04006381333931(21)W5'$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)W1'],E'LOT9\t','2029-01-31','W1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)W1'],'LOT9','2099-01-31','W1');SELECT serial.recall('4006381333931',ARRAY[' LOT9'],'x')$$);
SELECT ask($$SELECT serial.record('TransformationEvent',inputs=>'{plain:flour}',outputs=>'{(01)04006381333931(21)W1}',lot=>'LOT 9')$$);
-- F6: no lot known: a wrong lot, with an alarm.
SELECT ask($$SELECT serial.receive(ARRAY['(01)00300450449108(21)S2'],'PHARM');SELECT verdict FROM serial.verify('(01)00300450449108(21)S2','L7','2099-12-31')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)00300450449108(21)S2']);SELECT verdict FROM serial.verify('(01)00300450449108(21)S2','L7','2099-12-31')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)00300450449108(21)S2'],'L7');SELECT verdict FROM serial.verify('(01)00300450449108(21)S2','L7','2099-12-31')$$);
SELECT ask($$SELECT (v.verdict, v.is_alarming) FROM serial.verify('(01)00300450449108(21)S2','L7','2099-12-31') AS v$$);
-- F15: a customer's return after months.
SELECT ask($$SELECT serial.commission(ARRAY['plain:TV-1'],at=>'2026-01-01');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:TV-1'],'retail_selling',at=>'2026-01-10');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:TV-1'],'receiving','returned',at=>'2026-04-10') > 0$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:TV-1'],at=>'2026-01-01');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:TV-1'],'retail_selling',at=>'2026-01-10');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:TV-1'],'accepting','returned',at=>'2026-04-10');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:TV-1'],'repairing',at=>'2026-04-11');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:TV-1'],'stocking',at=>'2026-04-12');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:TV-1'],'retail_selling',at=>'2026-04-13');SELECT verdict || ' ' || is_authentic FROM serial.verify('plain:TV-1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:TV-1'],at=>'2026-01-01');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:TV-1'],'retail_selling',at=>'2026-01-10');SELECT serial.receive(ARRAY['plain:TV-1'],'shop',at=>'2026-04-10')$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:TV-1'],at=>'2026-01-01');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:TV-1'],'retail_selling',at=>'2026-01-10');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:TV-1'],'repairing',at=>'2026-04-11');SELECT verdict FROM serial.verify('plain:TV-1')$$);
-- F16: one serial number shipped to two customers.
SELECT ask($$SELECT serial.commission(ARRAY['plain:X1'],place=>'W',at=>'2026-01-01');SELECT serial.ship(ARRAY['plain:X1'],'W','C1',at=>'2026-01-02');SELECT serial.ship(ARRAY['plain:X1'],'W','C2',at=>'2026-01-03') > 0$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:X1'],place=>'W',at=>'2026-01-01');SELECT serial.ship(ARRAY['plain:X1'],'W','C1',at=>'2026-01-02');SELECT serial.ship(ARRAY['plain:X1'],'W','C1',at=>'2026-01-03') > 0$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:X1'],place=>'W',at=>'2026-01-01');SELECT serial.ship(ARRAY['plain:X1'],'W','C1',at=>'2026-01-02');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:X1'],'shipping',at=>'2026-01-03',destinations=>'[{"type":"owning_party","destination":"C2"}]',strict=>false) > 0$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:X1','plain:BOX'],place=>'W',at=>'2026-01-01');SELECT serial.aggregate('plain:BOX','{plain:X1}','W','2026-01-01 12:00+00');SELECT serial.ship(ARRAY['plain:BOX'],'W','C1',at=>'2026-01-02');SELECT serial.ship(ARRAY['plain:X1'],'W','C2',at=>'2026-01-03') > 0$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:X1'],place=>'W',at=>'2026-01-01');SELECT serial.ship(ARRAY['plain:X1'],'W','C2',at=>'2026-01-03');SELECT serial.ship(ARRAY['plain:X1'],'W','C1',at=>'2026-01-02') > 0$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:X1'],place=>'W',at=>'2026-01-01');SELECT serial.ship(ARRAY['plain:X1'],'W','C1',at=>'2026-01-02');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:X1'],'void_shipping',at=>'2026-01-02 12:00+00');SELECT serial.ship(ARRAY['plain:X1'],'W','C2',at=>'2026-01-03') > 0$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:X1'],place=>'W',at=>'2026-01-01');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:X1'],'consigning',at=>'2026-01-02',destinations=>'[{"type":"owning_party","destination":"C1"}]');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:X1'],'departing',at=>'2026-01-03',destinations=>'[{"type":"owning_party","destination":"C2"}]') > 0$$);
-- F17: a child received elsewhere, then its box moves it back.
SELECT ask($$SELECT serial.commission(ARRAY['plain:Q1','plain:QBOX'],place=>'A',at=>'2026-01-01');SELECT serial.aggregate('plain:QBOX',ARRAY['plain:Q1'],'A',at=>'2026-01-02');SELECT serial.receive(ARRAY['plain:Q1'],'B',at=>'2026-01-03');SELECT serial.receive(ARRAY['plain:QBOX'],'C',at=>'2026-01-04');SELECT place FROM serial.where_is('plain:Q1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:Q1','plain:QBOX','plain:TRUCK'],place=>'A',at=>'2026-01-01');SELECT serial.aggregate('plain:QBOX',ARRAY['plain:Q1'],'A',at=>'2026-01-02');SELECT serial.aggregate('plain:TRUCK',ARRAY['plain:QBOX'],'A',at=>'2026-01-02');SELECT serial.receive(ARRAY['plain:TRUCK'],'B',at=>'2026-01-03');SELECT serial.receive(ARRAY['plain:Q1'],'C',at=>'2026-01-04');SELECT place FROM serial.where_is('plain:Q1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:Q1','plain:QBOX'],place=>'A',at=>'2026-01-01');SELECT serial.aggregate('plain:QBOX',ARRAY['plain:Q1'],'A',at=>'2026-01-02');SELECT serial.record('ObjectEvent','OBSERVE',ARRAY['plain:Q1'],'storing',at=>'2026-01-03',place=>'B');SELECT place FROM serial.where_is('plain:Q1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:Q1','plain:QBOX'],place=>'A',at=>'2026-01-01');SELECT serial.aggregate('plain:QBOX',ARRAY['plain:Q1'],'A',at=>'2026-01-02');SELECT serial.receive(ARRAY['plain:Q1','plain:QBOX'],'B',at=>'2026-01-03');SELECT place FROM serial.where_is('plain:Q1')$$);
-- F18: an event in the year 2126.
SELECT ask($$SELECT serial.commission(ARRAY['plain:X3'],at=>'2126-01-01') > 0$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:X3'],at=>'infinity') > 0$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:X3'],at=>'-infinity') > 0$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:X3'],at=>'0001-01-01 00:00+00 BC') > 0$$);
SELECT ask($$SELECT serial.pack('plain:BOX','{plain:X3}','2126-01-01') > 0$$);
SELECT ask($$SELECT serial.record('ObjectEvent','OBSERVE','{plain:X3}',at=>'2126-01-01',strict=>false) > 0$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:X3'],at=>now() + interval '9 minutes') > 0$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)X3'],'L','infinity')$$);
SELECT ask($$SELECT serial.commission(ARRAY['plain:X3'],expiry=>'0001-01-01 BC')$$);
SELECT ask($$INSERT INTO serial.lot(gtin,lot,expiry) VALUES ('04006381333931','L','infinity')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)X3'],'L','2099-01-01');SELECT serial.set_lot_expiry('4006381333931','L','infinity','for ever')$$);
-- F22: a wrong item number, corrected: the wrong item stays in stock.
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333955(21)O1'],place=>'WH1',at=>'2026-01-01');SELECT serial.ship(ARRAY['(01)04006381333955(21)O1'],'WH1','WH2',at=>'2026-01-02');SELECT serial.receive(ARRAY['(01)04006381333955(21)O1'],'WH2',at=>'2026-01-03');SELECT serial.declare_error(min(event),'incorrect_data') FROM serial.event_item WHERE id='(01)04006381333955(21)O1';SELECT verdict FROM serial.verify('(01)04006381333955(21)O1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333955(21)O1'],place=>'WH1',at=>'2026-01-01');SELECT serial.ship(ARRAY['(01)04006381333955(21)O1'],'WH1','WH2',at=>'2026-01-02');SELECT serial.receive(ARRAY['(01)04006381333955(21)O1'],'WH2',at=>'2026-01-03');SELECT serial.correct('(01)04006381333955(21)O1','(01)04006381333931(21)O1','wrong item number');SELECT string_agg(gtin || ' ' || items, ', ') || ' ' || (SELECT verdict FROM serial.verify('(01)04006381333955(21)O1')) FROM serial.on_hand('WH2')$$);
-- F27: the case swapped, or O for 0: what is known is named.
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)E1'],'LX','2027-12-31','W1');SELECT verdict || ': ' || reason FROM serial.verify('(01)04006381333931(21)e1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)aB1'],'LX','2027-12-31','W1');SELECT verdict || ': ' || reason FROM serial.verify('(01)04006381333931(21)Ab1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)k0Oq1'],'LX','2027-12-31','W1');SELECT verdict || ': ' || reason FROM serial.verify('(01)04006381333931(21)KoOQ1')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)ABCDEFGHJK01'],'LX','2027-12-31','W1');SELECT verdict || ': ' || reason FROM serial.verify('(01)04006381333931(21)abcdefghjk01')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)B0O'],'LX','2027-12-31','W1');SELECT verdict || ': ' || reason FROM serial.verify('(01)04006381333931(21)BOO')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(01)04006381333931(21)E1'],'LX','2027-12-31','W1');SELECT verdict || ': ' || reason FROM serial.verify(E'010400638133393121e1\x1D1727123110lx')$$);
SELECT ask($$SELECT serial.commission(ARRAY['(00)340123450000000000']);SELECT verdict || ': ' || reason FROM serial.verify('(00)34O123450000000000')$$);
SELECT ask($$SELECT serial.create_pool('hex','sgtin','04006381333931/H',length=>6,alphabet=>'base32');SELECT serial.commission(ARRAY['(01)04006381333931(21)HA1']);SELECT verdict || ': ' || reason FROM serial.verify('(01)04006381333931(21)ha1')$$);

-- Wrong answers of an earlier version, found with a model.
-- 1: never issued, received.
SELECT ask($$SELECT serial.receive('{(01)05000112637922(21)000777}','shop');SELECT (v.verdict, v.is_alarming) FROM serial.verify('(01)05000112637922(21)000777') AS v$$);
SELECT ask($$SELECT serial.record('ObjectEvent','OBSERVE','{(01)05000112637922(21)000777}','receiving',place=>'shop',strict=>true)$$);
-- 2: void, then commissioned.
SELECT ask($$SELECT serial.void('{(01)05000112637922(21)000003}','bad label');SELECT serial.commission('{(01)05000112637922(21)000003}')$$);
SELECT ask($$SELECT serial.void('{(01)05000112637922(21)000003}','bad label');SELECT (v.verdict, v.is_alarming) FROM serial.verify('(01)05000112637922(21)000003') AS v$$);
-- 3: the present rests on the future.
SELECT ask($$SELECT serial.commission('{plain:x}');SELECT serial.release_quarantine('{plain:x}','typo','2062-01-01')$$);
SELECT ask($$SELECT serial.commission('{plain:x}');SELECT serial.release_quarantine('{plain:x}','clock ahead',now() + interval '5 minutes');SELECT serial.quarantine('{plain:x}','today');SELECT verdict || ' ' || (w.place, w.disposition) || (n.place, n.disposition) FROM serial.verify('plain:x'), serial.where_is('plain:x') AS w, serial.where_is('plain:x', now()) AS n$$);
-- 4: dispensed in January, undone in November as if it were January.
SELECT ask($$SELECT serial.commission('{plain:x}',at=>now() - interval '301 days');SELECT serial.dispense('{plain:x}',at=>now() - interval '300 days');SELECT serial.reinstate('{plain:x}',at=>now() - interval '290 days');SELECT verdict FROM serial.verify('plain:x')$$);
SELECT ask($$SELECT serial.commission('{plain:x}',at=>now() - interval '301 days');SELECT serial.dispense('{plain:x}',at=>now() - interval '300 days');SELECT serial.reinstate('{plain:x}')$$);
SELECT ask($$SELECT serial.commission('{plain:x}',at=>'2026-03-01');SELECT serial.dispense('{plain:x}',at=>'2026-03-20 23:30+00');SELECT set_config('timezone','Pacific/Kiritimati',true);SELECT serial.reinstate('{plain:x}',at=>'2026-03-30 23:31+00')$$);
SELECT ask($$SELECT serial.commission('{plain:x}',at=>'2026-03-01');SELECT serial.dispense('{plain:x}',at=>'2026-03-20 23:30+00');SELECT set_config('timezone','America/New_York',true);SELECT serial.reinstate('{plain:x}',at=>'2026-03-30 23:29+00') > 0$$);
SELECT ask($$SELECT serial.commission('{plain:x}');SELECT serial.decommission('{plain:x}','stolen');SELECT serial.reinstate('{plain:x}')$$);
-- 5: withdrawn inside a container that is shipped.
SELECT r.reason, ask(format($$SELECT serial.commission('{plain:u,plain:c}',at=>'2026-01-01');SELECT serial.aggregate('plain:c','{plain:u}',NULL,'2026-01-02');SELECT serial.decommission('{plain:u}',%L,at=>'2026-01-03');SELECT serial.ship('{plain:c}');SELECT verdict || ' ' || serial.saleable('plain:u') FROM serial.verify('plain:u')$$, r.reason))
FROM unnest('{exported,sample,free sample,locked,checked out,withdrawn,destroyed,stolen}'::text[]) AS r(reason);
SELECT d.disposition, ask(format($$SELECT serial.commission('{plain:u,plain:c}',at=>'2026-01-01');SELECT serial.aggregate('plain:c','{plain:u}',NULL,'2026-01-02');SELECT serial.record('ObjectEvent','OBSERVE','{plain:u}','inspecting',%L,at=>'2026-01-03');SELECT serial.ship('{plain:c}');SELECT verdict || ' ' || serial.saleable('plain:u') FROM serial.verify('plain:u')$$, d.disposition))
FROM unnest('{damaged,non_conformant,expired,mismatch_class,needs_replacement,recalled,unavailable}'::text[]) AS d(disposition);
-- 6: a lot in the identifier, recalled.
SELECT ask($$SELECT serial.receive('{(01)09506000134352(10)LOT9}','W1');SELECT serial.recall('09506000134352','{LOT9}','x');SELECT verdict || ' ' || (SELECT string_agg(r.id::text, ', ') FROM serial.recalled((SELECT max(recall) FROM serial.recall)) AS r) FROM serial.verify('(01)09506000134352(10)LOT9')$$);
-- 7: only encoded, or reserved.
SELECT ask($$SELECT serial.record('ObjectEvent','ADD','{plain:x}','encoding');SELECT serial.receive('{plain:x}','W1');SELECT verdict FROM serial.verify('plain:x')$$);
SELECT ask($$SELECT serial.record('ObjectEvent','ADD','{plain:x}','reserving');SELECT verdict FROM serial.verify('plain:x')$$);
-- 8: persistent dispositions that do not block.
SELECT d.disposition, ask(format($$SELECT serial.commission('{plain:x}');SELECT serial.record('ObjectEvent','OBSERVE','{plain:x}',persistent_disposition=>'{"set":["%s"]}');SELECT verdict FROM serial.verify('plain:x')$$, d.disposition))
FROM unnest('{completeness_verified,completeness_inferred,conformant,active,available,recalled,unavailable,damaged,stolen,expired}'::text[]) AS d(disposition);
-- 14: a truck ended with a case in it; the case left; a unit was packed into it afterwards.
SELECT ask($$SELECT serial.commission('{plain:u,plain:case,plain:truck,plain:truck2}',place=>'A',at=>'2026-01-01');SELECT serial.aggregate('plain:truck','{plain:case}','A','2026-01-02');SELECT serial.decommission('{plain:truck}','destroyed','A','2026-01-03');SELECT serial.unpack('{plain:case}','2026-01-04');SELECT serial.aggregate('plain:case','{plain:u}','A','2026-01-05')$$);
-- 15: an eventID that is known, with other content; the same with a declaration of error.
SELECT ask($$SELECT serial.record('ObjectEvent','OBSERVE','{plain:x}','receiving',place=>'A',at=>'2026-01-01',event_id=>'urn:x:1');SELECT serial.record('ObjectEvent','OBSERVE','{plain:x}','receiving',place=>'A',at=>'2026-01-01',event_id=>'urn:x:1') = (SELECT max(event) FROM serial.event)$$);
SELECT ask($$SELECT serial.record('ObjectEvent','OBSERVE','{plain:x}','receiving',place=>'A',at=>'2026-01-01',event_id=>'urn:x:1');SELECT serial.record('ObjectEvent','OBSERVE','{plain:y}','shipping',place=>'B',at=>'2026-01-02',event_id=>'urn:x:1')$$);
-- 17: the day of expiry, asked in two time zones.
SELECT z.zone, ask(format($$SELECT serial.commission('{plain:x}','L',serial_internal.day_of(now()));SELECT set_config('timezone',%L,true);SELECT verdict FROM serial.verify('plain:x')$$, z.zone)) FROM unnest('{Pacific/Kiritimati,Pacific/Midway}'::text[]) AS z(zone);
-- 18: shipped, and the shipping undone.
SELECT ask($$SELECT serial.commission('{(01)09506000134352(21)A}','L1',place=>'W',at=>'2026-01-01');SELECT serial.ship('{(01)09506000134352(21)A}','W','C1',at=>'2026-01-02');SELECT serial.record('ObjectEvent','OBSERVE','{(01)09506000134352(21)A}','void_shipping',at=>'2026-01-03');SELECT serial.recall('09506000134352','{L1}','x');SELECT coalesce(string_agg(r.consignee, ', '), 'nobody') || ' ' || (SELECT count(*) FROM serial.recall_consignees(max(c.recall))) FROM serial.recall AS c, LATERAL serial.recalled(c.recall) AS r$$);
SELECT ask($$SELECT serial.commission('{(01)09506000134352(21)A,plain:box}','L1',place=>'W',at=>'2026-01-01');SELECT serial.aggregate('plain:box','{(01)09506000134352(21)A}','W','2026-01-01 12:00+00');SELECT serial.ship('{plain:box}','W','C1',at=>'2026-01-02');SELECT serial.record('ObjectEvent','OBSERVE','{plain:box}','void_shipping',at=>'2026-01-03');SELECT serial.disaggregate('plain:box','{(01)09506000134352(21)A}','W','2026-01-04');SELECT serial.recall('09506000134352','{L1}','x');SELECT coalesce(string_agg(r.consignee, ', '), 'nobody') || ' ' || (SELECT count(*) FROM serial.recall_consignees(max(c.recall))) FROM serial.recall AS c, LATERAL serial.recalled(c.recall) AS r$$);
SELECT ask($$SELECT serial.commission('{(01)09506000134352(21)A,plain:box}','L1',place=>'W',at=>'2026-01-01');SELECT serial.aggregate('plain:box','{(01)09506000134352(21)A}','W','2026-01-01 12:00+00');SELECT serial.ship('{plain:box}','W','C1',at=>'2026-01-02');SELECT serial.declare_error(max(event),'did_not_occur') FROM serial.event;SELECT serial.recall('09506000134352','{L1}','x');SELECT coalesce(string_agg(r.consignee, ', '), 'nobody') || ' ' || (SELECT count(*) FROM serial.recall_consignees(max(c.recall))) FROM serial.recall AS c, LATERAL serial.recalled(c.recall) AS r$$);
-- 19: a pallet known only by packing can be stolen, and with it what is in it.
SELECT ask($$SELECT serial.commission('{plain:u}');SELECT serial.aggregate('plain:pallet','{plain:u}','W');SELECT serial.decommission('{plain:pallet}','stolen');SELECT string_agg(id || ' ' || v.verdict, ', ') FROM unnest('{plain:u,plain:pallet}'::serial.serial[]) AS id CROSS JOIN LATERAL serial.verify(id) AS v$$);
SELECT ask($$SELECT serial.commission('{plain:u}');SELECT serial.pack('plain:pallet','{plain:u}');SELECT serial.decommission('{plain:pallet}','stolen');SELECT string_agg(id || ' ' || v.verdict, ', ') FROM unnest('{plain:u,plain:pallet}'::serial.serial[]) AS id CROSS JOIN LATERAL serial.verify(id) AS v$$);
SELECT r.reason, ask(format($$SELECT serial.commission('{plain:u}');SELECT serial.aggregate('plain:pallet','{plain:u}','W');SELECT serial.decommission('{plain:pallet}',%L);SELECT string_agg(id || ' ' || v.verdict, ', ') FROM unnest('{plain:u,plain:pallet}'::serial.serial[]) AS id CROSS JOIN LATERAL serial.verify(id) AS v$$, r.reason))
FROM unnest('{exported,locked,destroyed,withdrawn}'::text[]) AS r(reason);
SELECT ask($$SELECT serial.aggregate('plain:pallet','{plain:u}','W');SELECT serial.quarantine('{plain:pallet}','wet');SELECT string_agg(id || ' ' || v.verdict, ', ') FROM unnest('{plain:u,plain:pallet}'::serial.serial[]) AS id CROSS JOIN LATERAL serial.verify(id) AS v$$);
SELECT ask($$SELECT serial.decommission('{plain:nothing}','stolen')$$);
-- 20: a lot typed wrong at commissioning, found after shipping.
SELECT ask($$SELECT serial.commission('{(01)09506000134352(21)A}','WRONG','2098-12-31','W',at=>'2026-01-01');SELECT serial.ship('{(01)09506000134352(21)A}','W','C1',at=>'2026-01-02');SELECT serial.correct_lot('{(01)09506000134352(21)A}','RIGHT','2099-12-31','typed wrong');SELECT concat_ws(' ', verdict, known_lot, known_expiry) FROM serial.verify('(01)09506000134352(21)A','RIGHT','2099-12-31')$$);

\c :db
DROP DATABASE regress_serial_reported;
