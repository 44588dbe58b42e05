-- Capturing documents of EPCIS 2.0 JSON, and writing them.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
\set SHOW_CONTEXT never

-- A document around events
CREATE FUNCTION document(events text, context text DEFAULT '[]') RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('@context', '["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]'::jsonb || context::jsonb,
		'type', 'EPCISDocument', 'schemaVersion', '2.0', 'creationDate', '2026-01-01T00:00:00.000Z',
		'epcisBody', jsonb_build_object('eventList', events::jsonb))
$$;
CREATE FUNCTION commissioning(serial text, at text DEFAULT '2026-01-01T08:00:00.000Z') RETURNS text LANGUAGE sql AS $$
	SELECT format('{"type": "ObjectEvent", "eventTime": "%s", "eventTimeZoneOffset": "+00:00", "action": "ADD",
		"bizStep": "commissioning", "epcList": ["urn:epc:id:sgtin:9506000.013435.%s"]}', at, serial)
$$;

-- Commissioning with lot and expiry, packing and shipping in URNs, out of order.  The company prefix is learnt.
SELECT document('[
	{"type": "ObjectEvent", "eventTime": "2026-01-01T10:00:00.000+01:00", "eventTimeZoneOffset": "+01:00", "action": "OBSERVE",
	 "bizStep": "shipping", "disposition": "in_transit", "epcList": ["urn:epc:id:sscc:9506000.0000000001"],
	 "readPoint": {"id": "urn:epc:id:sgln:9506000.00001.0"}, "eventID": "urn:uuid:00000000-0000-0000-0000-000000000003",
	 "bizTransactionList": [{"type": "desadv", "bizTransaction": "urn:epcglobal:cbv:bt:9506000000015:1"}],
	 "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:9506000.00001"}],
	 "destinationList": [{"type": "owning_party", "destination": "https://id.gs1.org/417/4012345000009"}],
	 "ext:truck": {"ext:plate": "B-XY 1", "ext:stops": [1, 2]}},
	{"type": "ObjectEvent", "eventTime": "2026-01-01T08:00:00.1234567+01:00", "eventTimeZoneOffset": "+01:00", "action": "ADD",
	 "bizStep": "urn:epcglobal:cbv:bizstep:commissioning", "disposition": "https://ref.gs1.org/cbv/Disp-active",
	 "epcList": ["urn:epc:id:sgtin:9506000.013435.1", "https://example.com/01/09506000134352/10/L1/21/2", "urn:epc:id:sgtin:9506000.013435.2"],
	 "bizLocation": {"id": "https://id.gs1.org/414/9506000000015", "ext:floor": "2"},
	 "ilmd": {"cbvmda:lotNumber": "L1", "cbvmda:itemExpirationDate": "2027-12-31", "ext:colour": "red"}},
	{"type": "AggregationEvent", "eventTime": "2026-01-01T08:30:00Z", "eventTimeZoneOffset": "+01:00", "action": "ADD",
	 "bizStep": "packing", "parentID": "urn:epc:id:sscc:9506000.0000000001",
	 "childEPCs": ["urn:epc:id:sgtin:9506000.013435.1", "urn:epc:id:sgtin:9506000.013435.2"]}]', '[{"ext": "https://ns.example.com/"}]') AS shipment \gset
SELECT ordinal, event, left(event_id, 40) AS event_id, hash LIKE 'ni:///sha-256;%?ver=CBV2.0' AS has_hash, status, sqlstate, message, detail FROM serial.check_document(:'shipment');
SELECT count(*) AS nothing FROM serial.event, serial.document, serial.captured_event;
SELECT ordinal, event, left(event_id, 40) AS event_id, event_id = hash AS is_hash, status FROM serial.capture(:'shipment', source => 'maker');
SELECT id, disposition, place, lot, expiry FROM serial.item ORDER BY id;
SELECT outermost, disposition FROM serial.where_is('(01)09506000134352(21)1');
SELECT type, event_time, time_zone_offset, business_step, disposition, read_point, place, lot, expiry, attributes FROM serial.event ORDER BY event;
SELECT sources, destinations, business_transactions FROM serial.event WHERE business_step = 'shipping';
SELECT prefix, length FROM serial.company_prefix;
SELECT document, type, source, header, events, counts FROM serial.document;

-- The same again: duplicates, also without eventIDs, and in other spellings.
SELECT ordinal, event, status FROM serial.capture(:'shipment');
SELECT ordinal, event, status FROM serial.capture(document('[
	{"type": "AggregationEvent", "eventTime": "2026-01-01T09:30:00.000+01:00", "eventTimeZoneOffset": "+01:00", "action": "ADD",
	 "bizStep": "packing", "parentID": "https://id.gs1.org/00/095060000000000015",
	 "childEPCs": ["https://id.gs1.org/01/09506000134352/21/2", "https://id.gs1.org/01/09506000134352/21/1"]}]'));
SELECT count(*) AS events, (SELECT count(*) FROM serial.document) AS documents FROM serial.event;

-- A known eventID with other content
SELECT document('[{"type": "ObjectEvent", "eventTime": "2026-01-01T11:00:00.000+01:00", "eventTimeZoneOffset": "+01:00", "action": "OBSERVE",
	 "epcList": ["urn:epc:id:sscc:9506000.0000000001"], "eventID": "urn:uuid:00000000-0000-0000-0000-000000000003"}]') AS other \gset
