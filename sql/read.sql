-- What scanners, forms and people send: bare keys, human spellings, stand-ins
-- for the separator, and why a text was refused.
SET datestyle = 'ISO';
CREATE FUNCTION pg_temp.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
	detail text;
	hint text;
BEGIN
	EXECUTE query INTO result;
	RETURN coalesce(result, 'NULL');
EXCEPTION WHEN others THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RETURN concat_ws(' | ', 'ERROR ' || sqlstate || ': ' || sqlerrm, nullif(detail, ''), nullif(hint, ''));
END;
$$;

-- A plain EAN, UPC or ITF code is a GTIN, and no application identifier.
SELECT scanned, s.id, s.gtin
FROM (VALUES ('4006381333931'), ('9312345678907'), ('40170725'), ('416000336108'), ('14012345678908'),
             (E'4006381333931\r\n'), (E'40170725\t')) AS v(scanned), serial.scan(v.scanned) AS s;
SELECT serial.parse('4006381333931'), serial.parse('40170725'), '416000336108'::serial.serial;
-- With another check digit it is what its first digits say.
SELECT serial.parse('40170726'), (serial.scan('40170726')).id, (serial.scan('^40170725')).id;
SELECT pg_temp.outcome($$SELECT serial.parse('4006381333932')$$);

-- Symbology identifiers of retail bar codes, with add-ons.
SELECT scanned, s.id, s.elements
FROM (VALUES (']E04006381333931'), (']E0416000336108'), (']E007838604'), (']E440170725'), (']I114012345678908'),
             (']I014012345678908'), (']E3977147396801212'), (']E3977147396801251234'), (']E112'), (']E251234'))
	AS v(scanned), serial.try_scan(v.scanned) AS s;
SELECT pg_temp.outcome($$SELECT serial.scan(']E3400638133393112')$$), pg_temp.outcome($$SELECT serial.scan(']E1123')$$);
SELECT pg_temp.outcome($$SELECT serial.scan(']E340063813339311234')$$);
SELECT serial.parse(']E04006381333931'), serial.parse(']E440170725'), serial.parse(']I114012345678908');

-- What wedge scanners add and replace.
SELECT gtin FROM serial.scan(E'0104006381333931\r\n');
SELECT serial, lot, expiry FROM serial.scan('0104046963351946172401011019A|21G8345', separator => '|');
SELECT serial, lot FROM serial.scan('01040469633519461019A<GS>21G8345', separator => '<GS>');
SELECT pg_temp.outcome($$SELECT serial.scan('01040469633519461019A<GS>21G 8345', separator => '<GS>')$$);
SELECT pg_temp.outcome($$SELECT serial.scan('0104046963351946', separator => '')$$);
SELECT serial FROM serial.scan('0104046963351946172401011019A^21G8345');

-- A retail bar code that was misread has a wrong check digit, whatever AI its first digits look like.
SELECT u.code, d.message, d.detail, (SELECT count(*) FROM serial.suggest(u.code)) AS suggestions
FROM unnest('{4006381333932,5901234123458,036000291453,91234567890126,96385075,0109506000134}'::text[]) AS u(code), serial.diagnose(u.code) AS d;
SELECT pg_temp.outcome($$SELECT serial.scan('5901234123458')$$), pg_temp.outcome($$SELECT serial.scan('96385075')$$);
SELECT serial.scan('17271231'), serial.scan('1012345678902');

-- A lost separator, and caps lock.
SELECT pg_temp.outcome($$SELECT serial.scan('01108573260055401722081110A2021121092220084115197')$$);
SELECT pg_temp.outcome($$SELECT serial.scan(']D20109506000134352')$$);
SELECT pg_temp.outcome($$SELECT serial.parse('HTTPS://EXAMPLE.COM/01/09506000134352/21/a1'::text)$$);
SELECT pg_temp.outcome($$SELECT serial.parse('VIN:1m8gdm9axkp042788')$$);

-- NULLs in place of an error.
SELECT * FROM serial.try_scan('0104006381333932');
SELECT id, lot FROM serial.try_scan('(01)09506000134352(10)LOT7');
SELECT * FROM serial.scan(NULL);

