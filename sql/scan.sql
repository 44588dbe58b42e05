-- Scans: every element of what a scanner sent, and what it identifies.
SET datestyle = 'ISO';

-- Years are written with two digits; those here are read the same until 2075.
SELECT * FROM serial.scan(E']d2010950600013435217271231' || E'10LOT7\x1D21A1B2');

-- One scan in five spellings.
SELECT DISTINCT s.*
FROM (VALUES (E']d2010950600013435217271231' || E'10LOT7\x1D21A1B2'),
             ('^0109506000134352^1727123110LOT7^21A1B2'),
             (E']C121A1B2\x1D10LOT7\x1D17271231\x1D0109506000134352\x1D'),
             ('(01)09506000134352(21)A1B2(10)LOT7(17)271231'),
             (']Q1https://example.com/stem/01/09506000134352/10/LOT7/21/A1B2?linkType=all&17=271231#top')) AS v(scanned),
     serial.scan(v.scanned) AS s;

-- The identifier is of the finest scheme, and of the item itself.
SELECT scanned, s.id, s.gtin, s.serial, s.lot
FROM (VALUES ('(10)LOT7(01)09506000134352(21)A1B2'),
             ('(01)09506000134352(10)LOT7'),
             ('(01)09506000134352'),
             ('(01)09506000134352(235)XYZ'),
             ('(8006)095060001343520102(21)A1B2'),
             ('(8006)095060001343520102'),
             ('(00)095060001343500002(02)09506000134352(37)24'),
             ('(02)09506000134352(37)24'),
             ('(8003)09506000134352R7'),
             ('(8004)9506000A7(7040)1AB_'),
             ('(253)9506000134352D7'),
             ('(255)950600013435271'),
             ('(8010)9506000ABC(8011)12'),
             ('(414)9506000134352(254)E7'),
             ('(3103)000195(10)LOT7'),
             (']E02112345678900'),
             (']E402345673'),
             (']I124012345678905')) AS v(scanned),
     serial.scan(v.scanned) AS s;

-- The columns have the types of what they hold.
SELECT s.id = '(01)09506000134352(21)A1B2' AS same, pg_typeof(s.id), pg_typeof(s.expiry), pg_typeof(s.elements)
FROM serial.scan('(01)09506000134352(17)271231(21)A1B2') AS s;

-- Day 00 is the last day of the month; 7003 is an expiry with a time.
SELECT scanned, s.expiry, s.production
FROM (VALUES ('(17)270200'),
             ('(17)280200'),
             ('(17)280229'),
             ('(17)271200'),
             ('(11)270400'),
             ('(11)260131(17)280131'),
             ('(7003)2712312359'),
             ('(7003)2712312359(17)280131'),
             ('(15)271231')) AS v(scanned),
     serial.scan(v.scanned) AS s;

-- Dates lie from 49 years back to 50 years ahead of the current year.
SELECT ahead, extract(year FROM (serial.scan(
           '(17)' || to_char((extract(year FROM current_date)::int + ahead) % 100, 'FM00') || '0601')).expiry)
       - extract(year FROM current_date) AS read_as
FROM (VALUES (-50), (-49), (-1), (0), (1), (50), (51)) AS v(ahead);

-- Values are text as it was meant: brackets, percent signs and quotes.
SELECT (serial.scan(scanned)).elements
FROM (VALUES ('(10)A\(1)"B'),
             ('https://example.com/01/09506000134352/10/A%28%22%25?98=A%2BB&99=A;B'),
             ('(4300)Caf%C3%A9(4302)1%20High%20Street'),
             ('(8030)abc-_123'),
             ('(91)' || repeat('z', 90))) AS v(scanned);

-- All kinds of values.
SELECT (serial.scan('(01)09506000134352(3103)000195(3922)0299(422)276(423)276528(7007)260101260131(8008)260131235959')).elements;
SELECT (serial.scan('(8018)123456789012345675(8019)1(7241)10(7252)1(7258)1/2')).elements;
SELECT (serial.scan('(00)123456789012345675(4307)DE(4309)02790858480316742860(4321)1(4330)000010-')).elements;