SELECT ordinal, event, status, sqlstate, message FROM serial.capture(:'other', 'proceed');
SELECT * FROM serial.capture(:'other');
\echo :LAST_ERROR_SQLSTATE

-- Five events, two of them bad
SELECT document(format('[%s, %s, %s, %s, %s]', commissioning('50'), commissioning('51', '2026-01-01T08:00:00'),
	replace(commissioning('52'), 'epcList', 'epcs'), commissioning('53'), commissioning('54'))) AS five \gset
SELECT * FROM serial.capture(:'five');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) AS events FROM serial.event;
SELECT ordinal, event, status, sqlstate, message, detail FROM serial.capture(:'five', 'proceed');
SELECT ordinal, event, status, sqlstate FROM serial.capture(:'five', 'proceed');
SELECT counts FROM serial.document ORDER BY document DESC LIMIT 1;

-- Evidence, unless strict
SELECT ordinal, event, status, message, detail FROM serial.capture(document(format('[%s]', replace(commissioning('1', '2026-01-02T08:00:00Z'), '"}', '", "ext:x": 1}')), '{"ext": "urn:x:"}'));
SELECT ordinal, event, status, sqlstate, message, detail FROM serial.capture(document(format('[%s]', commissioning('2', '2026-01-02T08:00:00Z'))), 'proceed', true);

-- An error declaration after its event, and before it
SELECT jsonb_set(:'shipment'::jsonb #> '{epcisBody,eventList,0}', '{errorDeclaration}', '{"declarationTime": "2026-01-03T00:00:00Z", "reason": "did_not_occur"}') AS declared \gset
SELECT ordinal, event, status FROM serial.capture(document(format('[%s]', :'declared'), '[{"ext": "https://ns.example.com/"}]'));
SELECT ordinal, event, status FROM serial.capture(document(format('[%s]', :'declared'), '[{"ext": "https://ns.example.com/"}]'));
SELECT event, corrects, error_reason, attributes -> 'errorDeclaration' AS declaration FROM serial.event WHERE corrects IS NOT NULL;
SELECT consignee, disposition FROM serial.item WHERE id = '(00)095060000000000015';
SELECT ordinal, event, status FROM serial.capture(document(format('[%s]', replace(commissioning('60'), '"action"', '"errorDeclaration": {"declarationTime": "2026-01-03T00:00:00Z"}, "action"'))));
SELECT reason, attributes FROM serial.early_declaration;
SELECT ordinal, event, status, message FROM serial.capture(document(format('[%s]', commissioning('60'))));
SELECT e.event, e.is_accepted, w.event AS declared_by FROM serial.event AS e JOIN serial.event AS w ON w.corrects = e.event WHERE NOT e.is_accepted;
SELECT count(*) AS early, (SELECT count(*) FROM serial.item WHERE id = '(01)09506000134352(21)60' AND disposition IS NOT NULL) AS items FROM serial.early_declaration;
-- also where serial.record records it
SELECT ordinal, event, status FROM serial.capture(document(format('[%s]', replace(commissioning('61'), '"action"', '"eventID": "urn:x:61", "errorDeclaration": {"declarationTime": "2026-01-03T00:00:00Z", "reason": "incorrect_data"}, "action"'))));
SELECT serial.record('ObjectEvent', 'ADD', '{(01)09506000134352(21)61}', 'commissioning', at => '2026-01-01 08:00', event_id => 'urn:x:61') AS recorded \gset
SELECT e.is_accepted, w.error_reason FROM serial.event AS e JOIN serial.event AS w ON w.corrects = e.event WHERE e.event = :recorded;
SELECT count(*) FROM serial.check_state();

-- Own types of events, with one prefix bound twice
SELECT ordinal, event, left(event_id, 10) AS event_id, status, message FROM serial.capture(document('[
	{"@context": {"own": "urn:one:"}, "type": "own:Calibration", "eventTime": "2026-01-01T08:00:00Z", "eventTimeZoneOffset": "+00:00", "own:a": 1, "what": "ever"},
	{"@context": {"own": "urn:two:"}, "type": "own:Calibration", "eventTime": "2026-01-01T08:00:00Z", "eventTimeZoneOffset": "+00:00", "own:a": 1, "what": "ever"}]'));

-- A transformation with quantities, an association, a transaction, an event by itself, an array, and a query document
SELECT ordinal, status, message, detail FROM serial.capture('[
	{"@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", "type": "TransformationEvent", "eventTime": "2026-01-04T08:00:00Z", "eventTimeZoneOffset": "+00:00",
	 "inputEPCList": ["urn:epc:id:sgtin:9506000.013435.50"], "inputQuantityList": [{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1", "quantity": 2.50, "uom": "KGM"}],
	 "outputQuantityList": [{"epcClass": "urn:epc:idpat:sgtin:9506000.013435.*", "quantity": 10}], "transformationID": "urn:x:t1", "bizStep": "ext:cooking"},
	{"type": "AssociationEvent", "eventTime": "2026-01-04T08:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD",
	 "parentID": "urn:epc:id:grai:9506000.00002.1", "childEPCs": ["urn:epc:id:giai:9506000.s1"]},
	{"type": "TransactionEvent", "eventTime": "2026-01-04T08:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD", "epcList": ["urn:epc:id:sgtin:9506000.013435.53"],
	 "bizTransactionList": [{"bizTransaction": "urn:epcglobal:cbv:bt:9506000000015:2"}]}]');
SELECT ordinal, status, message, detail FROM serial.capture(jsonb_build_object('@context', '{}'::jsonb) || commissioning('70')::jsonb);
SELECT ordinal, status, message, detail FROM serial.capture('{"@context": [], "type": "EPCISQueryDocument", "epcisBody": {"queryResults": {"queryName": "SimpleEventQuery", "resultsBody": {"eventList": [
	{"type": "ObjectEvent", "eventTime": "2026-01-05T08:00:00.5+14:00", "eventTimeZoneOffset": "+14:00", "recordTime": "2026-01-06T00:00:00Z", "action": "OBSERVE", "epcList": [],
	 "readPoint": {"id": "urn:epc:id:sgln:9506000.00001.dock1"},
	 "sensorElementList": [{"sensorMetadata": {"time": "2026-01-05T08:00:00Z"}, "sensorReport": [{"type": "Temperature", "value": 26.10, "uom": "CEL"}]}]}]}}}}');
