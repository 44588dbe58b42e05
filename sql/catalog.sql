-- The catalogue: schemes, algorithms, check digits alone, repairs, prefixes.

SELECT scheme, key_ai, number_ai, key_min, key_max, number_max, check_algorithm, example FROM serial.schemes();
SELECT algorithm, payload_characters, check_length, check_position FROM serial.algorithms();
-- Every scheme's example is one of it, and every check named exists.
SELECT scheme FROM serial.schemes() WHERE serial.scheme(example) <> scheme;
SELECT check_algorithm FROM serial.schemes() EXCEPT SELECT algorithm FROM serial.algorithms() EXCEPT VALUES (NULL);

-- Published examples (sources in test/vectors/check.tsv)
SELECT algorithm, payload, serial.check_digit(algorithm, payload) AS check, right_check
FROM (VALUES ('mod10', '37610425002123456', '9'), ('luhn', '7992739871', '3'), ('verhoeff', '236', '3'),
             ('damm', '572', '4'), ('mod11_2', '079', 'X'), ('mod37_2', 'G123489654321', 'Y'),
             ('mod97_10', '794', '44'), ('mod661_26', 'BAISDLAFK', 'BM'), ('mod1271_36', 'ISO79', '3W'),
             ('mod11_10', '0794', '5'), ('mod27_26', 'JEJLMGJ', 'S'), ('mod37_36', 'A12425GABC1234002', 'M'),
             ('gs1_pair', '1987654Ad4X4bL5ttr2310c', '2K'), ('iso6346', 'CSQU305438', '3'),
             ('vin', '1M8GDM9AKP042788', 'X'), ('luhn16', 'AF0123450ABCDE', 'C'), ('imo', '931946', '6')
     ) AS v(algorithm, payload, right_check);
SELECT serial.has_valid_check('luhn', '79927398713') AS right, serial.has_valid_check('luhn', '79927398710') AS wrong,
       serial.has_valid_check('luhn', '7') AS short, serial.has_valid_check('luhn', '') AS empty,
       serial.has_valid_check('luhn', 'x') AS letter, serial.has_valid_check('vin', '1M8GDM9AXKP042788') AS vin,
       serial.has_valid_check('mod97_10', '00' ) AS congruent;
SELECT serial.check_digit('crc', '1');
SELECT serial.has_valid_check('crc', '1');
SELECT serial.check_digit('luhn', '12x4');
SELECT serial.check_digit('luhn', '');
SELECT serial.check_digit('imo', '12345');

-- Normalised spellings of schemes that have several
SELECT spelling, serial.parse(spelling)
FROM (VALUES ('gtin:4006381333931'), ('gtin:96385074'), ('gtin:614141999996'), ('gtin:09506000134352'),
             ('vin:1m8gdm9axkp042788'), ('vin:WVWZZZ1JZXW000001'), ('meid:AF0123450ABCDE'), ('meid:af0123450abcdec'),
             ('meid:293608736500703710'), ('meid:2936087365007037100'), ('bic:OOLU8001356')) AS s(spelling);
SELECT refusal('gtin:4006381333932');
SELECT refusal('gtin:400638133393');
SELECT refusal('vin:1M8GDM9A1KP042788');
SELECT refusal('vin:1M8GDM9AXKPO42788');
SELECT refusal('meid:AF0123450ABCDED');
SELECT refusal('meid:429496729600703710');
SELECT refusal('meid:293608736599999999');
SELECT refusal('imei:354178036859788');
SELECT refusal('bic:CSQU3054384');
SELECT refusal('bic:CSQA3054383');
SELECT refusal('bic:1SQU3054383');
SELECT refusal('imovn:9319467');
SELECT refusal('usdod:CAGEY.05678');
SELECT refusal('usdod:CAGI.5678');
SELECT refusal('adi:35962.PQ7VZ4');
SELECT refusal('adi:3596.PQ7VZ4.M37GXB92');
SELECT refusal('adi:35962.PQ#VZ4.M37GXB92');
SELECT refusal('adi:35962.PQ7VZ4.M3#GXB92');
SELECT refusal('adi:35962.PQ7VZ4.#');
SELECT refusal('adi:35962.' || repeat('A', 33) || '.1');
SELECT refusal('adi:35962..#1');
SELECT refusal('(8006)040123451234560002(21)987');
SELECT refusal('(8006)040123451234560302(21)987');
SELECT refusal('(8010)0614141123ABC(8011)0123');
SELECT refusal('(8013)1987654Ad4X4bL5ttr2310c2L');
SELECT refusal('mod97_10:79400');
SELECT refusal('mod11_2:07X9');

-- Repairs: a transposition, a wrong digit, nothing to repair, beyond repair
SELECT serial.suggest('(01)09506000134532(21)A');
SELECT count(*), count(DISTINCT s), count(*) FILTER (WHERE s = 'luhn:79927398713') AS the_right_one FROM serial.suggest('luhn:79927389713') AS s;
SELECT serial.suggest('(00)302335678902000022');
SELECT count(*) FROM serial.suggest('hello');
SELECT serial.suggest('bic:CSQU3054384') ORDER BY 1 LIMIT 3;

-- Company prefixes: the longest match counts.
SELECT serial.epc_uri('(01)80614141123458(21)6789');
SELECT serial.epc_uri('(01)80614141123458(21)6789', 7), serial.epc_uri('(01)80614141123458(21)6789', 12);
INSERT INTO serial.company_prefix VALUES ('06', 6), ('061', 8), ('061414', 7);
SELECT serial_internal.company_prefix_length('(01)80614141123458(21)6789'), serial.epc_uri('(01)80614141123458(21)6789'),
       serial.epc_hex('(01)80614141123458(21)6789'), serial.epc_tag_uri('(01)80614141123458(21)6789');
SELECT serial.epc_uri('(01)00000096385074') AS gtin_8;
SELECT serial.epc_uri('vin:1M8GDM9AXKP042788');
SELECT serial.epc_uri('(8004)0614A', 6);
SELECT serial.epc_uri('(414)0614141123452(254)0', 7);
SELECT serial.epc_uri('(01)80614141123458(21)6789', 13);
SELECT serial.epc_uri(NULL), serial.epc_uri(NULL, 7), serial.digital_link(NULL), serial.element_string(NULL);
INSERT INTO serial.company_prefix VALUES ('06x', 6);
INSERT INTO serial.company_prefix VALUES ('07', 5);
DELETE FROM serial.company_prefix;

-- Links
SELECT serial.digital_link('(01)09521234543213(21)S/9'), serial.digital_link('luhn:79927398713'), serial.element_string('luhn:79927398713');
SELECT serial.digital_link('(00)302335678902000022', d) FROM unnest(ARRAY['example.com', 'http://example.com:80/x/y', 'https://id.gs1.org']) AS d;
SELECT serial.digital_link('(00)302335678902000022', '');
SELECT serial.digital_link('(00)302335678902000022', 'a@b');
SELECT serial.digital_link('(00)302335678902000022', 'example.com/');
SELECT serial.digital_link('(00)302335678902000022', 'example.com?x=1');