-- What is wrong is stated with its place and its application identifier.
CREATE FUNCTION scan_refusal(scanned text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
	details text;
	hint text;
BEGIN
	RETURN 'accepted: ' || serial.scan(scanned);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, details = PG_EXCEPTION_DETAIL,
		hint = PG_EXCEPTION_HINT;
	RETURN format('%s %s. %s%s', SQLSTATE, message, details, ' ' || nullif(hint, ''));
END;
$$;

SELECT scan_refusal('');
SELECT scan_refusal('hello');
SELECT scan_refusal('urn:epc:id:sgtin:9506000.013435.A1B2');
SELECT scan_refusal('sgtin:09506000134352/A1B2');
SELECT scan_refusal(']A0(01)09506000134352');
SELECT scan_refusal(']Q1hello');
SELECT scan_refusal(']d2');
SELECT scan_refusal('(01)09506000134353(17)271231');
SELECT scan_refusal('(00)123456789012345675(02)09506000134353(37)24');
SELECT scan_refusal('(8013)1987654Ad4X4bL5ttr2310cXK');
SELECT scan_refusal('(8007)GB97MIDL07009312345678');
SELECT scan_refusal('https://example.com/01/09506000134353?17=271231');
SELECT scan_refusal('(01)09506000134352(17)271331');
SELECT scan_refusal('(01)09506000134352(17)270229');
SELECT scan_refusal('(01)09506000134352(7003)2712312400');
SELECT scan_refusal('(01)09506000134352(14)271231');
SELECT scan_refusal('(01)09506000134352(05)1');
SELECT scan_refusal('(01)09506000134352(10)LOT 7');
SELECT scan_refusal('(01)09506000134352(10)Löt7');
SELECT scan_refusal('(01)09506000134352(10)123456789012345678901');
SELECT scan_refusal('(01)0950600013435');
SELECT scan_refusal('(01)09506000134352(10)');
SELECT scan_refusal('(8008)260131235');
SELECT scan_refusal('(01)09506000134352(10)A(10)B');
SELECT scan_refusal('(01)09506000134352(10)A(10)A');
SELECT scan_refusal('(01)09506000134352(02)09506000134352');
SELECT scan_refusal('(3100)000001(3101)000010');
SELECT scan_refusal('(01)09506000134352(422)001');
SELECT scan_refusal('(3910)0001');
SELECT scan_refusal('(8006)095060001343520201');
SELECT scan_refusal('(4300)50%');
SELECT scan_refusal('(8110)0123456123456111101239000');
SELECT scan_refusal('(8004)9506');
SELECT scan_refusal('(8004)95A6');

-- A separator that is missing makes two values one; this one is then too long.
SELECT (serial.scan(E']d2010950600013435210LOT7\x1D21A1B2')).elements;
SELECT (serial.scan(E']d2010950600013435210LOT721A1B2')).elements;
SELECT scan_refusal(E']d2010950600013435210LOT721123456789012345678');
SELECT scan_refusal(E']d2010950600013435210LOT7\x1D\x1D21A1B2');
SELECT scan_refusal(E']d2010950600013435\x1D10LOT7');
SELECT scan_refusal(E'(10)LOT7\x1D21A1B2');

-- Links: what may stand where.
SELECT scan_refusal('https://example.com/01/09506000134352?10=LOT7');
SELECT scan_refusal('https://example.com/01/09506000134352/10/LOT7?10=LOT7');
SELECT scan_refusal('https://example.com/01/09506000134352?99=A&99=A');
SELECT scan_refusal('https://example.com/01/09506000134352?999=A');
SELECT scan_refusal('https://example.com/01/09506000134352?8200=A');
SELECT scan_refusal('https://example.com/01/09506000134352?99=A+B');
SELECT scan_refusal('https://example.com/01/09506000134352?99=A%2');
SELECT scan_refusal('https://example.com/01/09506000134352?=A');
SELECT scan_refusal('https://example.com/01/09506000134352/21/A/10/B');
SELECT scan_refusal('https://example.com/01/9506000134352');
SELECT scan_refusal('https://example.com/about?01=09506000134352');
SELECT (serial.scan('https://example.com/01/09506000134352/235/XYZ?10=LOT7&&utm=1&x')).elements;

-- The qualifiers of a link are checked where one identifier is read, too.
SELECT refusal('https://example.com/01/09506000134352/22/V/10/LOT7/21/A1B2?17=271331');
SELECT refusal('https://example.com/01/09506000134352/22/V/10/LOT%207/21/A1B2');
SELECT refusal('https://example.com/01/09506000134352/22/123456789012345678901/21/A1B2');
SELECT refusal('https://example.com/8004/9506000A7/7040/1AB=');
SELECT refusal('https://example.com/415/9506000134352/8020/A');
SELECT refusal('https://example.com/001/09506000134352');

-- A scan in place of an identifier is pointed here.
DO $$
DECLARE
	hint text;
BEGIN
	PERFORM serial.parse('(01)09506000134352(21)A1B2(17)271231');
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RAISE NOTICE '%', hint;
END;
$$;

-- At most 64 elements; and the length of a text costs no more than reading it.
SELECT scan_refusal((SELECT string_agg(format('(%s)276A', ai), '') FROM generate_series(7030, 7039) AS ai)
                    || (SELECT string_agg(format('(%s)ABC', ai), '') FROM generate_series(7230, 7239) AS ai)
                    || (SELECT string_agg(format('(%s)A', ai), '') FROM generate_series(90, 99) AS ai)
                    || (SELECT string_agg(format('(%s)A', ai), '') FROM generate_series(710, 717) AS ai)
                    || (SELECT string_agg(format('(%s)A', ai), '') FROM generate_series(7020, 7022) AS ai)
                    || (SELECT string_agg(format('(%s)A', ai), '') FROM generate_series(4300, 4306) AS ai)
                    || (SELECT string_agg(format('(%s)A', ai), '') FROM generate_series(4310, 4316) AS ai)
                    || (SELECT string_agg(format('(%s)260131', ai), '') FROM generate_series(11, 17) AS ai WHERE ai <> 14)
                    || '(240)A(241)A(242)1(243)A');
SET statement_timeout = '10s';
SELECT scan_refusal('(10)' || repeat('9', 1000000));
SELECT scan_refusal(repeat('(10)LOT7', 125000));
SELECT scan_refusal(E'\x1D' || repeat(E'10LOT7\x1D', 142000) || '99');
SELECT scan_refusal('https://example.com/' || repeat('01/', 333333) || '09506000134352');
SELECT scan_refusal('https://example.com/01/09506000134352?' || repeat('x=1&', 250000) || '99=');
RESET statement_timeout;

-- NULL says nothing.
SELECT * FROM serial.scan(NULL);

-- The result depends on the current year, and on nothing else outside the text.
SELECT provolatile, proisstrict, proparallel FROM pg_proc WHERE oid = 'serial.scan(text, text)'::regprocedure;


-- A trade item that is a logistic unit too: the unit is the item.
SELECT id, gtin FROM serial.scan('(00)302335678902000022(01)09506000134352(10)L');
SELECT id, gtin FROM serial.scan('(00)302335678902000022(01)09506000134352(21)A');

-- Neighbours of what scanners send
SELECT scanned, serial.try_scan(scanned) AS scan
FROM (VALUES ('07838604'), ('17271231'), (']C04006381333931'), (']d1012345678905'), (']A040170725'), (']C04006381333932'),
             (E'[)>\x1E06\x1D8P4006381333931\x1DS1\x1E\x04'), (E'[)>\x1E06\x1D9N11-0375286414\x1DS1\x1E\x04')) AS s(scanned);
SELECT (serial.scan('https://example.com/8004/9506000A7?01=4006381333931')).elements, serial.parse('https://example.com/8004/9506000A7?01=40170725');
SELECT scan_refusal('https://example.com/8004/9506000A7?02=4006381333931&37=2');
SELECT scan_refusal(']C00104006381333931');
SELECT scan_refusal(E'[)>\x1E06\x1D9N11-0375286414\x1DS1\x1E\x04');
SELECT scan_refusal('https://example.com/01/04006381333931?ser=B');

-- An expiry date under its old short name; other addresses use the name for the time at which they end.
SELECT link, s.expiry, s.elements
FROM (VALUES ('https://id.gs1.org/gtin/09506000134352/ser/A1?exp=271231'), ('https://id.gs1.org/01/09506000134352?exp=1798675200'),
             ('https://id.gs1.org/01/09506000134352?exp=soon')) AS v(link), serial.scan(link) AS s;
SELECT scan_refusal('https://id.gs1.org/gtin/09506000134352?exp=271331');
SELECT scan_refusal('https://id.gs1.org/gtin/09506000134352?17=271231&exp=271231');

-- Symbology identifiers of carriers with ECI protocol, and of PDF417.
SELECT scanned, s.id, s.lot
FROM (VALUES (']d5010950600013435210L1'), (']Q4010950600013435210L1'), (']Q2https://example.com/01/09506000134352/10/L1'),
             (']d4https://example.com/01/09506000134352/10/L1'), (']z3(01)09506000134352(10)L1'), (']L0(01)09506000134352(10)L1')) AS v(scanned),
     serial.scan(scanned) AS s;
DROP FUNCTION scan_refusal(text);