SELECT type, read_point, quantities, input_quantities, attributes FROM serial.event WHERE event_time >= '2026-01-04' ORDER BY event;

-- Another context, whose prefixes nobody here knows: names stay as they are, and so does its URL.
SELECT c.event, c.status FROM serial.capture('{"@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", "https://example.com/maker-context.jsonld"],
	"type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z", "epcisBody": {"eventList": [
	{"type": "ObjectEvent", "eventTime": "2026-01-05T08:30:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE",
	 "epcList": ["urn:epc:id:sgtin:9506000.013435.54"], "maker:grade": "A"}]}}'::jsonb) AS c \gset
SELECT :'status' AS status, e -> 'maker:grade' AS grade, e -> '@context' AS context FROM serial.event_json(:event) AS e;

-- Identifiers of one's own
SELECT ordinal, status, message, detail FROM serial.capture(document('[{"type": "ObjectEvent", "eventTime": "2026-01-05T09:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD",
	"bizStep": "commissioning", "epcList": ["urn:uuid:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6", "https://example.com/own/1", "ext:2"], "eventID": "urn:x:own"}]', '{"ext": "https://example.com/own/"}'));
SELECT i.id, serial_internal.item_uri(i.id) FROM serial.event AS e JOIN serial.event_item AS i ON i.event = e.event WHERE e.event_id = 'urn:x:own' ORDER BY i.id;

