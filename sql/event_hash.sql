-- The event hash of CBV 2.0.

-- Published hashes: each is met, or differs where the rule text and its
-- implementations do.
\set vectors `cat "$PG_ABS_SRCDIR/test/vectors/event_hash.tsv"`
CREATE TEMP TABLE vector AS
SELECT v[1] AS source, v[2] AS published, v[3] AS difference, v[4]::jsonb AS context, v[5]::jsonb AS event
FROM string_to_table(:'vectors', E'\n') AS l(line), string_to_array(line, E'\t') AS v
WHERE line NOT LIKE '#%' AND line <> '';
SELECT difference, count(*), bool_and((serial.event_hash(event, context) = published) = (difference = '-')) AS is_as_expected
FROM vector GROUP BY difference ORDER BY difference;

-- The worked example of the rule text
SELECT serial.event_prehash(event, context), serial.event_hash(event, context) = published AS is_published
FROM vector WHERE source = 'epcisDocWithShippingAndTransportingEvent 2';

-- One event in several spellings
CREATE TEMP TABLE same (n integer, event jsonb);
INSERT INTO same VALUES
	(1, '{"type": "ObjectEvent", "eventTime": "2024-02-29T23:30:00.9996+02:00", "eventTimeZoneOffset": "+02:00", "action": "OBSERVE",
	"epcList": ["urn:epc:id:sgtin:4012345.011111.987", "urn:epc:id:sscc:4012345.3111111111"], "bizStep": "shipping",
	"disposition": "in_transit", "readPoint": {"id": "urn:epc:id:sgln:4012345.00005.0"},
	"quantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.012345.Lot987", "quantity": 3}],
	"bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:4012345000009:1"}, {"bizTransaction": "urn:a:b"}]}'),
	(2, '{"type": "ObjectEvent", "eventTime": "2024-02-29T21:30:00.99960Z", "eventTimeZoneOffset": "+02:00", "action": "OBSERVE",
	"epcList": ["https://example.com/stem/00/340123451111111111", "http://id.example.org/01/04012345111118/10/L/21/987?17=250101"],
	"bizStep": "urn:epcglobal:cbv:bizstep:shipping", "disposition": "https://ref.gs1.org/cbv/Disp-in_transit",
	"readPoint": {"id": "https://id.gs1.org/414/4012345000054"},
	"quantityList": [{"epcClass": "https://example.com/01/04012345123456/10/Lot987", "quantity": "3.0"}],
	"bizTransactionList": [{"bizTransaction": "urn:a:b"}, {"type": "cbv:BTT-po", "bizTransaction": " urn:epcglobal:cbv:bt:4012345000009:1\n"}],
	"recordTime": "2024-03-01T00:00:00Z", "eventID": "urn:uuid:1", "sourceList": [], "persistentDisposition": {"set": []},
	"errorDeclaration": {"declarationTime": "2024-03-02T00:00:00Z"}, "rdfs:comment": "again", "certificationInfo": "https://example.com/c"}');
SELECT n, serial.event_prehash(event) FROM same ORDER BY n;
SELECT count(DISTINCT serial.event_hash(event)) FROM same;

-- Times: cut after the fourth decimal, rounded half up, carried on
SELECT t, substring(serial.event_prehash(jsonb_build_object('type', 'ObjectEvent', 'eventTime', t)) FROM 'eventTime=(.*)')
FROM unnest(ARRAY['2023-12-31T23:59:59.9995Z', '2023-12-31T23:59:59.99949Z', '2023-12-31T23:59:59.999499999Z', '2024-03-01T00:30:00+01:00',
	'2024-12-31T20:00:00-14:00', '2024-01-01T00:00:00', '2024-01-01T00:00:00.1Z', '2024-01-01 00:00:00Z', 'soon']) AS t;

-- Numbers and booleans of sensors, and words of their own
SELECT serial.event_prehash('{"type": "ObjectEvent", "sensorElementList": [
	{"sensorMetadata": {"time": "2024-01-01T00:00:00Z", "deviceID": "urn:epc:id:giai:4000001.111", "ext:b": "x"},
	 "sensorReport": [{"type": "Temperature", "value": 26.10, "uom": "CEL", "ext:a": 1.50},
		{"type": "gs1:Speed", "value": -0.0, "minValue": 1E3, "booleanValue": true, "component": "x"},
		{"exception": "ALARM_CONDITION", "stringValue": " 1.0 ", "percRank": "50.00"}], "ext:c": "y"}]}',
	'[{"ext": "https://ns.example.com/"}]');