-- The century of a given date, so that generated columns can scan.
SELECT expiry FROM serial.scan('(01)09506000134352(17)271231', NULL, date '2026-01-01')
UNION ALL SELECT expiry FROM serial.scan('(01)09506000134352(17)271231', NULL, date '2126-01-01');
CREATE TEMP TABLE received
(
	raw text,
	on_day date,
	id serial.serial GENERATED ALWAYS AS ((serial.try_scan(raw, NULL, on_day)).id) STORED,
	expiry date GENERATED ALWAYS AS ((serial.try_scan(raw, NULL, on_day)).expiry) STORED
);
INSERT INTO received VALUES ('(01)09506000134352(17)271231(21)A1', '2026-05-01'), ('no scan', '2026-05-01');
SELECT raw, id, expiry FROM received;

-- Measures and amounts as numbers.
SELECT (serial.scan('(01)97350053850012(3103)000195(3922)0299')).elements;

-- Companions that are required and missing.
SELECT * FROM serial.unmet('(02)09506000134352(10)LOT7(17)271231');
SELECT * FROM serial.unmet('(37)24(02)09506000134352');
SELECT * FROM serial.unmet('(01)09506000134352(21)A1(17)271231');

-- A signature signs one item.
SELECT pg_temp.outcome($$SELECT serial.scan('(253)9506000134352(8030)abc')$$);
SELECT pg_temp.outcome($$SELECT serial.scan('(8003)09506000134352(8030)abc')$$);
SELECT id FROM serial.scan('(253)9506000134352D7(8030)abc');

-- Bare keys of a known scheme, as people write them.
SELECT serial.parse('35-209900-176148-1', 'imei'), serial.parse('35209900176148', 'imei'),
       serial.parse('3520990017614823', 'imei'), serial.parse('CSQU 305438 3', 'bic'),
       serial.parse('csqu305438-3', 'bic');
SELECT serial.parse('978-1-4919-3936-9', 'gtin'), serial.parse('40170725', 'gtin'), serial.parse('07838604', 'gtin'),
       serial.parse('0 16000 33610 0', 'gtin'), serial.parse('4006381333931/7', 'sgtin');
SELECT serial.parse(' 3 0233567 890200002 2 ', 'sscc'), serial.parse('1m8gdm9axkp042788', 'vin'),
       serial.parse('0000-0002-1825-0097', 'mod11_2'), serial.parse('AF 01 23450 ABCDE C', 'meid');
SELECT serial.parse('0614141-19', 'giai'), serial.try_parse('0614141 19', 'giai'), serial.parse('LOC-42', 'plain');
SELECT v.code, serial.try_parse(v.code, 'gtin')
FROM (VALUES ('04252614'), ('01234505'), ('00123457'), ('02345673'), ('12345670'), ('07838605'), ('x')) AS v(code);
SELECT pg_temp.outcome($$SELECT serial.parse('352099001761482', 'imei')$$);
SELECT pg_temp.outcome($$SELECT serial.parse('35-2O9900-176148-1', 'imei')$$);
SELECT pg_temp.outcome($$SELECT serial.parse('35-209900-176148-2', 'imei')$$);
SELECT pg_temp.outcome($$SELECT serial.parse('', 'imei')$$);
SELECT pg_temp.outcome($$SELECT serial.parse('1', 'ean')$$);
SELECT serial.try_parse('1', 'gtin'), serial.try_parse(NULL, 'gtin');
-- The same in scheme:value.
SELECT serial.parse('imei:35-209900-176148-1'), serial.parse('imei:35209900176148'), serial.parse('gtin:07838604');
SELECT serial.parse('gtin:978-1-4919-3936-9'), serial.parse('sgtin:4006381333931/7'), serial.parse('bic:CSQU 305438 3');
SELECT serial.parse('grai:0 0614141 12345 2400'), serial.parse('sgtin:4006381333931/a/b');
-- And no separators anywhere else.
SELECT pg_temp.outcome($$SELECT serial.parse('(01)0950-6000134352')$$);
SELECT pg_temp.outcome($$SELECT serial.parse('978-1-4919-3936-9')$$);

-- From components.
SELECT serial.make('sgtin', '09506000134352', 'A1'), serial.make('sgtin', '4006381333931', '7'),
       serial.make('grai', '00614141123452', '400'), serial.make('sscc', '302335678902000022'),
       serial.make('sgln', '0614141123452', NULL), serial.make('sgln', NULL);