-- Documents that are none, and events that are none
CREATE FUNCTION says(document jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN (SELECT string_agg(concat_ws(' ', c.status, c.sqlstate, c.message, c.detail), '; ' ORDER BY c.ordinal) FROM serial.check_document(says.document) AS c);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', SQLSTATE, SQLERRM, detail);
END $$;
SELECT d, says(d::jsonb) FROM unnest(ARRAY['1', '"x"', '{}', '[]', '[1]', '{"type": "ObjectEvent"}', '{"@context": []}',
	'{"@context": [], "type": "EPCISDocument"}', '{"@context": [], "type": "EPCISDocument", "epcisBody": {}}',
	'{"@context": [], "type": "EPCISDocument", "epcisBody": {}, "schemaVersion": "2.0", "creationDate": "today"}',
	'{"@context": [], "type": "EPCISDocument", "epcisBody": {}, "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z", "x": 1}',
	'{"@context": [], "type": "EPCISDocument", "epcisBody": {}, "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z", "ext:x": 1}',
	'{"@context": [], "type": "EPCISDocument", "epcisBody": {"eventList": {"type": "ObjectEvent"}}, "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z"}',
	'{"@context": [], "type": "EPCISDocument", "epcisBody": {"eventlist": []}, "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z"}',
	'{"@context": [], "type": "EPCISDocument", "epcisBody": {"eventList": [], "ext:x": 1}, "epcisHeader": {"note": 1}, "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z"}',
	'{"@context": [], "type": "EPCISQueryDocument", "epcisBody": {"queryResults": {"queryName": "q", "resultBody": {"eventList": []}}}}',
	'{"@context": [], "type": "EPCISQueryDocument", "epcisBody": {"queryResults": {"queryName": "q", "resultsBody": [{"type": "ObjectEvent"}]}}}',
	'{"@context": [], "type": "EPCISDocument", "epcisBody": {"eventList": [], "note": 1}, "sender": 1, "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z"}',
	'{"@context": [], "type": "EPCISDocument", "epcisBody": {"eventList": [], "note": 1}, "sender": "1", "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z"}',
	'{"@context": [], "type": "EPCISDocument", "epcisBody": {"eventList": []}, "schemaVersion": "two", "creationDate": "2026-01-01T00:00:00Z"}',
	'{"@context": [], "type": "EPCISDocument", "epcisBody": {"eventList": [], "event": {}}, "schemaVersion": "2.0", "creationDate": "2026-01-01T00:00:00Z"}',
	'{"@context": [], "type": "EPCISQueryDocument", "epcisBody": {"eventList": [], "queryResults": {"resultsBody": {"eventList": []}}}}',
	'{"@context": [], "type": "EPCISQueryDocument", "epcisBody": {"event": {}, "queryResults": {"resultsBody": {"vocabularyList": []}}}}']) AS d;
SELECT change, says(document(format('[%s]', commissioning('80')::jsonb || change::jsonb), '{"ext": "urn:x:"}')) FROM unnest(ARRAY[
	'{}', '{"eventTime": null}', '{"eventTime": "2026-01-01"}', '{"eventTime": "2026-02-31T00:00:00Z"}', '{"eventTime": "2026-01-01T24:00:00Z"}',
	'{"eventTime": "2026-01-01T00:00:00.123456789Z"}', '{"eventTime": "2026-01-01T00:00:00.Z"}', '{"eventTimeZoneOffset": "Z"}', '{"eventTimeZoneOffset": "+14:01"}',
	'{"type": "objectEvent"}', '{"type": 1}', '{"action": "add"}', '{"bizStep": "Shipping"}', '{"bizStep": "ext:polishing"}', '{"bizStep": ""}', '{"epcList": "urn:x:y"}', '{"epcList": ["x"]}', '{"epcList": [1]}',
	'{"epcList": ["urn:epc:id:sgtin:9506000.013435"]}', '{"parentID": "urn:x:y"}', '{"readPoint": "urn:x:y"}', '{"readPoint": {}}', '{"readPoint": {"id": "urn:x:y", "floor": 1}}', '{"readPoint": {"id": "urn:x:y", "ext:floor": 1}}',
	'{"quantityList": [{"epcClass": "urn:x:c", "quantity": "1"}]}', '{"quantityList": [{"epcClass": "urn:x:c", "quantity": 1, "ext:a": 1}]}', '{"quantityList": [{"quantity": 1}]}',
	'{"quantityList": [{"epcClass": "urn:x:c", "quantity": 1.5, "uom": "kg"}]}', '{"quantityList": [{"epcClass": "urn:x:c", "quantity": -1}]}',
	'{"bizTransactionList": [{"type": "po"}]}', '{"bizTransactionList": [{"type": "order", "bizTransaction": "urn:x:y"}]}', '{"sourceList": [{"source": "urn:x:y"}]}', '{"sourceList": [{"type": "location", "source": "urn:x:y", "ext:z": 1}]}',
	'{"ilmd": {"lot": "1"}}', '{"ilmd": {"nope:lot": "1"}}', '{"ilmd": {"ext:lot": {"ext:a": [1]}}}', '{"action": "OBSERVE", "ilmd": {}}', '{"x": 1}', '{"nope:x": 1}', '{"http://example.com/x": 1}', '{"rdfs:comment": "x"}',
	'{"persistentDisposition": {}}', '{"persistentDisposition": {"set": []}}', '{"persistentDisposition": {"set": ["recalled"], "unset": ["recalled"]}}',
	'{"errorDeclaration": {}}', '{"errorDeclaration": {"declarationTime": "2026-01-01T00:00:00Z", "correctiveEventIDs": ["x"]}}', '{"certificationInfo": ["urn:x:c"]}', '{"certificationInfo": 1}', '{"eventID": "1"}', '{"isA": "ObjectEvent"}',
	'{"sensorElementList": []}', '{"sensorElementList": [{}]}', '{"sensorElementList": [{"sensorReport": []}]}', '{"sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": "1"}]}]}',
	'{"sensorElementList": [{"sensorReport": [{"type": "Temperature", "valu": 1}]}]}', '{"sensorElementList": [{"sensorMetadata": {"deviceID": "x"}, "sensorReport": [{}]}]}', '{"sensorElementList": [{"sensorReport": [{"booleanValue": true, "ext:a": 1}], "ext:b": 1}]}',
	'{"sensorElementList": [{"sensorMetadata": {"time": "2026-02-29T00:00:00Z"}, "sensorReport": [{"hexBinaryValue": "0aF"}]}]}', '{"sensorElementList": [{"sensorMetadata": {"time": "2028-02-29T00:00:00Z"}, "sensorReport": [{"hexBinaryValue": "0aG"}]}]}',
	'{"sourceList": [{"type": "cbv:own_party", "source": "urn:x:y"}]}', '{"sourceList": [{"type": "https://ref.gs1.org/cbv/SDT-own_party", "source": "urn:x:y"}]}', '{"bizStep": "https://ref.gs1.org/cbv/Disp-active"}',
	'{"errorDeclaration": {"declarationTime": "2026-01-01T00:00:00Z", "reason": "typo"}}', '{"type": "ext:Calibration", "parentID": "urn:epc:id:sscc:9506000.0000000001", "inputEPCList": ["urn:epc:id:sgtin:9506000.013435.80"]}'
	]) AS change;
SELECT * FROM serial.capture(NULL::jsonb);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM serial.capture('[]'::jsonb, 'skip');
\echo :LAST_ERROR_SQLSTATE

-- Without loss: captured, written, captured in another database, and written again
SELECT array_agg(event ORDER BY event) AS events FROM serial.captured_event WHERE status IN ('accepted', 'evidence') AND event IS NOT NULL \gset
SELECT serial.epcis_document(:'events', 'as_captured') AS as_captured, serial.epcis_document(:'events', 'urn') AS urns,
	   serial.epcis_document(:'events') AS links \gset
SELECT event AS first FROM serial.event WHERE lot = 'L1' \gset
SELECT serial.event_json(:first, 'digital_link');
SELECT serial.event_json(:first, 'urn') - 'ilmd';
SELECT serial.event_json(:first, 'as_captured');
SELECT serial.event_json(:first, 'xml');
\echo :LAST_ERROR_SQLSTATE
SELECT serial.event_json(0);
\echo :LAST_ERROR_SQLSTATE
CREATE TABLE hashes AS SELECT d.ordinal, d.event, serial.event_hash(d.event) AS hash
FROM serial_internal.numbered_events(serial_internal.event_list(:'as_captured')) AS d;
SELECT count(*) > 10 AS many, bool_and(serial.event_hash(l.event) = h.hash) AS links_are_equal, bool_and(serial.event_hash(u.event) = h.hash) AS urns_are_equal,
	   bool_and(c.hash = h.hash) AS captured_are_equal
FROM hashes AS h
JOIN serial_internal.numbered_events(serial_internal.event_list(:'links')) AS l USING (ordinal)
JOIN serial_internal.numbered_events(serial_internal.event_list(:'urns')) AS u USING (ordinal)
JOIN serial.captured_event AS c ON c.event = (:'events'::bigint[])[h.ordinal];
CREATE DATABASE regress_serial_other TEMPLATE template0;
\c regress_serial_other
CREATE EXTENSION serial;
SELECT array_agg(event ORDER BY ordinal) AS events, array_agg(DISTINCT status ORDER BY status) AS statuses FROM serial.capture(:'as_captured') \gset
SELECT :'statuses' AS statuses, serial.epcis_document(:'events', 'as_captured') - 'creationDate' = :'as_captured'::jsonb - 'creationDate' AS documents_are_equal,
	   serial.epcis_document(:'events') - 'creationDate' = :'links'::jsonb - 'creationDate' AS links_are_equal;
SELECT array_agg(DISTINCT status) AS again FROM serial.capture(:'links');
\c regress_serial_ledger
DROP DATABASE regress_serial_other;

-- Sensor data with words and identifiers in all spellings.  A word that is read, but has another hash, stays as it came.
SELECT event AS sensed FROM serial.capture(document('[{"type": "ObjectEvent", "eventTime": "2026-01-04T08:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE",
	"bizStep": "https://ref.gs1.org/cbv/Bizstep-sensor_reporting", "disposition": "cbv:Disp-active", "epcList": ["urn:epc:id:sgtin:9506000.013435.1"],
	"sensorElementList": [{"sensorMetadata": {"time": "2026-01-04T08:00:00Z", "deviceID": "urn:epc:id:giai:9506000.s1", "ext:probe": "urn:epc:id:giai:9506000.s1"}, "ext:note": "a",
		"sensorReport": [{"type": "gs1:Temperature", "value": 4, "uom": "CEL", "component": "cbv:Comp-x"}, {"type": "https://gs1.org/voc/Speed", "exception": "gs1:ALARM_CONDITION"},
			{"type": "ext:Glow", "uriValue": "urn:epc:id:sgtin:9506000.013435.1", "component": "https://ref.gs1.org/cbv/Comp-y"}, {"type": "Mass", "component": "x", "stringValue": "gs1:Mass"}]}]}]',
	'[{"ext": "https://ns.example.com/"}]')) \gset
