-- What goes into bar codes, and ranges of numbers.
\set SHOW_CONTEXT never
SET datestyle = 'ISO';
SELECT replace(serial.compose('(01)09506000134352(21)A1B2', lot => 'LOT7', expiry => '2027-12-31'), E'\x1D', '<GS>');
SELECT serial.compose('(01)09506000134352(21)A1B2', lot => 'LOT7', expiry => '2027-12-31', separator => '^'),
       serial.compose('(01)09506000134352(21)A1B2', 'LOT7', '2027-12-31', '2026-01-31', '{"3103": "000195", "240": "X1"}', '{GS}'),
       serial.compose('(00)302335678902000022'), serial.compose('(253)9506000134352D7', elements => '{"90": 7}'),
       serial.compose('vin:1M8GDM9AXKP042788'), serial.compose(NULL), serial.compose('(01)09506000134352');
SELECT serial.compose('(01)09506000134352', lot => 'L1'), serial.digital_link('(01)09506000134352', lot => 'L1');
-- What is composed is read as what was given.
SELECT s.id, s.lot, s.expiry, s.production, s.elements->>'240' AS "240"
FROM serial.scan(serial.compose('(01)09506000134352(21)A1B2', 'LOT7', '2027-12-31', '2026-01-31', '{"240": "X1"}')) AS s;
-- And refused if a scan would be.
SELECT serial.compose('(01)09506000134352(21)A1B2', lot => 'LOT 7');
SELECT serial.compose('(01)09506000134352(21)A1B2', lot => E'L\x1D21X');
SELECT serial.compose('(01)09506000134352(21)A1B2', lot => '');
SELECT serial.compose('(01)09506000134352(21)A1B2', elements => '{"21": "X"}');
SELECT serial.compose('(01)09506000134352', elements => '{"21": "X"}');
SELECT serial.compose('(01)09506000134352(21)A1B2', elements => '{"37": "1"}');
SELECT serial.compose('(01)09506000134352(21)A1B2', elements => '{"5": "1"}');
SELECT serial.compose('(01)09506000134352(21)A1B2', elements => '[1]');
SELECT serial.compose('(01)09506000134352(21)A1B2', elements => '{"90": [1]}');
SELECT serial.compose('(01)09506000134352(21)A1B2', expiry => '2150-01-01');
SELECT serial.compose('(01)09506000134352(21)A1B2', expiry => 'infinity');

-- The elements of a scan can be given back; of two values of one AI, none is preferred.
SELECT serial.compose(s.id, elements => s.elements, separator => '^'), serial.digital_link(s.id, elements => s.elements)
FROM serial.scan('(01)09506000134352(21)A1B2(3103)000195(17)271231(10)LOT7') AS s;
SELECT serial.compose('(01)09506000134352(10)L', lot => 'L'), serial.compose('(01)09506000134352(21)A', 'L', elements => '{"10": "L"}', separator => '^');
SELECT serial.compose('(01)09506000134352(10)L', lot => 'M');
SELECT serial.compose('(01)09506000134352(21)A', expiry => '2027-12-31', elements => '{"17": "271130"}');
SELECT serial.compose('(01)09506000134352(21)A', elements => '{"310n": 0.195}');
-- What replaces the separator must not occur in the data.
SELECT serial.compose('(01)09506000134352(21)A1B2', lot => 'LOT7', separator => '');
SELECT serial.compose('(01)09506000134352(21)A1B2', lot => 'A<GS>B', separator => '<GS>');
SELECT serial.compose('(01)09506000134352(21)A1B2', lot => 'LOT7', separator => '2');

-- Digital Links with lot and expiry; a slash at the end of the base is accepted.
SELECT serial.digital_link('(01)09506000134352(21)A/1', 'example.com', lot => 'LOT7', expiry => '2027-12-31'),
       serial.digital_link('(01)09506000134352(21)A1', 'https://example.com/a/', elements => '{"3103": "000195", "17": "271231"}'),
       serial.digital_link('(00)302335678902000022', 'example.com/', elements => '{"90": "a+b"}'),
       serial.digital_link('(01)09506000134352(235)XYZ', 'example.com', lot => 'L'),
       serial.digital_link('(01)09506000134352(21)A1', 'example.com/'), serial.digital_link('vin:1M8GDM9AXKP042788', 'a', 'L');