SELECT pg_temp.outcome($$SELECT serial.make('sgtin', '09506000134353', 'A1')$$);
SELECT pg_temp.outcome($$SELECT serial.make('sgtin', '09506000134352', 'A 1')$$);
SELECT pg_temp.outcome($$SELECT serial.make('sgtin', '09506000134352')$$);
SELECT pg_temp.outcome($$SELECT serial.make('sscc', '302335678902000022', '1')$$);

-- Why a text was refused, as values.
\x on
SELECT * FROM serial.diagnose('(01)09506000134352(21)A1');
SELECT * FROM serial.diagnose('(01)09506000134353(21)A');
SELECT * FROM serial.diagnose('vin:1m8gdm9axkp042789');
SELECT * FROM serial.diagnose('01108573260055401722081110A2021121092220084115197');
SELECT * FROM serial.diagnose('35-209900-176148-2', 'imei');
SELECT * FROM serial.diagnose(NULL);
\x off
-- Characters are checked before lengths.
SELECT position, detail FROM serial.diagnose('imei:35_209900-176148-19999');
SELECT position, detail FROM serial.diagnose('(01)09506000134352(21)ABC DEFGHIJKLMNOPQRSTUVW');
SELECT position, detail FROM serial.diagnose('adi:35962.PQ7VZ4.M37gXB92123456789012345678901234567890');
-- ... also before a missing separator, and whole: it may have several bytes.
SELECT key, d.position, d.detail
FROM unnest('{0950600013435é,0950600013435é7,é9506000134352A,09506000134352é,09506000134352A,O9506000134352A,éééééééé}'::text[]) AS key,
	 LATERAL serial.diagnose(key, 'sgtin') AS d;
-- An element of fixed length ends after so many bytes, the report names the whole character.
SELECT spelling, d.position, d.detail
FROM unnest('{010950600013435é221A1B2,01095060001343521727123é110LOT7,]E0400638133393é,3103000195é,+A123BJC5D6E71é}'::text[]) AS spelling,
	 LATERAL serial.diagnose(spelling) AS d;
SELECT serial.scan('010950600013435é221A1B2');
SELECT spelling, d.position, d.detail
FROM unnest(ARRAY['urn:epc:id:sgtin:9506000.01 3435.A1', U&'urn:epc:id:sscc:9506000.30000000\00e4', 'urn:epc:class:lgtin:9506000.0134%35.L',
	'urn:epc:id:itip:4012345.012345.0O1.02.A', 'urn:epc:tag:sgtin-96:3.0614141.8I2345.6789', 'urn:epc:id:sgtin:9506000.0134351.A1']) AS s(spelling),
	 LATERAL serial.diagnose(spelling) AS d;

-- Valid lines into one table and the others, with reasons, into another.
CREATE TEMP TABLE line (raw text);
CREATE TEMP TABLE unit (id serial.serial PRIMARY KEY);
CREATE TEMP TABLE reject (raw text, reason text, "position" int);
INSERT INTO line VALUES ('(01)09506000134352(21)A1'), ('(01)09506000134353(21)A2'), ('imei:352099001761481'), ('?');
WITH read AS MATERIALIZED (SELECT raw, d.* FROM line, serial.diagnose(raw) AS d),
     good AS (INSERT INTO unit SELECT id FROM read WHERE is_valid)
INSERT INTO reject SELECT raw, message || ': ' || detail, position FROM read WHERE NOT is_valid;
SELECT * FROM unit ORDER BY id;
SELECT * FROM reject;

-- Repairs: look-alikes and swapped case, too.
SELECT * FROM serial.suggest('(01)095O6OOO134352(21)A1');
SELECT * FROM serial.suggest('imei:3S2O9900I761481');
SELECT * FROM serial.suggest('VIN:1m8gdm9axkp042788');
SELECT * FROM serial.suggest('bic:C5QU3054383');
SELECT typed, array(SELECT serial.suggest(typed)) AS suggested
FROM unnest('{4OO6381333931,(O1)09506000134352(2I)A1,OIO95O6OOO13435221A1,https://example.com/01/095O6000134352,O,10,Serial 5}'::text[]) AS t(typed);
SELECT count(*) FROM serial.suggest('nothing like it');
SELECT count(*) FROM serial.suggest('+' || repeat('o', 1000000));     -- too long to have been typed