SELECT f.format, e.event ->> 'bizStep' AS step, e.event ->> 'disposition' AS disposition, serial.event_hash(e.event) = serial.event_hash(:sensed) AS same_hash, e.event #> '{sensorElementList,0}' AS sensors
FROM (VALUES ('digital_link'), ('urn'), ('as_captured')) AS f(format) CROSS JOIN LATERAL serial.event_json(:sensed, f.format) AS e(event);
SELECT serial.event_hash(d #> '{epcisBody,eventList,0}', d -> '@context') = serial.event_hash(:sensed) AS same_hash_through_xml
FROM serial.epcis_xml_to_json(serial.epcis_xml(ARRAY[:sensed])) AS d;

-- Items named by URIs of any scheme are of scheme uri, also those that were recorded without a document
CREATE TEMP TABLE named AS SELECT c.* FROM serial.capture(document('[{"type": "ObjectEvent", "eventTime": "2026-01-07T08:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE",
	"epcList": ["did:example:123", "tag:example.com,2026:1", "vin:1M8GDM9AXKP042788", "ext:own", "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"]},
	{"type": "AggregationEvent", "eventTime": "2026-01-07T08:01:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD", "parentID": "did:example:box", "childEPCs": ["did:example:123"]},
	{"type": "ObjectEvent", "eventTime": "2026-01-07T08:02:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE", "epcList": ["did:exam|ple"]},
	{"type": "ObjectEvent", "eventTime": "2026-01-07T08:02:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE", "epcList": ["vin:none"]}]',
	'[{"ext": "https://ns.example.com/"}]'), 'proceed') AS c;
