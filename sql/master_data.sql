-- Master data in documents of EPCIS.

CREATE DATABASE regress_serial_ledger TEMPLATE template0;
SELECT current_database() AS db \gset
\c regress_serial_ledger
CREATE EXTENSION serial;
SET timezone = 'UTC';
SET datestyle = 'ISO, YMD';
\set SHOW_CONTEXT never

-- A document with vocabularies and events
CREATE FUNCTION document(vocabularies text, events text DEFAULT '[]') RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_build_object('@context', '["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"ext": "https://ns.example.com/"}]'::jsonb,
		'type', 'EPCISDocument', 'schemaVersion', '2.0', 'creationDate', '2026-01-01T00:00:00.000Z',
		'epcisHeader', jsonb_build_object('epcisMasterData', jsonb_build_object('vocabularyList', vocabularies::jsonb)),
		'epcisBody', jsonb_build_object('eventList', events::jsonb))
$$;

-- What was written by hand stays.
INSERT INTO serial.place (place, name, attributes) VALUES ('9506000000022', 'Our name for it', '{"city": "Here", "key": "in the safe"}');
INSERT INTO serial.trade_item (gtin, name) VALUES ('09506000134376', 'Our biscuits');
INSERT INTO serial.lot (gtin, lot, expiry) VALUES ('09506000134352', 'L1', '2027-06-30');
SELECT document('[
	{"type": "urn:epcglobal:epcis:vtype:BusinessLocation", "vocabularyElementList": [
		{"id": "urn:epc:id:sgln:9506000.00001.0", "attributes": [{"id": "urn:epcglobal:cbv:mda:name", "attribute": "Plant"},
			{"id": "cbvmda:latitude", "attribute": "50.5"}, {"id": "urn:epcglobal:cbv:mda#longitude", "attribute": -7.25},
			{"id": "urn:epcglobal:cbv:mda:city", "attribute": "Town"}, {"id": "ext:gate", "attribute": "north"}, {"id": "ext:gate", "attribute": "south"},
			{"id": "ext:hours", "attribute": {"ext:from": "08:00", "ext:to": ["17:00", "18:00"]}}],
		 "children": ["urn:epc:id:sgln:9506000.00001.hall", "https://id.gs1.org/414/9506000000015/254/bin"]},
		{"id": "urn:epc:id:sgln:9506000.00001.hall", "children": ["urn:epc:id:sgln:9506000.00001.bin"]},
		{"id": "urn:epc:id:sgln:9506000.00002.0", "attributes": [{"id": "cbvmda:name", "attribute": "Their name for it"}, {"id": "cbvmda:city", "attribute": "There"},
			{"id": "cbvmda:postalCode", "attribute": "12345"}, {"id": "cbvmda:latitude", "attribute": "far north"}]}]},
	{"type": "urn:epcglobal:epcis:vtype:ReadPoint", "vocabularyElementList": [
		{"id": "https://id.gs1.org/414/9506000000015/254/dock", "attributes": [{"id": "cbvmda:site", "attribute": "9506000000015"}]}]},
	{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [
		{"id": "urn:epc:idpat:sgtin:9506000.013435.*", "attributes": [{"id": "cbvmda:descriptionShort", "attribute": "Tea"}, {"id": "cbvmda:netWeight", "attribute": {"#text": "3.5", "@measurementUnitCode": "KGM"}}]},
		{"id": "https://example.com/01/09506000134376", "attributes": [{"id": "cbvmda:descriptionShort", "attribute": "Biscuits"}]},
		{"id": "urn:epc:class:lgtin:9506000.013435.L1", "attributes": [{"id": "cbvmda:itemExpirationDate", "attribute": "2028-12-31"}, {"id": "cbvmda:productionDate", "attribute": "2026-01-01T06:00:00Z"}]},
		{"id": "urn:epc:class:lgtin:9506000.013435.L2", "attributes": [{"id": "cbvmda:itemExpirationDate", "attribute": "2028-12-31"}, {"id": "cbvmda:countryOfOrigin", "attribute": "IN"}]}]},
	{"type": "urn:epcglobal:epcis:vtype:BusinessTransaction", "vocabularyElementList": [
		{"id": "urn:epcglobal:cbv:bt:9506000000015:PO1", "attributes": [{"id": "ext:terms", "attribute": "net"}]}]},
	{"type": "urn:epcglobal:epcis:vtype:BusinessStep", "vocabularyElementList": [
		{"id": "urn:epcglobal:cbv:bizstep:shipping", "attributes": [{"id": "ext:colour", "attribute": "red"}]}]}]', '[
	{"type": "ObjectEvent", "eventID": "urn:x:1", "eventTime": "2026-01-01T08:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "ADD", "bizStep": "commissioning",
	 "epcList": ["urn:epc:id:sgtin:9506000.013435.1"], "readPoint": {"id": "urn:epc:id:sgln:9506000.00001.dock"}, "bizLocation": {"id": "urn:epc:id:sgln:9506000.00001.bin"},
	 "ilmd": {"cbvmda:lotNumber": "L2"}},
	{"type": "ObjectEvent", "eventID": "urn:x:2", "eventTime": "2026-01-01T09:00:00Z", "eventTimeZoneOffset": "+00:00", "action": "OBSERVE", "bizStep": "shipping",
	 "quantityList": [{"epcClass": "urn:epc:class:lgtin:9506000.013435.L1", "quantity": 3}], "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9506000000015:PO1"}],
	 "sourceList": [{"type": "location", "source": "urn:epc:id:sgln:9506000.00002.0"}]}]') AS first \gset
