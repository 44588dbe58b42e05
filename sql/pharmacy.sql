-- Beyond GS1: PZN, PPN and format 06 of ISO/IEC 15434, US NDC, ILU codes.
\set SHOW_CONTEXT never
SET datestyle = 'ISO';
SELECT serial.check_digit('pzn', '0375286'), serial.check_digit('pzn', '2758089'), serial.check_digit('pzn', '098732'),
       serial.check_digit('pzn', '9116833'), serial.check_digit('ppn', '1103752864'), serial.has_valid_check('pzn', '03752864');
-- A remainder of 10 is not issued.
SELECT serial.check_digit('pzn', '0000005'), serial.check_digit('pzn', '0000003');
SELECT serial.try_parse('PZN - 03752864', 'pzn'), serial.try_parse('-03752864', 'pzn'), serial.try_parse('3752864', 'pzn'),
       serial.try_parse('03752865', 'pzn'), 'pzn:27580899'::serial.serial, serial.try_parse('0000003X', 'pzn');
SELECT serial.parse('ppn:110375286414'), serial.parse('ppn:110375286414/12345ABCDEF98765'),
       serial.try_parse('ppn:110375286415'), serial.try_parse('ppn:1103752854'), serial.parse('ppn:12ABC76');
SELECT serial.key(id), serial.number(id), pg_column_size(id) FROM (SELECT serial.parse('ppn:110375286414/12345ABCDEF98765') AS id) AS p;

-- Format 06 into the same columns as element strings.
SELECT * FROM serial.scan(E'[)>\x1E06\x1D9N110375286414\x1D1T12345ABCDE\x1DD150617\x1DS12345ABCDEF98765\x1E\x04');
SELECT id, gtin, serial, lot, expiry, production
FROM serial.scan(E']d1[)>\x1E06\x1D8P04150037528643\x1D1TL 1\x1D14D20271231\x1D16D20260131\x1DS7\x1E');
SELECT id, elements FROM serial.scan(E'[)>\x1E06\x1D1PABC-1\x1D25SUN123456789\x1E\x04');
SELECT id, lot FROM serial.scan('[)>' || chr(30) || '06|9N110375286414|1TL7', separator => '|');
SELECT id, lot FROM serial.scan(E'[)>\x1E05\x1D010950600013435210L7\x1E\x04');
SELECT s.detail FROM (VALUES (1, E'[)>\x1E06\x1D9N110375286415\x1E\x04'), (2, E'[)>\x1E06\x1D9N110375286414\x1DD151317'),
	(3, E'[)>\x1E06\x1D9'), (4, E'[)>\x1E06\x1D1T\x1D'), (5, E'[)>\x1E07\x1D1T1'), (6, E'[)>\x1E06\x1D1TA\x1D1TB')) AS v(n, scanned),
	LATERAL (SELECT serial.try_scan(v.scanned) IS NULL AS detail) AS s ORDER BY n;
SELECT serial.scan(E'[)>\x1E06\x1D9N110375286415\x1E\x04');
SELECT serial.scan(E'[)>\x1E06\x1D9N110375286414\x1DD151317');
SELECT * FROM serial.unmet(E'[)>\x1E06\x1D9N110375286414');

-- A number that is unique by itself (25S) comes before a class, and behind a product with a serial number.
SELECT id FROM serial.scan(E'[)>\x1E06\x1D9N110375286414\x1D25SUN123456789\x1E\x04');
SELECT id, serial FROM serial.scan(E'[)>\x1E06\x1D9N110375286414\x1DS7\x1D25SUN123456789\x1E\x04');
SELECT serial.parse('UN123456789', 'iso15459'), serial.try_parse('iso15459:-N1234567');
SELECT serial.scan(E'[)>\x1E06\x1D25S(N123456789\x1E\x04');

-- Health Industry Bar Codes: primary, secondary, and both in one.
SELECT scanned, s.* FROM (VALUES ('+A123BJC5D6E71G'), ('+$$52001510X3GD'), ('+A99912345/$$52001510X33'),
             ('+A99912345/$$52001510X3/16D20111212/S77DEFG457'), ('+A99912345/$10X3/16D20111231/14D202001313'),
             ('+A99912349/$10X3/16D20111231/14D20200131/Q500Z'), ('+$$02231162074ZA'), (']C0+A123BJC5D6E71G'),
             ('+A123BJC5D6E71G' || chr(13))) AS v(scanned), LATERAL serial.scan(scanned) AS s;
SELECT serial.parse('+A123BJC5D6E71G'), serial.parse('+A99912345/S77DEFG45R'), serial.make('hibc', 'A99912345', '77'), serial.parse('A999 1234 5', 'hibc');
SELECT serial.check_digit('mod43', '+A123BJC5D6E71'), serial.has_valid_check('mod43', '+A123BJC5D6E71G');
SELECT serial.scan('+A123BJC5D6E71H');
SELECT serial.parse('+A99912345/$$52001510X33');
SELECT serial.parse('+A99912345/$$52001510x33');
SELECT serial.scan('+/EO5232013');
SELECT * FROM serial.unmet('+A99912345/$$52001510X33');

-- Pharmazentralnummern in Code 39.
SELECT scanned, s.* FROM (VALUES ('-03752864'), (']A0-03752864'), ('-3752864' || chr(13))) AS v(scanned), LATERAL serial.scan(scanned) AS s;
SELECT serial.scan('-03752865');
SELECT serial.scan('-0375286');
SELECT serial.scan('-0375286A');
SELECT verdict FROM serial.verify('-03752864');

-- National Drug Codes.
SELECT serial.ndc('(01)00367457153032'), serial.ndc('(01)00367457153032(21)A'), serial.ndc('(01)09506000134352'),
       serial.ndc('(00)302335678902000022'), serial.from_ndc('67457-153-03'), serial.from_ndc('6745715303', 5);
SELECT serial.from_ndc('67457-0153-03');
SELECT serial.from_ndc('67457015303');
SELECT serial.from_ndc('674-5715-303');
SELECT serial.from_ndc('6745715303', 10);

-- Swap bodies.
SELECT serial.parse('UIRA 123456 1', 'ilu'), serial.try_parse('UIRU1234568', 'ilu'), serial.try_parse('ilu:UIRA1234568');