SELECT n.status, n.message, e.items, e.parent, serial.event_json(n.event, 'urn') - '{@context,type,action,eventID,eventTime,eventTimeZoneOffset}'::text[] AS written
FROM named AS n LEFT JOIN LATERAL (SELECT array_agg(i.id ORDER BY i.id) FILTER (WHERE i.role <> 'parent') AS items, max(i.id) FILTER (WHERE i.role = 'parent') AS parent
	FROM serial.event_item AS i WHERE i.event = n.event) AS e ON true ORDER BY n.ordinal;
SELECT count(*) FROM serial.epcis_query('{"MATCH_anyEPC": ["did:example:box"]}');
SELECT serial.record('ObjectEvent', 'OBSERVE', '{uri:did:example:124}', at => '2026-01-07 09:00') AS own \gset
SELECT c.status, c.event = :own AS is_known FROM serial.check_document(serial.epcis_document(ARRAY[:own])) AS c;

-- Types of the standard in full are those that are bare
SELECT c.status, c.message FROM serial.capture(document('[{"type": "epcis:ObjectEvent", "eventTime": "2026-01-07T10:00:00Z", "eventTimeZoneOffset": "+00:00",
	"action": "ADD", "bizStep": "commissioning", "epcList": ["did:example:200"]},
	{"type": "epcis:NoEvent", "eventTime": "2026-01-07T10:00:00Z", "eventTimeZoneOffset": "+00:00"}]'), 'proceed') AS c ORDER BY c.ordinal;
SELECT e.type, i.disposition FROM serial.event AS e JOIN serial.item AS i ON i.last_event = e.event WHERE i.id = 'uri:did:example:200';