-- The GS1 Web Vocabulary has two addresses, and XML binds gs1: to either
SELECT count(DISTINCT serial.event_hash(e.event)) AS addresses_do_not_matter
FROM (SELECT jsonb_build_object('type', 'ObjectEvent', 'eventTime', '2024-01-01T00:00:00Z', 'sensorElementList', jsonb_build_array(jsonb_build_object('sensorReport',
		jsonb_build_array(jsonb_build_object('type', w.before || 'Temperature', 'exception', w.before || 'ALARM_CONDITION'))))) AS event
	FROM unnest(ARRAY['', 'gs1:', 'https://gs1.org/voc/', 'https://ref.gs1.org/voc/']) AS w(before)
	UNION ALL
	SELECT serial.epcis_xml_to_json('<ObjectEvent xmlns:gs1="https://ref.gs1.org/voc/"><eventTime>2024-01-01T00:00:00Z</eventTime><sensorElementList><sensorElement>
		<sensorReport type="gs1:Temperature" exception="gs1:ALARM_CONDITION"/></sensorElement></sensorElementList></ObjectEvent>'::text)) AS e;
SELECT serial.event_prehash('{"type": "ObjectEvent", "sensorElementList": [{"sensorReport": [{"type": "https://ref.gs1.org/voc/"}, {"type": "https://ref.gs1.org/cbv/Comp-x",
	"component": "https://ref.gs1.org/voc/x", "uriValue": "https://ref.gs1.org/voc/Speed"}]}]}');

-- Types of the standard in full are those that are bare
SELECT t.type, serial.event_prehash(jsonb_build_object('type', t.type), '{"ext": "https://ns.example.com/"}') AS prehash
FROM unnest(ARRAY['ObjectEvent', 'epcis:ObjectEvent', 'https://ref.gs1.org/epcis/ObjectEvent', 'epcis:OtherEvent', 'ext:ObjectEvent']) AS t(type);

-- Own members, at every level, in arrays and objects; the prefix does not matter
SELECT serial.event_prehash('{"@context": {"a": "https://ns.example.com/"}, "type": "a:Calibration", "a:x": ["2", 1, {"a:z": null, "a:y": true}],
	"b:x": "urn:epc:id:sgtin:4012345.011111.987", "https://ns.example.org/v#name": "full", "unknown:x": "1", "bare": "2", "a:empty": [],
	"readPoint": {"id": "urn:x:y", "b:floor": {"b:level": "01"}}, "ilmd": {"cbvmda:lotNumber": "L1", "a:net": {"a:unit": "KGM", "#text": "3.5"}}}',
	'["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"b": "urn:own:"}, {"a": "urn:hidden:"}]');
SELECT count(DISTINCT serial.event_hash(e::jsonb)) AS prefixes_do_not_matter FROM unnest(ARRAY[
	'{"@context": {"a": "https://ns.example.com/"}, "type": "ObjectEvent", "a:x": "1"}',
	'{"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"b": "https://ns.example.com/"}], "type": "ObjectEvent", "b:x": "1"}',
	'{"type": "ObjectEvent", "https://ns.example.com/x": "1"}']) AS e;
-- one prefix, bound to two namespaces
SELECT serial.event_hash('{"type": "ObjectEvent", "a:x": "1"}', '{"a": "urn:one:"}') <> serial.event_hash('{"type": "ObjectEvent", "a:x": "1"}', '{"a": "urn:two:"}') AS differ;

SELECT serial.event_hash(NULL) IS NULL, serial.event_prehash('{}') = '';
SELECT serial.event_hash('[]');

-- A canonical Digital Link stays as it is and is what the same link on another domain becomes. A wrong one stays, too.
SELECT l.path, serial_internal.canonical_link('https://id.gs1.org' || l.path) = 'https://id.gs1.org' || l.path AS is_kept,
	   serial_internal.canonical_link('https://example.com/x' || l.path) AS elsewhere
FROM unnest(ARRAY['/01/09506000134352/21/A1', '/01/09506000134352/21/12345678901234567890', '/00/095060000000000015',
				  '/01/09506000134352/21/a-1', '/01/9506000134352/21/A1', '/01/09506000134352/21/A%2D1', '/01/09506000134352/10/L/21/A1',
				  '/01/09506000134353/21/A1', '/01/09506000134352/21/123456789012345678901', '/00/095060000000000014',
				  '/01/09506000134352/21/']) WITH ORDINALITY AS l(path, n) ORDER BY l.n;
