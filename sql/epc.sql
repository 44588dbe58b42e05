-- EPC on RFID tags: binary encodings and tag URIs.

-- What writing refuses, and with which code.
CREATE FUNCTION epc_refusal(id serial.serial, company_prefix_length integer,
							coding text DEFAULT NULL, filter integer DEFAULT 0)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	message text;
	details text;
	advice text;
BEGIN
	RETURN 'accepted: ' || serial.epc_hex(id, company_prefix_length, coding, filter);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, details = PG_EXCEPTION_DETAIL,
		advice = PG_EXCEPTION_HINT;
	RETURN trim(format('%s %s. %s %s', SQLSTATE, message, details, advice));
END;
$$;

-- The examples of the GS1 Tag Data Standard, annex E.3, both ways.
CREATE TEMP TABLE example (hex text, tag_uri text, id serial.serial);
INSERT INTO example VALUES
	('3066C4409047E140075BCD15', 'urn:epc:tag:sgtin-96:3.95060001343.05.123456789', '(01)09506000134352(21)123456789'),
	('3666C4409047E159B2C2BF100000000000000000000000000000', 'urn:epc:tag:sgtin-198:3.95060001343.05.32a%2Fb', '(01)09506000134352(21)32a/b'),
	('311BA1B300CE0A6A83000000', 'urn:epc:tag:sscc-96:0.952012.03456789123', '(00)095201234567891235'),
	('3276451FD46072000000162E', 'urn:epc:tag:sgln-96:3.9521141.12345.5678', '(414)9521141123454(254)5678'),
	('3976451FD46072CD9615F8800000000000000000000000000000', 'urn:epc:tag:sgln-195:3.9521141.12345.32a%2Fb', '(414)9521141123454(254)32a/b'),
	('3376451FD40C0E400000162E', 'urn:epc:tag:grai-96:3.9521141.12345.5678', '(8003)095211411234545678'),
	('3776451FD40C0E59B2C2BF1000000000000000000000', 'urn:epc:tag:grai-170:3.9521141.12345.32a%2Fb', '(8003)0952114112345432a/b'),
	('3476451FD40000000000162E', 'urn:epc:tag:giai-96:3.9521141.5678', '(8004)95211415678'),
	('3876451FD59B2C2BF10000000000000000000000000000000000', 'urn:epc:tag:giai-202:3.9521141.32a%2Fb', '(8004)952114132a/b'),
	('2D76451FD4499602D2000000', 'urn:epc:tag:gsrn-96:3.9521141.1234567890', '(8018)952114112345678906'),
	('2E76451FD4499602D2000000', 'urn:epc:tag:gsrnp-96:3.9521141.1234567890', '(8017)952114112345678906'),
	('2C76451FD46072000000162E', 'urn:epc:tag:gdti-96:3.9521141.12345.5678', '(253)95211411234545678'),
	('3E76451FD7039B061438997367D0C18B266D1AB66EE0', 'urn:epc:tag:gdti-174:3.9521141.98765.ABCDefgh012345678', '(253)9521141987650ABCDefgh012345678'),
	('3C76451FD400C0E680003039', 'urn:epc:tag:cpi-96:3.9521141.98765.12345', '(8010)952114198765(8011)12345'),
	('3D76451FD75411DEF6B4CC00000003039000', 'urn:epc:tag:cpi-var:3.9521141.5PQ7%2FZ43.12345', '(8010)95211415PQ7/Z43(8011)12345'),
	('3F76451FD612640000019907', 'urn:epc:tag:sgcn-96:3.9521141.67890.04711', '(255)952114167890904711'),
	('4076451FD40C0E40820000000F54', 'urn:epc:tag:itip-110:3.9521141.012345.01.02.981', '(8006)095211411234540102(21)981'),
	('4176451FD40C0E4082DBDD8B36600000000000000000000000000000', 'urn:epc:tag:itip-212:3.9521141.012345.01.02.mw133', '(8006)095211411234540102(21)mw133'),
	('2F320434147455900000162E', 'urn:epc:tag:usdod-96:3.CAGEY.5678', 'usdod:CAGEY.5678'),
	('3B0E0CF5E76C9047759AD00373DC7602E7200', 'urn:epc:tag:adi-var:3.35962.PQ7VZ4.M37GXB92', 'adi:35962.PQ7VZ4.M37GXB92');

SELECT id,
	   serial.from_epc_hex(hex) = id AS hex_read,
	   tag_uri::serial.serial = id AS uri_read,
	   rtrim(serial.epc_hex(id, n, coding, filter), '0') = rtrim(hex, '0') AS hex_written,
	   serial.epc_tag_uri(id, n, coding, filter) = tag_uri AS uri_written
FROM example,
	 split_part(tag_uri, ':', 4) AS coding,
	 split_part(tag_uri, ':', 5) AS rest,
	 LATERAL (SELECT split_part(rest, '.', 1)::integer, length(split_part(rest, '.', 2))) AS how(filter, n);