-- Digital Links: what the query may not say, short names, short GTINs.
SELECT pg_temp.outcome(format('SELECT serial.parse(%L)', link)) AS parse,
       pg_temp.outcome(format('SELECT id FROM serial.scan(%L)', link)) AS scan
FROM (VALUES ('https://example.com/01/09506000134352?21=A1'),
             ('https://example.com/01/09506000134352/21/A1?01=09506000134369'),
             ('https://example.com/01/09506000134352?17=279999'),
             ('https://example.com/01/09506000134352?17=271231&17=271231'),
             ('https://example.com/01/09506000134352/21/A"1'),
             ('https://example.com/01/09506000134352/21/A1?x=<y>'),
             ('https://example.com/gtin/09506000134352/ser/A1'),
             ('https://example.com/gtin/09506000134352/lot/L1/ser/A1?exp=1'),
             ('https://example.com/gln/9506000134352/glnx/12'),
             ('https://example.com/01/4006381333931/21/A1'),
             ('https://example.com/01/40170725'),
             ('https://example.com/01/4006381333932/21/A1'),
             ('Https://example.com/01/09506000134352/21/A1'),
             -- escapes in a key that the number follows
             ('https://example.com/253/95060%300134352A%31'), ('https://example.com/8003/0950600013435%32%41BC'),
             ('https://example.com/255/%39506000134352'), ('https://example.com/253/950600013435%3')) AS v(link);

-- URNs: any case in front, and no characters that must be escaped.
SELECT serial.parse('URN:epc:id:sgtin:9506000.013435.A1'), serial.parse('Urn:EPC:id:sgtin:9506000.013435.A1'),
       serial.parse('URN:EPC:tag:sgtin-96:3.0614141.812345.6789');
SELECT pg_temp.outcome(format('SELECT serial.parse(%L)', urn))
FROM (VALUES ('urn:epc:id:sgtin:9506000.013435.A/B'), ('urn:epc:id:sgtin:9506000.013435.A%2fB'),
             ('urn:epc:id:sgtin:9506000.013435.A?B'), ('urn:epc:id:sgtin:9506000.013435.A&B'),
             ('urn:epc:id:sgtin:9506000.013435.A<B'), ('urn:epc:id:cpi:123456..1111'),
             ('urn:epc:id:usdod:CAGEY.68719476736'), ('urn:epc:id:usdod:CAGEY.68719476735')) AS v(urn);

-- Classes of parts, pieces and unit packs.
SELECT serial.parse('(8010)0614141123ABC'), serial.parse('https://example.com/8006/095060001343520102/10/L1'),
       serial.parse('urn:epc:idpat:cpi:0614141.123ABC.*'), serial.parse('urn:epc:idpat:itip:9506000.013435.01.02.*'),
       serial.parse('urn:epc:idpat:upui:9506000.013435.*');
SELECT serial.epc_uri('(8010)0614141123ABC', 7), serial.epc_uri('(8006)095060001343520102', 7),
       serial.digital_link('(8010)0614141123ABC');
SELECT (serial.scan('(01)09506000134352(3912)3961299')).elements;

-- Neighbours of what people and scanners send
SELECT spelling, d.id, d.detail
FROM (VALUES ('07838604'), ('17838601'), ('07838605'), ('hTTps://example.com/01/04006381333931'), ('https://example.com/GTIN/04006381333931/SER/A1'),
             ('https://example.com/01/04006381333931?ser=B'), ('https://example.com/01/04006381333931?lot=B&utm=7'),
             ('https://example.com/01/04006381333931?gln=B'), ('https://example.com/gtin/07838604/ser/A')) AS s(spelling),
     LATERAL serial.diagnose(spelling) AS d;
SELECT spelling, d.id, d.detail
FROM (VALUES ('IMO 9319466', 'imovn'), ('IMO 9319467', 'imovn'), ('IMO93194X6', 'imovn'), ('PZN: 03752864', 'pzn'), ('PZN - 3752865', 'pzn'),
             ('PZN-037528X4', 'pzn'), ('pzn:03752864', 'pzn')) AS s(spelling, scheme),
     LATERAL serial.diagnose(spelling, scheme) AS d;