-- Times of EPCIS 1.2 may lack an offset; those of EPCIS 2.0, in whatever format, may not.
SELECT array_agg(event ORDER BY ordinal) AS early FROM serial.capture('<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2"
	creationDate="2026-01-06T08:00:00"><EPCISBody><EventList>
	<ObjectEvent><eventTime>2026-01-06T08:00:00.5</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset><baseExtension><eventID>urn:x:early</eventID></baseExtension>
		<epcList><epc>urn:epc:id:sgtin:9506000.013435.81</epc></epcList><action>OBSERVE</action></ObjectEvent>
	<ObjectEvent><eventTime>2026-01-06T08:00:00.5</eventTime><recordTime>2026-01-06T09:00:00</recordTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset><baseExtension><eventID>urn:x:early</eventID>
		<errorDeclaration><declarationTime>2026-01-06T10:00:00</declarationTime></errorDeclaration></baseExtension>
		<epcList><epc>urn:epc:id:sgtin:9506000.013435.81</epc></epcList><action>OBSERVE</action></ObjectEvent></EventList></EPCISBody></epcis:EPCISDocument>'::text) \gset
SELECT f.format, e.event ->> 'eventTime' AS event_time, e.event ->> 'recordTime' AS record_time, e.event #>> '{errorDeclaration,declarationTime}' AS declared,
	(SELECT string_agg(concat_ws(' ', c.status, c.detail), ', ' ORDER BY c.ordinal) FROM serial.check_document(serial.epcis_document(:'early', f.format)) AS c) AS read_again
FROM (VALUES ('digital_link'), ('urn'), ('as_captured')) AS f(format)
CROSS JOIN LATERAL serial.event_json((:'early'::bigint[])[2], f.format) AS e(event);

-- What was recorded without a document is written of its columns.
SELECT serial.record('ObjectEvent', 'ADD', '{(01)09506000134352(21)90,plain:box}', 'commissioning', at => '2026-01-05 08:00:00.25', place => '9506000000015', read_point => 'dock 1',
	lot => 'L9', expiry => '2027-01-31', time_zone_offset => '-05:30', attributes => '{"https://ns.example.com/a": "b"}') AS e \gset
SELECT serial.event_json(:e), serial.event_hash(:e) = serial.event_hash(serial.event_json(:e)) AS is_equal;
SELECT event = :e AS same, status FROM serial.capture(serial.epcis_document(ARRAY[:e]));
SELECT serial.declare_error(:e, 'incorrect_data') AS declaration \gset
SELECT serial.event_json(:declaration) -> 'errorDeclaration' -> 'reason' AS reason, serial.event_hash(:declaration) = serial.event_hash(:e) AS same_hash;
-- Attributes that EPCIS does not know are written under a prefix, and are captured elsewhere.
SELECT serial.record('ObjectEvent', 'ADD', '{plain:crate}', 'commissioning', at => '2026-01-06 08:00:00',
	attributes => '{"temperature": 21.5, "reason": {"code": 7}, "ilmd": {"farmer": "a", "cbvmda:growingMethodCode": "b"}, "urn:example:x": 1}') AS own,
	serial.quarantine('{plain:box}', 'too warm', at => '2026-01-07 08:00:00') AS quarantine \gset
SELECT serial.event_json(:own) - '{eventID,eventTime,type}'::text[];
SELECT serial.event_json(:quarantine) ->> 'serial:reason' AS reason;
SELECT ordinal, status, detail FROM serial.check_document(serial.epcis_document(ARRAY[:own, :quarantine]::bigint[]));
SELECT serial.event_hash(:own) = serial.event_hash(serial.event_json(:own, 'urn')) AS is_equal,
	   serial.epcis_json_to_xml(serial.epcis_document(ARRAY[:own, :quarantine]::bigint[]))::text LIKE '%="urn:serial:attribute:"%' AS in_xml;
-- So is a transformation, and a despatch advice, that has a number only, and a lot that is corrected.
SELECT serial.commission('{(01)09506000134352(21)lot}', 'TYPED', '2049-12-31') > 0 AS commissioned,
	   serial.ship('{(01)09506000134352(21)lot}', 'gate 1', 'shop', 'D 100') AS ship,
	   serial.correct_lot('{(01)09506000134352(21)lot}', 'RIGHT', '2050-12-31', 'typed wrong') AS corrected \gset
SELECT serial.event_json(:ship) #> '{bizTransactionList,0}' AS transaction, serial.event_json(:corrected) -> 'ilmd' AS ilmd,
	   serial.event_json(:corrected) -> 'serial:lot' AS lot, serial.event_json(:corrected) -> 'serial:expiry' AS expiry;
SELECT serial.record('TransformationEvent', inputs => '{plain:dough}', outputs => '{plain:bun}', transformation => 'T 1') AS baked \gset
SELECT serial.event_json(:baked) -> 'transformationID' AS transformation;
SELECT c.ordinal, c.status, c.detail FROM serial.check_document(serial.epcis_document(ARRAY[:ship, :corrected, :baked]::bigint[])) AS c;
SELECT c.ordinal, c.status, c.detail FROM serial.check_document(serial.epcis_xml(ARRAY[:ship, :corrected]::bigint[])) AS c;

-- Recorded events with lists of all kinds, in the order given, one of them twice
SELECT serial.commission('{plain:flour,plain:sugar}', at => '2026-01-08 08:00:00') AS commissioned \gset
SELECT serial.record('TransformationEvent', inputs => '{plain:sugar,plain:flour}', outputs => '{plain:cake,plain:bread}', at => '2026-01-08 09:00:00') AS made \gset
SELECT serial.aggregate('(00)095060000000000022', '{plain:cake,plain:bread}', at => '2026-01-08 10:00:00') AS packed \gset
SELECT e - '{eventID,eventTime,eventTimeZoneOffset}'::text[] AS event
FROM jsonb_path_query(serial.epcis_document(ARRAY[:packed, :made, :commissioned, :packed]::bigint[]), '$.epcisBody.eventList[*]') AS e;

-- Arguments that make no document
SELECT serial.epcis_document(ARRAY[:own, NULL]::bigint[]);
\echo :LAST_ERROR_SQLSTATE
SELECT serial.epcis_document(ARRAY[:own, 0]::bigint[]);
\echo :LAST_ERROR_SQLSTATE
SELECT serial.epcis_document('{}', 'xml');
\echo :LAST_ERROR_SQLSTATE
SELECT serial_internal.document_of_events('{}', '{}', '{a}', '{}', NULL, 'urn');
\echo :LAST_ERROR_SQLSTATE
SELECT serial_internal.document_of_events('{"eventList": []}', '{1}', '{a}', '{NULL}', '{t}', 'urn');
\echo :LAST_ERROR_SQLSTATE

-- What was recorded without an eventID and without a document is known by its event hash, whether it has items,
-- quantities only, a sensor only, or a transaction that ends.
CREATE TABLE recorded AS SELECT e.n, e.event FROM (VALUES
	(1, serial.record('ObjectEvent', 'ADD', '{(01)09506000134352(21)80}', 'commissioning', at => '2026-02-01 08:00')),
	(2, serial.record('ObjectEvent', 'OBSERVE', business_step => 'shipping', at => '2026-02-01 08:00', quantities => '[{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1", "quantity": 5}]')),
	(3, serial.record('TransformationEvent', at => '2026-02-01 08:00', input_quantities => '[{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1", "quantity": 5}]',
		quantities => '[{"epcClass": "urn:epc:class:lgtin:9506000.013435.L2", "quantity": 4}]')),
	(4, serial.record('AggregationEvent', 'ADD', business_step => 'packing', at => '2026-02-01 08:00', parent => '(00)095060000000000084', quantities => '[{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1", "quantity": 5}]')),
	(5, serial.record('ObjectEvent', 'OBSERVE', at => '2026-02-01 08:00', read_point => 'urn:x:dock', attributes => '{"sensorElementList": [{"sensorReport": [{"type": "Temperature", "value": 26, "uom": "CEL"}]}]}')),
	(6, serial.record('TransactionEvent', 'DELETE', at => '2026-02-01 08:00', business_transactions => '[{"type": "po", "bizTransaction": "urn:x:po:1"}]'))) AS e(n, event);
SELECT r.n, c.status, c.event = r.event AS same_event
FROM recorded AS r, serial.capture(document(jsonb_build_array(serial.event_json(r.event) - 'eventID')::text)) AS c ORDER BY r.n;
-- An event of another time, or with another quantity, is another.
SELECT c.status, c.event = r.event AS same_event
FROM recorded AS r, unnest('{quantityList;0;quantity,eventTime}'::text[]) AS m(member),
	 serial.capture(document(jsonb_build_array(jsonb_set(serial.event_json(r.event) - 'eventID', string_to_array(m.member, ';'),
		CASE m.member WHEN 'eventTime' THEN '"2026-02-01T08:00:01Z"' ELSE '6' END::jsonb))::text)) AS c
WHERE r.n = 2;

-- A declaration that comes before its event is known by its event hash, too, as one that comes after it is: whether the
-- declaration, the event or neither has an eventID.  Sent again it is a duplicate.
CREATE FUNCTION declared(event text) RETURNS text LANGUAGE sql AS $$
	SELECT jsonb_set(event::jsonb, '{errorDeclaration}', '{"declarationTime": "2026-01-03T00:00:00Z"}')::text
$$;
CREATE FUNCTION named(event text, id text) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN id = '-' THEN event ELSE jsonb_set(event::jsonb, '{eventID}', to_jsonb(id))::text END
$$;
CREATE FUNCTION captured(VARIADIC events text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	statuses text;
	one text;
BEGIN
	FOREACH one IN ARRAY events LOOP
		statuses := concat_ws(', ', statuses, (SELECT concat_ws(' ', c.status, c.sqlstate) FROM serial.capture(document(format('[%s]', one)), 'proceed') AS c));
	END LOOP;
	RETURN statuses;
END $$;
SELECT d.id AS in_declaration, e.id AS in_event,
	   captured(declared(named(commissioning(n.n::text), d.id)), declared(named(commissioning(n.n::text), d.id)), declared(named(commissioning(n.n::text), e.id)),
				named(commissioning(n.n::text), e.id), declared(named(commissioning(n.n::text), e.id)), named(commissioning(n.n::text), e.id)) AS declared_first,
	   captured(named(commissioning((n.n + 10)::text), replace(e.id, 'x', 'y')), declared(named(commissioning((n.n + 10)::text), replace(d.id, 'x', 'y'))), declared(named(commissioning((n.n + 10)::text), replace(d.id, 'x', 'y')))) AS declared_last
FROM (VALUES (110, '-', '-'), (111, 'urn:x:d111', '-'), (112, '-', 'urn:x:e112'), (113, 'urn:x:113', 'urn:x:113')) AS n(n, declaration, event)
CROSS JOIN LATERAL (SELECT n.declaration) AS d(id) CROSS JOIN LATERAL (SELECT n.event) AS e(id) ORDER BY n.n;
SELECT count(*) AS early FROM serial.early_declaration;
-- Of one eventID, declaration and event have the same content.
SELECT captured(declared(named(commissioning('130'), 'urn:x:130')), declared(named(commissioning('131'), 'urn:x:130')), named(commissioning('131'), 'urn:x:130'),
	named(commissioning('130'), 'urn:x:130')) AS statuses;
SELECT count(*) FROM serial.check_state();

-- Rights: a reader writes documents, an operator captures, an admin captures declarations.
CREATE ROLE regress_serial_reader;
CREATE ROLE regress_serial_operator;
SELECT serial.grant_access('regress_serial_reader', 'reader');
SELECT serial.grant_access('regress_serial_operator', 'operator');
SET ROLE regress_serial_reader;
SELECT serial.epcis_document('{}') ->> 'type' AS type;
SELECT * FROM serial.capture('[]'::jsonb);
\echo :LAST_ERROR_SQLSTATE
SET ROLE regress_serial_operator;
SELECT status FROM serial.capture(document(format('[%s]', commissioning('95'))));
SELECT ordinal, status, sqlstate FROM serial.capture(document(format('[%s]', replace(commissioning('95'), '"action"', '"errorDeclaration": {"declarationTime": "2026-01-03T00:00:00Z"}, "action"'))), 'proceed');
SELECT ordinal, status, sqlstate FROM serial.capture(document(format('[%s]', replace(commissioning('96'), '"action"', '"errorDeclaration": {"declarationTime": "2026-01-03T00:00:00Z"}, "action"'))), 'proceed');
INSERT INTO serial.captured_event (document, ordinal, event_id, hash, status, content) VALUES (1, 1, '', '', '', '{}');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;

\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_reader;
DROP ROLE regress_serial_operator;