SELECT ordinal, status FROM serial.check_document(:'first');
SELECT count(*) AS nothing FROM serial.vocabulary_element;
SELECT ordinal, status, message, detail FROM serial.capture(:'first');
SELECT type, element, attributes, children FROM serial.vocabulary_element ORDER BY type, element;
SELECT * FROM serial.place ORDER BY place;
SELECT * FROM serial.trade_item ORDER BY gtin;
SELECT * FROM serial.lot ORDER BY lot;
SELECT * FROM serial.lot_change;

-- A later document replaces what an earlier one said, and an earlier one that is sent again nothing.
SELECT count(*) FROM serial.capture(document('[
	{"type": "urn:epcglobal:epcis:vtype:BusinessLocation", "vocabularyElementList": [
		{"id": "urn:epc:id:sgln:9506000.00001.0", "attributes": [{"id": "cbvmda:name", "attribute": "Big plant"}, {"id": "cbvmda:latitude", "attribute": "51"}]},
		{"id": "urn:epc:id:sgln:9506000.00002.0", "attributes": [{"id": "cbvmda:name", "attribute": "Another name"}], "children": ["urn:epc:id:sgln:9506000.00001.hall"]}]},
	{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [
		{"id": "https://id.gs1.org/01/09506000134352", "attributes": [{"id": "cbvmda:descriptionShort", "attribute": "Green tea"}]},
		{"id": "urn:epc:class:lgtin:9506000.013435.L2", "attributes": [{"id": "cbvmda:itemExpirationDate", "attribute": "2029-12-31"}]}]}]'));
SELECT count(*) FROM serial.capture(:'first');
SELECT * FROM serial.place ORDER BY place;
SELECT * FROM serial.trade_item ORDER BY gtin;
SELECT * FROM serial.lot ORDER BY lot;
UPDATE serial.place SET parent = NULL WHERE place = '9506000000015';

-- The same in XML, of another number of the document: nothing is written.
SELECT xmin AS before FROM serial.vocabulary_element WHERE element = '9506000000015' \gset
SELECT count(*) FROM serial.capture('<?xml version="1.0"?><epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" schemaVersion="1.2" creationDate="2026-01-02T00:00:00Z">
<EPCISHeader><extension><EPCISMasterData><VocabularyList><Vocabulary type="urn:epcglobal:epcis:vtype:BusinessLocation"><VocabularyElementList>
<VocabularyElement id="urn:epc:id:sgln:9506000.00001.0"><attribute id="urn:epcglobal:cbv:mda:name">Big plant</attribute><attribute id="urn:epcglobal:cbv:mda:latitude">51</attribute></VocabularyElement>
<VocabularyElement id="urn:epc:id:sgln:9506000.00003.0"><attribute id="urn:epcglobal:cbv:mda#name">Third</attribute></VocabularyElement>
</VocabularyElementList></Vocabulary></VocabularyList></EPCISMasterData></extension></EPCISHeader><EPCISBody><EventList/></EPCISBody></epcis:EPCISDocument>'::text);
SELECT xmin = :'before' AS untouched FROM serial.vocabulary_element WHERE element = '9506000000015';
SELECT place, name FROM serial.place WHERE place = '9506000000039';

-- A place cannot be a part of itself.
SELECT * FROM serial.capture(document('[{"type": "urn:epcglobal:epcis:vtype:BusinessLocation", "vocabularyElementList": [
	{"id": "urn:x:a", "children": ["urn:x:b"]}, {"id": "urn:x:b", "children": ["urn:x:c"]}, {"id": "urn:x:c", "children": ["urn:x:a"]}]}]'));
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM serial.place WHERE place LIKE 'urn:x:%';

-- Vocabularies that are none
CREATE FUNCTION says(vocabularies text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	PERFORM FROM serial.check_document(document(vocabularies));
	RETURN 'captured';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', SQLSTATE, SQLERRM, detail);
END $$;
SELECT v, says(v) FROM unnest(ARRAY['[]', '{}', '[1]', '[{}]', '[{"type": "urn:x:v"}]', '[{"type": "urn:x:v", "vocabularyElementList": {}}]', '[{"type": "urn:x:v", "vocabularyElementList": [{}]}]',
	'[{"type": "urn:x:v", "vocabularyElementList": [{"id": "urn:x:1"}]}]', '[{"type": "urn:x:v", "vocabularyElementList": [{"id": "urn:x:1", "attributes": {}}]}]',
	'[{"type": "urn:x:v", "vocabularyElementList": [{"id": "urn:x:1", "attributes": [{"id": "a"}]}]}]', '[{"type": "urn:x:v", "vocabularyElementList": [{"id": "urn:x:1", "attributes": [{"attribute": "a"}]}]}]',
	'[{"type": "urn:x:v", "vocabularyElementList": [{"id": "urn:x:1", "children": "urn:x:2"}]}]', '[{"type": "urn:x:v", "vocabularyElementList": [{"id": "urn:x:1", "children": [2]}]}]',
	'[{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [{"id": "urn:epc:class:lgtin:9506000.013435.L3", "attributes": [{"id": "cbvmda:itemExpirationDate", "attribute": "2028-02-31"}]}]}]',
	'[{"type": "urn:epcglobal:epcis:vtype:Location", "vocabularyElementList": [{"id": "urn:epc:id:sgln:9506000.1.0", "attributes": [{"id": "cbvmda:name", "attribute": null}]}]}]']) AS v;
-- What is wrong in itself is kept as it came.
SELECT count(*) FROM serial.capture(document('[{"type": "urn:epcglobal:epcis:vtype:Location", "vocabularyElementList": [{"id": "urn:epc:id:sgln:9506000.1.0", "children": ["urn:epc:id:sgln:9506000.1.1"]}]},
	{"type": "urn:epcglobal:epcis:vtype:EPCClass", "vocabularyElementList": [{"id": "urn:epc:class:lgtin:9506000.013435.L3", "attributes": [{"id": "cbvmda:itemExpirationDate", "attribute": "2028-02-31"}]}]}]'));
SELECT v.element, (SELECT count(*) FROM serial.place AS p WHERE p.place = v.element) AS places, (SELECT count(*) FROM serial.lot WHERE lot = 'L3') AS lots
FROM serial.vocabulary_element AS v ORDER BY v.document DESC, v.element LIMIT 2;

-- Queries
CREATE FUNCTION finds(parameters text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	reason text;
BEGIN
	RETURN (SELECT string_agg(split_part(q.content ->> 'eventID', ':', 3), ' ' ORDER BY q.event) FROM serial.epcis_query(parameters::jsonb, '{"e": "https://ns.example.com/"}') AS q);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS reason = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', SQLSTATE, SQLERRM, reason);
END $$;
SELECT p AS parameters, finds(p) FROM unnest(ARRAY['{"HASATTR_readPoint": ["cbvmda:site"]}', '{"HASATTR_readPoint": ["urn:epcglobal:cbv:mda#site", "other"]}', '{"EQATTR_readPoint_site": ["9506000000015"]}',
	'{"EQ_ATTR_readPoint_cbvmda:site": ["9506000000022"]}', '{"HASATTR_bizLocation": ["city"]}', '{"WD_bizLocation": ["9506000000022"]}', '{"EQATTR_source_city": ["Here"]}', '{"EQATTR_source_name": ["Our name for it"]}',
	'{"EQATTR_epcClass_countryOfOrigin": ["IN"]}', '{"HASATTR_epcClass": ["productionDate"]}', '{"EQATTR_bizTransaction_e:terms": ["net"]}', '{"EQATTR_bizStep_https://ns.example.com/colour": ["red", "blue"]}',
	'{"HASATTR_disposition": ["e:colour"]}', '{"HASATTR_action": ["e:colour"]}', '{"HASATTR_bizStep_e:colour": ["red"]}', '{"EQATTR_bizStep": ["red"]}']) AS p;

-- Queries for master data itself
CREATE FUNCTION describes(parameters text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	reason text;
BEGIN
	RETURN (SELECT string_agg(e.element::text, ' ' ORDER BY v.n, e.n)
			FROM jsonb_path_query(serial.epcis_master_data(parameters::jsonb, '{"e": "https://ns.example.com/"}'),
								  '$.epcisBody.queryResults.resultsBody.vocabularyList[*]') WITH ORDINALITY AS v(vocabulary, n)
			CROSS JOIN LATERAL jsonb_array_elements(v.vocabulary -> 'vocabularyElementList') WITH ORDINALITY AS e(element, n));
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS reason = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', SQLSTATE, SQLERRM, reason);
END $$;
SELECT p AS parameters, describes(('{"includeAttributes": false, "includeChildren": false}'::jsonb || p::jsonb)::text) FROM unnest(ARRAY[
	'{"vocabularyName": ["urn:epcglobal:epcis:vtype:ReadPoint", "urn:epcglobal:epcis:vtype:BusinessStep"]}', '{"vocabularyName": ["urn:epcglobal:epcis:vtype:ReadPoint"], "includeAttributes": true}',
	'{"EQ_name": ["https://id.gs1.org/414/9506000000022"], "includeChildren": true}', '{"WD_name": ["urn:epc:id:sgln:9506000.00002.0"]}', '{"WD_name": ["urn:epc:id:sgln:9506000.00002.0"], "vocabularyName": ["urn:x:none"]}',
	'{"HASATTR": ["e:terms", "cbvmda:site"]}', '{"EQATTR_cbvmda:itemExpirationDate": ["2029-12-31"], "includeAttributes": true}', '{"EQATTR_descriptionShort": ["Green tea"], "includeAttributes": true, "attributeNames": ["e:none"]}',
	'{"maxElementCount": 3}', '{"maxElementCount": 99, "EQ_name": ["urn:x:none"]}', '{"includeChildren": null}', '{"EQ_bizStep": ["shipping"]}', '{"HASATTR": [{}]}']) AS p;

-- Out again: what the events mention, with the names of a partner
SELECT array_agg(event ORDER BY event) AS events FROM serial.event \gset
SELECT jsonb_pretty(serial.epcis_document(:'events', sender => '9506000000015', receiver => '4012345000009', instance_identifier => 'D-7', master_data => true) - '{epcisBody,creationDate}'::text[]) AS document;
SELECT serial.epcis_document(:'events', 'urn', master_data => true) #> '{epcisHeader,epcisMasterData,vocabularyList,0}' AS urns;
SELECT f.format, count(*) AS vocabularies, bool_and(e.ids = e.sorted) AS is_sorted_as_written
FROM unnest(ARRAY['as_captured', 'digital_link', 'urn']) AS f(format)
CROSS JOIN LATERAL jsonb_path_query(serial.epcis_document(:'events', f.format, master_data => true),
									'$.epcisHeader.epcisMasterData.vocabularyList[*].vocabularyElementList') AS v(elements)
CROSS JOIN LATERAL (SELECT array_agg(l.e ->> 'id' ORDER BY l.n) AS ids, array_agg(l.e ->> 'id' ORDER BY l.e ->> 'id' COLLATE "C") AS sorted
	FROM jsonb_array_elements(v.elements) WITH ORDINALITY AS l(e, n)) AS e GROUP BY f.format ORDER BY f.format;
SELECT serial.epcis_document(:'events') ? 'epcisHeader' AS unasked, serial.epcis_document(NULL) AS nothing;
SELECT serial.record('ObjectEvent', 'OBSERVE', '{(01)09506000134376(21)5}', 'inspecting', read_point => '9506000000022', at => '2026-01-02 08:00') AS event \gset
SELECT jsonb_path_query(serial.epcis_document(ARRAY[:event], master_data => true), '$.epcisHeader.epcisMasterData.vocabularyList[*]') AS described;
SELECT x::text LIKE '%<EPCISHeader><sbdh:StandardBusinessDocumentHeader%<extension><EPCISMasterData><VocabularyList>%' AS has_headers,
	xmlserialize(CONTENT serial.event_xml((:'events'::bigint[])[1], '1.2') AS text) LIKE '%urn:epc:id:sgtin:9506000.013435.1<%' AS has_urns
FROM serial.epcis_xml(:'events', '1.2', '9506000000015', '4012345000009', 'D-7', true) AS x;
-- captured elsewhere, the same is known
SELECT serial.epcis_document(:'events', sender => '9506000000015', master_data => true) AS sent, serial.epcis_xml(:'events', '2.0', master_data => true) AS sent_xml \gset
CREATE DATABASE regress_serial_other TEMPLATE template0;
\c regress_serial_other
CREATE EXTENSION serial;
SELECT array_agg(event ORDER BY ordinal) AS events FROM serial.capture(:'sent') \gset
SELECT serial.epcis_document(:'events', sender => '9506000000015', master_data => true) - 'creationDate' = :'sent'::jsonb - 'creationDate' AS same;
SELECT count(*) AS elements FROM serial.vocabulary_element \gset
SELECT status, count(*) FROM serial.capture(:'sent_xml'::xml) GROUP BY status;
SELECT count(*) = :elements AS same_elements, (SELECT count(DISTINCT document) FROM serial.vocabulary_element) AS documents FROM serial.vocabulary_element;
\c regress_serial_ledger
DROP DATABASE regress_serial_other;

-- An operator captures master data, a reader reads it.
CREATE ROLE regress_serial_operator;
SELECT serial.grant_access('regress_serial_operator', 'operator');
SET ROLE regress_serial_operator;
SELECT count(*) FROM serial.capture(document('[{"type": "urn:epcglobal:epcis:vtype:Location", "vocabularyElementList": [{"id": "urn:x:dock", "attributes": [{"id": "cbvmda:name", "attribute": "Dock"}]}]}]'));
SELECT name FROM serial.place WHERE place = 'urn:x:dock';
SELECT count(*) FROM serial.epcis_query('{"HASATTR_bizLocation": ["name"]}');
UPDATE serial.place SET name = 'Mine' WHERE place = 'urn:x:dock';
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;

\c :db
DROP DATABASE regress_serial_ledger;
DROP ROLE regress_serial_operator;