SELECT serial.digital_link('(01)09506000134352(21)A1', 'u@example.com', 'L');
SELECT serial.digital_link('(01)09506000134352(21)A1', domain)
FROM unnest('{HTTPS://example.com,Http://example.com:8080/a:b/,example.com:443,localhost}'::text[]) AS d(domain);
SELECT serial.digital_link('(01)09506000134352(21)A1', 'ftp://example.com');
SELECT serial.digital_link('(01)09506000134352(21)A1', 'example.com:');
SELECT serial.digital_link('(01)09506000134352(21)A1', 'example.com:http/a');
SELECT serial.digital_link('(01)09506000134352(21)A1', 'https://');
SELECT serial.digital_link('(01)09506000134352(21)A1', 'https:///a');
SELECT serial.digital_link('(8003)00614141123452', 'example.com', elements => '{"8011": "1"}');
SELECT s.id, s.lot, s.expiry FROM serial.scan(serial.digital_link('(01)09506000134352(21)A/1', 'example.com', 'LOT7', '2027-12-31')) AS s;

-- The lines below a bar code.
SELECT unnest(serial.hri('(01)09506000134352(21)A1B2', lot => 'LOT7', expiry => '2027-12-31')) AS line;
SELECT serial.hri('vin:1M8GDM9AXKP042788');

-- Ranges.
SELECT * FROM serial.series('(01)09506000134352(21)0098', '(01)09506000134352(21)0101');
SELECT * FROM serial.series('(00)302335678902000022', '(00)302335678902000046');
SELECT * FROM serial.series('luhn:79927398713', 'luhn:79927398739');
SELECT count(*) FROM serial.series('(01)09506000134352(21)0101', '(01)09506000134352(21)0098');
SELECT * FROM serial.series('(01)09506000134352(21)98', '(01)09506000134352(21)101');
SELECT * FROM serial.series('(01)09506000134352(21)A8', '(01)09506000134352(21)B1');
SELECT * FROM serial.series('(01)09506000134352(21)08', '(01)09506000134369(21)09');
SELECT * FROM serial.series('(01)09506000134352(21)00000000000000000000', '(01)09506000134352(21)99999999999999999999') LIMIT 1;
CREATE TEMP TABLE u (id serial.serial(sgtin) PRIMARY KEY);
INSERT INTO u SELECT * FROM serial.series('(01)09506000134352(21)0001', '(01)09506000134352(21)2000');
INSERT INTO u VALUES ('(01)09506000134352(21)00041'), ('(01)09506000134352(21)0004A'), ('(01)09506000134352(21)0004a'),
	('(01)09506000134352(21)00'), ('(01)09506000134369(21)0005');
ANALYZE u;
SELECT id FROM u WHERE serial.between(id, '(01)09506000134352(21)0003', '(01)09506000134352(21)0006') ORDER BY id;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM u WHERE serial.between(id, '(01)09506000134352(21)0003', '(01)09506000134352(21)0006');
SELECT serial.between('(00)302335678902000039', '(00)302335678902000022', '(00)302335678902000046') AS inside,
       serial.between('(00)302335678902000053', '(00)302335678902000022', '(00)302335678902000046') AS outside;
-- Two identifiers whose numbers have different lengths begin and end no range.
SELECT serial.between('(01)09506000134352(21)5', '(01)09506000134352(21)1', '(01)09506000134352(21)1A') AS letters,
       serial.between('(01)09506000134352(21)2', '(01)09506000134352(21)1', '(01)09506000134352(21)20') AS longer,
       serial.between('(8004)06142', '(8004)06141', '(8004)061430') AS keys,
       serial.between('(01)09506000134352(21)2', '(01)09506000134352(21)1', '(01)09506000134352(21)9') AS equal;
-- Searching the text: by prefix, suffix, any case.
CREATE INDEX u_number ON u (serial.number(id) text_pattern_ops);
EXPLAIN (COSTS OFF) SELECT id FROM u WHERE serial.number(id) LIKE '0004%' AND serial.gtin(id) = '09506000134352';
SELECT count(*) FROM u WHERE serial.number(id) LIKE '0004%' AND serial.gtin(id) = '09506000134352';