-- The first coding that holds the value.
SELECT id, serial.epc_hex(id, 7), serial.epc_tag_uri(id, 7)
FROM unnest('{"(01)80614141123458(21)6789", "(01)80614141123458(21)06789",
			  "(414)0614141000012", "(8004)06141419876", "(8004)0614141A9",
			  "(8010)0614141123ABC(8011)123456789"}'::serial.serial[]) AS id;

-- Encodings that do not separate the company prefix need not know it.
SELECT id, coding, serial.epc_hex(id, NULL, coding, 3)
FROM (VALUES ('(01)79521141123453(21)32a/b'::serial.serial, 'sgtin+'),
			 ('(00)095201234567891235', 'sscc+'),
			 ('(8004)952114132a/b', 'giai+'),
			 ('(253)95211411234545678', 'gdti+'),
			 ('(8006)095211411234540102(21)rif981', 'itip+'),
			 ('usdod:CAGEY.5678', NULL),
			 ('adi:35962.PQ7VZ4.M37GXB92', NULL)) AS v(id, coding);

-- Small letters, half a byte at the end, zeros behind; a date before the key.
SELECT serial.from_epc_hex('3074257bf7194e4000001a85');
SELECT serial.from_epc_hex('3666C4409047E159B2C2BF10000000000000000000000000000');
SELECT serial.from_epc_hex('3074257BF7194E4000001A8500000000');
SELECT serial.from_epc_hex('FB342CDE795211411234538566CB0AFC4');

-- Nothing from nothing.
SELECT serial.epc_hex(NULL, 7) IS NULL AS a, serial.epc_tag_uri(NULL, 7) IS NULL AS b,
	   serial.epc_hex('(00)302335678902000022', 9, NULL, NULL) IS NULL AS c,
	   serial.from_epc_hex(NULL) IS NULL AS d;

-- Refused: what cannot be written.
SELECT epc_refusal('(01)80614141123458(21)6789', NULL);
SELECT epc_refusal('(01)80614141123458(21)6789', NULL, 'sgtin-96');
SELECT epc_refusal('(01)80614141123458(21)6789', 5);
SELECT epc_refusal('(01)80614141123458(21)6789', 13);
SELECT epc_refusal('(01)80614141123458(21)06789', 7, 'sgtin-96');
SELECT epc_refusal('(01)80614141123458(21)274877906944', 7, 'sgtin-96');
SELECT epc_refusal('(01)80614141123458(21)6789', 7, 'sgtin96');
SELECT epc_refusal('(01)80614141123458(21)6789', 7, 'dsgtin+');
SELECT epc_refusal('(01)80614141123458(21)6789', 7, 'sscc-96');
SELECT epc_refusal('(01)80614141123458(21)6789', 7, NULL, 8);
SELECT epc_refusal('(01)80614141123458', 7);
SELECT epc_refusal('vin:1M8GDM9AXKP042788', 7);
SELECT epc_refusal('vin:1M8GDM9AXKP042788', NULL);
SELECT epc_refusal('(8003)00614141123452', 7);
SELECT epc_refusal('(414)0614141000012(254)0', 7);
SELECT epc_refusal('(8004)0614141A9876', 8);
SELECT epc_refusal('(8004)06141410987', 7, 'giai-96');
SELECT epc_refusal('usdod:CAGEY.68719476735', NULL);
SELECT serial.epc_tag_uri('(01)80614141123458(21)6789', NULL, 'sgtin+');

-- Refused: what is not an encoding.
SELECT serial.from_epc_hex('');
SELECT serial.from_epc_hex('30G4257BF7194E4000001A85');
SELECT serial.from_epc_hex('30é4257BF7194E4000001A85');
SELECT serial.from_epc_hex('000000000000000000000000');
SELECT serial.from_epc_hex('3500E86F8000A9E000000586');
SELECT serial.from_epc_hex('FD3795211411234538566CB0AFC525065F1876F0D996D800');
SELECT serial.from_epc_hex('3074257BF7194E4000001A');
SELECT serial.from_epc_hex('307C257BF7194E4000001A85');
SELECT serial.from_epc_hex('3074257BF7194E4000001A8501');
SELECT serial.from_epc_hex('F73795211411234548566CB0AFC4');
SELECT serial.from_epc_hex('30' || repeat('F', 1000));

-- Refused: tag URIs that no tag can have said.
SELECT refusal('urn:epc:tag:sgtin-96:3.0614141.812345.06789');
SELECT refusal('urn:epc:tag:sgtin-96:3.0614141.812345.274877906944');
SELECT refusal('urn:epc:tag:sgtin-96:8.0614141.812345.6789');
SELECT refusal('urn:epc:tag:sgtin-96:3');
SELECT refusal('urn:epc:tag:sgtin-95:3.0614141.812345.6789');
SELECT refusal('urn:epc:tag:gid-96:31415.271828.1414');
SELECT refusal('urn:epc:tag:giai-96:3.0614141.0987');
SELECT refusal('urn:epc:tag:[att=x]:sgtin-96:3.0614141.812345.6789');

DROP FUNCTION epc_refusal;
DROP TABLE example;
